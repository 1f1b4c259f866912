"""Content of templates that must not be published unnoticed: hidden text, tracked changes, and unused parts."""

import re

import pytest

from tests.samples import seed_summary, with_rows
from tests.word_packages import BODY, NO_RELATIONSHIPS, PICTURE, PNG, finished, problems_in, related, typed, with_part
from tests.word_templates import (
    NAMESPACES,
    STYLES,
    W,
    docx,
    filled,
    merged,
    pack_of,
    paragraph,
    part,
    run,
    table,
    text_of,
    texts,
)
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.package_parts import NUMBERING_TYPE
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.render_word import render_word

VANISH = "<w:vanish/>"
HIDDEN_STYLE = f'<w:style w:type="character" w:styleId="H"><w:name w:val="H"/><w:rPr>{VANISH}</w:rPr></w:style>'
HIDDEN_PARAGRAPHS = f'<w:style w:type="paragraph" w:styleId="P"><w:name w:val="P"/><w:rPr>{VANISH}</w:rPr></w:style>'
HIDDEN = {
    "text": (run("secret", VANISH), ["shown", "tianjin-rome"]),
    "text of a style": (run("secret", '<w:rStyle w:val="H"/>'), ["shown", "tianjin-rome"]),
    "a value": (run("secret {{ summary.title }}", VANISH), ["shown", "tianjin-rome"]),
    "text beside a statement": (
        run("secret {% if summary.title %}", VANISH) + run("more") + run("{% endif %} secret", VANISH),
        ["shownmore", "tianjin-rome"],
    ),
    "a picture": (
        PICTURE.format("").replace("<w:r>", f"<w:r><w:rPr>{VANISH}</w:rPr>").replace('name="a"', 'name="secret"'),
        ["shown", "tianjin-rome"],
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_text_is_left_out_with_a_warning(name: str) -> None:
    hidden, shown = HIDDEN[name]
    template = docx(f"<w:p>{run('shown')}{hidden}</w:p>" + paragraph("{{ summary.id }}"), styles=STYLES + HIDDEN_STYLE)
    (problem,) = problems_in(template)
    assert (problem.code, problem.location.place) == ("content-left-out", "body › paragraph 1")
    assert b"secret" not in finished(template)["word/document.xml"]
    root = part(filled(template))
    assert texts(root) == shown
    assert list(root.iter(f"{W}vanish", f"{W}rStyle")) == []


@pytest.mark.parametrize("style", ["P", "Q"])
def test_paragraphs_of_a_hidden_style_are_left_out_with_a_warning(style: str) -> None:
    based = '<w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Q"/><w:basedOn w:val="P"/></w:style>'
    hidden = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run("secret")}</w:p>'
    template = docx(hidden + BODY, styles=STYLES + HIDDEN_PARAGRAPHS + based)
    (problem,) = problems_in(template)
    assert (problem.code, problem.location.place) == ("content-left-out", "body › paragraph 1")
    assert b"secret" not in finished(template)["word/document.xml"]


@pytest.mark.parametrize("properties", ['<w:vanish w:val="0"/>', '<w:rStyle w:val="H"/><w:vanish w:val="false"/>'])
def test_text_that_is_not_hidden_stays(properties: str) -> None:
    template = docx(f"<w:p>{run('shown', properties)}</w:p>" + BODY, styles=STYLES + HIDDEN_STYLE)
    assert problems_in(template) == ()
    assert texts(part(filled(template)))[0] == "shown"


@pytest.mark.parametrize(
    "opening",
    [f"<w:p>{run('{%p if summary.updated %}', VANISH)}</w:p>", paragraph("{%p if summary.updated %}", style="P")],
)
def test_hidden_statements_work_without_a_warning(opening: str) -> None:
    template = docx(opening + paragraph("gone") + paragraph("{%p endif %}") + BODY, styles=STYLES + HIDDEN_PARAGRAPHS)
    assert problems_in(template) == ()
    assert texts(part(filled(template))) == [seed_summary().title]


DELETED = '<w:del w:id="1" w:author="a"/>'
CELL_DELETED = '<w:cellDel w:id="1" w:author="a"/>'
DELETED_END = f"<w:pPr><w:rPr>{DELETED}</w:rPr></w:pPr>"
CHANGES = {
    "an insertion": f'<w:p><w:ins w:id="1" w:author="a">{run("new")}</w:ins></w:p>',
    "a deletion": f"<w:p>{run('new')}<w:del w:id='1'><w:r><w:delText>old</w:delText></w:r></w:del></w:p>",
    "a move": f"<w:p><w:moveTo w:id='1'>{run('new')}</w:moveTo><w:moveFrom w:id='2'>{run('new')}</w:moveFrom></w:p>",
    "a format": '<w:p><w:r><w:rPr><w:rPrChange w:id="1" w:author="a"/></w:rPr><w:t>new</w:t></w:r></w:p>',
    "the end of a paragraph": f"<w:p>{DELETED_END}{run('n')}</w:p><w:p>{run('ew')}</w:p>",
    "the end before a paragraph with a style": f"<w:p>{DELETED_END}{run('n')}</w:p>{paragraph('ew', style='Cell')}",
    "a paragraph": f"<w:p>{DELETED_END}</w:p><w:p>{run('new')}</w:p>",
    "the end of a paragraph before a bookmark": (
        f"<w:bookmarkStart w:id='8' w:name='a'/><w:p>{DELETED_END}{run('n')}</w:p><w:bookmarkEnd w:id='8'/>"
        f"<w:p>{run('ew')}</w:p>"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_tracked_changes_are_accepted_with_a_warning(name: str) -> None:
    template = docx(CHANGES[name] + BODY)
    assert [problem.code for problem in problems_in(template)] == ["changes-tracked"]
    root = part(filled(template))
    assert [text for text in texts(root) if text] == ["new", seed_summary().title]
    assert [each.getprevious() for each in root.iter(f"{W}pPr") if each.getprevious() is not None] == []
    assert b"author" not in finished(template)["word/document.xml"]


@pytest.mark.long
@pytest.mark.parametrize("name", allowlist().changes)
def test_changes_of_properties_are_accepted_in_each_part(name: str) -> None:
    """They have names of authors."""
    change = f'<w:{name} w:author="Ms A"/>'
    style = f'<w:style w:styleId="a"><w:name w:val="a"/><w:rPr>{change}</w:rPr></w:style>'
    levels = f'<w:abstractNum w:abstractNumId="1"><w:lvl>{change}</w:lvl></w:abstractNum>'
    levels = f"<w:numbering {NAMESPACES}>{levels}</w:numbering>"
    tracked = f"<w:p><w:pPr>{change}</w:pPr>{run('new')}</w:p>"
    numbered = with_part("word/numbering.xml", levels.encode(), NUMBERING_TYPE, "numbering")
    for template in (docx(tracked + BODY, footer=tracked), docx(BODY, styles=STYLES + style), numbered):
        assert "changes-tracked" in [problem.code for problem in problems_in(template)]
        assert not [part for part, content in finished(template).items() if b"Ms A" in content]


def test_a_deleted_end_in_a_style_belongs_to_no_paragraph() -> None:
    end = "<w:pPr><w:rPr><w:del w:author='Ms A'/></w:rPr></w:pPr>"
    template = docx(BODY, styles=f'{STYLES}<w:style w:styleId="a"><w:name w:val="a"/>{end}</w:style>')
    assert [problem.code for problem in problems_in(template)] == ["changes-tracked"]
    assert not [part for part, content in finished(template).items() if b"Ms A" in content]


def test_traces_of_editing_are_left_out_and_bookmarks_and_content_stay() -> None:
    bookmarks = '<w:bookmarkStart w:id="8" w:name="Kept"/><w:bookmarkEnd w:id="8"/>'
    content = f'<w:customXml w:element="a">{run("kept", "<w:b/>")}</w:customXml>'
    word_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
    identifiers = f'w:rsidR="00A1" xmlns:w14="{word_2010}" w14:paraId="1234ABCD" w14:textId="77777777"'
    root = merged(f"<w:p {identifiers}>{bookmarks}{content}</w:p>")
    (first,) = (each for each in root.iter(f"{W}p") if text_of(each) == "kept")
    assert list(first.attrib) == []
    assert [(each.tag.removeprefix(W), each.get(f"{W}id")) for each in first if each.tag != f"{W}r"] == [
        ("bookmarkStart", "8"),
        ("bookmarkEnd", "8"),
    ]
    assert not list(root.iter(f"{W}customXml"))


def test_deleted_rows_and_cells_are_left_out() -> None:
    deleted = '<w:tc><w:tcPr><w:cellDel w:id="1" w:author="a"/></w:tcPr><w:p/></w:tc>'
    row = f"<w:tr><w:trPr>{DELETED}</w:trPr>{deleted}</w:tr>"
    root = merged(table([deleted, "b"]).replace("</w:tbl>", f"{row}</w:tbl>"))
    assert [len(list(each.iter(f"{W}tc"))) for each in root.iter(f"{W}tr")] == [1]


def test_a_moved_paragraph_leaves_no_empty_one() -> None:
    end = "<w:pPr><w:rPr><w:moveFrom w:id='1' w:author='a'/></w:rPr></w:pPr>"
    moved = f"<w:moveFrom w:id='2' w:author='a'>{run('old')}</w:moveFrom>"
    start, stop = '<w:moveFromRangeStart w:id="3" w:name="m"/>', '<w:moveFromRangeEnd w:id="3"/>'
    root = merged(f"<w:p>{end}{start}{moved}</w:p>{stop}<w:p>{run('new')}</w:p>")
    assert texts(root)[0] == "new"


@pytest.mark.parametrize("properties", ["trPr", "tcPr"])
def test_a_table_without_remaining_rows_is_left_out(properties: str) -> None:
    marks = {"trPr": "", "tcPr": ""}
    marks[properties] = f"<w:{properties}>{DELETED if properties == 'trPr' else CELL_DELETED}</w:{properties}>"
    row = f"<w:tr>{marks['trPr']}<w:tc>{marks['tcPr']}<w:p/></w:tc></w:tr>"
    root = merged(f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid>{row}{row}</w:tbl>{BODY}')
    assert list(root.iter(f"{W}tbl")) == []


def with_picture(body: str, target: str = "document") -> bytes:
    """A template with a picture, whose relationship is rId99."""
    return with_part("word/media/a.png", PNG, "image/png", "image", source=f"word/{target}.xml", body=body)


BLIP = '<a:blip r:embed="rId99"/>'
SHOWN = f"<w:p>{PICTURE.format(BLIP)}</w:p>"


@pytest.mark.parametrize(
    ("body", "has_picture"),
    [
        (SHOWN, True),
        (BODY + SHOWN, True),
        (paragraph("no picture"), False),
        (BODY, False),
        (paragraph("{%p if summary.rows %}") + SHOWN + paragraph("{%p endif %}"), False),
        (paragraph("{%p if not summary.rows %}") + SHOWN + paragraph("{%p endif %}"), True),
    ],
)
def test_a_document_contains_only_the_pictures_that_it_shows(body: str, *, has_picture: bool) -> None:
    parts = read_package(render_word(with_rows(), pack_of(with_picture(body))).content)
    assert ("word/media/a.png" in parts) is has_picture
    assert (b"a.png" in parts["word/_rels/document.xml.rels"]) is has_picture
    assert (b"a.png" in parts["[Content_Types].xml"]) is has_picture


@pytest.mark.parametrize("shown", [True, False])
def test_a_footer_without_tags_keeps_only_the_pictures_that_it_shows(*, shown: bool) -> None:
    footer = paragraph("IUC") + (SHOWN if shown else "")
    parts = read_package(docx(BODY, footer=footer)) | {"word/media/a.png": PNG}
    parts["word/_rels/footer1.xml.rels"] = related("image", "media/a.png", "")(NO_RELATIONSHIPS)
    declared = typed('Override PartName="/word/media/a.png" ContentType="image/png"')
    parts["[Content_Types].xml"] = declared(parts["[Content_Types].xml"])
    made = finished(write_package(compressed(name, content) for name, content in parts.items()))
    assert ("word/media/a.png" in made) is shown
    assert (b"a.png" in made["word/_rels/footer1.xml.rels"]) is shown


@pytest.mark.parametrize("text", ["a {{ summary.id }} b", "{% if summary.id %} a {% endif %}b"])
def test_spaces_around_tags_are_kept(text: str) -> None:
    written = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    for element in part(filled(docx(written))).iter(f"{W}t"):
        written = element.text or ""
        assert written == written.strip() or element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_a_picture_of_another_part_stays() -> None:
    styles = with_picture(BODY, "styles1")
    assert "word/media/a.png" in finished(styles)


def with_section(template: bytes, section: str) -> bytes:
    """The template with other properties of its section."""
    parts = read_package(template)
    document = parts["word/document.xml"].decode()
    parts["word/document.xml"] = re.sub("<w:sectPr.*/(w:sectPr)?>(?=</w:body>)", section, document).encode()
    return write_package(compressed(name, content) for name, content in parts.items())


def test_a_header_of_no_section_is_left_out() -> None:
    template = docx(paragraph("{{ summary.id }}"), header=paragraph("{{ summary.id }}"))
    assert "word/header1.xml" in finished(template)
    parts = finished(with_section(template, "<w:sectPr/>"))
    assert "word/header1.xml" not in parts
    assert b"header" not in parts["word/_rels/document.xml.rels"] + parts["[Content_Types].xml"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ('w:w="11906" w:h="16838"', ("11906", "16838", None)),
        ('w:w="16838" w:h="11906" w:orient="landscape"', ("16838", "11906", "landscape")),
        ('w:w="15840" w:h="12240" w:orient="landscape"', ("16838", "11906", "landscape")),
    ],
)
def test_a_section_keeps_its_orientation_and_its_tables_fit(size: str, expected: tuple[str | None, ...]) -> None:
    margins = '<w:pgMar w:left="1000" w:right="1000" w:top="1000" w:bottom="1000"/>'
    width = int(size.split('"')[1]) - 2_000
    section = f"<w:sectPr><w:pgSz {size}/>{margins}</w:sectPr>"
    root = part(filled(with_section(docx(table(["{{ summary.id }}"], widths=(width,))), section)))
    (page,), (sides,), (column,) = (list(root.iter(f"{W}{name}")) for name in ("pgSz", "pgMar", "gridCol"))
    assert tuple(page.get(f"{W}{name}") for name in ("w", "h", "orient")) == expected
    text_width = sum(float(each or 0) for each in (column.get(f"{W}w"), sides.get(f"{W}left"), sides.get(f"{W}right")))
    assert text_width == pytest.approx(int(expected[0] or 0), abs=1)


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        (run("a"), '<w:del w:id="2"><w:r><w:delText>b</w:delText></w:r></w:del>', ["p", "tbl"]),
        (run("a"), run("b"), ["p", "p", "tbl"]),
        ("", "", ["tbl"]),
    ],
)
def test_a_deleted_paragraph_before_a_table_leaves_no_empty_line(before: str, words: str, expected: list[str]) -> None:
    deleted = f"<w:p>{DELETED_END}{words}</w:p>"
    first = paragraph(before) if before else ""
    body = merged(first + deleted + table(["c"]) + BODY)[0]
    assert [child.tag.removeprefix(W) for child in body] == [*expected, "p", "sectPr"]


def test_a_deleted_paragraph_between_two_tables_keeps_them_apart() -> None:
    body = merged(table(["a"]) + f"<w:p>{DELETED_END}</w:p>" + table(["c"]) + BODY)[0]
    assert [child.tag.removeprefix(W) for child in body] == ["tbl", "p", "tbl", "p", "sectPr"]
