"""`init`, `new` and `schema`: what somebody needs to begin with."""

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ucap_reports.cli.argument_parser import PROGRAM, Arguments, usage_error
from ucap_reports.cli.new_project_files import plan_file, project_files, schema_file
from ucap_reports.cli.problem_display import TerminalColour
from ucap_reports.cli.text_or_json_output import Session, open_project
from ucap_reports.plan.json_schema import schema_content
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, make_folder, write_files, write_missing
from ucap_reports.storage.project_folder import project_at

PLAN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_ID = 80


def run_init(arguments: Arguments, session: Session) -> None:
    """Write the files of a new project that are not there yet."""
    if arguments.folder is not None and arguments.root is not None:
        raise usage_error("usage-wrong", "DIR and --root both name the project", "give one of them")
    named = arguments.folder or arguments.root or Path()
    project = project_at(Path.cwd() / named)
    make_folder(project.root, str(named))
    if not _write_missing(project_files(project), session):
        session.note("Nothing to do: all of it is here already.")
        return
    enter = "" if project.root == Path.cwd() else f"cd {named} && "
    session.note(f"Next: `{enter}{PROGRAM} build` makes the documents, `{PROGRAM} new ID` begins another plan.")


def run_new(arguments: Arguments, session: Session) -> None:
    """Write a plan to fill in, and the schema for editors where it is missing."""
    plan_id = arguments.id.removesuffix(".yaml")
    if len(plan_id) > MAX_ID or not PLAN_ID.fullmatch(plan_id):
        message = f'"{arguments.id}" is no id: it has up to {MAX_ID} lower-case letters, digits and hyphens'
        raise usage_error("id-invalid", message, _better_id(plan_id))
    project = open_project(arguments)
    plan = plan_file(project, plan_id)
    if plan.path.exists():
        hint = "choose another id, or fill in what is there"
        raise ProblemsFound([Problem.error("plan-exists", "there is such a plan already", hint, Location(plan.shown))])
    _write_missing([plan, schema_file(project)], session)
    session.note(f"Next: fill in {plan.shown}; `{PROGRAM} check {plan_id}` tells what is missing.")


def run_schema(arguments: Arguments, session: Session) -> None:
    """Print the schema, or write it to a file."""
    content = schema_content()
    if arguments.out is not None:
        file = NewFile(_out_path(arguments.out, arguments), content, arguments.out)
        make_folder(file.path.parent, Path(arguments.out).parent.as_posix())
        _show([file], write_files([file]), session)
    elif arguments.json:
        session.report["schema"] = json.loads(content)
    else:
        session.data(content.decode())


def _out_path(out: str, arguments: Arguments) -> Path:
    """Where `out` is: in the project or, where none was named and none is near, in the current folder."""
    try:
        return open_project(arguments).path(out)
    except ProblemsFound:
        if arguments.root is not None:
            raise
        return Path.cwd() / out


def _write_missing(files: Iterable[NewFile], session: Session) -> bool:
    """Write what is not there yet and say so; whether anything was written."""
    every = tuple(files)
    statuses = write_missing(every)
    _show(every, statuses, session)
    return WriteStatus.WRITTEN in statuses


def _show(files: Iterable[NewFile], statuses: Iterable[WriteStatus], session: Session) -> None:
    pairs = tuple(zip(files, statuses, strict=True))
    session.report["files"] = [{"path": file.shown, "status": status.value} for file, status in pairs]
    for file, status in pairs:
        session.result(
            f"{status.value:9} {file.shown}", TerminalColour.GREEN if status is WriteStatus.WRITTEN else None
        )


def _better_id(text: str) -> str | None:
    """The hint with the nearest id that is one: without accents, capitals, spaces."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    better = "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_ID].strip("-")
    return f'write it as "{better}"' if better else None


RUNS = {"init": run_init, "new": run_new, "schema": run_schema}
