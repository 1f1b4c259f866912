"""Hints about fields that are not declared, and the names that custom fields can have."""

from collections.abc import Iterable
from typing import Any

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.plan.field_descriptions import CITIES, FieldType, KnownFields
from ucap_reports.plan.validation import hint_about_characters, title_of
from ucap_reports.plan.written_values import currencies, looks_like_date, read_money
from ucap_reports.problems import HintBudget, Problem, Suggestions
from ucap_reports.source.yaml_tree import Tree, loc_of, value_or_none
from ucap_reports.text.orthography import unaccented

DECLARATIONS = "fields"
"""The setting of projects and packs with the declarations."""
EXTRA = "extra"
"""The field that had further rows before there were custom fields."""
MAX_COLUMNS = 12
"""Columns of a table."""
FIELD_NAME = RarePattern(r"[a-z][a-z0-9_]{0,39}")
"""The names of custom fields and columns."""
_NOT_IN_NAMES = RarePattern(r"[^a-z0-9_]+")
_PROJECT_BLOCKS = {DECLARATIONS, "rows"}
"""Settings of a project that people write into plans."""
_OTHER_NAMES = {"extra", "custom", "completeness", "items", "keys", "values", "get"}
"""Names that conditions, templates and earlier plan files have for other things."""
_SHEETS = {"plans", "read_me"}
"""Names of the sheets of workbooks that no built-in field has."""
_ISO_DATE = RarePattern(r"\d{4}-\d{2}(-\d{2})?")


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


def is_declarable(path: str, known: KnownFields) -> bool:
    """Return whether a custom field can have that path."""
    name = path.removeprefix(f"{CITIES}.")
    return FIELD_NAME.fullmatch(name) is not None and name not in reserved_names(known)


def reserved_names(known: KnownFields) -> set[str]:
    """Return the names that no custom field can have, such as those of the built-in ones among the known fields."""
    names = {*_OTHER_NAMES, *_SHEETS}
    for field in known.all:
        if field.is_custom:
            continue
        if field.owner in ("", CITIES):
            names.add(field.name)
        if field.condition:
            names.add(field.condition)
    return names


def _hint(problem: Problem, tree: Tree, known: KnownFields, budget: HintBudget) -> str | None:
    """Return the hint about an unknown field of the plan or of a city; None if the usual one is better."""
    loc = loc_of(problem.location.field or "")
    steps = [step for step in loc if isinstance(step, str)]
    name = str(problem.details["name"])
    owner = ".".join(steps[:-1])
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
    declarable = name if FIELD_NAME.fullmatch(name) else _NOT_IN_NAMES.sub("_", unaccented(name).lower()).strip("_")
    path = f"{owner}.{declarable}".removeprefix(".")
    if not is_declarable(path, known):
        return None
    action = "declare it" if declarable == name else f'rename it "{declarable}", and declare that'
    declared = _declaration_text(path, value_or_none(tree.value, loc))
    names = ", ".join(field.name for field in fields)
    return f"{action} in ucap.yaml: {declared}; known fields: {names}"


def _declaration_text(path: str, value: Any) -> str:
    """Return the likely declaration of a field with that value, as one line of YAML."""
    type_ = _type_of(value)
    settings = f"type: {type_.value}, label: {_label(path)}"
    if type_ is FieldType.TABLE:
        names = [str(name) for name in value[0] if FIELD_NAME.fullmatch(str(name))]
        columns = [
            f"{name}: {{type: {_type_of(value[0][name]).value}, label: {_label(name, end='')}}}"
            for name in names[:MAX_COLUMNS]
        ]
        settings = f"type: table, label: {_label(path, end='')}, columns: {{{', '.join(columns)}}}"
    return f"`fields: {{{path}: {{{settings}}}}}`"


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
