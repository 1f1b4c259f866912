"""Lines shown on a page: text operators between the marks that say which node each stretch belongs to."""

from operator import itemgetter

from msgspec import Struct

from ucap_reports.pdf.file.canvas import Box, Canvas, Link
from ucap_reports.pdf.file.pdf_objects import text_string
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.text.line_spans import Line, ParagraphLines, Span


class Owner:
    """Whose text it is: a paragraph's node, and below it the nodes of its links and of its text in other languages.

    Those are made when they are first shown, so that they stand among the paragraph's text in reading order, and are
    kept, since a paragraph may go on on another page. `language` is the document's.
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
    """Show the lines with the start and the top of the first of them there."""
    lines, owner = part.lines, part.owner
    leading, height, draws_artifact = lines.leading, canvas.height, canvas.draws_artifact
    operators = ["BT"]
    state = ""
    node: TagNode | None = None
    baseline = y + lines.baseline - leading
    for line in lines.lines[part.first : part.last]:
        baseline += leading
        left = canvas.left(x + line.offset, line.ink)
        if line.is_turned:
            operators += _turned(line, part, canvas, left, baseline)
            continue
        if line.spans:
            operators.append(f"1 0 0 1 {left:.2f} {height - baseline:.2f} Tm")
        for span in line.spans:
            tag = span.tag
            shown = None if draws_artifact else owner.node if tag is None else owner.of(lines, tag)
            if shown is not None and shown is not node:
                if node is not None:
                    operators.append("EMC")
                node = shown
                operators.append(canvas.mark(node))
            if span.state is not state:
                state = span.state
                operators.append(state)
            operators.append(_shown(span) if span.drawn or span.rise else f"({span.code}) Tj")
            if tag is not None or span.underline is not None:
                _trim(span, part, canvas, left, baseline)
    canvas.used.fonts.add_texts(lines.used)
    if len(operators) > 1:
        operators.append("ET" if node is None else "EMC ET")
        canvas.show_marked("\n".join(operators))


def _shown(span: Span) -> str:
    """The operators that show a span where its line has come to, with the text of glyphs that are not just letters."""
    shows = f"({span.code}) Tj"
    if span.drawn:
        actual = "" if span.is_turned else f"/Span <</ActualText{text_string(span.text)}>> BDC "
        shows = f"{actual}{span.drawn}{' EMC' if actual else ''}"
    return f"{span.rise:.2f} Ts {shows} 0 Ts" if span.rise else shows


def _turned(line: Line, part: LineRange, canvas: Canvas, left: float, baseline: float) -> list[str]:
    """The operators of a line whose text runs from the right: its spans from left to right, as those who copy it from
    the page expect, though they are entered in the tag tree in the order of reading, with their text in that order.
    """
    marked: list[tuple[float, str]] = []
    for span in line.spans:
        operators = [f"1 0 0 1 {left + span.origin:.2f} {canvas.height - baseline:.2f} Tm", span.state, _shown(span)]
        if not canvas.draws_artifact:
            node = part.owner.of(part.lines, span.tag)
            if span.is_turned and span.shown != span.text:
                node = TagNode("Span", node, actual=span.text)
            operators = [canvas.mark(node), *operators, "EMC"]
        marked.append((span.start, "\n".join(operators)))
        if span.underline is not None or span.tag is not None:
            _trim(span, part, canvas, left, baseline)
    return [operators for _, operators in sorted(marked, key=itemgetter(0))]


def _trim(span: Span, part: LineRange, canvas: Canvas, x: float, baseline: float) -> None:
    """Underline a span, and make it a link where it is one."""
    left, right = x + span.start, x + span.end
    if span.underline is not None:
        top = baseline + span.underline.depth - span.rise
        canvas.underline(Box(left, top, right, top + span.underline.thickness), span.underline.colour)
    if span.tag is None or canvas.draws_artifact:
        return
    inline = part.lines.tags[span.tag]
    if inline.link is not None:
        top = baseline - part.lines.baseline
        box = Box(left, top, right, top + part.lines.leading)
        canvas.links.append(Link(box, part.owner.of(part.lines, span.tag), inline.link, inline.text))
