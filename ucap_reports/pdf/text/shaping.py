"""Shaped text: the glyphs that a font has for letters beside each other, and where they stand (by HarfBuzz)."""

from functools import lru_cache
from typing import Any, NamedTuple

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.font_metrics import FIRST_SHAPE
from ucap_reports.fonts.prepared_faces import Face


class Shape(NamedTuple):
    """A glyph as a character of its face (see `FontIndex`), in 1/1000 em: how far the pen moves over it, and how far it
    is drawn beside and above the pen.
    """

    character: str
    advance: int
    right: int
    up: int


class Surrounded(NamedTuple):
    """A text, and what stands before and after it in the word that it is a part of: letters join over its ends."""

    text: str
    before: str = ""
    after: str = ""


_MARKS_ALONE = dict.fromkeys(("kern", "liga", "clig", "calt", "locl"), False)
"""What is not done to text that is otherwise written letter by letter."""
_LEVEL = 15
"""Glyphs that are not more above or below the line than so many 1/1000 em stand on it: nobody sees the difference, and
who copies the text is not given several lines.
"""


def shape(source: FontSource, face: Face, text: Surrounded, language: str, *, right_to_left: bool) -> tuple[Shape, ...]:
    """The glyphs of a text that runs in one direction, from left to right as they stand on the line."""
    font = _font(source)
    buffer = _shaped(font, text, language, right_to_left, {})
    return tuple(
        Shape(chr(FIRST_SHAPE + glyph), *_place(face, position))
        for glyph, position in zip(_glyphs(buffer), buffer.glyph_positions, strict=True)
    )


@lru_cache(maxsize=4096)
def place_mark(
    source: FontSource, face: Face, cluster: str, language: str, *, right_to_left: bool
) -> tuple[Shape, ...]:
    """A letter with its marks in a font that is not shaped otherwise, in characters of its face, each mark where its
    letter wants it.
    """
    characters = _characters(source, face)
    for features in (_MARKS_ALONE, _MARKS_ALONE | {"ccmp": False}):
        buffer = _shaped(_font(source), Surrounded(cluster), language, right_to_left, features)
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
    font: harfbuzz.Font,
    text: Surrounded,
    language: str,
    right_to_left: bool,  # noqa: FBT001 - the public functions name it
    features: dict[str, bool],
) -> harfbuzz.Buffer:
    buffer = harfbuzz.Buffer()
    whole = [ord(character) for part in (text.before, text.text, text.after) for character in part]
    buffer.add_codepoints(whole, item_offset=len(text.before), item_length=len(text.text))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    buffer.language = language or "und"  # never that of the machine
    harfbuzz.shape(font, buffer, features)
    return buffer


def _glyphs(buffer: harfbuzz.Buffer) -> list[int]:
    return [found.codepoint for found in buffer.glyph_infos]


def _place(face: Face, position: Any) -> tuple[int, int, int]:
    """How far the pen moves over a glyph, and how far it stands beside and above the pen, in 1/1000 em."""
    advance, right, up = map(face.thousandths, (position.x_advance, position.x_offset, position.y_offset))
    return advance, right, up


@lru_cache(maxsize=16)
def _font(source: FontSource) -> harfbuzz.Font:
    font = harfbuzz.Font(harfbuzz.Face(source.read()))
    font.set_variations({"wght": source.weight})
    return font


@lru_cache(maxsize=16)
def _characters(source: FontSource, face: Face) -> dict[int, str]:
    """The characters of a face by the glyphs that its font has for them, the first of those that share one."""
    font = _font(source)
    found = ((font.get_nominal_glyph(character), chr(character)) for character in reversed(face.index.characters))
    return {glyph: character for glyph, character in found if glyph}
