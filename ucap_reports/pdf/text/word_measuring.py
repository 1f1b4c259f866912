"""Words: text measured in the fonts it will be shown in, cut into units that no line break may divide."""

import re
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.file.canvas import operand
from ucap_reports.pdf.text.font_fallback import MissingGlyph, Typeface
from ucap_reports.pdf.text.glyph_writing import ALONE, GlyphRun, Shift
from ucap_reports.pdf.text.line_breaking import clings_to_next, clings_to_previous, is_unbroken, word_offsets
from ucap_reports.template.lengths_and_colours import Colour

_MOST_WORDS = 20_000
"""Words that a text style remembers before it begins anew, so that a long batch does not fill the memory."""
_JOINING = re.compile("[\u0600-\u08ff]")
"""Scripts whose letters join those beside them: Arabic, and others that are written as it is."""
CONTEXT = 5
"""How many characters around a part of a word matter: marks may stand between it and the letter that it joins."""
_DEPTH, _THICKNESS = 0.11, 0.055
"""How far below the baseline an underline begins and how thick it is, in sizes of its text."""


class WordPart(Struct, frozen=True):
    """Text in one face. `state` holds the operators that select face and colour, `code` is the body of the PDF string,
    `width` is in points. Where the text is drawn otherwise than letter after letter, `drawn` are the operators that do
    it, and `shown` the characters of the face that are seen.
    """

    face: Face
    state: str
    text: str
    code: str
    width: float
    drawn: str = ""
    shown: str = ""

    @property
    def operators(self) -> str:
        """The operators that show it."""
        return self.drawn or f"({self.code}) Tj"


class Unit(Struct, frozen=True):
    """What stays together on a line, with the spaces after it; `ink` is its width without them, in points."""

    ink: float
    advance: float
    parts: tuple[WordPart, ...]


class Word(Struct, frozen=True):
    """A word with the spaces after it, cut into the units that a line may break between."""

    text: str
    units: tuple[Unit, ...]
    is_plain: bool
    """It has all its glyphs, and lines may break before it and after its spaces, whatever stands there."""
    missing: tuple[str, ...]
    """Characters that no face has."""


class Underline(Struct, frozen=True):
    """A line that begins `depth` points below the baseline, its colour as the operands of `rg`."""

    depth: float
    thickness: float
    colour: str


class TextStyle:
    """A way of showing text: a typeface at a size and in a colour, perhaps raised (in points) or underlined."""

    def __init__(self, typeface: Typeface, size: float, colour: Colour, rise: float, *, underlined: bool) -> None:
        self.typeface = typeface
        self.size = size
        self.rise = rise
        self._is_turned = typeface.manner.right_to_left
        self._colour = operand(colour)
        self.underline = Underline(size * _DEPTH, size * _THICKNESS, self._colour) if underlined else None
        self._words: dict[str, Word] = {}
        self._units: dict[str, Unit] = {}
        self._states: dict[Face, str] = {}

    def word(self, text: str) -> Word:
        """A word, measured once and remembered."""
        word = self._words.get(text)
        if word is None:
            if len(self._words) >= _MOST_WORDS:
                self._words.clear()
            word = self._words[text] = self._measured(text)
        return word

    def words(self, texts: Sequence[str]) -> list[Word]:
        """Words in their order."""
        known = self._words.get
        return [known(text) or self.word(text) for text in texts]

    def unit(self, text: str) -> Unit:
        """A text that stays together, measured once and remembered. Characters that no face has are left out."""
        unit = self._units.get(text)
        if unit is None:
            if len(self._units) >= _MOST_WORDS:
                self._units.clear()
            unit = self._units[text] = self._unit(text)
        return unit

    def fragment(self, text: str, before: str, after: str) -> Unit:
        """A part of a word that stays together; its letters are joined to those around it, though they stand elsewhere
        (CSS Text 3, 5.6).
        """
        if not _JOINING.search(text):
            return self.unit(text)
        return self._unit(text, (before, after))

    def _unit(self, text: str, beside: tuple[str, str] = ALONE) -> Unit:
        scale = self.size / 1000
        pieces = self._pieces(text, beside)
        parts = tuple([self._part(piece, scale) for piece in pieces])
        ink = advance = sum([piece.width for piece in pieces])
        if text[-1:] == " " and pieces:
            ink -= (len(text) - len(text.rstrip(" "))) * self._space(pieces[-1].face)
        return Unit(ink * scale, advance * scale, parts)

    def _part(self, piece: GlyphRun, scale: float) -> WordPart:
        face, text, code, width, shown, shifts = piece
        if shifts:
            drawn = _operators(shifts, scale, self.rise)
        elif self._is_turned:
            drawn = f"({code}) Tj"
        else:
            return WordPart(face, self._state(face), text, code, width * scale)
        return WordPart(face, self._state(face), text, code, width * scale, drawn, shown)

    def _measured(self, text: str) -> Word:
        missing: tuple[str, ...] = ()
        try:
            self.typeface.pieces(text)
        except MissingGlyph as found:
            missing = found.characters
        if is_unbroken(text):
            return Word(text, (self.unit(text),), not missing and not clings_to_previous(text), missing)
        offsets = word_offsets(text)
        units = tuple(
            [self.unit(text[start:end]) for start, end in zip((0, *offsets), (*offsets, len(text)), strict=True)]
        )
        return Word(text, units, is_plain(text, missing), missing)

    def _pieces(self, text: str, beside: tuple[str, str]) -> tuple[GlyphRun, ...]:
        try:
            return self.typeface.pieces(text, beside)
        except MissingGlyph as missing:
            return self.typeface.pieces("".join(letter for letter in text if letter not in missing.characters), beside)

    def _space(self, face: Face) -> int:
        """The width of a space, in 1/1000 em."""
        return face.advance(face.index.glyph(ord(" ")))

    def _state(self, face: Face) -> str:
        if face not in self._states:
            self._states[face] = f"/{face.name} {self.size:g} Tf {self._colour} rg"
        return self._states[face]


def is_plain(text: str, missing: Collection[str]) -> bool:
    """Whether lines may break before a word and after its spaces, whatever stands there; no word lacks characters."""
    if missing:
        return False
    return (text[0].isalnum() and is_unbroken(text)) or not (clings_to_previous(text) or clings_to_next(text))


def _operators(shifts: Iterable[Shift], scale: float, rise: float) -> str:
    """The operators that show glyphs each in its place, in text that is raised by so many points."""
    written: list[str] = []
    line = ""
    height = 0
    for code, right, up in shifts:
        if code and up != height:
            written += [f"[{line}] TJ", f"{rise + up * scale:.2f} Ts"] if line else [f"{rise + up * scale:.2f} Ts"]
            line, height = "", up
        line += f"{-right}" * bool(right) + f"({code})" * bool(code)
    written += [f"[{line}] TJ"] if line else []
    written += [f"{rise:.2f} Ts"] if height else []
    return " ".join(written)
