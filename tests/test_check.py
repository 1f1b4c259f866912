from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.stages import shipped_pack
from ucap_reports.check.plan_warnings import plan_warnings
from ucap_reports.cli.init_new_and_schema_commands import starter_plan
from ucap_reports.plan.plan_model import read_plan
from ucap_reports.problems import Problem, Severity
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import PackContact

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


def reported(text: str, pack: Pack | None = None) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.location.field) for problem in found(text, pack)]


def with_cities(*cities: str) -> str:
    return COMPLETE + "cities:\n" + "".join(f"  - {{{city}, visits: [May]}}\n" for city in cities)


def city(facts: str) -> list[tuple[str, str | None]]:
    return [warning for warning in reported(with_cities(facts)) if warning[0] != "facts-missing"]


def instead(field: str, value: str) -> str:
    kept = [line for line in (CITY + COMPLETE).splitlines() if not line.startswith(f"{field}:")]
    return "\n".join([*kept, f"{field}: {value}"]) + "\n"


def test_a_complete_plan_has_no_warnings() -> None:
    assert found(CITY + COMPLETE) == []


def test_warnings_and_infos_are_in_the_order_of_the_file() -> None:
    problems = found("themes: [A, a]\ncities: [{name: [B, C], region: D}]\nresults: it ends in the\n")

    assert {problem.severity for problem in problems} == {Severity.WARNING, Severity.INFO}
    assert all(problem.hint and problem.location.path == "plans/x.yaml" for problem in problems)
    lines = [problem.location.line or 0 for problem in problems]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("facts", "names", "places"),
    [
        ("name: [A, B, C, D], country: [Greece, Spain, Italy]", 4, "3 countries"),
        ("name: [A, B, C, D], country: Greece, region: Attica", 4, "1 region"),
        ("name: [A, B], country: [Greece, Spain, Italy]", 2, "3 countries"),
    ],
)
def test_a_group_with_fewer_places_than_names_is_a_warning(facts: str, names: int, places: str) -> None:
    (problem,) = (problem for problem in found(with_cities(facts)) if problem.code == "group-uneven")

    assert (problem.details["names"], problem.details["places"]) == (names, places)


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
def test_plausible_facts_are_not_reported(facts: str) -> None:
    assert city(facts) == []


def test_a_country_among_the_regions_is_a_warning_at_its_place() -> None:
    assert city("name: [A, B], region: [Attica, Greece], country: [Greece, Greece]") == [
        ("region-is-country", "cities[0].region[1]")
    ]


@pytest.mark.parametrize("country", ["", ", country: Italy", ", country: [Italy, Greece]"])
@pytest.mark.parametrize("region", ["Germany", "Deutschland", "德国", "the Netherlands"])
def test_another_country_as_region_is_a_warning(region: str, country: str) -> None:
    assert city(f"name: A, region: {region}{country}") == [("region-is-country", "cities[0].region")]


@pytest.mark.parametrize(
    "facts",
    [
        *("region: Georgia, country: US", "region: Luxembourg, country: Belgium", "region: Granada, country: Spain"),
        *("region: GA, country: US", "region: CA", "region: NSW", "region: Martinique, country: France"),
        *("region: Hong Kong, country: China", "region: Hong Kong", "region: Scotland", "region: Attica"),
        *("region: Greenland, country: Denmark", "region: Niger, country: Nigeria", "mayor: Chad"),
    ],
)
def test_region_with_the_name_of_a_country_is_not_reported(facts: str) -> None:
    assert "region-is-country" not in dict(city(f"name: A, {facts}"))


def test_namesake_of_a_country_without_its_own_country_is_a_warning() -> None:
    assert city("name: A, region: Georgia") == [("region-is-country", "cities[0].region")]


@pytest.mark.parametrize(
    "facts",
    [
        "name: Longyan, population: 3.1 million, area_km2: 19 km2",
        "name: A, population: 13600000, area_km2: 117",
        "name: A, population: 100, area_km2: 11760",
    ],
)
def test_an_implausible_density_is_a_warning(facts: str) -> None:
    assert city(facts) == [("density-impossible", "cities[0].area_km2")]


def test_a_quantity_without_a_number_is_a_warning() -> None:
    assert city("name: A, population: many") == [("number-missing", "cities[0].population")]
    assert city("name: A, population: '1,2,3'") == [("number-missing", "cities[0].population")]
    assert city("name: A, population: 4 mil") == [("number-missing", "cities[0].population")]
    assert city("name: A, area_km2: 4 mil km²") == [("number-missing", "cities[0].area_km2")]


@pytest.mark.parametrize("people", ["13.6", '"13,6"', "1.5e0"])
def test_a_fraction_of_people_is_a_warning(people: str) -> None:
    assert city(f"name: A, population: {people}") == [("population-fraction", "cities[0].population")]
    assert city(f"name: A, population: {people}, area_km2: 1200") == [("population-fraction", "cities[0].population")]


@pytest.mark.parametrize(
    ("field", "value", "warning"),
    [
        ("themes", "[Aerospace, Trade, AEROSPACE]", ("item-duplicate", "themes[2]")),
        ("themes", "[Trade, N/A, N/A, '-', '-']", None),
        ("themes", "[Urban  mobility, Trade, Urban mobility]", ("item-duplicate", "themes[2]")),
        ("themes", '["Caf\u00e9s", "Cafe\u0301s"]', ("item-duplicate", "themes[1]")),
        ("sdgs", "[11, SDG 9, SDG 11 own words]", ("item-duplicate", "sdgs[2]")),
        ("urban_agenda", "[Food, EU UP Food]", ("item-duplicate", "urban_agenda[1]")),
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
        ("results", "თანამშრომლობა.", None),  # Georgian has no capitals at the start of sentences
        ("results", "第一，", ("text-cut", "results")),
        ("activities", "[{when: May, text: small letters after a date.}]", None),
        ("activities", "[{text: A., details: [B., and of the]}]", ("text-cut", "activities[0].details[1]")),
        ("focus", "[{theme: A, text: it is cut in}]", ("text-cut", "focus[0].text")),
        ("signed", "31 May 2018", None),
        ("results", "", ("section-empty", "results")),
        ("results", "N/A", None),
        ("label_languages", "[en, fr]", ("label-unconfirmed", None)),
        ("contact", "{office: Ours}", None),
    ],
)
def test_a_field_has_a_warning_or_not(field: str, value: str, warning: tuple[str, str] | None) -> None:
    assert reported(instead(field, value)) == ([warning] if warning else [])


def test_words_that_end_no_sentence_depend_on_the_language_of_the_plan() -> None:
    text = instead("results", "Sie endet mit der")

    assert reported(text) == []
    assert reported(text + "language: de-AT\n") == [("text-cut", "results")]


@pytest.mark.parametrize(
    ("wording", "is_reported"),
    [("Sauberes Wasser", True), ("Nachhaltige Infrastruktur", False), ("Leben und Arbeiten", False)],
)
def test_wordings_of_goals_are_compared_with_the_titles_in_the_language_of_the_plan(
    wording: str, *, is_reported: bool
) -> None:
    text = instead("sdgs", f"[SDG 9 {wording}]")

    assert reported(text) == []
    assert reported(text + "language: de-AT\n") == ([("sdg-wording", "sdgs[0]")] if is_reported else [])


def test_each_missing_fact_is_reported_once() -> None:
    problems = found("cities: [{name: [Rome, Essen], country: N/A}]\nsdgs: []\nresults:\n")

    assert [(problem.code, problem.location.field, problem.location.line) for problem in problems] == [
        ("updated-missing", "updated", None),
        ("section-empty", "period", None),
        ("facts-missing", "cities[0]", 1),
        ("section-empty", "sdgs", 2),
        ("section-empty", "results", 3),
    ]
    assert {problem.severity for problem in problems} == {Severity.INFO}
    assert problems[1].details["fields"] == "period, themes, focus, challenges, objectives, activities"


@pytest.mark.parametrize(
    ("field", "entries", "place"),
    [
        ("focus", "[{theme: Ports, text: Trade.}, {theme: Air, text: }]", "focus[1].text"),
        ("activities", '[{when: May, text: ""}]', "activities[0].text"),
    ],
)
def test_an_entry_without_text_is_an_info(field: str, entries: str, place: str) -> None:
    assert reported(instead(field, entries)) == [("section-empty", place)]
    assert reported(instead(field, entries.replace("text: }", "text: N/A}").replace('""', "N/A"))) == []


def test_an_entry_with_details_needs_no_text() -> None:
    assert reported(instead("activities", '[{when: May, text: "", details: [40 participants.]}]')) == []


def test_the_missing_facts_of_a_column_are_one_info() -> None:
    (problem,) = found(COMPLETE + "cities: [{name: Rome, population: '-'}]")

    assert (problem.code, problem.severity) == ("facts-missing", Severity.INFO)
    assert problem.details == {"city": "Rome", "fields": "region, country, area_km2"}


def test_a_missing_contact_is_an_info() -> None:
    shipped = shipped_pack()
    settings = shipped.settings.model_copy(update={"contact": PackContact()})

    assert reported(CITY + COMPLETE, replace(shipped, settings=settings)) == [("contact-missing", "contact")]
    assert reported(CITY + COMPLETE + "contact: {office: Ours}\n", replace(shipped, settings=settings)) == []


@pytest.mark.parametrize("contact", ["{phone: +39 06 0606}", "{website: https://example.org}", "{address: Via Po 1}"])
def test_contact_without_a_name_is_an_info_when_the_pack_has_none(contact: str) -> None:
    shipped = shipped_pack()
    settings = shipped.settings.model_copy(update={"contact": PackContact()})
    without_contact = replace(shipped, settings=settings)
    text = CITY + COMPLETE

    assert reported(f"{text}contact: {contact}\n", without_contact) == [("contact-missing", "contact")]
    assert reported(f"{text}contact: {contact}\n") == [("contact-ignored", "contact")]


def test_a_field_without_a_row_is_a_warning_at_its_name() -> None:
    (problem,) = found(with_cities("name: A, region: B, country: IT, population: 1000, area_km2: 1, mayor: C"))

    assert (problem.code, problem.location.field) == ("field-not-printed", "cities[0].mayor")
    assert problem.details == {"field": "mayor", "pack": "iuc-asia"}


@pytest.mark.parametrize("rows", ["{place: hide}", "[cities, population]"])
def test_a_field_whose_row_the_project_leaves_out_names_its_settings(tmp_path: Path, rows: str) -> None:
    text = "cities: [{name: Rome, region: Lazio, country: Italy, mayor: Maria Rossi}]\n"
    write_plan(tmp_path, "a.yaml", f"template: iuc-japan\n{text}")
    (tmp_path / "ucap.yaml").write_text(f"rows: {rows}\n", encoding="utf-8")

    problems = ucap(tmp_path, "check", "--json").report["problems"]

    reported = {problem["field"]: problem for problem in problems if problem["code"] == "field-not-printed"}
    assert reported.keys() >= {"cities[0].region", "cities[0].mayor"}
    hidden, missing = reported["cities[0].region"], reported["cities[0].mayor"]
    assert hidden["message"] == "field `region` is not printed: `rows` in ucap.yaml leaves it out"
    assert missing["message"] == "field `mayor` is not printed: the pack iuc-japan has no row for it"


def test_sources_without_a_row_are_not_reported() -> None:
    assert reported(CITY + COMPLETE + "sources: [Census of 2021]\n") == []


def test_a_field_in_a_joint_row_is_printed() -> None:
    """The row `place` of this pack prints region and country."""
    problems = found(
        with_cities("name: A, region: B, country: IT, population: 1000, area_km2: 1"), shipped_pack("iuc-japan")
    )

    assert "cities[0].country" not in [problem.location.field for problem in problems]
    assert "cities[0].region" not in [problem.location.field for problem in problems]


def test_the_hint_about_a_duplicate_item_has_the_place_of_the_first() -> None:
    (problem,) = found(instead("themes", "\n  - Trade\n  - Air\n  - trade"))

    assert (problem.code, problem.details["first"], problem.details["line"]) == ("item-duplicate", 1, 13)


def test_the_city_names_of_a_new_plan_are_a_warning() -> None:
    names = [problem for problem in found(starter_plan()) if problem.code == "placeholder-left"]

    assert [problem.location.field for problem in names] == ["cities[0].name", "cities[1].name"]


def test_an_absent_field_has_no_line_and_an_empty_one_has_its_own() -> None:
    kept = COMPLETE.replace("updated: 2019-04-30\n", "")

    assert [problem.location.line for problem in found(CITY + kept)] == [None]
    assert [problem.location.line for problem in found(CITY + "updated:\n" + kept)] == [3]


def test_a_misspelt_partnership_is_a_warning_with_the_nearest_name() -> None:
    (problem,) = found(instead("urban_agenda", "[EU UP Urban Mobilty]"))

    assert (problem.code, problem.severity) == ("urban-agenda-spelling", Severity.WARNING)
    names = {"name": "EU UP Urban Mobilty", "known": "Urban Mobility"}
    assert problem.details == {**names, "suggestions": ["Urban Mobility"]}
    assert (problem.hint or "").startswith('did you mean "Urban Mobility"?')
