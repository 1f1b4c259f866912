"""The page of a Word template: the theme's paper and margins, the look and place of tables, and marks for the direction
and for the watermark of drafts.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from lxml import etree
from msgspec.structs import replace

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import NO_SIDES, Style, Theme, is_landscape
from ucap_reports.word.compile.tag_marks import Snippet, property_snippet, snippet
from ucap_reports.word.compile.theme_styles import END, HEADING, borders_xml, sides_xml, style_of
from ucap_reports.word.file.effective_styles import THEME_PREFIX
from ucap_reports.word.file.word_xml import (
    CELL,
    NAMESPACES,
    PARAGRAPH,
    TABLE,
    insert,
    own,
    properties_of,
    put,
    qualified,
    twips,
    value_at,
)
from ucap_reports.word.render.draft_watermark import IDENTIFIER
from ucap_reports.word.render.foot_position import AT_FOOT
from ucap_reports.word.render.table_grid import DIRECTION, DRAFT, grid_mark

VERTICAL = {"top": "top", "middle": "center", "bottom": "bottom", "stretch": "top"}
TOLERANCE = 0.02
"""The relative difference up to which a table counts as wide as the text."""
SAME_PAPER = 57
"""Twips (1 mm) by which two sizes of one paper may differ."""
_SECTION = qualified("w:sectPr")
_WIDTH, _HEIGHT, _TYPE = (qualified(f"w:{name}") for name in ("w", "h", "type"))
_SIZES = (qualified("w:tcW"), qualified("w:tblW"))
_HEADER = '<w:headerReference w:type="{}" r:id="{}"/>'


def set_page(document: etree._Element, theme: Theme) -> dict[int, int]:
    """Give the sections the theme's paper and margins. A landscape section stays one, and so does a section that is
    turned against the first; sections on another paper than the first keep it.

    Returns the new width of the text by the old one, in twips.
    """
    margins = theme.margins
    widths: dict[int, int] = {}
    sections = [
        (element.find(qualified("w:pgSz")), element.find(qualified("w:pgMar"))) for element in document.iter(_SECTION)
    ]
    sized = [(_paper(size), size, borders) for size, borders in sections if size is not None and borders is not None]
    for paper, size, borders in sized:
        first = sized[0][0]
        old = paper[0] - sum(twips(borders.get(qualified(f"w:{side}"))) for side in ("left", "right"))
        if any(abs(one - other) > SAME_PAPER for one, other in zip(sorted(paper), sorted(first), strict=True)):
            widths.setdefault(old, old)
            continue
        follows = is_landscape(theme.paper) and is_landscape(paper) == is_landscape(first)
        width, height = sorted(theme.paper, reverse=follows or is_landscape(paper))
        widths[old] = Length(width - margins.left - margins.right).twips
        size.set(_WIDTH, str(width.twips))
        size.set(_HEIGHT, str(height.twips))
        if width > height:
            size.set(qualified("w:orient"), "landscape")
        for side, length in zip(("top", "right", "bottom", "left"), margins, strict=True):
            borders.set(qualified(f"w:{side}"), str(length.twips))
    return widths


def _paper(size: etree._Element) -> tuple[int, int]:
    """Width and height of a section's paper, in twips; a section that is marked as landscape is one."""
    paper = twips(size.get(_WIDTH)), twips(size.get(_HEIGHT))
    return (max(paper), min(paper)) if size.get(qualified("w:orient")) == "landscape" else paper


def fit_tables(root: etree._Element, widths: Mapping[int, int]) -> None:
    """Scale the tables that were as wide as the text to its new width; `widths` has the new width by the old one."""
    for table in root.iter(TABLE):
        columns = list(table.iterfind("w:tblGrid/w:gridCol", NAMESPACES))
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        old = next((width for width in widths if width > 0 and abs(total - width) <= width * TOLERANCE), None)
        if old is None or widths[old] == old:
            continue
        sizes = [size for size in own(table, *_SIZES) if size.get(_TYPE) == "dxa"]
        for element in (*columns, *sizes):
            element.set(_WIDTH, str(round(twips(element.get(_WIDTH)) * widths[old] / old)))


def has_theme_fills(root: etree._Element) -> bool:
    """Return whether cells say that their background is a colour of the theme, so that others have one of their own."""
    return any(_has_theme_fill(cell) for cell in root.iter(CELL))


def _has_theme_fill(cell: etree._Element) -> bool:
    return value_at(cell, "w:tcPr/w:shd", "w:themeFill") is not None


def dress_tables(root: etree._Element, names: Mapping[str, str], theme: Theme, *, keep_fills: bool = False) -> None:
    """Give each table cell the background, padding and vertical alignment of its first paragraph's style, or else the
    background of its table's style, and put tables of a pinned style at the foot of the page.

    `names` are the names of the styles by identifier; `keep_fills` if backgrounds that are no colours of the theme
    stay.
    """
    of_tables: dict[etree._Element, Style | None] = {}
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        style = of_tables[table] = style_of(_name(properties, "w:tblStyle", names), theme)
        if style is not None and style.pin == "foot":
            put(properties, AT_FOOT)
    for cell in root.iter(CELL):
        style = style_of(_name(cell, "w:p/w:pPr/w:pStyle", names), theme)
        around = of_tables[next(cell.iterancestors(TABLE))]
        fill = None if _has_theme_fill(cell) else cell.find("w:tcPr/w:shd", NAMESPACES)
        look = "".join(_cell_look(style, around, theme))
        if look:
            put(properties_of(cell, "w:tcPr"), look)
        if keep_fills and fill is not None:
            insert(properties_of(cell, "w:tcPr"), fill, "shd")


def space_short_rules(root: etree._Element, names: Mapping[str, str], theme: Theme) -> None:
    """Give each rule that is shorter than its text, which is the border of an empty paragraph, the space below it that
    the style of the text has.
    """
    for rule in root.iter(PARAGRAPH):
        before = rule.getprevious()
        is_rule = _name(rule, "w:pPr/w:pStyle", names) == f"{THEME_PREFIX}{END}"
        if not is_rule or before is None or rule.find("w:pPr/w:pBdr/w:bottom", NAMESPACES) is None:
            continue
        style = style_of(_name(before, "w:pPr/w:pStyle", names), theme)
        if style is not None and style.rule_below is not None and style.rule_below.length is not None:
            put(properties_of(rule, "w:pPr"), f'<w:spacing w:after="{style.space_after.twips}"/>')


def bleed_tables(root: etree._Element, names: Mapping[str, str], theme: Theme) -> None:
    """Extend the tables that are as wide as the text, and whose style bleeds to the sides, to the edges of the paper.
    Their text stays between the margins.
    """
    left, right, text = theme.margins.left, theme.margins.right, theme.text_width.twips
    for table in root.iter(TABLE):
        properties = properties_of(table, "w:tblPr")
        style = style_of(_name(properties, "w:tblStyle", names), theme)
        columns = [*table.iterfind("w:tblGrid/w:gridCol", NAMESPACES)]
        total = sum(twips(column.get(_WIDTH)) for column in columns)
        if style is None or not (style.bleed.left and style.bleed.right) or abs(total - text) > text * TOLERANCE:
            continue
        width = f'<w:tblW w:w="{total + left.twips + right.twips}" w:type="dxa"/>'
        put(properties, f'{width}<w:tblInd w:w="{-left.twips}" w:type="dxa"/>')
        rows = [[*row.iterfind("w:tc", NAMESPACES)] for row in table.iterfind("w:tr", NAMESPACES)]
        for index, side, margin in ((0, "left", left), (-1, "right", right)):
            _widen(columns[index], margin)
            for cell in (row[index] for row in rows):
                cell_properties = properties_of(cell, "w:tcPr")
                for size in cell_properties.iterfind("w:tcW", NAMESPACES):
                    _widen(size, margin)
                _widen(_inset(cell_properties, side, style), margin)


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
    element.set(_WIDTH, str(twips(element.get(_WIDTH)) + length.twips))


def _cell_look(style: Style | None, around: Style | None, theme: Theme) -> Iterator[str]:
    """Yield the properties of a cell whose first paragraph has that style, in a table of the style `around`."""
    colours = [own.background for own in (style, around) if own is not None and own.background is not None]
    below = theme.styles["cell"].rule_below if "cell" in theme.styles else None
    if style is not None and not style.name.startswith(HEADING):
        borders = borders_xml(replace(style, rule_below=None) if style.rule_below == below else style)
        yield f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    if colours:
        yield f'<w:shd w:val="clear" w:color="auto" w:fill="{colours[0].hex}"/>'
    if style is None:
        return
    if "cell" in theme.styles and style.padding not in {NO_SIDES, theme.style("cell").padding}:
        yield f"<w:tcMar>{sides_xml(style.padding)}</w:tcMar>"
    if style.align_block is not None:
        yield f'<w:vAlign w:val="{VERTICAL[style.align_block]}"/>'


def _name(element: etree._Element, path: str, names: Mapping[str, str]) -> str:
    """Return the name of the style that is in that child; empty without one."""
    return names.get(value_at(element, path) or "", "")


def set_direction(root: etree._Element) -> Iterator[Snippet]:
    """Marks for the direction of tables and sections, which right-to-left documents have."""
    for name, tag in (("bidiVisual", "w:tblPr"), ("bidi", "w:sectPr")):
        for properties in list(root.iter(qualified(tag))):
            yield property_snippet(properties, name, grid_mark(DIRECTION, f"<w:{name}/>"))


def draft_marks(root: etree._Element, settings: etree._Element | None) -> Iterator[Snippet]:
    """Yield the marks in a part: at the end of a header, or in sections of the document without headers."""
    if root.tag == qualified("w:document"):
        yield from _missing_headers(root, settings)
    elif root.tag == qualified("w:hdr"):
        yield snippet(root.append, grid_mark(DRAFT))


def _missing_headers(document: etree._Element, settings: etree._Element | None) -> Iterator[Snippet]:
    """References to a header in the sections whose pages, or some of them, have none (ECMA-376, 17.10)."""
    known: set[str] = set()
    is_even = settings is not None and settings.find(qualified("w:evenAndOddHeaders")) is not None
    body = document.find(qualified("w:body"))
    if body is not None and body.find(_SECTION) is None:
        reference = _HEADER.format("default", IDENTIFIER)
        yield snippet(body.append, grid_mark(DRAFT, f"<w:sectPr>{reference}</w:sectPr>"))
    for section in document.iter(_SECTION):
        known |= {str(element.get(qualified("w:type"))) for element in section.iterfind(qualified("w:headerReference"))}
        needed = {"default", *(["even"] if is_even else [])}
        needed |= {"first"} if section.find(qualified("w:titlePg")) is not None else set()
        missing = sorted(needed - known)
        if missing:
            references = "".join(_HEADER.format(part, IDENTIFIER) for part in missing)
            yield snippet(partial(section.insert, 0), grid_mark(DRAFT, references))
            known |= needed
