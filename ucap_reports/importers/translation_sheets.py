"""Spreadsheets with the translation of a plan, for offices without a PO editor."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ucap_reports.importers.exported_workbook import workbook_bytes
from ucap_reports.importers.imported_tables import is_cell_error
from ucap_reports.importers.parsed_summary import PLACE_STEP
from ucap_reports.importers.spreadsheets import open_workbook
from ucap_reports.plan.po_files import ImportedEntry, PoContext, PoEntry
from ucap_reports.problems import Location, Problem, ProblemsFound, problem

_COLUMNS = {"plan": 16, "field": 22, "source": 60, "translation": 60, "state": 12, "comment": 40}
"""The columns with their widths."""
_OUTDATED = "outdated"
_FINAL = {"", "missing", "translated"}
"""The states of a row whose translation, if it has one, is final; any other means that it needs editing."""
_READ = ("plan", "field", "source", "translation", "state")


def translation_sheet(plan: str, entries: Sequence[PoEntry], contexts: Mapping[str, PoContext]) -> bytes:
    """Return the spreadsheet of a translation: a row for each passage, with the comments in the plan."""
    book = Workbook()
    sheet: Worksheet = book.active
    for column, (name, width) in enumerate(_COLUMNS.items(), 1):
        sheet.cell(1, column, name).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    for row, entry in enumerate(entries, 2):
        comments = "\n".join((*contexts[entry.field].comments, *entry.notes))
        for column, text in enumerate((plan, entry.field, entry.source, entry.text, _state(entry), comments), 1):
            cell = sheet.cell(row, column)
            cell.value = text
            cell.data_type = "s"  # text that begins with "=" is not a formula
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    return workbook_bytes(book)


class TranslationSheet(Struct, frozen=True):
    """The translations in a spreadsheet by plan, and warnings about cells that have errors instead of translations."""

    entries: Mapping[str, Sequence[ImportedEntry]]
    problems: Sequence[Problem]


def read_translation_sheet(content: bytes, path: str) -> TranslationSheet:
    """Return the translations in a spreadsheet; raises ProblemsFound for one that is not a translation."""
    entries: dict[str, list[ImportedEntry]] = {}
    problems: list[Problem] = []
    for sheet in open_workbook(content, path).sheets:
        rows: dict[int, dict[int, object]] = {}
        for row, column in sheet.filled:
            rows.setdefault(row, {})[column] = sheet.values.cell(row, column).value
        columns = _columns(rows.pop(1, {}), path)
        for row, cells in sorted(rows.items()):
            values = {name: _text(cells.get(column)) for name, column in columns.items()}
            if is_cell_error(values["translation"]) and not is_cell_error(values["source"]):
                cell = f"{get_column_letter(columns['translation'])}{row}"
                where = Location(path, place=PLACE_STEP.join((sheet.values.title, cell)))
                problems.append(problem("import-formula", where, form="cell", value=values["translation"]))
            elif values["translation"]:
                state = values["state"].strip().casefold()
                entry = PoEntry(values["field"], values["source"], values["translation"], state not in _FINAL)
                own = state not in {*_FINAL, _OUTDATED}
                entries.setdefault(values["plan"], []).append(ImportedEntry(entry, has_own_state=own))
    return TranslationSheet(entries, problems)


def _state(entry: PoEntry) -> str:
    if not entry.text:
        return "missing"
    return _OUTDATED if entry.fuzzy else "translated"


def _columns(headers: Mapping[int, object], path: str) -> Mapping[str, int]:
    """Return the number of the first column with each name."""
    columns: dict[str, int] = {}
    for column, header in sorted(headers.items()):
        columns.setdefault(str(header or "").strip().lower(), column)
    missing = [name for name in _READ if name not in columns]
    if missing:
        where = Location(path)
        raise ProblemsFound(problem("translation-sheet-invalid", where, form="columns", name=name) for name in missing)
    return {name: columns[name] for name in _READ}


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").replace("_x000D_", "").strip("\n")
