"""`export` and `form`: all plans in one workbook, and a Word file to fill in."""

from pathlib import Path

from ucap_reports.batch.opened_project import opened_project
from ucap_reports.batch.plan_exchange import export_plans, plan_form, refuse_to_overwrite
from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import known_pack, named_plans, open_project, selected_plans
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.atomic_files import NewFile, refuse_unsafe
from ucap_reports.storage.decoding import read_content
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES
from ucap_reports.storage.safe_folder import FileKind

_WORKBOOK_ENDING = ".xlsx"
_FORM_ENDING = ".docx"


def run_export(arguments: Arguments, session: Session) -> None:
    """Write the workbook of the plans that are named, or of all."""
    out = Path(arguments.file)
    if out.suffix.lower() != _WORKBOOK_ENDING:
        raise UsageError([problem("usage-invalid", form="export-ending")])
    project = open_project(arguments, session)
    opened = opened_project(project)
    exported = export_plans(opened, selected_plans(opened, arguments, session))
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


def run_form(arguments: Arguments, session: Session) -> None:
    """Write the form of a plan, or an empty one. A file that exists is not overwritten."""
    project = open_project(arguments, session)
    plan = named_plans(project, [arguments.plan], session)[0] if arguments.plan else None
    out = Path(arguments.out or f"{'form' if plan is None else f'{plan.stem}-form'}{_FORM_ENDING}")
    if out.suffix.lower() != _FORM_ENDING:
        raise UsageError([problem("usage-invalid", form="form-ending")])
    template = known_pack(arguments.template, project) if arguments.template else None
    content = plan_form(project, plan, template, arguments.language)
    path, shown = Path.cwd() / out, out.as_posix()
    safe_folder = project.safe_folder_of(path)
    if (
        safe_folder.kind(path) is not FileKind.MISSING
        and read_content(path, shown, MAX_IMPORT_BYTES, safe_folder) != content
    ):
        raise ProblemsFound([problem("export-edited", Location(shown), form="form")])
    session.json["plan"] = plan.stem if plan is not None else None
    session.json["files"] = [session.save(NewFile(path, content, shown, safe_folder))]
    session.conclude("Send it to the city; `ucap import` or `ucap review --apply` reads the answers.")
