"""The exit codes of all commands, and the rule that chooses one."""

from collections.abc import Callable
from enum import IntEnum

from ucap_reports.problems import Severity


class Exit(IntEnum):
    """Exit codes, the same for all commands."""

    DONE = 0
    ERRORS = 1
    """Errors, or a document could not be built."""
    USAGE_ERROR = 2
    WARNINGS = 3
    """Warnings under --strict."""
    INTERRUPTED = 130


def exit_code(count: Callable[[Severity], int], *, strict: bool) -> Exit:
    """Return the exit code of a command that was done; `count` returns the number of problems of a severity."""
    if count(Severity.ERROR):
        return Exit.ERRORS
    if strict and count(Severity.WARNING):
        return Exit.WARNINGS
    return Exit.DONE
