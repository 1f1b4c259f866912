"""Spreadsheets: values, dates, numbers, merged cells, notes and links of the sheets of a workbook."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time

from babel.dates import format_date
from msgspec import Struct
from msgspec.structs import replace
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter

from ucap_reports.importers.cell_errors import is_cell_error
from ucap_reports.importers.cell_grids import CellGrid, text_cell, too_large
from ucap_reports.importers.parsed_summary import PLACE_STEP, Leftover, ParsedCell
from ucap_reports.importers.plan_draft import aside_problem, on_one_line
from ucap_reports.importers.workbook_file import Place, WorkbookSheet, open_workbook
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.reading_limits import MAX_COLUMNS, MAX_ROWS

_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\[\]]*\]|\\.")
"""Parts of a number format without digits: words in quotes, conditions and languages in brackets, escaped signs."""
_EXACT = 1e15
"""Larger numbers do not have every digit."""
_DECIMALS = re.compile(r"0\.(0{1,30})")
"""The decimals of a number format, of which programs show at most 30."""
_PAGE_CODES = re.compile(r"&(?:\[\w+\]|\w)")


class WorkbookGrids(Struct, frozen=True):
    """The sheets with content, those that are hidden, texts that are in no cell, and warnings."""

    grids: Sequence[CellGrid]
    hidden: Sequence[CellGrid]
    texts: Sequence[Leftover]
    problems: Sequence[Problem]


def workbook_grids(content: bytes, path: str) -> WorkbookGrids:
    """The sheets of a workbook; raises ProblemsFound where it cannot be read."""
    workbook = open_workbook(content, path)
    readers = [_SheetReader(sheet, path) for sheet in workbook.sheets]
    if sum(reader.area for reader in readers) > MAX_ROWS * MAX_COLUMNS:
        raise too_large(path)
    grids = [(reader, reader.grid()) for reader in readers if reader.filled]
    drawn = [
        Leftover("text in a drawing", text, Location(path, place=name)) for name, text in workbook.archive.drawn_texts()
    ]
    texts = [text for reader in readers for text in reader.texts()] + drawn
    return WorkbookGrids(
        [grid for reader, grid in grids if not reader.is_hidden],
        [grid for reader, grid in grids if reader.is_hidden],
        texts,
        [found for reader in readers for found in reader.problems()] + [aside_problem(text) for text in texts],
    )


class _SheetReader:
    """Reads a sheet."""

    def __init__(self, sheet: WorkbookSheet, path: str) -> None:
        self._values = sheet.values
        self._notes = sheet.notes
        self._covered = sheet.covered
        self._path = path
        self._broken: list[Problem] = []
        self.is_hidden = sheet.values.sheet_state != "visible"
        self.filled = sheet.filled
        self._merged: dict[Place, Place] = {}
        """The first cell of the merged cells that a cell is one of."""
        for area in sheet.values.merged_cells.ranges:
            origin = (area.min_row, area.min_col)
            if origin in self.filled:
                self._merged |= dict.fromkeys(area.cells, origin)
        self._height = min(max((row for row, _ in [*self.filled, *self._merged]), default=0), MAX_ROWS)
        self._width = min(max((column for _, column in [*self.filled, *self._merged]), default=0), MAX_COLUMNS)

    @property
    def area(self) -> int:
        """The number of cells of the table, also of empty ones."""
        return self._height * self._width

    def grid(self) -> CellGrid:
        """The cells of the sheet."""
        rows = tuple(
            tuple(self._cell((row, column)) for column in range(1, self._width + 1))
            for row in range(1, self._height + 1)
        )
        return CellGrid(self._path, self._values.title, rows)

    def texts(self) -> Iterator[Leftover]:
        """Notes on cells without a value, cells below merged ones, and the lines of headers and footers."""
        sheet = self._values
        for (row, column), text in self._covered.items():
            yield Leftover("cell below a merged cell", text, self._at(f"{get_column_letter(column)}{row}"))
        for place in self._notes:
            cell = sheet.cell(*place)
            if cell.comment is not None and (has_no_value(cell) or not str(cell.value).strip()):
                yield Leftover("note on an empty cell", cell.comment.text, self._at(cell.coordinate))
        for margin in (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter):
            for part in (margin.left, margin.center, margin.right):
                words = _PAGE_CODES.sub("", part.text or "").strip()
                if words and not ("&P" in part.text and " " not in words):  # not "Page 1"
                    yield Leftover("header or footer", words, self._at())

    def problems(self) -> Iterator[Problem]:
        """Warnings about formulas without a value, and about hidden content."""
        if self.is_hidden:
            if self.filled:
                yield problem("import-hidden", self._at(), form="sheet")
            return
        yield from self._broken
        sheet = self._values
        rows = sorted({row for row, _ in self.filled if sheet.row_dimensions[row].hidden})
        hidden = [each for each in sheet.column_dimensions.values() if each.hidden]
        columns = sorted({place for _, place in self.filled for each in hidden if each.min <= place <= each.max})
        for kind, names in (("rows", list(map(str, rows))), ("columns", list(map(get_column_letter, columns)))):
            if names:
                yield problem("import-hidden", self._at(), form=kind, names=on_one_line(", ".join(names)))

    def _at(self, *cell: str) -> Location:
        return Location(self._path, place=PLACE_STEP.join((self._values.title, *cell)))

    def _cell(self, place: Place) -> ParsedCell | None:
        merged = self._merged.get(place)
        origin = merged or place
        if origin not in self.filled:
            return None
        cell = self._values.cell(*origin)
        location = self._at(cell.coordinate)
        is_first = place == origin
        if has_no_value(cell):
            if is_first and cell.value is not None:
                form = "error" if self.filled[origin] else "cell"
                self._broken.append(problem("import-formula", location, form=form, value=cell.value))
            elif is_first and self.filled[origin]:
                self._broken.append(problem("import-formula", location, form="empty"))
            return None
        number = cell.value if cell.data_type == "n" else None
        link = cell.hyperlink.target if cell.hyperlink is not None else None
        found = text_cell(shown_text(cell.value, cell.number_format), location, number, link)
        note = cell.comment.text.strip() if cell.comment is not None and is_first else ""
        grid_origin = (merged[0] - 1, merged[1] - 1) if merged else None
        return replace(found, merged=grid_origin, note=note) if found else None


def has_no_value(cell: Cell) -> bool:
    """Whether a cell is empty, or has what a formula has instead of a value, as an error or as text."""
    if cell.value is None or cell.data_type == "e":
        return True
    return isinstance(cell.value, str) and is_cell_error(cell.value)


def shown_text(value: object, number_format: str) -> str:
    """A value as a person reads it in the sheet: dates as 2019-04-30, whole numbers without decimals."""
    if isinstance(value, datetime):
        return _day(value, number_format)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _decimal(value, number_format)
    return str(value)


def _day(value: datetime, number_format: str) -> str:
    """A day as 2019-04-30; the month or the year alone where the sheet shows only that of a stored day."""
    if value.time() != time():
        return value.isoformat(" ", "minutes")
    shown = _LITERAL.sub("", number_format).lower()
    if value.day == 1 and shown != "general" and "d" not in shown:
        is_year = value.month == 1 and "m" not in shown
        return str(value.year) if is_year else format_date(value, "MMMM y", "en")
    return value.date().isoformat()


def _decimal(value: float, number_format: str) -> str:
    """The number with as many decimals as the sheet shows, where it shows a fixed number of them."""
    is_exact = abs(value) < _EXACT
    decimals = [] if "%" in number_format else _DECIMALS.findall(number_format)
    if is_exact and decimals:
        return f"{value:.{len(decimals[-1])}f}"
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and is_exact else repr(value)
