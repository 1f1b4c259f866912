"""Lines: a paragraph filled into a width, as spans that are ready to be shown."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from operator import add, attrgetter
from typing import NamedTuple

from ucap_reports.fonts import Face
from ucap_reports.pack import Pack
from ucap_reports.pdf.measure import FORCED, NEVER, Measured, Stretch, split_long
from ucap_reports.pdf.voices import Voices, voices
from ucap_reports.pdf.words import Part, Underline
from ucap_reports.richtext import Inline, Run
from ucap_reports.theme import Align, Style

_SHORT = 5
"""Sizes below which a last line of one word is short: some ten letters."""
_FULL_ENOUGH = 0.4
"""What a line keeps at least of the width when it gives words to a short one after it."""
_TOLERANCE = 0.001
"""Points by which sums of the same widths may differ."""
_STATE = attrgetter("state")


class InlineTag(NamedTuple):
    """Runs that are an element of their own in their paragraph: a link, or text in a language of its own, or both."""

    link: str | None
    language: str | None
    text: str


class Span(NamedTuple):
    """A stretch of a line in one state. `start` and `end` are its points from the line's start, the end without the
    spaces at a line's end; `tag` is the place of its tag among the paragraph's.
    """

    face: Face
    state: str
    text: str
    code: str
    start: float
    end: float
    rise: float
    underline: Underline | None
    tag: int | None


class Line(NamedTuple):
    """A line, `offset` points from the start of the width it was filled into."""

    spans: tuple[Span, ...]
    offset: float


class Lines(NamedTuple):
    """A paragraph in lines that are each `leading` high, their baseline `baseline` below their top."""

    lines: tuple[Line, ...]
    leading: float
    baseline: float
    tags: tuple[InlineTag, ...]
    missing: tuple[str, ...]
    """Characters that no font has; they are left out."""


class Typesetter:
    """Makes lines in the fonts of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._voices = voices(pack)
        self.lines = lru_cache(maxsize=512)(self._lines)
        """See `_lines`. Remembered, since headers, labels and contacts are the same in document after document."""

    def width(self, content: tuple[Inline, ...], style: Style) -> float:
        """How wide the content is on one line, in points."""
        measured, _ = _measure(self._voices, content, style)
        return _Filling(measured).ink(0, len(measured.units))

    def _lines(self, content: tuple[Inline, ...], style: Style, width: float) -> Lines:
        """The content in lines of that width, in points."""
        measured, tags = _measure(self._voices, content, style)
        filling = _Filling(measured)
        if filling.has_longer(width):
            filling = _Filling(split_long(measured, width))
        ranges = filling.fill(width)
        filling.lengthen_last(ranges, width, style.size)
        lines = tuple([filling.line(start, end, style.align, width) for start, end in ranges])
        return Lines(lines, style.leading, self._voices.baseline(style), tags, tuple(measured.missing))


@lru_cache(maxsize=16)
def typesetter(pack: Pack) -> Typesetter:
    """The typesetter of a pack, the same one every time."""
    return Typesetter(pack)


def _measure(made: Voices, content: tuple[Inline, ...], style: Style) -> tuple[Measured, tuple[InlineTag, ...]]:
    measured = Measured()
    tags: list[InlineTag] = []
    before: Inline | None = None
    for inline in content:
        if isinstance(inline, Run):
            tag = _tag(tags, inline, before)
            measured.add_text(Stretch(made.voice(style, inline), tag), inline.text)
        else:
            measured.end_line(Stretch(made.voice(style, Run("")), None))
        before = inline
    measured.end()
    return measured, tuple(tags)


def _tag(tags: list[InlineTag], run: Run, before: Inline | None) -> int | None:
    """The place of the run's tag, which it shares with the run before it where both say the same."""
    if run.link is None and run.language is None:
        return None
    text = run.text
    if isinstance(before, Run) and (before.link, before.language) == (run.link, run.language):
        text = tags.pop().text + text
    tags.append(InlineTag(run.link, run.language, text))
    return len(tags) - 1


class _Filling:
    """A measured paragraph being cut into lines. Ranges are of units, the last one excluded."""

    def __init__(self, measured: Measured) -> None:
        self._units = measured.units
        self._stretches = measured.stretches
        self._breaks = measured.breaks
        self._starts = list(accumulate([unit.advance for unit in self._units], initial=0.0))
        self._ends = list(map(add, self._starts, [unit.ink for unit in self._units]))
        """Where each unit begins, and where it ends without its spaces, if all stood on one line."""

    def ink(self, start: int, end: int) -> float:
        """The width of units on a line, without the spaces at its end."""
        return self._ends[end - 1] - self._starts[start] if end > start else 0.0

    def has_longer(self, width: float) -> bool:
        """Whether something that stays together is wider than that."""
        if NEVER not in self._breaks:
            return any([unit.ink > width for unit in self._units])  # noqa: C419 - a list is faster for so few
        start = 0
        for end, after in enumerate(self._breaks, 1):
            if after != NEVER:
                if self.ink(start, end) > width:
                    return True
                start = end
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
        place = start
        while place < end:
            stretch = self._stretches[place]
            after = place + 1
            while after < end and self._stretches[after] is stretch:
                after += 1
            parts = [part for unit in self._units[place:after] for part in unit.parts]
            begin, finish = self._starts[place] - self._starts[start], self._starts[after] - self._starts[start]
            if len(set(map(_STATE, parts))) == 1:
                spans.append(_span(parts, stretch, begin, min(finish, ink)))
            else:
                _add_spans(spans, stretch, parts, begin, ink)
            place = after
        return Line(tuple(spans), _offset(align, width - ink))


_SPACELESS = "\N{CJK RADICAL REPEAT}"
"""The first of the scripts whose lines break between any two letters."""


def _add_spans(spans: list[Span], stretch: Stretch, parts: Sequence[Part], start: float, ink: float) -> None:
    """Add the spans of a stretch on a line, one for each change of the face."""
    for _, group in groupby(parts, _STATE):
        members = list(group)
        end = start + sum(part.width for part in members)
        spans.append(_span(members, stretch, start, min(end, ink)))
        start = end


def _span(parts: Sequence[Part], stretch: Stretch, start: float, end: float) -> Span:
    face, state = parts[0].face, parts[0].state
    text, code = "".join([part.text for part in parts]), "".join([part.code for part in parts])
    voice, tag = stretch
    return Span(face, state, text, code, start, end, voice.rise, voice.underline, tag)


def _offset(align: Align, free: float) -> float:
    match align:
        case Align.START:
            return 0.0
        case Align.CENTER:
            return free / 2
        case Align.END:
            return free
