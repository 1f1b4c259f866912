"""Spreadsheets: values, dates, numbers, merged cells, notes and links of the sheets of a workbook."""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, time
from io import BytesIO
from math import prod

from babel.dates import format_date
from msgspec import Struct
from msgspec.structs import replace
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.cell_grids import MAX_COLUMNS, MAX_ROWS, CellGrid, text_cell, too_large
from ucap_reports.importers.imported_form import PLACE_STEP, FormCell, Leftover
from ucap_reports.importers.office_archive import Archive
from ucap_reports.importers.plan_draft import aside_problem, on_one_line
from ucap_reports.problems import Location, Problem, ProblemsFound, problem

MAX_MERGED = 50_000
"""How many cells may be merged in one sheet: openpyxl creates each of them."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
"""Parts of a number format without digits: words in quotes, conditions and languages in brackets, escaped signs."""
_EXACT = 1e15
"""Larger numbers do not have every digit."""
_PAGE_CODES = re.compile(r"&(?:\[\w+\]|\w)")
_Place = tuple[int, int]


class WorkbookGrids(Struct, frozen=True):
    """The sheets with content, those that are hidden, texts that are in no cell, and warnings."""

    grids: Sequence[CellGrid]
    hidden: Sequence[CellGrid]
    texts: Sequence[Leftover]
    problems: Sequence[Problem]


def open_workbook_archive(content: bytes, path: str) -> Archive:
    """The parts of a workbook; raises ProblemsFound for one that cannot be read safely."""
    archive = Archive(content, path, "xlsx")
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            _refuse_bombs(archive, name)
    return archive


def load_sheets(content: bytes, path: str, **options: bool) -> Workbook:
    """Openpyxl's workbook of a file whose archive is safe; raises ProblemsFound for a damaged one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about what it does not keep; nothing is saved here
            return load_workbook(BytesIO(content), **options)
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError):
        raise ProblemsFound([problem("import-damaged", Location(path), form="archive", kind="xlsx")]) from None


def workbook_grids(content: bytes, path: str) -> WorkbookGrids:
    """The sheets of a workbook; raises ProblemsFound where it cannot be read."""
    archive = open_workbook_archive(content, path)
    values = load_sheets(content, path, data_only=True)
    formulas = load_sheets(content, path, read_only=True)
    readers = [_SheetReader(sheet, formulas[sheet.title], path) for sheet in values.worksheets]
    grids = [(reader, reader.grid()) for reader in readers if reader.filled]
    drawn = [Leftover("text in a drawing", text, Location(path, place=name)) for name, text in archive.drawn_texts()]
    texts = [text for reader in readers for text in reader.texts()] + drawn
    return WorkbookGrids(
        [grid for reader, grid in grids if not reader.is_hidden],
        [grid for reader, grid in grids if reader.is_hidden],
        texts,
        [found for reader in readers for found in reader.problems()] + [aside_problem(text) for text in texts],
    )


def _refuse_bombs(archive: Archive, name: str) -> None:
    """Raises ProblemsFound for entities, and for more merged cells than fit into memory."""
    merged = 0
    for match in _MERGED.finditer(archive.read(name)):
        with suppress(ValueError, TypeError):  # openpyxl refuses them too
            merged += prod(CellRange(match[1].decode("ascii")).size.values())
        if merged > MAX_MERGED:
            raise ProblemsFound([problem("import-too-large", Location(archive.path), form="merged", limit=MAX_MERGED)])


class _SheetReader:
    """Reads a sheet: `values` has its cells with the values of formulas, `formulas` is read for what is in them."""

    def __init__(self, values: Worksheet, formulas: Worksheet, path: str) -> None:
        self._values = values
        self._path = path
        self._broken: list[Problem] = []
        self.is_hidden = values.sheet_state != "visible"
        self.filled: dict[_Place, bool] = {}
        """The places of cells with content, and whether it is a formula: cells that are only coloured can reach to the
        end of a sheet.
        """
        formulas.reset_dimensions()
        for number, row in enumerate(formulas.iter_rows(), 1):
            for column, cell in enumerate(row, 1):
                if cell.value is not None and (number > MAX_ROWS or column > MAX_COLUMNS):
                    raise too_large(path)
                if cell.value is not None:
                    self.filled[number, column] = cell.data_type == "f"

    def grid(self) -> CellGrid:
        """The cells of the sheet."""
        merged: dict[_Place, _Place] = {}
        for area in self._values.merged_cells.ranges:
            origin = (area.min_row, area.min_col)
            if origin in self.filled:
                merged |= dict.fromkeys(area.cells, origin)
        height = min(max(row for row, _ in [*self.filled, *merged]), MAX_ROWS)
        width = min(max(column for _, column in [*self.filled, *merged]), MAX_COLUMNS)
        rows = tuple(
            tuple(self._cell((row, column), merged.get((row, column))) for column in range(1, width + 1))
            for row in range(1, height + 1)
        )
        return CellGrid(self._path, self._values.title, rows)

    def texts(self) -> Iterator[Leftover]:
        """Notes on cells without a value, and the lines of headers and footers."""
        sheet = self._values
        limits = min(sheet.max_row, MAX_ROWS), min(sheet.max_column, MAX_COLUMNS)
        for row in sheet.iter_rows(max_row=limits[0], max_col=limits[1]):
            for cell in row:
                if cell.comment is not None and (_has_no_value(cell) or not str(cell.value).strip()):
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

    def _cell(self, place: _Place, merged: _Place | None) -> FormCell | None:
        origin = merged or place
        if origin not in self.filled:
            return None
        cell = self._values.cell(*origin)
        location = self._at(cell.coordinate)
        is_first = place == origin
        if _has_no_value(cell):
            if is_first and self.filled[origin]:
                form = "empty" if cell.value is None else "error"
                self._broken.append(problem("import-formula", location, form=form, value=cell.value))
            return None
        number = cell.value if cell.data_type == "n" else None
        link = cell.hyperlink.target if cell.hyperlink is not None else None
        found = text_cell(_text(cell.value, cell.number_format), location, number, link)
        note = cell.comment.text.strip() if cell.comment is not None and is_first else ""
        grid_origin = (merged[0] - 1, merged[1] - 1) if merged else None
        return replace(found, merged=grid_origin, note=note) if found else None


def _has_no_value(cell: Cell) -> bool:
    """Whether a cell is empty, or has what a formula has instead of a value."""
    return cell.value is None or cell.data_type == "e"


def _text(value: object, number_format: str) -> str:
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
    if is_exact and (match := re.search(r"^[^%]*0\.(0+)[^%]*$", number_format)):
        return f"{value:.{len(match[1])}f}"
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and is_exact else repr(value)
