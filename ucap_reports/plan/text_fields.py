"""Readers of a plan's texts: lines and rich text."""

import re
from typing import Any

from ucap_reports.plan.validation import described, refusal, refusing
from ucap_reports.problems import problem
from ucap_reports.text.markup import parse_rich_text
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText
from ucap_reports.text.typed_text import BULLETS

MAX_TEXT = 2_000
_LINE_ENDS = re.compile(r"[\r\n]+")


def read_text(value: Any) -> str:
    """One line of text; a number is the text that it was written as."""
    text = _written(value)
    if len(text) > MAX_TEXT:
        raise refusal(problem("text-too-long", limit=MAX_TEXT))
    lines = _LINE_ENDS.split(text.replace("\t", " "))
    return " ".join(line.strip(" ") for line in lines).strip()


def read_lines(value: Any) -> str:
    """Text that keeps its line ends."""
    return "\n".join(read_text(line) for line in _LINE_ENDS.split(_written(value).strip()))


def read_rich_text(value: Any) -> RichText:
    """Rich text with lists of up to two levels."""
    return refusing(parse_rich_text)(_written(value, 'write a single text: start it with | and its bullets with "- "'))


def read_entry_text(value: Any) -> RichText:
    """Rich text of a list item: it may have lists of one level."""
    return _with_lists(_unmarked(value), 1)


def read_detail(value: Any) -> RichText:
    """Rich text of an item of the second level: it has no lists."""
    return _with_lists(_unmarked(value), 0)


def _unmarked(value: Any) -> RichText:
    """The rich text of an item without a bullet that was typed before it as well: "- • Workshop"."""
    text = read_rich_text(value)
    match text.blocks:
        case (ItemList(items=(item,)),) if isinstance(value, str) and value.lstrip()[:1] in BULLETS:
            return RichText(item.blocks)
        case _:
            return text


def _with_lists(text: RichText, levels: int) -> RichText:
    """The text, whose lists have at most that many levels."""
    blocks: list[Paragraph | ItemList] = list(text.blocks)
    for _ in range(levels):
        lists = [block for block in blocks if isinstance(block, ItemList)]
        blocks = [inner for each in lists for item in each.items for inner in item.blocks]
    if any(isinstance(block, ItemList) for block in blocks):
        raise refusal(problem("list-too-deep"))
    return text


def _written(value: Any, hint: str | None = None) -> str:
    """The text itself, or the text that a number was written as."""
    match value:
        case str():
            return value
        case bool():
            hint = f'put it in quotes: "{str(value).lower()}"'
        case int() | float():
            return str(getattr(value, "text", value))
        case None:
            hint = "write it here, or remove the line"
        case list():
            hint = hint or 'write it on one line, without "- " or brackets'
        case _:
            hint = hint or 'put straight quotes around a text that contains ": "'
    raise refusal(problem("type-invalid", expected="text", given=described(value), hint=hint))
