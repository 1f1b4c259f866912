"""The sizes of paper that a pack can name: those of ISO 216, American ones, or a width and a height."""

import re
from collections.abc import Sequence

from reportlab.lib import pagesizes
from reportlab.lib.units import inch

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.template.lengths_and_colours import MAX_LENGTH, Length

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
