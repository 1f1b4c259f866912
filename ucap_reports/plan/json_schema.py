"""The JSON Schema of plan files, generated from the models and the descriptions of their fields."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, JsonSchemaWarningKind

from ucap_reports.plan.custom_field_values import MAX_ROWS
from ucap_reports.plan.field_descriptions import Field, FieldType, KnownFields, Required, descriptions_of
from ucap_reports.plan.json_schema_of_values import UNKNOWN, UNKNOWN_ITEM
from ucap_reports.plan.plan_model import BUILT_IN, PlanFile
from ucap_reports.source.yaml_tree import plain_value
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon

DIALECT = "https://json-schema.org/draft/2020-12/schema"


_EMPTY_LIST = {"type": "array", "maxItems": 0}
"""A custom field with one value may also have none."""
FieldsByPack = Mapping[str, KnownFields]
"""The fields of plans by the name of their pack."""
NO_PACKS: FieldsByPack = {}


def plan_schema(fields: KnownFields = BUILT_IN, others: FieldsByPack = NO_PACKS) -> dict[str, Any]:
    """Return the JSON Schema of plan files, for editors; it accepts every valid plan.

    Args:
        fields: The fields of plans that name no pack.
        others: The fields of plans that name a pack.
    """
    schema = PlanFile.model_json_schema(schema_generator=ShortSchema)
    packs = [fields, *others.values()]
    for path, declared in _declared_fields(packs).items():
        is_of_city = declared[0].is_of_city
        name = declared[0].name
        property_schema = _any_of([_custom_schema(field) for field in declared])
        if fields.of_path(path) is None:
            templates = [template for template, known in others.items() if known.of_path(path) is not None]
            description = property_schema["description"].rstrip(".")
            property_schema["description"] = f"{description} (in plans with these templates: {', '.join(templates)})"
            if not is_of_city:
                schema.setdefault("allOf", []).append(_only_with_templates(name, templates))
        part = schema["$defs"]["City"] if is_of_city else schema
        part["properties"][name] = property_schema
        if len(declared) == len(packs) and all(field.required is Required.ERROR for field in declared):
            part.setdefault("required", []).append(name)
    return {"$schema": DIALECT, "title": "Urban Cooperation Action Plan", **schema}


def _declared_fields(packs: Sequence[KnownFields]) -> dict[str, list[Field]]:
    """Return the custom fields by path: the description of each in every pack that has it."""
    declared: dict[str, list[Field]] = {}
    for known in packs:
        for field in known.custom:
            declared.setdefault(field.path, []).append(field)
    return declared


def _only_with_templates(field: str, packs: Sequence[str]) -> dict[str, Any]:
    """Return a rule that a plan with that field names one of the packs."""
    template = BUILT_IN.of_type(FieldType.PACK).name
    return {
        "if": {"required": [field]},
        "then": {"properties": {template: {"enum": list(packs)}}, "required": [template]},
    }


def schema_content(fields: KnownFields = BUILT_IN, others: FieldsByPack = NO_PACKS) -> bytes:
    """Return the schema as a JSON file."""
    return json_content(plan_schema(fields, others))


def json_content(schema: dict[str, Any]) -> bytes:
    """Return a schema as a JSON file."""
    return f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n".encode()


def is_json_schema(content: bytes) -> bool:
    """Return whether a file is a JSON Schema."""
    try:
        schema = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(schema, dict) and "$schema" in schema


def _any_of(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a schema that accepts what any of these accepts, with the description of the first."""
    different: list[dict[str, Any]] = []
    for schema in schemas:
        value = {key: part for key, part in schema.items() if key != "description"}
        if value not in different:
            different.append(value)
    merged = different[0] if len(different) == 1 else {"anyOf": different}
    return {**merged, "description": schemas[0]["description"]}


def _custom_schema(field: Field) -> dict[str, Any]:
    """Return the schema of a custom field, which accepts unknown values too."""
    text = {"type": ["string", "number", "null"]}
    match field.type:
        case FieldType.LINES | FieldType.LIST:
            values = [{"type": "array", "items": text}, text]
        case FieldType.MONEY:
            parts = {"amount": {"type": ["string", "number"]}, "currency": {"type": "string"}}
            mapping = {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
            values = [text, mapping, _EMPTY_LIST]
        case FieldType.CHOICE:
            keys = [*field.choices, *_numeric_keys(field.choices)]
            values = [{"enum": keys}, UNKNOWN, _EMPTY_LIST]
        case FieldType.TABLE:
            columns = {column.name: _custom_schema(column) for column in field.columns}
            row = {"type": ["object", "null"], "properties": columns, "additionalProperties": False}
            rows = {"type": "array", "items": {"anyOf": [row, UNKNOWN_ITEM]}, "maxItems": MAX_ROWS}
            values = [rows, UNKNOWN]
        case _:
            values = [text, _EMPTY_LIST]
    label = field.labels.get("en") or next(iter(field.labels.values()), "")
    return {"anyOf": values, "description": field.hint or without_colon(label)}


def _numeric_keys(choices: Iterable[str]) -> Iterator[int | float]:
    """Yield the keys of choices that plans may write without quotes, as numbers."""
    for key in choices:
        value = plain_value(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            yield value


class ShortSchema(GenerateJsonSchema):
    """A schema without the titles of fields, which repeat their names, and without defaults that mean "unknown"."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"non-serializable-default"}  # noqa: RUF012 - pydantic's own

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's parameter
        """Return False: a field has no title."""
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema of a field, with its default only if that is text."""
        field = super().default_schema(schema)
        if not isinstance(field.get("default"), str):
            field.pop("default", None)
        return field

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema of a part of the plan, with hints and examples of its fields, without the name of its
        class.
        """
        part = super().model_schema(schema)
        part.pop("title", None)
        for name, field in descriptions_of(schema["cls"]).items():
            part["properties"][name] |= {"description": field.hint, "examples": list(field.examples)}
        return part
