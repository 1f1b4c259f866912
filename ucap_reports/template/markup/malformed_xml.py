"""Explains filled templates that are not well-formed XML, at the place in the template."""

import re
from contextlib import suppress
from typing import Any

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.template.markup.prepared_template import MARK, FilledTemplate

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


def malformed_problem(page: FilledTemplate, error: etree.XMLSyntaxError) -> Problem:
    """The problem `xml-invalid` for the first error of lxml."""
    text = error.msg or ""
    start_tag = _last_mark(page.text, *error.position)
    form, found = next((form, found) for form, pattern in _FORMS if (found := re.search(pattern, text)))
    if form in {"unclosed", "unfinished"}:
        start_tag = _innermost_open(page.text, start_tag)
    values = found.groupdict() | {"reason": _PLACE.sub("", text)}
    return problem("xml-invalid", page.location(start_tag), form=form, **values)


def _last_mark(text: str, line: int, column: int) -> int | None:
    """The start tag before a place in the filled page, or the one that begins there."""
    lines = text.split("\n")
    offset = max(sum(len(before) + 1 for before in lines[: line - 1]) + column - 1, 0)
    begun = _START_TAG.match(text, offset)
    marks = _MARK.findall(text, 0, begun.end() if begun else offset)
    return int(marks[-1]) if marks else None


def _innermost_open(text: str, otherwise: int | None) -> int | None:
    """The start tag of the innermost element that is open at the error."""
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
