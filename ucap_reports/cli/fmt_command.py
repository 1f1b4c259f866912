"""`fmt`: plan files in canonical order and style."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.plan_history import FileChange, record_changes
from ucap_reports.batch.project_settings import ProjectSettings, project_settings
from ucap_reports.cli.argument_parser import Arguments
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import named_plans, open_project
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.writing.extra_fields import left_extra
from ucap_reports.plan.writing.yaml_writing import format_plan
from ucap_reports.problems import Location, ProblemsFound, problem, reported
from ucap_reports.source.yaml_parsing import parse, parse_tolerantly
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, refuse_unsafe, write_edited
from ucap_reports.storage.decoding import Source, decode_source, read_content
from ucap_reports.storage.file_lock import locked
from ucap_reports.storage.project_folder import Project


def run_fmt(arguments: Arguments, session: Session) -> None:
    """Put plans into canonical form or, with --check, report those that are not."""
    files = session.json["files"] = []
    project = open_project(arguments, session)
    settings = ProjectSettings()
    with reported(session.report):
        settings = project_settings(project)
    packs = PackStore(project, settings.pack)
    for path in named_plans(project, arguments.plans, session):
        shown = project.shown(path)
        status = WriteStatus.FAILED
        with reported(session.report):
            status = _format(path, project, partial(packs.fields, default=settings.template), session)
        files.append({"path": shown, "status": status.value})
        if status is WriteStatus.WRITTEN:
            session.result(status, shown)
    record_changes(project, arguments.command, session.changes)
    changed = sum(file["status"] == WriteStatus.WRITTEN for file in files)
    problems = session.problem_counts(none="")
    if not arguments.check:
        session.conclude(f"{counted(len(files), 'plan')}: {changed} written{'; ' if problems else ''}{problems}.")


def _format(
    path: Path, project: Project, fields_of: Callable[[Any], KnownFields | None], session: Session
) -> WriteStatus:
    """Format the plan in a file, or only report that it is not, and report what is left below `extra`."""
    check = session.arguments.check
    shown, safe_folder = project.shown(path), project.safe_folder_of(path)
    with locked(path):
        if not check:
            refuse_unsafe(path, shown, safe_folder)
        before = read_content(path, shown, within=safe_folder)
        source, fields = decode_source(before, shown), BUILT_IN
        with suppress(ProblemsFound):  # which formatting reports
            fields = fields_of(parse_tolerantly(source).value) or BUILT_IN
        text = format_plan(source, fields)
        content = text.encode()
        session.report(left_extra(parse(Source(shown, text)), fields))
        if not check:
            status = write_edited(NewFile(path, content, shown, safe_folder), before)
            session.changes.append(FileChange(shown, before, content))
            return status
    if content != before:
        raise ProblemsFound([problem("plan-unformatted", Location(shown), plan=path.stem)])
    return WriteStatus.UNCHANGED
