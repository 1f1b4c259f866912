"""Text that YAML reads otherwise than it looks: what is a comment, and quotes that are none."""

import re
from collections.abc import Iterator

from msgspec import Struct

from ucap_reports.plan.validation_messages import described
from ucap_reports.problems import Problem
from ucap_reports.source.scalars import curly_quotes
from ucap_reports.source.tree import Key, Loc, Tree, YamlNode

_NO_WORDS = {
    *("population", "area_km2", "country", "urban_agenda", "template", "language", "label_languages"),
    *("updated", "email", "website", "sources"),
}
"""Fields that take figures, names and tags, which people do comment on in the same line, or that are never printed."""
_COMMENT = re.compile(r"[ \t]+(#[^\r\n]*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARKS = tuple("\"'|>*&!")
"""How values begin that are not plain: in quotes, below a sign, repeated or named elsewhere."""


class WrittenText(Struct, frozen=True):
    """A text of the file: its place, its value, and the characters that it is written with."""

    loc: Loc
    value: str
    written: str
    end: int

    @property
    def is_plain(self) -> bool:
        """Whether it stands without quotes on the line of its field or item."""
        return not self.written.startswith(_MARKS)


def written_texts(tree: Tree) -> Iterator[WrittenText]:
    """Every text of the file, in its order."""
    yield from _texts(tree.root, (), tree.source.text)


def misreading_warnings(tree: Tree) -> Iterator[Problem]:
    """Warnings about every text that stands without quotes."""
    for text in written_texts(tree):
        if text.is_plain:
            yield from _commented(text, tree)
            yield from _quoted(text, tree)


def _texts(node: YamlNode, loc: tuple[Key, ...], source: str) -> Iterator[WrittenText]:
    for key, child in node.children.items():
        if isinstance(child.value, str):
            yield WrittenText((*loc, key), child.value, source[child.start : child.end], child.end)
        yield from _texts(child, (*loc, key), source)


def _commented(text: WrittenText, tree: Tree) -> Iterator[Problem]:
    """Words of a text that are lost, because a number sign after a space begins a comment."""
    comment = _COMMENT.match(tree.source.text, text.end)
    if comment is None or _NO_WORDS & set(text.loc) or _DATE.fullmatch(text.value):
        return
    message = f"{described(comment[1].strip())} is a comment, so it is not printed"
    hint = "put quotes around the whole text; a comment that is meant as one stands on a line of its own"
    yield Problem.warning("text-commented", message, hint, tree.location_at(comment.start(1), text.loc))


def _quoted(text: WrittenText, tree: Tree) -> Iterator[Problem]:
    """Quotes of a word processor, which are characters like any other."""
    quotes = curly_quotes(text.value)
    if quotes is None:
        return
    message = f"the quotes {quotes} are printed: they mean nothing to the file"
    hint = "remove them, or use straight quotes; where they are to be printed, put straight ones around them"
    yield Problem.warning("quotes-printed", message, hint, tree.location(text.loc))
