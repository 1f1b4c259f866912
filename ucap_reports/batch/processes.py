"""Worker processes of this machine, each with packs and fonts loaded once.

Each worker has a pipe of its own, which ends when the worker does. So a worker that is killed at any moment, even
while it sends, is noticed at once; with a queue that workers share, the rest of its message would be waited for.
"""

import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from threading import Lock, local
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from ucap_reports.batch.jobs import Bench, Item, Result, Work


class WorkerDied(Exception):  # noqa: N818 - it is what happened to the worker
    """A worker process ended before its work was done."""


class Worker(Struct, frozen=True):
    """A process and the leader's end of its pipe."""

    process: BaseProcess
    pipe: "Connection[Any, Any]"


class Processes:
    """Up to `jobs` worker processes, each led by a thread; a context, at whose end they are gone."""

    def __init__(self, jobs: int, bench: Bench) -> None:
        self._jobs = jobs
        self._bench = bench
        # Forking this process would copy its threads' locks and its hold on the folder; a fork server has neither.
        self._context: SpawnContext | ForkServerContext = (
            get_context("forkserver") if sys.platform == "linux" else get_context("spawn")
        )
        self._threads = ThreadPoolExecutor(jobs, initializer=_block_interrupts)
        self._own = local()
        self._workers: set[Worker] = set()
        self._lock = Lock()
        self._closed = False

    @property
    def width(self) -> int:
        """Two chunks for each worker and one more, so that none waits while results are written."""
        return 2 * self._jobs + 1

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> Future[list[Result]]:
        """Have the work done with each item of the chunk. The future raises WorkerDied where the worker ended first."""
        return self._threads.submit(self._lead, work, chunk)

    def _lead(self, work: Work[Item, Result], chunk: Sequence[Item]) -> list[Result]:
        worker: Worker | None = getattr(self._own, "worker", None)
        try:
            if worker is None:
                worker = self._own.worker = self._start()
            worker.pipe.send((work, chunk))
            results: list[Result] = worker.pipe.recv()
        except (EOFError, OSError) as error:
            self._own.worker = None
            raise WorkerDied(self._end(worker) if worker else str(error)) from None
        return results

    def _start(self) -> Worker:
        with self._lock:
            if self._closed:
                raise EOFError
            pipe, theirs = self._context.Pipe()
            process = self._context.Process(target=_serve, args=(theirs, self._bench), daemon=True)
            process.start()
            theirs.close()  # else the pipe would not end with the worker
            worker = Worker(process, pipe)
            self._workers.add(worker)
            return worker

    def _end(self, worker: Worker) -> str:
        """End a worker; returns how it ended."""
        with self._lock:
            self._workers.discard(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        return f"exit code {worker.process.exitcode}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            workers = [*self._workers]
        for worker in workers if kind is not None else ():  # no result is needed any more
            worker.process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            self._end(worker)


def _block_interrupts() -> None:
    """Keep Ctrl-C from this thread, and so from the processes that it starts: it means the build, which ends them."""
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # starting it later would unblock the signal
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(pipe: "Connection[Any, Any]", bench: Bench) -> None:
    """Do the work that comes through the pipe until it ends, with the build or before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            work, chunk = pipe.recv()
            pipe.send([work(bench, item) for item in chunk])
