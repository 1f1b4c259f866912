"""Imports without guesses: only labels that are known fill fields; all others are proposals that a person confirms."""

from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument

from tests.command import ucap
from tests.imports import imported, labels, one_plan, read
from tests.test_import_word import HEAD, content_of, hand_made
from ucap_reports.importers.column_map_file import NO_MAP, read_columns
from ucap_reports.importers.import_file import MappedLabel, import_content
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source

TEXT = "City:\tTianjin\tRome\n"
NOT_LABELS = [
    "Objectives of the 2019 drainage tender",
    "02 - Place of birth (city/state/country)",
    "Main Objektives",
    "Results of the audit",
    "Old city",
]
"""They contain a word of a label, or nearly are one."""


def mapping(content: bytes | str, name: str, columns: str | None = None) -> list[MappedLabel]:
    found: list[MappedLabel] = []
    given = NO_MAP if columns is None else read_columns(Source("map.yaml", columns))
    with suppress(ProblemsFound):
        import_content(content.encode() if isinstance(content, str) else content, name, labels(), given, found)
    return found


def is_empty(plan: Plan) -> bool:
    return not (plan.objectives or plan.results or plan.challenges or plan.themes)


@pytest.mark.no_cover
@pytest.mark.parametrize("label", NOT_LABELS)
def test_a_label_that_merely_contains_a_known_word_fills_no_field(label: str) -> None:
    document, _ = hand_made(HEAD, (label, "All of it.", ""))
    files: dict[str, str | bytes] = {
        "x.txt": f"{TEXT}{label}:\tAll of it.\n",
        "x.csv": f"City 1;City 2;{label}\nTianjin;Rome;All of it.\n",
        "x.docx": content_of(document),
    }
    for name, content in files.items():
        plan = one_plan(content, name)
        assert is_empty(read(plan)), name
        assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Rome",)]
        assert "All of it." in plan.text.partition("Not imported")[2]


def test_unknown_labels_are_listed_with_their_first_value_and_proposals() -> None:
    table = "City 1;City 2;Main Objektives;Shoe size;Themes\nTianjin;Rome;;;Water\nNice;Lyon;Less noise;42;\n"
    assert mapping(table, "x.csv") == [
        MappedLabel("City 1", "cities[0].name", "Tianjin", certain=True),
        MappedLabel("City 2", "cities[1].name", "Rome", certain=True),
        MappedLabel("Main Objektives", "objectives", "Less noise", certain=False),
        MappedLabel("Shoe size", None, "42", certain=False),
        MappedLabel("Themes", "themes", "Water", certain=True),
    ]


def test_columns_of_a_table_without_a_known_header_are_proposed_by_their_words_and_countries() -> None:
    header = "EU partner;Member State;Other partner;Located in;Nr"
    table = f"Partner list;;;;\n{header}\nLyon;France;Hue;Viet Nam;1\nGhent;Belgium;Pune;India;2\n"
    assert mapping(table, "x.csv") == [
        MappedLabel("EU partner", "cities[0].name", "Lyon", certain=False),
        MappedLabel("Member State", "cities[0].country", "France", certain=False),
        MappedLabel("Other partner", "cities[1].name", "Hue", certain=False),
        MappedLabel("Located in", "cities[1].country", "Viet Nam", certain=False),
        MappedLabel("Nr", None, "1", certain=False),
    ]


def test_columns_that_a_map_gives_the_same_field_of_cities_are_about_one_city_after_the_other() -> None:
    table = "City 1;City 2;EU;Asia\nLyon;Hue;France;Viet Nam\n"
    (plan,) = imported(table, "x.csv", "columns: {EU: country, Asia: country}").plans
    assert [country.code for city in read(plan).cities for country in city.country] == ["FR", "VN"]


def test_labels_of_documents_are_listed() -> None:
    document, table = hand_made(HEAD, ("Expected outcome", "Less noise.", ""))
    table._tbl.addprevious(document.add_paragraph("Budget line: 12 000")._p)
    found = {label.source: label for label in mapping(content_of(document), "x.docx")}
    assert found["Expected outcome"].certain is False
    assert (found["Budget line"].field, found["Budget line"].sample) == (None, "12 000")
    assert found[HEAD[0].rstrip(":")].certain


def test_a_title_proposes_the_cities_and_does_not_fill_them() -> None:
    text = "Tianjin \N{EN DASH} Rome\n\nPeriod:\t2017\n"
    assert MappedLabel("Tianjin \N{EN DASH} Rome", "cities", "Tianjin \N{EN DASH} Rome", certain=False) in mapping(
        text, "x.txt"
    )
    with pytest.raises(ProblemsFound) as found:
        imported(text, "x.txt")
    assert [each.code for each in found.value.problems] == ["import-no-cities"]


def test_a_map_confirms_labels_of_texts_and_documents() -> None:
    columns = '{columns: {"Tianjin \N{EN DASH} Rome": cities, Expected outcome: results, Shoe size: ignore}}'
    text = "Tianjin \N{EN DASH} Rome\n\nPeriod:\t2017\nExpected outcome:\tLess noise.\nShoe size:\t42\n"
    (plan,) = imported(text, "x.txt", columns).plans
    assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Rome",)]
    assert (read(plan).results.text, read(plan).period) == ("Less noise.", "2017")
    assert all(label.certain for label in mapping(text, "x.txt", columns) if label.source != "Shoe size")
    assert "42" not in plan.text


@pytest.mark.parametrize("selection", ["{only: {Status: agreed}}", "{without: {Status: draft}}"])
@pytest.mark.parametrize("status_of_milan", ["", "draft", "agreed"])
def test_rows_of_a_plan_are_not_selected_without_its_first_row(selection: str, status_of_milan: str) -> None:
    table = (
        "Plan,City,Country,Status\n"
        "lyon,Lyon,France,agreed\n,Paris,France,\n"
        f"rome,Rome,Italy,draft\n,Milan,Italy,{status_of_milan}\n"
    )
    columns = f"{{columns: {{Status: ignore}}, {selection[1:-1]}}}"
    (plan,) = imported(table, "x.csv", columns).plans
    assert [city.name for city in read(plan).cities] == [("Lyon",), ("Paris",)]


def test_a_dry_run_prints_the_mapping_as_json(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "x.csv").write_text("City 1;City 2;Results of the audit\nTianjin;Rome;Good\n", encoding="utf-8")
    (tmp_path / "map.yaml").write_text("columns: {Results of the audit: results}\n", encoding="utf-8")

    run = ucap(tmp_path, "import", "x.csv", "--dry-run", "--json")
    mapped = ucap(tmp_path, "import", "x.csv", "--dry-run", "--json", "--columns", "map.yaml")

    assert run.report["mapping"][-1] == {
        "source": "Results of the audit",
        "field": "results",
        "sample": "Good",
        "certain": False,
    }
    assert "\nresults:" not in run.report["plans"][0]["text"]
    assert mapped.report["mapping"][-1]["certain"]
    assert "results: Good" in mapped.report["plans"][0]["text"]


@pytest.mark.parametrize(
    ("columns", "codes", "hint"),
    [
        ("City 1: cities[0].name\nPeriod: period\n", ["field-missing"], "write `columns:` above the headers"),
        ("Period: {field: period, find: '[0-9]+'}\n", ["field-missing"], "write `columns:` above the headers"),
        ("colums: {Period: period}\n", ["field-missing", "field-unknown"], 'did you mean "columns"?'),
    ],
)
def test_a_map_without_columns_has_a_hint_where_to_write_it(columns: str, codes: list[str], hint: str) -> None:
    with pytest.raises(ProblemsFound) as refused:
        read_columns(Source("map.yaml", columns))
    assert [found.code for found in refused.value.problems] == codes
    assert any(str(found.hint).startswith(hint) for found in refused.value.problems)


def with_headings(*blocks: tuple[str, str]) -> WordDocument:
    """A document with paragraphs after a fact table, each with its style."""
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    for style, text in blocks:
        document.add_paragraph(text, style=style)
    return document


def test_headings_are_labels_without_a_colon_and_unknown_ones_end_the_field_above() -> None:
    document = with_headings(
        ("Heading 1", "Challenges"),
        ("Normal", "Narrow streets."),
        ("Heading 1", "Bisherige Kontakte"),
        ("List Bullet", "A visit in May"),
        ("Normal", "+49 30 123456"),
        ("Heading 2", "Results"),
        ("Normal", "Less noise."),
    )
    plan = one_plan(content_of(document), "x.docx")

    assert (read(plan).challenges.text, read(plan).results.text) == ("Narrow streets.", "Less noise.")
    rest = plan.text.partition("Not imported")[2]
    assert all(text in rest for text in ("Bisherige Kontakte", "A visit in May", "+49 30 123456"))
    assert len([problem for problem in plan.problems if problem.code == "import-unplaced"]) == 3


def test_unknown_headings_are_listed_with_the_line_below_them() -> None:
    document = with_headings(
        ("Heading 1", "Bisherige Kontakte"),
        ("Normal", "A visit in May"),
        ("Heading 2", "Budget line:"),
        ("Heading 2", "Risks"),
        ("Normal", "Floods"),
    )
    found = {label.source: label for label in mapping(content_of(document), "x.docx")}

    assert (found["Bisherige Kontakte"].field, found["Bisherige Kontakte"].sample) == (None, "A visit in May")
    assert (found["Budget line"].sample, found["Risks"].sample) == ("", "Floods")
    assert not any(label.certain for label in (found["Bisherige Kontakte"], found["Budget line"], found["Risks"]))


def test_a_bold_line_with_a_colon_is_a_heading() -> None:
    document = with_headings(("Normal", "Challenges:"), ("Normal", "Narrow streets."), ("Normal", ""), ("Normal", "x"))
    document.paragraphs[-2].add_run("Bisherige Kontakte:").bold = True
    plan = one_plan(content_of(document), "x.docx")

    assert read(plan).challenges.text == "Narrow streets."
    assert "Bisherige Kontakte:" in plan.text.partition("Not imported")[2]


def test_a_table_that_belongs_to_no_field_is_kept_row_by_row_with_one_warning() -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    table = document.add_table(rows=0, cols=3)
    for row in (("Name", "Role", "Year"), ("Li Wei", "expert", "2019"), ("Anna Rossi", "host", "2020")):
        for cell, text in zip(table.add_row().cells, ("Staff " + row[0], *row[1:]), strict=True):
            cell.text = text
    plan = one_plan(content_of(document), "x.docx")

    assert [problem.code for problem in plan.problems] == ["import-table"]
    rest = plan.text.partition("Not imported")[2]
    assert "# Staff Li Wei | expert | 2019" in rest
    assert "# Staff Anna Rossi | host | 2020" in rest


def test_a_document_with_headings_alone_can_be_mapped() -> None:
    document = Document()
    for style, text in (("Title", "Tianjin - Rome"), ("Heading 1", "Objectives"), ("Normal", "Clean air.")):
        document.add_paragraph(text, style=style)
    (plan,) = imported(content_of(document), "x.docx", '{columns: {"Tianjin - Rome": cities}}').plans

    assert [city.name for city in read(plan).cities] == [("Tianjin",), ("Rome",)]
    assert read(plan).objectives.text == "Clean air."
