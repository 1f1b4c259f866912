"""Warnings about marks of lists and emphasis that are printed as letters."""

import pytest

from tests.test_check import found, instead, told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("results", "|\n  We will:\n  • learn\n  • plan"),
        ("results", "|\n  • a long\n  line\n  • plan"),
        ("results", "• Learn • Plan"),
        ("results", ">-\n  • Learn\n  • Plan"),
        ("results", "\n  – Learn\n  – Plan"),
        ("results", ">\n  - Learn\n  - Plan"),
        ("results", "|\n  We will:\n  – learn\n  – plan"),
        ("results", "|\n  - All of this:\n\n    • Learn\n    • Plan"),
        ("themes", "\n  • Air\n  • Water"),
        ("themes", "\n  – Air\n  – Water"),
        ("themes", "\n  -Air\n  -Water"),
        ("themes", "|\n  - Air\n  - Water"),
    ],
)
def test_a_list_that_is_printed_as_one_paragraph_is_told(field: str, value: str) -> None:
    assert told(instead(field, value)) == [("bullets-run-together", field)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("results", "|\n  • Learn\n  • Plan"),
        ("results", "|\n  – Learn\n  – Plan – soon\n\n  The end"),
        ("results", "|\n  - Learn\n  - Plan"),
        ("results", "|\n  The city –\n  large as it is –\n  grows."),
        ("results", "|\n  The city\n  – large as it is –\n  grows."),
        ("results", "5 · 6 · 7"),
        ("themes", "\n  - Air\n  - Water"),
        ("themes", "[Air - Water, A – B]"),
        ("period", "May – June 2017"),
        ("activities", "\n  - • Workshop\n  - • Visit"),
    ],
)
def test_a_list_that_is_printed_as_one_and_a_dash_in_a_sentence_are_no_warning(field: str, value: str) -> None:
    assert told(instead(field, value)) == []


def test_stars_without_a_pair_are_told_where_they_stand() -> None:
    (problem,) = found(instead("results", "|\n  One **word\n  and more."))

    assert (problem.code, problem.location.column) == ("emphasis-unclosed", 7)


@pytest.mark.parametrize("value", ["One **word**.", "One * star", "One \\*\\*word", "A_b and * b"])
def test_stars_that_mean_something_or_are_meant_are_no_warning(value: str) -> None:
    assert told(instead("results", value)) == []


def test_stars_in_an_entry_are_told() -> None:
    assert told(instead("activities", "\n  - Workshop on **air\n  - text: On **water**\n")) == [
        ("emphasis-unclosed", "activities[0]")
    ]
