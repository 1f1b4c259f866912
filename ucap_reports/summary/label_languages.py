"""The words of a pack in the requested language, and the formats of numbers and dates in it."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.vocabulary import goal_languages, goal_title
from ucap_reports.template.number_formats import MILLION, figure_text, number_text
from ucap_reports.template.pack import DATE, Pack, Wording
from ucap_reports.text.language_tags import REGIONAL, is_readable_as, lookup
from ucap_reports.text.rich_text import Break, Inline, Paragraph, RichText


class PackWords(Struct, frozen=True):
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
        return REGIONAL.get(tag := self.spoken or self.pack.settings.language, tag)

    def label(self, field: str) -> RichText:
        """The label of the row of a field."""
        own = self.spoken is None or field not in self.pack.labels.get(self.spoken, {})
        label = self.pack.label(field, self.spoken)
        return self._tagged(label, self.pack.settings.language if own else self.language)

    def short_label(self, field: str) -> str:
        """The head of the column of a field in a table with a row for each city."""
        return self.pack.short_label(field, self.spoken)

    @property
    def title(self) -> str:
        """The title of documents whose plan has none, in the language of the document."""
        found = self.pack.spoken_language(self.document)
        return self._in(found).title or self.pack.settings.title

    @property
    def lead(self) -> str:
        """The line before the contact."""
        return self._in(self.spoken).lead or self.pack.settings.contact.lead

    @property
    def continued(self) -> str:
        """The text after the label of a row that continues on the next page."""
        return self._in(self.spoken).continued or self.pack.settings.continued

    @property
    def draft(self) -> str:
        """The text that marks a draft."""
        return self._in(self.spoken).draft or self.pack.settings.draft

    def as_of(self, day: date) -> str:
        """The date of the content in the language of these words: "As of 30 April 2019"."""
        words = self._in(self.spoken).as_of or self.pack.settings.as_of
        own = self.spoken is None or self._in(self.spoken).as_of is None
        return words.replace(DATE, _date_text(day, self.pack.settings.language if own else self.language))

    @property
    def unknown(self) -> RichText:
        """The text of a cell whose value is unknown."""
        other = self._in(self.spoken).unknown
        if other is None:
            return self._tagged(RichText.plain(self.pack.settings.unknown), self.pack.settings.language)
        return self._tagged(RichText.plain(other), self.language)

    def figure(self, value: float) -> RichText:
        """A population; from a million on with the word for it, if the pack's number format has one."""
        example = self.pack.settings.number_format
        if self.spoken is None:
            return RichText.plain(figure_text(value, example))
        has_word = figure_text(MILLION, example) != number_text(MILLION, example)
        text = _millions(value, self.spoken) if has_word and value >= MILLION else _decimal(value, self.spoken)
        return self._tagged(RichText.plain(text), self.language)

    def number(self, value: float, decimals: int, unit: str = "") -> RichText:
        """An area with all its digits, and at least `decimals` decimals, before its unit."""
        if self.spoken is None:
            return RichText.plain(number_text(value, self.pack.settings.number_format, decimals) + unit)
        return RichText.plain(_decimal(value, self.spoken, decimals) + unit)

    def goal(self, number: int) -> RichText:
        """A Sustainable Development Goal with its official title, in English if the language has none."""
        language = lookup(self.wanted, goal_languages()) or "en"
        return self._tagged(RichText.plain(f"SDG {number} {goal_title(number, language)}"), language)

    def day(self, day: date) -> RichText:
        """A date in words, tagged with its language."""
        return self._tagged(RichText.plain(self.day_text(day)), self.wanted)

    def day_text(self, day: date) -> str:
        """A date in words: "1 April 2019"."""
        return _date_text(day, self.wanted)

    def _in(self, language: str | None) -> Wording:
        return self.pack.settings.wording.get(language or self.pack.settings.language, Wording())

    def _tagged(self, text: RichText, language: str) -> RichText:
        """The text, tagged with its language if the document has another one."""
        if is_readable_as(language, self.document):
            return text
        named = REGIONAL.get(language, language)
        return RichText(tuple(Paragraph(_tagged(paragraph.inlines, named)) for paragraph in text.paragraphs()))


def words_of(pack: Pack, document: str, asked: str | None) -> PackWords:
    """The words of the pack in the requested language, or else in the document's."""
    wanted = asked or document
    return PackWords(pack, document, wanted, pack.spoken_language(wanted))


def _tagged(inlines: tuple[Inline, ...], language: str) -> tuple[Inline, ...]:
    return tuple(each if isinstance(each, Break) else replace(each, language=language) for each in inlines)


def language_name(tag: str) -> str:
    """The name of a language in the language itself, with a capital letter; the tag of an unknown one."""
    locale = _locale(tag)
    name = str(locale.display_name) if locale is not None and locale.display_name else tag
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=64)
def _locale(language: str) -> Any:
    """Babel's data about a language; None for an unknown one."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - many summaries need no such formats

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _date_text(day: date, language: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - see _locale

    locale = _locale(language)
    if locale is None:
        return day.isoformat()
    return str(format_date(day, "d MMMM y" if locale.language == "en" else "long", locale=locale))


def _decimal(value: float, language: str, decimals: int = 0) -> str:
    """A number with all its digits, and with `decimals` decimals unless that is 0."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - see _locale

    locale = _locale(language)
    if locale is None:
        return f"{value:,.{decimals}f}" if decimals else f"{value:,}"
    if decimals:
        whole, _, _ = locale.decimal_formats[None].pattern.partition(".")
        return str(format_decimal(value, f"{whole}.{'0' * decimals}", locale))
    return str(format_decimal(value, locale=locale, decimal_quantization=False))


def _millions(value: float, language: str) -> str:
    """A large number in the short form of its language: "13,6 Millionen", "1360万"."""
    from babel.numbers import format_compact_decimal  # noqa: PLC0415 - see _locale

    locale = _locale(language)
    if locale is None:
        return _decimal(value, language)
    patterns: Mapping[str, object] = locale.compact_decimal_formats
    length: Literal["long", "short"] = "long" if "long" in patterns else "short"
    digits = 2 if locale.language == "hi" else 1  # a crore is ten million
    return str(format_compact_decimal(value, format_type=length, locale=locale, fraction_digits=digits))
