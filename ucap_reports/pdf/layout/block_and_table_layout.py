"""Lays out blocks and tables as flow items: measured in their fonts and widths, with their nodes in the tag tree.

`BlockLayout` has a method for each kind of block: paragraphs and their bookmarks, boxes, lists and their markers, the
contents of a book, and the row headers that are repeated where a row continues. Below it are the indents and markers of
lists, page numbers as text (`_with_page_facts`), and the rows of tables (`_table_rows`).

The widths of boxes and columns are from `page.box_geometry`; `page_breaks_and_columns` divides the items into pages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from itertools import accumulate, groupby
from operator import attrgetter
from typing import NamedTuple, Self, assert_never, cast

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page import page_tree
from ucap_reports.page.box_geometry import (
    CONTENTS_NUMBER_WIDTH,
    SPACE_AFTER_MARKER,
    block_width,
    column_widths,
    contents_column_width,
    edges,
    inner_width,
    is_boxed,
    marker_style,
    side_by_side_widths,
    space_between,
    text_column_width,
)
from ucap_reports.page.page_elements import natural_style, without_box
from ucap_reports.page.page_tree import Items, has_page_numbers
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.pdf.file.canvas import Outline
from ucap_reports.pdf.file.tag_tree import Tag, TagNode
from ucap_reports.pdf.layout.flow_items import (
    Body,
    FlowItem,
    ItemGroup,
    ListMarker,
    PossibleBreak,
    SideLine,
    Stack,
    stack_height,
)
from ucap_reports.pdf.layout.page_breaks_and_columns import (
    CellPiece,
    TextColumns,
    boxed,
    is_short_row,
    laid_paragraph,
    laid_row,
    rows_with_next,
)
from ucap_reports.pdf.layout.pictures_and_charts import (
    ColouredBox,
    Figure,
    laid_chart,
    laid_picture,
    picture_object,
    shape_drawing,
)
from ucap_reports.pdf.text.line_filling import SHARE_BEFORE, paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import all_lines
from ucap_reports.summary.summary_model import LabelText
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import DrawnRule, Style
from ucap_reports.text.bars_tiles_charts_and_facts import Bar
from ucap_reports.text.capitals_punctuation_and_plain_letters import comma
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Break, Inline, Marker, Run, list_sign

_HEADINGS: tuple[Tag, ...] = ("P", "H1", "H2", "H3", "H4", "H5", "H6")
CONTENTS_NUMBER = "contents-number"
"""The style of the numbers of pages in the contents, with the size of their entries."""
_CONTINUED = "-continued"
"""The style of a repeated row header is named after that of the row header."""

_BULLETS = {"○": "Circle", "◦": "Circle", "▪": "Square", "■": "Square"}
_OTHER_BULLET = "Disc"
"""The most common of PDF's names of bullets (ISO 32000-1, table 347), for bullets and arrows without a name."""

ROW_LEVEL = page_tree.LOWEST_HEADING + 1
"""The level of a row among the bookmarks: below any heading."""
_SPACE = Run(" ")
"""What is between two lines or paragraphs of a row header where its text is on one line."""


class BlockPlace(Struct, frozen=True, gc=False):
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
        self,
        pack: Pack,
        language: str,
        numbers: PageNumbers | None = None,
        headings: HeadingPages = NO_HEADINGS,
        contents_space: float = 1,
    ) -> None:
        self._pack = pack
        self._headings = headings
        self._contents_space = contents_space
        """The factor of the space between the entries of contents."""
        self._language = language
        self.direction_language = language
        """A language in whose direction the blocks run: that of the document, or of a cell with the other direction."""
        self._numbers = numbers
        self._page_height = pack.theme.text_height
        """The height of a page's body."""
        self.picture_widths: dict[str, float] = {}
        self.missing: dict[str, None] = {}
        """Characters that no font has."""
        self.broken: dict[str, None] = {}
        """Words that are wider than their lines."""

    def body(self, blocks: Sequence[page_tree.Block], width: float, node: TagNode) -> list[list[FlowItem]]:
        """Return the flow items of the body between its page breaks, where the rows of tables are items of
        their own.
        """
        sections = []
        for is_break, section in groupby(blocks, page_tree.is_page_end):
            if is_break:
                continue
            items = list(self.items(section, width, node))
            if items:
                sections.append(items)
        return sections

    def items(self, blocks: Iterable[page_tree.Block], width: float, node: TagNode) -> Iterator[FlowItem]:
        """Yield the flow items of a part of the body without page breaks."""
        space = 0.0
        for block in blocks:
            if isinstance(block, page_tree.PageBreak):
                yield FlowItem(PossibleBreak(block.share), 0, block.line)
                continue
            gap = space_between(space, block.style)
            items: Sequence[FlowItem]
            if isinstance(block, page_tree.Table):
                items = _table_rows(block, self, block_width(block, width), node, gap)
            else:
                items = self._block(block, BlockPlace(width, gap=gap), node)
            yield from items
            if items:  # a page number that is empty on this page keeps the space of the block before it
                space = block.style.space_after

    def stack(
        self, blocks: Sequence[page_tree.Block], place: BlockPlace, node: TagNode, least_gap: float = 0
    ) -> list[FlowItem]:
        """Return blocks one below the other.

        `place.gap` is above the first block; between the others is the space of their styles, but at least `least_gap`.
        """
        flow: list[FlowItem] = []
        space = 0.0
        for block in blocks:
            if flow:  # the markers are beside the first block that is not empty
                place = replace(place, gap=space_between(space, block.style, least_gap), markers=())
            items = self._block(block, place, node)
            flow += items
            if items:  # as in `items`
                space = block.style.space_after
        if not flow and place.markers:
            # The marker of an item without text is on a line of its own.
            leading = place.markers[-1].part.lines.leading
            flow.append(FlowItem(ItemGroup(()), leading, 0, place.gap, markers=place.markers))
        return flow

    def _block(self, block: page_tree.Block, place: BlockPlace, node: TagNode) -> list[FlowItem]:
        width = block_width(block, place.width)
        if width != place.width:
            place = replace(place, width=width)
        if type(block) is page_tree.TextBlock:  # most blocks are: a pattern takes several times as long
            if is_boxed(block.style):
                return [self._boxed_text(block, place, node)]
            return self._paragraph(block, place, node)
        match block:  # the most frequent classes first
            case page_tree.Items():
                return self._list(block, place, node)
            case page_tree.Division():
                body = self.box(block, place.width, node)
                item = _item(body, block.line, place)
                if not is_boxed(block.style) and page_tree.ends_with_heading(block):
                    item = replace(item, keeps_next=True)  # its heading is about what is below it
                return [item]
            case page_tree.ImageBlock() | page_tree.Drawing():
                return [self._picture(block, place, node)]
            case page_tree.PictureBlock():
                body, picture_width = laid_picture(block, place.width, node, self.caption)
                self.picture_widths[block.facts.field] = picture_width
            case page_tree.ChartBlock():
                body = self._chart(block, place.width, node)
            case page_tree.ContentsBlock():
                body = self._contents(block, place.width, node)
            case page_tree.Table() | page_tree.PageBreak():
                body = ItemGroup(())  # only the body of a document has them
            case _:
                assert_never(block)
        return [_item(body, block.line, place)]

    def _picture(self, block: page_tree.ImageBlock | page_tree.Drawing, place: BlockPlace, node: TagNode) -> FlowItem:
        figure: Figure | ColouredBox
        if isinstance(block, page_tree.Drawing):
            figure = shape_drawing(block, place.width, node, self._pack, self._language)
            if isinstance(block.shape, Bar):
                figure.node.language = self._other_language(block.language)
            for part in figure.texts:
                self.missing |= dict.fromkeys(part.lines.missing)
        else:
            element = TagNode("Figure", node, alt=block.alt, language=self._other_language(block.language))
            figure = Figure(picture_object(block.picture), element, block.width, block.height)
        free = place.width - figure.width
        indent = place.indent + max(free * SHARE_BEFORE[block.style.align], 0)
        return _item(figure, block.line, replace(place, indent=indent))

    def _chart(self, chart: page_tree.ChartBlock, width: float, node: TagNode) -> Body:
        figure = laid_chart(chart, width, node, self._pack, chart.language or self._language)
        if figure.node.language is None:
            figure.node.language = self._other_language(chart.language)
        for label in figure.labels:
            self.missing |= dict.fromkeys(label.part.lines.missing)
        return figure

    def _other_language(self, language: str | None) -> str | None:
        """Return the language of a figure, if it is not that of the document."""
        return None if language == self._language else language

    def _paragraph(self, text: page_tree.TextBlock, place: BlockPlace, node: TagNode) -> list[FlowItem]:
        if has_page_numbers(text.content):
            content = _with_page_facts(text.content, self._numbers, self._headings, self._language)
        else:
            content = cast("tuple[Inline, ...]", text.content)
        direction_language = self.direction_language
        if text.language and is_right_to_left(text.language):
            direction_language = text.language
        lines = paragraph_lines(self._pack, content, text.style, place.width, direction_language)
        if lines.missing or lines.broken:
            self.missing |= dict.fromkeys(lines.missing)
            self.broken |= dict.fromkeys(lines.broken)
        if not lines.lines:
            return []
        element = TagNode(_HEADINGS[text.level], node)
        paragraph = laid_paragraph(lines, element, self._language)
        outline = _outline(text, element) if text.level else None
        return [_item(paragraph, text.line, place, outline)]

    def _boxed_text(self, text: page_tree.TextBlock, place: BlockPlace, node: TagNode) -> FlowItem:
        """Return a paragraph in its box. The bookmark of a heading leads to its box, not to the text in it."""
        style = text.style
        unboxed = replace(text, style=without_box(style))
        inner_place = BlockPlace(inner_width(style, place.width))
        items = self._paragraph(unboxed, inner_place, node)
        outline = items[0].outline if items else None
        content = tuple([replace(item, outline=None) for item in items])
        box = boxed(style, place.width, [(content, edges(style).left)])
        return _item(box, text.line, place, outline)

    def box(self, box: page_tree.Division, width: float, node: TagNode) -> Body:
        """Return a box with its content."""
        style = box.style
        edge = edges(style)
        inner = inner_width(style, width)
        if box.count:
            column = text_column_width(box, inner)
            starts = [edge.left + (column + box.gap) * index for index in range(box.count)]  # `style.gap` is vertical
            stack = tuple(self.stack(box.blocks, BlockPlace(column), node, style.gap))
            return TextColumns(style, width, starts, self._page_height, stack).balanced()
        if style.layout == "stack":
            content = tuple(self.stack(box.blocks, BlockPlace(inner), node, style.gap))
            return boxed(style, width, [(content, edge.left)], self._page_height)
        x = float(edge.left)
        columns = []
        for block, column in zip(box.blocks, side_by_side_widths(box, inner), strict=True):
            columns.append((self._column(block, column, node), x))
            x += column + style.gap
        return boxed(style, width, columns, self._page_height)

    def _contents(self, contents: page_tree.ContentsBlock, width: float, node: TagNode) -> Body:
        """Return the headings of the book with the numbers of their pages, in columns."""
        style = contents.style
        edge = edges(style)
        contents_node = TagNode("TOC", node)
        column = contents_column_width(contents, width)
        starts = [edge.left + (column + style.gap) * index for index in range(contents.count)]
        stack: list[FlowItem] = []
        space = 0.0
        for anchor, heading in self._headings.items():
            if heading.level not in page_tree.CONTENTS_LEVELS:
                continue
            is_chapter = heading.level == min(page_tree.CONTENTS_LEVELS)
            full_style = contents.chapter if is_chapter else contents.entry
            entry_style = _with_space(full_style, self._contents_space)
            entry_node = TagNode("TOCI", contents_node, anchor=anchor)
            entry = self._contents_entry(entry_style, heading, anchor, column, entry_node)
            gap = space_between(space, entry_style) if stack else 0
            stack.append(FlowItem(entry, entry.height, contents.line, gap, keeps_next=is_chapter))
            space = entry_style.space_after
        if stack:
            stack[-1] = replace(stack[-1], keeps_next=False)  # a chapter without entries at the end
        return TextColumns(style, width, starts, self._page_height, tuple(stack)).balanced()

    def _contents_entry(self, style: Style, heading: HeadingPage, anchor: str, width: float, node: TagNode) -> Body:
        """Return an entry of the contents: the heading, and at the end of its line the number of the page."""
        heading_style = without_box(style)
        number_style = natural_style(self._pack.theme, CONTENTS_NUMBER, heading_style)
        number_style = replace(
            number_style,
            size=heading_style.size,
            leading=heading_style.leading,
            bold=heading_style.bold,
            align="end",
        )
        number_width = CONTENTS_NUMBER_WIDTH * heading_style.size
        heading_width = inner_width(style, width) - number_width
        link = f"#{anchor}"
        text_run = Run(heading.text, link=link)
        number_run = Run(str(heading.page), link=link)
        paragraph = TagNode("P", node)
        text = self._contents_text(text_run, heading_style, heading_width, paragraph)
        number = self._contents_text(number_run, number_style, number_width, paragraph)
        box_style = replace(style, align_block="top", width=None)
        start = edges(style).left
        return boxed(box_style, width, [(text, start), (number, start + heading_width)])

    def _contents_text(self, run: Run, style: Style, width: float, node: TagNode) -> Stack:
        """Return the heading or the number of an entry of the contents."""
        lines = paragraph_lines(self._pack, (run,), style, width, self.direction_language)
        self.missing |= dict.fromkeys(lines.missing)
        paragraph = laid_paragraph(lines, node, self._language)
        item = FlowItem(paragraph, paragraph.height, line=0)
        return (item,)

    def _column(self, block: page_tree.Block, width: float, node: TagNode) -> Stack:
        """Return a block beside others; the blocks in a division that has no box, so that they can be split."""
        style = block.style
        blocks: Sequence[page_tree.Block] = [block]
        least_gap = 0.0
        if isinstance(block, page_tree.Division):
            is_stack = style.layout == "stack" and not block.count
            has_box = is_boxed(style) or bool(style.height)
            if is_stack and not has_box:
                blocks = block.blocks
                least_gap = style.gap
        return tuple(self.stack(blocks, BlockPlace(width), node, least_gap))

    def _list(self, items: page_tree.Items, place: BlockPlace, node: TagNode) -> list[FlowItem]:
        """Return the items of a list: their blocks are indented, and their markers are beside the first of them."""
        pack = self._pack
        direction_language = self.direction_language
        markers = markers_of(items, direction_language)
        styles = [marker_style(items, item) for item in items.items]
        widths = []
        for marker, style in zip(markers, styles, strict=True):
            widths.append(text_width(pack, marker, style, direction_language))
        indent = indent_of(items, zip(widths, styles, strict=True))
        list_node = TagNode("L", node, numbering(items))
        flow: list[FlowItem] = []
        for item, marker, style in zip(items.items, markers, styles, strict=True):
            item_node = TagNode("LI", list_node)
            gap: float = items.style.gap
            item_markers: tuple[ListMarker, ...] = ()
            if not flow:  # the first item is where the list is, after the markers of the items around the list
                gap = place.gap
                item_markers = place.markers
            if marker:
                lines = paragraph_lines(pack, marker, style, indent, direction_language)
                marker_part = all_lines(lines, TagNode("Lbl", item_node), self._language)
                item_markers = (*item_markers, ListMarker(marker_part, place.indent))
            item_place = BlockPlace(place.width - indent, place.indent + indent, gap, item_markers)
            flow += self.stack(item, item_place, TagNode("LBody", item_node), items.style.gap)
        rule = items.bullet_line
        if rule is None:
            return flow
        widest_marker = max(widths, default=0)
        line_start = max((widest_marker - rule.width) / 2, 0)  # the line is below the middle of the markers
        return _with_side_line(flow, rule, place.indent + line_start)

    def caption(self, blocks: Sequence[page_tree.Block], width: float, node: TagNode) -> list[FlowItem]:
        """Return the caption of a picture, below it."""
        if not blocks:
            return []
        place = BlockPlace(width, gap=blocks[0].style.space_before)
        return self.stack(blocks, place, node)

    def for_cell(self, cell: page_tree.TableCell) -> Self:
        """Return the layout of a cell: another one if the direction of its language is not that of the document."""
        language = cell.language or self._language
        before = self.direction_language
        if language == before or is_right_to_left(language) == is_right_to_left(before):
            return self
        layout = copy(self)  # shares what is collected for the document, such as `missing`, which is changed in place
        layout.direction_language = language
        return layout

    def cell(self, cell: page_tree.TableCell, width: float, node: TagNode) -> Stack:
        """Return the content of a table cell."""
        return tuple(self.stack(cell.blocks, BlockPlace(width), node, cell.style.gap))

    def continued_header(self, cell: page_tree.TableCell, width: float, continued: str) -> Stack:
        """Return the text of a row header where its row continues, followed by `continued`, or by what the cell has
        instead of that, in the header's language.
        """
        header_runs = [run for run in _runs_of(cell) if run.text]
        runs = []
        # Of the runs, only the language stays: without bold text or links, those in one language are one run.
        for language, runs_in_language in groupby(header_runs, attrgetter("language")):
            text = "".join([run.text for run in runs_in_language])
            runs.append(Run(text, language=language))
        if cell.continued is not None:
            continued = cell.continued
        if continued and runs:
            last = runs[-1]
            runs[-1] = replace(last, text=f"{last.text} {continued}")
        elif continued:
            runs.append(Run(continued))
        style = self._pack.theme.styles.get(f"{cell.style.name}{_CONTINUED}", cell.style)
        whole_words = replace(without_box(style), hyphenate=False)  # as in the label that it repeats
        repeated = page_tree.TextBlock(tuple(runs), whole_words, cell.line)
        return tuple(self._paragraph(repeated, BlockPlace(width), TagNode("P")))


def _with_space(style: Style, factor: float) -> Style:
    """Return the style with that part of the space above, below and inside its box; its text has the same size."""
    if factor == 1:
        return style
    padding_top = Length(style.padding.top * factor)
    padding_bottom = Length(style.padding.bottom * factor)
    return replace(
        style,
        padding=style.padding._replace(top=padding_top, bottom=padding_bottom),
        space_before=Length(style.space_before * factor),
        space_after=Length(style.space_after * factor),
    )


def markers_of(items: Items, language: str) -> list[tuple[Run, ...]]:
    """Return the marker of each item; empty for a list without markers."""
    count = len(items.items)
    if items.marker is Marker.NONE:
        return [()] * count
    if items.marker is Marker.NUMBER:
        numbers = range(items.start, items.start + count)
        return [(Run(f"{number}."),) for number in numbers]
    sign = list_sign(items.marker, items.style.marker, right_to_left=is_right_to_left(language))
    return [(Run(sign),)] * count


def indent_of(items: Items, markers: Iterable[tuple[float, Style]]) -> float:
    """Return the indent of the items in points: that of the style, or more for wide markers.

    Args:
        items: The list.
        markers: The width of each marker with its style.
    """
    if items.marker is Marker.NONE:
        return 0.0
    indent: float = items.style.indent
    for width, style in markers:
        indent = max(indent, width + style.size * SPACE_AFTER_MARKER)
    return indent


def _with_side_line(flow: Sequence[FlowItem], rule: DrawnRule, indent: float) -> list[FlowItem]:
    """Return the items of a list with a line beside all of them, at that distance from the start of their stack."""
    lined = []
    for index, item in enumerate(flow):
        below = flow[index + 1].gap if index + 1 < len(flow) else 0
        lined.append(replace(item, side_line=SideLine(rule, indent, below)))
    return lined


def numbering(items: Items) -> str:
    """Return the list's attributes in the tag tree."""
    if items.marker is Marker.NONE:
        kind = "None"
    elif items.marker is Marker.NUMBER:
        kind = "Decimal"
    elif items.marker is Marker.BULLET:
        kind = _BULLETS.get(items.style.marker, _OTHER_BULLET)
    else:  # an arrow
        kind = _OTHER_BULLET
    return f"<</O/List/ListNumbering/{kind}>>"


def _item(body: Body, line: int, place: BlockPlace, outline: Outline | None = None) -> FlowItem:
    """Return the item of a body; a heading, which has an outline, stays with the text after it."""
    return FlowItem(
        body,
        body.height,
        line,
        gap=place.gap,
        indent=place.indent,
        markers=place.markers,
        outline=outline,
        keeps_next=outline is not None,
    )


def _with_page_facts(
    content: page_tree.Content, numbers: PageNumbers | None, headings: HeadingPages, language: str
) -> tuple[Inline, ...]:
    """Return the content with page numbers, and all else that is different on each page, as text in that language."""
    written: list[Inline] = []
    for inline in content:
        if isinstance(inline, page_tree.PageNumber):
            written += _page_fact(inline, numbers, headings, language)
        else:
            written.append(inline)
    return tuple(written)


def _page_fact(
    inline: page_tree.PageNumber, numbers: PageNumbers | None, headings: HeadingPages, language: str
) -> Iterator[Run]:
    """Yield what is different on each page as text. Without `numbers`, in the body, there are only the pages of the
    headings of books.
    """
    match inline:
        case page_tree.PageOf():
            yield from _pages_of_headings(inline, headings, language)
        case _ if numbers is None:
            return
        case page_tree.PageChapters():
            yield Run(" \N{MIDDLE DOT} ".join(numbers.chapters))
        case page_tree.PageLabel():
            if inline.index < len(numbers.labels):
                label = numbers.labels[inline.index]
                yield Run(label.text, language=label.language)
        case _:
            number = numbers.total if inline.total else numbers.page
            yield Run(str(number))


def _pages_of_headings(inline: page_tree.PageOf, headings: HeadingPages, language: str) -> Iterator[Run]:
    """Yield the numbers of the pages of headings, after the prefix and with commas between them. The number of a page
    with several of these headings is there once, and leads to the first of them.
    """
    first_anchors: dict[int, str] = {}
    for anchor in inline.reference.split():
        if anchor in headings:
            first_anchors.setdefault(headings[anchor].page, anchor)
    separator = inline.prefix
    for page, anchor in sorted(first_anchors.items()):
        if separator:
            yield Run(separator)
        yield Run(str(page), link=f"#{anchor}")
        separator = comma(language)


def _outline(text: page_tree.TextBlock, node: TagNode) -> Outline:
    """Return the bookmark of a heading."""
    level = ROW_LEVEL if text.is_row else text.level
    return Outline(level, page_tree.heading_text(text), node, text.anchor, text.label_languages)


# Tables
def _table_rows(table: page_tree.Table, layout: BlockLayout, width: float, node: TagNode, gap: float) -> Stack:
    """Return the rows of a table of that width, `gap` below the item before, with nodes below that node."""
    column_edges = [0.0, *accumulate(column_widths(table, width))]
    cells_of = partial(_cells, column_edges=column_edges, continued=table.continued, layout=layout)
    table_node = TagNode("Table", node)
    if table.body:
        head_node = TagNode("THead", table_node)
        body_node = TagNode("TBody", table_node)
    else:  # a table with a THead must have a TBody (PDF/UA-1, 7.2)
        head_node = body_node = TagNode("TBody", table_node)
    head: Stack = ()
    for row in table.head:
        laid = laid_row(cells_of(row, TagNode("TR", head_node), "Column"))
        gap_above = 0 if head else gap
        head = (*head, FlowItem(laid, laid.height, row.line, gap_above, keeps_next=True))
    items = list(head)
    with_next = rows_with_next(len(table.body))
    for number, row in enumerate(table.body):
        row_node = TagNode("TR", body_node)
        cells = cells_of(row, row_node, "Row")
        stays_with_next = number in with_next and is_short_row(cells)
        laid = laid_row(cells, head, stays_with_next=stays_with_next)
        outline = None
        if not table.is_data:  # the rows of a table in a plan are no places that a reader looks for
            outline = _row_outline(row, row_node)
        gap_above = 0 if items else gap
        items.append(FlowItem(laid, laid.height, row.line, gap_above, outline=outline))
    return tuple(items)


def _runs_of(cell: page_tree.TableCell) -> Iterator[Run]:
    """Yield the runs in a cell's paragraphs as one line, with a space where a line or a paragraph ends."""
    text_before = ""
    is_after_break = False
    for block in cell.blocks:
        if not isinstance(block, page_tree.TextBlock):
            continue
        for inline in block.content:
            if isinstance(inline, Break):
                is_after_break = True
            elif isinstance(inline, Run):
                if is_after_break and text_before and has_space_between(text_before, inline.text):
                    yield _SPACE
                is_after_break = False
                text_before = inline.text
                yield inline
        is_after_break = True


def _cells(
    row: page_tree.TableRow,
    node: TagNode,
    scope: str,
    *,
    column_edges: Sequence[float],
    continued: str,
    layout: BlockLayout,
) -> tuple[CellPiece, ...]:
    """Return the cells of a row; `scope` is that of header cells in the tag tree."""
    pieces = []
    column = 0
    for cell in row.cells:
        start = column_edges[column]
        end = column_edges[column + cell.span]
        width = end - start
        column += cell.span
        edge = edges(cell.style)
        inner = width - edge.left - edge.right
        cell_layout = layout.for_cell(cell)
        continued_header = None
        if cell.header:
            continued_header = partial(cell_layout.continued_header, cell, inner, continued)
        stack = cell_layout.cell(cell, inner, _cell_node(cell, node, scope))
        piece = CellPiece(
            cell.style,
            edge,
            start,
            width,
            stack,
            stack_height(stack),
            continued_header,
            is_mirrored=cell_layout is not layout,  # another layout is only that of the other direction
        )
        pieces.append(piece)
    return tuple(pieces)


def _cell_node(cell: page_tree.TableCell, row_node: TagNode, scope: str) -> TagNode:
    """Return the node of a cell in the tag tree; a header cell is that of its column or row."""
    attributes = ""
    if cell.header:
        attributes += f"/Scope/{scope}"
    if cell.span > 1:
        attributes += f"/ColSpan {cell.span}"
    if attributes:
        attributes = f"<</O/Table{attributes}>>"
    return TagNode("TH" if cell.header else "TD", row_node, attributes)


def _row_outline(row: page_tree.TableRow, row_node: TagNode) -> Outline | None:
    """Return the bookmark of a row with the text of its first header cell; None without such text."""
    for cell in row.cells:
        if cell.header:
            text = "".join(run.text for run in _runs_of(cell))
            label = text.strip().removesuffix(":")
            return Outline(ROW_LEVEL, label, row_node) if label else None
    return None
