"""Worker processes: the same documents in the same order as without them, whichever workers are killed."""

import operator
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from hashlib import sha256
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.projects import begin, digests, ended_within, parts, small_project, unknown_documents, until
from tests.selected_cases import every
from tests.test_faults import children
from ucap_reports.batch import build_one_plan
from ucap_reports.batch.build_one_plan import Production
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.worker_pool import (
    MAX_CHUNK,
    MAX_CHUNK_TEXT,
    Job,
    JobRunner,
    Processes,
    chunks,
    in_order,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.installation import product_fingerprint
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format

pytestmark = pytest.mark.no_cover

RUNNER = JobRunner(PackStore(Project(Path("/"))).open, product_fingerprint())


class OtherJobRunner(JobRunner, frozen=True):
    """Does other work than documents."""

    work: Callable[[Any], Any] = repr

    def produce_all(self, jobs: Sequence[Any]) -> list[Any]:
        return [self.work(job) for job in jobs]


def runner_of(work: Callable[[Any], Any]) -> JobRunner:
    return OtherJobRunner(RUNNER.open_pack, RUNNER.tools, work)


def results_of(jobs: int, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    with Processes(jobs, runner_of(work)) as pool:
        return list(in_order(pool, ([item] for item in items)))


PLAN = Source("plans/rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
JOB = Job(PLAN, BuildOptions(formats=(Format.DOCX,)))
PATIENCE = 60
"""Seconds after which a build is taken for hung: it continues within ten on a machine that does nothing else."""
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads the processes of a build from /proc")


class ShrinkingCluster:
    """A cluster that loses a worker whenever it is asked how many it has."""

    def __init__(self) -> None:
        self._width = 9

    @property
    def width(self) -> int:
        self._width = max(1, self._width - 3)
        return self._width

    def submit(self, jobs: Sequence[Any]) -> Future[list[Any]]:
        done: Future[list[Any]] = Future()
        done.set_result([repr(job) for job in jobs])
        return done


def test_a_cluster_that_loses_workers_does_all_jobs() -> None:
    pool: Any = ShrinkingCluster()
    chunks_of_one: Any = [[number] for number in range(20)]

    results: list[Any] = [result for _, result in in_order(pool, chunks_of_one)]
    assert results == [repr(number) for number in range(20)]


INTERRUPTED = """
from contextlib import suppress
from multiprocessing import active_children
from tests.test_worker_pool import Processes, runner_of, in_order, {0}

if __name__ == "__main__":
    with suppress(KeyboardInterrupt), Processes(2, runner_of({0})) as pool:
        for number, _ in enumerate(in_order(pool, ([item] for item in range(100)))):
            if number == 3:
                raise KeyboardInterrupt
    print(active_children())
"""


@pytest.fixture
def workers_for_two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two plans are enough to start workers, of which none must be left."""
    monkeypatch.setattr("ucap_reports.batch.worker_count_and_startup.MIN_JOBS", 2)
    others = {*active_children()}
    yield
    assert {*active_children()} <= others


def digest_unless_five(job: Job) -> str:
    if job.digest == "5":
        os._exit(1)
    return job.digest


def doubled_at_the_second_attempt(marker: Path) -> str:
    if not marker.exists():
        marker.touch()
        os._exit(1)
    return 2 * marker.name


def never(_: Job) -> int:
    os._exit(1)


def megabytes(number: int) -> bytes:
    return bytes([number]) * 20_000_000


def endless(number: int) -> int:
    if number > 3:
        signal.pause()
    return number


def process_of(number: int) -> tuple[int, int]:
    return number, os.getpid()


def test_workers_build_the_same_documents_as_one_process(tmp_path: Path, workers_for_two: None) -> None:
    small_project(tmp_path, 20)
    alone = ucap(tmp_path, "build", "--out", "alone", "--jobs", "1", "--json").report
    shared = ucap(tmp_path, "build", "--out", "shared", "--jobs", "2", "--json").report

    assert digests(tmp_path / "alone") == digests(tmp_path / "shared")
    for name in ("manifest.json", "index.html", "thumbnails/plan-0000.jpg"):
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "shared" / name).read_bytes()
    assert [each["plan"] for each in shared["documents"]] == [each["plan"] for each in alone["documents"]]
    assert shared["problems"] == alone["problems"]


def test_workers_report_the_same_problems_as_one_process(tmp_path: Path, workers_for_two: None) -> None:
    small_project(tmp_path, 6)
    write_plan(tmp_path, "plan-0001.yaml", "cities: [{name: Rome, country: Itly}]\n")
    write_plan(tmp_path, "plan-0002.yaml", PLAN.text + "template: iuc-aisa\n")
    write_plan(tmp_path, "plan-0003.yaml", "")
    write_plan(tmp_path, "plan-0004.yaml", PLAN.text + "template: broken\n")
    broken = tmp_path / "templates" / "broken" / "pack.yaml"
    broken.parent.mkdir(parents=True)
    broken.write_text("extends: iuc-asia\npage_limt: 3\n", encoding="utf-8")

    alone = ucap(tmp_path, "build", "--out", "alone", "--jobs", "1", "--json")
    shared = ucap(tmp_path, "build", "--out", "shared", "--jobs", "2", "--json")

    assert shared.code == alone.code == 1
    assert shared.report["problems"] == alone.report["problems"]
    assert {"country-unknown", "pack-unknown", "file-empty", "field-unknown"} <= set(shared.codes)


def test_workers_find_the_same_problems_in_a_check_as_one_process(tmp_path: Path, workers_for_two: None) -> None:
    small_project(tmp_path, 6)
    write_plan(tmp_path, "plan-0001.yaml", "cities: [{name: Rome, country: Itly}]\n")
    write_plan(tmp_path, "plan-0002.yaml", PLAN.text + "languages: [zh, fr]\n")
    write_plan(tmp_path, "plan-0003.yaml", "")

    alone = ucap(tmp_path, "check", "--jobs", "1", "--json")
    shared = ucap(tmp_path, "check", "--jobs", "2", "--json")

    assert shared.code == alone.code == 1
    assert shared.report == alone.report
    assert {"country-unknown", "translation-missing", "file-empty"} <= set(shared.codes)


def test_workers_build_the_same_variants_as_one_process(tmp_path: Path, workers_for_two: None) -> None:
    small_project(tmp_path, 4)
    write_plan(tmp_path, "plan-0001.yaml", PLAN.text + "language: zh\n")

    for name, jobs in (("alone", "1"), ("shared", "2")):
        assert ucap(tmp_path, "build", "--out", name, "--jobs", jobs, "--language", "zh").code == 0

    assert digests(tmp_path / "alone") == digests(tmp_path / "shared")
    assert {"plan-0000.zh.pdf", "plan-0001.pdf"} <= digests(tmp_path / "shared").keys()


def test_results_come_in_order_from_more_than_one_process() -> None:
    results = [each for _, each in results_of(2, process_of, range(40))]
    assert [number for number, _ in results] == list(range(40))
    assert os.getpid() not in {process for _, process in results}


def test_a_job_that_ends_its_worker_is_lost_and_no_other() -> None:
    jobs = [replace(JOB, digest=str(number)) for number in range(20)]
    results = [result for _, result in results_of(2, digest_unless_five, jobs)]
    assert [problem.code for problem in results[5].problems] == ["worker-ended"]
    assert results[:5] + results[6:] == [str(number) for number in range(20) if number != 5]


def test_a_worker_that_ends_once_loses_no_job(tmp_path: Path) -> None:
    results = results_of(2, doubled_at_the_second_attempt, [tmp_path / "a", tmp_path / "b"])
    assert results == [(tmp_path / "a", "aa"), (tmp_path / "b", "bb")]


def test_pool_replaces_a_worker_whose_message_cannot_be_pickled() -> None:
    def unpicklable() -> None:
        pass

    unsendable: list[Any] = [unpicklable]
    sendable: list[Any] = [1]
    with Processes(1, runner_of(repr)) as pool:
        refused = pool.submit(unsendable)
        answered: Any = pool.submit(sendable)
        with pytest.raises((AttributeError, pickle.PicklingError), match="unpicklable"):
            refused.result()
        assert answered.result() == ["1"]


def test_workers_that_end_at_every_job_are_an_error_after_a_few_of_them() -> None:
    with pytest.raises(ProblemsFound) as found:
        results_of(1, never, [JOB] * 1000)
    assert [problem.code for problem in found.value.problems] == ["workers-lost"]


@pytest.mark.parametrize("work", every(2, ["megabytes", "endless"]))
def test_workers_end_when_their_leader_is_interrupted(work: str) -> None:
    """Some of them are sending a result that is larger than a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(work)], capture_output=True, timeout=120, check=False
    )

    assert (done.stdout, done.stderr, done.returncode) == (b"[]\n", b"", 0)


@linux
@pytest.mark.parametrize("leader_stopped", every(2, [True, False]))
def test_workers_that_are_killed_lose_no_document(tmp_path: Path, leader_stopped: bool) -> None:  # noqa: FBT001 - named above
    """While the leader is stopped, its pipes fill up, so that the workers are killed while they send."""
    small_project(tmp_path, 160)
    process = begin(tmp_path, "--no-index", "--jobs", "2")
    until(lambda: len(digests(tmp_path / "out")) > 4, process)
    if leader_stopped:
        process.send_signal(signal.SIGSTOP)
        until(lambda: all(is_idle(worker) for worker in children(process.pid)), process)
    killed = children(process.pid)
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    process.send_signal(signal.SIGCONT)

    out, err = process.communicate(timeout=2 * PATIENCE)

    assert killed
    assert (process.returncode, len(digests(tmp_path / "out"))) == (0, 320), out + err


@pytest.mark.long
@linux
@pytest.mark.parametrize("seed", range(5))
def test_a_build_ends_whichever_processes_are_killed_at_random_moments(tmp_path: Path, seed: int) -> None:
    """Its children are the fork server, the workers, and the resource tracker of multiprocessing."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    small_project(tmp_path, 120)
    process = begin(tmp_path, "--no-index", "--jobs", "2")
    until(lambda: bool(children(process.pid)), process)
    kills = 0
    for _ in range(chance.randint(1, 6)):
        ended_within(chance.uniform(0, 0.5), process)
        kills += kill_one_of(children(process.pid), chance)
    last = time.monotonic()
    alone = len(digests(tmp_path / "out"))
    until(lambda: len(digests(tmp_path / "out")) > alone or time.monotonic() > last + PATIENCE, process)
    went_on = process.poll() is not None or len(digests(tmp_path / "out")) > alone
    out, err = process.communicate(timeout=2 * PATIENCE)

    assert kills
    assert went_on, f"neither ended nor continued within {PATIENCE} seconds"
    assert "Traceback" not in err, err
    assert process.returncode in {0, 1}, out + err
    assert (process.returncode == 0) == (len(digests(tmp_path / "out")) == 240), out + err
    assert unknown_documents(tmp_path / "out") == []
    assert parts(tmp_path) == []


def kill_one_of(processes: Sequence[int], chance: random.Random) -> int:
    """Kill one of the processes, if any is left; returns the number of kills."""
    try:
        os.kill(chance.choice(processes), signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        return 0
    return 1


def is_idle(process: int) -> bool:
    """Whether a process waits."""
    return "S (sleeping)" in Path(f"/proc/{process}/status").read_text()


def test_no_more_jobs_are_in_memory_than_the_workers_need() -> None:
    class Counting:
        """A pool that does the work when it is submitted."""

        width = 4

        def submit(self, jobs: Sequence[Job]) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result([None for _ in jobs])
            return future

    items: Any = iter(range(999))
    counting: Any = Counting()
    for done, _ in enumerate(in_order(counting, zip(items, items, items, strict=True))):
        assert operator.length_hint(items) >= 999 - done - 12


def test_the_last_chunks_are_small_so_that_workers_end_together() -> None:
    sizes = [len(chunk) for chunk in chunks([JOB] * 200, 200, 5)]
    assert sizes[:8] == [MAX_CHUNK] * 8
    assert sizes[8:] == sorted(sizes[8:], reverse=True)
    assert sizes[-5:] == [1] * 5
    assert sum(sizes) == 200


def test_a_chunk_has_few_long_plans() -> None:
    long = Job(Source("plans/long.yaml", "a" * MAX_CHUNK_TEXT), BuildOptions())
    assert [len(chunk) for chunk in chunks([JOB, JOB, long, JOB, long], 100, 1)] == [3, 2]


def test_chunks_have_all_jobs_if_there_are_more_than_expected() -> None:
    assert [len(chunk) for chunk in chunks([JOB] * 4, 1, 1)] == [1] * 4


def test_a_job_runner_builds_a_document_without_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    packs = PackStore(Project(Path("/")))
    packs.pickle_all()
    packs = pickle.loads(pickle.dumps(packs))  # noqa: S301 - as it is sent to workers
    monkeypatch.setattr("ucap_reports.template.pack_opening.open_pack", None)
    outcome = JobRunner(packs.open, product_fingerprint()).produce(JOB)
    assert [document.file_name for document in outcome.documents] == ["rome.docx"]
    assert outcome.pack == "iuc-asia"


def test_a_worker_of_another_version_builds_nothing() -> None:
    outcome = JobRunner(RUNNER.open_pack, "of another version").produce(JOB)
    assert [problem.code for problem in outcome.problems] == ["worker-differs"]


def test_thumbnails_are_drawn_after_all_documents_of_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def produced(productions: Sequence[Production]) -> list[Produced]:
        results = []
        for production in productions:
            path = production.source.path
            steps.append(f"build {path}")
            results.append(Produced((), documents=(Document("rome", Format.PDF, path.encode()),)))
        return results

    def drawn(pdf: bytes) -> bytes:
        steps.append(f"draw {pdf.decode()}")
        return pdf.upper()

    monkeypatch.setattr("ucap_reports.batch.build_one_plan.produce_all", produced)
    monkeypatch.setattr("ucap_reports.batch.worker_pool.thumbnail", drawn)
    shown = BuildOptions(formats=(Format.PDF,), needs_thumbnail=True)
    known = replace(shown, thumbnail_pdf=sha256(b"known").hexdigest())
    hidden = replace(shown, needs_thumbnail=False)
    jobs = [Job(Source("a", ""), shown), Job(Source("known", ""), known), Job(Source("hidden", ""), hidden)]
    outcomes = RUNNER.produce_all([*jobs, Job(Source("b", ""), shown)])
    assert steps == ["build a", "build known", "build hidden", "build b", "draw a", "draw b"]
    assert [outcome.thumbnail for outcome in outcomes] == [b"A", None, None, b"B"]


def test_stages_are_done_for_all_plans_of_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """One stage after the other: the processor's caches hold one of them."""
    stages = []

    def stage(name: str) -> Callable[[Production], None]:
        return lambda production: stages.append(f"{name} {production.source.path}")

    monkeypatch.setattr(build_one_plan, "STAGES", (stage("read"), stage("make")))
    outcomes = RUNNER.produce_all([Job(Source("a", ""), BuildOptions()), Job(Source("b", ""), BuildOptions())])
    assert stages == ["read a", "read b", "make a", "make b"]
    assert len(outcomes) == 2


def test_a_fault_in_one_plan_ends_its_stages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = []

    def read(production: Production) -> None:
        if production.source.path == "a":
            raise ZeroDivisionError
        stages.append("read")

    def make(production: Production) -> None:
        stages.append(f"make {production.source.path}")

    monkeypatch.setattr(build_one_plan, "STAGES", (read, make))
    outcomes = RUNNER.produce_all([Job(Source("a", ""), BuildOptions()), Job(Source("b", ""), BuildOptions())])
    assert stages == ["read", "make b"]
    assert [[finding.code for finding in outcome.problems] for outcome in outcomes] == [["internal-fault"], []]


def test_a_pdf_that_cannot_be_drawn_has_no_thumbnail() -> None:
    assert RUNNER.thumbnail(b"no PDF") is None
