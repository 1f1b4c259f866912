"""The tags of a template, as found by the lexer of Jinja, and syntax errors as problems that name the tag at fault."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2.exceptions import TemplateSyntaxError
from msgspec import Struct, toml

from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.template.jinja.render_budget import SourceLocations
from ucap_reports.template.jinja.sandbox import sandbox

PRINT, STATEMENT, COMMENT, RAW = "variable", "block", "comment", "raw"
"""Jinja's names for `{{ … }}`, `{% … %}`, `{# … #}`, and for `{% raw %}` and `{% endraw %}`."""
_BLOCKS = ("call", "for", "if", "macro", "set", "with")
_TAGS = (*_BLOCKS, "elif", "else", "raw", *(f"end{word}" for word in _BLOCKS), "endraw")
"""The tags that a template may use."""
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_OPEN_BLOCK = re.compile(r"The innermost block that needs to be closed is '(\w+)'")
_CHARACTER = re.compile(r"unexpected char .* at (\d+)", re.DOTALL)
_DELIMITER = re.compile(r"(\{[{%#])\s*|[}%#]\}")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_LONG_NUMBER = re.compile(r"\b\d\w{999,}")
_SHOWN = 30
"""Characters of an unclosed tag in a message."""
NOT_PARSED = (TemplateSyntaxError, ValueError, RecursionError, SyntaxError, MemoryError)
"""The exceptions for a text that Jinja cannot parse, or whose code exceeds Python's own limits."""


class JinjaTag(Struct, frozen=True):
    """A tag as offsets: it is `start:end`, and its content `inner_start:inner_end`; a comment is one tag.

    `word` is the first name in it, the keyword of a statement. An end that strips white space (`-%}`) includes it.
    """

    kind: str
    start: int
    inner_start: int
    inner_end: int
    end: int
    word: str


def _lex_tags(text: str) -> Iterator[JinjaTag]:
    """Yield all tags of `text` (with line feeds as line ends) in order, except one that does not end.

    Raises TemplateSyntaxError for a tag with an invalid character.
    """
    kind, start, inner_start, word, end = "", 0, 0, "", 0
    for _, lexeme, value in sandbox(()).lexer.tokeniter(text, None):
        at = text.index(value, end)  # only white space stripped by `-` can be between two lexemes
        end = at + len(value)
        name, _, side = lexeme.partition("_")
        if side == "begin" or name == RAW:
            kind, start, inner_start, word = name, at, end, ""
        elif lexeme == "name" and not word:
            word = value
        if side == "end" or name == RAW:
            yield JinjaTag(kind, start, inner_start, max(at, inner_start), end, word)


def parse_problem(locations: SourceLocations, error: Exception, text: str) -> Problem:
    """Return the problem `tag-syntax` for one of `NOT_PARSED`."""
    match error:
        case TemplateSyntaxError():
            return _syntax_problem(locations, error, text)
        case ValueError():  # the only one: a number with more digits than `int` accepts
            number = _LONG_NUMBER.search(text)
            line = _line(text, number.start()) if number else 1
            return locations.placed(line, problem("tag-syntax", form="number"))
        case _:
            return locations.placed(1, problem("tag-syntax", form="deep"))


def _syntax_problem(locations: SourceLocations, error: TemplateSyntaxError, text: str) -> Problem:
    """Return the problem for a syntax error of Jinja in `text`, at the unclosed tag if there is one."""
    message = error.message or ""
    unknown, block = _UNKNOWN_TAG.match(message), _OPEN_BLOCK.search(message)
    if tag := _unclosed_tag(text):
        start = text[tag.start() : tag.start() + _SHOWN].partition("\n")[0]
        unclosed = problem("tag-syntax", form="tag", hint=f"write {_ENDS[tag[1]]} at its end", start=start)
        return locations.placed(_line(text, tag.end()), unclosed)
    if unknown and unknown[1] not in _TAGS:
        suggestion = instead_of("tags", unknown[1]) or did_you_mean(unknown[1], _TAGS)
        return locations.placed(error.lineno, problem("tag-syntax", form="unknown", hint=suggestion, word=unknown[1]))
    if block:
        hint = f"write {{% end{block[1]} %}}" + (f" before {{% {unknown[1]} %}}" if unknown else "")
        line = _open_block_line(text) or error.lineno
        return locations.placed(line, problem("tag-syntax", form="block", hint=hint, word=block[1]))
    if unknown:
        return locations.placed(error.lineno, problem("tag-syntax", form="stray", word=unknown[1]))
    if character := _CHARACTER.match(message):
        return locations.placed(error.lineno, _character_problem(text[int(character[1])]))
    reason = message.replace(". Jinja was looking for", ", expected").rstrip(".")
    return locations.placed(error.lineno, problem("tag-syntax", form="other", reason=reason[:1].lower() + reason[1:]))


def find_jinja_tags(text: str, path: str) -> Iterator[JinjaTag]:
    """Yield the tags of the file `path` as `_lex_tags` finds them. Raises ProblemsFound (`tag-syntax`) for a tag with
    an invalid character.
    """
    try:
        yield from _lex_tags(text)
    except TemplateSyntaxError as error:
        lines = range(1, text.count("\n") + 2)
        locations = SourceLocations(tuple((Location(path, line), "") for line in lines))
        raise ProblemsFound([parse_problem(locations, error, text)]) from None


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _character_problem(character: str) -> Problem:
    name = unicodedata.name(character, "")
    hint = "write straight quotes" if "QUOTATION MARK" in name else None
    if unicodedata.category(character) == "Cf":
        hint = "delete the invisible character"
    shown = f"U+{ord(character):04X} {name}".rstrip()
    return problem("tag-syntax", form="character", hint=hint, character=shown)


def _unclosed_tag(text: str) -> re.Match[str] | None:
    """Return the first start of a tag that is followed by the start of another one, or by nothing,
    instead of its end.
    """
    opened: re.Match[str] | None = None
    for delimiter in _DELIMITER.finditer(text):
        is_start = bool(delimiter[1])
        if opened is None:
            opened = delimiter if is_start else None
        elif delimiter[0] == _ENDS[opened[1]]:
            opened = None
        elif is_start and opened[1] != "{#":
            return opened
    return opened


def _open_block_line(text: str) -> int | None:
    """Return the line of the innermost block that is open at the first end of another block, or at the
    end of the text.
    """
    blocks: list[JinjaTag] = []
    for tag in _lex_tags(text):
        content = text[tag.inner_start : tag.inner_end]
        if tag.word in _BLOCKS and tag.kind == STATEMENT and not (tag.word == "set" and "=" in content):
            blocks.append(tag)
        elif tag.word.startswith("end") and blocks:
            if tag.word != f"end{blocks[-1].word}":
                break
            blocks.pop()
    return _line(text, text.index(blocks[-1].word, blocks[-1].start)) if blocks else None


@cache
def _hints() -> Mapping[str, Mapping[str, str]]:
    return toml.decode(Path(__file__).with_name("unsupported_tags.toml").read_bytes(), type=dict[str, dict[str, str]])


def instead_of(kind: str, word: str) -> str | None:
    """Return the hint for an unsupported statement, its end, or a filter; `kind` is `tags` or `filters`."""
    hints = _hints()[kind]
    return hints.get(word) or hints.get(word.removeprefix("end"))
