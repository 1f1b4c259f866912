"""Workbooks that people send: values, dates, numbers, merged cells, notes and links of their sheets.

In this order: the sheets as tables (`workbook_grids`) and the opened file (`open_workbook`); values as the sheet shows
them; limits, and the cells with content; and the workbook that openpyxl gets.

openpyxl checks every attribute of every part, so that a rule of a chart, the colour of a font or a date in the
properties of a file can stop it, although spreadsheet programs ignore it, and it creates each cell of a range that has
a link or a note. Therefore it gets only what is imported: cells, the formats of their numbers, hidden cells, links,
notes, headers and footers. Merged cells are read by `_merged_areas`, because openpyxl drops the content that programs
keep below them.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from math import prod

from babel.dates import format_date
from lxml import etree
from msgspec import Struct
from msgspec.structs import replace
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_ISO8601
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.draft_and_kept_comments import aside_problem, on_one_line
from ucap_reports.importers.imported_tables import CellGrid, is_cell_error, text_cell, too_large
from ucap_reports.importers.parsed_cells_and_lists import PLACE_STEP, Leftover, ParsedCell
from ucap_reports.importers.word_package import RELATIONS, Archive, part_at
from ucap_reports.importers.workbook_sheets_and_cells import MAX_DIGITS
from ucap_reports.plan.numbers_and_amounts import read_money
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.storage.reading_limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_IMPORT_CHARACTERS,
    MAX_ROWS,
)
from ucap_reports.word.file.allowed_content import STRICT
from ucap_reports.word.file.word_xml import whole

MAX_MERGED_CELLS = 50_000
"""merged cells in a part of a workbook, since openpyxl creates each of them"""
MAX_WORKBOOK_DEFINITIONS = 50_000
"""other elements of a workbook, such as styles and rules"""
_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\[\]]*\]|\\.")
"""Parts of a number format without digits: words in quotes, conditions and languages in brackets, escaped signs."""
_SIGN_OF_FORMAT = re.compile(
    r"""
    \[ \$ (?P<bracketed> [^\[\]-]* ) (?: - [^\[\]]* )? \]  # [$€-407]; the number after the hyphen is a language
    | " (?P<quoted> [^"]* ) "                              # "EUR"
    | \[ [^\[\]]* \]                                       # [Red], [>=1000]: skipped
    | \\.                                                  # an escaped character: skipped
    | (?P<bare> [^\s\w#?.,;%()@*-] )                       # €
    """,
    re.VERBOSE,
)
"""What a number format writes beside the digits, in one of the three groups (ISO/IEC 29500-1, 18.8.31)."""
_ESCAPED_CONTROL = re.compile(r"_x(00[01][0-9A-Fa-f])_")
"""A control character, such as the carriage return that Excel writes for texts with both signs of a line end (ISO/IEC
29500-1, 22.4.2.4).
"""
_EXACT = 1e15
"""Larger numbers do not have every digit."""
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
"""Commas behind the last digit, each of which stands for three digits that are not shown."""
_DECIMALS = re.compile(r"0\.(0{1,30})")
"""The decimals of a number format, of which programs show at most 30."""
_PAGE_CODES = re.compile(r"&(?:(?P<number>[PN])|\[\w+\]|\w|(?P<sign>&))")
"""Codes of headers and footers: of the number of the page and the number of pages, and others, such as that of the name
of the file; two signs are the sign itself.
"""

_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL_CONTENT = re.compile(rb"<(?:\w+:)?(?:c|v|f|is|t|row|si)[\s/>]")
"""The elements that are read fast: cells and their content, rows, and shared strings (ISO/IEC 29500-1, 18.3, 18.4)."""
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_DAMAGED = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError)
"""What openpyxl raises for damaged workbooks."""
Position = tuple[int, int]
"""The row and the column of a cell, from 1."""


class WorkbookGrids(Struct, frozen=True):
    """The sheets with content, those that are hidden, texts that are in no cell, and warnings."""

    grids: Sequence[CellGrid]
    hidden: Sequence[CellGrid]
    texts: Sequence[Leftover]
    problems: Sequence[Problem]


def workbook_grids(content: bytes, path: str) -> WorkbookGrids:
    """Return the sheets of a workbook; raises ProblemsFound where it cannot be read."""
    workbook = open_workbook(content, path)
    readers = [_SheetReader(sheet, path) for sheet in workbook.sheets]
    if sum(reader.area for reader in readers) > MAX_ROWS * MAX_COLUMNS:
        raise too_large(path)
    grids: list[CellGrid] = []
    hidden_grids: list[CellGrid] = []
    texts: list[Leftover] = []
    problems: list[Problem] = []
    for reader in readers:
        if reader.filled:
            grids_of_kind = hidden_grids if reader.is_hidden else grids
            grids_of_kind.append(reader.grid())
        texts += reader.texts()
        problems += reader.problems()
    for name, text in workbook.archive.drawn_texts():
        texts.append(Leftover("text in a drawing", text, Location(path, place=name)))
    problems += [aside_problem(text) for text in texts]
    return WorkbookGrids(grids, hidden_grids, texts, problems)


class WorkbookSheet(Struct, frozen=True):
    """A sheet: openpyxl's with the values of formulas, and the places of its cells with content.

    `filled` says whether the content is a formula. Cells that are only coloured are not in it: they can reach to the
    end of a sheet. `notes` are the places of notes. `merged` are the areas of merged cells, and `covered` the texts of
    the cells that these hide.
    """

    values: Worksheet
    filled: Mapping[Position, bool]
    notes: Sequence[Position]
    merged: Sequence[CellRange]
    covered: Mapping[Position, str]


class WorkbookFile(Struct, frozen=True):
    """A workbook: its sheets, and the parts of its archive."""

    sheets: Sequence[WorkbookSheet]
    archive: Archive


def open_workbook(content: bytes, path: str) -> WorkbookFile:
    """Open a workbook. Raises ProblemsFound for one that is damaged, or that exceeds a limit."""
    archive = Archive(content, path, "xlsx")
    _refuse_bombs(archive)
    if _is_strict(archive):
        raise ProblemsFound([problem("import-damaged", Location(path), form="workbook")])
    values = _loaded(archive)
    parts = _sheet_parts(archive)
    sheets: list[WorkbookSheet] = []
    characters = 0
    for sheet in values.worksheets:
        part = parts.get(sheet.title, "")
        filled = _filled_cells(archive, part)
        for position in filled:
            value = sheet.cell(*position).value
            size = len(value) if isinstance(value, str) else 0
            if size > MAX_CELL_CHARACTERS:
                raise _too_large(path, "cell", MAX_CELL_CHARACTERS)
            characters += size
        if characters > MAX_IMPORT_CHARACTERS:
            raise _too_large(path, "text", MAX_IMPORT_CHARACTERS)
        merged = _merged_areas(archive, part)
        covered = _covered(sheet, filled, merged)
        sheets.append(WorkbookSheet(sheet, filled, _notes(archive, part), merged, covered))
    return WorkbookFile(sheets, archive)


# Sheets as tables


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
        self._merged: dict[Position, Position] = {}
        """The first cell of the merged cells that a cell is one of."""
        for area in sheet.merged:
            origin = (area.min_row, area.min_col)
            if origin in self.filled:
                self._merged |= dict.fromkeys(area.cells, origin)
        last_row = last_column = 0
        for row, column in (*self.filled, *self._merged):
            last_row = max(last_row, row)
            last_column = max(last_column, column)
        self._height = min(last_row, MAX_ROWS)
        self._width = min(last_column, MAX_COLUMNS)

    @property
    def area(self) -> int:
        """The number of cells of the table, also of empty ones."""
        return self._height * self._width

    def grid(self) -> CellGrid:
        """Return the cells of the sheet."""
        columns = range(1, self._width + 1)
        rows = []
        for row in range(1, self._height + 1):
            rows.append(tuple([self._cell((row, column)) for column in columns]))
        return CellGrid(self._path, self._values.title, tuple(rows))

    def texts(self) -> Iterator[Leftover]:
        """Yield notes on cells without a value, cells below merged ones, and the lines of headers and footers."""
        sheet = self._values
        for (row, column), text in self._covered.items():
            location = self._at(f"{get_column_letter(column)}{row}")
            yield Leftover("cell below a merged cell", text, location)
        for position in self._notes:
            cell = sheet.cell(*position)
            is_empty = has_no_value(cell) or not str(cell.value).strip()
            if cell.comment is not None and is_empty:
                yield Leftover("note on an empty cell", cell.comment.text, self._at(cell.coordinate))
        for words in dict.fromkeys(_margin_texts(sheet)):
            yield Leftover("header or footer", words, self._at())

    def problems(self) -> Iterator[Problem]:
        """Yield warnings about formulas without a value, and about hidden content; after `grid`, which finds these
        formulas.
        """
        if self.is_hidden:
            if self.filled:
                yield problem("import-hidden", self._at(), form="sheet")
            return
        yield from self._broken
        sheet = self._values
        hidden_rows = {row for row, _ in self.filled if sheet.row_dimensions[row].hidden}
        if hidden_rows:
            names = ", ".join([str(row) for row in sorted(hidden_rows)])
            yield problem("import-hidden", self._at(), form="rows", names=on_one_line(names))
        hidden_columns: set[int] = set()
        for dimension in sheet.column_dimensions.values():
            if dimension.hidden:
                hidden_columns.update(column for _, column in self.filled if dimension.min <= column <= dimension.max)
        if hidden_columns:
            names = ", ".join([get_column_letter(column) for column in sorted(hidden_columns)])
            yield problem("import-hidden", self._at(), form="columns", names=on_one_line(names))

    def _at(self, *cell: str) -> Location:
        return Location(self._path, place=PLACE_STEP.join((self._values.title, *cell)))

    def _cell(self, position: Position) -> ParsedCell | None:
        """Return the cell there, with the value of the first one if it is merged with others; None without a value."""
        merged = self._merged.get(position)
        origin = merged or position
        is_hidden = merged is None and position in self._covered
        if is_hidden or origin not in self.filled:
            return None
        cell = self._values.cell(*origin)
        location = self._at(cell.coordinate)
        is_first = position == origin
        if has_no_value(cell):
            if is_first:
                self._report_broken(cell, location, is_formula=self.filled[origin])
            return None
        number = cell.value if cell.data_type == "n" else None
        link = None if cell.hyperlink is None else cell.hyperlink.target
        parsed = text_cell(shown_text(cell.value, cell.number_format), location, number, link)
        if parsed is None:
            return None
        note = ""
        if is_first and cell.comment is not None:
            note = cell.comment.text.strip()
        merged_from_zero = None if merged is None else (merged[0] - 1, merged[1] - 1)
        return replace(parsed, merged=merged_from_zero, note=note)

    def _report_broken(self, cell: Cell, location: Location, *, is_formula: bool) -> None:
        """Report a cell with an error, or with a formula without a result."""
        if cell.value is not None:
            form = "error" if is_formula else "cell"
            self._broken.append(problem("import-formula", location, form=form, value=cell.value))
        elif is_formula:
            self._broken.append(problem("import-formula", location, form="empty"))


def _margin_texts(sheet: Worksheet) -> Iterator[str]:
    """Yield the texts of the headers and footers of all, of even and of first pages."""
    headers = (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader)
    footers = (sheet.oddFooter, sheet.evenFooter, sheet.firstFooter)
    for margin in (*headers, *footers):
        for part in (margin.left, margin.center, margin.right):
            texts = _texts_beside_numbers(part.text or "")
            words = "".join(texts).strip()
            is_page_number = len(texts) > 1 and all(len(text.split()) <= 1 for text in texts)  # such as "Page 1 of 3"
            if words and not is_page_number:
                yield words


def _texts_beside_numbers(written: str) -> list[str]:
    """Return the texts of a header or footer before, between and after the numbers of pages in it."""
    texts = [""]
    offset = 0
    for code in _PAGE_CODES.finditer(written):
        texts[-1] += written[offset : code.start()] + (code["sign"] or "")
        offset = code.end()
        if code["number"]:
            texts.append("")
    texts[-1] += written[offset:]
    return texts


# Values as the sheet shows them


def has_no_value(cell: Cell) -> bool:
    """Return whether a cell is empty, or has what a formula has instead of a value, as an error or as text."""
    if cell.value is None or cell.data_type == "e":
        return True
    return isinstance(cell.value, str) and is_cell_error(cell.value)


def shown_text(value: object, number_format: str) -> str:
    """Return a value as a person reads it in the sheet: dates as 2019-04-30, whole numbers without decimals, amounts
    with their currency.
    """
    if isinstance(value, datetime):
        return _day(value, number_format)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = _decimal(value, number_format)
        currency = _currency_of(number_format)
        return f"{number} {currency}" if currency else number
    return _ESCAPED_CONTROL.sub(lambda escape: chr(int(escape[1], 16)), str(value))


def _day(value: datetime, number_format: str) -> str:
    """Return a day as 2019-04-30; the month or the year alone where the sheet shows only that of a stored day."""
    if value.time() != time():
        return value.isoformat(" ", "minutes")
    if is_month(value, number_format):
        return format_date(value, "MMMM y", "en")
    if _shows_no_day(value, number_format):
        return str(value.year)
    return value.date().isoformat()


def is_month(value: datetime, number_format: str) -> bool:
    """Return whether the sheet shows only the month of a stored day."""
    shows_month = "m" in _LITERAL.sub("", number_format).lower()
    is_year = value.month == 1 and not shows_month
    return _shows_no_day(value, number_format) and not is_year


def _shows_no_day(value: datetime, number_format: str) -> bool:
    """Return whether the sheet shows a stored day, the first of a month, without its day."""
    is_start_of_month = value.time() == time() and value.day == 1
    shown = _LITERAL.sub("", number_format).lower()
    return is_start_of_month and shown != "general" and "d" not in shown


def _decimal(value: float, number_format: str) -> str:
    """Return the number with as many decimals as the sheet shows, where it shows a fixed number of them; a share of 1
    as a percentage.
    """
    is_exact = abs(value) < _EXACT
    shown = _LITERAL.sub("", number_format)
    zeros = _DECIMALS.findall(shown)
    decimals = 0
    if zeros and not _SCALED.search(shown):
        decimals = len(zeros[-1])
    if is_exact and "%" in shown:
        percentage = Decimal(repr(value)) * 100
        return f"{percentage:.{decimals}f}%"
    if is_exact and decimals:
        return f"{value:.{decimals}f}"
    if isinstance(value, int):
        return str(value)
    if is_exact and value.is_integer():
        return str(int(value))
    return f"{value:.{MAX_DIGITS}g}"


def _currency_of(number_format: str) -> str:
    """Return the sign or the code of the currency that a number format shows; empty if it shows none."""
    for match in _SIGN_OF_FORMAT.finditer(number_format):
        sign = (match["bracketed"] or match["quoted"] or match["bare"] or "").strip()
        money = read_money(f"1 {sign}", currencies())
        if sign and money.value == 1 and (money.currency or money.symbol):
            return sign
    return ""


# Opening: limits, and the cells of a sheet with content


def _refuse_bombs(archive: Archive) -> None:
    """Raise ProblemsFound if openpyxl would create too much from a part of the file."""
    cells = definitions = 0
    for name in archive.names:
        markup = archive.markup(name)
        cells += len(_CELL.findall(markup))
        elements = markup.count(b"<") - markup.count(b"</")
        definitions += elements - len(_CELL_CONTENT.findall(markup))
        if cells > MAX_CELLS:
            raise _too_large(archive.path, "cells", MAX_CELLS)
        if definitions > MAX_WORKBOOK_DEFINITIONS:
            raise _too_large(archive.path, "definitions", MAX_WORKBOOK_DEFINITIONS)
        merged = 0
        for match in _MERGED.finditer(markup):
            with suppress(ValueError, TypeError):  # openpyxl refuses them too
                area = CellRange(match[1].decode("ascii"))
                merged += prod(area.size.values())
            if merged > MAX_MERGED_CELLS:
                raise _too_large(archive.path, "merged", MAX_MERGED_CELLS)


def _too_large(path: str, form: str, limit: int) -> ProblemsFound:
    return ProblemsFound([problem("import-too-large", Location(path), form=form, limit=limit)])


def _loaded(archive: Archive) -> Workbook:
    """Return the workbook. Raises ProblemsFound if it is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about what it does not keep; nothing is saved here
            return load_workbook(BytesIO(_readable_workbook(archive)), data_only=True, keep_links=False)
    except _DAMAGED:
        where = Location(archive.path)
        raise ProblemsFound([problem("import-damaged", where, form="archive", kind="xlsx")]) from None


def _sheet_parts(archive: Archive) -> Mapping[str, str]:
    """Return the names of the sheets' parts by the titles of the sheets."""
    main = archive.main_part("xl/workbook.xml")
    links = archive.links(main)
    parts: dict[str, str] = {}
    for sheet in archive.xml(main).iter("{*}sheet"):
        target = links.get(sheet.get(f"{RELATIONS}id", ""), "")
        parts[sheet.get("name", "")] = part_at(target, main)
    return parts


def _filled_cells(archive: Archive, part: str) -> Mapping[Position, bool]:
    """Return the places of the cells of a sheet that have content, and whether it is a formula.

    openpyxl can only list the cells of the whole area of a sheet, which it creates for that. Raises ProblemsFound if
    there is content far from the table.
    """
    filled: dict[Position, bool] = {}
    for position, cell in _cells(archive, part):
        is_formula = cell.find("{*}f") is not None
        has_value = bool(cell.findtext("{*}v")) or cell.find("{*}is") is not None
        if not is_formula and not has_value:
            continue
        row, column = position
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise too_large(archive.path)
        filled[position] = is_formula
    return filled


def _cells(archive: Archive, part: str) -> Iterator[tuple[Position, etree._Element]]:
    """Yield the cells of a sheet with their places."""
    row_number = 0
    for row in archive.xml(part).iter("{*}row"):
        row_number = whole(row.get("r"), row_number + 1)
        column_number = 0
        for cell in row.iterchildren("{*}c"):
            # A cell may have no reference (ISO/IEC 29500-1, 18.3.1.4).
            position = _cell_position(cell.get("r")) or (row_number, column_number + 1)
            column_number = position[1]
            yield position, cell


def _notes(archive: Archive, part: str) -> Sequence[Position]:
    """Return the places of the notes of a sheet, by row and column."""
    positions: set[Position] = set()
    for name in archive.linked_parts(part, "/comments"):
        for comment in archive.xml(name).iter("{*}comment"):
            first_cell = (comment.get("ref") or "").partition(":")[0]
            position = _cell_position(first_cell)
            if position is not None:
                positions.add(position)
    return sorted(positions)


def _covered(sheet: Worksheet, filled: Collection[Position], merged: Sequence[CellRange]) -> Mapping[Position, str]:
    """Return the texts of the cells that merged cells hide. Programs keep them in the file."""
    texts: dict[Position, str] = {}
    for area in merged:
        origin = (area.min_row, area.min_col)
        for position in area.cells:
            if position == origin or position not in filled:
                continue
            cell = sheet.cell(*position)
            if has_no_value(cell):
                continue
            text = shown_text(cell.value, cell.number_format).strip()
            if text:
                texts[position] = text
    return texts


# Workbooks without what openpyxl refuses or expands

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_KEPT_RELATIONS = ("/officeDocument", "/worksheet", "/sharedStrings", "/styles", "/hyperlink", "/comments")
"""The ends of the types of the relationships that are kept."""
_KEPT_IN_SHEETS = frozenset({"cols", "sheetData", "hyperlinks", "headerFooter"})
_TYPES = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})
"""The types of cells (ISO/IEC 29500-1, 18.18.11)."""
_TRUE = frozenset({"1", "true"})
_STATES = frozenset({"hidden", "veryHidden"})
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
"""The size of a sheet, which no reference to a cell exceeds."""
_REFERENCE = re.compile(r"\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})")
_NO_FORMAT = 0
"""The format of numbers that is called General."""
_READERS: Mapping[str, Callable[[str], object]] = {"n": float, "b": int, "d": from_ISO8601}
"""What reads the values of the types of cells that are not text; it raises an error for a value of another type."""


def _readable_workbook(archive: Archive) -> bytes:
    """Return the workbook for openpyxl. Raises ProblemsFound if a part that is imported is no XML."""
    main = archive.main_part("xl/workbook.xml")
    sheets = archive.links(main, "/worksheet")
    types = archive.xml("[Content_Types].xml")
    parts = {main: _workbook(archive.xml(main), sheets), "[Content_Types].xml": types}
    formats = 0
    for name in archive.linked_parts(main, "/styles"):
        parts[name] = _style_sheet(archive.xml(name))
        formats = len(parts[name].findall(f"{_MAIN}cellXfs/*"))
    for override in types.iter("{*}Override"):  # by its type, as openpyxl finds it
        if override.get("ContentType", "").endswith(".sharedStrings+xml"):
            name = override.get("PartName", "").lstrip("/")
            parts[name] = _without_fonts(archive.xml(name))
    for name in archive.linked_parts(main, "/worksheet"):
        parts[name] = _sheet(archive.xml(name), formats, archive.links(name))
        for notes in archive.linked_parts(name, "/comments"):
            parts[notes] = _notes_of_cells(archive.xml(notes))
    for name in archive.names:
        if name.endswith(".rels"):
            parts[name] = _relationships(archive.xml(name))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as reduced:
        for name, root in parts.items():
            if name in archive.names:
                reduced.writestr(name, etree.tostring(root, encoding="utf-8"))
    return stream.getvalue()


def _merged_areas(archive: Archive, name: str) -> list[CellRange]:
    """Return the areas of merged cells in the sheet of that part."""
    areas: list[CellRange] = []
    for merged in archive.xml(name).iterfind("{*}mergeCells/{*}mergeCell"):
        reference = merged.get("ref")
        if _cells_in(reference) is not None:
            areas.append(CellRange(reference))
    return areas


def _is_strict(archive: Archive) -> bool:
    """Return whether a workbook has the namespaces of "Strict Open XML" (ISO/IEC 29500-1, annex A)."""
    root = etree.QName(archive.xml(archive.main_part("xl/workbook.xml")))
    return root.localname == "workbook" and (root.namespace or "").startswith(STRICT)


def _relationships(root: etree._Element) -> etree._Element:
    """Return the relationships without those whose parts openpyxl does not get."""
    for relationship in list(root):
        if not relationship.get("Type", "").endswith(_KEPT_RELATIONS):
            root.remove(relationship)
    return root


def _workbook(root: etree._Element, links: Collection[str]) -> etree._Element:
    """Return the workbook with the names of its sheets, and the day from which it counts dates."""
    workbook = etree.Element(root.tag)
    for properties in root.iterchildren("{*}workbookPr"):
        if properties.get("date1904", "").lower() in _TRUE:
            etree.SubElement(workbook, properties.tag, date1904="1")
    for sheets in root.iterchildren("{*}sheets"):
        kept = etree.SubElement(workbook, sheets.tag)
        for number, sheet in enumerate(sheets.iterchildren("{*}sheet"), start=1):
            identifier = sheet.get(f"{RELATIONS}id", "")
            if identifier not in links:  # a sheet with nothing but a chart
                continue
            attributes = {"name": sheet.get("name", ""), "sheetId": str(number)}
            if sheet.get("state") in _STATES:
                attributes["state"] = sheet.get("state", "")
            attributes[f"{RELATIONS}id"] = identifier
            etree.SubElement(kept, sheet.tag, attributes)
    return workbook


def _style_sheet(root: etree._Element) -> etree._Element:
    """Return the formats of the numbers in cells."""
    style_sheet = etree.Element(f"{_MAIN}styleSheet")
    written = etree.SubElement(style_sheet, f"{_MAIN}numFmts")
    known = set[int]()
    for number_format in root.iterfind("{*}numFmts/{*}numFmt"):
        identifier = whole(number_format.get("numFmtId"), _NO_FORMAT)
        code = number_format.get("formatCode")
        if code and identifier not in known:
            known.add(identifier)
            etree.SubElement(written, f"{_MAIN}numFmt", numFmtId=str(identifier), formatCode=code)
    if not known:
        style_sheet.remove(written)
    cells = etree.SubElement(style_sheet, f"{_MAIN}cellXfs")
    for cell_format in root.iterfind("{*}cellXfs/{*}xf"):
        identifier = whole(cell_format.get("numFmtId"), _NO_FORMAT)
        etree.SubElement(cells, f"{_MAIN}xf", numFmtId=str(max(identifier, _NO_FORMAT)))
    return style_sheet


def _without_fonts(root: etree._Element) -> etree._Element:
    """Return texts without their fonts, and without how they are pronounced."""
    for element in list(root.iter("{*}rPr", "{*}phoneticPr", "{*}rPh")):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return root


def _notes_of_cells(root: etree._Element) -> etree._Element:
    """Return the notes, each at the first cell of its range."""
    for notes in root.iterchildren("{*}commentList"):
        for note in list(notes):
            cell = _first_cell(note.get("ref"))
            if cell is None:
                notes.remove(note)
                continue
            texts = _without_fonts(note)
            author = note.get("authorId", "")
            texts.attrib.clear()
            texts.attrib.update({"ref": cell, "authorId": str(whole(author))})
    return root


def _sheet(root: etree._Element, formats: int, links: Collection[str]) -> etree._Element:
    """Return the sheet with attributes that openpyxl accepts; `formats` is the number of formats of cells."""

    def is_format(index: str) -> bool:
        return 0 <= whole(index, -1) < formats

    # The attributes that are kept, each with what tells whether openpyxl accepts its value.
    columns = {"min": str.isdigit, "max": str.isdigit, "hidden": _is_true}
    rows = {"r": _is_row, "hidden": _is_true}
    cells = {"r": _is_cell, "s": is_format, "t": _is_type}
    for element in list(root):
        if etree.QName(element).localname not in _KEPT_IN_SHEETS:
            root.remove(element)
    for column in list(root.iterfind("{*}cols/{*}col")):
        first = whole(column.get("min"))
        last = whole(column.get("max"))
        if 1 <= first <= last <= _MOST_COLUMNS:
            _keep(column, columns)
        else:
            _remove(column)
    for row in root.iterfind("{*}sheetData/{*}row"):
        _keep(row, rows)
        for cell in row.iterchildren("{*}c"):
            _keep(cell, cells)
            _correct_type(cell)
            for text in cell.iterchildren("{*}is"):
                _without_fonts(text)
    _correct_links(root, links)
    for margins in root.iterfind("{*}headerFooter"):
        margins.attrib.clear()
    return root


def _correct_type(cell: etree._Element) -> None:
    """Make a cell a text whose value does not fit its type."""
    value = cell.findtext("{*}v")
    read = _READERS.get(cell.get("t", "n"))
    if value is None or read is None:
        return
    try:
        read(value)
    except (ValueError, TypeError, OverflowError):
        cell.set("t", "str")


def _correct_links(root: etree._Element, links: Collection[str]) -> None:
    """Remove links without a target; leave those of many cells at the first one of each."""
    linked_cells = 0
    for link in list(root.iterfind("{*}hyperlinks/{*}hyperlink")):
        reference = link.get("ref")
        cells = _cells_in(reference)
        if cells is None or link.get(f"{RELATIONS}id") not in links:
            _remove(link)
            continue
        linked_cells += cells
        if linked_cells > MAX_MERGED_CELLS:
            link.set("ref", _first_cell(reference) or "A1")
        _keep(link, {"ref": bool, f"{RELATIONS}id": bool})
    for holder in list(root.iterfind("{*}hyperlinks")):
        if not len(holder):
            _remove(holder)


def _keep(element: etree._Element, accepted: Mapping[str, Callable[[str], bool]]) -> None:
    """Remove the attributes of an element that are not accepted."""
    for name, text in element.attrib.items():
        is_accepted = accepted.get(str(name))
        if is_accepted is None or not is_accepted(str(text)):
            del element.attrib[name]


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _is_true(text: str) -> bool:
    return text in _TRUE


def _is_type(text: str) -> bool:
    return text in _TYPES


def _is_row(text: str) -> bool:
    return 1 <= whole(text) <= _MOST_ROWS


def _cell_position(reference: str | None) -> tuple[int, int] | None:
    """Return the row and the column, from 1, of a cell such as B12; None if it names no cell that a sheet can have."""
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return None
    row = int(match["row"])
    column = column_index_from_string(match["column"])
    if row < 1 or row > _MOST_ROWS or column > _MOST_COLUMNS:
        return None
    return row, column


def _is_cell(text: str) -> bool:
    return _cell_position(text) is not None


def _first_cell(reference: str | None) -> str | None:
    """Return the first cell of a range of cells; None for anything else."""
    cell = (reference or "").partition(":")[0]
    return cell if _is_cell(cell) else None


def _cells_in(reference: str | None) -> int | None:
    """Return the number of cells of a range; None for anything else, such as complete columns."""
    first_cell, _, last_cell = (reference or "").partition(":")
    first = _cell_position(first_cell)
    last = _cell_position(last_cell or first_cell)
    if first is None or last is None:
        return None
    height = last[0] - first[0] + 1
    width = last[1] - first[1] + 1
    if height < 1 or width < 1:
        return None
    return height * width
