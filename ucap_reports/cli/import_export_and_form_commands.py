"""`import`: plans from tables, Word files and text dumps. `export` and `form`: all plans in one workbook, and a Word
file to fill in.
"""

from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.batch.workbook_and_form_exchange import (
    export_plans,
    import_labels,
    plan_form,
    refuse_plan_workbook,
    refuse_to_overwrite,
    update_from_file,
    write_update,
)
from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.diff_command import text_with_changes
from ucap_reports.cli.init_new_and_schema_commands import schema_file
from ucap_reports.cli.project_plans_and_packs import (
    known_pack,
    named_plans,
    open_project,
    recorded_changes,
    selected_plans,
)
from ucap_reports.importers.column_map_file import NO_MAP, ColumnMap, read_columns
from ucap_reports.importers.draft_and_kept_comments import ImportedPlan
from ucap_reports.importers.import_file import MappedLabel, import_content
from ucap_reports.importers.import_updates import FieldChange, FieldConflict
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.problems import Location, Severity, problem, reported
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_refusals, locked, write_missing
from ucap_reports.storage.decoding import read_content, read_source
from ucap_reports.storage.project_folder import PLAN_ENDING, Project, typed_path
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES
from ucap_reports.storage.safe_folder import FileKind, is_file

_PLANNED = "planned"
"""The status of a file that a dry run would write."""


def run_import(arguments: Arguments, session: Session) -> None:
    """Write the plans that the files contain; existing plans stay, unless --update or --force says otherwise."""
    records = session.json["plans"]
    # In the report from the start, so that programs find them there when a project or a map is missing, too.
    if arguments.update:
        session.json |= {"changes": [], "conflicts": [], "created": [], "missing": []}
    elif arguments.dry_run:
        session.json["mapping"] = []
    if arguments.update and (arguments.force or arguments.into is not None):
        raise UsageError([problem("usage-invalid", form="update")])
    project = open_project(arguments, session)
    opened = opened_project(project)
    columns = _columns(arguments, project, opened.fields)
    labels, warnings = import_labels(project)
    session.report(warnings)
    if arguments.update:
        with recorded_changes(project, session):
            _update(project, labels, columns, session)
        changes = len(session.json["changes"])
        created = len(session.json["created"])
        session.conclude(f"{counted(changes, 'change')}, {counted(created, 'new plan')}; {session.problem_counts()}.")
        return
    mapping: list[MappedLabel] = []
    imported_paths: set[str] = set()
    with recorded_changes(project, session):
        for name in arguments.files:
            with reported(session.report):
                content = read_import(name, project)
                refuse_plan_workbook(content, name)
                imported = import_content(content, name, labels, columns, mapping)
                session.report(imported.problems)
                for plan in imported.plans:
                    record = _write(plan, project, arguments, session, imported_paths)
                    records.append(record)
                    imported_paths.add(record["path"])
    if arguments.dry_run:
        session.json["mapping"] = [to_builtins(label) for label in mapping]
        _show_proposals(mapping, session)
    made = [record for record in records if record["status"] in {WriteStatus.WRITTEN, _PLANNED}]
    if made and not arguments.dry_run:
        write_missing([schema_file(opened)])
    if not records and session.count(Severity.ERROR):
        session.conclude(f"Nothing imported; {session.problem_counts()}.")
    else:
        status = _PLANNED if arguments.dry_run else "written"
        session.conclude(f"{counted(len(records), 'plan')} found, {len(made)} {status}.")


def _show_proposals(mapping: Sequence[MappedLabel], session: Session) -> None:
    """Print the fields that labels without a field may mean."""
    for label in mapping:
        if not label.certain and label.field is not None:
            session.note(f'"{label.source}" may be {label.field}; to import it, name it in a map for --columns.')


def _update(project: Project, labels: Labels, columns: ColumnMap, session: Session) -> None:
    """Change the plans of the project by the files, one after the other, or with --dry-run only show the changes."""
    arguments = session.arguments
    report = session.json
    for name in arguments.files:
        with reported(session.report):
            update = update_from_file(project, read_import(name, project), name, labels, columns)
            session.report(update.problems)
            report["conflicts"] += [_conflict_record(conflict, name) for conflict in update.conflicts]
            report["missing"] += [to_builtins(row) for row in update.missing]
            if not arguments.dry_run:
                for written in write_update(project, update):
                    session.changes.append(written)
            report["changes"] += [_change_record(change, name) for change in update.changes]
            paths = {plan.id: plan.after.path for plan in update.plans}
            report["created"] += [{"plan": plan, "path": paths[plan]} for plan in update.created]
            for change in update.changes:
                session.text(f"{change.plan}: {change.field}\n")
                show_difference(shown_value(change.old), shown_value(change.new), session)
            status = _PLANNED if arguments.dry_run else WriteStatus.WRITTEN.value
            for path in paths.values():
                session.result(status, path)
                report["plans"].append({"path": path, "status": status})


def show_difference(old: str, new: str, session: Session) -> None:
    """Print a value with the words that were removed and added marked."""
    for line in text_with_changes(old, new).split("\n"):
        if line.strip():
            session.text(f"  {line}\n")


def _change_record(change: FieldChange, file: str) -> dict[str, Any]:
    return {"plan": change.plan, "field": change.field, "old": change.old, "new": change.new, "file": file}


def _conflict_record(conflict: FieldConflict, file: str) -> dict[str, Any]:
    values = [{"file": file, "value": conflict.value}]
    return {"plan": conflict.plan, "field": conflict.field, "now": conflict.now, "values": values}


def _write(
    plan: ImportedPlan, project: Project, arguments: Arguments, session: Session, before: Container[str]
) -> dict[str, str]:
    """Write a plan, and return its record in the JSON report; `before` are the files of this import so far."""
    session.report(plan.problems)
    folder = project.plans
    if arguments.into is not None:
        folder = project.path(str(typed_path(arguments.into)))
    path = folder / f"{plan.id}{PLAN_ENDING}"
    file = NewFile(path, plan.text.encode(), project.shown(path), project.safe_output(folder))
    with locked(path):
        record = _save(file, arguments, session, is_twice=file.shown in before)
    if arguments.dry_run:
        record["text"] = plan.text
        session.data(f"{plan.text}\n")
    return record


def _save(file: NewFile, arguments: Arguments, session: Session, *, is_twice: bool) -> dict[str, str]:
    """Write the file of a plan, unless it exists with other content or `is_twice` in this import; return its record."""
    content = None
    with disk_refusals(file.shown, is_writing=True):
        if file.safe_folder.kind(file.path) is FileKind.FILE:
            content = file.safe_folder.read_file(file.path)
    record = {"path": file.shown, "status": WriteStatus.FAILED.value}
    is_other_file = content is not None and content != file.content
    if is_twice or (is_other_file and not arguments.force):
        form = "twice" if is_twice else "import"
        session.report([problem("plan-exists", Location(file.shown), form=form)])
        record["status"] = "exists"
    elif arguments.dry_run:
        record["status"] = WriteStatus.UNCHANGED.value if content == file.content else _PLANNED
        session.result(record["status"], file.shown)
    else:
        with reported(session.report):
            record = session.save_edited(file, content)
    return record


def read_import(name: str, project: Project) -> bytes:
    """Return the bytes of a file that is named relative to the current folder. Raises ProblemsFound."""
    path = typed_path(name)
    return read_content(path, name, MAX_IMPORT_BYTES, project.safe_folder_of(path))


def _columns(arguments: Arguments, project: Project, fields: KnownFields) -> ColumnMap:
    if arguments.columns is None:
        return NO_MAP
    path = typed_path(arguments.columns)
    if not is_file(path):
        raise UsageError([problem("columns-missing", name=arguments.columns)])
    source = read_source(path, str(arguments.columns), project.safe_folder_of(path))
    return read_columns(source, fields)


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
    path = typed_path(out)
    file = NewFile(path, exported.content, out.as_posix(), project.safe_folder_of(path))
    saved = session.save(file, lambda content: refuse_to_overwrite(project, file, content))
    session.json["plans"] = list(exported.plans)
    session.json["files"] = [saved]
    session.conclude(f"{counted(len(exported.plans), 'plan')} exported; {session.problem_counts()}.")


def run_form(arguments: Arguments, session: Session) -> None:
    """Write the form of a plan, or an empty one. A file that exists is not overwritten."""
    project = open_project(arguments, session)
    plan = named_plans(project, [arguments.plan], session)[0] if arguments.plan else None
    usual_name = "form" if plan is None else f"{plan.stem}-form"
    out = Path(arguments.out or f"{usual_name}{_FORM_ENDING}")
    if out.suffix.lower() != _FORM_ENDING:
        raise UsageError([problem("usage-invalid", form="form-ending")])
    template = known_pack(arguments.template, project) if arguments.template else None
    content = plan_form(project, plan, template, arguments.language)
    path = typed_path(out)
    file = NewFile(path, content, out.as_posix(), project.safe_folder_of(path))
    saved = session.save(file, lambda content: refuse_to_overwrite(project, file, content))
    if plan is not None:
        session.json["plan"] = plan.stem
    session.json["files"] = [saved]
    session.conclude("Send it to the city; `ucap import` or `ucap review --apply` reads the answers.")
