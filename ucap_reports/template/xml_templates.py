"""Templates in XML with Jinja tags, which the PDF and the web page use: prepared once, then filled for each summary.

Filling repeats and drops parts of a template, so that places in its output are useless to its author. Therefore marks
connect the output to its source: every element has the number of its start tag, and every Jinja tag, which gets a line
of its own for compiling, is known by its line and has the kind of its place.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from html import escape
from itertools import count
from typing import Any

from lxml import etree
from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.template.jinja.jinja_templates import (
    COMMENT,
    PRINT,
    RAW,
    STATEMENT,
    CompiledTemplate,
    DeclaredFacts,
    JinjaTag,
    WrittenTag,
    compile_template,
    find_jinja_tags,
    read_tags,
)
from ucap_reports.template.jinja.rendering_state import RENDERING, SourceLocations
from ucap_reports.template.pack import PackFile

MARK = "start-tag"
"""The attribute with the number of an element's start tag in the template, from 0."""
TEXT_KIND = "text"
"""The kind of a tag that prints into the text of an element."""
NO_KIND = "nowhere"
"""The kind of a tag in a comment."""
KINDS = (TEXT_KIND, NO_KIND)


class PreparedTemplate(Struct, frozen=True):
    """A template, ready to be filled; `start_tags` has the place of each mark's start tag."""

    compiled: CompiledTemplate
    start_tags: tuple[Location, ...]


class FilledTemplate(Struct, frozen=True):
    """A filled template: `start_tags` has the place of each mark's start tag; `path` is its name in problems."""

    text: str
    path: str
    start_tags: tuple[Location, ...]

    def location(self, start_tag: int | None) -> Location:
        """Return the place in the template of the start tag of that number; of None the beginning."""
        if start_tag is None:
            return Location(self.path, 1, 1)
        return self.start_tags[start_tag]


# Preparing
_XML_DECLARATION = LazyPattern(r"\A\s*<\?xml\s[^>]*\?>")
_MOST_ELEMENTS, _MOST_CHARACTERS = 10_000, 1_000_000
"""Limits of a page: its elements and attributes, and its characters. Pages have some hundred elements."""
_MOST_TAGS = 1_000
_NOT_LINE_END = LazyPattern(r"[^\n]")
_ANY_LINE_END = LazyPattern(r"\r\n?|\n")


@lru_cache(maxsize=64)
def prepared_template(kind: str, template: PackFile) -> PreparedTemplate:
    """Return the template, ready to be filled, from the cache of that kind where possible; see `compile_markup`."""
    key = (template.path, template.content)
    return cached_artifact(kind, key, PreparedTemplate, lambda: compile_markup(template))


def compile_markup(template: PackFile) -> PreparedTemplate:
    """Return the template, ready to be filled; an XML declaration at its beginning is ignored.

    Raises ProblemsFound for tags that cannot be compiled, at their places in the template, and for a template that is
    not UTF-8 (`encoding-invalid`), has a DOCTYPE (`xml-invalid`), parts of tags (`tag-unopened`, `tag-misplaced`) or
    too many tags (`tags-too-many`).
    """
    marked = mark_template(template_text(template), template.path)
    compiled = compile_template(marked.text, marked.locations, KINDS)
    if marked.problems:  # checked last, because an unclosed tag looks like the end of another one
        raise ProblemsFound(marked.problems)
    return PreparedTemplate(compiled, marked.start_tags)


def template_text(template: PackFile) -> str:
    """Return the template's text with its line ends normalised, and its XML declaration replaced by spaces.

    Raises ProblemsFound if it is not UTF-8 (`encoding-invalid`) or is too large (`tags-too-many`, `page-too-large`).
    """
    try:
        text = template.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemsFound([problem("encoding-invalid", Location(template.path), form="page")]) from None
    if is_too_large(text):
        raise ProblemsFound([too_large(template.path)])
    if text.count("{{") + text.count("{%") > _MOST_TAGS:
        raise ProblemsFound([problem("tags-too-many", Location(template.path, 1, 1), limit=_MOST_TAGS)])
    with_line_feeds = _ANY_LINE_END.sub("\n", text)
    return _XML_DECLARATION.sub(_blanked, with_line_feeds, count=1)


def _blanked(match: re.Match[str]) -> str:
    """Return spaces in the place of a text, so that what follows it keeps its line and column."""
    return _NOT_LINE_END.sub(" ", match[0])


def tag_problems(
    template: PackFile,
    summary: type,
    facts: Mapping[type, DeclaredFacts] | None = None,
) -> tuple[Problem, ...]:
    """Return the problems of each tag. `summary` is the class of the value of that name; for `facts` see
    `read_tags`.
    """
    try:
        text = template_text(template)
        tags = tuple(find_jinja_tags(text, template.path))
    except ProblemsFound as error:
        return error.problems
    written_tags = _written(text, tags, template.path)
    return tuple(read_tags(written_tags, {"summary": summary}, facts))


def is_too_large(text: str) -> bool:
    """Return whether page XML has too many elements and attributes, counted without parsing it, or too
    many characters.
    """
    counted = text.count("<") + text.count("=")
    if counted > _MOST_ELEMENTS:  # few pages are near the limit without their end tags
        counted -= text.count("</")
    return counted > _MOST_ELEMENTS or len(text) > _MOST_CHARACTERS


def too_large(path: str) -> Problem:
    """Return the problem of a page for which `is_too_large` is true."""
    where = Location(path, 1, 1)
    return problem("page-too-large", where, form="size", elements=_MOST_ELEMENTS, characters=_MOST_CHARACTERS)


def _written(text: str, tags: Sequence[JinjaTag], path: str) -> Iterator[WrittenTag]:
    """Yield the tags that print a value or are statements, with their places."""
    for tag in tags:
        content = text[tag.inner_start : tag.inner_end].strip()
        if tag.kind in (PRINT, STATEMENT) and content:
            line = text.count("\n", 0, tag.start) + 1
            line_start = text.rfind("\n", 0, tag.start) + 1
            location = Location(path, line, tag.start - line_start + 1)
            yield WrittenTag(content, tag.kind == PRINT, SourceLocations.at(location))


# Filling
_MARK = LazyPattern(rf' {MARK}="(\d+)"')
_START_TAG = LazyPattern(rf'<[^\s<>]+ {MARK}="\d+"')
_PLACE = LazyPattern(r",? line \d+(?:, column \d+)?")
_FORMS = (
    ("unclosed", r"Opening and ending tag mismatch: (?P<element>\S+) (?:line \d+ )?and (?P<parent>[^\s,]+)"),
    ("unfinished", "Premature end of data|EndTag"),
    ("entity", "Entity '(?P<entity>[^']+)' not defined"),
    ("ampersand", "EntityRef"),
    ("less-than", "invalid element name"),
    ("empty", "Document is empty|Start tag expected"),
    ("other", ""),
)
"""The wordings of `xml-invalid` by the messages of libxml2 and their values."""


def nearest_mark(elements: Iterable[Any]) -> int | None:
    """Return the mark of the first of the elements (of lxml) that has one."""
    for element in elements:
        mark = element.get(MARK)
        if mark is not None:
            return int(mark)
    return None


def picture_reference(picture: PictureFacts, kind: str, pictures: dict[str, PictureFacts], example: str) -> str:
    """Return the reference to a picture in an attribute, by which it is added to `pictures`; empty without a picture.

    A tag of that `kind` that prints a picture into text is reported; `example` is how to print it.
    """
    if kind == TEXT_KIND:
        RENDERING.get().report(problem("value-not-text", kind="a picture", hint=f"print it as in {example}"))
    if not picture or kind:
        return ""
    reference = f"{picture.field} {picture.width:g}"
    pictures[reference] = picture
    return escape(reference)


def malformed_problem(page: FilledTemplate, error: etree.XMLSyntaxError) -> Problem:
    """Return the problem `xml-invalid` for the first error of lxml."""
    text = error.msg or ""
    start_tag = _last_mark(page.text, *error.position)
    form, values = _form_of(text)
    if form in {"unclosed", "unfinished"}:
        start_tag = _innermost_open(page.text, start_tag)
    values["reason"] = _PLACE.sub("", text)
    return problem("xml-invalid", page.location(start_tag), form=form, **values)


def _form_of(message: str) -> tuple[str, dict[str, str | Any]]:
    """Return the wording of `xml-invalid` for a message of libxml2, and the values in it."""
    for form, pattern in _FORMS:
        match = re.search(pattern, message)
        if match is not None:
            return form, match.groupdict()
    raise LookupError(message)  # the last pattern is in any message


def _last_mark(text: str, line: int, column: int) -> int | None:
    """Return the start tag before a place in the filled page, or the one that begins there."""
    lines_before = text.split("\n")[: line - 1]
    line_start = sum([len(line_before) + 1 for line_before in lines_before])
    offset = max(line_start + column - 1, 0)
    start_tag = _START_TAG.match(text, offset)
    end = offset if start_tag is None else start_tag.end()
    marks = _MARK.findall(text, 0, end)
    return int(marks[-1]) if marks else None


def _innermost_open(text: str, otherwise: int | None) -> int | None:
    """Return the start tag of the innermost element that is open at the error."""
    parser: Any = etree.XMLPullParser(events=("start", "end"), resolve_entities=False, no_network=True)
    with suppress(etree.XMLSyntaxError):
        parser.feed(text.encode())
        parser.close()
    open_marks: list[str | None] = []
    for event, element in parser.read_events():
        if event == "start":
            open_marks.append(element.get(MARK))
        else:
            open_marks.pop()
    marks = [int(mark) for mark in open_marks if mark is not None]
    return marks[-1] if marks else otherwise


# Marking
_LINE_END = LazyPattern(r"\n")
_FILLER = "\0"
"""The character in the place of each one of a Jinja tag, while the XML around the tags is read."""
_PIECE = LazyPattern(
    r"""
    (?P<comment> <!-- .*? (?: --> | \Z ) )
    | (?P<data> <!\[CDATA\[ .*? (?: \]\]> | \Z ) )
    | (?P<instruction> <\? .*? (?: \?> | \Z ) )
    | (?P<doctype> <! [^>]* >? )
    | (?P<end> </ [^>]* >? )
    | (?P<start>
        < (?P<name> [^\W\d][\w.:-]* )
        (?: " [^"<]* "? | ' [^'<]* '? | [^<>"'] )*+
        >?
      )
    """,
    re.DOTALL | re.VERBOSE,
)
"""What is not text in XML; a start tag ends before the next one, whatever quotation marks are in its branches."""
_TEXT = "text"
_STYLE_SHEET = "css"
_KINDS = {_TEXT: TEXT_KIND, _STYLE_SHEET: TEXT_KIND, "data": TEXT_KIND, "comment": NO_KIND, "instruction": NO_KIND}
"""The kinds of tags that print, by their place. Anywhere else a tag is in an attribute, which can only have text."""
_PRINTED = (_TEXT, "data", "start")
"""The parts of the XML that are in documents, and in which braces are those of tags."""
_STRAY_BRACES = LazyPattern(
    r"""
    (?P<end> [}%\#]\} )                                         # of a tag whose beginning is missing
    | (?P<encoded> %7B%(?:7B|25) | %(?:7D|25)%7D ) [^"'<>]*     # as in addresses
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE = LazyPattern(rf"[{_FILLER}\n<>]|=[\"']")
"""What is not part of the text before the end of a tag."""
_SHOWN = 40
"""The maximum length of a tag in a message."""
_AFTER_NAME = frozenset(" \n\t/>")


class MarkedTemplate(Struct, frozen=True):
    """The text to compile, the places in the template of its lines and start tags, and what is wrong in its text."""

    text: str
    locations: SourceLocations
    start_tags: tuple[Location, ...]
    problems: tuple[Problem, ...]


def mark_template(text: str, path: str) -> MarkedTemplate:
    """Return the marked template of a text with line feeds as line ends. Raises ProblemsFound for an invalid tag."""
    tags = tuple(find_jinja_tags(text, path))
    return _TemplateMarker(text, path, tags).marked()


class _TemplateMarker:
    """Copies a template and adds the marks."""

    def __init__(self, text: str, path: str, tags: Sequence[JinjaTag]) -> None:
        self._text = text
        self._path = path
        self._tags = tags
        self._line_starts = [0, *[line_end.end() for line_end in _LINE_END.finditer(text)]]
        self._xml = _without_tags(text, tags)
        """The text with fillers in the place of tags."""
        self._pieces = tuple(_PIECE.finditer(self._xml))
        """The parts of the XML that are not text."""
        self._starts = [piece.start() for piece in self._pieces]
        """The offsets at which they begin."""
        self._written: list[str] = []
        """The text to compile, piece by piece."""
        self._lines = [Location(path, 1, 1)]
        """The places of its lines."""

    def marked(self) -> MarkedTemplate:
        """Return the template with a mark after the name of each start tag, and with tags that have their kinds."""
        statements = {tag.start: tag.end for tag in self._tags if tag.kind == STATEMENT}
        start_tags = [piece for piece in self._pieces if self._is_marked(piece, statements)]
        insertions: list[tuple[int, JinjaTag | None]] = [(piece.end("name"), None) for piece in start_tags]
        insertions += [(tag.start, tag) for tag in self._tags]
        insertions.sort(key=_order_of_insertion)
        copied = 0
        numbers = count()
        for offset, tag in insertions:
            self._copy(copied, offset)
            if tag is None:
                self._written.append(f' {MARK}="{next(numbers)}"')
                copied = offset
            else:
                self._tag(tag)
                copied = tag.end
        self._copy(copied, len(self._text))
        lines = SourceLocations(tuple([(line, "") for line in self._lines]))
        marks = tuple([self._place(piece.start()) for piece in start_tags])
        return MarkedTemplate("".join(self._written), lines, marks, tuple(self._problems()))

    def _place(self, offset: int) -> Location:
        """Return the line and the column of an offset in the template."""
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
        part = self._part(tag.start)
        opening = self._text[tag.start : tag.inner_start]
        inner = self._text[tag.inner_start : tag.inner_end]
        closing = self._text[tag.inner_end : tag.end]
        expression = inner
        if tag.kind == PRINT and inner.strip() and part in _KINDS:
            expression = f"({inner})|kind_{_KINDS[part]}"
        pieces = [opening, "\n", expression, closing]
        if tag.kind == PRINT and part == "data":
            pieces = ["]]>", *pieces, "<![CDATA["]
        self._written += pieces
        line_count = 1 + inner.count("\n") + closing.count("\n")
        self._lines += [self._place(tag.start)] * line_count

    def _problems(self) -> Iterator[Problem]:
        """Yield errors about document types, and about parts of tags in the text, which documents would contain."""
        for piece in self._pieces:
            if piece["doctype"]:
                yield problem("xml-invalid", self._place(piece.start()), form="doctype")
        raw = [tag for tag in self._tags if tag.kind == RAW]
        raw_texts = [range(first.end, last.start) for first, last in zip(raw[::2], raw[1::2], strict=False)]
        for braces in _STRAY_BRACES.finditer(self._xml):
            start = braces.start()
            if self._part(start) not in _PRINTED or any(start in raw_text for raw_text in raw_texts):
                continue
            location = self._place(start)
            is_encoded = braces["encoded"] is not None
            end = braces.end("encoded" if is_encoded else "end")
            text_before_end = self._xml[max(0, end - _SHOWN) : end]
            tag = _BEFORE.split(text_before_end)[-1].lstrip()
            if is_encoded:
                yield problem("tag-misplaced", location, form="encoded", tag=tag)
            else:
                yield problem("tag-unopened", location, tag=tag, closing=braces["end"])

    def _is_marked(self, piece: re.Match[str], statements: Mapping[int, int]) -> bool:
        """Return whether a piece is a start tag whose name is complete: a Jinja tag right after it may continue it."""
        if not piece["name"]:
            return False
        end = piece.end("name")
        following = statements.get(end, end)
        return self._text[following : following + 1] in _AFTER_NAME


def _without_tags(text: str, tags: Sequence[JinjaTag]) -> str:
    """Return a text with a filler for each character of its tags."""
    pieces = []
    end = 0
    for tag in tags:
        pieces.append(text[end : tag.start])
        pieces.append(_FILLER * (tag.end - tag.start))
        end = tag.end
    pieces.append(text[end:])
    return "".join(pieces)


def _order_of_insertion(insertion: tuple[int, JinjaTag | None]) -> tuple[int, bool]:
    """Return the place of a mark or a tag: at one offset, the mark is before the tag."""
    offset, tag = insertion
    return offset, tag is not None
