"""The blocks of a page in another scale of its pack, derived from those that were read, because reading takes longer.

Only styles, and the sizes of pictures in them, are different. A style of a block is one of the theme, or made from one
in a few ways. Where it is not clear in which, nothing is derived, and the page is read again.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.page.element_styles import tile_style, without_box
from ucap_reports.page.figure_elements import image_size
from ucap_reports.page.page_tree import (
    Block,
    ChartBlock,
    ContentsBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PictureBlock,
    Table,
    TableRow,
    TextBlock,
    all_blocks,
)
from ucap_reports.page.tree_pictures import EMBLEM
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style


def scaled_blocks(blocks: Iterable[Block], pack: Pack, scaled: Pack) -> tuple[Block, ...] | None:
    """Return the blocks that were read in the styles of a pack in those of another scale of it; None if they have to be
    read again.
    """
    if pack.theme.styles.keys() != scaled.theme.styles.keys():
        return None  # an element may have a style in one of the scales only
    try:
        return _Scaling(pack, scaled).blocks(blocks)
    except _UnclearError:
        return None


def are_equal_in_scales(blocks: Iterable[Block], pack: Pack, scaled: Pack) -> bool:
    """Return whether blocks that were read in the styles of a pack are the same in another scale of it: none of their
    styles is different there. Of tables and figures with several styles, this is not known.
    """
    different = _different_styles(pack, scaled)
    for block in all_blocks(blocks):
        if block.style.name in different or isinstance(block, Table | ChartBlock | ContentsBlock):
            return False
    return True


@lru_cache(maxsize=64)
def _different_styles(pack: Pack, scaled: Pack) -> frozenset[str]:
    """Return the names of the styles that are different in another scale."""
    return frozenset(name for name, style in pack.theme.styles.items() if scaled.theme.styles.get(name) != style)


class _UnclearError(Exception):
    """A block that cannot be derived."""


class _Scaling:
    """Replaces the styles of a scale by those of another one."""

    def __init__(self, pack: Pack, scaled: Pack) -> None:
        self._pack = pack
        self._scaled = scaled

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Return blocks in the other scale. Raises _UnclearError."""
        return tuple([self._block(block) for block in blocks])

    def _block(self, block: Block) -> Block:
        style = self._style(block.style)
        match block:
            case TextBlock() | Drawing() | PageBreak():
                return replace(block, style=style)
            case Items():
                return replace(block, style=style, items=tuple([self.blocks(item) for item in block.items]))
            case Table() if not block.is_data:
                return replace(block, style=style, head=self._rows(block.head), body=self._rows(block.body))
            case Division():
                return self._division(block, style)
            case PictureBlock():
                return replace(block, style=style, blocks=self.blocks(block.blocks))
            case ImageBlock() if block.picture is not EMBLEM:
                width, height = image_size(style, block.picture)
                return replace(block, style=style, width=width, height=height)
            case _:  # the emblem needs space around itself; styles of charts, contents and tables of plans are mixed
                raise _UnclearError

    def _division(self, division: Division, style: Style) -> Division:
        is_own_gap = division.gap == division.style.gap
        if division.count and is_own_gap and style.gap != division.gap:
            raise _UnclearError  # the gap is that of the style, or an attribute with the same length
        return replace(division, style=style, blocks=self.blocks(division.blocks))

    def _rows(self, rows: Iterable[TableRow]) -> tuple[TableRow, ...]:
        return tuple([self._row(row) for row in rows])

    def _row(self, row: TableRow) -> TableRow:
        cells = [replace(cell, style=self._style(cell.style), blocks=self.blocks(cell.blocks)) for cell in row.cells]
        return replace(row, cells=tuple(cells))

    def _style(self, style: Style) -> Style:
        scaled = _scaled_style(style, self._pack, self._scaled)
        if scaled is None:
            raise _UnclearError
        return scaled


@lru_cache(maxsize=1024)
def _scaled_style(style: Style, pack: Pack, scaled: Pack) -> Style | None:
    """Return the style of another scale that is made in the same way; None if this is not clear."""
    if style.name not in pack.theme.styles:
        return None
    styles = set()
    for made, scaled_made in zip(
        _made_from(pack.theme.styles[style.name]), _made_from(scaled.theme.styles[style.name]), strict=True
    ):
        if made == style:
            styles.add(scaled_made)
    return styles.pop() if len(styles) == 1 else None


def _made_from(style: Style) -> Iterator[Style]:
    """Yield what reading a page makes from a style of the theme: the style itself, that of the text in its box, those
    of numbers below each other, and those of tiles of goals.
    """
    for text in (style, without_box(style)):
        yield text
        yield replace(text, align="start")
        yield replace(text, align="end")
        yield tile_style(text)
