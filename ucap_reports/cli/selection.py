"""The project of a command, and the plans and packs that it works on."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ucap_reports.cli.argument_parser import Arguments, UsageError, usage_errors
from ucap_reports.cli.session import Session, joined_with_and
from ucap_reports.problems import Location, did_you_mean, problem
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.project_folder import PLANS, TEMPLATES, Project, find_project, shipped_folder

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed opens no pack
    from ucap_reports.batch.plan_list import ListedPlan
    from ucap_reports.batch.project_settings import ProjectSettings
    from ucap_reports.template.pack_opening import PackFolder


def open_project(arguments: Arguments, session: Session) -> Project:
    """The project that --root names, or the nearest; its lines can be shown from now on. Raises UsageError."""
    with usage_errors():
        project = find_project(arguments.root, Path.cwd())
    session.excerpts = SourceExcerpts((project.root, shipped_folder(), Path.cwd()))
    return project


def named_plans(project: Project, names: Sequence[str], session: Session) -> Sequence[Path]:
    """The files of the plans that are named, or of all. Raises UsageError where a name is unknown."""
    if names:
        with usage_errors():
            return project.find_plans(names, Path.cwd())
    paths, misnamed = project.plan_paths(), project.misnamed()
    session.report(misnamed)
    if not paths and not misnamed:
        session.report([problem("plans-none", Location(PLANS))])
    return paths


def selected_plans(
    project: Project, arguments: Arguments, session: Session, settings: "ProjectSettings"
) -> Sequence[Path]:
    """The files of the plans that are named, or of all, if they fulfil the conditions of --where. Raises UsageError."""
    paths = named_plans(project, arguments.plans, session)
    return [plan.path for plan in listed_plans(project, paths, arguments, settings)] if arguments.where else paths


def listed_plans(
    project: Project, paths: Sequence[Path], arguments: Arguments, settings: "ProjectSettings"
) -> "Sequence[ListedPlan]":
    """Those of the plans that fulfil all conditions of --where, with their facts. Raises UsageError."""
    from ucap_reports.batch.conditions import plans_where  # noqa: PLC0415 - see above
    from ucap_reports.batch.plan_list import list_plans  # noqa: PLC0415 - see above

    with usage_errors():
        return plans_where(arguments.where or (), list_plans(project, paths, settings))


def project_or_none(arguments: Arguments, session: Session) -> Project | None:
    """The project, or None where there is none and --root names none."""
    try:
        return open_project(arguments, session)
    except UsageError:
        if arguments.root is not None:
            raise
        session.excerpts = SourceExcerpts((shipped_folder(), Path.cwd()))
        return None


def pack_folders(project: Project | None) -> "Sequence[PackFolder]":
    """The folders of the project's packs and of the shipped ones."""
    from ucap_reports.template.pack_opening import PackFolder, shipped_packs  # noqa: PLC0415 - see above

    return [PackFolder(folder, TEMPLATES) for folder in project.pack_folders] if project else [shipped_packs()]


def known_pack(name: str, folders: "Sequence[PackFolder]") -> str:
    """The name, if it is that of a pack. Raises UsageError."""
    from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - see above

    names = pack_names(folders)
    if name in names:
        return name
    hint = did_you_mean(name, names) or f"available packs: {joined_with_and(names)}"
    raise UsageError([problem("pack-unknown", hint=hint, name=name)])
