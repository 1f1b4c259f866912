"""Where lines may be divided within letters: words by their hyphenation, and Thai, which has no spaces, between words.

Words are hyphenated by the patterns of Pyphen, which are those of LibreOffice. Lines of Thai begin before words (class
SA of UAX #14), which BudouX finds.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec

from msgspec import Struct

from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.text.capitals_punctuation_and_plain_letters import AROUND_WORDS
from ucap_reports.text.language_tags import primary

# Hyphenation
_LEAST_LETTERS, _LEAST_PART = 6, 3
"""The letters of a word that is hyphenated, and of each part of it."""
_APOSTROPHE = re.compile("['\u2019]")
_SAME_PATTERNS = {"no": "nb"}
"""Languages with the patterns of another tag: Norwegian, without more, is Bokmål."""
_CAPITALISED_NOUNS = frozenset({"de", "lb"})
"""Languages in which nouns begin with a capital. In all others, a word with a capital may be a name."""


class _Dictionary(Struct, frozen=True):
    """The patterns of a language (Liang, Word Hy-phen-a-tion by Com-put-er, 1983) by their letters, with a point before
    and after a word. Each is the offset of its first value, and its values: the word is divided where the largest value
    of all patterns in it is odd.

    They are bytes, because a process decodes thousands of them to hyphenate a few words.
    """

    patterns: dict[str, bytes]
    longest: int
    """The largest number of letters of a pattern."""

    def divisions(self, letters: str) -> list[int]:
        """Return the offsets at which the patterns divide a word."""
        word = f".{letters}."
        values = [0] * (len(word) + 1)
        for start in range(len(word) - 1):
            last_end = min(start + self.longest, len(word))
            for end in range(start + 1, last_end + 1):
                pattern = self.patterns.get(word[start:end])
                if pattern is not None:
                    first = start + pattern[0]
                    covered = slice(first, first + len(pattern) - 1)
                    values[covered] = map(max, pattern[1:], values[covered])
        return [offset - 1 for offset, value in enumerate(values) if value % 2]


def hyphenation_points(word: str, language: str, *, names: bool = False) -> tuple[int, ...]:
    """Return the offsets in a word at which it may be hyphenated in a language, in ascending order.

    The word may have punctuation around it, and apostrophes in it. It has none if it has few letters, is an acronym or
    an address, or may be a name, unless `names` are hyphenated too.
    """
    # "l'aménagement" and "government's" are divided like "aménagement" and "government".
    parts = _APOSTROPHE.split(word.strip(AROUND_WORDS))
    letters = max(parts, key=len)
    if len(letters) < _LEAST_LETTERS or not letters.isalpha() or letters.isupper():
        return ()
    is_name = letters[0].isupper() and primary(language) not in _CAPITALISED_NOUNS
    if not names and (is_name or not letters[1:].islower()):
        return ()
    start = word.index(letters)
    # The capital İ is two characters in lower case, which would move all points after it.
    lower = letters.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i").lower()
    return tuple([start + point for point in _points(lower, language)])


@lru_cache(maxsize=20_000)
def _points(letters: str, language: str) -> tuple[int, ...]:
    """Return the points of a word of letters, without those beside a single letter, which are mistakes of the patterns:
    the German ones separate each letter of "arbeit" after some words.
    """
    edges = [0, *_dictionary(language).divisions(letters), len(letters)]
    last_point = len(letters) - _LEAST_PART
    kept = []
    for before, point, after in zip(edges, edges[1:], edges[2:], strict=False):
        is_beside_single_letter = point - before == 1 or after - point == 1
        if _LEAST_PART <= point <= last_point and not is_beside_single_letter:
            kept.append(point)
    return tuple(kept)


@cache
def _dictionary(language: str) -> _Dictionary:
    """Return the dictionary of a language, or of its most usual variant; an empty one if there is none."""
    return cached_artifact("hyphens", (language,), _Dictionary, lambda: _parsed(language))


def _parsed(language: str) -> _Dictionary:
    """Return the dictionary without the patterns that change the letters. Parsing German ones takes half a second."""
    import pyphen  # noqa: PLC0415 - only the first run on a machine needs it

    wanted_name = _SAME_PATTERNS.get(primary(language), language)
    name = pyphen.language_fallback(wanted_name)
    if name is None:
        return _Dictionary({}, 0)
    parsed = pyphen.Pyphen(lang=name).hd.patterns
    patterns: dict[str, bytes] = {}
    for letters, (start, values) in parsed.items():
        changes_letters = any(getattr(value, "data", None) is not None for value in values)
        if not changes_letters:
            patterns[letters] = bytes([start, *map(int, values)])
    longest = max(map(len, patterns), default=0)
    return _Dictionary(patterns, longest)


# Words of Thai
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
