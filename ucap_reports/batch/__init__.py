"""Builds of many plans: only what changed is built, with workers if there is enough work."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ucap_reports.batch.build_request import BuildRequest, Crew, cores, source_date
from ucap_reports.batch.building import build_plans
from ucap_reports.batch.events import BuildReport, Built, Event, PlanReport, Reason, Remark, Removed
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.problems import Problem
from ucap_reports.storage.project_folder import find_project
from ucap_reports.summary.document import parse_formats

__all__ = [
    "OUT",
    "BuildReport",
    "BuildRequest",
    "Built",
    "Crew",
    "Event",
    "PlanReport",
    "Reason",
    "build",
    "build_plans",
    "cores",
    "source_date",
]

OUT = "out"
"""The folder of the documents, in the project."""


def build(
    root: str | Path | None = None,
    plans: Iterable[str | Path] = (),
    *,
    where: Iterable[str] = (),
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
        plans: Ids or paths of plans; by default all plans.
        where: Conditions that plans must fulfil, such as `["country=CN", "updated<2020"]`.
        formats: Names of formats, such as `["pdf"]` or `"pdf,docx"`; by default those of the project, or all.
        template: The name of a template pack, instead of the plans' own.
        language: The language of the row labels, such as `zh`.
        out: The folder of the documents, relative to the project.
        jobs: The number of worker processes. A script that uses more than one needs the guard
            `if __name__ == "__main__":`, like every program that uses multiprocessing.
        scheduler: The address of a Dask scheduler whose workers build instead.
        force: Rebuild unchanged documents.
        overwrite_edited: Overwrite documents that were edited after they were built.
        dry_run: Report what would be built, and write nothing.
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
    here = Path.cwd()
    project = find_project(Path(root) if root is not None else None, here)
    names = tuple(map(str, plans))
    paths = project.find_plans(names, here) if names else project.plan_paths()
    settings = project_settings(project)
    if conditions := tuple(where):
        from ucap_reports.batch.conditions import plans_where  # noqa: PLC0415 - most builds need no condition
        from ucap_reports.batch.plan_list import list_plans  # noqa: PLC0415 - the same

        paths = tuple(plan.path for plan in plans_where(conditions, list_plans(project, paths, settings)))
    request = BuildRequest(
        options=settings.options(parse_formats(formats or ()), template, language, pdf_standard),
        settings=settings,
        crew=Crew(jobs, scheduler),
        force=force,
        overwrite_edited=overwrite_edited,
        dry_run=dry_run,
        prune=prune,
        index=index,
        everything=not names and not conditions,
    )
    events = tuple(build_plans(project, paths, request, project.path(str(out))))
    return _report(events, () if names else project.misnamed())


def _report(events: Sequence[Event], others: Sequence[Problem]) -> BuildReport:
    """The report from the events of a build and from problems found outside it."""
    plans = tuple(event for event in events if isinstance(event, PlanReport))
    problems = [problem for event in events if isinstance(event, PlanReport | Remark) for problem in event.problems]
    removed = tuple(event.path for event in events if isinstance(event, Removed))
    return BuildReport(plans, tuple(dict.fromkeys([*problems, *others])), removed)
