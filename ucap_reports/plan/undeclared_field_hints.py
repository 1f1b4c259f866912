"""Hints about custom fields that a plan has and no pack or project declares: how to declare or place them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.custom_field_declarations import DECLARATIONS, FIELD_NAME, MAX_COLUMNS, is_declarable
from ucap_reports.plan.dates import looks_like_date
from ucap_reports.plan.field_descriptions import CITIES, NAME, FieldType, KnownFields
from ucap_reports.plan.numbers_and_amounts import read_money
from ucap_reports.problems import HintBudget, Problem, Suggestions
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.source.model_validation import hint_about_characters, title_of
from ucap_reports.source.yaml_tree import Tree, loc_of, value_or_none
from ucap_reports.text.capitals_punctuation_and_plain_letters import unaccented

EXTRA = "extra"
"""The field that had further rows before there were custom fields."""
_NOT_IN_NAMES = LazyPattern(r"[^a-z0-9_]+")
_PROJECT_BLOCKS = {DECLARATIONS, "rows"}
"""Settings of a project that people write into plans."""
_ISO_DATE = LazyPattern(r"\d{4}-\d{2}(-\d{2})?")


def with_declarations(problems: Iterable[Problem], tree: Tree, known: KnownFields) -> list[Problem]:
    """Return the problems; those about unknown fields have a hint about custom fields."""
    hinted = []
    budget = HintBudget()
    for finding in problems:
        hint = None
        if finding.code == "field-unknown":
            hint = _hint(finding, tree, known, budget)
        hinted.append(finding if hint is None else finding.with_hint(hint))
    return hinted


def without_undeclared(problems: Iterable[Problem], known: KnownFields) -> list[Problem]:
    """Return the problems without those about unknown fields that can be declared.

    Where `ucap.yaml` or a pack has errors, it may be these that keep the fields from being known.
    """
    remaining = []
    for finding in problems:
        loc = loc_of(finding.location.field or "")
        owner = ".".join(step for step in loc[:-1] if isinstance(step, str))
        is_undeclared = finding.code == "field-unknown" and owner in ("", CITIES)
        if not (is_undeclared and is_declarable(str(finding.details["name"]), known)):
            remaining.append(finding)
    return remaining


def extra_hint(value: Any, known: KnownFields) -> str:
    """Return what to do about `extra`: where its keys belong, or how these are declared."""
    keys = [str(key) for key in value] if isinstance(value, dict) else []
    declared = [key for key in keys if known.of_path(key) is not None]
    missing = [key for key in keys if key not in declared and is_declarable(key, known)]
    hint = "write its keys as fields of the plan; `ucap fmt` moves those that are declared"
    if missing:
        declarations = ", ".join(f"{key}: {{type: text, label: {_label(key)}}}" for key in missing)
        return f"declare them in ucap.yaml: `fields: {{{declarations}}}`; then {hint}"
    return hint


def extra_row_hint(field: str, known: KnownFields) -> str | None:
    """Return what to write instead of a row of `extra`; None for other rows."""
    owner, _, key = field.partition(".")
    if owner != EXTRA or not is_declarable(key, known):
        return None
    example = f"`fields: {{{key}: {{type: text, label: {_label(key)}}}}}`"
    return f"declare the field in `fields`, as in {example}, and name its row `{key}`"


def _hint(problem: Problem, tree: Tree, known: KnownFields, budget: HintBudget) -> str | None:
    """Return the hint about an unknown field of a plan; None if the usual one is better."""
    loc = loc_of(problem.location.field or "")
    steps = [step for step in loc if isinstance(step, str)]
    name = str(problem.details["name"])
    owner = ".".join(steps[:-1])
    elsewhere = _misplaced_hint(name, owner, known)
    if elsewhere is not None:
        return elsewhere
    if owner not in ("", CITIES):
        return None
    if not owner and name in _PROJECT_BLOCKS and isinstance(value_or_none(tree.value, loc), dict):
        return "move this block into the file ucap.yaml, which is beside the folder plans"
    if not owner and name == EXTRA:
        return extra_hint(value_or_none(tree.value, loc), known)
    fields = known.inside(owner)
    around = hint_about_characters(name, [field.name for field in fields])
    if around is not None:
        return around
    is_like_built_in = bool(problem.suggestions)
    is_one_of_too_many = problem.hint is None or budget.is_spent
    if is_like_built_in or is_one_of_too_many:
        return None
    nearest = Suggestions([field.name for field in fields if field.is_custom], budget).hint(name)
    if nearest is not None:
        return nearest
    if FIELD_NAME.fullmatch(name):
        declarable = name
        action = "declare it"
    else:
        declarable = _NOT_IN_NAMES.sub("_", unaccented(name).lower()).strip("_")
        action = f'rename it "{declarable}", and declare that'
    path = f"{owner}.{declarable}".removeprefix(".")
    if not is_declarable(path, known):
        return None
    declared = _declaration_text(path, value_or_none(tree.value, loc))
    names = ", ".join(field.name for field in fields)
    return f"{action} in ucap.yaml: {declared}; known fields: {names}"


def _misplaced_hint(name: str, owner: str, known: KnownFields) -> str | None:
    """Return where to move a field that is known in other places of a plan alone; None for other fields."""
    owners = [field.owner for field in known.fields if field.name == name and not field.is_column]
    if not owners or owner in owners:
        return None
    if "" in owners:
        return f"move it out of `{owner.partition('.')[0]}`: it is a field of the plan"
    if CITIES in owners:
        return f"move it into a city, below its `{NAME}`"
    places = [f"`{path}`" for path in dict.fromkeys(owners)]
    return f"move it into {' or '.join(places)}"


def _declaration_text(path: str, value: Any) -> str:
    """Return the likely declaration of a field with that value, as one line of YAML."""
    type_ = _type_of(value)
    if type_ is FieldType.TABLE:
        columns = ", ".join(_column_declarations(value[0]))
        settings = f"type: table, label: {_label(path, end='')}, columns: {{{columns}}}"
    else:
        settings = f"type: {type_.value}, label: {_label(path)}"
    return f"`fields: {{{path}: {{{settings}}}}}`"


def _column_declarations(row: Mapping[Any, Any]) -> Iterator[str]:
    """Yield the likely declarations of the columns of a table with that row, as YAML."""
    names = [str(name) for name in row if FIELD_NAME.fullmatch(str(name))]
    for name in names[:MAX_COLUMNS]:
        type_ = _type_of(row[name])
        yield f"{name}: {{type: {type_.value}, label: {_label(name, end='')}}}"


def _label(path: str, end: str = ":") -> str:
    """Return a label that is made of the name of a field or column, in quotes where YAML needs them."""
    label = title_of(path)
    return f'"{label}{end}"' if end else label


def _type_of(value: Any) -> FieldType:
    """Return the likely type of a field with that value."""
    match value:
        case [dict(), *_]:
            return FieldType.TABLE
        case bool() | dict() | None:
            return FieldType.LINE
        case int() | float():
            return FieldType.NUMBER
        case list():
            return FieldType.LINES
        case str() if "\n" in value:
            return FieldType.TEXT
        case str() if looks_like_date(value) or _ISO_DATE.fullmatch(value):
            return FieldType.DATE
        case str() if _names_currency(value):
            return FieldType.MONEY
        case _:
            return FieldType.LINE


def _names_currency(text: str) -> bool:
    """Return whether a text is an amount with the code or the sign of a currency."""
    amount = read_money(text, currencies())
    return amount.value is not None and bool(amount.currency or amount.symbol)
