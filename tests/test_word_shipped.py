"""The shipped Word templates and their documents: valid, accessible, and with the words of the PDF."""

from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from lxml import etree
from msgspec.structs import replace
from openxml_audit import FileFormat, OpenXmlValidator

from tests.samples import EVERYTHING, row, seed_summary, shared, with_rows
from tests.selected_cases import every
from tests.stages import SHIPPED_PACKS, with_fields_of
from tests.tools import office_pdf, page_texts
from tests.word_templates import SHIPPED, W, pack_of, part, shipped_word_pack, text_of, texts, themed
from tests.words import docx_words, summary_words
from ucap_reports.check.pack_check import try_page
from ucap_reports.page.page_tree import Division, ImageBlock
from ucap_reports.summary.summary_model import Contact, Summary
from ucap_reports.template.pack_opening import PackFolder, open_pack
from ucap_reports.template.picture_bar_tile_and_emblem_look import ALTERNATIVE_TEXT
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render_word import render_word
from ucap_reports.word.writer.template_export import word_template

MANY = with_rows(
    row("population", "Population:", *(f"{number} Mio" for number in range(12))),
    shared("activities", "Activities:", EVERYTHING),
    columns=tuple(f"City {number}" for number in range(12)),
)
ALL_OF_CONTACT = Contact("Ask:", "Office", "a@b.eu", "+86 10", "www.iuc.eu", "Street 1\n1000 City")
SUMMARIES = {
    "the seed": seed_summary(),
    "twelve columns and all of rich text": MANY,
    "one column": with_rows(row("country", "Country:", "China"), columns=("Tianjin",)),
    "nothing but a title": replace(seed_summary(), rows=(), contact=Contact(), programme_label=()),
    "all of a contact": replace(seed_summary(), contact=ALL_OF_CONTACT),
    "right to left": replace(MANY, language="ar"),
    "empty cells": with_rows(row("a", "A:", RichText(), RichText()), shared("b", "B:", RichText())),
}


def word_file(summary: Summary) -> bytes:
    return render_word(summary, shipped_word_pack()).content


@pytest.mark.no_cover
@pytest.mark.parametrize("name", SUMMARIES)
def test_the_file_is_valid_against_the_schemas_of_office_open_xml(name: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.docx"
    path.write_bytes(word_file(SUMMARIES[name]))
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


@pytest.mark.no_cover
@pytest.mark.parametrize("name", every(3, SHIPPED_PACKS))
def test_the_file_of_each_shipped_pack_is_valid(name: str, tmp_path: Path) -> None:
    pack = open_pack(name, [PackFolder(SHIPPED.parent, "templates")])
    path = tmp_path / "summary.docx"
    path.write_bytes(render_word(with_fields_of(pack, seed_summary()), pack).content)
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


def test_the_template_is_valid() -> None:
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(SHIPPED / "summary.docx"))
    assert [str(error) for error in result.errors] == []


def test_the_template_is_made_from_the_page_template() -> None:
    pack = open_pack("iuc-asia", [PackFolder(SHIPPED.parent, "templates")])
    assert read_package(word_template(pack)) == read_package((SHIPPED / "summary.docx").read_bytes())


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_words_are_those_of_the_summary_in_the_same_order(name: str) -> None:
    summary = SUMMARIES[name]
    assert docx_words(word_file(summary)) == summary_words(summary)


@pytest.mark.parametrize("name", ["iuc-asia", "plain"])
def test_a_panel_without_a_contact_begins_with_the_emblem_in_both_formats(name: str) -> None:
    pack = open_pack(name, [PackFolder(SHIPPED.parent, "templates")])
    for contact in (ALL_OF_CONTACT, Contact()):
        summary = replace(seed_summary(), contact=contact)
        panel = Document(BytesIO(render_word(summary, pack).content)).tables[-1]
        tree = try_page(pack, summary).tree
        assert tree is not None
        box = tree.body[-1]
        assert isinstance(box, Division)
        alone = not contact
        is_emptied = alone and pack.word_template is not None  # a cell of a Word template is emptied, never removed
        cells = [bool(cell.text) for cell in panel.rows[0].cells]
        assert cells == ([False, False, True] if is_emptied else [True, False, True][alone:])
        assert [type(block) for block in box.blocks] == [Division, ImageBlock, Division][alone:]


def test_the_document_does_not_depend_on_how_word_splits_the_runs_of_the_template() -> None:
    """Each character is in its own run, as after a spell check, an edit or a change of language."""
    pack = shipped_word_pack()
    parts = read_package(pack.files["summary.docx"].content)
    for name in ("word/document.xml", *(f"word/{each}.xml" for each in ("header1", "header2", "footer1"))):
        root = etree.fromstring(parts[name])
        for each in list(root.iter(f"{W}r")):
            split(each)
        parts[name] = etree.tostring(root)
    shattered = pack_of(write_package(compressed(name, content) for name, content in parts.items()))
    for name in ("the seed", "all of a contact"):
        found = render_word(SUMMARIES[name], shattered).content
        for part_name in (
            "word/document.xml",
            *(f"word/{each}.xml" for each in ("header1", "header2", "footer1")),
        ):
            assert texts(part(found, part_name)) == texts(part(word_file(SUMMARIES[name]), part_name))


def split(run: etree._Element) -> None:
    """Split a run into one for each character."""
    text = text_of(run)
    for character in text if len(text) > 1 else "":
        other = deepcopy(run)
        next(other.iter(f"{W}t")).text = character
        run.addprevious(other)
    if len(text) > 1:
        next(run.iterancestors()).remove(run)


def test_the_title_is_a_heading() -> None:
    document = Document(BytesIO(word_file(seed_summary())))
    title = document.paragraphs[0]
    assert (title.text, title.style.name if title.style else "") == (seed_summary().title, "Heading 1")


def test_the_header_row_repeats_and_other_rows_may_be_split() -> None:
    facts = next(part(word_file(seed_summary())).iter(f"{W}tbl"))
    marks = [{str(each.tag).removeprefix(W) for each in row.iterfind(f"{W}trPr/*")} for row in facts.iter(f"{W}tr")]
    assert marks == [{"cantSplit", "tblHeader"}, *[set()] * 12]


def test_the_contact_panel_is_never_split() -> None:
    panel = list(part(word_file(seed_summary())).iter(f"{W}tbl"))[-1]
    assert [len(list(row.iter(f"{W}cantSplit"))) for row in panel.iter(f"{W}tr")] == [1]


def test_the_cells_of_the_contact_panel_are_centred_as_in_the_pdf() -> None:
    (*_, panel) = part(word_file(seed_summary())).iter(f"{W}tbl")
    assert [each.get(f"{W}val") for each in panel.iter(f"{W}vAlign")] == ["center"] * 3


def test_each_picture_has_an_alternative_text() -> None:
    content = word_file(seed_summary())
    for name in ("word/document.xml", "word/header1.xml", "word/header2.xml"):
        (picture,) = (each for each in part(content, name).iter() if str(each.tag).endswith("}docPr"))
        assert picture.get("descr") == ALTERNATIVE_TEXT


def test_the_chinese_label_has_its_language_and_font() -> None:
    content = word_file(seed_summary())
    (run,) = (each for each in part(content).iter(f"{W}r") if text_of(each) == "欧盟项目")
    (language,) = run.iter(f"{W}lang")
    assert (language.get(f"{W}val"), language.get(f"{W}eastAsia")) == ("zh-CN", "zh-CN")
    fonts = part(content, "word/styles.xml").iterfind(f".//{W}rFonts")
    assert {each.get(f"{W}eastAsia") for each in fonts} == {"Microsoft YaHei"}


def test_empty_fields_of_the_contact_leave_no_line() -> None:
    (*_, panel) = part(word_file(seed_summary())).iter(f"{W}tbl")
    assert [text_of(each) for each in panel.iter(f"{W}p")] == [
        "For further information (including access to the full U-CAP), please contact:",
        "IUC-ASIA office@iuc-asia.eu",
        "",
        "A European Union Programme",
        "欧盟项目",
    ]


def test_the_footer_has_fields_for_page_numbers() -> None:
    footer = part(word_file(seed_summary()), "word/footer1.xml")
    assert [each.text for each in footer.iter(f"{W}instrText")] == [" PAGE ", " NUMPAGES "]
    assert text_of(footer) == "Tianjin – Rome1 / 1"


def test_running_text_is_hyphenated_and_the_layout_is_that_of_word_2013() -> None:
    settings = part(word_file(seed_summary()), "word/settings.xml")
    (hyphenation,) = settings.iter(f"{W}autoHyphenation")
    assert hyphenation.get(f"{W}val", "1") == "1"
    styles = part(word_file(seed_summary()), "word/styles.xml")
    (title,) = [style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Heading1"]
    assert len(list(title.iter(f"{W}suppressAutoHyphens"))) == 1
    modes = {each.get(f"{W}name"): each.get(f"{W}val") for each in settings.iter(f"{W}compatSetting")}
    assert modes["compatibilityMode"] == "15"


@pytest.mark.no_cover
@pytest.mark.parametrize("name", every(2, ["the seed", "twelve columns and all of rich text"]))
def test_libreoffice_shows_the_words_of_the_summary(name: str) -> None:
    pages = page_texts(office_pdf(word_file(SUMMARIES[name])))
    shown = " ".join(pages)
    missing = [word for word in summary_words(SUMMARIES[name]) if word not in shown and "-" not in word]
    assert missing == []


def test_the_seed_has_two_pages_in_libreoffice() -> None:
    first, second = (" ".join(page.split()) for page in page_texts(office_pdf(word_file(seed_summary()))))
    assert "City: Tianjin Rome" in first
    assert "City: Tianjin Rome" in second
    assert "1 / 2" in first
    assert "2 / 2" in second


def test_fonts_colours_and_cells_are_those_of_the_theme() -> None:
    own = themed({"colours": {"blue": "#112233", "tint": "#445566"}, "fonts": {"text": {"word": "Georgia"}}})
    content = render_word(seed_summary(), own).content
    styles = part(content, "word/styles.xml")
    label = next(each for each in styles if each.get(f"{W}styleId") == "UCAPlabel")
    assert [each.get(f"{W}val") for each in label.iter(f"{W}color")] == ["112233"]
    assert [each.get(f"{W}ascii") for each in label.iter(f"{W}rFonts")] == ["Georgia"]
    assert {each.get(f"{W}fill") for each in part(content).iter(f"{W}shd")} == {"112233", "445566"}


def test_a_pack_can_keep_the_look_of_its_template() -> None:
    own = themed({"colours": {"blue": "#112233"}, "fonts": {"text": {"word": "Georgia"}}}, word_styles="keep")
    content = render_word(seed_summary(), own).content
    text = read_package(content)["word/styles.xml"].decode()
    assert "112233" not in text
    assert "Georgia" not in text


def test_the_page_and_its_tables_fit_the_paper_of_the_theme() -> None:
    own = themed({"page": {"size": "Letter", "margins": "30 mm, 20 mm"}})
    root = part(render_word(seed_summary(), own).content)
    (size,) = root.iter(f"{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("12240", "15840")
    width = own.theme.text_width.twips
    for grid in root.iter(f"{W}tblGrid"):
        assert abs(sum(int(each.get(f"{W}w", "0")) for each in grid) - width) <= 4
