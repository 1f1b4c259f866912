"""From page elements to pieces: all measured in the fonts and widths it will have, and entered in the tag tree."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.pdf.file.picture_objects import picture
from ucap_reports.pdf.file.tag_tree import Tag, TagNode
from ucap_reports.pdf.layout.boxes import Blank, Figure, Panel, edges, is_boxed, side_by_side, stacked
from ucap_reports.pdf.layout.emblem_drawing import emblem
from ucap_reports.pdf.layout.flow_items import Flowing, FlowItem, ListMarker, Outline, ParagraphItem, Solid, Stack
from ucap_reports.pdf.layout.list_markers import indent_of, markers_of, numbering
from ucap_reports.pdf.layout.table_layout import LaidRow, RowGroup, column_widths, runs_of, table_rows
from ucap_reports.pdf.template.element_styles import styles_of
from ucap_reports.pdf.template.page_tree import (
    Block,
    Content,
    Division,
    Emblem,
    Items,
    PackImage,
    PageNumber,
    Table,
    TableCell,
    TextBlock,
)
from ucap_reports.pdf.text.line_filling import typesetter
from ucap_reports.pdf.text.text_drawing import LineRange, Owner
from ucap_reports.problems import Location, Problem
from ucap_reports.template.emblem_geometry import PROPORTION
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import NO_SIDES, Align, Layout
from ucap_reports.text.rich_text import Inline, Run

_HEADINGS: tuple[Tag, ...] = ("P", "H1", "H2", "H3", "H4", "H5", "H6")
_CONTINUED = "-continued"
"""The style of a row header that is repeated is named after its own."""
_LEAST_COLUMN = 12.0
"""Points below which a column holds no text."""
_BEFORE = {Align.START: 0.0, Align.CENTER: 0.5, Align.END: 1.0}
"""How much of the free width of its line stands before a picture."""
_TOLERANCE = 0.01
"""Points by which sums of the same widths may differ."""


class BlockPlace(Struct, frozen=True):
    """Where a block goes: its width, how far it stands from the start of its stack, the space above it, and the
    markers that begin with it.
    """

    width: float
    indent: float = 0
    gap: float = 0
    markers: tuple[ListMarker, ...] = ()


class PageNumbers(NamedTuple):
    """The number of a page and how many there are, for what stands on every page."""

    page: int
    total: int


class BlockLayout:
    """Makes the pieces of a document in one language, and keeps what it finds wrong."""

    def __init__(self, pack: Pack, language: str, numbers: PageNumbers | None = None) -> None:
        self._typesetter = typesetter(pack)
        self._styles = styles_of(pack)
        self._template = pack.page_template.path
        self._language = language
        self._numbers = numbers
        self.problems: list[Problem] = []
        self.missing: dict[str, str] = {}
        """Characters that no font has, each with the text in which it was first met."""

    def body(self, blocks: Sequence[Block], width: float, node: TagNode) -> list[FlowItem]:
        """Blocks as they flow over pages, the rows of tables one by one."""
        pieces: list[FlowItem] = []
        space = 0.0
        for block in blocks:
            gap = max(space, block.style.space_before)
            if isinstance(block, Table):
                pieces += self._rows(block, BlockPlace(width, gap=gap), node)
            else:
                pieces += self._pieces(block, BlockPlace(width, gap=gap), node)
            space = block.style.space_after
        return pieces

    def stack(self, blocks: Sequence[Block], place: BlockPlace, node: TagNode, gap: float = 0) -> list[Flowing]:
        """Blocks one under the other, with `gap` or what their styles ask for between them, whichever is more."""
        pieces: list[Flowing] = []
        space = 0.0
        for block in blocks:
            if pieces:
                place = replace(place, gap=max(gap, space, block.style.space_before), markers=())
            pieces += self._pieces(block, place, node)
            space = block.style.space_after
        if not pieces and place.markers:
            pieces.append(Solid(Blank(), place.markers[-1].part.lines.leading, 0, place.gap, 0, place.markers))
        return pieces

    def _pieces(self, block: Block, place: BlockPlace, node: TagNode) -> list[Flowing]:
        match block:
            case TextBlock() if is_boxed(block.style):
                return [self._boxed_text(block, place, node)]
            case TextBlock():
                return self._words(block, place, node)
            case Items():
                return self._items(block, place, node)
            case Division():
                return [_solid(self._division(block, place.width, node), block.line, place)]
            case Emblem() | PackImage():
                figure = _figure(block, node)
                before = (place.width - figure.width) * _BEFORE[block.style.align]
                return [_solid(figure, block.line, replace(place, indent=place.indent + max(before, 0)))]
            case Table():
                return [_solid(RowGroup(self._rows(block, place, node)), block.line, place)]
        assert_never(block)

    def _words(self, text: TextBlock, place: BlockPlace, node: TagNode) -> list[Flowing]:
        content = _numbered(text.content, self._numbers)
        lines = self._typesetter.lines(content, text.style, place.width, self._language)
        if lines.missing:
            words = "".join(run.text for run in content if isinstance(run, Run))
            self.missing |= {character: words for character in lines.missing if character not in self.missing}
        if not lines.lines:
            return []
        part = LineRange(lines, Owner(TagNode(_HEADINGS[text.level], node), self._language), 0, len(lines.lines))
        return [ParagraphItem(part, text.line, place.gap, place.indent, place.markers, _outline(text))]

    def _boxed_text(self, text: TextBlock, place: BlockPlace, node: TagNode) -> Solid:
        plain = replace(text.style, background=None, padding=NO_SIDES, rule_below=None, rule_start=None)
        edge = edges(text.style)
        inside = TextBlock(text.content, plain, text.line, text.level)
        stack = self._words(inside, BlockPlace(place.width - edge.start - edge.end), node)
        return _solid(stacked(text.style, place.width, stack), text.line, place, _outline(text))

    def _division(self, division: Division, width: float, node: TagNode) -> Panel:
        style, edge = division.style, edges(division.style)
        inner = width - edge.start - edge.end
        match style.layout:
            case Layout.STACK:
                return stacked(style, width, self.stack(division.blocks, BlockPlace(inner), node, style.gap))
            case Layout.COLUMNS:
                widths = self._widths(division, inner)
                columns = [
                    (self.stack([block], BlockPlace(column), node), column)
                    for block, column in zip(division.blocks, widths, strict=True)
                ]
                return side_by_side(style, width, columns)

    def _widths(self, division: Division, width: float) -> list[float]:
        """The widths of blocks side by side: their own where they have one, the others share the rest evenly."""
        own = [_own_width(block) for block in division.blocks]
        free = width - division.style.gap * (len(own) - 1) - sum(each for each in own if each is not None)
        shared = free / max(own.count(None), 1)
        if free < 0 or (None in own and shared < _LEAST_COLUMN):
            self._no_room(division.line)
            shared = width
        return [shared if each is None else each for each in own]

    def _items(self, items: Items, place: BlockPlace, node: TagNode) -> list[Flowing]:
        labels = markers_of(items, self._language)
        setter, style = self._typesetter, items.style
        indent = indent_of(items, [setter.width(label, style, self._language) for label in labels])
        whole = TagNode("L", node, numbering(items))
        pieces: list[Flowing] = []
        for item, label in zip(items.items, labels, strict=True):
            entry = TagNode("LI", whole)
            markers = place.markers if not pieces else ()
            if label:
                lines = setter.lines(label, style, indent, self._language)
                owner = Owner(TagNode("Lbl", entry), self._language)
                markers = (*markers, ListMarker(LineRange(lines, owner, 0, len(lines.lines)), place.indent))
            gap = place.gap if not pieces else style.gap
            inside = BlockPlace(place.width - indent, place.indent + indent, gap, markers)
            pieces += self.stack(item.blocks, inside, TagNode("LBody", entry), style.gap)
        return pieces

    def _rows(self, table: Table, place: BlockPlace, node: TagNode) -> list[LaidRow]:
        widths = column_widths(table, place.width)
        if widths and (min(widths) < _LEAST_COLUMN or sum(widths) > place.width + _TOLERANCE):
            self._no_room(table.line)
            widths = [place.width / len(widths)] * len(widths)
        return table_rows(table, widths, self, node, place.gap)

    def cell(self, cell: TableCell, width: float, node: TagNode) -> Stack:
        """What a cell of a table holds."""
        return tuple(self.stack(cell.blocks, BlockPlace(width), node, cell.style.gap))

    def again(self, cell: TableCell, width: float, continued: str) -> Stack:
        """The text of a row header where its row goes on, and that it does, in the language of the header."""
        parts = [(run.language, run.text) for run in runs_of(cell) if run.text]
        if continued:
            parts.append((parts[-1][0], f" {continued}") if parts else (None, continued))
        spoken = groupby(parts, itemgetter(0))
        runs = tuple(Run("".join(text for _, text in group), language=language) for language, group in spoken)
        style = self._styles.named(f"{cell.style.name}{_CONTINUED}") or cell.style
        repeated = TextBlock(runs, self._styles.text(style), cell.line)
        return tuple(self._words(repeated, BlockPlace(width), TagNode("P")))

    def _no_room(self, line: int) -> None:
        message = "what stands side by side is wider than the page"
        hint = "give the styles less `width` or `gap`, or the page narrower margins"
        self.problems.append(Problem.error("width-exceeded", message, hint, Location(self._template, line)))


def _solid(body: Figure | Panel | RowGroup, line: int, place: BlockPlace, outline: Outline | None = None) -> Solid:
    return Solid(body, body.height, line, place.gap, place.indent, place.markers, outline)


def _figure(block: Emblem | PackImage, node: TagNode) -> Figure:
    element = TagNode("Figure", node, alt=block.alt)
    if isinstance(block, PackImage):
        return Figure(picture(block.content), element, block.width, block.height)
    height = block.style.height or block.style.leading
    return Figure(emblem(), element, height * PROPORTION, height)


def _own_width(block: Block) -> float | None:
    match block:
        case Emblem():
            return (block.style.height or block.style.leading) * PROPORTION
        case PackImage():
            return block.width
        case _:
            return block.style.width


def _outline(text: TextBlock) -> Outline | None:
    if not text.level:
        return None
    return Outline(text.level, "".join(run.text for run in text.content if isinstance(run, Run)))


def _numbered(content: Content, numbers: PageNumbers | None) -> tuple[Inline, ...]:
    """The content with page numbers as text; outside of what stands on every page there are none."""
    if numbers is None:
        return tuple([inline for inline in content if not isinstance(inline, PageNumber)])
    return tuple(
        Run(str(numbers.total if inline.total else numbers.page)) if isinstance(inline, PageNumber) else inline
        for inline in content
    )
