"""Direct formatting that office suites copy from the styles, which keeps a template from following the theme."""

from collections.abc import Iterable

from lxml import etree

from ucap_reports.word.compile.theme_styles import PREFIX
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.element_names import CELL, NAMESPACES, TABLE, VALUE, qualified
from ucap_reports.word.file.word_measures import whole
from ucap_reports.word.file.word_xml import own, remove, value_at

MODE = "compatibilityMode"
NEWEST = 15
"""The mode of Word 2013 and later: tables begin at the margin. In older modes, the text in them does."""
_MARGINS, _WIDTH = "w:tblPr/w:tblCellMar/*", qualified("w:w")
_LINE = tuple(qualified(f"w:{name}") for name in ("val", "sz", "color"))


def remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
    """Remove the borders and margins of tables that repeat those of a style that follows the theme.

    If there are such styles, the newest compatibility mode is set too.
    """
    sheet = StyleSheet(styles)
    following = {name: style for name, style in sheet.styles.items() if sheet.names[name].startswith(PREFIX)}
    for table in (table for root in texts for table in root.iter(TABLE)):
        style = following.get(value_at(table, "w:tblPr/w:tblStyle") or "")
        if style is not None:
            _remove_from_table(table, style)
    for setting in () if settings is None or not following else settings.iter(qualified("w:compatSetting")):
        if setting.get(qualified("w:name")) == MODE and 0 < whole(setting.get(VALUE)) < NEWEST:
            setting.set(VALUE, str(NEWEST))


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    direct, margins = ([*each.iterfind(_MARGINS, NAMESPACES)] for each in (table, style))
    if {each.tag: each.get(_WIDTH) for each in direct} == {each.tag: each.get(_WIDTH) for each in margins}:
        for each in direct:
            remove(each)
    lines = {_line(border) for border in style.iterfind("w:tblPr/w:tblBorders/*", NAMESPACES)}
    for cell in own(table, CELL):
        for border in cell.findall("w:tcPr/w:tcBorders/*", NAMESPACES):
            if _line(border) in lines:
                remove(border)


def _line(border: etree._Element) -> tuple[str | None, ...]:
    """The look of a border on any side."""
    return tuple(border.get(name) for name in _LINE)
