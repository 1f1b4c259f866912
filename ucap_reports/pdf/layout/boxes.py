"""Boxes: pictures, and stacks of flow items with a background and rules."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Box, Canvas, PictureObject
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import Flowing, draw_stack, stack_height
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.measures import NO_SIDES, Sides
from ucap_reports.template.theme import AlignBlock, Style

ABOVE = {AlignBlock.TOP: 0.0, AlignBlock.MIDDLE: 0.5, AlignBlock.BOTTOM: 1.0}
"""The part of the free height that is above content."""


class PlacedStack(Struct, frozen=True):
    """A stack and its place from the start and top of its box."""

    stack: Sequence[Flowing]
    x: float
    y: float


class Figure(Struct, frozen=True):
    """A picture and its size."""

    drawing: PictureObject
    node: TagNode
    width: float
    height: float

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the picture."""
        canvas.figure(self.drawing, Box(x, y, x + self.width, y + self.height), self.node)


class Panel(Struct, frozen=True):
    """A box with the background and rules of its style."""

    style: Style
    width: float
    height: float
    contents: tuple[PlacedStack, ...]

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the background, the rules and the contents."""
        style, box = self.style, Box(x, y, x + self.width, y + self.height)
        if style.background is not None:
            canvas.fill(box, style.background)
        if (rule := style.rule_start) is not None:
            canvas.rule(replace(box, right=x + rule.width), rule.colour)
        if (rule := style.rule_below) is not None:
            right = box.right if rule.length is None else x + rule.length
            canvas.rule(Box(x, box.bottom - rule.width, right, box.bottom), rule.colour)
        for placed in self.contents:
            draw_stack(placed.stack, canvas, x + placed.x, y + placed.y)


@lru_cache(maxsize=512)
def edges(style: Style) -> Sides:
    """The width of a box's padding and rules on each side."""
    start = style.rule_start.width if style.rule_start is not None else 0
    below = style.rule_below.width if style.rule_below is not None else 0
    top, end, bottom, left = style.padding
    return Sides(top, end, Length(bottom + below), Length(left + start))


def is_boxed(style: Style) -> bool:
    """Whether the style has a background, padding or rules."""
    return style.background is not None or edges(style) != NO_SIDES


def stacked(style: Style, width: float, stack: Sequence[Flowing]) -> Panel:
    """A box around one stack."""
    edge = edges(style)
    height = max(edge.top + stack_height(stack) + edge.bottom, style.height or 0)
    return Panel(style, width, height, (PlacedStack(stack, edge.left, edge.top),))


def side_by_side(style: Style, width: float, columns: Sequence[tuple[Sequence[Flowing], float]]) -> Panel:
    """A box around stacks of these widths side by side, vertically centred unless the style aligns them otherwise."""
    edge = edges(style)
    least = (style.height or 0) - edge.top - edge.bottom
    inner = max([0, least, *(stack_height(stack) for stack, _ in columns)])
    x, contents = float(edge.left), []
    for stack, column in columns:
        free = inner - stack_height(stack)
        contents.append(PlacedStack(stack, x, edge.top + free * ABOVE[style.align_block or AlignBlock.MIDDLE]))
        x += column + style.gap
    return Panel(style, width, edge.top + inner + edge.bottom, tuple(contents))
