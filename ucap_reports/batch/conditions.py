"""Conditions that select plans: `country=CN`, `theme~mobility`, `updated<2020-01-01`."""

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.plan_list import ListedPlan, list_plans
from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.plan.name_hints import country_hint, date_hint, language_hint
from ucap_reports.plan.vocabulary import GOALS, find_country
from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.storage.project_folder import Project
from ucap_reports.text.language_tags import LANGUAGE

_CONDITION = re.compile(r"\s*(\w+)\s*(<=|>=|!=|==|=|~|<|>)\s*(.*\S)\s*")
_DATE = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?")
_INDEX = re.compile(r"\[\d+\]")
_ORDER: Mapping[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
STATUSES = ("draft", "final")


class Condition(Struct, frozen=True):
    """A condition; its value is in the form in which it is compared."""

    field: str
    operator: str
    value: str
    written: str
    """The value as it was written."""

    def holds(self, plan: ListedPlan) -> bool:
        """Whether the plan fulfils the condition, or may fulfil it: its field has an error, which is to be reported."""
        tested = FIELDS[self.field]
        if not plan.facts or any(_concerns(error, tested.path) for error in plan.errors):
            return True
        is_negated = self.operator == "!="
        sign = "=" if is_negated else self.operator
        return is_negated != any(tested.compare(value, sign, self.value) for value in plan.facts[self.field])


class _TestedField(Struct, frozen=True):
    """A field that conditions test: its place in a plan, how a value is read and how it is compared."""

    path: str
    read: Callable[[str], str]
    """The value in the form in which it is compared. Raises ValueError."""
    compare: Callable[[str, str, str], bool]
    operators: tuple[str, ...]
    hint: Callable[[str], str | None] = lambda _: None


def plans_where(
    project: Project, paths: Sequence[Path], settings: ProjectSettings, conditions: Iterable[str]
) -> list[ListedPlan]:
    """Those of the plans that fulfil all conditions.

    Raises ProblemsFound for invalid conditions, and for names that none of the plans has.
    """
    problems: list[Problem] = []
    read: list[Condition] = []
    for text in conditions:
        try:
            read.append(_read(text))
        except ProblemsFound as found:
            problems += found.problems
    plans = [] if problems else list(list_plans(project, paths, settings))
    problems += [unknown for each in read if plans and (unknown := _unknown_name(plans, each))]
    if problems:
        raise ProblemsFound(problems)
    return [plan for plan in plans if all(condition.holds(plan) for condition in read)]


def _read(text: str) -> Condition:
    parts = _CONDITION.fullmatch(text)
    if not parts:
        raise ProblemsFound([problem("condition-invalid", text=text)])
    name, sign, value = parts[1].lower(), parts[2].replace("==", "="), parts[3].strip("\"'")
    tested = FIELDS.get(name)
    if tested is None:
        hint = did_you_mean(name, FIELDS) or f"known fields: {', '.join(FIELDS)}"
        raise ProblemsFound([problem("condition-field-unknown", hint=hint, name=name)])
    if sign not in tested.operators:
        known = " ".join(tested.operators)
        raise ProblemsFound([problem("condition-operator-invalid", field=name, operator=sign, known=known)])
    try:
        read = tested.read(value)
    except ValueError:
        raise ProblemsFound(
            [problem("condition-value-invalid", field=name, value=value, hint=tested.hint(value))]
        ) from None
    return Condition(name, sign, read, value)


def _unknown_name(plans: Sequence[ListedPlan], condition: Condition) -> Problem | None:
    """The error about a name that no plan has."""
    if FIELDS[condition.field].compare is not _compare_text or condition.operator != "=":
        return None
    known = {name for plan in plans for name in plan.facts.get(condition.field, ())}
    if condition.value in map(_folded, known):
        return None
    hint = did_you_mean(condition.written, known)
    return problem("condition-value-unknown", hint=hint, field=condition.field, value=condition.written)


def _concerns(error: Problem, path: str) -> bool:
    """Whether the error is in the field at `path`, or in what contains it."""
    field = _INDEX.sub("", error.location.field or "\0")
    return f"{field}.".startswith(f"{path}.") or f"{path}.".startswith(f"{field}.")


def _folded(text: str) -> str:
    """The text without capitals and accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))


def _compare_text(value: str, sign: str, wanted: str) -> bool:
    return wanted in _folded(value) if sign == "~" else wanted == _folded(value)


def _compare_code(code: str, _: str, wanted: str) -> bool:
    return code == wanted


def _compare_language(tag: str, _: str, wanted: str) -> bool:
    """Basic filtering of RFC 4647, section 3.3.1: `zh` matches `zh-CN` too."""
    return f"{tag}-".lower().startswith(f"{wanted}-".lower())


def _compare_date(day: str, sign: str, wanted: str) -> bool:
    """A year or a month is compared as a whole: all of 2019 is `<=2019`, none of it is `>2019`."""
    return _ORDER[sign](day[: len(wanted)], wanted)


def _compare_number(value: str, sign: str, wanted: str) -> bool:
    return _ORDER[sign](value.rjust(3), wanted.rjust(3))


def _read_country(value: str) -> str:
    if code := find_country(value) or find_country(value.upper()):
        return code
    raise ValueError(value)


def _read_language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise ValueError(value)
    return value


def _read_date(value: str) -> str:
    parts = _DATE.fullmatch(value)
    date.fromisoformat(f"{parts[1]}{parts[2] or '-01'}{parts[3] or '-01'}" if parts else value)
    return value


def _read_number(value: str) -> str:
    return str(int(value.removesuffix("%")))


def _read_goal(value: str) -> str:
    number = int(re.sub(r"(?i)^sdg\s*", "", value))
    if number not in GOALS:
        raise ValueError(value)
    return str(number)


def _read_status(value: str) -> str:
    if value.lower() not in STATUSES:
        raise ValueError(value)
    return value.lower()


def _date_hint(value: str) -> str:
    return date_hint(value) or "write YYYY-MM-DD, YYYY-MM or YYYY"


def _status_hint(value: str) -> str:
    return did_you_mean(value, STATUSES) or f"write {' or '.join(STATUSES)}"


_EQUALITY = ("=", "!=")
FIELDS: Mapping[str, _TestedField] = {
    "city": _TestedField("cities.name", _folded, _compare_text, (*_EQUALITY, "~")),
    "country": _TestedField("cities.country", _read_country, _compare_code, _EQUALITY, country_hint),
    "region": _TestedField("cities.region", _folded, _compare_text, (*_EQUALITY, "~")),
    "theme": _TestedField("themes", _folded, _compare_text, (*_EQUALITY, "~")),
    "sdg": _TestedField("sdgs", _read_goal, _compare_code, _EQUALITY, lambda _: "write 1 to 17"),
    "language": _TestedField("language", _read_language, _compare_language, _EQUALITY, language_hint),
    "template": _TestedField("template", _folded, _compare_text, (*_EQUALITY, "~")),
    "status": _TestedField("status", _read_status, _compare_code, _EQUALITY, _status_hint),
    "updated": _TestedField("updated", _read_date, _compare_date, ("!=", *_ORDER), _date_hint),
    "completeness": _TestedField("", _read_number, _compare_number, ("!=", *_ORDER), lambda _: "write 0 to 100"),
    "id": _TestedField("id", _folded, _compare_text, (*_EQUALITY, "~")),
}
"""The fields by the names that conditions have for them, which are those of a plan's facts."""
