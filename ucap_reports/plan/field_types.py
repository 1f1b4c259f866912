"""The types of a plan's fields: how each is read, and the JSON Schema that editors get for it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PlainValidator, WithJsonSchema

from ucap_reports.plan import field_values
from ucap_reports.plan.quantities import Quantity
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.validation import refusal, refusing
from ucap_reports.plan.vocabulary import GOALS, PARTNERSHIPS, country_names, find_country
from ucap_reports.problems import problem
from ucap_reports.text.rich_text import RichText

MAX_ITEMS = 30
MAX_ENTRIES = 100
_UNKNOWN_PATTERN = r"[ \t]*([Nn]/[Aa]|[-\u2013\u2014])?[ \t]*"
_DATE_PATTERN = f"^({_UNKNOWN_PATTERN}|[ \\t]*[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ \\t]*)$"
UNKNOWN = {"type": ["string", "null"], "pattern": f"^{_UNKNOWN_PATTERN}$"}
_TEXT = {"type": ["string", "number"]}
_OPTIONAL_TEXT = {"type": ["string", "number", "null"]}
_STRING = {"type": "string"}
_OPTIONAL_STRING = {"type": ["string", "null"]}
_GOAL = {
    "anyOf": [
        {"type": "integer", "minimum": min(GOALS), "maximum": max(GOALS)},
        {"enum": [f"SDG {number} {title}" for number, title in GOALS.items()]},
        {"type": "string", "pattern": "[0-9]"},
    ]
}
_PICTURE_FILE = {"type": "string", "pattern": r"\.([Jj][Pp][Ee]?[Gg]|[Pp][Nn][Gg])[ \t]*$"}
_AGENDA = {"anyOf": [{"enum": list(PARTNERSHIPS)}, {"type": "string"}]}


def optional(read: Callable[[Any], Any], default: Any = None) -> PlainValidator:
    """Reads a value, or gives `default` for an unknown one."""
    return PlainValidator(lambda value: default if is_unknown(value) else read(value))


def parsed(parse: Callable[[str], Any], default: Any) -> PlainValidator:
    """Reads a text with a parser that raises ProblemsFound, or gives `default` for an unknown value."""
    return optional(lambda value: refusing(parse)(field_values.read_text(value)), default)


def listed(limit: int) -> BeforeValidator:
    """Makes one value a list of one, and an unknown one an empty list."""

    def read(value: Any) -> Any:
        if is_unknown(value):
            return []
        if isinstance(value, str | int | float):
            return [value]
        if isinstance(value, list) and len(value) > limit:
            raise refusal(problem("list-too-long", limit=limit, count=len(value)))
        return value

    return BeforeValidator(read)


def unknown_as(default: Any) -> BeforeValidator:
    """Gives `default` for an unknown value."""
    return BeforeValidator(lambda value: default if is_unknown(value) else value)


def _required(name: str, hint: str) -> Callable[[Any], Any]:
    """Return a validator that refuses an unknown value of the field `name`."""

    def read(value: Any) -> Any:
        if is_unknown(value) or value == []:
            raise refusal(problem("field-missing", name=name, hint=hint))
        return value

    return read


def _split_countries(value: Any) -> Any:
    """Splits a text such as "Italy, UK" into its countries; any other value stays as it is."""
    if isinstance(value, str) and ", " in value and not find_country(value):
        names = value.split(", ")
        return names if all(map(find_country, names)) else value
    return value


def described_as(text: str) -> Any:
    """Return the mark of a field that editors describe with a text."""
    return Field(description=text)


def with_schema(schema: dict[str, Any]) -> WithJsonSchema:
    """Return the mark of a field that has this JSON Schema."""
    return WithJsonSchema(schema)


def list_schema(item: dict[str, Any]) -> WithJsonSchema:
    """Return the schema of a field that is a list of such items, one of them alone, or unknown."""
    return WithJsonSchema({"anyOf": [{"type": "array", "items": item}, item, UNKNOWN]})


def _or_unknown(schema: dict[str, Any]) -> None:
    """Change the schema of a field so that it accepts unknown values."""
    kinds = ("type", "anyOf", "$ref", "additionalProperties")
    schema["anyOf"] = [{kind: schema.pop(kind) for kind in kinds if kind in schema}, UNKNOWN]


OR_UNKNOWN = Field(json_schema_extra=_or_unknown)
"""The mark of a field whose schema accepts unknown values."""


def _propose_countries(schema: dict[str, Any]) -> None:
    """Add the countries to the schema of a field; only schemas need them, so plans do not load them."""
    item = {"anyOf": [{"enum": sorted(names[0] for names in country_names().values())}, {"type": "string"}]}
    schema["anyOf"] = [{"type": "array", "items": item}, item, UNKNOWN]


OneLine = Annotated[str, PlainValidator(field_values.read_text), WithJsonSchema(_TEXT)]
OptionalLine = Annotated[str | None, optional(field_values.read_text), WithJsonSchema(_OPTIONAL_TEXT)]
OptionalLines = Annotated[str | None, optional(field_values.read_lines), WithJsonSchema(_OPTIONAL_TEXT)]
Lines = Annotated[tuple[OneLine, ...], listed(MAX_ITEMS), list_schema(_TEXT)]
Entries = Annotated[tuple[OneLine, ...], listed(MAX_ENTRIES), list_schema(_TEXT)]
CityNames = Annotated[
    tuple[OneLine, ...],
    listed(MAX_ITEMS),
    BeforeValidator(_required("name", "write the name of the city here")),
    WithJsonSchema({"anyOf": [{"type": "array", "items": _TEXT, "minItems": 1}, _TEXT]}),
]
Language = Annotated[str, PlainValidator(field_values.read_language), WithJsonSchema(_STRING)]
PlanLanguage = Annotated[Language, unknown_as("en"), WithJsonSchema(_OPTIONAL_STRING)]
Languages = Annotated[
    tuple[Language, ...] | None,
    listed(MAX_ITEMS),
    AfterValidator(lambda tags: tuple({tag.lower(): tag for tag in tags or ()}.values()) or None),
    list_schema(_STRING),
]
Template = Annotated[str | None, optional(field_values.read_template), WithJsonSchema(_OPTIONAL_STRING)]
Status = Annotated[
    Literal["draft", "final"],
    unknown_as("final"),
    WithJsonSchema({"anyOf": [{"enum": ["draft", "final"]}, UNKNOWN]}),
]
Email = Annotated[str | None, optional(field_values.read_email), WithJsonSchema(_OPTIONAL_STRING)]
Website = Annotated[str | None, optional(field_values.read_website), WithJsonSchema(_OPTIONAL_STRING)]
Rich = Annotated[RichText, optional(field_values.read_rich_text, RichText()), WithJsonSchema(_OPTIONAL_TEXT)]
EntryText = Annotated[RichText, optional(field_values.read_entry_text, RichText()), WithJsonSchema(_OPTIONAL_TEXT)]
_Detail = Annotated[RichText, optional(field_values.read_detail, RichText())]
AltText = Annotated[OneLine, BeforeValidator(_required("alt", "describe the picture for readers who cannot see it"))]
PictureFile = Annotated[str, PlainValidator(field_values.read_picture_file), WithJsonSchema(_PICTURE_FILE)]
Details = Annotated[tuple[_Detail, ...], listed(MAX_ENTRIES), list_schema(_OPTIONAL_TEXT)]
Population = Annotated[Quantity | None, optional(field_values.read_population), WithJsonSchema(_OPTIONAL_TEXT)]
Area = Annotated[Quantity | None, optional(field_values.read_area), WithJsonSchema(_OPTIONAL_TEXT)]
_Country = Annotated[field_values.Country, PlainValidator(field_values.read_country)]
Countries = Annotated[
    tuple[_Country, ...],
    listed(MAX_ITEMS),
    BeforeValidator(_split_countries),
    list_schema(_STRING),
    Field(json_schema_extra=_propose_countries),
]
_Goal = Annotated[field_values.Goal, PlainValidator(field_values.read_goal)]
Goals = Annotated[tuple[_Goal, ...], listed(MAX_ITEMS), list_schema(_GOAL)]
_AgendaTopic = Annotated[field_values.AgendaTopic, PlainValidator(field_values.read_agenda_topic)]
Agenda = Annotated[tuple[_AgendaTopic, ...], listed(MAX_ITEMS), list_schema(_AGENDA)]
Day = Annotated[
    date | None, optional(field_values.read_date), WithJsonSchema({**_OPTIONAL_STRING, "pattern": _DATE_PATTERN})
]
Signed = Annotated[str | date | None, optional(field_values.read_signed), WithJsonSchema(_OPTIONAL_TEXT)]

TextOrEntries = Discriminator(lambda value: "entries" if isinstance(value, list | tuple) else "rich-text")
"""Selects the type of a field that is rich text or a list of entries, so that only the errors of that type count."""
