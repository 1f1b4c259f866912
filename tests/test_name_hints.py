"""Hints that propose what to write instead of an invalid value."""

import pytest

from ucap_reports.plan.countries_goals_and_partnerships import PARTNERSHIPS, find_partnership, partnership_hint
from ucap_reports.plan.dates import date_hint
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound, problem_record
from ucap_reports.storage.decoding import Source
from ucap_reports.text.language_tags import language_hint


def only_problem(text: str) -> Problem:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", f"cities: [{{name: Rome}}]\n{text}"))
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize(
    "text",
    [
        *("30 April 2019", "30th of April 2019", "30. Apr. 2019", "April 30th, 2019", "30.4.2019", "2019/4/30"),
        *("20190430", "2019-04-30T10:00:00Z", "2019-04-30 10:00", "2019年4月30日", "2019년 4월 30일"),
        *("30 avril 2019", "30. April 2019", "30 de abril de 2019", "le 30 avr. 2019", "30 tháng 4, 2019"),
    ],
)
def test_a_date_in_another_form_is_proposed_as_iso_8601(text: str) -> None:
    assert date_hint(text) == "write 2019-04-30"


def test_an_ambiguous_date_has_both_proposals() -> None:
    both = date_hint("04/05/2019") or ""
    assert both.index("2019-05-04") < both.index("2019-04-05")
    assert date_hint("05.05.2019") == "write 2019-05-05"


@pytest.mark.parametrize(
    "text",
    ["31 April 2019", "30 Avrilo 2019", "next May", "4/2019", "1/2/3", "30.4.19", "2019-02-30", "20191301"],
)
def test_text_that_is_not_a_date_has_no_proposal(text: str) -> None:
    assert date_hint(text) is None


def test_the_name_of_a_language_has_its_tag_as_proposal() -> None:
    assert language_hint("Portuguese") == 'did you mean "pt"?'
    assert language_hint("brazilian portuguese") == 'did you mean "pt-BR"?'
    assert language_hint("en_GB") == 'did you mean "en-GB"?'
    assert language_hint("Klingonic") is None


def test_several_partnerships_in_one_text_are_proposed_as_a_list() -> None:
    assert partnership_hint("Urban Mobility, EU UP Housing") == "write a list: [Urban Mobility, EU UP Housing]"
    assert partnership_hint("Urban mobilty; Housing") == "write a list: [Urban mobilty, Housing]"
    assert partnership_hint("Urban mobilitties") == 'did you mean "Urban Mobility"?'


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("sdgs: 11, 13", "write a list: [11, 13]"),
        ("sdgs: [11 and 13]", "write a list: [11, 13]"),
        ("sdgs: [Climate]", 'did you mean "SDG 13 Climate Action"?'),
        ("sdgs: [Villes et communautés durables]", 'did you mean "SDG 11 Villes et communautés durables"?'),
        ("sdgs: [Air]", "write SDG and its number, as in SDG 11"),
        ("sdgs: [“SDG 11”]", "remove the quotes “ ”, or use straight ones"),
        ("sdgs: [ten]", "write SDG and its number, as in SDG 11"),
        ("urban_agenda: [Urban Povery and Hunger]", 'did you mean "Urban Poverty"?'),
        ("urban_agenda: [“Housin market”]", 'did you mean "Housing"?'),
        ("languages: zh, fr", "write a list: [zh, fr]"),
        ("label_languages: [zh-Hant and pt]", "write a list: [zh-Hant, pt]"),
        ("languages: [French]", 'did you mean "fr"?'),
        ("updated: 30 April 2019", "write 2019-04-30"),
        ("updated: 04/05/2019", "write 2019-05-04 (or 2019-04-05, if the month comes first)"),
        ("updated: 1889-04-30", "correct the year"),
        ("language: English", 'did you mean "en"?'),
        (
            "pictures: [{file: ../a.jpg, alt: A}]",
            "put the file into the folder pictures beside the plan, and write a.jpg",
        ),
        ("pictures: [{file: pictures/, alt: A}]", "write the name of a file in the folder `pictures` beside the plan"),
        ("period: [May]", 'write it on one line, without "- " or brackets'),
        ("period: {from: May}", 'put straight quotes around a text that contains ": "'),
        ("period: true", 'put it in quotes: "true"'),
        ("themes: [null]", "write it here, or remove the line"),
        ("results: [May]", 'write a single text: start it with | and its bullets with "- "'),
    ],
)
def test_the_hint_proposes_what_to_write(field: str, hint: str | None) -> None:
    assert only_problem(field).hint == hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("population: 100", "move it into a city, below its `name`"),
        ("email: a@b.eu", "move it into `contact`"),
        ("text: A", "move it into `focus` or `activities`"),
        ("activities: [{text: A, population: 1}]", "move it into a city, below its `name`"),
        ("contact: {office: A, period: May}", "move it out of `contact`: it is a field of the plan"),
    ],
)
def test_a_field_in_a_wrong_place_has_a_hint_where_it_belongs(text: str, hint: str) -> None:
    assert only_problem(text).hint == hint


def test_a_field_of_the_plan_that_is_indented_like_those_of_a_city_has_a_hint() -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", "cities:\n  - name: Rome\n    period: May\n"))
    assert [problem.hint for problem in found.value.problems] == ["move it out of `cities`: it is a field of the plan"]


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ("country: Ireland / UK", "write a list: [Ireland, UK]"),
        ("country: Ireland and Itly", 'did you mean "Ireland"?'),
        ("country: no", "write Norway, or its code in capitals: NO"),
        ("country: ‘Italy’", "remove the quotes ‘ ’, or use straight ones"),
        ("country: “Itly”", 'did you mean "Italy"?'),
        ("country: ITX", 'did you mean "IT"?'),
        ("country: Xyzzy", "write its English name or its two-letter code"),
        (f"country: {'Italy' * 17}", "write its English name or its two-letter code"),
        ("population: [62.10, 574]", 'write a single text: "62,529; 574,654"'),
        ("population: [{}, 1]", 'write a single text: "62,529; 574,654"'),
    ],
)
def test_the_hint_proposes_the_facts_of_a_city(facts: str, hint: str | None) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", f"cities: [{{{'name: Rome, ' * ('name' not in facts)}{facts}}}]"))
    assert [problem.hint for problem in found.value.problems] == [hint]


@pytest.mark.parametrize(
    ("plan", "suggestions"),
    [
        ("cities: [{name: Rome, country: %s}]", {"cz": ["Czechia", "CZ"], "‘Italy’": ["Italy"], "Itly": ["Italy"]}),
        ("cities: [{name: Rome}]\ncontact: {email: '%s'}", {"Jane <jane@example.org>": ["jane@example.org"]}),
        ("cities: [{name: Rome}]\nupdated: %s", {"04/05/2019": ["2019-05-04", "2019-04-05"]}),
        ("cities: [{name: Rome}]\nlanguage: %s", {"English": ["en"], "en_GB": ["en-GB"]}),
        ("cities: [{name: Rome}]\nsdgs: [%s]", {"Climate": ["SDG 13 Climate Action"]}),
    ],
)
def test_values_that_a_hint_proposes_can_be_used(plan: str, suggestions: dict[str, list[str]]) -> None:
    for value, proposed in suggestions.items():
        with pytest.raises(ProblemsFound) as found:
            parse_plan(Source("plans/x.yaml", plan % value))
        (problem,) = found.value.problems
        assert problem.suggestions == proposed
        for suggestion in proposed:
            parse_plan(Source("plans/x.yaml", plan % suggestion))


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        ("cities: [{name: []}]", "name", "write the name of the city here"),
        ("cities: [{name: -}]", "name", "write the name of the city here"),
        (
            "cities: [{name: A}]\npictures: [{file: a.jpg, alt: N/A}]",
            "alt",
            "describe the picture for readers who cannot see it",
        ),
        (
            "cities: [{name: A}]\npictures: [{file: '', alt: A}]",
            "file",
            "write the name of a JPEG or PNG file in the folder pictures beside the plan",
        ),
    ],
)
def test_a_required_field_without_a_value_is_missing(text: str, name: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", text))
    assert [(each.code, each.details, each.hint) for each in found.value.problems] == [
        ("field-missing", {"name": name}, hint)
    ]


def test_a_text_that_is_something_else_is_reported_as_such() -> None:
    for given, shown in (("[May]", "a list"), ("{from: May}", "fields"), ("true", "a boolean")):
        assert only_problem(f"period: {given}").details == {"expected": "text", "given": shown}


def test_a_partnership_similar_to_none_is_an_error_with_the_shortest_names_of_all() -> None:
    named = (only_problem("urban_agenda: [Flying cars]").hint or "").removeprefix("known partnerships: ").split(", ")
    assert [find_partnership(name) for name in named] == list(PARTNERSHIPS)
    assert "Circular Economy" in named
    assert max(map(len, named)) < 40


@pytest.mark.parametrize("field", ["focus: {theme: Aerospace, text: Ties}", "activities: {31 May 2017: Workshop}"])
def test_fields_in_the_place_of_entries_are_an_error(field: str) -> None:
    problem = only_problem(field)
    assert problem.code == "type-invalid"
    assert (problem.location.line, problem.location.field) == (2, field.partition(":")[0])


def test_a_name_with_spaces_is_a_text_that_needs_quotes() -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", "cities: [{name: Rome}]\nactivities:\n  - Workshop in Rome: a success\n"))
    unknown = next(problem for problem in found.value.problems if problem.code == "field-unknown")
    assert unknown.location.line == 3
    assert "put straight quotes around" in (unknown.hint or "")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("activities: [{date: May, text: Workshop}]", "when"),
        ("contact: {tel: 12}", "phone"),
        ("contact: {telephone: 12}", "phone"),
        ("contact: {url: www.example.org}", "website"),
        ("goals: [11]", "sdgs"),
    ],
)
def test_fields_by_other_names_have_the_right_name_as_proposal(text: str, field: str) -> None:
    assert only_problem(text).hint == f'did you mean "{field}"?'


def test_a_mail_address_beside_other_words_is_proposed_alone() -> None:
    assert only_problem('contact: {email: "Jane <jane@example.org>"}').hint == "write jane@example.org"
    assert "jane" not in (only_problem("contact: {email: jane at example}").hint or "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("cities: [Rome]\n", "write `name: Rome`"),
        ("cities: [{name: Rome}]\nfocus: [Clean air]\n", "write `theme: Clean air`"),
        (
            "cities: [{name: Rome}]\ncontact: IUC\n",
            "write `name: value`; known fields: office, email, phone, website, address",
        ),
        ("cities: [3]\n", "write `name: value`"),
    ],
)
def test_a_text_instead_of_fields_has_the_required_field_as_proposal(text: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/a.yaml", text))
    assert [(problem.code, problem.hint) for problem in found.value.problems] == [("type-invalid", hint)]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("province", "region"),
        ("state", "region"),
        ("inhabitants", "population"),
        ("Inhabitants", "population"),
        ("nmae", "name"),
    ],
)
def test_facts_by_other_names_have_the_right_name_as_proposal(name: str, field: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source("plans/x.yaml", f"cities: [{{name: Rome, {name}: Lazio}}]\n"))
    (problem,) = found.value.problems
    assert problem.hint == f'did you mean "{field}"?'
    assert problem_record(problem)["details"]["suggestions"] == [field]


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("Tianjin Málaga", "tianjin-malaga"),
        ("天津", "plan"),
        ("index", "index-plan"),
        ("CON", "con-plan"),
        ("x" * 81, "x" * 80),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_the_hint_for_a_file_name_is_an_id_like_it(name: str, proposed: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source(f"plans/{name}.yaml", "cities: [{name: Rome}]\n"))
    assert [(each.code, each.hint) for each in found.value.problems] == [
        ("id-invalid", f"rename the file to {proposed}.yaml")
    ]
