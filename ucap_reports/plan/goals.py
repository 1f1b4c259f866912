"""The Sustainable Development Goals: their official titles and colours, the forms in which people name them, and what
to write instead of a text that names none.
"""

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct, json

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.plan.amounts_and_dates import with_ascii_digits
from ucap_reports.plan.unknown_values import PLACEHOLDER_HINT, is_placeholder
from ucap_reports.plan.vocabulary import SMALL_WORDS, quotes_hint, words_in
from ucap_reports.problems import problem, shortened, suggesting
from ucap_reports.source.model_validation import refusal
from ucap_reports.source.yaml_tree import without_quotes
from ucap_reports.text.language_tags import lookup

_ENGLISH = "en"
_TABLE: dict[str, dict[str, Any]] = json.decode(Path(__file__).with_suffix(".json").read_bytes())
GOAL_TITLES = {language: dict(enumerate(goals["titles"], 1)) for language, goals in _TABLE.items()}
"""The official short titles of the goals by language and number."""
GOALS: dict[int, str] = GOAL_TITLES[_ENGLISH]
"""The titles in English."""
_OFFICIAL_COLOURS = (
    *("E5243B", "DDA63A", "4C9F38", "C5192D", "FF3A21", "26BDE2", "FCC30B", "A21942", "FD6925"),
    *("DD1367", "FD9D24", "BF8B2E", "3F7E44", "0A97D9", "56C02B", "00689D", "19486A"),
)
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
_FIRST = re.compile(
    r"(?:SDG|Goal)\s*(?:[-#]\s*)?(\d{1,3})(?!\.?\d)[\s:.,\uff1a\uff0c\u2013\u2014-]*(.*)", re.IGNORECASE
)
"""The number before the wording, as in "SDG 11: own wording"."""
_LAST = RarePattern(
    r"(.*?)(?<![\s:.,(\uff1a\uff0c\uff08\u2013\u2014-])[\s:.,(\uff1a\uff0c\uff08\u2013\u2014-]*(?<![A-Za-z])SDG\s*(?:[-#]\s*)?(\d{1,3})\s*[)\uff09]?\.?",
    re.IGNORECASE,
)
"""The number after the wording, as in "own wording (SDG 11)"."""
_MORE = re.compile(r"\bSDG\s*\d|(?:[;,/&]|\band)\s*Goal\s*\d|^\W*(?:and\W+)?\d[\d\W]*$", re.IGNORECASE)
"""Further goals in the wording of one."""
_FOREIGN = re.compile(
    r"(?:\b(?:odd|ods|ziel|objectif|objetivo|obiettivo|doel|cel)\b|\u76ee\u6807|\u76ee\u6a19|\u0627\u0644\u0647\u062f\u0641)[\s-]*(?=\d)",
    re.IGNORECASE,
)
"""The word before the number of a goal in other languages than English."""
_WIDE_LETTERS = (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
_NARROW = {letter: letter - 0xFEE0 for letter in _WIDE_LETTERS}
"""The letters of ASCII by the wide forms that Chinese and Japanese texts have of them."""


def goal_in(text: str) -> Goal:
    """Return a goal in any of the usual forms: `11`, `SDG 11`, `SDG9: own wording`, `own wording: SDG 11`.

    The text is one line. Raises the error `refusal` for another text, for several goals and for unknown numbers.
    """
    narrow = with_narrow_letters(text)
    if narrow.isascii() and narrow.isdecimal() and len(narrow) < len("1000"):
        number, wording = int(narrow), ""
    elif match := _FIRST.fullmatch(narrow):
        number, wording = int(match[1]), text[match.start(2) : match.end(2)].strip()
    elif match := _LAST.fullmatch(narrow):
        number, wording = int(match[2]), text[match.start(1) : match.end(1)].strip()
    else:
        hint = PLACEHOLDER_HINT if is_placeholder(text) else _goal_hint(text)
        raise refusal(problem("sdg-unknown", form="none", text=shortened(text), hint=hint))
    if _MORE.search(wording):
        raise refusal(problem("sdg-unknown", form="several", text=shortened(text), hint=_numbers_hint(text)))
    if number not in GOALS:
        raise refusal(problem("sdg-unknown", form="number", number=number))
    return Goal(number, wording or None)


def with_narrow_letters(text: str) -> str:
    """Return a text of the same length with letters and digits of ASCII instead of their wide forms."""
    return with_ascii_digits(text).translate(_NARROW)


def with_english_word(text: str) -> str:
    """Return a text with "SDG" instead of the words for a goal in other languages, as in "ODD 11" and "Ziel 11".

    Imported files may have such words; plans have "SDG" in every language.
    """
    return _FOREIGN.sub("SDG ", text)


# Goals that a text names by words of their titles
_ENGLISH_WORDS_OF_MANY = {"sustainable", "development", "goal", "goals", "global", "urban"}
_GOAL_WORD = r"(?:(?:sustainable development )?goals?|sdgs?)?[\s:#-]*(?:n[o\u00b0r]?\.?\s*)?"
_NUMBERS = RarePattern(_GOAL_WORD + r"\d{1,2}(?:(?:\s*[;,/&+]\s*|\s+(?:and\s+)?)\d{1,2})+", re.IGNORECASE)
"""A list of numbers, which may be after one word for goals."""
_NUMBER = RarePattern(_GOAL_WORD + r"(?P<number>\d{1,2})(?!\.?\d)[\s:.,-]*+(?P<wording>\D*)", re.IGNORECASE)
"""A number with another word for a goal than in plans, or without one before the wording."""


def goal_meant(wording: str, language: str) -> tuple[int, str] | None:
    """Return the goal that a wording names by words of its title in English or in a language, and the language."""
    for title_language in _languages(language):
        number = goal_named(wording, title_language)
        if number is not None:
            return number, title_language
    return None


@lru_cache(maxsize=1024)
def goal_named(wording: str, language: str = _ENGLISH) -> int | None:
    """Return the goal whose title in a language has all significant words of a wording; None if none or several have.

    A word that several titles have names no goal alone.
    """
    words = _significant(wording, language)
    if words <= _words_of_many(language):
        return None
    named = [number for number, title in GOAL_TITLES[language].items() if words <= _significant(title, language)]
    return named[0] if len(named) == 1 else None


def shares_words(wording: str, goal: int, language: str) -> bool:
    """Return whether a wording has a significant word of the goal's title in English or in a language."""
    for title_language in _languages(language):
        title = GOAL_TITLES[title_language][goal]
        shared = _significant(wording, title_language) & _significant(title, title_language)
        if not shared <= _words_of_many(title_language):
            return True
    return False


def _languages(language: str) -> tuple[str, ...]:
    """Return the languages of the titles that are searched for the wordings of a plan: English, and its own."""
    return tuple(dict.fromkeys([_ENGLISH, lookup(language, GOAL_TITLES) or _ENGLISH]))


@lru_cache(maxsize=1024)
def _significant(text: str, language: str) -> frozenset[str]:
    """Return the words that distinguish one goal from another."""
    words = frozenset(words_in(text))
    return words - SMALL_WORDS - _ENGLISH_WORDS_OF_MANY if language == _ENGLISH else words


@cache
def _words_of_many(language: str) -> frozenset[str]:
    """Return the words that several titles in a language have, such as "and"; English ones have their own list."""
    if language == _ENGLISH:
        return frozenset()
    counts = Counter(word for title in GOAL_TITLES[language].values() for word in words_in(title))
    return frozenset(word for word, count in counts.items() if count > 1)


def _numbers_hint(text: str) -> str | None:
    """Return how a list of numbers of goals is written; None for other texts."""
    narrow = with_narrow_letters(text)
    return f"write a list: [{', '.join(re.findall(r'[0-9]+', narrow))}]" if _NUMBERS.fullmatch(narrow) else None


def _goal_hint(text: str) -> str | None:
    """Return what to write instead of a text that does not name a goal."""
    bare = without_quotes(text)
    named = with_english_word(with_narrow_letters(bare))
    numbers = _numbers_hint(named)
    if numbers is not None:
        return numbers
    numbered = _NUMBER.fullmatch(named)
    if numbered is not None and int(numbered["number"]) in GOALS and bare == text:
        return suggesting([f"SDG {int(numbered['number'])} {numbered['wording']}".strip()])
    if number := goal_named(bare):
        return suggesting([f"SDG {number} {GOALS[number]}"])
    for language, titles in GOAL_TITLES.items():
        number = goal_named(bare, language)
        if number is not None and words_in(bare) == words_in(titles[number]):  # one word may be of many languages
            return suggesting([f"SDG {number} {titles[number]}"])
    return quotes_hint(text) if bare != text else None
