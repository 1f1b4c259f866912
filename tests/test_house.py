"""Code style that linters do not check: unique names, and a reason for each lint exception."""

import ast
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.modules import nodes, trees

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
FOLDERS = ("ucap_reports", "tests", "benchmarks", "docs")
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|fmt:\s*off)\b.*")
REASONED = re.compile(r"#\s*(?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[\w-]+(?:, ?[\w-]+)*\]) +(?:- |# )\S.*")
"""A comment such as `noqa: N818 - it carries findings`: the name of the rule, then the reason."""

SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def offending(found: Callable[[Path], object]) -> dict[str, object]:
    """What is found in each source file in which something is found."""
    return {name_of(path): each for path in SOURCES if (each := found(path))}


def test_each_lint_exception_names_its_rule_and_a_reason() -> None:
    def unreasoned(path: Path) -> list[str]:
        found = [match[0] for match in EXCEPTION.finditer(path.read_text(encoding="utf-8"))]
        return [comment for comment in found if not REASONED.fullmatch(comment)]

    assert offending(unreasoned) == {}


def test_each_folder_has_source_files() -> None:
    assert {name_of(path).split("/")[0] for path in SOURCES} == set(FOLDERS)


def test_class_names_and_module_names_are_unique() -> None:
    product = [name for name in trees() if not name.endswith("__init__.py")]
    classes = [node.name.lstrip("_") for name in product for node in nodes(name, ast.ClassDef)]
    modules = [Path(name).stem for name in product]
    assert [name for names in (classes, modules) for name, number in Counter(names).items() if number > 1] == []


def test_no_literal_unpacks_another_literal() -> None:
    unpacking = [
        f"{name}:{node.lineno}"
        for name in trees()
        for node in nodes(name, ast.Starred)
        if isinstance(node.value, ast.Tuple | ast.List | ast.Set)
    ]
    assert unpacking == []
