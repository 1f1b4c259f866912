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
WHITE, INK = Colour("FFFFFF"), Colour("1A1A1A")
LIGHT = 0.5
"""The luminance from which a colour would become brown or olive before white text is readable on it."""
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
    """The look of a tile, in points; the number is above the title."""

    side: Length
    padding: Length
    background: Colour
    ink: Colour
    number_size: Length
    title_size: Length

    @property
    def leadings(self) -> tuple[Length, Length]:
        """The heights of the lines of the number and of the title."""
        return Length(self.number_size * _LEADING), Length(self.title_size * _LEADING)


def bar_length(share: float, room: float) -> Length:
    """The length of a bar whose full length is `room`."""
    return Length(max(share * room, LEAST_BAR))


@cache
def tile_colours(number: int) -> tuple[Colour, Colour]:
    """The background and the text colour of a goal's tile: white text on the official colour, as much darker as it
    must be to be readable; on a light colour, which would lose its hue, dark text.
    """
    colour = COLOURS[number]
    if colour.luminance >= LIGHT:
        return colour, INK
    shades = (_darker(colour, share / 100) for share in range(100, 0, -1))
    return next(each for each in shades if contrast(each, WHITE) >= LEAST_CONTRAST), WHITE


def _darker(colour: Colour, share: float) -> Colour:
    return Colour("".join(f"{round(channel * share):02X}" for channel in bytes.fromhex(colour.hex)))


def tile_look(tile: Tile, side: Length) -> TileLook:
    """The look of a tile with that side. A long title is smaller, so that it fits."""
    padding, number, title = (Length(side * share) for share in (_PADDING, _NUMBER, _TITLE))
    width, height = side - 2 * padding, side - 2 * padding - number * _LEADING
    while _height(tile.title, title, width) > height:
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
