"""What a build is asked for (`BuildRequest`), what its parts share (`BuildState`), what is produced for each plan
(`Produced`), and what a build reports: its events (`Event`), and the results together (`BuildReport`).
"""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ucap_reports.batch.document_names_and_thumbnails import INDEX, THUMBNAILS, thumbnail_name
from ucap_reports.batch.manifest import PlanCard, Reason, Records
from ucap_reports.batch.opened_project_and_settings_file import OpenedProject
from ucap_reports.batch.options_settings_and_source_date import BuildOptions, ProjectSettings
from ucap_reports.batch.output_folder_locking_and_ownership import (
    marks_with_own_plans,
    own_marks,
    project_mark,
    unchanged_marks,
)
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.plan_translations import TranslationFiles
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Problem, Severity
from ucap_reports.storage.atomic_files import WriteStatus, disk_refusals, regular_digest
from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import FileKind, SafeFolder, kind_of
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format

if TYPE_CHECKING:  # not imported at run time: workers produce documents, and the process that leads them needs neither
    from ucap_reports.plan.plan_model import Plan
    from ucap_reports.summary.summary_model import Summary


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


# What the parts of a build share


class BuildState(Struct, frozen=True, dict=True):
    """What the parts of a build into the folder `out` share."""

    opened: OpenedProject
    out: Path
    request: BuildRequest
    records: Records
    tools: str
    """The `product_fingerprint`."""
    prefix: str
    """What the names of files in the folder begin with in messages."""
    own_marks: frozenset[str]
    """The `own_marks` of the project before the build."""
    safe_out: SafeFolder
    """The folder below which files in `out` are opened without following links."""

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
    def project_mark(self) -> str:
        """The `project_mark` of the project for this folder."""
        return project_mark(self.project, self.out)

    @cached_property
    def replaceable_marks(self) -> frozenset[str]:
        """The marks of documents that the build may replace: also those that were built elsewhere and moved here."""
        return self.own_marks | marks_with_own_plans(self.project, self.records)

    @cached_property
    def unchanged_marks(self) -> frozenset[str]:
        """The `unchanged_marks` of the records before the build."""
        return unchanged_marks(self.project, self.records)

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


def open_build(project: Project, request: BuildRequest, out: Path, safe_out: SafeFolder | None = None) -> BuildState:
    """Return what the parts of a build into a folder share; `safe_out` is that of `output_folder`, which a dry run does
    not have. Raises ProblemsFound if translations cannot be read.
    """
    records = Records(out, project.shown(out), project.safe_output(out))
    opened = OpenedProject(project, request.settings)
    _ = opened.translations  # nothing can be built if their folder cannot be read
    prefix = project.shown(out / INDEX).removesuffix(INDEX)
    marks = own_marks(project, out, records)
    safe_out = safe_out or project.safe_output(out)
    return BuildState(opened, out, request, records, product_fingerprint(), prefix, marks, safe_out)


# What is produced for a plan, and the report


class Produced(Struct, frozen=True):
    """The results of all stages for one plan, as far as they succeeded, and all `problems`.

    `documents` are those of all formats, or none. `pack` and `pack_digest` are empty if the pack has errors.
    """

    problems: tuple[Problem, ...]
    plan: "Plan | None" = None
    summary: "Summary | None" = None
    card: PlanCard | None = None
    documents: tuple[Document, ...] = ()
    pack: str = ""
    pack_digest: str = ""
    completeness: Completeness | None = None
    """Of the translation, if the document is one."""
    digests: tuple[str, ...] = ()
    """The SHA-256 of each document, in hex, if a worker has computed it."""
    is_sparse: bool = False
    """Whether a book prints the plan as a card; known in checks."""
    thumbnail: bytes | None = None
    """The first page of the PDF as a JPEG, if a worker has drawn it."""

    @property
    def errors(self) -> list[Problem]:
        """The problems that are errors."""
        return [finding for finding in self.problems if finding.severity is Severity.ERROR]

    @property
    def failed(self) -> bool:
        """Whether there is an error, so that nothing is published."""
        return bool(self.errors)


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
        documents: list[Built] = []
        for plan in self.plans:
            documents += plan.documents
        return tuple(documents)

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)
