"""Facts about cities that do not fit each other."""

from collections.abc import Iterator
from math import isclose

from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Problem
from ucap_reports.source.tree import Loc, Tree

DENSEST = 50_000
"""Persons on a square kilometre; the densest cities of the world have about 45,000."""
NATIONS = {"england", "scotland", "wales", "northern ireland"}
"""Names of a country that are names of its parts too."""
PLACEHOLDERS = {"First city", "Second city"}
"""The names that a new plan file has."""
EMPTIEST = 0.5
"""The emptiest municipalities, in the Amazon and in Tibet, have about one."""


def city_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about each column."""
    for place, city in enumerate(plan.cities):
        loc = ("cities", place)
        yield from _placeholder(city, tree, loc)
        yield from _uneven_group(city, tree, loc)
        yield from _country_as_region(city, tree, loc)
        yield from _density(city, tree, loc)
        yield from _no_number(city, tree, loc)
        yield from _parts_of_people(city, tree, loc)


def _placeholder(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """A city that still has the name it has in a new plan file."""
    for name in city.name:
        if name in PLACEHOLDERS:
            message = f'the city is still called "{name}"'
            yield Problem.warning("placeholder-left", message, "write its name here", tree.location((*loc, "name")))


def _uneven_group(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """A group needs as many regions and countries as names; one country may be that of all."""
    names = len(city.name)
    counts = {"region": ("region", "regions", len(city.region)), "country": ("country", "countries", len(city.country))}
    for field, (one, many, count) in counts.items():
        if names == 1 or count in {0, names} or (field == "country" and count == 1):
            continue
        message = f"the group has {names} names but {count} {one if count == 1 else many}"
        hint = f"give one {one} for each name, in the same order"
        yield Problem.warning("group-uneven", message, hint, tree.location((*loc, field)))


def _country_as_region(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """A country of the column that stands among its regions; city states are both."""
    codes = {country.code for country in city.country}
    for place, region in enumerate(city.region):
        if find_country(region) in codes and region not in city.name and region.casefold() not in NATIONS:
            message = f'"{region}" is a country, and stands among the regions'
            hint = "put the province, state or department here"
            yield Problem.warning("region-is-country", message, hint, tree.location((*loc, "region", place)))


def _density(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """A population on an area that no city has; one in parts of people is told as that alone."""
    population = city.population.value if city.population else None
    area = city.area_km2.value if city.area_km2 else None
    if population is None or area is None or _has_parts(population) or EMPTIEST <= population / area <= DENSEST:
        return
    density = population / area
    shown = f"{density:,.0f}" if density >= 1 else f"{density:.2g}"
    message = f"{shown} persons on a square kilometre: no city has that"
    hint = "is the area in km², and are population and area those of the same territory?"
    yield Problem.warning("density-impossible", message, hint, tree.location((*loc, "area_km2")))


def _no_number(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """A population or area in words without a number."""
    for field, quantity in (("population", city.population), ("area_km2", city.area_km2)):
        if quantity is not None and quantity.value is None:
            message = f'there is no number in "{quantity.text}"'
            yield Problem.warning(
                "number-missing", message, "write the number, or N/A where it is unknown", tree.location((*loc, field))
            )


def _parts_of_people(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """A population such as 13.6, of which the word is missing that makes it millions."""
    people = city.population.value if city.population else None
    if people is None or not _has_parts(people):
        return
    message = f"{people:g} cannot be a number of people"
    hint = "write all its digits, or the word that belongs to it, as in 13.6 million"
    yield Problem.warning("population-fraction", message, hint, tree.location((*loc, "population")))


def _has_parts(people: float) -> bool:
    return not isclose(people, round(people), rel_tol=1e-9)
