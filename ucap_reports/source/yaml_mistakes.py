"""Frequent mistakes in YAML, searched for in the lines around the place where the parser gave up."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct, toml

from ucap_reports.storage.decoding import character_name

_NEAR = 3
"""The number of lines to search, up to the parser's: it may notice a mistake only further down."""
_LONGEST_LINE = 400
"""The number of characters to search in a line: mistakes are at its start, and searching takes time."""
_MISTAKES: Sequence[Mapping[str, str]] = toml.decode(Path(__file__).with_suffix(".toml").read_bytes())["mistakes"]
_FIELD = re.compile(r" *+(?:- ++)*+[^\s#\"'][^#\"']*?:(?:\s|$)")
_UNCLOSED_QUOTE = re.compile(r""" *+(?:- ++)*+(?:[^\s#"'][^#"']*?:[ \t]++)?(?P<quote>["'])(?:(?!(?P=quote)).)*""")
_QUOTED_OR_BRACKET = re.compile(r""""(?:[^"\\]|\\.)*(?:"|\\?$)|'[^']*(?:'|$)|[\[\]{}]""")
_CLOSERS = {"[": "]", "{": "}"}
_QUOTE_HINTS = {
    '"': 'the text in " " ends before this; put \' \' around all of it, or write \\" for a quote inside it',
    "'": "the text in ' ' ends before this; put \" \" around all of it, or write '' for an apostrophe inside it",
}
NO_FIELD = "add a colon and a space after the name of the field, or indent the line if it continues the text above"
_INDENT_AND_DASHES = re.compile(r" *(?:- +)*")
STARTS_BLOCK = re.compile(r"[^#]*(?::|-)[ \t]+[|>][-+0-9]*[ \t]*(?:#.*)?$")
"""A line with a | or > at its end: the lines below it are text."""


class Edit(Struct, frozen=True):
    """What replaces the characters from `start` to before `end`. Without line ends: lines keep their numbers."""

    start: int
    end: int
    text: str


class Mistake(Struct, frozen=True):
    """A mistake: the offset of its first character, what to do, and the edits that do it, in the order of the text."""

    offset: int
    hint: str | None
    edits: tuple[Edit, ...] = ()


def find_mistake(text: str, offset: int) -> Mistake | None:
    """Return the mistake near the offset at which a parser gave up; None if it is not one of the frequent ones."""
    lines = list(_lines_until(text, offset))
    if not lines:
        return None
    for line in reversed(list(outside_blocks(lines))[-_NEAR:]):
        for frequent in _MISTAKES:
            match = re.match(frequent["pattern"], line.text)
            if match is not None:
                return _frequent_mistake(frequent, match, line)
    mistake = _unclosed_quote(lines) or _quote_inside(text, offset) or _wrong_indent(text, lines)
    if mistake is None and not _is_in_value(lines[-1], offset):
        mistake = _no_field(lines)
    return mistake


def line_end(text: str, offset: int) -> int:
    """Return the offset after the last visible character of the line."""
    end = offset
    while end < len(text) and text[end] not in "\r\n":
        end += 1
    while end > offset and text[end - 1] in " \t":
        end -= 1
    return end


def closing_brackets(text: str, bracket: int) -> tuple[Edit, ...]:
    """Return the edit that closes a bracket, and those in it, before the next field; nothing if it is closed."""
    start = text.rfind("\n", 0, bracket) + 1
    end = line_end(text, bracket)
    indent = YamlLine(0, start, text[start:end]).indent
    for line in _lines_after(text, bracket):
        if line.indent <= indent or (_FIELD.match(line.text) and not line.text.lstrip().startswith(("[", "{"))):
            break
        end = line_end(text, line.start)
    closers = _open_brackets(text[bracket:end])
    return (Edit(end, end, closers),) if closers else ()


def _open_brackets(written: str) -> str:
    """Return the brackets that close those that a text opens and does not close; quotes are skipped."""
    closers: list[str] = []
    for match in _QUOTED_OR_BRACKET.finditer(written):
        sign = match[0]
        if sign in _CLOSERS:
            closers.append(_CLOSERS[sign])
        elif closers and sign == closers[-1]:
            closers.pop()
    return "".join(reversed(closers))


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
        dashes = _INDENT_AND_DASHES.match(self.text)
        return dashes.end() if dashes else 0

    @property
    def is_item(self) -> bool:
        """Whether it begins with a dash."""
        return self.field_indent > self.indent


def _frequent_mistake(mistake: Mapping[str, str], match: re.Match[str], line: YamlLine) -> Mistake:
    """Return a mistake of the list; its edit replaces the group `old`, or is inserted at the place of the mistake."""
    values = match.groupdict()
    if "character" in values:
        values["character"] = character_name(values["character"])
    group = "old" if "old" in values else "at"
    start, end = line.start + match.start(group), line.start + match.end(group)
    edit = Edit(start, end, mistake["edit"].format_map(values))
    return Mistake(line.start + match.start("at"), mistake["hint"].format_map(values), (edit,))


def _lines_until(text: str, offset: int) -> Iterator[YamlLine]:
    """Yield the lines with content, up to that of the place."""
    for line in lines_with_content(text):
        if line.start > offset:
            return
        yield line


def _lines_after(text: str, offset: int) -> Iterator[YamlLine]:
    """Yield the lines with content that start after an offset."""
    for line in lines_with_content(text):
        if line.start > offset:
            yield line


def lines_with_content(text: str) -> Iterator[YamlLine]:
    """Yield the lines that are neither empty nor comments, each up to the longest length that is searched."""
    start = 0
    for number, written in enumerate(text.splitlines(keepends=True), 1):
        bare = written.rstrip("\r\n")
        if bare.strip() and not bare.lstrip().startswith("#"):
            yield YamlLine(number, start, bare[:_LONGEST_LINE])
        start += len(written)


def _unclosed_quote(lines: Sequence[YamlLine]) -> Mistake | None:
    """Return a quoted text that is not closed before the next field starts."""
    outside = list(outside_blocks(lines))
    for line, below in pairwise(outside):
        quoted = _UNCLOSED_QUOTE.fullmatch(line.text)
        if quoted is not None and below.indent <= line.field_indent and _FIELD.match(below.text):
            quote, start = quoted["quote"], line.start + quoted.start("quote")
            end = line.start + len(line.text.rstrip())
            return Mistake(start, f"add the closing {quote} of the text that starts here", (Edit(end, end, quote),))
    return None


def _quote_inside(text: str, offset: int) -> Mistake | None:
    """Return words right after a quoted text."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset].rstrip(" ")
    if text[offset : offset + 1] in {"", ",", "]", "}", ":", "#", "\n", "\r"}:
        return None
    hint = _QUOTE_HINTS.get(before[-1:])
    return Mistake(offset, hint, (Edit(offset, offset, " # "),)) if hint else None


def _wrong_indent(text: str, lines: Sequence[YamlLine]) -> Mistake | None:
    """Return a line that starts in a column where no field, or no item, above it starts."""
    *above, last = lines
    if last.is_item:
        kind = "item"
    elif _FIELD.match(last.text):
        kind = "field"
    else:
        return None
    numbers = _open_columns(above, kind)
    if not numbers or last.indent in numbers:
        return None
    indent = min(numbers, key=lambda column: abs(column - last.indent))
    hint = f"start it in column {indent + 1} instead of {last.indent + 1}, like the {kind} on line {numbers[indent]}"
    if kind == "field" and last.indent > indent + 1:
        hint += '; if it continues a text, put that text below >-, because it contains ": "'
    return Mistake(last.start + last.indent, hint, tuple(_moved_lines(text, last, indent)))


def _open_columns(lines: Sequence[YamlLine], kind: str) -> dict[int, int]:
    """Return the columns in which an item or a field below the lines may start, with the nearest lines that start
    there.
    """
    numbers: dict[int, int] = {}
    innermost = sys.maxsize
    for line in reversed(list(outside_blocks(lines))):
        columns = {"field": line.field_indent}
        if line.is_item:
            columns["item"] = line.indent
        column = columns.get(kind)
        if column is not None and column < innermost:
            numbers[column] = line.number
        innermost = min(innermost, *columns.values())
    return dict(reversed(numbers.items()))


def _moved_lines(text: str, line: YamlLine, indent: int) -> Iterator[Edit]:
    """Yield the edits that move a line to another column, with the lines below that belong to it."""
    moved = indent - line.indent
    yield Edit(line.start, line.start + line.indent, " " * indent)
    for below in _lines_after(text, line.start):
        is_deeper = below.indent > line.indent
        has_moved_left = moved < 0 and below.indent == line.indent
        opens_block = line.text.rstrip().endswith(":") or STARTS_BLOCK.match(line.text) or line.is_item
        if not has_moved_left and not (is_deeper and (moved < 0 or opens_block)):
            return
        yield Edit(below.start, below.start + below.indent, " " * (below.indent + moved))


def _is_in_value(line: YamlLine, offset: int) -> bool:
    """Return whether a place is in the value of the field of its line: then the lines above are not the mistake."""
    field = _FIELD.match(line.text)
    return field is not None and offset >= line.start + field.end()


def _no_field(lines: Sequence[YamlLine]) -> Mistake | None:
    """Return a line without a field among lines with fields."""
    for line in reversed(lines[-_NEAR + 1 :]):
        if not _FIELD.match(line.text) and not line.text.lstrip().startswith(("-", "[", "{", "}", "]", '"', "'")):
            return Mistake(line.start + line.indent, NO_FIELD)
    return None


def outside_blocks(lines: Iterable[YamlLine]) -> Iterator[YamlLine]:
    """Yield the lines that are not part of a text below | or >."""
    block_indent: int | None = None
    for line in lines:
        if block_indent is not None and line.indent > block_indent:
            continue
        block_indent = line.indent if STARTS_BLOCK.match(line.text) else None
        yield line
