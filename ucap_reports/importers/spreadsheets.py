"""Spreadsheets: the values of formulas, dates, numbers, merged cells and links of every sheet that is shown."""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO

from msgspec import Struct
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.cell_grids import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    CellGrid,
    GridCell,
    same_length,
    text_cell,
)
from ucap_reports.importers.imported_form import PLACE_STEP
from ucap_reports.importers.office_archive import Archive, archive_problem
from ucap_reports.problems import Location, Problem

MAX_SHEETS = 50
MAX_MERGED = 50_000
"""How many cells may be merged in one sheet: each is made when a sheet is opened."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
"""What a number format has beside its signs: words in quotes, conditions and languages in brackets, single signs."""
_SHOWS_DAY, _SHOWS_MONTH = re.compile("[dD]"), re.compile("[mM]")
_PERCENT = re.compile(r"0(?:\.(0+))?%")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MOST_NAMED = 8
"""How many hidden rows or columns a message names."""
_EXACT = 1e15
"""Beyond it a number does not hold every digit."""
_Places = dict[tuple[int, int], tuple[int, int]]


def workbook_grids(content: bytes, path: str) -> tuple[list[CellGrid], list[Problem]]:
    """The sheets that have content, with a warning for each formula without a value."""
    archive = Archive(content, path, "xlsx")
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            _refuse_bombs(archive, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it does not keep; nothing is saved here
            values = load_workbook(BytesIO(content), data_only=True, rich_text=True)
            formulas = load_workbook(BytesIO(content))
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError):
        hint = "open it in a spreadsheet program, and save it again as .xlsx"
        raise archive_problem("import-damaged", "this is no spreadsheet, or a damaged one", hint, path) from None
    sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    if not values.worksheets:
        raise archive_problem("import-damaged", "this spreadsheet has no sheets", None, path)
    if len(sheets) > MAX_SHEETS:
        raise archive_problem("import-too-large", f"a spreadsheet has at most {MAX_SHEETS} sheets", None, path)
    problems: list[Problem] = []
    grids = [_grid(_WorkbookSheet(sheet, formulas[sheet.title], path, problems)) for sheet in sheets]
    problems += [_hidden_sheet(sheet, path) for sheet in values.worksheets if sheet not in sheets and _filled(sheet)]
    problems += [problem for sheet in sheets for problem in (*_hidden_cells(sheet, path), *_loose_notes(sheet, path))]
    return [grid for grid in grids if any(cell for row in grid.rows for cell in row)], problems


def _hidden_sheet(sheet: Worksheet, path: str) -> Problem:
    hint = "show it in the spreadsheet program, if its plans are wanted"
    return Problem.warning("import-hidden", "this sheet is hidden, and is not read", hint, _at(sheet, path))


def _hidden_cells(sheet: Worksheet, path: str) -> Iterator[Problem]:
    """A warning for the rows of a sheet that are hidden, and one for its columns: they are read all the same."""
    filled = _filled(sheet)
    rows = [str(row) for row in sorted({row for row, _ in filled}) if sheet.row_dimensions[row].hidden]
    letters = [
        letter
        for dimension in list(sheet.column_dimensions.values())
        if dimension.hidden
        for letter in map(get_column_letter, range(dimension.min or 0, min(dimension.max or 0, MAX_COLUMNS) + 1))
    ]
    used = {get_column_letter(column) for _, column in filled}
    for kind, found in (("row", rows), ("column", [letter for letter in letters if letter in used])):
        if found:
            named = f"{kind} {found[0]} is" if len(found) == 1 else f"{kind}s {_listed(found)} are"
            hint = "delete what is not wanted, or its plans"
            yield Problem.warning("import-hidden", f"{named} hidden, and read like others", hint, _at(sheet, path))


def _listed(names: Sequence[str]) -> str:
    """The names, as many as a message has room for."""
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED:,} more"


def _loose_notes(sheet: Worksheet, path: str) -> Iterator[Problem]:
    """A warning for each note on a cell that has nothing which a plan could have, so that no plan can keep it."""
    for (row, column), cell in sorted(sheet._cells.items()):  # noqa: SLF001 - see `_filled`
        if cell.comment is not None and (_has_no_value(cell.value) or not str(cell.value).strip()):
            note = " ".join(cell.comment.text.split())
            where = _at(sheet, path, f"{get_column_letter(column)}{row}")
            hint = "if it is about a plan, write it where it belongs"
            yield Problem.warning("import-aside", f'the note "{note}" on an empty cell is not taken', hint, where)


def _has_no_value(value: object) -> bool:
    """Whether a cell holds nothing, or what a formula has instead of a value."""
    return value is None or (isinstance(value, str) and value in _ERRORS)


def _at(sheet: Worksheet, path: str, cell: str = "") -> Location:
    return Location(path, place=f"{sheet.title}{PLACE_STEP}{cell}" if cell else sheet.title)


def _refuse_bombs(archive: Archive, name: str) -> None:
    """Raises ProblemsFound for entities, and for merged cells that would not fit into memory."""
    content = archive.read(name) or b""
    archive.refuse_entities(name, content)
    merged = 0
    for match in _MERGED.finditer(content):
        try:
            left, top, right, bottom = (side or 0 for side in range_boundaries(match[1].decode("ascii")))
        except ValueError:
            continue
        merged += (right - left + 1) * (bottom - top + 1)
        if merged > MAX_MERGED:
            message = f"more than {MAX_MERGED:,} cells of a sheet are merged"
            raise archive_problem(
                "import-too-large", message, "undo the merging of whole rows and columns", archive.path
            )


class _WorkbookSheet(Struct, frozen=True):
    """A sheet as it shows values and as it shows formulas, and the problems of its file."""

    values: Worksheet
    formulas: Worksheet
    path: str
    problems: list[Problem]


def _grid(sheet: _WorkbookSheet) -> CellGrid:
    merged: _Places = {}
    for area in sheet.values.merged_cells.ranges:
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                merged[row, column] = (area.min_row, area.min_col)
    filled = _filled(sheet.values)
    height = max((row for row, _ in filled), default=0)
    if height > MAX_ROWS or max((column for _, column in filled), default=0) > MAX_COLUMNS:
        message = f"a sheet has at most {MAX_ROWS:,} rows and {MAX_COLUMNS} columns"
        raise archive_problem("import-too-large", message, "remove what stands far off", sheet.path)
    height = max([height, *(row for (row, _), origin in merged.items() if origin in filled)])
    columns = [column for _, column in filled] + [column for (_, column), origin in merged.items() if origin in filled]
    width = min(max(columns, default=0), MAX_COLUMNS)
    rows = [
        tuple(_cell(sheet, (row, column), merged.get((row, column))) for column in range(1, width + 1))
        for row in range(1, min(height, MAX_ROWS) + 1)
    ]
    return CellGrid(sheet.path, sheet.values.title, same_length(rows))


def _filled(sheet: Worksheet) -> set[tuple[int, int]]:
    """The places of cells with content: rows that are only coloured can reach to the end of a sheet."""
    cells = sheet._cells  # noqa: SLF001 - iterating by rows would make every cell there could be
    return {place for place, cell in cells.items() if cell.value is not None}


def _cell(sheet: _WorkbookSheet, place: tuple[int, int], merged: tuple[int, int] | None) -> GridCell | None:
    row, column = merged or place
    cell = sheet.values.cell(row, column)
    location = _at(sheet.values, sheet.path, f"{get_column_letter(column)}{row}")
    value = cell.value
    if _has_no_value(value) and place == (row, column) and _is_formula(sheet.formulas.cell(row, column).value):
        shown = f"the formula has {'no value' if value is None else f'the value {value}'}"
        hint = "open the file in a spreadsheet program, and save it again" if value is None else "mend the formula"
        sheet.problems.append(Problem.warning("import-formula", shown, hint, location))
    text = _text(value, cell.number_format)
    if _has_no_value(value) or not text.strip():
        return None
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    link = cell.hyperlink.target if cell.hyperlink is not None else None
    origin = (merged[0] - 1, merged[1] - 1) if merged else None
    note = cell.comment.text.strip() if cell.comment is not None and place == (row, column) else ""
    return GridCell(text_cell(text[:MAX_CELL], location, number, link), origin, note)


def _is_formula(value: object) -> bool:
    return (isinstance(value, str) and value.startswith("=")) or type(value).__name__ == "ArrayFormula"


def _text(value: object, number_format: str) -> str:
    """A value as a person reads it in the sheet: dates as 2019-04-30, whole numbers without decimals."""
    match value:
        case None | str():
            return value or ""
        case CellRichText():
            return "".join(_emphasised(part) for part in value)
        case datetime():
            return _day(value, number_format)
        case bool():
            return str(value).lower()
        case int() | float():
            return _decimal(value, number_format)
        case _:
            return str(value)


def _emphasised(part: str | TextBlock) -> str:
    """A part of a cell with the inline HTML of its emphasis, which cells may have as text, too."""
    if isinstance(part, str) or not part.text.strip():
        return str(part)
    words = part.text.strip()
    lead, _, rest = part.text.partition(words)
    for name, is_on in (("b", part.font.b), ("i", part.font.i), ("u", part.font.u)):
        words = f"<{name}>{words}</{name}>" if is_on else words
    return f"{lead}{words}{rest}"


def _day(value: datetime, number_format: str) -> str:
    """A day as 2019-04-30; the month or the year alone where the sheet shows no more: programs make dates of both."""
    if value.time() != time():
        return value.isoformat(" ", "minutes")
    shown = _LITERAL.sub("", number_format)
    if value.day == 1 and number_format != "General" and not _SHOWS_DAY.search(shown):
        is_year = value.month == 1 and not _SHOWS_MONTH.search(shown)
        return str(value.year) if is_year else f"{_MONTHS[value.month - 1]} {value.year}"
    return value.date().isoformat()


def _decimal(value: float, number_format: str) -> str:
    """The number with as many decimals as the sheet shows, where it shows a fixed number of them."""
    is_exact = abs(value) < _EXACT
    if is_exact and (match := _PERCENT.search(number_format)):
        return f"{value * 100:.{len(match[1] or '')}f}%"
    if is_exact and (match := re.search(r"0\.(0+)", number_format)):
        return f"{value:.{len(match[1])}f}"
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and is_exact else repr(value)
