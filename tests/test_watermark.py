"""Drafts: a watermark behind each page in both formats, and "Draft" beside the title."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from msgspec.structs import replace
from openxml_audit import FileFormat, OpenXmlValidator

from tests.pdf_text import structure
from tests.selected_cases import every
from tests.stages import EXAMPLE, example_summary, pdf_file, shipped_pack, word_file
from tests.tools import office_pdf, page_pictures
from tests.verapdf import AssertConformant
from tests.word_packages import with_settings
from tests.word_templates import W, docx, filled, paragraph, part, text_of
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary

GREY = 0xE4
SHAPE = "PowerPlusWaterMarkObject"
CITIES = "cities: [{name: Tianjin, country: China}, {name: Rome}]\n"


def summary_of(text: str) -> Summary:
    return compose_summary(parse_plan(Source("plans/example.yaml", text)), shipped_pack())


def draft(text: str = "") -> Summary:
    return summary_of(f"status: draft\n{text or EXAMPLE.read_text(encoding='utf-8')}")


def grey_parts(pdf: bytes) -> list[float]:
    """The part of each page that has the colour of the watermark."""
    counts = [page.convert("L").histogram()[GREY] / (page.width * page.height) for page in page_pictures(pdf)]
    return [round(count, 3) for count in counts]


def headers(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        names = [name for name in package.namelist() if re.fullmatch(r"word/(header\d*|ucap-draft)\.xml", name)]
        return {name.removeprefix("word/"): package.read(name).decode() for name in names}


def test_a_draft_is_marked_beside_its_title_and_in_its_properties() -> None:
    summary = draft()
    assert (summary.status_text, summary.watermark) == ("Draft", "DRAFT")
    assert summary.full_title.endswith("Summary: Tianjin – Rome (Draft)")
    heading = "IUC Urban Cooperation Action Plan (U-CAP) Summary\u00a0·\u00a0Draft"
    (title,) = (each for each in part(word_file(summary)).iter(f"{W}p") if "Summary" in text_of(each))
    assert text_of(title) == heading
    assert [each.text for each in structure(pdf_file(summary).content).find("H1")] == [heading]


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "DRAFT"), ("de", "ENTWURF"), ("zh", "草稿"), ("fr", "PROJET"), ("ar", "DRAFT")]
)
def test_the_watermark_is_in_the_language_of_the_labels(
    language: str, expected: str, assert_conformant: AssertConformant
) -> None:
    summary = draft(f"language: {language}\n{CITIES}")
    assert summary.watermark == expected
    assert_conformant(pdf_file(summary).content)
    assert all(f'string="{expected}"' in xml for xml in headers(word_file(summary)).values())


@pytest.mark.parametrize(("text", "language", "expected"), [("Σχέδιο", "el", "ΣΧΕΔΙΟ"), ("ikinci", "tr", "İKİNCİ")])
def test_the_watermark_has_the_capitals_of_its_language(text: str, language: str, expected: str) -> None:
    assert replace(draft(), status_text=text, label_language=language).watermark == expected


def test_every_language_of_a_shipped_pack_has_a_text_for_drafts() -> None:
    assert [tag for tag, words in shipped_pack().settings.wording.items() if not words.draft] == []


def test_the_watermark_of_the_pdf_is_an_artifact_behind_everything_on_each_page() -> None:
    content = pdf_file(draft()).content
    assert "DRAFT" not in str(structure(content))
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            first = pikepdf.parse_content_stream(page)[0]
            assert str(first.operator) == "BDC"
            assert str(first.operands[1]["/Subtype"]) == "/Watermark"


@pytest.mark.long
def test_both_formats_show_the_watermark_on_each_page_of_a_draft_and_on_no_other() -> None:
    pdf, word = pdf_file(draft()).content, office_pdf(word_file(draft()))
    final_pdf, final_word = pdf_file(example_summary()).content, office_pdf(word_file(example_summary()))
    for marked, unmarked in ((pdf, final_pdf), (word, final_word)):
        assert len(grey_parts(marked)) == 2
        assert min(grey_parts(marked)) > 0.01
        assert max(grey_parts(unmarked)) < 0.003


def test_the_word_file_of_a_draft_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    path.write_bytes(word_file(draft()))
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


def test_each_header_of_a_draft_has_one_watermark_and_final_documents_have_none() -> None:
    assert [xml.count(f'id="{SHAPE}') for xml in headers(word_file(draft())).values()] == [1, 1]
    assert [SHAPE in xml for xml in headers(word_file(example_summary())).values()] == [False, False]


SECTION = "<w:p><w:pPr><w:sectPr>{}</w:sectPr></w:pPr></w:p>"
WITHOUT_HEADERS = {
    "a file without headers": docx(paragraph("{{ summary.title }}")),
    "a file without tags": docx(paragraph("Text")),
    "a first page without a header": docx(
        SECTION.format('<w:headerReference w:type="default" r:id="rId2"/><w:titlePg/>')
        + paragraph("{{ summary.title }}"),
        header=paragraph("IUC"),
    ),
}


@pytest.mark.parametrize("name", every(3, WITHOUT_HEADERS, start=2))
def test_drafts_of_a_template_without_headers_have_one_with_the_watermark(name: str) -> None:
    template = WITHOUT_HEADERS[name]
    marked, final = filled(template, draft(CITIES)), filled(template)
    assert headers(marked)["ucap-draft.xml"].count(f'id="{SHAPE}') == 1
    assert "ucap-draft.xml" not in headers(final)
    assert min(grey_parts(office_pdf(marked))) > 0.01
    document = part(final)
    assert [each.get(f"{W}type") for each in document.iter(f"{W}headerReference")].count("first") == 0


def test_final_documents_have_no_relationship_to_the_header_of_drafts_whatever_their_text() -> None:
    relationships = part(filled(docx(paragraph("ucapDraft"))), "word/_rels/document.xml.rels")
    assert "ucapDraft" not in {relationship.get("Id") for relationship in relationships}


def test_sections_reference_the_header_of_drafts_only_where_they_have_none() -> None:
    first = SECTION.format("<w:titlePg/>")
    second = SECTION.format("<w:titlePg/>")
    document = part(filled(docx(f"{first}{second}{paragraph('Text')}"), draft(CITIES)))
    sections = [[each.get(f"{W}type") for each in section] for section in document.iter(f"{W}sectPr")]
    assert [[kind for kind in kinds if kind] for kinds in sections] == [["default", "first"], [], []]


def test_drafts_have_a_header_on_even_pages_if_these_have_headers_of_their_own() -> None:
    document = part(filled(with_settings("<w:evenAndOddHeaders/>"), draft(CITIES)))
    (section,) = document.iter(f"{W}sectPr")
    assert [each.get(f"{W}type") for each in section.iter(f"{W}headerReference")] == ["default", "even"]
