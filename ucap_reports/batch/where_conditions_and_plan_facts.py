"""The conditions that select plans, as in `--where country=CN`, and the facts that they test, which lists show, too.

A plan whose field has an error is always selected, so that the error is reported (`Condition.holds`). Which operators a
field has, and how its values are written and compared, depends on its type (`_COMPARISONS`). Values are compared as
texts: those of plans and of conditions are both brought into a form in which the order of texts is that of the values.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject
from ucap_reports.batch.options_settings_and_source_date import further_languages
from ucap_reports.batch.pack_store import pack_folders, pack_of_plan
from ucap_reports.check.completeness_and_contact_warnings import completeness
from ucap_reports.plan.countries_goals_and_partnerships import GOALS, Goal, country_hint, find_country
from ucap_reports.plan.custom_field_values import Number, TableRows
from ucap_reports.plan.dates import PartialDate, date_hint
from ucap_reports.plan.field_descriptions import Field, FieldType, KnownFields
from ucap_reports.plan.field_values import Country
from ucap_reports.plan.numbers_and_amounts import Money, is_plain_amount, read_money
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, read_plan, read_valid_part
from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem, raise_found, reported
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.capitals_punctuation_and_plain_letters import searchable
from ucap_reports.text.language_tags import LANGUAGE, language_hint
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
    pack_errors: tuple[Problem, ...] = ()
    """The errors of its pack, without which its completeness is not known."""
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
    names = [opened.settings.template, *pack_names(pack_folders(opened.project))]
    fields: dict[str, Field] = {}
    for name in dict.fromkeys(names):
        with suppress(ProblemsFound):
            for field in opened.packs.open(name).fields.custom:
                for known in (field, *field.columns):
                    fields.setdefault(known.key, known)
    return list(fields.values())


def _listed(path: Path, tree: Tree, opened: OpenedProject) -> ListedPlan:
    fields = opened.fields_of(tree.value)
    settings = opened.settings
    try:
        plan: Plan | None = read_plan(tree, fields, settings.language)
        errors: tuple[Problem, ...] = ()
    except ProblemsFound as error:
        plan = read_valid_part(tree, fields, settings.language)
        errors = error.problems
    if plan is None:
        return ListedPlan(path, errors=errors)
    columns = tuple(", ".join(city.name) for city in plan.cities)
    facts = _facts(plan, fields, opened)
    try:
        pack = pack_of_plan(tree, opened.packs.open, settings.template)
        facts[COMPLETENESS] = (str(completeness(plan, pack)),)
    except ProblemsFound as error:
        return ListedPlan(path, facts, errors, error.problems, columns)
    return ListedPlan(path, facts, errors, columns=columns)


def _facts(plan: Plan, fields: KnownFields, opened: OpenedProject) -> dict[str, tuple[str, ...]]:
    """Return the facts of a plan but its completeness."""
    template = plan.template or opened.settings.template
    facts: dict[str, tuple[str, ...]] = {}
    for field in fields.all:
        if not field.condition:
            continue
        texts: list[str] = []
        if field.is_column:
            texts += _column_texts(plan, field)
        elif field.is_of_city:
            for city in plan.cities:
                texts += _texts(city, field)
        else:
            texts += _texts(plan, field)
        if field.type is FieldType.NAMES:  # two cities may have the same name
            facts[field.condition] = tuple(texts)
        else:
            facts[field.condition] = tuple(dict.fromkeys(texts))
    facts[_LANGUAGE] += further_languages(plan.language, plan.languages or opened.settings.languages)
    facts[_PACK] = (template,)
    return facts


def _texts(owner: Plan | City, field: Field) -> Iterator[str]:
    """Yield the values of a field as conditions compare them."""
    value = getattr(owner, field.name) if field.type is FieldType.ID else owner.value(field)
    if isinstance(value, TableRows):
        for row in value:
            for cell in row.values():
                yield from _compared([cell])
    elif isinstance(value, tuple):
        yield from _compared(value)
    else:
        yield from _compared([value])


def _column_texts(plan: Plan, column: Field) -> Iterator[str]:
    """Yield the values of a column of a table."""
    table = plan.custom.get(column.owner)
    if isinstance(table, TableRows):  # a plan of another pack may have another field of that name
        yield from _compared(row.get(column.name) for row in table)


def _compared(values: Iterable[Any]) -> Iterator[str]:
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


# Conditions: which plans they select, their syntax, and the fields that they test

_CONDITION = re.compile(r"\s*([\w.]+)\s*(<=|>=|!=|==|=|~|<|>)\s*+(.*\S)\s*")
"""The name of a field, an operator, and a value, which may be in quotes."""
_INDEX = re.compile(r"\[\d+\]")
"""The index of an item in the name of a field, such as `cities[0].name`."""
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
    invalid: list[Problem] = []
    read_conditions: list[Condition] = []
    for text in conditions:
        with reported(invalid.extend):
            read_conditions.append(_read_condition(text, opened))
    raise_found(invalid)
    plans = list(listed)
    raise_found(list(_unknown_names(read_conditions, plans)))
    for condition in read_conditions:
        plans = [plan for plan in plans if condition.holds(plan)]
    return plans


def _unknown_names(conditions: Iterable["Condition"], plans: Sequence[ListedPlan]) -> Iterator[Problem]:
    """Yield an error for each condition whose value should be a name of a plan, such as a city, but is none of them."""
    for condition in conditions:
        if condition.tested.comparison is not _WORDS or condition.operator != "=":
            continue
        names: set[str] = set()
        for plan in plans:
            names.update(plan.facts.get(condition.field, ()))
        if names and condition.value not in map(searchable, names):
            hint = did_you_mean(condition.value, names)
            yield problem("condition-value-unknown", hint=hint, field=condition.field, value=condition.written)


class _ValueComparison(Struct, frozen=True):
    """How the values of fields of a type are read and compared in conditions."""

    read: Callable[[str], str | None]
    """Return a value of a plan or a condition in the form in which both are compared; None if it is invalid."""
    hint: Callable[[str], str | None] = lambda _: None
    """Return the hint for an invalid value of a condition."""
    read_condition: Callable[[str], str | None] | None = None
    """What reads the value of a condition, if it must be plainer than one of a plan; otherwise `read`."""
    is_ordered: bool = False
    """Whether one value can be less than another: numbers, dates, and words in alphabetical order."""
    has_parts: bool = False
    """Whether a year stands for all of its days, and `zh` for `zh-CN` too (RFC 4647, section 3.3.1)."""


class _TestedField(Struct, frozen=True):
    """A field that conditions test: its path in a plan, and how its values are read and compared."""

    path: str
    comparison: _ValueComparison


class Condition(Struct, frozen=True):
    """A condition; its `value` is in the form in which it is compared."""

    field: str
    operator: str
    value: str
    written: str
    """The value as the person wrote it."""
    tested: _TestedField

    def holds(self, plan: ListedPlan) -> bool:
        """Return whether the plan fulfils the condition, or may fulfil it, because something has an error that is to be
        reported: its pack if the completeness is tested, its file as a whole, or the tested field.
        """
        if self.field == COMPLETENESS and plan.pack_errors:
            return True
        if not plan.facts or any(_concerns(error, self.tested.path) for error in plan.errors):
            return True
        if self.operator == "!=":
            return not self._is_true_of_any_value(plan, "=")
        return self._is_true_of_any_value(plan, self.operator)

    def _is_true_of_any_value(self, plan: ListedPlan, sign: str) -> bool:
        comparison = self.tested.comparison
        test = _TESTS[sign]
        for text in plan.facts.get(self.field, ()):
            value = comparison.read(text)
            if value is None:  # an invalid value, such as a word, is neither before a date nor below a number
                continue
            if comparison.has_parts:  # of 2025-06-01, a condition about 2025 tests the year
                value = value[: len(self.value)]
            if test(value, self.value):
                return True
        return False


def _tested_field(name: str, opened: OpenedProject) -> _TestedField:
    """Return the field that conditions call `name`; raises ProblemsFound if there is none."""
    if name in FIELDS:
        return FIELDS[name]
    known = {field.condition: field for field in custom_fields(opened)}
    if name in known:
        field = known[name]
        return _TestedField(field.path, _COMPARISONS.get(field.type, _WORDS))
    names = [*FIELDS, *known]
    hint = did_you_mean(name, names) or f"known fields: {', '.join(names)}"
    raise ProblemsFound([problem("condition-field-unknown", hint=hint, name=name)])


def _read_condition(text: str, opened: OpenedProject) -> Condition:
    """Return a condition. Raises ProblemsFound if it is invalid, or if its field is unknown."""
    parts = _CONDITION.fullmatch(text)
    if not parts or not parts[3].strip("\"' "):
        raise ProblemsFound([problem("condition-invalid", text=text)])
    name = parts[1].lower()
    sign = "=" if parts[2] == "==" else parts[2]
    written = parts[3].strip("\"'")
    tested = _tested_field(name, opened)
    comparison = tested.comparison
    if sign in _ORDERS and not comparison.is_ordered:
        hint = f"compare {name} with = or !=: its values have no order"
        raise ProblemsFound([problem("condition-invalid", text=text, hint=hint)])
    read = comparison.read_condition or comparison.read
    value = read(written)
    if value is None:
        value_hint = comparison.hint(written)
        raise ProblemsFound([problem("condition-value-invalid", field=name, value=written, hint=value_hint)])
    return Condition(name, sign, value, written, tested)


def _concerns(error: Problem, path: str) -> bool:
    """Return whether the error is in the field at `path`, or in what contains it. Invalid YAML may hide any field."""
    if error.code == "yaml-syntax":
        return True
    if not error.location.field:
        return False
    field = _INDEX.sub("", error.location.field)
    is_inside = f"{field}.".startswith(f"{path}.")
    contains_it = f"{path}.".startswith(f"{field}.")
    return is_inside or contains_it


# How values compare: each type of fields has a form in which the order of its texts is the order of its values

_DATE_FORMS = "write YYYY-MM-DD, YYYY-MM or YYYY"
_DATE = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?")
"""A number as `str` writes it, without groups of thousands."""
_EXPONENT_OFFSET = 10**9
"""Added to the exponents of numbers, so that none is negative. Files and conditions have shorter numbers."""
_NINES_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def _read_date(value: str) -> str | None:
    """Return the date, month or year, if it exists."""
    parts = _DATE.fullmatch(value)
    if parts is None:
        return None
    year, month, day = parts.groups()
    with suppress(ValueError):
        date.fromisoformat(f"{year}{month or '-01'}{day or '-01'}")
        return value
    return None


def _read_number(numbers: Iterable[int]) -> Callable[[str], str | None]:
    """Return a function that reads `11`, `SDG 11` or `11%`, if it is one of the numbers, which have up to 3 digits."""
    padded_numbers = {str(number): f"{number:3}" for number in numbers}

    def read(value: str) -> str | None:
        digits = re.sub(r"(?i)^sdg\s*|(?<!\s)\s*%$", "", value)
        return padded_numbers.get(digits)

    return read


def _read_figure(value: str) -> str | None:
    """Return a number or an amount of a plan."""
    if _NUMBER.fullmatch(value):
        return _in_order(Decimal(value))
    return _read_amount(value)


def _read_plain_number(value: str) -> str | None:
    """Return a plain number; as in plan files, three digits after a point are decimals."""
    return _read_figure(value) if is_plain_amount(value, currencies()) else None


def _read_plain_amount(value: str) -> str | None:
    """Return a plain amount; words, which may change what it means, make it invalid."""
    return _read_amount(value) if is_plain_amount(value, currencies()) else None


def _read_amount(value: str) -> str | None:
    """Return an amount as people write it: three digits after a point are thousands."""
    money = read_money(value, currencies())
    return None if money.amount is None else _in_order(money.amount)


def _in_order(number: Decimal) -> str:
    """Return a number as a text, exactly: the order of texts is that of the numbers, whatever their size.

    It has the sign, the exponent with leading zeros, and the digits behind the point of the scientific notation. For
    negative numbers, the greater exponent and the greater digits are the lesser number: each digit is replaced by its
    difference from 9. The last character is below all digits or, for negative numbers, above them, since 1.2 is less
    than 1.23, and -1.2 is more than -1.23.
    """
    if not number:
        return "1 0 "
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    text = f"{number.adjusted() + _EXPONENT_OFFSET:010} {digits}"
    if number > 0:
        return f"2 {text} "
    return f"0 {text.translate(_NINES_COMPLEMENT)}~"


def _read_status(value: str) -> str | None:
    return value.lower() if value.lower() in ("draft", "final") else None


def _read_country(value: str) -> str | None:
    return find_country(value) or find_country(value.upper())


def _read_language(value: str) -> str | None:
    return f"{value.lower()}-" if LANGUAGE.fullmatch(value) else None


def _figure_hint(_: str) -> str:
    return "write a number alone, such as 10000"


def _date_hint(value: str) -> str:
    return date_hint(value) or _DATE_FORMS


_WORDS = _ValueComparison(searchable, is_ordered=True)
_PERCENT = _ValueComparison(_read_number(range(101)), lambda _: "write 0 to 100", is_ordered=True)
_DAYS = _ValueComparison(_read_date, _date_hint, is_ordered=True, has_parts=True)
_COMPARISONS: Mapping[FieldType, _ValueComparison] = {
    FieldType.COUNTRIES: _ValueComparison(_read_country, country_hint),
    FieldType.GOALS: _ValueComparison(_read_number(GOALS), lambda _: "write 1 to 17", is_ordered=True),
    FieldType.LANGUAGE: _ValueComparison(_read_language, language_hint, has_parts=True),
    FieldType.STATUS: _ValueComparison(_read_status, lambda _: "write draft or final"),
    FieldType.NUMBER: _ValueComparison(_read_figure, _figure_hint, _read_plain_number, is_ordered=True),
    FieldType.MONEY: _ValueComparison(_read_figure, _figure_hint, _read_plain_amount, is_ordered=True),
    FieldType.DATE: _DAYS,
    FieldType.DAY: _DAYS,
}
"""How the values of fields are compared that are not words."""


def _fields_of_conditions() -> dict[str, _TestedField]:
    fields: dict[str, _TestedField] = {}
    for field in BUILT_IN.all:
        if field.condition:
            fields[field.condition] = _TestedField(field.path, _COMPARISONS.get(field.type, _WORDS))
    fields[COMPLETENESS] = _TestedField("", _PERCENT)
    return fields


FIELDS: Mapping[str, _TestedField] = _fields_of_conditions()
"""The fields by the names that conditions have for them, which are those of a plan's facts."""
