"""Which documents in the output folder are not overwritten, and which are removed.

A build keeps documents that were edited after they were built, unless it is told to overwrite them, and signed ones as
long as the document stays the same. A file is edited (`is_edited`) if its bytes are neither those of its record nor
those that the record replaces: a build that was killed may have recorded a document whose file still has its old
content. Dates of files say nothing. Signed documents are not edited, because their new bytes are recorded
(`write_signed`). A reply is edited, and may be replaced as long as the plan has its changes
(`replies_in_output_folder`).

A build warns about documents of plans, or of versions in other languages, that do not exist any more; if it prunes, it
removes those that were not edited (`remove_deleted`) and that the project owns (`output_folder_locking_and_ownership`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_request_and_report import BuildState, Remark, Removed
from ucap_reports.batch.document_names_and_thumbnails import plan_of
from ucap_reports.batch.manifest import DocumentRecord, PlanRecord, Reason, Records
from ucap_reports.batch.output_folder_locking_and_ownership import has_manifest, output_folder, own_marks
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.atomic_files import (
    NewFile,
    disk_refusals,
    locked,
    refuse_changed,
    regular_digest,
    write_edited,
    write_files,
)
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format

# Documents that are not overwritten, since they were edited or signed


def is_edited(digest: str | None, document: DocumentRecord | None) -> bool:
    """Return whether a file was edited; `digest` is that of its bytes, None without a file, and empty if it is
    unreadable.
    """
    if digest is None:
        return False
    return document is None or digest not in (document.sha256, document.replaces)


def is_reply(digest: str | None, document: DocumentRecord | None) -> bool:
    """Return whether a file is the reply that its record names: one whose changes the plan got by a review."""
    return document is not None and document.reply is not None and document.reply.sha256 == digest


def file_reason(digest: str | None, document: DocumentRecord) -> Reason | None:
    """Return the reason to rebuild a file whose bytes are not the recorded ones; None if they are."""
    if digest == document.sha256:
        return None
    if digest is None:
        return Reason.MISSING
    if is_edited(digest, document):
        return Reason.EDITED
    return Reason.UNFINISHED


class NewDocument(Struct, frozen=True):
    """A built document, and what its file and its record were before."""

    document: Document
    digest: str
    digest_on_disk: str | None
    """The digest of the file with the name of the document; None without a file, empty if it cannot be read."""
    known: DocumentRecord | None
    """The record of the last build."""
    plan_has_reply: bool = False
    """Whether the plan has the changes of the recorded reply."""

    @property
    def is_edited(self) -> bool:
        """Whether the file was edited, is not the new one already, and has something that the plan does not have."""
        if self.plan_has_reply and is_reply(self.digest_on_disk, self.known):
            return False
        return self.digest_on_disk != self.digest and is_edited(self.digest_on_disk, self.known)

    @property
    def is_signed(self) -> bool:
        """Whether the file is the signed form of the document: it is kept as long as the document stays the same."""
        if self.known is None:
            return False
        return self.known.unsigned == self.digest and self.digest_on_disk == self.known.sha256

    def record(self, links: tuple[str, ...]) -> DocumentRecord:
        """Return the new record of the document, which links to these files."""
        pages = self.document.pages
        if self.known is not None and self.is_signed:
            return replace(self.known, pages=pages, outdated=None)
        replaced_digest = self.digest_on_disk or None
        return DocumentRecord(self.digest, pages, replaces=replaced_digest, links=links)


# The problems of documents that are edited or signed


def signature_removed(new: NewDocument, shown: str) -> Iterator[Problem]:
    """Yield the warning if a document that was signed has been written without its signature; `shown` is its file in
    messages.
    """
    if new.known is None or new.known.unsigned is None or new.is_signed:
        return
    if new.digest_on_disk == new.known.sha256:
        form = "changed"  # the document is another one than the signed one
    elif new.digest_on_disk is None:
        form = "missing"  # the signed file was deleted
    else:
        form = "replaced"  # the signed file was replaced by another one
    yield problem("signature-removed", Location(shown), form=form, path=shown)


def edited_problem(path: str, format_: Format, *, is_unreadable: bool, is_book: bool = False) -> Problem:
    """Return the error about a document that is not overwritten; `path` is its file in messages."""
    location = Location(path)
    if is_unreadable:
        return problem("document-unreadable", location)
    if is_book:
        form = "book"
    elif format_ is Format.DOCX:
        form = "docx"
    else:
        form = "other"
    return problem("document-edited", location, form=form, path=path)


def edited_pdf_problem(project: Project, path: Path) -> Problem | None:
    """Return the problem of a PDF that was edited, by the manifest of its folder; None if it was not, or if the
    manifest does not contain it.
    """
    safe_folder = project.safe_output(path.parent)
    record = Records(path.parent, project.shown(path.parent), safe_folder).get(path.stem)
    document = record.documents.get(Format.PDF) if record else None
    if document is None:
        return None
    if not is_edited(regular_digest(path, safe_folder), document):
        return None
    return edited_problem(project.shown(path), Format.PDF, is_unreadable=False)


# Signed documents: their new bytes are recorded


def write_signed(project: Project, path: Path, shown: str, content: bytes, before: bytes) -> None:
    """Replace a PDF with its signed content, after recording the content in the manifest of its folder.

    Raises ProblemsFound if the file cannot be written, if it is not as it was `before`, or if a build is running.
    """
    folder = path.parent
    safe_folder = project.safe_output(folder)
    file = NewFile(path, content, shown, safe_folder)
    if not has_manifest(project, folder):
        with locked(path):
            write_edited(file, before)
        return
    with output_folder(project, folder):
        refuse_changed(file, before)
        name = path.stem
        records = Records(folder, project.shown(folder), safe_folder)
        record = records.get(name)
        document = record.documents.get(Format.PDF) if record else None
        old_digest = regular_digest(path, safe_folder)
        is_as_recorded = document is not None and old_digest == document.sha256
        if record is None or document is None or not is_as_recorded:
            write_edited(file, before)
            return
        new_digest = sha256(content).hexdigest()
        signed = replace(document, sha256=new_digest, replaces=old_digest, unsigned=document.unsigned or old_digest)
        thumbnail_pdf = record.thumbnail_pdf
        if record.has_current_thumbnail:  # it stays current: the first page looks the same with a signature
            thumbnail_pdf = new_digest
        changed = replace(record.with_documents({Format.PDF: signed}), thumbnail_pdf=thumbnail_pdf)

        def record_unless_edited() -> None:
            refuse_changed(file, before)
            records.put(name, changed)

        write_files([file], before=record_unless_edited)
        records.settle(name, changed, {Format.PDF})
        records.save()


# Documents of deleted plans and dropped languages


def deleted_plan_warnings(project: Project, out: Path) -> Iterator[Problem]:
    """Yield a warning about the documents of each deleted plan in the folder `out`; nothing is written."""
    safe_folder = project.safe_output(out)
    records = Records(out, project.shown(out), safe_folder)
    marks = own_marks(project, out, records)
    plan_ids = {path.stem for path in project.plan_paths()}
    for name in records:
        record = records.get(name)
        if record is None or record.project not in marks:
            continue
        if plan_of(name) in plan_ids or project.has(record.source):
            continue
        paths = [path for path, _ in documents_of(name, record, project, out)]
        if paths:
            yield plan_gone("left", record, [project.shown(path) for path in paths])


def remove_deleted(build: BuildState, languages: Mapping[str, set[str | None]]) -> Iterator[Removed | Remark]:
    """Remove what belongs to plans and versions that do not exist any more, or warn about it.

    1. If the build prunes, their documents are removed, except for those that were edited.
    2. Documents that remain are a warning.
    3. If none remain, their record and their thumbnail are removed, too.

    `languages` are those of each plan of the build by its id. A dry run removes nothing. Raises ProblemsFound when the
    disk refuses.
    """
    is_dry_run = build.request.dry_run
    for name, record in _deleted_records(build, languages):
        remaining = []
        # All are looked up before the first is removed, so that a disk that cannot be read removes none.
        documents = list(documents_of(name, record, build.project, build.out))
        for path, is_as_built in documents:
            if not build.request.prune or not is_as_built:
                remaining.append(build.shown(path.name))
                continue
            if not is_dry_run:
                with disk_refusals(build.shown(path.name)):
                    build.safe_out.remove_file(path)
            yield Removed(build.shown(path.name))
        if remaining:
            if record.project != build.project_mark:  # built before the project was moved
                build.records.settle(name, replace(record, project=build.project_mark), ())
            form = _form_of_warning(is_pruning=build.request.prune, is_plan_built=plan_of(name) in languages)
            yield Remark((plan_gone(form, record, remaining),))
        elif not is_dry_run:
            _remove_record(name, record, build)


def _deleted_records(build: BuildState, languages: Mapping[str, set[str | None]]) -> Iterator[tuple[str, PlanRecord]]:
    """Yield the project's own records of plans and versions that do not exist any more, each with its name."""
    plans_not_built: set[str] = set()
    with suppress(ProblemsFound):  # a plan can be built even if the folder of the others cannot be listed
        plans_not_built = {path.stem for path in build.project.plan_paths()} - languages.keys()
    for name in build.records:
        plan_id = plan_of(name)
        if name in languages or plan_id in plans_not_built:
            continue
        record = build.records.get(name)
        if record is None or record.project not in build.own_marks:
            continue
        if not _is_kept(record, languages.get(plan_id), build):
            yield name, record


def _is_kept(record: PlanRecord, languages: set[str | None] | None, build: BuildState) -> bool:
    """Return whether a record belongs to a plan that exists and, if it is of a version, to a language of that plan.

    `languages` are those of the plan if the build has it. A build in one language (`--language`) drops no versions: it
    does not look for the others.
    """
    if languages is None:
        return build.project.has(record.source)
    if not record.is_version or build.request.options.language is not None:
        return True
    return record.inputs.options.language in languages


def _form_of_warning(*, is_pruning: bool, is_plan_built: bool) -> str:
    """Return the form of the warning about documents that remain."""
    if is_pruning:  # which has removed all others
        return "edited"
    if is_plan_built:  # then its language was dropped
        return "language"
    return "left"


def _remove_record(name: str, record: PlanRecord, build: BuildState) -> None:
    """Remove a record without documents, and its thumbnail, unless something else has written that."""
    thumbnail = build.thumbnail(name)
    if record.thumbnail and build.digest(thumbnail) == record.thumbnail:
        build.safe_out.remove_file(thumbnail)
    build.records.remove(name)


def documents_of_plan(project: Project, out: Path, plan_id: str) -> list[str]:
    """Return the names of the documents of a plan in the folder `out`, in all languages and packs, that exist."""
    safe_folder = project.safe_output(out)
    records = Records(out, project.shown(out), safe_folder)
    documents = []
    for name in records:
        record = records.get(name)
        if record is not None and plan_of(name) == plan_id:
            documents += [project.shown(path) for path, _ in documents_of(name, record, project, out)]
    return documents


def documents_of(name: str, record: PlanRecord, project: Project, out: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the documents of a record in the folder `out` that exist, each with whether it is as it was built."""
    safe_folder = project.safe_output(out)
    for format_, document in record.documents.items():
        path = out / f"{name}.{format_.value}"
        with disk_refusals(project.shown(out), is_writing=True):
            digest = regular_digest(path, safe_folder)
        if digest is not None:
            yield path, not is_edited(digest, document)


def plan_gone(form: str, record: PlanRecord, documents: Iterable[str]) -> Problem:
    """Return the warning about documents that remain: of a deleted plan or a dropped language, or edited ones."""
    language = record.inputs.options.language or ""
    return problem(
        "plan-deleted", Location(record.source), form=form, documents=" and ".join(documents), language=language
    )
