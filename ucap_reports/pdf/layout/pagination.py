"""Distributes flow items over pages."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.layout.boxes import Panel
from ucap_reports.pdf.layout.flow_items import FlowItem, kept_before
from ucap_reports.pdf.layout.table_layout import LaidRow
from ucap_reports.pdf.layout.text_columns import TextColumns
from ucap_reports.problems import Location, ProblemsFound, problem

_TOLERANCE = 0.01
"""Points by which sums of the same heights may differ."""


class PlacedItem(Struct, frozen=True):
    """An item on a page, `y` points below the top of the page's body; `is_repeated` for repeated header rows."""

    item: FlowItem
    y: float
    is_repeated: bool = False

    @property
    def keeps_next(self) -> bool:
        """Whether the item stays with the one after it."""
        return self.item.keeps_next and not self.is_repeated


class NewPage(Struct, frozen=True):
    """A page break; two of them, or one at the start or the end, leave no empty page."""


def paginate(items: Iterable[FlowItem | NewPage], height: float, template: str) -> list[list[PlacedItem]]:
    """The items on pages with a body of that height; one empty page if there are no items. Columns of text begin with
    headings unless this takes more pages.

    Raises ProblemsFound (`block-too-high`) for an item that is too high for a page, at its line of the page template.
    """
    items = list(items)
    pages = _filled_pages(items, height, template)
    if not any(isinstance(item, FlowItem) and isinstance(item.body, TextColumns) for item in items):
        return pages
    headed = _filled_pages(map(_headed, items), height, template)
    return headed if len(headed) <= len(pages) else pages


def _headed(item: FlowItem | NewPage) -> FlowItem | NewPage:
    """The item, whose columns of text begin with headings where possible."""
    if isinstance(item, NewPage) or not isinstance(item.body, TextColumns):
        return item
    body = item.body.by_heading()
    return replace(item, body=body, height=body.height)


def _filled_pages(items: Iterable[FlowItem | NewPage], height: float, template: str) -> list[list[PlacedItem]]:
    filling = _PageFilling(height, template)
    for item in items:
        if isinstance(item, NewPage):
            filling.is_ended = True
        else:
            filling.add(item)
    last = filling.pages[-1]
    if last and isinstance(panel := last[-1].item.body, Panel) and panel.style.pin == "foot":
        last[-1] = PlacedItem(last[-1].item, height - panel.height)
    return filling.pages


class _PageFilling:
    """Fills pages; the last one is being filled."""

    def __init__(self, height: float, template: str) -> None:
        self._height = height
        self._template = template
        self.pages: list[list[PlacedItem]] = [[]]
        self._used = 0.0
        self._is_broken = False
        """Whether the page begins because the one before was full. The space before its first item is left out, as in
        Word.
        """
        self.is_ended = False
        """Whether the next item must be on a new page."""

    def add(self, item: FlowItem) -> None:
        """Place an item on the page, or the part that fits, and the rest on the next pages."""
        if self.is_ended and self.pages[-1]:
            self._turn(is_broken=False)
        self.is_ended = False
        rest: FlowItem | None = item
        while rest is not None:
            rest = self._place(rest)

    def _place(self, item: FlowItem) -> FlowItem | None:
        """Place an item or a part of it on the page; return the rest."""
        page = self.pages[-1]
        if not page and isinstance(item.body, LaidRow):
            for row in item.body.head:
                self._put(row, is_repeated=True)
        room = self._height - self._used - self._gap(item)
        if item.height <= room + _TOLERANCE:
            self._put(item)
            return None
        is_fresh = _has_only_repeated(page)
        parts = item.split(room, forced=False) or (item.split(room, forced=True) if is_fresh else None)
        if parts is not None:
            self._put(parts[0])
            self._turn(is_broken=True)
            return parts[1]
        if is_fresh:
            raise ProblemsFound([problem("block-too-high", Location(self._template, item.line))])
        end = kept_before(page, len(page))
        kept = [] if _has_only_repeated(page[:end]) else [placed.item for placed in page[end:]]
        del page[len(page) - len(kept) :]
        self._turn(is_broken=True)
        for earlier in kept:
            self.add(earlier)
        return item

    def _gap(self, item: FlowItem) -> float:
        return 0.0 if self._is_broken and not self.pages[-1] else item.gap

    def _put(self, item: FlowItem, *, is_repeated: bool = False) -> None:
        y = self._used + self._gap(item)
        self.pages[-1].append(PlacedItem(item, y, is_repeated))
        self._used = y + item.height

    def _turn(self, *, is_broken: bool) -> None:
        """Begin a new page."""
        self.pages.append([])
        self._used, self._is_broken = 0.0, is_broken


def _has_only_repeated(page: list[PlacedItem]) -> bool:
    return all(placed.is_repeated for placed in page)
