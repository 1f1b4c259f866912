"""The commas, semicolons and colons of languages, which are printed where the product itself joins texts."""

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.language_tags import is_right_to_left, primary

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
