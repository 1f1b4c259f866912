"""Variants: documents in another pack or language have names of their own, and never replace those of the plan."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.projects import digests, unknown_documents
from tests.selected_cases import every
from ucap_reports import build
from ucap_reports.batch.document_names_and_thumbnails import NAME, variant
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.text.language_tags import canonical_tag

pytestmark = pytest.mark.no_cover

ROME = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n"
ESSEN = f"{ROME}template: iuc-japan\nlanguage: zh-Hans\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a plan in the default pack and language, and one in others."""
    write_plan(tmp_path, "rome.yaml", ROME)
    write_plan(tmp_path, "essen.yaml", ESSEN)
    return tmp_path


def names(project: Path, *words: str) -> dict[str, list[str]]:
    """The names of the Word files of a build, by their plan."""
    found: dict[str, list[str]] = {}
    for each in ucap(project, "build", "--json", "--format", "docx", "--no-index", *words).report["documents"]:
        found.setdefault(each["plan"], []).append(each["path"].removeprefix("out/"))
    return found


def records(project: Path) -> dict[str, Any]:
    plans: dict[str, Any] = json.loads((project / "out" / "manifest.json").read_bytes())["plans"]
    return plans


@pytest.mark.parametrize(
    ("words", "rome", "essen"),
    every(
        2,
        [
            ((), "rome", "essen"),
            (("--language", "zh"), "rome.zh", "essen.zh"),
            (("--template", "plain", "--language", "zh"), "rome.plain.zh", "essen.plain.zh"),
            (("--template", "plain"), "rome.plain", "essen.plain"),
            (("--template", "iuc-asia"), "rome", "essen.iuc-asia"),
            (("--template", "iuc-japan", "--language", "en"), "rome.iuc-japan", "essen.en"),
            (("--language", "EN"), "rome", "essen.en"),
            (("--template", "iuc-japan", "--language", "zh-Hans"), "rome.iuc-japan.zh-Hans", "essen"),
            (("--language", "ZH-hans"), "rome.zh-Hans", "essen"),
        ],
    ),
)
def test_a_variant_is_named_after_what_differs_from_the_plan(
    project: Path, words: tuple[str, ...], rome: str, essen: str
) -> None:
    assert names(project, *words) == {"rome": [f"{rome}.docx"], "essen": [f"{essen}.docx"]}
    assert digests(project / "out").keys() == {f"{rome}.docx", f"{essen}.docx"}
    assert records(project).keys() == {rome, essen}


def test_the_documents_of_the_plan_never_change_with_a_variant(project: Path) -> None:
    ucap(project, "build")
    own, recorded = digests(project / "out"), records(project)

    for words in (("--language", "zh"), ("--template", "plain"), ("--template", "plain", "--language", "it")):
        run = ucap(project, "build", *words, "--force", "--json")
        assert run.code == 0
        assert {each["status"] for each in run.report["documents"]} == {"written"}

    assert own.items() <= digests(project / "out").items()
    assert len(digests(project / "out")) == 4 * len(own)
    assert {name: records(project)[name]["documents"] for name in recorded} == {
        name: each["documents"] for name, each in recorded.items()
    }
    assert unknown_documents(project / "out") == []


def test_options_that_the_plan_says_itself_change_nothing(project: Path) -> None:
    ucap(project, "build")

    run = ucap(project, "build", "essen", "--template", "iuc-japan", "--language", "zh-hans", "--json")

    assert {each["status"] for each in run.report["documents"]} == {"unchanged"}


def test_a_variant_is_rebuilt_when_its_plan_changes_and_only_then(project: Path) -> None:
    words = ("build", "--language", "zh", "--json")
    ucap(project, *words)
    assert {each["status"] for each in ucap(project, *words).report["documents"]} == {"unchanged"}
    write_plan(project, "rome.yaml", ROME.replace("Rome", "Roma"))

    statuses = {each["path"]: each["status"] for each in ucap(project, *words).report["documents"]}

    assert statuses == {
        "out/essen.zh.pdf": "unchanged",
        "out/essen.zh.docx": "unchanged",
        "out/rome.zh.pdf": "written",
        "out/rome.zh.docx": "written",
    }


def test_an_edited_variant_is_kept(project: Path) -> None:
    ucap(project, "build", "--language", "zh")
    path = project / "out" / "rome.zh.docx"
    path.write_bytes(path.read_bytes() + b"edited")

    run = ucap(project, "build", "--language", "zh", "--force", "--json")

    (problem,) = (each for each in run.report["problems"] if each["code"] == "document-edited")
    assert (run.code, problem["path"]) == (1, "out/rome.zh.docx")
    assert path.read_bytes().endswith(b"edited")
    assert "document-edited" not in ucap(project, "build", "--json").codes


def test_variants_of_a_deleted_plan_are_pruned_with_it(project: Path) -> None:
    ucap(project, "build")
    ucap(project, "build", "--language", "zh")
    (project / "plans" / "rome.yaml").unlink()

    assert ucap(project, "build", "--json").codes.count("plan-deleted") == 2
    run = ucap(project, "build", "--prune", "--json")

    gone = ["out/rome.docx", "out/rome.pdf", "out/rome.zh.docx", "out/rome.zh.pdf"]
    assert sorted(run.report["removed"]) == gone
    assert "essen.zh.pdf" in digests(project / "out")
    assert records(project).keys() == {"essen", "essen.zh"}


def test_the_index_lists_variants_as_versions_of_their_plan(project: Path) -> None:
    ucap(project, "build", "rome")
    ucap(project, "build", "rome", "--language", "zh", "--format", "pdf")
    ucap(project, "build", "rome", "--template", "plain", "--format", "docx")

    page = (project / "out" / "index.html").read_text(encoding="utf-8")

    assert page.count("<li>") == 1
    assert [name for name in digests(project / "out") if f'href="{name}"' not in page] == []
    assert page.index('href="rome.pdf"') < page.index('href="rome.plain.docx"') < page.index('href="rome.zh.pdf"')
    assert ">PDF zh<" in page
    assert ">Word plain<" in page
    assert [path.name for path in (project / "out" / "thumbnails").iterdir()] == ["rome.jpg"]


def test_the_index_lists_a_plan_that_has_only_variants(project: Path) -> None:
    ucap(project, "build", "rome", "--language", "zh")

    page = (project / "out" / "index.html").read_text(encoding="utf-8")

    assert page.count("<li>") == 1
    assert "thumbnails/rome.zh.jpg" in page
    assert 'href="rome.pdf"' not in page


@pytest.mark.parametrize("language", ["../../x", "/etc/x", "a/b\\c", "..", "\0", "x" * 500])
def test_no_option_leads_out_of_the_folder(project: Path, language: str) -> None:
    before = set(project.rglob("*"))

    build(project, ["rome"], formats=(Format.DOCX,), language=language, index=False)

    new = set(project.rglob("*")) - before
    assert {path.parent for path in new if path.suffix == ".docx"} == {project / "out"}
    assert NAME.fullmatch(variant("rome", {}, BuildOptions(language=language))[0])


@pytest.mark.parametrize("name", ["index", "con", "prn", "aux", "nul", "com1", "lpt9"])
def test_names_of_devices_and_of_the_index_are_not_plan_ids(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path, f"{name}.yaml", ROME)
    write_plan(tmp_path, f"{name}-1.yaml", ROME)

    run = ucap(tmp_path, "build", "--json")

    assert run.codes.count("id-invalid") == 1
    assert digests(tmp_path / "out").keys() == {f"{name}-1.pdf", f"{name}-1.docx"}


def test_version_of_a_language_is_built_once_whatever_its_capitals(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", f"{ROME}languages: [ZH, zH, zh]\n")

    assert names(tmp_path) == {"rome": ["rome.docx", "rome.zh.docx"]}


@pytest.mark.parametrize(("folder", "language"), [("DE", "de"), ("de", "DE"), ("zh-hans", "zh-Hans")])
def test_translation_is_found_whatever_the_capitals_of_its_folder(tmp_path: Path, folder: str, language: str) -> None:
    write_plan(tmp_path, "rome.yaml", f"{ROME}languages: [{language}]\n")
    assert ucap(tmp_path, "translate", folder).code == 0
    tag = canonical_tag(language)
    (tmp_path / "translations" / tag).rename(tmp_path / "translations" / folder)

    (translation,) = ucap(tmp_path, "check", "--json").report["translations"]
    written = ucap(tmp_path, "translate", language, "--json").report["files"]

    assert (translation["language"], translation["missing"]) == (tag, 2)
    assert [file["path"] for file in written] == [f"translations/{folder}/rome.po"]


def test_documents_built_before_their_language_was_named_are_reported_after_it_is_dropped(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", ROME)
    build = ("build", "--format", "pdf", "--no-index", "--json")
    ucap(tmp_path, *build, "--language", "zh")
    settings = tmp_path / "ucap.yaml"
    settings.write_text("languages: [zh]\n", encoding="utf-8")
    assert "plan-deleted" not in ucap(tmp_path, *build).codes

    settings.unlink()

    assert "plan-deleted" in ucap(tmp_path, *build).codes
    assert ucap(tmp_path, *build, "--prune").report["removed"] == ["out/rome.zh.pdf"]


@pytest.mark.parametrize("languages", ["[]", "N/A", "", "'-'"])
def test_plan_with_unknown_languages_has_those_of_the_project_in_each_build(tmp_path: Path, languages: str) -> None:
    (tmp_path / "ucap.yaml").write_text("languages: [zh]\n", encoding="utf-8")
    write_plan(tmp_path, "rome.yaml", f"{ROME}languages: {languages}\n")

    first, second = (names(tmp_path) for _ in range(2))

    assert first == second == {"rome": ["rome.docx", "rome.zh.docx"]}


@pytest.mark.parametrize("pack", ["N/A", "'-'", "' iuc-asia '"])
def test_plan_with_an_unknown_template_has_that_of_the_project(tmp_path: Path, pack: str) -> None:
    write_plan(tmp_path, "rome.yaml", f"{ROME}template: {pack}\n")

    assert names(tmp_path, "--template", "iuc-asia") == {"rome": ["rome.docx"]}
    assert ucap(tmp_path, "build", "--format", "docx").code == 0


def test_spaces_around_the_language_of_a_plan_change_nothing(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", f'{ROME}language: " zh "\nlanguages: [zh, DE, " de "]\n')

    assert names(tmp_path) == {"rome": ["rome.docx", "rome.de.docx"]}
    assert names(tmp_path, "--language", "zh") == {"rome": ["rome.docx"]}
