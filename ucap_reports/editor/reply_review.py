"""Replies in the editor: edited Word files and completed forms, whose changes are accepted or not.

The files of a review stay in memory until it is applied or another one is begun. The rules are those of
`batch/replies`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct, field

from ucap_reports.batch.manifest import MergedReply
from ucap_reports.batch.replies import (
    AnyReply,
    Comparison,
    FormReply,
    Reply,
    ReplyConflict,
    ReplyFile,
    ReplyOptions,
    apply_replies,
    compare_replies,
)
from ucap_reports.batch.replies_in_output_folder import merged_replies, merged_reply, record_reply_in
from ucap_reports.editor.plan_editing import known_fields_of
from ucap_reports.editor.undoable_changes import UndoableChanges, content_digest
from ucap_reports.importers.answers_as_values import form_value
from ucap_reports.importers.word_review import ReviewChange, ReviewComment
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, edited_plan, value_at
from ucap_reports.problems import Location, ProblemsFound, problem, problem_record
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, field_name, loc_of
from ucap_reports.storage.decoding import decode_source, encoded_like, read_content
from ucap_reports.storage.project_folder import OUT, Project

MOST_FILES = 40
MOST_BYTES = 128 * 1024 * 1024
"""The files of one review."""


class ConflictChoice(Struct, forbid_unknown_fields=True):
    """The decision about a conflict: the names of the files whose words are taken, or a `text` instead of all of them.

    Without both, the plan keeps its words.
    """

    plan: str
    field: str
    files: list[str] = []
    text: str | None = None


class EditedChange(Struct, forbid_unknown_fields=True):
    """Other words for a change: its number in the list, and the text."""

    change: int
    text: str


class ReviewChoice(Struct, forbid_unknown_fields=True):
    """What to apply: the numbers of the changes that are rejected, edited ones, and decisions about conflicts.

    `clear` begins another review instead.
    """

    reject: list[int] = []
    edits: list[EditedChange] = []
    conflicts: list[ConflictChoice] = []
    clear: bool = False
    files: list[str] | None = None
    """The names of the files whose changes were shown; without it, they are not checked."""
    digest: str | None = None
    """That of the review that was shown; without it, it is not checked."""


class MergedReplies(Struct, frozen=True):
    """The plans and translations with the accepted changes, before they are written, and the report on the changes."""

    files: Mapping[str, tuple[bytes, bytes]]
    """The content of each before and after."""
    replies: Collection[ReplyFile]
    complete: Sequence[MergedReply]
    """Those whose changes were all accepted."""
    report: Mapping[str, Any]


class ReplyReview(Struct):
    """A review of the replies to the plans of a project. For one thread, except `write`."""

    project: Project
    undoable: UndoableChanges
    _files: dict[str, ReplyFile] = field(default_factory=dict)
    _unrecorded: list[MergedReply] = field(default_factory=list)
    """Those that are not recorded in the output folder yet, since a build was running."""

    def add(self, name: str, content: bytes, plan: str | None = None) -> dict[str, Any]:
        """Add an edited file, or replace the one of that name, and return the review. Raises ProblemsFound.

        `plan` is the id of its plan, for a file that does not name it.
        """
        file = ReplyFile(name, content, plan)
        files = {**self._files, name: file}
        if len(files) > MOST_FILES:
            raise ProblemsFound([problem("review-full", Location(name), form="files", limit=MOST_FILES)])
        if sum(len(file.content) for file in files.values()) > MOST_BYTES:
            raise ProblemsFound([problem("review-full", Location(name), form="bytes", limit=MOST_BYTES >> 20)])
        alone = compare_replies(self.project, [file], ReplyOptions())
        if not alone.all_replies:
            raise ProblemsFound(alone.problems)
        self._files = files
        return self.review()

    def clear(self) -> dict[str, Any]:
        """Forget all files."""
        self._files = {}
        return self.review()

    def review(self) -> dict[str, Any]:
        """Return the changes of all files, their conflicts and comments, and the digest of all that."""
        return _review_record(self._compared())

    def merge(self, choice: ReviewChoice) -> MergedReplies:
        """Return the plans and translations with the accepted changes.

        Raises ProblemsFound, also if another review was shown: another window may have added or replaced files, so that
        the numbers of changes would be those of others, or the words of a plan in a conflict may be others.
        """
        replies = tuple(self._files.values())
        compared = self._compared()
        names = {reply.name for reply in compared.all_replies}
        has_other_files = choice.files is not None and set(choice.files) != names
        has_other_words = choice.digest is not None and choice.digest != _review_record(compared)["digest"]
        if has_other_files or has_other_words:
            raise ProblemsFound([problem("review-changed")])
        rejected_numbers = set(choice.reject)
        rejected = {id(change) for number, change in enumerate(compared.changes) if number in rejected_numbers}
        decisions = {(decision.plan, decision.field): decision.files for decision in choice.conflicts}

        def is_wanted(change: ReviewChange) -> bool:
            return id(change) not in rejected

        def decided(conflict: ReplyConflict) -> Sequence[str] | None:
            return decisions.get((conflict.plan, conflict.field))

        applied = apply_replies(compared, is_wanted, decided)
        files = {file.path: (file.before, file.content) for file in applied.files}
        self._edit_changes(compared, choice.edits, files)
        self._edit_conflicts(compared, choice.conflicts, files)
        report = {
            "changed": sorted({change.plan for change in applied.changes if change.applied}),
            "changes": [_change_record(number, change) for number, change in enumerate(applied.changes)],
            "conflicts": [conflict.record() for conflict in applied.conflicts],
            "problems": [problem_record(fault) for fault in applied.problems],
        }
        complete = []
        for reply in merged_replies(compared, applied):
            _, content = files.get(reply.target) or (reply.content, reply.content)
            complete.append(merged_reply(reply, content))
        return MergedReplies(files, replies, complete, report)

    def write(self, merged: MergedReplies) -> None:
        """Write the merged plans and translations, all in one step.

        It must run in the thread of all other changes, since it has the same `undoable` changes and must not overwrite
        what was saved after the replies were merged. Raises ProblemsFound for such a file, and writes nothing.
        """
        self.undoable.write("review", merged.files)

    def forget(self, merged: MergedReplies) -> None:
        """Forget the files that were merged, but not those that were added since, and record which of them the next
        build may replace.
        """
        self._files = {name: file for name, file in self._files.items() if file not in merged.replies}
        self._unrecorded += merged.complete
        with suppress(ProblemsFound):  # if a build is running, they are recorded before the next one
            self.let_build_replace()

    def let_build_replace(self) -> None:
        """Record that the next build may replace the merged files that are in the output folder.

        Raises ProblemsFound if the output folder cannot be used.
        """
        out = self.project.path(OUT)
        while self._unrecorded:
            record_reply_in(self.project, out, self._unrecorded[0])
            del self._unrecorded[0]

    def _compared(self) -> Comparison:
        return compare_replies(self.project, self._files.values(), ReplyOptions())

    def _edit_changes(
        self, compared: Comparison, edits: Sequence[EditedChange], files: dict[str, tuple[bytes, bytes]]
    ) -> None:
        """Replace the words of changes by those that were written instead. Raises ProblemsFound."""
        replies = {reply.name: reply for reply in compared.all_replies}
        for edit in edits:
            if not 0 <= edit.change < len(compared.changes):
                raise ProblemsFound([problem("plan-place-unknown", field=str(edit.change))])
            change = compared.changes[edit.change]
            if not _is_editable(change):
                raise ProblemsFound([problem("plan-place-unknown", field=change.field)])
            present = (change.new, change.old)
            self._write(replies[change.file], change.field, edit.text, files, present=present, changes=compared.changes)

    def _edit_conflicts(
        self, compared: Comparison, choices: Sequence[ConflictChoice], files: dict[str, tuple[bytes, bytes]]
    ) -> None:
        """Write the words that were written instead of those in conflict. Raises ProblemsFound."""
        texts = {(choice.plan, choice.field): choice.text for choice in choices}
        for conflict in compared.conflicts:
            text = texts.get((conflict.plan, conflict.field))
            if text is None or conflict.is_insertion:
                continue
            reply = next(reply for reply in compared.all_replies if reply.target == conflict.target)
            present = [shown_value(conflict.now)]
            self._write(reply, conflict.field, text, files, present=present, changes=compared.changes)

    def _write(
        self,
        reply: AnyReply,
        field: str,
        text: str,
        files: dict[str, tuple[bytes, bytes]],
        *,
        present: Collection[str],
        changes: Collection[ReviewChange],
    ) -> None:
        """Set the words of a field in the plan or translation that a reply is about. Raises ProblemsFound.

        `present` are the words that the field may have now: if there are insertions or removals among all `changes`,
        items of lists may be at other places than the reply says, since not all of these were applied.
        """
        name = reply.target
        before, content = files.get(name) or (None, None)
        if content is None:
            before = content = read_content(self.project.root / name, name, within=self.project.safe_folder)
        source = decode_source(content, name)
        loc = loc_of(field)
        if isinstance(reply, Reply) and reply.translation is not None:
            edited = reply.with_words(source.text, loc, text)
        else:
            values = parse_tolerantly(source).value
            is_certain = not any(_moves_items(change, loc) for change in changes if change.plan == reply.id)
            loc = _place_of_words(values, loc, present, is_certain=is_certain)
            if not loc or value_at(values, loc[:-1]) is ABSENT:
                raise ProblemsFound([problem("plan-place-unknown", field=field)])
            known = known_fields_of(self.project, self.project.root / name)
            value: Any = text or None
            described = known.at(loc)
            if isinstance(reply, FormReply) and described is not None:
                value = form_value(described, text, value_at(values, loc), known)
            edited = edited_plan(source, ValueChange("set", loc, value), known).text
        files[name] = before or content, encoded_like(edited, content)


def _place_of_words(values: Any, loc: Loc, words: Collection[str], *, is_certain: bool) -> Loc:
    """Return the place in a plan that has one of these words: `loc`, or the same place in another item of a list.

    Raises ProblemsFound if that place is not `certain`, and no item or several ones have the words.
    """
    if is_certain or _has_words(values, loc, words):
        return loc
    for depth in reversed(range(len(loc))):  # the innermost list first
        items = value_at(values, loc[:depth])
        if not isinstance(loc[depth], int) or not isinstance(items, list):
            continue
        locs = [(*loc[:depth], index, *loc[depth + 1 :]) for index in range(len(items))]
        locs_with_words = [item_loc for item_loc in locs if _has_words(values, item_loc, words)]
        if len(locs_with_words) == 1:
            return locs_with_words[0]
    raise ProblemsFound([problem("plan-place-unknown", field=field_name(loc))])


def _has_words(values: Any, loc: Loc, words: Collection[str]) -> bool:
    value = value_at(values, loc)
    if isinstance(value, dict):
        value = {name: inner for name, inner in value.items() if inner is not None}
    return value is not ABSENT and shown_value(value) in words


def _moves_items(change: ReviewChange, loc: Loc) -> bool:
    """Return whether a change inserts or removes an item of a list that a place is in."""
    item_loc = loc_of(change.field)
    if not item_loc or not isinstance(item_loc[-1], int):
        return False
    if change.old and change.new:  # it is another value of the same item
        return False
    list_loc = item_loc[:-1]
    return len(item_loc) <= len(loc) and list_loc == loc[: len(list_loc)]


def _review_record(compared: Comparison) -> dict[str, Any]:
    changes = []
    for number, change in enumerate(compared.changes):
        state = {"editable": _is_editable(change), "made": change in compared.known}
        changes.append({**_change_record(number, change), **state})
    comments = []
    for reply in compared.all_replies:
        comments += [_comment_record(reply, comment) for comment in reply.comments]
    record = {
        "files": [_file_record(reply) for reply in compared.all_replies],
        "changes": changes,
        "conflicts": [{**conflict.record(), "insertion": conflict.is_insertion} for conflict in compared.conflicts],
        "comments": comments,
        "problems": [problem_record(fault) for fault in compared.problems],
    }
    return {**record, "digest": content_digest(json.dumps(record).encode())}


def _file_record(reply: AnyReply) -> Mapping[str, Any]:
    is_form = isinstance(reply, FormReply)
    return {"name": reply.name, "plan": reply.id, "language": _language(reply), "form": is_form}


def _is_translation(reply: AnyReply) -> bool:
    return isinstance(reply, Reply) and reply.translation is not None


def _language(reply: AnyReply) -> str:
    """Return the language of an edited file; empty for a form, and for the language of its plan."""
    if isinstance(reply, FormReply):
        return ""
    return reply.options.language or ""


def _is_editable(change: ReviewChange) -> bool:
    """Return whether other words can be written for a change: it is in a field, and does not remove it."""
    return bool(change.field and change.new)


def _comment_record(reply: AnyReply, comment: ReviewComment) -> Mapping[str, str]:
    return {
        "plan": reply.id,
        "file": reply.name,
        "author": comment.author,
        "date": comment.date,
        "text": comment.text,
        "about": comment.about,
    }


def _change_record(number: int, change: ReviewChange) -> Mapping[str, Any]:
    return {
        "number": number,
        "plan": change.plan,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "author": change.author,
        "date": change.date,
        "file": change.file,
        "applied": change.applied,
        "reason": change.reason,
    }
