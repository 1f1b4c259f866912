"""What layout needs of a face: which characters it has, how wide they are, and its measures."""

import struct
import sys
from array import array
from bisect import bisect_left
from typing import Self

from msgspec import Struct

FIRST_SHAPE = 0xF0000
"""Glyph n of a shaped font is "character" FIRST_SHAPE + n of its face: private ones, which no text has there."""
_FIXED = struct.Struct("<H8h??HH")


class Metrics(Struct, frozen=True):
    """A face's measures in font units, as a PDF font descriptor asks for them (ISO 32000-1, table 122).

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
    """The characters of a face in order. Glyph 0 is the empty .notdef, glyph n belongs to `characters[n - 1]` alone;
    `advances[n]` is its width in font units. A shaped face ends with the glyphs of its font by their number, of which
    `meanings` tells what text each stands for.
    """

    metrics: Metrics
    characters: "array[int]"
    advances: "array[int]"
    meanings: tuple[str, ...] = ()

    def text(self, glyph: int) -> str:
        """What a glyph id stands for."""
        character = self.characters[glyph - 1]
        return self.meanings[character - FIRST_SHAPE] if self.meanings and character >= FIRST_SHAPE else chr(character)

    def glyph(self, character: int) -> int:
        """The glyph id of a code point; 0 when the face has none."""
        place = bisect_left(self.characters, character)
        return place + 1 if place < len(self.characters) and self.characters[place] == character else 0

    def encode(self) -> bytes:
        """The index as bytes, the same on every machine."""
        face = self.metrics
        measures = (face.units_per_em, face.ascent, face.descent, face.cap_height, *face.box, face.italic_angle)
        fixed = _FIXED.pack(*measures, face.italic, face.fixed_pitch, face.weight, len(self.characters))
        numbers = _little_endian(self.characters).tobytes() + _little_endian(self.advances).tobytes()
        return fixed + numbers + "\0".join(self.meanings).encode()

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """The index that `encode` made these bytes of."""
        units, ascent, descent, cap_height, *box, angle, italic, fixed, weight, count = _FIXED.unpack_from(content)
        left, bottom, right, top = box
        metrics = Metrics(units, ascent, descent, cap_height, (left, bottom, right, top), angle, italic, fixed, weight)
        middle = _FIXED.size + 4 * count
        end = middle + 2 * (count + 1)
        characters, advances = array("I", content[_FIXED.size : middle]), array("H", content[middle:end])
        meanings = tuple(content[end:].decode().split("\0")) if content[end:] else ()
        return cls(metrics, _little_endian(characters), _little_endian(advances), meanings)


def _little_endian(numbers: "array[int]") -> "array[int]":
    """The numbers between this machine's order of bytes and the file's, in either direction."""
    if sys.byteorder == "little":
        return numbers
    swapped = numbers[:]
    swapped.byteswap()
    return swapped
