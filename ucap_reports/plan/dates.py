"""Dates as people write them: in numbers, or in words of the languages of plans."""

import re
from contextlib import suppress
from datetime import date
from functools import cache
from unicodedata import normalize

_LONGEST = 60
"""The maximum number of characters of a date."""
_DAY_DIGITS, _YEAR_DIGITS = 2, 4
_NUMERIC = re.compile(
    r"(\d{1,4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,4})(?:[t ]\d{2}:.*)?"
    r"|(\d{4})(\d{2})(\d{2})|(\d{4})\s*[\u5e74\ub144]\s*(\d{1,2})\s*[\u6708\uc6d4]\s*(\d{1,2})\s*[\u65e5\uc77c]"
)
"""With a time, without separators, or with those of Chinese, Japanese and Korean."""
_VIETNAMESE = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? (?:năm )?(\d{4})")
"""Vietnamese months have numbers, not names."""
_TOKEN = re.compile(r"\d+|[^\W\d_][^\d\s.,/()'\u2019\u2013-]*|\S")
_IGNORED = {
    *(".", ",", "/", "-", "\u2013", "'", "\u2019", "\u00ba", "\u00aa", "\u00b0"),
    *("of", "the", "on", "st", "nd", "rd", "th", "am", "den", "der", "le", "er", "de", "del", "d", "el", "il"),
    *("\u0433", "\u0433\u043e\u0434\u0430", "\u0440", "\u0440\u043e\u043a\u0443", "m", "gada", "ta"),
}
"""Signs and words other than day, month and year."""
_LANGUAGES = (
    *("en", "en_GB", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "fi", "et", "lv", "lt", "pl", "cs", "sk"),
    *("sl", "hr", "hu", "ro", "bg", "el", "mt", "ga", "ca", "uk", "ru", "tr", "ar", "he", "hi", "id", "ms"),
)
"""The languages of the European Union and of partner cities, as Babel names them."""
_HEBREW_IN = "\u05d1"
"""A prefix of month names."""


def dates_meant(text: str) -> list[date]:
    """The dates that a text may mean; none if it is more or less than a date.

    Numeric dates start with the day nearly everywhere, and with the month in the United States.
    """
    plain = normalize("NFC", text).casefold().strip()
    if len(plain) > _LONGEST:
        return []
    found: list[date] = []
    for order in _numeric(plain) or _in_words(plain):
        with suppress(ValueError):
            found.append(date(*map(int, order)))
    return list(dict.fromkeys(found))


def names_no_day(text: str) -> bool:
    """Return whether a text has the form of a date with day, month and year that does not exist, such as 31.02.2020."""
    plain = normalize("NFC", text).casefold().strip()
    if len(plain) > _LONGEST or dates_meant(text):
        return False
    return bool(_numeric(plain) or _in_words(plain))


def looks_like_date(text: str) -> bool:
    """Return whether a text has the form of a date in numbers, such as 31.02.2020, whether or not it exists."""
    return len(text) <= _LONGEST and _NUMERIC.fullmatch(normalize("NFC", text).casefold().strip()) is not None


_Order = tuple[str | int, str | int, str | int]


def _numeric(text: str) -> list[_Order]:
    """Year, month and day of a numeric date, in each order that is possible."""
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return []
    first, second, third = filter(None, match.groups())
    orders: list[_Order] = [(first, second, third)] if len(first) == _YEAR_DIGITS else []
    return orders + ([(third, second, first), (third, first, second)] if len(third) == _YEAR_DIGITS else [])


def _in_words(text: str) -> list[_Order]:
    """Year, month and day of a date with the name of its month."""
    if match := _VIETNAMESE.fullmatch(text):
        return [(match[3], match[2], match[1])]
    tokens = _significant(text)
    name = " ".join(token for token in tokens if not token.isdecimal())
    match sorted((token for token in tokens if token.isdecimal()), key=len):
        case [day, year] if len(day) <= _DAY_DIGITS and len(year) == _YEAR_DIGITS:
            month = _months().get(name) or _months().get(name.removeprefix(_HEBREW_IN))
            return [(year, month, day)] if month else []
        case _:
            return []


@cache
def _months() -> dict[str, int]:
    """The numbers of months by their names and short forms, without those that mean different months."""
    from babel import Locale  # noqa: PLC0415 - only dates in words need it

    meant: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for forms in Locale.parse(language).months.values():
            for month, name in (*forms["wide"].items(), *forms["abbreviated"].items()):
                words = " ".join(_significant(normalize("NFC", name).casefold()))
                meant.setdefault(words, set()).add(month)
    return {name: months.pop() for name, months in meant.items() if len(months) == 1}


def _significant(text: str) -> list[str]:
    """The numbers and words of a text that can be day, month and year."""
    return [token for token in _TOKEN.findall(text) if token not in _IGNORED]
