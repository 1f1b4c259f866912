"""Warnings about text that YAML reads otherwise than it looks."""

import pytest

from tests.test_check import CITY, COMPLETE, found, instead, told


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
def test_words_that_a_number_sign_makes_a_comment_are_told(field: str, value: str, column: int | None) -> None:
    problems = found(instead(field, value))

    assert [(each.code, each.location.column) for each in problems] == (
        [] if column is None else [("text-commented", column)]
    )


def test_a_comment_beside_a_figure_a_country_or_a_field_is_one() -> None:
    cities = "cities: # both\n  - name: Tianjin\n    region: Hebei\n    country: CN # China\n"
    figures = "    population: 13.6 Mio # 2017\n    area_km2: 11760 # all of it\n"

    assert told(COMPLETE + cities + figures) == []


def test_the_words_that_are_lost_are_named_and_what_keeps_them() -> None:
    (problem,) = found(instead("results", "Growth # and jobs"))

    assert problem.message == '"# and jobs" is a comment, so it is not printed'
    assert problem.hint is not None
    assert problem.hint.startswith("put quotes around the whole text")
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
def test_curly_quotes_around_a_whole_value_are_told_because_they_are_printed(
    field: str, value: str, places: list[str]
) -> None:
    assert told(instead(field, value)) == [("quotes-printed", place) for place in places]


def test_curly_quotes_around_facts_of_a_city_are_told() -> None:
    assert told(COMPLETE + CITY.replace("Tianjin", "“Tianjin”").replace("13.6 Mio", "“13.6 Mio”")) == [
        ("quotes-printed", "cities[0].name"),
        ("quotes-printed", "cities[0].population"),
    ]
