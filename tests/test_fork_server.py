"""The fork server: what it imports, and when it starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ucap
from tests.projects import small_project
from tests.stages import EXAMPLE
from ucap_reports.batch.build_request_and_report import BuildState
from ucap_reports.batch.rebuild_reasons import Pending, find_pending


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


def test_the_fork_server_collects_no_garbage_while_it_imports_modules() -> None:
    code = (
        "import gc; from importlib import import_module; "
        "from ucap_reports.batch.worker_count_and_startup import PRELOADED; "
        "phases = []; gc.callbacks.append(lambda phase, _: phases.append(phase)); "
        "[import_module(module) for module in PRELOADED]; print(len(phases))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def test_workers_import_no_modules_of_the_product_themselves() -> None:
    plan = EXAMPLE.read_text(encoding="utf-8")
    code = (
        "import sys; from importlib import import_module; "
        "from ucap_reports.batch.worker_count_and_startup import PRELOADED; "
        "[import_module(module) for module in PRELOADED]; "
        "from ucap_reports.batch.options_settings_and_source_date import BuildOptions; "
        "from pathlib import Path; "
        "from ucap_reports.batch.opened_project_and_settings_file import PackStore; "
        "from ucap_reports.storage.project_folder import Project; "
        "from ucap_reports.batch.worker_pool import Job, JobRunner, product_fingerprint; "
        "from ucap_reports.storage.decoding import Source; "
        "packs = PackStore(Project(Path.cwd())); packs.pickle_all(); "
        "runner = JobRunner(packs.open, product_fingerprint()); "
        "before = {*sys.modules}; "
        f"produced = runner.produce(Job(Source('rome.yaml', {plan!r}), BuildOptions())); "
        "print(len(produced.documents), *sorted(name for name in sys.modules if name not in before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, *imported = done.stdout.split()
    assert count == "2"
    first_runs = ("ucap_reports.word.compile", "ucap_reports.pictures.svg_safety", "ucap_reports.fonts.face_index")
    """Needed only if the Word template or the faces are not in the user's cache."""
    assert [name for name in imported if name.startswith("ucap_reports") and not name.startswith(first_runs)] == []


def test_the_process_that_leads_workers_imports_nothing_that_only_they_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first build of a folder, after the packs were put in the user's cache."""
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "cache"))
    project = small_project(tmp_path / "project", 4)
    code = (
        "import sys, ucap_reports.batch.worker_count_and_startup as startup; startup.MIN_JOBS = 2; "
        "from ucap_reports.cli import main; main(['build', '--quiet', '--jobs', '2', '--no-index', *sys.argv[1:]]); "
        "print(*sorted(sys.modules))"
    )
    imported: set[str] = set()
    for folder in ("one", "two"):
        command = [sys.executable, "-c", code, "--out", folder]
        run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
        imported = set(run.stdout.split())
        assert len(list((project / folder).glob("*.pdf"))) == 4
    assert "ucap_reports.batch.worker_pool" in imported
    assert imported & {"pydantic", "jinja2", "lxml", "ucap_reports.batch.build_one_plan"} == set()


@pytest.mark.no_cover
def test_the_fork_server_starts_early_only_if_workers_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project(tmp_path, 4)
    monkeypatch.setattr("ucap_reports.batch.worker_count_and_startup.MIN_JOBS", 2)
    started: list[dict[str, bool]] = []
    monkeypatch.setattr("ucap_reports.batch.build_project.start_fork_server", lambda **options: started.append(options))

    for arguments in (["--jobs", "2", "--dry-run"], ["--jobs", "1"], ["--jobs", "2"]):
        assert ucap(tmp_path, "build", *arguments).code == 0
    assert not started, "a dry run, one process, and no changes"
    assert ucap(tmp_path, "build", "--jobs", "2", "--force").code == 0
    assert ucap(tmp_path, "build", "--jobs", "2", "--force", "--no-index").code == 0
    assert started == [{"draws_thumbnails": True}, {"draws_thumbnails": False}]


def test_the_fork_server_starts_when_enough_plans_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_project(tmp_path, 4)
    monkeypatch.setattr("ucap_reports.batch.worker_count_and_startup.MIN_JOBS", 2)
    steps: list[str] = []

    def find(build: BuildState, path: Path) -> list[Pending]:
        steps.append(path.stem)
        return find_pending(build, path)

    monkeypatch.setattr("ucap_reports.batch.build_project.find_pending", find)
    monkeypatch.setattr("ucap_reports.batch.build_project.start_fork_server", lambda **_: steps.append("fork server"))

    assert ucap(tmp_path, "build", "--jobs", "2").code == 0

    assert [len(steps), steps.index("fork server")] == [5, 2]
