"""`ucap fmt` and the canonical form of plan files."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.command import ucap, write_plan
from tests.strategies import plan_trees
from ucap_reports.plan import parse_plan
from ucap_reports.planfile import format_plan, plain_entry
from ucap_reports.planfile.entries import Document, Mapping
from ucap_reports.planfile.writing import write_document
from ucap_reports.problems import ProblemsFound
from ucap_reports.source import Source, parse

ROOT = Path(__file__).parent.parent
PLANS = sorted((ROOT / "plans").glob("*.yaml"))
STARTER = ROOT / "ucap_reports" / "starters" / "plan.yaml"
MESSY = """\
# yaml-language-server: $schema=plan.schema.json
# Made by hand.
themes: [ Aerospace , 'Smart city' ]   # from the office

# The period is not sure.


period: "May 2017"
cities:
# the first
- country: China
  # with its suburbs
  population: 13.6 Mio # about
  name:   Tianjin
  # closes the city
- {name: Rome, country: [Italy,
   # as the summary has it
   UK]}
# closes the cities
challenges: >-   # folded
  One
  two
results: |
  A

  # no comment
unknown_field: 12.50
# the end
"""
CANONICAL = """\
# yaml-language-server: $schema=plan.schema.json
# Made by hand.
cities:
  # the first
  - name: Tianjin
    country: China
    # with its suburbs
    population: 13.6 Mio # about
    # closes the city
  # as the summary has it
  - name: Rome
    country: [Italy, UK]

# The period is not sure.
period: May 2017

themes: # from the office
  - Aerospace
  - Smart city

# closes the cities
challenges: One two # folded

results: |
  A

  # no comment

unknown_field: 12.50

# the end
"""


CHARACTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\n\t #:-'\"|>&*")


def canonical(text: str) -> str:
    return format_plan(Source("plans/example.yaml", text))


def test_fields_come_into_order_and_comments_stay_with_what_they_are_about() -> None:
    assert canonical(MESSY) == CANONICAL


def test_what_is_canonical_stays_as_it_is() -> None:
    assert canonical(CANONICAL) == CANONICAL


def test_line_ends_of_other_systems_change_nothing_else() -> None:
    assert canonical(MESSY.replace("\n", "\r\n")) == CANONICAL


@pytest.mark.parametrize("path", [*PLANS, STARTER], ids=lambda path: str(path.stem))
def test_the_plans_of_the_product_are_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert canonical(text) == text


@given(plan_trees(), st.sampled_from(({"width": 40}, {"width": 200}, {"default_flow_style": True})))
def test_any_plan_says_the_same_in_canonical_form(tree: dict[str, object], style: dict[str, Any]) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, **style)
    formatted = canonical(text)
    assert parse_plan(Source("plans/x.yaml", formatted)) == parse_plan(Source("plans/x.yaml", text))
    assert canonical(formatted) == formatted


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\n\t #:-'\"|>&*"), min_size=1)
)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    if not text.strip() or any(mark in text for mark in "\u2028\u2029\ufffe\uffff"):
        return
    written = write_document(Document((), Mapping((plain_entry("a", text), plain_entry("b", [text, {"c": text}])))))
    value = parse(Source("x.yaml", written)).value
    assert isinstance(value, dict)
    assert value["a"] in {text, text.rstrip("\n") + "\n"}


@pytest.mark.parametrize("number", ["757.20", "0x1F", "1e6", "-3"])
def test_a_number_keeps_the_digits_it_was_written_with(number: str) -> None:
    assert f"area_km2: {number}\n" in canonical(f"cities:\n- area_km2: {number}\n  name: A\n")


def test_a_text_that_looks_like_a_number_keeps_its_quotes() -> None:
    assert 'area_km2: "757.20"\n' in canonical("cities:\n- name: A\n  area_km2: '757.20'\n")


def test_a_value_that_is_repeated_by_name_is_refused_at_its_place() -> None:
    with pytest.raises(ProblemsFound) as found:
        canonical("period: &p May\nsigned: *p\n")
    assert [(problem.code, problem.location.line) for problem in found.value.problems] == [("alias-misplaced", 2)]


def test_what_has_no_fields_is_refused() -> None:
    with pytest.raises(ProblemsFound) as found:
        canonical("- a\n- b\n")
    assert [problem.code for problem in found.value.problems] == ["type-wrong"]


def test_the_command_writes_what_changes_and_says_so(tmp_path: Path) -> None:
    path = write_plan(tmp_path, "messy.yaml", MESSY)
    write_plan(tmp_path, "tidy.yaml", CANONICAL)
    run = ucap(tmp_path, "fmt")
    assert (run.code, run.out) == (0, "written   plans/messy.yaml\n")
    assert path.read_text(encoding="utf-8") == CANONICAL


def test_check_writes_nothing_and_is_an_error_for_each_plan_that_would_change(tmp_path: Path) -> None:
    path = write_plan(tmp_path, "messy.yaml", MESSY)
    write_plan(tmp_path, "tidy.yaml", CANONICAL)
    run = ucap(tmp_path, "fmt", "--check", "--json")
    assert (run.code, run.codes) == (1, ["plan-unformatted"])
    assert run.report["files"] == [
        {"path": "plans/messy.yaml", "status": "failed"},
        {"path": "plans/tidy.yaml", "status": "unchanged"},
    ]
    assert path.read_text(encoding="utf-8") == MESSY


def test_a_plan_that_is_no_yaml_does_not_keep_the_others_from_their_form(tmp_path: Path) -> None:
    write_plan(tmp_path, "broken.yaml", "cities: [")
    path = write_plan(tmp_path, "messy.yaml", MESSY)
    run = ucap(tmp_path, "fmt", "--json")
    assert (run.code, run.codes) == (1, ["yaml-syntax"])
    assert path.read_text(encoding="utf-8") == CANONICAL
