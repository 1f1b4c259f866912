"""Modules in the folder of a downloaded project are not imported, and its programs are not started."""

import os
import subprocess
import sys
import sysconfig
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.command import write_plan
from tests.projects import small_project
from tests.selected_cases import mostly_long

SCRIPT = (str(Path(sysconfig.get_path("scripts")) / "ucap"),)
SAFE_MODULE = (sys.executable, "-P", "-m", "ucap_reports")
MODULE = (sys.executable, "-m", "ucap_reports")
OPTIONAL = {"reportlab_mods", "local_reportlab_settings", "reportlab_settings", "sitecustomize", "usercustomize"}
"""Modules that Python and ReportLab import if they exist."""
COMMANDS = (
    ("check", "a"),
    ("list", "--json"),
    ("build", "a", "--format", "pdf,docx,html"),
    ("fmt", "a"),
    ("new", "paris-oslo"),
    ("translate", "fr"),
    ("template", "check", "glance"),
    ("import", "out/a.docx", "--into", "imported"),
    ("review", "out/a.docx"),
    ("diff", "a", "plan-0001", "--docx", "changes"),
    ("sign", "out/a.pdf", "--key", "key.p12"),
    ("schema",),
    ("explain", "yaml-invalid"),
    ("completion", "bash"),
)
"""Commands that import what any command imports. `diff` starts git for a revision."""
WORKERS = ("build", "--format", "docx", "--no-index", "--jobs", "2")
"""A command that starts workers if there are more than a hundred plans."""


def plant(folder: Path, names: set[str]) -> None:
    """Write modules that leave their name in the folder `ran`."""
    (folder / "ran").mkdir()
    code = "import sys\nopen(r'{ran}/' + __name__, 'w').write(repr(sys.orig_argv))\nraise ImportError('planted')\n"
    for name in names:
        (folder / f"{name}.py").write_text(code.format(ran=folder / "ran"), encoding="utf-8")


def planted_modules(folder: Path) -> dict[str, str]:
    """The planted modules that were imported, and the command lines that imported them."""
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "ran").iterdir()}


def all_names() -> set[str]:
    return {*sys.stdlib_module_names, *packages_distributions(), *OPTIONAL} - {"__main__"}


def names_before_the_module(folder: Path) -> set[str]:
    """The modules that Python imports before a module that `-m` names."""
    package = folder / "probe"
    package.mkdir()
    (package / "__init__.py").write_text("from importlib import import_module\n", encoding="utf-8")
    (package / "__main__.py").write_text("import sys\nprint(*sys.modules)\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "probe"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return {name.partition(".")[0] for name in printed.split()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = small_project(tmp_path / "project", 110)
    write_plan(project, "a.yaml", "cities: [{name: Rome, country: Italy}, {name: Tianjin, country: China}]\n")
    return project


@pytest.mark.parametrize(
    "program", mostly_long([SCRIPT, SAFE_MODULE, MODULE], {MODULE}), ids=["script", "safe module", "module"]
)
def test_neither_the_command_nor_its_workers_import_modules_of_the_current_folder(
    project: Path, program: tuple[str, ...]
) -> None:
    names = all_names()
    if program == MODULE:  # Python imports these before any code of the product
        names -= names_before_the_module(project.parent) | {"ucap_reports"}
    plant(project, names)

    done = subprocess.run([*program, *WORKERS], cwd=project, capture_output=True, text=True, check=False)

    assert planted_modules(project) == {}
    assert "111 written" in done.stderr


@pytest.mark.long
def test_the_preview_imports_no_modules_of_the_current_folder(project: Path) -> None:
    plant(project, all_names())
    command = [*SCRIPT, "edit", "a", "--port", "0"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdout is not None
        assert editor.stdout.readline().startswith("http://127.0.0.1:")
        editor.terminate()
    assert planted_modules(project) == {}


@pytest.mark.long
def test_a_program_with_modules_of_its_own_builds_with_workers(project: Path) -> None:
    """Workers find modules where the program does, wherever it is started."""
    program = project.parent / "program"
    program.mkdir()
    (program / "helper.py").write_text("FORMATS = ['docx']\n", encoding="utf-8")
    code = (
        "import sys\nfrom helper import FORMATS\nfrom ucap_reports import build\n"
        "if __name__ == '__main__':\n    print(len(build(sys.argv[1], formats=FORMATS, jobs=2).documents))\n"
    )
    (program / "publish.py").write_text(code, encoding="utf-8")
    plant(project, all_names() - {"helper"})
    command = [sys.executable, str(program / "publish.py"), str(project)]

    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == ("111", "")
    assert planted_modules(project) == {}


def test_starting_workers_leaves_the_environment_as_it_was() -> None:
    code = (
        "import os, ucap_reports.batch.worker_count_and_startup as server; before = dict(os.environ);\n"
        "with server.same_modules(): assert os.environ['PYTHONSAFEPATH'] == '1'\n"
        "assert dict(os.environ) == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.long
def test_no_command_starts_a_program_or_imports_modules_of_the_current_folder(project: Path) -> None:
    """All commands in one process, which reports what it starts. Workers are started by the test above."""
    plant(project, all_names())
    code = (
        "import contextlib, io, os, sys\n"
        "started = []\n"
        "def watch(event, arguments):\n"
        "    if event in {'subprocess.Popen', 'os.system', 'os.posix_spawn', 'os.exec', 'os.spawn', 'os.startfile'}:\n"
        "        started.append((event, arguments))\n"
        "sys.addaudithook(watch)\n"
        "from ucap_reports.cli import main\n"
        f"for words in {COMMANDS!r}:\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        "        assert main(words) in {0, 1, 2}\n"
        "    assert started == [], (words, started)\n"
    )

    subprocess.run([sys.executable, "-P", "-c", code], cwd=project, check=True)

    assert planted_modules(project) == {}
