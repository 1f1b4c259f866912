"""Plans looked at, and nothing written."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.jobs import Bench, Job
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.version_fingerprint import product_fingerprint


def check_plans(project: Project, paths: Sequence[Path]) -> Iterator[PlanReport]:
    """All problems of each plan and of its pack. Documents are made, so that pages are counted, but not written."""
    options = BuildOptions()
    bench = Bench(PackStore(project).open, options, product_fingerprint())
    for path in paths:
        yield PlanReport(path.stem, (), _problems(path, project.shown(path), bench, options))


def _problems(path: Path, shown: str, bench: Bench, options: BuildOptions) -> tuple[Problem, ...]:
    try:
        outcome = bench.produce(Job(read_source(path, shown), options.formats))
    except ProblemsFound as found:
        return found.problems
    if outcome is None:
        return ()
    return outcome.problems + tuple(problem for each in outcome.format_problems.values() for problem in each)
