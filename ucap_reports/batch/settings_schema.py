"""The JSON Schema of `ucap.yaml`, for editors; it accepts every valid file."""

from typing import Any

from ucap_reports.batch.settings_file import SettingsFile
from ucap_reports.plan.json_schema import DIALECT, ShortSchema, json_content


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema of `ucap.yaml`, generated from its model."""
    schema = SettingsFile.model_json_schema(schema_generator=ShortSchema)
    return {"$schema": DIALECT, "title": "Settings of a project of ucap-reports", **schema}


def settings_schema_content() -> bytes:
    """Return the schema as a JSON file."""
    return json_content(settings_schema())
