"""Lines of text as they are drawn: spans in one state each, and text operators inside the marked content of the node
that each span belongs to.

`line_filling` decides which words are in a line. Readers copy the text of a span that its glyphs do not say
(`ActualText`). In lines of mixed directions, the spans are in reading order, each with its own position.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Box, Canvas, Link
from ucap_reports.pdf.file.pdf_objects import actual_text, points
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.text.text_measuring import StyledRun, TextStyle, WordPart
from ucap_reports.text.bidi_levels import MIRRORED, visual_order

StyledPart = tuple[StyledRun, WordPart]


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


class Line(Struct, frozen=True, gc=False):
    """A line of `ink` points, `offset` points from the start of its width. In a line of mixed directions the spans are
    in reading order, and each has its own position.
    """

    spans: tuple[Span, ...]
    offset: float
    ink: float
    is_mixed: bool = False


class InlineTag(Struct, frozen=True, gc=False):
    """Runs that are an element of their own in their paragraph: a link, text in another language, or both."""

    link: str | None
    language: str | None
    text: str


class ParagraphLines(Struct, frozen=True, gc=False):
    """A paragraph in lines that are each `leading` high, with the baseline `baseline` below their top."""

    lines: tuple[Line, ...]
    leading: float
    baseline: float
    tags: tuple[InlineTag, ...]
    missing: tuple[str, ...]
    """Characters that no font has; they are omitted."""
    broken: tuple[str, ...] = ()
    """Words that are wider than the lines, and continue on the next one."""


class LineRange(Struct, frozen=True, gc=False):
    """Lines `first` to `last` of a paragraph with that node, in a document in that language."""

    lines: ParagraphLines
    node: TagNode
    language: str
    inner: dict[int, TagNode]
    """The nodes of its links and of its text in other languages, by tag. They are created when they are first shown, so
    that they are in reading order, and kept, because the paragraph may continue on another page.
    """
    first: int
    last: int

    @property
    def height(self) -> float:
        """The height of the lines."""
        return (self.last - self.first) * self.lines.leading

    def node_of(self, span: Span) -> TagNode:
        """Return the node of a span of these lines."""
        if span.tag is None:
            return self.node
        if span.tag not in self.inner:
            inline = self.lines.tags[span.tag]
            other_language = None if inline.language == self.language else inline.language
            if inline.link is not None:
                self.inner[span.tag] = TagNode("Link", self.node, language=other_language)
            elif other_language is not None:
                self.inner[span.tag] = TagNode("Span", self.node, language=other_language)
            else:
                return self.node
        return self.inner[span.tag]

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the lines with the start and the top of the first of them at that place.

        Spans of one node that follow one another, on the same or the next line, are in one marked content.
        """
        lines = self.lines
        operators = ["BT"]
        state = ""
        """The state that the operators so far have set."""
        node: TagNode | None = None
        """The node whose marked content is open."""
        leading = lines.leading
        baseline = y + lines.baseline - leading
        height = canvas.height
        is_artifact = canvas.draws_artifact
        is_mirrored = canvas.is_mirrored
        texts = canvas.used.texts
        for line in lines.lines[self.first : self.last]:
            baseline += leading
            left = x + line.offset
            if is_mirrored:
                left = canvas.left(left, line.ink)
            if line.is_mixed:  # as all lines of the paragraph, so that no marked content is open here
                operators += _mixed(line, self, canvas, left, baseline)
                continue
            if line.spans:
                operators.append(f"1 0 0 1 {points(left)} {points(height - baseline)} Tm")
            for span in line.spans:
                texts[span.face].append(span.shown if span.drawn else span.text)
                if not is_artifact:
                    span_node = self.node if span.tag is None else self.node_of(span)  # most spans need no call
                    if span_node is not node:
                        if node is not None:
                            operators.append("EMC")
                        node = span_node
                        operators.append(canvas.mark(node))
                if span.state is not state:  # faster than `!=`; an equal state that is set again changes nothing
                    state = span.state
                    operators.append(state)
                style = span.style
                operators.append(_shown(span) if span.drawn or style.rise else f"({span.code}) Tj")
                if span.tag is not None or style.underline is not None:
                    _decorate(span, self, canvas, left, baseline)
        if len(operators) > 1:
            operators.append("ET" if node is None else "EMC ET")
            canvas.content.append("\n".join(operators))


def all_lines(lines: ParagraphLines, node: TagNode, language: str) -> LineRange:
    """Return all lines of a paragraph, whose node that is, in a document in that language."""
    return LineRange(lines, node, language, {}, 0, len(lines.lines))


def _mixed(line: Line, part: LineRange, canvas: Canvas, left: float, baseline: float) -> list[str]:
    """Return the operators of a line of mixed directions. Its spans are drawn from left to right, as readers copy them,
    but are in the tag tree in reading order, with their text in that order.
    """
    drawn_spans: list[tuple[float, str]] = []
    """The operators of each span, with its distance from the line's left."""
    bottom = canvas.height - baseline
    for span in line.spans:
        canvas.used.texts[span.face].append(span.shown if span.drawn else span.text)
        operators = [f"1 0 0 1 {left + span.origin:.2f} {bottom:.2f} Tm", span.state, _shown(span)]
        if not canvas.draws_artifact:
            node = part.node_of(span)
            if span.is_reversed and span.shown != span.text:
                node = TagNode("Span", node, actual=span.text)
            operators = [canvas.mark(node), *operators, "EMC"]
        drawn_spans.append((span.start, "\n".join(operators)))
        _decorate(span, part, canvas, left, baseline)
    drawn_spans.sort(key=itemgetter(0))
    return [operators for _, operators in drawn_spans]


def _shown(span: Span) -> str:
    """Return the operators that show a span at the place of the pen, with its text if the glyphs are not just its
    letters.
    """
    if not span.drawn:
        operators = f"({span.code}) Tj"
    elif span.is_reversed:  # its operators already have the text: see `_drawn`
        operators = span.drawn
    else:
        operators = f"/Span <</ActualText{actual_text(span.text)}>> BDC {span.drawn} EMC"
    rise = span.style.rise
    if rise:
        return f"{rise:.2f} Ts {operators} 0 Ts"
    return operators


def _decorate(span: Span, part: LineRange, canvas: Canvas, x: float, baseline: float) -> None:
    """Underline a span and add its link, if it has them."""
    left = x + span.start
    right = x + span.end
    line = span.style.underline
    if line is not None:
        top = baseline + line.depth - span.style.rise
        canvas.underline(Box(left, top, right, top + line.thickness), line.colour)
    if span.tag is None or canvas.draws_artifact:
        return
    inline = part.lines.tags[span.tag]
    if inline.link is not None:
        top = baseline - part.lines.baseline
        box = Box(left, top, right, top + part.lines.leading)
        canvas.link(Link(box, inline.link, inline.text), part.node_of(span))


# Spans of parts
def span_of(parts: Sequence[WordPart], styled_run: StyledRun, start: float, end: float) -> Span:
    """Return the span of parts in one state."""
    first = parts[0]
    text = "".join([part.text for part in parts])
    code = "".join([part.code for part in parts])
    drawn = shown = ""
    if any([part.drawn for part in parts]):  # noqa: C419 - a list is faster for so few
        drawn = " ".join([part.operators for part in parts])
        shown = _drawn_characters(parts)
    return Span(
        face=first.face,
        state=first.state,
        text=text,
        code=code,
        width=end - start,
        drawn=drawn,
        shown=shown,
        start=start,
        end=end,
        style=styled_run.text_style,
        tag=styled_run.tag,
        origin=start,
    )


def _drawn_characters(parts: Iterable[WordPart]) -> str:
    """Return the characters of the face that parts draw."""
    return "".join([part.shown if part.drawn else part.text for part in parts])


def mixed_spans(parts: Sequence[StyledPart], trailing: float, base: int) -> tuple[Span, ...]:
    """Return the spans of a line in reading order, each at its distance from the line's left. `trailing` is the width
    of the spaces at the line's end, which are outside of it (UAX #9, L1), `base` the paragraph's level.
    """
    groups = []
    levels = []
    widths = []
    for _, parts_of_span in groupby(parts, _run_and_state):
        group = list(parts_of_span)
        styled_run, _ = group[0]
        groups.append(group)
        levels.append(styled_run.level)
        widths.append(sum([part.width for _, part in group]))
    if widths:
        widths[-1] = max(widths[-1] - trailing, 0.0)
    starts = [0.0] * len(groups)
    left = 0.0
    for index in visual_order(levels):
        starts[index] = left
        left += widths[index]
    last = len(groups) - 1
    spans = []
    for index, group in enumerate(groups):
        trailing_of_span = trailing if index == last else 0.0
        spans.append(_mixed_span(group, starts[index], widths[index], trailing_of_span, base))
    return tuple(spans)


def _run_and_state(part: StyledPart) -> tuple[int, str]:
    """Return what parts of one span have in common."""
    styled_run, word_part = part
    return id(styled_run), word_part.state


def _mixed_span(group: Sequence[StyledPart], start: float, width: float, trailing: float, base: int) -> Span:
    """Return the span of parts in one run and state; `trailing` is the width of the spaces at the line's end, if it
    ends there.
    """
    styled_run, _ = group[0]
    parts = [part for _, part in group]
    span = span_of(parts, styled_run, start, start + width)
    if styled_run.level % 2 == 0:
        return span
    parts.reverse()
    shown = _drawn_characters(parts)
    origin = start - trailing  # from right to left, the spaces at the line's end are to the left of the text
    return replace(span, drawn=_drawn(parts, base), shown=shown, origin=origin, is_reversed=True)


def _drawn(parts: Sequence[WordPart], base: int) -> str:
    """Return the operators of parts that run from right to left, with the text that readers copy.

    In a paragraph from right to left, readers reverse the complete line. They misplace marks above or below a letter,
    so only parts with marks need a text. In a paragraph from left to right, they reverse each word by itself, so
    that all parts need one text together.
    """
    is_left_to_right = base % 2 == 0
    if is_left_to_right:
        text = "".join([part.text for part in reversed(parts)])
        operators_of_all = " ".join([part.operators for part in parts])
        return _with_text(text, operators_of_all)
    operators = []
    for part in parts:
        if _has_marks(part):
            operators.append(_with_text(part.text, part.operators))
        else:
            operators.append(part.operators)
    return " ".join(operators)


def _with_text(text: str, operators: str) -> str:
    """Return the operators, marked with the text that they show; readers expect it in the order from left to right."""
    from_the_left = "".join([MIRRORED.get(character, character) for character in reversed(text)])
    return f"/Span <</ActualText{actual_text(from_the_left)}>> BDC {operators} EMC"


def _has_marks(part: WordPart) -> bool:
    return any(map(unicodedata.combining, part.text))
