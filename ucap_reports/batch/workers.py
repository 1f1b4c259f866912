"""Work distributed over this process, worker processes or a cluster: results in order, lost work done again."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Protocol, Self

from msgspec import Struct

from ucap_reports.batch.build_request import Crew
from ucap_reports.batch.jobs import Bench, Item, Result, Work
from ucap_reports.problems import Problem, ProblemsFound

SMALL = 100
"""Items that take about a second: less than it takes to start workers and let them do half of it."""
MOST_IN_CHUNK = 8
"""Items sent at once: enough to hide the sending, and few enough to keep all workers busy to the end."""
MOST_LOST = 3
"""When so many items in a row are lost, the items are not the cause."""


class Pool(Protocol):
    """Workers in other processes or on other machines."""

    @property
    def width(self) -> int:
        """How many chunks keep them busy."""

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> Future[list[Result]]:
        """Have the work done with each item of the chunk. Raises ProblemsFound where no worker can be reached."""


class Lost(Struct, frozen=True):
    """In place of a result: the worker died twice while it worked on the item."""

    error: Exception


def in_order(pool: Pool, work: Work[Item, Result], items: Iterable[Item], chunk_size: int) -> Iterator[Result | Lost]:
    """The results of the work in the order of the items, with at most `width` chunks in memory.

    Raises ProblemsFound when workers die whatever they work on.
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
            chunk, future = waiting[0]
            for result in _results(pool, work, chunk, future):
                lost_in_a_row = lost_in_a_row + 1 if isinstance(result, Lost) else 0
                if isinstance(result, Lost) and lost_in_a_row >= MOST_LOST:
                    raise ProblemsFound([_no_worker(result.error)])
                yield result
            waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _results(
    pool: Pool, work: Work[Item, Result], chunk: Sequence[Item], future: Future[list[Result]]
) -> Iterable[Result | Lost]:
    """The results of a chunk; where they were lost, each item is tried alone, so that one item costs no other."""
    try:
        return future.result()
    except Exception:  # noqa: BLE001 - the work raises nothing, so any error at all means a lost worker
        return (_alone(pool, work, item) for item in chunk)


def _alone(pool: Pool, work: Work[Item, Result], item: Item) -> Result | Lost:
    lost = None
    for _ in range(2):
        future = pool.submit(work, [item])
        try:
            return future.result()[0]
        except Exception as error:  # noqa: BLE001 - as above
            lost = Lost(error)
    assert lost is not None  # noqa: S101 - the loop ran
    return lost


def _no_worker(error: Exception) -> Problem:
    message = f"worker processes keep dying: {type(error).__name__}: {error}"
    return Problem.error("workers-lost", message, "try --jobs 1, without a scheduler")


class Workers:
    """Does work at a bench, with a pool where it is worth starting one; a context, at whose end the pool is gone."""

    def __init__(self, crew: Crew, bench: Bench, bench_elsewhere: Callable[[], Bench]) -> None:
        self._crew = crew
        self._bench = bench
        self._bench_elsewhere = bench_elsewhere
        self._pool: Pool | None = None
        self._stack = ExitStack()

    def each(self, work: Work[Item, Result], items: Iterable[Item], count: int) -> Iterator[Result | Lost]:
        """The result of the work with each of the `count` items, in their order."""
        self._start_pool(count)
        if self._pool is None:
            yield from (work(self._bench, item) for item in items)
        else:
            size = max(1, min(MOST_IN_CHUNK, count // (4 * self._pool.width)))
            yield from in_order(self._pool, work, items, size)

    def here(self, work: Work[Item, Result], item: Item) -> Result:
        """The work done in this process, which can read all packs."""
        return work(self._bench, item)

    def _start_pool(self, count: int) -> None:
        if self._pool is not None:
            return
        if self._crew.scheduler is not None:
            from ucap_reports.batch.cluster import Cluster  # noqa: PLC0415 - takes a second to import

            self._pool = self._stack.enter_context(Cluster(self._crew.scheduler, self._bench_elsewhere()))
        elif self._crew.jobs > 1 and count >= SMALL:
            from ucap_reports.batch.processes import Processes  # noqa: PLC0415 - small builds start no processes

            self._pool = self._stack.enter_context(Processes(self._crew.jobs, self._bench_elsewhere()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)
