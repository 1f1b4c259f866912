"""Which words keep the places of their letters in text with letter spacing, in all formats."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.field_marks import part_of
from ucap_reports.text.rich_text import Inline, Run

_TOGETHER = LazyPattern(
    "["
    "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # from right to left: Hebrew, Arabic and those like it
    "\u0900-\u0dff"  # of India, many with a line that joins the letters
    "\u1800-\u18af\ua840-\ua87f"  # Mongolian and Phags-pa, which join from top to bottom
    "\U00010800-\U00010fff\U0001e800-\U0001efff"  # further ones from right to left
    "]"
)
_WORD = LazyPattern(r"\s+|\S+\s*")
"""A word with the spaces after it, or the spaces before the first word."""


def keeps_letters_together(text: str) -> bool:
    """Return whether no space is put between the letters of a word: they join, as in Arabic, are from right to left, or
    have marks of their own.
    """
    if text.isascii():  # as most
        return False
    if _TOGETHER.search(text) is not None:
        return True
    return any(unicodedata.category(character)[0] == "M" for character in text)


def spaced_letters(text: str) -> int:
    """Return the number of letters and other signs of a text after which letter spacing is put."""
    if not keeps_letters_together(text):
        return len(text)
    return sum(len(word) for word in _WORD.findall(text) if not keeps_letters_together(word))


def divided_by_spacing(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield the inlines; a run with both kinds of words is divided between them."""
    for inline in inlines:
        if not isinstance(inline, Run) or not keeps_letters_together(inline.text):
            yield inline
            continue
        start = 0
        for _, parts in groupby(_WORD.findall(inline.text), keeps_letters_together):
            end = start + sum(map(len, parts))
            yield replace(inline, text=part_of(inline.text, start, end))
            start = end
