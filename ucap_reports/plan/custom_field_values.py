"""The values of custom fields: how those of each type are read from a plan file."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from msgspec import Struct
from pydantic_core import PydanticCustomError

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan import field_values
from ucap_reports.plan.dates import PartialDate, read_partial_date
from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType, KnownFields, Required
from ucap_reports.plan.field_values import MAX_ENTRIES, MAX_ITEMS
from ucap_reports.plan.numbers_and_amounts import (
    DIGITS,
    Money,
    multiple_and_rest,
    read_amount,
    read_money,
    unread_multiple,
    with_ascii_digits,
)
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import HintBudget, Problem, Suggestions, did_you_mean, problem, shortened
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.source.model_validation import described, located_refusals, missing_field, refusal
from ucap_reports.source.yaml_tree import Loc, Tree
from ucap_reports.text.rich_text import RichText

AMOUNT_PARTS = ("amount", "currency")
"""The names in an amount that is written as a mapping."""
_MORE_DIGITS = LazyPattern("[-\u2013/:_][0-9]")
_LARGEST = Decimal(10) ** 15
MAX_ROWS = 100
"""Rows of a table."""


class Number(Struct, frozen=True):
    """A number, and the words after it. It is printed in the number format of the pack and the language."""

    value: float
    decimals: int = 0
    """The number of decimals that it was written with."""
    words: str = ""


class ChoiceKey(str):
    """The key of a choice, whose label is printed."""

    __slots__ = ()


CellValue = str | RichText | Number | Money | date | PartialDate
"""A line or the key of a choice, a text, a number, money, or a date."""


class TableRows(tuple[Mapping[str, CellValue], ...]):
    """The rows of a table as in the plan file, each with its known values by the names of their columns."""

    __slots__ = ()

    @property
    def filled(self) -> "TableRows":
        """The rows that have a value: only these are printed."""
        return TableRows(row for row in self if row)


CustomValue = CellValue | tuple[str, ...] | tuple[RichText, ...] | TableRows
"""The value of a field: that of a cell, lines, a list, or a table."""


class CustomContent(Struct, frozen=True):
    """The custom fields of a plan file: the values of the plan and of each city, those that are not custom, and the
    problems.
    """

    plan: Mapping[str, CustomValue]
    cities: Sequence[Mapping[str, CustomValue]]
    others: Any
    problems: tuple[Problem, ...]


def custom_content(tree: Tree, known: KnownFields) -> CustomContent:
    """Return the custom fields of a plan file, and its other values, which may be anything."""
    reader = _CustomReader(tree)
    own, others = reader.split((), tree.value, known.inside())
    cities: list[Mapping[str, CustomValue]] = []
    if isinstance(others, dict) and isinstance(others.get(CITIES), list):
        cities_without_custom = []
        for index, city in enumerate(others[CITIES]):
            values, without_custom = reader.split((CITIES, index), city, known.inside(CITIES))
            cities.append(values)
            cities_without_custom.append(without_custom)
        others = others | {CITIES: cities_without_custom}
    return CustomContent(own, cities, others, tuple(reader.problems))


class _CustomReader:
    """Reads the custom fields of a plan file, and collects their problems."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._hint_budget = HintBudget()
        self.problems: list[Problem] = []

    def split(self, loc: Loc, value: Any, fields: Sequence[Field]) -> tuple[Mapping[str, CustomValue], Any]:
        """Return the values of the custom fields in the mapping at `loc`, and the mapping without them."""
        if not isinstance(value, dict):
            return {}, value
        values: dict[str, CustomValue] = {}
        names = set()
        for field in fields:
            if not field.is_custom:
                continue
            names.add(field.name)
            written = value.get(field.name)  # None if it is absent or empty
            field_loc = (*loc, field.name)
            try:
                if field.type is FieldType.TABLE:
                    read: CustomValue | None = self._table(field, written, field_loc)
                else:
                    read = _read_custom(field, written)
            except PydanticCustomError as error:
                self.problems += located_refusals(error, written, field_loc, self._tree)
                continue
            if read:
                values[field.name] = read
            elif field.required is Required.ERROR and _is_empty(written):
                self.problems.append(missing_field(field.name, loc, self._tree))
        return values, {key: item for key, item in value.items() if key not in names}

    def _table(self, field: Field, value: Any, loc: Loc) -> TableRows | None:
        """Return the rows of the table at `loc`; None if there are none.

        Raises PydanticCustomError with the problem of a value that is no list of rows.
        """
        if is_unknown(value) or value == []:
            return None
        if not isinstance(value, list):
            names = ", ".join(f"{column.name}: …" for column in field.columns[:3])
            hint = f"write one row below the other: `- {{{names}}}`"
            raise refusal(problem("type-invalid", expected="a list of rows", given=described(value), hint=hint))
        if len(value) > MAX_ROWS:
            raise refusal(problem("list-too-long", limit=MAX_ROWS, count=len(value)))
        suggestions = Suggestions([column.name for column in field.columns], self._hint_budget)
        rows = []
        for index, row in enumerate(value):
            rows.append(self._row(field, row, (*loc, index), suggestions))
        while rows and not rows[-1]:  # those before keep their place, by which edits and translations find them
            rows.pop()
        return TableRows(rows) if rows else None

    def _row(self, field: Field, value: Any, loc: Loc, suggestions: Suggestions) -> Mapping[str, CellValue]:
        """Return the known values of the row at `loc` of a table."""
        if is_unknown(value):
            return {}
        if not isinstance(value, dict):
            names = ", ".join(f"{column.name}: …" for column in field.columns[:1])
            hint = f"write `{names}`"
            where = self._tree.location(loc)
            given = described(value)
            self.problems.append(problem("type-invalid", where, expected="fields", given=given, hint=hint))
            return {}
        columns = {column.name: column for column in field.columns}
        for name in value:
            if name not in columns:
                where = self._tree.location((*loc, name), key=True)
                hint = suggestions.hint(str(name)) or f"columns of the table: {', '.join(columns)}"
                self.problems.append(problem("field-unknown", where, name=str(name), hint=hint))
        row: dict[str, CellValue] = {}
        for name, column in columns.items():
            try:
                read = _read_custom(column, value.get(name))
            except PydanticCustomError as error:
                self.problems += located_refusals(error, value[name], (*loc, name), self._tree)
                continue
            if read:
                row[name] = cast("CellValue", read)  # no column has a list or a table
        return row


def _is_empty(written: Any) -> bool:
    """Return whether a field has nothing in the file, not even N/A or a dash, which say that its value is unknown."""
    return written is None or written == [] or (isinstance(written, str) and not written.strip())


def _read_custom(field: Field, value: Any) -> CustomValue | None:
    """Return the value of a custom field; None if it is unknown.

    Raises PydanticCustomError with the problems of an invalid value, as the validators of built-in fields do.
    """
    if is_unknown(value) or value == []:
        return None
    return _READERS[field.type](field, value)


def _line(_: Field, value: Any) -> str:
    return field_values.read_text(value)


def _lines(_: Field, value: Any) -> tuple[str, ...]:
    return tuple(field_values.read_text(line) for line in _items(value, MAX_ITEMS) if not is_unknown(line))


def _text(_: Field, value: Any) -> RichText:
    return field_values.read_rich_text(value)


def _list(_: Field, value: Any) -> tuple[RichText, ...]:
    return tuple(field_values.read_entry_text(item) for item in _items(value, MAX_ENTRIES) if not is_unknown(item))


def _items(value: Any, limit: int) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    if len(items) > limit:
        raise refusal(problem("list-too-long", limit=limit, count=len(items)))
    return items


def _number(field: Field, value: Any) -> Number:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refusal(problem("type-invalid", expected="a number", given=described(value)))
    text = field_values.read_text(value)
    if isinstance(value, str):
        amount, decimals, words = _written_number(text)
        unread = unread_multiple(text)
        if len(unread) > 1:  # a letter alone is often a unit
            raise refusal(problem("number-invalid", form="word", text=shortened(text), word=shortened(unread)))
    else:
        amount, decimals, words = _plain_number(value, text)
    if amount is None or abs(amount) > _LARGEST:
        raise refusal(problem("number-invalid", form="other", text=shortened(text)))
    _refuse_outside(field, amount, text)
    return Number(as_integer(float(amount)), decimals, words)


def as_integer(number: float) -> float:
    """Return a number without a fraction as an integer, which has no `.0` in texts."""
    return int(number) if number == int(number) else number


def _plain_number(value: float, text: str) -> tuple[Decimal | None, int, str]:
    """Return a number of YAML, its decimals, and no words; None for infinity and for what is not a number."""
    if not abs(value) <= float(_LARGEST):
        return None, 0, ""
    decimals = 0
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        decimals = len(text.partition(".")[2])
    return Decimal(str(value)), decimals, ""


def _written_number(text: str) -> tuple[Decimal | None, int, str]:
    """Return the number that a text begins with, its decimals, and the words after it; None without one.

    A date, a time and a range are no number with words. A multiple is a part of the number: 1.5 million is 1500000.
    """
    text = with_ascii_digits(text)
    digits = DIGITS.match(text)
    if digits is None or _MORE_DIGITS.match(text, digits.end()):
        return None, 0, ""
    amount, decimals, _ = read_amount(digits[0])
    multiple, words = multiple_and_rest(text[digits.end() :].strip())
    if amount is None or multiple == 1:
        return amount, decimals, words
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", digits[0]):  # "1.234 million" is not 1234 million
        amount = Decimal(digits[0])
        decimals = len(digits[0].partition(".")[2])
    zeros = len(str(int(multiple))) - 1
    return amount * int(multiple), max(decimals - zeros, 0), words


def _refuse_outside(field: Field, amount: Decimal, text: str) -> None:
    """Raise the error about a number that is not between the bounds of the declaration."""
    if field.minimum is not None and amount < Decimal(str(field.minimum)):
        form = "min"
        limit = field.minimum
    elif field.maximum is not None and amount > Decimal(str(field.maximum)):
        form = "max"
        limit = field.maximum
    else:
        return
    digits = f"{Decimal(str(limit)).normalize():f}"
    raise refusal(problem("value-invalid", form=form, given=shortened(text), limit=digits))


def _money(field: Field, value: Any) -> Money:
    if isinstance(value, dict):
        value = _amount_with_currency(value)
    text = field_values.read_text(value)
    money = read_money(text, currencies())
    if money.amount is not None:
        if abs(money.amount) > _LARGEST:
            raise refusal(problem("number-invalid", form="other", text=shortened(text)))
        _refuse_outside(field, money.amount, text)
    return money


def _amount_with_currency(value: dict[str, Any]) -> str:
    """Return `amount` and `currency` as one text."""
    if value.keys() != set(AMOUNT_PARTS):
        given = ", ".join(sorted(map(str, value)))
        raise refusal(problem("money-invalid", form="parts", given=shortened(given)))
    currency = field_values.read_text(value["currency"])
    if currency not in currencies():
        hint = did_you_mean(currency.upper(), currencies()) or "write its ISO 4217 code, such as EUR"
        raise refusal(problem("money-invalid", form="currency", name=shortened(currency), hint=hint))
    amount = field_values.read_text(value["amount"])
    if not DIGITS.fullmatch(amount):
        raise refusal(problem("number-invalid", form="other", text=shortened(amount)))
    return f"{amount} {currency}"


def _date(_: Field, value: Any) -> date | PartialDate | str:
    return read_partial_date(field_values.read_text(value))


def _choice(field: Field, value: Any) -> ChoiceKey:
    text = field_values.read_text(value)
    if text not in field.choices:
        nearest = did_you_mean(choice_key(field, text), field.choices)
        hint = nearest or f"write one of {', '.join(field.choices)}"
        raise refusal(problem("value-invalid", form="choice", given=described(text), hint=hint))
    return ChoiceKey(text)


def choice_key(field: Field, text: str) -> str:
    """Return the key of the choice with that label in any language, or the text itself."""
    for key, labels in field.choices.items():
        names = [key, *labels.values()]
        if text.casefold() in [name.casefold() for name in names]:
            return key
    return text


_READERS: Mapping[FieldType, Callable[[Field, Any], CustomValue]] = {
    FieldType.LINE: _line,
    FieldType.LINES: _lines,
    FieldType.TEXT: _text,
    FieldType.LIST: _list,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
}
