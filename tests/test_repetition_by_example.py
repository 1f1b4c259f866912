"""Repetition by example in Word templates, and what disappears because its tags print nothing."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from tests.command import ucap
from tests.photos import photograph, saved
from tests.samples import row, seed_summary, shared, with_rows
from tests.word_templates import W, cell, docx, filled, merged, paragraph, part, problems_of, rows, run, table, texts
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts, prepare_picture
from ucap_reports.summary.summary_model import CityFacts, Contact, Summary
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.compile.repetition_by_example import VALUES, text_parts
from ucap_reports.word.render.fill_word_template import printed_values
from ucap_reports.word.render.unprinted_parts import LEAD, PREFIX, SEPARATOR, SUFFIX, TAIL, WORDED

FACTS = with_rows(
    row("country", "Country:", "China", "Italy"),
    shared("themes", "Themes:", RichText.plain("Aerospace")),
    columns=("Tianjin", "Rome"),
)
CONTACT = Contact("For more information:", "IUC-ASIA", "a@b.eu", "+86 1", "www.b.eu", "Street 1\nTown")


def with_contact(**changed: str) -> Summary:
    return replace(seed_summary(), contact=replace(CONTACT, **changed))


def photo_facts(alt: str, caption: str = "") -> PictureFacts:
    image = prepare_picture(saved(photograph((300, 200), seed=len(alt))))
    return PictureFacts(alt, RichText.plain(caption), field=f"pictures.{alt}", image=image)


def grid_of(root: etree._Element) -> list[int]:
    return [int(column.get(f"{W}w", "")) for column in root.iter(f"{W}gridCol")]


def line_of(template: str, **changed: str) -> list[str]:
    """The paragraphs of a template with one paragraph, for a contact."""
    return texts(merged(paragraph(template), with_contact(**changed)))


# What is repeated


def test_a_row_is_repeated_for_each_row_and_its_cell_for_each_column() -> None:
    root = merged(table(["{{ row.label }}", "{{ cell }}"], widths=(1000, 3000)), FACTS)
    assert rows(root) == [["Country:", "China", "Italy"], ["Themes:", "Aerospace"]]
    assert grid_of(root) == [1000, 1500, 1500]
    assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == [1000, 1500, 1500, 1000, 3000]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}gridSpan")] == ["2"]


def test_a_row_with_heads_stays_one_row() -> None:
    root = merged(table(["City:", "{{ head }}"], ["{{ row.label }}", "{{ cell }}"], widths=(1000, 3000)), FACTS)
    assert rows(root)[:2] == [["City:", "Tianjin", "Rome"], ["Country:", "China", "Italy"]]


def test_columns_before_and_after_the_repeated_ones_keep_their_widths() -> None:
    body = table(["{{ row.label }}", "{{ cell }}", "note"], widths=(700, 2000, 300))
    root = merged(body, with_rows(row("a", "A:", *"wxyz"), columns=("1", "2", "3", "4")))
    assert grid_of(root) == [700, 500, 500, 500, 500, 300]


def test_a_cell_over_a_repeated_column_spans_its_repetitions() -> None:
    wide = cell("all", properties='<w:gridSpan w:val="2"/>')
    root = merged(table([wide], ["{{ row.label }}", "{{ cell }}"], widths=(1000, 3000)), FACTS)
    assert [each.get(f"{W}val") for each in root.iter(f"{W}gridSpan")] == ["3", "2"]


@pytest.mark.parametrize(("cities", "grid"), [(1, [1000, 1500, 1500]), (3, [1000, 1000, 500, 500, 1000])])
def test_rows_with_other_numbers_of_cells_end_at_the_same_edge(cities: int, grid: list[int]) -> None:
    named = replace(FACTS, cities=tuple(CityFacts(f"City {number}") for number in range(cities)))
    root = merged(table(["", "{{ city.name }}"], ["{{ row.label }}", "{{ cell }}"], widths=(1000, 3000)), named)
    assert rows(root)[0] == ["", *(f"City {number}" for number in range(cities))]
    assert grid_of(root) == grid
    for table_row in root.iter(f"{W}tr"):
        spans = [column.find(f"{W}tcPr/{W}gridSpan") for column in table_row.iter(f"{W}tc")]
        assert sum(1 if span is None else int(span.get(f"{W}val", "")) for span in spans) == len(grid)


@given(st.integers(1, 12), st.integers(1, 12), st.lists(st.integers(0, 4000), min_size=3, max_size=3))
def test_all_rows_of_a_table_are_as_wide_as_its_columns(columns: int, cities: int, widths: list[int]) -> None:
    names = tuple(str(number) for number in range(columns))
    summary = replace(
        with_rows(row("a", "A:", *names), columns=names),
        cities=tuple(CityFacts(str(number)) for number in range(cities)),
    )
    body = table(["{{ row.label }}", "{{ cell }}", ""], ["", "{{ city.name }}", ""], widths=tuple(widths))
    root = merged(body, summary)
    total = sum(width or 1000 for width in widths)  # the width of a cell, for a column without one
    assert sum(grid_of(root)) == total
    for table_row in root.iter(f"{W}tr"):
        assert sum(int(width.get(f"{W}w", "")) for width in table_row.iter(f"{W}tcW")) == total


def test_a_cell_is_emptied_without_items_and_keeps_its_look() -> None:
    shaded = cell("{{ city.name }}", properties='<w:shd w:val="clear" w:fill="EEF2FA"/>')
    root = merged(table(["Cities:", shaded]), seed_summary())
    assert rows(root) == [["Cities:", ""]]
    assert [each.get(f"{W}fill") for each in root.iter(f"{W}shd")] == ["EEF2FA"]


def test_a_paragraph_is_repeated_for_each_language_of_the_label() -> None:
    root = merged(paragraph("before") + paragraph("{{ label }}") + paragraph("after"))
    assert texts(root) == ["before", "A European Union Programme", "欧盟项目", "after"]
    assert [each.get(f"{W}eastAsia") for each in root.iter(f"{W}lang") if each.get(f"{W}eastAsia")] == ["zh-CN"]


def test_paragraphs_below_each_other_with_the_same_items_are_repeated_together() -> None:
    root = merged(paragraph("{{ label.language }}") + paragraph("{{ label.text|upper }}"))
    assert texts(root) == ["en", "A EUROPEAN UNION PROGRAMME", "zh-CN", "欧盟项目"]


def test_a_picture_is_repeated_with_its_caption() -> None:
    pictures = (photo_facts("one", caption="First"), photo_facts("two"))
    root = merged(
        paragraph("{{ picture }}") + paragraph("{{ picture.caption }}"), replace(seed_summary(), pictures=pictures)
    )
    names = [each.get("descr") for each in root.iter() if str(each.tag).endswith("docPr")]
    assert names == ["one", "two"]
    assert texts(root) == ["", "First", ""]


@pytest.mark.parametrize(("count", "in_rows"), [(1, [1]), (2, [2]), (4, [2, 2]), (5, [3, 2])])
def test_cells_with_photos_are_in_rows_of_up_to_three(count: int, in_rows: list[int]) -> None:
    pictures = tuple(photo_facts(f"photo {number}") for number in range(count))
    body = table([cell("{{ photo }}", "{{ photo.caption }}")], widths=(9000,)) + paragraph("end")
    root = merged(body, replace(seed_summary(), pictures=pictures))
    assert [len(list(table_row.iter(f"{W}tc"))) for table_row in root.iter(f"{W}tr")] == in_rows


@pytest.mark.parametrize(
    ("grid", "millimetres"),
    [
        ("", 80),
        ("<w:tblGrid><w:gridCol/></w:tblGrid>", 80),
        ('<w:tblGrid><w:gridCol w:w="600"/></w:tblGrid>', 1),
    ],
    ids=["no grid", "a grid without widths", "a narrow cell"],
)
def test_photos_have_a_width_in_cells_that_have_none_or_are_narrow(grid: str, millimetres: int) -> None:
    pictures = tuple(photo_facts(f"photo {number}") for number in range(3))
    body = re.sub(r"<w:tblGrid>.*?</w:tblGrid>", grid, table(["{{ photo }}"], widths=(9000,)))
    root = merged(body + paragraph("end"), replace(seed_summary(), pictures=pictures))
    widths = {int(extent.get("cx", "")) for extent in root.iter() if str(extent.tag).endswith("}extent")}
    assert widths == {millimetres * 36_000}


def test_a_text_in_quotation_marks_is_not_taken_for_the_number_of_a_picture() -> None:
    text = 'The identifier "ucap-number" is a text.'
    assert texts(merged(paragraph(text) + paragraph("{{ summary.language }}")))[0] == text


def test_a_table_of_photos_disappears_without_pictures() -> None:
    root = merged(table(["{{ photo }}"]) + paragraph("end"))
    assert list(root.iter(f"{W}tbl")) == []


def test_names_that_a_statement_defines_are_not_repeated_by_example() -> None:
    body = table(
        ["{%tr for row in summary.rows if not row.shared %}", ""],
        ["{{ row.label }}", "{{ row.key }}"],
        ["{%tr endfor %}", ""],
    )
    assert rows(merged(body, FACTS)) == [["Country:", "country"]]
    set_name = paragraph("{% set title = summary.id %}{{ title }} · {{ title }}")
    assert texts(merged(set_name)) == ["tianjin-rome · tianjin-rome"]


def test_a_cell_is_repeated_in_a_row_of_a_loop() -> None:
    body = table(
        ["{%tr for row in summary.rows if not row.shared %}", ""],
        ["{{ row.label }}", "{{ cell }}"],
        ["{%tr endfor %}", ""],
    )
    assert rows(merged(body, FACTS)) == [["Country:", "China", "Italy"]]


def test_a_row_around_a_table_with_the_same_items_is_repeated_once_for_each() -> None:
    inner = table(["{{ row.key }}", "{{ cell }}"])
    root = merged(table([cell("{{ row.label }}", inner, paragraph(""))]), FACTS)
    assert texts(root)[:4] == ["Country:", "country", "China", "Italy"]
    assert len(list(root.iter(f"{W}tbl"))) == 3


def test_a_row_that_begins_with_a_table_with_the_same_items_is_repeated_once_for_each() -> None:
    inner = table(["{{ row.key }}", "{{ cell }}"])
    root = merged(table([cell(inner, paragraph("")), "{{ row.label }}"]), FACTS)
    assert texts(root)[:5] == ["country", "China", "Italy", "", "Country:"]
    assert len(list(root.iter(f"{W}tbl"))) == 3


def test_a_table_in_a_repeated_cell_has_the_item_of_that_cell() -> None:
    cities = (CityFacts("Rome", country="Italy"), CityFacts("Tianjin", country="China"))
    inner = table(["{{ city.country }}", "fixed"])
    root = merged(table([cell("{{ city.name }}", inner, paragraph(""))]), replace(seed_summary(), cities=cities))
    assert texts(root) == ["Rome", "Italy", "fixed", "", "Tianjin", "China", "fixed", ""]
    pictures = (photo_facts("a", "one"), photo_facts("b", "two"))
    inner = table(["{{ photo.caption }}"])
    root = merged(table([cell("{{ photo }}", inner, paragraph(""))]), replace(seed_summary(), pictures=pictures))
    assert texts(root) == ["", "one", "", "", "two", ""]


# Short names at the top level


def test_short_names_print_the_values_of_the_summary() -> None:
    custom = FactsByName(budget=CustomFact("Budget:", RichText.plain("€40,000"), 40000))
    summary = replace(seed_summary(), status_text="Draft", as_of="As of 2019", names="Tianjin – Rome", custom=custom)
    names = ("title", "names", "status", "as_of", "custom.budget", "first_label", "contact.email")
    label, email = "A European Union Programme", "office@iuc-asia.eu"
    root = merged("".join(paragraph(f"{{{{ {name} }}}}") for name in names), summary)
    assert texts(root) == [summary.title, "Tianjin – Rome", "Draft", "As of 2019", "€40,000", label, email]


def test_each_short_name_of_a_value_is_printed_and_has_its_type() -> None:
    values = printed_values(seed_summary()).by_short_name
    assert values.keys() == VALUES.keys()
    assert all(isinstance(value, VALUES[name]) for name, value in values.items())


def test_short_names_have_the_language_of_the_labels() -> None:
    summary = replace(seed_summary(), language="de", status_text="Draft", label_language="en")
    root = merged(paragraph("{{ status }}"), summary)
    assert [each.get(f"{W}val") for each in root.iter(f"{W}lang")] == ["en-GB"]


def test_short_names_work_in_headers_and_footers() -> None:
    content = filled(docx(paragraph("{{ title }}"), header=paragraph("{{ label }}"), footer=paragraph("{{ names }}")))
    assert texts(part(content, "word/header1.xml")) == ["A European Union Programme", "欧盟项目"]


# What disappears


def test_a_paragraph_whose_tags_are_all_empty_disappears() -> None:
    body = paragraph("a") + paragraph("{{ contact.phone }}") + paragraph("Phone: {{ contact.phone }}") + paragraph("b")
    assert texts(merged(body, with_contact(phone=""))) == ["a", "b"]


def test_a_paragraph_of_statements_and_other_names_stays_as_today() -> None:
    body = paragraph("a{% if contact.phone %}b{{ contact.phone }}{% endif %}") + paragraph(
        "{{ summary.contact.phone }}."
    )
    assert texts(merged(body, with_contact(phone=""))) == ["a", "."]


def test_a_row_disappears_if_all_its_cells_are_empty() -> None:
    body = table(
        ["{{ contact.phone }}", "{{ contact.address }}"],
        ["Phone:", "{{ contact.phone }}"],
        ["", "{{ summary.contact.phone }}"],
    )
    root = merged(body, with_contact(phone="", address=""))
    assert rows(root) == [["Phone:", ""], ["", ""]]


def test_a_repeated_row_without_text_disappears() -> None:
    summary = with_rows(row("a", "", "", ""), row("b", "B:", "", "b"), columns=("1", "2"))
    assert rows(merged(table(["{{ row.label }}", "{{ cell }}"]), summary)) == [["B:", "", "b"]]


def test_an_emptied_cell_keeps_the_style_of_its_paragraph() -> None:
    root = merged(table(["a", cell(paragraph("{{ contact.phone }}", style="Cell"))]), with_contact(phone=""))
    assert [each.get(f"{W}val") for each in root.iter(f"{W}pStyle")] == ["Cell"]


def test_a_paragraph_between_two_tables_stays_so_that_they_do_not_become_one() -> None:
    root = merged(table(["a"]) + paragraph("{{ contact.phone }}") + table(["b"]), with_contact(phone=""))
    assert [str(each.tag).removeprefix(W) for each in root[0]][:3] == ["tbl", "p", "tbl"]


def test_a_paragraph_with_a_page_number_stays() -> None:
    field = '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    assert texts(merged(paragraph("{{ contact.phone }} ", field), with_contact(phone=""))) == [" 1"]


@pytest.mark.parametrize(
    ("template", "empty", "printed"),
    [
        ("{{ contact.office }} · {{ contact.email }}", [], "IUC-ASIA · a@b.eu"),
        ("{{ contact.office }} · {{ contact.email }}", ["email"], "IUC-ASIA"),
        ("{{ contact.office }} · {{ contact.email }}", ["office"], "a@b.eu"),
        ("{{ contact.office }} · {{ contact.phone }} · {{ contact.email }}", ["phone"], "IUC-ASIA · a@b.eu"),
        ("{{ contact.office }} · {{ contact.phone }} · {{ contact.email }}", ["office", "email"], "+86 1"),
        ("{{ contact.office }}: {{ contact.phone }}, {{ contact.email }}", ["phone"], "IUC-ASIA: a@b.eu"),
        ("{{ contact.office }} and {{ contact.email }}", ["email"], "IUC-ASIA"),
        ("Contact: {{ contact.office }} · {{ contact.email }}", ["office"], "Contact: a@b.eu"),
        ("Phone: {{ contact.phone }} · Email: {{ contact.email }}", ["phone"], "Email: a@b.eu"),
        ("Phone: {{ contact.phone }} · Email: {{ contact.email }}", ["email"], "Phone: +86 1"),
        ("{{ contact.phone }} Email: {{ contact.email }}", ["phone"], "Email: a@b.eu"),
        ("{{ contact.office }} ({{ contact.phone }})", ["phone"], "IUC-ASIA"),
        ("{{ contact.office }} ({{ contact.phone }}), {{ contact.email }}", ["phone"], "IUC-ASIA, a@b.eu"),
        ("{{ contact.office }} ({{ contact.phone }}), {{ contact.email }}", ["office"], "(+86 1), a@b.eu"),
        ("{{ contact.office }} office, {{ contact.phone }} phone", ["phone"], "IUC-ASIA office"),
        ("{{ contact.office }}, {{ contact.phone }} – IUC", ["phone"], "IUC-ASIA – IUC"),
        ("{{ contact.office }}\t{{ contact.phone }}\t{{ contact.email }}", ["phone"], "IUC-ASIA\ta@b.eu"),
    ],
)
def test_one_separator_stays_between_two_printed_values(template: str, empty: list[str], printed: str) -> None:
    assert line_of(template, **dict.fromkeys(empty, "")) == [printed]


def test_separators_of_several_runs_disappear_completely() -> None:
    body = paragraph(
        run("{{ contact.office }} "), run("·", "<w:b/>"), run(" {{ contact.phone }}"), " · {{ contact.email }}"
    )
    assert texts(merged(body, with_contact(phone=""))) == ["IUC-ASIA · a@b.eu"]
    assert texts(merged(body, with_contact(phone="", email=""))) == ["IUC-ASIA"]


@given(st.lists(st.text("a ·,:()-\t", max_size=8), min_size=2, max_size=5))
def test_the_parts_of_a_text_are_the_text(between: list[str]) -> None:
    for text, parts in zip(between, text_parts(between), strict=True):
        assert "".join(written for _, written in parts) == text


@pytest.mark.parametrize(
    ("between", "parts"),
    [
        ([" · "], [(SEPARATOR, " · ")]),
        ([" km², "], [(SUFFIX + WORDED, " km²"), (SEPARATOR, ", ")]),
        ([" · Email: "], [(SEPARATOR, " · "), (PREFIX + WORDED, "Email: ")]),
        ([" · · "], [(SEPARATOR, " · · ")]),
        ([" e-mail "], [(SEPARATOR, " e-mail ")]),
    ],
)
def test_a_text_between_two_values_is_split(between: list[str], parts: list[tuple[str, str]]) -> None:
    assert text_parts(["Before ", *between, " after"]) == [[(LEAD, "Before ")], parts, [(TAIL, " after")]]


# Names in wrong places


@pytest.mark.parametrize(
    ("body", "tag", "words"),
    [
        (paragraph("{{ row.label }}"), "{{ row.label }}", "table row"),
        (paragraph("{{ cell }}"), "{{ cell }}", "table cell"),
        (paragraph("{{ head }}"), "{{ head }}", "table cell"),
        (paragraph("{{ city.name }}"), "{{ city.name }}", "table cell"),
        (paragraph("{{ photo }}"), "{{ photo }}", "table cell"),
        (table(["{{ row.label }}"], ["{{ cell }}"]), "{{ cell }}", "not in a repeated table row"),
        (table([cell("{{ head }}", "{{ city.name }}")]), "{{ city.name }}", "same table cell"),
        (paragraph("{{ label }}: {{ picture }}"), "{{ picture }}", "same paragraph"),
    ],
)
def test_a_name_in_a_wrong_place_is_a_problem_there(body: str, tag: str, words: str) -> None:
    (problem,) = [each for each in problems_of(body) if each.details["tag"] == tag]
    assert problem.code == "tag-misplaced"
    assert words in problem.message
    assert problem.hint
    assert (problem.location.place or "").startswith("body")


def test_all_names_in_wrong_places_are_reported_at_once() -> None:
    found = problems_of(paragraph("{{ row.label }}") + paragraph("{{ head }}") + paragraph("{{ titel }}"))
    assert len(found) == 2  # names are read when the tags are in their places


def test_the_check_finds_unknown_fields_of_short_names() -> None:
    found = problems_of(table(["{{ row.labl }}", "{{ cell }}"]) + paragraph("{{ contact.fone }}"), FACTS)
    assert {(each.code, each.details["name"]) for each in found} == {("name-unknown", "labl"), ("name-unknown", "fone")}


# The check


@pytest.mark.no_cover
def test_the_check_lists_what_repeats_by_example(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "own"
    folder.mkdir(parents=True)
    (tmp_path / "plans").mkdir()
    (folder / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    body = table(["{{ summary.column_label }}", "{{ head }}"], ["{{ row.label }}", "{{ cell }}"]) + paragraph(
        "{{ label }}"
    )
    (folder / "summary.docx").write_bytes(docx(body))
    listed = [
        line for line in ucap(tmp_path, "template", "check", "own").out.splitlines() if line.startswith("repeats")
    ]
    path = "templates/own/summary.docx: body"
    assert listed == [
        f"repeats   {path} › table 1 › row 1 › cell 2: for each column",
        f"repeats   {path} › table 1 › row 2: for each row of the summary",
        f"repeats   {path} › table 1 › row 2 › cell 2: for each column of its row",
        f"repeats   {path} › paragraph 1: for each language of the programme label",
    ]
    report = json.loads(ucap(tmp_path, "template", "check", "own", "--json").out)
    assert report["repeats"][1] == {
        "pack": "own", "where": f"{path} › table 1 › row 2", "for": "each row of the summary",
    }  # fmt: skip
