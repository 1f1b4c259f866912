"""The Word template of the pack `bilingual`: everything in the plan's language is repeated in a second one."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from docs.template_pieces import CUSTOM, style_identifier
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme
from ucap_reports.word.compile.page_setup import dress_tables
from ucap_reports.word.compile.theme_styles import PREFIX, apply_theme, style_names
from ucap_reports.word.file.element_names import NAMESPACES, WORD, qualified
from ucap_reports.word.file.word_xml import new, read_xml, to_bytes
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

Element = Any
"""An element of lxml, with the children that the generated template has."""
DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
SECOND = (
    "{%p set other = summary.translation %}",
    "{%p set turned = other and other.direction != summary.direction %}",
)
LEAD = "{{ summary.contact.lead|language(summary.label_language) }}"
OTHER_LEAD = "{%p if other and other.contact.lead != summary.contact.lead %}"
TURNED = "({0}|reverse if turned else {0})"
"""A list of the second language, whose half is mirrored if its text runs in the other direction."""
TAG = Length.mm(5)
"""The width of a cell that has only a tag."""
ALONE = {"label": "alone-label", "cell": "alone"}
"""The styles of one language alone."""
OF_SECOND = {name: f"second-{name}" for name in ("column", "city", "label", "cell")}
"""The styles of the second language."""
LOOPS = {
    "head in summary.heads": f"head in {TURNED.format('other.heads')}",
    "cell in row.cells": f"cell in {TURNED.format('second.cells')}",
}
"""The loops over the cells of both languages."""


def two_languages(template: bytes, theme: Theme) -> bytes:
    """The template with everything that has a language repeated in a second one, if the plan has a translation."""
    parts = read_package(template)
    styles, document = read_xml(parts[STYLES]), read_xml(parts[DOCUMENT])
    styles.extend(_style(each) for each in ("second-title", "second-lead", *ALONE.values(), *OF_SECOND.values()))
    apply_theme(styles, theme)
    (body,) = document
    facts, *_ = body.iter(qualified("w:tbl"))
    label = theme.style("alone-label").width or Length(0)
    alone = _restyled(_sized(deepcopy(facts), [label, *_loop(theme.text_width - label)]), ALONE)
    title = [_paragraph("contact-text", "{%p if other %}"), _paragraph("second-title", "{{ other.title }}")]
    for each in (*title, _both(deepcopy(facts), theme), _paragraph("contact-text", "{%p else %}"), alone):
        facts.addprevious(each)
    body.replace(facts, _paragraph("contact-text", "{%p endif %}"))
    (lead,) = (each for each in body.iter(qualified("w:p")) if _text(each) == LEAD)
    for each in ("{%p endif %}", "{{ other.contact.lead }}", OTHER_LEAD):
        end = lead.getnext()  # of its own condition
        assert end is not None  # noqa: S101 - the template has it
        end.addnext(_paragraph("second-lead", each))
    body[:0] = [_paragraph("contact-text", each) for each in SECOND]
    dress_tables(document, style_names(styles), theme)
    parts |= {STYLES: to_bytes(styles), DOCUMENT: to_bytes(document)}
    return write_package(compressed(name, part) for name, part in parts.items())


def _both(table: Element, theme: Theme) -> Element:
    """The fact table with the cells of the other language after those of the first; if mirrored, labels are last."""
    half, label = Length(theme.text_width / 2), theme.style("label").width or Length(0)
    rows = table.findall(qualified("w:tr"))
    statement = rows[0].find(qualified("w:tc"))
    for row in rows:
        label_cell, *values = _other_tags(deepcopy(row.findall(qualified("w:tc"))))
        if values:
            row.extend(
                [*_if("not turned", label_cell, statement), *values, *_if("turned", deepcopy(label_cell), statement)]
            )
    (begin,) = (row for row in rows if _text(row) == "{%tr for row in summary.rows %}")
    begin.addnext(_said(begin, "{%tr with second = other.rows[loop.index0] %}"))
    rows[-1].addprevious(_said(begin, "{%tr endwith %}"))
    under_condition = (TAG, label, TAG)
    values_width = Length(half - 2 * sum(under_condition))
    return _sized(table, [label, *_loop(half - label), *under_condition, *_loop(values_width), *under_condition])


def _loop(width: float) -> tuple[Length, Length, Length]:
    """The widths of the cells of a loop: its tags and its value."""
    return TAG, Length(width - 2 * TAG), TAG


def _sized(table: Element, widths: Sequence[Length]) -> Element:
    """The table with columns of these widths."""
    twips = [width.twips for width in widths]
    grid = table.find(qualified("w:tblGrid"))
    for column in list(grid):
        grid.remove(column)
    for own in twips:
        grid.append(new("w:gridCol"))
        grid[-1].set(qualified("w:w"), str(own))
    for row in table.iter(qualified("w:tr")):
        column, cells = 0, row.findall(qualified("w:tc"))
        for cell in cells:
            span, size = cell.find("w:tcPr/w:gridSpan", NAMESPACES), cell.find("w:tcPr/w:tcW", NAMESPACES)
            if span is not None and len(cells) == 1:
                span.set(qualified("w:val"), str(len(twips)))
            end = column + (1 if span is None else int(str(span.get(qualified("w:val")))))
            size.set(qualified("w:w"), str(sum(twips[column:end])))
            column = end
    return table


def _restyled(table: Element, styles: Mapping[str, str]) -> Element:
    """The table, row or cell with other styles of paragraphs, by the names of those that it has."""
    identifiers = {style_identifier(name): style_identifier(own) for name, own in styles.items()}
    for style in table.iter(qualified("w:pStyle")):
        name = style.get(qualified("w:val"))
        style.set(qualified("w:val"), identifiers.get(name, name))
    return table


def _other_tags(cells: Iterable[Element]) -> list[Element]:
    """The cells with the tags of the other language."""
    found = list(cells)
    for text in (each for cell in found for each in cell.iter(qualified("w:t"))):
        loop = next((tag for tag in LOOPS if tag in text.text), "")
        other = text.text.replace(loop, LOOPS[loop]) if loop else text.text.replace("summary.", "other.")
        text.text = other.replace("row.", "second.")
    return [_restyled(each, OF_SECOND) for each in found]


def _if(condition: str, cell: Element, statement: Element) -> list[Element]:
    """A cell under a condition."""
    return [_said(statement, f"{{%tc if {condition} %}}"), cell, _said(statement, "{%tc endif %}")]


def _said(element: Element, tag: str) -> Element:
    """A copy of a row or cell that has one tag, with another one."""
    copied = deepcopy(element)
    for span in copied.iter(qualified("w:gridSpan")):
        if element.tag == qualified("w:tc"):
            span.getparent().remove(span)
    (text,) = copied.iter(qualified("w:t"))
    text.text = tag
    return copied


def _text(element: Element) -> str:
    return "".join(str(each.text) for each in element.iter(qualified("w:t")))


def _paragraph(style: str, text: str) -> Element:
    properties = f'<w:pPr><w:pStyle w:val="{style_identifier(style)}"/></w:pPr>'
    return read_xml(
        f'<w:p xmlns:w="{WORD}">{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'.encode()
    )


def _style(name: str) -> Element:
    named = f'<w:name w:val="{PREFIX}{name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:rPr/>'
    kind = f'w:type="paragraph"{CUSTOM} w:styleId="{style_identifier(name)}"'
    return read_xml(f'<w:style xmlns:w="{WORD}" {kind}>{named}</w:style>'.encode())
