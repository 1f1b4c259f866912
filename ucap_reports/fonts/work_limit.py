"""Work on a stranger's font that ends: glyphs can refer to each other without end, or as good as that."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class EndlessError(Exception):
    """The work takes more calls than it may."""


@contextmanager
def most_calls(limit: int) -> Iterator[None]:
    """What is done inside makes at most so many calls of Python functions, or EndlessError ends it."""
    left = limit
    before = sys.getprofile()

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal left
        if event == "call":
            left -= 1
            if left < 0:
                raise EndlessError("it refers to itself, or takes longer than any letter")

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
