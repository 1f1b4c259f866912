"""Alignment of two sequences of texts: which items are the same, without changing their order."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

Item = TypeVar("Item")
_LEAST = 0.3
"""The least closeness of two items that are one."""


def aligned(
    old: Sequence[Item], new: Sequence[Item], key: Callable[[Item], object], closeness: Callable[[Item, Item], float]
) -> Iterator[tuple[Item | None, Item | None]]:
    """The items in pairs, in both orders: those with equal keys and, between these, those that are close.

    None is for an item that the other sequence does not have; old ones come before new ones.
    """
    matcher = SequenceMatcher(None, [key(each) for each in old], [key(each) for each in new], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[first:last], new[start:end], strict=True)
        else:
            yield from closest_pairs(old[first:last], new[start:end], closeness)


def closest_pairs(
    old: Sequence[Item], new: Sequence[Item], closeness: Callable[[Item, Item], float], least: float = _LEAST
) -> Iterator[tuple[Item | None, Item | None]]:
    """The pairs with the greatest closeness in all (the algorithm of Needleman and Wunsch, without costs for gaps)."""
    near = [[closeness(first, second) for second in new] for first in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        for column in range(len(new) - 1, -1, -1):
            paired = near[row][column] + best[row + 1][column + 1] if near[row][column] >= least else 0.0
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
            row, column = row + 1, column + 1
