"""Font files to prepared faces, by fontTools: one simple TrueType outline for each character.

Whatever comes in (TrueType or CFF, static or variable, with composites, hints and layout tables), what goes out is
plain: no glyph refers to another and no two characters share one, so that a subset is a matter of picking, and the
text that a reader copies from a PDF is the text that was written.
"""

import unicodedata
from array import array
from collections.abc import Iterable
from contextlib import nullcontext
from functools import lru_cache
from io import BytesIO
from typing import Any

from fontTools.misc.roundTools import otRound
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import flagOverlapSimple
from msgspec import Struct

from ucap_reports.fonts.font_files import FontSource, FontUnusable
from ucap_reports.fonts.font_metrics import FIRST_SHAPE, FontIndex, Metrics
from ucap_reports.fonts.glyph_text import glyph_meanings
from ucap_reports.fonts.synthetic_bold import THICKENING, thicken
from ucap_reports.fonts.work_limit import most_calls

INVISIBLE = frozenset(
    {0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF}
    | set(range(0x200B, 0x2010))
    | set(range(0x2028, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFE00, 0xFE10))
)
"""Characters that every face has, without width and without ink, whatever the font draws for them: soft hyphen,
joiners, marks of direction, selectors (Unicode's Default_Ignorable_Code_Point), separators of lines and paragraphs."""

SPACES = {
    0x2000: 500,
    0x2001: 1000,
    0x2002: 500,
    0x2003: 1000,
    0x2004: 333,
    0x2005: 250,
    0x2006: 167,
    0x2009: 200,
    0x200A: 100,
    0x202F: 200,
    0x205F: 222,
    0x3000: 1000,
}
"""Widths in 1/1000 em of the spaces that have one by definition (Unicode, table 6-2), for fonts that lack them."""

AS_WIDE_AS = {0x09: 0x20, 0xA0: 0x20, 0x2007: 0x30, 0x2008: 0x2E}
"""Blanks that are as wide as another character (a figure space as a figure), for fonts that lack them."""

AS_DRAWN_AS = {0x2010: 0x2D, 0x2011: 0x2D}
"""Characters that look as another does, for fonts that lack them."""

_CU2QU_ERROR = 0.001  # em: a thousandth cannot be seen, and keeps the outlines small
_RESTRICTED = 0x0002  # OS/2 fsType: this font must not be embedded
_NOT_TEXT = frozenset({"Cc", "Cs", "Co"})  # categories: control, surrogate, private use
_NONCHARACTERS = frozenset(range(0xFDD0, 0xFDF0)) | {
    plane | end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
}
_CALLS_AT_LEAST, _CALLS_A_GLYPH = 20_000, 5_000  # of a pack's font: a letter takes 600, a Chinese one up to 3,000
_MOST_CHARACTERS = 0xFFFE  # glyph ids have sixteen bits, and .notdef takes one


class _SourceGlyph(Struct, frozen=True):
    """What is drawn for a character: a glyph of the font (None: nothing), and its width in font units."""

    name: str | None
    advance: int


class _OpenFont(Struct, frozen=True):
    font: Any
    glyph_set: Any
    glyphs: dict[int, _SourceGlyph]
    """By code point."""


def prepare_index(source: FontSource) -> FontIndex:
    """The characters and measures of a face; FontUnusable when its file is damaged or must not be embedded."""
    opened = _open(source)
    characters = sorted(opened.glyphs)
    advances = [opened.glyphs[character].advance for character in characters]
    metrics = _metrics(opened.font, source.weight)
    meanings = glyph_meanings(opened.font) if source.shaped else ()
    return FontIndex(metrics, array("I", characters), array("H", [metrics.units_per_em // 2, *advances]), meanings)


def draw_outlines(source: FontSource, characters: Iterable[int]) -> list[bytes]:
    """The outlines of these code points, each as an entry of a `glyf` table, empty where nothing is drawn."""
    opened = _open(source)
    strength = otRound(opened.font["head"].unitsPerEm * THICKENING) if source.thickened else 0
    names = [opened.glyphs[character].name for character in characters]
    bounds = nullcontext() if source.path is not None else most_calls(_CALLS_AT_LEAST + _CALLS_A_GLYPH * len(names))
    try:
        with bounds:
            return [_outline(opened, name, strength) for name in names]
    except Exception as error:
        raise FontUnusable(f"{source.name} cannot be drawn: {error}") from error


@lru_cache(maxsize=8)
def _open(source: FontSource) -> _OpenFont:
    try:
        font = TTFont(BytesIO(source.read()), lazy=True)
        axes = {axis.axisTag for axis in font["fvar"].axes} if "fvar" in font else set()
        glyph_set = font.getGlyphSet(location={"wght": source.weight} if "wght" in axes else None)
        glyphs = _glyphs(font, glyph_set)
        if source.shaped:
            glyphs |= _shapes(font, glyph_set)
    except Exception as error:  # fontTools raises whatever it stumbles over
        raise FontUnusable(f"{source.name} cannot be read: {error}") from error
    if font["OS/2"].fsType & 0xF == _RESTRICTED:
        raise FontUnusable(f"{source.name} must not be embedded: its maker says so in the font")
    return _OpenFont(font, glyph_set, glyphs)


def _glyphs(font: Any, glyph_set: Any) -> dict[int, _SourceGlyph]:
    """What each character is drawn with: the font's own, then what every face has."""
    own = {code: name for code, name in font.getBestCmap().items() if _is_text(code)}
    glyphs = {code: _SourceGlyph(name, otRound(glyph_set[name].width)) for code, name in own.items()}
    per_thousandth = font["head"].unitsPerEm / 1000
    blanks = {code: otRound(width * per_thousandth) for code, width in SPACES.items()}
    blanks |= {code: glyphs[model].advance for code, model in AS_WIDE_AS.items() if model in glyphs}
    drawn = {code: glyphs[model] for code, model in AS_DRAWN_AS.items() if model in glyphs}
    invisible = dict.fromkeys(sorted(INVISIBLE), _SourceGlyph(None, 0))
    every = {code: _SourceGlyph(None, width) for code, width in blanks.items()} | drawn | glyphs | invisible
    if len(every) > _MOST_CHARACTERS:
        raise ValueError(f"more than {_MOST_CHARACTERS} characters")
    return every


def _shapes(font: Any, glyph_set: Any) -> dict[int, _SourceGlyph]:
    """Every glyph of the font under its private character."""
    names = enumerate(font.getGlyphOrder(), FIRST_SHAPE)
    return {code: _SourceGlyph(name, otRound(glyph_set[name].width)) for code, name in names}


def _is_text(code: int) -> bool:
    """Whether a reader can do something with the character: PDF/A-2 (6.2.11.7.3) asks for an explanation of each
    private one, and neither a control nor a noncharacter is ever meant.
    """
    return code not in _NONCHARACTERS and unicodedata.category(chr(code)) not in _NOT_TEXT


def _outline(opened: _OpenFont, name: str | None, strength: float) -> bytes:
    if name is None:
        return b""
    pen = TTGlyphPen(None)
    if "glyf" in opened.font:
        opened.glyph_set[name].draw(DecomposingFilterPen(pen, opened.glyph_set, reverseFlipped=True))
    else:
        error = opened.font["head"].unitsPerEm * _CU2QU_ERROR
        opened.glyph_set[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
    glyph = pen.glyph()
    if strength:
        thicken(glyph, strength)
    if "fvar" in opened.font and glyph.numberOfContours > 0:
        glyph.flags[0] |= flagOverlapSimple  # variable fonts build letters of strokes that cross
    content: bytes = glyph.compile(None)
    return content


def _metrics(font: Any, weight: int) -> Metrics:
    head, horizontal, windows, post = font["head"], font["hhea"], font["OS/2"], font["post"]
    return Metrics(
        units_per_em=head.unitsPerEm,
        ascent=horizontal.ascent,
        descent=horizontal.descent,
        cap_height=getattr(windows, "sCapHeight", 0) or otRound(head.unitsPerEm * 0.7),
        box=(head.xMin, head.yMin, head.xMax, head.yMax),
        italic_angle=otRound(post.italicAngle * 100),
        italic=bool(post.italicAngle or head.macStyle & 2),
        fixed_pitch=bool(post.isFixedPitch),
        weight=weight,
    )
