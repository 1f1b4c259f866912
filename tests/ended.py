"""Builds that are killed at a change on the disk: before a file is created, written, renamed or removed."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.forks import forked
from ucap_reports import build

STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
"""Audit events of Python that change a folder; `open` for writing is another."""
WRITING = os.O_WRONLY | os.O_RDWR


def killed_at(step: int, project: Path) -> bool:
    """Build a project with `prune`, and kill the build at that step. Returns whether the build got so far."""
    code, _, err = forked(_build_until, step, project, folder=project)
    assert code in {0, -signal.SIGKILL}, err
    return code != 0


def _build_until(step: int, project: Path) -> None:
    taken = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken
        if _changes(event, arguments, project):
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    build(project, prune=True)


def _changes(event: str, arguments: tuple[Any, ...], folder: Path) -> bool:
    """Return whether the event changes something in the folder, which is the current one."""
    if event not in STEPS and not (event == "open" and arguments[2] & WRITING):
        return False
    name = arguments[0]
    if isinstance(name, int):  # a descriptor: the file has been created, and its content is written next
        return True
    # A relative name is one in an open folder. Events do not say in which, but files elsewhere have absolute names.
    return folder in (folder / os.fsdecode(name)).parents
