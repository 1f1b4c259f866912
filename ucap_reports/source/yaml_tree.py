"""A tree of plain values with the place of each in the file.

Numbers keep the text that they were written as: the digits of "757.20" matter to readers.
"""

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem
from ucap_reports.storage.decoding import Source, locate

Key = str | int
Loc = tuple[Key, ...]
"""A place in a tree, such as `("cities", 1, "country")`."""


BYTE_ORDER_MARK = "\ufeff"


def text_offset(index: int, text: str) -> int:
    """Return the offset in a text of an index of libyaml, which does not count a byte order mark at the start."""
    return index + 1 if text.startswith(BYTE_ORDER_MARK) else index


class WrittenInteger(int):
    """An integer with the text that it was written as."""

    text: str


class WrittenDecimal(float):
    """A decimal number with the text that it was written as."""

    text: str


Scalar = str | WrittenInteger | WrittenDecimal | bool | None


def plain_value(text: str) -> Scalar:
    """Return the value of an unquoted scalar: a number, true, false, null, or the text itself (dates are text)."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    number: WrittenInteger | WrittenDecimal
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        has_base = text[:2] in {"0o", "0x"}
        number = WrittenInteger(int(text, 0) if has_base else int(text))
    elif _FLOAT.fullmatch(text):
        number = WrittenDecimal(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    else:
        return text
    number.text = text
    return number


def written_offset(written: str, text: str, offset: int) -> int:
    """Return the place of character `offset` of `text` in `written`, a scalar as in the file, with quotes and block
    header.
    """
    return _written_offsets(written, text)[offset]


@lru_cache(maxsize=4)
def _written_offsets(written: str, text: str) -> Sequence[int]:
    """Return the place in `written` of each character of `text`, and of its end. A text with many problems is read
    once.

    Folding, indentation and escapes do not matter: both are read side by side, without white space.
    """
    first = written[:1]
    quote = first if first in _VISIBLE else ""
    offset = len(quote)
    if first in {"|", ">"}:  # the text is below the header of the block
        offset = written.find("\n") + 1
    visible = (match.span(1) for match in _VISIBLE[quote].finditer(written, offset) if match[1])
    end = (len(written), len(written))
    offsets = array("L")
    for character in text:
        if character.isspace():
            offsets.append(offset)
        else:
            start, offset = next(visible, end)
            offsets.append(start)
    offsets.append(next(visible, end)[0])
    return offsets


def curly_quotes(text: str) -> str | None:
    """Return the curly quotes around the complete text, as "“ ”", or an opening one that is not closed; None without
    them.
    """
    if not _IN_CURLY_QUOTES.fullmatch(text):
        return None
    return f"{text[0]} {text[-1]}" if text[-1] in _CLOSING_QUOTES else text[0]


def without_quotes(text: str) -> str:
    """Return the text without the curly quotes around it."""
    if curly_quotes(text) is None:
        return text
    return text[1:].rstrip(_CLOSING_QUOTES).strip()


Value = dict[str, Any] | list[Any] | Scalar


class YamlNode(Struct, frozen=True):
    """A value with the offsets of its first character, of the character after its last, and of its keys."""

    value: Value
    start: int
    end: int
    children: Mapping[Any, "YamlNode"] = field(default_factory=dict)
    keys: Mapping[Any, int] = field(default_factory=dict)
    size: int = 1
    """The number of values in it, including itself; values that aliases repeat count each time."""
    ignored: Sequence["YamlNode"] = ()
    """The values of a mapping whose keys are errors, such as duplicate ones: its value is without them."""


class LostLines(Struct, frozen=True):
    """Lines of the file that were left out, from the first to the last, counted from 1."""

    first: int
    last: int


class Tree(Struct, frozen=True):
    """The values of a YAML file and their places."""

    source: Source
    root: YamlNode
    problems: tuple[Problem, ...] = ()
    """Errors of the file despite which it could be read."""
    lost: tuple[LostLines, ...] = ()
    """Lines that were left out because of such errors."""
    is_valid_yaml: bool = True
    """Whether the tree is exactly what the file says; otherwise it has what was probably meant."""

    @property
    def value(self) -> Value:
        """The complete file as dicts, lists, texts, numbers, booleans and None."""
        return self.root.value

    def with_value(self, value: Value) -> "Tree":
        """Return the same places with other values, such as those without some fields."""
        return replace(self, root=replace(self.root, value=value))

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """Return the start of the value at `loc`, or of its `key`; parts of `loc` that the file does not have are
        ignored.
        """
        node, known, key_start = self._find(loc)
        start = key_start if key else node.start
        return locate(self.source, start, field_name(known) or None)

    def text_location(self, loc: Loc, offset: int) -> Location:
        """Return the place of character `offset` of the text at `loc`, however the file folds, indents
        or escapes it.
        """
        node, known, _ = self._find(loc)
        text = node.value if isinstance(node.value, str) else ""
        written = self.source.text[node.start : node.end]
        start = node.start + written_offset(written, text, offset)
        return locate(self.source, start, field_name(known) or None)

    def written_in_braces(self, loc: Loc) -> str:
        """Return the mapping at `loc` as it is written, if it is in braces on one line; else an empty text."""
        node, known, _ = self._find(loc)
        if known != loc:
            return ""
        written = self.source.text[node.start : node.end]
        is_on_one_line = "\n" not in written
        is_in_braces = written.startswith("{") and written.endswith("}")
        return written if is_in_braces and is_on_one_line else ""

    def has_lost(self, loc: Loc) -> bool:
        """Return whether lines of the value at `loc`, or right below it, were left out."""
        if not loc:
            return bool(self.lost)
        node, _, _ = self._find(loc)
        first = locate(self.source, node.start).line or 0
        last = locate(self.source, node.end).line or 0
        return any(first <= lost.first <= last + 1 for lost in self.lost)

    def _find(self, loc: Loc) -> tuple[YamlNode, Loc, int]:
        """Return the value nearest to `loc`, its place, and the start of its key, or its own start if it has none."""
        node = self.root
        known: list[Key] = []
        start = self.root.start
        for part in loc:
            if part in node.children:
                start = node.keys.get(part, node.children[part].start)
                node = node.children[part]
                known.append(part)
        return node, tuple(known), start


def field_name(loc: Loc) -> str:
    """Return the name of a place, as in `cities[1].country`."""
    name = ""
    for step in loc:
        name += f"[{step}]" if isinstance(step, int) else f".{step}"
    return name.removeprefix(".")


MAX_INDEX_DIGITS = 9
"""Of an index: no list of a plan has so many items."""


def loc_of(name: str) -> Loc:
    """Return the place that a name such as `cities[1].country` means."""
    steps: list[Key] = []
    for part in re.findall(r"[^.\[\]]+", name):
        is_index = part.isdecimal() and len(part) <= MAX_INDEX_DIGITS
        steps.append(int(part) if is_index else part)
    return tuple(steps)


_NAME = LazyPattern(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[0-9]+\])*")


def is_name(text: str) -> bool:
    """Return whether a text is the name of a place, of which `loc_of` ignores no character."""
    return _NAME.fullmatch(text) is not None


def overlap(first: Loc, second: Loc) -> bool:
    """Return whether places are the same, or one is inside the other."""
    length = min(len(first), len(second))
    return first[:length] == second[:length]


def value_or_none(value: Any, loc: Loc) -> Any:
    """Return what is written at `loc` in a value; None where there is nothing.

    `value_edits.value_at` also takes a single value for the first item of a list, and distinguishes nothing from null.
    """
    for step in loc:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return the value in new mappings and lists, with everything else in it changed."""
    if isinstance(value, dict):
        return {key: mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    return change(value)


# Scalars in the core schema of YAML 1.2.2 (section 10.3), and the places of their characters in the file

_INTEGER = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(
    r"""
    [-+]? (?: \.[0-9]+ | [0-9]+ (?:\.[0-9]*)? ) (?: [eE] [-+]? [0-9]+ )?
    | [-+]? \.(?:inf|Inf|INF)
    | \.(?:nan|NaN|NAN)
    """,
    re.VERBOSE,
)
_NUMBER_STARTS = frozenset("+-.0123456789")
_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_VISIBLE = {
    "": re.compile(r"(\S)"),
    "'": re.compile(r"(''|\S)"),
    '"': re.compile(
        r"""
        \\ [0abtnvfre N_LP\s]
        | \\ (?: x | u00 | U0{6} ) (?: [01][0-9a-fA-F] | 20 | 7[fF] | [89][0-9a-fA-F] | [aA]0 )
        | \\ (?: u | U0000 ) (?: 1680 | 20(?: 0[0-9aA] | 2[89fF] | 5[fF] ) | 3000 | [fF]{3}[eEfF] )
        | ( \\ (?: x.. | u.{4} | U.{8} | . ) | \S )         # visible: any other escape, or a character
        """,
        re.VERBOSE,
    ),
}
"""The visible characters of a scalar by its quotes, each as it is written. Escapes of white space have no group, nor
have those of characters that no document can print, which a tree is without."""
_CLOSING_QUOTES = "”“’‘»"  # noqa: RUF001 - all of them
_IN_CURLY_QUOTES = re.compile(r"“[^“”]*”?|„[^“”]*[“”]?|‘[^‘]*’?|‚[^‘]*[‘’]?|«[^«»]*»?")  # noqa: RUF001 - as above
