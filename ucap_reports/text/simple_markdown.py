"""Texts that have paragraphs alone, with no other markup than emphasis and tags without attributes, as most texts.

They are read here, by the rules of CommonMark; all others with markdown-it (`markdown_it_tokens`), which takes several
times as long, and 15 ms to import.
"""

import re
from collections.abc import Sequence
from unicodedata import category

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.rich_text import EMPHASIS, Run


class SourceParagraph(Struct, frozen=True):
    """The text of a paragraph, and the index of its first line."""

    text: str
    first: int


_NAME = "|".join(EMPHASIS)
_PARAGRAPH_LINE = re.compile(rf"(?:<(?:{_NAME})>|\*\*?(?=\w))?(?![-+*#>=~|:_`<\[]|\d+[.)])\S")
"""The start of a line that no rule of CommonMark makes anything else than a line of a paragraph."""
_OTHER_MARKUP = re.compile(rf"\\|`|_|\[|\]|&|!|~|\t|\n(?<= \n)|<(?!/?(?:{_NAME})>)")
"""A character with which an inline rule of CommonMark starts, but asterisks and tags without attributes, and white
space that may be a line break. Python searches several times faster for alternatives that all begin with a character.
"""
_SIMPLE_MARKUP = re.compile(rf"<(?P<slash>/?)(?P<name>{_NAME})>|\*\**|\n")
"""An element's mark or a line end. Asterisks are one and more, so that all begin with a character, as above."""
_STYLES = {**EMPHASIS, "*": EMPHASIS["em"], "**": EMPHASIS["strong"]}
"""What each mark of an element changes in the style of its text."""
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


def simple_paragraphs(text: str) -> list[list[list[Run]]] | None:
    """Return the runs of each line of each paragraph, if a text has paragraphs alone and no other markup than emphasis
    and tags without attributes; None if it may have others.
    """
    if _OTHER_MARKUP.search(text):
        return None
    paragraphs = paragraphs_alone(text)
    if paragraphs is None:
        return None
    simple = []
    for paragraph in paragraphs:
        lines = _lines(paragraph.text)
        if lines is None:
            return None
        simple.append(lines)
    return simple


def _lines(text: str) -> list[list[Run]] | None:
    """Return the runs of each line of a paragraph; None unless all its elements are nested and closed."""
    lines: list[list[Run]] = [[]]
    open_marks: list[str] = []
    """The asterisks, and the names of the tags, of the elements that are open."""
    styles = [Run("")]
    """The style of text outside of elements, and of the text in each open one."""
    offset = 0
    for match in _SIMPLE_MARKUP.finditer(text):
        if offset < match.start():
            lines[-1].append(replace(styles[-1], text=text[offset : match.start()]))
        offset = match.end()
        if match[0] == "\n":
            lines.append([])
            continue
        mark = match["name"] or match[0]
        if match["name"] is None:
            before = text[match.start() - 1 : match.start()]
            role = _role_of_asterisks(mark, before, text[offset : offset + 1], open_marks)
        else:
            role = "end" if match["slash"] else "start"
        if role == "start":
            open_marks.append(mark)
            styles.append(replace(styles[-1], **_STYLES[mark]))
        elif role == "end" and open_marks and open_marks[-1] == mark:
            open_marks.pop()
            styles.pop()
        elif role == "text":
            lines[-1].append(replace(styles[-1], text=mark))
        else:
            return None
    if offset < len(text):
        lines[-1].append(replace(styles[-1], text=text[offset:]))
    return None if open_marks else lines


def _role_of_asterisks(mark: str, before: str, after: str, open_marks: Sequence[str]) -> str | None:
    """Return whether asterisks between two characters, which are empty at the ends of the paragraph, are the "start" or
    the "end" of emphasis, or "text"; None if rules that the usual cases do not need decide that.

    Asterisks may start emphasis if they are left-flanking, and end it if they are right-flanking (CommonMark 0.31,
    6.2). They end it where they may do both and emphasis is open.
    """
    kinds = _kind(before), _kind(after)
    if mark not in _STYLES or None in kinds:
        return None
    may_start = kinds in _LEFT_FLANKING
    may_end = kinds[::-1] in _LEFT_FLANKING
    if may_end and ("*" in open_marks or "**" in open_marks):
        return "end"
    return "start" if may_start else "text"


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
