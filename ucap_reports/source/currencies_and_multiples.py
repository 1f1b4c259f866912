"""Currencies, by their codes and symbols, and the words by which a number is multiplied, as in "2.5 million": by both,
amounts and numbers are recognised in plans and in what YAML has made of them.
"""

import re
from collections.abc import Mapping
from functools import cache
from unicodedata import normalize

from ucap_reports.patterns.lazy_pattern import LazyPattern

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
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("euro", "euros", "eura", "евро", "євро", "ευρώ", "欧元", "歐元", "ユーロ", "유로"), "EUR"),
    **dict.fromkeys(("rmb", "yuan", "renminbi", "人民币", "人民幣"), "CNY"),
    **dict.fromkeys(("złoty", "złote", "złotych", "zloty"), "PLN"),
    **dict.fromkeys(("yen", "日元", "日圓"), "JPY"),
    **dict.fromkeys(("đồng", "dong"), "VND"),
    "baht": "THB",
    "forint": "HUF",
    "reais": "BRL",
    "ringgit": "MYR",
    "rupiah": "IDR",
}
"""Words for currencies, as in "300.000 Euro"; not those of several currencies, such as dollars."""
_CODE = re.compile(r"[A-Z]{3}")

MULTIPLES: Mapping[str, float] = {
    **dict.fromkeys(
        (
            "k",
            "thousand",
            "thousands",
            "milliers",
            "migliaia",
            "mille",
            "tausend",
            "tsd",
            "千",
            "千人",
            "천",
            "nghìn",
            "ribu",
            "тыс",
            "tys",
        ),
        1e3,
    ),
    **dict.fromkeys(("тысяча", "тысячи", "тысяч", "тисяч", "duizend", "tusen", "tuhatta", "tysięcy", "tisíc"), 1e3),
    **dict.fromkeys(("mila", "ezer", "χιλιάδες", "ألف", "آلاف", "हज़ार"), 1e3),
    **dict.fromkeys(("万", "萬", "万人", "만"), 1e4),
    **dict.fromkeys(("lakh", "lakhs", "लाख", "十万", "십만"), 1e5),
    **dict.fromkeys(
        ("m", "mio", "mn", "mln", "million", "millions", "millionen", "百万", "百万人", "백만", "triệu", "juta"), 1e6
    ),
    **dict.fromkeys(
        ("millón", "millones", "milhão", "milhões", "milione", "milioni", "miljoen", "milió", "milions"), 1e6
    ),
    **dict.fromkeys(("milion", "miliony", "milionów", "milionů", "miliónov", "milioane", "millió", "milijun"), 1e6),
    **dict.fromkeys(("milijuna", "milijonov", "miljon", "miljoner", "millioner", "miljoonaa", "miljonit", "млн"), 1e6),
    **dict.fromkeys(("mill", "milyon", "миллион", "миллиона", "миллионов", "мільйон", "мільйони", "мільйонів"), 1e6),
    **dict.fromkeys(("милион", "милиона", "εκατομμύρια", "εκατομμύριο", "مليون", "ملايين"), 1e6),
    **dict.fromkeys(("crore", "crores", "करोड़", "千万", "천만"), 1e7),
    **dict.fromkeys(("亿", "億", "억", "亿人", "億人"), 1e8),
    **dict.fromkeys(("十亿", "十億", "십억", "миллиард", "миллиарда", "миллиардов", "мільярд", "мільярдів"), 1e9),
    **dict.fromkeys(
        ("bn", "mrd", "md", "mds", "mld", "billion", "billions", "milliard", "milliards", "milliarde"), 1e9
    ),
    **dict.fromkeys(("milliarden", "miliardo", "miliardi", "miliard", "miljard", "млрд", "tỷ"), 1e9),
}
"""Words after a number, by which it is multiplied."""
_UNREAD = LazyPattern(
    r"""
    mil                                                     # a thousand in Spanish, a million in Czech
    | (?: m | b | tr ) il+ (?: i?j | i(?:[oóõ]|ar) | h[ãõao] | [oó]n | y ) \w*  # billones, miliardy
    | b | bln | trn | trln
    | hundreds? | hundert\w* | dozens? | dutzend
    | tūkst\w* | tisuć\w* | tuhat\w* | mii | хиляд\w* | χιλ\w* | εκατ\w* | тыс\w* | тис\w*
    | [兆조] .*
    """,
    re.VERBOSE,
)


def names_currency(text: str) -> bool:
    """Return whether a text is the code or a symbol of a currency."""
    return (
        currency_named(text) is not None
        or text in AMBIGUOUS
        or (_CODE.fullmatch(text) is not None and text in currencies())
    )


def currency_named(word: str) -> str | None:
    """Return the code of the currency that a symbol or a word such as "euros" is for; None for others."""
    return SYMBOLS.get(word) or _WORDS.get(word.casefold())


@cache
def currencies() -> frozenset[str]:
    """Return the codes of currencies (ISO 4217)."""
    from babel.numbers import list_currencies  # noqa: PLC0415 - only plans with money need it

    return frozenset(list_currencies())


def currencies_of(country: str) -> list[str]:
    """Return the codes of the currencies of a country, given as its ISO 3166-1 alpha-2 code."""
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - only warnings need it

    return list(map(str, get_territory_currencies(country)))


def is_unread_multiple(word: str) -> bool:
    """Return whether a word multiplies a number by what is not known: "mil" has another meaning in each language, and
    other words have more forms than `MULTIPLES`. A number before one is not read, since without it it would be wrong.
    """
    name = normalize("NFC", word).lower()
    return name not in MULTIPLES and _UNREAD.fullmatch(name) is not None
