"""Workbooks with all plans: a sheet for the plans, one for each list of entries, and one that explains them.

A very hidden sheet has the digest of each cell that was written, by which `workbook_merge` knows which cells a person
has changed.
"""

import errno
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree
from msgspec import Struct
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.form_document import form_words
from ucap_reports.importers.workbook_sheets_and_cells import (
    FIRST_ROW,
    FORMULA_STARTS,
    HEAD_ROWS,
    PLANS,
    READ_ME,
    RECORD,
    RECORD_MARK,
    PlanCell,
    PlanSheet,
    SheetColumn,
    comparable_text,
    joint_fields,
    plan_sheets,
    words_digest,
)
from ucap_reports.plan.field_descriptions import DAYS, FIGURES, RICH, Field, FieldType, KnownFields, Required
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.yaml_tree import field_name
from ucap_reports.storage.atomic_files import disk_problem
from ucap_reports.storage.reading_limits import MAX_CELLS, MAX_COLUMNS, MAX_IMPORT_CHARACTERS, MAX_ROWS
from ucap_reports.summary.pack_and_book_words import PackWords
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour
from ucap_reports.text.capitals_punctuation_and_plain_letters import colon
from ucap_reports.word.file.zip_package import compressed, write_package

_CORE = "docProps/core.xml"
_NOT_KEPT = (
    "{http://purl.org/dc/terms/}created",
    "{http://purl.org/dc/terms/}modified",
    "{http://purl.org/dc/elements/1.1/}creator",
)
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""The start of what programs take for a character (ISO/IEC 29500-1, 22.4.2.4)."""
_STATUS = ("draft", "final")


class ExportedPlan(Struct, frozen=True):
    """A plan to write: its id, the path of its file, the values in it, and the fields that it may have."""

    id: str
    path: str
    values: Any
    known: KnownFields


class WorkbookStyle(Struct, frozen=True):
    """What a workbook has from the project: the words of its pack, a colour, and the values of closed choices."""

    words: PackWords
    colour: Colour
    packs: Sequence[str]


def plan_workbook(plans: Sequence[ExportedPlan], style: WorkbookStyle) -> tuple[bytes, tuple[Problem, ...]]:
    """Return the workbook of these plans, and warnings about values that no cell can have.

    The bytes depend only on the plans and the style. Raises ProblemsFound if the workbook would be too large to be
    imported again.
    """
    known = joint_fields([style.words.pack.fields, *(plan.known for plan in plans)])
    sheets = plan_sheets(known)
    problems: list[Problem] = []
    book = Workbook()
    record = book.active
    record.title = RECORD
    _fill_record(record, plans, sheets)
    # Behind the columns of the plans and of each sheet, and an empty one, at which an import stops.
    lists = _ChoiceLists(record, len(sheets) + 3)
    size = _Size()
    for position, sheet in enumerate(sheets):
        rows = list(_exported_rows(sheet, plans, problems))
        size.add(sheet, rows)
        worksheet = book.create_sheet(sheet.title, position)
        _fill_sheet(worksheet, sheet, rows, style, lists)
    read_me = book.create_sheet(READ_ME, len(sheets))
    _fill_read_me(read_me, sheets, style)
    _record_words(record, read_me, sheets, style)
    record.sheet_state = "veryHidden"
    book.active = 0
    for worksheet in book.worksheets:
        worksheet.sheet_view.tabSelected = worksheet.title == PLANS
    return workbook_bytes(book), tuple(problems)


def workbook_bytes(book: Workbook) -> bytes:
    """Return a workbook as a file without the time of its creation, so that the same cells give the same bytes, and
    without an author: openpyxl would name itself. Raises ProblemsFound if the disk is full: openpyxl writes each sheet
    into a temporary file.
    """
    stream = BytesIO()
    try:
        book.save(stream)
    except etree.SerialisationError as error:
        refused = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise ProblemsFound([disk_problem(refused, tempfile.gettempdir(), is_writing=True)]) from error
    with ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = etree.fromstring(parts[_CORE])
    for name in _NOT_KEPT:
        for element in core.findall(name):
            core.remove(element)
    parts[_CORE] = etree.tostring(core, xml_declaration=True, encoding="UTF-8", standalone=True)
    return write_package([compressed(name, content) for name, content in parts.items()])


class _ExportedRow(Struct, frozen=True):
    """A row to write: its plan, the number of the entry in a list, and its cells."""

    plan: str
    number: int | None
    cells: Mapping[str, PlanCell]


def _exported_rows(sheet: PlanSheet, plans: Sequence[ExportedPlan], problems: list[Problem]) -> Iterator[_ExportedRow]:
    """Yield the rows of a sheet; `problems` gets a warning for each value that its cell does not have as a whole."""
    for plan in plans:
        for index, cells in enumerate(sheet.rows(plan.values)):
            for column in sheet.columns:
                if not cells[column.name].is_exact:
                    path = field_name(sheet.loc_of(index, column))
                    problems.append(problem("export-cut", Location(plan.path, field=path), field=path))
            number = None if sheet.owner is None else index + 1
            yield _ExportedRow(plan.id, number, cells)


class _Size:
    """Counts what a workbook has. `add` raises ProblemsFound if no import would read it."""

    def __init__(self) -> None:
        self._cells = 0
        self._characters = 0

    def add(self, sheet: PlanSheet, rows: Sequence[_ExportedRow]) -> None:
        width = len(sheet.keys) + len(sheet.columns)
        height = len(rows) + HEAD_ROWS
        self._cells += width * height
        for row in rows:
            self._characters += sum(len(cell.text) for cell in row.cells.values())
        is_too_long = height > MAX_ROWS or width > MAX_COLUMNS
        # Half of what an import reads, so that people have room for more.
        is_too_large = self._cells > MAX_CELLS // 2 or self._characters > MAX_IMPORT_CHARACTERS // 2
        if is_too_long or is_too_large:
            raise ProblemsFound([problem("export-too-large", sheet=sheet.title, rows=len(rows))])


# The sheet that is not shown


def _fill_record(record: Worksheet, plans: Sequence[ExportedPlan], sheets: Sequence[PlanSheet]) -> None:
    """Write the names of the sheets and of their columns, then the digests of the rows of each plan."""
    put_text(record, 1, 1, RECORD_MARK)
    for number, sheet in enumerate(sheets, 2):
        put_text(record, 1, number, sheet.title)
        put_text(record, 2, number, "\n".join(column.name for column in sheet.columns))
    for row, plan in enumerate(plans, FIRST_ROW):
        put_text(record, row, 1, plan.id)
        for number, sheet in enumerate(sheets, 2):
            lines: list[str] = []
            for cells in sheet.rows(plan.values):
                digests = [cell.digest for cell in cells.values()]
                lines.append(" ".join(digests))
            put_text(record, row, number, "\n".join(lines))


def _record_words(record: Worksheet, read_me: Worksheet, sheets: Sequence[PlanSheet], style: WorkbookStyle) -> None:
    """Write the digest of the labels and of the sheet that explains the workbook."""
    texts: dict[tuple[int, int], str] = {}
    for row in read_me.iter_rows():
        for cell in row:
            texts[cell.row, cell.column] = comparable_text(cell.value)
    labels: list[str] = []
    for sheet in sheets:
        labels += [comparable_text(_label(column, style.words)) for column in sheet.columns]
    put_text(record, HEAD_ROWS, 1, words_digest(texts, labels))


class _ChoiceLists:
    """The values of closed choices, in columns of the sheet that is not shown, for the lists in cells."""

    def __init__(self, record: Worksheet, first_column: int) -> None:
        self._record = record
        self._column = first_column
        self._known: dict[tuple[str, ...], str] = {}

    def reference(self, values: tuple[str, ...]) -> str:
        """Return the cells with these values, as a formula."""
        if values not in self._known:
            for row, value in enumerate(values, 1):
                put_text(self._record, row, self._column, value)
            letter = get_column_letter(self._column)
            self._known[values] = f"'{RECORD}'!${letter}$1:${letter}${len(values)}"
            self._column += 1
        return self._known[values]


# The sheets that people read


def _fill_sheet(
    worksheet: Worksheet, sheet: PlanSheet, rows: Sequence[_ExportedRow], style: WorkbookStyle, lists: _ChoiceLists
) -> None:
    looks = _Looks(style.colour)
    headers = [(key, key.capitalize()) for key in sheet.keys]
    headers += [(column.name, _label(column, style.words)) for column in sheet.columns]
    for column_number, (header, label) in enumerate(headers, 1):
        looks.header(put_text(worksheet, 1, column_number, header))
        looks.label(put_text(worksheet, 2, column_number, label))
        width = _width(sheet, column_number, rows, label)
        worksheet.column_dimensions[get_column_letter(column_number)].width = width
    first_number = len(sheet.keys) + 1
    for row_number, row in enumerate(rows, FIRST_ROW):
        looks.key(put_text(worksheet, row_number, 1, row.plan))
        if row.number is not None:
            looks.key(worksheet.cell(row_number, 2, row.number))
        for column_number, column in enumerate(sheet.columns, first_number):
            cell = _put_cell(worksheet, row_number, column_number, row.cells[column.name])
            looks.content(cell, is_figure=column.field.type in FIGURES)
            if _is_typed_text(column.field):
                cell.number_format = FORMAT_TEXT
        worksheet.row_dimensions[row_number].height = _height(sheet, row)
    last_letter = get_column_letter(len(headers))
    last_row = max(len(rows) + HEAD_ROWS, FIRST_ROW)
    worksheet.freeze_panes = f"{get_column_letter(first_number)}{FIRST_ROW}"
    worksheet.auto_filter.ref = f"A{HEAD_ROWS}:{last_letter}{last_row}"
    worksheet.row_dimensions[HEAD_ROWS].height = _LABEL_HEIGHT
    for column_number, column in enumerate(sheet.columns, first_number):
        letter = get_column_letter(column_number)
        values = _closed_values(column.field, style)
        if values:
            worksheet.add_data_validation(_choice(letter, lists.reference(values)))
        if _is_typed_text(column.field):  # also in rows that a person adds
            worksheet.column_dimensions[letter].number_format = FORMAT_TEXT
    _set_up_page(worksheet)


def _choice(letter: str, values: str) -> DataValidation:
    """Return the list from which a person chooses the values of a column; `values` is the formula of their cells."""
    validation = DataValidation(type="list", formula1=values, allow_blank=True)
    validation.errorTitle = "Unknown value"
    validation.error = "Choose one of the values in the list."
    validation.showErrorMessage = True
    validation.add(f"{letter}{FIRST_ROW}:{letter}{MAX_ROWS}")
    return validation


def _is_typed_text(field: Field) -> bool:
    """Return whether what a person types must stay text: "May 2020" would become a day. Long texts cannot be one, and
    some programs show long cells with the format of text as number signs.
    """
    return field.type not in FIGURES | DAYS | RICH


def _closed_values(field: Field, style: WorkbookStyle) -> tuple[str, ...]:
    """Return the values of a field that has no others."""
    match field.type:
        case FieldType.CHOICE:
            return tuple(field.choices)
        case FieldType.STATUS:
            return _STATUS
        case FieldType.PACK:
            return tuple(style.packs)
        case _:
            return ()


def _label(column: SheetColumn, words: PackWords) -> str:
    """Return the label of a column; that of a part, such as an email address, after the label of what has it."""
    label = words.field_label(column.field)
    if len(column.loc) == 1:
        return label
    own = form_words(words.wanted)
    owners = {"contact": own.contact, "picture": own.picture}
    return f"{owners[column.loc[0]]}{colon(own.language)}{label}"


_LABEL_HEIGHT = 32
_LINE_HEIGHT = 14.5
_MOST_LINES = 8
"""Lines of a row that are shown; a cell may have more."""
_NARROW, _MEDIUM, _WIDE = 14, 28, 60
"""Widths in characters."""
_SHORT_TEXTS = {FieldType.STATUS, FieldType.LANGUAGE, FieldType.LANGUAGES, FieldType.PACK}


def _natural_width(field: Field) -> int:
    if field.type in RICH:
        return _WIDE
    if field.type in FIGURES | DAYS | _SHORT_TEXTS:
        return _NARROW
    return _MEDIUM


def _width(sheet: PlanSheet, column_number: int, rows: Sequence[_ExportedRow], label: str) -> int:
    """Return the width of a column in characters, with the button of the filter."""
    keys = len(sheet.keys)
    if column_number > keys:
        column = sheet.columns[column_number - keys - 1]
        longest_word = max((len(word) for word in label.split()), default=0)
        return max(_natural_width(column.field), longest_word + 4)
    if column_number == 1:
        longest_id = max((len(row.plan) for row in rows), default=0)
        return min(max(_NARROW, longest_id + 2), 44)
    return _NARROW - 3


def _height(sheet: PlanSheet, row: _ExportedRow) -> float:
    """Return the height of a row, in points: that of its highest cell, up to a limit."""
    most_lines = 1
    for column in sheet.columns:
        width = _natural_width(column.field)
        line_count = 0
        for paragraph in row.cells[column.name].text.split("\n"):
            line_count += 1 + len(paragraph) // width
        most_lines = max(most_lines, line_count)
    return min(most_lines, _MOST_LINES) * _LINE_HEIGHT + 4


class _Looks:
    """How cells look."""

    def __init__(self, colour: Colour) -> None:
        self._head = Font(name="Calibri", size=9, color="FF6B6B6B")
        self._label = Font(name="Calibri", size=11, bold=True, color="FFFFFFFF")
        self._label_fill = PatternFill("solid", fgColor=f"FF{colour.hex}")
        self._key = Font(name="Calibri", size=11, bold=True)
        self._text = Font(name="Calibri", size=11)
        self._line = Border(bottom=Side("thin", color="FFD9D9D9"))
        self._wrapped = Alignment(vertical="top", wrap_text=True)
        self._middle = Alignment(vertical="center", wrap_text=True)
        self._figure = Alignment(vertical="top", horizontal="right", wrap_text=True)
        self._key_alignment = Alignment(vertical="top", horizontal="left")

    def header(self, cell: Any) -> None:
        """Set the look of a field's name."""
        cell.font = self._head

    def label(self, cell: Any) -> None:
        """Set the look of a label."""
        cell.font = self._label
        cell.fill = self._label_fill
        cell.alignment = self._middle

    def key(self, cell: Any) -> None:
        """Set the look of a cell that says which row it is."""
        cell.font = self._key
        cell.border = self._line
        cell.alignment = self._key_alignment

    def content(self, cell: Any, *, is_figure: bool = False) -> None:
        """Set the look of a value."""
        cell.font = self._text
        cell.border = self._line
        cell.alignment = self._figure if is_figure else self._wrapped


def _put_cell(worksheet: Worksheet, row: int, column: int, content: PlanCell) -> Any:
    if isinstance(content.value, str):
        return put_text(worksheet, row, column, content.value)
    cell = worksheet.cell(row, column, content.value)
    if content.number_format:
        cell.number_format = content.number_format
    return cell


def put_text(worksheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write text that no program takes for a formula, a number, a date or an escape."""
    cell = worksheet.cell(row, column)
    if text:
        cell.value = _ESCAPE.sub("_x005F_", text)
        cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _set_up_page(worksheet: Worksheet) -> None:
    """Print sheets in landscape with the headers on each page, as wide as the paper."""
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = f"1:{HEAD_ROWS}"


_INTRODUCTION = """
Each sheet has a row for each plan, or for each entry of its lists. Row 1 has the names of the fields, row 2 their \
labels; do not change row 1.
Change cells, then import the workbook: `ucap import FILE.xlsx --update`. Only the cells that you have changed change \
the plans; `--dry-run` shows what would change.
A new row in Plans, with a new id in the column `plan` and its cities in the sheet Cities, creates a plan. A new row \
in another sheet adds an entry to its plan: leave `number` empty. Rows that you delete delete nothing.
Lists have a line for each item. Texts may have Markdown: **bold**, *italic*, [link](https://example.org), and lists \
with a hyphen and a space before each item.
"""
_READ_ME_WIDTHS = (16, 22, 30, 64, 30)


def _fill_read_me(worksheet: Worksheet, sheets: Sequence[PlanSheet], style: WorkbookStyle) -> None:
    """Write how the workbook is used, and what each column contains."""
    looks = _Looks(style.colour)
    wrapped = Alignment(vertical="top", wrap_text=True)
    heading = put_text(worksheet, 1, 1, "How to use this workbook")
    heading.font = Font(name="Calibri", size=14, bold=True)
    row = 2
    for text in _INTRODUCTION.strip().split("\n"):
        cell = put_text(worksheet, row, 1, text)
        cell.alignment, cell.font = wrapped, Font(name="Calibri", size=11)
        worksheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)
        worksheet.row_dimensions[row].height = 2 * _LINE_HEIGHT + 4
        row += 1
    row += 1
    for column_number, text in enumerate(("Sheet", "Field", "Label", "What to write", "Values"), 1):
        looks.label(put_text(worksheet, row, column_number, text))
    first = row
    for sheet in sheets:
        for column in sheet.columns:
            row += 1
            field = column.field
            hint = " ".join(field.hint.split())
            if field.required is Required.ERROR:
                hint = f"{hint} Required."
            values = ", ".join(_closed_values(field, style))
            texts = (sheet.title, column.name, _label(column, style.words), hint.strip(), values)
            lines = 1
            for column_number, (text, width) in enumerate(zip(texts, _READ_ME_WIDTHS, strict=True), 1):
                looks.content(put_text(worksheet, row, column_number, text))
                lines = max(lines, 1 + len(text) // (width - 2))
            worksheet.row_dimensions[row].height = lines * _LINE_HEIGHT + 2
    for column_number, width in enumerate(_READ_ME_WIDTHS, 1):
        worksheet.column_dimensions[get_column_letter(column_number)].width = width
    worksheet.auto_filter.ref = f"A{first}:E{row}"
    _set_up_page(worksheet)
    worksheet.print_title_rows = None
