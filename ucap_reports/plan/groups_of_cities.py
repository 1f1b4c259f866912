"""Groups of cities that share a column of the fact table: which city has which of its regions and countries."""

from collections.abc import Sequence
from typing import TypeVar

from ucap_reports.plan.field_values import Country
from ucap_reports.plan.plan_model import City

Place = TypeVar("Place", str, Country)
"""A region, which is its name, or a country."""


def places_by_city(column: City, places: Sequence[Place]) -> Sequence[Sequence[Place]] | None:
    """Return the regions or the countries of each city of a column; None if it is unknown which are whose.

    A city alone has all of them. In a group, each city has its own if there are as many places as cities. A single
    country is that of all cities, but a single region is not: it may be that of one city.
    """
    number_of_cities = len(column.name)  # a group has several names
    if number_of_cities == 1:
        return [places]
    if len(places) == number_of_cities:
        return [[place] for place in places]
    is_in_one_country = len(places) == 1 and isinstance(places[0], Country)
    if is_in_one_country or not places:
        return [places] * number_of_cities
    return None
