"""Warnings about text that is not printed as readers expect, because something is not installed."""

import pytest
from msgspec.structs import replace

from tests.stages import ROOT, shipped_pack, summary_of
from ucap_reports.check.label_number_and_font_warnings import font_warnings
from ucap_reports.fonts.font_faces import FAMILIES, language_families
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.problems import Problem, Severity
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary

JAPANESE = "language: ja\nlabel_languages: [en]\ncities: [{name: 鎌倉市}]\n"
HEBREW = "language: he\ncities: [{name: A}]\nresults: שָׁלוֹם\n"


def found(text: str) -> list[Problem]:
    return list(font_warnings(summary_of(text), "plans/a.yaml"))


def hide(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = FAMILIES[name]
    monkeypatch.setitem(FAMILIES, family.name, replace(family, package="a_package_that_is_not_installed"))


@pytest.fixture
def without_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    hide("Noto Sans JP", monkeypatch)


def test_make_reports_installs_the_fonts_of_the_shipped_plans() -> None:
    locked = (ROOT / "locks" / "reports.txt").read_text(encoding="utf-8")
    needed = set()
    for path in (ROOT / "plans").glob("*.yaml"):
        plan = load_plan(path)
        for label in compose_summary(plan, shipped_pack(plan.template or "iuc-asia")).programme_label:
            needed |= {FAMILIES[name].package for name in language_families(label.language)}
    assert "pylopdf_fonts_jp" in needed
    assert {package for package in needed if f"\n{package.replace('_', '-')}==" not in locked} == set()


@pytest.mark.parametrize("text", [JAPANESE, HEBREW, "cities: [{name: Tianjin}]\n"])
def test_with_all_fonts_installed_there_are_no_warnings(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        JAPANESE,
        "label_languages: [en, ja]\ncities: [{name: A}]\n",
        'cities: [{name: A}]\nresults: <span lang="ja">直角</span>\n',
    ],
)
def test_japanese_without_its_font_is_one_warning_with_the_extra_to_install(text: str, without_japanese: None) -> None:
    (problem,) = found(text)

    assert (problem.severity, problem.code) == (Severity.WARNING, "language-font-missing")
    assert problem.details == {"language": "ja"}
    assert "ucap-reports[ja]" in (problem.hint or "")
    assert problem.location.path == "plans/a.yaml"


@pytest.mark.parametrize(("language", "name"), [("zh", "Noto Sans SC"), ("ja", "Noto Sans JP"), ("ko", "Noto Sans KR")])
def test_shared_characters_without_the_font_of_their_language_are_a_warning(
    language: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(name, monkeypatch)
    (problem,) = found(f'cities: [{{name: A}}]\nresults: <span lang="{language}">直角</span>\n')
    assert (problem.code, problem.details) == ("language-font-missing", {"language": language})
    assert found(f'cities: [{{name: A}}]\nresults: <span lang="{language}">Õ</span>\n') == []
