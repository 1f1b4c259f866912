"""How the errors of pydantic are told: in code, message and hint."""

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic_core import ErrorDetails, PydanticCustomError

from ucap_reports.problems import Problem, did_you_mean

LONGEST_SHOWN = 40
"""Characters of a value that a line of a message holds."""
RICH_TEXT = "rich-text"
"""The type of errors that hold problems inside a text."""


def refusal(code: str, message: str, hint: str | None = None) -> PydanticCustomError:
    """What a validator raises so that code, message and hint reach the reader as they are."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def text_refusal(problems: Iterable[Problem]) -> PydanticCustomError:
    """What a validator of text raises: problems whose locations are lines and columns of that text."""
    return PydanticCustomError(RICH_TEXT, "the text cannot be printed", {"problems": tuple(problems)})


class ErrorWording(Struct, frozen=True):
    """How an error of pydantic is told; `{input}` is what was given, other names come from the error's context."""

    code: str
    message: str
    hint: str | None = None


_LIST = ErrorWording(
    "type-wrong", "a list is needed here, not {input}", 'begin each item with "- " on a line of its own'
)
_FIELDS = ErrorWording("type-wrong", "fields are needed here, not {input}", "write each as `name: value`")
_WHOLE = ErrorWording("type-wrong", "a whole number is needed here, not {input}")
_NUMBER = ErrorWording("type-wrong", "a number is needed here, not {input}")
_SWITCH = ErrorWording("type-wrong", "true or false is needed here, not {input}")
_DATE = ErrorWording(
    "date-invalid", "a date is needed here, not {input}", "write year, month and day, such as 2019-04-30"
)
_TEXT = ErrorWording("type-wrong", "text is needed here, not {input}")
_NOTHING = replace(_TEXT, hint="write it here, or remove the line; what begins with # needs straight quotes around it")
_FIGURE = replace(_TEXT, hint="put straight quotes around it")
_WORDINGS = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _FIELDS,
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "too_short": ErrorWording("value-invalid", "at least {min_length} needed here, not {actual_length}"),
    "too_long": ErrorWording("value-invalid", "at most {max_length} fit here, not {actual_length}"),
    "string_too_short": ErrorWording("value-invalid", "the text is too short: at least {min_length} characters"),
    "string_too_long": ErrorWording("value-invalid", "the text is too long: at most {max_length} characters"),
    "greater_than_equal": ErrorWording("value-invalid", "{input} is too small: at least {ge}"),
    "greater_than": ErrorWording("value-invalid", "{input} is too small: more than {gt}"),
    "less_than_equal": ErrorWording("value-invalid", "{input} is too large: at most {le}"),
    "less_than": ErrorWording("value-invalid", "{input} is too large: less than {lt}"),
}
"""By pydantic's error types, which are stable; those not here are told in pydantic's own words."""


def wording_of(detail: ErrorDetails) -> ErrorWording:
    """Code, message and hint of an error that is about a value."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "enum" | "literal_error":
            return _unknown_choice(detail["input"], str(context["expected"]))
        case "value_error" | "assertion_error":
            return ErrorWording("value-invalid", str(context["error"]))
        case type_ if type_ in _WORDINGS:
            wording = _WORDINGS[type_]
            if wording is _TEXT and not isinstance(detail["input"], list | dict):
                wording = _NOTHING if detail["input"] is None else _FIGURE
            if (
                wording is _LIST
                and isinstance(given := detail["input"], dict)
                and next(iter(given), "").startswith("-")
            ):
                wording = replace(_LIST, hint="put a space after the dash that each item begins with")
            return replace(wording, message=wording.message.format(input=described(detail["input"]), **context))
        case type_:
            code = type_ if "message" in context or "hint" in context else "value-invalid"
            return ErrorWording(code, str(context.get("message", detail["msg"])), context.get("hint"))


def _unknown_choice(given: Any, expected: str) -> ErrorWording:
    """`expected` is how pydantic lists the choices: 'a', 'b' or 'c'."""
    names = re.findall(r"'([^']*)'", expected)
    hint = (did_you_mean(given, names) if isinstance(given, str) else None) or f"write one of {', '.join(names)}"
    return ErrorWording("value-invalid", f"{described(given)} is none of the choices here", hint)


def described(value: Any) -> str:
    """What a value is, as its author sees it: text in quotes, long text shortened."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= LONGEST_SHOWN else f'"{value[: LONGEST_SHOWN - 1]}…"'
        case dict():
            return "fields"
        case list():
            return "a list"
        case _:
            return str(getattr(value, "text", value))
