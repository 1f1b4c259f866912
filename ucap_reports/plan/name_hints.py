"""What to do about names that no list has: the nearest ones, or how they are written."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ucap_reports.plan.vocabulary import (
    GOALS,
    PARTNERSHIPS,
    country_names,
    english_country_names,
    find_country,
    find_partnership,
    goal_named,
    short_partnership_names,
)
from ucap_reports.problems import did_you_mean
from ucap_reports.source.scalars import curly_quotes, without_quotes

MAX_NAME = 80
"""Looking for what is near to a longer text takes time and finds nothing."""
DAY_FORM = "write year, month and day, such as 2019-04-30"
MAX_CODE = 3
"""Codes are near to everything, so they are proposed for what may be one."""
_BETWEEN = re.compile(r"\s*[;,/&+]\s*|\s+and\s+")
_LISTED = re.compile(r"\s*[;,]\s*")
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
    """The partnership that a text is near to, several as a list of them, or all that there are."""
    names = _LISTED.split(text)
    if len(names) > 1 and len(text) <= MAX_NAME and all(map(find_partnership, names)):
        return f"write a list: [{', '.join(names)}]"
    return _nearest(without_quotes(text), PARTNERSHIPS) or f"it has {', '.join(short_partnership_names())}"


def date_hint(text: str) -> str:
    """How the day that the text tells is written, or how days are."""
    from ucap_reports.plan.dates import dates_meant  # noqa: PLC0415 - only a plan with such an error waits for it

    days = [day.isoformat() for day in dates_meant(text)]
    if len(days) > 1:
        return f"write year, month and day: {days[0]}, or {days[1]} where the month is what stands first"
    return f"write year, month and day: {days[0]}" if days else DAY_FORM


def language_hint(text: str) -> str:
    """The tag of a language that is called by its English name, or what tags look like."""
    from babel import Locale  # noqa: PLC0415 - only a plan with such an error waits for it

    named = {name.casefold(): tag for tag, name in Locale("en").languages.items()}
    tag = named.get(text.casefold(), "").replace("_", "-")
    return f'did you mean "{tag}"?' if tag else "write a tag such as en, fr or zh-CN"


def entry_hint(name: str, lead: str) -> str:
    """How an entry is written whose field `lead` was meant by what stands in the place of a field's name."""
    if name in {lead, "text"}:
        return 'begin each entry with "- ", its fields below each other'
    shown = name if len(name) <= MAX_NAME else "…"
    return f'write `- {lead}: {shown}` and below it `text: …`; a text that holds ": " needs straight quotes around it'


def figures_hint(figures: Sequence[Any]) -> str:
    """Several figures as the one text that a column can have."""
    if len(figures) > 1 and all(isinstance(figure, str | int | float) for figure in figures):
        return f'"{"; ".join(str(getattr(figure, "text", figure)) for figure in figures)}"'
    return '"62,529; 574,654"'


def _quotes_hint(text: str) -> str:
    return f"remove the quotes {curly_quotes(text)}, or use straight ones"


def _nearest(text: str, names: Iterable[str]) -> str | None:
    return did_you_mean(text, names) if len(text) <= MAX_NAME else None
