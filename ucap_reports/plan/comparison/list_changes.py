"""Which items of two lists belong together, and which of them have moved."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from ucap_reports.text.word_changes import similarity

_SIMILAR = 0.5
_COMPARED = 40_000
"""The maximum number of pairs of items that are compared by words."""


class ItemPair(Struct, frozen=True):
    """An item of two lists: its place in each, and its value; None where it is not. `moved`: others passed it."""

    old: int | None
    new: int | None
    before: Any
    after: Any
    moved: bool


def paired_items(old: Sequence[Any], new: Sequence[Any], text: Callable[[Any], str]) -> list[ItemPair]:
    """The items of two lists in pairs: equal ones, then similar ones, then those at the same place.

    The order is that of the new list; items that only the old one has come before what followed them.
    """
    pairs: dict[int, int] = {}
    _pair_equal(old, new, pairs)
    _pair_similar([text(each) for each in old], [text(each) for each in new], pairs)
    added = set(range(len(new))).difference(pairs.values())
    pairs |= {place: place for place in range(len(old)) if place not in pairs and place in added}
    partners = {second: first for first, second in pairs.items()}
    found: list[tuple[int | None, int | None]] = [(partners.get(place), place) for place in range(len(new))]
    for place in range(len(old)):
        if place not in pairs:
            after = (number for number, (first, _) in enumerate(found) if first is not None and first > place)
            found.insert(next(after, len(found)), (place, None))
    moved = pairs.keys() - _in_order(pairs)
    return [ItemPair(first, second, _at(old, first), _at(new, second), first in moved) for first, second in found]


def _at(items: Sequence[Any], place: int | None) -> Any:
    return None if place is None else items[place]


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
    """The old places of the pairs that are in the same order in both lists."""
    firsts = sorted(pairs)
    seconds = [pairs[first] for first in firsts]
    blocks = SequenceMatcher(None, seconds, sorted(seconds), autojunk=False).get_matching_blocks()
    return {first for start, _, size in blocks for first in firsts[start : start + size]}
