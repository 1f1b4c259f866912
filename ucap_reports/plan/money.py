"""Amounts of money as people write them: `40,000 €`, `EUR 40000`, `€1.2 million`, or words."""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cache

from msgspec import Struct

from ucap_reports.plan.quantities import MULTIPLES

_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "лв": "BGN",
    "₹": "INR",
    "₩": "KRW",
    "₫": "VND",
    "₱": "PHP",
    "₪": "ILS",
    "₴": "UAH",
    "฿": "THB",
    "R$": "BRL",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "MX$": "MXN",
    "元": "CNY",
    "円": "JPY",
    "원": "KRW",
}
"""Symbols of one currency each."""
AMBIGUOUS = {
    "$": ("USD", "CAD", "AUD", "MXN", "SGD", "HKD", "TWD", "NZD", "CLP", "COP", "ARS"),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
}
"""Symbols of several currencies."""
_THREE_DECIMALS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
"""Currencies with a thousand smaller units (ISO 4217)."""
DIGITS = re.compile("-?[0-9](?:[0-9.,'\u2019 \u00a0\u2009\u202f]*[0-9])?")
"""The digits of a number with separators."""
_SPACES = re.compile("[ \u00a0\u2009\u202f'\u2019]")
_THOUSANDS = re.compile(r"[kK]\b")
"""The short form of thousands, which is not read."""
_CODE = re.compile(r"[A-Z]{3}")
_THREE_AFTER = re.compile(r"-?([0-9]{1,3})[.,][0-9]{3}")
LONGEST_AMOUNT = 40
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
        """Whether it is a text that begins with a number, but has no currency, or letters right after the number."""
        text = self.text or ""
        digits = DIGITS.match(text)
        if digits is None or self.symbol:
            return False
        rest = text[digits.end() :]
        return _THOUSANDS.match(rest) is not None or not (self.currency or _names_currency(rest))

    @property
    def value(self) -> float | None:
        """The amount as a number."""
        return None if self.amount is None else float(self.amount)


@cache
def currencies() -> frozenset[str]:
    """Return the codes of currencies (ISO 4217)."""
    from babel.numbers import list_currencies  # noqa: PLC0415 - only plans with money need it

    return frozenset(list_currencies())


def currencies_of(country: str) -> list[str]:
    """Return the codes of the currencies of a country, given as its ISO 3166-1 alpha-2 code."""
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - only warnings need it

    return list(map(str, get_territory_currencies(country)))


def _names_currency(text: str) -> bool:
    """Return whether a word of a text is the code or the sign of a currency."""
    words = re.findall(r"\w+|[^\w\s]+", text)
    return any(word in _SYMBOLS or word in AMBIGUOUS or word in currencies() for word in words)


def read_money(text: str, known: Collection[str]) -> Money:
    """Return the money that a text is about; `known` are the codes of currencies."""
    digits = DIGITS.search(text)
    if digits is None or len(digits[0]) > LONGEST_AMOUNT:
        return Money(None, text=text)
    before, after = text[: digits.start()].split(), text[digits.end() :].split()
    multiple = MULTIPLES.get(after[0].lower().rstrip(".")) if after else None
    words = [*before, *(after if multiple is None else after[1:])]
    currency, symbol, other_words = _currency(words, known)
    amount, decimals, is_unclear = read_amount(digits[0], currency)
    has_other_number = any(DIGITS.search(word) for word in other_words)  # "2 x 40,000 €" or "40,000 € in 2027"
    if amount is None or has_other_number:
        return Money(None, text=text)
    if multiple is not None:
        amount *= Decimal(int(multiple))
    is_plain = currency and not other_words and multiple is None
    return Money(amount, currency, decimals, None if is_plain else text, symbol, is_unclear)


def _currency(words: Sequence[str], known: Collection[str]) -> tuple[str, str, list[str]]:
    """Return the currency that the words beside an amount name, or else an ambiguous symbol, and the other words."""
    symbols = [word for word in words if word in _SYMBOLS or word in AMBIGUOUS]
    codes = [word for word in words if _CODE.fullmatch(word) and word in known]
    other_words = [word for word in words if word not in symbols and word not in codes]
    if codes:
        return codes[0], "", other_words
    if symbols and symbols[0] in _SYMBOLS:
        return _SYMBOLS[symbols[0]], "", other_words
    return "", symbols[0] if symbols else "", other_words


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


def read_amount(digits: str, currency: str = "") -> tuple[Decimal | None, int, bool]:
    """Return the number of digits with separators, its decimals, and whether it may mean another number.

    Three digits after the only comma or point are thousands, except after a zero, and in currencies with three
    decimals.
    """
    bare = _SPACES.sub("", digits)
    is_unclear = False
    points, commas = bare.count("."), bare.count(",")
    three = _THREE_AFTER.fullmatch(bare)
    if points and commas:
        group = "," if bare.rindex(".") > bare.rindex(",") else "."
        bare = bare.replace(group, "")
    elif points > 1 or commas > 1:
        bare = bare.replace(".", "").replace(",", "")
    elif three is not None:
        is_unclear = three[1] == "0" or currency in _THREE_DECIMALS
        if not is_unclear:
            bare = bare.replace(".", "").replace(",", "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", bare):
        return None, 0, False
    return Decimal(bare), len(bare.partition(".")[2]), is_unclear
