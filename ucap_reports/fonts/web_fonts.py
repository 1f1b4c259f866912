"""Fonts for web pages: WOFF files with the characters of a page, made by HarfBuzz."""

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from struct import calcsize, pack, unpack_from

import uharfbuzz as harfbuzz
from deflate import zlib_compress
from msgspec import Struct

from ucap_reports.fonts.font_faces import FontSource
from ucap_reports.fonts.open_fonts import check_work, covered_characters, open_font, table

_NOT_INSTALLABLE = 0x0F
"""Bits of fsType (OpenType 1.9, OS/2): those of a font that only some documents may contain."""
_NO_SUBSETS = 0x0300
"""Bits of fsType: parts of the font, or its outlines, must not be embedded."""
_FLAGS = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
_LEFT_OUT = ("GSUB", "GDEF", "DSIG", "STAT", "MVAR", "meta", "BASE", "JSTF", "hdmx", "VDMX", "LTSH", "kern", "gasp")
"""Tables that Latin, Greek and Cyrillic text does not need."""
_POSITIONS = "GPOS"
"""The table with the distances of letters, which is left out of the fonts of packs: it may be made to take hours."""

_LEVEL = 6
"""The level of compression."""
_LEAST_COMPRESSED = 128
"""Bytes of a table that is compressed: compressing a smaller one saves some bytes at most, and takes as long."""
_SIGNATURE, _VERSION, _NO_METADATA = b"wOFF", (1, 0), (0, 0, 0, 0, 0)
_HEADER, _RECORD = ">4s4sLHHLHH5L", ">4s4L"
"""The header of a WOFF file, and the record of a table: tag, start, length as written, length, checksum."""
_SFNT_HEADER, _SFNT_RECORD = ">4sH6x", ">4s3L"
"""The header of a font file, and the record of a table: tag, checksum, start, length (OpenType 1.9)."""


class WebFont(Struct, frozen=True):
    """A WOFF file; `has_weights` if it has all weights between regular and bold."""

    content: bytes
    has_weights: bool


def web_font(source: FontSource, text: Iterable[str]) -> WebFont | None:
    """Return the font with the characters of a text that it has.

    None for a font without them, one whose licence does not allow it, or one that is damaged.
    """
    return _subset(source, frozenset(map(ord, text)))


def woff(font: bytes) -> bytes:
    """Return an OpenType font as a WOFF file (W3C, WOFF File Format 1.0), which has its tables compressed.

    fontTools takes as long for it as for the rest of the page, and compresses with zlib, whose output differs between
    systems.
    """
    flavor, count = unpack_from(_SFNT_HEADER, font)
    unpacked_size = calcsize(_SFNT_HEADER) + count * calcsize(_SFNT_RECORD)
    start = calcsize(_HEADER) + count * calcsize(_RECORD)
    records, tables = [], []
    for number in range(count):
        record = calcsize(_SFNT_HEADER) + number * calcsize(_SFNT_RECORD)
        tag, checksum, offset, length = unpack_from(_SFNT_RECORD, font, record)
        content = font[offset : offset + length]
        compressed = bytes(zlib_compress(content, _LEVEL)) if length >= _LEAST_COMPRESSED else content
        if len(compressed) >= length:
            compressed = content
        records.append(pack(_RECORD, tag, start, len(compressed), length, checksum))
        tables.append(_padded(compressed))
        start += len(tables[-1])
        unpacked_size += len(_padded(content))
    header = pack(_HEADER, _SIGNATURE, flavor, start, count, 0, unpacked_size, *_VERSION, *_NO_METADATA)
    return b"".join([header, *records, *tables])


@lru_cache(maxsize=64)
def _subset(source: FontSource, characters: frozenset[int]) -> WebFont | None:
    with suppress(Exception):  # HarfBuzz raises any exception for a damaged font, which the PDF reports
        face = open_font(source).face
        (allowed,) = table(face, "OS/2", ">8xH")
        kept = characters & covered_characters(source)
        if kept and not allowed & (_NOT_INSTALLABLE | _NO_SUBSETS):
            has_weights = any(axis.tag == "wght" for axis in face.axis_infos)
            return WebFont(woff(_font_of(source, face, kept)), has_weights)
    return None


def _font_of(source: FontSource, face: harfbuzz.Face, characters: frozenset[int]) -> bytes:
    """Return an OpenType font with these characters."""
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
    return bytes(subset.blob.data)


def _padded(content: bytes) -> bytes:
    """Return a table with zeros to a multiple of four bytes."""
    return content + bytes(-len(content) % 4)
