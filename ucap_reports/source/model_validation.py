"""Validation of a YAML file by a pydantic model: all errors of the file at once, as problems with places and hints.

Here are the errors that any file can have: unknown and missing fields, values of the wrong type, too many items, and
hints about them. What a field of a plan may contain is in `plan.field_values`, and of custom ones in
`plan.custom_field_values`; such a validator reports its own problems with the error `refusal`.

`validate` and `validate_file` report all errors; `validate_partly` returns what is valid of a file with errors. The
problem for each type of pydantic's errors is made in `_problems` and `_value_problem`. The base of the models of files
(`Strict`), the marks of their attributes and types for these are at the end.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import getitem
from types import MappingProxyType
from typing import Annotated, Any, Protocol, TypeVar, get_args

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import (
    HintBudget,
    Location,
    Problem,
    ProblemsFound,
    Suggestions,
    did_you_mean,
    problem,
    shortened,
    suggesting,
)
from ucap_reports.source.yaml_tree import Key, Loc, Tree, loc_of, mapped
from ucap_reports.storage.decoding import character_name

_Model = TypeVar("_Model", bound=BaseModel)
_Value = TypeVar("_Value")
_ABSENCES = frozenset({"field-missing", "cities-count", "type-invalid"})
"""The errors that lines that were left out can cause in the entry around them."""
REFUSED = "refused"
"""The type of pydantic's errors that contain problems."""
NO_TEXTS = "no_texts"
"""The type of the error that a value is neither a text nor texts by language."""
_EXPECTED = {
    "string_type": "text",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "finite_number"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "tuple_type": "a list",
    **dict.fromkeys(("dict_type", "model_type"), "fields"),
    NO_TEXTS: "a text",
}
"""What is expected, by pydantic's error types, which are stable."""
_LIMITS = {
    "too_short": ("items-min", "min_length"),
    "too_long": ("items-max", "max_length"),
    "string_too_long": ("length-max", "max_length"),
    "greater_than_equal": ("min", "ge"),
    "less_than_equal": ("max", "le"),
}
"""Forms of messages, and the names of limits in the error's context, by pydantic's error types."""
_FIELD_WITHOUT_SPACE = LazyPattern(r"([a-z][a-z0-9_]*):(?!\s|//)")
_WRITE_FIELD = "write `name: value`"
_FULL_WIDTH_COLON = LazyPattern(r"([a-z][a-z0-9_]*) *\uff1a")
_TAG = re.compile(r"\{[{%]|[}%]\}")
"""The beginning or the end of a tag."""


class Located(Protocol):
    """Values with the place of each."""

    @property
    def value(self) -> Any:
        """The plain values."""

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """Return the place of the value at `loc`, or of its key."""


def validate(model: type[_Model], tree: Located) -> _Model:
    """Return the model of a tree's values; raises ProblemsFound with all errors, in the order of the file."""
    try:
        return model.model_validate(tree.value)
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise ProblemsFound(in_file_order(_problems(model, tree, details)))


def validate_file(model: type[_Model], tree: Tree, others: Iterable[Problem] = ()) -> _Model:
    """Return the model of a file; raises ProblemsFound with its errors, those of its YAML, and `others`."""
    problems = [*others, *tree.problems]
    try:
        fields = validate(model, tree)
    except ProblemsFound as errors:
        # Only the YAML error of a line is reported: its values are not what the author meant.
        lines_with_yaml_errors = {error.location.line for error in tree.problems}
        for error in errors.problems:
            if error.location.line not in lines_with_yaml_errors and not _was_left_out(error, tree):
                problems.append(error)
    else:
        if not problems:
            return fields
    raise ProblemsFound(in_file_order(problems))


def _was_left_out(error: Problem, tree: Tree) -> bool:
    """Return whether an error is that something is missing where lines with YAML errors were left out."""
    if error.code not in _ABSENCES:
        return False
    loc = loc_of(error.location.field or "")
    if error.code == "field-missing":
        loc = loc[:-1]
    return tree.has_lost(loc)


def validate_partly(
    model: type[_Model], tree: Located, stand_ins: Mapping[str, Any] = MappingProxyType({})
) -> _Model | None:
    """Return the model of the fields that are valid; None if required ones are not.

    Where a required field is missing or invalid, it gets the stand-in of its name, if there is one: without it, the
    other fields of its entry, and all entries of the list, would not be valid either.
    """
    value = mapped(tree.value, lambda part: part)  # a copy, which the next lines change
    while True:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False, include_context=False)
        # First, stand-ins are set, as long as there is something to set; then the fields that are invalid with them are
        # removed.
        has_new_stand_ins = False
        if stand_ins:
            for detail in details:
                if _set_stand_in(value, detail, stand_ins):
                    has_new_stand_ins = True
        if not has_new_stand_ins and not remove_fields(value, [detail["loc"] for detail in details]):
            return None


def _set_stand_in(value: Any, detail: ErrorDetails, stand_ins: Mapping[str, Any]) -> bool:
    """Set a missing field to its stand-in, or an item that is not an entry to an empty entry, if that is the error.

    Return whether something was set.
    """
    if not detail["loc"]:  # the file as a whole, which is a list or a text
        return False
    *outer, last = detail["loc"]
    for part in outer:
        is_in_values = part in value if isinstance(value, dict) else isinstance(part, int)
        if is_in_values:  # pydantic adds steps such as the name of a type
            value = value[part]
    if detail["type"] == "model_type" and isinstance(value, list) and isinstance(last, int):
        value[last] = {}
        return True
    if detail["type"] == "missing" and isinstance(last, str) and last in stand_ins:
        value[last] = stand_ins[last]
        return True
    return False


def remove_fields(value: Any, locs: Iterable[Loc]) -> bool:
    """Remove the innermost field on the way to each place. Return whether there was one."""
    innermost_fields = {_innermost_field(value, loc) for loc in locs} - {()}
    deepest_first = sorted(innermost_fields, key=len, reverse=True)
    for *outer, name in deepest_first:
        mapping = reduce(getitem, outer, value)
        mapping.pop(name, None)
    return bool(innermost_fields)


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in the order of their places; those without a line come first."""
    return sorted(problems, key=_place_in_file)


def _place_in_file(problem: Problem) -> tuple[str, int, int]:
    location = problem.location
    return location.path or "", location.line or 0, location.column or 0


def _innermost_field(value: Any, loc: Loc) -> Loc:
    """Return the way to the innermost field of a mapping on the way to `loc`; empty if there is none.

    Pydantic adds steps such as the name of a type to the way; these are not in the values.
    """
    way: list[Any] = []
    field: Loc = ()
    for part in loc:
        if isinstance(value, dict) and part in value:
            field = (*way, part)
        elif isinstance(value, dict):
            break
        elif not (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            continue
        way.append(part)
        value = value[part]
    return field


def _problems(model: type[BaseModel], tree: Located, details: Sequence[ErrorDetails]) -> Iterator[Problem]:
    """Yield the problems for pydantic's errors."""
    budget = HintBudget()
    for detail in details:
        loc = detail["loc"]
        match detail["type"]:
            case "missing":
                example = _example(model, loc) or "…"
                yield missing_field(str(loc[-1]), loc[:-1], tree, example)
            case "extra_forbidden":
                name = str(loc[-1])
                hint = _unknown_field_hint(name, _models_at(model, loc[:-1]), budget)
                yield problem("field-unknown", tree.location(loc, key=True), name=name, hint=hint)
            case type_ if type_ == REFUSED:
                yield from _located(detail["ctx"]["problems"], detail["input"], loc, tree)
            case _:
                yield _value_problem(detail, tree.location(loc), model)


def missing_field(name: str, owner: Loc, tree: Located, example: str = "…") -> Problem:
    """Return the problem that a mapping has no field of that name, with an example of its value.

    A mapping in braces on one line has no place for another line.
    """
    place_of_owner = tree.location(owner)
    path = f"{place_of_owner.field}.{name}" if place_of_owner.field else name
    where = replace(place_of_owner, field=path)
    written = tree.written_in_braces(owner) if isinstance(tree, Tree) else ""
    if not written:
        return problem("field-missing", where, name=name)
    new_field = f"{name}: {example}"
    fields = written[1:-1].strip().rstrip(",").rstrip()
    is_in_mapping = bool(owner) and isinstance(owner[-1], str)
    key = f"{owner[-1]}: " if is_in_mapping else ""
    completed = f"{key}{{{fields}, {new_field}}}" if fields else f"{key}{{{new_field}}}"
    if shortened(completed) != completed:
        completed = f"{key}{{…, {new_field}}}"
    return problem("field-missing", where, hint=f"add it inside the braces: `{completed}`", name=name)


def located_refusals(error: PydanticCustomError, value: Any, loc: Loc, tree: Located) -> Sequence[Problem]:
    """Return the problems of an error that a validator has raised about the value at `loc`, with their places."""
    if error.type != REFUSED or error.context is None:
        return ()
    return list(_located(error.context["problems"], value, loc, tree))


def _located(problems: Iterable[Problem], value: Any, loc: Loc, tree: Located) -> Iterator[Problem]:
    """Yield the problems about the value at `loc` with their places in the file."""
    for refused in problems:
        yield replace(refused, location=_place(refused.location, value, loc, tree))


def _place(in_text: Location, text: Any, loc: Loc, tree: Located) -> Location:
    """Return the place in the file of a problem about a value, or about a line and column of its text."""
    line = in_text.line
    if not isinstance(tree, Tree) or not isinstance(text, str) or line is None:
        return tree.location(loc)
    lines_before = text.split("\n")[: line - 1]
    line_start = sum(len(line_before) + 1 for line_before in lines_before)
    column = in_text.column or 1
    return tree.text_location(loc, line_start + column - 1)


def refusal(*problems: Problem) -> PydanticCustomError:
    """Return the error that a validator raises; problems about a text may have their line and column in it."""
    return PydanticCustomError(REFUSED, REFUSED, {"problems": problems})


def refusing(read: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """Return the reader for a validator: it raises the problems that `read` raises as the error of a validator."""

    def checked(text: str) -> _Value:
        try:
            return read(text)
        except ProblemsFound as error:
            raise refusal(*error.problems) from None

    return checked


def _value_problem(detail: ErrorDetails, where: Location, model: type[Any]) -> Problem:
    """Return the problem for an error about a value of the model."""
    given = detail["input"]
    context = detail.get("ctx", {})
    match detail["type"]:
        case type_ if type_ in _EXPECTED:
            expected = _EXPECTED[type_]
            hint = _hint_for_type(detail, expected, model)
            return problem("type-invalid", where, expected=expected, given=described(given), hint=hint)
        case type_ if type_ in _LIMITS:
            form, limit = _LIMITS[type_]
            return problem("value-invalid", where, form=form, given=described(given), limit=context[limit])
        case "enum" | "literal_error":
            known = re.findall(r"'([^']+)'", context["expected"])
            choices = f"write one of {', '.join(known)}"
            if isinstance(given, bool | list | dict):
                return problem("type-invalid", where, expected="text", given=described(given), hint=choices)
            nearest = did_you_mean(given, known) if isinstance(given, str) else None
            return problem("value-invalid", where, form="choice", given=described(given), hint=nearest or choices)
        case _:
            reason = str(context.get("error", detail["msg"]))
            return problem("value-invalid", where, form="other", reason=reason)


def _hint_for_type(detail: ErrorDetails, expected: str, model: type[Any]) -> str | None:
    """Return what to do about a value of the wrong type, given what is expected."""
    loc = detail["loc"]
    given = detail["input"]
    if detail["type"] == NO_TEXTS:
        example = _example(model, loc) or title_of(loc[-1])
        return f"write a text, such as `{loc[-1]}: {example}`"
    names: tuple[str, ...] = ()
    if detail["type"] == "model_type" and loc:
        names = _required_names(model, loc)
    is_value_of_only_field = len(names) == 1 and _is_valid_for(names[0], given, model, loc)
    valid = given if is_value_of_only_field else ""
    return _type_hint(expected, given, names, valid)


def described(value: Any) -> str:
    """Return a value as messages show it: text in quotes, numbers as they are written, other values by their type."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "a boolean"
        case str():
            return f'"{shortened(value)}"'
        case dict():
            return "fields"
        case list():
            return "a list"
        case _:
            return str(getattr(value, "text", value))


def _type_hint(expected: str, given: Any, names: tuple[str, ...], valid: str) -> str | None:
    """Return what to do about a value of the wrong type; `names` are the fields to write, `valid` is a value of the
    only one, or empty.
    """
    match expected, given:
        case "fields", [dict() as first, *_] if first:
            name = str(next(iter(first)))
            return f"remove the dashes or square brackets: write `{shortened(name)}: …`"
        case "fields", [str() as first, *_]:
            return f"write a name and a value for each item, such as `{shortened(first)}: …`"
        case "fields", str():
            return _colon_hint(given) or _fields_hint(names, valid)
        case "fields", _:
            return _WRITE_FIELD
        case "a list", dict() if next(iter(given), "").startswith("-"):
            return "put a space after the dash of each item"
        case "a list", _:
            return 'start each item with "- " on its own line'
        case "text", None:
            return "write it here, or remove the line; put straight quotes around a text that starts with #"
        case "text", bool() | int() | float():
            return "put straight quotes around it"
        case _:
            return None


class OtherNames(Struct, frozen=True):
    """A mark of an attribute of a model: names that people give it by mistake. Descriptions of fields have them too."""

    other_names: tuple[str, ...]


class TitledByKey(Struct, frozen=True):
    """A mark of an attribute of a model: it is the title of the mapping, whose key is an example of it."""


def title_of(key: Key) -> str:
    """Return the words in the key of a mapping, such as `Road length` for `road_length`."""
    return str(key).rpartition(".")[2].replace("_", " ").capitalize()


def _example(model: type[BaseModel], loc: Loc) -> str:
    """Return an example of the value of the attribute at `loc`; empty if there is none."""
    *owner, name = loc
    for outer in _models_at(model, tuple(owner)):
        attribute = outer.model_fields.get(str(name))
        if attribute is None or not owner:
            continue
        if any(isinstance(mark, TitledByKey) for mark in attribute.metadata):
            return title_of(owner[-1])
    return ""


def _unknown_field_hint(name: str, models: Sequence[type[BaseModel]], budget: HintBudget) -> str | None:
    """Return what to do about an unknown field of the models; None if the budget is spent."""
    names: dict[str, None] = {}
    names_by_other_name: dict[str, str] = {}
    for model in models:
        for attribute_name, attribute in model.model_fields.items():
            known = attribute.alias or attribute_name
            names[known] = None
            for mark in attribute.metadata:
                for other_name in getattr(mark, "other_names", ()):
                    names_by_other_name[other_name.casefold()] = known
    hint = hint_about_characters(name, names)
    if hint is not None:
        return hint
    if " " in name:
        return 'put straight quotes around a text that contains ": "'
    if budget.is_spent:
        return None
    if name.casefold() in names_by_other_name:
        return suggesting([names_by_other_name[name.casefold()]])
    return Suggestions(names, budget).hint(name) or f"known fields: {', '.join(names)}"


def hint_about_characters(name: str, known: Container[str]) -> str | None:
    """Return what to do about a name with other characters around that of a field; None if there are none."""
    if name[:1].isspace():
        return f"replace {character_name(name[0])} before the name by spaces"
    known_name, colon, value = name.partition(":")
    if colon and value and known_name in known:
        return f'put a space after the colon: "{known_name}: {value}"'
    return None


def _colon_hint(given: str) -> str | None:
    """Return what to do about a text that begins with a field whose colon is not one of YAML; None for other texts."""
    without_space = _FIELD_WITHOUT_SPACE.match(given)
    if without_space is not None:
        return f"put a space after the colon: `{without_space[1]}: …`"
    full_width = _FULL_WIDTH_COLON.match(given)
    if full_width is not None:
        return f'write ":" and a space instead of the full-width colon: `{full_width[1]}: …`'
    return None


def _fields_hint(names: Sequence[str], valid: str) -> str:
    """Return how to write a text as one of the fields that are expected in its place; without names, as any field.
    `valid` is a value of the only field, or empty.
    """
    if not names:
        return _WRITE_FIELD
    if len(names) > 1:
        return f"{_WRITE_FIELD}; known fields: {', '.join(names)}"
    shown = valid if valid and shortened(valid) == valid else "…"
    return f"write `{names[0]}: {shown}`"


def _is_valid_for(name: str, given: Any, model: type[BaseModel], loc: Loc) -> bool:
    """Return whether a text is a valid value of the field with this name of the model at `loc`."""
    if not isinstance(given, str):
        return False
    for inner in _models_at(model, loc):
        if name not in inner.model_fields:
            continue
        try:
            inner.model_validate({name: given})
        except ValidationError as error:
            if any(detail["loc"][:1] == (name,) for detail in error.errors()):
                return False
    return True


def _required_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """Return the first required field of the model at `loc`, or all its fields if none is required."""
    fields: dict[str, FieldInfo] = {}
    for inner in _models_at(model, loc):
        fields |= inner.model_fields
    required = [name for name, field in fields.items() if field.is_required()]
    return tuple(required[:1] or fields)


def _models_at(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """Return the models at `loc`; several if a value may be one of several. Steps that pydantic adds are ignored."""
    models = {model}
    for part in loc:
        inner_models = set()
        for outer in models:
            if part in outer.model_fields:
                inner_models |= models_in(outer.model_fields[str(part)].annotation)
        models = inner_models or models
    return sorted(models, key=lambda inner: inner.__name__)


def models_in(annotation: Any) -> set[type[BaseModel]]:
    """Return the models in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    models: set[type[BaseModel]] = set()
    for argument in get_args(annotation):
        models |= models_in(argument)
    return models


class Strict(BaseModel):
    """The base of all models of files: frozen, without unknown keys.

    The validator of a model is built when it is first needed: a process that receives an opened pack needs none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


def _without_boolean(value: Any) -> Any:
    if isinstance(value, bool):  # which pydantic takes for 1 or 0
        raise PydanticKnownError("int_type")
    return value


WholeNumber = Annotated[int, BeforeValidator(_without_boolean)]


def without_tags(text: str) -> str:
    """Return a text of the settings; raises ValueError for one with tags of templates."""
    if _TAG.search(text):
        raise ValueError("tags do not work in settings: they would be printed")
    return text
