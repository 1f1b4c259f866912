"""Font programs: a TrueType file that has nothing but the glyphs it is asked for."""

import struct
from collections.abc import Sequence

from ucap_reports.fonts import Face

_HEAD = struct.Struct(">IIIIHHqqhhhhHHhhh")
_HHEA = struct.Struct(">Ihhh" + "H" + "hhh" + "hhh" + "8x" + "hH")
_MAXP = struct.Struct(">I14H")
_VERSION = 0x00010000
_MAGIC = 0x5F0F3CF5
_WHOLE_FILE = 0xB1B0AFBA
_BASELINE_AND_SIDE_BEARING = 0x0003  # head flags: the baseline is at 0, and so is the point that glyphs start from
_LEFT_TO_RIGHT = 2
_LONG_OFFSETS = 1


def font_program(face: Face, glyphs: Sequence[int]) -> bytes:
    """A TrueType font of .notdef and these glyphs in their order: the tables that PDF asks for (ISO 32000-1, 9.9)."""
    found = face.outlines.get(glyphs)
    outlines = [b"", *(found[glyph] for glyph in glyphs)]
    advances = [face.index.advances[glyph] for glyph in (0, *glyphs)]
    padded = [outline + b"\0" * (-len(outline) % 4) for outline in outlines]
    return _file(
        {
            b"glyf": b"".join(padded) or b"\0",
            b"head": _head(face),
            b"hhea": _hhea(face, advances),
            b"hmtx": _hmtx(advances, outlines),
            b"loca": _loca(padded),
            b"maxp": _maxp(outlines),
        }
    )


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables as one file, with its checksums (OpenType 1.9, organization of an OpenType font)."""
    power = len(tables).bit_length() - 1
    directory = struct.pack(">IHHHH", _VERSION, len(tables), 16 << power, power, 16 * (len(tables) - (1 << power)))
    offset = len(directory) + 16 * len(tables)
    body = b""
    head = 0
    for tag, table in sorted(tables.items()):
        if tag == b"head":
            head = offset
        directory += struct.pack(">4sIII", tag, _checksum(table), offset, len(table))
        padded = table + b"\0" * (-len(table) % 4)
        body += padded
        offset += len(padded)
    font = directory + body
    adjustment = (_WHOLE_FILE - _checksum(font)) & 0xFFFFFFFF
    return font[: head + 8] + struct.pack(">I", adjustment) + font[head + 12 :]


def _checksum(table: bytes) -> int:
    padded = table + b"\0" * (-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


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


def _hmtx(advances: list[int], outlines: list[bytes]) -> bytes:
    """Advance and left side bearing of every glyph, in full: the bearing is the outline's own left edge."""
    pairs = ((advance, outline[2:4] or b"\0\0") for advance, outline in zip(advances, outlines, strict=True))
    return b"".join(advance.to_bytes(2, "big") + bearing for advance, bearing in pairs)


def _loca(padded: list[bytes]) -> bytes:
    offsets = [0]
    for outline in padded:
        offsets.append(offsets[-1] + len(outline))
    return struct.pack(f">{len(offsets)}I", *offsets)


def _maxp(outlines: list[bytes]) -> bytes:
    """How many glyphs, and the most points and contours that one of them has."""
    contours = [int.from_bytes(outline[:2], "big") for outline in outlines]
    ends = (outline[8 + 2 * count : 10 + 2 * count] for outline, count in zip(outlines, contours, strict=True) if count)
    points = max((int.from_bytes(end, "big") + 1 for end in ends), default=0)
    one_zone = (0, 0, 1, *[0] * 8)
    return _MAXP.pack(_VERSION, len(outlines), points, max(contours), *one_zone)
