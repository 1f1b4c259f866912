"""Mutants of a module: copies with one small fault each, such as `<` instead of `<=` or a condition that is negated."""

import ast
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path

from msgspec import Struct

OPPOSITES: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip - a table
Change = Callable[[ast.AST], None]


class Mutant(Struct, frozen=True):
    """A module with one fault: `change` applies it to the node at `place` in the order of `ast.walk`."""

    path: Path
    line: int
    fault: str
    place: int
    change: Change

    def tree(self) -> ast.Module:
        """Return the module with the fault."""
        module = ast.parse(self.path.read_text(encoding="utf-8"))
        self.change(list(ast.walk(module))[self.place])
        return ast.fix_missing_locations(module)


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its syntax tree."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set(_unchanged(module))
    for place, node in enumerate(ast.walk(module)):
        if node not in skipped:
            for fault, change in _faults(node):
                placed = node.target if isinstance(node, ast.comprehension) else node
                yield Mutant(path, getattr(placed, "lineno", 0), fault, place, change)


def _unchanged(module: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that no fault changes.

    What only type checkers read (annotations, `frozen`), the sizes of caches, docstrings, and texts with values.
    """
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef(args=arguments, returns=returns):
                yield from (each for item in [arguments, returns] if item for each in _annotations(item))
            case ast.AnnAssign(annotation=annotation):
                yield from ast.walk(annotation)
            case (
                ast.Expr(value=ast.Constant())
                | ast.JoinedStr()
                | ast.keyword(arg="frozen" | "maxsize")
                | ast.Assign(value=ast.Subscript(value=ast.Name("Literal")))
            ):
                yield from ast.walk(node)
            case _:
                pass


def _annotations(item: ast.AST) -> Iterator[ast.AST]:
    if isinstance(item, ast.arguments):
        for each in ast.walk(item):
            if isinstance(each, ast.arg) and each.annotation:
                yield from ast.walk(each.annotation)
    else:
        yield from ast.walk(item)


def _faults(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Return the faults that a node may have, in words."""
    match node:
        case ast.Compare(ops=[op, *_]) | ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OPPOSITES:
            other = OPPOSITES[type(op)]
            yield f"{type(op).__name__} is {other.__name__}", _operator(other)
        case ast.Constant(value=bool(value)):
            yield f"{value} is {not value}", _setting(value=not value)
        case ast.Constant(value=int(value)):
            yield f"{value} is {value + 1}", _setting(value=value + 1)
        case ast.Constant(value=str(value)) if value:
            yield f"{value!r} is ''", _setting(value="")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not is left out", _setting(operand=ast.UnaryOp(ast.Not(), operand))
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield "the condition is negated", _setting(test=ast.UnaryOp(ast.Not(), deepcopy(test)))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant) or value.value is not None:
            yield "returns None", _setting(value=ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.YieldFrom() | ast.Yield()):
            yield "the statement is left out", _setting(value=ast.Constant(None))
        case ast.comprehension(ifs=[_, *_]):
            yield "the filter is left out", _setting(ifs=[])
        case _:
            pass


def _operator(other: type[ast.AST]) -> Change:
    def change(node: ast.AST) -> None:
        vars(node).update({"ops": [other(), *node.ops[1:]]} if isinstance(node, ast.Compare) else {"op": other()})

    return change


def _setting(**fields: object) -> Change:
    def change(node: ast.AST) -> None:
        vars(node).update(fields)

    return change
