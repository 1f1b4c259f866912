"""Page headers and footers, drawn once: they are the same on the pages of document after document."""

from functools import lru_cache

from msgspec import Struct

from ucap_reports.pdf.file.canvas import Artifact, Canvas, Used
from ucap_reports.pdf.file.tag_tree import StructureTree, TagNode
from ucap_reports.pdf.layout.block_layout import BlockLayout, BlockPlace, PageNumbers
from ucap_reports.pdf.layout.flow_items import draw_stack, stack_height
from ucap_reports.pdf.template.page_tree import Block
from ucap_reports.problems import Location, Problem
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left


class Margin(Struct, frozen=True):
    """What stands in a margin: the operators that draw it as an artifact, what they use, and what is wrong."""

    operators: str
    used: Used
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    """Characters that no font has."""


@lru_cache(maxsize=256)
def margin(pack: Pack, language: str, kind: Artifact, blocks: tuple[Block, ...], numbers: PageNumbers) -> Margin:
    """The page header of these blocks, in the middle of its margin's height, or the footer, at the top of its own; a
    problem `margin-exceeded` for what is higher than its margin.
    """
    theme = pack.theme
    margins, (_, height) = theme.margins, theme.paper
    is_header = kind is Artifact.HEADER
    room = margins.top if is_header else margins.bottom
    flow = BlockLayout(pack, language, numbers)
    stack = flow.stack(blocks, BlockPlace(theme.text_width), TagNode("Document"))
    needed = stack_height(stack)
    if needed > room:
        flow.problems.append(_too_high(kind, needed, room, Location(pack.page_template.path, blocks[0].line)))
    canvas = Canvas(0, theme.paper, StructureTree(), Used(), right_to_left=is_right_to_left(language))
    with canvas.artifact(kind):
        draw_stack(stack, canvas, margins.left, (room - needed) / 2 if is_header else height - room)
    return Margin(canvas.operators(), canvas.used, tuple(flow.problems), tuple(flow.missing))


def _too_high(kind: Artifact, height: float, room: float, place: Location) -> Problem:
    message = f"the page {kind.name.lower()} is {height:.0f} pt high, its margin {room:.0f} pt"
    return Problem.error("margin-exceeded", message, "give the page a larger margin", place)
