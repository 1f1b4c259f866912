"""Fonts with only the glyphs that a document draws, made by HarfBuzz: font programs of PDF files, and WOFF files of web
pages.

Installed CFF fonts, and synthetic bold, which has thicker strokes, are written glyph by glyph as CFF fonts with
identifiers instead of names, 1000 units per em (Adobe Technical Notes 5176, 5177). Most documents need a few of their
thousands of glyphs, and a subset by HarfBuzz takes several times as long, because it looks at all of them.
"""

import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as harfbuzz
from deflate import zlib_compress
from msgspec import Struct

from ucap_reports.fonts.font_checks_and_licences import check_work, covered_characters, may_be_in_web_pages, open_font
from ucap_reports.fonts.font_faces import RAISED, Face, needs_shaping, thicken_strokes
from ucap_reports.fonts.font_sources import REGULAR, WEIGHT, FontSource
from ucap_reports.storage.artifact_cache import cached_artifact

# Font programs of PDF files
_FLAGS = (
    harfbuzz.SubsetFlags.NO_HINTING
    | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    | harfbuzz.SubsetFlags.NO_BIDI_CLOSURE
    | harfbuzz.SubsetFlags.DESUBROUTINIZE  # runs each subroutine now, with limits, instead of in each reader
    | harfbuzz.SubsetFlags.CFF_IDENTITY_CHARSET  # the identifier of a glyph is its place
    | harfbuzz.SubsetFlags.DOWNGRADE_CFF2  # PDF has no CFF2
)
_REQUIRED_TABLES = frozenset(("CFF ", "CFF2", "glyf", "head", "hhea", "hmtx", "loca", "maxp"))
"""The tables that PDF requires (ISO 32000-1, 9.9)."""
_VARIATION_TABLES = frozenset(("cvar", "fvar", "avar", "gvar", "HVAR", "MVAR"))
"""The tables from which a static font is made of a variable one."""
_KEPT = _REQUIRED_TABLES | _VARIATION_TABLES
_COMMON = frozenset((*range(0x250), *range(0x370, 0x530), *range(0x1E00, 0x1F00), *range(0x2000, 0x2600)))
"""Latin, Greek and Cyrillic letters, punctuation, signs of currencies and arrows, of which most documents consist."""
_SIZE = 1000
_MOVE = bytes([21])
_LINE = bytes([5])
_CURVE = bytes([8])
_END = bytes([14])
"""Operators of char strings: rmoveto, rlineto, rrcurveto, endchar (Adobe Technical Note 5177)."""
_MOST_OPERANDS = 48
_STRINGS = (b"Adobe", b"Identity")
_FIRST_STRING = 391
"""The number of the first string that a font adds to the standard ones."""
_CHARSET = bytes([15])
_CHAR_STRINGS = bytes([17])
_PRIVATE = bytes([18])
_NOMINAL_WIDTH = bytes([21])
_ROS = bytes([12, 30])
_CID_COUNT = bytes([12, 34])
_FONTS = bytes([12, 36])
_FONT_SELECTION = bytes([12, 37])
"""Operators of dictionaries (Adobe Technical Note 5176, tables 9, 10 and 23)."""
_OFFSET = struct.Struct(">BI")
_LONG = 29
"""The first byte of an integer of four bytes in a dictionary."""


class FontProgram(NamedTuple):
    """A TrueType font, or the CFF table of an OpenType font. `places` has the place of the glyph of each code in it."""

    content: bytes
    is_cff: bool
    places: tuple[int, ...]


def font_program(face: Face, codes: Sequence[int]) -> FontProgram:
    """Return a font program with the glyphs of these codes.

    Raises ProblemsFound (`font-unusable`) if the font is damaged or its glyphs need too much work.
    """
    source = face.source
    try:
        if source.path is not None and _is_written(source):
            return _written_program(face, codes)
        all_glyphs = face.index.glyphs
        all_characters = face.index.characters
        glyphs = [all_glyphs[code - 1] for code in codes]
        characters = [all_characters[code - 1] for code in codes]
        plan = _subset_plan(face, glyphs, characters)
        places = dict(plan.old_to_new_glyph_mapping.items())
        subset = plan.execute()
        if source.path is None:
            check_work(subset, len(glyphs))
        if source.thickened:  # of a pack, whose glyphs are drawn only after the check
            return _written_program(face, codes)
        is_cff = "CFF " in subset.table_tags
        content = subset.reference_table("CFF ").data if is_cff else subset.blob.data
        return FontProgram(bytes(content), is_cff, tuple(map(places.__getitem__, glyphs)))
    except Exception as error:
        raise source.unusable("drawing", error) from error


def _subset_plan(face: Face, glyphs: Sequence[int], characters: Sequence[int]) -> harfbuzz.SubsetPlan:
    """Return the plan of the subset of a face with these glyphs, which are those of the characters."""
    static_font = _static_font(face) if _COMMON.issuperset(characters) else None
    if static_font is not None:
        request = harfbuzz.SubsetInput()
        request.flags = _FLAGS
        request.glyph_set.update(glyphs)
        return harfbuzz.SubsetPlan(static_font, request)
    source = face.source
    request = _static_request(source)
    if covered_characters(source).issuperset(characters):
        request.unicode_set.update(characters)  # for glyphs, HarfBuzz would read the table of all characters
    else:
        request.glyph_set.update(glyphs)
    return harfbuzz.SubsetPlan(open_font(source).face, request)


@lru_cache(maxsize=16)
def _static_font(face: Face) -> harfbuzz.Face | None:
    """Return the common characters of an installed variable font at the weight of the face, with the numbers of their
    glyphs; None for other fonts.

    Subsets of it take a quarter of the time, because the outlines are at their weight already. It is kept in the user's
    cache, since making it takes ten times as long as loading it.
    """
    source = face.source
    font = open_font(source).face
    if source.path is None or not _axes(source) or "glyf" not in font.table_tags:
        return None

    def static_font() -> bytes:
        request = _static_request(source)
        request.flags |= harfbuzz.SubsetFlags.RETAIN_GIDS
        for character, glyph in zip(face.index.characters, face.index.glyphs, strict=True):
            if character in _COMMON:
                request.glyph_set.add(glyph)
        return bytes(harfbuzz.SubsetPlan(font, request).execute().blob.data)

    return harfbuzz.Face(cached_artifact("static-font", (source.digest(),), bytes, static_font))


def _static_request(source: FontSource) -> harfbuzz.SubsetInput:
    """Return a request for a font at the weight of its source, with the tables of font programs and no glyphs yet."""
    font = open_font(source).face
    request = harfbuzz.SubsetInput()
    request.flags = _FLAGS
    request.drop_table_tag_set.update(_unused_tables(source))
    axes = _axes(source)
    if axes:
        request.pin_all_axes_to_default(font)
    if "wght" in axes:
        request.flags |= harfbuzz.SubsetFlags.SET_OVERLAPS_FLAG  # the strokes of variable fonts cross
        request.pin_axis_location(font, "wght", source.weight)
    return request


@lru_cache(maxsize=16)
def _unused_tables(source: FontSource) -> tuple[int, ...]:
    """Return the numbers of the tables of a font that a program does not need."""
    tags = open_font(source).face.table_tags
    return tuple([_tag_number(tag) for tag in tags if tag not in _KEPT])


@lru_cache(maxsize=16)
def _axes(source: FontSource) -> tuple[str, ...]:
    """Return the tags of the variation axes of a font."""
    return tuple([axis.tag for axis in open_font(source).face.axis_infos])


@lru_cache(maxsize=64)
def _is_written(source: FontSource) -> bool:
    """Return whether the programs of an installed font are written glyph by glyph."""
    return source.thickened or "CFF " in open_font(source).face.table_tags


def _written_program(face: Face, codes: Sequence[int]) -> FontProgram:
    """Return a CFF table of an empty glyph and the glyphs of these codes, in order."""
    source = face.source
    empty_glyph = _char_string(source, 0, _SIZE // 2, is_drawn=False)
    char_strings = [empty_glyph]
    for code in codes:
        glyph = face.index.glyphs[code - 1]
        char_strings.append(_char_string(source, glyph, face.advance(code)))
    places = tuple(range(1, len(char_strings)))
    return FontProgram(_cff_table(face.name, char_strings), is_cff=True, places=places)


@lru_cache(maxsize=4096)
def _char_string(source: FontSource, glyph: int, width: int, *, is_drawn: bool = True) -> bytes:
    """Return the char string of a glyph. Cached, since the glyphs of labels are in all documents."""
    raised = _SIZE * RAISED if source.thickened else 0
    pen = _CharStringPen(width, raised)
    if is_drawn:
        _drawn_font(source).draw_glyph_with_pen(glyph, pen)
    return pen.finished()


class _CharStringPen:
    """Writes the char string of an outline that HarfBuzz draws: positions are relative to those before them.

    HarfBuzz may have `raised` the outline, which is lowered again.
    """

    def __init__(self, width: int, raised: float) -> None:
        self._parts = [_number(width)]
        self._position = (0, 0)
        """The position from which the next one is measured."""
        self._raised = raised
        self._operator = b""
        """The last operator."""
        self._operands = 0
        """The number of operands of the last operator."""

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - called by HarfBuzz
        """Begin a contour."""
        self._draw(_MOVE, point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - called by HarfBuzz
        """Draw a straight line."""
        self._draw(_LINE, point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - called by HarfBuzz
        """Draw a cubic curve."""
        self._draw(_CURVE, *points)

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: N802 - called by HarfBuzz
        """Draw a quadratic curve as a cubic one."""
        first_control = _cubic_control(self._position, control)
        second_control = _cubic_control(end, control)
        self._draw(_CURVE, first_control, second_control, end)

    def closePath(self) -> None:  # noqa: N802 - called by HarfBuzz
        """Do nothing: contours are always closed."""

    def finished(self) -> bytes:
        """Return the char string."""
        return b"".join([*self._parts, _END])

    def _draw(self, operator: bytes, *points: tuple[float, float]) -> None:
        operands = 2 * len(points)
        if operator == self._operator and operator != _MOVE and self._operands + operands <= _MOST_OPERANDS:
            self._parts.pop()  # lines or curves after each other share an operator
            self._operands += operands
        else:
            self._operator = operator
            self._operands = operands
        x_before, y_before = self._position
        for point_x, point_y in points:
            x = round(point_x)
            y = round(point_y - self._raised)
            self._parts.append(_number(x - x_before))
            self._parts.append(_number(y - y_before))
            x_before = x
            y_before = y
        self._position = (x_before, y_before)
        self._parts.append(operator)


def _number(value: int) -> bytes:
    """Return an integer in a char string or dictionary."""
    if abs(value) <= 107:  # noqa: PLR2004 - the ranges of the encoding
        return bytes([value + 139])
    if abs(value) <= 1131:  # noqa: PLR2004 - as above
        high, low = divmod(abs(value) - 108, 256)
        first = 247 if value > 0 else 251
        return bytes([first + high, low])
    return struct.pack(">Bh", 28, value)


def _cubic_control(end: tuple[float, float], control: tuple[float, float]) -> tuple[float, float]:
    """Return the control point of a cubic curve beside one of its ends: two thirds of the way to the quadratic one."""
    end_x, end_y = end
    control_x, control_y = control
    return end_x + (control_x - end_x) * 2 / 3, end_y + (control_y - end_y) * 2 / 3


@lru_cache(maxsize=16)
def _drawn_font(source: FontSource) -> harfbuzz.Font:
    font = harfbuzz.Font(open_font(source).face)
    font.scale = (_SIZE, _SIZE)
    if source.thickened:
        thicken_strokes(font)
    return font


def _cff_table(name: str, glyphs: Sequence[bytes]) -> bytes:
    """Return a font of glyphs, which are char strings; the identifier of each is its place."""
    start = b"\1\0\4\4" + _index([name.encode("ascii")])  # version 1.0, a header of 4 bytes, offsets of 4 bytes
    strings = _index(_STRINGS)
    no_subroutines = _index([])
    system = _number(_FIRST_STRING) + _number(_FIRST_STRING + 1) + _number(0) + _ROS
    count = _number(len(glyphs)) + _CID_COUNT

    def header(*offsets: int) -> bytes:
        """Return all before the char strings, with the offsets of four parts, on which its length does not depend."""
        top = system + count
        for operator, offset in zip((_CHAR_STRINGS, _CHARSET, _FONT_SELECTION, _FONTS), offsets, strict=True):
            top += _OFFSET.pack(_LONG, offset) + operator
        return start + _index([top]) + strings + no_subroutines

    char_strings = _index(glyphs)
    charset = b"\0"
    if len(glyphs) > 1:
        charset = struct.pack(">BHH", 2, 1, len(glyphs) - 2)  # format 2: from 1, and how many follow it
    selection = struct.pack(">BHHBH", 3, 1, 0, 0, len(glyphs))  # format 3: one range, from 0, in font 0, to the end
    private = _number(0) + _NOMINAL_WIDTH
    char_strings_offset = len(header(0, 0, 0, 0))
    charset_offset = char_strings_offset + len(char_strings)
    selection_offset = charset_offset + len(charset)
    private_offset = selection_offset + len(selection)
    fonts_offset = private_offset + len(private)
    font = _number(len(private)) + _OFFSET.pack(_LONG, private_offset) + _PRIVATE
    fonts = _index([font])
    written_header = header(char_strings_offset, charset_offset, selection_offset, fonts_offset)
    return written_header + char_strings + charset + selection + private + fonts


def _index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX structure of these items."""
    if not items:
        return b"\0\0"
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    size = (offsets[-1].bit_length() + 7) // 8
    written = b"".join([offset.to_bytes(size, "big") for offset in offsets])
    return struct.pack(">HB", len(items), size) + written + b"".join(items)


# Fonts of web pages
_WEB_FLAGS = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
_WEB_FLAGS_OF_SHAPED = harfbuzz.SubsetFlags.NO_HINTING
"""The same for fonts whose letters change beside each other, which need glyphs for that."""
_LEFT_OUT = ("DSIG", "STAT", "MVAR", "meta", "BASE", "JSTF", "hdmx", "VDMX", "LTSH", "kern", "gasp")
"""Tables that no text needs."""
_SUBSTITUTIONS = ("GSUB", "GDEF")
"""Tables that Latin, Greek and Cyrillic text does not need."""
_POSITIONS = "GPOS"
"""The table with the distances of letters, which is left out of the fonts of packs: it may be made to take hours."""
_LEVEL = 1
"""The level of libdeflate: level 6 takes twice as long, and makes web pages smaller by less than 1 %."""
_LEAST_COMPRESSED = 512
"""Bytes of a table that is compressed: compressing a smaller one saves about a hundred, and takes nearly as long."""
_SIGNATURE, _VERSION, _NO_METADATA = b"wOFF", (1, 0), (0, 0, 0, 0, 0)
_HEADER, _RECORD = ">4s4sLHHLHH5L", ">4s4L"
"""The header of a WOFF file, and the record of a table: tag, start, length as written, length, checksum."""
_SFNT_HEADER, _SFNT_RECORD = ">4sH6x", ">4s3L"
"""The header of a font file, and the record of a table: tag, checksum, start, length (OpenType 1.9)."""


class WebFont(Struct, frozen=True):
    """A WOFF file; `has_weights` if it has all weights between regular and bold."""

    content: bytes
    has_weights: bool


def web_font(source: FontSource, text: Iterable[str], *, has_bold: bool = True) -> WebFont | None:
    """Return the font with the characters of a text that it has, in all its weights only if some text is bold.

    None for a font without them, one whose licence does not allow it, or one that is damaged.
    """
    return _web_subset(source, frozenset(map(ord, text)), has_bold=has_bold)


def woff(font: bytes) -> bytes:
    """Return an OpenType font as a WOFF file (W3C, WOFF File Format 1.0), which has its tables compressed.

    fontTools takes as long for it as for the rest of the page, and compresses with zlib, whose output differs between
    systems.
    """
    flavor, count = struct.unpack_from(_SFNT_HEADER, font)
    sfnt_header_size = struct.calcsize(_SFNT_HEADER)
    sfnt_record_size = struct.calcsize(_SFNT_RECORD)
    unpacked_size = sfnt_header_size + count * sfnt_record_size
    start = struct.calcsize(_HEADER) + count * struct.calcsize(_RECORD)
    records = []
    tables = []
    for number in range(count):
        record_offset = sfnt_header_size + number * sfnt_record_size
        tag, checksum, offset, length = struct.unpack_from(_SFNT_RECORD, font, record_offset)
        table = font[offset : offset + length]
        written = table
        if length >= _LEAST_COMPRESSED:
            compressed = bytes(zlib_compress(table, _LEVEL))
            if len(compressed) < length:
                written = compressed
        records.append(struct.pack(_RECORD, tag, start, len(written), length, checksum))
        padded = _padded(written)
        tables.append(padded)
        start += len(padded)
        unpacked_size += length + _padding(length)
    header = struct.pack(_HEADER, _SIGNATURE, flavor, start, count, 0, unpacked_size, *_VERSION, *_NO_METADATA)
    return b"".join([header, *records, *tables])


@lru_cache(maxsize=64)
def _web_subset(source: FontSource, characters: frozenset[int], *, has_bold: bool) -> WebFont | None:
    with suppress(Exception):  # HarfBuzz raises any exception for a damaged font, which the PDF reports
        face = open_font(source).face
        kept = characters & covered_characters(source)
        if not source.shaped:
            kept = frozenset([code for code in kept if not needs_shaping(chr(code))])
        if kept and may_be_in_web_pages(face):
            pinned = _pinned_axes(face, has_bold=has_bold)
            has_weights = WEIGHT not in pinned and source.has_weights()
            return WebFont(woff(_font_of(source, face, kept, pinned)), has_weights)
    return None


@lru_cache(maxsize=8)
def _prepared_face(source: FontSource) -> harfbuzz.Face:
    """Return the face of an installed font with what HarfBuzz needs for each of its subsets, which then take half the
    time.

    The faces of eight fonts are kept, more than the theme of a pack has. Fonts of packs are not prepared, because a
    hostile one may take too long.
    """
    return harfbuzz.subset_preprocess(open_font(source).face)


def _pinned_axes(face: harfbuzz.Face, *, has_bold: bool) -> list[str]:
    """Return the axes of a variable font whose default is enough: all but the weight, and that, too, without bold text
    if the default is regular.
    """
    pinned = []
    for axis in face.axis_infos:
        if axis.tag != WEIGHT or (axis.default_value == REGULAR and not has_bold):
            pinned.append(axis.tag)
    return pinned


def _font_of(source: FontSource, face: harfbuzz.Face, characters: frozenset[int], pinned: Iterable[str]) -> bytes:
    """Return an OpenType font with these characters, and without the pinned axes."""
    request = harfbuzz.SubsetInput()
    request.flags = _WEB_FLAGS
    left_out = [*_LEFT_OUT]
    if source.shaped:
        request.flags = _WEB_FLAGS_OF_SHAPED
    else:
        left_out += _SUBSTITUTIONS
    if source.path is None:
        left_out.append(_POSITIONS)
    request.drop_table_tag_set.update(map(_tag_number, left_out))
    request.unicode_set.update(characters)
    for axis in pinned:
        request.pin_axis_to_default(face, axis)
    if source.path is not None:
        face = _prepared_face(source)
    subset = harfbuzz.SubsetPlan(face, request).execute()
    if source.path is None:
        check_work(subset, len(characters))
    return bytes(subset.blob.data)


def _tag_number(tag: str) -> int:
    """Return the tag of a table as the number that HarfBuzz has for it."""
    return int.from_bytes(tag.encode("latin-1"), "big")


def _padded(content: bytes) -> bytes:
    """Return a table with zeros to a multiple of four bytes."""
    return content + bytes(_padding(len(content)))


def _padding(length: int) -> int:
    """Return the number of zeros after a table."""
    return -length % 4
