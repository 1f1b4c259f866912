"""Typical slips in YAML: found in the lines around the place that a parser gave up at, and told in plain words."""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from ucap_reports.source.indentation import TEXT_BELOW, YamlLine, expected_indent, outside_of_texts, spaces
from ucap_reports.storage.decoding import character_name

_NEAR = 3
"""How many lines, with that of the place itself, are looked at: a parser may notice a slip only further down."""
_LOOKED_AT = 400
"""How many characters of a line: slips stand at its beginning, and looking takes time."""
_ODD_SPACES = "\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff"
_ODD_SPACE = re.compile(rf" *(?:- *)*(?:\w+:)?([{_ODD_SPACES}])")
_WIDE_COLON = re.compile(r" *(?:- +)*\w+(\uff1a)")
_DASH_ALONE = re.compile(r" *-(?=(\w+:)(?:\s|$))")
_TYPED_DASH = re.compile(r" *([\u2013\u2014\u2022\u25cf\u25aa\u25cb\u00b7*+]) *(?=(\w+):(?:\s|$))")
_COLON_ALONE = re.compile(r" *(?:- +)*([a-z]\w*:)(?=([^\s:/]\S*))")
_LIST_IN_LINE = re.compile(r"[^\"'#]*?:[ \t]+(?=-\s)")
_COLOUR = re.compile(r"[^\"'#]*:[ \t]+(#[0-9A-Fa-f]{3,8})\b")
_FIELD = re.compile(r" *(?:- +)*[^\s#\"'][^#\"']*?:(?:\s|$)")
_HAS_VALUE = re.compile(r" *(?:- +)*[^\s#\"'][^#\"']*?:[ \t]+[^\s#\"'|>\[{]")
_ITEM_OF_WORDS = re.compile(r" *- +[a-z]\w* [^:]*$")
_QUOTE_HINTS = {
    '"': 'the text in " " ends before this; put \' \' around the whole, or write \\" for a quote inside it',
    "'": "the text in ' ' ends before this; put \" \" around the whole, or write '' for an apostrophe inside it",
}


class Mistake(Struct, frozen=True):
    """A slip: the offset of the character where it stands, and what to do."""

    place: int
    hint: str


def find_mistake(text: str, place: int) -> Mistake | None:
    """The slip near `place`, where a parser could not go on; None where it is none of those that are known."""
    lines = list(_lines_until(text, place))
    if not lines:
        return None
    for line in reversed(list(outside_of_texts(lines))[-_NEAR:]):
        for find in _FINDERS:
            if (found := find(line)) is not None:
                return found
    return _quote_inside(text, place) or _text_not_indented(lines) or _other_indent(lines) or _no_field(lines)


def grouped_number(text: str, place: int) -> str | None:
    """The number with commas that stands around `place`, such as 327,000; None where there is none."""
    start, end = place, place
    while text[start - 1 : start].isdecimal() or text[start - 1 : start] == ",":
        start -= 1
    while text[end : end + 1].isdecimal() or (text[end : end + 1] == "," and text[end + 1 : end + 2].isdecimal()):
        end += 1
    number = text[start:end]
    return number if re.fullmatch(r"\d{1,3}(?:,\d{3})+", number) else None


def _lines_until(text: str, place: int) -> Iterator[YamlLine]:
    """The lines that hold something, up to that of the place."""
    start = 0
    for number, written in enumerate(text.splitlines(keepends=True), 1):
        if start > place:
            return
        bare = written.rstrip("\r\n")
        if bare.strip() and not bare.lstrip().startswith("#"):
            yield YamlLine(number, start, bare[:_LOOKED_AT])
        start += len(written)


def _odd_space(line: YamlLine) -> Mistake | None:
    if found := _ODD_SPACE.match(line.text):
        hint = f"{character_name(found[1])} stands here; type a space instead"
        return Mistake(line.start + found.start(1), hint)
    if found := _WIDE_COLON.match(line.text):
        return Mistake(line.start + found.start(1), 'this colon is a letter to YAML; type ":" and a space')
    return None


def _no_space_after_dash(line: YamlLine) -> Mistake | None:
    found = _DASH_ALONE.match(line.text)
    return found and Mistake(line.start + found.end(), f'put a space after the dash: "- {found[1]}"')


def _typed_dash(line: YamlLine) -> Mistake | None:
    found = _TYPED_DASH.match(line.text)
    if found is None:
        return None
    hint = f'{found[1]} begins no item; begin it with a hyphen and a space: "- {found[2]}:"'
    return Mistake(line.start + found.start(1), hint)


def _no_space_after_colon(line: YamlLine) -> Mistake | None:
    found = _COLON_ALONE.match(line.text)
    return found and Mistake(line.start + found.end(), f'put a space after the colon: "{found[1]} {found[2]}"')


def _list_in_line(line: YamlLine) -> Mistake | None:
    found = _LIST_IN_LINE.match(line.text)
    if found is None:
        return None
    hint = "begin the list on the line below, its items indented; or put | here for text, and its points below"
    return Mistake(line.start + found.end(), hint)


def _colour_without_quotes(line: YamlLine) -> Mistake | None:
    found = _COLOUR.match(line.text)
    hint = f'what begins with # is a comment; put straight quotes around it: "{found[1]}"' if found else ""
    return found and Mistake(line.start + found.start(1), hint)


_FINDERS: tuple[Callable[[YamlLine], Mistake | None], ...] = (
    _odd_space,
    _no_space_after_dash,
    _typed_dash,
    _list_in_line,
    _no_space_after_colon,
    _colour_without_quotes,
)


def _quote_inside(text: str, place: int) -> Mistake | None:
    """Words right after a text in quotes."""
    before = text[text.rfind("\n", 0, place) + 1 : place].rstrip(" ")
    if text[place : place + 1] in {"", ",", "]", "}", ":", "#", "\n", "\r"}:
        return None
    hint = _QUOTE_HINTS.get(before[-1:])
    return Mistake(place, hint) if hint else None


def _text_not_indented(lines: Sequence[YamlLine]) -> Mistake | None:
    """Text below | or > that does not stand further in than the name of its field, or less than its first line."""
    for place in range(len(lines) - 1, max(len(lines) - _NEAR, 0) - 1, -1):
        head = place - 1
        while head >= 0 and not TEXT_BELOW.match(lines[head].text) and lines[head].indent > lines[place].indent:
            head -= 1
        if head < 0 or _FIELD.match(lines[place].text) or not TEXT_BELOW.match(lines[head].text):
            continue
        first = lines[head + 1]
        wanted = first.indent if head + 1 < place else lines[head].indent + 2
        if lines[place].indent < wanted:
            hint = f"the text below line {lines[head].number} is indented: begin this line with {spaces(wanted)}"
            return Mistake(lines[place].content, hint)
    return None


def _other_indent(lines: Sequence[YamlLine]) -> Mistake | None:
    """A line that begins at no column at which a field or an item can stand there."""
    expected = expected_indent(lines)
    if expected is None:
        return None
    line, kind = lines[-1], "item" if expected.is_of_items else "field"
    hint = f"begin it with {spaces(expected.indent)} instead of {line.indent}, below the {kind} of line {expected.line}"
    if not expected.is_of_items and line.indent > expected.indent + 1 and _HAS_VALUE.match(lines[-2].text):
        hint += '; if it is text that goes on, and holds ": ", put all of that text below >-'
    return Mistake(line.content, hint)


def _no_field(lines: Sequence[YamlLine]) -> Mistake | None:
    """A line that is no field, where fields are."""
    *before, last = lines
    if before and _ITEM_OF_WORDS.match(before[-1].text) and last.indent > before[-1].indent and _FIELD.match(last.text):
        return Mistake(before[-1].content, "a field needs a colon and a space after its name")
    for line in reversed(lines[-_NEAR + 1 :]):
        if not _FIELD.match(line.text) and not line.text.lstrip().startswith(("-", "[", "{", "}", "]", '"', "'")):
            hint = "a field needs a colon and a space after its name; text that goes on from the line above is indented"
            return Mistake(line.content, hint)
    return None
