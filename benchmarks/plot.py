"""Curves on two logarithmic axes, as SVG."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10

from msgspec import Struct

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 56, 52
COLOURS = ("#003399", "#B34700", "#2E7D32", "#6A1B9A")
"""Readable as text on white (WCAG 2.2, 1.4.3); the curves also have different marks."""
MARKS = (
    '<circle r="5"/>',
    '<path d="M-5-5h10v10h-10z"/>',
    '<path d="M0-6L6 5h-12z"/>',
    '<path d="M0-6L6 0L0 6L-6 0z"/>',
)


Point = tuple[float, float]


class Curve(Struct, frozen=True):
    """A curve: points of a position on the horizontal axis and a value, from left to right."""

    name: str
    points: tuple[Point, ...]


class Plot(Struct, frozen=True):
    """Curves over the same positions; `text` is the text alternative."""

    title: str
    text: str
    across: str
    curves: tuple[Curve, ...]

    def svg(self) -> str:
        """Return the plot as SVG."""
        axes = _axes(self.curves)
        paths = [[axes.point(*point) for point in curve.points] for curve in self.curves]
        ends = _apart([path[-1][1] for path in paths])
        middle = (LEFT + WIDTH - RIGHT) / 2
        looks = zip([curve.name for curve in self.curves], paths, ends, COLOURS, MARKS, strict=False)
        return _picture(
            self.title,
            self.text,
            [
                f'<text x="{LEFT}" y="26" font-size="17" font-weight="bold">{escape(self.title)}</text>',
                *axes.lines(),
                f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(self.across)}</text>',
                *(line for each in looks for line in _drawn(*each)),
            ],
        )


class _Axes(Struct, frozen=True):
    """Both axes: positions on the horizontal one, powers of ten on the vertical one."""

    places: tuple[float, ...]
    low: int
    high: int

    def point(self, place: float, value: float) -> Point:
        """Return the coordinates in the picture."""
        first, last = log10(self.places[0]), log10(self.places[-1])
        x = LEFT + (log10(place) - first) / ((last - first) or 1) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (log10(value) - self.low) / ((self.high - self.low) or 1) * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    def lines(self) -> Iterator[str]:
        """Return the grid lines and axis labels."""
        for power in range(self.low, self.high + 1):
            _, y = self.point(self.places[0], 10**power)
            yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#D5DBE8"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 5}" text-anchor="end">{number(10**power)}</text>'
        for place in self.places:
            x, _ = self.point(place, 1)
            yield f'<text x="{x}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{number(place)}</text>'


def _axes(curves: Sequence[Curve]) -> _Axes:
    places = sorted({place for curve in curves for place, _ in curve.points})
    values = [value for curve in curves for _, value in curve.points]
    return _Axes(tuple(places), floor(log10(min(values))), ceil(log10(max(values))))


def _drawn(name: str, path: Sequence[Point], label_y: float, colour: str, mark: str) -> list[str]:
    """Return a curve with its marks, and its name at the end."""
    line = "L".join(f"{x} {y}" for x, y in path)
    marks = "".join(f'<g transform="translate({x} {y})">{mark}</g>' for x, y in path)
    x = path[-1][0] + 14
    return [
        f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>',
        f'<g fill="{colour}">{marks}<text x="{x}" y="{label_y + 5}">{escape(name)}</text></g>',
    ]


def _apart(heights: Sequence[float], distance: float = 20) -> list[float]:
    """Return the vertical positions of names, moved down where they would overlap."""
    placed: dict[int, float] = {}
    lowest = 0.0
    for index in sorted(range(len(heights)), key=heights.__getitem__):
        lowest = max(lowest, heights[index])
        placed[index] = lowest
        lowest += distance
    return [placed[index] for index in range(len(heights))]


def number(value: float) -> str:
    """Return a number as an axis label."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _picture(title: str, text: str, lines: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title text" font-family="Arial, Liberation Sans, sans-serif" font-size="14" fill="#1A1A1A">'
    )
    named = [
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="text">{escape(text)}</desc>',
        f'<path d="M0 0h{WIDTH}v{HEIGHT}H0z" fill="#fff"/>',
    ]
    return "\n".join([head, *named, *lines, "</svg>", ""])
