"""Lines as they are shown: spans of text in one state each, in the order of reading."""

from msgspec import Struct

from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.text.word_measuring import Underline


class InlineTag(Struct, frozen=True):
    """Runs that are an element of their own in their paragraph: a link, or text in a language of its own, or both."""

    link: str | None
    language: str | None
    text: str


class Span(Struct, frozen=True):
    """A stretch of a line in one state. `start` and `end` are its points from the line's left, the end without the
    spaces at a line's end; `tag` is the place of its tag among the paragraph's.

    Where the text is drawn otherwise than letter after letter, `drawn` are the operators that do it, from `origin` on,
    and `shown` the characters of the face that are seen.
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
    drawn: str = ""
    shown: str = ""
    origin: float = 0
    is_turned: bool = False
    """Whether it runs from right to left: then what is shown stands from left to right."""


class Line(Struct, frozen=True):
    """A line, `offset` points from the start of the width it was filled into, `ink` points wide. Where its text runs
    from the right it is `turned`: its spans stand in the order of reading, and do not follow each other on the line.
    """

    spans: tuple[Span, ...]
    offset: float
    ink: float
    is_turned: bool = False


class ParagraphLines(Struct, frozen=True):
    """A paragraph in lines that are each `leading` high, their baseline `baseline` below their top."""

    lines: tuple[Line, ...]
    leading: float
    baseline: float
    tags: tuple[InlineTag, ...]
    missing: tuple[str, ...]
    """Characters that no font has; they are left out."""
    used: tuple[tuple[Face, str], ...]
    """The characters that each face draws."""
