"""Workers: processes of this machine, each with packs and fonts loaded once, and those of a Dask cluster, which need
the same version of the product, and nothing from this machine.

Why not `concurrent.futures.ProcessPoolExecutor`? Each worker has its own pipe here, which closes when the worker ends.
Therefore a worker that is killed at any moment, even while it sends, is noticed at once. The executor has one queue for
the results of all workers: after a worker is killed while it sends, for example because memory is full, it waits for
ever for the rest of the message (tried with CPython 3.11). When it does notice a lost worker, it ends all others, loses
their plans as well, and does not say which plan and which exit code it was.
"""

import gc
import logging
import signal
import sys
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self

from msgspec import Struct

from ucap_reports.batch.pipeline import Produced
from ucap_reports.batch.process_start import block_interrupts, same_modules, start_fork_server
from ucap_reports.batch.worker_jobs import Job, JobRunner
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.installation import install_command

_MANY_OBJECTS = 1_000_000
"""New objects after which a worker collects garbage: a document leaves no reference cycles, and most objects that stay
are in caches.
"""
_FORK_SERVER_LOST = 255
"""The exit code of a worker whose fork server was killed (CPython, multiprocessing/popen_forkserver.py).

It says nothing about the work: the worker may have been started by a fork server that was about to end.
"""


class Worker(Struct, frozen=True):
    """A process and the leader's end of its pipe."""

    process: BaseProcess
    pipe: "Connection[Any, Any]"


class Processes:
    """Up to `jobs` worker processes, each with a thread that waits for it. They end with the context."""

    def __init__(self, jobs: int, runner: JobRunner) -> None:
        start_fork_server()
        self._runner = runner
        self.width = 2 * jobs + 1  # so that no worker waits while results are written
        # Forking this process would copy the locks of its threads and of the folder; a fork server has neither.
        self._context = get_context("forkserver") if sys.platform == "linux" else get_context("spawn")
        self._threads = ThreadPoolExecutor(jobs, initializer=block_interrupts)
        self._workers: list[Worker] = []
        self._free: deque[Worker | None] = deque([None] * jobs)
        """The workers that wait, and None for each that is to be started: in total one for each thread."""

    def submit(self, jobs: Sequence[Job]) -> Future[list[Produced]]:
        """Do the jobs. The future raises ChildProcessError if their worker ends first."""
        return self._threads.submit(self._lead, jobs)

    def _lead(self, jobs: Sequence[Job], *, again: bool = False) -> list[Produced]:
        worker = self._free.pop()
        try:
            worker = worker or self._start()
            worker.pipe.send(jobs)
            produced: list[Produced] = worker.pipe.recv()
        except (EOFError, OSError) as error:
            self._free.append(None)
            reason = _end(worker) if worker else str(error)
            is_lost = worker is not None and worker.process.exitcode == _FORK_SERVER_LOST
            if is_lost and not again:
                return self._lead(jobs, again=True)
            raise ChildProcessError(reason) from None
        self._free.append(worker)
        return produced

    def _start(self) -> Worker:
        pipe, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._runner), daemon=True)
        with same_modules():
            process.start()
        theirs.close()  # otherwise the pipe would stay open when the worker ends
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
    """Kill a worker; returns its exit code as text."""
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()
    return f"exit code {worker.process.exitcode}"


def _serve(pipe: "Connection[Any, Any]", runner: JobRunner) -> None:
    """Do the work that comes through the pipe until it is closed.

    Modules and packs are never garbage: visiting them again and again would take a tenth of a worker's time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_MANY_OBJECTS)
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

    def submit(self, jobs: Sequence[Job]) -> Future[list[Produced]]:
        """Do the jobs. Dask replaces lost workers, but not its scheduler."""
        if self._client.status != "running":
            raise ProblemsFound([problem("scheduler-lost", address=self._address)])
        future: Future[list[Produced]] = self._executor.submit(JobRunner.produce_all, self._runner, jobs)
        return future

    def __enter__(self) -> Self:
        logging.getLogger(_LOGGER).disabled = True
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._executor.shutdown(wait=kind is None)
        self._client.close()
        logging.getLogger(_LOGGER).disabled = False


def _client(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and a second of imports
    except ImportError:
        raise ProblemsFound([problem("dask-not-installed", install=install_command("dask"))]) from None
    try:
        return Client(address, timeout=WAIT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call] # it has no types
    except (OSError, ValueError) as error:
        raise ProblemsFound([problem("scheduler-unreachable", address=address, reason=str(error))]) from None
