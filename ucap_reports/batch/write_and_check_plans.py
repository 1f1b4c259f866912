"""The way of plans through the workers: of a build (`pending_reports`) and of a check (`check_plans`).

A build reads each pending plan, gives it to the workers, and writes and records what they produce (`PlanWriter`). The
documents of a plan get their names together: all of them are complete on the disk, and recorded, before the first file
has its name. A check only reads the plans and gives them to the workers, with all of their languages.

Which documents keep their files because they were edited is decided by `PlanWriter.write`; which of the old warnings
are still valid, by `PlanWriter._record`.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_request_and_report import BuildState, PlanReport, Produced
from ucap_reports.batch.document_names_and_thumbnails import THUMBNAILS
from ucap_reports.batch.manifest import DocumentRecord, Inputs, PlanNotes, PlanRecord, Reason, warning_records
from ucap_reports.batch.opened_project_and_settings_file import OpenedProject
from ucap_reports.batch.options_settings_and_source_date import (
    BuildOptions,
    early_values,
    further_languages,
    own_language,
    version_languages,
)
from ucap_reports.batch.output_overwriting_and_pruning import NewDocument, signature_removed
from ucap_reports.batch.plan_translations import TranslationFiles
from ucap_reports.batch.rebuild_reasons import (
    Pending,
    depends_on_content,
    difference,
    index_shows_thumbnail,
    plan_report,
    taken_name,
    untouched_report,
)
from ucap_reports.batch.worker_pool import Job, produced_by_workers
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_problem, make_folder, write_files
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Format

if TYPE_CHECKING:  # not imported at run time: checks write nothing
    from concurrent.futures import Future

WRITERS = 8
"""Threads that write to the disk: several waits at once are much faster than one after the other."""

_NewDocuments = Mapping[Format, NewDocument]


def pending_reports(build: BuildState, to_build: Sequence[Pending]) -> Generator[PlanReport, None, None]:
    """Build plans, write their documents, and yield the report on each in order.

    Only a few dozen plans are in memory at once.
    """
    request = build.request
    jobs = (_job(build, pending) for pending in to_build)
    with closing(produced_by_workers(jobs, len(to_build), build.packs, request.jobs, request.scheduler)) as done:
        writers = _writers(build, to_build, done)
        if len(to_build) == 1:
            for writer in writers:
                yield writer.write()
        else:
            yield from _written_by_threads(writers)


def planned_reports(build: BuildState, candidates: Iterable[Pending]) -> Iterator[PlanReport]:
    """Yield what a build would report on each plan, and write nothing.

    Plans are only built, in memory, if a file in the place of a document was edited or signed. The errors and warnings
    of other plans that have changed are not known.
    """
    for pending in candidates:
        if not depends_on_content(pending, build):
            yield untouched_report(build, pending)
            continue
        job = _job(build, pending)
        job = replace(job, options=replace(job.options, needs_thumbnail=False))
        for done, produced in produced_by_workers([job], 1, build.packs, 1):
            yield PlanWriter(build, pending, done, produced).planned()


def _writers(
    build: BuildState, to_build: Sequence[Pending], done: Iterable[tuple[Job, Produced]]
) -> Iterator["PlanWriter"]:
    """Yield the writer of each plan when the workers have produced its documents."""
    for pending, (job, produced) in zip(to_build, done, strict=True):
        yield PlanWriter(build, pending, job, produced)


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
    """Writes the documents of a plan (`write`), and records them."""

    build: BuildState
    pending: Pending
    job: Job
    produced: Produced

    def write(self) -> PlanReport:
        """Write the documents of a plan that were not edited, and its thumbnail, and return the report on it.

        All documents are complete on the disk, and recorded there, before the first file gets its name.
        """
        old_record = self.build.records.get(self.pending.name)
        old_notes = self.build.records.notes(self.pending.name, old_record)
        built = self._new_documents(old_record)
        edited: set[Format] = set()
        if not self.build.request.overwrite_edited:
            edited = {format_ for format_, document in built.items() if document.is_edited}
        kept = dict.fromkeys(edited, WriteStatus.EDITED)  # their files stay as a person has edited them
        new = {format_: document for format_, document in built.items() if format_ not in edited}
        if not new:
            return self._report(kept, old_record, old_notes)
        record, notes = self._record(old_record, old_notes, new)
        self.build.records.add_notes(self.pending.name, notes)
        written, problems = self._write_documents(record, new)  # records the plan, too
        if not written:
            return self._report(kept, old_record, old_notes, problems)
        is_record_complete = record.is_settled(new)
        if Format.PDF in written and index_shows_thumbnail(self.pending, self.build, record):
            record, refusals = self._write_thumbnail(record)
            problems += refusals
            is_record_complete = False
        if not is_record_complete:  # it still has what documents replaced, or lacks the PDF of the thumbnail
            # The files of all wanted formats are complete, except those that were edited or could not be written.
            unwritten = new.keys() - written.keys()
            incomplete = edited | self.pending.edited | unwritten
            complete = set(self.pending.options.formats) - incomplete
            self.build.records.settle(self.pending.name, record, complete)
        return self._report(written | kept, record, old_notes, problems)

    def planned(self) -> PlanReport:
        """Return the report that `write` would return if the disk refuses nothing, and write nothing."""
        old_record = self.build.records.get(self.pending.name)
        old_notes = self.build.records.notes(self.pending.name, old_record)
        statuses: dict[Format, WriteStatus] = {}
        problems: list[Problem] = []
        for format_, document in self._new_documents(old_record).items():
            if document.is_edited and not self.build.request.overwrite_edited:
                statuses[format_] = WriteStatus.EDITED
            elif document.is_signed or not self._new_file(document).anyway:
                statuses[format_] = WriteStatus.UNCHANGED
            else:
                statuses[format_] = WriteStatus.WRITTEN
                problems += signature_removed(document, self.build.shown(self.pending.file_name(format_)))
        return self._report(statuses, old_record, old_notes, problems)

    def _new_documents(self, old_record: PlanRecord | None) -> _NewDocuments:
        """Return the documents by format."""
        recorded = old_record.documents if old_record else {}
        new = {}
        for document, digest in zip(self.produced.documents, self.produced.digests, strict=True):
            format_ = document.format
            new[format_] = NewDocument(
                document,
                digest,
                self._digest(format_),
                recorded.get(format_),
                plan_has_reply=format_ in self.pending.merged,
            )
        return new

    def _digest(self, format_: Format) -> str | None:
        """Return the digest of the file that has the name of a document."""
        return self.build.digest(self.build.out / self.pending.file_name(format_))

    def _record(
        self, old_record: PlanRecord | None, old_notes: PlanNotes | None, new: _NewDocuments
    ) -> tuple[PlanRecord, PlanNotes]:
        """Return the record of a plan whose `new` documents are written, and its notes.

        The record contains its other documents as well, which are out of date if they were built from something else.
        `old_notes` are those that belong to the old record.
        """
        produced = self.produced
        assert produced.card is not None  # noqa: S101 - documents come with a card
        inputs = self.pending.inputs(
            self.build, self.job.digest, produced.pack, produced.pack_digest, self.job.files.digest
        )
        changed = _changed_since(old_record, old_notes, inputs)
        problems = produced.problems
        if old_notes is not None and changed is None:
            # The warnings about the other documents, which were built from the same inputs, are still valid.
            problems = (*old_notes.problems, *problems)
        each_once = tuple(dict.fromkeys(problems))
        pictures = tuple(file.name for file in self.job.files.pictures)
        notes = PlanNotes(inputs, each_once, pictures)
        thumbnail_pdf, thumbnail = self._recorded_thumbnail(old_record, new)
        record = PlanRecord(
            source=self.pending.shown,
            inputs=inputs,
            card=produced.card,
            problems=warning_records(notes.problems),
            documents=self._recorded_documents(old_record, new, changed),
            thumbnail_pdf=thumbnail_pdf,
            thumbnail=thumbnail,
            is_version=self.pending.options.is_version,
            is_book=self.pending.is_book,
            project=self.build.project_mark,
        )
        return record, notes

    def _recorded_documents(
        self, old_record: PlanRecord | None, new: _NewDocuments, changed: Reason | None
    ) -> dict[Format, DocumentRecord]:
        """Return the records of the new documents, and of the others, which are out of date if something `changed`."""
        documents = {}
        if old_record is not None:
            for format_, document in old_record.documents.items():
                documents[format_] = replace(document, outdated=document.outdated or changed)
        for format_, new_document in new.items():
            documents[format_] = new_document.record(self.pending.links(format_))
        # In the order of formats, so that a record is the same whichever of its documents were built first.
        return {format_: documents[format_] for format_ in Format if format_ in documents}

    def _recorded_thumbnail(self, old_record: PlanRecord | None, new: _NewDocuments) -> tuple[str | None, str | None]:
        """Return the digest of the PDF whose thumbnail is complete, and that of the thumbnail; None for none."""
        has_new_pdf = Format.PDF in new and new[Format.PDF].digest != self.job.options.thumbnail_pdf
        if self.pending.options.needs_thumbnail and has_new_pdf:
            thumbnail_digest = None
            if self.produced.thumbnail is not None:
                thumbnail_digest = sha256(self.produced.thumbnail).hexdigest()
            return None, thumbnail_digest  # `_write_thumbnail` adds the PDF when its thumbnail is complete
        # The worker has drawn none, because the recorded one is still that of the PDF.
        if old_record is None:
            return None, None
        return old_record.thumbnail_pdf, old_record.thumbnail

    def _write_documents(
        self, record: PlanRecord, new: _NewDocuments
    ) -> tuple[dict[Format, WriteStatus], list[Problem]]:
        """Return the status of each document that is complete in its file, and the problems."""
        files = {format_: self._new_file(document) for format_, document in new.items() if not document.is_signed}
        problems: list[Problem] = []
        try:
            statuses = write_files(
                list(files.values()), before=lambda: self.build.records.put(self.pending.name, record)
            )
        except ProblemsFound as refused:
            written = self._complete(record, new)
            problems += refused.problems
        except OSError as error:
            written = {}
            problems.append(disk_problem(error, self.build.project.shown(self.build.out)))
        else:
            written = dict.fromkeys(new, WriteStatus.UNCHANGED)  # stays so for signed documents, which have no new file
            written.update(zip(files, statuses, strict=True))
        for format_, file in files.items():
            if format_ in written:  # the others have their signatures still
                problems += signature_removed(new[format_], file.shown)
        return written, problems

    def _new_file(self, new: NewDocument) -> NewFile:
        name = self.pending.file_name(new.document.format)
        # A file that is known to differ is written without another comparison.
        must_write = new.digest != new.digest_on_disk or self.build.request.force
        path = self.build.out / name
        return NewFile(path, new.document.content, self.build.shown(name), self.build.safe_out, anyway=must_write)

    def _complete(self, record: PlanRecord, new: _NewDocuments) -> dict[Format, WriteStatus]:
        """Return the status of each document whose file is complete although the disk refused to write all."""
        statuses = {}
        for format_, document in new.items():
            recorded = record.documents[format_].sha256
            if self._digest(format_) != recorded:
                continue
            was_complete_before = document.digest_on_disk == recorded
            statuses[format_] = WriteStatus.UNCHANGED if was_complete_before else WriteStatus.WRITTEN
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

    def _report(
        self,
        written: Mapping[Format, WriteStatus],
        record: PlanRecord | None,
        old_notes: PlanNotes | None,
        problems: Sequence[Problem] = (),
    ) -> PlanReport:
        """Return the report on a plan; documents without a status failed."""
        statuses = {format_: written.get(format_, WriteStatus.FAILED) for format_ in self.pending.reasons}
        # If only some formats were built, the other documents are up to date, and so are the old warnings about them.
        is_partial = len(self.pending.reasons) < len(self.pending.options.formats)
        old_problems = old_notes.problems if old_notes and is_partial else ()
        all_problems = (*self.produced.problems, *old_problems, *problems)
        return plan_report(self.pending, self.build, statuses, record, all_problems)


def _changed_since(old_record: PlanRecord | None, old_notes: PlanNotes | None, inputs: Inputs) -> Reason | None:
    """Return why the recorded documents of a plan are out of date; None if they are not, or if there are none."""
    if old_record is None:
        return None
    changed = difference(inputs, old_record.inputs)
    has_lost_warnings = bool(old_record.problems) and old_notes is None
    if changed is None and has_lost_warnings:
        return Reason.UNNOTED  # the other documents are built again to find them
    return changed


# Plans that are checked without writing anything


def check_plans(
    opened: OpenedProject, paths: Sequence[Path], processes: int | None = 1
) -> Generator[PlanReport, None, None]:
    """Yield the problems of each plan, its versions in other languages, and its pack, found by at most `processes`.

    Documents are built in memory, since pages are counted too.
    """
    options = replace(opened.settings.options(), is_check=True)
    _ = opened.translations  # this reads their folder, so that an error of the disk is raised before the first report
    jobs = chain.from_iterable(_jobs_of_plan(path, opened, options) for path in paths)
    with closing(produced_by_workers(jobs, len(paths), opened.packs, processes)) as produced:
        # The jobs of a plan follow each other, and so do their results.
        by_plan = groupby(produced, key=_plan_file)
        for path, (_, results) in zip(paths, by_plan, strict=True):
            problems: dict[Problem, None] = {}
            completeness: list[Completeness] = []
            is_sparse = False
            for _, result in results:
                problems |= dict.fromkeys(result.problems)
                if result.completeness is not None:
                    completeness.append(result.completeness)
                is_sparse = is_sparse or result.is_sparse
            yield PlanReport(path.stem, (), tuple(problems), tuple(completeness), is_sparse)


def _plan_file(job_and_result: tuple[Job, Produced]) -> str:
    job, _ = job_and_result
    return job.source.path


def _jobs_of_plan(path: Path, opened: OpenedProject, options: BuildOptions) -> Iterator[Job]:
    """Yield the jobs of a plan in its own language, in those of its versions, and in those of further translations,
    which are checked although the plan has no version in their language.
    """
    job = read_job(path, opened.project, options, opened.translations)
    yield job
    plan = early_values(job.source, "language")
    versions = version_languages(plan, opened.settings.languages, options.default_language)
    for language in versions:
        yield replace(job, options=replace(options, language=language, is_version=True))
    translations = [translation.language for translation in job.files.translations]
    for language in further_languages(own_language(plan, options.default_language), translations):
        if language not in versions:
            yield replace(job, options=replace(options, language=language))


def read_job(path: Path, project: Project, options: BuildOptions, translations: TranslationFiles) -> Job:
    """Return the job of a plan; if it cannot be read, a job that only has the problems."""
    shown = project.shown(path)
    try:
        content = read_content(path, shown, within=project.safe_folder_of(path))
        source = decode_source(content, shown)
    except ProblemsFound as error:
        return Job(Source(shown, ""), options, problems=error.problems)
    return Job(source, options, translations.with_pictures(path, source), sha256(content).hexdigest())
