"""Font files as faces are made of them: the source of a face, and the index of its characters with its measures."""

import struct
from bisect import bisect_left
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.installation import product_fingerprint

REGULAR, BOLD = 400, 700
"""Places on the weight axis."""
_HEADER, _RECORD = 12, 16
"""The bytes before the records of the tables, and those of one record (OpenType 1.9, table directory)."""
WEIGHT = "wght"
"""The tag of the axis of weights."""
_AXES_HEADER, _AXIS, _FIXED = 16, 20, 1 << 16
"""The bytes of the header of the table `fvar` and of one axis, and the unit of the values of an axis (16.16)."""
FIRST_SHAPE = 0xF0000
"""Glyph n of a shaped font is the private "character" FIRST_SHAPE + n of its face, which no text contains."""


class FontSource(Struct, frozen=True, cache_hash=True):
    """A font file on disk (`path`) or in a pack (`content`), and the face to make of it.

    `name` is the PostScript name of the face, unique in a document. `weight` is the place on the weight axis (400
    regular, 700 bold) where the font has one.
    """

    name: str
    weight: int = REGULAR
    path: Path | None = None
    content: bytes = b""
    shaped: bool = False
    """Whether its text is shaped: then the face has all glyphs of the font, including those without a character."""
    thickened: bool = False
    """Whether the face is synthetic bold."""
    file: str | None = None
    """How problems name the file of a pack."""

    def read(self) -> bytes:
        """Return the content of the file."""
        return self.content if self.path is None else self.path.read_bytes()

    def digest(self) -> str:
        """Sixteen hex digits that change with the font, the face, and the code that prepares it.

        Fonts on disk are in packages, which are in the fingerprint of the product.
        """
        font = sha256(self.content).hexdigest() if self.path is None else self.path.name
        face = f"{product_fingerprint()} {font} {self.weight} {self.shaped} {self.thickened}"
        return sha256(face.encode()).hexdigest()[:16]

    def has_weights(self) -> bool:
        """Return whether the font has an axis of weights with bolder ones than regular: other axes make no bold text.

        The axes are in the table `fvar` (OpenType 1.9). HarfBuzz, which would read it, is loaded only for drawing.
        """
        font = self.read()
        table_count = int.from_bytes(font[4:6], "big")
        for record in range(_HEADER, _HEADER + _RECORD * table_count, _RECORD):
            if font[record : record + 4] == b"fvar":
                start = int.from_bytes(font[record + 8 : record + 12], "big")
                return _reaches_bolder(font[start:])
        return False

    def unusable(self, form: str, reason: object = "") -> ProblemsFound:
        """Return the error `font-unusable` about this font; `form` is the wording of the catalogue."""
        fault = problem("font-unusable", Location(self.file), form=form, name=self.name, reason=str(reason))
        return ProblemsFound([fault])


def _reaches_bolder(axes: bytes) -> bool:
    """Return whether a table `fvar` has an axis of weights whose largest value is above regular."""
    if len(axes) < _AXES_HEADER:
        return False
    start, _, count, size = struct.unpack_from(">4H", axes, 4)
    for number in range(count):
        axis = axes[start + number * size :]
        if len(axis) < _AXIS:
            return False
        tag, _, _, largest = struct.unpack_from(">4s3i", axis)
        if tag == WEIGHT.encode():
            return bool(largest / _FIXED > REGULAR)
    return False


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
    """The characters of a face in order: code n writes `characters[n - 1]`, with the glyph `glyphs[n - 1]` of the font,
    `advances[n - 1]` font units wide. Each has its own code, even where two share a glyph, so that text that is copied
    from a PDF is the text that was written.

    `blanks` are the widths of characters without a glyph and a code. A shaped face ends with all glyphs of its font in
    order, `meanings` has the text of each.
    """

    metrics: Metrics
    characters: tuple[int, ...]
    glyphs: tuple[int, ...]
    advances: tuple[int, ...]
    blanks: dict[int, int]
    meanings: tuple[str, ...] = ()

    def text(self, code: int) -> str:
        """Return the text of a code."""
        character = self.characters[code - 1]
        if self.meanings and character >= FIRST_SHAPE:
            return self.meanings[character - FIRST_SHAPE]
        return chr(character)

    def code(self, character: int) -> int:
        """Return the code of a code point; 0 when the face has none, or it is blank."""
        index = bisect_left(self.characters, character)
        if index == len(self.characters) or self.characters[index] != character:
            return 0
        return index + 1
