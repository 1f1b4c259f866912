"""The languages of the programme label by the country of a partner."""

from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports import open_pack
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.programme_label import (
    languages_for,
    languages_of_book,
    languages_of_document,
    over_inherited,
)

BY_COUNTRY = {"China": ("en", "zh"), "Japan": ("en", "ja"), "India": ("en",), "other": ("en", "de")}


@pytest.mark.parametrize(
    ("countries", "languages"),
    [
        (["CN", "IT"], ("en", "zh")),
        (["IT", "CN"], ("en", "zh")),
        (["IT", "KR", "JP", "CN"], ("en", "ja")),
        (["IN", "GB"], ("en",)),
        (["IT", "ES"], ("en", "de")),
        ([], ("en", "de")),
    ],
)
def test_first_partner_outside_the_union_with_an_entry_decides(
    countries: list[str], languages: tuple[str, ...]
) -> None:
    assert languages_for(BY_COUNTRY, countries) == languages


def test_list_holds_for_all_countries() -> None:
    assert languages_for(("en", "zh"), ["IN"]) == ("en", "zh")


def test_own_language_of_a_document_comes_first_unless_the_plan_names_the_languages() -> None:
    assert languages_of_document(BY_COUNTRY, "zh-CN", ["CN"]) == ("zh", "en")
    assert languages_of_document(BY_COUNTRY, "it", ["CN"]) == ("en", "zh")
    assert languages_of_document(BY_COUNTRY, "zh-CN", ["CN"], of_plan=("en", "zh")) == ("en", "zh")


def test_cover_of_a_book_has_the_languages_of_all_countries_with_its_own_first() -> None:
    assert languages_of_book(BY_COUNTRY, "ja") == ("ja", "en", "de", "zh")


def test_list_of_the_extended_pack_holds_for_countries_without_an_entry() -> None:
    assert over_inherited({"Japan": ["en", "ja"]}, ["en", "fr"]) == {"Japan": ["en", "ja"], "other": ["en", "fr"]}
    assert over_inherited({"other": ["en"]}, ["en", "fr"]) == {"other": ["en"]}
    assert over_inherited(["en"], {"Japan": ["en", "ja"]}) == ["en"]


@pytest.mark.parametrize("pack", ["iuc-asia", "iuc-japan", "iuc-americas"])
@pytest.mark.parametrize(
    ("country", "languages"),
    [
        ("China", ["en", "zh-CN"]),
        ("JP", ["en", "ja"]),
        ("Brazil", ["en", "pt"]),
        ("Canada", ["en", "fr"]),
        ("México", ["en", "es"]),
        ("India", ["en"]),
        ("Viet Nam", ["en"]),
    ],
)
def test_iuc_packs_print_the_language_of_the_partner(pack: str, country: str, languages: list[str]) -> None:
    plan = parse_plan(
        Source("plans/p.yaml", f"cities: [{{name: A, country: Italy}}, {{name: B, country: {country}}}]\n")
    )
    summary = compose_summary(plan, open_pack(pack))
    assert [label.language for label in summary.programme_label] == languages


def test_errors_in_the_mapping_have_their_place(tmp_path: Path) -> None:
    write_plan(tmp_path, "p.yaml", "cities: [{name: A, country: China}]\n")
    settings = "label_languages:\n  Chinna: [en]\n  Italy: [en]\n  Japan: [en, xx]\n  othr: [en]\n"
    (tmp_path / "ucap.yaml").write_text(settings, encoding="utf-8")
    problems = [each for each in ucap(tmp_path, "check", "--json").report["problems"] if each["path"] == "ucap.yaml"]
    assert [(problem["code"], problem["line"]) for problem in problems] == [
        ("country-unknown", 2),
        ("label-country-ignored", 3),
        ("label-language-unknown", 4),
        ("country-unknown", 5),
    ]
    assert "China" in problems[0]["hint"]
    assert "other" in problems[3]["hint"]


def test_mapping_of_the_project_is_merged_with_that_of_the_pack(tmp_path: Path) -> None:
    (tmp_path / "ucap.yaml").write_text("label_languages: {Viet Nam: [en, vi]}\n", encoding="utf-8")
    for name, country in (("a", "Vietnam"), ("b", "China")):
        write_plan(tmp_path, f"{name}.yaml", f"cities: [{{name: A, country: {country}}}]\n")
    ucap(tmp_path, "build", "--format", "html", "--no-index")
    pages = {name: (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8") for name in ("a", "b")}
    assert "Chương trình của Liên minh Châu Âu" in pages["a"]
    assert "欧盟项目" in pages["b"]


def test_unconfirmed_wordings_are_one_info_for_each_pack(tmp_path: Path) -> None:
    for name, country in (("a", "Japan"), ("b", "Brazil"), ("c", "Mexico")):
        write_plan(tmp_path, f"{name}.yaml", f"cities: [{{name: A, country: {country}}}]\n")
    problems = ucap(tmp_path, "check", "--json").report["problems"]
    labels = [problem for problem in problems if problem["code"] == "label-unconfirmed"]
    assert [(problem["severity"], problem["path"]) for problem in labels] == [("info", "templates/iuc-asia/pack.yaml")]


def test_confirmed_wordings_are_not_reported(tmp_path: Path) -> None:
    write_plan(tmp_path, "a.yaml", "cities: [{name: A, country: China}]\n")
    problems = ucap(tmp_path, "check", "--json").report["problems"]
    assert "label-unconfirmed" not in [problem["code"] for problem in problems]
