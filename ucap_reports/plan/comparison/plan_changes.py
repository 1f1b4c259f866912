"""The changes between two editions of a plan, by field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.comparison.list_changes import paired_items
from ucap_reports.source.yaml_tree import Loc, field_name

_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_FOLD = re.compile(r"(?<=[^\s\\])\n(?=[^\s])(?!(?:[-*+\u2192]|\d+[.)])\s)")
"""A line end inside a paragraph, which is a space to readers."""
_ENTRY_TEXT = {"activities": "text", "cities": "name"}
"""The fields of entries that may be written as a text alone."""


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


def plan_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[PlanChange, ...]:
    """The changes between the values of two plan files, in the order of the fields."""
    before, after = ({Loc((name,)): value for name, value in plan.items()} for plan in (old, new))
    return value_changes(before, after)


def value_changes(old: Mapping[Loc, Any], new: Mapping[Loc, Any]) -> tuple[PlanChange, ...]:
    """The changes between the values at some places of two plan files, in the order of the places."""
    places = [*new, *(loc for loc in old if loc not in new)]
    found = [
        each for loc in places for each in _changes(loc, *(_entries(loc, values.get(loc)) for values in (old, new)))
    ]
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


def _entries(loc: Loc, value: Any) -> Any:
    """The value of a field, with its entries as mappings however they are written."""
    inner = _ENTRY_TEXT.get(str(loc[0])) if len(loc) == 1 else None
    if inner and isinstance(value, list):
        return [each if isinstance(each, dict) else {inner: each} for each in value]
    return value


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
    if loc[0] == "cities" and "name" in loc:
        yield PlanChange(field, ChangeKind.RENAMED, old, new)
        return
    paragraphs = [_PARAGRAPH.split(text) for text in (old, new)]
    if max(map(len, paragraphs)) == 1:
        yield PlanChange(field, ChangeKind.CHANGED, old, new)
        return
    yield from _paragraph_changes(field, *paragraphs)


def _paragraph_changes(field: str, old: Sequence[str], new: Sequence[str]) -> Iterator[PlanChange]:
    for pair in paired_items(old, new, str):
        before = "" if pair.old is None else old[pair.old]
        after = "" if pair.new is None else new[pair.new]
        if pair.moved:
            yield PlanChange(field, ChangeKind.MOVED, before, after, field)
        if before != after and not pair.moved:
            kind = ChangeKind.CHANGED if before and after else ChangeKind.REMOVED if before else ChangeKind.ADDED
            yield PlanChange(field, kind, before, after)


def _list_changes(loc: Loc, old: Sequence[Any], new: Sequence[Any]) -> Iterator[PlanChange]:
    pairs = paired_items(old, new, shown_value)
    is_cities = loc == ("cities",)
    pairs = _cities_at_their_places(pairs) if is_cities else pairs
    moved = [pair for pair in pairs if pair.moved]
    if moved and all(pair.old is not None and pair.new is not None for pair in pairs):
        yield PlanChange(field_name(loc), ChangeKind.REORDERED, _names(old), _names(new))
        moved = []
    for pair in pairs:
        if pair.new is None or pair.old is None:
            place, kind = (pair.old, ChangeKind.REMOVED) if pair.new is None else (pair.new, ChangeKind.ADDED)
            value = shown_value((old if pair.new is None else new)[place or 0])
            texts = (value, "") if pair.new is None else ("", value)
            yield PlanChange(field_name((*loc, place or 0)), kind, *texts)
            continue
        field = field_name((*loc, pair.new))
        if pair in moved:
            text = shown_value(new[pair.new])
            yield PlanChange(field, ChangeKind.MOVED, shown_value(old[pair.old]), text, field_name((*loc, pair.old)))
        yield from _changes((*loc, pair.new), old[pair.old], new[pair.new])


def _cities_at_their_places(pairs: Sequence[Any]) -> list[Any]:
    """The pairs, with cities that only one edition has paired if they are at the same place: they were renamed."""
    gone = {pair.old: pair for pair in pairs if pair.new is None}
    come = {pair.new: pair for pair in pairs if pair.old is None}
    renamed = gone.keys() & come.keys()
    kept = [pair for pair in pairs if pair.old is not None and pair.new is not None]
    kept += [pair for pair in pairs if (pair.new is None and pair.old not in renamed)]
    kept += [replace(pair, old=pair.new) if pair.new in renamed else pair for pair in come.values()]
    return sorted(kept, key=lambda pair: pair.old if pair.new is None else pair.new)


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
            origin = lost[each.new].field
            yield replace(each, kind=ChangeKind.MOVED, old=each.new, origin=origin)
        elif not (each.kind is ChangeKind.REMOVED and each.old in moved):
            yield each
