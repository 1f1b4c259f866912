"""`import`: plans from tables, Word files and text dumps."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.cli.argument_parser import Arguments, usage_error
from ucap_reports.cli.new_project_files import schema_file
from ucap_reports.cli.plan_selection import project_with_lines
from ucap_reports.cli.problem_display import TerminalColour
from ucap_reports.cli.text_or_json_output import Session, counted
from ucap_reports.importers.column_map import ColumnMap, read_columns
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.finish_plan import ImportedPlan
from ucap_reports.importers.import_file import Imported, import_content
from ucap_reports.importers.pack_recognition import DEFAULT_PACK
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, make_folder, write_files, write_missing
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import PLAN_ENDING, TEMPLATES, Project
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import PackFolder, open_pack, pack_names

MAX_BYTES = 32 * 1024 * 1024
PLANNED = "planned"
"""The status of a file that a dry run would write."""
EXISTS = "exists"


def run_import(arguments: Arguments, session: Session) -> None:
    """Write a plan for each that the files hold; files that are there already stay, unless --force says otherwise."""
    records: list[dict[str, str]] = []
    session.report["plans"] = records
    project = project_with_lines(arguments, session)
    columns = _columns(arguments)
    labels = Labels(tuple(_packs(project, session)))
    for name in arguments.files:
        try:
            imported = import_content(_content(name), name, labels, columns)
        except ProblemsFound as found:
            session.tell(found.problems)
            continue
        session.tell(imported.problems)
        records += _write(imported, project, arguments, session)
    made = sum(record["status"] in {WriteStatus.WRITTEN, PLANNED} for record in records)
    if made and not arguments.dry_run:
        write_missing([schema_file(project)])
    session.note(f"{counted(len(records), 'plan')} found, {made} {PLANNED if arguments.dry_run else 'written'}.")


def _write(imported: Imported, project: Project, arguments: Arguments, session: Session) -> Iterator[dict[str, str]]:
    """Write the plans of one file and say what became of each."""
    for plan in imported.plans:
        session.tell(plan.problems)
        file = _file(plan, project, arguments.into)
        try:
            status = _status(file, arguments)
        except ProblemsFound as found:
            session.tell(found.problems)
            status = EXISTS if found.problems[0].code == "plan-exists" else WriteStatus.FAILED.value
        record = {"path": file.shown, "status": status}
        if arguments.dry_run:
            record["text"] = plan.text
        ink = TerminalColour.GREEN if status in {WriteStatus.WRITTEN, PLANNED} else None
        if status in {WriteStatus.WRITTEN, WriteStatus.UNCHANGED, PLANNED}:
            session.result(f"{status:9} {file.shown}", ink)
        if arguments.dry_run and not arguments.json:
            session.data(f"{plan.text}\n")
        yield record


def _status(file: NewFile, arguments: Arguments) -> str:
    """Write the file, if it may be; what became of it."""
    content = file.path.read_bytes() if file.path.is_file() else None
    if content is not None and content != file.content and not arguments.force:
        hint = "--force replaces it; --into writes into another folder"
        raise ProblemsFound([Problem.error("plan-exists", "there is such a plan already", hint, Location(file.shown))])
    if arguments.dry_run:
        return WriteStatus.UNCHANGED.value if content == file.content else PLANNED
    make_folder(file.path.parent, Path(file.shown).parent.as_posix())
    (status,) = write_files([file])
    return status.value


def _file(plan: ImportedPlan, project: Project, into: str) -> NewFile:
    path = project.path(into) / f"{plan.id}{PLAN_ENDING}"
    return NewFile(path, plan.text.encode(), project.shown(path))


def _content(name: str) -> bytes:
    """The bytes of a file, one more than the limit at most."""
    here = Location(name)
    path = Path.cwd() / name
    try:
        if path.is_dir():
            raise ProblemsFound([Problem.error("file-unreadable", "this is a folder", "name the files in it", here)])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ProblemsFound([Problem.error("file-missing", "there is no such file", None, here)]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is not valid"
        raise ProblemsFound(
            [Problem.error("file-unreadable", f"the file cannot be read: {reason}", None, here)]
        ) from None


def _columns(arguments: Arguments) -> ColumnMap | None:
    if arguments.columns is None:
        return None
    path = Path.cwd() / arguments.columns
    if not path.is_file():
        raise usage_error("columns-missing", f'there is no map "{arguments.columns}"')
    return read_columns(read_source(path, str(arguments.columns)))


def _packs(project: Project, session: Session) -> Iterator[Pack]:
    """The packs whose labels are known, the shipped default first; one that cannot be opened is told of."""
    folders = [PackFolder(folder, TEMPLATES) for folder in project.pack_folders]
    for name in sorted(pack_names(folders), key=lambda name: (name != DEFAULT_PACK, name)):
        try:
            yield open_pack(name, folders)
        except ProblemsFound as found:
            session.tell(replace(problem, severity=Severity.WARNING) for problem in found.problems)


RUNS = {"import": run_import}
