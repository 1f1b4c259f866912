"""The rules of the European Commission for the emblem: that the first page has it, its least height, and the free space
around it.

The space is half the height of the emblem on all sides, in which there is no text, no line and no edge of a background.
It is computed from the height, so that no pack has to state it. Measures of a pack that are larger are kept. The
programme label beside the emblem keeps the same distance; how the label may look is in `check/pack_style_warnings.py`.

Source: European Commission, "The use of the EU emblem", 2021.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Literal

from msgspec.structs import replace

from ucap_reports.page.box_geometry import space_between
from ucap_reports.page.page_tree import (
    EMBLEM,
    Block,
    Division,
    ImageBlock,
    PageBreak,
    PageTree,
    all_blocks,
    is_page_end,
)
from ucap_reports.problems import Problem, problem
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.programme_label import names_union
from ucap_reports.template.theme_and_line_spacing import BORDERS, Style

Side = Literal["top", "right", "bottom", "left"]
SIDES: tuple[Side, ...] = ("top", "right", "bottom", "left")
DEFAULT_HEIGHT = Length.mm(12)
"""The height of the emblem in a style without one."""
LEAST_HEIGHT = Length.mm(10)
SHARE = 0.5
"""The free space as a part of the emblem's height."""
_NONE = Length(0)


def first_page_has_emblem(tree: PageTree) -> bool:
    """Return whether the first page has the emblem, or instead of it a picture whose description names the European
    Union, such as a file with the emblem and the statement about the funding.
    """
    body = takewhile(lambda block: not is_page_end(block), tree.body)
    for block in all_blocks([*tree.header_of(1), *tree.footer_of(1), *body]):
        if isinstance(block, ImageBlock) and (block.picture is EMBLEM or names_union(block.alt)):
            return True
    return False


def emblem_height(style: Style) -> Length:
    """Return the height of the emblem in a style, which may be less than the least one."""
    return style.height or DEFAULT_HEIGHT


def height_problem(style: Style) -> Problem | None:
    """Return the error `emblem-too-small` for an emblem in a style if it is less than 1 cm high."""
    if emblem_height(style) >= LEAST_HEIGHT:
        return None
    return problem("emblem-too-small", style=style.name)


def with_free_space(box: Division) -> Division:
    """Return a box with the space that the emblems in it need: between its parts, and to its own visible edges."""
    if not _has_emblem(box.blocks):
        return box
    blocks = box.blocks
    style = box.style
    for side in SIDES:
        if _has_edge(style, side):
            style = _padded(style, side, _space_of_parts(box, side))
    if _is_row(box):
        style = replace(style, gap=max(style.gap, _space_beside_each_other(blocks)))
    elif not box.count:
        blocks = tuple(below_each_other(blocks, style.gap))
    return replace(box, blocks=blocks, style=style)


def with_free_space_in_cell(blocks: tuple[Block, ...], style: Style) -> tuple[tuple[Block, ...], Style]:
    """Return the blocks and the style of a table cell with the space that the emblems in it need: the content of other
    cells is on all sides of it.
    """
    if not _has_emblem(blocks):
        return blocks, style
    for side in SIDES:
        needed = max([free_space(block, side) for block in blocks])
        style = _padded(style, side, needed)
    return tuple(below_each_other(blocks, style.gap)), style


def below_each_other(blocks: Iterable[Block], gap: Length = _NONE) -> Iterator[Block]:
    """Yield blocks below each other with the space that the emblems among them, or in boxes among them, need."""
    before: Block | None = None
    for block in blocks:
        if before is not None and not isinstance(before, PageBreak):
            needed = max(free_space(before, "bottom"), free_space(block, "top"))
            space = space_between(before.style.space_after, block.style, gap)
            if space < needed:
                block = replace(block, style=replace(block.style, space_before=needed))  # noqa: PLW2901 - the same block, lower
        yield block
        before = block


def with_space_above(block: Division) -> Division:
    """Return a box with the space that the emblems in it need below the block before it."""
    needed = free_space(block, "top")
    if block.style.space_before >= needed:
        return block
    return replace(block, style=replace(block.style, space_before=needed))


def _has_emblem(blocks: Sequence[Block]) -> bool:
    """Return whether there is an emblem among blocks or in the boxes among them."""
    for block in blocks:
        if isinstance(block, ImageBlock) and block.picture is EMBLEM:
            return True
        if isinstance(block, Division) and _has_emblem(block.blocks):
            return True
    return False


def free_space(block: Block, side: Side) -> Length:
    """Return the space that a block needs on a side."""
    if isinstance(block, ImageBlock) and block.picture is EMBLEM:
        return Length(block.height * SHARE)
    if not isinstance(block, Division) or _has_edge(block.style, side):
        return _NONE
    padding = getattr(block.style.padding, side)
    return Length(max(_space_of_parts(block, side) - padding, 0))


def _space_of_parts(box: Division, side: Side) -> Length:
    """Return the space that the parts of a box need on a side of it."""
    if not box.blocks:
        return _NONE
    first_side, last_side = ("left", "right") if _is_row(box) else ("top", "bottom")
    parts: Sequence[Block] = box.blocks
    if side == first_side:
        parts = box.blocks[:1]
    elif side == last_side:
        parts = box.blocks[-1:]
    return Length(max([free_space(part, side) for part in parts]))


def _is_row(box: Division) -> bool:
    return box.style.layout == "columns" and not box.count


def _has_edge(style: Style, side: Side) -> bool:
    """Return whether a box has a visible edge on a side, inside of which the space is."""
    return style.background is not None or getattr(style, BORDERS[side]) is not None


def _padded(style: Style, side: Side, needed: Length) -> Style:
    """Return a style with at least that padding on a side."""
    if getattr(style.padding, side) >= needed:
        return style
    return replace(style, padding=style.padding._replace(**{side: needed}))


def _space_beside_each_other(blocks: Sequence[Block]) -> Length:
    """Return the largest space that two blocks beside each other need."""
    space = _NONE
    for block, following in pairwise(blocks):
        space = max(space, free_space(block, "right"), free_space(following, "left"))
    return space
