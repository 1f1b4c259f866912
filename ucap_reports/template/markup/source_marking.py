"""Marks the text of a page template for compiling: each Jinja tag gets a line of its own, each element a number.

Filling repeats and drops parts of a template, so that places in its output are useless to its author. Therefore every
element has the number of its start tag, and every Jinja tag is known by its line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.jinja.jinja_tags import COMMENT, PRINT, RAW, STATEMENT, JinjaTag, find_jinja_tags
from ucap_reports.template.jinja.render_budget import SourceLocations
from ucap_reports.template.markup.prepared_template import MARK, NO_KIND, TEXT_KIND


class MarkedTemplate(Struct, frozen=True):
    """The text to compile, the places in the template of its lines and start tags, and what is wrong in its text."""

    text: str
    locations: SourceLocations
    start_tags: tuple[Location, ...]
    problems: tuple[Problem, ...]


_FILLER = "\0"
"""The character in the place of each one of a Jinja tag, while the XML around the tags is read."""
_PIECE = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<data><!\[CDATA\[.*?(?:\]\]>|\Z))|(?P<instruction><\?.*?(?:\?>|\Z))"
    r"|(?P<doctype><![^>]*>?)|(?P<end></[^>]*>?)"
    r"|(?P<start><(?P<name>[^\W\d][\w.:-]*)(?:\"[^\"<]*\"?|'[^'<]*'?|[^<>\"'])*+>?)",
    re.DOTALL,
)
"""What is not text in XML; a start tag ends before the next one, whatever quotation marks are in its branches."""
_TEXT, _STYLE_SHEET = "text", "css"
_KINDS = {
    **dict.fromkeys((_TEXT, _STYLE_SHEET, "data"), TEXT_KIND),
    **dict.fromkeys(("comment", "instruction"), NO_KIND),
}
"""The kinds of tags that print, by their place. Anywhere else a tag is in an attribute, which can only have text."""
_PRINTED = (_TEXT, "data", "start")
"""The parts of the XML that are in documents, and in which braces are those of tags."""
_REST = re.compile(r"([}%#]\})|(%7B%(?:7B|25)|%(?:7D|25)%7D)[^\"'<>]*", re.IGNORECASE)
"""The end of a tag whose beginning is missing, or braces of a tag that are encoded as in addresses."""
_BEFORE = re.compile(rf"[{_FILLER}\n<>]|=[\"']")
"""What is not part of the text before the end of a tag."""
_SHOWN = 40
"""The maximum length of a tag in a message."""
_LINE_END = re.compile(r"\n")
_AFTER_NAME = frozenset(" \n\t/>")


def mark_template(text: str, path: str) -> MarkedTemplate:
    """Return the marked template of a text with line feeds as line ends. Raises ProblemsFound for an invalid tag."""
    return _TemplateMarker(text, path, tuple(find_jinja_tags(text, path))).marked()


class _TemplateMarker:
    """Copies a template and adds the marks."""

    def __init__(self, text: str, path: str, tags: Sequence[JinjaTag]) -> None:
        self._text, self._path, self._tags = text, path, tags
        self._line_starts = [0, *(line_end.end() for line_end in _LINE_END.finditer(text))]
        xml, end = [], 0
        for tag in tags:
            xml += [text[end : tag.start], _FILLER * (tag.end - tag.start)]
            end = tag.end
        self._xml = "".join([*xml, text[end:]])
        self._pieces = tuple(_PIECE.finditer(self._xml))
        self._starts = [piece.start() for piece in self._pieces]
        self._written: list[str] = []
        self._lines = [Location(path, 1, 1)]

    def marked(self) -> MarkedTemplate:
        statements = {tag.start: tag.end for tag in self._tags if tag.kind == STATEMENT}
        start_tags = [piece for piece in self._pieces if self._is_marked(piece, statements)]
        events: list[tuple[int, JinjaTag | None]] = [(piece.end("name"), None) for piece in start_tags]
        events += [(tag.start, tag) for tag in self._tags]
        done, numbers = 0, count()
        for offset, tag in sorted(events, key=lambda event: (event[0], event[1] is not None)):
            self._copy(done, offset)
            done = offset if tag is None else tag.end
            if tag is None:
                self._written.append(f' {MARK}="{next(numbers)}"')
            else:
                self._tag(tag)
        self._copy(done, len(self._text))
        lines = SourceLocations(tuple((line, "") for line in self._lines))
        marks = tuple(self._place(piece.start()) for piece in start_tags)
        return MarkedTemplate("".join(self._written), lines, marks, tuple(self._problems()))

    def _place(self, offset: int) -> Location:
        line = bisect_right(self._line_starts, offset)
        return Location(self._path, line, offset - self._line_starts[line - 1] + 1)

    def _part(self, offset: int) -> str:
        """Return the part of the XML in which an offset is."""
        before = bisect_right(self._starts, offset)
        if not before:
            return _TEXT
        piece = self._pieces[before - 1]
        if offset < piece.end():
            return str(piece.lastgroup)
        return _STYLE_SHEET if piece["name"] == "style" else _TEXT

    def _copy(self, start: int, end: int) -> None:
        """Copy a part of the template, and keep the places of its lines."""
        self._written.append(self._text[start:end])
        self._lines += [self._place(line_end.end()) for line_end in _LINE_END.finditer(self._text, start, end)]

    def _tag(self, tag: JinjaTag) -> None:
        """Write a tag whose expression begins a line and has its kind."""
        if tag.kind in {COMMENT, RAW}:
            self._copy(tag.start, tag.end)
            return
        text, part = self._text, self._part(tag.start)
        inner, closing = text[tag.inner_start : tag.inner_end], text[tag.inner_end : tag.end]
        has_kind = tag.kind == PRINT and inner.strip() and part in _KINDS
        expression = f"({inner})|kind_{_KINDS[part]}" if has_kind else inner
        pieces = [text[tag.start : tag.inner_start], "\n", expression, closing]
        if tag.kind == PRINT and part == "data":
            pieces = ["]]>", *pieces, "<![CDATA["]
        self._written += pieces
        self._lines += [self._place(tag.start)] * (1 + inner.count("\n") + closing.count("\n"))

    def _problems(self) -> Iterator[Problem]:
        """Document types, and parts of tags in the text, which documents would contain."""
        for piece in self._pieces:
            if piece["doctype"]:
                yield problem("xml-invalid", self._place(piece.start()), form="doctype")
        raw = [tag for tag in self._tags if tag.kind == RAW]
        texts = [range(first.end, last.start) for first, last in zip(raw[::2], raw[1::2], strict=False)]
        for match in _REST.finditer(self._xml):
            start = match.start()
            if self._part(start) not in _PRINTED or any(start in text for text in texts):
                continue
            end, location = match.end(match.lastindex or 0), self._place(start)
            written = _BEFORE.split(self._xml[max(0, end - _SHOWN) : end])[-1].lstrip()
            if match[1] is None:
                yield problem("tag-misplaced", location, form="encoded", tag=written)
            else:
                yield problem("tag-unopened", location, tag=written, closing=match[1])

    def _is_marked(self, piece: re.Match[str], statements: Mapping[int, int]) -> bool:
        """Return whether a piece is a start tag whose name is complete: a Jinja tag right after it may continue it."""
        end = piece.end("name")
        following = statements.get(end, end)
        return bool(piece["name"]) and self._text[following : following + 1] in _AFTER_NAME
