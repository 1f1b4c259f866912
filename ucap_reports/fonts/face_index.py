"""The index of a face: which characters it has, also invisible ones and blanks, their widths, and its measures.

A face for scripts whose letters change beside each other also has the text of each glyph.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from unicodedata import bidirectional, category, normalize

from ucap_reports.fonts.font_checks_and_licences import OpenFont, check_characters_and_variations, open_font, table
from ucap_reports.fonts.font_sources import FIRST_SHAPE, FontIndex, FontSource, Metrics

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
_AS_WIDE_AS = {0x2007: 0x30, 0x2008: 0x2E}
"""Blanks with the width of another character (a figure space has that of a digit), for fonts that lack them."""
_AS_DRAWN_AS = {0x09: 0x20, 0xA0: 0x20, 0x2010: 0x2D, 0x2011: 0x2D}
"""Characters that look like another, for fonts that lack them."""
_NOT_TEXT = frozenset({"Cc", "Cs", "Co"})  # categories: control, surrogate, private use
_MAX_CHARACTERS = 0xFFFE  # codes have sixteen bits, and 0 is no character
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_SINGLE, _MULTIPLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 2, 3, 4, 7
_FORMS = frozenset({*range(0xFB1D, 0xFE00), *range(0xFE70, 0xFEFD)})
"""Characters that are forms and ligatures of Hebrew and Arabic letters."""
_NO_TEXT = frozenset({"Cc", "Co"})
_PASSES = 4
"""More passes than fonts need from a letter to the last of its forms."""
_Substitution = tuple[tuple[str, ...], str]
"""The names of glyphs that are replaced, and of one that replaces them."""


def prepare_index(source: FontSource) -> FontIndex:
    """Read the characters and measures of a face. Raises ProblemsFound if the file is damaged or forbids embedding."""
    opened = open_font(source)
    try:
        if source.path is None:
            check_characters_and_variations(opened.face)
        metrics = _metrics(opened, source.weight)
        glyphs = _glyphs(opened)
        meanings: tuple[str, ...] = ()
        if source.shaped:
            glyphs |= {FIRST_SHAPE + glyph: glyph for glyph in range(opened.face.glyph_count)}
            meanings = _glyph_meanings(source.read())
    except Exception as error:  # fontTools raises any exception for a damaged font
        raise source.unusable("reading", error) from error
    characters = tuple(sorted(glyphs))
    drawn = tuple([glyphs[character] for character in characters])
    advances = tuple([opened.font.get_glyph_h_advance(glyph) for glyph in drawn])
    return FontIndex(metrics, characters, drawn, advances, _blanks(opened, glyphs), meanings)


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
    """Return the height of capitals; 0 if the font does not contain it (OpenType 1.9, OS/2 before version 2)."""
    (version,) = table(opened.face, "OS/2", ">H")
    return table(opened.face, "OS/2", ">88xh")[0] if version > 1 else 0


def _glyphs(opened: OpenFont) -> dict[int, int]:
    """Return the glyph of each character: those of the font, and those that look like another."""
    codes = opened.face.unicodes
    if len(codes) > _MAX_CHARACTERS:
        raise ValueError(f"more than {_MAX_CHARACTERS} characters")
    glyphs = {}
    for code in codes:
        glyph = opened.font.get_nominal_glyph(code) if _is_text(code) else None
        if glyph:
            glyphs[code] = glyph
    for code, model in _AS_DRAWN_AS.items():
        if model in glyphs:
            glyphs.setdefault(code, glyphs[model])
    return glyphs


def _is_text(code: int) -> bool:
    """Return whether the character is text with a glyph, not a control or a noncharacter. A private character is not:
    PDF/A-2 (6.2.11.7.3) requires an explanation of each.
    """
    is_noncharacter = code & 0xFFFE == 0xFFFE or code in range(0xFDD0, 0xFDF0)  # noqa: PLR2004 - the last two of a plane
    return not is_noncharacter and code not in INVISIBLE and category(chr(code)) not in _NOT_TEXT


def _blanks(opened: OpenFont, glyphs: dict[int, int]) -> dict[int, int]:
    """Return the widths of characters without a glyph, in font units."""
    per_thousandth = opened.face.upem / 1000
    widths = {code: round(width * per_thousandth) for code, width in SPACES.items()}
    for code, model in _AS_WIDE_AS.items():
        if model in glyphs:
            widths[code] = opened.font.get_glyph_h_advance(glyphs[model])
    blanks = {code: width for code, width in widths.items() if code not in glyphs}
    return blanks | dict.fromkeys(sorted(INVISIBLE), 0)


def _glyph_meanings(content: bytes) -> tuple[str, ...]:
    """Return the text of each glyph in the font's order: the letter of a form, the letters of a ligature.

    Text of a right-to-left script is reversed, because readers of PDF reverse the complete line.
    """
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - takes 80 ms, and only shaped fonts need it

    font = TTFont(BytesIO(content), lazy=True)
    known: dict[str, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        character = chr(code)
        if category(character) not in _NO_TEXT:
            text = normalize("NFKC", character) if code in _FORMS else character
            known.setdefault(name, text)
    substitutions = list(_substitutions(font))
    for _ in range(_PASSES):
        for replaced, name in substitutions:
            if name not in known and all(part in known for part in replaced):
                known[name] = "".join([known[part] for part in replaced])
    meanings = [known.get(name, _UNKNOWN) for name in font.getGlyphOrder()]
    return tuple(map(_left_to_right, meanings))


def _substitutions(font: Any) -> Iterator[_Substitution]:
    """Yield the substitutions of the font's lookups (OpenType 1.9, GSUB); contextual ones refer to simple ones."""
    if "GSUB" not in font:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            if subtable.LookupType == _EXTENSION:
                yield from _of_table(subtable.ExtSubTable)
            else:
                yield from _of_table(subtable)


def _of_table(table: Any) -> Iterator[_Substitution]:
    """Yield the substitutions of a table of a lookup."""
    if table.LookupType == _SINGLE:
        for replaced, name in table.mapping.items():
            yield (replaced,), name
    elif table.LookupType == _MULTIPLE:
        for replaced, names in table.mapping.items():
            if names:
                yield (replaced,), names[0]
    elif table.LookupType == _ALTERNATE:
        for replaced, names in table.alternates.items():
            for name in names:
                yield (replaced,), name
    elif table.LookupType == _LIGATURE:
        for first, ligatures in table.ligatures.items():
            for ligature in ligatures:
                yield (first, *ligature.Component), ligature.LigGlyph


def _left_to_right(text: str) -> str:
    """Return the text of a glyph in the order in which it is drawn."""
    is_from_the_right = any(bidirectional(character) in {"R", "AL"} for character in text)
    if is_from_the_right or category(text[0]) == "Mn":
        return text[::-1]
    return text
