"""Merges of changes into a plan file that somebody else may have changed: of the editor, and of replies to a document.

Changes of the editor are merged by place. A change merges if the value at its place is still the one that was shown; an
insertion, if its list is still the same. Everything else is a conflict, and then nothing is changed.

Of replies, changes of different fields and of different items of a list are all merged. Different words for the same
field, and different insertions at the same place of a list, are a conflict: unless it is decided, the plan keeps its
value. The result does not depend on the order of the replies.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_changes import paired_items, shown_value
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    as_list,
    as_written,
    edited_plan,
    json_value,
    same_values,
    value_at,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.storage.decoding import Source
from ucap_reports.text.text_comparison import PartKind, compared_words


# Changes of the editor
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


# Replies
class Proposal(Struct, frozen=True):
    """A value that was sent, and what a reply made of it. `loc` is its place in the reply."""

    file: str
    sent: Any
    value: Any
    loc: Loc


class MergeChange(Struct, frozen=True):
    """A change of a reply that can be chosen alone; `field` is its name in the reply, `loc` its place in the plan."""

    file: str
    field: str
    loc: Loc


class MergeConflict(Struct, frozen=True):
    """Changes of the same place; `now` is its value in the plan. `changes` are those of `values`, in the same order.

    The values of an insertion are the lists of items that are inserted.
    """

    loc: Loc
    now: Any
    values: tuple[tuple[str, Any], ...]
    changes: tuple[MergeChange, ...]
    is_insertion: bool = False

    @property
    def field(self) -> str:
        """The name of the field in the plan as it is now."""
        return field_name(self.loc)


Decide = Callable[[MergeConflict], Sequence[str] | None]
"""Returns the files whose values a conflict gets: of an insertion all of them in that order, else the first. An empty
list keeps the value of the plan; None leaves the conflict open.
"""
Choose = Callable[[MergeChange], bool]
"""Returns whether a change is wanted."""


# Merges of values
class ValueMerge(Struct):
    """A merge of the values of one or more places; it collects what the replies change.

    `applied` are changes that the merged values have, `known` those that the plan has already, `rejected` those that
    lost a conflict which was decided.
    """

    choose: Choose
    decide: Decide
    applied: list[MergeChange] = field(default_factory=list)
    known: list[MergeChange] = field(default_factory=list)
    rejected: list[MergeChange] = field(default_factory=list)
    conflicts: list[MergeConflict] = field(default_factory=list)

    def merged(self, loc: Loc, now: Any, proposals: Sequence[Proposal]) -> Any:
        """Return the merged value at a place of the plan; None for no value."""
        changed = [proposal for proposal in proposals if proposal.sent != proposal.value]
        if not changed:
            return now
        values = [now, *(value for proposal in changed for value in (proposal.sent, proposal.value))]
        if all(isinstance(value, dict) for value in values):
            return self._merged_fields(loc, now, changed)
        if all(isinstance(value, list) for value in values):
            return self._merged_list(loc, now, changed)
        return self._merged_value(loc, now, changed)

    def _merged_value(self, loc: Loc, now: Any, changed: Sequence[Proposal]) -> Any:
        wanted = []
        for proposal in changed:
            change = MergeChange(proposal.file, field_name(proposal.loc), loc)
            if self.choose(change):
                wanted.append((change, proposal))
        different = [(change, proposal) for change, proposal in wanted if proposal.value != now]
        if not different:
            self.known += [change for change, _ in wanted]
            return now
        first = different[0][1].value
        is_agreed = all(proposal.value == first for _, proposal in wanted)
        if is_agreed and all(proposal.sent == now for _, proposal in different):
            self.applied += [change for change, _ in different]
            return first
        values = tuple((change.file, proposal.value) for change, proposal in wanted)
        conflict = MergeConflict(loc, now, values, tuple(change for change, _ in wanted))
        chosen = self._decided(conflict)
        return dict(values)[chosen[0]] if chosen else now

    def _decided(self, conflict: MergeConflict) -> Sequence[str]:
        """Return the files whose values the place of a conflict gets; none if it is open or keeps its value."""
        decided = self.decide(conflict)
        if decided is None:
            self.conflicts.append(conflict)
            return ()
        files = [file for file in decided if file in dict(conflict.values)]
        for change in conflict.changes:
            if change.file in files:
                self.applied.append(change)
            else:
                self.rejected.append(change)
        return files

    def _merged_fields(self, loc: Loc, now: dict[str, Any], changed: Sequence[Proposal]) -> dict[str, Any]:
        names = dict.fromkeys(now)
        for proposal in changed:
            names |= dict.fromkeys([*proposal.sent, *proposal.value])
        merged = {}
        for name in names:
            parts = []
            for one in changed:
                parts.append(Proposal(one.file, one.sent.get(name), one.value.get(name), (*one.loc, name)))
            value = self.merged((*loc, name), now.get(name), parts)
            if value is not None:
                merged[name] = value
        return merged

    def _merged_list(self, loc: Loc, now: list[Any], changed: Sequence[Proposal]) -> list[Any]:
        replies = [_ListReply(proposal, now) for proposal in changed]
        items: dict[int, Any] = {}
        for index, item in enumerate(now):
            parts = [part for reply in replies for part in reply.parts(index)]
            items[index] = self.merged((*loc, index), item, parts)
        restored = []
        for reply in replies:
            for part in reply.of_removed_items():
                # The plan has no such item any more: the words that were changed in it are a conflict.
                restored.append(self.merged((*loc, len(now)), None, [part]))
        merged: list[Any] = []
        inserted = self._insertions(loc, now, replies)
        merged += inserted.get(-1, [])
        for index in self._order(loc, now, replies):
            if items[index] is not None:
                merged.append(items[index])
            merged += inserted.get(index, [])
        return [*merged, *(item for item in restored if item is not None)]

    def _insertions(self, loc: Loc, now: list[Any], replies: Sequence["_ListReply"]) -> dict[int, list[Any]]:
        """Return the items that are inserted after each item of the plan, by its index; at the beginning, by -1."""
        insertions: dict[int, list[Any]] = {}
        for index in range(-1, len(now)):
            new_loc = (*loc, index + 1)
            wanted: list[tuple[MergeChange, list[Any], Sequence[Any]]] = []
            for reply in replies:
                items, changes = [], []
                for item, item_loc in reply.inserted_after(index):
                    change = MergeChange(reply.file, field_name(item_loc), new_loc)
                    if self.choose(change):
                        items.append(item)
                        changes.append(change)
                if not items:
                    continue
                own = reply.new_in_plan_after(index)
                if own[: len(items)] == items:
                    self.known += changes
                else:
                    wanted.append((changes[0], items, own))
            if not wanted:
                continue
            first = wanted[0][1]
            if all(items == first and not own for _, items, own in wanted):
                insertions[index] = first
                for change, items, _ in wanted:
                    self.applied += self._changes_of(replies, change, index, new_loc, items)
                continue
            values = tuple((change.file, items) for change, items, _ in wanted)
            changes_of_replies = tuple(change for change, _, _ in wanted)
            after = max((own for _, _, own in wanted), key=len)
            conflict = MergeConflict(new_loc, list(after) or None, values, changes_of_replies, is_insertion=True)
            for file in self._decided(conflict):
                insertions.setdefault(index, []).extend(dict(values)[file])
        return insertions

    def _changes_of(
        self, replies: Sequence["_ListReply"], first: MergeChange, index: int, new_loc: Loc, items: Sequence[Any]
    ) -> list[MergeChange]:
        """Return a change for each item that a reply inserts after an item of the plan, which is then at `new_loc`."""
        reply = next(reply for reply in replies if reply.file == first.file)
        changes = []
        for item, loc in reply.inserted_after(index):
            if item in items:
                changes.append(MergeChange(reply.file, field_name(loc), new_loc))
        return changes

    def _order(self, loc: Loc, now: list[Any], replies: Sequence["_ListReply"]) -> list[int]:
        """Return the order of the items of the plan: that of the replies that have moved some, if they agree."""
        usual = list(range(len(now)))
        wanted: list[tuple[MergeChange, list[int]]] = []
        for reply in replies:
            order = reply.order()
            change = MergeChange(reply.file, field_name(reply.loc), loc)
            if order != usual and self.choose(change):
                wanted.append((change, order))
        if not wanted:
            return usual
        if all(order == wanted[0][1] for _, order in wanted):
            self.applied += [change for change, _ in wanted]
            return wanted[0][1]
        values = tuple((change.file, [now[index] for index in order]) for change, order in wanted)
        chosen = self._decided(MergeConflict(loc, now, values, tuple(change for change, _ in wanted)))
        return next((order for change, order in wanted if chosen and change.file == chosen[0]), usual)


class _ListReply:
    """The changes of a list in one reply, by the items of the list in the plan."""

    def __init__(self, proposal: Proposal, now: Sequence[Any]) -> None:
        self.file = proposal.file
        self.loc = proposal.loc
        self._proposal = proposal
        self._now = now
        self._in_plan = {}
        """The index in the plan of each item that was sent and is still in the plan."""
        for pair in paired_items(proposal.sent, now, shown_value):
            if pair.old is not None and pair.new is not None:
                self._in_plan[pair.old] = pair.new
        self._in_reply = {}
        """The index in the reply of each item that was sent and is still in the reply."""
        self._moved = False
        for pair in paired_items(proposal.sent, proposal.value, shown_value):
            if pair.old is not None and pair.new is not None:
                self._in_reply[pair.old] = pair.new
                self._moved = self._moved or pair.moved
        self._sent_of_plan = {plan: sent for sent, plan in self._in_plan.items()}
        self._sent_of_reply = {reply: sent for sent, reply in self._in_reply.items()}

    def parts(self, index: int) -> list[Proposal]:
        """Return what the reply makes of an item of the plan; nothing if the item was not sent."""
        if index not in self._sent_of_plan:
            return []
        return [self._part(self._sent_of_plan[index])]

    def of_removed_items(self) -> list[Proposal]:
        """Return what the reply makes of items that the plan does not have any more, if it keeps and changes them."""
        parts = []
        for sent in range(len(self._proposal.sent)):
            if sent not in self._in_plan and sent in self._in_reply:
                parts.append(self._part(sent))
        return parts

    def _part(self, sent: int) -> Proposal:
        reply = self._in_reply.get(sent)
        value = None if reply is None else self._proposal.value[reply]
        loc = (*self.loc, sent if reply is None else reply)
        return Proposal(self.file, self._proposal.sent[sent], value, loc)

    def inserted_after(self, index: int) -> list[tuple[Any, Loc]]:
        """Return the new items of the reply after an item of the plan, -1 for its beginning, with their places."""
        items: list[tuple[Any, Loc]] = []
        anchor = -1
        for reply_index, item in enumerate(self._proposal.value):
            sent = self._sent_of_reply.get(reply_index)
            if sent is not None:
                anchor = self._in_plan.get(sent, anchor)
            elif anchor == index:
                items.append((item, (*self.loc, reply_index)))
        return items

    def new_in_plan_after(self, index: int) -> Sequence[Any]:
        """Return the items after one of the plan that were not in what was sent."""
        items = []
        for following in range(index + 1, len(self._now)):
            if following in self._sent_of_plan:
                break
            items.append(self._now[following])
        return items

    def order(self) -> list[int]:
        """Return the order of the items of the plan as the reply has it; items that were not sent keep their places."""
        usual = list(range(len(self._now)))
        if not self._moved:
            return usual
        kept = [self._sent_of_reply[index] for index in sorted(self._sent_of_reply)]
        wanted = [self._in_plan[sent] for sent in kept if sent in self._in_plan]
        order = list(usual)
        for position, index in zip(sorted(wanted), wanted, strict=True):
            order[position] = index
        return order


# Edits of a plan file, from what a document shows
def edited_source(source: Source, loc: Loc, before: Any, after: Any, known: KnownFields = BUILT_IN) -> Source:
    """Return the plan file with the value at `loc` changed as from `before` to `after`; None means no value.

    `before` is the value as a document shows it; the file may write it in another way. Only the items, fields and words
    that differ between `before` and `after` change; all others stay as they are written, with their comments.

    Raises ProblemsFound if the file cannot be edited; see `edited_plan`.
    """
    value = value_at(parse_tolerantly(source).value, loc)
    for change in _value_changes(value, loc, before, after, known):
        source = edited_plan(source, change, known)
    return source


def _value_changes(value: Any, loc: Loc, before: Any, after: Any, known: KnownFields) -> Iterator[ValueChange]:
    """Yield the changes of the value in the file, each in the file with those before it."""
    if before == after or (value is ABSENT and after is None):
        return
    items = as_list(value)
    if after is None:
        yield ValueChange("remove", loc)
    elif isinstance(before, list) and isinstance(after, list) and len(items) == len(before) and before and after:
        yield from _item_changes(items, loc, before, after, known)
    elif isinstance(value, dict) and isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            part = value.get(name, ABSENT)
            yield from _value_changes(part, (*loc, name), before.get(name), after.get(name), known)
    else:
        wanted = _with_changed_words(value, before, after) if isinstance(value, str) else None
        yield ValueChange("set", loc, _as_written(after if wanted is None else wanted, loc, known))


def _item_changes(
    items: Sequence[Any], loc: Loc, before: Sequence[Any], after: Sequence[Any], known: KnownFields
) -> Iterator[ValueChange]:
    """Yield the changes of a list: of items, then removals from its end to its beginning, then moves and insertions."""
    pairs = paired_items(before, after, shown_value)
    kept: list[int] = []
    removed: list[int] = []
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            kept.append(pair.old)
            yield from _value_changes(items[pair.old], (*loc, pair.old), pair.before, pair.after, known)
        elif pair.old is not None:
            removed.append(pair.old)
    for index in sorted(removed, reverse=True):
        yield ValueChange("remove", (*loc, index))
    present: list[int | None] = [*sorted(kept)]
    """What the list has after the removals: the places that its items had before, None for new ones."""
    for index, pair in enumerate(pair for pair in pairs if pair.new is not None):
        if pair.old is None:
            yield ValueChange("insert", (*loc, index), _as_written(pair.after, (*loc, index), known))
            present.insert(index, None)
        elif present[index] != pair.old:
            position = present.index(pair.old)
            yield ValueChange("move", (*loc, position), index)
            present.insert(index, present.pop(position))


def _as_written(value: Any, loc: Loc, known: KnownFields) -> Any:
    """Return a new value as a person would write it in the file."""
    if isinstance(value, Mapping):
        return {name: _as_written(part, (*loc, name), known) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_written(part, (*loc, index), known) for index, part in enumerate(value)]
    return as_written(known.at(loc), value)


def _with_changed_words(text: str, before: Any, after: Any) -> str | None:
    """Return a text of the file with the words changed; None if all of it is replaced.

    If it has other words than `before`, each change is made at the only place that it can mean.
    """
    if isinstance(before, str) is not isinstance(after, str):
        return None
    if isinstance(before, str) and text.strip() == before.strip():
        return None
    parts = compared_words(shown_value(before), shown_value(after))
    for index, part in enumerate(parts):
        if part.kind is PartKind.SAME:
            continue
        lead = parts[index - 1].text[-20:] if index and parts[index - 1].kind is PartKind.SAME else ""
        if part.kind is PartKind.OLD:
            following = parts[index + 1] if index + 1 < len(parts) else None
            new = following.text if following is not None and following.kind is PartKind.NEW else ""
            old = f"{lead}{part.text}"
            if text.count(old) != 1:
                return None
            text = text.replace(old, f"{lead}{new}")
        elif not (index and parts[index - 1].kind is PartKind.OLD):
            if not lead.strip() or text.count(lead) != 1:
                return None
            text = text.replace(lead, f"{lead}{part.text}")
    return text
