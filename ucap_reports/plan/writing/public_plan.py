"""The public form of a plan file: canonical YAML without comments and without the sources of its facts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from ucap_reports.plan.custom_values import Number, PartialDate, TableRows
from ucap_reports.plan.field_values import AgendaTopic, Country, Goal
from ucap_reports.plan.fields import FieldType, KnownFields, described
from ucap_reports.plan.plan_model import BUILT_IN, Plan, PlanFile, WithCustomFields
from ucap_reports.plan.quantities import Money, Quantity
from ucap_reports.plan.vocabulary import find_country, find_partnership
from ucap_reports.plan.writing.markdown_source import rich_text_source
from ucap_reports.plan.writing.plan_file import (
    Entries,
    PlainValue,
    PlanFileContent,
    in_canonical_order,
    plain_entry,
    write_document,
)
from ucap_reports.source.yaml_tree import WrittenDecimal, WrittenInteger, mapped
from ucap_reports.text.rich_text import RichText

_PRIVATE = {field.name for field in BUILT_IN.inside() if field.is_private}


def public_plan(values: Mapping[str, Any], fields: KnownFields = BUILT_IN) -> str:
    """Return the text of a plan file in its public form, from parsed YAML or `plan_values`. It has the
    same documents.
    """
    entries = tuple(plain_entry(key, mapped(value, _plain)) for key, value in values.items() if key not in _PRIVATE)
    return write_document(in_canonical_order(PlanFileContent((), Entries(entries)), fields))


def plan_values(plan: Plan) -> dict[str, Any]:
    """Return the values of a plan as its file has them, without unknown ones."""
    return _fields(plan, PlanFile)


def _fields(part: BaseModel, model: type[BaseModel]) -> dict[str, Any]:
    values = {}
    for name, field in described(model).items():
        value = getattr(part, name)
        if not value or name not in part.model_fields_set:
            continue
        values[name] = _value(value)
        is_of_each_city = field.plural or field.type is FieldType.NAMES
        if is_of_each_city and len(value) == 1:
            values[name] = values[name][0]
    if isinstance(part, WithCustomFields):
        values |= {name: _custom(value) for name, value in part.custom.items()}
    return values


def _custom(value: Any) -> Any:
    """Return the value of a custom field as its file has it."""
    match value:
        case Money(text=None, amount=amount):
            return f"{amount:,.{value.decimals}f} {value.currency}"
        case Money():
            return value.text
        case Number(words="") if value.decimals == 0:
            return PlainValue(f"{value.value:.6f}".rstrip("0").rstrip("."))
        case Number():
            return f"{value.value:.{value.decimals}f} {value.words}".strip()
        case date() | PartialDate():
            return value.isoformat()
        case TableRows():
            return [{name: _custom(cell) for name, cell in row.items()} for row in value]
        case _:
            return _value(value)


def _value(value: Any) -> Any:
    match value:
        case RichText():
            return rich_text_source(value) or value.text
        case Goal(number, wording):
            return f"SDG {number} {wording or ''}".strip()
        case AgendaTopic(partnership, wording):
            return str(wording) if find_partnership(wording) == partnership else partnership
        case Country(code, text):
            return str(text) if find_country(text) == code else code
        case Quantity():
            return value.text or _number(value)
        case tuple():
            return [_value(item) for item in value]
        case BaseModel():
            return _fields(value, type(value))
        case dict():
            return {key: _value(inner) for key, inner in value.items()}
        case _:
            return str(value)


def _number(quantity: Quantity) -> Any:
    """Return a number or, with a unit, the text of it."""
    value, comma = quantity.value or 0, "," if quantity.unit else ""
    is_whole = quantity.decimals or value == int(value)
    digits = f"{value:{comma}.{quantity.decimals}f}" if is_whole else f"{value:{comma}.6f}".rstrip("0")
    return f"{digits}{quantity.unit}" if quantity.unit else PlainValue(digits)


def _plain(value: Any) -> Any:
    """Return a text or, as it is written, a number or a boolean."""
    match value:
        case str():
            return value.strip("\n")
        case bool():
            return PlainValue(str(value).lower())
        case WrittenInteger(text=text) | WrittenDecimal(text=text):
            return PlainValue(text)
        case _:
            return value if isinstance(value, PlainValue) else None
