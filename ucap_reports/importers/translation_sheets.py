"""Spreadsheets with the translation of a plan, for offices without a PO editor."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.imported_tables import is_cell_error
from ucap_reports.importers.parsed_cells_and_lists import PLACE_STEP
from ucap_reports.importers.workbook_reading import WorkbookSheet, open_workbook, shown_text
from ucap_reports.importers.workbook_sheets_and_cells import ESCAPED_UNDERSCORE, LINE_END
from ucap_reports.importers.workbook_writing import put_text, workbook_bytes
from ucap_reports.plan.po_files import ImportedEntry, PoContext, PoEntry
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem

_COLUMNS = {"plan": 16, "field": 22, "source": 60, "translation": 60, "state": 12, "comment": 40}
"""The columns with their widths."""
_OUTDATED = "outdated"
_FINAL = {"", "missing", "translated"}
"""The states of a row whose translation, if it has one, is final; any other means that it needs editing."""
_READ = ("plan", "field", "source", "translation", "state")
_MOST_TYPED = 255
"""Characters of a text whose translation must stay text when a person types it: "May 2020" would become a day. Some
programs show longer cells with the format of text as number signs.
"""


def translation_sheet(plan: str, entries: Sequence[PoEntry], contexts: Mapping[str, PoContext]) -> bytes:
    """Return the spreadsheet of a translation: a row for each passage, with the comments in the plan."""
    book = Workbook()
    sheet: Worksheet = book.active
    for column, (name, width) in enumerate(_COLUMNS.items(), 1):
        header = sheet.cell(1, column, name)
        header.font = Font(bold=True)
        sheet.column_dimensions[header.column_letter].width = width
    for row, entry in enumerate(entries, 2):
        comments = "\n".join((*contexts[entry.field].comments, *entry.notes))
        texts = (plan, entry.field, entry.source, entry.text, _state(entry), comments)
        for column, text in enumerate(texts, 1):
            cell = put_text(sheet, row, column, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if len(entry.source) <= _MOST_TYPED:
                cell.number_format = FORMAT_TEXT
    sheet.freeze_panes = "A2"
    return workbook_bytes(book)


class TranslationSheet(Struct, frozen=True):
    """The translations in a spreadsheet by plan, and warnings about cells that have errors instead of translations, and
    about sheets without translations.
    """

    entries: Mapping[str, Sequence[ImportedEntry]]
    problems: Sequence[Problem]


def read_translation_sheet(content: bytes, path: str) -> TranslationSheet:
    """Return the translations in a spreadsheet; raises ProblemsFound for one that is not a translation.

    People may have added sheets, such as one with their questions.
    """
    entries: dict[str, list[ImportedEntry]] = {}
    problems: list[Problem] = []
    refused: list[Problem] = []
    is_translation = False
    for sheet in open_workbook(content, path).sheets:
        title = sheet.values.title
        rows = _texts_by_row(sheet)
        try:
            columns = _columns(rows.pop(1, {}), Location(path, place=title))
        except ProblemsFound as error:
            refused += error.problems
            if sheet.filled:
                problems.append(replace(error.problems[0], severity=Severity.WARNING))
            continue
        is_translation = True
        for row, texts in sorted(rows.items()):
            values = {name: texts.get(column, "") for name, column in columns.items()}
            entries_of_plan = entries.setdefault(values["plan"].strip(), [])
            translation = values["translation"]
            if is_cell_error(translation) and not is_cell_error(values["source"]):
                cell = f"{get_column_letter(columns['translation'])}{row}"
                where = Location(path, place=PLACE_STEP.join((title, cell)))
                problems.append(problem("import-formula", where, form="cell", value=translation))
            elif translation.strip():
                entries_of_plan.append(_imported_entry(values))
    if not is_translation:
        raise ProblemsFound(refused)
    return TranslationSheet(entries, problems)


def _texts_by_row(sheet: WorkbookSheet) -> dict[int, dict[int, str]]:
    """Return the texts of the cells with content by row and column."""
    rows: dict[int, dict[int, str]] = {}
    for row, column in sheet.filled:
        cell = sheet.values.cell(row, column)
        rows.setdefault(row, {})[column] = _text(cell.value, cell.number_format)
    return rows


def _imported_entry(values: Mapping[str, str]) -> ImportedEntry:
    """Return the entry in a row with a translation."""
    state = values["state"].strip().casefold()
    is_final = state in _FINAL
    has_own_state = not is_final and state != _OUTDATED
    entry = PoEntry(values["field"].strip(), values["source"], values["translation"], fuzzy=not is_final)
    return ImportedEntry(entry, has_own_state=has_own_state)


def _state(entry: PoEntry) -> str:
    if not entry.text:
        return "missing"
    return _OUTDATED if entry.fuzzy else "translated"


def _columns(headers: Mapping[int, str], where: Location) -> Mapping[str, int]:
    """Return the number of the first column with each name. Raises ProblemsFound if one is missing."""
    columns: dict[str, int] = {}
    for column, header in sorted(headers.items()):
        columns.setdefault(header.strip().lower(), column)
    missing = [name for name in _READ if name not in columns]
    if missing:
        raise ProblemsFound(problem("translation-sheet-invalid", where, form="columns", name=name) for name in missing)
    return {name: columns[name] for name in _READ}


def _text(value: object, number_format: str) -> str:
    """Return the content of a cell as a person reads it."""
    if value is None:
        return ""
    text = LINE_END.sub("\n", shown_text(value, number_format))
    return text.replace(ESCAPED_UNDERSCORE, "").strip("\n")
