"""Page XML that is not well-formed: what is wrong, at the place in the template that wrote it."""

import re
from typing import Any

from lxml import etree

from ucap_reports.pdf.template.fill_page import PageXml
from ucap_reports.pdf.template.prepared_template import MARK
from ucap_reports.problems import Problem

_MARK = re.compile(rf' {MARK}="(\d+)"')
_START_TAG = re.compile(rf'<[^\s<>]+ {MARK}="\d+"')
_PLACE = re.compile(r",? line \d+(?:, column \d+)?")
_MISMATCH = re.compile(r"Opening and ending tag mismatch: (\S+) (?:line \d+ )?and ([^\s,]+)")
_ENTITY = re.compile(r"Entity '([^']+)' not defined")


def malformed_problem(page: PageXml, error: etree.XMLSyntaxError) -> Problem:
    """The problem `xml-invalid` for the error that lxml met first."""
    text = error.msg or ""
    start_tag = _last_mark(page.text, *error.position)
    if mismatch := _MISMATCH.search(text):
        start_tag = _innermost_open(page.text, start_tag)
        message, hint = f"<{mismatch[1]}> is not closed before </{mismatch[2]}>", f"write </{mismatch[1]}> before it"
    elif "Premature end of data" in text or "EndTag" in text:
        start_tag = _innermost_open(page.text, start_tag)
        message, hint = "the template ends inside an element", "close the element that begins here"
    elif entity := _ENTITY.search(text):
        message, hint = f"&{entity[1]}; is not known", "write the character itself, or its number as in &#160;"
    elif "xmlParseEntityRef" in text or "EntityRef" in text:
        message, hint = 'a lone "&" begins no character', "write &amp;"
    elif "invalid element name" in text:
        message, hint = 'a lone "<" begins no element', "write &lt;"
    elif "Document is empty" in text or "Start tag expected" in text:
        message, hint = "the template holds no element", "begin with <document>"
    else:
        message, hint = f"this is not well-formed XML: {_PLACE.sub('', text)}", None
    return Problem.error("xml-invalid", message, hint, page.location(start_tag))


def _last_mark(text: str, line: int, column: int) -> int | None:
    """The start tag before a place in the filled page, or the one that begins there."""
    lines = text.split("\n")
    offset = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    begun = _START_TAG.match(text, max(offset, 0))
    marks = _MARK.findall(text, 0, begun.end() if begun else max(offset, 0))
    return int(marks[-1]) if marks else None


def _innermost_open(text: str, otherwise: int | None) -> int | None:
    """The start tag of the innermost element that is open where the page goes wrong."""
    parser: Any = etree.XMLPullParser(events=("start", "end"), resolve_entities=False, no_network=True)
    try:
        parser.feed(text.encode())
        parser.close()
    except etree.XMLSyntaxError:
        pass
    open_marks: list[str | None] = []
    for event, element in parser.read_events():
        if event == "start":
            open_marks.append(element.get(MARK))
        else:
            open_marks.pop()
    marks = [int(mark) for mark in open_marks if mark is not None]
    return marks[-1] if marks else otherwise
