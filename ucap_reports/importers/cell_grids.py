"""Tables as grids of cells with their places, whatever program wrote them."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.imported_form import FormCell
from ucap_reports.importers.inline_html import dump_text
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import Paragraph, RichText, Run

MAX_ROWS = 5_000
MAX_COLUMNS = 256
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 30
"""How many lines decide on the delimiter."""
_SEPARATOR_LINE = "sep="


class GridCell(Struct, frozen=True):
    """A cell: its content, the first of the merged cells that it is one of (row and column from 0), and its note."""

    cell: FormCell
    merged: tuple[int, int] | None = None
    note: str = ""


Row = Sequence[GridCell | None]
"""Cells beside each other, None for an empty one."""


class CellGrid(Struct, frozen=True):
    """A table: its name, and its rows, all of one length, with None for an empty cell."""

    path: str
    name: str
    rows: tuple[tuple[GridCell | None, ...], ...]

    def own_cells(self, row: Row) -> list[GridCell]:
        """The cells of a row without those that only repeat the merged cell that they are part of."""
        return [
            cell
            for place, cell in enumerate(row)
            if cell and (cell.merged is None or (self.rows[cell.merged[0]] is row and cell.merged[1] == place))
        ]


def is_wide(row: Row, cell: GridCell) -> bool:
    """Whether a cell is over several columns of its row."""
    return cell.merged is not None and sum(each is not None and each.merged == cell.merged for each in row) > 1


def text_cell(text: str, location: Location, number: float | None = None, link: str | None = None) -> FormCell:
    """A cell of text with inline HTML and typed lists; `link` is the address that the cell links to."""
    content = dump_text(text)
    address = explicit_address(link) if link is not None else None
    match content.blocks:
        case (Paragraph(inlines),) if address is not None:
            linked = (replace(each, link=address) if isinstance(each, Run) else each for each in inlines)
            content = RichText((Paragraph(tuple(linked)),))
        case _:
            pass
    return FormCell(content, location, number)


def delimited_grid(text: str, path: str, is_header: Callable[[str], bool]) -> CellGrid:
    """The table of a text file with delimiters; raises ProblemsFound where it cannot be read."""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if said.startswith(_SEPARATOR_LINE) and len(said) > len(_SEPARATOR_LINE):
        delimiter, body, skipped = said[len(_SEPARATOR_LINE)], rest, 1
    else:
        delimiter, body, skipped = _delimiter(text, is_header), text, 0
    rows: list[tuple[GridCell | None, ...]] = []
    for line, row in _rows(body, delimiter, path, skipped):
        if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise too_large(path, rows=MAX_ROWS, columns=MAX_COLUMNS)
        rows.append(tuple(_delimited_cell(value, path, line, column) for column, value in enumerate(row, 1)))
    return CellGrid(path, "", same_length(rows))


def too_large(path: str, *, rows: int, columns: int) -> ProblemsFound:
    """What a table with more rows or columns raises."""
    return ProblemsFound([problem("import-too-large", Location(path), form="table", rows=rows, columns=columns)])


def _rows(body: str, delimiter: str, path: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with the lines that they begin in."""
    lenient, strict = (
        csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=strict) for strict in (False, True)
    )
    line = skipped + 1
    try:
        for row in lenient:
            yield line, row
            line = lenient.line_num + skipped + 1
    except csv.Error as error:
        raise ProblemsFound([problem("import-damaged", Location(path, line), form="table", reason=error)]) from None
    line = skipped + 1
    try:
        for _ in strict:
            line = strict.line_num + skipped + 1
    except csv.Error as error:
        if "end of data" in str(error):
            raise ProblemsFound([problem("import-damaged", Location(path, line), form="quotation-mark")]) from None


def same_length(rows: Sequence[tuple[GridCell | None, ...]]) -> tuple[tuple[GridCell | None, ...], ...]:
    """The rows, the shorter ones padded with empty cells."""
    width = max((len(row) for row in rows), default=0)
    return tuple((*row, *([None] * (width - len(row)))) for row in rows)


def _delimited_cell(value: str, path: str, line: int, column: int) -> GridCell | None:
    content = text_cell(value.strip(), Location(path, line, place=f"column {column}"))
    return GridCell(content) if content.content else None


def _delimiter(text: str, is_header: Callable[[str], bool]) -> str:
    """The delimiter under which the first lines have the most headers in one row, then the most columns."""
    sample = "\n".join(text.splitlines()[:_SAMPLE])

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        known = max((sum(map(is_header, row)) for row in rows[:10] if len(row) > 1), default=0)
        return known, max((len(row) for row in rows), default=0)

    return max(_DELIMITERS, key=worth)
