"""Workers of a Dask cluster, which need nothing of this machine: no disk, no environment, only the same product."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from ucap_reports.batch.jobs import Bench, Item, Result, Work
from ucap_reports.problems import Problem, ProblemsFound

WAIT_SECONDS = 10
"""For the scheduler to answer."""


class Cluster:
    """The workers of the scheduler at an address as a pool; a context, at whose end they are left as they were.

    Raises ProblemsFound when `distributed` is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, bench: Bench) -> None:
        self._address = address
        self._client = _client(address)
        self._executor = self._client.get_executor(pure=False)
        # As a task and not as data, it is made again wherever a worker needs it, whichever others were lost.
        self._bench = self._client.submit(_same, bench, pure=False)

    @property
    def width(self) -> int:
        """Two chunks for each thread of each worker that there is now, and one more."""
        threads: int = sum(self._client.nthreads().values())
        return 2 * max(1, threads) + 1

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> Future[list[Result]]:
        """Have the work done with each item of the chunk. Dask replaces lost workers itself; it needs its scheduler."""
        if self._client.status != "running":
            message = f"lost the connection to the scheduler at {self._address}"
            raise ProblemsFound([Problem.error("scheduler-lost", message, "build again when it is back")])
        future: Future[list[Result]] = self._executor.submit(_run, self._bench, work, chunk)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:  # Dask logs each result that it was still fetching
            logging.getLogger("tornado.application").addFilter(_nothing)
        self._executor.shutdown(wait=kind is None)
        self._client.close()
        logging.getLogger("tornado.application").removeFilter(_nothing)


def _client(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and a second of imports
    except ImportError:
        message, hint = "--scheduler needs the package distributed", 'install it with pip install "ucap-reports[dask]"'
        raise ProblemsFound([Problem.error("dask-not-installed", message, hint)]) from None
    try:
        return Client(address, timeout=WAIT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call] # it has no types
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers at {address}: {error}"
        hint = "write its address as tcp://host:8786, as `dask scheduler` tells it"
        raise ProblemsFound([Problem.error("scheduler-unreachable", message, hint)]) from None


def _nothing(_: logging.LogRecord) -> bool:
    """A filter of log records through which none gets."""
    return False


def _same(bench: Bench) -> Bench:
    return bench


def _run(bench: Bench, work: Work[Item, Result], chunk: Sequence[Item]) -> list[Result]:
    return [work(bench, item) for item in chunk]
