"""The plans that are due: read, given to the workers, written, and recorded."""

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.changes import Due, edited_problem, untouched
from ucap_reports.batch.events import Built, PlanReport
from ucap_reports.batch.jobs import Bench, Job, Outcome, lost
from ucap_reports.batch.manifest import DocumentRecord, Inputs, PlanRecord
from ucap_reports.batch.plan_card import PlanCard
from ucap_reports.batch.records import Records
from ucap_reports.batch.workers import Lost, Workers
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_problem, regular_digest, write_files
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Document, Format

WRITERS = 8
"""Threads that wait for the disk: waiting together is what makes a disk fast."""


class Ready(Struct, frozen=True):
    """A plan that was read, and the digest of its file; or the problems that keep it from being read."""

    due: Due
    job: Job | None = None
    digest: str = ""
    problems: tuple[Problem, ...] = ()


class Written(Struct, frozen=True):
    """A plan's documents on disk, with the status of each and the record of all; or what the disk refused."""

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
        self._reading: deque[Ready] = deque()
        """Plans that were read and have not come back from the workers."""

    def reports(self, dues: Sequence[Due], workers: Workers) -> Generator[PlanReport, None, None]:
        """Build and write, and report on each plan in turn. At most a few dozen plans are in memory at once."""
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
                yield ready, Outcome((lost(result.error, ready.due.shown),))
            elif result is None and ready.job is not None:
                yield ready, workers.here(Bench.produce, ready.job) or Outcome(())
            elif result is not None:
                yield ready, result
        yield from self._unreadable()

    def _jobs(self, dues: Sequence[Due]) -> Iterator[Job]:
        for due in dues:
            try:
                content = read_content(due.path, due.shown)
                job = Job(decode_source(content, due.shown), tuple(due.reasons))
            except ProblemsFound as found:
                self._reading.append(Ready(due, problems=found.problems))
            else:
                self._reading.append(Ready(due, job, sha256(content).hexdigest()))
                yield job

    def _unreadable(self) -> Iterator[tuple[Ready, Outcome]]:
        """The next plans, as long as they cannot be read."""
        while self._reading and self._reading[0].problems:
            ready = self._reading.popleft()
            yield ready, Outcome(ready.problems)

    def _write(self, ready: Ready, outcome: Outcome) -> Written:
        """Write the documents of a plan, but none that was edited: all are complete and recorded on disk before the
        first gets its name.
        """
        plan, old = ready.due.plan, self._records.get(ready.due.plan)
        if not outcome.documents or outcome.card is None:
            return Written({}, old)
        known: Mapping[Format, DocumentRecord] = old.documents if old else {}
        found = {each.format: regular_digest(self._out / each.file_name) for each in outcome.documents}
        digests = dict(zip(found, outcome.digests, strict=True))
        edited = {each for each in found if self._is_edited(found[each], digests[each], known.get(each))}
        due = [each for each in outcome.documents if each.format not in edited]
        if not due:
            return Written(dict.fromkeys(edited, WriteStatus.EDITED), old)
        documents = {
            each.format: DocumentRecord(digests[each.format], each.pages, replaces=found[each.format] or None)
            for each in due
        }
        record = self._record(ready, outcome, outcome.card, old, documents)
        files = [self._file(each, changed=found[each.format] != digests[each.format]) for each in due]
        try:
            statuses = write_files(files, before=lambda: self._records.put(plan, record))
        except ProblemsFound as refused:
            return Written({}, old, refused.problems)
        except OSError as error:
            return Written({}, old, (disk_problem(error, self._project.shown(self._out)),))
        self._records.settle(plan, record, {*self._request.options.formats} - edited - ready.due.edited)
        return Written(dict(zip(documents, statuses, strict=True)) | dict.fromkeys(edited, WriteStatus.EDITED), record)

    def _is_edited(self, found: str | None, new: str, known: DocumentRecord | None) -> bool:
        """Whether the digest of a file is none that a build has written or is about to write."""
        ours = {None, new} | ({known.sha256, known.replaces} if known else set())
        return not self._request.overwrite_edited and found not in ours

    def _file(self, document: Document, *, changed: bool) -> NewFile:
        path = self._out / document.file_name
        return NewFile(path, document.content, self._project.shown(path), changed or self._request.force)

    def _record(
        self,
        ready: Ready,
        outcome: Outcome,
        card: PlanCard,
        old: PlanRecord | None,
        documents: Mapping[Format, DocumentRecord],
    ) -> PlanRecord:
        """The record of a plan whose documents are written, with what is still true of the others."""
        options = self._request.options
        inputs = Inputs(
            plan=ready.digest,
            pack=outcome.pack,
            pack_digest=outcome.pack_digest,
            template=options.template,
            language=options.language,
            undated=options.undated.isoformat(),
            tools=self._tools,
        )
        others = {each: old.document_beside(each, inputs) for each in old.documents} if old else {}
        still = old.format_problems if old is not None and old.inputs == inputs else {}
        return PlanRecord(
            source=ready.due.shown,
            inputs=inputs,
            card=card,
            problems=outcome.problems,
            format_problems={**still, **outcome.format_problems},
            documents={each: made for each in Format if (made := documents.get(each) or others.get(each))},
            pictured=old.pictured if old else None,
            picture=old.picture if old else None,
        )

    def _report(self, ready: Ready, outcome: Outcome, writing: Future[Written]) -> PlanReport:
        """What became of a plan."""
        written, due = writing.result(), ready.due
        formats = self._request.options.formats
        built = tuple(self._built(due, each, written) for each in formats)
        special = [problem for each in outcome.format_problems.values() for problem in each]
        others = [each for each in formats if each not in due.reasons]
        kept = [
            problem for each in others if written.record for problem in written.record.format_problems.get(each, ())
        ]
        edited = [edited_problem(each.path) for each in built if each.status is WriteStatus.EDITED]
        return PlanReport(due.plan, built, (*outcome.problems, *special, *kept, *written.problems, *edited))

    def _built(self, due: Due, format_: Format, written: Written) -> Built:
        """What became of one document: written or not, or not due at all."""
        shown = self._project.shown(self._out / f"{due.plan}.{format_.value}")
        reason, record = due.reasons.get(format_), written.record
        if reason is None and record is not None:
            return untouched(due, format_, shown, record)
        status = written.statuses.get(format_, WriteStatus.FAILED)
        if status in (WriteStatus.FAILED, WriteStatus.EDITED) or record is None:
            return Built(due.plan, format_, shown, status, reason=reason)
        made = record.documents[format_]
        return Built(due.plan, format_, shown, status, made.pages, made.sha256, reason)
