"""Warnings about amounts of money that readers may take for others."""

from collections.abc import Iterator

from ucap_reports.plan.fields import CITIES
from ucap_reports.plan.known_fields import KnownFields
from ucap_reports.plan.money import AMBIGUOUS, Money, currencies_of
from ucap_reports.plan.plan_model import City, Plan
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree, value_at

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


def _amounts(plan: Plan, fields: KnownFields) -> Iterator[tuple[Loc, Money]]:
    """The amounts in custom fields, with their places."""
    places: list[tuple[Loc, Plan | City]] = [((), plan)]
    places += [((CITIES, index), city) for index, city in enumerate(plan.cities)]
    for field in fields.custom:
        for loc, owner in places:
            if field.is_of_city is isinstance(owner, City) and isinstance(money := owner.value(field), Money):
                yield (*loc, field.name), money


def _proposed(symbol: str, plan: Plan) -> list[str]:
    """Return the currencies that a symbol may mean: those of the countries of the plan, or else the likeliest."""
    codes: dict[str, None] = {}
    for city in plan.cities:
        for country in city.country:
            codes |= dict.fromkeys(currencies_of(country.code))
    own = [code for code in codes if code in AMBIGUOUS[symbol]]
    return own or list(AMBIGUOUS[symbol][:MAX_PROPOSED])
