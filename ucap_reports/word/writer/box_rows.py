"""The rows and cells of a box that is written as a table.

The parts of a box below each other are rows; blocks side by side are cells. Blocks side by side with backgrounds or
borders of their own have empty cells between them, other blocks have the gap as padding.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import inner_width, is_boxed, side_by_side_widths
from ucap_reports.page.element_styles import without_box
from ucap_reports.page.height_estimates import block_height, stack_height
from ucap_reports.page.page_tree import Block, Division, TextBlock
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.measures import NO_SIDES, Sides
from ucap_reports.template.theme import AlignBlock, Style
from ucap_reports.text.rich_text import Run
from ucap_reports.word.writer.table_xml import TableCellBox, TableLine, borders_of

ContentWriter = Callable[[Sequence[Block], float, float, bool], str]
"""Writes blocks in a place of a width with a gap between them; whether they stay on the page of those below them."""
CELL_TAG, CLOSING_TAG = "{%tc ", "{%tc end"
TAG_WIDTH = Length.mm(14)
"""The width of a cell that has only a tag, and is not in the documents."""
LEAST_BESIDE_TAGS = Length.mm(10)
_SHORT_BOX = Length.mm(60)
"""Boxes side by side up to this height are not split between pages, as in the PDF."""


class BoxPart(Struct, frozen=True):
    """A part of a row: its blocks, the width of its content, and `own`, the style of a part with a box of its own.

    In a template, `is_tag` if it has only a tag, and is not in documents, and `is_repeated` if it is between two.
    """

    blocks: Sequence[Block]
    width: float
    gap: float = 0
    own: Style | None = None
    is_tag: bool = False
    is_repeated: bool = False


class BoxRow(Struct, frozen=True):
    """A row of a box: its parts with `space` between them, the space above it, and the alignment of its cells."""

    parts: Sequence[BoxPart]
    space: float
    above: float
    align: AlignBlock | None
    height: float


class PlacedCell(Struct, frozen=True):
    """A cell of a row, and where it starts and ends, from the start of the box."""

    start: float
    end: float
    cell: TableCellBox


def box_rows(
    box: Division, available: float, width: float, write: ContentWriter, *, has_tags: bool = False
) -> tuple[Sequence[float], Sequence[TableLine]]:
    """Return the widths of the columns of a box and its rows.

    `available` is the width that its content has with its padding; `width` is that of the table, which is more if its
    background reaches the edges of the paper, and so is the padding of the box then. `has_tags` in a template.
    """
    style = box.style
    inner = available - (width_of_sides(style) - (width - available))
    rows = list(_rows(box, inner, has_tags=has_tags))
    laid: list[list[PlacedCell]] = []
    for number, row in enumerate(rows):
        is_first, is_last = number == 0, number == len(rows) - 1
        top = style.padding.top if is_first else Length(row.above)
        bottom = style.padding.bottom if is_last else Length(0)
        around = style.padding._replace(top=top, bottom=bottom)
        contents = []
        for part in row.parts:
            inner_part = part.width if part.own is None else inner_width(part.own, part.width)
            contents.append(write(part.blocks, inner_part, part.gap, not is_last))
        laid.append(list(_cells(row, contents, style, around, width)))
    return _aligned(laid, rows, style)


def width_of_sides(style: Style) -> float:
    """Return the width of the padding and borders at the sides of a box."""
    return 1_000 - inner_width(style, 1_000)


def has_own_box(block: Block) -> bool:
    """Return whether a block beside others has a background, padding or borders that its cell can have."""
    if isinstance(block, TextBlock):
        return is_boxed(block.style)
    return isinstance(block, Division) and is_boxed(block.style) and block.style.layout == "stack" and not block.count


def _rows(box: Division, inner: float, *, has_tags: bool) -> Iterator[BoxRow]:
    style = box.style
    if style.layout == "columns" and not box.count:
        yield _side_by_side(box, inner, 0, has_tags=has_tags)
        return
    below: list[Block] = []
    space = above = 0.0
    is_first = True
    for block in box.blocks:
        gap = 0.0 if is_first else max(style.gap, space, block.style.space_before)
        space, is_first = block.style.space_after, False
        if isinstance(block, Division) and _is_row(block):
            if below:
                yield _stacked(below, style, inner, above)
                below = []
            yield _side_by_side(block, inner, gap, has_tags=has_tags)
            continue
        if not below:
            above = gap
        below.append(block)
    if below or is_first:
        yield _stacked(below, style, inner, above)


def _is_row(division: Division) -> bool:
    """Return whether a division in a box can be a row of it: blocks side by side without boxes."""
    style = division.style
    if style.layout != "columns" or division.count or is_boxed(style) or style.width is not None or not division.blocks:
        return False
    return not any(has_own_box(block) for block in division.blocks)


def _stacked(blocks: Sequence[Block], style: Style, inner: float, above: float) -> BoxRow:
    height = stack_height(blocks, inner, style.gap)
    return BoxRow((BoxPart(tuple(blocks), inner, style.gap),), 0, above, style.align_block, height)


def _side_by_side(division: Division, inner: float, above: float, *, has_tags: bool) -> BoxRow:
    style = division.style
    parts, height = list[BoxPart](), float(style.height or 0)
    widths = _widths_beside_tags(division, inner) if has_tags else side_by_side_widths(division, inner)
    open_tags = 0
    for block, width in zip(division.blocks, widths, strict=True):
        if has_tags and is_cell_tag(block):
            open_tags += -1 if _tag_text(block).startswith(CLOSING_TAG) else 1
            parts.append(BoxPart((block,), width, is_tag=True))
            continue
        height = max(height, block_height(block, width))
        if has_own_box(block):
            blocks: Sequence[Block] = (replace(block, style=without_box(block.style)),)
            if isinstance(block, Division):
                blocks = block.blocks
            parts.append(BoxPart(blocks, width, block.style.gap, block.style, is_repeated=open_tags > 0))
        else:
            parts.append(BoxPart((block,), width))
    align = style.align_block or "middle"
    return BoxRow(tuple(parts), style.gap, above, "top" if align == "stretch" else align, height)


def _cells(row: BoxRow, contents: Sequence[str], style: Style, around: Sides, width: float) -> Iterator[PlacedCell]:
    """Yield the cells of a row, which fill the width of the box."""
    start = 0.0
    printed = [number for number, part in enumerate(row.parts) if not part.is_tag]
    first, last = (printed[0], printed[-1]) if printed else (0, len(row.parts) - 1)
    rest = width - sum(part.width for part in row.parts[last + 1 :])
    for number, (part, content) in enumerate(zip(row.parts, contents, strict=True)):
        if part.is_tag:
            end = start + part.width
            yield PlacedCell(
                start, end, TableCellBox(end - start, content, 1, NO_SIDES, style.background, {}, row.align)
            )
            start = end
            continue
        left = around.left if number == first else Length(0)
        right = around.right if number == last else Length(row.space)
        if part.own is None:
            end = rest if number == last else start + left + part.width + right
            padding = Sides(around.top, right, around.bottom, left)
            yield PlacedCell(
                start, end, TableCellBox(end - start, content, 1, padding, style.background, {}, row.align)
            )
            start = end
            continue
        yield from _empty(start, start + left)
        start += left
        end = rest - right if number == last else start + part.width
        if part.is_repeated:
            end -= row.space
        own = part.own
        background = own.background or style.background
        box = TableCellBox(end - start, content, 1, own.padding, background, borders_of(own), row.align)
        yield PlacedCell(start, end, box)
        if part.is_repeated:
            yield from _empty(end, end + row.space)  # documents have it between the repetitions
            end += row.space
        yield from _empty(end, end + right)
        start = end + right


def is_cell_tag(block: Block) -> bool:
    """Return whether a block of a template is a tag around cells."""
    return _tag_text(block).startswith(CELL_TAG)


def _tag_text(block: Block) -> str:
    if not isinstance(block, TextBlock):
        return ""
    return "".join(inline.text for inline in block.content if isinstance(inline, Run))


def _widths_beside_tags(division: Division, inner: float) -> list[float]:
    """Return the widths of blocks side by side as they are in documents, less the cells of the tags around them."""
    printed = [block for block in division.blocks if not is_cell_tag(block)]
    if not printed or len(printed) == len(division.blocks):
        return side_by_side_widths(division, inner)
    widths = side_by_side_widths(replace(division, blocks=tuple(printed)), inner)
    taken = [0.0] * len(printed)
    number = 0
    for block in division.blocks:
        if not is_cell_tag(block):
            number += 1
            continue
        is_closing = _tag_text(block).startswith(CLOSING_TAG)
        taken[max(number - 1, 0) if is_closing else min(number, len(printed) - 1)] += TAG_WIDTH
    narrower = iter([max(width - tags, LEAST_BESIDE_TAGS) for width, tags in zip(widths, taken, strict=True)])
    return [TAG_WIDTH if is_cell_tag(block) else next(narrower) for block in division.blocks]


def _empty(start: float, end: float) -> Iterator[PlacedCell]:
    """Yield an empty cell between boxes, if it has a width."""
    if end > start:
        yield PlacedCell(start, end, TableCellBox(end - start, "", 1, NO_SIDES))


def _aligned(
    laid: Sequence[Sequence[PlacedCell]], rows: Sequence[BoxRow], style: Style
) -> tuple[Sequence[float], Sequence[TableLine]]:
    """Return the rows with the columns of all of them, which cells span where other rows have more."""
    stops = sorted({round(edge, 2) for cells in laid for each in cells for edge in (each.start, each.end)})
    widths = [end - start for start, end in pairwise(stops)]
    total = sum(row.height + row.above for row in rows)
    is_whole = style.layout == "stack" or style.pin is not None or total <= _SHORT_BOX
    lines = []
    for number, cells in enumerate(laid):
        spanned = []
        for each in cells:
            span = stops.index(round(each.end, 2)) - stops.index(round(each.start, 2))
            spanned.append(replace(each.cell, span=span))
        least = 0.0
        if style.height and number == len(laid) - 1:
            least = max(style.height - sum(row.height + row.above for row in rows[:-1]), 0)
        # The accessibility checker of Word expects a header row. It is not repeated, since the box is not split.
        is_head = number == 0 and len(laid) > 1 and len(widths) > 1
        lines.append(TableLine(tuple(spanned), is_head=is_head, is_whole=is_whole, least=least))
    return widths, lines
