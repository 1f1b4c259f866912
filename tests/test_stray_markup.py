"""Warnings about list markers and emphasis that are printed as characters, and about vague texts of links."""

import pytest

from tests.test_check import found, instead, reported


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("results", "|\n  We will:\n  • learn\n  • plan"),
        ("results", "|\n  • a long\n  line\n  • plan"),
        ("results", "• Learn • Plan"),
        ("results", "'We will: &bull; learn &bull; plan'"),
        ("results", '"\\u2022 Learn \\u2022 Plan"'),
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
def test_a_list_printed_as_one_paragraph_is_a_warning(field: str, value: str) -> None:
    assert reported(instead(field, value)) == [("bullets-run-together", field)]
    (warning,) = found(instead(field, value))
    assert ("a dash and a space" if field == "themes" else "write | after") in (warning.hint or "")


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
def test_lists_and_dashes_in_sentences_are_not_reported(field: str, value: str) -> None:
    assert reported(instead(field, value)) == []


def test_stars_without_a_pair_are_a_warning_at_their_place() -> None:
    (problem,) = found(instead("results", "|\n  One **word\n  and more."))

    assert (problem.code, problem.location.column) == ("emphasis-unclosed", 7)


def test_stars_with_punctuation_beside_a_letter_are_a_warning_with_another_way_to_write_bold() -> None:
    (problem,) = found(instead("results", "'**重要：**内容'"))

    assert (problem.code, problem.location.column) == ("emphasis-unclosed", 11)
    assert "<b>the words</b>" in (problem.hint or "")
    assert found(instead("results", "'<b>重要：</b>内容'")) == []


@pytest.mark.parametrize("value", ["One **word**.", "1 &#42;&#42;a", "One * star", "One \\*\\*word", "A_b and * b"])
def test_paired_and_escaped_stars_are_not_reported(value: str) -> None:
    assert reported(instead("results", value)) == []


def test_stars_in_an_entry_are_a_warning() -> None:
    assert reported(instead("activities", "\n  - Workshop on **air\n  - text: On **water**\n")) == [
        ("emphasis-unclosed", "activities[0]")
    ]


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("There we say more [here](https://example.org).", 28),
        ("See [**here**](https://example.org)", 10),
        ("'[Read *more* …](https://example.org)'", 11),
        ("Le rapport est [ici](https://example.org)", 25),
        ("यह [यहाँ](https://example.org) है", 13),
        ("'报告在[【这里】](https://example.org)。'", 14),
        ("See <a href='https://example.org'>this link</a>", 10),
    ],
)
def test_a_link_whose_text_says_nothing_is_a_warning(value: str, column: int) -> None:
    (problem,) = found(instead("results", value))
    assert (problem.code, problem.location.field, problem.location.column) == ("link-text-vague", "results", column)


def test_a_vague_link_in_an_entry_is_a_warning_at_its_entry() -> None:
    activities = "\n  - Workshop, [here](https://example.org)\n  - '[The report](https://example.org)'\n"
    assert reported(instead("activities", activities)) == [("link-text-vague", "activities[0]")]


@pytest.mark.parametrize(
    "value",
    [
        "'[The report](https://example.org)'",
        "'[Where it was held](https://example.org)'",
        "'We met here: www.example.org'",
        "'The report: <https://example.org>'",
    ],
)
def test_links_that_say_where_they_lead_are_not_reported(value: str) -> None:
    assert reported(instead("results", value)) == []
