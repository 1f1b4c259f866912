"""Lines whose text runs from the right, or both ways: which part of them stands where."""

from collections.abc import Sequence
from itertools import groupby

from ucap_reports.bidi import visual_order
from ucap_reports.pdf.measure import Stretch
from ucap_reports.pdf.spans import Span
from ucap_reports.pdf.words import Part

Placed = tuple[Stretch, Part]


def turned_spans(parts: Sequence[Placed], trailing: float) -> tuple[Span, ...]:
    """The spans of a line in the order of reading, each in its place from the line's left; `trailing` is how wide the
    spaces at the line's end are, which stand outside of it (L1).
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
        _span(group, starts[place], widths[place], trailing if place == len(groups) - 1 else 0.0)
        for place, group in enumerate(groups)
    )


def _span(group: Sequence[Placed], start: float, width: float, trailing: float) -> Span:
    (voice, tag, level), (face, state, *_) = group[0]
    parts = [part for _, part in group]
    text, code = "".join(part.text for part in parts), "".join(part.code for part in parts)
    in_line = parts[::-1] if level % 2 else parts
    is_drawn = any(part.drawn for part in parts)
    drawn = " ".join(part.drawn or f"({part.code}) Tj" for part in in_line) if is_drawn else ""
    shown = "".join(part.shown for part in in_line) if is_drawn else ""
    origin = start - trailing if level % 2 else start
    return Span(
        face,
        state,
        text,
        code,
        start,
        start + width,
        voice.rise,
        voice.underline,
        tag,
        drawn,
        shown,
        origin,
        level % 2 == 1,
    )
