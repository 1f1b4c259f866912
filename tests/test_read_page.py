from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.pages import SUMMARY, blocks_of, listed, outline, outlines, pack_of, picture, rich, words
from ucap_reports.page.fill_and_read_page import attempt_page, fill_page, read_page
from ucap_reports.page.page_tree import Division, ImageBlock, Items, PageTree, Table, TextBlock, content_text
from ucap_reports.pdf.layout.pictures_and_charts import picture_object
from ucap_reports.summary.summary_model import Row, Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, Length
from ucap_reports.template.pack_opening import PackFolder, open_pack
from ucap_reports.text.rich_text import Break, DataTable, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script


def read(template: str, summary: Summary = SUMMARY) -> PageTree:
    pack = pack_of(template)
    return read_page(fill_page(pack.page_template, summary), pack)


def texts_of(body: str, summary: Summary = SUMMARY) -> list[TextBlock]:
    return cast("list[TextBlock]", list(blocks_of(body, summary)))


def valued(value: RichText | str) -> Summary:
    """A summary whose title or only cell has the value."""
    if isinstance(value, str):
        return replace(SUMMARY, title=value)
    return replace(SUMMARY, rows=(Row("results", rich("Results:"), (value,), shared=True),))


TEMPLATES = Path(__file__).parent.parent / "templates"
MM = Length.mm(1)
CELL = "{{ summary.rows[0].cells[0] }}"


def test_a_table_has_its_rows_cells_and_natural_styles() -> None:
    table = """
      <table continued="{{ summary.continued }}">
        <thead>
          <tr><th>{{ summary.column_label }}</th>{% for c in summary.columns %}<th>{{ c }}</th>{% endfor %}</tr>
        </thead>
        {% for row in summary.rows %}
        <tr><th>{{ row.label }}</th>
        {% for cell in row.cells %}<td{% if row.shared %} colspan="2"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
        {% endfor %}
      </table>"""
    [block] = blocks_of(table)
    assert isinstance(block, Table)
    assert block.continued == "(continued)"
    assert (len(block.head), len(block.body)) == (1, 3)
    assert outlines((block,)) == (
        "table[th.column[p.column(City:)] th.column[p.column(Tianjin)] th.column[p.column(Rome)]"
        " / th.label[p.label(Country:)] td.cell[p.cell(China)] td.cell[p.cell(Italy)]"
        " / th.label[p.label(Results:)] td.cell*2[p.cell(First.) p.cell(Second.)]"
        " / th.label[p.label(Activities:)] td.cell*2[arrow.list[p.cell(One) p.cell(Two)]]]"
    )


def test_a_paragraph_in_a_cell_has_the_text_of_its_style_without_the_box() -> None:
    [table] = blocks_of("<table><tr><td>a</td><td><p>b</p></td><td><p class='note'>c</p></td></tr></table>")
    assert isinstance(table, Table)
    bare, plain, noted = (cast("TextBlock", cell.blocks[0]).style for cell in table.body[0].cells)
    assert table.body[0].cells[0].style.padding.top == Length.mm(2)
    assert bare.size == Length(8)
    assert bare.padding == NO_SIDES
    assert bare == plain
    assert (noted.name, noted.italic, noted.background is None) == ("note", True, False)


def test_headings_paragraphs_and_lists_have_their_natural_styles() -> None:
    body = "<h1>A</h1><h2>B</h2><p>C</p><p class='note'>D</p><ul><li>E<ol><li>F</li></ol></li></ul>"
    assert outlines(blocks_of(body)) == (
        "h1.title(A) h2.heading-2(B) p.body(C) p.note(D) bullet.list[p.body(E) number.list-2[p.body(F)]]"
    )


def test_text_between_elements_is_a_paragraph() -> None:
    assert outlines(blocks_of("<div>one <b>two</b><p>three</p> four</div>")) == (
        "div.body[p.body(one two) p.body(three) p.body(four)]"
    )


def test_rich_text_becomes_blocks_in_containers_and_runs_in_paragraphs() -> None:
    value = RichText((*rich("a", "b").blocks, *listed(Marker.BULLET, "c").blocks))
    assert outlines(blocks_of(CELL, valued(value))) == "p.body(a) p.body(b) bullet.list[p.body(c)]"
    assert outlines(blocks_of(f"<p>{CELL}</p>", valued(value))) == "p.body(a⏎b⏎c)"
    assert outlines(blocks_of(f"{CELL}{CELL}", valued(rich("a")))) == "p.body(a) p.body(a)"
    assert outlines(blocks_of(f"<div>x {CELL} y {CELL}</div>", valued(rich("a")))) == "div.body[p.body(x a y a)]"
    assert blocks_of(CELL, valued(RichText())) == ()


def test_lists_of_the_summary_have_their_markers_levels_and_numbers() -> None:
    inner = ItemList(Marker.BULLET, (ListItem(rich("b").blocks),))
    outer = ItemList(Marker.NUMBER, (ListItem((*rich("a").blocks, inner)),), start=3)
    [items] = blocks_of(CELL, valued(RichText((outer,))))
    assert isinstance(items, Items)
    assert (items.marker, items.start) == (Marker.NUMBER, 3)
    assert outlines((items,)) == "number.list[p.body(a) bullet.list-2[p.body(b)]]"
    assert outlines(blocks_of(CELL, valued(listed(Marker.NONE, "a", "b")))) == "none.body[p.body(a) p.body(b)]"


def test_inline_elements_become_runs() -> None:
    body = (
        "<p><b>b</b><strong>s</strong><i>i</i><em>e</em><u>u</u><sub>2</sub><sup>3</sup>"
        "<span lang='zh-CN'>中</span><b><i>x</i></b></p>"
    )
    assert texts_of(body)[0].content == (
        Run("b", bold=True),
        Run("s", bold=True),
        Run("i", italic=True),
        Run("e", italic=True),
        Run("u", underline=True),
        Run("2", script=Script.SUBSCRIPT),
        Run("3", script=Script.SUPERSCRIPT),
        Run("中", language="zh-CN"),
        Run("x", bold=True, italic=True),
    )


def test_rich_text_inside_inline_elements_has_their_format_and_its_own() -> None:
    value = RichText((Paragraph((Run("a", italic=True), Break(), Run("b", link="https://b.eu", language="it"))),))
    assert texts_of(f"<p lang='en'><a href='c.eu'><b>{CELL}</b></a></p>", valued(value))[0].content == (
        Run("a", bold=True, italic=True, link="https://c.eu", language="en"),
        Break(),
        Run("b", bold=True, link="https://b.eu", language="it"),
    )


def test_languages_are_inherited() -> None:
    body = f"<div lang='de'><p>a</p><p lang='fr'>b</p>{CELL}</div><table lang='it'><tr><td>d</td></tr></table>"
    division, table = blocks_of(body, valued(rich("c")))
    assert isinstance(division, Division)
    assert isinstance(table, Table)
    paragraphs = cast("list[TextBlock]", [*division.blocks, *table.body[0].cells[0].blocks])
    assert [cast("Run", text.content[0]).language for text in paragraphs] == ["de", "fr", "de", "it"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://a.eu/x?y=1", "https://a.eu/x?y=1"),
        ("mailto:a@b.eu", "mailto:a@b.eu"),
        ("a@b.eu", "mailto:a@b.eu"),
        ("www.a.eu/x", "https://www.a.eu/x"),
        (" HTTP://a.eu ", "HTTP://a.eu"),
    ],
)
def test_addresses_are_completed(written: str, address: str) -> None:
    [text] = texts_of(f"<p><a href='{written}'>a</a></p>")
    assert text.content == (Run("a", link=address),)


def test_an_empty_address_as_printed_for_an_unknown_one_is_no_link() -> None:
    [text] = texts_of("<p><a href='{{ summary.contact.phone }}'>a</a></p>")
    assert text.content == (Run("a"),)


def test_white_space_of_the_template_is_folded_as_in_html() -> None:
    assert words(texts_of("<p>\n  one\n  <b> two</b> <br/>\n three\t</p>")[0].content) == "one two⏎three"
    assert words(texts_of("<p>a\u00a0 \u2003b\u3000</p>")[0].content) == "a\u00a0 \u2003b\u3000"
    assert words(texts_of("<p> {{ summary.columns[0] }} {{ summary.columns[1] }} </p>")[0].content) == "Tianjin Rome"


def test_runs_of_the_summary_are_never_folded() -> None:
    assert words(texts_of(f"<p> a {CELL} b </p>", valued(rich("  x  ")))[0].content) == "a   x   b"
    assert texts_of("<p>{{ summary.contact.address }}</p>")[0].content == (Run("Street 1"), Break(), Run("Beijing"))


def test_page_header_and_footer_are_not_in_the_body_and_have_page_numbers() -> None:
    tree = read(
        "<document lang='fr'><page-header><emblem/><p>EU</p></page-header><p>body</p>"
        "<page-footer><p><page-number/> / <page-number total='true'/></p></page-footer></document>"
    )
    assert tree.language == "fr"
    assert outlines(tree.header) == "div.body[emblem p.body(EU)]"
    assert outlines(tree.footer) == "div.body[p.body(# / ##)]"
    assert outlines(tree.body) == "p.body(body)"


def test_a_document_without_a_language_has_that_of_the_summary() -> None:
    assert read("<document/>").language == "en"


def test_elements_have_their_line_in_the_template_even_in_loops() -> None:
    blocks = texts_of("\n<p>a</p>\n{% for c in summary.columns %}\n<p>{{ c }}</p>{% endfor %}\n\n<p>b</p>")
    assert [text.line for text in blocks] == [2, 4, 4, 6]


def test_pictures_have_the_size_of_their_style_or_of_their_pixels() -> None:
    files = {"images/a.png": picture((40, 20)), "images/b.jpg": picture((40, 20), "JPEG")}
    body = '<img src="images/a.png" alt="A"/><img class="logo" src="images/b.jpg" alt="B"/>'
    first, second = cast("list[ImageBlock]", list(blocks_of(body, files=files)))
    assert [first.width, first.height, second.width, second.height] == pytest.approx([30, 15, 20 * MM, 10 * MM])
    assert (first.alt, second.alt) == ("A", "B")
    assert files["images/b.jpg"] in picture_object(second.picture).content


def test_a_picture_whose_style_has_both_measures_keeps_its_proportions() -> None:
    files = {"images/a.png": picture((40, 20)), "images/b.png": picture((20, 40))}
    body = "".join(f'<img class="stamp" src="{name}" alt="A"/>' for name in files)
    wide, high = cast("list[ImageBlock]", list(blocks_of(body, files=files)))
    assert [wide.width, wide.height, high.width, high.height] == pytest.approx([10 * MM, 5 * MM, 5 * MM, 10 * MM])


def test_the_emblem_has_a_default_alternative_text() -> None:
    assert [getattr(block, "alt", "") for block in blocks_of("<emblem/><emblem alt='Flag'/>")] == [
        "European Union flag",
        "Flag",
    ]


def test_the_shipped_template_has_the_expected_outline() -> None:
    pack = open_pack("iuc-asia", [PackFolder(TEMPLATES, "templates")])
    tree = read_page(fill_page(pack.page_template, SUMMARY), pack)
    header = (
        "div.header[emblem div.header-label[p.emblem-label(A European Union Programme)]"
        " div.header[p.brand(IUC) p.brand-name(International Urban Cooperation)]]"
    )
    assert outlines(tree.first_header or ()) == f"div.first-header[{header}]"
    assert outlines(tree.header) == f"div.later-header[{header} p.running-title(Rome & Tianjin)]"
    assert outlines(tree.footer) == (
        "div.footer[div.footer-rule[] div.footer-line[p.footer-line() p.footer-end(# / ##)]]"
    )
    title, table, contact = tree.body
    assert outlines((title,)) == "h1.title(Rome & Tianjin)"
    assert isinstance(table, Table)
    assert table.continued == "(continued)"
    assert [sum(cell.span for cell in row.cells) for row in (*table.head, *table.body)] == [3, 3, 3, 3]
    assert outlines((contact,)) == (
        "div.contact[div.contact[p.contact-lead(Please contact:) p.contact-text(IUC office@iuc-asia.eu)"
        " p.contact-text(Street 1) p.contact-text(Beijing)] emblem"
        " div.contact-label[p.emblem-label(A European Union Programme) p.emblem-label(欧盟项目)]]"
    )


HOSTILE = [
    "& < > \" ' ]]>",
    "{{ 7*7 }}{% raw %}",
    "<rich ref='0'/>",
    "a\u200bb\u00a0c",
    "\x01\x0b",
    "\ufffe",
    "x" * 400,
]
ANY_TEXT = st.text(min_size=1) | st.text(alphabet=" \n\t\r<>&'\"{}%#", min_size=1) | st.sampled_from(HOSTILE)


@given(ANY_TEXT)
def test_any_plain_text_is_unchanged_in_the_tree(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "⏎")
    [block] = texts_of("<p>{{ summary.title }}</p>", valued(text))
    assert words(block.content) == lines
    [cell] = texts_of("{{ summary.title }}", valued(text))
    assert cell.content == block.content


RUNS = st.builds(Run, ANY_TEXT, st.booleans(), st.booleans(), link=st.none() | st.just("https://a.eu"))
PARAGRAPHS = st.builds(lambda runs: Paragraph(tuple(runs)), st.lists(RUNS | st.just(Break()), min_size=1, max_size=4))


@given(st.lists(PARAGRAPHS, min_size=1, max_size=3))
def test_any_rich_text_is_unchanged_in_the_tree(paragraphs: list[Paragraph]) -> None:
    value = RichText(tuple(paragraphs))
    assert [text.content for text in texts_of(CELL, valued(value))] == [text.inlines for text in paragraphs]
    flowing = texts_of(f"<p>{CELL}</p>", valued(value))[0].content
    assert words(flowing) == "⏎".join(words(paragraph.inlines) for paragraph in paragraphs)


def test_headers_with_the_same_markup_are_read_once() -> None:
    parts = "<page-header><p>IUC</p></page-header><page-footer>{{ summary.title }}</page-footer>"
    pack = pack_of(f"<document>{parts}</document>")
    pages = [fill_page(pack.page_template, replace(SUMMARY, title=title)) for title in ("Tianjin", "Rome")]
    first, second = [read_page(page, pack) for page in pages]
    assert first.header[0] is second.header[0]
    assert outlines(first.footer) != outlines(second.footer)


def test_a_header_with_a_problem_has_it_in_each_document() -> None:
    pack = pack_of("<document><page-header><p lang='?'>IUC</p></page-header></document>")
    for _ in range(2):
        _, problems = attempt_page(fill_page(pack.page_template, SUMMARY), pack)
        assert [problem.code for problem in problems] == ["language-invalid"]


LABEL, VALUE = "{{ summary.rows[0].label }}", "{{ summary.rows[0].cells[0] }}"
HEAD = f"<thead><tr><th> {LABEL} </th><td>{VALUE}</td></tr></thead>"


@pytest.mark.parametrize(
    "rows",
    [
        f"{HEAD}<tbody lang='de'><tr><td colspan='2' continued='…'>{VALUE}</td></tr></tbody>",
        f"<tr><th>{LABEL}</th><td>{VALUE}</td></tr>",
        f"<tr><th>{LABEL}</th><td>{VALUE}</td></tr>{HEAD}",
        f"<tr><th>Results:</th><td>{VALUE}</td></tr>",
        f"<tr><th>{LABEL}</th><td><p>{VALUE}</p></td></tr>",
        f"<tr><th>{LABEL}</th><td>{VALUE} {LABEL}</td></tr>",
        f"<tr><th>{LABEL}</th><td/></tr>",
    ],
)
def test_tables_with_the_same_markup_have_the_texts_of_their_documents(rows: str) -> None:
    template = f"<document><table>{rows}</table></document>"
    shared = pack_of(template)
    for value in (rich("One"), rich("Two", "Three"), listed(Marker.ARROW, "Four", "Five")):
        page = fill_page(shared.page_template, valued(value))
        assert read_page(page, shared) == read_page(page, pack_of(template))


def test_rows_without_cells_are_left_out() -> None:
    empty = "<tr>{% for city in [] %}<td>{{ city }}</td>{% endfor %}</tr>"
    for body in (f"<thead>{empty}</thead><tbody>{empty}</tbody>", empty):
        (table,) = blocks_of(f"<table>{body}</table>")
        assert (table.head, table.body) == ((), ())  # type: ignore[union-attr] # it is a table


SIDE_BY_SIDE = {"side": {"layout": "columns"}}


def test_paragraphs_headings_and_items_whose_values_are_empty_are_left_out() -> None:
    empty = "{{ summary.contact.website }}"
    body = f"<h1>{empty}</h1><p>A</p><p class='title'>{empty}</p><ol><li>B</li><li>{empty}</li></ol>"
    assert outlines(blocks_of(body)) == "p.body(A) number.list[p.body(B)]"
    assert outlines(blocks_of(f"<p class='note'>{empty}</p>")) == "p.note()"  # it has a background
    pack = pack_of(f"<document><div class='side'><p>{empty}</p><p>B</p></div></document>", styles=SIDE_BY_SIDE)
    row = read_page(fill_page(pack.page_template, SUMMARY), pack).body
    assert outlines(row) == "div.side[p.side() p.side(B)]"


@pytest.mark.parametrize(
    "body",
    [
        "<page-break/><p>A</p><page-break/><page-break/><p>B</p>",
        "<p>A</p><page-break/><p>{{ summary.contact.website }}</p><page-break/><p>B</p><page-break/>",
    ],
)
def test_page_breaks_without_content_between_them_are_one(body: str) -> None:
    assert outlines(blocks_of(body)) == "p.body(A) pagebreak p.body(B)"


TABLE = DataTable(names=("name",), columns=(rich("Partner"),), rows=((rich("City"),),))


def test_a_table_of_a_plan_in_the_head_of_a_table_is_a_section_before_it() -> None:
    row = f"<thead><tr><th>{CELL}</th><th>Head</th></tr></thead><tr><td>A</td><td>B</td></tr>"
    for body in (row, row.replace("<thead>", "<thead><tr><th>One</th><th>Two</th></tr>")):
        data, table = blocks_of(f"<table>{body}</table>", valued(TABLE))
        assert outline(data) == "table[th.column[p.column(Partner)] / td.cell[p.cell(City)]]"
        assert outline(table).endswith("th.column[] th.column[p.column(Head)] / td.cell[p.cell(A)] td.cell[p.cell(B)]]")


def test_a_table_of_a_plan_in_a_header_is_an_error() -> None:
    pack = pack_of(f"<document><page-header>\n<div>{CELL}</div></page-header></document>")
    _, problems = attempt_page(fill_page(pack.page_template, valued(TABLE)), pack)
    assert [(problem.code, problem.location.line) for problem in problems] == [("element-misplaced", 2)]
    assert attempt_page(fill_page(pack.page_template, valued(rich("Text"))), pack)[1] == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Greater<br/>Rome", "Greater Rome"),
        ("城市<br/>计划", "城市计划"),
        ("城市<br/>U-CAP", "城市 U-CAP"),
        ("서울<br/>도시", "서울 도시"),
        ("<br/>A<br/><br/>B<br/>", "A B"),
    ],
)
def test_lines_are_joined_as_their_script_is_written(lines: str, expected: str) -> None:
    assert content_text(texts_of(f"<p>{lines}</p>")[0].content) == expected
