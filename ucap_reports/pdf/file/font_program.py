"""Font programs: TrueType files of some glyphs of a face."""

import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from ucap_reports.fonts.prepared_faces import Face

_HEAD = struct.Struct(">IIIIHHqqhhhhHHhhh")
_HHEA = struct.Struct(">Ihhh" + "H" + "hhh" + "hhh" + "8x" + "hH")
_MAXP = struct.Struct(">I14H")
_VERSION = 0x00010000
_MAGIC = 0x5F0F3CF5
_WHOLE_FILE = 0xB1B0AFBA
_32_BITS = 0xFFFFFFFF
_BASELINE_AND_SIDE_BEARING = 0x0003  # head flags: baseline and left side bearing are at 0
_LEFT_TO_RIGHT = 2
_LONG_OFFSETS = 1


class _GlyphRecord(Struct, frozen=True):
    """An outline as in the font file, and its entries in the other tables."""

    padded: bytes
    checksum: int
    bearing: bytes
    contours: int
    points: int


def font_program(face: Face, glyphs: Sequence[int]) -> bytes:
    """A TrueType font of .notdef and these glyphs in order, with the tables that PDF requires (ISO 32000-1, 9.9)."""
    found = face.outlines.get(glyphs)
    outlines = [_glyph(b""), *[_glyph(found[glyph]) for glyph in glyphs]]
    advances = [face.index.advances[glyph] for glyph in (0, *glyphs)]
    offsets = accumulate([len(outline.padded) for outline in outlines], initial=0)
    # The left side bearing is the left edge of the outline.
    metrics = [advance.to_bytes(2, "big") + each.bearing for advance, each in zip(advances, outlines, strict=True)]
    tables = {
        b"head": _head(face),
        b"hhea": _hhea(face, advances),
        b"hmtx": b"".join(metrics),
        b"loca": struct.pack(f">{len(outlines) + 1}I", *offsets),
        b"maxp": _maxp(outlines),
    }
    checked = {tag: (table, _checksum(table)) for tag, table in tables.items()}
    checksum = sum([outline.checksum for outline in outlines]) & _32_BITS
    return _file({b"glyf": (b"".join([outline.padded for outline in outlines]) or b"\0", checksum), **checked})


@lru_cache(maxsize=16_384)
def _glyph(outline: bytes) -> _GlyphRecord:
    """The record of an outline. Cached, since most glyphs are in many documents."""
    contours = int.from_bytes(outline[:2], "big")
    end = outline[8 + 2 * contours : 10 + 2 * contours]
    points = int.from_bytes(end, "big") + 1 if contours else 0
    return _GlyphRecord(_padded(outline), _checksum(outline), outline[2:4] or b"\0\0", contours, points)


def _file(tables: dict[bytes, tuple[bytes, int]]) -> bytes:
    """The tables, each with its checksum, as one file (OpenType 1.9, organization of an OpenType font)."""
    power = len(tables).bit_length() - 1
    directory = struct.pack(">IHHHH", _VERSION, len(tables), 16 << power, power, 16 * (len(tables) - (1 << power)))
    offset = len(directory) + 16 * len(tables)
    body = b""
    head = whole = 0
    for tag, (table, checksum) in sorted(tables.items()):
        if tag == b"head":
            head = offset
        directory += struct.pack(">4sIII", tag, checksum, offset, len(table))
        whole += checksum
        padded = _padded(table)
        body += padded
        offset += len(padded)
    font = directory + body
    adjustment = (_WHOLE_FILE - whole - _checksum(directory)) & _32_BITS
    return font[: head + 8] + struct.pack(">I", adjustment) + font[head + 12 :]


def _padded(table: bytes) -> bytes:
    return table + b"\0" * (-len(table) % 4)


def _checksum(table: bytes) -> int:
    padded = _padded(table)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & _32_BITS


def _head(face: Face) -> bytes:
    measures = face.index.metrics
    style = (measures.weight > 400) | measures.italic << 1  # noqa: PLR2004 - 400 is regular on every weight axis
    return _HEAD.pack(
        *(_VERSION, _VERSION, 0, _MAGIC, _BASELINE_AND_SIDE_BEARING, measures.units_per_em, 0, 0),
        *measures.box,
        *(style, 8, _LEFT_TO_RIGHT, _LONG_OFFSETS, 0),
    )


def _hhea(face: Face, advances: list[int]) -> bytes:
    measures = face.index.metrics
    left, _, right, _ = measures.box
    return _HHEA.pack(
        *(_VERSION, measures.ascent, measures.descent, 0),
        max(advances),
        *(left, 0, right),
        *(1, 0, 0),
        *(0, len(advances)),
    )


def _maxp(outlines: list[_GlyphRecord]) -> bytes:
    """The number of glyphs, and the most points and contours of a glyph."""
    points, contours = max([outline.points for outline in outlines]), max([outline.contours for outline in outlines])
    one_zone = (0, 0, 1, *[0] * 8)
    return _MAXP.pack(_VERSION, len(outlines), points, contours, *one_zone)
