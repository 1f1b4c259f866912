"""The shipped pack `modern`: a large title and text in two columns, with the same words in both formats."""

from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from openxml_audit import FileFormat, OpenXmlValidator

from tests.pdf_text import pdf_paragraphs, pdf_words, structure
from tests.selected_cases import every
from tests.stages import EXAMPLE, shipped_pack
from tests.strategies import plan_texts
from tests.test_pdf_layout import rectangles
from tests.tools import office_pdf, page_texts
from tests.verapdf import AssertConformant
from tests.word_templates import W, part
from tests.words import docx_words, summary_words
from ucap_reports.html.render_html import render_html
from ucap_reports.page.fitted_scale import plan_page
from ucap_reports.page.page_tree import Division
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, PdfStandard
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover

PACK = shipped_pack("modern")
TEXTS = {
    "en": "Joint projects on energy, transport and smart city solutions between the cities. ",
    "zh": "推动双方城市在能源、交通和智慧城市领域开展合作。",
    "ar": "تطوير مشاريع مشتركة في مجالات الطاقة والنقل بين المدن المشاركة. ",
}


def summary_of(text: str) -> Summary:
    return compose_summary(parse_plan(Source("plans/x.yaml", text)), PACK)


def plan(cities: int, language: str = "en", length: int = 0) -> Summary:
    """A plan with so many cities; its texts have `length` sentences, or it has none."""
    fields: dict[str, Any] = {"language": language}
    numbers = range(1, cities + 1)
    fields["cities"] = [{"name": f"City {n}", "country": "Italy", "population": 1_234_567 * n} for n in numbers]
    if length:
        said = TEXTS[language] * length
        fields |= dict.fromkeys(("focus", "challenges", "objectives", "results"), said) | {"themes": ["Energy"]}
        fields["activities"] = "\n".join(f"- {TEXTS[language]}\n  - {TEXTS[language]}" for _ in range(length))
    return summary_of(yaml.safe_dump(fields, allow_unicode=True))


def words_of(summary: Summary) -> Counter[str]:
    """The words of the summary with the names of its cities in the title, and below it if they are counted there."""
    names = summary.names if summary.all_names == summary.names else f"{summary.names} {summary.all_names}"
    return Counter([*summary_words(summary), *names.split()])


SUMMARIES = [(cities, language, length) for cities in (1, 2, 5, 12) for language in TEXTS for length in (0, 2, 30)]


@pytest.mark.parametrize(("cities", "language", "length"), every(3, SUMMARIES))
def test_both_formats_have_the_words_of_the_summary_in_one_order(cities: int, language: str, length: int) -> None:
    summary = plan(cities, language, length)
    pdf = pdf_words(render_pdf(summary, PACK).content)
    assert docx_words(render_word(summary, PACK).content) == pdf
    assert Counter(pdf) == words_of(summary)


@pytest.mark.long
@settings(max_examples=30)
@given(plan_texts())
def test_both_formats_of_any_plan_have_the_words_of_the_summary(text: str) -> None:
    summary = summary_of(text)
    pdf = pdf_words(render_pdf(summary, PACK).content)
    assert docx_words(render_word(summary, PACK).content) == pdf
    assert Counter(pdf) == words_of(summary)


FACTS = [(1, "en", 0), (2, "zh", 30), (5, "ar", 3), (12, "en", 30)]
"""Numbers of cities, languages and lengths of summaries that differ much."""


@pytest.mark.parametrize(("facts", "standard"), every(5, product(FACTS, PdfStandard)))
def test_the_pdf_conforms(
    facts: tuple[int, str, int], standard: PdfStandard, assert_conformant: AssertConformant
) -> None:
    summary = plan(*facts)
    source = Attachment("plan.yaml", "application/yaml", "The plan", b"cities: []")
    assert_conformant(render_pdf(summary, PACK, source if standard is PdfStandard.UA_2 else None).content, standard)


@pytest.mark.parametrize("facts", FACTS)
def test_the_word_file_is_valid(facts: tuple[int, str, int], tmp_path: Path) -> None:
    path = tmp_path / "summary.docx"
    path.write_bytes(render_word(plan(*facts), PACK).content)
    assert [str(each) for each in OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path)).errors] == []


@pytest.mark.parametrize(("fields", "count"), [("", 1), ("period: 2026", 2)])
def test_the_text_has_two_columns_only_if_it_has_several_sections(fields: str, count: int) -> None:
    cities = "cities: [{name: Trujillo, country: Peru}, {name: Pitesti, country: Romania}]"
    summary = summary_of(f"{cities}\nthemes: [Cultural heritage, Sustainable use of land]\n{fields}")
    columns = [block for block in plan_page(summary, PACK).tree.body if isinstance(block, Division) and block.count]
    assert [division.count for division in columns] == [count]


def test_the_names_are_the_title_and_each_row_of_text_has_a_heading() -> None:
    summary = summary_of(EXAMPLE.read_text(encoding="utf-8"))
    root = structure(render_pdf(summary, PACK).content)
    assert [each.text for each in root.find("H1")] == ["Tianjin – Rome"]
    assert [each.text for each in root.find("H2")] == [row.label.text for row in summary.rows if row.shared]


def test_each_goal_has_a_field_in_its_official_colour() -> None:
    summary = summary_of(EXAMPLE.read_text(encoding="utf-8"))
    pdf = render_pdf(summary, PACK).content
    for number in (9, 11):
        (field,) = rectangles(pdf, Colour(GOAL_COLOURS[number]))
        assert field[2] == pytest.approx(Length.mm(5), abs=0.02)
    page = render_html(summary, PACK).content.decode()
    assert f"background:#{GOAL_COLOURS[11]}".lower() in page.lower()


def test_the_text_of_the_word_file_is_in_two_columns_between_sections_with_one() -> None:
    root = part(render_word(plan(2, length=3), PACK).content)
    assert [each.get(f"{W}num", "1") for each in root.iter(f"{W}cols")] == ["1", "2", "1"]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}type")] == ["continuous", "continuous"]
    assert len(list(root.iter(f"{W}titlePg"))) == 1


@pytest.mark.long
def test_an_office_suite_prints_the_words_of_the_word_file() -> None:
    summary = summary_of(EXAMPLE.read_text(encoding="utf-8"))
    pages = page_texts(office_pdf(render_word(summary, PACK).content))
    assert render_pdf(summary, PACK).pages == len(pages)
    printed = "".join(filter(str.isalnum, "".join(pages))).casefold()
    expected = ["".join(filter(str.isalnum, each)).casefold() for each in words_of(summary)]
    assert [word for word in expected if word not in printed] == []


@pytest.mark.long
@pytest.mark.parametrize(("cities", "language"), [(1, "en"), (2, "ar"), (5, "zh")])
def test_an_office_suite_balances_columns_that_end_in_a_short_text(cities: int, language: str) -> None:
    assert len(page_texts(office_pdf(render_word(plan(cities, language, 1), PACK).content))) == 1


def test_text_continues_in_order_over_columns_and_pages() -> None:
    summary = plan(2, length=60)
    document = render_pdf(summary, PACK)
    assert (document.pages or 0) > 3
    said = [text for text in pdf_paragraphs(document.content) if text == TEXTS["en"].strip()]
    assert len(said) == 120
