"""The styles of Word files: the effective properties of each, and the look of the theme in Word's properties.

A property is that of the style, of a style that it is based on, or the default. Styles with names such as "U-CAP title"
get the theme's fonts, colours, sizes, spaces and rules. Other styles are for paragraphs that only Word needs:
`title-rule` (a rule that is shorter than its box), `contact-gap` (the space before a table) and `end` (the empty
paragraph after a table).
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape

from lxml import etree
from msgspec import Struct

from ucap_reports.page.box_geometry import marker_indent
from ucap_reports.page.page_elements import LISTS, without_box
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, Length, Sides
from ucap_reports.template.theme_and_line_spacing import BORDERS, DrawnRule, Style, Theme
from ucap_reports.word.file.word_languages import TABLE_BACKGROUND
from ucap_reports.word.file.word_xml import (
    NAMESPACES,
    OFF,
    PARAGRAPH_FORMAT,
    VALUE,
    child_of,
    elements,
    properties_of,
    put,
    qualified,
    value_at,
    whole,
)

THEME_PREFIX = "U-CAP "
"""The beginning of the names of styles that follow the theme, before the theme's name of the style."""
TITLE = f"{THEME_PREFIX}title"
"""The style of the title."""
MAIN_HEADING = "heading 1"
"""The built-in style of Word of which the title's style is an alias."""
MAX_BASES = 20
"""The styles that one can be based on, one on the other; Word's own have three."""
_LIST = qualified("w:numPr")
_LIST_LEVEL = qualified("w:ilvl")
_LIST_NUMBER = qualified("w:numId")
_STYLE = qualified("w:style")
_STYLE_ID = qualified("w:styleId")
ListPlace = tuple[str, int]
"""The number of a list, and the level of an item in it."""


class StyleSheet:
    """The styles of a styles part, by identifier."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self.styles = {str(style.get(_STYLE_ID)): style for style in root.iter(_STYLE)}
        self.names = style_names(root)
        """The names of the styles by identifier; a style that follows the theme has its name there."""
        self.defaults: dict[str, str] = {}
        """The default style of each kind that has one."""
        for identifier, style in self.styles.items():
            if style.get(qualified("w:default")) not in (None, *OFF):
                kind = str(style.get(qualified("w:type")))
                self.defaults[kind] = identifier
        self._list_places: dict[str, ListPlace | None] = {}
        """The places of the styles that paragraphs have used, at most one for each style."""

    def of_paragraph(self, paragraph: etree._Element) -> str:
        """Return the identifier of a paragraph's style, which is the default one if it has none of its own."""
        return value_at(paragraph, "w:pPr/w:pStyle") or self.defaults.get("paragraph", "")

    def chain(self, identifier: str) -> Iterator[etree._Element]:
        """Yield the style and those that it is based on, the nearest first; at most one more than `MAX_BASES`
        of these.
        """
        seen: set[str] = set()
        while identifier in self.styles and identifier not in seen and len(seen) <= MAX_BASES + 1:
            seen.add(identifier)
            style = self.styles[identifier]
            yield style
            identifier = value_at(style, "w:basedOn") or ""

    def list_place(self, identifier: str) -> ListPlace | None:
        """Return the list and level of paragraphs in a style, which a style that it is based on may name."""
        if identifier not in self.styles:
            return None
        if identifier not in self._list_places:
            self._list_places[identifier] = self._list_place(identifier)
        return self._list_places[identifier]

    def _list_place(self, identifier: str) -> ListPlace | None:
        for style in self.chain(identifier):
            properties = child_of(style, PARAGRAPH_FORMAT)
            if properties is None:
                continue
            own_place = list_place(child_of(properties, _LIST))
            if own_place is not None:
                return own_place
        return None

    def own_value(self, identifier: str, path: str, attribute: str = "w:val") -> str | None:
        """Return an attribute of a property of a style or of those that it is based on, but not the default of all;
        None if it is not set.
        """
        for style in self.chain(identifier):
            setting = style.find(path, NAMESPACES)
            value = None if setting is None else setting.get(qualified(attribute))
            if value:
                return value
        return None

    def value(self, identifier: str, path: str, attribute: str = "w:val") -> str | None:
        """Return an attribute of a property such as `w:rPr/w:color`: "1" if it has no attributes, None if it is not
        set.
        """
        kind = path.partition("/")[0]
        default = self._root.find(f"w:docDefaults/{kind}Default/{path}", NAMESPACES)
        properties = [style.find(path, NAMESPACES) for style in self.chain(identifier)]
        for setting in (*properties, default):
            if setting is None:
                continue
            if not len(setting.attrib):
                return "1"
            value = setting.get(qualified(attribute))
            if value:
                return value
        return None


def style_names(root: etree._Element) -> dict[str, str]:
    """Return the names of the styles in a styles part, by identifier.

    An alias that follows the theme, as the built-in style "heading 1" can have, is preferred. Other office suites drop
    aliases: if some styles follow the theme, but none is the title's, "heading 1" is.
    """
    names = {}
    for style in root.iter(_STYLE):
        names[str(style.get(_STYLE_ID))] = _name_of(style)
    follows_theme = any(name.startswith(THEME_PREFIX) for name in names.values())
    if follows_theme and TITLE not in names.values():
        for identifier, name in names.items():
            if name == MAIN_HEADING:
                names[identifier] = TITLE
    return names


def _name_of(style: etree._Element) -> str:
    """Return the style's name, or its first alias that follows the theme."""
    aliases = (value_at(style, "w:aliases") or "").split(",")
    for alias in aliases:
        if alias.strip().startswith(THEME_PREFIX):
            return alias.strip()
    return value_at(style, "w:name") or ""


def list_place(numbering: etree._Element | None) -> ListPlace | None:
    """Return the list and the level that the numbering of a paragraph or a style (`w:numPr`) names; "0" is no list."""
    if numbering is None:
        return None
    number = child_of(numbering, _LIST_NUMBER)
    if number is None:
        return None
    level = child_of(numbering, _LIST_LEVEL)
    level_number = 0 if level is None else whole(level.get(VALUE))
    return number.get(VALUE, ""), level_number


# The look of the theme
TITLE_RULE = "title-rule"
CONTACT_GAP = "contact-gap"
END = "end"
PICTURE = "picture"
"""The style of paragraphs with a picture, whose lines are as high as the picture."""
OF_TEXT = " text"
"""The end of the name of a style for the text in a box: it has the look of the box's style without the box."""
OF_TABLE = " table"
"""The end of the name of a style for a box that is a table, if paragraphs have the style's own name."""
HEADING = "heading-"
"""The beginning of the names of styles whose borders are those of their paragraphs, also in a table cell."""
_HALF_POINTS = 2
_EIGHTHS = 8
"""Word's units for font sizes and for the widths of rules, per point."""
_MOST_DIGITS = 6
"""The digits of the longest number before an item of a list whose width counts."""
ALIGNED = {"start": "left", "center": "center", "end": "right"}
VERTICAL = {"top": "top", "middle": "center", "bottom": "bottom", "stretch": "top"}
LINK_STYLE = "Hyperlink"


class Gaps(Struct, frozen=True):
    """The spaces in one value, in twips: between paragraphs, and between the items of a list."""

    paragraphs: int = 0
    items: int = 0
    indents: tuple[int, int] = (0, 0)
    """The distance of an item's text from the margin, by level."""
    numbers: tuple[int, ...] = ()
    """The distance from the marker to the text of an item that a number of one digit needs, one of two, and so on."""


def theme_name(word_name: str, theme: Theme) -> str | None:
    """Return the theme's name of a Word style; None if the style does not follow the theme."""
    if not word_name.startswith(THEME_PREFIX):
        return None
    name = word_name.removeprefix(THEME_PREFIX)
    if name in _DERIVED or name.removesuffix(OF_TEXT) in theme.styles:
        return name
    return None


def apply_theme(root: etree._Element, theme: Theme) -> None:
    """Give the styles that follow the theme its look."""
    names = style_names(root)
    for style in root.iter(_STYLE):
        word_name = names[str(style.get(_STYLE_ID))]
        name = theme_name(word_name, theme)
        if name is None:
            continue
        if style.get(qualified("w:type")) == "table":
            _apply_to_table(style, name, theme)
        else:
            _apply_to_paragraph(style, name, theme)


def with_link_style(root: etree._Element, theme: Theme, *, follow: bool) -> None:
    """Add a style for hyperlinks if there is none; a new one, or any with `follow`, gets the theme's look."""
    known = style_names(root)
    link = theme.styles.get("link", theme.style("body"))
    if LINK_STYLE not in known:
        (style,) = elements(
            f'<w:style w:type="character" w:styleId="{LINK_STYLE}"><w:name w:val="{LINK_STYLE}"/>'
            '<w:uiPriority w:val="99"/><w:unhideWhenUsed/></w:style>',
        )
        root.append(style)
        follow = True
    if not follow:
        return
    for style in root.iter(_STYLE):
        if style.get(_STYLE_ID) == LINK_STYLE:
            underline = '<w:u w:val="single"/>' if link.underline else ""
            put(properties_of(style, "w:rPr"), f'<w:color w:val="{link.colour.hex}"/>{underline}')


def gaps_of(word_name: str, theme: Theme) -> Gaps:
    """Return the spaces in a value whose paragraph has the style with this name."""
    style = style_of(word_name.removesuffix(OF_TEXT), theme)
    text_style = style or theme.style("body")
    list_style = theme.styles.get(LISTS[0])
    nested_style = theme.styles.get(LISTS[1])
    indent = 0 if list_style is None else list_style.indent.twips
    nested_indent = 0 if nested_style is None else nested_style.indent.twips
    numbers = []
    for digits in range(1, _MOST_DIGITS + 1):
        marker = f"{'0' * digits}."
        numbers.append(marker_indent(marker, text_style).twips)
    gap = 0 if style is None else style.gap.twips
    gap_of_items = 0 if style is None or list_style is None else list_style.gap.twips
    return Gaps(
        paragraphs=gap,
        items=gap_of_items,
        indents=(indent, indent + nested_indent),
        numbers=tuple(numbers),
    )


def style_of(word_name: str, theme: Theme) -> Style | None:
    """Return the theme's style that the Word style with this name follows."""
    return theme.styles.get(theme_name(word_name, theme) or "")


def marker_properties(style: Style, theme: Theme) -> str:
    """Return the run properties of list markers."""
    return f'{fonts_xml(style, theme)}<w:color w:val="{style.colour.hex}"/>'


def _apply_to_paragraph(element: etree._Element, name: str, theme: Theme) -> None:
    """Give a style of paragraphs the look of the theme's style of that name."""
    paragraph = properties_of(element, "w:pPr")
    if name in _DERIVED:
        put(paragraph, _DERIVED[name](theme))
        return
    style = theme.style(name.removesuffix(OF_TEXT))
    if name.endswith(OF_TEXT):
        style = without_box(style)
    has_rule_above = paragraph.find("w:pBdr/w:top", NAMESPACES) is not None
    put(paragraph, "".join(_paragraph_properties(style, theme, has_rule_above=has_rule_above)))
    put(properties_of(element, "w:rPr"), "".join(run_properties(style, theme)))


def run_properties(style: Style, theme: Theme) -> Iterator[str]:
    """Yield the run properties of a style, in schema order."""
    size = half_points(style.size)
    yield fonts_xml(style, theme)
    yield f'<w:b w:val="{int(style.bold)}"/><w:bCs w:val="{int(style.bold)}"/>'
    yield f'<w:i w:val="{int(style.italic)}"/><w:iCs w:val="{int(style.italic)}"/>'
    if style.capitals:
        yield "<w:caps/>"
    yield f'<w:color w:val="{style.colour.hex}"/>'
    if style.letter_spacing:
        yield f'<w:spacing w:val="{style.letter_spacing.twips}"/>'
    yield f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    underline = "single" if style.underline else "none"
    yield f'<w:u w:val="{underline}"/>'


def half_points(size: Length) -> int:
    """Return a font size in Word's half points, rounded down, so that text does not become longer than in the theme."""
    return int(size * _HALF_POINTS)


def fonts_xml(style: Style, theme: Theme) -> str:
    """Return the fonts of a style for all of Word's kinds of script."""
    font = theme.fonts[style.font]
    western = escape(font.word)
    eastern = escape(font.word_east_asian)
    return f'<w:rFonts w:ascii="{western}" w:hAnsi="{western}" w:eastAsia="{eastern}" w:cs="{western}"/>'


def _paragraph_properties(style: Style, theme: Theme, *, has_rule_above: bool) -> Iterator[str]:
    """Yield the paragraph properties of a style. `has_rule_above` if the Word style has a border above."""
    if style.name == "footer":
        yield _footer_properties(theme, has_rule=has_rule_above)
    if style.name.startswith(HEADING):
        borders = borders_xml(style, style.padding)
        if borders:
            yield f"<w:pBdr>{borders}</w:pBdr>"
    space_after = style.space_after
    if style.rule_below is not None and style.rule_below.length is not None:
        # A rule that is shorter than its text is a paragraph of its own, which the padding separates from the text.
        space_after = style.padding.bottom
    yield _spacing(style.space_before, space_after, style.leading)
    yield f'<w:jc w:val="{ALIGNED[style.align]}"/>'


def _spacing(before: Length, after: Length, line: Length, rule: str = "atLeast") -> str:
    return f'<w:spacing w:before="{before.twips}" w:after="{after.twips}" w:line="{line.twips}" w:lineRule="{rule}"/>'


def _footer_properties(theme: Theme, *, has_rule: bool) -> str:
    """Return the rule above a footer that has one, and the tab stop of the page number at the right margin."""
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{theme.text_width.twips}"/></w:tabs>'
    style = theme.styles.get("footer-rule")
    if not has_rule or style is None or style.rule_below is None:
        return tab
    border = border_xml("top", style.rule_below, space=3)
    return f"<w:pBdr>{border}</w:pBdr>{tab}"


def _title_rule(theme: Theme) -> str:
    """Return the properties of an empty paragraph whose lower border is the title's rule."""
    title = theme.style("title")
    rule = title.rule_below
    if rule is None:
        return _spacing(Length(0), Length(0), Length(1), "exact")
    indent = Length(theme.text_width - rule.length).twips if rule.length else 0
    return (
        f"<w:pBdr>{border_xml('bottom', rule)}</w:pBdr>"
        f"{_spacing(Length(0), title.space_after, Length(1), 'exact')}"
        f'<w:ind w:left="0" w:right="{indent}"/>'
    )


def _contact_gap(theme: Theme) -> str:
    """Return an otherwise empty paragraph as high as the space before the contact panel."""
    style = theme.styles.get("contact", theme.style("body"))
    return _spacing(Length(0), Length(0), style.space_before, "exact")


_DERIVED: Mapping[str, Callable[[Theme], str]] = {
    TITLE_RULE: _title_rule,
    CONTACT_GAP: _contact_gap,
    END: lambda _: _spacing(Length(0), Length(0), Length(1), "exact"),
    PICTURE: lambda _: _spacing(Length(0), Length(0), Length(12), "auto"),
}
"""Properties of the styles that only Word needs, by name; the end is as low as possible."""


def _apply_to_table(element: etree._Element, name: str, theme: Theme) -> None:
    """Give a style of tables the look of the theme's style of that name; that of the fact table has the rules and the
    padding of its cells.
    """
    is_of_cells = name == "table" and "cell" in theme.styles
    style = theme.style("cell" if is_of_cells else name)
    borders = ""
    if not is_of_cells:
        borders = borders_xml(style)
    elif style.rule_below is not None:
        borders = border_xml("bottom", style.rule_below) + border_xml("insideH", style.rule_below)
    if borders:
        borders = f"<w:tblBorders>{borders}</w:tblBorders>"
    put(properties_of(element, "w:tblPr"), f"{borders}<w:tblCellMar>{sides_xml(style.padding)}</w:tblCellMar>")
    if style.background and not is_of_cells:
        shade = f'<w:shd w:val="{TABLE_BACKGROUND}" w:color="auto" w:fill="{style.background.hex}"/>'
        put(properties_of(element, "w:tcPr"), shade)


def borders_xml(style: Style, spaces: Sides = NO_SIDES) -> str:
    """Return the borders of a box on all sides that have one, in schema order, with these spaces to the text."""
    borders = ""
    for side in ("top", "left", "bottom", "right"):
        rule = getattr(style, BORDERS[side])
        if rule is not None:
            borders += border_xml(side, rule, round(getattr(spaces, side)))
    return borders


def border_xml(side: str, rule: DrawnRule, space: int = 0) -> str:
    """Return a border on that side, with a space to the text in points."""
    size = max(2, round(rule.width * _EIGHTHS))
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{rule.colour.hex}"/>'


def sides_xml(sides: Sides) -> str:
    """Return the margins of the cells of a table or of one cell, in schema order."""
    written = ""
    for side in ("top", "left", "bottom", "right"):
        length: Length = getattr(sides, side)
        written += f'<w:{side} w:w="{length.twips}" w:type="dxa"/>'
    return written
