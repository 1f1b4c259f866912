"""Charts in page templates: their data, their shapes, and what each format has."""

import re
import zipfile
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from msgspec.structs import replace
from openpyxl import load_workbook
from openxml_audit import FileFormat, OpenXmlValidator
from pypdfium2 import PdfDocument

from tests.command import ucap, write_plan
from tests.pages import SUMMARY
from tests.pdf_text import structure
from tests.selected_cases import every
from tests.stages import shipped_pack
from tests.test_custom_tables import PLAN, SETTINGS, opened
from tests.verapdf import all_failures
from ucap_reports import load_plan, render
from ucap_reports.html.render_html import render_html
from ucap_reports.page.box_geometry import estimated_width
from ucap_reports.page.chart_drawing import draw_chart
from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.fitted_scale import PlanPage
from ucap_reports.page.page_checks import WidthCheck
from ucap_reports.page.page_tree import ChartBlock, all_blocks
from ucap_reports.page.svg_drawing import read_drawing
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.pictures_and_charts import laid_chart
from ucap_reports.pdf.render_pdf import draw_pages
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard
from ucap_reports.summary.numbers_dates_and_names import Formats
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_opening import open_pack, shipped_packs
from ucap_reports.text.bars_tiles_charts_and_facts import ChartData, ChartKind, ChartSeries
from ucap_reports.word.writer.chart_part import BarPlace, chart_part

TEMPLATE = (shipped_packs().path / "iuc-asia" / "summary.page.xml").read_text(encoding="utf-8")
DATA = ChartData(
    "Staff",
    ("Tram company", "Metro", "City"),
    (
        ChartSeries("2026", (5, 2.5, 3), ("5", "2.5", "3"), ("48%", "24%", "29%")),
        ChartSeries("2027", (1, None, 4), ("1", "", "4")),
    ),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ucap.yaml").write_text(f"template: own\n{SETTINGS}", encoding="utf-8")
    write_plan(tmp_path, "hanoi-toulouse.yaml", PLAN)
    return tmp_path


def with_chart(project: Path, chart: str) -> Path:
    """The project, whose pack prints a chart below the fact table."""
    folder = project / "templates" / "own"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    page = TEMPLATE.replace("  <!-- The pictures of the cities", f"  {chart}\n  <!-- The pictures of the cities")
    (folder / "summary.page.xml").write_text(page, encoding="utf-8")
    return project


def chart_of(project: Path, chart: str, **lists: list[tuple[str, float]]) -> ChartBlock:
    pack = opened(with_chart(project, chart), "own")
    plan = load_plan(project / "plans" / "hanoi-toulouse.yaml", fields=pack.fields)
    page = fill_page(pack.page_template, compose_summary(plan, pack), lists)
    (block,) = [block for block in all_blocks(read_page(page, pack).body) if isinstance(block, ChartBlock)]
    return block


def test_charts_of_tables_have_the_numbers_of_their_columns(project: Path) -> None:
    block = chart_of(project, '<chart kind="bar" of="partners" label="name" value="staff"/>')
    assert block.kind is ChartKind.BAR
    assert block.data.title == "Partners"
    assert block.data.categories == ("Tisséo", "Hanoi Metro Company"), "those with a number"
    assert [series.values for series in block.data.series] == [(12, 7.5)]
    assert block.data.alt == "Partners: Tisséo: 12; Hanoi Metro Company: 7.5"


def test_several_columns_are_several_series(project: Path) -> None:
    block = chart_of(project, '<chart kind="stacked" of="partners" label="name" value="share staff"/>')
    assert [series.name for series in block.data.series] == ["Share", "Staff"]
    assert block.data.series[1].values == (12, 7.5, None)


def test_charts_of_cities_and_of_lists(project: Path) -> None:
    facts = "    population: 8 million\n    area_km2: 3359\n"
    text = PLAN.replace("    country: Viet Nam\n", f"    country: Viet Nam\n{facts}")
    write_plan(project, "hanoi-toulouse.yaml", text)
    block = chart_of(project, '<chart kind="bar" of="cities"/>')
    assert (block.data.title, block.data.categories) == ("Population", ("Hanoi",))
    assert block.data.series[0].values == (8_000_000,)
    block = chart_of(project, '<chart kind="stacked" of="cities" value="population area_km2"/>')
    assert [series.name for series in block.data.series] == ["Population", "Size (km²)"]
    block = chart_of(project, '<chart kind="line" of="years" title="Pairings"/>', years=[("2017", 35), ("2018", 25)])
    assert block.data.alt == "Pairings: 2017: 35; 2018: 25"


INVALID = {
    "an unknown kind": '<chart kind="pie" of="partners" value="staff"/>',
    "an unknown table": '<chart kind="bar" of="partner" value="staff"/>',
    "an unknown column": '<chart kind="bar" of="partners" value="stuff"/>',
    "no kind": '<chart of="partners" value="staff"/>',
    "an empty label": '<chart kind="bar" of="partners" label="" value="staff"/>',
    "no value": '<chart kind="bar" of="partners" label="name"/>',
    "an empty value": '<chart kind="bar" of="partners" label="name" value=" "/>',
    "an unknown attribute": '<chart kind="bar" of="partners" value="staff" colour="red"/>',
}


@pytest.mark.parametrize("chart", INVALID.values(), ids=INVALID)
def test_invalid_charts_are_errors_at_their_line(project: Path, chart: str) -> None:
    run = ucap(with_chart(project, chart), "build", "--format", "pdf", "--no-index", "--jobs", "1", "--json")
    errors = [each for each in run.report["problems"] if each["severity"] == "error"]
    line = TEMPLATE[: TEMPLATE.index("  <!-- The pictures of the cities")].count("\n") + 1
    assert [(each["line"], each["code"].startswith("attribute")) for each in errors] == [(line, True)]


@pytest.mark.parametrize("kind", list(ChartKind))
def test_shapes_are_drawn_in_proportion_and_with_patterns(kind: ChartKind) -> None:
    style = open_pack("iuc-asia").theme.style("body")
    drawn = draw_chart(kind, DATA, style, 400, "en")
    shapes = read_drawing(drawn.svg).shapes
    assert len(shapes) > len(DATA.categories)
    assert "style=" not in drawn.svg.decode(), "presentation attributes alone"
    assert all(0 <= label.x <= 400 and 0 <= label.y <= drawn.height for label in drawn.labels)
    sizes = re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"', drawn.svg.decode())
    bars = [(float(width), float(height)) for width, height in sizes]
    if kind is ChartKind.BAR:
        widths = sorted(width for width, height in bars if height > 10)
        assert widths == pytest.approx([widths[-1] * share / 5 for share in (1, 2.5, 3, 4, 5)], abs=0.2)
    if kind is ChartKind.SHARE:
        widths = [width for width, height in bars if height > 12]
        assert sum(widths) == pytest.approx(399, abs=0.5)
        assert next(label.text for label in drawn.labels) == "Tram company: 48% (5)"


@pytest.mark.parametrize("kind", list(ChartKind))
def test_charts_can_have_many_series(kind: ChartKind) -> None:
    series = [ChartSeries(f"Year {year}", (year, None, 3), (f"{year}", "", "3")) for year in range(8)]
    style = open_pack("iuc-asia").theme.style("body")
    drawn = draw_chart(kind, replace(DATA, series=tuple(series)), style, 400, "en")
    names = {label.text for label in drawn.labels}
    assert kind is ChartKind.SHARE or {each.name for each in series} <= names


def svg_of(kind: ChartKind, data: ChartData) -> etree._Element:
    style = open_pack("iuc-asia").theme.style("body")
    return etree.fromstring(draw_chart(kind, data, style, 400, "en").svg)


ALTERNATIVES = {
    "en": "Staff: Metro: City 5, Region 7; Tram: City 6",
    "de": "Staff: Metro: City 5, Region 7; Tram: City 6",
    "fr": "Staff\N{NO-BREAK SPACE}: Metro\N{NO-BREAK SPACE}: City 5, Region 7\N{NARROW NO-BREAK SPACE}; "
    "Tram\N{NO-BREAK SPACE}: City 6",
    "zh-Hans": "Staff\uff1aMetro\uff1aCity 5\u3001Region 7\uff1bTram\uff1aCity 6",
    "ar": "Staff: Metro: City 5\u060c Region 7\u061b Tram: City 6",
    "el": "Staff: Metro: City 5, Region 7\u00b7 Tram: City 6",
}


@pytest.mark.parametrize("language", ALTERNATIVES)
def test_alternative_text_has_the_punctuation_of_its_language(language: str) -> None:
    series = (ChartSeries("City", (5, 6), ("5", "6")), ChartSeries("Region", (7, None), ("7", "")))
    assert ChartData("Staff", ("Metro", "Tram"), series, language).alt == ALTERNATIVES[language]


NEGATIVE = ChartData("Change", ("a", "b", "c"), (ChartSeries("", (-3, 1, 0), ("-3", "1", "0")),))


def test_bars_of_negative_numbers_run_against_the_others() -> None:
    drawing = svg_of(ChartKind.BAR, NEGATIVE)
    line = drawing.find("{*}line")
    assert line is not None
    base = float(line.get("x1", ""))
    bars = [(float(bar.get("x", "")), float(bar.get("width", ""))) for bar in drawing.iterfind("{*}rect")]
    (zero_start, _), (positive_start, positive_width), (negative_start, negative_width) = bars
    assert negative_start + negative_width == pytest.approx(base, abs=0.02)
    assert (positive_start, zero_start) == pytest.approx((base, base), abs=0.02)
    assert negative_width == pytest.approx(3 * positive_width, abs=0.1)


def test_the_axis_of_a_chart_with_negative_numbers_is_at_zero() -> None:
    drawing = svg_of(ChartKind.LINE, NEGATIVE)
    axis = drawing.find("{*}line")
    assert axis is not None
    heights = [float(point.get("cy", "")) for point in drawing.iterfind("{*}circle")]
    assert heights[2] == pytest.approx(float(axis.get("y1", "")), abs=0.02)
    assert heights[1] < heights[2] < heights[0]


@pytest.mark.parametrize(("kind", "least"), [(ChartKind.BAR, -3.4), (ChartKind.LINE, -3)])
def test_word_charts_show_negative_numbers(kind: ChartKind, least: float) -> None:
    style = open_pack("iuc-asia").theme.style("body")
    block = ChartBlock(kind, NEGATIVE, style, 1, style)
    chart = etree.fromstring(chart_part(block, "en").chart)
    (minimum,) = chart.iterfind(".//{*}valAx/{*}scaling/{*}min")
    assert float(minimum.get("val", "")) == pytest.approx(least)


def test_a_share_of_negative_numbers_is_drawn_as_bars(project: Path) -> None:
    write_plan(project, "hanoi-toulouse.yaml", PLAN.replace("staff: 7.5", "staff: -7.5"))
    block = chart_of(project, '<chart kind="share" of="partners" value="staff"/>')
    assert block.kind is ChartKind.BAR
    assert block.data.series[0].shares == ()


def test_a_line_has_a_gap_at_an_unknown_value() -> None:
    series = ChartSeries("", (1, 2, None, 3, 4), ("1", "2", "", "3", "4"))
    drawing = svg_of(ChartKind.LINE, ChartData("", tuple("abcde"), (series,)))
    assert len(drawing.findall("{*}line")) == 3, "the axis and two pieces"
    assert len(drawing.findall("{*}circle")) == 4


def test_values_of_lines_are_not_printed_over_each_other() -> None:
    numbers = [1_234_567 + 50_000 * index for index in range(20)]
    series = ChartSeries("", tuple(numbers), tuple(f"{number:,}" for number in numbers))
    style = open_pack("iuc-asia").theme.style("body")
    data = ChartData("", tuple(map(str, range(2000, 2020))), (series,))
    labels = [label for label in draw_chart(ChartKind.LINE, data, style, 480, "en").labels if label.bold]
    texts = [label.text for label in labels]
    assert texts[0] == series.texts[0]
    assert texts[-1] == series.texts[-1]
    assert 4 < len(labels) < 20
    width = estimated_width("1,234,567", replace(style, bold=True))
    for label, following in pairwise(labels):
        assert abs(following.x - label.x) > width * 0.95 or abs(following.y - label.y) > 0.7 * style.size


def test_values_of_lines_that_have_room_are_all_printed() -> None:
    style = open_pack("iuc-asia").theme.style("body")
    labels = draw_chart(ChartKind.LINE, DATA, style, 400, "en").labels
    assert [label.text for label in labels if label.bold] == ["5", "2.5", "3", "1", "4"]


def test_equal_series_have_patterns_and_bars_of_their_own() -> None:
    series = (DATA.series[0], DATA.series[0])
    style = open_pack("iuc-asia").theme.style("body")
    names = tuple(f"{'A long name of a category ' * 8}{index}" for index in range(len(DATA.categories)))
    drawn = draw_chart(ChartKind.BAR, replace(DATA, series=series, categories=names), style, 400, "en")
    bars = re.findall(
        r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="[\d.]+" fill="([^"]+)"', drawn.svg.decode()
    )
    *bars, first_of_legend, second_of_legend = bars
    assert len({top for top, _ in bars}) == len(bars) == 2 * len(names)
    assert {fill for _, fill in bars} == {first_of_legend[1], second_of_legend[1]}


LONG_NAMES = (
    "A name of a city that needs several lines beside its bar",
    "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenfabrikstadt",
    "\u4e2d\u56fd" * 30,
)


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("width", [100, 240, 480])
def test_no_label_is_over_another_one_or_below_the_chart(kind: ChartKind, width: float) -> None:
    style = open_pack("iuc-asia").theme.style("body")
    series = ChartSeries("A" + " long" * 40, (13_600_000, 2, 280_000), ("13,600,000", "2", "280,000"))
    data = ChartData("Staff", LONG_NAMES, (series,) if kind is ChartKind.SHARE else (series, series))
    drawn = draw_chart(kind, data, style, width, "de")
    columns: dict[float, list[float]] = {}
    for label in drawn.labels:
        if not label.bold:
            assert estimated_width(label.text, style) <= label.width
            columns.setdefault(label.x, []).append(label.y)
    assert len(drawn.labels) > len(LONG_NAMES)
    for tops in columns.values():
        assert min((after - before for before, after in pairwise(tops)), default=99) >= style.leading - 0.01
        assert max(tops) + style.leading <= drawn.height + 0.5 * style.leading


@pytest.mark.parametrize(("width", "codes"), [(-4.0, ["image-too-wide"]), (5.0, ["image-too-wide"]), (60.0, [])])
def test_a_place_without_room_for_a_chart_is_an_error(width: float, codes: list[str]) -> None:
    style = open_pack("iuc-asia").theme.style("body")
    check = WidthCheck("summary.page.xml")
    check.stack([ChartBlock(ChartKind.BAR, DATA, style, 1, style)], width)
    assert [problem.code for problem in check.problems] == codes


def test_words_that_no_line_holds_are_hyphenated_in_charts() -> None:
    style = open_pack("iuc-asia").theme.style("body")
    data = ChartData("Staff", LONG_NAMES, (ChartSeries("", (1, 2, 3), ("1", "2", "3")),))
    drawn = draw_chart(ChartKind.BAR, data, style, 120, "de")
    texts = [label.text for label in drawn.labels if label.x == 0]
    assert "Donau-" in texts or "Donaudampf-" in texts
    assert all(not text.endswith("-") for text in texts if "\u4e2d" in text)


def test_labels_of_charts_stay_on_one_line_if_they_are_wider_than_estimated() -> None:
    pack = open_pack("iuc-asia")
    style = pack.theme.style("body")
    data = ChartData("Staff", ("mmmm wwww mmmm wwww", "b"), (ChartSeries("", (1, 2), ("1", "2")),))
    figure = laid_chart(ChartBlock(ChartKind.BAR, data, style, 1, style), 160, TagNode("Document"), pack, "en")
    assert {len(label.part.lines.lines) for label in figure.labels} == {1}


@pytest.mark.parametrize("kind", list(ChartKind))
def test_word_charts_run_from_right_to_left_like_the_text(kind: ChartKind) -> None:
    style = open_pack("iuc-asia").theme.style("body")
    block = ChartBlock(kind, DATA, style, 1, style)
    axes = {}
    for right_to_left in (False, True):
        chart = chart_part(block, "ar", BarPlace(0.3, 0.5), right_to_left=right_to_left).chart.decode()
        axes[right_to_left] = re.findall('<c:orientation val="([a-zA-Z]+)"/>', chart)
        assert ('<c:x val="0.2000"/>' in chart) is right_to_left
        assert (' rtl="1"' in chart) is right_to_left
    across = 0 if kind is ChartKind.LINE else 1
    assert axes[False][across] == "minMax"
    assert axes[True][across] == "maxMin"
    assert axes[False][1 - across] == axes[True][1 - across]


@pytest.mark.parametrize("count", range(1, 16))
def test_bars_are_as_high_in_charts_with_many_categories(count: int) -> None:
    style = replace(open_pack("iuc-asia").theme.style("body"), leading=12.6)
    names = tuple(f"City {number}" for number in range(count))
    series = ChartSeries("", (1,) * count, ("1",) * count)
    drawn = draw_chart(ChartKind.BAR, ChartData("Staff", names, (series,)), style, 400, "en")
    assert set(re.findall(r'<rect [^>]* height="([\d.]+)"', drawn.svg.decode())) == {"11.95"}


@pytest.mark.parametrize(
    ("language", "share"),
    [
        ("en", "48%"),
        ("de", "48\N{NO-BREAK SPACE}%"),
        ("fr", "48\N{NO-BREAK SPACE}%"),
        ("tr", "%48"),
        ("qaa", "48%"),
    ],
)
def test_share_has_the_percent_sign_of_its_language(project: Path, language: str, share: str) -> None:
    assert Formats(wanted=language, document=language).percent(5 / 10.5) == share
    chart = '<chart kind="share" of="partners" label="name" value="staff"/>'
    block = chart_of(project, chart)
    drawn = draw_chart(block.kind, block.data, block.text, 400, "en")
    assert all(re.search(r": \d+% \(", label.text) for label in drawn.labels)


def test_share_of_one_value_has_one_line_in_its_legend() -> None:
    style = open_pack("iuc-asia").theme.style("body")
    data = ChartData("Staff", ("Metro",), (ChartSeries("", (5,), ("5",), ("100%",)),))
    drawn = draw_chart(ChartKind.SHARE, data, style, 400, "en")
    assert [label.text for label in drawn.labels] == ["Metro: 100% (5)"]
    assert drawn.svg.count(b"<rect") == 2, "the bar, and its pattern in the legend"


@pytest.mark.parametrize(("text", "line"), [("", "Metro"), ("n/a", "Metro: n/a")])
def test_unknown_value_has_no_share(text: str, line: str) -> None:
    style = open_pack("iuc-asia").theme.style("body")
    data = ChartData("Staff", ("Tram", "Metro"), (ChartSeries("", (5, None), ("5", text), ("100%", "")),))
    drawn = draw_chart(ChartKind.SHARE, data, style, 400, "en")
    assert [label.text for label in drawn.labels] == ["Tram: 100% (5)", line]


def test_word_files_have_charts_that_can_be_edited(project: Path) -> None:
    with_chart(project, '<chart kind="bar" of="partners" label="name" value="staff"/>')
    content = render(project / "plans" / "hanoi-toulouse.yaml", formats="docx").docx.content
    with zipfile.ZipFile(BytesIO(content)) as package:
        chart = package.read("word/charts/chart1.xml").decode()
        book = load_workbook(BytesIO(package.read("word/embeddings/chart1.xlsx")))
        document = package.read("word/document.xml").decode()
    assert [[cell.value for cell in row] for row in book["Sheet1"].iter_rows()] == [
        [None, "Partners"],
        ["Tisséo", 12],
        ["Hanoi Metro Company", 7.5],
    ]
    assert 'formatCode="#,##0.0"' in chart
    assert '<c:layoutTarget val="inner"/>' in chart, "the bars are where they are in the PDF"
    assert '<c:max val="12.0"/>' in chart
    assert '<c:txPr><a:bodyPr wrap="none"/>' in chart, "LibreOffice would wrap the values, and shrink the chart"
    assert 'descr="Partners: Tisséo: 12; Hanoi Metro Company: 7.5"' in document


@pytest.mark.parametrize(
    ("values", "texts", "expected"),
    [
        ((1200.0, 300.0), ("€1,200", "€300"), '"€"#,##0'),
        ((1200.0, 9000.0), ("1200", "9000"), "0"),
        ((1200.5,), ("1200,5",), "0.0"),
        ((1200.0, 12000.0), ("1200", "12.000"), None),
        ((-5.0,), ("\N{MINUS SIGN}5",), None),
        ((12.0,), ("12 t",), '#,##0" t"'),
    ],
)
def test_word_writes_numbers_of_charts_as_their_texts_are(
    values: tuple[float, ...], texts: tuple[str, ...], expected: str | None
) -> None:
    data = ChartData("", tuple(map(str, values)), (ChartSeries("Staff", values, texts),))
    style = shipped_pack().theme.style("body")
    chart = chart_part(ChartBlock(ChartKind.BAR, data, style, 1, style), "en").chart.decode()
    (written,) = re.findall("<c:formatCode>([^<]*)</c:formatCode>", chart)
    assert unescape(written) == (expected or "General")


def test_web_pages_have_the_data_of_charts_as_a_table(project: Path) -> None:
    with_chart(project, '<chart kind="share" of="partners" label="name" value="staff"/>')
    page = render(project / "plans" / "hanoi-toulouse.yaml", formats="html").html.content.decode()
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert 'aria-hidden="true"' in figure
    assert " style=" not in figure
    table = figure[figure.index("<table") :]
    assert '<th scope="row">Tisséo</th><td>12</td>' in table
    assert "<caption>Partners</caption>" in table


def test_web_pages_draw_a_chart_in_a_column_for_the_width_of_the_column(project: Path) -> None:
    chart = '<chart kind="bar" of="partners" value="staff"/>'
    with_chart(project, f'{chart}<columns count="2">{chart}</columns>')
    page = render(project / "plans" / "hanoi-toulouse.yaml", formats="html").html.content.decode()
    wide, narrow = re.findall(r'<svg viewBox="0 0 (\S+) \S+" class="[^"]*" aria-hidden', page)
    assert float(narrow) <= float(wide) / 2


def test_pdf_files_have_the_data_of_charts_as_alternative_text(project: Path) -> None:
    with_chart(project, '<chart kind="line" of="partners" label="name" value="staff"/>')
    content = render(project / "plans" / "hanoi-toulouse.yaml", formats="pdf").pdf.content
    alts = [figure.alt for figure in structure(content).find("Figure")]
    assert "Partners: Tisséo: 12; Hanoi Metro Company: 7.5" in alts


ALL_KINDS = "\n".join(
    f'<chart kind="{kind.value}" of="partners" label="name" value="share staff"/>' for kind in ChartKind
)


def test_word_files_with_charts_and_tables_conform_to_open_xml(project: Path) -> None:
    with_chart(project, ALL_KINDS)
    path = project / "summary.docx"
    path.write_bytes(render(project / "plans" / "hanoi-toulouse.yaml", formats="docx").docx.content)
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


@pytest.mark.no_cover
@pytest.mark.parametrize("standard", every(2, PdfStandard, start=1))
def test_pdf_files_with_charts_and_tables_conform(project: Path, standard: PdfStandard) -> None:
    with_chart(project, ALL_KINDS)
    plan = project / "plans" / "hanoi-toulouse.yaml"
    pdf = render(plan, formats="pdf", pdf_standard=standard).pdf.content
    assert list(all_failures(pdf, standard)) == []


def test_charts_have_the_language_of_their_element(project: Path) -> None:
    with_chart(project, '<chart lang="fr" kind="stacked" of="partners" label="name" value="share staff"/>')
    documents = render(project / "plans" / "hanoi-toulouse.yaml", formats="pdf,html")
    figures = [figure for figure in structure(documents.pdf.content).find("Figure") if "Partners" in (figure.alt or "")]
    assert [figure.language for figure in figures] == ["fr"]
    page = documents.html.content.decode()
    assert '<figure class="_chart" lang="fr">' in page.replace(" _above-1", "")
    assert 'data-column="Share\u00a0: ">' in page


def test_unknown_values_are_left_out_of_the_alternative_text() -> None:
    assert DATA.alt == "Staff: Tram company: 2026 5, 2027 1; Metro: 2026 2.5; City: 2026 3, 2027 4"


def chart_pack(cell: str = "") -> Pack:
    """The shipped pack with a page that has a chart of a list, perhaps in a cell in that language."""
    body = '<chart kind="bar" of="list"/>'
    if cell:
        body = f'<table><tr><td lang="{cell}">{body}</td></tr></table>'
    shipped = open_pack("iuc-asia")
    template = PackFile("templates/own/summary.page.xml", f"<document>{body}</document>".encode())
    return Pack(shipped.settings, {PAGE_TEMPLATE: template}, shipped.labels)


def chart_page(language: str, cell: str = "") -> PlanPage:
    """A page with a chart of a list whose first label is a Latin one."""
    pack = chart_pack(cell)
    summary = replace(SUMMARY, language=language)
    tree = read_page(fill_page(pack.page_template, summary, {"list": [("Water", 4), ("Energy", 2)]}), pack)
    return PlanPage(summary, pack, tree)


@pytest.mark.parametrize(("language", "cell", "is_turned"), [("en", "", False), ("ar", "", True), ("en", "ar", True)])
def test_charts_run_from_right_to_left_with_their_text(language: str, cell: str, is_turned: bool) -> None:  # noqa: FBT001 - a case
    page = chart_page(language, cell)
    with pikepdf.open(BytesIO(draw_pages(page).document().content)) as pdf:
        (matrix,) = [
            [float(operand) for operand in instruction.operands]
            for instruction in pikepdf.parse_content_stream(pdf.pages[0])
            if str(instruction.operator) == "cm"
        ]
        text = PdfDocument(draw_pages(page).document().content)[0].get_textpage()
    assert (matrix[0] < 0) == is_turned
    places = {}
    for word in ("Water", "4"):
        found = text.search(word).get_next()
        assert found is not None
        places[word] = text.get_charbox(found[0])[0]
    assert (places["Water"] > places["4"]) == is_turned

    markup = render_html(page.summary, page.pack, page=page).content.decode()
    (box,) = re.findall(r'viewBox="0 0 ([\d.]+) ', markup)
    label, value = (float(re.findall(rf'<text x="([\d.]+)"[^>]*>{word}</text>', markup)[0]) for word in ("Water", "4"))
    assert (label, label > value) == ((float(box) if is_turned else 0), is_turned)
    assert (f'transform="translate({box} 0) scale(-1 1)"' in markup) == is_turned
