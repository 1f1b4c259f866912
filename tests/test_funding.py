"""The statements about the funding by the European Union, below the programme label."""

from pathlib import Path

import pytest
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
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.programme_label import Funding, funding_statement, funding_statements, is_unconfirmed
from ucap_reports.word.render_word import render_word

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
