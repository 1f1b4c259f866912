"""Tables: rows of cells over the width of their place, which split over pages inside of their cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, groupby
from typing import Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Artifact, Box, Canvas
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.boxes import Edges, edges
from ucap_reports.pdf.layout.flow_items import (
    LEAST_LINES,
    Outline,
    ParagraphItem,
    Stack,
    draw_stack,
    split_stack,
    stack_height,
)
from ucap_reports.pdf.template.page_tree import Table, TableCell, TableRow, TextBlock
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.theme import DrawnRule, Style
from ucap_reports.text.rich_text import Run

T = TypeVar("T")

_ROW_LEVEL = 7
"""The level of a row among the bookmarks: below any heading."""
_SHORT_ROW = 4
"""Lines up to which a row is never split."""


class CellPiece(Struct, frozen=True):
    """A cell of a row, or the part of it that stands on one page. `again` makes what stands there where its row goes
    on: a row header's text; `is_repeated` says that it is that.
    """

    style: Style
    edge: Edges
    x: float
    width: float
    stack: Stack
    again: Callable[[], Stack] | None = None
    is_repeated: bool = False

    @property
    def height(self) -> float:
        """What the cell needs."""
        return max(self.edge.top + stack_height(self.stack) + self.edge.bottom, self.style.height or 0)

    def split(self, room: float, *, forced: bool) -> "tuple[CellPiece, CellPiece] | None":
        """What fits into the room, and what goes on."""
        parts = split_stack(self.stack, room - self.edge.top - self.edge.bottom, forced=forced)
        if parts is None or (parts[1] and self.again is not None and not forced):
            return None
        before, after = parts
        if after or self.again is None:
            return replace(self, stack=before), replace(self, stack=after)
        return replace(self, stack=before), replace(self, stack=self.again(), is_repeated=True)

    def goes_on(self) -> bool:
        """Whether it holds anything that has not been shown."""
        return bool(self.stack) and not self.is_repeated

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw what it holds, without background and rules: these are the row's."""
        left, top = x + self.x + self.edge.start, y + self.edge.top
        if not self.is_repeated or canvas.draws_artifact:
            draw_stack(self.stack, canvas, left, top)
            return
        with canvas.artifact(Artifact.REPEATED):
            draw_stack(self.stack, canvas, left, top)


class LaidRow(Struct, frozen=True):
    """A row of a table, or the part of it on one page. `head` are the table's header rows, none for those rows."""

    cells: tuple[CellPiece, ...]
    height: float
    line: int
    head: "tuple[LaidRow, ...]" = ()
    gap: float = 0
    outline: Outline | None = None
    keeps_next: bool = False

    def _part(self, cells: Iterable[CellPiece]) -> "LaidRow":
        """A part of the row."""
        cells = tuple(cells)
        return replace(self, cells=cells, height=_row_height(cells))

    def split(self, room: float, *, forced: bool) -> "tuple[LaidRow, LaidRow] | None":
        """What fits into the room, and the rest; never a short row, never less than two lines."""
        leading = _leading(self.cells)
        if not forced and max(stack_height(cell.stack) for cell in self.cells) <= _SHORT_ROW * leading:
            return None
        parts = [cell.split(room, forced=forced) for cell in self.cells]
        if not (before := [part[0] for part in parts if part is not None]) or len(before) < len(self.cells):
            return None
        after = [part[1] for part in parts if part is not None]
        shown = max(stack_height(cell.stack) for cell in before)
        if not any(cell.goes_on() for cell in after) or (shown < LEAST_LINES * leading and not forced):
            return None
        return self._part(before), replace(self._part(after), gap=0, outline=None)

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw backgrounds and rules over the whole height of the row, and the cells."""
        bottom = y + self.height
        for colour, left, right in _joined(self.cells, _background):
            canvas.fill(Box(x + left, y, x + right, bottom), colour)
        for rule, left, right in _joined(self.cells, _rule):
            canvas.rule(Box(x + left, bottom - rule.width, x + right, bottom), rule.colour)
        for cell in self.cells:
            cell.draw(canvas, x, y)


class RowGroup(Struct, frozen=True):
    """Rows that are drawn as one."""

    rows: Sequence[LaidRow]

    @property
    def height(self) -> float:
        """The height of all rows."""
        return sum(row.height for row in self.rows)

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the rows one under the other."""
        for row in self.rows:
            row.draw(canvas, x, y)
            y += row.height


class Cells(Protocol):
    """Who makes what cells hold."""

    def cell(self, cell: TableCell, width: float, node: TagNode) -> Stack:
        """The cell's blocks in that width, below that node."""

    def again(self, cell: TableCell, width: float, continued: str) -> Stack:
        """What stands in a row header where its row goes on."""


def column_widths(table: Table, width: float) -> list[float]:
    """The width of each column: what a cell's style asks for, the rest shared evenly; below 0 where none is left."""
    own: dict[int, float] = {}
    count = 0
    for row in (*table.head, *table.body):
        column = 0
        for cell in row.cells:
            if cell.span == 1 and cell.style.width is not None:
                own.setdefault(column, cell.style.width)
            column += cell.span
        count = max(count, column)
    shared = (width - sum(own.values())) / max(count - len(own), 1)
    return [own.get(column, shared) for column in range(count)]


def table_rows(table: Table, widths: Sequence[float], cells: Cells, node: TagNode, gap: float) -> list[LaidRow]:
    """The rows of a table whose columns have these widths, `gap` below what is before it, entered below the node."""
    making = _Making(table, widths, cells, gap)
    whole = TagNode("Table", node)
    head = making.head(TagNode("THead", whole))
    return [*head, *making.body(TagNode("TBody", whole), head)]


class _Making:
    """Rows of one table in the making, the first of them below a gap."""

    def __init__(self, table: Table, widths: Sequence[float], cells: Cells, gap: float) -> None:
        self._table = table
        self._edges = [0.0, *accumulate(widths)]
        self._cells = cells
        self._gap = gap

    def head(self, node: TagNode) -> tuple[LaidRow, ...]:
        """The header rows, entered below a node."""
        rows = []
        for row in self._table.head:
            pieces = self._row(row, TagNode("TR", node), "Column")
            rows.append(LaidRow(pieces, _row_height(pieces), row.line, gap=self._gap, keeps_next=True))
            self._gap = 0
        return tuple(rows)

    def body(self, node: TagNode, head: tuple[LaidRow, ...]) -> Iterator[LaidRow]:
        """The other rows, entered below a node."""
        for row in self._table.body:
            pieces = self._row(row, TagNode("TR", node), "Row")
            label = next((text_of(cell) for cell in row.cells if cell.header), "").strip().removesuffix(":")
            outline = Outline(_ROW_LEVEL, label) if label else None
            yield LaidRow(pieces, _row_height(pieces), row.line, head, self._gap, outline)
            self._gap = 0

    def _row(self, row: TableRow, node: TagNode, scope: str) -> tuple[CellPiece, ...]:
        """The cells of a row; `scope` is what its header cells are about."""
        pieces = []
        column = 0
        for cell in row.cells:
            pieces.append(self._cell(cell, column, node, scope))
            column += cell.span
        return tuple(pieces)

    def _cell(self, cell: TableCell, column: int, node: TagNode, scope: str) -> CellPiece:
        x, end = self._edges[column], self._edges[column + cell.span]
        attributes = (f"/Scope/{scope}" if cell.header else "") + (f"/ColSpan {cell.span}" if cell.span > 1 else "")
        element = TagNode("TH" if cell.header else "TD", node, f"<</O/Table{attributes}>>" if attributes else "")
        edge = edges(cell.style)
        width = end - x - edge.start - edge.end
        stack = self._cells.cell(cell, width, element)
        again = partial(self._cells.again, cell, width, self._table.continued) if cell.header else None
        return CellPiece(cell.style, edge, x, end - x, stack, again)


def runs_of(cell: TableCell) -> Iterator[Run]:
    """The runs of a cell's paragraphs."""
    inlines = (inline for block in cell.blocks if isinstance(block, TextBlock) for inline in block.content)
    return (inline for inline in inlines if isinstance(inline, Run))


def text_of(cell: TableCell) -> str:
    """The words of a cell's paragraphs."""
    return "".join(run.text for run in runs_of(cell))


def _joined(cells: Sequence[CellPiece], wanted: Callable[[Style], T | None]) -> Iterator[tuple[T, float, float]]:
    """What neighbouring cells have in common, with where the first begins and the last ends."""
    for value, group in groupby(cells, lambda cell: wanted(cell.style)):
        members = list(group)
        if value is not None:
            yield value, members[0].x, members[-1].x + members[-1].width


def _row_height(cells: Iterable[CellPiece]) -> float:
    return max([cell.height for cell in cells])


def _background(style: Style) -> Colour | None:
    return style.background


def _rule(style: Style) -> DrawnRule | None:
    return style.rule_below


def _leading(cells: Sequence[CellPiece]) -> float:
    """The highest line of a row."""
    return max((piece.leading for cell in cells for piece in cell.stack if isinstance(piece, ParagraphItem)), default=0)
