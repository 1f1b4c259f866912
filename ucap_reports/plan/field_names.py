"""The names of fields at a place of a model, and hints for unknown ones."""

import re
from collections.abc import Sequence
from typing import Any, get_args

from msgspec import Struct
from pydantic import BaseModel

from ucap_reports.problems import did_you_mean, shortened
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import character_name

_FIELD_WITHOUT_SPACE = re.compile(r"([a-z][a-z0-9_]*):(?!\s|//)")


class OtherNames(Struct, frozen=True):
    """A mark of an attribute of a model: names that people give it by mistake. Descriptions of fields have them too."""

    other_names: tuple[str, ...]


def unknown_field_hint(model: type[BaseModel], loc: Loc, *, is_searched: bool) -> str | None:
    """Return what to do about an unknown field at `loc`; unless the known ones are searched, which takes time, a hint
    about the characters of its name only.
    """
    name = str(loc[-1])
    if name[:1].isspace():
        return f"replace {character_name(name[0])} before the name by spaces"
    if " " in name:
        return 'put straight quotes around a text that contains ": "'
    return _known_name_hint(name, _models_at(model, loc[:-1])) if is_searched else None


def _known_name_hint(name: str, models: Sequence[type[BaseModel]]) -> str:
    """Return the known field that a name means, or all known fields."""
    names = dict[str, None]()
    meant = dict[str, str]()
    for model in models:
        for known, attribute in model.model_fields.items():
            names[attribute.alias or known] = None
            for mark in attribute.metadata:
                meant |= dict.fromkeys(getattr(mark, "other_names", ()), known)
    if name in meant:
        return f'did you mean "{meant[name]}"?'
    return did_you_mean(name, names) or f"known fields: {', '.join(names)}"


def fields_hint(given: str, names: Sequence[str]) -> str:
    """How to write a text as one of the fields that are expected in its place."""
    if slip := _FIELD_WITHOUT_SPACE.match(given):
        return f"put a space after the colon: `{slip[1]}: …`"
    if len(names) > 1:
        return f"write `name: value`; known fields: {', '.join(names)}"
    return f"write `{names[0]}: {given if shortened(given) == given else '…'}`"


def required_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The first required field of the model at `loc`, or all its fields if none is required."""
    fields = {name: field for found in _models_at(model, loc) for name, field in found.model_fields.items()}
    return tuple([name for name, field in fields.items() if field.is_required()][:1] or fields)


def _models_at(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """The models at `loc`."""
    models = {model}
    for part in loc:
        fields = [outer.model_fields[str(part)] for outer in models if part in outer.model_fields]
        models = {found for field in fields for found in models_in(field.annotation)} or models
    return sorted(models, key=lambda found: found.__name__)


def models_in(annotation: Any) -> set[type[BaseModel]]:
    """Return the models in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for argument in get_args(annotation) for found in models_in(argument)}
