"""Flow items: measured paragraphs, rows and boxes that fill pages. Each has its node in the tag tree and can be drawn.

A stack has flow items one below the other: in the body, a cell, a list item, or a box. Lengths are points; an item is
drawn from the start and the top of its place.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Bookmark, Canvas, Outline
from ucap_reports.pdf.text.text_drawing import LineRange
from ucap_reports.template.lengths_and_colours import TOLERANCE
from ucap_reports.template.measures import LONGEST

FEW_LINES = 4
"""Lines that may remain empty at the bottom of a page so that a paragraph or list item is not split."""
_MANY = 500
"""More items than are on most pages."""


class Body(Protocol):
    """The body of an item: it can be drawn with its start and top at a place, and perhaps be split."""

    @property
    def height(self) -> float:
        """Its height."""

    def split(self, available: float, *, forced: bool) -> "tuple[Body, Body] | None":
        """The part that fits, and the rest; None if it cannot be split so."""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it there."""


class Unsplittable(Struct, frozen=True):
    """A body that is never split."""

    def split(self, available: float, *, forced: bool) -> None:
        """None."""


class PossibleBreak(Unsplittable, frozen=True):
    """The end of a page, if at least the part `share` of it is full."""

    share: float
    height: float = 0

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw nothing."""


class ListMarker(Struct, frozen=True):
    """The marker of a list item: its text, and its distance from the start of the stack."""

    part: LineRange
    indent: float


class FlowItem(Struct, frozen=True):
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

    def split(self, available: float, *, forced: bool) -> "tuple[FlowItem, FlowItem] | None":
        """The part that fits, and the rest."""
        if (parts := self.body.split(available, forced=forced)) is None:
            return None
        before, after = parts
        rest = replace(self, body=after, height=after.height, gap=0, markers=(), outline=None)
        return replace(self, body=before, height=before.height), rest

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the markers that begin here, and the body."""
        if self.outline is not None:
            canvas.bookmarks.append(Bookmark(self.outline, canvas.index, canvas.height - y))
        for marker in self.markers:
            marker.part.draw(canvas, x + marker.indent, y)
        self.body.draw(canvas, x + self.indent, y)


Stack = tuple[FlowItem, ...]
"""Flow items one below the other."""


def stack_height(stack: Sequence[FlowItem]) -> float:
    """The height of a stack; of a long one that is higher than any page, at least that of a page, so that a text that
    is split over many pages is not measured from each page on to its end.
    """
    if len(stack) > _MANY:
        total = 0.0
        for item in stack:
            total += item.gap + item.height
            if total > LONGEST:
                return total
    return sum([item.gap + item.height for item in stack]) - stack[0].gap if stack else 0


def kept_before(items: Sequence[Any], end: int) -> int:
    """The place before `end` where a page may end, so that it does not end in a heading."""
    while end and items[end - 1].keeps_next:
        end -= 1
    return end


def _with_company(stack: Stack, end: int) -> int:
    """The place before `end` where a page may end so that the last list item is not alone on the next one; `end` if it
    is not alone, or the item before it is long.
    """
    before = stack[end - 1]
    if end < len(stack) - 1 or not stack[end].markers or not before.markers:
        return end
    if not isinstance(before.body, LineRange) or before.height > FEW_LINES * before.body.lines.leading:
        return end
    return kept_before(stack, end - 1) or end


def draw_stack(stack: Sequence[FlowItem], canvas: Canvas, x: float, y: float) -> None:
    """Draw a stack from its start and top."""
    top = y - stack[0].gap if stack else y
    for item in stack:
        top += item.gap
        item.draw(canvas, x, top)
        top += item.height


def split_stack(stack: Stack, available: float, *, forced: bool) -> tuple[Stack, Stack] | None:
    """The part of a stack that fits, and the rest: split before an item if that leaves only a few lines empty,
    otherwise inside of it; a heading stays with the text after it. None if nothing fits.
    """
    used = 0.0
    for place, item in enumerate(stack):
        before = used
        used += item.height + (item.gap if place else 0)
        if used <= available + TOLERANCE:
            continue
        end = kept_before(stack, place)
        parts = item.split(available - (used - item.height), forced=forced and not end)
        is_few = not isinstance(item.body, LineRange) or available - before <= FEW_LINES * item.body.lines.leading
        if end and (parts is None or is_few):
            end = _with_company(stack, end)
            return stack[:end], stack[end:]
        if parts is not None:
            return (*stack[:place], parts[0]), (parts[1], *stack[place + 1 :])
        return (stack[:place], stack[place:]) if forced and place else None
    return stack, ()
