"""Frequent mistakes in YAML, searched for in the lines around the place where the parser gave up."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ucap_reports.source.indentation import STARTS_BLOCK, YamlLine, expected_indent, outside_blocks, spaces
from ucap_reports.storage.decoding import character_name

_NEAR = 3
"""The number of lines to search, up to the parser's: it may notice a mistake only further down."""
_LONGEST_LINE = 400
"""The number of characters to search in a line: mistakes are at its start, and searching takes time."""
_MISTAKES: Sequence[Mapping[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[
    "mistakes"
]
_FIELD = re.compile(r" *(?:- +)*[^\s#\"'][^#\"']*?:(?:\s|$)")
_HAS_VALUE = re.compile(r" *(?:- +)*[^\s#\"'][^#\"']*?:[ \t]+[^\s#\"'|>\[{]")
_ITEM_OF_WORDS = re.compile(r" *- +[a-z]\w* [^:]*$")
_QUOTE_HINTS = {
    '"': 'the text in " " ends before this; put \' \' around all of it, or write \\" for a quote inside it',
    "'": "the text in ' ' ends before this; put \" \" around all of it, or write '' for an apostrophe inside it",
}
_GROUPED = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!,?\d)")
_LONGEST_NUMBER = 40
_NO_COLON = "add a colon and a space after the name of the field"
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
    return _quote_inside(text, place) or _unindented_text(lines) or _wrong_indent(lines) or _no_field(lines)


def grouped_number(text: str, place: int) -> str | None:
    """The number with commas around `place`, such as 327,000; None without one."""
    start = max(place - _LONGEST_NUMBER, 0)
    found = _GROUPED.finditer(text, start, place + _LONGEST_NUMBER)
    return next((number[0] for number in found if number.start() <= place < number.end()), None)


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


def _unindented_text(lines: Sequence[YamlLine]) -> Mistake | None:
    """Text below | or > that is indented no further than its field, or less than its first line."""
    for place in range(len(lines) - 1, max(len(lines) - _NEAR, 0) - 1, -1):
        head = place - 1
        while head >= 0 and not STARTS_BLOCK.match(lines[head].text) and lines[head].indent > lines[place].indent:
            head -= 1
        if head < 0 or _FIELD.match(lines[place].text) or not STARTS_BLOCK.match(lines[head].text):
            continue
        first = lines[head + 1]
        wanted = first.indent if head + 1 < place else lines[head].indent + 2
        if lines[place].indent < wanted:
            hint = f"indent the text below line {lines[head].number}: start this line with {spaces(wanted)}"
            return lines[place].content, hint
    return None


def _wrong_indent(lines: Sequence[YamlLine]) -> Mistake | None:
    """A line that starts at a column where neither a field nor an item can start."""
    expected = expected_indent(lines)
    if expected is None:
        return None
    line, (indent, kind, number) = lines[-1], expected
    hint = f"start it with {spaces(indent)} instead of {line.indent}, like the {kind} of line {number}"
    if kind == "field" and line.indent > indent + 1 and _HAS_VALUE.match(lines[-2].text):
        hint += '; if it continues a text, put that text below >-, because it contains ": "'
    return line.content, hint


def _no_field(lines: Sequence[YamlLine]) -> Mistake | None:
    """A line without a field among lines with fields."""
    *before, last = lines
    if before and _ITEM_OF_WORDS.match(before[-1].text) and last.indent > before[-1].indent and _FIELD.match(last.text):
        return before[-1].content, _NO_COLON
    for line in reversed(lines[-_NEAR + 1 :]):
        if not _FIELD.match(line.text) and not line.text.lstrip().startswith(("-", "[", "{", "}", "]", '"', "'")):
            hint = f"{_NO_COLON}, or indent the line if it continues the text above"
            return line.content, hint
    return None
