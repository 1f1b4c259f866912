"""Text on the terminal: colours and widths."""

import sys
import unicodedata
from enum import StrEnum
from typing import TextIO

ZERO_WIDTH = frozenset({"Mn", "Me"})
"""Unicode's classes of marks that are drawn over the character before them."""


class TerminalColour(StrEnum):
    """Colours of a terminal (ECMA-48, SGR)."""

    BOLD = "1"
    RED = "1;31"
    YELLOW = "1;33"
    GREEN = "1;32"
    CYAN = "36"


def painted(text: str, ink: TerminalColour | None, *, colour: bool) -> str:
    """The text in a terminal's colour, or as it is."""
    return f"\x1b[{ink.value}m{text}\x1b[0m" if colour and ink else text


def width(text: str) -> int:
    """The number of terminal cells that the text takes: two for a Chinese character, none for a combining accent."""
    return len(text) if text.isascii() else sum(map(_width, text))


def write_line(text: str, stream: TextIO | None = None) -> None:
    """Write the text and a line end, at once."""
    write_text(f"{text}\n", stream)


def write_text(text: str, stream: TextIO | None = None) -> None:
    """Write the text (to standard output unless a stream is given) and flush it, so that a full disk raises OSError."""
    stream = stream or sys.stdout
    stream.write(text)
    stream.flush()


def _width(character: str) -> int:
    if unicodedata.category(character) in ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
