"""Texts of a plan as their authors write them: lines and rich text."""

import re
from typing import Any

from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation_messages import described, refusal, text_refusal
from ucap_reports.problems import ProblemsFound
from ucap_reports.text.markup import parse_rich_text
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText
from ucap_reports.text.typed_lists import BULLETS

MAX_TEXT = 2_000
_LINE_END = re.compile(r"[ \t]*[\r\n]+[ \t]*")


def read_text(value: Any) -> str:
    """One line of text; a number is the text it was written as."""
    text = _written(value)
    if len(text) > MAX_TEXT:
        raise refusal("text-too-long", f"the text has more than {MAX_TEXT:,} characters", "one or two lines fit here")
    return _LINE_END.sub(" ", text.replace("\t", " ")).strip()


def read_lines(value: Any) -> str | None:
    """Text that keeps its lines; None where it is unknown."""
    if is_unknown(value):
        return None
    lines = _LINE_END.split(_written(value).strip())
    return "\n".join(read_text(line) for line in lines)


def read_rich_text(value: Any) -> RichText:
    """Rich text of any depth that is allowed at all; empty where it is unknown."""
    if isinstance(value, RichText):
        return value
    if is_unknown(value):
        return RichText()
    text = _written(value, 'write one text: begin it with | and its points with "- "')
    try:
        return parse_rich_text(text)
    except ProblemsFound as found:
        raise text_refusal(found.problems) from None


def read_entry_text(value: Any) -> RichText:
    """Rich text of an item of a list: it may hold lists of one level."""
    return _of_depth(_unmarked(value, read_rich_text(value)), 1)


def read_detail(value: Any) -> RichText:
    """Rich text of an item of the second level: it holds no lists."""
    return _of_depth(_unmarked(value, read_rich_text(value)), 0)


def _unmarked(written: Any, text: RichText) -> RichText:
    """The text of an item, whose bullet may be typed before it once more: "- • Workshop"."""
    match text.blocks:
        case (ItemList(items=(item,)),) if isinstance(written, str) and written.lstrip()[:1] in BULLETS:
            return RichText(item.blocks)
        case _:
            return text


def _of_depth(text: RichText, levels: int) -> RichText:
    """The text itself, where its lists are no deeper."""
    blocks: list[Paragraph | ItemList] = list(text.blocks)
    for _ in range(levels):
        blocks = [
            inner for block in blocks if isinstance(block, ItemList) for item in block.items for inner in item.blocks
        ]
    if any(isinstance(block, ItemList) for block in blocks):
        hint = "lists have two levels, and this stands in one already"
        raise refusal("list-too-deep", "a list of the third level is not allowed", hint)
    return text


def _written(value: Any, hint: str | None = None) -> str:
    """Text as it stands, a number as it was written."""
    match value:
        case str():
            return value
        case bool():
            word = str(value).lower()
            raise refusal("type-wrong", f"text is needed here, not {word}", f'put it in quotes: "{word}"')
        case int() | float():
            return str(getattr(value, "text", value))
        case None:
            hint = "write it here, or remove the line"
        case list():
            hint = hint or 'write it on one line, without "- " or brackets'
        case _:
            hint = hint or 'text that holds ": " needs straight quotes around it'
    raise refusal("type-wrong", f"text is needed here, not {described(value)}", hint)
