"""Which items of two lists belong together, and which of them have moved."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from ucap_reports.text.text_comparison import kept_in_order, similarity

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
    """Return the items of two lists in pairs: equal ones, then similar ones, then those at the same index.

    The order is that of the new list; items that only the old one has come before what followed them.
    """
    new_by_old: dict[int, int] = {}
    _pair_equal(old, new, new_by_old)
    _pair_similar([text(item) for item in old], [text(item) for item in new], new_by_old)
    _pair_at_same_index(old, new, new_by_old)
    old_by_new = {new_index: old_index for old_index, new_index in new_by_old.items()}
    ordered: list[tuple[int | None, int | None]] = [(old_by_new.get(index), index) for index in range(len(new))]
    for old_index in range(len(old)):
        if old_index not in new_by_old:
            ordered.insert(_first_after(old_index, ordered), (old_index, None))
    moved = _moved(new_by_old)
    pairs = []
    for first, second in ordered:
        before = None if first is None else old[first]
        after = None if second is None else new[second]
        pairs.append(ItemPair(first, second, before, after, moved=first in moved))
    return pairs


def _pair_equal(old: Sequence[Any], new: Sequence[Any], new_by_old: dict[int, int]) -> None:
    """Add pairs of equal items, the first with the first."""
    unpaired = list(range(len(new)))
    for old_index, item in enumerate(old):
        for new_index in unpaired:
            if new[new_index] == item:
                new_by_old[old_index] = new_index
                unpaired.remove(new_index)
                break


def _pair_similar(old: Sequence[str], new: Sequence[str], new_by_old: dict[int, int]) -> None:
    """Add pairs of the other items, the most similar first, if they are similar enough."""
    paired = set(new_by_old.values())
    old_indices = [index for index in range(len(old)) if index not in new_by_old]
    new_indices = [index for index in range(len(new)) if index not in paired]
    if len(old_indices) * len(new_indices) > _COMPARED:
        return
    candidates = []
    for old_index in old_indices:
        for new_index in new_indices:
            likeness = similarity(old[old_index], new[new_index])
            candidates.append((-likeness, abs(old_index - new_index), old_index, new_index))
    for difference, _, old_index, new_index in sorted(candidates):
        if -difference >= _SIMILAR and old_index not in new_by_old and new_index not in paired:
            new_by_old[old_index] = new_index
            paired.add(new_index)


def _pair_at_same_index(old: Sequence[Any], new: Sequence[Any], new_by_old: dict[int, int]) -> None:
    """Add pairs of the remaining items that have the same index in both lists."""
    paired = set(new_by_old.values())
    for index in range(min(len(old), len(new))):
        if index not in new_by_old and index not in paired:
            new_by_old[index] = index


def _first_after(old_index: int, ordered: Sequence[tuple[int | None, int | None]]) -> int:
    """Return the position of the first item that comes after an item in the old list; the end without one."""
    for position, (first, _) in enumerate(ordered):
        if first is not None and first > old_index:
            return position
    return len(ordered)


def _moved(new_by_old: dict[int, int]) -> set[int]:
    """Return the old indices of the pairs that are not in the same order in both lists."""
    old_indices = sorted(new_by_old)
    kept = kept_in_order([new_by_old[index] for index in old_indices])
    return new_by_old.keys() - {old_indices[position] for position in kept}
