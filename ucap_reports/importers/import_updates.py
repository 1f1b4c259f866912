"""Updates of plans by `ucap import --update`: what an update is, and which changes a plan accepts (`applied_changes`).

Changes come from workbooks with plans that the product wrote (`workbook_merge`), from answers in forms (`form_answers`)
and from tables of an office's own (`table_update`). Nothing is written here: an update has the plans as they will be.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.plan.writing.value_edits import (
    ValueChange,
    as_list,
    edited_plan,
    editing_obstacles,
    value_at,
)
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, loc_of, overlap
from ucap_reports.storage.decoding import Source


class CurrentPlan(Struct, frozen=True):
    """A plan as it is now, and the fields that it may have."""

    id: str
    tree: Tree
    known: KnownFields


UnreadPlans = Mapping[str, Sequence[Problem]]
"""The errors of the plan files that cannot be read, by the ids of their plans."""


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
        return source, [], list(obstacles)
    before = {_error_key(error) for error in plan_errors(current.tree, current.known)}
    problems: list[Problem] = []
    remaining = list(wanted)
    while remaining:
        edited, locs, remaining = _edited(source, remaining, current.known, problems)
        errors = plan_errors(parse_tolerantly(edited), current.known)
        new_errors = [error for error in errors if _error_key(error) not in before]
        if not new_errors:
            return edited, [merged.record for merged in remaining], problems
        refused: set[int] = set()
        """The indexes of the changes that cause an error."""
        for error in new_errors:
            causes = _causes(error, remaining, locs)
            refused.update(causes)
            problems.append(error.at(remaining[causes[0]].record.location))
        remaining = [merged for index, merged in enumerate(remaining) if index not in refused]
    return source, [], problems


def plan_errors(tree: Tree, known: KnownFields) -> list[Problem]:
    """Return the errors of a plan, without its warnings."""
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
    be made. Entries are added at the ends of their lists, and their records say where that is.
    """
    locs: list[Loc] = []
    made: list[MergedChange] = []
    edited = source
    for merged in wanted:
        change = merged.change
        record = merged.record
        if change.op == "insert":
            list_loc = change.loc[:-1]
            values = parse_tolerantly(edited).value
            entries = as_list(value_at(values, list_loc))
            change = ValueChange("insert", (*list_loc, len(entries)), change.value)
            record = replace(record, field=field_name(change.loc))
        try:
            edited = edited_plan(edited, change, known)
        except ProblemsFound as refused:
            problems += [error.at(record.location) for error in refused.problems]
            continue
        locs.append(change.loc)
        made.append(MergedChange(merged.change, record))
    return edited, locs, made


def _causes(error: Problem, made: Sequence[MergedChange], locs: Sequence[Loc]) -> Sequence[int]:
    """Return the indexes of the changes that may have caused an error: all changes, if none is at its place.

    A list with too many entries has an error itself, for which changes of values in its old entries are no cause.
    """
    error_loc = loc_of_error(error)
    at_error: list[int] = []
    added_to_list: list[int] = []
    for index, (merged, loc) in enumerate(zip(made, locs, strict=True)):
        if overlap(error_loc, loc):
            at_error.append(index)
        if merged.change.op == "insert" and loc[:-1] == error_loc:
            added_to_list.append(index)
    return added_to_list or at_error or range(len(made))


def loc_of_error(error: Problem) -> Loc:
    """Return the place of an error in its plan; that of the whole plan if it is of no field."""
    return loc_of(error.location.field or "")
