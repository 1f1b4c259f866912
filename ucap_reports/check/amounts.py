"""Warnings about amounts of money that readers may take for others, and about columns that have no total."""

from collections.abc import Iterator

from ucap_reports.plan.custom_values import Number, TableRows
from ucap_reports.plan.fields import CITIES
from ucap_reports.plan.known_fields import KnownFields
from ucap_reports.plan.money import AMBIGUOUS, Money, currencies_of
from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.plan.table_totals import column_total, is_summed
from ucap_reports.problems import Problem, problem, shortened
from ucap_reports.source.yaml_tree import Loc, Tree, value_at

_NOTHING = Number(0)
MAX_PROPOSED = 4
"""The largest number of currencies in a hint."""


def amount_warnings(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Warnings about the signs of several currencies, and about digits that may be decimals or thousands."""
    for loc, money in _amounts(plan, fields):
        if money.symbol:
            codes = _proposed(money.symbol, plan)
            hint = f"write the code of the currency: {' or '.join(f'{code} {money.amount:,}' for code in codes)}"
            yield problem("currency-unclear", tree.location(loc), hint=hint, symbol=money.symbol)
        if money.is_unclear and money.amount is not None:
            amount = f"{money.amount.normalize():f}"
            yield problem("amount-unclear", tree.location(loc), text=str(value_at(tree.value, loc)), amount=amount)


def total_warnings(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Warnings about columns of tables whose total is asked for, and that have words, at the first of these."""
    for field in fields.custom:
        rows = plan.custom.get(field.path)
        if not isinstance(rows, TableRows):
            continue
        for column in field.columns:
            if column.name not in field.totals or column_total(column, rows) is not None:
                continue
            index = next(index for index, row in enumerate(rows) if not is_summed(row.get(column.name, _NOTHING)))
            place: Loc = (field.name, index, column.name)
            text = shortened(str(value_at(tree.value, place)))
            yield problem("total-impossible", tree.location(place), name=column.name, text=text)


def _amounts(plan: Plan, fields: KnownFields) -> Iterator[tuple[Loc, Money]]:
    """The amounts in custom fields, with their places."""
    places: list[tuple[Loc, Plan | City]] = [((), plan)]
    places += [((CITIES, index), city) for index, city in enumerate(plan.cities)]
    for field in fields.custom:
        for loc, owner in places:
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
    return own or list(AMBIGUOUS[symbol][:MAX_PROPOSED])
