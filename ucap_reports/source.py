"""The YAML of a file as a plain tree that knows the line and column of every key and value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import yaml

from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.scalars import Scalar, plain_value, written_offset
from ucap_reports.textfile import (
    Source,
    character_name,
    empty_file,
    locate,
    read_source,
    refuse_unprintable,
    source_line,
    unprintable,
)

__all__ = [
    "Key",
    "Loc",
    "Node",
    "Source",
    "Tree",
    "Value",
    "field_name",
    "parse",
    "parse_tolerantly",
    "read_source",
    "source_line",
]

Key = str | int
Loc = tuple[Key, ...]
"""A place in a tree, such as `("cities", 1, "country")`."""
Value = dict[str, Any] | list[Any] | Scalar
MAX_DEPTH = 20
MAX_NODES = 20_000
"""More than any plan or pack needs; aliases count as all that they repeat."""
DEPTH_MESSAGE = f"values are nested more than {MAX_DEPTH} deep"
_TOO_DEEP = "exceeded maximum nesting depth"
"""How libyaml, which reads ahead of what it tells, says that it has met a thousand brackets."""
_YAML_TAGS = "tag:yaml.org,2002:"
_QUOTES = "text that begins with {} needs quotes around it"
_HINTS = {
    "\t": "use spaces, not tabs, before the first word of a line",
    ":": 'text that holds ": " needs quotes around it, or stands below ">-"',
    "\\": "write \\\\ for a backslash, or put the text in single quotes",
    **{sign: _QUOTES.format(sign) for sign in "@`%*&!|>{[,"},
}
"""What to do about an error of syntax, by the character that it is found at."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file with the offsets of its first character, of the character after its last, and of its keys."""

    value: Value
    start: int
    end: int
    children: Mapping[Any, "Node"] = field(default_factory=dict)
    keys: Mapping[Any, int] = field(default_factory=dict)
    size: int = 1
    """How many values it holds with itself, those that aliases repeat counted each time."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The values of a YAML file and where each stands."""

    source: Source
    root: Node
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file and does not hinder reading it."""

    @property
    def value(self) -> Value:
        """The whole file as dicts, lists, texts, numbers, booleans and None."""
        return self.root.value

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """Where the value at `loc` begins, or its `key`; parts of `loc` that the file does not have are passed over."""
        node, known, start = self._find(loc)
        return locate(self.source, start if key else node.start, field_name(known) or None)

    def text_location(self, loc: Loc, offset: int) -> Location:
        """Where character `offset` of the text at `loc` stands, folded, indented or escaped as it may be."""
        node, known, _ = self._find(loc)
        text = node.value if isinstance(node.value, str) else ""
        place = written_offset(self.source.text[node.start : node.end], text, offset)
        return locate(self.source, node.start + place, field_name(known) or None)

    def location_at(self, offset: int, loc: Loc) -> Location:
        """Where character `offset` of the file stands, told as a place in the value at `loc`."""
        return locate(self.source, offset, field_name(loc) or None)

    def _find(self, loc: Loc) -> tuple[Node, Loc, int]:
        """The nearest value to `loc`, its own place, and where its key begins (or itself, where it has none)."""
        node, known, start = self.root, list[Key](), self.root.start
        for part in loc:
            if part in node.children:
                start = node.keys.get(part, node.children[part].start)
                node = node.children[part]
                known.append(part)
        return node, tuple(known), start


def field_name(loc: Loc) -> str:
    """A place written as people do: `cities[1].country`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


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
        raise ProblemsFound([*composer.problems, _syntax_problem(source, error)]) from None
    if root is None or root.value is None:
        raise ProblemsFound([*composer.problems, empty_file(source)])
    return Tree(source, root, tuple(composer.problems))


def _syntax_problem(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """What libyaml could not read, at the place that a person would look at."""
    mark = error.problem_mark or error.context_mark
    place = min(mark.index if mark else 0, len(source.text))
    if error.problem == _TOO_DEEP:
        return Problem.error("yaml-depth", DEPTH_MESSAGE, None, locate(source, place))
    begun = min(error.context_mark.index if error.context_mark else place, len(source.text))
    hint = _HINTS.get(source.text[place : place + 1])
    match source.text[begun : begun + 1]:
        case "*" | "&" as sign:
            place, hint = begun, _HINTS[sign]
        case '"' | "'" as quote if hint is not _HINTS["\\"]:
            place, hint = begun, f"the text begins here with {quote}; where does it end?"
        case "[" | "{" as bracket:
            hint = f"is the {bracket} of line {locate(source, begun).line} closed?"
        case _:
            pass
    return Problem.error("yaml-syntax", f"this is no YAML: {error.problem}", hint, locate(source, place))


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
        self._anchors: dict[str, Node | None] = {}
        """The values that have been given a name; None while such a value is not complete."""
        self._nodes = 0

    def compose(self) -> Node | None:
        """The root of the first document, or None where there is no content."""
        root: Node | None = None
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

    def _node(self, event: yaml.Event, depth: int) -> Node:
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

    def _untagged(self, event: yaml.NodeEvent, depth: int) -> Node:
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

    def _scalar(self, event: yaml.Event) -> Node:
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - the only kind of node left
        start, end = _span(event)
        # Only an escape can bring such a character in: the file itself has none.
        if found := unprintable(event.value):
            self._report(event, "control-character", f"this holds {character_name(found)}, which cannot be printed")
        return Node(event.value if event.style else plain_value(event.value), start, end)

    def _sequence(self, start: yaml.Event, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        size = 1 + sum(item.size for item in items)
        value = [item.value for item in items]
        return Node(value, _span(start)[0], _span(event)[1], dict(enumerate(items)), size=size)

    def _mapping(self, start: yaml.Event, depth: int) -> Node:
        children: dict[str, Node] = {}
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
        return Node(value, _span(start)[0], _span(event)[1], children, keys, size)

    def _key(self, event: yaml.Event, node: Node) -> str | None:
        """The key's text, or None with a problem reported."""
        match node.value:
            case "<<" if isinstance(event, yaml.ScalarEvent) and not event.style:
                self._report(event, "yaml-merge-key", "merge keys (<<) are not allowed", "write the fields out")
                return None
            case str() as key:
                return key
            case dict() | list():
                hint = "text that begins with { or [ needs quotes around it"
            case _:
                hint = f'put it in quotes: "{self.source.text[node.start : node.end]}"'
        self._report(event, "yaml-key", "the name of a field must be text", hint)
        return None

    def _alias(self, event: yaml.AliasEvent) -> Node:
        """The value that the alias repeats, standing where the alias stands."""
        name = event.anchor or ""
        node = self._anchors.get(name)
        if node is None:
            message = f"*{name} repeats itself" if name in self._anchors else f"nothing is called &{name}"
            self._stop(event, "yaml-alias", message, _HINTS["*"])
        start, end = _span(event)
        return replace(node, start=start, end=end)

    def _report(self, event: yaml.Event, code: str, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem.error(code, message, hint, locate(self.source, _span(event)[0])))

    def _stop(self, event: yaml.Event, code: str, message: str, hint: str | None) -> NoReturn:
        self._report(event, code, message, hint)
        raise ProblemsFound(self.problems)
