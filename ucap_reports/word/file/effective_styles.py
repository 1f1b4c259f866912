"""The effective styles of a Word template: each property from the style, the styles it is based on, or the defaults."""

from collections.abc import Iterator

from lxml import etree

from ucap_reports.word.file.word_xml import NAMESPACES, PARAGRAPH_FORMAT, VALUE, child_of, qualified, value_at, whole

THEME_PREFIX = "U-CAP "
"""The beginning of the names of styles that follow the theme, before the theme's name of the style."""
TITLE = f"{THEME_PREFIX}title"
"""The style of the title."""
MAIN_HEADING = "heading 1"
"""The built-in style of Word of which the title's style is an alias."""
MAX_BASES = 20
"""The styles that one can be based on, one on the other; Word's own have three."""
OFF = ("0", "false", "off")
"""Values that switch off a property which is on if its element has no value."""
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
