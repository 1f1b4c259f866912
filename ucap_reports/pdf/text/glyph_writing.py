"""Characters written in one face: one glyph each, reversed, or shaped with HarfBuzz."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from ucap_reports.fonts.font_faces import Face, language_families, needs_shaping, open_face
from ucap_reports.fonts.font_sources import FIRST_SHAPE, FontSource
from ucap_reports.text.bidi_levels import MIRRORED
from ucap_reports.text.language_tags import primary

_MAY_BE_MARKED = re.compile("[^\x00-\u02ff]")
"""Characters that may be combining marks: none of Latin letters, of which most words consist."""
_FIRST_THAI, _LAST_THAI = "\u0e01", "\u0e5b"
"""Thai letters do not change beside each other, and their marks are placed on them in all fonts."""
_ESCAPES = str.maketrans({"(": "\\(", ")": "\\)", "\\": "\\\\", "\r": "\\r", "\n": "\\n"})


class Shift(NamedTuple):
    """A string of adjacent glyphs, `up` above the line, after a move of the pen by `right`. The code is like that of a
    GlyphRun, the rest in 1/1000 em.
    """

    code: str
    right: int
    up: int


class Shape(NamedTuple):
    """A glyph as a character of its face (see `FontIndex`). In 1/1000 em: the move of the pen over it, and its offset
    from the pen.
    """

    character: str
    advance: int
    right: int
    up: int


class GlyphRun(Struct, frozen=True, gc=False):
    """Text in one face. `code` is the body of a PDF literal string that writes it (two bytes a glyph, escaped, as
    Latin-1 text), `width` is in 1/1000 em.

    `shown` has the characters of the face that are drawn, from left to right like the code. `shifts` is only set where
    glyphs are not simply in a row, or are not all of the text.
    """

    face: Face
    text: str
    code: str
    width: int
    shown: str
    shifts: tuple[Shift, ...] = ()


class WritingMode(NamedTuple):
    """How text is written: its language, if fonts or forms depend on it, and its direction."""

    language: str = ""
    right_to_left: bool = False


LEFT_TO_RIGHT = WritingMode()
ALONE = ("", "")
"""The text beside a text that is not part of a word."""


class FaceWriter:
    """Writes characters in one face: keeps the escaped codes and the widths of those that were looked up."""

    def __init__(self, source: FontSource) -> None:
        self.source = source
        self.face = open_face(source)
        self._codes: dict[str, str] = {}
        """Empty for a blank, which has no glyph."""
        self._widths: dict[str, int] = {}

    def has(self, character: str) -> bool:
        """Return whether the face has the character, and it can be written in the face."""
        if character in self._codes:
            return True
        if not self.face.has(character):
            return False
        if not self.source.shaped and needs_shaping(character) and not _FIRST_THAI <= character <= _LAST_THAI:
            return False
        code = self.face.index.code(ord(character))
        self._codes[character] = code.to_bytes(2, "big").decode("latin-1").translate(_ESCAPES) if code else ""
        self._widths[character] = self.face.width(character)
        return True

    def complete_run(self, text: str, mode: WritingMode, beside: tuple[str, str]) -> GlyphRun | None:
        """Write a text as `run` does, if the face has every character of it; otherwise, return None."""
        try:
            codes = list(map(self._codes.__getitem__, text))
        except KeyError:
            return self.run(text, mode, beside) if all(map(self.has, text)) else None
        is_usual = all(codes) and not (mode.right_to_left or self.source.shaped or _MAY_BE_MARKED.search(text, 1))
        if not is_usual:
            return self.run(text, mode, beside)
        width = sum(map(self._widths.__getitem__, text))
        return GlyphRun(self.face, text, "".join(codes), width, text)

    def run(self, text: str, mode: WritingMode = LEFT_TO_RIGHT, beside: tuple[str, str] = ALONE) -> GlyphRun:
        """Write a text of characters that `has` was called for; letters join those of their word `beside` the text,
        before and after it.
        """
        if self.source.shaped:
            return self._placed(text, _shapes_of(self.source, self.face, text, mode, beside))
        if _MAY_BE_MARKED.search(text, 1) and any(map(unicodedata.combining, text[1:])):
            return self._marked(text, mode)
        return self._plain(text, text, mode)

    def _plain(self, text: str, characters: str, mode: WritingMode) -> GlyphRun:
        """Write a text as these characters, one glyph each."""
        shown = self._reversed(characters) if mode.right_to_left else characters
        codes = list(map(self._codes.__getitem__, shown))
        if not all(codes):
            return self._spaced(text, shown)
        code = "".join(codes)
        width = sum(map(self._widths.__getitem__, shown))
        shifts = (Shift(code, 0, 0),) if characters != text else ()
        return GlyphRun(self.face, text, code, width, shown, shifts)

    def _spaced(self, text: str, shown: str) -> GlyphRun:
        """Write a text with blanks that the pen moves over."""
        shifts: list[Shift] = []
        width = move = 0
        for character in shown:
            code = self._codes[character]
            if code:
                shifts.append(Shift(code, move, 0))
                move = 0
            else:
                move += self._widths[character]
            width += self._widths[character]
        shifts.append(Shift("", move, 0))
        drawn = "".join(character for character in shown if self._codes[character])
        return GlyphRun(self.face, text, "", width, drawn, tuple(shifts))

    def _marked(self, text: str, mode: WritingMode) -> GlyphRun:
        """Write a text with combining marks: one character for a letter with its marks where the face has it; other
        marks are placed on their letters.
        """
        parts = list(map(self._composed, clusters(text)))
        composed = "".join(parts)
        if not any(map(unicodedata.combining, composed)):
            return self._plain(text, composed, mode)
        shapes: list[Shape] = []
        for part in reversed(parts) if mode.right_to_left else parts:
            shapes += place_marks(self.source, self.face, part, mode)
        return self._placed(text, shapes)

    def _composed(self, cluster: str) -> str:
        """Return a letter with its marks in as few characters as possible in the face."""
        composed = unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
        return composed if all(map(self.has, composed)) else cluster

    def _reversed(self, text: str) -> str:
        """Right-to-left text in the order from left to right: each letter before its marks, brackets mirrored where the
        face has them.
        """
        mirrored = (MIRRORED.get(cluster, cluster) for cluster in reversed(clusters(text)))
        return "".join(cluster if all(map(self.has, cluster)) else MIRRORED[cluster] for cluster in mirrored)

    def _placed(self, text: str, shapes: Sequence[Shape]) -> GlyphRun:
        """Write a text as these glyphs."""
        shifts: list[Shift] = []
        pen = 0
        for shape in shapes:
            assert self.has(shape.character)  # noqa: S101 - shapes are characters of the face
            shifts.append(Shift(self._codes[shape.character], shape.right - pen, shape.up))
            pen = shape.right + self._widths[shape.character] - shape.advance
        shifts.append(Shift("", -pen, 0))
        shown = "".join(shape.character for shape in shapes)
        width = sum(shape.advance for shape in shapes)
        return GlyphRun(self.face, text, "", width, shown, tuple(shifts))


writer = lru_cache(maxsize=64)(FaceWriter)
"""The writer of a source's face, created once."""


def clusters(text: str) -> list[str]:
    """Return each letter with its marks."""
    clusters_of_text: list[str] = []
    for character in text:
        if clusters_of_text and unicodedata.category(character).startswith("M"):
            clusters_of_text[-1] += character
        else:
            clusters_of_text.append(character)
    return clusters_of_text


@lru_cache(maxsize=256)
def writing_mode(language: str, *, right_to_left: bool = False) -> WritingMode:
    """Return the mode for text in a language; languages without font families of their own share one."""
    return WritingMode(primary(language) if language_families(language) else "", right_to_left)


# Shaped text: the glyphs of letters beside each other, and their positions
_MARKS_ALONE = dict.fromkeys(("kern", "liga", "clig", "calt", "locl"), False)
"""Features that are off for text that is otherwise written letter by letter."""
_LEVEL = 15
"""The offset above or below the line, in 1/1000 em, up to which it is ignored: it is invisible, and would split the
line when it is copied.
"""


def _shapes_of(
    source: FontSource, face: Face, text: str, mode: WritingMode, beside: tuple[str, str]
) -> tuple[Shape, ...]:
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
    import uharfbuzz as harfbuzz  # noqa: PLC0415 - most texts need no HarfBuzz

    from ucap_reports.fonts.open_fonts import open_font  # noqa: PLC0415 - as above

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
