"""Names that plans use: Sustainable Development Goals, Urban Agenda partnerships and countries."""

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ucap_reports.text.letters import unaccented

_ENGLISH = "en"


def _data(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


GOAL_TITLES: dict[str, dict[int, str]] = {
    language: dict(enumerate(each["titles"], 1)) for language, each in _data("goals.json").items()
}
"""The official short titles of the goals by language and number."""
GOALS = GOAL_TITLES[_ENGLISH]
"""The titles in English."""
_PARTNERSHIP_NAMES: dict[str, list[str]] = _data("partnerships.json")
"""The thematic partnerships of the Urban Agenda for the EU (www.urbanagenda.urban-initiative.eu) with their aliases."""
PARTNERSHIPS = tuple(_PARTNERSHIP_NAMES)
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - a list of strings would take 27 lines
)
"""The ISO 3166-1 alpha-2 codes of the member states of the European Union (european-union.europa.eu, "EU countries").
"""
_PREFIX = re.compile(
    r"(?:EU[\s-]*UP|UAEU|UP|EU urban partnerships?|urban agenda(?: for the EU)?)\b[\s:,\u2013-]*", re.IGNORECASE
)
_PLURAL = re.compile(r"(?:ies|(?<=[a-z])(?<!s)s)$")
_SMALL_WORDS = {"and", "the", "of", "in", "on", "for", "to"}
_GOAL_WORDS = {"sustainable", "development", "goal", "goals", "global", "urban"}
_NEAR_SPELLING = 0.87
"""The similarity of two names that differ by one typing error ("Urban Mobilty")."""


def find_partnership(text: str) -> str | None:
    """The partnership that a wording means, whatever its prefix, word order and small words, or with a typing error."""
    known = _partnership_keys()
    key = _partnership_key(text)
    near = [key] if key in known else get_close_matches(key, known, n=1, cutoff=_NEAR_SPELLING)
    return known[near[0]] if near else None


@lru_cache(maxsize=1024)
def is_near_spelling(text: str) -> bool:
    """Whether a wording means a partnership but is neither its name nor an alias."""
    return find_partnership(text) is not None and _partnership_key(text) not in _partnership_keys()


def short_partnership_names() -> tuple[str, ...]:
    """The shortest known name of each partnership."""
    return tuple(min(name, *aliases, key=len) if aliases else name for name, aliases in _PARTNERSHIP_NAMES.items())


def _partnership_key(text: str) -> str:
    return _words_key(_PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text)


@cache
def _partnership_keys() -> dict[str, str]:
    return {_words_key(each): name for name, aliases in _PARTNERSHIP_NAMES.items() for each in (name, *aliases)}


@lru_cache(maxsize=1024)
def goal_named(wording: str) -> int | None:
    """The goal whose official title has all significant words of a wording; None if none or several have."""
    words = _significant(wording)
    found = [number for number, title in GOALS.items() if words and words <= _significant(title)]
    return found[0] if len(found) == 1 else None


def shares_words(wording: str, goal: int) -> bool:
    """Whether a wording has a significant word of the goal's official title."""
    return bool(_significant(wording) & _significant(GOALS[goal]))


@lru_cache(maxsize=1024)
def _significant(text: str) -> frozenset[str]:
    """The words that distinguish one goal from another."""
    return frozenset(_words(text)) - _SMALL_WORDS - _GOAL_WORDS


@lru_cache(maxsize=4096)
def theme_key(theme: str) -> str:
    """Return what the spellings of a theme have in common, such as those of "Smart city" and "smart cities"."""
    return _words_key(theme) or theme


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _words_key(text: str) -> str:
    """The words of a name in alphabetical order, without small words and plural endings."""
    singular = (_PLURAL.sub(lambda end: "y" if end[0] == "ies" else "", each) for each in _words(text) - _SMALL_WORDS)
    return " ".join(sorted(singular))


@lru_cache(maxsize=64)
def locale_of(language: str) -> Any:
    """Babel's data about a language; None for an unknown one."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - many commands need none

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def find_country(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name or code; names in any language of the European Union and
    of partner cities.
    """
    name = folded(text)
    code: str | None = _country_table()["english"].get(name)
    return code or _other_names().get(name)


def country_names() -> Mapping[str, Sequence[str]]:
    """The English names and the codes of each country by its alpha-2 code, the common name first."""
    names: Mapping[str, Sequence[str]] = _country_table()["names"]
    return names


@cache
def _country_table() -> Mapping[str, Mapping[str, Any]]:
    """`names` has the English names of a country, the common one first, and its codes, by alpha-2 code; `english` has
    the alpha-2 code of each folded name.
    """
    table: Mapping[str, Mapping[str, Any]] = _data("countries.json")
    return table


@cache
def _other_names() -> Mapping[str, str]:
    """The alpha-2 code of each folded name in a language other than English. Most plans need none."""
    names: Mapping[str, str] = _data("country_names.json")
    return names


_FOLDED = str.maketrans({**dict.fromkeys(".'\u2019`,()"), "&": " and ", "-": " "})


def folded(name: str) -> str:
    """A name without the differences between spellings: case, accents, punctuation, and "the" at the start.

    Codes keep their case: "in" and "no" are words.
    """
    code = name.strip().replace(".", "")
    if len(code) <= len("CHN") and code.isascii():
        return code
    if not name.isascii():
        name = unaccented(name)
    words = name.casefold().translate(_FOLDED).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)
