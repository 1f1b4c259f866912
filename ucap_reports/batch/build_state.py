"""What the parts of a build share: its request, its locked folder, its state, its events and its report."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.document_options import BuildOptions, ProjectSettings
from ucap_reports.batch.manifest import JOURNAL, MANIFEST, Reason, Records
from ucap_reports.batch.opened_project import OpenedProject, PackStore
from ucap_reports.batch.translation_files import TranslationFiles
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem, raise_found
from ucap_reports.storage.atomic_files import (
    HELD,
    WriteStatus,
    clear_parts,
    disk_refusals,
    make_folder,
    regular_digest,
    take,
)
from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import APPEND, FileKind, SafeFolder, kind_of
from ucap_reports.summary.document import Format

INDEX = "index.html"
THUMBNAILS = "thumbnails"
"""The folder of the pictures, beside the index."""
LOCK = ".lock"
"""The file that is locked, by the operating system, which unlocks it when a build is killed.

It is never removed: then two builds could lock two files of that name.
"""


class BuildRequest(Struct, frozen=True):
    """The options of a build; the plans are named beside it."""

    options: BuildOptions
    settings: ProjectSettings = ProjectSettings()
    jobs: int | None = 1
    """The maximum number of worker processes; None for one for each core."""
    scheduler: str | None = None
    """The address of a Dask scheduler whose workers build instead."""
    force: bool = False
    """Rebuild unchanged documents as well."""
    overwrite_edited: bool = False
    """Overwrite documents that were edited after they were built."""
    dry_run: bool = False
    """Report what would be built, and write nothing."""
    prune: bool = False
    """Remove documents of deleted plans."""
    index: bool = True
    """Update the index page."""


class BuildState(Struct, frozen=True):
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

    @property
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

    def has_thumbnail(self, name: str) -> bool:
        """Return whether there is a picture of that PDF; a symbolic link is none."""
        return self.kind(self.thumbnail(name)) is FileKind.FILE


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


# The events of a build, and its report


class Built(Struct, frozen=True):
    """The result for one document. `path` is its name in messages; it has no pages and no digest if it failed."""

    plan: str
    format: Format
    path: str
    status: WriteStatus
    pages: int | None = None
    """None for Word as well, where the program that shows the file decides."""
    sha256: str | None = None
    reason: Reason | None = None
    """Why it was built or, in a dry run, would be; None if it was not pending."""


class PlanReport(Struct, frozen=True):
    """The result for one plan: its documents, unless it was only checked, and its problems."""

    plan: str
    documents: tuple[Built, ...]
    problems: tuple[Problem, ...]
    completeness: tuple[Completeness, ...] = ()
    """Of its translations, if it was checked."""
    is_sparse: bool = False
    """Whether it was checked, and a book would print it as a card."""


class BuildStarted(Struct, frozen=True):
    """A build has started, for that number of plans with documents to build."""

    plans: int


class Remark(Struct, frozen=True):
    """Problems that do not belong to one plan."""

    problems: tuple[Problem, ...]


class Removed(Struct, frozen=True):
    """A document of a deleted plan was removed or, in a dry run, would be."""

    path: str


class Listed(Struct, frozen=True):
    """The index page, by its name in messages, and its status."""

    path: str
    status: WriteStatus


Event = BuildStarted | Remark | Removed | Listed | PlanReport
"""An event of a build. Reports come in the order of the plans."""


class BuildReport(Struct, frozen=True):
    """The result of a build."""

    plans: tuple[PlanReport, ...]
    problems: tuple[Problem, ...]
    """All problems, each once: those of plans, and those that do not belong to one plan."""
    removed: tuple[str, ...] = ()
    """The documents of deleted plans that were removed."""

    @property
    def documents(self) -> tuple[Built, ...]:
        """The documents of all plans."""
        return tuple(document for plan in self.plans for document in plan.documents)

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


# The folder of the documents: checked, created, and locked while a build writes to it


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
