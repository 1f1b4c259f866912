"""How many worker processes build plans, and how they are started: small builds do not import what starts them."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

MIN_JOBS = 100
"""Jobs that take about a second: with fewer, starting workers takes longer than they save."""

MANY_OBJECTS = 1_000_000
"""New objects after which a worker collects garbage: a document leaves no reference cycles, and most objects that stay
are in caches.
"""


def process_count(jobs: int, limit: int | None) -> int:
    """Return the number of processes for about `jobs` jobs: at most `limit`, by default one for each core."""
    if jobs < MIN_JOBS:
        return 1
    if limit:
        return limit
    if hasattr(os, "sched_getaffinity"):  # of Linux: the cores that this process may use
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# The fork server of Linux: it imports the modules of workers while the leader finds work

PRELOADED = (
    "__main__",
    "ucap_reports.batch.fork_server_collector",
    "ucap_reports.batch.worker_pool",
    "ucap_reports.batch.build_one_plan",
    "ucap_reports.check.printed_content",
    "ucap_reports.check.label_number_and_font_warnings",
    "ucap_reports.pdf.render_pdf",
    "ucap_reports.word.render_word",
    "ucap_reports.importers.sent_edition",
)
"""Modules that it imports once for all workers. None of them starts a thread, which a fork would lose."""
_ENVIRONMENT = Lock()
"""Held while the environment is that of a process to be started."""


def start_fork_server(*, draws_thumbnails: bool = False) -> None:
    """Start the fork server unless it runs; on other systems there is none.

    What draws thumbnails takes 30 ms to import, and is needed for the index alone.
    """
    if sys.platform == "linux":
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - small builds start no processes
        from multiprocessing.forkserver import ensure_running, set_forkserver_preload  # noqa: PLC0415 - Linux only

        preloaded = list(PRELOADED)
        if draws_thumbnails:
            preloaded.append("pypdfium2")
        set_forkserver_preload(preloaded)

        def start() -> None:
            with same_modules():
                ensure_running()

        with ThreadPoolExecutor(1, initializer=block_interrupts) as thread:
            thread.submit(start)  # an error comes again when a worker is started


def block_interrupts() -> None:
    """Block Ctrl-C in this thread and in the processes that it starts: the leader handles it and ends them."""
    if sys.platform != "win32":
        from multiprocessing import resource_tracker  # noqa: PLC0415 - small builds start no processes

        with same_modules():
            resource_tracker.ensure_running()  # starting it later would unblock the signal
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@contextmanager
def same_modules() -> Iterator[None]:
    """Start Python processes that find modules where this one does, and not in the current folder.

    Python starts them with `-c`, which finds modules of the current folder before its own (Python Setup and Usage,
    `-P`): a downloaded project could contain a `signal.py`. Workers take over the path of this process later, but the
    fork server does not before Python 3.13.
    """
    folders = [folder for folder in sys.path if folder and os.pathsep not in folder]
    variables = {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(folders)}
    with _ENVIRONMENT:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
