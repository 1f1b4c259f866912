"""Problems: what is wrong, where, and what to do; values that every stage makes and only the edges show."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from msgspec import Struct


class Severity(StrEnum):
    """An error stops the document it is about; a warning never does."""

    ERROR = "error"
    WARNING = "warning"


class Location(Struct, frozen=True):
    """Where a problem stands. Lines and columns count from 1; `place` is the place inside a Word template."""

    path: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    place: str | None = None


NOWHERE = Location()


class Problem(Struct, frozen=True):
    """One thing wrong: `code` is stable and made for machines, `message` says what, `hint` says what to do."""

    code: str
    severity: Severity
    message: str
    hint: str | None = None
    location: Location = NOWHERE

    @classmethod
    def error(cls, code: str, message: str, hint: str | None = None, location: Location = NOWHERE) -> Self:
        """A problem that stops its document."""
        return cls(code, Severity.ERROR, message, hint, location)

    @classmethod
    def warning(cls, code: str, message: str, hint: str | None = None, location: Location = NOWHERE) -> Self:
        """A problem that somebody should look at and that stops nothing."""
        return cls(code, Severity.WARNING, message, hint, location)


def problem_record(problem: Problem) -> dict[str, str | int | None]:
    """The problem as JSON reports have it: every key always, null where there is nothing to say."""
    location = problem.location
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "field": location.field,
        "place": location.place,
    }


class ProblemsFound(Exception):  # noqa: N818 - it carries findings, it is not one error
    """Raised by a stage with all the errors it found, never with the first alone."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))
