"""The words of books that no pack has, such as "Contents", in all languages of `book_words.json`."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from ucap_reports.text.capitals_and_punctuation import colon
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, foreign_text, is_readable_as, like, lookup


class BookWords(Struct, frozen=True):
    """The words of a book in one language, such as "Contents"; `language` is its tag.

    Those with braces are patterns: `{count} pairings`.
    """

    language: str
    title: str
    subtitle: str
    contents: str
    overview: str
    pairing: str
    pairings: str
    pairing_unit: str
    pairings_unit: str
    city_unit: str
    cities_unit: str
    country_unit: str
    countries_unit: str
    outside_country_unit: str
    outside_unit: str
    europe_country_unit: str
    europe_unit: str
    outside: str
    by_country: str
    by_theme: str
    theme_note: str
    sentence_space: str
    more_themes: str
    full_stop: str
    page_before: str
    by_goal: str
    theme: str
    themes: str
    inhabitants: str
    inhabitants_in_words: str
    """The same after a number that ends with a word: "1,5 millones de habitantes"."""
    signed: str
    period: str
    city_pairing: str
    source: str
    other_pairings: str
    see: str
    index: str
    cities: str
    sources_and_contact: str
    sources: str
    sources_note: str
    contact: str
    updated: str
    other: str
    navigation: str
    back: str

    @property
    def colon(self) -> str:
        """The sign after a heading on the same line, with the spaces around it."""
        return colon(self.language)

    def language_of_values(self, wanted: str) -> str:
        """Return the language of dates and names of regions in a sentence: the one of the book, or that of the words if
        there are none in the language of the book.
        """
        return wanted if is_readable_as(self.language, wanted) else self.language

    def unit(self, name: str, count: int) -> str:
        """Return the words after a figure of the overview, such as "pairings"."""
        return self._units[name][0 if count == 1 else 1]

    @property
    def _units(self) -> Mapping[str, tuple[str, str]]:
        """The words after one and after several."""
        return {
            "pairings": (self.pairing_unit, self.pairings_unit),
            "cities": (self.city_unit, self.cities_unit),
            "countries": (self.country_unit, self.countries_unit),
            "outside": (self.outside_country_unit, self.outside_unit),
            "europe": (self.europe_country_unit, self.europe_unit),
        }

    def counted(self, count: int) -> str:
        """Return a number of pairings in words."""
        return self.pairing if count == 1 else filled(self.pairings, count=count)


def filled(pattern: str, **values: object) -> str:
    """Return one of the patterns with its values, tagged with its language if the pattern is."""
    return like(pattern.format(**values), pattern)


@cache
def book_words(language: str) -> BookWords:
    """Return the words in the nearest language that the product has, or else in English, tagged as such."""
    words = _all_words()
    tag = lookup(language, words)
    if tag is not None:
        return BookWords(tag, **words[tag])
    tagged = {name: foreign_text(text, DEFAULT_LANGUAGE) for name, text in words[DEFAULT_LANGUAGE].items()}
    return BookWords(DEFAULT_LANGUAGE, **tagged)


def languages_of_books() -> Collection[str]:
    """Return the languages that the product has words of books in."""
    return _all_words().keys()


@cache
def _all_words() -> Mapping[str, Mapping[str, str]]:
    words: Mapping[str, Mapping[str, str]] = json.loads(
        Path(__file__).with_name("book_words.json").read_text(encoding="utf-8")
    )
    return words
