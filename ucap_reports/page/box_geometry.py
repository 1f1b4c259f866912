"""Edges of boxes, and widths of blocks and text, in points: what all formats share when they place a page tree.

Widths that do not fit are errors (`page_checks`); where there is one, the functions return widths that
fit, so that the other errors of the page can be found.
"""

from collections.abc import Sequence
from typing import TypeVar
from unicodedata import east_asian_width

from msgspec.structs import replace

from ucap_reports.page.page_tree import (
    Block,
    ColumnNeed,
    ContentsBlock,
    Division,
    Drawing,
    FigureBlock,
    ImageBlock,
    Items,
    Table,
    TextBlock,
)
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, TOLERANCE, Length, Sides
from ucap_reports.template.picture_bar_tile_and_emblem_look import TILE_SIDE, bar_length
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.bars_tiles_charts_and_facts import Bar
from ucap_reports.text.letter_spacing import spaced_letters

_Section = TypeVar("_Section")
SPACE_AFTER_MARKER = 0.4
"""The least space between the marker of a list item and its text, relative to the size of the text."""
LEAST_COLUMN = 12.0
"""Points below which a column has no room for text."""
CONTENTS_NUMBER_WIDTH = 3.5
"""The width of the numbers of pages in the contents of a book, in sizes of the text."""
SHORT_BOX = Length.mm(60)
"""Boxes up to this height stay whole on one page of a PDF or a Word file, unless they are higher than a page."""
_LEAST_ABOVE_FOOTER = Length.mm(3)
"""The least space between the text of a page and its footer, which begins at the top of the bottom margin."""


@kept_values(512)
def edges(style: Style) -> Sides:
    """Return the width of a box's padding and borders on each side; `NO_SIDES` itself if there are none."""
    lines = (style.rule_above, style.rule_end, style.rule_below, style.rule_start)
    widths = []
    for padding, line in zip(style.padding, lines, strict=True):
        line_width = 0 if line is None else line.width
        widths.append(Length(padding + line_width))
    sides = Sides(*widths)
    return NO_SIDES if sides == NO_SIDES else sides


def space_above_footer(footer: Sequence[Block], free: float) -> Length:
    """Return the space above a page footer that its own style does not have, if the margin has as much free height."""
    own = _space_at_top(footer[0]) if footer else _LEAST_ABOVE_FOOTER
    return Length(min(max(_LEAST_ABOVE_FOOTER - own, 0), max(free, 0)))


def _space_at_top(block: Block) -> float:
    """Return the height of the padding and borders above the first text of a block."""
    own = edges(block.style).top
    if not isinstance(block, Division) or not block.blocks:
        return own
    is_stack = block.style.layout == "stack"
    first_blocks = block.blocks[:1] if is_stack else block.blocks
    return own + min([_space_at_top(first) for first in first_blocks])


def is_boxed(style: Style) -> bool:
    """Return whether the style has a background, padding or borders."""
    return style.background is not None or edges(style) is not NO_SIDES


def space_between(space_after: float, below: Style, gap: float = 0.0) -> float:
    """Return the space between two blocks below each other: the largest of what the style of the upper one has below it
    (`space_after`), what the style of the lower one has above it, and the gap of the box that they are in.
    """
    return max(gap, space_after, below.space_before)


def inner_width(style: Style, width: float) -> float:
    """Return the width of the content of a box with that width."""
    edge = edges(style)
    return width - edge.left - edge.right


def marker_style(items: Items, item: Sequence[Block]) -> Style:
    """Return the style of an item's marker, which is at the start of its place: that of the list in the size of the
    item's first text, so that both have the same size and baseline in every scale.
    """
    text = _first_text(item)
    style_of_text = items.style if text is None else text.style
    return _marker_style((items.style, style_of_text))


@kept_values(512)
def _marker_style(styles: tuple[Style, Style]) -> Style:
    """Return the style of a marker in a list of the first style, before text in the second one."""
    style, style_of_text = styles
    return replace(style, align="start", size=style_of_text.size, leading=style_of_text.leading)


def _first_text(blocks: Sequence[Block]) -> TextBlock | None:
    """Return the first paragraph of an item; None if it starts with something else, such as another list."""
    if not blocks:
        return None
    first = blocks[0]
    if isinstance(first, TextBlock):
        return first
    if isinstance(first, Division) and not is_boxed(first.style):
        return _first_text(first.blocks)
    return None


def block_width(block: Block, available: float) -> float:
    """Return the width of a block in a place of that width: that of its style, but not more than is available."""
    own = block.style.width
    if own is None or isinstance(block, FigureBlock):
        return available
    return min(own, available)


def drawing_width(drawing: Drawing, available: float) -> Length:
    """Return the width of a bar or a tile in a place of that width."""
    if isinstance(drawing.shape, Bar):
        return drawing.width or bar_length(drawing.shape.share, available)
    return drawing.style.width or TILE_SIDE


def table_widths(table: Table, available: float) -> list[float]:
    """Return the width of each column: that of a cell's style, or an even share of the rest.

    Those of a table of a plan share the width by what they need.
    """
    if table.needs:
        return shared_by_need(table.needs, available)
    own: dict[int, float] = {}
    count = 0
    for row in (*table.head, *table.body):
        column = 0
        for cell in row.cells:
            if cell.span == 1 and cell.style.width is not None:
                own.setdefault(column, cell.style.width)
            column += cell.span
        count = column if column > count else count  # noqa: FURB136 - `max` takes several times as long
    shared = (available - sum(own.values())) / max(count - len(own), 1)
    return [own.get(column, shared) for column in range(count)]


def shared_by_need(needs: Sequence[ColumnNeed], available: float) -> list[float]:
    """Return the widths of columns that share a width: each has what its words need, if that fits; otherwise, columns
    of words are narrower, so that no number is broken.
    """
    least = [need.least for need in needs]
    narrowest = [need.narrowest for need in needs]
    wanted = [need.wanted for need in needs]
    if sum(wanted) <= available:
        return [width * available / sum(wanted) for width in wanted]
    if sum(narrowest) < available:
        return _between(narrowest, wanted, available)
    if sum(least) < available:
        return _between(least, narrowest, available)
    return [width * available / sum(least) for width in least]


def _between(narrow: Sequence[float], wide: Sequence[float], available: float) -> list[float]:
    """Return widths that fill the available one, each at the same part of the way from the narrow to the wide one."""
    share = (available - sum(narrow)) / (sum(wide) - sum(narrow))
    return [first + (last - first) * share for first, last in zip(narrow, wide, strict=True)]


def fits_table(widths: list[float], available: float) -> bool:
    """Return whether columns of these widths have room for text, and fit together in that width."""
    if not widths:
        return True
    return min(widths) >= LEAST_COLUMN - TOLERANCE and sum(widths) <= available + TOLERANCE


def column_widths(table: Table, available: float) -> list[float]:
    """Return the widths of a table's columns; even ones if its own do not fit."""
    widths = table_widths(table, available)
    if fits_table(widths, available):
        return widths
    return [available / len(widths)] * len(widths)


def side_by_side_widths(division: Division, available: float) -> list[float]:
    """Return the widths of the blocks of a division side by side: their own, or an even share of the rest.

    If no block shares the rest, pictures that are centred or at the end do, if they fit in their shares. If the blocks
    do not fit, each share is the complete width.
    """
    own = _own_widths(division)
    shared = _share(division, own, available)
    if not _has_room(own, shared):
        shared = available
    elif None not in own:
        without_aligned = _without_aligned(division, own)
        share = _share(division, without_aligned, available)
        if None in without_aligned and _fit_in_shares(own, without_aligned, share):
            own = without_aligned
            shared = share
    return [shared if width is None else width for width in own]


def _fit_in_shares(own: list[Length | None], without_aligned: list[Length | None], share: float) -> bool:
    """Return whether the pictures that have no width in `without_aligned` are not wider than a share."""
    for width, remaining in zip(own, without_aligned, strict=True):
        if remaining is None and width is not None and width > share:
            return False
    return True


def fits_side_by_side(division: Division, available: float) -> bool:
    """Return whether the blocks of a division fit beside each other in that width."""
    own = _own_widths(division)
    return _has_room(own, _share(division, own, available))


def _has_room(own: list[Length | None], shared: float) -> bool:
    """Return whether blocks with these widths fit beside each other, if those without one have the shared width."""
    narrowest = LEAST_COLUMN if None in own else 0
    return shared >= narrowest - TOLERANCE


def text_column_width(division: Division, available: float) -> float:
    """Return the width of each of the columns through which the content of a division flows."""
    width = _text_column_width(division, available)
    return width if width >= LEAST_COLUMN - TOLERANCE else available


def contents_column_width(contents: ContentsBlock, available: float) -> float:
    """Return the width of each column of the contents of a book, with the numbers of pages; it may be negative."""
    gaps = contents.style.gap * (contents.count - 1)
    return (inner_width(contents.style, available) - gaps) / contents.count


def fits_text_columns(division: Division, available: float) -> bool:
    """Return whether the columns through which the content of a division flows have room for text."""
    return _text_column_width(division, available) >= LEAST_COLUMN - TOLERANCE


def in_all_columns(columns: Sequence[Sequence[_Section]], count: int) -> list[list[_Section]]:
    """Return the sections of columns of text in so many columns, of which the last are empty only if there are fewer
    sections: as soon as there is a column for each of the rest, each begins one. So no column gets higher.
    """
    remaining = sum([len(column) for column in columns])
    """The number of sections that are not in a column yet."""
    spread: list[list[_Section]] = []
    for column in columns:
        for index, section in enumerate(column):
            if index == 0 or remaining <= count - len(spread):
                spread.append([])
            spread[-1].append(section)
            remaining -= 1
    return spread


def _text_column_width(division: Division, available: float) -> float:
    return (available - division.gap * (division.count - 1)) / division.count


def _own_widths(division: Division) -> list[Length | None]:
    return [_own_width(block) for block in division.blocks]


def _own_width(block: Block) -> Length | None:
    # Most blocks are others, for which `isinstance` takes long.
    if type(block) is ImageBlock or type(block) is Drawing:
        return block.width
    return block.style.width


def _without_aligned(division: Division, own: list[Length | None]) -> list[Length | None]:
    """Return the widths without those of pictures that are centred or at the end of their place."""
    widths: list[Length | None] = []
    for block, width in zip(division.blocks, own, strict=True):
        if isinstance(block, ImageBlock) and block.style.align != "start":
            widths.append(None)
        else:
            widths.append(width)
    return widths


def _share(division: Division, own: list[Length | None], available: float) -> float:
    """Return the even share of the width that the blocks with a width leave; negative if they leave none."""
    gaps = division.style.gap * (len(own) - 1)
    used = sum([width for width in own if width is not None])
    remaining = available - gaps - used
    blocks_without_width = own.count(None)
    return remaining / max(blocks_without_width, 1)


# Estimated widths of text on one line, which need no font

_NARROW, _USUAL, _CAPITAL, _WIDE = 29, 53, 69, 100
"""The widths of kinds of characters in hundredths of the size of the text, about those of Arial."""
_NARROW_CHARACTERS = frozenset("fijltrI.,:;!|'()[]/- \u00a0\u00b7")
_BOLD = 1.06
_NOT_ASCII = LazyPattern(r"[^\x00-\x7f]")


def _ascii_widths(*, capitals: bool) -> bytes:
    """Return the width of each ASCII character, as a table of `bytes.translate`, which counts without a loop."""
    widths = bytearray(256)
    for code in range(128):
        character = chr(code)
        if character in _NARROW_CHARACTERS:
            widths[code] = _NARROW
        else:
            widths[code] = _CAPITAL if capitals or character.isupper() else _USUAL
    return bytes(widths)


_WIDTHS = _ascii_widths(capitals=False)
_WIDTHS_IN_CAPITALS = _ascii_widths(capitals=True)


def estimated_width(text: str, style: Style) -> float:
    """Return the estimated width of a text on one line, in points."""
    widths = _WIDTHS_IN_CAPITALS if style.capitals else _WIDTHS
    hundredths = sum(text.encode("ascii", "ignore").translate(widths))
    if not text.isascii():
        hundredths += sum(map(_other_width, _NOT_ASCII.findall(text)))
    width = hundredths / 100 * style.size
    if style.letter_spacing:  # as few styles have
        width += spaced_letters(text) * style.letter_spacing
    return width * _BOLD if style.bold else width


def _other_width(character: str) -> int:
    """Return the width of a character that is not in ASCII, in hundredths of the size of the text."""
    if character in _NARROW_CHARACTERS:
        return _NARROW
    return _WIDE if is_wide(character) else _USUAL


def marker_indent(marker: str, style: Style) -> Length:
    """Return the least distance from the start of a list item's marker to the text of the item, by estimated widths."""
    return Length(estimated_width(marker, style) + style.size * SPACE_AFTER_MARKER)


def is_wide(character: str) -> bool:
    """Return whether a character is as wide as a Chinese one, beside which a line may end."""
    return east_asian_width(character) in "FW"
