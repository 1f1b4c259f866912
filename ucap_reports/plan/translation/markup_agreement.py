"""Comparison of a translation with its source: links, emphasis, lists and numbers."""

import re
import unicodedata
from collections.abc import Iterator

from ucap_reports.plan.quantities import MULTIPLES
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText

_GROUPING = re.compile(r"(?<=\d)[.,'\u2019 \u00a0\u202f](?=\d{3}(?!\d))")
_MULTIPLE = re.compile(rf"(?<!\d)(?<!\d[.,])\d+(?:[.,]\d+)*[.,]?\s*(?:{'|'.join(MULTIPLES)})\b", re.IGNORECASE)
"""A number with a word such as "million", instead of which other languages have words for other numbers."""


def differences(source: RichText | str, translation: RichText | str) -> Iterator[tuple[str, str]]:
    """What the source has and the translation has not or has differently: the kind of difference, and the words."""
    if isinstance(source, RichText) and isinstance(translation, RichText):
        yield from _markup_differences(source, translation)
    before, after = (each.text if isinstance(each, RichText) else each for each in (source, translation))
    known = {*_numbers(after), *_numbers(_GROUPING.sub(" ", after))}
    missing = [each for each in dict.fromkeys(_numbers(_MULTIPLE.sub("", before))) if each not in known]
    if missing:
        yield "numbers", ", ".join(missing)


def _markup_differences(source: RichText, translation: RichText) -> Iterator[tuple[str, str]]:
    links, other_links = ({run.link for run in each.runs() if run.link} for each in (source, translation))
    if changed := sorted(links ^ other_links):
        yield "links", ", ".join(changed)
    styles, other_styles = _styles(source), _styles(translation)
    if changed := sorted(styles ^ other_styles):
        yield "emphasis", ", ".join(changed)
    items, other_items = (list(_item_counts(each.blocks)) for each in (source, translation))
    if items != other_items:
        yield "items", f"{_counts(other_items)} instead of {_counts(items)}"


def _styles(rich: RichText) -> set[str]:
    return {
        name
        for run in rich.runs()
        if run.text.strip()
        for name, is_set in (("bold", run.bold), ("italic", run.italic), ("underline", run.underline and not run.link))
        if is_set
    }


def _item_counts(blocks: tuple[Paragraph | ItemList, ...]) -> Iterator[int]:
    """The number of items of each list, in reading order."""
    for block in blocks:
        if isinstance(block, ItemList):
            yield len(block.items)
            for item in block.items:
                yield from _item_counts(item.blocks)


def _counts(items: list[int]) -> str:
    return " + ".join(map(str, items)) or "0"


def _numbers(text: str) -> list[str]:
    """The digits of the numbers in a text, in any script, without separators."""
    digits = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return re.findall(r"\d+", _GROUPING.sub("", digits))
