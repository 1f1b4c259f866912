"""From a tree to a pydantic model: every error of the file at once, as problems that say where and what to do."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar, get_args

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.source import Loc, Tree, begins_text_below, source_line, spaces
from ucap_reports.textfile import character_name

MAX_SUGGESTIONS = 100
"""Looking for near names costs time; a file with more unknown ones than this has another trouble."""
_LONGEST_SHOWN = 40
"""Characters of a value that a line of a message holds."""
_FIELD_WITHOUT_SPACE = re.compile(r"([a-z][a-z0-9_]*):(?!\s|//)")
_RICH_TEXT = "rich-text"
_MEANT = 'did you mean "{}"?'
_ELSEWHERE = {
    "weight": ("bold", "write `bold: true` or `bold: false`"),
    "date": ("when", _MEANT.format("when")),
    "tel": ("phone", _MEANT.format("phone")),
    "telephone": ("phone", _MEANT.format("phone")),
    "url": ("website", _MEANT.format("website")),
    "province": ("region", _MEANT.format("region")),
    "state": ("region", _MEANT.format("region")),
    "inhabitants": ("population", _MEANT.format("population")),
    "goals": ("sdgs", _MEANT.format("sdgs")),
}
"""By names that fields have elsewhere: the field here, and what to write."""
Model = TypeVar("Model", bound=BaseModel)


class Located(Protocol):
    """Values that know where each of them stands."""

    @property
    def value(self) -> Any:
        """The values, plain."""

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """Where the value at `loc` stands, or its key."""


def refusal(code: str, message: str, hint: str | None = None) -> PydanticCustomError:
    """What a validator raises so that code, message and hint reach the reader as they are."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def text_refusal(problems: Iterable[Problem]) -> PydanticCustomError:
    """What a validator of text raises: problems whose locations are lines and columns of that text."""
    return PydanticCustomError(_RICH_TEXT, "the text cannot be printed", {"problems": tuple(problems)})


def validate(model: type[Model], tree: Located) -> Model:
    """The model of a tree's values; raises ProblemsFound with everything that is wrong, in the order of the file."""
    try:
        return model.model_validate(tree.value)
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems: list[Problem] = []
    misnamed = _misnamed(details)
    suggestions = 0
    for detail in details:
        place = detail["loc"]
        unknown = detail["type"] == "extra_forbidden"
        suggestions += unknown
        names: Sequence[str] = misnamed.get(place, ())
        if unknown and suggestions <= MAX_SUGGESTIONS:
            names = _field_names(model, place)
        elif detail["type"] == "model_type" and place:
            names = _needed_names(model, place)
        problems += _problems(detail, tree, names)
    raise ProblemsFound(in_file_order(problems))


def _misnamed(details: Sequence[ErrorDetails]) -> dict[Loc, Sequence[str]]:
    """By the places of fields that are missing: the unknown names that stand beside them."""
    unknown: dict[Loc, list[str]] = {}
    for detail in details:
        if detail["type"] == "extra_forbidden":
            unknown.setdefault(detail["loc"][:-1], []).append(str(detail["loc"][-1]))
    missing = [detail["loc"] for detail in details if detail["type"] == "missing"]
    return {loc: unknown.get(loc[:-1], ()) for loc in missing[:MAX_SUGGESTIONS]}


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order of their places; those without a line stand first."""
    return sorted(problems, key=_place)


def _place(problem: Problem) -> tuple[str, int, int]:
    where = problem.location
    return where.path or "", where.line or 0, where.column or 0


class _Wording(Struct, frozen=True):
    """How an error of pydantic is told; `{input}` is what was given, other names come from the error's context."""

    code: str
    message: str
    hint: str | None = None


_LIST = _Wording("type-wrong", "a list is needed here, not {input}", 'begin each item with "- " on a line of its own')
_FIELDS = _Wording("type-wrong", "fields are needed here, not {input}", "write each as `name: value`")
_WHOLE = _Wording("type-wrong", "a whole number is needed here, not {input}")
_NUMBER = _Wording("type-wrong", "a number is needed here, not {input}")
_SWITCH = _Wording("type-wrong", "true or false is needed here, not {input}")
_DATE = _Wording("date-invalid", "a date is needed here, not {input}", "write year, month and day, such as 2019-04-30")
_TEXT = _Wording("type-wrong", "text is needed here, not {input}")
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
    "too_short": _Wording("value-invalid", "at least {min_length} needed here, not {actual_length}"),
    "too_long": _Wording("value-invalid", "at most {max_length} fit here, not {actual_length}"),
    "string_too_short": _Wording("value-invalid", "the text is too short: at least {min_length} characters"),
    "string_too_long": _Wording("value-invalid", "the text is too long: at most {max_length} characters"),
    "greater_than_equal": _Wording("value-invalid", "{input} is too small: at least {ge}"),
    "greater_than": _Wording("value-invalid", "{input} is too small: more than {gt}"),
    "less_than_equal": _Wording("value-invalid", "{input} is too large: at most {le}"),
    "less_than": _Wording("value-invalid", "{input} is too large: less than {lt}"),
}
"""By pydantic's error types, which are stable; those not here are told in pydantic's own words."""


def _problems(detail: ErrorDetails, tree: Located, names: Sequence[str]) -> list[Problem]:
    """What one of pydantic's errors means for the reader of the file. `names` are of the fields that may stand there
    or, where one is missing, the unknown ones beside it.
    """
    loc, context = detail["loc"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return [_missing(loc, tree, names)]
        case "extra_forbidden":
            name = str(loc[-1])
            where = tree.location(loc, key=True)
            hint = _slip_in_name(name, where, tree) or _called_otherwise(name, names) or did_you_mean(name, names)
            hint = hint or (f"the fields here are {', '.join(names)}" if names else None)
            return [Problem.error("field-unknown", f'there is no field "{name}"', hint, where)]
        case type_ if type_ == _RICH_TEXT:
            return [replace(problem, location=_in_text(problem, loc, detail, tree)) for problem in context["problems"]]
        case _:
            wording = _wording(detail)
            hint = (_as_field(detail["input"], names) if names else None) or wording.hint
            return [Problem.error(wording.code, wording.message, hint, tree.location(loc))]


def _as_field(given: Any, names: Sequence[str]) -> str | None:
    """How a text that stands in the place of fields is written as the one that it must be, or which there are."""
    if not isinstance(given, str):
        return None
    if slip := _FIELD_WITHOUT_SPACE.match(given):
        return f"put a space after the colon: `{slip[1]}: …`"
    if len(names) > 1:
        return f"write each as `name: value`; the fields here are {', '.join(names)}"
    return f"write it as `{names[0]}: {given if len(given) <= _LONGEST_SHOWN else '…'}`"


def _called_otherwise(name: str, names: Sequence[str]) -> str | None:
    """What to write instead of a name that the field has elsewhere."""
    field, hint = _ELSEWHERE.get(name, ("", None))
    return hint if field in names else None


def _slip_in_name(name: str, where: Location, tree: Located) -> str | None:
    """What to do about a name that begins with a dash or an odd space, or that is text of the field above."""
    if name[:1].isspace():
        return f"{character_name(name[0])} stands before the name; type spaces instead"
    if name.startswith("-"):
        return f'put a space after the dash: "- {name[1:]}:"'
    above = source_line(tree.source, where.line - 1) if isinstance(tree, Tree) and where.line else ""
    if begins_text_below(above) and len(above) - len(above.lstrip()) == (where.column or 1) - 1:
        return f"if it is text of the field above, begin it with {spaces((where.column or 1) + 1)}"
    return None


def _wording(detail: ErrorDetails) -> _Wording:
    """Code, message and hint of an error that is about a value."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "enum" | "literal_error":
            return _unknown_choice(detail["input"], str(context["expected"]))
        case "value_error" | "assertion_error":
            return _Wording("value-invalid", str(context["error"]))
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
            return _Wording(code, str(context.get("message", detail["msg"])), context.get("hint"))


def _missing(loc: Loc, tree: Located, unknown: Sequence[str]) -> Problem:
    """A missing field is told where the fields beside it begin; one of those may be meant, and have a wrong name."""
    name = str(loc[-1])
    where = tree.location(loc[:-1])
    whole = f"{where.field}.{name}" if where.field else name
    meant = next((other for other in unknown if did_you_mean(other, (name,))), None)
    hint = f"rename `{meant}`, or add the line `{name}: …` here" if meant else f"add the line `{name}: …` here"
    return Problem.error("field-missing", f'the field "{name}" is missing', hint, replace(where, field=whole))


def _unknown_choice(given: Any, expected: str) -> _Wording:
    """`expected` is how pydantic lists the choices: 'a', 'b' or 'c'."""
    names = re.findall(r"'([^']*)'", expected)
    hint = (did_you_mean(given, names) if isinstance(given, str) else None) or f"write one of {', '.join(names)}"
    return _Wording("value-invalid", f"{described(given)} is none of the choices here", hint)


def _in_text(problem: Problem, loc: Loc, detail: ErrorDetails, tree: Located) -> Location:
    """The place in the file of a problem that knows its line and column inside a text."""
    text, line, column = detail["input"], problem.location.line, problem.location.column
    if not isinstance(tree, Tree) or not isinstance(text, str) or line is None:
        return tree.location(loc)
    before = text.split("\n")[: line - 1]
    offset = sum(len(earlier) + 1 for earlier in before) + (column or 1) - 1
    return tree.text_location(loc, offset)


def described(value: Any) -> str:
    """What a value is, as its author sees it: text in quotes, long text shortened."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= _LONGEST_SHOWN else f'"{value[: _LONGEST_SHOWN - 1]}…"'
        case dict():
            return "fields"
        case list():
            return "a list"
        case _:
            return str(getattr(value, "text", value))


def _field_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The fields that the model has where `loc` names one that it has not."""
    return tuple(dict.fromkeys(name for found in _models_at(model, loc[:-1]) for name in found.model_fields))


def _needed_names(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The first field that what stands at `loc` cannot do without or, where it can do without each, all of them."""
    fields = {name: field for found in _models_at(model, loc) for name, field in found.model_fields.items()}
    needed = [name for name, field in fields.items() if field.is_required()]
    return tuple(needed[:1] or fields)


def _models_at(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    """The models that stand at `loc`."""
    models = {model}
    for part in loc:
        deeper = {
            found
            for outer in models
            if part in outer.model_fields
            for found in _models_in(outer.model_fields[str(part)].annotation)
        }
        models = deeper or models
    return sorted(models, key=lambda found: found.__name__)


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for argument in get_args(annotation) for found in _models_in(argument)}
