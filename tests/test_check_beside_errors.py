"""Warnings and infos about plans that have errors: the fields that are valid are checked."""

import os
import sys
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.stages import shipped_pack
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import read_plan, read_valid_part
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

INVALID = """\
cities: [{name: Rome, country: Itly, region: Italy, population: 13.6}, {name: Nice, country: France}]
themes: [Trade, trade]
sdgs: [11, 99]
updated: yesterday
citys: x
activities: [{when: May, text: It ends in the}, {when: June}]
results: Growth # and jobs
contact: {title: x}
"""


def problems_beside_errors(text: str) -> tuple[Problem, ...]:
    tree = parse(Source("plans/x.yaml", text))
    with pytest.raises(ProblemsFound) as errors:
        read_plan(tree)
    return plan_warnings(read_valid_part(tree), tree, shipped_pack(), errors.value.problems)


def reported_beside_errors(text: str) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.location.field) for problem in problems_beside_errors(text)]


def test_the_valid_fields_of_an_invalid_plan_are_checked() -> None:
    codes = reported_beside_errors(INVALID)

    assert ("population-fraction", "cities[0].population") in codes
    assert ("item-duplicate", "themes[1]") in codes
    assert ("text-commented", "results") in codes


def test_a_field_with_an_error_is_not_reported_as_missing() -> None:
    codes = reported_beside_errors(INVALID)
    (facts,) = (problem for problem in problems_beside_errors(INVALID) if problem.location.field == "cities[0]")

    assert "updated-missing" not in [code for code, _ in codes]
    assert facts.details["fields"] == "area_km2"
    (sections,) = (problem for problem in problems_beside_errors(INVALID) if problem.code == "section-empty")
    assert sections.details["fields"] == "period, focus, challenges, objectives"


LONG = "This sentence is about the challenges. " * 400


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ("results: A rare sign, 𓀀, is here.\n", "glyph-missing"),
        (f"challenges: {LONG}\nresults: {LONG}\n", "pages-too-many"),
    ],
)
def test_what_is_found_on_the_pages_is_reported_beside_errors(texts: str, code: str, tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", f"cities: [{{name: Rome}}]\n{texts}updated: 2020-02-30\n")

    run = ucap(tmp_path, "check", "--json")

    assert run.code == 1
    assert {"date-invalid", code} <= set(run.codes)


def test_a_plan_without_valid_cities_has_no_pages_to_check(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{country: Itly}]\nresults: A rare sign, 𓀀, is here.\n")

    assert {"country-unknown", "field-missing"} <= set(ucap(tmp_path, "check", "--json").codes)


@pytest.mark.parametrize("cities", ["cities: []", "cities: [{country: Italy}]", "cities: [Rome]", "themes: [B]"])
def test_check_reports_warnings_of_a_plan_without_valid_cities(cities: str) -> None:
    codes = reported_beside_errors(f"{cities}\nresults: Growth # and jobs\nurban_agenda: [Urban Mobilty]\n")

    assert {("text-commented", "results"), ("urban-agenda-spelling", "urban_agenda[0]")} <= set(codes)


def test_check_reports_warnings_of_valid_cities_and_entries_beside_invalid_ones() -> None:
    codes = reported_beside_errors(
        "cities: [Rome, {name: Nice, country: France, population: 13.6}]\n"
        "focus: [{text: Air.}, {theme: Water, text: The river and the}]\n"
    )

    assert {("population-fraction", "cities[1].population"), ("text-cut", "focus[1].text")} <= set(codes)


def test_a_list_whose_items_have_errors_of_several_kinds_is_left_out() -> None:
    pictures = "pictures: [{file: a.jpg}, {file: b.jpg, alt: B, caption: [x]}]\n"
    codes = reported_beside_errors(f"cities: [{{name: Rome}}]\n{pictures}results: Growth # and jobs\n")
    assert ("text-commented", "results") in codes


def test_a_field_with_an_error_has_no_warning() -> None:
    assert ("quotes-printed", "cities[0].country") not in reported_beside_errors(
        "cities: [{name: Rome, country: “Itly”}]"
    )


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="names of files are Unicode there")
@pytest.mark.parametrize("name", [b"caf\xe9.yaml", b"a\x07b.yaml", b"\xff.yaml"])
def test_a_plan_whose_name_is_in_another_encoding_is_an_error_and_its_content_is_checked(
    tmp_path: Path, name: bytes
) -> None:
    write_plan(tmp_path, os.fsdecode(name), "cities: [{name: Rome, country: Italy}, {name: Nice}]\nthemes: [A, A]\n")

    run = ucap(tmp_path, "check", "--json")

    found = [problem["code"] for problem in run.report["problems"] if problem["severity"] != "info"]
    assert (run.code, found) == (1, ["id-invalid", "item-duplicate"])


@pytest.mark.parametrize("text", ["- cities\n", "cities\n", "3\n"])
def test_file_that_is_no_mapping_has_no_valid_part(text: str) -> None:
    tree = parse(Source("plans/x.yaml", text))
    with pytest.raises(ProblemsFound):
        read_plan(tree)
    assert read_valid_part(tree) is None


@pytest.mark.parametrize("escape", ["\\a", "\\x1b", "\\u0085", "\\uFFFE"])
def test_an_escaped_control_character_is_reported_once(tmp_path: Path, escape: str) -> None:
    text = f'title: "Cle{escape}an **air"\ncities: [{{name: "Ro{escape}me", country: Italy}}]\n'
    write_plan(tmp_path, "rome.yaml", text)

    run = ucap(tmp_path, "check", "--json")

    errors = [problem for problem in run.report["problems"] if problem["severity"] == "error"]
    assert [(problem["code"], problem["line"], problem["column"]) for problem in errors] == [
        ("control-character", 1, 8),
        ("control-character", 2, 17),
    ]
