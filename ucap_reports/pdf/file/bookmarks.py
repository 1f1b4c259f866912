"""Bookmarks: the headings of a document and the rows of its tables, in a reader's side bar (ISO 32000-1, 12.3.3)."""

from collections.abc import Callable, Sequence

from ucap_reports.pdf.file.canvas import Bookmark
from ucap_reports.pdf.file.pdf_objects import PdfFile, text_string
from ucap_reports.pdf.file.tag_tree import TagNode


def add_bookmarks(
    document: PdfFile,
    bookmarks: list[Bookmark],
    pages: Sequence[int],
    root: TagNode | None,
    *,
    opened: bool = False,
) -> int:
    """Add the outline of a document; return its number. `pages` are the object numbers of the pages.

    With `root`, bookmarks lead to structure elements (ISO 32000-2, 12.3.2.3), and in older readers to their places; it
    is the element for headings without text, which are not in the tag tree. If it is `opened`, the bookmarks below the
    title are shown.
    """

    def target(bookmark: Bookmark) -> str:
        return target_entry(bookmark, pages, root)

    number = document.reserve()
    first, last, count = _add(document, bookmarks, target, number, opened=opened)
    document.put(number, f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>".encode("ascii"))
    return number


def target_entry(bookmark: Bookmark, pages: Sequence[int], root: TagNode | None) -> str:
    """Return where a bookmark or a link leads, as an entry of its dictionary; see `add_bookmarks`."""
    place = f"[{pages[bookmark.page]} 0 R/XYZ null {bookmark.top:.2f} null]"
    if root is None:
        return f"/Dest{place}"
    element = f"[{bookmark.outline.node.number or root.number} 0 R/XYZ null {bookmark.top:.2f} null]"
    return f"/A<</S/GoTo/D{place}/SD{element}>>"


def _add(
    document: PdfFile,
    bookmarks: list[Bookmark],
    target: Callable[[Bookmark], str],
    parent: int,
    *,
    opened: bool = False,
) -> tuple[int, int, int]:
    """Add bookmarks below a parent; return the numbers of the first and the last, and the count of those shown.

    A bookmark of a deeper level than the one before is below it, folded unless it is `opened`. `target` writes where
    one leads, as an entry of its dictionary.
    """
    groups = _groups(bookmarks)
    entries = [document.reserve() for _ in groups]
    shown = len(entries)
    for place, (entry, (own, *below)) in enumerate(zip(entries, groups, strict=True)):
        content = f"<</Title{text_string(own.outline.text)}/Parent {parent} 0 R{target(own)}"
        if place:
            content += f"/Prev {entries[place - 1]} 0 R"
        if place + 1 < len(entries):
            content += f"/Next {entries[place + 1]} 0 R"
        if below:
            first, last, count = _add(document, below, target, entry)
            content += f"/First {first} 0 R/Last {last} 0 R/Count {count if opened else -count}"
            shown += count if opened else 0
        document.put(entry, f"{content}>>".encode("ascii"))
    return entries[0], entries[-1], shown


def _groups(bookmarks: list[Bookmark]) -> list[list[Bookmark]]:
    """Each bookmark of the upper level with those below it."""
    groups: list[list[Bookmark]] = []
    for bookmark in bookmarks:
        if groups and bookmark.outline.level > groups[-1][0].outline.level:
            groups[-1].append(bookmark)
        else:
            groups.append([bookmark])
    return groups
