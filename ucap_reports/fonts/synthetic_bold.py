"""Synthetic bold for fonts without a bold face: each point of an outline moves outward."""

from collections.abc import Iterator, Sequence
from math import hypot
from typing import Any

THICKENING = 0.016
"""How far each edge moves, in ems: strokes become half as thick again, as in the bold face of most families."""
_SHARPEST = -0.9375
"""The cosine of the sharpest turn at which a point moves: an edge that reverses direction has no outside there."""

Point = tuple[float, float]


def thicken(glyph: Any, distance: float) -> None:
    """Move the points of a simple TrueType glyph outward, so that its strokes are wider by twice the distance."""
    if glyph.numberOfContours <= 0:
        return
    start = 0
    for last in glyph.endPtsOfContours:
        points = [tuple(point) for point in glyph.coordinates[start : last + 1]]
        for place, (x, y) in enumerate(_moved(points, distance), start):
            glyph.coordinates[place] = (round(x), round(y))
        start = last + 1
    glyph.recalcBounds(None)


def _moved(points: Sequence[Point], distance: float) -> Iterator[Point]:
    """The moved points of a contour, whose outside is on its left in TrueType."""
    for place, (x, y) in enumerate(points):
        (back_x, back_y, in_length), (out_x, out_y, out_length) = _edge(points, place, -1), _edge(points, place, 1)
        in_x, in_y = -back_x, -back_y
        turn = in_x * out_x + in_y * out_y
        if turn < _SHARPEST:
            yield x, y
            continue
        reach = distance / (1 + turn)
        if (inward := in_x * out_y - in_y * out_x) > 0:  # the ends of a short edge must not cross
            reach = min(reach, min(in_length, out_length) / (2 * inward))
        yield x - (in_y + out_y) * reach, y + (in_x + out_x) * reach


def _edge(points: Sequence[Point], place: int, step: int) -> tuple[float, float, float]:
    """The direction and distance from a point to the next different one, in steps of 1 or -1 around the contour; zeros
    if there is none.
    """
    x, y = points[place]
    for count in range(1, len(points)):
        other_x, other_y = points[(place + step * count) % len(points)]
        if length := hypot(other_x - x, other_y - y):
            return (other_x - x) / length, (other_y - y) / length, length
    return 0.0, 0.0, 0.0
