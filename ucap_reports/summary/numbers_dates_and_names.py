"""How a summary writes numbers, amounts and dates: in the formats of the pack and of the language (`Formats`); and the
names of goals, countries and languages in a language.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct

from ucap_reports.plan.countries_goals_and_partnerships import country_names, goal_title
from ucap_reports.plan.numbers_and_amounts import Quantity, written_number
from ucap_reports.template.pack_settings_and_number_format import NumberFormat
from ucap_reports.text.capitals_punctuation_and_plain_letters import with_capital
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, is_readable_as, locale_of, primary, tag_in_documents
from ucap_reports.text.rich_text import RichText, in_language

MILLION = 1_000_000
Text = TypeVar("Text", str, RichText)


class Formats(Struct, frozen=True, dict=True):
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

    def gap_before(self, unit: str) -> str:
        """Return what is between a number and its unit, or the words after it: a space before a percent sign in the
        languages that have one, such as German, and in all languages before "°C", but not before "°".
        """
        if not unit or unit[0] in ",.;:)":
            return ""
        if unit[0] == "%":
            return self._gap_before_percent
        is_angle = unit[0] == "°" and not unit[1:2].isalpha()
        return "" if is_angle else " "

    @property
    def _gap_before_percent(self) -> str:
        """The white space before a percent sign in the language of numbers."""
        locale = None if self.spoken is None else locale_of(self.spoken)
        if locale is None:
            return ""
        gap = re.search(r"0(\s*)%", str(locale.percent_formats[None].pattern))
        return gap[1] if gap is not None else ""

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
        formatted = str(self.number(number.value, number.decimals))
        return text[: number.start] + formatted + text[number.end :]

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
        if quantity.is_number or written.isdigit():
            return False
        return written != self.number(number.value, number.decimals)

    def _contradicts(self, written: str, decimals: int) -> bool:
        """Return whether points and commas of a number have another meaning than in the format of the document."""
        whole = written
        if decimals:
            point_offset = len(written) - decimals - 1
            if written[point_offset] not in self._half:
                return True
            whole = written[:point_offset]
        return any(separator in whole and separator != self.group for separator in ".,")

    @property
    def rewrites(self) -> bool:
        """Whether numbers that were written as text are rewritten."""
        return primary(self.wanted) != primary(DEFAULT_LANGUAGE)

    @cached_property
    def _half(self) -> str:
        """The number 0.5, in which the decimal point is the only sign."""
        return str(self.number(0.5, 1))

    @cached_property
    def group(self) -> str:
        """The separator of thousands; empty for a format without one."""
        for character in self.number(MILLION):
            if not character.isdigit():
                return character
        return ""

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

    def percent(self, share: float) -> str:
        """Return a share from 0 to 1 in whole percent: "48%", "48 %"."""
        return self.tagged(_percent_text(share, self.wanted), self.wanted)

    def goal(self, number: int) -> str:
        """Return the official title of a Sustainable Development Goal, in English if the language has none."""
        title, language = goal_title(number, self.wanted)
        return self.tagged(title, language)

    def tagged(self, text: Text, language: str) -> Text:
        """Return the text, tagged with its language if the document has another one."""
        if is_readable_as(language, self.document):
            return text
        tagged: Text = in_language(text, tag_in_documents(language))
        return tagged


def country_name(code: str, language: str) -> str:
    """Return the name of a country in a language; its code for an unknown one."""
    if primary(language) != primary(DEFAULT_LANGUAGE):
        locale = locale_of(language)
        if locale is not None:
            return str(locale.territories.get(code, code))
    return country_names().get(code, (code,))[0]


def language_name(tag: str) -> str:
    """Return the name of a language in the language itself, with a capital letter; the tag of an unknown one."""
    name = tag
    locale = locale_of(tag)
    if locale is not None and locale.display_name:
        name = str(locale.display_name)
    return with_capital(name, tag)


def date_text(day: date, language: str) -> str:
    """Return a date in the words of a language."""
    from babel.dates import format_date  # noqa: PLC0415 - see locale_of

    locale = locale_of(language)
    if locale is None:
        return day.isoformat()
    form = "d MMMM y" if locale.language == "en" else "long"
    text = str(format_date(day, form, locale=locale))
    if locale.language == "fr" and day.day == 1:  # only the first day has an ordinal number, which CLDR does not know
        return f"1er{text.removeprefix('1')}"
    return text


def _month_text(year: int, month: int | None, language: str) -> str:
    """Return a month of a year, or a year, in the words of a language."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - see locale_of

    locale = locale_of(language)
    if locale is None:
        return f"{year:04}" if month is None else f"{year:04}-{month:02}"
    first_day = date(year, month or 1, 1)
    skeleton = "y" if month is None else "yMMMM"
    return str(format_skeleton(skeleton, first_day, locale=locale))


def _percent_text(share: float, language: str) -> str:
    """Return a share from 0 to 1 in whole percent, as is usual in a language."""
    from babel.numbers import format_percent  # noqa: PLC0415 - see locale_of

    locale = locale_of(language) or locale_of("en")
    return str(format_percent(round(share, 2), locale=locale))


def _money_text(amount: Decimal, currency: str, decimals: int, language: str) -> str:
    """Return an amount of money as is usual in a language, with a number of decimals."""
    from babel.numbers import format_currency, get_currency_symbol  # noqa: PLC0415 - see locale_of

    locale = locale_of(language) or locale_of("en")
    fraction = f"0.{'0' * decimals}" if decimals else "0"
    pattern = re.sub(r"0\.0+", fraction, locale.currency_formats["standard"].pattern)
    pattern = _spaced_pattern(pattern, get_currency_symbol(currency, locale))
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))


def _spaced_pattern(pattern: str, symbol: str) -> str:
    """Return the pattern of an amount with a no-break space between digits and the letters of a currency: "CHF 12,500".

    It is the rule `currencySpacing` of CLDR (UTS #35, part 3), which Babel does not have: a sign such as "$" has none.
    """
    if _is_spaced(symbol[-1]):
        pattern = re.sub(r"¤(?=[#0])", "¤\N{NO-BREAK SPACE}", pattern)
    if _is_spaced(symbol[0]):
        pattern = re.sub(r"(?<=[#0])¤", "\N{NO-BREAK SPACE}¤", pattern)
    return pattern


def _is_spaced(character: str) -> bool:
    """Return whether a character of a currency is neither a sign nor a space."""
    return unicodedata.category(character)[0] not in "SZ"


def _millions(value: float, locale: Any) -> str:
    """Return a large number in the short form of its language: "13,6 Millionen", "1360万"."""
    decimals = 2 if locale.language == "hi" else 1  # a crore is ten million
    whole = Decimal(round(value))
    patterns = _patterns_of_units(locale)["other"]
    units = [int(unit) for unit in patterns if int(unit) <= whole]
    if not units:  # Pashto has no words for large numbers
        return _decimal(value, locale)
    unit = max(units)
    digits = patterns[str(unit)].pattern.count("0")
    divisor = unit // 10 ** (digits - 1)  # the pattern of a million may be of ten thousands: 100万
    number = round(whole / divisor, decimals)
    rounded = Decimal(f"{number.normalize():f}")  # "1 Million", not "1.0 Millionen"
    pattern = _pattern(rounded, unit, locale)
    return str(pattern.apply(rounded, locale, decimal_quantization=False))


def _compared_millions(value: float, locale: Any, decimals: int) -> str:
    """Return a number in millions with that number of decimals, also a smaller one: "0,96 Millionen".

    In languages that count in other units, it is in the one in which they print a million, with as many digits: 1360万
    beside 96万, and 136 लाख beside 28 लाख.
    """
    of_a_million = _patterns_of_units(locale)["other"].get(str(MILLION))
    if of_a_million is None:
        return _millions(value, locale)
    more_digits = of_a_million.pattern.count("0") - 1  # of a million than "1": 100万
    decimals = max(decimals - more_digits, 0)
    rounded = round(value / MILLION * 10**more_digits, decimals)
    number = Decimal(f"{rounded:.{decimals}f}")
    pattern = _pattern(number, MILLION, locale)
    digits = _decimal(number, locale, decimals, is_grouped=not more_digits)
    return f"{pattern.prefix[0]}{digits}{pattern.suffix[0]}"


def _pattern(number: Decimal, unit: int, locale: Any) -> Any:
    """Return the pattern of a number of millions or another unit: "0 Million" for 1, "0 Millionen" for 2.

    `number` is as it is printed. Babel has a function that prints such numbers, but in the plural form of the number
    before it is rounded: 1,050,000 would be "1 Millionen".
    """
    patterns = _patterns_of_units(locale)
    plural_form = locale.plural_form(number)
    patterns_of_form = patterns.get(plural_form, {})
    usual_patterns = patterns["other"]
    return patterns_of_form.get(str(unit)) or usual_patterns[str(unit)]


def _patterns_of_units(locale: Any) -> Mapping[str, Mapping[str, Any]]:
    """Return the patterns of numbers with words such as million, by plural form and unit: "0 Millionen"."""
    patterns: Mapping[str, Mapping[str, Mapping[str, Any]]] = locale.compact_decimal_formats
    form = "long" if "long" in patterns else "short"
    return patterns[form]


def _decimal(value: float | Decimal, locale: Any, decimals: int = 0, *, is_grouped: bool = True) -> str:
    """Return a number with all its digits, and with `decimals` decimals unless that is 0."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - see locale_of

    if not decimals:
        return str(format_decimal(value, locale=locale, decimal_quantization=False, group_separator=is_grouped))
    whole = "0"
    if is_grouped:
        whole, _, _ = locale.decimal_formats[None].pattern.partition(".")
    return str(format_decimal(value, f"{whole}.{'0' * decimals}", locale))


# Numbers as the example of a pack shows them: 13600000 is "13.6 Mio", "13,600,000" or "13 600 000"


def number_text(value: float, example: str, decimals: int = 0) -> str:
    """Return the number in full with the separators of the example: 11760 is "11,760" for "13.6 Mio".

    It has at least `decimals` decimals and at most six.
    """
    form = NumberFormat.from_example(example)
    whole, _, fraction = f"{value:,.6f}".rstrip("0").partition(".")
    text = whole.replace(",", form.group)
    fraction = fraction.ljust(decimals, "0")
    if fraction:
        text += form.point + fraction
    return text


def figure_text(value: float, example: str, *, in_millions: bool | None = None, decimals: int = 0) -> str:
    """Return the number as in the example: millions with their word ("13.6 Mio") and at most one decimal.

    `in_millions` prints also smaller numbers, or no numbers, in millions, with `decimals` decimals.
    """
    if not is_in_millions(value, example, wanted=in_millions):
        return number_text(value, example)
    millions = round(value / MILLION, max(decimals, 1))
    number = number_text(millions, example, decimals)
    word = NumberFormat.from_example(example).millions
    return number + word


def is_in_millions(value: float, example: str, *, wanted: bool | None = None) -> bool:
    """Return whether the number is printed in millions: from a million on, if the example has a word for them.

    `wanted` decides it for numbers of any size.
    """
    if not NumberFormat.from_example(example).millions:
        return False
    return value >= MILLION if wanted is None else wanted
