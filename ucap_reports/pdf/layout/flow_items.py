"""Pieces: what pages are filled with, measured, in its place in the tag tree, and able to draw itself.

A stack of pieces is what flows one under the other: in the body, in a cell, in an item of a list, in a box. Lengths
are points; a piece is drawn from the start and the top of its place.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Canvas
from ucap_reports.pdf.text.text_drawing import LineRange, show

LEAST_LINES = 2
"""Lines of a paragraph that stand together on each side of a page break."""
FEW_LINES = 4
"""Lines that may stay empty at a page's foot so that a paragraph or an item stays whole."""
_TOLERANCE = 0.01
"""Points by which sums of the same heights may differ."""


class Outline(NamedTuple):
    """A bookmark to a piece; `level` counts from 1."""

    level: int
    text: str


class Drawable(Protocol):
    """Something that draws itself with its start and top at a place."""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it there."""


class FlowItem(Drawable, Protocol):
    """A member of a stack."""

    @property
    def height(self) -> float:
        """How high it is, without the gap."""

    @property
    def gap(self) -> float:
        """The space above it; none at the top of a stack or a page."""

    @property
    def outline(self) -> Outline | None:
        """Its bookmark."""

    @property
    def keeps_next(self) -> bool:
        """Whether no page ends right after it."""

    @property
    def line(self) -> int:
        """Where it is from in the page template."""

    def split(self, room: float, *, forced: bool) -> "tuple[FlowItem, FlowItem] | None":
        """What fits into the room and the rest, where it can be split well, or `forced` at all."""


class ListMarker(Struct, frozen=True):
    """What stands before an item of a list: the text, and how far from the start of the stack."""

    part: LineRange
    indent: float


class ParagraphItem(Struct, frozen=True):
    """A paragraph, or some lines of it, `indent` from the start of its stack."""

    part: LineRange
    line: int
    gap: float = 0
    indent: float = 0
    markers: tuple[ListMarker, ...] = ()
    outline: Outline | None = None

    @property
    def height(self) -> float:
        """The height of its lines."""
        part = self.part
        return (part.last - part.first) * part.lines.leading

    @property
    def leading(self) -> float:
        """The height of each line."""
        return self.part.lines.leading

    @property
    def keeps_next(self) -> bool:
        """A heading stays with what it is about."""
        return self.outline is not None

    def __len__(self) -> int:
        return self.part.last - self.part.first

    def split(self, room: float, *, forced: bool) -> "tuple[ParagraphItem, ParagraphItem] | None":
        """As many lines as fit, and the rest, with at least two on each side."""
        least = 1 if forced else LEAST_LINES
        lines = min(int((room + _TOLERANCE) / self.leading), len(self) - least)
        return self.split_after(lines) if lines >= least else None

    def split_after(self, lines: int) -> "tuple[ParagraphItem, ParagraphItem]":
        """The first lines, and the rest."""
        middle = self.part.first + lines
        before = replace(self, part=replace(self.part, last=middle))
        after = replace(self, part=replace(self.part, first=middle), gap=0, markers=(), outline=None)
        return before, after

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the markers that begin here, and the lines."""
        for marker in self.markers:
            show(marker.part, canvas, x + marker.indent, y)
        show(self.part, canvas, x + self.indent, y)


class Solid(Struct, frozen=True):
    """What is never split: a picture, a box, a table inside of a cell."""

    body: Drawable
    height: float
    line: int
    gap: float = 0
    indent: float = 0
    markers: tuple[ListMarker, ...] = ()
    outline: Outline | None = None

    @property
    def keeps_next(self) -> bool:
        """A heading stays with what it is about."""
        return self.outline is not None

    def split(self, room: float, *, forced: bool) -> None:
        """Never."""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the markers that begin here, and the body."""
        for marker in self.markers:
            show(marker.part, canvas, x + marker.indent, y)
        self.body.draw(canvas, x + self.indent, y)


Flowing = ParagraphItem | Solid
Stack = tuple[Flowing, ...]
"""Pieces one under the other."""


def stack_height(stack: Sequence[Flowing]) -> float:
    """How high a stack is."""
    return sum([piece.gap + piece.height for piece in stack]) - stack[0].gap if stack else 0


def draw_stack(stack: Sequence[Flowing], canvas: Canvas, x: float, y: float) -> None:
    """Draw a stack from its start and top."""
    top = y - stack[0].gap if stack else y
    for piece in stack:
        top += piece.gap
        piece.draw(canvas, x, top)
        top += piece.height


def split_stack(stack: Stack, room: float, *, forced: bool) -> tuple[Stack, Stack] | None:
    """What fits into the room, and the rest: cut before a paragraph or an item where that leaves no more than a few
    lines empty, otherwise inside of one. None where nothing fits.
    """
    used = 0.0
    for place, piece in enumerate(stack):
        before = used
        used += piece.height + (piece.gap if place else 0)
        if used <= room + _TOLERANCE:
            continue
        parts = piece.split(room - (used - piece.height), forced=forced and not place)
        is_few = isinstance(piece, Solid) or room - before <= FEW_LINES * piece.leading
        if place and (parts is None or is_few):
            return stack[:place], stack[place:]
        return None if parts is None else ((*stack[:place], parts[0]), (parts[1], *stack[place + 1 :]))
    return stack, ()
