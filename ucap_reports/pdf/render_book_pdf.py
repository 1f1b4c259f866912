"""From a book and a pack to a PDF: the pages of many plans, with contents and page numbers that lead from one page to
another.

Pages are drawn while the book is being read, so that only the drawn ones are in memory. Parts that print numbers of
pages (the contents, an index) are laid out when all other pages are drawn, twice: they are as long with the right
numbers as with others.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.page.page_tree import Block, ContentsBlock, PageTree, headings_in
from ucap_reports.page.read_book import BookPages, BookPart, references_in, unknown_anchors
from ucap_reports.pdf.file.canvas import Artifact, Canvas, Outline, Used
from ucap_reports.pdf.file.tag_tree import PackedNodes, StructureTree, TagNode
from ucap_reports.pdf.file.write_pdf import Drawn, write_pdf
from ucap_reports.pdf.layout.block_and_table_layout import BlockLayout, HeadingPage, HeadingPages, PageNumbers
from ucap_reports.pdf.layout.flow_items import FlowItem, inner_box
from ucap_reports.pdf.layout.headers_footers_and_watermark import margin
from ucap_reports.pdf.layout.page_breaks_and_columns import (
    LaidRow,
    PageFilling,
    Panel,
    PlacedItem,
    TextColumns,
    paginate,
)
from ucap_reports.pdf.text.glyphs_and_font_fallback import glyph_missing
from ucap_reports.problems import Location, Problem, raise_found
from ucap_reports.summary.compose_book import BookContent
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, Document, Format
from ucap_reports.summary.summary_model import LabelText, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_right_to_left

CHAPTER_LEVEL = 2
"""The level of the headings that begin chapters."""
LEAST_LEVEL = 3
"""The level of the headings of plans, below which nothing has a bookmark."""
MOST_LABELS = 3
"""The languages of the programme label on a page."""
MOST_PASSES = 5
"""Layouts of the parts with page numbers; the second is the last unless a number changes how many pages they take."""

SHORT_PAGE = 0.25
"""The part of a page that a last page of contents fills at least, unless nothing helps."""
CONTENTS_SPACES = (0.8, 0.6)
"""Factors of the space between the entries of contents that would end with a short page."""

Pages = list[list[PlacedItem]]


def render_book_pdf(content: BookContent, pack: Pack, plans: Sequence[Attachment] = ()) -> Document:
    """Return a book as a PDF, with its number of pages.

    Args:
        content: The book.
        pack: The pack of books (`Pack.for_book`), whose page template is filled.
        plans: The plan files. A PDF with them conforms to PDF/UA-2, WTPDF and PDF/A-4f, others to PDF/UA-1 and
            PDF/A-2a.

    Raises:
        ProblemsFound: With the errors of the page template, or else with the text that cannot be printed.
    """
    book = BookPages(content, pack)
    drawing = _BookDrawing(book)
    for segment in book.segments():
        drawing.add(segment)
    if book.language != book.summary.language:
        drawing.drawn.tree.root.language = book.language
    drawing.draw_waiting()
    drawing.draw_margins(book.margins)
    raise_found(drawing.problems())
    drawn = Drawn(drawing.drawn.canvases, drawing.drawn.tree, drawing.drawn.used, drawing.order)
    file = write_pdf(drawn, book.summary, book.pack.page_template.path, plans)
    return Document(book.summary.id, Format.PDF, file, len(drawn.canvases))


class _PlacedPart(Struct):
    """A part of the book between two page breaks: the indexes of its pages, once they are drawn.

    One that prints page numbers has its blocks and its `node` in the tag tree until then, and its pages as they were
    laid out last.
    """

    blocks: tuple[Block, ...] = ()
    node: TagNode | None = None
    pages: Pages = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        """Whether it is drawn when all others are."""
        return self.node is not None

    @property
    def length(self) -> int:
        """The number of its pages."""
        return len(self.pages) if self.is_waiting else len(self.drawn)


class _BookDrawing:
    """The pages of a book that are drawn, and the parts that wait for page numbers."""

    def __init__(self, book: BookPages) -> None:
        self._book = book
        self._pack = book.pack
        self._summary: Summary = book.summary
        theme = book.pack.theme
        self._theme = theme
        self._height = theme.text_height
        self._template = book.pack.page_template.path
        self.drawn = Drawn([], StructureTree(), Used())
        self._parts: list[_PlacedPart] = []
        self._begun: set[int] = set()
        """The pages that begin with a chapter."""
        self._references: dict[str, int] = {}
        self._missing: dict[str, None] = {}
        self._problems: dict[Problem, None] = {}

    @property
    def order(self) -> list[int]:
        """The indexes of the pages in the order of the book."""
        order: list[int] = []
        for part in self._parts:
            order += part.drawn
        return order

    def add(self, segment: BookPart) -> None:
        """Draw the blocks between two page breaks, unless they print page numbers."""
        root = self.drawn.tree.root
        blocks = self._noted(segment.blocks)
        if segment.has_page_numbers:
            self._parts.append(_PlacedPart(tuple(blocks), TagNode("Part", root)))
            return
        part = _PlacedPart()
        self._parts.append(part)
        layout = BlockLayout(self._pack, self._book.language)
        filling = PageFilling(self._height, self._template)
        tags = _DrawnTags(root, filling)
        items = layout.items(tags.noted(blocks), self._theme.text_width, tags.node)
        for item in _from_top(items):
            filling.add(item)
            pages = filling.full_pages()
            for page in pages:
                part.drawn.append(self._draw(page))
            if pages:
                tags.pack(filling.complete)
        part.drawn.append(self._draw(filling.last_page()))
        tags.pack(filling.added)
        self._missing |= layout.missing

    def _noted(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield blocks, and note the headings to which they refer."""
        for block in blocks:
            for reference, line in references_in([block]):
                self._references.setdefault(reference, line)
            yield block

    def draw_waiting(self) -> None:
        """Draw the parts with page numbers."""
        waiting = [part for part in self._parts if part.is_waiting]
        lengths: list[int] = []
        for _ in range(MOST_PASSES):
            headings = self._headings()
            for part in waiting:
                self._lay_out(part, headings)
            if lengths == [part.length for part in waiting]:
                break
            lengths = [part.length for part in waiting]
        for part in waiting:
            self._draw_waiting(part)

    def _draw_waiting(self, part: _PlacedPart) -> None:
        """Draw a part that is laid out, and keep only what is needed of it."""
        assert part.node is not None  # noqa: S101 - it is waiting
        part.drawn = [self._draw(page) for page in part.pages]
        tags = PackedNodes()
        tags.add(kid for kid in part.node.kids if isinstance(kid, TagNode))
        part.node.kids = [tags]
        part.node = None
        part.pages = []
        part.blocks = ()

    def _lay_out(self, part: _PlacedPart, headings: HeadingPages) -> None:
        """Lay out a part; contents that end with a few lines on a page of their own have less space between them if
        they then take one page less.
        """
        part.pages = self._pages(part, headings)
        if not any(isinstance(block, ContentsBlock) for block in part.blocks):
            return
        count = len(part.pages)
        if count > 1 and _used_height(part.pages[-1]) < SHORT_PAGE * self._height:
            for space in CONTENTS_SPACES:
                part.pages = self._pages(part, headings, space)
                if len(part.pages) < count:
                    return
            part.pages = self._pages(part, headings)

    def _pages(self, part: _PlacedPart, headings: HeadingPages, contents_space: float = 1) -> Pages:
        assert part.node is not None  # noqa: S101 - it is waiting
        part.node.kids.clear()
        layout = BlockLayout(self._pack, self._book.language, headings=headings, contents_space=contents_space)
        items = layout.items(part.blocks, self._theme.text_width, part.node)
        section = list(_from_top(items))
        pages = paginate([section], self._height, self._template)
        self._missing |= layout.missing
        return pages

    def _headings(self) -> HeadingPages:
        """Return the headings with identifiers, with the numbers of their pages as far as they are known."""
        headings: dict[str, HeadingPage] = {}
        number = 0
        for part in self._parts:
            if part.is_waiting and not part.pages:  # before its first layout
                number += 1
                for heading in headings_in(part.blocks):
                    headings[heading.anchor] = HeadingPage(heading.level, heading.text, number)
                continue
            for index in range(part.length):
                number += 1
                for outline in self._outlines(part, index):
                    if outline.anchor:
                        headings[outline.anchor] = HeadingPage(outline.level, outline.text, number)
        return headings

    def _outlines(self, part: _PlacedPart, index: int) -> Iterable[Outline]:
        """Return the bookmarks on a page of a part."""
        if part.is_waiting:
            return _outlines_in([placed.item for placed in part.pages[index]])
        canvas = self.drawn.canvases[part.drawn[index]]
        return [bookmark.outline for bookmark in canvas.bookmarks]

    def _draw(self, placed_items: Sequence[PlacedItem]) -> int:
        """Draw the body of a page; return its index."""
        theme = self._theme
        index = len(self.drawn.canvases)
        right_to_left = is_right_to_left(self._book.language)
        canvas = Canvas(index, theme.paper, self.drawn.used, right_to_left=right_to_left)
        canvas.frame = inner_box(canvas.frame, theme.margins)
        self.drawn.canvases.append(canvas)
        for is_repeated, group in groupby(placed_items, attrgetter("is_repeated")):
            artifact = canvas.artifact(Artifact.REPEATED) if is_repeated else nullcontext()
            with artifact:
                for placed in group:
                    placed.item.draw(canvas, theme.margins.left, theme.margins.top + placed.y)
        first_items = [placed.item for placed in placed_items[:1]]
        first = next(_outlines_in(first_items), None)
        if first is not None and first.level == CHAPTER_LEVEL:
            self._begun.add(index)
        canvas.bookmarks = [bookmark for bookmark in canvas.bookmarks if bookmark.outline.level <= LEAST_LEVEL]
        canvas.finish()
        return index

    def draw_margins(self, tree: PageTree) -> None:
        """Draw the headers and footers of all pages."""
        order = self.order
        chapter: Outline | None = None
        for number, index in enumerate(order, 1):
            canvas = self.drawn.canvases[index]
            outlines = [bookmark.outline for bookmark in canvas.bookmarks]
            chapters = [outline for outline in outlines if outline.level == CHAPTER_LEVEL]
            if chapter is not None and index not in self._begun:
                chapters.insert(0, chapter)
            chapter = chapters[-1] if chapters else None
            names = tuple([outline.text for outline in chapters])
            numbers = PageNumbers(number, len(order), names, self._labels(chapters))
            margins = {Artifact.HEADER: tree.header_of(number), Artifact.FOOTER: tree.footer_of(number)}
            for kind, blocks in margins.items():
                drawn = margin(self._pack, self._book.language, kind, blocks, numbers)
                canvas.repeat(drawn.operators, drawn.used)
                self._problems |= dict.fromkeys(drawn.problems)
                self._missing |= dict.fromkeys(drawn.missing)

    def _labels(self, chapters: Iterable[Outline]) -> tuple[LabelText, ...]:
        """Return the programme label in the languages of chapters, the first of the book before them."""
        languages: set[str] = set()
        for outline in chapters:
            languages.update(outline.label_languages)
        labels = []
        for index, label in enumerate(self._summary.programme_label):
            if index == 0 or label.language in languages:
                labels.append(label)
        return tuple(labels[:MOST_LABELS])

    def problems(self) -> list[Problem]:
        """Return what cannot be printed, and references to headings that do not exist."""
        anchors: set[str] = set()
        for canvas in self.drawn.canvases:
            for bookmark in canvas.bookmarks:
                if bookmark.outline.anchor:
                    anchors.add(bookmark.outline.anchor)
        unknown = unknown_anchors(self._references, anchors, self._template)
        location = Location(self._template)
        missing_glyphs = [glyph_missing(character, location) for character in self._missing]
        return [*self._problems, *unknown, *missing_glyphs]


class _LaidBlock(NamedTuple):
    """The nodes of a block that is laid out, and the number of items of its part up to the end of the block."""

    nodes: list[TagNode]
    end: int


class _DrawnTags:
    """The tags of a part, which are packed when the block that they belong to is drawn."""

    def __init__(self, root: TagNode, filling: PageFilling) -> None:
        self._filling = filling
        self._packed = PackedNodes()
        root.kids.append(self._packed)
        self.node = TagNode("Part")
        """The node to which layout adds those of the block that it lays out."""
        self._blocks: deque[_LaidBlock] = deque()

    def noted(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield blocks to be laid out, and note the nodes of each when the next one begins."""
        for block in blocks:
            yield block
            nodes = [kid for kid in self.node.kids if isinstance(kid, TagNode)]
            self.node.kids = []
            self._blocks.append(_LaidBlock(nodes, self._filling.added))

    def pack(self, drawn: int) -> None:
        """Pack the tags of the blocks of the first items, which are drawn."""
        nodes: list[TagNode] = []
        while self._blocks and self._blocks[0].end <= drawn:
            nodes += self._blocks.popleft().nodes
        self._packed.add(nodes)


def _from_top(items: Iterable[FlowItem]) -> Iterator[FlowItem]:
    """Yield items, the first without the space above it: it begins at the top of a page."""
    for index, item in enumerate(items):
        if index == 0:
            yield replace(item, gap=0)
        else:
            yield item


def _used_height(page: Sequence[PlacedItem]) -> float:
    """Return how far the items of a page go down."""
    return max([placed.y + placed.item.height for placed in page], default=0.0)


def _outlines_in(items: Iterable[FlowItem]) -> Iterator[Outline]:
    """Yield the headings in flow items at any depth."""
    for item in items:
        if item.outline is not None:
            yield item.outline
        match item.body:
            case Panel():
                for placed in item.body.contents:
                    yield from _outlines_in(placed.stack)
            case TextColumns():
                for column in item.body.columns:
                    yield from _outlines_in(column)
            case LaidRow():
                for cell in item.body.cells:
                    yield from _outlines_in(cell.stack)
            case _:
                pass
