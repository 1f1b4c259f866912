"""Hints about unknown fields: custom fields with similar names, or the declaration that would make them known."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.custom_fields import is_declarable
from ucap_reports.plan.fields import CITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.problems import Problem, did_you_mean
from ucap_reports.source.yaml_tree import Tree, loc_of, value_at

EXTRA = "extra"
"""The field that had further rows before there were custom fields."""
MAX_DECLARED = 20
"""The maximum number of hints with declarations, because each searches for similar names."""


def with_declarations(problems: Iterable[Problem], tree: Tree, fields: KnownFields | None) -> list[Problem]:
    """Return the problems; those about unknown fields have a hint about custom fields."""
    known = fields or BUILT_IN
    found = []
    unknown = 0
    for problem in problems:
        if problem.code == "field-unknown":
            unknown += 1
            hint = _hint(problem, tree, known) if unknown <= MAX_DECLARED else None
            problem = replace(problem, hint=hint or problem.hint)  # noqa: PLW2901 - the same problem
        found.append(problem)
    return found


def _hint(problem: Problem, tree: Tree, known: KnownFields) -> str | None:
    """Return the hint about an unknown field of the plan or of a city; None if the usual one is better."""
    loc = loc_of(problem.location.field or "")
    steps = [step for step in loc if isinstance(step, str)]
    name = str(problem.details["name"])
    owner = ".".join(steps[:-1])
    if owner not in ("", CITIES):
        return None
    if not owner and name == EXTRA:
        return extra_hint(value_at(tree.value, loc), known)
    nearest = did_you_mean(name, [field.name for field in known.inside(owner) if field.is_custom])
    if nearest is not None and not (problem.hint or "").startswith("did you mean"):
        return nearest
    path = f"{owner}.{name}".removeprefix(".")
    if not is_declarable(path) or (problem.hint or "").startswith("did you mean"):
        return None
    declared = declaration_text(path, _type_of(value_at(tree.value, loc)))
    return f"declare it in ucap.yaml: {declared}; {problem.hint}"


def extra_hint(value: Any, known: KnownFields) -> str:
    """Return what to do about `extra`: where its keys belong, or how these are declared."""
    keys = [str(key) for key in value] if isinstance(value, dict) else []
    declared = [key for key in keys if known.of_path(key) is not None]
    missing = [key for key in keys if key not in declared and is_declarable(key)]
    hint = "write its keys as fields of the plan; `ucap fmt` moves those that are declared"
    if missing:
        shown = dict.fromkeys(missing, FieldType.TEXT)
        return f"declare them in ucap.yaml: {_declarations(shown)}; then {hint}"
    return hint


def extra_row_hint(field: str) -> str | None:
    """Return what to write instead of a row of `extra`; None for other rows."""
    owner, _, key = field.partition(".")
    if owner != EXTRA or not is_declarable(key):
        return None
    return f"declare the field in `fields`, as in {declaration_text(key, FieldType.TEXT)}, and name its row `{key}`"


def declaration_text(path: str, type_: FieldType) -> str:
    """Return a declaration as one line of YAML."""
    return _declarations({path: type_})


def _declarations(types: Mapping[str, FieldType]) -> str:
    parts = []
    for path, type_ in types.items():
        label = path.rpartition(".")[2].replace("_", " ").capitalize()
        parts.append(f'{path}: {{type: {type_.value}, label: "{label}:"}}')
    return f"`fields: {{{', '.join(parts)}}}`"


def _type_of(value: Any) -> FieldType:
    """Return the likely type of a field with that value."""
    match value:
        case bool() | dict() | None:
            return FieldType.LINE
        case int() | float():
            return FieldType.NUMBER
        case list():
            return FieldType.LINES
        case str() if "\n" in value:
            return FieldType.TEXT
        case _:
            return FieldType.LINE
