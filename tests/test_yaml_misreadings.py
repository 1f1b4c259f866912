"""Warnings about text that is not what it looks like in YAML."""

import pytest

from tests.test_check import CITY, COMPLETE, found, instead, reported


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [
        ("results", "Growth # and jobs", 17),
        ("results", "Growth\t#1 aim", 17),
        ("themes", "\n  - Trade\n  - Smart city # pilot", 16),
        ("sdgs", "\n  - SDG 11 # Sustainable cities", 12),
        ("focus", "[{theme: A, text: Ours}] # no text", None),
        ("activities", "\n  - when: May\n    text: First visit # Rome", 23),
        ("activities", "\n  - First visit # Rome", 17),
        ("results", "\n  Growth\n  and jobs # in both", 12),
        ("results", '"Growth # and jobs"', None),
        ("results", '"Growth" # a comment', None),
        ("results", "|  # a comment\n  Growth # and jobs", None),
        ("results", "Growth#and jobs", None),
        ("signed", "2018-05-31 # in Rome", None),
        ("signed", "in May # in Rome", 16),
        ("urban_agenda", "[Food] # one", None),
        ("sources", "Report # 3", None),
    ],
)
def test_words_after_a_number_sign_are_a_warning(field: str, value: str, column: int | None) -> None:
    problems = found(instead(field, value))

    assert [(each.code, each.location.column) for each in problems] == (
        [] if column is None else [("text-commented", column)]
    )


def test_comments_after_numbers_countries_and_fields_are_not_reported() -> None:
    cities = "cities: # both\n  - name: Tianjin\n    region: Hebei\n    country: CN # China\n"
    figures = "    population: 13.6 Mio # 2017\n    area_km2: 11760 # all of it\n"

    assert reported(COMPLETE + cities + figures) == []


def test_the_warning_about_a_comment_has_its_words() -> None:
    (problem,) = found(instead("results", "Growth # and jobs"))

    assert problem.details == {"comment": "# and jobs"}
    assert problem.location.field == "results"


@pytest.mark.parametrize(
    ("field", "value", "places"),
    [
        ("period", "“May 2017”", ["period"]),
        ("themes", "[“Aerospace”, Trade, “Smart city”]", ["themes[0]", "themes[2]"]),
        ("themes", "[“Aerospace, trade”]", ["themes[0]"]),
        ("period", "'“May 2017”'", []),
        ("period", "“May” 2017", []),
        ("results", "“Growth” and “jobs”", []),
    ],
)
def test_curly_quotes_around_a_complete_value_are_a_warning(field: str, value: str, places: list[str]) -> None:
    assert reported(instead(field, value)) == [("quotes-printed", place) for place in places]


def test_curly_quotes_around_facts_of_a_city_are_a_warning() -> None:
    assert reported(COMPLETE + CITY.replace("Tianjin", "“Tianjin”").replace("13.6 Mio", "“13.6 Mio”")) == [
        ("quotes-printed", "cities[0].name"),
        ("quotes-printed", "cities[0].population"),
    ]
