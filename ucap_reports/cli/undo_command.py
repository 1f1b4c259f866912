"""`undo`: restore the files of the last change that a command or the editor made to plans."""

from ucap_reports.batch.plan_history import PlanHistory, kept_files
from ucap_reports.cli.argument_parser import Arguments
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import open_project
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.atomic_files import WriteStatus


def run_undo(arguments: Arguments, session: Session) -> None:
    """Restore the last change; a file that was edited since is kept, and named."""
    session.json["files"] = []
    project = open_project(arguments, session)
    history = PlanHistory(project)
    entry = history.last()
    if entry is None:
        raise ProblemsFound([problem("undo-nothing")])
    restored = history.undo(entry)
    session.json["change"] = entry.command
    for path in restored.restored:
        session.json["files"].append({"path": path, "status": WriteStatus.WRITTEN.value})
        session.result("restored", path)
    session.report(kept_files(restored))
    session.conclude(f"{counted(len(restored.restored), 'file')} restored: as before `{entry.command}`.")
