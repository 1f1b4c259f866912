"""The columns of lines in a YAML file: where lines start, and where a line should start."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

_DASHES = re.compile(r" *((?:- +)*)")
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


class IndentLevel(Struct, frozen=True):
    """A column where fields or items start, and the number of a line that starts there."""

    indent: int
    line: int
    is_of_items: bool


def expected_indent(lines: Sequence[YamlLine]) -> IndentLevel | None:
    """The nearest column where the last line may start; None if it starts at one, or if there are none."""
    *before, last = lines
    is_item = last.text.lstrip().startswith("- ")
    levels = [level for level in _open_levels(before) if level.is_of_items is is_item]
    if any(level.indent == last.indent for level in levels):
        return None
    return min(levels, key=lambda level: abs(level.indent - last.indent), default=None)


def spaces(number: int) -> str:
    """A number of spaces in words."""
    return {0: "no spaces", 1: "one space"}.get(number, f"{number} spaces")


def _open_levels(lines: Sequence[YamlLine]) -> list[IndentLevel]:
    """The levels that are open after the lines, the outermost first."""
    levels: list[IndentLevel] = []
    for line in outside_blocks(lines):
        while levels and levels[-1].indent > line.indent:
            levels.pop()
        for level in _levels(line):
            if levels and levels[-1] == replace(level, line=levels[-1].line):
                levels.pop()
            if not levels or level.indent > levels[-1].indent:
                levels.append(level)
    return levels


def outside_blocks(lines: Sequence[YamlLine]) -> Iterator[YamlLine]:
    """The lines that are not part of a text below | or >."""
    block_indent: int | None = None
    for line in lines:
        if block_indent is not None and line.indent > block_indent:
            continue
        block_indent = line.indent if STARTS_BLOCK.match(line.text) else None
        yield line


def _levels(line: YamlLine) -> Iterator[IndentLevel]:
    """The levels that a line opens: one for each dash, and one for the field after them."""
    match = _DASHES.match(line.text)
    dashes = match[1] if match else ""
    for place, letter in enumerate(dashes, line.indent):
        if letter == "-":
            yield IndentLevel(place, line.number, is_of_items=True)
    yield IndentLevel(line.indent + len(dashes), line.number, is_of_items=False)
