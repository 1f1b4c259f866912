"""The facts of a plan as data for templates: cities and goals."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.quantities import Quantity
from ucap_reports.summary.fact_cells import COLUMN_CELLS
from ucap_reports.summary.label_languages import PackWords
from ucap_reports.summary.summary import CityFacts, GoalFacts
from ucap_reports.template.goal_tiles import COLOURS

Value = TypeVar("Value")


def city_facts(plan: Plan, words: PackWords) -> tuple[CityFacts, ...]:
    """One for each city, also within a group, whose shared facts are unknown for each of its cities."""
    return tuple(facts for city in plan.cities for facts in _of_column(city, words))


def goal_facts(plan: Plan, words: PackWords) -> tuple[GoalFacts, ...]:
    """One for each goal, with its official title in the language of the labels, or else in English."""
    return tuple(
        GoalFacts(goal.number, words.formats.goal(goal.number), f"#{COLOURS[goal.number].hex}") for goal in plan.sdgs
    )


def _of_column(city: City, words: PackWords) -> Iterator[CityFacts]:
    is_group = len(city.name) > 1
    population, area = (None, None) if is_group else (city.population, city.area_km2)
    for place, name in enumerate(city.name):
        country = _own(city.country, place, len(city.name))
        yield CityFacts(
            name=name,
            region=_own(city.region, place, len(city.name)) or "",
            country=country.text if country else "",
            country_code=country.code if country else "",
            population=_number(population),
            population_text="" if is_group else COLUMN_CELLS["population"](city, words).text,
            area_km2=_number(area),
            area_text="" if is_group else COLUMN_CELLS["area_km2"](city, words).text,
        )


def _own(values: Sequence[Value], place: int, names: int) -> Value | None:
    """The value of one city of a group: the only one, or its own if there are as many as names."""
    if len(values) == 1:
        return values[0]
    return values[place] if len(values) == names else None


def _number(quantity: Quantity | None) -> float | None:
    """The number, a whole one without decimals."""
    value = quantity.value if quantity is not None else None
    return int(value) if value is not None and value == int(value) else value
