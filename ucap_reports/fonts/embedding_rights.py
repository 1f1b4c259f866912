"""What the licence of a font allows, as its field fsType says (OpenType 1.9, OS/2): whether documents may contain it,
and whether web pages may, from which anybody can install it.
"""

from struct import unpack_from

import uharfbuzz as harfbuzz

_USAGE = 0x0F
"""The bits of a font that only some documents may contain, or none; without any it may be installed."""
_RESTRICTED = 0x02
"""The value of these bits of a font that no document may contain."""
_NO_SUBSETS = 0x0300
"""The bits of a font of which parts, or the outlines, must not be embedded."""


def may_be_embedded(font: harfbuzz.Face) -> bool:
    """Return whether documents may contain the font. Raises struct.error if its table OS/2 is too short."""
    return _rights(font) & _USAGE != _RESTRICTED


def may_be_in_web_pages(font: harfbuzz.Face) -> bool:
    """Return whether web pages may contain parts of the font. Raises struct.error if its table OS/2 is too short."""
    return not _rights(font) & (_USAGE | _NO_SUBSETS)


def _rights(font: harfbuzz.Face) -> int:
    rights: int = unpack_from(">8xH", font.reference_table("OS/2").data)[0]
    return rights
