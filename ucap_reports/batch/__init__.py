"""Builds of many plans: only what changed is built, with workers if there is enough work."""

from collections.abc import Sequence
from pathlib import Path

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.build_request import BuildRequest, Crew, cores, source_date
from ucap_reports.batch.building import build_plans
from ucap_reports.batch.events import BuildReport, Built, Event, PlanReport, Reason, Remark, Removed
from ucap_reports.problems import Problem
from ucap_reports.storage.project_folder import find_project
from ucap_reports.summary.document import Format

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
    root: Path | None = None,
    plans: Sequence[str] = (),
    *,
    formats: Sequence[Format] = tuple(Format),
    template: str | None = None,
    language: str | None = None,
    out: str = OUT,
    jobs: int = 1,
    scheduler: str | None = None,
    force: bool = False,
    overwrite_edited: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    index: bool = True,
) -> BuildReport:
    """Build plans, named by id or path, or all plans, as `ucap build` does. `out` is relative to the project.

    `root` is the project; by default, it is the nearest folder that contains `plans/`. More than one job starts
    processes, so the script needs the guard `if __name__ == "__main__":`, as always with multiprocessing.

    Raises ProblemsFound if the project or a plan does not exist, the folder cannot be used, or another build is writing
    to it. The problems of plans are in the report.
    """
    here = Path.cwd()
    project = find_project(root, here)
    paths = project.find_plans(plans, here) if plans else project.plan_paths()
    request = BuildRequest(
        options=BuildOptions(tuple(dict.fromkeys(formats)), template, language),
        crew=Crew(jobs, scheduler),
        force=force,
        overwrite_edited=overwrite_edited,
        dry_run=dry_run,
        prune=prune,
        index=index,
        everything=not plans,
    )
    events = tuple(build_plans(project, paths, request, project.path(out)))
    return _report(events, () if plans else project.misnamed())


def _report(events: Sequence[Event], others: Sequence[Problem]) -> BuildReport:
    """The report from the events of a build and from problems found outside it."""
    plans = tuple(event for event in events if isinstance(event, PlanReport))
    problems = [problem for event in events if isinstance(event, PlanReport | Remark) for problem in event.problems]
    removed = tuple(event.path for event in events if isinstance(event, Removed))
    return BuildReport(plans, tuple(dict.fromkeys([*problems, *others])), removed)
