"""The jobs of builds: plan text in, documents out, without reading plans or packs from the disk.

They are distributed over this process, worker processes or a cluster: results in order, lost work done again.
"""

import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.opened_project import PackStore
from ucap_reports.batch.pipeline import Produced, produce
from ucap_reports.batch.plan_files import NO_FILES, PlanFiles
from ucap_reports.batch.process_start import process_count, start_fork_server
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.version_fingerprint import product_fingerprint
from ucap_reports.summary.document import Format
from ucap_reports.template.pack import Pack

if TYPE_CHECKING:  # not imported at run time: small builds start no processes
    from concurrent.futures import Future

    from ucap_reports.batch.worker_pools import Cluster, Processes


RENDERING = Lock()
"""Held while documents are rendered: the libraries that draw are not safe in threads."""
MAX_CHUNK = 8
"""Jobs in a message: while a worker waits for the next one, it does nothing."""
MAX_LOST = 3
"""Jobs lost in a row after which the jobs are not the cause."""


class Job(Struct, frozen=True):
    """The text of a plan with its files, and the options for its documents."""

    source: Source
    options: BuildOptions
    files: PlanFiles = NO_FILES
    digest: str = ""
    """The SHA-256 of the plan's file, in hex."""
    problems: tuple[Problem, ...] = ()
    """The errors because of which the plan cannot be read."""


class JobRunner(Struct, frozen=True):
    """What a worker needs for all jobs: the packs, and the leader's `product_fingerprint`."""

    open_pack: Callable[[str], Pack]
    tools: str

    def produce(self, job: Job) -> Produced:
        """Return what a job produces, without what the leader does not need: all documents or, if there is an error,
        none.

        An unexpected error is a problem of this plan only.
        """
        path = job.source.path
        if job.problems:
            return Produced(job.problems)
        if product_fingerprint() != self.tools:
            return Produced((problem("worker-differs", Location(path)),))
        try:
            with RENDERING:
                produced = produce(job.source, self.open_pack, job.options, job.files)
        except Exception as error:  # noqa: BLE001 - a bug that one plan provokes must not stop the others
            return Produced((internal_fault(error, path),))
        documents = () if produced.failed or job.options.is_check else produced.documents
        digests = tuple(sha256(document.content).hexdigest() for document in documents)
        thumbnail = None
        for document, digest in zip(documents, digests, strict=True):
            if document.format is Format.PDF and job.options.needs_thumbnail and digest != job.options.thumbnail_pdf:
                thumbnail = self.thumbnail(document.content)
        return replace(produced, plan=None, summary=None, documents=documents, digests=digests, thumbnail=thumbnail)

    def produce_all(self, jobs: Sequence[Job]) -> list[Produced]:
        """Return what each of the jobs produces."""
        return [self.produce(job) for job in jobs]

    def thumbnail(self, pdf: bytes) -> bytes | None:
        """Return a picture of the first page of a PDF; None if it cannot be drawn."""
        from ucap_reports.batch.index_page.index_entry import thumbnail  # noqa: PLC0415 - takes 30 ms to import

        with suppress(Exception), RENDERING:  # the index can do without the picture of a damaged file
            return thumbnail(pdf)
        return None


def internal_fault(error: Exception, shown: str) -> Problem:
    """Return the problem for an unexpected error, with what is needed to report it."""
    frames = traceback.extract_tb(error.__traceback__)
    line = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    return problem("internal-fault", Location(shown), kind=type(error).__name__, place=line, text=str(error))


def in_order(pool: "Cluster | Processes", jobs: Iterable[Job], size: int = 1) -> Iterator[tuple[Job, Produced]]:
    """Yield each job with what it produces, in the order of the jobs, with at most `width` chunks of `size` jobs in
    memory.

    Raises ProblemsFound if the workers end at each job.
    """
    remaining, waiting = iter(jobs), deque["tuple[list[Job], Future[list[Produced]]]"]()
    lost_in_a_row = 0
    try:
        while True:
            while len(waiting) < pool.width and (chunk := list(islice(remaining, size))):
                waiting.append((chunk, pool.submit(chunk)))
            if not waiting:
                return
            for job, result in zip(waiting[0][0], _results(pool, *waiting[0]), strict=True):
                lost_in_a_row = lost_in_a_row + 1 if isinstance(result, Exception) else 0
                if lost_in_a_row >= MAX_LOST:
                    raise ProblemsFound([problem("workers-lost", reason=str(result))])
                if isinstance(result, Exception):
                    yield job, Produced((problem("worker-ended", Location(job.source.path), reason=str(result)),))
                else:
                    yield job, result
            waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _results(
    pool: "Cluster | Processes", chunk: Sequence[Job], future: "Future[list[Produced]]", *, is_last: bool = False
) -> Iterator[Produced | Exception]:
    """Yield what a chunk produces. The work raises no errors: after one, the worker was lost. Each job is then done
    again alone, unless this is the last attempt.
    """
    try:
        produced = future.result()
    except Exception as error:  # noqa: BLE001 - a cluster has errors of its own
        if is_last:
            yield error
            return
    else:
        yield from produced
        return
    for job in chunk:
        yield from _results(pool, [job], pool.submit([job]), is_last=True)


def produced_by_workers(
    jobs: Iterable[Job], count: int, packs: PackStore, processes: int | None, scheduler: str | None = None
) -> Generator[tuple[Job, Produced], None, None]:
    """Yield what each of about `count` jobs produces, in their order: in this process or, for many jobs, in a pool.

    The pool has up to `processes`, by default one for each core, or is that of the Dask scheduler at an address. It
    gets every pack as it is now. It ends with the generator.
    """
    processes, runner = process_count(count, processes), JobRunner(packs.open, product_fingerprint())
    if scheduler is None and processes == 1:
        yield from ((job, runner.produce(job)) for job in jobs)
        return
    if scheduler is None:
        start_fork_server()
    packs.open_all()  # while the fork server imports its modules
    with _pool(runner, processes, scheduler) as pool:
        yield from in_order(pool, jobs, max(1, min(MAX_CHUNK, count // (4 * pool.width))))


def _pool(runner: JobRunner, processes: int, scheduler: str | None) -> "Cluster | Processes":
    if scheduler is not None:
        from ucap_reports.batch.worker_pools import Cluster  # noqa: PLC0415 - takes a second to import

        return Cluster(scheduler, runner)
    from ucap_reports.batch.worker_pools import Processes  # noqa: PLC0415 - small builds start no processes

    return Processes(processes, runner)
