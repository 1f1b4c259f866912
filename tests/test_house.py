"""Code style that linters do not check: sizes, unique names, and a reason for each lint exception."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("ucap_reports", "tests", "benchmarks", "docs")
FILE_LINES = 300
FUNCTION_LINES = 40
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|fmt:\s*off)\b.*")
REASONED = re.compile(r"#\s*(?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[\w-]+(?:, ?[\w-]+)*\]) +(?:- |# )\S.*")
"""A comment such as `noqa: N818 - it carries findings`: the name of the rule, then the reason."""

SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def line_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The number of lines of the function from its `def` on, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0)


def offending(found: Callable[[Path], object]) -> dict[str, object]:
    """What is found in each source file in which something is found."""
    return {name_of(path): each for path in SOURCES if (each := found(path))}


def test_files_have_at_most_300_lines() -> None:
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_functions_have_at_most_40_lines() -> None:
    def long(path: Path) -> list[str]:
        return [each.name for each in functions(path) if line_count(each) > FUNCTION_LINES]

    assert offending(long) == {}


def test_each_lint_exception_names_its_rule_and_a_reason() -> None:
    def unreasoned(path: Path) -> list[str]:
        found = [match[0] for match in EXCEPTION.finditer(path.read_text(encoding="utf-8"))]
        return [comment for comment in found if not REASONED.fullmatch(comment)]

    assert offending(unreasoned) == {}


def test_each_folder_has_source_files() -> None:
    assert {name_of(path).split("/")[0] for path in SOURCES} == set(FOLDERS)


def test_class_names_and_module_names_are_unique() -> None:
    product = [path for path in SOURCES if path.is_relative_to(ROOT / "ucap_reports") and path.name != "__init__.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in product]
    classes = [node.name.lstrip("_") for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    modules = [path.stem for path in product]
    assert [name for names in (classes, modules) for name, number in Counter(names).items() if number > 1] == []
