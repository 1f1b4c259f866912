"""The modules of the product as syntax trees, parsed once for all tests of a process."""

import ast
from functools import cache
from pathlib import Path

import ucap_reports

PACKAGE = Path(ucap_reports.__file__).parent


@cache
def trees() -> dict[str, ast.Module]:
    """The modules of the product by their paths in the package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def nodes(path: str) -> tuple[ast.AST, ...]:
    """All nodes of a module, of which most tests look at some: walking through all modules takes as long as parsing."""
    return tuple(ast.walk(trees()[path]))
