"""Checks of single tags, as their author wrote them.

A rendering reports the names that it meets. It reports nothing after an error that stops it, and nothing in branches
that it does not take. Reading each tag finds the names that no value of the kind can have.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from msgspec import Struct

from ucap_reports.problems import NOWHERE, Problem
from ucap_reports.template.jinja.jinja_templates import NOT_PARSED, parse_problem, security_faults
from ucap_reports.template.jinja.sandbox import (
    Kind,
    SourceLocations,
    missing_name,
    public_names,
    sandbox,
    undeclared,
    unknown_name,
)
from ucap_reports.text.template_values import CustomFact, FactsByName, LazyItems, LazyTranslations

OPENING = ("for", "if", "with", "macro", "call")


class DeclaredFacts(Struct, frozen=True):
    """The kind of `custom`: the custom fields of the plan or of a city by name, each with the columns of its table."""

    facts: Mapping[str, "DeclaredFacts"]


class DeclaredFact(Struct, frozen=True):
    """The kind of a custom field; `columns` is that of a row of its table."""

    columns: DeclaredFacts


class FactRows(Struct, frozen=True):
    """The kind of the rows of a table."""

    columns: DeclaredFacts


NO_FACTS = DeclaredFacts({})


class WrittenTag(Struct, frozen=True):
    """A tag: the text between its delimiters, whether it prints, and its place."""

    content: str
    prints: bool
    locations: SourceLocations


def read_tags(
    tags: Iterable[WrittenTag], known: Mapping[str, Kind], facts: Mapping[type, DeclaredFacts] | None = None
) -> Iterator[Problem]:
    """Yield the problems of each tag: `tag-syntax`, `tag-forbidden`, `filter-unknown`, `test-unknown`, `name-unknown`.

    Args:
        tags: The tags of a template, in their order.
        known: The kinds of the template's variables.
        facts: The custom fields of each class of values that has them. Without them, any name may be one.
    """
    reader = _TagReader(known, facts or {})
    for tag in tags:
        yield from reader.read(tag)


def names_in(expression: str) -> frozenset[str]:
    """Return the names of variables in the expression of a tag that prints; none if it cannot be parsed."""
    return _names(f"{{{{ {expression} }}}}", "load")


def names_bound_by(statement: str) -> frozenset[str]:
    """Return the names to which a statement such as `for row in summary.rows` gives values."""
    word = statement.split(maxsplit=1)[0] if statement.strip() else ""
    end = f"{{% end{word} %}}" if word in OPENING else ""
    return _names(f"{{% {statement} %}}{end}", "store", "param")


def constant_condition(condition: str) -> bool | None:
    """Return the value of a condition that depends on nothing; None for any other."""
    try:
        output = Environment(autoescape=True).parse(f"{{{{ {condition} }}}}").find(nodes.Output)
    except TemplateSyntaxError:
        return None
    return None if output is None else _truth(output.nodes[0])


class _TagReader:
    """Reads the tags of a template in order, with the names that the tags before define.

    A name is known from there to the end: rendering the template finds uses of it outside of its block.
    """

    def __init__(self, known: Mapping[str, Kind], facts: Mapping[type, DeclaredFacts]) -> None:
        self._environment = sandbox(())
        self._facts = facts
        self._names: dict[str, Kind] = dict.fromkeys(self._environment.globals) | dict(known)
        self._are_all_known = True
        """Whether every statement could be parsed, so that all names which the template defines are known."""
        self._problems: dict[Problem, None] = {}
        self._locations = SourceLocations.at(NOWHERE)

    def read(self, tag: WrittenTag) -> Iterable[Problem]:
        """Return the problems of the next tag."""
        self._problems, self._locations = {}, tag.locations
        text = _alone(tag)
        try:
            tree = self._environment.parse(text)
            for _, fault in security_faults(tree, self._environment):
                self._report(fault)
            self._kind(tree)
        except NOT_PARSED as error:
            self._problems[parse_problem(tag.locations, error, text)] = None
            self._are_all_known = self._are_all_known and tag.prints
        return self._problems

    def _kind(self, node: nodes.Node) -> Kind:
        """Return the kind of an expression's value, None for a statement or a result; unknown names in
        it are reported.
        """
        match node:
            case nodes.Name(ctx="load"):
                return self._variable(node.name)
            case nodes.Getattr(attr=name) | nodes.Getitem(arg=nodes.Const(value=str(name))):
                return self._field(self._kind(node.node), name)
            case nodes.Getitem(arg=nodes.Const()):
                return _item_of(self._kind(node.node))
            case _:
                return self._statement(node)

    def _statement(self, node: nodes.Node) -> None:
        """Add the names that a tag defines; read its expressions."""
        match node:
            case nodes.For():
                self._define(node.target, _item_of(self._kind(node.iter)))
                self._names["loop"] = LoopContext
                for child in node.iter_child_nodes(exclude=("target", "iter")):
                    self._kind(child)
            case nodes.With():
                for target, value in zip(node.targets, node.values, strict=True):
                    self._define(target, self._kind(value))
            case nodes.Assign():
                self._define(node.target, self._kind(node.node))
            case nodes.Name():
                self._define(node, None)
            case _:
                if isinstance(node, nodes.Macro):
                    self._names |= {node.name: None, "caller": None}
                for child in node.iter_child_nodes():
                    self._kind(child)

    def _define(self, target: nodes.Node, kind: Kind) -> None:
        """Add the names to which a loop or an assignment gives values of a kind; a name may get values of several."""
        for name in [target, *target.find_all(nodes.Name)]:
            if isinstance(name, nodes.Name):
                own = kind if name is target else None
                self._names[name.name] = own if self._names.get(name.name, own) == own else None

    def _variable(self, name: str) -> Kind:
        if name not in self._names and self._are_all_known:
            self._report(unknown_name(name, tuple(sorted(self._names.keys() - self._environment.globals.keys()))))
        return self._names.get(name)

    def _field(self, kind: Kind, name: str) -> Kind:
        origin: Any = get_origin(kind)
        if origin is LazyTranslations:
            return _item_of(kind)
        if kind is FactsByName:
            return CustomFact
        if isinstance(kind, DeclaredFacts):
            if name not in kind.facts:
                self._report(undeclared(name, kind.facts))
                return CustomFact
            return DeclaredFact(kind.facts[name])
        if isinstance(kind, DeclaredFact):
            self._field(CustomFact, name)
            return FactRows(kind.columns) if name == "rows" else public_names(CustomFact).get(name)
        owner: Any = kind if origin is None else origin
        if not isinstance(owner, type):
            return None
        names = public_names(owner)
        if name not in names:
            self._report(missing_name(owner, name))
        if names.get(name) is FactsByName:
            return self._facts.get(owner, FactsByName)
        return names.get(name)

    def _report(self, problem: Problem) -> None:
        self._problems[self._locations.placed(1, problem)] = None


def _names(text: str, *contexts: str) -> frozenset[str]:
    try:
        tree = sandbox(()).parse(text)
    except NOT_PARSED:
        return frozenset()
    return frozenset(node.name for node in tree.find_all(nodes.Name) if node.ctx in contexts)


def _item_of(kind: Kind) -> Kind:
    """Return the kind of the items of a list, or of the values of a mapping by language."""
    if isinstance(kind, FactRows):
        return kind.columns
    origin: Any = get_origin(kind)
    return get_args(kind)[0] if origin in (tuple, list, LazyTranslations, LazyItems) else None


def _alone(tag: WrittenTag) -> str:
    """Return a template of this tag and the tags that it requires."""
    content = tag.content
    if tag.prints:
        return f"{{{{ {content} }}}}"
    word = (content.split(maxsplit=1) or [""])[0]
    if word in {"else", "raw", ""} or word.startswith("end"):
        return ""
    if word == "elif":
        return f"{{% if range %}}{{% {content} %}}{{% endif %}}"
    is_opening = word in OPENING or (word == "set" and "=" not in content)
    return f"{{% {content} %}}" + (f"{{% end{word} %}}" if is_opening else "")


def _truth(expression: nodes.Expr) -> bool | None:
    """Return whether an expression of `true`, `false`, `not`, `and` and `or` is true; None if that depends on others.

    Nothing else is evaluated, since templates may be anyone's.
    """
    match expression:
        case nodes.Const(value=bool() as value):
            return value
        case nodes.Not(node=inner):
            inner_value = _truth(inner)
            return None if inner_value is None else not inner_value
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            deciding = isinstance(expression, nodes.Or)
            values = _truth(left), _truth(right)
            if deciding in values:
                return deciding
            return None if None in values else not deciding
        case _:
            return None
