"""The values that mean "unknown": N/A, a dash, or nothing; and placeholders such as "tbd", "unbekannt" or "xxx"."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

from msgspec import toml

_UNKNOWN = {"", "n/a", "-", "\u2013", "\u2014"}
PLACEHOLDER_HINT = "leave it empty or write N/A"
_LONGEST = 40
"""The largest number of characters of a placeholder."""
_AROUND = " \t\r\n\u00a0()[]{}<>.…:;,!*_~\"'“”„‘’"  # noqa: RUF001 - all of them
"""What may be before and after the words."""
_SIGNS = re.compile(r"[xX]{3,}|[?\uff1f]+|\.{2,}|…+|_{2,}")


def is_unknown(value: Any) -> bool:
    """Return whether the value of a field means "unknown"."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _UNKNOWN)


def is_placeholder(text: str) -> bool:
    """Return whether a text is nothing but a placeholder."""
    bare = text.strip()
    if not 0 < len(bare) <= _LONGEST:
        return False
    return _folded(bare) in _placeholders() or _SIGNS.fullmatch(bare.strip("()[]{}<>*\"' ")) is not None


def _folded(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().strip(_AROUND).split())


@cache
def _placeholders() -> frozenset[str]:
    by_language = toml.decode(
        Path(__file__).with_name("placeholder_words.toml").read_bytes(), type=dict[str, list[str]]
    )
    words = [_folded(word) for words in by_language.values() for word in words]
    return frozenset(words)
