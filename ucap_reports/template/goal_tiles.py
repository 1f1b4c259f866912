"""The colours, sizes and text sizes of bars and of the tiles of the Sustainable Development Goals, for all formats."""

from functools import cache
from unicodedata import east_asian_width

from msgspec import Struct

from ucap_reports.template.lengths_and_colours import LEAST_CONTRAST, TOLERANCE, Colour, Length, contrast
from ucap_reports.text.shapes import Tile

_OFFICIAL = (
    *("E5243B", "DDA63A", "4C9F38", "C5192D", "FF3A21", "26BDE2", "FCC30B", "A21942", "FD6925"),
    *("DD1367", "FD9D24", "BF8B2E", "3F7E44", "0A97D9", "56C02B", "00689D", "19486A"),
)
COLOURS = {number: Colour(digits) for number, digits in enumerate(_OFFICIAL, 1)}
"""The official colours of the goals (United Nations, "SDG Guidelines", 2019)."""
WHITE, BLACK = Colour("FFFFFF"), Colour("000000")
LEAST_SIDE_WITH_TEXT = Length.mm(10)
"""The side from which a tile has text in it; a smaller one is a field of colour beside text."""
BAR_HEIGHT, TILE_SIDE = Length.mm(4), Length.mm(17)
"""The height of bars and the side of tiles whose style does not set them."""
LEAST_BAR = Length(1)
"""The length of the shortest bars, which would be invisible otherwise."""
_PADDING, _NUMBER, _TITLE, _LEADING = 0.08, 0.27, 0.115, 1.15
"""The padding and the text sizes of a tile, relative to its side, and the leading relative to the text size."""
_LETTER, _IDEOGRAPH = 0.56, 1.0
"""The widths of characters relative to the text size; those of narrow letters are overestimated."""
_SMALLER = 0.95


class TileLook(Struct, frozen=True):
    """The look of a tile, in points; the number is above the title, unless the tile is too small for text."""

    side: Length
    padding: Length
    background: Colour
    ink: Colour
    number_size: Length
    title_size: Length

    @property
    def has_text(self) -> bool:
        """Whether the number and the title are in the tile, or only in its alternative text."""
        return self.side >= LEAST_SIDE_WITH_TEXT

    @property
    def leadings(self) -> tuple[Length, Length]:
        """The heights of the lines of the number and of the title."""
        return Length(self.number_size * _LEADING), Length(self.title_size * _LEADING)


def bar_length(share: float, available: float) -> Length:
    """The length of a bar whose full length is `available`."""
    return Length(max(share * available, LEAST_BAR))


@cache
def tile_colours(number: int) -> tuple[Colour, Colour]:
    """The background of a goal's tile, which is its unaltered official colour, and white or black as the text colour,
    one of which is readable on any colour.
    """
    colour = COLOURS[number]
    return colour, WHITE if contrast(colour, WHITE) >= LEAST_CONTRAST else BLACK


def tile_look(tile: Tile, side: Length) -> TileLook:
    """The look of a tile with that side. A long title is smaller, so that it fits."""
    padding, number, title = (Length(side * share) for share in (_PADDING, _NUMBER, _TITLE))
    width, height = side - 2 * padding, side - 2 * padding - number * _LEADING
    while side >= LEAST_SIDE_WITH_TEXT and _height(tile.title, title, width) > height:
        title = Length(title * _SMALLER)
    return TileLook(side, padding, *tile_colours(tile.number), number, title)


def _height(title: str, size: float, width: float) -> float:
    """The estimated height of a title in lines of that width; infinite if a word is wider."""
    lines, used = 1, 0.0
    for word in title.split():
        wide = any(east_asian_width(character) in "FW" for character in word)
        needed = size * sum(_IDEOGRAPH if east_asian_width(each) in "FW" else _LETTER for each in word)
        if needed > width + TOLERANCE and not wide:
            return float("inf")
        if used and used + needed > width + TOLERANCE:
            lines, used = lines + 1, 0.0
        lines += int((used + needed) / width) if wide else 0
        used = (used + needed) % width + size * _LETTER
    return lines * size * _LEADING
