"""Estimated widths of text on one line, which need no font."""

import re
from unicodedata import east_asian_width

from ucap_reports.template.theme import Style

_NARROW, _USUAL, _CAPITAL, _WIDE = 29, 53, 69, 100
"""The widths of kinds of characters in hundredths of the size of the text, about those of Arial."""
_NARROW_CHARACTERS = frozenset("fijltrI.,:;!|'()[]/- \u00a0\u00b7")
_BOLD = 1.06
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def _ascii_widths(*, capitals: bool) -> bytes:
    """Return the width of each ASCII character, as a table of `bytes.translate`, which counts without a loop."""
    widths = bytearray(256)
    for code in range(128):
        character = chr(code)
        if character in _NARROW_CHARACTERS:
            widths[code] = _NARROW
        else:
            widths[code] = _CAPITAL if capitals or character.isupper() else _USUAL
    return bytes(widths)


_WIDTHS, _WIDTHS_IN_CAPITALS = _ascii_widths(capitals=False), _ascii_widths(capitals=True)


def text_width(text: str, style: Style) -> float:
    """Return the estimated width of a text on one line, in points."""
    widths = _WIDTHS_IN_CAPITALS if style.capitals else _WIDTHS
    hundredths = sum(text.encode("ascii", "ignore").translate(widths))
    if not text.isascii():
        hundredths += sum(map(_other_width, _NOT_ASCII.findall(text)))
    width = hundredths / 100 * style.size + len(text) * style.letter_spacing
    return width * _BOLD if style.bold else width


def _other_width(character: str) -> int:
    if character in _NARROW_CHARACTERS:
        return _NARROW
    return _WIDE if is_wide(character) else _USUAL


def is_wide(character: str) -> bool:
    """Return whether a character is as wide as a Chinese one, beside which a line may end."""
    return east_asian_width(character) in "FW"
