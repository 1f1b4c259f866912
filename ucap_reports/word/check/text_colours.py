"""The colours of text and its background in a Word template, with the look of the theme."""

import re
from collections.abc import Iterator

from lxml import etree

from ucap_reports.page.text_contrast import LINK, PAPER, TextColours
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack import Pack
from ucap_reports.word.compile.template_opening import OpenedTemplate
from ucap_reports.word.compile.theme_styles import theme_name
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.element_names import CELL, MAIN, NAMESPACES, PARAGRAPH, RUN, TABLE, WORD_SHAPE
from ucap_reports.word.file.word_xml import text_of, value_at

INK = Colour("000000")
"""The automatic colour of text in Word; that of its background is the paper."""
_NOT_PRINTED = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)
"""Statements and comments: a paragraph of these alone prints nothing."""
_SHAPE, _SHAPE_FILL = f"{{{WORD_SHAPE}}}wsp", f"{{{WORD_SHAPE}}}spPr/{{{MAIN}}}solidFill/{{{MAIN}}}srgbClr"


def text_colours(opened: OpenedTemplate, pack: Pack) -> Iterator[TextColours]:
    """The colours of the texts of a template that has the look of the theme."""
    sheet = StyleSheet(opened.styles)
    follows = pack.settings.word_styles == "theme"
    usual, link = pack.theme.style("body").colour, pack.theme.styles.get(LINK, pack.theme.style("body"))
    for text in opened.texts:
        for paragraph in text.root.iter(PARAGRAPH):
            if not _NOT_PRINTED.sub("", text_of(paragraph)).strip():
                continue
            background, location = _background(paragraph, sheet), text.places.location(paragraph)
            identifier = sheet.of_paragraph(paragraph)
            own = theme_name(sheet.names.get(identifier, ""), pack.theme) if follows else None
            own = own if own in pack.theme.styles else None
            for colour, is_direct in _colours(paragraph, identifier, sheet):
                yield TextColours(colour, background, None if is_direct else own, location)
                if follows and not is_direct and "{{" in text_of(paragraph) and colour == usual:
                    # The value may contain links: in text of the usual colour, they have a colour of their own.
                    yield TextColours(link.colour, background, LINK, location)


def _colours(paragraph: etree._Element, identifier: str, sheet: StyleSheet) -> Iterator[tuple[Colour, bool]]:
    """The colours of a paragraph's text, and whether they are direct formatting."""
    for run in (*paragraph.iterchildren(RUN), *paragraph.iterfind("w:hyperlink/w:r", NAMESPACES)):
        if text_of(run).strip():
            written, style = value_at(run, "w:rPr/w:color"), value_at(run, "w:rPr/w:rStyle") or identifier
            of_style = sheet.value(style, "w:rPr/w:color") or sheet.value(identifier, "w:rPr/w:color")
            yield _colour(written or of_style, INK), written is not None


def _background(paragraph: etree._Element, sheet: StyleSheet) -> Colour:
    """The nearest shading around a text: its own, its style's, its shape's, its cell's, its table's, or the paper."""
    own = value_at(paragraph, "w:pPr/w:shd", "w:fill")
    fills = [own, sheet.value(sheet.of_paragraph(paragraph), "w:pPr/w:shd", "w:fill")]
    for around in paragraph.iterancestors(_SHAPE, CELL, TABLE):
        if around.tag == _SHAPE:
            fills.append(None if (fill := around.find(_SHAPE_FILL)) is None else fill.get("val"))
        elif around.tag == CELL:
            fills.append(value_at(around, "w:tcPr/w:shd", "w:fill"))
        else:
            style = value_at(around, "w:tblPr/w:tblStyle")
            fills.append(sheet.value(style, "w:tcPr/w:shd", "w:fill") if style else None)
    return next((_colour(fill, PAPER) for fill in fills if fill not in (None, "auto")), PAPER)


def _colour(written: str | None, otherwise: Colour) -> Colour:
    try:
        return Colour.parse(f"#{written}")
    except ValueError:  # automatic, or the name of a colour of the office theme
        return otherwise
