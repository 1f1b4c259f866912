"""Errors of a Word template: all at once, each with its place and its tag."""

import pytest

from tests.samples import seed_summary
from tests.word_packages import changed, problems_in, related
from tests.word_templates import PATH, cell, docx, pack_of, paragraph, problems_of, run, table
from ucap_reports.check.word_template_check import read_word_tags
from ucap_reports.problems import ProblemsFound
from ucap_reports.word.compile.template_opening import open_template
from ucap_reports.word.render_word import render_word

BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp>'
    "<wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox>"
    "</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def found_in(body: str, **parts: str) -> list[tuple[str, str | None]]:
    """The code and place of each problem."""
    return [(problem.code, problem.location.place) for problem in problems_of(body, None, **parts)]


def test_an_unknown_name_is_reported_with_its_place_its_tag_and_the_nearest_name() -> None:
    body = paragraph("a") + table(["b", "c"], ["d", cell(paragraph("e"), paragraph("x {{ sumary.title }}"))])
    (problem,) = problems_of(body)
    assert problem.code == "name-unknown"
    assert problem.details["tag"] == "{{ sumary.title }}"
    assert problem.hint == 'did you mean "summary"?'
    assert problem.location.path == PATH
    assert problem.location.place == "body › table 1 › row 2 › cell 2 › paragraph 2"


def test_the_problems_of_all_parts_are_reported_at_once() -> None:
    wrong = paragraph("{{ summary.tite }}")
    body = wrong + table([cell(wrong), "x"]) + f"<w:p>{BOX.format(wrong, '')}</w:p>"
    note = (
        f'<w:footnote w:type="separator" w:id="0">{paragraph("")}</w:footnote><w:footnote w:id="1">{wrong}</w:footnote>'
    )
    assert found_in(body, header=paragraph("a") + wrong, footer=wrong, footnotes=note) == [
        ("name-unknown", "body › paragraph 1"),
        ("name-unknown", "body › table 1 › row 1 › cell 1 › paragraph 1"),
        ("name-unknown", "body › paragraph 2 › text box 1 › paragraph 1"),
        ("name-unknown", "header 1 › paragraph 2"),
        ("name-unknown", "footer 1 › paragraph 1"),
        ("name-unknown", "footnotes › footnote 1 › paragraph 1"),
    ]


UNUSED = {
    "an alternative text": (
        '<w:r><w:drawing><wp:inline><wp:docPr id="7" name="a" descr="{}"/></wp:inline></w:drawing></w:r>'
    ),
    "a field": '<w:r><w:instrText> HYPERLINK "mailto:{}" </w:instrText></w:r>',
    "ruby text": "<w:r><w:ruby><w:rt><w:r><w:t>{}</w:t></w:r></w:rt><w:rubyBase/></w:ruby></w:r>",
    "the name of a content control": '<w:sdt><w:sdtPr><w:alias w:val="{}"/></w:sdtPr><w:sdtContent/></w:sdt>',
    "the text of a drawing": "<w:r><w:drawing><a:t>{}</a:t></w:drawing></w:r>",
}


@pytest.mark.parametrize("tag", ["{{ summary.id }}", "{{ summary.id", "summary.id }}", "{% if summary %}"])
@pytest.mark.parametrize("name", UNUSED)
def test_a_tag_where_none_is_read_is_an_error(name: str, tag: str) -> None:
    (problem,) = [each for each in problems_of(f"<w:p>{UNUSED[name].format(tag)}</w:p>") if each.code[:5] == "tag-m"]
    assert (problem.code, problem.location.place) == ("tag-misplaced", "body › paragraph 1")


SPLIT = {
    "a field": "<w:r><w:instrText>{}</w:instrText></w:r>",
    "ruby text": "<w:r><w:ruby><w:rt/><w:rubyBase><w:r><w:t>{}</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    "the text of a drawing": "<w:r><w:drawing><a:r><a:t>{}</a:t></a:r></w:drawing></w:r>",
}


@pytest.mark.parametrize("name", SPLIT)
def test_a_tag_in_several_pieces_where_none_is_read_is_an_error(name: str) -> None:
    pieces = "\n".join(SPLIT[name].format(piece) for piece in ("{", "{ summary.id }", "}"))
    found = problems_of(f"<w:p>{pieces}</w:p>")
    assert [each.details["tag"] for each in found if each.code == "tag-misplaced"] == ["{{ summary.id }}"]


def test_a_tag_in_a_style_or_a_list_marker_is_an_error() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{{ summary.title }}"/></w:style>'
    assert found_in(paragraph("a"), styles=styles) == [("tag-misplaced", "styles1")]


@pytest.mark.parametrize("target", ["a.eu/{{ summary.id }}", "a.eu/%7B%7B%20summary.id%20%7D%7D", "a.eu/id%7d%7d"])
def test_a_tag_in_the_target_of_a_link_is_an_error(target: str) -> None:
    template = changed({"word/_rels/document.xml.rels": related("hyperlink", f"https://{target}")})
    assert [(each.code, "|link" in (each.hint or "")) for each in problems_in(template)] == [("link-invalid", True)]


def test_an_error_in_both_forms_of_a_text_box_is_reported_once() -> None:
    wrong = paragraph("{{ summary.tite }}")
    assert found_in(f"<w:p>{BOX.format(wrong, wrong)}</w:p>") == [
        ("name-unknown", "body › paragraph 1 › text box 1 › paragraph 1"),
    ]


def test_all_tags_with_syntax_errors_are_reported() -> None:
    body = (
        paragraph("{{ summary. }}") + paragraph("{% for a of b %}x{% endfor %}") + paragraph("{{ }} {{ a|nofilter }}")
    )
    assert found_in(body) == [
        ("tag-syntax", "body › paragraph 1"),
        ("tag-syntax", "body › paragraph 2"),
        ("tag-syntax", "body › paragraph 3"),
        ("filter-unknown", "body › paragraph 3"),
    ]


@pytest.mark.parametrize(
    ("body", "code", "tag"),
    [
        (paragraph("{{ summary.title"), "tag-unclosed", "{{ summary.title"),
        (paragraph("{{ a") + paragraph("b"), "tag-unclosed", "{{ a"),
        (paragraph("{% raw %}x{% endraw %}"), "tag-unknown", "{% raw %}"),
        (paragraph("{% if summary %}x"), "tag-unclosed", "{% if summary %}"),
        (paragraph("see summary.title }}"), "tag-unopened", "see summary.title }}"),
        (paragraph("x if summary %}{{ summary.id }}"), "tag-unopened", "x if summary %}"),
        (paragraph("x{% endif %}"), "tag-unmatched", "{% endif %}"),
        (paragraph("{% for a in b %}{% endif %}{% endfor %}"), "tag-unmatched", "{% endif %}"),
        (paragraph("x{% else %}"), "tag-unmatched", "{% else %}"),
        (paragraph("x{% iff a %}"), "tag-unknown", "{% iff a %}"),
        (paragraph("x{% include 'a' %}"), "tag-unknown", "{% include 'a' %}"),
        (paragraph("x{% macro a() %}y{% endmacro %}"), "tag-unknown", "{% macro a() %}"),
        (paragraph("{%tr if summary %}"), "tag-misplaced", "{%tr if summary %}"),
        (paragraph("{%tc if summary %}"), "tag-misplaced", "{%tc if summary %}"),
        (table(["{{ colspan 2 }}"]), "tag-syntax", "{{ colspan 2 }}"),
        (paragraph("{{ hm }}"), "name-unknown", "{{ hm }}"),
        (paragraph("{% colspan 2 %}x"), "tag-misplaced", "{% colspan 2 %}"),
        (table(["{{tr summary.title }}"]), "tag-misplaced", "{{tr summary.title }}"),
        (paragraph("lost {%p if summary %}") + paragraph("{%p endif %}"), "tag-swallows", "{%p if summary %}"),
        (
            table(["{%tr if summary %}", "lost {{ summary.id }}"], ["{%tr endif %}", ""]),
            "tag-swallows",
            "{%tr if summary %}",
        ),
        (paragraph("{{ '' }}{{ summary.title.__class__ }}"), "tag-forbidden", "{{ summary.title.__class__ }}"),
        (paragraph("{{ summary.rows }}"), "value-not-text", "{{ summary.rows }}"),
        (table([cell("{% colspan summary.id %}x")]), "span-invalid", "{% colspan summary.id %}"),
        (table([cell("{% colspan 0 %}x")]), "span-invalid", "{% colspan 0 %}"),
        (table([cell("{% cellbg summary.id %}x")]), "background-invalid", "{% cellbg summary.id %}"),
        (paragraph("{{ 1 // 0 }}"), "tag-failed", "{{ 1 // 0 }}"),
    ],
)
def test_each_error_of_a_tag_has_its_code_and_names_the_tag(body: str, code: str, tag: str) -> None:
    problem = next(problem for problem in problems_of(body) if problem.code == code)
    assert problem.details["tag"] == tag
    assert (problem.location.path, (problem.location.place or "").split(" › ")[0]) == (PATH, "body")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("{% p if summary %}", "write {%p if summary %}"),
        ("{%pif summary %}", "write {%p if summary %}"),
        ("{%trfor row in summary.rows %}", "write {%tr for row in summary.rows %}"),
        ("{% include 'a.docx' %}", "`extends` in pack.yaml"),
        ("{% block a %}", "`extends` in pack.yaml"),
        ("{% macro a() %}", "write the content where it is printed"),
        ("{% filter upper %}", "{{ summary.title|upper }}"),
        ("{% endset %}", "{% set name = … %}"),
        ("{% raw %}", "write {_{, }_}, {_% and %_}"),
        ("{% break %}", "{% for … in … if … %}"),
        ("{% autoescape false %}", "all printed text is escaped"),
        ("{{ 3.14|round(1) }}", "|number(0)"),
        ("{{ summary.columns|sort|join }}", "`rows` in pack.yaml"),
        ("{{ summary.title|safe }}", "remove it"),
        ("{{ summary.contact.website|urlize }}", "|link"),
        ("{{ summary.rows[0].shared }}", "in a condition"),
        ("{{ summary.columns }}", "{% for … in … %}"),
        ("{{ summary.contact }}", "email, lead, office"),
    ],
)
def test_a_hint_replaces_what_jinja_has_and_templates_do_not_have(written: str, hint: str) -> None:
    assert hint in (problems_of(paragraph(f"x {written}"))[0].hint or "")


def test_a_span_with_more_digits_than_python_reads_is_invalid() -> None:
    problem = problems_of(table([cell(f"{{% colspan '{'1' * 5_000}' %}}x")]))[0]
    assert problem.code == "span-invalid"


def test_a_statement_about_a_cell_outside_of_loops_is_reported_once() -> None:
    assert len(problems_of(table([cell("{% vm %}a"), "b", "c"]))) == 1


def test_the_values_of_statements_about_cells_are_read_like_those_of_other_tags() -> None:
    template = pack_of(docx(table([cell("{% hm %}{% colspan summary.colums %}x")]))).files["summary.docx"]
    (problem,) = read_word_tags(open_template(template))
    assert (problem.code, problem.details["tag"]) == ("name-unknown", "{% colspan summary.colums %}")


@pytest.mark.parametrize(
    "body",
    [
        table(["{% for a in b %}", "x"], ["{% endfor %}", ""]),
        table(["{% for a in b %}", "{% endfor %}"]),
        table([cell("x{% if a %}")]) + paragraph("{% endif %}"),
        paragraph("{%p if a %}") + paragraph("x{% endif %}"),
    ],
)
def test_the_hint_for_a_block_in_two_places_is_how_to_write_it(body: str) -> None:
    (problem,) = problems_of(body)
    assert problem.code == "tag-misplaced"
    assert "{%tr for … %} and {%tr endfor %}" in (problem.hint or "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 and no more",
        docx(paragraph("x"))[:-30],
        docx("<w:p>"),
        docx(paragraph("x")).replace(b"word/document.xml", b"word/document.xmx"),
    ],
)
def test_a_file_that_is_not_a_word_template_is_one_error(content: bytes) -> None:
    with pytest.raises(ProblemsFound) as found:
        render_word(seed_summary(), pack_of(content))
    (problem,) = found.value.problems
    assert problem.code == "template-broken"
    assert problem.location.path == PATH


def test_a_template_with_too_much_output_is_an_error() -> None:
    loop = "{% for a in range(1000) %}"
    assert found_in(paragraph(loop * 3, run("x"), "{% endfor %}" * 3)) == [
        ("template-output-limit", "body › paragraph 1")
    ]


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("{{ a", {"opening": "{{", "closing": "}}"}),
        ("{%p if a", {"opening": "{%", "closing": "%}"}),
        ("{# a", {"opening": "{#", "closing": "#}"}),
        ("a }}", {"closing": "}}"}),
        ("a #}", {"closing": "#}"}),
    ],
)
def test_an_incomplete_tag_is_reported_with_the_braces_that_are_missing(text: str, details: dict[str, str]) -> None:
    (problem,) = problems_of(paragraph(text))
    assert {name: value for name, value in problem.details.items() if name != "tag"} == details
