"""Replies: edited Word files and completed forms that people have sent back, and the plans with their changes.

`compare_replies` reads the files, and lists their changes and conflicts; `apply_replies` returns the texts of the plans
and translations with the chosen changes. Neither writes a file.

Where the rules are:

- Which plan, pack and language a file belongs to: "Reading", below (`_read_reply`, `_possible_packs`).
- Which changes are in conflict: "Merging". All files that change one plan or translation are merged together: first the
  answers of forms (`_FormMerge`), then edited files (`_EditedFiles`), then both with each other (`_TargetMerge`). The
  plan keeps its value where a conflict is open. The result does not depend on the order of the files.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_project
from ucap_reports.batch.options_settings_and_source_date import BuildOptions, own_language
from ucap_reports.batch.pack_store import PackStore, pack_folders
from ucap_reports.batch.plan_translations import PlanFiles, TranslationFile
from ucap_reports.importers.fields_of_paragraphs import DocumentState, PrintedDocument
from ucap_reports.importers.form_answers import (
    FormProposal,
    PlanForm,
    form_proposals,
    markup_problems,
    read_form,
    unknown_answers,
)
from ucap_reports.importers.import_updates import CurrentPlan, FieldChange, MergedChange, applied_changes
from ucap_reports.importers.label_recognition import PackLanguage, detected_packs
from ucap_reports.importers.sent_edition import NO_EDITION
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.importers.word_review import (
    CONFLICT,
    EditedDocument,
    Review,
    ReviewApplication,
    ReviewChange,
    ReviewComment,
    known_changes,
    merged_parts,
    merged_values,
    review_document,
    with_results,
)
from ucap_reports.plan.field_descriptions import FieldType, KnownFields
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.plan.plan_model import BUILT_IN, read_plan
from ucap_reports.plan.po_files import read_po_file
from ucap_reports.plan.translation import edited_translation, translation_text
from ucap_reports.plan.writing.changed_words import edited_source
from ucap_reports.plan.writing.reply_merge import MergeChange, MergeConflict, MergeKind, ValueMerge
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, changed_values, value_at
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, reported
from ucap_reports.source.yaml_parsing import parse, parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, loc_of, overlap, value_or_none
from ucap_reports.storage.decoding import Source, decode_source, encoded_like, read_content
from ucap_reports.storage.installation import shell_word
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag

UPDATED = BUILT_IN.of_type(FieldType.DAY).name
_NO_REVIEW = Review("", (), {}, DocumentState({}, {}, {}, (), ()))


class _BuildKey(NamedTuple):
    """What a Word file is built from: a plan, perhaps with a translation, one of which has another text than its file.

    `target` is the path of that one, and `text` its text.
    """

    plan_text: str
    """The text in the file of the plan."""
    target: str
    text: str
    options: BuildOptions


class _BuiltDocument(Struct, frozen=True):
    """A Word file as a build writes it, and what it prints."""

    document: EditedDocument
    printed: PrintedDocument


_BuiltDocuments = dict[_BuildKey, _BuiltDocument]


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
    """The id of its plan, if it was named; otherwise the file says it."""


class ReplyConflict(Struct, frozen=True):
    """Words for the same place that differ between files, or between a file and the plan, which has the value `now`.

    `values` are those of the files. If `is_insertion`, each is a list of new items, and those of several files can be
    kept.
    """

    plan: str
    target: str
    field: str
    now: Any
    values: tuple[tuple[str, Any], ...]
    is_insertion: bool = False

    def record(self) -> dict[str, Any]:
        """Return the conflict as JSON, with values as text."""
        values = [{"file": file, "value": shown_value(value)} for file, value in self.values]
        return {"plan": self.plan, "field": self.field, "now": shown_value(self.now), "values": values}


Decision = Callable[[ReplyConflict], Sequence[str] | None]
"""A function that returns the names of the files whose values a conflict gets; none of them keeps the value of the
plan, and None leaves the conflict open.
"""


def _leave_open(_: ReplyConflict) -> None:
    """Leave each conflict open."""


def preferring(file: str | None) -> Decision:
    """Return the decision for one file, where it has a value; without a file, all conflicts are left open."""

    def decide(conflict: ReplyConflict) -> Sequence[str] | None:
        if file is not None and file in dict(conflict.values):
            return [file]
        return None

    return decide


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
    has_other_changes: bool = False
    """Whether it has changes that do not count, since they are not of the authors whose changes do."""
    built_documents: _BuiltDocuments = msgspec.field(default_factory=dict)
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

    def built(self, text: str) -> _BuiltDocument:
        """Return the Word file built from the plan or its translation with this text. Raises ProblemsFound."""
        key = _BuildKey(self.plan.text, self.target, text, self.options)
        if key not in self.built_documents:
            self.built_documents[key] = self._build(text)
        return self.built_documents[key]

    def _build(self, text: str) -> _BuiltDocument:
        """Build the Word file from the plan or its translation with this text."""
        if self.translation is None:
            plan = Source(self.plan.path, text)
            files = self.files
        else:
            changed = {self.translation: replace(self.translation, content=text.encode())}
            translations = tuple(changed.get(file, file) for file in self.files.translations)
            plan = self.plan
            files = replace(self.files, translations=translations)
        produced = produce(plan, self.packs.open, self.options, files)
        if produced.failed or not produced.documents:
            raise ProblemsFound(produced.errors)
        document = EditedDocument(WordPackage(produced.documents[0].content, self.target))
        printed = PrintedDocument(document.sent or NO_EDITION, self.packs.open(produced.pack), self.target)
        return _BuiltDocument(document, printed)

    def edited(self, text: str, loc: Loc, before: Any, after: Any) -> str:
        """Return the text of the plan or translation with another value at a place."""
        if self.translation is None:
            source = Source(self.plan.path, text)
            fields = self._fields_of(parse(source))
            return edited_source(source, loc, before, after, fields).text
        tree = parse(self.plan)
        po = read_po_file(Source(self.translation.path, text))
        plan = read_plan(tree, self._fields_of(tree), self.options.default_language)
        changed = edited_translation(plan, tree, po, loc, (before, after))
        return translation_text(plan, tree, changed, self.options.language or "")

    def _fields_of(self, tree: Tree) -> KnownFields:
        """Return the fields that the plan may have, with those that its pack declares."""
        return self.packs.fields(tree.value, self.options.default_pack) or BUILT_IN

    def with_words(self, text: str, loc: Loc, words: str) -> str:
        """Return the text of the plan or translation with other words at a place that its document prints.

        Raises ProblemsFound if the document prints nothing there.
        """
        values = self.built(text).printed.state.values
        for printed, value in values.items():
            if printed != loc[: len(printed)]:
                continue
            inner = loc[len(printed) :]
            if not inner:
                return self.edited(text, printed, value, words)
            if value_or_none(value, inner) is not None:
                after = changed_values(value, ValueChange("set", inner, words))
                return self.edited(text, printed, value, after)
        raise ProblemsFound([problem("plan-place-unknown", field=field_name(loc))])


class FormReply(Struct, frozen=True, eq=False):
    """A completed form: the name of its file, its plan as it is now, and what its answers make of the plan."""

    name: str
    plan: CurrentPlan
    content: bytes
    """The file of the plan."""
    proposals: tuple[FormProposal, ...]
    changes: tuple[ReviewChange, ...]
    """The proposals as they are listed, in the same order."""
    comments: tuple[ReviewComment, ...] = ()

    @property
    def id(self) -> str:
        """The id of the plan."""
        return self.plan.id

    @property
    def target(self) -> str:
        """The path of the plan."""
        return self.plan.tree.source.path


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
    known: tuple[ReviewChange, ...]
    """The changes that the plans and translations have already."""

    @property
    def all_replies(self) -> Sequence[AnyReply]:
        """The forms and edited files."""
        return [*self.forms, *self.replies]


class ChangedFile(Struct, frozen=True):
    """A plan or translation before and after the changes of `replies`, which are names of files. `path` is relative to
    the project.
    """

    path: str
    before: bytes
    content: bytes
    replies: tuple[str, ...]


class AppliedReplies(Struct, frozen=True):
    """The files with the changes that could be applied, all changes with their results, and the open conflicts."""

    files: tuple[ChangedFile, ...]
    changes: tuple[ReviewChange, ...]
    conflicts: tuple[ReplyConflict, ...]
    problems: tuple[Problem, ...]


Chosen = Callable[[ReviewChange], bool]
_ENDINGS = frozenset({"", ".doc", ".docm", ".docx"})
"""The endings of files whose content is looked at; that of old Word files has an error of its own."""


def compare_replies(
    project: Project, files: Iterable[ReplyFile], options: ReplyOptions, decide: Decision = _leave_open
) -> Comparison:
    """Return the changes of edited files and forms, and the conflicts between them and with the plans as they are
    now.

    A file that cannot be read does not prevent the others, nor does a plan that cannot be built with some of its
    replies: the comparison has the problems.
    """
    problems: list[Problem] = []
    replies: list[Reply] = []
    forms: list[FormReply] = []
    built_documents: _BuiltDocuments = {}
    for file in files:
        known = options if file.plan is None else replace(options, plan=file.plan)
        with reported(problems.extend):
            _refuse_other_kinds(file)
            package = WordPackage(file.content, file.name)
            if package.identity.book:
                raise ProblemsFound([problem("review-of-book", Location(file.name))])
            form = read_form(package)
            if form is None:
                replies.append(_read_reply(project, file, EditedDocument(package), known, built_documents))
                continue
            form_as_reply, form_problems = _read_form_reply(project, form, EditedDocument(package), known)
            forms.append(form_as_reply)
            problems += form_problems
    conflicts: list[ReplyConflict] = []
    known_changes_of_all: list[ReviewChange] = []
    for target in _targets(replies, forms):
        with reported(problems.extend):
            merge = _TargetMerge(target, _all, decide)
            conflicts += merge.conflicts
            known_changes_of_all += merge.known
    changes: list[ReviewChange] = []
    for answered_form in forms:
        changes += answered_form.changes
    for reply in replies:
        changes += reply.review.changes
    return Comparison(
        replies=tuple(replies),
        forms=tuple(forms),
        changes=tuple(changes),
        conflicts=tuple(conflicts),
        problems=tuple(problems),
        known=tuple(known_changes_of_all),
    )


def _all(_: ReviewChange) -> bool:
    """Choose each change."""
    return True


def apply_replies(comparison: Comparison, choose: Chosen = _all, decide: Decision = _leave_open) -> AppliedReplies:
    """Return the plans and translations with the changes of replies.

    A plan that cannot be built with some of its replies stays as it is.

    Args:
        comparison: The replies.
        choose: Returns whether a change is wanted; by default all are.
        decide: Decides conflicts; by default they stay open, and the plan keeps its value.
    """
    files: list[ChangedFile] = []
    conflicts: list[ReplyConflict] = []
    problems: list[Problem] = []
    changes: dict[str, tuple[ReviewChange, ...]] = {}
    for target in _targets(comparison.replies, comparison.forms):
        try:
            merge = _TargetMerge(target, choose, decide)
            text, results = merge.applied()
        except ProblemsFound as error:
            problems += error.problems
            changes |= _not_applied(target, error.problems[0].message)
            continue
        conflicts += merge.conflicts
        changes |= results
        if text != target.text:
            content = text.encode()  # as the header of a translation says
            if target.is_plan:
                content = encoded_like(text, target.content)
                problems += _date_problems(target, text)
            files.append(ChangedFile(target.path, target.content, content, tuple(results)))
    ordered: list[ReviewChange] = []
    for any_reply in comparison.all_replies:
        ordered += changes[any_reply.name]
    return AppliedReplies(tuple(files), tuple(ordered), tuple(conflicts), tuple(problems))


def _not_applied(target: "_Target", reason: str) -> dict[str, tuple[ReviewChange, ...]]:
    """Return the changes of all replies to a plan, by the names of the files, with the reason why it has none."""
    changes = {form.name: form.changes for form in target.forms}
    changes |= {reply.name: reply.review.changes for reply in target.replies}
    results = {}
    for name, changes_of_file in changes.items():
        results[name] = tuple(replace(change, applied=False, reason=reason) for change in changes_of_file)
    return results


# Reading: each file with its plan, and with what it was built from


def _refuse_other_kinds(file: ReplyFile) -> None:
    """Raise ProblemsFound for a file that is not even named like a Word file, such as a PDF."""
    ending = PurePath(file.name).suffix.lower()
    if ending not in _ENDINGS:
        wrong_kind = problem("import-kind", Location(file.name), kind=ending, kinds=".docx, .docm")
        raise ProblemsFound([wrong_kind])


def _read_reply(
    project: Project, file: ReplyFile, document: EditedDocument, options: ReplyOptions, built_documents: _BuiltDocuments
) -> Reply:
    """Return a file with its plan. Raises ProblemsFound if it cannot be read, or its plan or pack is unknown."""
    identity = document.identity
    plan_id = options.plan or identity.plan
    path = _plan_path(project, file.name, plan_id)
    plan_content = read_content(path, project.shown(path), within=project.safe_folder)
    source = decode_source(plan_content, project.shown(path))
    opened = opened_project(project)
    settings = opened.settings
    files = opened.files_of(path, source)
    language_of_plan = own_language(parse(source).value, settings.language)
    texts = Counter(paragraph.text for paragraph in document.edition(document.revisions))
    candidates = []
    for pack, detected_language in _possible_packs(document, texts, opened, options):
        language = detected_language
        if language.lower() == language_of_plan.lower():
            language = ""
        translation = None
        for known in files.translations:
            if known.language.lower() == language.lower():
                translation = known
                language = known.language  # as it is written in the name of the file
        candidate = Reply(
            file=file,
            document=document,
            plan=source,
            plan_content=plan_content,
            id=plan_id,
            options=settings.options((Format.DOCX,), pack or None, language or None),
            translation=translation,
            packs=opened.packs,
            files=files,
            review=_NO_REVIEW,
            built_documents=built_documents,
        )
        candidates.append(candidate)
    if not candidates:
        raise ProblemsFound([problem("review-pack-unknown", Location(file.name), path=shell_word(file.name))])
    reply = candidates[0] if len(candidates) == 1 else _most_similar(candidates, texts)
    built = reply.built(reply.text)
    printed = built.printed
    sent = None
    if document.sent is not None:
        is_unchanged = document.sent == built.document.sent
        sent = printed if is_unchanged else PrintedDocument(document.sent, printed.pack, file.name)
    # A file that does not say what it was built from is taken for one of the plan as it is now.
    is_current = identity.digest in ("", built.document.identity.digest)
    review = review_document(document, printed, sent, plan_id, options.authors, is_current=is_current, file=file.name)
    has_other_changes = False
    if options.authors:
        of_all_authors = review_document(document, printed, sent, plan_id, (), is_current=is_current)
        is_tracked = all(change.author for change in of_all_authors.changes)
        authors = {revision.author for revision in document.revisions}
        has_other_changes = not is_tracked or not authors <= set(options.authors)
    comments = tuple(document.comments())
    return replace(reply, review=review, comments=comments, has_other_changes=has_other_changes)


def _most_similar(candidates: Sequence[Reply], texts: Counter[str]) -> Reply:
    """Return the reply whose document has the most paragraphs of the file, given their texts.

    Packs that cannot print the plan are left out. Raises ProblemsFound if none can.
    """
    best: Reply | None = None
    most_equal = -1
    problems: list[Problem] = []
    for reply in candidates:
        with reported(problems.extend):
            paragraphs = reply.built(reply.text).document.edition(())
            equal = Counter(paragraph.text for paragraph in paragraphs) & texts
            if equal.total() > most_equal:
                best = reply
                most_equal = equal.total()
    if best is None:
        raise ProblemsFound(problems)
    return best


def _possible_packs(
    document: EditedDocument,
    texts: Collection[str],
    opened: OpenedProject,
    options: ReplyOptions,
) -> Sequence[PackLanguage]:
    """Return the packs and languages in which a file may have been built: those named by the options or by the file, or
    else those whose labels it has; none if it has the labels of no pack.

    Raises ProblemsFound if the named pack has errors. Others with errors are left out, unless all packs have some.
    """
    identity = document.identity
    pack = options.template or identity.pack
    if options.language:
        language = options.language
    elif document.sent is not None:
        language = document.sent.formats.wanted
    else:
        language = identity.language
    language = canonical_tag(language) if LANGUAGE.fullmatch(language) else ""
    if pack and language:
        return [(pack, language)]
    if pack:
        return detected_packs(texts, [opened.packs.open(pack)], language)
    default = opened.settings.template
    names_in_order = sorted(pack_names(pack_folders(opened.project)), key=lambda name: (name != default, name))
    packs = []
    problems: list[Problem] = []
    for name in names_in_order:
        with reported(problems.extend):
            packs.append(opened.packs.open(name))
    if not packs:
        raise ProblemsFound(problems)
    return detected_packs(texts, packs, language)


def _read_form_reply(
    project: Project, form: PlanForm, document: EditedDocument, options: ReplyOptions
) -> tuple[FormReply, Sequence[Problem]]:
    """Return a form with its plan, and its problems. Raises ProblemsFound if its plan is unknown."""
    path = _plan_path(project, form.path, options.plan or form.identity.plan)
    shown = project.shown(path)
    content = read_content(path, shown, within=project.safe_folder)
    tree = parse_tolerantly(decode_source(content, shown))
    known = opened_project(project).fields_of(tree.value)
    plan = CurrentPlan(path.stem, tree, known)
    return _form_changes(form, plan, content, tuple(document.comments()))


def _form_changes(
    form: PlanForm, plan: CurrentPlan, content: bytes, comments: Sequence[ReviewComment]
) -> tuple[FormReply, Sequence[Problem]]:
    """Return a form as a reply to a plan, without answers that the format of plans refuses, and its problems."""
    proposals = form_proposals(form, plan)
    wanted = []
    for proposal in proposals:
        if proposal.change is not None and not proposal.is_open:
            wanted.append(MergedChange(proposal.change, proposal.record))
    _, made, refused = applied_changes(plan, wanted)
    possible = tuple(proposal for proposal in proposals if proposal.is_open or proposal.record in made)
    problems = [*markup_problems(possible), *refused, *unknown_answers(form, plan.known)]
    changes = tuple(_listed(proposal.record, form.path) for proposal in possible)
    return FormReply(form.path, plan, content, possible, changes, tuple(comments)), problems


def _listed(record: FieldChange, file: str) -> ReviewChange:
    return ReviewChange(record.plan, record.field, shown_value(record.old), shown_value(record.new), file=file)


def _plan_path(project: Project, file: str, plan_id: str) -> Path:
    """Return the path of the plan that a file is a reply to. Raises ProblemsFound if it is not in the project."""
    location = Location(file)
    name = shell_word(file)
    if not plan_id:
        raise ProblemsFound([problem("review-plan-unknown", location, form="unnamed", path=name)])
    for path in project.plan_paths():
        if path.stem == plan_id:
            return path
    raise ProblemsFound([problem("review-plan-unknown", location, form="missing", plan=plan_id, path=name)])


# Merging: the changes of all replies to one plan or translation


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
    """Return the plans and translations that replies change: first those with forms, by their paths."""
    targets: dict[str, _Target] = {}
    for form in sorted(forms, key=_target_and_name):
        if form.target not in targets:
            text = form.plan.tree.source.text
            targets[form.target] = _Target(form.target, text, form.content, is_plan=True)
        targets[form.target].forms.append(form)
    for reply in sorted(replies, key=_target_and_name):
        if reply.target not in targets:
            is_plan = reply.translation is None
            targets[reply.target] = _Target(reply.target, reply.text, reply.content, is_plan)
        targets[reply.target].replies.append(reply)
    return targets.values()


def _target_and_name(reply: AnyReply) -> tuple[str, str]:
    return reply.target, reply.name


class _TargetMerge:
    """The changes of all replies to one plan or translation: the answers of forms first, then edited files.

    Where an edited file has other words than an accepted answer, both are in conflict, and the plan keeps its value
    unless it is decided. Raises ProblemsFound if no document of the edited files can be built with the answers.
    """

    def __init__(self, target: _Target, choose: Chosen, decide: Decision) -> None:
        self._target = target
        self._choose = choose
        self._forms = _FormMerge(target, choose, decide)
        # Edited files are compared with a text that has all answers. Those that do not win against an edited file are
        # taken out of it again.
        text_with_answers = self._forms.text()
        self._edited = _EditedFiles(target.replies, text_with_answers, self._forms, decide)
        self._forms.withdraw(self._edited.overruled)
        self.conflicts = [*self._forms.conflicts, *self._edited.conflicts]
        self.known = self._edited.known
        """The changes of edited files that the plan or translation has already."""

    def applied(self) -> tuple[str, dict[str, tuple[ReviewChange, ...]]]:
        """Return the text with the changes, and the results by the names of the files."""
        text = self._forms.text()
        results = {form.name: self._forms.results(form) for form in self._target.forms}
        for same_pack_and_language in self._edited.by_pack_and_language():
            text, results_of_files = self._edited.applied(text, same_pack_and_language, self._choose)
            results |= results_of_files
        return text, results


class _EditedFiles:
    """The edited files of one plan or translation, and the conflicts that their changes have with its `text`, which
    has the answers of `forms`. There may be no files.
    """

    def __init__(self, replies: Sequence[Reply], text: str, forms: "_FormMerge", decide: Decision) -> None:
        self._replies = replies
        self._forms = forms
        self._decide_with_forms = decide
        self.overruled: list[Loc] = []
        """The places of answers in forms that have lost a conflict with an edited file, or are in an open one."""
        values_by_options: dict[BuildOptions, Mapping[Loc, Any]] = {}
        for reply in replies:
            if reply.options not in values_by_options:
                values_by_options[reply.options] = reply.built(text).printed.state.values
        now = values_by_options[replies[0].options] if replies else {}
        reviews = [_in_first_pack(reply.review, values_by_options[reply.options], now) for reply in replies]
        _, self._merge = merged_values(now, reviews, lambda _: True, self._decide_edited)
        self.conflicts = [self._conflict(conflict) for conflict in self._merge.conflicts]
        self.known: list[ReviewChange] = []
        for review in reviews:
            self.known += known_changes(review, self._merge)

    def _decide_edited(self, conflict: MergeConflict) -> Sequence[str] | None:
        """Decide a conflict of edited files together with the answers of forms at its place."""
        conflict_with_forms = self._conflict(conflict)
        chosen_files = self._decide_with_forms(conflict_with_forms)
        edited_files = {file for file, _ in conflict.values}
        forms = {file for file, _ in conflict_with_forms.values} - edited_files
        is_won_by_form = not forms.isdisjoint(chosen_files or ())
        if not is_won_by_form:
            self.overruled.append(conflict.loc)
        return chosen_files

    def _conflict(self, conflict: MergeConflict) -> ReplyConflict:
        """Return a conflict with the answers of forms, of which the plan does not have the value yet."""
        reply = self._replies[0]
        now = conflict.now
        values = list(conflict.values)
        for file, answer, before in self._forms.values_at(conflict.loc):
            values.append((file, answer))
            now = before  # the same for all answers
        return ReplyConflict(reply.id, reply.target, conflict.field, now, tuple(values), conflict.is_insertion)

    def by_pack_and_language(self) -> Collection[Sequence[Reply]]:
        """Return the replies in the same pack and language, whose documents can be compared."""
        replies_by_options: dict[BuildOptions, list[Reply]] = {}
        for reply in self._replies:
            replies_by_options.setdefault(reply.options, []).append(reply)
        return replies_by_options.values()

    def applied(
        self, text: str, replies: Sequence[Reply], choose: Chosen
    ) -> tuple[str, dict[str, tuple[ReviewChange, ...]]]:
        """Return the text with the changes of some of the replies, and the results by the names of their files."""
        first = replies[0]
        wanted_parts = _WantedParts(replies, self._merge, choose)
        reviews = [reply.review for reply in replies]

        def printed_state(changed_text: str) -> DocumentState:
            return first.built(changed_text).printed.state

        application = ReviewApplication(text, reviews, self._decide_edited, first.edited, printed_state)
        applied = application.apply(wanted_parts.is_wanted)
        results = {}
        for reply in replies:
            results[reply.file.name] = with_results(reply.review, applied, self._merge)
        return applied.text, results


class _WantedParts:
    """Which parts of the changes in edited files go into a text.

    People choose changes as they are listed; a listed change may have several parts, such as the items of a list.

    Args:
        replies: The files.
        merge: The merge of all files of the plan or translation.
        choose: Returns whether a listed change was chosen.
    """

    def __init__(self, replies: Sequence[Reply], merge: ValueMerge, choose: Chosen) -> None:
        self._not_merged = {_identity(change) for change in merge.not_merged()}
        self._parts_of_files: dict[str, list[MergeChange]] = {}
        """The parts of all changes of each file."""
        self._not_chosen: dict[str, list[ReviewChange]] = {}
        """The listed changes of each file that were not chosen."""
        for reply in replies:
            self._parts_of_files[reply.name] = []
            self._not_chosen[reply.name] = [listed for listed in reply.review.changes if not choose(listed)]
        for part in (*merge.applied, *merge.known, *merge.not_merged()):
            if part.file in self._parts_of_files:
                self._parts_of_files[part.file].append(part)

    def is_wanted(self, part: MergeChange) -> bool:
        """Return whether a part lost no conflict, and is in no listed change that was not chosen."""
        if _identity(part) in self._not_merged:
            return False
        # A part that is not in the merge is added: the changes of files in another pack are in the text by now, so that
        # this part may be another one than in the merge of all files.
        parts_of_file = [*self._parts_of_files[part.file], part]
        for listed in self._not_chosen[part.file]:
            if part in merged_parts(listed, parts_of_file):
                return False
        return True


def _identity(change: MergeChange) -> tuple[str, str, MergeKind]:
    """Return what is the same of a change in plans with and without the changes of other files."""
    return change.file, change.field, change.kind


def _in_first_pack(review: Review, own: Mapping[Loc, Any], now: Mapping[Loc, Any]) -> Review:
    """Return the review of a file in another pack, as one of a file in the first pack.

    `own` are the values of the plan now as the pack of the file shows them, `now` as the first pack shows them. Packs
    may show a value in different forms, which must not be taken for changes:

    - A value that was sent as the plan has it now is replaced by the form that the first pack shows.
    - A value that was not edited is still the same as the one that was sent.
    - What was edited stays as it is in the file.
    """
    if own == now:
        return review
    sent = dict(review.sent)
    edited = dict(review.edited.values)
    for loc in {*sent, *edited}:
        was_edited = sent.get(loc) != edited.get(loc)  # compared before the next lines change one of them
        if sent.get(loc) == own.get(loc):
            sent[loc] = now.get(loc)
        if not was_edited:
            edited[loc] = sent.get(loc)
    return replace(review, sent=sent, edited=replace(review.edited, values=edited))


def _date_problems(target: _Target, text: str) -> Iterable[Problem]:
    """Yield a warning that a plan has been changed, but still has its old date."""
    old = parse(Source(target.path, target.text))
    new = parse(Source(target.path, text))
    date = value_or_none(new.value, (UPDATED,))
    if date is not None and date == value_or_none(old.value, (UPDATED,)):
        where = replace(new.location((UPDATED,)), field=UPDATED)
        yield problem("review-date-kept", where, date=shown_value(date))


# Merging of completed forms: the answers of all forms to one plan

_Answer = tuple[FormReply, FormProposal]


class _FormMerge:
    """The answers of all forms to one plan. There may be none, as for each translation.

    Different answers for the same field, and answers where the plan has changed since the form was sent, are conflicts,
    and the plan keeps its value. The result does not depend on the order of the forms.
    """

    def __init__(self, target: _Target, choose: Chosen, decide: Decision) -> None:
        self._target = target
        self._accepted: list[_Answer] = []
        self._in_conflict: set[tuple[str, str]] = set()
        """The file and field of each answer that is not taken because of a conflict."""
        self._refused: dict[str, str] = {}
        """Why the plan cannot have an answer, by its field."""
        self.conflicts: list[ReplyConflict] = []
        """Those that are open."""
        by_field: dict[str, list[_Answer]] = {}
        for form in target.forms:
            for proposal, change in zip(form.proposals, form.changes, strict=True):
                if choose(change):
                    by_field.setdefault(proposal.record.field, []).append((form, proposal))
        for answers in by_field.values():
            self._merge(answers, decide)

    def _merge(self, answers: Sequence[_Answer], decide: Decision) -> None:
        """Accept the answers for one field: all if they agree, or else the decided ones."""
        _, first = answers[0]
        is_agreed = all(proposal.record.new == first.record.new for _, proposal in answers)
        if is_agreed and not any(proposal.is_open for _, proposal in answers):
            self._accepted += answers
            return
        is_insertion = first.change is not None and first.change.op == "insert"
        values = []
        for form, proposal in answers:
            value = proposal.record.new
            if is_insertion:  # whose values are lists of new items
                value = [value]
            values.append((form.name, value))
        record = first.record
        conflict = ReplyConflict(record.plan, self._target.path, record.field, record.old, tuple(values), is_insertion)
        files = decide(conflict)
        if files is None:
            self.conflicts.append(conflict)
            files = ()
        accepted = _answers_of_files(answers, files, is_insertion=is_insertion)
        for answer in answers:
            if answer not in accepted:
                form, _ = answer
                self._in_conflict.add((form.name, record.field))
        self._accepted += accepted

    def text(self) -> str:
        """Return the text of the plan with the accepted answers.

        Those that the format of plans refuses are left out; `results`, called after this, has the reasons.
        """
        self._refused = {}
        if not self._accepted:
            return self._target.text
        wanted: dict[tuple[str, str], MergedChange] = {}
        insertions: Counter[Loc] = Counter()
        for _, proposal in self._accepted:
            change = proposal.change
            answer_key = (proposal.record.field, str(proposal.record.new))
            if change is None or answer_key in wanted:  # several forms have the same answer
                continue
            if change.op == "insert":  # one after the other, if several are kept
                *list_loc, index = change.loc
                moved_loc = (*list_loc, int(index) + insertions[change.loc])
                insertions[change.loc] += 1
                change = replace(change, loc=moved_loc)
            wanted[answer_key] = MergedChange(change, proposal.record)
        form, _ = self._accepted[0]
        source, made, problems = applied_changes(form.plan, list(wanted.values()))
        made_fields = {record.field for record in made}
        for merged in wanted.values():
            if merged.record.field not in made_fields:
                # The first problem at the field says why; or else one elsewhere, which the answer has caused.
                own_problems = [error for error in problems if error.location == merged.record.location]
                reasons = [error.message for error in (*own_problems, *problems)]
                self._refused[merged.record.field] = reasons[0] if reasons else ""
        return source.text

    def values_at(self, loc: Loc) -> Iterator[tuple[str, Any, Any]]:
        """Yield the accepted answers at a place: the file, its value there, and that of the plan before.

        An answer for a field inside the place is yielded with the values of that field alone.
        """
        for form, proposal in self._accepted:
            field_loc = loc_of(proposal.record.field)
            if overlap(field_loc, loc):
                inner = loc[len(field_loc) :]
                yield form.name, _inside(proposal.record.new, inner), _inside(proposal.record.old, inner)

    def withdraw(self, locs: Collection[Loc]) -> None:
        """Leave out the answers at these places, which are in conflict with an edited file."""
        kept: list[_Answer] = []
        for form, proposal in self._accepted:
            field_loc = loc_of(proposal.record.field)
            if any(overlap(field_loc, loc) for loc in locs):
                self._in_conflict.add((form.name, proposal.record.field))
            else:
                kept.append((form, proposal))
        self._accepted = kept

    def results(self, form: FormReply) -> tuple[ReviewChange, ...]:
        """Return the changes of a form with their results."""
        accepted = {(reply.name, proposal.record.field) for reply, proposal in self._accepted}
        changes = []
        for change in form.changes:
            if (form.name, change.field) in self._in_conflict:
                changes.append(replace(change, reason=CONFLICT))
            elif change.field in self._refused:
                changes.append(replace(change, reason=self._refused[change.field]))
            else:
                changes.append(replace(change, applied=(form.name, change.field) in accepted))
        return tuple(changes)


def _answers_of_files(answers: Sequence[_Answer], files: Sequence[str], *, is_insertion: bool) -> list[_Answer]:
    """Return the answers for one field of the files that a conflict was decided for, in that order, followed by the
    same answers of other files.

    Of several files, all insert their items, but only the first gives the field its value.
    """
    chosen: list[_Answer] = []
    for file in dict.fromkeys(files):
        if chosen and not is_insertion:
            break
        for form, proposal in answers:
            if form.name == file and proposal.change is not None:
                chosen.append((form, proposal))
    chosen_values = [proposal.record.new for _, proposal in chosen]
    equal: list[_Answer] = []
    for answer in answers:
        _, proposal = answer
        if answer not in chosen and proposal.change is not None and proposal.record.new in chosen_values:
            equal.append(answer)
    return chosen + equal


def _inside(value: Any, loc: Loc) -> Any:
    """Return the value at a place inside another value; None if there is none."""
    inner = value_at(value, loc)
    return None if inner is ABSENT else inner
