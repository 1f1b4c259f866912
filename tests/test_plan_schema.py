"""The schema that editors complete from: it accepts what the plan accepts, and tells what it can of the rest."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from tests.strategies import plan_texts
from ucap_reports.plan import parse_plan, plan_schema
from ucap_reports.source import Source, parse

HEAD = "cities: [{name: Tianjin}]\n"
TESTS = Path(__file__).parent
VALID = [*sorted((TESTS / "plans" / "valid").glob("*.yaml")), *sorted((TESTS.parent / "plans").glob("*.yaml"))]
SCHEMA = Draft202012Validator(plan_schema())


def refused(text: str) -> list[Any]:
    return list(SCHEMA.iter_errors(parse(Source("plans/x.yaml", text)).value))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_schema_accepts_the_plans_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parse_plan(Source("plans/x.yaml", text))

    assert refused(text) == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + "".join(f"{field}: N/A\n" for field in ("themes", "sdgs", "contact", "extra", "focus", "updated")),
        HEAD
        + "sdgs: SDG 3\nurban_agenda: EU UP Urban Mobilty\nactivities: text\ncontact:\nupdated: '-'\nsigned: 2018\n",
        "cities: [{name: 1984, population: N/A, country: [CN, 中国]}]",
    ],
)
def test_the_schema_accepts_what_the_plan_accepts(text: str) -> None:
    parse_plan(Source("plans/x.yaml", text))

    assert refused(text) == []


@settings(max_examples=50)
@given(plan_texts())
def test_the_schema_accepts_any_plan_that_is_valid(text: str) -> None:
    parse_plan(Source("plans/x.yaml", text))

    assert refused(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "title: x",
        "cities: []",
        f"{HEAD}citys: x",
        f"{HEAD}sdgs: [18]",
        f"{HEAD}updated: yesterday",
        f"{HEAD}focus: [{{text: x}}]",
        f"{HEAD}challenges: [x]",
        f"{HEAD}contact: {{mail: x}}",
    ],
)
def test_the_schema_tells_editors_what_is_wrong(text: str) -> None:
    assert refused(text) != []


def test_every_field_of_the_schema_is_described() -> None:
    schema = plan_schema()
    parts = [schema, *schema["$defs"].values()]

    Draft202012Validator.check_schema(schema)
    assert [name for part in parts for name, field in part["properties"].items() if not field.get("description")] == []
