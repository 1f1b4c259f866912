"""Marks for the watermark of drafts: in each header, and for pages without a header."""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from ucap_reports.word.compile.jinja_source import Snippet, snippet
from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.render.draft_watermark import IDENTIFIER
from ucap_reports.word.render.table_grid import DRAFT, grid_mark

_TYPE, _SECTION = qualified("w:type"), qualified("w:sectPr")
_REFERENCE = '<w:headerReference w:type="{}" r:id="{}"/>'


def draft_marks(root: etree._Element, settings: etree._Element | None) -> Iterator[Snippet]:
    """The marks in a part: at the end of a header, or in sections of the document without headers."""
    if root.tag == qualified("w:document"):
        yield from _missing_headers(root, settings)
    elif root.tag == qualified("w:hdr"):
        yield snippet(root.append, grid_mark(DRAFT))


def _missing_headers(document: etree._Element, settings: etree._Element | None) -> Iterator[Snippet]:
    """References to a header in the sections whose pages, or some of them, have none (ECMA-376, 17.10)."""
    known: set[str] = set()
    is_even = settings is not None and settings.find(qualified("w:evenAndOddHeaders")) is not None
    body = document.find(qualified("w:body"))
    if body is not None and body.find(_SECTION) is None:
        reference = _REFERENCE.format("default", IDENTIFIER)
        yield snippet(body.append, grid_mark(DRAFT, f"<w:sectPr>{reference}</w:sectPr>"))
    for section in document.iter(_SECTION):
        known |= {str(each.get(_TYPE)) for each in section.iterfind(qualified("w:headerReference"))}
        needed = {"default", *(["even"] if is_even else [])}
        needed |= {"first"} if section.find(qualified("w:titlePg")) is not None else set()
        if missing := sorted(needed - known):
            references = "".join(_REFERENCE.format(each, IDENTIFIER) for each in missing)
            yield snippet(partial(section.insert, 0), grid_mark(DRAFT, references))
            known |= needed
