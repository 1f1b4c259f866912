"""A prepared template in XML, and the marks that connect its output to its source: the number of each start tag, and
the kind of each Jinja tag.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from html import escape
from typing import Any

from lxml import etree
from msgspec import Struct

from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.template.jinja.compiled_template import CompiledTemplate
from ucap_reports.template.jinja.render_budget import RENDERING
from ucap_reports.template.pack import PackFile

MARK = "start-tag"
"""The attribute with the number of an element's start tag in the template, from 0."""
TEXT_KIND = "text"
"""The kind of a tag that prints into the text of an element."""
NO_KIND = "nowhere"
"""The kind of a tag in a comment."""
KINDS = (TEXT_KIND, NO_KIND)
_MOST_ELEMENTS, _MOST_CHARACTERS = 10_000, 1_000_000
"""Limits of a page: its elements and attributes, and its characters. Pages have some hundred elements."""
XML_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_MARK = re.compile(rf' {MARK}="(\d+)"')
_START_TAG = re.compile(rf'<[^\s<>]+ {MARK}="\d+"')
_PLACE = re.compile(r",? line \d+(?:, column \d+)?")
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


def is_too_large(text: str) -> bool:
    """Return whether page XML has too many elements and attributes, counted without parsing it, or too
    many characters.
    """
    counted = text.count("<") - text.count("</") + text.count("=")
    return counted > _MOST_ELEMENTS or len(text) > _MOST_CHARACTERS


def too_large(path: str) -> Problem:
    """Return the problem of a page for which `is_too_large` is true."""
    return problem("page-too-large", Location(path, 1, 1), elements=_MOST_ELEMENTS, characters=_MOST_CHARACTERS)


class PreparedTemplate(Struct, frozen=True):
    """A template, ready to be filled; `start_tags` has the place of each mark's start tag."""

    compiled: CompiledTemplate
    start_tags: tuple[Location, ...]


@lru_cache(maxsize=64)
def prepared_template(kind: str, template: PackFile, prologue: re.Pattern[str] = XML_DECLARATION) -> PreparedTemplate:
    """Return the template, ready to be filled, from the cache of that kind where possible; see `compile_markup`."""

    def make() -> PreparedTemplate:
        from ucap_reports.template.markup.compile_markup import compile_markup  # noqa: PLC0415 - most templates are cached

        return compile_markup(template, prologue)

    return cached_artifact(kind, (template.path, template.content), PreparedTemplate, make)


class FilledTemplate(Struct, frozen=True):
    """A filled template: `start_tags` has the place of each mark's start tag; `path` is its name in problems."""

    text: str
    path: str
    start_tags: tuple[Location, ...]

    def location(self, start_tag: int | None) -> Location:
        """Return the place in the template of the start tag of that number; of None the beginning."""
        return Location(self.path, 1, 1) if start_tag is None else self.start_tags[start_tag]


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
    lines = text.split("\n")
    offset = max(sum(len(before) + 1 for before in lines[: line - 1]) + column - 1, 0)
    begun = _START_TAG.match(text, offset)
    marks = _MARK.findall(text, 0, begun.end() if begun else offset)
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
