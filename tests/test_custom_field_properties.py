"""Random declarations of custom fields, and random plans with them: they build, or have errors with places."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import GENERATED_PLANS, lines, rich_texts
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.settings_fields_and_schema import read_settings
from ucap_reports.plan.custom_field_declarations import MAX_FIELDS, Declaration, is_declarable, known_fields
from ucap_reports.plan.json_schema import plan_schema
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.problems import Problem, reported
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.template.pack_opening import open_pack, shipped_packs
from ucap_reports.template.row_order_labels_and_hiding import rows_of_fields, with_rows_of_fields

MOST_PROBLEMS = 200
LONGEST_PROBLEM = 5_000
LANGUAGES = ("en", "de", "fr", "zh", "ar", "hi")
CHOICES = ("own", "eu", "other-funds")
TYPES = ("line", "lines", "text", "number", "money", "date", "choice", "list", "table", "table")
COLUMNS = ("name", "share", "items", "x" * 41)
AMOUNTS = ("40,000 €", "EUR 1.5", "¥3", "$ 4", "12 DKK", "1.234 TND", "to be negotiated", "-5 £", "99 % of it")
DATES = ("2026-03-31", "2026-03", "2026", 2026, "31.03.2026", "31.02.2026", "tbd", "in spring", "03/04/2026")
NUMBERS = (12, -3, 1.5, 1e300, "120 jobs", "1,250", "about 5", ".5", "१२", True)
ODD: tuple[Any, ...] = (
    None,
    "N/A",
    "-",
    "",
    [],
    {},
    {"amount": 1, "currency": "EUR"},
    {"a": 1},
    [[1]],
    "x" * 3_000,
    "{{ 7*7 }}",
)


def names() -> st.SearchStrategy[str]:
    """Names of fields of the plan and of cities, most of them valid."""
    valid = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda name: is_declarable(name, BUILT_IN))
    odd = st.sampled_from(("Budget", "title", "extra", "cities.name", "cities.", "a.b", "items", "x" * 41, "1a", "é"))
    return st.one_of(valid, valid.map(lambda name: f"cities.{name}"), odd)


def labels() -> st.SearchStrategy[Any]:
    """Labels: a text, or texts by language; some are invalid."""
    text = lines(3) | st.sampled_from(("Budget:", "", "**bold**", "`code`", "{{ x }}"))
    return text | st.dictionaries(st.sampled_from(LANGUAGES), text, min_size=1, max_size=3) | st.just({"german_": "x"})


def declarations() -> st.SearchStrategy[Any]:
    """Declarations with any settings, whether or not they fit the type."""
    return st.fixed_dictionaries(
        {"type": st.sampled_from(TYPES), "label": labels()},
        optional={
            "hint": lines(5),
            "after": st.sampled_from(("period", "population", "topics", "region", "nothing", "a")),
            "required": st.sampled_from(("info", "warning", "error", "no", False, "always")),
            "import": st.lists(lines(2), max_size=2) | lines(2),
            "unit": st.sampled_from(("jobs", "%", "€", "")),
            "decimals": st.integers(-1, 7),
            "minimum": st.sampled_from((0, -5.5, 1e15, float("inf"))),
            "maximum": st.sampled_from((0, 10, 1e300)),
            "choices": st.dictionaries(st.sampled_from(CHOICES), labels(), max_size=3),
            "columns": st.dictionaries(st.sampled_from(COLUMNS), columns(), max_size=4),
            "total": st.lists(st.sampled_from(COLUMNS), max_size=2) | st.sampled_from(COLUMNS),
        },
    )


def columns() -> st.SearchStrategy[Any]:
    """Declarations of columns of a table, with any settings."""
    return st.fixed_dictionaries(
        {"type": st.sampled_from(TYPES), "label": labels()},
        optional={"unit": st.sampled_from(("jobs", "")), "choices": st.just({"own": "Own"})},
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Any], Any]:
    """A declaration of a table that is mostly valid, and its value."""
    types = st.sampled_from(("line", "text", "number", "money", "date"))
    declared = draw(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), types, min_size=1, max_size=12))
    columns = {name: {"type": type_, "label": draw(lines(2))} for name, type_ in declared.items()}
    cells: dict[str, st.SearchStrategy[Any]] = {"line": lines(5), "text": rich_texts()}
    cells |= {"number": st.integers(-5, 10**9), "money": st.sampled_from(AMOUNTS), "date": st.sampled_from(DATES[:4])}
    row = st.fixed_dictionaries({}, optional={name: cells[type_] for name, type_ in declared.items()})
    summed = [name for name, type_ in declared.items() if type_ in {"number", "money"}]
    total = draw(st.lists(st.sampled_from(summed), max_size=2)) if summed else []
    value = draw(st.lists(row | st.sampled_from((None, "N/A", {})), max_size=5))
    return {"type": "table", "label": draw(lines(3)), "columns": columns, "total": total}, value


def values() -> st.SearchStrategy[Any]:
    """Values of any type."""
    samples = st.sampled_from((*AMOUNTS, *DATES, *NUMBERS, *CHOICES, *ODD))
    rows = st.lists(st.dictionaries(st.sampled_from(COLUMNS), samples, max_size=3) | samples, max_size=4)
    return samples | lines(5) | rich_texts() | rows | st.lists(lines(3) | samples, max_size=4)


@st.composite
def projects(draw: st.DrawFn) -> tuple[str, str]:
    """The settings of a project, and a plan with values for some of its fields."""
    declared = draw(st.dictionaries(names(), declarations(), min_size=1, max_size=5))
    plan: dict[str, Any] = {"cities": [{"name": "Rome", "country": "Italy"}, {"name": "Hanoi"}]}
    plan |= {"language": draw(st.sampled_from(LANGUAGES)), "updated": "2026-01-01"}
    for name in draw(st.lists(st.sampled_from(sorted(declared)), unique=True)):
        if name.startswith("cities."):
            plan["cities"][draw(st.integers(0, 1))][name.removeprefix("cities.")] = draw(values())
        elif name not in plan:
            plan[name] = draw(values())
    if draw(st.booleans()):
        declared["rows_of_it"], plan["rows_of_it"] = draw(tables())
    settings_text = yaml.safe_dump({"fields": declared}, allow_unicode=True, width=200)
    return settings_text, yaml.safe_dump(plan, allow_unicode=True, sort_keys=False, width=200)


def assert_placed(problems: Iterable[Problem]) -> None:
    """Each problem has a file, and a field or a line in it."""
    for each in problems:
        assert each.location.path
        assert each.location.line or each.location.field


def opened(text: str) -> ProjectSettings | None:
    """The settings; None if they have problems, all of which have a place and can be read."""
    problems: list[Problem] = []
    with reported(problems.extend):
        return read_settings(Source("ucap.yaml", text), [shipped_packs()])
    assert_placed(problems)
    assert len(problems) <= MOST_PROBLEMS
    assert all(len(str(each)) < LONGEST_PROBLEM for each in problems)
    return None


@pytest.mark.long
@settings(max_examples=2 * GENERATED_PLANS, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(projects())
def test_random_projects_build_or_report_problems_with_places(project: tuple[str, str]) -> None:
    settings_text, text = project
    own = opened(settings_text)
    if own is None:
        return
    source = Source("plans/a.yaml", text)
    produced = produce(source, lambda name: open_pack(name, None, own.pack), own.options((Format.HTML, Format.DOCX)))
    assert_placed(produced.errors)
    assert produced.failed or len(produced.documents) == len((Format.HTML, Format.DOCX))
    if not produced.pack:
        return
    fields = open_pack("iuc-asia", None, own.pack).fields
    assert format_plan(Source("a.yaml", format_plan(source, fields)), fields) == format_plan(source, fields)
    json.dumps(plan_schema(fields))


MANY_LANGUAGES = ", ".join(f"a{number}: X" for number in range(5_000))
HOSTILE = {
    "thousands of declarations": "fields:\n" + "".join(f"  x{n}: {{type: line, label: X}}\n" for n in range(5_000)),
    "thousands of languages": f"fields: {{x: {{type: line, label: {{{MANY_LANGUAGES}}}}}}}\n",
    "thousands of names for imports": f"fields: {{x: {{type: line, label: X, import: [{'Budget, ' * 5_000}]}}}}\n",
    "a long label": f"fields: {{x: {{type: line, label: {'X' * 100_000}}}}}\n",
    "a long name": f"fields: {{{'x' * 100_000}: {{type: line, label: X}}}}\n",
    "a chain of fields": "fields:\n"
    + "".join(f"  x{n}: {{type: line, label: X, after: x{n + 1}}}\n" for n in range(MAX_FIELDS)),
    "fields in a circle": "fields:\n  a: {type: line, label: A, after: b}\n  b: {type: line, label: B, after: a}\n",
    "deep declarations": f"fields: {'{a: ' * 3_000}1{'}' * 3_000}\n",
    "no mapping": "fields: [a, b]\n",
    "thousands of columns": "fields:\n  x:\n    type: table\n    label: X\n    columns:\n"
    + "".join(f"      c{n}: {{type: line, label: C}}\n" for n in range(5_000)),
    "thousands of totals": "fields: {x: {type: table, label: X, columns: {a: {type: line, label: A}}, total: ["
    + "a, " * 5_000
    + "]}}\n",
    "tags in a label": "fields: {x: {type: line, label: '{{ summary.title }}'}}\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_declarations_have_few_problems_or_build(text: str) -> None:
    own = opened(text)
    if own is not None:
        plan = Source("plans/a.yaml", "cities: [{name: Rome}]\n")
        assert not produce(plan, lambda name: open_pack(name, None, own.pack), own.options((Format.HTML,))).failed


@given(st.lists(st.sampled_from(("period", "themes", "a", "b", "c", "d", "nothing", "")), min_size=4, max_size=4))
def test_fields_and_rows_of_custom_fields_have_one_order(followed: list[str]) -> None:
    names = dict(zip("abcd", followed, strict=True))
    declared = {name: {"type": "line", "label": name, "after": after} for name, after in names.items()}
    declarations = {name: Declaration.model_validate(own) for name, own in declared.items()}
    rows = [{"field": field.key} for field in BUILT_IN.fields if field.has_row and not field.is_of_city]

    fields = known_fields(declarations, BUILT_IN)
    ordered = with_rows_of_fields(rows, rows_of_fields(declared, "en"), ())

    assert [row["field"] for row in ordered if row["field"] in names] == [field.key for field in fields.custom]
