"""Lengths, sizes, sides and paper sizes as `pack.yaml` writes them."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator
from reportlab.lib import pagesizes
from reportlab.lib.units import inch

from ucap_reports.template.lengths_and_colours import Length

LONGEST = 14_400
"""The largest length in points: the largest side of a PDF page (ISO 32000-1, annex C)."""
_SHORTHAND = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}
"""Which of the written lengths each side has, by their number."""
_SIDE_NAMES = {"top": 0, "right": 1, "end": 1, "bottom": 2, "left": 3, "start": 3}
Paper = tuple[Length, Length]
"""Width and height of a page."""
_INCHES = {
    "Letter": (8.5, 11), "Legal": (8.5, 14), "Tabloid": (11, 17), "Ledger": (17, 11), "Executive": (7.25, 10.5),
    "Statement": (5.5, 8.5), "ANSI A": (8.5, 11), "ANSI B": (11, 17), "ANSI C": (17, 22), "ANSI D": (22, 34),
    "ANSI E": (34, 44),
}  # fmt: skip
_ORIENTATION = re.compile(r"(.*?)(?<!\s)\s*\b(portrait|landscape)", re.IGNORECASE)
_TIMES = "\N{MULTIPLICATION SIGN}"
_TWO_LENGTHS = re.compile(
    rf"(\d+(?:\.\d+)?)\s*(?:(pt|mm|cm|in)\s*)?(?:[xX{_TIMES}*,]\s*|(?<=\s))(\d+(?:\.\d+)?\s*(pt|mm|cm|in))"
)
_ISO = {name: sides for name, sides in vars(pagesizes).items() if re.fullmatch(r"[ABC]\d+", name)}
_US = {name: (width * inch, height * inch) for name, (width, height) in _INCHES.items()}
PAPERS: dict[str, Paper] = {name: (Length(width), Length(height)) for name, (width, height) in (_ISO | _US).items()}
"""The known sizes by name."""
_BY_NAME = {name.casefold(): paper for name, paper in PAPERS.items()}


def _length(value: Any) -> Length:
    if isinstance(value, str):
        value = Length.parse(value)
    elif value == 0 and not isinstance(value, bool):
        value = Length(0)
    if not isinstance(value, Length):
        raise ValueError("a length needs a unit, as in 18 mm or 8.75 pt")  # noqa: TRY004 - pydantic reports ValueError only
    if value > LONGEST:
        raise ValueError(f"a length is at most {LONGEST:,} pt")
    return value


def _size(value: Any) -> Length:
    if (size := _length(value)) < 1:
        raise ValueError("a size of text is at least 1 pt")
    return size


Measure = Annotated[Length, BeforeValidator(_length)]
Size = Annotated[Length, BeforeValidator(_size)]


class Sides(NamedTuple):
    """Four lengths in CSS's order."""

    top: Length
    right: Length
    bottom: Length
    left: Length


NO_SIDES = Sides(Length(0), Length(0), Length(0), Length(0))


def _sides(value: Any) -> Sides:
    """Sides from CSS's shorthand: one length, two (vertical, horizontal), three or all four."""
    if isinstance(value, Sides):
        return value
    texts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    lengths = [_length(text) for text in texts] if isinstance(texts, list) else [_length(texts)]
    if len(lengths) not in _SHORTHAND:
        raise ValueError("write one to four lengths: top, right, bottom, left")
    return Sides(*(lengths[index] for index in _SHORTHAND[len(lengths)]))


Box = Annotated[Sides, BeforeValidator(_sides)]


class Bleed(NamedTuple):
    """The sides on which the background of a box reaches the edge of the paper."""

    top: bool
    right: bool
    bottom: bool
    left: bool


NO_BLEED = Bleed(top=False, right=False, bottom=False, left=False)


def _bleed(value: Any) -> Bleed:
    """Return all sides for `true`; otherwise those that are named."""
    if isinstance(value, bool):
        return Bleed(*[value] * 4)
    names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(names, list) or not set(map(str, names)) <= _SIDE_NAMES.keys():
        raise ValueError("write true, or sides: top, right, bottom, left")
    sides = {_SIDE_NAMES[name] for name in names}
    return Bleed(*(side in sides for side in range(len(NO_BLEED))))


Bleeding = Annotated[Bleed, BeforeValidator(_bleed)]


def paper_size(text: str) -> Paper | None:
    """Width and height of `A4`, `Legal landscape` or `210 mm x 300 mm`; None for anything else."""
    written = " ".join(text.split())
    orientation = _ORIENTATION.fullmatch(written)
    name = written if orientation is None else orientation[1]
    paper = _BY_NAME.get(name.casefold()) or _two_lengths(name)
    if paper is None or orientation is None:
        return paper
    short, long = sorted(paper)
    return (long, short) if orientation[2].casefold() == "landscape" else (short, long)


def is_landscape(paper: Sequence[float]) -> bool:
    """Return whether the width is greater than the height."""
    return paper[0] > paper[1]


def _two_lengths(text: str) -> Paper | None:
    """Return the size that is written as two lengths; the first may have the unit of the second."""
    if (match := _TWO_LENGTHS.fullmatch(text)) is None:
        return None
    first, unit, second, last_unit = match.groups()
    paper = Length.parse(f"{first} {unit or last_unit}"), Length.parse(second)
    return paper if max(paper) <= LONGEST else None
