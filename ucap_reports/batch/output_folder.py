"""The folder of the documents: checked for links, created, and locked while a build writes to it (`output_folder`); and
what the parts of a build share (`BuildState`): its request, its project, the files in the folder and their records.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.build_request_and_report import BuildRequest
from ucap_reports.batch.manifest import JOURNAL, MANIFEST, Records
from ucap_reports.batch.opened_project import OpenedProject, PackStore
from ucap_reports.batch.plan_pictures_and_translations import TranslationFiles
from ucap_reports.problems import Location, ProblemsFound, problem, raise_found
from ucap_reports.storage.atomic_files import HELD, clear_parts, disk_refusals, make_folder, regular_digest, take
from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import APPEND, FileKind, SafeFolder, kind_of

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


def check_output_folder(project: Project, out: Path) -> None:
    """Raise ProblemsFound (`output-unsafe`) if a link or a pipe would lead a build out of its folder.

    A folder outside the project may itself be a link.
    """
    safe_folder = project.safe_output(out)
    # From the outermost folder inwards: nothing is looked for below an unsafe one.
    for folder in reversed((out, *out.parents)):
        if folder != safe_folder.base and safe_folder.contains(folder):
            _refuse_unsafe(project, safe_folder, [folder])
    _refuse_unsafe(project, safe_folder, [out / name for name in (THUMBNAILS, MANIFEST, JOURNAL, INDEX, LOCK)])


def _refuse_unsafe(project: Project, safe_folder: SafeFolder, paths: Iterable[Path]) -> None:
    unsafe = [path for path in paths if safe_folder.kind(path) in (FileKind.LINK, FileKind.OTHER)]
    raise_found([problem("output-unsafe", Location(project.shown(path)), form="folder") for path in unsafe])


def _lock(file: int, shown: str) -> None:
    try:
        take(file)
    except HELD:
        raise ProblemsFound([problem("build-running", Location(shown))]) from None


# What the parts of a build share


class BuildState(Struct, frozen=True, dict=True):
    """What the parts of a build into the folder `out` share; `tools` is the `product_fingerprint`, and `prefix` is what
    the names of files in the folder begin with in messages.
    """

    opened: OpenedProject
    out: Path
    request: BuildRequest
    records: Records
    tools: str
    prefix: str

    @property
    def project(self) -> Project:
        """The folder of the project."""
        return self.opened.project

    @property
    def packs(self) -> PackStore:
        """The packs of the project, each opened once."""
        return self.opened.packs

    @property
    def translations(self) -> TranslationFiles:
        """The PO files of the project."""
        return self.opened.translations

    def shown(self, name: str) -> str:
        """Return the name of a file in the folder in messages."""
        return self.prefix + name

    @cached_property
    def safe_out(self) -> SafeFolder:
        """The folder below which files in `out` are opened without following links."""
        return self.project.safe_output(self.out)

    def digest(self, path: Path) -> str | None:
        """Return the `regular_digest` of a file in the folder. Raises ProblemsFound if the folder became a link."""
        with disk_refusals(self.project.shown(path.parent), is_writing=True):
            return regular_digest(path, self.safe_out)

    def status(self, path: Path) -> os.stat_result | None:
        """Return the status of a file in the folder. Raises ProblemsFound if the folder became a link."""
        with disk_refusals(self.project.shown(path.parent), is_writing=True):
            return self.safe_out.status(path)

    def kind(self, path: Path) -> FileKind:
        """Return what a path in the folder is. Raises ProblemsFound if the folder became a link."""
        status = self.status(path)
        return FileKind.MISSING if status is None else kind_of(status)

    def thumbnail(self, name: str) -> Path:
        """Return the thumbnail of a PDF, by the name of the PDF without its format."""
        return self.out / THUMBNAILS / thumbnail_name(name)

    def thumbnail_files(self) -> frozenset[str]:
        """Return the names of the files in the folder of thumbnails; a symbolic link is none.

        Raises ProblemsFound if the folder became a link.
        """
        folder = self.out / THUMBNAILS
        with disk_refusals(self.project.shown(folder), is_writing=True):
            entries = self.safe_out.entries(folder)
        return frozenset(entry.name for entry in entries if entry.kind is FileKind.FILE)

    @cached_property
    def earlier_thumbnails(self) -> frozenset[str]:
        """The `thumbnail_files` when they were first needed, before new ones are written: listing them once takes much
        less time than looking for each.
        """
        return self.thumbnail_files()


def open_build(project: Project, request: BuildRequest, out: Path) -> BuildState:
    """Return what the parts of a build into a folder share. Raises ProblemsFound if translations cannot be read."""
    records = Records(out, project.shown(out), project.safe_output(out))
    opened = OpenedProject(project, request.settings)
    _ = opened.translations  # nothing can be built if their folder cannot be read
    prefix = project.shown(out / INDEX).removesuffix(INDEX)
    return BuildState(opened, out, request, records, product_fingerprint(), prefix)


def thumbnail_name(name: str) -> str:
    """Return the file name of the picture of a PDF, by the name of the PDF without its format."""
    return f"{name}.jpg"
