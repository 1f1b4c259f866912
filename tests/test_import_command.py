"""The command `ucap import`."""

from pathlib import Path

import pytest
import yaml
from docx import Document

from tests.command import ucap, write_plan
from tests.imports import DATA
from ucap_reports import load_plan
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.plan.writing.value_edits import value_at
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.decoding import Source

pytestmark = pytest.mark.no_cover

TABLE = "City 1,City 2,Shoe size\nTianjin,Rome,42\nLyon,Nice,43\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def test_plans_are_written_with_the_schema_for_editors(project: Path) -> None:
    run = ucap(project, "import", "table.csv")
    assert (run.code, run.out) == (0, "written   plans/tianjin-rome.yaml\nwritten   plans/lyon-nice.yaml\n")
    assert (project / "plans" / "plan.schema.json").is_file()
    assert ucap(project, "fmt", "--check").code == 0
    assert ucap(project, "check").code == 0


def test_a_warning_names_the_file_and_the_line(project: Path) -> None:
    assert "table.csv:1: column 3: warning[import-column]" in ucap(project, "import", "table.csv").err


def test_an_existing_plan_is_replaced_only_with_force(project: Path) -> None:
    path = project / "plans" / "tianjin-rome.yaml"
    path.write_text("cities: [{name: Mine}]\n", encoding="utf-8")
    run = ucap(project, "import", "table.csv", "--json")
    assert run.code == 1
    assert "plan-exists" in run.codes
    assert [plan["status"] for plan in run.report["plans"]] == ["exists", "written"]
    assert "Mine" in path.read_text(encoding="utf-8")
    assert ucap(project, "import", "table.csv", "--force").code == 0
    assert "Tianjin" in path.read_text(encoding="utf-8")


def test_the_same_import_again_changes_nothing(project: Path) -> None:
    ucap(project, "import", "table.csv")
    run = ucap(project, "import", "table.csv")
    assert (run.code, run.out) == (0, "unchanged plans/tianjin-rome.yaml\nunchanged plans/lyon-nice.yaml\n")


@pytest.mark.parametrize("settings", ["", "contact: {office: International Affairs}\n"])
def test_packs_are_checked_once_for_all_imports(project: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> None:
    """Their labels are those of packs in the cache of the user, with the changes of the project and without."""
    (project / "ucap.yaml").write_text(settings, encoding="utf-8")
    first = ucap(project, "import", "table.csv", "--dry-run", "--json")
    checked: list[object] = []
    monkeypatch.setattr("ucap_reports.template.pack_opening.assemble", checked.append)
    again = ucap(project, "import", "table.csv", "--dry-run", "--json")

    assert checked == []
    assert first.code == 0
    assert (again.code, again.out) == (0, first.out)


def test_a_dry_run_shows_the_plans_and_writes_nothing(project: Path) -> None:
    run = ucap(project, "import", "table.csv", "--dry-run")
    assert (run.code, list((project / "plans").iterdir())) == (0, [])
    assert "planned   plans/tianjin-rome.yaml\n# yaml-language-server" in run.out
    assert "  - name: Tianjin\n" in run.out
    (first, _) = ucap(project, "import", "table.csv", "--dry-run", "--json").report["plans"]
    assert (first["status"], first["text"].splitlines()[2]) == ("planned", "cities:")


def test_plans_are_written_into_the_named_folder(project: Path) -> None:
    (project / "notes").mkdir()
    assert ucap(project / "notes", "import", "../table.csv", "--into", "new", "--quiet").code == 0
    assert list((project / "notes" / "new").glob("*.yaml"))
    assert ucap(project, "import", "table.csv", "--into", "drafts/new", "--quiet").code == 0
    assert sorted(path.name for path in (project / "drafts" / "new").iterdir()) == [
        "lyon-nice.yaml",
        "tianjin-rome.yaml",
    ]


def test_an_unreadable_file_does_not_stop_the_others(project: Path) -> None:
    (project / "broken.docx").write_bytes(b"PK none")
    run = ucap(project, "import", "broken.docx", "missing.csv", "table.csv", "plans", "--json")
    assert run.code == 1
    assert run.codes[:2] == ["import-damaged", "file-missing"]
    assert [plan["status"] for plan in run.report["plans"]] == ["written", "written"]


def test_a_missing_map_is_a_usage_error(project: Path) -> None:
    run = ucap(project, "import", "table.csv", "--columns", "map.yaml", "--json")
    assert (run.code, run.codes) == (2, ["columns-missing"])


def test_the_projects_own_packs_are_known(project: Path) -> None:
    pack = project / "templates" / "ours" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    rows = "rows:\n  - {field: cities, label: Sister cities}\n  - {field: budget, label: Money}\n"
    pack.write_text(f"extends: iuc-asia\n{rows}", encoding="utf-8")
    declared = "fields: {budget: {type: line, label: Budget}}\n"
    (project / "ucap.yaml").write_text(declared, encoding="utf-8")
    (project / "x.txt").write_text("Sister cities\tTianjin\tRome\nMoney\tA little.\n", encoding="utf-8")
    assert ucap(project, "import", "x.txt").code == 0
    assert "\nbudget: A little.\n" in (project / "plans" / "x.yaml").read_text(encoding="utf-8")


def test_a_built_word_file_is_imported(project: Path) -> None:
    (project / "seed.txt").write_bytes((DATA / "tianjin-rome.txt").read_bytes())
    ucap(project, "import", "seed.txt")
    ucap(project, "build", "--format", "docx")
    assert ucap(project, "import", "out/seed.docx", "--into", "again").code == 0
    first, again = (
        (project / folder / "seed.yaml").read_text(encoding="utf-8").partition("cities:")[2]
        for folder in ("plans", "again")
    )
    assert again == first.replace("km ²", "km²")  # as it is printed


def test_what_the_settings_of_the_project_say_is_not_imported_again(tmp_path: Path) -> None:
    """A document of the project, imported into it, does not name its default pack and its contact."""
    settings = (
        "template: iuc-japan\ncontact: {office: Our Office, email: our@example.org}\nrows: {themes: {label: Topics}}\n"
    )
    (tmp_path / "ucap.yaml").write_text(settings, encoding="utf-8")
    facts = "{name: %s, country: %s, population: 1 million, area_km2: 100}"
    cities = ", ".join(facts % city for city in (("Rome", "Italy"), ("Kobe", "Japan")))
    write_plan(
        tmp_path, "rome.yaml", f"cities: [{cities}]\nthemes: [Water]\nobjectives: Clean water.\nresults: Fish.\n"
    )
    assert ucap(tmp_path, "build", "--format", "docx").code == 0

    assert ucap(tmp_path, "import", "out/rome.docx", "--into", "drafts").code == 0

    plan = load_plan(tmp_path / "drafts" / "rome.yaml")
    assert (plan.contact, plan.template, plan.themes) == (None, None, ("Water",))


def imported_languages(project: Path) -> list[str | None]:
    """The language that an imported plan names: of a built Word file, a built PDF with its plan, and a form."""
    languages = []
    for file in ("out/rome-nanning.docx", "out/rome-nanning.pdf", "form.docx"):
        assert ucap(project, "import", file, "--into", "drafts", "--force").code == 0
        path = project / "drafts" / "rome-nanning.yaml"
        text = path.read_text(encoding="utf-8")
        assert format_plan(Source(path.name, text)) == text
        languages.append(yaml.safe_load(text).get("language"))
    return languages


def test_english_documents_are_imported_as_english_into_a_project_in_another_language(project: Path) -> None:
    write_plan(project, "rome-nanning.yaml", "cities: [{name: Rome}, {name: Nanning}]\n")
    ucap(project, "build", "--pdf-standard", "ua-2+a-4f", "--no-index")
    ucap(project, "form", "rome-nanning", "--out", "form.docx")
    assert imported_languages(project) == [None, None, None]

    (project / "ucap.yaml").write_text("language: de\n", encoding="utf-8")
    assert imported_languages(project) == ["en", "en", "en"]


def test_documents_in_the_language_of_the_project_are_imported_without_it(project: Path) -> None:
    (project / "ucap.yaml").write_text("language: de\n", encoding="utf-8")
    write_plan(project, "rome-nanning.yaml", "cities: [{name: Rom}, {name: Nanning}]\n")
    ucap(project, "build", "--pdf-standard", "ua-2+a-4f", "--no-index")
    ucap(project, "form", "rome-nanning", "--out", "form.docx")
    assert imported_languages(project) == [None, "de", None]

    (project / "ucap.yaml").unlink()
    assert imported_languages(project) == ["de", "de", "de"]


@pytest.mark.parametrize("option", ["--force", "--dry-run"])
def test_a_file_does_not_replace_the_plan_of_another_file_of_the_same_import(project: Path, option: str) -> None:
    (project / "other.csv").write_text("City 1,City 2,Themes\nTianjin,Rome,Water\n", encoding="utf-8")

    run = ucap(project, "import", "other.csv", "table.csv", option, "--json")

    assert (run.code, [each for each in run.codes if each != "import-column"]) == (1, ["plan-exists"])
    assert [each["status"] for each in run.report["plans"]][1] == "exists"
    if option == "--force":
        assert "Water" in (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")


def test_a_city_with_a_reserved_name_is_imported(project: Path) -> None:
    (project / "table.csv").write_text("City 1,Themes\nIndex,Water\n", encoding="utf-8")
    assert [each["path"] for each in ucap(project, "import", "table.csv", "--json").report["plans"]] == [
        "plans/index-plan.yaml"
    ]


def test_import_prints_no_totals_of_plans_after_an_error(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "x.docx").write_bytes(b"no Word file")

    assert ucap(tmp_path, "import", "x.docx").err.splitlines()[-1] == "Nothing imported; 1 error."


def test_import_writes_dates_of_cities_and_of_rows_of_tables_as_days(project: Path) -> None:
    columns = "{day: {type: date, label: Day}, what: {type: line, label: What}}"
    trips = f"{{type: table, label: Trips, columns: {columns}}}"
    declarations = f"fields: {{cities.joined: {{type: date, label: Joined}}, trips: {trips}}}\n"
    (project / "ucap.yaml").write_text(declarations, encoding="utf-8")
    document = Document()
    for title, rows in (
        ("", [("City", "Oslo", "Bergen"), ("Joined", "1 April 2026", "in spring")]),
        ("Trips", [("Day", "What"), ("2 May 2026", "Launch"), ("2026-05-03", "Talk")]),
    ):
        document.add_paragraph(title)
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.save(str(project / "oslo.docx"))

    run = ucap(project, "import", "oslo.docx")
    assert run.code == 0, run.err
    plan = parse_tolerantly(Source("oslo.yaml", (project / "plans" / "oslo.yaml").read_text(encoding="utf-8"))).value
    assert [city["joined"] for city in value_at(plan, ("cities",))] == ["2026-04-01", "in spring"]
    assert [trip["day"] for trip in value_at(plan, ("trips",))] == ["2026-05-02", "2026-05-03"]
