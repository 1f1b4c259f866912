"""The page tree: the elements of a filled page template, each with its line in the template and its resolved style.

Text is the summary's own runs, never markup.
"""

from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec import Struct

from ucap_reports.page.tree_pictures import Picture
from ucap_reports.pictures.picture_facts import PictureFacts
from ucap_reports.template.goal_tiles import bar_length
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Style
from ucap_reports.text.chart_data import ChartData, ChartKind
from ucap_reports.text.rich_text import Inline, Marker, Run
from ucap_reports.text.shapes import Bar, Shape


class PageNumber(Struct, frozen=True):
    """The number of the page or, if `total`, the number of pages."""

    total: bool = False


Content = tuple[Inline | PageNumber, ...]
"""The content of one paragraph. Page numbers are only in page headers and footers."""


class TextBlock(Struct, frozen=True):
    """A paragraph (`level` 0) or a heading (`level` 1 to 6).

    A paragraph without a class has the text of its cell's or division's style, and no box.
    """

    content: Content
    style: Style
    line: int
    level: int = 0
    language: str | None = None
    """That of the element, if it has one."""


class Items(Struct, frozen=True):
    """A list in the style `list`, or `list-2` inside of an item: marker, indent, gap between items, which are blocks.

    With Marker.NONE the style is `line`: one item a line, at the start of the line.
    """

    marker: Marker
    items: tuple[tuple["Block", ...], ...]
    style: Style
    line: int
    start: int = 1


class ImageBlock(Struct, frozen=True):
    """A picture of the pack or the emblem: the path of its file in the pack, its content, and its size on the page."""

    name: str
    picture: Picture
    alt: str
    style: Style
    line: int
    width: Length
    height: Length


class PictureBlock(Struct, frozen=True):
    """A picture of the plan, and below it the blocks of its caption. Its style has its largest width and height."""

    facts: PictureFacts
    blocks: tuple["Block", ...]
    style: Style
    line: int


class Drawing(Struct, frozen=True):
    """A bar or a tile; the width of its style is the full length of bars, and the side of tiles."""

    shape: Shape
    style: Style
    line: int

    @property
    def width(self) -> Length | None:
        """The width; None for a bar whose full length is that of its place."""
        full = self.style.width
        return bar_length(self.shape.share, full) if full is not None and isinstance(self.shape, Bar) else full


class ChartBlock(Struct, frozen=True):
    """A chart, as wide as its style or its place. The colour of its style is that of the shapes, `text` is the style of
    the labels; `language` is None for that of the document.
    """

    kind: ChartKind
    data: ChartData
    style: Style
    line: int
    text: Style
    language: str | None = None


class Division(Struct, frozen=True, cache_hash=True):
    """A box around other blocks with the background, padding, borders and layout of its style. Blocks side by side are
    split over pages, a box around blocks below each other only if it is higher than a page.

    Side by side, emblems and pictures have their own width, other blocks that of their style or a share of the rest.
    If there is a `count`, the content flows through so many columns with `gap` between them, on the last page as high
    as each other.
    """

    blocks: tuple["Block", ...]
    style: Style
    line: int
    count: int = 0
    gap: float = 0


class PageBreak(Struct, frozen=True):
    """The end of a page."""

    style: Style
    line: int


class TableCell(Struct, frozen=True):
    """A table cell: `header` for th, `span` columns wide. `language` is None for that of the document, `continued` for
    that of the table.
    """

    blocks: tuple["Block", ...]
    style: Style
    line: int
    header: bool = False
    span: int = 1
    language: str | None = None
    continued: str | None = None


class TableRow(Struct, frozen=True):
    """One row."""

    cells: tuple[TableCell, ...]
    line: int


class ColumnNeed(Struct, frozen=True):
    """The widths that a column needs for its longest word, and for its longest text on one line, in points."""

    least: float
    wanted: float


class Table(Struct, frozen=True):
    """A table with header rows, repeated on each page. Cells whose style has a `width` set that of their column, the
    other columns share the rest evenly. `continued` follows the text of a row header where its row continues.

    A table of a plan has a `title` for readers who hear the page, and the width of its columns follows their `needs`.
    """

    head: tuple[TableRow, ...]
    body: tuple[TableRow, ...]
    style: Style
    line: int
    continued: str = ""
    title: str = ""
    needs: tuple[ColumnNeed, ...] = ()

    @property
    def is_data(self) -> bool:
        """Whether it is a table of a plan, and not the fact table."""
        return bool(self.needs)


FigureBlock = ImageBlock | PictureBlock | Drawing
Block = TextBlock | Items | FigureBlock | ChartBlock | Division | Table | PageBreak


class PageTree(Struct, frozen=True):
    """The document: `header` and `footer` are in the margins of every page, as artifacts, one Division each. The first
    page has `first_header` if it is not None.
    """

    language: str
    header: tuple[Block, ...] = ()
    footer: tuple[Block, ...] = ()
    body: tuple[Block, ...] = ()
    first_header: tuple[Block, ...] | None = None

    @property
    def headers(self) -> tuple[Block, ...]:
        """The blocks of all page headers."""
        return (*(self.first_header or ()), *self.header)


def tree_texts(tree: PageTree) -> Iterator[str]:
    """The text of each paragraph of a page, its header and its footer."""
    for text in tree_paragraphs((*tree.headers, *tree.footer, *tree.body)):
        yield "".join(each.text for each in text.content if isinstance(each, Run))


def tree_paragraphs(blocks: Iterable[Block]) -> Iterator[TextBlock]:
    """Each paragraph of the blocks at any depth."""
    return (block for block in all_blocks(blocks) if isinstance(block, TextBlock))


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks and those inside them, in order."""
    for block in blocks:
        yield block
        match block:
            case Items():
                yield from all_blocks(part for item in block.items for part in item)
            case Division() | PictureBlock():
                yield from all_blocks(block.blocks)
            case Table():
                rows = (*block.head, *block.body)
                yield from all_blocks(part for row in rows for cell in row.cells for part in cell.blocks)
            case TextBlock() | ImageBlock() | Drawing() | ChartBlock() | PageBreak():
                pass
            case _:
                assert_never(block)
