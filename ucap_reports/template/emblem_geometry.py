"""The geometry of the European emblem (Council of Europe, graphical specification).

Twelve upright stars are on a circle in a rectangle of 3:2. The unit of lengths is the height of the rectangle; the
origin is its lower left corner.
"""

from math import cos, pi, sin

from ucap_reports.template.lengths_and_colours import Colour

PROPORTION = 1.5
"""Width divided by height."""
BLUE, GOLD = Colour("003399"), Colour("FFCC00")
ALTERNATIVE_TEXT = "European Union flag"
STARS = 12
_CIRCLE = 1 / 3
_STAR = 1 / 18
_INNER = 0.381966
"""The inner radius of a five-pointed star divided by its outer radius: (3 - √5) / 2."""

Corners = tuple[tuple[float, float], ...]


def stars() -> tuple[Corners, ...]:
    """The ten corners of each star, beginning with the top."""
    return tuple(_star(PROPORTION / 2 + _CIRCLE * sin(angle), 0.5 + _CIRCLE * cos(angle)) for angle in _angles(STARS))


def _star(x: float, y: float) -> Corners:
    corners = zip((_STAR, _STAR * _INNER) * 5, _angles(10), strict=True)
    return tuple((x + radius * sin(angle), y + radius * cos(angle)) for radius, angle in corners)


def _angles(count: int) -> tuple[float, ...]:
    return tuple(2 * pi * number / count for number in range(count))
