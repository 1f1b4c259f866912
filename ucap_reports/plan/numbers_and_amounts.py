"""Numbers as people write them: populations and areas (`13600000`, `13.6 Mio`, `590,000`, `11,760 km²`) and amounts of
money (`40,000 €`, `EUR 40000`, `€1.2 million`). They are printed as written, and have a numeric value.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from unicodedata import decimal, normalize

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.dates import looks_like_date
from ucap_reports.source.currencies_and_multiples import (
    AMBIGUOUS,
    MULTIPLES,
    SYMBOLS,
    currency_named,
    is_unread_multiple,
    names_currency,
)

_SPACE = " \u00a0\u2007\u2009\u202f"
_DIGITS = re.compile(
    rf"""
    [0-9]+
    (?: (?: [.,'\u2019] | [{_SPACE}]+ ) [0-9]+ )*           # further digits after separators
    (?: [eE] [+-]? [0-9]{{1,2}} (?![0-9]) )?                # the notation of spreadsheets for large numbers: 1.2E+06
    """,
    re.VERBOSE,
)
MINUS = "-\u2212\u2013"
"""Signs before negative numbers: a hyphen, a minus, and a dash, which word processors make of a hyphen."""
DIGITS = LazyPattern(rf"(?: - | (?<!\S) [\u2212\u2013] )? {_DIGITS.pattern}", re.VERBOSE)
"""The digits of a number with separators, which may be negative."""
_SPACES = re.compile(f"[{_SPACE}'\u2019]")
_SEPARATORS = LazyPattern("[^0-9]+")
_GROUPED = LazyPattern(
    """
    [0-9]{1,3} (?: [ ',.] [0-9]{3} )+                       # thousands: 12,345,678
    | [0-9]{1,2} (?: [ ',.] [0-9]{2} )+ [ ',.] [0-9]{3}     # lakhs and crores: 1,23,45,678
    | [0-9]{1,4} (?: , [0-9]{4} )+                          # ten thousands: 1234,5678
    """,
    re.VERBOSE,
)
"""Digits with separators that group them."""
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f\u093a-\u094f]*)+")
"""A word, with the marks that its letters have in Hindi, or in Latin letters that are written as two characters."""
_ASCII_SEPARATORS = {"\uff0c": ",", "\uff0e": ".", "\u066c": ",", "\u066b": "."}
"""Wide and Arabic separators of numbers."""
_RANGE = LazyPattern(
    r"""
    \s*
    (?: [-~\u2010-\u2015\u301c\uff5e]
    | (?: to | and | or | bis | und | oder | à | et | ou | a | e | y | o | tot | en | till | до | и ) (?!\w)
    | 到 | 至
    )
    \s*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What is between the two numbers of a range."""
_GROUP_DIGITS = 3
_YEARS = ("年", "년")
_FIRST_WIDE = "\u1100"
"""The first of the letters of Korean, after which those of Chinese and Japanese are."""


def with_ascii_digits(text: str) -> str:
    """Return a text of the same length with digits and separators of ASCII instead of those of other scripts, such as
    wide Japanese and Arabic ones.
    """
    return text if text.isascii() else "".join(map(_ascii_digit, text))


def _ascii_digit(character: str) -> str:
    digit = decimal(character, None)
    return _ASCII_SEPARATORS.get(character, character) if digit is None else str(digit)


class _Multiple(Struct, frozen=True):
    """A word after a number, by which it is multiplied: its factor, and where it ends in the text."""

    factor: float
    end: int
    is_wide: bool
    """Whether it is Chinese, Japanese or Korean, where the next digits may follow without a space."""


def _multiple(text: str, start: int) -> _Multiple | None:
    """Return the multiple that a text has at `start`, or after spaces there; None without one."""
    start = _after_space(text, start)
    word = _WORD.match(text, start)
    if word is None:
        return None
    name = normalize("NFC", word[0]).lower()
    is_wide = name >= _FIRST_WIDE
    if name in MULTIPLES:
        return _Multiple(MULTIPLES[name], word.end(), is_wide)
    if is_wide:
        for length in (2, 1):  # no space is between 百万 or 万 and the next word
            multiple = name[:length]
            if multiple in MULTIPLES:
                return _Multiple(MULTIPLES[multiple], start + length, is_wide)
    return None


def unread_multiple(text: str) -> str:
    """Return the word after the first number of a text, or after the second number of a range, because of which the
    number is not read: "mil" is a thousand or a million. Empty if there is none.
    """
    text = with_ascii_digits(text)
    digits = _DIGITS.search(text)
    return "" if digits is None else _unread_after(text, digits.end())


def _unread_after(text: str, start: int) -> str:
    """Return the word that multiplies a number which ends at `start`, or the range that it begins, and is not read."""
    word = _WORD.match(text, _after_space(text, start))
    if word is not None and is_unread_multiple(word[0]):
        return word[0]
    joint = _RANGE.match(text, start)
    last_digits = None if joint is None else _DIGITS.match(text, joint.end())
    if last_digits is None:
        return ""
    word = _WORD.match(text, _after_space(text, last_digits.end()))
    return word[0] if word is not None and is_unread_multiple(word[0]) else ""


def _after_space(text: str, start: int) -> int:
    while text[start : start + 1].isspace():
        start += 1
    return start


def multiple_and_rest(text: str) -> tuple[float, str]:
    """Return the factor of the multiple that a text begins with, and the text after it; 1 and the text without one.

    A letter alone is no multiple here, because it is often a unit, as in "12 m".
    """
    multiple = _multiple(text, 0)
    if multiple is None or (multiple.end == 1 and not multiple.is_wide):
        return 1.0, text
    end = multiple.end
    if text[end - 1] == "人":  # people are counted, and no factor
        end -= 1
    following = text[end:]
    return multiple.factor, following.removeprefix(".").strip()


class _Digits(Struct, frozen=True):
    """The digits of a number without the separators of groups."""

    whole: str
    point: str = ""
    """The last separator, if it is the only one of its kind: a decimal point, or one that groups thousands."""
    decimals: str = ""
    """The digits after `point`."""
    exponent: int = 0

    @property
    def may_be_grouped(self) -> bool:
        """Whether there is one separator, before three digits: "1,285" is 1285 in English and 1.285 in German.

        No group of thousands begins with a zero: "0,590" is a fraction.
        """
        has_group = len(self.decimals) == _GROUP_DIGITS and 0 < len(self.whole) <= _GROUP_DIGITS
        return has_group and not self.whole.startswith("0") and not self.exponent

    def number(self, *, is_grouped: bool) -> Decimal:
        """Return the number, whose one separator groups thousands if `is_grouped`, and else is a decimal point."""
        if is_grouped:
            return Decimal(self.whole + self.decimals)
        written = Decimal(f"{self.whole}.{self.decimals}e{self.exponent}")
        return Decimal(f"{written:f}")  # 1200, not 1.2E+3


def _split_digits(digits: str) -> _Digits | None:
    """Return the parts of digits with separators; None for several numbers, such as "1,2,3"."""
    mantissa, _, written_exponent = digits.lower().partition("e")
    if not _is_one_number(mantissa):
        return None
    exponent = int(written_exponent or 0)
    bare = _SPACES.sub("", mantissa)
    offset = max(bare.rfind("."), bare.rfind(","))
    if offset < 0 or bare.count(bare[offset]) > 1:  # a repeated separator groups thousands
        return _Digits(_SEPARATORS.sub("", bare), exponent=exponent)
    whole = _SEPARATORS.sub("", bare[:offset])
    return _Digits(whole, bare[offset], bare[offset + 1 :], exponent)


def _is_one_number(digits: str) -> bool:
    """Return whether the separators in digits group thousands, or are a decimal point.

    1,234,567.5 and 12,34,567 are numbers; 1,2,3 and 2026 2027 are several.
    """
    separators = []
    for separator in _SEPARATORS.findall(digits):
        separators.append(" " if separator.isspace() else separator.replace("\u2019", "'"))
    whole = digits
    if separators and separators[-1] in {".", ","} and separators.count(separators[-1]) == 1:
        decimal_point = separators.pop()
        whole = digits[: digits.rindex(decimal_point)]
    if not separators:
        return True
    if len(set(separators)) > 1:
        return False
    with_one_separator = _SEPARATORS.sub(separators[0], whole)
    return _GROUPED.fullmatch(with_one_separator) is not None


# Populations and areas
_SQUARE_KILOMETRES = re.compile("(?<![a-z])km[ \u00a0]?(?:²|\\^?2)(?![0-9])|㎢", re.IGNORECASE)
_NO_LETTER_BEFORE = r"(?<! [^\W\d_] )"
_AREA_UNITS: Mapping[LazyPattern[str], float] = {
    LazyPattern(
        rf"""
        {_NO_LETTER_BEFORE}
        (?: qkm | sq\.?[ ]?km | square[ ]kilomet(?:er|re)s?
        | Quadratkilometern?
        | vierkante[ ]kilometer
        | kilom[eè]tres?[ ]carr[eé]s?
        | kil[oóô]metros?[ ]cuadrados?
        | quil[oô]metros?[ ]quadrados?
        | chilometri[ ]quadrati
        | км[ ]?[²2] | кв\.?[ ]?км | квадратн\w+[ ]километр\w*
        | neliökilometr\w+
        | kvadratkilomet\w+
        | kilometr\w+[ ]kwadratow\w+
        | τ\.?[ ]?χλμ
        )
        (?!\w)
        | 平方公里 | 平方千米 | 平方キロ | 제곱킬로미터
        | (?:كم|किमी)[ ]?[²2] | کیلومتر[ ]مربع | ตร\.?[ ]?กม | קמ["״]ר
        """,
        re.IGNORECASE | re.VERBOSE,
    ): 1.0,
    LazyPattern(
        rf"""
        {_NO_LETTER_BEFORE}
        (?: ha | hectares? | hektar[eów]* | hect[aá]reas? | ettari | hehtaaria )
        (?!\w)
        | 公顷 | 公頃 | ヘクタール | 헥타르
        """,
        re.IGNORECASE | re.VERBOSE,
    ): 0.01,
    LazyPattern(
        rf"{_NO_LETTER_BEFORE} (?: square[ ]miles? | sq\.?[ ]?mi(?:les?)? | mi[ ]?[²2] ) (?!\w)",
        re.IGNORECASE | re.VERBOSE,
    ): 2.589988,
    LazyPattern(
        rf"{_NO_LETTER_BEFORE} acres? (?!\w) | 英亩 | エーカー | 에이커", re.IGNORECASE | re.VERBOSE
    ): 0.0040468564,
    LazyPattern(
        rf"""
        {_NO_LETTER_BEFORE}
        (?: m[ ]?[²2] | qm | sq\.?[ ]?m | square[ ]met(?:er|re)s?
        | Quadratmetern?
        | vierkante[ ]meter
        | m[eè]tres?[ ]carr[eé]s?
        | metros?[ ](?:cuadrados?|quadrados?)
        | metri[ ]quadrati
        )
        (?!\w)
        | 平方米 | 제곱미터 | ㎡
        """,
        re.IGNORECASE | re.VERBOSE,
    ): 1e-6,
}
"""Other words for square kilometres, and other units of area, in square kilometres."""
_METRIC = frozenset({1.0, 0.01, 1e-6})
_LEAST_DIGITS = 3
"""The least number of digits of an area that is converted from another system."""
SQUARE_KILOMETRES = "km²"
"""The unit of areas as it is printed."""
_SQUARE_METRE_DECIMALS = 6
"""The decimals of an area that is converted to square kilometres: it is exact to the square metre."""
_MOST_QUANTITIES = 1024
"""The texts in a cache. Those of a plan are needed again: for its table, for templates, and for warnings."""
_DECIMAL = LazyPattern(r"(?:0|[1-9][0-9]{,8})\.([0-9]{1,6})")
"""A number with no more digits than a float keeps."""

_MILLION = 1_000_000
_TEN_THOUSAND = 10_000
"""The smallest unit of languages that do not count in thousands: 万."""


class Quantity(Struct, frozen=True):
    """A population (persons) or an area (km²).

    `text` is printed as it is; without it the pack prints `value`, with at least `decimals` decimals. `value` is None
    if the text has no number. `in_millions` is whether a population is printed in millions, then with so many decimals;
    None if that depends on its size.
    """

    text: str | None
    value: float | None
    decimals: int = 0
    unit: str = ""
    """A unit that is printed after the value."""
    in_millions: bool | None = None

    @property
    def is_number(self) -> bool:
        """Whether the text has no words other than the number, its multiple and its unit."""
        return self.value is not None and _is_number_with_unit(self.text or "")

    @property
    def without_unit(self) -> "Quantity":
        """An area without the unit km² after its number."""
        text = None if self.text is None else self.text.removesuffix(SQUARE_KILOMETRES).rstrip()
        return replace(self, text=text, unit=self.unit.removesuffix(f" {SQUARE_KILOMETRES}"))

    def in_numbers(self, *, of_people: bool = False) -> "Quantity":
        """Return the quantity without the words that it was written in, so that it is printed in another language.

        `of_people` is whether it is a population, which then is printed in millions or in full, as it was written, and
        with all of its digits.
        """
        if self.text is None or self.value is None or not self.is_number:
            return self
        if of_people:
            in_millions = _is_written_in_millions(self.text, self.value)
            decimals = _decimals(Decimal(self.value) / _MILLION) if in_millions else 0
            return Quantity(None, self.value, decimals, in_millions=in_millions)
        decimals = 0
        value = round(self.value, _SQUARE_METRE_DECIMALS)
        number = _DIGITS.search(with_ascii_digits(self.text))
        if number is not None:
            written = number[0]
            fraction = _DECIMAL.fullmatch(written)
            if fraction is not None and float(written) == self.value:  # without a multiple or a conversion
                decimals = len(fraction[1])
            if _is_imperial(self.text):  # 100 square miles are 259 km², not 258.9988
                digits = max(len(re.findall("[0-9]", written)), _LEAST_DIGITS)
                value = float(f"{value:.{digits}g}")
        unit = f" {SQUARE_KILOMETRES}" if names_area_unit(self.text) else ""
        return Quantity(None, value, decimals, unit)


def _is_written_in_millions(text: str, value: float) -> bool:
    """Return whether a population is written in millions, or in other units that make a million, such as "136万"."""
    text = with_ascii_digits(text)
    digits = _DIGITS.search(text)
    multiple = None if digits is None else _multiple(text, digits.end())
    if multiple is None:
        return False
    return multiple.factor >= _MILLION or (multiple.factor >= _TEN_THOUSAND and value >= _MILLION)


@lru_cache(maxsize=_MOST_QUANTITIES)
def _is_number_with_unit(text: str) -> bool:
    """Return whether a text has no words other than its first number, the multiple and the unit."""
    others = _DIGITS.sub("", with_ascii_digits(text), count=1)
    if not _has_words(others):
        return True
    if not _has_words(_SQUARE_KILOMETRES.sub("", others)):
        return True
    return any(not _has_words(unit.sub("", others)) for unit in _AREA_UNITS)


def population(text: str) -> Quantity:
    """Return the population in a text: `13.6 Mio`, `10 million`, `2 800 000`, `590,000`, `590.000`, `1億2000万`."""
    return Quantity(text, _first_value(with_ascii_digits(text), of_people=True))


def population_number(value: float, written: str) -> Quantity:
    """Return a population given as a number, which the pack prints: `13600000`; `498.000` is 498 thousand."""
    if _DIGITS.fullmatch(written):
        parts = _split_digits(written)
        if parts is not None and parts.may_be_grouped:
            value = float(written.replace(".", ""))
    return Quantity(None, value)


def area(text: str) -> Quantity:
    """Return the area in a text, printed with the unit km²: `11,760`, `19 km2`, `11,760 km ²`.

    Of an area in several units, the value is that in square kilometres: `117 sq mi (303 km²)`.
    """
    printed = _SQUARE_KILOMETRES.sub(SQUARE_KILOMETRES, text)
    text = with_ascii_digits(text)
    square_kilometres = _SQUARE_KILOMETRES.search(text)
    value = _number_before(text, square_kilometres)
    if value is None and _WORD.search(text) is not None:
        for unit, factor in _AREA_UNITS.items():
            number = _number_before(text, unit.search(text))
            if number is not None:
                return Quantity(printed, number * factor)
    if value is None:  # the number is after the unit, or is alone
        without_unit = _SQUARE_KILOMETRES.sub(";", text)  # the 2 of km2 is no number, and ";" is in none
        value = _first_value(without_unit)
    return Quantity(printed, value)


def names_area_unit(text: str) -> bool:
    """Return whether a text has a unit of area."""
    if names_square_kilometres(text):
        return True
    return any(unit.search(text) is not None for unit in _AREA_UNITS)


def names_square_kilometres(text: str) -> bool:
    """Return whether a text has the unit of square kilometres, in any language: "km²", "кв. км", "平方公里"."""
    if _SQUARE_KILOMETRES.search(text) is not None:
        return True
    return any(factor == 1 and unit.search(text) is not None for unit, factor in _AREA_UNITS.items())


def _is_imperial(text: str) -> bool:
    """Return whether an area is in a unit that is not metric, such as square miles and acres."""
    if _SQUARE_KILOMETRES.search(text) is not None:
        return False
    for unit, factor in _AREA_UNITS.items():
        if unit.search(text):
            return factor not in _METRIC
    return False


def _number_before(text: str, unit: re.Match[str] | None) -> float | None:
    """Return the number directly before a unit, which may have a multiple: `1.5 million m²`."""
    if unit is None:
        return None
    numbers = list(_values(text[: unit.start()]))
    if not numbers:
        return None
    end, value = numbers[-1]
    between = text[end : unit.start()]
    return None if _has_words(between) else value


def _has_words(text: str) -> bool:
    """Return whether a text has words or signs that are not multiples of a number."""
    others = _WORD.sub(_without_multiple, text)
    return bool(others.strip(" .\u00a0"))


def _without_multiple(word: re.Match[str]) -> str:
    """Return a word, or an empty text for a multiple."""
    name = normalize("NFC", word[0]).lower()
    return "" if name in MULTIPLES else word[0]


def area_number(value: float, written: str) -> Quantity:
    """Return an area given as a number, which the pack prints with the decimals that it was written with."""
    fraction = _DECIMAL.fullmatch(written)
    if fraction is not None:
        return Quantity(None, value, len(fraction[1]))
    # A float does not keep the digits of other fractions, so their text is printed.
    is_other_fraction = "." in written and "e" not in written.lower()
    text = written if is_other_fraction else None
    return Quantity(text, value)


class WrittenNumber(Struct, frozen=True):
    """The digits of a text with the number that they are, whatever separators they were written with.

    `start` and `end` are their place in the text. `value` is None if they are ambiguous: "1,285" is 1285 in English and
    1.285 in German.
    """

    start: int
    end: int
    value: float | None
    decimals: int = 0


@lru_cache(maxsize=_MOST_QUANTITIES)
def written_number(text: str, *, of_people: bool) -> WrittenNumber | None:
    """Return the first number of a text; None without one.

    One separator before three digits groups thousands of people, unless a word such as million follows; in other
    numbers it is ambiguous. One separator before fewer or more digits is a decimal point.
    """
    text = with_ascii_digits(text)
    digits = _DIGITS.search(text)
    if digits is None:
        return None
    start, end = digits.span()
    parts = _split_digits(digits[0])
    if parts is None:
        return WrittenNumber(start, end, None)
    is_grouped = parts.may_be_grouped
    if is_grouped and not (of_people and _multiple(text, end) is None):
        return WrittenNumber(start, end, None)
    number = parts.number(is_grouped=is_grouped)
    return WrittenNumber(start, end, float(number), _decimals(number))


def _first_value(text: str, *, of_people: bool = False) -> float | None:
    """Return the value of the first number of a text; None without one."""
    for _, value in _values(text, of_people=of_people):
        return value
    return None


def _values(text: str, *, of_people: bool = False) -> Iterator[tuple[int, float | None]]:
    """Yield the values of the numbers in a text with their multiples, each with its end."""
    digits = _DIGITS.search(text)
    while digits is not None:
        end, value = _value(text, digits, of_people=of_people)
        yield end, value
        digits = _DIGITS.search(text, end)


def _value(text: str, digits: re.Match[str], *, of_people: bool) -> tuple[int, float | None]:
    """Return the end and the value of the number that begins with these digits.

    A number may have several parts, of which each has a smaller multiple: `1億2000万`, `2 million 500 thousand`. The
    multiple after the second number of a range is also that of the first one: `3-4 million`.
    """
    multiple = _multiple(text, digits.end())
    if multiple is None:
        if _unread_after(text, digits.end()):
            return digits.end(), None
        factor = _factor_of_range(text, digits)
        if factor is not None:
            number = _number(digits[0])
            value = None if number is None else number * factor
            return digits.end(), value
    value = _number(digits[0], of_people=of_people and multiple is None)
    if value is None or multiple is None:
        return digits.end(), value
    end = multiple.end
    value *= multiple.factor
    for end_of_part, smaller_part in _smaller_parts(text, multiple):
        end = end_of_part
        value += smaller_part
    return end, value


def _smaller_parts(text: str, multiple: _Multiple) -> Iterator[tuple[int, float]]:
    """Yield the end and the value of each further part of a number whose first part has this multiple."""
    larger: _Multiple | None = multiple
    while larger is not None:
        digits = _DIGITS.search(text, larger.end)
        part = None if digits is None else _smaller_part(text, larger, digits)
        if digits is None or part is None:
            return
        larger = _multiple(text, digits.end())
        end = digits.end() if larger is None else larger.end
        yield end, part


def _factor_of_range(text: str, digits: re.Match[str]) -> float | None:
    """Return the factor of a range that begins with these digits; None if it has no multiple, or they begin no range.

    In `5000 to 2 million`, the first number is the larger one, so that the multiple is that of the second one alone.
    """
    joint = _RANGE.match(text, digits.end())
    last_digits = None if joint is None else _DIGITS.match(text, joint.end())
    if last_digits is None:
        return None
    multiple = _multiple(text, last_digits.end())
    first = _number(digits[0])
    last = _number(last_digits[0])
    if multiple is None or first is None or last is None or first >= last:
        return None
    return multiple.factor


def _smaller_part(text: str, larger: _Multiple, digits: re.Match[str]) -> float | None:
    """Return the next part of a number after one with a larger multiple; None if the digits are another number."""
    number = _number(digits[0])
    between = text[larger.end : digits.start()]
    if number is None or between.strip(f".{_SPACE}"):
        return None
    multiple = _multiple(text, digits.end())
    if multiple is not None:
        return number * multiple.factor if multiple.factor < larger.factor else None
    is_year = text.startswith(_YEARS, digits.end())
    is_rest = larger.is_wide and not between and not is_year and number < larger.factor
    return number if is_rest else None


def _number(digits: str, *, of_people: bool = False) -> float | None:
    """Return the number of digits with separators; repeated ones, and a comma before three digits, group thousands.

    So does a point before three digits in a number of people, of whom there are no fractions. None for several numbers,
    such as "1,2,3".
    """
    parts = _split_digits(digits)
    if parts is None:
        return None
    is_grouped = parts.may_be_grouped and (of_people or parts.point == ",")
    return float(parts.number(is_grouped=is_grouped))


def _decimals(number: Decimal) -> int:
    """Return the number of decimals that a number was written with."""
    return len(f"{number:f}".partition(".")[2])


# Money
_CODE_LENGTH = 3
_CURRENCY_LENGTHS = sorted({_CODE_LENGTH, *map(len, SYMBOLS), *map(len, AMBIGUOUS)}, reverse=True)
"""The numbers of characters of codes and symbols, the largest first: `US$` ends with the symbols `S$` and `$` too."""
_THREE_DECIMALS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
"""Currencies with a thousand smaller units (ISO 4217)."""
_SHORT_THOUSANDS = LazyPattern(r"[kK]\b")
"""The short form of thousands, which is not read."""
_CODE = LazyPattern(r"[A-Z]{3}")
_T_IS_THOUSAND = {"€", "EUR", "CHF", "DKK", "NOK", "SEK"}
"""The currencies before which "T" is a thousand, in German and in Scandinavian languages: `TEUR`. Before others it may
be a trillion.
"""
_UNKNOWN_MULTIPLE = LazyPattern(r"[Tt]\Z|[^\W\d_]{1,4}[$€£¥￥]|[€£¥￥][^\W\d_]")
"""A word that may be a multiple and is not read as one: "T", or letters beside the symbol of a currency."""
_LONGEST_AMOUNT = 40
"""Characters of the digits of an amount."""


class Money(Struct, frozen=True):
    """An amount of money, printed as is usual in the language of the document; or a `text`, printed as it is written.

    `currency` is the ISO 4217 code, empty if it is unknown. A text may have an amount, such as "about 1.2 million €".
    """

    amount: Decimal | None
    currency: str = ""
    decimals: int = 0
    """The number of decimals that the amount was written with."""
    text: str | None = None
    symbol: str = ""
    """A symbol of several currencies, without the country."""
    is_unclear: bool = False
    """Whether three digits after a comma or point may be decimals or thousands."""

    @property
    def is_unread(self) -> bool:
        """Whether it is a text that begins with a number, but names no currency, or has "k" right after the number."""
        text = self.text or ""
        digits = DIGITS.match(text)
        if digits is None or self.symbol:
            return False
        following = text[digits.end() :]
        if _SHORT_THOUSANDS.match(following) is not None or unread_multiple(text):
            return True
        return not self.currency and not _names_currency(following)

    @property
    def value(self) -> float | None:
        """The amount as a number."""
        return None if self.amount is None else float(self.amount)


def is_plain_amount(text: str, known: Collection[str]) -> bool:
    """Return whether a text is a number with, at most, a multiple such as "million" and a currency."""
    digits = DIGITS.search(text)
    if digits is None or len(digits[0]) > _LONGEST_AMOUNT:
        return False
    _, _, other_words = _amount_words(text, digits, known)
    return not other_words


def read_money(text: str, known: Collection[str]) -> Money:
    """Return the money that a text is about; `known` are the codes of currencies."""
    ascii_text = with_ascii_digits(text)
    if ascii_text != text:
        money = read_money(ascii_text, known)
        return money if money.text is None else replace(money, text=text)
    if text[:1] in {*MINUS} and not text[1:2].isdecimal():  # "-€40,000"
        money = read_money(text[1:], known)
        if money.amount is not None and (money.currency or money.symbol):
            printed = None if money.text is None else text
            return replace(money, amount=-money.amount, text=printed)
    digits = DIGITS.search(text)
    if digits is None or len(digits[0]) > _LONGEST_AMOUNT:
        return Money(None, text=text)
    if _unread_after(text, digits.end()):
        return Money(None, text=text)
    multiple, (currency, symbol), other_words = _amount_words(text, digits, known)
    amount, decimals, is_unclear = read_amount(digits[0], currency)
    has_other_number = any(map(_is_of_number, other_words))  # "2 x 40,000 €" or "40,000 € in 2027"
    has_unknown_multiple = any(map(_UNKNOWN_MULTIPLE.match, other_words))  # "40 T$" or "€40 T"
    if amount is None or has_other_number or has_unknown_multiple:
        return Money(None, text=text)
    if multiple is not None:
        amount *= Decimal(int(multiple))
    is_plain = currency and not other_words and multiple is None
    printed = None if is_plain else text
    return Money(amount, currency, decimals, printed, symbol, is_unclear)


def _is_of_number(word: str) -> bool:
    """Return whether a word has digits, or is a multiple, as in "2 million to three million"; a letter alone is none,
    as in "M. Rossi".
    """
    if DIGITS.search(word) is not None:
        return True
    name = word.lower().rstrip(".")
    is_letter = len(name) == 1 and name.isascii()
    return name in MULTIPLES and not is_letter


def _amount_words(
    text: str, digits: re.Match[str], known: Collection[str]
) -> tuple[float | None, tuple[str, str], list[str]]:
    """Return the multiple, the currency and its ambiguous symbol, and the other words beside the digits."""
    before = text[: digits.start()].split()
    after = text[digits.end() :].split()
    multiple = None
    if after:
        after = [*_multiple_and_currency(after[0], known), *after[1:]]
        multiple = _multiple_before(after)
    if multiple is not None:
        after = after[1:]
    else:
        multiple, before = _multiple_before_digits(before, known)
    currency, symbol, other_words = _currency([*before, *after], known)
    return multiple, (currency, symbol), other_words


def _multiple_before_digits(before: Sequence[str], known: Collection[str]) -> tuple[float | None, list[str]]:
    """Return the multiple that is written before the digits beside a currency, as in `M€ 1.2`, `Mio. EUR 3` and
    `EUR million 3`, and the words without it.
    """
    words = list(before[:-2])
    for word in before[-2:]:
        words += _multiple_and_currency(word, known)
    if len(words) > 1:
        others, last_two = words[:-2], words[-2:]
        for multiple_word, currency in (last_two, reversed(last_two)):
            if _is_currency(currency, known):
                multiple = _multiple_before([multiple_word, currency])
                if multiple is not None:
                    return multiple, [*others, currency]
    return None, list(before)


def _multiple_before(words: Sequence[str]) -> float | None:
    """Return the multiple that the first of the words is; "T" is one only before the currencies of `_T_IS_THOUSAND`."""
    first = words[0].rstrip(".")
    if first == "T":
        return 1000 if words[1:2] and words[1] in _T_IS_THOUSAND else None
    return MULTIPLES.get(first.lower())


def _multiple_and_currency(word: str, known: Collection[str]) -> list[str]:
    """Return the parts of a word such as `M€`, `€m`, `kEUR` or `TEUR`, the multiple first; other words stay as they
    are.
    """
    if _is_currency(word, known):
        return [word]
    for length in _CURRENCY_LENGTHS:
        for multiple, currency in ((word[:-length], word[-length:]), (word[length:], word[:length])):
            if multiple and _is_currency(currency, known) and _multiple_before([multiple, currency]) is not None:
                return [multiple, currency]
    return [word]


def _is_currency(word: str, known: Collection[str]) -> bool:
    return currency_named(word) is not None or word in AMBIGUOUS or word in known


def read_amount(digits: str, currency: str = "") -> tuple[Decimal | None, int, bool]:
    """Return the number of digits with separators, its decimals, and whether it may mean another number.

    Three digits after the only comma or point are thousands, except after a zero, and in currencies with three
    decimals. The number is None for several numbers, such as "1,2,3", and for a date.
    """
    unsigned = digits.lstrip(MINUS)
    is_date = looks_like_date(unsigned) and not unsigned.isdecimal()  # 31.03.2026, but not 20260331
    parts = None if is_date else _split_digits(unsigned)
    if parts is None:
        return None, 0, False
    is_small_fraction = parts.whole.startswith("0") and len(parts.decimals) == _GROUP_DIGITS
    is_unclear = is_small_fraction or (parts.may_be_grouped and currency in _THREE_DECIMALS)
    amount = parts.number(is_grouped=parts.may_be_grouped and not is_unclear)
    if unsigned != digits:
        amount = -amount
    return amount, _decimals(amount), is_unclear


def without_empty_decimals(text: str) -> str:
    """Return a text whose first number has no zeros at the end of its decimals: `€25,000.00` is `€25,000`.

    Three digits after a comma or point are thousands.
    """
    digits = DIGITS.search(text)
    if digits is None:
        return text
    _, decimals, _ = read_amount(digits[0])
    if not decimals:
        return text
    shown = digits[0].rstrip("0").rstrip(".,")
    return f"{text[: digits.start()]}{shown}{text[digits.end() :]}"


def _currency(words: Sequence[str], known: Collection[str]) -> tuple[str, str, list[str]]:
    """Return the currency that the words beside an amount name, or else an ambiguous symbol, and the other words."""
    symbols = [word for word in words if currency_named(word) is not None or word in AMBIGUOUS]
    codes = [word for word in words if _CODE.fullmatch(word) and word in known]
    other_words = [word for word in words if word not in symbols and word not in codes]
    if codes:
        return codes[0], "", other_words
    if not symbols:
        return "", "", other_words
    symbol = symbols[0]
    currency = currency_named(symbol)
    if currency is None:
        return "", symbol, other_words
    return currency, "", other_words


def _names_currency(text: str) -> bool:
    """Return whether a word of a text is the code or the sign of a currency."""
    words = re.findall(r"\w+|[^\w\s]+", text)
    return any(map(names_currency, words))
