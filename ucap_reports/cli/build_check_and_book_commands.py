"""`build` and `book`: build documents of plans, or one document over many. `check`: report the problems of plans."""

import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import assert_never

from msgspec import Struct, field, to_builtins

from ucap_reports.batch.build_project import build_plans
from ucap_reports.batch.build_request_and_report import (
    BuildRequest,
    BuildStarted,
    Built,
    Event,
    Listed,
    PlanReport,
    Remark,
    Removed,
)
from ucap_reports.batch.document_names_and_thumbnails import BOOK
from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_project, settings_despite_errors
from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.output_overwriting_and_pruning import deleted_plan_warnings
from ucap_reports.cli.command_line import Arguments, UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session, counted, joined_with_and
from ucap_reports.cli.progress_bar import Progress
from ucap_reports.cli.project_plans_and_packs import known_pack, open_project, selected_plans
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Severity, problem
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.project_folder import OUT, PLANS, Project, typed_path
from ucap_reports.summary.document_formats_and_pdf_standards import Format

_FEW_PLANS = 10
"""Up to this number of plans, each document has a line; for more, only totals or only changes are shown."""


def run_build(arguments: Arguments, session: Session) -> None:
    """Build the plans, and report each as soon as it is done."""
    if arguments.prune:
        session.json["removed"] = []
    project = open_project(arguments, session)
    opened = opened_project(project)
    settings = opened.settings
    paths = selected_plans(opened, arguments, session)
    if arguments.template is not None:
        known_pack(arguments.template, project)
    request = _request(arguments, settings)
    session.groups = not arguments.verbose
    if any((arguments.language, arguments.template, arguments.pdf_standard)):
        session.shows_all = "--verbose"  # `ucap check` looks only at the versions that the project has
    with closing(Progress(session)) as progress:
        output = BuildOutput(session, progress, dry_run=request.dry_run, plans=len(paths))
        out = _output_path(project, arguments.out, OUT)
        with closing(build_plans(project, paths, request, out)) as events:
            for event in events:
                output.show(event)
    session.conclude(output.totals())


def _output_path(project: Project, typed: str | None, default: str) -> Path:
    """Return the path of documents: one that a person types is relative to the current folder, the default to the
    project.
    """
    if typed is None:
        return project.path(default)
    return project.path(str(typed_path(typed)))


def _request(arguments: Arguments, settings: ProjectSettings) -> BuildRequest:
    options = settings.options(arguments.formats, arguments.template, arguments.language, arguments.pdf_standard)
    # The other arguments, such as `force`, have the names of fields of the request.
    flags = {}
    for name, value in vars(arguments).items():
        if name in BuildRequest.__struct_fields__:
            flags[name] = value
    return BuildRequest(options, settings, **flags)


class BuildOutput(Struct):
    """The output of a build of this number of plans; a dry run reports what would be done."""

    session: Session
    progress: Progress
    dry_run: bool
    plans: int
    _pending: int = 0
    """The number of plans that have changed."""
    _statuses: Counter[WriteStatus] = field(default_factory=Counter)
    _failures: Counter[str] = field(default_factory=Counter)
    """The number of plans that could not be built by the code of an error; a plan may have several."""

    def show(self, event: Event) -> None:
        """Show one event of the build."""
        match event:
            case BuildStarted(plans):
                self._pending = plans
                self.progress.begin("building plans", plans)
            case Remark(problems):
                self.session.report(problems)
            case PlanReport():
                self._show_plan(event)
            case Removed(path):
                self.session.json["removed"].append(path)
                self.session.result("remove" if self.dry_run else "removed", path)
            case Listed(path, status):
                self.session.result(status, path)
            case _:
                assert_never(event)

    def totals(self) -> str:
        """Return one line for all documents, and one for the reasons why some could not be built."""
        counts = []
        for status in WriteStatus:
            if self._statuses[status]:
                counts.append(f"{self._statuses[status]} {self._word(status)}")
        removed = len(self.session.json.get("removed", ()))
        if removed:
            word = "to be removed" if self.dry_run else "removed"
            counts.append(f"{removed} {word}")
        if not counts:
            return f"Nothing built; {self.session.problem_counts()}."
        line = f"{counted(self._statuses.total(), 'document')}: {joined_with_and(counts)}"
        has_unread_plans = self.dry_run and self._statuses[WriteStatus.WRITTEN] > 0  # their problems are not known
        no_problems = "" if has_unread_plans else "no problems"
        problems = self.session.problem_counts(none=no_problems)
        if problems:
            line = f"{line}; {problems}"
        reasons = [f"{code} ({number})" for code, number in sorted(self._failures.items())]
        if not reasons:
            return f"{line}."
        return f"{line}.\nNot built because of {joined_with_and(reasons)}."

    def _show_plan(self, report: PlanReport) -> None:
        self.session.report(report.problems)
        for document in report.documents:
            if self._is_listed(document):
                self._show_document(document)
            if self.session.arguments.json:
                record = to_builtins(document)
                if not self.dry_run:
                    del record["reason"]
                self.session.json["documents"].append(record)
            self._statuses[document.status] += 1
        if any(document.status is WriteStatus.FAILED for document in report.documents):
            error_codes = {problem.code for problem in report.problems if problem.severity is Severity.ERROR}
            self._failures.update(error_codes)
        if any(document.reason for document in report.documents):
            self.progress.step()

    def _is_listed(self, document: Built) -> bool:
        """Return whether a document has its line: of many plans only few that have changed, unless --verbose."""
        if self.session.arguments.verbose or self.plans <= _FEW_PLANS:
            return True
        return document.reason is not None and (self.dry_run or self._pending <= _FEW_PLANS)

    def _show_document(self, document: Built) -> None:
        if self.dry_run and document.reason is not None and document.status is WriteStatus.WRITTEN:
            self.session.result("build", f"{document.path} ({document.reason.value})")
            return
        pages = ""
        if document.pages is not None:
            pages = f" ({counted(document.pages, 'page')})"
        self.session.result(document.status, f"{document.path}{pages}")

    def _word(self, status: WriteStatus) -> str:
        if self.dry_run and status is WriteStatus.WRITTEN:
            return "to be built"
        return status.value


_FEWEST_SPARSE = 3
"""Plans of which little is known, from which the check refers to the book."""


def run_check(arguments: Arguments, session: Session) -> None:
    """Report all problems of the plans and of their packs, and of PDFs."""
    # A build in which nothing changed does not import the pipeline.
    from ucap_reports.batch.write_and_check_plans import check_plans  # noqa: PLC0415 - as above

    files = [plan for plan in arguments.plans if plan.lower().endswith(".pdf")]
    if files:
        from ucap_reports.cli.sign_command import check_files  # noqa: PLC0415 - most checks are of plans only

        check_files(files, arguments, session)
        arguments.plans = [plan for plan in arguments.plans if plan not in files]
        if not arguments.plans:
            session.conclude(f"{counted(len(files), 'file')} checked: {session.problem_counts()}.")
            return
    project = open_project(arguments, session)
    settings = settings_despite_errors(project)
    session.report(settings.problems)
    opened = OpenedProject(project, settings)
    paths = selected_plans(opened, arguments, session)
    session.report(deleted_plan_warnings(project, project.path(OUT)))
    sparse: list[str] = []
    with closing(check_plans(opened, paths, arguments.jobs)) as reports:
        for path, report in zip(paths, reports, strict=True):
            session.report(report.problems)
            if report.is_sparse:
                sparse.append(report.plan)
            for translation in report.completeness:
                session.json["translations"].append(session.completeness(translation))
            if arguments.verbose:
                session.result("checked", project.shown(path))
    if len(sparse) >= _FEWEST_SPARSE:
        plans = ", ".join(sparse)
        session.report([problem("plans-sparse", Location(PLANS), count=len(sparse), plans=plans)])
    session.conclude(f"{counted(len(paths), 'plan')} checked: {session.problem_counts()}.")


# `book`: one document over many plans, or a static web site

_BOOK = f"{OUT}/{BOOK}"
_WEB_ADDRESS = LazyPattern(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def run_book(arguments: Arguments, session: Session) -> None:
    """Build the book of the plans, or a site of them."""
    from ucap_reports.batch.book_building import BookOrder, build_book  # noqa: PLC0415 - it imports the pages of plans
    from ucap_reports.summary.compose_book import Grouping  # noqa: PLC0415 - as above

    if arguments.split:
        session.json["removed"] = []
    base_url = _base_url(arguments)
    project = open_project(arguments, session)
    opened = opened_project(project)
    settings = opened.settings
    paths = selected_plans(opened, arguments, session)
    if arguments.template is not None:
        known_pack(arguments.template, project)
    target = _output_path(project, arguments.out, _BOOK)
    if not arguments.split:
        target = _without_format(target, arguments.out or _BOOK)
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
    outputs = len(paths) if arguments.split else 1
    with closing(Progress(session)) as progress:
        output = BuildOutput(session, progress, dry_run=request.dry_run, plans=outputs)
        if arguments.split:
            from ucap_reports.batch.web_site_building import build_site  # noqa: PLC0415 - it imports the web pages of plans

            built = build_site(project, paths, request, target, order)
        else:
            built = build_book(project, paths, request, target.parent, order)
        with closing(built) as events:
            if paths:  # without plans, nothing is built
                for event in events:
                    output.show(event)
    session.conclude(output.totals())


def _without_format(target: Path, typed: str) -> Path:
    """Return the path of the files without their ending, given also as it was typed.

    Raises UsageError for a name that no plan could have, and for a folder such as `out/` or `..`, whose name the files
    beside it would get.
    """
    from ucap_reports.plan.plan_ids import has_id_characters  # noqa: PLC0415 - it imports rules of texts

    if typed.endswith(("/", os.sep)) or Path(typed).name in ("", ".."):
        raise UsageError([problem("book-name-invalid", name=typed)])
    ending = target.suffix.removeprefix(".").lower()
    if ending in set(Format):
        target = target.with_suffix("")
    if not has_id_characters(target.name):
        raise UsageError([problem("book-name-invalid", name=target.name)])
    return target


def _base_url(arguments: Arguments) -> str:
    """Return the address of the site with a slash at its end. Raises UsageError for options that do not fit."""
    written = arguments.base_url or ""
    if written and not arguments.split:
        raise UsageError([problem("site-options-invalid", form="split")])
    other_formats = set(arguments.formats or ()) - {Format.HTML}
    if arguments.split and other_formats:
        raise UsageError([problem("site-options-invalid", form="format")])
    if written and not _WEB_ADDRESS.fullmatch(written):
        raise UsageError([problem("site-options-invalid", form="address", address=written)])
    return f"{written.rstrip('/')}/" if written else ""
