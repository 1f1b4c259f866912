"""Documents with little text: the generous scale of a theme, the same in both formats."""

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from docx import Document
from msgspec.structs import replace

from tests.selected_cases import every
from tests.stages import (
    ROOT,
    SHIPPED_PACKS,
    example_summary,
    pdf_file,
    shipped_pack,
    summary_of,
    with_fields_of,
    word_file,
)
from tests.tools import office_pdf
from tests.verapdf import AssertConformant
from ucap_reports.page.fill_and_read_page import fill_page
from ucap_reports.page.fitted_scale import fitting_scale, page_in_scale, plan_page
from ucap_reports.page.measured_lines import LineMeasure
from ucap_reports.page.page_elements import PageXml
from ucap_reports.page.page_tree import tree_texts
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pdf.text.line_filling import paragraph_lines
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import PackFolder, open_pack, shipped_packs
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.template.theme_and_line_spacing import Scale
from ucap_reports.text.rich_text import Run
from ucap_reports.word.render_word import render_word

pytestmark = pytest.mark.no_cover

LITTLE = "cities: [{name: Udaipur, country: India}, {name: Aarhus, country: Denmark}]\nthemes: [Water]\n"
MANY = "cities:\n" + "".join(f"  - {{name: City {n}, population: {10**n}, country: Italy}}\n" for n in range(1, 8))
MILLIMETRE = 72 / 25.4


def little() -> Summary:
    return summary_of(LITTLE)


def word_xml(summary: Summary) -> str:
    return str(Document(BytesIO(word_file(summary))).element.xml)


def boxes(pdf: bytes, *texts: str, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of the first place of each text."""
    found = []
    with pdfium.PdfDocument(pdf) as document:
        content = document[page].get_textpage()
        for text in texts:
            place = content.search(text).get_next()
            assert place is not None, text
            corners = [content.get_charbox(place[0] + offset) for offset in (0, place[1] - 1)]
            found.append((corners[0][0], corners[0][1], corners[1][2], corners[0][3]))
    return found


def composed(pack: Pack | None = None, **fields: Any) -> Summary:
    """The summary of a plan with those fields."""
    text = json.dumps({"cities": [{"name": "Tianjin"}, {"name": "Rome"}], **fields})
    return compose_summary(parse_plan(Source("plans/a.yaml", text)), pack or shipped_pack())


@pytest.mark.parametrize(
    ("names", "large"),
    [
        (["Tianjin", "Rome"], True),
        (["Vila Nova de Famalicão", "Agioi Anargyroi-Kamatero"], True),
        (["A" * 15, "B"], True),
        (["A" * 16, "B"], False),
        (["Thessaloniki", "Rome", "Nice"], False),
        (["A", "B", "C", "D"], False),
        (list("ABCDEF"), False),
    ],
)
def test_names_of_few_cities_are_large_if_their_words_fit(names: list[str], large: bool) -> None:  # noqa: FBT001 - a parameter of the test
    summary = composed(cities=[{"name": name, "country": "Italy"} for name in names])

    assert summary.large_names is large


@pytest.mark.parametrize(
    ("fields", "scale"),
    [
        ({}, "generous"),
        ({"themes": ["Water", "Waste"], "focus": "word " * 100}, "generous"),
        ({"themes": ["Water"] * 25}, "generous"),
        ({"themes": ["Water"] * 26}, "compact"),
        ({"themes": ["Water"] * 22, "results": "x" * 113}, "generous"),
        ({"themes": ["Water"] * 22, "results": "x" * 114}, "compact"),
        ({"themes": ["Water"] * 22, "results": "水" * 56}, "generous"),
        ({"themes": ["Water"] * 22, "results": "水" * 57}, "compact"),
        ({"themes": ["Water"] * 22, "cities": [{"name": "A"}, {"name": "B", "region": "x" * 55}]}, "generous"),
        ({"themes": ["Water"] * 22, "cities": [{"name": "A"}, {"name": "B", "region": "x" * 56}]}, "compact"),
        ({"focus": "word " * 400}, "compact"),
        ({"cities": [{"name": each} for each in "ABC"]}, "generous"),
        ({"cities": [{"name": each} for each in "ABCD"]}, "compact"),
        ({"cities": [{"name": each, "country": "Italy"} for each in "ABCDEF"]}, "compact"),
    ],
)
def test_little_text_has_the_generous_scale(fields: dict[str, Any], scale: str) -> None:
    assert composed(**fields).scale == scale


@pytest.mark.parametrize(("pictures", "themes"), [(1, 13), (3, 13), (4, 0), (6, 0)])
def test_each_row_of_pictures_takes_the_place_of_twelve_lines(pictures: int, themes: int) -> None:
    fields: dict[str, Any] = {"pictures": [{"file": f"{place}.png", "alt": "x"} for place in range(pictures)]}
    assert composed(**fields, themes=["Water"] * themes).scale == "generous"
    assert composed(**fields, themes=["Water"] * (themes + 1)).scale == "compact"


@pytest.mark.parametrize("scale", ["compact", "generous"])
def test_a_pack_chooses_the_scale(scale: str) -> None:
    settings = PackSettings.model_validate({**dict(shipped_pack().settings), "scale": scale})
    pack = replace(shipped_pack(), settings=settings)
    assert {composed(pack).scale, composed(pack, focus="word " * 400).scale} == {scale}


def test_the_seed_is_compact_on_two_pages_and_little_text_is_generous_on_one() -> None:
    assert (example_summary().scale, pdf_file(example_summary()).pages) == ("compact", 2)
    assert plan_page(example_summary(), shipped_pack()).summary.scale == "medium", "its last page would be almost empty"
    assert (little().scale, pdf_file(little()).pages) == ("generous", 1)


@pytest.mark.parametrize(
    ("name", "results", "scale", "pages"),
    [
        ("iuc-asia", 20, "generous", 1),
        ("iuc-asia", 22, "medium", 1),
        ("iuc-asia", 26, "medium", 1),
        ("iuc-asia", 28, "compact", 1),
        ("iuc-asia", 34, "compact", 1),
        ("iuc-asia", 40, "tight", 1),
        ("iuc-asia", 45, "compact", 2),
        ("iuc-asia", 50, "compact", 2),
        ("iuc-asia", 55, "medium", 2),
        ("iuc-asia", 75, "compact", 2),
        ("iuc-asia", 90, "tight", 2),
        ("modern", 30, "tight", 1),
        ("modern", 40, "compact", 2),
    ],
)
def test_a_document_whose_last_page_would_not_be_full_is_set_tighter_or_larger(
    name: str, results: int, scale: str, pages: int
) -> None:
    """With 22 results, the foot would be alone on a second page in the generous scale. With 26, a single page in the
    compact scale would be less than seven tenths full. With 45 results, the tight scale needs the same number of pages,
    so that nothing would be gained. With 50, the last page would not be half full in the medium scale; with 55 it is.
    """
    pack, texts = shipped_pack(name), [f"Result number {number} of the cooperation." for number in range(results)]
    summary = composed(pack, results="\n\n".join(texts))
    assert (plan_page(summary, pack).summary.scale, render_pdf(summary, pack).pages) == (scale, pages)
    size = pack.scaled(Scale(scale)).theme.style("body" if name == "modern" else "cell").size
    assert size in word_sizes(render_word(summary, pack).content)


@pytest.mark.parametrize(("printed", "fills"), [("", 1), ("{{ summary.scale }}", 2)])
def test_the_page_template_is_filled_once_for_all_scales_unless_it_names_them(
    printed: str, fills: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = shipped_pack().page_template
    content = template.content.replace(b"<h1>", f"<h1>{printed}".encode())
    pack = replace(shipped_pack(), files={**shipped_pack().files, PAGE_TEMPLATE: PackFile(template.path, content)})
    filled = []

    def counted(template: PackFile, summary: Summary) -> PageXml:
        filled.append(summary.scale)
        return fill_page(template, summary)

    monkeypatch.setattr("ucap_reports.page.fitted_scale.fill_page", counted)
    texts = [f"Result number {number} of the cooperation." for number in range(40)]
    page = plan_page(composed(pack, results="\n\n".join(texts)), pack)
    assert page.summary.scale == "tight"
    assert len(filled) == fills
    assert any(text.startswith("tight") for text in tree_texts(page.tree)) is bool(printed)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_twelve_cities_are_on_one_page_of_glance(language: str) -> None:
    """The headings and goals of its columns stay together, so that these are higher than the mean of their text."""
    pack = shipped_pack("glance")
    names = [
        "Casablanca",
        "Rabat",
        "Marrakech",
        "Tangier",
        "Fes",
        "Agadir",
        "Oujda",
        "Tetouan",
        "Meknes",
        "Jadida",
        "Rome",
        "Milan",
    ]
    cities = [{"name": name, "country": "MA", "population": 1_700_000, "area_km2": 100} for name in names]
    goals, activities = ["SDG 7", "SDG 11", "SDG 13"], [{"text": "Visit", "details": ["First day"]}]
    summary = composed(
        pack, language=language, cities=cities, themes=["Water"], focus="Energy.", sdgs=goals, activities=activities
    )
    assert (plan_page(summary, pack).summary.scale, render_pdf(summary, pack).pages) == ("tight", 1)


def word_sizes(docx: bytes) -> set[float]:
    """The sizes of text in the styles of a Word file, in points."""
    with zipfile.ZipFile(BytesIO(docx)) as package:
        sizes = re.findall(r'<w:sz w:val="(\d+)"', package.read("word/styles.xml").decode())
    return {int(size) / 2 for size in sizes}


@pytest.mark.parametrize("pack", SHIPPED_PACKS)
def test_a_word_file_alone_has_the_scale_of_the_page(pack: str) -> None:
    opened = shipped_pack(pack)
    for summary in (composed(opened), composed(opened, focus="word " * 400), with_fields_of(opened, example_summary())):
        assert fitting_scale(summary, opened) == plan_page(summary, opened).summary.scale


def test_an_error_in_a_header_does_not_change_the_scale_of_a_word_file() -> None:
    pack = shipped_pack()
    content = pack.page_template.content.replace(b"</page-header>", b"<table/></page-header>")
    damaged = replace(pack, files={**pack.files, PAGE_TEMPLATE: PackFile("summary.page.xml", content)})
    with pytest.raises(ProblemsFound):
        plan_page(example_summary(), damaged)
    assert render_word(example_summary(), damaged).content == render_word(example_summary(), pack).content


def test_a_pack_that_chooses_a_scale_is_not_fitted() -> None:
    settings = shipped_pack().settings.model_copy(update={"scale": "generous"})
    pack = replace(shipped_pack(), settings=settings)
    summary = composed(pack, themes=["Water"] * 29)
    assert plan_page(summary, pack).summary.scale == "generous"


def test_lines_are_measured_with_the_fonts_of_the_theme() -> None:
    pack = shipped_pack()
    measure, style = LineMeasure(pack), pack.theme.style("body")
    for text in (
        "Establishing deeper ties between Tianjin and European regions. " * 5,
        "建立更深入的联系。" * 9,
        "mm-" * 40,
    ):
        for width in (90, 170, 300):
            laid = paragraph_lines(pack, (Run(text),), style, width, "cs")
            assert abs(measure.count((Run(text),), style, width) - len(laid.lines)) <= 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "تطوير خطة عمل مشتركة بين المدينتين من أجل إدارة المياه والنفايات الصلبة. "),
        ("hi", "जल और ठोस अपशिष्ट के प्रबंधन के लिए एक संयुक्त कार्य योजना विकसित करना। "),
        ("ta", "நீர் மற்றும் திடக்கழிவு மேலாண்மைக்காக கூட்டு செயல் திட்டத்தை உருவாக்குதல். "),
    ],
)
@pytest.mark.parametrize("width", [170, 300])
def test_lines_of_scripts_that_the_font_does_not_have_are_estimated(language: str, text: str, width: int) -> None:
    pack = shipped_pack()
    style = pack.theme.style("body")
    content = (Run(text * 6),)
    laid = len(paragraph_lines(pack, content, style, width, language).lines)
    assert LineMeasure(pack).count(content, style, width) == pytest.approx(laid, rel=0.12)


def test_bold_words_are_measured_in_bold() -> None:
    pack = shipped_pack()
    regular = pack.theme.style("body")
    width = 1.04 * LineMeasure(pack).unbroken_width("Barranquilla", regular, bold=False)
    for style in (regular, replace(regular, bold=True)):
        measure = LineMeasure(pack)
        measure.count((Run("Barranquilla"),), style, width)
        assert measure.has_wide_words is style.bold
        assert len(paragraph_lines(pack, (Run("Barranquilla"),), style, width, "en").lines) == 1 + style.bold


def test_no_document_is_made_so_large_that_a_name_is_hyphenated() -> None:
    pack = shipped_pack("glance")
    names = ["Barranquilla", "Soledad", "Velletri", "Guadalajara", "Porto", "Braga", "Nice"]
    cities = [{"name": name, "country": "PT", "population": 1_200_000} for name in names]
    summary = composed(pack, cities=cities, objectives="\n\n".join(["Clean air for all. " * 4] * 36))
    page = plan_page(summary, pack)
    larger = page_in_scale(summary, pack, Scale.MEDIUM)
    assert (page.summary.scale, page.has_divided_titles) == ("compact", False)
    assert (larger.has_divided_titles, larger.extent.pages) == (True, page.extent.pages)
    assert 0.45 < larger.extent.last < 0.9


def test_the_scale_has_the_same_sizes_in_both_formats() -> None:
    pack = shipped_pack().scaled(Scale.GENEROUS)
    for name in ("title", "city", "label", "cell"):
        size = float(pack.theme.style(name).size)
        styles = Document(BytesIO(word_file(little()))).styles
        in_word = styles["Heading 1" if name == "title" else f"U-CAP {name}"].font.size
        assert in_word is not None
        assert in_word.pt == size
        assert size > shipped_pack().theme.style(name).size


def test_a_style_that_is_like_a_scaled_one_inherits_from_it() -> None:
    styles = shipped_pack().scaled(Scale.GENEROUS).theme.styles
    assert styles["label"].padding == styles["cell"].padding != shipped_pack().theme.style("label").padding


def test_the_pack_of_a_scale_is_made_once_and_has_its_own_digest() -> None:
    pack = shipped_pack()
    assert pack.scaled(Scale.GENEROUS) is pack.scaled(Scale.GENEROUS)
    assert pack.scaled(Scale.GENEROUS).digest != pack.digest
    assert pack.scaled(Scale.COMPACT) is pack


def test_the_contact_is_at_the_foot_of_the_last_page_with_little_and_with_much_text() -> None:
    (lead,) = boxes(pdf_file(little()).content, "please contact")
    assert lead[3] < 45 * MILLIMETRE
    (lead,) = boxes(pdf_file(example_summary()).content, "please contact", page=1)
    assert lead[3] < 45 * MILLIMETRE


@pytest.mark.long
def test_libreoffice_shows_the_contact_at_the_same_place_as_the_pdf() -> None:
    (pdf,) = boxes(pdf_file(little()).content, "please contact")
    (word,) = boxes(office_pdf(word_file(little())), "please contact")
    assert word[1] == pytest.approx(pdf[1], abs=3 * MILLIMETRE)
    assert 'w:tblpYSpec="bottom"' in word_xml(little())
    assert 'w:tblpYSpec="bottom"' in word_xml(example_summary())


def test_cells_of_a_style_with_vertical_alignment_are_centred_in_both_formats() -> None:
    label, name = boxes(pdf_file(little()).content, "City:", "Udaipur")
    assert (label[1] + label[3]) / 2 == pytest.approx((name[1] + name[3]) / 2, abs=2)
    head = re.search(r"<w:tr\b.*?</w:tr>", word_xml(little()), re.DOTALL)
    assert head is not None
    assert head[0].count('<w:vAlign w:val="center"/>') == 3


@pytest.mark.parametrize("language", every(2, ["en", "ar"], start=1))
def test_numbers_below_each_other_end_at_the_same_place_in_both_formats(language: str) -> None:
    summary = summary_of(f"language: {language}\n{MANY}")
    numbers = ["100,000", "10,000", "1,000"]
    for pdf in (pdf_file(summary).content, office_pdf(word_file(summary))):
        ends = [right for _, _, right, _ in boxes(pdf, *numbers)]
        assert ends == pytest.approx([ends[0]] * 3, abs=0.5)


@pytest.mark.parametrize("text", [LITTLE, MANY, "cities: [{name: Rome}]\n"])
def test_the_pdf_conforms(text: str, assert_conformant: AssertConformant) -> None:
    assert_conformant(pdf_file(summary_of(text)).content)


def test_without_contact_the_panel_has_the_programme_label() -> None:
    without = replace(little(), contact=type(little().contact)())
    one = replace(without, programme_label=without.programme_label[:1])
    for summary in (little(), without, one):
        assert word_xml(summary).count("<wp:inline") == 1
    assert "please contact" not in word_xml(without)


def own_pack(tmp_path: Path, settings: str) -> Pack:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pack.yaml").write_text(f"extends: iuc-asia\n{settings}", encoding="utf-8")
    return open_pack("mine", [PackFolder(tmp_path, "templates"), shipped_packs()])


@pytest.mark.parametrize(("length", "scale"), [(18, "generous"), (19, "compact")])
def test_a_label_of_two_lines_counts_like_other_text(tmp_path: Path, length: int, scale: str) -> None:
    labels = {"cities": "A", "themes": "B", "period": "x" * length}
    rows = [{"field": field, "label": label} for field, label in labels.items()]
    pack = own_pack(tmp_path, f"rows: {json.dumps(rows)}\n")
    assert composed(pack, themes=["Water"] * 23, period="May").scale == scale


def scaled_style(tmp_path: Path, settings: str) -> Pack:
    return own_pack(tmp_path, settings).scaled(Scale.GENEROUS)


def test_a_style_that_a_pack_sets_has_precedence_over_the_scales_that_it_inherits(tmp_path: Path) -> None:
    pack = scaled_style(tmp_path, "theme:\n  styles:\n    title: {size: 24 pt}\n")
    title = pack.theme.style("title")
    assert (float(title.size), title.leading) == (
        24,
        shipped_pack().scaled(Scale.GENEROUS).theme.style("title").leading,
    )


def test_a_scale_that_a_pack_sets_has_precedence_over_its_styles(tmp_path: Path) -> None:
    scales = "  scales:\n    generous:\n      title: {size: 30 pt}\n"
    pack = scaled_style(tmp_path, f"theme:\n  styles:\n    title: {{size: 24 pt}}\n{scales}")
    assert float(pack.theme.style("title").size) == 30


@pytest.mark.parametrize(
    ("scales", "expected"),
    [
        ("{generous: {titel: {size: 9 pt}}}", [("style-unknown", "theme.scales.generous.titel")]),
        ("{generous: {title: {colour: bleu}}}", [("colour-unknown", "theme.scales.generous.title.colour")]),
        ("{generous: {cell: {like: label}}}", [("style-circular", "theme.scales.generous.cell.like")]),
        ("{large: {}}", [("value-invalid", "theme.scales.large")]),
        ("{generous: {title: {align-block: center}}}", [("value-invalid", "theme.scales.generous.title.align-block")]),
    ],
)
def test_mistakes_in_a_scale_are_errors_at_their_place(
    tmp_path: Path, scales: str, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(ProblemsFound) as found:
        scaled_style(tmp_path, f"theme:\n  scales: {scales}\n")
    assert [(problem.code, problem.location.field) for problem in found.value.problems] == expected


def test_lines_that_are_higher_than_a_page_are_an_error(tmp_path: Path) -> None:
    settings = "extends: plain\ntheme: {styles: {body: {leading: 1000 pt}}}\n"
    folder = tmp_path / "high"
    folder.mkdir()
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    pack = open_pack(folder, [PackFolder(ROOT / "templates", "templates")])
    with pytest.raises(ProblemsFound) as raised:
        render_pdf(composed(pack), pack)
    assert {problem.code for problem in raised.value.problems} == {"block-too-high"}


def broken_pack(body: str) -> Pack:
    """The shipped pack with that page."""
    template = PackFile("templates/broken/summary.page.xml", f"<document>{body}</document>".encode())
    return Pack(shipped_pack().settings, {**shipped_pack().files, PAGE_TEMPLATE: template}, shipped_pack().labels)


def test_pages_that_the_template_ends_are_measured_one_by_one() -> None:
    summary = replace(composed(), scale=Scale.COMPACT)
    half = "<p>Text</p>"
    while page_in_scale(summary, broken_pack(half), Scale.COMPACT).extent.last < 0.52:
        half += "<p>Text</p>"
    page = plan_page(summary, broken_pack(f"{half}<page-break/>{half}"))
    assert page.summary.scale is Scale.COMPACT  # a smaller one would need as many pages
    assert page.extent.pages == render_pdf(summary, page.pack, page=page).pages == 2
    assert page.extent.last == pytest.approx(0.52, abs=0.03)
