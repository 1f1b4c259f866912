"""Tables: rows of cells, which are split over pages inside of their cells."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import accumulate
from typing import NamedTuple, Protocol, Self, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges
from ucap_reports.page.page_tree import LOWEST_HEADING, Table, TableCell, TableRow, TextBlock
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.pdf.file.canvas import Artifact, Box, Canvas, Outline
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import (
    SHARE_ABOVE,
    FlowItem,
    Stack,
    Unsplittable,
    draw_sides,
    draw_stack,
    split_stack,
    stack_height,
)
from ucap_reports.pdf.text.text_drawing import LEAST_LINES, LineRange
from ucap_reports.template.lengths_and_colours import Colour, Sides
from ucap_reports.template.theme import Bleed, DrawnRule, Style
from ucap_reports.text.bounded_cache import kept_values
from ucap_reports.text.rich_text import Break, Run

T = TypeVar("T")

ROW_LEVEL = LOWEST_HEADING + 1
"""The level of a row among the bookmarks: below any heading."""
_SHORT_ROW = 4
"""A row of up to this number of lines is never split."""
_SPACE = Run(" ")
"""What is between two lines or paragraphs of a row header where its text is on one line."""


class CellLayout(Protocol):
    """Lays out the content of cells; cells may contain blocks of all kinds."""

    def inside(self, cell: TableCell) -> Self:
        """Return the layout of a cell: another one if the direction of its language is not that of the document."""

    def cell(self, cell: TableCell, width: float, node: TagNode) -> Stack:
        """Return the content of a cell."""

    def continued_header(self, cell: TableCell, width: float, continued: str) -> Stack:
        """Return the text of a row header on a page on which its row continues."""


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
        return height if self.style.height is None else max(height, self.style.height)

    def split(self, available: float, *, forced: bool) -> "tuple[CellPiece, CellPiece] | None":
        """Return the part that fits, and the part on the next page."""
        parts = split_stack(self.stack, available - self.edge.top - self.edge.bottom, forced=forced)
        if parts is None:
            return None
        fitting, rest = parts
        if self.continued_header is None or (rest and forced):
            return self._with_stack(fitting), self._with_stack(rest)
        if rest:
            return None  # a row header is only split if it is higher than a page
        repeated = replace(self._with_stack(self.continued_header()), is_repeated=True)
        return self._with_stack(fitting), repeated

    def _with_stack(self, stack: Stack) -> "CellPiece":
        return replace(self, stack=stack, stack_height=stack_height(stack))

    def has_rest(self) -> bool:
        """Return whether it has content that is not on an earlier page."""
        return bool(self.stack) and not self.is_repeated

    def draw(self, canvas: Canvas, x: float, y: float, height: float) -> None:
        """Draw its content in a row of that height; the row draws background and rules."""
        free = height - self.edge.top - self.stack_height - self.edge.bottom
        above = self.edge.top + free * SHARE_ABOVE[self.style.align_block or "top"]
        start, top = x + self.x + self.edge.left, y + above
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

    def split(self, available: float, *, forced: bool) -> "tuple[LaidRow, LaidRow] | None":
        """Return the part that fits, and the rest. A short row is not split, and at least two lines must fit."""
        leading = _leading(self.cells)
        if not forced and max(cell.stack_height for cell in self.cells) <= _SHORT_ROW * leading:
            return None
        fitting: list[CellPiece] = []
        rest: list[CellPiece] = []
        for cell in self.cells:
            parts = cell.split(available, forced=forced)
            if parts is None:
                return None
            fitting.append(parts[0])
            rest.append(parts[1])
        if not any(cell.has_rest() for cell in rest):
            return None
        shown = max(cell.stack_height for cell in fitting)
        if shown < LEAST_LINES * leading and not forced:
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
            draw_sides(cell.style, canvas, Box(x + cell.x, y, x + cell.x + cell.width, bottom))
        for cell in self.cells:
            cell.draw(canvas, x, y, self.height)

    def _edges(self, first: int, last: int) -> tuple[float, float]:
        """Return the start of a cell and the end of another one, from the start of the row."""
        end = self.cells[last]
        return self.cells[first].x, end.x + end.width


def laid_row(cells: Sequence[CellPiece], head: Stack = ()) -> LaidRow:
    """Return a row of these cells below header rows."""
    return LaidRow(tuple(cells), max([cell.height for cell in cells]), head)


class RowGroup(Unsplittable, frozen=True):
    """Rows that are drawn together."""

    rows: Stack

    @property
    def height(self) -> float:
        """The total height."""
        return stack_height(self.rows)

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the rows one below the other."""
        draw_stack(self.rows, canvas, x, y)


def table_rows(table: Table, widths: Sequence[float], layout: CellLayout, node: TagNode, gap: float) -> Stack:
    """Return the rows of a table with columns of these widths, `gap` below the item before, with nodes below
    that node.
    """
    column_edges = [0.0, *accumulate(widths)]
    cells_of = partial(_cells, column_edges=column_edges, continued=table.continued, layout=layout)
    whole = TagNode("Table", node)
    head_node = TagNode("THead" if table.body else "TBody", whole)  # PDF/UA-1, 7.2: a THead is beside a TBody
    body_node = TagNode("TBody", whole) if table.body else head_node
    head: Stack = ()
    for row in table.head:
        laid = laid_row(cells_of(row, TagNode("TR", head_node), "Column"))
        head = (*head, FlowItem(laid, laid.height, row.line, 0 if head else gap, keeps_next=True))
    items = list(head)
    for row in table.body:
        element = TagNode("TR", body_node)
        laid = laid_row(cells_of(row, element, "Row"), head)
        label = "" if table.is_data else _header_text(row).strip().removesuffix(":")
        outline = Outline(ROW_LEVEL, label, element) if label else None
        items.append(FlowItem(laid, laid.height, row.line, 0 if items else gap, outline=outline))
    return tuple(items)


def runs_of(cell: TableCell) -> Iterator[Run]:
    """Yield the runs in a cell's paragraphs as one line, with a space where a line or a paragraph ends."""
    before = ""
    is_broken = False
    for block in cell.blocks:
        if not isinstance(block, TextBlock):
            continue
        for inline in block.content:
            if isinstance(inline, Break):
                is_broken = True
            elif isinstance(inline, Run):
                if is_broken and before and has_space_between(before, inline.text):
                    yield _SPACE
                is_broken = False
                before = inline.text
                yield inline
        is_broken = True


def _leading(cells: Sequence[CellPiece]) -> float:
    """Return the leading of the highest line of text directly in cells; 0 if all text is in boxes."""
    highest = 0.0
    for cell in cells:
        for item in cell.stack:
            if isinstance(item.body, LineRange):
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
    sides = [index for index, style in enumerate(styles) if style.rule_start is not None or style.rule_end is not None]
    return _RowLook(
        backgrounds=_shared([_behind(style) for style in styles]),
        rules_below=_shared([style.rule_below for style in styles]),
        rules_above=_shared([style.rule_above for style in styles]),
        with_sides=sides,
    )


def _behind(style: Style) -> tuple[Colour, Bleed] | None:
    return None if style.background is None else (style.background, style.bleed)


def _shared(values: Sequence[T | None]) -> list[tuple[T, int, int]]:
    """Return the values that adjacent cells share, with the first and the last of them. `values` has the value of each
    cell, None for a cell without one.
    """
    shared: list[tuple[T, int, int]] = []
    before: T | None = None
    for index, value in enumerate(values):
        if value is not None:
            first = shared.pop()[1] if value == before else index
            shared.append((value, first, index))
        before = value
    return shared


def _cells(
    row: TableRow, node: TagNode, scope: str, *, column_edges: Sequence[float], continued: str, layout: CellLayout
) -> tuple[CellPiece, ...]:
    """Return the cells of a row; `scope` is that of header cells in the tag tree."""
    pieces = []
    column = 0
    for cell in row.cells:
        x = column_edges[column]
        end = column_edges[column + cell.span]
        column += cell.span
        attributes = ""
        if cell.header:
            attributes += f"/Scope/{scope}"
        if cell.span > 1:
            attributes += f"/ColSpan {cell.span}"
        element = TagNode("TH" if cell.header else "TD", node, f"<</O/Table{attributes}>>" if attributes else "")
        edge = edges(cell.style)
        width = end - x - edge.left - edge.right
        cell_layout = layout.inside(cell)
        continued_header = partial(cell_layout.continued_header, cell, width, continued) if cell.header else None
        stack = cell_layout.cell(cell, width, element)
        is_mirrored = cell_layout is not layout  # another layout is only that of the other direction
        height = stack_height(stack)
        pieces.append(CellPiece(cell.style, edge, x, end - x, stack, height, continued_header, is_mirrored=is_mirrored))
    return tuple(pieces)


def _header_text(row: TableRow) -> str:
    """Return the text of the first header cell of a row; empty without one."""
    for cell in row.cells:
        if cell.header:
            return "".join(run.text for run in runs_of(cell))
    return ""
