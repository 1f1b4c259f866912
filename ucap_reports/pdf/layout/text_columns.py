"""Text that flows through columns: they are filled page by page, and have about the same height on the last page, where
they can begin with headings, or at least with whole paragraphs and list items, if that does not make them much higher.
"""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges, in_all_columns
from ucap_reports.pdf.file.canvas import Box, Canvas
from ucap_reports.pdf.layout.flow_items import (
    FlowItem,
    Stack,
    draw_box,
    draw_stack,
    split_stack,
    stack_height,
)
from ucap_reports.pdf.layout.table_layout import RowGroup
from ucap_reports.template.theme import Style

_PRECISION = 0.5
"""Points by which balanced columns may be higher than necessary."""
_LINES_HIGHER = 12
"""The lines by which columns may be higher so that they begin with headings."""
_LINES_HIGHER_FOR_ITEMS = 4
"""The same so that no paragraph or list item is divided between them."""


class TextColumns(Struct, frozen=True):
    """A box with text in columns, which begin at these distances from its start. `page_height` is that
    of a page; a text that is higher than a page is divided into columns only when it is split.
    """

    style: Style
    width: float
    starts: Sequence[float]
    page_height: float
    stack: Stack
    columns: Sequence[Stack] = ()
    height: float = 0
    headed: bool = False
    """Whether the columns begin with headings, or with whole items, if that does not make them much higher."""

    def balanced(self) -> "TextColumns":
        """Return the text in columns of about the same height or, if it is too long for a page, as it must be split."""
        style, count, edge = self.style, len(self.starts), edges(self.style)
        available_height = self.page_height - edge.top - edge.bottom
        columns = _balanced(self.stack, count, available_height)
        if self.headed and columns:
            columns = self._with_whole_parts(columns, available_height)
        height = 2 * self.page_height if columns is None else max(_height(style, columns), style.height or 0)
        return replace(self, columns=columns or (), height=height)

    def _with_whole_parts(self, lowest: list[Stack], available_height: float) -> list[Stack]:
        """Return columns that begin with headings or whole items; the lowest ones if those are much higher."""
        style, count = self.style, len(self.starts)
        least = _height(style, lowest)
        parts = _by_heading(self.stack)
        sections = _balanced(parts, count, available_height) if len(parts) > 1 else None
        if sections and _height(style, sections) <= least + _LINES_HIGHER * style.leading:
            return [tuple(column) for column in in_all_columns(sections, count)]
        items = _balanced(_by_item(self.stack), count, available_height)
        if items and _height(style, items) <= least + _LINES_HIGHER_FOR_ITEMS * style.leading:
            return items
        return lowest

    def split(self, available_height: float, *, forced: bool) -> "tuple[TextColumns, TextColumns] | None":
        """Return the part that fits, and the rest."""
        edge = edges(self.style)
        inner = available_height - edge.top - edge.bottom
        columns, rest = _filled(self.stack, len(self.starts), inner, forced=forced)
        while columns and not rest:  # all of it fits, but not at the height of its balanced columns
            inner = max(map(stack_height, columns)) - 1
            columns, rest = _filled(self.stack, len(self.starts), inner, forced=forced)
        if not columns:
            return None
        shown = tuple([item for column in columns for item in column])
        before = replace(self, stack=shown, columns=columns, height=_height(self.style, columns))
        return before, replace(self, stack=rest).balanced()

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the box, and the columns in reading order."""
        draw_box(self.style, canvas, Box(x, y, x + self.width, y + self.height))
        top = y + edges(self.style).top
        for start, column in zip(self.starts, self.columns, strict=False):
            draw_stack(column, canvas, x + start, top)


def _balanced(stack: Stack, count: int, max_height: float) -> list[Stack] | None:
    """Return the stack in columns that are as low as possible; None if they would be higher than `max_height`."""
    total = 0.0
    for item in stack:
        total += item.height
        if total > 2 * count * max_height:
            return None  # the rest is not measured, so that a long text takes a time proportional to its length
    for forced in (False, True):
        best, rest = _filled(stack, count, max_height, forced=forced)
        low, high = 0.0, max_height
        while not rest and high - low > _PRECISION:
            middle = (low + high) / 2
            columns, left = _filled(stack, count, middle, forced=forced)
            low, high = (middle, high) if left else (low, middle)
            best = best if left else columns
        if not rest:
            return best
    return None


def _filled(stack: Stack, count: int, height: float, *, forced: bool) -> tuple[list[Stack], Stack]:
    """As much of the stack as fits into columns of that height, and the rest."""
    columns: list[Stack] = []
    while stack and len(columns) < count:
        parts = split_stack(stack, height, forced=forced)
        if parts is None:
            break
        columns.append(parts[0])
        stack = parts[1]
    return columns, stack


def _by_heading(stack: Stack) -> Stack:
    """Return the stack with each heading and what follows it as one item."""
    later = [index for index in range(1, len(stack)) if stack[index].keeps_next and not stack[index - 1].keeps_next]
    parts = [stack[start:end] for start, end in pairwise([0, *later, len(stack)])]
    return tuple(FlowItem(RowGroup(part), stack_height(part), part[0].line, part[0].gap) for part in parts)


def _by_item(stack: Stack) -> Stack:
    """Return the stack with items that are not divided."""
    whole = []
    for item in stack:
        whole.append(FlowItem(RowGroup((item,)), item.height, item.line, item.gap, keeps_next=item.keeps_next))
    return tuple(whole)


def _height(style: Style, columns: Sequence[Stack]) -> float:
    edge = edges(style)
    return edge.top + max([0.0, *map(stack_height, columns)]) + edge.bottom
