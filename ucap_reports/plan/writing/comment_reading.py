"""Reading of plan files with their comments, each assigned to the field or item that it is about."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from msgspec import Struct, field

from ucap_reports.plan.writing.file_content import Content, Entries, PlainValue, PlanEntry, PlanFileContent, TextValue
from ucap_reports.source.yaml_tree import Tree, YamlNode

SCHEMA_MARK = "# yaml-language-server:"
_DASHES = re.compile(r" *(?:-\s+)*(?:-$)?", re.MULTILINE)
_KEY = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|(?:[^:#\n]|:(?=\S)|(?<=\S)#)*", re.DOTALL)


class _Spot(Struct, eq=False):
    """An entry of the file: the place of its first character, and its comments."""

    key: str | None
    node: YamlNode
    start: int
    column: int
    outer: "_Spot | None"
    spots: list["_Spot"] = field(default_factory=list)
    leading: list[str] = field(default_factory=list)
    trailing: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    @property
    def is_flow(self) -> bool:
        """Whether it is a list or mapping in brackets."""
        return isinstance(self.node.value, list | dict) and not self.spots


def read_document(tree: Tree) -> PlanFileContent:
    """The fields of a file whose root is a mapping, each with its comments."""
    text = tree.source.text
    root = _Spot(None, tree.root, 0, -1, None)
    _find_spots(root, text)
    spots = list(_in_order(root))[1:]
    for start, comment in _comments(text, tree.root):
        _assign(start, comment, text, root, spots)
    head = _take_head(root)
    return PlanFileContent(tuple(head), _entries(root, text))


def comments_of(tree: Tree) -> list[str]:
    """All comments of a file, sorted: what must not be lost."""
    return sorted(comment.rstrip() for _, comment in _comments(tree.source.text, tree.root))


def _find_spots(outer: _Spot, text: str) -> None:
    """Add the entries of block mappings and lists, and of the root; a value in brackets has no entries."""
    node = outer.node
    in_brackets = outer.outer is not None and text[node.start : node.start + 1] in {"[", "{"}
    if in_brackets or not isinstance(node.value, dict | list):
        return
    for key, child in node.children.items():
        start = node.keys[key] if key in node.keys else _dash(text, child.start, node.start)
        column = start - (text.rfind("\n", 0, start) + 1)
        spot = _Spot(key if isinstance(key, str) else None, child, start, column, outer)
        outer.spots.append(spot)
        _find_spots(spot, text)


def _dash(text: str, start: int, least: int) -> int:
    """The place of the dash of the item that starts at `start`; comment lines may be between the two."""
    end = start
    while end > least:
        line = text.rfind("\n", 0, end) + 1
        if (match := _DASHES.match(text, line, end)) and (dash := match[0].rfind("-")) >= 0:
            return line + dash
        end = line - 1
    return text.rfind("-", least, start)


def _in_order(spot: _Spot) -> Iterator[_Spot]:
    yield spot
    for inner in spot.spots:
        yield from _in_order(inner)


def _comments(text: str, root: YamlNode) -> Iterator[tuple[int, str]]:
    """Every comment with the place of its number sign, which needs no space before it; those in texts start none."""
    hidden = bytearray(len(text) + 1)
    for start, end in _scalars(root, text):
        if text[start : start + 1] in {"|", ">"}:
            start = min(text.find("\n", start) % (len(text) + 1), end)  # noqa: PLW2901 - the header may have a comment
        hidden[start:end] = b"\1" * (end - start)
    end = 0
    for match in re.finditer("#", text):
        start = match.start()
        if start >= end and not hidden[start]:
            end = text.find("\n", start) % (len(text) + 1)
            yield start, text[start:end].rstrip()


def _scalars(node: YamlNode, text: str) -> Iterator[tuple[int, int]]:
    """The starts and ends of keys, and of values without children."""
    if not node.children:
        yield node.start, node.end
    for start in node.keys.values():
        if match := _KEY.match(text, start):
            yield start, match.end()
    for child in node.children.values():
        yield from _scalars(child, text)


def _assign(start: int, comment: str, text: str, root: _Spot, spots: Sequence[_Spot]) -> None:
    """Add a comment to the entry that it is about."""
    line_start = text.rfind("\n", 0, start) + 1
    place = bisect_left(spots, start, key=attrgetter("start"))
    before = spots[place - 1] if place else None
    if before is not None and text[line_start:start].strip():
        is_inside = before.is_flow and text.find("\n", start) < before.node.end
        (before.leading if is_inside else before.trailing).append(comment)
        return
    following = spots[place] if place < len(spots) else None
    blank = [""] if text.endswith("\n\n", 0, line_start) else []
    if before is not None and before.is_flow and start < before.node.end:
        before.leading.append(comment)
    elif (holder := _closed_by(start - line_start, following, before)) is not None:
        holder.closing += [*(blank if holder.closing else []), comment]
    elif following is None:
        root.closing += [*blank, comment]
    else:
        blank_after = [""] if text.startswith("\n\n", text.find("\n", start)) else []
        following.leading += [*blank, comment, *blank_after]


def _closed_by(column: int, following: _Spot | None, before: _Spot | None) -> _Spot | None:
    """The list or mapping at the end of which a comment is, not further left than its entries."""
    if following is None and column == 0:
        return None
    holder = before.outer if before is not None else None
    while holder is not None and holder.outer is not None:
        if following is not None and (following.outer is holder or following.column >= column):
            return None
        if holder.spots[0].column <= column:
            return holder
        holder = holder.outer
    return None


def _take_head(root: _Spot) -> list[str]:
    """The comments at the start of the file, removed from its first field: all up to the last empty line among them, or
    all of them if the first names the schema.
    """
    first = root.spots[0]
    leading = first.leading
    if "" in leading[1:]:
        end = len(leading) - leading[::-1].index("")
    else:
        end = len(leading) if leading and leading[0].startswith(SCHEMA_MARK) else 0
    head, first.leading = leading[:end], leading[end:]
    return head


def _entries(spot: _Spot, text: str) -> Entries:
    entries = tuple(_entry(inner, text) for inner in spot.spots)
    return Entries(entries, _trimmed(spot.closing), isinstance(spot.node.value, list))


def _entry(spot: _Spot, text: str) -> PlanEntry:
    content = _entries(spot, text) if spot.spots else _value(spot.node, text)
    return PlanEntry(spot.key, content, _trimmed(spot.leading), " ".join(spot.trailing))


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without empty ones at the edges, and with one at a time between others."""
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return tuple(text.split("\n")) if text else ()


def _value(node: YamlNode, text: str) -> Content:
    """A value without comments in it."""
    match node.value:
        case dict():
            return Entries(tuple(PlanEntry(key, _value(child, text)) for key, child in node.children.items()))
        case list():
            return Entries(tuple(PlanEntry(None, _value(each, text)) for each in node.children.values()), is_list=True)
        case str() as value:
            return TextValue(value.strip("\n"))
        case None:
            return PlainValue("")
        case _:
            return PlainValue(text[node.start : node.end].strip())
