"""The watermark of drafts: large light text across each page, behind everything else."""

from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Artifact, Canvas, Used
from ucap_reports.pdf.file.tag_tree import StructureTree, TagNode
from ucap_reports.pdf.layout.headers_and_footers import Margin
from ucap_reports.pdf.text.line_filling import paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import all_lines
from ucap_reports.template.lengths_and_colours import Colour, Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Align
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Run

COLOUR = Colour("E4E4E4")
"""Dark and blue text on it still has a contrast above 4.5 (WCAG 2.2, 1.4.3)."""
SIZE = Length(120)
"""The largest size of the text."""
SHARE = 0.9
"""The part of the page's width that the turned text may cover."""


def watermark(pack: Pack, language: str, text: str) -> Margin:
    """The text across a page, as an artifact."""
    theme = pack.theme
    width, height = theme.paper
    style = replace(theme.style("body"), size=SIZE, leading=SIZE, colour=COLOUR, bold=True, align=Align.CENTER)
    content = (Run(text),)
    shrink = min(1.0, SHARE * width * 2**0.5 / max(text_width(pack, content, style, language), 1))
    style = replace(style, size=Length(SIZE * shrink), leading=Length(SIZE * shrink))
    lines = paragraph_lines(pack, content, style, 2 * width, language)
    canvas = Canvas(0, theme.paper, StructureTree(), Used(), right_to_left=is_right_to_left(language))
    with canvas.artifact(Artifact.WATERMARK), canvas.rotated():
        all_lines(lines, TagNode("P"), language).draw(canvas, -width / 2, (height - style.leading) / 2)
    return Margin(canvas.operators(), canvas.used, (), lines.missing)
