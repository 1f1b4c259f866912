"""What a build is asked for, and what it reports: its options, its events, and the result for each document."""

from msgspec import Struct

from ucap_reports.batch.document_names_options_and_settings import BuildOptions, ProjectSettings
from ucap_reports.batch.manifest import Reason
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Problem, Severity
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.summary.document_formats import Format


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


# The report


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
