"""The codes and symbols of currencies, by which amounts are recognised in plans and in what YAML has made of them."""

import re
from functools import cache

SYMBOLS = {
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
_CODE = re.compile(r"[A-Z]{3}")


def names_currency(text: str) -> bool:
    """Return whether a text is the code or a symbol of a currency."""
    return text in SYMBOLS or text in AMBIGUOUS or (_CODE.fullmatch(text) is not None and text in currencies())


@cache
def currencies() -> frozenset[str]:
    """Return the codes of currencies (ISO 4217)."""
    from babel.numbers import list_currencies  # noqa: PLC0415 - only plans with money need it

    return frozenset(list_currencies())


def currencies_of(country: str) -> list[str]:
    """Return the codes of the currencies of a country, given as its ISO 3166-1 alpha-2 code."""
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - only warnings need it

    return list(map(str, get_territory_currencies(country)))
