"""The changes of an edited Word file by field, author and date, and which of them can go into the plan."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.edited_document import EditedDocument, Revision, words_of_document
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.import_file import Imported, import_content
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


class DocumentState(Struct, frozen=True):
    """What a Word file says: the values of a plan by field, its words, and what an import of it reports."""

    values: Values
    words: tuple[str, ...]
    refused: frozenset[tuple[str, str]]


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
        revisions = [each for each in edited.revisions if not authors or each.author in authors]
        contents = (edited.edition(revisions[:count]) for count in range(len(revisions) + 1))
        now, original, *others = map(self.state, (edited.like(built), *contents))
        last = others[-1] if others else original
        changes = list(self._listed(now, original, Revision("", "")))
        if not self.is_current:
            changes = [replace(each, reason=CHANGED) for each in changes]
        for revision, (before, after) in zip(revisions, pairwise((original, *others)), strict=True):
            changes += self._listed(before, after, revision)
        wanted, conflicts = last.values, tuple[str, ...]()
        if not self.is_current:
            wanted, conflicts = _merged(now.values, original.values, last.values)
        is_clear = last.refused <= now.refused
        return Review(tuple(changes), now.values, wanted, conflicts, last.words, is_clear)

    def state(self, content: bytes) -> DocumentState:
        """What a Word file says; without values if no plan can be imported from it."""
        words = words_of_document(content, self.path)
        try:
            imported = import_content(content, self.path, self.labels)
        except ProblemsFound as found:
            imported = Imported((), found.problems)
        values: dict[str, Any] = {}
        for plan in imported.plans:
            fields: Any = parse(Source(self.path, plan.text)).value
            values = {name: each for name, each in fields.items() if name not in _OF_THE_FILE}
        problems = [*imported.problems, *(each for plan in imported.plans for each in plan.problems)]
        return DocumentState(values, words, frozenset((each.code, each.message) for each in problems))

    def _listed(self, old: DocumentState, new: DocumentState, revision: Revision) -> Iterator[ReviewChange]:
        """The changes between two states; words that are in no field are one change."""
        author, date = revision.author, revision.date
        found = plan_changes(old.values, new.values)
        for change in found:
            yield ReviewChange(self.plan, change.field, change.old, change.new, author, date)
        if not found and old.words != new.words:
            gone = "\n".join(each for each in old.words if each not in new.words)
            come = "\n".join(each for each in new.words if each not in old.words)
            yield ReviewChange(self.plan, "", gone, come, author, date, reason=ELSEWHERE)


def _merged(now: Values, original: Values, edited: Values) -> tuple[Values, tuple[str, ...]]:
    """The values that a plan should have which has changed since its file was built, and the fields that cannot get the
    tracked changes because they have changed themselves.
    """
    tracked = [name for name in {**original, **edited} if original.get(name) != edited.get(name)]
    conflicts = tuple(name for name in tracked if now.get(name) != original.get(name))
    wanted = {**now, **{name: edited.get(name) for name in tracked if name not in conflicts}}
    return {name: value for name, value in wanted.items() if value is not None}, conflicts


def with_results(review: Review, results: Mapping[str, str]) -> tuple[ReviewChange, ...]:
    """The changes with their results: `results` has, for each field that was tried, the reason if it is not applied."""

    def result(change: ReviewChange) -> ReviewChange:
        name = change.field.split(".")[0].split("[")[0]
        if change.reason or name not in results:
            return change
        return replace(change, applied=not results[name], reason=results[name])

    return tuple(map(result, review.changes))


Built = Callable[[str], DocumentState]
"""The document built from a plan file with this text; raises ProblemsFound for errors."""


def apply_fields(
    text: str, review: Review, edit: Callable[[str, str], str], built: Built
) -> tuple[str, dict[str, str]]:
    """The text with the changed fields, each only if a document built from it then shows exactly the edited words.

    Returns the text, and the reason for each field, empty if it was applied.
    """
    current = built(text)
    results = dict.fromkeys(review.conflicts, CHANGED)
    for name in review.fields:
        try:
            candidate = text if not review.is_clear and _removes(review, name) else edit(text, name)
            shown = built(candidate)
        except ProblemsFound as found:
            results[name] = found.problems[0].message
            continue
        wanted = {**current.values, name: review.after.get(name)}
        is_shown = {key: value for key, value in wanted.items() if value is not None} == dict(shown.values)
        if is_shown and _is_nearer(current.words, shown.words, review.words):
            text, current, results[name] = candidate, shown, ""
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
