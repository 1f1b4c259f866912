"""`preview`: a plan's documents in the browser, as they are saved."""

import os
import sys
from pathlib import Path

from ucap_reports.batch import source_date
from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.cli.argument_parser import PROGRAM, Arguments, UsageError
from ucap_reports.cli.plan_selection import project_with_lines
from ucap_reports.cli.text_or_json_output import Session
from ucap_reports.problems import Problem, ProblemsFound

LIBRARIES = frozenset({"starlette", "uvicorn", "watchfiles"})
EXTRA = "ucap-reports[preview]"


def run_preview(arguments: Arguments, session: Session) -> None:
    """Serve the preview until it is interrupted."""
    project = project_with_lines(arguments, session)
    try:
        named = project.find_plans([arguments.plan], Path.cwd()) if arguments.plan else ()
    except ProblemsFound as found:
        raise UsageError(found.problems) from found
    try:
        from ucap_reports.preview import local_server  # noqa: PLC0415 - its packages may not be there
    except ModuleNotFoundError as error:
        raise _as_problem(error) from error
    try:
        listening = local_server.listen(arguments.port)
    except ProblemsFound as found:
        raise UsageError(found.problems) from found
    address = local_server.address(listening)

    def ready() -> None:
        session.report["address"] = address
        if arguments.json:
            session.finish()
        else:
            session.data(f"{address}\n")
        session.note("Shows what you save, as soon as you save it. Ctrl-C ends it.")
        if arguments.open and _has_window():
            _open(address)

    local_server.serve(project, listening, named, options=BuildOptions(undated=source_date()), ready=ready)


def _as_problem(error: ModuleNotFoundError) -> Exception:
    """The error itself or, where it is the extra's packages that are missing, a word on how to get them."""
    name = (error.name or "").partition(".")[0]
    if name not in LIBRARIES:
        return error
    message = f"{PROGRAM} preview needs the package {name}, which is not installed"
    hint = f'`{Path(sys.executable).name} -m pip install "{EXTRA}"` installs what it needs'
    return ProblemsFound([Problem.error("extra-missing", message, hint)])


def _has_window() -> bool:
    """Whether somebody sits at this machine: at a terminal, and with a screen that has windows."""
    has_screen = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(has_screen)


def _open(address: str) -> None:
    import webbrowser  # noqa: PLC0415 - only who sits at a screen needs it

    webbrowser.open(address)


RUNS = {"preview": run_preview}
