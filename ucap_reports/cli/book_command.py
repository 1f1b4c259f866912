"""`book`: one document over many plans."""

from contextlib import closing
from pathlib import Path

from ucap_reports.batch.book_building import BOOK, BookOrder, build_book
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.cli.argument_parser import Arguments, UsageError
from ucap_reports.cli.build_command import BuildOutput
from ucap_reports.cli.command_output import Session
from ucap_reports.cli.progress_bar import Progress
from ucap_reports.cli.selected_plans import known_pack, open_project, selected_plans
from ucap_reports.problems import problem
from ucap_reports.storage.project_folder import OUT, PLAN_ID
from ucap_reports.summary.book import Grouping
from ucap_reports.summary.document import Format

DEFAULT_OUT = f"{OUT}/{BOOK}"


def run_book(arguments: Arguments, session: Session) -> None:
    """Build the book of the plans."""
    session.json["documents"] = []
    project = open_project(arguments, session)
    settings = project_settings(project)
    paths = selected_plans(project, arguments, session, settings)
    if arguments.template is not None:
        known_pack(arguments.template, project)
    # A path that a person types is relative to the current folder, the default is relative to the project.
    target = project.path(DEFAULT_OUT if arguments.out is None else str(Path.cwd() / arguments.out))
    if target.suffix.removeprefix(".").lower() in set(Format):
        target = target.with_suffix("")
    if not PLAN_ID.fullmatch(target.name):
        raise UsageError([problem("book-name-invalid", name=target.name)])
    options = settings.options(arguments.formats, arguments.template, arguments.language, arguments.pdf_standard)
    request = BuildRequest(
        options,
        settings,
        force=arguments.force,
        overwrite_edited=arguments.overwrite_edited,
        dry_run=arguments.dry_run,
    )
    order = BookOrder(arguments.title or "", Grouping(arguments.group_by), target.name)
    with closing(Progress(session)) as progress:
        output = BuildOutput(session, progress, dry_run=request.dry_run, plans=1)
        if paths:
            with closing(build_book(project, paths, request, target.parent, order)) as events:
                for event in events:
                    output.show(event)
    session.conclude(output.totals())
