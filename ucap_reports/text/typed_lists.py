"""Lists typed as in a word processor: a sign before each item that is not a list marker in CommonMark."""

from collections.abc import Iterator, Sequence

from ucap_reports.text.inline_cleanup import Piece, source_lines, without_lead
from ucap_reports.text.rich_text import Inline, ItemList, ListItem, Marker, Paragraph, Run

ARROW = "→"
BULLETS = "•●▪■○◦‣\u2043\uf0b7\uf0a7"
"""Bullets, the last two from the font Symbol. A line that starts with one is a list item."""
DASHES = "\u2013\u2014·"
"""Signs that sentences contain too: they start items only on two or more lines, and before white space."""


def typed_list(pieces: Sequence[Piece]) -> ItemList | None:
    """The list that a paragraph is if each of its lines starts with a sign; None for any other paragraph.

    Lines with another sign than the first line are items of the second level. Arrows are kept as the list's marker.
    """
    words = next((piece.text.strip() for piece in pieces if isinstance(piece, Run) and piece.text.strip()), "")
    if words[:1] not in {ARROW, *BULLETS, *DASHES}:
        return None
    lines = source_lines(pieces)
    items = [item for line in lines if (item := _item(line)) is not None]
    if not lines or len(items) < len(lines):
        return None
    signs = {sign for sign, _ in items}
    if ARROW in signs:
        arrows = tuple(ListItem((Paragraph(text),)) for _, text in items)
        return ItemList(Marker.ARROW, arrows) if signs == {ARROW} else None
    if len(lines) == 1 and items[0][0] in DASHES:
        return None
    return ItemList(Marker.BULLET, tuple(_two_levels(items)))


def without_typed_signs(bullets: ItemList) -> ItemList:
    """The list without the signs that all its items start with; if these are arrows, they become its marker."""
    if bullets.marker is not Marker.BULLET:
        return bullets
    items: list[ListItem] = []
    signs: set[str] = set()
    for item in bullets.items:
        match item.blocks:
            case (Paragraph(inlines), *others) if found := _item(inlines):
                signs.add(found[0])
                items.append(ListItem((Paragraph(found[1]), *others)))
            case _:
                return bullets
    if signs == {ARROW}:
        return ItemList(Marker.ARROW, tuple(items))
    return bullets if ARROW in signs else ItemList(Marker.BULLET, tuple(items))


def _two_levels(items: Sequence[tuple[str, tuple[Inline, ...]]]) -> Iterator[ListItem]:
    groups: list[list[Paragraph]] = []
    for sign, text in items:
        if sign == items[0][0]:
            groups.append([])
        groups[-1].append(Paragraph(text))
    for first, *others in groups:
        second = ItemList(Marker.BULLET, tuple(ListItem((each,)) for each in others))
        yield ListItem((first, second) if others else (first,))


def _item(inlines: Sequence[Inline]) -> tuple[str, tuple[Inline, ...]] | None:
    """The sign that the inlines start with, and what follows it; None without a sign, or with nothing after it."""
    match inlines:
        case (Run(text), *_) if text[:1] in {ARROW, *BULLETS} or (text[:1] in {*DASHES} and text[1:2].isspace()):
            rest = without_lead(inlines, 1)
            return (text[0], rest) if rest else None
        case _:
            return None
