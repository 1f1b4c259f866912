"""The names that plans are held against: Sustainable Development Goals, Urban Agenda partnerships, countries."""

import json
import re
import unicodedata
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path

from msgspec import Struct

_DATA = Path(__file__).parent

GOALS = {
    1: "No Poverty",
    2: "Zero Hunger",
    3: "Good Health and Well-being",
    4: "Quality Education",
    5: "Gender Equality",
    6: "Clean Water and Sanitation",
    7: "Affordable and Clean Energy",
    8: "Decent Work and Economic Growth",
    9: "Industry, Innovation and Infrastructure",
    10: "Reduced Inequalities",
    11: "Sustainable Cities and Communities",
    12: "Responsible Consumption and Production",
    13: "Climate Action",
    14: "Life Below Water",
    15: "Life on Land",
    16: "Peace, Justice and Strong Institutions",
    17: "Partnerships for the Goals",
}
"""The official short titles by number (United Nations, Resolution A/RES/70/1 and its communication guidelines)."""

_ENGLISH = "en"

PARTNERSHIPS = (
    "Inclusion of Migrants and Refugees",
    "Housing",
    "Air Quality",
    "Urban Poverty",
    "Circular Economy",
    "Digital Transition",
    "Jobs and Skills in the Local Economy",
    "Urban Mobility",
    "Climate Adaptation",
    "Energy Transition",
    "Innovative and Responsible Public Procurement",
    "Sustainable Use of Land and Nature-Based Solutions",
    "Culture and Cultural Heritage",
    "Security in Public Spaces",
    "Sustainable Tourism",
    "Greening Cities",
    "Food",
    "Cities of Equality",
    "Water Sensitive City",
    "Building Decarbonisation",
)
"""The thematic partnerships of the Urban Agenda for the EU (www.urbanagenda.urban-initiative.eu)."""

_PARTNERSHIP_ALIASES = {
    "Affordable Housing": "Housing",
    "Migrants and Refugees": "Inclusion of Migrants and Refugees",
    "Jobs and Skills": "Jobs and Skills in the Local Economy",
    "Sustainable Land Use": "Sustainable Use of Land and Nature-Based Solutions",
    "Nature-Based Solutions": "Sustainable Use of Land and Nature-Based Solutions",
    "Sustainable Land Use and Nature-Based Solutions": "Sustainable Use of Land and Nature-Based Solutions",
    "Public Procurement": "Innovative and Responsible Public Procurement",
    "Cultural Heritage": "Culture and Cultural Heritage",
    "Decarbonisation of Buildings": "Building Decarbonisation",
    "Building Decarbonization": "Building Decarbonisation",
}
_PREFIX = re.compile(
    r"(?:EU[\s-]*UP|UAEU|UP|EU urban partnerships?|urban agenda(?: for the EU)?)\b[\s:,\u2013-]*", re.IGNORECASE
)
_PLURAL = re.compile(r"(?:ies|(?<=[a-z])(?<!s)s)$")
_SMALL_WORDS = {"and", "the", "of", "in", "on", "for", "to"}
_NEAR_SPELLING = 0.87
"""How alike two names are that one slip of the pen makes of each other ("Urban Mobilty")."""


def goal_languages() -> tuple[str, ...]:
    """The languages that have official short titles of the goals."""
    return (_ENGLISH, *_goal_titles())


def goal_title(number: int, language: str = _ENGLISH) -> str:
    """The official short title of a goal in one of `goal_languages`."""
    return GOALS[number] if language == _ENGLISH else _goal_titles()[language][number - 1]


@cache
def _goal_titles() -> dict[str, list[str]]:
    """The titles by language, as `data/goals.json` has them with who publishes them."""
    content = (_DATA / "goals.json").read_text(encoding="utf-8")
    return {language: each["titles"] for language, each in json.loads(content).items()}


def find_partnership(text: str) -> str | None:
    """The partnership that a wording means, whatever its prefix, order and small words, or one slip of the pen."""
    known = _partnership_keys()
    key = _partnership_key(text)
    near = [key] if key in known else get_close_matches(key, known, n=1, cutoff=_NEAR_SPELLING)
    return known[near[0]] if near else None


def _partnership_key(text: str) -> str:
    return _words_key(_PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text)


def is_near_spelling(text: str) -> bool:
    """Whether a wording that names a partnership names it by a slip of the pen, and not by its name or an alias."""
    return find_partnership(text) is not None and _partnership_key(text) not in _partnership_keys()


def short_partnership_names() -> tuple[str, ...]:
    """Each partnership by the shortest name that is recognised."""
    names = {name: [name] for name in PARTNERSHIPS}
    for alias, name in _PARTNERSHIP_ALIASES.items():
        names[name].append(alias)
    return tuple(min(each, key=len) for each in names.values())


@cache
def _partnership_keys() -> dict[str, str]:
    names = {name: name for name in PARTNERSHIPS} | _PARTNERSHIP_ALIASES
    return {_words_key(name): official for name, official in names.items()}


def goal_named(wording: str) -> int | None:
    """The goal whose official title has all the telling words of a wording; None where none or several have."""
    words = _telling(wording)
    found = [number for number, title in GOALS.items() if words and words <= _telling(title)]
    return found[0] if len(found) == 1 else None


def shares_words(wording: str, goal: int) -> bool:
    """Whether a wording has a telling word of the goal's official title."""
    return bool(_telling(wording) & _telling(GOALS[goal]))


@lru_cache(maxsize=1024)
def _telling(text: str) -> frozenset[str]:
    """The words that tell one goal from another."""
    return frozenset(_words(text)) - _SMALL_WORDS - {"sustainable", "development", "goal", "goals", "global", "urban"}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _words_key(text: str) -> str:
    """The words of a name in one order, without small words and endings of the plural."""
    return " ".join(
        sorted(_PLURAL.sub(lambda end: "y" if end[0] == "ies" else "", word) for word in _words(text) - _SMALL_WORDS)
    )


def find_country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country's name or code; names in any of the programme's languages."""
    table, name = _country_table(), folded(text)
    return table.english.get(name) or table.others.get(name)


def country_names() -> tuple[str, ...]:
    """The names to propose for one that is unknown: those in English, and the codes."""
    return tuple(name for names in _country_table().names.values() for name in names)


def english_country_names(code: str) -> tuple[str, ...]:
    """The English names and the codes of a country by its alpha-2 code, the common name first; empty for no country."""
    return tuple(_country_table().names.get(code, ()))


def proposed_countries() -> tuple[str, ...]:
    """The common English name of each country, in the order of the alphabet."""
    return tuple(sorted(names[0] for names in _country_table().names.values()))


class Countries(Struct, frozen=True):
    """Countries by their alpha-2 codes: `names` are those in English, the common one first, and the codes; `english`
    and `others` have the code of each folded name in English and in the other languages.
    """

    names: dict[str, list[str]]
    english: dict[str, str]
    others: dict[str, str]


@cache
def _country_table() -> Countries:
    return Countries(**json.loads((_DATA / "countries.json").read_text(encoding="utf-8")))


_FOLDED = str.maketrans({**dict.fromkeys(".'\u2019`,()"), "&": " and ", "-": " "})


def folded(name: str) -> str:
    """A name without what people write differently: case, accents, full stops, apostrophes, a leading "the".

    Codes keep their case: "in" and "no" are words.
    """
    code = name.strip().replace(".", "")
    if len(code) <= len("CHN") and code.isascii():
        return code
    if not name.isascii():
        name = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    words = name.casefold().translate(_FOLDED).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)
