"""Tables as they stand in a file: rows of cells that know their place, whatever program wrote them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.dump_html import dump_text
from ucap_reports.importers.imported_form import FormCell
from ucap_reports.importers.office_archive import archive_problem
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import Paragraph, RichText, Run

MAX_ROWS = 5_000
MAX_COLUMNS = 256
MAX_CELL = 32_767
"""What a cell of a spreadsheet can hold."""
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 30
_SEPARATOR_LINE = "sep="


class GridCell(Struct, frozen=True):
    """A cell: its content, where the merged cell begins that it is part of (row and column from 0), and its note."""

    cell: FormCell
    merged: tuple[int, int] | None = None
    note: str = ""


Row = Sequence[GridCell | None]
"""Cells beside each other, None where there is nothing."""


class CellGrid(Struct, frozen=True):
    """A table: its name, and its rows, all of one length, with None where a cell is empty."""

    path: str
    name: str
    rows: tuple[tuple[GridCell | None, ...], ...]


def text_cell(text: str, location: Location, number: float | None = None, link: str | None = None) -> FormCell:
    """A cell of text: inline HTML and typed lists in it are read, an address that it leads to becomes its link."""
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
    """The table of a text file with delimiters: the delimiter is the one that makes the most columns known."""
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if said.startswith(_SEPARATOR_LINE) and len(said) > len(_SEPARATOR_LINE):
        delimiter, body, skipped = said[len(_SEPARATOR_LINE)], rest, 1
    else:
        delimiter, body, skipped = _delimiter(text, is_header), text, 0
    rows: list[tuple[GridCell | None, ...]] = []
    _refuse_open_quote(body, delimiter, path, skipped)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    before = 0
    for row in _rows(reader, path):
        line, before = before + 1 + skipped, reader.line_num
        if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise archive_problem(
                "import-too-large", f"a table has at most {MAX_ROWS:,} rows, {MAX_COLUMNS} columns", None, path
            )
        rows.append(tuple(_delimited_cell(value, path, line, column) for column, value in enumerate(row, 1)))
    return CellGrid(path, "", same_length(rows))


def _refuse_open_quote(body: str, delimiter: str, path: str, skipped: int) -> None:
    """Raises ProblemsFound where a cell begins with a quotation mark and goes on to the end of the file."""
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for _ in reader:
            before = reader.line_num
    except csv.Error as error:
        if "end of data" in str(error):
            hint = "close it, or write two for one that is text"
            where = Location(path, before + 1 + skipped)
            message = "a quotation mark in this row is never closed"
            raise ProblemsFound([Problem.error("import-damaged", message, hint, where)]) from None


def same_length(rows: Sequence[tuple[GridCell | None, ...]]) -> tuple[tuple[GridCell | None, ...], ...]:
    """The rows, the shorter ones filled up with empty cells."""
    width = max((len(row) for row in rows), default=0)
    return tuple((*row, *([None] * (width - len(row)))) for row in rows)


def _rows(reader: Iterable[list[str]], path: str) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise archive_problem(
            "import-damaged", f"this table cannot be read: {error}", "save it again as .xlsx", path
        ) from None


def _delimited_cell(value: str, path: str, line: int, column: int) -> GridCell | None:
    if not value.strip():
        return None
    place = f"column {column}"
    return GridCell(text_cell(value.strip(), Location(path, line, place=place)))


def _delimiter(text: str, is_header: Callable[[str], bool]) -> str:
    """The delimiter under which most cells of the first lines are headers, then the one that makes most columns."""
    sample = "\n".join(text.splitlines()[:_SAMPLE])

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        known = max((sum(map(is_header, row)) for row in rows[:10] if len(row) > 1), default=0)
        return known, max((len(row) for row in rows), default=0)

    return max(_DELIMITERS, key=worth)
