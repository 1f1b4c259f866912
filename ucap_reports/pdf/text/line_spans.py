"""Lines as they are shown: spans of text in one state each, in reading order."""

from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.text.paragraph_measuring import Stretch
from ucap_reports.pdf.text.word_measuring import TextStyle, WordPart


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


def span_of(parts: Sequence[WordPart], stretch: Stretch, start: float, end: float) -> Span:
    """The span of parts in one state."""
    face, state = parts[0].face, parts[0].state
    text, code = "".join([part.text for part in parts]), "".join([part.code for part in parts])
    drawn = shown = ""
    if any([part.drawn for part in parts]):  # noqa: C419 - a list is faster for so few
        drawn = " ".join([part.operators for part in parts])
        shown = "".join([part.shown or part.text for part in parts])
    width, style, tag = end - start, stretch.text_style, stretch.tag
    return Span(face, state, text, code, width, drawn, shown, start=start, end=end, style=style, tag=tag, origin=start)
