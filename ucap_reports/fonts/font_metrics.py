"""What layout needs of a face: its characters, their widths, and its vertical measures."""

from bisect import bisect_left

from msgspec import Struct

FIRST_SHAPE = 0xF0000
"""Glyph n of a shaped font is the private "character" FIRST_SHAPE + n of its face, which no text contains."""


class Metrics(Struct, frozen=True):
    """The measures of a face in font units, as a PDF font descriptor needs them (ISO 32000-1, table 122).

    `box` is left, bottom, right, top; `italic_angle` is in hundredths of a degree, negative when it leans right.
    """

    units_per_em: int
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]
    italic_angle: int
    italic: bool
    fixed_pitch: bool
    weight: int


class FontIndex(Struct, frozen=True):
    """The characters of a face in order. Glyph 0 is the empty .notdef, glyph n is that of `characters[n - 1]` alone;
    `advances[n]` is its width in font units. A shaped face ends with all glyphs of its font in order, `meanings` has
    the text of each.
    """

    metrics: Metrics
    characters: tuple[int, ...]
    advances: tuple[int, ...]
    meanings: tuple[str, ...] = ()

    def text(self, glyph: int) -> str:
        """The text of a glyph id."""
        character = self.characters[glyph - 1]
        return self.meanings[character - FIRST_SHAPE] if self.meanings and character >= FIRST_SHAPE else chr(character)

    def glyph(self, character: int) -> int:
        """The glyph id of a code point; 0 when the face has none."""
        place = bisect_left(self.characters, character)
        return place + 1 if place < len(self.characters) and self.characters[place] == character else 0
