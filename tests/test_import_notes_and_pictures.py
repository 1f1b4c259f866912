"""Things beside the text of a Word file, and formatting that plans cannot express: comments and warnings."""

import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.imports import DATA, codes, imported, one_plan, read, refused
from tests.test_import_word import HEAD, content_of, hand_made
from ucap_reports.importers.draft_and_kept_comments import ImportedPlan

COUNTRY = ("Country", "China", "Italy")
CELL = "body \u203a table 1 \u203a row 3 \u203a cell 2"
BESIDE = ("<w:sdt", "<m:oMath")
SPACES = f"{nsdecls('w')} xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"


def with_objectives(*children: str) -> ImportedPlan:
    """The plan of a file whose objectives are one paragraph with these elements in runs, or beside them."""
    document, table = hand_made(HEAD, COUNTRY, ("Objectives", "", ""))
    (paragraph,) = table.cell(2, 1).paragraphs
    for child in children:
        paragraph._p.append(parse_xml(child if child.startswith(BESIDE) else f"<w:r {SPACES}>{child}</w:r>"))
    return one_plan(content_of(document), "x.docx")


def text(words: str) -> str:
    return f'<w:t xml:space="preserve">{words}</w:t>'


def test_a_file_of_a_real_program_has_a_warning_for_each_thing_beside_its_text() -> None:
    found = one_plan((DATA / "office-summary.docx").read_bytes(), "office-summary.docx")
    place = "body \u203a table 1 \u203a row {} \u203a cell 2"
    asides = [each for each in found.problems if each.code == "import-aside"]
    assert [(each.details["name"], each.details["text"], each.location.place) for each in asides] == [
        ("text box", "Second edition", "body \u203a paragraph 1"),
        ("picture", "A map of both cities", "body \u203a paragraph 1"),
        ("footnote", "In 2018.", place.format(3)),
        ("comment by A. Schmidt", "Is this still true?", place.format(4)),
        ("hidden text", "not for print", place.format(4)),
    ]
    changed = [each.location.place for each in found.problems if each.code == "import-formatting"]
    assert changed == [place.format(4), place.format(4), place.format(5)]
    for words in ("In 2018.", "Is this still true?", "not for print", "Second edition", "A map of both cities"):
        assert words in found.text.partition("# Not imported")[2]
    plan = read(found)
    assert plan.objectives.text.startswith(
        "The new \u201caim\u201d, see the page:\nClean air\nin the old town\nby bicycle"
    )
    assert plan.contact is not None
    assert (plan.language, plan.template, plan.contact.email) == ("en", None, "office@essen.example")


SHOWN = {
    "tab to the margin": (f"{text('Left')}<w:ptab/>{text('right')}", "Left right"),
    "soft hyphen": (f"{text('co')}<w:softHyphen/>{text('operation')}", "co\u00adoperation"),
    "hyphen that does not break": (f"{text('06')}<w:noBreakHyphen/>{text('06')}", "06\u201106"),
    "hyphen that does not break in a name": (f"{text('the U')}<w:noBreakHyphen/>{text('CAP')}", "the U-CAP"),
    "hyphen that does not break in an address": (
        f"{text('to office@iuc')}<w:noBreakHyphen/>{text('asia.eu.')}",
        "to office@iuc-asia.eu.",
    ),
    "no-break space before a unit": (text("by 20\u00a0%, on 5\u00a0km²"), "by 20 %, on 5 km²"),
    "no-break space before a word": (text("Art.\u00a05\u00a0of"), "Art.\u00a05\u00a0of"),
    "tab": (f"{text('a')}<w:tab/>{text('b')}", "a b"),
    "arrow of Wingdings": (f'{text("a ")}<w:sym w:font="Wingdings" w:char="F0E0"/>{text(" b")}', "a \u2192 b"),
    "ruby text": (
        f"<w:ruby><w:rt/><w:rubyBase><w:r>{text('Koriyama')}</w:r></w:rubyBase></w:ruby>",
        "Koriyama",
    ),
    "content control": (f"<w:sdt {SPACES}><w:sdtContent><w:r>{text('inside')}</w:r></w:sdtContent></w:sdt>", "inside"),
    "formula": (f"<m:oMath {SPACES}><m:r><m:t>E=mc2</m:t></m:r></m:oMath>", "E=mc2"),
}


@pytest.mark.parametrize(("child", "words"), SHOWN.values(), ids=SHOWN)
def test_visible_text_is_imported(child: str, words: str) -> None:
    assert read(with_objectives(child)).objectives.text == words


WORDLESS = {
    "symbol in an unknown font": (
        '<w:sym w:font="Webdings" w:char="F021"/>',
        "symbol in the font Webdings",
    ),
    "picture without words": (
        f'<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata {nsdecls("r")} r:id="rId1"/></w:pict>',
        "picture",
    ),
    "footnote that is not there": ('<w:footnoteReference w:id="9"/>', "footnote"),
}


@pytest.mark.parametrize(("child", "name"), WORDLESS.values(), ids=WORDLESS)
def test_a_thing_without_words_is_a_warning_at_its_place(child: str, name: str) -> None:
    found = with_objectives(text("Words"), child)
    assert [(each.code, each.details, each.location.place) for each in found.problems] == [
        ("import-aside", {"name": name}, CELL)
    ]


def test_a_text_box_has_spaces_at_its_tabs_and_lines_and_no_words_that_moved_away() -> None:
    words = f"<w:r>{text('one')}<w:cr/>{text('two')}<w:ptab/>{text('three')}</w:r>"
    moved = f'<w:moveFrom w:id="1" w:author="A. Schmidt"><w:r>{text(" moved")}</w:r></w:moveFrom>'
    content = f"<w:txbxContent><w:p>{words}{moved}</w:p></w:txbxContent>"
    found = with_objectives(
        f'<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{content}</v:textbox></w:pict>'
    )
    assert [each.details["text"] for each in found.problems] == ["one two three"]


def test_the_look_of_words_is_not_a_warning() -> None:
    assert (
        codes(with_objectives(f'<w:rPr><w:highlight w:val="yellow"/><w:strike w:val="0"/></w:rPr>{text("Words")}'))
        == []
    )


def test_two_summaries_in_a_file_are_an_error() -> None:
    rows = (HEAD, COUNTRY, ("Cities", "Lyon", "Nice"), ("Country", "France", "France"))
    document, _ = hand_made(*rows)
    assert refused(content_of(document), "x.docx") == ["import-several"]
    summaries = "".join("\t".join(row) + "\n" for row in rows)
    assert refused(summaries, "x.txt") == ["import-several"]


def test_common_labels_do_not_identify_a_pack() -> None:
    document, _ = hand_made(HEAD, COUNTRY, ("Objectives", "All", ""), ("Results", "None", ""))
    assert read(one_plan(content_of(document), "x.docx")).template is None


def test_a_contact_below_the_table_is_read_line_by_line() -> None:
    document, _ = hand_made(HEAD, COUNTRY)
    lines = (
        "",
        "For further information, please contact:",
        "City of Rome",
        "a@rome.it",
        "1 Main Street",
        "",
        "In print",
    )
    for line in lines:
        document.add_paragraph(line)
    found = one_plan(content_of(document), "x.docx")
    contact = read(found).contact
    assert contact is not None
    assert (contact.office, contact.email, contact.address) == ("City of Rome", "a@rome.it", "1 Main Street")
    assert "# In print (body \u203a paragraph" in found.text


def test_a_file_without_tables_is_imported() -> None:
    document = Document()
    for line in ("City: Tianjin; Rome", "Country: China; Italy"):
        document.add_paragraph(line)
    assert imported(content_of(document), "x.docx").problems == ()


def test_text_after_a_field_with_a_hidden_end_is_text() -> None:
    begin, end = (f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "end"))
    plan = with_objectives(text("before "), begin, f"<w:rPr><w:vanish/></w:rPr>{end}", text("after"))
    assert read(plan).objectives.text == "before after"


def test_comments_in_the_xml_of_a_file_are_ignored() -> None:
    plan = with_objectives(f"{text('be')}<!-- of some program -->{text('fore')}<?of one?>{text(' after')}")
    assert read(plan).objectives.text == "before after"


FORMULA = "<m:oMath><m:r><m:t>E=mc2</m:t></m:r></m:oMath>"


@pytest.mark.parametrize("kind", ["footnote", "endnote", "comment"])
def test_a_formula_in_a_note_is_kept_with_the_words_around_it(kind: str) -> None:
    document, table = hand_made(HEAD, COUNTRY, ("Objectives", "", ""))
    reference = f'<w:r {SPACES}><w:t>Words</w:t><w:{kind}Reference w:id="7"/></w:r>'
    table.cell(2, 1).paragraphs[0]._p.append(parse_xml(reference))
    note = f'<w:{kind} w:id="7"><w:p><w:r><w:t>where </w:t></w:r>{FORMULA}</w:p></w:{kind}>'
    part = f"<w:{kind}s {SPACES}>{note}</w:{kind}s>"
    with zipfile.ZipFile(BytesIO(content_of(document))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in (parts | {f"word/{kind}s.xml": part.encode()}).items():
            package.writestr(name, content)

    found = one_plan(stream.getvalue(), "x.docx")

    (aside,) = [problem for problem in found.problems if problem.code == "import-aside"]
    assert aside.details["text"] == "where E=mc2"
    assert "where E=mc2" in found.text.partition("# Not imported")[2]


def test_a_formula_in_a_text_box_is_kept() -> None:
    box = f"<w:pict><w:txbxContent><w:p>{FORMULA}</w:p></w:txbxContent></w:pict>"
    found = with_objectives(text("Words"), box)
    (aside,) = [problem for problem in found.problems if problem.code == "import-aside"]
    assert (aside.details["name"], aside.details["text"]) == ("text box", "E=mc2")


def test_import_reports_a_picture_with_a_blank_title_once() -> None:
    picture = (
        '<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape alt="A map" title=" ">'
        f'<v:imagedata {nsdecls("r")} r:id="rId1"/></v:shape></w:pict>'
    )
    found = with_objectives(text("Words"), picture)
    assert [problem.details for problem in found.problems] == [{"name": "picture", "text": "A map"}]


@pytest.mark.parametrize("column", [0, 1])
def test_the_text_of_a_table_cell_below_a_merged_one_is_kept(column: int) -> None:
    document, table = hand_made(HEAD, COUNTRY, ("Objectives", "All", ""), ("Results", "None", ""))
    for row, value in ((2, "restart"), (3, "continue")):
        properties = table.cell(row, column)._tc.get_or_add_tcPr()
        properties.append(parse_xml(f'<w:vMerge {nsdecls("w")} w:val="{value}"/>'))
    hidden = ("Results", "None")[column]

    found = one_plan(content_of(document), "x.docx")

    (aside,) = [problem for problem in found.problems if problem.code == "import-aside"]
    place = f"body \u203a table 1 \u203a row 4 \u203a cell {column + 1}"
    assert (aside.details["text"], aside.location.place) == (hidden, place)
    assert f"# cell below a merged cell: {hidden}" in found.text
