"""At which columns the lines of a YAML file stand, and at which one a line should."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

_DASHES = re.compile(r" *((?:- +)*)")
TEXT_BELOW = re.compile(r"[^#]*(?::|-)[ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?$")
"""A line with a | or > at its end: the lines below it are text."""


class YamlLine(Struct, frozen=True):
    """A line of the file: its number from 1, the offset of its first character, and its text without its end."""

    number: int
    start: int
    text: str

    @property
    def indent(self) -> int:
        """How many spaces it begins with."""
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def content(self) -> int:
        """The offset of the first character that is no space."""
        return self.start + self.indent


class IndentLevel(Struct, frozen=True):
    """A column at which fields or items stand, and a line that shows it."""

    indent: int
    line: int
    is_of_items: bool


def expected_indent(lines: Sequence[YamlLine]) -> IndentLevel | None:
    """The nearest column at which the last of the lines may stand; None where it stands at one, or stands alone."""
    *before, last = lines
    is_item = last.text.lstrip().startswith("- ")
    columns = [column for column in _open_columns(before) if column.is_of_items is is_item]
    if not columns or any(column.indent == last.indent for column in columns):
        return None
    return min(columns, key=lambda column: abs(column.indent - last.indent))


def spaces(number: int) -> str:
    """So many spaces in words."""
    return {0: "no space", 1: "one space"}.get(number, f"{number} spaces")


def begins_text_below(line: str) -> bool:
    """Whether the lines below this one are text: a | or > stands at its end."""
    return TEXT_BELOW.match(line) is not None


def _open_columns(lines: Sequence[YamlLine]) -> list[IndentLevel]:
    """The columns of what is open after the lines, the outermost first."""
    columns: list[IndentLevel] = []
    for line in outside_of_texts(lines):
        while columns and columns[-1].indent > line.indent:
            columns.pop()
        for column in _columns(line):
            if columns and columns[-1] == replace(column, line=columns[-1].line):
                columns.pop()
            if not columns or column.indent > columns[-1].indent:
                columns.append(column)
    return columns


def outside_of_texts(lines: Sequence[YamlLine]) -> Iterator[YamlLine]:
    """The lines that are not part of a text below | or >."""
    text_of: int | None = None
    for line in lines:
        if text_of is not None and line.indent > text_of:
            continue
        text_of = line.indent if TEXT_BELOW.match(line.text) else None
        yield line


def _columns(line: YamlLine) -> Iterator[IndentLevel]:
    """The columns that a line opens: one for each dash, one for the field after them."""
    match = _DASHES.match(line.text)
    dashes = match[1] if match else ""
    for place, letter in enumerate(dashes, line.indent):
        if letter == "-":
            yield IndentLevel(place, line.number, is_of_items=True)
    yield IndentLevel(line.indent + len(dashes), line.number, is_of_items=False)
