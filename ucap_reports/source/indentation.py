"""The columns of lines in a YAML file: where lines start, and where a line should start."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

_DASHES = re.compile(r" *(?:- +)*")
STARTS_BLOCK = re.compile(r"[^#]*(?::|-)[ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?$")
"""A line with a | or > at its end: the lines below it are text."""


class YamlLine(Struct, frozen=True):
    """A line of the file: its number from 1, the offset of its first character, and its text without the line end."""

    number: int
    start: int
    text: str

    @property
    def indent(self) -> int:
        """The number of spaces at its start."""
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def content(self) -> int:
        """The offset of the first character that is not a space."""
        return self.start + self.indent


def expected_indent(lines: Sequence[YamlLine]) -> tuple[int, str, int] | None:
    """The nearest column where the last line may start, the kind of the line, and the number of a line that starts so.

    None if it starts where it may, or if there are no such columns.
    """
    *before, last = lines
    starts: dict[tuple[int, str], int] = {}
    for line in outside_blocks(before):
        starts = {start: number for start, number in starts.items() if start[0] <= line.indent}
        starts |= dict.fromkeys(_starts(line), line.number)
    kind = "item" if last.text.lstrip().startswith("- ") else "field"
    columns = {column: number for (column, each), number in starts.items() if each == kind}
    if not columns or last.indent in columns:
        return None
    nearest = min(columns, key=lambda column: abs(column - last.indent))
    return nearest, kind, columns[nearest]


def spaces(number: int) -> str:
    """A number of spaces in words."""
    return {0: "no spaces", 1: "one space"}.get(number, f"{number} spaces")


def outside_blocks(lines: Sequence[YamlLine]) -> Iterator[YamlLine]:
    """The lines that are not part of a text below | or >."""
    block_indent: int | None = None
    for line in lines:
        if block_indent is not None and line.indent > block_indent:
            continue
        block_indent = line.indent if STARTS_BLOCK.match(line.text) else None
        yield line


def _starts(line: YamlLine) -> Iterator[tuple[int, str]]:
    """The columns where the items of a line start, one at each dash, and the field after them."""
    dashes = _DASHES.match(line.text)
    end = dashes.end() if dashes else 0
    yield from ((column, "item") for column in range(end) if line.text[column] == "-")
    yield end, "field"
