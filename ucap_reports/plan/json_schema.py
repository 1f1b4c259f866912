"""The JSON Schema of plan files, generated from the model."""

import ast
import inspect
import json
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, JsonSchemaWarningKind

from ucap_reports.plan.plan_model import PlanFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of plan files, for editors; it accepts every valid plan."""
    schema = PlanFile.model_json_schema(schema_generator=_ShortSchema)
    return {"$schema": DIALECT, "title": "Urban Cooperation Action Plan", **schema}


def schema_content() -> bytes:
    """The schema as a JSON file."""
    return f"{json.dumps(plan_schema(), indent=2, ensure_ascii=False)}\n".encode()


def field_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings of the fields of a model.

    They are read from the source when they are needed: pydantic's `use_attribute_docstrings` would read them at each
    start, a twentieth of the instructions of `ucap check` for one plan.
    """
    (definition,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - the source of a class
    return {
        field.target.id: inspect.cleandoc(text)
        for field, documented in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(documented, ast.Expr) and isinstance(documented.value, ast.Constant)
        if isinstance(text := documented.value.value, str)
    }


class _ShortSchema(GenerateJsonSchema):
    """A schema without the titles of fields, which repeat their names, and without defaults that mean "unknown"."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"non-serializable-default"}  # noqa: RUF012 - pydantic's own

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's parameter
        """False."""
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """The schema of a field, with its default only if that is text."""
        described = super().default_schema(schema)
        if not isinstance(described.get("default"), str):
            described.pop("default", None)
        return described

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """The schema of a part of the plan, with the descriptions of its fields and without the name of its class."""
        described = super().model_schema(schema)
        described.pop("title", None)
        for name, text in field_descriptions(schema["cls"]).items():
            described["properties"][name]["description"] = text
        return described
