"""Changes since the last build: the documents that are due, each with the reason."""

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.build_records import Records
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.document_names import linked_files, own_language, plan_values, variant, version_languages
from ucap_reports.batch.events import Built, Reason
from ucap_reports.batch.manifest import DocumentRecord, Inputs, PlanRecord
from ucap_reports.batch.picture_files import pictures_digest, pictures_of
from ucap_reports.batch.translation_files import TranslationFiles, translations_digest
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.atomic_files import WriteStatus, regular_digest
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format

if TYPE_CHECKING:
    from ucap_reports.batch.pack_store import PackStore


class Due(Struct, frozen=True):
    """A plan with the reason for each of its documents that is due; without reasons, nothing is to be built."""

    path: Path
    shown: str
    """The plan's file in messages."""
    name: str
    """The name of its documents, without their format."""
    options: BuildOptions
    documents: Mapping[Format, str]
    """Its documents in messages."""
    reasons: Mapping[Format, Reason] = field(default_factory=dict)
    edited: frozenset[Format] = frozenset()
    """Documents that are up to date, but were edited after they were built."""

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.path.stem

    def file_name(self, format_: Format) -> str:
        """The file name of a document."""
        return f"{self.name}.{format_.value}"

    def links(self, format_: Format) -> tuple[str, ...]:
        """The names of the files to which a document links."""
        return tuple(each.file_name for each in self.options.linked or ()) if format_ is Format.HTML else ()

    def built(self, format_: Format, status: WriteStatus | None, record: PlanRecord | None) -> Built:
        """The report on a document; `status` is None if it was not due, `record` if it does not describe the file."""
        status = status or (WriteStatus.EDITED if format_ in self.edited else WriteStatus.UNCHANGED)
        is_ours = status in (WriteStatus.WRITTEN, WriteStatus.UNCHANGED)
        made = record.documents.get(format_) if record is not None and is_ours else None
        pages, digest = (made.pages, made.sha256) if made else (None, None)
        return Built(self.plan, format_, self.documents[format_], status, pages, digest, self.reasons.get(format_))

    def inputs(  # noqa: PLR0917 - digests by their order in `Inputs`
        self, plan: str, pack: str, pack_digest: str, tools: str, translations: str, pictures: str
    ) -> Inputs:
        """What the documents are built from; `plan`, `translations` and `pictures` are the digests of these files."""
        options = self.options
        is_default = options.template is None and pack == options.default_pack
        return Inputs(
            plan=plan,
            pack=pack,
            pack_digest=pack_digest,
            template=options.template,
            language=options.language,
            undated=options.undated.isoformat(),
            tools=tools,
            translations=translations,
            pictures=pictures,
            default_pack=options.default_pack if is_default else None,
            pack_changes=options.pack_changes,
            pdf_standard=options.pdf_standard,
        )


class Changes(Struct, frozen=True):
    """Compares plans, packs and the documents in the folder `out` with the records of the last build."""

    project: Project
    out: Path
    request: BuildRequest
    tools: str
    records: Records
    packs: "PackStore"
    translations: TranslationFiles

    def dues(self, path: Path) -> list[Due]:
        """The documents that are due for the plan in a file: its own and, unless a language is named, its versions."""
        options, (own, *languages) = self.request.options, self._languages(path)
        versions = [replace(options, language=each, is_version=True) for each in languages]
        versions = [replace(options, language=None), *versions]
        pages: dict[str, str] = {}
        if Format.HTML in options.formats and languages:
            pages = {variant(path, each)[0]: each.language or own for each in versions}
        return [self._due(path, each, pages) for each in ([options] if options.language is not None else versions)]

    def _languages(self, path: Path) -> tuple[str, ...]:
        """The language of a plan, and those of its versions, from its record if it has not changed since."""
        record, of_project = self.records.get(path.stem), self.request.settings.languages
        if record is not None and record.inputs.plan == _plan_digest(path):
            plan: Any = {"languages": record.card.languages, "language": record.card.language}
        else:
            plan = plan_values(path)
        return own_language(plan), *version_languages(plan, of_project)

    def _due(self, path: Path, options: BuildOptions, pages: Mapping[str, str]) -> Due:
        name, options = variant(path, options)
        options = replace(options, linked=linked_files(name, options.formats, pages))
        shown = {each: self.project.shown(self.out / f"{name}.{each.value}") for each in options.formats}
        due = Due(path, self.project.shown(path), name, options, shown)
        record = self.records.get(name)
        if record is None or record.source != due.shown:
            changed = Reason.NEW if record is None else Reason.PLAN
            return replace(due, reasons=dict.fromkeys(options.formats, changed))
        pack = record.inputs.pack  # the plan still names it, unless the plan or the options changed
        files = self._translations(path), pictures_digest(pictures_of(path))
        wanted = due.inputs(_plan_digest(path), pack, self.packs.digest(pack), self.tools, *files)
        found = {each: self._reason(due, each, record, wanted) for each in options.formats}
        kept = None if self.request.overwrite_edited else Reason.EDITED
        return replace(
            due,
            reasons={each: reason for each, reason in found.items() if reason not in (None, kept)},
            edited=frozenset(each for each, reason in found.items() if reason is not None and reason is kept),
        )

    def _translations(self, path: Path) -> str:
        return translations_digest(self.translations.of_plan(path.stem))

    def _reason(self, due: Due, format_: Format, record: PlanRecord, wanted: Inputs) -> Reason | None:
        document = record.documents.get(format_)
        if document is None:
            return Reason.NEW
        return (
            difference(wanted, record.inputs)
            or difference(wanted, record.inputs_of(document))
            or (Reason.OPTIONS if document.links != due.links(format_) else None)
            or _file_reason(self.out / due.file_name(format_), document)
            or (Reason.FORCED if self.request.force else None)
        )


def difference(wanted: Inputs, made: Inputs) -> Reason | None:
    """The reason why a document built from `made` is out of date; None if it is up to date."""
    if made.plan != wanted.plan:
        return Reason.PLAN
    if _options(made) != _options(wanted):
        return Reason.OPTIONS
    if made.translations != wanted.translations:
        return Reason.TRANSLATION
    if made.pictures != wanted.pictures:
        return Reason.PICTURE
    if (made.pack, made.pack_digest) != (wanted.pack, wanted.pack_digest):
        return Reason.PACK if made.pack_changes == wanted.pack_changes else Reason.SETTINGS
    return None if made.tools == wanted.tools else Reason.VERSION


def _options(inputs: Inputs) -> tuple[str | None, ...]:
    return inputs.template, inputs.language, inputs.undated, inputs.default_pack, inputs.pdf_standard


def edited_problems(documents: Sequence[Built], out: Path) -> list[Problem]:
    """An error for each document in the folder that was edited or cannot be read, and so is not overwritten."""
    return [_edited_problem(each, out) for each in documents if each.status is WriteStatus.EDITED]


def _edited_problem(document: Built, out: Path) -> Problem:
    location, file = Location(document.path), out / Path(document.path).name
    if regular_digest(file) == "" and file.is_file() and not file.is_symlink():
        return problem("document-unreadable", location)
    form = "docx" if document.format is Format.DOCX else "other"
    return problem("document-edited", location, form=form, path=document.path)


def _file_reason(path: Path, document: DocumentRecord) -> Reason | None:
    """The reason to rebuild a file whose content, whatever its date, is not the recorded one."""
    found = regular_digest(path)
    if found == document.sha256:
        return None
    if found is None:
        return Reason.MISSING
    return Reason.UNFINISHED if found == document.replaces else Reason.EDITED


def _plan_digest(path: Path) -> str:
    """The digest of the plan's file; empty, which is no file's digest, if it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def templates_digest(project: Project, changes: str) -> str:
    """The SHA-256 of all files of packs and of the project's changes: while it is the same, so are the packs.

    It is a new one each time if a file cannot be read, such as the lock file of a template that is open in Word.
    """
    digest = sha256(changes.encode())
    for folder in project.pack_folders:
        digest.update(b"\1")
        for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):  # packs have no deeper files
            if path.is_file():
                name = path.relative_to(folder).as_posix().encode()
                digest.update(b"\0" + name + b"\0" + _content_digest(path))
    return digest.hexdigest()


def _content_digest(path: Path) -> bytes:
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:  # reported by the pack that needs the file
        return os.urandom(sha256().digest_size)
