"""Comparison of sequences and of texts. All parts of the product that match two sequences do it here.

`changed_parts` compares items that are equal or not, `aligned` also those that are similar, and `compared_words` the
words of two texts. The suggestions for misspelt names are in `problems/did_you_mean_hints.py`.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.capitals_punctuation_and_plain_letters import MARKS

Item = TypeVar("Item")
MIN_CLOSENESS = 0.3
"""The closeness from which two items are the same, changed."""
_MAX_COMPARED = 2_500
"""The pairs of items up to which all are compared with each other."""
_MOST_WITH_RARE_WORD = 8
"""A rare word is in no more items than this."""
_MOST_SIMILAR = 6
"""The items with the most rare words in common with another one that are compared with it."""
_NEAR = 3
"""The distance from the same place up to which items are compared."""
_LETTERS = rf"[^\W_](?:[^\W_]|[{MARKS}])*"
_TOKEN = LazyPattern(
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
    parts = []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        parts.append(MatchedPart(tag == "equal", old_start, old_end, new_start, new_end))
    return parts


def kept_in_order(numbers: Sequence[int]) -> list[int]:
    """Return the indices of the numbers that stay where they are when the sequence is sorted."""
    indices: list[int] = []
    for part in changed_parts(numbers, sorted(numbers)):
        if part.is_equal:
            indices += range(part.old_start, part.old_end)
    return indices


def aligned(
    old: Sequence[Item],
    new: Sequence[Item],
    key: Callable[[Item], Hashable],
    closeness: Callable[[Item, Item], float],
    text: Callable[[Item], str],
) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield the items in pairs, in both orders: those with equal keys and, between these, those that are close.

    None is for an item that the other sequence does not have; old ones come before new ones. In long sequences, items
    are compared by their `text` first, as `closest_pairs` does.
    """
    old_keys = [key(item) for item in old]
    new_keys = [key(item) for item in new]
    for part in changed_parts(old_keys, new_keys):
        old_items = old[part.old_start : part.old_end]
        new_items = new[part.new_start : part.new_end]
        if part.is_equal:
            yield from zip(old_items, new_items, strict=True)
        else:
            yield from closest_pairs(old_items, new_items, closeness, text)


def closest_pairs(
    old: Sequence[Item],
    new: Sequence[Item],
    closeness: Callable[[Item, Item], float],
    text: Callable[[Item], str] | None = None,
    min_closeness: float = MIN_CLOSENESS,
) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield the pairs with the greatest total closeness, in both orders (Needleman and Wunsch without gap costs).

    Items that are less close than `min_closeness` are no pair. All items are compared with each other without `text`,
    and up to `_MAX_COMPARED` pairs; above it, only those whose texts share rare words, and those at about the same
    place, so that the time grows with the number of items and not with its square.
    """
    if text is None or len(old) * len(new) <= _MAX_COMPARED:
        candidates: Sequence[Iterable[int]] = [range(len(new))] * len(old)
    else:
        candidates = _candidates([text(item) for item in old], [text(item) for item in new])
    chains = _Chains(len(old), len(new))
    for row in range(len(old) - 1, -1, -1):
        pairs = []
        for column in candidates[row]:
            value = closeness(old[row], new[column])
            if value >= min_closeness:
                pairs.append((column, value))
        chains.add_row(row, pairs)
    row = column = 0
    for paired_row, paired_column in chains.best():
        yield from _unpaired(old[row:paired_row], new[column:paired_column])
        yield old[paired_row], new[paired_column]
        row = paired_row + 1
        column = paired_column + 1
    yield from _unpaired(old[row:], new[column:])


def _unpaired(old: Sequence[Item], new: Sequence[Item]) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield items without another one, the old ones first."""
    for item in old:
        yield item, None
    for item in new:
        yield None, item


class _Chain(NamedTuple):
    """Pairs in both orders, the first of which is at this row and column; `closeness` is that of all.

    Of chains that are equally close, the greatest is that with the latest first pair.
    """

    closeness: float
    row: int
    column: int
    rest: "_Chain | None" = None


class _Chains:
    """The closest chain of pairs from each column on, in a Fenwick tree. Rows are added from the last to the first."""

    def __init__(self, row_count: int, column_count: int) -> None:
        self._column_count = column_count
        self._closest = [_Chain(0.0, row_count, column_count)] * (column_count + 1)
        """At each index of the tree, the closest chain in its part of the columns, which are counted from the end."""

    def add_row(self, row: int, pairs: Iterable[tuple[int, float]]) -> None:
        """Add the pairs of a row: their columns and their closeness."""
        chains = []
        for column, closeness in pairs:
            rest = self._from(column + 1)
            chains.append(_Chain(closeness + rest.closeness, row, column, rest))
        for chain in chains:
            index = self._column_count - chain.column
            while index <= self._column_count:
                if chain[:3] > self._closest[index][:3]:
                    self._closest[index] = chain
                index += index & -index

    def best(self) -> Iterator[tuple[int, int]]:
        """Yield the rows and columns of the pairs of the closest chain."""
        chain = self._from(0)
        while chain.rest is not None:
            yield chain.row, chain.column
            chain = chain.rest

    def _from(self, column: int) -> _Chain:
        """Return the closest chain whose pairs are in this column or later ones."""
        closest = self._closest[0]
        index = self._column_count - column
        while index > 0:
            if self._closest[index][:3] > closest[:3]:
                closest = self._closest[index]
            index -= index & -index
        return closest


def _candidates(old: Sequence[str], new: Sequence[str]) -> list[list[int]]:
    """Return for each old text the offsets of the new ones that it may be close to: those with which it shares most of
    its rare words, and those at about the same place.
    """
    offsets_by_word: dict[str, list[int]] = {}
    """The offsets of the new texts with each word."""
    for offset, text in enumerate(new):
        for word in _counts(text):
            offsets_by_word.setdefault(word, []).append(offset)
    candidates = []
    for offset, text in enumerate(old):
        shared: Counter[int] = Counter()
        """The number of rare words in common with each new text."""
        for word in _counts(text):
            offsets = offsets_by_word.get(word, [])
            if len(offsets) <= _MOST_WITH_RARE_WORD:
                shared.update(offsets)
        middle = offset * len(new) // len(old)
        near = range(max(middle - _NEAR, 0), min(middle + _NEAR + 1, len(new)))
        similar = [column for column, _ in shared.most_common(_MOST_SIMILAR)]
        candidates.append(sorted({*near, *similar}))
    return candidates


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
            longer_change = MatchedPart(
                is_equal=False,
                old_start=change.old_start,
                old_end=part.old_end,
                new_start=change.new_start,
                new_end=part.new_end,
            )
            joined.append(longer_change)
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
    if least:
        in_both = (_counts(old) & _counts(new)).total()
        if 2.0 * in_both / count < least:
            return 0.0  # their order, which takes longer to compare, does not matter then
    equal = 0
    for part in _compared_tokens(old_words, new_words):
        if part.is_equal:
            equal += part.old_end - part.old_start
    return 2.0 * equal / count


@lru_cache(maxsize=512)
def _counts(text: str) -> Counter[str]:
    """Return how often a text has each word: in lists, each text is compared with many others."""
    return Counter(_words(text))


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    """Return the words and signs of a text without capitals."""
    return tuple([token for token in word_tokens(text.casefold()) if not token.isspace()])


def _compared_tokens(old: Sequence[str], new: Sequence[str]) -> list[MatchedPart]:
    """Return the equal and the different parts of two lists of tokens; frequent ones are ignored in long lists."""
    return changed_parts(old, new, ignore_frequent=len(old) * len(new) > _MAX_PAIRS)
