"""Paper sizes: those of ISO 216, ISO 269, ANSI and US offices by name, and others as two lengths."""

import re
from collections.abc import Sequence

from reportlab.lib import pagesizes
from reportlab.lib.units import inch

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.measures import LONGEST

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
    """Whether the width is greater than the height."""
    return paper[0] > paper[1]


def _two_lengths(text: str) -> Paper | None:
    """The size that is written as two lengths; the first may have the unit of the second."""
    if (match := _TWO_LENGTHS.fullmatch(text)) is None:
        return None
    first, unit, second, last_unit = match.groups()
    paper = Length.parse(f"{first} {unit or last_unit}"), Length.parse(second)
    return paper if max(paper) <= LONGEST else None
