"""The schema for editors: it accepts all valid plans, and rejects as many invalid ones as possible."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from tests.command import ucap
from tests.strategies import plan_texts
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.plan.countries_goals_and_partnerships import GOALS, PARTNERSHIPS
from ucap_reports.plan.json_schema import plan_schema
from ucap_reports.plan.plan_model import City, PlanFile, parse_plan
from ucap_reports.plan.unknown_values import UNKNOWN_PATTERN, is_unknown
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project

HEAD = "cities: [{name: Tianjin}]\n"
TESTS = Path(__file__).parent
VALID = [*sorted((TESTS / "plans" / "valid").glob("*.yaml")), *sorted((TESTS.parent / "plans").glob("*.yaml"))]
SCHEMA = Draft202012Validator(plan_schema())
WRONG: tuple[Any, ...] = (True, [[[]]], {"x": [[]]}, [{"x": "y"}])
"""Values that no field can have."""


def test_the_schema_beside_the_plans_is_up_to_date() -> None:
    project = Project(TESTS.parent)
    assert project.schema.read_bytes() == opened_project(project).plan_schema, "run ucap build"


@pytest.mark.parametrize("text", ["", " ", "N/A", "n/a ", "-", "–", " —", "N.A.", "n/a?", "--", "no", "unknown"])
def test_schema_and_plans_call_the_same_texts_unknown(text: str) -> None:
    assert (re.fullmatch(UNKNOWN_PATTERN, text) is not None) == is_unknown(text)


def refused(text: str) -> list[Any]:
    return list(SCHEMA.iter_errors(parse(Source("plans/x.yaml", text)).value))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_schema_accepts_the_existing_plans(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parse_plan(Source("plans/x.yaml", text))

    assert refused(text) == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + "".join(f"{field}: N/A\n" for field in ("themes", "sdgs", "contact", "focus", "updated")),
        HEAD
        + "sdgs: SDG 3\nurban_agenda: EU UP Urban Mobilty\nactivities: text\ncontact:\nupdated: '-'\nsigned: 2018\n",
        "cities: [{name: 1984, population: N/A, country: [CN, 中国]}]",
        HEAD + "themes: '–'\nsdgs: n/a\nurban_agenda: ' - '\npictures: '—'\nstatus: N/A\ntemplate:\nlanguage:\n",
    ],
)
def test_the_schema_accepts_unknown_values_and_single_items(text: str) -> None:
    parse_plan(Source("plans/x.yaml", text))

    assert refused(text) == []


@pytest.mark.long
@settings(max_examples=50)
@given(plan_texts())
def test_the_schema_accepts_any_valid_plan(text: str) -> None:
    parse_plan(Source("plans/x.yaml", text))

    assert refused(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "title: x",
        "cities: []",
        "cities: [{name: }]",
        "cities: [{name: []}]",
        f"cities: [{', '.join(['{name: A}'] * 13)}]",
        f"{HEAD}citys: x",
        f"{HEAD}sdgs: [18]",
        f"{HEAD}sdgs: [0]",
        f"{HEAD}sdgs: ten",
        f"{HEAD}status: done",
        f"{HEAD}contact: IUC",
        f"{HEAD}pictures: [{{file: a.gif, alt: x}}]",
        f"{HEAD}updated: yesterday",
        f"{HEAD}focus: [{{text: x}}]",
        f"{HEAD}challenges: [x]",
        f"{HEAD}contact: {{mail: x}}",
    ],
)
def test_the_schema_rejects_invalid_plans(text: str) -> None:
    assert refused(text) != []


def parts() -> list[dict[str, Any]]:
    """The plan and all that has fields in it."""
    schema = plan_schema()
    return [schema, *schema["$defs"].values()]


def test_every_field_of_the_schema_has_a_description() -> None:
    Draft202012Validator.check_schema(plan_schema())
    assert [
        name for part in parts() for name, field in part["properties"].items() if not field.get("description")
    ] == []
    assert all(part["description"] for part in parts())


def test_no_field_of_the_schema_has_a_value_of_another_type() -> None:
    definitions = plan_schema()["$defs"]
    for part in parts():
        for name, field in part["properties"].items():
            validator = Draft202012Validator({**field, "$defs": definitions})
            assert [value for value in WRONG if validator.is_valid(value)] == [], name


def test_every_field_of_the_schema_has_valid_examples() -> None:
    definitions = plan_schema()["$defs"]
    for part in parts():
        for name, field in part["properties"].items():
            validator = Draft202012Validator({**field, "$defs": definitions})
            assert field.get("examples"), name
            assert [error.message for example in field["examples"] for error in validator.iter_errors(example)] == []


def test_a_plan_made_of_the_examples_is_valid() -> None:
    def made(part: dict[str, Any], place: int) -> dict[str, Any]:
        return {name: field["examples"][place % len(field["examples"])] for name, field in part["properties"].items()}

    definitions = plan_schema()["$defs"]
    for place in range(4):
        plan = made(plan_schema(), place)
        plan |= {"cities": [made(definitions["City"], place)], "contact": made(definitions["PlanContact"], place)}
        plan |= {"focus": [made(definitions["Focus"], place)], "activities": [made(definitions["Activity"], place)]}
        parse_plan(Source("plans/x.yaml", yaml.safe_dump(plan, allow_unicode=True)))


def test_the_schema_lists_goals_partnerships_and_countries() -> None:
    text = str(plan_schema())
    assert all(f"'SDG {number} {title}'" in text for number, title in GOALS.items())
    assert all(repr(name) in text for name in PARTNERSHIPS)
    assert "'Czechia'" in text


def test_a_new_plan_file_explains_each_field(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    assert ucap(tmp_path, "new", "hanoi-toulouse").code == 0
    lines = (tmp_path / "plans" / "hanoi-toulouse.yaml").read_text(encoding="utf-8").splitlines()
    fields: dict[str, str] = {}
    for before, line in pairwise(lines):
        fields.setdefault(line.strip().removeprefix("- ").partition(":")[0], before)
    names = {*PlanFile.model_fields, *(name for name in City.model_fields if name != "name")}
    assert [name for name in names if not fields.get(name, "").strip().startswith("#")] == []


UNKNOWN_VALUES: tuple[Any, ...] = (None, "N/A", "-", [], ["N/A"], ["-"], [{"name": []}], [{"name": "N/A", "share": []}])


def test_the_schema_accepts_unknown_values_of_each_field_that_plans_can_have(tmp_path: Path) -> None:
    fields = ["line", "lines", "text", "number", "money", "date", "list"]
    declarations = [f"  f_{kind}: {{type: {kind}, label: F}}\n" for kind in fields]
    declarations.append("  f_choice: {type: choice, label: F, choices: {a: A}}\n")
    declarations.append("  f_table: {type: table, label: F, columns: {name: {type: line, label: N}, ")
    declarations.append("share: {type: money, label: S}}}\n  cities.f_line: {type: line, label: F}\n")
    (tmp_path / "ucap.yaml").write_text(f"fields:\n{''.join(declarations)}", encoding="utf-8")
    known = opened_project(Project(tmp_path)).fields
    schema = Draft202012Validator(plan_schema(known))
    accepted = 0
    for path in [*known.inside(), *known.inside("cities")]:
        for value in UNKNOWN_VALUES:
            city: dict[str, Any] = {"name": "Tianjin"}
            plan: dict[str, Any] = {"cities": [city]}
            (city if path.is_of_city else plan)[path.name] = value
            try:
                parse_plan(Source("plans/x.yaml", yaml.safe_dump(plan, allow_unicode=True)), known)
            except ProblemsFound:
                continue
            accepted += 1
            assert list(schema.iter_errors(plan)) == [], path.path
    assert accepted > len(known.inside()) * 3
