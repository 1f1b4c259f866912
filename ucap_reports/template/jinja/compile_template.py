"""Compiling templates: parsing, checking for unsupported tags and filters and costs of loops, and generating code."""

import marshal
import re
from collections.abc import Sequence
from math import inf
from typing import Any

from jinja2 import nodes
from jinja2.filters import FILTERS
from jinja2.visitor import NodeTransformer

from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.template.jinja.compiled_template import CompiledTemplate
from ucap_reports.template.jinja.jinja_tags import NOT_PARSED, instead_of, parse_problem
from ucap_reports.template.jinja.render_budget import SourceLocations
from ucap_reports.template.jinja.sandbox import Sandbox, sandbox
from ucap_reports.template.jinja.template_filters import EACH, ENTER, JOINED, MADE

_FORBIDDEN: dict[type[nodes.Node], str] = {
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


def compile_template(text: str, locations: SourceLocations, kinds: Sequence[str] = ()) -> CompiledTemplate:
    """Return the compiled template. `locations` are those of the lines of `text`.

    Each of `kinds` adds a filter: `{{ (value)|kind_p }}` is printed with kind `p`.
    Raises ProblemsFound: `tag-syntax` for the first tag that cannot be parsed, or else all of `tag-forbidden`,
    `filter-unknown` and `test-unknown`.
    """
    environment = sandbox(tuple(kinds))
    try:
        tree = environment.parse(text)
        if faults := security_faults(tree, environment):
            raise ProblemsFound(locations.placed(*fault) for fault in faults)
        code = environment.compile(_bounded(tree, environment))
    except NOT_PARSED as error:
        raise ProblemsFound([parse_problem(locations, error, text)]) from None
    return CompiledTemplate(marshal.dumps(code), tuple(kinds), locations)


def security_faults(tree: nodes.Template, environment: Sandbox) -> list[tuple[int, Problem]]:
    """Return each invalid constant, forbidden tag, and forbidden or unknown filter or test, with its line."""
    kinds: tuple[type[Any], ...] = (nodes.Const, nodes.Filter, nodes.Test, *_FORBIDDEN)
    faults = []
    for node in tree.find_all(kinds):
        fault = _fault(node, environment)
        if fault is not None:
            faults.append((node.lineno, fault))
    return sorted(faults, key=lambda line_and_fault: line_and_fault[0])


def _fault(node: nodes.Node, environment: Sandbox) -> Problem | None:
    match node:
        case nodes.Const(value=str(text)) if character := _NOT_XML.search(text):
            return problem("tag-syntax", form="character", character=f"U+{ord(character[0]):04X}")
        case nodes.Const(value=float(number)) if number == inf:
            return problem("tag-syntax", form="number")
        case nodes.Filter():
            return _filter_fault(node.name, environment)
        case nodes.Test() if node.name not in environment.tests:
            return problem("test-unknown", hint=did_you_mean(node.name, environment.tests), name=node.name)
        case nodes.Const() | nodes.Test() | nodes.AssignBlock(filter=None) | nodes.For(recursive=False):
            return None
        case _:
            name = next(name for kind, name in _FORBIDDEN.items() if isinstance(node, kind))
            return problem("tag-forbidden", form="tag", hint=instead_of("tags", name), name=name)


def _filter_fault(name: str, environment: Sandbox) -> Problem | None:
    known = {known_name for known_name in environment.filters if known_name.isidentifier()}
    if name in known:
        return None
    if name in FILTERS:
        return problem("tag-forbidden", form="filter", hint=instead_of("filters", name), name=name)
    return problem("filter-unknown", hint=did_you_mean(name, known), name=name)


def _bounded(tree: nodes.Template, environment: Sandbox) -> nodes.Template:
    """Return the template with private filters around everything that could grow: loops, macros, joined texts and
    lists.
    """
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
    """Return the number of characters that each run of a body prints by itself."""
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))
