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
from ucap_reports.template.lengths_and_colours import NO_SIDES, Length, Sides
from ucap_reports.template.theme import BORDERS, DrawnRule, Style, Theme
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
_LIST, _LIST_LEVEL, _LIST_NUMBER = qualified("w:numPr"), qualified("w:ilvl"), qualified("w:numId")
ListPlace = tuple[str, int]
"""The number of a list, and the level of an item in it."""


class StyleSheet:
    """The styles of a styles part, by identifier."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self.styles = {str(style.get(qualified("w:styleId"))): style for style in root.iter(qualified("w:style"))}
        self.names = style_names(root)
        """The names of the styles by identifier; a style that follows the theme has its name there."""
        self.defaults = {
            str(style.get(qualified("w:type"))): identifier
            for identifier, style in self.styles.items()
            if style.get(qualified("w:default")) not in (None, *OFF)
        }
        """The default style of each kind that has one."""
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
            list_of_style = None if properties is None else list_place(child_of(properties, _LIST))
            if list_of_style is not None:
                return list_of_style
        return None

    def value(self, identifier: str, path: str, attribute: str = "w:val") -> str | None:
        """Return an attribute of a property such as `w:rPr/w:color`: "1" if it has no attributes, None if it is not
        set.
        """
        properties = [style.find(path, NAMESPACES) for style in self.chain(identifier)]
        default = f"w:docDefaults/{path.partition('/')[0]}Default/{path}"
        properties.append(self._root.find(default, NAMESPACES))
        for setting in properties:
            if setting is not None:
                value = setting.get(qualified(attribute), "" if len(setting.attrib) else "1")
                if value:
                    return value
        return None


def style_names(root: etree._Element) -> dict[str, str]:
    """Return the names of the styles in a styles part, by identifier.

    An alias that follows the theme, as the built-in style "heading 1" can have, is preferred. Other office suites drop
    aliases: if some styles follow the theme, but none is the title's, "heading 1" is.
    """
    names = {}
    for style in root.iter(qualified("w:style")):
        names[str(style.get(qualified("w:styleId")))] = _name_of(style)
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
    number, level = child_of(numbering, _LIST_NUMBER), child_of(numbering, _LIST_LEVEL)
    if number is None:
        return None
    return number.get(VALUE, ""), whole(None if level is None else level.get(VALUE, ""))


# The look of the theme
TITLE_RULE, CONTACT_GAP, END = "title-rule", "contact-gap", "end"
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
_MOST_DIGITS = 6
"""The digits of the longest number before an item of a list whose width counts."""
"""Word's units for font sizes and for the widths of rules, per point."""
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
    name = word_name.removeprefix(THEME_PREFIX)
    if name == word_name:
        return None
    return name if name in _DERIVED or name.removesuffix(OF_TEXT) in theme.styles else None


def apply_theme(root: etree._Element, theme: Theme) -> None:
    """Give the styles that follow the theme its look."""
    names = style_names(root)
    for style in root.iter(qualified("w:style")):
        own = theme_name(names[str(style.get(qualified("w:styleId")))], theme)
        if own is None:
            continue
        if style.get(qualified("w:type")) == "table":
            _apply_to_table(style, own, theme)
        else:
            _apply_to_paragraph(style, own, theme)


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
    for style in root.iter(qualified("w:style")):
        if follow and style.get(qualified("w:styleId")) == LINK_STYLE:
            underline = '<w:u w:val="single"/>' if link.underline else ""
            put(properties_of(style, "w:rPr"), f'<w:color w:val="{link.colour.hex}"/>{underline}')


def gaps_of(word_name: str, theme: Theme) -> Gaps:
    """Return the spaces in a value whose paragraph has the style with this name."""
    style = style_of(word_name.removesuffix(OF_TEXT), theme)
    levels = [theme.styles.get(name) for name in LISTS]
    first, second = (level.indent.twips if level else 0 for level in levels)
    paragraphs = style.gap.twips if style else 0
    items = levels[0].gap.twips if style and levels[0] else 0
    text = style or theme.style("body")
    numbers = tuple(marker_indent(f"{'0' * digits}.", text).twips for digits in range(1, _MOST_DIGITS + 1))
    return Gaps(paragraphs, items, (first, first + second), numbers)


def style_of(word_name: str, theme: Theme) -> Style | None:
    """Return the theme's style that the Word style with this name follows."""
    return theme.styles.get(theme_name(word_name, theme) or "")


def marker_properties(style: Style, theme: Theme) -> str:
    """Return the run properties of list markers."""
    return f'{fonts_xml(style, theme)}<w:color w:val="{style.colour.hex}"/>'


def _apply_to_paragraph(element: etree._Element, name: str, theme: Theme) -> None:
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
    yield from (f'<w:{name} w:val="{int(style.bold)}"/>' for name in ("b", "bCs"))
    yield from (f'<w:{name} w:val="{int(style.italic)}"/>' for name in ("i", "iCs"))
    if style.capitals:
        yield "<w:caps/>"
    yield f'<w:color w:val="{style.colour.hex}"/>'
    if style.letter_spacing:
        yield f'<w:spacing w:val="{style.letter_spacing.twips}"/>'
    yield f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    yield f'<w:u w:val="{"single" if style.underline else "none"}"/>'


def half_points(size: Length) -> int:
    """Return a font size in Word's half points, rounded down, so that text does not become longer than in the theme."""
    return int(size * _HALF_POINTS)


def fonts_xml(style: Style, theme: Theme) -> str:
    """Return the fonts of a style for all of Word's kinds of script."""
    font = theme.fonts[style.font]
    western, eastern = (f'"{escape(name)}"' for name in (font.word, font.word_east_asian))
    return f"<w:rFonts w:ascii={western} w:hAnsi={western} w:eastAsia={eastern} w:cs={western}/>"


def _paragraph_properties(style: Style, theme: Theme, *, has_rule_above: bool) -> Iterator[str]:
    if style.name == "footer":
        yield _footer_properties(theme, has_rule=has_rule_above)
    if style.name.startswith(HEADING) and (borders := borders_xml(style, style.padding)):
        yield f"<w:pBdr>{borders}</w:pBdr>"
    has_short_rule = style.rule_below is not None and style.rule_below.length is not None
    # A rule that is shorter than its text is a paragraph of its own, which the padding of the text separates from it.
    yield _spacing(style.space_before, style.padding.bottom if has_short_rule else style.space_after, style.leading)
    yield f'<w:jc w:val="{ALIGNED[style.align]}"/>'


def _spacing(before: Length, after: Length, line: Length, rule: str = "atLeast") -> str:
    return f'<w:spacing w:before="{before.twips}" w:after="{after.twips}" w:line="{line.twips}" w:lineRule="{rule}"/>'


def _footer_properties(theme: Theme, *, has_rule: bool) -> str:
    """Return the rule above a footer that has one, and the tab stop of the page number at the right margin."""
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{theme.text_width.twips}"/></w:tabs>'
    if not has_rule or "footer-rule" not in theme.styles:
        return tab
    rule = theme.style("footer-rule").rule_below
    return (f"<w:pBdr>{border_xml('top', rule, space=3)}</w:pBdr>" if rule else "") + tab


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
    return _spacing(Length(0), Length(0), theme.styles.get("contact", theme.style("body")).space_before, "exact")


_DERIVED: Mapping[str, Callable[[Theme], str]] = {
    TITLE_RULE: _title_rule,
    CONTACT_GAP: _contact_gap,
    END: lambda _: _spacing(Length(0), Length(0), Length(1), "exact"),
    PICTURE: lambda _: _spacing(Length(0), Length(0), Length(12), "auto"),
}
"""Properties of the styles that only Word needs, by name; the end is as low as possible."""


def _apply_to_table(element: etree._Element, name: str, theme: Theme) -> None:
    is_of_cells = name == "table" and "cell" in theme.styles
    style = theme.style("cell" if is_of_cells else name)
    lines = [border_xml(side, style.rule_below) for side in ("bottom", "insideH") if style.rule_below]
    borders = "".join(lines) if is_of_cells else borders_xml(style)
    content = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    put(properties_of(element, "w:tblPr"), content + f"<w:tblCellMar>{sides_xml(style.padding)}</w:tblCellMar>")
    if style.background and not is_of_cells:
        shade = f'<w:shd w:val="{TABLE_BACKGROUND}" w:color="auto" w:fill="{style.background.hex}"/>'
        put(properties_of(element, "w:tcPr"), shade)


def borders_xml(style: Style, spaces: Sides = NO_SIDES) -> str:
    """Return the borders of a box on all sides that have one, in schema order, with these spaces to the text."""
    rules = {side: getattr(style, BORDERS[side]) for side in ("top", "left", "bottom", "right")}
    spaced = [(side, rule, round(getattr(spaces, side))) for side, rule in rules.items() if rule is not None]
    return "".join(border_xml(side, rule, space) for side, rule, space in spaced)


def border_xml(side: str, rule: DrawnRule, space: int = 0) -> str:
    """Return a border on that side, with a space to the text in points."""
    size = max(2, round(rule.width * _EIGHTHS))
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{rule.colour.hex}"/>'


def sides_xml(sides: Sides) -> str:
    """Four lengths, for the margins of a cell or table."""
    named = (("top", sides.top), ("left", sides.left), ("bottom", sides.bottom), ("right", sides.right))
    return "".join(f'<w:{name} w:w="{length.twips}" w:type="dxa"/>' for name, length in named)
