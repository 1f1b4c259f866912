"""Lays out page elements as flow items: measured in their fonts and widths, with their nodes in the tag tree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Self, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page import page_tree
from ucap_reports.page.box_geometry import (
    block_width,
    column_widths,
    edges,
    inner_width,
    is_boxed,
    side_by_side_widths,
    text_column_width,
)
from ucap_reports.page.element_styles import natural_style, without_box
from ucap_reports.pdf.file.canvas import Outline
from ucap_reports.pdf.file.picture_objects import picture_object
from ucap_reports.pdf.file.tag_tree import Tag, TagNode
from ucap_reports.pdf.layout.boxes import boxed
from ucap_reports.pdf.layout.figures import ColouredBox, Figure, laid_chart, laid_picture, shape_drawing
from ucap_reports.pdf.layout.flow_items import Body, FlowItem, ListMarker, PossibleBreak, Stack
from ucap_reports.pdf.layout.list_markers import indent_of, marker_style, markers_of, numbering
from ucap_reports.pdf.layout.table_layout import RowGroup, runs_of, table_rows
from ucap_reports.pdf.layout.text_columns import TextColumns
from ucap_reports.pdf.text.line_filling import BEFORE, paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import all_lines
from ucap_reports.summary.summary import LabelText
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Inline, Run

_HEADINGS: tuple[Tag, ...] = ("P", "H1", "H2", "H3", "H4", "H5", "H6")
CONTENTS_NUMBER = "contents-number"
"""The style of the numbers of pages in the contents, with the size of their entries."""
CONTENTS_NUMBER_WIDTH = 3.5
"""The width of the numbers of pages in the contents, in sizes of the text."""
_CONTINUED = "-continued"
"""The style of a repeated row header is named after that of the row header."""


class BlockPlace(Struct, frozen=True):
    """The place of a block: its width, its distance from the start of its stack, the space above it, and the list
    markers that begin with it.
    """

    width: float
    indent: float = 0
    gap: float = 0
    markers: tuple[ListMarker, ...] = ()


class PageNumbers(NamedTuple):
    """The number of a page and the number of pages, for headers and footers; in books also the chapters of the page,
    and the programme label in the languages of their countries.
    """

    page: int
    total: int
    chapters: tuple[str, ...] = ()
    labels: tuple[LabelText, ...] = ()


class HeadingPage(NamedTuple):
    """A heading of a book that has an identifier, with the number of its page."""

    level: int
    text: str
    page: int


HeadingPages = Mapping[str, HeadingPage]
"""The headings of a book by their identifiers, in their order."""
NO_HEADINGS: HeadingPages = {}


class BlockLayout:
    """Lays out the blocks of a document in one language."""

    def __init__(
        self, pack: Pack, language: str, numbers: PageNumbers | None = None, headings: HeadingPages = NO_HEADINGS
    ) -> None:
        self._pack = pack
        self._headings = headings
        self._language = language
        self.direction = language
        """A language with the direction of the blocks."""
        self._numbers = numbers
        margins = pack.theme.margins
        self._most = pack.theme.paper[1] - margins.top - margins.bottom
        """The height of a page's body."""
        self.picture_widths: dict[str, float] = {}
        self.missing, self.broken = dict[str, None](), dict[str, None]()
        """Characters that no font has, and words that are wider than their lines."""

    def body(self, blocks: Sequence[page_tree.Block], width: float, node: TagNode) -> list[list[FlowItem]]:
        """The flow items of the body between its page breaks, where the rows of tables are items of their own."""
        sections = []
        for is_break, section in groupby(blocks, page_tree.is_page_end):
            if not is_break:
                sections.append(list(self.items(section, width, node)))
        return [section for section in sections if section]

    def items(self, blocks: Iterable[page_tree.Block], width: float, node: TagNode) -> Iterator[FlowItem]:
        """Yield the flow items of a part of the body without page breaks."""
        space = 0.0
        for block in blocks:
            place = BlockPlace(width, gap=max(space, block.style.space_before))
            if isinstance(block, page_tree.PageBreak):
                yield FlowItem(PossibleBreak(block.share), 0, block.line)
            elif isinstance(block, page_tree.Table):
                yield from self._rows(block, place, node)
            else:
                yield from self._flow(block, place, node)
            space = block.style.space_after

    def stack(
        self, blocks: Sequence[page_tree.Block], place: BlockPlace, node: TagNode, gap: float = 0
    ) -> list[FlowItem]:
        """Blocks one below the other, with `gap` or the space of their styles between them, whichever is more."""
        flow: list[FlowItem] = []
        space = 0.0
        for block in blocks:
            if flow:
                place = replace(place, gap=max(gap, space, block.style.space_before), markers=())
            flow += self._flow(block, place, node)
            space = block.style.space_after
        if not flow and place.markers:
            leading = place.markers[-1].part.lines.leading
            flow.append(FlowItem(RowGroup(()), leading, 0, place.gap, markers=place.markers))
        return flow

    def _flow(self, block: page_tree.Block, place: BlockPlace, node: TagNode) -> list[FlowItem]:
        width = block_width(block, place.width)
        if width != place.width:
            place = replace(place, width=width)
        match block:
            case page_tree.TextBlock() if is_boxed(block.style):
                return [self._boxed_text(block, place, node)]
            case page_tree.TextBlock():
                return self._words(block, place, node)
            case page_tree.Items():
                return self._items(block, place, node)
            case page_tree.ImageBlock() | page_tree.Drawing():
                return [self._picture(block, place, node)]
            case page_tree.PictureBlock():
                body, self.picture_widths[block.facts.field] = laid_picture(block, place.width, node, self)
            case page_tree.ChartBlock():
                body = self._chart(block, place.width, node)
            case page_tree.Division():
                body = self._box(block, place.width, node)
                if not is_boxed(block.style) and page_tree.ends_with_heading(block):
                    return [replace(_item(body, block.line, place), keeps_next=True)]
            case page_tree.ContentsBlock():
                body = self._contents(block, place.width, node)
            case page_tree.Table() | page_tree.PageBreak():
                body = RowGroup(())  # only the body of a document has them
            case _:
                assert_never(block)
        return [_item(body, block.line, place)]

    def _picture(self, block: page_tree.ImageBlock | page_tree.Drawing, place: BlockPlace, node: TagNode) -> FlowItem:
        figure: Figure | ColouredBox
        if isinstance(block, page_tree.Drawing):
            figure = shape_drawing(block, place.width, node, self._pack, self._language)
            self.missing |= dict.fromkeys(each for part in figure.texts for each in part.lines.missing)
        else:
            element = TagNode("Figure", node, alt=block.alt)
            figure = Figure(picture_object(block.picture), element, block.width, block.height)
        free = place.width - figure.width
        indent = place.indent + max(free * BEFORE[block.style.align], 0)
        return _item(figure, block.line, replace(place, indent=indent))

    def _chart(self, chart: page_tree.ChartBlock, width: float, node: TagNode) -> Body:
        figure = laid_chart(chart, width, node, self._pack, chart.language or self._language)
        self.missing |= dict.fromkeys(each for label in figure.labels for each in label.part.lines.missing)
        return figure

    def _words(self, text: page_tree.TextBlock, place: BlockPlace, node: TagNode) -> list[FlowItem]:
        content = _numbered(text.content, self._numbers, self._headings)
        language = text.language if text.language and is_right_to_left(text.language) else self.direction
        lines = paragraph_lines(self._pack, content, text.style, place.width, language)
        if lines.missing or lines.broken:
            self.missing |= dict.fromkeys(lines.missing)
            self.broken |= dict.fromkeys(lines.broken)
        if not lines.lines:
            return []
        element = TagNode(_HEADINGS[text.level], node)
        return [_item(all_lines(lines, element, self._language), text.line, place, _outline(text, element))]

    def _boxed_text(self, text: page_tree.TextBlock, place: BlockPlace, node: TagNode) -> FlowItem:
        edge = edges(text.style)
        inside = replace(text, style=without_box(text.style))
        stack = self._words(inside, BlockPlace(inner_width(text.style, place.width)), node)
        outline = stack[0].outline if stack else None
        inner = tuple([replace(item, outline=None) for item in stack])
        return _item(boxed(text.style, place.width, [(inner, edge.left)]), text.line, place, outline)

    def _box(self, box: page_tree.Division, width: float, node: TagNode) -> Body:
        style, edge = box.style, edges(box.style)
        inner = inner_width(style, width)
        if box.count:
            column = text_column_width(box, inner)
            starts = [edge.left + (column + box.gap) * place for place in range(box.count)]
            stack = tuple(self.stack(box.blocks, BlockPlace(column), node, style.gap))
            return TextColumns(style, width, starts, self._most, stack).balanced()
        if style.layout == "stack":
            return boxed(style, width, [(tuple(self.stack(box.blocks, BlockPlace(inner), node, style.gap)), edge.left)])
        x, columns = float(edge.left), []
        for block, column in zip(box.blocks, side_by_side_widths(box, inner), strict=True):
            columns.append((self._column(block, column, node), x))
            x += column + style.gap
        return boxed(style, width, columns)

    def _contents(self, contents: page_tree.ContentsBlock, width: float, node: TagNode) -> Body:
        """Return the headings of the book with the numbers of their pages, in columns."""
        style, edge = contents.style, edges(contents.style)
        whole = TagNode("TOC", node)
        column = (inner_width(style, width) - style.gap * (contents.count - 1)) / contents.count
        starts = [edge.left + (column + style.gap) * index for index in range(contents.count)]
        stack: list[FlowItem] = []
        space = 0.0
        for anchor, heading in self._headings.items():
            if heading.level not in page_tree.CONTENTS_LEVELS:
                continue
            is_chapter = heading.level == min(page_tree.CONTENTS_LEVELS)
            own = contents.chapter if is_chapter else contents.entry
            item = self._contents_entry(own, heading, anchor, column, TagNode("TOCI", whole, anchor=anchor))
            gap = max(space, own.space_before) if stack else 0
            stack.append(FlowItem(item, item.height, contents.line, gap, keeps_next=is_chapter))
            space = own.space_after
        if stack:
            stack[-1] = replace(stack[-1], keeps_next=False)
        return TextColumns(style, width, starts, self._most, tuple(stack)).balanced()

    def _contents_entry(self, style: Style, heading: HeadingPage, anchor: str, width: float, node: TagNode) -> Body:
        """Return an entry of the contents: the heading, and at the end of its line the number of the page."""
        text, edge = without_box(style), edges(style)
        number_style = replace(natural_style(self._pack.theme, CONTENTS_NUMBER, text), bold=text.bold, align="end")
        number_style = replace(number_style, size=text.size, leading=text.leading)
        paragraph = TagNode("P", node)
        parts = []
        number_width = CONTENTS_NUMBER_WIDTH * text.size
        inner = inner_width(style, width) - number_width
        for content, own, place in ((heading.text, text, inner), (str(heading.page), number_style, number_width)):
            run = (Run(content, link=f"#{anchor}"),)
            lines = paragraph_lines(self._pack, run, own, place, self.direction)
            self.missing |= dict.fromkeys(lines.missing)
            part = all_lines(lines, paragraph, self._language)
            parts.append((FlowItem(part, part.height, 0),))
        top = replace(style, align_block="top", width=None)
        return boxed(top, width, [(parts[0], edge.left), (parts[1], edge.left + inner)])

    def _column(self, block: page_tree.Block, width: float, node: TagNode) -> Stack:
        """A block beside others; the blocks in a division that has no box, so that they can be split."""
        style = block.style
        is_plain = style.layout == "stack" and not (is_boxed(style) or style.height)
        if isinstance(block, page_tree.Division) and is_plain and not block.count:
            return tuple(self.stack(block.blocks, BlockPlace(width), node, style.gap))
        return tuple(self.stack([block], BlockPlace(width), node))

    def _items(self, items: page_tree.Items, place: BlockPlace, node: TagNode) -> list[FlowItem]:
        pack, language = self._pack, self.direction
        labels = markers_of(items, language)
        styles = [marker_style(items, item) for item in items.items]
        widths = [text_width(pack, label, style, language) for label, style in zip(labels, styles, strict=True)]
        indent = indent_of(items, zip(widths, styles, strict=True))
        whole = TagNode("L", node, numbering(items))
        flow: list[FlowItem] = []
        for item, label, style in zip(items.items, labels, styles, strict=True):
            entry = TagNode("LI", whole)
            markers = place.markers if not flow else ()
            if label:
                lines = paragraph_lines(pack, label, style, indent, language)
                part = all_lines(lines, TagNode("Lbl", entry), self._language)
                markers = (*markers, ListMarker(part, place.indent))
            gap = place.gap if not flow else items.style.gap
            inside = BlockPlace(place.width - indent, place.indent + indent, gap, markers)
            flow += self.stack(item, inside, TagNode("LBody", entry), items.style.gap)
        return flow

    def _rows(self, table: page_tree.Table, place: BlockPlace, node: TagNode) -> Stack:
        return table_rows(table, column_widths(table, place.width), self, node, place.gap)

    def caption(self, blocks: Sequence[page_tree.Block], width: float, node: TagNode) -> list[FlowItem]:
        """The caption of a picture, below it."""
        return self.stack(blocks, BlockPlace(width, gap=blocks[0].style.space_before), node) if blocks else []

    def inside(self, cell: page_tree.TableCell) -> Self:
        """The layout of a cell: another one if the direction of its language is not that of the document."""
        language = cell.language or self._language
        if is_right_to_left(language) == is_right_to_left(self.direction):
            return self
        inside = copy(self)
        inside.direction = language
        return inside

    def cell(self, cell: page_tree.TableCell, width: float, node: TagNode) -> Stack:
        """The content of a table cell."""
        return tuple(self.stack(cell.blocks, BlockPlace(width), node, cell.style.gap))

    def again(self, cell: page_tree.TableCell, width: float, continued: str) -> Stack:
        """The text of a row header where its row continues, followed by `continued` in the header's language."""
        parts = [(run.language, run.text) for run in runs_of(cell) if run.text]
        if continued := continued if cell.continued is None else cell.continued:
            parts.append((parts[-1][0], f" {continued}") if parts else (None, continued))
        spoken = groupby(parts, itemgetter(0))
        runs = tuple(Run("".join(text for _, text in group), language=language) for language, group in spoken)
        style = self._pack.theme.styles.get(f"{cell.style.name}{_CONTINUED}", cell.style)
        whole_words = replace(without_box(style), hyphenate=False)  # as in the label that it repeats
        repeated = page_tree.TextBlock(runs, whole_words, cell.line)
        return tuple(self._words(repeated, BlockPlace(width), TagNode("P")))


def _item(body: Body, line: int, place: BlockPlace, outline: Outline | None = None) -> FlowItem:
    """The item of a body; a heading, which has an outline, stays with the text after it."""
    is_heading = outline is not None
    return FlowItem(body, body.height, line, place.gap, place.indent, place.markers, outline, is_heading)


def _outline(text: page_tree.TextBlock, node: TagNode) -> Outline | None:
    if not text.level:
        return None
    return Outline(text.level, page_tree.heading_text(text), node, text.anchor, text.label_languages)


def _numbered(content: page_tree.Content, numbers: PageNumbers | None, headings: HeadingPages) -> tuple[Inline, ...]:
    """Return the content with page numbers as text."""
    written: list[Inline] = []
    for inline in content:
        if isinstance(inline, page_tree.PageNumber):
            written += _page_fact(inline, numbers, headings)
        else:
            written.append(inline)
    return tuple(written)


def _page_fact(inline: page_tree.PageNumber, numbers: PageNumbers | None, headings: HeadingPages) -> Iterator[Inline]:
    """Yield what is different on each page as text; nothing outside of headers and footers, except in books."""
    match inline:
        case page_tree.PageOf():
            pages: dict[int, str] = {}
            for name in inline.reference.split():
                if name in headings:
                    pages.setdefault(headings[name].page, name)
            between = inline.prefix
            for page, name in sorted(pages.items()):
                if between:
                    yield Run(between)
                yield Run(str(page), link=f"#{name}")
                between = ", "
        case _ if numbers is None:
            return
        case page_tree.PageChapters():
            yield Run(" \N{MIDDLE DOT} ".join(numbers.chapters))
        case page_tree.PageLabel():
            if inline.index < len(numbers.labels):
                label = numbers.labels[inline.index]
                yield Run(label.text, language=label.language)
        case _:
            yield Run(str(numbers.total if inline.total else numbers.page))
