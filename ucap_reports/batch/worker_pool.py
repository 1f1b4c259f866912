"""The jobs of builds: plan text in, documents out, without reading plans or packs from the disk.

Jobs are done in one of three places (`produced_by_workers`): in this process; in worker processes of this machine, each
of which loads packs and fonts once (`Processes`); or on a Dask cluster, whose workers need the same version of the
product, and nothing from this machine (`Cluster`). The process that gives jobs to workers is their leader. The results
come in the order of the jobs (`in_order`). The jobs of a lost worker are done again, each alone; a job that loses its
worker twice is an error of its plan, and several in a row end the build (`MAX_LOST`).

Why not `concurrent.futures.ProcessPoolExecutor`? Each worker has its own pipe here, which closes when the worker ends.
Therefore a worker that is killed at any moment, even while it sends, is noticed at once. The executor has one queue for
the results of all workers: after a worker is killed while it sends, for example because memory is full, it waits for
ever for the rest of the message (tried with CPython 3.11). When it does notice a lost worker, it ends all others, loses
their plans as well, and does not say which plan and which exit code it was.
"""

import gc
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.document_names_and_thumbnails import thumbnail
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.plan_translations import NO_FILES, PlanFiles
from ucap_reports.batch.worker_count_and_startup import (
    MANY_OBJECTS,
    block_interrupts,
    process_count,
    same_modules,
    start_fork_server,
)
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.installation import install_command, product_fingerprint
from ucap_reports.summary.document_formats_and_pdf_standards import Format

if TYPE_CHECKING:  # not imported at run time: small builds start no processes, and those that do leave the rest to them
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from ucap_reports.template.pack import Pack

RENDERING = Lock()
"""Held while documents are rendered: the libraries that draw are not safe in threads."""
MAX_CHUNK = 16
"""Jobs whose stages are done together (`produce_all`), and that are one message for a worker: while it waits for the
next one, it does nothing.
"""
MAX_CHUNK_TEXT = 200_000
"""Characters of plans after which a chunk has no more of them, so that long plans are not waited for together."""
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

    open_pack: "Callable[[str], Pack]"
    tools: str

    def produce(self, job: Job) -> Produced:
        """Return what a job produces: all of its documents or, if there is an error, none."""
        return self.produce_all([job])[0]

    def produce_all(self, jobs: Sequence[Job]) -> list[Produced]:
        """Return what each of the jobs produces.

        All thumbnails are drawn at the end: between documents, each would take a quarter longer, because the processor
        would have to load PDFium and Python again and again.
        """
        produced = self._documents_of(jobs)
        return [self._with_thumbnail(job, result) for job, result in zip(jobs, produced, strict=True)]

    def _documents_of(self, jobs: Sequence[Job]) -> list[Produced]:
        """Return what each of the jobs produces, without thumbnails."""
        from ucap_reports.batch.build_one_plan import Production, produce_all  # noqa: PLC0415 - it imports all of the pipeline

        is_other_version = product_fingerprint() != self.tools
        produced: dict[int, Produced] = {}
        productions: dict[int, Production] = {}
        for index, job in enumerate(jobs):
            if job.problems:
                produced[index] = Produced(job.problems)
            elif is_other_version:
                produced[index] = Produced((problem("worker-differs", Location(job.source.path)),))
            else:
                productions[index] = Production(job.source, self.open_pack, job.options, job.files)
        with RENDERING:
            results = produce_all(list(productions.values()))
        for index, result in zip(productions, results, strict=True):
            produced[index] = _for_leader(result, jobs[index])
        return [produced[index] for index in range(len(jobs))]

    def _with_thumbnail(self, job: Job, produced: Produced) -> Produced:
        """Return what a job produced with the thumbnail of its PDF, if the index needs it and has none of this PDF."""
        if not job.options.needs_thumbnail:
            return produced
        for document, digest in zip(produced.documents, produced.digests, strict=True):
            if document.format is Format.PDF and digest != job.options.thumbnail_pdf:
                return replace(produced, thumbnail=self.thumbnail(document.content))
        return produced

    def thumbnail(self, pdf: bytes) -> bytes | None:
        """Return a picture of the first page of a PDF; None if it cannot be drawn."""
        with suppress(Exception), RENDERING:  # the index can do without the picture of a damaged file
            return thumbnail(pdf)
        return None


def _for_leader(result: Produced | Exception, job: Job) -> Produced:
    """Return a result without what the leader does not need. An unexpected error is a problem of its plan only."""
    if isinstance(result, Exception):
        return Produced((internal_fault(result, job.source.path),))
    is_written = not result.failed and not job.options.is_check
    documents = result.documents if is_written else ()
    digests = tuple(sha256(document.content).hexdigest() for document in documents)
    return replace(result, plan=None, summary=None, documents=documents, digests=digests)


def produced_by_workers(
    jobs: Iterable[Job], count: int, packs: PackStore, processes: int | None, scheduler: str | None = None
) -> Generator[tuple[Job, Produced], None, None]:
    """Yield what each of about `count` jobs produces, in their order: in this process or, for many jobs, in a pool.

    The pool has up to `processes`, by default one for each core, or is that of the Dask scheduler at an address. It
    gets every pack as it is now. It ends with the generator.
    """
    processes = process_count(count, processes)
    runner = JobRunner(packs.open, product_fingerprint())
    if scheduler is None and processes == 1:
        for chunk in chunks(jobs, count, 1):
            yield from zip(chunk, runner.produce_all(chunk), strict=True)
        return
    if scheduler is None:
        start_fork_server()
    packs.pickle_all()  # while the fork server imports its modules
    with _pool(runner, processes, scheduler) as pool:
        yield from in_order(pool, chunks(jobs, count, pool.width))


def _pool(runner: JobRunner, processes: int, scheduler: str | None) -> "Cluster | Processes":
    if scheduler is not None:
        return Cluster(scheduler, runner)
    return Processes(processes, runner)


def chunks(jobs: Iterable[Job], count: int, width: int) -> Iterator[list[Job]]:
    """Yield about `count` jobs in chunks, of which `width` are done or wait at the same time.

    A chunk has at most as many jobs as each of `width` equal parts of those that remain. Therefore the last chunks are
    small, and no worker has much to do when the others have ended.
    """
    remaining = count
    chunk: list[Job] = []
    characters = 0
    for job in jobs:
        chunk.append(job)
        characters += len(job.source.text)
        if len(chunk) >= min(MAX_CHUNK, remaining // width) or characters >= MAX_CHUNK_TEXT:
            yield chunk
            remaining -= len(chunk)
            chunk = []
            characters = 0
    if chunk:
        yield chunk


def in_order(pool: "Cluster | Processes", chunks: Iterable[Sequence[Job]]) -> Iterator[tuple[Job, Produced]]:
    """Yield each job with what it produces, in the order of the jobs, with at most `width` chunks in memory.

    Raises ProblemsFound if `MAX_LOST` jobs in a row lose their workers.
    """
    chunks_to_submit = iter(chunks)
    waiting = deque["tuple[Sequence[Job], Future[list[Produced]]]"]()
    lost_in_a_row = 0
    try:
        while True:
            free = max(0, pool.width - len(waiting))  # a cluster that lost workers has less width than before
            for chunk in islice(chunks_to_submit, free):
                waiting.append((chunk, pool.submit(chunk)))
            if not waiting:
                return
            first_chunk, first_future = waiting[0]  # stays there until its results are used: it is in memory, too
            for job, result in zip(first_chunk, _results(pool, first_chunk, first_future), strict=True):
                if not isinstance(result, Exception):
                    lost_in_a_row = 0
                    yield job, result
                    continue
                lost_in_a_row += 1
                if lost_in_a_row >= MAX_LOST:
                    raise ProblemsFound([problem("workers-lost", reason=str(result))])
                yield job, Produced((problem("worker-ended", Location(job.source.path), reason=str(result)),))
            waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _results(
    pool: "Cluster | Processes", chunk: Sequence[Job], future: "Future[list[Produced]]"
) -> Iterator[Produced | Exception]:
    """Yield what each job of a chunk produces, or the error with which its worker was lost.

    The work itself raises no errors: if the future does, the worker was lost, and each job is done again alone.
    """
    produced = _result_or_error(future)
    if not isinstance(produced, Exception):
        yield from produced
        return
    for job in chunk:
        produced_alone = _result_or_error(pool.submit([job]))
        if isinstance(produced_alone, Exception):
            yield produced_alone
        else:
            yield from produced_alone


def _result_or_error(future: "Future[list[Produced]]") -> list[Produced] | Exception:
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - a cluster has errors of its own
        return error


def internal_fault(error: Exception, shown: str) -> Problem:
    """Return the problem for an unexpected error, with what is needed to report it."""
    import traceback  # noqa: PLC0415 - needed only after an error

    frames = traceback.extract_tb(error.__traceback__)
    line = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    return problem("internal-fault", Location(shown), kind=type(error).__name__, place=line, text=str(error))


# Worker processes of this machine

_FORK_SERVER_LOST = 255
"""The exit code of a worker whose fork server was killed (CPython, multiprocessing/popen_forkserver.py).

It says nothing about the work: the worker may have been started by a fork server that was about to end.
"""


class Worker(Struct, frozen=True):
    """A process and the leader's end of its pipe."""

    process: "BaseProcess"
    pipe: "Connection[Any, Any]"


class Processes:
    """Up to `jobs` worker processes, each with a thread that waits for it. They end with the context."""

    def __init__(self, jobs: int, runner: JobRunner) -> None:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - small builds start no processes
        from multiprocessing import get_context  # noqa: PLC0415 - as above

        start_fork_server()
        self._runner = runner
        self.width = 2 * jobs + 1  # so that no worker waits while results are written
        # Forking this process would copy the locks of its threads and of the folder; a fork server has neither.
        self._context = get_context("forkserver") if sys.platform == "linux" else get_context("spawn")
        self._threads = ThreadPoolExecutor(jobs, initializer=block_interrupts)
        self._workers: list[Worker] = []
        self._free: deque[Worker | None] = deque([None] * jobs)
        """The workers that wait, and None for each that is to be started: in total one for each thread."""

    def submit(self, jobs: Sequence[Job]) -> "Future[list[Produced]]":
        """Do the jobs. The future raises ChildProcessError if their worker ends first."""
        return self._threads.submit(self._lead, jobs)

    def _lead(self, jobs: Sequence[Job], *, is_repeated: bool = False) -> list[Produced]:
        """Give the jobs to a worker that waits or is started, and wait for what they produce.

        If it does not answer, another one is started in its place for the next jobs.
        """
        worker = self._free.pop()
        try:
            if worker is None:
                worker = self._start()
            worker.pipe.send(jobs)
            produced: list[Produced] = worker.pipe.recv()
        except Exception as error:
            self._free.append(None)
            if worker is None:  # it could not be started
                raise ChildProcessError(str(error)) from None
            reason = _end(worker)
            if not isinstance(error, EOFError | OSError):  # such as a message that cannot be pickled
                raise
            was_lost_with_fork_server = worker.process.exitcode == _FORK_SERVER_LOST
            if was_lost_with_fork_server and not is_repeated:
                return self._lead(jobs, is_repeated=True)
            raise ChildProcessError(reason) from None
        self._free.append(worker)
        return produced

    def _start(self) -> Worker:
        pipe, pipe_of_worker = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(pipe_of_worker, self._runner), daemon=True)
        with same_modules():
            process.start()
        pipe_of_worker.close()  # otherwise the pipe would stay open when the worker ends
        worker = Worker(process, pipe)
        self._workers.append(worker)
        return worker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # the results of the workers are not needed any more
            for worker in self._workers:
                worker.process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            _end(worker)


def _end(worker: Worker) -> str:
    """Kill a worker that has nothing to do any more, or has ended already. Return its exit code as text."""
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()
    return f"exit code {worker.process.exitcode}"


def _serve(pipe: "Connection[Any, Any]", runner: JobRunner) -> None:
    """Do the work that comes through the pipe until it is closed.

    Modules and packs are never garbage: visiting them again and again would take a tenth of a worker's time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(MANY_OBJECTS)
    gc.freeze()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(runner.produce_all(pipe.recv()))


# Workers of a Dask cluster

WAIT_SECONDS = 10
"""The time in which the scheduler must answer."""
_LOGGER = "tornado.application"
"""Here Dask logs each call and each result that it waits for when a build is interrupted."""


class Cluster:
    """The workers of the scheduler at an address as a pool. They keep running when the context ends.

    Raises ProblemsFound if `distributed` is not installed or no scheduler answers.
    """

    def __init__(self, address: str, runner: JobRunner) -> None:
        self._address = address
        self._client = _client(address)
        self._executor = self._client.get_executor(pure=False)
        # A task, not data: Dask repeats it when the worker that has its result is lost.
        self._runner = self._client.submit(copy, runner, pure=False)

    @property
    def width(self) -> int:
        """Two chunks for each thread of the current workers, and one more."""
        return 2 * max(1, int(sum(self._client.nthreads().values()))) + 1

    def submit(self, jobs: Sequence[Job]) -> "Future[list[Produced]]":
        """Do the jobs. Dask replaces lost workers, but not its scheduler."""
        if self._client.status != "running":
            raise ProblemsFound([problem("scheduler-lost", address=self._address)])
        future: Future[list[Produced]] = self._executor.submit(JobRunner.produce_all, self._runner, jobs)
        return future

    def __enter__(self) -> Self:
        _log_calls(are_logged=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._executor.shutdown(wait=kind is None)
        self._client.close()
        is_interrupted = kind is not None and not issubclass(kind, Exception)
        if not is_interrupted:  # otherwise results that arrive while the process ends would be logged, too
            _log_calls(are_logged=True)


def _log_calls(*, are_logged: bool) -> None:
    """Let Dask log its calls and results, or not."""
    import logging  # noqa: PLC0415 - few builds have a cluster

    logging.getLogger(_LOGGER).disabled = not are_logged


def _client(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and a second of imports
    except ImportError:
        raise ProblemsFound([problem("dask-not-installed", install=install_command("dask"))]) from None
    try:
        return Client(address, timeout=WAIT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call] # it has no types
    except (OSError, ValueError) as error:
        raise ProblemsFound([problem("scheduler-unreachable", address=address, reason=str(error))]) from None
