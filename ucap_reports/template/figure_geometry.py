"""The geometry and colours of figures in all formats: the European emblem, tiles of goals, and bars.

Emblem (Council of Europe, graphical specification): twelve upright stars are on a circle in a rectangle of 3:2. The
unit of its lengths is the height of the rectangle; the origin is its lower left corner.
"""

from functools import cache
from math import cos, pi, sin
from unicodedata import east_asian_width

from msgspec import Struct

from ucap_reports.plan.goals import GOAL_COLOURS
from ucap_reports.template.lengths_and_colours import LEAST_CONTRAST, TOLERANCE, Colour, Length, contrast
from ucap_reports.text.bars_tiles_and_charts import Tile

PROPORTION = 1.5
"""Width divided by height."""
BLUE, GOLD = Colour("003399"), Colour("FFCC00")
ALTERNATIVE_TEXT = "European Union flag"
_STARS = 12
_CIRCLE = 1 / 3
_STAR = 1 / 18
_INNER = 0.381966
"""The inner radius of a five-pointed star divided by its outer radius: (3 - √5) / 2."""
Corners = tuple[tuple[float, float], ...]
TILE_COLOURS = {number: Colour(digits) for number, digits in GOAL_COLOURS.items()}
"""The official colours of the goals."""
_WHITE, _BLACK = Colour("FFFFFF"), Colour("000000")
_LEAST_SIDE_WITH_TEXT = Length.mm(10)
"""The side from which a tile has text in it; a smaller one is a field of colour beside text."""
BAR_HEIGHT, TILE_SIDE = Length.mm(4), Length.mm(17)
"""The height of bars and the side of tiles whose style does not set them."""
_LEAST_BAR = Length(1)
"""The length of the shortest bars, which would be invisible otherwise."""
_PADDING, _NUMBER, _TITLE, _LEADING = 0.08, 0.27, 0.115, 1.15
"""The padding and the text sizes of a tile, relative to its side, and the leading relative to the text size."""
_LETTER, _IDEOGRAPH = 0.56, 1.0
"""The widths of characters relative to the text size; those of narrow letters are overestimated."""
_SMALLER = 0.95


def stars() -> tuple[Corners, ...]:
    """Return the ten corners of each star, beginning with the top."""
    return tuple(_star(PROPORTION / 2 + _CIRCLE * sin(angle), 0.5 + _CIRCLE * cos(angle)) for angle in _angles(_STARS))


def _star(x: float, y: float) -> Corners:
    corners = zip((_STAR, _STAR * _INNER) * 5, _angles(10), strict=True)
    return tuple((x + radius * sin(angle), y + radius * cos(angle)) for radius, angle in corners)


def _angles(count: int) -> tuple[float, ...]:
    return tuple(2 * pi * number / count for number in range(count))


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
        return self.side >= _LEAST_SIDE_WITH_TEXT

    @property
    def leadings(self) -> tuple[Length, Length]:
        """The heights of the lines of the number and of the title."""
        return Length(self.number_size * _LEADING), Length(self.title_size * _LEADING)


def bar_length(share: float, available: float) -> Length:
    """Return the length of a bar whose full length is `available`."""
    return Length(max(share * available, _LEAST_BAR))


@cache
def tile_colours(number: int) -> tuple[Colour, Colour]:
    """Return the background of a goal's tile, which is its unaltered official colour, and white or black as the text
    colour, one of which is readable on any colour.
    """
    colour = TILE_COLOURS[number]
    return colour, _WHITE if contrast(colour, _WHITE) >= LEAST_CONTRAST else _BLACK


def tile_look(tile: Tile, side: Length) -> TileLook:
    """Return the look of a tile with that side. A long title is smaller, so that it fits."""
    padding, number, title = (Length(side * share) for share in (_PADDING, _NUMBER, _TITLE))
    width, height = side - 2 * padding, side - 2 * padding - number * _LEADING
    while side >= _LEAST_SIDE_WITH_TEXT and _height(tile.title, title, width) > height:
        title = Length(title * _SMALLER)
    return TileLook(side, padding, *tile_colours(tile.number), number, title)


def _height(title: str, size: float, width: float) -> float:
    """Return the estimated height of a title in lines of that width; infinite if a word is wider."""
    lines, used = 1, 0.0
    for word in title.split():
        wide = [east_asian_width(character) in "FW" for character in word]
        needed = size * sum(_IDEOGRAPH if is_wide else _LETTER for is_wide in wide)
        if needed > width + TOLERANCE and not any(wide):
            return float("inf")
        if used and used + needed > width + TOLERANCE:
            lines += 1
            used = 0.0
        if any(wide):  # such words break anywhere
            lines += int((used + needed) / width)
        used = (used + needed) % width + size * _LETTER
    return lines * size * _LEADING
