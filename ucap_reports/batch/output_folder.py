"""The folder of the documents: checked, created, and locked while a build writes to it."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ucap_reports.batch.manifest import JOURNAL, MANIFEST
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.storage.atomic_files import HELD, clear_parts, disk_refusals, make_folder, take
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import APPEND, FileKind

INDEX = "index.html"
THUMBNAILS = "thumbnails"
"""The folder of the pictures, beside the index."""
LOCK = ".lock"
"""The file that is locked, by the operating system, which unlocks it when a build is killed.

It is never removed: then two builds could lock two files of that name.
"""


@contextmanager
def output_folder(project: Project, out: Path) -> Iterator[None]:
    """Create the folder and lock it. Raises ProblemsFound if another build uses it, or it cannot be used."""
    check_output_folder(project, out)
    shown, safe_folder = project.shown(out), project.safe_output(out)
    make_folder(out, shown, safe_folder)
    with ExitStack() as held:
        with disk_refusals(shown):
            lock = held.enter_context(os.fdopen(safe_folder.open_file(out / LOCK, APPEND), "ab"))
            _lock(lock.fileno(), shown)
        clear_parts(out, within=safe_folder)
        clear_parts(out / THUMBNAILS, within=safe_folder)
        yield


def _lock(file: int, shown: str) -> None:
    try:
        take(file)
    except HELD:
        raise ProblemsFound([problem("build-running", Location(shown))]) from None


def check_output_folder(project: Project, out: Path) -> None:
    """Raise ProblemsFound (`output-unsafe`) if a link or a pipe would lead a build out of its folder.

    A folder outside the project may itself be a link.
    """
    safe_folder = project.safe_output(out)

    def unsafe(paths: Iterable[Path]) -> Iterator[Problem]:
        for path in paths:
            if safe_folder.kind(path) in (FileKind.LINK, FileKind.OTHER):
                yield problem("output-unsafe", Location(project.shown(path)), form="folder")

    # From the outermost folder inwards: nothing is looked for below an unsafe one.
    for folder in reversed((out, *out.parents)):
        if folder != safe_folder.base and safe_folder.contains(folder):
            raise_found(list(unsafe([folder])))
    raise_found(list(unsafe(out / name for name in (THUMBNAILS, MANIFEST, JOURNAL, INDEX, LOCK))))
