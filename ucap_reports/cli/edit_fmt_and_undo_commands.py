"""`edit`, `fmt` and `undo`: change plan files in the browser or into canonical form, and restore them."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, project_settings
from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.undo_history import FileChange, UndoHistory, kept_files
from ucap_reports.cli.command_line import Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.project_plans_and_packs import named_plans, open_project, recorded_changes
from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.plan_file import format_plan, left_extra
from ucap_reports.problems import Location, ProblemsFound, problem, reported
from ucap_reports.source.yaml_parsing import parse, parse_tolerantly
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, locked, refuse_unsafe, write_edited
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.project_folder import Project


def run_edit(arguments: Arguments, session: Session) -> None:
    """Serve the editor until it is interrupted, or open the one of the project that is running."""
    from ucap_reports.editor import local_server  # noqa: PLC0415 - other commands need no server
    from ucap_reports.editor.tokens_port_and_origin import is_running, known_access  # noqa: PLC0415 - other commands need no server

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
        session.text(f"{address}\n")
        if arguments.open and _has_window():
            _open_browser(address, session)

    known = known_access(project)
    if known is not None and is_running(project, known):
        session.note("The editor of this project is running already.")
        if known.read_only != arguments.read_only:
            mode = "reading" if known.read_only else "writing"
            session.report([problem("editor-mode", form=mode)])
        show(known.address(plan))
        return
    with usage_errors():
        listening, access = local_server.listen(project, arguments.port, read_only=arguments.read_only)

    def ready() -> None:
        show(access.address(plan))
        if arguments.json:
            session.finish()
        purpose = "The pages follow the files" if arguments.read_only else "Your changes are saved as you type"
        session.note(f"{purpose}. Ctrl-C ends the editor.")

    local_server.serve(project, listening, access, ready)


def _open_browser(address: str, session: Session) -> None:
    """Open the standard browser, or say that there is none.

    On Windows, no other is tried: its program could be one in the current folder.
    """
    import webbrowser  # noqa: PLC0415 - not needed without a screen

    name = "windows-default" if sys.platform == "win32" else None
    try:
        is_open = webbrowser.get(name).open(address)
    except webbrowser.Error:  # there is no browser
        is_open = False
    if not is_open:
        session.note("No browser could be opened: open this address in one.")


def _has_window() -> bool:
    """Return whether the command runs in a terminal on a computer with a graphical screen."""
    if not sys.stdout.isatty():
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run_fmt(arguments: Arguments, session: Session) -> None:
    """Put plans into canonical form or, with --check, report those that are not."""
    files = session.json["files"]
    project = open_project(arguments, session)
    settings = ProjectSettings()
    with reported(session.report):
        settings = project_settings(project)
    opened = OpenedProject(project, settings)
    with recorded_changes(project, session):
        for path in named_plans(project, arguments.plans, session):
            shown = project.shown(path)
            status = WriteStatus.FAILED
            with reported(session.report):
                status = _format(path, project, opened.fields_of, session)
            files.append({"path": shown, "status": status.value})
            if status is WriteStatus.WRITTEN:
                session.result(status, shown)
    if arguments.check:
        return
    written = [file for file in files if file["status"] == WriteStatus.WRITTEN]
    totals = f"{counted(len(files), 'plan')}: {len(written)} written"
    problems = session.problem_counts(none="")
    if problems:
        totals = f"{totals}; {problems}"
    session.conclude(f"{totals}.")


def _format(path: Path, project: Project, fields_of: Callable[[Any], KnownFields], session: Session) -> WriteStatus:
    """Format the plan in a file, or only report that it is not, and report what is left below `extra`."""
    check = session.arguments.check
    shown = project.shown(path)
    safe_folder = project.safe_folder_of(path)
    with locked(path):
        if not check:
            refuse_unsafe(path, shown, safe_folder)
        before = read_content(path, shown, within=safe_folder)
        source = decode_source(before, shown)
        fields = BUILT_IN
        with suppress(ProblemsFound):  # which formatting reports
            fields = fields_of(parse_tolerantly(source).value)
        text = format_plan(source, fields)
        content = _with_line_ends_of(source, text).encode()
        session.report(left_extra(parse(Source(shown, text)), fields))
        if not check:
            status = write_edited(NewFile(path, content, shown, safe_folder), before)
            session.changes.append(FileChange(shown, before, content))
            return status
    if content != before:
        raise ProblemsFound([problem("plan-unformatted", Location(shown), plan=path.stem)])
    return WriteStatus.UNCHANGED


def _with_line_ends_of(source: Source, text: str) -> str:
    """Return the text with the line ends of a file: git writes those of Windows into every file of a checkout there."""
    line_ends = source.text.count("\n")
    is_of_windows = line_ends and source.text.count("\r\n") == line_ends
    return text.replace("\n", "\r\n") if is_of_windows else text


def run_undo(arguments: Arguments, session: Session) -> None:
    """Restore the last change that can be read; later ones, and files that were edited since, are named."""
    project = open_project(arguments, session)
    history = UndoHistory(project)
    restored = history.undo_last()
    if restored is None:
        raise ProblemsFound([*history.unreadable_after(None), problem("undo-nothing")])
    entry = restored.entry
    session.report(history.unreadable_after(entry))
    session.json["change"] = entry.command
    for path in restored.restored:
        session.json["files"].append({"path": path, "status": WriteStatus.WRITTEN.value})
        status = "removed" if path in restored.removed else "restored"
        session.result(status, path)
    session.report(kept_files(restored))
    session.conclude(f"{counted(len(restored.restored), 'file')} restored: as before `{entry.command}`.")
