"""Page headers and footers, drawn once: they are the same on the pages of document after document."""

from functools import lru_cache

from msgspec import Struct

from ucap_reports.languages import is_right_to_left
from ucap_reports.pack import Pack
from ucap_reports.pdf.elements import Block
from ucap_reports.pdf.flow import Flow, PageNumbers, Place
from ucap_reports.pdf.pieces import draw_stack, stack_height
from ucap_reports.pdf.sheet import Artifact, Sheet, Used
from ucap_reports.pdf.structure import Node, StructureTree
from ucap_reports.problems import Location, Problem


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
    margins, (_, height) = theme.page.margins, theme.paper
    is_header = kind is Artifact.HEADER
    room = margins.top if is_header else margins.bottom
    flow = Flow(pack, language, numbers)
    stack = flow.stack(blocks, Place(theme.text_width), Node("Document"))
    needed = stack_height(stack)
    if needed > room:
        flow.problems.append(_too_high(kind, needed, room, Location(pack.page_template.path, blocks[0].line)))
    sheet = Sheet(0, theme.paper, StructureTree(), Used(), right_to_left=is_right_to_left(language))
    with sheet.artifact(kind):
        draw_stack(stack, sheet, margins.left, (room - needed) / 2 if is_header else height - room)
    return Margin(sheet.operators(), sheet.used, tuple(flow.problems), tuple(flow.missing))


def _too_high(kind: Artifact, height: float, room: float, place: Location) -> Problem:
    message = f"the page {kind.name.lower()} is {height:.0f} pt high, its margin {room:.0f} pt"
    return Problem.error("margin-exceeded", message, "give the page a larger margin", place)
