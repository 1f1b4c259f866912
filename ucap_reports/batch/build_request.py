"""What is asked of a build."""

import os
from datetime import UTC, date, datetime

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary import UNDATED

SOURCE_DATE = "SOURCE_DATE_EPOCH"


class Crew(Struct, frozen=True):
    """Who is to work: at most so many processes or, instead, the workers of the Dask scheduler at an address."""

    jobs: int = 1
    scheduler: str | None = None


class BuildRequest(Struct, frozen=True):
    """What is asked of a build beside which plans."""

    options: BuildOptions
    crew: Crew = Crew(jobs=1)
    force: bool = False
    """Build what is unchanged, too."""
    overwrite_edited: bool = False
    """Overwrite documents that were edited after they were built."""
    dry_run: bool = False
    """Tell what would be done, and do nothing."""
    prune: bool = False
    """Remove documents whose plan is gone."""
    index: bool = True
    """Keep the page that lists all documents."""
    everything: bool = True
    """Whether all plans of the project are asked for, so that those that are not among them are gone."""

    def dated(self) -> "BuildRequest":
        """The same, with the date of documents without one from the environment."""
        return replace(self, options=replace(self.options, undated=source_date()))


def source_date() -> date:
    """The date of documents without one: that of SOURCE_DATE_EPOCH, seconds since 1970 as other build tools read it.

    Raises ProblemsFound where it is no such number.
    """
    written = os.environ.get(SOURCE_DATE)
    if not written:
        return UNDATED
    try:
        return datetime.fromtimestamp(int(written), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f'{SOURCE_DATE} in the environment is "{written}"'
        hint = "it is a number of seconds since 1 January 1970"
        raise ProblemsFound([Problem.error("source-date-invalid", message, hint)]) from None


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
