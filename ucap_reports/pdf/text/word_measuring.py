"""The text style of each run, and words measured in it, cut into units that no line break may divide."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_faces import Face
from ucap_reports.pdf.text.font_fallback import Typeface, typeface
from ucap_reports.pdf.text.glyph_writing import ALONE, LEFT_TO_RIGHT, GlyphRun, Shift, WritingMode
from ucap_reports.pdf.text.line_breaking import clings_to_next, clings_to_previous, is_unbroken, word_offsets
from ucap_reports.template.lengths_and_colours import Colour, colour_operands
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.bounded_cache import BoundedCache
from ucap_reports.text.capitals_and_punctuation import capitals, is_unit
from ucap_reports.text.rich_text import Run, Script

_MOST_WORDS = 20_000
"""Words in the cache of a text style, so that a long batch does not fill the memory."""
_JOINING = re.compile("[\u0600-\u08ff]")
"""Scripts whose letters join those beside them: Arabic, and others that are written like it."""
CONTEXT = 5
"""How many characters around a part of a word matter: there may be marks before the letter that it joins."""
DASHES = frozenset({"\N{EN DASH} ", "\N{EM DASH} "})
"""Dashes between spaces, which are at the end of a line and not at its beginning."""
_DEPTH, _THICKNESS = 0.11, 0.055
"""How far below the baseline an underline begins and how thick it is, relative to the size of the text."""
_SCRIPT_SIZE = 0.65
_ANY_ADDRESS = "https:"
"""Stands for the addresses of links, which all look the same."""
_RISE = {Script.NORMAL: 0.0, Script.SUBSCRIPT: -0.16, Script.SUPERSCRIPT: 0.36}
"""How far a run is raised, relative to the size of the text around it."""


class WordPart(Struct, frozen=True, gc=False):
    """Text in one face. `state` has the operators that select face and colour, `code` is the body of the PDF string,
    `width` is in points. `drawn` is set where the text is not drawn letter after letter: the operators that draw it.
    `shown` has the characters of the face that they draw, if `drawn` is set.
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


class Unit(Struct, frozen=True, gc=False):
    """Text that stays together on a line, with the spaces after it; `ink` is its width without them, in points.

    `state`, `text` and `code` are those of its only part, if that is drawn letter after letter, as most are; otherwise
    they are empty.
    """

    ink: float
    advance: float
    parts: tuple[WordPart, ...]
    state: str = ""
    text: str = ""
    code: str = ""


class Word(Struct, frozen=True, gc=False):
    """A word with the spaces after it, cut into the units that a line may break between."""

    text: str
    units: tuple[Unit, ...]
    is_plain: bool
    """It has all its glyphs, and lines may break before and after it, whatever is beside it."""
    missing: tuple[str, ...]
    """Characters that no face has."""


class Underline(Struct, frozen=True, gc=False):
    """A line that begins `depth` points below the baseline, its colour as the operands of `rg`."""

    depth: float
    thickness: float
    colour: str


class TextStyle:
    """A typeface at a size and in a colour, perhaps raised (in points) or underlined, with `spacing` points after each
    letter, or as the capitals of a language.

    `words` has the measured words by their text, `plain_units` the units of plain ones with a space after them by their
    text without it, and `unit` is the cached form of `_unit`.
    """

    def __init__(
        self,
        typeface: Typeface,
        size: float,
        colour: Colour,
        rise: float,
        *,
        underlined: bool,
        spacing: float = 0,
        capitals: str | None = None,
    ) -> None:
        self.typeface = typeface
        self._spacing = spacing
        self._capitals = capitals
        self.size = size
        self._scale = size / 1000
        self.rise = rise
        self._is_reversed = typeface.mode.right_to_left
        self._is_simple = not (spacing or capitals is not None or self._is_reversed)
        """Whether letters are drawn as they are in the font, one after the other."""
        self._colour = colour_operands(colour)
        self.underline = Underline(size * _DEPTH, size * _THICKNESS, self._colour) if underlined else None
        self.words = BoundedCache(self._word, _MOST_WORDS)
        self.plain_units = BoundedCache(self._plain_units, _MOST_WORDS)
        self.unit = lru_cache(maxsize=_MOST_WORDS)(self._unit)
        self._state = cache(self._select)
        self._space = cache(self._width_of_space)

    def fragment(self, text: str, before: str, after: str) -> Unit:
        """Return a part of a word that stays together; its letters join those around it even across a line break (CSS
        Text 3, 5.6).
        """
        return self._unit(text, (before, after)) if _JOINING.search(text) else self.unit(text)

    def _unit(self, text: str, beside: tuple[str, str] = ALONE) -> Unit:
        """Return a text that stays together, without the characters that no face has; letter spacing and capitals are
        drawn so that readers copy it as it is written.
        """
        written = self._written(text)
        return self._unit_of(self.typeface.runs(written, beside), written, text)

    def _unit_of(self, runs: Sequence[GlyphRun], written: str, text: str) -> Unit:
        """Return the unit of a text, which is written as these runs."""
        if self._is_simple and len(runs) == 1 and not runs[0].shifts:  # as most words
            return self._simple_unit(runs[0], text)
        return self._drawn_unit(runs, written, text)

    def _drawn_unit(self, runs: Sequence[GlyphRun], written: str, text: str) -> Unit:
        """Return the unit of a text in several runs, or one that is not drawn letter after letter."""
        parts = tuple([self._part(run, text) for run in runs])
        if written != text and parts:  # capitals can be more letters than the text
            parts = (*[replace(part, text="") for part in parts[:-1]], replace(parts[-1], text=text))
        advance = sum([part.width for part in parts])
        ink = advance
        if text[-1:] == " " and runs:
            space = self._space(runs[-1].face) + self._spacing_of(text, runs[-1])
            ink -= (len(text) - len(text.rstrip(" "))) * space
        if len(parts) == 1 and not parts[0].drawn:
            return Unit(ink, advance, parts, parts[0].state, parts[0].text, parts[0].code)
        return Unit(ink, advance, parts)

    def _simple_unit(self, run: GlyphRun, text: str) -> Unit:
        """Return the unit of a text in one run that is drawn letter after letter."""
        width = run.width * self._scale
        ink = width
        if text[-1:] == " ":
            ink -= (len(text) - len(text.rstrip(" "))) * self._space(run.face)
        state = self._state(run.face)
        return Unit(ink, width, (WordPart(run.face, state, run.text, run.code, width),), state, run.text, run.code)

    def _written(self, text: str) -> str:
        return text if self._capitals is None else capitals(text, self._capitals)

    def _spacing_of(self, text: str, run: GlyphRun) -> float:
        """Return the space after each letter of a run. Letters that join or have marks of their own keep their
        places.
        """
        if not self._spacing or run.shifts or self._is_reversed or _JOINING.search(text):
            return 0
        return self._spacing

    def _part(self, run: GlyphRun, unit: str) -> WordPart:
        """Return a run of the text of a unit."""
        spacing = self._spacing_of(unit, run)
        drawn = ""
        if run.shifts:
            drawn = _operators(run.shifts, self._scale, self.rise)
        elif self._is_reversed or spacing or self._capitals is not None:
            drawn = f"({run.code}) Tj"
        if spacing:
            drawn = f"{spacing:.2f} Tc {drawn} 0 Tc"
        width = run.width * self._scale + spacing * len(run.shown)
        return WordPart(run.face, self._state(run.face), run.text, run.code, width, drawn, run.shown if drawn else "")

    def _word(self, text: str) -> Word:
        """Return a word, cut where a line may break in it."""
        written = self._written(text)
        if is_unbroken(text):
            runs = self.typeface.runs_of(written, ALONE)  # words are kept here
            missing = self.typeface.missing_in(written, runs)
            is_free = not (missing or clings_to_previous(text) or is_unit(text))
            return Word(text, (self._unit_of(runs, written, text),), is_free, missing)
        return self._breakable_word(text, written)

    def _breakable_word(self, text: str, written: str) -> Word:
        missing = self.typeface.missing(written)
        edges = (0, *word_offsets(text), len(text))
        units = tuple([self.unit(text[start:end]) for start, end in pairwise(edges)])
        return Word(text, units, is_plain(text, missing), missing)

    def _plain_units(self, text: str) -> tuple[Unit, ...]:
        """Return the units of a word with a space after it, if lines may break before and after it whatever is beside
        it; none for other words.
        """
        word = self.words[f"{text} "]
        return word.units if word.is_plain else ()

    def _width_of_space(self, face: Face) -> float:
        return face.width(" ") * self._scale

    def _select(self, face: Face) -> str:
        """Return the operators that select a face at this size and colour."""
        return f"/{face.name} {self.size:g} Tf {self._colour} rg"


def is_plain(text: str, missing: Collection[str]) -> bool:
    """Return whether the word has all its glyphs and lines may break before and after it, whatever is beside it."""
    return not (missing or text in DASHES or clings_to_previous(text) or clings_to_next(text) or is_unit(text))


def _operators(shifts: Iterable[Shift], scale: float, rise: float) -> str:
    """Return the operators that show glyphs at their places, in text that is raised by `rise` points."""
    operators: list[str] = []
    shown = ""  # the glyphs at one height, with the distances between them
    height = 0
    for code, right, up in shifts:
        if code and up != height:
            if shown:
                operators.append(f"[{shown}] TJ")
            operators.append(f"{rise + up * scale:.2f} Ts")
            shown = ""
            height = up
        if right:
            shown += f"{-right}"
        if code:
            shown += f"({code})"
    if shown:
        operators.append(f"[{shown}] TJ")
    if height:
        operators.append(f"{rise:.2f} Ts")
    return " ".join(operators)


_shared = lru_cache(maxsize=512)(TextStyle)
"""One text style for equal properties, so that words are measured once."""


def text_style(pack: Pack, style: Style, run: Run, mode: WritingMode = LEFT_TO_RIGHT, language: str = "") -> TextStyle:
    """Return the text style of a run in a paragraph of that style; `language` is that of the run."""
    # Links to other pages of a book look like the text around them.
    link = _ANY_ADDRESS if run.link and not run.link.startswith("#") else None
    look = Run("", run.bold, run.italic, run.underline, run.script, link)
    return _text_style(pack, style, look, mode, language if style.capitals else None)


@lru_cache(maxsize=1024)
def _text_style(pack: Pack, style: Style, look: Run, mode: WritingMode, capitals: str | None) -> TextStyle:
    colour = style.colour
    bold = style.bold or look.bold
    italic = style.italic or look.italic
    underlined = style.underline or look.underline
    if look.link:
        body = pack.theme.style("body")
        link = pack.theme.styles.get("link", body)
        if colour == body.colour:  # text with a colour of its own keeps it
            colour = link.colour
        bold = bold or link.bold
        italic = italic or link.italic
        underlined = underlined or link.underline
    size = float(style.size)
    rise = style.size * _RISE[look.script]
    if look.script is not Script.NORMAL:
        size *= _SCRIPT_SIZE
    font = typeface(pack, style.font, bold=bold, italic=italic, mode=mode)
    return _shared(font, size, colour, rise, underlined=underlined, spacing=style.letter_spacing, capitals=capitals)


@lru_cache(maxsize=512)
def baseline(pack: Pack, style: Style) -> float:
    """Return the distance of the baseline from the top of a line, whose leading is shared evenly above and below the
    font.
    """
    face = typeface(pack, style.font, bold=style.bold, italic=style.italic).face
    metrics = face.index.metrics
    return style.leading / 2 + style.size * (face.thousandths(metrics.ascent + metrics.descent) / 2000)
