"""The markers of lists, and their names in the tag tree."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from ucap_reports.page.box_geometry import is_boxed
from ucap_reports.page.page_tree import Block, Division, Items, TextBlock
from ucap_reports.template.theme import Style
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Marker, Run

_ARROW, _ARROW_BACK = "→", "←"
_BULLET = "•"
_SPACE_AFTER = 0.4
"""The least space between a marker and its item, relative to the text size."""
_NUMBERINGS = {Marker.NONE: "None", Marker.NUMBER: "Decimal"}
_BULLETS = {"○": "Circle", "◦": "Circle", "▪": "Square", "■": "Square"}
_OTHER_BULLET = "Disc"
"""The most common of PDF's names of bullets (ISO 32000-1, table 347), for bullets without a name."""


def markers_of(items: Items, language: str) -> list[tuple[Run, ...]]:
    """The marker of each item; empty for a list without markers. Arrows point in the direction of the text."""
    if items.marker is Marker.NONE:
        return [()] * len(items.items)
    if items.marker is Marker.NUMBER:
        return [(Run(f"{number}."),) for number, _ in enumerate(items.items, items.start)]
    text = _ARROW if items.marker is Marker.ARROW else items.style.marker or _BULLET
    return [(Run(text.replace(_ARROW, _ARROW_BACK) if is_right_to_left(language) else text),)] * len(items.items)


def marker_style(items: Items, item: tuple[Block, ...]) -> Style:
    """Return the style of an item's marker: that of the list in the size of the item's first text, so that both have
    the same size and baseline in every scale.
    """
    text = first_text(item)
    if text is None:
        return items.style
    return replace(items.style, size=text.style.size, leading=text.style.leading)


def first_text(blocks: Sequence[Block]) -> TextBlock | None:
    """Return the first paragraph of an item; None if it starts with something else, such as another list."""
    block = blocks[0] if blocks else None
    if isinstance(block, Division) and not is_boxed(block.style):
        return first_text(block.blocks)
    return block if isinstance(block, TextBlock) else None


def indent_of(items: Items, markers: Iterable[tuple[float, Style]]) -> float:
    """Return the indent of the items in points: that of the style, or more for wide markers.

    Args:
        items: The list.
        markers: The width of each marker with its style.
    """
    if items.marker is Marker.NONE:
        return 0.0
    return max([items.style.indent, *(width + style.size * _SPACE_AFTER for width, style in markers)])


def numbering(items: Items) -> str:
    """The list's attributes in the tag tree."""
    bullet = items.style.marker if items.marker is Marker.BULLET else ""
    kind = _NUMBERINGS.get(items.marker) or _BULLETS.get(bullet, _OTHER_BULLET)
    return f"<</O/List/ListNumbering/{kind}>>"
