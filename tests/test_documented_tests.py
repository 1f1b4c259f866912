"""The commands of the documentation that run tests select at least one: their files exist, and not all are long."""

import ast
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md"))
SOURCES = sorted([*PAGES, ROOT / "Makefile", ROOT / ".ci" / "run"])
COMMAND = re.compile(r"`(?:[^`\n]*[ /])?pytest((?: [^`\n]*)?)`|-m pytest([^|\n]*)")
TEST_FILE = re.compile(r"\btests/test_\w+\.py\b")


class SelectedTest(NamedTuple):
    """A test of a module."""

    path: str
    name: str
    is_long: bool


def commands_in(text: str) -> Iterator[str]:
    """Yield the arguments of each command that runs pytest."""
    for match in COMMAND.finditer(text):
        yield (match[1] if match[1] is not None else match[2]).strip()


def selected(arguments: str) -> Iterator[SelectedTest]:
    """Yield the tests that pytest selects with these arguments; reading all files for the first one takes seconds."""
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("-m", default="not long")
    parser.add_argument("-k", default="")
    parser.add_argument("-n")
    parser.add_argument("--ignore", action="append", default=[])
    parser.add_argument("--cov", action="store_true")
    parser.add_argument("--collect-only", action="store_true")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args(shlex.split(arguments))
    names = [name for name in options.tests if not name.startswith("$")] or all_test_files()
    kinds = {"": (True, False), "not long": (False,), "long": (True,)}[options.m]
    for name in names:
        for test in named_tests(name):
            if test.path not in options.ignore and test.is_long in kinds and is_chosen(test, options.k):
                yield test


def all_test_files() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests").glob("test_*.py"))]


def is_chosen(test: SelectedTest, words: str) -> bool:
    """Return whether `-k` chooses a test, with words between which there is `or`."""
    return any(word.lower() in f"{test.path}::{test.name}".lower() for word in words.split(" or "))


def named_tests(name: str) -> list[SelectedTest]:
    """Return the tests of a file, or the one that is named after two colons."""
    path, _, function = name.partition("::")
    return [test for test in functions_in(path) if function in ("", test.name)]


@cache
def functions_in(path: str) -> tuple[SelectedTest, ...]:
    nodes = ast.parse((ROOT / path).read_bytes()).body
    marks = [ast.unparse(node) for node in nodes if isinstance(node, ast.Assign)]
    all_long = any(mark.startswith("pytestmark") and "mark.long" in mark for mark in marks)
    tests = []
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            is_long = all_long or any(ast.unparse(mark) == "pytest.mark.long" for mark in node.decorator_list)
            tests.append(SelectedTest(path, node.name, is_long))
    return tuple(tests)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_documented_pytest_commands_select_tests(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert [arguments for arguments in commands_in(text) if not any(selected(arguments))] == []
    assert [name for name in TEST_FILE.findall(text) if not (ROOT / name).is_file()] == []


def test_documented_pytest_commands_are_found() -> None:
    reliability = (ROOT / "docs" / "explanation" / "reliability.md").read_text(encoding="utf-8")
    assert len(list(commands_in(reliability))) >= reliability.count("pytest -m")
    assert list(commands_in((ROOT / "Makefile").read_text(encoding="utf-8")))[:2] == ["", "-m ''"]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("tests/test_memory.py", []),
        ('-m "" tests/test_memory.py -n0', ["test_a_build_of_many_plans_keeps_none_of_their_documents"]),
        ("tests/test_documented_tests.py -k unselected", []),
        ("tests/test_documented_tests.py::test_selected", []),
        ("-k are_found tests/test_documented_tests.py", ["test_documented_pytest_commands_are_found"]),
    ],
)
def test_selected_leaves_out_long_and_unnamed_tests(arguments: str, names: list[str]) -> None:
    assert [test.name for test in selected(arguments)] == names
