"""`ucap export` and `ucap import --update`: workbooks with all plans, and what changes in them changes in plans."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.command import Run, ucap, write_plan
from tests.selected_cases import crossed, every, mostly_long
from tests.tools import office_workbook
from ucap_reports.batch.workbook_and_form_exchange import update_from_file
from ucap_reports.cli import import_export_and_form_commands
from ucap_reports.importers.workbook_sheets_and_cells import RECORD
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.writing.value_edits import value_at
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import loc_of
from ucap_reports.storage.decoding import Source

SHIPPED = Path(__file__).parent.parent / "plans"
TIANJIN = """\
# The first pairing.
cities:
  - name: Tianjin  # 天津
    country: China
    population: 13600000
    area_km2: 11760
  - name: [Rome, Velletri]
    country: Italy
    population: "2.8 Mio"
period: "=May 2017"
signed: 2018-05-31
themes: [Aerospace, Economy and trade]
sdgs: [11, "SDG 9: own words"]
focus:
  - theme: Aerospace
    text: Establishing **deeper** ties.
challenges: |
  Traffic:
  - in the old town
  - at the port
activities:
  - when: 31 May 2017
    text: Launch.
    details: [40 participants, Both mayors]
  - A workshop.
contact: {office: International Affairs, email: office@example.org}
updated: 2019-04-30
"""
YANTAI = "cities: [{name: Yantai, country: China}, {name: Rome, country: Italy}]\nactivities: Some visits.\n"
PARTNERS = "partners:\n  - number: one\n    share: 1 €\n"
Edit = Callable[[Workbook], None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "tianjin-rome.yaml", TIANJIN)
    write_plan(tmp_path, "yantai-rome.yaml", YANTAI)
    return tmp_path


EXPORTED: dict[tuple[tuple[str, bytes], ...], bytes] = {}
"""The workbook of each project, by its files: most tests edit that of the same plans."""


def exported(project: Path, name: str = "all.xlsx") -> Workbook:
    files = tuple(
        (path.relative_to(project).as_posix(), path.read_bytes())
        for path in sorted(project.rglob("*"))
        if path.is_file()
    )
    if files not in EXPORTED:
        run = ucap(project, "export", name, "--json")
        assert run.code == 0, run.out
        EXPORTED[files] = (project / name).read_bytes()
    (project / name).write_bytes(EXPORTED[files])
    return load_workbook(project / name)


def edited(project: Path, edit: Edit, name: str = "edited.xlsx") -> Path:
    """A copy of the exported workbook after an edit."""
    book = exported(project)
    edit(book)
    book.save(project / name)
    return project / name


def update(project: Path, name: str = "edited.xlsx", *words: str) -> Run:
    return ucap(project, "import", name, "--update", "--json", *words)


def changes(run: Run) -> dict[tuple[str, str], tuple[Any, Any]]:
    return {(change["plan"], change["field"]): (change["old"], change["new"]) for change in run.report["changes"]}


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value}


def cell_of(book: Workbook, sheet: str, column: str, plan: str, number: int | None = None) -> Any:
    """The cell of a plan, or of an entry of one of its lists."""
    names = columns(book[sheet])
    for row in range(3, book[sheet].max_row + 1):
        is_plan = book[sheet].cell(row, names["plan"]).value == plan
        if is_plan and (number is None or book[sheet].cell(row, names["number"]).value == number):
            return book[sheet].cell(row, names[column])
    raise AssertionError((sheet, column, plan, number))


def add_row(sheet: Worksheet, **values: Any) -> None:
    row = sheet.max_row + 1
    for name, value in values.items():
        sheet.cell(row, columns(sheet)[name]).value = value


def text(project: Path, plan: str = "tianjin-rome") -> str:
    return (project / "plans" / f"{plan}.yaml").read_text(encoding="utf-8")


# What an export writes


def test_export_writes_a_sheet_for_plans_and_for_each_list(project: Path) -> None:
    book = exported(project)

    assert book.sheetnames == ["Plans", "Cities", "Focus", "Activities", "Pictures", "Read me", RECORD]
    assert book[RECORD].sheet_state == "veryHidden"
    for name in book.sheetnames[:5]:
        sheet = book[name]
        assert sheet.freeze_panes.endswith("3")
        assert sheet.auto_filter.ref.startswith("A2:")
        assert [sheet.cell(1, 1).value, sheet.cell(2, 1).value] == ["plan", "Plan"]
    assert book["Cities"].cell(2, columns(book["Cities"])["population"]).value == "Population"
    assert [row[0].value for row in book["Plans"].iter_rows(min_row=3)] == ["tianjin-rome", "yantai-rome"]
    assert [row[0].value for row in book["Cities"].iter_rows(min_row=3)] == ["tianjin-rome"] * 2 + ["yantai-rome"] * 2


def test_export_keeps_numbers_dates_texts_and_lists_apart(project: Path) -> None:
    book = exported(project)

    population = cell_of(book, "Cities", "population", "tianjin-rome", 1)
    assert (population.value, population.number_format) == (13600000, "#,##0")
    assert cell_of(book, "Cities", "population", "tianjin-rome", 2).value == "2.8 Mio"
    assert cell_of(book, "Cities", "name", "tianjin-rome", 2).value == "Rome\nVelletri"
    assert cell_of(book, "Plans", "signed", "tianjin-rome").value == datetime.combine(date(2018, 5, 31), time())
    assert cell_of(book, "Plans", "updated", "tianjin-rome").value == datetime.combine(date(2019, 4, 30), time())
    assert cell_of(book, "Plans", "themes", "tianjin-rome").value == "Aerospace\nEconomy and trade"
    assert cell_of(book, "Plans", "sdgs", "tianjin-rome").value == "11\nSDG 9: own words"
    assert cell_of(book, "Plans", "challenges", "tianjin-rome").value == "Traffic:\n- in the old town\n- at the port"
    assert cell_of(book, "Plans", "contact.email", "tianjin-rome").value == "office@example.org"
    assert cell_of(book, "Plans", "activities", "tianjin-rome").value is None
    assert cell_of(book, "Plans", "activities", "yantai-rome").value == "Some visits."
    assert cell_of(book, "Activities", "details", "tianjin-rome", 1).value == "- 40 participants\n- Both mayors"
    assert cell_of(book, "Activities", "text", "tianjin-rome", 2).value == "A workshop."
    assert cell_of(book, "Focus", "text", "tianjin-rome", 1).value == "Establishing **deeper** ties."


def test_export_writes_text_that_no_program_runs_as_a_formula(project: Path) -> None:
    cell = cell_of(exported(project), "Plans", "period", "tianjin-rome")

    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=May 2017", "s", True)
    markup = ZipFile(project / "all.xlsx").read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in markup


def test_export_offers_the_values_of_closed_choices(project: Path) -> None:
    (project / "ucap.yaml").write_text(
        "fields: {funding: {type: choice, label: Funding, choices: {own: Own, eu: {en: EU funds}}}}\n"
    )
    book = exported(project)

    lists = {}
    for validation in book["Plans"].data_validations.dataValidation:
        title, cells = validation.formula1.split("!")
        assert title == f"'{RECORD}'"
        letter = str(validation.sqref).split(":")[0]
        head = book["Plans"][f"{letter.rstrip('0123456789')}1"].value
        lists[head] = [cell[0].value for cell in book[RECORD][cells.replace("$", "")]]
    assert lists["status"] == ["draft", "final"]
    assert lists["funding"] == ["own", "eu"]
    assert "iuc-asia" in lists["template"]


def test_choice_with_the_name_of_a_sheet_hides_no_exported_rows(project: Path) -> None:
    (project / "ucap.yaml").write_text("fields: {scope: {type: choice, label: Scope, choices: {Cities: C}}}\n")

    def edit(book: Workbook) -> None:
        assert "Cities" in [cell.value for cell in book[RECORD][1]][7:]
        cell_of(book, "Cities", "mayor", "yantai-rome", 1).value = "Chen Fei"

    edited(project, edit)
    run = update(project)

    assert changes(run) == {("yantai-rome", "cities[0].mayor"): (None, "Chen Fei")}
    assert run.codes == []


def test_export_keeps_what_people_type_as_text_in_further_rows(project: Path) -> None:
    sheet = exported(project)["Activities"]
    formats = {}
    for name, column in columns(sheet).items():
        formats[name] = sheet.column_dimensions[get_column_letter(column)].number_format
    assert (formats["when"], formats["text"]) == ("@", "General")
    assert sheet.cell(3, columns(sheet)["when"]).number_format == "@"


def test_export_gives_the_same_bytes_for_the_same_plans(project: Path) -> None:
    exported(project, "one.xlsx")
    exported(project, "two.xlsx")

    assert (project / "one.xlsx").read_bytes() == (project / "two.xlsx").read_bytes()


def test_export_names_no_program_as_the_author(project: Path) -> None:
    exported(project)

    with ZipFile(project / "all.xlsx") as archive:
        assert b"openpyxl" not in archive.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("language", "country", "office", "file"),
    every(
        2,
        [
            ("de", "Land", "Kontakt: ", "Bild: "),
            ("fr", "Pays", "Contact\N{NO-BREAK SPACE}: ", "Image\N{NO-BREAK SPACE}: "),
            ("zh", "国家", "联系方式\N{FULLWIDTH COLON}", "图片\N{FULLWIDTH COLON}"),
            ("vi", "Quốc gia", "Contact: ", "Picture: "),
        ],
    ),
)
def test_export_labels_columns_in_the_language_of_the_project(
    project: Path, language: str, country: str, office: str, file: str
) -> None:
    (project / "ucap.yaml").write_text(f"language: {language}\n")
    book = exported(project)
    plans, cities = book["Plans"], book["Cities"]

    assert cities.cell(2, columns(cities)["country"]).value == country
    assert plans.cell(2, columns(plans)["contact.office"]).value == f"{office}Office"
    assert cities.cell(2, columns(cities)["picture.file"]).value == f"{file}File"


def test_export_writes_only_the_plans_that_are_selected(project: Path) -> None:
    run = ucap(project, "export", "some.xlsx", "--where", "city=Tianjin", "--json")

    assert run.report["plans"] == ["tianjin-rome"]
    assert ucap(project, "export", "some.csv").code == 2


@pytest.mark.no_cover
def test_export_overwrites_no_edits_and_no_other_files(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2026"

    edited(project, edit, "edited.xlsx")
    assert ucap(project, "export", "edited.xlsx", "--json").codes == ["export-edited"]
    other = Workbook()
    other.save(project / "other.xlsx")
    assert ucap(project, "export", "other.xlsx", "--json").codes == ["export-edited"]

    update(project)
    assert ucap(project, "export", "edited.xlsx").code == 0
    write_plan(project, "yantai-rome.yaml", YANTAI.replace("Some", "Many"))
    assert ucap(project, "export", "edited.xlsx").code == 0


def add_column(book: Workbook) -> None:
    sheet = book["Plans"]
    sheet.cell(1, sheet.max_column + 1, "Our remarks")
    sheet.cell(3, sheet.max_column, "Ask Rome again")


def add_column_without_name(book: Workbook) -> None:
    book["Cities"].cell(4, book["Cities"].max_column + 2, "Ask Rome again")


def add_empty_column(book: Workbook) -> None:
    book["Plans"].cell(1, book["Plans"].max_column + 1, "Our remarks")


def add_formula(book: Workbook) -> None:
    cell_of(book, "Cities", "population", "tianjin-rome", 1).value = "=13000000+600000"


def add_formula_beside(book: Workbook) -> None:
    book["Cities"].cell(12, 1, "=COUNTA(A3:A10)")


def add_sheet(book: Workbook) -> None:
    book.create_sheet("Calls").cell(1, 1, "Rome, on Monday")


def add_note(book: Workbook) -> None:
    cell_of(book, "Plans", "period", "tianjin-rome").comment = Comment("Is this right?", "Office")


def write_into_read_me(book: Workbook) -> None:
    book["Read me"].cell(90, 1, "The office fills in Cities only.")


def rename_label(book: Workbook) -> None:
    book["Plans"].cell(2, columns(book["Plans"])["period"], "When?")


def merge_cells(book: Workbook) -> None:
    book["Cities"].merge_cells("C3:C4")


def delete_row_of_plan(book: Workbook) -> None:
    book["Plans"].delete_rows(3)


def delete_row_of_city(book: Workbook) -> None:
    book["Cities"].delete_rows(4)


def delete_column(book: Workbook) -> None:
    book["Plans"].delete_cols(columns(book["Plans"])["period"])


def delete_sheet(book: Workbook) -> None:
    del book["Activities"]


def write_below_the_rows(book: Workbook) -> None:
    book["Plans"].cell(9, 3, "May 2019")


def add_chart(book: Workbook) -> None:
    chart = BarChart()
    chart.add_data(Reference(book["Cities"], min_col=3, min_row=3, max_row=4))
    book["Cities"].add_chart(chart, "H20")


@pytest.mark.parametrize(
    "edit",
    mostly_long(
        [
            add_column,
            add_column_without_name,
            add_empty_column,
            add_formula,
            add_formula_beside,
            add_sheet,
            add_note,
            write_into_read_me,
            rename_label,
            merge_cells,
            delete_row_of_plan,
            delete_row_of_city,
            delete_column,
            delete_sheet,
            write_below_the_rows,
            add_chart,
        ],
        {
            add_column,
            add_formula,
            add_sheet,
            add_note,
            rename_label,
            merge_cells,
            delete_row_of_city,
            add_chart,
        },
    ),
    ids=lambda edit: edit.__name__,
)
def test_export_overwrites_nothing_that_a_person_did_in_a_workbook(project: Path, edit: Edit) -> None:
    path = edited(project, edit)
    before = path.read_bytes()

    assert ucap(project, "export", "edited.xlsx", "--json").codes == ["export-edited"]
    assert path.read_bytes() == before


CHANGED_PLANS = {"deleted": None, "invalid": "cities: [", "new": YANTAI.replace("Some", "Many")}


@pytest.mark.no_cover
@pytest.mark.parametrize("state", every(2, CHANGED_PLANS))
@pytest.mark.parametrize("program", mostly_long(["ucap", "openpyxl", "libreoffice"], {"openpyxl"}))
def test_export_overwrites_a_workbook_that_nobody_edited(project: Path, program: str, state: str) -> None:
    plan = CHANGED_PLANS[state]
    (project / "ucap.yaml").write_text("fields: {budget: {type: money, label: Budget}}\n", encoding="utf-8")
    write_plan(project, "yantai-rome.yaml", f"{YANTAI}budget: 3 €\nperiod: '#REF!'\n")
    path = edited(project, lambda _: None)
    if program == "ucap":
        path.write_bytes((project / "all.xlsx").read_bytes())
    elif program == "libreoffice":
        path.write_bytes(office_workbook((project / "all.xlsx").read_bytes()))
    (project / "ucap.yaml").write_text("", encoding="utf-8")
    if plan is None:
        (project / "plans/yantai-rome.yaml").unlink()
    else:
        write_plan(project, "yantai-rome.yaml", plan)

    run = ucap(project, "export", "edited.xlsx", "--json")

    assert "export-edited" not in run.codes
    assert [file["status"] for file in run.report["files"]] == ["written"]


def test_export_overwrites_no_edits_of_plans_that_cannot_be_read_or_were_deleted(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Plans", "period", "yantai-rome").value = "2026"

    edited(project, edit)
    write_plan(project, "yantai-rome.yaml", "cities: [")
    assert "export-edited" in ucap(project, "export", "edited.xlsx", "--json").codes
    (project / "plans/yantai-rome.yaml").unlink()
    assert ucap(project, "export", "edited.xlsx", "--json").codes == ["export-edited"]


def test_export_overwrites_a_workbook_whose_deleted_rows_the_plans_do_not_have_either(project: Path) -> None:
    def edit(book: Workbook) -> None:
        book["Plans"].delete_rows(4)
        book["Cities"].delete_rows(5, 2)
        book["Activities"].delete_rows(4)

    edited(project, edit)
    assert ucap(project, "export", "edited.xlsx", "--json").codes == ["export-edited"]
    (project / "plans/yantai-rome.yaml").unlink()
    write_plan(project, "tianjin-rome.yaml", TIANJIN.replace("  - A workshop.\n", ""))

    run = update(project)
    assert (run.code, run.codes) == (0, ["import-plan-deleted"])
    assert ucap(project, "export", "edited.xlsx", "--json").codes == []


def test_export_overwrites_new_rows_and_columns_that_were_imported(project: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book["Plans"]
        sheet.cell(1, sheet.max_column + 1, "budget")
        sheet.cell(3, sheet.max_column, "3 €")
        sheet.cell(5, 1, "hanoi-rome")
        for row, city in ((7, "Hanoi"), (8, "Rome")):
            book["Cities"].cell(row, 1, "hanoi-rome")
            book["Cities"].cell(row, columns(book["Cities"])["name"], city)
            book["Cities"].cell(row, columns(book["Cities"])["country"], "Viet Nam" if city == "Hanoi" else "Italy")

    edited(project, edit)
    (project / "ucap.yaml").write_text("fields: {budget: {type: money, label: Budget}}\n", encoding="utf-8")
    assert ucap(project, "export", "edited.xlsx", "--json").codes == ["export-edited"]
    run = update(project)
    assert (run.code, run.codes) == (0, [])
    assert ucap(project, "export", "edited.xlsx", "--json").codes == []


@pytest.mark.skipif(os.name != "posix", reason="this system has no limit of the size of files")
@pytest.mark.parametrize("words", every(2, ["export plans.xlsx", "translate fr --format xlsx"]))
def test_a_full_disk_for_temporary_files_is_reported(project: Path, words: str) -> None:
    command = f'ulimit -f 1; exec "{sys.executable}" -B -m ucap_reports {words} --json'
    done = subprocess.run(["bash", "-c", command], cwd=project, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "")
    assert {problem["code"] for problem in json.loads(done.stdout)["problems"]} == {"file-not-written"}


# What an import changes


def test_import_of_an_unchanged_workbook_changes_nothing(project: Path) -> None:
    edited(project, lambda _: None)
    before = text(project)

    run = update(project)

    assert (run.code, run.report["changes"], run.report["plans"], run.codes) == (0, [], [], [])
    assert text(project) == before


@pytest.mark.long
def test_import_of_shipped_plans_saved_by_libreoffice_changes_nothing(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.yaml"):
        write_plan(tmp_path, path.name, path.read_text(encoding="utf-8"))
    write_plan(tmp_path, "odd.yaml", TIANJIN.replace("Launch.", 'Launch _x0041_ =1 \'a \\"b\\".'))
    exported(tmp_path)
    (tmp_path / "saved.xlsx").write_bytes(office_workbook((tmp_path / "all.xlsx").read_bytes()))

    run = update(tmp_path, "saved.xlsx")

    assert (run.code, run.report["changes"], run.codes) == (0, [], [])


def test_import_changes_only_the_cells_that_were_changed(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Cities", "population", "tianjin-rome", 1).value = 13900000
        cell_of(book, "Cities", "population", "tianjin-rome", 2).value = None
        cell_of(book, "Plans", "themes", "tianjin-rome").value = "Aerospace\nPorts\nEconomy and trade"
        cell_of(book, "Plans", "sdgs", "tianjin-rome").value = "11\n13"
        cell_of(book, "Plans", "signed", "tianjin-rome").value = date(2018, 6, 1)
        cell_of(book, "Plans", "contact.phone", "tianjin-rome").value = "+39 06 0606"
        cell_of(book, "Activities", "when", "tianjin-rome", 2).value = "June 2018"
        cell_of(book, "Activities", "details", "tianjin-rome", 1).value = "- 40 participants\n- Three mayors"

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (0, [])
    assert changes(run)["tianjin-rome", "cities[0].population"] == (13600000, 13900000)
    assert text(project) == (
        TIANJIN.replace("13600000", "13900000")
        .replace('    population: "2.8 Mio"\n', "")
        .replace("[Aerospace, Economy and trade]", "[Aerospace, Ports, Economy and trade]")
        .replace('[11, "SDG 9: own words"]', "[11, 13]")
        .replace("2018-05-31", "2018-06-01")
        .replace("email: office@example.org}", "email: office@example.org, phone: +39 06 0606}")
        .replace("Both mayors", "Three mayors")
        .replace("  - A workshop.\n", "  - when: June 2018\n    text: A workshop.\n")
    )
    assert update(project).report["changes"] == []
    ucap(project, "undo")
    assert text(project) == TIANJIN


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("column", "content", "field", "value"),
    [
        ("themes", "• Ports\n• Water", "themes", ["Ports", "Water"]),
        ("themes", "1. Ports\n2. Water", "themes", ["Ports", "Water"]),
        ("themes", "12. floor", "themes", ["12. floor"]),
        ("sdgs", "1. No Poverty\n2. Zero Hunger", "sdgs", None),
        ("sdgs", "ODD 11 et 13", "sdgs", ["SDG 11", "SDG 13"]),
        ("period", "- 2019", "period", "- 2019"),
        ("title", "one_x000D_\ntwo", "title", "one\ntwo"),
    ],
)
def test_import_reads_lists_and_line_ends_as_people_type_them(
    project: Path, column: str, content: str, field: str, value: object
) -> None:
    edited(project, lambda book: setattr(cell_of(book, "Plans", column, "tianjin-rome"), "value", content))

    after = {path: new for (_, path), (_, new) in changes(update(project, "edited.xlsx", "--dry-run")).items()}

    assert after.get(field) == value


def test_import_separates_goals_on_one_line_of_a_cell(project: Path) -> None:
    workbook = exported(project)
    sheet = workbook["Plans"]
    column = next(cell.column for cell in sheet[1] if cell.value == "sdgs")
    sheet.cell(4, column).value = "11, 13"
    workbook.save(project / "all.xlsx")
    run = ucap(project, "import", "all.xlsx", "--update")
    assert run.code == 0, run.out
    assert "sdgs:\n  - SDG 11\n  - SDG 13\n" in (project / "plans/yantai-rome.yaml").read_text(encoding="utf-8")


def test_import_with_dry_run_writes_nothing(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Plans", "period", "yantai-rome").value = "2026"

    edited(project, edit)
    run = update(project, "edited.xlsx", "--dry-run")

    assert changes(run) == {("yantai-rome", "period"): (None, "2026")}
    assert text(project, "yantai-rome") == YANTAI


def random_edits(book: Workbook, seed: int, count: int) -> dict[tuple[str, str], str]:
    """Change so many cells with text; returns the new text of each by plan and field."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    cells = []
    for name, owner in (("Plans", None), ("Cities", "cities"), ("Activities", "activities"), ("Focus", "focus")):
        sheet = book[name]
        names = {number: head for head, number in columns(sheet).items()}
        for row in range(3, sheet.max_row + 1):
            plan = sheet.cell(row, 1).value
            for column, head in names.items():
                field = head if owner is None else f"{owner}[{(sheet.cell(row, 2).value or 1) - 1}].{head}"
                if head in {"challenges", "objectives", "results", "period", "text", "region", "when", "mayor"}:
                    cells.append((sheet.cell(row, column), plan, field))
    found = {}
    for number, (cell, plan, field) in enumerate(chance.sample(cells, count)):
        cell.value = f"Quokka {number} = {chance.randrange(10**6)}"
        found[plan, field] = cell.value
    return found


SEEDS = [0, pytest.param(1, marks=pytest.mark.long), pytest.param(2, marks=pytest.mark.long)]
"""Of random edits, of which one series proves a rule; the others search for rare faults."""


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", SEEDS)
def test_import_applies_a_hundred_random_edits(tmp_path: Path, seed: int) -> None:
    before = {}
    for path in SHIPPED.glob("*.yaml"):
        before[path.stem] = path.read_text(encoding="utf-8")
        write_plan(tmp_path, path.name, before[path.stem])
    expected: dict[tuple[str, str], str] = {}
    edited(tmp_path, lambda book: expected.update(random_edits(book, seed, 100)))

    run = update(tmp_path)

    assert run.codes == []
    assert {key: new for key, (_, new) in changes(run).items()} == expected
    for (plan, field), value in expected.items():
        assert value_at(values(tmp_path, plan), loc_of(field)) == value
    changed = {plan for plan, _ in expected}
    for plan, old in before.items():
        lines = [line for line in text(tmp_path, plan).splitlines() if "Quokka" not in line]
        assert (text(tmp_path, plan) == old) == (plan not in changed)
        assert set(comments(text(tmp_path, plan))) == set(comments(old)), lines


def values(project: Path, plan: str) -> Any:
    return parse_tolerantly(Source(f"{plan}.yaml", text(project, plan))).value


def comments(plan: str) -> Iterator[str]:
    return (line for line in plan.splitlines() if line.lstrip().startswith("#"))


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_import_merges_the_edits_of_two_people_in_either_order(tmp_path: Path, seed: int) -> None:
    results = []
    for order in (("one.xlsx", "two.xlsx"), ("two.xlsx", "one.xlsx")):
        project = tmp_path / order[0]
        project.mkdir()
        for path in sorted(SHIPPED.glob("*.yaml"))[:6]:
            write_plan(project, path.name, path.read_text(encoding="utf-8"))
        edits = {}
        for name, own_seed in (("one.xlsx", seed), ("two.xlsx", seed + 50)):
            book = exported(project, name)
            edits[name] = random_edits(book, own_seed, 30)
            book.save(project / name)
        first, second = edits["one.xlsx"], edits["two.xlsx"]
        both = first.keys() & second.keys()
        runs = {name: update(project, name) for name in order}
        conflicts = {(each["plan"], each["field"]) for each in runs[order[1]].report["conflicts"]}
        assert conflicts == {key for key in both if first[key] != second[key]}
        assert runs[order[1]].code == (1 if conflicts else 0)
        assert runs[order[0]].report["conflicts"] == []
        merged = second | first if order[0] == "one.xlsx" else first | second
        for (plan, field), value in merged.items():
            assert value_at(values(project, plan), loc_of(field)) == value
        results.append(
            {plan.name: plan.read_text(encoding="utf-8") for plan in (project / "plans").iterdir()} if not both else {}
        )
    assert results[0] == results[1]


def test_import_lists_conflicts_and_applies_neither(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Cities", "population", "tianjin-rome", 1).value = 1
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2027"

    edited(project, edit)
    write_plan(project, "tianjin-rome.yaml", TIANJIN.replace("13600000", "14000000"))
    run = update(project)

    assert run.code == 1
    assert run.report["conflicts"] == [
        {
            "plan": "tianjin-rome",
            "field": "cities[0].population",
            "now": 14000000,
            "values": [{"file": "edited.xlsx", "value": 1}],
        }
    ]
    assert list(changes(run)) == [("tianjin-rome", "period")]
    assert "population: 14000000" in text(project)
    assert "period: " in text(project)


def test_import_finds_the_entry_of_a_row_after_the_plan_got_another_one(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Cities", "population", "tianjin-rome", 2).value = "2.9 Mio"

    edited(project, edit)
    added = "cities:\n  - name: Beijing\n    country: China\n"
    write_plan(project, "tianjin-rome.yaml", TIANJIN.replace("cities:\n", added))
    run = update(project)

    assert changes(run) == {("tianjin-rome", "cities[2].population"): ("2.8 Mio", "2.9 Mio")}
    write_plan(project, "tianjin-rome.yaml", TIANJIN[: TIANJIN.index("  - name: [Rome")] + "updated: 2019-04-30\n")
    run = update(project)
    assert [conflict["field"] for conflict in run.report["conflicts"]] == ["cities[1].population"]


def test_import_creates_plans_and_entries_from_new_rows(project: Path) -> None:
    def edit(book: Workbook) -> None:
        add_row(book["Plans"], plan="hanoi-toulouse", period="2026", signed=date(2026, 1, 2))
        add_row(book["Cities"], plan="hanoi-toulouse", name="Hà Nội", country="Viet Nam", population=8000000)
        add_row(book["Cities"], plan="hanoi-toulouse", name="Toulouse", country="France")
        add_row(book["Activities"], plan="tianjin-rome", when="2020", text="A visit.")

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (0, [])
    assert run.report["created"] == [{"plan": "hanoi-toulouse", "path": "plans/hanoi-toulouse.yaml"}]
    assert changes(run) == {("tianjin-rome", "activities[2]"): (None, {"when": "2020", "text": "A visit."})}
    new = values(project, "hanoi-toulouse")
    assert [city["name"] for city in new["cities"]] == ["Hà Nội", "Toulouse"]
    assert (new["signed"], new["cities"][0]["population"]) == ("2026-01-02", 8000000)
    again = update(project)
    assert (again.code, again.report["changes"], again.report["created"]) == (0, [], [])


def test_import_ignores_rows_with_nothing_but_the_id_of_a_plan(project: Path) -> None:
    def edit(book: Workbook) -> None:
        add_row(book["Plans"], plan="hanoi-toulouse", themes="Water")
        for plan in ("hanoi-toulouse", "yantai-rome"):
            for sheet in ("Cities", "Activities"):
                add_row(book[sheet], plan=plan)
        add_row(book["Cities"], plan="hanoi-toulouse", name="Hà Nội", country="Viet Nam")
        add_row(book["Cities"], plan="hanoi-toulouse")
        add_row(book["Cities"], plan="hanoi-toulouse", name="Toulouse", country="Frence")

    edited(project, edit)
    run = update(project)

    assert run.codes == ["country-unknown"]
    assert run.report["problems"][0]["place"] == "Cities › E11"
    assert run.report["changes"] == []


def test_import_reports_each_new_entry_of_a_list_at_its_place(project: Path) -> None:
    def edit(book: Workbook) -> None:
        add_row(book["Activities"], plan="tianjin-rome", when="2020", text="A visit.")
        add_row(book["Activities"], plan="tianjin-rome", when="2021", text="A report.")

    edited(project, edit)
    run = update(project)

    assert changes(run) == {
        ("tianjin-rome", "activities[2]"): (None, {"when": "2020", "text": "A visit."}),
        ("tianjin-rome", "activities[3]"): (None, {"when": "2021", "text": "A report."}),
    }


def test_import_reports_missing_rows_and_deletes_nothing(project: Path) -> None:
    def edit(book: Workbook) -> None:
        book["Plans"].delete_rows(4)
        book["Cities"].delete_rows(4)

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (0, ["import-rows-missing"])
    assert run.report["missing"] == [
        {"plan": "tianjin-rome", "field": "cities[1]"},
        {"plan": "yantai-rome", "field": ""},
    ]
    assert (text(project), text(project, "yantai-rome")) == (TIANJIN, YANTAI)


def test_import_of_sorted_rows_and_moved_columns_changes_nothing(project: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book["Cities"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for number, row in enumerate([rows[0], rows[1], *reversed(rows[2:])], 1):
            for column, value in enumerate([*row[5:], *row[:5]], 1):
                sheet.cell(number, column).value = value

    edited(project, edit)
    assert (update(project).report["changes"], update(project).codes) == ([], [])


def test_import_refuses_invalid_values_and_applies_the_others(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Cities", "country", "tianjin-rome", 1).value = "Chnia"
        cell_of(book, "Plans", "updated", "tianjin-rome").value = "soon"
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2027"

    edited(project, edit)
    run = update(project)

    assert run.code == 1
    assert run.codes == ["country-unknown", "date-invalid"]
    (unknown, _) = run.report["problems"]
    assert (unknown["place"], unknown["path"]) == ("Cities › E3", "edited.xlsx") or unknown["place"].startswith(
        "Cities"
    )
    assert list(changes(run)) == [("tianjin-rome", "period")]


def test_import_refuses_entries_beyond_the_limit_and_applies_changes_of_the_others(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Cities", "population", "tianjin-rome", 1).value = 14000000
        for number in range(MAX_CITIES - 1):
            add_row(book["Cities"], plan="tianjin-rome", name=f"City {number}")

    edited(project, edit)
    run = update(project)

    assert run.codes == ["cities-count"]
    (too_many,) = run.report["problems"]
    assert too_many["place"] == "Cities \u203a A7"
    assert changes(run) == {("tianjin-rome", "cities[0].population"): (13600000, 14000000)}
    assert len(values(project, "tianjin-rome")["cities"]) == 2


def test_import_leaves_out_only_the_change_that_no_file_can_have(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2027"
        cell_of(book, "Plans", "title", "tianjin-rome").value = "Twins \x7f"

    edited(project, edit)
    run = update(project)

    assert list(changes(run)) == [("tianjin-rome", "period")]
    assert run.codes == ["plan-not-editable"]
    (refused,) = run.report["problems"]
    assert refused["place"].startswith("Plans")
    assert values(project, "tianjin-rome")["period"] == "2027"


def test_import_names_the_plan_file_that_cannot_be_changed(project: Path) -> None:
    edited(project, lambda book: setattr(cell_of(book, "Plans", "period", "tianjin-rome"), "value", "2027"))
    plan = project / "plans" / "tianjin-rome.yaml"
    plan.write_text(f"{plan.read_text(encoding='utf-8')}sources: [\n", encoding="utf-8")

    run = update(project)

    (refused,) = [problem for problem in run.report["problems"] if problem["code"] == "yaml-syntax"]
    assert refused["path"] == "plans/tianjin-rome.yaml"


def test_import_refuses_details_of_an_activity_whose_text_was_removed(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Activities", "text", "tianjin-rome", 2).value = None
        cell_of(book, "Activities", "details", "tianjin-rome", 2).value = "Two days"

    edited(project, edit)
    run = update(project)

    assert run.codes == ["field-missing"]
    assert (changes(run), text(project)) == ({}, TIANJIN)


def test_import_makes_a_text_of_entries_that_a_plan_does_not_have(project: Path) -> None:
    write_plan(project, "yantai-rome.yaml", YANTAI.replace("activities: Some visits.\n", ""))

    def edit(book: Workbook) -> None:
        cell_of(book, "Plans", "activities", "yantai-rome").value = "Some visits."

    edited(project, edit)
    run = update(project)

    assert run.codes == []
    assert values(project, "yantai-rome")["activities"] == "Some visits."


def test_import_reports_rows_that_it_cannot_use(project: Path) -> None:
    def edit(book: Workbook) -> None:
        add_row(book["Cities"], plan="tianjn-rome", name="Beijing")
        add_row(book["Cities"], plan=None, name="Beijing")
        add_row(book["Cities"], plan="tianjin-rome", number="two", name="Beijing")
        add_row(book["Cities"], plan="tianjin-rome", number="9" * 5000, name="Beijing")
        add_row(book["Cities"], plan="tianjin-rome", number=2, name="Beijing")
        add_row(book["Activities"], plan="yantai-rome", text="A visit.")
        cell_of(book, "Plans", "focus", "tianjin-rome").value = "Other."
        cell_of(book, "Plans", "period", "tianjin-rome").value = "#REF!"
        book["Plans"].cell(1, 40).value, book["Plans"].cell(3, 40).value = "own", "notes"

    edited(project, edit)
    run = update(project)

    assert set(run.codes) == {"import-row-invalid", "import-formula", "import-column"}
    assert run.codes.count("import-row-invalid") == 7
    hints = [problem["hint"] for problem in run.report["problems"]]
    assert 'did you mean "tianjin-rome"?' in hints
    assert (run.report["changes"], text(project)) == ([], TIANJIN)


@pytest.mark.parametrize(("row", "number"), [(3, 2), (4, 1)])
def test_import_overwrites_no_entry_with_a_row_that_got_its_number(project: Path, row: int, number: int) -> None:
    def edit(book: Workbook) -> None:
        cities = book["Cities"]
        assert [cities.cell(index, 1).value for index in (3, 4)] == ["tianjin-rome"] * 2
        cities.cell(row, 2).value = number

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (1, ["import-row-invalid", "import-rows-missing"])
    assert (run.report["changes"], text(project)) == ([], TIANJIN)


def test_import_changes_no_plan_that_two_rows_name(project: Path) -> None:
    def edit(book: Workbook) -> None:
        add_row(book["Plans"], plan="yantai-rome", period="2031")
        cell_of(book, "Plans", "period", "yantai-rome").value = "2030"
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2032"

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (1, ["import-row-invalid"])
    assert text(project, "yantai-rome") == YANTAI
    assert changes(run).keys() == {("tianjin-rome", "period")}


def test_import_says_that_columns_without_the_name_of_a_field_are_not_imported(project: Path) -> None:
    def edit(book: Workbook) -> None:
        plans = book["Plans"]
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2030"
        (header,) = [cell for cell in plans[1] if cell.value == "period"]
        header.value = "Years"
        plans.cell(4, 50).value = "see my mail"

    edited(project, edit)
    run = update(project)

    reported = [(problem["message"], problem["hint"]) for problem in run.report["problems"]]
    hint = "it is not imported; write the name of a field in row 1"
    assert reported == [
        ('no field for the column "Years"', hint),
        ('"see my mail" is in a column without a header', hint),
    ]
    assert (run.report["changes"], text(project)) == ([], TIANJIN)


def test_import_does_not_take_merged_cells_and_formulas_without_a_value_for_empty_ones(project: Path) -> None:
    def edit(book: Workbook) -> None:
        book["Cities"].merge_cells("E3:E4")
        cell_of(book, "Plans", "period", "tianjin-rome").value = "=A1"
        cell_of(book, "Plans", "period", "tianjin-rome").data_type = "f"

    edited(project, edit)
    run = update(project)

    assert run.report["changes"] == []
    assert run.codes == ["import-formula"]


def test_import_reports_changes_of_cells_that_were_cut(project: Path) -> None:
    long = "word " * 8000
    write_plan(project, "yantai-rome.yaml", f"{YANTAI}objectives: {long}end\n")
    run = ucap(project, "export", "all.xlsx", "--json")
    assert (run.code, run.codes) == (0, ["export-cut"])
    book = load_workbook(project / "all.xlsx")
    book.save(project / "same.xlsx")
    assert update(project, "same.xlsx").report["changes"] == []
    cell_of(book, "Plans", "objectives", "yantai-rome").value = "short"
    book.save(project / "edited.xlsx")

    assert update(project).codes == ["import-row-invalid"]
    assert long in text(project, "yantai-rome").replace("\n  ", " ")


def test_import_needs_update_for_a_workbook_of_an_export(project: Path) -> None:
    exported(project)

    assert ucap(project, "import", "all.xlsx", "--json").codes == ["import-not-exported"]
    assert ucap(project, "import", "all.xlsx", "--update", "--force").code == 2


@pytest.mark.parametrize(
    ("copied", "words"), crossed([("Plans", "Cities", "Read me"), ("Plans",), ("Cities", "Other")], [(), ("--update",)])
)
def test_import_refuses_sheets_of_an_export_without_its_record(
    project: Path, copied: tuple[str, ...], words: tuple[str, ...]
) -> None:
    book = exported(project)
    for sheet in list(book):
        if sheet.title not in copied:
            del book[sheet.title]
    book.save(project / "copied.xlsx")

    assert ucap(project, "import", "copied.xlsx", *words, "--json").codes == ["import-record-missing"]


def test_changes_of_a_plan_that_cannot_be_written_are_not_reported(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(*arguments: Any) -> Any:
        result = update_from_file(*arguments)
        path = project / "plans/yantai-rome.yaml"
        path.write_text(f"{path.read_text()}# later\n")
        return result

    monkeypatch.setattr(import_export_and_form_commands, "update_from_file", changed_meanwhile)
    edited(project, lambda book: setattr(cell_of(book, "Plans", "period", "yantai-rome"), "value", "2020"))

    run = update(project)

    assert (run.codes, run.report["changes"], run.report["plans"]) == (["file-changed"], [], [])


def test_import_believes_no_record_of_a_stranger(project: Path) -> None:
    def edit(book: Workbook) -> None:
        record = book[RECORD]
        for row in record.iter_rows():
            for cell in row:
                cell.value = cell.value and str(cell.value)[: len(str(cell.value)) // 2]
        record["A1"] = "ucap workbook 1"
        record["B1"], record["A3"] = "Plans", "../../etc/passwd"
        cell_of(book, "Plans", "plan", "tianjin-rome").value = "../../etc/passwd"

    edited(project, edit)
    run = update(project)

    assert not list(project.parent.rglob("passwd*"))
    assert (run.report["created"], text(project)) == ([], TIANJIN)
    assert set(run.codes) <= {
        *("import-row-invalid", "import-conflict", "import-rows-missing", "import-plan-deleted", "id-invalid"),
    }


def test_export_and_import_have_custom_fields(project: Path) -> None:
    (project / "ucap.yaml").write_text(
        """\
fields:
  budget: {type: money, label: "Budget:"}
  cities.airport: {type: line, label: "Airport:"}
  funding: {type: choice, label: "Funding:", choices: {own: Own, eu: EU funds}}
  steps: {type: list, label: "Steps:"}
  partners:
    type: table
    label: Partners
    columns:
      number: {type: line, label: Number}
      share: {type: money, label: Share}
      state: {type: choice, label: State, choices: {old: Known, new: New}}
"""
    )
    write_plan(
        project, "yantai-rome.yaml", YANTAI + "budget: {amount: 40000, currency: EUR}\nsteps: [one, two]\n" + PARTNERS
    )

    def edit(book: Workbook) -> None:
        assert cell_of(book, "Plans", "budget", "yantai-rome").value == "40000 EUR"
        assert cell_of(book, "Plans", "steps", "yantai-rome").value == "- one\n- two"
        cell_of(book, "Plans", "budget", "yantai-rome").value = "50,000 €"
        cell_of(book, "Plans", "funding", "yantai-rome").value = "EU funds"
        cell_of(book, "Cities", "airport", "yantai-rome", 1).value = "YNT"
        assert cell_of(book, "Partners", "partners.number", "yantai-rome", 1).value == "one"
        cell_of(book, "Partners", "share", "yantai-rome", 1).value = "2 €"
        add_row(book["Partners"], **{"plan": "yantai-rome", "partners.number": "two", "state": "New"})

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (0, [])
    new = values(project, "yantai-rome")
    assert (new["budget"], new["funding"], new["cities"][0]["airport"]) == ("50,000 €", "eu", "YNT")
    assert new["partners"] == [{"number": "one", "share": "2 €"}, {"number": "two", "state": "new"}]
    assert update(project).report["changes"] == []


def test_import_reads_amounts_and_months_that_a_spreadsheet_program_has_formatted(project: Path) -> None:
    """Programs make numbers of amounts with a currency, and days of months."""
    declarations = "{budget: {type: money, label: Budget}, start: {type: date, label: Start}}"
    (project / "ucap.yaml").write_text(f"fields: {declarations}\n")
    write_plan(project, "yantai-rome.yaml", f"{YANTAI}budget: 40,000 €\nstart: 2026-03\n")

    def edit(book: Workbook) -> None:
        budget, start = (cell_of(book, "Plans", name, "yantai-rome") for name in ("budget", "start"))
        budget.value, budget.number_format = 45000, "#,##0\\ [$€-407]"
        start.value, start.number_format = date(2026, 4, 1), "mmm-yy"

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (0, [])
    new = values(project, "yantai-rome")
    assert (new["budget"], new["start"]) == ("45000 €", "2026-04")


@pytest.mark.parametrize("written", every(3, ["1 April 2026", "1. April 2026", " 01.04.2026 "]))
def test_import_reads_dates_in_words_as_dates(project: Path, written: str) -> None:
    declarations = "{start: {type: date, label: Start}, cities.joined: {type: date, label: Joined}}"
    (project / "ucap.yaml").write_text(f"fields: {declarations}\n")

    def edit(book: Workbook) -> None:
        for name in ("start", "signed", "updated"):
            cell_of(book, "Plans", name, "tianjin-rome").value = written
        cell_of(book, "Cities", "joined", "tianjin-rome", 1).value = written

    edited(project, edit)
    run = update(project)

    assert (run.code, run.codes) == (0, [])
    new = values(project, "tianjin-rome")
    dates = [new["start"], new["signed"], new["updated"], new["cities"][0]["joined"]]
    assert dates == ["2026-04-01"] * len(dates)


# Tables of an office's own


def test_import_of_an_own_table_changes_only_the_facts_of_its_columns(project: Path) -> None:
    table = 'plan,City,Population,Period\ntianjin-rome,Tianjin,13900000,\ntianjin-rome,"Rome, Velletri",,2027\n'
    (project / "table.csv").write_text(table, encoding="utf-8")

    run = update(project, "table.csv")

    assert changes(run)["tianjin-rome", "cities[0].population"][1] in (13900000, "13900000")
    assert changes(run)["tianjin-rome", "period"] == ("=May 2017", "2027")
    after = values(project, "tianjin-rome")
    assert after["themes"] == ["Aerospace", "Economy and trade"]
    assert after["cities"][1]["population"] == "2.8 Mio"
    assert "# The first pairing." in text(project)
    assert update(project, "table.csv").report["changes"] == []
    ucap(project, "undo")
    assert text(project) == TIANJIN


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    every(
        3,
        [
            ("1,234", "1234", True),
            ("12,34,567", "1234567", True),
            ("13 600 000", "13600000", True),
            ("1,5", "15", False),
            ("1,25", "125", False),
        ],
    ),
)
def test_import_of_an_own_table_changes_figures_that_differ_in_more_than_marks_of_thousands(
    project: Path, old: str, new: str, *, is_same: bool
) -> None:
    write_plan(project, "yantai-rome.yaml", f'cities: [{{name: Yantai, area_km2: "{old}"}}, {{name: Rome}}]\n')
    (project / "table.csv").write_text(f"plan,City,Area\nyantai-rome,Yantai,{new}\n", encoding="utf-8")
    assert changes(update(project, "table.csv")) == (
        {} if is_same else {("yantai-rome", "cities[0].area_km2"): (old, new)}
    )


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        ("plan,City,Shoe size\nyantai-rome,Rome,3\n", "it is not imported; name its field in a map for --columns"),
        ("City,Population\nRome,3\nTotal,4\n", "it is not imported; name the cities, or delete the row"),
        ("plan,Population\nyantai-rome,3\n", "it is not imported; name the columns population 1, population 2"),
        ("City,Population\nRome,3\n,,note\nRome,3,mine\n", "it is not imported; give it a header"),
    ],
)
def test_import_of_an_own_table_says_how_words_without_a_field_are_imported(
    project: Path, table: str, hint: str
) -> None:
    (project / "table.csv").write_text(table, encoding="utf-8")
    hints = {problem["hint"] for problem in update(project, "table.csv").report["problems"]}
    assert hint in hints
    assert not any("comment" in hint for hint in hints)


AS_SHOWN = {
    "focus": ("focus: |\n  Text *one*.\n\n  - a\n", "Text one.\n- a", "focus: |\n  Text *one*.\n\n  - a\n"),
    "focus changed": ("focus: |\n  Text *one*.\n\n  - a\n", "Text one.\n- b", "focus: |\n  Text *one*.\n\n  - b\n"),
    "sdgs": ("sdgs: [11, SDG 9 own]\n", "SDG 11, SDG 9 own", "sdgs: [11, SDG 9 own]\n"),
    "sdgs changed": ("sdgs: [11, SDG 9 own]\n", "SDG 11, SDG 3", "sdgs: [11, SDG 3]\n"),
    "activities": ("activities:\n  - {when: May 2017, text: One.}\n", "May 2017: One.", None),
    "activities changed": (
        "activities:\n  - {when: May 2017, text: One.}\n",
        "May 2017: One.\nJune 2018: Two.",
        "activities:\n  - {when: May 2017, text: One.}\n  - when: June 2018\n    text: Two.\n",
    ),
}


@pytest.mark.parametrize("name", mostly_long(AS_SHOWN, {"focus", "sdgs changed", "activities", "activities changed"}))
def test_import_of_an_own_table_keeps_what_a_cell_shows_like_the_plan(tmp_path: Path, name: str) -> None:
    before, cell, after = AS_SHOWN[name]
    plan = write_plan(tmp_path, "rome.yaml", f"cities: [{{name: Rome}}]\n{before}")
    field = before.partition(":")[0]
    (tmp_path / "table.csv").write_text(f'plan,{field}\nrome,"{cell}"\n', encoding="utf-8")
    run = update(tmp_path, "table.csv")
    assert plan.read_text(encoding="utf-8") == f"cities: [{{name: Rome}}]\n{before if after is None else after}"
    assert (run.report["changes"] == []) == (after in (None, before))
    assert update(tmp_path, "table.csv").report["changes"] == []


def test_import_of_an_own_table_writes_a_number_in_the_place_of_a_number(tmp_path: Path) -> None:
    """Documents print it with the marks of thousands of their language."""
    cities = "{name: Rome, population: 2800000, area_km2: 1285.31}, {name: Lyon, population: 520000, area_km2: 47}"
    plan = write_plan(tmp_path, "rome.yaml", f"cities: [{cities}]\n")
    rows = ("City,Population,Area,Mayor", "Rome,2900000,1286.50,", 'Lyon,"530,000",48 km2,3')
    (tmp_path / "table.csv").write_text("\n".join(rows), encoding="utf-8")

    run = update(tmp_path, "table.csv")

    assert [change["new"] for change in run.report["changes"]] == [2900000, "1286.50", "530,000", "48 km2", "3"]
    text = plan.read_text(encoding="utf-8")
    assert "population: 2900000\n    area_km2: 1286.50\n" in text.replace(", ", "\n    ")
    assert update(tmp_path, "table.csv").report["changes"] == []


def test_import_of_an_own_table_says_what_to_write_instead_of_an_invalid_value(project: Path) -> None:
    table = "City 1,City 2,Country 2,Words\nYantai,Rome,Itly,Other words\n"
    (project / "table.csv").write_text(table, encoding="utf-8")
    reported = {each["code"]: each for each in update(project, "table.csv").report["problems"]}
    assert reported["country-unknown"]["hint"] == 'the value is not imported; did you mean "Italy"?'
    assert reported["country-unknown"]["details"]["suggestions"] == ["Italy"]
    assert reported["import-column"]["hint"] == "it is not imported; name its field in a map for --columns"


def test_import_of_an_own_table_finds_plans_by_their_cities_and_creates_others(project: Path) -> None:
    book = Workbook()
    for row in (
        ["City 1", "City 2", "Mayor 1"],
        ["Rome", "Yantai", "R. Gualtieri"],
        ["Hanoi", "Toulouse", "A. Nguyen"],
    ):
        book.active.append(row)
    book.save(project / "table.xlsx")

    run = update(project, "table.xlsx")

    assert changes(run) == {("yantai-rome", "cities[1].mayor"): (None, "R. Gualtieri")}
    assert [created["plan"] for created in run.report["created"]] == ["hanoi-toulouse"]
    assert values(project, "hanoi-toulouse")["cities"][0]["mayor"] == "A. Nguyen"


def test_import_of_an_own_table_changes_facts_of_cities_in_each_plan_with_the_city(project: Path) -> None:
    write_plan(project, "tianjin-york.yaml", "cities: [{name: Tianjin, country: China}, {name: York, country: UK}]\n")
    (project / "table.csv").write_text("City,Population\nTianjin,15 Mio\nRome,2.9 Mio\nParis,2 Mio\n", encoding="utf-8")

    run = update(project, "table.csv")

    changed = changes(run)
    assert {place: new for place, (_, new) in changed.items()} == {
        ("tianjin-rome", "cities[0].population"): "15 Mio",
        ("tianjin-york", "cities[0].population"): "15 Mio",
        ("yantai-rome", "cities[1].population"): "2.9 Mio",
    }
    assert [created["plan"] for created in run.report["created"]] == ["paris"]
    assert changes(update(project, "table.csv")) == {}


def test_import_of_an_own_table_changes_facts_of_a_city_whose_name_ends_with_a_number(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome-linz.yaml", "cities: [{name: Sector 7, country: Italy}, {name: Linz, country: AT}]\n")
    (tmp_path / "table.csv").write_text("City,Population\nSector 7,12000\n", encoding="utf-8")

    run = update(tmp_path, "table.csv")

    assert changes(run) == {("rome-linz", "cities[0].population"): (None, "12000")}
    assert run.report["created"] == []


@pytest.mark.parametrize(
    ("table", "created"), [("Plan,City\nrome-alone,Rome\n", "rome-alone"), ("City,Themes\nTianjin,Water\n", "tianjin")]
)
def test_import_of_an_own_table_creates_plans_that_it_names_or_that_have_facts_of_their_own(
    project: Path, table: str, created: str
) -> None:
    (project / "table.csv").write_text(table, encoding="utf-8")

    run = update(project, "table.csv")

    assert changes(run) == {}
    assert [plan["plan"] for plan in run.report["created"]] == [created]


@pytest.mark.parametrize(
    ("partner", "name"), every(2, [("罗马", "plan"), ("Rome", "rome"), ("Sector 2030", "sector-2030")])
)
def test_import_of_an_own_table_changes_no_plan_of_other_cities_with_the_same_short_id(
    tmp_path: Path, partner: str, name: str
) -> None:
    plan = f"cities: [{{name: 天津, country: CN}}, {{name: {partner}, country: IT}}]\nthemes: [航空]\n"
    path = write_plan(tmp_path, f"{name}.yaml", plan)
    rows = f"上海,{partner},水\n天津,{partner},港口\n"
    (tmp_path / "table.csv").write_text(f"City 1,City 2,Themes\n{rows}", encoding="utf-8")

    run = update(tmp_path, "table.csv")

    assert changes(run) == {(name, "themes"): (["航空"], ["港口"])}
    assert [created["plan"] for created in run.report["created"]] == [f"{name}-2"]
    assert path.read_text(encoding="utf-8") == plan.replace("航空", "港口")
    again = update(tmp_path, "table.csv")
    assert (changes(again), again.report["created"]) == ({}, [])


def test_import_of_an_own_table_gives_new_plans_ids_that_are_not_too_long(tmp_path: Path) -> None:
    names = ["A" * 40, "B" * 39]
    longest_id = f"{'a' * 40}-{'b' * 39}"
    write_plan(tmp_path, f"{longest_id}.yaml", "cities: [{name: Rome, country: IT}, {name: Lyon, country: FR}]\n")
    (tmp_path / "table.csv").write_text(f"City 1,City 2,City 3\n{','.join(names)},天津\n", encoding="utf-8")

    run = update(tmp_path, "table.csv")

    new_id = f"{longest_id[:78]}-2"
    assert [created["plan"] for created in run.report["created"]] == [new_id]
    assert [row["id"] for row in ucap(tmp_path, "list", "--json").report["plans"]] == [new_id, longest_id]
    assert update(tmp_path, "table.csv").report["created"] == []


def test_import_of_an_own_table_joins_the_rows_of_one_plan(project: Path) -> None:
    rows = '"Yantai; Rome","1,000; 2,000",\n"Yantai; Rome",,2027\n"Yantai; Rome","1,000; 3,000",\n'
    (project / "table.csv").write_text(f"cities,population,period\n{rows}", encoding="utf-8")

    run = update(project, "table.csv")

    assert [plan["path"] for plan in run.report["plans"]] == ["plans/yantai-rome.yaml"]
    assert [(change["field"], change["new"]) for change in run.report["changes"]] == [
        ("cities[0].population", "1,000"),
        ("cities[1].population", "2,000"),
        ("period", "2027"),
        ("cities[1].population", "3,000"),
    ]
    assert run.codes == ["import-guessed"]  # the populations differ
    after = values(project, "yantai-rome")
    assert [city["population"] for city in after["cities"]] == ["1,000", "3,000"]
    assert after["period"] in (2027, "2027")
    ucap(project, "undo")
    assert text(project, "yantai-rome") == YANTAI


def test_import_of_an_own_table_reports_unknown_cities(project: Path) -> None:
    (project / "table.csv").write_text("plan,City,Mayor\nyantai-rome,Milan,G. Sala\n", encoding="utf-8")

    run = update(project, "table.csv")

    assert run.codes == ["import-city-unknown"]
    assert text(project, "yantai-rome") == YANTAI


@pytest.mark.parametrize(
    ("table", "changed"),
    every(
        3,
        [
            ("id;period;themes\nyantai-rome.yaml;2027;\n", {("yantai-rome", "period"): "2027"}),
            ("Plan,Period\nyantai-rome,2027\n", {("yantai-rome", "period"): "2027"}),
            ('Plan,Population 2\nyantai-rome,"6,900,000"\n', {("yantai-rome", "cities[1].population"): "6,900,000"}),
            (
                "Plan,City 1,Mayor 1,Period\nyantai-rome,,R. Gualtieri,2027\ntianjin-rome,Tianjin,,2028\n",
                {
                    ("yantai-rome", "cities[0].mayor"): "R. Gualtieri",
                    ("yantai-rome", "period"): "2027",
                    ("tianjin-rome", "period"): "2028",
                },
            ),
        ],
    ),
)
def test_import_of_an_own_table_finds_plans_by_their_ids_alone(
    project: Path, table: str, changed: dict[tuple[str, str], str]
) -> None:
    (project / "table.csv").write_text(table, encoding="utf-8")

    run = update(project, "table.csv")

    assert {place: new for place, (_, new) in changes(run).items()} == changed
    assert (run.code, run.codes, run.report["created"]) == (0, [], [])
    assert update(project, "table.csv").report["changes"] == []


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("no-such-plan,,2027\n", ["import-row"]),
        ("yantai-rome,1000,\n", ["import-unplaced"]),  # of which city?
        ("yantai-rome,1000,\nyantai-rome,2000,\n", ["import-row"]),
    ],
)
def test_import_of_an_own_table_without_cities_changes_no_other_plan(
    project: Path, rows: str, codes: list[str]
) -> None:
    (project / "table.csv").write_text(f"Plan,Population,Period\n{rows}", encoding="utf-8")

    run = update(project, "table.csv")

    assert changes(run) == {}
    assert set(codes) <= set(run.codes)
    assert text(project, "yantai-rome") == YANTAI


@pytest.mark.parametrize(
    ("name", "hint"),
    [("yantai-rom", 'did you mean "yantai-rome"?'), ("a-b", "`ucap list` shows all plans")],
)
def test_import_of_an_own_table_names_an_unknown_plan_and_the_nearest(project: Path, name: str, hint: str) -> None:
    write_plan(project, "no-names.yaml", "cities: [{country: Italy}]\n")
    (project / "table.csv").write_text(f"Plan,Period\n{name},2027\nno-names,2027\n", encoding="utf-8")

    reported = update(project, "table.csv").report["problems"]
    unknown, nameless = [problem for problem in reported if problem["code"] == "import-row"]

    assert unknown["line"] == 2
    assert (unknown["message"], unknown["hint"]) == (f'unknown plan "{name}"', hint)
    assert nameless["message"] == 'the row names no city: "no-names; 2027"'


def test_import_of_new_plans_does_not_take_cities_from_the_plans_of_the_project(project: Path) -> None:
    (project / "table.csv").write_text("Plan,Period\nyantai-rome,2027\n", encoding="utf-8")

    run = ucap(project, "import", "table.csv", "--force", "--json")

    assert run.codes == ["import-no-header"]
    assert text(project, "yantai-rome") == YANTAI


@pytest.mark.no_cover
def test_saved_copy_of_a_workbook_is_read_like_the_workbook(project: Path) -> None:
    exported(project)
    (project / "saved.xlsx").write_bytes(office_workbook((project / "all.xlsx").read_bytes()))
    book = load_workbook(BytesIO((project / "saved.xlsx").read_bytes()))

    assert cell_of(book, "Plans", "period", "tianjin-rome").value == "=May 2017"
    assert cell_of(book, "Cities", "population", "tianjin-rome", 1).value == 13600000
    assert update(project, "saved.xlsx").report["changes"] == []


@pytest.mark.parametrize(
    "content",
    [b"cities: [{name: Oslo, country: Norway\nperiod: x", b"cities: [{name: Oslo}, {name: Bergen}]\n\x81\xff\xfe"],
    ids=["invalid YAML", "no text"],
)
def test_import_of_an_own_table_creates_no_second_plan_beside_a_file_with_errors(project: Path, content: bytes) -> None:
    (project / "plans" / "first.yaml").write_bytes(content)
    (project / "table.csv").write_text("plan,City 1,City 2\n,Oslo,Bergen\nsecond,Oslo,Bergen\n", encoding="utf-8")

    run = update(project, "table.csv")

    assert run.code == 1
    assert {problem["path"] for problem in run.report["problems"]} == {"plans/first.yaml"}
    assert [created["plan"] for created in run.report["created"]] == ["second"]


def test_import_reports_why_the_plan_of_a_row_cannot_be_read(project: Path) -> None:
    def edit(book: Workbook) -> None:
        cell_of(book, "Plans", "period", "tianjin-rome").value = "2027"

    edited(project, edit)
    (project / "table.csv").write_text("plan,City 1,City 2,Period\ntianjin-rome,Tianjin,Rom,2027\n", encoding="utf-8")
    (project / "plans" / "tianjin-rome.yaml").write_bytes(b"cities: [{name: Rome}]\n\x81\xff\xfe")

    for name in ("edited.xlsx", "table.csv"):
        run = update(project, name)
        assert run.code == 1
        assert [problem["path"] for problem in run.report["problems"]] == ["plans/tianjin-rome.yaml"]


@pytest.mark.parametrize(("header", "plan"), [("plan,City,Population", "yantai-rome,"), ("City,Population", "")])
@pytest.mark.parametrize("populations", [(1000, 2000), (2000, 1000)])
def test_rows_of_a_city_differ_also_if_one_has_the_value_of_the_plan(
    project: Path, header: str, plan: str, populations: tuple[int, int]
) -> None:
    """The value of the last row counts, whether the table has a column with the plan or not."""
    write_plan(project, "yantai-rome.yaml", "cities: [{name: Yantai, population: 1000}, {name: Rome}]\n")
    rows = [f"{plan}Yantai,{number}" for number in populations]
    (project / "table.csv").write_text("\n".join([header, *rows]), encoding="utf-8")

    run = update(project, "table.csv")

    first, last = populations
    (warning,) = run.report["problems"]
    assert (warning["code"], warning["message"].rpartition(": ")[2]) == ("import-guessed", f'"{first}", "{last}"')
    assert [city.get("population") for city in values(project, "yantai-rome")["cities"]] == [last, None]


@pytest.mark.parametrize(
    "table",
    [
        "City 1,City 2,Period\nYantai,Rome,2027\nYantai,Rome,2028\n",
        "plan,City,Population\nyantai-rome,Yantai,2027\nyantai-rome,Yantai,2028\n",
    ],
    ids=["rows of a plan", "rows of a city"],
)
def test_import_of_an_own_table_warns_about_rows_with_different_values(project: Path, table: str) -> None:
    write_plan(project, "yantai-rome.yaml", "cities: [{name: Yantai}, {name: Rome}]\n")
    (project / "table.csv").write_text(table, encoding="utf-8")

    run = update(project, "table.csv")

    (warning,) = run.report["problems"]
    assert (run.code, warning["code"], warning["path"]) == (0, "import-guessed", "table.csv")
    assert warning["message"].endswith('"2027", "2028"')
