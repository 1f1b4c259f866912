"""Plans looked at, and nothing written."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.jobs import Bench, Job
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.order import Order
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.project import Project
from ucap_reports.textfile import read_source
from ucap_reports.tools import tools_digest


def check_plans(project: Project, paths: Sequence[Path]) -> Iterator[PlanReport]:
    """All problems of each plan and of its pack. Documents are made, so that pages are counted, but not written."""
    order = Order()
    bench = Bench(PackStore(project).open, order, tools_digest())
    for path in paths:
        yield PlanReport(path.stem, (), _problems(path, project.shown(path), bench, order))


def _problems(path: Path, shown: str, bench: Bench, order: Order) -> tuple[Problem, ...]:
    try:
        outcome = bench.produce(Job(read_source(path, shown), order.formats))
    except ProblemsFound as found:
        return found.problems
    if outcome is None:
        return ()
    return outcome.problems + tuple(problem for each in outcome.format_problems.values() for problem in each)
