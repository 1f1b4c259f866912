"""Warnings about text whose colour has too little contrast with its background (WCAG 2.2, 1.4.3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from ucap_reports.page import page_tree
from ucap_reports.problems import NOWHERE, Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.lengths_and_colours import LEAST_CONTRAST, Colour, contrast
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.rich_text import Marker, Run
from ucap_reports.word.check.text_colours import LINK, PAPER, TextColours

MOST_LISTED = 4
"""The largest number of styles in a message."""


def page_colours(tree: page_tree.PageTree, theme: Theme) -> Iterator[TextColours]:
    """The colours and backgrounds of all text on a page."""
    yield from _colours((*tree.headers, *tree.footer, *tree.body), PAPER, theme)


def low_contrasts(found: Mapping[str, Iterable[TextColours]], opened: OpenedPack) -> Iterator[Problem]:
    """A warning `contrast-low` for each colour with too little contrast in a format, at the setting that determines it.

    The setting is the nearest one, so that it is the designer's own rather than an inherited one.
    """
    sources: dict[tuple[Colour, Colour, Location], tuple[dict[str, None], dict[str, None]]] = {}
    for format_, each in ((name, each) for name, texts in found.items() for each in texts):
        if contrast(each.colour, each.background) >= LEAST_CONTRAST:
            continue
        place = _place_of_colours(each.style, each.background, opened) if each.style else each.location
        source = f'"{each.style}"' if each.style else "direct formatting"
        names, formats = sources.setdefault((each.colour, each.background, place), ({}, {}))
        names[source] = formats[format_] = None
    for (colour, background, place), (names, formats) in sources.items():
        yield problem(
            "contrast-low",
            place,
            ratio=f"{contrast(colour, background):.1f}",
            colour=colour.hex,
            background=background.hex,
            source=_listed(list(names)),
            formats=" and ".join(formats),
            least=LEAST_CONTRAST,
        )


def _listed(sources: list[str]) -> str:
    if len(sources) > MOST_LISTED:
        sources[MOST_LISTED - 1 :] = [f"{len(sources) - MOST_LISTED + 1} others"]
    return ", ".join(sources)


def _place_of_colours(style: str, background: Colour, opened: OpenedPack) -> Location:
    """The setting in the nearest layer that determines the colour of a style or its background."""
    theme, styles = opened.pack.settings.theme, opened.pack.theme.styles
    origin = theme.origin(style, "colour")
    filled = (name for name, rules in theme.styles.items() if rules.background)
    behind = [name for name in filled if styles[name].background == background]
    places: list[Loc] = [("theme", "styles", origin, "colour")]
    places += [("theme", "styles", name, "background") for name in behind]
    named = [theme.styles[origin].colour, *(theme.styles[name].background for name in behind)]
    places += [("theme", "colours", name) for name in named if name in theme.colours]
    return opened.tree.location(min(places, key=opened.tree.depth))


def _colours(blocks: Sequence[page_tree.Block], background: Colour, theme: Theme) -> Iterator[TextColours]:
    """The colours of all text in the blocks, which are on that background."""
    for block in blocks:
        match block:
            case page_tree.TextBlock():
                yield from _text_colours(block.content, block.style, block.style.background or background, theme)
            case page_tree.Items():
                if block.marker is not Marker.NONE:
                    yield TextColours(block.style.colour, background, block.style.name, NOWHERE)
                for item in block.items:
                    yield from _colours(item, background, theme)
            case page_tree.Division() | page_tree.PictureBlock():
                yield from _colours(block.blocks, block.style.background or background, theme)
            case page_tree.Table():
                for cell in (cell for row in (*block.head, *block.body) for cell in row.cells):
                    yield from _colours(cell.blocks, cell.style.background or background, theme)
            case page_tree.ImageBlock() | page_tree.Drawing() | page_tree.PageBreak():
                pass
            case _:
                assert_never(block)


def _text_colours(content: page_tree.Content, style: Style, background: Colour, theme: Theme) -> Iterator[TextColours]:
    links = [run for run in content if isinstance(run, Run) and run.link]
    have_own_colour = LINK in theme.styles and style.colour == theme.style("body").colour
    if len(links) < len(content) or not have_own_colour:
        yield TextColours(style.colour, background, style.name, NOWHERE)
    if links and have_own_colour:
        yield TextColours(theme.style(LINK).colour, background, LINK, NOWHERE)
