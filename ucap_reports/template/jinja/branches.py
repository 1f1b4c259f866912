"""The branches of a template, and a version of it in which the outcome of each condition can be set."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from ucap_reports.template.jinja.template_filters import OUTCOME

CONDITIONS: tuple[type[Any], ...] = (nodes.If, nodes.CondExpr)
Outcomes = Mapping[int, bool]
"""The outcomes of some conditions, by their numbers in the order of `find_all`; the others depend on the values."""


def numbered(tree: nodes.Template) -> tuple[Outcomes, ...]:
    """The outcomes that lead to each branch; changes the tree so that the outcomes of its conditions can be set."""
    conditions = {id(condition): number for number, condition in enumerate(tree.find_all(CONDITIONS))}
    found = tuple(_branches(tree, conditions, {}))
    for number, condition in enumerate([*tree.find_all(CONDITIONS)]):
        line = condition.lineno
        condition.test = nodes.Filter(
            condition.test, OUTCOME, [nodes.Const(number, lineno=line)], [], None, None, lineno=line
        )
    return found


def _branches(node: nodes.Node, numbers: Mapping[int, int], before: Outcomes) -> Iterator[Outcomes]:
    """The outcomes that lead to each branch in a node; `before` are those that lead to the node."""
    match node:
        case nodes.If():
            for each in (node, *node.elif_):
                taken = {**before, numbers[id(each)]: True}
                yield taken
                for child in each.body:
                    yield from _branches(child, numbers, taken)
                before = {**before, numbers[id(each)]: False}
            if node.else_:
                yield before
            for child in node.else_:
                yield from _branches(child, numbers, before)
        case nodes.CondExpr():
            for value, outcome in ((node.expr1, True), (node.expr2, False)):
                taken = {**before, numbers[id(node)]: outcome}
                yield taken
                if value is not None:
                    yield from _branches(value, numbers, taken)
        case _:
            for child in node.iter_child_nodes():
                yield from _branches(child, numbers, before)
