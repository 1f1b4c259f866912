"""Tags in Word templates: found across runs, placed, and replaced by values."""

import pytest
from lxml import etree
from msgspec.structs import replace

from tests.samples import joined, line, seed_summary, shared, with_rows
from tests.word_templates import W, docx, filled, merged, pack_of, paragraph, part, problems_of, run, text_of, texts
from ucap_reports import render_word
from ucap_reports.text.language_tags import foreign_text
from ucap_reports.text.rich_text import RichText, Run
from ucap_reports.word.file.word_xml import qualified

TITLE = seed_summary().title


@pytest.mark.parametrize(
    "runs",
    [
        ("{{ summary.title }}",),
        ("{", "{ summary.title }", "}"),
        ("{{", " summary", ".", "title", " }}"),
        tuple("{{ summary.title }}"),
        ("{{ summary.", '<w:proofErr w:type="spellStart"/>', "title", '<w:proofErr w:type="spellEnd"/>', " }}"),
        ("{{ summ", f'<w:ins w:id="1" w:author="a">{run("ary.tit")}</w:ins>', "le }}"),
        ("{{ sum", '<w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del>', "mary.title }}"),
        ("{{ sum", '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>', "mary.title }}"),
        ("{{ sum", "<w:r><w:lastRenderedPageBreak/></w:r>", "mary.title }}"),
        ("{{ summary", "<w:r><w:br/></w:r>", ".title }}"),
        (f"<w:smartTag w:uri='a' w:element='b'>{run('{{ summary')}</w:smartTag>", ".title }}"),
    ],
)
def test_a_tag_is_found_however_word_has_split_it(runs: tuple[str, ...]) -> None:
    root = merged(paragraph("before ", *runs, " after"))
    assert texts(root) == [f"before {TITLE} after"]


@pytest.mark.parametrize(
    ("before", "character", "after", "shown"),
    [
        ("{% if", "tab", "summary.id %}a{% endif %}", ["a"]),
        ("{% if", "br", "summary.id %}a{% endif %}", ["a"]),
        ("{% if", "cr", "summary.id %}a{% endif %}", ["a"]),
        ("{{ 3 ", "noBreakHyphen", " 1 }}", ["2"]),
    ],
)
def test_characters_that_word_writes_as_elements_are_part_of_a_tag(
    before: str, character: str, after: str, shown: list[str]
) -> None:
    assert texts(merged(paragraph(before, f"<w:r><w:{character}/></w:r>", after))) == shown


def test_a_soft_hyphen_in_a_name_is_an_error() -> None:
    assert [each.code for each in problems_of(paragraph("{{ summary.ti", "<w:r><w:softHyphen/></w:r>", "tle }}"))] == [
        "tag-syntax"
    ]


def test_a_value_has_the_look_of_the_first_run_of_its_tag_and_other_text_keeps_its_own() -> None:
    body = paragraph(run("a {", "<w:i/>"), run("{ summary.title }", "<w:b/>"), run("} b", '<w:u w:val="single"/>'))
    runs = list(merged(body).iter(f"{W}r"))
    assert [text_of(each) for each in runs] == ["a ", TITLE, " b"]
    assert [each[0][0].tag.removeprefix(W) for each in runs] == ["i", "i", "u"]


def test_several_tags_in_one_run_are_filled_in() -> None:
    body = paragraph("{{ summary.id }}-{{ summary.language }}{{ summary.column_count }}.")
    assert texts(merged(body)) == ["tianjin-rome-en2."]


def test_typographic_quotation_marks_work_in_statements() -> None:
    assert texts(merged(paragraph("{% if summary.language == “en” %}yes{% else %}no{% endif %}"))) == ["yes"]


def test_values_are_printed_as_text_even_if_they_look_like_tags() -> None:
    hostile = "& < > \" ' ]]> {{ 7*7 }} {% raw %} {# #} \x85 &amp; <w:p/>"
    root = merged(paragraph("{{ summary.title }}"), replace(seed_summary(), title=hostile))
    assert texts(root) == [hostile]


def test_escaped_braces_are_printed() -> None:
    body = paragraph("{_{ summary.title }_} {{ '{{' }}") + paragraph("{ { } }")
    assert texts(merged(body)) == ["{{ summary.title }} {{", "{ { } }"]


def test_a_condition_in_a_line_is_about_the_text_in_it() -> None:
    body = paragraph("a{% if summary.updated %} dated{% else %} undated{% endif %} b{# said #}")
    assert texts(merged(body)) == ["a undated b"]


def test_a_loop_in_a_line_repeats_the_text_in_it() -> None:
    body = paragraph("{% for name in summary.columns %}", run("{{ loop.index }}", "<w:b/>"), " {{ name }};{% endfor %}")
    assert texts(merged(body)) == ["1 Tianjin;2 Rome;"]


def test_a_loop_without_items_prints_its_else() -> None:
    body = paragraph("{% for name in summary.columns[9:] %}{{ name }}{% else %}none{% endfor %}")
    assert texts(merged(body)) == ["none"]


@pytest.mark.parametrize("prefix", ["p", ""])
def test_paragraphs_of_statements_are_removed(prefix: str) -> None:
    body = "".join(
        [
            paragraph("start"),
            paragraph(f"{{%{prefix} for name in summary.columns %}}"),
            paragraph(" ", f"{{%{prefix} if loop.first %}}", " "),
            paragraph("first: {{ name }}"),
            paragraph(f"{{%{prefix} else %}}"),
            paragraph("then: {{ name }}"),
            paragraph(f"{{%{prefix} endif %}}{{%{prefix} endfor %}}"),
            paragraph(f"{{#{prefix} a note #}}"),
            paragraph("end"),
        ],
    )
    assert texts(merged(body)) == ["start", "first: Tianjin", "then: Rome", "end"]


def test_a_statement_stays_in_its_paragraph_if_its_end_is_in_a_text() -> None:
    body = paragraph("a {% if summary.updated %}") + paragraph("gone") + paragraph("{% endif %}b")
    assert texts(merged(body)) == ["a b"]


def test_white_space_marks_join_paragraphs() -> None:
    body = "".join(
        [
            paragraph("My house is "),
            paragraph("{%- if summary.updated -%}"),
            paragraph("old"),
            paragraph("{%- else -%}"),
            paragraph("new"),
            paragraph("{%- endif -%}"),
            paragraph(" and I love it."),
        ],
    )
    assert texts(merged(body)) == ["My house is new and I love it."]


def test_white_space_marks_in_a_line_remove_the_spaces_beside_them() -> None:
    assert texts(merged(paragraph("a   {{- summary.id -}}   b"))) == ["atianjin-romeb"]


def test_headers_footers_footnotes_and_text_boxes_are_filled_in() -> None:
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx><w:txbxContent>{paragraph('box {{ summary.id }}')}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
    note = f'<w:footnote w:id="1">{paragraph("note {{ summary.id }}")}</w:footnote>'
    template = docx(
        f"<w:p>{run('text {{ summary.id }}')}{box}</w:p>",
        header=paragraph("head {{ summary.id }}"),
        footer=paragraph("foot {{ summary.id }}"),
        footnotes=note,
    )
    content = filled(template)
    names = ("document.xml", "header1.xml", "footer1.xml", "footnotes1.xml")
    found = [texts(part(content, f"word/{name}")) for name in names]
    assert found == [
        ["text tianjin-romebox tianjin-rome", "box tianjin-rome"],
        ["head tianjin-rome"],
        ["foot tianjin-rome"],
        ["note tianjin-rome"],
    ]


def test_a_section_that_ends_in_a_paragraph_with_a_statement_is_kept() -> None:
    ending = "<w:p><w:pPr><w:sectPr/></w:pPr>" + run("{%p endif %}") + "</w:p>"
    root = merged(paragraph("{%p if summary.title %}") + paragraph("a") + ending + paragraph("b"))
    assert texts(root) == ["a", "", "b"]
    assert len(list(root.iter(f"{W}sectPr"))) == 2


def test_bookmarks_and_content_controls_in_a_loop_have_different_identifiers() -> None:
    control = '<w:sdt><w:sdtPr><w:id w:val="-7"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    marked = '<w:bookmarkStart w:id="4" w:name="city"/>{}<w:bookmarkEnd w:id="4"/>'
    other = '<w:bookmarkStart w:id="5" w:name="end"/><w:bookmarkEnd w:id="5"/>'
    body = (
        paragraph("{%p for number in [1, 2] %}")
        + control.format(f"<w:p>{marked.format(run('{{ number }}'))}</w:p>")
        + paragraph("{%p endfor %}")
        + f"<w:p>{other}</w:p>"
    )
    root = merged(body)
    assert texts(root) == ["1", "2", ""]
    ids = {name: [mark.get(f"{W}id") for mark in root.iter(f"{W}{name}")] for name in ("bookmarkStart", "bookmarkEnd")}
    assert ids == {"bookmarkStart": ["4", "5"], "bookmarkEnd": ["4", "5"]}
    assert [mark.get(f"{W}val") for mark in root.iter(f"{W}id")] == ["-7"], "Word gives the others identifiers"


def test_each_reference_to_a_note_in_a_loop_has_a_note() -> None:
    note = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    separator = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
    notes = "".join(f'<w:footnote w:id="{number}">{note.format(f"note {number}")}</w:footnote>' for number in (2, 3))
    reference = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = (
        paragraph("{%p for number in [1, 2, 3] %}")
        + paragraph("{{ number }}", reference.format(2))
        + paragraph("{%p endfor %}")
        + paragraph(reference.format(3))
    )
    content = filled(docx(body, footnotes=separator + notes))
    numbers = [reference.get(f"{W}id") for reference in part(content).iter(f"{W}footnoteReference")]
    footnotes = {own.get(f"{W}id"): text_of(own) for own in part(content, "word/footnotes1.xml")}
    assert [footnotes[number] for number in numbers] == ["note 2", "note 2", "note 2", "note 3"]
    assert len(set(numbers)) == 4


def test_pictures_in_a_loop_have_different_numbers() -> None:
    picture = '<w:r><w:drawing><wp:inline><wp:docPr id="7" name="a"/></wp:inline></w:drawing></w:r>'
    body = paragraph("{% for name in summary.columns %}", picture, "{% endfor %}", picture)
    numbers = [each.get("id") for each in merged(body).iter() if str(each.tag).endswith("docPr")]
    assert numbers == ["1", "2", "3"]


@pytest.mark.parametrize("spaces", ["  ", "\u00a0", "\u2003", "\u00a0 "])
@pytest.mark.parametrize("value", ["summary.title", "summary.rows[0].cells[0]"])
def test_spaces_before_a_value_that_is_alone_in_its_paragraph_stay(spaces: str, value: str) -> None:
    summary = with_rows(shared("a", "A:", joined(RichText.plain(TITLE), RichText.plain("more"))))
    first, *_ = texts(merged(paragraph(f"{spaces}{{{{ {value} }}}}"), summary))
    assert first == f"{spaces}{TITLE}"


@pytest.mark.parametrize("body", [paragraph("{{ summary.title }}"), paragraph("a", "{{ summary.title }}")])
def test_equal_texts_of_documents_keep_their_own_directions_and_languages(body: str) -> None:
    pack = pack_of(docx(body))
    title = "Ville \u05d0\u05d1!"

    def written(title: str, language: str = "en") -> etree._Element:
        return part(render_word(replace(seed_summary(), title=title, language=language), pack).content)

    def runs(root: etree._Element) -> list[str]:
        return [text_of(each) for each in root.iter(f"{W}r") if text_of(each) != "a"]

    def languages(root: etree._Element) -> set[str | None]:
        return {each.get(f"{W}val") for each in root.iter(f"{W}lang")}

    assert runs(written(title)) == ["Ville ", "\u05d0\u05d1", "!"]
    assert runs(written(title, "he")) == ["Ville", " \u05d0\u05d1!"]
    assert languages(written(title)) == set()
    assert languages(written(foreign_text(title, "fr"))) == {"fr-FR"}
    assert languages(written(title)) == set()


def test_equal_links_of_documents_lead_to_their_own_relationships() -> None:
    pack = pack_of(docx(paragraph("{% for row in summary.rows %}{{ row.cells[0] }}{% endfor %}")))
    first, second = (shared(name, name, line(Run(name, link=f"https://{name}.eu/"))) for name in ("one", "two"))
    render_word(with_rows(first, second), pack)
    content = render_word(with_rows(second), pack).content

    link = part(content).find(f".//{W}hyperlink")
    assert link is not None
    relationships = part(content, "word/_rels/document.xml.rels")
    targets = {each.get("Id"): each.get("Target") for each in relationships}
    assert targets[link.get(qualified("r:id"))] == "https://two.eu/"
