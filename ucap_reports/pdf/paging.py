"""Pieces over pages: where each stands, and where pages end."""

from collections.abc import Iterable

from msgspec import Struct, field

from ucap_reports.pdf.pieces import Piece
from ucap_reports.pdf.table import Row
from ucap_reports.problems import Location, Problem, ProblemsFound

_TOLERANCE = 0.01
"""Points by which sums of the same heights may differ."""


class PlacedPiece(Struct, frozen=True):
    """A piece on a page, `y` points below the top of the page's body; `is_repeated` for header rows shown before."""

    piece: Piece
    y: float
    is_repeated: bool = False


class _Page(Struct):
    placed: list[PlacedPiece] = field(default_factory=list)
    used: float = 0.0

    def is_fresh(self) -> bool:
        """Whether nothing new stands on it."""
        return all(placed.is_repeated for placed in self.placed)

    def gap(self, piece: Piece) -> float:
        return piece.gap if self.placed else 0.0

    def add(self, piece: Piece, *, is_repeated: bool = False) -> None:
        y = self.used + self.gap(piece)
        self.placed.append(PlacedPiece(piece, y, is_repeated))
        self.used = y + piece.height

    def take_kept(self) -> list[Piece]:
        """Take off what must not stand last on the page; nothing where that is all there is."""
        end = len(self.placed)
        while end and self.placed[end - 1].piece.keeps_next and not self.placed[end - 1].is_repeated:
            end -= 1
        if all(placed.is_repeated for placed in self.placed[:end]):
            return []
        kept = [placed.piece for placed in self.placed[end:]]
        del self.placed[end:]
        return kept


def paginate(pieces: Iterable[Piece], height: float, template: str) -> list[list[PlacedPiece]]:
    """The pieces on pages whose body is that high, in order; one empty page for no pieces.

    Raises ProblemsFound (`block-too-high`) for what can be on no page, at its line of the page template of that path.
    """
    filling = _Filling(height, template)
    for piece in pieces:
        filling.add(piece)
    return [page.placed for page in filling.pages]


class _Filling:
    """Pages as they fill."""

    def __init__(self, height: float, template: str) -> None:
        self._height = height
        self._template = template
        self.pages = [_Page()]

    def add(self, piece: Piece) -> None:
        """Place a piece on the page, or as much of it as belongs there and the rest on those after it."""
        rest: Piece | None = piece
        while rest is not None:
            rest = self._place(rest)

    def _place(self, piece: Piece) -> Piece | None:
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
            self.pages.append(_Page())
            return parts[1]
        if page.is_fresh():
            raise ProblemsFound([_too_high(Location(self._template, piece.line))])
        kept = page.take_kept()
        self.pages.append(_Page())
        for earlier in kept:
            self.add(earlier)
        return piece

    def _repeat_head(self, page: _Page, piece: Piece) -> None:
        if isinstance(piece, Row):
            for row in piece.head:
                page.add(row, is_repeated=True)


def _too_high(place: Location) -> Problem:
    message = "what must stay together is higher than a page"
    hint = "let it hold less, or smaller text and pictures"
    return Problem.error("block-too-high", message, hint, place)
