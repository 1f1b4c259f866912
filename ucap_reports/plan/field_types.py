"""The types of a plan's fields: how each is read, and the same told to editors as JSON Schema."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, PlainValidator, WithJsonSchema

from ucap_reports.plan import field_values, text_fields
from ucap_reports.plan.quantities import Quantity
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation_messages import refusal
from ucap_reports.plan.vocabulary import GOALS, PARTNERSHIPS, find_country, proposed_countries
from ucap_reports.text.rich_text import RichText

MAX_ITEMS = 30
MAX_ENTRIES = 100
_TEXT = {"type": ["string", "number"]}
_UNKNOWN_PATTERN = r"[ \t]*([Nn]/[Aa]|[-\u2013\u2014])?[ \t]*"
_UNKNOWN = {"type": ["string", "null"], "pattern": f"^{_UNKNOWN_PATTERN}$"}
_OPTIONAL_TEXT = {"type": ["string", "number", "null"]}


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reads None where the field is unknown."""
    return lambda value: None if is_unknown(value) else read(value)


def _listed(limit: int) -> BeforeValidator:
    """One value is a list of one; an unknown field is an empty list."""

    def read(value: Any) -> Any:
        if is_unknown(value):
            return []
        if isinstance(value, str | int | float):
            return [value]
        if isinstance(value, list) and len(value) > limit:
            raise refusal("list-too-long", f"at most {limit} items fit here, not {len(value)}")
        return value

    return BeforeValidator(read)


def unknown_as(default: Any) -> BeforeValidator:
    """An unknown field is `default`."""
    return BeforeValidator(lambda value: default if is_unknown(value) else value)


def _named(value: Any) -> Any:
    """A column must have a name."""
    if is_unknown(value) or value == []:
        raise refusal("field-missing", "a city needs its name", "write it here")
    return value


def _split_countries(value: Any) -> Any:
    """Two countries where a text such as "Italy, UK" names them; what is no list of known ones stays as it is."""
    if isinstance(value, str) and not find_country(value):
        names = value.split(", ")
        return names if all(find_country(name) for name in names) else value
    return value


def _schema_list(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "array", "items": item}, item, _UNKNOWN]})


def or_unknown(schema: dict[str, Any]) -> None:
    """Let the schema of a field accept what says that nothing is known."""
    kinds = ("type", "anyOf", "$ref", "additionalProperties")
    schema["anyOf"] = [{kind: schema.pop(kind) for kind in kinds if kind in schema}, _UNKNOWN]


def propose_countries(schema: dict[str, Any]) -> None:
    """Let the schema of a field of countries propose them; asked for when a schema is, so that plans do not wait."""
    item = {"anyOf": [{"enum": list(proposed_countries())}, {"type": "string"}]}
    schema["anyOf"] = [{"type": "array", "items": item}, item, _UNKNOWN]


_GOAL = {
    "anyOf": [
        {"type": "integer", "minimum": min(GOALS), "maximum": max(GOALS)},
        {"enum": [f"SDG {number} {title}" for number, title in GOALS.items()]},
        {"type": "string", "pattern": "[0-9]"},
    ]
}
_AGENDA = {"anyOf": [{"enum": list(PARTNERSHIPS)}, {"type": "string"}]}
_RICH = {"type": ["string", "number", "null"]}

OneLine = Annotated[str, PlainValidator(text_fields.read_text), WithJsonSchema(_TEXT)]
OptionalLine = Annotated[str | None, PlainValidator(_optional(text_fields.read_text)), WithJsonSchema(_OPTIONAL_TEXT)]
OptionalLines = Annotated[str | None, PlainValidator(text_fields.read_lines), WithJsonSchema(_OPTIONAL_TEXT)]
Lines = Annotated[tuple[OneLine, ...], _listed(MAX_ITEMS), _schema_list(_TEXT)]
Entries = Annotated[tuple[OneLine, ...], _listed(MAX_ENTRIES), _schema_list(_TEXT)]
CityNames = Annotated[
    tuple[OneLine, ...],
    _listed(MAX_ITEMS),
    BeforeValidator(_named),
    WithJsonSchema({"anyOf": [{"type": "array", "items": _TEXT, "minItems": 1}, _TEXT]}),
]
Language = Annotated[str, PlainValidator(field_values.read_language), WithJsonSchema({"type": "string"})]
PlanLanguage = Annotated[Language, unknown_as("en"), WithJsonSchema({"type": ["string", "null"]})]
Languages = Annotated[
    tuple[Language, ...] | None,
    _listed(MAX_ITEMS),
    AfterValidator(lambda tags: tags or None),
    _schema_list({"type": "string"}),
]
Template = Annotated[
    str | None, PlainValidator(_optional(field_values.read_template)), WithJsonSchema({"type": ["string", "null"]})
]
Email = Annotated[
    str | None, PlainValidator(_optional(field_values.read_email)), WithJsonSchema({"type": ["string", "null"]})
]
Website = Annotated[
    str | None, PlainValidator(_optional(field_values.read_website)), WithJsonSchema({"type": ["string", "null"]})
]
Rich = Annotated[RichText, PlainValidator(text_fields.read_rich_text), WithJsonSchema(_RICH)]
EntryText = Annotated[RichText, PlainValidator(text_fields.read_entry_text), WithJsonSchema(_RICH)]
Details = Annotated[
    tuple[Annotated[RichText, PlainValidator(text_fields.read_detail)], ...], _listed(MAX_ENTRIES), _schema_list(_RICH)
]
Population = Annotated[Quantity | None, PlainValidator(field_values.read_population), WithJsonSchema(_OPTIONAL_TEXT)]
Area = Annotated[Quantity | None, PlainValidator(field_values.read_area), WithJsonSchema(_OPTIONAL_TEXT)]
Countries = Annotated[
    tuple[Annotated[field_values.Country, PlainValidator(field_values.read_country)], ...],
    _listed(MAX_ITEMS),
    BeforeValidator(_split_countries),
    _schema_list({"type": "string"}),
]
Goals = Annotated[
    tuple[Annotated[field_values.Goal, PlainValidator(field_values.read_goal)], ...],
    _listed(MAX_ITEMS),
    _schema_list(_GOAL),
]
Agenda = Annotated[
    tuple[Annotated[field_values.AgendaTopic, PlainValidator(field_values.read_agenda_topic)], ...],
    _listed(MAX_ITEMS),
    _schema_list(_AGENDA),
]
_DAY_PATTERN = f"^({_UNKNOWN_PATTERN}|[ \\t]*[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ \\t]*)$"
Day = Annotated[
    date | None,
    PlainValidator(field_values.read_date),
    WithJsonSchema({"type": ["string", "null"], "pattern": _DAY_PATTERN}),
]
Signed = Annotated[str | date | None, PlainValidator(field_values.read_signed), WithJsonSchema(_OPTIONAL_TEXT)]

TEXT_TAG = "rich-text"
LIST_TAG = "entries"
TextOrEntries = Discriminator(lambda value: LIST_TAG if isinstance(value, list | tuple) else TEXT_TAG)
"""Tells which of the two a field is, so that only the errors of that one are told."""
