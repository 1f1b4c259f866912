"""The JSON Schema of the values of fields: what text editors accept and propose, such as countries."""

from typing import Any

from pydantic import Field, WithJsonSchema

from ucap_reports.plan.countries_goals_and_partnerships import GOALS, PARTNERSHIPS, country_names
from ucap_reports.plan.unknown_values import UNKNOWN_PATTERN

DATE_PATTERN = f"^({UNKNOWN_PATTERN}|[ \\t]*[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ \\t]*)$"
UNKNOWN = {"type": ["string", "null"], "pattern": f"^{UNKNOWN_PATTERN}$"}
UNKNOWN_ITEM = {"type": "string", "pattern": f"^{UNKNOWN_PATTERN}$"}
"""The schema of an unknown item of a list, which is left out."""
TEXT = {"type": ["string", "number"]}
OPTIONAL_TEXT = {"type": ["string", "number", "null"]}
STRING = {"type": "string"}
OPTIONAL_STRING = {"type": ["string", "null"]}
GOAL = {
    "anyOf": [
        {"type": "integer", "minimum": min(GOALS), "maximum": max(GOALS)},
        {"enum": [f"SDG {number} {title}" for number, title in GOALS.items()]},
        {"type": "string", "pattern": "[0-9]"},
    ]
}
PICTURE_FILE = {"type": "string", "pattern": r"\.([Jj][Pp][Ee]?[Gg]|[Pp][Nn][Gg])[ \t]*$"}
AGENDA = {"anyOf": [{"enum": list(PARTNERSHIPS)}, {"type": "string"}]}


def described_as(text: str) -> Any:
    """Return the mark of a field that editors describe with a text."""
    return Field(description=text)


def with_schema(schema: dict[str, Any]) -> WithJsonSchema:
    """Return the mark of a field that has this JSON Schema."""
    return WithJsonSchema(schema)


def list_schema(item: dict[str, Any]) -> WithJsonSchema:
    """Return the schema of a field that is a list of such items, one of them alone, or unknown."""
    items = {"anyOf": [item, UNKNOWN_ITEM]} if "anyOf" in item else item  # others accept any text
    return WithJsonSchema({"anyOf": [{"type": "array", "items": items}, item, UNKNOWN]})


def _or_unknown(schema: dict[str, Any]) -> None:
    """Change the schema of a field so that it accepts unknown values."""
    if "items" in schema:
        schema["items"] = {"anyOf": [schema["items"], UNKNOWN_ITEM]}
    known_values = {}
    for keyword in ("type", "anyOf", "$ref", "additionalProperties"):
        if keyword in schema:
            known_values[keyword] = schema.pop(keyword)
    schema["anyOf"] = [known_values, UNKNOWN]


OR_UNKNOWN = Field(json_schema_extra=_or_unknown)
"""The mark of a field whose schema accepts unknown values."""


def propose_countries(schema: dict[str, Any]) -> None:
    """Add the countries to the schema of a field; only schemas need them, so plans do not load them."""
    usual_names = sorted(names[0] for names in country_names().values())
    item = {"anyOf": [{"enum": usual_names}, {"type": "string"}]}
    schema["anyOf"] = [{"type": "array", "items": item}, item, UNKNOWN]
