"""`fmt`: plan files in canonical order and style."""

from pathlib import Path

from ucap_reports.cli.argument_parser import PROGRAM, Arguments
from ucap_reports.cli.plan_selection import named_plans, project_with_lines
from ucap_reports.cli.problem_display import TerminalColour
from ucap_reports.cli.text_or_json_output import Session, counted, problem_counts, reported
from ucap_reports.plan.writing.canonical_order import format_plan
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, write_files
from ucap_reports.storage.decoding import read_source


def run_fmt(arguments: Arguments, session: Session) -> None:
    """Put plans into canonical form or, with --check, tell which are not."""
    files: list[dict[str, str]] = []
    session.report["files"] = files
    project = project_with_lines(arguments, session)
    paths = named_plans(project, arguments, session)
    for path in paths:
        shown = project.shown(path)
        try:
            status = _check(path, shown) if arguments.check else _write(path, shown)
        except ProblemsFound as found:
            session.tell(found.problems)
            status = WriteStatus.FAILED.value
        files.append({"path": shown, "status": status})
        if status == WriteStatus.WRITTEN:
            session.result(f"{status:9} {shown}", TerminalColour.GREEN)
    changed = sum(file["status"] == WriteStatus.WRITTEN for file in files)
    if not arguments.check:
        wrong = f"; {problem_counts(session)}" if reported(session) else ""
        session.note(f"{counted(len(files), 'plan')}: {changed} written{wrong}.")


def _write(path: Path, shown: str) -> str:
    (status,) = write_files([NewFile(path, _canonical(path, shown), shown)])
    return status.value


def _check(path: Path, shown: str) -> str:
    if _canonical(path, shown) == path.read_bytes():
        return WriteStatus.UNCHANGED.value
    hint = f"`{PROGRAM} fmt {path.stem}` puts it into order"
    raise ProblemsFound(
        [Problem.error("plan-unformatted", "this plan is not in canonical form", hint, Location(shown))]
    )


def _canonical(path: Path, shown: str) -> bytes:
    return format_plan(read_source(path, shown)).encode()


RUNS = {"fmt": run_fmt}
