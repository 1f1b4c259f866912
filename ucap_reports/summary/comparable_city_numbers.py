"""The numbers of the cities of a plan in one unit and with one number of decimals, so that they can be compared."""

from collections.abc import Callable, Mapping, Sequence
from operator import is_
from typing import TypeGuard

from msgspec.structs import replace

from ucap_reports.plan.column_totals import most_decimals, with_decimals
from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType
from ucap_reports.plan.numbers_and_amounts import Quantity
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan
from ucap_reports.summary.numbers_dates_and_names import MILLION

_LEAST_IN_MILLIONS = 100_000
"""The smallest population that is printed in millions beside larger ones; beside a smaller one, all are in full."""


def with_comparable_cities(plan: Plan, custom: Sequence[Field]) -> Plan:
    """Return the plan, whose cities have numbers in one unit and with one number of decimals in each field.

    Numbers that were written as text stay as they were written. `custom` are the custom fields of the pack.
    """
    if len(plan.cities) < 2:  # noqa: PLR2004 - nothing to compare
        return plan
    quantities_by_field: dict[str, Sequence[Quantity | None]] = {}
    for field in BUILT_IN.inside(CITIES):
        make_comparable = _COMPARED.get(field.type)
        if make_comparable is not None:
            quantities_of_cities = [getattr(city, field.name) for city in plan.cities]
            quantities_by_field[field.name] = make_comparable(quantities_of_cities)
    decimals_by_field: dict[str, int] = {}
    for field in custom:
        if field.is_of_city and field.decimals is None:
            values_of_cities = [city.custom.get(field.name) for city in plan.cities]
            decimals_by_field[field.name] = most_decimals(values_of_cities)
    cities: list[City] = []
    for index, city in enumerate(plan.cities):
        quantities_of_city = {name: quantities[index] for name, quantities in quantities_by_field.items()}
        cities.append(_with_numbers(city, quantities_of_city, decimals_by_field))
    if all(map(is_, cities, plan.cities)):  # as in most plans
        return plan
    return plan.model_copy(update={CITIES: cities})


def _with_numbers(city: City, quantities: Mapping[str, Quantity | None], decimals: Mapping[str, int]) -> City:
    """Return a city with these quantities, and with so many decimals in its custom fields; the same one if it has
    them.
    """
    has_others = any(getattr(city, name) is not quantity for name, quantity in quantities.items())
    if has_others:
        city = city.model_copy(update=quantities)
    has_decimals = any(decimals.get(name) for name in city.custom)
    if has_decimals:
        custom = {name: with_decimals(value, decimals.get(name, 0)) for name, value in city.custom.items()}
        city = city.with_custom(custom)
    return city


def _in_one_unit(populations: Sequence[Quantity | None]) -> Sequence[Quantity | None]:
    """Return populations that are all printed in millions or all in full, if one of them has a million.

    Those of a translation are printed as they were written, with all of their digits.
    """
    values = []
    for quantity in populations:
        if _has_free_unit(quantity) and quantity.value is not None:
            values.append(quantity.value)
    if len(values) < 2 or max(values) < MILLION:  # noqa: PLR2004 - nothing to compare
        return populations
    in_millions = min(values) >= _LEAST_IN_MILLIONS
    decimals = _decimals_of_millions(values) if in_millions else 0
    compared = []
    for quantity in populations:
        if _has_free_unit(quantity):
            quantity = replace(quantity, in_millions=in_millions, decimals=decimals)  # noqa: PLW2901 - the same one
        compared.append(quantity)
    return compared


def _decimals_of_millions(values: Sequence[float]) -> int:
    """Return the number of decimals of millions: two if a value has less than one, but no zeros that all have."""
    decimals = 1 if min(values) >= MILLION else 2
    texts = [f"{value / MILLION:.{decimals}f}" for value in values]
    while decimals and all(text.endswith("0") for text in texts):
        texts = [text[:-1] for text in texts]
        decimals -= 1
    return decimals


def _with_equal_decimals(areas: Sequence[Quantity | None]) -> Sequence[Quantity | None]:
    """Return areas, all of which have as many decimals as the one with the most."""
    decimals = max([area.decimals for area in areas if _is_formatted(area)], default=0)
    compared = []
    for area in areas:
        if _is_formatted(area) and area.decimals != decimals:
            area = replace(area, decimals=decimals)  # noqa: PLW2901 - the same one
        compared.append(area)
    return compared


_COMPARED: Mapping[FieldType, Callable[[Sequence[Quantity | None]], Sequence[Quantity | None]]] = {
    FieldType.POPULATION: _in_one_unit,
    FieldType.AREA: _with_equal_decimals,
}
"""How the quantities of all cities in a field are made comparable, by its type."""


def _has_free_unit(population: Quantity | None) -> TypeGuard[Quantity]:
    """Return whether a population may be printed in millions or in full."""
    return _is_formatted(population) and population.in_millions is None


def _is_formatted(quantity: Quantity | None) -> TypeGuard[Quantity]:
    """Return whether a quantity is a number that the document formats."""
    return quantity is not None and quantity.text is None and quantity.value is not None
