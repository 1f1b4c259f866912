"""Colours of a terminal, and problems as lines of text in colours, with a caret below the line of a file."""

import os
import unicodedata
from enum import StrEnum
from typing import TextIO

from ucap_reports.problems import Problem, ProblemPart, Severity, problem_as_text
from ucap_reports.problems.control_characters import visible


class TerminalColour(StrEnum):
    """Colours of a terminal (ECMA-48, SGR)."""

    BOLD = "1"
    RED = "1;31"
    YELLOW = "1;33"
    GREEN = "1;32"
    CYAN = "36"


COLOURS = {
    Severity.ERROR: TerminalColour.RED,
    Severity.WARNING: TerminalColour.YELLOW,
    Severity.INFO: TerminalColour.CYAN,
}
_INDENT = "  "
_LONGEST_EXCERPT = 100
"""Characters of an excerpt; plans have whole paragraphs in one line."""
_LONGEST_LEAD = 70
"""Characters before the caret."""
_ELLIPSIS = "…"
_ZERO_WIDTH = frozenset({"Mn", "Me"})
"""Unicode's classes of marks that are drawn over the character before them."""


def may_have_colours(stream: TextIO) -> bool:
    """Return whether the stream is a terminal whose user wants colours (https://no-color.org)."""
    is_unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not is_unwanted and stream.isatty()


def problem_text(problem: Problem, line: str | None, *, colour: bool, more: int = 0) -> str:
    """Return the problem as a person reads it, in colours and with an excerpt of `line`, the line of the file that it
    is about; `more` is the number of problems with the same code.
    """
    ink = COLOURS[problem.severity]
    inks = {ProblemPart.PLACE: TerminalColour.BOLD, ProblemPart.CODE: ink, ProblemPart.HINT: TerminalColour.CYAN}
    excerpt: list[str] = []
    if line and not line.isspace():
        excerpt = _excerpt(line, problem.location.column, ink, colour=colour)
    note = f" (and {more} more, shown with --verbose)" if more else ""

    def paint(text: str, part: ProblemPart) -> str:
        return painted(text, inks[part], colour=colour)

    return problem_as_text(problem, paint, excerpt, note)


def _excerpt(line: str, column: int | None, ink: TerminalColour, *, colour: bool) -> list[str]:
    """Return the line, cut to what fits around the column, and below it a caret where the column is known."""
    index = (column or 1) - 1
    line = line.rstrip()
    start = max(min(index, len(line)) - _LONGEST_LEAD, 0)
    end = start + _LONGEST_EXCERPT
    before = "".join(map(visible, line[start:index]))
    after = "".join(map(visible, line[index:end]))
    if start:
        before = _ELLIPSIS + before
    if end < len(line):
        after += _ELLIPSIS
    lines = [f"{_INDENT}{before}{after}"]
    if column is not None:
        caret = painted("^", ink, colour=colour)
        lines.append(f"{_INDENT}{' ' * width(before)}{caret}")
    return lines


def painted(text: str, ink: TerminalColour | None, *, colour: bool) -> str:
    """Return the text in a terminal's colour, or as it is."""
    if not colour or ink is None:
        return text
    return f"\x1b[{ink.value}m{text}\x1b[0m"


def width(text: str) -> int:
    """Return the number of terminal cells that the text takes: two for a Chinese character, none for a combining
    accent.
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
