"""Comparison of sequences and of texts. All parts of the product that match two sequences do it here.

`changed_parts` compares items that are equal or not, `aligned` also those that are similar, and `compared_words` the
words of two texts. The suggestions for misspelt names are in `problems/problem.py`.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.text.capitals_and_punctuation import MARKS

Item = TypeVar("Item")
_MIN_CLOSENESS = 0.3
"""The closeness from which two items are the same, changed."""
_LETTERS = rf"[^\W_](?:[^\W_]|[{MARKS}])*"
_TOKEN = RarePattern(
    rf"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|{_LETTERS}(?:[-'\u2019.]{_LETTERS})*|\s+|.", re.DOTALL
)
"""A word, white space, a sign, or a character of a script without spaces."""
_MAX_PAIRS = 1_000_000
"""The product of the numbers of tokens up to which all are compared: the time grows faster than with their product."""


class PartKind(StrEnum):
    """What a part of a text is."""

    SAME = "same"
    OLD = "old"
    NEW = "new"


class ComparedText(Struct, frozen=True):
    """A part of a comparison of two texts."""

    kind: PartKind
    text: str


class MatchedPart(Struct, frozen=True):
    """A part of two sequences that is equal in both, or differs; the numbers are the offsets in each of them."""

    is_equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changed_parts(
    old: Sequence[Hashable], new: Sequence[Hashable], *, ignore_frequent: bool = False
) -> list[MatchedPart]:
    """Return the equal and the different parts of two sequences, in order.

    With `ignore_frequent`, items that are frequent in a long sequence are equal only beside others.
    """
    matcher = SequenceMatcher(None, old, new, autojunk=ignore_frequent)
    return [MatchedPart(tag == "equal", *offsets) for tag, *offsets in matcher.get_opcodes()]


def kept_in_order(numbers: Sequence[int]) -> list[int]:
    """Return the indices of the numbers that stay where they are when the sequence is sorted."""
    indices: list[int] = []
    for part in changed_parts(numbers, sorted(numbers)):
        if part.is_equal:
            indices += range(part.old_start, part.old_end)
    return indices


def aligned(
    old: Sequence[Item], new: Sequence[Item], key: Callable[[Item], Hashable], closeness: Callable[[Item, Item], float]
) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield the items in pairs, in both orders: those with equal keys and, between these, those that are close.

    None is for an item that the other sequence does not have; old ones come before new ones.
    """
    for part in changed_parts([key(item) for item in old], [key(item) for item in new]):
        old_items = old[part.old_start : part.old_end]
        new_items = new[part.new_start : part.new_end]
        if part.is_equal:
            yield from zip(old_items, new_items, strict=True)
        else:
            yield from closest_pairs(old_items, new_items, closeness)


def closest_pairs(
    old: Sequence[Item],
    new: Sequence[Item],
    closeness: Callable[[Item, Item], float],
    min_closeness: float = _MIN_CLOSENESS,
) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield the pairs with the greatest total closeness (the algorithm of Needleman and Wunsch without gap costs).

    Items that are less close than `min_closeness` are no pair.
    """
    near = [[closeness(first, second) for second in new] for first in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        for column in range(len(new) - 1, -1, -1):
            paired = 0.0
            if near[row][column] >= min_closeness:
                paired = near[row][column] + best[row + 1][column + 1]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    row = column = 0
    while row < len(old) or column < len(new):
        if column == len(new) or (row < len(old) and best[row][column] == best[row + 1][column]):
            yield old[row], None
            row += 1
        elif row == len(old) or best[row][column] == best[row][column + 1]:
            yield None, new[column]
            column += 1
        else:
            yield old[row], new[column]
            row += 1
            column += 1


def word_tokens(text: str) -> list[str]:
    """Return the words, signs and spaces of a text."""
    return _TOKEN.findall(text)


def compared_words(old: str, new: str) -> tuple[ComparedText, ...]:
    """Return the parts that both texts have, and those of the old and of the new one only."""
    parts: list[ComparedText] = []
    for is_equal, old_tokens, new_tokens in token_changes(word_tokens(old), word_tokens(new)):
        if is_equal:
            parts.append(ComparedText(PartKind.SAME, "".join(new_tokens)))
            continue
        if old_tokens:
            parts.append(ComparedText(PartKind.OLD, "".join(old_tokens)))
        if new_tokens:
            parts.append(ComparedText(PartKind.NEW, "".join(new_tokens)))
    return tuple(parts)


def token_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Yield the equal and the different parts of two lists of tokens, in order.

    A space or a sign between two changes is a part of the change, so that a new phrase is one change.
    """
    parts = _compared_tokens(old, new)
    joined: list[MatchedPart] = []
    for index, part in enumerate(parts):
        is_between = 0 < index < len(parts) - 1
        is_one_token = part.old_end - part.old_start <= 1
        is_bridge = is_between and is_one_token and not old[part.old_start][:1].isalnum()
        if joined and not joined[-1].is_equal and (is_bridge or not part.is_equal):
            change = joined.pop()
            joined.append(
                MatchedPart(
                    is_equal=False,
                    old_start=change.old_start,
                    old_end=part.old_end,
                    new_start=change.new_start,
                    new_end=part.new_end,
                )
            )
        else:
            joined.append(part)
    for part in joined:
        yield part.is_equal, old[part.old_start : part.old_end], new[part.new_start : part.new_end]


def similarity(old: str, new: str, least: float = 0.0) -> float:
    """Return how similar two texts are, by words: 1 if they are equal, 0 if they share nothing, or if they have too few
    equal words at any place to be as similar as `least`.

    It is twice the number of equal words, divided by the number of all words.
    """
    old_words = _words(old)
    new_words = _words(new)
    count = len(old_words) + len(new_words)
    if not count:
        return 1.0
    if least and 2.0 * (_counts(old) & _counts(new)).total() / count < least:
        return 0.0  # their order, which takes longer to compare, does not matter then
    equal = sum(part.old_end - part.old_start for part in _compared_tokens(old_words, new_words) if part.is_equal)
    return 2.0 * equal / count


@lru_cache(maxsize=512)
def _counts(text: str) -> Counter[str]:
    """Return how often a text has each word: in lists, each text is compared with many others."""
    return Counter(_words(text))


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    """Return the words and signs of a text without capitals."""
    return tuple(token for token in word_tokens(text.casefold()) if not token.isspace())


def _compared_tokens(old: Sequence[str], new: Sequence[str]) -> list[MatchedPart]:
    return changed_parts(old, new, ignore_frequent=len(old) * len(new) > _MAX_PAIRS)
