"""Custom fields: their names, their declarations in `ucap.yaml` and `pack.yaml`, and the descriptions of these."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar

import pydantic
from msgspec.structs import replace
from pydantic import BeforeValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType, KnownFields, Required
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.model_validation import (
    NO_TEXTS,
    Located,
    Strict,
    TitledByKey,
    refusal,
    without_tags,
)
from ucap_reports.source.yaml_tree import Loc, value_or_none
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag

DECLARATIONS = "fields"
"""The setting of projects and packs with the declarations."""
MAX_FIELDS = 50
MAX_COLUMNS = 12
"""Columns of a table."""
FIELD_NAME = LazyPattern(r"[a-z][a-z0-9_]{0,39}")
"""The names of custom fields and columns."""
_OTHER_NAMES = {"extra", "custom", "completeness", "items", "keys", "values", "get"}
"""Names that conditions, templates and earlier plan files have for other things."""
_SHEETS = {"plans", "read_me"}
"""Names of the sheets of workbooks that no built-in field has."""
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
    """Return texts by language, without empty ones: a text alone is in the language of the project."""
    texts: dict[Any, Any] = {}
    if isinstance(value, dict):
        texts = {language: text for language, text in value.items() if not _is_blank(text)}
    elif isinstance(value, str | int | float) and not _is_blank(value):
        texts = {"": str(getattr(value, "text", value))}
    if not texts and value != {}:
        raise PydanticCustomError(NO_TEXTS, NO_TEXTS)
    return texts


def _is_blank(text: Any) -> bool:
    return isinstance(text, str) and not text.strip()


def _known_languages(texts: dict[str, str]) -> dict[str, str]:
    for tag in texts:
        if tag and not LANGUAGE.fullmatch(tag):
            raise refusal(problem("language-invalid", tag=tag))
    return {canonical_tag(tag): text for tag, text in texts.items()}


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
    WithJsonSchema(
        {
            "anyOf": [
                {**_TEXT, "pattern": r"\S"},
                {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
            ]
        }
    ),
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


def valid_declarations(
    written: Any, tree: Located, built_in: KnownFields, others: Collection[str] = ()
) -> dict[str, Any]:
    """Return the declarations without errors, as they are written; `others` as in `declaration_problems`."""
    valid: dict[str, Any] = {}
    for path, declaration in readable_declarations(written).items():
        names = {*others, *map(str, written)}
        is_labelled = "label" in written[path]
        if is_labelled and not any(declaration_problems({path: declaration}, tree, built_in, names)):
            valid[path] = written[path]
    return valid


def in_language(declared: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return declarations, as they are written, whose texts alone are in a language: that of the project."""
    tagged: dict[str, Any] = {}
    for name, settings in declared.items():
        own = dict(settings)
        if "label" in own:
            own["label"] = _texts_in(own["label"], language)
        if isinstance(own.get("choices"), dict):
            own["choices"] = {key: _texts_in(texts, language) for key, texts in own["choices"].items()}
        if isinstance(own.get("columns"), dict):
            own["columns"] = in_language(own["columns"], language)
        tagged[name] = own
    return tagged


def _texts_in(texts: Any, language: str) -> Any:
    if isinstance(texts, dict):
        return texts
    text = _by_language(texts)[""]
    return {language: text}


def declaration_problems(
    declarations: Mapping[str, Declaration], tree: Located, built_in: KnownFields, others: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield the errors in declarations beyond their types: names, and settings that do not fit together.

    `others` are the custom fields that are declared elsewhere, or that have errors.
    """
    built_in_paths = {field.key for field in built_in.fields}
    known_paths = {*built_in.rows, *built_in_paths, *declarations, *others}
    for path, declaration in declarations.items():
        loc: Loc = (DECLARATIONS, path)
        yield from _name_problems(path, declaration, tree.location(loc, key=True), built_in)
        yield from _setting_problems(path, declaration, loc, tree)
        if declaration.after and declaration.after not in known_paths:
            where = tree.location((*loc, "after"))
            hint = did_you_mean(declaration.after, known_paths)
            yield problem("declaration-invalid", where, form="after", hint=hint, name=declaration.after)
        if FieldType(declaration.type) is FieldType.TABLE:
            yield from _table_problems(path, declaration, loc, tree)


def type_conflicts(inherited: Mapping[str, Any], declared: Mapping[str, Any], tree: Located) -> Iterator[Problem]:
    """Yield an error for each declaration, as written in a file, with another type than an inherited one of that field,
    or with a column of another type: a pack or project may change the other settings of a field, but not its type.
    """
    for path, settings in declared.items():
        loc: Loc = (DECLARATIONS, path)
        inherited_settings = inherited.get(path)
        yield from _type_conflict(path, inherited_settings, settings, tree.location((*loc, "type")))
        inherited_columns = _written_columns(inherited_settings)
        for name, column in _written_columns(settings).items():
            where = tree.location((*loc, "columns", name, "type"))
            yield from _type_conflict(f"{path}.{name}", inherited_columns.get(name), column, where)


def _type_conflict(path: str, inherited: Any, declared: Any, where: Location) -> Iterator[Problem]:
    """Yield an error if a field or a column is declared with another type than an inherited one."""
    type_ = _written_type(declared)
    known = _written_type(inherited)
    if type_ is not None and known is not None and type_ != known:
        yield problem("declaration-invalid", where, form="type", name=path, type=type_, known=known)


def _written_columns(settings: Any) -> Mapping[str, Any]:
    """Return the columns in a declaration as it is written in a file; none if they are not written as columns are."""
    columns = settings.get("columns") if isinstance(settings, dict) else None
    return columns if isinstance(columns, dict) else {}


def _written_type(settings: Any) -> Any:
    """Return the type in a declaration as it is written in a file; None if it has none."""
    return settings.get("type") if isinstance(settings, dict) else None


def _setting_problems(name: str, declared: _LabelledValues, loc: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the errors in the settings of a field or a column."""
    field_type = FieldType(declared.type)
    for setting, types in _SETTINGS.items():
        if setting in declared.model_fields_set and field_type not in types:
            where = tree.location((*loc, setting), key=True)
            yield problem("declaration-invalid", where, form="setting", setting=setting, type=declared.type)
    if field_type is FieldType.CHOICE and not declared.choices:
        yield problem("declaration-invalid", tree.location(loc), form="choices", name=name)
    minimum = declared.minimum
    maximum = declared.maximum
    if minimum is not None and maximum is not None and minimum > maximum:
        where = tree.location((*loc, "maximum"))
        yield problem("declaration-invalid", where, form="bounds", name=name)


def _table_problems(path: str, declaration: Declaration, loc: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the errors in the columns of a table and in the names of those with a total."""
    if path.startswith(f"{CITIES}."):
        yield problem("declaration-invalid", tree.location(loc, key=True), form="cities", name=path)
    if not declaration.columns:
        yield problem("declaration-invalid", tree.location(loc), form="columns", name=path)
    summed = []
    for name, column in declaration.columns.items():
        column_loc: Loc = (*loc, "columns", name)
        if not FIELD_NAME.fullmatch(name):
            where = tree.location(column_loc, key=True)
            yield problem("declaration-invalid", where, form="column-name", name=name)
        yield from _setting_problems(name, column, column_loc, tree)
        if FieldType(column.type) in _SUMMED:
            summed.append(name)
    for index, name in enumerate(declaration.total):
        if name in summed:
            continue
        where = _location_of_total(loc, index, tree)
        hint = None if name in declaration.columns else did_you_mean(name, summed)
        yield problem("declaration-invalid", where, form="total", hint=hint, name=name)


def _location_of_total(loc: Loc, index: int, tree: Located) -> Location:
    """Return the place of the name of a column with a total, which may be written without a list."""
    total: Loc = (*loc, "total")
    if isinstance(value_or_none(tree.value, total), list):
        return tree.location((*total, index))
    return tree.location(total)


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


def _name_problems(path: str, declaration: Declaration, where: Location, built_in: KnownFields) -> Iterator[Problem]:
    name = path.removeprefix(f"{CITIES}.")
    if not FIELD_NAME.fullmatch(name):
        yield problem("declaration-invalid", where, form="name", name=path)
        return
    known = built_in.of_path(path)
    if known is not None and known.added_in:
        if known.type != declaration.type:
            details = {"name": path, "type": declaration.type, "known": known.type.value}
            yield problem("declaration-invalid", where, form="type", **details)
    elif name in reserved_names(built_in):
        yield problem("declaration-invalid", where, form="reserved", name=path)


def known_fields(declarations: Mapping[str, Declaration], built_in: KnownFields) -> KnownFields:
    """Return the built-in fields with the declared ones, each in its place of the canonical order."""
    if not declarations:
        return built_in
    fields = list(built_in.fields)
    new = [declaration.field(path) for path, declaration in declarations.items() if built_in.of_path(path) is None]

    def index_before(field: Field) -> int | None:
        return _index_of(field.after, fields)

    def insert(field: Field, index: int | None) -> None:
        _insert(field, index, fields)

    insert_in_order(new, index_before, insert)
    with_columns: list[Field] = []
    for field in fields:
        with_columns += [field, *field.columns]
    return KnownFields(tuple(with_columns), built_in.others)


_Item = TypeVar("_Item")


def insert_in_order(
    items: Sequence[_Item],
    index_before: Callable[[_Item], int | None],
    insert: Callable[[_Item, int | None], None],
) -> None:
    """Insert fields, or their rows, after those that they follow: first what follows one that is there, then what
    follows these, and at last what follows none, or each other.

    `index_before` returns the index of what an item follows, None if it is not there; `insert` gets it, too.
    """
    waiting = list(items)
    while waiting:
        ready = [item for item in waiting if index_before(item) is not None] or waiting
        waiting = [item for item in waiting if item not in ready]
        for item in ready:
            insert(item, index_before(item))


def end_of_followers(index: int, count: int, is_follower: Callable[[int], bool]) -> int:
    """Return the index behind the item at an index of `count` items, and behind those that follow it already."""
    end = index + 1
    while end < count and is_follower(end):
        end += 1
    return end


def _index_of(key: str, fields: list[Field]) -> int | None:
    """Return the index of the field with that key."""
    for index, field in enumerate(fields):
        if field.key == key:
            return index
    return None


def _insert(field: Field, index: int | None, fields: list[Field]) -> None:
    """Insert a field after the one that it follows, if both are in the same mapping, or else after the last row of its
    mapping. `index` is that of the field that it follows.
    """
    if index is None or fields[index].owner != field.owner:
        index = _last_row(field.owner, fields)
    inner = f"{fields[index].path}."

    def is_follower(position: int) -> bool:
        other = fields[position]
        return other.path.startswith(inner) or other.after == field.after != ""

    fields.insert(end_of_followers(index, len(fields), is_follower), field)


def _last_row(owner: str, fields: list[Field]) -> int:
    """Return the index of the last field of a mapping that has a row.

    Sources have a row, too, but few packs print it, and they stand apart from the content at the end of a plan.
    """
    rows = []
    for index, field in enumerate(fields):
        if field.owner == owner and field.has_row and not field.is_private:
            rows.append(index)
    return rows[-1]
