"""Incremental builds: what is rebuilt and what is not when `ucap build` runs again."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.command import Run, ucap, write_plan
from tests.selected_cases import mostly_long
from ucap_reports.batch.manifest import Reason
from ucap_reports.storage.installation import PASSIVE, SHAPING_IN_PASSIVE

pytestmark = pytest.mark.no_cover

ROME = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n"
ESSEN = "cities: [{name: Koriyama, country: Japan}, {name: Essen, country: Germany}]\n"
PACK = "templates/iuc-asia/pack.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two plans that were built."""
    write_plan(tmp_path, "essen.yaml", ESSEN)
    write_plan(tmp_path, "rome.yaml", ROME)
    ucap(tmp_path, "build")
    return tmp_path


def statuses(run: Run) -> dict[str, str]:
    return {document["path"].removeprefix("out/"): document["status"] for document in run.report["documents"]}


def reasons(project: Path, *words: str) -> dict[str, str]:
    """The reason for each document that is due, from a dry run, which must not change any file."""
    before = contents(project)
    report = ucap(project, "build", "--dry-run", "--json", *words).report
    assert contents(project) == before
    return {each["path"].removeprefix("out/"): each["reason"] for each in report["documents"] if each["reason"]}


def contents(project: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}


def manifest(project: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads((project / "out" / "manifest.json").read_bytes())
    return plain


def all_four(reason: Reason, variant: str = "") -> dict[str, str]:
    names = [f"{plan}{variant}.{ending}" for plan in ("essen", "rome") for ending in ("pdf", "docx")]
    return dict.fromkeys(names, reason.value)


def test_unchanged_documents_are_not_rebuilt_and_nothing_is_written(project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (project / "out").rglob("*")}

    run = ucap(project, "build", "--json")

    assert set(statuses(run).values()) == {"unchanged"}
    assert reasons(project) == {}
    assert {path: path.stat().st_mtime_ns for path in (project / "out").rglob("*")} == before


def loaded(project: Path, *words: str) -> set[str]:
    """The modules that a process has after a command, those of libraries and of the product."""
    script = (
        "import sys; from ucap_reports.cli import main; code = main(sys.argv[1:]);"
        "print('\\nloaded:', *sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=project, capture_output=True, text=True, check=True
    )
    return {*done.stdout.rpartition("\nloaded: ")[2].split()}


LIBRARIES = {"babel", "docx", "fontTools", "lxml", "markdown_it", "openpyxl", "PIL", "pydantic", "pyhanko", "pypdfium2"}
LIBRARIES |= {"pyphen", "reportlab", "rich", "starlette", "tinycss2", "uharfbuzz", "yaml"}
UNUSED = {
    "check.format_differences": "the difference of two formats, of packs alone",
    "importers.paragraph_identity": "the paragraphs of a Word file that is reviewed",
    "importers.parsed_cells_and_lists": "what is imported",
    "importers.word_paragraphs": "the same",
    "batch.index_page": "the index, which --no-index leaves out",
    "batch.undo_history": "changes of plans",
    "page.read_book": "books",
    "pdf.render_book_pdf": "books",
    "summary.compose_book": "books",
    "plan.writing.plan_file": "changes of plans",
    "word.compile.compile_word_template": "the same",
    "word.render.data_table_sections": "tables of plans",
    "word.writer.write_word": "Word files without a Word template",
}
"""Modules that are not needed to build a usual plan, and what they are for."""


def test_an_unchanged_project_imports_no_library_that_makes_documents(project: Path) -> None:
    """No YAML is parsed and no pack is opened, so that a thousand unchanged plans take less than a second."""
    ucap(project, "schema", "--out", "plans/plan.schema.json")
    ucap(project, "build")
    others = {"bz2", "difflib", "lzma"} | {f"ucap_reports.plan.{name}" for name in ("plan_model", "dates")}
    assert loaded(project, "build") & {*LIBRARIES, *others} == set()


def test_the_help_of_a_command_imports_no_library(project: Path) -> None:
    assert (
        loaded(project, "build", "--help") & {*LIBRARIES, "hashlib", "difflib", "ucap_reports.batch.manifest"} == set()
    )


def test_a_list_of_plans_imports_no_library_for_documents_or_workbooks(project: Path) -> None:
    assert loaded(project, "list") & (LIBRARIES - {"pydantic", "reportlab", "yaml"}) == set()


def test_the_build_of_a_plan_imports_only_what_it_needs(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a cache of its own, from which other tests remove nothing: a template that is not in the cache is compiled.
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    loaded(project, "build", "rome", "--force", "--no-index")
    modules = loaded(project, "build", "rome", "--force", "--no-index")
    assert modules & (LIBRARIES - {"lxml", "pydantic", "reportlab", "uharfbuzz", "yaml"}) == set()
    assert modules & {"difflib", "asyncio", "concurrent", "http", "logging", "multiprocessing", "xml"} == set()
    assert sorted(name for name in UNUSED if f"ucap_reports.{name}" in modules) == []


def test_each_module_that_a_build_loads_changes_the_fingerprint_of_the_product(project: Path) -> None:
    """The commands are loaded by each command; all other modules may affect documents."""
    modules = loaded(project, "build", "rome", "--force", "--no-index")
    modules |= loaded(project, "build", "--force", "--format", "pdf,docx,html", "--pdf-standard", "ua-2+a-4f")
    modules |= loaded(project, "book", "--format", "pdf,docx,html", "--pdf-standard", "ua-2+a-4f")
    passive = [folder[1:].replace("/", ".") for folder in PASSIVE - {"/cli"}]
    packages = {f"ucap_reports.{folder}" for folder in passive}
    in_passive = {name for name in modules - packages if name.startswith(tuple(f"{part}." for part in packages))}
    files = {name.removeprefix("ucap_reports.").replace(".", "/") + ".py" for name in in_passive}
    assert files == {*SHAPING_IN_PASSIVE}


def test_only_a_changed_plan_is_rebuilt(project: Path) -> None:
    write_plan(project, "rome.yaml", ROME.replace("Rome", "Roma"))

    assert reasons(project) == {"rome.pdf": "plan changed", "rome.docx": "plan changed"}
    assert statuses(ucap(project, "build", "--json")) == {
        "essen.pdf": "unchanged",
        "essen.docx": "unchanged",
        "rome.pdf": "written",
        "rome.docx": "written",
    }
    assert reasons(project) == {}


def test_a_record_names_no_replaced_document_after_a_build(project: Path) -> None:
    write_plan(project, "rome.yaml", ROME.replace("Rome", "Roma"))
    ucap(project, "build", "--no-index")

    documents = manifest(project)["plans"]["rome"]["documents"]
    assert documents.keys() == {"pdf", "docx"}
    assert all("replaces" not in document for document in documents.values())


def test_a_plan_that_is_saved_without_a_change_is_not_rebuilt(project: Path) -> None:
    os.utime(write_plan(project, "rome.yaml", ROME), (1, 1))

    assert reasons(project) == {}


def test_a_new_plan_is_built_and_the_others_are_not_rebuilt(project: Path) -> None:
    write_plan(project, "genoa.yaml", ROME)

    assert reasons(project) == {"genoa.pdf": "new", "genoa.docx": "new"}


def test_a_changed_pack_rebuilds_its_plans_and_no_others(project: Path) -> None:
    write_plan(project, "essen.yaml", ESSEN + "template: iuc-japan\n")
    ucap(project, "build")
    (project / PACK).parent.mkdir(parents=True)
    (project / PACK).write_text("extends: iuc-asia\nunknown: unknown\n", encoding="utf-8")

    # The shipped pack of Japan extends the one of Asia, which is now the project's own.
    assert reasons(project) == all_four(Reason.PACK)

    ucap(project, "build")
    other = project / "templates" / "other" / "pack.yaml"
    other.parent.mkdir()
    other.write_text("extends: iuc-asia\n", encoding="utf-8")
    assert reasons(project) == {}


def test_other_options_build_variants_and_the_same_options_build_nothing(project: Path) -> None:
    assert reasons(project, "--language", "zh") == all_four(Reason.NEW, ".zh")
    assert reasons(project, "--template", "iuc-japan") == all_four(Reason.NEW, ".iuc-japan")
    ucap(project, "build", "--language", "zh")

    assert reasons(project, "--language", "zh") == {}
    assert reasons(project) == {}


def test_another_source_date_rebuilds_everything(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1554076800")

    assert reasons(project) == all_four(Reason.OPTIONS)


def test_another_version_rebuilds_everything(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ucap_reports.batch.build_request_and_report.product_fingerprint", lambda: "of another version")

    assert reasons(project) == all_four(Reason.VERSION)


def test_force_rebuilds_unchanged_documents(project: Path) -> None:
    assert reasons(project, "--force") == all_four(Reason.FORCED)
    before = (project / "out" / "rome.pdf").stat().st_mtime_ns

    run = ucap(project, "build", "--force", "--json")

    assert set(statuses(run).values()) == {"written"}
    assert (project / "out" / "rome.pdf").stat().st_mtime_ns > before
    assert set(statuses(ucap(project, "build", "--json")).values()) == {"unchanged"}


def test_only_a_deleted_document_is_rebuilt(project: Path) -> None:
    (project / "out" / "rome.pdf").unlink()

    assert reasons(project) == {"rome.pdf": "document missing"}
    assert statuses(ucap(project, "build", "--json"))["rome.pdf"] == "written"
    assert reasons(project) == {}


def test_a_format_that_is_added_later_is_built_alone(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", ROME)
    ucap(tmp_path, "build", "--format", "docx")

    assert reasons(tmp_path) == {"rome.pdf": "new"}
    assert statuses(ucap(tmp_path, "build", "--json")) == {"rome.pdf": "written", "rome.docx": "unchanged"}


def test_a_build_of_named_plans_keeps_the_records_of_others(project: Path) -> None:
    before = manifest(project)["plans"]["essen"]
    write_plan(project, "essen.yaml", ESSEN.replace("Essen", "Bonn"))
    write_plan(project, "rome.yaml", ROME.replace("Rome", "Roma"))

    ucap(project, "build", "rome")

    assert manifest(project)["plans"]["essen"] == before
    assert reasons(project) == {"essen.pdf": "plan changed", "essen.docx": "plan changed"}


def test_each_folder_of_documents_has_its_own_manifest(project: Path) -> None:
    assert set(statuses(ucap(project, "build", "--json", "--out", "other")).values()) == {"written"}
    assert (project / "other" / "manifest.json").is_file()
    assert reasons(project) == {}


def test_warnings_of_unchanged_plans_are_reported_again_and_count_under_strict(project: Path) -> None:
    write_plan(project, "rome.yaml", f"{ROME}themes: [Mobility, Mobility]\n")
    first = ucap(project, "build", "--strict", "--force", "--json")
    second = ucap(project, "build", "--strict", "--json")

    assert (first.code, second.code) == (3, 3)
    assert second.report["problems"] == first.report["problems"]
    assert first.report["problems"]


def test_the_warnings_of_all_formats_are_reported_while_nothing_changes(project: Path) -> None:
    (project / PACK).parent.mkdir(parents=True)
    (project / PACK).write_text("extends: iuc-asia\npage_limit: 1\n", encoding="utf-8")
    lines = "".join(f"  - Item {number}\n" for number in range(120))
    write_plan(project, "rome.yaml", f"{ROME}objectives: |\n" + lines.replace("Item", "Objective"))

    assert "pages-too-many" not in ucap(project, "build", "--json", "--format", "docx").codes
    for _ in range(2):
        for formats in ("pdf,docx", "docx", "pdf"):
            assert "pages-too-many" in ucap(project, "build", "--json", "--format", formats).codes


def test_errors_are_reported_until_they_are_fixed(project: Path) -> None:
    write_plan(project, "rome.yaml", ROME.replace("Italy", "Itly"))

    for _ in range(2):
        run = ucap(project, "build", "--json")
        assert (run.code, statuses(run)["rome.pdf"], statuses(run)["essen.pdf"]) == (1, "failed", "unchanged")

    write_plan(project, "rome.yaml", ROME)
    assert reasons(project) == {}, "its documents are those of this plan"


def test_the_documents_of_a_deleted_plan_stay_with_a_warning(project: Path) -> None:
    (project / "plans" / "rome.yaml").unlink()

    for words in ((), ("--dry-run",), ()):
        run = ucap(project, "build", "--json", *words)
        (warning,) = (problem for problem in run.report["problems"] if problem["code"] == "plan-deleted")
        assert (run.code, warning["severity"], warning["path"]) == (0, "warning", "plans/rome.yaml")
        assert "out/rome.pdf and out/rome.docx" in warning["message"]
    assert (project / "out" / "rome.pdf").exists()


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("words", [("essen",), ("--where", "country=DE")])
def test_documents_of_a_deleted_plan_are_reported_with_some_of_the_plans(
    project: Path, command: str, words: tuple[str, ...]
) -> None:
    (project / "plans" / "rome.yaml").unlink()
    (project / "plans" / "bonn.yaml").write_text(ESSEN, encoding="utf-8")

    run = ucap(project, command, *words, "--json")

    gone = [found["path"] for found in run.report["problems"] if found["code"] == "plan-deleted"]
    assert gone == ["plans/rome.yaml"]


def test_check_reports_the_documents_of_a_deleted_plan_and_writes_nothing(project: Path) -> None:
    (project / "plans" / "rome.yaml").unlink()
    before = {path: path.stat().st_mtime_ns for path in (project / "out").rglob("*")}

    run = ucap(project, "check", "--json")

    (warning,) = (problem for problem in run.report["problems"] if problem["code"] == "plan-deleted")
    assert (warning["path"], warning["severity"]) == ("plans/rome.yaml", "warning")
    assert "out/rome.pdf and out/rome.docx" in warning["message"]
    assert "`ucap build --prune`" in warning["hint"]
    assert {path: path.stat().st_mtime_ns for path in (project / "out").rglob("*")} == before


def test_check_of_a_renamed_plan_reports_its_old_documents(project: Path) -> None:
    (project / "plans" / "rome.yaml").rename(project / "plans" / "roma.yaml")

    assert "plan-deleted" in ucap(project, "check", "--json").codes
    (project / "out" / "rome.pdf").unlink()
    (project / "out" / "rome.docx").unlink()
    assert "plan-deleted" not in ucap(project, "check", "--json").codes


def test_prune_removes_the_documents_of_deleted_plans_and_nothing_else(project: Path) -> None:
    (project / "plans" / "rome.yaml").unlink()
    for name in ("stranger.pdf", "rome.txt"):
        (project / "out" / name).write_text("not ours", encoding="utf-8")

    predicted = ucap(project, "build", "--prune", "--dry-run", "--json")
    assert (project / "out" / "rome.pdf").exists()
    run = ucap(project, "build", "--prune", "--json")

    assert run.report["removed"] == predicted.report["removed"] == ["out/rome.pdf", "out/rome.docx"]
    assert sorted(path.relative_to(project / "out").as_posix() for path in (project / "out").rglob("*")) == [
        *(".lock", "essen.docx", "essen.pdf", "index.html", "manifest.json", "rome.txt", "stranger.pdf"),
        *("thumbnails", "thumbnails/essen.jpg"),
    ]
    assert list(manifest(project)["plans"]) == ["essen"]
    assert "rome.pdf" not in (project / "out" / "index.html").read_text(encoding="utf-8")
    assert ucap(project, "build", "--prune", "--json").report["removed"] == []


def test_prune_keeps_the_documents_of_other_projects_in_the_folder(tmp_path: Path) -> None:
    out = str(tmp_path / "shared")
    for name in ("rome", "nice", "oslo"):
        (tmp_path / name).mkdir()
        write_plan(tmp_path / name, f"{name}.yaml", ESSEN)
        assert ucap(tmp_path / name, "build", "--out", out).code == 0
    ucap(tmp_path / "oslo", "build", "--out", str(tmp_path / "rome" / "out"))
    ucap(tmp_path / "rome", "build")
    documents = {path.name for path in Path(out).iterdir()}

    for name in ("rome", "nice"):
        run = ucap(tmp_path / name, "build", "--out", out, "--prune", "--json")
        assert (run.code, run.report["removed"], "plan-deleted" in run.codes) == (0, [], False)
    assert {path.name for path in Path(out).iterdir()} == documents
    run = ucap(tmp_path / "rome", "build", "--prune", "--json")
    assert (run.report["removed"], "plan-deleted" in run.codes) == ([], False)
    assert "plan-deleted" not in ucap(tmp_path / "rome", "check", "--json").codes


@pytest.mark.parametrize("words", [(), ("--force",)])
def test_a_project_that_moved_prunes_its_documents_in_another_folder(tmp_path: Path, words: tuple[str, ...]) -> None:
    out = str(tmp_path / "public")
    (tmp_path / "old").mkdir()
    for name in ("rome", "nice"):
        write_plan(tmp_path / "old", f"{name}.yaml", ESSEN)
    ucap(tmp_path / "old", "build", "--out", out)
    (tmp_path / "deeper").mkdir()
    moved = (tmp_path / "old").rename(tmp_path / "deeper" / "new")
    ucap(moved, "build", "--out", out, *words)
    (moved / "plans" / "nice.yaml").unlink()

    run = ucap(moved, "build", "--out", out, "--prune", "--json")

    assert {Path(path).name for path in run.report["removed"]} == {"nice.pdf", "nice.docx"}


@pytest.mark.parametrize("builds_before_pruning", [0, 1])
def test_a_new_checkout_prunes_the_documents_of_plans_deleted_before(
    tmp_path: Path, builds_before_pruning: int
) -> None:
    out = str(tmp_path / "public")
    (tmp_path / "first").mkdir()
    for name in ("rome", "nice", "oslo"):
        write_plan(tmp_path / "first", f"{name}.yaml", ESSEN)
    ucap(tmp_path / "first", "build", "--out", out)
    (tmp_path / "deeper").mkdir()
    second = (tmp_path / "first").rename(tmp_path / "deeper" / "second")
    (second / "plans" / "nice.yaml").unlink()
    for _ in range(builds_before_pruning):
        assert "plan-deleted" in ucap(second, "build", "--out", out, "--json").codes

    run = ucap(second, "build", "--out", out, "--prune", "--json")

    assert {Path(path).name for path in run.report["removed"]} == {"nice.pdf", "nice.docx"}


def test_a_new_project_with_the_example_of_another_prunes_none_of_its_documents(tmp_path: Path) -> None:
    out = str(tmp_path / "public")
    for project, name in (("first", "rome"), ("second", "oslo")):
        (tmp_path / project).mkdir()
        for plan in ("example", name):
            write_plan(tmp_path / project, f"{plan}.yaml", ESSEN)
        run = ucap(tmp_path / project, "build", "--out", out, "--prune", "--json")
        assert run.report["removed"] == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights")
def test_prune_knows_documents_built_through_a_link_to_the_folder_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "real" / "project").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("rome", "nice"):
        write_plan(tmp_path / "real" / "project", f"{name}.yaml", ESSEN)
    out = str(tmp_path / "link" / "project" / "out")
    ucap(tmp_path / "real" / "project", "build", "--out", out)
    (tmp_path / "real" / "project" / "plans" / "nice.yaml").unlink()

    run = ucap(tmp_path / "real" / "project", "build", "--prune", "--json")

    assert {Path(path).name for path in run.report["removed"]} == {"nice.pdf", "nice.docx"}


def test_a_plan_outside_the_project_does_not_count_as_deleted(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "bonn.yaml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(ESSEN, encoding="utf-8")
    ucap(project, "build", str(elsewhere))

    assert "plan-deleted" not in ucap(project, "build", "--json").codes


@pytest.mark.parametrize(
    "damage",
    mostly_long(
        ["", "{}", "[1, 2", '{"name": "An app", "icons": []}', "shortened", "one letter"],
        {"[1, 2", '{"name": "An app", "icons": []}', "one letter"},
    ),
)
def test_an_invalid_manifest_is_rebuilt_with_one_warning(project: Path, damage: str) -> None:
    path = project / "out" / "manifest.json"
    whole = path.read_text(encoding="utf-8")
    damaged = {"shortened": whole[: len(whole) // 2], "one letter": whole.replace("Tianjin", "Tianjim")}
    path.write_text(damaged.get(damage, damage), encoding="utf-8")

    run = ucap(project, "build", "--json")

    assert (run.code, run.codes.count("manifest-unknown")) == (0, 1)
    assert path.read_text(encoding="utf-8") == whole
    assert set(statuses(run).values()) == {"unchanged"}, "rebuilt with the same bytes"
    assert "manifest-unknown" not in ucap(project, "build", "--json").codes


def test_the_manifest_is_the_same_in_every_place_and_order_of_builds(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(project / "plans", other / "plans")
    ucap(other, "build", "rome")
    ucap(other, "build")

    assert (other / "out" / "manifest.json").read_bytes() == (project / "out" / "manifest.json").read_bytes()


def test_the_manifest_contains_no_absolute_path(project: Path) -> None:
    assert str(project) not in (project / "out" / "manifest.json").read_text(encoding="utf-8")


def change_plan(project: Path) -> None:
    write_plan(project, "rome.yaml", f"{ROME}objectives: New words\n")


def break_plan(project: Path) -> None:
    write_plan(project, "rome.yaml", f"{ROME}nmae: x\n")


def edit_documents(project: Path) -> None:
    for name in ("rome.docx", "essen.pdf"):
        with (project / "out" / name).open("ab") as file:
            file.write(b"edited")


def lose_document(project: Path) -> None:
    (project / "out" / "rome.pdf").unlink()


def lose_manifest(project: Path) -> None:
    for path in (project / "out").glob("manifest*"):
        path.unlink()


@pytest.mark.parametrize("words", [(), ("--overwrite-edited",), ("--force",)])
@pytest.mark.parametrize(
    "changes",
    [
        (),
        (change_plan,),
        (edit_documents,),
        (edit_documents, change_plan),
        (lose_document, edit_documents, change_plan),
        (lose_manifest,),
        (lose_manifest, edit_documents),
    ],
)
def test_a_dry_run_reports_what_the_build_does(
    project: Path, changes: tuple[Callable[[Path], None], ...], words: tuple[str, ...]
) -> None:
    for change in changes:
        change(project)
    assert_planned(project, *words)


def test_a_dry_run_reports_the_errors_of_a_plan_with_edited_documents(project: Path) -> None:
    edit_documents(project)
    break_plan(project)
    assert_planned(project)


def assert_planned(project: Path, *words: str) -> None:
    """A dry run has the statuses and errors of the build after it; warnings are those of plans that were read."""
    before = contents(project)

    planned = ucap(project, "build", "--dry-run", "--json", *words)

    assert contents(project) == before
    done = ucap(project, "build", "--json", *words)
    assert (statuses(planned), planned.code) == (statuses(done), done.code)
    assert errors(planned) == errors(done)


def errors(run: Run) -> list[str]:
    return sorted(problem["code"] for problem in run.report["problems"] if problem["severity"] == "error")


def two_projects(folder: Path, *plans: Sequence[str]) -> tuple[list[Path], str]:
    """Projects with these plans, of which the first is built into the folder of all, and that folder."""
    projects = []
    for number, names in enumerate(plans):
        project = folder / f"project-{number}"
        project.mkdir()
        for name in names:
            write_plan(project, f"{name}.yaml", f"{ROME}objectives: Words of project {number}\n")
        projects.append(project)
    out = str(folder / "public")
    assert ucap(projects[0], "build", "--out", out).code == 0
    return projects, out


@pytest.mark.parametrize("words", [(), ("--force", "--overwrite-edited")])
def test_documents_of_another_project_are_not_replaced(tmp_path: Path, words: tuple[str, ...]) -> None:
    (_, second), out = two_projects(tmp_path, ["rome", "nice", "oslo"], ["rome", "essen"])
    before = contents(Path(out))

    planned = ucap(second, "build", "--out", out, "--json", "--dry-run", *words)
    run = ucap(second, "build", "--out", out, "--json", *words)

    assert statuses(planned) == statuses(run)
    assert errors(planned) == errors(run) == ["plan-name-taken"]
    assert {Path(path).name for path, status in statuses(run).items() if status == "failed"} == {
        "rome.pdf",
        "rome.docx",
    }
    after = contents(Path(out))
    changed = {Path(path).name for path in before if after[path] != before[path]}
    assert changed <= {"index.html", "manifest.json"}


def test_documents_of_a_project_of_the_same_plans_are_replaced_with_a_warning(tmp_path: Path) -> None:
    (first, second), out = two_projects(tmp_path, ["rome"], ["rome"])

    run = ucap(second, "build", "--out", out, "--json")

    assert (run.code, run.codes.count("document-replaced")) == (0, 2)
    assert set(statuses(run).values()) == {"written"}
    assert "document-replaced" not in ucap(second, "build", "--out", out, "--force", "--json").codes
    assert "document-replaced" in ucap(first, "build", "--out", out, "--json").codes


def test_a_project_that_moved_replaces_its_documents_without_a_warning(tmp_path: Path) -> None:
    (first, _), out = two_projects(tmp_path, ["rome", "nice"], [])
    (tmp_path / "deeper").mkdir()
    moved = first.rename(tmp_path / "deeper" / "new")
    write_plan(moved, "rome.yaml", f"{ROME}objectives: New words\n")

    run = ucap(moved, "build", "--out", out, "--json")

    assert (run.code, "document-replaced" in run.codes) == (0, False)


def test_documents_that_were_moved_into_the_project_are_replaced(tmp_path: Path) -> None:
    (first, _), out = two_projects(tmp_path, ["rome", "nice"], [])
    Path(out).rename(first / "out")
    write_plan(first, "rome.yaml", f"{ROME}objectives: New words\n")

    run = ucap(first, "build", "--json")

    assert (run.code, errors(run)) == (0, [])


def test_a_book_of_another_project_is_replaced_with_a_warning(tmp_path: Path) -> None:
    (first, second), out = two_projects(tmp_path, ["rome", "nice", "oslo"], ["bonn"])
    book = ("book", "--format", "html", "--out", f"{out}/book", "--json")
    assert "document-replaced" not in ucap(first, *book).codes

    run = ucap(second, *book)

    assert (run.code, run.codes.count("document-replaced")) == (0, 1)
    assert "document-replaced" not in ucap(second, *book, "--overwrite-edited").codes


def test_a_page_of_the_site_of_another_project_is_not_replaced(tmp_path: Path) -> None:
    (first, second), _ = two_projects(tmp_path, ["rome", "nice", "oslo"], ["rome", "bonn"])
    site = ("book", "--split", "--out", str(tmp_path / "site"), "--json")
    assert ucap(first, *site).code == 0
    before = contents(tmp_path / "site")

    assert errors(ucap(second, *site)) == ["plan-name-taken"]

    assert contents(tmp_path / "site") == before
