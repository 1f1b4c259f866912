"""The jobs of plans: pending plans are read, given to the workers, written, and recorded; plans that are checked are
only read and given to the workers.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import Produced
from ucap_reports.batch.build_request_and_report import THUMBNAILS, BuildState, PlanReport
from ucap_reports.batch.document_names_options_and_settings import (
    BuildOptions,
    early_values,
    own_language,
    version_languages,
)
from ucap_reports.batch.manifest import PlanNotes, PlanRecord, Reason, warning_records
from ucap_reports.batch.opened_project import OpenedProject
from ucap_reports.batch.output_overwriting_and_pruning import NewDocument, signature_removed
from ucap_reports.batch.plan_pictures_and_translations import TranslationFiles
from ucap_reports.batch.rebuild_reasons import Pending, difference, index_shows_thumbnail, plan_report, taken_name
from ucap_reports.batch.worker_pool import Job, produced_by_workers
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_problem, make_folder, write_files
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats import Format
from ucap_reports.text.language_tags import distinct

if TYPE_CHECKING:  # not imported at run time: checks write nothing
    from concurrent.futures import Future

WRITERS = 8
"""Threads that write to the disk: several waits at once are much faster than one after the other."""


_NewDocuments = Mapping[Format, NewDocument]


def pending_reports(build: BuildState, to_build: Sequence[Pending]) -> Generator[PlanReport, None, None]:
    """Build and write; yields the report on each plan in order. Only a few dozen plans are in memory at once."""
    request = build.request
    jobs = (_job(build, pending) for pending in to_build)
    with closing(produced_by_workers(jobs, len(to_build), build.packs, request.jobs, request.scheduler)) as done:
        writers = (
            PlanWriter(build, pending, job, produced) for pending, (job, produced) in zip(to_build, done, strict=True)
        )
        if len(to_build) == 1:
            yield from (writer.write() for writer in writers)
        else:
            yield from _written_by_threads(writers)


def _written_by_threads(writers: Iterable["PlanWriter"]) -> Iterator[PlanReport]:
    """Yield the report on each plan in order, while others are written or taken from the workers."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - checks write nothing, and one plan needs no thread

    writing = deque["Future[PlanReport]"]()
    with ThreadPoolExecutor(WRITERS) as threads:
        for writer in writers:
            writing.append(threads.submit(writer.write))
            if len(writing) >= WRITERS:  # wait for the disk before more documents are taken from the workers
                yield writing.popleft().result()
        while writing:
            yield writing.popleft().result()


def _job(build: BuildState, pending: Pending) -> Job:
    """Return the job of a plan, for its pending documents; with a problem alone if they would replace a book."""
    refused = taken_name(pending, build)
    if refused is not None:
        return Job(Source(pending.shown, ""), pending.options, problems=(refused,))
    record = build.records.get(pending.name)
    thumbnail_pdf = None
    if record is not None and record.thumbnail == build.digest(build.thumbnail(pending.name)):
        thumbnail_pdf = record.thumbnail_pdf
    options = replace(pending.options, formats=tuple(pending.reasons), thumbnail_pdf=thumbnail_pdf)
    return read_job(pending.path, build.project, options, build.translations)


class PlanWriter(Struct, frozen=True):
    """Writes the documents of a plan."""

    build: BuildState
    pending: Pending
    job: Job
    produced: Produced

    def write(self) -> PlanReport:
        """Write the documents of a plan that were not edited, and its thumbnail; returns the report on it.

        All documents are complete on the disk, and recorded there, before the first file gets its name.
        """
        old = self.build.records.get(self.pending.name)
        earlier = self.build.records.notes(self.pending.name, old)
        built = self._new_documents(old)
        edited = set()
        if not self.build.request.overwrite_edited:
            edited = {format_ for format_, document in built.items() if document.is_edited}
        kept = dict.fromkeys(edited, WriteStatus.EDITED)
        new = {format_: document for format_, document in built.items() if format_ not in edited}
        if not new:
            return self._report(kept, old, earlier)
        record, notes = self._record(old, earlier, new)
        self.build.records.add_notes(self.pending.name, notes)
        written, problems = self._write_documents(record, new)
        if not written:
            return self._report(kept, old, earlier, problems)
        if Format.PDF in written and index_shows_thumbnail(self.pending, self.build, record):
            record, refusals = self._write_thumbnail(record)
            problems += refusals
        # All wanted documents have their names now but those that were edited or could not be written.
        unwritten = new.keys() - written.keys()
        without_names = edited | self.pending.edited | unwritten
        settled = set(self.pending.options.formats) - without_names
        self.build.records.settle(self.pending.name, record, settled)
        return self._report(written | kept, record, earlier, problems)

    def _write_documents(
        self, record: PlanRecord, new: _NewDocuments
    ) -> tuple[dict[Format, WriteStatus], list[Problem]]:
        """Return the status of each document that is complete in its file, and the problems."""
        files = {format_: self._new_file(document) for format_, document in new.items() if not document.is_signed}
        problems: list[Problem] = []
        for format_, file in files.items():
            problems += signature_removed(new[format_], file.shown)
        try:
            statuses = write_files(
                list(files.values()), before=lambda: self.build.records.put(self.pending.name, record)
            )
        except ProblemsFound as refused:
            return self._complete(record, new), [*problems, *refused.problems]
        except OSError as error:
            return {}, [*problems, disk_problem(error, self.build.project.shown(self.build.out))]
        written = dict.fromkeys(new, WriteStatus.UNCHANGED)  # stays so for signed documents, which have no new file
        written.update(zip(files, statuses, strict=True))
        return written, problems

    def _complete(self, record: PlanRecord, new: _NewDocuments) -> dict[Format, WriteStatus]:
        """Return the status of each document whose file is complete although the disk refused to write all."""
        statuses = {}
        for format_, document in new.items():
            recorded = record.documents[format_].sha256
            if self._digest(format_) == recorded:
                is_old = document.digest_on_disk == recorded
                statuses[format_] = WriteStatus.UNCHANGED if is_old else WriteStatus.WRITTEN
        return statuses

    def _write_thumbnail(self, record: PlanRecord) -> tuple[PlanRecord, Sequence[Problem]]:
        """Return the record with the thumbnail, which is written unless the PDF cannot be drawn, and the problems."""
        file = self.build.thumbnail(self.pending.name)
        try:
            if self.produced.thumbnail is not None:
                make_folder(file.parent, self.build.shown(THUMBNAILS), self.build.safe_out)
                write_files(
                    [NewFile(file, self.produced.thumbnail, self.build.project.shown(file), self.build.safe_out)]
                )
        except ProblemsFound as refused:
            return record, refused.problems
        return replace(record, thumbnail_pdf=record.documents[Format.PDF].sha256), ()

    def _new_documents(self, old: PlanRecord | None) -> _NewDocuments:
        """Return the documents by format."""
        known = old.documents if old else {}
        new = {}
        for document, digest in zip(self.produced.documents, self.produced.digests, strict=True):
            format_ = document.format
            new[format_] = NewDocument(document, digest, self._digest(format_), known.get(format_))
        return new

    def _digest(self, format_: Format) -> str | None:
        """Return the digest of the file that has the name of a document."""
        return self.build.digest(self.build.out / self.pending.file_name(format_))

    def _new_file(self, new: NewDocument) -> NewFile:
        name = self.pending.file_name(new.document.format)
        # A file that is known to differ is written without another comparison.
        must_write = new.digest != new.digest_on_disk or self.build.request.force
        path = self.build.out / name
        return NewFile(path, new.document.content, self.build.shown(name), self.build.safe_out, anyway=must_write)

    def _record(
        self, old: PlanRecord | None, earlier: PlanNotes | None, new: _NewDocuments
    ) -> tuple[PlanRecord, PlanNotes]:
        """Return the record of a plan whose documents are written, with what is still true of the others, and notes.

        `earlier` are the notes that belong to the old record.
        """
        job, made = self.job, self.produced
        assert made.card is not None  # noqa: S101 - documents come with a card
        inputs = self.pending.inputs(self.build, job.digest, made.pack, made.pack_digest, job.files.digest)
        changed = difference(inputs, old.inputs) if old else None
        if changed is None and old and old.problems and earlier is None:
            changed = Reason.UNNOTED  # the old warnings are lost: the other documents are pending as well
        known = old.documents if old else {}
        documents = {}
        for format_, document in known.items():
            documents[format_] = replace(document, outdated=document.outdated or changed)
        for format_, new_document in new.items():
            documents[format_] = new_document.record(self.pending.links(format_))
        thumbnail_pdf = old.thumbnail_pdf if old else None
        thumbnail = old.thumbnail if old else None
        # The worker draws no thumbnail of the PDF of which there is one.
        has_new_pdf = Format.PDF in new and new[Format.PDF].digest != job.options.thumbnail_pdf
        if self.pending.options.needs_thumbnail and has_new_pdf:
            thumbnail_pdf = None  # recorded when the thumbnail is written
            thumbnail = sha256(made.thumbnail).hexdigest() if made.thumbnail else None
        problems = list(made.problems)
        if earlier and not changed:
            problems = [*earlier.problems, *problems]
        pictures = tuple(file.name for file in job.files.pictures)
        notes = PlanNotes(inputs, tuple(dict.fromkeys(problems)), pictures)
        record = PlanRecord(
            source=self.pending.shown,
            inputs=inputs,
            card=made.card,
            problems=warning_records(notes.problems),
            documents={format_: documents[format_] for format_ in Format if format_ in documents},
            thumbnail_pdf=thumbnail_pdf,
            thumbnail=thumbnail,
            is_version=self.pending.options.is_version,
            is_book=self.pending.is_book,
            project=self.build.project_mark,
        )
        return record, notes

    def _report(
        self,
        written: Mapping[Format, WriteStatus],
        record: PlanRecord | None,
        earlier: PlanNotes | None,
        problems: Sequence[Problem] = (),
    ) -> PlanReport:
        """Return the report on a plan; documents without a status failed."""
        statuses = {format_: written.get(format_, WriteStatus.FAILED) for format_ in self.pending.reasons}
        # If only some formats were built, the record is of the same inputs.
        is_partial = len(self.pending.reasons) < len(self.pending.options.formats)
        others = earlier.problems if earlier and is_partial else ()
        return plan_report(self.pending, self.build, statuses, record, (*self.produced.problems, *others, *problems))


# Plans that are checked without writing anything


def check_plans(
    opened: OpenedProject, paths: Sequence[Path], processes: int | None = 1
) -> Generator[PlanReport, None, None]:
    """Yield the problems of each plan, its versions in other languages, and its pack, found by at most `processes`.

    Documents are built in memory, since pages are counted too.
    """
    own = replace(opened.settings.options(), is_check=True)
    _ = opened.translations  # an unreadable folder is an error before the first plan is checked
    jobs = (job for path in paths for job in _jobs_of_plan(path, opened, own))
    with closing(produced_by_workers(jobs, len(paths), opened.packs, processes)) as produced:
        by_plan = groupby(produced, lambda job_and_result: job_and_result[0].source.path)
        for path, (_, results) in zip(paths, by_plan, strict=True):
            problems: dict[Problem, None] = {}
            completeness: list[Completeness] = []
            is_sparse = False
            for _, version in results:
                problems |= dict.fromkeys(version.problems)
                if version.completeness is not None:
                    completeness.append(version.completeness)
                is_sparse = is_sparse or version.is_sparse
            yield PlanReport(path.stem, (), tuple(problems), tuple(completeness), is_sparse)


def _jobs_of_plan(path: Path, opened: OpenedProject, own: BuildOptions) -> Iterator[Job]:
    """Yield the jobs of the plan's own document, of its versions, and of those with a translation only."""
    job = read_job(path, opened.project, own, opened.translations)
    yield job
    plan = early_values(job.source, "language")
    versions = version_languages(plan, opened.settings.languages, own.default_language)
    yield from (replace(job, options=replace(own, language=version, is_version=True)) for version in versions)
    translated = [translation.language for translation in job.files.translations]
    others = version_languages({"languages": translated, "language": own_language(plan, own.default_language)})
    for other in distinct([*versions, *others])[len(versions) :]:
        yield replace(job, options=replace(own, language=other))


def read_job(path: Path, project: Project, options: BuildOptions, translations: TranslationFiles) -> Job:
    """Return the job of a plan; if it cannot be read, a job that only has the problems."""
    shown = project.shown(path)
    try:
        content = read_content(path, shown, within=project.safe_folder_of(path))
        source = decode_source(content, shown)
    except ProblemsFound as error:
        return Job(Source(shown, ""), options, problems=error.problems)
    return Job(source, options, translations.with_pictures(path, source), sha256(content).hexdigest())
