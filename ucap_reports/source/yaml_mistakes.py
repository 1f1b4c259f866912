"""Frequent mistakes in YAML, searched for in the lines around the place where the parser gave up."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import toml

from ucap_reports.source.indentation import YamlLine, outside_blocks
from ucap_reports.storage.decoding import character_name

_NEAR = 3
"""The number of lines to search, up to the parser's: it may notice a mistake only further down."""
_LONGEST_LINE = 400
"""The number of characters to search in a line: mistakes are at its start, and searching takes time."""
_MISTAKES: Sequence[Mapping[str, str]] = toml.decode(Path(__file__).with_suffix(".toml").read_bytes())["mistakes"]
_FIELD = re.compile(r" *(?:- +)*[^\s#\"'][^#\"']*?:(?:\s|$)")
_QUOTE_HINTS = {
    '"': 'the text in " " ends before this; put \' \' around all of it, or write \\" for a quote inside it',
    "'": "the text in ' ' ends before this; put \" \" around all of it, or write '' for an apostrophe inside it",
}
NO_FIELD = "add a colon and a space after the name of the field, or indent the line if it continues the text above"
Mistake = tuple[int, str]
"""A mistake: the offset of its first character, and what to do."""


def find_mistake(text: str, place: int) -> Mistake | None:
    """The mistake near `place`, where a parser gave up; None if it is not one of the frequent ones."""
    lines = list(_lines_until(text, place))
    if not lines:
        return None
    for line in reversed(list(outside_blocks(lines))[-_NEAR:]):
        for mistake in _MISTAKES:
            if found := re.match(mistake["pattern"], line.text):
                values = found.groupdict()
                if "character" in values:
                    values["character"] = character_name(values["character"])
                return line.start + found.start("at"), mistake["hint"].format_map(values)
    return _quote_inside(text, place) or _wrong_indent(lines) or _no_field(lines)


def _lines_until(text: str, place: int) -> Iterator[YamlLine]:
    """The lines with content, up to that of the place."""
    start = 0
    for number, written in enumerate(text.splitlines(keepends=True), 1):
        if start > place:
            return
        bare = written.rstrip("\r\n")
        if bare.strip() and not bare.lstrip().startswith("#"):
            yield YamlLine(number, start, bare[:_LONGEST_LINE])
        start += len(written)


def _quote_inside(text: str, place: int) -> Mistake | None:
    """Words right after a quoted text."""
    before = text[text.rfind("\n", 0, place) + 1 : place].rstrip(" ")
    if text[place : place + 1] in {"", ",", "]", "}", ":", "#", "\n", "\r"}:
        return None
    hint = _QUOTE_HINTS.get(before[-1:])
    return (place, hint) if hint else None


def _wrong_indent(lines: Sequence[YamlLine]) -> Mistake | None:
    """A line that starts in a column where no field, or no item, above it starts."""
    *above, last = lines
    if last.is_item:
        kind, numbers = "item", {line.indent: line.number for line in outside_blocks(above) if line.is_item}
    elif _FIELD.match(last.text):
        kind, numbers = "field", {line.field_indent: line.number for line in outside_blocks(above)}
    else:
        return None
    if not numbers or last.indent in numbers:
        return None
    indent = min(numbers, key=lambda each: abs(each - last.indent))
    hint = f"start it in column {indent + 1} instead of {last.indent + 1}, like the {kind} on line {numbers[indent]}"
    if kind == "field" and last.indent > indent + 1:
        hint += '; if it continues a text, put that text below >-, because it contains ": "'
    return last.start + last.indent, hint


def _no_field(lines: Sequence[YamlLine]) -> Mistake | None:
    """A line without a field among lines with fields."""
    for line in reversed(lines[-_NEAR + 1 :]):
        if not _FIELD.match(line.text) and not line.text.lstrip().startswith(("-", "[", "{", "}", "]", '"', "'")):
            return line.start + line.indent, NO_FIELD
    return None
