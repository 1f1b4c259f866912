"""Word summaries as plans: those of the product unchanged, others by their labels."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import escape
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree
from msgspec.structs import replace

from tests.imports import codes, one_plan, read, refused
from tests.stages import ROOT, shipped_pack, summary_of
from ucap_reports.importers.draft_and_kept_comments import ImportedPlan
from ucap_reports.plan.plan_model import Plan, load_plan
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.summary_model import Summary
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, Run
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, read_package, write_package
from ucap_reports.word.render_word import render_word


def word_file(plan: Plan, pack: str) -> bytes:
    return render_word(compose_summary(plan, shipped_pack(pack)), shipped_pack(pack)).content


def printed(plan: ImportedPlan) -> Summary:
    """What an imported plan prints, in the pack that it names."""
    found = read(plan)
    return compose_summary(found, shipped_pack(found.template or "iuc-asia"))


def hand_made(*rows: tuple[str, ...]) -> tuple[WordDocument, Table]:
    """A document as made by hand in Word: a table of labels and cells."""
    document = Document()
    table = document.add_table(rows=0, cols=max(len(row) for row in rows))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    return document, table


def content_of(document: WordDocument) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


HEAD = ("Cities", "Tianjin", "Rome")


@pytest.mark.parametrize("nothing", ["", "N/A"])
def test_import_warns_about_no_cell_that_says_nothing(nothing: str) -> None:
    rows = [(*HEAD, nothing), ("Country", "China", "Italy", nothing), ("Cities", "Lyon", nothing, nothing)]
    document, _ = hand_made(*rows)

    plan = one_plan(content_of(document), "x.docx")

    (warning,) = plan.problems
    assert warning.message == 'no field for "Cities: Lyon"'
    assert "N/A" not in plan.text


@pytest.mark.parametrize("separator", ["\t", ":\t", "\t\t"])
def test_a_line_with_tabs_after_its_label_is_a_row_with_a_cell_for_each_city(separator: str) -> None:
    document = Document()
    document.add_paragraph(f"Cities{separator}Tianjin\tRome")
    document.add_paragraph(f"Country{separator}China\tItaly")
    document.add_paragraph(f"Objectives{separator}Learn from each other.")
    document.add_paragraph("Build parks.")
    plan = read(one_plan(content_of(document), "x.docx"))
    assert [(city.name, [country.code for country in city.country]) for city in plan.cities] == [
        (("Tianjin",), ["CN"]),
        (("Rome",), ["IT"]),
    ]
    assert plan.objectives.text == "Learn from each other.\nBuild parks."


def test_the_entries_of_a_table_of_contents_are_no_rows() -> None:
    document = Document()
    style = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Cities: Tianjin; Rome")
    document.add_paragraph("Objectives\t3", style=style)
    imported_plan = one_plan(content_of(document), "x.docx")
    assert not read(imported_plan).objectives
    assert "Objectives 3" in imported_plan.text


def test_a_hand_made_table_is_read_by_its_labels() -> None:
    document, table = hand_made(
        HEAD,
        ("Provinz / Region", "Tianjin", "Lazio"),
        ("Country", "China", "Italy"),
        ("Number of inhabitants", "13.6 Mio", "2 800 000"),
        ("Fields of cooperation", "Aerospace; Smart City", ""),
        ("SDGs", "SDG 9, 11", ""),
        ("Main challenges", "Too much traffic.", ""),
    )
    table.cell(4, 1).merge(table.cell(4, 2))
    found = one_plan(content_of(document), "Two cities (final).docx")
    plan = read(found)
    assert found.id == "two-cities-final"
    assert [city.region for city in plan.cities] == [("Tianjin",), ("Lazio",)]
    assert plan.themes == ("Aerospace", "Smart City")
    assert [goal.number for goal in plan.sdgs] == [9, 11]
    assert plan.challenges.text == "Too much traffic."


def test_row_without_a_label_above_facts_of_cities_has_their_names() -> None:
    document, _ = hand_made(("", "Rosario", "Jaén"), ("Country", "Argentina", "Spain"), ("Themes", "Mobility", ""))
    cities = read(one_plan(content_of(document), "x.docx")).cities
    assert [city.name for city in cities] == [("Rosario",), ("Jaén",)]
    assert [city.country[0].code for city in cities] == ["AR", "ES"]


def test_emphasis_links_and_lists_of_word_are_kept() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""))
    cell = table.cell(2, 1)
    words = cell.paragraphs[0]
    words.add_run("Bold ").bold = True
    words.add_run("and ")
    words.add_run("italic").italic = True
    words.add_run(", CO")
    words.add_run("2").font.subscript = True
    add_link(document, words, "https://example.org/a", " a page")
    cell.add_paragraph("First", style="List Bullet")
    cell.add_paragraph("Second", style="List Bullet")
    cell.add_paragraph("One", style="List Number")
    (_, objectives) = one_plan(content_of(document), "x.docx").text.split("objectives: |\n")
    styled = "  **Bold** and *italic*, CO<sub>2</sub> [a page](https://example.org/a)\n\n"
    assert objectives.startswith(f"{styled}  - First\n  - Second\n\n  1. One\n")


def test_a_link_to_a_place_in_a_page_keeps_the_place() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""))
    words = table.cell(2, 1).paragraphs[0]
    add_link(document, words, "https://example.org/a", "A page")
    words._p[-1].set(qn("w:anchor"), "results")
    field = words.add_run()._r
    for kind in ("begin", "separate", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        field.append(mark)
    instruction = OxmlElement("w:instrText")
    instruction.text = ' HYPERLINK "https://example.org/b" \\l "costs" '
    field.insert(1, instruction)
    shown = OxmlElement("w:t")
    shown.text = " and another"
    field.insert(3, shown)
    (_, objectives) = one_plan(content_of(document), "x.docx").text.split("objectives: ")
    assert objectives.startswith('"[A page](https://example.org/a#results) [and another](https://example.org/b#costs)"')


def add_link(document: WordDocument, paragraph: WordParagraph, address: str, text: str) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), document.part.relate_to(address, kind, is_external=True))
    run = paragraph.add_run(text)
    link.append(run._r)
    paragraph._p.append(link)


def test_typed_markers_make_lists() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Activities", "", ""))
    cell = table.cell(2, 1)
    for text in ("• May 2017: a visit", "o with a mayor", "• June 2017: another"):
        cell.add_paragraph(text.replace("o ", "o\t"))
    (_, activities) = one_plan(content_of(document), "x.docx").text.split("activities:\n")
    assert activities.startswith("  - when: May 2017\n    text: a visit\n    details:\n      - with a mayor\n")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1. Learn\n2. Plan", "  1. Learn\n  2. Plan\n"),
        ("Goals:\n1) Learn\n2) Plan", "  Goals:\n\n  1. Learn\n  2. Plan\n"),
        ("- Learn\n- Plan", "  - Learn\n  - Plan\n"),
        ("■ Learn\n■ Plan", "  - Learn\n  - Plan\n"),
        ("◆ Learn\n◆ Plan", "  - Learn\n  - Plan\n"),
        ("・Learn\n・Plan", "  - Learn\n  - Plan\n"),
    ],
)
def test_lines_that_end_with_line_breaks_make_lists(typed: str, written: str) -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", typed, ""))
    plan = one_plan(content_of(document), "x.docx")
    assert plan.text.partition("objectives: |\n")[2].startswith(written)


@pytest.mark.parametrize("sign", ["• ", "- ", "\u2013\t"])
def test_a_typed_marker_before_bold_words_makes_an_item(sign: str) -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""))
    paragraph = table.cell(2, 1).paragraphs[0]
    paragraph.add_run(sign)
    paragraph.add_run("Clean air").bold = True
    (block,) = read(one_plan(content_of(document), "x.docx")).objectives.blocks
    assert isinstance(block, ItemList)
    assert block.items[0].blocks == (Paragraph((Run("Clean air", bold=True),)),)


@pytest.mark.parametrize("typed", ["Founded in\n2. May\n4. June", "Smog\n- and noise"])
def test_lines_that_only_look_like_items_stay_lines(typed: str) -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", typed, ""))
    assert read(one_plan(content_of(document), "x.docx")).objectives.text == typed


def test_tracked_changes_count_as_accepted() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "Old", ""))
    paragraph = table.cell(2, 1).paragraphs[0]
    deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
    deleted.append(paragraph.runs[0]._r)
    inserted.append(paragraph.add_run("New")._r)
    paragraph._p.append(deleted)
    paragraph._p.append(inserted)
    assert read(one_plan(content_of(document), "x.docx")).objectives.text == "New"


def test_deleted_rows_and_ends_of_paragraphs_are_left_out() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Period", "2019", ""))
    table.rows[2]._tr.get_or_add_trPr().append(OxmlElement("w:del"))
    document.add_paragraph("Objectives:")
    first = document.add_paragraph("The city has many ")
    mark = OxmlElement("w:rPr")
    mark.append(OxmlElement("w:del"))
    first._p.get_or_add_pPr().append(mark)
    first._p.addnext(OxmlElement("w:moveFromRangeEnd"))
    document.add_paragraph("floods.")

    plan = read(one_plan(content_of(document), "x.docx"))

    assert plan.objectives.text == "The city has many floods."
    assert plan.period is None


def placeholder(style: str, text: str, name: str = "") -> etree._Element:
    """A paragraph with a content control that shows a hint."""
    xml = f"""<w:p {nsdecls("w")}><w:sdt><w:sdtPr><w:placeholder><w:docPart w:val="{name}"/></w:placeholder>
        <w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:t>{text}</w:t></w:r>
        </w:sdtContent></w:sdt></w:p>"""
    return parse_xml(xml)


def test_hints_in_empty_content_controls_are_no_values() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""), ("Challenges", "", ""))
    style = document.styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
    table.cell(2, 1)._tc.append(placeholder(style.style_id, "Click or tap here to enter text."))
    table.cell(3, 1)._tc.append(placeholder("Strong", "Floods"))

    plan = read(one_plan(content_of(document), "x.docx"))

    assert not plan.objectives
    assert plan.challenges.text == "Floods"


def test_only_the_placeholder_of_a_control_is_a_hint() -> None:
    """LibreOffice may say that a control shows its placeholder after a person has written a text."""
    glossary = f"""<w:glossaryDocument {nsdecls("w")}><w:docParts><w:docPart><w:docPartPr><w:name w:val="Hint"/>
        </w:docPartPr><w:docPartBody><w:p><w:r><w:t>Name the problems.</w:t></w:r></w:p></w:docPartBody></w:docPart>
        </w:docParts></w:glossaryDocument>""".encode()
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""), ("Challenges", "", ""))
    style = document.styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
    for row, text in ((2, "Name the problems."), (3, "Floods")):
        table.cell(row, 1)._tc.append(placeholder(style.style_id, text, "Hint"))

    plan = read(one_plan(with_parts(content_of(document), {"word/glossary/document.xml": glossary}), "x.docx"))

    assert not plan.objectives
    assert plan.challenges.text == "Floods"


def test_parts_are_found_by_their_relationships() -> None:
    """Word on the web writes the parts document2.xml, styles2.xml and numbering2.xml."""
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    document.add_paragraph("Objectives:")
    document.add_paragraph("One", style="List Number")
    document.add_heading("Next steps", 2)
    document.add_paragraph("Then.")
    document.sections[0].footer.paragraphs[0].text = "Foot"
    names = {f"{name}.xml": f"{name}2.xml" for name in ("document", "styles", "numbering")}
    names["footer1.xml"] = "foot.xml"

    plan = one_plan(renamed(content_of(document), names), "x.docx")

    assert isinstance(read(plan).objectives.blocks[0], ItemList)
    assert "# Next steps" in plan.text
    assert "# Foot (foot)" in plan.text


def renamed(content: bytes, names: Mapping[str, str]) -> bytes:
    """A Word file with other names of some parts."""
    parts: dict[str, bytes] = {}
    for path, content_of_part in read_package(content).items():
        part = content_of_part
        folder, slash, name = path.rpartition("/")
        own, ending = (name.removesuffix(".rels"), ".rels") if name.endswith(".rels") else (name, "")
        if ending or path == CONTENT_TYPES:
            for old, new in names.items():
                part = part.replace(b"/" + old.encode(), b"/" + new.encode())
                part = part.replace(b'"' + old.encode(), b'"' + new.encode())
        parts[f"{folder}{slash}{names.get(own, own)}{ending}"] = part
    return write_package(compressed(name, part) for name, part in parts.items())


def with_parts(content: bytes, added: Mapping[str, bytes]) -> bytes:
    """A Word file with further parts."""
    parts = {**read_package(content), **added}
    return write_package(compressed(name, part) for name, part in parts.items())


@pytest.mark.parametrize(
    ("instruction", "link"),
    [
        ('hyperlink "https://a.org/x" \\l "y"', "https://a.org/x#y"),
        ('HYPERLINK \\o "tip" "https://a.org/x" \\t "_blank"', "https://a.org/x"),
        ("Hyperlink https://a.org/x", "https://a.org/x"),
        ('HYPERLINK \\l "below"', None),
    ],
)
def test_links_of_fields_are_read_as_word_reads_them(instruction: str, link: str | None) -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""))
    add_field(table.cell(2, 1).paragraphs[0], instruction, "there")

    objectives = read(one_plan(content_of(document), "x.docx")).objectives

    assert [(run.text, run.link) for run in objectives.runs()] == [("there", link)]


def test_numbers_of_pages_are_no_text_in_any_letters() -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run("Our office ")
    add_field(foot, "page", "7")

    assert "# Our office (footer1)" in one_plan(content_of(document), "x.docx").text


def test_control_characters_do_not_prevent_an_import() -> None:
    """U+0096 is the dash of Windows-1252 that a program took for Latin-1."""
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "one\u2028two \x96 three", ""))

    assert read(one_plan(content_of(document), "x.docx")).objectives.text == "one\ntwo \u2013 three"


def test_numbers_with_zeros_are_those_of_a_numbered_list() -> None:
    """Word writes such a format into an alternative for programs that know it."""
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    document.add_paragraph("Objectives:")
    document.add_paragraph("One", style="List Number")
    namespace = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    old = b'<w:numFmt w:val="decimal"/>'
    new = (
        f'<mc:AlternateContent xmlns:mc="{namespace}"><mc:Choice Requires="w14"><w:numFmt w:val="custom" '
        f'w:format="01, 02"/></mc:Choice><mc:Fallback>{old.decode()}</mc:Fallback></mc:AlternateContent>'
    ).encode()
    parts = read_package(content_of(document))
    parts["word/numbering.xml"] = parts["word/numbering.xml"].replace(old, new)

    (items,) = read(one_plan(with_parts(content_of(document), parts), "x.docx")).objectives.blocks

    assert isinstance(items, ItemList)
    assert items.marker is Marker.NUMBER


def test_lines_under_links_are_no_underlined_text() -> None:
    """Google Docs and LibreOffice underline the text of each link, Word has a style for it."""
    document, table = hand_made(HEAD, ("Country", "China", "Italy"), ("Objectives", "", ""))
    paragraph = table.cell(2, 1).paragraphs[0]
    add_link(document, paragraph, "https://a.org/x", "there")
    for run in paragraph._p.iter(qn("w:r")):
        run.get_or_add_rPr().append(parse_xml(f'<w:u {nsdecls("w")} w:val="single"/>'))

    (run,) = read(one_plan(content_of(document), "x.docx")).objectives.runs()

    assert (run.text, run.link, run.underline) == ("there", "https://a.org/x", False)


def test_white_space_around_paragraphs_loses_neither_paragraphs_nor_emphasis() -> None:
    """Chinese paragraphs begin with two wide spaces."""
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    document.add_paragraph("Objectives:")
    document.add_paragraph("\u3000\u3000First.")
    document.add_paragraph("\u00a0").add_run("Second.\u00a0").bold = True
    document.add_paragraph("Item\u00a0", style="List Bullet")

    text = one_plan(content_of(document), "x.docx").text

    assert "objectives: |\n  First.\n\n  **Second.**\n\n  - Item\n" in text


@pytest.mark.parametrize("marks", [1, 3])
def test_field_without_an_end_hides_nothing_below_its_paragraph(marks: int) -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    document.add_paragraph("Objectives:")
    paragraph = document.add_paragraph("One. ")
    add_field(paragraph, "PAGE", "7")
    for run in list(paragraph._p)[-4:][marks - 1 :]:
        paragraph._p.remove(run)
    document.add_paragraph("Two.")

    assert read(one_plan(content_of(document), "x.docx")).objectives.text == "One.\nTwo."


def add_field(paragraph: WordParagraph, instruction: str, result: str) -> None:
    """Add a field with this instruction and result."""
    for content in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{result}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{content}</w:r>"))


def test_labelled_lines_need_no_table() -> None:
    document = Document()
    for text in ("City: Tianjin; Rome", "Country:\tChina; Italy", "Objectives:", "The first one.", "The second one."):
        document.add_paragraph(text)
    plan = read(one_plan(content_of(document), "x.docx"))
    assert plan.objectives.text == "The first one.\nThe second one."
    assert [(city.name, city.country[0].code) for city in plan.cities] == [(("Tianjin",), "CN"), (("Rome",), "IT")]


def test_a_title_without_a_label_is_a_comment() -> None:
    document, table = hand_made(HEAD, ("Country", "China", "Italy"))
    table._tbl.addprevious(document.add_paragraph("Action plan of two cities")._p)
    plan = one_plan(content_of(document), "x.docx")
    assert (read(plan).title, codes(plan)) == (None, ["import-unplaced"])
    assert "# Action plan of two cities (body" in plan.text


def test_a_row_without_a_field_is_a_comment_and_a_warning_at_its_place() -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"), ("Budget", "100,000 euros", ""))
    found = one_plan(content_of(document), "x.docx")
    assert "# Budget: 100,000 euros (body \u203a table 1 \u203a row 3 \u203a cell 2)" in found.text
    places = [problem.location.place for problem in found.problems if problem.code == "import-unplaced"]
    assert places == ["body \u203a table 1 \u203a row 3 \u203a cell 2"]


def test_headers_and_footers_of_others_are_kept_as_comments() -> None:
    document, _ = hand_made(HEAD, ("Country", "China", "Italy"))
    document.sections[0].header.paragraphs[0].text = "Draft of the office"
    assert "# Draft of the office (header" in one_plan(content_of(document), "x.docx").text


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "line",
    [
        *("Last updated: 3 June 2019", "Stand: 3. Juni 2019", "Updated on: 2019-06-03"),
        *("Derni\u00e8re mise \u00e0 jour : 3 juin 2019", "\u66f4\u65b0\u65e5\u671f\uff1a2019\u5e746\u67083\u65e5"),
    ],
)
@pytest.mark.parametrize("place", ["body", "footer"])
def test_the_date_of_the_content_is_read_from_its_line(line: str, place: str) -> None:
    document, _ = hand_made(HEAD)
    if place == "body":
        document.add_paragraph(line)
    else:
        document.sections[0].footer.paragraphs[0].text = line
    plan = one_plan(content_of(document), "x.docx")
    assert (read(plan).updated, codes(plan)) == (date(2019, 6, 3), [])
    assert "Not imported" not in plan.text


def test_two_different_dates_of_the_content_are_a_comment() -> None:
    document, _ = hand_made(HEAD)
    document.add_paragraph("Last updated: 3 June 2019")
    document.sections[0].footer.paragraphs[0].text = "Last updated: 4 June 2019"
    plan = one_plan(content_of(document), "x.docx")
    assert (read(plan).updated, codes(plan)) == (None, ["date-invalid"])
    assert "# updated: 3 June 2019; 4 June 2019 (footer" in plan.text


def test_a_date_without_a_label_before_a_colon_is_a_comment() -> None:
    document, _ = hand_made(HEAD)
    document.sections[0].footer.paragraphs[0].text = "(As of 3 June 2019)"
    plan = one_plan(content_of(document), "x.docx")
    assert (read(plan).updated, codes(plan)) == (None, ["import-unplaced"])
    assert "# (As of 3 June 2019) (footer" in plan.text


def test_an_ambiguous_date_of_the_content_is_a_comment_with_both_dates_in_the_hint() -> None:
    document, _ = hand_made(HEAD)
    document.add_paragraph("Last updated: 03/06/2019")
    plan = one_plan(content_of(document), "x.docx")
    (problem,) = plan.problems
    assert problem.code == "date-invalid"
    assert all(day in (problem.hint or "") for day in ("2019-06-03", "2019-03-06"))
    assert "# updated: 03/06/2019 (body" in plan.text


def test_a_document_of_the_product_that_was_edited_in_word_is_read_with_its_changes() -> None:
    document = Document(BytesIO(word_file(load_plan(ROOT / "plans" / "tianjin-rome.yaml"), "iuc-asia")))
    document.tables[0].cell(1, 2).paragraphs[0].runs[0].text = "Latium"
    document.core_properties.modified = datetime(2026, 3, 1, 10, tzinfo=UTC)
    found = one_plan(content_of(document), "tianjin-rome.docx")
    assert read(found).cities[1].region == ("Latium",)
    assert codes(found) == []


def test_columns_of_a_table_with_a_row_for_each_city_are_split_only_between_the_facts_of_their_heads() -> None:
    document, _ = hand_made(
        ("City", "Country · Province", "Mayor"),
        ("Tianjin", "China\nHebei", "Li Wei\nand Wang Fang"),
        ("Rome", "Italy\nLazio", "Anna Rossi"),
    )
    found = one_plan(content_of(document), "example.docx")
    tianjin, rome = read(found).cities

    assert (tianjin.region, rome.region) == (("Hebei",), ("Lazio",))
    assert (tianjin.mayor, rome.mayor) == ("Li Wei and Wang Fang", "Anna Rossi")
    assert codes(found) == []


def test_import_refuses_a_turned_table_without_names() -> None:
    document, _ = hand_made(("City", "Country", "Population"), ("N/A", "Italy", "5"), ("", "Spain", "7"))
    assert refused(content_of(document), "example.docx") == ["import-no-cities"]


def test_import_refuses_a_title_that_a_map_declares_to_be_unknown_names() -> None:
    document, _ = hand_made(("Population", "5"), ("Country", "Italy"))
    document.add_paragraph("N/A ; N/A")
    assert refused(content_of(document), "example.docx", 'columns: {"N/A ; N/A": cities}') == ["import-no-cities"]


@pytest.mark.parametrize("headers", [("Region", "Country", "Population"), ("Population", "Land")])
def test_import_refuses_a_turned_table_whose_first_column_is_empty(headers: tuple[str, ...]) -> None:
    values = ("Lazio", "Italy", "5")[: len(headers)]
    document, _ = hand_made(("Cities", *headers), ("", *values), ("", *values))
    assert refused(content_of(document), "example.docx") == ["import-no-cities"]


def test_cities_are_read_from_a_turned_table() -> None:
    names = [f"City {letter}" for letter in "PQRSTUV"]
    text = "cities:\n" + "".join(f"  - {{name: {name}, country: China}}\n" for name in names)
    summary = summary_of(text)
    found = one_plan(render_word(summary, shipped_pack()).content, "example.docx")
    assert replace(printed(found)) == summary
