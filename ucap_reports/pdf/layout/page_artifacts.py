"""Page headers and footers, and the watermark of drafts, drawn once for all pages on which they are the same."""

from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import space_above_footer
from ucap_reports.page.page_tree import Block
from ucap_reports.pdf.file.canvas import Artifact, Canvas, Used
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.block_layout import BlockLayout, BlockPlace, PageNumbers
from ucap_reports.pdf.layout.flow_items import draw_stack, inside, stack_height
from ucap_reports.pdf.text.line_filling import paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import all_lines
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.lengths_and_colours import TOLERANCE, Colour, Length
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Run

LIGHT = Colour("E4E4E4")
"""The colour of the watermark: dark and blue text on it still has a contrast above 4.5 (WCAG 2.2, 1.4.3)."""
LARGEST = Length(120)
"""The largest size of its text."""
SHARE = 0.9
"""The part of the page's width that the rotated text may cover."""


class Margin(Struct, frozen=True):
    """The content of a margin: the operators that draw it as an artifact, its resources, and its problems."""

    operators: str
    used: Used
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    """Characters that no font has."""


@lru_cache(maxsize=256)
def margin(pack: Pack, language: str, kind: Artifact, blocks: tuple[Block, ...], numbers: PageNumbers) -> Margin:
    """Return the page header, vertically centred in its margin, or the footer, near the top of its own; nothing without
    blocks. Has the problem `margin-exceeded` if it is higher than the margin.
    """
    if not blocks:
        return Margin("", Used(), (), ())
    theme = pack.theme
    margins, (_, height) = theme.margins, theme.paper
    is_header = kind is Artifact.HEADER
    available = margins.top if is_header else margins.bottom
    flow = BlockLayout(pack, language, numbers)
    stack = flow.stack(blocks, BlockPlace(theme.text_width), TagNode("Document"))
    needed = stack_height(stack)
    problems: tuple[Problem, ...] = ()
    if needed > available + TOLERANCE:
        location, part = Location(pack.page_template.path, blocks[0].line), kind.name.lower()
        problems = (
            problem("margin-exceeded", location, part=part, height=f"{needed:.0f}", available=f"{available:.0f}"),
        )
    canvas = _page(pack, language)
    if is_header:
        top = Length((available - needed) / 2)
        edge = {"top": top, "bottom": Length(0)}
    else:
        space = space_above_footer(blocks, available - needed)
        top = Length(height - available + space)
        edge = {"top": Length(0), "bottom": Length(available - space - needed)}
    canvas.frame = inside(canvas.frame, margins._replace(**edge))
    with canvas.artifact(kind):
        draw_stack(stack, canvas, margins.left, top)
    return Margin(canvas.operators(), canvas.used, problems, tuple(flow.missing))


def watermark(pack: Pack, language: str, text: str) -> Margin:
    """Return the watermark text across a page, as an artifact."""
    theme = pack.theme
    width, height = theme.paper
    style = replace(theme.style("body"), size=LARGEST, leading=LARGEST, colour=LIGHT, bold=True, align="center")
    content = (Run(text),)
    shrink = min(1.0, SHARE * width * 2**0.5 / max(text_width(pack, content, style, language), 1))
    style = replace(style, size=Length(LARGEST * shrink), leading=Length(LARGEST * shrink))
    lines = paragraph_lines(pack, content, style, 2 * width, language)
    canvas = _page(pack, language)
    with canvas.artifact(Artifact.WATERMARK), canvas.rotated():
        all_lines(lines, TagNode("P"), language).draw(canvas, -width / 2, (height - style.leading) / 2)
    return Margin(canvas.operators(), canvas.used, (), lines.missing)


def _page(pack: Pack, language: str) -> Canvas:
    """Return a page whose content is repeated on others."""
    return Canvas(0, pack.theme.paper, Used(), right_to_left=is_right_to_left(language))
