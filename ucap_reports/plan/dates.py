"""Days as people write them: in figures, or in the words of the languages that plans are written in."""

import re
from datetime import date
from functools import cache
from unicodedata import normalize

_LONGEST = 60
"""Characters of a day, at the most."""
_YEAR_DIGITS = 4
_IN_FIGURES = re.compile(
    r"(\d{1,4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,4})(?:[t ]\d{2}:.*)?"
    r"|(\d{4})(\d{2})(\d{2})|(\d{4})\s*[\u5e74\ub144]\s*(\d{1,2})\s*[\u6708\uc6d4]\s*(\d{1,2})\s*[\u65e5\uc77c]"
)
"""With its time, with no signs between, or with those of Chinese, Japanese and Korean."""
_IN_VIETNAMESE = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? (?:năm )?(\d{4})")
"""Its months have numbers for names."""
_TOKEN = re.compile(r"\d+|[^\W\d_][^\d\s.,/()'\u2019\u2013-]*|\S")
_BETWEEN = {
    *(".", ",", "/", "-", "\u2013", "'", "\u2019", "\u00ba", "\u00aa", "\u00b0"),
    *("of", "the", "on", "st", "nd", "rd", "th", "am", "den", "der", "le", "er", "de", "del", "d", "el", "il", "do"),
    *("\u0433", "\u0433\u043e\u0434\u0430", "\u0440", "\u0440\u043e\u043a\u0443", "m", "gada", "ta"),
}
"""What stands beside day, month and year."""
_LANGUAGES = (
    *("en", "en_GB", "de", "fr", "es", "pt", "it", "nl", "da", "sv", "nb", "fi", "et", "lv", "lt", "pl", "cs", "sk"),
    *("sl", "hr", "hu", "ro", "bg", "el", "mt", "ga", "ca", "uk", "ru", "tr", "ar", "he", "hi", "id", "ms"),
)
"""Those of the Union and of the countries that cities are partners from, as Babel calls them."""
_HEBREW_IN = "\u05d1"
"""What is written together with the name of a month."""


def dates_meant(text: str) -> list[date]:
    """The days that a text may mean, none where it says more or less than a day. In figures the day comes first nearly
    everywhere, the month in the United States.
    """
    plain = normalize("NFC", text).casefold().strip()
    if len(plain) > _LONGEST:
        return []
    orders = _figures(plain) or _words(plain)
    found = []
    for order in orders:
        try:
            found.append(date(*map(int, order)))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


_Order = tuple[str | int, str | int, str | int]


def _figures(text: str) -> list[_Order]:
    """Year, month and day of a text in figures, in each order that it may be in."""
    match = _IN_FIGURES.fullmatch(text)
    if match is None:
        return []
    first, second, third = filter(None, match.groups())
    orders: list[_Order] = [(first, second, third)] if len(first) == _YEAR_DIGITS else []
    return orders + ([(third, second, first), (third, first, second)] if len(third) == _YEAR_DIGITS else [])


def _words(text: str) -> list[_Order]:
    """Year, month and day of a text that names the month."""
    if match := _IN_VIETNAMESE.fullmatch(text):
        return [(match[3], match[2], match[1])]
    tokens = _telling(text)
    numbers = sorted((token for token in tokens if token.isdecimal()), key=len)
    name = " ".join(token for token in tokens if not token.isdecimal())
    match numbers:
        case [day, year] if len(day) < _YEAR_DIGITS - 1 and len(year) == _YEAR_DIGITS:
            months = _months()
            month = months.get(name) or months.get(name.removeprefix(_HEBREW_IN))
            return [(year, month, day)] if month else []
        case _:
            return []


@cache
def _months() -> dict[str, int]:
    """The numbers of months by their names and short forms, but for names that are of other months elsewhere."""
    from babel import Locale  # noqa: PLC0415 - only what needs such names waits for it

    meant: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for forms in Locale.parse(language).months.values():
            for month, name in (*forms["wide"].items(), *forms["abbreviated"].items()):
                words = " ".join(_telling(normalize("NFC", name).casefold()))
                meant.setdefault(words, set()).add(month)
    return {name: months.pop() for name, months in meant.items() if len(months) == 1}


def _telling(text: str) -> list[str]:
    """The numbers and words of a text, without those that stand beside day, month and year."""
    return [token for token in _TOKEN.findall(text) if token not in _BETWEEN]
