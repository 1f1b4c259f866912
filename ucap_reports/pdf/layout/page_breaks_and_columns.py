"""Where pages and columns end: between which flow items, inside of which, and what goes to the next one whole.

A page ends inside of an item that fits in part (`PageFilling`). In a cell, a box or a column of text, it ends before an
item if that leaves only a few lines empty, and otherwise inside of it (`split_stack`). The other rules:

- a paragraph has at least two lines on each side (`LaidParagraph.split`), and a heading stays with the text after it
  (`kept_before`);
- a short row is whole, and a higher one is split inside of its cells, by the same rules (`LaidRow.split`);
- short rows at the beginning and at the end of a table stay together, so that no page has only one of them
  (`rows_with_next`);
- a box with blocks below each other is whole, and so is a low one (`Panel.split`);
- text in columns fills its columns page by page (`TextColumns`).

On the last page, columns have about the same height. There they can begin with headings, or at least with whole
paragraphs and list items, if that does not make them much higher. What is higher than a page is split wherever it must:
`forced`. `PageFilling` fills the pages by these rules.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from itertools import chain, pairwise
from math import inf
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import SHORT_BOX, edges, in_all_columns
from ucap_reports.pdf.file.canvas import Artifact, Box, Canvas
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import (
    Body,
    FlowItem,
    ItemGroup,
    PossibleBreak,
    Stack,
    draw_box,
    draw_sides,
    draw_stack,
    stack_height,
)
from ucap_reports.pdf.text.text_drawing import LineRange, ParagraphLines
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Colour, Length, Sides
from ucap_reports.template.theme_and_line_spacing import Bleed, DrawnRule, Style

T = TypeVar("T")

_LEAST_LINES = 2
"""Lines of a paragraph that stay together on each side of a page break."""
_FEW_LINES = 4
"""Lines that may remain empty at the bottom of a cell, box or column of text so that a paragraph or list item in it is
not split. One directly on a page is split where at least two lines of it fit.
"""
_SHORT_ROW = 4
"""A row of up to this number of lines is never split, and stays with the next one where rows do."""
_FIRST_ROWS = 3
"""The first rows of a table: each but the last of them stays with the next row, as does the last row but one of all. So
it is in Word files.
"""
_FULL = 0.85
"""The part of a page from which a row that does not fit begins the next page instead of being split."""
_WITH_FOOT = 0.25
"""The height of an item that goes to the last page with the foot, at most, as a part of the height of a page."""
_LEAST_ABOVE_FOOT = Length.mm(4)
"""The least space above the foot where its own would divide sections between columns; less in Word files, in which more
lines may be needed (`LEAST_ABOVE_FOOT`).
"""


# Pages
class PlacedItem(Struct, frozen=True, gc=False):
    """An item on a page, `y` points below the top of the page's body; `is_repeated` for repeated header rows."""

    item: FlowItem
    y: float
    is_repeated: bool = False
    stays_with_next: bool = False
    """Whether it is a row that stays with the next one."""

    @property
    def keeps_next(self) -> bool:
        """Whether the item stays with the one after it."""
        return self.stays_with_next or (self.item.keeps_next and not self.is_repeated)


def paginate(sections: Iterable[Sequence[FlowItem]], height: float, template: str) -> list[list[PlacedItem]]:
    """Return the items of each section on pages of its own, with a body of that height; one empty page if there are no
    items.

    Raises ProblemsFound (`block-too-high`) for an item that is too high for a page, at its line of the page template.
    """
    pages: list[list[PlacedItem]] = []
    for section in sections:
        pages += _pages(section, height, template)
    return pages or [[]]


def _pages(section: Sequence[FlowItem], height: float, template: str) -> list[list[PlacedItem]]:
    """Return the items of a section on pages. Columns of text begin with headings, and rows of tables stay together and
    are whole where the page before is nearly full, unless this takes more pages.
    """
    if not any(isinstance(item.body, TextColumns) for item in section):
        return _filled_pages(section, height, template)
    headed = _filled_pages([_headed(item) for item in section], height, template)
    if len(headed) == 1:
        return headed
    pages = _filled_pages(section, height, template)
    return headed if len(headed) <= len(pages) else pages


def _filled_pages(items: Sequence[FlowItem], height: float, template: str) -> list[list[PlacedItem]]:
    """Return the items on pages, where rows stay together and are whole unless this takes more pages."""
    whole = _filled(items, PageFilling(height, template, whole_rows=True))
    # Rows are only split between pages: what takes two pages with whole rows takes two with split ones, too.
    if len(whole) <= 2:  # noqa: PLR2004 - as explained
        return whole
    if not any(isinstance(item.body, LaidRow) for item in items):
        return whole
    split = _filled(items, PageFilling(height, template, keeps_rows=False))
    return whole if len(whole) <= len(split) else split


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

    If it `keeps_rows`, short rows at the beginning and at the end of a table stay together. With `whole_rows`, a row is
    not split if it fits on the next page and the page before is nearly full.
    """

    def __init__(self, height: float, template: str, *, keeps_rows: bool = True, whole_rows: bool = False) -> None:
        self._height = height
        self._template = template
        self._keeps_rows = keeps_rows
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
        items_of_page = [placed.item for placed in self._page if not placed.is_repeated]
        return self.added - len(items_of_page)

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
        parts = self._split(item, available)
        if parts is not None:
            fitting, rest = parts
            self._put(fitting)
            self._turn()
            return rest
        if _has_only_repeated(page):  # the next page would have no more space for it
            raise ProblemsFound([problem("block-too-high", Location(self._template, item.line))])
        self._turn_before(item)
        return item

    def _split(self, item: FlowItem, available: float) -> tuple[FlowItem, FlowItem] | None:
        """Return the part of an item that goes on this page, and the rest; None if it goes to the next page whole."""
        parts = None
        if not self._moves_whole(item):
            parts = item.split(available, forced=False)
        if parts is None and self._is_below_headings_only():
            # The headings would go to the next page with it, which would have no more space for it.
            parts = item.split(available, forced=True)
        return parts

    def _is_below_headings_only(self) -> bool:
        """Return whether the next item is the first one of the page, or below headings at its top."""
        end = kept_before(self._page, len(self._page))
        return _has_only_repeated(self._page[:end])

    def _moves_whole(self, item: FlowItem) -> bool:
        """Return whether an item that does not fit on the page is a row that is better not split."""
        is_nearly_full = self._used >= _FULL * self._height
        if not (self._whole_rows and is_nearly_full and isinstance(item.body, LaidRow)):
            return False
        head_height = sum(row.height for row in item.body.head)
        return head_height + item.height <= self._height + TOLERANCE

    def _turn_before(self, item: FlowItem) -> None:
        """Begin a new page for an item. The last items of this page that stay with it go there too, unless nothing
        would be left here.
        """
        page = self._page
        end = len(page)
        if self._goes_with_foot(page, item):
            end -= 1
        end = kept_before(page, end)
        moved: list[PlacedItem] = []
        if not _has_only_repeated(page[:end]):
            moved = page[end:]
            del page[end:]
        self._turn()
        for placed in moved:
            self._fill(placed.item)

    def _goes_with_foot(self, page: Sequence[PlacedItem], item: FlowItem) -> bool:
        """Return whether the last item of a page goes to the next one with the foot, which is not alone there."""
        if not _is_foot(item) or not page:
            return False
        last = page[-1]
        return not last.is_repeated and last.item.height <= _WITH_FOOT * self._height

    def _gap(self, item: FlowItem) -> float:
        """Return the space before an item; none at the top of a page that follows a full one, as in Word."""
        is_at_top = not self._page
        if is_at_top and not self._is_first:
            return 0.0
        return item.gap

    def _put(self, item: FlowItem, *, is_repeated: bool = False) -> None:
        y = self._used + self._gap(item)
        body = item.body
        stays_with_next = self._keeps_rows and isinstance(body, LaidRow) and body.stays_with_next
        self._page.append(PlacedItem(item, y, is_repeated, stays_with_next))
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
    """Return whether a page has no items of its own: it is empty, or begins with the header rows of a table."""
    return all(placed.is_repeated for placed in page)


# Paragraphs and list items below each other
class LaidParagraph(LineRange, frozen=True, gc=False):
    """The lines of a paragraph, or those on one page."""

    def split(self, available: float, *, forced: bool) -> "tuple[LaidParagraph, LaidParagraph] | None":
        """Return the lines that fit, and the rest, with at least two of them on each side."""
        min_lines = 1 if forced else _LEAST_LINES
        space_for = int((available + TOLERANCE) / self.lines.leading)
        fitting = min(space_for, self.last - self.first - min_lines)
        if fitting < min_lines:
            return None
        middle = self.first + fitting
        return replace(self, last=middle), replace(self, first=middle)


def laid_paragraph(lines: ParagraphLines, node: TagNode, language: str) -> LaidParagraph:
    """Return the paragraph of these lines, whose node that is, in a document in that language."""
    return LaidParagraph(lines, node, language, {}, 0, len(lines.lines))


def split_stack(stack: Stack, available: float, *, forced: bool) -> tuple[Stack, Stack] | None:
    """Return the part of a stack that fits, and the rest: split before an item if that leaves only a few lines empty,
    otherwise inside of it; a heading stays with the text after it. None if nothing fits.
    """
    bottom = 0.0
    for index, item in enumerate(stack):
        bottom_before = bottom
        gap = item.gap if index else 0
        bottom += item.height + gap
        if bottom > available + TOLERANCE:
            top = bottom - item.height
            return _split_at(stack, index, available - bottom_before, available - top, forced=forced)
    return stack, ()


def _split_at(stack: Stack, index: int, free: float, available: float, *, forced: bool) -> tuple[Stack, Stack] | None:
    """Return the parts of a stack in which the item at `index` is the first that does not fit; None if nothing fits.

    Args:
        stack: The stack.
        index: The index of the item.
        free: The height below the items before it.
        available: The height for the item itself, which begins after its gap.
        forced: Whether some of the stack must be in the first part.
    """
    item = stack[index]
    end = kept_before(stack, index)
    may_end_before = end > 0
    parts = item.split(available, forced=forced and not may_end_before)
    if may_end_before and (parts is None or not _begins_here(item.body, free)):
        end = _before_last_two_items(stack, end)
        return stack[:end], stack[end:]
    if parts is not None:
        fitting, rest = parts
        return (*stack[:index], fitting), (rest, *stack[index + 1 :])
    if forced and index:  # all items before it are headings, and the page must end between them and their text
        return stack[:index], stack[index:]
    return None


def _begins_here(body: Body, free: float) -> bool:
    """Return whether a body that could go to the next page whole is split instead: a paragraph if many of its lines
    would be `free`, and a box that is higher than the next page, too.
    """
    if isinstance(body, LaidParagraph):
        return free > _FEW_LINES * body.lines.leading
    return isinstance(body, Panel) and body.height > body.page_height


def kept_before(items: Sequence[Any], end: int) -> int:
    """Return the place before `end` where a page may end, so that it does not end in a heading."""
    while end and items[end - 1].keeps_next:
        end -= 1
    return end


def _before_last_two_items(stack: Stack, end: int) -> int:
    """Return the place before `end` where a page may end so that the last list item is not alone on the next one; `end`
    if it is not alone, or the item before it is long.
    """
    item = stack[end]
    before = stack[end - 1]
    is_last = end == len(stack) - 1
    are_list_items = bool(item.markers) and bool(before.markers)
    if not (is_last and are_list_items and isinstance(before.body, LaidParagraph)):
        return end
    if before.height > _FEW_LINES * before.body.lines.leading:
        return end
    return kept_before(stack, end - 1) or end  # nothing would be left before the two items


# Boxes
SHARE_ABOVE = {"top": 0.0, "middle": 0.5, "bottom": 1.0, "stretch": 0.0}
"""The part of the free height that is above content."""


class PlacedStack(Struct, frozen=True, gc=False):
    """A stack and its place from the start and top of its box."""

    stack: Stack
    x: float
    y: float


class Panel(Struct, frozen=True, gc=False):
    """A box with the background and borders of its style. Its stacks are side by side."""

    style: Style
    width: float
    height: float
    contents: tuple[PlacedStack, ...]
    page_height: float
    """The height up to which a box with blocks below each other stays together."""

    def split(self, available: float, *, forced: bool) -> "tuple[Panel, Panel] | None":
        """Return the part that fits, and the rest, each with all its borders. Blocks below each other stay together,
        and so does a low or pinned box, unless they are higher than a page.
        """
        style = self.style
        edge = edges(style)
        is_whole = style.layout == "stack" and self.height <= self.page_height
        if not forced and (is_whole or style.pin is not None or self.height <= SHORT_BOX):
            return None
        available_inside = available - edge.top - edge.bottom
        fitting: list[tuple[Stack, float]] = []
        rest: list[tuple[Stack, float]] = []
        for placed in self.contents:
            parts = split_stack(placed.stack, available_inside, forced=forced)
            if parts is None:
                return None
            fitting_stack, rest_stack = parts
            fitting.append((fitting_stack, placed.x))
            rest.append((rest_stack, placed.x))
        if not any(stack for stack, _ in fitting) or not any(stack for stack, _ in rest):
            return None
        without_height = replace(style, height=None)  # each part is as high as its content
        fitting_box = boxed(without_height, self.width, fitting, self.page_height)
        rest_box = boxed(without_height, self.width, rest, self.page_height)
        return fitting_box, rest_box

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the background, the borders and the contents."""
        draw_box(self.style, canvas, Box(x, y, x + self.width, y + self.height))
        for placed in self.contents:
            stack = placed.stack
            if self.style.align_block == "stretch":
                edge = edges(self.style)
                stack = _stretched(stack, self.height - edge.top - edge.bottom)
            draw_stack(stack, canvas, x + placed.x, y + placed.y)


def boxed(style: Style, width: float, columns: Sequence[tuple[Stack, float]], page_height: float = inf) -> Panel:
    """Return a box around stacks at these distances from its start. Stacks side by side are vertically centred unless
    the style aligns them otherwise.
    """
    edge = edges(style)
    heights = [stack_height(stack) for stack, _ in columns]
    min_height = (style.height or 0) - edge.top - edge.bottom
    inner_height = max([0, min_height, *heights])
    align = style.align_block
    if align is None:
        align = "middle" if style.layout == "columns" else "top"
    contents = []
    for (stack, x), height_of_stack in zip(columns, heights, strict=True):
        above = (inner_height - height_of_stack) * SHARE_ABOVE[align]
        contents.append(PlacedStack(stack, x, edge.top + above))
    height = edge.top + inner_height + edge.bottom
    return Panel(style, width, height, tuple(contents), page_height)


def _stretched(stack: Stack, height: float) -> Stack:
    """Return the stack at that height, if its last item is a box, which takes the free height."""
    if not stack:
        return stack
    *before, last = stack
    box = last.body
    if not isinstance(box, Panel):
        return stack
    free = height - stack_height(stack)
    above = free * SHARE_ABOVE[box.style.align_block or "top"]
    contents = tuple([replace(placed, y=placed.y + above) for placed in box.contents])
    stretched = replace(box, height=last.height + free, contents=contents)
    return (*before, replace(last, body=stretched, height=stretched.height))


# Rows
class CellPiece(Struct, frozen=True):
    """A cell of a row, or its part on one page."""

    style: Style
    edge: Sides
    x: float
    width: float
    stack: Stack
    stack_height: float
    """The height of its content, which is measured once: layout, rows and drawing need it."""
    continued_header: Callable[[], Stack] | None = None
    """Makes the text of a row header for the pages on which its row continues; None for other cells."""
    is_repeated: bool = False
    """It has such a text, which programs that read aloud skip."""
    is_mirrored: bool = False
    """Its text has the other direction than the document."""

    @property
    def height(self) -> float:
        """The height that the cell needs."""
        height = self.edge.top + self.stack_height + self.edge.bottom
        if self.style.height is None:
            return height
        return max(height, self.style.height)

    def split(self, available: float, *, forced: bool) -> "tuple[CellPiece, CellPiece] | None":
        """Return the part that fits, and the part on the next page."""
        parts = split_stack(self.stack, available - self.edge.top - self.edge.bottom, forced=forced)
        if parts is None:
            return None
        fitting, rest = map(self._with_stack, parts)
        if self.continued_header is None:
            return fitting, rest
        if not rest.stack:  # the row header is complete on this page, and repeated on the next one
            repeated = self._with_stack(self.continued_header())
            return fitting, replace(repeated, is_repeated=True)
        if not forced:  # a row header is only split if it is higher than a page
            return None
        return fitting, rest

    def _with_stack(self, stack: Stack) -> "CellPiece":
        return replace(self, stack=stack, stack_height=stack_height(stack))

    def has_rest(self) -> bool:
        """Return whether it has content that is not on an earlier page."""
        return bool(self.stack) and not self.is_repeated

    def draw(self, canvas: Canvas, x: float, y: float, height: float) -> None:
        """Draw its content in a row of that height; the row draws background and rules."""
        edge = self.edge
        free = height - edge.top - self.stack_height - edge.bottom
        content_top = edge.top + free * SHARE_ABOVE[self.style.align_block or "top"]
        start = x + self.x + edge.left
        top = y + content_top
        is_artifact = self.is_repeated and not canvas.draws_artifact
        if not self.is_mirrored and not is_artifact:  # as most cells
            draw_stack(self.stack, canvas, start, top)
            return
        mirrored = canvas.mirrored(x + self.x, self.width) if self.is_mirrored else nullcontext()
        artifact = canvas.artifact(Artifact.REPEATED) if is_artifact else nullcontext()
        with mirrored, artifact:
            draw_stack(self.stack, canvas, start, top)


class LaidRow(Struct, frozen=True, gc=False):
    """A row of a table, or its part on one page, as high as its highest cell. `head` has the table's header rows,
    unless it is one of them.
    """

    cells: tuple[CellPiece, ...]
    height: float
    head: Stack = ()
    stays_with_next: bool = False
    """Whether it is one of the short rows that stay together."""

    def split(self, available: float, *, forced: bool) -> "tuple[LaidRow, LaidRow] | None":
        """Return the part that fits, and the rest. A short row is not split, and at least two lines must fit."""
        if not forced and is_short_row(self.cells):
            return None
        fitting: list[CellPiece] = []
        rest: list[CellPiece] = []
        for cell in self.cells:
            parts = cell.split(available, forced=forced)
            if parts is None:
                return None
            fitting_cell, rest_cell = parts
            fitting.append(fitting_cell)
            rest.append(rest_cell)
        if not any(cell.has_rest() for cell in rest):
            return None
        fitting_height = max(cell.stack_height for cell in fitting)
        if not forced and fitting_height < _LEAST_LINES * _leading(self.cells):
            return None
        return laid_row(fitting, self.head), laid_row(rest, self.head)

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw backgrounds and borders over the height of the row, and the cells."""
        bottom = y + self.height
        look = _row_look(tuple([cell.style for cell in self.cells]))
        for (colour, bleed), first, last in look.backgrounds:
            left, right = self._edges(first, last)
            box = Box(x + left, y, x + right, bottom)
            if any(bleed):
                box = canvas.bleeding(box, bleed)
            canvas.fill(box, colour)
        for rule, first, last in look.rules_below:
            left, right = self._edges(first, last)
            canvas.rule(Box(x + left, bottom - rule.width, x + right, bottom), rule.colour)
        for rule, first, last in look.rules_above:
            left, right = self._edges(first, last)
            canvas.rule(Box(x + left, y, x + right, y + rule.width), rule.colour)
        for index in look.with_sides:
            cell = self.cells[index]
            left = x + cell.x
            draw_sides(cell.style, canvas, Box(left, y, left + cell.width, bottom))
        for cell in self.cells:
            cell.draw(canvas, x, y, self.height)

    def _edges(self, first: int, last: int) -> tuple[float, float]:
        """Return the start of a cell and the end of another one, from the start of the row."""
        end = self.cells[last]
        return self.cells[first].x, end.x + end.width


def laid_row(cells: Sequence[CellPiece], head: Stack = (), *, stays_with_next: bool = False) -> LaidRow:
    """Return a row of these cells below header rows."""
    return LaidRow(tuple(cells), max([cell.height for cell in cells]), head, stays_with_next)


def rows_with_next(count: int) -> set[int]:
    """Return the numbers of the rows that stay with the next one if they are short: of the `count` rows of a table
    without header rows, counted from 0.
    """
    last_but_one = count - 2
    return {*range(min(_FIRST_ROWS, count) - 1), last_but_one}


def is_short_row(cells: Sequence[CellPiece]) -> bool:
    """Return whether a row of these cells has few lines."""
    return max([cell.stack_height for cell in cells]) <= _SHORT_ROW * _leading(cells)


def _leading(cells: Sequence[CellPiece]) -> float:
    """Return the leading of the highest line of text directly in cells; 0 if all text is in boxes."""
    highest = 0.0
    for cell in cells:
        for item in cell.stack:
            if isinstance(item.body, LaidParagraph):
                highest = max(highest, item.body.lines.leading)
    return highest


class _RowLook(NamedTuple):
    """What a row draws behind and around its cells. What adjacent cells share is drawn once: each value is followed by
    the indexes of the first and the last of its cells.
    """

    backgrounds: Sequence[tuple[tuple[Colour, Bleed], int, int]]
    rules_below: Sequence[tuple[DrawnRule, int, int]]
    rules_above: Sequence[tuple[DrawnRule, int, int]]
    with_sides: Sequence[int]
    """The cells with a border at their start or end."""


@kept_values(512)
def _row_look(styles: tuple[Style, ...]) -> _RowLook:
    """Return the look of a row whose cells have these styles. Most rows of a table have the same ones."""
    with_sides = []
    for index, style in enumerate(styles):
        if style.rule_start is not None or style.rule_end is not None:
            with_sides.append(index)
    return _RowLook(
        backgrounds=_shared([_behind(style) for style in styles]),
        rules_below=_shared([style.rule_below for style in styles]),
        rules_above=_shared([style.rule_above for style in styles]),
        with_sides=with_sides,
    )


def _behind(style: Style) -> tuple[Colour, Bleed] | None:
    return None if style.background is None else (style.background, style.bleed)


def _shared(values: Sequence[T | None]) -> list[tuple[T, int, int]]:
    """Return the values that adjacent cells share, with the first and the last of them. `values` has the value of each
    cell, None for a cell without one.
    """
    shared: list[tuple[T, int, int]] = []
    value_before: T | None = None
    for index, value in enumerate(values):
        if value is not None and value == value_before:
            _, first, _ = shared.pop()
            shared.append((value, first, index))
        elif value is not None:
            shared.append((value, index, index))
        value_before = value
    return shared


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
            higher_than_any_page = 2 * self.page_height  # so that it is split
            return replace(self, columns=(), height=higher_than_any_page)
        if self.headed and columns:
            columns = self._with_whole_parts(columns, available_height)
        height = max(_height(self.style, columns), self.style.height or 0)
        return replace(self, columns=columns, height=height)

    def _with_whole_parts(self, lowest: list[Stack], available_height: float) -> list[Stack]:
        """Return columns that begin with headings or whole items; the lowest ones if those are much higher."""
        style = self.style
        count = len(self.starts)
        lowest_height = _height(style, lowest)
        sections = _by_heading(self.stack)
        if len(sections) > 1:
            by_heading = _balanced(sections, count, available_height)
            max_height = lowest_height + _LINES_HIGHER * style.leading
            if by_heading and _height(style, by_heading) <= max_height:
                return [tuple(column) for column in in_all_columns(by_heading, count)]
        by_item = _balanced(_by_item(self.stack), count, available_height)
        max_height = lowest_height + _LINES_HIGHER_FOR_ITEMS * style.leading
        if by_item and _height(style, by_item) <= max_height:
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
        without_height = replace(self, style=replace(self.style, height=None))
        fitting_stack = tuple(chain.from_iterable(columns))
        height = _height(self.style, columns)
        fitting = replace(without_height, stack=fitting_stack, columns=columns, height=height)
        return fitting, replace(without_height, stack=rest).balanced()

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the box, and the columns in reading order."""
        box = Box(x, y, x + self.width, y + self.height)
        draw_box(self.style, canvas, box)
        top = y + edges(self.style).top
        for start, column in zip(self.starts, self.columns, strict=False):  # a short text fills fewer columns
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
    for forced in (False, True):  # a column ends where it must only if the text does not fit otherwise
        columns, rest = _filled_columns(stack, count, max_height, forced=forced)
        if not rest:
            return _lowest(columns, stack, count, max_height, forced=forced)
    return None


def _lowest(columns: list[Stack], stack: Stack, count: int, max_height: float, *, forced: bool) -> list[Stack]:
    """Return the stack in `count` columns of the least height; `columns` have it in the maximum height."""
    too_low = 0.0
    high_enough = max_height
    while high_enough - too_low > _PRECISION:  # a binary search
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
        first = items[0]
        sections.append(FlowItem(ItemGroup(items), stack_height(items), first.line, first.gap))
    return tuple(sections)


def _by_item(stack: Stack) -> Stack:
    """Return the stack with items that are not divided."""
    undivided = []
    for item in stack:
        body = ItemGroup((item,))
        undivided.append(FlowItem(body, item.height, item.line, item.gap, keeps_next=item.keeps_next))
    return tuple(undivided)


def _height(style: Style, columns: Sequence[Stack]) -> float:
    """Return the height of a box with these columns, and its edges."""
    edge = edges(style)
    highest = max(map(stack_height, columns), default=0.0)
    return edge.top + highest + edge.bottom
