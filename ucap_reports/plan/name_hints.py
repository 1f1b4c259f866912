"""Hints for unknown names: similar known ones, or how names are written."""

import re
from collections.abc import Iterable
from itertools import chain

from ucap_reports.plan import vocabulary
from ucap_reports.problems import Hint, did_you_mean, suggesting
from ucap_reports.source.scalars import curly_quotes, without_quotes
from ucap_reports.storage.project_folder import RESERVED_ID
from ucap_reports.text.language_tags import LANGUAGE
from ucap_reports.text.letters import searchable

MAX_NAME = 80
"""The longest id, and the longest text that is compared with known names: longer ones are similar to none."""
MAX_CODE = 3
"""Codes are similar to everything, so they are proposed only for texts of this length."""
_BETWEEN = re.compile(r"[;,/&+]|\sand\s")
_LISTED = re.compile(r"[;,]")
_NUMBERS = re.compile(r"\d{1,2}(?:(?:\s*[;,/&+]\s*|\s+(?:and\s+)?)\d{1,2})+")


def country_hint(text: str) -> str | None:
    """Return what to write instead of an unknown country."""
    bare = without_quotes(text)
    names = [name.strip() for name in _BETWEEN.split(text)]
    if bare != text and vocabulary.find_country(bare):
        return _quotes_hint(text)
    if all(map(vocabulary.find_country, names)):
        return f"write a list: [{', '.join(names)}]"
    if len(text) <= MAX_CODE and (code := vocabulary.find_country(text.upper())):
        return f"write {vocabulary.country_names()[code][0]}, or its code in capitals: {text.upper()}"
    known = chain.from_iterable(vocabulary.country_names().values())
    return _nearest(bare, (name for name in known if len(name) > MAX_CODE or len(bare) <= MAX_CODE))


def goal_hint(text: str) -> str | None:
    """Return what to write instead of a text that does not name a goal."""
    bare = without_quotes(text)
    if _NUMBERS.fullmatch(bare):
        return f"write a list: [{', '.join(re.findall(r'[0-9]+', bare))}]"
    if number := vocabulary.goal_named(bare):
        return suggesting([f"SDG {number} {vocabulary.GOALS[number]}"])
    return _quotes_hint(text) if bare != text else None


def partnership_hint(text: str) -> str:
    """Return the partnerships that a text is similar to, several as a list of them, or all partnerships."""
    names = [name.strip() for name in _LISTED.split(text)]
    if len(names) > 1 and len(text) <= MAX_NAME and all(map(vocabulary.find_partnership, names)):
        return f"write a list: [{', '.join(names)}]"
    known = f"known partnerships: {', '.join(vocabulary.short_partnership_names())}"
    return _nearest(without_quotes(text), vocabulary.PARTNERSHIPS) or known


def date_hint(text: str) -> str | None:
    """Return how the date in a text is written in a plan; None if it is not a date."""
    from ucap_reports.plan.dates import dates_meant  # noqa: PLC0415 - only plans with such an error need it

    days = [day.isoformat() for day in dates_meant(text)]
    alternative = f" (or {days[1]}, if the month comes first)" if len(days) > 1 else ""
    return Hint(f"write {days[0]}{alternative}", days) if days else None


def language_hint(text: str) -> str | None:
    """Return the tag with a hyphen, or the tag for the English name of a language; None for other texts."""
    from babel import Locale  # noqa: PLC0415 - only plans with such an error need it

    named = {name.casefold(): tag for tag, name in Locale("en").languages.items()}
    tag = named.get(text.casefold(), text).replace("_", "-")
    return suggesting([tag]) if LANGUAGE.fullmatch(tag) else None


def names_language(text: str) -> bool:
    """Return whether the text is the tag of a language that exists, such as `zh` or `pt-br`."""
    if not LANGUAGE.fullmatch(text):
        return False
    from babel import Locale  # noqa: PLC0415 - few texts look like a tag

    language, *others = text.lower().split("-")
    names = Locale("en")
    known = {*map(str.lower, names.scripts), *map(str.lower, names.territories)}
    return language in names.languages and all(other in known for other in others)


def better_id(text: str) -> str:
    """Return the valid id that is nearest to a text: without accents, capitals and spaces, cut after a complete word;
    empty if there is none.
    """
    name = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['\u2019]", "", searchable(text))))
    name += "-plan" if RESERVED_ID.fullmatch(name) else ""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME + 1].rpartition("-")[0] or name[:MAX_NAME]


def _quotes_hint(text: str) -> str:
    return f"remove the quotes {curly_quotes(text)}, or use straight ones"


def _nearest(text: str, names: Iterable[str]) -> str | None:
    return did_you_mean(text, names) if len(text) <= MAX_NAME else None
