"""Warnings about the values of a plan: facts of cities that contradict each other, unclear amounts, duplicate items."""

from collections.abc import Iterable, Iterator
from math import isclose

from ucap_reports.plan.custom_values import Number, TableRows, column_total, is_summed
from ucap_reports.plan.field_values import Goal
from ucap_reports.plan.fields import CITIES, QUANTITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.money import AMBIGUOUS, DIGITS, Money, currencies_of
from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.vocabulary import GOALS, find_country, goal_named, is_near_spelling, shares_words
from ucap_reports.problems import Location, Problem, problem, shortened
from ucap_reports.source.yaml_tree import Loc, Tree, value_at

_DENSEST = 50_000
"""Persons per square kilometre; the densest cities of the world have about 45,000."""
_EMPTIEST = 0.5
"""Persons per square kilometre; the emptiest municipalities, in the Amazon and in Tibet, have about one."""
_NATIONS = {"england", "scotland", "wales", "northern ireland"}
"""Names of a country that are also names of its parts."""
_NAME = BUILT_IN.of_type(FieldType.NAMES)
_FIELDS = BUILT_IN.inside(CITIES)
_NOTHING = Number(0)
_MAX_PROPOSED = 4
"""The largest number of currencies in a hint."""
_THEMES = BUILT_IN.of_type(FieldType.THEMES).name
_GOAL_FIELD = BUILT_IN.of_type(FieldType.GOALS).name
_AGENDA = BUILT_IN.of_type(FieldType.AGENDA).name


def city_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield warnings about each column."""
    for index, city in enumerate(plan.cities):
        for warnings in (_name_warnings, _countries_as_regions, _quantity_warnings):
            yield from warnings(city, tree, (CITIES, index))


def amount_warnings(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield warnings about the signs of several currencies, digits that may be decimals or thousands, and amounts
    without a currency.
    """
    for loc, money in _amounts(plan, fields):
        if money.symbol:
            codes = _proposed(money.symbol, plan)
            hint = f"write the code of the currency: {' or '.join(f'{code} {money.amount:,}' for code in codes)}"
            yield problem("currency-unclear", tree.location(loc), hint=hint, symbol=money.symbol)
        if money.is_unread:
            yield problem("amount-unread", tree.location(loc), text=shortened(str(value_at(tree.value, loc))))
        if money.is_unclear and money.amount is not None:
            amount = f"{money.amount.normalize():f}"
            yield problem("amount-unclear", tree.location(loc), text=str(value_at(tree.value, loc)), amount=amount)


def total_warnings(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield warnings about columns of tables whose total is asked for, and that have words, at the first of these."""
    for field in fields.custom:
        rows = plan.custom.get(field.path)
        if not isinstance(rows, TableRows):
            continue
        for column in field.columns:
            if column.name not in field.totals or column_total(column, rows) is not None:
                continue
            index = next(index for index, row in enumerate(rows) if not is_summed(row.get(column.name, _NOTHING)))
            loc: Loc = (field.name, index, column.name)
            text = shortened(str(value_at(tree.value, loc)))
            value = rows[index][column.name]
            lacks_currency = isinstance(value, Money) and not value.currency and DIGITS.fullmatch(text)
            form = "currency" if lacks_currency else "words"
            yield problem("total-impossible", tree.location(loc), form=form, name=column.name, text=text)


def list_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield warnings about themes, goals and partnerships."""
    yield from _duplicates(_THEMES, ((theme.casefold(), f'theme "{theme}"') for theme in plan.themes), tree)
    yield from _duplicates(_GOAL_FIELD, ((str(goal.number), f"SDG {goal.number}") for goal in plan.sdgs), tree)
    topics = ((topic.partnership, f'partnership "{topic.partnership}"') for topic in plan.urban_agenda)
    yield from _duplicates(_AGENDA, topics, tree)
    for index, goal in enumerate(plan.sdgs):
        yield from _wording_warnings(goal, tree.location((_GOAL_FIELD, index)))
    for index, topic in enumerate(plan.urban_agenda):
        if is_near_spelling(topic.wording):  # the typing error would be printed
            where = tree.location((_AGENDA, index))
            yield problem("urban-agenda-spelling", where, name=topic.wording, known=topic.partnership)


def _name_warnings(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield names of a new plan file, and a group with fewer regions or countries than names; all may be in one
    country.
    """
    for name in city.name:
        if name in _NAME.placeholders:
            yield problem("placeholder-left", tree.location((*loc, _NAME.name)), name=name)
    names = len(city.name)
    for field in _FIELDS:
        count = len(getattr(city, field.name)) if field.plural else 0
        if names == 1 or count in {0, names} or (field.type is FieldType.COUNTRIES and count == 1):
            continue
        counted = f"{count} {field.name if count == 1 else field.plural}"
        yield problem("group-uneven", tree.location((*loc, field.name)), names=names, places=counted, field=field.name)


def _countries_as_regions(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield countries of the column in lists of other places, such as regions; a city state is both."""
    codes = {country.code for country in city.country}
    for field in _FIELDS:
        if not field.plural or field.type is FieldType.COUNTRIES:
            continue
        for index, region in enumerate(getattr(city, field.name)):
            if find_country(region) in codes and region not in city.name and region.casefold() not in _NATIONS:
                yield problem("region-is-country", tree.location((*loc, field.name, index)), region=region)


def _quantity_warnings(city: City, tree: Tree, loc: Loc) -> Iterator[Problem]:
    """Yield quantities without a number, fractions of people, and populations that do not fit the area."""
    locations: dict[FieldType, Location] = {}
    for field in _FIELDS:
        if field.type in QUANTITIES:
            location = locations[field.type] = tree.location((*loc, field.name))
            quantity = getattr(city, field.name)
            if quantity is not None and quantity.value is None:
                yield problem("number-missing", location, text=quantity.text)
    people = city.population.value if city.population else None
    area = city.area_km2.value if city.area_km2 else None
    if people is not None and not isclose(people, round(people), rel_tol=1e-9):
        yield problem("population-fraction", locations[FieldType.POPULATION], number=f"{people:g}")
    elif people is not None and area is not None and not _EMPTIEST <= (density := people / area) <= _DENSEST:
        shown = f"{density:,.0f}" if density >= 1 else f"{density:.2g}"
        yield problem("density-impossible", locations[FieldType.AREA], density=shown)


def _amounts(plan: Plan, fields: KnownFields) -> Iterator[tuple[Loc, Money]]:
    """Yield the amounts in custom fields, with their places."""
    owners: list[tuple[Loc, Plan | City]] = [((), plan)]
    owners += [((CITIES, index), city) for index, city in enumerate(plan.cities)]
    for field in fields.custom:
        for loc, owner in owners:
            value = owner.value(field) if field.is_of_city is isinstance(owner, City) else None
            if isinstance(value, Money):
                yield (*loc, field.name), value
            elif isinstance(value, TableRows):
                for index, row in enumerate(value):
                    for name, cell in row.items():
                        if isinstance(cell, Money):
                            yield (*loc, field.name, index, name), cell


def _proposed(symbol: str, plan: Plan) -> list[str]:
    """Return the currencies that a symbol may mean: those of the countries of the plan, or else the likeliest."""
    codes: dict[str, None] = {}
    for city in plan.cities:
        for country in city.country:
            codes |= dict.fromkeys(currencies_of(country.code))
    own = [code for code in codes if code in AMBIGUOUS[symbol]]
    return own or list(AMBIGUOUS[symbol][:_MAX_PROPOSED])


def _duplicates(field: str, items: Iterable[tuple[str, str]], tree: Tree) -> Iterator[Problem]:
    """Yield a warning for each item with the same key as an earlier one."""
    first: dict[str, int] = {}
    for index, (key, item) in enumerate(items):
        if key in first:
            line = tree.location((field, first[key])).line
            yield problem("item-duplicate", tree.location((field, index)), item=item, first=first[key] + 1, line=line)
        first.setdefault(key, index)


def _wording_warnings(goal: Goal, where: Location) -> Iterator[Problem]:
    """Yield a warning about a wording that shares no word with the title of its goal, but all with that of another."""
    wording = goal.wording or ""
    other = goal_named(wording)
    if other is not None and other != goal.number and not shares_words(wording, goal.number):
        titles = {"title": GOALS[goal.number], "other_title": GOALS[other]}
        yield problem("sdg-wording", where, wording=wording, number=goal.number, other=other, **titles)
