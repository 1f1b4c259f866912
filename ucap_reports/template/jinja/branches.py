"""The branches of a template, and a version of it in which the outcome of each condition and loop can be set.

A loop has two outcomes: its body is run, for each item or, if there are none, for a missing one; or it has no items.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import nodes

from ucap_reports.template.jinja.template_filters import ITEMS, OUTCOME

CONDITIONS: tuple[type[Any], ...] = (nodes.If, nodes.CondExpr, nodes.For)
Outcomes = Mapping[int, bool]
"""The outcomes of some conditions and loops, by their numbers in the order of `find_all`; the others depend on the
values.
"""


def numbered(tree: nodes.Template) -> tuple[Outcomes, ...]:
    """The outcomes that lead to each branch; changes the tree so that the outcomes of its conditions can be set."""
    conditions = {id(condition): number for number, condition in enumerate(tree.find_all(CONDITIONS))}
    found = tuple(_branches(tree, conditions, {}))
    for number, condition in enumerate([*tree.find_all(CONDITIONS)]):
        if isinstance(condition, nodes.For):
            condition.iter = _set(condition.iter, ITEMS, number, _missing(condition.target))
        if condition.test is not None:
            condition.test = _set(condition.test, OUTCOME, number)
    return found


def _set(value: Any, name: str, number: int, *arguments: nodes.Expr) -> nodes.Filter:
    """The value after the filter that sets the outcome of that number."""
    line = value.lineno
    return nodes.Filter(value, name, [nodes.Const(number, lineno=line), *arguments], [], None, None, lineno=line)


def _missing(target: nodes.Node) -> nodes.Expr:
    """A missing item for the target of a loop: undefined values, as of a condition without `else`."""
    line = target.lineno
    if isinstance(target, nodes.Tuple):
        return nodes.Tuple([_missing(each) for each in target.items], "load", lineno=line)
    return nodes.CondExpr(nodes.Const(False), nodes.Const(None), None, lineno=line)


def _branches(node: nodes.Node, numbers: Mapping[int, int], before: Outcomes) -> Iterator[Outcomes]:
    """The outcomes that lead to each branch in a node; `before` are those that lead to the node."""
    match node:
        case nodes.If():
            for each in (node, *node.elif_):
                yield from _taken(each.body, numbers, {**before, numbers[id(each)]: True})
                before = {**before, numbers[id(each)]: False}
            yield from _taken(node.else_, numbers, before)
        case nodes.CondExpr():
            for value, outcome in ((node.expr1, True), (node.expr2, False)):
                yield from _taken([value or nodes.Const(None)], numbers, {**before, numbers[id(node)]: outcome})
        case nodes.For():
            yield from _branches(node.iter, numbers, before)
            for part, outcome in ((node.body, True), (node.else_, False)):
                yield from _taken(part, numbers, {**before, numbers[id(node)]: outcome})
        case _:
            for child in node.iter_child_nodes():
                yield from _branches(child, numbers, before)


def _taken(branch: Iterable[nodes.Node], numbers: Mapping[int, int], outcomes: Outcomes) -> Iterator[Outcomes]:
    """The outcomes that lead to a branch, unless it is empty, and to each branch in it."""
    for place, child in enumerate(branch):
        yield from () if place else (outcomes,)
        yield from _branches(child, numbers, outcomes)
