"""The words that documents print beside those of plans, in the requested language.

First the words of a pack (`words_of`): its labels, titles and other texts. Then the words of books that no pack has,
such as "Contents" (`book_words`), in all languages of `book_words.json`.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path

from msgspec import Struct

from ucap_reports.plan.field_descriptions import Field
from ucap_reports.plan.numbers_and_amounts import names_square_kilometres
from ucap_reports.summary.numbers_dates_and_names import Formats, date_text
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import DATE, Wording
from ucap_reports.text.capitals_punctuation_and_plain_letters import colon, without_colon
from ucap_reports.text.language_tags import (
    DEFAULT_LANGUAGE,
    foreign_text,
    is_readable_as,
    like,
    lookup,
    tag_in_documents,
)
from ucap_reports.text.rich_text import RichText


class PackWords(Struct, frozen=True, dict=True):
    """The words of a pack, from its `wording` in the language `spoken` (None: its own) if it has them.

    `wanted` is the requested language, in which dates are written; `document` is the language of the document: text in
    another language is tagged with that language.
    """

    pack: Pack
    document: str
    wanted: str
    spoken: str | None

    @property
    def language(self) -> str:
        """The tag of the language of these words in documents."""
        return tag_in_documents(self.spoken or self.pack.settings.language)

    def label(self, field: str) -> RichText:
        """Return the label of the row of a field: the pack's, or that of the declaration of a custom field."""
        if field not in self._labels:
            label, language = self.label_with_language(field)
            self._labels[field] = self.formats.tagged(label, language)
        return self._labels[field]

    def label_with_language(self, field: str) -> tuple[RichText, str]:
        """Return the label of the row of a field, and its language."""
        if self.spoken is not None and field in self.pack.labels.get(self.spoken, {}):
            return self.pack.label(field, self.spoken), self.language
        label = self.pack.label(field)
        own = self.pack.settings.language
        declared = self.pack.declared_labels.get(field, {})
        nearest = lookup(self.wanted, declared)
        if nearest is not None and not is_readable_as(self.wanted, own):
            return declared[nearest], nearest
        for language in (own, "", *declared):  # the row of a field that no pack places has one of its labels
            if language in declared and (not label or declared[language] == label):
                return declared[language], language or own
        return label, own

    def choice(self, labels: Mapping[str, str], key: str) -> str:
        """Return the label of a choice in the requested language, or else in that of the pack or the project, or the
        key.
        """
        label, language = self.choice_with_language(labels)
        if not label:
            return key
        return self.formats.tagged(label, language)

    def choice_with_language(self, labels: Mapping[str, str]) -> tuple[str, str]:
        """Return the label of a choice and its language; empty if it has none."""
        own = self.pack.settings.language
        for language in (lookup(self.wanted, labels), own, "", *labels):
            if language is not None and language in labels:
                return labels[language], language or own
        return "", own

    def has_unit_in_label(self, field: str) -> bool:
        """Return whether the label of an area has its unit, so that the value needs none."""
        if any(rule.keep_unit for rule in self.pack.settings.rows if rule.field == field):
            return False
        return names_square_kilometres(self.label(field).text)

    def short_label(self, field: str) -> str:
        """Return the head of the column of a field in a table with a row for each city: its short label, or else the
        text of its label.
        """
        translated = self._in(self.spoken).short_labels.get(field)
        if translated is not None:
            return translated
        is_label_translated = self.spoken is not None and field in self.pack.labels.get(self.spoken, {})
        if not is_label_translated:
            own = self._own_short_label(field)
            if own is not None:
                return own
        return without_colon(self.label(field).text)

    def _own_short_label(self, field: str) -> str | None:
        """Return the short label of a row in the language of the pack; None without one.

        That of the rule is for the label of the rule, and not for one in `labels`.
        """
        own = self._in(None).short_labels.get(field)
        if own is not None or field in self.pack.labels.get(self.pack.settings.language, {}):
            return own
        for rule in self.pack.settings.rows:
            if rule.field == field:
                return rule.short_label
        return None

    def field_label(self, field: Field) -> str:
        """Return the label of a field without its colon: that of its row, the declared one, what offices call it, or
        its name in words.
        """
        label = self.label(field.key).text if field.has_row else ""
        if not label and field.labels:
            label, _ = self.choice_with_language(field.labels)
        if not label and field.has_row and field.import_names:
            name = field.import_names[0]
            label = f"{name[:1].upper()}{name[1:]}"
        return without_colon(label) or field.name.replace("_", " ").capitalize()

    @property
    def title(self) -> str:
        """The title of documents whose plan has none, in the language of the document."""
        language = self.pack.spoken_language(self.document)
        return self._in(language).title or self._in(None).title or self.pack.settings.title

    @property
    def lead(self) -> str:
        """The line before the contact."""
        return self._in(self.spoken).lead or self._in(None).lead or self.pack.settings.contact.lead

    @property
    def continued(self) -> str:
        """The text after the label of a row that continues on the next page."""
        return self._in(self.spoken).continued or self._in(None).continued or self.pack.settings.continued

    @property
    def total(self) -> str:
        """The label of the row with the totals of a table."""
        text = self._in(self.spoken).total
        if text is None:
            own = self._in(None).total or self.pack.settings.total
            return self.formats.tagged(own, self.pack.settings.language)
        return self.formats.tagged(text, self.language)

    @property
    def draft(self) -> str:
        """The text that marks a draft."""
        return self._in(self.spoken).draft or self._in(None).draft or self.pack.settings.draft

    def as_of(self, day: date) -> str:
        """Return the date of the content in the language of these words: "As of 30 April 2019"."""
        settings = self.pack.settings
        translated = self._in(self.spoken).as_of
        words = translated or self._in(None).as_of or settings.as_of
        is_translated = self.spoken is not None and translated is not None
        language = self.language if is_translated else settings.language
        return words.replace(DATE, date_text(day, language))

    @cached_property
    def unknown(self) -> RichText:
        """The text of a cell whose value is unknown."""
        text, language = self._unknown_with_language
        return self.formats.tagged(RichText.plain(text), language)

    @cached_property
    def unknown_name(self) -> str:
        """The same for one of several names, with its language if the document has another one."""
        text, language = self._unknown_with_language
        return self.formats.tagged(text, language)

    @property
    def _unknown_with_language(self) -> tuple[str, str]:
        """The text of an unknown value, and its language."""
        translated = self._in(self.spoken).unknown
        if translated is None:
            own = self._in(None).unknown
            return self.pack.settings.unknown if own is None else own, self.pack.settings.language
        return translated, self.language

    @cached_property
    def _labels(self) -> dict[str, RichText]:
        """The labels so far, which all documents with these words share."""
        return {}

    @cached_property
    def formats(self) -> Formats:
        """How numbers, dates and goals are written."""
        return Formats(self.pack.settings.number_format, self.spoken, self.wanted, self.document)

    def day_text(self, day: date) -> str:
        """Return a date in words: "1 April 2019"."""
        return date_text(day, self.wanted)

    def _in(self, language: str | None) -> Wording:
        """Return the words of the pack in a language; None is that of the pack."""
        return self.pack.settings.wording.get(language or self.pack.settings.language, Wording())


@lru_cache(maxsize=64)
def words_of(pack: Pack, document: str, asked: str | None) -> PackWords:
    """Return the words of the pack in the requested language, or else in the document's; the same ones for all
    documents of a batch.
    """
    wanted = asked or document
    return PackWords(pack, document, wanted, pack.spoken_language(wanted))


# Words of books
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
        after_one, after_several = self._units[name]
        return after_one if count == 1 else after_several

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
        if count == 1:
            return self.pairing
        return filled(self.pairings, count=count)


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
    """Return the words of books by language."""
    content = Path(__file__).with_name("book_words.json").read_text(encoding="utf-8")
    words: Mapping[str, Mapping[str, str]] = json.loads(content)
    return words
