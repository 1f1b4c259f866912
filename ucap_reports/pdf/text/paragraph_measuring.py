"""Measured paragraphs: units in order, each with its text style and whether a line may end after it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from msgspec import Struct

from ucap_reports.pdf.text.line_breaking import break_offsets, letter_offsets, long_word_offsets, word_offsets
from ucap_reports.pdf.text.word_measuring import CONTEXT, DASHES, TextStyle, Unit, Word, is_plain
from ucap_reports.text.capitals_and_punctuation import AROUND_WORDS, is_unit, is_word

_WORD = re.compile("[^ ]+ *| +")
_IN_ADDRESSES = (*"/.@:?=&#%",)
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
    """Three lists of the same length: units, the styled run of each, and the break after each."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.styled_runs: list[StyledRun] = []
        self.breaks: list[int] = []
        self.missing: dict[str, None] = {}
        """Characters that no face has, in the order of the text."""
        self.broken: dict[str, None] = {}
        """Words that are cut between their letters."""
        self._open: list[tuple[StyledRun, str]] = []
        self._before: Word | None = None

    def add_text(self, styled_run: StyledRun, text: str) -> None:
        """Add text. Its last word stays open, because it may continue in another text style."""
        *words, last = text.split(" ")
        end_of_open_word = words.pop(0) if words and self._open else None
        if "" in words:
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
        if () in units_by_word or not (self._before is None or self._before.is_plain):
            self._add_words(styled_run, [style.words[f"{text} "] for text in texts])
        else:
            units = list(chain.from_iterable(units_by_word))
            self.extend(units, [styled_run] * len(units), [ALLOWED] * len(units))
            self._before = style.words[f"{texts[-1]} "]

    def _add_words_and_spaces(self, styled_run: StyledRun, text: str) -> None:
        """Add text with several spaces between words, or spaces before the first one."""
        tokens = _WORD.findall(text)
        if self._open:
            self._open.append((styled_run, tokens.pop(0)))
            if self._open[-1][1][-1] == " ":
                self.close_word()
        if tokens and tokens[-1][-1] != " ":
            self._open.append((styled_run, tokens.pop()))
        if tokens:
            self._add_words(styled_run, list(map(styled_run.text_style.words.__getitem__, tokens)))

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
                text = "".join([part for _, part in parts])
                missing = tuple(
                    [letter for styled_run, part in parts for letter in styled_run.text_style.words[part].missing]
                )
                self._join(Word(text, (), is_plain(text, missing), missing))
                self.append_cut(parts, word_offsets(text))
        self._open = []

    def inks(self) -> list[float]:
        """Return the width of each unit without the spaces after it, in points."""
        return [unit.ink for unit in self.units]

    def widest(self, inks: Sequence[float]) -> float:
        """Return the width of the widest text that stays together, in points."""
        widest = max(inks, default=0.0)
        joined = 0.0
        end = 0
        for _ in range(self.breaks.count(NEVER)):
            index = self.breaks.index(NEVER, end)
            if index > end:
                joined = 0.0  # another text that stays together
            joined += self.units[index].advance
            end = index + 1
            widest = max(widest, joined + self.units[end].ink)
        return widest

    def append_cut(self, parts: Sequence[tuple[StyledRun, str]], offsets: Sequence[int]) -> None:
        """Append text that lines may break at these offsets only, and after it."""
        whole, allowed = "".join(part for _, part in parts), frozenset(offsets)
        start = 0
        for styled_run, part in parts:
            end = start + len(part)
            edges = [start, *offsets[bisect_right(offsets, start) : bisect_left(offsets, end)], end]
            for first, last in pairwise(edges):
                self._append(
                    styled_run, _fragment(styled_run, whole, first, last), ALLOWED if last in allowed else NEVER
                )
            start = end
        self.breaks[-1] = ALLOWED

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
        before, self._before = self._before, word
        may_part = before is None or (before.is_plain and word.is_plain) or _may_part(before.text, word.text)
        if not may_part:
            self.breaks[-1] = NEVER


@lru_cache(maxsize=4096)
def _may_part(before: str, after: str) -> bool:
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
    start = 0
    breaks = _without_long_dashes(measured, limit)
    for end, after in enumerate(breaks, 1):
        if after == NEVER:
            continue
        units, styled_runs = measured.units[start:end], measured.styled_runs[start:end]
        is_long = sum(unit.advance for unit in units[:-1]) + units[-1].ink > limit
        if is_long and not (len(units) == 1 and has_hyphens(units[0], styled_runs[0])):
            if split.breaks:
                split.breaks[-1] = FORCED
            word = _split_word(units, styled_runs, limit)
            split.extend(word.units, word.styled_runs, word.breaks)
            if not start or _text(measured.units[start - 1 : start])[-1:] not in _IN_ADDRESSES:
                split.broken |= word.broken
        else:
            split.extend(units, styled_runs, breaks[start:end])
        split.breaks[-1] = after
        start = end
    return split


def _without_long_dashes(measured: Measured, limit: float) -> list[int]:
    """Return the breaks of a paragraph, with one before a dash that does not fit beside its word."""
    breaks = list(measured.breaks)
    start = 0
    for end, after in enumerate(measured.breaks, 1):
        if after == NEVER:
            continue
        units = measured.units[start:end]
        if len(units) > 1 and _text(units[-1:]) in DASHES:
            width = sum(unit.advance for unit in units[:-1]) + units[-1].ink
            if width > limit:
                breaks[end - 2] = ALLOWED
        start = end
    return breaks


def _split_word(units: Sequence[Unit], styled_runs: Sequence[StyledRun], limit: float) -> Measured:
    """Return a word longer than a line: an email address is cut like other words, others between their letters, before
    closing punctuation only if there is nothing else, as in a row of dots.
    """
    texts = [_text([unit]) for unit in units]
    parts, whole = list(zip(styled_runs, texts, strict=True)), "".join(texts)
    cut = Measured()
    for find in (break_offsets, long_word_offsets, letter_offsets):
        cut = Measured()
        cut.append_cut(parts, find(whole))
        if cut.widest(cut.inks()) <= limit:
            break
    if find is not break_offsets and is_word(whole.strip(AROUND_WORDS).replace("-", "")):
        cut.broken[whole.strip()] = None
    return cut


def _text(units: Sequence[Unit]) -> str:
    return "".join(part.text for unit in units for part in unit.parts)


def _fragment(styled_run: StyledRun, word: str, first: int, last: int) -> Unit:
    """Return a part of a word as a unit, joined to the letters around it."""
    before, after = word[max(first - CONTEXT, 0) : first], word[last : last + CONTEXT]
    return styled_run.text_style.fragment(word[first:last], before, after)
