"""Tables as plans: one for each row or group of rows, whatever program wrote them."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from tests.imports import DATA, codes, imported, labels, one_plan, read, refused
from tests.stages import ROOT
from ucap_reports.importers.column_map_file import CellSearch, Use
from ucap_reports.importers.imported_tables import target_of_header
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell
from ucap_reports.plan.plan_model import City, Plan, load_plan
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.text.rich_text import RichText

SOURCES = ROOT / "plans" / "sources"
GROUPINGS = sorted(path for path in (ROOT / "plans").glob("*.yaml") if path.stem != "tianjin-rome")
PAIR = "City 1;Country 1;City 2;Country 2;Themes\nTianjin;China;Rome;Italy;Aerospace; Smart City\n"


@pytest.mark.no_cover
def test_the_shipped_plans_have_every_fact_of_their_table() -> None:
    columns = (SOURCES / "columns.yaml").read_text(encoding="utf-8")
    found = imported((SOURCES / "pairings.csv").read_bytes(), "pairings.csv", columns)
    assert found.problems == ()
    assert {plan.id for plan in found.plans} == {path.stem for path in GROUPINGS}
    for plan in found.plans:
        assert plan.problems == ()
        assert format_plan(Source(f"{plan.id}.yaml", plan.text)) == plan.text
        assert_completes(load_plan(ROOT / "plans" / f"{plan.id}.yaml"), read(plan))


def assert_completes(shipped: Plan, plan: Plan) -> None:
    """Check that the shipped plan has all facts of the imported plan, unchanged; lists may have more items."""
    for field in Plan.model_fields:
        value = getattr(plan, field)
        if field in {"themes", "sources"}:
            assert getattr(shipped, field)[: len(value)] == value
        elif field != "cities" and value:
            assert getattr(shipped, field) == value
    for city, before in zip(shipped.cities, plan.cities, strict=True):
        for field in City.model_fields:
            assert getattr(before, field) in {None, (), getattr(city, field)}


def test_a_spreadsheet_of_a_real_program_is_read_with_merged_cells_formulas_and_dates() -> None:
    found = imported((DATA / "pairings.xlsx").read_bytes(), "pairings.xlsx")
    essen, prague = found.plans
    assert [plan.id for plan in found.plans] == ["koriyama-essen", "longyan-mannheim-prague"]
    assert essen.text.partition("missing.\n")[2] == (
        "cities:\n  - name: Koriyama\n    country: Japan\n    population: 330000\n    area_km2: 757.20\n"
        "  - name: Essen\n    country: Germany\n    population: 590000\n    area_km2: 210.34\n\n"
        "signed: 2018-11-16\n\nthemes:\n  - Renewable Energy\n  - Water Management\n\n"
        "sdgs:\n  - SDG 7\n  - SDG 11\n\nsources:\n  - https://docslib.org/doc/9435194\n\n"
        "# Not imported into any field, with the place in the file:\n\n"
        "# City pairings of the office (Pairings \u203a A1)\n"
    )
    plan = read(prague)
    assert [city.name for city in plan.cities] == [("Longyan",), ("Mannheim", "Prague")]
    assert [goal.number for goal in plan.sdgs] == [3, 4]
    assert [topic.partnership for topic in plan.urban_agenda] == ["Digital Transition"]
    told = [(problem.code, problem.location.place) for problem in found.problems]
    assert told == [("import-formula", "Pairings \u203a E5"), ("import-unplaced", "Pairings \u203a A1")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f'City 1{delimiter}City 2{delimiter}Period\n"A{delimiter}B"{delimiter}Rome{delimiter}May 2017\n'
    assert read(one_plan(text, "x.csv")).period == "May 2017"


def test_a_line_that_names_the_delimiter_is_a_comment() -> None:
    plan = one_plan("sep=;\r\nCity 1;City 2;Period\r\nTianjin;Rome;May, 2017\r\n", "x.csv")
    assert (read(plan).period, codes(plan)) == ("May, 2017", ["import-unplaced"])
    assert "# sep= (line 1, column 1)" in plan.text


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "M\u00e1laga"),
        ("utf-8", "M\u00e1laga"),
        ("utf-16", "\u5929\u6d25"),
        ("gb18030", "\u5929\u6d25\u5e02"),
        ("cp932", "\u6771\u4eac\u306e\u3068\u3042\u308b\u753a"),
        ("euc_kr", "\uc11c\uc6b8\ud2b9\ubcc4\uc2dc"),
        ("cp1253", "\u0398\u03b5\u03c3\u03c3\u03b1\u03bb\u03bf\u03bd\u03af\u03ba\u03b7"),
        ("cp1251", "\u0421\u043e\u0444\u0438\u044f"),
    ],
)
def test_common_encodings_are_recognised(encoding: str, name: str) -> None:
    plan = one_plan(f"City 1;City 2\n{name};Rome\n".encode(encoding), "x.csv")
    assert read(plan).cities[0].name == (name,)
    assert codes(plan) == ([] if encoding.startswith("utf") else ["import-encoding"])


@pytest.mark.parametrize(
    "header",
    [
        "City 1;Country 1;City 2;Country 2",
        "city_1;country_1;city_2;country_2",
        "City A;Country (City A);City B;Country (City B)",
        "1. City;1. Country;2. City;2. Country",
        "City 1;City 1 country;City 2;City 2 country",
        "City1;Country1;City2;Country2",
        "\u57ce\u5e021;\u57ce\u5e021\u56fd\u5bb6;\u57ce\u5e022;\u57ce\u5e022\u56fd\u5bb6",
        "Partner city;Partner country;European city;European country",
        "cities[0].name;cities[0].country;cities[1].name;cities[1].country",
    ],
)
def test_headers_are_read_in_many_wordings(header: str) -> None:
    plan = read(one_plan(f"{header}\nTianjin;China;Rome;Italy\n", "x.csv"))
    assert [(city.name, city.country[0].code) for city in plan.cities] == [(("Tianjin",), "CN"), (("Rome",), "IT")]


def test_semicolons_separate_columns_and_commas_cities_of_a_group() -> None:
    plan = one_plan('Cities\tCountry\n"Longyan; Mannheim, Prague"\t"China; Germany, Czech Republic"\n', "x.csv")
    assert plan.id == "longyan-mannheim-prague"
    assert [len(city.country) for city in read(plan).cities] == [1, 2]


def test_countries_of_a_group_stay_those_of_its_cities_in_turn() -> None:
    plan = read(one_plan('City;Country\n"Essen, Bonn, Wien";"Germany, Germany, Austria"\n', "x.csv"))
    assert [country.code for country in plan.cities[0].country] == ["DE", "DE", "AT"]
    plan = read(one_plan('City;Country\n"Essen, Bonn";"Germany, Germany"\n', "x.csv"))
    assert [country.code for country in plan.cities[0].country] == ["DE"]


def test_an_email_is_the_address_of_its_link_without_the_subject() -> None:
    link = '<a href=""mailto:info@x.org?subject=Our%20plan"">{}</a>'
    for words in ("Write to us", "info@x.org"):
        plan = read(one_plan(f'City 1,City 2,E-mail\nRome,Lyon,"{link.format(words)}"\n', "x.csv"))
        assert plan.contact is not None
        assert plan.contact.email == "info@x.org"


def test_a_fact_that_cannot_be_split_between_the_cities_is_a_comment() -> None:
    plan = one_plan("Cities\tCountry\nTianjin; Rome; Nice\tChina; Italy\n", "x.csv")
    assert codes(plan) == ["import-unplaced"]
    assert "# country: China; Italy (line 2, column 2)" in plan.text


def test_rows_with_the_same_plan_id_are_one_plan_with_a_row_for_each_city() -> None:
    found = imported(
        "Plan,City,Population,Period\nab,Tianjin,13.6 Mio,May 2017\nab,Rome,2.8 Mio,May 2017\ncd,Lyon,,\n", "x.csv"
    )
    first, second = map(read, found.plans)
    assert [city.name for city in first.cities] == [("Tianjin",), ("Rome",)]
    assert (first.period, second.cities[0].name) == ("May 2017", ("Lyon",))


def workbook(*rows: tuple[object, ...], merged: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_rows_that_share_a_merged_cell_are_one_plan() -> None:
    rows = (("City", "Period"), ("Tianjin", "May 2017"), ("Rome", None), ("Lyon", "June 2018"))
    found = imported(workbook(*rows, merged=("B2:B3",)), "x.xlsx")
    assert [len(read(plan).cities) for plan in found.plans] == [2, 1]


def test_a_merged_header_over_the_columns_of_each_city_separates_them() -> None:
    rows = (
        ("Partner", None, "Europe", None),
        ("City", "Country", "City", "Country"),
        ("Tianjin", "China", "Rome", "Italy"),
    )
    plan = read(one_plan(workbook(*rows, merged=("A1:B1", "C1:D1")), "x.xlsx"))
    assert [city.country[0].code for city in plan.cities] == ["CN", "IT"]


def test_columns_below_a_merged_header_are_of_its_city_even_if_only_one_city_has_them() -> None:
    rows = (
        ("City 1", None, "City 2", None),
        ("City", "Country", "City", "Area (km²)"),
        ("Tianjin", "China", "Rome", 1285),
    )
    found = imported(workbook(*rows, merged=("A1:B1", "C1:D1")), "x.xlsx")
    (plan,) = map(read, found.plans)
    assert found.problems == ()
    assert [(city.name, len(city.country), city.area_km2 is None) for city in plan.cities] == [
        (("Tianjin",), 1, True),
        (("Rome",), 0, False),
    ]


def test_a_city_beside_merged_headers_is_a_city_of_its_own() -> None:
    rows = (
        (None, "Partner", None, "Partner", None),
        ("City", "City", "Country", "City", "Country"),
        ("Lyon", "Tianjin", "China", "Rome", "Italy"),
    )
    plan = read(one_plan(workbook(*rows, merged=("B1:C1", "D1:E1")), "x.xlsx"))
    assert [(city.name, [country.code for country in city.country]) for city in plan.cities] == [
        (("Lyon",), []),
        (("Tianjin",), ["CN"]),
        (("Rome",), ["IT"]),
    ]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        (
            (
                ("Cities", None, None, "Plan", None),
                ("City", "Country", "Population", "Period", "Themes"),
                ("Tianjin; Rome", "China; Italy", "13600000; 2800000", "2017", "Aerospace"),
            ),
            ("A1:C1", "D1:E1"),
        ),
        (
            (
                ("Cities", "Plan", None, "City 1", None, "City 2", None),
                ("City", "Period", "Themes", "Country", "Population", "Country", "Population"),
                ("Tianjin; Rome", "2017", "Aerospace", "China", 13_600_000, "Italy", 2_800_000),
            ),
            ("B1:C1", "D1:E1", "F1:G1"),
        ),
        (
            (
                ("City 1", None, "City 2", None, "Figures", None),
                ("City", "Country", "City", "Country", "Population", "Area (km²)"),
                ("Tianjin", "China", "Rome", "Italy", "13600000; 2800000", "11760; 1285"),
            ),
            ("A1:B1", "C1:D1", "E1:F1"),
        ),
    ],
)
def test_a_merged_header_over_facts_of_no_single_city_is_not_about_one(
    rows: tuple[tuple[object, ...], ...], merged: tuple[str, ...]
) -> None:
    plan = read(one_plan(workbook(*rows, merged=merged), "x.xlsx"))
    assert [(city.name, city.country[0].code) for city in plan.cities] == [(("Tianjin",), "CN"), (("Rome",), "IT")]
    populations = [city.population.value for city in plan.cities if city.population]
    assert populations == [13_600_000, 2_800_000]


def test_a_header_of_two_rows_may_name_the_cities_in_both() -> None:
    rows = (
        ("Asian city", None, None, "European city", None, None, "Themes", "Contact person"),
        ("Name", "Country", "Pop.", "Name", "Country", "Pop.", None, None),
        ("Tianjin", "CN", "13.6 Mio", "Rome", "IT", 2_800_000, "Aerospace", "Ms Rossi"),
    )
    found = imported(workbook(*rows, merged=("A1:C1", "D1:F1", "G1:G2", "H1:H2")), "x.xlsx")
    (plan,) = map(read, found.plans)
    assert found.problems == ()
    assert [(city.name, city.country[0].code) for city in plan.cities] == [(("Tianjin",), "CN"), (("Rome",), "IT")]
    assert all(city.population and city.population.value for city in plan.cities)
    assert (plan.themes, plan.contact and plan.contact.office) == (("Aerospace",), "Ms Rossi")


def test_the_second_row_of_a_merged_header_is_not_a_plan() -> None:
    rows = (("City 1", "City 2", "Period"), (None, None, "as signed"), ("Tianjin", "Rome", "2017"))
    found = imported(workbook(*rows, merged=("A1:A2", "B1:B2")), "x.xlsx")
    (plan,) = map(read, found.plans)
    assert [city.name for city in plan.cities] == [("Tianjin",), ("Rome",)]
    assert [(problem.code, problem.location.place) for problem in found.problems] == [
        ("import-unplaced", "Sheet \u203a C2")
    ]


def test_a_heading_over_all_columns_is_a_warning_and_not_a_plan() -> None:
    rows = (
        ("City 1", "City 2", "Period"),
        ("Asia", None, None),
        ("Tianjin", "Rome", "2017"),
        ("Source: A", None, None),
    )
    found = imported(workbook(*rows, merged=("A2:C2", "A4:C4")), "x.xlsx")
    assert [plan.id for plan in found.plans] == ["tianjin-rome"]
    assert [(problem.code, problem.details["text"]) for problem in found.problems] == [
        ("import-row", "Asia"),
        ("import-row", "Source: A"),
    ]


def test_a_note_of_a_cell_over_several_rows_is_kept_once() -> None:
    content = workbook(
        ("Plan", "City", "Country"), ("ab", "Tianjin", "China"), ("ab", "Wuhan", None), merged=("C2:C3",)
    )
    book = load_workbook(BytesIO(content))
    book.worksheets[0]["C2"].comment = Comment("ask the desk", "A")
    stream = BytesIO()
    book.save(stream)
    assert one_plan(stream.getvalue(), "x.xlsx").text.count("ask the desk") == 1


@pytest.mark.parametrize("merged", ["A2:A3", "C2:C3", "D2:D3"])
def test_a_cell_merged_over_empty_rows_makes_one_plan(merged: str) -> None:
    rows = (("City 1", "City 2", "Period", "Desk"), ("Tianjin", "Rome", "2017", "B 4"), (None,) * 4)
    found = imported(workbook(*rows, merged=(merged,)), "x.xlsx")
    assert [plan.id for plan in found.plans] == ["tianjin-rome"]
    assert codes(found) == ["import-column"]


@pytest.mark.parametrize("row", ["Total;;;2 plans", "Total of all\nplans;;;"])
def test_a_row_that_names_no_city_is_a_warning_with_its_words_and_place(row: str) -> None:
    first, *others = row.split(";")
    found = imported(f'Plan;City 1;City 2;Period\nab;Tianjin;Rome;2017\n"{first}";{";".join(others)}\n', "x.csv")
    (problem,) = found.problems
    assert [plan.id for plan in found.plans] == ["ab"]
    assert " ".join(first.split()) in problem.details["text"]
    assert f"# {first.splitlines()[0]}" in found.plans[0].text
    assert (problem.code, problem.location.line, problem.location.place) == ("import-row", 3, "column 1")


@pytest.mark.parametrize(
    ("text", "is_note"),
    [
        ("Quelle: Statistikamt 2019", True),
        ("来源：统计局", True),
        ("The numbers are of 2019.", True),
        ("1) estimated", True),
        ("https://www.example.org", True),
        ("Washington D.C.", False),
        ("Bremen", False),
    ],
)
def test_note_below_a_table_makes_no_plan(text: str, is_note: bool) -> None:  # noqa: FBT001 - a parameter of the test
    found = imported(f"City 1;City 2\nLima;Lyon\n{text};\n", "x.csv")
    assert len(found.plans) == (1 if is_note else 2)
    assert codes(found) == (["import-row"] if is_note else [])


def test_a_sheet_with_labels_in_its_first_column_is_one_plan() -> None:
    rows = (("City:", "Tianjin", "Rome"), ("Country:", "China", "Italy"), ("Period of cooperation", "May 2017", None))
    plan = read(one_plan(workbook(*rows, merged=("B3:C3",)), "tianjin-rome.xlsx"))
    assert (len(plan.cities), plan.period) == (2, "May 2017")


def test_a_column_without_a_field_is_one_warning_and_a_comment_in_each_plan() -> None:
    found = imported("City 1,City 2,Shoe size\nTianjin,Rome,42\nLyon,Nice,43\n", "x.csv")
    assert [(problem.code, problem.location.line) for problem in found.problems] == [("import-column", 1)]
    assert [f"# Shoe size: {size}" in plan.text for size, plan in zip((42, 43), found.plans, strict=True)] == [
        True,
        True,
    ]


def test_two_plans_of_the_same_cities_have_different_ids() -> None:
    found = imported("City 1,City 2\nTianjin,Rome\nTianjin,Rome\n", "x.csv")
    assert [plan.id for plan in found.plans] == ["tianjin-rome", "tianjin-rome-2"]
    assert codes(found.plans[1]) == ["import-duplicate"]


def test_lists_and_markup_in_cells_are_kept() -> None:
    plan = read(one_plan('City 1,City 2,Objectives\nA,B,"<b>All</b>\n- one\n- two"\n', "x.csv"))
    assert plan.objectives.text == "All\none\ntwo"
    assert next(plan.objectives.runs()).bold


def test_a_row_with_an_unknown_country_makes_a_plan() -> None:
    plan = one_plan("City 1,Country 1,City 2\nTianjin,Chinaa,Rome\n", "x.csv")
    assert (codes(plan)[0], read(plan).cities[0].country) == ("country-unknown", ())


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "Country;Period\nChina;May\n", "\n\n \n1"])
def test_a_table_without_a_column_of_cities_is_an_error(text: str) -> None:
    assert refused(text, "x.csv") == ["import-no-header"]


MAPS = {
    "columns: {City 1: nmae}": "field-unknown",
    "columns: {City 1: {field: period, find: '('}}": "pattern-invalid",
    "columns: {City 1: {field: period, find: 'a{9999999999}'}}": "pattern-invalid",
    f"columns: {{City 1: {{field: period, find: {'a' * 501}}}}}": "pattern-invalid",
    "columns: {City 1: {field: period, find: 'a(?R)?b'}}": "pattern-invalid",
    "columns: {Other: period}": "column-missing",
    "only: {Status: x}\ncolumns: {}": "column-missing",
    "colums: {}": "field-unknown",
}


@pytest.mark.parametrize(("columns", "code"), MAPS.items())
def test_an_invalid_map_is_an_error(columns: str, code: str) -> None:
    assert code in refused("City 1,City 2\nTianjin,Rome\n", "x.csv", columns)


@pytest.mark.parametrize(("length", "count"), [(60, 1), (18, 10_000)])
def test_searches_of_an_import_end_in_time(length: int, count: int) -> None:
    cell = ParsedCell(RichText.plain("a" * length + "b"), Location("x.csv", 2, 1))
    search, done = CellSearch(seconds=0.1), 0
    with suppress(ProblemsFound):
        for _ in range(count):
            search.texts("(a|aa)+$", cell)
            done += 1
    assert done < count
    with pytest.raises(ProblemsFound) as raised:
        search.texts("(a|aa)+$", cell)
    assert [(found.code, found.location) for found in raised.value.problems] == [("pattern-slow", cell.location)]


def test_no_search_begins_when_the_time_is_over() -> None:
    cell = ParsedCell(RichText.plain("a"), Location("x.csv", 2, 1))
    with pytest.raises(ProblemsFound):
        CellSearch(seconds=0).texts("a", cell)


def test_a_map_names_what_headers_do_not(tmp_path: Path) -> None:
    columns = """
only: {Status: [agreed]}
columns:
  Here: cities[0].name
  There: cities[1].name
  Notes:
    - {field: "cities[0].population", find: 'people ([0-9 ]+)', figure: true}
    - ignore
"""
    text = "Status|Here|There|Notes\nagreed|Tianjin|Rome|people 13 600 000; more\nopen|Lyon|Nice|\n"
    plan = one_plan(text, "x.csv", columns)
    population = read(plan).cities[0].population
    assert population is not None
    assert (population.text, codes(plan)) == ("13,600,000", [])


def test_two_names_with_a_word_between_them_are_two_cities_and_a_warning() -> None:
    text = 'Countries,Cities,Area (km2),Population\n"China, Italy",Tianjin and Rome,11760; 1285,13 Mio\n'
    plan = one_plan(text, "x.csv")
    assert [(city.name, city.country[0].code) for city in read(plan).cities] == [
        (("Tianjin",), "CN"),
        (("Rome",), "IT"),
    ]
    assert codes(plan) == ["import-guessed", "import-unplaced"]
    assert "# population: 13 Mio (line 2, column 4)" in plan.text


def test_cell_that_one_use_takes_completely_is_no_comment() -> None:
    columns = 'columns:\n  Name: cities\n  Years: [period, {field: title, find: "[0-9]{4}"}]\n'

    plan = one_plan("Name,Years\nRome,2018-2020\n", "x.csv", columns)

    assert (read(plan).period, codes(plan)) == ("2018-2020", [])


def test_a_refused_value_is_a_comment_and_one_warning_with_the_reason() -> None:
    plan = one_plan("City 1;Country 1;City 2\nTianjin;Chyna;Rome\n", "x.csv")
    (problem,) = plan.problems
    assert (problem.code, problem.severity, problem.location.line) == ("country-unknown", "warning", 2)
    assert 'did you mean "China"?' in (problem.hint or "")
    assert "# country: Chyna" in plan.text


def test_facts_that_cannot_be_split_between_the_cities_name_their_field() -> None:
    plan = one_plan("City;Country;Population\nTianjin; Rome;China; Italy;1; 2; 3\n".replace("; ", " / "), "x.csv")
    unplaced = [problem.details for problem in plan.problems if problem.code == "import-unplaced"]
    assert unplaced == [{"field": "population", "text": "1 / 2 / 3"}]


def test_a_map_of_several_uses_for_each_city_numbers_all_of_them() -> None:
    uses = "[{field: name, find: '^[^(]+'}, {field: country, find: '[(](.+)[)]'}]"
    plan = read(one_plan("A;B\nTianjin (China);Rome (Italy)\n", "x.csv", f"columns: {{A: {uses}, B: {uses}}}"))
    countries = [[country.text for country in city.country] for city in plan.cities]
    assert ([city.name for city in plan.cities], countries) == ([("Tianjin",), ("Rome",)], [["China"], ["Italy"]])


def test_a_column_that_selects_rows_keeps_its_field() -> None:
    columns = "{columns: {City: cities, Population: population}, only: {population: ['5']}}"
    plan = read(one_plan("City;Population\nTianjin;5\nRome;6\n", "x.csv", columns))
    assert [city.population for city in plan.cities] != [None]


@pytest.mark.parametrize(("choice", "ids"), [("only", ["ab", "cd"]), ("without", ["ef"])])
def test_rows_are_selected_by_all_columns_with_the_same_header(choice: str, ids: list[str]) -> None:
    columns = f"{{columns: {{}}, {choice}: {{Status: agreed}}}}"
    text = "id;Status;City;Status\nab;agreed;Tianjin;open\ncd;open;Rome;agreed\nef;open;Lyon;open\n"
    assert [plan.id for plan in imported(text, "x.csv", columns).plans] == ids


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("1234567.50", "1,234,567.50"),
        ("1'234 567", "1,234,567"),
        ("1,234", "1,234"),
        ("12,5", "12,5"),
        ("1,23,456", "1,23,456"),
        ("about 5", "about 5"),
    ],
)
def test_a_figure_is_grouped_only_if_its_commas_group_thousands(written: str, figure: str) -> None:
    columns = "{columns: {City: name, P: {field: population, figure: true}}}"
    assert f"population: {figure}\n" in one_plan(f"City\tP\nRome\t{written}\n", "x.csv", columns).text.replace('"', "")


def test_a_figure_may_have_more_digits_than_an_integer() -> None:
    cell = ParsedCell(RichText.plain("1" * 4400), Location("x.csv", 2, 1))
    (figure,) = Use(field="population", figure=True).values_in(cell, CellSearch())
    assert figure.text == ",".join(["11", *["111"] * 1466])


def test_rows_without_an_id_are_plans_of_their_own() -> None:
    plans = imported("id;City\n-;Tianjin\n;Rome\n-;Hanoi\n", "x.csv").plans
    assert [plan.id for plan in plans] == ["tianjin-rome", "hanoi"]


def test_rows_are_grouped_by_the_part_of_a_cell_that_is_the_id() -> None:
    columns = "{columns: {Code: {field: id, find: '^[a-z]+'}, City: name}}"
    found = imported("Code;City\nab 1;Tianjin\nab 2;Rome\ncd 1;Hanoi\n", "x.csv", columns)
    assert ([plan.id for plan in found.plans], codes(found)) == (["ab", "cd"], [])


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("城市一", "cities[0].name"),
        ("城市二人口", "cities[1].population"),
        ("第二城市", "cities[1].name"),
        ("都市B", "cities[1].name"),
        ("Population city 2", "cities[1].population"),
        ("Country of City 2", "cities[1].country"),
        ("ＳＤＧ", "sdgs"),
        ("可持续发展目标", "sdgs"),
    ],
)
def test_a_header_may_have_its_number_in_other_places_and_scripts(header: str, field: str) -> None:
    assert target_of_header(header, labels()) == field


def test_semicolons_and_commas_of_chinese_separate_as_others() -> None:
    plan = one_plan(
        "城市,国家,人口（万）,省份,SDGs,主题\n天津；罗马,中国；意大利,1386；287,天津；拉齐奥、翁布里亚,ＳＤＧ１１、ＳＤＧ９,交通；水\n",
        "t.csv",
    )

    read_plan = read(plan)
    assert [city.name for city in read_plan.cities] == [("天津",), ("罗马",)]
    assert [city.region for city in read_plan.cities] == [("天津",), ("拉齐奥", "翁布里亚")]
    assert [city.population and city.population.text for city in read_plan.cities] == ["1386万", "287万"]
    assert [goal.number for goal in read_plan.sdgs] == [11, 9]
    assert read_plan.themes == ("交通", "水")


@pytest.mark.parametrize(
    ("header", "cell", "field", "text"),
    [
        ("Population (millions)", "13.86", "population", "13.86 millions"),
        ("Population (in Mio.)", "13,86", "population", "13,86 Mio."),
        ("Einwohner (Tsd.)", "310", "population", "310 Tsd."),
        ("Population (in 1,000)", "310", "population", "310 thousand"),
        ("Population ('000)", "310", "population", "310 thousand"),
        ("人口（单位：万人）", "1386", "population", "1386万人"),
        ("Area (ha)", "1196600", "area_km2", "1196600 ha"),
        ("Area (thousand km²)", "11.9", "area_km2", "11.9 thousand km²"),
        ("Population (2020)", "310", "population", "310"),
        ("Population (inhabitants)", "310", "population", "310"),
        ("Population (millions)", "13.86 Mio", "population", "13.86 Mio"),
        ("Area (km²)", "11,966", "area_km2", "11,966"),
        ("Einwohner in Mio.", "13,86", "population", "13,86 Mio."),
        ("Population in millions (2020)", "13.86", "population", "13.86 millions"),
        ("Population in 1,000", "310", "population", "310 thousand"),
        ("Population en milliers", "310", "population", "310 milliers"),
        ("Population in thousands:", "9.300", "population", "9.300 thousands"),
        ("Fläche in ha", "1196600", "area_km2", "1196600 ha"),
        ("Area, sq mi", "115", "area_km2", "115 sq mi"),
        ("Area in km²", "11,966", "area_km2", "11,966"),
    ],
)
def test_a_number_has_the_unit_of_its_header(header: str, cell: str, field: str, text: str) -> None:
    plan = one_plan(f"City\tCountry\t{header}\nTianjin\tChina\t{cell}\n", "t.csv")

    quantity = getattr(read(plan).cities[0], field)
    assert quantity.text == text
    assert codes(plan) == []


def test_a_number_of_a_spreadsheet_has_the_unit_of_its_header() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["City 1", "Population 1 (millions)", "City 2", "Population 2 (millions)"])
    sheet.append(["Tianjin", 13.86, "Rome", 2])
    content = BytesIO()
    book.save(content)

    cities = read(one_plan(content.getvalue(), "t.xlsx")).cities
    assert [city.population and city.population.value for city in cities] == [13_860_000, 2_000_000]


@pytest.mark.parametrize(
    "header", ["Population ({})", "Population (City {})", "Population [city {}]", "人口（城市{}）"]
)
@pytest.mark.parametrize("numbers", ["21", "BA"])
def test_columns_may_have_the_number_of_their_city_in_brackets_in_any_order(header: str, numbers: str) -> None:
    headers = ",".join(f"City {number},{header.format(number)}" for number in numbers)

    cities = read(one_plan(f"{headers}\nRome,2.8 Mio,Tianjin,13.6 Mio\n", "t.csv")).cities

    assert [(city.name, city.population and city.population.text) for city in cities] == [
        (("Tianjin",), "13.6 Mio"),
        (("Rome",), "2.8 Mio"),
    ]


def test_columns_with_other_words_in_brackets_are_of_one_city_after_the_other() -> None:
    table = "City,Population (2020),City,Population (2021)\nTianjin,13.6 Mio,Rome,2.8 Mio\n"

    cities = read(one_plan(table, "t.csv")).cities

    assert [city.population and city.population.text for city in cities] == ["13.6 Mio", "2.8 Mio"]
