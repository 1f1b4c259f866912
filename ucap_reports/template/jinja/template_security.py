"""Checks and changes of a parsed template before it is compiled: unsupported tags and filters, and costs of loops."""

import re
from math import inf
from typing import Any

from jinja2 import nodes
from jinja2.filters import FILTERS
from jinja2.visitor import NodeTransformer

from ucap_reports.problems import Problem, did_you_mean, problem
from ucap_reports.template.jinja.sandbox import Sandbox
from ucap_reports.template.jinja.template_filters import EACH, ENTER, JOINED, MADE
from ucap_reports.template.jinja.unsupported_tags import instead_of

FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.FilterBlock: "filter",
    nodes.EvalContextModifier: "autoescape",
    nodes.AssignBlock: "set … | filter",
    nodes.For: "for … recursive",
}
"""Tags that read other files, disable escaping, filter markup as text, or recurse."""
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot contain (XML 1.0, 2.2)."""


def security_faults(tree: nodes.Template, environment: Sandbox) -> list[tuple[int, Problem]]:
    """Each invalid constant, forbidden tag, and forbidden or unknown filter or test, with its line."""
    kinds: tuple[type[Any], ...] = (nodes.Const, nodes.Filter, nodes.Test, *FORBIDDEN)
    found = [(node.lineno, fault) for node in tree.find_all(kinds) if (fault := _fault(node, environment)) is not None]
    return sorted(found, key=lambda fault: fault[0])


def _fault(node: nodes.Node, environment: Sandbox) -> Problem | None:
    match node:
        case nodes.Const(value=str(text)) if found := _NOT_XML.search(text):
            return problem("tag-syntax", form="character", character=f"U+{ord(found[0]):04X}")
        case nodes.Const(value=float(number)) if number == inf:
            return problem("tag-syntax", form="number")
        case nodes.Filter():
            return _filter_fault(node.name, environment)
        case nodes.Test() if node.name not in environment.tests:
            return problem("test-unknown", hint=did_you_mean(node.name, environment.tests), name=node.name)
        case nodes.Const() | nodes.Test() | nodes.AssignBlock(filter=None) | nodes.For(recursive=False):
            return None
        case _:
            name = next(name for kind, name in FORBIDDEN.items() if isinstance(node, kind))
            return problem("tag-forbidden", form="tag", hint=instead_of("tags", name), name=name)


def _filter_fault(name: str, environment: Sandbox) -> Problem | None:
    known = {each for each in environment.filters if each.isidentifier()}
    if name in known:
        return None
    if name in FILTERS:
        return problem("tag-forbidden", form="filter", hint=instead_of("filters", name), name=name)
    return problem("filter-unknown", hint=did_you_mean(name, known), name=name)


def bounded(tree: nodes.Template, environment: Sandbox) -> nodes.Template:
    """The template with private filters around everything that could grow: loops, macros, joined texts and lists."""
    _Bound().visit(tree)
    tree.set_environment(environment)
    return tree


class _Bound(NodeTransformer):
    """Inserts the private filters."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - named after the node
        self.generic_visit(node)
        node.iter = _filtered(node.iter, EACH, [nodes.Const(_constant_size(node), lineno=node.lineno)])
        return node

    def visit_Macro(self, node: nodes.Macro | nodes.CallBlock) -> nodes.Node:  # noqa: N802 - named after the node
        self.generic_visit(node)
        price = _filtered(nodes.Const(_constant_size(node), lineno=node.lineno), ENTER, [])
        node.body.insert(0, nodes.ExprStmt(price, lineno=node.lineno))
        return node

    visit_CallBlock = visit_Macro  # noqa: N815 - named after the node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - named after the node
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), JOINED, [])

    def visit_List(self, node: nodes.Expr) -> nodes.Filter:  # noqa: N802 - named after the node
        self.generic_visit(node)
        return _filtered(node, MADE, [])

    visit_Dict = visit_List  # noqa: N815 - named after the node

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802 - named after the node
        return self.visit_List(node) if node.ctx == "load" else node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Getitem:  # noqa: N802 - named after the node
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice) and isinstance(node.node, nodes.Const):
            node.node = _filtered(node.node, MADE, [])  # Python warns about slices of constants
        return node


def _filtered(node: nodes.Node, name: str, arguments: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=node.lineno)


def _constant_size(node: nodes.Node) -> int:
    """The number of characters that each run of a body prints by itself."""
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))
