"""The order of names, titles and plans: that of the alphabet of a language, and of dictionaries for Chinese
characters.
"""
# ruff: noqa: RUF001 - letters of many alphabets

import unicodedata
from collections.abc import Iterable
from functools import cache

from ucap_reports.text.capitals_punctuation_and_plain_letters import searchable
from ucap_reports.text.language_tags import is_traditional_chinese, primary


def names_sort_key(names: Iterable[str], language: str) -> tuple[str, ...]:
    """Return what sorts the plans of a list in that language by the names of their cities: name by name, so that
    `San, Rome` is before `San Marino, Oslo`, whatever is printed between the names.
    """
    return tuple([sort_key(name, language) for name in names])


def sort_key(text: str, language: str) -> str:
    """Return what sorts texts of a document in that language: plain letters, those that its alphabet has after others,
    and after them Chinese characters.

    Chinese characters of frequent use are in the order of dictionaries, which is that of the first level of national
    character sets: by their reading in Chinese (GB 2312) and Japanese (JIS X 0208), and by their strokes in traditional
    Chinese (Big5). Others follow, by their code points.
    """
    written_language = "zh-hant" if is_traditional_chinese(language) else primary(language)
    encoding = _DICTIONARY_ORDER.get(written_language)
    letters = searchable(_with_own_letters(text, written_language))
    if encoding is None:
        return letters
    return "".join([_dictionary_letter(letter, encoding) for letter in letters])


def _with_own_letters(text: str, language: str) -> str:
    """Return the text with what sorts the letters that the alphabet of a language has after others."""
    places = _own_letters(language)
    if not places:
        return text
    if language == "tr":
        text = text.translate(_UNDOTTED)
    letters = unicodedata.normalize("NFC", text.casefold())
    sorting = ""
    offset = 0
    while offset < len(letters):
        letter = letters[offset]
        for length in _LENGTHS_OF_LETTERS:
            if letters[offset : offset + length] in places:
                letter = letters[offset : offset + length]
                break
        sorting += places.get(letter, letter)
        offset += len(letter)
    return sorting


@cache
def _own_letters(language: str) -> dict[str, str]:
    """Return the places of these letters: after all words with the letter before them."""
    places = {}
    for group in _ALPHABETS.get(language, "").split():
        before, *letters = group.split(">")
        for rank, same in enumerate(letters, 1):
            for letter in same.split("/"):
                places[letter] = f"{before}{_AFTER_ALL}{rank}"
    return places


_ALPHABETS = {
    **dict.fromkeys(("sv", "fi"), "z>å>ä/æ>ö/ø"),
    **dict.fromkeys(("da", "nb", "nn", "no"), "z>æ/ä>ø/ö>å/aa"),
    "et": "s>š>z>ž w>õ>ä>ö>ü",
    "is": "a>á d>ð e>é i>í o>ó u>ú y>ý z>þ>æ>ö",
    **dict.fromkeys(("es", "gl"), "n>ñ"),
    "pl": "a>ą c>ć e>ę l>ł n>ń o>ó s>ś z>ź>ż",
    "cs": "c>č h>ch r>ř s>š z>ž",
    "sk": "a>ä c>č h>ch o>ô s>š z>ž",
    "sl": "c>č s>š z>ž",
    **dict.fromkeys(("hr", "bs"), "c>č>ć d>dž>đ l>lj n>nj s>š z>ž"),
    "hu": "c>cs d>dz>dzs g>gy l>ly n>ny o>ö/ő s>sz t>ty u>ü/ű z>zs",
    "ro": "a>ă>â i>î s>ș/ş t>ț/ţ",
    "tr": "c>ç g>ğ h>ı o>ö s>ş u>ü",
    "lt": "c>č s>š z>ž",
    "lv": "c>č g>ģ k>ķ l>ļ n>ņ s>š z>ž",
    "vi": "d>đ",
    **dict.fromkeys(("bg", "ru"), "и>й"),
    "uk": "г>ґ е>є и>і>ї>й",
}
"""Letters that have a place of their own in alphabets, after others: in Spanish, ñ is after n. Those with a slash
between them are one (CLDR, collation).
"""
_LENGTHS_OF_LETTERS = (3, 2, 1)
"""Hungarian has the letter dzs."""
_AFTER_ALL = "\U0010ffff"
_UNDOTTED = str.maketrans({"I": "ı", "İ": "i"})


@cache
def _dictionary_letter(letter: str, encoding: str) -> str:
    """Return a letter, or for an ideograph what sorts it: its place in the first level of a character set."""
    if not "\u3400" <= letter <= "\U0003ffff" or "\uac00" <= letter <= "\uffff":
        return letter
    try:
        code = letter.encode(encoding)
    except UnicodeEncodeError:
        return f"{_AFTER_LETTERS}{_LAST}{letter}"
    if code > _LAST_FREQUENT[encoding]:
        return f"{_AFTER_LETTERS}{_LAST}{letter}"
    return f"{_AFTER_LETTERS}{code.hex()}"


_DICTIONARY_ORDER = {"zh": "gb2312", "zh-hant": "big5", "ja": "euc_jp"}
_LAST_FREQUENT = {"gb2312": b"\xd7\xf9", "big5": b"\xc6\x7e", "euc_jp": b"\xcf\xd3"}
"""The last characters of the first levels."""
_AFTER_LETTERS, _LAST = "\u3400", "\u4e00"
"""What ideographs begin with, and those without a place after that, in the order of code points."""
