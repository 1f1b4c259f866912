"""What stands before the items of a list, and what the tag tree calls it."""

from typing import assert_never

from ucap_reports.pdf.template.page_tree import Items
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Marker, Run

_ARROW, _ARROW_BACK = "→", "←"
_BULLET = "•"
_SPACE_AFTER = 0.4
"""The least space between a marker and its item, in sizes."""
_NUMBERINGS = {"○": "Circle", "◦": "Circle", "▪": "Square", "■": "Square"}
_UNNAMED = "Disc"
"""What PDF calls a bullet (ISO 32000-1, table 347): one that it has no name for is like the most usual."""


def markers_of(items: Items, language: str) -> list[tuple[Run, ...]]:
    """The marker of each item in order; no runs for a list without markers. Arrows point the way that text runs."""
    turned = is_right_to_left(language)
    texts = (text.replace(_ARROW, _ARROW_BACK) if turned else text for text in _texts(items))
    return [(Run(text),) if text else () for text in texts]


def indent_of(items: Items, widths: list[float]) -> float:
    """How far items stand from the start of their list, in points: the style's indent, or more for wide markers."""
    if items.marker is Marker.NONE:
        return 0.0
    return max(items.style.indent, max(widths, default=0) + items.style.size * _SPACE_AFTER)


def numbering(items: Items) -> str:
    """The list's attributes in the tag tree."""
    match items.marker:
        case Marker.NONE:
            kind = "None"
        case Marker.NUMBER:
            kind = "Decimal"
        case Marker.ARROW:
            kind = _UNNAMED
        case Marker.BULLET:
            kind = _NUMBERINGS.get(items.style.marker, _UNNAMED)
        case _:
            assert_never(items.marker)
    return f"<</O/List/ListNumbering/{kind}>>"


def _texts(items: Items) -> list[str]:
    match items.marker:
        case Marker.NONE:
            return [""] * len(items.items)
        case Marker.NUMBER:
            return [f"{number}." for number, _ in enumerate(items.items, items.start)]
        case Marker.ARROW:
            return [_ARROW] * len(items.items)
        case Marker.BULLET:
            return [items.style.marker or _BULLET] * len(items.items)
    assert_never(items.marker)
