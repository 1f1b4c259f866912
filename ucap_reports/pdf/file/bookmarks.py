"""Bookmarks: the headings of a document and the rows of its tables, in a reader's side bar (ISO 32000-1, 12.3.3)."""

from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.pdf.file.pdf_objects import PdfFile, text_string
from ucap_reports.pdf.layout.flow_items import Outline


class Bookmark(Struct, frozen=True):
    """A bookmark and its target: the index of the page, and a height above its bottom edge."""

    outline: Outline
    page: int
    top: float


def add_bookmarks(document: PdfFile, bookmarks: list[Bookmark], pages: Sequence[int]) -> int:
    """Add the outline of a document; return its number. `pages` are the object numbers of the pages."""
    number = document.reserve()
    first, last, count = _add(document, bookmarks, pages, number)
    document.put(number, f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>".encode("ascii"))
    return number


def _add(document: PdfFile, bookmarks: list[Bookmark], pages: Sequence[int], parent: int) -> tuple[int, int, int]:
    """Add bookmarks below a parent; return the numbers of the first and the last, and their count.

    A bookmark of a deeper level than the one before is below it, folded.
    """
    groups = _groups(bookmarks)
    entries = [document.reserve() for _ in groups]
    for place, (entry, (own, *below)) in enumerate(zip(entries, groups, strict=True)):
        content = f"<</Title{text_string(own.outline.text)}/Parent {parent} 0 R"
        content += f"/Dest[{pages[own.page]} 0 R/XYZ null {own.top:.2f} null]"
        if place:
            content += f"/Prev {entries[place - 1]} 0 R"
        if place + 1 < len(entries):
            content += f"/Next {entries[place + 1]} 0 R"
        if below:
            first, last, count = _add(document, below, pages, entry)
            content += f"/First {first} 0 R/Last {last} 0 R/Count -{count}"
        document.put(entry, f"{content}>>".encode("ascii"))
    return entries[0], entries[-1], len(entries)


def _groups(bookmarks: list[Bookmark]) -> list[list[Bookmark]]:
    """Each bookmark of the upper level with those below it."""
    groups: list[list[Bookmark]] = []
    for bookmark in bookmarks:
        if groups and bookmark.outline.level > groups[-1][0].outline.level:
            groups[-1].append(bookmark)
        else:
            groups.append([bookmark])
    return groups
