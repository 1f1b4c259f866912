"""Parsing of YAML files to trees."""

import re
from collections.abc import Iterator
from typing import NoReturn

import yaml
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.source.scalars import plain_value
from ucap_reports.source.yaml_errors import MAX_DEPTH, yaml_syntax_problem
from ucap_reports.source.yaml_tree import Tree, YamlNode
from ucap_reports.storage.decoding import Source, character_name, locate, refuse_unprintable, unprintable

MAX_NODES = 20_000
"""More values than any plan or pack needs; aliases count as all the values that they repeat."""
_YAML_TAGS = "tag:yaml.org,2002:"
_PROPERTIES = re.compile(r"(?:[&!]\S*\s*(?:#.*\n\s*)*){0,2}")
"""The anchor and the tag before a value (YAML 1.2.2, section 6.9), with the white space and comments after them."""


def parse(source: Source) -> Tree:
    """The tree of a source with one YAML document (YAML 1.2 core schema; dates are text).

    Raises ProblemsFound for invalid YAML, keys that are duplicate or not text, tags, merge keys, several documents, and
    too many or too deeply nested values.
    """
    tree = parse_tolerantly(source)
    raise_found(tree.problems)
    return tree


def parse_tolerantly(source: Source) -> Tree:
    """Like `parse`, but keeps errors such as a duplicate key in the tree's `problems`.

    The caller can then report them together with the errors of the values.
    """
    refuse_unprintable(source)
    composer = _Composer(source)
    try:
        root = composer.compose()
    except yaml.MarkedYAMLError as error:
        raise ProblemsFound([*composer.problems, yaml_syntax_problem(source, error)]) from None
    if root is None or root.value is None:
        raise ProblemsFound([*composer.problems, problem("file-empty", Location(source.path))])
    return Tree(source, root, tuple(composer.problems))


def _span(event: yaml.Event) -> tuple[int, int]:
    """The offsets of the start and the end of an event."""
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)


class _Composer:
    """Composes nodes from the parser's events; `problems` are the errors despite which it continues."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._events: Iterator[yaml.Event] = iter(yaml.CLoader(source.text).get_event, None)
        self._anchors: dict[str, YamlNode | None] = {}
        """The values with anchors; None while a value is not complete."""
        self._nodes = 0

    def compose(self) -> YamlNode | None:
        """The root of the first document, or None without content."""
        root: YamlNode | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._stop(problem("yaml-documents", self._place(event)))
                root = self._node(next(self._events), 0)
        return root

    def _node(self, event: yaml.Event, depth: int) -> YamlNode:
        self._nodes += 1
        if depth > MAX_DEPTH:
            self._stop(problem("yaml-depth", self._place(event), limit=MAX_DEPTH))
        if self._nodes > MAX_NODES:
            self._stop(problem("yaml-size", self._place(event), limit=MAX_NODES))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, yaml.NodeEvent)  # noqa: S101 - the grammar of events has nothing else here
        if event.anchor:
            self._anchors[event.anchor] = None
        node = self._untagged(event, depth)
        if event.anchor or getattr(event, "tag", None):
            node = replace(node, start=self._content_start(node))
        if node.size > MAX_NODES:
            self._stop(problem("yaml-size", self._place(event), limit=MAX_NODES))
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _untagged(self, event: yaml.NodeEvent, depth: int) -> YamlNode:
        if (tag := getattr(event, "tag", None)) is not None:
            self.problems.append(problem("yaml-tag", self._place(event), tag=tag.replace(_YAML_TAGS, "!!")))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        return (self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence)(event, depth)

    def _content_start(self, node: YamlNode) -> int:
        """Return the offset of a value, whose event begins with its anchor and tag."""
        properties = _PROPERTIES.match(self.source.text, node.start, node.end)
        return properties.end() if properties else node.start

    def _scalar(self, event: yaml.ScalarEvent) -> YamlNode:
        start, end = _span(event)
        # Only an escape can produce such a character: the file itself has been checked.
        if event.style == '"' and (found := unprintable(event.value)):
            self.problems.append(problem("control-character", self._place(event), character=character_name(found)))
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
                self.problems.append(problem("yaml-duplicate-key", self._place(event), name=key, line=line))
                continue
            children[key], keys[key] = node, _span(event)[0]
        size = 1 + sum(child.size for child in children.values())
        value = {key: child.value for key, child in children.items()}
        return YamlNode(value, _span(start)[0], _span(event)[1], children, keys, size)

    def _key(self, event: yaml.Event, node: YamlNode) -> str | None:
        """The key's text, or None with a problem reported."""
        if isinstance(node.value, str):
            return node.value
        key = self.source.text[node.start : node.end]
        self.problems.append(problem("yaml-key", self._place(event), key=key))
        return None

    def _alias(self, event: yaml.AliasEvent) -> YamlNode:
        """The value that the alias repeats, at the place of the alias."""
        name = event.anchor or ""
        node = self._anchors.get(name)
        if node is None:
            form = "recursive" if name in self._anchors else "unknown"
            self._stop(problem("yaml-alias", self._place(event), form=form, name=name))
        start, end = _span(event)
        return replace(node, start=start, end=end)

    def _place(self, event: yaml.Event) -> Location:
        return locate(self.source, _span(event)[0])

    def _stop(self, found: Problem) -> NoReturn:
        raise ProblemsFound([*self.problems, found])
