"""Flow items: measured paragraphs, rows and boxes that fill pages. Each has its node in the tag tree and can be drawn.

A stack has flow items one below the other: in the body, a cell, a list item, or a box. Lengths are points; an item is
drawn from the start and the top of its place.
"""

from collections.abc import Sequence
from math import inf
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges
from ucap_reports.pdf.file.canvas import Bookmark, Box, Canvas, Outline
from ucap_reports.pdf.text.text_drawing import LineRange
from ucap_reports.template.lengths_and_colours import MAX_LENGTH, TOLERANCE, Length, Sides
from ucap_reports.template.theme import DrawnRule, Style

FEW_LINES = 4
"""Lines that may remain empty at the bottom of a page so that a paragraph or list item is not split."""
_MANY = 500
"""More items than are on most pages."""

SHARE_ABOVE = {"top": 0.0, "middle": 0.5, "bottom": 1.0, "stretch": 0.0}
"""The part of the free height that is above content."""
_SHORT_BOX = Length.mm(60)
"""Boxes up to this height are only split if they are higher than a page."""


class Body(Protocol):
    """The body of an item: it can be drawn with its start and top at a place, and perhaps be split."""

    @property
    def height(self) -> float:
        """Its height."""

    def split(self, available: float, *, forced: bool) -> "tuple[Body, Body] | None":
        """Return the part that fits, and the rest; None if it cannot be split so."""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it there."""


class Unsplittable(Struct, frozen=True, gc=False):
    """A body that is never split."""

    def split(self, available: float, *, forced: bool) -> None:
        """None."""


class PossibleBreak(Unsplittable, frozen=True):
    """The end of a page, if at least the part `share` of it is full."""

    share: float
    height: float = 0

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw nothing."""


class ListMarker(Struct, frozen=True, gc=False):
    """The marker of a list item: its text, and its distance from the start of the stack."""

    part: LineRange
    indent: float


class SideLine(Struct, frozen=True, gc=False):
    """The line through the markers of a list, beside an item: its distance from the start of the stack, and how far it
    goes on below the item, to the next one.
    """

    rule: DrawnRule
    indent: float
    below: float


class FlowItem(Struct, frozen=True, gc=False):
    """A paragraph, a row, a picture, a box, or a part of one, `indent` from the start of its stack; `keeps_next` if it
    stays with the item after it.
    """

    body: Body
    height: float
    line: int
    gap: float = 0
    indent: float = 0
    markers: tuple[ListMarker, ...] = ()
    outline: Outline | None = None
    keeps_next: bool = False
    side_line: SideLine | None = None

    def split(self, available: float, *, forced: bool) -> "tuple[FlowItem, FlowItem] | None":
        """Return the part that fits, and the rest."""
        parts = self.body.split(available, forced=forced)
        if parts is None:
            return None
        before, after = parts
        rest = replace(self, body=after, height=after.height, gap=0, markers=(), outline=None)
        return replace(self, body=before, height=before.height), rest

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the markers that begin here, on the line through them, and the body."""
        if self.outline is not None:
            canvas.bookmarks.append(Bookmark(self.outline, canvas.index, canvas.height - y))
        line = self.side_line
        if line is not None:
            left = x + line.indent
            canvas.rule(Box(left, y, left + line.rule.width, y + self.height + line.below), line.rule.colour)
        for marker in self.markers:
            marker.part.draw(canvas, x + marker.indent, y)
        self.body.draw(canvas, x + self.indent, y)


Stack = tuple[FlowItem, ...]
"""Flow items one below the other."""


def stack_height(stack: Sequence[FlowItem]) -> float:
    """Return the height of a stack; of a long one that is higher than any page, at least that of a page, so that a text
    that is split over many pages is not measured from each page on to its end.
    """
    if len(stack) > _MANY:
        total = 0.0
        for item in stack:
            total += item.gap + item.height
            if total > MAX_LENGTH:
                return total
    return sum([item.gap + item.height for item in stack]) - stack[0].gap if stack else 0


def kept_before(items: Sequence[Any], end: int) -> int:
    """Return the place before `end` where a page may end, so that it does not end in a heading."""
    while end and items[end - 1].keeps_next:
        end -= 1
    return end


def draw_stack(stack: Sequence[FlowItem], canvas: Canvas, x: float, y: float) -> None:
    """Draw a stack from its start and top."""
    top = y - stack[0].gap if stack else y
    for item in stack:
        top += item.gap
        item.draw(canvas, x, top)
        top += item.height


def split_stack(stack: Stack, available: float, *, forced: bool) -> tuple[Stack, Stack] | None:
    """Return the part of a stack that fits, and the rest: split before an item if that leaves only a few lines empty,
    otherwise inside of it; a heading stays with the text after it. None if nothing fits.
    """
    used = 0.0
    for index, item in enumerate(stack):
        before = used
        used += item.height + (item.gap if index else 0)
        if used <= available + TOLERANCE:
            continue
        end = kept_before(stack, index)
        parts = item.split(available - (used - item.height), forced=forced and not end)
        if end and (parts is None or not _fills_page(item.body, available - before)):
            end = _with_company(stack, end)
            return stack[:end], stack[end:]
        if parts is not None:
            return (*stack[:index], parts[0]), (parts[1], *stack[index + 1 :])
        return (stack[:index], stack[index:]) if forced and index else None
    return stack, ()


def _fills_page(body: Body, available: float) -> bool:
    """Return whether a page without the first part of a body has much free space: many lines of a paragraph, or the
    beginning of a box that is higher than the next page, too.
    """
    if isinstance(body, LineRange):
        return available > FEW_LINES * body.lines.leading
    return isinstance(body, Panel) and body.height > body.page_height


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
        if not forced and (is_whole or style.pin is not None or self.height <= _SHORT_BOX):
            return None
        inner = available - edge.top - edge.bottom
        fitting: list[tuple[Stack, float]] = []
        rest: list[tuple[Stack, float]] = []
        for placed in self.contents:
            parts = split_stack(placed.stack, inner, forced=forced)
            if parts is None:
                return None
            fitting.append((parts[0], placed.x))
            rest.append((parts[1], placed.x))
        if not any(stack for stack, _ in fitting) or not any(stack for stack, _ in rest):
            return None
        lower = replace(style, height=None)
        fitting_box = boxed(lower, self.width, fitting, self.page_height)
        return fitting_box, boxed(lower, self.width, rest, self.page_height)

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
    """Return the part of a box inside of these edges."""
    return Box(box.left + sides.left, box.top + sides.top, box.right - sides.right, box.bottom - sides.bottom)


def draw_box(style: Style, canvas: Canvas, box: Box) -> None:
    """Draw the background and the borders of a box."""
    outer = canvas.bleeding(box, style.bleed) if any(style.bleed) else box
    if style.background is not None:
        canvas.fill(outer, style.background)
    draw_sides(style, canvas, outer)
    rule = style.rule_below
    if rule is not None:
        right = outer.right if rule.length is None else box.left + rule.length
        canvas.rule(Box(outer.left, outer.bottom - rule.width, right, outer.bottom), rule.colour)
    rule = style.rule_above
    if rule is not None:
        right = outer.right if rule.length is None else box.left + rule.length
        canvas.rule(Box(outer.left, outer.top, right, outer.top + rule.width), rule.colour)


def draw_sides(style: Style, canvas: Canvas, box: Box) -> None:
    """Draw the borders at the start and the end of a box."""
    rule = style.rule_start
    if rule is not None:
        canvas.rule(replace(box, right=box.left + rule.width), rule.colour)
    rule = style.rule_end
    if rule is not None:
        canvas.rule(replace(box, left=box.right - rule.width), rule.colour)


def boxed(style: Style, width: float, columns: Sequence[tuple[Stack, float]], page_height: float = inf) -> Panel:
    """Return a box around stacks at these distances from its start. Stacks side by side are vertically centred unless
    the style aligns them otherwise.
    """
    edge = edges(style)
    min_height = (style.height or 0) - edge.top - edge.bottom
    inner = max([0, min_height, *(stack_height(stack) for stack, _ in columns)])
    align = style.align_block or ("middle" if style.layout == "columns" else "top")
    contents = []
    for stack, x in columns:
        above = (inner - stack_height(stack)) * SHARE_ABOVE[align]
        contents.append(PlacedStack(stack, x, edge.top + above))
    return Panel(style, width, edge.top + inner + edge.bottom, tuple(contents), page_height)


def _with_company(stack: Stack, end: int) -> int:
    """Return the place before `end` where a page may end so that the last list item is not alone on the next one; `end`
    if it is not alone, or the item before it is long.
    """
    before = stack[end - 1]
    if end < len(stack) - 1 or not stack[end].markers or not before.markers:
        return end
    if not isinstance(before.body, LineRange) or before.height > FEW_LINES * before.body.lines.leading:
        return end
    return kept_before(stack, end - 1) or end


def _stretched(stack: Stack, height: float) -> Stack:
    """Return the stack at that height, if its last item is a box, which takes the free height."""
    last = stack[-1] if stack else None
    if last is None or not isinstance(last.body, Panel):
        return stack
    free = height - stack_height(stack)
    above = free * SHARE_ABOVE[last.body.style.align_block or "top"]
    contents = tuple(replace(placed, y=placed.y + above) for placed in last.body.contents)
    body = replace(last.body, height=last.height + free, contents=contents)
    return (*stack[:-1], replace(last, body=body, height=body.height))
