"""Word files written from the page template: valid, with named styles, and with what the PDF has."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pypdfium2
import pytest
from docx import Document
from docx.shared import Mm
from lxml import etree
from msgspec.structs import asdict, replace
from openxml_audit import FileFormat, OpenXmlValidator
from PIL import Image

from tests.drawings import LOGO
from tests.pages import SUMMARY, pack_of, picture
from tests.pdf_text import pdf_words
from tests.samples import EVERYTHING, row, seed_summary, shared, with_rows
from tests.selected_cases import crossed
from tests.stages import SHIPPED_PACKS, shipped_pack, with_fields_of
from tests.tools import office_pdf
from tests.word_templates import W, part, text_of
from tests.words import docx_paragraphs, docx_words
from ucap_reports.page.page_tree import Table, TableCell, TableRow, TextBlock
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.problems import ProblemsFound
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import WORD_TEMPLATE, Pack
from ucap_reports.template.picture_bar_tile_and_emblem_look import ALTERNATIVE_TEXT
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.rich_text import Run
from ucap_reports.word.render_word import render_word
from ucap_reports.word.writer.story_writer import StoryWriter
from ucap_reports.word.writer.styles_and_lists import StoryPart, new_document

MOST_STYLES = 25
SUMMARIES = {
    "the seed": seed_summary(),
    "twelve columns and all of rich text": with_rows(
        row("population", "Population:", *(f"{number} Mio" for number in range(12))),
        shared("activities", "Activities:", EVERYTHING),
        columns=tuple(f"City {number}" for number in range(12)),
    ),
    "right to left": replace(seed_summary(), language="ar"),
    "a draft": replace(seed_summary(), status="draft", status_text="Draft"),
}


def page_pack(name: str) -> Pack:
    """A shipped pack whose Word files are written from its page template."""
    pack = shipped_pack(name)
    return replace(pack, files={path: file for path, file in pack.files.items() if path != WORD_TEMPLATE})


def word_of(body: str, files: Mapping[str, bytes] | None = None, summary: Summary = SUMMARY) -> bytes:
    return render_word(summary, pack_of(f"<document>{body}</document>", files)).content


def body_of(body: str, files: Mapping[str, bytes] | None = None) -> etree._Element:
    return part(word_of(body, files))


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "summary"), crossed(SHIPPED_PACKS, SUMMARIES))
def test_a_written_file_is_valid_and_has_the_words_of_the_pdf(name: str, summary: str, tmp_path: Path) -> None:
    pack = page_pack(name)
    filled = with_fields_of(pack, SUMMARIES[summary])
    content = render_word(filled, pack).content
    path = tmp_path / "summary.docx"
    path.write_bytes(content)
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []
    assert docx_words(content) == pdf_words(render_pdf(filled, pack).content)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_boxes_of_all_kinds_are_valid(language: str, tmp_path: Path) -> None:
    rule = {"width": "1 pt", "colour": "ink"}
    looks: dict[str, dict[str, object]] = {
        "tinted": {"background": "ink", "padding": "2 mm"},
        "framed": {"border": dict.fromkeys(("top", "right", "bottom", "left"), rule), "padding": "1 mm, 2 mm"},
        "ruled": {"border": {"bottom": {**rule, "length": "9 mm"}}},
        "edged": {"border": {"left": rule}, "background": "ink", "padding": "1 mm, 2 mm, 3 mm, 4 mm"},
    }
    placed = {"plain": {}, "narrow": {"width": "40 mm"}, "high": {"height": "20 mm"}, "side": {"layout": "columns"}}
    styles = {f"{look}-{place}": {**looks[look], **placed[place]} for look in looks for place in placed}
    body = ""
    for name in styles:
        cells = "".join(f'<td lang="{cell}"><div class="{name}"><p>f</p></div></td>' for cell in ("en", "ar"))
        body += f'<table class="{name}"><tbody><tr><td colspan="2">t</td></tr><tr>{cells}</tr></tbody></table>'
        body += f'<div class="{name}"><p>b</p></div><p class="{name}">a</p>'
        body += (
            f'<div class="{name}"><div class="{name}"><p>c</p></div><ul><li>d<p class="{name}">e</p></li></ul></div>'
        )
    content = render_word(replace(SUMMARY, language=language), pack_of(f"<document>{body}</document>", styles=styles))
    path = tmp_path / "boxes.docx"
    path.write_bytes(content.content)
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_a_written_file_has_few_named_styles_and_opens_in_python_docx(name: str) -> None:
    pack = page_pack(name)
    content = render_word(with_fields_of(pack, seed_summary()), pack).content
    styles = part(content, "word/styles.xml")
    names = [str(each.get(f"{W}val")) for each in styles.iter(f"{W}name", f"{W}aliases")]
    own = [each for each in names if each.startswith("U-CAP ")]
    assert len(set(own)) == len(own) <= MOST_STYLES
    assert {"U-CAP title", "U-CAP emblem-label"} <= set(own)
    title = next(
        each for each in Document(BytesIO(content)).element.iter(f"{W}pStyle") if each.get(f"{W}val") == "Heading1"
    )
    assert title is not None


def test_headings_have_the_built_in_styles_that_the_navigation_pane_lists() -> None:
    root = body_of("<h1>One</h1><h2>Two</h2><h2 class='note'>Three</h2><p>Text</p>")
    styles = part(word_of("<h1>One</h1><h2>Two</h2><h2 class='note'>Three</h2>"), "word/styles.xml")
    levels = {each.get(f"{W}styleId"): each.find(f"{W}pPr/{W}outlineLvl") for each in styles.iter(f"{W}style")}
    used = [str(each.get(f"{W}val")) for each in root.iter(f"{W}pStyle")]
    assert used[:2] == ["Heading1", "Heading2"]
    found = [levels[name] for name in used[:3]]
    assert [None if level is None else level.get(f"{W}val") for level in found] == ["0", "1", "1"]


def test_texts_of_one_style_have_their_own_heading_levels() -> None:
    texts_of_levels = {"a": "p", "b": "h1", "c": "h2", "d": "h3", "e": "p", "g": "h1"}
    body = "".join(f"<{tag} class='note'>{text}</{tag}>" for text, tag in texts_of_levels.items())
    for first in ("", "<h1 class='note'>f</h1>"):
        content = word_of(first + body)
        styles = {style.get(f"{W}styleId"): style for style in part(content, "word/styles.xml").iter(f"{W}style")}
        levels = {}
        for paragraph in part(content).iter(f"{W}p"):
            (style,) = paragraph.iter(f"{W}pStyle")
            own, named = paragraph.find(f".//{W}outlineLvl"), styles[style.get(f"{W}val")].find(f".//{W}outlineLvl")
            level = named if own is None else own
            levels[text_of(paragraph)] = "9" if level is None else level.get(f"{W}val")
        assert {text: levels[text] for text in texts_of_levels} == {
            "a": "9",
            "b": "0",
            "c": "1",
            "d": "2",
            "e": "9",
            "g": "0",
        }


def test_a_style_of_the_theme_can_have_the_name_of_one_that_only_word_needs() -> None:
    body = "<table><tbody><tr><td>a</td></tr></tbody></table><p class='end'>b</p>"
    pack = pack_of(f"<document>{body}</document>", styles={"end": {"align": "end"}})
    content = render_word(SUMMARY, pack).content
    (paragraph,) = [paragraph for paragraph in part(content).iter(f"{W}p") if text_of(paragraph) == "b"]
    (identifier,) = [style.get(f"{W}val") for style in paragraph.iter(f"{W}pStyle")]
    styles = part(content, "word/styles.xml").iter(f"{W}style")
    (own,) = [style for style in styles if style.get(f"{W}styleId") == identifier]
    assert [align.get(f"{W}val") for align in own.iter(f"{W}jc")] == ["right"]


def test_header_rows_repeat_and_low_rows_are_not_split() -> None:
    low, high = ("<p>" + "word " * count + "</p>" for count in (100, 300))
    root = body_of(
        f"<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><th>c</th><td>d</td></tr>"
        f"<tr><th>e</th><td>{low}</td></tr><tr><th>f</th><td>{high}</td></tr></tbody></table>"
    )
    marks = [{str(each.tag).removeprefix(W) for each in row.iterfind(f"{W}trPr/*")} for row in root.iter(f"{W}tr")]
    assert marks == [{"cantSplit", "tblHeader"}, {"cantSplit"}, {"cantSplit"}, set()]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_start_border_of_a_cell_is_its_left_one_in_both_directions(language: str) -> None:
    pack = pack_of(
        f'<document lang="{language}"><table><tr><td>a</td><td class="marked">b</td></tr></table></document>',
        styles={"marked": {"like": "cell", "border": {"start": LINE}}},
    )
    content = render_word(replace(SUMMARY, language=language), pack).content
    (borders,) = [
        [str(side.tag).removeprefix(W) for side in borders if side.get(f"{W}val") == "single"]
        for borders in part(content).iter(f"{W}tcBorders")
    ]
    assert borders == ["left"]


@pytest.mark.parametrize(("align", "filled"), [("top", 0), ("stretch", 2)])
def test_background_of_a_paragraph_fills_its_cell_only_if_it_is_stretched(align: str, filled: int) -> None:
    pack = pack_of(
        '<document><div class="pair"><p class="tinted">a</p><p class="tinted">b<br/>c</p></div></document>',
        styles={"pair": {"layout": "columns", "align-block": align}, "tinted": {"background": "#CCDDFF"}},
    )
    root = part(render_word(SUMMARY, pack).content)
    cells = [cell for cell in root.iter(f"{W}tcPr") if cell.find(f"{W}shd") is not None]
    assert len(cells) == filled


@pytest.mark.parametrize("between", ["", '<div class="line"><p>a</p><p>b</p></div>'])
def test_columns_begin_with_headings_if_they_are_hardly_higher(between: str) -> None:
    items = "".join(f"<li>Item {number}</li>" for number in range(4))
    sections = "".join(f"<h2>Heading {number}</h2>{between}<ul>{items}</ul>" for number in range(3))
    root = styled_body(f"<h1>Title</h1><columns>{sections}</columns>")
    paragraphs = list(root.iter(f"{W}p"))
    breaks = [index for index, paragraph in enumerate(paragraphs) if paragraph.find(f".//{W}br") is not None]
    assert [text_of(paragraphs[index + 1]) for index in breaks] == ["Heading 2"]
    assert [text for text in kept_texts(root) if text.startswith("Item")] == ["Item 0", "Item 1", "Item 2"] * 3


def column_texts(body: str) -> list[str]:
    """The text of each of three columns; the first one with what is above it."""
    root = styled_body(f'<h1>T</h1><columns count="3">{body}</columns>')
    columns: list[list[str]] = [[]]
    for paragraph in root.iter(f"{W}p"):
        if paragraph.find(f".//{W}br") is not None:
            columns.append([])
        columns[-1].append(text_of(paragraph).strip())
    return [" ".join(filter(None, column)) for column in columns]


def test_no_column_is_left_over_in_which_libreoffice_could_begin() -> None:
    assert column_texts("<h2>A</h2><p>a</p><p>b</p><h2>B</h2><p>c</p><p>d</p>") == ["T A a b", "B c d", ""]


def test_no_column_is_empty_while_another_has_several_sections() -> None:
    long = "<p>a</p>" * 6
    assert column_texts(f"<h2>A</h2>{long}<h2>B</h2><p>b</p><h2>C</h2><p>c</p>") == ["T A a a a a a a", "B b", "C c"]


def test_columns_without_text_take_no_space() -> None:
    with_columns, without = (styled_body(f"<h1>T</h1>{columns}<p>a</p>") for columns in ("<columns></columns>", ""))
    assert etree.tostring(with_columns) == etree.tostring(without)


@pytest.mark.parametrize("heading", ["", "<h2>A</h2>"])
def test_text_that_is_one_section_flows_through_all_columns(heading: str) -> None:
    body = f'<h1>T</h1><columns count="3">{heading}<p>a</p><p>b</p><p>c</p></columns>'
    assert styled_body(body).find(f".//{W}br") is None


@pytest.mark.parametrize(("above", "items"), [(0, 40), (0, 200), (45, 20)])
def test_a_section_is_divided_between_columns_if_it_is_long_or_has_no_room(above: int, items: int) -> None:
    listed = "".join(f"<li>Item {number}</li>" for number in range(items))
    text = "<p>Text.</p>" * above
    root = body_of(f"<h1>Title</h1>{text}<columns><h2>A</h2><ul>{listed}</ul><h2>B</h2><p>b</p></columns>")
    assert root.find(f".//{W}br") is None
    assert "Item 0" not in kept_texts(root)


@pytest.mark.parametrize(("above", "breaks"), [(0, 1), (20, 1), (45, 0), (70, 1), (110, 0)])
def test_sections_are_divided_between_columns_if_the_rest_of_the_page_is_too_short(above: int, breaks: int) -> None:
    """The sections need two fifths of a page, on which text is above them, or on the next one."""
    listed = "".join(f"<li>Item {number}</li>" for number in range(20))
    text = "<p>Text.</p>" * above
    sections = f"<h2>A</h2><ul>{listed}</ul><h2>B</h2><ul>{listed}</ul>"
    root = body_of(f'<h1>Title</h1>{text}<columns count="2">{sections}</columns>')
    assert len(list(root.iter(f"{W}br"))) == breaks


def test_bars_below_each_other_stay_on_one_page() -> None:
    bars = [f'<p>{name}</p><bar value="{name}" max="3" label="{name}"/><p>of 3</p>' for name in "123"]
    lines = "".join(f'<div class="line">{bar}</div>' for bar in bars)
    styles = {"line": {"layout": "columns"}, "bar": {"width": "30 mm"}}
    pack = pack_of(f"<document><div>{lines}</div><p>after</p></document>", styles=styles)
    kept = kept_texts(part(render_word(SUMMARY, pack).content))
    assert [text for text in kept if text] == ["1", "of 3", "2", "of 3"]


def test_padding_is_in_the_table_style_and_in_cells_only_where_it_differs() -> None:
    body = "<table><tr><td>a</td><td>b</td></tr><tr><td class='note'>c</td><td>d</td></tr></table>"
    styles = part(word_of(body), "word/styles.xml")
    own = [style for style in styles.iter(f"{W}style") if style.get(f"{W}customStyle")]
    margins = [each for style in own for each in style.iter(f"{W}tblCellMar")]
    assert [[side.get(f"{W}w") for side in each] for each in margins] == [["113"] * 4]
    cells = list(body_of(body).iter(f"{W}tc"))
    assert [len(list(cell.iter(f"{W}tcMar"))) for cell in cells] == [0, 0, 1, 0]


def test_a_paragraph_after_columns_has_the_space_below_them() -> None:
    columns = "<columns class='wide' count='2'><p>a</p><p>b</p></columns>"
    styles = {"wide": {"space_after": "4 mm"}}
    pack = pack_of(f"<document>{columns}<p>c</p>{columns}<p>d</p></document>", styles=styles)
    root = part(render_word(SUMMARY, pack).content)
    after = [paragraph for paragraph in root.iter(f"{W}p") if "".join(map(str, paragraph.itertext())) in ("c", "d")]
    assert [spacing.get(f"{W}before") for element in after for spacing in element.iter(f"{W}spacing")] == ["227"] * 2


def test_pictures_and_shapes_have_alternative_texts_and_numbers_of_their_own() -> None:
    body = '<emblem/><img src="images/a.png" alt="A &amp; B"/><bar value="1" max="2" label="Rome"/><goal number="9"/>'
    drawn = list(body_of(body, {"images/a.png": picture()}).iter("{*}docPr"))
    assert [each.get("descr") for each in drawn][:3] == [ALTERNATIVE_TEXT, "A & B", "Rome: 1"]
    assert str(drawn[3].get("descr")).startswith("SDG 9: ")
    assert len({each.get("id") for each in drawn}) == len(drawn) == 4


def test_a_drawing_of_the_pack_is_a_png_picture_in_word() -> None:
    content = word_of('<img src="images/a.svg" alt="Logo"/>', {"images/a.svg": LOGO})
    with zipfile.ZipFile(BytesIO(content)) as package:
        (name,) = [each for each in package.namelist() if each.startswith("word/media/")]
        image = Image.open(BytesIO(package.read(name)))
    assert (name[-4:], image.mode) == (".png", "RGBA")
    assert max(image.size) >= 1_000
    assert len(image.convert("RGB").getcolors(maxcolors=1_000_000) or ()) > 10


def test_equal_pictures_are_in_the_file_once() -> None:
    body = '<img src="images/a.png" alt="a"/><img src="images/b.png" alt="b"/>'
    content = word_of(body, {"images/a.png": picture(), "images/b.png": picture()})
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert len([each for each in package.namelist() if each.startswith("word/media/")]) == 1


@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_no_table_is_in_another_table(name: str) -> None:
    """Programs place tracked changes in nested tables at wrong words."""
    pack = page_pack(name)
    content = render_word(with_fields_of(pack, seed_summary()), pack).content
    roots = [part(content, f"word/{each}.xml") for each in ("document", "header1", "header2", "footer1")]
    assert [each for root in roots for cell in root.iter(f"{W}tc") for each in cell.iter(f"{W}tbl")] == []


def test_text_in_columns_is_a_section_of_its_own_with_its_gap() -> None:
    root = body_of('<p>a</p><columns count="3" gap="5 mm"><p>b</p></columns><p>c</p>')
    found = [(each.get(f"{W}num"), each.get(f"{W}space")) for each in root.iter(f"{W}cols")]
    assert [count for count, _ in found] == ["1", "3", "1"]
    assert found[1][1] == "283"
    assert [len(list(each.iter(f"{W}headerReference"))) for each in root.iter(f"{W}sectPr")] == [2, 0, 0]


def test_spaces_between_blocks_do_not_add_up() -> None:
    root = body_of("<h1>Title</h1><p class='label'>a</p>")
    spacing = [each.find(f"{W}pPr/{W}spacing") for each in root.iter(f"{W}p")]
    assert spacing[0] is None
    assert spacing[1] is None or spacing[1].get(f"{W}before") in {None, "113"}


def test_each_numbered_list_begins_with_its_own_number() -> None:
    body = "<ol><li>a</li><li>b</li></ol><p>c</p><ol><li>d</li></ol>"
    numbers = [each.get(f"{W}val") for each in body_of(body).iter(f"{W}numId")]
    assert numbers[0] == numbers[1] != numbers[2]
    starts = part(word_of(body), "word/numbering.xml").iter(f"{W}startOverride")
    assert [each.get(f"{W}val") for each in starts] == ["1", "1"]


def test_the_last_list_item_stays_with_the_short_one_before_it() -> None:
    body = body_of("<ul><li>One</li><li>Two</li><li>Three</li></ul><p>End</p>")
    kept = [text_of(each) for each in body.iter(f"{W}p") if each.find(f"{W}pPr/{W}keepNext") is not None]
    assert kept == ["Two"]


def test_all_parts_of_a_box_that_is_kept_stay_on_its_page() -> None:
    figures = '<div class="figures"><goal number="1"/><goal number="2"/></div>'
    body = f'<div><p class="short">a</p>{figures}<div class="rule"/><h1>b</h1></div>'
    styles = {
        "short": {"rule_below": {"width": "1 pt", "colour": "ink", "length": "20 mm"}},
        "figures": {"layout": "columns"},
        "rule": {"background": "ink", "height": "1 mm"},
    }
    root = part(render_word(SUMMARY, pack_of(f"<document>{body}<p>c</p></document>", styles=styles)).content)
    kept = [paragraph.find(f"{W}pPr/{W}keepNext") is not None for paragraph in root.iterfind(f"{W}body/{W}p")]
    assert kept == [True, True, True, True, True, False], "a, its rule, the tiles, the rule, and b, but not c"


def test_page_numbers_are_fields() -> None:
    content = word_of("<page-footer><p><page-number/> / <page-number total='true'/></p></page-footer><p>a</p>")
    fields = [str(each.text).strip() for each in part(content, "word/footer1.xml").iter(f"{W}instrText")]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_first_page_can_have_a_header_of_its_own() -> None:
    content = word_of(
        "<page-header first='true'><p>first</p></page-header><page-header><p>later</p></page-header><p>a</p>"
    )
    references = {
        each.get(f"{W}type"): each.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        for each in part(content).iter(f"{W}headerReference")
    }
    texts = {kind: text_of(part(content, f"word/{name}.xml")) for kind, name in references.items()}
    assert texts == {"first": "first", "default": "later"}


def test_a_paragraph_against_the_direction_of_the_document_keeps_its_side() -> None:
    rtl = replace(SUMMARY, language="ar")
    content = word_of("<p>English</p><p>عربي</p>", summary=rtl)
    first, second = list(part(content).iter(f"{W}p"))[:2]
    bidi = first.find(f"{W}pPr/{W}bidi")
    assert bidi is not None
    assert bidi.get(f"{W}val") == "0"
    assert [each.get(f"{W}val") for each in first.iter(f"{W}jc")] == ["right"]
    assert second.find(f"{W}pPr/{W}bidi") is None


@pytest.mark.parametrize(("language", "sides"), [("en", ["right"] * 3), ("ar", ["left", "right", "left"])])
def test_paragraphs_are_as_narrow_as_their_style_and_the_group_around_them(language: str, sides: list[str]) -> None:
    body = "<p class='narrow'>English</p><p class='narrow'>عربي</p><div class='group'><p>English</p></div><p>a</p>"
    if language == "en":
        body = body.replace("عربي", "More English")
    styles = {"narrow": {"width": "40 mm", "padding": "0 mm, 2 mm"}, "group": {"width": "60 mm"}}
    pack = pack_of(f"<document>{body}</document>", styles=styles)
    content = render_word(replace(SUMMARY, language=language), pack).content
    indents = [paragraph.find(f"{W}pPr/{W}ind") for paragraph in list(part(content).iter(f"{W}p"))[:4]]
    text_width = pack.theme.text_width
    for indent, side, width in zip(indents, sides, (40, 40, 60), strict=False):
        assert indent is not None
        padding = 0 if width == 60 else Mm(2).twips
        expected = Length(text_width - Length.mm(width)).twips + padding
        assert int(indent.get(f"{W}{side}", "")) == pytest.approx(expected, abs=1)
    assert indents[3] is None


def test_a_paragraph_in_a_list_has_the_width_and_the_padding_of_its_style() -> None:
    body = "<ol><li><p class='narrow'>first</p><p class='narrow'>second</p></li></ol>"
    styles = {"narrow": {"width": "40 mm", "padding": "0 mm, 2 mm"}}
    pack = pack_of(f"<document>{body}</document>", styles=styles)
    paragraphs = list(part(render_word(SUMMARY, pack).content).iter(f"{W}p"))[:2]
    first, second = (paragraph.find(f"{W}pPr/{W}ind") for paragraph in paragraphs)
    assert first is not None
    assert second is not None
    lists = part(render_word(SUMMARY, pack).content, "word/numbering.xml")
    of_list = next(lists.iter(f"{W}ind"))
    padding = Mm(2).twips
    list_indent = int(of_list.get(f"{W}left", ""))
    beside = Length(pack.theme.text_width - Length.mm(40)).twips - list_indent
    for indent in (first, second):
        assert int(indent.get(f"{W}left", "")) == pytest.approx(list_indent + padding, abs=1)
        assert int(indent.get(f"{W}right", "")) == pytest.approx(beside + padding, abs=1)
    assert int(first.get(f"{W}hanging", "")) == pytest.approx(int(of_list.get(f"{W}hanging", "")) + padding, abs=1)
    assert second.get(f"{W}hanging") is None


def test_a_line_break_at_the_end_of_a_paragraph_adds_no_line() -> None:
    texts = docx_paragraphs(word_of("<p>one<br/></p><ul><li>two<br/><br/></li></ul><p>three</p>"))
    assert texts[:3] == ["one", "two\n", "three"]


@pytest.mark.parametrize(("language", "side"), [("en", "right"), ("ar", "left")])
def test_the_border_and_the_padding_of_a_paragraph_are_where_those_of_its_box_are(language: str, side: str) -> None:
    """At the end of the text of the document, also around text in the other direction."""
    border = {"right": {"width": "3 pt", "colour": "ink"}}
    styles = {"end": {"border": border, "padding": "1 mm, 4 mm, 1 mm, 1 mm"}}
    body = "<p class='end'>English text</p><p class='end'>\u0641\u0642\u0631\u0629 \u0639\u0631\u0628\u064a\u0629</p>"
    content = render_word(
        replace(SUMMARY, language=language), pack_of(f"<document>{body}</document>", styles=styles)
    ).content
    (own,) = (
        each for each in part(content, "word/styles.xml").iter(f"{W}style") if each.find(f"{W}pPr/{W}pBdr") is not None
    )
    (line,) = own.iterfind(f"{W}pPr/{W}pBdr/*")
    assert str(line.tag) == f"{W}{side}"
    usual = own.find(f"{W}pPr/{W}ind")
    latin, arabic = list(part(content).iter(f"{W}p"))[:2]
    with_text, against_text = (latin, arabic) if language == "en" else (arabic, latin)
    assert with_text.find(f"{W}pPr/{W}ind") is None
    reversed_indent = against_text.find(f"{W}pPr/{W}ind")
    assert usual is not None
    assert reversed_indent is not None
    assert reversed_indent.get(f"{W}left") == usual.get(f"{W}right")
    assert reversed_indent.get(f"{W}right") == usual.get(f"{W}left")


@pytest.mark.parametrize(("language", "of_cell"), [("en", "ar"), ("ar", "en")])
def test_blocks_in_a_cell_of_the_other_direction_are_mirrored(language: str, of_cell: str) -> None:
    """Pictures, shapes, rules and boxes begin at the side where the cell's text does, and so does its padding."""
    rule = {"width": "1 pt", "colour": "ink", "length": "20 mm"}
    styles: dict[str, object] = {
        "uneven": {"like": "cell", "padding": "0 mm, 6 mm, 0 mm, 1 mm"},
        "short": {"rule_below": rule},
        "side": {"layout": "columns"},
        "line": {"height": "1 mm", "background": "#EEEEEE"},
    }
    blocks = (
        "<img class='logo' src='a.png' alt='a'/><goal number='3'/><p class='short'>a</p><div class='line'/>"
        "<div class='side'><goal number='3'/><goal number='4'/></div>"
    )
    box = "<div class='side'><p>a</p><p>b</p></div>"
    table = f"<table><tr><td class='uneven' lang='{of_cell}'>{blocks}{box}</td><td class='uneven'>b</td></tr></table>"
    pack = pack_of(f"<document lang='{language}'>{table}</document>", {"a.png": picture()}, styles)
    root = part(render_word(replace(SUMMARY, language=language), pack).content)
    cell, other = next(root.iter(f"{W}tr")).findall(f"{W}tc")
    turned = "1" if of_cell == "ar" else "0"
    paragraphs = [line for line in cell.findall(f"{W}p") if line.find(f".//{W}pBdr") is not None]
    paragraphs += [line for line in cell.findall(f"{W}p") if line.find(f".//{W}drawing") is not None]
    assert len(paragraphs) == 4
    for paragraph in paragraphs:
        bidi = paragraph.find(f"{W}pPr/{W}bidi")
        assert bidi is not None
        assert bidi.get(f"{W}val") == turned
    visual = cell.find(f"{W}tbl/{W}tblPr/{W}bidiVisual")
    assert visual is not None
    assert visual.get(f"{W}val", "on") == ("on" if of_cell == "ar" else "off")
    sides = []
    for each in (cell, other):
        margins = {str(side.tag).removeprefix(W): side.get(f"{W}w") for side in each.findall(f"{W}tcPr/{W}tcMar/*")}
        sides.append((margins.get("left", ""), margins.get("right", "")))
    assert sides[0] != sides[1]


def test_the_text_of_a_list_without_an_indent_begins_after_its_marker() -> None:
    pack = pack_of("<document><ul class='flat'><li>a</li></ul></document>", styles={"flat": {"size": "10 pt"}})
    numbering = part(render_word(SUMMARY, pack).content, "word/numbering.xml")
    indent = next(numbering.iter(f"{W}ind"))
    assert indent.get(f"{W}left") == indent.get(f"{W}hanging")
    assert 100 < int(indent.get(f"{W}hanging", "")) < 200  # twips: a bullet and a space


def test_a_block_that_is_too_wide_is_an_error_in_word_alone() -> None:
    with pytest.raises(ProblemsFound) as raised:
        word_of("<table><tr>" + "<th>a</th>" * 40 + "</tr></table>")
    assert [problem.code for problem in raised.value.problems] == ["width-exceeded"]


def test_a_character_that_xml_cannot_represent_is_an_error() -> None:
    with pytest.raises(ProblemsFound) as raised:
        word_of("<p>{{ summary.title }}</p>", summary=replace(SUMMARY, title="a\x00b"))
    assert [problem.code for problem in raised.value.problems] == ["character-forbidden"]


@pytest.mark.parametrize(
    "body",
    [
        "<p class='{}'>a</p>",
        "<div class='{}'><p>a</p></div>",
        "<div class='{}'></div>",
        "<div class='side'><div class='{}'><p>a</p></div><p>b</p></div>",
    ],
)
@pytest.mark.parametrize("side", ["top", "bottom"])
def test_short_rules_of_texts_and_boxes_are_short_and_the_space_is_outside(body: str, side: str) -> None:
    rule = {"width": "1 pt", "colour": "ink", "length": "20 mm"}
    styles = {
        "short": {"border": {side: rule}, "padding": "1 mm, 0 mm", "space_before": "6 mm", "space_after": "5 mm"},
        "side": {"layout": "columns"},
    }
    pack = pack_of(f"<document><p>x</p>{body.format('short')}<p>z</p></document>", styles=styles)
    content = render_word(SUMMARY, pack).content
    document = part(content)
    (line,) = [each for each in document.iter(f"{W}p") if each.find(f"{W}pPr/{W}pBdr") is not None]
    indent = line.find(f"{W}pPr/{W}ind")
    assert indent is not None
    width = pack.theme.text_width / (2 if "side" in body else 1)
    assert int(indent.get(f"{W}right", 0)) == pytest.approx(Length(width - Length.mm(20)).twips, abs=2)
    assert next(document.iter(f"{W}tcBorders"), None) is None
    assert next(part(content, "word/styles.xml").iter(f"{W}tblBorders"), None) is None
    spacing = line.find(f"{W}pPr/{W}spacing")
    if body.startswith("<p"):
        outside = {"top": "before", "bottom": "after"}[side]
        expected = Length.mm(6 if side == "top" else 5).twips
        assert spacing is not None
        assert spacing.get(f"{W}{outside}") == str(expected)


def test_a_rule_shorter_than_its_box_is_a_paragraph_without_text() -> None:
    content = render_word(seed_summary(), page_pack("iuc-asia")).content
    title, rule = docx_paragraphs(content)[:2]
    assert (title, rule) == (seed_summary().title, "")
    border = next(part(content).iter(f"{W}pBdr"))
    assert re.sub(r"\{.*\}", "", str(border[0].tag)) == "bottom"


@pytest.mark.parametrize(
    ("body", "start"),
    [("<div class='narrow'><p class='short'>a</p></div>", 0), ("<ul><li><p class='short'>a</p></li></ul>", 4)],
)
def test_a_short_rule_is_below_its_text_and_has_its_length(body: str, start: float) -> None:
    rule = {"width": "1 pt", "colour": "ink", "length": "20 mm"}
    pack = pack_of(f"<document>{body}</document>", styles={"narrow": {"width": "60 mm"}, "short": {"rule_below": rule}})
    root = part(render_word(SUMMARY, pack).content)
    (indent,) = (line.find(f"{W}pPr/{W}ind") for line in root.iter(f"{W}p") if line.find(f"{W}pPr/{W}pBdr") is not None)
    assert indent is not None
    left = int(indent.get(f"{W}left", "0"))
    assert left == pytest.approx(Mm(start).twips, abs=1)
    length = pack.theme.text_width * 20 - left - int(indent.get(f"{W}right", ""))
    assert length == pytest.approx(Mm(20).twips, abs=2)


LINE = {"width": "1 pt", "colour": "ink"}
STYLES: dict[str, object] = {
    "side": {"layout": "columns", "align-block": "stretch"},
    "card": {"height": "44 mm", "align-block": "stretch", "padding": "2 mm", "border": LINE},
    "card-end": {"align-block": "bottom", "padding": "0 mm, 0 mm, 3 mm"},
    "strip": {"layout": "columns", "padding": "4 mm, 0 mm", "background": "ink"},
    "strip-box": {"padding": "0 mm, 5 mm"},
    "cover": {"bleed": ["top", "left", "right"], "height": "100 mm", "background": "ink", "border": {"bottom": LINE}},
    "line": {"layout": "columns"},
    "foot": {"space_before": "6 mm"},
}


def kept_texts(root: etree._Element) -> list[str]:
    """The texts of the paragraphs that stay on the page of the next one."""
    return [text_of(paragraph) for paragraph in root.iter(f"{W}p") if paragraph.find(f"{W}pPr/{W}keepNext") is not None]


def styled_body(body: str) -> etree._Element:
    pack = pack_of(f"<document>{body}</document>", styles=STYLES)
    return part(render_word(SUMMARY, pack).content)


@pytest.mark.parametrize(
    ("before", "space"),
    [
        ("<p>a</p>", 57),
        ("<table><tr><td>a</td></tr></table>", 57),
        ("<columns><p>a</p></columns>", None),
        ("<columns><h2>A</h2><p>a</p><h2>B</h2><p>b</p></columns>", 57),
    ],
)
def test_foot_does_not_touch_the_text_above_it(before: str, space: int | None) -> None:
    root = styled_body(f"<h1>T</h1>{before}<foot class='foot'><p>contact</p></foot>")
    (position,) = root.iter(f"{W}tblpPr")
    (table,) = [table for table in root.iter(f"{W}tbl") if position in table.iter()]
    line = table.getprevious()
    assert line is not None
    assert text_of(line) == ""
    heights = [int(spacing.get(f"{W}line", 0)) for spacing in line.iter(f"{W}spacing")]
    assert heights == ([] if space is None else [space]), "1 mm, unless Word balances columns with a line below them"
    assert (line.find(f"{W}pPr/{W}keepNext") is not None) is (space is not None)


def test_what_is_at_the_bottom_of_boxes_side_by_side_is_a_row_of_its_own() -> None:
    card = '<div class="card"><p>{}</p><div class="card-end"><p>{}</p></div></div>'
    root = styled_body(f'<div class="side">{card.format("a", "b")}{card.format("c", "d")}</div>')
    upper, lower = root.iter(f"{W}tr")
    assert (text_of(upper), text_of(lower)) == ("ac", "bd")
    heights = [int(height.get(f"{W}val", 0)) for height in upper.iter(f"{W}trHeight")]
    assert heights[0] > 1_700, "44 mm are 2,494 twips, less those of the lower row"
    borders = [{str(side.tag).removeprefix(W) for side in next(row.iter(f"{W}tcBorders"))} for row in (upper, lower)]
    assert borders == [{"top", "left", "right"}, {"bottom", "left", "right"}]
    assert {align.get(f"{W}val") for align in lower.iter(f"{W}vAlign")} == {"bottom"}
    assert kept_texts(root) == ["a", "c"], "the rows are on one page"


def test_content_of_boxes_as_high_as_their_row_is_aligned_as_in_their_styles() -> None:
    styles = {
        "side": {"layout": "columns", "align-block": "stretch", "height": "30 mm"},
        "low": {"background": "ink", "align-block": "bottom"},
        "high": {"background": "ink"},
    }
    body = "<div class='side'><div class='low'>a</div><div class='high'>b</div></div>"
    root = part(render_word(SUMMARY, pack_of(f"<document>{body}</document>", styles=styles)).content)
    cells = [cell for cell in root.iter(f"{W}tc") if text_of(cell)]
    aligns = [cell.find(f"{W}tcPr/{W}vAlign") for cell in cells]
    assert [align.get(f"{W}val") for align in aligns if align is not None] == ["bottom", "top"]


def test_content_of_a_box_with_a_height_is_at_its_top_and_lower_boxes_beside_it_are_centred() -> None:
    styles = {
        "side": {"layout": "columns"},
        "high": {"background": "ink", "height": "30 mm"},
        "low": {"background": "ink"},
    }
    body = "<div class='side'><div class='high'>a</div><div class='low'>b</div></div>"
    root = part(render_word(SUMMARY, pack_of(f"<document>{body}</document>", styles=styles)).content)
    cells = [cell for cell in root.iter(f"{W}tc") if text_of(cell)]
    aligns = [cell.find(f"{W}tcPr/{W}vAlign") for cell in cells]
    assert [align.get(f"{W}val") for align in aligns if align is not None] == ["top", "center"]


NARROW = {
    "a box": '<div class="narrow"><p>a</p></div>',
    "a box in a group": '<div class="group"><div class="narrow"><p>a</p></div></div>',
    "blocks side by side": '<div class="side"><p>a</p><p>b</p></div>',
    "a table": '<table class="table"><tbody><tr><td>a</td></tr></tbody></table>',
}


@pytest.mark.parametrize("name", NARROW)
def test_a_narrow_table_from_right_to_left_has_a_place_without_cells_beside_it(name: str) -> None:
    styles = {
        "narrow": {"background": "ink", "width": "40 mm"},
        "group": {"width": "60 mm"},
        "side": {"layout": "columns", "width": "40 mm"},
        "table": {"width": "40 mm"},
    }
    pack = pack_of(f"<document>{NARROW[name]}</document>", styles=styles)
    for language, beside in (("en", 0), ("ar", Length(pack.theme.text_width - Length.mm(40)).twips)):
        content = render_word(replace(SUMMARY, language=language), pack).content
        (table,) = part(content).iter(f"{W}tbl")
        places = [int(place.get(f"{W}w", 0)) for place in table.iter(f"{W}wAfter")]
        assert places == pytest.approx([beside] if beside else [], abs=2)
        columns = sum(int(column.get(f"{W}w", 0)) for column in table.iter(f"{W}gridCol"))
        assert (
            columns
            == int(next(table.iter(f"{W}tblW")).get(f"{W}w", 0))
            == pytest.approx(Length.mm(40).twips + beside, abs=2)
        )


@pytest.mark.long
def test_libreoffice_shows_a_narrow_box_from_right_to_left_at_the_right_and_alone_in_its_colour() -> None:
    styles = {"narrow": {"background": "#FF0000", "width": "40 mm"}}
    pack = pack_of('<document><div class="narrow"><p>a</p></div></document>', styles=styles)
    content = render_word(replace(SUMMARY, language="ar"), pack).content
    with pypdfium2.PdfDocument(office_pdf(content)) as document:
        page = document[0].render(scale=1).to_pil()
    red = [x for x in range(page.width) for y in range(page.height) if page.getpixel((x, y)) == (255, 0, 0)]
    right = page.width - pack.theme.margins.right
    assert max(red) == pytest.approx(right, abs=3)
    assert min(red) == pytest.approx(right - Length.mm(40), abs=3)


@pytest.mark.parametrize(
    ("body", "height"),
    [("<p class='high'>a</p>", 15), ("<h1 class='high'>a</h1>", 15), ("<p class='plain'>a</p>", None)],
)
def test_a_paragraph_with_a_box_has_the_least_height_of_its_style(body: str, height: float | None) -> None:
    styles = {"high": {"height": "15 mm", "background": "ink"}, "plain": {"height": "15 mm"}}
    root = part(render_word(SUMMARY, pack_of(f"<document>{body}<p>b</p></document>", styles=styles)).content)
    heights = [int(each.get(f"{W}val", 0)) for each in root.iter(f"{W}trHeight")]
    assert heights == ([] if height is None else [Length.mm(height).twips]), "as on the page"


def test_boxes_in_a_box_have_its_padding_above_and_below() -> None:
    root = styled_body(
        '<div class="strip"><div class="strip-box"><p>a</p></div><div class="strip-box"><p>b</p></div></div>'
    )
    own = {str(side.tag).removeprefix(W) for side in root.iterfind(f".//{W}tcMar/*")}
    assert own == {"left", "right"}, "the padding above and below is that of the table"


def test_a_box_to_the_edge_of_the_paper_has_its_border_and_is_as_high_as_in_the_pdf() -> None:
    pack = pack_of('<document><div class="cover"><p>a</p></div></document>', styles=STYLES)
    content = render_word(SUMMARY, pack).content
    (height,) = [int(each.get(f"{W}val", 0)) for each in part(content).iter(f"{W}trHeight")]
    assert height == round((100 / 25.4 * 72 + pack.theme.margins.top) * 20)
    style = next(part(content).iter(f"{W}tblStyle")).get(f"{W}val")
    (look,) = [each for each in part(content, "word/styles.xml").iter(f"{W}style") if each.get(f"{W}styleId") == style]
    assert [str(side.tag).removeprefix(W) for side in look.iterfind(f"{W}tblPr/{W}tblBorders/*")] == ["bottom"]


def test_a_heading_stays_with_the_first_rows_of_a_table_and_the_last_two_rows_stay_together() -> None:
    rows = "".join(f"<tr><th>{number}</th></tr>" for number in range(6))
    root = styled_body(f"<table><thead><tr><th>head</th></tr></thead><tbody>{rows}</tbody></table>")
    assert kept_texts(root) == ["head", "0", "1", "4"]


@pytest.mark.parametrize(("count", "is_split"), [(3, False), (30, True)])
def test_a_heading_at_the_top_of_boxes_that_are_split_does_not_move_them_to_a_new_page(
    count: int,
    is_split: bool,  # noqa: FBT001 - a case
) -> None:
    cells = "".join(f"<div>{head}{'<p>a</p>' * count}</div>" for head in ("<h1>b</h1>", "<div><h1>b</h1></div>"))
    pack = pack_of(f'<document><div class="sides">{cells}</div></document>', styles={"sides": {"layout": "columns"}})
    for paragraph in part(render_word(SUMMARY, pack).content).iter(f"{W}p"):
        if text_of(paragraph) == "b":
            assert any(keep.get(f"{W}val") == "0" for keep in paragraph.iter(f"{W}keepNext")) == is_split


def test_the_lines_of_a_label_stay_on_one_page() -> None:
    root = body_of("<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>")
    kept = [text_of(each) for each in root.iter(f"{W}p") if each.find(f"{W}pPr/{W}keepLines") is not None]
    assert kept == ["a"]


def test_only_a_word_that_no_line_can_hold_is_hyphenated_in_a_heading() -> None:
    words = (
        "Donaudampfschifffahrtsgesellschaft",
        "Donau Dampf Schiff Fahrts Gesellschaft",
        "多瑙河轮船公司的船长的制服",
    )
    cells = "".join(f'<td class="narrow"><h1>{word}</h1></td>' for word in words)
    styles = {"narrow": {"width": "30 mm"}, "title": {"hyphenate": False}}
    pack = pack_of(f"<document><table><tbody><tr>{cells}</tr></tbody></table></document>", styles=styles)
    root = part(render_word(SUMMARY, pack).content)
    kept = [text_of(each) for each in root.iter(f"{W}p") if each.find(f"{W}pPr/{W}suppressAutoHyphens") is not None]
    assert kept == [words[0]]


def test_a_short_word_of_wide_letters_that_no_line_can_hold_is_hyphenated_in_a_heading() -> None:
    wide, many = "W" * 14, "i" * 16
    styles = {"narrow": {"width": "40 mm"}, "title": {"hyphenate": False, "size": "12 pt"}}
    cell = f'<table><tbody><tr><td class="narrow"><h1>{wide} {many}</h1></td></tr></tbody></table>'
    root = part(render_word(SUMMARY, pack_of(f"<document>{cell}</document>", styles=styles)).content)
    assert root.find(f".//{W}suppressAutoHyphens") is not None


def story_writer() -> StoryWriter:
    theme = shipped_pack("plain").theme
    return StoryWriter(StoryPart(), new_document(theme, "en", is_template=False), "en")


def test_blocks_that_are_written_between_those_of_a_box_are_not_kept_with_it() -> None:
    style = shipped_pack("plain").theme.style("body")
    text = TextBlock((Run("a"),), style, 1)
    heading = TextBlock((Run("b"),), style, 1, level=2)
    writer = story_writer()
    pieces = writer.pieces([text, text, heading, text], 400, has_whole_sections=True)
    first = next(pieces)
    between = writer.flow([text, text], 400)
    assert ("keepNext" in first, "keepNext" in between) == (True, False)


class CountedStyle(Style, frozen=True):
    """A style that counts how often it is compared."""

    comparisons: ClassVar[list[object]] = []

    def __eq__(self, other: object) -> bool:
        self.comparisons.append(other)
        return isinstance(other, CountedStyle) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


def test_the_usual_style_of_cells_is_found_with_one_comparison_for_each_cell() -> None:
    style = asdict(shipped_pack("plain").theme.style("body"))
    rows = tuple(TableRow((TableCell((), CountedStyle(**style), 1),), 1) for _ in range(100))
    writer = story_writer()
    writer.flow([Table((), rows, shipped_pack("plain").theme.style("body"), 1)], 400)
    assert len(CountedStyle.comparisons) < 10 * len(rows)


def test_a_line_with_a_heading_stays_with_the_table_below_it() -> None:
    root = styled_body('<div class="line"><h1>a</h1><p>b</p></div><table><tbody><tr><th>c</th></tr></tbody></table>')
    assert kept_texts(root) == ["a", "b", ""], "the last is the space between the tables"
    assert next(root.iter(f"{W}tr")).find(f"{W}trPr/{W}cantSplit") is None, "LibreOffice would not keep it"


def test_a_block_below_text_in_columns_has_its_space_above_it() -> None:
    root = part(render_word(seed_summary(), page_pack("modern")).content)
    headings = [each for each in root.iter(f"{W}p") if each.find(f"{W}pPr/{W}pStyle[@{W}val='Heading2']") is not None]
    last = next(each for each in headings if "activities" in text_of(each))
    assert last.find(f"{W}pPr/{W}spacing") is None  # it has the space of its style


@pytest.mark.parametrize(("count", "kept"), [(1, []), (2, ["1"]), (3, ["1", "2"]), (4, ["1", "3"])])
def test_no_line_with_the_tile_of_a_goal_is_alone_at_the_top_or_bottom_of_a_column(count: int, kept: list[str]) -> None:
    lines = [f'<div class="line"><goal number="{number}"/><p>{number}</p></div>' for number in range(1, count + 1)]
    root = styled_body(f'<columns count="2">{"".join(lines)}</columns>')
    assert [text for text in kept_texts(root) if text.isdigit()] == kept
