"""Text that flows through columns, which are filled page by page.

On the last page they have about the same height. There they can begin with headings, or at least with whole paragraphs
and list items, if that does not make them much higher.
"""

from collections.abc import Sequence
from itertools import chain, pairwise

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
        columns, rest = _filled(self.stack, len(self.starts), column_height, forced=forced)
        # If the text fits and its box does not (the box has a height, or columns that begin with headings), the end of
        # the text goes to the next page.
        while columns and not rest:
            column_height = max(map(stack_height, columns)) - _STEP
            columns, rest = _filled(self.stack, len(self.starts), column_height, forced=forced)
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
        columns, rest = _filled(stack, count, max_height, forced=forced)
        if not rest:
            return _lowest(columns, stack, count, max_height, forced=forced)
    return None


def _lowest(columns: list[Stack], stack: Stack, count: int, max_height: float, *, forced: bool) -> list[Stack]:
    """Return the stack in `count` columns of the least height; `columns` have it in the maximum height."""
    too_low = 0.0
    high_enough = max_height
    while high_enough - too_low > _PRECISION:
        height = (too_low + high_enough) / 2
        lower_columns, rest = _filled(stack, count, height, forced=forced)
        if rest:
            too_low = height
        else:
            high_enough = height
            columns = lower_columns
    return columns


def _filled(stack: Stack, count: int, height: float, *, forced: bool) -> tuple[list[Stack], Stack]:
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
