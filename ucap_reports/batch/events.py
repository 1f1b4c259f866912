"""What becomes of a build, told while it happens."""

from enum import StrEnum

from msgspec import Struct

from ucap_reports.problems import Problem, Severity
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.summary.document import Format


class Reason(StrEnum):
    """Why a document is to be built."""

    NEW = "new"
    PLAN = "plan changed"
    OPTIONS = "options changed"
    PACK = "template pack changed"
    VERSION = "version changed"
    """Of the product or of a library that shapes bytes."""
    UNFINISHED = "an earlier build was ended"
    MISSING = "document missing"
    EDITED = "document edited"
    FORCED = "forced"


class Built(Struct, frozen=True):
    """What became of one document. `path` is how messages name it; pages and digest are None where it failed."""

    plan: str
    format: Format
    path: str
    status: WriteStatus
    pages: int | None = None
    """None for Word, too, which has pages only in the program that shows it."""
    sha256: str | None = None
    reason: Reason | None = None
    """Why it was, or in a dry run would be, built; None where nothing was to be done."""


class PlanReport(Struct, frozen=True):
    """What became of one plan: its documents, if they were to be built, and all that is wrong with it."""

    plan: str
    documents: tuple[Built, ...]
    problems: tuple[Problem, ...]


class Stage(StrEnum):
    """What a build is at, for those who watch it."""

    PLANS = "plans"
    PICTURES = "pictures"


class Begun(Struct, frozen=True):
    """A stage begins, in which so many steps are to be done."""

    stage: Stage
    steps: int


class Stepped(Struct, frozen=True):
    """One step of the stage is done."""


class Remark(Struct, frozen=True):
    """Problems that no one plan has."""

    problems: tuple[Problem, ...]


class Removed(Struct, frozen=True):
    """A document whose plan is gone was removed or, in a dry run, would be."""

    path: str


class Listed(Struct, frozen=True):
    """The index, as messages name it, and what became of it."""

    path: str
    status: WriteStatus


Event = Begun | Stepped | Remark | Removed | Listed | PlanReport
"""What a build tells. Reports come in the order of the plans."""


class BuildReport(Struct, frozen=True):
    """What became of a whole build."""

    plans: tuple[PlanReport, ...]
    problems: tuple[Problem, ...]
    """Those of all plans, each once, and those that no plan has."""
    removed: tuple[str, ...] = ()
    """The documents that were removed, because their plan is gone."""

    @property
    def documents(self) -> tuple[Built, ...]:
        """The documents of all plans."""
        return tuple(document for plan in self.plans for document in plan.documents)

    @property
    def ok(self) -> bool:
        """Whether every plan was built; warnings are no matter."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)
