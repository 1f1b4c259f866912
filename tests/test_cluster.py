"""Builds on a real cluster: a scheduler and two worker processes that share only the product."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.projects import digests, interrupt_during_work, small_project
from ucap_reports.batch import write_and_check_plans
from ucap_reports.batch.worker_pool import Cluster, JobRunner

distributed = pytest.importorskip("distributed")

PLANS = 60


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    gc.disable()  # Dask fails if it begins to watch collections of garbage during one
    try:
        started = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
        )
    finally:
        gc.enable()
    with started:
        yield started


def worker_processes(cluster: Any) -> list[int]:
    """The ids of the worker processes."""
    return [nanny.pid for nanny in cluster.workers.values()]


@pytest.mark.no_cover
def test_a_cluster_builds_the_same_documents_as_one_process(tmp_path: Path, cluster: Any) -> None:
    small_project(tmp_path, 12)
    write_plan(tmp_path, "unknown.yaml", "cities: [{name: Rome}]\ntemplate: iuc-aisa\n")

    alone = ucap(tmp_path, "build", "--out", "alone", "--json")
    shared = ucap(tmp_path, "build", "--out", "shared", "--json", "--scheduler", cluster.scheduler_address)

    assert digests(tmp_path / "alone") == digests(tmp_path / "shared")
    assert (tmp_path / "alone" / "manifest.json").read_bytes() == (tmp_path / "shared" / "manifest.json").read_bytes()
    assert shared.report["problems"] == alone.report["problems"]
    assert shared.code == alone.code == 1, "for the plan with an unknown pack"


@pytest.mark.long
def test_a_killed_worker_loses_no_document(tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small_project(tmp_path, PLANS)
    killed = worker_processes(cluster)[0]

    whole = write_and_check_plans.pending_reports
    alive = [killed]

    def kill_in_the_middle(build: Any, candidates: Any) -> Iterator[Any]:
        for report in whole(build, candidates):
            if alive and len(digests(tmp_path / "out")) > PLANS:
                os.kill(alive.pop(), signal.SIGKILL)  # once, since the id may be reused
            yield report

    monkeypatch.setattr(write_and_check_plans, "pending_reports", kill_in_the_middle)
    run = ucap(tmp_path, "build", "--no-index", "--json", "--scheduler", cluster.scheduler_address)

    assert run.code == 0, run.out
    assert len(digests(tmp_path / "out")) == 2 * PLANS
    assert not alive, "the worker was not killed"
    assert killed not in worker_processes(cluster), "the worker was not killed"
    monkeypatch.undo()
    ucap(tmp_path, "build", "--no-index", "--out", "alone")
    assert digests(tmp_path / "out") == digests(tmp_path / "alone")


@pytest.mark.long
def test_an_interruption_keeps_the_cluster_running(tmp_path: Path, cluster: Any) -> None:
    small_project(tmp_path, 300)
    interrupt_during_work(tmp_path, "--scheduler", cluster.scheduler_address)

    assert len(digests(tmp_path / "out")) < 600, "the interruption came too late"
    assert len(cluster.workers) == 2


def test_results_that_arrive_after_an_interruption_are_not_logged(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("tornado.application")
    monkeypatch.setattr(logger, "disabled", False)
    runner = JobRunner(str.upper, "")  # type: ignore[arg-type] # it opens no pack

    with Cluster(cluster.scheduler_address, runner):
        assert logger.disabled
    assert not logger.disabled
    with pytest.raises(KeyboardInterrupt), Cluster(cluster.scheduler_address, runner):
        raise KeyboardInterrupt
    assert logger.disabled


def test_a_scheduler_that_does_not_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ucap_reports.batch.worker_pool.WAIT_SECONDS", 0.5)
    small_project(tmp_path, 1)

    for address in ("tcp://127.0.0.1:9", "nowhere"):
        run = ucap(tmp_path, "build", "--scheduler", address, "--json")
        assert (run.code, run.codes) == (1, ["scheduler-unreachable"])
        assert address in run.report["problems"][0]["message"]


@pytest.mark.no_cover
def test_without_the_extra_the_hint_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    small_project(tmp_path, 1)

    run = ucap(tmp_path, "build", "--scheduler", "tcp://127.0.0.1:9", "--json")

    assert (run.code, run.codes) == (1, ["dask-not-installed"])
    assert 'pip install "ucap-reports[dask]"' in run.report["problems"][0]["hint"]
