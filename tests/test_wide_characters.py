"""The width of text in characters."""

import unicodedata

from ucap_reports.patterns.wide_characters import width_in_characters

_END_OF_LETTERS = 0x30000
"""After the last plane with letters."""


def test_width_counts_each_wide_character_twice() -> None:
    for number in range(_END_OF_LETTERS):
        character = chr(number)
        if unicodedata.category(character) in {"Cn", "Cs"}:  # neither assigned nor a character
            continue
        is_wide = unicodedata.east_asian_width(character) in "FW"
        assert width_in_characters(f"a{character}") == (3 if is_wide else 2), hex(number)
