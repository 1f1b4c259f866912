"""A plain tree of values that knows where in the file each of them stands."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from ucap_reports.problems import Location, Problem
from ucap_reports.source.scalars import Scalar, written_offset
from ucap_reports.storage.decoding import Source, locate

Key = str | int
Loc = tuple[Key, ...]
"""A place in a tree, such as `("cities", 1, "country")`."""
Value = dict[str, Any] | list[Any] | Scalar


class YamlNode(Struct, frozen=True):
    """A value of the file with the offsets of its first character, of the character after its last, and of its keys."""

    value: Value
    start: int
    end: int
    children: Mapping[Any, "YamlNode"] = field(default_factory=dict)
    keys: Mapping[Any, int] = field(default_factory=dict)
    size: int = 1
    """How many values it holds with itself, those that aliases repeat counted each time."""


class Tree(Struct, frozen=True):
    """The values of a YAML file and where each stands."""

    source: Source
    root: YamlNode
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

    def _find(self, loc: Loc) -> tuple[YamlNode, Loc, int]:
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
