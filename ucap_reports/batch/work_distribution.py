"""Work distributed over this process, worker processes or a cluster: results in order, lost work done again."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.pipeline import Produced
from ucap_reports.batch.worker_jobs import Bench, Item, Job, OpenedPacks, Result, Work
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.version_fingerprint import product_fingerprint

if TYPE_CHECKING:  # not imported at run time: small builds start no processes
    from concurrent.futures import Future

MIN_ITEMS = 100
"""Items that take about a second: with fewer, starting workers takes longer than they save."""
MAX_CHUNK = 8
"""Items in a message: enough to make messages cheap, and few enough to keep all workers busy to the end."""
MAX_LOST = 3
"""Items lost in a row after which the items are not the cause."""


class Pool(Protocol):
    """Workers in other processes or on other machines."""

    @property
    def width(self) -> int:
        """The number of chunks that keep the workers busy."""

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> "Future[list[Result]]":
        """Do the work with each item of the chunk. Raises ProblemsFound if no worker can be reached."""


class Lost(Struct, frozen=True):
    """In place of a result: the worker ended twice while it worked on the item."""

    error: Exception


def in_order(
    pool: Pool, work: Work[Item, Result], items: Iterable[Item], chunk_size: int
) -> Iterator[tuple[Item, Result | Lost]]:
    """Each item with the result of the work, in the order of the items, with at most `width` chunks in memory.

    Raises ProblemsFound if the worker processes end on each item.
    """
    remaining, waiting = iter(items), deque["tuple[list[Item], Future[list[Result]]]"]()
    lost_in_a_row = 0
    try:
        while True:
            width = pool.width
            while len(waiting) < width and (chunk := list(islice(remaining, chunk_size))):
                waiting.append((chunk, pool.submit(work, chunk)))
            if not waiting:
                return
            results = _results(pool, work, *waiting[0])
            for item, result in zip(waiting[0][0], results, strict=True):
                lost_in_a_row = lost_in_a_row + 1 if isinstance(result, Lost) else 0
                if isinstance(result, Lost) and lost_in_a_row >= MAX_LOST:
                    raise ProblemsFound([problem("workers-lost", reason=str(result.error))])
                yield item, result
            waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _results(
    pool: Pool, work: Work[Item, Result], chunk: Sequence[Item], future: "Future[list[Result]]"
) -> Iterable[Result | Lost]:
    """The results of a chunk; if they were lost, each item is tried alone, so that one item does not cost others."""
    try:
        return future.result()
    except Exception:  # noqa: BLE001 - the work raises nothing, so any error means a lost worker
        return (_alone(pool, work, item) for item in chunk)


def _alone(pool: Pool, work: Work[Item, Result], item: Item) -> Result | Lost:
    try:
        return pool.submit(work, [item]).result()[0]
    except Exception as error:  # noqa: BLE001 - as above
        return Lost(error)


class Workers(ExitStack):
    """Workers for builds of any size: this process, or a pool for many items. The context closes it.

    The pool has up to `jobs` processes, by default one for each core, or it is that of the Dask scheduler at an
    address. It gets every pack as it is now, since it does not read the disk.
    """

    def __init__(self, packs: PackStore, jobs: int | None, scheduler: str | None = None) -> None:
        super().__init__()
        self._packs = packs
        self._jobs = jobs or _cores()
        self._scheduler = scheduler
        self._bench = Bench(packs.open, product_fingerprint())

    def produced(self, jobs: Iterable[Job], count: int) -> Iterator[tuple[Job, Produced]]:
        """What each of about `count` jobs produces, in their order."""
        if self._scheduler is None and (self._jobs == 1 or count < MIN_ITEMS):
            yield from ((job, self._bench.produce(job)) for job in jobs)
            return
        pool = self._open_pool()
        size = max(1, min(MAX_CHUNK, count // (4 * pool.width)))
        for job, result in in_order(pool, Bench.produce, jobs, size):
            if isinstance(result, Lost):
                lost = problem("worker-ended", Location(job.source.path), reason=str(result.error))
                yield job, Produced((lost,))
            else:
                yield job, result

    def _open_pool(self) -> Pool:
        if self._scheduler is not None:
            from ucap_reports.batch.dask_cluster import Cluster  # noqa: PLC0415 - takes a second to import

            return self.enter_context(Cluster(self._scheduler, self._sent_bench()))
        from ucap_reports.batch import worker_processes  # noqa: PLC0415 - small builds start no processes

        worker_processes.start_fork_server()
        return self.enter_context(worker_processes.Processes(self._jobs, self._sent_bench()))

    def _sent_bench(self) -> Bench:
        return replace(self._bench, open_pack=OpenedPacks(self._packs.open_all()))


def _cores() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
