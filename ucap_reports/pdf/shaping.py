"""Shaped text: the glyphs that a font has for letters beside each other, and where they stand (by HarfBuzz)."""

from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as harfbuzz

from ucap_reports.fonts import FIRST_SHAPE, Face, FontSource


class Shape(NamedTuple):
    """A glyph as a character of its face (see `FontIndex`), in 1/1000 em: how far the pen moves over it, and how far it
    is drawn beside and above the pen.
    """

    character: str
    advance: int
    right: int
    up: int


def shape(source: FontSource, face: Face, text: str, language: str, *, right_to_left: bool) -> tuple[Shape, ...]:
    """The glyphs of a text that runs in one direction, from left to right as they stand on the line."""
    buffer = harfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    buffer.language = language or "und"  # never that of the machine
    harfbuzz.shape(_font(source), buffer)
    return tuple(
        Shape(
            chr(FIRST_SHAPE + found.codepoint),
            *map(face.thousandths, (place.x_advance, place.x_offset, place.y_offset)),
        )
        for found, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


@lru_cache(maxsize=16)
def _font(source: FontSource) -> harfbuzz.Font:
    font = harfbuzz.Font(harfbuzz.Face(source.read()))
    font.set_variations({"wght": source.weight})
    return font
