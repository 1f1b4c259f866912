"""The project of a command, and the plans and packs that it works on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_despite_errors
from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.cli.command_line import Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output_and_exit_codes import Session, joined_with_and
from ucap_reports.problems import Location, Severity, did_you_mean, problem
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.project_folder import PLANS, Project, find_project, shipped_folder, typed_path
from ucap_reports.storage.safe_folder import SafeFolder


def open_project(arguments: Arguments, session: Session) -> Project:
    """Return the project that --root names, or the nearest; its lines can be shown from now on. Raises UsageError."""
    with usage_errors():
        project = find_project(arguments.root, Path.cwd())
    session.excerpts = SourceExcerpts((project.root, shipped_folder()), _typed_paths(arguments), Path.cwd())
    return project


def opened_with_errors_reported(project: Project, session: Session) -> OpenedProject:
    """Return a project with its settings, for a command that only reads plans: errors in `ucap.yaml` are reported, and
    the settings that are valid in spite of them count.
    """
    opened = opened_despite_errors(project)
    if opened.settings.have_errors:
        session.report(opened.settings.problems)
    return opened


@contextmanager
def recorded_changes(project: Project, session: Session) -> Iterator[None]:
    """Add what the block changes to the history of the project, also if an error or Ctrl-C ends it."""
    from ucap_reports.batch.undo_history import record_changes  # noqa: PLC0415 - most commands change no plan

    try:
        yield
    finally:
        record_changes(project, session.arguments.command, session.changes)


def named_plans(project: Project, names: Sequence[str], session: Session) -> Sequence[Path]:
    """Return the files of the plans that are named, or of all. Raises UsageError where a name is unknown."""
    if names:
        with usage_errors():
            return project.find_plans(names, Path.cwd())
    paths = project.plan_paths()
    misnamed = project.misnamed()
    session.report(misnamed)
    if not paths and all(warning.severity is Severity.INFO for warning in misnamed):
        session.report([problem("plans-none", Location(PLANS))])
    return paths


def selected_plans(opened: OpenedProject, arguments: Arguments, session: Session) -> Sequence[Path]:
    """Return the files of the plans that are named, or of all, if they fulfil the conditions of --where. Raises
    UsageError.
    """
    paths = named_plans(opened.project, arguments.plans, session)
    if not arguments.where:
        return paths
    from ucap_reports.batch.where_conditions_and_plan_facts import selected_paths  # noqa: PLC0415 - few commands have conditions

    with usage_errors():
        return selected_paths(opened, paths, arguments.where)


def project_or_none(arguments: Arguments, session: Session) -> Project | None:
    """Return the project, or None where there is none and --root names none."""
    try:
        return open_project(arguments, session)
    except UsageError:
        if arguments.root is not None:
            raise
        session.excerpts = SourceExcerpts((shipped_folder(),), _typed_paths(arguments), Path.cwd())
        return None


def _typed_paths(arguments: Arguments) -> list[Path]:
    """Return the absolute paths of all words of the command line, most of which are paths."""
    paths = []
    for value in vars(arguments).values():
        words = value if isinstance(value, list) else [value]
        for word in words:
            if isinstance(word, str | Path) and str(word):
                paths.append(typed_path(word))
    return paths


def safe_folder_of(file: Path, project: Project | None) -> SafeFolder:
    """Return the folder below which a file that a person typed is opened: the project, or the file's own folder."""
    if project is None:
        return SafeFolder(file.parent, typed=True)
    return project.safe_folder_of(file)


def known_pack(name: str, project: Project | None) -> str:
    """Return the name, if it is that of a pack. Raises UsageError."""
    from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - most commands need no pack

    names = pack_names(pack_folders(project))
    if name in names:
        return name
    hint = did_you_mean(name, names) or f"available packs: {joined_with_and(names)}"
    raise UsageError([problem("pack-unknown", hint=hint, name=name)])
