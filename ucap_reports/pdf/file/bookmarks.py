"""Bookmarks: the headings of a document and the rows of its tables, in a reader's side bar (ISO 32000-1, 12.3.3)."""

from msgspec import Struct

from ucap_reports.pdf.file.pdf_objects import PdfFile, RawObject, text_string
from ucap_reports.pdf.layout.flow_items import Outline


class Bookmark(Struct, frozen=True):
    """An outline entry and where it leads: the object number of the page, and a height above its bottom edge."""

    outline: Outline
    page: int
    top: float


class Bookmarks(RawObject):
    """The outline of a document, as ReportLab asks for one."""

    ready = 1

    def __init__(self, document: PdfFile, bookmarks: list[Bookmark]) -> None:
        super().__init__(document)
        first, last, count = _write(document, bookmarks, self.number)
        self.content = f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>".encode("ascii")

    def prepare(self, document: PdfFile, canvas: object) -> None:
        """Nothing is left to do."""


def _write(document: PdfFile, bookmarks: list[Bookmark], parent: int) -> tuple[int, int, int]:
    """Put bookmarks below their parent: the numbers of the first and the last, and how many there are.

    What has a deeper level than the one before it stands below that, folded up.
    """
    groups = _groups(bookmarks)
    entries = [document.reserve() for _ in groups]
    for place, (entry, (own, *below)) in enumerate(zip(entries, groups, strict=True)):
        content = f"<</Title{text_string(own.outline.text)}/Parent {parent} 0 R"
        content += f"/Dest[{own.page} 0 R/XYZ null {own.top:.2f} null]"
        if place:
            content += f"/Prev {entries[place - 1]} 0 R"
        if place + 1 < len(entries):
            content += f"/Next {entries[place + 1]} 0 R"
        if below:
            first, last, count = _write(document, below, entry)
            content += f"/First {first} 0 R/Last {last} 0 R/Count -{count}"
        document.put(entry, f"{content}>>".encode("ascii"))
    return entries[0], entries[-1], len(entries)


def _groups(bookmarks: list[Bookmark]) -> list[list[Bookmark]]:
    """Each bookmark that stands on its own, with those below it."""
    groups: list[list[Bookmark]] = []
    for bookmark in bookmarks:
        if groups and bookmark.outline.level > groups[-1][0].outline.level:
            groups[-1].append(bookmark)
        else:
            groups.append([bookmark])
    return groups
