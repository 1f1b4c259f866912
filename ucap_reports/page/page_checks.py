"""Checks of a page, in the page tree, so that each format has them: errors about blocks that are wider than their place
(`width_problems`); warnings about text with too little contrast with its background (WCAG 2.2, 1.4.3),
`contrast_warnings` in builds and `low_contrasts` in checks of packs; and warnings about links whose texts do not say
where they lead (`vague_link_warnings`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from math import floor
from operator import itemgetter
from typing import assert_never

from msgspec import Struct

from ucap_reports.page.box_geometry import (
    CONTENTS_NUMBER_WIDTH,
    LEAST_COLUMN,
    block_width,
    column_widths,
    contents_column_width,
    drawing_width,
    fits_side_by_side,
    fits_table,
    fits_text_columns,
    inner_width,
    side_by_side_widths,
    table_widths,
    text_column_width,
)
from ucap_reports.page.page_tree import (
    Block,
    ChartBlock,
    ContentsBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PageTree,
    PictureBlock,
    Table,
    TextBlock,
    tree_paragraphs,
)
from ucap_reports.problems import Location, Problem, problem, shortened
from ucap_reports.storage.bounded_and_compressed_values import BoundedCache
from ucap_reports.template.lengths_colours_and_paper_sizes import LEAST_CONTRAST, TOLERANCE, Colour, Length, contrast
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.links import vague_link_texts
from ucap_reports.text.rich_text import Marker, Run

# Widths


def width_problems(tree: PageTree, pack: Pack) -> tuple[Problem, ...]:
    """Return `width-exceeded` and `image-too-wide` for each block that does not fit, at its line, each once."""
    check = WidthCheck(pack.page_template.path)
    for blocks in (tree.body, tree.headers, tree.footers):
        check.stack(blocks, pack.theme.text_width)
    return tuple(check.problems)


_BROKEN_INTO_LINES = frozenset({TextBlock, Items})
"""Blocks whose text is broken into lines that fit. A test of their type takes less time than `isinstance`."""


def _is_only_text(blocks: Iterable[Block]) -> bool:
    """Return whether blocks fit into any width, as those in most cells do."""
    for block in blocks:
        if type(block) not in _BROKEN_INTO_LINES:
            return False
    return True


class WidthCheck:
    """Follows the blocks with the widths of their places, as the layout of each format does."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.problems: dict[Problem, None] = {}

    def stack(self, blocks: Iterable[Block], available: float) -> None:
        """Check blocks below each other in a place of that width."""
        for block in blocks:
            if type(block) is ChartBlock:
                self._block(block, available)
            elif type(block) not in _BROKEN_INTO_LINES:
                self._block(block, block_width(block, available))

    def _block(self, block: Block, available: float) -> None:
        match block:
            case Division():
                for fault in _division_problems(block, inner_width(block.style, available), self._path):
                    self.problems[fault] = None
            case Table():
                self._table(block, available)
            case ImageBlock():
                self._figure(block.width, available, block.line)
            case Drawing():
                self._figure(drawing_width(block, available), available, block.line)
            case ChartBlock():
                self._figure(block.style.width or LEAST_COLUMN, available, block.line)
            case ContentsBlock():
                self._contents(block, available)
            case _:
                pass  # pictures of plans are made smaller

    def division(self, division: Division, available: float) -> None:
        """Check the blocks of a division in its inner width."""
        if division.count:
            self._text_columns(division, available)
        elif division.style.layout == "columns":
            self._side_by_side(division, available)
        else:
            self.stack(division.blocks, available)

    def _figure(self, width: float, available: float, line: int) -> None:
        if width > available + TOLERANCE:
            millimetre = Length.mm(1)
            width_text = f"{width / millimetre:.0f}"
            available_text = f"{available / millimetre:.0f}"
            self._report(problem("image-too-wide", width=width_text, available=available_text), line)

    def _table(self, table: Table, available: float) -> None:
        rows = (*table.head, *table.body)
        widths = table_widths(table, available)
        if not fits_table(widths, available):
            cells = chain.from_iterable([row.cells for row in rows])
            styles = [cell.style for cell in cells]
            self._report(_too_wide(styles, table.line), table.line)
            widths = column_widths(table, available)
        for row in rows:
            column = 0
            for cell in row.cells:
                if not _is_only_text(cell.blocks):
                    width = sum(widths[column : column + cell.span])
                    self.stack(cell.blocks, inner_width(cell.style, width))
                column += cell.span

    def _text_columns(self, division: Division, available: float) -> None:
        if not fits_text_columns(division, available):
            self._report(_too_wide([], division.line), division.line)
        self.stack(division.blocks, text_column_width(division, available))

    def _contents(self, contents: ContentsBlock, available: float) -> None:
        column = contents_column_width(contents, available)
        for style in (contents.chapter, contents.entry):
            width = inner_width(style, column) - CONTENTS_NUMBER_WIDTH * style.size
            if width < LEAST_COLUMN - TOLERANCE:
                self._report(_too_wide([], contents.line), contents.line)

    def _side_by_side(self, division: Division, available: float) -> None:
        if not fits_side_by_side(division, available):
            styles = [block.style for block in division.blocks]
            self._report(_too_wide(styles, division.line), division.line)
        if _is_only_text(division.blocks):
            return
        for block, width in zip(division.blocks, side_by_side_widths(division, available), strict=True):
            self.stack([block], width)

    def _report(self, fault: Problem, line: int) -> None:
        self.problems[fault.at(Location(self._path, line))] = None


@lru_cache(maxsize=256)
def _division_problems(division: Division, available: float, path: str) -> tuple[Problem, ...]:
    """Return the problems of the blocks of a division in its inner width. Most divisions are in margins and at the foot
    of the last page, and many documents share them.
    """
    check = WidthCheck(path)
    check.division(division, available)
    return tuple(check.problems)


def _too_wide(styles: Iterable[Style], line: int) -> Problem:
    """Return `width-exceeded` for blocks side by side, with the style that has the largest width, if any has one."""
    widths = {style.name: style.width for style in styles if style.width}
    if not widths:
        return problem("width-exceeded", form="blocks")
    widest, width = max(widths.items(), key=itemgetter(1))
    millimetres = width / Length.mm(1)
    return problem("width-exceeded", form="style", style=widest, width=f"{millimetres:g}", line=line)


# Contrast

LINK = "link"
"""The theme's style of links."""
PAPER = Colour("FFFFFF")
_MOST_LISTED = 4
"""The largest number of styles in a message."""
_MOST_BACKGROUNDS, _MOST_STYLES = 64, 512
"""The backgrounds in the cache, and the styles on each: more than a pack has."""
OtherBlock = Items | ImageBlock | PictureBlock | Drawing | ChartBlock | Division | Table | ContentsBlock | PageBreak
"""The blocks that are no paragraphs."""


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


def page_colours(tree: PageTree, pack: Pack) -> Iterable[TextColours]:
    """Return the colours and backgrounds of the text on a page, each pair of a style once, at its first line."""
    walk = _ColourWalk(pack)
    walk.follow(tree.blocks, PAPER)
    return walk.colours.values()


def contrast_warnings(tree: PageTree, pack: Pack) -> tuple[Problem, ...]:
    """Return `contrast-low` for each pair of colours with too little contrast, about the settings of the pack.

    `ucap template check` reports each at the setting that determines it.
    """
    unreadable: dict[tuple[Colour, Colour], TextColours] = {}
    walk = _ColourWalk(pack, only_unreadable=True)
    walk.follow(tree.blocks, PAPER)
    for text in walk.colours.values():
        if not text.is_readable:
            unreadable.setdefault((text.colour, text.background), text)
    where = Location(pack.settings_path)
    warnings = []
    for text in unreadable.values():
        warnings.append(_contrast_low(text, where, [f'"{text.style}"'], "all formats"))
    return tuple(warnings)


def low_contrasts(
    colours: Mapping[str, Iterable[TextColours]], setting_of: Callable[[TextColours], Location]
) -> Iterator[Problem]:
    """Yield `contrast-low` for each colour with too little contrast in a format, at the setting that determines it;
    `colours` are those of each format.
    """
    # The sources and the formats of each pair of colours, without duplicates.
    sources: dict[tuple[Colour, Colour, Location], dict[str, None]] = {}
    formats: dict[tuple[Colour, Colour, Location], dict[str, None]] = {}
    for format_, texts in colours.items():
        for text in texts:
            if text.is_readable:
                continue
            pair = (text.colour, text.background, setting_of(text))
            source = f'"{text.style}"' if text.style else "direct formatting"
            sources.setdefault(pair, {})[source] = None
            formats.setdefault(pair, {})[format_] = None
    for pair, sources_of_pair in sources.items():
        colour, background, location = pair
        text_colours = TextColours(colour, background, None, location)
        listed_sources = _listed(list(sources_of_pair))
        joined_formats = _joined(list(formats[pair]))
        yield _contrast_low(text_colours, location, listed_sources, joined_formats)


def _contrast_low(text: TextColours, where: Location, sources: Iterable[str], formats: str) -> Problem:
    """Return the warning about text with too little contrast."""
    ratio = floor(contrast(text.colour, text.background) * 10) / 10  # 4.48 is less than the required 4.5
    return problem(
        "contrast-low",
        where,
        ratio=f"{ratio:.1f}",
        colour=text.colour.hex,
        background=text.background.hex,
        source=", ".join(sources),
        formats=formats,
        least=LEAST_CONTRAST,
    )


def _listed(sources: Sequence[str]) -> Sequence[str]:
    """Return the sources; the last ones as their number if they are too many for a message."""
    if len(sources) <= _MOST_LISTED:
        return sources
    shown = sources[: _MOST_LISTED - 1]
    return [*shown, f"{len(sources) - len(shown)} others"]


def _joined(formats: Sequence[str]) -> str:
    """Return the formats as a list in English."""
    *others, last = formats
    if not others:
        return last
    return f"{', '.join(others)} and {last}"


class _ColourWalk:
    """Follows the blocks of a page with the backgrounds of their places.

    With `only_unreadable`, most text that has enough contrast is left out.
    """

    def __init__(self, pack: Pack, *, only_unreadable: bool = False) -> None:
        theme = pack.theme
        self._only_unreadable = only_unreadable
        self.colours: dict[tuple[str, Colour, Colour], TextColours] = {}
        """The colours by the name of their style, the colour of the text, and the background."""
        self._link = theme.styles.get(LINK)
        self._readable = BoundedCache(partial(_readable_styles, self._link), _MOST_BACKGROUNDS)
        """For each background, whether text of a style can be read on it."""
        self._body_colour = theme.style("body").colour
        self._path = pack.page_template.path

    def follow(self, blocks: Iterable[Block], background: Colour) -> None:
        """Add the colours of all text in the blocks, which are on that background."""
        readable = self._readable[background]
        for block in blocks:
            # Most blocks are paragraphs: `isinstance` takes long for a Struct that is no instance.
            if type(block) is not TextBlock:
                self._follow_other(block, background)
            # Nearly all text can be read, so that it does not matter whether it has links.
            elif not (self._only_unreadable and readable[block.style]):
                self._add_text(block, block.style.background or background)

    def _follow_other(self, block: OtherBlock, background: Colour) -> None:
        """Add the colours of all text in a block that is no paragraph."""
        match block:  # the most frequent class first
            case Division() | PictureBlock():
                self.follow(block.blocks, block.style.background or background)
            case Items():
                if block.marker is not Marker.NONE:
                    self._add(block.style, background, block.line)
                for item in block.items:
                    self.follow(item, background)
            case Table():
                for row in (*block.head, *block.body):
                    for cell in row.cells:
                        self.follow(cell.blocks, cell.style.background or background)
            case ChartBlock():
                self._add(block.text, background, block.line)
                self._add(block.style, background, block.line)
            case ContentsBlock():
                behind_entries = block.style.background or background
                for style in (block.chapter, block.entry):
                    self._add(style, style.background or behind_entries, block.line)
            case ImageBlock() | Drawing() | PageBreak():
                pass
            case _:
                assert_never(block)

    def _add_text(self, text: TextBlock, background: Colour) -> None:
        """Add the colour of a paragraph and that of its links, which text with a colour of its own does not change."""
        if self._link is None or text.style.colour != self._body_colour:
            self._add(text.style, background, text.line)
            return
        has_links = has_text = False
        for run in text.content:
            if isinstance(run, Run) and run.link:
                has_links = True
            else:
                has_text = True
        if has_text:
            self._add(text.style, background, text.line)
        if has_links:
            self._add(self._link, background, text.line)

    def _add(self, style: Style, background: Colour, line: int) -> None:
        """Add the colour of a style on a background, unless it was added before."""
        key = (style.name, style.colour, background)
        if key not in self.colours:
            location = Location(self._path, line)
            self.colours[key] = TextColours(style.colour, background, style.name, location)


@lru_cache(maxsize=_MOST_BACKGROUNDS)
def _readable_styles(link: Style | None, background: Colour) -> Mapping[Style, bool]:
    """Return for each style whether its text, and links in it, have enough contrast on that background, or on its own
    one.
    """

    def is_readable(style: Style) -> bool:
        behind = style.background or background
        if contrast(style.colour, behind) < LEAST_CONTRAST:
            return False
        return link is None or contrast(link.colour, behind) >= LEAST_CONTRAST

    return BoundedCache(is_readable, _MOST_STYLES)


# Link texts


def vague_link_warnings(tree: PageTree, template: str) -> Iterator[Problem]:
    """Yield `link-text-vague` for each link of the template, or of a text of the pack such as its contact, whose text
    does not say where it leads, at its line of the template, whose path is given.
    """
    for paragraph in tree_paragraphs(tree.blocks):
        for link_text in vague_link_texts(paragraph.content):
            yield problem("link-text-vague", Location(template, paragraph.line), text=shortened(link_text))
