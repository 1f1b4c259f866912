"""Colours of text that stand out too little from what is behind them (WCAG 2.2, 1.4.3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec import Struct

from ucap_reports.packs import OpenedPack
from ucap_reports.pdf.elements import Block, Content, Division, Emblem, Items, PageTree, Picture, Table, Text
from ucap_reports.problems import Location, Problem
from ucap_reports.richtext import Marker, Run
from ucap_reports.theme import Style, Theme
from ucap_reports.units import Colour, contrast
from ucap_reports.word.colours import PAPER, Ink

LEAST_CONTRAST = 4.5
LINK = "link"


class _Pair(Struct, frozen=True):
    """Text of a style on a background."""

    style: str
    colour: Colour
    background: Colour


def page_contrasts(tree: PageTree, opened: OpenedPack) -> Iterator[Problem]:
    """A warning `contrast-low` for each style of the theme whose text is hard to read somewhere on the page."""
    blocks = (*tree.header, *tree.footer, *tree.body)
    for pair in dict.fromkeys(_pairs(blocks, PAPER, opened.pack.theme)):
        yield from _low(pair.colour, pair.background, pair.style, _place_of_colour(pair.style, opened))


def word_contrasts(inks: Iterable[Ink], opened: OpenedPack) -> Iterator[Problem]:
    """The same for the Word template, at the text itself where its colour is not the theme's."""
    for ink in inks:
        location = ink.location if ink.style is None else _place_of_colour(ink.style, opened)
        yield from _low(ink.colour, ink.background, ink.style, location)


def _low(colour: Colour, background: Colour, style: str | None, location: Location) -> Iterator[Problem]:
    ratio = contrast(colour, background)
    if ratio >= LEAST_CONTRAST:
        return
    text = "text" if style is None else f'text of the style "{style}"'
    message = f"{text} in #{colour.hex} on #{background.hex} is hard to read: the contrast is {ratio:.1f}:1"
    hint = f"choose colours with a contrast of at least {LEAST_CONTRAST}:1"
    yield Problem.warning("contrast-low", message, hint, location)


def _place_of_colour(style: str, opened: OpenedPack) -> Location:
    """Where the theme says the colour of a style: at the style, at one it is like, or at `body`."""
    styles = opened.pack.theme.styles
    chain = [style]
    while (base := styles[chain[-1]].like) is not None and base not in chain:
        chain.append(base)
    said = next((name for name in chain if styles[name].colour is not None), "body")
    return opened.tree.location(("theme", "styles", said, "colour"))


def _pairs(blocks: Sequence[Block], background: Colour, theme: Theme) -> Iterator[_Pair]:
    """The pairs of all text in the blocks, which stand on that background."""
    for block in blocks:
        match block:
            case Text():
                yield from _text_pairs(block.content, block.style, block.style.background or background, theme)
            case Items():
                if block.marker is not Marker.NONE:
                    yield _Pair(block.style.name, block.style.colour, background)
                for item in block.items:
                    yield from _pairs(item.blocks, background, theme)
            case Division():
                yield from _pairs(block.blocks, block.style.background or background, theme)
            case Table():
                for cell in (cell for row in (*block.head, *block.body) for cell in row.cells):
                    yield from _pairs(cell.blocks, cell.style.background or background, theme)
            case Emblem() | Picture():
                pass
            case _:
                assert_never(block)


def _text_pairs(content: Content, style: Style, background: Colour, theme: Theme) -> Iterator[_Pair]:
    links = [run for run in content if isinstance(run, Run) and run.link]
    if len(links) < len(content):
        yield _Pair(style.name, style.colour, background)
    if links and LINK in theme.styles and style.colour == theme.style("body").colour:
        yield _Pair(LINK, theme.style(LINK).colour, background)
