from importlib.resources import files

import pytest
from msgspec.structs import replace

from tests.stages import shipped_pack
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.problems import Problem, Severity
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.template.pack import Pack, PackContact

COMPLETE = """\
updated: 2019-04-30
period: May 2017
themes: [Aerospace]
sdgs: [SDG 11 Resilient and sustainable cities]
urban_agenda: [Food]
focus: Focus.
challenges: Challenges.
objectives: Objectives.
activities: Activities.
results: Results.
"""
CITY = "cities:\n  - {name: Tianjin, region: Hebei, country: China, population: 13.6 Mio, area_km2: 11760}\n"


def found(text: str, pack: Pack | None = None) -> list[Problem]:
    tree = parse(Source("plans/x.yaml", text))
    return list(plan_warnings(read_plan(tree), tree, pack or shipped_pack()))


def told(text: str, pack: Pack | None = None) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.location.field) for problem in found(text, pack)]


def with_cities(*cities: str) -> str:
    return COMPLETE + "cities:\n" + "".join(f"  - {{{city}, visits: [May]}}\n" for city in cities)


def city(facts: str) -> list[tuple[str, str | None]]:
    return [warning for warning in told(with_cities(facts)) if warning[0] != "facts-missing"]


def instead(field: str, value: str) -> str:
    kept = [line for line in (CITY + COMPLETE).splitlines() if not line.startswith(f"{field}:")]
    return "\n".join([*kept, f"{field}: {value}"]) + "\n"


def test_a_plan_that_is_right_has_no_warnings() -> None:
    assert found(CITY + COMPLETE) == []


def test_warnings_stop_nothing_and_stand_in_the_order_of_the_file() -> None:
    problems = found("themes: [A, a]\ncities: [{name: [B, C], region: D}]\nresults: it ends in the\n")

    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert all(problem.hint and problem.location.path == "plans/x.yaml" for problem in problems)
    lines = [problem.location.line or 0 for problem in problems]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("name: [A, B, C, D], country: [Greece, Spain, Italy]", "the group has 4 names but 3 countries"),
        ("name: [A, B, C, D], country: Greece, region: Attica", "the group has 4 names but 1 region"),
        ("name: [A, B], country: [Greece, Spain, Italy]", "the group has 2 names but 3 countries"),
    ],
)
def test_a_group_needs_as_many_places_as_names(facts: str, message: str) -> None:
    problems = [problem for problem in found(with_cities(facts)) if problem.code == "group-uneven"]

    assert [problem.message for problem in problems] == [message]


@pytest.mark.parametrize(
    "facts",
    [
        "name: Rome, country: [Italy, UK]",
        "name: [A, B], country: Italy",
        "name: [A, B], country: [Italy, Spain], region: [C, D]",
        "name: Atlanta, region: Georgia, country: US",
        "name: Cardiff, region: Wales, country: UK",
        "name: Singapore, region: Singapore, country: Singapore",
        "name: A, population: 4500, area_km2: 0.1",
        "name: A, population: 10000, area_km2: 15000",
        "name: A, population: 100",
        "name: A, area_km2: N/A, population: many people (13 million)",
        "name: A, population: 498.000",
        "name: A, population: 1.1 million",
    ],
)
def test_facts_that_fit_each_other_are_no_warning(facts: str) -> None:
    assert city(facts) == []


def test_a_country_among_the_regions_is_told_at_its_place() -> None:
    assert city("name: [A, B], region: [Attica, Greece], country: [Greece, Greece]") == [
        ("region-is-country", "cities[0].region[1]")
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "name: Longyan, population: 3.1 million, area_km2: 19 km2",
        "name: A, population: 13600000, area_km2: 117",
        "name: A, population: 100, area_km2: 11760",
    ],
)
def test_a_density_that_no_city_has_is_told(facts: str) -> None:
    assert city(facts) == [("density-impossible", "cities[0].area_km2")]


def test_a_quantity_without_a_number_is_told() -> None:
    assert city("name: A, population: many") == [("number-missing", "cities[0].population")]


@pytest.mark.parametrize("people", ["13.6", '"13,6"', "1.5e0"])
def test_people_in_parts_are_told_for_the_word_that_they_lack(people: str) -> None:
    assert city(f"name: A, population: {people}") == [("population-fraction", "cities[0].population")]
    assert city(f"name: A, population: {people}, area_km2: 1200") == [("population-fraction", "cities[0].population")]


@pytest.mark.parametrize(
    ("field", "value", "warning"),
    [
        ("themes", "[Aerospace, Trade, AEROSPACE]", ("listed-twice", "themes[2]")),
        ("sdgs", "[11, SDG 9, SDG 11 own words]", ("listed-twice", "sdgs[2]")),
        ("urban_agenda", "[Food, EU UP Food]", ("listed-twice", "urban_agenda[1]")),
        ("urban_agenda", "[EU UP Urban Mobilty]", ("urban-agenda-spelling", "urban_agenda[0]")),
        ("urban_agenda", "[EU UP Jobs & Skills in Local Economy, Affordable Housing]", None),
        ("sdgs", "[SDG 11 Climate action]", ("sdg-wording", "sdgs[0]")),
        ("sdgs", "['Clean water: SDG 7']", None),  # "clean" is a word of SDG 7 too
        ("sdgs", "['Quality education: SDG 9']", ("sdg-wording", "sdgs[0]")),
        ("sdgs", "[SDG 9 Inclusive industrialization and innovation]", None),
        ("sdgs", "[SDG 13 Something of our own]", None),
        ("results", "It ends in the above", ("text-cut", "results")),
        ("results", "'It ends with a comma,'", ("text-cut", "results")),
        ("results", "It ends with no full stop", None),
        ("results", "'“It ends with a quotation.”'", None),
        ("results", "'It has a list: (a), (b)'", None),
        ("results", "begins in the middle.", ("text-cut", "results")),
        ("results", '"- begins small\\n- and ends of"', ("text-cut", "results")),
        ("results", '"- one\\n- two"', None),
        ("results", "第一，", ("text-cut", "results")),
        ("activities", "[{when: May, text: small letters after a date.}]", None),
        ("activities", "[{text: A., details: [B., and of the]}]", ("text-cut", "activities[0].details[1]")),
        ("focus", "[{theme: A, text: it is cut in}]", ("text-cut", "focus[0].text")),
        ("signed", "31 May 2018", None),
        ("extra", "{budget: Six.}", ("field-not-printed", "extra.budget")),
        ("results", "", ("section-empty", "results")),
        ("results", "N/A", None),
        ("label_languages", "[en, fr]", ("label-unconfirmed", "label_languages")),
        ("contact", "{office: Ours}", None),
    ],
)
def test_a_field_is_told_as_likely_wrong_or_not(field: str, value: str, warning: tuple[str, str] | None) -> None:
    assert told(instead(field, value)) == ([warning] if warning else [])


def test_words_that_end_no_sentence_are_those_of_the_plan_s_language() -> None:
    text = instead("results", "Sie endet mit der")

    assert told(text) == []
    assert told(text + "language: de-AT\n") == [("text-cut", "results")]


def test_all_that_is_missing_is_told_once() -> None:
    problems = found("cities: [{name: [Rome, Essen], country: N/A}]\nsdgs: []\nresults:\n")

    assert [(problem.code, problem.location.field, problem.location.line) for problem in problems] == [
        ("updated-missing", "updated", None),
        ("section-empty", "period", None),
        ("facts-missing", "cities[0]", 1),
        ("section-empty", "sdgs", 2),
        ("section-empty", "results", 3),
    ]
    assert problems[1].message == ("nothing is said about period, themes, focus, challenges, objectives, activities")


@pytest.mark.parametrize(
    ("field", "entries", "place"),
    [
        ("focus", "[{theme: Ports, text: Trade.}, {theme: Air, text: }]", "focus[1].text"),
        ("activities", '[{when: May, text: ""}]', "activities[0].text"),
    ],
)
def test_an_entry_of_which_only_the_beginning_is_printed_is_told(field: str, entries: str, place: str) -> None:
    assert told(instead(field, entries)) == [("section-empty", place)]
    assert told(instead(field, entries.replace("text: }", "text: N/A}").replace('""', "N/A"))) == []


def test_an_entry_that_says_all_in_its_details_is_not_told_as_empty() -> None:
    assert told(instead("activities", '[{when: May, text: "", details: [40 participants.]}]')) == []


def test_the_facts_that_a_column_lacks_are_one_warning() -> None:
    (problem,) = found(COMPLETE + "cities: [{name: Rome, population: '-'}]")

    assert problem.message == "Rome has no region, country, area_km2"


def test_nobody_to_ask_is_told() -> None:
    shipped = shipped_pack()
    settings = shipped.settings.model_copy(update={"contact": PackContact()})

    assert told(CITY + COMPLETE, replace(shipped, settings=settings)) == [("contact-missing", "contact")]
    assert told(CITY + COMPLETE + "contact: {office: Ours}\n", replace(shipped, settings=settings)) == []


def test_a_field_without_a_row_is_told_at_its_name() -> None:
    (problem,) = found(with_cities("name: A, region: B, country: IT, population: 1000, area_km2: 1, mayor: C"))

    assert (problem.code, problem.location.field) == ("field-not-printed", "cities[0].mayor")
    assert "iuc-asia" in problem.message


def test_a_field_that_shares_a_row_is_printed() -> None:
    """The row `place` of this pack holds region and country."""
    problems = found(
        with_cities("name: A, region: B, country: IT, population: 1000, area_km2: 1"), shipped_pack("iuc-japan")
    )

    assert "cities[0].country" not in [problem.location.field for problem in problems]
    assert "cities[0].region" not in [problem.location.field for problem in problems]


def test_an_item_that_is_listed_twice_names_the_first_in_plain_words() -> None:
    (problem,) = found(instead("themes", "\n  - Trade\n  - Air\n  - trade"))

    assert problem.hint == "item 1 of the list (line 13) is the same; remove one of the two"


def test_cities_that_are_still_called_as_in_a_new_plan_are_told() -> None:
    starter = files("ucap_reports").joinpath("cli", "starters", "plan.yaml").read_text(encoding="utf-8")

    names = [problem for problem in found(starter) if problem.code == "placeholder-left"]

    assert [problem.location.field for problem in names] == ["cities[0].name", "cities[1].name"]


def test_what_is_absent_is_told_without_a_line_and_what_is_empty_at_its_own() -> None:
    kept = COMPLETE.replace("updated: 2019-04-30\n", "")

    assert [problem.location.line for problem in found(CITY + kept)] == [None]
    assert [problem.location.line for problem in found(CITY + "updated:\n" + kept)] == [3]
