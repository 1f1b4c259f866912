"""Reads the tables of a page: rows of cells, header rows first."""

from collections.abc import Iterator

from msgspec.structs import replace

from ucap_reports.page.block_elements import IN_BOX, read_flow
from ucap_reports.page.element_styles import COLUMN, LABEL, NATURAL, without_box
from ucap_reports.page.emblem_space import with_free_space_in_cell
from ucap_reports.page.page_tree import Table, TableCell, TableRow
from ucap_reports.page.reading_context import ElementContext, PageElement
from ucap_reports.problems import problem

MOST_COLUMNS = 100
_ROW_PARENTS = ("thead", "tbody")
_CELLS = ("th", "td")


def read_table(opened: PageElement, place: ElementContext) -> Table:
    """A `table`: rows in `thead` are repeated on each page; those in `tbody`, or in neither, are its body."""
    place = replace(place, language=opened.language(place.language))
    head: list[TableRow] = []
    body: list[TableRow] = []
    widths: set[int] = set()
    for row, row_place in _rows(opened, place):
        read = _read_row(row, row_place)
        widths.add(width := sum(cell.span for cell in read.cells))
        if len(widths) > 1:
            row.report(problem("row-uneven", columns=width, expected=min(widths - {width})))
            widths.discard(width)
        (head if row_place.name == "thead" else body).append(read)
    style = opened.style(place.text)
    return Table(tuple(head), tuple(body), style, opened.line, opened.attributes.get("continued", ""))


def _rows(opened: PageElement, place: ElementContext) -> Iterator[tuple[PageElement, ElementContext]]:
    """Each row with its context, whose name is that of the part of the table."""
    opened.expect_no_text()
    for child in opened.element:
        if child.tag == "tr":
            yield opened.reading.open(child), place
        elif child.tag in _ROW_PARENTS and place.name not in _ROW_PARENTS:
            part = opened.reading.open(child)
            yield from _rows(part, replace(place, name=part.tag, language=part.language(place.language)))
        else:
            opened.report_child(child, ("tr",) if place.name in _ROW_PARENTS else (*_ROW_PARENTS, "tr"))


def _read_row(opened: PageElement, place: ElementContext) -> TableRow:
    opened.expect_no_text()
    place = replace(place, language=opened.language(place.language))
    cells = []
    for child in opened.element:
        if child.tag in _CELLS:
            cells.append(_read_cell(opened.reading.open(child), place))
        else:
            opened.report_child(child, _CELLS)
    return TableRow(tuple(cells), opened.line)


def _read_cell(opened: PageElement, place: ElementContext) -> TableCell:
    header = opened.tag == "th"
    natural = (COLUMN if place.name == "thead" else LABEL) if header else NATURAL["td"]
    style = opened.style(place.text, natural)
    language = opened.language(place.language)
    inside = ElementContext(opened.tag, IN_BOX, without_box(style), opened.line, language)
    flow, style = with_free_space_in_cell(read_flow(opened, inside), style)
    span = _span(opened)
    return TableCell(flow, style, opened.line, header, span, language, opened.attributes.get("continued"))


def _span(opened: PageElement) -> int:
    written = opened.attributes.get("colspan", "1")
    if written.isascii() and written.isdigit() and 1 <= int(written) <= MOST_COLUMNS:
        return int(written)
    opened.report(problem("colspan-invalid", value=written, limit=MOST_COLUMNS))
    return 1
