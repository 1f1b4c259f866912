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
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PictureBlock,
    Table,
    TableRow,
    TextBlock,
)
from ucap_reports.page.tree_pictures import EMBLEM
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.bounded_cache import BoundedCache

_WITH_ONE_STYLE = (ImageBlock, Drawing)
_MOST_STYLES = 1024
"""The styles in a cache: those of a theme, and those that are made from them."""


def scaled_blocks(blocks: Iterable[Block], pack: Pack, scaled: Pack) -> tuple[Block, ...] | None:
    """Return the blocks that were read in the styles of a pack in those of another scale of it; None if they have to be
    read again.
    """
    if pack.theme.styles.keys() != scaled.theme.styles.keys():
        return None  # an element may have a style in one of the scales only
    try:
        return _scaling(pack, scaled).blocks(blocks)
    except _UnclearError:
        return None


def are_equal_in_scales(blocks: Iterable[Block], pack: Pack, scaled: Pack) -> bool:
    """Return whether blocks that were read in the styles of a pack are the same in another scale of it: none of their
    styles is different there. This is known of paragraphs, pictures of the pack and shapes, and of boxes around them.
    """
    return not _have_styles(blocks, _different_styles(pack, scaled))


def _have_styles(blocks: Iterable[Block], names: frozenset[str]) -> bool:
    """Return whether blocks, or those in the boxes among them, have or may have a style with one of these names."""
    for block in blocks:
        if block.style.name in names:
            return True
        # Most blocks are paragraphs: a test for other classes, of which an object is none, takes long.
        if isinstance(block, TextBlock):
            continue
        if isinstance(block, Division):
            if _have_styles(block.blocks, names):
                return True
        elif not isinstance(block, _WITH_ONE_STYLE):
            return True
    return False


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
        self._styles = BoundedCache(self._scaled_style, _MOST_STYLES)
        """The styles of the other scale. Looking up an unclear one raises _UnclearError."""

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Return blocks in the other scale. Raises _UnclearError."""
        scaled: list[Block] = []
        for block in blocks:
            if isinstance(block, TextBlock):  # most blocks
                scaled.append(replace(block, style=self._styles[block.style]))
            else:
                scaled.append(self._block(block))
        return tuple(scaled)

    def _block(self, block: Block) -> Block:
        style = self._styles[block.style]
        match block:
            case Items():
                return replace(block, style=style, items=tuple(map(self.blocks, block.items)))
            case Drawing() | PageBreak():
                return replace(block, style=style)
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
        return tuple(map(self._row, rows))

    def _row(self, row: TableRow) -> TableRow:
        cells = [replace(cell, style=self._styles[cell.style], blocks=self.blocks(cell.blocks)) for cell in row.cells]
        return replace(row, cells=tuple(cells))

    def _scaled_style(self, style: Style) -> Style:
        """Return the style of the other scale that is made in the same way. Raises _UnclearError."""
        theme, scaled_theme = self._pack.theme, self._scaled.theme
        if style.name not in theme.styles:
            raise _UnclearError
        styles = set()
        for made, scaled_made in zip(
            _made_from(theme.styles[style.name]), _made_from(scaled_theme.styles[style.name]), strict=True
        ):
            if made == style:
                styles.add(scaled_made)
        if len(styles) != 1:
            raise _UnclearError
        return styles.pop()


@lru_cache(maxsize=64)
def _scaling(pack: Pack, scaled: Pack) -> _Scaling:
    """Return what replaces the styles of a pack by those of another scale, for all documents."""
    return _Scaling(pack, scaled)


def _made_from(style: Style) -> Iterator[Style]:
    """Yield what reading a page makes from a style of the theme: the style itself, that of the text in its box, those
    of numbers below each other, and those of tiles of goals.
    """
    for text in (style, without_box(style)):
        yield text
        yield replace(text, align="start")
        yield replace(text, align="end")
        yield tile_style(text)
