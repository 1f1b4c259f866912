"""Distributes flow items over pages."""

from collections.abc import Iterable

from msgspec import Struct, field
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


class _FilledPage(Struct):
    is_broken: bool
    """Whether it begins because the page before was full. The space before its first item is left out, as in Word."""
    placed: list[PlacedItem] = field(default_factory=list)
    used: float = 0.0

    def is_fresh(self) -> bool:
        """Whether it has nothing but repeated rows."""
        return all(placed.is_repeated for placed in self.placed)

    def gap(self, item: FlowItem) -> float:
        return 0.0 if self.is_broken and not self.placed else item.gap

    def add(self, item: FlowItem, *, is_repeated: bool = False) -> None:
        y = self.used + self.gap(item)
        self.placed.append(PlacedItem(item, y, is_repeated))
        self.used = y + item.height

    def take_kept(self) -> list[FlowItem]:
        """Remove and return the items that must not be last on the page; none if there are no others."""
        end = kept_before(self.placed, len(self.placed))
        if all(placed.is_repeated for placed in self.placed[:end]):
            return []
        kept = [placed.item for placed in self.placed[end:]]
        del self.placed[end:]
        return kept


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
    pages = [page.placed for page in filling.pages]
    if pages[-1] and _is_pinned(last := pages[-1][-1].item):
        pages[-1][-1] = PlacedItem(last, height - last.height)
    return pages


class _PageFilling:
    """Fills pages."""

    def __init__(self, height: float, template: str) -> None:
        self._height = height
        self._template = template
        self.pages = [_FilledPage(is_broken=False)]
        self.is_ended = False
        """Whether the next item must be on a new page."""

    def add(self, item: FlowItem) -> None:
        """Place an item on the page, or the part that fits, and the rest on the next pages."""
        if self.is_ended and self.pages[-1].placed:
            self.pages.append(_FilledPage(is_broken=False))
        self.is_ended = False
        rest: FlowItem | None = item
        while rest is not None:
            rest = self._place(rest)

    def _place(self, item: FlowItem) -> FlowItem | None:
        """Place an item or a part of it on the page; return the rest."""
        page = self.pages[-1]
        if not page.placed:
            self._repeat_head(page, item)
        room = self._height - page.used - page.gap(item)
        if item.height <= room + _TOLERANCE:
            page.add(item)
            return None
        parts = item.split(room, forced=False) or (item.split(room, forced=True) if page.is_fresh() else None)
        if parts is not None:
            page.add(parts[0])
            self.pages.append(_FilledPage(is_broken=True))
            return parts[1]
        if page.is_fresh():
            raise ProblemsFound([problem("block-too-high", Location(self._template, item.line))])
        kept = page.take_kept()
        self.pages.append(_FilledPage(is_broken=True))
        for earlier in kept:
            self.add(earlier)
        return item

    def _repeat_head(self, page: _FilledPage, item: FlowItem) -> None:
        if isinstance(item.body, LaidRow):
            for row in item.body.head:
                page.add(row, is_repeated=True)


def _is_pinned(item: FlowItem) -> bool:
    return isinstance(item.body, Panel) and item.body.style.pin == "foot"
