"""The wheel, built from the checkout: its files, and that it works without the checkout."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.selected_cases import mostly_long

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_contains_the_packs_the_example_and_the_marker_of_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packs = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
    wanted = {f"ucap_reports/shipped/{name}" for name in {*packs, "plans/tianjin-rome.yaml"}}
    assert {*wanted, "ucap_reports/py.typed"} - names == set()


def test_the_wheel_contains_every_file_of_the_package_and_no_others(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = ROOT / "ucap_reports"
    sources = {path.relative_to(ROOT).as_posix() for path in package.rglob("*") if path.is_file()}
    assert {name for name in sources if "__pycache__" not in name} - names == set()
    assert {name.split("/")[0] for name in names} == {"ucap_reports"}


@pytest.mark.parametrize("target", mostly_long(["wheel", "sdist"], {"wheel"}))
def test_two_builds_have_the_same_bytes(target: str, tmp_path: Path) -> None:
    """As long as SOURCE_DATE_EPOCH is the same, as in https://reproducible-builds.org/specs/source-date-epoch/."""
    built = []
    for number, umask in enumerate(("022", "077")):
        folder = tmp_path / str(number)
        command = f"umask {umask}; exec {sys.executable} -m hatchling build --target {target} --directory {folder}"
        environment = os.environ | {"SOURCE_DATE_EPOCH": "1577836800", "TZ": ("UTC", "Asia/Tokyo")[number]}
        subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, env=environment, check=True, capture_output=True)
        (path,) = folder.iterdir()
        built.append((path.name, path.read_bytes()))
    assert built[0] == built[1]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(installed: Path, folder: Path, program: str, *arguments: str) -> None:
    """Run a Python program that imports the installed product."""
    head = "import sys; sys.path.insert(0, sys.argv.pop(1))\nimport ucap_reports\n"
    check = "assert ucap_reports.__file__.startswith(sys.path[0]), ucap_reports.__file__\n"
    done = subprocess.run(
        [sys.executable, "-I", "-c", head + check + program, str(installed), *arguments],
        cwd=folder,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_installed_command_creates_checks_and_builds_a_project(installed: Path, tmp_path: Path) -> None:
    project = tmp_path / "my summaries"
    project.mkdir()
    for command in ("init", "check", "build"):
        run_installed(installed, project, "from ucap_reports.cli import main; sys.exit(main())", command)
    written = {path.name for path in (project / "out").iterdir()}
    assert {"tianjin-rome.docx", "tianjin-rome.pdf"} <= written


@pytest.mark.long
def test_the_examples_of_the_python_reference_run_with_the_installed_product(installed: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    plan, *programs = re.findall(r"```(?:yaml|python)\n(.*?)```", page, re.DOTALL)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "tianjin-rome.yaml").write_text(plan, encoding="utf-8")

    assert len(programs) == 6
    for program in programs:
        run_installed(installed, tmp_path, program)
    assert {"tianjin-rome.docx", "tianjin-rome.pdf"} <= {path.name for path in tmp_path.iterdir()}
