"""The fork server: what it imports, and when it starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ucap
from tests.projects import small_project
from ucap_reports.batch.output_folder import BuildState
from ucap_reports.batch.pending_documents import Pending, find_pending


def test_modules_that_the_fork_server_imports_start_no_thread() -> None:
    code = (
        "import sys, threading; from importlib import import_module; "
        "from ucap_reports.batch.worker_count_and_startup import PRELOADED; "
        "[import_module(each) for each in PRELOADED]; "
        "from pathlib import Path; tasks = Path('/proc/self/task'); "
        "print(threading.active_count(), len([*tasks.iterdir()]) if tasks.exists() else 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


def test_the_fork_server_starts_early_only_if_workers_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 4)
    monkeypatch.setattr("ucap_reports.batch.worker_count_and_startup.MIN_JOBS", 2)
    started: list[bool] = []
    monkeypatch.setattr("ucap_reports.batch.build_project.start_fork_server", lambda: started.append(True))

    for arguments in (["--jobs", "2", "--dry-run"], ["--jobs", "1"], ["--jobs", "2"]):
        assert ucap(tmp_path, "build", *arguments).code == 0
    assert not started, "a dry run, one process, and no changes"
    assert ucap(tmp_path, "build", "--jobs", "2", "--force").code == 0
    assert started == [True]


def test_the_fork_server_starts_when_enough_plans_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_project(tmp_path, 4)
    monkeypatch.setattr("ucap_reports.batch.worker_count_and_startup.MIN_JOBS", 2)
    steps: list[str] = []

    def find(build: BuildState, path: Path) -> list[Pending]:
        steps.append(path.stem)
        return find_pending(build, path)

    monkeypatch.setattr("ucap_reports.batch.build_project.find_pending", find)
    monkeypatch.setattr("ucap_reports.batch.build_project.start_fork_server", lambda: steps.append("fork server"))

    assert ucap(tmp_path, "build", "--jobs", "2").code == 0

    assert [len(steps), steps.index("fork server")] == [5, 2]
