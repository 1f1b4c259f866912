"""Estimated lines of text and heights of blocks, for decisions that need no exact measure, such as whether a row is
short, or how many pages a document has. Word lays out its pages itself, and nothing is measured for it.

The estimated widths of text are in `box_geometry`, since charts need them, whose heights are estimated here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise

from msgspec import Struct

from ucap_reports.page.box_geometry import (
    block_width,
    column_widths,
    edges,
    estimated_width,
    in_all_columns,
    inner_width,
    side_by_side_widths,
    space_between,
    text_column_width,
)
from ucap_reports.page.page_tree import (
    Block,
    ChartBlock,
    Content,
    ContentsBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PageNumber,
    PictureBlock,
    Table,
    TableRow,
    TextBlock,
)
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES
from ucap_reports.template.picture_bar_tile_and_emblem_look import BAR_HEIGHT, TILE_SIDE, printed_size
from ucap_reports.template.theme_and_line_spacing import Style, Theme
from ucap_reports.text.bars_tiles_charts_and_facts import Bar
from ucap_reports.text.rich_text import Break, Marker

LineCounter = Callable[[Content, Style, float], int]
"""Counts the lines of a paragraph in a style and a width."""
_PAGE_NUMBER = "00"
"""What a page number is as wide as, in an estimate."""

# Limits of columns that are higher than they need to be, so that no section is divided between them
_MOST_ADDED_LINES = 7
"""How many lines higher they may be if the document may take more pages then."""
_MOST_ADDED_LINES_ON_ONE_PAGE = 15
"""The same if the document stays on one page. These are about as many as in a PDF: its lowest columns divide lists
between items only, and are higher than the estimated ones, which divide them at any line.
"""
_HIGHEST_COLUMNS = 0.7
"""Their height at most, as a part of a page."""
_LOWEST_END = 0.95
"""How far down their page they may reach, as a part of it: if the estimate is too low, some of the columns would be on
the next page, and the rest of this one would be empty.
"""
_SURELY_ONE_PAGE = 0.9
"""The estimated height of a body that is sure to fit on one page, as a part of it."""


class _ColumnPart(Struct, frozen=True):
    """A part of a text in columns."""

    above: float
    """The space above it, unless it begins a column."""
    height: float
    is_divided: bool
    """Whether it can be divided between columns, at any height."""


def line_count(content: Content, style: Style, width: float) -> int:
    """Return the estimated number of lines of a paragraph."""
    lines = 0
    used = 0.0
    for inline in content:
        if isinstance(inline, Break):
            lines += 1
            used = 0.0
            continue
        text = _PAGE_NUMBER if isinstance(inline, PageNumber) else inline.text
        used += estimated_width(text, style)
        if used > width > 0:
            full_lines = int(used / width)
            lines += full_lines
            used -= full_lines * width
    return lines + 1


def text_lines(blocks: Iterable[Block], width: float) -> int:
    """Return the estimated number of lines of the paragraphs and lists in a place of that width."""
    lines = 0
    for block in blocks:
        if isinstance(block, TextBlock):
            lines += line_count(block.content, block.style, width)
        elif isinstance(block, Items):
            width_of_items = item_width(block, width)
            lines += sum([text_lines(item, width_of_items) for item in block.items])
        elif isinstance(block, Division):
            lines += text_lines(block.blocks, inner_width(block.style, width))
    return lines


def item_width(items: Items, width: float) -> float:
    """Return the width of the text of list items."""
    return width if items.marker is Marker.NONE else width - items.style.indent


def stack_height(blocks: Sequence[Block], width: float, gap: float = 0, lines: LineCounter = line_count) -> float:
    """Return the estimated height of blocks below each other, in points; `lines` counts those of paragraphs."""
    if len(blocks) == 1:  # as in most cells and items, which have no space between blocks
        (block,) = blocks
        own_width = width if block.style.width is None else block_width(block, width)
        return block_height(block, own_width, lines)
    height = 0.0
    space_after: float | None = None  # below the block above
    for block in blocks:
        style = block.style
        if space_after is not None:
            height += space_between(space_after, style, gap)
        own_width = width if style.width is None else block_width(block, width)
        height += block_height(block, own_width, lines)
        space_after = style.space_after
    return height


def block_height(block: Block, width: float, lines: LineCounter = line_count) -> float:
    """Return the estimated height of a block in a place of that width, in points."""
    style = block.style
    edge = edges(style)
    # Most blocks are such paragraphs, for which nothing else is computed. For others, `isinstance` takes long.
    if edge is NO_SIDES and type(block) is TextBlock:
        if not block.content:
            return 0
        return lines(block.content, style, width) * style.leading
    available = width - edge.left - edge.right
    match block:
        case TextBlock():
            count = lines(block.content, style, available) if block.content else 0
            return count * style.leading + edge.top + edge.bottom
        case Items():
            inner = item_width(block, width)
            height = 0.0
            for item in block.items:
                height += stack_height(item, inner, style.gap, lines)
            return height + style.gap * max(len(block.items) - 1, 0)
        case ImageBlock():
            return block.height
        case PictureBlock():
            _, picture_height = printed_size(block.facts, (style.width or 0.0, style.height or 0.0), available)
            space_above_caption = block.blocks[0].style.space_before if block.blocks else 0
            caption_height = stack_height(block.blocks, available, 0, lines)
            return picture_height + space_above_caption + caption_height + edge.top + edge.bottom
        case Drawing():
            if isinstance(block.shape, Bar):
                return style.height or BAR_HEIGHT
            return style.width or TILE_SIDE
        case Division():
            content = _content_height(block, available, lines)
            return max(style.height or 0, content + edge.top + edge.bottom)
        case Table():
            widths = column_widths(block, width)
            height = 0.0
            for row in (*block.head, *block.body):
                height += row_height(row, widths, lines)
            return height
        case ChartBlock():
            from ucap_reports.page.chart_drawing import draw_chart  # noqa: PLC0415 - few pages have a chart

            language = block.language or ""
            chart = draw_chart(block.kind, block.data, block.text, width, language, height=style.height)
            return chart.height
        case ContentsBlock() | PageBreak():
            return 0


def row_height(row: TableRow, widths: Sequence[float], lines: LineCounter = line_count) -> float:
    """Return the estimated height of a table row with columns of these widths."""
    height = 0.0
    column = 0
    for cell in row.cells:
        style = cell.style
        span = cell.span
        cell_width = widths[column] if span == 1 else sum(widths[column : column + span])
        top, right, bottom, left = edges(style)
        needed = stack_height(cell.blocks, cell_width - left - right, style.gap, lines) + top + bottom
        if style.height is not None:
            needed = max(needed, style.height)
        height = needed if needed > height else height  # noqa: FURB136 - `max` takes several times as long
        column += span
    return height


def _content_height(division: Division, width: float, lines: LineCounter) -> float:
    """Return the estimated height of the content of a box, which has that width."""
    if division.count:
        return _columns_height(division, text_column_width(division, width), lines)
    if division.style.layout == "stack":
        return stack_height(division.blocks, width, division.style.gap, lines)
    heights = []
    for block, block_width_beside in zip(division.blocks, side_by_side_widths(division, width), strict=True):
        heights.append(block_height(block, block_width_beside, lines))
    return max(heights, default=0)


def _columns_height(division: Division, width: float, lines: LineCounter) -> float:
    """Return the estimated height of columns through which blocks flow: the least in which they fit."""
    parts = list(_column_parts(division, width, lines))
    return _least_height(parts, division)


def _least_height(parts: Sequence[_ColumnPart], division: Division) -> float:
    """Return the least height of columns in which parts fit."""
    total = sum([part.above + part.height for part in parts])
    step = division.style.leading
    height = total / division.count
    while height < total and not _fit_columns(parts, division.count, height):
        height += step
    return min(height, total)


def columns_of_sections(division: Division, body: Sequence[Block], theme: Theme) -> Sequence[Sequence[Block]]:
    """Return the blocks of each column of a division of the body, if no section is divided between columns.

    A section is a heading and what follows it. There are no columns if there is only one section, or if they would
    be higher than `_highest_columns` allows.
    """
    blocks = division.blocks
    starts = [number for number in range(len(blocks)) if _is_section_start(blocks, number)]
    if not starts or division not in body:
        return ()
    width = block_width(division, theme.text_width)
    column_width = text_column_width(division, inner_width(division.style, width))
    sections = [blocks[start:end] for start, end in pairwise([0, *starts, len(blocks)])]
    parts = [_section_part(section, division, column_width) for section in sections]
    highest_section = max([part.height for part in parts])
    height = max(_least_height(parts, division), highest_section)
    if height > _highest_columns(division, body, theme, height):
        return ()
    columns: list[list[Sequence[Block]]] = []
    used = 0.0
    for section, part in zip(sections, parts, strict=True):
        used += part.above + part.height
        if columns and used <= height:
            columns[-1].append(section)
        else:  # the section begins a column, without the space above it
            columns.append([section])
            used = part.height
    return [list(chain.from_iterable(column)) for column in in_all_columns(columns, division.count)]


def _highest_columns(division: Division, body: Sequence[Block], theme: Theme, height: float) -> float:
    """Return the height that columns of a division may have so that no section is divided between them: at most a part
    of a page, at most what is free on their page, and only some lines more than they need. How many lines depends on
    whether the document is on one page if the columns have that `height`.
    """
    page_height = theme.text_height
    width = block_width(division, theme.text_width)
    height_before = stack_height(body[: body.index(division)], theme.text_width)
    height_of_others = stack_height(body, theme.text_width) - block_height(division, width)
    used_on_page = height_before % page_height
    free_on_page = _LOWEST_END * page_height - used_on_page
    stays_on_one_page = height <= _SURELY_ONE_PAGE * page_height - height_of_others
    most_added_lines = _MOST_ADDED_LINES_ON_ONE_PAGE if stays_on_one_page else _MOST_ADDED_LINES
    column_width = text_column_width(division, inner_width(division.style, width))
    least_height = _columns_height(division, column_width, line_count)
    height_with_added_lines = least_height + most_added_lines * division.style.leading
    return min(_HIGHEST_COLUMNS * page_height, free_on_page, height_with_added_lines)


def _section_part(section: Sequence[Block], division: Division, width: float) -> _ColumnPart:
    """Return a section as a part that is not divided."""
    gap = division.style.gap
    above = max(gap, section[0].style.space_before) if section else 0
    height = stack_height(section, width, gap)
    return _ColumnPart(above, height, is_divided=False)


def _is_section_start(blocks: Sequence[Block], number: int) -> bool:
    """Return whether a block is a heading, and the block before it is none."""
    return number > 0 and _is_heading(blocks[number]) and not _is_heading(blocks[number - 1])


def _is_heading(block: Block) -> bool:
    return isinstance(block, TextBlock) and block.level > 0


def _column_parts(division: Division, width: float, lines: LineCounter) -> Iterator[_ColumnPart]:
    """Yield the blocks of columns as parts. Text and lists can be divided at any line. Headings are one part with the
    first two lines after them.
    """
    blocks = division.blocks
    gap = division.style.gap
    start = 0
    while start < len(blocks):
        above = space_between(blocks[start - 1].style.space_after, blocks[start].style, gap) if start else 0
        end_of_headings = start
        while end_of_headings < len(blocks) and _is_heading(blocks[end_of_headings]):
            end_of_headings += 1
        headings = blocks[start:end_of_headings]
        if end_of_headings == len(blocks):  # nothing follows them
            yield _ColumnPart(above, stack_height(headings, width, gap, lines), is_divided=False)
            return
        block = blocks[end_of_headings]
        height = block_height(block, block_width(block, width), lines)
        if headings:
            headings_height = stack_height(headings, width, gap, lines)
            space_below_headings = space_between(headings[-1].style.space_after, block.style, gap)
            two_lines = 2 * block.style.leading
            height_with_two_lines = headings_height + space_below_headings + min(height, two_lines)
            yield _ColumnPart(above, height_with_two_lines, is_divided=False)
            above = 0
            height = max(height - two_lines, 0)
        yield _ColumnPart(above, height, is_divided=isinstance(block, TextBlock | Items))
        start = end_of_headings + 1


def _fit_columns(parts: Sequence[_ColumnPart], count: int, height: float) -> bool:
    """Return whether parts that flow through columns of that height need no more than so many columns."""
    columns = 1
    used = 0.0  # of the last column
    for part in parts:
        above = part.above if used else 0
        used += part.height + above
        while used > height:
            columns += 1
            if columns > count:
                return False
            if part.is_divided:  # the column is full, and the rest of the part is in the next one
                used -= height
            else:  # it begins the next column, even if it is higher than that
                used = part.height
                break
    return True
