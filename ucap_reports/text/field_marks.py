"""Texts with marks, which say of a printed text which part of it is the value of which field of a plan.

A marked text is equal to the text without its marks, so that nothing can be decided by them. They become text where a
format writes them, and between `with_marks` and `read_marks`.
"""

from collections.abc import Sequence

from ucap_reports.text.language_tags import ForeignText, foreign_text, language_of

Marks = tuple[tuple[int, str], ...]
"""Offsets in a text in ascending order, each with the mark before the character there."""


class TextWithMarks(ForeignText):
    """A text with marks. Its language is None if it is that of the document."""

    __slots__ = ("marks",)
    marks: Marks

    def in_language(self, language: str) -> ForeignText:
        """Return the text with a language and its marks."""
        return _marked(self, self.marks, language)

    def given_to(self, text: str) -> str:
        """Return another text with the language and the marks, as far as it has their offsets."""
        return _marked(text, _inside(self.marks, 0, len(text)), self.language)


def marked_text(text: str, marks: Marks) -> str:
    """Return the text with marks."""
    return _marked(text, marks, language_of(text))


def marks_of(text: str) -> Marks:
    """Return the marks of a text; none for most texts."""
    return text.marks if isinstance(text, TextWithMarks) else ()


def joined(between: str, texts: Sequence[str]) -> str:
    """Return the texts with another one between them, and with their marks."""
    marks: list[tuple[int, str]] = []
    start = 0
    for text in texts:
        marks += [(start + offset, mark) for offset, mark in marks_of(text)]
        start += len(text) + len(between)
    plain = between.join(texts)
    if not marks:
        return plain
    return _marked(plain, tuple(marks), None)


def part_of(text: str, start: int, end: int) -> str:
    """Return a part of a text with the marks in it; those at its end only if the text ends there."""
    part = text[start:end]
    language = language_of(text)
    marks = _inside(marks_of(text), start, end)
    if end < len(text):
        marks = tuple([(offset, mark) for offset, mark in marks if offset < len(part)])
    if not marks:
        return foreign_text(part, language)
    return _marked(part, marks, language)


def divided(text: str, parts: Sequence[str]) -> list[str]:
    """Return the parts of a text, such as its lines, that other characters separate, with their marks."""
    divided_parts: list[str] = []
    end = 0
    for part in parts:
        start = text.index(part, end)
        end = start + len(part)
        marks = _inside(marks_of(text), start, end)
        if part and marks:
            divided_parts.append(_marked(part, marks, language_of(text)))
        else:
            divided_parts.append(part)
    return divided_parts


MARK_BEGIN, MARK_END = "\ufdd0", "\ufdd1"
"""What is around a mark in a text that is written: noncharacters, which XML can represent (Unicode, 23.7)."""


def with_marks(text: str) -> str:
    """Return the text with its marks in it, from which `read_marks` makes the same marked text."""
    written = ""
    start = 0
    for offset, mark in marks_of(text):
        written += f"{text[start:offset]}{MARK_BEGIN}{mark}{MARK_END}"
        start = offset
    return written + text[start:] if written else text


def read_marks(written: str) -> str:
    """Return the text that `with_marks` has written, which may have more text around it."""
    if MARK_BEGIN not in written:
        return written
    text, *pieces = written.split(MARK_BEGIN)
    marks = []
    for piece in pieces:
        mark, _, after = piece.partition(MARK_END)
        marks.append((len(text), mark))
        text += after
    return _marked(text, tuple(marks), None)


def _marked(text: str, marks: Marks, language: str | None) -> TextWithMarks:
    """Return a text with marks and a language."""
    marked = TextWithMarks(text)
    marked.language = language
    marked.marks = marks
    return marked


def _inside(marks: Marks, start: int, end: int) -> Marks:
    """Return the marks between two offsets of a text, counted from the first one."""
    return tuple([(offset - start, mark) for offset, mark in marks if start <= offset <= end])
