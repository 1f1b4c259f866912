"""Totals of the columns of tables: which values they add up, and with how many decimals they are printed."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.custom_field_values import Number, TableRows, as_integer
from ucap_reports.plan.field_descriptions import Field
from ucap_reports.plan.numbers_and_amounts import (
    Money,
)


def column_total(column: Field, rows: TableRows) -> Sequence[Number | Money] | None:
    """Return the total of a column: of amounts one for each currency, in the order of their first amounts.

    None if it has words, which have no total. What is unknown counts as nothing.
    """
    values = [row[column.name] for row in rows if column.name in row]
    if not all(is_summed(value) for value in values):
        return None
    sums: dict[str, Decimal] = {}
    for value in values:
        currency = value.currency if isinstance(value, Money) else ""
        sums[currency] = sums.get(currency, Decimal(0)) + _amount(value)
    decimals = most_decimals(values)
    is_money = bool(values) and isinstance(values[0], Money)
    totals = []
    for currency, amount in sums.items():
        total = Money(amount, currency) if is_money else Number(as_integer(float(amount)))
        totals.append(with_decimals(total, decimals))
    return totals


def is_summed(value: Any) -> bool:
    """Return whether a value is a number or an amount without words, which a total can contain."""
    match value:
        case Number(words=""):
            return True
        case Money(amount=Decimal(), text=None):
            return True
        case _:
            return False


def most_decimals(values: Iterable[Any]) -> int:
    """Return the largest number of decimals with which the numbers or amounts of a column are written."""
    return max((value.decimals for value in values if is_summed(value)), default=0)


def with_decimals(value: Any, decimals: int) -> Any:
    """Return a number or an amount that is printed with so many decimals; amounts in yen or dong still have none."""
    if not is_summed(value):
        return value
    if isinstance(value, Money) and value.decimals == 0 and not _has_smaller_units(value.currency):
        return value
    return replace(value, decimals=decimals)


def _has_smaller_units(currency: str) -> bool:
    from babel.numbers import get_currency_precision  # noqa: PLC0415 - only plans with money need it

    return get_currency_precision(currency) > 0


def _amount(value: Any) -> Decimal:
    if isinstance(value, Money) and value.amount is not None:
        return value.amount
    return Decimal(str(value.value))
