"""The pack glance: an infographic of one page, with the same words in both formats, for few and many cities."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from openxml_audit import FileFormat, OpenXmlValidator

from tests.pdf_text import pdf_words, structure
from tests.selected_cases import every, paired
from tests.stages import EXAMPLE, shipped_pack
from tests.test_pdf_layout import rectangles
from tests.tools import office_pdfs, page_texts
from tests.verapdf import AssertConformant
from tests.word_templates import W, part
from tests.words import docx_words
from ucap_reports import render
from ucap_reports.batch.render_plans_and_mappings import Rendered
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

pytestmark = pytest.mark.no_cover

TEXTS = {
    "en": ("Tianjin", "Establishing deeper ties.", "Support for districts.", "Visit to Rome"),
    "zh": ("天津", "建立更深入的联系。", "支持当地各区的发展。", "访问罗马"),
    "ar": ("روما", "إقامة علاقات أعمق بين المدن.", "دعم المناطق المحلية.", "زيارة إلى بكين"),
}


def plan(count: int = 2, language: str = "en", **fields: object) -> str:
    """A plan with that many cities."""
    name, focus, objectives, activity = TEXTS[language]
    cities = [
        {"name": f"{name} {place}", "country": "Italy", "population": 13_600_000 // place, "area_km2": 11_760}
        for place in range(1, count + 1)
    ]
    known = {
        "language": language,
        "cities": cities,
        "themes": ["Aerospace", "Water"],
        "period": "May 2017 to April 2019",
        "focus": focus,
        "objectives": objectives,
        "activities": [{"when": "2017", "text": activity}],
        "sdgs": [9, 11],
    }
    return yaml.safe_dump(known | fields, allow_unicode=True)


@cache
def made(text: str, standard: str | None = None) -> Rendered:
    return render(text=text, template="glance", formats=("pdf", "docx"), pdf_standard=standard)


def pdf_made(text: str, standard: str | None = None) -> bytes:
    """Return the PDF of a plan of which no Word file is needed."""
    return render(text=text, template="glance", formats="pdf", pdf_standard=standard).pdf.content


FULL = plan(
    4,
    activities=[{"when": f"{year}", "text": "A text of some length. " * 9} for year in range(1980, 2020)],
    challenges="A challenge. " * 40,
    results="A result. " * 300,
    sdgs=list(range(1, 18)),
    urban_agenda=["Urban Mobility"],
    signed="2018-01-02",
)
TEXT_FIELDS = ("focus", "challenges", "objectives", "results")
SPARSE = "cities: [{name: Udaipur, country: India}, {name: Aarhus, country: Denmark}]\n"
GROUP = "cities: [{name: Tianjin, population: 13600000}, {name: [Nice, Rome], population: 3000000}]\nresults: Air.\n"
PLANS = {f"{count} {language}": plan(count, language) for language in TEXTS for count in (1, 2, 5, 12)} | {
    "full": FULL,
    "sparse": SPARSE,
    "group": GROUP,
    "draft": plan(status="draft", updated="2019-04-30"),
    "example": EXAMPLE.read_text(encoding="utf-8"),
}


@pytest.mark.parametrize("name", every(3, PLANS))
def test_both_formats_have_the_same_words_in_the_same_order(name: str) -> None:
    documents = made(PLANS[name])
    printed = docx_words(documents.docx.content)
    assert [word.strip("\u200e") for word in printed] == pdf_words(documents.pdf.content)


@pytest.mark.parametrize("name", every(3, PLANS))
def test_each_word_of_the_plan_is_printed(name: str) -> None:
    printed = set(pdf_words(made(PLANS[name]).pdf.content))
    fields = yaml.safe_load(PLANS[name]).items()
    texts = [value for key, value in fields if key in {"focus", "objectives", "results"} and isinstance(value, str)]
    assert {word for text in texts for word in text.split()} <= printed


@pytest.mark.long
def test_the_example_and_plans_with_short_texts_take_one_page_in_both_formats() -> None:
    names = [name for name in PLANS if not name.startswith("12") and name != "full"]
    documents = [made(PLANS[name]) for name in names]
    assert [name for name, each in zip(names, documents, strict=True) if each.pdf.pages != 1] == []
    office = office_pdfs(each.docx.content for each in documents)
    assert [name for name, pdf in zip(names, office, strict=True) if len(page_texts(pdf)) != 1] == []


@pytest.mark.long
def test_no_line_of_themes_begins_with_the_point_between_them() -> None:
    for length in range(20, 60):
        themes = ["a" * length, "renovation of central streets", "mobility"]
        (page,) = page_texts(pdf_made(plan(themes=themes)))
        assert not [line for line in page.splitlines() if line.lstrip().startswith("·")]


@pytest.mark.parametrize(("texts", "columns"), [((), 1), (("focus",), 1), (("focus", "results"), 2), (TEXT_FIELDS, 3)])
def test_there_are_as_many_columns_as_texts_up_to_three(texts: tuple[str, ...], columns: int) -> None:
    text = yaml.safe_dump({"cities": [{"name": "Rome"}], **dict.fromkeys(texts, "Cleaner air.")})
    counts = [int(cols.get(f"{W}num", "1")) for cols in part(made(text).docx.content).iter(f"{W}cols")]
    assert max(counts) == columns


@pytest.mark.long
@pytest.mark.parametrize(("name", "standard"), paired(PLANS, PdfStandard))
def test_the_pdf_conforms(name: str, standard: PdfStandard, assert_conformant: AssertConformant) -> None:
    """Each plan to one standard: both have the same tags."""
    assert_conformant(pdf_made(PLANS[name], standard), standard)


@pytest.mark.parametrize("name", every(3, PLANS))
def test_the_word_file_is_valid(name: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.docx"
    path.write_bytes(made(PLANS[name]).docx.content)
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


def test_each_shape_has_its_alternative_text() -> None:
    figures = [figure.alt for figure in structure(made(plan(3)).pdf.content).find("Figure")]
    assert figures == [
        "Tianjin 1: 13.6 million",
        "Tianjin 2: 6.8 million",
        "Tianjin 3: 4.5 million",
        "SDG 9: Industry, Innovation and Infrastructure",
        "SDG 11: Sustainable Cities and Communities",
        "European Union flag",
    ]


def test_the_band_reaches_the_edges_of_the_paper_in_both_formats() -> None:
    documents, theme = made(SPARSE), shipped_pack("glance").theme
    band, *_ = rectangles(documents.pdf.content, theme.colours["blue"])
    assert (band[0], band[2]) == pytest.approx((0, theme.paper[0]), abs=0.02)
    table = next(part(documents.docx.content).iter(f"{W}tbl"))
    width, indent = (next(table.iter(f"{W}{name}")).get(f"{W}w") for name in ("tblW", "tblInd"))
    assert abs(int(width or 0) - theme.paper[0].twips) <= 2
    assert int(indent or 0) == -theme.margins.left.twips


def test_cards_leave_out_unknown_facts() -> None:
    text = "cities: [{name: Tianjin, population: 13600000}, {name: Rome, country: Italy}]\n"
    assert "N/A" not in pdf_words(made(text).pdf.content)


def test_bars_are_printed_if_several_populations_are_known() -> None:
    assert "Tianjin 1: 13.6 million" not in [
        figure.alt for figure in structure(made(plan(1)).pdf.content).find("Figure")
    ]
    assert made(GROUP).pdf.pages == 1
