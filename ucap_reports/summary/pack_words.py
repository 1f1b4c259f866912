"""The words of a pack in the requested language, and how the numbers, dates and goals of a summary are written: in the
pack's formats, and in that language. Books have words that no pack has, such as "Contents", in all languages of
`book_words.json`.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec import Struct

from ucap_reports.plan.field_descriptions import Field
from ucap_reports.plan.vocabulary import GOAL_TITLES, country_names, locale_of
from ucap_reports.plan.written_values import SQUARE_KILOMETRES, Quantity, written_number
from ucap_reports.template.pack import DATE, MILLION, Pack, Wording, figure_text, is_in_millions, number_text
from ucap_reports.text.language_tags import (
    DEFAULT_LANGUAGE,
    REGIONAL,
    foreign_text,
    is_readable_as,
    like,
    lookup,
    primary,
)
from ucap_reports.text.orthography import colon, without_colon
from ucap_reports.text.rich_text import RichText, in_language

_SQUARE_KILOMETRES = (SQUARE_KILOMETRES, "كم²", "किमी²", "平方公里")
"""The unit in the languages of the labels of the shipped packs."""
Text = TypeVar("Text", str, RichText)


# Numbers, dates and goals
class Formats(Struct, frozen=True):
    """`example` is how the pack prints 13600000. Numbers are written like it or, if the pack's words are in a language
    that it translates them to, in that language, `spoken`, if Babel knows it; dates and goals are in the `wanted`
    language. Text in another language than `document` is tagged with its language.
    """

    example: str = "13,600,000"
    spoken: str | None = None
    wanted: str = "en"
    document: str = "en"

    def figure(self, value: float, *, in_millions: bool | None = None, decimals: int = 0) -> str:
        """Return a population; from a million, with the word for millions, if the pack's number format has one.

        `in_millions` prints also smaller numbers, or no numbers, in millions, with `decimals` decimals.
        """
        locale = None if self.spoken is None else locale_of(self.spoken)
        if self.spoken is None or locale is None:
            return figure_text(value, self.example, in_millions=in_millions, decimals=decimals)
        if not is_in_millions(value, self.example, wanted=in_millions):
            text = _decimal(value, locale)
        elif in_millions:
            text = _compared_millions(value, locale, decimals)
        else:
            text = _millions(value, locale)
        return self.tagged(text, self.spoken)

    def number(self, value: float, decimals: int = 0, unit: str = "") -> str:
        """Return a number with all its digits, and at least `decimals` decimals, before its unit."""
        locale = None if self.spoken is None else locale_of(self.spoken)
        if self.spoken is None or locale is None:
            return number_text(value, self.example, decimals) + unit
        return self.tagged(_decimal(value, locale, decimals) + unit, self.spoken)

    def rewritten(self, quantity: Quantity, *, of_people: bool) -> str:
        """Return a population or an area that was written as text with its number in the format of the document.

        In English documents it stays as it was written, unless its separators have the other meaning there, as in
        "677.381" people beside "1,985,000". A number that is ambiguous or among other words stays, and so does one in
        the form of the document itself, such as "1360万".
        """
        text = quantity.text or ""
        number = written_number(text, of_people=of_people)
        if number is None or number.value is None or not quantity.is_number:
            return text
        if not self.rewrites and not self._contradicts(text[number.start : number.end], number.decimals):
            return text
        if quantity.value is not None and text == self.figure(quantity.value):
            return text
        return text[: number.start] + str(self.number(number.value, number.decimals)) + text[number.end :]

    def is_foreign(self, quantity: Quantity, *, of_people: bool) -> bool:
        """Return whether the number of a text is printed in another format than that of the document."""
        text = quantity.text or ""
        number = written_number(text, of_people=of_people)
        if number is None:
            return False
        written = text[number.start : number.end]
        if not self.rewrites:
            return not quantity.is_number and number.value is not None and self._contradicts(written, number.decimals)
        if number.value is None:
            return self.group not in written
        return (
            not quantity.is_number and not written.isdigit() and written != self.number(number.value, number.decimals)
        )

    def _contradicts(self, written: str, decimals: int) -> bool:
        """Return whether points and commas of a number have another meaning than in the format of the document."""
        whole = written
        if decimals:
            whole, point = written[: -decimals - 1], written[-decimals - 1]
            if point not in str(self.number(0.5, 1)):
                return True
        return any(separator in whole and separator != self.group for separator in ".,")

    @property
    def rewrites(self) -> bool:
        """Whether numbers that were written as text are rewritten."""
        return primary(self.wanted) != primary(DEFAULT_LANGUAGE)

    @property
    def group(self) -> str:
        """The separator of thousands; empty for a format without one."""
        return next((character for character in self.number(MILLION) if not character.isdigit()), "")

    def date(self, day: date) -> str:
        """Return a date in words: "1 April 2019"."""
        return self.tagged(date_text(day, self.wanted), self.wanted)

    def month(self, year: int, month: int | None) -> str:
        """Return a month of a year, or a year: "March 2026"."""
        return self.tagged(_month_text(year, month, self.wanted), self.wanted)

    def money(self, amount: Decimal, currency: str, decimals: int) -> str:
        """Return an amount with the sign of its currency, as is usual in the language, with as many decimals as
        `decimals`.
        """
        return self.tagged(_money_text(amount, currency, decimals, self.wanted), self.wanted)

    def goal(self, number: int) -> str:
        """Return the official title of a Sustainable Development Goal, in English if the language has none."""
        language = lookup(self.wanted, GOAL_TITLES) or "en"
        return self.tagged(GOAL_TITLES[language][number], language)

    def tagged(self, text: Text, language: str) -> Text:
        """Return the text, tagged with its language if the document has another one."""
        same = is_readable_as(language, self.document)
        return text if same else in_language(text, REGIONAL.get(language, language))


def country_name(code: str, language: str) -> str:
    """Return the name of a country in a language; its code for an unknown one."""
    if primary(language) != primary(DEFAULT_LANGUAGE):
        locale = locale_of(language)
        if locale is not None:
            return str(locale.territories.get(code, code))
    return country_names().get(code, (code,))[0]


def date_text(day: date, language: str) -> str:
    """Return a date in the words of a language."""
    from babel.dates import format_date  # noqa: PLC0415 - see locale_of

    locale = locale_of(language)
    if locale is None:
        return day.isoformat()
    return str(format_date(day, "d MMMM y" if locale.language == "en" else "long", locale=locale))


def _month_text(year: int, month: int | None, language: str) -> str:
    """Return a month of a year, or a year, in the words of a language."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - see locale_of

    locale = locale_of(language)
    if locale is None:
        return f"{year:04}" if month is None else f"{year:04}-{month:02}"
    first = date(year, month or 1, 1)
    return str(format_skeleton("y" if month is None else "yMMMM", first, locale=locale))


def _money_text(amount: Decimal, currency: str, decimals: int, language: str) -> str:
    """Return an amount of money as is usual in a language, with a number of decimals."""
    from babel.numbers import format_currency  # noqa: PLC0415 - see locale_of

    locale = locale_of(language) or locale_of("en")
    fraction = f"0.{'0' * decimals}" if decimals else "0"
    pattern = re.sub(r"0\.0+", fraction, locale.currency_formats["standard"].pattern)
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))


def _millions(value: float, locale: Any) -> str:
    """Return a large number in the short form of its language: "13,6 Millionen", "1360万"."""
    from babel.numbers import format_compact_decimal  # noqa: PLC0415 - see locale_of

    patterns: Mapping[str, object] = locale.compact_decimal_formats
    length: Literal["long", "short"] = "long" if "long" in patterns else "short"
    digits = 2 if locale.language == "hi" else 1  # a crore is ten million
    whole = round(value)  # "1 Million", not "1.0 Millionen"
    return str(format_compact_decimal(whole, format_type=length, locale=locale, fraction_digits=digits))


def _compared_millions(value: float, locale: Any, decimals: int) -> str:
    """Return a number in millions with that number of decimals, also a smaller one: "0,96 Millionen".

    In languages that count in other units, such as 万, the number in these.
    """
    patterns: Mapping[str, Mapping[str, Any]] = locale.compact_decimal_formats
    by_form = patterns["long" if "long" in patterns else "short"]
    millions = round(value / MILLION, decimals)
    form = locale.plural_form(Decimal(f"{millions:.{decimals}f}"))
    pattern = str((by_form.get(form) or by_form["other"])[str(MILLION)].pattern)
    if pattern.count("0") != 1:
        return _millions(value, locale)
    return pattern.replace("0", _decimal(millions, locale, decimals))


def _decimal(value: float, locale: Any, decimals: int = 0) -> str:
    """Return a number with all its digits, and with `decimals` decimals unless that is 0."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - see locale_of

    if decimals:
        whole, _, _ = locale.decimal_formats[None].pattern.partition(".")
        return str(format_decimal(value, f"{whole}.{'0' * decimals}", locale))
    return str(format_decimal(value, locale=locale, decimal_quantization=False))


# Words
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
        tag = self.spoken or self.pack.settings.language
        return REGIONAL.get(tag, tag)

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
        return self.formats.tagged(label, language) if label else key

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
        label = self.label(field).text
        return any(unit in label for unit in _SQUARE_KILOMETRES)

    def short_label(self, field: str) -> str:
        """Return the head of the column of a field in a table with a row for each city: its short label, or else the
        text of its label.
        """
        short = self._in(self.spoken).short_labels.get(field)
        if short is not None:
            return short
        own = next((rule.short_label for rule in self.pack.settings.rows if rule.field == field), None)
        if own is not None and field not in self.pack.labels.get(self.spoken or self.pack.settings.language, {}):
            return own
        return without_colon(self.label(field).text)

    def field_label(self, field: Field) -> str:
        """Return the label of a field without its colon: that of its row, the declared one, what offices call it, or
        its name in words.
        """
        label = self.label(field.key).text if field.has_row else ""
        if not label and field.labels:
            label = self.choice_with_language(field.labels)[0]
        if not label and field.has_row and field.import_names:
            label = f"{field.import_names[0][:1].upper()}{field.import_names[0][1:]}"
        return without_colon(label) or field.name.replace("_", " ").capitalize()

    @property
    def title(self) -> str:
        """The title of documents whose plan has none, in the language of the document."""
        return self._in(self.pack.spoken_language(self.document)).title or self.pack.settings.title

    @property
    def lead(self) -> str:
        """The line before the contact."""
        return self._in(self.spoken).lead or self.pack.settings.contact.lead

    @property
    def continued(self) -> str:
        """The text after the label of a row that continues on the next page."""
        return self._in(self.spoken).continued or self.pack.settings.continued

    @property
    def total(self) -> str:
        """The label of the row with the totals of a table."""
        text = self._in(self.spoken).total
        if text is None:
            return self.formats.tagged(self.pack.settings.total, self.pack.settings.language)
        return self.formats.tagged(text, self.language)

    @property
    def draft(self) -> str:
        """The text that marks a draft."""
        return self._in(self.spoken).draft or self.pack.settings.draft

    def as_of(self, day: date) -> str:
        """Return the date of the content in the language of these words: "As of 30 April 2019"."""
        words = self._in(self.spoken).as_of or self.pack.settings.as_of
        own = self.spoken is None or self._in(self.spoken).as_of is None
        return words.replace(DATE, date_text(day, self.pack.settings.language if own else self.language))

    @cached_property
    def unknown(self) -> RichText:
        """The text of a cell whose value is unknown."""
        other = self._in(self.spoken).unknown
        if other is None:
            return self.formats.tagged(RichText.plain(self.pack.settings.unknown), self.pack.settings.language)
        return self.formats.tagged(RichText.plain(other), self.language)

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
        return self.pack.settings.wording.get(language or self.pack.settings.language, Wording())


@lru_cache(maxsize=64)
def words_of(pack: Pack, document: str, asked: str | None) -> PackWords:
    """Return the words of the pack in the requested language, or else in the document's; the same ones for all
    documents of a batch.
    """
    wanted = asked or document
    return PackWords(pack, document, wanted, pack.spoken_language(wanted))


def language_name(tag: str) -> str:
    """Return the name of a language in the language itself, with a capital letter; the tag of an unknown one."""
    locale = locale_of(tag)
    name = str(locale.display_name) if locale is not None and locale.display_name else tag
    return name[:1].upper() + name[1:]


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


@cache
def _all_words() -> Mapping[str, Mapping[str, str]]:
    words: Mapping[str, Mapping[str, str]] = json.loads(
        Path(__file__).with_name("book_words.json").read_text(encoding="utf-8")
    )
    return words
