"""Workers that are processes of this machine, each with packs and fonts loaded once."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process, resource_tracker
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event
from threading import Thread, Timer, current_thread, main_thread
from types import TracebackType
from typing import Self

from msgspec import Struct

from ucap_reports.batch.engine import Item, Result, Work
from ucap_reports.batch.tasks import Bench

PATIENCE_SECONDS = 0.5
"""For workers to end by themselves when nobody waits for their work any more. One that is ended from outside may be
amid sending its result, of which the rest would be waited for without end; so it is when they are at their next item.
"""


class Processes:
    """A pool of worker processes as Hands; a context, at whose end they are gone."""

    def __init__(self, jobs: int, bench: Bench) -> None:
        self._jobs = jobs
        self._bench = bench
        self._others = set(active_children())
        # To fork this process would copy its threads' locks and its hold on the folder; a server of processes has none.
        self._context = get_context("forkserver" if sys.platform == "linux" else "spawn")
        self._stop = self._context.Event()
        self._pool = self._new_pool()

    @property
    def width(self) -> int:
        """Two chunks for each worker and one more, so that none waits while results are written."""
        return 2 * self._jobs + 1

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> Future[list[Result]]:
        """Have the work done with each item of the chunk."""
        try:
            with _interruptions_kept_from_children():
                return self._pool.submit(_run, work, chunk)
        except BrokenExecutor as error:
            failed: Future[list[Result]] = Future()
            failed.set_exception(error)
            return failed

    def renew(self, error: Exception) -> None:
        """A new pool in place of a broken one."""
        if isinstance(error, BrokenExecutor):
            self._pool.shutdown(wait=True)
            self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        ending = Timer(PATIENCE_SECONDS, self._end_workers)
        if kind is not None:  # nobody waits for what they were at
            self._stop.set()
            ending.start()
        self._pool.shutdown(wait=True, cancel_futures=True)
        ending.cancel()

    def _end_workers(self) -> None:
        for process in set(active_children()) - self._others:
            process.terminate()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._jobs, self._context, _begin, (self._bench, self._stop))


class _Worker(Struct):
    """What a worker process keeps between chunks."""

    bench: Bench | None = None
    stop: Event | None = None


_worker = _Worker()


def _begin(bench: Bench, stop: Event) -> None:
    """Make this process a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts means the build, which ends its workers itself
    Thread(target=_end_with_parent, daemon=True).start()
    _worker.bench, _worker.stop = bench, stop


def _end_with_parent() -> None:
    """A build that is killed cannot end its workers; so each of them waits for its end."""
    if parent := parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _run(work: Work[Item, Result], chunk: Sequence[Item]) -> list[Result]:
    bench, stop = _worker.bench, _worker.stop
    assert bench is not None  # noqa: S101 - a pool runs nothing before `_begin`
    assert stop is not None  # noqa: S101 - as above
    return [work(bench, item) for item in chunk if not stop.is_set()]


@contextmanager
def _interruptions_kept_from_children() -> Iterator[None]:
    """Ctrl-C waits for a moment, so that processes that are begun in it never hear of any."""
    if sys.platform == "win32" or current_thread() is not main_thread():
        yield
        return
    resource_tracker.ensure_running()  # it would be begun by the first process, and would let the signal in again
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
