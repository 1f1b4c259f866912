"""The changes between two editions of plans: which were added, removed, renamed or changed, and how, by field."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.text.markdown import BULLETS
from ucap_reports.text.rich_text import ARROW
from ucap_reports.text.text_comparison import kept_in_order, similarity

_PARAGRAPH = re.compile(r"\n[ \t]*\n+")
_FOLD = re.compile(rf"(?<=[^\s\\])\n(?=[^\s])(?![{BULLETS}]|(?:[-*+{ARROW}]|\d+[.)])\s)")
"""A line end inside a paragraph, which is a space to readers; the next line is no item of a list."""
_SIMILAR = 0.5
_COMPARED = 40_000
"""The maximum number of pairs of items that are compared by words."""


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
    """Yield the plans that differ between two editions, by id."""
    renamed = _renamed(old, new)
    for plan in sorted((old.keys() | new.keys()) - set(renamed.values())):
        before = old.get(renamed.get(plan, plan))
        after = new.get(plan)
        old_path = before.source.path if before else ""
        new_path = after.source.path if after else ""
        if before is None:
            yield PlanDifference(plan, "added", old_path, new_path)
        elif after is None:
            yield PlanDifference(plan, "removed", old_path, new_path)
        elif plan in renamed:
            yield PlanDifference(plan, "renamed", old_path, new_path)
        else:
            changes = plan_changes(before.value, after.value)
            if changes:
                yield PlanDifference(plan, "changed", old_path, new_path, changes)


def _renamed(old: Mapping[str, Tree], new: Mapping[str, Tree]) -> dict[str, str]:
    """Return the old id of each plan whose file was renamed without another change."""
    removed = [plan for plan in old if plan not in new]
    old_ids: dict[str, str] = {}
    for plan in new:
        if plan in old:
            continue
        for candidate in removed:
            if old[candidate].value == new[plan].value:
                old_ids[plan] = candidate
                removed.remove(candidate)
                break
    return old_ids


def plan_changes(old: Any, new: Any) -> tuple[PlanChange, ...]:
    """Return the changes between the values of two plan files, in the order of the fields."""
    return value_changes(_by_loc(old), _by_loc(new))


def _by_loc(plan: Any) -> dict[Loc, Any]:
    """Return the fields of a plan file by their places."""
    if not isinstance(plan, dict):
        return {}
    return {(name,): value for name, value in plan.items()}


def value_changes(old: Mapping[Loc, Any], new: Mapping[Loc, Any]) -> tuple[PlanChange, ...]:
    """Return the changes between the values at some places of two plan files, in the order of the places."""
    locs = [*new, *(loc for loc in old if loc not in new)]
    changes: list[PlanChange] = []
    for loc in locs:
        changes += _changes(loc, old.get(loc), new.get(loc))
    return tuple(_with_moved_paragraphs(changes))


def shown_value(value: Any) -> str:
    """Return a value as text: lists and entries with a line for each item or field."""
    match value:
        case None:
            return ""
        case dict():
            return "\n".join(f"{name}: {shown_value(inner)}" for name, inner in value.items())
        case list() | tuple():
            return "\n".join(shown_value(item) for item in value)
        case bool():
            return str(value).lower()
        case _:
            return _FOLD.sub(" ", str(getattr(value, "text", value)).strip("\n"))


def _changes(loc: Loc, old: Any, new: Any) -> Iterator[PlanChange]:
    """Yield the changes of a value."""
    if _is_entry(loc, old, new):
        old, new = _as_entry(old), _as_entry(new)
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


def _is_entry(loc: Loc, old: Any, new: Any) -> bool:
    """Return whether a value is an activity that only one of the editions writes as its text alone."""
    if {type(old), type(new)} != {str, dict} or not isinstance(loc[-1], int):
        return False
    field = BUILT_IN.at(loc)
    return field is not None and field.type is FieldType.ACTIVITIES


def _as_entry(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _text_changes(loc: Loc, old: str, new: str) -> Iterator[PlanChange]:
    """Yield the changes of a text: added, removed, or changed paragraphs, and those that have moved."""
    field = field_name(loc)
    if not old or not new:
        kind = ChangeKind.REMOVED if old else ChangeKind.ADDED
        yield PlanChange(field, kind, old, new)
        return
    changed = BUILT_IN.at(loc)
    if changed is not None and changed.type is FieldType.NAMES:
        yield PlanChange(field, ChangeKind.RENAMED, old, new)
        return
    old_paragraphs = _PARAGRAPH.split(old)
    new_paragraphs = _PARAGRAPH.split(new)
    if len(old_paragraphs) == len(new_paragraphs) == 1:
        yield PlanChange(field, ChangeKind.CHANGED, old, new)
        return
    for pair in paired_items(old_paragraphs, new_paragraphs, str):
        if pair.moved:
            yield PlanChange(field, ChangeKind.MOVED, pair.before, pair.after, field)
        elif pair.before != pair.after:
            yield from _text_changes(loc, pair.before or "", pair.after or "")


def _list_changes(loc: Loc, old: Sequence[Any], new: Sequence[Any]) -> Iterator[PlanChange]:
    """Yield the changes of a list: as a whole if no item is added or removed, then those of its items."""
    pairs = paired_items(old, new, shown_value)
    has_the_same_items = all(pair.old is not None and pair.new is not None for pair in pairs)
    if has_the_same_items and any(pair.moved for pair in pairs):
        yield PlanChange(field_name(loc), ChangeKind.REORDERED, _names(old), _names(new))
    for pair in pairs:
        index = pair.old if pair.new is None else pair.new
        item_loc = (*loc, index or 0)
        if pair.moved and not has_the_same_items:
            before = shown_value(pair.before)
            after = shown_value(pair.after)
            origin = field_name((*loc, pair.old or 0))
            yield PlanChange(field_name(item_loc), ChangeKind.MOVED, before, after, origin)
        yield from _changes(item_loc, pair.before, pair.after)


def _names(items: Sequence[Any]) -> str:
    """Return the items of a list, one in each line, entries by their first field."""
    names = []
    for item in items:
        name = next(iter(item.values()), "") if isinstance(item, dict) else item
        names.append(shown_value(name).replace("\n", " "))
    return "\n".join(names)


def _with_moved_paragraphs(changes: Sequence[PlanChange]) -> Iterator[PlanChange]:
    """Yield the changes, with a text that one field lost and another got as one that has moved.

    A text moves from one field to one other: if two fields had it, the second one has lost it.
    """
    lost: dict[str, list[str]] = {}
    """The fields that lost each text."""
    for change in changes:
        if change.kind is ChangeKind.REMOVED:
            lost.setdefault(change.old, []).append(change.field)
    with_moved: list[PlanChange] = []
    origins: Counter[tuple[str, str]] = Counter()
    """The fields that texts have moved from, each with the text."""
    for change in changes:
        if change.kind is ChangeKind.ADDED and lost.get(change.new):
            origin = lost[change.new].pop(0)
            origins[origin, change.new] += 1
            change = replace(change, kind=ChangeKind.MOVED, old=change.new, origin=origin)  # noqa: PLW2901 - the same one
        with_moved.append(change)
    for change in with_moved:
        if change.kind is ChangeKind.REMOVED and origins[change.field, change.old]:
            origins[change.field, change.old] -= 1
        else:
            yield change


class ItemPair(Struct, frozen=True):
    """An item of two lists: its place in each, and its value; None where it is not. `moved`: others passed it."""

    old: int | None
    new: int | None
    before: Any
    after: Any
    moved: bool


def paired_items(old: Sequence[Any], new: Sequence[Any], text: Callable[[Any], str]) -> list[ItemPair]:
    """Return the items of two lists in pairs: equal ones, then similar ones, then those at the same index.

    The order is that of the new list; items that only the old one has come before what followed them.
    """
    new_by_old: dict[int, int] = {}
    _pair_equal(old, new, new_by_old)
    _pair_similar([text(item) for item in old], [text(item) for item in new], new_by_old)
    _pair_at_same_index(old, new, new_by_old)
    old_by_new = {new_index: old_index for old_index, new_index in new_by_old.items()}
    ordered: list[tuple[int | None, int | None]] = []
    for index in range(len(new)):
        ordered.append((old_by_new.get(index), index))
    for old_index in range(len(old)):
        if old_index not in new_by_old:
            ordered.insert(_first_after(old_index, ordered), (old_index, None))
    moved = _moved(new_by_old)
    pairs = []
    for in_old, in_new in ordered:
        before = None if in_old is None else old[in_old]
        after = None if in_new is None else new[in_new]
        pairs.append(ItemPair(in_old, in_new, before, after, moved=in_old in moved))
    return pairs


def _pair_equal(old: Sequence[Any], new: Sequence[Any], new_by_old: dict[int, int]) -> None:
    """Add pairs of equal items, the first with the first."""
    unpaired = list(range(len(new)))
    for old_index, item in enumerate(old):
        for new_index in unpaired:
            if new[new_index] == item:
                new_by_old[old_index] = new_index
                unpaired.remove(new_index)
                break


def _pair_similar(old: Sequence[str], new: Sequence[str], new_by_old: dict[int, int]) -> None:
    """Add pairs of the other items, the most similar first, if they are similar enough."""
    paired = set(new_by_old.values())
    old_indices = [index for index in range(len(old)) if index not in new_by_old]
    new_indices = [index for index in range(len(new)) if index not in paired]
    if len(old_indices) * len(new_indices) > _COMPARED:
        return
    candidates = []
    for old_index in old_indices:
        for new_index in new_indices:
            likeness = similarity(old[old_index], new[new_index], _SIMILAR)
            candidates.append((-likeness, abs(old_index - new_index), old_index, new_index))
    for difference, _, old_index, new_index in sorted(candidates):
        if -difference >= _SIMILAR and old_index not in new_by_old and new_index not in paired:
            new_by_old[old_index] = new_index
            paired.add(new_index)


def _pair_at_same_index(old: Sequence[Any], new: Sequence[Any], new_by_old: dict[int, int]) -> None:
    """Add pairs of the remaining items that have the same index in both lists."""
    paired = set(new_by_old.values())
    for index in range(min(len(old), len(new))):
        if index not in new_by_old and index not in paired:
            new_by_old[index] = index


def _first_after(old_index: int, ordered: Sequence[tuple[int | None, int | None]]) -> int:
    """Return the position of the first item that comes after an item in the old list; the end without one."""
    for position, (first, _) in enumerate(ordered):
        if first is not None and first > old_index:
            return position
    return len(ordered)


def _moved(new_by_old: dict[int, int]) -> set[int]:
    """Return the old indices of the pairs that are not in the same order in both lists."""
    old_indices = sorted(new_by_old)
    kept = kept_in_order([new_by_old[index] for index in old_indices])
    return new_by_old.keys() - {old_indices[position] for position in kept}
