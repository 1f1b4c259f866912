"""Typical slips in YAML, told in plain words at the place where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_mistakes import find_mistake
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

HEAD = "cities: [{name: Tianjin}]\n"
CITY = "cities:\n  - name: Rome\n"
NO_BREAK = "the character U+00A0 (NO-BREAK SPACE) stands here; type a space instead"
GOES_ON = 'if it is text that goes on, and holds ": ", put all of that text below >-'
NO_COLON = "a field needs a colon and a space after its name"


def first(text: str) -> Problem:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", text))
    return found.value.problems[0]


def told(text: str) -> tuple[int | None, int | None, str]:
    problem = first(text)
    return problem.location.line, problem.location.column, problem.hint or ""


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        (
            CITY + "    country: IT\n   region: x\n",
            (4, 4),
            "begin it with 4 spaces instead of 3, below the field of line 3",
        ),
        (CITY + "     country: IT\n", (3, 6), "begin it with 4 spaces instead of 5, below the field of line 2"),
        (CITY + " - name: Nice\n", (3, 2), "begin it with 2 spaces instead of 1, below the item of line 2"),
        (
            CITY + "    region: x\n    - name: y\n",
            (4, 5),
            "begin it with 2 spaces instead of 4, below the item of line 2",
        ),
        (HEAD + " title: x\n", (2, 2), "begin it with no space instead of 1, below the field of line 1"),
        (
            " cities:\n  - name: A\ntitle: x\n",
            (3, 1),
            "begin it with one space instead of 0, below the field of line 1",
        ),
        (
            HEAD + "results: |\n  deep: text\n   deeper\nthemes:\n  - A\n  period: x\n",
            (7, 3),
            "begin it with no space instead of 2, below the field of line 5",
        ),
        (
            HEAD + "results: Growth\n  and: jobs\n",
            (3, 3),
            f"begin it with no space instead of 2, below the field of line 2; {GOES_ON}",
        ),
    ],
)
def test_a_line_that_begins_at_no_right_column_is_told_how_many_spaces_it_needs(
    text: str, place: tuple[int, int], hint: str
) -> None:
    assert told(text) == (*place, hint)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("cities:\n  -name: A\n   country: IT\n", (2, 4), 'put a space after the dash: "- name:"'),
        (CITY + "  -name: B\n    country: IT\n", (3, 4), 'put a space after the dash: "- name:"'),
        ("cities:\n  -name: A\n", (2, 3), "put a space after the dash that each item begins with"),
        (
            "cities:\n  \u2013 name: A\n    country: IT\n",
            (2, 3),
            '\u2013 begins no item; begin it with a hyphen and a space: "- name:"',
        ),
        ("cities:\n  - name:A\n    country: IT\n", (2, 10), 'put a space after the colon: "name: A"'),
        (HEAD + "period:2018\ntitle: x\n", (2, 8), 'put a space after the colon: "period: 2018"'),
        (
            HEAD + "challenges: - Air\n",
            (2, 13),
            "begin the list on the line below, its items indented; or put | here for text, and its points below",
        ),
        (HEAD + "title\nperiod: x\n", (2, 1), f"{NO_COLON}; text that goes on from the line above is indented"),
        (
            HEAD + "results: A\nand b\ntitle: x\n",
            (3, 1),
            f"{NO_COLON}; text that goes on from the line above is indented",
        ),
        ("cities:\n  - name Rome\n    country: IT\n", (2, 3), NO_COLON),
    ],
)
def test_a_dash_or_colon_that_is_missing_or_alone_is_told(text: str, place: tuple[int, int], hint: str) -> None:
    assert told(text) == (*place, hint)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (CITY + "   \u00a0country: IT\n", (3, 4)),
        ("cities:\n  - name:\u00a0A\n    country: IT\n", (2, 10)),
        ("cities:\n  -\u00a0name: A\n    country: IT\n", (2, 4)),
        (HEAD + "title:\u00a0A\nperiod: x\n", (2, 7)),
    ],
)
def test_a_space_that_is_none_to_yaml_is_named_at_its_place(text: str, place: tuple[int, int]) -> None:
    assert told(text) == (*place, NO_BREAK)


def test_other_signs_that_look_like_those_of_yaml_are_told() -> None:
    assert told(HEAD + "title\uff1aA\nperiod: x\n") == (2, 6, 'this colon is a letter to YAML; type ":" and a space')
    assert told(CITY + "\u00a0\u00a0country: IT\n") == (
        *(3, 1),
        "the character U+00A0 (NO-BREAK SPACE) stands before the name; type spaces instead",
    )


@pytest.mark.parametrize(
    ("title", "column"), [('"The "smart" city"', 14), ("'The city's plan'", 18), ('"Smart" city plan', 16)]
)
def test_quotes_inside_quotes_are_told_where_the_text_ends_too_early(title: str, column: int) -> None:
    line, place, hint = told(f"{HEAD}title: {title}\n")

    assert (line, place) == (2, column)
    assert hint.startswith(f"the text in {title[0]} {title[0]} ends before this")


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("results: |\nGrowth.\nperiod: x\n", 3, "the text below line 2 is indented: begin this line with 2 spaces"),
        ("results: |\n- A\n- B\nperiod: x\n", 3, "the text below line 2 is indented: begin this line with 2 spaces"),
        ("results: |\n   A\n  B\nperiod: x\n", 4, "the text below line 2 is indented: begin this line with 3 spaces"),
        ("results: >-\n  A\nB\nperiod: x\n", 4, "the text below line 2 is indented: begin this line with 2 spaces"),
        ("results: |\nAim: all.\n", 3, "if it is text of the field above, begin it with 2 spaces"),
    ],
)
def test_text_that_is_not_indented_below_its_field_is_told(text: str, line: int, hint: str) -> None:
    assert told(HEAD + text)[::2] == (line, hint)


def test_figures_with_commas_between_brackets_are_told_as_the_whole_number() -> None:
    with pytest.raises(ProblemsFound) as found:
        parse(Source("x.yaml", "cities: [{name: A, population: 1,327,000, area_km2: 11,760}]\n"))

    hints = [problem.hint for problem in found.value.problems if problem.code == "yaml-key"]
    assert list(dict.fromkeys(hints)) == ['put it in quotes: "1,327,000"', 'put it in quotes: "11,760"']


@given(st.text("ab:-|>'\"# \n\t\u00a0\u2013", max_size=60), st.integers(0, 60))
def test_a_slip_that_is_found_stands_in_the_text(text: str, place: int) -> None:
    found = find_mistake(text, min(place, len(text)))

    assert found is None or 0 <= found.place <= len(text)


@pytest.mark.parametrize("line", ["-", "- ", "a: ", ": |", "a\n", "'", "\u00a0", " "])
def test_text_that_is_made_to_hurt_is_looked_through_at_once(line: str) -> None:
    find_mistake(line * 100_000, len(line) * 100_000 - 1)


@pytest.mark.parametrize("end", ["[", "[\n", "[Aerospace,\n", "[{a: b,"])
def test_a_list_that_the_file_ends_in_is_told_with_its_bracket(end: str) -> None:
    assert first(HEAD + f"themes: {end}").hint == f"is the {'{' if '{' in end else '['} of line 2 closed?"


def test_curly_quotes_are_no_quotes_that_help() -> None:
    hint = 'text that holds ": " needs straight quotes around it, or stands below ">-"'
    assert first(HEAD + "challenges: \u201cTraffic: bad\u201d\n").hint == hint


def test_a_colour_in_braces_without_quotes_is_told_as_the_comment_that_it_is() -> None:
    told_hint = 'what begins with # is a comment; put straight quotes around it: "#004D40"'
    assert told("theme:\n  colours: {blue: #004D40}\n  fallback: []\n") == (2, 19, told_hint)
