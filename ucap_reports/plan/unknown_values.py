"""What people write for a value that is not known: N/A, a dash or nothing means "unknown"; "tbd", "unbekannt", "xxx" or
"31.XX.2020" are placeholders, which are no values. `placeholder_words.toml` lists their words.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

from ucap_reports.storage.artifact_cache import shipped_table

_UNKNOWN = {"", "n/a", "-", "\u2013", "\u2014"}
_LONGEST_UNKNOWN = max(map(len, _UNKNOWN))
UNKNOWN_PATTERN = r"[ \t]*([Nn]/[Aa]|[-\u2013\u2014])?[ \t]*"
"""The same texts as a pattern for JSON Schema, whose dialect of regular expressions has no flags."""
PLACEHOLDER_HINT = "leave it empty or write N/A"
_LONGEST_PLACEHOLDER = 40
"""The largest number of characters of a placeholder."""
_AROUND_PLACEHOLDER = " \t\r\n\u00a0()[]{}<>.…:;,!*_~\"'“”„‘’"  # noqa: RUF001 - all of them
"""What may be before and after the words."""
_PLACEHOLDER_SIGNS = re.compile(r"[xX]{3,}|[?\uff1f]+|\.{2,}|…+|_{2,}|[-\u2013\u2014]{2,}|/+")
_OPEN_YEAR = r"\d{0,3}(?:x{1,4}|\?{1,4}|_{1,4})|y{4}|j{4}|a{4}"
_OPEN_DATE = re.compile(
    rf"""
    (?= .* [a-z?_] )                                            # a digit is missing
    (?: \d{{1,2}} | \d?[x?_] | xx | \?\? | __ | dd | tt | jj | gg ) [./-] [ ]?
    (?: \d{{1,2}} | \d?[x?_] | xx | \?\? | __ | mm ) [./-] [ ]?
    (?: \d{{2,4}} | {_OPEN_YEAR} )
    | (?= .* [a-z?_] )
    (?: \d{{4}} | {_OPEN_YEAR} ) -
    (?: \d{{1,2}} | xx | \?\? | __ | mm ) -
    (?: \d{{1,2}} | xx | \?\? | __ | dd | tt | jj )
    | \d\d(?: xx | \?\? | __ )
    """,
    re.VERBOSE,
)
"""A date with places for digits, such as 31.XX.2020, TT.MM.JJJJ or 20__."""


def is_unknown(value: Any) -> bool:
    """Return whether the value of a field means "unknown"."""
    if not isinstance(value, str):
        return value is None
    text = value.strip()
    return len(text) <= _LONGEST_UNKNOWN and text.lower() in _UNKNOWN  # few texts are so short


def is_placeholder(text: str) -> bool:
    """Return whether a text is nothing but a placeholder."""
    bare = text.strip()
    return 0 < len(bare) <= _LONGEST_PLACEHOLDER and _is_short_placeholder(bare)


@lru_cache(maxsize=1024)
def _is_short_placeholder(bare: str) -> bool:
    """Return whether a short text is a placeholder. Many plans have the same ones, such as the names of countries."""
    inner = bare.strip("()[]{}<>*\"' ")
    if _PLACEHOLDER_SIGNS.fullmatch(inner) or _OPEN_DATE.fullmatch(inner.lower()):
        return True
    return _folded(bare) in _placeholders()


def _folded(text: str) -> str:
    bare = normalize("NFC", text).casefold().strip(_AROUND_PLACEHOLDER)
    return " ".join(bare.split())


@cache
def _placeholders() -> frozenset[str]:
    by_language = shipped_table(Path(__file__).with_name("placeholder_words.toml"), dict[str, list[str]])
    folded_words: set[str] = set()
    for words in by_language.values():
        folded_words.update(map(_folded, words))
    return frozenset(folded_words)
