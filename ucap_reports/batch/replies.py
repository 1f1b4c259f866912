"""Replies: edited Word files and completed forms of one or more plans, their changes and conflicts, and the plans with
the chosen ones.

`compare_replies` reads files and changes nothing; `apply_replies` returns the texts of the plans and translations with
the chosen changes. Neither writes a file.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.document_names import own_language
from ucap_reports.batch.form_replies import FormMerge, FormReply, form_reply
from ucap_reports.batch.opened_project import OpenedProject, PackStore, opened_project, pack_folders
from ucap_reports.batch.pipeline import produce
from ucap_reports.batch.plan_files import PlanFiles, TranslationFile
from ucap_reports.batch.reply_decisions import Decided, ReplyConflict, leave_open
from ucap_reports.importers.edited_document import EditedDocument, PackLanguage, ReviewComment, detected_packs
from ucap_reports.importers.form_reading import PlanForm, read_form
from ucap_reports.importers.printed_fields import DocumentState, PrintedDocument
from ucap_reports.importers.review_changes import (
    Review,
    ReviewApplication,
    ReviewChange,
    is_same_field,
    merged_values,
    review_document,
    with_results,
)
from ucap_reports.importers.sent_edition import NO_EDITION
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.importers.workbook_update import CurrentPlan
from ucap_reports.plan.fields import FieldType
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.plan.plan_model import BUILT_IN, read_plan
from ucap_reports.plan.po_files import read_po_file
from ucap_reports.plan.reply_merging import MergeChange, MergeConflict, edited_source
from ucap_reports.plan.translation import edited_translation, translation_text
from ucap_reports.plan.writing.value_edits import ValueChange, changed_values
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, reported
from ucap_reports.source.yaml_parsing import parse, parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, field_name, value_at
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.installation import shell_word
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.language_tags import LANGUAGE

_NO_REVIEW = Review("", (), {}, DocumentState({}, {}, {}, (), ()))
UPDATED = BUILT_IN.of_type(FieldType.DAY).name
_BuiltFiles = dict[tuple[str, str, str, BuildOptions], tuple[bytes, str]]
"""Word files and the names of their packs, by the text of the plan, the path and the text of the plan or translation
that they are built from, and the options.
"""


class ReplyOptions(Struct, frozen=True):
    """What is known of the files: their plan, pack and language, if they do not say it, and whose changes count."""

    plan: str | None = None
    template: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()


class ReplyFile(Struct, frozen=True):
    """A file: its name, by which its changes and conflicts refer to it, and its content."""

    name: str
    content: bytes
    plan: str | None = None
    """The id of its plan, if somebody has named it; otherwise the file says it."""


class Reply(Struct, frozen=True, eq=False):
    """An edited file with what it was built from: its plan, and the translation if it is in another language."""

    file: ReplyFile
    document: EditedDocument
    plan: Source
    plan_content: bytes
    id: str
    options: BuildOptions
    translation: TranslationFile | None
    packs: PackStore
    files: PlanFiles
    review: Review
    comments: tuple[ReviewComment, ...] = ()
    authors: tuple[str, ...] = ()
    """The people whose changes count; by default all."""
    built_files: _BuiltFiles = msgspec.field(default_factory=dict)
    """The Word files that were built for this reply or others of the same comparison."""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name

    @property
    def target(self) -> str:
        """The path of the file that its changes go into."""
        return self.plan.path if self.translation is None else self.translation.path

    @property
    def text(self) -> str:
        """The text of that file."""
        if self.translation is None:
            return self.plan.text
        return decode_source(self.translation.content, self.translation.path).text

    @property
    def content(self) -> bytes:
        """The bytes of that file."""
        return self.plan_content if self.translation is None else self.translation.content

    def built_document(self, text: str) -> tuple[EditedDocument, Pack]:
        """Return the Word file built from the plan or its translation with this text, and its pack.

        Raises ProblemsFound.
        """
        key = self.plan.text, self.target, text, self.options
        if key not in self.built_files:
            self.built_files[key] = self._built_file(text)
        content, pack = self.built_files[key]
        return EditedDocument(WordPackage(content, self.file.name)), self.packs.open(pack)

    def _built_file(self, text: str) -> tuple[bytes, str]:
        """Build the Word file from the plan or its translation with this text; return it with the name of its pack."""
        plan, files = Source(self.plan.path, text), self.files
        if self.translation is not None:
            changed = {self.translation: replace(self.translation, content=text.encode())}
            translations = tuple(changed.get(file, file) for file in files.translations)
            plan, files = self.plan, replace(files, translations=translations)
        produced = produce(plan, self.packs.open, self.options, files)
        if produced.failed or not produced.documents:
            raise ProblemsFound(produced.errors)
        return produced.documents[0].content, produced.pack

    def built(self, text: str) -> PrintedDocument:
        """Return what that file prints. Raises ProblemsFound."""
        document, pack = self.built_document(text)
        return PrintedDocument(document.sent or NO_EDITION, pack, self.file.name)

    def edited(self, text: str, loc: Loc, before: Any, after: Any) -> str:
        """Return the text of the plan or translation with another value at a place."""
        if self.translation is None:
            source = Source(self.plan.path, text)
            fields = self.packs.fields(parse(source).value, self.options.default_pack) or BUILT_IN
            return edited_source(source, loc, before, after, fields).text
        tree, po = parse(self.plan), read_po_file(Source(self.file.name, text))
        known = self.packs.fields(tree.value, self.options.default_pack)
        plan = read_plan(tree, known, self.options.default_language)
        changed = edited_translation(plan, tree, po, loc, (before, after))
        return translation_text(plan, tree, changed, self.options.language or "")

    def with_words(self, text: str, loc: Loc, words: str) -> str:
        """Return the text of the plan or translation with other words at a place that its document prints.

        Raises ProblemsFound if the document prints nothing there.
        """
        values = self.built(text).state.values
        for printed, value in values.items():
            inner = loc[len(printed) :]
            if printed == loc[: len(printed)] and value_at(value, inner) is not None:
                after = changed_values(value, ValueChange("set", inner, words)) if inner else words
                return self.edited(text, printed, value, after)
        raise ProblemsFound([problem("plan-place-unknown", field=field_name(loc))])


AnyReply = Reply | FormReply


class Comparison(Struct, frozen=True, eq=False):
    """The edited files and completed forms that could be read, with their changes and conflicts, and the problems of
    the others.
    """

    replies: tuple[Reply, ...]
    forms: tuple[FormReply, ...]
    changes: tuple[ReviewChange, ...]
    conflicts: tuple[ReplyConflict, ...]
    problems: tuple[Problem, ...]

    @property
    def all_replies(self) -> Sequence[AnyReply]:
        """The forms and edited files."""
        return [*self.forms, *self.replies]


class ChangedFile(Struct, frozen=True):
    """A plan or translation before and after changes. `path` is relative to the project."""

    path: str
    before: bytes
    content: bytes


class AppliedReplies(Struct, frozen=True):
    """The files with the changes that could be applied, all changes with their results, and the open conflicts."""

    files: tuple[ChangedFile, ...]
    changes: tuple[ReviewChange, ...]
    conflicts: tuple[ReplyConflict, ...]
    problems: tuple[Problem, ...]
    complete: tuple[str, ...]
    """The names of the files whose content a build would now print completely."""


Chosen = Callable[[ReviewChange], bool]


def compare_replies(
    project: Project, files: Iterable[ReplyFile], options: ReplyOptions, decide: Decided = leave_open
) -> Comparison:
    """Return the changes of edited files and forms, and the conflicts between them and with the plans as they are
    now.
    """
    problems: list[Problem] = []
    replies: list[Reply] = []
    forms: list[FormReply] = []
    built_files: _BuiltFiles = {}
    for file in files:
        known = options if file.plan is None else replace(options, plan=file.plan)
        with reported(problems.extend):
            package = WordPackage(file.content, file.name)
            if package.identity.book:
                raise ProblemsFound([problem("review-of-book", Location(file.name))])
            form = read_form(package)
            if form is None:
                replies.append(_read_reply(project, file, EditedDocument(package), known, built_files))
                continue
            form_as_reply, form_problems = _read_form_reply(project, form, EditedDocument(package), known)
            forms.append(form_as_reply)
            problems += form_problems
    conflicts: list[ReplyConflict] = []
    for target in _targets(replies, forms):
        conflicts += _TargetMerge(target, _all, decide).conflicts
    changes = [change for form in forms for change in form.changes]
    changes += [change for reply in replies for change in reply.review.changes]
    return Comparison(tuple(replies), tuple(forms), tuple(changes), tuple(conflicts), tuple(problems))


def _all(_: ReviewChange) -> bool:
    """Choose each change."""
    return True


def apply_replies(comparison: Comparison, choose: Chosen = _all, decide: Decided = leave_open) -> AppliedReplies:
    """Return the plans and translations with the changes of replies.

    Args:
        comparison: The replies.
        choose: Returns whether a change is wanted; by default all are.
        decide: Decides conflicts; by default they stay open, and the plan keeps its value.
    """
    files: list[ChangedFile] = []
    conflicts: list[ReplyConflict] = []
    problems: list[Problem] = []
    changes: dict[str, tuple[ReviewChange, ...]] = {}
    complete: list[str] = []
    for target in _targets(comparison.replies, comparison.forms):
        merge = _TargetMerge(target, choose, decide)
        conflicts += merge.conflicts
        text, results = merge.applied()
        changes |= results
        if text != target.text:
            files.append(ChangedFile(target.path, target.content, text.encode()))
            if target.is_plan:
                problems += _date_problems(target, text)
        complete += [reply.file.name for reply in target.replies if _has_all(reply, changes[reply.file.name], text)]
    ordered: list[ReviewChange] = []
    for reply in comparison.all_replies:
        ordered += changes[reply.name]
    return AppliedReplies(tuple(files), tuple(ordered), tuple(conflicts), tuple(problems), tuple(complete))


class _Target(Struct, eq=False):
    """A plan or translation as it is now, with the forms and edited files that change it, in the order of their names,
    so that the result does not depend on that of the files.
    """

    path: str
    text: str
    content: bytes
    is_plan: bool
    forms: list[FormReply] = msgspec.field(default_factory=list)
    replies: list[Reply] = msgspec.field(default_factory=list)


def _targets(replies: Iterable[Reply], forms: Iterable[FormReply]) -> Collection[_Target]:
    targets: dict[str, _Target] = {}
    for form in sorted(forms, key=lambda form: (form.target, form.name)):
        source = form.plan.tree.source
        target = targets.setdefault(form.target, _Target(form.target, source.text, form.content, is_plan=True))
        target.forms.append(form)
    for reply in sorted(replies, key=lambda reply: (reply.target, reply.file.name)):
        new = _Target(reply.target, reply.text, reply.content, is_plan=reply.translation is None)
        targets.setdefault(reply.target, new).replies.append(reply)
    return targets.values()


class _TargetMerge:
    """The changes of all replies to one plan or translation: the answers of forms first, then edited files.

    Where an edited file has other words than an accepted answer, both are in conflict, and the plan keeps its value
    unless it is decided.
    """

    def __init__(self, target: _Target, choose: Chosen, decide: Decided) -> None:
        self._target = target
        self._choose = choose
        self._forms = FormMerge(target.forms, choose, decide) if target.forms else None
        self._text = target.text if self._forms is None else self._forms.text()
        self._group = None
        self.conflicts: list[ReplyConflict] = [] if self._forms is None else list(self._forms.conflicts)
        if not target.replies:
            return
        self._group = _Group(target.replies, self._text, self._forms, decide)
        self.conflicts += self._group.conflicts
        if self._forms is not None and self._group.overruled:
            self._forms.withdraw(self._group.overruled)
            self._text = self._forms.text()

    def applied(self) -> tuple[str, dict[str, tuple[ReviewChange, ...]]]:
        """Return the text with the changes, and the results by the names of the files."""
        text = self._text
        results: dict[str, tuple[ReviewChange, ...]] = {}
        if self._forms is not None:
            results |= {form.name: self._forms.results(form) for form in self._target.forms}
        if self._group is not None:
            for same_form in self._group.by_form():
                text, results_of_files = self._group.applied(text, same_form, self._choose)
                results |= results_of_files
        return text, results


class _Group:
    """The edited files of one plan or translation, and the conflicts that their changes have with its `text`, which
    has the answers of `forms`.
    """

    def __init__(self, replies: Sequence[Reply], text: str, forms: FormMerge | None, decide: Decided) -> None:
        self._replies = replies
        self._forms = forms
        self._decided = decide
        self.overruled: list[Loc] = []
        """The places of answers in forms that have lost a conflict with an edited file, or are in an open one."""
        values = {}
        for reply in replies:
            if reply.options not in values:
                values[reply.options] = reply.built(text).state.values
        now = values[replies[0].options]
        reviews = [_in_form(reply.review, values[reply.options], now) for reply in replies]
        _, self._merge = merged_values(now, reviews, lambda _: True, self._decide)
        self.conflicts = [self._conflict(conflict) for conflict in self._merge.conflicts]

    def _decide(self, conflict: MergeConflict) -> Sequence[str] | None:
        whole = self._conflict(conflict)
        decided = self._decided(whole)
        edited = {file for file, _ in conflict.values}
        if decided is None or not any(file in dict(whole.values) and file not in edited for file in decided):
            self.overruled.append(conflict.loc)
        return decided

    def _conflict(self, conflict: MergeConflict) -> ReplyConflict:
        """Return a conflict with the answers of forms, of which the plan does not have the value yet."""
        reply = self._replies[0]
        now = conflict.now
        values = list(conflict.values)
        for file, answer, before in [] if self._forms is None else self._forms.values_at(conflict.loc):
            values.append((file, answer))
            now = before
        return ReplyConflict(reply.id, reply.target, conflict.field, now, tuple(values), conflict.is_insertion)

    def by_form(self) -> Collection[Sequence[Reply]]:
        """Return the replies in the same pack and language, whose documents can be compared."""
        forms: dict[BuildOptions, list[Reply]] = {}
        for reply in self._replies:
            forms.setdefault(reply.options, []).append(reply)
        return forms.values()

    def applied(
        self, text: str, replies: Sequence[Reply], choose: Chosen
    ) -> tuple[str, dict[str, tuple[ReviewChange, ...]]]:
        """Return the text with the changes of some of the replies, and the results by the names of their files."""
        first = replies[0]
        lost_changes: set[tuple[str, str]] = set()
        for conflict in self._merge.conflicts:
            lost_changes.update((change.file, change.field) for change in conflict.changes)
        lost_changes.update((change.file, change.field) for change in self._merge.rejected)
        refused = {change for reply in replies for change in reply.review.changes if not choose(change)}

        def is_wanted(change: MergeChange) -> bool:
            if (change.file, change.field) in lost_changes:
                return False
            return not any(change.file == one.file and is_same_field(change.field, one.field) for one in refused)

        reviews = [reply.review for reply in replies]
        application = ReviewApplication(
            text, reviews, self._decide, first.edited, lambda changed: first.built(changed).state
        )
        applied = application.apply(is_wanted)
        results = {}
        for reply in replies:
            results[reply.file.name] = with_results(reply.review, applied, self._merge)
        return applied.text, results


def _in_form(review: Review, own: Mapping[Loc, Any], now: Mapping[Loc, Any]) -> Review:
    """Return the review of a file in another pack, with the unchanged values as a document of the first pack has them.

    `own` are the values of the plan as the pack of the file shows them, `now` as the first pack does.
    """
    if own == now:
        return review
    sent, edited = dict(review.sent), dict(review.edited.values)
    for loc in {*sent, *edited}:
        is_unchanged = sent.get(loc) == edited.get(loc)
        if sent.get(loc) == own.get(loc):
            sent[loc] = now.get(loc)
        if is_unchanged:
            edited[loc] = sent.get(loc)
    return replace(review, sent=sent, edited=replace(review.edited, values=edited))


def _has_all(reply: Reply, changes: Collection[ReviewChange], text: str) -> bool:
    """Return whether a document built from the text contains everything that the edited file contains."""
    document = reply.document
    if not changes or not all(change.applied for change in changes) or reply.comments:
        return False
    built, _ = reply.built_document(text)
    authors = {revision.author for revision in document.revisions}
    is_of_authors = not reply.authors or authors <= set(reply.authors)
    return is_of_authors and document.objects <= built.objects


def _date_problems(target: _Target, text: str) -> Iterable[Problem]:
    """Yield a warning that a plan has been changed, but still has its old date."""
    old = parse(Source(target.path, target.text))
    new = parse(Source(target.path, text))
    date = value_at(new.value, (UPDATED,))
    if date is not None and date == value_at(old.value, (UPDATED,)):
        yield problem("review-date-kept", replace(new.location((UPDATED,)), field=UPDATED), date=shown_value(date))


def _read_form_reply(
    project: Project, form: PlanForm, document: EditedDocument, options: ReplyOptions
) -> tuple[FormReply, Sequence[Problem]]:
    """Return a form with its plan, and its problems. Raises ProblemsFound if its plan is unknown."""
    path = _plan_path(project, form.path, options.plan or form.identity.plan)
    content = read_content(path, project.shown(path), within=project.safe_folder)
    tree = parse_tolerantly(decode_source(content, project.shown(path)))
    plan = CurrentPlan(path.stem, tree, opened_project(project).fields_of(tree.value))
    return form_reply(form, plan, content, tuple(document.comments()))


def _plan_path(project: Project, file: str, plan_id: str) -> Path:
    """Return the path of the plan that a file is a reply to. Raises ProblemsFound if it is not in the project."""
    location, name = Location(file), shell_word(file)
    if not plan_id:
        raise ProblemsFound([problem("review-plan-unknown", location, form="unnamed", path=name)])
    for path in project.plan_paths():
        if path.stem == plan_id:
            return path
    raise ProblemsFound([problem("review-plan-unknown", location, form="missing", plan=plan_id, path=name)])


def _read_reply(
    project: Project, file: ReplyFile, document: EditedDocument, options: ReplyOptions, built_files: _BuiltFiles
) -> Reply:
    """Return a file with its plan. Raises ProblemsFound if it cannot be read, or its plan or pack is unknown."""
    identity = document.identity
    plan_id = options.plan or identity.plan
    path = _plan_path(project, file.name, plan_id)
    plan_content = read_content(path, project.shown(path), within=project.safe_folder)
    source = decode_source(plan_content, project.shown(path))
    project_files = opened_project(project)
    settings, packs = project_files.settings, project_files.packs
    files = project_files.files_of(path, source)
    own = own_language(parse(source).value, settings.language)
    candidates: list[tuple[int, Reply]] = []
    texts = Counter(paragraph.text for paragraph in document.edition(document.revisions))
    forms = _forms(document, texts, project_files, options)
    if not forms:
        raise ProblemsFound([problem("review-pack-unknown", Location(file.name), path=shell_word(file.name))])
    for pack, language in forms:
        wanted = language if language.lower() != own.lower() else ""
        translation = next((known for known in files.translations if known.language == wanted), None)
        form = settings.options((Format.DOCX,), pack or None, wanted or None)
        reply = Reply(
            file,
            document,
            source,
            plan_content,
            plan_id,
            form,
            translation,
            packs,
            files,
            _NO_REVIEW,
            built_files=built_files,
        )
        equal = 0
        if len(forms) > 1:  # packs with the same labels: the one whose document has the most paragraphs of the file
            paragraphs = reply.built_document(reply.text)[0].edition(())
            equal = (Counter(paragraph.text for paragraph in paragraphs) & texts).total()
        candidates.append((equal, reply))
    _, reply = max(candidates, key=lambda candidate: candidate[0])
    built, opened = reply.built_document(reply.text)
    printed = PrintedDocument(built.sent or NO_EDITION, opened, file.name)
    sent = None if document.sent is None else PrintedDocument(document.sent, opened, file.name)
    is_current = identity.digest in ("", built.identity.digest)
    review = review_document(document, printed, sent, plan_id, options.authors, is_current=is_current, file=file.name)
    return replace(reply, review=review, comments=tuple(document.comments()), authors=options.authors)


def _forms(
    document: EditedDocument,
    texts: Collection[str],
    opened: OpenedProject,
    options: ReplyOptions,
) -> Sequence[PackLanguage]:
    """Return the packs and languages in which a file may have been built: those that the options or the file name, or
    those whose labels it has. None, if it has the labels of no pack.
    """
    identity = document.identity
    pack = options.template or identity.pack
    language = options.language or (document.sent.formats.wanted if document.sent else identity.language)
    if not LANGUAGE.fullmatch(language):
        language = ""
    if pack and language:
        return [(pack, language)]
    if pack:
        names = [pack]
    else:
        default = opened.settings.template
        names = sorted(pack_names(pack_folders(opened.project)), key=lambda name: (name != default, name))
    packs = [opened.packs.open(name) for name in names]
    return detected_packs(texts, packs, language)
