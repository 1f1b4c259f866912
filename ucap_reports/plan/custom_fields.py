"""Custom fields: their declarations in `ucap.yaml` and `pack.yaml`, and the descriptions that these make."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

import pydantic
from msgspec.structs import replace
from pydantic import BeforeValidator, WithJsonSchema

from ucap_reports.plan.fields import CITIES, Field, FieldType, Required
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.strict_model import Strict, without_tags
from ucap_reports.plan.validation import Located, refusal
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.yaml_tree import Loc, value_at
from ucap_reports.text.language_tags import LANGUAGE

DECLARATIONS = "fields"
"""The setting with the declarations."""
MAX_FIELDS = 50
MAX_CHOICES = 50
MAX_COLUMNS = 12
"""Columns of a table."""
MAX_IMPORT_NAMES = 30
LARGEST = 1e15
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OTHER_NAMES = {"extra", "custom", "completeness", "items", "keys", "values", "get"}
"""Names that conditions, templates and earlier plan files have for other things."""
_SHEETS = {"plans", "read_me"}
"""Names of the sheets of workbooks that no built-in field has."""
_SETTINGS: Mapping[str, tuple[FieldType, ...]] = {
    "unit": (FieldType.NUMBER,),
    "decimals": (FieldType.NUMBER,),
    "minimum": (FieldType.NUMBER, FieldType.MONEY),
    "maximum": (FieldType.NUMBER, FieldType.MONEY),
    "choices": (FieldType.CHOICE,),
    "columns": (FieldType.TABLE,),
    "total": (FieldType.TABLE,),
}
"""The settings of declarations that only some types have."""
_SUMMED = (FieldType.NUMBER, FieldType.MONEY)
"""The types of columns that can have a total."""


def _by_language(value: Any) -> Any:
    """A text alone is in the language of the project."""
    return {"": str(getattr(value, "text", value))} if isinstance(value, str | int | float) else value


def _known_languages(texts: dict[str, str]) -> dict[str, str]:
    for tag in texts:
        if tag and not LANGUAGE.fullmatch(tag):
            raise refusal(problem("language-invalid", tag=tag))
    return texts


def _as_required(value: Any) -> Any:
    """YAML's false is "no"."""
    return Required.NO.value if value is False else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_TEXT = {"type": ["string", "number"]}
Words = Annotated[str, pydantic.Field(max_length=300), pydantic.AfterValidator(without_tags)]
Texts = Annotated[
    dict[str, Words],
    BeforeValidator(_by_language),
    pydantic.AfterValidator(_known_languages),
    pydantic.Field(min_length=1, max_length=50),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "object", "additionalProperties": _TEXT, "minProperties": 1}]}),
]
"""A text by language."""
Bound = Annotated[float, pydantic.Field(ge=-LARGEST, le=LARGEST)]


class _LabelledValues(Strict):
    """What the declarations of fields and of columns have in common."""

    type: str
    label: Texts
    hint: Words = ""
    import_names: Annotated[
        tuple[Words, ...],
        BeforeValidator(_as_list),
        pydantic.Field(alias="import", max_length=MAX_IMPORT_NAMES),
        WithJsonSchema({"anyOf": [{"type": "array", "items": _TEXT, "maxItems": MAX_IMPORT_NAMES}, _TEXT]}),
    ] = ()
    unit: Words = ""
    decimals: Annotated[int, pydantic.Field(ge=0, le=6)] | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    choices: Annotated[dict[str, Texts], pydantic.Field(max_length=MAX_CHOICES)] = pydantic.Field(default_factory=dict)

    def field(self, path: str) -> Field:
        """Return the description of the field with that path."""
        return Field(
            type=FieldType(self.type),
            path=path,
            hint=self.hint,
            is_custom=True,
            labels=self.label,
            condition=path,
            import_names=self.import_names,
            unit=self.unit,
            decimals=self.decimals,
            minimum=self.minimum,
            maximum=self.maximum,
            choices=self.choices,
        )


class ColumnDeclaration(_LabelledValues):
    """The declaration of a column of a table."""

    type: Literal["line", "text", "number", "money", "date", "choice"]

    def field(self, path: str) -> Field:
        """Return the description of the column with that path, which begins with that of its table."""
        return replace(super().field(path), is_column=True)


class Declaration(_LabelledValues):
    """The declaration of a custom field."""

    type: Literal["line", "lines", "text", "number", "money", "date", "choice", "list", "table"]
    after: Words = ""
    required: Annotated[
        Literal["info", "warning", "error", "no"],
        BeforeValidator(_as_required),
        WithJsonSchema({"enum": [*Required, False]}),
    ] = "info"
    columns: Annotated[dict[str, ColumnDeclaration], pydantic.Field(max_length=MAX_COLUMNS)] = pydantic.Field(
        default_factory=dict
    )
    total: Annotated[tuple[Words, ...], BeforeValidator(_as_list), pydantic.Field(max_length=MAX_COLUMNS)] = ()

    def field(self, path: str) -> Field:
        """Return the description of the field with that path."""
        return replace(
            super().field(path),
            after=self.after,
            required=Required(self.required),
            has_row=True,
            columns=tuple(column.field(f"{path}.{name}") for name, column in self.columns.items()),
            totals=self.total,
        )


Declarations = Annotated[
    dict[str, Declaration], pydantic.Field(max_length=MAX_FIELDS, default_factory=dict[str, Declaration])
]


class DeclaredFields(Strict):
    """The declarations alone."""

    fields: Declarations


def declaration_problems(
    declarations: Mapping[str, Declaration], tree: Located, others: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield the errors in declarations beyond their types: names, and settings that do not fit together.

    `others` are the custom fields that are declared elsewhere.
    """
    paths = {*BUILT_IN.rows, *(field.key for field in BUILT_IN.fields), *declarations, *others}
    for path, declaration in declarations.items():
        place: Loc = (DECLARATIONS, path)
        yield from _name_problems(path, declaration, tree.location(place, key=True))
        yield from _setting_problems(path, declaration, place, tree)
        if declaration.after and declaration.after not in paths:
            where, hint = tree.location((*place, "after")), did_you_mean(declaration.after, paths)
            yield problem("declaration-invalid", where, form="after", hint=hint, name=declaration.after)
        if FieldType(declaration.type) is FieldType.TABLE:
            yield from _table_problems(path, declaration, place, tree)


def _setting_problems(name: str, declared: _LabelledValues, place: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the errors in the settings of a field or a column."""
    for setting, types in _SETTINGS.items():
        if setting in declared.model_fields_set and FieldType(declared.type) not in types:
            where = tree.location((*place, setting), key=True)
            yield problem("declaration-invalid", where, form="setting", setting=setting, type=declared.type)
    if declared.type == FieldType.CHOICE and not declared.choices:
        yield problem("declaration-invalid", tree.location(place), form="choices", name=name)
    low, high = declared.minimum, declared.maximum
    if low is not None and high is not None and low > high:
        yield problem("declaration-invalid", tree.location((*place, "maximum")), form="bounds", name=name)


def _table_problems(path: str, declaration: Declaration, place: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the errors in the columns of a table and in the names of those with a total."""
    if path.startswith(f"{CITIES}."):
        yield problem("declaration-invalid", tree.location(place, key=True), form="cities", name=path)
    if not declaration.columns:
        yield problem("declaration-invalid", tree.location(place), form="columns", name=path)
    for name, column in declaration.columns.items():
        where: Loc = (*place, "columns", name)
        if not _NAME.fullmatch(name):
            yield problem("declaration-invalid", tree.location(where, key=True), form="column-name", name=name)
        yield from _setting_problems(name, column, where, tree)
    summed = [name for name, column in declaration.columns.items() if FieldType(column.type) in _SUMMED]
    for index, name in enumerate(declaration.total):
        if name not in summed:
            hint = did_you_mean(name, summed) if name not in declaration.columns else None
            yield problem("declaration-invalid", _total_place(place, index, tree), form="total", hint=hint, name=name)


def _total_place(place: Loc, index: int, tree: Located) -> Location:
    """Return the place of the name of a column with a total, which may be written without a list."""
    written = value_at(tree.value, (*place, "total"))
    return tree.location((*place, "total", index) if isinstance(written, list) else (*place, "total"))


def _name_problems(path: str, declaration: Declaration, where: Location) -> Iterator[Problem]:
    name = path.removeprefix(f"{CITIES}.")
    if not _NAME.fullmatch(name):
        yield problem("declaration-invalid", where, form="name", name=path)
        return
    known = BUILT_IN.of_path(path)
    if known is not None and known.added_in:
        if known.type != declaration.type:
            details = {"name": path, "type": declaration.type, "known": known.type.value}
            yield problem("declaration-invalid", where, form="type", **details)
    elif name in reserved_names():
        yield problem("declaration-invalid", where, form="reserved", name=path)


def is_declarable(path: str) -> bool:
    """Return whether a custom field can have that path."""
    name = path.removeprefix(f"{CITIES}.")
    return _NAME.fullmatch(name) is not None and name not in reserved_names()


def reserved_names() -> set[str]:
    """Return the names that no custom field can have."""
    built_in = {field.name for field in BUILT_IN.all if field.owner in ("", CITIES)}
    conditions = {field.condition for field in BUILT_IN.all if field.condition}
    return built_in | conditions | _OTHER_NAMES | _SHEETS


def known_fields(declarations: Mapping[str, Declaration]) -> KnownFields:
    """Return the built-in fields with the declared ones, each in its place of the canonical order."""
    if not declarations:
        return BUILT_IN
    fields = list(BUILT_IN.fields)
    waiting = [declaration.field(path) for path, declaration in declarations.items() if BUILT_IN.of_path(path) is None]
    while waiting:
        placed = [field for field in waiting if _place_of(field.after, fields) is not None]
        for field in placed or waiting:
            _insert(field, fields)
        waiting = [field for field in waiting if placed and field not in placed]
    return KnownFields(tuple(known for field in fields for known in (field, *field.columns)))


def _place_of(key: str, fields: list[Field]) -> int | None:
    """Return the index of the field with that key."""
    for index, field in enumerate(fields):
        if field.key == key:
            return index
    return None


def _insert(field: Field, fields: list[Field]) -> None:
    """Insert a field after the one that it follows, if both are in the same mapping, or else after the last row of its
    mapping.
    """
    place = _place_of(field.after, fields)
    if place is None or fields[place].owner != field.owner:
        # Sources have a row that few packs print, and stand apart from the content at the end of a plan.
        content = [known.has_row and not known.is_private and known.owner == field.owner for known in fields]
        place = max(index for index, is_row in enumerate(content) if is_row)
    inner = f"{fields[place].path}."
    end = place + 1
    while end < len(fields) and (fields[end].path.startswith(inner) or fields[end].after == field.after != ""):
        end += 1
    fields.insert(end, field)
