"""The signs of punctuation between parts of a text, in the form of their language.

They are printed where the product itself joins texts: names of cities and countries, themes and dates before a text.
"""

import re

from ucap_reports.text.language_tags import primary

_COMMAS = {
    **dict.fromkeys(("zh", "yue", "ja"), "\N{IDEOGRAPHIC COMMA}"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "sd", "ug"), "\N{ARABIC COMMA} "),
}
_COLONS = {**dict.fromkeys(("zh", "yue", "ja"), "\N{FULLWIDTH COLON}"), "fr": "\N{NO-BREAK SPACE}: "}
COMMA = re.compile(r", |\u3001|\u060c ")
"""A comma between two texts in any language."""


def comma(language: str) -> str:
    """Return the sign between the parts of a list, with the spaces around it."""
    return _COMMAS.get(primary(language), ", ")


def colon(language: str) -> str:
    """Return the sign after a label or a heading on the same line, with the spaces around it."""
    return _COLONS.get(primary(language), ": ")
