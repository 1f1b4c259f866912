"""Lines: a paragraph filled into a width, as spans that are ready to be shown."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from operator import add, attrgetter

from msgspec import Struct

from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.text.bidi_lines import turned_spans
from ucap_reports.pdf.text.glyph_writing import writing_mode
from ucap_reports.pdf.text.line_spans import InlineTag, Line, ParagraphLines, Span
from ucap_reports.pdf.text.paragraph_measuring import FORCED, NEVER, Measured, Stretch, split_long
from ucap_reports.pdf.text.text_styles import TextStyles, text_styles
from ucap_reports.pdf.text.word_measuring import WordPart
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Align, Style
from ucap_reports.text.bidi_levels import levels, paragraph_level, parts_by_level, runs_from_the_right
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Inline, Run

_SHORT = 5
"""Sizes below which a last line of one word is short: some ten letters."""
_FULL_ENOUGH = 0.4
"""What a line keeps at least of the width when it gives words to a short one after it."""
_TOLERANCE = 0.001
"""Points by which sums of the same widths may differ."""
_STATE = attrgetter("state")


class Typesetter:
    """Makes lines in the fonts of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._text_styles = text_styles(pack)
        self.lines = lru_cache(maxsize=512)(self._lines)
        self.width = lru_cache(maxsize=512)(self._width)
        """See `_lines` and `_width`. Remembered, since labels, contacts and markers of lists are the same in document
        after document.
        """

    def _width(self, content: tuple[Inline, ...], style: Style, language: str = "") -> float:
        """How wide the content is on one line, in points."""
        measured = _measure(self._text_styles, content, style, language).measured
        return _LineFilling(measured).ink(0, len(measured.units))

    def _lines(self, content: tuple[Inline, ...], style: Style, width: float, language: str = "") -> ParagraphLines:
        """The content in lines of that width, in points, in a document in that language."""
        paragraph = _measure(self._text_styles, content, style, language)
        filling = _LineFilling(paragraph.measured, paragraph.base)
        if filling.has_longer(width):
            filling = _LineFilling(split_long(paragraph.measured, width), paragraph.base)
        ranges = filling.fill(width)
        filling.lengthen_last(ranges, width, style.size)
        lines = tuple([filling.line(start, end, style.align, width) for start, end in ranges])
        missing, baseline = tuple(paragraph.measured.missing), self._text_styles.baseline(style)
        return ParagraphLines(lines, style.leading, baseline, paragraph.tags, missing, _used(lines))


def _used(lines: Sequence[Line]) -> tuple[tuple[Face, str], ...]:
    """Each face with the characters that it draws in these lines."""
    drawn: dict[Face, str] = {}
    for line in lines:
        for span in line.spans:
            drawn[span.face] = drawn.get(span.face, "") + (span.shown or span.text)
    return tuple(drawn.items())


@lru_cache(maxsize=16)
def typesetter(pack: Pack) -> Typesetter:
    """The typesetter of a pack, the same one every time."""
    return Typesetter(pack)


class _MeasuredParagraph(Struct, frozen=True):
    """A measured paragraph; `base` is its embedding level, None where nothing in it runs from the right."""

    measured: Measured
    tags: tuple[InlineTag, ...]
    base: int | None


def _measure(made: TextStyles, content: tuple[Inline, ...], style: Style, language: str) -> _MeasuredParagraph:
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
                measured.add_text(Stretch(made.text_style(style, inline, writing_mode(spoken)), tag), inline.text)
            for level, part in () if base is None else parts_by_level(inline.text, found[place:]):
                text_style = made.text_style(style, inline, writing_mode(spoken, right_to_left=level % 2 == 1))
                measured.add_text(Stretch(text_style, tag, level), part)
            place += len(inline.text)
        else:
            measured.end_line(Stretch(made.text_style(style, Run("")), None, base or 0))
            place += 1
        before = inline
    measured.end()
    return _MeasuredParagraph(measured, tuple(tags), base)


def _levels(content: tuple[Inline, ...], *, right_to_left: bool) -> tuple[int | None, list[int]]:
    """The embedding level of a paragraph and those of its characters; none where all of it runs from the left."""
    if not right_to_left and not any([isinstance(each, Run) and runs_from_the_right(each.text) for each in content]):  # noqa: C419 - a list is faster for so few
        return None, []
    text = "".join([each.text if isinstance(each, Run) else "\N{LINE SEPARATOR}" for each in content])
    base = paragraph_level(text, right_to_left=right_to_left)
    return base, levels(text, base)


def _tag(tags: list[InlineTag], run: Run, before: Inline | None) -> int | None:
    """The place of the run's tag, which it shares with the run before it where both say the same."""
    if run.link is None and run.language is None:
        return None
    text = run.text
    if isinstance(before, Run) and (before.link, before.language) == (run.link, run.language):
        text = tags.pop().text + text
    tags.append(InlineTag(run.link, run.language, text))
    return len(tags) - 1


class _LineFilling:
    """A measured paragraph being cut into lines. Ranges are of units, the last one excluded."""

    def __init__(self, measured: Measured, base: int | None = None) -> None:
        self._base = base
        self._units = measured.units
        self._stretches = measured.stretches
        self._is_even = self._stretches.count(self._stretches[0]) == len(self._stretches) if self._stretches else True
        """Whether all of it is one stretch, as most paragraphs are."""
        self._breaks = measured.breaks
        self._inks = [unit.ink for unit in self._units]
        self._starts = list(accumulate([unit.advance for unit in self._units], initial=0.0))
        self._ends = list(map(add, self._starts, self._inks))
        """Where each unit begins, and where it ends without its spaces, if all stood on one line."""

    def ink(self, start: int, end: int) -> float:
        """The width of units on a line, without the spaces at its end."""
        return self._ends[end - 1] - self._starts[start] if end > start else 0.0

    def has_longer(self, width: float) -> bool:
        """Whether something that stays together is wider than that."""
        if max(self._inks, default=0.0) > width:
            return True
        end = 0
        for start in [place for place, after in enumerate(self._breaks) if after == NEVER]:
            if start < end:
                continue
            end = next(place for place in range(start, len(self._breaks)) if self._breaks[place] != NEVER) + 1
            if self.ink(start, end) > width:
                return True
        return False

    def fill(self, width: float) -> list[tuple[int, int]]:
        """Which units each line holds: as many as fit, ended where a break is."""
        ranges = []
        start, count = 0, len(self._units)
        while start < count:
            end = max(bisect_right(self._ends, self._starts[start] + width + _TOLERANCE, start), start + 1)
            if FORCED in self._breaks[start:end]:
                end = self._breaks.index(FORCED, start) + 1
            elif end < count:
                end = self._break_before(start, end)
            ranges.append((start, end))
            start = end
        return ranges

    def _break_before(self, start: int, end: int) -> int:
        """The last place up to `end` at which the line that begins at `start` may end; after `end` if there is none."""
        while end > start and self._breaks[end - 1] == NEVER:
            end -= 1
        if end == start:
            end = next(place for place, after in enumerate(self._breaks[start:], start) if after != NEVER) + 1
        return end

    def lengthen_last(self, ranges: list[tuple[int, int]], width: float, size: float) -> None:
        """Bring words down to a last line that is one short word, where the line before keeps enough of its own."""
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
        """Whether a word ends before that unit: there is a space, or a script that writes none."""
        parts = self._units[place - 1].parts
        is_spaceless = bool(parts) and parts[-1].text[-1] >= _SPACELESS
        return self._breaks[place - 1] != NEVER and (self._has_space(place - 1) or is_spaceless)

    def line(self, start: int, end: int, align: Align, width: float) -> Line:
        """The line of a range of units."""
        spans: list[Span] = []
        ink = self.ink(start, end)
        if self._base is not None:
            parts_in_order = [
                (self._stretches[place], part) for place in range(start, end) for part in self._units[place].parts
            ]
            turned = turned_spans(parts_in_order, self._starts[end] - self._starts[start] - ink, self._base)
            return Line(turned, _offset(align, width - ink), ink, is_turned=True)
        place = start
        while place < end:
            stretch, after = self._stretches[place], end
            if not self._is_even:
                after = next((other for other in range(place, end) if self._stretches[other] is not stretch), end)
            parts = [part for unit in self._units[place:after] for part in unit.parts]
            begin, finish = self._starts[place] - self._starts[start], self._starts[after] - self._starts[start]
            if len({part.state for part in parts}) == 1:
                spans.append(_span(parts, stretch, begin, min(finish, ink)))
            else:
                _add_spans(spans, stretch, parts, begin, ink)
            place = after
        return Line(tuple(spans), _offset(align, width - ink), ink)


_SPACELESS = "\N{CJK RADICAL REPEAT}"
"""The first of the scripts whose lines break between any two letters."""


def _add_spans(spans: list[Span], stretch: Stretch, parts: Sequence[WordPart], start: float, ink: float) -> None:
    """Add the spans of a stretch on a line, one for each change of the face."""
    for _, group in groupby(parts, _STATE):
        members = list(group)
        end = start + sum(part.width for part in members)
        spans.append(_span(members, stretch, start, min(end, ink)))
        start = end


def _span(parts: Sequence[WordPart], stretch: Stretch, start: float, end: float) -> Span:
    face, state = parts[0].face, parts[0].state
    text, code = "".join([part.text for part in parts]), "".join([part.code for part in parts])
    text_style, tag = stretch.text_style, stretch.tag
    if not any([part.drawn for part in parts]):  # noqa: C419 - a list is faster for so few
        return Span(face, state, text, code, start, end, text_style.rise, text_style.underline, tag)
    drawn = " ".join([part.operators for part in parts])
    shown = "".join([part.shown or part.text for part in parts])
    return Span(face, state, text, code, start, end, text_style.rise, text_style.underline, tag, drawn, shown)


def _offset(align: Align, free: float) -> float:
    match align:
        case Align.START:
            return 0.0
        case Align.CENTER:
            return free / 2
        case Align.END:
            return free
