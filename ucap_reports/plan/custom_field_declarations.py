"""Custom fields: their names, their declarations in `ucap.yaml` and `pack.yaml`, the descriptions that these make, and
hints about fields that are not declared.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar

import pydantic
from msgspec.structs import replace
from pydantic import BeforeValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.dates import looks_like_date
from ucap_reports.plan.field_descriptions import CITIES, NAME, Field, FieldType, KnownFields, Required
from ucap_reports.plan.numbers_and_amounts import currencies, read_money
from ucap_reports.problems import HintBudget, Location, Problem, Suggestions, did_you_mean, problem
from ucap_reports.source.model_validation import (
    NO_TEXTS,
    Located,
    Strict,
    TitledByKey,
    hint_about_characters,
    refusal,
    title_of,
    without_tags,
)
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of, value_or_none
from ucap_reports.text.capitals_and_plain_letters import unaccented
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag

DECLARATIONS = "fields"
"""The setting of projects and packs with the declarations."""
MAX_FIELDS = 50
_MAX_COLUMNS = 12
"""Columns of a table."""
_FIELD_NAME = LazyPattern(r"[a-z][a-z0-9_]{0,39}")
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
    columns: Annotated[dict[str, ColumnDeclaration], pydantic.Field(max_length=_MAX_COLUMNS)] = pydantic.Field(
        default_factory=dict
    )
    total: Annotated[tuple[_Words, ...], BeforeValidator(_as_list), pydantic.Field(max_length=_MAX_COLUMNS)] = ()

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
    """Yield an error for each declaration, as written in a file, with another type than an inherited one of that field:
    a pack or project may change the other settings of a field, but not its type.
    """
    for path, settings in declared.items():
        type_ = _written_type(settings)
        known = _written_type(inherited.get(path))
        if type_ is None or known is None or type_ == known:
            continue
        where = tree.location((DECLARATIONS, path, "type"))
        yield problem("declaration-invalid", where, form="type", name=path, type=type_, known=known)


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
        if not _FIELD_NAME.fullmatch(name):
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
    return _FIELD_NAME.fullmatch(name) is not None and name not in reserved_names(known)


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
    if not _FIELD_NAME.fullmatch(name):
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


# Hints about fields that are not declared

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
    if _FIELD_NAME.fullmatch(name):
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
    names = [str(name) for name in row if _FIELD_NAME.fullmatch(str(name))]
    for name in names[:_MAX_COLUMNS]:
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
