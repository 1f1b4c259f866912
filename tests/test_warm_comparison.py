"""The comparison of warm documents with the commit before, which `.ci/run` prints (benchmarks/compare.py)."""

import re
from pathlib import Path

import pytest

from benchmarks.compare import FORMATS, MeasurementError, WarmProcess, extracted, processes, table
from benchmarks.plans import plan_text
from tests.stages import ROOT


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder with one plan."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "plan.yaml").write_text(plan_text(0), encoding="utf-8")
    return folder


def test_warm_process_renders_each_format_with_its_checkout(plans: Path) -> None:
    with processes([ROOT, ROOT], plans) as started:
        for process in started:
            for name in FORMATS:
                (milliseconds,) = process.render(name, 0, 1)
                assert milliseconds > 0


def test_checkout_that_cannot_be_measured_is_an_error_with_its_reason(plans: Path, tmp_path: Path) -> None:
    package = tmp_path / "broken" / "ucap_reports"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('raise RuntimeError("cannot be imported")\n', encoding="utf-8")
    process = WarmProcess(package.parent, plans)
    with pytest.raises(MeasurementError, match="RuntimeError: cannot be imported"):
        process.wait_until_ready()
    process.end()


def test_commit_that_a_shallow_clone_lacks_is_not_extracted(tmp_path: Path) -> None:
    assert extracted("0" * 40, tmp_path / "before") is None
    assert not (tmp_path / "before").exists()


def test_table_has_the_median_values_and_the_median_ratio() -> None:
    turns = [(2.0, 3.0), (4.0, 4.0), (10.0, 5.0)]
    assert table("milliseconds", "1234abcd", {"pdf": turns}).splitlines() == [
        "milliseconds             at 1234abcd         now       ratio",
        "PDF                             4.00        4.00       1.000",
    ]


def test_table_of_one_commit_has_no_ratio() -> None:
    assert table("milliseconds", None, {"word": [(2.0,), (4.0,)]}).splitlines() == [
        "milliseconds                     now",
        "Word file                       3.00",
    ]


def test_ci_run_compares_before_the_tests_and_never_fails_because_of_it() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = re.search(r"^timeout \d+ .*-m benchmarks\.compare --seconds \d+ \|\| echo .*$", script, re.MULTILINE)
    assert command is not None
    assert command.end() < script.index("make test-all")


def test_ci_run_waits_for_everything_that_it_begins() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    begun = {line.split()[1] for line in lines if line.strip().startswith("begin ")}
    finished = {line.split()[1] for line in lines if line.startswith("finish ")}
    assert begun == finished
    assert begun
