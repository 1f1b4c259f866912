"""Characters in one face: as glyphs one by one, turned around, or shaped."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ucap_reports.fonts.font_families import can_shape, language_families
from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.prepared_faces import Face, open_face
from ucap_reports.text.bidi_neutrals import MIRRORED
from ucap_reports.text.language_tags import primary

if TYPE_CHECKING:
    from ucap_reports.pdf.text.shaping import Shape  # HarfBuzz is an extra, and may not be there

_ESCAPES = str.maketrans({"(": "\\(", ")": "\\)", "\\": "\\\\", "\r": "\\r", "\n": "\\n"})


class Shift(NamedTuple):
    """A string of glyphs that stand beside each other, `up` above the line; before it the pen moves by `right`. The
    code is as that of a piece, the rest in 1/1000 em.
    """

    code: str
    right: int
    up: int


class GlyphRun(NamedTuple):
    """Text in one face. `code` is the body of a PDF literal string that writes it (two bytes a glyph, escaped, as
    Latin-1 text), `width` is in 1/1000 em.

    `shown` are the characters of the face that are drawn, in the order of the code, from left to right. `shifts` are
    there where they do not just follow each other.
    """

    face: Face
    text: str
    code: str
    width: int
    shown: str
    shifts: tuple[Shift, ...] = ()


class WritingMode(NamedTuple):
    """How text is written: its language, where that chooses fonts or forms, and its direction."""

    language: str = ""
    right_to_left: bool = False


LEFT_TO_RIGHT = WritingMode()
ALONE = ("", "")
"""What stands beside a text that is no part of a word."""


class FaceWriter:
    """How one face writes characters: the escaped glyph ids and the widths of those that were asked for."""

    def __init__(self, source: FontSource) -> None:
        self.source = source
        self.face = open_face(source)
        self._codes: dict[str, str] = {}
        self._widths: dict[str, int] = {}

    def has(self, character: str) -> bool:
        """Whether the face has the character."""
        if character in self._codes:
            return True
        glyph = self.face.index.glyph(ord(character))
        if glyph:
            self._codes[character] = glyph.to_bytes(2, "big").decode("latin-1").translate(_ESCAPES)
            self._widths[character] = self.face.advance(glyph)
        return bool(glyph)

    def has_all(self, text: str) -> bool:
        """Whether the face has every character of the text."""
        return self._codes.keys() >= set(text) or all(map(self.has, text))

    def piece(self, text: str, manner: WritingMode = LEFT_TO_RIGHT, beside: tuple[str, str] = ALONE) -> GlyphRun:
        """A text of characters that were all asked for; letters join those of the same word that stand `beside` it,
        before and after.
        """
        if self.source.shaped:
            return self._shaped(text, manner, beside)
        if not text.isascii() and any(map(unicodedata.combining, text[1:])):
            return self._marked(text, manner)
        shown = self._turned(text) if manner.right_to_left else text
        return GlyphRun(self.face, text, self._code(shown), sum(map(self._widths.__getitem__, shown)), shown)

    def _code(self, shown: str) -> str:
        return "".join(map(self._codes.__getitem__, shown))

    def _marked(self, text: str, manner: WritingMode) -> GlyphRun:
        """A text with combining marks: one character for letter and marks where the face has it, and what remains of
        marks each where its letter wants it.
        """
        parts = list(map(self._composed, clusters(text)))
        composed = "".join(parts)
        if any(map(unicodedata.combining, composed)) and can_shape():
            in_line = parts[::-1] if manner.right_to_left else parts
            return self._placed(text, [shape for part in in_line for shape in self._shapes(part, manner)])
        shown = self._turned(composed) if manner.right_to_left else composed
        code, width = self._code(shown), sum(map(self._widths.__getitem__, shown))
        return GlyphRun(self.face, text, code, width, shown, (Shift(code, 0, 0),) if composed != text else ())

    def _shapes(self, cluster: str, manner: WritingMode) -> "tuple[Shape, ...]":
        """A letter with its marks in their places."""
        from ucap_reports.pdf.text.shaping import place_mark  # noqa: PLC0415 - what is not installed places nothing

        return place_mark(self.source, self.face, cluster, manner.language, right_to_left=manner.right_to_left)

    def _composed(self, cluster: str) -> str:
        """A letter with its marks in as few characters as the face has for it."""
        composed = unicodedata.normalize("NFC", cluster) if len(cluster) > 1 else cluster
        return composed if all(map(self.has, composed)) else cluster

    def _turned(self, text: str) -> str:
        """The text as it stands from left to right when it runs from the right: each letter before its marks, what
        faces one way facing the other, where the face has that.
        """
        turned = (MIRRORED.get(cluster, cluster) for cluster in reversed(clusters(text)))
        return "".join(cluster if all(map(self.has, cluster)) else MIRRORED[cluster] for cluster in turned)

    def _shaped(self, text: str, manner: WritingMode, beside: tuple[str, str]) -> GlyphRun:
        from ucap_reports.pdf.text.shaping import Surrounded, shape  # noqa: PLC0415 - what is not installed shapes nothing

        whole = Surrounded(text, *beside)
        shapes = shape(self.source, self.face, whole, manner.language, right_to_left=manner.right_to_left)
        return self._placed(text, shapes)

    def _placed(self, text: str, shapes: "Sequence[Shape]") -> GlyphRun:
        """A text as these glyphs."""
        shown = "".join(each.character for each in shapes)
        shifts, pen = [], 0
        for each in shapes:
            assert self.has(each.character)  # noqa: S101 - the face has all characters that its shapes are
            shifts.append(Shift(self._codes[each.character], each.right - pen, each.up))
            pen = each.right + self._widths[each.character] - each.advance
        shifts.append(Shift("", -pen, 0))
        return GlyphRun(self.face, text, "", sum(each.advance for each in shapes), shown, tuple(shifts))


@lru_cache(maxsize=64)
def writing_in(source: FontSource) -> FaceWriter:
    """How the face of a source writes, the same one every time."""
    return FaceWriter(source)


def clusters(text: str) -> list[str]:
    """Each letter with its marks."""
    found: list[str] = []
    for character in text:
        if found and unicodedata.category(character).startswith("M"):
            found[-1] += character
        else:
            found.append(character)
    return found


@lru_cache(maxsize=256)
def writing_mode(language: str, *, right_to_left: bool = False) -> WritingMode:
    """How text in a language is written; all for which there are no families of their own are written alike."""
    return WritingMode(primary(language) if language_families(language) else "", right_to_left)
