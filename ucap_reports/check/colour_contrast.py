"""Colours of text that stand out too little from what is behind them (WCAG 2.2, 1.4.3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec import Struct

from ucap_reports.pdf.template.page_tree import (
    Block,
    Content,
    Division,
    Emblem,
    Items,
    PackImage,
    PageTree,
    Table,
    TextBlock,
)
from ucap_reports.problems import NOWHERE, Location, Problem
from ucap_reports.template.lengths_and_colours import Colour, contrast
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.rich_text import Marker, Run
from ucap_reports.word.check.text_colours import PAPER, TextColours

LEAST_CONTRAST = 4.5
LINK = "link"
MOST_LISTED = 4
"""How many styles a message names."""


class Pair(Struct, frozen=True):
    """Text on a background: of a style of the theme, or at a place of its own where its colour is not the theme's."""

    style: str | None
    colour: Colour
    background: Colour
    location: Location | None = None


def page_pairs(tree: PageTree, theme: Theme) -> Iterator[Pair]:
    """All pairs on a page."""
    yield from _pairs((*tree.header, *tree.footer, *tree.body), PAPER, theme)


def word_pairs(inks: Iterable[TextColours]) -> Iterator[Pair]:
    """All pairs in a Word template."""
    for ink in inks:
        yield Pair(ink.style, ink.colour, ink.background, ink.location if ink.style is None else None)


def low_contrasts(pairs: Iterable[Pair], opened: OpenedPack) -> Iterator[Problem]:
    """A warning `contrast-low` for each two colours that text is hard to read in, at the setting that they come from;
    the nearest one, so that it is the designer's own where there is one.
    """
    styles: dict[tuple[Colour, Colour, Location], list[str]] = {}
    for pair in dict.fromkeys(pairs):
        if contrast(pair.colour, pair.background) >= LEAST_CONTRAST:
            continue
        if pair.style is None:
            yield _low("text", pair.colour, pair.background, pair.location or NOWHERE)
        else:
            place = _place_of_colours(pair.style, pair.background, opened)
            styles.setdefault((pair.colour, pair.background, place), []).append(pair.style)
    for (colour, background, place), names in styles.items():
        yield _low(f"text of the {_listed(list(dict.fromkeys(names)))}", colour, background, place)


def _low(text: str, colour: Colour, background: Colour, location: Location) -> Problem:
    ratio = contrast(colour, background)
    message = f"{text} in #{colour.hex} on #{background.hex} is hard to read: the contrast is {ratio:.1f}:1"
    hint = f"choose colours with a contrast of at least {LEAST_CONTRAST}:1"
    return Problem.warning("contrast-low", message, hint, location)


def _listed(styles: Sequence[str]) -> str:
    """The styles' names, as many as a message has room for."""
    quoted = [f'"{style}"' for style in styles]
    if len(quoted) == 1:
        return f"style {quoted[0]}"
    shown = (
        quoted
        if len(quoted) <= MOST_LISTED
        else [*quoted[: MOST_LISTED - 1], f"{len(quoted) - MOST_LISTED + 1} others"]
    )
    return f"styles {', '.join(shown[:-1])} and {shown[-1]}"


def _place_of_colours(style: str, background: Colour, opened: OpenedPack) -> Location:
    """Where the theme says the colour of a style, or what is behind it: the nearest of the layers that says any."""
    theme = opened.pack.theme
    chain = [style]
    while (base := theme.styles[chain[-1]].like) is not None and base not in chain:
        chain.append(base)
    said = next((name for name in chain if theme.styles[name].colour is not None), "body")
    behind = [
        name
        for name, rules in theme.styles.items()
        if rules.background and theme.colour(rules.background) == background
    ]
    named = [theme.styles[said].colour, *(theme.styles[name].background for name in behind)]
    places = [
        ("theme", "styles", said, "colour"),
        *(("theme", "styles", name, "background") for name in behind),
        *(("theme", "colours", name) for name in named if name in theme.colours),
    ]
    return opened.tree.location(min(places, key=opened.tree.depth))


def _pairs(blocks: Sequence[Block], background: Colour, theme: Theme) -> Iterator[Pair]:
    """The pairs of all text in the blocks, which stand on that background."""
    for block in blocks:
        match block:
            case TextBlock():
                yield from _text_pairs(block.content, block.style, block.style.background or background, theme)
            case Items():
                if block.marker is not Marker.NONE:
                    yield Pair(block.style.name, block.style.colour, background)
                for item in block.items:
                    yield from _pairs(item.blocks, background, theme)
            case Division():
                yield from _pairs(block.blocks, block.style.background or background, theme)
            case Table():
                for cell in (cell for row in (*block.head, *block.body) for cell in row.cells):
                    yield from _pairs(cell.blocks, cell.style.background or background, theme)
            case Emblem() | PackImage():
                pass
            case _:
                assert_never(block)


def _text_pairs(content: Content, style: Style, background: Colour, theme: Theme) -> Iterator[Pair]:
    links = [run for run in content if isinstance(run, Run) and run.link]
    if len(links) < len(content):
        yield Pair(style.name, style.colour, background)
    if links and LINK in theme.styles and style.colour == theme.style("body").colour:
        yield Pair(LINK, theme.style(LINK).colour, background)
