"""Values of books in a compressed form, because those of thousands of plans need too much memory."""

import pickle
import zlib
from typing import Any

_FAST = 1
"""The level of compression: higher ones save little, and take much longer."""


def packed(value: Any) -> bytes:
    """Return a value in its compressed form."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _FAST)


def unpacked(content: bytes) -> Any:
    """Return a copy of a packed value. The content must be that of `packed` in this process."""
    return pickle.loads(zlib.decompress(content))  # noqa: S301 - our own bytes
