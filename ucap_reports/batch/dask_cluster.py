"""Workers of a Dask cluster. They need the same version of the product, and nothing from this machine."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from copy import copy
from typing import Any, Self

from ucap_reports.batch.pipeline import Produced
from ucap_reports.batch.worker_jobs import Job, JobRunner
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.installation import install_command

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
