"""What is printed on the terminal: problems as lines of text with a caret, colours, and widths."""

import sys
import unicodedata
from enum import StrEnum
from typing import TextIO

from ucap_reports.problems import Problem, Severity
from ucap_reports.problems.problem import visible

_ZERO_WIDTH = frozenset({"Mn", "Me"})
"""Unicode's classes of marks that are drawn over the character before them."""
_INDENT = "  "
_LONGEST_EXCERPT = 100
"""Characters of an excerpt; plans have whole paragraphs in one line."""
_LONGEST_LEAD = 70
"""Characters before the caret."""
_ELLIPSIS = "…"


def problem_text(problem: Problem, line: str | None, *, colour: bool, more: int = 0) -> str:
    """Return the problem as a person reads it, without the last line end. Nothing in it is wrapped or read as markup.

    `line` is the line of the file that it is about, `more` the number of problems with the same code.
    """
    ink = COLOURS[problem.severity]
    code = painted(f"{problem.severity.value}[{problem.code}]", ink, colour=colour)
    head = f"{code}: {visible(problem.message)}"
    location = visible(str(problem.location))
    if location:
        head = f"{painted(location, TerminalColour.BOLD, colour=colour)}: {head}"
    if more:
        head = f"{head} (and {more} more, shown with --verbose)"
    texts = [head]
    if line is not None and line.strip():
        texts += _excerpt(line, problem.location.column, ink, colour=colour)
    if problem.hint:
        texts.append(f"  {painted('hint:', TerminalColour.CYAN, colour=colour)} {visible(problem.hint)}")
    return "\n".join(texts)


class TerminalColour(StrEnum):
    """Colours of a terminal (ECMA-48, SGR)."""

    BOLD = "1"
    RED = "1;31"
    YELLOW = "1;33"
    GREEN = "1;32"
    CYAN = "36"


def painted(text: str, ink: TerminalColour | None, *, colour: bool) -> str:
    """Return the text in a terminal's colour, or as it is."""
    return f"\x1b[{ink.value}m{text}\x1b[0m" if colour and ink else text


def width(text: str) -> int:
    """Return the number of terminal cells that the text takes: two for a Chinese character, none for a combining
    accent.
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def write_line(text: str, stream: TextIO | None = None) -> None:
    """Write the text and a line end, at once."""
    write_text(f"{text}\n", stream)


def write_text(text: str, stream: TextIO | None = None) -> None:
    """Write the text (to standard output unless a stream is given) and flush it, so that a full disk raises OSError."""
    stream = stream or sys.stdout
    stream.write(text)
    stream.flush()


COLOURS = {
    Severity.ERROR: TerminalColour.RED,
    Severity.WARNING: TerminalColour.YELLOW,
    Severity.INFO: TerminalColour.CYAN,
}


def _excerpt(line: str, column: int | None, ink: TerminalColour, *, colour: bool) -> list[str]:
    """Return the line, cut to what fits around the column, and below it a caret where the column is known."""
    index = (column or 1) - 1
    characters = [visible(character) for character in line.rstrip()]
    start = max(min(index, len(characters)) - _LONGEST_LEAD, 0)
    end = start + _LONGEST_EXCERPT
    before = "".join(characters[start:index])
    after = "".join(characters[index:end])
    if start:
        before = _ELLIPSIS + before
    if end < len(characters):
        after += _ELLIPSIS
    lines = [f"{_INDENT}{before}{after}"]
    if column is not None:
        lines.append(f"{_INDENT}{' ' * width(before)}{painted('^', ink, colour=colour)}")
    return lines


def _width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
