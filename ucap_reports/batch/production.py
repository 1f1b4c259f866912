"""The plans of which something is due: read, given to the workforce, written, and recorded."""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.deciding import Due, unchanged
from ucap_reports.batch.engine import Lost
from ucap_reports.batch.inputs import Inputs
from ucap_reports.batch.ledger import Ledger
from ucap_reports.batch.records import DocumentRecord, PlanRecord
from ucap_reports.batch.report import Built, PlanReport
from ucap_reports.batch.tasks import Bench, Job, Outcome, lost
from ucap_reports.batch.workforce import Workforce
from ucap_reports.document import Format
from ucap_reports.files import NewFile, Status, write_files
from ucap_reports.order import Card, Order
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.project import Project
from ucap_reports.textfile import decode_source, read_content

WRITERS = 8
"""Threads that wait for the disk: waiting together is what makes a disk fast."""


class Ready(Struct, frozen=True):
    """A plan that was read: the digest of its file, or what keeps it from being read."""

    due: Due
    job: Job | None = None
    digest: str = ""
    problems: tuple[Problem, ...] = ()


class Written(Struct, frozen=True):
    """What became of a plan's documents on disk: a status for each, or what the disk refused."""

    statuses: tuple[Status, ...] = ()
    problems: tuple[Problem, ...] = ()


class Production:
    """Makes what is due into the folder `out`."""

    def __init__(self, project: Project, out: Path, order: Order, tools: str, ledger: Ledger) -> None:
        self._project = project
        self._out = out
        self._order = order
        self._tools = tools
        self._ledger = ledger
        self._reading: deque[Ready] = deque()
        """What was read and has not come back from the workforce."""

    def reports(self, dues: Sequence[Due], workforce: Workforce) -> Generator[PlanReport, None, None]:
        """Produce and write, and report on each plan in turn. At most a few dozen plans are in memory at once.

        Closed before its end, it still writes down what became of the plans that were being written.
        """
        writing: deque[tuple[Ready, Outcome, Future[Written]]] = deque()
        with ThreadPoolExecutor(WRITERS) as writers:
            try:
                for ready, outcome in self._outcomes(dues, workforce):
                    writing.append((ready, outcome, writers.submit(self._write, ready.due, outcome)))
                    if len(writing) >= WRITERS:
                        yield self._report_next(writing)
                while writing:
                    yield self._report_next(writing)
            finally:
                while writing:
                    self._report_next(writing)

    def _report_next(self, writing: deque[tuple[Ready, Outcome, Future[Written]]]) -> PlanReport:
        """The report on the first of those being written, which is given up only when it is written down."""
        report = self._report(*writing[0])
        writing.popleft()
        return report

    def _outcomes(self, dues: Sequence[Due], workforce: Workforce) -> Iterator[tuple[Ready, Outcome]]:
        """What became of each plan, in order."""
        for result in workforce.each(Bench.produce, self._jobs(dues), len(dues)):
            yield from self._unreadable()
            ready = self._reading.popleft()
            if isinstance(result, Lost):
                yield ready, Outcome((lost(result.error, ready.due.shown),))
            elif result is None and ready.job is not None:
                yield ready, workforce.here(Bench.produce, ready.job) or Outcome(())
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

    def _write(self, due: Due, outcome: Outcome) -> Written:
        """Put the documents of a plan in their places, all complete on disk before the first is."""
        files = [
            NewFile(path := self._out / each.file_name, each.content, self._project.shown(path), due.forced)
            for each in outcome.documents
        ]
        try:
            return Written(write_files(files))
        except ProblemsFound as found:
            return Written(problems=found.problems)

    def _report(self, ready: Ready, outcome: Outcome, writing: Future[Written]) -> PlanReport:
        """What became of a plan, and that written down."""
        written, due, old = writing.result(), ready.due, self._ledger.record(ready.due.plan)
        record = self._record(ready, outcome, outcome.card, old) if outcome.documents and outcome.card else old
        if written.problems:
            self._ledger.doubt(due.plan)
        elif record is None or record is old:
            self._ledger.leave(due.plan)
        else:
            self._ledger.keep(due.plan, record)
        statuses = dict(zip((each.format for each in outcome.documents), written.statuses, strict=False))
        built = tuple(self._built(due, each, statuses.get(each), record) for each in self._order.formats)
        special = [problem for each in outcome.format_problems.values() for problem in each]
        others = [each for each in self._order.formats if each not in due.reasons]
        kept = [problem for each in others if old for problem in old.format_problems.get(each, ())]
        return PlanReport(due.plan, built, (*outcome.problems, *special, *kept, *written.problems))

    def _built(self, due: Due, format_: Format, status: Status | None, record: PlanRecord | None) -> Built:
        """What became of one document: made, failed, or not due at all."""
        shown = self._project.shown(self._out / f"{due.plan}.{format_.value}")
        reason = due.reasons.get(format_)
        if record is not None and reason is None:
            return unchanged(due.plan, format_, shown, record.documents[format_])
        if record is None or status is None:
            return Built(due.plan, format_, shown, Status.FAILED, reason=reason)
        made = record.documents[format_]
        return Built(due.plan, format_, shown, status, made.pages, made.sha256, reason)

    def _record(self, ready: Ready, outcome: Outcome, card: Card, old: PlanRecord | None) -> PlanRecord:
        """What is known of a plan whose documents were written: with what is still so of the others."""
        order = self._order
        inputs = Inputs(
            plan=ready.digest,
            pack=outcome.pack,
            pack_digest=outcome.pack_digest,
            template=order.template,
            language=order.language,
            undated=order.undated.isoformat(),
            tools=self._tools,
        )
        still = old.format_problems if old is not None and old.inputs == inputs else {}
        made = {
            each.format: DocumentRecord(digest, len(each.content), each.pages, inputs)
            for each, digest in zip(outcome.documents, outcome.digests, strict=True)
        }
        return PlanRecord(
            source=ready.due.shown,
            inputs=inputs,
            card=card,
            problems=outcome.problems,
            format_problems={**still, **outcome.format_problems},
            documents={**(old.documents if old else {}), **made},
            pictured=old.pictured if old else None,
        )
