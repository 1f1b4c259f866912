"""The tokens of any Markdown and HTML, found by markdown-it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Location


class MarkdownToken(Struct, frozen=True):
    """A token with the name that markdown-it has for its type, such as `text`, `html_inline` or `em_open`."""

    type: str
    content: str
    """The text, or the tag as it is written."""
    location: Location
    address: str = ""
    """The address of a link."""
    number: int | None = None
    """The number that is written before an item of a list."""
    in_html: bool = False
    """Whether it is in an HTML block, which has no Markdown."""


_MARKERS = re.compile(r"(?:\s*(?:[-+*]|\d{1,9}[.)])(?=\s))*\s*")
_MARKED = {"bullet_list_open", "ordered_list_open", "list_item_open", "hr"}
"""Blocks that start with their marker; others start after the markers of the list items around them."""


def markdown_it_tokens(text: str, paragraphs: Iterable[tuple[int, str]] | None) -> Iterator[MarkdownToken]:
    """Yield the tokens of a text in reading order, including those that are not allowed (`fence`, `image`, …), each
    with its line and column in the text.

    `paragraphs` has the index of the first line and the text of each paragraph; None if the text may have other blocks.
    """
    lines = text.split("\n")
    environment: dict[str, object] = {}
    blocks: list[Token] = []
    if paragraphs is None:
        _markdown().block.parse(text, _markdown(), environment, blocks)
    else:
        for first_line, paragraph in paragraphs:
            blocks += _paragraph_blocks(first_line, paragraph)
    where = Location(line=1, column=1)
    for block in blocks:
        first = 0
        if block.map:
            first = block.map[0]
            start = _indent(lines[first])
            if block.type not in _MARKED:
                markers = _MARKERS.match(lines[first])
                start = start if markers is None else markers.end()
            where = Location(line=first + 1, column=start + 1)
        if block.type == "inline":
            yield from _inlines(_markdown(), block.content, environment, lines, first)
        elif block.type == "html_block":
            for token in _inlines(_html(), block.content, environment, lines, first):
                yield replace(token, in_html=True)
        else:
            yield _with_location(block, where)


def _paragraph_blocks(first_line: int, text: str) -> list[Token]:
    """Return the blocks of markdown-it for a paragraph."""
    lines = [first_line, first_line + text.count("\n") + 1]
    return [
        Token("paragraph_open", "p", 1, map=lines),
        Token("inline", "", 0, map=lines, content=text),
        Token("paragraph_close", "p", -1),
    ]


def _with_location(token: Token, location: Location) -> MarkdownToken:
    """Return a token of markdown-it with its place in the text."""
    address = str(token.attrs.get("href", ""))
    item_number = int(token.info) if token.info.isdecimal() else None
    return MarkdownToken(token.type, token.content, location, address, item_number)


@cache
def _markdown() -> MarkdownIt:
    """Return the parser of CommonMark with tables, so that these are reported; indented text is not code."""
    markdown = _EveryLink("commonmark", {"inline_definitions": True, "maxNesting": 40})
    markdown.enable("table").disable("code")
    return markdown


class _EveryLink(MarkdownIt):
    """A parser that finds links to all addresses, so that forbidden ones are reported."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name and parameter
        """Return True."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        """Return the address as it is written."""
        return url


@cache
def _html() -> MarkdownIt:
    """Return the parser of the content of HTML blocks: tags, entities and text."""
    return MarkdownIt("zero", {"html": True}).enable(["html_inline", "entity"])


def _inlines(
    markdown: MarkdownIt, content: str, environment: dict[str, object], lines: list[str], first: int
) -> Iterator[MarkdownToken]:
    """Yield the inline tokens of `content`, which starts in the line of the text with the index `first`."""
    state = _PlacingState(content, markdown, environment, [])
    markdown.inline.tokenize(state)
    for rule in markdown.inline.ruler2.getRules(""):
        rule(state)
    starts = _line_starts(content, lines, first)
    for token in state.tokens:
        yield _with_location(token, _location(starts, token.meta.get("offset", 0)))


class _PlacingState(StateInline):
    """The state of markdown-it that also stores the offset of each token."""

    def push(self, ttype: str, tag: str, nesting: int) -> Token:
        token = super().push(ttype, tag, nesting)  # type: ignore[arg-type] # the literals -1, 0, 1 of its stubs
        token.meta["offset"] = self.pos
        return token


def _line_starts(content: str, lines: list[str], first: int) -> list[tuple[int, int, int]]:
    """Return the offset of each line of the content, and the line and column of its first character in the text."""
    starts = []
    offset = 0
    for index, content_line in enumerate(content.split("\n"), first):
        text_line = lines[index].rstrip() if index < len(lines) else ""
        words = content_line.rstrip()
        if text_line.endswith(words):
            indent = len(text_line) - len(words)
        else:
            indent = _indent(text_line)
        starts.append((offset, index + 1, indent + 1))
        offset += len(content_line) + 1
    return starts


def _location(starts: list[tuple[int, int, int]], offset: int) -> Location:
    """Return the place in the text of an offset in the content, by the starts of its lines."""
    index = bisect_right(starts, offset, key=itemgetter(0)) - 1
    start, line, column = starts[index]
    return Location(line=line, column=column + offset - start)


def _indent(line: str) -> int:
    """Return the number of white-space characters at the start of a line."""
    return len(line) - len(line.lstrip())
