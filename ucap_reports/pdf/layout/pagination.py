"""Distributes flow items over pages."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.layout.flow_items import FlowItem, Panel, PossibleBreak, kept_before
from ucap_reports.pdf.layout.table_layout import LaidRow
from ucap_reports.pdf.layout.text_columns import TextColumns
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.template.lengths_and_colours import TOLERANCE, Length

_FULL = 0.85
"""The part of a page from which a row that does not fit begins the next page instead of being split."""


_WITH_FOOT = 0.25
"""The height of an item that goes to the last page with the foot, at most, as a part of the height of a page."""
_LEAST_ABOVE_FOOT = Length.mm(4)
"""The least space above the foot where its own would divide sections between columns; less in Word files, in which more
lines may be needed (`LEAST_ABOVE_FOOT`).
"""


class PlacedItem(Struct, frozen=True, gc=False):
    """An item on a page, `y` points below the top of the page's body; `is_repeated` for repeated header rows."""

    item: FlowItem
    y: float
    is_repeated: bool = False

    @property
    def keeps_next(self) -> bool:
        """Whether the item stays with the one after it."""
        return self.item.keeps_next and not self.is_repeated


def paginate(sections: Iterable[Sequence[FlowItem]], height: float, template: str) -> list[list[PlacedItem]]:
    """Return the items of each section on pages of its own, with a body of that height; one empty page if there are no
    items.

    Raises ProblemsFound (`block-too-high`) for an item that is too high for a page, at its line of the page template.
    """
    return [page for section in sections for page in _pages(section, height, template)] or [[]]


def _pages(section: Sequence[FlowItem], height: float, template: str) -> list[list[PlacedItem]]:
    """Return the items of a section on pages. Columns of text begin with headings, and rows of tables are whole where
    the page before is nearly full, unless this takes more pages.
    """
    pages = _filled_pages(section, height, template)
    if not any(isinstance(item.body, TextColumns) for item in section):
        return pages
    headed = _filled_pages([_headed(item) for item in section], height, template)
    return headed if len(headed) <= len(pages) else pages


def _filled_pages(items: Sequence[FlowItem], height: float, template: str) -> list[list[PlacedItem]]:
    pages = _filled(items, PageFilling(height, template))
    if len(pages) == 1 or not any(isinstance(item.body, LaidRow) for item in items):
        return pages
    whole = _filled(items, PageFilling(height, template, whole_rows=True))
    return whole if len(whole) <= len(pages) else pages


def _filled(items: Iterable[FlowItem], filling: "PageFilling") -> list[list[PlacedItem]]:
    for item in items:
        filling.add(item)
    return [*filling.full_pages(), filling.last_page()]


def _headed(item: FlowItem) -> FlowItem:
    """Return the item, whose columns of text begin with headings where possible; the foot with little space above it,
    since such columns may be higher.
    """
    if _is_foot(item):
        return replace(item, gap=min(item.gap, _LEAST_ABOVE_FOOT))
    if not isinstance(item.body, TextColumns):
        return item
    body = replace(item.body, headed=True).balanced()
    return replace(item, body=body, height=body.height)


class PageFilling:
    """Fills the pages of a section; see `paginate`.

    With `whole_rows`, a row is not split if it fits on the next page and the page before is nearly full.
    """

    def __init__(self, height: float, template: str, *, whole_rows: bool = False) -> None:
        self._height = height
        self._template = template
        self._whole_rows = whole_rows
        self._page: list[PlacedItem] = []
        self._full: list[list[PlacedItem]] = []
        self._is_first = True
        self._used = 0.0
        self.added = 0
        """The number of items so far, without possible breaks."""

    def full_pages(self) -> list[list[PlacedItem]]:
        """Return the pages that are full, and forget them."""
        pages, self._full = self._full, []
        return pages

    def last_page(self) -> list[PlacedItem]:
        """Return the page that is being filled, when all items are added."""
        last = self._page
        if last and _is_foot(last[-1].item):
            foot = last[-1].item
            last[-1] = PlacedItem(foot, self._height - foot.height)
        return last

    @property
    def complete(self) -> int:
        """The number of items that are completely on full pages, which are the first ones."""
        return self.added - sum(not placed.is_repeated for placed in self._page)

    def add(self, item: FlowItem) -> None:
        """Place an item on the page, or the part that fits, and the rest on the next pages."""
        if isinstance(item.body, PossibleBreak):
            if self._used >= item.body.share * self._height:
                self._turn()
            return
        self.added += 1
        self._fill(item)

    def _fill(self, item: FlowItem) -> None:
        rest: FlowItem | None = item
        while rest is not None:
            rest = self._place(rest)

    def _place(self, item: FlowItem) -> FlowItem | None:
        """Place an item or a part of it on the page; return the rest."""
        page = self._page
        if not page and isinstance(item.body, LaidRow):
            for row in item.body.head:
                self._put(row, is_repeated=True)
        available = self._height - self._used - self._gap(item)
        if item.height <= available + TOLERANCE:
            self._put(item)
            return None
        is_fresh = _has_only_repeated(page)
        parts = None if self._moves_whole(item) else item.split(available, forced=False)
        # Below a heading at the top of a page, an item has as much space as the next page could give to both.
        is_first = _has_only_repeated(page[: kept_before(page, len(page))])
        if parts is None and is_first:
            parts = item.split(available, forced=True)
        if parts is not None:
            self._put(parts[0])
            self._turn()
            return parts[1]
        if is_fresh:
            raise ProblemsFound([problem("block-too-high", Location(self._template, item.line))])
        end = kept_before(page, len(page) - 1 if self._goes_with_foot(page, item) else len(page))
        kept = [] if _has_only_repeated(page[:end]) else [placed.item for placed in page[end:]]
        del page[len(page) - len(kept) :]
        self._turn()
        for earlier in kept:
            self._fill(earlier)
        return item

    def _goes_with_foot(self, page: Sequence[PlacedItem], item: FlowItem) -> bool:
        """Return whether the last item of a page goes to the next one with the foot, which is not alone there."""
        if not _is_foot(item) or not page:
            return False
        last = page[-1]
        return not last.is_repeated and last.item.height <= _WITH_FOOT * self._height

    def _moves_whole(self, item: FlowItem) -> bool:
        """Return whether an item that does not fit on the page is a row that is better not split."""
        if not self._whole_rows or not isinstance(item.body, LaidRow) or self._used < _FULL * self._height:
            return False
        head_height = sum(row.height for row in item.body.head)
        return head_height + item.height <= self._height + TOLERANCE

    def _gap(self, item: FlowItem) -> float:
        """Return the space before an item; none at the top of a page that follows a full one, as in Word."""
        return 0.0 if not self._is_first and not self._page else item.gap

    def _put(self, item: FlowItem, *, is_repeated: bool = False) -> None:
        y = self._used + self._gap(item)
        self._page.append(PlacedItem(item, y, is_repeated))
        self._used = y + item.height

    def _turn(self) -> None:
        """Begin a new page."""
        self._full.append(self._page)
        self._page = []
        self._is_first = False
        self._used = 0.0


def _is_foot(item: FlowItem) -> bool:
    """Return whether an item is at the foot of the last page."""
    return isinstance(item.body, Panel) and item.body.style.pin == "foot"


def _has_only_repeated(page: list[PlacedItem]) -> bool:
    return all(placed.is_repeated for placed in page)
