"""`book`: one document over many plans, or a static web site."""

import re
from contextlib import closing
from pathlib import Path

from ucap_reports.batch.book_building import BookOrder, build_book
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.document_options import BOOK
from ucap_reports.batch.opened_project import opened_project
from ucap_reports.cli.build_command import BuildOutput
from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output import Progress, Session
from ucap_reports.cli.selected_plans import known_pack, open_project, selected_plans
from ucap_reports.problems import problem
from ucap_reports.storage.project_folder import OUT, PLAN_ID
from ucap_reports.summary.book import Grouping
from ucap_reports.summary.document import Format

DEFAULT_OUT = f"{OUT}/{BOOK}"
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def run_book(arguments: Arguments, session: Session) -> None:
    """Build the book of the plans, or a site of them."""
    session.json["documents"] = []
    base_url = _base_url(arguments)
    project = open_project(arguments, session)
    opened = opened_project(project)
    settings = opened.settings
    paths = selected_plans(opened, arguments, session)
    if arguments.template is not None:
        known_pack(arguments.template, project)
    # A path that a person types is relative to the current folder, the default is relative to the project.
    target = project.path(DEFAULT_OUT if arguments.out is None else str(Path.cwd() / arguments.out))
    if not arguments.split:
        target = _named(target)
    formats = (Format.HTML,) if arguments.split else arguments.formats
    request = BuildRequest(
        settings.options(formats, arguments.template, arguments.language, arguments.pdf_standard),
        settings,
        force=arguments.force,
        overwrite_edited=arguments.overwrite_edited,
        dry_run=arguments.dry_run,
    )
    order = BookOrder(
        arguments.title or "", Grouping(arguments.group_by), target.name, is_site=arguments.split, base_url=base_url
    )
    with closing(Progress(session)) as progress:
        output = BuildOutput(session, progress, dry_run=request.dry_run, plans=len(paths) if arguments.split else 1)
        if arguments.split:
            from ucap_reports.batch.book_site import build_site  # noqa: PLC0415 - it imports the web pages of plans

            session.json["removed"] = []
            built = build_site(project, paths, request, target, order)
        else:
            built = build_book(project, paths, request, target.parent, order)
        with closing(built) as events:
            for event in events if paths else ():
                output.show(event)
    session.conclude(output.totals())


def _named(target: Path) -> Path:
    """Return the path of the files without their ending. Raises UsageError for a name that no plan could have."""
    if target.suffix.removeprefix(".").lower() in set(Format):
        target = target.with_suffix("")
    if not PLAN_ID.fullmatch(target.name):
        raise UsageError([problem("book-name-invalid", name=target.name)])
    return target


def _base_url(arguments: Arguments) -> str:
    """Return the address of the site with a slash at its end. Raises UsageError for options that do not fit."""
    written = arguments.base_url or ""
    if written and not arguments.split:
        raise UsageError([problem("site-options-invalid", form="split")])
    if arguments.split and set(arguments.formats or ()) - {Format.HTML}:
        raise UsageError([problem("site-options-invalid", form="format")])
    if written and not _WEB_ADDRESS.fullmatch(written):
        raise UsageError([problem("site-options-invalid", form="address", address=written)])
    return f"{written.rstrip('/')}/" if written else ""
