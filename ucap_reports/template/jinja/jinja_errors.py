"""Syntax errors of Jinja as problems that name the tag at fault."""

import re
import unicodedata
from collections.abc import Iterator

from jinja2.exceptions import TemplateSyntaxError

from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.template.jinja.jinja_tags import STATEMENT, JinjaTag, lex_tags
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.unsupported_tags import instead_of

BLOCKS = ("call", "for", "if", "macro", "set", "with")
TAGS = (*BLOCKS, "elif", "else", "raw", *(f"end{word}" for word in BLOCKS), "endraw")
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


def parse_problem(places: SourcePlaces, error: Exception, text: str) -> Problem:
    """The problem `tag-syntax` for one of `NOT_PARSED`."""
    match error:
        case TemplateSyntaxError():
            return _syntax_problem(places, error, text)
        case ValueError():  # the only one: a number with more digits than `int` accepts
            found = _LONG_NUMBER.search(text)
            return places.placed(_line(text, found.start()) if found else 1, problem("tag-syntax", form="number"))
        case _:
            return places.placed(1, problem("tag-syntax", form="deep"))


def _syntax_problem(places: SourcePlaces, error: TemplateSyntaxError, text: str) -> Problem:
    """The problem for a syntax error of Jinja in `text`, at the unclosed tag if there is one."""
    message = error.message or ""
    unknown, block = _UNKNOWN_TAG.match(message), _OPEN_BLOCK.search(message)
    if tag := _unclosed_tag(text):
        start = text[tag.start() : tag.start() + _SHOWN].partition("\n")[0]
        found = problem("tag-syntax", form="tag", hint=f"write {_ENDS[tag[1]]} at its end", start=start)
        return places.placed(_line(text, tag.end()), found)
    if unknown and unknown[1] not in TAGS:
        suggestion = instead_of("tags", unknown[1]) or did_you_mean(unknown[1], TAGS)
        return places.placed(error.lineno, problem("tag-syntax", form="unknown", hint=suggestion, word=unknown[1]))
    if block:
        hint = f"write {{% end{block[1]} %}}" + (f" before {{% {unknown[1]} %}}" if unknown else "")
        line = _open_block_line(text) or error.lineno
        return places.placed(line, problem("tag-syntax", form="block", hint=hint, word=block[1]))
    if unknown:
        return places.placed(error.lineno, problem("tag-syntax", form="stray", word=unknown[1]))
    if character := _CHARACTER.match(message):
        return places.placed(error.lineno, _character_problem(text[int(character[1])]))
    reason = message.replace(". Jinja was looking for", ", expected").rstrip(".")
    return places.placed(error.lineno, problem("tag-syntax", form="other", reason=reason[:1].lower() + reason[1:]))


def find_jinja_tags(text: str, path: str) -> Iterator[JinjaTag]:
    """The tags of the file `path` as `lex_tags` finds them. Raises ProblemsFound (`tag-syntax`) for a tag with an
    invalid character.
    """
    try:
        yield from lex_tags(text)
    except TemplateSyntaxError as error:
        lines = range(1, text.count("\n") + 2)
        places = SourcePlaces(tuple((Location(path, line), "") for line in lines))
        raise ProblemsFound([parse_problem(places, error, text)]) from None


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
    """The first start of a tag that is followed by the start of another one, or by nothing, instead of its end."""
    opened: re.Match[str] | None = None
    for found in _DELIMITER.finditer(text):
        if opened is None:
            opened = found if found[1] else None
        elif found[0] == _ENDS[opened[1]]:
            opened = None
        elif found[1] and opened[1] != "{#":
            return opened
    return opened


def _open_block_line(text: str) -> int | None:
    """The line of the innermost block that is open at the first end of another block, or at the end of the text."""
    blocks: list[JinjaTag] = []
    for tag in lex_tags(text):
        content = text[tag.inner_start : tag.inner_end]
        if tag.word in BLOCKS and tag.kind == STATEMENT and not (tag.word == "set" and "=" in content):
            blocks.append(tag)
        elif tag.word.startswith("end") and blocks:
            if tag.word != f"end{blocks[-1].word}":
                break
            blocks.pop()
    return _line(text, text.index(blocks[-1].word, blocks[-1].start)) if blocks else None
