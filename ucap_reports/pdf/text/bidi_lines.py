"""Lines whose text runs from the right, or both ways: which part of them stands where."""

import unicodedata
from collections.abc import Sequence
from itertools import groupby

from ucap_reports.pdf.file.pdf_objects import text_string
from ucap_reports.pdf.text.line_spans import Span
from ucap_reports.pdf.text.paragraph_measuring import Stretch
from ucap_reports.pdf.text.word_measuring import WordPart
from ucap_reports.text.bidi_levels import visual_order
from ucap_reports.text.bidi_neutrals import MIRRORED

Placed = tuple[Stretch, WordPart]


def turned_spans(parts: Sequence[Placed], trailing: float, base: int) -> tuple[Span, ...]:
    """The spans of a line in the order of reading, each in its place from the line's left; `trailing` is how wide the
    spaces at the line's end are, which stand outside of it (L1), `base` the paragraph's level.
    """
    groups = [list(group) for _, group in groupby(parts, lambda part: (id(part[0]), part[1].state))]
    widths = [sum(part.width for _, part in group) for group in groups]
    if widths:
        widths[-1] = max(widths[-1] - trailing, 0.0)
    found = [group[0][0].level for group in groups]
    starts = [0.0] * len(groups)
    left = 0.0
    for place in visual_order(found):
        starts[place] = left
        left += widths[place]
    return tuple(
        _span(group, starts[place], widths[place], trailing if place == len(groups) - 1 else 0.0, base)
        for place, group in enumerate(groups)
    )


def _span(group: Sequence[Placed], start: float, width: float, trailing: float, base: int) -> Span:
    stretch, first = group[0]
    text_style, tag, level, face, state = stretch.text_style, stretch.tag, stretch.level, first.face, first.state
    parts = [part for _, part in group]
    text, code = "".join(part.text for part in parts), "".join(part.code for part in parts)
    is_turned = level % 2 == 1
    in_line = parts[::-1] if is_turned else parts
    is_drawn = any(part.drawn for part in parts)
    drawn = _drawn(in_line, base) if is_turned else " ".join(part.operators for part in in_line) if is_drawn else ""
    shown = "".join(part.shown or part.text for part in in_line) if is_drawn else ""
    origin = start - trailing if is_turned else start
    underline, rise = text_style.underline, text_style.rise
    return Span(face, state, text, code, start, start + width, rise, underline, tag, drawn, shown, origin, is_turned)


def _drawn(parts: Sequence[WordPart], base: int) -> str:
    """The operators of parts that run from the right, with what those are told who copy them.

    Readers turn around what they find on a line: as a whole in a paragraph that begins at the right, each word by
    itself in one that begins at the left, where they therefore need the words as one. What stands above or below its
    letter they take for something else.
    """
    if base % 2 == 0:
        return _told("".join(part.text for part in reversed(parts)), " ".join(part.operators for part in parts))
    return " ".join(_told(part.text, part.operators) if _has_marks(part) else part.operators for part in parts)


def _told(text: str, operators: str) -> str:
    """Operators with the text that they show, as it stands from left to right."""
    from_the_left = "".join(MIRRORED.get(character, character) for character in reversed(text))
    return f"/Span <</ActualText{text_string(from_the_left)}>> BDC {operators} EMC"


def _has_marks(part: WordPart) -> bool:
    return any(map(unicodedata.combining, part.text))
