"""The mistake behind YAML that cannot be parsed: where a person would look for it, what to do, and how to read on.

To read on, a working copy of the text is edited where libyaml gives up: as the hint about the mistake says, or, if that
does not help, by leaving out the entry. Edits keep the lines, and every character of the copy has the offset of its
original.

In the order of this file: the mistake behind an error of libyaml (`find_syntax_mistake`), where `_mistake` decides
which of several possible ones is reported; frequent mistakes in the lines before the error (`find_mistake`), some of
which are in `yaml_syntax_errors.toml`; and reading on (`WorkingCopy`).
"""

import re
import sys
from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import yaml
from msgspec import Struct, toml

from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import LostLines, text_offset
from ucap_reports.storage.decoding import Source, character_name, locate

MAX_YAML_EDITS = 30
"""errors in YAML: reading goes on after each, which costs a run of the parser"""
MAX_RECOVERED_CHARACTERS = 200_000
"""characters of a file with an error in its YAML; a longer one is not read on after the error"""


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


class SyntaxMistake(Struct, frozen=True):
    """What the error of libyaml is about, and the edits with which the rest of the file can be read."""

    problem: Problem
    offset: int
    edits: tuple[Edit, ...] = ()


_TOO_DEEP = "exceeded maximum nesting depth"
"""The error of libyaml, which reads ahead of the events, for a thousand nested brackets."""
_WRONG_ESCAPE = "found invalid Unicode character escape code"
"""The error of libyaml for the escape of a surrogate, which is no character."""
_INCOMPLETE_ESCAPE = "did not find expected hexdecimal number"
"""The error of libyaml for a backslash before x, u or U without the digits of a character, as in "C:\\Users"."""
_NO_COMMA = {"did not find expected ',' or ']'": "]", "did not find expected ',' or '}'": "}"}
"""The errors of libyaml for anything else than a comma or the bracket, which is here, after a value in brackets."""
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
_LAST_NAME = re.compile(
    r"""
    (?<!\s) (?P<space>\s+)                                  # the complete white space before it
    (?P<to_colon>
        (?P<name> "[^"\n]*" | '[^'\n]*' | [a-z]\w* )
        [ \t]*
    ) \Z
    """,
    re.VERBOSE,
)
"""The name of a field in brackets, at the end of the text before its colon."""
_CONFLICT_MARK = re.compile(r"<{7}|>{7}")
"""The start of a line with which git marks one of two versions."""
_LINE_END = re.compile(r"[\r\n]")
_NAME_AND_COLON = re.compile(r"""(?:"[^"\n]*"|'[^'\n]*')[ \t]*:|\w+:\s""")
_EMPTY_VALUE = re.compile(r":[ \t]*[,}]")
"""A field without a value in braces, where libyaml reads the colon as part of a text."""
_LONGEST_NAME = 80


def find_syntax_mistake(source: Source, error: yaml.MarkedYAMLError, max_depth: int) -> SyntaxMistake:
    """Return the mistake that an error of libyaml is about; `max_depth` is that of the message about nesting."""
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark else 0
    offset = min(text_offset(index, source.text), len(source.text))
    if error.problem == _TOO_DEEP:
        fault = problem("yaml-depth", locate(source, offset), limit=max_depth)
        return SyntaxMistake(fault, offset)
    if error.problem == _WRONG_ESCAPE:
        mistake = _wrong_escape(source.text, offset)
    elif error.problem == _INCOMPLETE_ESCAPE:
        start = max(source.text.rfind("\\", 0, offset + 1), 0)
        mistake = Mistake(start, _BACKSLASH, (Edit(start, start + 1, "/"),))
    else:
        mistake = _missing_comma(source.text, offset, error) or _mistake(source, offset, error.context_mark)
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
    start = offset
    if context is not None:
        start = min(text_offset(context.index, text), len(text))
    sign = text[offset : offset + 1]
    opened = text[start : start + 1]
    is_in_brackets = opened in {"[", "{"}
    # What is certain
    if _EMPTY_VALUE.match(text, offset):
        return _empty_value_mistake(text, offset)
    if sign == "\t":
        hint = f"replace the tab in line {locate(source, offset).line} by spaces"
        return Mistake(offset, hint, (_without_tabs(text, offset),))
    # What libyaml was reading
    if start < offset and _WORD_ALONE.match(text, start):
        return Mistake(start, _NO_FIELD)
    if opened in {"*", "&"}:
        return _bullet_at(text, start) or _sign_without_quotes(text, start)
    if opened in {'"', "'"} and sign != "\\":
        return _unclosed_quote_mistake(start, _line_end(text, start), opened)
    # The sign at the offset, unless it is only where libyaml notices another mistake
    mistake_of_sign = _sign_mistake(text, offset)
    is_conflict = _CONFLICT_MARK.match(text, _line_start(text, offset)) is not None
    may_be_later_effect = sign == ":" or is_in_brackets or is_conflict
    if mistake_of_sign is not None and not may_be_later_effect:
        return mistake_of_sign
    frequent_mistake = find_mistake(text, offset)
    if frequent_mistake is not None:
        return frequent_mistake
    if is_in_brackets:
        return _bracket_mistake(source, start)
    return mistake_of_sign or Mistake(offset, None)


def _empty_value_mistake(text: str, colon: int) -> Mistake:
    """Return the mistake of a field in braces without a value, and without a space after its colon."""
    before = text[max(colon - _LONGEST_NAME, 0) : colon]
    name = re.split(r"[\s,{\[]", before)[-1]
    hint = f'write a space and a value after "{name}:", or remove it'
    return Mistake(colon, hint, (Edit(colon, colon + 1, ": "),))


def _sign_mistake(text: str, offset: int) -> Mistake | None:
    """Return the mistake of a character that cannot be where it is."""
    sign = text[offset : offset + 1]
    if sign == ":":
        return _colon_mistake(offset)
    if sign == "\\":
        return Mistake(offset, _BACKSLASH, (Edit(offset, offset + 1, "/"),))
    if sign == ",":
        hint = "remove the comma, or put straight quotes around a text that starts with it"
        return Mistake(offset, hint, (Edit(offset, offset + 1, " "),))
    if sign and sign in _SIGNS:
        return _sign_without_quotes(text, offset)
    return None


def _sign_without_quotes(text: str, offset: int) -> Mistake:
    """Return the mistake of a text without quotes whose first character has a meaning in YAML."""
    return Mistake(offset, _QUOTES.format(text[offset]), (Edit(offset, offset + 1, "x"),))


def _without_tabs(text: str, offset: int) -> Edit:
    """Return the edit that replaces tabs by as many spaces as fit the lines around them."""
    start = _line_start(text, offset)
    before = text[start:offset]
    if before.strip(" -\t"):  # a tab among words
        return Edit(offset, offset + 1, " ")
    end = offset
    while text[end : end + 1] in {" ", "\t"}:
        end += 1
    line_end = _line_end(text, end)
    below = _first_line_without_tab(text[line_end:])
    dashes = before.rstrip(" \t")
    if not dashes:  # at the start of the line
        above = list(outside_blocks(lines_with_content(text[:start])))
        line = _YamlLine(0, start, text[end:line_end][:_LONGEST_LINE])
        return Edit(start, end, " " * _fitting_indent(line, above, below))
    column_after_dashes = len(dashes)
    spaces = 1
    if below is not None and not below.is_item and below.indent > column_after_dashes:
        spaces = below.indent - column_after_dashes  # the next field of the item is in that column
    return Edit(start + column_after_dashes, end, " " * spaces)


def _first_line_without_tab(text: str) -> "_YamlLine | None":
    """Return the first line with content that is not indented by tabs."""
    for line in lines_with_content(text):
        if not line.has_tab:
            return line
    return None


def _fitting_indent(line: "_YamlLine", above: Sequence["_YamlLine"], below: "_YamlLine | None") -> int:
    """Return the number of spaces with which a line, given without any, fits best between the lines around it.

    Of those with which it fits as well above the next line, it is the first: as a child of the line above, otherwise as
    a sibling of a line above, in the innermost list or group of fields that may go on.
    """
    item_columns = _open_columns(above, "item")
    field_columns = _open_columns(above, "field")
    sibling_columns = item_columns if line.is_item else field_columns
    candidates: list[int] = []
    if above and _opens_lines(above[-1]):
        candidates += _columns_of_child(line, above[-1], below)
    candidates += sorted(sibling_columns, reverse=True)
    candidates.append(0)
    if below is None:
        return candidates[0]
    columns_of_below = item_columns if below.is_item else field_columns
    best_indent = candidates[0]
    best_fit = -1  # worse than any
    for indent in candidates:
        moved = _YamlLine(line.number, line.start, " " * indent + line.text)
        fit = _fit_above(moved, below, columns_of_below)
        if fit > best_fit:
            best_indent = indent
            best_fit = fit
    return best_indent


def _columns_of_child(line: "_YamlLine", parent: "_YamlLine", below: "_YamlLine | None") -> list[int]:
    """Return the columns in which a line may start as a part of the value of `parent`, the usual ones first."""
    field_column = parent.field_indent
    columns = [field_column + 2, field_column + 4]
    if below is not None:
        columns.append(below.indent)
        columns.append(below.indent - line.field_indent)  # the field in an item is then above the next line
    if not line.is_item:
        return [column for column in columns if column > field_column]
    columns.append(field_column)  # only the items of a list may start in the column of its field
    return [column for column in columns if column >= field_column]


def _fit_above(line: "_YamlLine", below: "_YamlLine", open_columns: Container[int]) -> int:
    """Return how well a line fits above another: 2 above its sibling or its child, 1 above a sibling of what contains
    it, otherwise 0. `open_columns` are those in which the other may start above the line.
    """
    if _opens_lines(line):
        is_inside = below.indent > line.field_indent or (below.is_item and below.indent == line.field_indent)
    elif below.is_item:
        is_inside = line.is_item and below.indent == line.indent
    else:
        is_inside = below.indent == line.field_indent
    if is_inside:
        return 2
    return int(below.indent < line.indent and below.indent in open_columns)


def _opens_lines(line: "_YamlLine") -> bool:
    """Return whether the lines below are the value of the field in this line."""
    return line.text.rstrip().endswith(":") or _STARTS_BLOCK.match(line.text) is not None


def _missing_comma(text: str, offset: int, error: yaml.MarkedYAMLError) -> Mistake | None:
    """Return the mistake of two values or fields in brackets without a comma between them, or of a colon in a text
    there; None if it is another one.

    `offset` is the start of the second value, or the colon.
    """
    closer = _NO_COMMA.get(error.problem or "")
    if closer is None or error.context_mark is None:
        return None
    bracket = text_offset(error.context_mark.index, text)
    line = _line_at(text, offset)
    if line.start > bracket and line.indent <= _line_at(text, bracket).value_indent:
        return None  # the bracket is not closed before the next field
    if text.startswith(":", offset):
        return _missing_comma_or_quotes(text, offset, closer)
    end_of_value = len(text[:offset].rstrip())
    is_quote_inside_text = end_of_value == offset
    if is_quote_inside_text:
        return None
    is_end_of_file = not text[offset : offset + 1].strip()
    if is_end_of_file:
        return None
    is_field = _NAME_AND_COLON.match(text, offset) is not None
    is_bracket_unclosed = is_field and closer == "]"
    if is_bracket_unclosed:
        return None
    starts_value = is_field or text[offset] in "\"'[{"
    is_between_values = starts_value and text[end_of_value - 1] in "\"'}]"
    if is_between_values or _LINE_END.search(text, end_of_value, offset):
        return _comma_before(text, offset)
    return None


def _missing_comma_or_quotes(text: str, colon: int, closer: str) -> Mistake:
    """Return the mistake of a colon in brackets that libyaml does not expect: a comma is missing before the name of the
    field, or the colon is part of a text.
    """
    name = _LAST_NAME.search(text[max(colon - _LONGEST_NAME, 0) : colon])
    if name is None or closer == "]":
        return _colon_mistake(colon)
    start = colon - len(name["to_colon"])
    if _LINE_END.search(name["space"]) or name["name"][0] in "\"'":
        return _comma_before(text, start)
    hint = f'add a comma before "{name["name"]}:", or put straight quotes around the text before'
    return _comma_before(text, start, hint)


def _comma_before(text: str, offset: int, hint: str = "add a comma before this") -> Mistake:
    """Return the mistake of a comma that is missing before a value or field."""
    end = len(text[:offset].rstrip())
    return Mistake(offset, hint, (Edit(end, end, ","),))


def _colon_mistake(offset: int) -> Mistake:
    """Return the mistake of a colon in a text."""
    return Mistake(offset, _COLON, (Edit(offset, offset + 1, _LETTER_COLON),))


def _line_start(text: str, offset: int) -> int:
    """Return the offset of the first character of the line."""
    line_end = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset))
    return line_end + 1


def _line_at(text: str, offset: int) -> "_YamlLine":
    """Return the line of an offset, up to the longest length that is searched; its number does not matter."""
    start = _line_start(text, offset)
    return _YamlLine(0, start, text[start : _line_end(text, offset)][:_LONGEST_LINE])


def _bracket_mistake(source: Source, bracket: int) -> Mistake:
    hint = f"close the {source.text[bracket]} on line {locate(source, bracket).line}"
    return Mistake(bracket, hint, _closing_brackets(source.text, bracket))


def _unclosed_bracket(text: str, offset: int) -> int | None:
    """Return the place of the bracket after which, or after a comma following it, the file ends."""
    if text[offset:].strip():
        return None
    before = text[:offset].rstrip()
    if not before.endswith(("[", "{", ",")):
        return None
    bracket = max(before.rfind("["), before.rfind("{"))
    return bracket if bracket >= 0 else None


# Frequent mistakes, searched for in the lines around the place where the parser gave up

_NEAR = 3
"""The number of lines to search, up to the parser's: it may notice a mistake only further down."""
_LONGEST_LINE = 400
"""The number of characters to search in a line: mistakes are at its start, and searching takes time."""
_MISTAKES: Sequence[Mapping[str, str]] = toml.decode(Path(__file__).with_suffix(".toml").read_bytes())["mistakes"]
_SPACES_AND_DASHES = r"[ ]*+ (?:- [ ]++)*+"
_NAME = r"""[^\s#"'] [^#"']*?"""
"""The name of a field without quotes, which may have several words."""
_FIELD = re.compile(rf"{_SPACES_AND_DASHES} {_NAME} : (?:\s|$)", re.VERBOSE)
_UNCLOSED_QUOTE = re.compile(
    rf"""
    {_SPACES_AND_DASHES}
    (?: {_NAME} : [ \t]++ )?
    (?P<quote>["']) (?: (?!(?P=quote)) . )*
    """,
    re.VERBOSE,
)
_QUOTED_OR_BRACKET = re.compile(
    r"""
    " (?: [^"\\] | \\. )* (?: " | \\?$ )     # to the end of the text if it is not closed
    | ' [^']* (?: ' | $ )
    | [\[\]{}]
    """,
    re.VERBOSE,
)
_CLOSERS = {"[": "]", "{": "}"}
_QUOTE_HINTS = {
    '"': 'the text in " " ends before this; put \' \' around all of it, or write \\" for a quote inside it',
    "'": "the text in ' ' ends before this; put \" \" around all of it, or write '' for an apostrophe inside it",
}
_NO_FIELD = "add a colon and a space after the name of the field, or indent the line if it continues the text above"
_BULLET = re.compile(
    r"""
    (?P<sign> [*\u2022\u25cf\u25aa\u25cb\u00b7\u2013\u2014] | \d{1,3}[.)] )
    (?: [ \t]+ | (?<= [^*\d.)] ) )        # a number needs a space, and a * too: without one it is a mark of bold text
    (?= \S )
    """,
    re.VERBOSE,
)
"""What people type before the items of lists instead of a hyphen."""
_STEP = 2
"""The number of spaces by which lines are indented."""
_INDENT_AND_DASHES = re.compile(_SPACES_AND_DASHES, re.VERBOSE)
_STARTS_BLOCK = re.compile(r"[^#]*[:-][ \t]+(?P<sign>[|>])[-+0-9]*[ \t]*(?:#.*)?$")
"""A line with a | or > at its end: the lines below it are text."""


class _YamlLine(Struct, frozen=True):
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
    def value_indent(self) -> int:
        """The number of spaces that the further lines of the value which starts in it must exceed."""
        field_indent = self.field_indent
        if self.text.startswith(("|", ">", "[", "{"), field_indent):  # the value of an item, or of the file
            return self.text.rfind("-", 0, field_indent)
        return field_indent

    @property
    def has_tab(self) -> bool:
        """Whether a tab is among the spaces at its start."""
        return self.text.startswith("\t", self.indent)

    @property
    def is_item(self) -> bool:
        """Whether it begins with a dash."""
        return self.field_indent > self.indent


def find_mistake(text: str, offset: int) -> Mistake | None:
    """Return the mistake near the offset at which a parser gave up; None if it is not one of the frequent ones."""
    lines = list(_lines_until(text, offset))
    if not lines:
        return None
    unindented = _unindented_block(text, lines)
    if unindented is not None:
        return unindented
    near_lines = list(outside_blocks(lines))[-_NEAR:]
    for line in reversed(near_lines):
        for frequent in _MISTAKES:
            match = re.match(frequent["pattern"], line.text)
            if match is not None:
                return _frequent_mistake(frequent, match, line)
    mistake = _unclosed_quote(lines) or _quote_inside(text, offset) or _wrong_indent(text, lines)
    if mistake is None and not _is_in_value(lines[-1], offset):
        mistake = _no_field(lines)
    return mistake


def _unindented_block(text: str, lines: Sequence[_YamlLine]) -> Mistake | None:
    """Return the mistake of a text below | or > that is not indented."""
    first_searched = max(len(lines) - _NEAR, 0) + 1
    for index in reversed(range(first_searched, len(lines))):
        opener = lines[index - 1]
        line = lines[index]
        above = lines[:index]
        block = _STARTS_BLOCK.match(opener.text)
        if block is None or line.indent > opener.value_indent or opener not in outside_blocks(above):
            continue
        indentation = " " * (opener.value_indent + _STEP)
        edits: list[Edit] = []
        for below in _lines_after(text, opener.start):
            if not _is_unindented_text(below, opener, above):
                break
            edits.append(Edit(below.start, below.start, indentation))
        if edits:
            hint = f"indent the lines of the text below {block['sign']}"
            return Mistake(line.start + line.indent, hint, tuple(edits))
    return None


def _is_unindented_text(line: _YamlLine, opener: _YamlLine, above: Sequence[_YamlLine]) -> bool:
    """Return whether a line can only be text of the block that another line opens: it is neither a field nor an item of
    a list that is open above it.
    """
    if line.indent > opener.value_indent:
        return True
    if line.is_item:
        return line.indent not in _open_columns(list(outside_blocks(above)), "item")
    return not _FIELD.match(line.text)


def _frequent_mistake(mistake: Mapping[str, str], match: re.Match[str], line: _YamlLine) -> Mistake:
    """Return a mistake of the list; its edit replaces the group `old`, or is inserted at the place of the mistake."""
    values = match.groupdict()
    if "character" in values:
        values["character"] = character_name(values["character"])
    start, end = match.span("old" if "old" in values else "at")
    replacement = mistake["edit"].format_map(values)
    edit = Edit(line.start + start, line.start + end, replacement)
    hint = mistake["hint"].format_map(values)
    return Mistake(line.start + match.start("at"), hint, (edit,))


def _lines_until(text: str, offset: int) -> Iterator[_YamlLine]:
    """Yield the lines with content, up to that of the place."""
    for line in lines_with_content(text):
        if line.start > offset:
            return
        yield line


def _lines_after(text: str, offset: int) -> Iterator[_YamlLine]:
    """Yield the lines with content that start after an offset."""
    for line in lines_with_content(text):
        if line.start > offset:
            yield line


def lines_with_content(text: str) -> Iterator[_YamlLine]:
    """Yield the lines that are neither empty nor comments, each up to the longest length that is searched."""
    start = 0
    for number, written in enumerate(text.splitlines(keepends=True), 1):
        bare = written.rstrip("\r\n")
        if bare.strip() and not bare.lstrip().startswith("#"):
            yield _YamlLine(number, start, bare[:_LONGEST_LINE])
        start += len(written)


def _unclosed_quote(lines: Sequence[_YamlLine]) -> Mistake | None:
    """Return a quoted text that is not closed before the next field starts."""
    for line, below in pairwise(outside_blocks(lines)):
        quoted = _UNCLOSED_QUOTE.fullmatch(line.text)
        if quoted is not None and below.indent <= line.field_indent and _FIELD.match(below.text):
            start = line.start + quoted.start("quote")
            end = line.start + len(line.text.rstrip())
            return _unclosed_quote_mistake(start, end, quoted["quote"])
    return None


def _unclosed_quote_mistake(start: int, end: int, quote: str) -> Mistake:
    """Return the mistake of a text that starts with a quote and ends, at the end of its line, without one."""
    return Mistake(start, f"add the closing {quote} of the text that starts here", (Edit(end, end, quote),))


def _quote_inside(text: str, offset: int) -> Mistake | None:
    """Return words right after a quoted text."""
    if text[offset : offset + 1] in {"", ",", "]", "}", ":", "#", "\n", "\r"}:
        return None
    before = text[_line_start(text, offset) : offset].rstrip(" ")
    hint = _QUOTE_HINTS.get(before[-1:])
    if hint is None:
        return None
    return Mistake(offset, hint, (Edit(offset, offset, " # "),))


def _wrong_indent(text: str, lines: Sequence[_YamlLine]) -> Mistake | None:
    """Return a line that starts in a column where no field, or no item, above it starts."""
    *above, last = lines
    if last.is_item:
        kind = "item"
    elif _FIELD.match(last.text):
        kind = "field"
    else:
        return None
    numbers = _open_columns(list(outside_blocks(above)), kind)
    if not numbers or last.indent in numbers:
        return None
    indent = min(numbers, key=lambda column: abs(column - last.indent))
    hint = f"start it in column {indent + 1} instead of {last.indent + 1}, like the {kind} on line {numbers[indent]}"
    if kind == "field" and last.indent > indent + 1:
        hint += '; if it continues a text, put that text below >-, because it contains ": "'
    return Mistake(last.start + last.indent, hint, tuple(_moved_lines(text, last, indent)))


def _open_columns(lines: Sequence[_YamlLine], kind: str) -> dict[int, int]:
    """Return the columns in which an item or a field below the lines may start, with the number of the nearest line
    that starts there; `lines` are those outside of blocks of text.

    From the last line up, a list or a group of fields is closed by a line that starts further left.
    """
    numbers: dict[int, int] = {}
    leftmost_field = leftmost_item = sys.maxsize  # of the lines below the current one
    for line in reversed(lines):
        if kind == "item":
            column = line.indent
            is_open = line.is_item and column < min(leftmost_item, leftmost_field)
        else:
            column = line.field_indent
            # The items of a list may start in the column of its field: they do not close the group of this field.
            is_open = column < leftmost_field and column <= leftmost_item
        if is_open:
            numbers[column] = line.number
        leftmost_field = min(leftmost_field, line.field_indent)
        if line.is_item:
            leftmost_item = min(leftmost_item, line.indent)
        if leftmost_field == 0:
            break
    return dict(reversed(numbers.items()))


def _moved_lines(text: str, line: _YamlLine, indent: int) -> Iterator[Edit]:
    """Yield the edits that move a line to another column, with the lines below that belong to it."""
    shift = indent - line.indent
    moves_left = shift < 0
    has_lines_below = _opens_lines(line) or line.is_item
    yield Edit(line.start, line.start + line.indent, " " * indent)
    for below in _lines_after(text, line.start):
        is_sibling = below.indent == line.indent
        is_deeper = below.indent > line.indent
        belongs_to_line = (is_sibling and moves_left) or (is_deeper and (moves_left or has_lines_below))
        if not belongs_to_line:
            return
        yield Edit(below.start, below.start + below.indent, " " * (below.indent + shift))


def _is_in_value(line: _YamlLine, offset: int) -> bool:
    """Return whether a place is in the value of the field of its line: then the lines above are not the mistake."""
    field = _FIELD.match(line.text)
    return field is not None and offset >= line.start + field.end()


def _no_field(lines: Sequence[_YamlLine]) -> Mistake | None:
    """Return a line without a field among lines with fields."""
    for line in reversed(lines[-_NEAR + 1 :]):
        starts_item_or_value = line.text.lstrip().startswith(("-", "[", "{", "}", "]", '"', "'"))
        if not starts_item_or_value and not _FIELD.match(line.text):
            return _bullet_mistake(line) or Mistake(line.start + line.indent, _NO_FIELD)
    return None


def _bullet_at(text: str, offset: int) -> Mistake | None:
    """Return the mistake of a bullet at the start of a line."""
    line = _line_at(text, offset)
    if offset != line.start + line.indent:
        return None
    return _bullet_mistake(line)


def _bullet_mistake(line: _YamlLine) -> Mistake | None:
    """Return the mistake of a line that begins with another bullet than a hyphen, or with a number."""
    bullet = _BULLET.match(line.text, line.indent)
    if bullet is None:
        return None
    sign = bullet["sign"]
    name = "the number" if sign[0].isdigit() else sign
    hint = f"replace {name} with a hyphen and a space, if this is an item of a list"
    start = line.start + bullet.start()
    end = line.start + bullet.end()
    return Mistake(start, hint, (Edit(start, end, "- "),))


def outside_blocks(lines: Iterable[_YamlLine]) -> Iterator[_YamlLine]:
    """Yield the lines that are not part of a text below | or >."""
    block_indent: int | None = None
    for line in lines:
        if block_indent is not None and line.indent > block_indent:
            continue
        block_indent = line.indent if _STARTS_BLOCK.match(line.text) else None
        yield line


def _line_end(text: str, offset: int) -> int:
    """Return the offset after the last visible character of the line."""
    end = offset
    while end < len(text) and text[end] not in "\r\n":
        end += 1
    while end > offset and text[end - 1] in " \t":
        end -= 1
    return end


def _closing_brackets(text: str, bracket: int) -> tuple[Edit, ...]:
    """Return the edit that closes a bracket, and those in it, before the next field; nothing if it is closed."""
    indent = _line_at(text, bracket).indent
    end = _line_end(text, bracket)
    for line in _lines_after(text, bracket):
        is_field = _FIELD.match(line.text) and not line.text.lstrip().startswith(("[", "{"))
        if is_field or line.indent <= indent:
            break
        end = _line_end(text, line.start)
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


# Reading on: a working copy of the text is edited, so that one run reports the errors of the complete file


class WorkingCopy:
    """The text that is parsed; at first that of the file.

    `source` has the edited text. `lost` are the lines that were left out.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lost: list[LostLines] = []
        self._origins: array[int] | None = None
        """The offset in the file of each character, and of the end; None before the first edit."""
        self._seen: set[tuple[int, bool]] = set()
        """The lines of earlier errors, and whether they were left out."""
        self._edited = 0

    def original(self, offset: int) -> int:
        """Return the offset in the file of a character of the copy."""
        return offset if self._origins is None else self._origins[offset]

    def recover(self, offset: int, edits: tuple[Edit, ...]) -> bool:
        """Edit the copy so that the parser gets beyond the error at `offset`; False if nothing is left to try.

        The edits of the mistake come first. If there is an error in the line again, its entry is left out, then the
        complete field of the file that the line is part of.
        """
        self._edited += 1
        if self.limit_problem() is not None:
            return False
        text = self.source.text
        lines = list(lines_with_content(text))
        if not lines:
            return False
        index = _line_index(lines, offset)
        number = lines[index].number
        if edits and (number, False) not in self._seen:
            self._seen.add((number, False))
            self.apply(edits)
            return True
        if (number, True) not in self._seen:
            self._seen.add((number, True))
            self._leave_out(lines, index, _entry_end(lines, index))
            return True
        first = _field_start(lines, index)
        self._leave_out(lines, first, _entry_end(lines, first))
        return True

    def limit_problem(self) -> Problem | None:
        """Return the warning that reading stops at a limit; None if it does not."""
        if self._edited > MAX_YAML_EDITS:
            return problem("yaml-unread", form="errors", limit=MAX_YAML_EDITS)
        if len(self.source.text) > MAX_RECOVERED_CHARACTERS:
            return problem("yaml-unread", form="length", limit=MAX_RECOVERED_CHARACTERS)
        return None

    def _leave_out(self, lines: list[_YamlLine], first: int, end: int) -> None:
        """Replace the lines by spaces."""
        text = self.source.text
        edits = []
        for line in lines[first:end]:
            end_of_line = line.start
            while end_of_line < len(text) and text[end_of_line] not in "\r\n":
                end_of_line += 1
            edits.append(Edit(line.start, end_of_line, " " * (end_of_line - line.start)))
        self.apply(tuple(edits))
        self.lost.append(LostLines(lines[first].number, lines[end - 1].number))

    def apply(self, edits: tuple[Edit, ...]) -> None:
        """Edit the text. The edits do not overlap."""
        text = self.source.text
        origins = self._origins
        if origins is None:
            origins = array("L", range(len(text) + 1))
        pieces: list[str] = []
        new_origins = array("L")
        offset = 0
        for edit in sorted(edits, key=lambda edit: edit.start):
            pieces += [text[offset : edit.start], edit.text]
            new_origins += origins[offset : edit.start]
            if len(edit.text) == edit.end - edit.start:
                new_origins += origins[edit.start : edit.end]
            else:
                new_origins += array("L", [origins[edit.start]] * len(edit.text))
            offset = edit.end
        pieces.append(text[offset:])
        new_origins += origins[offset:]
        self._origins = new_origins
        self.source = Source(self.source.path, "".join(pieces))


def _line_index(lines: list[_YamlLine], offset: int) -> int:
    """Return the index of the last line that starts at or before an offset; of the first line if none does."""
    for index in reversed(range(len(lines))):
        if lines[index].start <= offset:
            return index
    return 0


def _entry_end(lines: list[_YamlLine], index: int) -> int:
    """Return the index after the last line of the entry that starts in a line: the lines that are indented further.

    All items below a | or > that are not indented are one entry: none of them has a place in the file.
    """
    line = lines[index]
    is_unindented_text = line.is_item and index > 0 and _STARTS_BLOCK.match(lines[index - 1].text)
    end = index + 1
    while end < len(lines):
        is_sibling = is_unindented_text and lines[end].is_item and lines[end].indent == line.indent
        if lines[end].indent <= line.indent and not is_sibling:
            break
        end += 1
    return end


def _field_start(lines: list[_YamlLine], index: int) -> int:
    """Return the index of the line that starts the field of the file, at the outermost indent, with the line."""
    outermost = min(line.indent for line in lines)
    while index > 0 and (lines[index].indent > outermost or lines[index].is_item):
        index -= 1
    return index
