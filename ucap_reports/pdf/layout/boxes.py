"""Boxes: stacks of flow items with a background and borders."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges
from ucap_reports.pdf.file.canvas import Box, Canvas
from ucap_reports.pdf.layout.flow_items import Stack, draw_stack, split_stack, stack_height
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.measures import Sides
from ucap_reports.template.theme import Style

ABOVE = {"top": 0.0, "middle": 0.5, "bottom": 1.0, "stretch": 0.0}
"""The part of the free height that is above content."""
_SHORT_BOX = Length.mm(60)
"""Boxes up to this height are only split if they are higher than a page."""


class PlacedStack(Struct, frozen=True):
    """A stack and its place from the start and top of its box."""

    stack: Stack
    x: float
    y: float


class Panel(Struct, frozen=True):
    """A box with the background and borders of its style. Its stacks are side by side."""

    style: Style
    width: float
    height: float
    contents: tuple[PlacedStack, ...]

    def split(self, available: float, *, forced: bool) -> "tuple[Panel, Panel] | None":
        """The part that fits, and the rest, each with all its borders. Blocks below each other stay together, and so
        does a low or pinned box, unless they are higher than a page.
        """
        style, edge = self.style, edges(self.style)
        if not forced and (style.layout == "stack" or style.pin is not None or self.height <= _SHORT_BOX):
            return None
        inner = available - edge.top - edge.bottom
        parts = [split_stack(placed.stack, inner, forced=forced) for placed in self.contents]
        split = [part for part in parts if part is not None]
        if len(split) < len(parts) or not any(after for _, after in split) or not any(before for before, _ in split):
            return None
        lower = replace(style, height=None)
        places = [placed.x for placed in self.contents]
        first, rest = (
            boxed(lower, self.width, tuple(zip(stacks, places, strict=True))) for stacks in zip(*split, strict=True)
        )
        return first, rest

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the background, the borders and the contents."""
        draw_box(self.style, canvas, Box(x, y, x + self.width, y + self.height))
        for placed in self.contents:
            stack = placed.stack
            if self.style.align_block == "stretch":
                edge = edges(self.style)
                stack = _stretched(stack, self.height - edge.top - edge.bottom)
            draw_stack(stack, canvas, x + placed.x, y + placed.y)


def inside(box: Box, sides: Sides) -> Box:
    """The part of a box inside of these edges."""
    return Box(box.left + sides.left, box.top + sides.top, box.right - sides.right, box.bottom - sides.bottom)


def draw_box(style: Style, canvas: Canvas, box: Box) -> None:
    """Draw the background and the borders of a box."""
    outer = canvas.bleeding(box, style.bleed) if any(style.bleed) else box
    if style.background is not None:
        canvas.fill(outer, style.background)
    draw_sides(style, canvas, outer)
    if (rule := style.rule_below) is not None:
        right = outer.right if rule.length is None else box.left + rule.length
        canvas.rule(Box(outer.left, outer.bottom - rule.width, right, outer.bottom), rule.colour)
    if (rule := style.rule_above) is not None:
        right = outer.right if rule.length is None else box.left + rule.length
        canvas.rule(Box(outer.left, outer.top, right, outer.top + rule.width), rule.colour)


def draw_sides(style: Style, canvas: Canvas, box: Box) -> None:
    """Draw the borders at the start and the end of a box."""
    if (rule := style.rule_start) is not None:
        canvas.rule(replace(box, right=box.left + rule.width), rule.colour)
    if (rule := style.rule_end) is not None:
        canvas.rule(replace(box, left=box.right - rule.width), rule.colour)


def boxed(style: Style, width: float, columns: Sequence[tuple[Stack, float]]) -> Panel:
    """A box around stacks at these distances from its start. Stacks side by side are vertically centred unless the
    style aligns them otherwise.
    """
    edge = edges(style)
    least = (style.height or 0) - edge.top - edge.bottom
    inner = max([0, least, *(stack_height(stack) for stack, _ in columns)])
    align = style.align_block or ("middle" if style.layout == "columns" else "top")
    contents = []
    for stack, x in columns:
        above = (inner - stack_height(stack)) * ABOVE[align]
        contents.append(PlacedStack(stack, x, edge.top + above))
    return Panel(style, width, edge.top + inner + edge.bottom, tuple(contents))


def _stretched(stack: Stack, height: float) -> Stack:
    """The stack at that height, if its last item is a box, which takes the free height."""
    if not stack or not isinstance((last := stack[-1]).body, Panel):
        return stack
    free = height - stack_height(stack)
    above = free * ABOVE[last.body.style.align_block or "top"]
    contents = tuple(replace(placed, y=placed.y + above) for placed in last.body.contents)
    body = replace(last.body, height=last.height + free, contents=contents)
    return (*stack[:-1], replace(last, body=body, height=body.height))
