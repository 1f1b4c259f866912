"""Names that plans use: partnerships of the Urban Agenda, themes, countries and languages; and what to write instead of
unknown ones.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec import json

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.problems import Hint, did_you_mean, suggesting
from ucap_reports.source.yaml_tree import curly_quotes, without_quotes
from ucap_reports.storage.project_folder import RESERVED_ID
from ucap_reports.text.capitals_and_punctuation import MARKS, searchable, unaccented
from ucap_reports.text.language_tags import LANGUAGE, is_readable_as, lookup


def _data(name: str) -> Any:
    return json.decode(Path(__file__).with_name(name).read_bytes())


# Partnerships and themes
_PARTNERSHIP_NAMES: dict[str, list[str]] = _data("partnerships.json")
"""The thematic partnerships of the Urban Agenda for the EU (www.urbanagenda.urban-initiative.eu) with their aliases."""
PARTNERSHIPS = tuple(_PARTNERSHIP_NAMES)
_PREFIX = re.compile(
    r"(?:EU[\s-]*UP|UAEU|UP|EU urban partnerships?|urban agenda(?: for the EU)?)\b[\s:,\u2013-]*", re.IGNORECASE
)
_PLURAL = re.compile(r"(?:ies|(?<=[a-z])(?<!s)s)$")
SMALL_WORDS = {"and", "the", "of", "in", "on", "for", "to"}
_NEAR_SPELLING = 0.87
"""The similarity of two names that differ by one typing error ("Urban Mobilty")."""


def find_partnership(text: str) -> str | None:
    """Return the partnership that a wording means, whatever its prefix, word order and small words, or with a typing
    error.
    """
    known = _partnership_keys()
    key = _partnership_key(text)
    if key in known:
        return known[key]
    from difflib import get_close_matches  # noqa: PLC0415 - not needed without typing errors

    near = get_close_matches(key, known, n=1, cutoff=_NEAR_SPELLING)
    return known[near[0]] if near else None


@lru_cache(maxsize=1024)
def is_near_spelling(text: str) -> bool:
    """Return whether a wording means a partnership but is neither its name nor an alias."""
    return find_partnership(text) is not None and _partnership_key(text) not in _partnership_keys()


@lru_cache(maxsize=4096)
def theme_key(theme: str) -> str:
    """Return what the spellings of a theme have in common, such as those of "Smart city" and "smart cities"."""
    return _words_key(theme) or theme


def _partnership_key(text: str) -> str:
    return _words_key(_PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text)


@cache
def _partnership_keys() -> dict[str, str]:
    return {_words_key(alias): name for name, aliases in _PARTNERSHIP_NAMES.items() for alias in (name, *aliases)}


def _words_key(text: str) -> str:
    """Return the words of a name in alphabetical order, without small words and plural endings."""
    singular = (_PLURAL.sub(lambda end: "y" if end[0] == "ies" else "", word) for word in words_in(text) - SMALL_WORDS)
    return " ".join(sorted(singular))


_NAME_WORD = re.compile(rf"[\w{MARKS}]+")


def words_in(text: str) -> set[str]:
    """Return the words of a name, in lower case."""
    return set(_NAME_WORD.findall(text.casefold()))


# Countries and languages
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - a list of strings would take 27 lines
)
"""The ISO 3166-1 alpha-2 codes of the member states of the European Union (european-union.europa.eu, "EU countries").
"""
EUROPE = "150"
"""The region of the partners in Europe."""
_NAMES = {"021": "003"}
"""The region whose usual name a region has: CLDR calls Canada and the United States "Northern America"."""
_COUNTRIES = {
    "150": (
        "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU "
        "LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK"
    ),
    "002": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML "
        "MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
    ),
    "142": (
        "AE AF AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY "
        "NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE"
    ),
    "419": (
        "AG AI AR AW BB BL BO BQ BR BS BV BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY "
        "LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    "021": "BM CA GL PM US",
    "009": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
}
"""The ISO 3166-1 alpha-2 codes of the countries of each region, by the number of the region."""
_REGIONS: Mapping[str, str] = {code: region for region, codes in _COUNTRIES.items() for code in codes.split()}
_FOLDED = str.maketrans({**dict.fromkeys(".'\u2019`,()"), "&": " and ", "-": " "})


@lru_cache(maxsize=1024)
def find_country(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name or code; names in any language of the European Union and
    of partner cities.
    """
    name = folded(text)
    code: str | None = _country_table()["english"].get(name)
    return code or _find_other_name(name)


def part_of_country(text: str, language: str) -> str | None:
    """Return the name in a language of the part of the United Kingdom that a text names, such as "Schottland" for
    Scotland; the text itself if that name is not known. None for other texts.
    """
    part = _parts_by_name().get(folded(text))
    if part is None:
        return None
    names = _parts_by_language()
    known = lookup("zh-Hant" if is_readable_as(language, "zh-Hant") else language, names)
    return text if known is None else names[known][part]


def country_names() -> Mapping[str, Sequence[str]]:
    """Return the English names and the codes of each country by its alpha-2 code, the common name first."""
    names: Mapping[str, Sequence[str]] = _country_table()["names"]
    return names


def folded(name: str) -> str:
    """Return a name without the differences between spellings: case, accents, punctuation, and "the" at the start.

    Codes keep their case: "in" and "no" are words.
    """
    code = name.strip().replace(".", "")
    if len(code) <= len("CHN") and code.isascii():
        return code
    if not name.isascii():
        name = unaccented(name)
    words = name.casefold().translate(_FOLDED).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def region_of(country: str) -> str:
    """Return the number of the region of a country; empty for an unknown one."""
    return _REGIONS.get(country, "")


def region_number(region: str) -> str:
    """Return the number with the usual name of a region, for names from CLDR."""
    return _NAMES.get(region, region)


@lru_cache(maxsize=64)
def locale_of(language: str) -> Any:
    """Babel's data about a language; None for an unknown one."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - many commands need none

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def names_language(text: str) -> bool:
    """Return whether the text is the tag of a language that exists, such as `zh` or `pt-br`."""
    if not LANGUAGE.fullmatch(text):
        return False
    from babel import Locale  # noqa: PLC0415 - few texts look like a tag

    language, *others = text.lower().split("-")
    names = Locale("en")
    known = {*map(str.lower, names.scripts), *map(str.lower, names.territories)}
    return language in names.languages and all(other in known for other in others)


@cache
def _country_table() -> Mapping[str, Mapping[str, Any]]:
    """`names` has the English names of a country, the common one first, and its codes, by alpha-2 code; `english` has
    the alpha-2 code of each folded name.
    """
    table: Mapping[str, Mapping[str, Any]] = _data("countries.json")
    return table


@cache
def _parts_by_language() -> Mapping[str, Sequence[str]]:
    """Return the names of the parts of the United Kingdom by language, in the same order."""
    names: Mapping[str, Sequence[str]] = _data("country_parts.json")
    return names


@cache
def _parts_by_name() -> Mapping[str, int]:
    """Return the index of the part that each folded name means, in any language."""
    parts: dict[str, int] = {}
    for names in _parts_by_language().values():
        for index, name in enumerate(names):
            parts[folded(name)] = index
    return parts


def _find_other_name(name: str) -> str | None:
    """Return the alpha-2 code of a country by a folded name in a language other than English."""
    start = f"{name}\t".encode("utf-8", "surrogatepass")
    names = _other_names()
    index = bisect_left(names, start)
    if index < len(names) and names[index].startswith(start):
        return names[index].removeprefix(start).decode()
    return None


@cache
def _other_names() -> Sequence[bytes]:
    """Return the lines of `country_names.txt`, which are sorted: a folded name, a tab, and an alpha-2 code.

    Most plans need one or two of these names, and seven thousand entries of a mapping take a millisecond.
    """
    return Path(__file__).with_name("country_names.txt").read_bytes().splitlines()


# Hints
MAX_NAME = 80
"""Characters of the longest id, and of the longest text that may be a list of names."""
_MAX_CODE = 3
"""Codes are similar to everything, so they are proposed only for texts of this length."""
_BETWEEN = RarePattern(r"[;,/&+]|\sand\s")
_LISTED = RarePattern(r"[;,]")


def country_hint(text: str) -> str | None:
    """Return what to write instead of an unknown country."""
    bare = without_quotes(text)
    names = [name.strip() for name in _BETWEEN.split(text)]
    if bare != text and find_country(bare):
        return quotes_hint(text)
    if all(map(find_country, names)):
        return f"write a list: [{', '.join(names)}]"
    if len(text) <= _MAX_CODE and (code := find_country(text.upper())):
        return f"write {country_names()[code][0]}, or its code in capitals: {text.upper()}"
    known = chain.from_iterable(country_names().values())
    return did_you_mean(bare, (name for name in known if len(name) > _MAX_CODE or len(bare) <= _MAX_CODE))


def partnership_hint(text: str) -> str:
    """Return the partnerships that a text is similar to, several as a list of them, or all partnerships."""
    names = [name.strip() for name in _LISTED.split(text)]
    if len(names) > 1 and len(text) <= MAX_NAME and all(map(find_partnership, names)):
        return f"write a list: [{', '.join(names)}]"
    known = f"known partnerships: {', '.join(_short_partnership_names())}"
    return did_you_mean(without_quotes(text), PARTNERSHIPS) or known


def date_hint(text: str) -> str | None:
    """Return how the date in a text is written in a plan; None if it is not a date."""
    from ucap_reports.plan.amounts_and_dates import dates_meant  # noqa: PLC0415 - only plans with such an error need it

    days = [day.isoformat() for day in dates_meant(text)]
    alternative = f" (or {days[1]}, if the month comes first)" if len(days) > 1 else ""
    return Hint(f"write {days[0]}{alternative}", days) if days else None


def language_hint(text: str) -> str | None:
    """Return the tag with a hyphen, or the tag for the English name of a language; None for other texts."""
    from babel import Locale  # noqa: PLC0415 - only plans with such an error need it

    named = {name.casefold(): tag for tag, name in Locale("en").languages.items()}
    tag = named.get(text.casefold(), text).replace("_", "-")
    return suggesting([tag]) if LANGUAGE.fullmatch(tag) else None


def better_id(text: str) -> str:
    """Return the valid id that is nearest to a text: without accents, capitals and spaces, cut after a complete word;
    empty if there is none.
    """
    name = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['\u2019]", "", searchable(text))))
    name += "-plan" if RESERVED_ID.fullmatch(name) else ""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME + 1].rpartition("-")[0] or name[:MAX_NAME]


def _short_partnership_names() -> tuple[str, ...]:
    """Return the shortest known name of each partnership."""
    return tuple(min(name, *aliases, key=len) if aliases else name for name, aliases in _PARTNERSHIP_NAMES.items())


def quotes_hint(text: str) -> str:
    """Return what to do about a text in curly quotes."""
    return f"remove the quotes {curly_quotes(text)}, or use straight ones"
