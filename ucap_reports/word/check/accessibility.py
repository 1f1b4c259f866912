"""Warnings about the structure of a Word template that the accessibility checker of Word, and screen readers, need.

The colours of text and its background are those that the template has with the look of the theme. Pictures without
alternative text are in `style_and_picture_warnings`.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ucap_reports.page.text_contrast import LINK, PAPER, TextColours
from ucap_reports.problems import Problem, problem
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack import Pack
from ucap_reports.word.compile.cell_tags import cell_columns
from ucap_reports.word.compile.template_opening import OpenedTemplate
from ucap_reports.word.compile.theme_styles import CONTACT_GAP, END, TITLE_RULE, theme_name
from ucap_reports.word.file.effective_styles import OFF, THEME_PREFIX, StyleSheet
from ucap_reports.word.file.word_xml import (
    CELL,
    MAIN,
    NAMESPACES,
    PARAGRAPH,
    ROW,
    RUN,
    TABLE,
    VALUE,
    WORD_SHAPE,
    qualified,
    text_of,
    value_at,
)

_LEVELS = 9
"""Outline levels of headings; the tenth is that of text (ECMA-376, 17.3.1.20)."""
_FORM = {qualified(f"w:{name}") for name in ("pPr", "rPr", "r", "t", "proofErr", "lastRenderedPageBreak")}
"""What an empty paragraph may contain, if there is no text in it."""
_OF_TEMPLATES = frozenset({TITLE_RULE, CONTACT_GAP, END})
"""Styles of empty paragraphs with a line of the theme, or between two tables if there is a contact."""
_VAGUE = frozenset({
    "click", "click here", "here", "link", "more", "read more", "this link", "cliquez ici", "ici", "aqui", "aquí",
    "clic aquí", "clique aqui", "hier", "klicken sie hier", "qui", "clicca qui", "点击这里", "这里", "こちら", "여기",
})  # fmt: skip
"""Texts of links that do not say where they lead."""

Fault = tuple[Any, Problem]
"""An element of lxml, which has no public name for their class, and its problem."""

INK = Colour("000000")
"""The automatic colour of text in Word; that of its background is the paper."""
_NOT_PRINTED = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)
"""Statements and comments: a paragraph of these alone prints nothing."""
_SHAPE, _SHAPE_FILL = f"{{{WORD_SHAPE}}}wsp", f"{{{WORD_SHAPE}}}spPr/{{{MAIN}}}solidFill/{{{MAIN}}}srgbClr"


def accessibility_warnings(opened: OpenedTemplate) -> Iterator[Problem]:
    """Warnings about tables, empty paragraphs, headings and links, in the order of the template."""
    sheet = StyleSheet(opened.styles)
    for text in opened.texts:
        for element, fault in _faults(text.root, sheet):
            yield fault.at(text.locator.location(element))


def text_colours(opened: OpenedTemplate, pack: Pack) -> Iterator[TextColours]:
    """Yield the colours of the texts of a template that has the look of the theme."""
    sheet = StyleSheet(opened.styles)
    follows = pack.settings.word_styles == "theme"
    usual = pack.theme.style("body").colour
    link = pack.theme.styles.get(LINK, pack.theme.style("body"))
    for text in opened.texts:
        for paragraph in text.root.iter(PARAGRAPH):
            if not _NOT_PRINTED.sub("", text_of(paragraph)).strip():
                continue
            background = _background(paragraph, sheet)
            location = text.locator.location(paragraph)
            identifier = sheet.of_paragraph(paragraph)
            own = theme_name(sheet.names.get(identifier, ""), pack.theme) if follows else None
            own = own if own in pack.theme.styles else None
            for colour, is_direct in _colours(paragraph, identifier, sheet):
                yield TextColours(colour, background, None if is_direct else own, location)
                if follows and not is_direct and "{{" in text_of(paragraph) and colour == usual:
                    # The value may contain links: in text of the usual colour, they have a colour of their own.
                    yield TextColours(link.colour, background, LINK, location)


def _faults(root: etree._Element, sheet: StyleSheet) -> Iterator[Fault]:
    for table in root.iter(TABLE):
        yield from _table_faults(table)
    for paragraph in root.iter(PARAGRAPH):
        if _is_spacing(paragraph, sheet):
            yield paragraph, problem("paragraph-empty")
    yield from _heading_faults(root, sheet)
    for link in root.iter(qualified("w:hyperlink")):
        if (text := text_of(link).strip()).casefold().rstrip(".:!") in _VAGUE:
            yield link, problem("link-text-vague", text=text)


def _table_faults(table: etree._Element) -> Iterator[Fault]:
    """Yield a missing header row, and cells that are merged without need."""
    rows = [row for row in table.iterchildren(ROW) if not _is_statement(row)]
    repeats = any("{%tr for" in text_of(row) for row in table.iterchildren(ROW))
    has_columns = any(len(list(row.iterchildren(CELL))) > 1 for row in rows)
    is_data = has_columns and (len(rows) > 1 or repeats)
    if is_data:
        header = rows[0].find("w:trPr/w:tblHeader", NAMESPACES)
        if header is None or header.get(VALUE) in OFF:
            yield table, problem("header-row-missing")
    cells: list[tuple[etree._Element, int, int]] = []
    for row in rows:
        cells += cell_columns(row)
    for cell, _, _ in cells:
        if cell.find("w:tcPr/w:vMerge", NAMESPACES) is not None:
            yield cell, problem("cells-merged", form="vertical")
            break
    if "{%" in text_of(table):  # tags repeat cells, and set how many columns they span
        return
    starts = {start for _, start, _ in cells}
    for cell, start, span in cells:
        if span > 1 and starts.isdisjoint(range(start + 1, start + span)):
            yield cell, problem("cells-merged", form="unused")
            break


def _is_statement(element: etree._Element) -> bool:
    """Return whether a row or paragraph has nothing but a tag that takes it away."""
    text = text_of(element).strip()
    return text.startswith(("{%tr", "{%p")) and text.endswith("%}") and text.count("{") == 1


def _is_spacing(paragraph: etree._Element, sheet: StyleSheet) -> bool:
    """Return whether a paragraph is empty, shows no line, and Word does not need it there."""
    if not _is_empty(paragraph):
        return False
    style = sheet.of_paragraph(paragraph)
    has_borders = any(element.find(".//w:pBdr", NAMESPACES) is not None for element in (paragraph, *sheet.chain(style)))
    if has_borders or sheet.names.get(style, "").removeprefix(THEME_PREFIX) in _OF_TEMPLATES:
        return False
    before, after = (_neighbour(paragraph, before=before) for before in (True, False))
    is_after_table = before is not None and before.tag == TABLE
    is_last = after is None or after.tag in (qualified("w:sectPr"), TABLE)
    is_only = (before is None or before.tag == qualified("w:tcPr")) and after is None
    return not is_only and not (is_after_table and is_last)


def _is_empty(paragraph: etree._Element) -> bool:
    """Return whether a paragraph has no text, picture, break, field or mark, and ends no section."""
    if text_of(paragraph) or paragraph.find("w:pPr/w:sectPr", NAMESPACES) is not None:
        return False
    for element in (paragraph, *paragraph.iterchildren(RUN)):
        if any(child.tag not in _FORM for child in element.iterchildren()):
            return False
    return True


def _neighbour(paragraph: etree._Element, *, before: bool) -> etree._Element | None:
    """Return the block before or after a paragraph, without paragraphs that have nothing but a tag and are left out."""
    blocks = paragraph.itersiblings(preceding=before)
    return next((block for block in blocks if not (block.tag == PARAGRAPH and _is_statement(block))), None)


def _heading_faults(root: etree._Element, sheet: StyleSheet) -> Iterator[Fault]:
    """Yield the headings that skip a level."""
    before = 0
    for paragraph in root.iter(PARAGRAPH):
        level = _level(paragraph, sheet)
        if level is None or not text_of(paragraph).strip():
            continue
        if level > before + 1:
            yield paragraph, problem("heading-order", level=level, expected=before + 1)
        before = level


def _level(paragraph: etree._Element, sheet: StyleSheet) -> int | None:
    """Return the level of a heading, from 1; None for other paragraphs."""
    path = "w:pPr/w:outlineLvl"
    written = value_at(paragraph, path) or sheet.value(sheet.of_paragraph(paragraph), path)
    return int(written) + 1 if written is not None and written.isdecimal() and int(written) < _LEVELS else None


def _background(paragraph: etree._Element, sheet: StyleSheet) -> Colour:
    """Return the nearest shading around a text: its own, its style's, its shape's, its cell's, its table's, or the
    paper.
    """
    own = value_at(paragraph, "w:pPr/w:shd", "w:fill")
    fills = [own, sheet.value(sheet.of_paragraph(paragraph), "w:pPr/w:shd", "w:fill")]
    for around in paragraph.iterancestors(_SHAPE, CELL, TABLE):
        if around.tag == _SHAPE:
            fill = around.find(_SHAPE_FILL)
            fills.append(None if fill is None else fill.get("val"))
        elif around.tag == CELL:
            fills.append(value_at(around, "w:tcPr/w:shd", "w:fill"))
        else:
            style = value_at(around, "w:tblPr/w:tblStyle")
            fills.append(sheet.value(style, "w:tcPr/w:shd", "w:fill") if style else None)
    for written in fills:
        if written not in (None, "auto"):
            return _colour(written, PAPER)
    return PAPER


def _colour(written: str | None, otherwise: Colour) -> Colour:
    try:
        return Colour.parse(f"#{written}")
    except ValueError:  # automatic, or the name of a colour of the office theme
        return otherwise


def _colours(paragraph: etree._Element, identifier: str, sheet: StyleSheet) -> Iterator[tuple[Colour, bool]]:
    """Yield the colours of a paragraph's text, and whether they are direct formatting."""
    for run in (*paragraph.iterchildren(RUN), *paragraph.iterfind("w:hyperlink/w:r", NAMESPACES)):
        if text_of(run).strip():
            written = value_at(run, "w:rPr/w:color")
            style = value_at(run, "w:rPr/w:rStyle") or identifier
            of_style = sheet.value(style, "w:rPr/w:color") or sheet.value(identifier, "w:rPr/w:color")
            yield _colour(written or of_style, INK), written is not None
