"""From the text of a YAML file to its tree."""

from typing import NoReturn

import yaml
from msgspec.structs import replace

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.scalars import plain_value
from ucap_reports.source.tree import Tree, YamlNode
from ucap_reports.source.yaml_errors import ALIAS_HINT, DEPTH_MESSAGE, MAX_DEPTH, yaml_syntax_problem
from ucap_reports.storage.decoding import Source, character_name, empty_file, locate, refuse_unprintable, unprintable

MAX_NODES = 20_000
"""More than any plan or pack needs; aliases count as all that they repeat."""
_YAML_TAGS = "tag:yaml.org,2002:"


def parse(source: Source) -> Tree:
    """The tree of a source's one YAML document (YAML 1.2 core schema; dates are text).

    Raises ProblemsFound for what is no YAML, for keys given twice or that are no text, for tags, merge keys and several
    documents, and for what is too deep or too much.
    """
    tree = parse_tolerantly(source)
    if tree.problems:
        raise ProblemsFound(tree.problems)
    return tree


def parse_tolerantly(source: Source) -> Tree:
    """As `parse`, but what does not hinder reading on, such as a key given twice, is kept in the tree's `problems`.

    So whoever reads the values can tell it together with what is wrong with them.
    """
    refuse_unprintable(source)
    composer = _Composer(source)
    try:
        root = composer.compose()
    except yaml.MarkedYAMLError as error:
        raise ProblemsFound([*composer.problems, yaml_syntax_problem(source, error)]) from None
    if root is None or root.value is None:
        raise ProblemsFound([*composer.problems, empty_file(source)])
    return Tree(source, root, tuple(composer.problems))


def _span(event: yaml.Event) -> tuple[int, int]:
    """The offsets at which an event begins and ends."""
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)


class _Composer:
    """Makes nodes of the parser's events. `problems` are those that do not hinder reading on."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._events = yaml.parse(source.text, Loader=yaml.CLoader)
        self._anchors: dict[str, YamlNode | None] = {}
        """The values that have been given a name; None while such a value is not complete."""
        self._nodes = 0

    def compose(self) -> YamlNode | None:
        """The root of the first document, or None where there is no content."""
        root: YamlNode | None = None
        for event in self._events:
            match event:
                case yaml.DocumentStartEvent() if root is not None:
                    hint = "put each plan into a file of its own"
                    self._stop(event, "yaml-documents", "a second document begins here", hint)
                case yaml.DocumentStartEvent():
                    root = self._node(next(self._events), 0)
                case _:
                    pass
        return root

    def _node(self, event: yaml.Event, depth: int) -> YamlNode:
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._stop(event, "yaml-depth", DEPTH_MESSAGE, None)
        if self._nodes > MAX_NODES:
            self._stop(event, "yaml-size", f"the file holds more than {MAX_NODES:,} values", None)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, yaml.NodeEvent)  # noqa: S101 - the grammar of events has nothing else here
        if event.anchor:
            self._anchors[event.anchor] = None
        node = self._untagged(event, depth)
        if node.size > MAX_NODES:
            self._stop(event, "yaml-size", f"aliases repeat more than {MAX_NODES:,} values", "write them out")
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _untagged(self, event: yaml.NodeEvent, depth: int) -> YamlNode:
        if (tag := getattr(event, "tag", None)) is not None:
            self._report(
                event,
                "yaml-tag",
                f"the tag {tag.replace(_YAML_TAGS, '!!')} is not allowed",
                "put text that begins with ! in quotes",
            )
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(event, depth)
            case yaml.SequenceStartEvent():
                return self._sequence(event, depth)
            case _:
                return self._scalar(event)

    def _scalar(self, event: yaml.Event) -> YamlNode:
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - the only kind of node left
        start, end = _span(event)
        # Only an escape can bring such a character in: the file itself has none.
        if found := unprintable(event.value):
            self._report(event, "control-character", f"this holds {character_name(found)}, which cannot be printed")
        return YamlNode(event.value if event.style else plain_value(event.value), start, end)

    def _sequence(self, start: yaml.Event, depth: int) -> YamlNode:
        items: list[YamlNode] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        size = 1 + sum(item.size for item in items)
        value = [item.value for item in items]
        return YamlNode(value, _span(start)[0], _span(event)[1], dict(enumerate(items)), size=size)

    def _mapping(self, start: yaml.Event, depth: int) -> YamlNode:
        children: dict[str, YamlNode] = {}
        keys: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, self._node(event, depth + 1))
            node = self._node(next(self._events), depth + 1)
            if key is None:
                continue
            if key in children:
                line = locate(self.source, keys[key]).line
                self._report(event, "yaml-duplicate-key", f'"{key}" is given twice', f"it is given in line {line} too")
                continue
            children[key], keys[key] = node, _span(event)[0]
        size = 1 + sum(child.size for child in children.values())
        value = {key: child.value for key, child in children.items()}
        return YamlNode(value, _span(start)[0], _span(event)[1], children, keys, size)

    def _key(self, event: yaml.Event, node: YamlNode) -> str | None:
        """The key's text, or None with a problem reported."""
        match node.value:
            case "<<" if isinstance(event, yaml.ScalarEvent) and not event.style:
                self._report(event, "yaml-merge-key", "merge keys (<<) are not allowed", "write the fields out")
                return None
            case str() as key:
                return key
            case dict() | list():
                hint = "text that begins with { or [ needs straight quotes around it"
            case _:
                from ucap_reports.source.yaml_mistakes import grouped_number  # noqa: PLC0415 - most files have no mistake

                written = grouped_number(self.source.text, node.start) or self.source.text[node.start : node.end]
                hint = f'put it in quotes: "{written}"'
        self._report(event, "yaml-key", "the name of a field must be text", hint)
        return None

    def _alias(self, event: yaml.AliasEvent) -> YamlNode:
        """The value that the alias repeats, standing where the alias stands."""
        name = event.anchor or ""
        node = self._anchors.get(name)
        if node is None:
            message = f"*{name} repeats itself" if name in self._anchors else f"nothing is called &{name}"
            self._stop(event, "yaml-alias", message, ALIAS_HINT)
        start, end = _span(event)
        return replace(node, start=start, end=end)

    def _report(self, event: yaml.Event, code: str, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem.error(code, message, hint, locate(self.source, _span(event)[0])))

    def _stop(self, event: yaml.Event, code: str, message: str, hint: str | None) -> NoReturn:
        self._report(event, code, message, hint)
        raise ProblemsFound(self.problems)
