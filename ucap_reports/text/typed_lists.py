"""Lists that are typed as in a word processor: a sign before each item that CommonMark does not know."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.text.inline_cleanup import Piece, written_lines
from ucap_reports.text.rich_text import Inline, ItemList, ListItem, Marker, Paragraph, Run

ARROW = "→"
BULLETS = "•●▪■○◦‣\u2043\uf0b7\uf0a7"
"""Bullets, the last two as the font Symbol has them. Where one begins a line, an item begins."""
DASHES = "\u2013\u2014·"
"""Signs that sentences have too: they begin items where at least two lines begin so, and white space follows."""


def typed_list(pieces: Sequence[Piece]) -> ItemList | None:
    """The list that a paragraph is whose every line begins with a sign; None for any other paragraph.

    A sign other than that of the first line makes items of the second level. Arrows stay what they are.
    """
    lines = written_lines(pieces)
    signs = [sign for line in lines if (sign := _sign(line)) is not None]
    texts = [text for line in lines if (text := _without_sign(tuple(line))) is not None]
    if not lines or len(texts) < len(lines):
        return None
    if ARROW in signs:
        items = tuple(ListItem((Paragraph(text),)) for text in texts)
        return ItemList(Marker.ARROW, items) if set(signs) == {ARROW} else None
    if len(lines) == 1 and signs[0] in DASHES:
        return None
    return ItemList(Marker.BULLET, tuple(_two_levels(texts, [sign == signs[0] for sign in signs])))


def marked_list(bullets: ItemList) -> ItemList:
    """The list itself or, where every item begins with a sign of its own, one without these; arrows are its marker."""
    if bullets.marker is not Marker.BULLET:
        return bullets
    items: list[ListItem] = []
    signs: set[str | None] = set()
    for item in bullets.items:
        match item.blocks:
            case (Paragraph(inlines), *others) if kept := _without_sign(inlines):
                items.append(ListItem((Paragraph(kept), *others)))
                signs.add(_sign(inlines))
            case _:
                return bullets
    if signs == {ARROW}:
        return ItemList(Marker.ARROW, tuple(items))
    return bullets if ARROW in signs else ItemList(Marker.BULLET, tuple(items))


def _two_levels(texts: Iterable[tuple[Inline, ...]], is_first_level: Iterable[bool]) -> Iterator[ListItem]:
    groups: list[list[Paragraph]] = []
    for text, is_first in zip(texts, is_first_level, strict=True):
        if is_first:
            groups.append([])
        groups[-1].append(Paragraph(text))
    for first, *others in groups:
        second = ItemList(Marker.BULLET, tuple(ListItem((each,)) for each in others))
        yield ListItem((first, second) if others else (first,))


def _sign(inlines: Sequence[Inline]) -> str | None:
    """The sign that the inlines begin with."""
    match inlines:
        case (Run(text), *_) if text[:1] in {ARROW, *BULLETS} or (text[:1] in {*DASHES} and text[1:2].isspace()):
            return text[:1]
        case _:
            return None


def _without_sign(inlines: tuple[Inline, ...]) -> tuple[Inline, ...] | None:
    """What follows the sign that the inlines begin with; None where there is no sign, or nothing after it."""
    if _sign(inlines) is None:
        return None
    match inlines:
        case (Run(text) as run, *others) if rest := text[1:].lstrip():
            return (replace(run, text=rest), *others)
        case (_, *others):
            return _without_edge(others) or None
        case _:
            return None


def _without_edge(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Without the white space at its beginning."""
    match tuple(inlines):
        case (Run(text) as run, *others) if text[:1].isspace():
            rest = text.lstrip()
            return (replace(run, text=rest), *others) if rest else _without_edge(others)
        case same:
            return same
