"""The spaces above the blocks of a flow in Word files, and which of them stay on the page of the next one; before that,
which blocks are written as paragraphs, as tables or not at all.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import block_width, is_boxed, space_between
from ucap_reports.page.page_tree import (
    Block,
    Division,
    Drawing,
    Items,
    PageBreak,
    PictureBlock,
    Table,
    TextBlock,
    content_text,
    ends_with_heading,
    is_foot,
)
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Tile
from ucap_reports.text.rich_text import Run
from ucap_reports.word.render.rich_text_and_lists import KEPT_TOGETHER_LENGTHS

LEAST_ABOVE_FOOT = Length.mm(1)
"""The least space between the text and the foot of the last page. It is less than in a PDF, so that a document in which
one more line is needed in Word has as many pages.
"""


class PlacedBlock(Struct, frozen=True):
    """A block of a flow: the space above it, and the width of its place, in points."""

    block: Block
    gap: float
    available: float
    is_kept: bool = False
    """Whether it stays on the page of the heading after it, or of what follows its own heading."""
    narrowed: float = 0
    """How much narrower its place is than the flow, at the end of the lines."""


def placed_blocks(
    blocks: Sequence[Block],
    available: float,
    gap: float,
    before: float,
    *,
    has_tags: bool = False,
    narrowed: float = 0,
) -> Iterator[PlacedBlock]:
    """Yield each block that is written as paragraphs or as a table, with the space above it.

    Divisions that only group their blocks are not written; their padding is space above and below their blocks.
    Paragraphs without content are left out, as in the PDF. In a template (`has_tags`), a block after a tag has only the
    space of its style above it: the tag may repeat it, or may leave it out. `narrowed` is how much narrower `available`
    is than the flow that the blocks are part of.
    """
    space = 0.0
    is_first = True
    is_after_tag = False
    for block in blocks:
        if has_tags and is_tag(block):
            yield PlacedBlock(block, 0, block_width(block, available))
            is_after_tag = True
            continue
        if is_after_tag:
            least = before if is_first else 0
            above = max(least, block.style.space_before)
        elif is_first:
            above = before
        else:
            above = space_between(space, block.style, gap)
        is_after_tag = False
        width = block_width(block, available)
        space = block.style.space_after
        if isinstance(block, Division) and is_group(block):
            padding = block.style.padding
            inner_blocks = placed_blocks(
                block.blocks,
                width,
                block.style.gap,
                above + padding.top,
                has_tags=has_tags,
                narrowed=narrowed + available - width,
            )
            inner = list(inner_blocks)
            if ends_with_heading(block):
                inner = _kept(inner)
            elif all(_has_bar(line) for line in block.blocks):  # bars are compared with each other
                inner = [*_kept(inner[:-1]), *inner[-1:]]
            yield from inner
            is_first = is_first and not inner
            space += padding.bottom
        elif not _is_nothing(block):
            is_kept = isinstance(block, Division) and ends_with_heading(block) and not is_boxed(block.style)
            yield PlacedBlock(block, above, width, is_kept, narrowed + available - width)
            is_first = False


def _kept(placed: Sequence[PlacedBlock]) -> list[PlacedBlock]:
    """Return blocks each of which stays on the page of the next one."""
    return [replace(placed_block, is_kept=True) for placed_block in placed]


def with_whole_sections(placed: Sequence[PlacedBlock]) -> list[PlacedBlock]:
    """Return blocks each of which stays with the next one, unless this begins another section."""
    whole_sections = []
    for number, placed_block in enumerate(placed):
        is_last_of_section = number + 1 == len(placed) or is_heading(placed[number + 1].block)
        if not is_last_of_section:
            placed_block = replace(placed_block, is_kept=True)  # noqa: PLW2901 - the same block, which stays
        whole_sections.append(placed_block)
    return whole_sections


def is_tile_line_with_next(placed: Sequence[PlacedBlock], number: int) -> bool:
    """Return whether a line with a tile stays with the next one: the first two and the last two of several lines, so
    that none is alone at the top or bottom of a column.
    """
    style = placed[number].block.style

    def is_line(index: int) -> bool:
        if not 0 <= index < len(placed):
            return False
        block = placed[index].block
        return isinstance(block, Division) and block.style.name == style.name and _has_tile(block)

    is_first = not is_line(number - 1)
    is_last_but_one = not is_line(number + 2)
    return is_line(number) and is_line(number + 1) and (is_first or is_last_but_one)


def _has_tile(division: Division) -> bool:
    """Return whether a division has blocks side by side of which the first is a tile."""
    if division.style.layout != "columns" or not division.blocks:
        return False
    first = division.blocks[0]
    return isinstance(first, Drawing) and isinstance(first.shape, Tile)


def _has_bar(block: Block) -> bool:
    """Return whether a block has blocks side by side of which one is a bar."""
    if not isinstance(block, Division) or block.style.layout != "columns":
        return False
    return any(isinstance(part, Drawing) and isinstance(part.shape, Bar) for part in block.blocks)


def is_group(division: Division) -> bool:
    """Return whether a division only groups its blocks, which are below each other.

    Only the body of a document has text in columns.
    """
    style = division.style
    if not division.blocks or _is_seen(style) or style.padding.left or style.padding.right:
        return False
    if division.count:
        return True
    return style.layout == "stack" and not style.height and style.pin is None


def is_tag(block: Block) -> bool:
    """Return whether a paragraph of a template has only a tag around other paragraphs."""
    if not isinstance(block, TextBlock):
        return False
    text = content_text(block.content)
    return text.startswith("{%p ")


def is_optional(block: Block) -> bool:
    """Return whether a block of a template has only values, so that it is not in documents where all are empty."""
    if isinstance(block, Division):
        return bool(block.blocks) and not _is_seen(block.style) and all(is_optional(inner) for inner in block.blocks)
    if not isinstance(block, TextBlock):
        return False
    text = content_text(block.content).strip()
    return text.startswith("{{") and text.endswith("}}")


def with_space_above(box: Division, space: float) -> Division:
    """Return a box with a space above its content."""
    padding = box.style.padding
    higher = padding._replace(top=Length(padding.top + space))
    return replace(box, style=replace(box.style, padding=higher))


def _is_seen(style: Style) -> bool:
    """Return whether a box has a background or borders."""
    rules = (style.rule_above, style.rule_end, style.rule_below, style.rule_start)
    return style.background is not None or any(rule is not None for rule in rules)


def _is_nothing(block: Block) -> bool:
    """Return whether nothing of a block is seen."""
    if isinstance(block, TextBlock):
        return not block.content and not is_boxed(block.style)
    if isinstance(block, Items):
        return not block.items
    if isinstance(block, PageBreak):
        return block.share > 0  # Word lays out its pages itself, and headings stay with what follows
    if isinstance(block, Division):
        return not block.blocks and not is_boxed(block.style) and not block.style.height
    return False


def is_table(block: Block) -> bool:
    """Return whether a block that is not a group is written as a table."""
    if isinstance(block, Division):
        return bool(block.blocks) and not _is_figure_line(block)
    if isinstance(block, TextBlock):  # a paragraph has no least height
        return bool(block.style.height) and bool(block.content) and is_boxed(block.style)
    if isinstance(block, PictureBlock):
        return is_boxed(block.style)
    return isinstance(block, Table)


def _is_figure_line(division: Division) -> bool:
    """Return whether a division has only tiles side by side, which are written in one paragraph."""
    style = division.style
    if style.layout != "columns" or is_boxed(style) or style.height:
        return False
    return all(isinstance(block, Drawing) and isinstance(block.shape, Tile) for block in division.blocks)


def is_floating(block: Block) -> bool:
    """Return whether a block has a fixed place on the page."""
    return isinstance(block, Division) and (block.style.pin is not None or block.style.bleed.top)


def space_above_floating(placed: PlacedBlock) -> float:
    """Return the space above a block with a fixed place: what the foot of the page needs, and none at its top."""
    if not is_foot(placed.block):
        return 0
    return min(placed.gap, LEAST_ABOVE_FOOT)


def is_short_item(item: Sequence[Block]) -> bool:
    """Return whether a list item is one short paragraph: then the last item of the list stays with it, so that it is
    not alone on a page.
    """
    if len(item) != 1 or not isinstance(item[0], TextBlock):
        return False
    texts = [inline.text for inline in item[0].content if isinstance(inline, Run)]
    return sum(map(len, texts)) < KEPT_TOGETHER_LENGTHS.start


def is_heading(block: Block) -> bool:
    """Return whether a block is a heading, which stays on the page of what follows."""
    return isinstance(block, TextBlock) and bool(block.level)


def begins_with_heading(blocks: Sequence[Block]) -> bool:
    """Return whether the first block is a heading, or only groups blocks that begin with one."""
    if not blocks:
        return False
    first = blocks[0]
    if isinstance(first, Division) and is_group(first):
        return begins_with_heading(first.blocks)
    return is_heading(first)
