"""Columns and cells that say less than they should: between cities, without a header, in no plan."""

from datetime import date

import pytest
from msgspec.structs import replace

from tests.imports import codes, imported, labels, one_plan, read
from ucap_reports.importers.import_file import import_content
from ucap_reports.importers.imported_tables import target_of_header
from ucap_reports.plan.field_descriptions import CITIES, NAME
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.text.rich_text import ItemList


@pytest.mark.parametrize("between", ["; ", "\n", " / ", " and ", " & ", " - ", " \u2013 ", "\u2013", " + ", " | "])
def test_the_separator_of_the_cities_separates_their_facts(between: str) -> None:
    cells = "\t".join(
        f'"{first}{between}{second}"' for first, second in (("Tianjin", "Rome"), ("China", "Italy"), (5, 6))
    )
    plan = one_plan(f"Cities\tCountry\tPopulation\n{cells}\n", "x.csv")
    cities = [(city.name, [each.code for each in city.country], city.population) for city in read(plan).cities]
    assert [(name, codes) for name, codes, _ in cities] == [(("Tianjin",), ["CN"]), (("Rome",), ["IT"])]
    assert all(population is not None for _, _, population in cities)
    assert "Not imported" not in plan.text


def test_dash_in_a_number_is_no_separator_unless_one_is_between_the_names() -> None:
    plan = one_plan("Cities;Population\nTianjin / Aix-en-Provence;1\u20132 Mio\n", "x.csv")
    assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Aix-en-Provence",)]
    assert "# population: 1\u20132 Mio" in plan.text


def test_a_slash_may_be_part_of_a_name() -> None:
    plan = one_plan("City;Country\nDonostia/San Sebasti\u00e1n;Spain\n", "x.csv")
    assert [city.name for city in read(plan).cities] == [("Donostia/San Sebasti\u00e1n",)]


def test_three_names_with_words_between_them_are_three_cities() -> None:
    assert len(read(one_plan("Cities\nTianjin and Rome and Nice\n", "x.csv")).cities) == 3


def test_a_group_that_is_the_only_column_is_a_warning() -> None:
    plan = one_plan('Cities;Country\n"Tianjin, Rome";"China, Italy"\n', "x.csv")
    assert ([city.name for city in read(plan).cities], codes(plan)) == ([("Tianjin", "Rome")], ["import-guessed"])


@pytest.mark.parametrize(
    ("rows", "comment"),
    [
        ("Activities:\t\u2022 One \u2022 Two\n\nActivities:\tmore words", "activities: more words"),
        ('Period:\t<a href="https://example.org/x">2017</a>', 'the link of "2017": https://example.org/x'),
        (
            'Website:\t<a href="https://example.org">our page</a>',
            "the words of the link https://example.org: our page",
        ),
        ("Country:\tChina\tItaly\tFrance", "Country: France"),
    ],
)
def test_what_a_field_does_not_take_is_a_comment(rows: str, comment: str) -> None:
    plan = one_plan(f"City:\tTianjin\tRome\n{rows}\n", "x.txt")
    assert f"# {comment} (line" in plan.text
    assert codes(plan) == ["import-unplaced"]


def test_import_takes_an_address_that_is_written_over_the_one_of_its_link() -> None:
    plan = one_plan('City:\tTianjin\tRome\nWebsite:\t<a href="https://old.example">www.new.example</a>\n', "x.txt")
    assert "website: www.new.example\n" in plan.text
    assert '# the link of "www.new.example": https://old.example (line' in plan.text
    assert codes(plan) == ["import-unplaced"]


def test_import_takes_the_complete_address_of_a_link_that_shows_its_beginning() -> None:
    plan = one_plan('City:\tTianjin\tRome\nWebsite:\t<a href="https://rome.example/plans">rome.example</a>\n', "x.txt")
    assert "website: https://rome.example/plans\n" in plan.text
    assert codes(plan) == []


def test_a_value_that_may_be_of_either_city_is_one_comment() -> None:
    plan = one_plan("City 1;City 2;Country\nTianjin;Rome;Atlantis\n", "x.csv")
    assert (codes(plan), plan.text.count("Atlantis")) == (["import-unplaced"], 1)


@pytest.mark.parametrize("between", [", ", "; "])
def test_a_comma_in_the_name_of_a_country_does_not_divide_it(between: str) -> None:
    plan = one_plan(
        f"City:\tSuwon\tRome\nRegion, country:\tGyeonggi{between}Korea, Republic of\tLazio, Italy\n", "x.txt"
    )
    places = [(city.region, [country.code for country in city.country]) for city in read(plan).cities]
    assert places == [(("Gyeonggi",), ["KR"]), (("Lazio",), ["IT"])]


def test_the_label_of_the_urban_agenda_alone_is_kept() -> None:
    plan = one_plan("City:\tTianjin\tRome\nUrban Agenda topics:\tUrban Agenda:\n", "x.txt")
    assert "Urban Agenda:" in plan.text


def test_a_cell_in_a_column_without_a_header_is_a_comment_and_a_warning() -> None:
    plan = one_plan("City 1;City 2;\nTianjin;Rome;left over\n", "x.csv")
    assert "# left over (line 2, column 3)" in plan.text
    assert [(each.code, each.location.line) for each in plan.problems] == [("import-column", 2)]


def test_a_row_without_cities_is_a_comment_of_the_plan_above_it() -> None:
    found = imported("City 1;City 2;Period\nTianjin;Rome;May\n;;to be continued\n", "x.csv")
    assert len(found.plans) == 1
    (problem,) = found.problems
    assert (problem.code, problem.location.line) == ("import-row", 3)
    assert problem.details == {"text": "to be continued"}
    assert "# to be continued (line 3, column 3)" in found.plans[0].text


def test_a_line_above_the_table_is_a_comment_in_each_plan_and_a_warning() -> None:
    found = imported("Pairings of 2019;\n;\nCity 1;City 2\nTianjin;Rome\nLyon;Nice\n", "x.csv")
    assert ["# Pairings of 2019 (line 1, column 1)" in plan.text for plan in found.plans] == [True, True]
    assert [problem.location.line for problem in found.problems] == [1]


@pytest.mark.parametrize("language", sorted({tag for pack in labels().packs for tag in pack.labels}))
def test_headers_are_known_in_each_language_of_the_packs(language: str) -> None:
    for pack in labels().packs:
        for field, label in pack.labels.get(language, {}).items():
            name = NAME if field == CITIES else field
            assert labels().find(label.text) == name
            expected = f"cities[1].{name}" if BUILT_IN.is_of_city(name) else name
            assert target_of_header(f"{label.text} 2", labels()) == expected, label.text


@pytest.mark.parametrize(
    "goals",
    [
        "ODD 11 et 13",
        "Ziel 11, Ziel 13",
        "ODS-11; ODS-13",
        "\u76ee\u680711\u3001\u76ee\u680713",
        "SDG11\u3001SDG13",
        "SDG 11\uff0c13",
        "\u0627\u0644\u0647\u062f\u0641 11; 13",
    ],
)
def test_goals_are_read_with_the_words_and_signs_of_other_languages(goals: str) -> None:
    plan = read(one_plan(f"City 1\tCity 2\tSDG\nTianjin\tRome\t{goals}\n", "x.csv"))

    assert [goal.number for goal in plan.sdgs] == [11, 13]


def test_wording_of_a_goal_in_another_language_is_kept() -> None:
    plan = read(one_plan("City 1\tCity 2\tSDG\nTianjin\tRome\tZiel 11: Kein Ziel der Stadt\n", "x.csv"))

    assert [(goal.number, goal.wording) for goal in plan.sdgs] == [(11, "Kein Ziel der Stadt")]


def test_a_comma_between_goals_is_not_part_of_them() -> None:
    plan = one_plan("City 1;City 2;SDGs\nTianjin;Rome;SDG 7 Affordable and clean energy, SDG 11\n", "x.csv")
    assert "  - SDG 7 Affordable and clean energy\n  - SDG 11\n" in plan.text


def test_a_fact_that_comes_once_for_two_cities_is_a_comment_with_the_right_headers_in_the_hint() -> None:
    plan = one_plan("City;Country;Inhabitants;City;Country\nHanoi;Vietnam;8.1 million;Lyon;France\n", "x.csv")
    (problem,) = plan.problems
    assert problem.details == {"field": "population", "text": "8.1 million"}
    assert "population 1, population 2" in (problem.hint or "")
    assert "# population: 8.1 million (line 2, column 3)" in plan.text


@pytest.mark.parametrize("header", ["Topic", "Topics", "Topics:"])
def test_topics_are_themes_except_for_the_goals_among_them(header: str) -> None:
    cell = '"Smart city\nSDG 7, SDG 11\nSDG12 own wording\nEU UP Housing"'
    plan = one_plan(f"City 1;City 2;{header}\nTianjin;Rome;{cell}\n", "x.csv")
    assert codes(plan) == []
    assert "themes:\n  - Smart city\n" in plan.text
    assert "sdgs:\n  - SDG 7\n  - SDG 11\n  - SDG12 own wording\n" in plan.text
    assert "urban_agenda:\n  - EU UP Housing\n" in plan.text


@pytest.mark.parametrize("header", ["Date of agreement", "Signed on", "Agreement date"])
def test_the_date_of_the_agreement_is_the_signing_date(header: str) -> None:
    assert "signed: 2018-05-31\n" in one_plan(f"City 1;City 2;{header}\nTianjin;Rome;2018-05-31\n", "x.csv").text


LATIN = {
    "cp1250": "Plze\u0148 P\u0159\u00edli\u0161; \u0141\u00f3d\u017a Wroc\u0142aw; Gy\u0151r",
    "iso8859-2": "Plze\u0148 P\u0159\u00edli\u0161; \u0141\u00f3d\u017a Wroc\u0142aw; Gy\u0151r",
    "cp1257": "\u0160iauliai \u0105\u017euol\u0173",
    "cp1254": "\u0130zmir Eski\u015fehir \u0131\u011fd\u0131r",
    "mac-roman": "K\u00f6ln Gr\u00f6\u00dfe; M\u00e1laga",
    "cp1252": "K\u00f6ln 11 km\u00b2; C\u00f4te d\u2019Azur; \u201c\u00e9t\u00e9\u201d 5 \u20ac",
}


@pytest.mark.parametrize("encoding", LATIN)
def test_the_encoding_is_the_one_that_makes_words(encoding: str) -> None:
    plan = one_plan(f"City 1|City 2|Period\nTianjin|Rome|{LATIN[encoding]}\n".encode(encoding), "x.csv")
    assert (read(plan).period, codes(plan)) == (LATIN[encoding], ["import-encoding"])


@pytest.mark.parametrize(
    "day", ["1. Mai 2019", "14. \u2013 16. November 2018: Besuch", "3. \u010dervna 2019", "1. 5. 2019"]
)
def test_the_number_of_a_day_is_not_a_list_marker(day: str) -> None:
    plan = read(one_plan(f"City 1;City 2;Period;Objectives\nTianjin;Rome;{day};{day}\n", "x.csv"))
    assert (plan.period, plan.objectives.text) == (day, day)


def test_a_day_that_begins_with_its_number_is_read() -> None:
    plan = read(one_plan("City 1;City 2;Last updated\nTianjin;Rome;1. Mai 2019\n", "x.csv"))
    assert plan.updated == date(2019, 5, 1)


@pytest.mark.parametrize("day", ["3. Mai 2017", "3 May 2017"])
def test_day_in_the_words_of_the_projects_language_is_read(day: str) -> None:
    table = f"City 1;City 2;Signed\nTianjin;Rome;{day}\n".encode()
    (plan,) = import_content(table, "x.csv", replace(labels(), language="de")).plans
    assert read(plan).signed == date(2017, 5, 3)


def test_a_number_before_a_single_line_is_not_a_list_marker() -> None:
    table = 'City;Country;Period;Challenges;Objectives\nVienna;Austria;3. Bezirk;12. Etage;"1. one\n2. two"\n'
    plan = read(one_plan(table, "x.csv"))
    assert (plan.period, plan.challenges.text) == ("3. Bezirk", "12. Etage")
    assert isinstance(plan.objectives.blocks[0], ItemList)


@pytest.mark.parametrize("goals", ["SDG 3-5", "SDG 3\N{EN DASH}5", "SDG 11, 3-5"])
def test_a_range_of_goals_is_not_read_as_its_ends(goals: str) -> None:
    plan = one_plan(f"City 1\tCity 2\tSDGs\nTianjin\tRome\t{goals}\n", "x.csv")
    assert "3" not in [str(goal.number) for goal in read(plan).sdgs]
    assert "sdg-unknown" in codes(plan)
    assert goals.rpartition(", ")[2] in plan.text


@pytest.mark.parametrize(
    ("names", "countries"),
    [
        ("Tianjin, China;Rome, Italy", ["China", "Italy"]),
        ("Tianjin;Rome, IT", ["IT"]),
        ("Tianjin;Luxembourg, Monaco", []),  # two cities whose countries have the same name
        ("Tianjin;Rome, Pisa", []),
        ("Singapore;Rome", []),
    ],
)
def test_a_country_behind_the_name_of_a_city_is_reported(names: str, countries: list[str]) -> None:
    plan = one_plan(f"City 1;City 2\n{names}\n", "x.csv")
    reported = [problem.message for problem in plan.problems if problem.code == "import-guessed"]
    assert reported == [f'"{country}" was read as the name of a city' for country in countries]


@pytest.mark.parametrize(
    ("line", "when", "text"),
    [
        ("05/2018: Study visit", "05/2018", "Study visit"),
        ("<b>May 2017</b>: Launch, 10:00", "May 2017", "Launch, 10:00"),
        ("1\u20133 juin 2019 : atelier", "1\u20133 juin 2019", "atelier"),
        ("2018\u5e745\u6708\uff1a\u8bbf\u95ee", "2018\u5e745\u6708", "\u8bbf\u95ee"),
        ("Workshop: details", None, "Workshop: details"),
        ("Horizon 2020: call", None, "Horizon 2020: call"),
        ("45/2018: order", None, "45/2018: order"),
    ],
)
def test_import_reads_the_time_before_the_colon_of_an_activity(line: str, when: str | None, text: str) -> None:
    plan = read(one_plan(f'City;Activities\nTianjin;"- {line}\n- Talk"\n', "x.csv"))
    assert isinstance(plan.activities, tuple)
    assert [(activity.when, activity.text.text) for activity in plan.activities] == [(when, text), (None, "Talk")]
