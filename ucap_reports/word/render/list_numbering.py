"""The numbering part of a Word file: the look of its lists, and a separate numbering for each numbered list."""

from collections.abc import Mapping, Sequence
from html import escape

from lxml import etree
from msgspec import Struct, field

from ucap_reports.page.element_styles import LISTS
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.list_signs import ARROW, BULLET
from ucap_reports.text.rich_text import Marker
from ucap_reports.word.file.word_styles import marker_properties
from ucap_reports.word.file.word_xml import add, elements, qualified, whole
from ucap_reports.word.render.rich_text_runs import LEVELS

NUMBER_TEXTS = ("%1.", "%2.")


class Numbering(Struct, frozen=True):
    """The product's lists in a numbering part; numbered lists are added for each document.

    `fixed` has the numbers of the lists with markers, `decimal` is the definition of numbered lists, `following` the
    first free number.
    """

    fixed: Mapping[Marker, int]
    decimal: int
    following: int


class Numbers(Struct):
    """The lists of one document."""

    numbering: Numbering
    added: list[str] = field(default_factory=list)

    def number(self, marker: Marker, level: int, start: int) -> int:
        """Return the numbering of a list; each numbered list has its own, with its own first number."""
        if marker is not Marker.NUMBER:
            return self.numbering.fixed[marker]
        number = self.numbering.following + len(self.added)
        self.added.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{self.numbering.decimal}"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride></w:num>',
        )
        return number

    def added_to(self, part: bytes) -> bytes:
        """Return the numbering part with the numbered lists."""
        cleanup = b"<w:numIdMacAtCleanup"
        before, end, after = part.rpartition(cleanup if cleanup in part else b"</w:numbering>")
        return before + "".join(self.added).encode() + end + after


def with_lists(root: etree._Element, theme: Theme) -> Numbering:
    """Return the theme's lists, which are added to the numbering part."""
    abstract = 1 + max(_numbers(root, "w:abstractNum", "w:abstractNumId"), default=-1)
    number = 1 + max(_numbers(root, "w:num", "w:numId"), default=0)
    styles = [theme.style(name) if name in theme.styles else theme.style("body") for name in LISTS]
    bullets = [style.marker or BULLET for style in styles]
    for index, texts in enumerate((bullets, [ARROW] * LEVELS, NUMBER_TEXTS)):
        levels = "".join(_level(level, texts[level], styles, theme) for level in range(LEVELS))
        definition = (
            f'<w:abstractNum w:abstractNumId="{abstract + index}"><w:multiLevelType w:val="hybridMultilevel"/>'
            f"{levels}</w:abstractNum>"
        )
        add(root, elements(definition)[0], "abstractNum")
    for index in range(2):
        xml = f'<w:num w:numId="{number + index}"><w:abstractNumId w:val="{abstract + index}"/></w:num>'
        add(root, elements(xml)[0], "num")
    return Numbering(
        fixed={Marker.BULLET: number, Marker.ARROW: number + 1},
        decimal=abstract + 2,
        following=number + 2,
    )


def _numbers(root: etree._Element, name: str, attribute: str) -> list[int]:
    return [whole(element.get(qualified(attribute))) for element in root.iter(qualified(name))]


def _level(level: int, text: str, styles: Sequence[Style], theme: Theme) -> str:
    """Return a level: the marker is before the text, which is indented by this level and those above it together."""
    style = styles[level]
    kind = "decimal" if text in NUMBER_TEXTS else "bullet"
    indent = sum(style.indent.twips for style in styles[: level + 1])
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{escape(text)}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{style.indent.twips}"/></w:pPr>'
        f"<w:rPr>{marker_properties(style, theme)}</w:rPr></w:lvl>"
    )
