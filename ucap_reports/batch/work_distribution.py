"""Work distributed over this process, worker processes or a cluster: results in order, lost work done again."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from itertools import islice
from typing import Protocol

from msgspec import Struct

from ucap_reports.batch.build_request import Crew
from ucap_reports.batch.worker_jobs import Bench, Item, Result, Work
from ucap_reports.problems import ProblemsFound, problem

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

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> Future[list[Result]]:
        """Do the work with each item of the chunk. Raises ProblemsFound if no worker can be reached."""


class Lost(Struct, frozen=True):
    """In place of a result: the worker ended twice while it worked on the item."""

    error: Exception


def in_order(pool: Pool, work: Work[Item, Result], items: Iterable[Item], chunk_size: int) -> Iterator[Result | Lost]:
    """The results of the work in the order of the items, with at most `width` chunks in memory.

    Raises ProblemsFound if workers end at every item.
    """
    remaining, waiting = iter(items), deque[tuple[list[Item], Future[list[Result]]]]()
    lost_in_a_row = 0
    try:
        while True:
            width = pool.width
            while len(waiting) < width and (chunk := list(islice(remaining, chunk_size))):
                waiting.append((chunk, pool.submit(work, chunk)))
            if not waiting:
                return
            for result in _results(pool, work, *waiting[0]):
                lost_in_a_row = lost_in_a_row + 1 if isinstance(result, Lost) else 0
                if isinstance(result, Lost) and lost_in_a_row >= MAX_LOST:
                    raise ProblemsFound([problem("workers-lost", reason=str(result.error))])
                yield result
            waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _results(
    pool: Pool, work: Work[Item, Result], chunk: Sequence[Item], future: Future[list[Result]]
) -> Iterable[Result | Lost]:
    """The results of a chunk; if they were lost, each item is tried alone, so that one item does not cost others."""
    try:
        return future.result()
    except Exception:  # noqa: BLE001 - the work raises nothing, so any error means a lost worker
        return (_retried(pool, work, item) for item in chunk)


def _retried(pool: Pool, work: Work[Item, Result], item: Item) -> Result | Lost:
    lost = Lost(RuntimeError())
    for _ in range(2):
        future = pool.submit(work, [item])
        try:
            return future.result()[0]
        except Exception as error:  # noqa: BLE001 - as above
            lost = Lost(error)
    return lost


class Workers(ExitStack):
    """Workers for builds of any size: this process, or a pool for many items. The context closes it."""

    def __init__(self, crew: Crew, bench: Bench, bench_elsewhere: Callable[[], Bench]) -> None:
        super().__init__()
        self._crew = crew
        self._bench = bench
        self._bench_elsewhere = bench_elsewhere
        self._pool: Pool | None = None

    def each(self, work: Work[Item, Result], items: Iterable[Item], count: int) -> Iterator[Result | Lost]:
        """The result of the work with each of the `count` items, in their order."""
        self._start_pool(count)
        if self._pool is None:
            yield from (work(self._bench, item) for item in items)
        else:
            size = max(1, min(MAX_CHUNK, count // (4 * self._pool.width)))
            yield from in_order(self._pool, work, items, size)

    def here(self, work: Work[Item, Result], item: Item) -> Result:
        """The result of the work done in this process, which can read all packs."""
        return work(self._bench, item)

    def _start_pool(self, count: int) -> None:
        if self._pool is not None:
            return
        if self._crew.scheduler is not None:
            from ucap_reports.batch.dask_cluster import Cluster  # noqa: PLC0415 - takes a second to import

            self._pool = self.enter_context(Cluster(self._crew.scheduler, self._bench_elsewhere()))
        elif self._crew.jobs > 1 and count >= MIN_ITEMS:
            from ucap_reports.batch.worker_processes import Processes  # noqa: PLC0415 - small builds start no processes

            self._pool = self.enter_context(Processes(self._crew.jobs, self._bench_elsewhere()))
