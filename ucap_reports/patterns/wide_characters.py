"""Wide characters, such as those of Chinese and Japanese, which are written without spaces between words."""

import re
from unicodedata import east_asian_width, name

WIDE_SIGNS = frozenset("\u2018\u2019\u201c\u201d\u2014\u2026\u00b7")
"""Quotation marks, dash, ellipsis and middle dot: as wide as a letter in Chinese and Japanese, narrow in other text."""
_SIGNS = "".join(sorted(WIDE_SIGNS))
_MAY_BE_WIDE = re.compile("[^\x00-\u052f]")
"""The characters that can be wide: all but Latin, Greek and Cyrillic letters, which most texts have (UAX #11)."""


def has_space_between(before: str, after: str) -> bool:
    """Return whether the line end between two texts is a space when they are joined: not between Chinese or Japanese
    characters, with or without signs of theirs. Korean is wide too, but written with spaces.
    """
    last, first = before.rstrip(_SIGNS)[-1:], after.lstrip(_SIGNS)[:1]
    return not (_is_written_without_spaces(last) and _is_written_without_spaces(first))


def _is_written_without_spaces(character: str) -> bool:
    if not character or character.isascii() or east_asian_width(character) not in "WF":
        return False
    return "HANGUL" not in name(character, "")


def width_in_characters(text: str) -> int:
    """Return the number of narrow characters that are as wide as the text; a Chinese one is as wide as two."""
    if text.isascii():  # most texts have no wide character
        return len(text)
    return len(text) + sum(east_asian_width(character) in "FW" for character in _MAY_BE_WIDE.findall(text))
