"""How languages write: capitals, punctuation between parts of a text, and plain letters for sorting and searching."""

import re
import unicodedata

from ucap_reports.text.language_tags import primary

_DOTTED = str.maketrans({"i": "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"})
_ACUTE = "\N{COMBINING ACUTE ACCENT}"
PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
"""Letters that Unicode does not decompose."""
_COMMAS = {
    **dict.fromkeys(("zh", "yue", "ja"), "\N{IDEOGRAPHIC COMMA}"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "sd", "ug"), "\N{ARABIC COMMA} "),
}
_COLONS = {**dict.fromkeys(("zh", "yue", "ja"), "\N{FULLWIDTH COLON}"), "fr": "\N{NO-BREAK SPACE}: "}
COMMA = re.compile(r", |\u3001|\u060c ")
"""A comma between two texts in any language."""


def capitals(text: str, language: str) -> str:
    """Return the text in capitals: in Turkish and Azerbaijani with the dot on I, in Greek without accents (Unicode
    SpecialCasing; CLDR, el-Upper).
    """
    match primary(language):
        case "tr" | "az":
            return text.translate(_DOTTED).upper()
        case "el":
            letters = unicodedata.normalize("NFD", text).replace(_ACUTE, "")
            return unicodedata.normalize("NFC", letters).upper()
        case _:
            return text.upper()


def comma(language: str) -> str:
    """Return the sign between the parts of a list, with the spaces around it."""
    return _COMMAS.get(primary(language), ", ")


def colon(language: str) -> str:
    """Return the sign after a label or a heading on the same line, with the spaces around it."""
    return _COLONS.get(primary(language), ": ")


def unaccented(text: str) -> str:
    """Return the text in Unicode's form NFKD without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def searchable(text: str) -> str:
    """Return the text in lower case and in plain letters."""
    return "".join(PLAIN_LETTERS.get(letter, letter) for letter in unaccented(text.casefold()))
