"""Comparison of two texts by words."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct

_TOKEN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+(?:[-'\u2019.][^\W_]+)*|\s+|.", re.DOTALL)
"""A word, white space, a sign, or a character of a script without spaces."""
_BRIDGE = 1
"""The number of equal tokens between two changes that are part of one, if they are white space or signs."""
_MOST_PAIRS = 1_000_000
"""The product of the numbers of tokens up to which all are compared: the time grows faster than with their product."""


class Mark(StrEnum):
    """What a part of a text is."""

    SAME = "same"
    OLD = "old"
    NEW = "new"


class MarkedText(Struct, frozen=True):
    """A part of a comparison of two texts."""

    mark: Mark
    text: str


def word_tokens(text: str) -> list[str]:
    """The words, signs and spaces of a text."""
    return _TOKEN.findall(text)


def marked_words(old: str, new: str) -> tuple[MarkedText, ...]:
    """The parts that both texts have, and those of the old and of the new one only."""
    before, after = word_tokens(old), word_tokens(new)
    parts: list[MarkedText] = []
    for equal, first, second in token_changes(before, after):
        if equal:
            parts.append(MarkedText(Mark.SAME, "".join(second)))
        else:
            changed = ((Mark.OLD, first), (Mark.NEW, second))
            parts += [MarkedText(mark, "".join(tokens)) for mark, tokens in changed if tokens]
    return tuple(parts)


def token_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """The equal and the different parts of two lists of tokens, in order.

    A space or a sign between two changes is a part of the change, so that a new phrase is one change.
    """
    spans = _matcher(old, new).get_opcodes()
    joined: list[tuple[bool, int, int, int, int]] = []
    for place, (tag, first, last, start, end) in enumerate(spans):
        inner = 0 < place < len(spans) - 1 and last - first <= _BRIDGE and not old[first][:1].isalnum()
        if joined and not joined[-1][0] and (inner or tag != "equal"):
            _, before, _, begin, _ = joined.pop()
            joined.append((False, before, last, begin, end))
        else:
            joined.append((tag == "equal", first, last, start, end))
    return ((equal, old[first:last], new[start:end]) for equal, first, last, start, end in joined)


def similarity(old: str, new: str) -> float:
    """How similar two texts are, by words: 1 if they are equal, 0 if they share nothing."""
    first, second = ([each for each in word_tokens(text.casefold()) if not each.isspace()] for text in (old, new))
    return _matcher(first, second).ratio()


def _matcher(old: Sequence[str], new: Sequence[str]) -> "SequenceMatcher[str]":
    """The comparison of two lists of tokens. In long ones, frequent tokens are equal only beside others."""
    return SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > _MOST_PAIRS)
