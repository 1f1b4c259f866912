"""The JSON Schema of plan files, made from the model."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, JsonSchemaWarningKind

from ucap_reports.plan.plan_model import PlanFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of plan files, for editors; it accepts every plan that is valid."""
    schema = PlanFile.model_json_schema(schema_generator=_WithoutNoise)
    return {"$schema": DIALECT, "title": "Urban Cooperation Action Plan", **schema}


def schema_content() -> bytes:
    """The schema as a file of JSON."""
    return f"{json.dumps(plan_schema(), indent=2, ensure_ascii=False)}\n".encode()


class _WithoutNoise(GenerateJsonSchema):
    """Without titles that repeat the fields' names, and without defaults that say "unknown"."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"non-serializable-default"}  # noqa: RUF012 - pydantic's own

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's parameter
        """Never."""
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """What may be written; the default only where it says something."""
        described = super().default_schema(schema)
        if not isinstance(described.get("default"), str):
            described.pop("default", None)
        return described

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """A part of the plan, without the name of its class."""
        described = super().model_schema(schema)
        described.pop("title", None)
        return described
