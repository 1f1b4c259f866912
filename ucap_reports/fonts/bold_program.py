"""Font programs of synthetic bold, for fonts without a bold face: HarfBuzz draws the glyphs with thicker strokes.

They are written as a CFF font with identifiers instead of names, 1000 units per em (Adobe Technical Notes 5176, 5177).
"""

import struct
from collections.abc import Sequence
from functools import lru_cache

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.open_fonts import open_font
from ucap_reports.fonts.prepared_faces import Face

_THICKENING = 0.032
"""How much thicker strokes are, in ems: half as thick again, as in the bold face of most families."""
_SIZE = 1000
_RAISED = _SIZE * _THICKENING / 2
"""How much HarfBuzz raises the outlines, so that they grow upwards only."""
_MOVE, _LINE, _CURVE, _END = (bytes([operator]) for operator in (21, 5, 8, 14))
_STRINGS = (b"Adobe", b"Identity")
_FIRST_STRING = 391
"""The number of the first string that a font adds to the standard ones."""
_CHARSET, _CHAR_STRINGS, _PRIVATE, _NOMINAL_WIDTH = (bytes([operator]) for operator in (15, 17, 18, 21))
_ROS, _CID_COUNT, _FONTS, _FONT_SELECTION = (bytes([12, operator]) for operator in (30, 34, 36, 37))
_OFFSET = struct.Struct(">BI")
_LONG = 29
"""The first byte of an integer of four bytes in a dictionary."""


def bold_program(face: Face, codes: Sequence[int]) -> bytes:
    """Return a CFF table of an empty glyph and the glyphs of these codes, in order, with thicker strokes."""
    outlines = [_char_string(face.source, 0, _SIZE // 2, is_drawn=False)]
    for code in codes:
        outlines.append(_char_string(face.source, face.index.glyphs[code - 1], face.advance(code)))
    return _cff_table(face.name, outlines)


def _cff_table(name: str, outlines: Sequence[bytes]) -> bytes:
    """A font of these char strings; the identifier of each is its place."""
    start = b"\1\0\4\4" + _index([name.encode("ascii")])
    after = _index(_STRINGS) + _index([])
    system = _number(_FIRST_STRING) + _number(_FIRST_STRING + 1) + _number(0) + _ROS
    count = _number(len(outlines)) + _CID_COUNT
    top = len(start) + len(_index([system + count + bytes(4 * _OFFSET.size) + bytes(6)])) + len(after)
    char_strings = _index(outlines)
    charset = struct.pack(">BHH", 2, 1, len(outlines) - 2) if len(outlines) > 1 else b"\0"
    selection = struct.pack(">BHHBH", 3, 1, 0, 0, len(outlines))
    private = _number(0) + _NOMINAL_WIDTH
    offsets = [top]
    for part in (char_strings, charset, selection, private):
        offsets.append(offsets[-1] + len(part))
    fonts = _index([_number(len(private)) + _OFFSET.pack(_LONG, offsets[3]) + _PRIVATE])
    operators = (_CHAR_STRINGS, _CHARSET, _FONT_SELECTION, _FONTS)
    places = b""
    for operator, offset in zip(operators, (*offsets[:3], offsets[4]), strict=True):
        places += _OFFSET.pack(_LONG, offset) + operator
    header = start + _index([system + count + places]) + after
    return header + char_strings + charset + selection + private + fonts


def _index(items: Sequence[bytes]) -> bytes:
    """An INDEX structure of these items."""
    if not items:
        return b"\0\0"
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    size = (offsets[-1].bit_length() + 7) // 8
    places = b"".join([offset.to_bytes(size, "big") for offset in offsets])
    return struct.pack(">HB", len(items), size) + places + b"".join(items)


def _number(value: int) -> bytes:
    """An integer in a char string or dictionary."""
    if abs(value) <= 107:  # noqa: PLR2004 - the ranges of the encoding
        return bytes([value + 139])
    if abs(value) <= 1131:  # noqa: PLR2004 - as above
        high, low = divmod(abs(value) - 108, 256)
        return bytes([high + (247 if value > 0 else 251), low])
    return struct.pack(">Bh", 28, value)


@lru_cache(maxsize=4096)
def _char_string(source: FontSource, glyph: int, width: int, *, is_drawn: bool = True) -> bytes:
    """The char string of a glyph. Cached, since the glyphs of labels are in all documents."""
    outline = _CharStringPen(width)
    if is_drawn:
        _bold_font(source).draw_glyph_with_pen(glyph, outline)
    return outline.finished()


@lru_cache(maxsize=16)
def _bold_font(source: FontSource) -> harfbuzz.Font:
    font = harfbuzz.Font(open_font(source).face)
    font.scale = (_SIZE, _SIZE)
    font.synthetic_bold = (_THICKENING, _THICKENING, True)
    return font


class _CharStringPen:
    """Writes the char string of an outline that HarfBuzz draws: positions are relative to those before them."""

    def __init__(self, width: int) -> None:
        self._parts = [_number(width)]
        self._pen = (0, 0)

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
        (start_x, start_y), (x, y), (end_x, end_y) = self._pen, control, end
        first = (start_x + (x - start_x) * 2 / 3, start_y + (y - start_y) * 2 / 3)
        second = (end_x + (x - end_x) * 2 / 3, end_y + (y - end_y) * 2 / 3)
        self._draw(_CURVE, first, second, end)

    def closePath(self) -> None:  # noqa: N802 - called by HarfBuzz
        """Do nothing: contours are always closed."""

    def finished(self) -> bytes:
        """Return the char string."""
        return b"".join([*self._parts, _END])

    def _draw(self, operator: bytes, *points: tuple[float, float]) -> None:
        for point in points:
            x, y = round(point[0]), round(point[1] - _RAISED)
            self._parts += (_number(x - self._pen[0]), _number(y - self._pen[1]))
            self._pen = (x, y)
        self._parts.append(operator)
