"""The review of edited Word files: what was changed, by field, author and date, and which changes go into the plan.

In the order of this file: the edited file, with its identity, its comments, and its editions with tracked changes
accepted or rejected (`EditedDocument`); its changes (`review_document`); which of them are applied
(`ReviewApplication`); and what is said about each of them (`with_results`).

What counts as sent, and whether changes that are not tracked count, is decided by `review_document`; how many revisions
are compared, by `_join_revisions`; which groups of changes are tried, by `ReviewApplication._groups`; and whether a
document shows exactly the edited words, by `_shows_parts` and `_wrong_lines`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import chain, product
from typing import Any, NamedTuple

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.fields_of_paragraphs import DocumentState, PrintedDocument
from ucap_reports.importers.paragraph_identity import DocumentParagraph, paragraphs_of
from ucap_reports.importers.sent_edition import read_edition, with_edition
from ucap_reports.importers.word_package import WORD, WordPackage
from ucap_reports.importers.word_paragraphs import Paragraphs
from ucap_reports.plan.plan_changes import value_changes
from ucap_reports.plan.writing.reply_merge import Choose, Decide, MergeChange, MergeKind, Proposal, ValueMerge
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_tree import Loc, loc_of, overlap
from ucap_reports.text.text_comparison import changed_parts
from ucap_reports.word.compile.hidden_text_and_accepted_changes import accept_revisions
from ucap_reports.word.file.word_xml import remove

MAX_EDITIONS = 100
"""editions of a Word file with tracked changes; each is compared"""
MAX_EDITION_PARAGRAPHS = 20_000
"""paragraphs of all editions together"""
MAX_EDITION_RUNS = 200_000
"""runs of all editions together"""
_REMOVAL_OF = {"ins": "del", "moveTo": "moveFrom", "cellIns": "cellDel"}
"""The tracked insertions, with the removals that undo them."""
_INSERTION_OF = {removal: insertion for insertion, removal in _REMOVAL_OF.items()}
_OPPOSITE_OF = _REMOVAL_OF | _INSERTION_OF
_UNDONE = {f"{WORD}{name}": f"{WORD}{opposite}" for name, opposite in _OPPOSITE_OF.items()}
"""Tracked changes with those that undo them."""
_TRACKED = (*_UNDONE, f"{WORD}rPrChange", f"{WORD}pPrChange")
_OBJECT_NAMES = ("drawing", "pict", "object", "ruby", "footnoteReference", "endnoteReference")
_OBJECTS = [f"{WORD}{name}" for name in _OBJECT_NAMES]
"""Elements beside the text whose number a review compares."""
_NUMBERING = f"{WORD}numPr"
_DATE = f"{WORD}date"
_AUTHOR = f"{WORD}author"
_SHORTENINGS = (
    (_DATE, len("2026-01-31")),  # those of each author on one day become one
    (_DATE, len("2026-01")),  # in one month
    (_DATE, 0),  # all of an author
    (_AUTHOR, 0),  # all
)
"""What joins revisions, step by step: the attribute that is cut, and the length that it keeps."""
_RESTORED = {f"{WORD}delText": f"{WORD}t", f"{WORD}delInstrText": f"{WORD}instrText"}
_KEPT = (f"{WORD}rPr", f"{WORD}sectPr", *_UNDONE)
"""Properties of paragraphs and of their ends that a change of formatting does not have."""


class Revision(Struct, frozen=True, order=True):
    """Tracked changes of one author at one time; `date` is as Word writes it, empty if it is unknown."""

    date: str
    author: str


_NOT_TRACKED = Revision("", "")
"""Stands for the changes that are not tracked, whose author and date are unknown."""


class ReviewComment(Struct, frozen=True):
    """A comment, and the words of the paragraph that it is about."""

    author: str
    date: str
    text: str
    about: str


class EditedDocument:
    """A Word file that may have tracked changes. Raises ProblemsFound if one of its parts is damaged."""

    def __init__(self, package: WordPackage) -> None:
        self._package = package
        self._parts = self._package.texts()
        self.identity = self._package.identity
        self.sent = read_edition(self._package.custom_properties)
        """What the file printed when it was built; None if it does not say so."""
        self._join_revisions(self._edition_limit())
        self.revisions = tuple(sorted(self._revisions()))
        """The revisions in the order of their dates. If there are too many, those of a day, a month or an author are
        one, or all of them.
        """

    def was_sent(self, revision: Revision) -> bool:
        """Return whether a revision was in the file when it was sent."""
        return self.sent is not None and (revision.date, revision.author) in self.sent.revisions

    def _edition_limit(self) -> int:
        """Return how many editions are read: each has all paragraphs and runs of the file."""
        paragraph_count = 0
        run_count = 0
        for root in self._parts.values():
            paragraph_count += sum(1 for _ in root.iter(f"{WORD}p"))
            run_count += sum(1 for _ in root.iter(f"{WORD}r"))
        by_paragraphs = MAX_EDITION_PARAGRAPHS // max(paragraph_count, 1)
        by_runs = MAX_EDITION_RUNS // max(run_count, 1)
        return min(MAX_EDITIONS, by_paragraphs, by_runs)

    def _join_revisions(self, limit: int) -> None:
        """Shorten dates and authors until there are no more than `limit` revisions."""
        for attribute, length in _SHORTENINGS:
            if len(self._revisions()) <= limit:
                return
            for change in self._tracked():
                change.set(attribute, change.get(attribute, "")[:length])

    def _tracked(self) -> Iterator[etree._Element]:
        return chain.from_iterable(root.iter(*_TRACKED) for root in self._parts.values())

    def _revisions(self) -> Collection[Revision]:
        return set(map(_revision, self._tracked()))

    @property
    def objects(self) -> Counter[str]:
        """The number of pictures and other objects beside the text, by the names of their elements."""
        counts: Counter[str] = Counter()
        for root in self._parts.values():
            counts.update(element.tag for element in root.iter(*_OBJECTS))
        return counts

    def edition(self, accepted: Collection[Revision]) -> Sequence[DocumentParagraph]:
        """Return the paragraphs with these revisions accepted and all others rejected."""
        parts = {name: deepcopy(root) for name, root in self._parts.items()}
        for root in parts.values():
            for element in list(root.iter(*_TRACKED)):
                if _revision(element) not in accepted:
                    _reject(element)
            accept_revisions(root)
        return paragraphs_of(self._package, parts)

    def comments(self) -> Iterator[ReviewComment]:
        """Yield the comments in the order of the text, with a line for each of their paragraphs."""
        reader = Paragraphs(self._package, exact=True, text_alone=True)
        part = self._package.part_of("comments", "word/comments.xml")
        comments: dict[str, etree._Element] = {}
        for element in self._package.archive.xml(part).iter(f"{WORD}comment"):
            comments[element.get(f"{WORD}id", "")] = element
        for start in self._package.document.iter(f"{WORD}commentRangeStart", f"{WORD}commentReference"):
            comment = comments.pop(start.get(f"{WORD}id", ""), None)
            if comment is None:  # it was yielded at its start
                continue
            about = ""
            commented = next(start.iterancestors(f"{WORD}p"), None)
            if commented is not None:
                about = " ".join(reader.text(commented).split())
            lines = [reader.text(paragraph) for paragraph in comment.iter(f"{WORD}p")]
            text = "\n".join(lines).strip()
            yield ReviewComment(comment.get(_AUTHOR, ""), comment.get(_DATE, ""), text, about)


def _revision(element: etree._Element) -> Revision:
    return Revision(element.get(_DATE, ""), element.get(_AUTHOR, ""))


def _reject(element: etree._Element) -> None:
    """Make of a tracked change one whose acceptance restores what was before it: of an insertion a deletion, and vice
    versa.
    """
    parent = element.getparent()
    if parent is None:  # an earlier call has removed it with the properties around it
        return
    if parent.tag == _NUMBERING:  # a paragraph that became an item
        remove(parent)
    elif element.tag in _UNDONE:
        element.tag = _UNDONE[element.tag]
        for text in element.iter(*_RESTORED):
            text.tag = _RESTORED[text.tag]
    else:
        _restore_formatting(parent, element)


def _restore_formatting(properties: etree._Element, change: etree._Element) -> None:
    """Put the former properties of a run or paragraph in the place of its new ones.

    Args:
        properties: The new properties; the change is among them.
        change: The `w:rPrChange` or `w:pPrChange`, whose only child has the former properties.
    """
    new_properties = [child for child in properties if child.tag not in (*_KEPT, change.tag)]
    for child in new_properties:
        properties.remove(child)
    if len(change):
        former_properties = [child for child in change[0] if child.tag not in _KEPT]
        properties[:0] = former_properties


def with_revisions(content: bytes) -> bytes:
    """Return a document of the product whose sent edition says that its tracked changes were in it when it was sent."""
    document = EditedDocument(WordPackage(content, ""))
    if document.sent is None:
        return content
    revisions = tuple((revision.date, revision.author) for revision in document.revisions)
    return with_edition(content, replace(document.sent, revisions=revisions))


# The changes of a file

ELSEWHERE = "it is not in a field of the plan"
_CHANGED = "the plan has changed since the file was built"
CONFLICT = "the plan or another file has other words in the same place"
_AMBIGUOUS = "a document built from the plan would not show exactly these words"
_SHARED = "translations do not contain it; edit the plan, and it changes in all languages"
MOVED = "its words were moved, and the change at the other place is not applied"
_MAX_ALONE = 40
"""The changes of one field that are tried one by one, because a document is built for each."""
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
    file: str = ""


class Review(Struct, frozen=True):
    """The changes of a file, the values of the fields in it that were `sent`, and its content."""

    file: str
    changes: tuple[ReviewChange, ...]
    sent: Values
    edited: DocumentState

    def proposal(self, loc: Loc) -> Proposal:
        """Return what the file makes of the value at a place."""
        return Proposal(self.file, self.sent.get(loc), self.edited.values.get(loc), loc)


def review_document(
    edited: EditedDocument,
    built: PrintedDocument,
    sent: PrintedDocument | None,
    plan: str,
    authors: Sequence[str],
    *,
    is_current: bool,
    file: str = "",
) -> Review:
    """Return the changes of an edited file by `authors`, or by all authors, given the file as it is `built` now.

    The changes are differences from the edition that was `sent`. If the file does not contain that, they are
    differences from what the plan gives now, if `is_current`, which means that it has not changed since the file was
    built; otherwise only tracked changes count.

    They are listed in this order: those that were tracked before the file was sent, those that are not tracked, and
    those that were tracked since.
    """
    base = sent or built
    is_base_known = sent is not None or is_current
    history = _history(edited, base, authors)

    earlier: Values = {}
    """Values from before the changes that were tracked when the file was sent, as the plan still has them."""
    if history.sent_steps:
        first = history.without_revisions.values
        earlier = _earlier_values(now=built.state.values, first=first, sent=base.state.values)
    if is_base_known and not authors:
        values_sent: Values = {**base.state.values, **earlier}
    else:  # only tracked changes count: the others are as if they had been sent
        values_sent = history.as_sent.values
    values_sent = _as_in_plan(values_sent, built.state.values, history.states_before)
    if _has_all(built.state, history.as_returned, base.state):  # the plan has all changes already
        return Review(file, (), values_sent, history.as_returned)

    changes = list(_changes_tracked_before(plan, history.sent_steps, earlier))
    if not authors:
        changes += _changes_not_tracked(plan, base.state, history.as_sent, is_base_known=is_base_known)
    for step in history.new_steps:
        changes += _listed(plan, step.before, step.after, step.revision)
    changes = [replace(change, file=file) for change in changes]
    return Review(file, tuple(changes), values_sent, history.as_returned)


class _TrackedStep(NamedTuple):
    """A revision, and the content of the file before and after it."""

    revision: Revision
    before: DocumentState
    after: DocumentState


class _History(Struct, frozen=True):
    """The content of an edited file from the oldest revision to the newest one."""

    without_revisions: DocumentState
    """The file with all tracked changes rejected; changes that are not tracked are in it."""
    sent_steps: Sequence[_TrackedStep]
    """The revisions that were in the file when it was sent."""
    new_steps: Sequence[_TrackedStep]
    """The revisions since then that are reviewed."""

    @property
    def as_sent(self) -> DocumentState:
        """The file with the revisions that it was sent with."""
        return self.sent_steps[-1].after if self.sent_steps else self.without_revisions

    @property
    def as_returned(self) -> DocumentState:
        """The file with all reviewed changes."""
        return self.new_steps[-1].after if self.new_steps else self.as_sent

    @property
    def states_before(self) -> Sequence[DocumentState]:
        """The file before each revision."""
        return [step.before for step in (*self.sent_steps, *self.new_steps)]


def _history(edited: EditedDocument, base: PrintedDocument, authors: Sequence[str]) -> _History:
    """Return the content of a file before and after each revision, those since it was sent only by these authors.

    `base` says which fields the paragraphs of the file are.
    """
    sent_revisions: list[Revision] = []
    new_revisions: list[Revision] = []
    for revision in edited.revisions:
        if edited.was_sent(revision):
            sent_revisions.append(revision)
        elif not authors or revision.author in authors:
            new_revisions.append(revision)
    accepted: list[Revision] = []
    without_revisions = base.state_of(edited.edition(accepted))
    before = without_revisions
    steps: list[_TrackedStep] = []
    for revision in (*sent_revisions, *new_revisions):
        accepted.append(revision)
        after = base.state_of(edited.edition(accepted))
        steps.append(_TrackedStep(revision, before, after))
        before = after
    sent_count = len(sent_revisions)
    return _History(without_revisions, steps[:sent_count], steps[sent_count:])


def _changes_tracked_before(plan: str, sent_steps: Sequence[_TrackedStep], earlier: Values) -> Iterator[ReviewChange]:
    """Yield the changes that were tracked when the file was sent and that the plan does not have yet."""
    for step in sent_steps:
        before = _values_at(step.before.values, earlier)
        after = _values_at(step.after.values, earlier)
        yield from _listed_values(plan, before, after, step.revision)


def _changes_not_tracked(
    plan: str, base: DocumentState, as_sent: DocumentState, *, is_base_known: bool
) -> Iterator[ReviewChange]:
    """Yield the changes that were made without tracking them. If what was sent is not known, they are not applied: some
    may be changes of the plan since then.
    """
    for change in _listed(plan, base, as_sent, _NOT_TRACKED):
        yield change if is_base_known else replace(change, reason=_CHANGED)


def _has_all(document: DocumentState, edited: DocumentState, unedited: DocumentState) -> bool:
    """Return whether a document has everything that is in an edited file. If the words beside the text were not edited,
    those of the document may be others.
    """
    is_same = edited.values == document.values and edited.paragraph_lines() == document.paragraph_lines()
    return is_same and edited.beside in (unedited.beside, document.beside)


def _as_in_plan(sent: Values, now: Values, states_before: Sequence[DocumentState]) -> Values:
    """Return the values that were sent; where the plan now has a value from before one of the revisions, that value.

    Later changes of the same text, by the same or by another author, are then changes of what the plan has.
    """
    values = dict(sent)
    for state in states_before:
        for loc in {**state.values, **sent}:
            value = state.values.get(loc)
            if value == now.get(loc) and value != sent.get(loc):
                values[loc] = value
    return values


def _listed(plan: str, old: DocumentState, new: DocumentState, revision: Revision) -> Iterator[ReviewChange]:
    """Yield the changes between two states; all other words that differ are one change."""
    yield from _listed_values(plan, old.values, new.values, revision)
    changed_occurrences = []
    for occurrence in {**old.read, **new.read}:
        if old.read.get(occurrence) != new.read.get(occurrence):
            changed_occurrences.append(occurrence)
    old_lines = [*old.paragraph_lines(changed_occurrences), *old.beside]
    new_lines = [*new.paragraph_lines(changed_occurrences), *new.beside]
    removed, added = _different(old_lines, new_lines)
    if removed or added:
        yield ReviewChange(plan, "", removed, added, revision.author, revision.date, reason=ELSEWHERE)


def _listed_values(plan: str, old: Values, new: Values, revision: Revision) -> Iterator[ReviewChange]:
    """Yield the changes between the values of two states."""
    locs = {**old, **new}
    for change in value_changes(old, new):
        listed = ReviewChange(plan, change.field, change.old, change.new, revision.author, revision.date)
        is_between_fields = bool(change.origin) and _loc_in(change.origin, locs) != _loc_in(change.field, locs)
        if is_between_fields:  # the ends of the move are listed alone, because each has its own result
            yield replace(listed, field=change.origin, new="")
            yield replace(listed, old="")
        else:
            yield listed


def _earlier_values(*, now: Values, first: Values, sent: Values) -> Values:
    """Return the values that the plan still has from before the changes that were tracked when the file was sent.

    An office can send the differences of two editions. They are changes for a plan that is still as it was before them.

    Args:
        now: The values of the plan.
        first: Those of the file before all tracked changes.
        sent: Those of the file as it was sent, with these changes.
    """
    earlier = {}
    for loc in {**first, **sent}:
        first_value = first.get(loc)
        if now.get(loc) == first_value and first_value != sent.get(loc):
            earlier[loc] = first_value
    return earlier


def _values_at(values: Values, locs: Collection[Loc]) -> Values:
    return {loc: value for loc, value in values.items() if loc in locs}


def _different(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Return the lines that only one of two texts has."""
    removed: list[str] = []
    added: list[str] = []
    for part in changed_parts(old, new):
        if not part.is_equal:
            removed += old[part.old_start : part.old_end]
            added += new[part.new_start : part.new_end]
    return "\n".join(removed), "\n".join(added)


def _loc_in(field: str, locs: Iterable[Loc]) -> Loc | None:
    """Return the place among `locs` at which or below which a field is."""
    field_loc = loc_of(field)
    return next((loc for loc in locs if _is_inside(field_loc, loc)), None)


def _is_inside(loc: Loc, outer: Loc) -> bool:
    """Return whether a place is another one, or inside it."""
    return loc[: len(outer)] == outer


# Changes that go into the plan


def merged_values(
    now: Values, reviews: Sequence[Review], choose: Choose, decide: Decide
) -> tuple[dict[Loc, Any], ValueMerge]:
    """Return the values at the places that the reviewed files change, merged with those of the plan, and the merge."""
    merge = ValueMerge(choose, decide)
    values: dict[Loc, Any] = {}
    locs = set[Loc]()
    for review in reviews:
        locs.update(review.edited.values, review.sent)
    for loc in sorted(locs, key=str):
        proposals = [review.proposal(loc) for review in reviews]
        if any(proposal.sent != proposal.value for proposal in proposals):
            values[loc] = merge.merged(loc, now.get(loc), proposals)
    return values, merge


class Applied(Struct, frozen=True):
    """The result of applying changes: the text, the documents that are built from it before and after, and the reason
    for each change that was not applied, or "".
    """

    text: str
    first: DocumentState
    state: DocumentState
    reasons: Mapping[MergeChange, str]


Edit = Callable[[str, Loc, Any, Any], str]
"""Changes a value at a place of the text of a plan file, from one value to another."""
Built = Callable[[str], DocumentState]
"""The document built from a plan file with this text; raises ProblemsFound for errors."""


class ReviewApplication:
    """Applies the changes of reviewed files to the text of a plan: all at once or, if that is not possible, one field
    or one change after the other, where a document built from it then shows exactly the edited words.

    For each line, the number of times that the document has it is between the lowest and the highest number in the
    current document and the edited files: what was moved is applied at both ends or not at all.
    """

    def __init__(self, text: str, reviews: Sequence[Review], decide: Decide, edit: Edit, built: Built) -> None:
        self._text = text
        self._reviews = reviews
        self._decide = decide
        self._edit = edit
        self._built = built
        self._first = built(text)

    def apply(self, choose: Choose) -> Applied:
        """Return the text with the chosen changes that can be applied."""
        refused: dict[MergeChange, str] = {}
        while True:
            result, changed_lines = self._applied(choose, refused)
            wrong_lines = self._wrong_lines(result.state)
            half_moved = [change for change, lines in changed_lines.items() if _share_words(lines, wrong_lines)]
            if not half_moved:
                return result
            refused |= dict.fromkeys(half_moved, MOVED)  # without them, others may be half moved, too

    def _applied(
        self, choose: Choose, refused: Mapping[MergeChange, str]
    ) -> tuple[Applied, Mapping[MergeChange, Collection[str]]]:
        """Return the result without the refused changes, and the lines that each applied change adds and removes.

        The groups of changes are tried from the largest to the smallest, each together with what is applied so far.
        """
        _, merge = self._merged(lambda change: choose(change) and change not in refused)
        edition = _PlanEdition(self._text, self._first)
        """The plan with the changes that are applied so far."""
        changed_lines: dict[MergeChange, Collection[str]] = {}
        """These changes, each with the lines of the group that it was applied with."""
        reasons: dict[MergeChange, str] = {**refused}
        for group in self._groups(merge.applied):
            was_applied_in_larger_group = group.changes[0] in changed_lines
            if was_applied_in_larger_group:
                continue
            try:
                edited = self._with_changes([*changed_lines, *group.changes], is_complete=group.is_complete)
            except _RefusedError as refusal:
                if not group.has_parts:  # otherwise each part has a reason of its own
                    reasons |= dict.fromkeys(group.changes, refusal.reason)
                continue
            lines_of_group = _different_lines(edition.document, edited.document)
            changed_lines |= dict.fromkeys(group.changes, lines_of_group)
            reasons |= dict.fromkeys(group.changes, "")
            edition = edited
        return Applied(edition.text, self._first, edition.document, reasons), changed_lines

    def _groups(self, changes: Sequence[MergeChange]) -> Iterator["_ChangeGroup"]:
        """Yield all changes, then those of each field, then each alone; none of these groups twice."""
        changes_by_field: dict[Loc, list[MergeChange]] = {}
        for change in changes:
            changes_by_field.setdefault(self._field_of(change), []).append(change)
        has_several_fields = len(changes_by_field) > 1
        if has_several_fields:
            yield _ChangeGroup(changes, is_complete=True, has_parts=True)
        fields_in_parts: list[Sequence[MergeChange]] = []
        for changes_of_field in changes_by_field.values():
            has_several_changes = len(changes_of_field) > 1
            has_parts = has_several_changes and len(changes_of_field) <= _MAX_ALONE
            is_complete = has_several_changes and not has_several_fields
            yield _ChangeGroup(changes_of_field, is_complete=is_complete, has_parts=has_parts)
            if has_parts:
                fields_in_parts.append(changes_of_field)
        for change in chain.from_iterable(fields_in_parts):
            yield _ChangeGroup([change])

    def _field_of(self, change: MergeChange) -> Loc:
        """Return the place of the field whose value a change is in; that of the change, if no file has one there."""
        for review in self._reviews:
            for loc in (*review.edited.values, *review.sent):
                if _is_inside(change.loc, loc):
                    return loc
        return change.loc

    def _merged(self, choose: Choose) -> tuple[dict[Loc, Any], ValueMerge]:
        return merged_values(self._first.values, self._reviews, choose, self._decide)

    def _with_changes(self, changes: Sequence[MergeChange], *, is_complete: bool) -> "_PlanEdition":
        """Return the plan with these changes. Raises _RefusedError if it cannot have them, or does not show them.

        If they are all wanted changes (`is_complete`), no other end of a move can follow: the lines of the document
        must be right, too. Otherwise one may follow, and `apply` compares the lines at the end.
        """
        wanted = set(changes)
        values, _ = self._merged(lambda change: change in wanted)
        try:
            text = self._text_with(values)
            document = self._built(text)
        except ProblemsFound as error:
            raise _RefusedError(error.problems[0].message) from error
        expected = _known({**self._first.values, **values})
        if document.values != expected or not self._shows_parts(document, values):
            raise _RefusedError(_AMBIGUOUS)
        if is_complete and self._wrong_lines(document):
            raise _RefusedError(_AMBIGUOUS)
        return _PlanEdition(text, document)

    def _text_with(self, values: Values) -> str:
        """Return the text of the plan with other values."""
        text = self._text
        for loc, value in values.items():
            old = self._first.values.get(loc)
            if value == old:
                continue
            edited = self._edit(text, loc, old, value)
            if edited == text:
                raise _RefusedError(_SHARED)
            text = edited
        return text

    def _shows_parts(self, shown: DocumentState, values: Values) -> bool:
        """Return whether a document has each of its parts as often as the current one or an edited file, or between.

        A merged value, which neither the plan nor a file has, is a part of none of them: its lines are compared.
        """
        states = [self._first, *(review.edited for review in self._reviews)]
        merged_occurrences = set(_merged_occurrences(values, states, shown))
        parts = [_parts(state, merged_occurrences) for state in states]
        if not _is_between(_parts(shown, merged_occurrences), parts):
            return False
        lines = [_lines_of(state, merged_occurrences) for state in states]
        return _is_between(_lines_of(shown, merged_occurrences), lines)

    def _wrong_lines(self, shown: DocumentState) -> Sequence[str]:
        """Return the lines that a document has less often or more often than each of the current one and the edited
        files has them: as lines of their own, or anywhere in its text.
        """
        states = [self._first, *(review.edited for review in self._reviews)]
        has_other_margins = any(state.beside != self._first.beside for state in states)
        shown_lines = _lines_in(shown, with_margins=has_other_margins)
        lines = [_lines_in(state, with_margins=has_other_margins) for state in states]
        shown_text = "\n".join(shown_lines)
        texts = ["\n".join(lines_of_state) for lines_of_state in lines]
        wrong_lines = []
        for line in dict.fromkeys(chain(shown_lines, *lines)):
            counts = [lines_of_state.count(line) for lines_of_state in lines]
            if not _is_count_between(shown_lines.count(line), counts):
                wrong_lines.append(line)
                continue
            counts_anywhere = [text.count(line) for text in texts]
            if not _is_count_between(shown_text.count(line), counts_anywhere):
                wrong_lines.append(line)
        return wrong_lines


class _ChangeGroup(Struct, frozen=True):
    """Changes that are applied together or not at all."""

    changes: Sequence[MergeChange]
    is_complete: bool = False
    """Whether these are all wanted changes, and more than one."""
    has_parts: bool = False
    """Whether its parts are tried later if it is refused."""


class _PlanEdition(NamedTuple):
    """The text of a plan file, and the document that is built from it."""

    text: str
    document: DocumentState


class _RefusedError(Exception):
    """Raised where changes cannot be applied together."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _different_lines(before: DocumentState, after: DocumentState) -> Collection[str]:
    """Return the lines that one of two documents has more often than the other."""
    lines_before = Counter(before.field_lines())
    lines_after = Counter(after.field_lines())
    return {*(lines_before - lines_after), *(lines_after - lines_before)}


def _share_words(lines: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether a line is in one of the others, or one of them in it."""
    return any(line in other or other in line for line, other in product(lines, others))


def _lines_in(state: DocumentState, *, with_margins: bool) -> list[str]:
    """Return the words of a document in lines, with those beside its text or without them."""
    lines = state.field_lines()
    if with_margins:
        lines += state.beside
    return lines


def _merged_occurrences(values: Values, states: Sequence[DocumentState], shown: DocumentState) -> Iterator[Any]:
    """Yield the occurrences of fields with values that a document shows, but neither the plan nor a file has."""
    merged_locs: list[Loc] = []
    for loc, value in values.items():
        is_of_a_state = any(state.values.get(loc) == value for state in states)
        if not is_of_a_state:
            merged_locs.append(loc)
    for state in (*states, shown):
        for occurrence, values_read in state.read.items():
            # A value that was read may be a part of the merged one, such as an item of its list.
            if any(_is_inside(loc_read, loc) for loc_read, loc in product(values_read, merged_locs)):
                yield occurrence


def _parts(state: DocumentState, without: Collection[Any]) -> Counter[Any]:
    """Count the paragraphs of a document, and the texts of its fields, except for the occurrences of some fields."""
    counts = Counter[Any]()
    for parts in state.paragraphs:
        is_field_alone = len(parts) == 1
        if not is_field_alone or parts[0] not in without:
            counts[parts] += 1
    for occurrence, text in state.texts.items():
        if occurrence not in without:
            counts[occurrence, text] += 1
    return counts


def _lines_of(state: DocumentState, occurrences: Collection[Any]) -> Counter[Any]:
    """Count the lines of these occurrences of fields in a document."""
    counts = Counter[Any]()
    for occurrence in occurrences:
        lines = state.texts.get(occurrence, "").split("\n")
        counts.update(line for line in lines if line)
    return counts


def _is_between(shown: Counter[Any], others: Sequence[Counter[Any]]) -> bool:
    """Return whether everything is as often in a document as in one of the others, or between them."""
    for part in {*shown, *chain(*others)}:
        counts = [other[part] for other in others]
        if not _is_count_between(shown[part], counts):
            return False
    return True


def _is_count_between(count: int, others: Sequence[int]) -> bool:
    return min(others) <= count <= max(others)


def _known(values: Values) -> Values:
    return {loc: value for loc, value in values.items() if value is not None}


def with_results(review: Review, applied: Applied, merge: ValueMerge) -> tuple[ReviewChange, ...]:
    """Return the changes of a file with their results; without those that the plan had already."""
    reasons = {change: reason for change, reason in applied.reasons.items() if change.file == review.file}
    for change in merge.not_merged():
        if change.file == review.file:
            reasons[change] = CONFLICT
    known = [change for change in merge.known if change.file == review.file]
    changes = []
    for listed in review.changes:
        if not listed.field:
            changes.append(_with_result_elsewhere(listed, review, applied))
            continue
        if listed.reason:
            changes.append(listed)
            continue
        parts = merged_parts(listed, [*reasons, *known])
        reasons_of_parts = [reasons[part] for part in parts if part in reasons]
        is_known = bool(parts) and not reasons_of_parts
        if is_known:  # the plan had all of it already
            continue
        reason = next((reason for reason in reasons_of_parts if reason), "")
        is_applied = bool(reasons_of_parts) and not reason
        changes.append(replace(listed, applied=is_applied, reason=reason))
    return tuple(changes)


def _with_result_elsewhere(listed: ReviewChange, review: Review, applied: Applied) -> ReviewChange:
    """Return a change that is in no field with its result: it is applied if the document now has these words, too."""
    has_all = _has_all(applied.state, review.edited, applied.first)
    if has_all or _follows(listed, applied, review.edited):
        return replace(listed, applied=True, reason="")
    return listed


def known_changes(review: Review, merge: ValueMerge) -> Iterator[ReviewChange]:
    """Yield the changes of a file that the plan has already, for example because the file was applied before."""
    new_changes = [*merge.applied, *merge.not_merged()]
    changes_of_file = [change for change in (*merge.known, *new_changes) if change.file == review.file]
    for listed in review.changes:
        if not listed.field or listed.reason:
            continue
        parts = merged_parts(listed, changes_of_file)
        if parts and all(part not in new_changes for part in parts):
            yield listed


def merged_parts(listed: ReviewChange, changes: Sequence[MergeChange]) -> Sequence[MergeChange]:
    """Return those of the merged changes of a file that a listed change is about.

    These are the changes that do the same to exactly its field; if there are none, all changes of this field, of a
    field in it, and of one around it.
    """
    parts: list[MergeChange] = []
    exact: list[MergeChange] = []
    for change in changes:
        if not _is_same_field(change.field, listed.field) or not _may_be(change, listed):
            continue
        parts.append(change)
        if change.field == listed.field and change.kind is _kind_of(listed):
            exact.append(change)
    return exact or parts


def _kind_of(listed: ReviewChange) -> MergeKind:
    """Return what a listed change does to its field."""
    if not listed.new:
        return MergeKind.REMOVAL
    return MergeKind.CHANGE if listed.old else MergeKind.INSERTION


def _may_be(change: MergeChange, listed: ReviewChange) -> bool:
    """Return whether a merged change can be the listed one: another order of a list does not change its items."""
    if change.kind is not MergeKind.ORDER:
        return True
    is_only_moved = listed.old == listed.new
    return is_only_moved or listed.field == change.field


def _follows(change: ReviewChange, applied: Applied, edited: DocumentState) -> bool:
    """Return whether a change that is in no field follows from those of fields, such as the label of a removed row."""
    before = _all_lines(applied.first)
    after = _all_lines(applied.state)
    wanted = _all_lines(edited)
    old_lines = Counter(line for line in change.old.split("\n") if line)
    new_lines = Counter(line for line in change.new.split("\n") if line)
    removed = old_lines - new_lines
    added = new_lines - old_lines
    if not removed and not added:
        return False
    is_as_wanted = all(after[line] == wanted[line] for line in (*removed, *added))
    are_removed = all(after[line] < before[line] for line in removed)
    are_added = all(after[line] > before[line] for line in added)
    return is_as_wanted and are_removed and are_added


def _all_lines(state: DocumentState) -> Counter[str]:
    """Return the lines of a document and of its margins."""
    return Counter([*state.paragraph_lines(), *state.beside])


def _is_same_field(one: str, other: str) -> bool:
    """Return whether two fields are the same, or one is in the other."""
    return overlap(loc_of(one), loc_of(other))
