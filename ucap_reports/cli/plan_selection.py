"""The project of a command, and the plans that it is to work on."""

from collections.abc import Sequence
from pathlib import Path

from ucap_reports.cli.argument_parser import PROGRAM, Arguments, UsageError
from ucap_reports.cli.text_or_json_output import Session, open_project
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.project_folder import PLANS, Project, shipped_folder


def project_with_lines(arguments: Arguments, session: Session) -> Project:
    """The project; from now on the lines of its files, and of the shipped ones, can be shown."""
    project = open_project(arguments)
    session.lines = SourceExcerpts((project.root, shipped_folder(), Path.cwd()))
    return project


def named_plans(project: Project, arguments: Arguments, session: Session) -> Sequence[Path]:
    """The files of the plans that were named, or of all; UsageError where a name means none."""
    if arguments.plans:
        try:
            return project.find_plans(arguments.plans, Path.cwd())
        except ProblemsFound as found:
            raise UsageError(found.problems) from found
    paths, misnamed = project.plan_paths(), project.misnamed()
    session.tell(misnamed)
    if not paths and not misnamed:
        hint = f"`{PROGRAM} new ID` begins one"
        session.tell([Problem.warning("plans-none", "there are no plans yet", hint, Location(PLANS))])
    return paths
