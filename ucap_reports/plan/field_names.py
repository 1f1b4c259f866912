"""Fields by their names: those that may stand at a place, and what to do about one that is there by another name."""

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel

from ucap_reports.plan.validation_messages import LONGEST_SHOWN
from ucap_reports.problems import Location, did_you_mean
from ucap_reports.source.indentation import begins_text_below, spaces
from ucap_reports.source.tree import Loc, Tree
from ucap_reports.storage.decoding import character_name, source_line

_FIELD_WITHOUT_SPACE = re.compile(r"([a-z][a-z0-9_]*):(?!\s|//)")
_MEANT = 'did you mean "{}"?'
_ELSEWHERE = {
    "weight": ("bold", "write `bold: true` or `bold: false`"),
    "date": ("when", _MEANT.format("when")),
    "tel": ("phone", _MEANT.format("phone")),
    "telephone": ("phone", _MEANT.format("phone")),
    "url": ("website", _MEANT.format("website")),
    "province": ("region", _MEANT.format("region")),
    "state": ("region", _MEANT.format("region")),
    "inhabitants": ("population", _MEANT.format("population")),
    "goals": ("sdgs", _MEANT.format("sdgs")),
}
"""By names that fields have elsewhere: the field here, and what to write."""


def name_hint(name: str, where: Location, tree: object, names: Sequence[str]) -> str | None:
    """What to do about a field that is not there; `names` are of those that are."""
    hint = _slip_in_name(name, where, tree) or _called_otherwise(name, names) or did_you_mean(name, names)
    return hint or (f"the fields here are {', '.join(names)}" if names else None)


def as_field(given: Any, names: Sequence[str]) -> str | None:
    """How a text that stands in the place of fields is written as the one that it must be, or which there are."""
    if not isinstance(given, str):
        return None
    if slip := _FIELD_WITHOUT_SPACE.match(given):
        return f"put a space after the colon: `{slip[1]}: …`"
    if len(names) > 1:
        return f"write each as `name: value`; the fields here are {', '.join(names)}"
    return f"write it as `{names[0]}: {given if len(given) <= LONGEST_SHOWN else '…'}`"


def _called_otherwise(name: str, names: Sequence[str]) -> str | None:
    """What to write instead of a name that the field has elsewhere."""
    field, hint = _ELSEWHERE.get(name, ("", None))
    return hint if field in names else None


def _slip_in_name(name: str, where: Location, tree: object) -> str | None:
    """What to do about a name that begins with a dash or an odd space, or that is text of the field above."""
    if name[:1].isspace():
        return f"{character_name(name[0])} stands before the name; type spaces instead"
    if name.startswith("-"):
        return f'put a space after the dash: "- {name[1:]}:"'
    above = source_line(tree.source, where.line - 1) if isinstance(tree, Tree) and where.line else ""
    if begins_text_below(above) and len(above) - len(above.lstrip()) == (where.column or 1) - 1:
        return f"if it is text of the field above, begin it with {spaces((where.column or 1) + 1)}"
    return None


def field_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The fields that the model has where `loc` names one that it has not."""
    return tuple(dict.fromkeys(name for found in _models_at(model, loc[:-1]) for name in found.model_fields))


def needed_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The first field that what stands at `loc` cannot do without or, where it can do without each, all of them."""
    fields = {name: field for found in _models_at(model, loc) for name, field in found.model_fields.items()}
    needed = [name for name, field in fields.items() if field.is_required()]
    return tuple(needed[:1] or fields)


def _models_at(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """The models that stand at `loc`."""
    models = {model}
    for part in loc:
        deeper = {
            found
            for outer in models
            if part in outer.model_fields
            for found in _models_in(outer.model_fields[str(part)].annotation)
        }
        models = deeper or models
    return sorted(models, key=lambda found: found.__name__)


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for argument in get_args(annotation) for found in _models_in(argument)}
