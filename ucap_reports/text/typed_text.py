"""Text as people type it: paragraphs with clean white space and linked addresses, and lists with signs before items."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.links import with_links
from ucap_reports.text.rich_text import Break, Inline, ItemList, ListItem, Marker, Paragraph, Run

ARROW = "→"
BULLETS = "•●▪■○◦‣\u2043\uf0b7\uf0a7"
"""Bullets, the last two from the font Symbol. A line that starts with one is a list item."""
DASHES = "\u2013\u2014·"
"""Signs that sentences contain too: they start items only on two or more lines, and before white space."""

_WHITE = " \t\n"


class SoftBreak(Struct, frozen=True):
    """A line end of the source that is not printed as one."""


Piece = Run | Break | SoftBreak

SOFT = SoftBreak()


def typed_list(pieces: Sequence[Piece]) -> ItemList | None:
    """Return the list that a paragraph is if each of its lines starts with a sign; None for any other paragraph.

    Lines with another sign than the first line are items of the second level. Arrows are kept as the list's marker.
    """
    if _first_character(pieces) not in {ARROW, *BULLETS, *DASHES}:
        return None
    items = []
    for line in source_lines(pieces):
        item = _item(line)
        if item is None:
            return None
        items.append(item)
    if not items:
        return None
    signs = {sign for sign, _ in items}
    if ARROW in signs:
        arrows = tuple(ListItem((Paragraph(text),)) for _, text in items)
        return ItemList(Marker.ARROW, arrows) if signs == {ARROW} else None
    if len(items) == 1 and items[0][0] in DASHES:
        return None
    return ItemList(Marker.BULLET, tuple(_two_levels(items)))


def without_typed_signs(bullets: ItemList) -> ItemList:
    """Return the list without the signs that all its items start with; if these are arrows, they become its marker."""
    if bullets.marker is not Marker.BULLET:
        return bullets
    items: list[ListItem] = []
    signs: set[str] = set()
    for item in bullets.items:
        first = item.blocks[0] if item.blocks else None
        signed = _item(first.inlines) if isinstance(first, Paragraph) else None
        if signed is None:
            return bullets
        sign, text = signed
        signs.add(sign)
        items.append(ListItem((Paragraph(text), *item.blocks[1:])))
    if signs == {ARROW}:
        return ItemList(Marker.ARROW, tuple(items))
    return bullets if ARROW in signs else ItemList(Marker.BULLET, tuple(items))


def paragraph(pieces: Sequence[Piece]) -> Paragraph | None:
    """Return the paragraph of these pieces, or None if they have no words."""
    inlines: list[Inline] = []
    for line in split_at(pieces, (Break,)):
        inlines += [Break(), *_clean_line(line)]
    for edge in (0, -1):
        while inlines and isinstance(inlines[edge], Break):
            del inlines[edge]
    return Paragraph(tuple(inlines)) if inlines else None


def source_lines(pieces: Sequence[Piece]) -> list[list[Run]]:
    """Return the lines of the source that have words."""
    lines = [_clean_line(line) for line in split_at(pieces, (Break, SoftBreak))]
    return [line for line in lines if line]


def split_at(pieces: Sequence[Piece], at: tuple[type, ...]) -> list[list[Piece]]:
    """Return the pieces before, between and after those of the given types."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, at):
            lines.append([])
        else:
            lines[-1].append(piece)
    return lines


def without_lead(inlines: Sequence[Inline], count: int) -> tuple[Inline, ...]:
    """Return the inlines without their first `count` characters, and without white space where they then begin."""
    for index, inline in enumerate(inlines):
        if not isinstance(inline, Run):
            return tuple(inlines[index:])
        text = inline.text[count:].lstrip()
        if text:
            return (replace(inline, text=text), *inlines[index + 1 :])
        count = max(0, count - len(inline.text))
    return ()


def _first_character(pieces: Sequence[Piece]) -> str:
    """Return the first character that is not white space; empty without one."""
    for piece in pieces:
        if isinstance(piece, Run):
            words = piece.text.strip()
            if words:
                return words[0]
    return ""


def _item(inlines: Sequence[Inline]) -> tuple[str, tuple[Inline, ...]] | None:
    """Return the sign that the inlines start with, and what follows it; None without a sign, or with nothing
    after it.
    """
    match inlines:
        case (Run(text), *_) if text[:1] in {ARROW, *BULLETS} or (text[:1] in {*DASHES} and text[1:2].isspace()):
            content = without_lead(inlines, 1)
            return (text[0], content) if content else None
        case _:
            return None


def _two_levels(items: Sequence[tuple[str, tuple[Inline, ...]]]) -> Iterator[ListItem]:
    groups: list[list[Paragraph]] = []
    for sign, text in items:
        if sign == items[0][0]:
            groups.append([])
        groups[-1].append(Paragraph(text))
    for first, *others in groups:
        second = ItemList(Marker.BULLET, tuple(ListItem((other,)) for other in others))
        yield ListItem((first, second) if others else (first,))


def _clean_line(pieces: Sequence[Piece]) -> list[Run]:
    """Return the runs of one line."""
    runs = _resolved(pieces)
    for edge, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while runs:
            text = strip(runs[edge].text, _WHITE)
            if text:
                runs[edge] = replace(runs[edge], text=text)
                break
            del runs[edge]
    linked: list[Run] = []
    for run in _merged(runs):
        if run.link is None:
            linked += with_links(run)
        else:
            linked.append(run)
    return linked


def _resolved(pieces: Sequence[Piece]) -> list[Run]:
    """Return the runs, each soft break replaced by a space, or by nothing between two Chinese or Japanese
    characters.
    """
    runs: list[Run] = []
    pending = False
    for piece in pieces:
        if isinstance(piece, SoftBreak):
            pending = bool(runs)
        elif isinstance(piece, Run) and piece.text:
            if pending and not (_is_wide(runs[-1].text[-1]) and _is_wide(piece.text[0])):
                runs.append(replace(piece, text=" ") if _have_one_style(runs[-1], piece) else Run(" "))
            runs.append(piece)
            pending = False
    return runs


def _is_wide(character: str) -> bool:
    """Return whether it is Chinese or Japanese; Korean is wide too, but written with spaces."""
    return unicodedata.east_asian_width(character) in "WF" and "HANGUL" not in unicodedata.name(character, "")


def _have_one_style(one: Run, other: Run) -> bool:
    return replace(one, text=other.text) == other


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Return the runs, neighbours of one style merged."""
    merged: list[Run] = []
    for run in runs:
        if merged and _have_one_style(merged[-1], run):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged
