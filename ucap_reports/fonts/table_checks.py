"""Checks of tables that HarfBuzz reads as far as it can, and web browsers refuse: the characters of a font and its
variations. Without them, a damaged font would write a document without some of its letters, or at another weight.
"""

from itertools import islice
from struct import iter_unpack, unpack_from

import uharfbuzz as harfbuzz

_GROUPED = frozenset({12, 13})
"""The formats of a table of characters that consist of groups of them (OpenType 1.9, cmap)."""
_MOST_GROUPS = 0x110000
_LONG_OFFSETS = 0x0001
_COUNT = 0x0FFF
"""The bits of the number of variations of a glyph that are not flags (OpenType 1.9, gvar)."""
_VARIATION = 4
"""The bytes of the shortest description of a variation."""


def check_characters(font: harfbuzz.Face) -> None:
    """Raise ValueError or struct.error if groups of characters overlap, or are not in order."""
    content = font.reference_table("cmap").data
    (count,) = unpack_from(">2xH", content)
    places = {unpack_from(">4xI", content, 4 + 8 * number)[0] for number in range(count)}
    left = _MOST_GROUPS
    for place in sorted(places):
        (kind,) = unpack_from(">H", content, place)
        if kind in _GROUPED:
            (groups,) = unpack_from(">12xI", content, place)
            left -= groups
            if left < 0 or place + 16 + 12 * groups > len(content):
                raise ValueError("the table of characters is incomplete")
            _check_groups(content[place + 16 : place + 16 + 12 * groups])


def _check_groups(groups: bytes) -> None:
    end = -1
    for first, last, _ in iter_unpack(">III", groups):
        if not end < first <= last:
            raise ValueError("the groups of characters overlap")
        end = last


def check_variations(font: harfbuzz.Face) -> None:
    """Raise ValueError or struct.error if a glyph has more variations than are described."""
    content = font.reference_table("gvar").data
    if not content:
        return
    glyphs, flags, start = unpack_from(">12xHHI", content)
    is_long = flags & _LONG_OFFSETS
    offsets = content[20 : 20 + (glyphs + 1) * (4 if is_long else 2)]
    places = [offset if is_long else 2 * offset for (offset,) in iter_unpack(">I" if is_long else ">H", offsets)]
    if len(places) != glyphs + 1 or start + places[-1] > len(content):
        raise ValueError("the table of variations is incomplete")
    for place, end in zip(places, islice(places, 1, None), strict=False):
        if place != end:
            count, body = unpack_from(">HH", content, start + place)
            if max(body, 4 + _VARIATION * (count & _COUNT)) > end - place:
                raise ValueError("a glyph has more variations than are described")
