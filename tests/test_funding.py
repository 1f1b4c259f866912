"""The statements about the funding by the European Union, below the programme label."""

from pathlib import Path

import pytest
from babel import Locale
from msgspec.structs import replace

from tests.command import ucap
from tests.pdf_text import pdf_words
from tests.stages import shipped_pack
from tests.words import docx_words
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.programme_label import (
    Funding,
    funding_statement,
    funding_statements,
    is_unconfirmed,
    names_union,
)
from ucap_reports.word.render_word import render_word

UNION_LANGUAGES = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
OTHER_LANGUAGES = "ar hi id ja km ko ms ru sr ta th tr uk vi zh zh_Hant"
PLAN = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n"


def funded_pack(funding: Funding | None, name: str = "iuc-asia") -> Pack:
    pack = shipped_pack(name)
    return replace(pack, settings=pack.settings.model_copy(update={"funding": funding}))


def summary_in(pack: Pack, plan: str = PLAN) -> Summary:
    return compose_summary(parse_plan(Source("plans/a.yaml", plan)), pack)


@pytest.mark.parametrize(
    ("funding", "languages", "printed"),
    [
        (None, "[en, zh]", ["A European Union Programme", "欧盟项目"]),
        ("funded", "[en, zh]", ["A European Union Programme", "欧盟项目", "Funded by the European Union"]),
        (
            "co-funded",
            "[de, en]",
            [
                "Ein Programm der Europäischen Union",
                "A European Union Programme",
                "Kofinanziert von der Europäischen Union",
                "Co-funded by the European Union",
            ],
        ),
        ("co-funded", "[zh]", ["欧盟项目", "Co-funded by the European Union"]),
        (
            "funded",
            "[en, it-IT]",
            ["A European Union Programme", "Funded by the European Union", "Finanziato dall'Unione europea"],
        ),
    ],
)
def test_the_statement_follows_the_programme_label_in_its_languages(
    funding: Funding | None, languages: str, printed: list[str]
) -> None:
    summary = summary_in(funded_pack(funding), f"{PLAN}label_languages: {languages}\n")
    assert [label.text for label in summary.programme_label] == printed


def test_all_formats_print_the_statement() -> None:
    for name in ("iuc-asia", "modern"):
        pack = funded_pack("co-funded", name)
        summary = summary_in(pack)
        assert "Co-funded by the European Union" in " ".join(pdf_words(render_pdf(summary, pack).content))
        assert "Co-funded by the European Union" in " ".join(docx_words(render_word(summary, pack).content))
        assert "Co-funded by the European Union" in render_html(summary, pack).content.decode()


def test_languages_with_neither_a_label_nor_a_statement_are_unknown() -> None:
    with pytest.raises(ProblemsFound, match="label-language-unknown"):
        summary_in(funded_pack("funded"), f"{PLAN}label_languages: [en, mt]\n")


def test_statements_are_in_languages_of_the_union_only() -> None:
    for funding in ("funded", "co-funded"):
        assert len(funding_statements(funding)) >= 20
        assert not any(is_unconfirmed(funding, language) for language in funding_statements(funding))
        assert is_unconfirmed(funding, "mt")
        assert not is_unconfirmed(funding, "zh")
        assert funding_statement(funding, "zh") is None


def test_ucap_yaml_chooses_the_statement(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "ucap.yaml").write_text("funding: co-funded\nformats: [html]\n", encoding="utf-8")
    ucap(tmp_path, "build")
    assert "Co-funded by the European Union" in (tmp_path / "out" / "a.html").read_text(encoding="utf-8")
    (tmp_path / "ucap.yaml").write_text("funding: cofunded\n", encoding="utf-8")
    assert "value-invalid" in ucap(tmp_path, "check", "--json").codes


@pytest.mark.parametrize("funding", ["funded", "co-funded"])
def test_every_statement_names_the_union(funding: Funding) -> None:
    statements = funding_statements(funding).values()
    assert [text for text in statements if not names_union(text)] == []


@pytest.mark.parametrize("tag", [*UNION_LANGUAGES.split(), *OTHER_LANGUAGES.split()])
def test_union_is_recognised_by_its_name_in_every_language(tag: str) -> None:
    name = Locale.parse(tag).territories["EU"]
    assert names_union(name)
    assert names_union(name.upper())
    assert names_union(f"({name})")


def test_union_is_recognised_by_every_label() -> None:
    labels = shipped_pack().settings.programme_label
    assert [tag for tag, label in labels.items() if not names_union(label.text)] == []


@pytest.mark.parametrize(
    "text",
    [
        *("Emblém Európskej únie", "Znak Evropské unie", "Vlajka Evropskou unií", "Flaga Unii Europejskiej"),
        *("Euroopa Liidu lipp", "Σημαία της Ευρωπαϊκής Ένωσης", "Drapelul Uniunii Europene", "歐盟旗幟", "欧洲联盟"),
        *("Bratach an Aontais Eorpaigh", "Bandiera dell\u2019Unione europea", "Cờ Liên minh châu Âu", "유럽 연합 깃발"),
    ],
)
def test_union_is_recognised_in_every_form_of_its_name(text: str) -> None:
    assert names_union(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Europe", "Union of European Football", "Evropská univerzita", "Európska univerzita", "African Union"),
        *("Comunidad Europea", "Uniwersytet Europejski", "欧洲的地图"),
    ],
)
def test_other_organisations_are_not_the_union(text: str) -> None:
    assert not names_union(text)
