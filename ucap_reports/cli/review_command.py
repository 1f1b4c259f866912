"""`review`: the changes of edited Word files, listed and applied to their plans."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.document_names import own_language
from ucap_reports.batch.output_folder import count_as_known
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.pipeline import produce
from ucap_reports.batch.plan_files import PlanFiles, TranslationFile, TranslationFiles
from ucap_reports.batch.plan_history import record_changes
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.cli.argument_parser import Arguments
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.diff_display import marked_text
from ucap_reports.cli.form_answers import review_forms
from ucap_reports.cli.import_command import read_import
from ucap_reports.cli.selected_plans import open_project
from ucap_reports.importers.edited_document import EditedDocument
from ucap_reports.importers.printed_fields import PrintedDocument
from ucap_reports.importers.review_changes import Review, ReviewChange, apply_changes, review_document, with_results
from ucap_reports.importers.sent_edition import NO_EDITION
from ucap_reports.plan.comparison.field_edits import edited_text
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.plan.translation.po_file import read_po_file
from ucap_reports.plan.translation.write_translation import edited_translation, translation_text
from ucap_reports.problems import Location, ProblemsFound, Severity, problem, reported
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.atomic_files import NewFile
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.file_lock import locked
from ucap_reports.storage.installation import shell_word
from ucap_reports.storage.project_folder import OUT, Project
from ucap_reports.summary.document import Format
from ucap_reports.template.pack import Pack


class Edited(Struct, frozen=True):
    """An edited file with what it was built from: its plan, and the translation if it is in another language."""

    document: EditedDocument
    content: bytes
    path: str
    plan: Source
    plan_content: bytes
    id: str
    options: BuildOptions
    translation: TranslationFile | None
    packs: PackStore
    files: PlanFiles

    def built(self, text: str) -> tuple[PrintedDocument, str]:
        """Return the Word file of the plan, or of its translation, with this text, and its digest.

        Raises ProblemsFound.
        """
        document, pack = self.built_document(text)
        return PrintedDocument(document.sent or NO_EDITION, pack, self.path), document.identity.digest

    def sent(self, built: PrintedDocument) -> PrintedDocument | None:
        """Return what the file printed when it was built; None if it does not say so."""
        edition = self.document.sent
        return None if edition is None else PrintedDocument(edition, built.pack, self.path)

    def built_document(self, text: str) -> tuple[EditedDocument, Pack]:
        """Return the Word file built from the plan or its translation with this text, and its pack.

        Raises ProblemsFound.
        """
        plan, files = Source(self.plan.path, text), self.files
        if self.translation is not None:
            changed = {self.translation: replace(self.translation, content=text.encode())}
            translations = tuple(changed.get(each, each) for each in files.translations)
            plan, files = self.plan, replace(files, translations=translations)
        produced = produce(plan, self.packs.open, self.options, files)
        if produced.failed or not produced.documents:
            raise ProblemsFound(produced.errors)
        return EditedDocument(produced.documents[0].content, self.path), self.packs.open(produced.pack)

    @property
    def text(self) -> str:
        """The text of the file that the changes go into."""
        if self.translation is None:
            return self.plan.text
        return decode_source(self.translation.content, self.translation.path).text

    @property
    def text_content(self) -> bytes:
        """The bytes of that file."""
        return self.plan_content if self.translation is None else self.translation.content


def run_review(arguments: Arguments, session: Session) -> None:
    """List the changes of the files and, with --apply, write them into the plans."""
    changes = session.json["changes"] = []
    comments = session.json["comments"] = []
    session.json["conflicts"], session.json["files"] = [], []
    project = open_project(arguments, session)
    names, reviewed = review_forms(project, arguments, session)
    for name in names:
        with reported(session.report):
            edited = _open(name, project, arguments)
            built, digest = edited.built(edited.text)
            is_current, authors = edited.document.identity.digest in ("", digest), arguments.only_author or ()
            sent = edited.sent(built)
            review = review_document(edited.document, built, sent, edited.id, authors, is_current=is_current)
            records = [to_builtins(each) for each in _results(edited, review, project, arguments, session)]
            found = [{"plan": edited.id, **to_builtins(each)} for each in edited.document.comments()]
            changes += records
            comments += found
            _show(records, found, session)
            reviewed += 1
    record_changes(project, arguments.command, session.changes)
    session.conclude(_totals(reviewed, changes, comments, session))


def _totals(reviewed: int, changes: Collection[Any], comments: Collection[Any], session: Session) -> str:
    if not reviewed:
        return f"Nothing reviewed; {session.problem_counts()}."
    errors = session.count(Severity.ERROR)
    not_reviewed = f"; {counted(errors, 'error')}" if errors else ""
    return f"{counted(len(changes), 'change')} and {counted(len(comments), 'comment')} found{not_reviewed}."


def _open(name: str, project: Project, arguments: Arguments) -> Edited:
    """The file with its plan. Raises ProblemsFound if the plan is unknown."""
    document = EditedDocument(content := read_import(name, project), name)
    identity = document.identity
    plan = arguments.plan or identity.plan
    if not plan:
        raise ProblemsFound([problem("review-plan-unknown", Location(name), form="unnamed", path=shell_word(name))])
    path = next((each for each in project.plan_paths() if each.stem == plan), None)
    if path is None:
        raise ProblemsFound(
            [problem("review-plan-unknown", Location(name), form="missing", plan=plan, path=shell_word(name))]
        )
    plan_content = read_content(path, project.shown(path), within=project.safe_folder)
    source = decode_source(plan_content, project.shown(path))
    files = TranslationFiles(project).with_pictures(path, source)
    settings = project_settings(project)
    own = own_language(parse(source).value, settings.language)
    language = identity.language if identity.language != own else ""
    translation = next((each for each in files.translations if each.language == language), None)
    options = settings.options((Format.DOCX,), identity.pack or None, translation.language if translation else None)
    packs = PackStore(project, settings.pack)
    return Edited(document, content, name, source, plan_content, plan, options, translation, packs, files)


def _results(edited: Edited, review: Review, project: Project, arguments: Arguments, session: Session) -> Any:
    """The changes and, with --apply, what has become of each; the plan or its translation is written."""
    if not arguments.apply:
        return review.changes

    def edit(text: str, loc: Loc) -> str:
        values = review.before.get(loc), review.after.get(loc)
        if edited.translation is not None:
            return _translated(edited, text, loc, values)
        tree = parse(Source(edited.plan.path, text))
        fields = edited.packs.fields(tree.value, edited.options.default_pack) or BUILT_IN
        return edited_text(tree, loc, *values, fields)

    applied = apply_changes(edited.text, review, edit, lambda text: edited.built(text)[0].state)
    shown = edited.plan.path if edited.translation is None else edited.translation.path
    if applied.text != edited.text:
        path = project.path(shown)
        with locked(path):
            file = NewFile(path, applied.text.encode(), shown, project.safe_folder)
            session.json["files"].append(session.save_edited(file, edited.text_content))
    changes = with_results(review, applied)
    for field, reason in dict.fromkeys((each.field, each.reason) for each in changes if each.reason):
        session.report([problem("review-not-applied", Location(edited.path, field=field or None), reason=reason)])
    path = project.path(str(Path.cwd() / edited.path))
    if path.parent == project.path(OUT) and _has_all(edited, changes, arguments, applied.text):
        count_as_known(project, path.parent, path, edited.content)
    return changes


def _has_all(edited: Edited, changes: Collection[ReviewChange], arguments: Arguments, text: str) -> bool:
    """Whether a document built from the text contains everything that the edited file contains."""
    document, authors = edited.document, {each.author for each in edited.document.revisions}
    if not all(each.applied for each in changes) or not changes or any(document.comments()):
        return False
    built, _ = edited.built_document(text)
    return authors <= {*(arguments.only_author or authors)} and document.objects <= built.objects


def _translated(edited: Edited, text: str, loc: Loc, values: tuple[Any, Any]) -> str:
    """The PO file with the changes of a field."""
    tree, po = parse(edited.plan), read_po_file(Source(edited.path, text))
    options = edited.options
    plan = read_plan(tree, edited.packs.fields(tree.value, options.default_pack), options.default_language)
    changed = edited_translation(plan, tree, po, loc, values)
    return translation_text(plan, tree, changed, edited.options.language or "")


def _show(records: list[dict[str, Any]], comments: list[dict[str, Any]], session: Session) -> None:
    for each in records:
        by = ", ".join(filter(None, (each["author"], each["date"][:10]))) or "not tracked"
        state = "applied" if each["applied"] else each["reason"]
        session.text(f"{each['field'] or 'elsewhere'} ({by}){f': {state}' if state else ''}\n")
        lines = marked_text(each["old"], each["new"]).split("\n")
        session.text("".join(f"  {line}\n" for line in lines if line.strip()))
    for each in comments:
        session.text(f"comment by {each['author'] or 'unknown'} on “{each['about'][:60]}”: {each['text']}\n")
