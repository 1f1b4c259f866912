"""Mutation testing (`make mutation`) runs the code with the fault."""

import gc
import os
import re
import subprocess
import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from benchmarks.mutant_tests import ROOT, replace_functions
from benchmarks.mutants import mutants
from benchmarks.mutation import AREAS, PRODUCT

pytestmark = pytest.mark.no_cover

MODULE = """\
def is_small(number):
    return number < 10


def is_large(number):
    return number > 1000
"""
USUAL_TEST = """
def test_small():
    assert is_small(9) and not is_small(10)
"""
LONG_TEST = """
@pytest.mark.long
def test_large():
    assert is_large(1001) and not is_large(1000)
"""
RUN = """
import sys
from pathlib import Path
from benchmarks import mutant_tests, mutation

mutant_tests.ROOT = mutation.ROOT = mutation.PRODUCT = Path.cwd()
mutation.LIBRARIES = ()
mutation.AREAS = {"numbers": mutation.Area("numbers_of_mutation.py", "numbers")}
sys.path.insert(0, str(Path.cwd()))
mutation.main()
"""


def run(folder: Path, tests: str, *options: str) -> tuple[int, list[str]]:
    """Run mutation testing of a module of two functions with these tests; return its exit code and what it prints."""
    (folder / "numbers_of_mutation.py").write_text(MODULE, encoding="utf-8")
    (folder / "tests").mkdir()
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = long\n", encoding="utf-8")
    imports = "import mmap, os, pathlib, pytest\nfrom numbers_of_mutation import is_large, is_small\n"
    (folder / "tests/test_numbers.py").write_text(imports + tests, encoding="utf-8")
    command = [sys.executable, "-c", RUN, *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def counts(lines: list[str]) -> list[int]:
    """Return the numbers of the last line: of the mutants that were tested, of all, and of those that tests find."""
    return [int(number) for number in re.findall(r"[0-9]+", lines[-1])]


def test_replace_functions_changes_functions_that_garbage_collections_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "example_of_mutation.py"
    path.write_text("def is_small(number):\n    return number < 10\n", encoding="utf-8")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    gc.freeze()

    assert module.is_small(9)
    for mutant in mutants(path):
        replace_functions(mutant)
        assert (module.is_small(9), module.is_small(10)) != (True, False), mutant.fault
    gc.freeze()


@pytest.mark.parametrize("name", AREAS)
def test_each_area_has_modules_and_names_tests_that_exist(name: str) -> None:
    area = AREAS[name]
    assert area.modules
    assert [test for test in area.tests if not (ROOT / test).is_file()] == []


def test_each_module_is_in_one_area() -> None:
    modules = Counter(path for area in AREAS.values() for path in area.modules if path.name != "__init__.py")
    assert modules == Counter(path for path in PRODUCT.rglob("*.py") if path.name != "__init__.py")


def test_mutants_are_found_by_usual_tests_or_only_by_long_ones(tmp_path: Path) -> None:
    code, lines = run(tmp_path, USUAL_TEST + LONG_TEST, "--long")
    assert code == 0
    assert counts(lines) == [6, 6, 3, 3, 0]
    assert lines[-1].endswith("3 found by usual tests, 3 only by long tests, 0 by no test")
    for line in lines[:-1]:
        assert line.startswith("numbers_of_mutation.py:6: ")
        assert line.endswith(": only by long tests")


@pytest.mark.long
def test_without_the_option_long_tests_find_nothing(tmp_path: Path) -> None:
    code, lines = run(tmp_path, USUAL_TEST + LONG_TEST)
    assert code == 0
    assert counts(lines) == [6, 6, 3, 3]
    assert lines[-1].endswith("3 found by usual tests, 3 by no test")


def test_a_test_that_fails_without_a_mutant_is_reported_and_left_out(tmp_path: Path) -> None:
    failing = """
def test_that_fails():
    assert is_small(11), "eleven is large"

@pytest.fixture
def missing():
    raise FileNotFoundError("no such program")

def test_without_its_fixture(missing):
    pass
"""
    code, lines = run(tmp_path, failing + USUAL_TEST)
    assert code == 1
    reported = [line for line in lines if "is left out" in line]
    for line, name, reason in zip(
        reported,
        ["test_that_fails", "test_without_its_fixture"],
        ["eleven is large", "no such program"],
        strict=True,
    ):
        assert f"test_numbers.py::{name} is left out, because it fails without a mutant: " in line
        assert reason in line
    assert counts(lines) == [6, 6, 3, 3]


def test_a_test_that_ends_its_process_is_reported(tmp_path: Path) -> None:
    code, lines = run(tmp_path, USUAL_TEST + "\ndef test_that_crashes():\n    os.kill(os.getpid(), 9)\n")
    assert code == 1
    assert lines == ["numbers: no mutants tested: tests/test_numbers.py::test_that_crashes ends its process"]


@pytest.mark.long
def test_tests_that_pytest_cannot_import_are_reported(tmp_path: Path) -> None:
    code, lines = run(tmp_path, "\nimport no_such_module\n")
    assert code == 1
    assert lines[-1] == "numbers: no mutants tested: pytest cannot run the tests"


def test_tests_of_a_mutant_find_nothing_in_the_cache(tmp_path: Path) -> None:
    """Such as pictures that were prepared before, without the fault."""
    caching = """
def test_small():
    kept = pathlib.Path(os.environ["UCAP_CACHE_DIR"], "small")
    if not kept.exists():
        kept.write_text(repr((is_small(9), is_small(10))))
    assert kept.read_text() == "(True, False)"
"""
    code, lines = run(tmp_path, caching)
    assert code == 0
    assert counts(lines) == [6, 6, 3, 3]


def test_tests_may_reserve_more_memory_than_they_may_use(tmp_path: Path) -> None:
    """Chromium reserves a terabyte of addresses."""
    reserving = """
def test_that_reserves():
    mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ).close()

def test_that_uses():
    with pytest.raises(OSError):
        mmap.mmap(-1, 9 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
"""
    code, lines = run(tmp_path, reserving + USUAL_TEST)
    assert code == 0, lines
    assert counts(lines) == [6, 6, 3, 3]
