"""One build at a time in a folder. The lock is the operating system's, so a build that is killed holds none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ucap_reports.files import disk_problem
from ucap_reports.problems import Location, Problem, ProblemsFound

LOCK = ".lock"
"""The file that is locked. It stays: to remove it would let two builds hold two files of one name."""


@contextmanager
def locked(folder: Path, shown: str) -> Iterator[None]:
    """Holds the folder's lock. Raises ProblemsFound where another build holds it, or it cannot be had."""
    try:
        file = (folder / LOCK).open("ab")
    except OSError as error:
        raise ProblemsFound([disk_problem(error, shown)]) from error
    with file:
        try:
            _take(file.fileno())
        except _HELD:
            message, hint = "another build is writing to this folder", "wait until it is done, or name another --out"
            raise ProblemsFound([Problem.error("build-running", message, hint, Location(shown))]) from None
        except OSError as error:
            raise ProblemsFound([disk_problem(error, shown)]) from error
        yield


if sys.platform == "win32":
    import msvcrt

    _HELD = PermissionError

    def _take(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    _HELD = BlockingIOError

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
