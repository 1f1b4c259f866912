"""Warnings about facts of cities that contradict each other."""

from collections.abc import Iterator
from math import isclose

from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree

DENSEST = 50_000
"""Persons per square kilometre; the densest cities of the world have about 45,000."""
EMPTIEST = 0.5
"""Persons per square kilometre; the emptiest municipalities, in the Amazon and in Tibet, have about one."""
NATIONS = {"england", "scotland", "wales", "northern ireland"}
"""Names of a country that are also names of its parts."""
PLACEHOLDERS = {"First city", "Second city"}
"""The names in a new plan file."""


def city_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about each column."""
    for place, city in enumerate(plan.cities):
        for warnings in (_names, _countries_as_regions, _quantities):
            yield from warnings(city, tree, ("cities", place))


def _names(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Names of a new plan file, and a group with fewer regions or countries than names; all may be in one country."""
    for name in city.name:
        if name in PLACEHOLDERS:
            yield problem("placeholder-left", tree.location((*loc, "name")), name=name)
    names = len(city.name)
    for field, places, count in (("region", "regions", len(city.region)), ("country", "countries", len(city.country))):
        if names == 1 or count in {0, names} or (field == "country" and count == 1):
            continue
        counted = f"{count} {field if count == 1 else places}"
        yield problem("group-uneven", tree.location((*loc, field)), names=names, places=counted, field=field)


def _countries_as_regions(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Countries of the column among its regions; a city state is both."""
    codes = {country.code for country in city.country}
    for place, region in enumerate(city.region):
        if find_country(region) in codes and region not in city.name and region.casefold() not in NATIONS:
            yield problem("region-is-country", tree.location((*loc, "region", place)), region=region)


def _quantities(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Quantities without a number, fractions of people, and populations that do not fit the area."""
    for field, quantity in (("population", city.population), ("area_km2", city.area_km2)):
        if quantity is not None and quantity.value is None:
            yield problem("number-missing", tree.location((*loc, field)), text=quantity.text)
    people = city.population.value if city.population else None
    area = city.area_km2.value if city.area_km2 else None
    if people is not None and not isclose(people, round(people), rel_tol=1e-9):
        yield problem("population-fraction", tree.location((*loc, "population")), number=f"{people:g}")
    elif people is not None and area is not None and not EMPTIEST <= (density := people / area) <= DENSEST:
        shown = f"{density:,.0f}" if density >= 1 else f"{density:.2g}"
        yield problem("density-impossible", tree.location((*loc, "area_km2")), density=shown)
