"""`check` and `build`: plans looked at, and published."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ucap_reports.batch import OUT, PlanReport, build_plans, check_plans
from ucap_reports.cli.arguments import Arguments, wrong_use
from ucap_reports.cli.display import Ink
from ucap_reports.cli.plans import named_plans, project_with_lines
from ucap_reports.cli.session import Session, counted, joined
from ucap_reports.cli.starters import schema_file
from ucap_reports.document import Format
from ucap_reports.files import Status, write_files
from ucap_reports.packs import PackFolder, pack_names
from ucap_reports.problems import Severity, did_you_mean
from ucap_reports.produce import Order
from ucap_reports.project import TEMPLATES, Project

INKS = {Status.WRITTEN: Ink.GREEN, Status.UNCHANGED: None, Status.FAILED: Ink.RED}


def run_check(arguments: Arguments, session: Session) -> None:
    """Tell all problems of the plans and of their packs."""
    project = project_with_lines(arguments, session)
    paths = named_plans(project, arguments, session)
    for report in check_plans(project, paths):
        session.tell(report.problems)
    session.note(f"{counted(len(paths), 'plan')} checked: {_findings(session)}.")


def run_build(arguments: Arguments, session: Session) -> None:
    """Build the plans, telling of each as soon as it is done."""
    documents: list[dict[str, Any]] = []
    session.report["documents"] = documents
    project = project_with_lines(arguments, session)
    paths = named_plans(project, arguments, session)
    _refuse_unknown_pack(project, arguments.template)
    order = Order(_formats(arguments), arguments.template, arguments.language)
    statuses: Counter[Status] = Counter()
    for report in build_plans(project, paths, order, project.path(arguments.out or OUT)):
        session.tell(report.problems)
        _show(report, session)
        documents += [asdict(document) for document in report.documents]
        statuses.update(document.status for document in report.documents)
    _renew_schema(project)
    session.note(_totals(statuses, session))


RUNS = {"check": run_check, "build": run_build}


def _refuse_unknown_pack(project: Project, name: str | None) -> None:
    if name is None:
        return
    names = pack_names([PackFolder(folder, TEMPLATES) for folder in project.pack_folders])
    if name not in names:
        hint = did_you_mean(name, names) or f"there are {joined(names)}"
        raise wrong_use("pack-unknown", f'no pack is called "{name}"', hint)


def _formats(arguments: Arguments) -> tuple[Format, ...]:
    wanted = arguments.formats or tuple(Format)
    return tuple(each for each in Format if each in wanted)


def _show(report: PlanReport, session: Session) -> None:
    for document in report.documents:
        pages = f" ({counted(document.pages, 'page')})" if document.pages is not None else ""
        session.result(f"{document.status.value:9} {document.path}{pages}", INKS[document.status])


def _renew_schema(project: Project) -> None:
    """Keep the schema that editors use current, where the project has it."""
    if project.schema.is_file():
        write_files([schema_file(project)])


def _totals(statuses: Counter[Status], session: Session) -> str:
    counts = [f"{statuses[status]} {status.value}" for status in Status if statuses[status]]
    documents = counted(statuses.total(), "document")
    return (
        f"{documents}: {joined(counts)}; {_findings(session)}." if counts else f"Nothing built; {_findings(session)}."
    )


def _findings(session: Session) -> str:
    """How many errors and warnings were told."""
    kinds: Iterable[Severity] = [severity for severity in Severity if session.count(severity)]
    found = [counted(session.count(severity), severity.value) for severity in kinds]
    return joined(found) if found else "no problems"
