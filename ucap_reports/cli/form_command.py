"""`form`: a Word file to fill in, empty or with the values of a plan."""

from pathlib import Path

from ucap_reports.batch.plan_exchange import plan_form
from ucap_reports.cli.argument_parser import Arguments, UsageError
from ucap_reports.cli.command_output import Session
from ucap_reports.cli.selected_plans import known_pack, named_plans, open_project
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.atomic_files import NewFile
from ucap_reports.storage.decoding import read_content
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES
from ucap_reports.storage.safe_folder import FileKind

_ENDING = ".docx"


def run_form(arguments: Arguments, session: Session) -> None:
    """Write the form of a plan, or an empty one. A file that exists is not overwritten."""
    project = open_project(arguments, session)
    plan = named_plans(project, [arguments.plan], session)[0] if arguments.plan else None
    out = Path(arguments.out or f"{'form' if plan is None else f'{plan.stem}-form'}{_ENDING}")
    if out.suffix.lower() != _ENDING:
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
