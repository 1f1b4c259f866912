"""Bars and tiles of goals, which templates of both formats print."""

from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from docx import Document
from lxml import etree
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from tests.pages import SUMMARY, blocks_of, found_in, outlines, pack_of
from tests.pdf_text import pdf_words, structure
from tests.selected_cases import every
from tests.stages import shipped_pack, summary_of
from tests.verapdf import AssertConformant
from tests.word_templates import PATH, cell, docx, filled, paragraph, shipped_settings, table
from tests.words import docx_words, html_words
from ucap_reports import render
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pdf.text.line_filling import paragraph_lines
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS, GOAL_TITLES
from ucap_reports.problems import Severity
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length, contrast
from ucap_reports.template.pack import PAGE_TEMPLATE, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings, RequiredPart
from ucap_reports.template.picture_bar_tile_and_emblem_look import TILE_SIDE, bar_length, tile_colours, tile_look
from ucap_reports.template.theme_and_line_spacing import SMALLEST_TEXT
from ucap_reports.text.bars_tiles_charts_and_facts import NO_BAR, Bar, Tile, bar_of
from ucap_reports.text.rich_text import Run
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.render_word import render_word

PLAN = """
cities: [{name: Tianjin, population: 13600000}, {name: Rome, population: 2800000}, {name: Nice}]
sdgs: [9, 11]
"""
ALTS = ["Tianjin: 13.6 Mio", "Rome: 2.8 Mio"]
GOALS = ["SDG 9: Industry, Innovation and Infrastructure", "SDG 11: Sustainable Cities and Communities"]
BARS = (
    '{% set largest = summary.cities|map(attribute="population")|max %}{% for city in summary.cities %}'
    '<bar value="{{ city.population }}" max="{{ largest }}" label="{{ city.name }}"/>{% endfor %}'
)
TILES = '{% for goal in summary.goals %}<goal number="{{ goal.number }}"/>{% endfor %}'
PAGE = f"<document><h1>Facts</h1>{BARS}{TILES}</document>"
WORD_BAR = "{{ city.population|bar(summary.cities|map(attribute='population')|max, city.name) }}"
WORD = "".join(
    map(
        paragraph,
        ("{%p for city in summary.cities %}", WORD_BAR, "{%p endfor %}"),
    )
) + paragraph("{% for goal in summary.goals %}{{ goal|tile }}{% endfor %}")
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def figures(pdf: bytes) -> list[str | None]:
    return [figure.alt for figure in structure(pdf).find("Figure")]


def shapes(content: bytes) -> list[tuple[str, float]]:
    """The alternative text and the width in points of each shape of a Word file."""
    inlines = list(Document(BytesIO(content)).element.iter(f"{DRAWING}inline"))
    texts = [str(properties.get("descr")) for each in inlines for properties in each.iter(f"{DRAWING}docPr")]
    widths = [int(str(extent.get("cx"))) / 12_700 for each in inlines for extent in each.iter(f"{DRAWING}extent")]
    return list(zip(texts, widths, strict=True))


# Bars


@pytest.mark.parametrize(
    ("value", "largest", "share"),
    [
        (1, 4, 0.25),
        (4, 4, 1),
        (5, 4, 1),
        (0.5, 0.25, 1),
        *((value, largest, 0) for value, largest in [(0, 4), (-1, 4), (1, 0), (1, -4), (None, 4), (1, None), (-2, -4)]),
    ],
)
def test_a_bar_is_as_long_as_its_value_is_of_the_largest(
    value: float | None, largest: float | None, share: float
) -> None:
    assert bar_of(value, largest, "5", "A") == (Bar(share, "A: 5") if share else NO_BAR)


def test_the_shortest_bar_is_visible() -> None:
    assert [bar_length(share, 100) for share in (0.00001, 0.5)] == [Length(1), Length(50)]


@pytest.mark.parametrize(
    ("body", "outlined"),
    [
        ('<bar value="5" max="10" label="A"/>', "bar.body(A: 5)"),
        ('<bar value="12345.5" max="20000"/>', "bar.body(12,345.5)"),
        ('<bar value="50" max="10" label="A" class="note"/>', "bar.note(A: 50)"),
        ('<bar value="" max="10" label="A"/>', ""),
        ('<bar value="0" max="10"/><bar value="-3" max="10"/><bar value="3" max="0"/><bar value="3" max=""/>', ""),
        ('<p>a</p><bar value="{{ none }}" max="{{ none }}"/><p>b</p>', "p.body(a) p.body(b)"),
        ("{{ 5|bar(10, 'A') }}{{ none|bar(10) }}{{ 5|bar(none) }}", "bar.body(A: 5)"),
        ('<goal number="9"/>', "tile.body(SDG 9: Industry, Innovation and Infrastructure)"),
        ('<goal number=""/>{{ none|tile }}', ""),
        ('<div class="note"><goal number="17"/></div>', "div.note[tile.body(SDG 17: Partnerships for the Goals)]"),
    ],
)
def test_shapes_of_a_page(body: str, outlined: str) -> None:
    assert outlines(blocks_of(body)).replace(".note", ".body") == outlined.replace(".note", ".body")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<bar value="5" label="A"/>', ["1:11 attribute-missing"]),
        ('<bar value="many" max="nan"/>', ["1:11 attribute-invalid", "1:11 attribute-invalid"]),
        ('<bar value="1e999" max="5"/>', ["1:11 attribute-invalid"]),
        ("<goal/>", ["1:11 attribute-missing"]),
        ('<goal number="18"/>', ["1:11 attribute-invalid"]),
        ('<goal number="0"/>', ["1:11 attribute-invalid"]),
        ('<goal number="1.5"/>', ["1:11 attribute-invalid"]),
        ('<goal ref="0"/>', ["1:11 attribute-missing", "1:11 attribute-unknown"]),
        ('<bar value="1" max="2">a</bar>', ["1:11 element-misplaced"]),
        ('<p><bar value="1" max="2"/></p>', ["1:14 element-misplaced"]),
        ("<p>{{ 1|bar('a') }}</p>", ["1:14 tag-failed"]),
        ("<p>{{ 1|bar(2, true) }}</p>", ["1:14 tag-failed"]),
        ("<p>{{ 'a'|bar(1) }}</p>", ["1:14 tag-failed"]),
        ("<p>{{ summary.title|tile }}</p>", ["1:14 tag-failed"]),
        ("<p>{{ 18|tile }}</p>", ["1:14 tag-failed"]),
        ("<p>{{ true|tile }}</p>", ["1:14 tag-failed"]),
    ],
)
def test_faults_of_shapes(body: str, found: list[str]) -> None:
    assert sorted(found_in(f"<document>{body}</document>")) == found


def test_a_bar_of_the_page_is_a_figure_as_long_as_its_share() -> None:
    pdf = render_pdf(summary_of(PLAN), pack_of(PAGE)).content
    assert figures(pdf) == [*ALTS, *GOALS]
    first, second = [figure.attributes["BBox"] for figure in structure(pdf).find("Figure")][:2]
    lengths = [float(box[2]) - float(box[0]) for box in (first, second)]
    assert lengths[1] / lengths[0] == pytest.approx(2.8 / 13.6, abs=0.001)


def test_a_block_beside_a_bar_with_a_full_length_follows_its_end() -> None:
    theme = shipped_settings()["theme"]
    styles = theme["styles"] | {"bar": {"width": "100 mm"}, "line": {"layout": "columns"}}
    shipped, line = shipped_pack(), '<div class="line"><bar value="1" max="4"/><goal number="9"/></div>'
    settings = PackSettings.model_validate({**shipped_settings(), "theme": {**theme, "styles": styles}})
    page = {PAGE_TEMPLATE: PackFile("a/summary.page.xml", f"<document>{line}</document>".encode())}
    pdf = render_pdf(summary_of(PLAN), replace(shipped, settings=settings, files=page)).content
    bar, goal = [figure.attributes["BBox"] for figure in structure(pdf).find("Figure")]
    assert float(bar[2]) - float(bar[0]) == pytest.approx(Length.mm(25), abs=0.01)
    assert float(goal[0]) == pytest.approx(float(bar[2]), abs=0.01)


def test_a_bar_of_the_word_file_is_a_shape_as_long_as_its_share() -> None:
    content = filled(docx(WORD), summary_of(PLAN))
    found = shapes(content)
    assert [alt for alt, _ in found] == [*ALTS, *GOALS]
    assert found[1][1] / found[0][1] == pytest.approx(2.8 / 13.6, abs=0.001)
    assert found[0][1] == pytest.approx(Length.mm(60), abs=0.1)


def test_the_theme_sets_the_sizes_and_the_colour_of_shapes_in_word() -> None:
    theme = shipped_settings()["theme"]
    own = {"bar": {"width": "90 mm", "height": "3 mm", "colour": "gold"}, "goal": {"width": "30 mm"}}
    content = filled(docx(WORD), summary_of(PLAN), theme={**theme, "styles": theme["styles"] | own})
    assert [round(width / Length.mm(1)) for _, width in shapes(content)] == [90, 19, 30, 30]
    assert b'srgbClr val="FFCC00"' in etree.tostring(Document(BytesIO(content)).element)


def test_a_line_of_exact_height_is_as_high_as_the_shape_that_is_alone_in_it() -> None:
    exact = '<w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr>'
    content = filled(docx(paragraph(exact, "{{ summary.goals[0]|tile }}")), summary_of(PLAN))
    body = etree.tostring(Document(BytesIO(content)).element)
    assert b'w:lineRule="atLeast"' in body
    assert b"exact" not in body.partition(b"<w:drawing")[0]


def test_an_unknown_number_leaves_no_paragraph_in_word() -> None:
    content = filled(docx(WORD), summary_of("cities: [{name: Nice}]"))
    assert len(Document(BytesIO(content)).paragraphs) == 1
    in_cell = filled(docx(table([cell("{{ none|bar(1) }}")], widths=(1000,))))
    assert len(Document(BytesIO(in_cell)).tables[0].cell(0, 0).paragraphs) == 1


def test_alternative_texts_of_bars_and_tiles_have_the_colon_of_the_document() -> None:
    assert bar_of(1, 4, "5", "\u57ce\u5e02", "zh-Hans").alt == "\u57ce\u5e02\uff1a5"
    assert Tile(9, "Industrie", document="fr").alt == "SDG 9\N{NO-BREAK SPACE}: Industrie"
    assert Tile(9, "Industry", language="en", document="fr").alt == "SDG 9: Industry"
    pack = shipped_pack()
    page = b"<document><h1>a</h1><bar value='5' max='10' label='A'/></document>"
    pack = replace(pack, files={PAGE_TEMPLATE: PackFile("a/summary.page.xml", page)})
    summary = replace(SUMMARY, formats=replace(SUMMARY.formats, document="fr"))
    assert figures(render_pdf(summary, pack).content) == ["A\N{NO-BREAK SPACE}: 5"]


# Tiles


@pytest.mark.parametrize("number", GOAL_COLOURS)
def test_a_tile_has_the_official_colour_and_readable_text(number: int) -> None:
    background, ink = tile_colours(number)
    assert background == Colour(GOAL_COLOURS[number])
    assert contrast(background, ink) >= 4.5


def test_a_small_tile_is_a_field_without_text_in_all_formats() -> None:
    theme = shipped_settings()["theme"]
    settings = PackSettings.model_validate(
        {**shipped_settings(), "theme": {**theme, "styles": {**theme["styles"], "goal": {"width": "9 mm"}}}}
    )
    page = b"<document><h1>a</h1><goal number='9'/></document>"
    pack = replace(shipped_pack(), settings=settings, files={PAGE_TEMPLATE: PackFile("a/summary.page.xml", page)})
    assert pdf_words(render_pdf(SUMMARY, pack).content) == ["a"]
    assert docx_words(render_word(SUMMARY, pack).content) == ["a"]
    assert html_words(render_html(SUMMARY, pack).content) == ["a"]
    assert figures(render_pdf(SUMMARY, pack).content) == ["SDG 9: Industry, Innovation and Infrastructure"]


@pytest.mark.no_cover
@pytest.mark.parametrize("language", GOAL_TITLES)
@pytest.mark.parametrize("side", [Length.mm(10), TILE_SIDE, Length.mm(20), Length.mm(40)])
def test_each_official_title_in_a_tile_fits_and_can_be_read(language: str, side: Length) -> None:
    pack = shipped_pack()
    body = pack.theme.style("body")
    for number in GOAL_COLOURS:
        tile = Tile(number, GOAL_TITLES[language][number])
        look = tile_look(tile, side)
        height = 2 * look.padding
        for text in look.texts(tile):
            assert text.size >= SMALLEST_TEXT
            style = replace(body, size=text.size, leading=text.leading, bold=text.is_bold)
            width = side - 2 * look.padding
            lines = paragraph_lines(pack, (Run(text.text),), style, width, language).lines
            height += len(lines) * text.leading
        assert height <= side + 0.01, number


@pytest.mark.parametrize("language", GOAL_TITLES)
@pytest.mark.parametrize("side", [TILE_SIDE, Length.mm(30)])
def test_tiles_beside_each_other_have_titles_of_one_size(language: str, side: Length) -> None:
    titles = GOAL_TITLES[language].items()
    assert len({tile_look(Tile(number, title), side).title_size for number, title in titles}) == 1


@pytest.mark.parametrize(("language", "least"), [("en", 17), ("ar", 17), ("zh", 13), ("ja", 17), ("de", 28)])
def test_a_tile_has_its_title_from_a_side_on_that_depends_on_the_language(language: str, least: int) -> None:
    tile = Tile(8, GOAL_TITLES[language][8])
    smaller = [text.text for text in tile_look(tile, Length.mm(least - 1)).texts(tile)]
    larger = [text.text for text in tile_look(tile, Length.mm(least)).texts(tile)]
    assert (smaller, larger) == (["8"], ["8", tile.title])


def test_a_tile_without_its_title_has_a_number_alone_in_all_formats() -> None:
    summary = summary_of("{language: de, cities: [{name: A}], sdgs: [9]}")
    pack = pack_of(f"<document>{TILES}</document>")
    assert pdf_words(render_pdf(summary, pack).content) == ["9"]
    assert docx_words(render_word(summary, pack).content) == ["9"]
    assert html_words(render_html(summary, pack).content) == ["9"]
    template = docx(paragraph("{% for goal in summary.goals %}{{ goal|tile }}{% endfor %}"))
    assert docx_words(filled(template, summary)) == ["9"]
    assert figures(render_pdf(summary, pack).content) == ["SDG 9: Industrie, Innovation und Infrastruktur"]


def test_the_words_of_a_tile_are_words_of_both_formats() -> None:
    summary = summary_of("{cities: [{name: A}], sdgs: [9]}")
    words = ["9", "Industry,", "Innovation", "and", "Infrastructure"]
    assert pdf_words(render_pdf(summary, pack_of(f"<document>{TILES}</document>")).content) == words
    template = docx(paragraph("{% for goal in summary.goals %}{{ goal|tile }}{% endfor %}"))
    assert docx_words(filled(template, summary)) == words


def test_a_tile_has_the_language_of_its_title() -> None:
    summary = summary_of("{cities: [{name: A}], sdgs: [9], language: xx}".replace("xx", "tr"))
    pdf = render_pdf(summary, pack_of(f"<document>{TILES}</document>")).content
    (figure,) = structure(pdf).find("Figure")
    assert figure.language == "en"


def test_the_web_page_has_the_alternative_text_of_a_shape() -> None:
    page = pack_of('<document><h1>a</h1><div>{{ 5|bar(10, "A") }}</div><goal number="9"/></document>')
    web = render_html(SUMMARY, page).content.decode()
    assert 'role="img" aria-label="A: 5"' in web
    assert 'role="img" aria-label="SDG 9: Industry, Innovation and Infrastructure"' in web


# Standards


@pytest.mark.no_cover
@pytest.mark.parametrize(("standard", "language"), every(5, product(PdfStandard, ["en", "ar", "zh"]), start=4))
def test_pages_with_shapes_conform(assert_conformant: AssertConformant, standard: PdfStandard, language: str) -> None:
    shipped, page = shipped_pack(), PAGE.replace("<h1>", "<page-header><goal number='1'/></page-header><h1>")
    settings = shipped.settings.model_copy(update={"leaves_out": tuple(RequiredPart)})
    pack = replace(shipped, settings=settings, files={PAGE_TEMPLATE: PackFile("a/summary.page.xml", page.encode())})
    text = f"{PLAN}language: {language}\n"
    assert_conformant(render(text=text, template=pack, formats="pdf", pdf_standard=standard).pdf.content, standard)


@pytest.mark.no_cover
def test_word_files_with_shapes_are_valid_and_safe(tmp_path: Path) -> None:
    content = filled(docx(WORD + paragraph("{{ 1|bar(2, 'A &amp; \"B\" &lt;c&gt;') }}")), summary_of(PLAN))
    assert schema_errors(content, tmp_path) == schema_errors(filled(docx(paragraph("a"))), tmp_path)
    opened = open_template(PackFile(PATH, content))
    assert [*opened.of_severity(Severity.ERROR), *opened.content_problems()] == []
    identifiers = [each.get("id") for each in Document(BytesIO(content)).element.iter(f"{DRAWING}docPr")]
    assert len({*identifiers}) == len(identifiers) == 5
    assert shapes(content)[-1][0] == 'A & "B" <c>: 1'


def schema_errors(content: bytes, folder: Path) -> list[str]:
    path = folder / "document.docx"
    path.write_bytes(content)
    return [str(error) for error in OpenXmlValidator().validate(str(path)).errors]
