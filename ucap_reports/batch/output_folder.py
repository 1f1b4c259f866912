"""The folder of the documents: checked, created, and locked while a build writes to it."""

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ucap_reports.batch.index_page.index_entry import INDEX, THUMBNAILS
from ucap_reports.batch.manifest import MANIFEST
from ucap_reports.batch.records import JOURNAL
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.storage.atomic_files import clear_parts, disk_problem, make_folder, regular_only
from ucap_reports.storage.project_folder import Project

LOCK = ".lock"
"""The file that is locked. It stays: removing it would let two builds hold two files of one name. The lock is the
operating system's, so a build that is killed holds none.
"""


@contextmanager
def output_folder(project: Project, out: Path) -> Iterator[None]:
    """Create the folder and lock it. Raises ProblemsFound where another build has it, or it cannot be used."""
    check_output_folder(project, out)
    shown = project.shown(out)
    make_folder(out, shown)
    with locked(out, shown):
        clear_parts(out)
        yield


def check_output_folder(project: Project, out: Path) -> None:
    """Raise ProblemsFound (`output-unsafe`) where a link or a pipe would lead a build out of its folder.

    A folder that was named by a path outside the project may itself be a link.
    """
    within = [path for path in (out, *out.parents) if path != project.root and path.is_relative_to(project.root)]
    names = (THUMBNAILS, MANIFEST, JOURNAL, INDEX, LOCK)
    found = ((path, _unsafe_kind(path)) for path in (*reversed(within), *(out / name for name in names)))
    problems = [
        Problem.error(
            "output-unsafe", f"this is a {kind}", "remove it, or name another --out", Location(project.shown(path))
        )
        for path, kind in found
        if kind is not None
    ]
    if problems:
        raise ProblemsFound(problems)


def _unsafe_kind(path: Path) -> str | None:
    """What the path is if it is neither a file nor a folder nor missing; a link is what it is, not where it leads."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISLNK(mode):
        return "symbolic link"
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "pipe or device"


@contextmanager
def locked(folder: Path, shown: str) -> Iterator[None]:
    """Hold the folder's lock. Raises ProblemsFound where another build holds it, or it cannot be taken."""
    try:
        file = open(folder / LOCK, "ab", opener=regular_only)  # noqa: SIM115 - the `with` is below, outside the `try`
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
