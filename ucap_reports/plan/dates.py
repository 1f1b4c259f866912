"""Dates of plans: which years they may have, how they are read and checked, and what dates in other notations mean.

Dates are in numbers, or in words of the languages of plans.
"""

import json
import re
from collections.abc import Container
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import normalize

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.unknown_values import PLACEHOLDER_HINT, is_placeholder
from ucap_reports.problems import Hint, Problem, problem, shortened
from ucap_reports.source.model_validation import refusal

YEARS_OF_CONTENT = range(1990, 2101)
"""The years in which the content of a plan can have been updated."""
YEARS_OF_AGREEMENTS = range(1800, 2101)
"""The years in which an agreement can have been signed: many cities are partners since long before their plan."""
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTIAL_DATE = LazyPattern(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_LONGEST_DATE = 60
"""The maximum number of characters of a date."""
_DAY_DIGITS = 2
_YEAR_DIGITS = 4
_DIGITS_OF_YEAR = re.compile(r"\d\d\d\d")
"""The digits of the year, without which no text is a date of a day. Python finds a single digit faster than several."""
_NUMERIC_DATE = re.compile(
    r"""
    (\d{1,4}) \s*[./-]\s* (\d{1,2}) \s*[./-]\s* (\d{1,4})
        (?: \. | [t ]\d{2}:.* )?                            # a point, as in Hungarian and Croatian, or a time
    | (\d{4}) (\d{2}) (\d{2})
    | (\d{4}) \s*[\u5e74\ub144]\s* (\d{1,2}) \s*[\u6708\uc6d4]\s* (\d{1,2}) \s*[\u65e5\uc77c]   # Chinese and Korean
    """,
    re.VERBOSE,
)
"""A date in numbers: the groups of one alternative are its numbers, in the order in which they are written."""
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_MOST_DAYS = 31
_WIDE_DATE_UNITS = frozenset("\u5e74\u6708\u65e5\ub144\uc6d4\uc77c")
"""The words for year, month and day in Chinese, Japanese and Korean dates."""
_VIETNAMESE = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? (?:năm )?(\d{4})")
"""Vietnamese months have numbers, not names."""
_DATE_TOKEN = re.compile(r"\d+|[^\W\d_][^\d\s.,/()'\u2019\u2013-]*|\S")
_IGNORED_IN_DATES = {
    ".", ",", "/", "-", "\u2013", "'", "\u2019", "\u00ba", "\u00aa", "\u00b0",
    "of", "the", "on", "st", "nd", "rd", "th", "am", "den", "der", "le", "er", "de", "del", "d", "el", "il",
    "\u0433", "\u0433\u043e\u0434\u0430", "\u0440", "\u0440\u043e\u043a\u0443", "r", "roku", "m", "gada", "ta",
}  # fmt: skip
"""Signs and words other than day, month and year."""
_HEBREW_IN = "\u05d1"
"""A prefix of month names."""


class PartialDate(Struct, frozen=True):
    """A year, or a month of a year."""

    year: int
    month: int | None = None

    def isoformat(self) -> str:
        """Return the date as plan files have it."""
        if self.month is None:
            return f"{self.year:04}"
        return f"{self.year:04}-{self.month:02}"


def read_day(text: str, years: Container[int]) -> date:
    """Return a date in one of the years, written as 2019-04-30."""
    try:
        day = date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise refusal(_invalid_date(text))
    if day.year not in years:
        raise refusal(problem("date-invalid", form="year", text=shortened(text)))
    return day


def read_day_or_words(text: str, years: Container[int]) -> date | str:
    """Return a date in one of the years, or words about one. A date in another notation stays as it is written."""
    if _ISO_DATE.fullmatch(text):
        return read_day(text, years)
    day = _only_day_meant(text)
    if day is not None and day.year not in years:
        raise refusal(problem("date-invalid", form="year", text=shortened(text)))
    return text


def read_partial_date(text: str) -> date | PartialDate | str:
    """Return a date, a month or a year, or words about one. A date may be in any notation that has one meaning."""
    parts = _PARTIAL_DATE.fullmatch(text)
    if parts is not None:
        return _iso_date(text, parts)
    return _only_day_meant(text) or text


def _only_day_meant(text: str) -> date | None:
    """Return the day that a text with the form of a date in numbers means; None for words.

    A placeholder, a day that does not exist, and numbers that may mean several days are refused.
    """
    if is_placeholder(text) or names_no_day(text):
        raise refusal(_invalid_date(text))
    if not looks_like_date(text):
        return None
    days = dates_meant(text)
    if len(days) != 1:  # 04/05/2019, or a year of two digits
        raise refusal(_invalid_date(text))
    return days[0]


def _iso_date(text: str, parts: re.Match[str]) -> date | PartialDate:
    """Return the date in a text such as `2026-03-31`, `2026-03` or `2026`."""
    year, month, day = parts.groups()
    try:
        first_day = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise refusal(problem("date-invalid", form="day", text=shortened(text))) from None
    if day is not None:
        return first_day
    if month is not None:
        return PartialDate(first_day.year, first_day.month)
    return PartialDate(first_day.year)


def _invalid_date(text: str) -> Problem:
    """Return the error about a text that is not a date: a placeholder, a day that does not exist, another notation."""
    form = "day" if names_no_day(text) else "notation"
    hint = PLACEHOLDER_HINT if is_placeholder(text) else date_hint(text)
    return problem("date-invalid", form=form, text=shortened(text), hint=hint)


def dates_meant(text: str) -> list[date]:
    """Return the dates that a text may mean; none if it is more or less than a date.

    Numeric dates start with the day nearly everywhere, and with the month in the United States, which writes them with
    slashes or hyphens: 03.04.2026 is the third of April.
    """
    plain = normalize("NFC", text).casefold().strip()
    if len(plain) > _LONGEST_DATE:
        return []
    days: list[date] = []
    for order in _date_in_numbers(plain) or _date_in_words(plain):
        with suppress(ValueError):
            days.append(date(*map(int, order)))
    return list(dict.fromkeys(days))


def date_hint(text: str) -> str | None:
    """Return how the date in a text is written in a plan; None if it is not a date."""
    days = [day.isoformat() for day in dates_meant(text)]
    if not days:
        return None
    alternative = f" (or {days[1]}, if the month comes first)" if len(days) > 1 else ""
    return Hint(f"write {days[0]}{alternative}", days)


def names_no_day(text: str) -> bool:
    """Return whether a text has the form of a date with day, month and year that does not exist, such as 31.02.2020."""
    written = text.strip()
    if len(written) > _LONGEST_DATE or _DIGITS_OF_YEAR.search(written) is None:  # as most texts
        return False
    plain = normalize("NFC", written).casefold()
    has_form_of_date = bool(_date_in_numbers(plain) or _date_in_words(plain))
    return has_form_of_date and not dates_meant(text)


def looks_like_date(text: str) -> bool:
    """Return whether a text has the form of a date in numbers, such as 31.02.2020, whether or not it exists."""
    if len(text) > _LONGEST_DATE:
        return False
    plain = normalize("NFC", text).casefold().strip()
    return _NUMERIC_DATE.fullmatch(plain) is not None


def names_time(text: str) -> bool:
    """Return whether a text is a day, a month or a year, or a period of these, such as "05/2018" and "5-7.06.2019"."""
    plain = normalize("NFC", text).casefold().strip()
    if len(plain) > _LONGEST_DATE:
        return False
    words = significant_words(plain)
    numbers = [word for word in words if word.isdecimal()]
    days_or_months = [number for number in numbers if _YEAR.fullmatch(number) is None]
    has_year = len(days_or_months) < len(numbers)
    if not has_year or not all(0 < int(number) <= _MOST_DAYS for number in days_or_months):
        return False
    names = [word for word in words if not word.isdecimal() and word not in _WIDE_DATE_UNITS]
    return all(name in _months() for name in names)


_DateOrder = tuple[str | int, str | int, str | int]


def _date_in_numbers(text: str) -> list[_DateOrder]:
    """Return the year, month and day of a numeric date, in each order that is possible."""
    match = _NUMERIC_DATE.fullmatch(text)
    if match is None:
        return []
    first, second, third = filter(None, match.groups())  # each of the alternatives of the pattern has three groups
    orders: list[_DateOrder] = []
    if len(first) == _YEAR_DIGITS:
        orders.append((first, second, third))
    if len(third) == _YEAR_DIGITS:
        orders.append((third, second, first))
        if "." not in text:
            orders.append((third, first, second))
    return orders


def _date_in_words(text: str) -> list[_DateOrder]:
    """Return the year, month and day of a date with the name of its month; the list has at most one date."""
    vietnamese = _VIETNAMESE.fullmatch(text)
    if vietnamese is not None:
        day, month_number, year = vietnamese.groups()
        return [(year, month_number, day)]
    tokens = significant_words(text)
    name = " ".join(token for token in tokens if not token.isdecimal())
    numbers = [token for token in tokens if token.isdecimal()]
    if len(numbers) != 2:  # noqa: PLR2004 - a day and a year
        return []
    day, year = sorted(numbers, key=len)
    if len(day) > _DAY_DIGITS or len(year) != _YEAR_DIGITS:
        return []
    month = _months().get(name) or _months().get(name.removeprefix(_HEBREW_IN))
    return [(year, month, day)] if month else []


@cache
def _months() -> dict[str, int]:
    """Return the numbers of months by their names and short forms, in the words of `significant_words`.

    The file is generated by docs/make_months.py: to read the names from Babel takes half as long as a build of a plan.
    """
    names: dict[str, int] = json.loads(Path(__file__).with_name("month_names.json").read_text(encoding="utf-8"))
    return names


def significant_words(text: str) -> list[str]:
    """Return the numbers and words of a text that can be day, month and year."""
    return [token for token in _DATE_TOKEN.findall(text) if token not in _IGNORED_IN_DATES]
