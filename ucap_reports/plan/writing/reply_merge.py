"""Merges of the replies to a document into the values of its plan.

Changes of different fields and of different items of a list are all merged. Different words for the same field, and
different insertions at the same place of a list, are a conflict: unless it is decided, the plan keeps its value. The
result does not depend on the order of the replies (`ValueMerge`). Which item of a reply is which one of the plan is
found by comparing both with the list that was sent (`_ListReply`).
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from ucap_reports.plan.plan_changes import paired_items, shown_value
from ucap_reports.source.yaml_tree import Loc, field_name


class Proposal(Struct, frozen=True):
    """A value that was sent, and what a reply made of it. `loc` is its place in the reply."""

    file: str
    sent: Any
    value: Any
    loc: Loc


class MergeKind(StrEnum):
    """What a reply does to a field or item."""

    CHANGE = "change"
    INSERTION = "insertion"
    REMOVAL = "removal"
    ORDER = "order"
    """It has the items of a list in another order."""


class MergeChange(Struct, frozen=True):
    """A change of a reply that can be chosen alone; `loc` is its place in the plan.

    `field` is its name in the reply or, of what is removed, in what was sent: the same name can be that of a removed
    item and of the one that has its index now.
    """

    file: str
    field: str
    loc: Loc
    kind: MergeKind


class MergeConflict(Struct, frozen=True):
    """Changes of the same place; `now` is its value in the plan. `values` are those of each file.

    The values of an insertion are the lists of items that are inserted, each of which is a change.
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


class _Insertion(Struct, frozen=True):
    """The items that a reply inserts after one of the plan: `changes` has one for each of the `items`, `new_in_plan`
    are the items that the plan has there and that were not sent.
    """

    file: str
    changes: list[MergeChange]
    items: list[Any]
    new_in_plan: Sequence[Any]


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
        values = [now]
        for proposal in changed:
            values += (proposal.sent, proposal.value)
        if all(isinstance(value, dict) for value in values):
            return self._merged_fields(loc, now, changed)
        if all(isinstance(value, list) for value in values):
            if self._has_applied_list(loc, now, changed):
                return now
            return self._merged_list(loc, now, changed)
        return self._merged_value(loc, now, changed)

    def not_merged(self) -> list[MergeChange]:
        """Return the changes that lost a conflict, or are in an open one."""
        changes = list(self.rejected)
        for conflict in self.conflicts:
            changes += conflict.changes
        return changes

    def _merged_value(self, loc: Loc, now: Any, changed: Sequence[Proposal]) -> Any:
        """Return a value that is replaced as a whole: the one that all replies agree on, or that was decided."""
        changes: list[MergeChange] = []
        wanted: list[Proposal] = []
        for proposal in changed:
            change = MergeChange(proposal.file, field_name(proposal.loc), loc, _kind_of(proposal))
            if self.choose(change):
                changes.append(change)
                wanted.append(proposal)
        different = [proposal for proposal in wanted if proposal.value != now]
        if not different:
            self.known += changes
            return now
        agreed = different[0].value
        is_agreed = all(proposal.value == agreed for proposal in wanted)
        is_plan_unchanged = all(proposal.sent == now for proposal in different)
        if is_agreed and is_plan_unchanged:
            self.applied += changes
            return agreed
        values = {proposal.file: proposal.value for proposal in wanted}
        chosen_files = self._decided(MergeConflict(loc, now, tuple(values.items()), tuple(changes)))
        return values[chosen_files[0]] if chosen_files else now

    def _decided(self, conflict: MergeConflict) -> Sequence[str]:
        """Return the files whose values the place of a conflict gets, several only of an insertion; none if it is open
        or keeps its value.
        """
        decided = self.decide(conflict)
        if decided is None:
            self.conflicts.append(conflict)
            return ()
        values = dict(conflict.values)
        files = [file for file in dict.fromkeys(decided) if file in values]
        if not conflict.is_insertion:
            files = files[:1]
        chosen_values = [values[file] for file in files]
        for change in conflict.changes:
            if values[change.file] in chosen_values:  # of the chosen file, or of another one with the same words
                self.applied.append(change)
            else:
                self.rejected.append(change)
        return files

    def _merged_fields(self, loc: Loc, now: dict[str, Any], changed: Sequence[Proposal]) -> dict[str, Any]:
        """Return a mapping whose fields are merged one by one."""
        names = dict.fromkeys(now)
        for proposal in changed:
            names |= dict.fromkeys([*proposal.sent, *proposal.value])
        merged = {}
        for name in names:
            proposals = []
            for proposal in changed:
                sent = proposal.sent.get(name)
                value_in_reply = proposal.value.get(name)
                proposals.append(Proposal(proposal.file, sent, value_in_reply, (*proposal.loc, name)))
            value = self.merged((*loc, name), now.get(name), proposals)
            if value is not None:
                merged[name] = value
        return merged

    def _has_applied_list(self, loc: Loc, now: list[Any], changed: Sequence[Proposal]) -> bool:
        """Return whether the plan has what these replies make of the list that was sent, because they were applied
        before; then all their changes are known.

        Without this, an item that was inserted, and is equal to one that was removed, could be taken for that one.
        """
        sent = changed[0].sent
        if now == sent or any(proposal.sent != sent for proposal in changed):
            return False
        merge = ValueMerge(self.choose, self.decide)
        merged = merge._merged_list(loc, sent, changed)
        is_applied = merged == now and not merge.conflicts and not merge.rejected
        if is_applied:
            self.known += [*merge.known, *merge.applied]
        return is_applied

    def _merged_list(self, loc: Loc, now: list[Any], changed: Sequence[Proposal]) -> list[Any]:
        """Return a list whose items are merged one by one, with what the replies insert and move."""
        replies = [_ListReply(proposal) for proposal in changed]
        inserted_items: list[Any] = []
        for reply in replies:
            inserted_items += [item for item in reply.new_items() if item not in inserted_items]
        for reply in replies:
            reply.find_in_plan(now, inserted_items)
        items: dict[int, Any] = {}
        for index, item in enumerate(now):
            proposals: list[Proposal] = []
            for reply in replies:
                proposals += reply.of_item(index)
            items[index] = self.merged((*loc, index), item, proposals)
        restored = []
        for proposals_of_item in _of_removed_items(replies):
            # The plan has no such item any more: the words that were changed in it are a conflict at its end.
            item = self.merged((*loc, len(now)), None, proposals_of_item)
            if item is not None:
                restored.append(item)
        inserted = self._insertions(loc, now, replies)
        merged = list(inserted.get(-1, []))
        for index in self._order(loc, now, replies):
            if items[index] is not None:
                merged.append(items[index])
            merged += inserted.get(index, [])
        return merged + restored

    def _insertions(self, loc: Loc, now: list[Any], replies: Sequence["_ListReply"]) -> dict[int, list[Any]]:
        """Return the items that are inserted after each item of the plan, by its index; at the beginning, by -1."""
        insertions: dict[int, list[Any]] = {}
        for index in range(-1, len(now)):
            new_loc = (*loc, index + 1)
            wanted: list[_Insertion] = []
            for reply in replies:
                insertion = self._insertion(reply, index, new_loc)
                if insertion.items:
                    wanted.append(insertion)
            if not wanted:
                continue
            changes: list[MergeChange] = []
            for insertion in wanted:
                changes += insertion.changes
            agreed = wanted[0].items
            if all(insertion.items == agreed and not insertion.new_in_plan for insertion in wanted):
                insertions[index] = agreed
                self.applied += changes
                continue
            values = {insertion.file: insertion.items for insertion in wanted}
            # The older the document of a reply is, the more items are new in the plan.
            new_in_plan = max([insertion.new_in_plan for insertion in wanted], key=len)
            now_at_place = list(new_in_plan) or None
            conflict = MergeConflict(new_loc, now_at_place, tuple(values.items()), tuple(changes), is_insertion=True)
            inserted: list[Any] = []
            for file in self._decided(conflict):
                inserted += _missing_items(values[file], inserted)
            insertions[index] = inserted
        return insertions

    def _insertion(self, reply: "_ListReply", index: int, new_loc: Loc) -> _Insertion:
        """Return the chosen items that a reply inserts after an item of the plan, which are then at `new_loc`; those
        that the plan has already are known.
        """
        insertion = _Insertion(reply.file, [], [], reply.new_in_plan_after(index))
        for reply_index, item_loc in reply.inserted_after(index):
            change = MergeChange(reply.file, field_name(item_loc), new_loc, MergeKind.INSERTION)
            if not self.choose(change):
                continue
            if reply.is_known(reply_index):
                self.known.append(change)
            else:
                insertion.items.append(reply.value[reply_index])
                insertion.changes.append(change)
        return insertion

    def _order(self, loc: Loc, now: list[Any], replies: Sequence["_ListReply"]) -> list[int]:
        """Return the order of the items of the plan: that of the replies that have moved some, if they agree and the
        plan still has the order that was sent.
        """
        usual = list(range(len(now)))
        changes: list[MergeChange] = []
        orders: dict[str, list[int]] = {}
        is_plan_reordered = False
        for reply in replies:
            order = reply.order()
            change = MergeChange(reply.file, field_name(reply.loc), loc, MergeKind.ORDER)
            if order != usual and self.choose(change):
                changes.append(change)
                orders[reply.file] = order
                is_plan_reordered = is_plan_reordered or reply.is_plan_reordered
        if not orders:
            return usual
        first = next(iter(orders.values()))
        if all(order == first for order in orders.values()) and not is_plan_reordered:
            self.applied += changes
            return first
        values = []
        for file, order in orders.items():
            values.append((file, [now[index] for index in order]))
        chosen_files = self._decided(MergeConflict(loc, now, tuple(values), tuple(changes)))
        return orders[chosen_files[0]] if chosen_files else usual


def _kind_of(proposal: Proposal) -> MergeKind:
    """Return what a reply does to a value that is replaced as a whole."""
    if proposal.value is None:
        return MergeKind.REMOVAL
    return MergeKind.INSERTION if proposal.sent is None else MergeKind.CHANGE


class _ListReply:
    """The changes of a list in one reply, by the items of the list in the plan.

    The list exists three times: as it was sent, in the reply, and in the plan now. `_reply_of_sent` and the like have
    the index of an item in one of them by its index in another.
    """

    def __init__(self, proposal: Proposal) -> None:
        self.file = proposal.file
        self.loc = proposal.loc
        self.value: list[Any] = proposal.value
        self._proposal = proposal
        self._reply_of_sent: dict[int, int] = {}
        """The index in the reply of each item that was sent and is still in the reply."""
        self._moved = False
        for pair in paired_items(proposal.sent, proposal.value, shown_value):
            if pair.old is not None and pair.new is not None:
                self._reply_of_sent[pair.old] = pair.new
                self._moved = self._moved or pair.moved
        self._sent_of_reply = {reply: sent for sent, reply in self._reply_of_sent.items()}
        self._now: Sequence[Any] = ()
        self._plan_of_sent: dict[int, int] = {}
        """The index in the plan of each item that was sent and is still in the plan."""
        self._sent_of_plan: dict[int, int] = {}
        self._known: set[int] = set()
        self.is_plan_reordered = False
        """Whether the plan has some of these items in another order than was sent."""

    def new_items(self) -> list[Any]:
        """Return the items that the reply inserts."""
        items = enumerate(self.value)
        return [item for index, item in items if index not in self._sent_of_reply]

    def find_in_plan(self, now: Sequence[Any], inserted_items: Sequence[Any]) -> None:
        """Find the items of the plan that were sent. What a reply inserts, and the plan has already, is no other item
        with new words.
        """
        self._now = now
        candidates = []
        for index, item in enumerate(now):
            if item in self._proposal.sent or item not in inserted_items:
                candidates.append(index)
        items = [now[index] for index in candidates]
        for pair in paired_items(self._sent_as_in_plan(), items, shown_value):
            if pair.old is not None and pair.new is not None:
                self._plan_of_sent[pair.old] = candidates[pair.new]
                self.is_plan_reordered = self.is_plan_reordered or pair.moved
        self._sent_of_plan = {plan: sent for sent, plan in self._plan_of_sent.items()}
        self._known = self._items_that_the_plan_has()

    def _items_that_the_plan_has(self) -> set[int]:
        """Return the indices of the new items of the reply that the plan has already, at the same place or at another
        one; each of its items stands for one of them.
        """
        new_in_plan = [(index, anchor) for index, anchor in self._anchors_in_plan() if index not in self._sent_of_plan]
        known: set[int] = set()
        for must_be_at_same_place in (True, False):  # an item at the same place goes before one at another
            for reply_index, anchor in self._anchors_in_reply():
                if reply_index in known:
                    continue
                item = self.value[reply_index]
                equal = [candidate for candidate in new_in_plan if self._now[candidate[0]] == item]
                if must_be_at_same_place:
                    equal = [candidate for candidate in equal if candidate[1] == anchor]
                if equal:
                    known.add(reply_index)
                    new_in_plan.remove(equal[0])
        return known

    def _anchors_in_plan(self) -> Iterator[tuple[int, int]]:
        """Yield the index of each item of the plan with its anchor: the index of the last item up to it that was sent,
        or -1.
        """
        anchor = -1
        for index in range(len(self._now)):
            if index in self._sent_of_plan:
                anchor = index
            yield index, anchor

    def _anchors_in_reply(self) -> Iterator[tuple[int, int]]:
        """Yield the index of each new item of the reply with its anchor: the index of the item of the plan that it
        follows, or -1.
        """
        anchor = -1
        for reply_index in range(len(self.value)):
            sent = self._sent_of_reply.get(reply_index)
            if sent is None:
                yield reply_index, anchor
            else:
                anchor = self._plan_of_sent.get(sent, anchor)

    def _sent_as_in_plan(self) -> list[Any]:
        """Return the items that were sent, with the words of the reply for those that the plan has with these words.

        Otherwise, an item that was rewritten in the plan and in the reply, with the same words, would not be found in a
        plan in which other items were inserted.
        """
        items = list(self._proposal.sent)
        for sent, reply_index in self._reply_of_sent.items():
            edited = self.value[reply_index]
            if edited in self._now and items[sent] not in self._now:
                items[sent] = edited
        return items

    def of_item(self, index: int) -> list[Proposal]:
        """Return what the reply makes of an item of the plan; nothing if the item was not sent."""
        if index not in self._sent_of_plan:
            return []
        return [self._of_sent_item(self._sent_of_plan[index])]

    def of_removed_items(self) -> list[Proposal]:
        """Return what the reply makes of items that the plan does not have any more, if it keeps and changes them."""
        proposals = []
        for sent in range(len(self._proposal.sent)):
            if sent not in self._plan_of_sent and sent in self._reply_of_sent:
                proposals.append(self._of_sent_item(sent))
        return proposals

    def _of_sent_item(self, sent: int) -> Proposal:
        """Return what the reply makes of the item that was sent at an index."""
        item = self._proposal.sent[sent]
        reply_index = self._reply_of_sent.get(sent)
        if reply_index is None:
            return Proposal(self.file, item, None, (*self.loc, sent))
        item_in_reply = self.value[reply_index]
        return Proposal(self.file, item, item_in_reply, (*self.loc, reply_index))

    def inserted_after(self, index: int) -> list[tuple[int, Loc]]:
        """Return the indices of the new items of the reply after an item of the plan, -1 for its beginning, and their
        places.
        """
        indices = [reply_index for reply_index, anchor in self._anchors_in_reply() if anchor == index]
        return [(reply_index, (*self.loc, reply_index)) for reply_index in indices]

    def is_known(self, reply_index: int) -> bool:
        """Return whether the plan has a new item of the reply already."""
        return reply_index in self._known

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
        wanted = [self._plan_of_sent[sent] for sent in kept if sent in self._plan_of_sent]
        order = list(usual)
        positions = sorted(wanted)  # where the plan has these items: they change places only with each other
        for position, index in zip(positions, wanted, strict=True):
            order[position] = index
        return order


def _of_removed_items(replies: Sequence[_ListReply]) -> list[list[Proposal]]:
    """Return what the replies make of each item that the plan does not have any more."""
    items: list[list[Proposal]] = []
    for reply in replies:
        of_other_replies = list(items)  # two equal items of one reply are different items
        for proposal in reply.of_removed_items():
            same_item = [proposals for proposals in of_other_replies if proposals[0].sent == proposal.sent]
            if same_item:
                same_item[0].append(proposal)
                of_other_replies.remove(same_item[0])
            else:
                items.append([proposal])
    return items


def _missing_items(items: Sequence[Any], present: Sequence[Any]) -> list[Any]:
    """Return the items that are not among those present, each of which stands for one item."""
    unmatched = list(present)
    missing = []
    for item in items:
        if item in unmatched:
            unmatched.remove(item)
        else:
            missing.append(item)
    return missing
