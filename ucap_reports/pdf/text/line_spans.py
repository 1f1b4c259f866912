"""Lines as they are shown: spans of text in one state each, in reading order, including lines of mixed directions."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_faces import Face
from ucap_reports.pdf.file.pdf_objects import actual_text
from ucap_reports.pdf.text.paragraph_measuring import StyledRun
from ucap_reports.pdf.text.word_measuring import TextStyle, WordPart
from ucap_reports.text.bidi_levels import MIRRORED, visual_order

Placed = tuple[StyledRun, WordPart]


class InlineTag(Struct, frozen=True):
    """Runs that are an element of their own in their paragraph: a link, text in another language, or both."""

    link: str | None
    language: str | None
    text: str


class Span(WordPart, frozen=True, kw_only=True):
    """A part of a line in one state. `start` and `end` are points from the line's left, the end without the spaces at
    the line's end; `tag` is the index of its tag in the paragraph. What `drawn` draws begins at `origin`.
    """

    start: float
    end: float
    style: TextStyle
    tag: int | None
    origin: float
    is_reversed: bool = False
    """Whether it runs from right to left; `shown` is in the order from left to right."""


class Line(Struct, frozen=True):
    """A line of `ink` points, `offset` points from the start of its width. In a line of mixed directions the spans are
    in reading order, and each has its own position.
    """

    spans: tuple[Span, ...]
    offset: float
    ink: float
    is_mixed: bool = False


class ParagraphLines(Struct, frozen=True):
    """A paragraph in lines that are each `leading` high, with the baseline `baseline` below their top."""

    lines: tuple[Line, ...]
    leading: float
    baseline: float
    tags: tuple[InlineTag, ...]
    missing: tuple[str, ...]
    """Characters that no font has; they are omitted."""
    used: tuple[tuple[Face, str], ...]
    """The characters that each face draws."""
    broken: tuple[str, ...] = ()
    """Words that are wider than the lines, and continue on the next one."""


def span_of(parts: Sequence[WordPart], styled_run: StyledRun, start: float, end: float) -> Span:
    """The span of parts in one state."""
    face, state = parts[0].face, parts[0].state
    text, code = "".join([part.text for part in parts]), "".join([part.code for part in parts])
    drawn = shown = ""
    if any([part.drawn for part in parts]):  # noqa: C419 - a list is faster for so few
        drawn = " ".join([part.operators for part in parts])
        shown = drawn_characters(parts)
    width, style, tag = end - start, styled_run.text_style, styled_run.tag
    return Span(face, state, text, code, width, drawn, shown, start=start, end=end, style=style, tag=tag, origin=start)


def mixed_spans(parts: Sequence[Placed], trailing: float, base: int) -> tuple[Span, ...]:
    """The spans of a line in reading order, each at its place from the line's left. `trailing` is the width of the
    spaces at the line's end, which are outside of it (UAX #9, L1), `base` the paragraph's level.
    """
    groups = [list(group) for _, group in groupby(parts, lambda part: (id(part[0]), part[1].state))]
    widths = [sum(part.width for _, part in group) for group in groups]
    if widths:
        widths[-1] = max(widths[-1] - trailing, 0.0)
    starts = [0.0] * len(groups)
    left = 0.0
    for place in visual_order([group[0][0].level for group in groups]):
        starts[place] = left
        left += widths[place]
    spaces = [0.0] * (len(groups) - 1) + [trailing]
    return tuple(map(_span, groups, starts, widths, spaces, [base] * len(groups)))


def _span(group: Sequence[Placed], start: float, width: float, trailing: float, base: int) -> Span:
    styled_run, parts = group[0][0], [part for _, part in group]
    span = span_of(parts, styled_run, start, start + width)
    if styled_run.level % 2 == 0:
        return span
    parts.reverse()
    shown = drawn_characters(parts)
    return replace(span, drawn=_drawn(parts, base), shown=shown, origin=start - trailing, is_reversed=True)


def _drawn(parts: Sequence[WordPart], base: int) -> str:
    """The operators of parts that run from right to left, with the text that readers copy.

    Readers reverse a line: all of it in a paragraph from right to left, each word in a paragraph from left to right,
    which therefore has its words in one piece. They misplace marks above or below a letter.
    """
    if base % 2 == 0:
        return _with_text("".join(part.text for part in reversed(parts)), " ".join(part.operators for part in parts))
    return " ".join(_with_text(part.text, part.operators) if _has_marks(part) else part.operators for part in parts)


def _with_text(text: str, operators: str) -> str:
    """Operators with the text that they show, in the order from left to right."""
    from_the_left = "".join(MIRRORED.get(character, character) for character in reversed(text))
    return f"/Span <</ActualText{actual_text(from_the_left)}>> BDC {operators} EMC"


def drawn_characters(parts: Iterable[WordPart]) -> str:
    """Return the characters of the face that parts draw."""
    return "".join([part.shown if part.drawn else part.text for part in parts])


def _has_marks(part: WordPart) -> bool:
    return any(map(unicodedata.combining, part.text))
