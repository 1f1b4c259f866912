"""Fonts for web pages: WOFF files with the characters of a page, made by HarfBuzz."""

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from io import BytesIO

import uharfbuzz as harfbuzz
from fontTools.ttLib import TTFont
from msgspec import Struct

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.open_fonts import open_font, table
from ucap_reports.fonts.work_limits import check_work

_NOT_INSTALLABLE = 0x0F
"""Bits of fsType (OpenType 1.9, OS/2): those of a font that only some documents may contain."""
_NO_SUBSETS = 0x0300
"""Bits of fsType: parts of the font, or its outlines, must not be embedded."""
_FLAGS = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
_LEFT_OUT = ("GSUB", "GDEF", "DSIG", "STAT", "MVAR", "meta", "BASE", "JSTF", "hdmx", "VDMX", "LTSH", "kern", "gasp")
"""Tables that Latin, Greek and Cyrillic text does not need."""
_POSITIONS = "GPOS"
"""The table with the distances of letters, which is left out of the fonts of packs: it may be made to take hours."""


class WebFont(Struct, frozen=True):
    """A WOFF file; `has_weights` if it has all weights between regular and bold."""

    content: bytes
    has_weights: bool


def web_font(source: FontSource, text: Iterable[str]) -> WebFont | None:
    """Return the font with the characters of a text that it has.

    None for a font without them, one whose licence does not allow it, or one that is damaged.
    """
    return _subset(source, frozenset(map(ord, text)))


@lru_cache(maxsize=64)
def _subset(source: FontSource, characters: frozenset[int]) -> WebFont | None:
    with suppress(Exception):  # HarfBuzz and fontTools raise any exception for a damaged font, which the PDF reports
        face = open_font(source).face
        (allowed,) = table(face, "OS/2", ">8xH")
        kept = characters.intersection(face.unicodes)
        if kept and not allowed & (_NOT_INSTALLABLE | _NO_SUBSETS):
            has_weights = any(axis.tag == "wght" for axis in face.axis_infos)
            return WebFont(_woff(source, face, kept), has_weights)
    return None


def _woff(source: FontSource, face: harfbuzz.Face, characters: frozenset[int]) -> bytes:
    request = harfbuzz.SubsetInput()
    request.flags = _FLAGS
    left_out = _LEFT_OUT if source.path is not None else (*_LEFT_OUT, _POSITIONS)
    request.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in left_out)
    request.unicode_set.update(characters)
    for axis in face.axis_infos:
        if axis.tag != "wght":
            request.pin_axis_to_default(face, axis.tag)
    subset = harfbuzz.SubsetPlan(face, request).execute()
    if source.path is None:
        check_work(subset, len(characters))
    font = TTFont(BytesIO(subset.blob.data), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    font.flavor = "woff"
    written = BytesIO()
    font.save(written, reorderTables=False)
    return written.getvalue()
