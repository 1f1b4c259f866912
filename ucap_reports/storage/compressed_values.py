"""Values in memory in a compressed form, because those of the thousands of plans of a book need too much."""

import pickle
import zlib
from typing import Any

_FAST = 1
"""The level of compression: higher ones save little, and take much longer."""


def compressed(value: Any) -> bytes:
    """Return a value in its compressed form."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _FAST)


def decompressed(content: bytes) -> Any:
    """Return a copy of a compressed value. The content must be that of `compressed` in this process."""
    return pickle.loads(zlib.decompress(content))  # noqa: S301 - our own bytes
