"""Placeholders: words such as "tbd", "unbekannt" or "xxx", which people write where a value is missing."""

import re
from functools import cache
from pathlib import Path
from unicodedata import normalize

from msgspec import toml

PLACEHOLDER_HINT = "leave it empty or write N/A"
_LONGEST = 40
"""The largest number of characters of a placeholder."""
_AROUND = " \t\r\n\u00a0()[]{}<>.…:;,!*_~\"'“”„‘’"  # noqa: RUF001 - all of them
"""What may be before and after the words."""
_SIGNS = re.compile(r"[xX]{3,}|[?\uff1f]+|\.{2,}|…+|_{2,}")


def is_placeholder(text: str) -> bool:
    """Return whether a text is nothing but a placeholder."""
    bare = text.strip()
    if not 0 < len(bare) <= _LONGEST:
        return False
    return _folded(bare) in _words() or _SIGNS.fullmatch(bare.strip("()[]{}<>*\"' ")) is not None


def _folded(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().strip(_AROUND).split())


@cache
def _words() -> frozenset[str]:
    by_language = toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=dict[str, list[str]])
    words = [_folded(word) for words in by_language.values() for word in words]
    return frozenset(words)
