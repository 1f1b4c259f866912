"""Builds that are killed at a change on the disk: before a file is opened for writing, renamed or removed."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.projects import small_project
from ucap_reports import build

STEPS = {"os.rename", "os.remove", "os.mkdir"}
"""Audit events of Python that change a folder; `open` for writing is another."""
WRITING = os.O_WRONLY | os.O_RDWR

KilledAt = Callable[[int, Path], bool]
"""Builds a project with `prune`, and kills the build at that step. Returns whether the build got so far."""


@contextmanager
def killed_builds(folder: Path) -> Iterator[KilledAt]:
    """Builds forked from a process that has built before in that folder, so that each begins at once."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, folder))
    process.start()

    def killed_at(step: int, project: Path) -> bool:
        ours.send((step, project))
        code: int = ours.recv()
        assert code in {0, -signal.SIGKILL}, "or it failed by itself"
        return code != 0

    try:
        yield killed_at
    finally:
        ours.send(None)
        process.join()


def _serve(orders: "Connection[int, tuple[int, Path] | None]", folder: Path) -> None:
    build(small_project(folder, 1))
    while (order := orders.recv()) is not None:
        child = os.fork()
        if not child:
            _build_until(*order)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        orders.send(os.waitstatus_to_exitcode(status))


def _build_until(step: int, project: Path) -> None:
    taken = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken
        if _changes(event, arguments, str(project)):
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    build(project, prune=True)


def _changes(event: str, arguments: tuple[Any, ...], folder: str) -> bool:
    """Whether the event changes something in the folder."""
    changes = event in STEPS or (event == "open" and bool(arguments[2] & WRITING))
    return changes and isinstance(arguments[0], str | Path) and str(arguments[0]).startswith(folder)
