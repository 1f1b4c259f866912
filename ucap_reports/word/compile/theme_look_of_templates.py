"""The look of the theme in a Word template: its styles, paper and margins, and the widths, colours and lines of tables.

Direct formatting that office suites copy from the styles keeps a template from following the theme, so what repeats the
styles is removed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree
from msgspec.structs import replace

from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, Length, Sides, is_landscape
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Style, Theme
from ucap_reports.word.compile.template_opening import OpenedTemplate
from ucap_reports.word.file.package_parts import Contents
from ucap_reports.word.file.word_styles import (
    END,
    HEADING,
    THEME_PREFIX,
    VERTICAL,
    StyleSheet,
    apply_theme,
    borders_xml,
    sides_xml,
    style_names,
    style_of,
    with_link_style,
)
from ucap_reports.word.file.word_xml import (
    CELL,
    MAIN,
    NAMESPACES,
    PARAGRAPH,
    SECTION,
    TABLE,
    VALUE,
    insert,
    is_on,
    own,
    properties_of,
    put,
    qualified,
    remove,
    twips,
    value_at,
    whole,
)
from ucap_reports.word.file.zip_package import BrokenPackageError
from ucap_reports.word.render.pictures_shapes_and_watermark import AT_FOOT

_THEME_PART = re.compile(r"word/theme(?:/theme\d+)?\.xml")
"""The theme part of templates as they are written, and as Word and LibreOffice save them."""
_COLOURS = f"a:themeElements/a:clrScheme[@name='{THEME_PREFIX.strip()}']/*"
_ACCENT = f"{{{MAIN}}}accent"
_BORDERS = (".//w:pBdr/*", ".//w:tcBorders/*", ".//w:tblBorders/*")
_MARKERS = (".//w:lvl/w:rPr/w:color",)
"""The colours of the markers of lists."""
_COLOUR = qualified("w:color")
_WIDTH = qualified("w:w")
MODE = "compatibilityMode"
_NEWEST = 15
"""The mode of Word 2013 and later: tables begin at the margin. In older modes, the text in them does."""
_CELL_MARGINS = "w:tblPr/w:tblCellMar/*"
_LINE = tuple(qualified(f"w:{name}") for name in ("val", "sz", "color"))
_WIDTH_TOLERANCE = 0.02
"""The relative difference up to which a table counts as wide as the text."""
_PAPER_TOLERANCE = 57
"""Twips (1 mm) by which two sizes of one paper may differ."""
_HEIGHT = qualified("w:h")
_TYPE = qualified("w:type")
_SPACE = qualified("w:space")
_SIZES = (qualified("w:tcW"), qualified("w:tblW"))


def dress(opened: OpenedTemplate, pack: Pack) -> None:
    """Give the template the theme's look, unless the pack keeps its own."""
    follows = pack.settings.word_styles == "theme"
    with_link_style(opened.styles, pack.theme, follow=follows)
    if not follows:
        return
    _remove_repeats([text.root for text in opened.texts], opened.styles, opened.settings)
    apply_theme(opened.styles, pack.theme)
    names = style_names(opened.styles)
    has_gutter_at_top = opened.settings is not None and is_on(opened.settings, "w:gutterAtTop")
    widths = _set_page(opened.texts[0].root, pack.theme, has_gutter_at_top=has_gutter_at_top)
    keep_fills = any(_has_theme_fills(text.root) for text in opened.texts)
    colours = _colours_by_old(opened.contents, pack.theme)
    _colour(opened.numbering, _MARKERS, VALUE, colours)
    for text in opened.texts:
        _colour(text.root, _BORDERS, _COLOUR, colours)
        _fit_tables(text.root, widths)
        _dress_tables(text.root, names, pack.theme, keep_fills=keep_fills)
        _bleed_tables(text.root, names, pack.theme)
        _space_short_rules(text.root, names, pack.theme)


def _remove_repeats(texts: Iterable[etree._Element], styles: etree._Element, settings: etree._Element | None) -> None:
    """Remove the borders and margins of tables that repeat those of a style that follows the theme.

    If there are such styles, the newest compatibility mode is set too.
    """
    sheet = StyleSheet(styles)
    themed: dict[str, etree._Element] = {}
    """The styles that follow the theme, by identifier."""
    for identifier, style in sheet.styles.items():
        if sheet.names[identifier].startswith(THEME_PREFIX):
            themed[identifier] = style
    for root in texts:
        for table in root.iter(TABLE):
            identifier = value_at(table, "w:tblPr/w:tblStyle") or ""
            if identifier in themed:
                _remove_from_table(table, themed[identifier])
    if settings is None or not themed:
        return
    for setting in settings.iter(qualified("w:compatSetting")):
        if setting.get(qualified("w:name")) == MODE and 0 < whole(setting.get(VALUE)) < _NEWEST:
            setting.set(VALUE, str(_NEWEST))


def _remove_from_table(table: etree._Element, style: etree._Element) -> None:
    """Remove the borders of cells and the margins of a table that are those of its style."""
    if _widths_of_margins(table) == _widths_of_margins(style):
        for margin in list(table.iterfind(_CELL_MARGINS, NAMESPACES)):
            remove(margin)
    lines = {_line(border) for border in style.iterfind("w:tblPr/w:tblBorders/*", NAMESPACES)}
    for cell in own(table, CELL):
        for border in cell.findall("w:tcPr/w:tcBorders/*", NAMESPACES):
            if _line(border) in lines:
                remove(border)


def _widths_of_margins(table_or_style: etree._Element) -> dict[str, str | None]:
    """Return the widths of the margins of cells by the tag of the side."""
    widths: dict[str, str | None] = {}
    for margin in table_or_style.iterfind(_CELL_MARGINS, NAMESPACES):
        widths[str(margin.tag)] = margin.get(_WIDTH)
    return widths


def _line(border: etree._Element) -> tuple[str | None, ...]:
    """Return the look of a border on any side."""
    return tuple(border.get(name) for name in _LINE)


def _set_page(document: etree._Element, theme: Theme, *, has_gutter_at_top: bool) -> dict[int, int]:
    """Give the sections the theme's paper and margins, which have no gutter. A landscape section stays one, and so does
    a section that is turned against the first; sections on another paper than the first keep it.

    Returns the new width of the text by the old one, in twips.
    """
    margins = theme.margins
    margin_names = ["left", "right"] if has_gutter_at_top else ["left", "right", "gutter"]
    widths: dict[int, int] = {}
    first_paper: tuple[int, int] | None = None
    for section in document.iter(SECTION):
        size = section.find(qualified("w:pgSz"))
        own_margins = section.find(qualified("w:pgMar"))
        if size is None or own_margins is None:
            continue
        paper = _paper(size)
        if first_paper is None:
            first_paper = paper
        old_width = paper[0]
        for name in margin_names:
            old_width -= twips(own_margins.get(qualified(f"w:{name}")))
        if not _is_same_paper(paper, first_paper):
            widths.setdefault(old_width, old_width)
            continue
        is_like_first = is_landscape(paper) == is_landscape(first_paper)
        is_turned = is_landscape(paper) or (is_landscape(theme.paper) and is_like_first)
        width, height = sorted(theme.paper, reverse=is_turned)
        new_width = Length(width - margins.left - margins.right).twips
        widths[old_width] = new_width
        if old_width > 0:
            for column in section.iterfind("w:cols/w:col", NAMESPACES):  # Word does not fit columns to the page
                _scale(column, _WIDTH, new_width, old_width)
                _scale(column, _SPACE, new_width, old_width)
        _set_paper(size, width, height)
        _set_margins(own_margins, margins)
    return widths


def _set_paper(size: etree._Element, width: Length, height: Length) -> None:
    size.set(_WIDTH, str(width.twips))
    size.set(_HEIGHT, str(height.twips))
    if width > height:
        size.set(qualified("w:orient"), "landscape")


def _set_margins(page_margins: etree._Element, margins: Sides) -> None:
    """Set the margins of a section, without a gutter."""
    for side, length in margins._asdict().items():
        page_margins.set(qualified(f"w:{side}"), str(length.twips))
    page_margins.set(qualified("w:gutter"), "0")


def _paper(size: etree._Element) -> tuple[int, int]:
    """Return the width and height of a section's paper, in twips; a section that is marked as landscape is one."""
    width = twips(size.get(_WIDTH))
    height = twips(size.get(_HEIGHT))
    if size.get(qualified("w:orient")) == "landscape":
        return max(width, height), min(width, height)
    return width, height


def _is_same_paper(paper: tuple[int, int], other: tuple[int, int]) -> bool:
    """Return whether two sizes are those of one paper, which may be turned."""
    narrow_difference = abs(min(paper) - min(other))
    wide_difference = abs(max(paper) - max(other))
    return narrow_difference <= _PAPER_TOLERANCE and wide_difference <= _PAPER_TOLERANCE


def _scale(element: etree._Element, attribute: str, new_width: int, old_width: int) -> None:
    """Scale the length in an attribute, if there is one, as the width of the text."""
    length = element.get(attribute)
    if length is not None:
        element.set(attribute, str(round(twips(length) * new_width / old_width)))


def _fit_tables(root: etree._Element, widths: Mapping[int, int]) -> None:
    """Scale the tables that were as wide as the text to its new width; `widths` has the new width by the old one."""
    for table in root.iter(TABLE):
        columns = list(table.iterfind("w:tblGrid/w:gridCol", NAMESPACES))
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        text_widths = [width for width in widths if width > 0 and _is_as_wide(total, width)]
        if not text_widths:
            continue
        old_width = text_widths[0]
        new_width = widths[old_width]
        if new_width == old_width:
            continue
        sizes = [size for size in own(table, *_SIZES) if size.get(_TYPE) == "dxa"]
        for element in (*columns, *sizes):
            length = twips(element.get(_WIDTH))
            element.set(_WIDTH, str(round(length * new_width / old_width)))


def _is_as_wide(total: int, text_width: int) -> bool:
    """Return whether a table with that width counts as wide as the text; both in twips."""
    return abs(total - text_width) <= text_width * _WIDTH_TOLERANCE


def _colours_by_old(contents: Contents, theme: Theme) -> Mapping[str, str]:
    """Return the colours of the theme by those that it had when the template was written from the page template.

    These are the accents in the theme part of the template, in the order of the theme (`office_theme`). Templates that
    were not written so have none.
    """
    new_colours = [colour.hex for colour in theme.colours.values()]
    by_old: dict[str, str] = {}
    for old_colour, new_colour in zip(_accents(contents), new_colours, strict=False):
        by_old.setdefault(old_colour, new_colour)
    return by_old


def _accents(contents: Contents) -> Sequence[str]:
    """Return the accents in the theme part of a template that was written from a page template."""
    names = [name for name in contents if _THEME_PART.fullmatch(name)]
    if not names:
        return ()
    try:
        theme = contents.tree(names[0])
    except BrokenPackageError:  # Word repairs such a part
        return ()
    accents: list[str] = []
    for named_colour in theme.iterfind(_COLOURS, {"a": MAIN}):
        if str(named_colour.tag).startswith(_ACCENT):
            accents += [colour.get("val", "").upper() for colour in named_colour]
    return accents


def _colour(root: etree._Element, paths: Iterable[str], attribute: str, colours: Mapping[str, str]) -> None:
    """Give elements in an old colour of the theme its new one: what no style has is formatted directly."""
    for path in paths:
        for element in root.iterfind(path, NAMESPACES):
            colour = colours.get(element.get(attribute, "").upper())
            if colour is not None:
                element.set(attribute, colour)


def _has_theme_fills(root: etree._Element) -> bool:
    """Return whether cells say that their background is a colour of the theme, so that others have one of their own."""
    return any(_has_theme_fill(cell) for cell in root.iter(CELL))


def _has_theme_fill(cell: etree._Element) -> bool:
    return value_at(cell, "w:tcPr/w:shd", "w:themeFill") is not None


def _dress_tables(root: etree._Element, names: Mapping[str, str], theme: Theme, *, keep_fills: bool = False) -> None:
    """Give each table cell the background, padding and vertical alignment of its first paragraph's style, or else the
    background of its table's style, and put tables of a pinned style at the foot of the page.

    `names` are the names of the styles by identifier; `keep_fills` if backgrounds that are no colours of the theme
    stay.
    """
    table_styles: dict[etree._Element, Style | None] = {}
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        table_style = style_of(_style_name(properties, "w:tblStyle", names), theme)
        table_styles[table] = table_style
        if table_style is not None and table_style.pin == "foot":
            put(properties, AT_FOOT)
    for cell in root.iter(CELL):
        style = style_of(_style_name(cell, "w:p/w:pPr/w:pStyle", names), theme)
        around = table_styles[next(cell.iterancestors(TABLE))]
        fill = None if _has_theme_fill(cell) else cell.find("w:tcPr/w:shd", NAMESPACES)
        look = "".join(_cell_look(style, around, theme))
        if look:
            put(properties_of(cell, "w:tcPr"), look)
        if keep_fills and fill is not None:
            insert(properties_of(cell, "w:tcPr"), fill, "shd")


def _bleed_tables(root: etree._Element, names: Mapping[str, str], theme: Theme) -> None:
    """Extend the tables that are as wide as the text, and whose style bleeds to the sides, to the edges of the paper.
    Their text stays between the margins.
    """
    left = theme.margins.left
    right = theme.margins.right
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        style = style_of(_style_name(properties, "w:tblStyle", names), theme)
        if style is None or not style.bleed.left or not style.bleed.right:
            continue
        columns = list(table.iterfind("w:tblGrid/w:gridCol", NAMESPACES))
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        if not _is_as_wide(total, theme.text_width.twips):
            continue
        width = f'<w:tblW w:w="{total + left.twips + right.twips}" w:type="dxa"/>'
        put(properties, f'{width}<w:tblInd w:w="{-left.twips}" w:type="dxa"/>')
        _widen(columns[0], left)
        _widen(columns[-1], right)
        for row in table.iterfind("w:tr", NAMESPACES):
            cells = row.findall(CELL)
            if cells:
                _widen_cell(cells[0], "left", left, style)
                _widen_cell(cells[-1], "right", right, style)


def _widen_cell(cell: etree._Element, side: str, margin: Length, style: Style) -> None:
    """Make a cell wider by the margin of the page at that side, where its text does not go."""
    properties = properties_of(cell, "w:tcPr")
    for size in properties.iterfind("w:tcW", NAMESPACES):
        _widen(size, margin)
    _widen(_inset(properties, side, style), margin)


def _inset(cell_properties: etree._Element, side: str, style: Style) -> etree._Element:
    """Return the margin of a cell at a side: its own, or else that of the style of its table, which is added."""
    if cell_properties.find("w:tcMar", NAMESPACES) is None:
        put(cell_properties, f"<w:tcMar>{sides_xml(style.padding)}</w:tcMar>")
    (margins,) = cell_properties.iterfind("w:tcMar", NAMESPACES)
    if margins.find(f"w:{side}", NAMESPACES) is None:
        length: Length = getattr(style.padding, side)
        put(margins, f'<w:{side} w:w="{length.twips}" w:type="dxa"/>')
    (inset,) = margins.iterfind(f"w:{side}", NAMESPACES)
    return inset


def _widen(element: etree._Element, length: Length) -> None:
    """Add a length to the width in an element."""
    element.set(_WIDTH, str(twips(element.get(_WIDTH)) + length.twips))


def _space_short_rules(root: etree._Element, names: Mapping[str, str], theme: Theme) -> None:
    """Give each rule that is shorter than its text, which is the border of an empty paragraph, the space below it that
    the style of the text has, and on other paper its length.
    """
    for rule in root.iter(PARAGRAPH):
        before = rule.getprevious()
        is_rule = _style_name(rule, "w:pPr/w:pStyle", names) == f"{THEME_PREFIX}{END}"
        if not is_rule or before is None or rule.find("w:pPr/w:pBdr/w:bottom", NAMESPACES) is None:
            continue
        style = style_of(_style_name(before, "w:pPr/w:pStyle", names), theme)
        if style is None or style.rule_below is None or style.rule_below.length is None:
            continue
        put(properties_of(rule, "w:pPr"), f'<w:spacing w:after="{style.space_after.twips}"/>')
        is_in_body = value_at(rule, "w:pPr/w:ind", "w:right") is not None and rule.getparent() is root[0]
        if is_in_body:
            indent = Length(theme.text_width - style.rule_below.length)
            put(properties_of(rule, "w:pPr"), f'<w:ind w:right="{indent.twips}"/>')


def _cell_look(style: Style | None, around: Style | None, theme: Theme) -> Iterator[str]:
    """Yield the properties of a cell whose first paragraph has that style, in a table of the style `around`."""
    usual = theme.styles.get("cell")
    if style is not None and not style.name.startswith(HEADING):
        boxed = style
        if usual is not None and style.rule_below == usual.rule_below:  # the table has it
            boxed = replace(style, rule_below=None)
        borders = borders_xml(boxed)
        if borders:
            yield f"<w:tcBorders>{borders}</w:tcBorders>"
    background = None if style is None else style.background
    if background is None and around is not None:
        background = around.background
    if background is not None:
        yield f'<w:shd w:val="clear" w:color="auto" w:fill="{background.hex}"/>'
    if style is None:
        return
    if usual is not None and style.padding not in {NO_SIDES, usual.padding}:
        yield f"<w:tcMar>{sides_xml(style.padding)}</w:tcMar>"
    if style.align_block is not None:
        yield f'<w:vAlign w:val="{VERTICAL[style.align_block]}"/>'


def _style_name(element: etree._Element, path: str, names: Mapping[str, str]) -> str:
    """Return the name of the style that is in that child; empty without one."""
    return names.get(value_at(element, path) or "", "")
