"""Capitals as languages have them, plain letters for comparing and searching, and the signs in and around words."""

import re
import unicodedata

from ucap_reports.text.language_tags import primary

_DOTTED = str.maketrans({"i": "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"})
_DIAERESIS, _IOTA_BELOW = "\N{COMBINING DIAERESIS}", "\N{COMBINING GREEK YPOGEGRAMMENI}"
_GREEK_ACCENTS = "\u0300\u0301\u0342"
"""Grave, acute and circumflex."""
_GREEK_ACCENTED = re.compile(
    r"""
    (?P<or> (?<![\w\u0300-\u036f]) [\u0397\u03b7]\u0301 (?![\w\u0300-\u036f]) )     # the word for "or"
    | (?P<letter> [\u0391-\u03c9] )
      (?P<marks> [\u0300-\u036f]+ )
      (?P<second> [\u0399\u03a5\u03b9\u03c5] (?![\u0300-\u036f]) )?                 # an iota or upsilon without marks
    """,
    re.VERBOSE,
)
"""The Greek word for "or", which keeps its accent, or a letter with its marks, and an iota or upsilon after it."""
PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
"""Letters that Unicode does not decompose."""


def capitals(text: str, language: str) -> str:
    """Return the text in capitals: in Turkish and Azerbaijani with the dot on I, Greek letters
    without accents in Greek (Unicode SpecialCasing; CLDR, el-Upper).
    """
    match primary(language):
        case "tr" | "az":
            return text.translate(_DOTTED).upper()
        case "el":
            letters = _GREEK_ACCENTED.sub(_without_greek_accents, unicodedata.normalize("NFD", text))
            return unicodedata.normalize("NFC", letters).upper()
        case _:
            return text.upper()


def with_capital(text: str, language: str) -> str:
    """Return the text with a capital at its start: in Dutch, ij is one letter; Georgian has no capitals there."""
    match primary(language):
        case "nl" if text.startswith("ij"):
            return f"IJ{text[2:]}"
        case "tr" | "az" if text.startswith("i"):
            return f"\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}{text[1:]}"
        case _:
            return f"{text[:1].title()}{text[1:]}"


def _without_greek_accents(accented: re.Match[str]) -> str:
    """Return a Greek letter with no other mark than a diaeresis. An iota or upsilon after an accented vowel gets one,
    because without the accent both would be read as one sound: "Μάιος" is "ΜΑΪΟΣ".
    """
    if accented["or"]:
        return accented["or"]
    letter = accented["letter"]
    marks = accented["marks"]
    second = accented["second"] or ""
    if _DIAERESIS in marks:
        letter += _DIAERESIS
    elif second and not set(_GREEK_ACCENTS).isdisjoint(marks):
        second += _DIAERESIS
    if _IOTA_BELOW in marks:
        letter += "\N{GREEK SMALL LETTER IOTA}"
    return letter + second


def unaccented(text: str) -> str:
    """Return the text in Unicode's form NFKD without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join([letter for letter in decomposed if not unicodedata.combining(letter)])


def searchable(text: str) -> str:
    """Return the text in lower case and in plain letters."""
    return "".join([PLAIN_LETTERS.get(letter, letter) for letter in unaccented(text.casefold())])


# The letters and the signs around words
MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c2\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e"
    "\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
"""What is in words beside letters and digits, for sets of regular expressions: accents that are characters of their
own, vowels of Hebrew, Arabic and the scripts of South and Southeast Asia, and joiners.
"""
_QUOTATION_MARKS = "\"'\u00ab\u00bb\u2039\u203a\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f"
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
AROUND_WORDS = f" .,:;!?\u00a1\u00bf\u2026()[]{_QUOTATION_MARKS}"
"""Spaces, quotation marks, brackets and other punctuation at the beginning and the end of words, to strip them."""


def is_word(text: str) -> bool:
    """Return whether a text is a word: letters with their marks, and joiners between them."""
    if text.isalpha():  # as most
        return True
    if text.isascii():
        return False
    kinds = {unicodedata.category(character)[0] for character in text if character not in _JOINERS}
    return "L" in kinds and kinds <= {"L", "M"}
