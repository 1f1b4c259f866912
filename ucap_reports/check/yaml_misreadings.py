"""Warnings about text that is not what it looks like in YAML: comments, and quotes that are not straight."""

import re
from collections.abc import Iterator

from msgspec import Struct

from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.problems import Problem, problem, shortened
from ucap_reports.source.scalars import curly_quotes
from ucap_reports.source.yaml_tree import Key, Loc, Tree, YamlNode, field_name
from ucap_reports.storage.decoding import locate

_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKS = tuple("\"'|>*&!")
"""The first characters of values that are not plain: quoted ones, blocks, aliases, anchors and tags."""


class WrittenText(Struct, frozen=True):
    """A text of the file: its place, its value, and its characters in the file, up to the offset `end`."""

    loc: Loc
    value: str
    written: str
    end: int


def written_texts(tree: Tree) -> Iterator[WrittenText]:
    """Every text of the file, in the order of the file."""
    yield from _texts(tree.root, (), tree.source.text)


def misreading_warnings(tree: Tree, fields: KnownFields = BUILT_IN) -> Iterator[Problem]:
    """Warnings about every text without quotes."""
    for text in written_texts(tree):
        if not text.written.startswith(_MARKS):
            yield from _lost_comment(text, tree, fields)
            if quotes := curly_quotes(text.value):
                yield problem("quotes-printed", tree.location(text.loc), quotes=quotes)


def _texts(node: YamlNode, loc: tuple[Key, ...], source: str) -> Iterator[WrittenText]:
    for key, child in node.children.items():
        if isinstance(child.value, str):
            yield WrittenText((*loc, key), child.value, source[child.start : child.end], child.end)
        elif child.children:
            yield from _texts(child, (*loc, key), source)


def _lost_comment(text: WrittenText, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """A warning about words that are not printed because a number sign after a space starts a comment.

    Numbers, names and tags often have a comment on the same line.
    """
    comment = _COMMENT.match(tree.source.text, text.end)
    field = fields.at(text.loc)
    is_prose = field is None or field.is_prose
    if comment is not None and is_prose and not _DATE.fullmatch(text.value):
        where = locate(tree.source, comment.start(1), field_name(text.loc))
        yield problem("text-commented", where, comment=shortened(comment[1].strip()))
