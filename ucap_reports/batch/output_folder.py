"""The folder of the documents: checked, created, and locked while a build writes to it."""

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ucap_reports.batch.index_page.index_entry import INDEX, THUMBNAILS
from ucap_reports.batch.manifest import JOURNAL, MANIFEST
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.atomic_files import clear_parts, disk_refusals, make_folder, regular_only
from ucap_reports.storage.project_folder import Project

LOCK = ".lock"
"""The file that is locked, by the operating system, which unlocks it when a build is killed.

It is never removed: then two builds could lock two files of that name.
"""


@contextmanager
def output_folder(project: Project, out: Path) -> Iterator[None]:
    """Create the folder and lock it. Raises ProblemsFound if another build uses it, or it cannot be used."""
    check_output_folder(project, out)
    shown = project.shown(out)
    make_folder(out, shown)
    with locked(out, shown):
        clear_parts(out)
        clear_parts(out / THUMBNAILS)
        yield


def check_output_folder(project: Project, out: Path) -> None:
    """Raise ProblemsFound (`output-unsafe`) if a link or a pipe would lead a build out of its folder.

    A folder outside the project may itself be a link.
    """
    within = [path for path in (out, *out.parents) if path != project.root and path.is_relative_to(project.root)]
    names = (THUMBNAILS, MANIFEST, JOURNAL, INDEX, LOCK)
    found = ((path, _unsafe_kind(path)) for path in (*reversed(within), *(out / name for name in names)))
    problems = [problem("output-unsafe", Location(project.shown(path)), kind=kind) for path, kind in found if kind]
    if problems:
        raise ProblemsFound(problems)


def _unsafe_kind(path: Path) -> str | None:
    """The kind of the path itself if it is neither a file nor a folder; None if it is one or does not exist."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISLNK(mode):
        return "symbolic link"
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "pipe or device"


@contextmanager
def locked(folder: Path, shown: str) -> Iterator[None]:
    """Lock the folder. Raises ProblemsFound if another build has locked it, or it cannot be locked."""
    with disk_refusals(shown):
        file = open(folder / LOCK, "ab", opener=regular_only)  # noqa: SIM115 - the `with` is below, for other errors
    with file:
        with disk_refusals(shown):
            try:
                _take(file.fileno())
            except _HELD:
                raise ProblemsFound([problem("build-running", Location(shown))]) from None
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
