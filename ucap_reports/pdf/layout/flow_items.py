"""Flow items: measured paragraphs, rows and boxes that fill pages, and how they are drawn. Each has its node in the tag
tree.

A stack has flow items one below the other: in the body, a cell, a list item, or a box. Lengths are points; an item is
drawn from the start and the top of its place. Last is how the background and the borders of a box are drawn.

Where items may be split is in `page_breaks_and_columns`. Splitting is `forced` for an item that no page can hold: it is
then split wherever something fits, even if that leaves a single line.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Bookmark, Box, Canvas, Outline
from ucap_reports.pdf.text.text_drawing import LineRange
from ucap_reports.template.lengths_colours_and_paper_sizes import MAX_LENGTH, Sides
from ucap_reports.template.theme_and_line_spacing import DrawnRule, Style

_MANY_ITEMS = 500
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
        """Return None."""


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
    """A paragraph, a row, a picture, a box, or a part of one."""

    body: Body
    height: float
    line: int
    """Its line in the page template."""
    gap: float = 0
    """The space above it, unless it is the first one of its stack."""
    indent: float = 0
    """The distance from the start of its stack."""
    markers: tuple[ListMarker, ...] = ()
    """The markers of the list items that begin with it; several if lists begin at the same item."""
    outline: Outline | None = None
    """The bookmark that leads to it."""
    keeps_next: bool = False
    """Whether it stays with the item after it."""
    side_line: SideLine | None = None

    def split(self, available: float, *, forced: bool) -> "tuple[FlowItem, FlowItem] | None":
        """Return the part that fits, and the rest."""
        parts = self.body.split(available, forced=forced)
        if parts is None:
            return None
        fitting, rest = parts
        fitting_item = replace(self, body=fitting, height=fitting.height)
        rest_item = replace(self, body=rest, height=rest.height, gap=0, markers=(), outline=None)
        return fitting_item, rest_item

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the markers that begin here, on the line through them, and the body."""
        if self.outline is not None:
            canvas.bookmarks.append(Bookmark(self.outline, canvas.index, canvas.height - y))
        line = self.side_line
        if line is not None:
            rule = line.rule
            left = x + line.indent
            bottom = y + self.height + line.below
            canvas.rule(Box(left, y, left + rule.width, bottom), rule.colour)
        for marker in self.markers:
            marker.part.draw(canvas, x + marker.indent, y)
        self.body.draw(canvas, x + self.indent, y)


Stack = tuple[FlowItem, ...]
"""Flow items one below the other."""


def stack_height(stack: Sequence[FlowItem]) -> float:
    """Return the height of a stack; of a long one that is higher than any page, at least that of a page, so that a text
    that is split over many pages is not measured from each page on to its end.
    """
    if not stack:
        return 0
    if len(stack) > _MANY_ITEMS:
        total = 0.0
        for item in stack:
            total += item.gap + item.height
            if total > MAX_LENGTH:
                return total
    return sum([item.gap + item.height for item in stack]) - stack[0].gap


def draw_stack(stack: Sequence[FlowItem], canvas: Canvas, x: float, y: float) -> None:
    """Draw a stack from its start and top."""
    if not stack:
        return
    top = y - stack[0].gap
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


def inner_box(box: Box, sides: Sides) -> Box:
    """Return the part of a box inside of these edges."""
    return Box(box.left + sides.left, box.top + sides.top, box.right - sides.right, box.bottom - sides.bottom)


def draw_box(style: Style, canvas: Canvas, box: Box) -> None:
    """Draw the background and the borders of a box. Those of a style with a bleed go on to the edges of the page."""
    outer = canvas.bleeding(box, style.bleed) if any(style.bleed) else box
    if style.background is not None:
        canvas.fill(outer, style.background)
    draw_sides(style, canvas, outer)
    below = style.rule_below
    if below is not None:
        right = _end_of_rule(below, box, outer)
        canvas.rule(Box(outer.left, outer.bottom - below.width, right, outer.bottom), below.colour)
    above = style.rule_above
    if above is not None:
        right = _end_of_rule(above, box, outer)
        canvas.rule(Box(outer.left, outer.top, right, outer.top + above.width), above.colour)


def _end_of_rule(rule: DrawnRule, box: Box, outer: Box) -> float:
    """Return where the border above or below a box ends; its length is without the bleed."""
    return outer.right if rule.length is None else box.left + rule.length


def draw_sides(style: Style, canvas: Canvas, box: Box) -> None:
    """Draw the borders at the start and the end of a box."""
    start = style.rule_start
    if start is not None:
        canvas.rule(replace(box, right=box.left + start.width), start.colour)
    end = style.rule_end
    if end is not None:
        canvas.rule(replace(box, left=box.right - end.width), end.colour)
