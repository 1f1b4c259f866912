"""Plans checked without writing anything."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ucap_reports.batch.events import PlanReport
from ucap_reports.batch.jobs import Bench, Job, Outcome
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.version_fingerprint import product_fingerprint


def check_plans(project: Project, paths: Sequence[Path], settings: ProjectSettings) -> Iterator[PlanReport]:
    """The problems of each plan and its pack. Documents are built in memory, since pages are counted too."""
    bench = Bench(PackStore(project, settings.pack).open, product_fingerprint())
    for path in paths:
        try:
            outcome = bench.produce(Job(read_source(path, project.shown(path)), settings.options()))
        except ProblemsFound as found:
            outcome = Outcome(found.problems)
        yield PlanReport(path.stem, (), outcome.all_problems if outcome else ())
