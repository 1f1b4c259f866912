"""What a build tells, as its user sees it: a line for each document, and at the end how it went, and why."""

from collections import Counter, defaultdict
from typing import Any, assert_never

from msgspec import Struct, field

from ucap_reports.batch import Built, Event, PlanReport
from ucap_reports.batch.events import Begun, Listed, Remark, Removed, Stage, Stepped
from ucap_reports.cli.problem_display import TerminalColour
from ucap_reports.cli.progress_bar import Progress
from ucap_reports.cli.text_or_json_output import Session, counted, joined_with_and, problem_counts, reported
from ucap_reports.problems import Severity
from ucap_reports.storage.atomic_files import WriteStatus

INKS = {
    WriteStatus.WRITTEN: TerminalColour.GREEN,
    WriteStatus.UNCHANGED: None,
    WriteStatus.FAILED: TerminalColour.RED,
    WriteStatus.EDITED: TerminalColour.RED,
}
NAMES = {Stage.PLANS: "building plans", Stage.PICTURES: "drawing pictures"}
MOST_NAMED = 5
"""Plans named for each reason why some could not be built."""


class BuildOutput(Struct):
    """Tells of one build; `foretelling` when it is only what would be done."""

    session: Session
    progress: Progress
    foretelling: bool
    documents: list[dict[str, Any]] = field(default_factory=list)
    """The documents as the JSON report has them."""
    removed: list[str] = field(default_factory=list)
    _statuses: Counter[WriteStatus] = field(default_factory=Counter)
    _failures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By the code of its first error, the plans that could not be built."""

    def tell(self, event: Event) -> None:
        """Show what happened."""
        match event:
            case Begun(stage, steps):
                self.progress.begin(NAMES[stage], steps)
            case Stepped():
                self.progress.step()
            case Remark(problems):
                self.session.tell(problems)
            case PlanReport():
                self._tell_plan(event)
            case Removed(path):
                self.removed.append(path)
                self.session.result(f"{'remove' if self.foretelling else 'removed':9} {path}", TerminalColour.YELLOW)
            case Listed(path, status):
                self.session.result(f"{status.value:9} {path}", INKS[status])
            case _:
                assert_never(event)

    def totals(self) -> str:
        """How it went, on one line for all documents and one for each reason why some could not be built."""
        counts = [f"{self._statuses[status]} {self._word(status)}" for status in WriteStatus if self._statuses[status]]
        counts += [f"{len(self.removed)} {'to be ' if self.foretelling else ''}removed"] if self.removed else []
        if not counts:
            return f"Nothing built; {problem_counts(self.session)}."
        line = f"{counted(self._statuses.total(), 'document')}: {joined_with_and(counts)}"
        unread = self.foretelling and self._statuses[WriteStatus.WRITTEN]
        if (
            reported(self.session) or not unread
        ):  # of a plan that has not been read nobody knows that it has no problems
            line += f"; {problem_counts(self.session)}"
        return "\n".join([f"{line}.", *self._reasons()])

    def _tell_plan(self, report: PlanReport) -> None:
        self.session.tell(report.problems)
        for document in report.documents:
            self.session.result(self._line(document), INKS[document.status])
            if self.session.arguments.json:
                self.documents.append(self._record(document))
            self._statuses[document.status] += 1
        if any(document.status is WriteStatus.FAILED for document in report.documents):
            errors = [problem.code for problem in report.problems if problem.severity is Severity.ERROR]
            self._failures[errors[0]].append(report.plan)
        if any(document.reason for document in report.documents):
            self.progress.step()

    def _line(self, document: Built) -> str:
        if self.foretelling and document.reason is not None:
            return f"{'build':9} {document.path} ({document.reason.value})"
        pages = f" ({counted(document.pages, 'page')})" if document.pages is not None else ""
        return f"{document.status.value:9} {document.path}{pages}"

    def _record(self, document: Built) -> dict[str, Any]:
        record = {
            "plan": document.plan,
            "format": document.format.value,
            "path": document.path,
            "status": document.status.value,
            "pages": document.pages,
            "sha256": document.sha256,
        }
        return record | {"reason": document.reason and document.reason.value} if self.foretelling else record

    def _word(self, status: WriteStatus) -> str:
        return "to be built" if self.foretelling and status is WriteStatus.WRITTEN else status.value

    def _reasons(self) -> list[str]:
        """Which plans could not be built, by the first of their errors."""
        lines = []
        for code, plans in sorted(self._failures.items()):
            more = [f"{len(plans) - MOST_NAMED} more"] if len(plans) > MOST_NAMED else []
            lines.append(f"Not built for {code}: {joined_with_and([*plans[:MOST_NAMED], *more])}.")
        return lines
