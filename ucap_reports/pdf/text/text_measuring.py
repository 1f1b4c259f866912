"""Text measured before it is filled into lines.

First the text style of each run (`TextStyle`, `text_style`): its typeface, size and colour, with underlines, capitals
and letter spacing. It measures words, cut into units that no line break may divide. Then paragraphs (`Measured`), which
are units in order, each with its text style and whether a line may end after it. Last the words and addresses that are
wider than a line, which are cut (`split_long`).

Where lines may break in a text is in `line_breaking`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_faces import Face
from ucap_reports.pdf.text.glyphs_and_font_fallback import (
    ALONE,
    LEFT_TO_RIGHT,
    GlyphRun,
    Shift,
    Typeface,
    WritingMode,
    typeface,
)
from ucap_reports.pdf.text.line_breaking import (
    break_offsets,
    clings_to_next,
    clings_to_previous,
    is_unbroken,
    letter_offsets,
    long_word_offsets,
    word_offsets,
)
from ucap_reports.storage.bounded_and_compressed_values import BoundedCache
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, colour_operands
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.capitals_punctuation_and_plain_letters import AROUND_WORDS, capitals, is_word
from ucap_reports.text.letter_spacing import keeps_letters_together
from ucap_reports.text.rich_text import Run, Script
from ucap_reports.text.unbreakable_words import IN_KATAKANA, is_unit

_MOST_WORDS = 20_000
"""Words in the cache of a text style, so that a long batch does not fill the memory."""
_MOST_WORDS_IN_STYLES = 1024
"""Words in the cache of those in several text styles."""
_JOINING = re.compile("[\u0600-\u08ff]")
"""Scripts whose letters join those beside them: Arabic, and others that are written like it."""
CONTEXT = 5
"""How many characters around a part of a word matter: there may be marks before the letter that it joins."""
DASHES = frozenset({"\N{EN DASH} ", "\N{EM DASH} "})
"""Dashes between spaces, which are at the end of a line and not at its beginning."""
_DEPTH, _THICKNESS = 0.11, 0.055
"""How far below the baseline an underline begins and how thick it is, relative to the size of the text."""
_SCRIPT_SIZE = 0.65
"""The size of subscripts and superscripts, relative to that of the text around them."""
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
        if _JOINING.search(text):
            return self._unit(text, (before, after))
        return self.unit(text)

    def _unit(self, text: str, beside: tuple[str, str] = ALONE) -> Unit:
        """Return a text that stays together, without the characters that no face has; letter spacing and capitals are
        drawn so that readers copy it as it is written.
        """
        written = self._written(text)
        runs = self.typeface.runs(written, beside)
        return self._unit_of(runs, written, text)

    def _unit_of(self, runs: Sequence[GlyphRun], written: str, text: str) -> Unit:
        """Return the unit of a text, which is written as these runs."""
        if self._is_simple and len(runs) == 1 and not runs[0].shifts:  # as most words
            return self._simple_unit(runs[0], text)
        return self._drawn_unit(runs, written, text)

    def _drawn_unit(self, runs: Sequence[GlyphRun], written: str, text: str) -> Unit:
        """Return the unit of a text in several runs, or one that is not drawn letter after letter."""
        parts = tuple([self._part(run, text) for run in runs])
        if written != text and parts:
            # The last part is copied as the text of all: capitals can be more letters than it has.
            without_text = [replace(part, text="") for part in parts[:-1]]
            parts = (*without_text, replace(parts[-1], text=text))
        advance = sum([part.width for part in parts])
        ink = advance
        if text[-1:] == " " and runs:
            last_run = runs[-1]
            space = self._space(last_run.face) + self._spacing_of(text, last_run)
            count = len(text) - len(text.rstrip(" "))
            ink -= count * space
        if len(parts) == 1 and not parts[0].drawn:
            (part,) = parts
            return Unit(ink, advance, parts, part.state, part.text, part.code)
        return Unit(ink, advance, parts)

    def _simple_unit(self, run: GlyphRun, text: str) -> Unit:
        """Return the unit of a text in one run that is drawn letter after letter."""
        width = run.width * self._scale
        ink = width
        if text[-1:] == " ":
            count = len(text) - len(text.rstrip(" "))
            ink -= count * self._space(run.face)
        state = self._state(run.face)
        part = WordPart(run.face, state, run.text, run.code, width)
        return Unit(ink, width, (part,), state, run.text, run.code)

    def _written(self, text: str) -> str:
        """Return the text as it is drawn."""
        return text if self._capitals is None else capitals(text, self._capitals)

    def _spacing_of(self, text: str, run: GlyphRun) -> float:
        """Return the space after each letter of a run, if its letters do not keep their places."""
        if not self._spacing or run.shifts or self._is_reversed or keeps_letters_together(text):
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
        shown = run.shown if drawn else ""
        width = run.width * self._scale + spacing * len(run.shown)
        return WordPart(run.face, self._state(run.face), run.text, run.code, width, drawn, shown)

    def _word(self, text: str) -> Word:
        """Return a word, cut where a line may break in it."""
        written = self._written(text)
        if is_unbroken(text):
            runs = self.typeface.runs_of(written, ALONE)  # not `runs`, which keeps them: `words` keeps the word
            missing = self.typeface.missing_in(written, runs)
            # As `is_plain`: what is unbroken is no dash and does not cling to the next word.
            is_plain_word = not (missing or clings_to_previous(text) or is_unit(text))
            unit = self._unit_of(runs, written, text)
            return Word(text, (unit,), is_plain_word, missing)
        return self._breakable_word(text, written)

    def _breakable_word(self, text: str, written: str) -> Word:
        """Return a word in which a line may break, with its units."""
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
            shown += f"{-right}"  # TJ moves to the left by its numbers
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
    # What does not change the look is left out, so that runs of one look have one text style: the text, the address of
    # a link, and the language unless it decides on the capitals. Links inside a book look like the text around them.
    has_address = run.link is not None and run.link != "" and not run.link.startswith("#")
    link = _ANY_ADDRESS if has_address else None
    look = Run("", run.bold, run.italic, run.underline, run.script, link)
    language_of_capitals = language if style.capitals else None
    return _text_style(pack, style, look, mode, language_of_capitals)


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
    half_difference = face.thousandths(metrics.ascent + metrics.descent) / 2000  # the descent is negative
    return style.leading / 2 + style.size * half_difference


# Paragraphs
_WORD = re.compile("[^ ]+ *| +")
"""A word with the spaces after it, or spaces before the first word."""
_IN_ADDRESSES = tuple("/.@:?=&#%")
"""Characters after which an address may continue on the next line."""
NEVER: Final = 0
ALLOWED: Final = 1
FORCED: Final = 2
"""Whether a line ends after a unit."""


class StyledRun(Struct, frozen=True, gc=False):
    """Text in one text style; `tag` is the index of their tag in the paragraph, None for plain text. `level` is odd
    where it runs from right to left (UAX #9).
    """

    text_style: TextStyle
    tag: int | None
    level: int = 0


class Measured:
    """A measured paragraph. Its text is added in order; a word may be in several text styles.

    `units`, `styled_runs` and `breaks` have the same length: the styled run of each unit, and whether a line ends after
    it (`NEVER`, `ALLOWED` or `FORCED`).
    """

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.styled_runs: list[StyledRun] = []
        self.breaks: list[int] = []
        self.missing: dict[str, None] = {}
        """Characters that no face has, in the order of the text."""
        self.broken: dict[str, None] = {}
        """Words that are cut between their letters."""
        self._open: list[tuple[StyledRun, str]] = []
        """The parts of the last word so far, which may continue in another text style."""
        self._before: Word | None = None
        """The last complete word on the line, on which depends whether the line may end after it."""

    def add_text(self, styled_run: StyledRun, text: str) -> None:
        """Add text. Its last word stays open, because it may continue in another text style."""
        *words, last = text.split(" ")  # in the text, a space is after each of the `words`
        end_of_open_word = None
        if words and self._open:
            end_of_open_word = words.pop(0)  # empty if the text begins with the space after the open word
        if "" in words:  # a space after another one, or before the first word
            self._add_words_and_spaces(styled_run, text)
            return
        if end_of_open_word is not None:
            self._open.append((styled_run, f"{end_of_open_word} "))
            self.close_word()
        if words:
            self._add_words_with_space(styled_run, words)
        if last:
            self._open.append((styled_run, last))

    def _add_words_with_space(self, styled_run: StyledRun, texts: Sequence[str]) -> None:
        """Add words with a space after each, by their texts without it."""
        style = styled_run.text_style
        units_by_word = list(map(style.plain_units.__getitem__, texts))
        has_other_words = not all(units_by_word)  # `plain_units` has no units of words that are not plain
        if has_other_words or not (self._before is None or self._before.is_plain):
            self._add_words(styled_run, [style.words[f"{text} "] for text in texts])
        else:
            units = list(chain.from_iterable(units_by_word))
            self.extend(units, [styled_run] * len(units), [ALLOWED] * len(units))
            self._before = style.words[f"{texts[-1]} "]

    def _add_words_and_spaces(self, styled_run: StyledRun, text: str) -> None:
        """Add text with several spaces between words, or spaces before the first one."""
        tokens = _WORD.findall(text)
        if self._open:
            end_of_open_word = tokens.pop(0)
            self._open.append((styled_run, end_of_open_word))
            if end_of_open_word.endswith(" "):
                self.close_word()
        if tokens and not tokens[-1].endswith(" "):
            self._open.append((styled_run, tokens.pop()))
        words = styled_run.text_style.words
        self._add_words(styled_run, [words[token] for token in tokens])

    def end_line(self, styled_run: StyledRun) -> None:
        """End the line after the text so far; the line is empty if there is none."""
        self.add_text(styled_run, " ")  # separates the words for screen readers and in copied text
        self.close_word()
        if not self.breaks or self.breaks[-1] == FORCED:
            self._append(styled_run, Unit(0, 0, ()), FORCED)
        self.breaks[-1] = FORCED
        self._before = None

    def close_word(self) -> None:
        """End the open word, if there is one."""
        match self._open:
            case []:
                return
            case [(styled_run, text)]:
                self._add_words(styled_run, [styled_run.text_style.words[text]])
            case parts:
                styled_runs = [styled_run for styled_run, _ in parts]
                word, cut_parts = _word_in_styles(tuple([(run.text_style, part) for run, part in parts]))
                self._join(word)
                self._append_parts(styled_runs, cut_parts)
        self._open = []

    def inks(self) -> list[float]:
        """Return the width of each unit without the spaces after it, in points."""
        return [unit.ink for unit in self.units]

    def widest(self, inks: Sequence[float]) -> float:
        """Return the width of the widest text that stays together, in points."""
        widest = max(inks, default=0.0)
        # `count` and `index` find the few units that stay with the next one much faster than a loop over all units.
        width_of_joined = 0.0
        next_index = 0  # of the unit after the last one that was found
        for _ in range(self.breaks.count(NEVER)):
            index = self.breaks.index(NEVER, next_index)
            if index > next_index:  # the unit is not joined to those before: another text that stays together
                width_of_joined = 0.0
            width_of_joined += self.units[index].advance
            next_index = index + 1
            widest = max(widest, width_of_joined + self.units[next_index].ink)
        return widest

    def append_cut(self, parts: Sequence[tuple[StyledRun, str]], offsets: Sequence[int]) -> None:
        """Append text in which lines may break at these offsets only, and after it; each part is in one styled run."""
        styled_runs = [styled_run for styled_run, _ in parts]
        styles = [(styled_run.text_style, part) for styled_run, part in parts]
        self._append_parts(styled_runs, _cut_parts(styles, offsets))

    def _append_parts(self, styled_runs: Iterable[StyledRun], parts: Iterable["_CutPart"]) -> None:
        """Append cut parts, each of which is in one of the styled runs."""
        for styled_run, part in zip(styled_runs, parts, strict=True):
            self.extend(part.units, [styled_run] * len(part.units), part.breaks)

    def extend(self, units: Sequence[Unit], styled_runs: Sequence[StyledRun], breaks: Sequence[int]) -> None:
        """Append measured units."""
        self.units += units
        self.styled_runs += styled_runs
        self.breaks += breaks

    def _append(self, styled_run: StyledRun, unit: Unit, after: int) -> None:
        self.units.append(unit)
        self.styled_runs.append(styled_run)
        self.breaks.append(after)

    def _add_words(self, styled_run: StyledRun, words: Sequence[Word]) -> None:
        for word in words:
            self._join(word)
            count = len(word.units)
            self.extend(word.units, [styled_run] * count, [ALLOWED] * count)

    def _join(self, word: Word) -> None:
        """Decide whether a line may end before a word, which may forbid it as the word before may."""
        if word.missing:
            self.missing |= dict.fromkeys(word.missing)
        before = self._before
        self._before = word
        if before is None or (before.is_plain and word.is_plain):
            return
        if not _may_end_between(before.text, word.text):
            self.breaks[-1] = NEVER


class _CutPart(NamedTuple):
    """The units of a part of a text in one text style, and whether a line may end after each."""

    units: Sequence[Unit]
    breaks: Sequence[int]


@lru_cache(maxsize=_MOST_WORDS_IN_STYLES)
def _word_in_styles(parts: tuple[tuple[TextStyle, str], ...]) -> tuple[Word, Sequence[_CutPart]]:
    """Return a word whose parts are in several text styles, without its units, and the units of each part. The space
    after a bold word is often such a part, and documents have the same bold words.
    """
    text = "".join([part for _, part in parts])
    missing: list[str] = []
    for text_style_of_part, part in parts:
        missing += text_style_of_part.words[part].missing
    word = Word(text, (), is_plain(text, missing), tuple(missing))
    return word, _cut_parts(parts, word_offsets(text))


def _cut_parts(parts: Sequence[tuple[TextStyle, str]], offsets: Sequence[int]) -> list[_CutPart]:
    """Return the units of a text in which lines may break at these offsets only, and after it: those of each part,
    which is in one text style. The letters of a unit join those around it.
    """
    text = "".join([part for _, part in parts])
    cut = []
    start = 0
    for style, part in parts:
        end = start + len(part)
        offsets_in_part = offsets[bisect_right(offsets, start) : bisect_left(offsets, end)]
        units = []
        for first, last in pairwise([start, *offsets_in_part, end]):
            before = text[max(first - CONTEXT, 0) : first]
            after = text[last : last + CONTEXT]
            units.append(style.fragment(text[first:last], before, after))
        may_end_after_part = end == len(text) or end in offsets
        breaks = [ALLOWED] * len(offsets_in_part)
        breaks.append(ALLOWED if may_end_after_part else NEVER)
        cut.append(_CutPart(units, breaks))
        start = end
    return cut


@lru_cache(maxsize=4096)
def _may_end_between(before: str, after: str) -> bool:
    """Return whether a line may end between two words: not before a dash between spaces, which ends the line, and not
    between a number and its unit.
    """
    if before.endswith(" ") and after in DASHES:
        return False
    if before[-2:-1].isdecimal() and before.endswith(" ") and is_unit(after):
        return False
    return len(before) in break_offsets(before + after)


def split_long(measured: Measured, limit: float, has_hyphens: Callable[[Unit, StyledRun], bool]) -> Measured:
    """Return the same paragraph in which each word wider than `limit` begins a line and is cut, except those that
    `has_hyphens`: they are divided when lines are filled.
    """
    split = Measured()
    split.missing = measured.missing
    breaks = _with_breaks_before_long_dashes(measured, limit)
    for start, end in _unbroken_ranges(breaks):
        units = measured.units[start:end]
        styled_runs = measured.styled_runs[start:end]
        if _ink(units) <= limit or (len(units) == 1 and has_hyphens(units[0], styled_runs[0])):
            split.extend(units, styled_runs, breaks[start:end])
            continue
        if split.breaks:
            split.breaks[-1] = FORCED
        word = _split_word(units, styled_runs, limit)
        split.extend(word.units, word.styled_runs, word.breaks)
        split.breaks[-1] = breaks[end - 1]
        text_before = _text(measured.units[start - 1 : start]) if start > 0 else ""
        is_in_address = text_before.endswith(_IN_ADDRESSES)
        if not is_in_address:
            split.broken |= word.broken
    return split


def _unbroken_ranges(breaks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the range of the units of each text that stays together: no line may end in it, and one may after it."""
    start = 0
    for end, after in enumerate(breaks, 1):
        if after != NEVER:
            yield start, end
            start = end


def _with_breaks_before_long_dashes(measured: Measured, limit: float) -> list[int]:
    """Return the breaks of a paragraph, with one before a dash that does not fit beside its word.

    None is before a dash after a word in Katakana, which is divided instead.
    """
    breaks = list(measured.breaks)
    for start, end in _unbroken_ranges(measured.breaks):
        units = measured.units[start:end]
        ends_in_dash = len(units) > 1 and _text(units[-1:]) in DASHES
        if ends_in_dash and not IN_KATAKANA.search(_text(units)) and _ink(units) > limit:
            breaks[end - 2] = ALLOWED  # after the unit before the dash
    return breaks


def _ink(units: Sequence[Unit]) -> float:
    """Return the width of units on a line, without the spaces at their end."""
    *before, last = units
    return sum([unit.advance for unit in before]) + last.ink


def _split_word(units: Sequence[Unit], styled_runs: Sequence[StyledRun], limit: float) -> Measured:
    """Return a word longer than a line, cut so that each part fits if possible.

    It is cut where lines may break in any text, which is enough for an email address; if a part is still too wide,
    between its letters, except before closing punctuation; and if that is not enough either, as in a row of dots,
    between any two of them. A word that is cut between its letters is `broken`.
    """
    texts = [_text([unit]) for unit in units]
    text = "".join(texts)
    parts = list(zip(styled_runs, texts, strict=True))
    dashes = tuple(DASHES) if IN_KATAKANA.search(text) else ()  # which do not begin a line there

    def cut_at(offsets: Iterable[int]) -> Measured:
        cut = Measured()
        cut.append_cut(parts, [offset for offset in offsets if not text.startswith(dashes, offset)])
        return cut

    word = cut_at(break_offsets(text))
    if word.widest(word.inks()) <= limit:
        return word
    word = cut_at(long_word_offsets(text))
    if word.widest(word.inks()) > limit:
        word = cut_at(letter_offsets(text))
    if is_word(text.strip(AROUND_WORDS).replace("-", "")):
        word.broken[text.strip()] = None
    return word


def _text(units: Sequence[Unit]) -> str:
    """Return the text of units."""
    parts = chain.from_iterable([unit.parts for unit in units])
    return "".join([part.text for part in parts])
