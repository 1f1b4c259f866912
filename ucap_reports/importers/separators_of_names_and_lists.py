"""Signs and words between the names of cities, and between items of lists, in one cell or answer.

A semicolon, a line end or "|" is certain. Signs that may be part of a name as well (`_GUESSED_SEPARATORS`) are guesses,
which the import reports.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.importers.label_recognition import word_lists
from ucap_reports.plan.countries_goals_and_partnerships import find_country
from ucap_reports.plan.field_descriptions import Field, FieldType

_SEMICOLONS = ";\uff1b\u061b"
_COMMAS = "\uff0c\u3001\u060c"
"""Commas of Chinese, Japanese and Arabic, which need no space after them."""
CONNECTORS = "|".join(map(re.escape, word_lists().connectors))
"""Words such as "and", as a part of a pattern."""
_USUAL_SEPARATOR = re.compile(rf"[{_SEMICOLONS}•●·|\n]")
_CERTAIN_SEPARATOR = re.compile(rf"[{_SEMICOLONS}|\n]")
_GUESSED_SEPARATORS = (
    re.compile(r"(?<=\s)(?:-|\u2013|\u2014|\u2194|<->)(?=\s)"),
    re.compile(r"(?<=\s)/(?=\s)"),
    re.compile(r"(?<=\s)\+(?=\s)"),
    re.compile(rf"(?<=\s)(?:{CONNECTORS})(?=\s)"),
)
"""What is between cities and may be part of a name as well, the least likely part of one first."""
_TIGHT_SIGN = re.compile(r"(?<=\w)[\u2013\u2014+](?=\w)")
"""A dash between names, as it is set in English, or a plus sign; a hyphen is part of a name."""
_SLASH = re.compile(r"/")
COMMA_AND_SPACE = re.compile(rf",(?=\s)|[{_COMMAS}]")
COMMA_OR_SEMICOLON = re.compile(rf",(?=\s)|[{_COMMAS}{_SEMICOLONS}]")
PLACE_SEPARATOR = re.compile(rf"[,/\n{_COMMAS}{_SEMICOLONS}]")
"""What is between the region and the country of a city."""


def item_separator(separator: str | None) -> re.Pattern[str]:
    """Return what is between items of lists: a line end, and the `separator` of a map of columns or the usual
    signs.
    """
    if not separator:
        return _USUAL_SEPARATOR
    sign = separator.strip() or separator  # white space alone, such as a tab, is a separator too
    return re.compile(rf"{re.escape(sign)}|\n")


class SplitNames(Struct, frozen=True):
    """The names of cities in one text."""

    names: Sequence[str]
    is_guess: bool = False
    """Whether what is between them may be part of a name."""
    are_tight: bool = False
    """Whether they are separated by a sign without spaces."""


def split_names(text: str) -> SplitNames:
    """Return the names of cities in a text, split at a certain separator or, if it has none, at the first guess."""
    text = text.strip()
    for separator in (_CERTAIN_SEPARATOR, *_GUESSED_SEPARATORS, _TIGHT_SIGN):
        names = stripped_parts(separator, text)
        if len(names) > 1:
            is_guess = separator is not _CERTAIN_SEPARATOR
            return SplitNames(names, is_guess=is_guess, are_tight=separator is _TIGHT_SIGN)
    return SplitNames([text])


def split_facts(field: Field, text: str, city_count: int, *, names_are_tight: bool) -> Sequence[str]:
    """Return what a text says about each city in turn; a country that is not split is that of each.

    `names_are_tight` says that the names of the cities were separated by a sign without spaces.
    """
    parts = stripped_parts(_CERTAIN_SEPARATOR, text)
    if len(parts) != 1 or city_count <= 1:
        return parts
    is_country = field.type is FieldType.COUNTRIES
    separators = [*_GUESSED_SEPARATORS, _SLASH]  # the least likely part of a value first
    if is_country or names_are_tight:  # a dash in a number may be that of a range
        separators.append(_TIGHT_SIGN)
    if field.plural:
        separators.append(COMMA_AND_SPACE)
    for separator in separators:
        guessed_parts = stripped_parts(separator, text)
        if len(guessed_parts) != city_count:
            continue
        if not is_country or all(map(find_country, guessed_parts)):
            return guessed_parts
    if is_country and find_country(parts[0]):
        return parts * city_count
    return parts


def joined_countries(parts: Sequence[str]) -> list[str]:
    """Return the parts of a list of countries; those that are one name together, as "Palestine, State of", are one."""
    names: list[str] = []
    for part in parts:
        before = names[-1] if names else ""
        joined = f"{before}, {part}"
        are_two = find_country(before) and find_country(part)
        if before and not are_two and find_country(joined):
            names[-1] = joined
        else:
            names.append(part)
    return names


def stripped_parts(between: re.Pattern[str], text: str) -> list[str]:
    """Return the parts of a text between the matches of a pattern, without white space around them and without empty
    ones.
    """
    parts = [part.strip() for part in between.split(text)]
    return [part for part in parts if part]
