"""Validation of a tree by a pydantic model: all errors of a file at once, as problems with places and hints.

A validator reports its own problems with the error `refusal`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import getitem
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from ucap_reports.plan.field_names import fields_hint, required_names, unknown_field_hint
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem, shortened
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of, mapped

MAX_SUGGESTIONS = 100
"""The maximum number of unknown fields for which similar names are searched, because that takes time."""
Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")
_ABSENCES = frozenset({"field-missing", "cities-count", "type-invalid"})
"""The errors that lines that were left out can cause in the entry around them."""
REFUSED = "refused"
"""The type of pydantic's errors that contain problems."""
_EXPECTED = {
    "string_type": "text",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "finite_number"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "tuple_type": "a list",
    **dict.fromkeys(("dict_type", "model_type"), "fields"),
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


class Located(Protocol):
    """Values with the place of each."""

    @property
    def value(self) -> Any:
        """The plain values."""

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """The place of the value at `loc`, or of its key."""


def validate(model: type[Model], tree: Located) -> Model:
    """The model of a tree's values; raises ProblemsFound with all errors, in the order of the file."""
    try:
        return model.model_validate(tree.value)
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise ProblemsFound(in_file_order(_problems(model, tree, details)))


def validate_file(model: type[Model], tree: Tree, others: Iterable[Problem] = ()) -> Model:
    """The model of a file; raises ProblemsFound with its errors, those of its YAML, and `others`."""
    problems = [*others, *tree.problems]
    try:
        fields = validate(model, tree)
        if not problems:
            return fields
    except ProblemsFound as found:
        # Only the YAML error of a line is reported: its values are not what the author meant.
        lines = {error.location.line for error in tree.problems}
        problems += [
            error for error in found.problems if error.location.line not in lines and not _was_left_out(error, tree)
        ]
    raise ProblemsFound(in_file_order(problems))


def _was_left_out(error: Problem, tree: Tree) -> bool:
    """Return whether an error is that something is missing where lines with YAML errors were left out."""
    if error.code not in _ABSENCES:
        return False
    loc = loc_of(error.location.field or "")
    return tree.has_lost(loc[:-1] if error.code == "field-missing" else loc)


def validate_partly(
    model: type[Model], tree: Located, stand_ins: Mapping[str, Any] = MappingProxyType({})
) -> Model | None:
    """Return the model of the fields that are valid; None if required ones are not.

    Where a required field is missing or invalid, it gets the stand-in of its name, if there is one: without it, the
    other fields of its entry, and all entries of the list, would not be valid either.
    """
    value = mapped(tree.value, lambda part: part)
    while True:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False, include_context=False)
        replaced = [_stand_in(value, detail, stand_ins) for detail in details] if stand_ins else []
        if not any(replaced) and not remove_fields(value, (detail["loc"] for detail in details)):
            return None


def _stand_in(value: Any, detail: ErrorDetails, stand_ins: Mapping[str, Any]) -> bool:
    """Set a missing field to its stand-in, or an item that is not an entry to an empty one; False otherwise."""
    if not detail["loc"]:  # the file as a whole, which is a list or a text
        return False
    *outer, last = detail["loc"]
    for part in outer:
        is_step = part in value if isinstance(value, dict) else isinstance(part, int)
        value = value[part] if is_step else value  # pydantic adds steps such as the name of a type
    if detail["type"] == "model_type" and isinstance(value, list) and isinstance(last, int):
        value[last] = {}
        return True
    if detail["type"] == "missing" and isinstance(last, str) and last in stand_ins:
        value[last] = stand_ins[last]
        return True
    return False


def remove_fields(value: Any, locs: Iterable[Loc]) -> bool:
    """Remove the innermost field on the way to each place; False if the value has none of them."""
    fields = {field for loc in locs if (field := _innermost_field(value, loc))}
    for *outer, name in sorted(fields, key=len, reverse=True):
        reduce(getitem, outer, value).pop(name, None)
    return bool(fields)


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order of their places; those without a line come first."""
    return sorted(
        problems, key=lambda each: (each.location.path or "", each.location.line or 0, each.location.column or 0)
    )


def _innermost_field(value: Any, loc: Loc) -> Loc:
    """The way to the innermost field of a mapping on the way to `loc`; empty if there is none.

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
    """The problems for pydantic's errors."""
    suggestions = 0
    for detail in details:
        loc = detail["loc"]
        match detail["type"]:
            case "missing":
                name, where = str(loc[-1]), tree.location(loc[:-1])
                where = replace(where, field=f"{where.field}.{name}" if where.field else name)
                yield problem("field-missing", where, name=name)
            case "extra_forbidden":
                suggestions += 1
                hint = unknown_field_hint(model, loc, is_searched=suggestions <= MAX_SUGGESTIONS)
                yield problem("field-unknown", tree.location(loc, key=True), name=str(loc[-1]), hint=hint)
            case type_ if type_ == REFUSED:
                for found in detail["ctx"]["problems"]:
                    yield replace(found, location=_place(found.location, detail["input"], loc, tree))
            case _:
                yield value_problem(detail, tree.location(loc), model)


def located_refusals(error: PydanticCustomError, value: Any, loc: Loc, tree: Located) -> Sequence[Problem]:
    """Return the problems of an error that a validator has raised about the value at `loc`, with their places."""
    problems = (error.context or {})["problems"] if error.type == REFUSED else ()
    return [replace(found, location=_place(found.location, value, loc, tree)) for found in problems]


def _place(in_text: Location, text: Any, loc: Loc, tree: Located) -> Location:
    """The place in the file of a problem about a value, or about a line and column of its text."""
    line = in_text.line
    if not isinstance(tree, Tree) or not isinstance(text, str) or line is None:
        return tree.location(loc)
    before = text.split("\n")[: line - 1]
    offset = sum(len(earlier) + 1 for earlier in before) + (in_text.column or 1) - 1
    return tree.text_location(loc, offset)


def refusal(*problems: Problem) -> PydanticCustomError:
    """The error that a validator raises; problems about a text may have their line and column in it."""
    return PydanticCustomError(REFUSED, REFUSED, {"problems": problems})


def refusing(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """The reader for a validator: it raises the problems that `read` raises as the error of a validator."""

    def checked(text: str) -> Value:
        try:
            return read(text)
        except ProblemsFound as found:
            raise refusal(*found.problems) from None

    return checked


def value_problem(detail: ErrorDetails, where: Location, model: type[Any]) -> Problem:
    """The problem for an error about a value of the model."""
    given, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case type_ if type_ in _EXPECTED:
            expected = _EXPECTED[type_]
            names = required_names(model, detail["loc"]) if type_ == "model_type" and detail["loc"] else ()
            hint = _type_hint(expected, given, names)
            return problem("type-invalid", where, expected=expected, given=described(given), hint=hint)
        case type_ if type_ in _LIMITS:
            form, limit = _LIMITS[type_]
            return problem("value-invalid", where, form=form, given=described(given), limit=context[limit])
        case "enum" | "literal_error":
            known = re.findall(r"'([^']+)'", context["expected"])
            nearest = did_you_mean(given, known) if isinstance(given, str) else None
            hint = nearest or f"write one of {', '.join(known)}"
            return problem("value-invalid", where, form="choice", given=described(given), hint=hint)
        case _:
            return problem("value-invalid", where, form="other", reason=str(context.get("error", detail["msg"])))


def described(value: Any) -> str:
    """A value as messages show it: text in quotes, numbers as they are written, other values by their type."""
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


def _type_hint(expected: str, given: Any, names: tuple[str, ...]) -> str | None:
    """What to do about a value of the wrong type; `names` are the fields to write."""
    match expected, given:
        case "fields", _:
            return (fields_hint(given, names) if names and isinstance(given, str) else None) or "write `name: value`"
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
