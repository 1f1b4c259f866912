"""What is wrong with a Word template: all of it at once, each with its place and its tag."""

import pytest

from tests.samples import seed_summary
from tests.word_templates import PATH, cell, docx, pack_of, paragraph, problems_of, run, table
from ucap_reports.problems import ProblemsFound
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


def test_a_name_that_does_not_exist_is_told_with_its_place_its_tag_and_the_nearest_name() -> None:
    body = paragraph("a") + table(["b", "c"], ["d", cell(paragraph("e"), paragraph("x {{ sumary.title }}"))])
    (problem,) = problems_of(body)
    assert problem.code == "name-unknown"
    assert problem.message == 'unknown name "sumary" in "{{ sumary.title }}"'
    assert problem.hint == 'did you mean "summary"?'
    assert problem.location.path == PATH
    assert problem.location.place == "body › table 1 › row 2 › cell 2 › paragraph 2"


def test_problems_of_all_parts_are_told_at_once() -> None:
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


def test_a_tag_that_nobody_would_read_is_told() -> None:
    picture = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="7" name="a" descr="{{ summary.id }}"/></wp:inline></w:drawing></w:r>'
    )
    field = '<w:r><w:instrText> HYPERLINK "mailto:{{ summary.contact.email }}" </w:instrText></w:r>'
    assert found_in(f"<w:p>{picture}</w:p><w:p>{field}</w:p>") == [
        ("tag-misplaced", "body › paragraph 1"),
        ("tag-misplaced", "body › paragraph 2"),
    ]


def test_what_both_forms_of_a_text_box_have_wrong_is_told_once() -> None:
    wrong = paragraph("{{ summary.tite }}")
    assert found_in(f"<w:p>{BOX.format(wrong, wrong)}</w:p>") == [
        ("name-unknown", "body › paragraph 1 › text box 1 › paragraph 1"),
    ]


def test_all_tags_that_cannot_be_read_are_told() -> None:
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
    ("body", "code", "message"),
    [
        (paragraph("{{ summary.title"), "tag-unclosed", 'a tag begins and does not end in "{{ summary.title"'),
        (paragraph("{{ a") + paragraph("b }}"), "tag-unclosed", 'a tag begins and does not end in "{{ a"'),
        (paragraph("{% raw %}x"), "tag-unclosed", '"{% raw %}" has no "{% endraw %}"'),
        (paragraph("{% if summary %}x"), "tag-unclosed", '"{% if summary %}" has no "{% endif %}"'),
        (paragraph("x{% endif %}"), "tag-unmatched", '"{% endif %}" belongs to nothing'),
        (paragraph("{% for a in b %}{% endif %}{% endfor %}"), "tag-unmatched", '"{% endif %}" belongs to nothing'),
        (paragraph("x{% else %}"), "tag-unmatched", '"{% else %}" belongs to nothing'),
        (paragraph("x{% iff a %}"), "tag-unknown", 'no statement is called "iff" in "{% iff a %}"'),
        (paragraph("x{% include 'a' %}"), "tag-unknown", 'no statement is called "include" in "{% include \'a\' %}"'),
        (
            paragraph("x{% macro a() %}y{% endmacro %}"),
            "tag-unknown",
            'no statement is called "macro" in "{% macro a() %}"',
        ),
        (paragraph("{%tr if summary %}"), "tag-misplaced", '"{%tr if summary %}" stands in no table row'),
        (paragraph("{%tc if summary %}"), "tag-misplaced", '"{%tc if summary %}" stands in no table cell'),
        (table(["{{ colspan 2 }}"]), "tag-syntax", 'in "{{ colspan 2 }}"'),
        (paragraph("{{ hm }}"), "name-unknown", 'unknown name "hm"'),
        (paragraph("{% colspan 2 %}x"), "tag-misplaced", '"{% colspan 2 %}" is about a table cell and stands in none'),
        (
            table(["{{tr summary.title }}"]),
            "tag-misplaced",
            'a value cannot stand for a whole row or cell in "{{tr summary.title }}"',
        ),
        (
            paragraph("lost {%p if summary %}") + paragraph("{%p endif %}"),
            "tag-swallows",
            '"{%p if summary %}" takes its paragraph with it, and there "lost" would be lost',
        ),
        (
            table(["{%tr if summary %}", "lost {{ summary.id }}"], ["{%tr endif %}", ""]),
            "tag-swallows",
            '"{%tr if summary %}" takes its table row with it, and there "lost {{ summary.id }}" would be lost',
        ),
        (paragraph("{{ '' }}{{ summary.title.__class__ }}"), "tag-forbidden", '"__class__"'),
        (paragraph("{{ summary.rows }}"), "value-not-text", "a list"),
        (table([cell("{% colspan summary.id %}x")]), "span-invalid", '"tianjin-rome" is no number of columns'),
        (table([cell("{% colspan 0 %}x")]), "span-invalid", '"0" is no number of columns in "{% colspan 0 %}"'),
        (paragraph("{{ 1 // 0 }}"), "tag-failed", "the tag fails"),
    ],
)
def test_each_fault_of_a_tag_is_told_by_its_code(body: str, code: str, message: str) -> None:
    problems = problems_of(body)
    assert code in [problem.code for problem in problems]
    told = next(problem for problem in problems if problem.code == code)
    assert message in told.message
    assert (told.location.path, (told.location.place or "").split(" › ")[0]) == (PATH, "body")


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
        ("{% break %}", "{% for … in … if … %}"),
        ("{% autoescape false %}", "all printed text is escaped"),
        ("{{ 3.14|round(1) }}", "`number_format`"),
        ("{{ summary.columns|sort|join }}", "`rows` in pack.yaml"),
        ("{{ summary.title|safe }}", "remove it"),
        ("{{ summary.contact.website|urlize }}", "|link"),
        ("{{ summary.rows[0].shared }}", "in a condition"),
        ("{{ summary.columns }}", "{% for … in … %}"),
        ("{{ summary.contact }}", "email, lead, office"),
    ],
)
def test_what_jinja_has_and_templates_have_not_is_told_with_what_to_write_instead(written: str, hint: str) -> None:
    assert hint in (problems_of(paragraph(f"x {written}"))[0].hint or "")


def test_a_cell_s_statement_outside_of_loops_is_told_once() -> None:
    assert len(problems_of(table([cell("{% vm %}a"), "b", "c"]))) == 1


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (table(["{% for a in b %}", "x"], ["{% endfor %}", ""]), "{%tr for … %} and {%tr endfor %}"),
        (table(["{% for a in b %}", "{% endfor %}"]), "{%tc for … %} and {%tc endfor %}"),
        (table([cell("x{% if a %}")]) + paragraph("{% endif %}"), "{%tr if … %} and {%tr endif %}"),
        (paragraph("{%p if a %}") + paragraph("x{% endif %}"), "{%p if … %} and {%p endif %}"),
    ],
)
def test_a_statement_that_stands_elsewhere_than_its_beginning_is_told_what_to_write(body: str, hint: str) -> None:
    (problem,) = problems_of(body)
    assert problem.code == "tag-misplaced"
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a zip archive"),
        (b"PK\x03\x04 and no more", "not a zip archive"),
        (docx(paragraph("x"))[:-30], "not a zip archive"),
        (docx("<w:p>"), "word/document.xml cannot be read"),
        (docx(paragraph("x")).replace(b"word/document.xml", b"word/document.xmx"), "not a Word document"),
    ],
)
def test_a_file_that_is_no_word_template_is_one_clear_problem(content: bytes, message: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        render_word(seed_summary(), pack_of(content))
    (problem,) = found.value.problems
    assert problem.code == "template-broken"
    assert message in problem.message
    assert problem.location.path == PATH


def test_a_template_cannot_go_on_without_end() -> None:
    loop = "{% for a in range(1000) %}"
    assert found_in(paragraph(loop * 3, run("x"), "{% endfor %}" * 3)) == [("template-endless", "body › paragraph 1")]
