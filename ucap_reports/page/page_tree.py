"""The page tree: the elements of a filled page template, each with its line in the template and its resolved style; and
the pictures in it, with the limit of the work of decoding those of a page.

Text is the summary's own runs, never markup. Pictures are the bytes of their files, in no format of a document.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import assert_never, final

from msgspec import Struct

from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.pictures.picture_preparation_and_quality import (
    JPEG,
    PictureError,
    PictureFacts,
    picture_work,
    plain_picture,
)
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.picture_bar_tile_and_emblem_look import PROPORTION, bar_length
from ucap_reports.template.theme_and_line_spacing import DrawnRule, Style
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, ChartData, ChartKind, Shape
from ucap_reports.text.rich_text import Break, Inline, Marker, Run


class Picture(Struct, frozen=True):
    """A PNG, JPEG or SVG file, and its size in pixels, which for a drawing are only a unit of length.

    `content` is empty for the emblem of the European Union, which each format draws itself.
    """

    content: bytes
    width: float
    height: float
    is_drawn: bool = False


EMBLEM = Picture(b"", PROPORTION, 1, is_drawn=True)


class PageNumber(Struct, frozen=True, gc=False):
    """The number of the page or, if `total`, the number of pages."""

    total: bool = False


class PageOf(PageNumber, frozen=True):
    """The number of the page of the heading with that identifier, which is `title` where there are no pages.

    `prefix` is the text before the number, for a sentence that is complete without both.
    """

    reference: str = ""
    prefix: str = ""
    title: str = ""


class PageChapters(PageNumber, frozen=True):
    """The chapters of a page: the headings of level 2 on it, after the chapter that continues there."""


class PageLabel(PageNumber, frozen=True):
    """The programme label in one of the languages of the chapters of a page, by its place from 0; empty without one."""

    index: int = 0


Content = tuple[Inline | PageNumber, ...]
"""The content of one paragraph. Page numbers are only in page headers and footers, except for `PageOf`."""


@final
class TextBlock(Struct, frozen=True, gc=False):
    """A paragraph (`level` 0) or a heading (`level` 1 to 6).

    A paragraph without a class has the text of its cell's or division's style, and no box.
    """

    content: Content
    style: Style
    line: int
    level: int = 0
    language: str | None = None
    """That of the element, if it has one."""
    anchor: str = ""
    """The identifier of a heading, to which links and page numbers of a book lead."""
    title: str = ""
    """The text of a heading in contents and bookmarks, if it is not its own."""
    label_languages: tuple[str, ...] = ()
    """The languages of the programme label on the pages of the chapter that begins with the heading."""
    is_row: bool = False
    """Whether the heading is a row of the fact table, which continues below it: the rows there are not parts of it."""


class Items(Struct, frozen=True, gc=False):
    """A list in the style `list`, or `list-2` inside of an item: marker, indent, gap between items, which are blocks.

    With Marker.NONE the style is `line`: one item a line, at the start of the line. The border at the start of the
    style is a line through the bullets.
    """

    marker: Marker
    items: tuple[tuple["Block", ...], ...]
    style: Style
    line: int
    start: int = 1

    @property
    def bullet_line(self) -> DrawnRule | None:
        """The line through the bullets; None without one, and for lists with other markers."""
        return self.style.rule_start if self.marker is Marker.BULLET else None


class ImageBlock(Struct, frozen=True, gc=False):
    """A picture of the pack or the emblem: the path of its file in the pack, its content, and its size on the page.

    `language` is that of the alternative text, None for that of the document.
    """

    name: str
    picture: Picture
    alt: str
    style: Style
    line: int
    width: Length
    height: Length
    language: str | None = None


class PictureBlock(Struct, frozen=True, gc=False):
    """A picture of the plan, and below it the blocks of its caption. Its style has its largest width and height."""

    facts: PictureFacts
    blocks: tuple["Block", ...]
    style: Style
    line: int


class Drawing(Struct, frozen=True, gc=False):
    """A bar or a tile; the width of its style is the full length of bars, and the side of tiles.

    `language` is that of the alternative text of a bar, None for that of the document. That of a tile is its own.
    """

    shape: Shape
    style: Style
    line: int
    language: str | None = None

    @property
    def width(self) -> Length | None:
        """The width; None for a bar whose full length is that of its place."""
        width = self.style.width
        if width is not None and isinstance(self.shape, Bar):
            return bar_length(self.shape.share, width)
        return width


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


class Division(Struct, frozen=True, cache_hash=True, gc=False):
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


class ContentsBlock(Struct, frozen=True):
    """The contents of a book: its headings of levels 2 and 3 that have identifiers, in columns. The styles are those of
    the two levels; that of the block itself has the gap between columns.
    """

    style: Style
    line: int
    chapter: Style
    entry: Style
    count: int = 2


class PageBreak(Struct, frozen=True, gc=False):
    """The end of a page. With a `share`, that of a page of a PDF, if at least that part of it is full."""

    style: Style
    line: int
    share: float = 0


class TableCell(Struct, frozen=True, gc=False):
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


class TableRow(Struct, frozen=True, gc=False):
    """One row."""

    cells: tuple[TableCell, ...]
    line: int


class ColumnNeed(Struct, frozen=True):
    """The widths that a column needs, in points."""

    least: float
    """For its longest number or date, and for a part of each word."""
    narrowest: float
    """For its longest word."""
    wanted: float
    """For its longest text on one line."""


class Table(Struct, frozen=True, gc=False):
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
    scale: float = 1.0
    """The size of the text of a table of a plan, relative to that in its styles, if the columns need smaller text."""

    @property
    def is_data(self) -> bool:
        """Whether it is a table of a plan, and not the fact table."""
        return bool(self.needs)


FigureBlock = ImageBlock | PictureBlock | Drawing
Block = TextBlock | Items | FigureBlock | ChartBlock | Division | Table | ContentsBlock | PageBreak


class PageTree(Struct, frozen=True):
    """The document: `header` and `footer` are in the margins of every page, as artifacts, one Division each. The first
    page has `first_header` and `first_footer` if they are not None.
    """

    language: str
    header: tuple[Block, ...] = ()
    footer: tuple[Block, ...] = ()
    body: tuple[Block, ...] = ()
    first_header: tuple[Block, ...] | None = None
    first_footer: tuple[Block, ...] | None = None

    def header_of(self, page: int) -> tuple[Block, ...]:
        """Return the blocks of the header of a page; pages are counted from 1."""
        if page == 1 and self.first_header is not None:
            return self.first_header
        return self.header

    def footer_of(self, page: int) -> tuple[Block, ...]:
        """Return the blocks of the footer of a page; pages are counted from 1."""
        if page == 1 and self.first_footer is not None:
            return self.first_footer
        return self.footer

    @property
    def headers(self) -> tuple[Block, ...]:
        """The blocks of all page headers."""
        return (*(self.first_header or ()), *self.header)

    @property
    def footers(self) -> tuple[Block, ...]:
        """The blocks of all page footers."""
        return (*(self.first_footer or ()), *self.footer)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of all page headers and footers, and those of the text."""
        return (*self.headers, *self.footers, *self.body)


def is_page_end(block: Block) -> bool:
    """Return whether a block ends a page, however full it is."""
    return isinstance(block, PageBreak) and not block.share


def ends_with_heading(box: Division) -> bool:
    """Return whether a division without a background or borders stays with what follows: if it ends with a heading, or
    has one before other text on its line.
    """
    if box.count or box.style.background is not None or not box.blocks:
        return False
    heading = box.blocks[0] if box.style.layout == "columns" else box.blocks[-1]
    if isinstance(heading, Division):
        return ends_with_heading(heading)
    return isinstance(heading, TextBlock) and bool(heading.level)


class Heading(Struct, frozen=True):
    """A heading of a book to which links lead: its level, its identifier, and its text in contents."""

    level: int
    anchor: str
    text: str


def headings_in(blocks: Iterable[Block]) -> Iterator[Heading]:
    """Yield the headings of blocks that have identifiers, in order."""
    for text in tree_paragraphs(blocks):
        if text.anchor:
            yield Heading(text.level, text.anchor, heading_text(text))


def heading_text(heading: TextBlock) -> str:
    """Return the text of a heading in contents and bookmarks."""
    return heading.title or content_text(heading.content)


LOWEST_HEADING = 6
"""The level below which there are no headings."""
CONTENTS_LEVELS = (2, 3)
"""The levels of the headings in the contents of a book: those of chapters, and those of plans."""


def tree_texts(tree: PageTree) -> Iterator[str]:
    """Return the text of each paragraph of a page, its header and its footer."""
    return block_texts(tree.blocks)


def block_texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Return the text of each paragraph of the blocks at any depth, without page numbers."""
    for text in tree_paragraphs(blocks):
        yield content_text(text.content)


def content_text(content: Content) -> str:
    """Return the words of a paragraph on one line: with a space for a line break, and without page numbers."""
    words: list[str] = []
    is_broken = False
    for inline in content:
        if isinstance(inline, Break):
            is_broken = True
        elif isinstance(inline, Run):
            if is_broken and words and has_space_between(words[-1], inline.text):
                words.append(" ")
            is_broken = False
            words.append(inline.text)
    return "".join(words)


def tree_paragraphs(blocks: Iterable[Block]) -> Iterator[TextBlock]:
    """Each paragraph of the blocks at any depth."""
    return (block for block in all_blocks(blocks) if isinstance(block, TextBlock))


def has_page_numbers(content: Content) -> bool:
    """Return whether a paragraph has page numbers, as few have."""
    for inline in content:  # not a generator expression, which takes longer for so few
        # Most are runs: a test for another class, of which an object is none, takes long.
        if not isinstance(inline, Run) and isinstance(inline, PageNumber):
            return True
    return False


def is_foot(block: Block) -> bool:
    """Return whether a block of the body is the foot, at the bottom of the last page."""
    return block.style.pin == "foot" and isinstance(block, Division)


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Return the blocks and those inside them, in order."""
    for block in blocks:
        yield block
        match block:
            case TextBlock():
                pass
            case Items():
                for item in block.items:
                    yield from all_blocks(item)
            case Division() | PictureBlock():
                yield from all_blocks(block.blocks)
            case Table():
                for row in (*block.head, *block.body):
                    for cell in row.cells:
                        yield from all_blocks(cell.blocks)
            case ImageBlock() | Drawing() | ChartBlock() | ContentsBlock() | PageBreak():
                pass
            case _:
                assert_never(block)


# Decoding pictures

MOST_PICTURE_WORK = 64_000_000
"""Pixels of all pictures of a page; they take about two seconds."""
WORK_OF_DRAWING = 250
"""Pixels that take as long as a character of a drawing."""
PNG = b"\x89PNG\r\n\x1a\n"


def ending_of_picture(content: bytes) -> str:
    """Return the ending of the name of a file that page templates can print, by its content: .png, .jpg or .svg.

    Raises PictureError if they cannot print it.
    """
    is_drawing = not content.startswith((PNG, JPEG))
    decoded_picture(content, is_drawing=is_drawing, work=work_of_picture(content, is_drawing=is_drawing))
    if is_drawing:
        return ".svg"
    if content.startswith(JPEG):
        return ".jpg"
    return ".png"


def decoded_picture(content: bytes, *, is_drawing: bool, work: int) -> Picture:
    """Return a picture of a page, where decoding it and those before it takes `work`.

    Raises PictureError if it cannot be decoded, or if this takes too long.
    """
    if work > MOST_PICTURE_WORK:
        raise PictureError("total", MOST_PICTURE_WORK)
    return _read_svg(content) if is_drawing else read_picture(content)


def work_of_picture(content: bytes, *, is_drawing: bool) -> int:
    """Return the work of decoding a picture, counted in pixels. Raises PictureError."""
    if is_drawing:
        return len(content) * WORK_OF_DRAWING
    return picture_work(content)


@lru_cache(maxsize=64)
def read_picture(content: bytes) -> Picture:
    """Return the picture of a PNG or JPEG file. Raises PictureError if it cannot be decoded."""
    plain = plain_picture(content)
    return Picture(plain.content, plain.width, plain.height)


def _read_svg(content: bytes) -> Picture:
    """Return the picture of an SVG file. Raises PictureError with everything in it that cannot be drawn."""
    from ucap_reports.page.svg_drawing import read_drawing, without_margins  # noqa: PLC0415 - few packs have a drawing

    drawing = read_drawing(content)
    return Picture(without_margins(content, drawing), drawing.width, drawing.height, is_drawn=True)
