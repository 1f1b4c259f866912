"""Prepares faces from font files with fontTools: one simple TrueType outline for each character.

Fonts may be TrueType or CFF, static or variable, with composites, hints and layout tables. In a prepared face no glyph
refers to another and no two characters share one: a subset is a selection of glyphs, and text that is copied from a
PDF is the text that was written.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from fontTools.misc.roundTools import otRound
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from msgspec import Struct

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.glyph_text import glyph_meanings
from ucap_reports.fonts.prepared_faces import FIRST_SHAPE, FontIndex, Metrics
from ucap_reports.fonts.synthetic_bold import THICKENING, thicken
from ucap_reports.fonts.work_limits import WorkLimit, check_characters

INVISIBLE = frozenset(
    {0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF}
    | set(range(0x200B, 0x2010))
    | set(range(0x2028, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFE00, 0xFE10))
)
"""Characters that every face has without width and ink, even if the font draws something: soft hyphen, joiners, marks
of direction, selectors (Unicode's Default_Ignorable_Code_Point), line and paragraph separators."""

SPACES = dict(zip(range(0x2000, 0x2007), (500, 1000, 500, 1000, 333, 250, 167), strict=True))
SPACES |= {0x2009: 200, 0x200A: 100, 0x202F: 200, 0x205F: 222, 0x3000: 1000}
"""Widths in 1/1000 em of the spaces that have a defined width (Unicode, table 6-2), for fonts that lack them."""

AS_WIDE_AS = {0x09: 0x20, 0xA0: 0x20, 0x2007: 0x30, 0x2008: 0x2E}
"""Blanks with the width of another character (a figure space has that of a digit), for fonts that lack them."""

AS_DRAWN_AS = {0x2010: 0x2D, 0x2011: 0x2D}
"""Characters that look like another, for fonts that lack them."""

_CU2QU_ERROR = 0.001  # em: invisible, and keeps the outlines small
_RESTRICTED = 0x0002  # OS/2 fsType: embedding is not allowed
_OVERLAPS = 0x40  # flag of the first point: contours of the glyph overlap
_NOT_TEXT = frozenset({"Cc", "Cs", "Co"})  # categories: control, surrogate, private use
_MOST_CHARACTERS = 0xFFFE  # glyph ids have sixteen bits, and .notdef takes one


class _SourceGlyph(Struct, frozen=True):
    """The glyph of a character (None if nothing is drawn), and its width in font units."""

    name: str | None
    advance: int


class _OpenFont(Struct, frozen=True):
    font: Any
    glyph_set: Any
    glyphs: dict[int, _SourceGlyph]
    """By code point."""


def prepare_index(source: FontSource) -> FontIndex:
    """The characters and measures of a face. Raises ProblemsFound if the file is damaged or forbids embedding."""
    opened = _open(source)
    characters = tuple(sorted(opened.glyphs))
    advances = [opened.glyphs[character].advance for character in characters]
    try:
        metrics = _metrics(opened.font, source.weight)
        meanings = glyph_meanings(opened.font) if source.shaped else ()
    except Exception as error:
        raise source.unusable("reading", error) from error
    return FontIndex(metrics, characters, (metrics.units_per_em // 2, *advances), meanings)


def draw_outlines(source: FontSource, characters: Sequence[int]) -> list[bytes]:
    """The outlines of these code points as entries of a `glyf` table, empty where nothing is drawn."""
    opened = _open(source)
    strength = otRound(opened.font["head"].unitsPerEm * THICKENING) if source.thickened else 0
    names = [opened.glyphs[character].name for character in characters]
    limit = WorkLimit(opened.font, len(names))
    try:
        return [_outline(opened, name, strength, limit) for name in names]
    except Exception as error:
        raise source.unusable("drawing", error) from error


@lru_cache(maxsize=8)
def _open(source: FontSource) -> _OpenFont:
    try:
        font = TTFont(BytesIO(source.read()), lazy=True)
        check_characters(font)
        axes = {axis.axisTag for axis in font["fvar"].axes} if "fvar" in font else set()
        glyph_set = font.getGlyphSet(location={"wght": source.weight} if "wght" in axes else None)
        glyphs = _glyphs(font, glyph_set)
        if source.shaped:
            glyphs |= _shapes(font, glyph_set)
        embedding = font["OS/2"].fsType & 0xF
    except Exception as error:  # fontTools raises any exception for a damaged font
        raise source.unusable("reading", error) from error
    if embedding == _RESTRICTED:
        raise source.unusable("restricted")
    return _OpenFont(font, glyph_set, glyphs)


def _glyphs(font: Any, glyph_set: Any) -> dict[int, _SourceGlyph]:
    """The glyph of each character: those of the font, and those that every face has."""
    own = {code: name for code, name in font.getBestCmap().items() if _is_text(code)}
    if "gvar" in font and "HVAR" not in font:  # then the widths are those of the drawn glyphs
        limit = WorkLimit(font, len(own))
        for name in own.values():
            limit.count_glyph(name, glyph_set)
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
    """Whether the character is text, not a control or a noncharacter. A private character is not: PDF/A-2
    (6.2.11.7.3) requires an explanation of each.
    """
    is_noncharacter = code & 0xFFFE == 0xFFFE or code in range(0xFDD0, 0xFDF0)  # noqa: PLR2004 - the last two of a plane
    return not is_noncharacter and unicodedata.category(chr(code)) not in _NOT_TEXT


def _outline(opened: _OpenFont, name: str | None, strength: float, limit: WorkLimit) -> bytes:
    if name is None:
        return b""
    limit.count_glyph(name, opened.glyph_set)
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
        glyph.flags[0] |= _OVERLAPS  # the strokes of variable fonts cross
    content: bytes = glyph.compile(None)
    return content


def _metrics(font: Any, weight: int) -> Metrics:
    head, horizontal, windows, post = font["head"], font["hhea"], font["OS/2"], font["post"]
    if head.unitsPerEm == 0:
        raise ValueError("no units per em")
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
