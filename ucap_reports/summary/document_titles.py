"""The titles of documents (`full_title`) and of page headers (`running_title`); the names of the cities in them or, if
these are too many, their number (`names_in_titles`); and the marks of drafts, in titles and as a `watermark`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ucap_reports.plan.plan_model import Plan
from ucap_reports.storage.artifact_cache import shipped_table
from ucap_reports.summary.document_formats_and_pdf_standards import DRAFT
from ucap_reports.summary.numbers_dates_and_names import Formats
from ucap_reports.text.capitals_punctuation_and_plain_letters import capitals, colon, comma
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, like, locale_of, lookup

BETWEEN = " \N{EN DASH} "
"""The text between the names of cities in titles."""
_MAX_NAMES = 4
"""The number of names in a title; more are counted there, and listed below it."""
_MAX_NAMES_LENGTH = 90
"""Characters of the names of all cities in headers, footers and titles."""
_LONGEST_HEADER = 110
"""Characters of a title that fits in two lines of a page header."""


def full_title(title: str, language: str, *, cities: Sequence[str], names: str, draft: str) -> str:
    """Return a title with the `names` of the cities, unless it has those of all `cities`, and with the mark of a draft
    in brackets, unless that is empty.
    """
    is_named = all(city in title for city in cities)
    full = title
    if not is_named and names:
        full += colon(language) + names
    if draft:
        full += f" ({draft})"
    return like(full, title)


def running_title(full: str, title: str, names: str) -> str:
    """Return the full title for the header of a page or, if it is too long for that, the names of the cities alone."""
    if len(full) <= _LONGEST_HEADER:
        return full
    return names or like(title[:_LONGEST_HEADER], title)


def watermark(status: str, draft: str, language: str) -> str:
    """Return the text behind each page of a draft; empty for others. `draft` is the mark of a draft in a language."""
    if status != DRAFT:
        return ""
    if not draft:
        return status.upper()
    return capitals(draft, language)


def all_names(plan: Plan) -> str:
    """Return the names of all cities; those of a group have commas between them."""
    between_names = comma(plan.language)
    return BETWEEN.join([between_names.join(city.name) for city in plan.cities])


def names_in_titles(plan: Plan, formats: Formats) -> str:
    """Return the names of all cities or, if they are too many or too long for a title, their number: "12 cities".

    No name is left out of a list, since no partner is less important. A single name that is too long is cut off.
    """
    count = sum([len(city.name) for city in plan.cities])
    names = all_names(plan)
    if count <= _MAX_NAMES and len(names) <= _MAX_NAMES_LENGTH:
        return names
    if count > 1:
        return _counted(count, formats)
    return f"{names[: _MAX_NAMES_LENGTH - 1]}…"


def numbers_of_cities(count: int) -> tuple[str, ...]:
    """Return what titles print instead of so many names, in each language."""
    return tuple([_number_of_cities(count, language) for language in _city_counts()])


def _counted(count: int, formats: Formats) -> str:
    """Return a number of cities in words of the requested language, or else in English."""
    language = lookup(formats.wanted, _city_counts()) or DEFAULT_LANGUAGE
    return formats.tagged(_number_of_cities(count, language), language)


@cache
def _city_counts() -> Mapping[str, Mapping[str, str]]:
    """Return the words for a number of cities by language and plural form."""
    return shipped_table(Path(__file__).with_name("city_counts.toml"), dict[str, dict[str, str]])


def _number_of_cities(count: int, language: str) -> str:
    """Return a number of cities in words of a language that has them: "12 cities"."""
    forms = _city_counts()[language]
    plural_form = locale_of(language).plural_form(count)
    words = forms.get(plural_form, forms["other"])
    return words.replace("{count}", str(count))
