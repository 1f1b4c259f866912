"""Lines: a paragraph filled into a width, as spans that are ready to be shown."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ucap_reports.fonts import Face
from ucap_reports.pack import Pack
from ucap_reports.pdf.measure import FORCED, NEVER, Measured, Stretch, split_long
from ucap_reports.pdf.voices import Voices, voices
from ucap_reports.pdf.words import Part, Underline, Unit
from ucap_reports.richtext import Inline, Run
from ucap_reports.theme import Align, Style

_SHORT = 5
"""Sizes below which a last line of one word is short: some ten letters."""
_FULL_ENOUGH = 0.55
"""What a line keeps at least of the width when it gives words to a short one after it."""
_TOLERANCE = 0.001
"""Points by which sums of the same widths may differ."""


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
        return _ink(measured.units)

    def _lines(self, content: tuple[Inline, ...], style: Style, width: float) -> Lines:
        """The content in lines of that width, in points."""
        measured, tags = _measure(self._voices, content, style)
        measured = split_long(measured, width) if _has_long(measured, width) else measured
        ranges = _fill(measured, width)
        _lengthen_last(measured, ranges, width, style.size)
        lines = tuple([_line(measured, start, end, style.align, width) for start, end in ranges])
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


def _ink(units: Sequence[Unit]) -> float:
    """The width of units on a line, without the spaces at its end."""
    return sum([unit.advance for unit in units[:-1]]) + units[-1].ink if units else 0


def _has_long(measured: Measured, width: float) -> bool:
    """Whether something that stays together is wider than that."""
    together = 0.0
    for unit, after in zip(measured.units, measured.breaks, strict=True):
        if together + unit.ink > width:
            return True
        together = together + unit.advance if after == NEVER else 0.0
    return False


def _fill(measured: Measured, width: float) -> list[tuple[int, int]]:
    """Which units each line holds: as many as fit, ended where a break is."""
    ranges = []
    start = possible = 0
    filled = 0.0
    limit = width + _TOLERANCE
    for place, (unit, after) in enumerate(zip(measured.units, measured.breaks, strict=True)):
        if filled + unit.ink > limit and possible > start:
            ranges.append((start, possible))
            start = possible
            filled = sum([earlier.advance for earlier in measured.units[start:place]])
        filled += unit.advance
        if after:
            possible = place + 1
            if after == FORCED:
                ranges.append((start, possible))
                start, filled = possible, 0.0
    if start < len(measured.units):
        ranges.append((start, len(measured.units)))
    return ranges


def _lengthen_last(measured: Measured, ranges: list[tuple[int, int]], width: float, size: float) -> None:
    """Bring words down to a last line that is one short word, where the line before keeps enough of its own."""
    if len(ranges) < 2 or measured.breaks[ranges[-1][0] - 1] == FORCED:  # noqa: PLR2004 - a line and the one before it
        return
    (before, start), (_, end) = ranges[-2:]
    units, moved = measured.units, start
    while _is_short_word(units[moved:end], size * _SHORT):
        moved -= 1
        while moved > before and not (measured.breaks[moved - 1] and _parts_words(units[moved - 1])):
            moved -= 1
        if moved <= before or _ink(units[before:moved]) < width * _FULL_ENOUGH:
            return
    ranges[-2:] = [(before, moved), (moved, end)]


def _is_short_word(units: Sequence[Unit], short: float) -> bool:
    return _ink(units) < short and not any(unit.advance > unit.ink for unit in units[:-1])


def _parts_words(unit: Unit) -> bool:
    """Whether what follows is another word: there is a space, or the text is of a script that writes none."""
    return unit.advance > unit.ink or bool(unit.parts) and unit.parts[-1].text[-1] >= _CJK


_CJK = "\N{CJK RADICAL REPEAT}"
"""The first of the scripts whose lines break between any two letters."""


def _line(measured: Measured, start: int, end: int, align: Align, width: float) -> Line:
    spans: list[Span] = []
    filled = 0.0
    open_parts: list[Part] = []
    open_stretch = measured.stretches[start]
    begun = 0.0
    for unit, stretch in zip(measured.units[start:end], measured.stretches[start:end], strict=True):
        for part in unit.parts:
            if open_parts and (stretch is not open_stretch or part.state is not open_parts[-1].state):
                spans.append(_span(open_parts, open_stretch, begun, filled))
                open_parts, begun = [], filled
            open_stretch = stretch
            open_parts.append(part)
            filled += part.width
    ink = filled - (measured.units[end - 1].advance - measured.units[end - 1].ink)
    if open_parts:
        spans.append(_span(open_parts, open_stretch, begun, ink))
    return Line(tuple(spans), _offset(align, width - ink))


def _span(parts: Sequence[Part], stretch: Stretch, start: float, end: float) -> Span:
    voice, tag = stretch
    text, code = "".join([part.text for part in parts]), "".join([part.code for part in parts])
    return Span(parts[0].face, parts[0].state, text, code, start, end, voice.rise, voice.underline, tag)


def _offset(align: Align, free: float) -> float:
    match align:
        case Align.START:
            return 0.0
        case Align.CENTER:
            return free / 2
        case Align.END:
            return free
