"""Names in plans, in all spellings that people use: countries, Sustainable Development Goals, partnerships of the Urban
Agenda and themes; and the hints about unknown ones.

Each kind of name has a section: a function that finds what a text names (`find_country`, `goal_in`, `goal_meant`,
`find_partnership`, `theme_key`), and one with the hint if it names nothing. The names themselves are in the data files
beside this module. The words that names are compared by are at the end.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec import Struct, json

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.numbers_and_amounts import with_ascii_digits
from ucap_reports.plan.unknown_values import PLACEHOLDER_HINT, is_placeholder
from ucap_reports.problems import Hint, did_you_mean, problem, shortened, suggesting
from ucap_reports.source.model_validation import refusal
from ucap_reports.source.yaml_tree import curly_quotes, without_quotes
from ucap_reports.text.capitals_punctuation_and_plain_letters import MARKS, unaccented
from ucap_reports.text.language_tags import is_readable_as, lookup

MAX_NAME = 80
"""Characters of the longest id, and of the longest text that may be a list of names."""


def _data(name: str) -> Any:
    return json.decode(Path(__file__).with_name(name).read_bytes())


# Countries
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 - a list of strings would take 27 lines
)
"""The ISO 3166-1 alpha-2 codes of the member states of the European Union (european-union.europa.eu, "EU countries").
"""
EUROPE = "150"
"""The region of the partners in Europe."""
_NAMED_LIKE = {"021": "003"}
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
_MAX_CODE = 3
"""Codes are similar to everything, so they are proposed only for texts of this length."""
_BETWEEN = LazyPattern(r"[;,/&+]|\sand\s")
_FOLDED = str.maketrans({**dict.fromkeys(".'\u2019`,()"), "&": " and ", "-": " "})


@lru_cache(maxsize=1024)
def find_country(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name or code; names in any language of the European Union and
    of partner cities. A second name may be in brackets, as in "Germany (DE)".
    """
    code = _code_of_name(text)
    stripped = text.strip()
    if code is not None or not stripped.endswith((")", "\uff09")):
        return code
    bracket = max(stripped.rfind("("), stripped.rfind("\uff08"))
    first = _code_of_name(stripped[: max(bracket, 0)])
    second = _code_of_name(stripped[bracket + 1 : -1])
    return first if first == second else None


def _code_of_name(text: str) -> str | None:
    """Return the code of the country with one name; None for other texts."""
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
    if is_readable_as(language, "zh-Hant"):
        language = "zh-Hant"
    known = lookup(language, names)
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
    if words[:1] == ["the"]:
        words = words[1:]
    return " ".join(words)


def region_of(country: str) -> str:
    """Return the number of the region of a country; empty for an unknown one."""
    return _regions().get(country, "")


@cache
def _regions() -> Mapping[str, str]:
    """Return the number of the region of each country, by its alpha-2 code."""
    regions: dict[str, str] = {}
    for region, codes in _COUNTRIES.items():
        regions |= dict.fromkeys(codes.split(), region)
    return regions


def region_number(region: str) -> str:
    """Return the number with the usual name of a region, for names from CLDR."""
    return _NAMED_LIKE.get(region, region)


def country_hint(text: str) -> str | None:
    """Return what to write instead of an unknown country."""
    bare = without_quotes(text)
    if bare != text and find_country(bare):
        return Hint(quotes_hint(text), [bare])
    names = [name.strip() for name in _BETWEEN.split(text)]
    if all(map(find_country, names)):
        return f"write a list: [{', '.join(names)}]"
    if len(text) <= _MAX_CODE:
        code = find_country(text.upper())
        if code:
            name = country_names()[code][0]
            return Hint(f"write {name}, or its code in capitals: {text.upper()}", [name, text.upper()])
    known: Iterable[str] = chain.from_iterable(country_names().values())
    if len(bare) > _MAX_CODE:
        known = (name for name in known if len(name) > _MAX_CODE)
    return did_you_mean(bare, known)


@cache
def _country_table() -> Mapping[str, Mapping[str, Any]]:
    """Return the content of `countries.json`.

    `names` has the English names of a country, the common one first, and its codes, by alpha-2 code; `english` has the
    alpha-2 code of each folded name.
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
    line_start = f"{name}\t".encode("utf-8", "surrogatepass")
    lines = _lines_of_other_names()
    index = bisect_left(lines, line_start)
    if index < len(lines) and lines[index].startswith(line_start):
        return lines[index].removeprefix(line_start).decode()
    return None


@cache
def _lines_of_other_names() -> Sequence[bytes]:
    """Return the lines of `country_names.txt`, which are sorted: a folded name, a tab, and an alpha-2 code.

    Most plans need one or two of these names, and thirteen thousand entries of a mapping take two milliseconds.
    """
    return Path(__file__).with_name("country_names.txt").read_bytes().splitlines()


# Sustainable Development Goals
_ENGLISH = "en"
_GOAL_TABLE: dict[str, dict[str, Any]] = _data("goals.json")
GOAL_TITLES = {language: dict(enumerate(goals["titles"], 1)) for language, goals in _GOAL_TABLE.items()}
"""The official short titles of the goals by language and number."""
GOALS: dict[int, str] = GOAL_TITLES[_ENGLISH]
"""The titles in English."""
_OFFICIAL_COLOURS = (
    "E5243B", "DDA63A", "4C9F38", "C5192D", "FF3A21", "26BDE2", "FCC30B", "A21942", "FD6925",
    "DD1367", "FD9D24", "BF8B2E", "3F7E44", "0A97D9", "56C02B", "00689D", "19486A",
)  # fmt: skip
GOAL_COLOURS = dict(enumerate(_OFFICIAL_COLOURS, 1))
"""The official colours of the goals, in hexadecimal digits (United Nations, "SDG Guidelines", 2019)."""


class Goal(Struct, frozen=True):
    """A Sustainable Development Goal, with the author's own wording if there is one."""

    number: int
    wording: str | None = None


def goal_title(number: int, language: str) -> tuple[str, str]:
    """Return the official title of a goal in a language, or in English if the language has none, and the language of
    the title.
    """
    known = lookup(language, GOAL_TITLES) or _ENGLISH
    return GOAL_TITLES[known][number], known


# The forms in which plans, replies and imported files name a goal
_NUMBER_FIRST = re.compile(
    r"""
    (?:SDG|Goal) \s* (?: [-#]\s* )?
    (?P<number> \d{1,3} ) (?! \.?\d )
    [\s:.,\uff1a\uff0c\u2013\u2014-]*
    (?P<wording> .* )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The number before the wording, as in "SDG 11: own wording"."""
_BEFORE_NUMBER = r"[\s:.,(\uff1a\uff0c\uff08\u2013\u2014-]"
_NUMBER_LAST = LazyPattern(
    rf"""
    (?P<wording> .*? ) (?<! {_BEFORE_NUMBER} )
    {_BEFORE_NUMBER}*
    (?<! [A-Za-z] ) SDG \s* (?: [-#]\s* )?
    (?P<number> \d{{1,3}} )
    \s* [)\uff09]? \.?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The number after the wording, as in "own wording (SDG 11)"."""
_MORE_GOALS = re.compile(
    r"""
    \b SDG \s* \d
    | (?: [;,/&] | \b and ) \s* Goal \s* \d
    | ^ \W* (?: and \W+ )? \d [\d\W]* $                     # numbers alone
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Further goals in the wording of one."""
_GOAL_IN_OTHER_LANGUAGES = re.compile(
    r"""
    (?: \b (?: odd | ods | ziel | objectif | objetivo | obiettivo | doel | cel ) \b
    | \u76ee\u6807 | \u76ee\u6a19                           # Chinese
    | \u0627\u0644\u0647\u062f\u0641                        # Arabic
    )
    [\s-]* (?=\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The word before the number of a goal in other languages than English."""
_WIDE_LETTERS = (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
_NARROW = {letter: letter - 0xFEE0 for letter in _WIDE_LETTERS}
"""The letters of ASCII by the wide forms that Chinese and Japanese texts have of them."""


@lru_cache(maxsize=1024)
def goal_in(text: str) -> Goal:
    """Return a goal in any of the usual forms: `11`, `SDG 11`, `SDG9: own wording`, `own wording: SDG 11`.

    The text is one line, which many plans have in common. Raises the error `refusal` for another text, for several
    goals and for unknown numbers.
    """
    number_and_wording = _goal_number_and_wording(text)
    if number_and_wording is None:
        hint = PLACEHOLDER_HINT if is_placeholder(text) else _goal_hint(text)
        raise refusal(problem("sdg-unknown", form="none", text=shortened(text), hint=hint))
    number, wording = number_and_wording
    if _MORE_GOALS.search(wording):
        raise refusal(problem("sdg-unknown", form="several", text=shortened(text), hint=_numbers_hint(text)))
    if number not in GOALS:
        raise refusal(problem("sdg-unknown", form="number", number=number))
    return Goal(number, wording or None)


def _goal_number_and_wording(text: str) -> tuple[int, str] | None:
    """Return the number in a text, which may be that of no goal, and the wording, which may be empty."""
    narrow = with_narrow_letters(text)
    if narrow.isascii() and narrow.isdecimal() and len(narrow) < len("1000"):
        return int(narrow), ""
    # The narrow text has the same length, so that the wording can be taken as it was written.
    match = _NUMBER_FIRST.fullmatch(narrow) or _NUMBER_LAST.fullmatch(narrow)
    if match is None:
        return None
    start, end = match.span("wording")
    return int(match["number"]), text[start:end].strip()


def with_narrow_letters(text: str) -> str:
    """Return a text of the same length with letters and digits of ASCII instead of their wide forms."""
    return with_ascii_digits(text).translate(_NARROW)


def with_english_word(text: str) -> str:
    """Return a text with "SDG" instead of the words for a goal in other languages, as in "ODD 11" and "Ziel 11".

    Imported files may have such words; plans have "SDG" in every language.
    """
    return _GOAL_IN_OTHER_LANGUAGES.sub("SDG ", text)


# Goals that a text names by words of their titles
_ENGLISH_WORDS_OF_MANY = {"sustainable", "development", "goal", "goals", "global", "urban"}
_GOAL_WORD = r"(?:(?:sustainable development )?goals?|sdgs?)?[\s:#-]*(?:n[o\u00b0r]?\.?\s*)?"
_GOAL_NUMBERS = LazyPattern(_GOAL_WORD + r"\d{1,2}(?:(?:\s*[;,/&+]\s*|\s+(?:and\s+)?)\d{1,2})+", re.IGNORECASE)
"""A list of numbers, which may be after one word for goals."""
_GOAL_NUMBER = LazyPattern(_GOAL_WORD + r"(?P<number>\d{1,2})(?!\.?\d)[\s:.,-]*+(?P<wording>\D*)", re.IGNORECASE)
"""A number with another word for a goal than in plans, or without one before the wording."""


def goal_meant(wording: str, language: str) -> tuple[int, str] | None:
    """Return the goal that a wording names by words of its title in English or in a language, and the language."""
    for title_language in _languages_of_titles(language):
        number = goal_named(wording, title_language)
        if number is not None:
            return number, title_language
    return None


@lru_cache(maxsize=1024)
def goal_named(wording: str, language: str = _ENGLISH) -> int | None:
    """Return the goal whose title in a language has all significant words of a wording; None if none or several have.

    A word that several titles have names no goal alone.
    """
    words = _significant_words(wording, language)
    if words <= _words_of_many(language):
        return None
    named = []
    for number, title in GOAL_TITLES[language].items():
        if words <= _significant_words(title, language):
            named.append(number)
    return named[0] if len(named) == 1 else None


def shares_words(wording: str, goal: int, language: str) -> bool:
    """Return whether a wording has a significant word of the goal's title in English or in a language."""
    for title_language in _languages_of_titles(language):
        title = GOAL_TITLES[title_language][goal]
        shared = _significant_words(wording, title_language) & _significant_words(title, title_language)
        if not shared <= _words_of_many(title_language):
            return True
    return False


def _languages_of_titles(language: str) -> tuple[str, ...]:
    """Return the languages of the titles that are searched for the wordings of a plan: English, and its own."""
    known = lookup(language, GOAL_TITLES) or _ENGLISH
    return (_ENGLISH,) if known == _ENGLISH else (_ENGLISH, known)


@lru_cache(maxsize=1024)
def _significant_words(text: str, language: str) -> frozenset[str]:
    """Return the words that distinguish one goal from another."""
    words = frozenset(words_in(text))
    if language == _ENGLISH:
        return words - _SMALL_WORDS - _ENGLISH_WORDS_OF_MANY
    return words


@cache
def _words_of_many(language: str) -> frozenset[str]:
    """Return the words that several titles in a language have, such as "and"; English ones have their own list."""
    if language == _ENGLISH:
        return frozenset()
    counts: Counter[str] = Counter()
    for title in GOAL_TITLES[language].values():
        counts.update(words_in(title))
    return frozenset(word for word, count in counts.items() if count > 1)


def _numbers_hint(text: str) -> str | None:
    """Return how a list of numbers of goals is written; None for other texts."""
    narrow = with_narrow_letters(text)
    if not _GOAL_NUMBERS.fullmatch(narrow):
        return None
    numbers = re.findall(r"[0-9]+", narrow)
    return f"write a list: [{', '.join(numbers)}]"


def _goal_hint(text: str) -> str | None:
    """Return what to write instead of a text that does not name a goal."""
    bare = without_quotes(text)
    named = with_english_word(with_narrow_letters(bare))
    numbers = _numbers_hint(named)
    if numbers is not None:
        return numbers
    numbered = _GOAL_NUMBER.fullmatch(named)
    if numbered is not None and bare == text:
        number_in_text = int(numbered["number"])
        if number_in_text in GOALS:
            return suggesting([f"SDG {number_in_text} {numbered['wording']}".strip()])
    english_number = goal_named(bare)
    if english_number is not None:
        return suggesting([f"SDG {english_number} {GOALS[english_number]}"])
    for language, titles in GOAL_TITLES.items():
        number = goal_named(bare, language)
        # In other languages, the complete title is required: one word may be of many languages.
        if number is not None and words_in(bare) == words_in(titles[number]):
            return suggesting([f"SDG {number} {titles[number]}"])
    return quotes_hint(text) if bare != text else None


# Partnerships of the Urban Agenda, and themes
_PARTNERSHIP_NAMES: dict[str, list[str]] = _data("partnerships.json")
"""The thematic partnerships of the Urban Agenda for the EU (www.urbanagenda.urban-initiative.eu) with their aliases."""
PARTNERSHIPS = tuple(_PARTNERSHIP_NAMES)
_PREFIX = re.compile(
    r"(?:EU[\s-]*UP|UAEU|UP|EU urban partnerships?|urban agenda(?: for the EU)?)\b[\s:,\u2013-]*", re.IGNORECASE
)
_PLURAL = re.compile(r"(?:ies|(?<=[a-z])(?<!s)s)$")
_LISTED = LazyPattern(r"[;,]")
_NEAR_SPELLING = 0.87
"""The similarity of two names that differ by one typing error ("Urban Mobilty")."""


@lru_cache(maxsize=1024)
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
    """Return what the spellings of a partnership have in common, without a prefix such as "EU UP"."""
    prefix = _PREFIX.match(text)
    if prefix is not None:
        text = text[prefix.end() :]
    return _words_key(text)


@cache
def _partnership_keys() -> dict[str, str]:
    """Return the name of each partnership by the keys of its name and its aliases."""
    keys: dict[str, str] = {}
    for name, aliases in _PARTNERSHIP_NAMES.items():
        for spelling in (name, *aliases):
            keys[_words_key(spelling)] = name
    return keys


def _words_key(text: str) -> str:
    """Return the words of a name in alphabetical order, without small words and plural endings."""
    return " ".join(sorted(_singular(word) for word in words_in(text) - _SMALL_WORDS))


def _singular(word: str) -> str:
    """Return an English word without its plural ending."""
    return _PLURAL.sub(lambda ending: "y" if ending[0] == "ies" else "", word)


def partnership_hint(text: str) -> str:
    """Return the partnerships that a text is similar to, several as a list of them, or all partnerships."""
    names = [name.strip() for name in _LISTED.split(text)]
    if len(names) > 1 and len(text) <= MAX_NAME and all(map(find_partnership, names)):
        return f"write a list: [{', '.join(names)}]"
    known = f"known partnerships: {', '.join(_short_partnership_names())}"
    return did_you_mean(without_quotes(text), PARTNERSHIPS) or known


def _short_partnership_names() -> tuple[str, ...]:
    """Return the shortest known name of each partnership."""
    shortest = []
    for name, aliases in _PARTNERSHIP_NAMES.items():
        shortest.append(min([name, *aliases], key=len))
    return tuple(shortest)


# Words
_SMALL_WORDS = {"and", "the", "of", "in", "on", "for", "to"}
_NAME_WORD = re.compile(rf"[\w{MARKS}]+")


def words_in(text: str) -> set[str]:
    """Return the words of a name, in lower case."""
    return set(_NAME_WORD.findall(text.casefold()))


def quotes_hint(text: str) -> str:
    """Return what to do about a text in curly quotes."""
    return f"remove the quotes {curly_quotes(text)}, or use straight ones"
