"""The numbering part of a Word file that is written from a page tree: a definition for each look of a list.

Each definition has two levels, so that officers can move an item to the other level in Word, and an import recognises
lists with arrows.
"""

from msgspec import Struct

from ucap_reports.page.height_estimates import text_width
from ucap_reports.page.page_tree import Items
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.rich_text import Marker
from ucap_reports.word.compile.theme_styles import fonts_xml, half_points
from ucap_reports.word.file.word_xml import DECLARATION, WORD, escaped
from ucap_reports.word.render.list_numbering import ARROW, LIST_STYLES
from ucap_reports.word.render.rich_text_runs import LEVELS

_BULLET, _ARROW_BACK = "•", "←"
_SPACE_AFTER = 0.4
"""The least space between a marker and its item, relative to the text size, as in the PDF."""


class ListLook(Struct, frozen=True):
    """The look of one level: its style, and the indent of its text and of its marker from that of the text."""

    style: Style
    indent: int
    hanging: int


class ListPlace(Struct, frozen=True):
    """The place of a list: its level, the lists that it is in, and the indent of its items in points."""

    level: int = 0
    looks: tuple[ListLook, ...] = ()
    indent: float = 0


class ListDefinitions:
    """The lists of one document."""

    def __init__(self, theme: Theme, *, right_to_left: bool) -> None:
        self._theme = theme
        self._right_to_left = right_to_left
        self._definitions: dict[tuple[Marker, tuple[ListLook, ...]], int] = {}
        self._fixed: dict[int, int] = {}
        """The numbers of the lists with markers, by their definitions."""
        self._numbers: list[str] = []

    def opened(self, items: Items, around: ListPlace) -> tuple[int, ListPlace]:
        """Return the number of a list, and the place of the lists in its items. Each numbered list has its own number.

        Lists that are nested more deeply than Word's two levels are on the second one.
        """
        look = self._look(items, around.indent)
        looks = (*around.looks[: LEVELS - 1], look)
        level = len(looks) - 1
        definition = self._definition(items.marker, looks)
        deeper = ListPlace(level + 1, looks, look.indent / 20)
        if items.marker is Marker.NUMBER:
            override = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{items.start}"/></w:lvlOverride>'
            return self._number(definition, override), deeper
        if definition not in self._fixed:
            self._fixed[definition] = self._number(definition)
        return self._fixed[definition], deeper

    def part(self) -> bytes:
        """Return the numbering part."""
        definitions = [
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>'
            f"{self._levels(marker, looks)}</w:abstractNum>"
            for (marker, looks), number in self._definitions.items()
        ]
        xml = f'<w:numbering xmlns:w="{WORD}">{"".join(definitions)}{"".join(self._numbers)}</w:numbering>'
        return (DECLARATION + xml).encode()

    def _number(self, definition: int, override: str = "") -> int:
        number = len(self._numbers) + 1
        self._numbers.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{override}</w:num>',
        )
        return number

    def _look(self, items: Items, left: float) -> ListLook:
        hanging = items.style.indent
        if items.marker is Marker.NUMBER:
            widest = text_width(f"{items.start + len(items.items) - 1}.", items.style)
            hanging = Length(max(hanging, widest + items.style.size * _SPACE_AFTER))
        return ListLook(items.style, Length(left + hanging).twips, hanging.twips)

    def _definition(self, marker: Marker, looks: tuple[ListLook, ...]) -> int:
        """Return the number of the definition of these levels, of which the theme has the second if there is only one.

        A list and a list in its items with the same markers have the same definition.
        """
        if len(looks) == 1:
            first = looks[0]
            style = self._theme.styles.get(LIST_STYLES[1], first.style)
            hanging = style.indent.twips
            second = ListLook(style, first.indent + hanging, hanging)
            looks = (first, second)
        new_number = len(self._definitions)
        return self._definitions.setdefault((marker, looks), new_number)

    def _levels(self, marker: Marker, looks: tuple[ListLook, ...]) -> str:
        kind = "decimal" if marker is Marker.NUMBER else "bullet"
        side = "right" if self._right_to_left else "left"
        levels = []
        for level, look in enumerate(looks):
            style = look.style
            size, bold = half_points(style.size), int(style.bold)
            levels.append(
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
                f'<w:lvlText w:val="{self._text(marker, style, level)}"/><w:lvlJc w:val="{side}"/>'
                f'<w:pPr><w:ind w:left="{look.indent}" w:hanging="{look.hanging}"/></w:pPr>'
                f'<w:rPr>{fonts_xml(style, self._theme)}<w:b w:val="{bold}"/><w:bCs w:val="{bold}"/>'
                f'<w:color w:val="{style.colour.hex}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:lvl>'
            )
        return "".join(levels)

    def _text(self, marker: Marker, style: Style, level: int) -> str:
        """Return the marker; arrows point in the direction of the text."""
        if marker is Marker.NUMBER:
            return f"%{level + 1}."
        text = ARROW if marker is Marker.ARROW else style.marker or _BULLET
        if self._right_to_left:
            text = text.replace(ARROW, _ARROW_BACK)
        return escaped(text).replace('"', "&quot;")
