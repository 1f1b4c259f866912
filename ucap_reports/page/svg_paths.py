"""Path operators of the shapes of SVG drawings (SVG 1.1, chapters 7 to 9; ISO 32000-1, 8.5.2).

Every function raises ValueError or ArithmeticError for invalid text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from math import radians

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.reportLabPen import ReportLabPen
from fontTools.svgLib.path import parse_path

_LARGEST, _LARGEST_LENGTH = 1e6, 1e5
"""The largest number and the largest length in a drawing; real ones are below 10,000."""
_LARGEST_OPERAND = 1e15
_DIGITS = 9
_WRITTEN = r"([+-]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?+\d++)?+)[\s,]*+"
_NUMBER = re.compile(_WRITTEN)
_ARC = re.compile(_WRITTEN * 3 + r"([01])[\s,]*+([01])[\s,]*+" + _WRITTEN * 2)
"""The arguments of an arc, whose flags need no space after them."""
_COMMAND = re.compile("([A-DF-Za-df-z])")
"""A letter that is not the exponent of a number."""
_LENGTH = re.compile(rf"{_WRITTEN}(px|pt|pc|mm|cm|in|)", re.IGNORECASE)
_PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
_TRANSFORM = re.compile(r"(\w+)\s*+\(([^()]*+)\)[\s,]*+")
_OPERATORS = (("m", 2), ("l", 2), ("c", 6), ("h", 0))
"""The operators of the kinds of segments in ReportLab's paths, with the numbers of their operands."""
Lengths = Callable[[str], float]
"""The lengths of a shape by the names of their attributes, 0 for a missing one."""


def operands(*values: float, digits: int = 5) -> str:
    """Numbers as operands; products of transformations may be too large."""
    limited = (max(-_LARGEST_OPERAND, min(value, _LARGEST_OPERAND)) for value in values)
    return " ".join([f"{value:.{digits}f}".rstrip("0").rstrip(".") for value in limited])


def number(text: str) -> float:
    """A number that is not too large; one whose square would be 0 is 0, as divisions by it fail."""
    value = round(float(text), _DIGITS)
    if not abs(value) <= _LARGEST:
        raise ValueError(text)
    return value


def numbers(text: str) -> list[float]:
    """The numbers of a list."""
    return [number(written) for written in _arguments(_NUMBER, text)]


def length(text: str) -> float:
    """A length in pixels."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    pixels = round(number(match[1]) * _PIXELS[match[2].lower()], _DIGITS)
    if abs(pixels) > _LARGEST_LENGTH:
        raise ValueError(text)
    return pixels


def transform(text: str) -> Transform:
    """The product of transformations such as `translate(1 2) scale(3)`."""
    product = Identity
    for name, arguments in zip(*[_arguments(_TRANSFORM, text)] * 2, strict=True):
        product = _TRANSFORMATIONS[name](product, *numbers(arguments))
    return product


def _rotated(matrix: Transform, degrees: float, x: float = 0, y: float = 0) -> Transform:
    return matrix.translate(x, y).rotate(radians(degrees)).translate(-x, -y)


_TRANSFORMATIONS: Mapping[str, Callable[..., Transform]] = {
    "matrix": lambda matrix, *six: matrix.transform(Transform(*six)),
    "translate": lambda matrix, x, y=0: matrix.translate(x, y),
    "scale": lambda matrix, x, y=None: matrix.scale(x, y),
    "rotate": _rotated,
    "skewX": lambda matrix, degrees: matrix.skew(radians(degrees), 0),
    "skewY": lambda matrix, degrees: matrix.skew(0, radians(degrees)),
}


def path_operators(path: str) -> str:
    """The operators of path data."""
    pen = ReportLabPen(None)  # makes cubic curves of quadratic ones
    parse_path(" ".join(_plain(path)), pen)
    points = iter(pen.path.points)
    kinds = [_OPERATORS[kind] for kind in pen.path.operators]
    return "\n".join(f"{operands(*islice(points, count))} {operator}".lstrip() for operator, count in kinds)


def lines_operators(points: str, end: str) -> str:
    """The operators of lines from point to point."""
    return path_operators(f"M{points}{end}") if points.strip() else ""


def _plain(path: str) -> Iterator[str]:
    """Commands and numbers as fontTools reads them; it skips what it does not know, so the path is checked here."""
    before, *commands = _COMMAND.split(path)
    if before.strip():
        raise ValueError(path)
    for letter, arguments in zip(commands[::2], commands[1::2], strict=True):
        yield letter
        pattern, count = _ARGUMENTS[letter.upper()]
        values = [f"{number(written):.12g}" for written in _arguments(pattern, arguments)]
        if len(values) % (count or 1) or bool(values) != bool(count):
            raise ValueError(path)
        yield from values


_ARGUMENTS = {letter: (_NUMBER, count) for letter, count in zip("MLHVCSQTZ", (2, 2, 1, 1, 6, 4, 4, 2, 0), strict=True)}
_ARGUMENTS["A"] = (_ARC, 7)
"""The arguments of each command of a path."""


def _arguments(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The groups of the matches that the text consists of."""
    text = text.strip()
    position = 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise ValueError(text)
        yield from match.groups()
        position = match.end()


def rectangle(lengths: Lengths) -> str:
    """The path of a rectangle, whose corners may be rounded."""
    x, y, width, height = map(lengths, ("x", "y", "width", "height"))
    rx, ry = lengths("rx") or lengths("ry"), lengths("ry") or lengths("rx")
    if min(width, height) <= 0:
        return ""
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    across, down = width - 2 * rx, height - 2 * ry
    if min(rx, ry) <= 0:
        return f"M{x} {y}h{width}v{height}h{-width}z"
    turn = f"a{rx} {ry} 0 0 1"
    return (
        f"M{x + rx} {y}h{across}{turn} {rx} {ry}v{down}{turn} {-rx} {ry}"
        f"h{-across}{turn} {-rx} {-ry}v{-down}{turn} {rx} {-ry}z"
    )


def ellipse(lengths: Lengths) -> str:
    """The path of a circle or an ellipse."""
    x, y = lengths("cx"), lengths("cy")
    rx, ry = lengths("rx") or lengths("r"), lengths("ry") or lengths("r")
    half = f"a{rx} {ry} 0 0 1"
    return f"M{x + rx} {y}{half} {-2 * rx} 0{half} {2 * rx} 0z" if min(rx, ry) > 0 else ""


def line(lengths: Lengths) -> str:
    """The path of a line."""
    x, y, end, bottom = map(lengths, ("x1", "y1", "x2", "y2"))
    return f"M{x} {y}L{end} {bottom}"


SHAPES = {"rect": rectangle, "circle": ellipse, "ellipse": ellipse, "line": line}
"""The path data of shapes by the names of their elements."""
