"""Tokens of a text with their places: the blocks and inlines of CommonMark, and the HTML tags in them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from html import unescape
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from msgspec import Struct

from ucap_reports.problems import Location

_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?P<attributes>.*?)/?>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s([A-Za-z_:][\w.:-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")

_MARKERS = re.compile(r"(?:\s*(?:[-+*]|\d{1,9}[.)])(?=\s))*\s*")
_MARKED = {"bullet_list_open", "ordered_list_open", "list_item_open", "hr"}
"""Blocks that start with their marker; others start after the markers of the list items around them."""


class PlacedToken(Struct, frozen=True):
    """A token with its place in the text; `in_html` marks tokens of an HTML block, which has no Markdown."""

    token: Token
    place: Location
    in_html: bool = False


class HtmlTag(Struct, frozen=True):
    """An HTML tag: names in lower case, values without quotes and entities."""

    name: str
    closing: bool
    attributes: dict[str, str]


class _PlacingState(StateInline):
    """The state of markdown-it that also stores the offset of each token."""

    def push(self, ttype: str, tag: str, nesting: int) -> Token:
        token = super().push(ttype, tag, nesting)  # type: ignore[arg-type] # the literals -1, 0, 1 of its stubs
        token.meta["offset"] = self.pos
        return token


class _EveryLink(MarkdownIt):
    """A parser that finds links to all addresses, so that forbidden ones are reported."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name and parameter
        """True."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        """The address as it is written."""
        return url


def tokens(text: str) -> Iterator[PlacedToken]:
    """The tokens of a text in reading order, including those that are not allowed (`fence`, `image`, …)."""
    lines = text.split("\n")
    blocks: list[Token] = []
    environment: dict[str, object] = {}
    _markdown().block.parse(text, _markdown(), environment, blocks)
    where = Location(line=1, column=1)
    for block in blocks:
        first = block.map[0] if block.map else 0
        if block.map:
            markers = None if block.type in _MARKED else _MARKERS.match(lines[first])
            where = Location(line=first + 1, column=(markers.end() if markers else _indent(lines[first])) + 1)
        if block.type == "inline":
            yield from _inlines(_markdown(), block.content, environment, lines, first)
        elif block.type == "html_block":
            for placed in _inlines(_html(), block.content, environment, lines, first):
                yield PlacedToken(placed.token, placed.place, in_html=True)
        else:
            yield PlacedToken(block, where)


def read_tag(written: str) -> HtmlTag | None:
    """The tag that is written there; None for comments, declarations and processing instructions."""
    match = _TAG.fullmatch(written)
    if match is None:
        return None
    found = _ATTRIBUTE.findall(match["attributes"])
    attributes = {
        name.lower(): unescape(value.strip(value[:1]) if value[:1] in {"'", '"'} else value) for name, value in found
    }
    return HtmlTag(match["name"].lower(), bool(match["slash"]), attributes)


def _inlines(
    markdown: MarkdownIt, content: str, environment: dict[str, object], lines: list[str], first: int
) -> Iterator[PlacedToken]:
    """The inline tokens of `content`, which starts in the line of the text with the index `first`."""
    state = _PlacingState(content, markdown, environment, [])
    markdown.inline.tokenize(state)
    for rule in markdown.inline.ruler2.getRules(""):
        rule(state)
    starts = _line_starts(content, lines, first)
    for token in state.tokens:
        yield PlacedToken(token, _place(starts, token.meta.get("offset", 0)))


def _line_starts(content: str, lines: list[str], first: int) -> list[tuple[int, int, int]]:
    """The offset of each line of the content, and the line and column of its first character in the text."""
    starts = []
    offset = 0
    for number, shown in enumerate(content.split("\n"), first):
        written = lines[number].rstrip() if number < len(lines) else ""
        bare = shown.rstrip()
        indent = len(written) - len(bare) if written.endswith(bare) else _indent(written)
        starts.append((offset, number + 1, indent + 1))
        offset += len(shown) + 1
    return starts


def _place(starts: list[tuple[int, int, int]], offset: int) -> Location:
    start, line, column = starts[bisect_right(starts, offset, key=itemgetter(0)) - 1]
    return Location(line=line, column=column + offset - start)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@cache
def _markdown() -> MarkdownIt:
    """CommonMark with tables, so that these are reported; indented text is not code."""
    markdown = _EveryLink("commonmark", {"inline_definitions": True, "maxNesting": 40})
    markdown.enable("table").disable("code")
    return markdown


@cache
def _html() -> MarkdownIt:
    """The content of HTML blocks: tags, entities and text."""
    return MarkdownIt("zero", {"html": True}).enable(["html_inline", "entity"])
