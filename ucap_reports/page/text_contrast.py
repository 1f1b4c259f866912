"""Warnings about text whose colour has too little contrast with its background (WCAG 2.2, 1.4.3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec import Struct

from ucap_reports.page import page_tree
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.lengths_and_colours import LEAST_CONTRAST, Colour, contrast
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.rich_text import Marker, Run

LINK = "link"
"""The theme's style of links."""
PAPER = Colour("FFFFFF")


class TextColours(Struct, frozen=True):
    """Text of one colour on one background. `style` is the theme's style if the colour is from there."""

    colour: Colour
    background: Colour
    style: str | None
    location: Location

    @property
    def is_readable(self) -> bool:
        """Whether the contrast is enough for text of any size."""
        return contrast(self.colour, self.background) >= LEAST_CONTRAST


def page_colours(tree: page_tree.PageTree, pack: Pack) -> Iterator[TextColours]:
    """Yield the colours and backgrounds of all text on a page, at their lines in the page template."""
    walk = _ColourWalk(pack.theme, pack.page_template.path)
    yield from walk.colours((*tree.headers, *tree.footer, *tree.body), PAPER)


def contrast_warnings(tree: page_tree.PageTree, pack: Pack) -> tuple[Problem, ...]:
    """Return `contrast-low` for each pair of colours with too little contrast, about the settings of the pack.

    `ucap template check` reports each at the setting that determines it.
    """
    found: dict[tuple[Colour, Colour], TextColours] = {}
    for text in page_colours(tree, pack):
        if not text.is_readable:
            found.setdefault((text.colour, text.background), text)
    where = Location(pack.settings_path)
    return tuple(contrast_low(text, where, [f'"{text.style}"'], "all formats") for text in found.values())


def contrast_low(text: TextColours, where: Location, sources: Iterable[str], formats: str) -> Problem:
    """Return the warning about text with too little contrast."""
    return problem(
        "contrast-low",
        where,
        ratio=f"{contrast(text.colour, text.background):.1f}",
        colour=text.colour.hex,
        background=text.background.hex,
        source=", ".join(sources),
        formats=formats,
        least=LEAST_CONTRAST,
    )


class _ColourWalk:
    """Follows the blocks of a page with the backgrounds of their places."""

    def __init__(self, theme: Theme, path: str) -> None:
        self._theme = theme
        self._path = path

    def colours(self, blocks: Sequence[page_tree.Block], background: Colour) -> Iterator[TextColours]:
        """Yield the colours of all text in the blocks, which are on that background."""
        for block in blocks:
            match block:
                case page_tree.TextBlock():
                    yield from self._text(block, block.style.background or background)
                case page_tree.Items():
                    if block.marker is not Marker.NONE:
                        yield self._on(block.style, background, block.line)
                    for item in block.items:
                        yield from self.colours(item, background)
                case page_tree.Division() | page_tree.PictureBlock():
                    yield from self.colours(block.blocks, block.style.background or background)
                case page_tree.Table():
                    for row in (*block.head, *block.body):
                        for cell in row.cells:
                            yield from self.colours(cell.blocks, cell.style.background or background)
                case page_tree.ChartBlock():
                    yield self._on(block.text, background, block.line)
                    yield self._on(block.style, background, block.line)
                case page_tree.ImageBlock() | page_tree.Drawing() | page_tree.PageBreak():
                    pass
                case _:
                    assert_never(block)

    def _text(self, text: page_tree.TextBlock, background: Colour) -> Iterator[TextColours]:
        style = text.style
        links = [run for run in text.content if isinstance(run, Run) and run.link]
        have_own_colour = LINK in self._theme.styles and style.colour == self._theme.style("body").colour
        if len(links) < len(text.content) or not have_own_colour:
            yield self._on(style, background, text.line)
        if links and have_own_colour:
            yield self._on(self._theme.style(LINK), background, text.line)

    def _on(self, style: Style, background: Colour, line: int) -> TextColours:
        return TextColours(style.colour, background, style.name, Location(self._path, line))
