"""Reads the tables of a page: rows of cells, header rows first."""

from collections.abc import Iterator

from msgspec.structs import replace

from ucap_reports.pdf.template.block_elements import IN_BOX, read_flow
from ucap_reports.pdf.template.element_styles import COLUMN, LABEL, NATURAL, without_box
from ucap_reports.pdf.template.page_tree import Table, TableCell, TableRow
from ucap_reports.pdf.template.reading_context import Element, ElementContext, Reading, StartTag
from ucap_reports.problems import problem

MOST_COLUMNS = 100
_ROW_PARENTS = ("thead", "tbody")
_CELLS = ("th", "td")


def read_table(reading: Reading, element: Element, place: ElementContext) -> Table:
    """A `table`: rows in `thead` are repeated on each page; those in `tbody`, or in neither, are its body."""
    opened = reading.open(element)
    place = replace(place, language=reading.language(element, opened, place.language))
    head: list[TableRow] = []
    body: list[TableRow] = []
    widths: set[int] = set()
    for row, row_place in _rows(reading, element, place):
        read = _read_row(reading, row, row_place)
        widths.add(width := sum(cell.span for cell in read.cells))
        if len(widths) > 1:
            reading.report(row, problem("row-uneven", columns=width, expected=min(widths - {width})))
            widths.discard(width)
        (head if row_place.name == "thead" else body).append(read)
    style = reading.style(element, opened, place.text)
    return Table(tuple(head), tuple(body), style, opened.line, opened.attributes.get("continued", ""))


def _rows(reading: Reading, element: Element, place: ElementContext) -> Iterator[tuple[Element, ElementContext]]:
    """Each row with its context, whose name is that of the part of the table."""
    reading.expect_no_text(element)
    for child in element:
        if child.tag == "tr":
            yield child, place
        elif child.tag in _ROW_PARENTS and place.name not in _ROW_PARENTS:
            opened = reading.open(child)
            language = reading.language(child, opened, place.language)
            yield from _rows(reading, child, replace(place, name=child.tag, language=language))
        else:
            allowed = ("tr",) if place.name in _ROW_PARENTS else (*_ROW_PARENTS, "tr")
            reading.report_child(child, element.tag, allowed)


def _read_row(reading: Reading, element: Element, place: ElementContext) -> TableRow:
    opened = reading.open(element)
    reading.expect_no_text(element)
    place = replace(place, language=reading.language(element, opened, place.language))
    cells = []
    for child in element:
        if child.tag in _CELLS:
            cells.append(_read_cell(reading, child, place))
        else:
            reading.report_child(child, "tr", _CELLS)
    return TableRow(tuple(cells), opened.line)


def _read_cell(reading: Reading, element: Element, place: ElementContext) -> TableCell:
    opened = reading.open(element)
    header = element.tag == "th"
    natural = (COLUMN if place.name == "thead" else LABEL) if header else NATURAL["td"]
    style = reading.style(element, opened, place.text, natural)
    language = reading.language(element, opened, place.language)
    inside = ElementContext(element.tag, IN_BOX, without_box(style), opened.line, language)
    flow, span = read_flow(reading, element, inside), _span(reading, element, opened)
    return TableCell(flow, style, opened.line, header, span, language, opened.attributes.get("continued"))


def _span(reading: Reading, element: Element, opened: StartTag) -> int:
    written = opened.attributes.get("colspan")
    if written is None:
        return 1
    if written.isascii() and written.isdigit() and 1 <= int(written) <= MOST_COLUMNS:
        return int(written)
    reading.report(element, problem("colspan-invalid", value=written, most=MOST_COLUMNS))
    return 1
