"""Tags read one by one, as their author wrote them: what is wrong with each, whether or not a rendering comes by.

A rendering tells of the names that it meets; one that stops tells of nothing behind its end, and none sees the branches
that it does not take. Reading finds what a template asks for that no value of its kind can have.
"""

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from msgspec import Struct

from ucap_reports.problems import NOWHERE, Problem, did_you_mean
from ucap_reports.template.jinja.allowed_names import missing, unknown_hint
from ucap_reports.template.jinja.jinja_errors import jinja_syntax_problem
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.sandbox import sandbox
from ucap_reports.template.jinja.template_security import security_faults
from ucap_reports.template.jinja.value_kinds import LOOP, Kind, class_of, has, item_of, shown_by

OPENING = ("for", "if", "with", "macro", "call")
CLOSED = (*OPENING, "set", "raw")
SAME_LIST = ("list", "reverse", "select", "selectattr", "reject", "rejectattr")
ONE_OF_LIST = ("first", "last")
SAME = ("default", "d", "e", "escape")
_LINE = 1


class WrittenTag(Struct, frozen=True):
    """A tag: what it says between its delimiters, whether it prints, and where problems find it."""

    content: str
    prints: bool
    places: SourcePlaces

    @property
    def word(self) -> str:
        """What a statement does."""
        return "" if self.prints else (self.content.split(maxsplit=1) or [""])[0]


def read_tags(tags: Iterable[WrittenTag], known: Mapping[str, Kind]) -> Iterator[Problem]:
    """What is wrong with each tag: `tag-syntax`, `tag-forbidden`, `filter-unknown`, `test-unknown`, `name-unknown`.

    `known` are the kinds of the names that a template begins with.
    """
    reader = _TagReader(known)
    for tag in tags:
        yield from reader.read(tag)


class _TagReader:
    """Goes through the tags of a template with the names that each of them knows."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        self._environment = sandbox(())
        self._scopes: list[tuple[str, dict[str, Kind]]] = [("", dict.fromkeys(self._environment.globals) | dict(known))]
        self._blind = 0
        """How many open blocks could not be read, so that nobody knows which names they bring."""
        self._problems: list[Problem] = []
        self._places = SourcePlaces.at(NOWHERE)

    def read(self, tag: WrittenTag) -> list[Problem]:
        """What is wrong with the next tag."""
        self._problems, self._places = [], tag.places
        word = tag.word
        if word.startswith("end") and word.removeprefix("end") in CLOSED:
            self._close(word.removeprefix("end"))
            return self._problems
        try:
            self._read_alone(tag, word)
        except TemplateSyntaxError as error:
            self._problems.append(jinja_syntax_problem(tag.places, error))
            self._open_blind(word)
        except RecursionError:
            self._report("tag-syntax", "the template is nested too deeply", None)
            self._open_blind(word)
        return self._problems

    def _read_alone(self, tag: WrittenTag, word: str) -> None:
        tree = self._environment.parse(_alone(tag, word))
        self._problems += [tag.places.problem(_LINE, *fault[1:]) for fault in security_faults(tree, self._environment)]
        for node in tree.body:
            self._statement(node)

    def _close(self, word: str) -> None:
        if self._scopes[-1][0] in (word, f"{word}?"):
            opened, _ = self._scopes.pop()
            self._blind -= opened.endswith("?")

    def _open_blind(self, word: str) -> None:
        if word in OPENING:
            self._scopes.append((f"{word}?", {}))
            self._blind += 1

    def _open(self, word: str, names: dict[str, Kind]) -> None:
        self._scopes.append((word, names))

    def _statement(self, node: nodes.Node) -> None:
        match node:
            case nodes.For() | nodes.With() | nodes.Macro() | nodes.CallBlock():
                self._open_block(node)
            case nodes.If():
                for branch in (node, *node.elif_):
                    self._kind(branch.test)
                if not node.elif_:
                    self._open("if", {})
            case nodes.Assign():
                self._names_of_block().update(_targets(node.target, self._kind(node.node)))
            case nodes.AssignBlock():
                self._names_of_block().update(_targets(node.target, None))
            case _:
                self._kind(node)

    def _open_block(self, node: nodes.For | nodes.With | nodes.Macro | nodes.CallBlock) -> None:
        """Begin a block that has names of its own."""
        match node:
            case nodes.For():
                names = _targets(node.target, item_of(self._kind(node.iter)))
                self._open("for", {"loop": LOOP, **names})
                if node.test is not None:
                    self._kind(node.test)
            case nodes.With():
                kinds = [self._kind(value) for value in node.values]
                pairs = [_targets(target, kind) for target, kind in zip(node.targets, kinds, strict=True)]
                self._open("with", {name: kind for pair in pairs for name, kind in pair.items()})
            case nodes.Macro():
                self._scopes[-1][1][node.name] = None
                self._open("macro", {**dict.fromkeys(argument.name for argument in node.args), "caller": None})
            case nodes.CallBlock():
                self._kind(node.call)
                self._open("call", dict.fromkeys(argument.name for argument in node.args))

    def _names_of_block(self) -> dict[str, Kind]:
        """Where a name is kept that is set: a condition has no names of its own."""
        return next(names for word, names in reversed(self._scopes) if word.removesuffix("?") != "if")

    def _kind(self, node: nodes.Node) -> Kind:
        """The kind of an expression's value; what it asks for in vain goes to the problems."""
        match node:
            case nodes.Name():
                return self._named(node.name)
            case nodes.Getattr():
                return self._shown(self._kind(node.node), node.attr)
            case nodes.Getitem():
                return self._item(node)
            case nodes.Filter() | nodes.Call():
                return self._made(node)
            case nodes.Const():
                return type(node.value)
            case _:
                for child in node.iter_child_nodes():
                    self._kind(child)
                return None

    def _item(self, node: nodes.Getitem) -> Kind:
        match node.arg:
            case nodes.Const(value=str(name)):
                return self._shown(self._kind(node.node), name)
            case nodes.Slice():
                return self._kind(node.node)
            case _:
                self._kind(node.arg)
                return item_of(self._kind(node.node))

    def _made(self, node: nodes.Filter | nodes.Call) -> Kind:
        """The kind of what a filter or a method makes; a method's own is that of its result."""
        kind = self._kind(node.node) if node.node is not None else None
        for argument in node.args:
            self._kind(argument)
        if isinstance(node, nodes.Call) or node.name in (*SAME_LIST, *SAME):
            return kind
        return item_of(kind) if node.name in ONE_OF_LIST else None

    def _named(self, name: str) -> Kind:
        for _, names in reversed(self._scopes):
            if name in names:
                return names[name]
        if not self._blind:
            known = {each for _, names in self._scopes for each in names if each not in self._environment.globals}
            hint = did_you_mean(name, sorted(known)) or unknown_hint(name)
            self._report("name-unknown", f'no name "{name}"', hint)
        return None

    def _shown(self, kind: Kind, name: str) -> Kind:
        found = class_of(kind)
        if found is not None and not has(kind, name):
            self._report(*missing(found, name))
            return None
        return shown_by(kind, name)

    def _report(self, code: str, message: str, hint: str | None) -> None:
        problem = self._places.problem(_LINE, code, message, hint)
        if problem not in self._problems:
            self._problems.append(problem)


def _targets(target: nodes.Node, kind: Kind) -> dict[str, Kind]:
    """The names that a loop or an assignment gives values of a kind to."""
    if isinstance(target, nodes.Name):
        return {target.name: kind}
    return {name.name: None for name in target.find_all(nodes.Name)}


def _alone(tag: WrittenTag, word: str) -> str:
    """A template of this tag and no more than it needs to be one."""
    content = tag.content
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
