"""Merges of changes of the editor into a plan file that may have changed since it was shown, by place.

A change merges if the value at its place is still the one that was shown; an insertion, if its list is still the same.
Everything else is a conflict, and then nothing is changed.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    as_list,
    edited_plan,
    json_value,
    same_values,
    value_at,
)
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.storage.decoding import Source, encoded_like, readable_text, unprintable


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
    """Raised instead of a merge that would overwrite what was written since the file was shown."""

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
    for wanted_change in wanted:
        change = wanted_change.change
        values = parse_tolerantly(edited).value
        if not is_current and not _merges(wanted_change, values, source, shown):
            yours = None if change.op == "remove" else change.value
            conflicts.append(Conflict(change.loc, yours, json_value(_value_or_none(values, change.loc))))
            continue
        try:
            edited = edited_plan(edited, change, known)
        except ProblemsFound:
            if not conflicts:
                raise
            # The problem may follow from the changes that were left out, whose conflicts are reported instead.
    if conflicts:
        raise ConflictsFound(conflicts)
    return edited


def replaced_text(path: str, content: bytes, wanted: Sequence[WantedChange], *, is_as_shown: bool) -> bytes:
    """Return the content of a file whose text is changed as a whole, since it cannot be edited by field.

    `is_as_shown` is whether the file is still the one that the author of the change saw. It may be damaged, and the new
    text repairs it. Raises ConflictsFound, and ProblemsFound if other changes are beside it, or if no file can contain
    the text.
    """
    change = wanted[0].change
    text = change.value
    if len(wanted) > 1 or change.op != "set" or not isinstance(text, str):
        raise ProblemsFound([problem("plan-place-unknown", field=field_name(change.loc) or '""')])
    if unprintable(text):
        raise ProblemsFound([problem("plan-not-editable", Location(path), form="characters")])
    if not is_as_shown:
        raise ConflictsFound([Conflict((), yours=text, theirs=readable_text(content))])
    return encoded_like(text, content)


def value_differences(old: Any, new: Any, loc: Loc = ()) -> list[WantedChange]:
    """Return changes that make the old values the new ones, each of as small a part as possible. Lists of different
    lengths are set as a whole.
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


def _merges(wanted: WantedChange, values: Any, source: Source, shown: Source | None) -> bool:
    """Return whether the file still has, at the place of a change, what its author saw; or has the change already."""
    change = wanted.change
    if change.op == "insert":
        return _has_same_list(wanted, values, source, shown)
    was = None if wanted.was is ABSENT else json_value(wanted.was)
    now = json_value(_value_or_none(values, change.loc))
    if same_values(now, was):
        if change.op != "move":
            return True
        items = as_list(value_at(values, change.loc[:-1]))
        return bool(change.value < len(items))  # the list may have lost items behind the one that is moved
    # Both may have made the same change, such as one that was sent twice.
    if change.op == "set":
        return same_values(now, json_value(change.value))
    # An item of a list is not removed twice: the next one has its index then.
    removes_field = change.op == "remove" and bool(change.loc) and isinstance(change.loc[-1], str)
    return removes_field and same_values(now, None)


def _has_same_list(wanted: WantedChange, values: Any, source: Source, shown: Source | None) -> bool:
    """Return whether the list of an insertion is still the one that its author saw.

    If the list was not sent with the insertion, it is taken from the file that was shown. The list there is compared
    with the file now, without the earlier changes of the same merge, which `values` have.
    """
    list_loc = wanted.change.loc[:-1]
    if wanted.was is not ABSENT:
        return same_values(json_value(_value_or_none(values, list_loc)), json_value(wanted.was))
    if shown is None:
        return False
    list_now = _value_or_none(parse_tolerantly(source).value, list_loc)
    list_shown = _value_or_none(parse_tolerantly(shown).value, list_loc)
    return same_values(list_now, list_shown)


def _value_or_none(values: Any, loc: Loc) -> Any:
    """Return the value at a place; None if there is none."""
    value = value_at(values, loc)
    return None if value is ABSENT else value
