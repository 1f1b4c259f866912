"""Fonts that need too much work: small files with endless glyphs or characters."""

from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from struct import pack

import fontpkg_arimo
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from fontTools.varLib.instancer import instantiateVariableFont

ARIMO = Path(fontpkg_arimo.__file__).parent / "files" / "Arimo[wght].ttf"


@cache
def static_arimo() -> bytes:
    return saved(instantiateVariableFont(TTFont(ARIMO), {"wght": 400}))


def font_of(*composites: tuple[str, str]) -> bytes:
    """A font in which each first glyph consists of the second one, twice."""
    font = TTFont(BytesIO(static_arimo()))
    for name, other in composites:
        pen = TTGlyphPen(font.getGlyphSet())
        pen.addComponent(other, (1, 0, 0, 1, 0, 0))
        pen.addComponent(other, (1, 0, 0, 1, 0, 0))
        font["glyf"].glyphs[name] = glyph = pen.glyph()
        glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    font.recalcBBoxes = False
    return saved(font)


LETTERS = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]
DOWN_THE_ALPHABET = [*pairwise(LETTERS), *((letter, "a") for letter in ("A", "B", "C", "one", "two", "zero"))]


def saved(font: TTFont) -> bytes:
    buffer = BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def font_of_subroutines(levels: int) -> bytes:
    """A CFF font whose glyph calls a subroutine that calls the next one twice, and so on."""
    builder = FontBuilder(1000, isTTF=False)
    builder.font.recalcBBoxes = False  # this would draw the glyph
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({ord("a"): "a"})
    bias = 107
    call = T2CharString(program=[-bias, "callgsubr", "endchar"])
    builder.setupCFF("Deep", {}, {".notdef": T2CharString(program=["endchar"]), "a": call}, {})
    subroutines = builder.font["CFF "].cff.GlobalSubrs
    for level in range(1, levels):
        subroutines.append(T2CharString(program=[level - bias, "callgsubr", level - bias, "callgsubr", "return"]))
    subroutines.append(T2CharString(program=["return"]))
    builder.setupHorizontalMetrics({".notdef": (500, 0), "a": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    return saved(builder.font)


def with_table(tag: str, content: bytes) -> bytes:
    """Arimo with another table."""
    font = TTFont(ARIMO)
    table = DefaultTable(tag)
    table.data = content
    font[tag] = table
    return saved(font)


def font_of_ranges(groups: int) -> bytes:
    """A font whose table of characters has all characters of Unicode, so many times."""
    entries = pack(">III", 0, 0x10FFFF, 0) * groups
    subtable = pack(">HHIII", 12, 0, 16 + len(entries), 0, groups) + entries
    return with_table("cmap", pack(">HHHHI", 0, 1, 3, 10, 12) + subtable)


def font_of_segments(segments: int) -> bytes:
    """A font whose table of characters has the Basic Multilingual Plane, so many times."""
    ends, zeros = pack(">H", 0xFFFF) * segments, bytes(2 * segments)
    body = pack(">HHHH", 2 * segments, 0, 0, 0) + ends + bytes(2) + zeros * 3
    subtable = pack(">HHH", 4, (6 + len(body)) & 0xFFFF, 0) + body
    return with_table("cmap", pack(">HHHHI", 0, 1, 3, 1, 12) + subtable)


def font_of_variations(count: int) -> bytes:
    """Arimo with so many variations of each glyph, each of a size that is given without its content."""
    font = TTFont(ARIMO)
    glyphs = font["maxp"].numGlyphs
    glyph = pack(">HH", count, 4) + bytes(4)
    offsets = b"".join(pack(">I", number * len(glyph)) for number in range(glyphs + 1))
    start = 20 + len(offsets)
    head = pack(">HHHHIHHI", 1, 0, 1, 0, start, glyphs, 1, start)
    return with_table("gvar", head + offsets + glyph * glyphs)


def font_of_points(count: int) -> bytes:
    """A font whose letters are contours of so many points at one place, of which a file repeats the description."""
    font = TTFont(BytesIO(static_arimo()))
    font.recalcBBoxes = False
    whole, rest = divmod(count, 256)
    flags = b"\x39\xff" * whole + (bytes([0x39, rest - 1]) if rest else b"")  # on the curve, not moved, repeated
    outline = pack(">hhhhhHH", 1, 0, 0, 0, 0, count - 1, 0) + flags
    glyphs = font["glyf"]
    for name in LETTERS:
        glyphs.glyphs[name] = Glyph(outline + bytes(-len(outline) % 4))
    return saved(font)


def font_of_chain() -> bytes:
    """A font in which each glyph consists of the next one, a thousand times."""
    font = TTFont(BytesIO(static_arimo()))
    names = ["a", *[name for name in font.getGlyphOrder()[10:1010] if name != "a"]]
    for name, other in pairwise(names):
        pen = TTGlyphPen(font.getGlyphSet())
        pen.addComponent(other, (1, 0, 0, 1, 0, 0))
        font["glyf"].glyphs[name] = glyph = pen.glyph()
        glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    font.recalcBBoxes = False
    return saved(font)
