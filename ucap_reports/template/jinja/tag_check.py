"""Checks of single tags, as their author wrote them.

A rendering reports the names that it meets. It reports nothing after an error that stops it, and nothing in branches
that it does not take. Reading each tag finds the names that no value of the kind can have.
"""

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import nodes
from msgspec import Struct

from ucap_reports.problems import NOWHERE, Problem
from ucap_reports.template.jinja.allowed_names import missing_name, unknown_name
from ucap_reports.template.jinja.jinja_errors import NOT_PARSED, parse_problem
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.sandbox import sandbox
from ucap_reports.template.jinja.template_security import security_faults
from ucap_reports.template.jinja.value_kinds import LOOP, Kind, class_of, has, item_of, shown_by

OPENING = ("for", "if", "with", "macro", "call")
UNREAD = "?"
"""What follows the name of an open block that could not be parsed, so that its names are unknown."""
SAME_KIND = frozenset({
    "list", "reverse", "select", "selectattr", "reject", "rejectattr", "default", "d", "e", "escape", "width",
})  # fmt: skip
"""Filters whose result has the kind of their input."""
ONE_OF_LIST = ("first", "last")


class WrittenTag(Struct, frozen=True):
    """A tag: the text between its delimiters, whether it prints, and its place."""

    content: str
    prints: bool
    places: SourcePlaces

    @property
    def word(self) -> str:
        """The keyword of a statement; empty for a tag that prints."""
        return "" if self.prints else (self.content.split(maxsplit=1) or [""])[0]


def read_tags(tags: Iterable[WrittenTag], known: Mapping[str, Kind]) -> Iterator[Problem]:
    """The problems of each tag: `tag-syntax`, `tag-forbidden`, `filter-unknown`, `test-unknown`, `name-unknown`.

    `known` has the kinds of the template's variables.
    """
    reader = _TagReader(known)
    for tag in tags:
        yield from reader.read(tag)


class _TagReader:
    """Reads the tags of a template in order, with the names that are known at each of them."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        self._environment = sandbox(())
        self._scopes: list[tuple[str, dict[str, Kind]]] = [("", dict.fromkeys(self._environment.globals) | dict(known))]
        self._problems: dict[Problem, None] = {}
        self._places = SourcePlaces.at(NOWHERE)

    def read(self, tag: WrittenTag) -> Iterable[Problem]:
        """The problems of the next tag."""
        self._problems, self._places = {}, tag.places
        word, text = tag.word, _alone(tag)
        if word.startswith("end"):
            if self._scopes[-1][0].removesuffix(UNREAD) == word.removeprefix("end"):
                self._scopes.pop()
            return ()
        try:
            tree = self._environment.parse(text)
            for _, found in security_faults(tree, self._environment):
                self._report(found)
            for node in tree.body:
                self._statement(node)
        except NOT_PARSED as error:
            self._problems[parse_problem(tag.places, error, text)] = None
            if word in OPENING:
                self._scopes.append((word + UNREAD, {}))
        return self._problems

    def _statement(self, node: nodes.Node) -> None:
        match node:
            case nodes.If():
                for branch in (node, *node.elif_):
                    self._kind(branch.test)
                if not node.elif_:
                    self._scopes.append(("if", {}))
            case nodes.Assign():
                self._assign(node.target, self._kind(node.node))
            case nodes.AssignBlock():
                self._assign(node.target, None)
            case _:
                self._block(node)

    def _block(self, node: nodes.Node) -> None:
        """Open a block with names of its own; read any other tag."""
        match node:
            case nodes.For():
                names = _targets(node.target, item_of(self._kind(node.iter)))
                self._scopes.append(("for", {"loop": LOOP, **names}))
                if node.test is not None:
                    self._kind(node.test)
            case nodes.With():
                names = {}
                for target, value in zip(node.targets, node.values, strict=True):
                    names |= _targets(target, self._kind(value))
                self._scopes.append(("with", names))
            case nodes.Macro():
                self._scopes[-1][1][node.name] = None
                self._scopes.append(("macro", {**dict.fromkeys(each.name for each in node.args), "caller": None}))
            case nodes.CallBlock():
                self._kind(node.call)
                self._scopes.append(("call", dict.fromkeys(each.name for each in node.args)))
            case _:
                self._kind(node)

    def _assign(self, target: nodes.Node, kind: Kind) -> None:
        """Add the names of a `set` to the innermost block: a condition has none of its own."""
        names = next(names for word, names in reversed(self._scopes) if word.removesuffix(UNREAD) != "if")
        names.update(_targets(target, kind))

    def _kind(self, node: nodes.Node) -> Kind:
        """The kind of an expression's value; unknown names in it are reported."""
        match node:
            case nodes.Name():
                return self._variable(node.name)
            case nodes.Getattr():
                return self._field(self._kind(node.node), node.attr)
            case nodes.Getitem():
                return self._item(node)
            case nodes.Filter() | nodes.Call():
                return self._result(node)
            case nodes.Const():
                return type(node.value)
            case _:
                for child in node.iter_child_nodes():
                    self._kind(child)
                return None

    def _item(self, node: nodes.Getitem) -> Kind:
        kind = self._kind(node.node)
        match node.arg:
            case nodes.Const(value=str(name)):
                return self._field(kind, name)
            case nodes.Slice():
                return kind
            case _:
                self._kind(node.arg)
                return item_of(kind)

    def _result(self, node: nodes.Filter | nodes.Call) -> Kind:
        """The kind of the result of a filter or a method; a method has the kind of its result."""
        kind = self._kind(node.node) if node.node is not None else None
        for argument in node.args:
            self._kind(argument)
        if isinstance(node, nodes.Call) or node.name in SAME_KIND:
            return kind
        if node.name == "batch":
            return list[kind]  # type: ignore[valid-type] # a kind is a type annotation
        return item_of(kind) if node.name in ONE_OF_LIST else None

    def _variable(self, name: str) -> Kind:
        for _, names in reversed(self._scopes):
            if name in names:
                return names[name]
        if not any(word.endswith(UNREAD) for word, _ in self._scopes):
            known = {each for _, names in self._scopes for each in names if each not in self._environment.globals}
            self._report(unknown_name(name, tuple(sorted(known))))
        return None

    def _field(self, kind: Kind, name: str) -> Kind:
        found = class_of(kind)
        if found is not None and not has(kind, name):
            self._report(missing_name(found, name))
            return None
        return shown_by(kind, name)

    def _report(self, found: Problem) -> None:
        self._problems[self._places.placed(1, found)] = None


def _targets(target: nodes.Node, kind: Kind) -> dict[str, Kind]:
    """The names to which a loop or an assignment gives values of a kind."""
    if isinstance(target, nodes.Name):
        return {target.name: kind}
    return {name.name: None for name in target.find_all(nodes.Name)}


def _alone(tag: WrittenTag) -> str:
    """A template of this tag and the tags that it requires."""
    content, word = tag.content, tag.word
    if tag.prints:
        return f"{{{{ {content} }}}}"
    match word:
        case "else" | "raw" | "":
            return ""
        case "elif":
            return f"{{% if range %}}{{% {content} %}}{{% endif %}}"
        case "set" if "=" not in content:
            return f"{{% {content} %}}{{% endset %}}"
        case _ if word in OPENING:
            return f"{{% {content} %}}{{% end{word} %}}"
        case _:
            return f"{{% {content} %}}"
