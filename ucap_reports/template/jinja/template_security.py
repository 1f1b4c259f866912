"""What is done to a parsed template before it is compiled: tags and filters looked at, loops and macros made to pay."""

import warnings
from collections.abc import Iterable, Iterator
from io import StringIO
from types import CodeType

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.visitor import NodeTransformer

from ucap_reports.problems import did_you_mean
from ucap_reports.template.jinja.allowed_names import unknown_hint
from ucap_reports.template.jinja.compiled_template import Fault
from ucap_reports.template.jinja.sandbox import Sandbox
from ucap_reports.template.jinja.template_filters import EACH, ENTER, JOINED, MADE
from ucap_reports.template.jinja.unsupported_tags import FILTERS as REPLACED_FILTERS
from ucap_reports.template.jinja.unsupported_tags import instead_of_tag

FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.FilterBlock: "filter",
    nodes.EvalContextModifier: "autoescape",
}
"""Tags that would reach other files, undo the escaping, or work on markup as if it were text."""

LOOKED_AT: tuple[type[nodes.Node], ...] = (*FORBIDDEN, nodes.AssignBlock, nodes.For)


def security_faults(tree: nodes.Template, environment: Sandbox) -> list[Fault]:
    """Every use of a tag, filter or test that there is not, in the order of the template."""
    found = [*_forbidden_tags(tree), *_unknown_functions(tree, environment)]
    return sorted(found, key=lambda fault: fault.line)


def _forbidden_tags(tree: nodes.Template) -> Iterator[Fault]:
    hint = "a template places what the summary has, with for, if, set, with and macro"
    for node in tree.find_all(LOOKED_AT):
        match node:
            case nodes.AssignBlock(filter=None) | nodes.For(recursive=False):
                pass
            case nodes.AssignBlock():
                yield Fault(node.lineno, "tag-forbidden", "a set block takes no filter", hint)
            case nodes.For():
                yield Fault(node.lineno, "tag-forbidden", "a loop cannot be recursive", hint)
            case _:
                name = next(name for kind, name in FORBIDDEN.items() if isinstance(node, kind))
                message = f'the tag "{name}" is not for templates'
                yield Fault(node.lineno, "tag-forbidden", message, instead_of_tag(name) or hint)


def _unknown_functions(tree: nodes.Template, environment: Sandbox) -> Iterator[Fault]:
    filters = {name for name in environment.filters if name.isidentifier()}
    for node in tree.find_all(nodes.Filter):
        if node.name in FILTERS and node.name not in filters:
            hint = REPLACED_FILTERS.get(node.name)
            yield Fault(node.lineno, "tag-forbidden", f'the filter "{node.name}" is not for templates', hint)
        elif node.name not in filters:
            yield _unknown(node, "filter", filters)
    for test in tree.find_all(nodes.Test):
        if test.name not in environment.tests:
            yield _unknown(test, "test", environment.tests)


def _unknown(node: nodes.Filter | nodes.Test, word: str, known: Iterable[str]) -> Fault:
    return Fault(node.lineno, f"{word}-unknown", f'no {word} is called "{node.name}"', did_you_mean(node.name, known))


def compiled(tree: nodes.Template, environment: Sandbox) -> tuple[CodeType, list[Fault]]:
    """The code that runs the template, and the names that nothing in it gives a value to: known beforehand, even where
    no rendering comes by.
    """
    source = StringIO()
    generator = _Noticing(environment, None, None, source)
    generator.visit(tree)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # it is about Python that nobody wrote
        code = compile(source.getvalue(), "<template>", "exec")
    unknown = [
        Fault(node.lineno, "name-unknown", f'no name "{node.name}"', unknown_hint(node.name))
        for node in (tree.find_all(nodes.Name) if generator.undeclared else ())
        if node.name in generator.undeclared
    ]
    return code, unknown


class _Noticing(CodeGenerator):
    """Jinja's own, which keeps the names that the code has to look up outside: what `jinja2.meta` would find by making
    all of the code once more.
    """

    undeclared: frozenset[str] = frozenset()

    def enter_frame(self, frame: Frame) -> None:
        """Look at the names of a block."""
        super().enter_frame(frame)
        loaded = {name for action, name in frame.symbols.loads.values() if action == VAR_LOAD_RESOLVE and name}
        self.undeclared |= loaded - {*self.environment.globals, "summary"}


def bounded(tree: nodes.Template, environment: Sandbox) -> nodes.Template:
    """The same template, in which loops, macros and joined texts pay for what they do, and lists are weighed."""
    _Bound().visit(tree)
    tree.set_environment(environment)
    return tree


class _Bound(NodeTransformer):
    """Puts the private filters around what could grow."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja calls it by the node's name
        self.generic_visit(node)
        node.iter = _filtered(node.iter, EACH, [nodes.Const(_constant_size(node), lineno=node.lineno)])
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:  # noqa: N802 - Jinja calls it by the node's name
        self._pay(node)
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.CallBlock:  # noqa: N802 - Jinja calls it by the node's name
        self._pay(node)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - Jinja calls it by the node's name
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), JOINED, [])

    def visit_List(self, node: nodes.List) -> nodes.Filter:  # noqa: N802 - Jinja calls it by the node's name
        return self._made(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Filter:  # noqa: N802 - Jinja calls it by the node's name
        return self._made(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802 - Jinja calls it by the node's name
        return self._made(node) if node.ctx == "load" else node

    def _made(self, node: nodes.Expr) -> nodes.Filter:
        self.generic_visit(node)
        return _filtered(node, MADE, [])

    def _pay(self, node: nodes.Macro | nodes.CallBlock) -> None:
        self.generic_visit(node)
        price = _filtered(nodes.Const(_constant_size(node), lineno=node.lineno), ENTER, [])
        node.body.insert(0, nodes.ExprStmt(price, lineno=node.lineno))


def _filtered(node: nodes.Node, name: str, arguments: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=node.lineno)


def _constant_size(node: nodes.Node) -> int:
    """How many characters of its own a body writes each time."""
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))
