"""Work given to executors: in the order it came, so much at a time, and again where a worker was lost."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from ucap_reports.batch.tasks import Bench
from ucap_reports.problems import Problem, ProblemsFound

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Bench, Item], Result]
"""What is done at a bench with one item. It raises nothing of its own: an error is the loss of a worker."""
MOST_LOST = 3
"""So many items lost one after the other are no fault of the items."""


class Hands(Protocol):
    """Those who work, in other processes or on other machines."""

    @property
    def width(self) -> int:
        """How many chunks they can have in hand without waiting for more."""

    def submit(self, work: Work[Item, Result], chunk: Sequence[Item]) -> Future[list[Result]]:
        """Have the work done with each item of the chunk."""

    def renew(self, error: Exception) -> None:
        """Be ready again after the loss of a worker. Raises ProblemsFound where that cannot be."""


class Lost(Struct, frozen=True):
    """In place of a result: whoever worked on the item ended before it was done, twice."""

    error: Exception


class InOrder(Generic[Item, Result]):
    """The results of work in the order of its items, with no more of them in memory than the hands can hold."""

    def __init__(self, hands: Hands, work: Work[Item, Result], chunk_size: int) -> None:
        self._hands = hands
        self._work = work
        self._size = chunk_size
        self._waiting: deque[tuple[Sequence[Item], Future[list[Result]]]] = deque()
        self._lost = 0
        """How many items were lost since the last that was not."""

    def each(self, items: Iterable[Item]) -> Iterator[Result | Lost]:
        """A result for each of the items. Raises ProblemsFound when no worker stays."""
        try:
            for chunk in _chunks(items, self._size):
                self._waiting.append((chunk, self._hands.submit(self._work, chunk)))
                if len(self._waiting) >= self._hands.width:
                    yield from self._first()
            while self._waiting:
                yield from self._first()
        finally:
            for _, future in self._waiting:
                future.cancel()

    def _first(self) -> Iterable[Result | Lost]:
        """The results that were waited for longest; where they were lost, those of all that were waited for."""
        chunk, future = self._waiting.popleft()
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001 - the work raises nothing, so any error at all is the executor's
            chunks = [chunk, *(each for each, _ in self._waiting)]
            self._waiting.clear()
            self._hands.renew(error)
            return self._again(chunks)

    def _again(self, chunks: Sequence[Sequence[Item]]) -> Iterator[Result | Lost]:
        """Each item alone, so that one that ends its worker is found, and costs no other item its result."""
        for chunk in chunks:
            for item in chunk:
                result = self._alone(item)
                if isinstance(result, Lost):
                    result = self._alone(item)
                self._lost = self._lost + 1 if isinstance(result, Lost) else 0
                if isinstance(result, Lost) and self._lost >= MOST_LOST:
                    raise ProblemsFound([_no_worker(result.error)])
                yield result

    def _alone(self, item: Item) -> Result | Lost:
        try:
            (result,) = self._hands.submit(self._work, [item]).result()
        except Exception as error:  # noqa: BLE001 - see above
            self._hands.renew(error)
            return Lost(error)
        return result


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _no_worker(error: Exception) -> Problem:
    message = f"no worker stays to the end of its work: {type(error).__name__}: {error}"
    return Problem.error("workers-lost", message, "try it with --jobs 1, without a scheduler")
