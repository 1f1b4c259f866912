"""Hints about frequent mistakes in YAML, at their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.selected_cases import every
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_syntax_errors import find_mistake
from ucap_reports.storage.decoding import Source

HEAD = "cities: [{name: Tianjin}]\n"
CITY = "cities:\n  - name: Rome\n"


def first(text: str) -> Problem:
    """Return the first error of the YAML; errors of its values follow."""
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", text))
    problems = found.value.problems
    return next((problem for problem in problems if problem.code.startswith("yaml-")), problems[0])


def reported(text: str) -> tuple[int | None, int | None, str]:
    problem = first(text)
    return problem.location.line, problem.location.column, problem.hint or ""


def assert_hint(text: str, place: tuple[int, int], *words: str) -> None:
    """The first error is at the place, and its hint has the words."""
    line, column, hint = reported(text)
    assert (line, column) == place
    assert all(word in hint for word in words), hint


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            CITY + "    country: IT\n   region: x\n",
            (4, 4),
            ("column 5 instead of 4", "field on line 3"),
        ),
        (CITY + "     country: IT\n", (3, 6), ("column 5 instead of 6", "field on line 2")),
        (CITY + " - name: Nice\n", (3, 2), ("column 3 instead of 2", "item on line 2")),
        (
            CITY + "    region: x\n    - name: y\n",
            (4, 5),
            ("column 3 instead of 5", "item on line 2"),
        ),
        (HEAD + " title: x\n", (2, 2), ("column 1 instead of 2", "field on line 1")),
        (
            " cities:\n  - name: A\ntitle: x\n",
            (3, 1),
            ("column 2 instead of 1", "field on line 1"),
        ),
        (
            HEAD + "results: |\n  deep: text\n   deeper\nthemes:\n  - A\n  period: x\n",
            (7, 3),
            ("column 1 instead of 3", "field on line 5"),
        ),
        (
            HEAD + "results: Growth\n  and: jobs\n",
            (3, 3),
            ("column 1 instead of 3", "field on line 2", ">-"),
        ),
    ],
)
def test_a_wrong_indent_has_a_hint_with_the_column(text: str, place: tuple[int, int], words: tuple[str, ...]) -> None:
    assert_hint(text, place, *words)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("cities:\n  -name: A\n   country: IT\n", (2, 4), '"- name:"'),
        (CITY + "  -name: B\n    country: IT\n", (3, 4), '"- name:"'),
        ("cities:\n  -name: A\n", (2, 3), "space after the dash"),
        (
            "cities:\n  \u2013 name: A\n    country: IT\n",
            (2, 3),
            '"- name:"',
        ),
        ("cities:\n  - name:A\n    country: IT\n", (2, 10), '"name: A"'),
        (HEAD + "period:2018\ntitle: x\n", (2, 8), '"period: 2018"'),
        (
            HEAD + "challenges: - Air\n",
            (2, 13),
            "next line",
        ),
        (HEAD + "themes:\n-Smart city\n-Mobility\nperiod: x\n", (3, 2), '"- Smart"'),
        (HEAD + "title: > x\nperiod: x\n", (2, 8), "starts with >"),
        (HEAD + "title: | x\nperiod: x\n", (2, 8), "starts with |"),
        (HEAD + 'title: "C:\\Users"\nperiod: x\n', (2, 11), "for a backslash"),
        (HEAD + "title\nperiod: x\n", (2, 1), "indent the line"),
        (HEAD + "results |\n  Less.\n\n  - one\n\ntitle: x\n", (2, 1), "add a colon"),
        (HEAD + "contact\n  office: A\ntitle: x\n", (2, 1), "add a colon"),
        (
            HEAD + "results: A\nand b\ntitle: x\n",
            (3, 1),
            "indent the line",
        ),
    ],
)
def test_a_missing_space_dash_or_colon_has_a_hint(text: str, place: tuple[int, int], hint: str) -> None:
    assert_hint(text, place, hint)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (CITY + "   \u00a0country: IT\n", (3, 4)),
        ("cities:\n  - name:\u00a0A\n    country: IT\n", (2, 10)),
        ("cities:\n  -\u00a0name: A\n    country: IT\n", (2, 4)),
        (HEAD + "title:\u00a0A\nperiod: x\n", (2, 7)),
    ],
)
def test_an_odd_space_is_reported_at_its_place(text: str, place: tuple[int, int]) -> None:
    assert_hint(text, place, "NO-BREAK SPACE")


def test_other_lookalike_characters_have_hints() -> None:
    assert_hint(HEAD + "title\uff1aA\nperiod: x\n", (2, 6), "full-width colon")
    assert_hint(CITY + "\u00a0\u00a0country: IT\n", (3, 1), "NO-BREAK SPACE")


@pytest.mark.parametrize(
    ("title", "column"), [('"The "smart" city"', 14), ("'The city's plan'", 18), ('"Smart" city plan', 16)]
)
def test_quotes_inside_quotes_are_reported_where_the_text_ends_too_early(title: str, column: int) -> None:
    assert_hint(f"{HEAD}title: {title}\n", (2, column), f"{title[0]} {title[0]} ends before this")


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("results: |\nGrowth.\nperiod: x\n", 3, "indent the lines of the text below |"),
        ("results: |\n- A\n- B\nperiod: x\n", 3, "indent the lines of the text below |"),
        ("results: >-\nGrowth in\nall cities.\nperiod: x\n", 3, "indent the lines of the text below >"),
        ("results: |\n   A\n  B\nperiod: x\n", 4, "indent the line"),
        ("results: >-\n  A\nB\nperiod: x\n", 4, "indent the line"),
    ],
)
def test_unindented_text_below_its_field_has_a_hint(text: str, line: int, hint: str) -> None:
    found_line, _, found_hint = reported(HEAD + text)
    assert found_line == line
    assert hint in found_hint


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('themes: ["Water" "Air"]\nsdgs: 18\n', (2, 18)),
        ("themes: [[Water] [Air]]\nsdgs: 18\n", (2, 18)),
        ('themes: ["Water",\n  "Air"\n  "Sky"]\nsdgs: 18\n', (4, 3)),
        ('contact: {office: "A" email: a@b.eu}\nsdgs: 18\n', (2, 23)),
        ("contact: {office: A\n  email: a@b.eu}\nsdgs: 18\n", (3, 3)),
        ('contact: {"office": 1 "email": "a@b.eu"}\nsdgs: 18\n', (2, 23)),
    ],
)
def test_a_missing_comma_in_brackets_has_a_hint_and_the_rest_is_read(text: str, place: tuple[int, int]) -> None:
    assert_hint(HEAD + text, place, "add a comma before this")
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", HEAD + text))
    assert "sdg-unknown" in [problem.code for problem in found.value.problems]


def test_a_missing_comma_before_a_field_may_also_be_a_colon_in_a_text() -> None:
    text = f"{HEAD}contact: {{office: City of Rome email: a@b.eu}}\n"
    assert_hint(text, (2, 32), 'add a comma before "email:"', "straight quotes")
    assert_hint(f"{HEAD}contact: {{office: Rome Office: third floor}}\n", (2, 30), "straight quotes around a text")
    assert_hint(f"{HEAD}themes: [Note: the town: dirty, Air]\n", (2, 24), "straight quotes around a text")


def test_fields_of_json_without_a_comma_have_a_hint() -> None:
    assert_hint('{\n"language": "en"\n"cities": [{"name": "Rome"}]\n}\n', (3, 1), "add a comma before this")


@pytest.mark.parametrize(
    "bracket", every(3, ['["a", "b"\n"period": x\n', '["a", "b"\nperiod: x\n', "[a, b\nperiod: x\n"])
)
def test_a_bracket_that_is_not_closed_before_the_next_field_lacks_no_comma(bracket: str) -> None:
    assert_hint(f"{HEAD}themes: {bracket}", (2, 9), "close the [ on line 2")


@pytest.mark.parametrize(
    ("sign", "name"),
    [("\u2022 ", "\u2022"), ("\u2022", "\u2022"), ("* ", "*"), ("1. ", "the number")],
)
def test_a_list_with_other_bullets_than_hyphens_has_hints_and_is_read(sign: str, name: str) -> None:
    text = f"{HEAD}themes:\n{sign}Water\n{sign}Air\nsdgs: 18\n"
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", text))
    hints = [(problem.location.line, problem.hint) for problem in found.value.problems]
    hint = f"replace {name} with a hyphen and a space, if this is an item of a list"
    assert hints == [(3, hint), (4, hint), (5, "write a number from 1 to 17")]


def test_a_field_after_an_unindented_list_is_not_in_a_wrong_column() -> None:
    assert_hint("cities:\n- name: Rome\n- name: Nice\ntitle: Plan: cities\n", (4, 12), "straight quotes")


def test_conflict_marks_of_git_have_one_hint_and_both_versions_are_read() -> None:
    text = f"{CITY}<<<<<<< HEAD\n    country: IT\n=======\n    country: FR\n>>>>>>> paris\nsdgs: 18\n"
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", text))
    problems = [(problem.location.line, problem.code) for problem in found.value.problems]
    syntax = [(line, "yaml-syntax") for line in (3, 5, 7)]
    assert sorted(problems) == sorted([*syntax, (6, "yaml-duplicate-key"), (8, "sdg-unknown")])
    assert all("in conflict" in (each.hint or "") for each in found.value.problems if each.code == "yaml-syntax")


def test_a_plan_with_full_width_colons_alone_has_a_hint() -> None:
    hint = 'write ":" and a space instead of the full-width colon'
    assert_hint("title\uff1aA\nperiod\uff1ax\n", (1, 1), hint, "`title: …`")
    assert_hint("cities:\n  - name\uff1aRome\n    country\uff1aItaly\n", (2, 5), hint, "`name: …`")


@pytest.mark.parametrize("title", ["{Plan}", "\n  Our plan:\n"])
def test_a_text_that_became_a_field_without_a_value_has_a_hint(title: str) -> None:
    assert "starts with {" in (first(f"{HEAD}title: {title}").hint or "")


def test_a_number_with_commas_in_brackets_has_a_hint() -> None:
    assert_hint("cities: [{name: A, population: 1,327,000}]\n", (1, 34), "put straight quotes")


@given(st.text("ab:-|>'\"# \n\t\u00a0\u2013", max_size=60), st.integers(0, 60))
def test_a_mistake_is_inside_the_text(text: str, place: int) -> None:
    found = find_mistake(text, min(place, len(text)))

    assert found is None or 0 <= found.offset <= len(text)


@pytest.mark.parametrize("line", ["-", "- ", "a: ", ": |", "a\n", "'", "\u00a0", " "])
def test_a_malicious_text_is_searched_quickly(line: str) -> None:
    find_mistake(line * 100_000, len(line) * 100_000 - 1)


@pytest.mark.parametrize("end", ["[", "[\n", "[Aerospace,\n", "[{a: b,"])
def test_an_unclosed_bracket_at_the_end_of_the_file_has_a_hint(end: str) -> None:
    assert first(HEAD + f"themes: {end}").hint == f"close the {'{' if '{' in end else '['} on line 2"


def test_curly_quotes_do_not_quote_a_text_with_a_colon() -> None:
    assert "straight quotes" in (first(HEAD + "challenges: \u201cTraffic: bad\u201d\n").hint or "")


def test_an_unquoted_colour_in_braces_is_reported_as_a_comment() -> None:
    assert_hint("theme:\n  colours: {blue: #004D40}\n  fallback: []\n", (2, 19), '"#004D40"')


AMOUNTS = {
    "themes: [Budget 40,000 €, Water]": '"Budget 40,000 €"',
    "themes: [Water, 1,200 trees]": '"1,200 trees"',
    "themes: [40,000]": '"40,000"',
    "themes: [€25,50]": '"€25,50"',
    "themes: [4,50 CHF]": '"4,50 CHF"',
    "themes: [CHF 4,50]": '"CHF 4,50"',
    "themes: [4,50 zł for each child]": '"4,50 zł for each child"',
    "themes: [Kč 4,50]": '"Kč 4,50"',
    "themes: [250,5 ₹]": '"250,5 ₹"',
    "themes: [R$25,50]": '"R$25,50"',
    "themes: [2,5 million €]": '"2,5 million €"',
    "themes: [12,5 Mrd. ₩]": '"12,5 Mrd. ₩"',
    "themes: [414,9 km²]": '"414,9 km²"',
    "themes: [2,5 million CHF]": '"2,5 million CHF"',
    "themes: [CHF 2,5 million]": '"CHF 2,5 million"',
    "themes: [2,5 Mio. people, Water]": '"2,5 Mio. people"',
    "themes: [2,5 million trees]": '"2,5 million trees"',
    "themes: [2,5万人]": '"2,5万人"',
    "themes: [2,5 k€]": '"2,5 k€"',
    "themes: [2,5 Mio€]": '"2,5 Mio€"',
    "themes: [2,5 TEUR]": '"2,5 TEUR"',
    "themes: [2,5 mEUR a year]": '"2,5 mEUR a year"',
    "themes: [2,5 Mt CO2]": '"2,5 Mt CO2"',
    "themes: [2,5 MtCO2e]": '"2,5 MtCO2e"',
    "themes: [12,5 µg/m³]": '"12,5 µg/m³"',
    "themes: [2,5 km/h]": '"2,5 km/h"',
    "themes: [2,5 MWp]": '"2,5 MWp"',
    "themes: [2,5-3,5 million CHF]": '"2,5-3,5 million CHF"',
    "themes: [Water, about 2,5–3,5 %, Roads]": '"about 2,5–3,5 %"',
    "themes: [2,5 to 3,5 million CHF]": '"2,5 to 3,5 million CHF"',
    "themes: [3-4,5 million CHF]": '"3-4,5 million CHF"',
    "themes: [2,500-3,500 trees]": '"2,500-3,500 trees"',
    "themes: [2,5 %]": '"2,5 %"',
    "themes: [2,5 percent of the trips]": '"2,5 percent of the trips"',
    "themes: [2,5 Prozent]": '"2,5 Prozent"',
    "themes: [2,5 per cent]": '"2,5 per cent"',
    "themes: [2,5 pour cent]": '"2,5 pour cent"',
    "themes: [12,5 ha of parks]": '"12,5 ha of parks"',
    "themes: [1,5 m² of green]": '"1,5 m² of green"',
    "themes: [2,5 MW]": '"2,5 MW"',
    "themes: [1,5 °C]": '"1,5 °C"',
    "themes: [1,5 degrees]": '"1,5 degrees"',
    "themes: [1,5 tons]": '"1,5 tons"',
    "themes: [1,5 years]": '"1,5 years"',
    "themes: [2,5 hectares]": '"2,5 hectares"',
    "themes: [4,5 euros each]": '"4,5 euros each"',
    "themes: [4,5 Swiss francs]": '"4,5 Swiss francs"',
    "themes: [1,327,000 inhabitants, Water]": '"1,327,000 inhabitants"',
    "themes: [Reduce the heat by 1,5 degrees, Parks]": '"Reduce the heat by 1,5 degrees"',
    "contact: {office: €25,000}": '"€25,000"',
    "focus: [{theme: A, text: costs 1,000,000 €}]": '"costs 1,000,000 €"',
    'themes: [the "new" 40,000 €]': """'the "new" 40,000 €'""",
    "contact: {office: Meyer, Schmidt & Co, email: a@b.eu}": '"Meyer, Schmidt & Co"',
    "contact: {office: A,b, email: a@b.eu}": '"A,b"',
    "contact: {office: Via Roma 1, 00100 Roma}": '"Via Roma 1, 00100 Roma"',
}


@pytest.mark.parametrize(("field", "quoted"), AMOUNTS.items(), ids=AMOUNTS)
def test_a_comma_in_brackets_that_splits_a_value_is_an_error_with_the_quoted_value(field: str, quoted: str) -> None:
    value = quoted[1:-1]
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", f"{HEAD}{field}\n"))

    (problem,) = found.value.problems
    second_part = value.partition(",")[2].strip()
    assert (problem.code, problem.location.line) == ("yaml-comma", 2)
    assert problem.location.column == field.index(second_part) + 1
    assert f"put straight quotes around it: {quoted}" in (problem.hint or "")
    assert value in str(parse_plan(Source("plans/x.yaml", f"{HEAD}{field.replace(value, quoted)}\n")))


def test_an_amount_with_an_unbreakable_space_in_brackets_is_an_error() -> None:
    for amount in ("2,5\u00a0%", "2,5\u00a0million\u00a0CHF", "2,5\u202fkm"):
        assert first(f"{HEAD}themes: [{amount}]\n").code == "yaml-comma"


@pytest.mark.parametrize(
    "field",
    ["sdgs: [9,11]", "themes: [A,B]", "themes: [1, 200]", "themes: [Line 1,Line 2]", "themes: ['40,000 €', Water]",
     "contact: {office: A,}", "themes: [Phase 1,2018 to 2020]", "themes: [Line 1,2nd line]",
     "themes: [May 2017,2 workshops]", "themes: [goal 11,13 of the agenda]", "themes: [See SDGs 9,11 and others]",
     "sdgs: [2,5]", "themes: [May 2017,2 million trees]", "themes: [1,2 tables]",
     "themes: [4,50 ABC]", "themes: [1,2 for ALL]", "themes: [Kct 4,50]", "themes: [Ziele 9,11 der Agenda]",
     "themes: Budget 40,000 €"],
)  # fmt: skip
def test_a_comma_between_items_is_no_mistake(field: str) -> None:
    parse_plan(Source("plans/x.yaml", f"{HEAD}{field}\n"))


@pytest.mark.parametrize(
    ("values", "split"),
    [
        ("2,5", ["2,5"]),
        ("2,5 Trees", ["2,5 Trees"]),
        ("May 2017,2 tables", ["May 2017,2 tables"]),
        ("4,50 ABC, Water", ["4,50 ABC"]),
        ("1,25,3", ["1,25", "25,3"]),
        ("2, 5", []),
        ("Line 1,2nd line", []),
        ("Phase 1,2018 to 2020", []),
        ("'2','5'", []),
        ("A,B", []),
    ],
)
def test_comma_that_may_split_a_number_in_a_list_of_texts_is_a_warning(values: str, split: list[str]) -> None:
    tree = parse(Source("plans/x.yaml", f"{HEAD}themes: [{values}]\nsdgs: [9,11]\n"))

    found = [problem for problem in plan_warnings(None, tree, None) if problem.code == "number-split"]

    assert [problem.details["text"] for problem in found] == split
    assert {problem.location.line for problem in found} <= {2}


@pytest.mark.parametrize(("field", "column"), [("themes: [,A]", 10), ("themes: [A,,B]", 12)])
def test_a_comma_without_a_value_before_it_has_a_hint(field: str, column: int) -> None:
    assert_hint(f"{HEAD}{field}\n", (2, column), "remove the comma")


def test_parts_of_a_split_number_are_counted_once() -> None:
    text = f"{HEAD}themes: [{','.join(['100'] * 5000)}]\n"
    assert first(text).message.endswith('…"')


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (f"{CITY}  - {{name: Nice, country:}}\n", (3, 25), ('after "country:"',)),
        (f"{CITY}  - {{name:, country: France}}\n", (3, 10), ('after "name:"',)),
        (f"{CITY}  - {{name: Nice, country:France}}\n", (3, 26), ('"country: France"',)),
        ("cities: [{name:Nice, country: France}]\n", (1, 10), ("{name:Nice",)),
    ],
)
def test_a_missing_space_in_braces_has_a_hint(text: str, place: tuple[int, int], words: tuple[str, ...]) -> None:
    assert_hint(text, place, *words)


def test_a_missing_space_in_the_first_field_in_braces_has_a_hint() -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", "cities: [{name:Nice, country: France}]\n"))
    hints = {problem.code: problem.hint for problem in found.value.problems}
    assert hints["field-unknown"] == 'put a space after the colon: "name: Nice"'


def test_a_wide_space_before_the_name_of_an_undeclared_field_has_a_hint() -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", "cities: [{name: Nice, country: France}]\n\u3000jobs: 3\n"))
    hints = [problem.hint for problem in found.value.problems if problem.code == "field-unknown"]
    assert hints == ["replace the character U+3000 (IDEOGRAPHIC SPACE) before the name by spaces"]
