"""Placeholders such as "tbd", and dates that do not exist: they are errors or warnings in every field."""

import tomllib
from pathlib import Path

import pytest

from tests.stages import shipped_pack
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan import unknown_values
from ucap_reports.plan.countries_goals_and_partnerships import find_country
from ucap_reports.plan.custom_field_declarations import Declaration, known_fields
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.plan_model import BUILT_IN, parse_plan
from ucap_reports.plan.unknown_values import PLACEHOLDER_HINT, is_placeholder
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

WORDS = tomllib.loads(Path(unknown_values.__file__).with_name("placeholder_words.toml").read_text(encoding="utf-8"))
CITY = "cities: [{name: Rome}]\n"
DATED = known_fields({"start": Declaration(type="date", label="Start:")}, BUILT_IN)
"""The fields of plans with a custom date."""


def error(field: str, *, of_city: bool = False) -> Problem:
    text = f"cities: [{{name: Rome, {field}}}]" if of_city else f"cities: [{{name: Rome}}]\n{field}"
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", text))
    (problem,) = found.value.problems
    return problem


def warnings(field: str) -> list[tuple[str, str | None, str]]:
    source = Source("plans/x.yaml", f"cities: [{{name: Rome}}]\nupdated: 2019-04-30\n{field}\n")
    found = plan_warnings(parse_plan(source), parse(source), shipped_pack())
    return [
        (each.code, each.location.field, each.hint or "")
        for each in found
        if each.code in {"text-placeholder", "date-impossible"}
    ]


def test_the_languages_of_the_packs_have_placeholders() -> None:
    labels = {language.split("-")[0] for name in ("iuc-asia", "bilingual") for language in shipped_pack(name).labels}
    assert labels - {""} <= {*WORDS}


@pytest.mark.parametrize(
    "text", ["tbd", "TBD", " tbd. ", "(t.b.c.)", "N.N.", "???", "xxx", "XXXX", "\u2026", "...", "__",
             "--", "\u2014\u2014", "/",
             "To be  confirmed", "A\u0300 de\u0301finir", "**tbd**", "[tbd]", "\u5f85\u5b9a", "\u300c", "<tbc>",
             "XX.XX.2020", "__.05.2020", "dd.mm.yyyy", "TT.MM.JJJJ", "jj/mm/aaaa",
             "2020-XX-XX", "??.??.2020", "[20XX]", "20__", "1X.05.2020", "Click or tap here to enter text.",
             "Choose an item.", "Click or tap to enter a date."],
)  # fmt: skip
def test_placeholders_are_recognised_in_any_spelling(text: str) -> None:
    assert is_placeholder(text) is (text != "\u300c")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "N/A",
        "-",
        "Chad",
        "XX",
        "Unknown territories",
        "tbd by the mayor",
        "Offenbach",
        "0",
        "2019",
        "?!a",
        "01.02.2020",
        "2020-02-01",
        "20xy",
        "a.b.c",
        "d-d-2020",
    ],
)
def test_other_texts_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


def test_no_placeholder_is_a_country() -> None:
    assert [word for words in WORDS.values() for word in words if find_country(word)] == []


@pytest.mark.parametrize("word", ["tbd", "unbekannt", "\u00e0 d\u00e9finir", "xxx", "n.n."])
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("country", "country-unknown"),
        ("population", "quantity-invalid"),
        ("area_km2", "quantity-invalid"),
        ("signed", "date-invalid"),
        ("updated", "date-invalid"),
        ("sdgs", "sdg-unknown"),
        ("urban_agenda", "urban-agenda-unknown"),
        ("language", "language-invalid"),
        ("template", "template-invalid"),
    ],
)
def test_a_placeholder_in_a_field_with_checked_values_is_an_error(field: str, code: str, word: str) -> None:
    problem = error(f"{field}: {word}", of_city=field in {"country", "population", "area_km2"})
    assert (problem.code, problem.hint) == (code, PLACEHOLDER_HINT)


@pytest.mark.parametrize(("field", "code"), [("email", "email-invalid"), ("website", "website-invalid")])
def test_a_placeholder_in_an_address_is_an_error(field: str, code: str) -> None:
    problem = error(f"contact: {{{field}: tbd}}")
    assert (problem.code, problem.hint) == (code, PLACEHOLDER_HINT)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("themes: [Water, tbc]", "themes[1]"),
        ("themes: tbc", "themes"),
        ("period: To be confirmed", "period"),
        ("challenges: |\n  tbd", "challenges"),
        ("activities: [{when: tbd, text: Visit}]", "activities[0].when"),
        ("focus: [{theme: Water, text: xxx}]", "focus[0].text"),
        ("contact: {office: N.N.}", "contact.office"),
    ],
)
def test_a_placeholder_in_a_text_is_a_warning(text: str, field: str) -> None:
    ((code, where, hint),) = warnings(text)
    assert (code, where) == ("text-placeholder", field)
    assert hint.endswith(PLACEHOLDER_HINT) or field == "focus[0].text"


@pytest.mark.parametrize("day", ["04/05/2019", "4-5-2019", "04 / 05 / 2019", "04.05.19", "31/12/18", "31.02.18"])
@pytest.mark.parametrize("field", ["signed", "updated", "start"])
def test_a_date_in_numbers_that_may_be_several_days_is_an_error(field: str, day: str) -> None:
    problem = date_error(field, day)
    assert (problem.code, problem.message) == ("date-invalid", f'invalid date "{day}"')
    has_meanings = day.endswith("2019")
    proposal = "write 2019-05-04 (or 2019-04-05, if the month comes first)"
    assert problem.hint == (proposal if has_meanings else "write year, month and day, such as 2019-04-30")


@pytest.mark.parametrize("day", ["25/05/2019", "05/05/2019", "04.05.2019", "2019/05/04", "20190504"])
def test_a_date_in_numbers_that_means_one_day_is_no_error(day: str) -> None:
    plan = parse_plan(Source("plan.yaml", f"{CITY}signed: {day}\nstart: {day}\n"), DATED)
    assert plan.signed == day
    assert plan.custom["start"] in dates_meant(day)


@pytest.mark.parametrize("day", ["25/05/1219", "04.05.0219"])
def test_the_year_of_a_signing_date_is_checked_in_each_notation(day: str) -> None:
    assert date_error("signed", day).message == f"unlikely year: {day}"


def date_error(field: str, day: str) -> Problem:
    """The only error in a plan with that date."""
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plan.yaml", f"{CITY}{field}: {day}\n"), DATED)
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize("field", ["signed", "updated"])
@pytest.mark.parametrize("day", ["31.02.2020", "2020-02-31", "2019/13/13", "31 February 2020", "30. Februar 2020"])
def test_a_date_that_does_not_exist_is_an_error(field: str, day: str) -> None:
    problem = error(f"{field}: {day}")
    assert (problem.code, problem.message) == ("date-invalid", f"no such day: {day}")


@pytest.mark.parametrize("words", ["spring 2020", "31 May 2020 in Brussels", "2020", "May 2020", "31.05.2020"])
def test_words_about_a_date_are_valid(words: str) -> None:
    assert str(parse_plan(Source("plans/x.yaml", f"cities: [{{name: Rome}}]\nsigned: {words}\n")).signed) == words


def test_a_date_that_does_not_exist_in_a_text_is_a_warning() -> None:
    assert warnings("activities: [{when: 31.02.2018, text: Visit}]")[0][:2] == ("date-impossible", "activities[0].when")
    assert warnings("contact: {phone: 030-13-4500}") == []
    assert warnings("period: 31.03.2018") == []
