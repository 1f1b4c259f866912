"""The plans that are due: read, given to the workers, written, and recorded."""

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_notes import PlanNotes, warning_records
from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.changes import Due, difference, is_drawn, plan_report
from ucap_reports.batch.check_plans import read_job
from ucap_reports.batch.events import PlanReport, Reason
from ucap_reports.batch.index_page.index_entry import THUMBNAILS
from ucap_reports.batch.manifest import DocumentRecord, PlanRecord
from ucap_reports.batch.pipeline import Produced
from ucap_reports.batch.work_distribution import produced_by_workers
from ucap_reports.batch.worker_jobs import Job
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.atomic_files import (
    NewFile,
    WriteStatus,
    disk_problem,
    make_folder,
    write_files,
)
from ucap_reports.summary.document import Document, Format

WRITERS = 8
"""Threads that write to the disk: several waits at once are much faster than one after the other."""


class NewDocument(Struct, frozen=True):
    """A built document, its digest, the digest of the file with its name, and the record of the last build."""

    document: Document
    digest: str
    found: str | None
    known: DocumentRecord | None

    @property
    def is_edited(self) -> bool:
        """Whether the file is neither a recorded one nor the new one."""
        known = {self.known.sha256, self.known.replaces} if self.known else set()
        return self.found not in {None, self.digest, *known}

    @property
    def is_signed(self) -> bool:
        """Whether the file is the signed form of the document, and is kept."""
        return self.known is not None and self.known.unsigned == self.digest and self.found == self.known.sha256

    def record(self, due: Due) -> DocumentRecord:
        """The new record of the document."""
        if self.known is not None and self.is_signed:
            return replace(self.known, pages=self.document.pages, outdated=None)
        links = due.links(self.document.format)
        return DocumentRecord(self.digest, self.document.pages, replaces=self.found or None, links=links)


_NewDocuments = Mapping[Format, NewDocument]


def due_reports(build: BuildState, dues: Sequence[Due]) -> Generator[PlanReport, None, None]:
    """Build and write; yields the report on each plan in order. Only a few dozen plans are in memory at once."""
    writing: deque[Future[PlanReport]] = deque()
    jobs, request = (_job(build, due) for due in dues), build.request
    with (
        closing(produced_by_workers(jobs, len(dues), build.packs, request.jobs, request.scheduler)) as done,
        ThreadPoolExecutor(WRITERS) as writers,
    ):
        for due, (job, produced) in zip(dues, done, strict=True):
            writing.append(writers.submit(PlanWriter(build, due, job, produced).write))
            if len(writing) >= WRITERS:
                yield writing.popleft().result()
        while writing:
            yield writing.popleft().result()


def _job(build: BuildState, due: Due) -> Job:
    """The job of a plan, for the documents that are due."""
    record = build.records.get(due.name)
    pictured = record.pictured if record and record.picture == build.digest(build.thumbnail(due.name)) else None
    options = replace(due.options, formats=tuple(due.reasons), pictured=pictured)
    return read_job(due.path, build.project, options, build.translations)


class PlanWriter(Struct, frozen=True):
    """Writes the documents of a plan."""

    build: BuildState
    due: Due
    job: Job
    produced: Produced

    def write(self) -> PlanReport:
        """Write the documents of a plan that were not edited, and its thumbnail; returns the report on it.

        All documents are complete on the disk, and recorded there, before the first file gets its name.
        """
        old = self.build.records.get(self.due.name)
        earlier = self.build.records.notes(self.due.name, old)
        built = self._new_documents(old)
        edited = {name for name, each in built.items() if each.is_edited and not self.build.request.overwrite_edited}
        kept = dict.fromkeys(edited, WriteStatus.EDITED)
        new = {name: each for name, each in built.items() if name not in edited}
        if not new:
            return self._report(kept, old, earlier)
        record, notes = self._record(old, earlier, new)
        self.build.records.add_notes(self.due.name, notes)
        written, problems = self._write_documents(record, new)
        if not written:
            return self._report({}, old, earlier, problems)
        if Format.PDF in written and is_drawn(self.due, self.build, record):
            record, refusals = self._write_picture(record)
            problems += refusals
        formats = {*self.due.options.formats} - edited - self.due.edited - (new.keys() - written.keys())
        self.build.records.settle(self.due.name, record, formats)
        return self._report(written | kept, record, earlier, problems)

    def _write_documents(
        self, record: PlanRecord, new: _NewDocuments
    ) -> tuple[dict[Format, WriteStatus], list[Problem]]:
        """The status of each document that is complete in its file, and the problems."""
        files = {name: self._new_file(each) for name, each in new.items() if not each.is_signed}
        signed = [files[name].shown for name in files if (known := new[name].known) and known.unsigned]
        problems = [problem("signature-removed", Location(shown), path=shown) for shown in signed]
        try:
            statuses = write_files(list(files.values()), before=lambda: self.build.records.put(self.due.name, record))
        except ProblemsFound as refused:
            complete = [each for each in new if self._digest(each) == record.documents[each].sha256]
            kept = {each for each in complete if new[each].found == record.documents[each].sha256}
            done = {each: WriteStatus.UNCHANGED if each in kept else WriteStatus.WRITTEN for each in complete}
            return done, [*problems, *refused.problems]
        except OSError as error:
            return {}, [*problems, disk_problem(error, self.build.project.shown(self.build.out))]
        return dict.fromkeys(new, WriteStatus.UNCHANGED) | dict(zip(files, statuses, strict=True)), problems

    def _write_picture(self, record: PlanRecord) -> tuple[PlanRecord, Sequence[Problem]]:
        """The record with the thumbnail, which is written unless the PDF cannot be drawn, and the problems."""
        file = self.build.thumbnail(self.due.name)
        try:
            if self.produced.picture is not None:
                make_folder(file.parent, self.build.shown(THUMBNAILS), self.build.safe_out)
                write_files([NewFile(file, self.produced.picture, self.build.project.shown(file), self.build.safe_out)])
        except ProblemsFound as refused:
            return record, refused.problems
        return replace(record, pictured=record.documents[Format.PDF].sha256), ()

    def _new_documents(self, old: PlanRecord | None) -> _NewDocuments:
        """The documents by format."""
        known = old.documents if old else {}
        return {
            each.format: NewDocument(each, digest, self._digest(each.format), known.get(each.format))
            for each, digest in zip(self.produced.documents, self.produced.digests, strict=True)
        }

    def _digest(self, format_: Format) -> str | None:
        """The digest of the file that has the name of a document."""
        return self.build.digest(self.build.out / self.due.file_name(format_))

    def _new_file(self, new: NewDocument) -> NewFile:
        name = self.due.file_name(new.document.format)
        changed = new.digest != new.found or self.build.request.force
        path, shown = self.build.out / name, self.build.shown(name)
        return NewFile(path, new.document.content, shown, self.build.safe_out, anyway=changed)

    def _record(
        self, old: PlanRecord | None, earlier: PlanNotes | None, new: _NewDocuments
    ) -> tuple[PlanRecord, PlanNotes]:
        """Return the record of a plan whose documents are written, with what is still true of the others, and notes.

        `earlier` are the notes that belong to the old record.
        """
        job, made = self.job, self.produced
        assert made.card is not None  # noqa: S101 - documents come with a card
        inputs = self.due.inputs(self.build, job.digest, made.pack, made.pack_digest, job.files.digest)
        changed = difference(inputs, old.inputs) if old else None
        if old and old.problems and earlier is None:
            changed = changed or Reason.UNNOTED  # then the other documents are due as well, for their warnings
        known = old.documents if old else {}
        documents = {name: replace(each, outdated=each.outdated or changed) for name, each in known.items()}
        documents |= {name: each.record(self.due) for name, each in new.items()}
        pictured, picture = (old.pictured, old.picture) if old else (None, None)
        if self.due.options.is_pictured and Format.PDF in new and new[Format.PDF].digest != job.options.pictured:
            pictured, picture = None, sha256(made.picture).hexdigest() if made.picture else None
        problems = list(made.problems)
        if earlier and not changed:
            problems = [*earlier.problems, *problems]
        pictures = tuple(each.name for each in job.files.pictures)
        notes = PlanNotes(inputs, tuple(dict.fromkeys(problems)), pictures)
        record = PlanRecord(
            source=self.due.shown,
            inputs=inputs,
            card=made.card,
            problems=warning_records(notes.problems),
            documents={each: documents[each] for each in Format if each in documents},
            pictured=pictured,
            picture=picture,
            is_version=self.due.options.is_version,
            is_book=self.due.is_book,
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
        statuses = {each: written.get(each, WriteStatus.FAILED) for each in self.due.reasons}
        is_partial = len(self.due.reasons) < len(self.due.options.formats)  # and then the record is of the same inputs
        others = earlier.problems if earlier and is_partial else ()
        return plan_report(self.due, self.build, statuses, record, (*self.produced.problems, *others, *problems))
