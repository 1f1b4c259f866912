"""What to do about names that no list has: the nearest ones, or how they are written."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ucap_reports.problems import did_you_mean
from ucap_reports.scalars import curly_quotes, without_quotes
from ucap_reports.vocabulary import (
    GOALS,
    PARTNERSHIPS,
    country_names,
    english_country_names,
    find_country,
    goal_named,
    short_partnership_names,
)

MAX_NAME = 80
"""Looking for what is near to a longer text takes time and finds nothing."""
MAX_CODE = 3
"""Codes are near to everything, so they are proposed for what may be one."""
_BETWEEN = re.compile(r"\s*[;,/&+]\s*|\s+and\s+")
_NUMBERS = re.compile(r"\d{1,2}(?:(?:\s*[;,/&+]\s*|\s+(?:and\s+)?)\d{1,2})+")


def country_hint(text: str) -> str:
    """What to write instead of a country that is unknown."""
    bare, names = without_quotes(text), _BETWEEN.split(text)
    if bare != text and find_country(bare):
        return _quotes_hint(text)
    if len(names) > 1 and all(map(find_country, names)):
        return f"write a list: [{', '.join(names)}]"
    if len(text) <= MAX_CODE and (code := find_country(text.upper())):
        return f"write {english_country_names(code)[0]}, or its code in capitals: {text.upper()}"
    known = [name for name in country_names() if len(name) > MAX_CODE or len(bare) <= MAX_CODE]
    return _nearest(bare, known) or "write its English name or its two-letter code"


def goal_hint(text: str) -> str:
    """What to write instead of a text that names no goal."""
    bare = without_quotes(text)
    if _NUMBERS.fullmatch(bare):
        return f"write a list, each goal an item of it: [{', '.join(re.findall(r'[0-9]+', bare))}]"
    if number := goal_named(bare):
        return f'did you mean "SDG {number} {GOALS[number]}"?'
    return _quotes_hint(text) if bare != text else "write SDG and its number, as in SDG 11"


def partnership_hint(text: str) -> str:
    """The partnership that a text is near to, or all of them."""
    return _nearest(without_quotes(text), PARTNERSHIPS) or f"it has {', '.join(short_partnership_names())}"


def figures_hint(figures: Sequence[Any]) -> str:
    """Several figures as the one text that a column can have."""
    if len(figures) > 1 and all(isinstance(figure, str | int | float) for figure in figures):
        return f'"{"; ".join(str(getattr(figure, "text", figure)) for figure in figures)}"'
    return '"62,529; 574,654"'


def _quotes_hint(text: str) -> str:
    return f"remove the quotes {curly_quotes(text)}, or use straight ones"


def _nearest(text: str, names: Iterable[str]) -> str | None:
    return did_you_mean(text, names) if len(text) <= MAX_NAME else None
