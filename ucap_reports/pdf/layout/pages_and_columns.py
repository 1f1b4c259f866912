"""Distributes flow items over pages, and text over columns, which are filled page by page.

On the last page, columns have about the same height. There they can begin with headings, or at least with whole
paragraphs and list items, if that does not make them much higher.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges, in_all_columns
from ucap_reports.pdf.file.canvas import Box, Canvas
from ucap_reports.pdf.layout.flow_items import (
    FlowItem,
    Panel,
    PossibleBreak,
    Stack,
    draw_box,
    draw_stack,
    kept_before,
    split_stack,
    stack_height,
)
from ucap_reports.pdf.layout.table_layout import LaidRow, RowGroup
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.template.lengths_and_colours import TOLERANCE, Length
from ucap_reports.template.theme import Style

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


# Text in columns
_PRECISION = 0.5
"""Points by which balanced columns may be higher than necessary."""
_STEP = 1
"""Points by which columns are lowered until a part of the text is left for the next page."""
_LINES_HIGHER = 12
"""The lines by which columns may be higher so that they begin with headings."""
_LINES_HIGHER_FOR_ITEMS = 4
"""The same so that no paragraph or list item is divided between them."""


class TextColumns(Struct, frozen=True):
    """A box with text in columns."""

    style: Style
    width: float
    starts: Sequence[float]
    """The distances of the columns from the start of the box."""
    page_height: float
    stack: Stack
    columns: Sequence[Stack] = ()
    """The stack in columns. There are none yet for one that is higher than a page: `split` makes them."""
    height: float = 0
    headed: bool = False
    """Whether the columns begin with headings, or with whole items, if that does not make them much higher."""

    def balanced(self) -> "TextColumns":
        """Return the text in columns of about the same height or, if it is too long for a page, as it must be split."""
        edge = edges(self.style)
        available_height = self.page_height - edge.top - edge.bottom
        columns = _balanced(self.stack, len(self.starts), available_height)
        if columns is None:
            return replace(self, columns=(), height=2 * self.page_height)  # which fits on no page
        if self.headed and columns:
            columns = self._with_whole_parts(columns, available_height)
        return replace(self, columns=columns, height=max(_height(self.style, columns), self.style.height or 0))

    def _with_whole_parts(self, lowest: list[Stack], available_height: float) -> list[Stack]:
        """Return columns that begin with headings or whole items; the lowest ones if those are much higher."""
        style = self.style
        count = len(self.starts)
        lowest_height = _height(style, lowest)
        sections = _by_heading(self.stack)
        if len(sections) > 1:
            by_heading = _balanced(sections, count, available_height)
            if by_heading and _height(style, by_heading) <= lowest_height + _LINES_HIGHER * style.leading:
                return [tuple(column) for column in in_all_columns(by_heading, count)]
        by_item = _balanced(_by_item(self.stack), count, available_height)
        if by_item and _height(style, by_item) <= lowest_height + _LINES_HIGHER_FOR_ITEMS * style.leading:
            return by_item
        return lowest

    def split(self, available_height: float, *, forced: bool) -> "tuple[TextColumns, TextColumns] | None":
        """Return the part that fits, and the rest, each as high as its text."""
        edge = edges(self.style)
        column_height = available_height - edge.top - edge.bottom
        columns, rest = _filled_columns(self.stack, len(self.starts), column_height, forced=forced)
        # If the text fits and its box does not (the box has a height, or columns that begin with headings), the end of
        # the text goes to the next page.
        while columns and not rest:
            column_height = max(map(stack_height, columns)) - _STEP
            columns, rest = _filled_columns(self.stack, len(self.starts), column_height, forced=forced)
        if not columns:
            return None
        fitting = tuple(chain.from_iterable(columns))
        part = replace(self, style=replace(self.style, height=None))
        before = replace(part, stack=fitting, columns=columns, height=_height(self.style, columns))
        return before, replace(part, stack=rest).balanced()

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the box, and the columns in reading order."""
        draw_box(self.style, canvas, Box(x, y, x + self.width, y + self.height))
        top = y + edges(self.style).top
        for start, column in zip(self.starts, self.columns, strict=False):
            draw_stack(column, canvas, x + start, top)


def _balanced(stack: Stack, count: int, max_height: float) -> list[Stack] | None:
    """Return the stack in columns that are as low as possible; None if they would be higher than `max_height`."""
    # Do not fill columns with a text that is much too long: each page that takes a part of it tries to balance the
    # rest, so that the time would grow with the square of the length.
    total = 0.0
    for item in stack:
        total += item.height
        if total > 2 * count * max_height:
            return None
    for forced in (False, True):
        columns, rest = _filled_columns(stack, count, max_height, forced=forced)
        if not rest:
            return _lowest(columns, stack, count, max_height, forced=forced)
    return None


def _lowest(columns: list[Stack], stack: Stack, count: int, max_height: float, *, forced: bool) -> list[Stack]:
    """Return the stack in `count` columns of the least height; `columns` have it in the maximum height."""
    too_low = 0.0
    high_enough = max_height
    while high_enough - too_low > _PRECISION:
        height = (too_low + high_enough) / 2
        lower_columns, rest = _filled_columns(stack, count, height, forced=forced)
        if rest:
            too_low = height
        else:
            high_enough = height
            columns = lower_columns
    return columns


def _filled_columns(stack: Stack, count: int, height: float, *, forced: bool) -> tuple[list[Stack], Stack]:
    """Return as much of the stack as fits into columns of that height, and the rest."""
    columns: list[Stack] = []
    rest = stack
    while rest and len(columns) < count:
        parts = split_stack(rest, height, forced=forced)
        if parts is None:
            break
        column, rest = parts
        columns.append(column)
    return columns, rest


def _by_heading(stack: Stack) -> Stack:
    """Return the stack with each heading and what follows it as one item."""
    starts = [0]
    for index, (before, item) in enumerate(pairwise(stack), start=1):
        if item.keeps_next and not before.keeps_next:
            starts.append(index)
    sections = []
    for start, end in pairwise([*starts, len(stack)]):
        items = stack[start:end]
        sections.append(FlowItem(RowGroup(items), stack_height(items), items[0].line, items[0].gap))
    return tuple(sections)


def _by_item(stack: Stack) -> Stack:
    """Return the stack with items that are not divided."""
    whole = []
    for item in stack:
        whole.append(FlowItem(RowGroup((item,)), item.height, item.line, item.gap, keeps_next=item.keeps_next))
    return tuple(whole)


def _height(style: Style, columns: Sequence[Stack]) -> float:
    """Return the height of a box with these columns, and its edges."""
    edge = edges(style)
    return edge.top + max([0.0, *map(stack_height, columns)]) + edge.bottom
