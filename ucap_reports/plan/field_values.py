"""What an author may write in the fields of a plan, read into values."""

import re
from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import Any

from msgspec import Struct

from ucap_reports.plan.name_hints import (
    DAY_FORM,
    MAX_NAME,
    country_hint,
    date_hint,
    figures_hint,
    goal_hint,
    language_hint,
    partnership_hint,
)
from ucap_reports.plan.quantities import Quantity, area, area_number, population, population_number
from ucap_reports.plan.text_fields import read_text
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation_messages import described, refusal
from ucap_reports.plan.vocabulary import GOALS, find_country, find_partnership
from ucap_reports.text.links import link_target
from ucap_reports.text.markup_reader import LANGUAGE

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARS = range(1990, 2101)
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>.]+(\.[^\s@,;<>.]+)+")
_GOAL_FIRST = re.compile(r"(?:SDG|Goal)\s*[-#]?\s*(\d{1,3})(?!\.?\d)[\s:.,\u2013\u2014-]*(.*)", re.IGNORECASE)
_GOAL_LAST = re.compile(r"(.*?)[\s:.,(\u2013\u2014-]*\bSDG\s*[-#]?\s*(\d{1,3})\s*\)?\.?", re.IGNORECASE)
_MORE_GOALS = re.compile(r"\bSDG\s*\d|^\W*(?:and\W+)?\d[\d\W]*$", re.IGNORECASE)
_PACK_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class Goal(Struct, frozen=True):
    """A Sustainable Development Goal, with the author's own wording where there is one."""

    number: int
    wording: str | None = None

    @property
    def title(self) -> str:
        """The official short title."""
        return GOALS[self.number]


class AgendaTopic(Struct, frozen=True):
    """A partnership of the Urban Agenda for the EU by its official name, and the wording that is printed."""

    partnership: str
    wording: str


class Country(Struct, frozen=True):
    """A country by its ISO 3166-1 alpha-2 code, and the text that is printed."""

    code: str
    text: str


def read_country(value: Any) -> Country:
    """A country by any of its names or codes."""
    if isinstance(value, Country):
        return value
    text = read_text(value)
    code = find_country(text)
    if code is None:
        raise refusal("country-unknown", f"no country is called {described(text)}", country_hint(text))
    return Country(code, text)


def read_goal(value: Any) -> Goal:
    """A goal in any of the ways people write it: `11`, `SDG 11`, `SDG9: own wording`, `own wording: SDG 11`."""
    if isinstance(value, Goal):
        return value
    text = read_text(value)
    if text.isascii() and text.isdecimal() and len(text) < len("1000"):
        number, wording = int(text), ""
    elif match := _GOAL_FIRST.fullmatch(text):
        number, wording = int(match[1]), match[2].strip()
    elif match := _GOAL_LAST.fullmatch(text):
        number, wording = int(match[2]), match[1].strip()
    else:
        raise refusal("sdg-unknown", f"{described(text)} names no Sustainable Development Goal", goal_hint(text))
    if _MORE_GOALS.search(wording):
        hint = 'begin each goal with "- " on a line of its own'
        raise refusal("sdg-unknown", f"{described(text)} names more than one goal", hint)
    if number not in GOALS:
        raise refusal("sdg-unknown", f"there is no Sustainable Development Goal {number}", "they go from 1 to 17")
    return Goal(number, wording or None)


def read_agenda_topic(value: Any) -> AgendaTopic:
    """A partnership by its name, an alias or a near spelling, with or without the prefix "EU UP"."""
    if isinstance(value, AgendaTopic):
        return value
    text = read_text(value)
    partnership = find_partnership(text)
    if partnership is None:
        message = f"the Urban Agenda for the EU has no partnership {described(text)}"
        raise refusal("urban-agenda-unknown", message, partnership_hint(text))
    return AgendaTopic(partnership, text)


def read_date(value: Any) -> date | None:
    """A day written as 2019-04-30; None where it is unknown."""
    if isinstance(value, date):
        return value
    if is_unknown(value):
        return None
    text = read_text(value)
    day = _date(text)
    if day is None:
        raise refusal("date-invalid", f"{described(text)} is no date", date_hint(text))
    if day.year not in _YEARS:
        raise refusal("date-invalid", f"the year {day.year} cannot be meant", DAY_FORM)
    return day


def read_signed(value: Any) -> str | date | None:
    """A day, or words that tell of one."""
    if isinstance(value, date):
        return value
    if is_unknown(value):
        return None
    text = read_text(value)
    return read_date(text) if _ISO_DATE.fullmatch(text) else text


def read_language(value: Any) -> str:
    """A BCP 47 tag."""
    text = read_text(value)
    if not LANGUAGE.fullmatch(text):
        better = text.replace("_", "-")
        hint = f'did you mean "{better}"?' if LANGUAGE.fullmatch(better) else language_hint(text)
        raise refusal("language-invalid", f"{described(text)} is no language tag", hint)
    return text


def read_template(value: Any) -> str:
    """The name of a pack."""
    text = read_text(value)
    if not _PACK_NAME.fullmatch(text):
        hint = "write the name of its folder, such as iuc-asia"
        raise refusal("template-invalid", f"{described(text)} is no name of a template pack", hint)
    return text


def read_email(value: Any) -> str:
    """A mail address."""
    text = read_text(value)
    if not _EMAIL.fullmatch(text):
        within = _EMAIL.search(text) if len(text) <= MAX_NAME else None
        hint = f"write it alone: {within[0]}" if within else "write it as office@example.org"
        raise refusal("email-invalid", f"{described(text)} is no mail address", hint)
    return text


def read_website(value: Any) -> str:
    """A web address, with or without its scheme."""
    text = read_text(value)
    whole = text if "://" in text else f"https://{text}"
    if link_target(whole).address is None or "." not in text or " " in text:
        raise refusal("website-invalid", f"{described(text)} is no web address", "write it as https://www.example.org")
    return text


def read_population(value: Any) -> Quantity | None:
    """A population as a number or in words; None where it is unknown."""
    return _read_quantity(value, population, population_number)


def read_area(value: Any) -> Quantity | None:
    """An area in square kilometres as a number or in words; None where it is unknown."""
    return _read_quantity(value, area, area_number)


def _read_quantity(
    value: Any, of_text: Callable[[str], Quantity], of_number: Callable[[float, str], Quantity]
) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    if is_unknown(value):
        return None
    if isinstance(value, list):
        hint = f"write them as one text: {figures_hint(value)}"
        raise refusal("type-wrong", "one figure, or one text, is needed here, not a list", hint)
    text = read_text(value)
    quantity = of_text(text) if isinstance(value, str) else of_number(value, text)
    if quantity.value is not None and not (isfinite(quantity.value) and quantity.value > 0):
        raise refusal("quantity-invalid", f"{text} cannot be meant", "write N/A where it is unknown")
    return quantity


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None
