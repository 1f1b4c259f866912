"""The page tree: what a page template holds once it is filled and read, each element with its line in the template.

Text is the summary's own runs, never markup. Every element carries its style from the theme, already decided.
"""

from msgspec import Struct

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Inline, Marker


class PageNumber(Struct, frozen=True):
    """The number of the page it stands on or, where `total`, of pages."""

    total: bool = False


Content = tuple[Inline | PageNumber, ...]
"""What flows in one paragraph. Page numbers stand in page headers and footers only."""


class TextBlock(Struct, frozen=True):
    """A paragraph, or a heading where `level` is 1 to 6 (0 for a paragraph).

    A paragraph without a class of its own has the text of its cell's or division's style, and no box.
    """

    content: Content
    style: Style
    line: int
    level: int = 0


class Item(Struct, frozen=True):
    """One item of a list."""

    blocks: tuple["Block", ...]


class Items(Struct, frozen=True):
    """A list; its style is `list`, or `list-2` for one inside an item: marker, indent, gap between the items.

    With Marker.NONE it is `line` instead: one item a line, at the start of the line.
    """

    marker: Marker
    items: tuple[Item, ...]
    style: Style
    line: int
    start: int = 1


class Emblem(Struct, frozen=True):
    """The emblem of the European Union, `style.height` (never None) high and half as wide again."""

    alt: str
    style: Style
    line: int


class PackImage(Struct, frozen=True):
    """An image of the pack; the missing one of width and height follows from its own proportions."""

    content: bytes
    alt: str
    style: Style
    line: int
    width: Length
    height: Length


class Division(Struct, frozen=True, cache_hash=True):
    """A box around other blocks with background, padding, rules and layout of its style; never split over pages.

    Side by side, emblems and pictures take their own width, others that of their style or a share of the rest.
    """

    blocks: tuple["Block", ...]
    style: Style
    line: int


class TableCell(Struct, frozen=True):
    """A table cell: `header` for th, `span` columns wide."""

    blocks: tuple["Block", ...]
    style: Style
    line: int
    header: bool = False
    span: int = 1


class TableRow(Struct, frozen=True):
    """One row."""

    cells: tuple[TableCell, ...]
    line: int


class Table(Struct, frozen=True):
    """A table with header rows, repeated on each page. Cells whose style has a `width` decide their column's,
    the other columns share the rest evenly. `continued` follows a row header's text where its row goes on.
    """

    head: tuple[TableRow, ...]
    body: tuple[TableRow, ...]
    style: Style
    line: int
    continued: str = ""


Block = TextBlock | Items | Emblem | PackImage | Division | Table


class PageTree(Struct, frozen=True):
    """The whole document: `header` and `footer` stand on every page in its margins, as artifacts, one Division each."""

    title: str
    language: str
    header: tuple[Block, ...]
    footer: tuple[Block, ...]
    body: tuple[Block, ...]
