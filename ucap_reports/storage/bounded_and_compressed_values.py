"""Values in memory: those that are kept when they are computed, up to a number of them; and compressed ones, because
those of the thousands of plans of a book need too much.
"""

import pickle
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class BoundedValues(dict[Key, Value]):
    """Values by their keys. If there are more than `limit`, it begins again, so that a long batch does not fill the
    memory.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def keep(self, key: Key, value: Value) -> Value:
        """Keep a value, and return it."""
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value


class BoundedCache(BoundedValues[Key, Value]):
    """Values that are computed from their keys when they are first looked up.

    A dictionary is faster than a cache of a function, because a document looks up thousands of words and characters.
    """

    def __init__(self, compute: Callable[[Key], Value], limit: int) -> None:
        super().__init__(limit)
        self._compute = compute

    def __missing__(self, key: Key) -> Value:
        return self.keep(key, self._compute(key))


def kept_values(limit: int) -> Callable[[Callable[[Key], Value]], Callable[[Key], Value]]:
    """Return a decorator of a function that is called for each block of each document with one of few keys, such as a
    style. A cache of `functools` takes several times as long, since it makes another key and keeps an order.
    """

    def keep(compute: Callable[[Key], Value]) -> Callable[[Key], Value]:
        return BoundedCache(compute, limit).__getitem__

    return keep


# Compressed values
_FAST = 1
"""The level of compression: higher ones save little, and take much longer."""


def compressed(value: Any) -> bytes:
    """Return a value in its compressed form."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _FAST)


def decompressed(content: bytes) -> Any:
    """Return a copy of a compressed value. The content must be that of `compressed` in this process."""
    return pickle.loads(zlib.decompress(content))  # noqa: S301 - our own bytes
