"""What is wrong, where, and what to do about it: values that stages return or raise and only the edges print."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import replace


class Severity(StrEnum):
    """How serious a problem is."""

    ERROR = "error"
    """The document is not built."""
    WARNING = "warning"
    """Something is probably wrong; `--strict` counts these."""
    INFO = "info"
    """A fact is missing."""


class Location(Struct, frozen=True):
    """Where a problem is. Lines and columns count from 1; `place` is the place inside a Word template."""

    path: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    place: str | None = None


NOWHERE = Location()


class Problem(Struct, frozen=True):
    """One problem. `code` is stable; `message` and `hint` are for people; `details` are the values in the message."""

    code: str
    severity: Severity
    message: str
    hint: str | None = None
    location: Location = NOWHERE
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def error(cls, code: str, message: str, hint: str | None = None, location: Location = NOWHERE) -> Self:
        """An error whose message is not in the catalogue."""
        return cls(code, Severity.ERROR, message, hint, location)

    @classmethod
    def warning(cls, code: str, message: str, hint: str | None = None, location: Location = NOWHERE) -> Self:
        """A warning whose message is not in the catalogue."""
        return cls(code, Severity.WARNING, message, hint, location)

    def at(self, location: Location) -> Self:
        """The same problem at another place."""
        return replace(self, location=location)

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.hint, self.location))


def problem_record(problem: Problem) -> dict[str, str | int | None]:
    """The problem as it is in JSON reports: always with every key, null where there is no value."""
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
    """Raised by a stage with all the errors that it found, never with the first alone."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))
