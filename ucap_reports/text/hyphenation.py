"""Where words may be hyphenated: the patterns of Pyphen, which are those of LibreOffice."""

from functools import cache, lru_cache

import pyphen

from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.text.language_tags import primary
from ucap_reports.text.orthography import AROUND_WORDS

_LEAST_LETTERS, _LEAST_PART = 6, 3
"""The letters of a word that is hyphenated, and of each part of it."""
_CAPITALISED_NOUNS = frozenset({"de", "lb"})
"""Languages in which nouns begin with a capital. In all others, a word with a capital may be a name."""
Patterns = dict[str, tuple[int, tuple[int, ...]]]
"""Patterns by their letters: the place of the first value, and the values."""


class _Dictionary(pyphen.HyphDict):  # type: ignore[misc]  # Pyphen has no types
    """The patterns of a language that were parsed before."""

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = patterns
        self.cache: dict[str, list[int]] = {}
        self.maxlen = max(map(len, patterns), default=0)


def hyphenation_points(word: str, language: str, *, names: bool = False) -> tuple[int, ...]:
    """Return the offsets in a word at which it may be hyphenated in a language, in ascending order.

    The word may have punctuation around it. It has none if it has few letters, is an acronym or an address, or may be a
    name, unless `names` are hyphenated too.
    """
    letters = word.strip(AROUND_WORDS)
    if len(letters) < _LEAST_LETTERS or not letters.isalpha() or letters.isupper():
        return ()
    is_name = letters[0].isupper() and primary(language) not in _CAPITALISED_NOUNS
    if not names and (is_name or not letters[1:].islower()):
        return ()
    start = word.index(letters)
    return tuple([start + point for point in _points(letters.lower(), language)])


@lru_cache(maxsize=20_000)
def _points(letters: str, language: str) -> tuple[int, ...]:
    """Return the points of a word of letters, without those beside a single letter, which are mistakes of the patterns:
    the German ones separate each letter of "arbeit" after some words.
    """
    dictionary = _dictionary(language)
    if dictionary is None:
        return ()
    edges = [0, *map(int, dictionary.positions(letters)), len(letters)]
    last = len(letters) - _LEAST_PART
    kept = []
    for before, point, after in zip(edges, edges[1:], edges[2:], strict=False):
        if _LEAST_PART <= point <= last and min(point - before, after - point) > 1:
            kept.append(point)
    return tuple(kept)


@cache
def _dictionary(language: str) -> _Dictionary | None:
    """Return the dictionary of a language, or of its most usual variant; None if there is none."""
    name = pyphen.language_fallback(language)
    if name is None:
        return None
    key = (pyphen.VERSION, name)
    return _Dictionary(cached_artifact("hyphens", key, Patterns, lambda: _parsed(name)))


def _parsed(name: str) -> Patterns:
    """Return the patterns of a dictionary, without those that change the letters. Parsing German ones takes half a
    second.
    """
    parsed = pyphen.Pyphen(lang=name).hd.patterns
    patterns: Patterns = {}
    for letters, (start, values) in parsed.items():
        if all(getattr(value, "data", None) is None for value in values):
            patterns[letters] = (start, tuple(map(int, values)))
    return patterns
