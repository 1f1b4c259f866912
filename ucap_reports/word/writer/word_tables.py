"""Tables of Word files written from a page tree, and boxes that are written as tables.

Cells have only what the style of their table does not say. The parts of a box below each other are rows; blocks side by
side are cells. Blocks side by side with backgrounds or borders of their own have empty cells between them, other blocks
have the gap as padding.

In the order of this file: tables (`table_xml`), and boxes as tables (`box_rows`). `_rows` decides which blocks of a box
are a row, `_side_by_side` which blocks beside others have cells with their box, `_cells` where cells start and end, and
`_aligned` which rows are not split between pages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import accumulate, pairwise
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import SHORT_BOX, inner_width, is_boxed, side_by_side_widths, space_between
from ucap_reports.page.height_estimates import block_height, stack_height
from ucap_reports.page.page_elements import without_box
from ucap_reports.page.page_tree import Block, Division, PictureBlock, TextBlock, content_text
from ucap_reports.template.jinja.jinja_templates import OPENING
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, Colour, Length, Sides
from ucap_reports.template.theme_and_line_spacing import BORDERS, AlignBlock, DrawnRule, Style
from ucap_reports.word.file.word_styles import VERTICAL, border_xml
from ucap_reports.word.writer.spacing_and_keep_with_next import is_tag
from ucap_reports.word.writer.styles_and_lists import END_STYLE, SIDES, TableLook, is_short, shade_xml

_MIRRORED = {"left": "right", "right": "left"}
EMPTY_LINE = f'<w:p><w:pPr><w:pStyle w:val="{END_STYLE}"/></w:pPr></w:p>'
"""A paragraph that is as low as possible, at the end of a cell or part that must not end with a table."""


class TableCellBox(Struct, frozen=True):
    """A cell: its content as XML, and its look. `borders` are by side, start being left."""

    content: str
    span: int = 1
    padding: Sides = NO_SIDES
    background: Colour | None = None
    borders: Mapping[str, DrawnRule] = {}
    align: AlignBlock | None = None


class TableLine(Struct, frozen=True):
    """A row: `least_height` is its least height in points; `is_whole` if it is not split between pages."""

    cells: Sequence[TableCellBox]
    is_head: bool = False
    is_whole: bool = False
    least_height: float = 0


class TableFrame(Struct, frozen=True):
    """What a table is: its style and the look that this gives to cells, and whether it is right-to-left.

    `position` is XML that fixes the table on the page, `indent` its distance from the margin in points, `look` which
    conditional formats apply. `title` and `description` are for readers who hear the table.
    """

    style: str
    look: TableLook
    right_to_left: bool = False
    position: str = ""
    indent: float = 0
    has_head: bool = False
    has_row_headers: bool = False
    title: str = ""
    description: str = ""
    is_in_other_direction: bool = False
    """Whether the table is in a cell whose direction is not that of the document. LibreOffice gives a table there the
    direction of what is around it, unless the table states its own.
    """
    beside: float = 0
    """The width of the place without cells at the end of each row of a narrow table from right to left. Without it,
    LibreOffice puts the table at the left.
    """
    accents: Mapping[str, str] = {}
    """In a template, the names of Office for the colours of the theme. A cell whose colour is changed in Word has no
    such name, and keeps its colour.
    """


def borders_of(style: Style, sides: Iterable[str] = SIDES) -> dict[str, DrawnRule]:
    """Return the borders of a style on these sides."""
    borders: dict[str, DrawnRule] = {}
    for side in sides:
        rule = getattr(style, BORDERS[side])
        if rule is not None:
            borders[side] = rule
    return borders


def table_xml(frame: TableFrame, widths: Sequence[float], rows: Sequence[TableLine]) -> str:
    """Return a table with columns of these widths, in points."""
    edges = [round(edge * 20) for edge in accumulate(widths, initial=0.0)]
    grid = "".join(f'<w:gridCol w:w="{end - start}"/>' for start, end in pairwise(edges))
    turned = ""
    if frame.right_to_left:
        turned = "<w:bidiVisual/>"
    elif frame.is_in_other_direction:
        turned = '<w:bidiVisual w:val="off"/>'
    indent = ""
    if frame.indent:
        indent = f'<w:tblInd w:w="{Length(frame.indent).twips}" w:type="dxa"/>'
    written = "".join(_row_xml(frame, edges, row) for row in rows)
    look = _look_xml(frame) + _alternative_text(frame)
    width = edges[-1]
    if frame.beside:
        beside = Length(frame.beside).twips
        width += beside
        grid += f'<w:gridCol w:w="{beside}"/>'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{frame.style}"/>{frame.position}{turned}'
        f'<w:tblW w:w="{width}" w:type="dxa"/>{indent}<w:tblLayout w:type="fixed"/>{look}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"
    )


def _look_xml(frame: TableFrame) -> str:
    """Return which conditional formats apply, as attributes and as the sum of their bits (ISO/IEC 29500-4, tblLook)."""
    head = int(frame.has_head)
    first = int(frame.has_row_headers)
    value = f"{0x20 * head + 0x80 * first:04X}"
    return (
        f'<w:tblLook w:val="{value}" w:firstRow="{head}" w:lastRow="0" w:firstColumn="{first}" w:lastColumn="0"'
        ' w:noHBand="0" w:noVBand="0"/>'
    )


def _alternative_text(frame: TableFrame) -> str:
    """Return the title and the description of a table (ISO/IEC 29500-1, 17.4.58 and 17.4.47)."""
    written = ""
    if frame.title:
        written += f'<w:tblCaption w:val="{escape(frame.title)}"/>'
    if frame.description:
        written += f'<w:tblDescription w:val="{escape(frame.description)}"/>'
    return written


def _row_xml(frame: TableFrame, edges: Sequence[int], row: TableLine) -> str:
    """Return a row of a table whose columns have these edges, in twips."""
    properties = ""
    if frame.beside:
        properties = f'<w:gridAfter w:val="1"/><w:wAfter w:w="{Length(frame.beside).twips}" w:type="dxa"/>'
    if row.is_whole or row.is_head:
        properties += "<w:cantSplit/>"
    if row.least_height:
        properties += f'<w:trHeight w:val="{Length(row.least_height).twips}" w:hRule="atLeast"/>'
    if row.is_head:
        properties += "<w:tblHeader/>"
    if properties:
        properties = f"<w:trPr>{properties}</w:trPr>"
    cells = ""
    column = 0
    for cell in row.cells:
        next_column = min(column + cell.span, len(edges) - 1)
        cells += _cell_xml(frame, cell, edges[next_column] - edges[column])
        column = next_column
    return f"<w:tr>{properties}{cells}</w:tr>"


def _cell_xml(frame: TableFrame, cell: TableCellBox, width: int) -> str:
    """Return a cell of that width, in twips."""
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    shade = ""
    if cell.background is not None:
        shade = shade_xml(cell.background)
        accent = frame.accents.get(cell.background.hex)
        if accent is not None:
            shade = shade.replace("/>", f' w:themeFill="{accent}"/>')
    align = f'<w:vAlign w:val="{VERTICAL[cell.align]}"/>' if cell.align is not None else ""
    content = cell.content
    if not content or content.endswith("</w:tbl>"):
        content += EMPTY_LINE
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{_borders_xml(frame, cell)}{shade}'
        f"{_padding_xml(frame, cell)}{align}</w:tcPr>{content}</w:tc>"
    )


def _borders_xml(frame: TableFrame, cell: TableCellBox) -> str:
    """Return the borders of a cell that are not those of its table. In tables from right to left too, the left border
    is on the side where the text starts, as in the theme.
    """
    written = ""
    for side in SIDES:
        own = cell.borders.get(side)
        usual = frame.look.between if side == "bottom" else None
        if own == usual:
            continue
        if own is None:
            written += f'<w:{side} w:val="nil"/>'
        else:
            written += border_xml(side, own)
    return f"<w:tcBorders>{written}</w:tcBorders>" if written else ""


def _padding_xml(frame: TableFrame, cell: TableCellBox) -> str:
    """Return the padding of a cell on the sides where it is not that of its table."""
    written = ""
    for side in SIDES:
        own = getattr(cell.padding, _start_side(frame, side))
        if own != getattr(frame.look.padding, side):
            written += f'<w:{side} w:w="{Length(own).twips}" w:type="dxa"/>'
    return f"<w:tcMar>{written}</w:tcMar>" if written else ""


def _start_side(frame: TableFrame, side: str) -> str:
    """Return the side of the theme that is at that side of the page: the theme's left is the start of the text."""
    return _MIRRORED.get(side, side) if frame.right_to_left else side


# Boxes as tables
ContentWriter = Callable[[Sequence[Block], float, float, bool], str]
"""Writes blocks in a place of a width with a gap between them; whether they stay on the page of those below them."""
CELL_TAG = "{%tc "
CLOSING_TAG = "{%tc end"
TAG_WIDTH = Length.mm(14)
"""The width of a cell that has only a tag, and is not in the documents."""
LEAST_BESIDE_TAGS = Length.mm(10)
"""The least width of a block from which cells with tags take their width."""


class BoxPart(Struct, frozen=True):
    """A part of a row: its blocks, the width of its content, and `own`, the style of a part with a box of its own.
    `align` is where the content of a box is that is as high as the row, if not where the others are.

    In a template, `is_tag` if it has only a tag, and is not in documents, and `is_repeated` if it is between two.
    """

    blocks: Sequence[Block]
    width: float
    gap: float = 0
    own: Style | None = None
    align: AlignBlock | None = None
    is_tag: bool = False
    is_repeated: bool = False


class BoxRow(Struct, frozen=True):
    """A row of a box: its parts with `space` between them, the space above it, and the alignment of its cells.

    `height` is estimated; `least_height` is the least height of boxes of its own side by side. `below` is the padding
    below its content, beside that of the box.
    """

    parts: Sequence[BoxPart]
    space: float
    above: float
    align: AlignBlock | None
    height: float
    least_height: float = 0
    below: float = 0


class PlacedCell(Struct, frozen=True):
    """A cell of a row, and where it starts and ends, from the start of the box."""

    start: float
    end: float
    cell: TableCellBox


def box_rows(
    box: Division, width: float, write: ContentWriter, *, has_tags: bool = False
) -> tuple[Sequence[float], Sequence[TableLine]]:
    """Return the widths of the columns of a box with that width, and its rows. `has_tags` in a template."""
    padding = box.style.padding
    rows = list(_rows(box, inner_width(box.style, width), has_tags=has_tags))
    cells_by_row: list[list[PlacedCell]] = []
    for number, row in enumerate(rows):
        is_last = number == len(rows) - 1
        top = padding.top if number == 0 else Length(row.above)
        bottom = Length(row.below + padding.bottom) if is_last else Length(row.below)
        around = padding._replace(top=top, bottom=bottom)
        contents = [write(part.blocks, _content_width(part), part.gap, not is_last) for part in row.parts]
        cells_by_row.append(list(_cells(row, contents, box.style, around, width)))
    return _aligned(cells_by_row, rows, box.style)


def _content_width(part: BoxPart) -> float:
    """Return the width that the blocks of a part have."""
    if part.own is None:
        return part.width
    return inner_width(part.own, part.width)


def _rows(box: Division, inner: float, *, has_tags: bool) -> Iterator[BoxRow]:
    """Yield the rows of a box: adjacent blocks below each other are one, each line of blocks side by side is another.

    `inner` is the width of the content.
    """
    style = box.style
    if style.layout == "columns" and not box.count:
        yield from _side_by_side(box, inner, 0, has_tags=has_tags)
        return
    upper, bottom = _upper_and_bottom(box)
    stacked: list[Block] = []
    space_above_stacked = 0.0
    space_after = 0.0
    is_first = True
    open_statements = 0
    for block in upper:
        if has_tags:
            open_statements += _opened_statements(block)
        space_above = 0.0 if is_first else space_between(space_after, block.style, style.gap)
        space_after = block.style.space_after
        is_first = False
        # What is between two tags of paragraphs stays in one cell with them.
        if isinstance(block, Division) and _is_row(block) and not open_statements:
            if stacked:
                yield _stacked(stacked, style, inner, space_above_stacked)
                stacked = []
            yield from _side_by_side(block, inner, space_above, has_tags=has_tags)
            continue
        if not stacked:
            space_above_stacked = space_above
        stacked.append(block)
    if stacked or is_first:
        yield _stacked(stacked, style, inner, space_above_stacked)
    if bottom:
        space_above = space_between(space_after, bottom[0].style, style.gap)
        row = _stacked(bottom, style, inner, space_above)
        yield replace(row, align="bottom", below=_open_space(bottom))


def _opened_statements(block: Block) -> int:
    """Return 1 for a paragraph of a template whose tag begins a statement, -1 for one whose tag ends one."""
    if not is_tag(block):
        return 0
    word = _tag_text(block).removeprefix("{%p ").partition(" ")[0]
    if word.startswith("end"):
        return -1
    return 1 if word in OPENING else 0


def _upper_and_bottom(box: Division) -> tuple[Sequence[Block], Sequence[Block]]:
    """Return the blocks of a box, and those at its bottom: in a stretched one, the last box if its style says so."""
    if box.style.align_block != "stretch" or len(box.blocks) < 2:  # noqa: PLR2004 - one above the last
        return box.blocks, ()
    *upper, last = box.blocks
    if isinstance(last, Division) and last.style.align_block == "bottom":
        return upper, [last]
    return box.blocks, ()


def _is_row(division: Division) -> bool:
    """Return whether a division in a box can be a row of it: blocks side by side without boxes."""
    style = division.style
    if style.layout != "columns" or division.count or not division.blocks:
        return False
    if is_boxed(style) or style.width is not None:
        return False
    return not any(_has_own_box(block) for block in division.blocks)


def _has_own_box(block: Block) -> bool:
    """Return whether a block beside others has a background, padding or borders that its cell can have."""
    style = block.style
    if isinstance(block, TextBlock):
        return is_boxed(style)
    if is_short(style.rule_above) or is_short(style.rule_below):
        return False  # the borders of a cell are as wide as the cell
    is_stack = isinstance(block, Division) and style.layout == "stack" and not block.count
    return is_stack and is_boxed(style)


def _open_space(blocks: Sequence[Block]) -> float:
    """Return the padding below the last of some blocks, if its lower edge is not seen: it is no table of its own then,
    so that its row has this padding.
    """
    if not blocks:
        return 0
    style = blocks[-1].style
    return 0 if _has_background_or_rules(style) else style.padding.bottom


def _has_background_or_rules(style: Style) -> bool:
    """Return whether the upper and lower edges of a box are seen."""
    return style.background is not None or style.rule_above is not None or style.rule_below is not None


def _stacked(blocks: Sequence[Block], style: Style, inner: float, above: float) -> BoxRow:
    """Return the row of blocks below each other in a box of that style."""
    part = BoxPart(tuple(blocks), inner, style.gap)
    height = stack_height(blocks, inner, style.gap)
    return BoxRow((part,), 0, above, style.align_block, height)


def _side_by_side(division: Division, inner: float, above: float, *, has_tags: bool) -> Iterator[BoxRow]:
    """Yield the row of blocks side by side, and another one for what is at the bottom of their boxes."""
    style = division.style
    widths = _widths_beside_tags(division, inner) if has_tags else side_by_side_widths(division, inner)
    blocks_and_widths = list(zip(division.blocks, widths, strict=True))
    parts: list[BoxPart] = []
    bottoms: list[BoxPart] = []
    """What is at the bottom of each part; templates have nothing there."""
    open_tags = 0
    for block, width in blocks_and_widths:
        if has_tags and is_cell_tag(block):
            open_tags += -1 if _is_closing_tag(block) else 1
            parts.append(BoxPart((block,), width, is_tag=True))
        elif _has_cell_with_box(block, style, has_tags=has_tags):
            part, bottom = _parts_of_box(block, width, style, has_tags=has_tags, is_repeated=open_tags > 0)
            parts.append(part)
            bottoms.append(bottom)
        else:
            parts.append(BoxPart((block,), width))
            bottoms.append(BoxPart((), width))
    # The heights: that of the row, and those that the styles of boxes state.
    row_height = float(style.height or 0)
    least_height = 0.0
    heights_of_boxes: dict[int, float] = {}
    """The heights of the boxes whose own style states one, by the indexes of their parts."""
    for index, (part, (block, width)) in enumerate(zip(parts, blocks_and_widths, strict=True)):
        if part.is_tag:
            continue
        height = block_height(block, width)
        row_height = max(row_height, height)
        if part.own is not None and block.style.height:
            least_height = max(least_height, block.style.height)
            heights_of_boxes[index] = height
    for index, height in heights_of_boxes.items():
        if height >= row_height:  # the box fills the row: its own style says where its content is
            parts[index] = _aligned_in_box(parts[index])
    align = style.align_block or "middle"
    if align == "stretch":
        align = "top"
    row = BoxRow(tuple(parts), style.gap, above, align, row_height, least_height)
    if any(part.blocks for part in bottoms):
        yield from _with_bottom(row, bottoms)
    else:
        yield row


def _has_cell_with_box(block: Block, style: Style, *, has_tags: bool) -> bool:
    """Return whether the cell of a block has its background, padding and borders. `style` is that of the blocks side by
    side.

    The box of a cell is as high as its row. On the page, that of a paragraph is only as high as its text unless the
    blocks are stretched, so that the paragraph keeps its background. In templates it is that of the cell.
    """
    is_low_paragraph = isinstance(block, TextBlock) and style.align_block != "stretch" and not has_tags
    return not is_low_paragraph and _has_own_box(block)


def _parts_of_box(
    block: Block, width: float, style: Style, *, has_tags: bool, is_repeated: bool
) -> tuple[BoxPart, BoxPart]:
    """Return the part with a block that has a box of its own, and that with what is at the bottom of the box. `style`
    is that of the blocks side by side.
    """
    upper, bottom = _content_of_box(block, has_tags=has_tags)
    align: AlignBlock | None = None
    if style.align_block == "stretch" and block.style.align_block != "stretch":
        align = block.style.align_block
    part = BoxPart(upper, width, block.style.gap, block.style, align, is_repeated=is_repeated)
    padding = block.style.padding
    bottom_padding = padding._replace(bottom=Length(padding.bottom + _open_space(bottom)))
    bottom_style = replace(block.style, padding=bottom_padding)
    return part, replace(part, blocks=bottom, own=bottom_style, align=None)


def _content_of_box(block: Block, *, has_tags: bool) -> tuple[Sequence[Block], Sequence[Block]]:
    """Return the blocks in a cell that has the box of a block, and those at its bottom; in a template, all of them are
    together.
    """
    if not isinstance(block, Division):
        return (replace(block, style=without_box(block.style)),), ()
    if has_tags:
        return block.blocks, ()
    return _upper_and_bottom(block)


def _aligned_in_box(part: BoxPart) -> BoxPart:
    """Return a part whose content is where the style of its own box says, not where that of the row is."""
    if part.own is None:
        return part
    align = part.own.align_block
    if align is None or align == "stretch":
        align = "top"
    return replace(part, align=align)


def _with_bottom(row: BoxRow, bottoms: Sequence[BoxPart]) -> Iterator[BoxRow]:
    """Yield a row without the lower edges of its boxes, and the row of what is at the bottom of them."""
    bottom_height = max([_height_of_bottom(part) for part in bottoms])
    yield replace(
        row,
        parts=[_open_at(part, "bottom") for part in row.parts],
        height=row.height - bottom_height,
        least_height=max(row.least_height - bottom_height, 0),
    )
    yield BoxRow([_open_at(part, "top") for part in bottoms], row.space, 0, "bottom", bottom_height)


def _height_of_bottom(part: BoxPart) -> float:
    """Return the height of what is at the bottom of a box, with the padding below it."""
    height = stack_height(part.blocks, _content_width(part), part.gap)
    if part.own is not None:
        height += part.own.padding.bottom
    return height


def _open_at(part: BoxPart, side: Literal["top", "bottom"]) -> BoxPart:
    """Return a part whose box has no padding and no border on a side."""
    if part.own is None:
        return part
    padding = part.own.padding._replace(**{side: Length(0)})
    open_style = replace(part.own, padding=padding, **{BORDERS[side]: None})
    return replace(part, own=open_style)


def _cells(row: BoxRow, contents: Sequence[str], style: Style, around: Sides, width: float) -> Iterator[PlacedCell]:
    """Yield the cells of a row, which fill the width of the box. `around` is the padding of the box around the row.

    Each part has a place from `start` to `end`: its box, the padding of the outer box before the first one, and behind
    it the space to the next one, or the padding of the outer box. Tags have no space around them.
    """
    printed = [index for index, part in enumerate(row.parts) if not part.is_tag]
    first = printed[0] if printed else 0
    last = printed[-1] if printed else len(row.parts) - 1
    last_end = width - sum(part.width for part in row.parts[last + 1 :])
    """Where the place of the last part that is printed ends, since only tags are after it."""
    start = 0.0
    for index, (part, content) in enumerate(zip(row.parts, contents, strict=True)):
        if part.is_tag:
            end = start + part.width
            yield PlacedCell(start, end, TableCellBox(content, background=style.background, align=row.align))
            start = end
            continue
        space_before = around.left if index == first else Length(0)
        space_behind = around.right if index == last else Length(row.space)
        box_start = start + space_before
        box_end = last_end - space_behind if index == last else box_start + part.width
        end = box_end + space_behind
        if part.own is None:  # the space beside it is the padding of its cell
            padding = Sides(around.top, space_behind, around.bottom, space_before)
            cell = TableCellBox(content, padding=padding, background=style.background, align=row.align)
            yield PlacedCell(start, end, cell)
        else:
            # In documents, the space between the repetitions of a template is an empty cell behind each.
            cell_end = box_end - row.space if part.is_repeated else box_end
            cell = TableCellBox(
                content,
                padding=_padding_of_box(part.own, around),
                background=part.own.background or style.background,
                borders=borders_of(part.own),
                align=part.align or row.align,
            )
            yield from _empty(start, box_start)
            yield PlacedCell(box_start, cell_end, cell)
            yield from _empty(cell_end, box_end)
            yield from _empty(box_end, end)
        start = end


def _padding_of_box(own: Style, around: Sides) -> Sides:
    """Return the padding of the cell of a part with a box of its own. If the edges of this are not seen, the padding
    around the row is added above and below: the row has no other.
    """
    padding = own.padding
    if _has_background_or_rules(own):
        return padding
    top = Length(padding.top + around.top)
    bottom = Length(padding.bottom + around.bottom)
    return padding._replace(top=top, bottom=bottom)


def is_cell_tag(block: Block) -> bool:
    """Return whether a block of a template is a tag around cells."""
    return _tag_text(block).startswith(CELL_TAG)


def _is_closing_tag(block: Block) -> bool:
    """Return whether a tag around cells ends a statement."""
    return _tag_text(block).startswith(CLOSING_TAG)


def _tag_text(block: Block) -> str:
    """Return the text of a paragraph; empty for another block, which is no tag."""
    if not isinstance(block, TextBlock):
        return ""
    return content_text(block.content)


def _widths_beside_tags(division: Division, inner: float) -> list[float]:
    """Return the widths of blocks side by side as they are in documents, less the cells of the tags around them."""
    printed = [block for block in division.blocks if not is_cell_tag(block)]
    if not printed or len(printed) == len(division.blocks):
        return side_by_side_widths(division, inner)
    widths = side_by_side_widths(replace(division, blocks=tuple(printed)), inner)
    printed_before = 0
    for block in division.blocks:
        if not is_cell_tag(block):
            printed_before += 1
            continue
        # A closing tag takes its width from the block before it, an opening tag from the one after it.
        narrowed = printed_before - 1 if _is_closing_tag(block) else printed_before
        narrowed = min(max(narrowed, 0), len(printed) - 1)
        widths[narrowed] -= TAG_WIDTH
    printed_widths = iter([max(width, LEAST_BESIDE_TAGS) for width in widths])
    widths_with_tags: list[float] = []
    for block in division.blocks:
        widths_with_tags.append(TAG_WIDTH if is_cell_tag(block) else next(printed_widths))
    return widths_with_tags


def _empty(start: float, end: float) -> Iterator[PlacedCell]:
    """Yield an empty cell between boxes, if it has a width."""
    if end > start:
        yield PlacedCell(start, end, TableCellBox(""))


def _aligned(
    cells_by_row: Sequence[Sequence[PlacedCell]], rows: Sequence[BoxRow], style: Style
) -> tuple[Sequence[float], Sequence[TableLine]]:
    """Return the rows with the columns of all of them, which cells span where other rows have more."""
    all_edges: set[float] = set()
    for cells in cells_by_row:
        for placed_cell in cells:
            all_edges.update((_edge(placed_cell.start), _edge(placed_cell.end)))
    edges = sorted(all_edges)
    widths = [end - start for start, end in pairwise(edges)]
    heights = [row.height + row.above for row in rows]
    is_box_whole = style.layout == "stack" or style.pin is not None or sum(heights) <= SHORT_BOX
    lines = []
    for number, (row, cells) in enumerate(zip(rows, cells_by_row, strict=True)):
        spanned = []
        for placed_cell in cells:
            first_column = edges.index(_edge(placed_cell.start))
            end_column = edges.index(_edge(placed_cell.end))
            spanned.append(replace(placed_cell.cell, span=end_column - first_column))
        least_height = row.least_height
        is_last = number == len(rows) - 1
        if is_last and style.height:
            least_height = max(least_height, _height_left(style.height, style, heights[:-1]))
        # The accessibility checker of Word expects a header row. It is not repeated, since the box is not split.
        is_head = number == 0 and len(rows) > 1 and len(widths) > 1
        is_whole = is_box_whole or _has_only_pictures(row)
        lines.append(TableLine(tuple(spanned), is_head=is_head, is_whole=is_whole, least_height=least_height))
    return widths, lines


def _edge(offset: float) -> float:
    """Return the edge of a cell so precisely that equal edges of two rows are one: to a hundredth of a point."""
    return round(offset, 2)


def _height_left(height: float, style: Style, heights_above: Sequence[float]) -> float:
    """Return what the rows above the last one leave of the height of a box. The padding above the content is that of
    the first row.
    """
    if not heights_above:
        return height
    return height - (sum(heights_above) + style.padding.top)


def _has_only_pictures(row: BoxRow) -> bool:
    """Return whether a row has only pictures beside each other, which stay on one page with their captions."""
    return all(len(part.blocks) == 1 and _is_picture(part.blocks[0]) for part in row.parts)


def _is_picture(block: Block) -> bool:
    """Return whether a block is a picture of the plan with its caption, or a division with nothing else."""
    if isinstance(block, Division):
        return len(block.blocks) == 1 and _is_picture(block.blocks[0])
    return isinstance(block, PictureBlock)
