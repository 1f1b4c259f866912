"""Draws lines on a page: text operators inside the marked content of the node that each span belongs to."""

from operator import itemgetter
from typing import Self

from msgspec import Struct

from ucap_reports.pdf.file.canvas import Box, Canvas, Link
from ucap_reports.pdf.file.pdf_objects import actual_text, points
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.text.line_filling import Line, ParagraphLines, Span


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

    @classmethod
    def of(cls, lines: ParagraphLines, node: TagNode, language: str) -> Self:
        """Return all lines of a paragraph."""
        return cls(lines, node, language, {}, 0, len(lines.lines))

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
            other = None if inline.language == self.language else inline.language
            if inline.link is None and other is None:
                return self.node
            self.inner[span.tag] = TagNode("Span" if inline.link is None else "Link", self.node, language=other)
        return self.inner[span.tag]

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the lines with the start and the top of the first of them at that place."""
        lines = self.lines
        operators = ["BT"]
        state = ""
        node: TagNode | None = None
        baseline = y + lines.baseline - lines.leading
        leading, height = lines.leading, canvas.height
        is_artifact, is_mirrored = canvas.draws_artifact, canvas.is_mirrored
        texts = canvas.used.texts
        for line in lines.lines[self.first : self.last]:
            baseline += leading
            left = x + line.offset
            if is_mirrored:
                left = canvas.left(left, line.ink)
            if line.is_mixed:
                operators += _mixed(line, self, canvas, left, baseline)
                continue
            if line.spans:
                operators.append(f"1 0 0 1 {points(left)} {points(height - baseline)} Tm")
            for span in line.spans:
                texts[span.face].append(span.shown if span.drawn else span.text)
                if not is_artifact:
                    shown = self.node if span.tag is None else self.node_of(span)  # most spans need no call
                    if shown is not node:
                        if node is not None:
                            operators.append("EMC")
                        node = shown
                        operators.append(canvas.mark(node))
                if span.state is not state:
                    state = span.state
                    operators.append(state)
                style = span.style
                operators.append(_shown(span) if span.drawn or style.rise else f"({span.code}) Tj")
                if span.tag is not None or style.underline is not None:
                    _decorate(span, self, canvas, left, baseline)
        if len(operators) > 1:
            operators.append("ET" if node is None else "EMC ET")
            canvas.show_marked("\n".join(operators))


def _mixed(line: Line, part: LineRange, canvas: Canvas, left: float, baseline: float) -> list[str]:
    """Return the operators of a line of mixed directions. Its spans are drawn from left to right, as readers copy them,
    but are in the tag tree in reading order, with their text in that order.
    """
    marked: list[tuple[float, str]] = []
    for span in line.spans:
        canvas.used.texts[span.face].append(span.shown if span.drawn else span.text)
        operators = [f"1 0 0 1 {left + span.origin:.2f} {canvas.height - baseline:.2f} Tm", span.state, _shown(span)]
        if not canvas.draws_artifact:
            node = part.node_of(span)
            if span.is_reversed and span.shown != span.text:
                node = TagNode("Span", node, actual=span.text)
            operators = [canvas.mark(node), *operators, "EMC"]
        marked.append((span.start, "\n".join(operators)))
        _decorate(span, part, canvas, left, baseline)
    return [operators for _, operators in sorted(marked, key=itemgetter(0))]


def _shown(span: Span) -> str:
    """Return the operators that show a span at the place of the pen, with its text if the glyphs are not just its
    letters.
    """
    shows, rise = f"({span.code}) Tj", span.style.rise
    if span.drawn:
        actual = "" if span.is_reversed else f"/Span <</ActualText{actual_text(span.text)}>> BDC "
        shows = f"{actual}{span.drawn}{' EMC' if actual else ''}"
    return f"{rise:.2f} Ts {shows} 0 Ts" if rise else shows


def _decorate(span: Span, part: LineRange, canvas: Canvas, x: float, baseline: float) -> None:
    """Underline a span and add its link, if it has them."""
    left, right = x + span.start, x + span.end
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
