"""Problems: values that stages return, or raise as `ProblemsFound`; only the command line and the editor print them.

Below are problems, how they are made and raised, and problems as text. Beside this module are the catalogue with the
words of all problems, hints that suggest names, and what is written instead of characters that a terminal obeys.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from ucap_reports.problems.control_characters import visible
from ucap_reports.problems.did_you_mean_hints import Hint
from ucap_reports.problems.problem_catalogue import Severity, catalogue_entry

_LONGEST_VALUE = 1_000
"""The largest number of characters of a value in a message."""


class Location(Struct, frozen=True, gc=False):
    """Where a problem is. Lines and columns count from 1; `place` is the place inside a Word template.

    As text it is `path:line:column`, as editors link it, or `path: place`.
    """

    path: str | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    place: str | None = None

    def __str__(self) -> str:
        parts: list[str] = []
        if self.path is not None:
            numbers = [str(number) for number in (self.line, self.column) if number is not None]
            parts.append(":".join([self.path, *numbers]))
        if self.place:
            parts.append(self.place)
        return ": ".join(parts)


NOWHERE = Location()


class Problem(Struct, frozen=True):
    """One problem. `code` is stable; `message` and `hint` are for people; `details` are the values in the message.

    As text it is a line with place, severity, code and message, and a second line with the hint.
    """

    code: str
    severity: Severity
    message: str
    hint: str | None = None
    location: Location = NOWHERE
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def suggestions(self) -> Sequence[str]:
        """The values that the hint proposes, which can be used instead of the wrong one."""
        suggestions: Sequence[str] = self.details.get("suggestions", ())
        return suggestions

    def at(self, location: Location) -> Self:
        """Return the same problem at another place."""
        return replace(self, location=location)

    def with_hint(self, hint: str | None) -> Self:
        """Return the same problem with another hint; the values that it proposes are `suggestions` in the details."""
        details = {name: value for name, value in self.details.items() if name != "suggestions"}
        if isinstance(hint, Hint):
            details["suggestions"] = list(hint.suggestions)
            hint = str(hint)
        return replace(self, hint=hint, details=details)

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.hint, self.location))

    def __str__(self) -> str:
        return problem_as_text(self)


def problem(
    code: str, location: Location = NOWHERE, /, *, form: str | None = None, hint: str | None = None, **details: Any
) -> Problem:
    """Return a problem of the catalogue: `details` are the values of its message, `form` is which of several wordings
    it has.

    `hint` replaces that of the catalogue.
    """
    entry = catalogue_entry(code)
    shown = {}
    for name, value in details.items():
        shown[name] = shortened(value, _LONGEST_VALUE) if isinstance(value, str) else value
    wording = entry.message if isinstance(entry.message, str) else entry.message[form or ""]
    message = wording.format_map(shown)
    if hint is None:
        wording_of_hint = entry.hint.get(form or "") if isinstance(entry.hint, Mapping) else entry.hint
        if wording_of_hint is not None:
            hint = wording_of_hint.format_map(shown)
    without_hint = Problem(code, entry.severity_of(form), message, None, location, details)
    return without_hint.with_hint(hint)


def shortened(text: str, length: int = 60) -> str:
    """Return the text as messages show it: its start, if it has more than `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


class ProblemsFound(Exception):  # noqa: N818 - it carries findings, it is not one error
    """Raised by a stage with all errors that it found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def by_severity(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in their order, but errors first and infos last."""
    severities = list(Severity)
    return sorted(problems, key=lambda problem: severities.index(problem.severity))


def raise_found(problems: Collection[Problem]) -> None:
    """Raise ProblemsFound if there are any problems."""
    if problems:
        raise ProblemsFound(problems)


@contextmanager
def reported(report: Callable[[Iterable[Problem]], None]) -> Iterator[None]:
    """Report the problems that are raised in the block, which ends with them."""
    try:
        yield
    except ProblemsFound as error:
        report(error.problems)


class ProblemPart(Enum):
    """The parts of a problem as text that have colours of their own on a terminal."""

    PLACE = auto()
    CODE = auto()
    HINT = auto()


def _plain(text: str, _: ProblemPart) -> str:
    return text


def problem_as_text(
    problem: Problem, paint: Callable[[str, ProblemPart], str] = _plain, excerpt: Sequence[str] = (), note: str = ""
) -> str:
    """Return the problem as a person reads it, without the last line end: a line with place, severity, code, message
    and the note, then the lines of an excerpt, and one with the hint.

    `paint` returns a part with its colours. Nothing of the problem is read as markup, wrapped, or obeyed by a terminal.
    """
    code = paint(f"{problem.severity.value}[{problem.code}]", ProblemPart.CODE)
    head = f"{code}: {visible(problem.message)}{note}"
    place = visible(str(problem.location))
    if place:
        head = f"{paint(place, ProblemPart.PLACE)}: {head}"
    lines = [head, *excerpt]
    if problem.hint:
        lines.append(f"  {paint('hint:', ProblemPart.HINT)} {visible(problem.hint)}")
    return "\n".join(lines)


def problem_record(problem: Problem) -> dict[str, Any]:
    """Return the problem as JSON reports have it: with every key, null where there is no value.

    `details.suggestions` are values that can be used instead of the wrong one.
    """
    own = {"code": problem.code, "severity": problem.severity.value, "message": problem.message, "hint": problem.hint}
    return own | asdict(problem.location) | {"details": {"suggestions": list(problem.suggestions)}}
