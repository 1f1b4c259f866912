"""Flow items: measured paragraphs, rows and boxes that fill pages, and how they are drawn. Each has its node in the tag
tree.

A stack has flow items one below the other: in the body, a cell, a list item, or a box. Lengths are points; an item is
drawn from the start and the top of its place. Where they may be split is in `page_breaks_and_columns`.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Bookmark, Box, Canvas, Outline
from ucap_reports.pdf.text.text_drawing import LineRange
from ucap_reports.template.lengths_and_colours import MAX_LENGTH, Sides
from ucap_reports.template.theme import DrawnRule, Style

_MANY = 500
"""More items than are on most pages."""


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


def draw_stack(stack: Sequence[FlowItem], canvas: Canvas, x: float, y: float) -> None:
    """Draw a stack from its start and top."""
    top = y - stack[0].gap if stack else y
    for item in stack:
        top += item.gap
        item.draw(canvas, x, top)
        top += item.height


class ItemGroup(Unsplittable, frozen=True):
    """Items that are drawn together."""

    items: Stack

    @property
    def height(self) -> float:
        """The total height."""
        return stack_height(self.items)

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the items one below the other."""
        draw_stack(self.items, canvas, x, y)


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
