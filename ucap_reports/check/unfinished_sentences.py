"""Warnings about texts that start or end in the middle of a sentence."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ucap_reports.plan.custom_values import TableRows
from ucap_reports.plan.fields import CITIES
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem, problem, shortened
from ucap_reports.source.yaml_tree import Loc, Tree
from ucap_reports.text.rich_text import ItemList, Paragraph, RichText

_OPEN_ENDS: Mapping[str, str] = json.loads(Path(__file__).with_name("open_ends.json").read_text(encoding="utf-8"))
"""Words that no sentence ends with, by the language of the plan."""
_OPEN_SIGNS = (",", ";", "(", "[", "-", "\u2013", "\u2014", "&", "/", "\u3001", "\uff0c", "\uff1b", "\uff08")
FEW = 40
"""Characters of the end of a text in a message."""
_QUOTES = "\"'\u2019\u201d\u00bb)](\u201c\u00ab"


def cut_text_warnings(plan: Plan, tree: Tree, fields: KnownFields = BUILT_IN) -> Iterator[Problem]:
    """Warnings about every rich text; a text after a theme or a date may start with a lower-case letter."""
    open_ends = frozenset(_OPEN_ENDS.get(plan.language.partition("-")[0].lower(), "").split())
    for loc, text, follows in rich_texts(plan, fields):
        blocks = text.blocks
        if blocks and not follows and isinstance(blocks[0], Paragraph) and blocks[0].text[:1].islower():
            yield problem("text-cut", tree.location(loc), form="start", words=shortened(blocks[0].text))
        if blocks and _is_open(ending := _last_line(text), open_ends):
            words = f"…{ending[-FEW:]}" if len(ending) > FEW else ending
            yield problem("text-cut", tree.location(loc), form="end", words=words)


def rich_texts(plan: Plan, fields: KnownFields = BUILT_IN) -> Iterator[tuple[Loc, RichText, bool]]:
    """Every rich text of a row with its place, and whether it is printed after other words in the same paragraph."""
    for field in fields.inside():
        value = plan.value(field)
        if field.has_row and isinstance(value, RichText):
            yield (field.name,), value, False
        elif field.is_custom and field.is_rich:
            for loc, text, _ in _texts_of_entry((field.name,), value):
                yield loc, text, False
        elif isinstance(value, TableRows):
            for index, row in enumerate(value):
                for name, cell in row.items():
                    yield from _texts_of_entry((field.name, index, name), cell)
        elif field.has_row and field.is_rich:
            for index, entry in enumerate(value):
                for inner in fields.inside(field.path):
                    yield from _texts_of_entry((field.name, index, inner.name), getattr(entry, inner.name))
    for index, city in enumerate(plan.cities):
        for field in fields.inside(CITIES):
            if field.is_custom and field.is_rich:
                for loc, text, _ in _texts_of_entry((CITIES, index, field.name), city.value(field)):
                    yield loc, text, False


def _texts_of_entry(loc: Loc, value: Any) -> Iterator[tuple[Loc, RichText, bool]]:
    """The rich texts at a place of an entry, which follow its theme or date."""
    if isinstance(value, RichText):
        yield loc, value, True
    elif isinstance(value, tuple):
        for index, text in enumerate(value):
            yield (*loc, index), text, True


def _last_line(text: RichText) -> str:
    """The last paragraph of the text, which may be in a list."""
    block = text.blocks[-1]
    while isinstance(block, ItemList):
        block = block.items[-1].blocks[-1]
    return block.text.strip()


def _is_open(ending: str, open_ends: frozenset[str]) -> bool:
    """Whether a text cannot end like this: with an opening sign, or with a word that no sentence ends with."""
    last = ending.rsplit(maxsplit=1)[-1] if ending else ""
    return ending.endswith(_OPEN_SIGNS) or last.lstrip(_QUOTES) in open_ends
