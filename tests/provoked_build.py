"""Problems of builds that no example in the catalogue can have."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.output_folder_locking_and_ownership import output_folder
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.worker_pool import Job, JobRunner, Processes, in_order
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.project_folder import Project

PLAN = "cities: [{name: Rome, country: Italy}]\n"


def codes(folder: Path, *words: str) -> set[str]:
    """The codes that a command reports about a project with one plan."""
    write_plan(folder, "rome.yaml", PLAN)
    return set(ucap(folder, *words, "--json").codes)


def plan_gone(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan is deleted after it was built."""
    write_plan(folder, "siena.yaml", PLAN)
    codes(folder, "build")
    (folder / "plans" / "siena.yaml").unlink()
    return codes(folder, "build")


def output_unsafe(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The folder of the documents is a link."""
    (folder / "out").symlink_to(folder)
    return codes(folder, "build")


def build_running(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """The folder is locked, as it is by another build."""
    (folder / "out").mkdir()
    with output_folder(Project(folder), folder / "out"):
        return codes(folder, "build")


def source_date_invalid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The environment has a date instead of a number."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "2019-04-30")
    return codes(folder, "build")


def internal_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The pipeline has a bug."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("ucap_reports.batch.build_one_plan.compose_summary", fail)
    return codes(folder, "build")


class EndingJobRunner(JobRunner, frozen=True):
    """Work that ends its worker."""

    def produce_all(self, _: Sequence[Job]) -> list[Produced]:
        os._exit(1)


def lost(jobs: int) -> list[Produced]:
    """What workers that end produce."""
    runner = EndingJobRunner(PackStore(Project(Path("/"))).open, product_fingerprint())
    with Processes(1, runner) as pool:
        return [each for _, each in in_order(pool, [[Job(Source("plans/rome.yaml", PLAN), BuildOptions())]] * jobs)]


def worker_ends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every worker ends while it builds the plan."""
    [ended] = lost(1)
    monkeypatch.setattr("ucap_reports.batch.worker_count_and_startup.MIN_JOBS", 0)
    monkeypatch.setattr("ucap_reports.batch.worker_pool.in_order", lambda _, chunks: [(*next(chunks), ended)])
    return codes(folder, "build", "--jobs", "2")


def workers_end(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    """Workers end at every job."""
    with pytest.raises(ProblemsFound) as found:
        lost(20)
    return {problem.code for problem in found.value.problems}


def worker_differs(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    """The leader has another version than this process."""
    job = Job(Source("plans/rome.yaml", PLAN), BuildOptions())
    outcome = JobRunner(PackStore(Project(Path("/"))).open, "another version").produce(job)
    return {problem.code for problem in outcome.problems}


def without_distributed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The optional package is not installed."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    return codes(folder, "build", "--scheduler", "tcp://127.0.0.1:9")


def no_scheduler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The port is closed."""
    monkeypatch.setattr("ucap_reports.batch.worker_pool.WAIT_SECONDS", 0.5)
    return codes(folder, "build", "--scheduler", "tcp://127.0.0.1:9")


def lost_scheduler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The scheduler ends before the first plan is sent."""
    from distributed import LocalCluster  # noqa: PLC0415 - only for this problem

    from ucap_reports.batch.worker_pool import Cluster  # noqa: PLC0415 - the same

    submit = Cluster.submit
    with LocalCluster(  # type: ignore[no-untyped-call] # it has no types
        n_workers=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:

        def submit_late(self: Cluster, jobs: Sequence[Job]) -> object:
            cluster.close()
            while self._client.status == "running":
                time.sleep(0.01)
            return submit(self, jobs)

        monkeypatch.setattr(Cluster, "submit", submit_late)
        return codes(folder, "build", "--scheduler", cluster.scheduler_address)


def feed_empty(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    return codes(folder, "book", "--split", "--out", str(folder / "site"), "--base-url", "https://example.eu")


def site_folder_taken(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    codes(folder, "build")
    return codes(folder, "book", "--split", "--out", "out")


def plan_name_taken(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    codes(folder, "book", "--split", "--out", "site")
    return codes(folder, "build", "--out", "site")


def document_replaced(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """Two projects with a plan of one name build into the same folder."""
    first, second = folder / "first", folder / "second"
    first.mkdir()
    second.mkdir()
    write_plan(first, "rome.yaml", f"{PLAN}objectives: Words of another office\n")
    ucap(first, "build", "--out", "../both")
    write_plan(second, "rome.yaml", PLAN)
    return codes(second, "build", "--out", "../both")


def index_foreign(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    (folder / "out").mkdir()
    (folder / "out" / "index.html").write_text("<h1>Our web site</h1>", encoding="utf-8")
    return codes(folder, "build")


PROVOKED = {
    "feed-empty": feed_empty,
    "site-folder-taken": site_folder_taken,
    "plan-name-taken": plan_name_taken,
    "document-replaced": document_replaced,
    "index-foreign": index_foreign,
    "plan-deleted": plan_gone,
    "output-unsafe": output_unsafe,
    "build-running": build_running,
    "source-date-invalid": source_date_invalid,
    "internal-fault": internal_fault,
    "worker-ended": worker_ends,
    "workers-lost": workers_end,
    "worker-differs": worker_differs,
    "dask-not-installed": without_distributed,
    "scheduler-unreachable": no_scheduler,
    "scheduler-lost": lost_scheduler,
}
