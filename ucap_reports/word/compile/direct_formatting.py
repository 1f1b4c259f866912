"""Direct formatting that office suites copy from the styles, which keeps a template from following the theme."""

from collections.abc import Iterable

from lxml import etree

from ucap_reports.word.compile.theme_styles import PREFIX, style_names
from ucap_reports.word.file.element_names import CELL, NAMESPACES, TABLE, VALUE, qualified
from ucap_reports.word.file.word_xml import remove, value_at

MODE = "compatibilityMode"
NEWEST = 15
"""The mode of Word 2013 and later: tables begin at the margin. In older modes, the text in them does."""
_MARGINS = "w:tblPr/w:tblCellMar"
_LINE = tuple(qualified(f"w:{name}") for name in ("val", "sz", "color"))


def remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
    """Remove the borders and margins of tables that repeat those of a style that follows the theme.

    If there are such styles, the newest compatibility mode is set too.
    """
    names = style_names(styles)
    following = {
        identifier: style
        for style in styles.iter(qualified("w:style"))
        if names[identifier := str(style.get(qualified("w:styleId")))].startswith(PREFIX)
    }
    for root in texts:
        for table in root.iter(TABLE):
            style = following.get(value_at(table, "w:tblPr/w:tblStyle") or "")
            if style is not None:
                _remove_from_table(table, style)
    for setting in () if settings is None or not following else settings.iter(qualified("w:compatSetting")):
        mode = setting.get(VALUE, "")
        if setting.get(qualified("w:name")) == MODE and mode.isdigit() and int(mode) < NEWEST:
            setting.set(VALUE, str(NEWEST))


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    margins, own = style.find(_MARGINS, NAMESPACES), table.find(_MARGINS, NAMESPACES)
    if margins is not None and own is not None and _attributes(own) == _attributes(margins):
        remove(own)
    lines = {_line(border) for border in style.iterfind("w:tblPr/w:tblBorders/*", NAMESPACES)}
    for cell in (cell for cell in table.iter(CELL) if next(cell.iterancestors(TABLE)) is table):
        for drawn in cell.iterfind("w:tcPr/w:tcBorders", NAMESPACES):
            for border in [border for border in drawn if _line(border) in lines]:
                drawn.remove(border)


def _attributes(element: etree._Element) -> list[tuple[str, list[tuple[str, str]]]]:
    return sorted((str(child.tag), sorted((str(key), str(value)) for key, value in child.items())) for child in element)


def _line(border: etree._Element) -> tuple[str | None, ...]:
    """The look of a border on any side."""
    return tuple(border.get(name) for name in _LINE)
