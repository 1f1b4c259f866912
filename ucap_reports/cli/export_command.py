"""`export`: all plans in one workbook."""

from pathlib import Path

from ucap_reports.batch.plan_exchange import export_plans, refuse_to_overwrite
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.cli.argument_parser import Arguments, UsageError
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import open_project, selected_plans
from ucap_reports.problems import problem
from ucap_reports.storage.atomic_files import NewFile, refuse_unsafe
from ucap_reports.storage.decoding import read_content
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES
from ucap_reports.storage.safe_folder import FileKind

_ENDING = ".xlsx"


def run_export(arguments: Arguments, session: Session) -> None:
    """Write the workbook of the plans that are named, or of all."""
    out = Path(arguments.file)
    if out.suffix.lower() != _ENDING:
        raise UsageError([problem("usage-invalid", form="export-ending")])
    project = open_project(arguments, session)
    settings = project_settings(project)
    exported = export_plans(project, selected_plans(project, arguments, session, settings), settings)
    session.report(exported.problems)
    path = Path.cwd() / out
    shown, safe_folder = out.as_posix(), project.safe_folder_of(path)
    refuse_unsafe(path, shown, safe_folder)
    if safe_folder.kind(path) is not FileKind.MISSING:
        before = read_content(path, shown, MAX_IMPORT_BYTES, safe_folder)
        if before != exported.content:
            refuse_to_overwrite(project, before, shown)
    session.json["plans"] = list(exported.plans)
    session.json["files"] = [session.save(NewFile(path, exported.content, shown, safe_folder))]
    session.conclude(f"{counted(len(exported.plans), 'plan')} exported; {session.problem_counts()}.")
