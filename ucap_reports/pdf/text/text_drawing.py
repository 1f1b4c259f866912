"""Draws lines on a page: text operators inside the marked content of the node that each span belongs to."""

from operator import itemgetter

from msgspec import Struct

from ucap_reports.pdf.file.canvas import Box, Canvas, Link
from ucap_reports.pdf.file.pdf_objects import text_string
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.text.line_spans import Line, ParagraphLines, Span


class Owner:
    """The nodes of a paragraph: its own, and below it those of its links and of its text in other languages.

    The inner nodes are created when they are first shown, so that they are in reading order, and kept, because a
    paragraph may continue on another page. `language` is the document's.
    """

    def __init__(self, node: TagNode, language: str) -> None:
        self.node = node
        self._language = language
        self._inner: dict[int, TagNode] = {}

    def of(self, lines: ParagraphLines, tag: int | None) -> TagNode:
        """The node of a span of these lines."""
        if tag is None:
            return self.node
        if tag not in self._inner:
            inline = lines.tags[tag]
            other = None if inline.language == self._language else inline.language
            if inline.link is None and other is None:
                return self.node
            self._inner[tag] = TagNode("Span" if inline.link is None else "Link", self.node, language=other)
        return self._inner[tag]


class LineRange(Struct, frozen=True):
    """Lines `first` to `last` of a paragraph."""

    lines: ParagraphLines
    owner: Owner
    first: int
    last: int


def show(part: LineRange, canvas: Canvas, x: float, y: float) -> None:
    """Show the lines with the start and the top of the first of them at that place."""
    lines, owner = part.lines, part.owner
    operators = ["BT"]
    state = ""
    node: TagNode | None = None
    baseline = y + lines.baseline - lines.leading
    for line in lines.lines[part.first : part.last]:
        baseline += lines.leading
        left = canvas.left(x + line.offset, line.ink)
        if line.is_mixed:
            operators += _mixed(line, part, canvas, left, baseline)
            continue
        if line.spans:
            operators.append(f"1 0 0 1 {left:.2f} {canvas.height - baseline:.2f} Tm")
        for span in line.spans:
            shown = None if canvas.draws_artifact else owner.of(lines, span.tag)
            if shown is not None and shown is not node:
                if node is not None:
                    operators.append("EMC")
                node = shown
                operators.append(canvas.mark(node))
            if span.state is not state:
                state = span.state
                operators.append(state)
            operators.append(_shown(span))
            _decorate(span, part, canvas, left, baseline)
    for face, text in lines.used:
        canvas.used.texts[face].add(text)
    if len(operators) > 1:
        operators.append("ET" if node is None else "EMC ET")
        canvas.show_marked("\n".join(operators))


def _shown(span: Span) -> str:
    """The operators that show a span at the place of the pen, with its text if the glyphs are not just its letters."""
    shows, rise = f"({span.code}) Tj", span.style.rise
    if span.drawn:
        actual = "" if span.is_reversed else f"/Span <</ActualText{text_string(span.text)}>> BDC "
        shows = f"{actual}{span.drawn}{' EMC' if actual else ''}"
    return f"{rise:.2f} Ts {shows} 0 Ts" if rise else shows


def _mixed(line: Line, part: LineRange, canvas: Canvas, left: float, baseline: float) -> list[str]:
    """The operators of a line of mixed directions. Its spans are drawn from left to right, as readers copy them, but
    are in the tag tree in reading order, with their text in that order.
    """
    marked: list[tuple[float, str]] = []
    for span in line.spans:
        operators = [f"1 0 0 1 {left + span.origin:.2f} {canvas.height - baseline:.2f} Tm", span.state, _shown(span)]
        if not canvas.draws_artifact:
            node = part.owner.of(part.lines, span.tag)
            if span.is_reversed and span.shown != span.text:
                node = TagNode("Span", node, actual=span.text)
            operators = [canvas.mark(node), *operators, "EMC"]
        marked.append((span.start, "\n".join(operators)))
        _decorate(span, part, canvas, left, baseline)
    return [operators for _, operators in sorted(marked, key=itemgetter(0))]


def _decorate(span: Span, part: LineRange, canvas: Canvas, x: float, baseline: float) -> None:
    """Underline a span and add its link, if it has them."""
    left, right = x + span.start, x + span.end
    if (line := span.style.underline) is not None:
        top = baseline + line.depth - span.style.rise
        canvas.underline(Box(left, top, right, top + line.thickness), line.colour)
    if span.tag is None or canvas.draws_artifact:
        return
    inline = part.lines.tags[span.tag]
    if inline.link is not None:
        top = baseline - part.lines.baseline
        box = Box(left, top, right, top + part.lines.leading)
        canvas.links.append(Link(box, part.owner.of(part.lines, span.tag), inline.link, inline.text))
