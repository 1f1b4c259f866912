"""Problems: values that stages return, or raise as `ProblemsFound`; only the command line and the editor print them.
Their words are those of the catalogue, with the values of each. Their hints suggest names for misspelt ones.

A terminal obeys control characters: they set its title, delete what it shows, or answer in the name of the person who
types. Direction marks and characters without width make a text look like another one (CVE-2021-42574). Every text from
files, such as the name of a reviewer, goes through `visible` before it is printed in a terminal or a log.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from ucap_reports.problems.catalogue import Severity, catalogue_entry

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
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        where = ":".join([self.path, *numbers]) if self.path is not None else ""
        return ": ".join(part for part in (where, self.place) if part)


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

    def at(self, location: Location) -> Self:
        """Return the same problem at another place."""
        return replace(self, location=location)

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.hint, self.location))

    def __str__(self) -> str:
        parts = (str(self.location), f"{self.severity.value}[{self.code}]", self.message)
        line = ": ".join(part for part in parts if part)
        return visible_lines(f"{line}\n  hint: {self.hint}" if self.hint else line)


def problem(
    code: str, location: Location = NOWHERE, /, *, form: str | None = None, hint: str | None = None, **details: Any
) -> Problem:
    """Return a problem of the catalogue: `details` are the values of its message, `form` is which of several wordings
    it has.

    `hint` replaces that of the catalogue; the values that it proposes are `suggestions` in the details.
    """
    entry = catalogue_entry(code)
    shown = {}
    for name, value in details.items():
        shown[name] = shortened(value, _LONGEST_VALUE) if isinstance(value, str) else value
    message = entry.message if isinstance(entry.message, str) else entry.message[form or ""]
    known = entry.hint.get(form or "") if isinstance(entry.hint, Mapping) else entry.hint
    if hint is None and known is not None:
        hint = known.format_map(shown)
    if isinstance(hint, Hint):
        details["suggestions"] = list(hint.suggestions)
        hint = str(hint)
    return Problem(code, entry.severity, message.format_map(shown), hint, location, details)


def shortened(text: str, length: int = 60) -> str:
    """Return the text as messages show it: its start, if it has more than `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def problem_record(problem: Problem) -> dict[str, Any]:
    """Return the problem as JSON reports have it: with every key, null where there is no value.

    `details.suggestions` are values that can be used instead of the wrong one.
    """
    own = {"code": problem.code, "severity": problem.severity.value, "message": problem.message, "hint": problem.hint}
    details = {"suggestions": list(problem.details.get("suggestions", ()))}
    return own | asdict(problem.location) | {"details": details}


class ProblemsFound(Exception):  # noqa: N818 - it carries findings, it is not one error
    """Raised by a stage with all errors that it found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


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


# Suggestions for misspelt names: the nearest names that exist

_MAX_COMPARISONS = 20_000
"""How many names are compared for the hints of one file; this takes up to half a second."""
_LONGEST_NAME = 200
"""Characters of a name that is compared; longer texts are no names, and take a time that grows with their square."""


class Hint(str):
    """A hint that proposes values; `suggestions` are the values, which can be used instead of the wrong one."""

    __slots__ = ("suggestions",)
    suggestions: tuple[str, ...]

    def __new__(cls, text: str, suggestions: Iterable[str]) -> Self:
        """Return the hint with its values."""
        hint = super().__new__(cls, text)
        hint.suggestions = tuple(suggestions)
        return hint


def did_you_mean(name: str, known: Iterable[str], prefix: str = "") -> Hint | None:
    """Return the hint that names the nearest of `known` (up to three about as near), or None when nothing is near.

    `prefix` is what all names begin with; it makes none of them nearer.
    """
    from difflib import SequenceMatcher, get_close_matches  # noqa: PLC0415 - not needed without misspelt names

    if len(name) > _LONGEST_NAME:
        return None
    by_folded = {candidate.removeprefix(prefix).casefold(): candidate for candidate in known}
    wanted = name.removeprefix(prefix).casefold()
    folded = get_close_matches(wanted, by_folded, n=3, cutoff=0.6)
    if not folded:
        return None
    ratios = [SequenceMatcher(None, candidate, wanted).ratio() for candidate in folded]
    near = [candidate for candidate, ratio in zip(folded, ratios, strict=True) if ratio > ratios[0] - 0.1]
    return suggesting([by_folded[candidate] for candidate in near])


class Suggestions:
    """The hints for misspelt names in one file, each of which may be one of the same known names.

    A file from a stranger may have thousands of wrong names beside thousands of known ones. To compare each with each
    takes minutes, so the names after `_MAX_COMPARISONS` comparisons get no hint.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(known)
        self._hints: dict[str, Hint | None] = {}
        self._comparisons = 0

    def hint(self, name: str) -> Hint | None:
        """Return what `did_you_mean` does, or None after too many comparisons."""
        if name not in self._hints:
            self._comparisons += len(self._known)
            is_compared = self._comparisons <= _MAX_COMPARISONS
            self._hints[name] = did_you_mean(name, self._known) if is_compared else None
        return self._hints[name]


def suggesting(values: Iterable[str]) -> Hint:
    """Return the hint that asks whether one of the values was meant."""
    values = tuple(values)
    *firsts, last = (f'"{value}"' for value in values)
    question = f"did you mean {', '.join(firsts)} or {last}?" if firsts else f"did you mean {last}?"
    return Hint(question, values)


# Text from others in a terminal or a log
_TAB = "    "
OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's classes of what a terminal obeys or hides: controls, direction marks, zero-width and line separators."""


def visible(text: str) -> str:
    r"""Return the text on one line, with what a terminal would obey or hide written out, as in `\x1b` and `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def visible_lines(text: str) -> str:
    """Return the text with its line ends, and each line as `visible` returns it."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _visible(character: str) -> str:
    if character == "\t":
        return _TAB
    if unicodedata.category(character) in OBEYED:
        return character.encode("unicode_escape").decode("ascii")
    return character
