"""Right-to-left Word files: lists and left-to-right text are where readers of Hebrew expect them."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import pytest
from lxml import etree
from msgspec.structs import replace

from tests.imports import one_plan, read
from tests.pages import SUMMARY, pack_of
from tests.pdf_text import structure
from tests.stages import shipped_pack, summary_of, word_file
from tests.tools import office_pdf
from tests.word_templates import docx, filled, paragraph, themed
from tests.word_templates import part as word_part
from tests.words import W
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.summary_model import LabelText
from ucap_reports.template.pack import PackFile
from ucap_reports.word.file.word_xml import WORD
from ucap_reports.word.render.fill_word_template import with_directions
from ucap_reports.word.render_word import render_word
from ucap_reports.word.writer.template_export import word_template

pytestmark = pytest.mark.no_cover

PLAN = """
language: he
cities: [{name: תל אביב, country: Israel, population: 2800000}]
objectives: |
  → חילופי ידע
  → International Urban Cooperation
results: |
  1. תוצאה ראשונה
"""


def part(name: str, text: str = PLAN) -> etree._Element:
    with zipfile.ZipFile(BytesIO(word_file(summary_of(text)))) as package:
        return etree.fromstring(package.read(name))


def direction(paragraph: etree._Element) -> tuple[bool, str | None]:
    """Whether a paragraph is marked as left-to-right, and its own alignment."""
    bidi, alignment = paragraph.find(f"{W}pPr/{W}bidi"), paragraph.find(f"{W}pPr/{W}jc")
    return bidi is not None and bidi.get(f"{W}val") == "0", None if alignment is None else alignment.get(f"{W}val")


def paragraph_with(root: etree._Element, text: str) -> etree._Element:
    return next(each for each in root.iter(f"{W}p") if "".join(map(str, each.itertext())).strip() == text)


@pytest.mark.parametrize("text", ["Country:", "2.8 Mio"])
def test_english_text_is_left_to_right_and_stays_at_the_right(text: str) -> None:
    assert direction(paragraph_with(part("word/document.xml"), text)) == (True, "right")


@pytest.mark.parametrize("text", ["תל אביב", "International Urban Cooperation", "תוצאה ראשונה"])
def test_hebrew_text_and_list_items_have_the_direction_of_the_document(text: str) -> None:
    document = part("word/document.xml")
    found = next(each for each in document.iter(f"{W}p") if "".join(map(str, each.itertext())) == text)
    assert direction(found) == (False, None)


def test_text_at_the_end_of_a_header_stays_there() -> None:
    assert direction(paragraph_with(part("word/header1.xml"), "IUC")) == (True, "left")


def test_the_text_of_a_part_without_tags_has_its_direction_too() -> None:
    template = docx(paragraph("{{ summary.id }}"), footer=paragraph("Country:"))
    footer = word_part(filled(template, summary_of(PLAN)), "word/footer1.xml")
    assert direction(paragraph_with(footer, "Country:")) == (True, "right")


def test_a_line_with_tabs_keeps_its_sides() -> None:
    line = "<w:p><w:r><w:t>Country:</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t>Italy</w:t></w:r></w:p>"
    template = docx(paragraph("{{ summary.id }}"), footer=line)
    footer = word_part(filled(template, summary_of(PLAN)), "word/footer1.xml")
    assert direction(paragraph_with(footer, "Country:Italy")) == (False, None)


def test_paragraphs_with_an_indent_or_alignment_keep_their_position() -> None:
    placed = '<w:p><w:pPr><w:ind w:left="9"/></w:pPr><w:r><w:t>EU</w:t></w:r></w:p>'
    centred = '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>EU</w:t></w:r></w:p>'
    xml = f'<w:body xmlns:w="{WORD}">{placed}{centred}</w:body>'.encode()

    first, second = etree.fromstring(with_directions(xml, {"": "left", "a": "center"}))
    assert direction(first) == (False, None)
    assert direction(second) == (True, "center")


def test_margins_of_cells_are_at_the_other_side() -> None:
    margins = '<w:tcMar><w:left w:w="9" w:type="dxa"/><w:bottom w:w="1"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    alone = '<w:tblCellMar><w:top w:w="1" w:type="dxa"/><w:left w:w="5" w:type="dxa"/></w:tblCellMar>'
    xml = f'<w:body xmlns:w="{WORD}">{margins}{alone}</w:body>'.encode()

    first, second = etree.fromstring(with_directions(xml, {}))

    assert [(str(side.tag).removeprefix(W), side.get(f"{W}w")) for side in first] == [
        ("left", "0"),
        ("bottom", "1"),
        ("right", "9"),
    ]
    assert [(str(side.tag).removeprefix(W), side.get(f"{W}w")) for side in second] == [("top", "1"), ("right", "5")]


PAGE = '<w:pgSz w:w="12000"/><w:pgMar w:left="1000" w:right="1000"/>'
SECTION = f'<w:sectPr>{PAGE}<w:cols w:num="{{}}" w:space="400"/></w:sectPr>'
"""A section with text that is 10,000 twips wide, in columns."""


def narrow_table(properties: str = '<w:tblLayout w:type="fixed"/>', row: str = "") -> str:
    """A table that is 3,000 twips wide."""
    columns = '<w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    cells = "<w:tc><w:p/></w:tc>" * 2
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{columns}<w:tr>{row}{cells}</w:tr></w:tbl>"


def columns_of(table: etree._Element) -> list[str | None]:
    """The widths of the columns of a table, and those that its rows skip at their ends."""
    widths = [column.get(f"{W}w") for column in table.iter(f"{W}gridCol")]
    return widths + [column.get(f"{W}val") for column in table.iter(f"{W}gridAfter")]


@pytest.mark.parametrize(
    ("table", "count", "columns"),
    [
        (narrow_table(), 1, ["1000", "2000", "7000", "1"]),
        (narrow_table(), 2, ["1000", "2000", "1800", "1"]),
        (narrow_table(row='<w:trPr><w:gridAfter w:val="2"/></w:trPr>'), 1, ["1000", "2000", "7000", "3"]),
        (narrow_table('<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'), 1, ["1000", "2000"]),
        (narrow_table("<w:tblpPr/>" + '<w:tblLayout w:type="fixed"/>'), 1, ["1000", "2000"]),
        (narrow_table('<w:tblInd w:w="500"/><w:tblLayout w:type="fixed"/>'), 1, ["1000", "2000"]),
        (narrow_table(""), 1, ["1000", "2000"]),
        (narrow_table(), 4, ["1000", "2000"]),
    ],
)
def test_narrow_tables_of_the_body_are_as_wide_as_the_text_with_an_empty_place(
    table: str, count: int, columns: list[str]
) -> None:
    xml = f'<w:document xmlns:w="{WORD}"><w:body>{table}{SECTION.format(count)}</w:body></w:document>'
    root = etree.fromstring(with_directions(xml.encode(), {}))
    assert columns_of(root) == columns


def test_a_narrow_box_of_a_template_begins_at_the_right_without_a_background_beside_it() -> None:
    page = "<document><div class='note'><p>{{ summary.id }}</p></div></document>"
    written = pack_of(page, styles={"note": {"width": "70 mm", "background": "#EEF2FA"}})
    template = PackFile("templates/own/summary.docx", word_template(written))
    pack = replace(written, files={**written.files, "summary.docx": template})
    for language, fills in (("ar", []), ("en", ["EEF2FA"])):
        content = render_word(replace(SUMMARY, language=language), pack).content
        styles = word_part(content, "word/styles.xml")
        of_tables = [shade.get(f"{W}fill") for shade in styles.iterfind(f"{W}style/{W}tcPr/{W}shd")]
        assert of_tables == fills
        (table,) = word_part(content).iter(f"{W}tbl")
        assert len(list(table.iter(f"{W}gridAfter"))) == (1 if language == "ar" else 0)
        assert [shade.get(f"{W}fill") for shade in table.iter(f"{W}shd")] == ["EEF2FA"]


@pytest.mark.parametrize(
    ("language", "value", "alignment", "expected"),
    [
        ("he", "en", "", ("0", "right")),
        ("he", "en", "right", ("0", "left")),
        ("he", "en", "center", ("0", "center")),
        ("en", "he", "", ("1", "right")),
        ("en", "he", "right", ("1", "left")),
        ("en", "fr", "right", (None, "right")),
    ],
)
def test_a_value_in_a_language_of_the_other_direction_stays_at_the_side_of_its_place(
    language: str, value: str, alignment: str, expected: tuple[str | None, str]
) -> None:
    jc = f'<w:pPr><w:jc w:val="{alignment}"/></w:pPr>' if alignment else ""
    body = paragraph("{{ first_label }}").replace("<w:p>", f"<w:p>{jc}")
    summary = replace(summary_of(PLAN), language=language, programme_label=(LabelText(value, "EU אב"),))
    document = word_part(filled(docx(body), summary))
    found = paragraph_with(document, "EU אב")
    bidi, own = found.find(f"{W}pPr/{W}bidi"), found.find(f"{W}pPr/{W}jc")
    assert (None if bidi is None else bidi.get(f"{W}val"), None if own is None else own.get(f"{W}val")) == expected


def levels(text: str) -> list[tuple[str, str]]:
    """Marker and alignment of each level of the lists."""
    found = part("word/numbering.xml", text).iter(f"{W}lvlText", f"{W}lvlJc")
    said = [str(each.get(f"{W}val")) for each in found]
    return list(zip(said[::2], said[1::2], strict=True))


def test_list_arrows_point_to_the_left_and_markers_are_at_the_right() -> None:
    turned, usual = levels(PLAN), levels(PLAN.replace("language: he", "language: en"))
    assert ("→", "left") in usual
    assert turned == [(marker.replace("→", "←"), "right") for marker, _ in usual]


def test_arrows_within_list_signs_point_to_the_left_in_both_kinds_of_templates() -> None:
    bullets = {"list": {"marker": "»→", "indent": "9 mm"}}
    summary = replace(SUMMARY, language="ar")
    numbering = word_part(render_word(summary, themed({"styles": bullets})).content, "word/numbering.xml")
    assert "»←" in [sign.get(f"{W}val") for sign in numbering.iter(f"{W}lvlText")]
    page = pack_of("<document><ul><li>واحد</li></ul></document>", styles=bullets)
    assert list(markers(render_word(summary, page).content)) == ["»←"]


def test_import_keeps_the_arrows_of_right_to_left_lists() -> None:
    found = one_plan(word_file(summary_of(PLAN)), "tel-aviv.docx")
    assert read(found).objectives == parse_plan(Source("plans/tel-aviv.yaml", PLAN)).objectives


def test_libreoffice_shows_colons_after_their_words_and_markers_inside_their_cell() -> None:
    pdf = office_pdf(word_file(summary_of(PLAN)))
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        place = text.index("Country")
        word, colon = page.get_charbox(place + 6), page.get_charbox(text.index(":", place))
        first, last = re.search("←", text), text.index("חילופי")
        assert first is not None
        arrow, name = page.get_charbox(first.start()), page.get_charbox(last)
        label = page.get_charbox(text.index("Main"))

    assert colon[0] >= word[2] - 1
    assert name[2] < arrow[0]
    assert arrow[2] < label[0]


@pytest.mark.parametrize("pack", ["iuc-asia", "modern"])
def test_libreoffice_shows_the_groups_of_a_phone_number_from_left_to_right(pack: str) -> None:
    summary = summary_of(f"{PLAN}contact: {{office: A, phone: +972 31 555 22}}\n")
    pdf = office_pdf(render_word(summary, shipped_pack(pack)).content)
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[len(document) - 1].get_textpage()
        text = page.get_text_range()
        starts = [page.get_charbox(text.index(group))[0] for group in ("+", "972", "31", "555", "22")]
    assert starts == sorted(starts)


def test_lists_in_cells_of_the_other_direction_have_markers_of_that_direction() -> None:
    body = (
        "<ul><li>One</li></ul><table><tr><td lang='ar'><ul><li>اثنان</li></ul></td></tr></table><ul><li>Two</li></ul>"
    )
    for language, expected in (("en", ["→", "←", "→"]), ("ar", ["←", "←", "←"])):
        summary = replace(SUMMARY, language=language)
        content = render_word(summary, pack_of(f"<document>{body}</document>")).content
        assert list(markers(content)) == expected
        pdf = render_pdf(summary, pack_of(f"<document>{body}</document>")).content
        assert [label.text for label in structure(pdf).find("Lbl")] == expected


def markers(content: bytes) -> Iterator[str]:
    """The signs before the list items of a Word file."""
    numbering = word_part(content, "word/numbering.xml")
    definitions = {number.get(f"{W}numId"): number[0].get(f"{W}val") for number in numbering.iter(f"{W}num")}
    signs = {}
    for definition in numbering.iter(f"{W}abstractNum"):
        signs[definition.get(f"{W}abstractNumId")] = next(definition.iter(f"{W}lvlText")).get(f"{W}val", "")
    for number in word_part(content).iter(f"{W}numId"):
        yield signs[definitions[number.get(f"{W}val")]]
