"""Where lines may begin in Thai, which has no spaces between words: before a word (class SA of UAX #14)."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec

REPETITIONS = frozenset("\u0e46\u0ec6\u17d7")
"""The signs of Thai, Lao and Khmer that repeat the word before them, mostly after a space, and never begin a line."""
_THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]{2,}")
_LEADING = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4")
"""Vowels of Thai and Lao that are written before their consonant."""
_FOLLOWING = REPETITIONS | frozenset("\u0e2f\u0e30\u0e32\u0e33\u0e45\u0eaf\u0eb0\u0eb2\u0eb3")
"""Vowels of Thai and Lao that are written after their consonant, and signs at the end of a word."""
_MARKS = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e")
"""Vowels and other marks above and below their consonant. BudouX may begin a word with one in misspelt text."""


def has_thai(text: str) -> bool:
    """Return whether a text has several Thai letters after each other."""
    return _THAI.search(text) is not None


def may_begin_with(text: str, offset: int) -> bool:
    """Return whether a line may begin there if a word is wider than a line."""
    character = text[offset]
    return character not in _FOLLOWING and character not in _MARKS and text[offset - 1] not in _LEADING


@lru_cache(maxsize=4096)
def thai_word_offsets(text: str) -> tuple[int, ...]:
    """Return the offsets at which Thai words begin directly after other Thai; none if BudouX is not installed."""
    split = _splitter()
    offsets: list[int] = []
    for part in _THAI.finditer(text):
        offset = part.start()
        for word in split(part[0])[:-1]:
            offset += len(word)
            if may_begin_with(text, offset):
                offsets.append(offset)
    return tuple(offsets)


@cache
def _splitter() -> Callable[[str], list[str]]:
    """Return the function that splits Thai into words; without the package, it returns the text as one."""
    if find_spec("budoux") is None:
        return lambda text: [text]
    from budoux import load_default_thai_parser  # noqa: PLC0415 - few documents are in Thai

    split: Callable[[str], list[str]] = load_default_thai_parser().parse
    return split
