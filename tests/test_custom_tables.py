"""Tables: custom fields with rows and columns, from their declaration to documents and back."""

import json
import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from msgspec.structs import replace

from tests.command import Run, ucap, write_plan
from tests.custom_projects import (
    changed_fields,
    declared,
    is_selected,
    plan_file,
    problems,
    reviewed,
    translation,
    write_project,
    written_and_read,
)
from tests.edited_words import WordEdit
from tests.samples import shared, with_rows
from tests.selected_cases import mostly_long
from tests.tools import office_pdf, page_texts
from tests.word_templates import merged, part
from tests.word_templates import paragraph as word_paragraph
from tests.word_templates import table as word_table
from ucap_reports import load_plan, render
from ucap_reports.batch.opened_project_and_settings_file import opened_project, project_settings
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.page.box_geometry import shared_by_need
from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.page_tree import Block, ColumnNeed, Table, TextBlock, all_blocks, block_texts, tree_paragraphs
from ucap_reports.plan.numbers_and_amounts import Money
from ucap_reports.storage.project_folder import TEMPLATES, Project, shipped_folder
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.text.rich_text import DataTable, RichText
from ucap_reports.text.rich_text import Run as TextRun
from ucap_reports.word.file.word_xml import qualified

SETTINGS = """\
fields:
  partners:
    type: table
    label: {en: Partners, de: Partner}
    hint: Who does what
    after: period
    columns:
      name: {type: line, label: {en: Partner, de: Organisation}}
      role: {type: text, label: {en: Role, de: Aufgabe}}
      share: {type: money, label: {en: Share, de: Anteil}}
      staff: {type: number, label: {en: Staff, de: Personal}}
      since: {type: date, label: {en: Since, de: Seit}}
      kind:
        type: choice
        label: {en: Kind, de: Art}
        choices: {city: {en: City, de: Stadt}, firm: {en: Enterprise, de: Firma}}
    total: [share, staff]
"""
PLAN = """\
cities:
  - name: Hanoi
    country: Viet Nam
  - name: Toulouse
    country: France
period: 2026 to 2028
partners:
  - name: Tisséo
    role: Public transport, with **timetables**
    share: €25,000
    staff: 12
    since: 2026-03
    kind: firm
  - name: Hanoi Metro Company
    role: Operation of the lines
    share: 14,999.50 €
    staff: 7.5
  - name: City of Hanoi
    share: VND 20,000,000
    kind: city
results: Good results.
updated: 2026-11-01
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, SETTINGS, PLAN)


def checked(folder: Path, partners: str, columns: str = "", settings: str = "") -> Run:
    """The report on a plan with this table, whose columns are `name` and `share` unless others are given."""
    columns = columns or "name: {type: line, label: Partner}, share: {type: money, label: Share}"
    declaration = f"partners: {{type: table, label: Partners, columns: {{{columns}}}{settings}}}"
    return declared(folder, f"  {declaration}\n", f"partners: {partners}\n")


def opened(project: Path, name: str = "iuc-asia") -> Pack:
    opened = Project(project)
    return PackStore(opened, project_settings(opened).pack).open(name)


def page_blocks(project: Path, name: str = "iuc-asia", language: str | None = None) -> tuple[Block, ...]:
    """The blocks of the page of the plan in a pack."""
    pack = opened(project, name)
    plan = load_plan(plan_file(project), fields=pack.fields)
    return read_page(fill_page(pack.page_template, compose_summary(plan, pack, language)), pack).body


def texts(table: Table) -> list[list[str]]:
    """The words of the cells of each row."""
    return [[words(cell.blocks) for cell in row.cells] for row in (*table.head, *table.body)]


def words(blocks: Any) -> str:
    paragraphs = tree_paragraphs(blocks)
    return "\n".join("".join(run.text for run in text.content if isinstance(run, TextRun)) for text in paragraphs)


def test_values_of_a_table_are_rows_of_typed_values(project: Path) -> None:
    plan = load_plan(plan_file(project), fields=opened(project).fields)
    rows: Any = plan.custom["partners"]

    assert [row["name"] for row in rows] == ["Tisséo", "Hanoi Metro Company", "City of Hanoi"]
    assert rows[0]["share"] == Money(rows[0]["share"].amount, "EUR", 0)
    assert rows[1]["staff"].value == 7.5
    assert rows[0]["role"].text == "Public transport, with timetables"
    assert rows[2]["kind"] == "city"
    assert "role" not in rows[2]


def test_a_table_is_a_section_between_two_parts_of_the_fact_table(project: Path) -> None:
    blocks = page_blocks(project)
    place = next(index for index, block in enumerate(blocks) if isinstance(block, Table) and block.is_data)
    before, heading, table, after = blocks[place - 2 : place + 2]

    assert isinstance(before, Table)
    assert isinstance(after, Table)
    assert texts(before)[-1] == ["Period of cooperation", "2026 to 2028"]
    assert isinstance(heading, TextBlock)
    assert (heading.level, words([heading])) == (2, "Partners")
    assert isinstance(table, Table)
    assert texts(after)[0] == ["Expected results and benefits:", "Good results."]
    assert after.head == (), "the names of the cities are above"
    cells = [cell for part in (before, after) for row in part.body for cell in row.cells]
    assert not any(isinstance(block, Table) for block in all_blocks(part for cell in cells for part in cell.blocks))


def test_numbers_have_equal_decimals_and_totals_a_line_for_each_currency(project: Path) -> None:
    (table,) = [block for block in page_blocks(project) if isinstance(block, Table) and block.is_data]

    assert texts(table) == [
        ["Partner", "Role", "Share", "Staff", "Since", "Kind"],
        ["Tisséo", "Public transport, with timetables", "€25,000.00", "12.0", "March 2026", "Enterprise"],
        ["Hanoi Metro Company", "Operation of the lines", "€14,999.50", "7.5", "–", "–"],
        ["City of Hanoi", "–", "₫20,000,000", "–", "–", "City"],
        ["Total", "", "€39,999.50\n₫20,000,000", "19.5", "", ""],
    ]
    shares = [row.cells[2].blocks[0].style.align for row in (*table.head, *table.body)]
    assert set(shares) == {"end"}
    assert [cell.header for cell in table.body[-1].cells] == [True, *[False] * 5]
    assert all(cell.header for cell in table.head[0].cells)


def test_tables_are_in_the_language_of_the_document(project: Path) -> None:
    (table,) = [block for block in page_blocks(project, language="de") if isinstance(block, Table) and block.is_data]
    rows = texts(table)
    assert rows[0] == ["Organisation", "Aufgabe", "Anteil", "Personal", "Seit", "Art"]
    assert rows[1][2:] == ["25.000,00\u00a0€", "12,0", "März 2026", "Firma"]
    assert rows[-1][0] == "Summe"


@pytest.mark.parametrize("pack", ["modern", "glance", "plain", "bilingual"])
def test_no_pack_has_a_table_in_a_cell_or_in_columns(project: Path, pack: str) -> None:
    (project / "ucap.yaml").write_text(f"template: {pack}\n{SETTINGS}", encoding="utf-8")
    blocks = page_blocks(project, pack)
    tables = [index for index, block in enumerate(blocks) if isinstance(block, Table) and block.is_data]
    assert len(tables) == 1
    heading = blocks[tables[0] - 1]
    assert isinstance(heading, TextBlock)
    assert (heading.level, words([heading])) == (2, "Partners")


YEARS = range(2026, 2036)
CURRENCIES = {2026: "€", 2027: "€"}


def _years() -> str:
    lines = [
        f"      y{year}: {{type: {'money' if year in CURRENCIES else 'number'}, label: Y{year}}}" for year in YEARS
    ]
    return "\n".join(lines)


MANY_COLUMNS = f"""\
fields:
  budget:
    type: table
    label: Budget
    columns:
      item: {{type: line, label: Infrastructure}}
{_years()}
      until: {{type: date, label: End}}
"""
NUMBERS = ", ".join(f'y{year}: "{CURRENCIES.get(year, "")}11111103"' for year in YEARS)
MANY_NUMBERS = f"""\
{PLAN[: PLAN.index("partners:")]}budget:
  - {{item: Infrastructure modernisation, {NUMBERS}, until: 2026-11-15}}
results: Good results.
updated: 2026-11-01
"""


@pytest.mark.no_cover
@pytest.mark.parametrize("pack", mostly_long(["iuc-asia", "modern", "glance", "plain"], {"glance"}))
def test_no_number_or_date_of_a_table_with_many_columns_is_broken(tmp_path: Path, pack: str) -> None:
    project = write_project(tmp_path, f"template: {pack}\n{MANY_COLUMNS}", MANY_NUMBERS)
    documents = render(plan_file(project), template=pack, formats="pdf,docx")
    for pdf in (documents.pdf.content, office_pdf(documents.docx.content)):
        text = " ".join(page_texts(pdf)).replace("\r\n", "\n")
        assert text.count("11,111,103") == len(YEARS)
        assert "15 November 2026" in text


def test_a_table_of_a_plan_is_only_smaller_if_its_columns_need_it(project: Path) -> None:
    (table,) = [block for block in page_blocks(project) if isinstance(block, Table) and block.is_data]
    assert table.scale == 1
    style = table.body[0].cells[0].style
    assert style == opened(project).theme.styles["cell"]


def test_columns_of_words_are_narrower_before_numbers_are_broken() -> None:
    words, numbers = ColumnNeed(30, 100, 200), ColumnNeed(60, 60, 60)
    assert shared_by_need((words, numbers), 210) == [150, 60]
    assert shared_by_need((words, numbers), 120) == [60, 60]
    assert shared_by_need((words, numbers), 45) == [15, 30]


@pytest.mark.no_cover
def test_word_files_have_a_heading_a_header_row_and_alternative_texts(project: Path) -> None:
    for pack in ("iuc-asia", "plain"):
        ucap(project, "build", "--format", "docx", "--template", pack, "--no-index", "--jobs", "1")
        name = "hanoi-toulouse.docx" if pack == "iuc-asia" else f"hanoi-toulouse.{pack}.docx"
        root = WordEdit(project / "out" / name).root
        (caption,) = root.iter(qualified("w:tblCaption"))
        (description,) = root.iter(qualified("w:tblDescription"))
        assert caption.get(qualified("w:val")) == "Partners"
        assert description.get(qualified("w:val")) == "Partner, Role, Share, Staff, Since, Kind"
        table = next(caption.iterancestors(qualified("w:tbl")))
        assert next(table.iterancestors(qualified("w:tc")), None) is None, "no table in a cell"
        first, *others = table.findall(qualified("w:tr"))
        assert next(first.iter(qualified("w:tblHeader")), None) is not None
        assert all(next(row.iter(qualified("w:tblHeader")), None) is None for row in others)
        heading = table.getprevious()
        assert heading is not None
        assert "".join(map(str, heading.itertext())) == "Partners"
        tables = list(root.iter(qualified("w:tbl")))
        assert not any(before.getnext() is after for before, after in pairwise(tables)), "Word would join them"


INVALID = {
    "a text": ("Tram company", [("type-invalid", "partners", 3)]),
    "one row": ("{name: Tram company}", [("type-invalid", "partners", 3)]),
    "a row that is a text": ("[Tram company]", [("type-invalid", "partners[0]", 3)]),
    "an unknown column": ("[{nmae: Tram company}]", [("field-unknown", "partners[0].nmae", 3)]),
    "an invalid amount": ("\n- {name: A}\n- {share: {amount: 1}}", [("money-invalid", "partners[1].share", 5)]),
    "a list in a cell": ("\n- name: [A, B]", [("type-invalid", "partners[0].name", 4)]),
    "a split amount": ("[{name: A, share: €25,000}]", [("yaml-comma", None, 3)]),
    "too many rows": (f"[{', '.join(['{name: A}'] * 101)}]", [("list-too-long", "partners", 3)]),
}


@pytest.mark.parametrize(("partners", "expected"), INVALID.values(), ids=INVALID)
def test_invalid_tables_are_reported_at_their_place(tmp_path: Path, partners: str, expected: list[Any]) -> None:
    assert problems(checked(tmp_path, partners)) == expected


def test_hints_name_the_columns(tmp_path: Path) -> None:
    hints = [each["hint"] for each in checked(tmp_path, "[{nmae: A}, {colour: B}]").report["problems"]]
    assert hints[:2] == ['did you mean "name"?', "columns of the table: name, share"]


def test_similar_columns_are_searched_for_the_first_hundred_unknown_names_of_all_tables(tmp_path: Path) -> None:
    tables = "".join(
        f"  {name}: {{type: table, label: A, columns: {{name: {{type: line, label: B}}}}}}\n" for name in "ab"
    )
    rows = "".join(f"- {{nam{number}: A}}\n" for number in range(60))
    run = declared(tmp_path, tables, f"a:\n{rows}b:\n{rows}")
    hints = [each["hint"] for each in run.report["problems"] if each["code"] == "field-unknown"]
    assert hints == ['did you mean "name"?'] * 100 + ["columns of the table: name"] * 20


def test_columns_with_words_have_no_total_and_a_warning(tmp_path: Path) -> None:
    run = checked(tmp_path, "\n- {name: A, share: 5 EUR}\n- {name: B, share: in kind}", settings=", total: share")
    assert problems(run) == [("total-impossible", "partners[1].share", 5)]


def test_a_sign_of_several_currencies_is_reported_beside_the_total_that_it_prevents(tmp_path: Path) -> None:
    run = checked(tmp_path, "\n- {name: A, share: 5 EUR}\n- {name: B, share: 100 $}", settings=", total: share")
    assert problems(run) == [
        ("currency-unclear", "partners[1].share", 5),
        ("total-impossible", "partners[1].share", 5),
    ]


def test_an_amount_without_a_currency_has_no_total_and_a_hint_about_the_currency(tmp_path: Path) -> None:
    run = checked(tmp_path, "[{name: A, share: 15000}]", settings=", total: share")
    (found,) = [
        problem for problem in run.report["problems"] if problem["code"] in {"total-impossible", "amount-unread"}
    ]
    assert found["message"] == 'the column "share" has no total: "15000" has no currency'
    assert found["hint"] == "write the code of its currency, such as EUR 15000"


def test_curly_quotes_around_a_split_amount_are_replaced_by_straight_ones(tmp_path: Path) -> None:
    found = checked(tmp_path, "[{name: A, share: “€25,000”}]").report["problems"][0]
    assert found["hint"] == 'put straight quotes around it: "€25,000"'


def test_empty_tables_are_unknown(tmp_path: Path) -> None:
    for text in ("", "[]", "N/A", "[{}]", "[N/A]"):
        assert problems(checked(tmp_path, text)) == []


MANY = ", ".join(f"c{number}: {{type: line, label: C}}" for number in range(13))
LINE = "columns: {a: {type: line, label: A}}"
DECLARATIONS = {
    "no columns": ("x: {type: table, label: X}", "declaration-invalid"),
    "a table of each city": (f"cities.x: {{type: table, label: X, {LINE}}}", "declaration-invalid"),
    "a list in a column": ("x: {type: table, label: X, columns: {a: {type: list, label: A}}}", "value-invalid"),
    "a table in a column": ("x: {type: table, label: X, columns: {a: {type: table, label: A}}}", "value-invalid"),
    "a capital letter": ("x: {type: table, label: X, columns: {A: {type: line, label: A}}}", "declaration-invalid"),
    "a total of words": (f"x: {{type: table, label: X, {LINE}, total: a}}", "declaration-invalid"),
    "a total of nothing": (f"x: {{type: table, label: X, {LINE}, total: [b]}}", "declaration-invalid"),
    "a column without a label": ("x: {type: table, label: X, columns: {a: {type: line}}}", "field-missing"),
    "a setting of another type": (
        "x: {type: table, label: X, columns: {a: {type: line, label: A, unit: m}}}",
        "declaration-invalid",
    ),
    "columns of a line": (f"x: {{type: line, label: X, {LINE}}}", "declaration-invalid"),
    "too many columns": (f"x: {{type: table, label: X, columns: {{{MANY}}}}}", "value-invalid"),
}


@pytest.mark.parametrize(("declaration", "code"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_invalid_declarations_of_tables_are_errors_at_their_place(tmp_path: Path, declaration: str, code: str) -> None:
    found = problems(declared(tmp_path, f"  {declaration}\n"))
    assert [(found_code, line) for found_code, _, line in found] == [(code, 2)]


def test_columns_may_have_names_that_are_reserved_for_fields(tmp_path: Path) -> None:
    columns = "items: {type: line, label: A}, title: {type: line, label: B}, get: {type: line, label: C}"
    assert problems(checked(tmp_path, "[{items: a, title: b, get: c}]", columns)) == []


@pytest.mark.parametrize(
    ("condition", "fulfilled"),
    [
        *((condition, True) for condition in ("partners~metro", "partners.name=Tisséo", "partners.share>20000")),
        ("partners.kind=firm", True),
        *((condition, False) for condition in ("partners~tram", "partners.staff>12", "partners.since=2025")),
    ],
)
def test_conditions_search_tables_and_their_columns(project: Path, condition: str, *, fulfilled: bool) -> None:
    assert is_selected(project, condition) is fulfilled


def test_the_schema_and_new_plans_have_the_columns(project: Path) -> None:
    ucap(project, "schema", "--out", "schema.json")
    schema = json.loads((project / "schema.json").read_text(encoding="utf-8"))
    table = schema["properties"]["partners"]
    assert table["description"] == "Who does what"
    row = table["anyOf"][0]["items"]["anyOf"][0]
    assert list(row["properties"]) == ["name", "role", "share", "staff", "since", "kind"]
    ucap(project, "new", "c")
    text = (project / "plans" / "c.yaml").read_text(encoding="utf-8")
    assert '# Who does what: a row for each, such as `- {name: …, role: …, share: "40,000 €", staff: 12,' in text
    assert "\npartners: []\n" in text


EDITS = [
    ("Tisséo", "Tisséo Collectivités", "partners[0].name"),
    ("Operation of the lines", "Operation of three lines", "partners[1].role"),
    ("€25,000.00", "€26,000.00", "partners[0].share"),
    ("7.5", "8.5", "partners[1].staff"),
    ("March 2026", "2027", "partners[0].since"),
    ("Enterprise", "City", "partners[0].kind"),
]


def test_review_applies_edits_cell_by_cell(project: Path) -> None:
    changes = reviewed(project, *((old, new) for old, new, _ in EDITS))
    assert changes == {field: (True, "") for _, _, field in EDITS}


def test_review_fills_in_an_unknown_cell(project: Path) -> None:
    write_plan(project, "hanoi-toulouse.yaml", PLAN.replace("    staff: 7.5\n", "").replace("VND 20,000,000", "€1"))
    ucap(project, "build", "--format", "docx", "--no-index", "--jobs", "1")
    edit = WordEdit(project / "out" / "hanoi-toulouse.docx")
    cell = next(
        each for each in edit.root.iter(qualified("w:tr")) if "Hanoi Metro" in "".join(map(str, each.itertext()))
    )
    (dash,) = list(cell)[4].iter(qualified("w:t"))
    dash.text = "9"
    edit.save()
    run = ucap(project, "review", "out/hanoi-toulouse.docx", "--apply", "--json")
    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("partners[1].staff", True)]
    assert "    staff: 9\n" in (plan_file(project)).read_text(encoding="utf-8").replace('"', "")


def test_diff_names_cells(project: Path) -> None:
    assert changed_fields(project, PLAN.replace("€25,000", "€20,000")) == ["partners[0].share"]


def test_texts_of_cells_are_translated(project: Path) -> None:
    path, text, contexts = translation(project, "partners")
    assert contexts == [
        *("partners[0].name", "partners[0].role", "partners[1].name", "partners[1].role", "partners[2].name"),
    ]
    before = 'msgid "Operation of the lines"\nmsgstr ""'
    assert before in text
    after = 'msgid "Operation of the lines"\nmsgstr "Betrieb der Linien"'
    path.write_text(text.replace(before, after), encoding="utf-8")
    made = render(plan_file(project), formats="docx", language="de").docx
    path = project / "de.docx"
    made.save(path)
    assert "Betrieb der Linien" in "".join(map(str, WordEdit(path).root.itertext()))


def test_a_built_word_file_is_imported_with_its_tables(project: Path) -> None:
    for pack in ("iuc-asia", "plain"):
        ucap(project, "build", "--format", "docx", "--template", pack, "--no-index", "--jobs", "1")
        name = "hanoi-toulouse.docx" if pack == "iuc-asia" else f"hanoi-toulouse.{pack}.docx"
        ucap(project, "import", f"out/{name}", "--into", pack)
        (path,) = (project / pack).glob("*.yaml")
        text = path.read_text(encoding="utf-8")
        for line in ("  - name: Tisséo\n", "    share: €14,999.50\n", "    kind: city\n", "results: Good results.\n"):
            assert line in text
        assert "Total" not in text
        assert "Not imported" not in text


def test_embedded_and_written_plans_keep_their_tables(project: Path) -> None:
    fields = opened(project).fields
    plan = load_plan(plan_file(project), fields=fields)
    assert written_and_read(plan, fields).custom == plan.custom


def test_labels_of_columns_without_the_language_of_the_document_are_warnings(tmp_path: Path) -> None:
    columns = "name: {type: line, label: {en: Partner}}, kind: {type: choice, label: {de: Art}, choices: {a: {en: A}}}"
    run = checked(tmp_path, "[{name: Tram, kind: a}]\nlanguage: de", columns)
    hints = [each["hint"] for each in run.report["problems"] if each["code"] == "label-untranslated"]
    assert "add it to the declaration of the column `name`: `label: {en: Partner, de: …}`" in hints
    assert "add it under `choices` in the declaration of the field: `a: {en: A, de: …}`" in hints


def test_web_pages_have_a_table_with_a_caption_and_scopes(project: Path) -> None:
    page = render(plan_file(project), formats="html").html.content.decode()
    table = page[page.index("<caption") : page.index("</table>", page.index("<caption"))]
    assert ">Partners</caption>" in table
    assert table.count('scope="col"') == 6
    assert table.count('scope="row"') == 1
    before = page[: page.index("<caption")]
    assert before.count("<table") - before.count("</table>") == 1, "no table in a cell"


def test_rows_below_a_table_have_the_level_of_those_above_it(project: Path) -> None:
    """Those below are not parts of the section: its heading is a row like them."""
    documents = render(plan_file(project), formats=("pdf", "html"))
    headings = re.findall(r"<h([1-6])[^>]*>(\w+)", documents.html.content.decode())
    assert headings == [("1", "IUC"), ("2", "Period"), ("2", "Partners"), ("2", "Expected")]
    with pikepdf.open(BytesIO(documents.pdf.content)) as pdf, pdf.open_outline() as outline:
        (title,) = outline.root
        rows = [row.title for row in title.children]
        assert rows[-3:] == ["Period of cooperation", "Partners", "Expected results and benefits"]
        assert not any(row.children for row in title.children)


def test_the_heading_of_a_table_is_below_the_last_heading_before_it(project: Path) -> None:
    template = (shipped_folder() / TEMPLATES / "iuc-asia" / "summary.page.xml").read_text(encoding="utf-8")
    folder = project / "templates" / "parts"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("extends: iuc-asia\nname: parts\n", encoding="utf-8")
    text = template.replace("</h1>", "</h1>\n<h2>Facts</h2>", 1)
    (folder / "summary.page.xml").write_text(text, encoding="utf-8")
    headings = [block for block in page_blocks(project, "parts") if isinstance(block, TextBlock) and block.level]
    assert [(heading.level, words([heading])) for heading in headings[1:]] == [(2, "Facts"), (3, "Partners")]


def test_workbooks_have_a_sheet_for_each_table(project: Path) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - used here alone

    ucap(project, "export", "plans.xlsx")
    book = load_workbook(project / "plans.xlsx")
    assert [cell.value for cell in book["Partners"][3]][:3] == ["hanoi-toulouse", 1, "Tisséo"]
    book["Partners"]["C4"] = "Metro"
    book.save(project / "plans.xlsx")
    ucap(project, "import", "plans.xlsx", "--update")
    text = (plan_file(project)).read_text(encoding="utf-8")
    assert text == PLAN.replace("Hanoi Metro Company", "Metro")


@pytest.mark.parametrize("pack", ["iuc-asia", "plain", "modern"])
def test_the_total_of_a_column_is_aligned_as_its_numbers_in_word_files(project: Path, pack: str) -> None:
    content = render(plan_file(project), template=pack, formats="docx").docx.content
    (caption,) = part(content).iter(qualified("w:tblCaption"))
    _, *rows = next(caption.iterancestors(qualified("w:tbl"))).findall(qualified("w:tr"))
    sides = set()
    for row in rows:
        paragraph = next(row.findall(qualified("w:tc"))[2].iter(qualified("w:p")))
        alignment = paragraph.find(f"{qualified('w:pPr')}/{qualified('w:jc')}")
        sides.add(None if alignment is None else alignment.get(qualified("w:val")))
    assert sides == {"right"}


@pytest.mark.parametrize("pack", ["iuc-asia", "plain"])
@pytest.mark.parametrize(("language", "comma"), [("ja", "、"), ("ar", "، ")])
def test_descriptions_of_tables_have_the_comma_of_the_document(
    project: Path, pack: str, language: str, comma: str
) -> None:
    path = plan_file(project)
    path.write_text(f"language: {language}\n{PLAN}", encoding="utf-8")
    content = render(path, template=pack, formats="docx").docx.content
    (description,) = part(content).iter(qualified("w:tblDescription"))
    assert description.get(qualified("w:val")) == comma.join(["Partner", "Role", "Share", "Staff", "Since", "Kind"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{value}{value}", ["tbl", "p", "tbl", "p"]),
        ("{other}{value}{other}", ["tbl", "p", "tbl", "p", "tbl"]),
        ("{value}{words}", ["tbl", "p"]),
        ("{around}{words}", ["tbl", "p", "tbl", "p", "p"]),
    ],
)
def test_word_joins_no_table_of_a_plan_with_another_one(body: str, expected: list[str]) -> None:
    partners = DataTable(
        (), names=("name",), columns=(RichText.plain("Partner"),), rows=((RichText.plain("Tisséo"),),), title="Partners"
    )
    value = "{{ summary.rows[0].cells[0] }}"
    template = body.format(
        value=word_paragraph(value),
        other=word_table(["a"]),
        words=word_paragraph("b"),
        around=word_table(["a"], [value]),
    )
    document = merged(template, with_rows(shared("partners", "Partners:", partners)))
    assert [qname(element) for element in document[0]] == [*expected, "sectPr"]


def qname(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


@pytest.mark.parametrize("end", ["- \n", "- N/A\n", "- {}\n", "- {name: }\n- \n"])
def test_rows_without_values_at_the_end_of_a_table_are_not_printed(tmp_path: Path, end: str) -> None:
    columns = "columns: {name: {type: line, label: N}}"
    declared(tmp_path, f"  x: {{type: table, label: X, {columns}}}\n", f"x:\n- {{name: A}}\n- \n- {{name: B}}\n{end}")
    plan = load_plan(tmp_path / "plans" / "a.yaml", fields=opened_project(Project(tmp_path)).fields)
    assert plan.custom["x"] == ({"name": "A"}, {}, {"name": "B"})


def test_rows_without_values_between_others_are_not_printed(project: Path) -> None:
    path = plan_file(project)
    path.write_text(PLAN.replace("  - name: Hanoi Metro", "  - {}\n  - name: Hanoi Metro"), encoding="utf-8")
    (table,) = (block for block in page_blocks(project) if isinstance(block, Table) and block.is_data)
    assert [row[0] for row in texts(table)][1:3] == ["Tisséo", "Hanoi Metro Company"]
    ucap(project, "build", "--format", "docx", "--no-index", "--jobs", "1")
    assert ucap(project, "review", f"out/{path.stem}.docx").err.startswith("0 changes")
    reviewed(project, ("Operation of the lines", "Operation of all lines"))
    rows: Any = load_plan(path, fields=opened(project).fields).custom["partners"]
    assert [str(row["name"]) for row in rows if row][1] == "Hanoi Metro Company"
    assert "Operation of all lines" in path.read_text(encoding="utf-8")


PRINTED = "{{ summary.custom.partners }}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>before {PRINTED} after</p><p>end</p>", ["before after", "TABLE", "end"]),
        (f"<ul><li>one <b>{PRINTED}</b></li><li>two</li></ul>", ["one", "two", "TABLE"]),
        (f"<div><h2>one</h2><div><h3>two</h3>{PRINTED}<p>three</p></div></div>", ["one", "two", "TABLE", "three"]),
        (
            f"<table><tr><th>A</th><td>a</td><th>B</th><td>{PRINTED}</td></tr></table>",
            ["A", "a", "B", "TABLE"],
        ),
        (
            f"<table><tr><th>A</th><td>{PRINTED}</td><td>a</td></tr></table>",
            ["A", "a", "A", "TABLE"],
        ),
    ],
)
def test_a_table_of_a_plan_is_below_its_line_and_its_heading(project: Path, body: str, expected: list[str]) -> None:
    pack = opened(project)
    page = PackFile(pack.page_template.path, f"<document><h1>T</h1>{body}</document>".encode())
    own = replace(pack, files={**pack.files, PAGE_TEMPLATE: page})
    summary = compose_summary(load_plan(plan_file(project), fields=own.fields), own)
    printed: list[str] = []
    for block in read_page(fill_page(own.page_template, summary), own).body[1:]:
        printed += printed_texts(block)
    assert printed == expected


def printed_texts(block: Block) -> list[str]:
    """Return the texts of a block in order, and a word for each table of the plan."""
    if isinstance(block, Table) and block.is_data:
        return ["TABLE"]
    return [text for text in block_texts([block]) if text]
