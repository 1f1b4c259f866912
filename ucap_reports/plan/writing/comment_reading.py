"""The content of a plan file, with each comment at the field or item that it is about, and how it is read."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct, field

from ucap_reports.source.yaml_parsing import comments_and_dashes
from ucap_reports.source.yaml_tree import Loc, Tree, YamlNode

SCHEMA_MARK = "# yaml-language-server:"


class TextValue(Struct, frozen=True):
    """Text, in any style."""

    text: str


class PlainValue(Struct, frozen=True):
    """A number, a boolean or nothing, exactly as it is written."""

    written: str


class Entries(Struct, frozen=True):
    """Fields, or the items of a list, which have no key; `closing` has the comment lines after the last one."""

    entries: tuple["PlanEntry", ...]
    closing: tuple[str, ...] = ()
    is_list: bool = False


Content = TextValue | PlainValue | Entries


class PlanEntry(Struct, frozen=True):
    """A field, or a list item if `key` is None.

    `comments_before` has the comment lines before it, each with its number sign, and an empty text for an empty line;
    `comment_after` is the comment after it on its line, or an empty text.
    """

    key: str | None
    content: Content
    comments_before: tuple[str, ...] = ()
    comment_after: str = ""


class PlanFileContent(Struct, frozen=True):
    """A complete plan file: the comments at its start, and its fields."""

    head: tuple[str, ...]
    body: Entries


class _Spot(Struct):
    """An entry of the file: the place and the column of its first character, and its comments.

    The complete file is an entry, too, before all others.
    """

    loc: Loc
    start: int = -1
    column: int = -1
    flow_end: int = -1
    """The end of its value if that is in brackets or an alias, else -1."""
    comments_before: list[str] = field(default_factory=list)
    comment_after: str = ""
    closing: list[str] = field(default_factory=list)


_Spots = Mapping[Loc, _Spot]
"""The entries of block mappings and lists by their places, in the order of the file; the first is the complete file."""


def read_document(tree: Tree) -> PlanFileContent:
    """Return the fields of a file whose root is a mapping with at least one field, each with its comments."""
    text = tree.source.text
    comments, dashes = comments_and_dashes(text)
    order = [_Spot(())]
    order.extend(_block_entries(tree.root, (), text, dashes))
    spots = {spot.loc: spot for spot in order}
    for start, comment in comments:
        _assign(start, comment, text, order, spots)
    head = _take_head(order[1])  # before the entries are made: it takes comments from the first one
    return PlanFileContent(tuple(head), _entries(tree.root, (), spots, text))


def comments_of(tree: Tree) -> list[str]:
    """Return all comments of a file, sorted: what must not be lost."""
    return sorted(comment for _, comment in comments_and_dashes(tree.source.text)[0])


def _block_entries(node: YamlNode, loc: Loc, text: str, dashes: Sequence[int]) -> Iterator[_Spot]:
    """Yield the entries of a block mapping or list, each followed by those in it.

    Values in brackets and aliases have no entries.
    """
    for key, child in node.children.items():
        if key in node.keys:
            start = node.keys[key]
        else:  # an item of a list, which begins with its dash
            start = dashes[bisect_left(dashes, child.start) - 1]
        column = start - (text.rfind("\n", 0, start) + 1)
        is_flow = isinstance(child.value, dict | list) and text[child.start] in "[{*"
        yield _Spot((*loc, key), start, column, child.end if is_flow else -1)
        if not is_flow:
            yield from _block_entries(child, (*loc, key), text, dashes)


def _assign(start: int, comment: str, text: str, order: Sequence[_Spot], spots: _Spots) -> None:
    """Add a comment to the entry that it is about."""
    line_start = text.rfind("\n", 0, start) + 1
    index = bisect_left(order, start, key=attrgetter("start"))
    before = order[index - 1]
    if before.loc and text[line_start:start].strip():
        line_end = text.find("\n", start)
        if -1 < line_end < before.flow_end:  # the brackets close on a later line
            before.comments_before.append(comment)
            return
        if before.comment_after:  # that of an explicit key ("? key"), whose value has one too
            before.comments_before.append(before.comment_after)
        before.comment_after = comment
        return
    if start < before.flow_end:  # a line of its own in brackets
        before.comments_before.append(comment)
        return
    following = order[index] if index < len(order) else None
    blank_before = [""] if text.endswith("\n\n", 0, line_start) else []
    blank_after = [""] if text.startswith("\n\n", text.find("\n", start)) else []
    holder = _closed_by(start - line_start, following, before, spots)
    if holder is not None:
        if holder.closing:
            holder.closing += blank_before
        holder.closing.append(comment)
    elif following is None:  # the end of the file
        order[0].closing += [*blank_before, comment]
    else:
        following.comments_before += [*blank_before, comment, *blank_after]


def _closed_by(column: int, following: _Spot | None, before: _Spot, spots: _Spots) -> _Spot | None:
    """Return the list or mapping to which a comment after its last entry belongs; None if it belongs to none.

    It is the innermost one whose entries do not begin further right than the comment.
    """
    if following is None and column == 0:  # it is about the complete file
        return None
    if following is not None and following.column >= column:
        return None  # it is about the next entry
    for depth in range(len(before.loc) - 1, 0, -1):  # from the innermost list or mapping outwards
        holder, entry = before.loc[:depth], before.loc[: depth + 1]
        if following is not None and following.loc[:-1] == holder:
            return None  # the list or mapping goes on after the comment
        if spots[entry].column <= column:
            return spots[holder]
    return None


def _take_head(first: _Spot) -> list[str]:
    """Return the comments at the start of the file, removed from its first field: all up to the last empty line among
    them, or all of them if the first names the schema.
    """
    comments = first.comments_before
    if "" in comments[1:]:
        end = len(comments) - comments[::-1].index("")
    elif comments and comments[0].startswith(SCHEMA_MARK):
        end = len(comments)
    else:
        end = 0
    first.comments_before = comments[end:]
    return comments[:end]


def _entries(node: YamlNode, loc: Loc, spots: _Spots, text: str) -> Entries:
    """Return the entries of a list or mapping; those in brackets have no comments."""
    entries = []
    for key, child in node.children.items():
        child_loc = (*loc, key)
        spot = spots.get(child_loc, _Spot(child_loc))
        content = _content(child, child_loc, spots, text)
        name = key if isinstance(node.value, dict) else None
        entries.append(PlanEntry(name, content, _trimmed(spot.comments_before), spot.comment_after))
    closing = spots[loc].closing if loc in spots else ()
    return Entries(tuple(entries), _trimmed(closing), isinstance(node.value, list))


def _trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines without empty ones at the edges, and with one at a time between others."""
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return tuple(text.split("\n")) if text else ()


def _content(node: YamlNode, loc: Loc, spots: _Spots, text: str) -> Content:
    match node.value:
        case dict() | list():
            return _entries(node, loc, spots, text)
        case str() as value:
            return TextValue(value.strip("\n"))
        case None:
            return PlainValue("")
        case _:
            return PlainValue(text[node.start : node.end].strip())
