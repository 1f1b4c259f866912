"""The changes of an edited Word file by field, author and date, and which of them can go into the plan."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.edited_document import EditedDocument, Revision, words_of_document
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.import_file import import_content
from ucap_reports.plan.comparison.plan_changes import plan_changes
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

ELSEWHERE = "it is not in a field of the plan"
CHANGED = "the plan has changed since the file was built"
AMBIGUOUS = "it does not change the plan in one way only"
Values = Mapping[str, Any]
_OF_THE_FILE = {"language", "label_languages", "updated", "template"}
"""Fields that an import finds in the properties and labels of a file, not in words that people edit."""


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
    """The changes of a file, and the values of the plan as a file built now shows them, `before` and `after` them.

    `conflicts` are fields with tracked changes that have also changed in the plan since the file was built.
    """

    changes: tuple[ReviewChange, ...]
    before: Values
    after: Values
    conflicts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """The words of all paragraphs of the edited file."""
    is_clear: bool = True
    """Whether everything in the edited file has a field; otherwise what seems to be removed may only be misread."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the plan that have changed."""
        names = dict.fromkeys([*self.before, *self.after])
        return tuple(name for name in names if self.before.get(name) != self.after.get(name))


class Reviewer(Struct, frozen=True):
    """Finds the changes of an edited file of a plan.

    `path` is its name in messages, `labels` are those of its pack. `is_current` is whether the plan has not changed
    since the file was built; otherwise only tracked changes count.
    """

    path: str
    plan: str
    labels: Labels
    is_current: bool = True

    def review(self, edited: EditedDocument, built: bytes, authors: Sequence[str] = ()) -> Review:
        """The changes of the file, given the file as it is `built` now, by `authors` or by all."""
        start = edited.like(built)
        revisions = [each for each in edited.revisions if not authors or each.author in authors]
        states = [edited.edition(revisions[:count]) for count in range(len(revisions) + 1)]
        now, *values = map(self.values, (start, *states))
        is_clear = self._refused(states[-1]) <= self._refused(start)
        changes = list(self._listed((start, states[0]), (now, values[0]), Revision("", "")))
        if not self.is_current:
            changes = [replace(each, reason=CHANGED) for each in changes]
        for revision, pair, known in zip(revisions, pairwise(states), pairwise(values), strict=True):
            changes += self._listed(pair, known, revision)
        found = self._review(changes, now, values[0], values[-1])
        return replace(found, words=words_of_document(states[-1], self.path), is_clear=is_clear)

    def values(self, content: bytes) -> Values:
        """The values of a plan that a Word file shows by field; empty if it shows none."""
        try:
            imported = import_content(content, self.path, self.labels)
            value = parse(Source(self.path, imported.plans[0].text)).value if imported.plans else {}
        except ProblemsFound:
            return {}
        fields = value if isinstance(value, dict) else {}
        return {name: each for name, each in fields.items() if name not in _OF_THE_FILE}

    def _refused(self, content: bytes) -> set[tuple[str, str]]:
        """What an import of the file reports: words without a field, and values that a field refuses."""
        try:
            imported = import_content(content, self.path, self.labels)
        except ProblemsFound as found:
            return {(each.code, each.message) for each in found.problems}
        return {(each.code, each.message) for plan in imported.plans for each in plan.problems}

    def _review(self, changes: Sequence[ReviewChange], now: Values, original: Values, edited: Values) -> Review:
        """The review with what the plan should become: if it has changed, only in fields that are as they were."""
        if self.is_current:
            return Review(tuple(changes), now, edited)
        tracked = [name for name in {**original, **edited} if original.get(name) != edited.get(name)]
        conflicts = tuple(name for name in tracked if now.get(name) != original.get(name))
        wanted = {name: edited.get(name) for name in tracked if name not in conflicts}
        after = {name: value for name, value in {**now, **wanted}.items() if value is not None}
        return Review(tuple(changes), now, after, conflicts)

    def _listed(
        self, states: tuple[bytes, bytes], values: tuple[Values, Values], revision: Revision
    ) -> Iterator[ReviewChange]:
        """The changes between two states; words that are in no field are one change."""
        found = plan_changes(*values)
        for change in found:
            yield self._change(change.field, (change.old, change.new), revision)
        old, new = (words_of_document(each, self.path) for each in states)
        if not found and old != new:
            gone, come = ([each for each in one if each not in other] for one, other in ((old, new), (new, old)))
            yield replace(self._change("", ("\n".join(gone), "\n".join(come)), revision), reason=ELSEWHERE)

    def _change(self, field: str, texts: tuple[str, str], revision: Revision) -> ReviewChange:
        return ReviewChange(self.plan, field, *texts, author=revision.author, date=revision.date)


def with_results(review: Review, results: Mapping[str, str]) -> tuple[ReviewChange, ...]:
    """The changes with their results: `results` has, for each field that was tried, the reason if it is not applied."""

    def result(change: ReviewChange) -> ReviewChange:
        name = change.field.split(".")[0].split("[")[0]
        if change.reason or name not in results:
            return change
        return replace(change, applied=not results[name], reason=results[name])

    return tuple(map(result, review.changes))


Built = Callable[[str], tuple[Values, tuple[str, ...]]]
"""The values and the words of a document built from a plan file with this text; raises ProblemsFound for errors."""


def apply_fields(
    text: str, review: Review, edit: Callable[[str, str], str], built: Built
) -> tuple[str, dict[str, str]]:
    """The text with the changed fields, each only if a document built from it then shows exactly the edited words.

    Returns the text, and the reason for each field, empty if it was applied.
    """
    current, words = built(text)
    results = dict.fromkeys(review.conflicts, CHANGED)
    for name in review.fields:
        try:
            candidate = text if not review.is_clear and _removes(review, name) else edit(text, name)
            shown, printed = built(candidate)
        except ProblemsFound as found:
            results[name] = found.problems[0].message
            continue
        wanted = {**current, name: review.after.get(name)}
        is_shown = {key: value for key, value in wanted.items() if value is not None} == dict(shown)
        if is_shown and _is_nearer(words, printed, review.words):
            text, current, words, results[name] = candidate, shown, printed, ""
        else:
            results[name] = AMBIGUOUS
    return text, results


def _removes(review: Review, name: str) -> bool:
    """Whether something of the field is removed."""
    changes = plan_changes({name: review.before.get(name)}, {name: review.after.get(name)})
    return any(change.old and not change.new for change in changes)


def _is_nearer(before: Sequence[str], after: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether what a change adds to a document is in the edited file, and what it removes is not."""
    old, new, edited = Counter(before), Counter(after), Counter(wanted)
    added, gone = new - old, old - new
    return all(new[each] <= edited[each] for each in added) and all(new[each] >= edited[each] for each in gone)
