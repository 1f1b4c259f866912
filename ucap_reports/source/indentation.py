"""The lines of a YAML file: where they start, and which of them are text below | or >."""

import re
from collections.abc import Iterable, Iterator

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
    def field_indent(self) -> int:
        """The number of spaces and dashes at its start."""
        dashes = _DASHES.match(self.text)
        return dashes.end() if dashes else 0

    @property
    def is_item(self) -> bool:
        """Whether it begins with a dash."""
        return self.field_indent > self.indent


def outside_blocks(lines: Iterable[YamlLine]) -> Iterator[YamlLine]:
    """The lines that are not part of a text below | or >."""
    block_indent: int | None = None
    for line in lines:
        if block_indent is not None and line.indent > block_indent:
            continue
        block_indent = line.indent if STARTS_BLOCK.match(line.text) else None
        yield line
