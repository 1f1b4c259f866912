"""Shapes text with HarfBuzz: the glyphs of letters beside each other, and their positions."""

from functools import lru_cache

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_faces import Face
from ucap_reports.fonts.font_sources import FIRST_SHAPE, FontSource
from ucap_reports.fonts.open_fonts import open_font
from ucap_reports.pdf.text.glyph_writing import ALONE, Shape, WritingMode

_MARKS_ALONE = dict.fromkeys(("kern", "liga", "clig", "calt", "locl"), False)
"""Features that are off for text that is otherwise written letter by letter."""
_LEVEL = 15
"""The offset above or below the line, in 1/1000 em, up to which it is ignored: it is invisible, and would split the
line when it is copied.
"""


def shape(source: FontSource, face: Face, text: str, mode: WritingMode, beside: tuple[str, str]) -> tuple[Shape, ...]:
    """Return the glyphs of a text in one direction, in the order from left to right; letters join those `beside` the
    text.
    """
    placed = _shaped(source, face, text, mode, beside)
    return tuple(Shape(chr(FIRST_SHAPE + glyph), *measures) for glyph, *measures in placed)


@lru_cache(maxsize=4096)
def place_marks(source: FontSource, face: Face, cluster: str, mode: WritingMode) -> tuple[Shape, ...]:
    """Return a letter and its marks in a font that is not shaped otherwise, each mark at its place on the letter."""
    characters = _characters(face)
    for features in (_MARKS_ALONE, _MARKS_ALONE | {"ccmp": False}):
        placed = _shaped(source, face, cluster, mode, ALONE, **features)
        if characters.keys() >= {glyph for glyph, *_ in placed}:
            break
    else:
        drawn = [character for character in cluster if face.index.code(ord(character))]
        return tuple(Shape(character, face.width(character), 0, 0) for character in drawn)
    shapes = []
    for glyph, advance, right, up in placed:
        shapes.append(Shape(characters[glyph], advance, right, 0 if abs(up) <= _LEVEL else up))
    return tuple(shapes)


def _shaped(
    source: FontSource, face: Face, text: str, mode: WritingMode, beside: tuple[str, str], **features: bool
) -> list[tuple[int, int, int, int]]:
    """Return the glyphs of a text, each with its advance and offsets in 1/1000 em."""
    buffer = harfbuzz.Buffer()
    before, after = beside
    codes = list(map(ord, before + text + after))
    buffer.add_codepoints(codes, item_offset=len(before), item_length=len(text))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if mode.right_to_left else "ltr"
    buffer.language = mode.language or "und"  # never the language of the machine
    harfbuzz.shape(open_font(source).font, buffer, features)
    scaled = face.thousandths
    return [
        (glyph.codepoint, scaled(position.x_advance), scaled(position.x_offset), scaled(position.y_offset))
        for glyph, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]


@lru_cache(maxsize=16)
def _characters(face: Face) -> dict[int, str]:
    """Return the characters of a face by the glyphs of its font; the first of those that share one."""
    characters: dict[int, str] = {}
    for glyph, character in zip(face.index.glyphs, face.index.characters, strict=True):
        characters.setdefault(glyph, chr(character))
    return characters
