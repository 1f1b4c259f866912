"""Word templates as python-docx, LibreOffice and Word save them, with the content that people add."""

import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from docx import Document
from docx.shared import Mm
from lxml import etree

from tests.broken_packs import picture
from tests.samples import line as rich_line
from tests.samples import listed, row, seed_summary, shared, with_rows
from tests.selected_cases import mostly_long
from tests.tools import OFFICE_SECONDS, office_pdf, page_texts, require
from tests.word_packages import PICTURE, PNG, problems_in, with_part, with_settings
from tests.word_templates import (
    SHIPPED,
    STYLES,
    R,
    W,
    cell,
    docx,
    filled,
    merged,
    paragraph,
    part,
    rows,
    run,
    table,
    text_of,
    texts,
    themed,
)
from ucap_reports.template.picture_bar_tile_and_emblem_look import ALTERNATIVE_TEXT
from ucap_reports.text.rich_text import Marker, RichText, Run
from ucap_reports.word.compile.theme_look_of_templates import MODE
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package
from ucap_reports.word.writer.styles_and_lists import EMBLEM_PNG

pytestmark = pytest.mark.no_cover

DRAWING_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
TITLE = seed_summary().title
SUMMARY = with_rows(row("a", "A:", "a1", "a2"), row("b", "B:", "b1", "b2"), shared("c", "C:", "c1"))


def by_python_docx() -> bytes:
    """A template with headings, a table, a picture, a header and a footer."""
    document = Document()
    document.add_heading("{{ summary.title }}", level=1)
    document.add_paragraph("{%p if summary.updated %}")
    document.add_paragraph("Of {{ summary.updated_text }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for name in summary.columns %}")
    document.add_paragraph("{{ name }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    facts = document.add_table(rows=4, cols=4)
    written = [
        ["{{ summary.column_label }}", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        ["{%tr for row in summary.rows if not row.shared %}", "", "", ""],
        ["{{ row.label }}", "{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}"],
        ["{%tr endfor %}", "", "", ""],
    ]
    for line, texts_ in zip(facts.rows, written, strict=True):
        for place, text in zip(line.cells, texts_, strict=True):
            place.text = text
    inner = facts.cell(2, 0).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "inside {{ row.key }}"
    document.add_picture(BytesIO(EMBLEM_PNG), width=Mm(20))
    document.sections[0].header.paragraphs[0].text = "Header of {{ summary.id }}"
    document.sections[0].footer.paragraphs[0].text = "Footer of {{ summary.id }}"
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@cache
def by_libreoffice() -> bytes:
    """The same template, opened and saved as a Word file by LibreOffice."""
    return saved_again(by_python_docx())


def saved_again(template: bytes) -> bytes:
    """A Word file, opened and saved by LibreOffice."""
    soffice = require("soffice")
    with TemporaryDirectory(prefix="ucap-office-") as home:
        source, out = Path(home) / "template.docx", Path(home) / "out"
        source.write_bytes(template)
        profile = (Path(home) / "profile").as_uri()
        command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "docx:MS Word 2007 XML"]
        subprocess.run(
            [*command, "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=OFFICE_SECONDS
        )
        return (out / "template.docx").read_bytes()


@pytest.mark.parametrize("program", mostly_long(["python-docx", "LibreOffice"], {"python-docx"}))
def test_a_template_is_filled_in_whichever_program_has_saved_it(program: str) -> None:
    content = filled(by_python_docx() if program == "python-docx" else by_libreoffice(), SUMMARY)
    document = Document(BytesIO(content))
    assert [each.text for each in document.paragraphs if each.text] == [TITLE, "Tianjin", "Rome"]
    assert [[each.text.strip() for each in line.cells] for line in document.tables[0].rows] == [
        ["City:", "Tianjin", "Rome"], ["A:", "a1", "a2"], ["B:", "b1", "b2"],
    ]  # fmt: skip
    assert [line.cells[0].tables[0].cell(0, 0).text for line in document.tables[0].rows[1:]] == ["inside a", "inside b"]
    assert document.sections[0].header.paragraphs[0].text == "Header of tianjin-rome"
    assert document.sections[0].footer.paragraphs[0].text == "Footer of tianjin-rome"
    assert len(list(part(content).iter(f"{W}drawing"))) == 1
    assert "Header of tianjin-rome" in "".join(page_texts(office_pdf(content)))


@pytest.mark.long
def test_statements_leave_no_empty_paragraphs() -> None:
    content = filled(by_libreoffice(), SUMMARY)
    styles = [
        each.style.name.lower() for each in Document(BytesIO(content)).paragraphs if each.style and each.style.name
    ]
    assert styles[:3] == ["heading 1", "list bullet", "list bullet"]


def test_a_tag_with_tracked_changes_and_spelling_marks_is_one_tag() -> None:
    spelling = '<w:proofErr w:type="spellStart"/>'
    deleted = '<w:del w:id="1" w:author="a"><w:r><w:delText>titel</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2" w:author="a" w:date="2020-01-01T00:00:00Z">{run("title")}</w:ins>'
    body = paragraph("{{ ", spelling, "summary", '<w:proofErr w:type="spellEnd"/>', ".", deleted, inserted, " }}")
    root = merged(body)
    assert texts(root) == [TITLE]
    assert not list(root.iter(f"{W}ins", f"{W}del", f"{W}proofErr"))


def test_tags_in_content_controls_are_filled_in_and_the_controls_stay() -> None:
    block = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('{{ summary.id }}')}</w:sdtContent></w:sdt>"
    inline = f"<w:sdt><w:sdtContent>{run('{{ summary.')}</w:sdtContent></w:sdt>"
    root = merged(block + paragraph("a ", inline, "id }} b"))
    assert texts(root) == ["tianjin-rome", "a tianjin-rome b"]
    assert list(root.iter(f"{W}sdt"))


def test_a_loop_can_repeat_a_content_control_around_a_row() -> None:
    controlled = f"<w:sdt><w:sdtContent><w:tr>{cell('{{ row.key }}')}</w:tr></w:sdtContent></w:sdt>"
    open_, close = (f"<w:tr>{cell(text)}</w:tr>" for text in ("{%tr for row in summary.rows %}", "{%tr endfor %}"))
    body = f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="1000"/></w:tblGrid>{open_}{controlled}{close}</w:tbl>'
    assert rows(merged(body, SUMMARY)) == [["a"], ["b"], ["c"]]


def test_a_hyperlink_of_the_template_keeps_its_address_around_a_tag() -> None:
    root = merged(f'<w:p><w:hyperlink w:anchor="top">{run("see {{ summary.id }}")}</w:hyperlink></w:p>')
    (link,) = root.iter(f"{W}hyperlink")
    assert text_of(link) == "see tianjin-rome"


def test_pictures_beside_tags_stay() -> None:
    described = f' descr="{ALTERNATIVE_TEXT}"'
    root = merged(
        paragraph("{{ summary.id }}", picture(described))
        + table([cell(paragraph(picture(described))), "{{ summary.id }}", ""])
    )
    assert len(list(root.iter(f"{W}drawing"))) == 2


def test_pictures_of_all_parts_have_numbers_of_their_own() -> None:
    pictures = f"<w:p>{PICTURE.format('') * 2}</w:p>"
    content = filled(docx(f"{pictures}{paragraph('{{ summary.id }}')}", header=pictures, footer=pictures))
    roots = [part(content, f"word/{name}.xml") for name in ("document", "header1", "footer1")]
    assert len({each.get("id") for root in roots for each in root.iter(DRAWING_PROPERTIES)}) == 6


def test_loops_in_loops_of_rows_columns_and_paragraphs_work_together() -> None:
    inner = [
        paragraph("{%p for name in summary.columns %}"),
        paragraph("{{ name }}/{{ value }}"),
        paragraph("{%p endfor %}"),
    ]
    body = table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{%tr if not row.shared %}", "", ""],
        ["{%tc for value in row.cells %}", cell(*inner), "{%tc endfor %}"],
        ["{%tr endif %}", "", ""],
        ["{%tr endfor %}", "", ""],
    )
    assert rows(merged(body, SUMMARY)) == [
        ["Tianjin/a1\nRome/a1", "Tianjin/a2\nRome/a2"],
        ["Tianjin/b1\nRome/b1", "Tianjin/b2\nRome/b2"],
    ]


def test_the_headers_of_all_three_kinds_are_filled_in() -> None:
    document = Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = "every {{ summary.id }}"
    section.first_page_header.paragraphs[0].text = "first {{ summary.id }}"
    document.settings.odd_and_even_pages_header_footer = True
    section.even_page_header.paragraphs[0].text = "even {{ summary.id }}"
    buffer = BytesIO()
    document.save(buffer)
    made = Document(BytesIO(filled(buffer.getvalue()))).sections[0]
    found = [each.paragraphs[0].text for each in (made.header, made.first_page_header, made.even_page_header)]
    assert found == ["every tianjin-rome", "first tianjin-rome", "even tianjin-rome"]


def test_footnotes_are_filled_in() -> None:
    separator = f'<w:footnote w:type="separator" w:id="-1">{paragraph("")}</w:footnote>'
    note = f'<w:footnote w:id="1">{paragraph("see {{ summary.contact.email|link }}")}</w:footnote>'
    content = filled(docx(paragraph("a"), footnotes=separator + note))
    root = part(content, "word/footnotes1.xml")
    assert texts(root)[-1] == "see office@iuc-asia.eu"
    assert b"mailto:office@iuc-asia.eu" in etree.tostring(part(content, "word/_rels/footnotes1.xml.rels"))


@pytest.mark.long
def test_the_shipped_template_follows_the_theme_after_libreoffice_has_saved_it() -> None:
    theme = themed({"colours": {"blue": "#004D40", "line": "#B7D3CC"}}).settings.theme
    content = filled(saved_again((SHIPPED / "summary.docx").read_bytes()), theme=theme)
    (mode,) = (each for each in part(content, "word/settings.xml").iter(f"{W}compatSetting") if MODE in each.values())
    assert mode.get(f"{W}val") == "15"
    for name in ("word/document.xml", "word/styles.xml"):
        root = part(content, name)
        for style in root.findall(f"{W}style"):
            if style[0].get(f"{W}val") == "U-CAP emblem-label":
                assert b"003399" in etree.tostring(style), "the programme label has the same colour in each brand"
                root.remove(style)
        written = etree.tostring(root)
        assert b"004D40" in written
        assert b"003399" not in written
        assert b"C5CFE6" not in written


def test_heading_1_follows_the_title_of_the_theme_where_a_program_has_dropped_its_alias() -> None:
    sizes: list[str | None] = []
    for name in ("U-CAP title", "heading 1"):
        styles = part(filled(docx(paragraph("a"), styles=STYLES.replace("U-CAP title", name))), "word/styles1.xml")
        sizes += [each.get(f"{W}val") for each in styles.iterfind(f"{W}style[@{W}styleId='Title']/{W}rPr/{W}sz")]
    assert sizes == [sizes[0]] * 2
    assert sizes[0] != "99"


@pytest.mark.parametrize(("written", "mode"), [("12", "15"), ("15", "15"), ("16", "16"), ("x", "x")])
def test_older_compatibility_modes_become_the_newest_where_styles_follow_the_theme(written: str, mode: str) -> None:
    settings = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="u" w:val="{written}"/>' for name in ("compatibilityMode", "other")
    )
    template = with_settings(f"<w:compat>{settings}</w:compat>")
    parts = {name: content.replace(b"U-CAP ", b"") for name, content in read_package(template).items()}
    own = write_package(compressed(name, content) for name, content in parts.items())
    for each, expected in ((template, [mode, written]), (own, [written, written])):
        found = part(filled(each), "word/settings.xml").iter(f"{W}compatSetting")
        assert [setting.get(f"{W}val") for setting in found] == expected


def margins(left: int) -> str:
    return f'<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="{left}" w:type="dxa"/></w:tblCellMar>'


def styled(cells: list[str], properties: str = "") -> str:
    """A table of the style "T"."""
    own = f'<w:tblPr><w:tblStyle w:val="T"/>{properties}'
    return table(cells, widths=(1000,) * len(cells)).replace("<w:tblPr>", own, 1)


def test_borders_and_margins_that_differ_from_the_style_stay() -> None:
    styles = (
        '<w:style w:type="table" w:styleId="T"><w:name w:val="U-CAP table"/><w:tblPr><w:tblBorders>'
        f'<w:bottom w:val="single" w:sz="4" w:color="AAAAAA"/></w:tblBorders>{margins(50)}</w:tblPr></w:style>'
    )
    lines = (("single", 4, "AAAAAA"), ("double", 4, "AAAAAA"), ("single", 12, "AAAAAA"), ("single", 4, "BBBBBB"))
    borders = [f'<w:top w:val="{kind}" w:sz="{size}" w:color="{colour}"/>' for kind, size, colour in lines]
    cells = [cell("x", properties=f"<w:tcBorders>{border}</w:tcBorders>") for border in borders]
    other = table([cells[0]], widths=(1000,))
    cells[1] = cells[1].replace("</w:tc>", f"{other}<w:p/></w:tc>")
    root = part(filled(docx(styled(cells, margins(50)) + styled(["x"], margins(60)) + other, styles=styles)))
    found = [
        tuple(each.get(f"{W}{name}") for name in ("val", "sz", "color"))
        for each in root.iterfind(f".//{W}tcBorders/{W}top")
    ]
    kept = [(kind, str(size), colour) for kind, size, colour in lines]
    assert found == [kept[1], kept[0], *kept[2:], kept[0]]
    assert [each.get(f"{W}w") for each in root.iterfind(f".//{W}tblCellMar/{W}left")] == ["60"]


def as_word_template(template: bytes) -> bytes:
    """The same file as Word saves templates (`.dotx`)."""
    parts = read_package(template)
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(b"document.main", b"template.main")
    return write_package(compressed(name, content) for name, content in parts.items())


def test_documents_from_a_template_for_new_documents_are_documents() -> None:
    content = filled(as_word_template(docx(paragraph("{{ title }}"))))
    types = read_package(content)[CONTENT_TYPES]
    assert b"document.main+xml" in types
    assert b"template.main+xml" not in types


def test_a_value_has_the_language_of_the_document_and_not_that_of_its_tag() -> None:
    words = run("Stand: ", '<w:lang w:val="de-DE"/>')
    tag = run("{{ title }}", '<w:i/><w:rtl/><w:lang w:val="de-DE"/>')
    words_run, title_run = merged(paragraph(words, tag)).iter(f"{W}r")
    assert [child.tag.removeprefix(W) for child in words_run[0]] == ["lang"]
    assert [child.tag.removeprefix(W) for child in title_run[0]] == ["i"]


def test_the_default_style_has_the_language_of_the_document() -> None:
    """LibreOffice writes the language of a template into it."""
    language = '<w:rPr><w:b/><w:lang w:val="de-DE"/></w:rPr>'
    styles = STYLES.replace('<w:name w:val="Normal"/>', f'<w:name w:val="Normal"/>{language}')
    root = part(filled(docx(paragraph("{{ title }}"), styles=styles)), "word/styles1.xml")
    assert [element.get(f"{W}val") for element in root.iter(f"{W}lang")] == ["en-GB"]


LAST_EDITED = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
START, END = '<w:bookmarkStart w:id="7" w:name="there"/>', '<w:bookmarkEnd w:id="7"/>'


@pytest.mark.parametrize("around", [("", LAST_EDITED), (LAST_EDITED, ""), (START, END)])
def test_bookmarks_beside_a_tag_do_not_keep_its_paragraph(around: tuple[str, str]) -> None:
    start, end = around
    listed_cell = listed(Marker.BULLET, RichText.plain("one"), RichText.plain("two"))
    body = (
        paragraph(start, "{% if not summary.title %}", end)
        + paragraph("left out")
        + paragraph("{% endif %}")
        + paragraph(start, "{{ summary.rows[0].cells[0] }}", end)
    )
    root = merged(body, with_rows(shared("a", "A:", listed_cell)))
    assert texts(root) == ["one", "two"]
    assert len(list(root.iter(f"{W}numPr"))) == 2


def test_bookmarks_around_a_value_are_around_its_paragraphs() -> None:
    body = table([cell(paragraph(START, "{{ title }}", END))])
    (written_cell,) = merged(body).iter(f"{W}tc")
    assert [child.tag.removeprefix(W) for child in written_cell] == ["tcPr", "bookmarkStart", "p", "bookmarkEnd"]


def control(content: str) -> str:
    """A content control."""
    return f'<w:sdt><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def test_a_content_control_whose_tags_print_nothing_has_a_paragraph() -> None:
    body = table([cell(control(paragraph("{%p if not title %}") + paragraph("{%p endif %}"))), "b"])
    (content,) = merged(body).iter(f"{W}sdtContent")
    assert [child.tag for child in content] == [f"{W}p"]
    in_line = control(run("{% if not title %}a{% endif %}"))
    assert texts(merged(paragraph("a ", in_line, "b"))) == ["a b"]


def test_content_controls_around_rows_and_cells_are_left_out() -> None:
    controlled_cell = f"<w:tr>{cell('{{ row.key }}')}{control(cell('{{ cell }}'))}</w:tr>"
    grid = '<w:tblGrid><w:gridCol w:w="1000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    root = merged(f"<w:tbl><w:tblPr/>{grid}{control(controlled_cell)}</w:tbl>", SUMMARY)
    assert rows(root) == [["a", "a1", "a2"], ["b", "b1", "b2"], ["c", "c1"]]
    assert not list(root.iter(f"{W}sdt"))


SKIPPING = '<w:trPr><w:gridBefore w:val="1"/><w:wBefore w:w="1000" w:type="dxa"/></w:trPr>'


@pytest.mark.parametrize(
    "cells",
    [
        cell("{{ head }}", width=2000, properties='<w:gridSpan w:val="2"/>'),
        cell("{%tc for name in summary.columns %}") + cell("{{ name }}") + cell("{%tc endfor %}"),
    ],
)
def test_a_row_that_skips_columns_ends_where_the_others_end(cells: str) -> None:
    others = table(["a", "b", "c"]).removesuffix("</w:tbl>")
    root = merged(f"{others}<w:tr>{SKIPPING}{cells}</w:tr></w:tbl>")
    columns = [int(column.get(f"{W}w") or 0) for column in root.iter(f"{W}gridCol")]
    row_properties, *row_cells = list(root.iter(f"{W}tr"))[1]
    assert [(child.tag.removeprefix(W), next(iter(child.attrib.values()))) for child in row_properties] == [
        ("gridBefore", "1"),
        ("wBefore", str(columns[0])),
    ]
    widths = [int(width.get(f"{W}w") or 0) for row_cell in row_cells for width in row_cell[0].iter(f"{W}tcW")]
    spans = [row_cell[0].find(f"{W}gridSpan") for row_cell in row_cells]
    spanned = sum(1 if span is None else int(span.get(f"{W}val") or 0) for span in spans)
    assert (columns[0] + sum(widths), 1 + spanned) == (sum(columns), len(columns))


@pytest.mark.parametrize("identifier", ["link1", "picture1", "ucapDraft", "ucap2"])
def test_relationships_of_a_finished_document_stay_when_it_becomes_a_template(identifier: str) -> None:
    parts = read_package(docx(paragraph("{{ summary.rows[0].cells[0] }}"), header=paragraph("head")))
    for name in ("word/document.xml", "word/_rels/document.xml.rels"):
        parts[name] = parts[name].replace(b'"rId2"', f'"{identifier}"'.encode())
    template = write_package(compressed(name, content) for name, content in parts.items())
    linked = rich_line(Run("site", link="https://example.org/"))
    content = filled(template, with_rows(shared("a", "A:", linked)))
    relationships = part(content, "word/_rels/document.xml.rels")
    targets = {element.get("Id"): element.get("Target") for element in relationships}
    assert len(targets) == len(relationships)
    root = part(content)
    (reference,) = root.iter(f"{W}headerReference")
    (link,) = root.iter(f"{W}hyperlink")
    assert targets[reference.get(f"{R}id")] == "header1.xml"
    assert targets[link.get(f"{R}id")] == "https://example.org/"


@pytest.mark.parametrize("columns", ["", "<w:gridCol/><w:gridCol/>", '<w:gridCol w:w="1000"/>'])
def test_columns_that_the_grid_does_not_have_are_as_wide_as_their_cells(columns: str) -> None:
    """Word computes the grid from the cells, and so do its files by other programs."""
    cells = cell("{{ row.label }}", width=1000) + cell("{{ cell }}", width=4000)
    root = merged(f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl>", SUMMARY)
    assert [column.get(f"{W}w") for column in root.iter(f"{W}gridCol")] == ["1000", "2000", "2000"]


def test_a_table_without_widths_has_columns_for_its_cells() -> None:
    cells = (cell("{{ row.label }}") + cell("{{ cell }}")).replace('w:w="1000" w:type="dxa"', 'w:w="0" w:type="auto"')
    root = merged(f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cells}</w:tr></w:tbl>", SUMMARY)
    assert len(list(root.iter(f"{W}gridCol"))) == 3


def test_parts_with_encoded_names_are_found() -> None:
    template = with_part("word/media/My%20Logo.png", PNG, "image/png", "image")
    assert problems_in(template) == ()
