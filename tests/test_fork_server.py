"""The fork server: what it imports, and when it starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ucap
from tests.projects import small_project


def test_modules_that_the_fork_server_imports_start_no_thread() -> None:
    code = (
        "import sys, threading; from importlib import import_module; "
        "from ucap_reports.batch.worker_processes import PRELOADED; [import_module(each) for each in PRELOADED]; "
        "from pathlib import Path; tasks = Path('/proc/self/task'); "
        "print(threading.active_count(), len([*tasks.iterdir()]) if tasks.exists() else 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


def test_the_fork_server_starts_early_only_if_workers_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 4)
    monkeypatch.setattr("ucap_reports.batch.worker_processes.MIN_JOBS", 2)
    started: list[bool] = []
    monkeypatch.setattr("ucap_reports.batch.build_project.start_fork_server", lambda: started.append(True))

    for arguments in (["--jobs", "2", "--dry-run"], ["--jobs", "1"], ["--jobs", "2"]):
        assert ucap(tmp_path, "build", *arguments).code == 0
    assert not started, "a dry run, one process, and no changes"
    assert ucap(tmp_path, "build", "--jobs", "2", "--force").code == 0
    assert started == [True]
