"""Warnings of text that is printed otherwise than its readers expect, because something is not installed."""

from unicodedata import normalize

import pytest
from msgspec.structs import replace

from tests.stages import summary_of
from ucap_reports.check.missing_fonts import font_warnings
from ucap_reports.fonts.font_families import FAMILIES, family_source
from ucap_reports.pdf.text.glyph_writing import FaceWriter, WritingMode
from ucap_reports.problems import Problem, Severity

JAPANESE = "language: ja\nlabel_languages: [en]\ncities: [{name: 鎌倉市}]\n"
HEBREW = "language: he\ncities: [{name: A}]\nresults: שָׁלוֹם\n"


def found(text: str) -> list[Problem]:
    return list(font_warnings(summary_of(text), "plans/a.yaml"))


@pytest.fixture
def without_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    family = FAMILIES["Noto Sans JP"]
    monkeypatch.setitem(FAMILIES, family.name, replace(family, package="a_package_that_nobody_has"))


@pytest.fixture
def without_harfbuzz(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("check.missing_fonts", "pdf.text.glyph_writing"):
        monkeypatch.setattr(f"ucap_reports.{module}.can_shape", lambda: False)


@pytest.mark.parametrize("text", [JAPANESE, HEBREW, "cities: [{name: Tianjin}]\n"])
def test_nothing_is_said_where_all_is_installed(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        JAPANESE,
        "label_languages: [en, ja]\ncities: [{name: A}]\n",
        'cities: [{name: A}]\nresults: <span lang="ja">直角</span>\n',
    ],
)
def test_japanese_in_chinese_forms_is_told_once_and_how_to_have_its_own(text: str, without_japanese: None) -> None:
    (problem,) = found(text)

    assert (problem.severity, problem.code) == (Severity.WARNING, "language-font-missing")
    assert "ucap-reports[ja]" in (problem.hint or "")
    assert problem.location.path == "plans/a.yaml"


def test_points_without_a_place_are_told_with_an_example(without_harfbuzz: None) -> None:
    (problem,) = found(HEBREW)

    assert (problem.code, problem.hint) == (
        "marks-misplaced",
        'install what places them with pip install "ucap-reports[he]"',
    )
    assert normalize("NFC", "שָׁלוֹם") in problem.message


def test_accents_that_make_one_letter_with_theirs_need_nothing(without_harfbuzz: None) -> None:
    assert found(f"cities: [{{name: {normalize('NFD', 'Huế')}}}]\n") == []


def test_text_with_points_is_written_even_where_nothing_places_them(without_harfbuzz: None) -> None:
    writer = FaceWriter(family_source("Arimo", bold=False, italic=False))
    text = "שָׁלוֹם"
    assert all(map(writer.has, text))

    run = writer.run(text, WritingMode(right_to_left=True))
    assert sorted(run.shown) == sorted(text)
    assert writer.run(normalize("NFD", "é")).shown == "é"
