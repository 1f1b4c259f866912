"""`check`: report the problems of plans, and write nothing."""

from contextlib import closing

from ucap_reports.batch.check_plans import check_plans
from ucap_reports.batch.deleted_plans import deleted_plan_warnings
from ucap_reports.batch.opened_project import OpenedProject
from ucap_reports.batch.project_settings import settings_despite_errors
from ucap_reports.cli.command_line import Arguments
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import open_project, selected_plans
from ucap_reports.problems import Location, problem
from ucap_reports.storage.project_folder import OUT, PLANS

FEWEST_SPARSE = 3
"""Plans of which little is known, from which the check refers to the book."""


def run_check(arguments: Arguments, session: Session) -> None:
    """Report all problems of the plans and of their packs, and of PDFs."""
    files = [plan for plan in arguments.plans if plan.lower().endswith(".pdf")]
    if files:
        from ucap_reports.cli.sign_command import check_files  # noqa: PLC0415 - most checks are of plans only

        check_files(files, arguments, session)
        arguments.plans = [plan for plan in arguments.plans if plan not in files]
        if not arguments.plans:
            session.conclude(f"{counted(len(files), 'file')} checked: {session.problem_counts()}.")
            return
    translations = session.json["translations"] = []
    project = open_project(arguments, session)
    settings = settings_despite_errors(project)
    session.report(settings.problems)
    opened = OpenedProject(project, settings)
    paths = selected_plans(opened, arguments, session)
    session.report(deleted_plan_warnings(project, project.path(OUT)))
    sparse: list[str] = []
    with closing(check_plans(opened, paths, arguments.jobs)) as reports:
        for path, report in zip(paths, reports, strict=True):
            session.report(report.problems)
            if report.is_sparse:
                sparse.append(report.plan)
            translations += [session.completeness(translation) for translation in report.completeness]
            if arguments.verbose:
                session.result("checked", project.shown(path))
    if len(sparse) >= FEWEST_SPARSE:
        session.report([problem("plans-sparse", Location(PLANS), count=len(sparse), plans=", ".join(sparse))])
    session.conclude(f"{counted(len(paths), 'plan')} checked: {session.problem_counts()}.")
