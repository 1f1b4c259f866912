"""`ucap fmt` and the canonical form of plan files."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.command import ucap, write_plan
from tests.strategies import commented_plans, plan_trees, yaml_mappings
from ucap_reports.cli.init_new_and_schema_commands import starter_plan
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.plan.writing.plan_file import (
    Entries,
    PlanFileContent,
    comments_of,
    format_plan,
    plain_entry,
    write_document,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

ROOT = Path(__file__).parent.parent
PLANS = sorted((ROOT / "plans").glob("*.yaml"))
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


def test_fields_are_reordered_together_with_their_comments() -> None:
    assert canonical(MESSY) == CANONICAL


def test_a_comment_between_a_field_and_the_first_one_in_it_stays_there() -> None:
    text = "summary:\n  first:\n      # about a\n    a: 1\n    b: 2\n  second: 3\n"
    assert canonical(text) == text.replace("      # about a", "    # about a")


def test_canonical_text_is_unchanged() -> None:
    assert canonical(CANONICAL) == CANONICAL


def test_line_ends_of_other_systems_are_replaced() -> None:
    assert canonical(MESSY.replace("\n", "\r\n")) == CANONICAL


@pytest.mark.parametrize("path", PLANS, ids=lambda path: str(path.stem))
def test_the_shipped_plans_are_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert canonical(text) == text


def test_a_new_plan_is_canonical() -> None:
    assert canonical(starter_plan()) == starter_plan()


@pytest.mark.long
@given(plan_trees(), st.sampled_from(({"width": 40}, {"width": 200}, {"default_flow_style": True})))
def test_any_plan_has_the_same_values_in_canonical_form(tree: dict[str, object], style: dict[str, Any]) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, **style)
    formatted = canonical(text)
    assert parse_plan(Source("plans/x.yaml", formatted)) == parse_plan(Source("plans/x.yaml", text))
    assert canonical(formatted) == formatted


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\n\t #:-'\"|>&*"), min_size=1)
)
@example("0 \n0")
@example("0\n\n\n0  \n0")
def test_any_text_is_read_back_as_written(text: str) -> None:
    if not text.strip() or any(mark in text for mark in "\u2028\u2029\ufffe\uffff"):
        return
    written = write_document(
        PlanFileContent((), Entries((plain_entry("a", text), plain_entry("b", [text, {"c": text}]))))
    )
    value = parse(Source("x.yaml", written)).value
    assert isinstance(value, dict)
    assert value["a"] in {text, text.rstrip("\n") + "\n"}


@pytest.mark.parametrize("number", ["757.20", "0x1F", "1e6", "-3"])
def test_a_number_keeps_its_digits(number: str) -> None:
    assert f"area_km2: {number}\n" in canonical(f"cities:\n- area_km2: {number}\n  name: A\n")


def test_text_that_looks_like_a_number_keeps_its_quotes() -> None:
    assert 'area_km2: "757.20"\n' in canonical("cities:\n- name: A\n  area_km2: '757.20'\n")


def test_an_alias_is_an_error_at_its_place() -> None:
    with pytest.raises(ProblemsFound) as found:
        canonical("period: &p May\nsigned: *p\n")
    assert [(problem.code, problem.location.line) for problem in found.value.problems] == [("alias-misplaced", 2)]


def test_a_file_without_fields_is_an_error() -> None:
    with pytest.raises(ProblemsFound) as found:
        canonical("- a\n- b\n")
    assert [problem.code for problem in found.value.problems] == ["type-invalid"]


def test_fmt_writes_changed_files_and_reports_them(tmp_path: Path) -> None:
    path = write_plan(tmp_path, "messy.yaml", MESSY)
    write_plan(tmp_path, "tidy.yaml", CANONICAL)
    run = ucap(tmp_path, "fmt")
    assert (run.code, run.out) == (0, "written   plans/messy.yaml\n")
    assert path.read_text(encoding="utf-8") == CANONICAL


def test_fmt_check_reports_each_unformatted_plan_and_writes_nothing(tmp_path: Path) -> None:
    path = write_plan(tmp_path, "messy.yaml", MESSY)
    write_plan(tmp_path, "tidy.yaml", CANONICAL)
    run = ucap(tmp_path, "fmt", "--check", "--json")
    assert (run.code, run.codes) == (1, ["plan-unformatted"])
    assert run.report["files"] == [
        {"path": "plans/messy.yaml", "status": "failed"},
        {"path": "plans/tidy.yaml", "status": "unchanged"},
    ]
    assert path.read_text(encoding="utf-8") == MESSY


def test_an_invalid_file_does_not_prevent_formatting_the_others(tmp_path: Path) -> None:
    write_plan(tmp_path, "broken.yaml", "cities: [")
    path = write_plan(tmp_path, "messy.yaml", MESSY)
    run = ucap(tmp_path, "fmt")
    assert run.code == 1
    assert "broken.yaml" in run.err.splitlines()[0]
    assert run.err.endswith("2 plans: 1 written; 1 error.\n")
    assert path.read_text(encoding="utf-8") == CANONICAL
    assert ucap(tmp_path, "fmt", "--json").codes == ["yaml-syntax"]


def content(text: str) -> tuple[Any, list[str]]:
    """What a plan file says, line ends at the ends of texts left out, and its comments."""
    tree = parse(Source("plans/example.yaml", text))
    return _stripped(tree.value), comments_of(tree)


def _stripped(value: Any) -> Any:
    match value:
        case dict():
            return {key: _stripped(each) for key, each in value.items()}
        case list():
            return [_stripped(each) for each in value]
        case str():
            return value.strip("\n")
        case _:
            return value


@pytest.mark.long
@settings(max_examples=25)
@given(commented_plans())
def test_comments_at_any_place_are_kept_once_and_change_no_values(plan: tuple[str, list[str]]) -> None:
    text, comments = plan
    formatted = canonical(text)

    assert content(formatted)[0] == content(text)[0]
    assert sorted(line for line in comments if formatted.count(line) == 1) == sorted(comments)
    assert canonical(formatted) == formatted


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(yaml_mappings())
def test_fmt_keeps_values_and_comments_of_any_yaml(text: str) -> None:
    try:
        before = content(text)
        formatted = canonical(text)
    except ProblemsFound as found:
        assume(all(problem.code not in {"alias-misplaced", "yaml-alias", "yaml-tag"} for problem in found.problems))
        raise
    assert content(formatted) == before
    assert canonical(formatted) == formatted


ANCHORED = {
    "a flow list": ("themes: &t [A, # one\n  B]\n", "# one\nthemes:\n  - A\n  - B\n"),
    "a flow mapping, after a comment": ("contact: &c # why\n  {office: A}\n", "# why\ncontact:\n  office: A\n"),
    "a block list": ("themes: &t\n- A # one\n- &b B\n", "themes:\n  - A # one\n  - B\n"),
    "a number": ("period: &p 12.50\n", "period: 12.50\n"),
    "nothing": ("period: &p\nsigned: x\n", "period:\n\nsigned: x\n"),
}


@pytest.mark.parametrize(("text", "formatted"), ANCHORED.values(), ids=ANCHORED)
def test_fmt_formats_a_value_with_an_anchor_like_one_without(text: str, formatted: str) -> None:
    assert canonical(text) == formatted


def test_fmt_keeps_the_comments_at_the_key_and_at_the_value_of_an_explicit_key() -> None:
    assert canonical("? period # key\n: # value\n  May\n") == "# key\nperiod: May # value\n"


def test_fmt_keeps_a_comment_beside_brackets_on_the_last_line_without_a_line_end() -> None:
    assert canonical("themes: [A] # one") == "themes: # one\n  - A\n"


ODD_PLACES = {
    "behind a text with a number sign in quotes": ("period: 'it''s # no' # yes\ncities: [{name: A}]\n", ["# yes"]),
    "behind a field whose name has one in quotes": ("more: {'a # b': c} # yes\ncities: [{name: A}]\n", ["# yes"]),
    "with a dash at its end, between a dash and its item": ("cities:\n- # why -\n  name: A\n", ["# why -"]),
    "in brackets": ("cities: [{name: A, # one\n  region: B}, # two\n  # three\n  ]\n", ["# one", "# two", "# three"]),
    "around the marks of a document": ("# a\n---\n# b\ncities:\n- name: A\n...\n# c\n", ["# a", "# b", "# c"]),
    "at the end, after a list that is not indented": ("cities:\n- name: A\n\n# the end\n", ["# the end"]),
    "behind the sign of a block": ("cities: [{name: A}]\nresults: |2- # why\n    a\n  b # text\n", ["# why"]),
    "after a byte order mark": ("\ufeff# a\ncities:\n- name: A", ["# a"]),
}


@pytest.mark.parametrize(("text", "comments"), ODD_PLACES.values(), ids=ODD_PLACES)
def test_comments_at_odd_places_are_kept(text: str, comments: list[str]) -> None:
    formatted = canonical(text)

    assert content(formatted) == (content(text.removeprefix("\ufeff"))[0], sorted(comments))
    assert canonical(formatted) == formatted


@pytest.mark.parametrize(
    "field",
    [
        "challenges: ># comment\n  Words",
        "challenges: >-# comment\n  Words",
        "challenges: |2# comment\n  Words",
        'challenges: "Words"# comment',
        "challenges: 'Words'# comment",
        "themes: [Words]# comment",
        "themes: [{Words: a},# comment\n  Words]",
        "themes:\n  - 'Words'# comment",
        "more: {a#b: Words}# comment",
    ],
)
def test_a_comment_without_a_space_before_it_stays(field: str) -> None:
    text = f"cities: [{{name: Rome}}]\n{field}\n"
    formatted = format_plan(Source("plans/a.yaml", text))
    assert "# comment" in formatted
    assert "Words" in formatted


def test_a_linked_plan_is_an_error_and_the_permissions_of_others_stay(tmp_path: Path) -> None:
    path = write_plan(tmp_path, "rome.yaml", MESSY)
    path.chmod(0o600)
    linked = tmp_path / "plans" / "linked.yaml"
    (tmp_path / "shared.yaml").write_text(MESSY, encoding="utf-8")
    linked.symlink_to("../shared.yaml")

    run = ucap(tmp_path, "fmt", "--json")

    assert [(each["code"], each["path"]) for each in run.report["problems"]] == [("output-unsafe", "plans/linked.yaml")]
    assert (linked.is_symlink(), linked.read_text(encoding="utf-8")) == (True, MESSY)
    assert (path.stat().st_mode & 0o777, path.read_text(encoding="utf-8") == MESSY) == (0o600, False)


def test_the_line_ends_of_a_file_are_kept(tmp_path: Path) -> None:
    path = write_plan(tmp_path, "example.yaml", "")
    path.write_bytes(MESSY.replace("\n", "\r\n").encode())

    assert ucap(tmp_path, "fmt").code == 0
    assert path.read_bytes() == CANONICAL.replace("\n", "\r\n").encode()
    assert ucap(tmp_path, "fmt", "--check").code == 0


def test_a_device_or_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    run = ucap(tmp_path, "schema", "--out", "pipe.json", "--json")
    assert (run.code, run.codes) == (1, ["output-unsafe"])
    assert (tmp_path / "pipe.json").is_fifo()


def test_fmt_keeps_spaces_between_chinese_words_of_a_long_text() -> None:
    text = " ".join(["城市合作与可持续发展"] * 20)

    assert canonical(f"results: {text}\n") == f"results: >-\n  {text}\n"
