"""Changes that a person has made in a workbook with plans, merged into the plans as they are now.

The merge is by cell: a cell that is as it was exported changes nothing, whatever its plan has now. A changed cell
changes its plan if the plan still has the exported value; otherwise both have changed, which is a conflict. Nothing is
written here. How a cell becomes a value of its field again is in `answers_as_values`.

Which rows are the same entry is decided by `_each_entry_once`, and which entry of the plan a row is about now by
`_positions`; what an edited cell changes, by `_edits`. New rows become entries in `_inserted`, and plans in
`_new_plan`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from openpyxl.cell import Cell

from ucap_reports.importers.answers_as_values import plan_value
from ucap_reports.importers.draft_and_kept_comments import on_one_line
from ucap_reports.importers.import_updates import (
    CurrentPlan,
    FieldChange,
    FieldConflict,
    MergedChange,
    MissingRow,
    PlansUpdate,
    UnreadPlans,
    UpdatedPlan,
    applied_changes,
    loc_of_error,
    plan_errors,
)
from ucap_reports.importers.parsed_cells_and_lists import PLACE_STEP
from ucap_reports.importers.workbook_reading import (
    Position,
    WorkbookFile,
    WorkbookSheet,
    has_no_value,
)
from ucap_reports.importers.workbook_sheets_and_cells import (
    FIRST_ROW,
    HEAD_ROWS,
    NUMBER,
    PLAN,
    READ_ME,
    RECORD,
    RECORD_MARK,
    PlanCell,
    PlanSheet,
    SheetColumn,
    comparable_text,
    exact_digest,
    is_inexact,
    joint_fields,
    plan_cell,
    plan_sheets,
    text_digest,
    words_digest,
)
from ucap_reports.importers.workbook_sheets_and_cells import PLANS as PLANS_TITLE
from ucap_reports.plan.field_descriptions import ENTRIES, FieldType, KnownFields
from ucap_reports.plan.plan_changes import paired_items
from ucap_reports.plan.plan_ids import id_fault
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.plan_file import (
    SCHEMA_LINE,
    Entries,
    PlanFileContent,
    in_canonical_order,
    plain_entry,
    write_document,
)
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    as_list,
    changed_values,
    json_value,
    value_at,
)
from ucap_reports.problems import Location, Problem, ProblemsFound, Suggestions, problem, shortened
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import MAX_INDEX_DIGITS, Loc, field_name
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS

FieldsOf = Callable[[Any], KnownFields]
"""Returns the fields that a plan with these values may have."""


def is_plan_workbook(workbook: WorkbookFile, path: str) -> bool:
    """Return whether a workbook was written by `plan_workbook`.

    Raises ProblemsFound if it was, but has no record any more: its sheets would be read as tables of other offices.
    """
    if _record_sheet(workbook) is not None:
        return True
    heads = set()
    for known in plan_sheets(BUILT_IN):
        second_column = known.columns[0].name if known.owner is None else NUMBER
        heads.add((known.title, PLAN, second_column))
    for sheet in workbook.sheets:
        cells = sheet.values
        head = (cells.title, cells.cell(1, 1).value, cells.cell(1, 2).value)
        if head in heads:
            raise ProblemsFound([problem("import-record-missing", Location(path))])
    return False


def workbook_update(
    workbook: WorkbookFile, path: str, plans: Mapping[str, CurrentPlan], unread: UnreadPlans, fields_of: FieldsOf
) -> PlansUpdate:
    """Return what the workbook changes.

    Args:
        workbook: The workbook, which `plan_workbook` wrote and a person has changed.
        path: Its path, for problems.
        plans: The plans of the project by id.
        unread: The errors of the files of its other plans.
        fields_of: The fields of a new plan with these values.
    """
    return _WorkbookMerge(workbook, path, plans, unread, fields_of).update()


def has_edits_beside_plans(
    workbook: WorkbookFile, path: str, plans: Mapping[str, CurrentPlan], unread: UnreadPlans, fields_of: FieldsOf
) -> bool:
    """Return whether a person has changed something in a workbook that is not in the plans, and would be lost if it
    were written again: values, columns, rows and sheets of their own, formulas, notes, or rows that they deleted.

    Sorted rows and moved columns are no changes. The arguments are those of `workbook_update`.
    """
    record_sheet = _record_sheet(workbook)
    assert record_sheet is not None  # noqa: S101 - `is_plan_workbook`
    edits = _WorkbookEdits(workbook, _Record(record_sheet))
    if edits.has_other_content():
        return True
    edited_rows = edits.changed_rows()
    if not edited_rows:
        return False
    for row in edited_rows:
        is_removed_with_plan = row not in edits.rows and row.plan not in unread
        if row.plan not in plans and not is_removed_with_plan:
            return True
    update = workbook_update(workbook, path, plans, {}, fields_of)
    has_problems = any(problem.code != "import-plan-deleted" for problem in update.problems)
    return bool(update.plans or update.conflicts or update.missing or has_problems)


def _record_sheet(workbook: WorkbookFile) -> WorkbookSheet | None:
    for sheet in workbook.sheets:
        if sheet.values.title == RECORD and sheet.values.cell(1, 1).value == RECORD_MARK:
            return sheet
    return None


# The workbook
_NOT_IMPORTED = "it is not imported; write the name of a field in row 1"


class _ReadCell(Struct, frozen=True):
    """A cell of the workbook. `is_known` is false for one whose value cannot be read, which changes nothing."""

    value: Any
    number_format: str
    location: Location
    is_known: bool = True

    @property
    def text(self) -> str:
        return comparable_text(self.value)


class _SheetRow(Struct, frozen=True):
    """A row: its number in its sheet, its plan, and its cells by the names of their columns."""

    number: int
    plan: str
    index: int | None
    """The index of the entry in its list when it was exported, None for a new one; 0 for a plan itself."""
    cells: Mapping[str, _ReadCell]
    location: Location


class _CurrentEntry(Struct, frozen=True):
    """A plan, or an entry of one of its lists at an index, as cells."""

    position: int
    cells: Mapping[str, PlanCell]


class _NewValues(Struct, frozen=True):
    """The values of a new plan as its file has them, and the locations of their cells and rows."""

    values: dict[str, Any]
    locations: Mapping[Loc, Location]


class _CellEdit(Struct, frozen=True):
    """A new value for a cell whose plan still has the exported value, `old`."""

    column: SheetColumn
    loc: Loc
    old: Any
    new: Any
    location: Location


class _WorkbookMerge:
    """Merges the cells of a workbook into plans."""

    def __init__(
        self,
        workbook: WorkbookFile,
        path: str,
        plans: Mapping[str, CurrentPlan],
        unread: UnreadPlans,
        fields_of: FieldsOf,
    ) -> None:
        self._path = path
        self._plans = plans
        self._unread = unread
        self._fields_of = fields_of
        self._problems: list[Problem] = []
        self._conflicts: list[FieldConflict] = []
        self._missing: list[MissingRow] = []
        record = _record_sheet(workbook)
        assert record is not None  # noqa: S101 - `is_plan_workbook`
        self._record = _Record(record)
        known = joint_fields([fields_of({}), *(plan.known for plan in plans.values())])
        self._sheets = plan_sheets(known)
        self._rows = {sheet.title: self._read_rows(workbook, sheet) for sheet in self._sheets}
        self._rows_by_plan: dict[tuple[str, str], list[_SheetRow]] = {}
        """The rows of each plan in each sheet, by the title of the sheet and the id of the plan."""
        for title, rows in self._rows.items():
            for row in rows or ():
                self._rows_by_plan.setdefault((title, row.plan), []).append(row)

    def update(self) -> PlansUpdate:
        """Return what the workbook changes."""
        updated: list[UpdatedPlan] = []
        changes: list[FieldChange] = []
        created: list[str] = []
        self._refuse_unknown_plans()
        for plan in [*self._record.plans, *self._added_plans()]:
            if plan in self._unread:
                self._problems += self._unread[plan]
                continue
            current = self._plans.get(plan)
            if current is None:
                after = self._new_plan(plan)
                if after is not None:
                    updated.append(UpdatedPlan(plan, None, after))
                    created.append(plan)
                continue
            source, made, problems = applied_changes(current, list(self._wanted(current)))
            self._problems += problems
            changes += made
            if source.text != current.tree.source.text:
                updated.append(UpdatedPlan(plan, current.tree.source, source))
        if self._missing:
            self._problems.append(problem("import-rows-missing", Location(self._path), count=len(self._missing)))
        for conflict in self._conflicts:
            now = shortened(comparable_text(conflict.now))
            self._problems.append(
                problem("import-conflict", conflict.location, plan=conflict.plan, field=conflict.field, now=now)
            )
        return PlansUpdate(
            tuple(updated),
            tuple(changes),
            tuple(self._conflicts),
            tuple(created),
            tuple(self._missing),
            tuple(self._problems),
        )

    # Reading the sheets

    def _read_rows(self, workbook: WorkbookFile, sheet: PlanSheet) -> list[_SheetRow] | None:
        """Return the rows of a sheet; None if the workbook does not have it."""
        file_sheet = next((own for own in workbook.sheets if own.values.title == sheet.title), None)
        if file_sheet is None:
            is_exported = any(self._record.rows(plan, sheet.title) for plan in self._record.plans)
            if is_exported:
                self._problems.append(
                    problem("import-row-invalid", Location(self._path), form="sheet", name=sheet.title)
                )
            return None
        columns = self._columns(file_sheet, sheet)
        if PLAN not in columns:
            where = self._at(sheet, "A1")
            self._problems.append(problem("import-row-invalid", where, form="head", name=PLAN))
            return None
        hidden = _below_merged(file_sheet)
        rows: list[_SheetRow] = []
        for number in sorted({row for row, _ in file_sheet.filled if row >= FIRST_ROW}):
            cells: dict[str, _ReadCell] = {}
            for name, column in columns.items():
                cells[name] = self._cell(file_sheet, sheet, (number, column), hidden)
            row = self._row(sheet, number, cells)
            if row is not None:
                rows.append(row)
        return self._each_entry_once(sheet, rows)

    def _each_entry_once(self, sheet: PlanSheet, rows: Sequence[_SheetRow]) -> list[_SheetRow]:
        """Return the rows; of several with the number of the same entry only the first one. The others are reported.

        Any of several rows may be an entry that was exported, so the first one does not change it, either.
        """
        kept: list[_SheetRow] = []
        positions: dict[tuple[str, int], int] = {}
        """The position among the kept rows of the first row of each entry, by its plan and its index."""
        for row in rows:
            if row.index is None:
                kept.append(row)
                continue
            entry = (row.plan, row.index)
            if entry not in positions:
                positions[entry] = len(kept)
                kept.append(row)
                continue
            first = kept[positions[entry]]
            self._problems.append(problem("import-row-invalid", row.location, form="twice", row=first.number))
            is_exported = row.index < len(self._record.rows(row.plan, sheet.title))
            if is_exported:
                kept[positions[entry]] = replace(first, cells={})
        return kept

    def _columns(self, file_sheet: WorkbookSheet, sheet: PlanSheet) -> dict[str, int]:
        """Return the columns of the sheet by their names in row 1; others with content are reported."""
        known = {*sheet.keys, *(column.name for column in sheet.columns)}
        first_cells: dict[int, int] = {}
        """The first row with content of each column, below the labels."""
        for row, column in sorted(file_sheet.filled):
            if row >= FIRST_ROW:
                first_cells.setdefault(column, row)
        columns: dict[str, int] = {}
        for column in sorted({column for _, column in file_sheet.filled}):
            head = file_sheet.values.cell(1, column)
            name = comparable_text(head.value)
            if name in known and name not in columns:
                columns[name] = column
            elif column in first_cells and name:
                where = self._at(sheet, head.coordinate)
                self._problems.append(problem("import-column", where, form="unknown", header=name, hint=_NOT_IMPORTED))
            elif column in first_cells:
                first = file_sheet.values.cell(first_cells[column], column)
                where = self._at(sheet, first.coordinate)
                text = on_one_line(comparable_text(first.value))
                self._problems.append(problem("import-column", where, form="no-header", text=text, hint=_NOT_IMPORTED))
        return columns

    def _cell(
        self, file_sheet: WorkbookSheet, sheet: PlanSheet, position: Position, hidden: set[Position]
    ) -> _ReadCell:
        """Return a cell; a formula without a value, and an error, are reported."""
        cell: Cell = file_sheet.values.cell(*position)
        location = self._at(sheet, cell.coordinate)
        if position in hidden:
            return _ReadCell(None, "", location, is_known=False)
        is_formula = file_sheet.filled.get(position, False)
        is_empty = cell.value is None and not is_formula
        if is_empty or not has_no_value(cell):
            return _ReadCell(cell.value, cell.number_format or "", location)
        if cell.value is None:
            form = "empty"
        elif is_formula:
            form = "error"
        else:
            form = "cell"
        self._problems.append(problem("import-formula", location, form=form, value=cell.value))
        return _ReadCell(None, "", location, is_known=False)

    def _row(self, sheet: PlanSheet, number: int, cells: Mapping[str, _ReadCell]) -> _SheetRow | None:
        """Return a row; None for an empty one and for one that names no plan."""
        plan = cells[PLAN].text
        values = {name: cell for name, cell in cells.items() if name not in sheet.keys}
        location = self._at(sheet, f"A{number}")
        if not plan:
            if any(cell.text for cell in values.values()):
                self._problems.append(problem("import-row-invalid", location, form="plan"))
            return None
        index = 0 if sheet.owner is None else None
        if NUMBER in sheet.keys and NUMBER in cells and cells[NUMBER].text:
            number_text = cells[NUMBER].text
            is_number = number_text.isdecimal() and len(number_text) <= MAX_INDEX_DIGITS
            if not is_number or int(number_text) < 1:
                shown = shortened(number_text)
                self._problems.append(problem("import-row-invalid", location, form="number", text=shown))
                return None
            index = int(number_text) - 1
        return _SheetRow(number, plan, index, values, location)

    def _at(self, sheet: PlanSheet, coordinate: str) -> Location:
        return Location(self._path, place=PLACE_STEP.join((sheet.title, coordinate)))

    def _refuse_unknown_plans(self) -> None:
        """Report rows about plans that neither the project nor the sheet of the plans has."""
        known = {*self._plans, *self._unread, *self._record.plans, *self._added_plans()}
        suggestions = Suggestions(sorted(known))
        for sheet in self._sheets:
            if sheet.owner is None:
                continue
            for row in self._rows[sheet.title] or ():
                if row.plan not in known:
                    hint = suggestions.hint(row.plan)
                    self._problems.append(
                        problem("import-row-invalid", row.location, form="unknown", hint=hint, plan=shortened(row.plan))
                    )

    def _added_plans(self) -> list[str]:
        """Return the plans with a row that was not exported."""
        rows = self._rows[self._sheets[0].title] or ()
        return list(dict.fromkeys(row.plan for row in rows if row.plan not in self._record.plans))

    def _rows_of(self, sheet: PlanSheet, plan: str) -> list[_SheetRow]:
        return self._rows_by_plan.get((sheet.title, plan), [])

    # Merging the cells of a plan

    def _wanted(self, current: CurrentPlan) -> Iterator[MergedChange]:
        """Yield the changes of a plan; those of places that the plan has changed since are noted as conflicts.

        New entries come last, so that the indices of the others hold.
        """
        values = current.tree.value
        insertions: list[MergedChange] = []
        for sheet in self._sheets:
            if self._rows[sheet.title] is None:
                continue
            exported_rows = self._record.rows(current.id, sheet.title)
            current_rows = sheet.rows(values)
            if sheet.owner is None and not exported_rows:  # a row was added for a plan of the project
                exported_rows = [{}]
                positions: list[int | None] = [0]
            else:
                positions = _positions(exported_rows, current_rows)
            rows = self._rows_of(sheet, current.id)
            for row in rows:
                if row.index is None or row.index >= len(exported_rows):
                    insertions += self._inserted(sheet, row, current_rows, current)
                    continue
                position = positions[row.index]
                entry = None if position is None else _CurrentEntry(position, current_rows[position])
                yield from self._changed_cells(sheet, row, exported_rows[row.index], entry, current)
            present = {row.index for row in rows}
            for index, digests in enumerate(exported_rows):
                is_in_both = bool(digests) and positions[index] is not None
                if is_in_both and index not in present:
                    path = "" if sheet.owner is None else field_name((sheet.owner.name, index))
                    self._missing.append(MissingRow(current.id, path))
        yield from insertions

    def _changed_cells(
        self,
        sheet: PlanSheet,
        row: _SheetRow,
        exported: Mapping[str, str],
        current_entry: _CurrentEntry | None,
        current: CurrentPlan,
    ) -> Iterator[MergedChange]:
        """Yield the changes in a row that was exported; `current_entry` is what the plan has of it now, if anything."""
        entry_loc: Loc = ()
        entry: Any = None
        if sheet.owner is not None and current_entry is not None:
            entry_loc = (sheet.owner.name, current_entry.position)
            entry = value_at(current.tree.value, entry_loc)
        is_text_alone = isinstance(entry, str)
        for edit in self._edits(sheet, row, exported, current_entry, current):
            field = edit.column.field
            if sheet.owner is None and field.type in ENTRIES and _has_entries(current, edit.column):
                name = edit.column.name
                self._problems.append(problem("import-row-invalid", edit.location, form="entries", name=name))
                continue
            if is_text_alone:  # the entry as a whole is set, with the cells so far
                entry = _changed_text_alone(entry, sheet, edit.column, edit.new)
                change = ValueChange("set", entry_loc, entry)
            else:
                change = ValueChange("set", edit.loc, edit.new)
            path = field_name(edit.loc)
            record = FieldChange(current.id, path, json_value(edit.old), json_value(edit.new), edit.location)
            yield MergedChange(change, record)

    def _edits(
        self,
        sheet: PlanSheet,
        row: _SheetRow,
        exported: Mapping[str, str],
        current_entry: _CurrentEntry | None,
        current: CurrentPlan,
    ) -> Iterator[_CellEdit]:
        """Yield the cells of a row that a person has edited, without those that the plan has already. Those where the
        plan has another value than the exported one are noted as conflicts.
        """
        if current_entry is not None:
            position = current_entry.position
        else:
            position = row.index or 0  # where it was, for the report of the conflict
        for column in sheet.columns:
            cell = row.cells.get(column.name)
            if cell is None or not cell.is_known:
                continue
            digest = exported.get(column.name, text_digest(""))
            if not self._is_changed(cell, column, digest):
                continue
            loc = sheet.loc_of(position, column)
            old: Any = None
            current_cell: PlanCell | None = None
            if current_entry is not None:
                old = _current_value(current.tree.value, loc, column)
                current_cell = current_entry.cells[column.name]
            new = plan_value(column.field, cell.value, cell.number_format, old)
            new_texts = (cell.text, plan_cell(column.field, new).text)
            has_new_value = current_cell is not None and current_cell.text in new_texts
            if has_new_value:
                continue
            has_exported_value = current_cell is not None and current_cell.digest == digest
            if has_exported_value:
                yield _CellEdit(column, loc, old, new, cell.location)
            else:  # the plan has changed, too
                path = field_name(loc)
                conflict = FieldConflict(current.id, path, json_value(old), json_value(new), cell.location)
                self._conflicts.append(conflict)

    def _is_changed(self, cell: _ReadCell, column: SheetColumn, digest: str) -> bool:
        """Return whether a cell has another text than this digest of the exported one, and may have it: a cell that was
        exported without everything that the plan has must stay as it is.
        """
        is_as_exported = text_digest(cell.text) == exact_digest(digest)
        if is_as_exported:
            return False
        if is_inexact(digest):
            self._problems.append(problem("import-row-invalid", cell.location, form="cut", name=column.name))
            return False
        return True

    def _inserted(
        self, sheet: PlanSheet, row: _SheetRow, current_rows: Sequence[Mapping[str, PlanCell]], current: CurrentPlan
    ) -> Iterator[MergedChange]:
        """Yield the change that adds a new row; nothing if the plan has the same entry already."""
        assert sheet.owner is not None  # noqa: S101 - plans are created
        entry = self._entry(sheet, row)
        cells = sheet.cells(entry)
        if not entry or any(_same_texts(cells, current_cells) for current_cells in current_rows):
            return
        name = sheet.owner.name
        old = value_at(current.tree.value, (name,))
        old_entries = as_list(old)
        if isinstance(old, str) and old_entries:
            self._problems.append(problem("import-row-invalid", row.location, form="text", name=name))
            return
        loc: Loc = (name, len(old_entries))  # `applied_changes` adds further ones behind it
        record = FieldChange(current.id, field_name(loc), None, json_value(entry), row.location)
        yield MergedChange(ValueChange("insert", loc, entry), record)

    def _entry(self, sheet: PlanSheet, row: _SheetRow) -> dict[str, Any]:
        """Return the values in a new row, as a plan file has them."""
        entry: dict[str, Any] = {}
        for column in sheet.columns:
            cell = row.cells.get(column.name)
            if cell is not None and cell.is_known and cell.text:
                value = plan_value(column.field, cell.value, cell.number_format, None)
                entry = changed_values(entry, ValueChange("set", column.loc, value))
        return entry

    def _new_plan(self, plan: str) -> Source | None:
        """Return the file of a plan that has a row and no file; None if it was deleted, or has errors."""
        rows = self._rows_of(self._sheets[0], plan)
        if plan in self._record.plans:
            where = rows[0].location if rows else Location(self._path)
            self._problems.append(problem("import-plan-deleted", where, plan=plan))
            return None
        [row] = rows  # a second one was reported by `_each_entry_once`
        form = id_fault(plan)
        if form is not None:
            self._problems.append(problem("id-invalid", row.location, form=form, id=shortened(plan)))
            return None
        new_values = self._new_values(plan, row)
        if new_values is None:
            return None
        return self._checked_file(plan, new_values, row)

    def _new_values(self, plan: str, row: _SheetRow) -> _NewValues | None:
        """Return the values of a new plan; None if the row of the plan has a text for a list with rows of its own.

        As in a plan of the project, a row with nothing but the id of the plan is no entry.
        """
        plans_sheet, *sheets_of_lists = self._sheets
        values = self._entry(plans_sheet, row)
        locations = _locations_of_cells(plans_sheet, row, 0)
        for sheet in sheets_of_lists:
            assert sheet.owner is not None  # noqa: S101 - a sheet of entries
            name = sheet.owner.name
            entries: list[dict[str, Any]] = []
            for row_of_entry in self._rows_of(sheet, plan):
                entry = self._entry(sheet, row_of_entry)
                if not entry:
                    continue
                if not entries and isinstance(values.get(name), str):
                    self._problems.append(problem("import-row-invalid", row_of_entry.location, form="text", name=name))
                    return None
                locations[name, len(entries)] = row_of_entry.location
                locations |= _locations_of_cells(sheet, row_of_entry, len(entries))
                entries.append(entry)
            if entries:
                values[name] = entries
        return _NewValues(values, locations)

    def _checked_file(self, plan: str, new: _NewValues, row: _SheetRow) -> Source | None:
        """Return the file of a new plan with these values; None if it has errors, which are reported at the cells."""
        known = self._fields_of(new.values)
        content = Entries(tuple(plain_entry(name, value) for name, value in new.values.items()))
        text = write_document(in_canonical_order(PlanFileContent((SCHEMA_LINE,), content), known))
        source = Source(f"{PLANS}/{plan}{PLAN_ENDING}", text)
        errors = plan_errors(parse_tolerantly(source), known.without_required)
        for error in errors:
            loc = loc_of_error(error)
            while loc and loc not in new.locations:  # the nearest entry around it that has a cell
                loc = loc[:-1]
            self._problems.append(error.at(new.locations.get(loc, row.location)))
        return None if errors else source


def _locations_of_cells(sheet: PlanSheet, row: _SheetRow, index: int) -> dict[Loc, Location]:
    """Return the locations of the cells in a row by the places of their values in a new plan, in which the entry of the
    row has that index.
    """
    locations: dict[Loc, Location] = {}
    for column in sheet.columns:
        if column.name in row.cells:
            locations[sheet.loc_of(index, column)] = row.cells[column.name].location
    return locations


class _RowKey(Struct, frozen=True):
    """The title of the sheet of a row, its plan, and the number of its entry as text; empty for a plan itself."""

    title: str
    plan: str
    number: str


_DigestsByName = Mapping[str, str]
"""The digests of the cells of a row with content, by the names of their columns."""


class _WorkbookEdits:
    """Compares a workbook with the record of its export, without the plans."""

    def __init__(self, workbook: WorkbookFile, record: "_Record") -> None:
        self._workbook = workbook
        self._record = record
        self.rows: dict[_RowKey, list[_DigestsByName]] = {}
        """The rows of the workbook; several have the same key if a person has copied them, or added new ones."""
        for sheet in workbook.sheets:
            title = sheet.values.title
            if title not in record.columns:
                continue
            for plan, number, digests in self._digests(sheet):
                self.rows.setdefault(_RowKey(title, plan, number), []).append(digests)

    def has_other_content(self) -> bool:
        """Return whether there is something that no import reads: other sheets, other texts than the exported ones
        beside the values, columns without values or without a name, formulas, notes, merged cells, and drawings.
        """
        archive = self._workbook.archive
        if any(archive.drawn_texts()) or any(name.startswith(_DRAWINGS) for name in archive.names):
            return True
        for sheet in self._workbook.sheets:
            title = sheet.values.title
            if title == RECORD:
                continue
            is_exported = title in self._record.columns or title == READ_ME
            if sheet.filled and not is_exported:
                return True
            if sheet.notes or any(sheet.filled.values()):
                return True
            if title in self._record.columns and (sheet.merged or self._has_other_columns(sheet)):
                return True
        return self._record.words not in ("", self._words())

    def changed_rows(self) -> list[_RowKey]:
        """Return the rows that are not as they were exported, or that are missing."""
        exported: dict[_RowKey, list[_DigestsByName]] = {}
        for title in self._record.columns:
            for plan in self._record.plans:
                for index, digests in enumerate(self._record.rows(plan, title)):
                    number = "" if title == PLANS_TITLE else str(index + 1)
                    written = {name: exact_digest(digest) for name, digest in digests.items()}
                    exported[_RowKey(title, plan, number)] = [_with_content(written)]
        keys = dict.fromkeys((*exported, *self.rows))
        return [key for key in keys if exported.get(key) != self.rows.get(key)]

    def _has_other_columns(self, sheet: WorkbookSheet) -> bool:
        """Return whether an exported column is missing, or another one has no name or no values."""
        heads = _heads(sheet)
        names = list(heads.values())
        exported_names = self._record.columns[sheet.values.title]
        has_all = all(names.count(name) == 1 for name in exported_names)
        with_values = {column for row, column in sheet.filled if row >= FIRST_ROW}
        others = [column for column in heads if heads[column] not in (*exported_names, PLAN, NUMBER)]
        return not has_all or any(not heads[column] or column not in with_values for column in others)

    def _digests(self, sheet: WorkbookSheet) -> Iterator[tuple[str, str, _DigestsByName]]:
        """Yield the plan, the number and the digests of each row."""
        heads = _heads(sheet)
        has_numbers = sheet.values.title != PLANS_TITLE
        for row in sorted({row for row, _ in sheet.filled if row >= FIRST_ROW}):
            texts = {name: comparable_text(sheet.values.cell(row, column).value) for column, name in heads.items()}
            plan = texts.pop(PLAN, "")
            number = texts.pop(NUMBER, "") if has_numbers else ""
            digests = _with_content({name: text_digest(text) for name, text in texts.items()})
            if plan or number or digests:
                yield plan, number, digests

    def _words(self) -> str:
        """Return the digest of the labels and of the sheet that explains the workbook, as it is now."""
        read_me: dict[Position, str] = {}
        labels: dict[tuple[str, str], str] = {}
        for sheet in self._workbook.sheets:
            title = sheet.values.title
            if title == READ_ME:
                read_me = {position: comparable_text(sheet.values.cell(*position).value) for position in sheet.filled}
            for column, name in _heads(sheet).items():
                labels[title, name] = comparable_text(sheet.values.cell(HEAD_ROWS, column).value)
        exported_labels: list[str] = []
        for title, names in self._record.columns.items():
            exported_labels += [labels.get((title, name), "") for name in names]
        return words_digest(read_me, exported_labels)


_DRAWINGS = ("xl/charts/", "xl/chartsheets/", "xl/media/", "xl/pivotTables/")
"""The folders of what only a person can have added to a workbook. LibreOffice adds empty drawings."""


def _heads(sheet: WorkbookSheet) -> dict[int, str]:
    """Return the texts in row 1 of the columns with content."""
    columns = sorted({column for _, column in sheet.filled})
    return {column: comparable_text(sheet.values.cell(1, column).value) for column in columns}


def _with_content(digests: Mapping[str, str]) -> _DigestsByName:
    empty = text_digest("")
    return {name: digest for name, digest in digests.items() if digest != empty}


class _Record:
    """The digests of the exported cells."""

    def __init__(self, sheet: WorkbookSheet) -> None:
        texts = {position: str(sheet.values.cell(*position).value or "") for position in sheet.filled}
        self.words = texts.get((HEAD_ROWS, 1), "")
        """The digest of the texts beside the values of plans; empty in workbooks that have none."""
        self.columns: dict[str, list[str]] = {}
        """The names of the columns of each sheet by its title."""
        self.plans: dict[str, int] = {}
        """The rows of the plans by their ids, which are in the first column."""
        for (row, column), text in texts.items():
            if row >= FIRST_ROW and column == 1:
                self.plans[text] = row
        self._rows: dict[tuple[str, str], list[dict[str, str]]] = {}
        """The digests of the rows of a plan in a sheet, by the id of the plan and the title of the sheet."""
        column = 2  # each further column has the rows of a sheet
        while (1, column) in texts:  # behind an empty column, there are the lists of choices
            title = texts[1, column]
            names = texts.get((HEAD_ROWS, column), "").split("\n")
            self.columns[title] = names
            for plan, row in self.plans.items():
                rows: list[dict[str, str]] = []
                for line in texts.get((row, column), "").split("\n"):
                    if line:
                        digests = line.split(" ")
                        rows.append(dict(zip(names, digests, strict=False)))
                self._rows[plan, title] = rows
            column += 1

    def rows(self, plan: str, title: str) -> list[dict[str, str]]:
        """Return the digests of the rows of a plan, in the sheet with that title, by the names of their columns."""
        return self._rows.get((plan, title), [])


def _below_merged(file_sheet: WorkbookSheet) -> set[Position]:
    """Return the cells that merged cells hide."""
    hidden: set[Position] = set()
    for area in file_sheet.merged:
        hidden.update(position for position in area.cells if position != (area.min_row, area.min_col))
    return hidden


def _positions(
    exported: Sequence[Mapping[str, str]], current_rows: Sequence[Mapping[str, PlanCell]]
) -> list[int | None]:
    """Return where the plan has each exported entry now; None for one that it does not have any more."""
    old_texts = [_entry_text(digests) for digests in exported]
    new_texts: list[str] = []
    for cells in current_rows:
        digests = {name: cell.digest for name, cell in cells.items()}
        new_texts.append(_entry_text(digests))
    positions: list[int | None] = [None] * len(exported)
    for pair in paired_items(old_texts, new_texts, str):
        if pair.old is None or pair.new is None:
            continue
        # Where entries were added or removed, those at the same place may have nothing in common.
        common_cells = set(pair.before.split()) & set(pair.after.split())
        if len(exported) == len(current_rows) or common_cells:
            positions[pair.old] = pair.new
    return positions


def _entry_text(digests: Mapping[str, str]) -> str:
    """Return an entry as words, of which similar entries have most in common."""
    empty = text_digest("")
    return " ".join(f"{name}{digest}" for name, digest in digests.items() if digest != empty)


def _current_value(values: Any, loc: Loc, column: SheetColumn) -> Any:
    """Return the value of a cell in the plan; that of a text alone is the text of its entry."""
    entry = value_at(values, loc[:2])
    if isinstance(entry, str) and len(loc) > len(column.loc) and column.field.type is FieldType.ENTRY_TEXT:
        return entry
    value = value_at(values, loc)
    return None if value is ABSENT else value


def _has_entries(current: CurrentPlan, column: SheetColumn) -> bool:
    value = value_at(current.tree.value, column.loc)
    return isinstance(value, list | dict) and bool(value)


def _changed_text_alone(entry: Any, sheet: PlanSheet, column: SheetColumn, new: Any) -> Any:
    """Return an entry that was a text alone with a new value in a column; None for no value.

    It becomes an entry with fields when another field than its text gets a value.
    """
    text_name = next(own.name for own in sheet.columns if own.field.type is FieldType.ENTRY_TEXT)
    if isinstance(entry, dict):
        fields = entry
    elif column.name == text_name:
        return new
    else:
        fields = {} if entry is None else {text_name: entry}
    changed = changed_values(fields, ValueChange("set", column.loc, new))
    return {own.name: changed[own.name] for own in sheet.columns if own.name in changed}


def _same_texts(cells: Mapping[str, PlanCell], others: Mapping[str, PlanCell]) -> bool:
    return all(others[name].text == cell.text for name, cell in cells.items())
