"""The emblem of the European Union, drawn as the Council of Europe's graphical specification describes it.

A rectangle of 3:2, and on it twelve upright stars on a circle, like the hours of a clock; all in units of its height.
"""

from functools import lru_cache
from math import cos, pi, sin

from ucap_reports.pdf.objects import compressed_stream
from ucap_reports.pdf.sheet import Drawing, operand
from ucap_reports.units import Colour

PROPORTION = 1.5
"""Width by height."""
BLUE, GOLD = Colour("003399"), Colour("FFCC00")
_STARS = 12
_CIRCLE = 1 / 3
_STAR = 1 / 18
_INNER = 0.381966
"""The inner radius of a five-pointed star by its outer radius: (3 - √5) / 2."""


@lru_cache(maxsize=1)
def emblem() -> Drawing:
    """The emblem as a drawing that fills the unit square, and is therefore to be shown half as wide again as high."""
    squeeze = f"{1 / PROPORTION:.6f} 0 0 1 0 0 cm"
    field = f"{operand(BLUE)} rg 0 0 {PROPORTION} 1 re f"
    stars = "\n".join(_star(*_centre(number)) for number in range(_STARS))
    content = f"{squeeze}\n{field}\n{operand(GOLD)} rg\n{stars}\nf"
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>"
    return Drawing("Emblem", compressed_stream(content.encode("ascii"), entries))


def _centre(number: int) -> tuple[float, float]:
    angle = 2 * pi * number / _STARS
    return PROPORTION / 2 + _CIRCLE * sin(angle), 0.5 + _CIRCLE * cos(angle)


def _star(x: float, y: float) -> str:
    """The path of a star with one point up."""
    corners = []
    for number in range(10):
        radius = _STAR * (_INNER if number % 2 else 1)
        angle = pi * number / 5
        corners.append(f"{x + radius * sin(angle):.5f} {y + radius * cos(angle):.5f}")
    return f"{corners[0]} m {' l '.join(corners[1:])} l h"
