"""The problems for pydantic's errors about values, and the error with which a validator reports its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic_core import ErrorDetails, PydanticCustomError

from ucap_reports.plan.field_names import LONGEST_SHOWN, choices, fields_hint, required_names
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem

Value = TypeVar("Value")
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
            return problem("type-wrong", where, expected=expected, given=described(given), hint=hint)
        case type_ if type_ in _LIMITS:
            form, limit = _LIMITS[type_]
            return problem("value-invalid", where, form=form, given=described(given), limit=context[limit])
        case "enum" | "literal_error":
            known = choices(model, detail["loc"])
            hint = (
                did_you_mean(given, known) if isinstance(given, str) else None
            ) or f"write one of {', '.join(known)}"
            return problem("value-invalid", where, form="choice", given=described(given), hint=hint)
        case _:
            return problem("value-invalid", where, form="other", reason=str(context.get("error", detail["msg"])))


def shortened(text: str) -> str:
    """The text as messages show it: its start, if it is long."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


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
