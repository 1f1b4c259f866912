"""Fills paragraphs into lines of a width, as spans that are ready to be shown."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from math import inf
from operator import add, attrgetter
from typing import NamedTuple

from ucap_reports.fonts.font_faces import Face
from ucap_reports.pdf.text.glyph_writing import writing_mode
from ucap_reports.pdf.text.hyphenated_words import can_be_divided, divided_word
from ucap_reports.pdf.text.line_spans import InlineTag, Line, ParagraphLines, Span, mixed_spans, span_of
from ucap_reports.pdf.text.paragraph_measuring import ALLOWED, FORCED, NEVER, Measured, StyledRun, split_long
from ucap_reports.pdf.text.word_measuring import WordPart, baseline, text_style
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Align, Style
from ucap_reports.text.bidi_levels import paragraph_level, parts_by_level, printed_levels, runs_from_the_right
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Inline, Run

_SHORT = 5
"""The last line is short if it is one word narrower than this multiple of the text size: about ten letters."""
_FULL_ENOUGH = 0.4
"""The part of the width that a line keeps at least when it gives words to a short last line."""
_ZONE, _ZONE_PART = 36.0, 0.2
"""The free space at the end of a line, in points and as a part of its width, from which the next word is divided: the
hyphenation zone of word processors.
"""
_MOST_HYPHENS = 2
"""Lines below each other that end in a hyphen."""
_TOLERANCE = 0.001
"""Points by which sums of the same widths may differ."""
_SPACELESS = "\N{CJK RADICAL REPEAT}"
"""The first of the scripts whose lines break between any two letters."""
_STATE = attrgetter("state")
BEFORE = {"start": 0.0, "center": 0.5, "end": 1.0}
"""The part of the free width of its line that is before a text or picture."""


@lru_cache(maxsize=4096)
def text_width(pack: Pack, content: tuple[Inline, ...], style: Style, language: str = "") -> float:
    """The width of the content on one line, in points."""
    lines = paragraph_lines(pack, content, style, inf, language).lines
    return lines[0].ink if lines else 0.0


@lru_cache(maxsize=4096)
def paragraph_lines(
    pack: Pack, content: tuple[Inline, ...], style: Style, width: float, language: str = ""
) -> ParagraphLines:
    """The content in lines of that width, in points, in a document in that language. Cached, since labels, contacts
    and markers of lists are the same in many documents.
    """
    measured, tags, base = _measure(pack, content, style, language)
    languages = _Languages(tags, language)
    if measured.widest() > width:
        measured = split_long(
            measured, width, lambda unit, styled_run: can_be_divided(unit, styled_run, languages.of(styled_run), width)
        )
    filling = _LineFilling(measured, base, languages, hyphenates=style.hyphenate)
    ranges = filling.fill(width)
    filling.lengthen_last(ranges, width, style.size)
    lines = tuple([filling.line(start, end, style.align, width) for start, end in ranges])
    missing, broken = tuple(measured.missing), tuple(measured.broken)
    return ParagraphLines(lines, style.leading, baseline(pack, style), tags, missing, _used(lines), broken)


def _used(lines: Sequence[Line]) -> tuple[tuple[Face, str], ...]:
    """Each face with the characters that it draws in these lines."""
    drawn: dict[Face, str] = {}
    for line in lines:
        for span in line.spans:
            characters = span.shown if span.drawn else span.text
            drawn[span.face] = drawn.get(span.face, "") + characters
    return tuple(drawn.items())


def _measure(
    pack: Pack, content: tuple[Inline, ...], style: Style, language: str
) -> tuple[Measured, tuple[InlineTag, ...], int | None]:
    """The measured paragraph, its tags, and its embedding level; None if all text runs from left to right."""
    measured = Measured()
    tags: list[InlineTag] = []
    base, found = _levels(content, right_to_left=is_right_to_left(language))
    before: Inline | None = None
    place = 0
    for inline in content:
        if isinstance(inline, Run):
            tag = _tag(tags, inline, before)
            spoken = inline.language or language
            if base is None:
                own = text_style(pack, style, inline, writing_mode(spoken), spoken)
                measured.add_text(StyledRun(own, tag), inline.text)
            for level, part in () if base is None else parts_by_level(inline.text, found[place:]):
                mode = writing_mode(spoken, right_to_left=level % 2 == 1)
                measured.add_text(StyledRun(text_style(pack, style, inline, mode, spoken), tag, level), part)
            place += len(inline.text)
        else:
            measured.end_line(StyledRun(text_style(pack, style, Run("")), None, base or 0))
            place += 1
        before = inline
    measured.close_word()
    return measured, tuple(tags), base


def _levels(content: tuple[Inline, ...], *, right_to_left: bool) -> tuple[int | None, list[int]]:
    """The embedding level of a paragraph and those of its characters; None if all text runs from left to right."""
    if not right_to_left and not any([isinstance(each, Run) and runs_from_the_right(each.text) for each in content]):  # noqa: C419 - a list is faster for so few
        return None, []
    text = "".join([each.text if isinstance(each, Run) else "\N{LINE SEPARATOR}" for each in content])
    base = paragraph_level(text, right_to_left=right_to_left)
    return base, printed_levels(text, base)


def _tag(tags: list[InlineTag], run: Run, before: Inline | None) -> int | None:
    """The index of the run's tag, which it shares with the run before it if link and language are the same."""
    if run.link is None and run.language is None:
        return None
    text = run.text
    if isinstance(before, Run) and (before.link, before.language) == (run.link, run.language):
        text = tags.pop().text + text
    tags.append(InlineTag(run.link, run.language, text))
    return len(tags) - 1


class _Languages(NamedTuple):
    """The languages of a paragraph: those of its tags, and that of all other text."""

    tags: tuple[InlineTag, ...]
    own: str

    def of(self, styled_run: StyledRun) -> str:
        """Return the language of a run."""
        tagged = None if styled_run.tag is None else self.tags[styled_run.tag].language
        return tagged or self.own


class _LineFilling:
    """Cuts a measured paragraph into lines. Ranges are of units, the last one excluded.

    If it `hyphenates`, words are divided where a line would be too short without a part of the next word. Words that
    are wider than a line are always divided.
    """

    def __init__(self, measured: Measured, base: int | None, languages: _Languages, *, hyphenates: bool) -> None:
        self._base = base
        self._languages = languages
        self._hyphenates = hyphenates
        self._hyphens: dict[int, WordPart] = {}
        """The hyphens after units, which are drawn at the ends of lines."""
        self._units = measured.units
        self._styled_runs = measured.styled_runs
        self._is_even = (
            self._styled_runs.count(self._styled_runs[0]) == len(self._styled_runs) if self._styled_runs else True
        )
        """Whether all of it is in the same style, as most paragraphs are."""
        self._breaks = measured.breaks
        self._starts: list[float]
        self._ends: list[float]
        """Where each unit begins, and where it ends without its spaces, if all were on one line."""
        self._add_up()

    def _add_up(self) -> None:
        self._starts = list(accumulate([unit.advance for unit in self._units], initial=0.0))
        self._ends = list(map(add, self._starts, [unit.ink for unit in self._units]))

    def ink(self, start: int, end: int) -> float:
        """The width of units on a line, without the spaces at its end."""
        return self._ends[end - 1] - self._starts[start] if end > start else 0.0

    def fill(self, width: float) -> list[tuple[int, int]]:
        """The units of each line: as many as fit, up to a forced break."""
        ranges: list[tuple[int, int]] = []
        start = 0
        while start < len(self._units):
            fitting = bisect_right(self._ends, self._starts[start] + width + _TOLERANCE, start)
            end = max(fitting, start + 1)
            if FORCED in self._breaks[start:fitting]:
                end = self._breaks.index(FORCED, start) + 1
            elif fitting < len(self._units):
                if self._divide(start, fitting, width, ranges):
                    end = fitting + 1
                elif self._breaks[end - 1] != FORCED:
                    end = self._break_before(start, end)
            ranges.append((start, end))
            start = end
        return ranges

    def _divide(self, start: int, index: int, width: float, ranges: Sequence[tuple[int, int]]) -> bool:
        """Divide the unit that does not fit on the line from `start`, if it is a word that should be divided."""
        is_alone = index == start
        if self._base is not None or self._breaks[index] == NEVER:
            return False
        if not is_alone:
            is_joined = self._breaks[index - 1] == NEVER
            free = width - self.ink(start, index)
            hyphens_before = [end - 1 in self._hyphens for _, end in ranges[-_MOST_HYPHENS:]]
            has_many = len(hyphens_before) == _MOST_HYPHENS and all(hyphens_before)
            is_last = index == len(self._units) - 1
            if is_joined or is_last or has_many or not self._hyphenates or free < min(_ZONE, width * _ZONE_PART):
                return False
        styled_run = self._styled_runs[index]
        available = width - (self._starts[index] - self._starts[start])
        divided = divided_word(
            self._units[index], styled_run, self._languages.of(styled_run), available, names=is_alone
        )
        if divided is None:
            return False
        self._units[index : index + 1] = [divided.first, divided.rest]
        self._styled_runs.insert(index, styled_run)
        self._breaks.insert(index, ALLOWED)
        self._hyphens[index] = divided.hyphen
        self._add_up()
        return True

    def _break_before(self, start: int, end: int) -> int:
        """The last place up to `end` where the line from `start` may end; a place after `end` if there is none."""
        while end > start and self._breaks[end - 1] == NEVER:
            end -= 1
        if end == start:
            end = next(place for place in range(start, len(self._breaks)) if self._breaks[place] != NEVER) + 1
        return end

    def lengthen_last(self, ranges: list[tuple[int, int]], width: float, size: float) -> None:
        """Move words to a last line of one short word, if the line before keeps enough of its own."""
        if len(ranges) < 2 or self._breaks[ranges[-1][0] - 1] == FORCED:  # noqa: PLR2004 - a line and the one before it
            return
        (before, start), (_, end) = ranges[-2:]
        while self._is_short_word(start, end, size * _SHORT):
            start -= 1
            while start > before and not self._parts_words(start):
                start -= 1
            is_full = self.ink(before, start) >= width * _FULL_ENOUGH
            if start <= before or not is_full or self.ink(start, end) > width:
                return
        ranges[-2:] = [(before, start), (start, end)]

    def _is_short_word(self, start: int, end: int, short: float) -> bool:
        return self.ink(start, end) < short and not any(self._has_space(place) for place in range(start, end - 1))

    def _has_space(self, place: int) -> bool:
        return self._units[place].advance > self._units[place].ink

    def _parts_words(self, place: int) -> bool:
        """Whether a word ends before that unit, with a space or in a script without spaces."""
        parts = self._units[place - 1].parts
        is_spaceless = bool(parts) and parts[-1].text[-1] >= _SPACELESS
        return self._breaks[place - 1] != NEVER and (self._has_space(place - 1) or is_spaceless)

    def line(self, start: int, end: int, align: Align, width: float) -> Line:
        """The line of a range of units."""
        ink = self.ink(start, end)
        hyphen = self._hyphens.get(end - 1)
        if hyphen is not None:
            spans = [*self._spans(start, end, ink)]
            spans.append(span_of([hyphen], self._styled_runs[end - 1], ink, ink + hyphen.width))
            return Line(tuple(spans), (width - ink - hyphen.width) * BEFORE[align], ink + hyphen.width)
        offset = (width - ink) * BEFORE[align]
        if self._base is None:
            return Line(tuple(self._spans(start, end, ink)), offset, ink)
        parts = [(self._styled_runs[place], part) for place in range(start, end) for part in self._units[place].parts]
        trailing = self._starts[end] - self._starts[start] - ink
        return Line(mixed_spans(parts, trailing, self._base), offset, ink, is_mixed=True)

    def _spans(self, start: int, end: int, ink: float) -> Iterator[Span]:
        """The spans of a line, one for each change of the styled run or the face."""
        place = start
        while place < end:
            styled_run, after = self._styled_runs[place], end
            if not self._is_even:
                after = next((other for other in range(place, end) if self._styled_runs[other] is not styled_run), end)
            parts = [part for unit in self._units[place:after] for part in unit.parts]
            left = self._starts[place] - self._starts[start]
            for _, group in groupby(parts, _STATE):
                members = list(group)
                right = left + sum([part.width for part in members])
                yield span_of(members, styled_run, left, min(right, ink))
                left = right
            place = after
