"""Warnings about facts of cities that contradict each other."""

from collections.abc import Iterator
from math import isclose

from ucap_reports.plan.fields import CITIES, QUANTITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree

DENSEST = 50_000
"""Persons per square kilometre; the densest cities of the world have about 45,000."""
EMPTIEST = 0.5
"""Persons per square kilometre; the emptiest municipalities, in the Amazon and in Tibet, have about one."""
NATIONS = {"england", "scotland", "wales", "northern ireland"}
"""Names of a country that are also names of its parts."""
NAME = BUILT_IN.of_type(FieldType.NAMES)
FIELDS = BUILT_IN.inside(CITIES)


def city_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about each column."""
    for index, city in enumerate(plan.cities):
        for warnings in (_names, _countries_as_regions, _quantities):
            yield from warnings(city, tree, (CITIES, index))


def _names(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Names of a new plan file, and a group with fewer regions or countries than names; all may be in one country."""
    for name in city.name:
        if name in NAME.placeholders:
            yield problem("placeholder-left", tree.location((*loc, NAME.name)), name=name)
    names = len(city.name)
    for field in FIELDS:
        count = len(getattr(city, field.name)) if field.plural else 0
        if names == 1 or count in {0, names} or (field.type is FieldType.COUNTRIES and count == 1):
            continue
        counted = f"{count} {field.name if count == 1 else field.plural}"
        yield problem("group-uneven", tree.location((*loc, field.name)), names=names, places=counted, field=field.name)


def _countries_as_regions(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Countries of the column in lists of other places, such as regions; a city state is both."""
    codes = {country.code for country in city.country}
    for field in FIELDS:
        if not field.plural or field.type is FieldType.COUNTRIES:
            continue
        for index, region in enumerate(getattr(city, field.name)):
            if find_country(region) in codes and region not in city.name and region.casefold() not in NATIONS:
                yield problem("region-is-country", tree.location((*loc, field.name, index)), region=region)


def _quantities(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Quantities without a number, fractions of people, and populations that do not fit the area."""
    places: dict[FieldType, Location] = {}
    for field in FIELDS:
        if field.type in QUANTITIES:
            place = places[field.type] = tree.location((*loc, field.name))
            quantity = getattr(city, field.name)
            if quantity is not None and quantity.value is None:
                yield problem("number-missing", place, text=quantity.text)
    people = city.population.value if city.population else None
    area = city.area_km2.value if city.area_km2 else None
    if people is not None and not isclose(people, round(people), rel_tol=1e-9):
        yield problem("population-fraction", places[FieldType.POPULATION], number=f"{people:g}")
    elif people is not None and area is not None and not EMPTIEST <= (density := people / area) <= DENSEST:
        shown = f"{density:,.0f}" if density >= 1 else f"{density:.2g}"
        yield problem("density-impossible", places[FieldType.AREA], density=shown)
