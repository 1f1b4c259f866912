"""Changes that a person has made in a workbook with plans, merged into the plans as they are now.

The merge is by cell: a cell that is as it was exported changes nothing, whatever its plan has now. A changed cell
changes its plan if the plan still has the exported value; otherwise both have changed, which is a conflict. Nothing is
written here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from openpyxl.cell import Cell

from ucap_reports.importers.exported_sheets import (
    FIRST_ROW,
    HEAD_ROWS,
    ITEM_INDENT,
    ITEM_START,
    LINE_END,
    NUMBER,
    PLAN,
    RECORD,
    RECORD_MARK,
    PlanCell,
    PlanSheet,
    SheetColumn,
    comparable_text,
    exact_digest,
    is_inexact,
    item_text,
    joint_fields,
    plan_cell,
    plan_sheets,
    scalar_text,
    text_digest,
)
from ucap_reports.importers.imported_cells import choice_key, listed_goals
from ucap_reports.importers.parsed_summary import PLACE_STEP, without_typed_markers
from ucap_reports.importers.plan_draft import VALUE_IS_KEPT, Imported, id_of
from ucap_reports.importers.spreadsheets import (
    Position,
    WorkbookFile,
    WorkbookSheet,
    has_no_value,
    is_month,
    shown_text,
)
from ucap_reports.plan.field_descriptions import (
    CITIES,
    ENTRIES,
    FIGURES,
    LISTS,
    NAME,
    RICH,
    Field,
    FieldType,
    KnownFields,
)
from ucap_reports.plan.plan_changes import paired_items
from ucap_reports.plan.plan_model import BUILT_IN, read_plan
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
    as_written,
    changed_values,
    edited_plan,
    editing_obstacles,
    json_value,
    value_at,
)
from ucap_reports.problems import Hint, Location, Problem, ProblemsFound, Severity, Suggestions, problem, shortened
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import MAX_INDEX_DIGITS, Loc, Tree, field_name, loc_of, overlap
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLAN_ENDING, PLAN_ID, PLANS, RESERVED_ID
from ucap_reports.text.capitals_and_punctuation import searchable

FieldsOf = Callable[[Any], KnownFields]
"""Returns the fields that a plan with these values may have."""


class CurrentPlan(Struct, frozen=True):
    """A plan as it is now, and the fields that it may have."""

    id: str
    tree: Tree
    known: KnownFields


class FieldChange(Struct, frozen=True):
    """A value that changes: as the plan has it, and as it will have it; None for no value."""

    plan: str
    field: str
    old: Any
    new: Any
    location: Location


class FieldConflict(Struct, frozen=True):
    """A value that changed both in the plan (`now`) and in the file."""

    plan: str
    field: str
    now: Any
    value: Any
    location: Location


class MissingRow(Struct, frozen=True):
    """A row that was exported and is not in the workbook; `field` is empty for the row of a plan."""

    plan: str
    field: str


class UpdatedPlan(Struct, frozen=True):
    """The file of a plan before and after the changes; `before` is None for a new one."""

    id: str
    before: Source | None
    after: Source


class PlansUpdate(Struct, frozen=True):
    """What a file changes in plans. Values with errors and conflicts are not in `plans` and `changes`."""

    plans: tuple[UpdatedPlan, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    created: tuple[str, ...] = ()
    missing: tuple[MissingRow, ...] = ()
    problems: tuple[Problem, ...] = ()


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
    workbook: WorkbookFile, path: str, plans: Mapping[str, CurrentPlan], fields_of: FieldsOf
) -> PlansUpdate:
    """Return what the workbook changes.

    Args:
        workbook: The workbook, which `plan_workbook` wrote and a person has changed.
        path: Its path, for problems.
        plans: The plans of the project by id.
        fields_of: The fields of a new plan with these values.
    """
    return _WorkbookMerge(workbook, path, plans, fields_of).update()


class MergedChange(Struct, frozen=True):
    """A change of a plan, where it comes from, and what is reported about it."""

    change: ValueChange
    record: FieldChange


def applied_changes(
    current: CurrentPlan, wanted: Sequence[MergedChange]
) -> tuple[Source, list[FieldChange], list[Problem]]:
    """Return a plan with the changes, those that were made, and the errors of values that its format refuses.

    A change is left out if it causes an error that the plan did not have.
    """
    source = current.tree.source
    if not wanted:
        return source, [], []
    obstacles = editing_obstacles(current.tree)
    if obstacles:
        return source, [], [obstacle.at(wanted[0].record.location) for obstacle in obstacles]
    before = {_error_key(error) for error in _errors(current.tree, current.known)}
    problems: list[Problem] = []
    remaining = list(wanted)
    while remaining:
        edited, locs, remaining = _edited(source, remaining, current.known, problems)
        errors = _errors(parse_tolerantly(edited), current.known)
        new_errors = [error for error in errors if _error_key(error) not in before]
        if not new_errors:
            return edited, [one.record for one in remaining], problems
        culprits: set[int] = set()
        for error in new_errors:
            causes = _causes(error, remaining, locs)
            culprits.update(causes)
            problems.append(error.at(remaining[causes[0]].record.location))
        remaining = [one for index, one in enumerate(remaining) if index not in culprits]
    return source, [], problems


# Tables of an office's own
_OTHER_ID = "import-duplicate"
"""The warning that a plan gets another id than its row has; a row that changes an existing plan gets none."""


def table_update(imported: Imported, path: str, plans: Mapping[str, CurrentPlan]) -> PlansUpdate:
    """Return what the plans of another table change: only the facts of its columns, and nothing where cells are empty.

    A plan is the one with its id, or else the only one with the same cities; others are new. Cities are matched by
    their names. Where there are only facts of cities, such as in a list of populations, each plan with one of the
    cities gets them.
    """
    updated: dict[str, UpdatedPlan] = {}
    changes: list[FieldChange] = []
    created: list[str] = []
    problems = [_not_kept(reported) for reported in imported.problems]
    plans_of_cities = _PlansOfCities(plans)
    latest = dict(plans)  # with the changes of the rows above: several rows may be about one plan
    for plan in imported.plans:
        values = parse_tolerantly(Source(f"{plan.id}{PLAN_ENDING}", plan.text)).value
        ids = plans_of_cities.changed_by(plan.id, values)
        if not ids:
            problems += plan.problems
            created.append(plan.id)
            updated[plan.id] = UpdatedPlan(plan.id, None, Source(f"{PLANS}/{plan.id}{PLAN_ENDING}", plan.text))
            continue
        for reported in plan.problems:
            is_about_unused_id = reported.code == _OTHER_ID and plan.id not in ids
            if not is_about_unused_id:
                problems.append(_not_kept(reported))
        for plan_id in ids:
            current = latest[plan_id]
            wanted = list(_facts(values, current, Location(path), problems))
            source, made, refused = applied_changes(current, wanted)
            problems += refused
            changes += made
            if made:
                latest[plan_id] = replace(current, tree=parse_tolerantly(source))
                updated[plan_id] = UpdatedPlan(plan_id, plans[plan_id].tree.source, source)
    different: list[UpdatedPlan] = []
    for plan_file in updated.values():
        # A later row may have undone the changes of an earlier one.
        if plan_file.before is None or plan_file.before.text != plan_file.after.text:
            different.append(plan_file)
    problems_once = dict.fromkeys(problems)
    return PlansUpdate(tuple(different), tuple(changes), created=tuple(created), problems=tuple(problems_once))


def cities_of_plans(plans: Mapping[str, CurrentPlan]) -> Mapping[str, tuple[Any, ...]]:
    """Return the names of the cities of each plan, without plans in which a city has no name."""
    cities_by_plan: dict[str, tuple[Any, ...]] = {}
    for plan in plans.values():
        cities: list[Any] = []
        is_complete = True
        for city in as_list(value_at(plan.tree.value, (CITIES,))):
            names = [str(scalar_text(name)) for name in as_list(value_at(city, (NAME,)))]
            if not names or "" in names:
                is_complete = False
                break
            cities.append(names if len(names) > 1 else names[0])
        if is_complete:
            cities_by_plan[plan.id] = tuple(cities)
    return cities_by_plan


def _record_sheet(workbook: WorkbookFile) -> WorkbookSheet | None:
    for sheet in workbook.sheets:
        if sheet.values.title == RECORD and sheet.values.cell(1, 1).value == RECORD_MARK:
            return sheet
    return None


# The workbook
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
    """A row: its plan, and its cells by the names of their columns."""

    plan: str
    index: int | None
    """The index of the entry in its list when it was exported, None for a new one; 0 for a plan itself."""
    cells: Mapping[str, _ReadCell]
    location: Location


class _CurrentEntry(Struct, frozen=True):
    """A plan, or an entry of one of its lists at an index, as cells."""

    position: int
    cells: Mapping[str, PlanCell]


class _WorkbookMerge:
    """Merges the cells of a workbook into plans."""

    def __init__(
        self, workbook: WorkbookFile, path: str, plans: Mapping[str, CurrentPlan], fields_of: FieldsOf
    ) -> None:
        self._path = path
        self._plans = plans
        self._fields_of = fields_of
        self._problems: list[Problem] = []
        self._conflicts: list[FieldConflict] = []
        self._missing: list[MissingRow] = []
        record = _record_sheet(workbook)
        assert record is not None  # noqa: S101 - `is_plan_workbook`
        self._record = _Record(record)
        self._sheets = plan_sheets(joint_fields([fields_of({}), *(plan.known for plan in plans.values())]))
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
            is_exported = any(self._record.rows(plan, sheet) for plan in self._record.plans)
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
        seen: dict[tuple[str, int], int] = {}
        for number in sorted({row for row, _ in file_sheet.filled if row >= FIRST_ROW}):
            cells = {name: self._cell(file_sheet, sheet, (number, column), hidden) for name, column in columns.items()}
            row = self._row(sheet, number, cells)
            if row is None:
                continue
            if row.index is not None:
                key = (row.plan, row.index)
                if key in seen:
                    where = row.location
                    self._problems.append(problem("import-row-invalid", where, form="twice", row=seen[key]))
                    continue
                seen[key] = number
            rows.append(row)
        return rows

    def _columns(self, file_sheet: WorkbookSheet, sheet: PlanSheet) -> dict[str, int]:
        """Return the columns of the sheet by their names in row 1; columns with other names are reported."""
        known = {*sheet.keys, *(column.name for column in sheet.columns)}
        with_cells = {column for row, column in file_sheet.filled if row >= FIRST_ROW}
        columns: dict[str, int] = {}
        for row, column in sorted(file_sheet.filled):
            if row != 1:
                continue
            name = comparable_text(file_sheet.values.cell(1, column).value)
            if name in known and name not in columns:
                columns[name] = column
            elif column in with_cells:
                where = self._at(sheet, file_sheet.values.cell(1, column).coordinate)
                self._problems.append(problem("import-column", where, form="unknown", header=name))
        return columns

    def _cell(
        self, file_sheet: WorkbookSheet, sheet: PlanSheet, position: Position, hidden: set[Position]
    ) -> _ReadCell:
        cell: Cell = file_sheet.values.cell(*position)
        location = self._at(sheet, cell.coordinate)
        if position in hidden:
            return _ReadCell(None, "", location, is_known=False)
        is_formula = file_sheet.filled.get(position, False)
        is_empty = cell.value is None and not is_formula
        if has_no_value(cell) and not is_empty:
            if cell.value is None:
                form = "empty"
            elif is_formula:
                form = "error"
            else:
                form = "cell"
            self._problems.append(problem("import-formula", location, form=form, value=cell.value))
            return _ReadCell(None, "", location, is_known=False)
        return _ReadCell(cell.value, cell.number_format or "", location)

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
            text = cells[NUMBER].text
            is_number = text.isdecimal() and len(text) <= MAX_INDEX_DIGITS
            if not is_number or int(text) < 1:
                self._problems.append(problem("import-row-invalid", location, form="number", text=shortened(text)))
                return None
            index = int(text) - 1
        return _SheetRow(plan, index, values, location)

    def _at(self, sheet: PlanSheet, coordinate: str) -> Location:
        return Location(self._path, place=PLACE_STEP.join((sheet.title, coordinate)))

    def _refuse_unknown_plans(self) -> None:
        """Report rows about plans that neither the project nor the sheet of the plans has."""
        known = {*self._plans, *self._record.plans, *self._added_plans()}
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
            exported = self._record.rows(current.id, sheet)
            current_rows = sheet.rows(values)
            if sheet.owner is None and not exported:  # a row was added for a plan of the project
                exported = [{}]
                positions: list[int | None] = [0]
            else:
                positions = _positions(exported, current_rows)
            rows = self._rows_of(sheet, current.id)
            for row in rows:
                if row.index is None or row.index >= len(exported):
                    insertions += self._inserted(sheet, row, current_rows, current)
                    continue
                position = positions[row.index]
                entry = None if position is None else _CurrentEntry(position, current_rows[position])
                yield from self._changed_cells(sheet, row, exported[row.index], entry, current)
            present = {row.index for row in rows}
            for index, digests in enumerate(exported):
                if digests and index not in present:
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
        values = current.tree.value
        if current_entry is not None:
            position = current_entry.position
        else:
            position = row.index or 0  # where it was, for the report of the conflict
        entry_loc = () if sheet.owner is None else (sheet.owner.name, position)
        entry = value_at(values, entry_loc) if entry_loc else None
        is_text_alone = isinstance(entry, str)
        for column in sheet.columns:
            cell = row.cells.get(column.name)
            digest = exported.get(column.name, text_digest(""))
            if cell is None or not cell.is_known:
                continue
            is_as_exported = text_digest(cell.text) == exact_digest(digest)
            if is_as_exported:
                continue
            if is_inexact(digest):
                self._problems.append(problem("import-row-invalid", cell.location, form="cut", name=column.name))
                continue
            loc = sheet.loc_of(position, column)
            path = field_name(loc)
            old = None if current_entry is None else _current_value(values, loc, column)
            new = plan_value(column.field, cell.value, cell.number_format, old)
            current_cell = None if current_entry is None else current_entry.cells[column.name]
            if current_cell is not None and current_cell.text in (cell.text, plan_cell(column.field, new).text):
                continue  # the plan has the new value already
            if current_cell is None or current_cell.digest != digest:  # the plan has changed, too
                conflict = FieldConflict(current.id, path, json_value(old), json_value(new), cell.location)
                self._conflicts.append(conflict)
                continue
            if sheet.owner is None and column.field.type in ENTRIES and _has_entries(current, column):
                self._problems.append(problem("import-row-invalid", cell.location, form="entries", name=column.name))
                continue
            if is_text_alone:  # the entry as a whole is set, with the cells so far
                entry = _changed_text_alone(entry, sheet, column, new)
                change = ValueChange("set", entry_loc, entry)
            else:
                change = ValueChange("set", loc, new)
            record = FieldChange(current.id, path, json_value(old), json_value(new), cell.location)
            yield MergedChange(change, record)

    def _inserted(
        self, sheet: PlanSheet, row: _SheetRow, current_rows: Sequence[Mapping[str, PlanCell]], current: CurrentPlan
    ) -> Iterator[MergedChange]:
        """Yield the change that adds a new row; nothing if the plan has the same entry already."""
        assert sheet.owner is not None  # noqa: S101 - plans are created
        value = self._entry(sheet, row)
        if not value or any(_same_texts(sheet.cells(value), entry) for entry in current_rows):
            return
        old = value_at(current.tree.value, (sheet.owner.name,))
        if isinstance(old, str) and as_list(old):
            self._problems.append(problem("import-row-invalid", row.location, form="text", name=sheet.owner.name))
            return
        loc: Loc = (sheet.owner.name, len(as_list(old)))
        record = FieldChange(current.id, field_name(loc), None, json_value(value), row.location)
        yield MergedChange(ValueChange("insert", loc, value), record)

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
        plans_sheet, *lists = self._sheets
        rows = self._rows_of(plans_sheet, plan)
        if plan in self._record.plans:
            where = rows[0].location if rows else Location(self._path)
            self._problems.append(problem("import-plan-deleted", where, plan=plan))
            return None
        (row,) = rows
        if not PLAN_ID.fullmatch(plan) or RESERVED_ID.fullmatch(plan):
            form = "reserved" if RESERVED_ID.fullmatch(plan) else "characters"
            self._problems.append(problem("id-invalid", row.location, form=form, id=shortened(plan)))
            return None
        values = self._entry(plans_sheet, row)
        locations: dict[Loc, Location] = {}
        for column in plans_sheet.columns:
            if column.name in row.cells:
                locations[column.loc] = row.cells[column.name].location
        for sheet in lists:
            assert sheet.owner is not None  # noqa: S101 - a sheet of entries
            entries = self._rows_of(sheet, plan)
            if not entries:
                continue
            if isinstance(values.get(sheet.owner.name), str):
                self._problems.append(
                    problem("import-row-invalid", entries[0].location, form="text", name=sheet.owner.name)
                )
                return None
            values[sheet.owner.name] = [self._entry(sheet, entry) for entry in entries]
            for index, entry in enumerate(entries):
                locations[sheet.owner.name, index] = entry.location
                for column in sheet.columns:
                    if column.name in entry.cells:
                        locations[sheet.loc_of(index, column)] = entry.cells[column.name].location
        known = self._fields_of(values)
        content = Entries(tuple(plain_entry(name, value) for name, value in values.items()))
        text = write_document(in_canonical_order(PlanFileContent((SCHEMA_LINE,), content), known))
        source = Source(f"{PLANS}/{plan}{PLAN_ENDING}", text)
        errors = _errors(parse_tolerantly(source), known)
        for error in errors:
            loc = _loc_of(error)
            while loc and loc not in locations:
                loc = loc[:-1]
            self._problems.append(error.at(locations.get(loc, row.location)))
        return None if errors else source


class _Record:
    """The digests of the exported cells."""

    def __init__(self, sheet: WorkbookSheet) -> None:
        texts = {position: str(sheet.values.cell(*position).value or "") for position in sheet.filled}
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
            for plan, row in self.plans.items():
                lines = texts.get((row, column), "").split("\n")
                self._rows[plan, title] = [dict(zip(names, line.split(" "), strict=False)) for line in lines if line]
            column += 1

    def rows(self, plan: str, sheet: PlanSheet) -> list[dict[str, str]]:
        """Return the digests of the rows of a plan by the names of their columns."""
        return self._rows.get((plan, sheet.title), [])


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
    old_texts = [_entry_text(entry) for entry in exported]
    new_texts = [_entry_text({name: cell.digest for name, cell in cells.items()}) for cells in current_rows]
    positions: list[int | None] = [None] * len(exported)
    for pair in paired_items(old_texts, new_texts, str):
        if pair.old is None or pair.new is None:
            continue
        # Where entries were added or removed, those at the same place may have nothing in common.
        if len(exported) == len(current_rows) or set(pair.before.split()) & set(pair.after.split()):
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


def _errors(tree: Tree, known: KnownFields) -> list[Problem]:
    try:
        read_plan(tree, known)
    except ProblemsFound as invalid:
        return [error for error in invalid.problems if error.severity is Severity.ERROR]
    return []


def _error_key(error: Problem) -> tuple[str, str | None, str]:
    return error.code, error.location.field, error.message


def _edited(
    source: Source, wanted: Sequence[MergedChange], known: KnownFields, problems: list[Problem]
) -> tuple[Source, list[Loc], list[MergedChange]]:
    """Return the plan with the changes, the place of each, and those that were made; `problems` gets why others cannot
    be made. Entries are added at the ends of their lists.
    """
    locs: list[Loc] = []
    made: list[MergedChange] = []
    edited = source
    for merged in wanted:
        change = merged.change
        if change.op == "insert":
            entries = as_list(value_at(parse_tolerantly(edited).value, change.loc[:-1]))
            change = ValueChange("insert", (*change.loc[:-1], len(entries)), change.value)
        try:
            edited = edited_plan(edited, change, known)
        except ProblemsFound as refused:
            problems += [error.at(merged.record.location) for error in refused.problems]
            continue
        locs.append(change.loc)
        made.append(merged)
    return edited, locs, made


def _causes(error: Problem, made: Sequence[MergedChange], locs: Sequence[Loc]) -> Sequence[int]:
    """Return the indexes of the changes that may have caused an error: all changes, if none is at its place.

    A list with too many entries has an error itself, for which changes of values in its old entries are no cause.
    """
    error_loc = _loc_of(error)
    at_error: list[int] = []
    added_to_list: list[int] = []
    for index, (merged, loc) in enumerate(zip(made, locs, strict=True)):
        if overlap(error_loc, loc):
            at_error.append(index)
        if merged.change.op == "insert" and loc[:-1] == error_loc:
            added_to_list.append(index)
    return added_to_list or at_error or range(len(made))


def _loc_of(error: Problem) -> Loc:
    return loc_of(error.location.field or "")


def _not_kept(reported: Problem) -> Problem:
    """Return a warning with the hint for a plan that exists: it keeps no words as comments, as a new one does."""
    if reported.hint is None:
        return reported
    if reported.hint.startswith(VALUE_IS_KEPT):
        hint = f"the value is not imported{reported.hint.removeprefix(VALUE_IS_KEPT)}"
        return reported.with_hint(Hint(hint, reported.suggestions))
    if "comment" in reported.hint:  # its words have no field
        return reported.with_hint("it is not imported; name its field in a map for --columns")
    return reported


_NUMBER_OF_ID = re.compile(r"-\d+$")
"""What the ids of several plans with the same cities end with."""


class _PlansOfCities:
    """The plans by the names of their cities."""

    def __init__(self, plans: Mapping[str, CurrentPlan]) -> None:
        self._names = {plan.id: sorted(_city_names(plan.tree.value)) for plan in plans.values()}
        self._ids: dict[str, list[str]] = {}
        """The ids of the plans with each city."""
        for plan_id, names in self._names.items():
            for name in dict.fromkeys(names):
                self._ids.setdefault(name, []).append(plan_id)

    def changed_by(self, plan_id: str, values: Any) -> Sequence[str]:
        """Return the ids of the plans that a plan of a table changes; none for a new one."""
        if plan_id in self._names:
            return [plan_id]
        names = sorted(_city_names(values))
        with_first = self._ids.get(names[0], []) if names else []
        same_cities = [known for known in with_first if self._names[known] == names]
        if len(same_cities) == 1:
            return same_cities
        is_named_by_cities = _NUMBER_OF_ID.sub("", plan_id) == id_of(_written_names(values))
        has_other_facts = set(values) != {CITIES}
        if has_other_facts or not is_named_by_cities:
            return []
        return [known for known in with_first if set(names) <= set(self._names[known])]


def _written_names(values: Any) -> list[str]:
    """Return the names of the cities of a plan as they are written."""
    names: list[str] = []
    for city in as_list(value_at(values, (CITIES,))):
        names += map(str, as_list(value_at(city, (NAME,))))
    return names


def _city_names(values: Any) -> list[str]:
    """Return the names of the cities of a plan, each in a form in which spellings are compared."""
    cities = value_at(values, (CITIES,))
    return [_city_name(city) for city in as_list(cities)]


def _city_name(city: Any) -> str:
    names = as_list(value_at(city, (NAME,)))
    return searchable(" ".join(str(name) for name in names))


def _facts(values: Any, current: CurrentPlan, where: Location, problems: list[Problem]) -> Iterator[MergedChange]:
    """Yield the changes that the facts of a table make in a plan."""
    for name, value in values.items():
        if name == CITIES:
            for city in as_list(value):
                yield from _city_facts(city, current, where, problems)
        elif isinstance(value, dict):
            for key, fact in value.items():
                yield from _fact((name, key), fact, current, where)
        else:
            yield from _fact((name,), value, current, where)


def _city_facts(
    city: Mapping[str, Any], current: CurrentPlan, where: Location, problems: list[Problem]
) -> Iterator[MergedChange]:
    """Yield the changes of the facts of a city; report one that the plan does not have, or has twice."""
    names_in_plan = _city_names(current.tree.value)
    name = _city_name(city)
    if names_in_plan.count(name) != 1:
        written = ", ".join(str(part) for part in as_list(city.get(NAME)))
        problems.append(problem("import-city-unknown", where, plan=current.id, name=shortened(written)))
        return
    index = names_in_plan.index(name)
    for key, fact in city.items():
        if key != NAME:
            yield from _fact((CITIES, index, key), fact, current, where)


def _fact(loc: Loc, value: Any, current: CurrentPlan, where: Location) -> Iterator[MergedChange]:
    """Yield the change of one fact; nothing if the plan has it already."""
    old = value_at(current.tree.value, loc)
    old = None if old is ABSENT else old
    field = current.known.at(loc)
    if field is not None and _same_fact(field, old, value):
        return
    if isinstance(value, list) and isinstance(old, list):
        value = [_as_in_list(item, old) for item in value]
    record = FieldChange(current.id, field_name(loc), json_value(old), json_value(value), where)
    yield MergedChange(ValueChange("set", loc, value), record)


def _as_in_list(item: Any, old: Sequence[Any]) -> Any:
    """Return the item of a list that is equal, as the plan file has it; else the new item."""
    return old[old.index(item)] if item in old else item


def _same_fact(field: Field, old: Any, new: Any) -> bool:
    """Return whether two values are the same fact; figures are, too, if only spaces and marks of thousands differ."""
    return _fact_text(field, old) == _fact_text(field, new)


_MARK_OF_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9])|[0-9]{2},)")
"""A comma in `1,234,567`, and in `12,34,567` as in India, but not in `1,5`."""


def _fact_text(field: Field, value: Any) -> str:
    text = "\n".join(str(scalar_text(item)) for item in as_list(value))
    if field.type not in FIGURES:
        return text
    return _MARK_OF_THOUSANDS.sub("", re.sub(r"\s", "", text))


# Cells as values of plans


def plan_value(field: Field, content: Any, number_format: str, before: Any) -> Any:
    """Return the content of a cell as the value of a field; None for an empty cell.

    `before` is the value that the plan has now. Items of a list that are still the same are written as before.
    """
    if comparable_text(content) == "":
        return None
    text = LINE_END.sub("\n", shown_text(content, number_format)).strip("\n")
    if field.type is FieldType.DATE and isinstance(content, datetime) and is_month(content, number_format):
        return f"{content:%Y-%m}"
    if field.type is FieldType.CHOICE:
        return choice_key(field, text.strip())
    if field.type not in LISTS:
        return as_written(field, text)
    items = _items(field, text, before)
    if field.type is FieldType.GOALS:
        goals = []
        for item in items:
            goals += _separate_goals(item)
        items = goals
    old = as_list(before)
    values = _with_old_values(field, items, old)
    was_single_value = before is not None and not isinstance(before, list)
    is_of_each_city = bool(field.plural) or field.type is FieldType.NAMES
    if len(values) == 1 and (was_single_value or is_of_each_city):
        return values[0]  # plan files have a single value without a list here
    return values


def _separate_goals(item: str) -> list[str]:
    """Return the goals on one line of a cell; a goal alone stays as it is written."""
    goals = listed_goals(item)
    return goals if len(goals) > 1 else [item]


def _items(field: Field, text: str, before: Any) -> list[str]:
    """Return the items of a list in a cell: a line for each, or what begins with a hyphen."""
    lines = [line.rstrip() for line in text.split("\n")]
    if field.type not in RICH or not any(line.startswith(ITEM_START) for line in lines):
        if field.type is not FieldType.GOALS:  # numbers are those of the goals
            lines = without_typed_markers(text, plan_cell(field, before).text).split("\n")
        return [line.strip() for line in lines if line.strip()]
    items: list[list[str]] = []
    for line in lines:
        if line.startswith(ITEM_START) or not items:
            items.append([line.removeprefix(ITEM_START)])
        else:
            items[-1].append(line.removeprefix(ITEM_INDENT))
    texts = ["\n".join(item).strip("\n") for item in items]
    return [text for text in texts if text]


def _with_old_values(field: Field, items: Sequence[str], old: Sequence[Any]) -> list[Any]:
    """Return the items as a plan file has them: those that are in the old list as they are written there."""
    known: dict[str, list[Any]] = {}
    for item in old:
        known.setdefault(item_text(field, item) or "", []).append(item)
    values: list[Any] = []
    for text in items:
        same = known.get(text)
        values.append(same.pop(0) if same else as_written(field, text))
    return values
