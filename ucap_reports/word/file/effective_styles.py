"""The effective styles of a Word template: each property from the style, the styles it is based on, or the defaults."""

from collections.abc import Iterator

from lxml import etree

from ucap_reports.word.compile.theme_styles import style_names
from ucap_reports.word.file.element_names import NAMESPACES, qualified
from ucap_reports.word.file.word_xml import value_at

MOST_BASES = 20
"""The styles that one can be based on, one on the other; Word's own have three."""
OFF = ("0", "false", "off")
"""Values that switch off a property which is on if its element has no value."""


class StyleSheet:
    """The styles of a styles part, by identifier."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self.styles = {str(each.get(qualified("w:styleId"))): each for each in root.iter(qualified("w:style"))}
        self.names = style_names(root)
        """The names of the styles by identifier; a style that follows the theme has its name there."""
        self.defaults = {
            str(each.get(qualified("w:type"))): identifier
            for identifier, each in self.styles.items()
            if each.get(qualified("w:default")) not in (None, *OFF)
        }
        """The default style of each kind that has one."""

    def of_paragraph(self, paragraph: etree._Element) -> str:
        """The identifier of a paragraph's style, which is the default one if it has none of its own."""
        return value_at(paragraph, "w:pPr/w:pStyle") or self.defaults.get("paragraph", "")

    def chain(self, identifier: str) -> Iterator[etree._Element]:
        """The style and those that it is based on, the nearest first; at most one more than `MOST_BASES` of these."""
        seen: set[str] = set()
        while identifier in self.styles and identifier not in seen and len(seen) <= MOST_BASES + 1:
            seen.add(identifier)
            style = self.styles[identifier]
            yield style
            identifier = value_at(style, "w:basedOn") or ""

    def value(self, identifier: str, path: str, attribute: str = "w:val") -> str | None:
        """An attribute of a property such as `w:rPr/w:color`: "1" if it has no attributes, None if it is not set."""
        places = [style.find(path, NAMESPACES) for style in self.chain(identifier)]
        default = f"w:docDefaults/{path.partition('/')[0]}Default/{path}"
        for found in (*places, self._root.find(default, NAMESPACES)):
            if found is not None and (value := found.get(qualified(attribute), "" if len(found.attrib) else "1")):
                return value
        return None
