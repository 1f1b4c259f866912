"""`preview`: a plan's documents in the browser, updated after each save."""

import os
import sys
from pathlib import Path

from ucap_reports.cli.argument_parser import Arguments, needs_extra, usage_errors
from ucap_reports.cli.command_output import Session
from ucap_reports.cli.selected_plans import open_project


def run_preview(arguments: Arguments, session: Session) -> None:
    """Serve the preview until it is interrupted."""
    project = open_project(arguments, session)
    with usage_errors():
        named = project.find_plans([arguments.plan], Path.cwd()) if arguments.plan else ()
    with needs_extra("preview"):
        from ucap_reports.preview import local_server  # noqa: PLC0415 - its libraries may not be installed
    with usage_errors():
        listening = local_server.listen(arguments.port)
    address = local_server.address(listening)

    def ready() -> None:
        session.json["address"] = address
        if arguments.json:
            session.finish()
        session.text(f"{address}\n")
        session.note("The page is updated after each save. Ctrl-C ends the preview.")
        if arguments.open and _has_window():
            _open_browser(address)

    local_server.serve(project, listening, named, ready)


def _open_browser(address: str) -> None:
    """Open the standard browser. On Windows, no other is tried: its program could be one in the current folder."""
    import webbrowser  # noqa: PLC0415 - not needed without a screen

    name = "windows-default" if sys.platform == "win32" else None
    webbrowser.get(name).open(address)


def _has_window() -> bool:
    """Whether the command runs in a terminal on a computer with a graphical screen."""
    has_screen = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(has_screen)
