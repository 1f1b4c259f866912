"""The names of fields at a place of a model, and hints for unknown ones."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from ucap_reports.problems import did_you_mean, shortened
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import character_name

_FIELD_WITHOUT_SPACE = re.compile(r"([a-z][a-z0-9_]*):(?!\s|//)")
_SYNONYMS: Mapping[str, str] = json.loads(Path(__file__).with_name("field_synonyms.json").read_text(encoding="utf-8"))
"""Fields by other names that people give them."""


def name_hint(name: str, names: Sequence[str]) -> str | None:
    """What to do about an unknown field; `names` are the known ones."""
    if name[:1].isspace():
        return f"replace {character_name(name[0])} before the name by spaces"
    if " " in name:
        return 'put straight quotes around a text that contains ": "'
    if _SYNONYMS.get(name) in names:
        return f'did you mean "{_SYNONYMS[name]}"?'
    nearest = did_you_mean(name, names)
    if nearest is not None or not names:
        return nearest
    known = f"known fields: {', '.join(names)}"
    return f"to print it in a row of your own, write it below `extra:`; {known}" if "extra" in names else known


def fields_hint(given: str, names: Sequence[str]) -> str:
    """How to write a text as one of the fields that are expected in its place."""
    if slip := _FIELD_WITHOUT_SPACE.match(given):
        return f"put a space after the colon: `{slip[1]}: …`"
    if len(names) > 1:
        return f"write `name: value`; known fields: {', '.join(names)}"
    return f"write `{names[0]}: {given if shortened(given) == given else '…'}`"


def field_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The fields that the model has in the place of the unknown one at `loc`."""
    return tuple(dict.fromkeys(name for found in _models_at(model, loc[:-1]) for name in found.model_fields))


def required_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The first required field of the model at `loc`, or all its fields if none is required."""
    fields = {name: field for found in _models_at(model, loc) for name, field in found.model_fields.items()}
    return tuple([name for name, field in fields.items() if field.is_required()][:1] or fields)


def _models_at(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """The models at `loc`."""
    models = {model}
    for part in loc:
        fields = [outer.model_fields[str(part)] for outer in models if part in outer.model_fields]
        models = {found for field in fields for found in _models_in(field.annotation)} or models
    return sorted(models, key=lambda found: found.__name__)


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    """The models in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for argument in get_args(annotation) for found in _models_in(argument)}
