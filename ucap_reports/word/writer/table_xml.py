"""Tables of Word files written from a page tree: cells have only what the style of their table does not say."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import accumulate, pairwise

from msgspec import Struct

from ucap_reports.template.lengths_and_colours import Colour, Length
from ucap_reports.template.theme import BORDERS, NO_SIDES, AlignBlock, DrawnRule, Sides, Style
from ucap_reports.word.compile.page_setup import VERTICAL
from ucap_reports.word.compile.theme_styles import border_xml
from ucap_reports.word.writer.named_styles import END_STYLE, SIDES, TableLook, shade_xml

MOST_COLUMNS = 63
"""The maximum number of columns of a table in Word."""
_MIRRORED = {"left": "right", "right": "left"}
EMPTY_LINE = f'<w:p><w:pPr><w:pStyle w:val="{END_STYLE}"/></w:pPr></w:p>'
"""A paragraph that is as low as possible, at the end of a cell or part that must not end with a table."""


class TableCellBox(Struct, frozen=True):
    """A cell: its width in points, its content as XML, and its look. `borders` are by side, start being left."""

    width: float
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
    accents: Mapping[str, str] = {}
    """In a template, the names of Office for the colours of the theme. A cell whose colour is changed in Word has no
    such name, and keeps its colour.
    """


def borders_of(style: Style, sides: Iterable[str] = SIDES) -> dict[str, DrawnRule]:
    """Return the borders of a style on these sides."""
    return {side: rule for side in sides if (rule := getattr(style, BORDERS[side])) is not None}


def table_xml(frame: TableFrame, widths: Sequence[float], rows: Sequence[TableLine]) -> str:
    """Return a table with columns of these widths, in points."""
    edges = [round(edge * 20) for edge in accumulate(widths, initial=0.0)]
    grid = "".join(f'<w:gridCol w:w="{end - start}"/>' for start, end in pairwise(edges))
    turned = "<w:bidiVisual/>" if frame.right_to_left else ""
    indent = f'<w:tblInd w:w="{Length(frame.indent).twips}" w:type="dxa"/>' if frame.indent else ""
    written = "".join(_row_xml(frame, edges, row) for row in rows)
    look = _look_xml(frame) + _alternative_text(frame)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{frame.style}"/>{frame.position}{turned}'
        f'<w:tblW w:w="{edges[-1]}" w:type="dxa"/>{indent}<w:tblLayout w:type="fixed"/>{look}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>"
    )


def _look_xml(frame: TableFrame) -> str:
    head, first = int(frame.has_head), int(frame.has_row_headers)
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
    properties = "<w:cantSplit/>" if row.is_whole or row.is_head else ""
    if row.least_height:
        properties += f'<w:trHeight w:val="{Length(row.least_height).twips}" w:hRule="atLeast"/>'
    if row.is_head:
        properties += "<w:tblHeader/>"
    cells, column = [], 0
    for cell in row.cells:
        last = min(column + cell.span, len(edges) - 1)
        cells.append(_cell_xml(frame, cell, edges[last] - edges[column]))
        column = last
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def _cell_xml(frame: TableFrame, cell: TableCellBox, width: int) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    shade = shade_xml(cell.background) if cell.background is not None else ""
    if cell.background is not None and (accent := frame.accents.get(cell.background.hex)) is not None:
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
    """Return the borders of a cell that are not those of its table."""
    written = []
    for side in SIDES:
        own = cell.borders.get(_start_side(frame, side))
        usual = frame.look.between if side == "bottom" else None
        if own == usual:
            continue
        written.append(f'<w:{side} w:val="nil"/>' if own is None else border_xml(side, own))
    return f"<w:tcBorders>{''.join(written)}</w:tcBorders>" if written else ""


def _padding_xml(frame: TableFrame, cell: TableCellBox) -> str:
    """Return the padding of a cell on the sides where it is not that of its table."""
    written = []
    for side in SIDES:
        own = getattr(cell.padding, _start_side(frame, side))
        if own != getattr(frame.look.padding, side):
            written.append(f'<w:{side} w:w="{Length(own).twips}" w:type="dxa"/>')
    return f"<w:tcMar>{''.join(written)}</w:tcMar>" if written else ""


def _start_side(frame: TableFrame, side: str) -> str:
    """Return the side of the theme that is at that side of the page: the theme's left is the start of the text."""
    return _MIRRORED.get(side, side) if frame.right_to_left else side
