"""Page headers, page footers, and the watermark of drafts: artifacts that pages repeat.

The watermark is drawn once for all pages, and so are headers and footers for all pages on which they are the same.
Boxes in them, such as the letterhead, are the same in most documents, and are laid out once for all of them. The foot
of the last page is no page footer: `page_breaks_and_columns` places it.
"""

from functools import lru_cache
from math import cos, radians

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import space_above_footer
from ucap_reports.page.page_tree import Block, Division, TextBlock, all_blocks, has_page_numbers
from ucap_reports.pdf.file.canvas import Artifact, Box, Canvas, Used
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.block_and_table_layout import BlockLayout, BlockPlace, PageNumbers
from ucap_reports.pdf.layout.flow_items import Body, draw_stack, inner_box, stack_height
from ucap_reports.pdf.text.line_filling import paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import all_lines
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Colour, Length
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Run

LIGHT = Colour("E4E4E4")
"""The colour of the watermark: dark and blue text on it still has a contrast above 4.5 (WCAG 2.2, 1.4.3)."""
LARGEST = Length(120)
"""The largest size of its text."""
ANGLE = 45
"""The angle of the text in degrees, counter-clockwise. Word files: `draft_watermark.xml`."""
SHARE = 0.9
"""The part of the page's width that the rotated text may cover."""


class Margin(Struct, frozen=True):
    """The content of a margin: the operators that draw it as an artifact, its resources, and its problems."""

    operators: str
    used: Used
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    """Characters that no font has."""


# Headers and footers
@lru_cache(maxsize=256)
def margin(pack: Pack, language: str, kind: Artifact, blocks: tuple[Block, ...], numbers: PageNumbers) -> Margin:
    """Return the page header, vertically centred in its margin, or the footer, near the top of its own; nothing without
    blocks. Has the problem `margin-exceeded` if it is higher than the margin.
    """
    if not blocks:
        return Margin("", Used(), (), ())
    theme = pack.theme
    margins = theme.margins
    _, page_height = theme.paper
    is_header = kind is Artifact.HEADER
    available = margins.top if is_header else margins.bottom
    layout = _MarginLayout(pack, language, numbers, blocks)
    stack = layout.stack(blocks, BlockPlace(theme.text_width), TagNode("Document"))
    height = stack_height(stack)
    problems: tuple[Problem, ...] = ()
    if height > available + TOLERANCE:
        location = Location(pack.page_template.path, blocks[0].line)
        exceeded = problem(
            "margin-exceeded",
            location,
            part=kind.name.lower(),
            height=f"{height:.0f}",
            available=f"{available:.0f}",
        )
        problems = (exceeded,)
    free = available - height
    if is_header:
        top = Length(free / 2)
        frame_margins = margins._replace(top=top, bottom=Length(0))
    else:
        space = space_above_footer(blocks, free)
        top = Length(page_height - available + space)
        frame_margins = margins._replace(top=Length(0), bottom=Length(available - space - height))
    canvas = _repeated_page(pack, language)
    canvas.frame = inner_box(canvas.frame, frame_margins)
    with canvas.artifact(kind):
        draw_stack(stack, canvas, margins.left, top)
    operators, used = canvas.repeated()
    return Margin(operators, used, problems, tuple(layout.missing))


class _MarginLayout(BlockLayout):
    """Lays out the blocks of a margin. The boxes in them are the same in other documents."""

    def __init__(self, pack: Pack, language: str, numbers: PageNumbers, blocks: tuple[Block, ...]) -> None:
        super().__init__(pack, language, numbers)
        self._blocks = blocks
        self._stretches = any(block.style.align_block == "stretch" for block in blocks)
        """Whether boxes in the blocks take the free height, so that they are not the same everywhere."""

    def box(self, box: Division, width: float, node: TagNode) -> Body:
        """Return a box with its content, which is shared if the box is in another, and the same on each page."""
        if self._stretches or box in self._blocks or _differs_by_page(box):
            return super().box(box, width, node)
        shared = _shared_box(self._pack, self._language, box, width)
        self.missing |= dict.fromkeys(shared.missing)
        return shared


def _differs_by_page(box: Division) -> bool:
    """Return whether a box has page numbers, beside which there often is a text that only one document has."""
    for block in all_blocks(box.blocks):
        if isinstance(block, TextBlock) and has_page_numbers(block.content):
            return True
    return False


class _PlacedDrawing(Struct, frozen=True):
    """What draws a box at a place of a page with a frame: operators and resources."""

    x: float
    y: float
    frame: Box
    operators: str
    used: Used


class _SharedBox:
    """A box that many documents have at the same place. It is drawn again only at another place."""

    def __init__(self, pack: Pack, language: str, body: Body, missing: tuple[str, ...]) -> None:
        self._pack = pack
        self._language = language
        self._body = body
        self.height = body.height
        self.missing = missing
        """Characters that no font has."""
        self._drawing: _PlacedDrawing | None = None
        """How it was drawn before."""

    def split(self, available: float, *, forced: bool) -> None:
        """None: blocks in margins are never split."""

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw it there, as a part of the artifact that is being drawn."""
        drawing = self._drawing
        if drawing is None or (drawing.x, drawing.y, drawing.frame) != (x, y, canvas.frame):
            part = _repeated_page(self._pack, self._language)
            part.frame = canvas.frame
            part.draws_artifact = True
            self._body.draw(part, x, y)
            operators, used = part.repeated()
            drawing = _PlacedDrawing(x, y, canvas.frame, operators, used)
            self._drawing = drawing  # assigned at once, because other threads may draw the box, too
        canvas.repeat(drawing.operators, drawing.used)


@lru_cache(maxsize=64)
def _shared_box(pack: Pack, language: str, box: Division, width: float) -> _SharedBox:
    layout = BlockLayout(pack, language)
    body = layout.box(box, width, TagNode("Document"))
    return _SharedBox(pack, language, body, tuple(layout.missing))


# The watermark
def watermark(pack: Pack, language: str, text: str) -> Margin:
    """Return the watermark text across a page, as an artifact."""
    theme = pack.theme
    page_width, page_height = theme.paper
    content = (Run(text),)
    style = replace(theme.style("body"), size=LARGEST, leading=LARGEST, colour=LIGHT, bold=True, align="center")
    full_width = text_width(pack, content, style, language)
    diagonal = page_width / cos(radians(ANGLE))
    scale = min(1.0, SHARE * diagonal / max(full_width, 1))
    size = Length(LARGEST * scale)
    style = replace(style, size=size, leading=size)
    lines = paragraph_lines(pack, content, style, 2 * page_width, language)
    line = all_lines(lines, TagNode("P"), language)
    canvas = _repeated_page(pack, language)
    with canvas.artifact(Artifact.WATERMARK), canvas.rotated(ANGLE):
        # The line is twice as wide as the page, so that it begins half of a page before it.
        line.draw(canvas, -page_width / 2, (page_height - size) / 2)
    operators, used = canvas.repeated()
    return Margin(operators, used, (), lines.missing)


def _repeated_page(pack: Pack, language: str) -> Canvas:
    """Return a page whose content is repeated on others."""
    return Canvas(0, pack.theme.paper, Used(), right_to_left=is_right_to_left(language))
