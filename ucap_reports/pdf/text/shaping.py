"""Shapes text with HarfBuzz: the glyphs of letters beside each other, and their positions."""

from functools import lru_cache
from typing import Any, NamedTuple

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.prepared_faces import FIRST_SHAPE, Face
from ucap_reports.pdf.text.glyph_writing import ALONE, WritingMode


class Shape(NamedTuple):
    """A glyph as a character of its face (see `FontIndex`). In 1/1000 em: the move of the pen over it, and its offset
    from the pen.
    """

    character: str
    advance: int
    right: int
    up: int


_MARKS_ALONE = dict.fromkeys(("kern", "liga", "clig", "calt", "locl"), False)
"""Features that are off for text that is otherwise written letter by letter."""
_LEVEL = 15
"""The offset above or below the line, in 1/1000 em, up to which it is ignored: it is invisible, and would split the
line when it is copied.
"""


def shape(source: FontSource, face: Face, text: str, mode: WritingMode, beside: tuple[str, str]) -> tuple[Shape, ...]:
    """The glyphs of a text in one direction, in the order from left to right; letters join those `beside` the text."""
    buffer = _shaped(source, text, mode, beside=beside)
    return tuple(
        Shape(chr(FIRST_SHAPE + glyph), *_place(face, position))
        for glyph, position in zip(_glyphs(buffer), buffer.glyph_positions, strict=True)
    )


@lru_cache(maxsize=4096)
def place_marks(source: FontSource, face: Face, cluster: str, mode: WritingMode) -> tuple[Shape, ...]:
    """A letter and its marks in a font that is not shaped otherwise, each mark at its place on the letter."""
    characters = _characters(source, face)
    for features in (_MARKS_ALONE, _MARKS_ALONE | {"ccmp": False}):
        buffer = _shaped(source, cluster, mode, features)
        if characters.keys() >= set(_glyphs(buffer)):
            break
    else:
        return tuple(Shape(each, face.advance(face.index.glyph(ord(each))), 0, 0) for each in cluster)
    places = (_place(face, position) for position in buffer.glyph_positions)
    return tuple(
        Shape(characters[glyph], advance, right, 0 if abs(up) <= _LEVEL else up)
        for glyph, (advance, right, up) in zip(_glyphs(buffer), places, strict=True)
    )


def _shaped(
    source: FontSource,
    text: str,
    mode: WritingMode,
    features: dict[str, bool] | None = None,
    beside: tuple[str, str] = ALONE,
) -> harfbuzz.Buffer:
    buffer = harfbuzz.Buffer()
    before, after = beside
    codes = list(map(ord, before + text + after))
    buffer.add_codepoints(codes, item_offset=len(before), item_length=len(text))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if mode.right_to_left else "ltr"
    buffer.language = mode.language or "und"  # never the language of the machine
    harfbuzz.shape(_font(source), buffer, features)
    return buffer


def _glyphs(buffer: harfbuzz.Buffer) -> list[int]:
    return [found.codepoint for found in buffer.glyph_infos]


def _place(face: Face, position: Any) -> tuple[int, int, int]:
    """Advance and offsets of a glyph in 1/1000 em."""
    advance, right, up = map(face.thousandths, (position.x_advance, position.x_offset, position.y_offset))
    return advance, right, up


@lru_cache(maxsize=16)
def _font(source: FontSource) -> harfbuzz.Font:
    font = harfbuzz.Font(harfbuzz.Face(source.read()))
    font.set_variations({"wght": source.weight})
    return font


@lru_cache(maxsize=16)
def _characters(source: FontSource, face: Face) -> dict[int, str]:
    """The characters of a face by the glyphs of its font; the first of those that share one."""
    font = _font(source)
    found = ((font.get_nominal_glyph(character), chr(character)) for character in reversed(face.index.characters))
    return {glyph: character for glyph, character in found if glyph}
