"""The mistake behind YAML that cannot be parsed: where a person would look for it, what to do, and how to read on."""

import re

import yaml
from msgspec import Struct

from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_mistakes import NO_FIELD, Edit, Mistake, closing_brackets, find_mistake, line_end
from ucap_reports.storage.decoding import Source, locate

_TOO_DEEP = "exceeded maximum nesting depth"
"""The error of libyaml, which reads ahead of the events, for a thousand nested brackets."""
_WRONG_ESCAPE = "found invalid Unicode character escape code"
"""The error of libyaml for the escape of a surrogate, which is no character."""
_UNICODE_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_QUOTES = "put straight quotes around a text that starts with {}"
_COLON = 'put straight quotes around a text that contains ": ", or write it below >-'
_BACKSLASH = "write \\\\ for a backslash, or put the text in single quotes"
_SIGNS = "@`%*&!|>{["
"""The signs with which a text without quotes cannot start."""
_WORD_ALONE = re.compile(r"\w+[ \t]*(?:[|>][-+0-9]*[ \t]*)?(?:#.*)?$", re.MULTILINE)
"""A line with a single word, probably the name of a field, and perhaps the sign of a text below it."""
_LETTER_COLON = "\ua789"
"""A letter that looks like a colon and means nothing in YAML."""


class SyntaxMistake(Struct, frozen=True):
    """What the error of libyaml is about, and the edits with which the rest of the file can be read."""

    problem: Problem
    offset: int
    edits: tuple[Edit, ...] = ()


def find_syntax_mistake(source: Source, error: yaml.MarkedYAMLError, max_depth: int) -> SyntaxMistake:
    """Return the mistake that an error of libyaml is about; `max_depth` is that of the message about nesting."""
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index if mark else 0, len(source.text))
    if error.problem == _TOO_DEEP:
        return SyntaxMistake(problem("yaml-depth", locate(source, offset), limit=max_depth), offset)
    if error.problem == _WRONG_ESCAPE:
        mistake = _wrong_escape(source.text, offset)
    else:
        mistake = _mistake(source, offset, error.context_mark)
    if mistake.hint is None:
        bracket = _unclosed_bracket(source.text, mistake.offset)
        if bracket is not None:
            mistake = _bracket_mistake(source, bracket)
    fault = problem("yaml-syntax", locate(source, mistake.offset), reason=error.problem, hint=mistake.hint)
    return SyntaxMistake(fault, mistake.offset, mistake.edits)


def _wrong_escape(text: str, offset: int) -> Mistake:
    """Return the mistake of an escape of half a character, as JSON has them in pairs, before an offset."""
    start = max(text.rfind("\\", 0, offset + 1), 0)
    escape = _UNICODE_ESCAPE.match(text, start)
    end = escape.end() if escape else start + 1
    hint = "write the character itself instead of its escape; half of a pair of escapes is no character"
    return Mistake(start, hint, (Edit(start, end, "x"),))


def _mistake(source: Source, offset: int, context: yaml.Mark | None) -> Mistake:
    """Return the mistake at or before an offset; `context` is the start of what libyaml was reading."""
    text = source.text
    start = min(context.index if context else offset, len(text))
    opened = text[start : start + 1]
    at_sign = _sign_mistake(source, offset)
    is_backslash = at_sign is not None and at_sign.hint == _BACKSLASH
    if text[offset : offset + 1] == "\t" and at_sign is not None:
        return at_sign
    if start < offset and _WORD_ALONE.match(text, start):
        return Mistake(start, NO_FIELD)
    if opened in {"*", "&"}:
        return Mistake(start, _QUOTES.format(opened), (Edit(start, start + 1, "x"),))
    if opened in {'"', "'"} and not is_backslash:
        end = line_end(text, start)
        return Mistake(start, f"add the closing {opened} of the text that starts here", (Edit(end, end, opened),))
    if at_sign is None or at_sign.hint == _COLON or opened in {"[", "{"}:
        mistake = find_mistake(text, offset)
        if mistake is not None:
            return mistake
        if opened in {"[", "{"}:
            return _bracket_mistake(source, start)
    return at_sign or Mistake(offset, None)


def _sign_mistake(source: Source, offset: int) -> Mistake | None:
    """Return the mistake of a character that cannot be where it is."""
    sign = source.text[offset : offset + 1]
    if sign == "\t":
        hint = f"replace the tab in line {locate(source, offset).line} by spaces"
        return Mistake(offset, hint, (_without_tabs(source.text, offset),))
    if sign == ":":
        return Mistake(offset, _COLON, (Edit(offset, offset + 1, _LETTER_COLON),))
    if sign == "\\":
        return Mistake(offset, _BACKSLASH, (Edit(offset, offset + 1, "/"),))
    if sign == ",":
        hint = "remove the comma, or put straight quotes around a text that starts with it"
        return Mistake(offset, hint, (Edit(offset, offset + 1, " "),))
    if sign and sign in _SIGNS:
        return Mistake(offset, _QUOTES.format(sign), (Edit(offset, offset + 1, "x"),))
    return None


def _without_tabs(text: str, offset: int) -> Edit:
    """Return the edit that replaces tabs by spaces: at the start of a line as many as the nearest line above fits."""
    start = text.rfind("\n", 0, offset) + 1
    indent = text[start:offset]
    if indent.strip(" \t"):
        return Edit(offset, offset + 1, " ")
    end = offset + 1
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    tabs = text[start:end].count("\t")
    above = text[:start].splitlines()
    is_item = text[end : end + 1] == "-"
    expected = _indents_below(above[-1] if above else "", is_item=is_item)
    for width in (2, 4, 8, 1, 3):
        spaces = " " * (end - start - tabs + tabs * width)
        if len(spaces) in expected:
            return Edit(start, end, spaces)
    return Edit(start, end, "  " * tabs + " " * (end - start - tabs))


def _indents_below(line: str, *, is_item: bool) -> set[int]:
    """Return the numbers of spaces with which an item, or a field, may start below this line."""
    dash_indent = len(line) - len(line.lstrip(" "))
    field_indent = len(line) - len(line.lstrip(" -"))
    if line.rstrip().endswith(":"):
        return {field_indent + 2, field_indent + 4}
    return {dash_indent} if is_item else {field_indent}


def _bracket_mistake(source: Source, bracket: int) -> Mistake:
    hint = f"close the {source.text[bracket]} on line {locate(source, bracket).line}"
    return Mistake(bracket, hint, closing_brackets(source.text, bracket))


def _unclosed_bracket(text: str, offset: int) -> int | None:
    """Return the place of the bracket after which, or after a comma following it, the file ends."""
    before = text[:offset].rstrip()
    if text[offset:].strip() or before[-1:] not in {"[", "{", ","}:
        return None
    bracket = max(before.rfind("["), before.rfind("{"))
    return bracket if bracket >= 0 else None
