"""A build from start to end: find what changed, build it, remove what was deleted, update the index."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.build_request_and_report import (
    BuildReport,
    BuildRequest,
    BuildStarted,
    BuildState,
    Event,
    PlanReport,
    Remark,
    Removed,
    open_build,
)
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.batch.output_folder_locking_and_ownership import check_output_folder, output_folder
from ucap_reports.batch.output_overwriting_and_pruning import remove_deleted
from ucap_reports.batch.rebuild_reasons import Pending, depends_on_content, find_pending, untouched_report
from ucap_reports.batch.worker_count_and_startup import process_count, start_fork_server
from ucap_reports.problems import Problem, ProblemsFound, Severity, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.atomic_files import NewFile, clear_parts, write_files
from ucap_reports.storage.project_folder import OUT, Project, find_project
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.document_formats_and_pdf_standards import parse_formats
from ucap_reports.text.language_tags import names_language


def build(
    root: str | Path | None = None,
    plans: str | Path | Iterable[str | Path] = (),
    *,
    where: str | Iterable[str] = (),
    formats: str | Iterable[str] | None = None,
    template: str | None = None,
    language: str | None = None,
    out: str | Path = OUT,
    jobs: int = 1,
    scheduler: str | None = None,
    force: bool = False,
    overwrite_edited: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    index: bool = True,
    pdf_standard: str | None = None,
) -> BuildReport:
    """Build the documents of a project, as `ucap build` does, and report what was written.

    Args:
        root: The folder of the project; by default the nearest folder, from the current one upward, with a `plans/`.
        plans: The id or path of a plan, or of several; by default all plans.
        where: A condition that plans must fulfil, or several, such as `["country=CN", "updated<2020"]`.
        formats: Names of formats, such as `["pdf"]` or `"pdf,docx"`; by default those of the project, or all.
        template: The name of a template pack, instead of the plans' own.
        language: The language of the row labels, such as `zh`.
        out: The folder of the documents, relative to the project.
        jobs: The number of worker processes. A script that uses more than one needs the guard
            `if __name__ == "__main__":`, like every program that uses multiprocessing.
        scheduler: The address of a Dask scheduler whose workers build instead.
        force: Rebuild unchanged documents.
        overwrite_edited: Overwrite documents that were edited after they were built.
        dry_run: Report what would be built, and write nothing. Errors of plans that have changed are not known, unless
            one of their files was edited or signed.
        prune: Remove the documents of deleted plans.
        index: Update `index.html`.
        pdf_standard: The standards of PDFs: `ua-1+a-2a`, or `ua-2+a-4f`, which embeds the plan without its sources; by
            default that of the project.

    Returns:
        The documents with their status, and the problems of all plans: errors, warnings and infos.

    Raises:
        ProblemsFound: If there is no such project, plan, format or standard, if a condition is invalid, if `ucap.yaml`
            has errors, if the folder cannot be written to, or if another build is writing to it. Errors of a plan are
            in the report.
    """
    current_folder = Path.cwd()
    root_path = None if root is None else Path(root)
    project = find_project(root_path, current_folder)
    names = (str(plans),) if isinstance(plans, str | Path) else tuple(map(str, plans))
    conditions = (where,) if isinstance(where, str) else tuple(where)
    named = project.find_plans(names, current_folder) if names else project.plan_paths()
    opened = opened_project(project)
    settings = opened.settings
    request = BuildRequest(
        options=settings.options(parse_formats(formats or ()), template, language, pdf_standard),
        settings=settings,
        jobs=jobs,
        scheduler=scheduler,
        force=force,
        overwrite_edited=overwrite_edited,
        dry_run=dry_run,
        prune=prune,
        index=index,
    )
    paths: Sequence[Path] = named
    if conditions:
        from ucap_reports.batch.where_conditions_and_plan_facts import selected_paths  # noqa: PLC0415 - few builds have conditions

        paths = selected_paths(opened, named, conditions)
    events = tuple(build_plans(project, paths, request, project.path(str(out))))
    misnamed = () if names else project.misnamed()
    return _report(events, misnamed)


def _report(events: Sequence[Event], others: Sequence[Problem]) -> BuildReport:
    """Return the report from the events of a build and from problems found outside it."""
    problems: list[Problem] = []
    for event in events:
        if isinstance(event, PlanReport | Remark):
            problems += event.problems
    problems += others
    return BuildReport(
        plans=tuple(event for event in events if isinstance(event, PlanReport)),
        problems=tuple(dict.fromkeys(problems)),
        removed=tuple(event.path for event in events if isinstance(event, Removed)),
    )


def build_plans(
    project: Project, paths: Sequence[Path], request: BuildRequest, out: Path
) -> Generator[Event, None, None]:
    """Build plans into the folder `out`, yielding events as they happen. A plan that fails does not stop the others.

    Raises ProblemsFound when nothing can be built: the folder cannot be used, another build is writing to it, or the
    scheduler does not answer. Whenever the generator is closed, every file is complete.
    """
    template = request.options.template
    if template is not None and names_language(template):  # its variants would have the names of those in the language
        raise ProblemsFound([problem("pack-name-invalid", form="language", name=template)])
    if request.dry_run:
        check_output_folder(project, out)
        yield from _run(open_build(project, request, out), paths)
        return
    with output_folder(project, out) as safe_out:
        yield from _run(open_build(project, request, out, safe_out), paths)


def _run(build: BuildState, paths: Sequence[Path]) -> Iterator[Event]:
    """Build, and record what was built, however the build ends; a dry run writes nothing."""
    yield Remark((*build.request.settings.problems, *build.records.problems))
    candidates = _candidates(build, paths)
    if build.request.dry_run:
        yield from _planned(build, candidates)
        yield from _clean_up(build, candidates)
        return
    to_build = [pending for pending in candidates if pending.reasons]
    yield BuildStarted(len(to_build))
    try:
        with closing(_built(build, to_build)) as built:
            for pending in candidates:
                yield next(built) if pending.reasons else untouched_report(build, pending)
        yield from _clean_up(build, candidates)
        if build.request.index:
            from ucap_reports.batch.index_page import index_events  # noqa: PLC0415 - a build of one plan often has none

            yield from index_events(build)
        yield from _renew_schemas(build)
        build.records.save()
    except BaseException:
        with suppress(ProblemsFound):
            build.records.save()
        raise


def _candidates(build: BuildState, paths: Sequence[Path]) -> list[Pending]:
    """Return the plans with what is pending. As soon as there are enough for several processes, the fork server is
    started: it imports its modules while this process finds the others.
    """
    candidates = []
    to_build = 0
    needs_fork_server = not build.request.dry_run and build.request.scheduler is None
    for path in paths:
        for pending in find_pending(build, path):
            candidates.append(pending)
            if pending.reasons:
                to_build += 1
        if needs_fork_server and process_count(to_build, build.request.jobs) > 1:
            start_fork_server(draws_thumbnails=build.request.index)
            needs_fork_server = False
    return candidates


def _built(build: BuildState, to_build: Sequence[Pending]) -> Generator[PlanReport, None, None]:
    if to_build:
        from ucap_reports.batch.write_and_check_plans import pending_reports  # noqa: PLC0415 - a build in which nothing changed writes nothing

        yield from pending_reports(build, to_build)


def _planned(build: BuildState, candidates: Sequence[Pending]) -> Iterator[PlanReport]:
    if any(depends_on_content(pending, build) for pending in candidates):
        from ucap_reports.batch.write_and_check_plans import planned_reports  # noqa: PLC0415 - as above

        yield from planned_reports(build, candidates)
        return
    for pending in candidates:
        yield untouched_report(build, pending)


def _clean_up(build: BuildState, candidates: Sequence[Pending]) -> Iterator[Event]:
    """Remove what deleted plans and languages left, or warn about it, also in a build of some plans."""
    languages: dict[str, set[str | None]] = {}
    for pending in candidates:
        languages.setdefault(pending.plan, set()).add(pending.options.language)
    yield from remove_deleted(build, languages)


def _renew_schemas(build: BuildState) -> Iterator[Remark]:
    """Update the JSON Schemas that the project has. One that cannot be written is a warning: no document needs it."""
    settings = build.request.settings
    digest = f"{build.packs.files_digest} {settings.template}"
    yield from _renew_schema(build, build.project.schema, "schema", digest, lambda: build.opened.plan_schema)
    yield from _renew_schema(build, build.project.settings_schema, "settings-schema", "", _settings_schema)


def _renew_schema(build: BuildState, path: Path, kind: str, digest: str, make: Callable[[], bytes]) -> Iterator[Remark]:
    safe_folder = build.project.safe_folder
    if safe_folder.kind(path) is FileKind.FILE:
        clear_parts(path.parent, path.name, safe_folder)
        try:
            content = cached_artifact(kind, (digest,), bytes, make)
            write_files([NewFile(path, content, build.project.shown(path), safe_folder)])
        except ProblemsFound as error:
            yield Remark(tuple(replace(problem, severity=Severity.WARNING) for problem in error.problems))


def _settings_schema() -> bytes:
    from ucap_reports.batch.settings_fields_and_schema import settings_schema_content  # noqa: PLC0415 - the schema takes 200 ms to build

    return settings_schema_content()
