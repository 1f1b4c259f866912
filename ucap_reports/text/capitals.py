"""Text in capitals, as a language writes them."""

import unicodedata

from ucap_reports.text.language_tags import primary

_DOTTED = str.maketrans({"i": "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"})
_ACUTE = "\N{COMBINING ACUTE ACCENT}"


def capitals(text: str, language: str) -> str:
    """The text in capitals: in Turkish and Azerbaijani with the dot on I, in Greek without accents (Unicode
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
