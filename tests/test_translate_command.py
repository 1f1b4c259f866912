"""`ucap translate`: PO files and spreadsheets, written, merged, imported and counted."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.command import ucap, write_plan
from tests.translations import edit, po_entries, po_path, translated_project
from ucap_reports.plan.po_files import with_imported

PLAN = """\
# Checked with both offices.
cities:
  - name: Tianjin   # the municipality
    country: China
    population: 13.6 Mio
  - name: Rome
    country: Italy
period: May 2017
# Agreed in Rome.
activities:
  - Workshop
  # The second one.
  - when: June 2018
    text: |
      Visit to **Tianjin**:

      - 12 guests
      - see [the page](https://example.org)
sdgs: [11, SDG 9 Innovation]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", PLAN)
    return tmp_path


def test_the_entries_are_the_texts_of_the_plan_without_facts(project: Path) -> None:
    run = ucap(project, "translate", "zh", "--json")

    assert run.report["files"] == [{"path": "translations/zh/rome.po", "status": "written"}]
    entries = po_entries(po_path(project, "zh", "rome"))
    assert {field: entry.source for field, entry in entries.items()} == {
        "cities[0].name": "Tianjin",
        "cities[1].name": "Rome",
        "period": "May 2017",
        "sdgs[1]": "Innovation",
        "activities[0].text": "Workshop",
        "activities[1].when": "June 2018",
        "activities[1].text": "Visit to **Tianjin**:\n\n- 12 guests\n- see [the page](https://example.org)",
    }


def test_entries_have_the_comments_and_the_places_of_their_passages_and_no_date(project: Path) -> None:
    ucap(project, "translate", "zh")

    text = po_path(project, "zh", "rome").read_text(encoding="utf-8")
    assert '#. the municipality\n#: plans/rome.yaml:3\nmsgctxt "cities[0].name"\nmsgid "Tianjin"\n' in text
    assert '#. Agreed in Rome.\n#: plans/rome.yaml:11\nmsgctxt "activities[0].text"' in text
    assert '#. The second one.\n#: plans/rome.yaml:13\nmsgctxt "activities[1].when"' in text
    assert "Date" not in text


def test_the_same_plan_gives_the_same_bytes(project: Path) -> None:
    ucap(project, "translate", "zh")
    edit(po_path(project, "zh", "rome"), 'msgid "Rome"\nmsgstr ""', 'msgid "Rome"\nmsgstr "罗马"')
    edit(po_path(project, "zh", "rome"), "#: plans/rome.yaml:6", "# the capital\n#: plans/rome.yaml:6")
    before = po_path(project, "zh", "rome").read_bytes()

    run = ucap(project, "translate", "zh", "--json")

    assert run.report["files"][0]["status"] == "unchanged"
    assert po_path(project, "zh", "rome").read_bytes() == before


def test_a_moved_passage_keeps_its_translation_and_a_changed_one_is_fuzzy(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    before = po_entries(po_path(tmp_path, "zh"))
    edit(plan, "activities:\n", "activities:\n  - New at the start.\n")
    edit(plan, "10th China", "11th China")

    ucap(tmp_path, "translate", "zh")

    after = po_entries(po_path(tmp_path, "zh"))
    assert after["activities[0].text"].text == ""
    assert after["activities[1].text"].text == before["activities[0].text"].text
    changed = after["activities[5].text"]
    assert (changed.fuzzy, changed.text) == (True, before["activities[4].text"].text)
    assert changed.previous == before["activities[4].text"].source
    assert [field for field, entry in after.items() if entry.fuzzy] == ["activities[5].text"]


def test_a_removed_passage_is_kept_and_used_when_it_comes_back(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    original, before = plan.read_bytes(), po_path(tmp_path, "fr").read_bytes()
    edit(plan, "  - Economy and trade\n", "")
    ucap(tmp_path, "translate", "fr")
    text = po_path(tmp_path, "fr").read_text(encoding="utf-8")
    assert '#~ msgid "Economy and trade"\n#~ msgstr "Économie et commerce"\n' in text

    plan.write_bytes(original)
    ucap(tmp_path, "translate", "fr")

    assert po_path(tmp_path, "fr").read_bytes() == before


def test_a_plan_in_the_language_itself_is_not_translated(project: Path) -> None:
    write_plan(project, "paris.yaml", "language: fr\ncities: [{name: Paris, country: France}]\n")

    run = ucap(project, "translate", "fr", "--json")

    assert [each["path"] for each in run.report["files"]] == ["translations/fr/rome.po"]


def test_a_plan_without_a_required_field_of_the_office_is_translated(project: Path) -> None:
    fields = "fields: {motto: {type: line, label: Motto, required: error}}\n"
    (project / "ucap.yaml").write_text(fields, encoding="utf-8")

    run = ucap(project, "translate", "zh", "--json")

    assert (run.code, run.codes) == (0, [])
    assert po_path(project, "zh", "rome").exists()
    assert ucap(project, "check", "--json").code == 1


def test_status_counts_and_writes_nothing(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    edit(plan, "10th China", "11th China")
    edit(plan, "  - Economy and trade\n", "  - Economy and trade\n  - Water\n")
    before = po_path(tmp_path, "zh").read_bytes()

    (record,) = ucap(tmp_path, "translate", "zh", "--status", "--json").report["translations"]

    assert (record["plan"], record["language"]) == ("tianjin-rome", "zh")
    assert (record["total"], record["translated"], record["outdated"], record["missing"]) == (35, 33, 1, 1)
    assert record["percent"] == 94
    assert po_path(tmp_path, "zh").read_bytes() == before


def test_an_invalid_po_file_is_an_error_and_stays(project: Path) -> None:
    path = po_path(project, "zh", "rome")
    path.parent.mkdir(parents=True)
    path.write_text("garbage\n", encoding="utf-8")

    run = ucap(project, "translate", "zh", "--json")

    assert (run.code, run.codes) == (1, ["po-invalid"])
    assert path.read_text(encoding="utf-8") == "garbage\n"


def test_a_spreadsheet_comes_back_as_the_po_file(tmp_path: Path) -> None:
    translated_project(tmp_path)
    before = po_path(tmp_path, "zh").read_bytes()
    ucap(tmp_path, "translate", "zh", "--format", "xlsx")
    po_path(tmp_path, "zh").unlink()

    run = ucap(tmp_path, "translate", "zh", "--import", "translations/zh/tianjin-rome.xlsx", "--json")

    assert (run.code, run.codes) == (0, [])
    assert po_path(tmp_path, "zh").read_bytes() == before


def test_a_spreadsheet_with_a_damaged_sheet_is_an_error(project: Path) -> None:
    ucap(project, "translate", "zh", "--format", "xlsx")
    path = project / "translations" / "zh" / "rome.xlsx"
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content[:-40] if name.endswith("sheet1.xml") else content)

    run = ucap(project, "translate", "zh", "--import", str(path), "--json")

    assert (run.code, run.codes) == (1, ["import-damaged"])


def test_a_long_word_stays_on_one_line(project: Path) -> None:
    word, sentence = "x" * 600, "words of a sentence " * 20
    write_plan(project, "rome.yaml", f"cities: [{{name: Rome}}]\nperiod: {word} 1\nfocus: {sentence}\n")

    ucap(project, "translate", "zh")

    text = po_path(project, "zh", "rome").read_text(encoding="utf-8")
    assert f'msgid "{word} 1"\n' in text
    assert max(len(line) for line in text.splitlines() if word not in line) < 80


def test_text_in_a_spreadsheet_is_never_a_formula(project: Path) -> None:
    write_plan(project, "rome.yaml", "cities: [{name: Rome, country: Italy}]\nperiod: '=1+1'\n")
    ucap(project, "translate", "zh", "--format", "xlsx")

    sheet = load_workbook(BytesIO((project / "translations" / "zh" / "rome.xlsx").read_bytes())).worksheets[0]

    assert [(cell.value, cell.data_type) for cell in sheet[3]][2] == ("=1+1", "s")


def sheet_with(project: Path, edit_book: Callable[[Workbook], None]) -> Path:
    """The spreadsheet of the translation of a plan into French as a translator has changed it."""
    write_plan(project, "rome.yaml", "cities: [{name: Rome}]\nperiod: May _x0041_ 2019\nthemes: [Water]\n")
    ucap(project, "translate", "fr", "--format", "xlsx")
    path = project / "translations" / "fr" / "rome.xlsx"
    book = load_workbook(path)
    edit_book(book)
    book.save(path)
    return path


def translated(sheet: Worksheet, field: str, value: object, number_format: str = "General") -> None:
    """Write a translation into the row of a field."""
    (row,) = [row for row in sheet.iter_rows(min_row=2) if row[1].value == field]
    row[3].value, row[3].number_format = value, number_format


def test_text_that_is_typed_into_a_spreadsheet_stays_text(project: Path) -> None:
    path = sheet_with(project, lambda _: None)

    (row,) = [row for row in load_workbook(path).worksheets[0].iter_rows() if row[1].value == "period"]
    assert (row[2].value, row[3].number_format) == ("May _x005F_x0041_ 2019", "@")


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (date(2019, 5, 1), "mmm-yy", "May 2019"),
        (date(2019, 5, 2), "dd.mm.yyyy", "2019-05-02"),
        (0.12, "0%", "12%"),
        ("mai _x005F_x0041_ 2019", "General", "mai _x0041_ 2019"),
        ("  ", "General", ""),
    ],
)
def test_translations_in_a_spreadsheet_are_read_as_people_see_them(
    project: Path, value: object, number_format: str, text: str
) -> None:
    path = sheet_with(project, lambda book: translated(book.worksheets[0], "period", value, number_format))

    run = ucap(project, "translate", "fr", "--import", str(path), "--json")

    assert run.code == 0
    entry = po_entries(po_path(project, "fr", "rome"))["period"]
    assert (entry.text, entry.fuzzy) == (text, False)


def test_sheets_that_a_translator_adds_and_spaces_in_keys_do_not_prevent_an_import(project: Path) -> None:
    def edit_book(book: Workbook) -> None:
        translated(book.worksheets[0], "themes[0]", "Eau")
        for row in book.worksheets[0].iter_rows(min_row=2):
            row[0].value, row[1].value = f" {row[0].value}", f"{row[1].value} "
        book.create_sheet("Sheet2")
        book.create_sheet("Questions")["A1"] = "What is this?"

    run = ucap(project, "translate", "fr", "--import", str(sheet_with(project, edit_book)), "--json")

    assert (run.code, run.codes) == (0, ["translation-sheet-invalid"])
    assert run.report["problems"][0]["severity"] == "warning"
    assert po_entries(po_path(project, "fr", "rome"))["themes[0]"].text == "Eau"


@pytest.mark.parametrize(("header", "is_reported"), [("de", True), ("fr_BE", False), ("FR", False), ("", False)])
def test_po_file_in_another_language_is_reported(project: Path, header: str, *, is_reported: bool) -> None:
    write_plan(project, "rome.yaml", "cities: [{name: Rome}]\nthemes: [Water]\n")
    text = f'msgid ""\nmsgstr ""\n"Language: {header}\\n"\n\nmsgctxt "themes[0]"\nmsgid "Water"\nmsgstr "Wasser"\n'
    (project / "in.po").write_text(text, encoding="utf-8")

    run = ucap(project, "translate", "fr", "rome", "--import", "in.po", "--json")

    assert (run.code, run.codes) == (0, ["translation-differs"] if is_reported else [])


def test_a_translation_of_spaces_is_missing(project: Path) -> None:
    write_plan(project, "rome.yaml", "cities: [{name: Rome}]\nthemes: [Water]\n")
    (project / "in.po").write_text('msgctxt "themes[0]"\nmsgid "Water"\nmsgstr "  "\n', encoding="utf-8")

    run = ucap(project, "translate", "fr", "rome", "--import", "in.po", "--json")

    assert run.report["translations"][0]["missing"] == 2


def test_an_outdated_row_is_up_to_date_once_its_translation_is_edited(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    edit(plan, "10th China", "11th China")
    edit(plan, "  - Economy and trade", "  - Trade and economy")
    ucap(tmp_path, "translate", "fr")
    ucap(tmp_path, "translate", "fr", "--format", "xlsx")
    path = tmp_path / "translations" / "fr" / "tianjin-rome.xlsx"
    book = load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[1].value == "themes[3]":
            row[3].value = "Commerce et économie"
    book.save(path)

    ucap(tmp_path, "translate", "fr", "--import", str(path))

    entries = po_entries(po_path(tmp_path, "fr"))
    assert (entries["themes[3]"].text, entries["themes[3]"].fuzzy) == ("Commerce et économie", False)
    assert [field for field, entry in entries.items() if entry.fuzzy] == ["activities[4].text"]


def marked_fuzzy(path: Path, msgid: str) -> None:
    """Mark the entry of a text as fuzzy, as PO editors do for "needs editing"."""
    lines = path.read_text(encoding="utf-8").split("\n")
    place = lines.index(f'msgid "{msgid}"') - 1
    lines.insert(place, "#, fuzzy")
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.no_cover
@pytest.mark.parametrize("edited", [False, True])
def test_an_imported_po_entry_keeps_its_fuzzy_mark_and_is_not_printed(tmp_path: Path, *, edited: bool) -> None:
    translated_project(tmp_path)
    sent = tmp_path / "tianjin-rome.po"
    sent.write_bytes(po_path(tmp_path, "fr").read_bytes())
    marked_fuzzy(sent, "Economy and trade")
    if edited:
        edit(sent, "Économie et commerce", "Économie, commerce ?")

    run = ucap(tmp_path, "translate", "fr", "--import", sent.name, "--json")
    built = ucap(tmp_path, "check", "--json")

    entry = po_entries(po_path(tmp_path, "fr"))["themes[3]"]
    assert (entry.text, entry.fuzzy) == ("Économie, commerce ?" if edited else "Économie et commerce", True)
    assert [(each["code"], each["field"]) for each in run.report["problems"]] == [("translation-outdated", "themes[3]")]
    assert "marked as fuzzy" in run.report["problems"][0]["message"]
    assert run.report["translations"][0]["outdated"] == 1
    outdated = [each for each in built.report["problems"] if each["code"] == "translation-outdated"]
    assert [each["field"] for each in outdated] == ["themes[3]"]


@pytest.mark.parametrize("state", ["outdated", "needs editing", "Fuzzy"])
def test_a_row_that_the_translator_marks_is_fuzzy_and_reported(tmp_path: Path, state: str) -> None:
    translated_project(tmp_path)
    marked_fuzzy(po_path(tmp_path, "fr"), "Aerospace")
    ucap(tmp_path, "translate", "fr", "--format", "xlsx")
    path = tmp_path / "translations" / "fr" / "tianjin-rome.xlsx"
    book = load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[1].value == "themes[3]":
            row[4].value = state
        if row[1].value == "themes[0]" and state != "outdated":
            row[3].value, row[4].value = "Espace", state
    book.save(path)

    run = ucap(tmp_path, "translate", "fr", "--import", str(path), "--json")

    fuzzy = [field for field, entry in po_entries(po_path(tmp_path, "fr")).items() if entry.fuzzy]
    assert fuzzy == ["themes[0]", "themes[3]"]
    assert {each["field"] for each in run.report["problems"]} == {*fuzzy}


def test_an_import_keeps_the_notes_of_the_po_file(project: Path) -> None:
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    edit(path, 'msgid "Rome"\nmsgstr ""', 'msgid "Rome"\nmsgstr "Rome"')
    edit(path, "#: plans/rome.yaml:6", "# Ask the mayor.\n#: plans/rome.yaml:6")
    ucap(project, "translate", "fr", "--format", "xlsx")
    sheet = path.with_suffix(".xlsx")
    book = load_workbook(sheet)
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[2].value == "Rome":
            row[3].value = "Rome (Italie)"
    book.save(sheet)

    ucap(project, "translate", "fr", "--import", str(sheet))

    entry = po_entries(path)["cities[1].name"]
    assert (entry.text, entry.notes) == ("Rome (Italie)", ("Ask the mayor.",))


@pytest.mark.long
def test_imports_at_the_same_time_lose_no_entries(tmp_path: Path) -> None:
    count = 5
    themes = "".join(f"  - Theme {number}\n" for number in range(count))
    write_plan(tmp_path, "rome.yaml", f"cities: [{{name: Rome}}]\nthemes:\n{themes}")
    for number in range(count):
        text = f'msgctxt "themes[{number}]"\nmsgid "Theme {number}"\nmsgstr "Thème {number}"\n'
        (tmp_path / f"{number}.po").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ucap_reports", "translate", "fr", "rome", "--import"]

    running = [subprocess.Popen([*command, f"{number}.po"], cwd=tmp_path) for number in range(count)]

    assert [process.wait() for process in running] == [0] * count
    entries = po_entries(po_path(tmp_path, "fr", "rome"))
    assert [entries[f"themes[{number}]"].text for number in range(count)] == [f"Thème {n}" for n in range(count)]


def test_a_po_file_that_was_saved_meanwhile_is_not_overwritten(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ucap(project, "translate", "fr")
    path = po_path(project, "fr", "rome")
    (project / "rome.po").write_bytes(path.read_bytes().replace(b'"Rome"\nmsgstr ""', b'"Rome"\nmsgstr "Rom"'))

    def saving(*words: Any) -> Any:
        edit(path, 'msgid "Rome"\nmsgstr ""', 'msgid "Rome"\nmsgstr "Roma"')
        return with_imported(*words)

    monkeypatch.setattr("ucap_reports.cli.translate_command.with_imported", saving)
    run = ucap(project, "translate", "fr", "--import", "rome.po", "--json")

    assert (run.code, run.codes) == (1, ["file-changed"])
    assert po_entries(path)["cities[1].name"].text == "Roma"


def test_an_imported_po_file_is_found_by_its_name_or_the_named_plan(tmp_path: Path) -> None:
    translated_project(tmp_path)
    write_plan(tmp_path, "other.yaml", "cities: [{name: Essen, country: Germany}]\n")
    sent = tmp_path / "tianjin-rome final.po"
    po_path(tmp_path, "zh").rename(sent)

    unknown = ucap(tmp_path, "translate", "zh", "--import", sent.name, "--json")
    named = ucap(tmp_path, "translate", "zh", "tianjin-rome", "--import", sent.name, "--json")

    assert (unknown.code, unknown.codes) == (2, ["translation-sheet-invalid"])
    assert named.report["translations"][0]["percent"] == 100
    assert not po_path(tmp_path, "zh", "other").exists()


def test_imported_translations_with_other_markup_are_reported(project: Path) -> None:
    ucap(project, "translate", "fr")
    sent = project / "rome.po"
    po_path(project, "fr", "rome").rename(sent)
    edit(
        sent,
        '"- see [the page](https://example.org)"\nmsgstr ""',
        '"- see [the page](https://example.org)"\nmsgstr "Visite"',
    )

    run = ucap(project, "translate", "fr", "--import", "rome.po", "--json")

    assert set(run.codes) == {"translation-differs"}
    assert {each["field"] for each in run.report["problems"]} == {"activities[1].text"}
    assert len(run.codes) == len(("links", "emphasis", "items", "numbers"))

    written = po_path(project, "fr", "rome").read_text(encoding="utf-8").split("\n")
    assert {written[each["line"] - 2] for each in run.report["problems"]} == {'msgctxt "activities[1].text"'}


@pytest.mark.parametrize("name", ["missing.po", "list.csv"])
def test_other_files_are_not_imported(project: Path, name: str) -> None:
    (project / "list.csv").write_text("a,b\n", encoding="utf-8")

    run = ucap(project, "translate", "fr", "--import", name, "--json")

    assert run.code != 0
    assert run.codes in (["file-missing"], ["translation-sheet-invalid"])


def test_import_reports_errors_of_a_spreadsheet_program_and_keeps_the_translation(tmp_path: Path) -> None:
    """Excel reads text that begins with a hyphen as a formula."""
    project = tmp_path
    write_plan(project, "rome.yaml", "cities: [{name: Rome}]\nfocus: Clean air.\nobjectives: Clean water.\n")
    ucap(project, "translate", "fr", "--format", "xlsx")
    path = project / "translations" / "fr" / "rome.xlsx"
    book = load_workbook(path)
    sheet = book.worksheets[0]
    translations = {"Clean air.": "#NOM?", "Clean water.": "De l'eau propre."}
    for row in sheet.iter_rows(min_row=2):
        row[3].value = translations.get(str(row[2].value))
    book.save(path)

    run = ucap(project, "translate", "fr", "--import", str(path), "--json")

    (warning,) = [problem for problem in run.report["problems"] if problem["code"] == "import-formula"]
    assert "#NOM?" in warning["message"]
    po = (project / "translations" / "fr" / "rome.po").read_text(encoding="utf-8")
    assert "De l'eau propre." in po
    assert "#NOM?" not in po
