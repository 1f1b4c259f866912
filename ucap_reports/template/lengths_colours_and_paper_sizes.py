"""Lengths and colours with explicit units, and the sizes of paper that a pack can name: those of ISO 216, American
ones, or a width and a height.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self

from msgspec import Struct
from reportlab.lib import pagesizes
from reportlab.lib.units import inch

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, did_you_mean, problem

POINTS_PER_UNIT = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
SRGB_LINEAR_BELOW = 0.04045
"""Below this the sRGB curve is a straight line (IEC 61966-2-1)."""
LEAST_CONTRAST = 4.5
"""The minimum for text (WCAG 2.2, 1.4.3)."""
MAX_LENGTH = 14_400
"""The largest length in points: the largest side of a PDF page (ISO 32000-1, annex C)."""
_SHORTHAND = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}
"""Which of the written lengths each side has, by their number."""
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(pt|mm|cm|in)\s*")
_COLOUR = re.compile(r"#([0-9A-Fa-f]{6})")
TOLERANCE = 0.01
"""Points by which sums of lengths may differ that are equal: 12 mm + 1 mm + 12 mm + 1 mm + 12 mm is not quite 38 mm."""
EMU_PER_POINT = 12700
TWIPS_PER_POINT = 20


class Length(float):
    """A length in points (1/72 inch, the unit of PDF), convertible to the units of Word."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the length written as `18 mm`, `8.75 pt`, `2 cm` or `1 in`. Raises ValueError for anything else."""
        match = _LENGTH.fullmatch(text)
        if match is None:
            raise ValueError(f'"{text}" is not a length in pt, mm, cm or in')
        return cls(float(match[1]) * POINTS_PER_UNIT[match[2]])

    @classmethod
    def mm(cls, number: float) -> Self:
        """Return the length in millimetres."""
        return cls(number * POINTS_PER_UNIT["mm"])

    @property
    def emu(self) -> int:
        """English Metric Units, Word's unit for pictures (12,700 per point)."""
        return round(self * EMU_PER_POINT)

    @property
    def twips(self) -> int:
        """Twentieths of a point, Word's unit for text and tables."""
        return round(self * TWIPS_PER_POINT)


class Sides(NamedTuple):
    """Four lengths in CSS's order."""

    top: Length
    right: Length
    bottom: Length
    left: Length


NO_SIDES = Sides(Length(0), Length(0), Length(0), Length(0))


def read_length(value: Any) -> Length:
    """Return a length of a theme. Raises ValueError for other values."""
    if isinstance(value, str):
        value = Length.parse(value)
    elif value == 0 and not isinstance(value, bool):
        value = Length(0)  # needs no unit
    if not isinstance(value, Length):
        raise ValueError("a length needs a unit, as in 18 mm or 8.75 pt")  # noqa: TRY004 - pydantic reports ValueError only
    if value > MAX_LENGTH:
        raise ValueError(f"a length is at most {MAX_LENGTH:,} pt")
    return value


def read_size(value: Any) -> Length:
    """Return a size of text. Raises ValueError for other values."""
    size = read_length(value)
    if size < 1:
        raise ValueError("a size of text is at least 1 pt")
    return size


def read_sides(value: Any) -> Sides:
    """Return the sides in CSS's shorthand: one length, two (vertical, horizontal), three or all four."""
    if isinstance(value, Sides):
        return value
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list):
        value = [value]
    lengths = [read_length(part) for part in value]
    if len(lengths) not in _SHORTHAND:
        raise ValueError("write one to four lengths: top, right, bottom, left")
    indexes = _SHORTHAND[len(lengths)]
    return Sides(*[lengths[index] for index in indexes])


class Colour(Struct, frozen=True):
    """An sRGB colour; `hex` is six upper-case digits without a number sign."""

    hex: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the colour written as `#003399`. Raises ValueError for anything else."""
        match = _COLOUR.fullmatch(text)
        if match is None:
            raise ValueError(f'"{text}" is not a colour')
        return cls(match[1].upper())

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Red, green and blue from 0 to 1."""
        red, green, blue = bytes.fromhex(self.hex)
        return red / 255, green / 255, blue / 255

    @property
    def luminance(self) -> float:
        """Relative luminance from 0 (black) to 1 (white), as WCAG 2.2 defines it."""
        red, green, blue = map(_linear, self.rgb)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_colour(text: str) -> bool:
    """Return whether the text is a colour such as `#003399`."""
    return _COLOUR.fullmatch(text) is not None


def _linear(channel: float) -> float:
    """Return the linear value, 0 to 1, of an sRGB channel."""
    if channel <= SRGB_LINEAR_BELOW:
        return channel / 12.92
    linear: float = ((channel + 0.055) / 1.055) ** 2.4
    return linear


@lru_cache(maxsize=4096)
def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((one.luminance, other.luminance), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def colour_operands(colour: Colour) -> str:
    """Return a colour as the operands of `rg` in PDF (ISO 32000-1, 8.6.8), which also draws SVG drawings of packs."""
    return " ".join([f"{channel:.3g}" for channel in colour.rgb])


# Sizes of paper

_INCHES = {
    "Letter": (8.5, 11), "Legal": (8.5, 14), "Tabloid": (11, 17), "Ledger": (17, 11), "Executive": (7.25, 10.5),
    "Statement": (5.5, 8.5), "ANSI A": (8.5, 11), "ANSI B": (11, 17), "ANSI C": (17, 22), "ANSI D": (22, 34),
    "ANSI E": (34, 44),
}  # fmt: skip
_NAME_AND_ORIENTATION = re.compile(r"(.*?)(?<!\s)\s*\b(portrait|landscape)", re.IGNORECASE)
_TWO_LENGTHS = LazyPattern(
    r"""
    (\d+(?:\.\d+)?)\s*
    (?:(pt|mm|cm|in)\s*)?
    (?:[xX\N{MULTIPLICATION SIGN}*,]\s*|(?<=\s))  # between them: a sign, or only white space
    (\d+(?:\.\d+)?\s*(pt|mm|cm|in))
    """,
    re.VERBOSE,
)
Paper = tuple[Length, Length]
"""Width and height of a page."""
_ISO = {name: sides for name, sides in vars(pagesizes).items() if re.fullmatch(r"[ABC]\d+", name)}  # A0 to C10
_US = {name: (width * inch, height * inch) for name, (width, height) in _INCHES.items()}
PAPERS: dict[str, Paper] = {name: (Length(width), Length(height)) for name, (width, height) in (_ISO | _US).items()}
"""The known sizes by name."""
_BY_NAME = {name.casefold(): paper for name, paper in PAPERS.items()}


def paper_size(text: str) -> Paper | None:
    """Return the width and height of `A4`, `Legal landscape` or `210 mm x 300 mm`; None for anything else."""
    written = " ".join(text.split())
    orientation = _NAME_AND_ORIENTATION.fullmatch(written)
    name = written if orientation is None else orientation[1]
    paper = _BY_NAME.get(name.casefold()) or _two_lengths(name)
    if paper is None or orientation is None:
        return paper
    short, long = sorted(paper)
    if orientation[2].casefold() == "landscape":
        return long, short
    return short, long


def unknown_paper(text: str, where: Location) -> Problem | None:
    """Return the error `paper-unknown` about a size that a pack names; None for one that exists."""
    if paper_size(text) is not None:
        return None
    return problem("paper-unknown", where, hint=did_you_mean(text, PAPERS), name=text)


def is_landscape(paper: Sequence[float]) -> bool:
    """Return whether the width is greater than the height."""
    return paper[0] > paper[1]


def _two_lengths(text: str) -> Paper | None:
    """Return the size that is written as two lengths; the first may have the unit of the second."""
    match = _TWO_LENGTHS.fullmatch(text)
    if match is None:
        return None
    first, unit, second, last_unit = match.groups()
    width = Length.parse(f"{first} {unit or last_unit}")
    height = Length.parse(second)
    if max(width, height) > MAX_LENGTH:
        return None
    return width, height
