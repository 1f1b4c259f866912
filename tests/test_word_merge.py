"""Tags in Word: found across runs, put where they work, and filled in so that the document stays a document."""

import pytest
from msgspec.structs import replace

from tests.samples import row as row_of
from tests.samples import seed_summary, with_rows
from tests.samples import shared as shared_row
from tests.word_templates import (
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
)
from ucap_reports.richtext import RichText

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


def test_the_first_run_of_a_tag_gives_its_style_and_what_stands_around_keeps_its_own() -> None:
    body = paragraph(run("a {", "<w:i/>"), run("{ summary.title }", "<w:b/>"), run("} b", '<w:u w:val="single"/>'))
    runs = list(merged(body).iter(f"{W}r"))
    assert [text_of(each) for each in runs] == ["a ", TITLE, " b"]
    assert [each[0][0].tag.removeprefix(W) for each in runs] == ["i", "i", "u"]


def test_several_tags_in_one_run_are_filled_in_order() -> None:
    body = paragraph("{{ summary.id }}-{{ summary.language }}{{ summary.column_count }}.")
    assert texts(merged(body)) == ["tianjin-rome-en2."]


def test_quotation_marks_that_word_has_bent_work_in_statements() -> None:
    assert texts(merged(paragraph("{% if summary.language == “en” %}yes{% else %}no{% endif %}"))) == ["yes"]


def test_values_are_text_whatever_they_look_like() -> None:
    hostile = "& < > \" ' ]]> {{ 7*7 }} {% raw %} {# #} \x85 &amp; <w:p/>"
    root = merged(paragraph("{{ summary.title }}"), replace(seed_summary(), title=hostile))
    assert texts(root) == [hostile]


def test_braces_that_are_raw_are_printed() -> None:
    body = paragraph("{% raw %}{{ summary.title }}{% endraw %} {{ '{{' }}") + paragraph("{ { } }")
    assert texts(merged(body)) == ["{{ summary.title }} {{", "{ { } }"]


def test_a_statement_in_a_line_takes_only_what_stands_between() -> None:
    body = paragraph("a{% if summary.updated %} dated{% else %} undated{% endif %} b{# said #}")
    assert texts(merged(body)) == ["a undated b"]


def test_a_loop_in_a_line_repeats_what_stands_between() -> None:
    body = paragraph("{% for name in summary.columns %}", run("{{ loop.index }}", "<w:b/>"), " {{ name }};{% endfor %}")
    assert texts(merged(body)) == ["1 Tianjin;2 Rome;"]


@pytest.mark.parametrize("prefix", ["p", ""])
def test_paragraphs_of_statements_alone_leave_nothing_behind(prefix: str) -> None:
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


def test_a_statement_alone_stays_in_its_line_where_its_end_stands_in_a_text() -> None:
    body = paragraph("a {% if summary.updated %}") + paragraph("gone") + paragraph("{% endif %}b")
    assert texts(merged(body)) == ["a b"]


def test_rows_of_statements_repeat_the_rows_between() -> None:
    body = table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{{ row.label.text }}", "{{ row.cells[0] }}", "{{ row.cells[1] }}"],
        ["{%tr endfor %}", "", ""],
    )
    summary = with_rows(row_of("a", "A:", "a1", "a2"), row_of("b", "B:", "b1", "b2"))
    assert rows(merged(body, summary)) == [["A:", "a1", "a2"], ["B:", "b1", "b2"]]


def test_cells_of_statements_repeat_the_cells_between_and_the_columns_share_the_width() -> None:
    body = table(
        ["head", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        widths=(1000, 500, 2000, 500),
    )
    for count in range(1, 13):
        names = tuple(f"city {number}" for number in range(count))
        root = merged(body, with_rows(columns=names))
        assert rows(root) == [["head", *names]]
        grid = [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}gridCol")]
        assert grid[0] == 1000
        assert sum(grid) == 4000
        assert max(grid[1:]) - min(grid[1:]) <= 1
        assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == grid


@pytest.mark.parametrize(
    "loop",
    [
        ("{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"),
        ("{%tc for name in summary.columns %}{%tc if name %}", "{{ name }}", "{%tc endif %}{%tc endfor %}"),
    ],
)
def test_a_cell_after_those_of_statements_keeps_its_own_width(loop: tuple[str, ...]) -> None:
    wide = cell("last", properties='<w:gridSpan w:val="2"/>')
    body = table(["head", *loop, "next", wide], widths=(1000, 500, 2000, 500, 700, 200, 100))
    root = merged(body, with_rows(columns=("a", "b", "c")))
    assert rows(root) == [["head", "a", "b", "c", "next", "last"]]
    assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == [1000, 1000, 1000, 1000, 700, 300]


def test_a_cell_spans_the_columns_that_its_statement_says() -> None:
    body = table(
        ["head", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        ["all", cell("{% colspan summary.column_count %}{{ summary.title }}", properties='<w:gridSpan w:val="3"/>')],
        widths=(1000, 500, 2000, 500),
    )
    root = merged(body, with_rows(columns=("a", "b", "c")))
    assert rows(root) == [["head", "a", "b", "c"], ["all", TITLE]]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}gridSpan")] == ["3"]
    assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == [1000, 1000, 1000, 1000, 1000, 3000]


def test_a_cell_takes_the_colour_that_its_statement_says() -> None:
    root = merged(table([cell("{% cellbg 'FF0000' %}red"), "plain", "plain"]))
    (shade,) = root.iter(f"{W}shd")
    assert shade.get(f"{W}fill") == "FF0000"
    assert rows(root) == [["red", "plain", "plain"]]


def test_a_comment_does_nothing_whatever_word_it_begins_with() -> None:
    loop = ("{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}")
    body = table(["{#tc for name #}", "{# vm #}x", "{# colspan 2 #}y", *loop], widths=(500, 500, 500, 500, 2000, 500))
    root = merged(body, with_rows(columns=("a", "b")))
    assert rows(root) == [["x", "y", "a", "b"]]
    assert [each.get(f"{W}w") for each in root.iter(f"{W}tcW")] == ["500", "500", "1750", "1750"]
    assert list(root.iter(f"{W}gridSpan", f"{W}vMerge")) == []


def test_cells_that_a_loop_puts_side_by_side_can_be_one() -> None:
    body = table(
        ["{%tc for name in summary.columns %}", "{% hm %}over {{ summary.columns|join(', ') }}", "{%tc endfor %}"],
        ["{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
    )
    root = merged(body)
    assert rows(root) == [["over Tianjin, Rome"], ["Tianjin", "Rome"]]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}gridSpan")] == ["2"]


def test_cells_that_a_loop_puts_under_each_other_can_be_one() -> None:
    body = table(
        ["{%tr for name in summary.columns %}", "", ""],
        ["{% vm %}cities", "{{ name }}", ""],
        ["{%tr endfor %}", "", ""],
    )
    root = merged(body)
    assert rows(root) == [["cities", "Tianjin", ""], ["", "Rome", ""]]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}vMerge")] == ["restart", "continue"]


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


def test_white_space_marks_in_a_line_take_the_spaces_beside_them() -> None:
    assert texts(merged(paragraph("a   {{- summary.id -}}   b"))) == ["atianjin-romeb"]


def test_a_cell_never_ends_without_a_paragraph() -> None:
    empty = shared_row("a", "A:", RichText())
    body = table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{{p row.cells[0] }}", cell("{%p if summary.updated %}", "never", "{%p endif %}"), "x"],
        ["{%tr endfor %}", "", ""],
    )
    root = merged(body, with_rows(empty))
    assert rows(root) == [["", "", "x"]]
    assert all(each[-1].tag == f"{W}p" for each in root.iter(f"{W}tc"))


def test_an_empty_paragraph_in_a_cell_keeps_the_style_of_its_tag() -> None:
    body = table([cell(paragraph("{{p summary.rows[0].cells[0] }}", style="Cell")), "", ""])
    (style,) = merged(body, with_rows(shared_row("a", "A:", RichText()))).iter(f"{W}pStyle")
    assert style.get(f"{W}val") == "Cell"


def test_header_footer_footnotes_and_text_boxes_are_filled_too() -> None:
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


def test_nested_tables_are_laid_out_apart() -> None:
    inner = table(["{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"], widths=(100, 100, 100))
    body = table(["{%tr for row in summary.rows %}"], [cell(inner, paragraph(""))], ["{%tr endfor %}"], widths=(1000,))
    root = merged(body, with_rows(row_of("a", "A", "1", "2"), row_of("b", "B", "1", "2")))
    grids = [[each.get(f"{W}w") for each in grid] for grid in root.iter(f"{W}tblGrid")]
    assert grids == [["1000"], ["150", "150"], ["150", "150"]]


def test_pictures_that_a_loop_repeats_have_numbers_of_their_own() -> None:
    picture = '<w:r><w:drawing><wp:inline><wp:docPr id="7" name="a"/></wp:inline></w:drawing></w:r>'
    body = paragraph("{% for name in summary.columns %}", picture, "{% endfor %}", picture)
    numbers = [each.get("id") for each in merged(body).iter() if str(each.tag).endswith("docPr")]
    assert numbers == ["1", "2", "3"]
