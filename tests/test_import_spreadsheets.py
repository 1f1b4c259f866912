"""Spreadsheets as offices have them: hidden sheets, rows and columns, notes, months, several sheets.

`data/import/office.xlsx` was saved by LibreOffice.
"""

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from tests.imports import DATA, imported, one_plan, read, refused
from ucap_reports.importers.draft_and_kept_comments import Imported
from ucap_reports.importers.workbook_reading import workbook_grids
from ucap_reports.problems import ProblemsFound

pytestmark = pytest.mark.no_cover


@pytest.fixture
def office() -> Imported:
    return imported((DATA / "office.xlsx").read_bytes(), "office.xlsx")


def one_row(**cells: tuple[object, str]) -> bytes:
    """A workbook with two cities and a column for each of these values, with its number format."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["City 1", "City 2", *cells])
    sheet.append(["Tianjin", "Rome", *(value for value, _ in cells.values())])
    for column, (_, number_format) in enumerate(cells.values(), 3):
        sheet.cell(2, column).number_format = number_format
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_each_visible_sheet_makes_plans(office: Imported) -> None:
    assert [plan.id for plan in office.plans] == ["tianjin-rome", "lyon-ha-noi", "nice-haikou", "kobe-marseille"]


def test_each_thing_that_has_no_field_is_a_warning_at_its_place(office: Imported) -> None:
    told = [(problem.code, problem.location.place) for problem in office.problems]
    assert told == [
        ("import-formula", "Pairs 2019 \u203a D5"),
        ("import-hidden", "Pairs 2019"),
        ("import-hidden", "Pairs 2019"),
        ("import-hidden", "Old"),
        ("import-column", "Pairs 2019 \u203a M3"),
        ("import-unplaced", "Pairs 2019 \u203a A1"),
        ("import-sheet", "Notes"),
    ]
    hidden = [problem.details.get("names") for problem in office.problems if problem.code == "import-hidden"]
    assert hidden == ["6", "L", None]


def test_the_words_of_hidden_sheets_and_of_sheets_without_plans_are_comments_in_the_first_plan(
    office: Imported,
) -> None:
    assert "# A; B (Old \u203a A2)" in office.plans[0].text
    assert "# Read me: all by M. Mori (Notes \u203a A1)" in office.plans[0].text


def test_values_are_read_as_the_sheet_shows_them(office: Imported) -> None:
    plan = read(office.plans[0])
    population, area = plan.cities[0].population, plan.cities[0].area_km2
    assert population is not None
    assert area is not None
    assert (population.value, area.value) == (13_600_000, 11_760.5)
    assert (plan.period, plan.signed, plan.updated) == ("May 2018", date(2018, 11, 16), date(2019, 4, 1))
    assert "# Share of green: 25% (Pairs 2019 \u203a M4)" in office.plans[0].text


def test_the_header_of_the_first_page_is_kept_with_its_ampersands() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["City 1", "City 2"])
    sheet.append(["Tianjin", "Rome"])
    sheet.oddHeader.center.text = sheet.evenHeader.center.text = "R&&D unit, page &P"
    sheet.firstHeader.center.text = "First edition"
    kept = one_plan(saved(book), "x.xlsx").text.partition("# Not imported")[2]
    assert kept.count("# header or footer: R&D unit, page (Sheet)") == 1
    assert "# header or footer: First edition (Sheet)" in kept


@pytest.mark.parametrize(
    ("footer", "kept"),
    [
        ("&P", ""),
        ("Page &P of &N", ""),
        ("Seite &P / &N", ""),
        ("第 &P 页，共 &N 页", ""),
        ("Q&&P", "Q&P"),
        ("Cities together, page &P of &N", "Cities together, page  of"),
    ],
)
def test_footers_with_nothing_but_the_number_of_the_page_are_left_out(footer: str, kept: str) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["City 1", "City 2"])
    sheet.oddFooter.center.text = footer
    texts = [leftover.text for leftover in workbook_grids(saved(book), "x.xlsx").texts]
    assert texts == ([kept] if kept else [])


def test_a_note_on_a_cell_is_a_comment_and_a_warning(office: Imported) -> None:
    assert "# note: ask Rome about this (Pairs 2019 \u203a L4)" in office.plans[0].text
    assert [problem.location.place for problem in office.plans[0].problems] == ["Pairs 2019 \u203a L4"]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (date(2017, 5, 1), "mmm-yy", "May 2017"),
        (date(2017, 5, 1), "[$-409]mmmm\\ yyyy", "May 2017"),
        (date(2017, 5, 1), 'yyyy"-day-"mm', "May 2017"),
        (date(2017, 5, 1), "dd.mm.yyyy", "2017-05-01"),
        (date(2017, 5, 2), "mmm-yy", "2017-05-02"),
        (date(2017, 1, 1), "yyyy", "2017"),
        (date(2017, 5, 1), "yyyy", "May 2017"),
        (0.125, "0.0%", "12.5%"),
        (0.12, '0" %"', "0.12"),
        (12, "0\\%", "12"),
        (757, "0.00", "757.00"),
        (13.6e6, '0.0,,"M"', "13600000"),
        ("one_x000D_\ntwo", "General", "one two"),
        (1e300, "0.00", "1e+300"),
        (2018.0, "General", "2018"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.89, "General", "1234567.89"),
        (True, "General", "True"),
        (45000, '#,##0\\ "€"', "45000 €"),
        (45000, "#,##0.00\\ [$€-407];[RED]-#,##0.00\\ [$€-407]", "45000.00 €"),
        (45000, '_-* #,##0\\ "CHF"_-', "45000 CHF"),
        (-45000, "[$EUR] #,##0", "-45000 EUR"),
        (45000, '"£"#,##0;[Red]\\-"£"#,##0', "45000 £"),
        (45000, "_($* #,##0_);_($* (#,##0)", "45000 $"),
        (45000, '#,##0 "jobs"', "45000"),
        (45000, "[$-409]#,##0", "45000"),
    ],
)
def test_a_value_is_written_as_its_format_shows_it(value: object, number_format: str, text: str) -> None:
    assert read(one_plan(one_row(Period=(value, number_format)), "x.xlsx")).period == text


def test_a_note_on_an_empty_cell_is_a_comment_and_a_warning_at_its_place() -> None:
    book = load_workbook(BytesIO(one_row(Period=("#N/A", "General"), Themes=(None, "General"))))
    for cell in ("C2", "D2", "F7"):
        book.worksheets[0][cell].comment = Comment(f"ask Rome\nabout {cell}", "A. Schmidt")
    plan = one_plan(saved(book), "x.xlsx")
    notes = [(each.details["text"], each.location.place) for each in plan.problems if each.code == "import-aside"]
    assert notes == [(f"ask Rome about {cell}", f"Sheet \u203a {cell}") for cell in ("C2", "D2", "F7")]
    assert all(f"# about {cell} (Sheet" in plan.text for cell in ("C2", "D2", "F7"))


def test_the_note_on_a_row_without_cities_is_a_comment() -> None:
    book = load_workbook(BytesIO(one_row(Period=("2017", "General"))))
    sheet = book.worksheets[0]
    sheet["C3"] = "2018"
    sheet["C3"].comment = Comment("not signed yet", "A. Schmidt")
    found = imported(saved(book), "x.xlsx")
    assert [problem.details for problem in found.problems] == [{"text": "2018; not signed yet"}]
    assert "# 2018\n# not signed yet (Sheet \u203a C3)" in found.plans[0].text


def test_a_warning_names_the_first_of_many_hidden_rows() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for number in range(1, 1_011):
        sheet.append(["City 1", "City 2"] if number == 1 else [f"Left {number}", f"Right {number}"])
        sheet.row_dimensions[number].hidden = number > 1
    (problem,) = imported(saved(book), "x.xlsx").problems
    assert problem.details["names"] == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,…"


def test_a_quotation_mark_inside_a_quoted_cell_is_an_error() -> None:
    assert refused('City 1,City 2,Period\nTianjin,Rome,"May" 2017\n', "x.csv") == ["import-damaged"]


def test_a_quotation_mark_that_is_never_closed_is_an_error_at_its_row() -> None:
    text = 'City 1,City 2,Period\nTianjin,Rome,May\nLyon,"Nice,June\nKobe,Marseille,July\n'
    assert refused(text, "x.csv") == ["import-damaged"]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!"])
@pytest.mark.parametrize("kind", ["e", "s"])
def test_an_error_in_a_cell_is_a_warning_at_its_place_and_not_a_value(error: str, kind: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["City 1", "City 2", "Period"])
    sheet.append(["Tianjin", "Rome", "x"])
    sheet["C2"].value = error
    sheet["C2"].data_type = kind

    found = imported(saved(book), "x.xlsx")

    told = [(each.code, each.location.place, error in each.message) for each in found.problems]
    assert told == [("import-formula", "Sheet \u203a C2", True)]
    assert read(found.plans[0]).period is None


@pytest.mark.parametrize("error", ["#REF!", "#BEZUG!", "#NV", "#¡REF!", "#N/D", "Err:502", "########", " #NAME? "])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_error_in_a_text_file_is_a_warning_at_its_place_and_not_a_value(error: str, delimiter: str) -> None:
    rows = [["City 1", "City 2", "Period", "Themes"], ["Tianjin", "Rome", error, "Water"]]

    found = imported("\n".join(map(delimiter.join, rows)), "x.csv")

    (warning,) = found.problems
    assert (warning.code, warning.location.line, warning.location.place) == ("import-formula", 2, "column 3")
    assert error.strip() in warning.message
    plan = read(found.plans[0])
    assert (plan.period, plan.themes) == (None, ("Water",))


@pytest.mark.parametrize("text", ["#1", "# REF!", "#smart", "##", "Err:1", "see #REF!"])
def test_text_with_a_number_sign_is_no_error(text: str) -> None:
    found = imported(f"City 1,City 2,Themes\nTianjin,Rome,{text}\n", "x.csv")
    assert found.problems == ()


@pytest.mark.parametrize("origin", ["Rome", None])
@pytest.mark.parametrize(
    ("hidden", "text"), [("hidden words", "hidden words"), (date(2020, 5, 4), "2020-05-04"), (1.5, "1.5")]
)
def test_the_text_of_a_cell_below_a_merged_one_is_a_comment_and_a_warning(
    origin: str | None, hidden: object, text: str
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["City 1", "City 2", "Period", "Results"])
    sheet.append(["Tianjin", "Rome", origin, hidden, "far away"])
    content = with_parts(
        saved(book),
        {
            "xl/worksheets/sheet1.xml": lambda part: part.replace(
                b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="C2:D2"/></mergeCells>'
            )
        },
    )

    found = imported(content, "x.xlsx")

    (aside,) = [each for each in found.problems if each.code == "import-aside"]
    assert (aside.location.place, aside.details["text"]) == ("Sheet \u203a D2", text)
    assert f"# cell below a merged cell: {text} (Sheet \u203a D2)" in found.plans[0].text
    assert not read(found.plans[0]).results


Edit = Callable[[bytes], bytes]


def with_parts(content: bytes, edits: Mapping[str, Edit]) -> bytes:
    """The workbook with changed parts; a part that does not exist is made of nothing."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name, edit in edits.items():
        parts[name] = edit(parts.get(name, b""))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def replaced(old: bytes, new: bytes) -> Edit:
    """Replace the first occurrence, which must be there."""

    def edit(part: bytes) -> bytes:
        assert old in part
        return part.replace(old, new, 1)

    return edit


RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PIVOT = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONSHIP}/pivotTable" Target="../pivotTables/pivotTable1.xml"/></Relationships>"""
SHEET = "xl/worksheets/sheet1.xml"
SHEET_EDITS: Mapping[str, tuple[bytes, bytes]] = {
    "an empty reference to a style": (b'<c r="A1"', b'<c r="A1" s=""'),
    "a reference to an unknown style": (b'<c r="A1"', b'<c r="A1" s="9999"'),
    "a row without a number": (b'<row r="1"', b'<row r=""'),
    "a row with an empty height": (b'<row r="1"', b'<row r="1" ht="" customFormat=""'),
    "an unknown attribute of a cell": (b'<c r="A1"', b'<c r="A1" x=""'),
    "a cell without a place": (b'<c r="A1"', b'<c r="A"'),
    "an empty filter": (b"</sheetData>", b'</sheetData><autoFilter ref=""/>'),
    "an empty rule": (
        b"</sheetData>",
        b'</sheetData><conditionalFormatting><cfRule priority=""/></conditionalFormatting>',
    ),
    "an empty page setup": (b"</sheetData>", b'</sheetData><pageSetup orientation="" paperSize="x"/>'),
    "a link of no cell": (b"</sheetData>", b'</sheetData><hyperlinks><hyperlink ref="A"/></hyperlinks>'),
    "merged cells that are none": (
        b"</sheetData>",
        b'</sheetData><mergeCells count=""><mergeCell ref=""/></mergeCells>',
    ),
    "columns that are none": (b"<sheetData>", b'<cols><col min="" max="x"/></cols><sheetData>'),
    "a number that is none": (b"</row></sheetData>", b'<c r="D2"><v>many</v></c></row></sheetData>'),
    "a day that does not exist": (b"</row></sheetData>", b'<c r="D2" t="d"><v>2020-02-31</v></c></row></sheetData>'),
}
"""What is replaced in the sheet, and by what."""
UNUSUAL: dict[str, Mapping[str, Edit]] = {
    **{name: {SHEET: replaced(*edit)} for name, edit in SHEET_EDITS.items()},
    "a day that does not exist in the properties": {
        "docProps/core.xml": lambda part: re.sub(rb">[\dT:Z-]+</dcterms:created>", b">soon</dcterms:created>", part)
    },
    "a font that openpyxl does not know": {"xl/styles.xml": replaced(b"<font>", b'<font><u val="thrice"/>')},
    "a name that openpyxl does not know": {
        "xl/workbook.xml": replaced(
            b"<definedNames/>", b'<definedNames><definedName name="" localSheetId="99"/></definedNames>'
        )
    },
    "a pivot table that openpyxl does not know": {
        "xl/worksheets/_rels/sheet1.xml.rels": lambda _: PIVOT.encode(),
        "xl/pivotTables/pivotTable1.xml": lambda _: b"<pivotTableDefinition unknown='1'/>",
    },
    "a drawing that openpyxl does not know": {
        "xl/worksheets/_rels/sheet1.xml.rels": lambda _: PIVOT.replace("pivotTable", "drawing").encode(),
        "xl/drawings/drawing1.xml": lambda _: b"<wsDr unknown='1'><a/></wsDr>",
    },
}


@pytest.mark.parametrize("edits", UNUSUAL.values(), ids=UNUSUAL)
def test_a_workbook_with_unusual_parts_is_read(edits: Mapping[str, Edit]) -> None:
    content = with_parts(one_row(Period=("May 2017", "General")), edits)
    plan = read(one_plan(content, "x.xlsx"))
    assert (plan.period, [city.name for city in plan.cities]) == ("May 2017", [("Tianjin",), ("Rome",)])


def test_a_strict_workbook_is_named_as_such() -> None:
    edit = replaced(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    with pytest.raises(ProblemsFound, match="Strict Open XML"):
        imported(with_parts(one_row(), {"xl/workbook.xml": edit}), "x.xlsx")


def test_a_sheet_with_nothing_but_a_chart_is_left_out() -> None:
    book = load_workbook(BytesIO(one_row()))
    book.create_chartsheet("Chart", 0)
    assert [city.name for city in read(one_plan(saved(book), "x.xlsx")).cities] == [("Tianjin",), ("Rome",)]


def test_a_damaged_workbook_is_still_an_error() -> None:
    edits: Mapping[str, Edit] = {"xl/styles.xml": lambda _: b"<styleSheet><fonts><font><b val='x'/></font></fonts>"}
    assert refused(with_parts(one_row(), edits), "x.xlsx") == ["import-damaged"]
