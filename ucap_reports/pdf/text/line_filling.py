"""Fills paragraphs into lines of a width: which words are in a line (`_LineFilling.fill`), which are divided
(`_LineFilling._divide`), and what moves to a short last line (`_LineFilling.lengthen_last`). `text_drawing` makes the
spans of a line and draws them; the possible ends of lines are from `text_measuring`.

Words are divided at the end of a line, with a hyphen that is not part of the copied text. Where a word of a language
can have one is in `text/hyphenation_and_thai_words.py`.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain, groupby, pairwise
from math import inf
from operator import add, attrgetter

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.text.glyphs_and_font_fallback import writing_mode
from ucap_reports.pdf.text.text_drawing import InlineTag, Line, ParagraphLines, Span, StyledPart, mixed_spans, span_of
from ucap_reports.pdf.text.text_measuring import (
    ALLOWED,
    CONTEXT,
    FORCED,
    NEVER,
    Measured,
    StyledRun,
    Unit,
    WordPart,
    baseline,
    split_long,
    text_style,
)
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Align, Style
from ucap_reports.text.bidi_levels import (
    isolated_parts,
    paragraph_level,
    paragraph_text,
    parts_by_level,
    printed_levels,
    runs_from_the_right,
)
from ucap_reports.text.hyphenation_and_thai_words import hyphenation_points
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Inline, Run

_SHORT = 5
"""The last line is short if it is one word narrower than this multiple of the text size: about ten letters."""
_FULL_ENOUGH = 0.4
"""The part of the width that a line keeps at least when it gives words to a short last line."""
_ZONE = 36.0
"""The free space at the end of a line, in points, from which the next word is divided: the hyphenation zone of word
processors.
"""
_ZONE_PART = 0.2
"""The same as a part of the width of the line; the smaller one counts."""
_MAX_HYPHENS = 2
"""Lines below each other that end in a hyphen."""
_TOLERANCE = 0.001
"""Points by which sums of the same widths may differ."""
_SPACELESS = "\N{CJK RADICAL REPEAT}"
"""The first of the scripts whose lines break between any two letters."""
_STATE = attrgetter("state")
"""The state of a part of a word; parts one after the other in one state are drawn together."""
SHARE_BEFORE = {"start": 0.0, "center": 0.5, "end": 1.0}
"""The part of the free width of its line that is before a text or picture."""

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_LONG_RUN = 80
"""The characters of a run up to which its paragraph is kept in the cache. Longer ones are rarely the same in two
documents: to keep them would cost each document new memory, while that of its predecessor, which the processor has at
hand, is not used again.
"""
_MOST_PARAGRAPHS = 256
"""The paragraphs in the cache: more than the labels and margins of a pack."""


@lru_cache(maxsize=_MOST_PARAGRAPHS)
def text_width(pack: Pack, content: tuple[Inline, ...], style: Style, language: str = "") -> float:
    """Return the width of the content on one line, in points."""
    lines = paragraph_lines(pack, content, style, inf, language).lines
    return lines[0].ink if lines else 0.0


def paragraph_lines(
    pack: Pack, content: tuple[Inline, ...], style: Style, width: float, language: str = ""
) -> ParagraphLines:
    """Return the content in lines of that width, in points, in a document in that language. Short ones are cached,
    since labels, contacts and markers of lists are the same in many documents.
    """
    for inline in content:
        if isinstance(inline, Run) and len(inline.text) > _LONG_RUN:
            return _paragraph_lines(pack, content, style, width, language)
    return _short_paragraph_lines(pack, content, style, width, language)


def _paragraph_lines(
    pack: Pack, content: tuple[Inline, ...], style: Style, width: float, language: str
) -> ParagraphLines:
    measured, tags, base = _measure(pack, content, style, language)
    languages = _Languages(tags, language)
    inks = measured.inks()
    if measured.widest(inks) > width:
        measured = _without_long_words(measured, base, languages, width)
        inks = measured.inks()
    filling = _LineFilling(measured, inks, base, languages, hyphenates=style.hyphenate)
    ranges = filling.fill(width)
    filling.lengthen_last(ranges, width, style.size)
    lines = []
    for start, end in ranges:
        lines.append(filling.line(start, end, style.align, width))
    return ParagraphLines(
        tuple(lines),
        style.leading,
        baseline(pack, style),
        tags,
        missing=tuple(measured.missing),
        broken=tuple(measured.broken),
    )


_short_paragraph_lines = lru_cache(maxsize=_MOST_PARAGRAPHS)(_paragraph_lines)


def _measure(
    pack: Pack, content: tuple[Inline, ...], style: Style, language: str
) -> tuple[Measured, tuple[InlineTag, ...], int | None]:
    """Return the measured paragraph, its tags, and its embedding level, None if all text runs from left to right."""
    measured = Measured()
    tags: list[InlineTag] = []
    base, levels = _levels(content, right_to_left=is_right_to_left(language))
    before: Inline | None = None
    offset = 0
    for inline in content:
        if isinstance(inline, Run):
            tag = _tag_index(tags, inline, before)
            run_language = inline.language or language
            if base is None:
                run_style = text_style(pack, style, inline, writing_mode(run_language), run_language)
                measured.add_text(StyledRun(run_style, tag), inline.text)
            else:
                for level, part in parts_by_level(inline.text, levels[offset:]):
                    mode = writing_mode(run_language, right_to_left=level % 2 == 1)
                    run_style = text_style(pack, style, inline, mode, run_language)
                    measured.add_text(StyledRun(run_style, tag, level), part)
            offset += len(inline.text)
        else:
            plain_style = text_style(pack, style, Run(""))
            measured.end_line(StyledRun(plain_style, None, base or 0))
            offset += 1
        before = inline
    measured.close_word()
    return measured, tuple(tags), base


def _levels(content: tuple[Inline, ...], *, right_to_left: bool) -> tuple[int | None, list[int]]:
    """Return the embedding level of a paragraph and those of its characters; no level, and no levels of characters, if
    all text runs from left to right.
    """
    if not right_to_left and not _has_text_from_the_right(content):
        return None, []
    text = paragraph_text(content)
    base = paragraph_level(text, right_to_left=right_to_left)
    isolated = isolated_parts(content, base)
    return base, printed_levels(text, base, isolated)


def _has_text_from_the_right(content: tuple[Inline, ...]) -> bool:
    for inline in content:  # not a generator expression, which takes longer for so few
        if isinstance(inline, Run) and runs_from_the_right(inline.text):
            return True
    return False


def _tag_index(tags: list[InlineTag], run: Run, before: Inline | None) -> int | None:
    """Add the tag of a run with a link or a language, and return its index; None for any other run.

    A run shares the tag of the run before it if link and language are the same.
    """
    if run.link is None and run.language is None:
        return None
    if isinstance(before, Run) and (before.link, before.language) == (run.link, run.language):
        tag_before = tags[-1]
        tags[-1] = replace(tag_before, text=tag_before.text + run.text)
    else:
        tags.append(InlineTag(run.link, run.language, run.text))
    return len(tags) - 1


class _Languages(Struct, frozen=True, gc=False):
    """The languages of a paragraph: those of its tags, and that of all other text."""

    tags: tuple[InlineTag, ...]
    own: str

    def of(self, styled_run: StyledRun) -> str:
        """Return the language of a run."""
        if styled_run.tag is None:
            return self.own
        return self.tags[styled_run.tag].language or self.own


def _without_long_words(measured: Measured, base: int | None, languages: _Languages, width: float) -> Measured:
    """Return a paragraph in which the words that are wider than a line are cut, except those that can be divided with
    hyphens: they are divided when their line is filled.
    """

    def has_hyphens(unit: Unit, styled_run: StyledRun) -> bool:
        if base is not None:  # no word of such a paragraph is divided
            return False
        return _can_be_divided(unit, styled_run, languages.of(styled_run), width)

    return split_long(measured, width, has_hyphens)


def _can_be_divided(unit: Unit, styled_run: StyledRun, language: str, width: float) -> bool:
    """Return whether a word that is wider than its lines fits on them if it is divided, perhaps several times."""
    rest = unit
    while rest.ink > width:
        divided = _divided_word(rest, styled_run, language, width, names=True)
        if divided is None:
            return False
        rest = divided.rest
    return True


class _DividedWord(Struct, frozen=True, gc=False):
    """The parts of a word on both lines. The hyphen is drawn after the first, and copied as a soft hyphen."""

    first: Unit
    hyphen: WordPart
    rest: Unit


def _divided_word(
    unit: Unit, styled_run: StyledRun, language: str, available: float, *, names: bool = False
) -> _DividedWord | None:
    """Divide a word of a language so that as much of it as possible fits in `available` points, with its hyphen.

    Returns None if it has no point for it. Words that may be names are only divided with `names`.
    """
    text = "".join([part.text for part in unit.parts])
    style = styled_run.text_style
    hyphen = _hyphen(styled_run)
    for point in reversed(hyphenation_points(text, language, names=names)):
        first = style.fragment(text[:point], "", text[point : point + CONTEXT])
        if first.ink + hyphen.width <= available + _TOLERANCE:
            rest = style.fragment(text[point:], text[max(point - CONTEXT, 0) : point], "")
            return _DividedWord(first, hyphen, rest)
    return None


def _hyphen(styled_run: StyledRun) -> WordPart:
    """Return a hyphen in that run, which is copied as a soft hyphen."""
    (part,) = styled_run.text_style.unit("-").parts
    # With its operators as `drawn`, its text can be another one than what they draw.
    return replace(part, text=_SOFT_HYPHEN, drawn=part.operators, shown="-")


class _LineFilling:
    """Cuts a measured paragraph into lines. Ranges are of units, the last one excluded.

    If it `hyphenates`, words are divided where a line would be too short without a part of the next word. Words that
    are wider than a line are always divided. No word of a paragraph with text from right to left (whose `base` is its
    level) is divided: those that are wider than a line were cut before. Soft hyphens are shown at the ends of its lines
    too.
    """

    def __init__(
        self, measured: Measured, inks: list[float], base: int | None, languages: _Languages, *, hyphenates: bool
    ) -> None:
        self._base = base
        self._languages = languages
        self._hyphenates = hyphenates
        self._hyphens: dict[int, WordPart] = {}
        """The hyphens after units, which are drawn at the ends of lines."""
        self._units = measured.units
        self._styled_runs = measured.styled_runs
        runs = self._styled_runs
        self._has_one_run = not runs or runs.count(runs[0]) == len(runs)
        """Whether all styled runs are equal, as in most paragraphs."""
        self._breaks = measured.breaks
        self._starts = [0.0]
        """Where each unit begins if all are on one line, and where the last one ends."""
        self._ends: list[float] = []
        """Where each unit ends without its spaces if all are on one line."""
        self._states: list[str] = []
        """The state of each unit that has one (see `Unit`)."""
        self._texts: list[str] = []
        """The text of each such unit."""
        self._codes: list[str] = []
        """The code of each such unit."""
        self._add_up(0, inks)

    def _add_up(self, first: int, inks: list[float]) -> None:
        """Set the starts, ends, states, texts and codes of the units from the first one on, whose widths without their
        spaces are `inks`.
        """
        units = self._units[first:] if first else self._units  # all are not copied: each paragraph comes here once
        starts = list(accumulate([unit.advance for unit in units], initial=self._starts[first]))
        self._starts[first:] = starts
        self._ends[first:] = map(add, starts, inks)
        self._states[first:] = [unit.state for unit in units]
        self._texts[first:] = [unit.text for unit in units]
        self._codes[first:] = [unit.code for unit in units]

    def ink(self, start: int, end: int) -> float:
        """Return the width of units on a line, without the spaces at its end."""
        return self._ends[end - 1] - self._starts[start] if end > start else 0.0

    def fill(self, width: float) -> list[tuple[int, int]]:
        """Return the units of each line: as many as fit, up to a forced break."""
        ranges: list[tuple[int, int]] = []
        start = 0
        while start < len(self._units):
            end = self._line_end(start, width, ranges)
            ranges.append((start, end))
            start = end
        return ranges

    def _line_end(self, start: int, width: float, ranges: Sequence[tuple[int, int]]) -> int:
        """Return the end of the line that begins with the unit at `start`; `ranges` are the lines before it.

        A line ends after the first forced break that fits, inside of a word that is divided, or else at the last place
        that fits. A divided word becomes two units, of which the line has the first.
        """
        end_of_fitting = bisect_right(self._ends, self._starts[start] + width + _TOLERANCE, start)
        if FORCED in self._breaks[start:end_of_fitting]:
            return self._breaks.index(FORCED, start) + 1
        if end_of_fitting == len(self._units):
            return end_of_fitting
        if self._divide(start, end_of_fitting, width, ranges):
            return end_of_fitting + 1
        if end_of_fitting == start:  # even the first unit is wider than the line, which has it nevertheless
            end_of_fitting = start + 1
            if self._breaks[start] == FORCED:  # not found above: the unit does not fit
                return end_of_fitting
        end = self._break_before(start, end_of_fitting)
        if self._ends_in_soft_hyphen(end):
            return self._with_soft_hyphen(start, end, width)
        return end

    def _ends_in_soft_hyphen(self, end: int) -> bool:
        """Return whether the text before a unit ends in a soft hyphen, which is only shown at the end of a line."""
        unit_before = self._units[end - 1]
        if unit_before.text or not unit_before.parts:  # units with invisible characters have no `text`
            return False
        return unit_before.parts[-1].text.endswith(_SOFT_HYPHEN)

    def _with_soft_hyphen(self, start: int, end: int, width: float) -> int:
        """Return the end of a line that would end in a soft hyphen at `end`: an earlier one if its hyphen does not fit.

        If there is no earlier one, the line ends at `end` without a hyphen, for which it has no space.
        """
        possible_end = end
        while self._ends_in_soft_hyphen(possible_end):
            last = possible_end - 1
            hyphen = replace(_hyphen(self._styled_runs[last]), text="")  # the text already has the soft hyphen
            if self.ink(start, possible_end) + hyphen.width <= width + _TOLERANCE:
                self._hyphens[last] = hyphen
                return possible_end
            if last == start:
                return end
            earlier_end = self._break_before(start, last)
            if earlier_end >= end:  # not an earlier one: `_break_before` found none, and searched after it
                return end
            possible_end = earlier_end
        return possible_end

    def _divide(self, start: int, index: int, width: float, ranges: Sequence[tuple[int, int]]) -> bool:
        """Divide the unit at `index`, which does not fit on the line from `start`, if it is a word that should be
        divided. Return whether it is.

        A word alone on its line is divided wherever a hyphen may be. After other words, one is divided if the line
        would be too short without a part of it.
        """
        if self._base is not None or self._breaks[index] == NEVER:
            return False
        is_alone = index == start
        if not is_alone:  # not a method of its own, which would be called for nearly every line
            if not self._hyphenates:
                return False
            free = width - self.ink(start, index)
            if free < min(_ZONE, width * _ZONE_PART):
                return False
            is_joined = self._breaks[index - 1] == NEVER
            is_last = index == len(self._units) - 1
            if is_joined or is_last or self._end_in_hyphens(ranges):
                return False
        styled_run = self._styled_runs[index]
        available = width - (self._starts[index] - self._starts[start])
        language = self._languages.of(styled_run)
        divided = _divided_word(self._units[index], styled_run, language, available, names=is_alone)
        if divided is None:
            return False
        self._units[index : index + 1] = [divided.first, divided.rest]
        self._styled_runs.insert(index, styled_run)
        self._breaks.insert(index, ALLOWED)
        self._hyphens[index] = divided.hyphen
        self._add_up(index, [unit.ink for unit in self._units[index:]])
        return True

    def _end_in_hyphens(self, ranges: Sequence[tuple[int, int]]) -> bool:
        """Return whether as many lines before end in hyphens as may follow one another."""
        lines_before = ranges[-_MAX_HYPHENS:]
        if len(lines_before) < _MAX_HYPHENS:
            return False
        return all(end - 1 in self._hyphens for _, end in lines_before)

    def _break_before(self, start: int, end: int) -> int:
        """Return the last place up to `end` where the line from `start` may end; the first place after `end` if there
        is none.
        """
        earlier_end = end
        while earlier_end > start and self._breaks[earlier_end - 1] == NEVER:
            earlier_end -= 1
        if earlier_end > start:
            return earlier_end
        later_end = end + 1
        while self._breaks[later_end - 1] == NEVER:
            later_end += 1
        return later_end

    def lengthen_last(self, ranges: list[tuple[int, int]], width: float, size: float) -> None:
        """Move words to a last line of one short word, if the line before keeps enough of its own.

        If the last line would not be long enough with all the words that it may get, no word is moved.
        """
        if len(ranges) < 2:  # noqa: PLR2004 - a line and the one before it
            return
        line_start, line_end = ranges[-2]
        _, end = ranges[-1]
        if self._breaks[line_end - 1] == FORCED:
            return
        last_start = line_end
        while self._is_short_word(last_start, end, size * _SHORT):
            last_start = self._word_start_before(last_start, line_start)
            if last_start == line_start:  # nothing would be left on the line before
                return
            keeps_enough = self.ink(line_start, last_start) >= width * _FULL_ENOUGH
            if not keeps_enough or self.ink(last_start, end) > width:
                return
        ranges[-2:] = [(line_start, last_start), (last_start, end)]

    def _is_short_word(self, start: int, end: int, short: float) -> bool:
        """Return whether a range of units is one word, narrower than `short`."""
        if self.ink(start, end) >= short:
            return False
        return not any(self._has_space(index) for index in range(start, end - 1))

    def _has_space(self, index: int) -> bool:
        """Return whether a space is after the text of a unit."""
        unit = self._units[index]
        return unit.advance > unit.ink

    def _word_start_before(self, index: int, line_start: int) -> int:
        """Return the start of the word before that unit; `line_start` if the line has no word before it."""
        start = index - 1
        while start > line_start and not self._ends_word_before(start):
            start -= 1
        return start

    def _ends_word_before(self, index: int) -> bool:
        """Return whether a word ends before that unit, with a space or in a script without spaces."""
        before = index - 1
        parts = self._units[before].parts
        is_spaceless = bool(parts) and parts[-1].text[-1] >= _SPACELESS
        return self._breaks[before] != NEVER and (self._has_space(before) or is_spaceless)

    def line(self, start: int, end: int, align: Align, width: float) -> Line:
        """Return the line of a range of units."""
        ink = self._ends[end - 1] - self._starts[start]  # as `ink`, which takes longer for so many lines
        hyphen = self._hyphens.get(end - 1)
        whole_ink = ink if hyphen is None else ink + hyphen.width
        offset = (width - whole_ink) * SHARE_BEFORE[align]
        if self._base is None:
            spans = self._spans(start, end, ink)
            if hyphen is not None:
                spans.append(span_of([hyphen], self._styled_runs[end - 1], ink, whole_ink))
            return Line(tuple(spans), offset, whole_ink)
        mixed = self._mixed_spans(start, end, hyphen, self._base)
        return Line(mixed, offset, whole_ink, is_mixed=True)

    def _mixed_spans(self, start: int, end: int, hyphen: WordPart | None, base: int) -> tuple[Span, ...]:
        """Return the spans of a line in a paragraph of that level, in which directions are mixed."""
        parts: list[StyledPart] = []
        for styled_run, unit in zip(self._styled_runs[start:end], self._units[start:end], strict=True):
            for part in unit.parts:
                parts.append((styled_run, part))
        if hyphen is not None:
            parts.append((self._styled_runs[end - 1], hyphen))
        width_with_spaces = self._starts[end] - self._starts[start]
        return mixed_spans(parts, width_with_spaces - self.ink(start, end), base)

    def _spans(self, start: int, end: int, ink: float) -> list[Span]:
        """Return the spans of a line, one for each change of the styled run or the face."""
        spans = []
        runs = self._styled_runs
        ranges = [(start, end)]
        # The units of a run are not interrupted by others: if the first and the last one are in it, so are all.
        if not self._has_one_run and runs[start] is not runs[end - 1]:
            ranges = self._runs(start, end)
        for first, last in ranges:
            left = self._starts[first] - self._starts[start]
            states = self._states[first:last]
            if states[0] and states.count(states[0]) == len(states):  # as in most lines
                right = self._starts[last] - self._starts[start]
                end_of_ink = right if right < ink else ink  # noqa: FURB136 - `min` takes several times as long
                spans.append(self._plain_span(first, last, left, end_of_ink))
            else:
                spans += self._spans_by_state(first, last, left, ink)
        return spans

    def _spans_by_state(self, first: int, last: int, left: float, ink: float) -> list[Span]:
        """Return the spans of units in one styled run from `left` on, one for each change of the state of their parts;
        the spaces after `ink` are not drawn.
        """
        spans = []
        parts = chain.from_iterable([unit.parts for unit in self._units[first:last]])
        for _, group in groupby(parts, _STATE):
            span_parts = list(group)
            right = left + sum([part.width for part in span_parts])
            spans.append(span_of(span_parts, self._styled_runs[first], left, min(right, ink)))
            left = right
        return spans

    def _plain_span(self, first: int, last: int, start: float, end: float) -> Span:
        """Return the span of units in one state, which are drawn letter after letter."""
        styled_run = self._styled_runs[first]
        return Span(
            face=self._units[first].parts[0].face,
            state=self._states[first],
            text="".join(self._texts[first:last]),
            code="".join(self._codes[first:last]),
            width=end - start,
            start=start,
            end=end,
            style=styled_run.text_style,
            tag=styled_run.tag,
            origin=start,
        )

    def _runs(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the ranges of a line in one styled run each."""
        runs = self._styled_runs
        changes = [index for index in range(start + 1, end) if runs[index] is not runs[index - 1]]
        return list(pairwise([start, *changes, end]))
