"""Custom fields: their declarations in `ucap.yaml` and `pack.yaml`, and the descriptions that these make."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Literal

import pydantic
from msgspec.structs import replace
from pydantic import BeforeValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType, KnownFields, Required
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.undeclared_fields import DECLARATIONS, FIELD_NAME, MAX_COLUMNS, reserved_names
from ucap_reports.plan.validation import NO_TEXTS, Located, Strict, TitledByKey, refusal, without_tags
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.yaml_tree import Loc, value_or_none
from ucap_reports.text.language_tags import LANGUAGE

MAX_FIELDS = 50
_MAX_CHOICES = 50
_MAX_IMPORT_NAMES = 30
_LARGEST = 1e15
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
_TEXT = {"type": ["string", "number"]}
_Words = Annotated[str, pydantic.Field(max_length=300), pydantic.AfterValidator(without_tags)]
_Bound = Annotated[float, pydantic.Field(ge=-_LARGEST, le=_LARGEST)]


def _by_language(value: Any) -> Any:
    """Return texts by language: a text alone is in the language of the project."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str | int | float):
        return {"": str(getattr(value, "text", value))}
    raise PydanticCustomError(NO_TEXTS, NO_TEXTS)


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


_Texts = Annotated[
    dict[str, _Words],
    BeforeValidator(_by_language),
    pydantic.AfterValidator(_known_languages),
    pydantic.Field(min_length=1, max_length=50),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "object", "additionalProperties": _TEXT, "minProperties": 1}]}),
]
"""A text by language."""


class _LabelledValues(Strict):
    """What the declarations of fields and of columns have in common."""

    type: str
    label: Annotated[_Texts, TitledByKey()]
    hint: _Words = ""
    import_names: Annotated[
        tuple[_Words, ...],
        BeforeValidator(_as_list),
        pydantic.Field(alias="import", max_length=_MAX_IMPORT_NAMES),
        WithJsonSchema({"anyOf": [{"type": "array", "items": _TEXT, "maxItems": _MAX_IMPORT_NAMES}, _TEXT]}),
    ] = ()
    unit: _Words = ""
    decimals: Annotated[int, pydantic.Field(ge=0, le=6)] | None = None
    minimum: _Bound | None = None
    maximum: _Bound | None = None
    choices: Annotated[dict[str, _Texts], pydantic.Field(max_length=_MAX_CHOICES)] = pydantic.Field(
        default_factory=dict
    )

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
    after: _Words = ""
    required: Annotated[
        Literal["info", "warning", "error", "no"],
        BeforeValidator(_as_required),
        WithJsonSchema({"enum": [*Required, False]}),
    ] = "info"
    columns: Annotated[dict[str, ColumnDeclaration], pydantic.Field(max_length=MAX_COLUMNS)] = pydantic.Field(
        default_factory=dict
    )
    total: Annotated[tuple[_Words, ...], BeforeValidator(_as_list), pydantic.Field(max_length=MAX_COLUMNS)] = ()

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


def readable_declarations(written: Any) -> dict[str, Declaration]:
    """Return the declarations whose settings have the right types, so that other errors in them are found in the same
    run as those in the types of the rest. One without a label has its name as its label.
    """
    declarations: dict[str, Declaration] = {}
    if isinstance(written, dict):
        for path, settings in islice(written.items(), MAX_FIELDS):
            if isinstance(settings, dict):
                with suppress(ValidationError):
                    declarations[str(path)] = Declaration.model_validate({"label": str(path), **settings})
    return declarations


def valid_declarations(written: Any, tree: Located, others: Collection[str] = ()) -> dict[str, Any]:
    """Return the declarations without errors, as they are written; `others` as in `declaration_problems`."""
    valid: dict[str, Any] = {}
    for path, declaration in readable_declarations(written).items():
        names = {*others, *map(str, written)}
        is_labelled = "label" in written[path]
        if is_labelled and not any(declaration_problems({path: declaration}, tree, names)):
            valid[path] = written[path]
    return valid


def declaration_problems(
    declarations: Mapping[str, Declaration], tree: Located, others: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield the errors in declarations beyond their types: names, and settings that do not fit together.

    `others` are the custom fields that are declared elsewhere, or that have errors.
    """
    paths = {*BUILT_IN.rows, *(field.key for field in BUILT_IN.fields), *declarations, *others}
    for path, declaration in declarations.items():
        loc: Loc = (DECLARATIONS, path)
        yield from _name_problems(path, declaration, tree.location(loc, key=True))
        yield from _setting_problems(path, declaration, loc, tree)
        if declaration.after and declaration.after not in paths:
            where, hint = tree.location((*loc, "after")), did_you_mean(declaration.after, paths)
            yield problem("declaration-invalid", where, form="after", hint=hint, name=declaration.after)
        if FieldType(declaration.type) is FieldType.TABLE:
            yield from _table_problems(path, declaration, loc, tree)


def type_conflicts(inherited: Mapping[str, Any], declared: Mapping[str, Any], tree: Located) -> Iterator[Problem]:
    """Yield an error for each declaration, as written in a file, with another type than an inherited one of that field:
    a pack or project may change the other settings of a field, but not its type.
    """
    for path, settings in declared.items():
        type_ = settings.get("type") if isinstance(settings, dict) else None
        inherited_settings = inherited.get(path)
        known = inherited_settings.get("type") if isinstance(inherited_settings, dict) else None
        if type_ is not None and known is not None and type_ != known:
            where = tree.location((DECLARATIONS, path, "type"))
            yield problem("declaration-invalid", where, form="type", name=path, type=type_, known=known)


def _setting_problems(name: str, declared: _LabelledValues, loc: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the errors in the settings of a field or a column."""
    for setting, types in _SETTINGS.items():
        if setting in declared.model_fields_set and FieldType(declared.type) not in types:
            where = tree.location((*loc, setting), key=True)
            yield problem("declaration-invalid", where, form="setting", setting=setting, type=declared.type)
    if declared.type == FieldType.CHOICE and not declared.choices:
        yield problem("declaration-invalid", tree.location(loc), form="choices", name=name)
    low, high = declared.minimum, declared.maximum
    if low is not None and high is not None and low > high:
        yield problem("declaration-invalid", tree.location((*loc, "maximum")), form="bounds", name=name)


def _table_problems(path: str, declaration: Declaration, loc: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the errors in the columns of a table and in the names of those with a total."""
    if path.startswith(f"{CITIES}."):
        yield problem("declaration-invalid", tree.location(loc, key=True), form="cities", name=path)
    if not declaration.columns:
        yield problem("declaration-invalid", tree.location(loc), form="columns", name=path)
    for name, column in declaration.columns.items():
        where: Loc = (*loc, "columns", name)
        if not FIELD_NAME.fullmatch(name):
            yield problem("declaration-invalid", tree.location(where, key=True), form="column-name", name=name)
        yield from _setting_problems(name, column, where, tree)
    summed = [name for name, column in declaration.columns.items() if FieldType(column.type) in _SUMMED]
    for index, name in enumerate(declaration.total):
        if name not in summed:
            hint = did_you_mean(name, summed) if name not in declaration.columns else None
            yield problem("declaration-invalid", _total_place(loc, index, tree), form="total", hint=hint, name=name)


def _total_place(loc: Loc, index: int, tree: Located) -> Location:
    """Return the place of the name of a column with a total, which may be written without a list."""
    written = value_or_none(tree.value, (*loc, "total"))
    return tree.location((*loc, "total", index) if isinstance(written, list) else (*loc, "total"))


def _name_problems(path: str, declaration: Declaration, where: Location) -> Iterator[Problem]:
    name = path.removeprefix(f"{CITIES}.")
    if not FIELD_NAME.fullmatch(name):
        yield problem("declaration-invalid", where, form="name", name=path)
        return
    known = BUILT_IN.of_path(path)
    if known is not None and known.added_in:
        if known.type != declaration.type:
            details = {"name": path, "type": declaration.type, "known": known.type.value}
            yield problem("declaration-invalid", where, form="type", **details)
    elif name in reserved_names(BUILT_IN):
        yield problem("declaration-invalid", where, form="reserved", name=path)


def known_fields(declarations: Mapping[str, Declaration]) -> KnownFields:
    """Return the built-in fields with the declared ones, each in its place of the canonical order."""
    if not declarations:
        return BUILT_IN
    fields = list(BUILT_IN.fields)
    waiting = [declaration.field(path) for path, declaration in declarations.items() if BUILT_IN.of_path(path) is None]
    while waiting:
        placed = [field for field in waiting if _index_of(field.after, fields) is not None]
        for field in placed or waiting:
            _insert(field, fields)
        waiting = [field for field in waiting if placed and field not in placed]
    with_columns: list[Field] = []
    for field in fields:
        with_columns += [field, *field.columns]
    return KnownFields(tuple(with_columns), BUILT_IN.others)


def _index_of(key: str, fields: list[Field]) -> int | None:
    """Return the index of the field with that key."""
    for index, field in enumerate(fields):
        if field.key == key:
            return index
    return None


def _insert(field: Field, fields: list[Field]) -> None:
    """Insert a field after the one that it follows, if both are in the same mapping, or else after the last row of its
    mapping.
    """
    index = _index_of(field.after, fields)
    if index is None or fields[index].owner != field.owner:
        # Sources have a row that few packs print, and stand apart from the content at the end of a plan.
        content = [known.has_row and not known.is_private and known.owner == field.owner for known in fields]
        index = max(row_index for row_index, is_row in enumerate(content) if is_row)
    inner = f"{fields[index].path}."
    end = index + 1
    while end < len(fields) and (fields[end].path.startswith(inner) or fields[end].after == field.after != ""):
        end += 1
    fields.insert(end, field)
