"""Capitals as languages have them, plain letters for comparing and searching, the signs in and around words, and the
commas, semicolons and colons that are printed where the product itself joins texts.
"""

import re
import unicodedata

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.language_tags import is_right_to_left, primary

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


# Commas, semicolons and colons between texts
_IDEOGRAPHIC = frozenset({"zh", "yue", "ja"})
_HEBREW = frozenset({"he", "iw", "ji", "yi"})
"""Languages from right to left that have the comma of languages from left to right."""
_COLON_END = ":\N{FULLWIDTH COLON} \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_COLONS = {**dict.fromkeys(_IDEOGRAPHIC, "\N{FULLWIDTH COLON}"), "fr": "\N{NO-BREAK SPACE}: "}
_SEMICOLONS = {
    **dict.fromkeys(_IDEOGRAPHIC, "\N{FULLWIDTH SEMICOLON}"),
    "fr": "\N{NARROW NO-BREAK SPACE}; ",
    "el": "\N{MIDDLE DOT} ",
}
"""In Greek, the sign of a question looks like the semicolon of other languages."""
COMMA = LazyPattern(r", |\u3001|\u060c ")
"""A comma between two texts in any language."""


def comma(language: str) -> str:
    """Return the sign between the parts of a list, with the spaces around it."""
    spoken = primary(language)
    if spoken in _IDEOGRAPHIC:
        return "\N{IDEOGRAPHIC COMMA}"
    is_arabic = is_right_to_left(language) and spoken not in _HEBREW
    return "\N{ARABIC COMMA} " if is_arabic else ", "


def semicolon(language: str) -> str:
    """Return the sign between groups of parts with commas between them, with the spaces around it."""
    spoken = primary(language)
    if spoken in _SEMICOLONS:
        return _SEMICOLONS[spoken]
    is_arabic = is_right_to_left(language) and spoken not in _HEBREW
    return "\N{ARABIC SEMICOLON} " if is_arabic else "; "


def without_colon(label: str) -> str:
    """Return a label without the colon at its end, and without the space that French has before it."""
    return label.rstrip(_COLON_END)


def colon(language: str) -> str:
    """Return the sign after a label or a heading on the same line, with the spaces around it."""
    return _COLONS.get(primary(language), ": ")
