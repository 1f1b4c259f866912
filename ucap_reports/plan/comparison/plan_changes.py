"""The changes between two editions of plans: which were added, removed, renamed or changed, and how, by field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.comparison.list_changes import paired_items
from ucap_reports.plan.fields import FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.source.yaml_tree import Loc, Tree, field_name

_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_FOLD = re.compile(r"(?<=[^\s\\])\n(?=[^\s])(?!(?:[-*+\u2192]|\d+[.)])\s)")
"""A line end inside a paragraph, which is a space to readers."""


class ChangeKind(StrEnum):
    """What has happened to a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    """The name of a city."""
    MOVED = "moved"
    """An item of a list, or a paragraph, with the same words in another place."""
    REORDERED = "reordered"
    """The items of a list, none added or removed."""


class PlanChange(Struct, frozen=True):
    """A change of a field. `field` is its name in the new edition, or in the old one if it was removed.

    `origin` is the field where what has moved was before.
    """

    field: str
    kind: ChangeKind
    old: str = ""
    new: str = ""
    origin: str = ""


class PlanDifference(Struct, frozen=True):
    """What has happened to a plan: `added`, `removed`, `renamed` or `changed`.

    `old` and `new` are its files in messages, empty where there is none.
    """

    plan: str
    status: str
    old: str
    new: str
    changes: tuple[PlanChange, ...] = ()


def edition_differences(old: Mapping[str, Tree], new: Mapping[str, Tree]) -> Iterator[PlanDifference]:
    """The plans that differ between two editions, by id."""
    renamed = _renamed(old, new)
    for plan in sorted((old.keys() | new.keys()) - set(renamed.values())):
        before, after = old.get(renamed.get(plan, plan)), new.get(plan)
        first, second = (each.source.path if each else "" for each in (before, after))
        if before is None or after is None:
            yield PlanDifference(plan, "added" if before is None else "removed", first, second)
        elif plan in renamed:
            yield PlanDifference(plan, "renamed", first, second)
        elif changes := plan_changes(before.value, after.value):
            yield PlanDifference(plan, "changed", first, second, changes)


def _renamed(old: Mapping[str, Tree], new: Mapping[str, Tree]) -> dict[str, str]:
    """The old id of each plan whose file was renamed without another change."""
    gone = [plan for plan in old if plan not in new]
    found: dict[str, str] = {}
    for plan in (each for each in new if each not in old):
        before = next((each for each in gone if old[each].value == new[plan].value), None)
        if before is not None:
            found[plan] = before
            gone.remove(before)
    return found


def plan_changes(old: Any, new: Any) -> tuple[PlanChange, ...]:
    """The changes between the values of two plan files, in the order of the fields."""
    before, after = (plan if isinstance(plan, dict) else {} for plan in (old, new))
    return value_changes({(name,): before[name] for name in before}, {(name,): after[name] for name in after})


def value_changes(old: Mapping[Loc, Any], new: Mapping[Loc, Any]) -> tuple[PlanChange, ...]:
    """The changes between the values at some places of two plan files, in the order of the places."""
    places = [*new, *(loc for loc in old if loc not in new)]
    found = [each for loc in places for each in _changes(loc, old.get(loc), new.get(loc))]
    return tuple(_with_moved_paragraphs(found))


def shown_value(value: Any) -> str:
    """A value as text: lists and entries with a line for each item or field."""
    match value:
        case None:
            return ""
        case dict():
            return "\n".join(f"{name}: {shown_value(each)}" for name, each in value.items())
        case list() | tuple():
            return "\n".join(shown_value(each) for each in value)
        case bool():
            return str(value).lower()
        case _:
            return _FOLD.sub(" ", str(getattr(value, "text", value)).strip("\n"))


def _changes(loc: Loc, old: Any, new: Any) -> Iterator[PlanChange]:
    """The changes of a value."""
    match old, new:
        case (dict(), dict()):
            for name in [*new, *(name for name in old if name not in new)]:
                yield from _changes((*loc, name), old.get(name), new.get(name))
        case (list(), list()) if old and new:
            yield from _list_changes(loc, old, new)
        case _:
            before, after = shown_value(old), shown_value(new)
            if before != after:
                yield from _text_changes(loc, before, after)


def _text_changes(loc: Loc, old: str, new: str) -> Iterator[PlanChange]:
    """The changes of a text: added, removed, or changed paragraphs, and those that have moved."""
    field = field_name(loc)
    if not old or not new:
        yield PlanChange(field, ChangeKind.REMOVED if old else ChangeKind.ADDED, old, new)
        return
    changed = BUILT_IN.at(loc)
    if changed is not None and changed.type is FieldType.NAMES:
        yield PlanChange(field, ChangeKind.RENAMED, old, new)
        return
    before, after = (_PARAGRAPH.split(text) for text in (old, new))
    if len(before) == len(after) == 1:
        yield PlanChange(field, ChangeKind.CHANGED, old, new)
        return
    for pair in paired_items(before, after, str):
        if pair.moved:
            yield PlanChange(field, ChangeKind.MOVED, pair.before, pair.after, field)
        elif pair.before != pair.after:
            yield from _text_changes(loc, pair.before or "", pair.after or "")


def _list_changes(loc: Loc, old: Sequence[Any], new: Sequence[Any]) -> Iterator[PlanChange]:
    pairs = paired_items(old, new, shown_value)
    is_reordered = all(pair.old is not None and pair.new is not None for pair in pairs)
    if is_reordered and any(pair.moved for pair in pairs):
        yield PlanChange(field_name(loc), ChangeKind.REORDERED, _names(old), _names(new))
    for pair in pairs:
        place = (*loc, (pair.old if pair.new is None else pair.new) or 0)
        if pair.moved and not is_reordered:
            before, after, origin = shown_value(pair.before), shown_value(pair.after), (*loc, pair.old or 0)
            yield PlanChange(field_name(place), ChangeKind.MOVED, before, after, field_name(origin))
        yield from _changes(place, pair.before, pair.after)


def _names(items: Sequence[Any]) -> str:
    """The items of a list, one in each line, entries by their first field."""
    firsts = (next(iter(each.values()), "") if isinstance(each, dict) else each for each in items)
    return "\n".join(shown_value(each).replace("\n", " ") for each in firsts)


def _with_moved_paragraphs(changes: Sequence[PlanChange]) -> Iterator[PlanChange]:
    """The changes, with a text that one field lost and another got as one that has moved."""
    lost = {each.old: each for each in changes if each.kind is ChangeKind.REMOVED}
    moved = {each.new for each in changes if each.kind is ChangeKind.ADDED and each.new in lost}
    for each in changes:
        if each.kind is ChangeKind.ADDED and each.new in moved:
            yield replace(each, kind=ChangeKind.MOVED, old=each.new, origin=lost[each.new].field)
        elif not (each.kind is ChangeKind.REMOVED and each.old in moved):
            yield each
