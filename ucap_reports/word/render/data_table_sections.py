"""Tables of plans in documents made from Word templates: each is a section of its own, with a heading.

A template prints a table where it prints any value, such as in a cell of the fact table. The section is taken out of
the table around it, which continues below the section.
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from ucap_reports.page.box_geometry import shared_by_need
from ucap_reports.page.data_tables_text_size_and_widths import (
    column_needs,
    data_styles,
    fitted_data_styles,
    heading_style,
)
from ucap_reports.template.theme_and_line_spacing import Style, Theme
from ucap_reports.text.capitals_punctuation_and_plain_letters import comma
from ucap_reports.text.rich_text import DataTable, RichText
from ucap_reports.word.file.word_styles import half_points
from ucap_reports.word.file.word_xml import (
    CELL,
    ROW,
    RUN,
    SECTION,
    TABLE,
    elements,
    is_on,
    properties_of,
    properties_xml,
    put,
    read_finished,
    to_bytes,
)
from ucap_reports.word.render.pictures_shapes_and_watermark import PartContext
from ucap_reports.word.render.rich_text_and_lists import ValuePlace, value_xml
from ucap_reports.word.writer.styles_and_lists import TableLook, spacing_xml
from ucap_reports.word.writer.word_tables import TableCellBox, TableFrame, TableLine, borders_of, table_xml

_MARK = "ucap-section"
"""The name of the processing instruction before a table that is still inside of another one."""
_INSTRUCTION = f"<?{_MARK}?>"
_PLAIN_TABLE = "TableNormal"
"""The built-in style of tables without borders."""
_EDGE = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{}" w:lineRule="exact"/></w:pPr></w:p>'
"""An empty paragraph between two tables, which Word would otherwise join; its height in twips."""
_LEAST_EDGE = 20
"""The height of an empty paragraph that is hardly seen, in twips."""
_COLUMNS_WITH_LABEL = 3
"""The cells of a row with a label and several columns."""


def data_table_xml(table: DataTable, value_place: ValuePlace, context: PartContext) -> str:
    """Return a table of a plan, to be taken out of what is around it by `with_sections`.

    Raises ValueError for a character that XML cannot represent.
    """
    theme = context.theme
    styles = fitted_data_styles(table, data_styles(theme, theme.style("body")), theme.text_width)
    widths = shared_by_need(column_needs(table, styles), theme.text_width)
    lines = [_line(table.columns, styles.head, value_place, context, is_head=True)]
    lines += [_line(row, styles.cell, value_place, context) for row in table.rows]
    if table.totals:
        lines.append(_line(table.totals, styles.total, value_place, context))
    frame = TableFrame(
        _PLAIN_TABLE,
        TableLook(),
        right_to_left=context.right_to_left,
        has_head=True,
        title=table.title,
        description=comma(context.language).join(head.text for head in table.columns),
    )
    return f"{_INSTRUCTION}{table_xml(frame, widths, lines)}"


def _line(
    cells: Sequence[RichText],
    style: Style,
    value_place: ValuePlace,
    context: PartContext,
    *,
    is_head: bool = False,
) -> TableLine:
    cell_place = _cell_place(style, value_place)
    boxes = []
    for content in cells:
        xml = value_xml(content, cell_place, context)
        borders = borders_of(style)
        padding = style.padding
        if context.right_to_left:  # `with_directions` exchanges the margins of all cells
            padding = padding._replace(left=padding.right, right=padding.left)
        boxes.append(TableCellBox(xml, 1, padding, style.background, borders, style.align_block))
    return TableLine(tuple(boxes), is_head=is_head, is_whole=True)


def _cell_place(style: Style, value_place: ValuePlace) -> ValuePlace:
    """Return the place of values in a cell: the paragraph style around the table, with the look of the cell."""
    paragraph = {"spacing": spacing_xml(0, 0, style.leading)}
    if value_place.paragraph is not None and "pStyle" in value_place.paragraph:
        paragraph["pStyle"] = value_place.paragraph["pStyle"]
    run = {**value_place.run, **_run_look(style)}
    return ValuePlace(run, paragraph, value_place.gaps, is_spaced=value_place.is_spaced)


def _run_look(style: Style) -> dict[str, str]:
    size = half_points(style.size)
    return {
        "b": f'<w:b w:val="{int(style.bold)}"/>',
        "bCs": f'<w:bCs w:val="{int(style.bold)}"/>',
        "color": f'<w:color w:val="{style.colour.hex}"/>',
        "sz": f'<w:sz w:val="{size}"/>',
        "szCs": f'<w:szCs w:val="{size}"/>',
    }


def has_sections(xml: bytes) -> bool:
    """Return whether a filled part has tables that are to be taken out of others."""
    return _INSTRUCTION.encode() in xml


def with_sections(xml: bytes, theme: Theme) -> bytes:
    """Return the part with each table of a plan as a section: a heading, the table, and what was below it."""
    root = read_finished(xml)
    tables_by_row: dict[Any, list[Any]] = {}
    for mark in list(root.iter(etree.ProcessingInstruction)):
        if mark.target != _MARK:  # type: ignore[attr-defined] # lxml's types lack it
            continue
        table = mark.getnext()
        mark.getparent().remove(mark)  # type: ignore[union-attr] # only the root has no parent
        outer = list(table.iterancestors(ROW))  # type: ignore[union-attr] # the table is written after it
        if outer:
            tables_by_row.setdefault(outer[-1], []).append(table)
        else:
            _keep_apart(table, theme)
    for row, tables in tables_by_row.items():
        _take_out(tables, row, theme)
    return to_bytes(root)


def _keep_apart(table: Any, theme: Theme) -> None:
    """Put an empty paragraph between a table and other ones, or the end of the text, beside it."""
    before = table.getprevious()
    if before is not None and before.tag == TABLE:
        table.addprevious(_edge(theme))
    after = table.getnext()
    if after is None or after.tag in (TABLE, SECTION):
        table.addnext(_edge(theme))


def _edge(theme: Theme) -> Any:
    """Return the empty paragraph below a table."""
    gap = data_styles(theme, theme.style("body")).table.space_after
    (paragraph,) = elements(_EDGE.format(max(gap.twips, _LEAST_EDGE)))
    return paragraph


def _take_out(tables: Sequence[Any], row: Any, theme: Theme) -> None:
    """Take tables out of a row; the table with this row is divided there."""
    outer = row.getparent()
    section: list[Any] = []
    labels = []
    for table in tables:
        cell = next(element for element in table.iterancestors(CELL) if element.getparent() is row)
        label = _label_of(cell)
        labels.append(label)
        section += _heading(label, theme)
        section.append(table)
        table.getparent().remove(table)
    following = list(row.itersiblings(ROW))
    section.append(_edge(theme))
    if following:
        section.append(_continued(outer, following))
    if not any(_has_text(cell) for cell in row.iterchildren(CELL) if cell not in labels):
        outer.remove(row)
    last = outer
    for element in section:
        last.addnext(element)
        last = element
    if outer.find(ROW) is None:
        outer.getparent().remove(outer)
    for element in section:
        before = element.getprevious()
        if element.tag == TABLE and before is not None and before.tag == TABLE:
            element.addprevious(_edge(theme))


def _label_of(cell: Any) -> Any:
    """Return the cell with the label of another one: that before it, or else after it."""
    before = cell.getprevious()
    while before is not None and before.tag != CELL:
        before = before.getprevious()
    return before if before is not None else next(iter(cell.itersiblings(CELL)), None)


def _heading(label: Any, theme: Theme) -> list[Any]:
    """Return a heading with the words of a label, which the navigation pane of Word lists; none without words."""
    if label is None or not _has_text(label):
        return []
    runs = [deepcopy(run) for run in label.iter(RUN)]
    style = heading_style(theme)
    own = {
        "keepNext": "<w:keepNext/>",
        "spacing": spacing_xml(style.space_before.twips, style.space_after.twips, style.leading),
        "outlineLvl": '<w:outlineLvl w:val="1"/>',
    }
    (paragraph,) = elements(f"<w:p>{properties_xml('w:pPr', own)}</w:p>")
    for run in runs:
        put(properties_of(run, "w:rPr"), "".join(_run_look(style).values()))
        paragraph.append(run)
    return [paragraph]


def _continued(outer: Any, rows: Sequence[Any]) -> Any:
    """Return a table like the outer one with the rows below a section; only for several columns with its head."""
    lower_part = etree.Element(outer.tag, outer.attrib, nsmap=outer.nsmap)
    for child in outer:
        if child.tag == ROW:
            break
        lower_part.append(deepcopy(child))
    if any(len(row.findall(CELL)) >= _COLUMNS_WITH_LABEL for row in rows):
        for row in outer.iterchildren(ROW):
            if not is_on(row, "w:trPr/w:tblHeader"):
                break
            lower_part.append(deepcopy(row))
    lower_part.extend(rows)
    return lower_part


def _has_text(cell: Any) -> bool:
    return bool("".join(cell.itertext()).strip())
