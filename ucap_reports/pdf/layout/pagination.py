"""Pieces over pages: where each stands, and where pages end."""

from collections.abc import Iterable

from msgspec import Struct, field

from ucap_reports.pdf.layout.flow_items import FlowItem
from ucap_reports.pdf.layout.table_layout import LaidRow
from ucap_reports.problems import Location, Problem, ProblemsFound

_TOLERANCE = 0.01
"""Points by which sums of the same heights may differ."""


class PlacedItem(Struct, frozen=True):
    """A piece on a page, `y` points below the top of the page's body; `is_repeated` for header rows shown before."""

    piece: FlowItem
    y: float
    is_repeated: bool = False


class _FilledPage(Struct):
    placed: list[PlacedItem] = field(default_factory=list)
    used: float = 0.0

    def is_fresh(self) -> bool:
        """Whether nothing new stands on it."""
        return all(placed.is_repeated for placed in self.placed)

    def gap(self, piece: FlowItem) -> float:
        return piece.gap if self.placed else 0.0

    def add(self, piece: FlowItem, *, is_repeated: bool = False) -> None:
        y = self.used + self.gap(piece)
        self.placed.append(PlacedItem(piece, y, is_repeated))
        self.used = y + piece.height

    def take_kept(self) -> list[FlowItem]:
        """Take off what must not stand last on the page; nothing where that is all there is."""
        end = len(self.placed)
        while end and self.placed[end - 1].piece.keeps_next and not self.placed[end - 1].is_repeated:
            end -= 1
        if all(placed.is_repeated for placed in self.placed[:end]):
            return []
        kept = [placed.piece for placed in self.placed[end:]]
        del self.placed[end:]
        return kept


def paginate(pieces: Iterable[FlowItem], height: float, template: str) -> list[list[PlacedItem]]:
    """The pieces on pages whose body is that high, in order; one empty page for no pieces.

    Raises ProblemsFound (`block-too-high`) for what can be on no page, at its line of the page template of that path.
    """
    filling = _PageFilling(height, template)
    for piece in pieces:
        filling.add(piece)
    return [page.placed for page in filling.pages]


class _PageFilling:
    """Pages as they fill."""

    def __init__(self, height: float, template: str) -> None:
        self._height = height
        self._template = template
        self.pages = [_FilledPage()]

    def add(self, piece: FlowItem) -> None:
        """Place a piece on the page, or as much of it as belongs there and the rest on those after it."""
        rest: FlowItem | None = piece
        while rest is not None:
            rest = self._place(rest)

    def _place(self, piece: FlowItem) -> FlowItem | None:
        """Place what the page takes of a piece; what remains of it."""
        page = self.pages[-1]
        if not page.placed:
            self._repeat_head(page, piece)
        room = self._height - page.used - page.gap(piece)
        if piece.height <= room + _TOLERANCE:
            page.add(piece)
            return None
        parts = piece.split(room, forced=False) or (piece.split(room, forced=True) if page.is_fresh() else None)
        if parts is not None:
            page.add(parts[0])
            self.pages.append(_FilledPage())
            return parts[1]
        if page.is_fresh():
            raise ProblemsFound([_too_high(Location(self._template, piece.line))])
        kept = page.take_kept()
        self.pages.append(_FilledPage())
        for earlier in kept:
            self.add(earlier)
        return piece

    def _repeat_head(self, page: _FilledPage, piece: FlowItem) -> None:
        if isinstance(piece, LaidRow):
            for row in piece.head:
                page.add(row, is_repeated=True)


def _too_high(place: Location) -> Problem:
    message = "what must stay together is higher than a page"
    hint = "let it hold less, or smaller text and pictures"
    return Problem.error("block-too-high", message, hint, place)
