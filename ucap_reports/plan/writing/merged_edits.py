"""Edits of a plan file that somebody else may have changed since it was shown: a three-way merge by place.

A change merges if the value at its place is still the one that was shown; an insertion, if its list is still the same.
Everything else is a conflict, and then nothing is changed.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ucap_reports.plan.fields import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, edited_plan, same_values, value_at
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, WrittenDecimal, WrittenInteger, mapped
from ucap_reports.storage.decoding import Source

_SAFE_INTEGER = 2**53
"""Larger integers are not exact in JavaScript (ECMA-262, Number.MAX_SAFE_INTEGER)."""


class WantedChange(Struct, frozen=True):
    """A change, and the value that its author saw at its place (`was`); of an insertion, the list, if it is known."""

    change: ValueChange
    was: Any = ABSENT


class Conflict(Struct, frozen=True):
    """A place that two people changed: the value that is wanted (`yours`), and the one in the file now (`theirs`)."""

    loc: Loc
    yours: Any
    theirs: Any


class ConflictsFound(Exception):  # noqa: N818 - named like ProblemsFound
    """Raised instead of a merge that would overwrite what somebody else has written."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} conflicts")
        self.conflicts = tuple(conflicts)


def merged_plan(
    source: Source, wanted: Sequence[WantedChange], shown: Source | None, known: KnownFields = BUILT_IN
) -> Source:
    """Return the plan file with all changes.

    Args:
        source: The file as it is now.
        wanted: The changes, each made in the plan with those before it.
        shown: The file as it was when the changes were made; None if that is not known.
        known: The fields that the plan may have, in canonical order.

    Raises:
        ConflictsFound: If the file has changed since at the place of a change.
        ProblemsFound: If the file cannot be edited by field.
    """
    is_current = shown is not None and shown.text == source.text
    conflicts: list[Conflict] = []
    edited = source
    for one in wanted:
        values = parse_tolerantly(edited).value
        if not is_current and not _merges(one, values, source, shown):
            conflicts.append(Conflict(one.change.loc, _yours(one), json_value(_at(values, one.change.loc))))
            continue
        try:
            edited = edited_plan(edited, one.change, known)
        except ProblemsFound:
            if is_current or not conflicts:
                raise
    if conflicts:
        raise ConflictsFound(conflicts)
    return edited


def _merges(wanted: WantedChange, values: Any, source: Source, shown: Source | None) -> bool:
    """Return whether the file still has, at the place of a change, what its author saw."""
    change = wanted.change
    was = None if wanted.was is ABSENT else wanted.was
    if change.op == "set" and same_values(json_value(_at(values, change.loc)), json_value(change.value)):
        return True  # both have made the same change, such as one that was sent twice
    if change.op != "insert":
        return same_values(json_value(_at(values, change.loc)), json_value(was))
    owner = change.loc[:-1]
    if wanted.was is not ABSENT:
        return same_values(json_value(_at(values, owner)), json_value(was))
    if shown is None:
        return False
    list_now = _at(parse_tolerantly(source).value, owner)
    list_shown = _at(parse_tolerantly(shown).value, owner)
    return same_values(list_now, list_shown)


def _yours(wanted: WantedChange) -> Any:
    return None if wanted.change.op == "remove" else wanted.change.value


def _at(values: Any, loc: Loc) -> Any:
    value = value_at(values, loc)
    return None if value is ABSENT else value


def json_value(value: Any) -> Any:
    """Return a value of a plan file as JSON: a number that JSON cannot keep exactly is the text that was written."""
    return mapped(value, _json_leaf)


def _json_leaf(value: Any) -> Any:
    if isinstance(value, WrittenInteger):
        return int(value) if str(int(value)) == value.text and abs(value) < _SAFE_INTEGER else value.text
    if isinstance(value, WrittenDecimal):
        return float(value) if repr(float(value)) == value.text else value.text
    return value.strip("\n") if isinstance(value, str) else value


def value_differences(old: Any, new: Any, loc: Loc = ()) -> list[WantedChange]:
    """Return changes that make the old values the new ones, each of as small a part as possible.

    Lists of different lengths are replaced from their first difference on.
    """
    if same_values(old, new):
        return []
    changes: list[WantedChange] = []
    if isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            changes += value_differences(old.get(name), new.get(name), (*loc, name))
        return changes
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, item in enumerate(old):
            changes += value_differences(item, new[index], (*loc, index))
        return changes
    return [WantedChange(ValueChange("set", loc, new), old)]
