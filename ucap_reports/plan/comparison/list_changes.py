"""Which items of two lists belong together, and which of them have moved."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from ucap_reports.text.word_changes import similarity

_SIMILAR = 0.5
_COMPARED = 40_000
"""The most pairs of items that are compared by words."""


class ItemPair(Struct, frozen=True):
    """An item of two lists by its place in each, None where it is not; `moved` is whether others passed it."""

    old: int | None
    new: int | None
    moved: bool = False


def paired_items(old: Sequence[Any], new: Sequence[Any], text: Callable[[Any], str]) -> list[ItemPair]:
    """The items of two lists in pairs: equal ones, then similar ones, then those at the same place.

    The order is that of the new list; items that only the old one has come before what followed them.
    """
    pairs: dict[int, int] = {}
    _pair_equal(old, new, pairs)
    _pair_similar([text(each) for each in old], [text(each) for each in new], pairs)
    in_place = _in_order(pairs)
    found = [ItemPair(first, second, first not in in_place) for first, second in pairs.items()]
    found += [ItemPair(None, place) for place in range(len(new)) if place not in set(pairs.values())]
    found.sort(key=lambda each: each.new or 0)
    for place in range(len(old)):
        if place not in pairs:
            after = (number for number, each in enumerate(found) if each.old is not None and each.old > place)
            found.insert(next(after, len(found)), ItemPair(place, None))
    return found


def _pair_equal(old: Sequence[Any], new: Sequence[Any], pairs: dict[int, int]) -> None:
    """Add pairs of equal items, the first with the first."""
    left = list(range(len(new)))
    for first, item in enumerate(old):
        second = next((place for place in left if new[place] == item), None)
        if second is not None:
            pairs[first] = second
            left.remove(second)


def _pair_similar(old: Sequence[str], new: Sequence[str], pairs: dict[int, int]) -> None:
    """Add pairs of the other items, the most similar first, if they are similar enough."""
    lefts = [place for place in range(len(old)) if place not in pairs]
    rights = [place for place in range(len(new)) if place not in set(pairs.values())]
    if len(lefts) * len(rights) > _COMPARED:
        return
    ranked = sorted(
        (-similarity(old[first], new[second]), abs(first - second), first, second)
        for first in lefts
        for second in rights
    )
    for closeness, _, first, second in ranked:
        if -closeness >= _SIMILAR and first not in pairs and second not in pairs.values():
            pairs[first] = second


def _in_order(pairs: dict[int, int]) -> set[int]:
    """The old places of a longest list of pairs that are in the same order in both lists."""
    ends: list[int] = []
    chains: list[list[int]] = []
    for first in sorted(pairs):
        place = bisect_left(ends, pairs[first])
        chain = [*(chains[place - 1] if place else []), first]
        ends[place : place + 1] = [pairs[first]]
        chains[place : place + 1] = [chain]
    return set(chains[-1]) if chains else set()
