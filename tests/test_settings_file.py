"""The file `ucap.yaml` itself: one that cannot be read, and values that mean the same."""

import os
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports.batch.opened_project_and_settings_file import project_settings
from ucap_reports.storage.project_folder import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
    return tmp_path


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_settings_that_cannot_be_read_are_an_error(project: Path, kind: str) -> None:
    path = project / "ucap.yaml"
    if kind == "link":
        path.symlink_to("gone.yaml")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)

    for command in ("check", "build", "list"):
        run = ucap(project, command, "--json")
        assert (run.code, run.report["problems"][0]["path"]) == (1, "ucap.yaml")
    assert not (project / "out" / "rome.pdf").exists()


def test_languages_that_differ_only_in_capitals_are_one(project: Path) -> None:
    (project / "ucap.yaml").write_text("languages: [zh, ZH, fr]\n", encoding="utf-8")
    assert project_settings(Project(project)).languages == ("zh", "fr")


GERMAN = "cities: [{name: Rom, country: Italien}]\ntitle: Ein Plan\n"


def test_the_language_of_the_project_is_that_of_plans_that_name_none(project: Path) -> None:
    (project / "ucap.yaml").write_text("language: de\n", encoding="utf-8")
    write_plan(project, "rom.yaml", GERMAN)
    write_plan(project, "unknown.yaml", f"{GERMAN}language: N/A\n")
    write_plan(project, "own.yaml", f"{GERMAN}language: fr\n")

    plans = {plan["id"]: plan["languages"] for plan in ucap(project, "list", "--json").report["plans"]}
    assert plans == {"rom": ["de"], "rome": ["de"], "unknown": ["de"], "own": ["fr"]}
    ucap(project, "build", "--format", "html", "--no-index")
    pages = {name: (project / "out" / f"{name}.html").read_text(encoding="utf-8") for name in plans}
    assert ['lang="de"' in pages[name][:400] for name in ("rom", "unknown", "own")] == [True, True, False]
    assert "Land:" in pages["rom"]
    assert "Pays" in pages["own"]


def test_the_command_line_takes_precedence_over_the_language_of_the_project(project: Path) -> None:
    (project / "ucap.yaml").write_text("language: de\n", encoding="utf-8")

    ucap(project, "build", "--format", "html", "--no-index", "--language", "fr")
    ucap(project, "build", "--format", "html", "--no-index", "--language", "de")

    pages = sorted(path.name for path in (project / "out").glob("*.html"))
    assert pages == ["rome.fr.html", "rome.html"], "German is the plan's own language"
    assert "Pays" in (project / "out" / "rome.fr.html").read_text(encoding="utf-8")


def test_a_changed_language_of_the_project_rebuilds_its_plans(project: Path) -> None:
    ucap(project, "build", "--format", "docx", "--no-index")
    (project / "ucap.yaml").write_text("language: de\n", encoding="utf-8")

    run = ucap(project, "build", "--format", "docx", "--no-index", "--json")
    assert [document["status"] for document in run.report["documents"]] == ["written"]
    again = ucap(project, "build", "--format", "docx", "--no-index", "--json")
    assert [document["status"] for document in again.report["documents"]] == ["unchanged"]


def test_an_invalid_language_of_the_project_is_an_error(project: Path) -> None:
    (project / "ucap.yaml").write_text("language: german\n", encoding="utf-8")

    run = ucap(project, "check", "--json")
    assert [
        (each["code"], each["path"], each["line"]) for each in run.report["problems"] if each["severity"] == "error"
    ] == [("language-invalid", "ucap.yaml", 1)]


def test_translations_of_a_project_in_another_language_start_from_that_language(project: Path) -> None:
    (project / "ucap.yaml").write_text("language: de\nlanguages: [de, en]\n", encoding="utf-8")

    assert ucap(project, "translate", "de", "--json").report["translations"] == []
    assert ucap(project, "translate", "en", "--json").report["translations"] != []
