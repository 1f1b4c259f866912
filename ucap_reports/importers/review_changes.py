"""The changes of an edited Word file by field, author and date, and which of them can go into the plan."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.edited_document import EditedDocument, Revision
from ucap_reports.importers.plan_draft import loc_of
from ucap_reports.importers.printed_fields import DocumentState, PrintedDocument
from ucap_reports.plan.comparison.plan_changes import value_changes
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_tree import Loc

ELSEWHERE = "it is not in a field of the plan"
CHANGED = "the plan has changed since the file was built"
AMBIGUOUS = "a document built from the plan would not show exactly these words"
DECLINED = "it was not confirmed"
MOVED = "its words are now elsewhere in the file, where the plan does not have them"
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
    edited: EditedDocument, built: PrintedDocument, plan: str, authors: Sequence[str], *, is_current: bool
) -> Review:
    """The changes of an edited file by `authors`, or by all authors, given the file as it is `built` now.

    `is_current` is whether the plan has not changed since the file was built; otherwise only tracked changes count.
    """
    revisions = [each for each in edited.revisions if not authors or each.author in authors]
    editions = [built.state_of(edited.edition(revisions[:count])) for count in range(len(revisions) + 1)]
    now, original, last = built.state, editions[0], editions[-1]
    changes = list(_listed(plan, now, original, Revision("", "")))
    if not is_current:
        changes = [replace(each, reason=CHANGED) for each in changes]
    for revision, (before, after) in zip(revisions, pairwise(editions), strict=True):
        changes += _listed(plan, before, after, revision)
    wanted, conflicts = last.values, tuple[Loc, ...]()
    if not is_current:
        wanted, conflicts = _merged(now.values, original.values, last.values)
    return Review(tuple(changes), now.values, wanted, last, conflicts)


def _listed(plan: str, old: DocumentState, new: DocumentState, revision: Revision) -> Iterator[ReviewChange]:
    """The changes between two states; all words that are in no field are one change."""
    author, date, places = revision.author, revision.date, {**old.values, **new.values}
    for change in value_changes(old.values, new.values):
        moved = [ReviewChange(plan, change.field, change.old, change.new, author, date)]
        if change.origin and _place(change.origin, places) != _place(change.field, places):  # each has its own result
            moved = [replace(moved[0], field=change.origin, new=""), replace(moved[0], old="")]
        yield from moved
    matcher = SequenceMatcher(None, old.others, new.others, autojunk=False)
    edits = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    if edits:
        gone = "\n".join(text for _, first, last, _, _ in edits for text in old.others[first:last])
        come = "\n".join(text for _, _, _, first, last in edits for text in new.others[first:last])
        yield ReviewChange(plan, "", gone, come, author, date, reason=ELSEWHERE)


def _place(field: str, places: Iterable[Loc]) -> Loc | None:
    """The place that has a field."""
    return next((loc for loc in places if loc == loc_of(field)[: len(loc)]), None)


def _merged(now: Values, original: Values, edited: Values) -> tuple[Values, tuple[Loc, ...]]:
    """The values for a plan that has changed since its file was built, and the places of conflicts: tracked changes of
    values that have also changed in the plan.
    """
    tracked = [loc for loc in {**original, **edited} if original.get(loc) != edited.get(loc)]
    conflicts = tuple(loc for loc in tracked if now.get(loc) != original.get(loc))
    wanted = {**now, **{loc: edited.get(loc) for loc in tracked if loc not in conflicts}}
    return _known(wanted), conflicts


def _known(values: Values) -> Values:
    return {loc: value for loc, value in values.items() if value is not None}


def with_results(review: Review, results: Mapping[Loc, str]) -> tuple[ReviewChange, ...]:
    """The changes with their results. For each place, `results` has the reason if the change is not applied, or ""."""

    def result(change: ReviewChange) -> ReviewChange:
        reason = results.get(place) if (place := _place(change.field, results)) else None
        if change.reason or reason is None:
            return change
        return replace(change, applied=not reason, reason=reason)

    return tuple(map(result, review.changes))


Built = Callable[[str], DocumentState]
"""The document built from a plan file with this text; raises ProblemsFound for errors."""


def apply_changes(
    text: str, review: Review, declined: Sequence[Loc], edit: Callable[[str, Loc], str], built: Built
) -> tuple[str, dict[Loc, str]]:
    """The text with the changed values, each only if a document built from it then shows exactly the edited words,
    and has all words that both the document and the edited file have. Values at the `declined` places stay unchanged.

    Returns the text, and the reason for each place, empty if it was applied.
    """
    first = built(text)
    refused = dict.fromkeys(review.conflicts, CHANGED) | dict.fromkeys(declined, DECLINED)
    while True:
        changed, last, results, gone = _applied(text, first, review, refused, edit=edit, built=built)
        lost = [
            loc
            for loc, lines in gone.items()
            if any(_is_lost(each, first, review.edited, last) for each in lines if each)
        ]
        if not lost:
            return changed, results
        refused |= dict.fromkeys(lost, MOVED)


def _applied(
    text: str,
    current: DocumentState,
    review: Review,
    refused: Mapping[Loc, str],
    *,
    edit: Callable[[str, Loc], str],
    built: Built,
) -> tuple[str, DocumentState, dict[Loc, str], dict[Loc, Collection[str]]]:
    """The text with all values that can be applied one after the other and are not `refused`, the document that is
    built from it, the reasons, and the lines that each applied value has removed.
    """
    results, gone = {**refused}, dict[Loc, Collection[str]]()
    for loc in (each for each in review.places if each not in refused):
        try:
            candidate = edit(text, loc)
            shown = built(candidate)
        except ProblemsFound as found:
            results[loc] = found.problems[0].message
            continue
        is_shown = _known({**current.values, loc: review.after.get(loc)}) == shown.values
        if is_shown and _is_nearer(current, shown, review.edited):
            gone[loc] = Counter(current.words.split("\n")) - Counter(shown.words.split("\n"))
            text, current, results[loc] = candidate, shown, ""
        else:
            results[loc] = AMBIGUOUS
    return text, current, results, gone


def _is_lost(line: str, first: DocumentState, edited: DocumentState, last: DocumentState) -> bool:
    """Whether a document has words less often than both the one before it and the edited file, in lines of their own or
    anywhere.
    """
    words = [each.words for each in (first, edited, last)]
    lines = [each.split("\n") for each in words]
    return any(new.count(line) < min(old.count(line), wanted.count(line)) for old, wanted, new in (words, lines))


def _is_nearer(before: DocumentState, after: DocumentState, wanted: DocumentState) -> bool:
    """Whether a document has the texts of the edited file in all places that a change of the plan affects."""
    changed = (each for each in {**before.texts, **after.texts} if before.texts.get(each) != after.texts.get(each))
    old, new, edited = Counter(before.others), Counter(after.others), Counter(wanted.others)
    return (
        all(after.texts.get(each) == wanted.texts.get(each) for each in changed)
        and all(new[each] <= edited[each] for each in new - old)
        and all(new[each] >= edited[each] for each in old - new)
    )
