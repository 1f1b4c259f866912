"""Who does the work of a build: this process, others beside it, or a cluster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from ucap_reports.batch.engine import Hands, InOrder, Item, Lost, Result, Work
from ucap_reports.batch.request import Crew
from ucap_reports.batch.tasks import Bench

SMALL = 100
"""So many items take a second: less than it takes to begin workers and have half of it done by them."""
MOST_IN_CHUNK = 8
"""Items sent at once: enough to hide the sending, and few enough that nobody waits for the last."""


class Workforce:
    """Does work at a bench; others are asked to help when there is enough of it, and are gone at the context's end."""

    def __init__(self, crew: Crew, bench: Bench, bench_elsewhere: Callable[[], Bench]) -> None:
        self._crew = crew
        self._bench = bench
        self._bench_elsewhere = bench_elsewhere
        self._hands: Hands | None = None
        self._stack = ExitStack()

    def each(self, work: Work[Item, Result], items: Iterable[Item], count: int) -> Iterator[Result | Lost]:
        """The result of the work with each of the `count` items, in their order."""
        self._ask_for_help(count)
        if self._hands is None:
            yield from (work(self._bench, item) for item in items)
        else:
            size = max(1, min(MOST_IN_CHUNK, count // (4 * self._hands.width)))
            yield from InOrder(self._hands, work, size).each(items)

    def here(self, work: Work[Item, Result], item: Item) -> Result:
        """The work done in this process, where all packs are."""
        return work(self._bench, item)

    def _ask_for_help(self, count: int) -> None:
        if self._hands is not None:
            return
        if self._crew.scheduler is not None:
            from ucap_reports.batch.cluster import Cluster  # noqa: PLC0415 - who has no cluster does not wait for it

            self._hands = self._stack.enter_context(Cluster(self._crew.scheduler, self._bench_elsewhere()))
        elif self._crew.jobs > 1 and count >= SMALL:
            from ucap_reports.batch.processes import Processes  # noqa: PLC0415 - nor who has one plan for processes

            self._hands = self._stack.enter_context(Processes(self._crew.jobs, self._bench_elsewhere()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, traceback)
