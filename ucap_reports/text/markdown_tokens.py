"""Tokens of rich text: text, line ends, and the starts and ends of elements, in reading order.

Most texts have paragraphs alone, with no other markup than emphasis and tags without attributes. Their tokens are found
here, by the rules of CommonMark; those of all other texts by markdown-it (`markdown_it_tokens`), which takes three
times as long, and 15 ms to import.
"""

import re
from unicodedata import category

from msgspec import Struct

from ucap_reports.problems import NOWHERE, Location
from ucap_reports.text.rich_text import EMPHASIS


class MarkdownToken(Struct, frozen=True):
    """A token with the name that markdown-it has for its type, such as `text`, `html_inline` or `em_open`."""

    type: str
    content: str = ""
    """The text, or the tag as it is written."""
    location: Location = NOWHERE
    address: str = ""
    """The address of a link."""
    number: int | None = None
    """The number that is written before an item of a list."""
    in_html: bool = False
    """Whether it is in an HTML block, which has no Markdown."""


class SourceParagraph(Struct, frozen=True):
    """The text of a paragraph, and the index of its first line."""

    text: str
    first: int


_NAME = "|".join(EMPHASIS)
_PARAGRAPH_LINE = re.compile(rf"(?:<(?:{_NAME})>|\*\*?(?=\w))?(?![-+*#>=~|:_`<\[]|\d+[.)])\S")
"""The start of a line that no rule of CommonMark makes anything else than a line of a paragraph."""
_OTHER_MARKUP = re.compile(rf"[\\`_\[\]&!~\t]|<(?!/?(?:{_NAME})>)| \n")
"""A character with which an inline rule of CommonMark starts, but asterisks and tags without attributes, and white
space that may be a line break.
"""
_SIMPLE_MARKUP = re.compile(rf"<(?P<slash>/?)(?P<name>{_NAME})>|\*+|\n")
_EMPHASIS_NAMES = {"*": "em", "**": "strong"}
_LEFT_FLANKING = {("space", "word"), ("sign", "word"), ("word", "word"), ("space", "sign"), ("sign", "sign")}
"""The kinds of the characters before and after asterisks that are left-flanking; in the other direction, of those that
are right-flanking.
"""


def paragraphs_alone(text: str) -> list[SourceParagraph] | None:
    """Return the paragraphs of a text that has no other blocks, as most texts; None if it may have others, for which
    the rules of all blocks are needed.
    """
    paragraphs = []
    lines = text.split("\n")
    start = 0
    for end, line in enumerate([*lines, ""]):
        if line:
            if _PARAGRAPH_LINE.match(line) is None:
                return None
            continue
        if start < end:
            content = "\n".join(lines[start:end]).rstrip(" \t")
            if content[-1].isspace():
                return None  # versions of markdown-it differ in which white space is part of a paragraph
            paragraphs.append(SourceParagraph(content, start))
        start = end + 1
    return paragraphs


def simple_tokens(text: str) -> list[MarkdownToken] | None:
    """Return the tokens of a text with no other markup than emphasis and tags without attributes; None if it may have
    others. They have no locations.
    """
    if _OTHER_MARKUP.search(text):
        return None
    paragraphs = paragraphs_alone(text)
    if paragraphs is None:
        return None
    tokens = []
    for paragraph in paragraphs:
        inlines = _inline_tokens(paragraph.text)
        if inlines is None:
            return None
        tokens += [MarkdownToken("paragraph_open"), *inlines, MarkdownToken("paragraph_close")]
    return tokens


def _inline_tokens(text: str) -> list[MarkdownToken] | None:
    """Return the tokens of a paragraph; None unless all its elements are nested and closed."""
    tokens: list[MarkdownToken] = []
    open_marks: list[str] = []
    """The asterisks, and the names of the tags, of the elements that are open."""
    offset = 0
    for match in _SIMPLE_MARKUP.finditer(text):
        mark = match[0]
        if offset < match.start():
            tokens.append(MarkdownToken("text", text[offset : match.start()]))
        offset = match.end()
        if mark == "\n":
            tokens.append(MarkdownToken("softbreak"))
        elif match["name"] is None:
            before = text[match.start() - 1 : match.start()]
            delimiter = _delimiter_token(mark, before, text[offset : offset + 1], open_marks)
            if delimiter is None:
                return None
            tokens.append(delimiter)
        elif match["slash"] and open_marks[-1:] != [match["name"]]:
            return None
        else:
            tokens.append(MarkdownToken("html_inline", mark))
            if match["slash"]:
                open_marks.pop()
            else:
                open_marks.append(match["name"])
    if offset < len(text):
        tokens.append(MarkdownToken("text", text[offset:]))
    return None if open_marks else tokens


def _delimiter_token(mark: str, before: str, after: str, open_marks: list[str]) -> MarkdownToken | None:
    """Return the token of asterisks between two characters, which are empty at the ends of the paragraph, and change
    the open marks. None if they are text or emphasis by rules that are not needed for the usual cases.

    Asterisks may open emphasis if they are left-flanking, and close it if they are right-flanking (CommonMark 0.31,
    6.2). They close it where they may do both and emphasis is open.
    """
    kinds = _kind(before), _kind(after)
    if mark not in _EMPHASIS_NAMES or None in kinds:
        return None
    opens = kinds in _LEFT_FLANKING
    closes = kinds[::-1] in _LEFT_FLANKING
    if closes and ("*" in open_marks or "**" in open_marks):
        if open_marks.pop() != mark:
            return None
        return MarkdownToken(f"{_EMPHASIS_NAMES[mark]}_close")
    if opens:
        open_marks.append(mark)
        return MarkdownToken(f"{_EMPHASIS_NAMES[mark]}_open")
    return MarkdownToken("text", mark)


def _kind(character: str) -> str | None:
    """Return whether a character, or the end of a paragraph, is a "space", "sign" or "word" character; None for rare
    ones, about which versions of markdown-it differ.
    """
    if character in {"", " ", "\n"}:
        return "space"
    if character.isalnum():
        return "word"
    is_sign = character.isascii() and character.isprintable()
    return "sign" if is_sign or category(character).startswith("P") else None
