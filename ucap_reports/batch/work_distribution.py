"""Jobs distributed over this process, worker processes or a cluster: results in order, lost work done again."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ucap_reports.batch.fork_server import process_count, start_fork_server
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.pipeline import Produced
from ucap_reports.batch.worker_jobs import Job, JobRunner
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.version_fingerprint import product_fingerprint

if TYPE_CHECKING:  # not imported at run time: small builds start no processes
    from concurrent.futures import Future

    from ucap_reports.batch.dask_cluster import Cluster
    from ucap_reports.batch.worker_processes import Processes

MAX_CHUNK = 8
"""Jobs in a message: while a worker waits for the next one, it does nothing."""
MAX_LOST = 3
"""Jobs lost in a row after which the jobs are not the cause."""


def in_order(pool: "Cluster | Processes", jobs: Iterable[Job], size: int = 1) -> Iterator[tuple[Job, Produced]]:
    """Yield each job with what it produces, in the order of the jobs, with at most `width` chunks of `size` jobs in
    memory.

    Raises ProblemsFound if the workers end at each job.
    """
    remaining, waiting = iter(jobs), deque["tuple[list[Job], Future[list[Produced]]]"]()
    lost_in_a_row = 0
    try:
        while True:
            while len(waiting) < pool.width and (chunk := list(islice(remaining, size))):
                waiting.append((chunk, pool.submit(chunk)))
            if not waiting:
                return
            for job, result in zip(waiting[0][0], _results(pool, *waiting[0]), strict=True):
                lost_in_a_row = lost_in_a_row + 1 if isinstance(result, Exception) else 0
                if lost_in_a_row >= MAX_LOST:
                    raise ProblemsFound([problem("workers-lost", reason=str(result))])
                if isinstance(result, Exception):
                    yield job, Produced((problem("worker-ended", Location(job.source.path), reason=str(result)),))
                else:
                    yield job, result
            waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()


def _results(
    pool: "Cluster | Processes", chunk: Sequence[Job], future: "Future[list[Produced]]", *, is_last: bool = False
) -> Iterable[Produced | Exception]:
    """Return what a chunk produces. The work raises no errors: after one, the worker was lost. Each job is then done
    again alone, unless this is the last attempt.
    """
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - a cluster has errors of its own
        if is_last:
            return [error]
        return (result for job in chunk for result in _results(pool, [job], pool.submit([job]), is_last=True))


def produced_by_workers(
    jobs: Iterable[Job], count: int, packs: PackStore, processes: int | None, scheduler: str | None = None
) -> Generator[tuple[Job, Produced], None, None]:
    """Yield what each of about `count` jobs produces, in their order: in this process or, for many jobs, in a pool.

    The pool has up to `processes`, by default one for each core, or is that of the Dask scheduler at an address. It
    gets every pack as it is now. It ends with the generator.
    """
    processes, runner = process_count(count, processes), JobRunner(packs.open, product_fingerprint())
    if scheduler is None and processes == 1:
        yield from ((job, runner.produce(job)) for job in jobs)
        return
    if scheduler is None:
        start_fork_server()
    packs.open_all()  # while the fork server imports its modules
    with _pool(runner, processes, scheduler) as pool:
        yield from in_order(pool, jobs, max(1, min(MAX_CHUNK, count // (4 * pool.width))))


def _pool(runner: JobRunner, processes: int, scheduler: str | None) -> "Cluster | Processes":
    if scheduler is not None:
        from ucap_reports.batch.dask_cluster import Cluster  # noqa: PLC0415 - takes a second to import

        return Cluster(scheduler, runner)
    from ucap_reports.batch.worker_processes import Processes  # noqa: PLC0415 - small builds start no processes

    return Processes(processes, runner)
