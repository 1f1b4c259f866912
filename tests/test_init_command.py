"""The commands that create projects and plans, and print the schema."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.command import ucap, write_plan
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.batch.settings_fields_and_schema import settings_schema_content
from ucap_reports.plan.json_schema import plan_schema
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project

ROOT = Path(__file__).parent.parent
MODELINE = "# yaml-language-server: $schema=plan.schema.json\n"
FILES = [".gitignore", "plans/plan.schema.json", "plans/tianjin-rome.yaml", "templates/iuc-asia/pack.yaml"]


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_init_creates_an_example_a_pack_and_the_schema_and_names_the_next_step(tmp_path: Path) -> None:
    run = ucap(tmp_path, "init", "my-summaries")

    assert run.code == 0
    assert files_in(tmp_path / "my-summaries") == FILES
    assert all(f"written   {name}\n" in run.out for name in FILES)
    assert "cd my-summaries && ucap build" in run.err


def test_init_creates_a_project_in_the_current_folder_or_in_that_of_root(tmp_path: Path) -> None:
    ucap(tmp_path, "init", "--quiet")
    ucap(tmp_path, "init", "--root", "other/deep")

    assert set(FILES) <= set(files_in(tmp_path))
    assert files_in(tmp_path / "other" / "deep") == FILES


def test_a_new_project_has_no_errors_and_is_built_with_its_own_pack(tmp_path: Path) -> None:
    ucap(tmp_path, "init")
    pack = tmp_path / "templates" / "iuc-asia" / "pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8") + "page_limit: 1\n", encoding="utf-8")

    assert ucap(tmp_path, "check").code == 0
    run = ucap(tmp_path, "build", "--json")

    assert run.code == 0
    assert {"tianjin-rome.docx", "tianjin-rome.pdf"} <= set(files_in(tmp_path / "out"))
    assert "pages-too-many" in run.codes


def test_init_never_overwrites(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine", encoding="utf-8")

    run = ucap(tmp_path, "init")

    assert run.code == 0
    assert "Nothing to do" in run.err
    assert {(tmp_path / name).read_text(encoding="utf-8") for name in FILES} == {"mine"}


def test_init_adds_no_examples_to_a_project_with_plans_and_packs(tmp_path: Path) -> None:
    write_plan(tmp_path, "own.yaml", "cities: [{name: Own}]\n")
    (tmp_path / "templates" / "own").mkdir(parents=True)
    (tmp_path / "templates" / "own" / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")

    ucap(tmp_path, "init")

    assert files_in(tmp_path) == [
        *(".gitignore", "plans/own.yaml", "plans/plan.schema.json", "templates/own/pack.yaml"),
    ]


def test_init_in_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    run = ucap(tmp_path, "init", "file", "--json")

    assert (run.code, run.codes) == (1, ["folder-is-file"])


def test_the_report_of_init_lists_written_and_unchanged_files(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").touch()

    report = ucap(tmp_path, "init", "--json").report

    assert (report["command"], report["ok"], report["problems"]) == ("init", True, [])
    assert {(file["path"], file["status"]) for file in report["files"]} == {
        *((name, "written") for name in FILES if name != ".gitignore"),
        (".gitignore", "unchanged"),
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    return tmp_path


def test_a_new_plan_has_no_errors(project: Path) -> None:
    assert ucap(project, "new", "hanoi-toulouse").code == 0

    run = ucap(project, "check", "--json")

    assert run.code == 0
    assert run.codes
    assert "error" not in {problem["severity"] for problem in run.report["problems"]}


def test_a_new_plan_has_every_field_and_the_name_of_its_schema(project: Path) -> None:
    ucap(project, "new", "hanoi-toulouse")

    path = project / "plans" / "hanoi-toulouse.yaml"
    text = path.read_text(encoding="utf-8")
    value = parse(read_source(path)).value
    schema = plan_schema()
    assert text.startswith(MODELINE)
    assert isinstance(value, dict)
    assert set(value) == set(schema["properties"])
    assert all(name in text for name in ("details:", "when:", "theme:", "office:", "email:", "phone:", "address:"))
    assert (project / "plans" / "plan.schema.json").is_file()
    jsonschema.validate(value, schema)


def test_new_does_not_overwrite_a_plan(project: Path) -> None:
    write_plan(project, "own.yaml", "mine")

    run = ucap(project, "new", "own", "--json")

    assert (run.code, run.codes) == (1, ["plan-exists"])
    assert (project / "plans" / "own.yaml").read_text(encoding="utf-8") == "mine"


def test_the_schema_is_printed_written_or_in_the_report(project: Path) -> None:
    schema = json.loads(opened_project(Project(project)).plan_schema)

    assert json.loads(ucap(project, "schema", "--quiet").out) == schema
    assert ucap(project, "schema", "--json").report["schema"] == schema
    run = ucap(project / "plans", "schema", "--out", "editor/plan.json")
    assert (run.code, run.out) == (0, "written   editor/plan.json\n")
    assert json.loads((project / "plans" / "editor" / "plan.json").read_text(encoding="utf-8")) == schema


def test_the_schema_needs_no_project(tmp_path: Path) -> None:
    assert ucap(tmp_path, "schema", "--out", "plan.json").code == 0
    assert (tmp_path / "plan.json").is_file()


def test_a_build_updates_the_schema_of_a_project_that_has_it(project: Path) -> None:
    write_plan(project, "own.yaml", "cities: [{name: Own}]\n")
    schema = project / "plans" / "plan.schema.json"

    ucap(project, "build", "--format", "docx")
    assert not schema.exists()

    schema.write_text("{}", encoding="utf-8")
    ucap(project, "build", "--format", "docx")
    built_in = plan_schema()["properties"]
    assert json.loads(schema.read_text(encoding="utf-8"))["properties"].items() >= built_in.items()


def test_init_quotes_a_folder_with_spaces_in_the_next_command(tmp_path: Path) -> None:
    assert "cd 'my summaries' && ucap build" in ucap(tmp_path, "init", "my summaries").err
    assert "cd plain && ucap build" in ucap(tmp_path, "init", "plain").err


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("International Affairs <desk@example.org>", {"office": "International Affairs", "email": "desk@example.org"}),
        ("IUC, Rome: desk 1", {"office": "IUC, Rome: desk 1"}),
        ("desk@example.org", {"email": "desk@example.org"}),
    ],
)
def test_init_sets_the_language_and_the_contact_in_settings(
    tmp_path: Path, contact: str, expected: dict[str, str]
) -> None:
    run = ucap(tmp_path, "init", "--contact", contact, "--language", "de")

    text = (tmp_path / "ucap.yaml").read_text(encoding="utf-8")
    assert (run.code, yaml.safe_load(text)) == (0, {"language": "de", "contact": expected})
    assert files_in(tmp_path) == sorted([*FILES, "plans/ucap.schema.json", "ucap.yaml"])
    modeline, schema = text.splitlines()[0], (tmp_path / "plans" / "ucap.schema.json").read_bytes()
    assert modeline == "# yaml-language-server: $schema=plans/ucap.schema.json"
    assert schema == settings_schema_content()
    assert "ucap help init" not in run.err
    assert ucap(tmp_path, "check").code == 0


def test_init_marks_the_english_example_in_a_project_in_another_language(tmp_path: Path) -> None:
    example = Path("plans", "tianjin-rome.yaml")
    ucap(tmp_path, "init", "english", "--language", "en-GB")
    ucap(tmp_path, "init", "german", "--language", "de")
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "ucap.yaml").write_text("language: zh\n", encoding="utf-8")
    ucap(tmp_path, "init", "settings")

    assert (tmp_path / "english" / example).read_bytes() == (ROOT / example).read_bytes()
    for name in ("german", "settings"):
        assert ucap(tmp_path / name, "list", "--json").report["plans"][0]["languages"] == ["en"]
        assert ucap(tmp_path / name, "fmt", "--check").code == 0
    assert "number-format" not in ucap(tmp_path / "german", "check", "--json").codes


def test_a_new_plan_is_in_the_language_of_the_project(project: Path) -> None:
    (project / "ucap.yaml").write_text("language: zh\n", encoding="utf-8")

    ucap(project, "new", "tianjin-rome")

    value = parse(read_source(project / "plans" / "tianjin-rome.yaml")).value
    assert isinstance(value, dict)
    assert value["language"] == "zh"


def test_init_without_settings_says_where_they_are_set(tmp_path: Path) -> None:
    assert "ucap.yaml: `ucap help init`" in ucap(tmp_path, "init").err


@pytest.mark.parametrize(
    "words",
    [
        ("--contact", "Office <desk at example>"),
        ("--contact", ""),
        ("--contact", " <> "),
        ("--contact", "Office\udcff <desk@example.org>"),
        ("--language", "Deutsch!"),
    ],
)
def test_init_with_an_invalid_contact_or_language_writes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert ucap(tmp_path, "init", *words).code == 2
    assert files_in(tmp_path) == []


def test_init_keeps_settings_that_exist_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "ucap.yaml").write_text("formats: [pdf]\n", encoding="utf-8")

    run = ucap(tmp_path, "init", "--language", "de", "--json")

    assert run.codes == ["settings-kept"]
    assert (tmp_path / "ucap.yaml").read_text(encoding="utf-8") == "formats: [pdf]\n"


def test_build_keeps_the_schema_of_the_settings_up_to_date(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome}]\n")
    ucap(tmp_path, "schema", "--settings", "--out", "plans/ucap.schema.json")
    path = tmp_path / "plans" / "ucap.schema.json"
    assert path.read_bytes() == settings_schema_content()
    path.write_text("{}", encoding="utf-8")

    ucap(tmp_path, "build", "--format", "docx", "--no-index")

    assert path.read_bytes() == settings_schema_content()
