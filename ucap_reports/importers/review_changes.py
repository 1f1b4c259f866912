"""The changes of an edited Word file by field, author and date, and which of them can go into the plan."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import reduce
from itertools import chain, pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.edited_document import EditedDocument, Revision
from ucap_reports.importers.printed_fields import DocumentState, PrintedDocument
from ucap_reports.plan.comparison.plan_changes import value_changes
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_tree import Loc, loc_of

ELSEWHERE = "it is not in a field of the plan"
CHANGED = "the plan has changed since the file was built"
AMBIGUOUS = "a document built from the plan would not show exactly these words"
MOVED = "its words were moved, and the change at the other place is not applied"
Values = Mapping[Loc, Any]


class ReviewChange(Struct, frozen=True):
    """A change in an edited file; without author and date if it was not tracked."""

    plan: str
    field: str
    old: str
    new: str
    author: str = ""
    date: str = ""
    applied: bool = False
    reason: str = ""
    """Why it is not applied."""


class Review(Struct, frozen=True):
    """The changes of a file, and the values of the plan, as a file built now shows them, `before` and `after` them.

    `edited` is the content of the file. `conflicts` are places with tracked changes that have also changed in the plan
    since the file was built.
    """

    changes: tuple[ReviewChange, ...]
    before: Values
    after: Values
    edited: DocumentState
    conflicts: tuple[Loc, ...] = ()

    @property
    def places(self) -> tuple[Loc, ...]:
        """The places of the values that have changed."""
        return tuple(loc for loc in {**self.before, **self.after} if self.before.get(loc) != self.after.get(loc))


def review_document(
    edited: EditedDocument,
    built: PrintedDocument,
    sent: PrintedDocument | None,
    plan: str,
    authors: Sequence[str],
    *,
    is_current: bool,
) -> Review:
    """Return the changes of an edited file by `authors`, or by all authors, given the file as it is `built` now.

    They are differences from what was `sent`. For a file that does not say that, `is_current` is whether the plan has
    not changed since the file was built; otherwise only tracked changes count.
    """
    base = sent or built
    is_known = is_current or sent is not None
    own = [revision for revision in edited.revisions if edited.was_sent(revision)]
    wanted_ones = [revision for revision in edited.revisions if revision not in own]
    if authors:
        wanted_ones = [revision for revision in wanted_ones if revision.author in authors]
    revisions = [*own, *wanted_ones]
    found = [edited.edition(revisions[:count]) for count in range(len(revisions) + 1)]
    editions = [base.state_of(each) for each in found]
    now, original, last = built.state, editions[len(own)], editions[-1]
    earlier = _earlier_values(now.values, editions[0].values, base.state.values) if own else {}
    beside = [[each.text for each in paragraphs if each.is_beside] for paragraphs in (found[0], found[-1])]
    # The plan may already have all changes.
    if last.values == now.values != original.values and last.lines() == now.lines() and beside[0] == beside[1]:
        return Review((), now.values, now.values, last)
    changes: list[ReviewChange] = []
    if earlier:
        for revision, (before, after) in zip(own, pairwise(editions), strict=False):
            changes += _listed_values(plan, _only(before.values, earlier), _only(after.values, earlier), revision)
    changes += _listed(plan, base.state, original, Revision("", ""))
    if not is_known:
        changes = [replace(each, reason=CHANGED) for each in changes]
    for revision, (before, after) in zip(wanted_ones, pairwise(editions[len(own) :]), strict=True):
        changes += _listed(plan, before, after, revision)
    wanted, conflicts = last.values, tuple[Loc, ...]()
    if sent is not None:
        wanted, conflicts = _merged(now.values, {**base.state.values, **earlier}, last.values)
    elif not is_current:
        wanted, conflicts = _merged(now.values, original.values, last.values)
    return Review(tuple(changes), now.values, wanted, last, conflicts)


def _listed(plan: str, old: DocumentState, new: DocumentState, revision: Revision) -> Iterator[ReviewChange]:
    """The changes between two states; all other words that differ are one change."""
    yield from _listed_values(plan, old.values, new.values, revision)
    changed = [each for each in {**old.read, **new.read} if old.read.get(each) != new.read.get(each)]
    gone, come = _different([*old.lines(changed), *old.beside], [*new.lines(changed), *new.beside])
    if gone or come:
        yield ReviewChange(plan, "", gone, come, revision.author, revision.date, reason=ELSEWHERE)


def _listed_values(plan: str, old: Values, new: Values, revision: Revision) -> Iterator[ReviewChange]:
    """Yield the changes between the values of two states."""
    author, date, places = revision.author, revision.date, {**old, **new}
    for change in value_changes(old, new):
        moved = [ReviewChange(plan, change.field, change.old, change.new, author, date)]
        if change.origin and _place(change.origin, places) != _place(change.field, places):  # each has its own result
            moved = [replace(moved[0], field=change.origin, new=""), replace(moved[0], old="")]
        yield from moved


def _earlier_values(now: Values, first: Values, sent: Values) -> Values:
    """Return the values that the plan has as they were before changes that were tracked in the file when it was sent.

    An office can send the differences of two editions. They are changes for a plan that is still as it was before them.
    """
    return {loc: first.get(loc) for loc in {**first, **sent} if now.get(loc) == first.get(loc) != sent.get(loc)}


def _only(values: Values, places: Collection[Loc]) -> Values:
    return {loc: value for loc, value in values.items() if loc in places}


def _different(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """The lines that only one of two texts has."""
    edits = [each for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if each[0] != "equal"]
    gone = (line for _, first, last, _, _ in edits for line in old[first:last])
    come = (line for _, _, _, first, last in edits for line in new[first:last])
    return "\n".join(gone), "\n".join(come)


def _place(field: str, places: Iterable[Loc]) -> Loc | None:
    """The place that has a field."""
    return next((loc for loc in places if loc == loc_of(field)[: len(loc)]), None)


def _merged(now: Values, original: Values, edited: Values) -> tuple[Values, tuple[Loc, ...]]:
    """The values for a plan that has changed since its file was built, and the places of conflicts: tracked changes of
    values that have also changed in the plan.
    """
    tracked = [loc for loc in {**original, **edited} if original.get(loc) != edited.get(loc)]
    conflicts = tuple(loc for loc in tracked if now.get(loc) not in (original.get(loc), edited.get(loc)))
    wanted = {**now, **{loc: edited.get(loc) for loc in tracked if loc not in conflicts}}
    return _known(wanted), conflicts


def _known(values: Values) -> Values:
    return {loc: value for loc, value in values.items() if value is not None}


class Applied(Struct, frozen=True):
    """The result of applying changes: the text, for each place the reason if its value was not applied, or "", and
    whether a document built from the text has all words of the edited file.
    """

    text: str
    reasons: Mapping[Loc, str]
    is_complete: bool


def with_results(review: Review, applied: Applied) -> tuple[ReviewChange, ...]:
    """The changes with their results."""

    def result(change: ReviewChange) -> ReviewChange:
        if not change.field and applied.is_complete:
            return replace(change, applied=True, reason="")
        reason = applied.reasons.get(place) if (place := _place(change.field, applied.reasons)) else None
        if change.reason or reason is None:
            return change
        return replace(change, applied=not reason, reason=reason)

    return tuple(map(result, review.changes))


Edit = Callable[[str, Loc], str]
"""Puts the edited value at a place into the text of a plan file."""
Built = Callable[[str], DocumentState]
"""The document built from a plan file with this text; raises ProblemsFound for errors."""


def apply_changes(text: str, review: Review, edit: Edit, built: Built) -> Applied:
    """The text with the changed values: all at once or, if this is not possible, each alone, where a document built
    from it then shows exactly the edited words.

    The document has all words as often as the current one or the edited file, or between: what was moved is applied at
    both ends or not at all.
    """
    first, wanted = built(text), review.edited
    refused = dict.fromkeys(review.conflicts, CHANGED)
    while True:
        changed, last, reasons, moved = _applied(text, first, review, refused, edit=edit, built=built)
        lines = _lines_off(first, last, wanted)
        off = [
            loc for loc, words in moved.items() if any(line in word or word in line for line in lines for word in words)
        ]
        if not off:
            is_complete = last.lines() == wanted.lines() and wanted.beside in (first.beside, last.beside)
            return Applied(changed, reasons, is_complete)
        refused |= dict.fromkeys(off, MOVED)


def _applied(
    text: str, current: DocumentState, review: Review, refused: Mapping[Loc, str], *, edit: Edit, built: Built
) -> tuple[str, DocumentState, dict[Loc, str], dict[Loc, Collection[str]]]:
    """The text with all values that can be applied and are not `refused`, the document that is built from it, the
    reasons, and the lines that each value that was applied alone has added and removed.
    """
    reasons, moved, wanted = {**refused}, dict[Loc, Collection[str]](), review.edited
    places = [each for each in review.places if each not in refused]
    for group in [places, *([each] for each in places)]:
        if not group or group[0] in reasons:
            continue
        try:
            candidate = reduce(edit, group, text)
            shown = built(candidate)
        except ProblemsFound as found:
            reason = found.problems[0].message
        else:
            values = _known({**current.values, **{loc: review.after.get(loc) for loc in group}})
            is_shown = values == shown.values and _is_between(*(each.parts() for each in (current, shown, wanted)))
            is_shown = is_shown and (len(group) == 1 or not _lines_off(current, shown, wanted))
            reason = "" if is_shown else AMBIGUOUS
            if is_shown:
                before, after = Counter(current.words()), Counter(shown.words())
                moved |= {loc: set(before - after) | set(after - before) for loc in group}
                text, current = candidate, shown
        if not reason or len(group) == 1:
            reasons |= dict.fromkeys(group, reason)
    return text, current, reasons, moved


def _is_between(old: Counter[Any], new: Counter[Any], wanted: Counter[Any]) -> bool:
    """Whether all parts are as often in a new edition as in the old one or as in the one that is wanted, or between."""
    edges = ((new[each], *sorted((old[each], wanted[each]))) for each in {*old, *new, *wanted})
    return all(low <= count <= high for count, low, high in edges)


def _lines_off(first: DocumentState, last: DocumentState, wanted: DocumentState) -> Sequence[str]:
    """The lines that a document has less or more often than both the one before it and the edited file, in lines of
    their own or anywhere.
    """
    lines = [each.words() for each in (first, last, wanted)]
    if first.beside != wanted.beside:
        lines = [[*words, *each.beside] for words, each in zip(lines, (first, last, wanted), strict=True)]
    texts = ["\n".join(each) for each in lines]

    def is_off(line: str) -> bool:
        return not all(_is_between(*(Counter({line: each.count(line)}) for each in found)) for found in (lines, texts))

    return [line for line in dict.fromkeys(chain.from_iterable(lines)) if is_off(line)]
