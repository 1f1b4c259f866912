"""The report of a build: its events, the result for each document, and what is reported of a plan that is not built
again, such as its warnings.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.manifest import PlanRecord, Reason
from ucap_reports.batch.overwrite_protection import edited_problem
from ucap_reports.batch.pending_documents import Pending, taken_name
from ucap_reports.plan.po_files import Completeness
from ucap_reports.problems import Problem, Severity
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document_formats import Format


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


# The report on a plan


def plan_report(
    pending: Pending,
    build: BuildState,
    statuses: Mapping[Format, WriteStatus],
    record: PlanRecord | None,
    problems: Iterable[Problem] = (),
) -> PlanReport:
    """Return the report on a plan, given the statuses of the pending documents, and the record that describes files."""
    documents = []
    edited = []
    for format_ in pending.options.formats:
        shown = build.shown(pending.file_name(format_))
        unbuilt = WriteStatus.EDITED if format_ in pending.edited else WriteStatus.UNCHANGED
        status = statuses.get(format_, unbuilt)
        document = Built(pending.plan, format_, shown, status, reason=pending.reasons.get(format_))
        is_only_planned = build.request.dry_run and format_ in pending.reasons
        is_as_recorded = status in (WriteStatus.WRITTEN, WriteStatus.UNCHANGED) and not is_only_planned
        if is_as_recorded and record is not None and format_ in record.documents:
            recorded = record.documents[format_]
            document = replace(document, pages=recorded.pages, sha256=recorded.sha256)
        if status is WriteStatus.EDITED:
            edited.append(_edited_problem(document, build, is_book=pending.is_book))
        documents.append(document)
    return PlanReport(pending.plan, tuple(documents), tuple(dict.fromkeys([*problems, *edited])))


def untouched_report(build: BuildState, pending: Pending) -> PlanReport:
    """Return the report on a plan that is not built, with the problems that were found when it was."""
    record = build.records.get(pending.name)
    if record is None or pending.reasons:  # in a dry run
        refused = taken_name(pending, build)
        status = WriteStatus.FAILED if refused else WriteStatus.WRITTEN
        problems = [refused] if refused else []
        return plan_report(pending, build, dict.fromkeys(pending.reasons, status), record, problems)
    formats = {*pending.options.formats} - pending.edited
    if any(record.documents[format_].replaces for format_ in formats):
        build.records.settle(pending.name, record, formats)
    notes = build.records.notes(pending.name, record)
    return plan_report(pending, build, {}, record, notes.problems if notes else ())


def _edited_problem(document: Built, build: BuildState, *, is_book: bool) -> Problem:
    file = build.out / Path(document.path).name
    is_unreadable = build.digest(file) == "" and build.kind(file) is FileKind.FILE
    return edited_problem(document.path, document.format, is_unreadable=is_unreadable, is_book=is_book)
