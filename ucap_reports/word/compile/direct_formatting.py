"""Direct formatting that office suites copy from the styles, which keeps a template from following the theme."""

from collections.abc import Iterable

from lxml import etree

from ucap_reports.word.compile.theme_styles import PREFIX, style_names
from ucap_reports.word.file.word_xml import qualified

MODE = "compatibilityMode"
NEWEST = 15
"""The mode of Word 2013 and later: tables begin at the margin. In older modes, the text in them does."""
_TABLE, _CELL, _STYLE = qualified("w:tbl"), qualified("w:tc"), qualified("w:style")
_PROPERTIES, _MARGINS, _VALUE = qualified("w:tblPr"), qualified("w:tblCellMar"), qualified("w:val")
_TABLE_BORDERS, _CELL_BORDERS = qualified("w:tblBorders"), qualified("w:tcBorders")
_LINE = tuple(qualified(f"w:{name}") for name in ("val", "sz", "color"))


def remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
    """Remove the borders and margins of tables that repeat those of a style that follows the theme.

    If there are such styles, the newest compatibility mode is set too.
    """
    names = style_names(styles)
    following = {
        identifier: style
        for style in styles.iter(_STYLE)
        if names[identifier := str(style.get(qualified("w:styleId")))].startswith(PREFIX)
    }
    for root in texts:
        for table in root.iter(_TABLE):
            used = table.find(f"{_PROPERTIES}/{qualified('w:tblStyle')}")
            style = None if used is None else following.get(str(used.get(_VALUE)))
            if style is not None:
                _remove_from_table(table, style)
    for setting in () if settings is None or not following else settings.iter(qualified("w:compatSetting")):
        mode = setting.get(_VALUE, "")
        if setting.get(qualified("w:name")) == MODE and mode.isdigit() and int(mode) < NEWEST:
            setting.set(_VALUE, str(NEWEST))


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    properties = table.find(_PROPERTIES)
    margins, own = style.find(f"{_PROPERTIES}/{_MARGINS}"), table.find(f"{_PROPERTIES}/{_MARGINS}")
    if properties is not None and margins is not None and own is not None and _attributes(own) == _attributes(margins):
        properties.remove(own)
    lines = {_line(border) for border in style.iterfind(f"{_PROPERTIES}/{_TABLE_BORDERS}/*")}
    for cell in (cell for cell in table.iter(_CELL) if next(cell.iterancestors(_TABLE)) is table):
        for drawn in cell.iterfind(f"{qualified('w:tcPr')}/{_CELL_BORDERS}"):
            for border in [border for border in drawn if _line(border) in lines]:
                drawn.remove(border)


def _attributes(element: etree._Element) -> list[tuple[str, list[tuple[str, str]]]]:
    return sorted((str(child.tag), sorted((str(key), str(value)) for key, value in child.items())) for child in element)


def _line(border: etree._Element) -> tuple[str | None, ...]:
    """The look of a border on any side."""
    return tuple(border.get(name) for name in _LINE)
