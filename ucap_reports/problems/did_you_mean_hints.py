"""Hints that suggest known names for misspelt ones: "did you mean …?"

A name that a person typed, such as that of a command, is compared by `did_you_mean`. Names in a file are compared by
`Suggestions`, whose work is limited: the file may have as many wrong names as its author likes.
"""

from collections.abc import Iterable
from typing import Self

_MAX_NAMES = 100
"""How many misspelt names of one file are compared with known ones. More hints would not be read."""
_MAX_COMPARISONS = 20_000
"""How many comparisons of two names the hints of one file may cost; this takes up to half a second."""
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


def suggesting(values: Iterable[str]) -> Hint:
    """Return the hint that asks whether one of the values was meant."""
    values = tuple(values)
    *firsts, last = (f'"{value}"' for value in values)
    question = f"did you mean {', '.join(firsts)} or {last}?" if firsts else f"did you mean {last}?"
    return Hint(question, values)


class HintBudget:
    """How much the search for similar names may still cost in one file.

    A file from a stranger may have thousands of wrong names beside thousands of known ones. Comparing them all takes
    minutes.
    """

    def __init__(self) -> None:
        self._names = 0
        self._comparisons = 0

    @property
    def is_spent(self) -> bool:
        """Whether no further name is compared."""
        return self._names >= _MAX_NAMES or self._comparisons > _MAX_COMPARISONS

    def allows(self, comparisons: int) -> bool:
        """Take the cost of one more name from the budget, and return whether it is still within it."""
        if self.is_spent:
            return False
        self._names += 1
        self._comparisons += comparisons
        return self._comparisons <= _MAX_COMPARISONS


class Suggestions:
    """The hints for misspelt names in one file, each of which may be one of the same known names.

    `budget` is that of the file, if names of other kinds are searched in it as well.
    """

    def __init__(self, known: Iterable[str], budget: HintBudget | None = None) -> None:
        self._known = tuple(known)
        self._budget = budget or HintBudget()
        self._hints: dict[str, Hint | None] = {}

    def hint(self, name: str) -> Hint | None:
        """Return what `did_you_mean` does, or None after too many names or comparisons."""
        if name not in self._hints:
            is_compared = self._budget.allows(len(self._known))
            self._hints[name] = did_you_mean(name, self._known) if is_compared else None
        return self._hints[name]
