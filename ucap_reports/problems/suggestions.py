"""Suggestions for misspelt names: the nearest names that exist."""

from collections.abc import Iterable
from typing import Self


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
