"""Regular expressions of map files, searched in the cells of a table.

A map may come from a stranger, and some patterns take years for a short text. So they are searched with the library
`regex`, which stops when the time is over. They are in the syntax of Python's `re`, without what `regex` adds to it:
recursion needs much memory.
"""

import re
from time import process_time
from typing import TYPE_CHECKING

from ucap_reports.importers.parsed_summary import ParsedCell
from ucap_reports.problems import Problem, ProblemsFound, problem, shortened

if TYPE_CHECKING:
    import regex

LONGEST = 500
"""Characters of a pattern."""
MOST_SECONDS = 5.0
"""The processor time of all searches of an import; a usual one takes some microseconds."""
_NO_TIME = 0.001


class CellSearch:
    """Searches in the cells of a file, which together take at most `seconds`; by default, `MOST_SECONDS`."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = MOST_SECONDS if seconds is None else seconds

    def texts(self, pattern: str, cell: ParsedCell) -> list[str]:
        """Return each text that a valid pattern finds in a cell: its first group, or else all of it.

        Raises ProblemsFound if the time is over.
        """
        compiled = _compiled(pattern)
        began = process_time()
        try:
            matches = list(compiled.finditer(cell.content.text, timeout=max(self._seconds, _NO_TIME)))
        except TimeoutError:
            raise ProblemsFound([problem("pattern-slow", cell.location, pattern=shortened(pattern))]) from None
        self._seconds -= process_time() - began
        group = 1 if compiled.groups else 0
        return [match[group] or "" for match in matches]


def pattern_problem(pattern: str) -> Problem | None:
    """Return what is wrong with a pattern; None for a valid one."""
    if len(pattern) > LONGEST:
        return problem("pattern-invalid", reason=f"it has more than {LONGEST} characters")
    try:
        re.compile(pattern)
        _compiled(pattern)
    except (ValueError, OverflowError, RecursionError, re.error) as error:
        return problem("pattern-invalid", reason=error)
    return None


def _compiled(pattern: str) -> "regex.Pattern[str]":
    import regex  # noqa: PLC0415 - few maps have patterns

    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(str(error)) from None
