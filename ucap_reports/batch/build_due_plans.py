"""The plans that are due: read, given to the workers, written, and recorded."""

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.changes import Due, plan_report
from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.manifest import DocumentRecord, PlanRecord
from ucap_reports.batch.picture_files import pictures_digest, pictures_of
from ucap_reports.batch.pipeline import Produced
from ucap_reports.batch.signed_documents import is_still_signed, removed_signature
from ucap_reports.batch.translation_files import translations_digest
from ucap_reports.batch.work_distribution import Workers
from ucap_reports.batch.worker_jobs import Job
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_problem, regular_digest, write_files
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.summary.document import Document, Format

WRITERS = 8
"""Threads that write to the disk: several waits at once are much faster than one after the other."""


class Written(Struct, frozen=True):
    """The status of each document of a plan that was to be written, the plan's record, and errors of the disk."""

    statuses: Mapping[Format, WriteStatus]
    record: PlanRecord | None
    problems: tuple[Problem, ...] = ()


class Production:
    """Builds what is due."""

    def __init__(self, build: BuildState) -> None:
        self._build = build
        self._records = build.records

    def reports(self, dues: Sequence[Due], workers: Workers) -> Generator[PlanReport, None, None]:
        """Build and write; yields the report on each plan in order. Only a few dozen plans are in memory at once."""
        writing: deque[tuple[Due, Produced, Future[Written]]] = deque()
        done = workers.produced(map(self._job, dues), len(dues))
        with ThreadPoolExecutor(WRITERS) as writers:
            for due, (job, produced) in zip(dues, done, strict=True):
                writing.append((due, produced, writers.submit(self._write, due, job, produced)))
                if len(writing) >= WRITERS:
                    yield self._report(*writing.popleft())
            while writing:
                yield self._report(*writing.popleft())

    def _job(self, due: Due) -> Job:
        """The job of a plan; if it cannot be read, a job that only has the problems."""
        try:
            content = read_content(due.path, due.shown)
            source, translations = decode_source(content, due.shown), self._build.translations.of_plan(due.plan)
        except ProblemsFound as found:
            return Job(Source(due.shown, ""), due.options, problems=found.problems)
        options = replace(due.options, formats=tuple(due.reasons))
        return Job(source, options, translations, sha256(content).hexdigest(), pictures=pictures_of(due.path))

    def _write(self, due: Due, job: Job, produced: Produced) -> Written:
        """Write the documents of a plan that were not edited. All are complete on the disk, and recorded there, before
        the first file gets its name.
        """
        old, out = self._records.get(due.name), self._build.out
        found = {each.format: regular_digest(out / due.file_name(each.format)) for each in produced.documents}
        new = dict(zip(found, produced.digests, strict=True))
        edited = {each for each in found if self._is_edited(found[each], new[each], each, old)}
        documents = [each for each in produced.documents if each.format not in edited]
        kept = dict.fromkeys(edited, WriteStatus.EDITED)
        if not documents:
            return Written(kept, old)
        known = old.documents if old else {}
        signed = {each for each in found if is_still_signed(known.get(each), found[each], new[each])}
        digests = {each: (new[each], found[each]) for each in found}
        made = {each.format: _new_record(due, each, *digests[each.format]) for each in documents}
        made |= {each: replace(known[each], pages=made[each].pages, inputs=None) for each in signed}
        record = self._record(due, job, produced, old, made)
        files = {
            each.format: self._new_file(due.file_name(each.format), each.content, *digests[each.format])
            for each in documents
            if each.format not in signed
        }
        problems = tuple(each for form in files for each in removed_signature(known.get(form), files[form].shown))
        try:
            statuses = write_files(list(files.values()), before=lambda: self._records.put(due.name, record))
            written = dict(zip(files, statuses, strict=True)) | dict.fromkeys(signed, WriteStatus.UNCHANGED)
        except ProblemsFound as refused:
            problems, written = (*problems, *refused.problems), self._complete(due, made)
        except OSError as error:
            problems, written = (*problems, disk_problem(error, self._build.project.shown(out))), {}
        if not written:
            return Written({}, old, problems)
        refused_formats = made.keys() - written.keys()
        self._records.settle(due.name, record, {*due.options.formats} - edited - due.edited - refused_formats)
        return Written(written | kept, record, problems)

    def _complete(self, due: Due, made: Mapping[Format, DocumentRecord]) -> dict[Format, WriteStatus]:
        """The new documents that are in their files although others could not be written."""
        found = {each: regular_digest(self._build.out / due.file_name(each)) for each in made}
        return {each: WriteStatus.WRITTEN for each, record in made.items() if found[each] == record.sha256}

    def _is_edited(self, found: str | None, new: str, format_: Format, old: PlanRecord | None) -> bool:
        """Whether the digest of a file is neither a recorded one nor that of the new content."""
        known = old.documents.get(format_) if old else None
        ours = {None, new} | ({known.sha256, known.replaces} if known else set())
        return not self._build.request.overwrite_edited and found not in ours

    def _new_file(self, name: str, content: bytes, new: str, found: str | None) -> NewFile:
        changed = new != found or self._build.request.force
        return NewFile(self._build.out / name, content, self._build.shown(name), changed)

    def _record(
        self, due: Due, job: Job, produced: Produced, old: PlanRecord | None, made: Mapping[Format, DocumentRecord]
    ) -> PlanRecord:
        """The record of a plan whose documents are written, with what is still true of the others."""
        assert produced.card is not None  # noqa: S101 - documents come with a card
        files = translations_digest(job.translations), pictures_digest(job.pictures)
        inputs = due.inputs(job.digest, produced.pack, produced.pack_digest, self._build.tools, *files)
        others = {each: old.document_beside(each, inputs) for each in old.documents} if old else {}
        still = old.format_problems if old is not None and old.inputs == inputs else {}
        return PlanRecord(
            source=due.shown,
            inputs=inputs,
            card=produced.card,
            problems=produced.common_problems,
            format_problems={**still, **produced.format_problems},
            documents={each: document for each in Format if (document := made.get(each) or others.get(each))},
            pictured=old.pictured if old else None,
            picture=old.picture if old else None,
            is_version=due.options.is_version,
        )

    def _report(self, due: Due, produced: Produced, writing: Future[Written]) -> PlanReport:
        """The report on a plan, once it is written."""
        written = writing.result()
        statuses = {each: written.statuses.get(each, WriteStatus.FAILED) for each in due.reasons}
        not_due = tuple(each for each in due.options.formats if each not in due.reasons)
        others = written.record.format_problems_of(not_due) if written.record else ()
        problems = (*produced.problems, *others, *written.problems)
        return plan_report(due, self._build, statuses, written.record, problems)


def _new_record(due: Due, document: Document, new: str, found: str | None) -> DocumentRecord:
    """The record of a document with the digest `new`, which replaces a file with the digest `found`."""
    return DocumentRecord(new, document.pages, replaces=found or None, links=due.links(document.format))
