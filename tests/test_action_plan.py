"""The pack `action-plan`, and its example plan."""

from pathlib import Path

import pytest

from tests.command import ucap
from tests.selected_cases import every
from tests.stages import shipped_pack
from tests.verapdf import all_failures
from ucap_reports import Format, render
from ucap_reports.page.fitted_scale import plan_page
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard
from ucap_reports.template.pack_opening import open_pack
from ucap_reports.template.theme_and_line_spacing import Scale

pytestmark = pytest.mark.no_cover

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "action-plan"
PLAN = EXAMPLE / "plans" / "fort-collins-vila-nova-de-famalicao.yaml"
LANGUAGES = ("en", "zh", "ja", "ko", "hi", "id", "ms", "vi", "es", "pt", "fr", "de")


def test_the_example_has_no_warnings_and_is_in_canonical_form() -> None:
    run = ucap(EXAMPLE, "check", "--json")
    assert {each["severity"] for each in run.report["problems"]} <= {"info"}
    assert ucap(EXAMPLE, "fmt", "--check").code == 0


def test_each_format_has_the_tables_the_quotation_and_the_sources() -> None:
    result = render(PLAN, template="action-plan", formats=(Format.PDF, Format.DOCX, Format.HTML))
    page = result.html.content.decode()
    for text in ("Setting ambitious targets", "Jeni Arndt", ">Partners<", ">Timeline<", ">Indicators<", ">Sources<"):
        assert text in page
    assert page.count("<caption") == 3
    assert result.pdf.pages == 2  # of which the last is more than half full


def test_a_plan_with_little_text_is_in_a_larger_scale() -> None:
    pack = shipped_pack("action-plan")
    text = "cities: [{name: Udaipur, country: India}, {name: Aarhus, country: Denmark}]\n"
    summary = compose_summary(parse_plan(Source("plans/x.yaml", text)), pack)
    assert plan_page(summary, pack).summary.scale is Scale.GENEROUS


def test_all_labels_have_all_languages_of_the_pack() -> None:
    for field in open_pack("action-plan").fields.custom:
        for known in (field, *field.columns):
            assert tuple(known.labels) == LANGUAGES, known.path
            assert all(tuple(labels) == LANGUAGES for labels in known.choices.values())


@pytest.mark.long
@pytest.mark.parametrize("standard", every(2, list(PdfStandard)))
def test_the_example_conforms_to_both_pdf_standards(standard: PdfStandard) -> None:
    pdf = render(PLAN, template="action-plan", formats="pdf", pdf_standard=standard).pdf.content
    assert list(all_failures(pdf, standard)) == []
