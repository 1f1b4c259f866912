"""The template for docxtpl: A4, header, title, fact table with loops over rows and columns, contact, footer."""

from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell

BLUE = RGBColor(0x00, 0x33, 0x99)


def make_template() -> bytes:
    """Return the template as a Word file."""
    document = docx.Document()
    _set_page(document)
    document.add_heading("{{ title }}", 1)
    _add_table(document)
    for text in (
        "{{ lead }}",
        "{{ office }} {{ email }}",
        "{%p for label in labels %}",
        "{{ label.text }}",
        "{%p endfor %}",
    ):
        document.add_paragraph(text)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(30), Mm(20)
    section.header.paragraphs[0].text = "{{ programme }}"
    section.footer.paragraphs[0].text = "{{ programme }}"
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(8.75)
    heading: Any = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.color.rgb = "Arial", Pt(17), BLUE


def _add_table(document: Document) -> None:
    table = document.add_table(rows=4, cols=4)
    table.style = "Table Grid"
    texts = (
        ("{{ column_label }}", "{%tc for name in columns %}", "{{ name }}", "{%tc endfor %}"),
        ("{%tr for row in rows %}", "", "", ""),
        (
            "{{r row.label }}",
            "{%tc for part in row.parts %}",
            "{% colspan row.span %}{%p for text in part %}",
            "{%tc endfor %}",
        ),
        ("{%tr endfor %}", "", "", ""),
    )
    for row, row_texts in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, row_texts, strict=True):
            cell.paragraphs[0].text = text
        _shade(row.cells[0], "EEF2FA")
    content = table.rows[2].cells[2]
    content.paragraphs[0].text = "{% colspan row.span %}"
    for text in ("{%p for text in part %}", "{{r text }}", "{%p endfor %}"):
        content.add_paragraph(text)


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no public name for shading
