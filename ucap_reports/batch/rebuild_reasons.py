"""Which documents a build makes again, and the reason for each: what has changed since the last build (`find_pending`).

A document is compared with its record: first what it was built from (`Inputs`, in the order of `_REASONS`), then the
files to which it links, the bytes of its own file, and its thumbnail (`_reason`). A plan that has the recorded content
is not parsed again.

The report on a plan is here, too: a plan that is not built again has the warnings of its last build.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.batch.build_request_and_report import BuildState, Built, PlanReport
from ucap_reports.batch.document_names_and_thumbnails import thumbnail_name, variant
from ucap_reports.batch.links_between_documents import linked_files
from ucap_reports.batch.manifest import Inputs, PlanNotes, PlanRecord, Reason
from ucap_reports.batch.options_settings_and_source_date import (
    BuildOptions,
    DocumentOptions,
    early_values,
    version_languages,
)
from ucap_reports.batch.output_overwriting_and_pruning import edited_problem, file_reason, is_edited, is_reply
from ucap_reports.batch.plan_pictures import PICTURE_FIELD, picture_names, pictures_beside
from ucap_reports.batch.plan_translations import PlanFiles
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import PLANS
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document_formats_and_pdf_standards import Format

_REASONS = {
    "plan": Reason.PLAN,
    "options": Reason.OPTIONS,
    "files": Reason.FILES,
    "pack": Reason.PACK,
    "pack_digest": Reason.PACK,
    "tools": Reason.VERSION,
}
"""The reason for each of the `Inputs` that may have changed, the first of which is reported."""


class Pending(Struct, frozen=True):
    """A plan with the reason for each of its pending documents; without reasons, nothing is to be built."""

    path: Path
    shown: str
    """The plan's file in messages."""
    name: str
    """The name of its documents, without their format."""
    options: BuildOptions
    reasons: Mapping[Format, Reason] = field(default_factory=dict)
    edited: frozenset[Format] = frozenset()
    """Documents that are up to date, but were edited after they were built."""
    merged: frozenset[Format] = frozenset()
    """Edited Word files that may be replaced, since the plan has their changes."""
    is_book: bool = False
    """Whether it is a book of the plans in the folder."""
    may_replace_others: bool = False
    """Whether its documents may be those of another project, with a plan or a book of the same name."""

    @property
    def is_of_all_plans(self) -> bool:
        """Whether it is a book, or the index of a site, and not a page about a plan."""
        return self.shown == PLANS

    @property
    def plan(self) -> str:
        """The plan's id, or the name of a book."""
        return self.name if self.is_book else self.path.stem

    def file_name(self, format_: Format) -> str:
        """Return the file name of a document."""
        return f"{self.name}.{format_.value}"

    def links(self, format_: Format) -> tuple[str, ...]:
        """Return the names of the files to which a document links."""
        if format_ is not Format.HTML:
            return ()
        return tuple(file.file_name for file in self.options.linked or ())

    def inputs(self, build: BuildState, plan_digest: str, pack: str, pack_digest: str, files_digest: str) -> Inputs:
        """Return what the documents are built from; `files_digest` is that of `PlanFiles`."""
        options = {}
        for name in DocumentOptions.__struct_fields__:
            options[name] = getattr(self.options, name)
        uses_default_pack = self.options.template is None and pack == self.options.default_pack
        if not uses_default_pack:  # then another default changes nothing
            options["default_pack"] = ""
        return Inputs(plan_digest, DocumentOptions(**options), pack, pack_digest, build.tools, files_digest)


def find_pending(build: BuildState, path: Path) -> list[Pending]:
    """Return the pending documents of the plan in a file: its own and, unless a language is named, its versions."""
    options = build.request.options
    record = build.records.get(path.stem)
    shown = build.project.shown(path)
    content = b""
    with suppress(ProblemsFound):  # reported when the plan is built
        content = read_content(path, shown, within=build.project.safe_folder_of(path))
    plan_digest = ""  # not the digest of any file
    if content:
        plan_digest = sha256(content).hexdigest()
    current_record = None  # the record, if it is of the file as it is now
    if record is not None and record.inputs.plan == plan_digest:
        current_record = record
    notes = build.records.notes(path.stem, current_record)
    early = _recorded_or_parsed_values(content, shown, options, current_record, notes)
    if notes is not None:
        pictures = notes.pictures
    else:
        pictures = tuple(picture_names(early))
        if current_record is not None and not current_record.problems:
            # The notes are lost, but had no problems: they are written again, so that the next build need not parse the
            # plan.
            build.records.add_notes(path.stem, PlanNotes(current_record.inputs, (), pictures))
    files_digest = _files_digest(build, path, pictures)
    candidates = []
    for name, version_options in _named_versions(build, path.stem, early, record):
        version_record = record if name == path.stem else build.records.get(name)
        version = Pending(path, shown, name, version_options)
        candidates.append(with_reasons(version, build, version_record, plan_digest, files_digest))
    return candidates


def _recorded_or_parsed_values(
    content: bytes, shown: str, options: BuildOptions, record: PlanRecord | None, notes: PlanNotes | None
) -> Any:
    """Return the fields of a plan by which its versions and pictures are found, as parsed YAML, which may be invalid.

    They are taken from `record` and `notes`, which are of a file with the same content. The file is parsed instead

    - if the record or the notes are missing,
    - if the options name a template: the names of the documents then depend on whether it is the plan's own, which is
      not in the record,
    - if the default language is another one than in the last build: a plan that names no language then has another one
      than the recorded card.
    """
    if record is not None and notes is not None and options.template is None:
        if record.inputs.options.default_language == options.default_language:
            return {"languages": record.card.languages, "language": record.card.language}
    fields = ["language", PICTURE_FIELD]  # the word "language" also finds `languages`
    if options.template:
        fields.append("template")
    with suppress(ProblemsFound):
        return early_values(decode_source(content, shown), *fields)
    return None


def _named_versions(
    build: BuildState, plan_id: str, early: Any, record: PlanRecord | None
) -> list[tuple[str, BuildOptions]]:
    """Return the name and the options of the documents of a plan and of each of its versions in other languages.

    If the options name a language, only the documents in that one. `early` are the early values of the plan, `record`
    is that of the plan itself.
    """
    options = build.request.options
    languages = version_languages(early, build.request.settings.languages, options.default_language)
    all_versions = [replace(options, language=None)]  # the documents of the plan itself
    for language in languages:
        all_versions.append(replace(options, language=language, is_version=True))
    languages_of_pages: dict[str, str] = {}
    """The language of each web page by its name, for the links of each page to the others; empty without others."""
    if Format.HTML in options.formats and languages:
        for version in all_versions:
            page, _ = variant(plan_id, early, version)
            languages_of_pages[page] = version.language_of(early)
    wanted_versions = all_versions
    if options.language is not None:
        wanted_versions = [options]
    plan_has_pdf = record is not None and Format.PDF in record.documents
    named_versions = []
    for version in wanted_versions:
        name, version_options = variant(plan_id, early, version)
        linked = linked_files(name, version_options.formats, languages_of_pages)
        # The index shows the plan's own PDF; until there is one, that in the language or template of the options.
        is_in_index = not version_options.is_version and (name == plan_id or not plan_has_pdf)
        needs_thumbnail = build.request.index and is_in_index
        named_versions.append((name, replace(version_options, linked=linked, needs_thumbnail=needs_thumbnail)))
    return named_versions


def _files_digest(build: BuildState, path: Path, names: Iterable[str]) -> str:
    """Return the `PlanFiles.digest` of a plan, given the names of its pictures."""
    pictures = pictures_beside(path, names, build.project)
    return PlanFiles(build.translations.of_plan(path.stem), pictures).digest


def with_reasons(
    pending: Pending, build: BuildState, record: PlanRecord | None, plan_digest: str, files_digest: str
) -> Pending:
    """Return what is pending with the reason for each document, and with the documents that were edited: those that
    stay, and those whose changes the plan has.
    """
    if record is None:
        return replace(pending, reasons=dict.fromkeys(pending.options.formats, Reason.NEW))
    if record.source != pending.shown:  # the record is that of another file with the same name of documents
        return replace(pending, reasons=dict.fromkeys(pending.options.formats, Reason.PLAN))
    if record.project != build.project_mark and record.inputs.plan != plan_digest:
        known_marks = build.unchanged_marks
        if pending.is_of_all_plans:
            known_marks |= build.replaceable_marks
        pending = replace(pending, may_replace_others=record.project not in known_marks)
    pack = record.inputs.pack  # the plan still names it, unless the plan or the options changed
    wanted = pending.inputs(build, plan_digest, pack, build.packs.digest(pack), files_digest)
    lacks_warnings = bool(record.problems) and build.records.notes(pending.name, record) is None
    reasons = {}
    edited = set()
    merged = set()
    for format_ in pending.options.formats:
        reason = _reason(pending, format_, build, record, wanted)
        if reason is None and lacks_warnings:
            reason = Reason.UNNOTED
        if reason is not None and _plan_has_reply(build.out / pending.file_name(format_), build, record, format_):
            merged.add(format_)
        if reason is Reason.EDITED and format_ not in merged and not build.request.overwrite_edited:
            edited.add(format_)
        elif reason is not None:
            reasons[format_] = reason
    return replace(pending, reasons=reasons, edited=frozenset(edited), merged=frozenset(merged))


def depends_on_content(pending: Pending, build: BuildState) -> bool:
    """Return whether what a build does with a pending document depends on its new content, because its file was edited
    or signed: the file stays if it was edited and the document has other bytes, or if it is signed and the document has
    the same.
    """
    record = build.records.get(pending.name)
    for format_ in pending.reasons:
        document = None if record is None else record.documents.get(format_)
        if document is not None and document.unsigned is not None:
            return True
        if is_edited(build.digest(build.out / pending.file_name(format_)), document):
            return True
    return False


def _plan_has_reply(path: Path, build: BuildState, record: PlanRecord, format_: Format) -> bool:
    """Return whether a document was replaced by a reply whose changes the plan has."""
    document = record.documents.get(format_)
    if document is None or document.reply is None or not is_reply(build.digest(path), document):
        return False
    from ucap_reports.batch.replies_in_output_folder import has_changes_of  # noqa: PLC0415 - few builds find a reply

    return has_changes_of(build.project, document.reply, path)


def _reason(pending: Pending, format_: Format, build: BuildState, record: PlanRecord, wanted: Inputs) -> Reason | None:
    """Return the first reason to build a document; None if it is up to date."""
    document = record.documents.get(format_)
    if document is None:
        return Reason.NEW
    reason = difference(wanted, record.inputs) or document.outdated
    if reason is not None:
        return reason
    if document.links != pending.links(format_):
        return Reason.OPTIONS
    reason = file_reason(build.digest(build.out / pending.file_name(format_)), document)
    if reason is not None:
        return reason
    if format_ is Format.PDF and _lacks_thumbnail(pending, build, record):
        return Reason.NO_THUMBNAIL
    return Reason.FORCED if build.request.force else None


def difference(wanted: Inputs, made: Inputs) -> Reason | None:
    """Return the reason why a document built from `made` is out of date; None if it is up to date."""
    for name, reason in _REASONS.items():
        if getattr(made, name) != getattr(wanted, name):
            return reason
    return None


def taken_name(pending: Pending, build: BuildState) -> Problem | None:
    """Return the error if the folder has documents with the name of those of a plan that must not be replaced: those of
    another project, or a book or a page of a site.
    """
    record = build.records.get(pending.name)
    if record is None or pending.is_of_all_plans:  # a project is not recognised by its books (`own_marks`)
        return None
    is_own = record.project in build.own_marks or record.project in build.replaceable_marks
    is_book_in_place_of_plan = record.is_book and not pending.is_book
    if is_own and not is_book_in_place_of_plan:
        return None
    for format_ in record.documents:
        file_name = pending.file_name(format_)
        if build.digest(build.out / file_name) is not None:
            form = "book" if is_own else "project"
            return problem("plan-name-taken", Location(pending.shown), form=form, path=build.shown(file_name))
    return None  # its files were removed


def _lacks_thumbnail(pending: Pending, build: BuildState, record: PlanRecord) -> bool:
    """Return whether the index needs the thumbnail of the PDF and has none that is up to date."""
    if not index_shows_thumbnail(pending, build, record):
        return False
    if not record.has_current_thumbnail:
        return True
    if record.thumbnail is None:  # the PDF cannot be drawn: there is no file to miss
        return False
    return thumbnail_name(pending.name) not in build.earlier_thumbnails


def index_shows_thumbnail(pending: Pending, build: BuildState, record: PlanRecord) -> bool:
    """Return whether the index shows a thumbnail of the PDF."""
    return pending.options.needs_thumbnail and build.request.settings.lists(record.source, record.card.status)


# The report on a plan


def plan_report(
    pending: Pending,
    build: BuildState,
    statuses: Mapping[Format, WriteStatus],
    record: PlanRecord | None,
    problems: Iterable[Problem] = (),
) -> PlanReport:
    """Return the report on a plan, given the statuses of the pending documents, and the record that describes files."""
    documents = []
    edited = []
    replaced: list[Problem] = []
    for format_ in pending.options.formats:
        shown = build.shown(pending.file_name(format_))
        unbuilt = WriteStatus.EDITED if format_ in pending.edited else WriteStatus.UNCHANGED
        status = statuses.get(format_, unbuilt)
        document = Built(pending.plan, format_, shown, status, reason=pending.reasons.get(format_))
        is_only_planned = build.request.dry_run and format_ in pending.reasons
        is_as_recorded = status in (WriteStatus.WRITTEN, WriteStatus.UNCHANGED) and not is_only_planned
        if is_as_recorded and record is not None and format_ in record.documents:
            recorded = record.documents[format_]
            document = replace(document, pages=recorded.pages, sha256=recorded.sha256)
        if status is WriteStatus.EDITED:
            edited.append(_edited_problem(document, build, is_book=pending.is_book))
        if status is WriteStatus.WRITTEN and pending.may_replace_others:
            replaced.append(problem("document-replaced", Location(shown)))
        documents.append(document)
    return PlanReport(pending.plan, tuple(documents), tuple(dict.fromkeys([*problems, *replaced, *edited])))


def untouched_report(build: BuildState, pending: Pending) -> PlanReport:
    """Return the report on a plan that is not built, with the problems that were found when it was."""
    record = build.records.get(pending.name)
    if record is None or pending.reasons:  # in a dry run, which builds none of its pending documents
        refused = taken_name(pending, build)
        status = WriteStatus.FAILED if refused else WriteStatus.WRITTEN
        problems = [refused] if refused else []
        return plan_report(pending, build, dict.fromkeys(pending.reasons, status), record, problems)
    current_formats = set(pending.options.formats) - pending.edited
    # It may have been built with --language before the plan or the project named the language.
    has_become_version = pending.options.is_version and not record.is_version
    project_has_moved = record.project in build.own_marks and record.project != build.project_mark
    # A build that was killed may not have recorded that a document has its name.
    is_settled = record.is_settled(current_formats)
    if has_become_version or project_has_moved or not is_settled:
        is_version = record.is_version or has_become_version
        new_record = replace(record, is_version=is_version, project=build.project_mark)
        build.records.settle(pending.name, new_record, current_formats)
    notes = build.records.notes(pending.name, record)
    problems_of_build = notes.problems if notes else ()
    return plan_report(pending, build, {}, record, problems_of_build)


def _edited_problem(document: Built, build: BuildState, *, is_book: bool) -> Problem:
    """Return the warning about a document that was edited; one that cannot be read may have been edited."""
    file = build.out / Path(document.path).name
    could_not_be_read = build.digest(file) == ""  # it would be None if there were no file
    is_unreadable = could_not_be_read and build.kind(file) is FileKind.FILE
    return edited_problem(document.path, document.format, is_unreadable=is_unreadable, is_book=is_book)
