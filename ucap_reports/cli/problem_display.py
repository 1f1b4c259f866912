"""Problems as lines of text: where, what, the line of the file with a caret, and what to do."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from ucap_reports.problems import Location, Problem, Severity

INDENT = "  "
EXCERPT_CELLS = 100
"""How much of a long line is shown; plans hold whole paragraphs in one line."""
LEAD_CELLS = 70
"""How much of a long line is shown before the caret."""
ELLIPSIS = "…"
TAB = "    "
OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's classes of what a terminal obeys or hides: controls, direction marks, zero-width and line separators."""
ZERO_WIDTH = frozenset({"Mn", "Me"})
"""Unicode's classes of marks that stand over the character before them."""


class TerminalColour(StrEnum):
    """Colours of a terminal (ECMA-48, SGR)."""

    BOLD = "1"
    RED = "1;31"
    YELLOW = "1;33"
    GREEN = "1;32"
    CYAN = "36"


def problem_text(problem: Problem, line: str | None, *, colour: bool) -> str:
    """The problem as a person reads it, without the last line end. Nothing in it is wrapped or read as markup."""
    texts = [problem_line(problem, colour=colour)]
    if line is not None and line.strip():
        texts += _excerpt(line, problem.location.column, _ink(problem.severity), colour=colour)
    if problem.hint:
        texts.append(f"  {painted('hint:', TerminalColour.CYAN, colour=colour)} {visible(problem.hint)}")
    return "\n".join(texts)


def problem_line(problem: Problem, *, colour: bool) -> str:
    """The problem on one line: where, and what."""
    severity = painted(f"{problem.severity.value}[{problem.code}]", _ink(problem.severity), colour=colour)
    place = place_text(problem.location)
    head = f"{painted(place, TerminalColour.BOLD, colour=colour)}: {severity}" if place else severity
    return f"{head}: {visible(problem.message)}"


def place_text(location: Location) -> str:
    """Where it is, as editors and terminals link it: `path:line:column`, or `path: place` inside a Word template."""
    numbers = [str(number) for number in (location.line, location.column) if number is not None]
    where = ":".join([visible(location.path), *numbers]) if location.path is not None else ""
    return ": ".join(part for part in (where, visible(location.place or "")) if part)


def painted(text: str, ink: TerminalColour, *, colour: bool) -> str:
    """The text in a terminal's colour, or as it is."""
    return f"\x1b[{ink.value}m{text}\x1b[0m" if colour else text


def visible(text: str) -> str:
    r"""The text on one line, with what a terminal would obey or hide written out, as in `\x1b` and `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def width(text: str) -> int:
    """How many cells of a terminal the text takes: Chinese takes two a character, an accent of its own none."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _ink(severity: Severity) -> TerminalColour:
    return TerminalColour.RED if severity is Severity.ERROR else TerminalColour.YELLOW


def _visible(character: str) -> str:
    if character == "\t":
        return TAB
    if unicodedata.category(character) in OBEYED:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _width(character: str) -> int:
    if unicodedata.category(character) in ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _excerpt(line: str, column: int | None, ink: TerminalColour, *, colour: bool) -> list[str]:
    """The line, cut to what fits around the column, and under it a caret where the column is known."""
    place = (column or 1) - 1
    shown = [visible(character) for character in line.rstrip()]
    start, end = _window(shown, place)
    before = (ELLIPSIS if start else "") + "".join(shown[start:place])
    text = before + "".join(shown[place:end]) + (ELLIPSIS if end < len(shown) else "")
    caret = [f"{INDENT}{' ' * width(before)}{painted('^', ink, colour=colour)}"] if column is not None else []
    return [f"{INDENT}{text}", *caret]


def _window(shown: Sequence[str], place: int) -> tuple[int, int]:
    """Which characters of a line are shown, so that the one at `place` is among them and the whole is not too long."""
    start = min(place, len(shown))
    lead = 0
    while start > 0 and lead + width(shown[start - 1]) <= LEAD_CELLS:
        start -= 1
        lead += width(shown[start])
    end = start
    cells = 0
    while end < len(shown) and cells + width(shown[end]) <= EXCERPT_CELLS:
        cells += width(shown[end])
        end += 1
    return start, end
