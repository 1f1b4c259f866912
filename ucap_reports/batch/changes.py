"""Changes since the last build: the documents that are due, each with the reason."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.batch import plan_files
from ucap_reports.batch.build_notes import PlanNotes
from ucap_reports.batch.build_options import BuildOptions, DocumentOptions
from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.document_names import early_values, linked_files, own_language, variant, version_languages
from ucap_reports.batch.events import Built, PlanReport, Reason
from ucap_reports.batch.manifest import DocumentRecord, Inputs, PlanRecord
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document import Format

_REASONS = {
    "plan": Reason.PLAN,
    "options": Reason.OPTIONS,
    "files": Reason.FILES,
    "pack": Reason.PACK,
    "pack_digest": Reason.PACK,
    "tools": Reason.VERSION,
}
"""The reason for each of the `Inputs` that may have changed, the first of which is reported."""


class Due(Struct, frozen=True):
    """A plan with the reason for each of its documents that is due; without reasons, nothing is to be built."""

    path: Path
    shown: str
    """The plan's file in messages."""
    name: str
    """The name of its documents, without their format."""
    options: BuildOptions
    reasons: Mapping[Format, Reason] = field(default_factory=dict)
    edited: frozenset[Format] = frozenset()
    """Documents that are up to date, but were edited after they were built."""
    is_book: bool = False
    """Whether it is a book of the plans in the folder."""

    @property
    def plan(self) -> str:
        """The plan's id, or the name of a book."""
        return self.name if self.is_book else self.path.stem

    def file_name(self, format_: Format) -> str:
        """The file name of a document."""
        return f"{self.name}.{format_.value}"

    def links(self, format_: Format) -> tuple[str, ...]:
        """The names of the files to which a document links."""
        return tuple(each.file_name for each in self.options.linked or ()) if format_ is Format.HTML else ()

    def inputs(self, build: BuildState, plan: str, pack: str, pack_digest: str, files: str) -> Inputs:
        """What the documents are built from; `plan` is the digest of that file, `files` the `PlanFiles.digest`."""
        is_default = self.options.template is None and pack == self.options.default_pack
        own = {name: getattr(self.options, name) for name in DocumentOptions.__struct_fields__}
        options = DocumentOptions(**own | {"default_pack": pack if is_default else ""})
        return Inputs(plan, options, pack, pack_digest, build.tools, files)


def find_due(build: BuildState, path: Path) -> list[Due]:
    """The documents that are due for the plan in a file: its own and, unless a language is named, its versions."""
    options, record = build.request.options, build.records.get(path.stem)
    content, shown = b"", build.project.shown(path)
    with suppress(ProblemsFound):  # reported when the plan is built
        content = read_content(path, shown, within=build.project.safe_folder_of(path))
    digest = sha256(content).hexdigest() if content else ""  # empty: not the digest of any file
    same = record if record is not None and record.inputs.plan == digest else None
    notes = build.records.notes(path.stem, same)
    has_same_default = same is not None and same.inputs.options.default_language == options.default_language
    if same is not None and notes is not None and options.template is None and has_same_default:
        plan: Any = {"languages": same.card.languages, "language": same.card.language}
    else:
        plan = _values(content, shown, options)
    names = notes.pictures if notes else tuple(plan_files.picture_names(plan))
    if same is not None and notes is None and not same.problems:  # the next build need not read the plan
        build.records.add_notes(path.stem, PlanNotes(same.inputs, (), names))
    files = _files_digest(build, path, names)
    languages = version_languages(plan, build.request.settings.languages, options.default_language)
    versions = [replace(options, language=None)]
    versions += [replace(options, language=each, is_version=True) for each in languages]
    pages: dict[str, str] = {}
    if Format.HTML in options.formats and languages:
        default = own_language(plan, options.default_language)
        pages = {variant(path.stem, plan, version)[0]: version.language or default for version in versions}
    dues = []
    for each in versions if options.language is None else [options]:
        name, own = variant(path.stem, plan, each)
        is_shown = name == path.stem or record is None or Format.PDF not in record.documents
        is_pictured = build.request.index and is_shown and not own.is_version
        own = replace(own, linked=linked_files(name, own.formats, pages), is_pictured=is_pictured)
        known = record if name == path.stem else build.records.get(name)
        dues.append(with_reasons(Due(path, shown, name, own), build, known, digest, files))
    return dues


def _values(content: bytes, shown: str, options: BuildOptions) -> Any:
    """The fields of a plan by which its versions and pictures are found, as parsed YAML, which may be invalid."""
    fields = ("language", plan_files.PICTURE_FIELD, *(["template"] if options.template else []))
    with suppress(ProblemsFound):
        return early_values(decode_source(content, shown), *fields)
    return None


def _files_digest(build: BuildState, path: Path, names: Iterable[str]) -> str:
    """Return the `PlanFiles.digest` of a plan, given the names of its pictures."""
    pictures = plan_files.pictures_beside(path, names, build.project)
    return plan_files.PlanFiles(build.translations.of_plan(path.stem), pictures).digest


def with_reasons(due: Due, build: BuildState, record: PlanRecord | None, plan: str, files: str) -> Due:
    """What is due, with the reasons; `plan` and `files` are digests."""
    if record is None or record.source != due.shown:
        return replace(due, reasons=dict.fromkeys(due.options.formats, Reason.NEW if record is None else Reason.PLAN))
    pack = record.inputs.pack  # the plan still names it, unless the plan or the options changed
    wanted = due.inputs(build, plan, pack, build.packs.digest(pack), files)
    found = {each: _reason(due, each, build, record, wanted) for each in due.options.formats}
    if record.problems and build.records.notes(due.name, record) is None:
        found = {each: reason or Reason.UNNOTED for each, reason in found.items()}
    kept = None if build.request.overwrite_edited else Reason.EDITED
    return replace(
        due,
        reasons={each: reason for each, reason in found.items() if reason not in (None, kept)},
        edited=frozenset(each for each, reason in found.items() if reason is not None and reason is kept),
    )


def _reason(due: Due, format_: Format, build: BuildState, record: PlanRecord, wanted: Inputs) -> Reason | None:
    document = record.documents.get(format_)
    if document is None:
        return Reason.NEW
    return (
        difference(wanted, record.inputs)
        or document.outdated
        or (Reason.OPTIONS if document.links != due.links(format_) else None)
        or _file_reason(build.digest(build.out / due.file_name(format_)), document)
        or (Reason.UNPICTURED if format_ is Format.PDF and _lacks_picture(due, build, record) else None)
        or (Reason.FORCED if build.request.force else None)
    )


def difference(wanted: Inputs, made: Inputs) -> Reason | None:
    """The reason why a document built from `made` is out of date; None if it is up to date."""
    changed = (reason for name, reason in _REASONS.items() if getattr(made, name) != getattr(wanted, name))
    return next(changed, None)


def _file_reason(found: str | None, document: DocumentRecord) -> Reason | None:
    """The reason to rebuild a file whose content, whatever its date, is not the recorded one; `found` is its digest."""
    if found == document.sha256:
        return None
    if found is None:
        return Reason.MISSING
    return Reason.UNFINISHED if found == document.replaces else Reason.EDITED


def _lacks_picture(due: Due, build: BuildState, record: PlanRecord) -> bool:
    """Whether the index needs the thumbnail of the PDF and has none that is up to date; some PDFs cannot be drawn."""
    has_picture = record.is_pictured and (record.picture is None or build.has_thumbnail(due.name))
    return is_drawn(due, build, record) and not has_picture


def is_drawn(due: Due, build: BuildState, record: PlanRecord) -> bool:
    """Whether the index shows a thumbnail of the PDF."""
    return due.options.is_pictured and build.request.settings.lists(record.source, record.card.status)


def plan_report(
    due: Due,
    build: BuildState,
    statuses: Mapping[Format, WriteStatus],
    record: PlanRecord | None,
    problems: Iterable[Problem] = (),
) -> PlanReport:
    """The report on a plan, given the statuses of the documents that were due, and the record that describes files."""
    documents = []
    for each in due.options.formats:
        unbuilt = WriteStatus.EDITED if each in due.edited else WriteStatus.UNCHANGED
        status, shown = statuses.get(each, unbuilt), build.shown(due.file_name(each))
        is_unwritten = build.request.dry_run and each in due.reasons
        is_ours = status in (WriteStatus.WRITTEN, WriteStatus.UNCHANGED) and not is_unwritten
        made = record.documents.get(each) if record is not None and is_ours else None
        pages, digest = (made.pages, made.sha256) if made else (None, None)
        documents.append(Built(due.plan, each, shown, status, pages, digest, due.reasons.get(each)))
    edited = (_edited_problem(each, build) for each in documents if each.status is WriteStatus.EDITED)
    return PlanReport(due.plan, tuple(documents), tuple(dict.fromkeys([*problems, *edited])))


def _edited_problem(document: Built, build: BuildState) -> Problem:
    """The error about a document that was edited or cannot be read, and so is not overwritten."""
    location, file = Location(document.path), build.out / Path(document.path).name
    if build.digest(file) == "" and build.kind(file) is FileKind.FILE:
        return problem("document-unreadable", location)
    form = "docx" if document.format is Format.DOCX else "other"
    return problem("document-edited", location, form=form, path=document.path)
