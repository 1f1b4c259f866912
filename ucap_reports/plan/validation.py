"""From a tree to a pydantic model: every error of the file at once, as problems that say where and what to do."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ucap_reports.plan.field_names import as_field, field_names, name_hint, needed_names
from ucap_reports.plan.validation_messages import RICH_TEXT, wording_of
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.source.tree import Loc, Tree

MAX_SUGGESTIONS = 100
"""Looking for near names costs time; a file with more unknown ones than this has another trouble."""
Model = TypeVar("Model", bound=BaseModel)


class Located(Protocol):
    """Values that know where each of them stands."""

    @property
    def value(self) -> Any:
        """The values, plain."""

    def location(self, loc: Loc, *, key: bool = False) -> Location:
        """Where the value at `loc` stands, or its key."""


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
            names = field_names(model, place)
        elif detail["type"] == "model_type" and place:
            names = needed_names(model, place)
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
            hint = name_hint(name, where, tree, names)
            return [Problem.error("field-unknown", f'there is no field "{name}"', hint, where)]
        case type_ if type_ == RICH_TEXT:
            return [replace(problem, location=_in_text(problem, loc, detail, tree)) for problem in context["problems"]]
        case _:
            wording = wording_of(detail)
            hint = (as_field(detail["input"], names) if names else None) or wording.hint
            return [Problem.error(wording.code, wording.message, hint, tree.location(loc))]


def _missing(loc: Loc, tree: Located, unknown: Sequence[str]) -> Problem:
    """A missing field is told where the fields beside it begin; one of those may be meant, and have a wrong name."""
    name = str(loc[-1])
    where = tree.location(loc[:-1])
    whole = f"{where.field}.{name}" if where.field else name
    meant = next((other for other in unknown if did_you_mean(other, (name,))), None)
    hint = f"rename `{meant}`, or add the line `{name}: …` here" if meant else f"add the line `{name}: …` here"
    return Problem.error("field-missing", f'the field "{name}" is missing', hint, replace(where, field=whole))


def _in_text(problem: Problem, loc: Loc, detail: ErrorDetails, tree: Located) -> Location:
    """The place in the file of a problem that knows its line and column inside a text."""
    text, line, column = detail["input"], problem.location.line, problem.location.column
    if not isinstance(tree, Tree) or not isinstance(text, str) or line is None:
        return tree.location(loc)
    before = text.split("\n")[: line - 1]
    offset = sum(len(earlier) + 1 for earlier in before) + (column or 1) - 1
    return tree.text_location(loc, offset)
