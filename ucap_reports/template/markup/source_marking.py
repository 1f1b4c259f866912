"""Marks the text of a page template for compiling: each Jinja tag gets a line of its own, each element a number.

Filling repeats and drops parts of a template, so that places in its output are useless to its author. Therefore every
element has the number of its start tag, and every Jinja tag is known by its line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.jinja.jinja_errors import find_jinja_tags
from ucap_reports.template.jinja.jinja_tags import COMMENT, PRINT, RAW, STATEMENT, JinjaTag
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.markup.prepared_template import MARK, NO_KIND, TEXT_KIND


class MarkedTemplate(Struct, frozen=True):
    """The text to compile, the places in the template of its lines and start tags, and what is wrong in its text."""

    text: str
    places: SourcePlaces
    start_tags: tuple[Location, ...]
    problems: tuple[Problem, ...]


class _Where(Enum):
    """The part of the XML that a character is in; the value finds the next character that can change it."""

    TEXT = re.compile(r"<(?:!--|!\[CDATA\[|[!?/]|[^\W\d][\w.:-]*)?")
    START_TAG = re.compile(r"[\"'>]")
    DOUBLE_QUOTED = re.compile(r'"')
    SINGLE_QUOTED = re.compile(r"'")
    END_TAG = re.compile(r">")
    COMMENT = re.compile(r"-->")
    CHARACTER_DATA = re.compile(r"\]\]>")
    INSTRUCTION = re.compile(r"\?>")


_OPENED_BY = {
    "<!--": _Where.COMMENT,
    "<![CDATA[": _Where.CHARACTER_DATA,
    "<?": _Where.INSTRUCTION,
    "<!": _Where.END_TAG,
    "</": _Where.END_TAG,
    "<": _Where.TEXT,
}
_QUOTED_BY = {'"': _Where.DOUBLE_QUOTED, "'": _Where.SINGLE_QUOTED, ">": _Where.TEXT}
_KIND_OF_TAG = {
    _Where.TEXT: TEXT_KIND,
    _Where.CHARACTER_DATA: TEXT_KIND,
    _Where.COMMENT: NO_KIND,
    _Where.INSTRUCTION: NO_KIND,
}
"""Anywhere else a tag is in an attribute, which can only have text."""
_PRINTED = {*_KIND_OF_TAG} - {_Where.COMMENT, _Where.INSTRUCTION} | {_Where.DOUBLE_QUOTED, _Where.SINGLE_QUOTED}
"""The parts of the XML that are in documents."""
_REST = re.compile(r"([}%#]\})|%7B%(?:7B|25)|%(?:7D|25)%7D", re.IGNORECASE)
"""The end of a tag whose beginning is missing, or braces of a tag that are encoded as in addresses."""
_SHOWN = 40
"""The maximum length of a tag in a message."""
_LINE_END = re.compile(r"\n")
_AFTER_NAME = frozenset(" \n\t/>")


def mark_template(text: str, path: str) -> MarkedTemplate:
    """The marked template of a text with line feeds as line ends. Raises ProblemsFound for an invalid tag."""
    return _TemplateMarker(text, path, find_jinja_tags(text, path)).marked()


class _TemplateMarker:
    """Copies a template and adds the marks."""

    def __init__(self, text: str, path: str, tags: Iterable[JinjaTag]) -> None:
        self._text, self._path = text, path
        self._tags = {tag.start: tag for tag in tags}
        self._line_starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._where = _Where.TEXT
        self._is_raw = self._is_css = False
        """Whether braces are no tags: between `{% raw %}` and `{% endraw %}`, and in a style sheet."""
        self._branches: list[_Where] = []
        self._written: list[str] = []
        self._lines = [Location(path, 1, 1)]
        self._start_tags: list[Location] = []
        self._problems: list[Problem] = []

    def marked(self) -> MarkedTemplate:
        done = 0
        for start, tag in self._tags.items():
            self._data(done, start)
            self._tag(tag)
            done = tag.end
        self._data(done, len(self._text))
        places = SourcePlaces(tuple((line, "") for line in self._lines))
        return MarkedTemplate("".join(self._written), places, tuple(self._start_tags), tuple(self._problems))

    def _place(self, offset: int) -> Location:
        line = bisect_right(self._line_starts, offset)
        return Location(self._path, line, offset - self._line_starts[line - 1] + 1)

    def _copy(self, start: int, end: int) -> None:
        """Copy a part of the template, and keep the places of its lines."""
        self._written.append(self._text[start:end])
        found = _LINE_END.finditer(self._text, start, end)
        self._lines += [self._place(line_end.end()) for line_end in found]

    def _tag(self, tag: JinjaTag) -> None:
        """Write a tag whose expression begins a line and has its kind."""
        if tag.kind in {COMMENT, RAW}:
            self._copy(tag.start, tag.end)
            self._is_raw ^= tag.kind == RAW
            return
        text = self._text
        inner, closing = text[tag.inner_start : tag.inner_end], text[tag.inner_end : tag.end]
        expression = self._printing(inner) if tag.kind == PRINT and inner.strip() else inner
        pieces = [text[tag.start : tag.inner_start], "\n", expression, closing]
        if tag.kind == PRINT and self._where is _Where.CHARACTER_DATA:
            pieces = ["]]>", *pieces, "<![CDATA["]
        self._written += pieces
        self._lines += [self._place(tag.start)] * (1 + inner.count("\n") + closing.count("\n"))
        if tag.kind == STATEMENT:
            self._follow(tag.word)

    def _printing(self, inner: str) -> str:
        """The expression of a tag that prints, with the kind of its place."""
        kind = _KIND_OF_TAG.get(self._where)
        return inner if kind is None else f"({inner})|kind_{kind}"

    def _follow(self, word: str) -> None:
        """Continue each branch of a condition in the part of the XML where the first one began."""
        match word:
            case "if" | "for":
                self._branches.append(self._where)
            case "else" | "elif" if self._branches:
                self._where = self._branches[-1]
            case "endif" | "endfor" if self._branches:
                self._branches.pop()
            case _:
                pass

    def _data(self, start: int, end: int) -> None:
        """Write the text between two tags, with a mark in each start tag."""
        done = start
        while (found := self._where.value.search(self._text, done, end)) is not None:
            self._copy(done, found.end())
            self._find_rests(done, found.start())
            done = found.end()
            self._pass(found)
        self._copy(done, end)
        self._find_rests(done, end)

    def _find_rests(self, start: int, end: int) -> None:
        """Report parts of tags in the text, which documents would contain."""
        if self._is_raw or self._is_css or self._where not in _PRINTED:
            return
        for found in _REST.finditer(self._text, start, end):
            location = self._place(found.start())
            written = self._text[max(start, found.end() - _SHOWN) : found.end()].rpartition("\n")[2].lstrip()
            if found[1] is None:
                self._problems.append(problem("tag-misplaced", location, form="encoded", tag=written))
                return
            self._problems.append(problem("tag-unopened", location, tag=written, closing=found[1]))

    def _pass(self, found: re.Match[str]) -> None:
        if self._where is _Where.TEXT:
            self._open(found)
        elif self._where is _Where.START_TAG:
            self._where = _QUOTED_BY[found[0]]
        else:
            self._where = _Where.START_TAG if self._where in _QUOTED_BY.values() else _Where.TEXT

    def _open(self, found: re.Match[str]) -> None:
        self._where = _OPENED_BY.get(found[0], _Where.START_TAG)
        self._is_css = found[0] == "<style"
        if found[0] == "<!":
            location = self._place(found.start())
            self._problems.append(problem("xml-invalid", location, form="doctype"))
        if self._where is _Where.START_TAG and self._name_ends(found.end()):
            self._written.append(f' {MARK}="{len(self._start_tags)}"')
            self._start_tags.append(self._place(found.start()))

    def _name_ends(self, end: int) -> bool:
        """Whether the element's name is complete: a Jinja tag right after it may continue it."""
        tag = self._tags.get(end)
        next_text = tag.end if tag is not None and tag.kind == STATEMENT else end
        return self._text[next_text : next_text + 1] in _AFTER_NAME
