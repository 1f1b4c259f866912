"""The characters and measures of a face, read from its font with HarfBuzz."""

import unicodedata

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.open_fonts import OpenFont, open_font, table
from ucap_reports.fonts.prepared_faces import FIRST_SHAPE, FontIndex, Metrics
from ucap_reports.fonts.table_checks import check_characters, check_variations

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

AS_WIDE_AS = {0x2007: 0x30, 0x2008: 0x2E}
"""Blanks with the width of another character (a figure space has that of a digit), for fonts that lack them."""

AS_DRAWN_AS = {0x09: 0x20, 0xA0: 0x20, 0x2010: 0x2D, 0x2011: 0x2D}
"""Characters that look like another, for fonts that lack them."""

_NOT_TEXT = frozenset({"Cc", "Cs", "Co"})  # categories: control, surrogate, private use
_MOST_CHARACTERS = 0xFFFE  # codes have sixteen bits, and 0 is no character


def prepare_index(source: FontSource) -> FontIndex:
    """Read the characters and measures of a face. Raises ProblemsFound if the file is damaged or forbids embedding."""
    opened = open_font(source)
    try:
        if source.path is None:
            check_characters(opened.face)
            check_variations(opened.face)
        metrics = _metrics(opened, source.weight)
        glyphs = _glyphs(opened)
        meanings: tuple[str, ...] = ()
        if source.shaped:
            from ucap_reports.fonts.glyph_text import glyph_meanings  # noqa: PLC0415 - fontTools takes 80 ms to import

            glyphs |= {FIRST_SHAPE + glyph: glyph for glyph in range(opened.face.glyph_count)}
            meanings = glyph_meanings(source.read())
    except Exception as error:  # fontTools raises any exception for a damaged font
        raise source.unusable("reading", error) from error
    characters = tuple(sorted(glyphs))
    drawn = tuple([glyphs[character] for character in characters])
    advances = tuple([opened.font.get_glyph_h_advance(glyph) for glyph in drawn])
    return FontIndex(metrics, characters, drawn, advances, _blanks(opened, glyphs), meanings)


def _glyphs(opened: OpenFont) -> dict[int, int]:
    """The glyph of each character: those of the font, and those that look like another."""
    codes = opened.face.unicodes
    if len(codes) > _MOST_CHARACTERS:
        raise ValueError(f"more than {_MOST_CHARACTERS} characters")
    glyphs = {}
    for code in codes:
        glyph = opened.font.get_nominal_glyph(code) if _is_text(code) else None
        if glyph:
            glyphs[code] = glyph
    for code, model in AS_DRAWN_AS.items():
        if model in glyphs:
            glyphs.setdefault(code, glyphs[model])
    return glyphs


def _blanks(opened: OpenFont, glyphs: dict[int, int]) -> dict[int, int]:
    """The widths of characters without a glyph, in font units."""
    per_thousandth = opened.face.upem / 1000
    blanks = {code: round(width * per_thousandth) for code, width in SPACES.items()}
    for code, model in AS_WIDE_AS.items():
        if model in glyphs:
            blanks[code] = opened.font.get_glyph_h_advance(glyphs[model])
    blanks = {code: width for code, width in blanks.items() if code not in glyphs}
    return blanks | dict.fromkeys(sorted(INVISIBLE), 0)


def _is_text(code: int) -> bool:
    """Return whether the character is text with a glyph, not a control or a noncharacter. A private character is not:
    PDF/A-2 (6.2.11.7.3) requires an explanation of each.
    """
    is_noncharacter = code & 0xFFFE == 0xFFFE or code in range(0xFDD0, 0xFDF0)  # noqa: PLR2004 - the last two of a plane
    return not is_noncharacter and code not in INVISIBLE and unicodedata.category(chr(code)) not in _NOT_TEXT


def _metrics(opened: OpenFont, weight: int) -> Metrics:
    face = opened.face
    units_per_em, left, bottom, right, top, style = table(face, "head", ">18xH16x4hH")
    ascent, descent = table(face, "hhea", ">4xhh")
    angle, is_monospaced = table(face, "post", ">4xi4xI")
    return Metrics(
        units_per_em=units_per_em,
        ascent=ascent,
        descent=descent,
        cap_height=_cap_height(opened) or round(units_per_em * 0.7),
        box=(left, bottom, right, top),
        italic_angle=round(angle * 100 / 0x10000),
        italic=bool(angle or style & 2),
        fixed_pitch=bool(is_monospaced),
        weight=weight,
    )


def _cap_height(opened: OpenFont) -> int:
    """The height of capitals; 0 if the font does not contain it (OpenType 1.9, OS/2 before version 2)."""
    (version,) = table(opened.face, "OS/2", ">H")
    return table(opened.face, "OS/2", ">88xh")[0] if version > 1 else 0
