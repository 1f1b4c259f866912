"""`edit`: plans in the browser, as a form beside their pages."""

import os
import sys
from pathlib import Path

from ucap_reports.cli.argument_parser import Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output import Session
from ucap_reports.cli.selected_plans import open_project
from ucap_reports.problems import Location, problem


def run_edit(arguments: Arguments, session: Session) -> None:
    """Serve the editor until it is interrupted, or open the one of the project that is running."""
    from ucap_reports.editor import local_server  # noqa: PLC0415 - other commands need no server

    project = open_project(arguments, session)
    if arguments.install_shortcut:
        from ucap_reports.editor.shortcut import install_shortcut, this_desktop  # noqa: PLC0415 - needed once

        path = install_shortcut(project.root, this_desktop())
        session.json["shortcut"] = str(path)
        session.result("written", str(path))
        session.conclude("Start the editor with this shortcut from now on.")
        return
    with usage_errors():
        named = project.find_plans(arguments.plans, Path.cwd()) if arguments.plans else ()
    for path in named:
        if path.parent != project.plans:
            raise UsageError([problem("plan-outside", Location(project.shown(path)))])
    plan = named[0].stem if named else None

    def show(address: str) -> None:
        session.json["address"] = address
        if arguments.json:
            session.finish()
        session.text(f"{address}\n")
        if arguments.open and _has_window():
            _open_browser(address)

    known = local_server.known_access(project)
    if known is not None and local_server.is_running(project, known):
        session.note("The editor of this project is running already.")
        show(known.address(plan))
        return
    with usage_errors():
        listening, access = local_server.listen(project, arguments.port)

    def ready() -> None:
        show(access.address(plan))
        session.note("Your changes are saved as you type. Ctrl-C ends the editor.")

    local_server.serve(project, listening, access, ready, read_only=arguments.read_only)


def _open_browser(address: str) -> None:
    """Open the standard browser. On Windows, no other is tried: its program could be one in the current folder."""
    import webbrowser  # noqa: PLC0415 - not needed without a screen

    name = "windows-default" if sys.platform == "win32" else None
    webbrowser.get(name).open(address)


def _has_window() -> bool:
    """Return whether the command runs in a terminal on a computer with a graphical screen."""
    has_screen = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(has_screen)
