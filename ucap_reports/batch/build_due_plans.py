"""The plans that are due: read, given to the workers, written, and recorded."""

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_records import Records
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.changes import Due, edited_problems
from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.manifest import DocumentRecord, PlanRecord
from ucap_reports.batch.picture_files import pictures_digest, pictures_of
from ucap_reports.batch.translation_files import TranslationFiles, translations_digest
from ucap_reports.batch.work_distribution import Lost, Workers
from ucap_reports.batch.worker_jobs import Bench, Job, Outcome, worker_ended
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_problem, regular_digest, write_files
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format

WRITERS = 8
"""Threads that write to the disk: several waits at once are much faster than one after the other."""


class Ready(Struct, frozen=True):
    """A plan that was read, and the digests of its files; or the problems that prevent it."""

    due: Due
    job: Job | None = None
    digest: str = ""
    translations: str = ""
    pictures: str = ""
    """The digests of its translations and of its pictures."""
    problems: tuple[Problem, ...] = ()


class Written(Struct, frozen=True):
    """The status of each document of a plan that was to be written, the plan's record, and errors of the disk."""

    statuses: Mapping[Format, WriteStatus]
    record: PlanRecord | None
    problems: tuple[Problem, ...] = ()


class Production:
    """Builds what is due into the folder `out`."""

    def __init__(self, project: Project, out: Path, request: BuildRequest, tools: str, records: Records) -> None:
        self._project = project
        self._out = out
        self._request = request
        self._tools = tools
        self._records = records
        self._translations = TranslationFiles(project, request.settings.languages)
        self._reading: deque[Ready] = deque()
        """Plans that were read and whose results have not come back from the workers."""

    def reports(self, dues: Sequence[Due], workers: Workers) -> Generator[PlanReport, None, None]:
        """Build and write; yields the report on each plan in order. Only a few dozen plans are in memory at once."""
        writing: deque[tuple[Ready, Outcome, Future[Written]]] = deque()
        with ThreadPoolExecutor(WRITERS) as writers:
            for ready, outcome in self._outcomes(dues, workers):
                writing.append((ready, outcome, writers.submit(self._write, ready, outcome)))
                if len(writing) >= WRITERS:
                    yield self._report(*writing.popleft())
            while writing:
                yield self._report(*writing.popleft())

    def _outcomes(self, dues: Sequence[Due], workers: Workers) -> Iterator[tuple[Ready, Outcome]]:
        """The outcome of each plan, in order."""
        for result in workers.each(Bench.produce, self._jobs(dues), len(dues)):
            yield from self._unreadable()
            ready = self._reading.popleft()
            if isinstance(result, Lost):
                yield ready, Outcome((worker_ended(result.error, ready.due.shown),))
            elif result is None and ready.job is not None:
                yield ready, workers.here(Bench.produce, ready.job) or Outcome(())
            elif result is not None:
                yield ready, result
        yield from self._unreadable()

    def _jobs(self, dues: Sequence[Due]) -> Iterator[Job]:
        for due in dues:
            try:
                content = read_content(due.path, due.shown)
                translations = self._translations.of_plan(due.plan)
                pictures = pictures_of(due.path)
                options = replace(due.options, formats=tuple(due.reasons))
                job = Job(decode_source(content, due.shown), options, translations, pictures)
            except ProblemsFound as found:
                self._reading.append(Ready(due, problems=found.problems))
            else:
                digest = sha256(content).hexdigest()
                digests = translations_digest(translations), pictures_digest(pictures)
                self._reading.append(Ready(due, job, digest, *digests))
                yield job

    def _unreadable(self) -> Iterator[tuple[Ready, Outcome]]:
        """The next plans, as long as they cannot be read."""
        while self._reading and self._reading[0].problems:
            ready = self._reading.popleft()
            yield ready, Outcome(ready.problems)

    def _write(self, ready: Ready, outcome: Outcome) -> Written:
        """Write the documents of a plan that were not edited. All are complete on the disk, and recorded there, before
        the first file gets its name.
        """
        due = ready.due
        old = self._records.get(due.name)
        found = {each.format: regular_digest(self._out / due.file_name(each.format)) for each in outcome.documents}
        new = dict(zip(found, outcome.digests, strict=True))
        edited = {each for each in found if self._is_edited(found[each], new[each], each, old)}
        documents = [each for each in outcome.documents if each.format not in edited]
        kept = dict.fromkeys(edited, WriteStatus.EDITED)
        if not documents:
            return Written(kept, old)
        made = {
            each.format: DocumentRecord(
                new[each.format], each.pages, replaces=found[each.format] or None, links=due.links(each.format)
            )
            for each in documents
        }
        record = self._record(ready, outcome, old, made)
        files = [
            self._new_file(due.file_name(each.format), each.content, changed=found[each.format] != new[each.format])
            for each in documents
        ]
        problems: tuple[Problem, ...] = ()
        try:
            statuses = write_files(files, before=lambda: self._records.put(due.name, record))
            written = dict(zip(made, statuses, strict=True))
        except ProblemsFound as refused:
            problems, written = refused.problems, self._complete(due, made)
        except OSError as error:
            problems, written = (disk_problem(error, self._project.shown(self._out)),), {}
        if not written:
            return Written({}, old, problems)
        refused_formats = made.keys() - written.keys()
        self._records.settle(due.name, record, {*due.options.formats} - edited - due.edited - refused_formats)
        return Written(written | kept, record, problems)

    def _complete(self, due: Due, made: Mapping[Format, DocumentRecord]) -> dict[Format, WriteStatus]:
        """The new documents that are in their files although others could not be written."""
        found = {each: regular_digest(self._out / due.file_name(each)) for each in made}
        return {each: WriteStatus.WRITTEN for each, record in made.items() if found[each] == record.sha256}

    def _is_edited(self, found: str | None, new: str, format_: Format, old: PlanRecord | None) -> bool:
        """Whether the digest of a file is neither a recorded one nor that of the new content."""
        known = old.documents.get(format_) if old else None
        ours = {None, new} | ({known.sha256, known.replaces} if known else set())
        return not self._request.overwrite_edited and found not in ours

    def _new_file(self, name: str, content: bytes, *, changed: bool) -> NewFile:
        path = self._out / name
        return NewFile(path, content, self._project.shown(path), changed or self._request.force)

    def _record(
        self, ready: Ready, outcome: Outcome, old: PlanRecord | None, made: Mapping[Format, DocumentRecord]
    ) -> PlanRecord:
        """The record of a plan whose documents are written, with what is still true of the others."""
        assert outcome.card is not None  # noqa: S101 - documents come with a card
        inputs = ready.due.inputs(
            ready.digest, outcome.pack, outcome.pack_digest, self._tools, ready.translations, ready.pictures
        )
        others = {each: old.document_beside(each, inputs) for each in old.documents} if old else {}
        still = old.format_problems if old is not None and old.inputs == inputs else {}
        return PlanRecord(
            source=ready.due.shown,
            inputs=inputs,
            card=outcome.card,
            problems=outcome.problems,
            format_problems={**still, **outcome.format_problems},
            documents={each: document for each in Format if (document := made.get(each) or others.get(each))},
            pictured=old.pictured if old else None,
            picture=old.picture if old else None,
        )

    def _report(self, ready: Ready, outcome: Outcome, writing: Future[Written]) -> PlanReport:
        """The report on a plan, once it is written."""
        written, due = writing.result(), ready.due
        statuses = {each: written.statuses.get(each, WriteStatus.FAILED) for each in due.reasons}
        built = [due.built(each, statuses.get(each), written.record) for each in due.options.formats]
        not_due = tuple(each for each in due.options.formats if each not in due.reasons)
        problems = (
            *outcome.all_problems,
            *(written.record.format_problems_of(not_due) if written.record else ()),
            *written.problems,
            *edited_problems(built, self._out),
        )
        return PlanReport(due.plan, tuple(built), problems)
