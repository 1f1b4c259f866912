"""Packs with the name of a language: their documents would have the names of those in the language."""

from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.selected_cases import every
from ucap_reports.text.language_tags import names_language

pytestmark = pytest.mark.no_cover

PLAN = "cities: [{name: Rome, country: Italy}]\nupdated: 2019-04-30\n"


@pytest.mark.parametrize(
    "name",
    [
        "zh",
        "de",
        "pt-br",
        "zh-hant",
        "zh-hant-tw",
        "es-419",
        "deu",
        "ger",
        "eng",
        "zho",
        "fra-ca",
        "de-1996",
        "ca-valencia",
    ],
)
def test_names_of_languages(name: str) -> None:
    assert names_language(name)


@pytest.mark.parametrize(
    "name", ["iuc-asia", "plain", "our-city", "xx", "new-york", "zh-pack", "iuc", "de-2024", "our", "zh-new"]
)
def test_other_names(name: str) -> None:
    assert not names_language(name)


def test_no_pack_is_created_with_the_name_of_a_language(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    run = ucap(tmp_path, "template", "new", "zh", "--json")
    assert (run.code, run.codes) == (2, ["pack-name-invalid"])
    assert not (tmp_path / "templates").exists()


@pytest.mark.parametrize("name", every(6, ["con", "nul", "aux", "prn", "com1", "lpt9"]))
def test_no_pack_is_created_with_the_name_of_a_device(tmp_path: Path, name: str) -> None:
    (tmp_path / "plans").mkdir()
    run = ucap(tmp_path, "template", "new", name, "--json")
    assert (run.code, run.codes) == (2, ["pack-name-invalid"])
    assert run.report["problems"][0]["hint"] == f"name the pack {name}-pack"
    assert not (tmp_path / "templates").exists()

    folder = tmp_path / "templates" / name
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    assert "pack-name-invalid" in ucap(tmp_path, "template", "check", name, "--json").codes


@pytest.mark.parametrize("name", ["console", "null", "com", "com12", "aux-pack"])
def test_a_pack_is_created_with_a_name_that_begins_like_that_of_a_device(tmp_path: Path, name: str) -> None:
    (tmp_path / "plans").mkdir()
    assert ucap(tmp_path, "template", "new", name, "--extends", "plain").code == 0


@pytest.mark.parametrize("name", ["our_city", "our-city"])
def test_a_pack_is_created_with_any_name_that_a_plan_may_give(tmp_path: Path, name: str) -> None:
    write_plan(tmp_path, "rome.yaml", f"{PLAN}template: {name}\n")
    assert ucap(tmp_path, "template", "new", name, "--extends", "plain").code == 0
    assert ucap(tmp_path, "build", "--format", "docx").code == 0


def test_no_variant_is_built_in_a_pack_with_the_name_of_a_language(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "zh"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    write_plan(tmp_path, "rome.yaml", PLAN)
    assert "pack-name-invalid" in ucap(tmp_path, "template", "check", "zh", "--json").codes
    run = ucap(tmp_path, "build", "--template", "zh", "--json")
    assert (run.code, run.codes) == (1, ["pack-name-invalid"])
    assert not (tmp_path / "out").exists()

    write_plan(tmp_path, "rome.yaml", PLAN + "template: zh\n")
    assert ucap(tmp_path, "build", "--format", "docx").code == 0, "documents of the plan's own pack have no suffix"
    assert (tmp_path / "out" / "rome.docx").exists()
