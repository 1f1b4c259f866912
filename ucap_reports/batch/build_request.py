"""The options of a build."""

import os

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.default_date import source_date
from ucap_reports.batch.project_settings import ProjectSettings


class Crew(Struct, frozen=True):
    """The workers: up to `jobs` processes or, instead, those of the Dask scheduler at an address."""

    jobs: int = 1
    scheduler: str | None = None


class BuildRequest(Struct, frozen=True):
    """The options of a build; the plans are named beside it."""

    options: BuildOptions
    settings: ProjectSettings = ProjectSettings()
    crew: Crew = Crew()
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
    everything: bool = True
    """The build is about all plans of the project, so that all other plans in the manifest were deleted."""

    def dated(self) -> "BuildRequest":
        """The same request, with the date of undated documents from the environment."""
        return replace(self, options=replace(self.options, undated=source_date()))


def cores() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
