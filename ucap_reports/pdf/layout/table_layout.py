"""Tables: the rows of a table with their cells, and their nodes in the tag tree."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Protocol, Self

from ucap_reports.page.box_geometry import edges
from ucap_reports.page.page_tree import LOWEST_HEADING, Table, TableCell, TableRow, TextBlock
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.pdf.file.canvas import Outline
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import (
    FlowItem,
    Stack,
    stack_height,
)
from ucap_reports.pdf.layout.page_breaks_and_columns import CellPiece, laid_row
from ucap_reports.text.rich_text import Break, Run

ROW_LEVEL = LOWEST_HEADING + 1
"""The level of a row among the bookmarks: below any heading."""
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
