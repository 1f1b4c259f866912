"""Comparison with docxtpl: the same words in the same structure for templates in the common dialect."""

from io import BytesIO
from types import SimpleNamespace

import docxtpl
import pytest
from lxml import etree

from tests.samples import line, row, seed_summary, shared, with_rows
from tests.word_templates import W, cell, docx, filled, paragraph, part, run, table, text_of
from ucap_reports.text.rich_text import Run

SUMMARY = with_rows(row("a", "A:", "a1", "a2"), row("b", "B:", "b1", "b2"), shared("c", "C:", "c1"))
KEPT = ("tbl", "tr", "tc", "p")


def outline(root: etree._Element) -> list[object]:
    """Tables, rows, cells and paragraphs in document order, the paragraphs as text."""
    found: list[object] = []
    for child in root.iterchildren(etree.Element):
        name = str(child.tag).removeprefix(W)
        if name == "p":
            found.append(text_of(child))
        elif name in (*KEPT, "body", "sdt", "sdtContent"):
            found.append(outline(child))
    return found


def by_docxtpl(template: bytes, summary: object) -> bytes:
    """The document that docxtpl makes."""
    document = docxtpl.DocxTemplate(BytesIO(template))
    document.render({"summary": summary}, autoescape=True)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def columns_of(root: etree._Element) -> list[int]:
    """The number of columns of each table."""
    return [len(list(grid)) for grid in root.iter(f"{W}tblGrid")]


BREAK = "<w:r><w:br/></w:r>"
"""The line break of Shift+Enter in Word."""
TEMPLATES = {
    "text": paragraph("{{ summary.title }} and {{ summary.id }}"),
    "a tag over several runs": paragraph("x {", "{ summary", run(".title", "<w:b/>"), " }", "} y"),
    "a condition in a line": paragraph("a {% if summary.updated %}dated{% else %}undated{% endif %} b"),
    "a loop in a line": paragraph("{% for name in summary.columns %}{{ loop.index }}. {{ name }}; {% endfor %}"),
    "conditions and comments of paragraphs": "".join(
        [
            paragraph("{%p if summary.updated %}"),
            paragraph("gone"),
            paragraph("{%p else %}"),
            paragraph("there"),
            paragraph("{%p endif %}"),
            paragraph("{#p a note #}"),
            paragraph("end"),
        ],
    ),
    "a loop of paragraphs": "".join(
        [
            paragraph("{%p for name in summary.columns %}"),
            paragraph("{{ name }}", run(" is a city", "<w:i/>")),
            paragraph("{%p endfor %}"),
        ],
    ),
    "a loop of rows": table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{{ row.label.text }}", "{{ row.cells[0].text }}", "{{ loop.index }}"],
        ["{%tr endfor %}", "", ""],
        ["end", "", ""],
    ),
    "conditions among rows": table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{%tr if row.shared %}", "", ""],
        ["{{ row.label.text }}", "shared", "{{ row.cells[0].text }}"],
        ["{%tr else %}", "", ""],
        ["{{ row.label.text }}", "{{ row.cells[0].text }}", "{{ row.cells[1].text }}"],
        ["{%tr endif %}", "", ""],
        ["{%tr endfor %}", "", ""],
    ),
    "a loop of cells": table(
        ["head", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        widths=(1000, 1000, 1000, 1000),
    ),
    "loops of rows and cells": table(
        ["", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        ["{%tr for row in summary.rows if not row.shared %}", "", "", ""],
        ["{{ row.label.text }}", "{%tc for each in row.cells %}", "{{ each.text }}", "{%tc endfor %}"],
        ["{%tr endfor %}", "", "", ""],
        widths=(1000, 1000, 1000, 1000),
    ),
    "a loop of paragraphs in a cell": table(
        [
            cell(
                paragraph("{%p for name in summary.columns %}"),
                paragraph("{{ name }}"),
                paragraph("{%p endfor %}"),
                paragraph("last"),
            ),
            "x",
            "y",
        ],
    ),
    "a cell over several columns": table(
        ["a", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        ["b", cell("{% colspan summary.column_count %}{{ summary.id }}")],
        widths=(1000, 1000, 1000, 1000),
    ),
    "a coloured cell": table([cell("{% cellbg 'FF0000' %}red"), "x", "y"]),
    "joined paragraphs": "".join(
        [
            paragraph("It is "),
            paragraph("{%- if summary.updated -%}"),
            paragraph("dated"),
            paragraph("{%- else -%}"),
            paragraph("undated"),
            paragraph("{%- endif -%}"),
            paragraph(" so far."),
        ],
    ),
    "bent quotation marks": paragraph("{% if summary.language == “en” %}English{% endif %}"),
    "set and filters": paragraph(
        "{% set name = summary.columns[0] %}{{ name|upper }}, {{ summary.columns|join('; ') }}"
    ),
    "braces that are printed": paragraph("{_% if %_} and {_{ name }_}: {{ summary.id }}"),
    "text split with Shift+Enter": paragraph(
        *("It is ", BREAK, "{%- if summary.updated -%}", BREAK, "dated", BREAK, "{%- else -%}", BREAK),
        *("undated\u00a0", BREAK, "{%- endif -%}", BREAK, " so far."),
    ),
    "runs that a condition takes": paragraph(
        "{%r if summary.updated %}", run("dated", "<w:b/>"), "{%r else %}", run("undated", "<w:i/>"), "{%r endif %}"
    ),
    "a loop of runs": paragraph("{%r for name in summary.columns %}", run("{{ name }} ", "<w:b/>"), "{%r endfor %}end"),
    "notes to oneself": table(["{#tr a note #}", "", ""], ["{#tc a note #}", "a", "b{# a note #}"]),
    "cells that are one under the other": table(
        ["{%tr for row in summary.rows %}", "", ""],
        [cell("{% vm %}{{ summary.id }}"), "{{ row.key }}", ""],
        ["{%tr endfor %}", "", ""],
    ),
    "cells that are one side by side": table(
        ["{%tc for name in summary.columns %}", cell("{% hm %}{{ summary.id }}"), "{%tc endfor %}"]
    ),
    "signs that XML writes otherwise": paragraph(
        "{% if summary.column_count &lt; 3 and summary.column_count &gt;= 2 %}two{% endif %} {{ summary.title|e }}"
    ),
    "nested tables": table(
        [
            cell(
                table(["{%tr for name in summary.columns %}"], ["{{ name }}"], ["{%tr endfor %}"], widths=(500,)), "end"
            )
        ],
        widths=(1000,),
    ),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_document_equals_the_one_from_docxtpl(name: str) -> None:
    template = docx(TEMPLATES[name])
    ours = part(filled(template, SUMMARY))
    theirs = part(by_docxtpl(template, SUMMARY))
    assert outline(ours) == outline(theirs)
    assert columns_of(ours) == columns_of(theirs)


def test_header_and_footer_equal_those_from_docxtpl() -> None:
    template = docx(
        paragraph("x"),
        header=paragraph("{{ summary.title }}"),
        footer=paragraph("{%p if summary.updated %}")
        + paragraph("gone")
        + paragraph("{%p endif %}")
        + paragraph("end"),
    )
    ours, theirs = filled(template), by_docxtpl(template, seed_summary())
    for name in ("word/header1.xml", "word/footer1.xml"):
        assert outline(part(ours, name)) == outline(part(theirs, name))


def runs_of(root: etree._Element) -> list[tuple[str, bool, bool]]:
    """The text of each run, and whether it is bold and italic."""
    return [
        (text_of(each), each.find(f"{W}rPr/{W}b") is not None, each.find(f"{W}rPr/{W}i") is not None)
        for each in root.iter(f"{W}r")
        if text_of(each)
    ]


def test_rich_text_in_a_line_equals_that_of_docxtpl() -> None:
    theirs = docxtpl.RichText("plain ")
    theirs.add("bold", bold=True)
    theirs.add(" & italic", italic=True)
    value = line(Run("plain "), Run("bold", bold=True), Run(" & italic", italic=True))
    template = docx(paragraph("See: {{r summary.rows[0].cells[0] }}."))
    found = by_docxtpl(template, SimpleNamespace(rows=[SimpleNamespace(cells=[theirs])]))
    assert runs_of(part(filled(template, with_rows(shared("a", "A:", value))))) == runs_of(part(found))
