"""The modules of the product as syntax trees, parsed once for all tests of a process."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import ucap_reports

PACKAGE = Path(ucap_reports.__file__).parent
Node = TypeVar("Node", bound=ast.AST)


@cache
def trees() -> dict[str, ast.Module]:
    """The modules of the product by their paths in the package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def nodes(path: str, kind: type[Node]) -> list[Node]:
    """Return the nodes of a module that are of this class, those of outer statements before those of inner ones."""
    found: list[Node] = _nodes_by_class(path)[kind]
    return found


@cache
def _nodes_by_class(path: str) -> dict[type[ast.AST], list[Any]]:
    """Return all nodes of a module by their classes, since walking through all modules takes as long as parsing."""
    nodes_by_class: dict[type[ast.AST], list[Any]] = defaultdict(list)
    for node in ast.walk(trees()[path]):
        nodes_by_class[type(node)].append(node)
    return nodes_by_class
