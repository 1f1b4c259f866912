"""The plans of a project with their facts, which lists show, and the conditions that select plans by these facts, as in
`--where country=CN`.

A plan whose field has an error is always selected, so that the error is reported.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.batch.document_names_and_options import further_languages
from ucap_reports.batch.opened_project import OpenedProject, PackStore, pack_folders
from ucap_reports.check.completeness import completeness
from ucap_reports.plan.amounts_and_dates import Money, currencies, is_plain_amount, read_money
from ucap_reports.plan.custom_values import Number, PartialDate, TableRows
from ucap_reports.plan.field_descriptions import Field, FieldType, KnownFields
from ucap_reports.plan.field_types import Country
from ucap_reports.plan.goals import GOALS, Goal
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, read_plan, read_valid_part
from ucap_reports.plan.vocabulary import country_hint, date_hint, find_country, language_hint
from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem, raise_found, reported
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.capitals_and_punctuation import searchable
from ucap_reports.text.language_tags import LANGUAGE
from ucap_reports.text.rich_text import RichText

COMPLETENESS = "completeness"
_LANGUAGE = BUILT_IN.of_type(FieldType.LANGUAGE).condition
_PACK = BUILT_IN.of_type(FieldType.PACK).condition
Facts = Mapping[str, tuple[str, ...]]
"""The values of each field of conditions, such as `city` or `updated`."""


class ListedPlan(Struct, frozen=True):
    """A plan file: the facts in its valid fields, and its errors. Without any there are no facts."""

    path: Path
    facts: Facts = {}
    errors: tuple[Problem, ...] = ()
    columns: tuple[str, ...] = ()
    """The names in each column of the fact table: of a city, or of the cities of a group."""

    def first(self, field: str) -> str | None:
        """Return the first value of the field, or None."""
        return next(iter(self.facts.get(field, ())), None)


def list_plans(opened: OpenedProject, paths: Iterable[Path]) -> Iterator[ListedPlan]:
    """Yield the plans in these files."""
    for path in paths:
        try:
            tree = opened.read_tree(path)
        except ProblemsFound as error:
            yield ListedPlan(path, errors=error.problems)
        else:
            yield _listed(path, tree, opened)


def list_editions(opened: OpenedProject, trees: Mapping[str, Tree]) -> Iterator[ListedPlan]:
    """Yield the plans in these trees, which are by id."""
    return (_listed(Path(plan), tree, opened) for plan, tree in trees.items())


def custom_fields(opened: OpenedProject) -> list[Field]:
    """Return the custom fields of all packs of a project; of several with one name, those of the default pack."""
    fields: dict[str, Field] = {}
    for name in dict.fromkeys([opened.settings.template, *pack_names(pack_folders(opened.project))]):
        with suppress(ProblemsFound):
            for field in opened.packs.open(name).fields.custom:
                for known in (field, *field.columns):
                    fields.setdefault(known.key, known)
    return list(fields.values())


def _listed(path: Path, tree: Tree, opened: OpenedProject) -> ListedPlan:
    fields, settings = opened.fields_of(tree.value), opened.settings
    try:
        plan: Plan | None = read_plan(tree, fields, settings.language)
        errors: tuple[Problem, ...] = ()
    except ProblemsFound as error:
        plan = read_valid_part(tree, fields, settings.language)
        errors = error.problems
    if plan is None:
        return ListedPlan(path, errors=errors)
    columns = tuple(", ".join(city.name) for city in plan.cities)
    return ListedPlan(path, _facts(plan, fields, opened), errors, columns)


def _facts(plan: Plan, fields: KnownFields, opened: OpenedProject) -> Facts:
    template = plan.template or opened.settings.template
    facts: dict[str, tuple[str, ...]] = {}
    for field in fields.all:
        if not field.condition:
            continue
        if field.is_column:
            texts = list(_column_texts(plan, field))
        else:
            owners = plan.cities if field.is_of_city else [plan]
            texts = []
            for owner in owners:
                texts += _texts(owner, field)
        facts[field.condition] = tuple(texts if field.type is FieldType.NAMES else dict.fromkeys(texts))
    facts[_LANGUAGE] += further_languages(plan.language, plan.languages or opened.settings.languages)
    facts[_PACK] = (template,)
    facts[COMPLETENESS] = _percentage(plan, opened.packs, template)
    return facts


def _texts(owner: Plan | City, field: Field) -> Iterator[str]:
    """Yield the values of a field as conditions compare them."""
    value = getattr(owner, field.name) if field.type is FieldType.ID else owner.value(field)
    if isinstance(value, TableRows):
        for row in value:
            for cell in row.values():
                yield from _compared(cell)
        return
    yield from _compared(*(value if isinstance(value, tuple) else (value,)))


def _column_texts(plan: Plan, column: Field) -> Iterator[str]:
    """Yield the values of a column of a table."""
    table = plan.custom.get(column.owner)
    if isinstance(table, TableRows):  # a plan of another pack may have another field of that name
        yield from _compared(*(row.get(column.name) for row in table))


def _compared(*values: Any) -> Iterator[str]:
    """Yield the values, each once, as conditions compare them."""
    for item in dict.fromkeys(values):
        match item:
            case None:
                pass
            case Country():
                if item.code:
                    yield item.code
            case Goal():
                yield str(item.number)
            case date() | PartialDate():
                yield item.isoformat()
            case Number() | Money():
                yield "" if item.value is None else str(item.value)
            case RichText():
                yield item.text
            case _:
                yield str(item)


def _percentage(plan: Plan, packs: PackStore, template: str) -> tuple[str, ...]:
    """Return how much of the plan is known, in percent; empty if its pack has errors."""
    with suppress(ProblemsFound):
        return (str(completeness(plan, packs.open(template))),)
    return ()


# Conditions: their syntax, the fields that they test, and how values compare

_CONDITION = re.compile(r"\s*([\w.]+)\s*(<=|>=|!=|==|=|~|<|>)\s*+(.*\S)\s*")
_DATE_FORMS = "write YYYY-MM-DD, YYYY-MM or YYYY"
_DATE = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?")
"""A number as `str` writes it, without groups of thousands."""
_INDEX = re.compile(r"\[\d+\]")
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "~": operator.contains,
}
_ORDERS = frozenset({"<", "<=", ">", ">="})
"""The operators that compare values by their order."""


def selected_paths(opened: OpenedProject, paths: Iterable[Path], conditions: Iterable[str]) -> list[Path]:
    """Return the files of the plans that fulfil all conditions. Raises ProblemsFound if one is invalid."""
    return [plan.path for plan in plans_where(conditions, list_plans(opened, paths), opened)]


def plans_where(conditions: Iterable[str], listed: Iterable[ListedPlan], opened: OpenedProject) -> list[ListedPlan]:
    """Return those of the listed plans that fulfil all conditions.

    Conditions may name the custom fields of the project. Raises ProblemsFound for invalid conditions, and for names
    that none of the plans has.
    """
    problems: list[Problem] = []
    read: list[Condition] = []
    for text in conditions:
        with reported(problems.extend):
            read.append(_read(text, opened))
    plans = [] if problems else list(listed)
    for condition in read:
        names: set[str] = set()
        for plan in plans:
            names.update(plan.facts.get(condition.field, ()))
        is_name = condition.tested.kind is _WORDS and condition.operator == "="
        if is_name and names and condition.value not in map(searchable, names):
            hint = did_you_mean(condition.value, names)
            details = {"field": condition.field, "value": condition.written}
            problems.append(problem("condition-value-unknown", hint=hint, **details))
    raise_found(problems)
    return [plan for plan in plans if all(condition.holds(plan) for condition in read)]


class _Kind(Struct, frozen=True):
    """How the values of a type of fields are read and compared in conditions."""

    read: Callable[[str], str | None]
    """A value of a condition or a plan in the form in which both are compared; None if it is invalid."""
    hint: Callable[[str], str | None] = lambda _: None
    asked: Callable[[str], str | None] | None = None
    """The same for a value of a condition, if it must be plainer than one of a plan."""
    is_ordered: bool = False
    """Whether one value can be less than another: numbers, dates, and words in alphabetical order."""
    has_parts: bool = False
    """A year stands for all of its days, and `zh` for `zh-CN` too (RFC 4647, section 3.3.1)."""


class _TestedField(Struct, frozen=True):
    """A field that conditions test: its place in a plan, and how its values are read and compared."""

    path: str
    kind: _Kind


class Condition(Struct, frozen=True):
    """A condition; its `value` is in the form in which it is compared."""

    field: str
    operator: str
    value: str
    written: str
    """The value as the person wrote it."""
    tested: _TestedField

    def holds(self, plan: ListedPlan) -> bool:
        """Return whether the plan fulfils the condition, or may fulfil it: its field has an error, which is to be
        reported.
        """
        if not plan.facts or any(_concerns(error, self.tested.path) for error in plan.errors):
            return True
        is_negated = self.operator == "!="
        sign = "=" if is_negated else self.operator
        values = [self.tested.kind.read(value) for value in plan.facts.get(self.field, ())]
        known = [value for value in values if value is not None]  # words are neither before a date nor below a number
        length = len(self.value) if self.tested.kind.has_parts else None
        return is_negated != any(_TESTS[sign](value[:length], self.value) for value in known)


def _tested(name: str, opened: OpenedProject) -> _TestedField:
    """Return the field that conditions call `name`; raises ProblemsFound if there is none."""
    if name in FIELDS:
        return FIELDS[name]
    known = {field.condition: field for field in custom_fields(opened)}
    if name in known:
        return _TestedField(known[name].path, _KINDS.get(known[name].type, _WORDS))
    names = [*FIELDS, *known]
    hint = did_you_mean(name, names) or f"known fields: {', '.join(names)}"
    raise ProblemsFound([problem("condition-field-unknown", hint=hint, name=name)])


def _read(text: str, opened: OpenedProject) -> Condition:
    parts = _CONDITION.fullmatch(text)
    if not parts or not parts[3].strip("\"' "):
        raise ProblemsFound([problem("condition-invalid", text=text)])
    name, sign, value = parts[1].lower(), parts[2].replace("==", "="), parts[3].strip("\"'")
    tested = _tested(name, opened)
    if sign in _ORDERS and not tested.kind.is_ordered:
        hint = f"compare {name} with = or !=: its values have no order"
        raise ProblemsFound([problem("condition-invalid", text=text, hint=hint)])
    read = (tested.kind.asked or tested.kind.read)(value)
    if read is None:
        raise ProblemsFound([problem("condition-value-invalid", field=name, value=value, hint=tested.kind.hint(value))])
    return Condition(name, sign, read, value, tested)


def _concerns(error: Problem, path: str) -> bool:
    """Return whether the error is in the field at `path`, or in what contains it. Invalid YAML may hide any field."""
    if error.code == "yaml-syntax":
        return True
    field = _INDEX.sub("", error.location.field or "\0")
    return f"{field}.".startswith(f"{path}.") or f"{path}.".startswith(f"{field}.")


def _read_date(value: str) -> str | None:
    """Return the date, month or year, if it exists."""
    parts = _DATE.fullmatch(value)
    if parts is None:
        return None
    with suppress(ValueError):
        date.fromisoformat(f"{parts[1]}{parts[2] or '-01'}{parts[3] or '-01'}")
        return value
    return None


def _read_number(numbers: Iterable[int]) -> Callable[[str], str | None]:
    """Return a function that reads `11`, `SDG 11` or `11%`, if it is one of the numbers."""
    known = {str(number): f"{number:3}" for number in numbers}
    return lambda value: known.get(re.sub(r"(?i)^sdg\s*|(?<!\s)\s*%$", "", value))


def _read_figure(value: str) -> str | None:
    """Return a number or an amount of a plan in a form of fixed length, so that texts are in the order of numbers."""
    return _in_order(Decimal(value)) if _NUMBER.fullmatch(value) else _read_amount(value)


def _read_asked_number(value: str) -> str | None:
    """Return the form of a plain number; as in plan files, three digits after a point are decimals."""
    return _read_figure(value) if is_plain_amount(value, currencies()) else None


def _read_asked_amount(value: str) -> str | None:
    """Return the form of a plain amount; words, which may change what it means, make it invalid."""
    return _read_amount(value) if is_plain_amount(value, currencies()) else None


def _read_amount(value: str) -> str | None:
    """Return the form of an amount as people write it: three digits after a point are thousands."""
    money = read_money(value, currencies())
    return None if money.amount is None else _in_order(money.amount)


def _figure_hint(_: str) -> str:
    return "write a number alone, such as 10000"


def _in_order(number: Decimal) -> str:
    return f"{number + _OFFSET:030.6f}"


def _read_status(value: str) -> str | None:
    return value.lower() if value.lower() in ("draft", "final") else None


def _read_country(value: str) -> str | None:
    return find_country(value) or find_country(value.upper())


def _read_language(value: str) -> str | None:
    return f"{value.lower()}-" if LANGUAGE.fullmatch(value) else None


_WORDS = _Kind(searchable, is_ordered=True)
_KINDS: Mapping[FieldType, _Kind] = {
    FieldType.COUNTRIES: _Kind(_read_country, country_hint),
    FieldType.GOALS: _Kind(_read_number(GOALS), lambda _: "write 1 to 17", is_ordered=True),
    FieldType.LANGUAGE: _Kind(_read_language, language_hint, has_parts=True),
    FieldType.STATUS: _Kind(_read_status, lambda _: "write draft or final"),
    FieldType.NUMBER: _Kind(_read_figure, _figure_hint, _read_asked_number, is_ordered=True),
    FieldType.MONEY: _Kind(_read_figure, _figure_hint, _read_asked_amount, is_ordered=True),
    FieldType.DATE: _Kind(_read_date, lambda text: date_hint(text) or _DATE_FORMS, is_ordered=True, has_parts=True),
    FieldType.DAY: _Kind(_read_date, lambda text: date_hint(text) or _DATE_FORMS, is_ordered=True, has_parts=True),
}
"""How the values of fields are compared that are not words."""
_OFFSET = Decimal(10) ** 16
"""Added to numbers, so that none is negative."""
_PERCENT = _Kind(_read_number(range(101)), lambda _: "write 0 to 100", is_ordered=True)
FIELDS: Mapping[str, _TestedField] = {
    **{
        field.condition: _TestedField(field.path, _KINDS.get(field.type, _WORDS))
        for field in [field for field in BUILT_IN.all if field.condition]
    },
    COMPLETENESS: _TestedField("", _PERCENT),
}
"""The fields by the names that conditions have for them, which are those of a plan's facts."""
