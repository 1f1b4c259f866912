"""The built wheel is complete and works in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_contains_the_packs_the_example_and_py_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packs = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
    wanted = {f"ucap_reports/shipped/{name}" for name in {*packs, "plans/tianjin-rome.yaml"}}
    assert {*wanted, "ucap_reports/py.typed"} - names == set()


def test_the_wheel_contains_all_files_of_the_package_and_no_others(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = ROOT / "ucap_reports"
    sources = {path.relative_to(ROOT).as_posix() for path in package.rglob("*") if path.is_file()}
    assert {name for name in sources if "__pycache__" not in name} - names == set()
    assert {name.split("/")[0] for name in names} == {"ucap_reports"}


def test_an_installed_product_creates_and_builds_a_project(wheel: Path, tmp_path: Path) -> None:
    installed, project = tmp_path / "installed", tmp_path / "my summaries"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    project.mkdir()
    for command in ("init", "check", "build"):
        program = (
            "import sys; sys.path.insert(0, sys.argv.pop(1)); import ucap_reports.cli as cli; sys.exit(cli.main())"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-c", program, str(installed), command],
            cwd=project,
            env=os.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    written = {path.name for path in (project / "out").iterdir()}
    assert {"tianjin-rome.docx", "tianjin-rome.pdf"} <= written
