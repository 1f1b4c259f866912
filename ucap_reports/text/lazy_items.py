"""Lists for templates whose items are made when a loop reaches them, so that few are in memory at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")


class LazyItems(Generic[Item]):
    """The items that a function makes of keys, such as ids, in their order."""

    def __init__(self, keys: Sequence[str], make: Callable[[str], Item]) -> None:
        self.keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Item]:
        return (self._make(key) for key in self.keys)

    def first(self, count: int) -> "LazyItems[Item]":
        """Return the first items alone."""
        return LazyItems(self.keys[:count], self._make)

    def __getitem__(self, index: int) -> Item:
        return self._make(self.keys[index])
