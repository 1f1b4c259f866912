"""Reads the block elements of a page, with their styles: paragraphs, boxes, lists and tables."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import is_boxed
from ucap_reports.page.data_tables_text_size_and_widths import read_data_table
from ucap_reports.page.emblem_rules import with_free_space, with_free_space_in_cell
from ucap_reports.page.figure_elements import read_chart, read_emblem, read_image, read_plan_picture, read_shape
from ucap_reports.page.inline_elements import (
    ANCHOR_LINK,
    PLAIN,
    Inlines,
    is_forged,
    read_inline,
    read_inline_content,
    rich_block,
)
from ucap_reports.page.page_elements import (
    COLUMN,
    CONTENTS,
    HEADINGS,
    INLINE,
    LABEL,
    LISTS,
    NATURAL,
    Element,
    ElementContext,
    PageElement,
    Readers,
    Reading,
    inline_names,
    is_blank,
    natural_style,
    without_box,
)
from ucap_reports.page.page_tree import (
    Block,
    ContentsBlock,
    Division,
    Items,
    Table,
    TableCell,
    TableRow,
    TextBlock,
    all_blocks,
)
from ucap_reports.problems import problem
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.rich_text import DataTable, Marker, Paragraph, RichText, Run

MOST_COLUMNS = 12
_COUNTS = {str(count): count for count in range(1, MOST_COLUMNS + 1)}
MOST_NESTED_COLUMNS = 3
"""The levels of columns in columns: each level multiplies the time to find their least height by twelve."""
MOST_SPANNED = 100
"""The columns of a table that a cell may span."""
HEADER, FOOTER, FOOT = "page-header", "page-footer", "foot"
_SHARED = frozenset({HEADER, FOOTER, FOOT, "div", "p", "a", "span", "b", "i", "br", "emblem", "img", "page-number"})
"""Elements whose blocks depend only on their markup, the pack, and what they inherit. Most headers and feet have no
others.
"""
_Shared = TypeVar("_Shared")
_SharedKey = tuple[Pack, Style, str | None, str]
"""The pack of an element, the text and language that it inherits, and its markup."""
_MOST_SHARED = 512
"""The number of elements of a kind that are kept: the next one begins again."""
_shared_divisions: dict[_SharedKey, Division] = {}
"""Headers, footers, feet and the boxes in them without problems: many documents have the same ones."""


class _SharedTable(Struct, frozen=True):
    """A table whose cells have a text of the summary each, without these texts."""

    table: Table
    references: tuple[int, ...]
    """The numbers of the texts, those in the head of the table first."""
    contexts: tuple[ElementContext, ...]
    """The context of each text."""


_shared_tables: dict[_SharedKey, _SharedTable] = {}
"""Tables without problems: documents with the same rows and columns have the same ones."""
_NOTHING = (Paragraph(()),)
"""The blocks of a text that prints nothing."""
_ROW_PARENTS = ("thead", "tbody")
_CELLS = ("th", "td")


class FlowReader:
    """Collects the blocks of a container: text between them becomes paragraphs."""

    def __init__(self, reading: Reading, context: ElementContext) -> None:
        self._reading = reading
        self._context = context
        self._form = Run("", language=context.language)
        self._blocks: list[Block] = []
        self._pending = Inlines(self._reading)
        self._rich_only = False
        """Whether the open paragraph is one of the summary, which the template's words do not continue."""

    def text(self, text: str | None) -> None:
        """Add text between elements."""
        if self._pending.text(text, self._form):
            self._rich_only = False

    def inline(self, element: Element) -> None:
        """Add an element that flows in a paragraph."""
        read_inline(self._reading, element, self._pending, self._form, self._context)
        self._rich_only = False

    def rich(self, value: RichText) -> None:
        """Add the summary's blocks; a single paragraph among words of the template is part of their paragraph."""
        if isinstance(value, DataTable):
            self.end_paragraph()
            self.block(read_data_table(self._reading, value, self._context))
            return
        match value.blocks:
            case (Paragraph(figure=False),):
                if self._rich_only:
                    self._close_paragraph()
                self._rich_only = not self._pending
                self._pending.rich(value, self._form)
            case blocks:
                self.end_paragraph()
                for block in blocks:
                    self._blocks.append(rich_block(self._reading, block, self._context, self._form))

    def end_paragraph(self) -> None:
        """Add the open paragraph, and the tables of plans in it."""
        self._close_paragraph()
        self._add_tables_of_line()

    def block(self, block: Block | None) -> None:
        """Add a block, if there is one, and it is not a paragraph that prints nothing. Beside others, such a paragraph
        keeps its column.
        """
        self._close_paragraph()
        if block is not None and (self._context.is_row or not _prints_nothing(block)):
            self._blocks.append(block)
        self._add_tables_of_line()

    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks, the last paragraph among them."""
        self.end_paragraph()
        return tuple(self._blocks)

    def complete(self) -> list[Block]:
        """Return the blocks that are complete, and forget them."""
        blocks = self._blocks
        self._blocks = []
        return blocks

    def _close_paragraph(self) -> None:
        if self._pending:
            content = self._pending.content()
            if content:
                self._blocks.append(TextBlock(content, self._context.text, self._context.line))
            self._pending = Inlines(self._reading)
        self._rich_only = False

    def _add_tables_of_line(self) -> None:
        """Add the tables of plans that are printed in the paragraph before, below it."""
        tables = self._reading.tables_in_lines
        if not tables:  # as in most paragraphs
            return
        self._reading.tables_in_lines = []
        for table in tables:
            self._blocks.append(read_data_table(self._reading, table, self._context))


def _prints_nothing(block: Block) -> bool:
    """Return whether a block is a paragraph without content or box, as one whose values are empty."""
    return isinstance(block, TextBlock) and not block.content and not is_boxed(block.style)


def read_flow(opened: PageElement, context: ElementContext) -> tuple[Block, ...]:
    """Return the content of an element, one block below the other."""
    flow = FlowReader(opened.reading, context)
    _read_into(flow, opened, opened.element, context)
    return flow.blocks()


def _read_into(flow: FlowReader, opened: PageElement, element: Element, context: ElementContext) -> None:
    flow.text(element.text)
    for child in element:
        read_child(flow, opened, child, context)
        flow.text(child.tail)


def read_child(flow: FlowReader, opened: PageElement, child: Element, context: ElementContext) -> None:
    """Add an element inside of an opened one to a flow."""
    tag = child.tag
    if tag == "rich" and not is_forged(child) and child.get("inline") is None:
        value = opened.reading.page.texts[int(child.get("ref", ""))]
        if isinstance(value, DataTable) and context.on_every_page:
            known = ", ".join(sorted(context.blocks))
            opened.report(problem("element-misplaced", form="parent", element="table", parent=opened.tag, known=known))
        else:
            flow.rich(value)
    elif tag in INLINE and not is_forged(child):
        flow.inline(child)
    elif tag in context.blocks:
        flow.end_paragraph()
        read_block = context.blocks[tag]
        flow.block(read_block(opened.reading.open(child), context))
    else:
        names = inline_names(is_book=opened.reading.page.is_book, on_every_page=context.on_every_page)
        opened.report_child(child, context.blocks.keys() | names)
        _read_into(flow, opened, child, context)


def read_text(opened: PageElement, context: ElementContext) -> TextBlock:
    """Read a heading, or a `p` in the style of its class or of its context.

    PDF/UA-1 (ISO 14289-1, 7.4.2) does not allow skipped levels of headings.
    """
    reading = opened.reading
    level = 0 if opened.tag == "p" else int(opened.tag.removeprefix("h"))
    if level > reading.heading_level + 1:
        opened.report(problem("heading-skipped", element=opened.tag, expected=reading.heading_level + 1))
    if level:
        reading.heading_level = level
    style = context.text
    if level or "class" in opened.attributes:
        style = opened.style(context.text)
    inner = _inner_context(opened, context)
    content = read_inline_content(opened, inner)
    anchor = _anchor(opened)
    languages = tuple(opened.attributes.get("label-languages", "").split())
    title = opened.attributes.get("title", "")
    return TextBlock(content, style, opened.line, level, inner.language, anchor, title, languages)


def _anchor(opened: PageElement) -> str:
    """Return the identifier of a heading of a book; empty without one."""
    anchor = opened.attributes.get("id", "")
    if not anchor:
        return ""
    if not ANCHOR_LINK.fullmatch(f"#{anchor}"):
        known = "letters, digits, hyphens, underscores and full stops"
        opened.report(problem("attribute-invalid", name="id", value=anchor, known=known))
        return ""
    if anchor in opened.reading.anchors:
        opened.report(problem("anchor-duplicate", name=anchor))
    opened.reading.anchors.add(anchor)
    return anchor


def read_contents(opened: PageElement, context: ElementContext) -> ContentsBlock:
    """Read the contents of a book, whose entries have the styles `contents-2` and `contents-3`."""
    opened.expect_book()
    style = opened.style(context.text)
    count = opened.attributes.get("count", "2")
    if count not in _COUNTS:
        opened.report(problem("columns-invalid", form="count", value=count, limit=MOST_COLUMNS))
    theme = opened.reading.theme
    chapter = natural_style(theme, f"{CONTENTS}-2", context.text)
    entry = natural_style(theme, f"{CONTENTS}-3", context.text)
    return ContentsBlock(style, opened.line, chapter, entry, _COUNTS.get(count, 1))


def read_division(opened: PageElement, context: ElementContext) -> Division:
    """Read a `div`, page header or page footer."""
    style = opened.style(context.text)
    readers = ON_EVERY_PAGE if context.on_every_page else IN_BOX
    is_row = style.layout == "columns" and opened.tag != "columns"
    inner = replace(_inner_context(opened, context), blocks=readers, text=without_box(style), is_row=is_row)
    blocks = read_flow(opened, inner)
    return with_free_space(Division(blocks, style, opened.line))


def read_shared_division(opened: PageElement, context: ElementContext) -> Division:
    """Read a page header, a footer, the foot or a `div` in them, or return the same as before if its markup is the
    same.
    """
    key = _shared_key(opened, context)
    division = _shared_divisions.get(key)
    if division is None:
        report_count = opened.reading.report_count
        division = read_division(opened, context)
        tags = {element.tag for element in opened.element.iter()}
        if tags <= _SHARED and opened.reading.report_count == report_count:
            _share(_shared_divisions, key, division)
    return division


def _shared_key(opened: PageElement, context: ElementContext) -> _SharedKey:
    markup = etree.tostring(opened.element, encoding="unicode", with_tail=False)
    return opened.reading.pack, context.text, context.language, markup


def _share(shared: dict[_SharedKey, _Shared], key: _SharedKey, block: _Shared) -> None:
    if len(shared) >= _MOST_SHARED:
        shared.clear()
    shared[key] = block


def read_columns(opened: PageElement, context: ElementContext) -> Division:
    """Read text in columns: two, or as many as `count` says, with `gap` or the gap of their style between them."""
    division = read_division(opened, context)
    count = opened.attributes.get("count", "2")
    if count not in _COUNTS:
        opened.report(problem("columns-invalid", form="count", value=count, limit=MOST_COLUMNS))
    gap = division.style.gap
    own_gap = opened.attributes.get("gap")
    if own_gap is not None:
        try:
            gap = Length.parse(own_gap)
        except ValueError:
            opened.report(problem("columns-invalid", form="gap", value=own_gap))
    if _columns_depth(division.blocks) >= MOST_NESTED_COLUMNS:
        opened.report(problem("columns-invalid", form="nested", limit=MOST_NESTED_COLUMNS))
        return division
    return replace(division, count=_COUNTS.get(count, 1), gap=gap)


def _columns_depth(blocks: Iterable[Block]) -> int:
    """Return how many levels of columns blocks contain, also in tables and lists."""
    deepest = 0
    for block in all_blocks(blocks):
        if isinstance(block, Division) and block.count > 1:
            deepest = max(deepest, 1 + _columns_depth(block.blocks))
    return deepest


def read_list(opened: PageElement, context: ElementContext) -> Items | None:
    """Read a `ul` or `ol` with its items."""
    opened.expect_no_text()
    if context.list_level == len(LISTS):
        opened.report(problem("list-too-deep"))
        return None
    style = opened.style(context.text, LISTS[context.list_level])
    level = context.list_level + 1
    inner = replace(_inner_context(opened, context), blocks=IN_ITEM, list_level=level, is_row=False)
    items = []
    for child in opened.element:
        if child.tag == "li":
            item = opened.reading.open(child)
            content = read_flow(item, _inner_context(item, inner))
            if content:
                items.append(content)
        else:
            opened.report_child(child, ["li"])
    marker = Marker.BULLET if opened.tag == "ul" else Marker.NUMBER
    return Items(marker, tuple(items), style, opened.line)


def _inner_context(opened: PageElement, context: ElementContext) -> ElementContext:
    """Return the context of the element's content."""
    return replace(context, name=opened.tag, line=opened.line, language=opened.language(context.language))


IN_ITEM: Readers = {"p": read_text, "ul": read_list, "ol": read_list}
SHAPES: Readers = {"bar": read_shape, "goal": read_shape}
IN_BOX: Readers = {
    **IN_ITEM,
    **SHAPES,
    **dict.fromkeys(HEADINGS, read_text),
    "img": read_image,
    "emblem": read_emblem,
    "picture": read_plan_picture,
    "chart": read_chart,
    "div": read_division,
    "columns": read_columns,
}
ON_EVERY_PAGE: Readers = {
    "p": read_text,
    "div": read_shared_division,
    "img": read_image,
    "emblem": read_emblem,
    **SHAPES,
}
"""What a page header or footer can contain: it is repeated on each page, so it has no headings, lists or tables."""


def read_table(opened: PageElement, context: ElementContext) -> Table:
    """Read a `table`: rows in `thead` are repeated on each page; those in `tbody`, or in neither, are its body.

    If its markup is the same as before, only the texts in its cells are read.
    """
    key = _shared_key(opened, context)
    shared = _shared_tables.get(key)
    if shared is not None:
        return _with_texts(shared, opened.reading)
    report_count = opened.reading.report_count
    table = _read_table(opened, context)
    if opened.reading.report_count == report_count and _has_texts_alone(opened.element):
        _share(_shared_tables, key, _without_texts(table, opened.element))
    return table


def _without_texts(table: Table, element: Element) -> _SharedTable:
    """Return a table without the texts of the summary in its cells, to which its element refers."""
    references = tuple([int(rich.get("ref", "")) for rich in element.iter("rich")])
    contexts: list[ElementContext] = []
    for row in (*table.head, *table.body):
        contexts += map(_context_in, row.cells)
    empty_table = _with_cells(table, lambda cell: replace(cell, blocks=()))
    return _SharedTable(empty_table, references, tuple(contexts))


def _with_texts(shared: _SharedTable, reading: Reading) -> Table:
    """Return a table with the texts of the summary in its cells."""
    texts = reading.page.texts
    contents: list[tuple[Block, ...]] = []
    for number, context in zip(shared.references, shared.contexts, strict=True):
        contents.append(_text_blocks(reading, texts[number], context))
    remaining = iter(contents)
    return _with_cells(shared.table, lambda cell: replace(cell, blocks=next(remaining)))


def _with_cells(table: Table, change: Callable[[TableCell], TableCell]) -> Table:
    """Return a table with each cell changed, those of its head first."""

    def changed(row: TableRow) -> TableRow:
        return replace(row, cells=tuple([change(cell) for cell in row.cells]))

    head = tuple([changed(row) for row in table.head])
    body = tuple([changed(row) for row in table.body])
    return replace(table, head=head, body=body)


def _text_blocks(reading: Reading, text: RichText, context: ElementContext) -> tuple[Block, ...]:
    """Return the blocks of a text of the summary that is alone in its element, as `FlowReader` would read them."""
    if not text.blocks and isinstance(text, DataTable):  # it has rows instead
        return (read_data_table(reading, text, context),)
    if text.blocks == _NOTHING:
        return ()
    form = PLAIN if context.language is None else Run("", language=context.language)
    blocks: list[Block] = []
    for block in text.blocks:
        blocks.append(rich_block(reading, block, context, form))
    return tuple(blocks)


def _has_texts_alone(table: Element) -> bool:
    """Return whether each cell of a table contains a text of the summary and nothing else, and its head is above its
    body.
    """
    for head in table.iter("thead"):
        if any(part.tag != "thead" for part in head.itersiblings(preceding=True)):
            return False
    return all(map(_has_text_alone, table.iter(*_CELLS)))


def _has_text_alone(cell: Element) -> bool:
    """Return whether a cell contains a text of the summary and nothing else."""
    if len(cell) != 1 or not is_blank(cell.text):
        return False
    text = cell[0]
    if text.tag != "rich" or is_forged(text):
        return False
    return text.get("inline") is None and is_blank(text.tail)


def _read_table(opened: PageElement, context: ElementContext) -> Table:
    context = replace(context, language=opened.language(context.language))
    head: list[TableRow] = []
    body: list[TableRow] = []
    column_count: int | None = None
    for opened_row, row_context in _rows(opened, context):
        row = _read_row(opened_row, row_context)
        columns = sum([cell.span for cell in row.cells])
        if column_count is None:
            column_count = columns
        if columns != column_count:
            opened_row.report(problem("row-uneven", columns=columns, expected=column_count))
        if not row.cells:
            continue  # it prints nothing, and formats have no row without cells
        if row_context.name == "thead":
            head.append(row)
        else:
            body.append(row)
    style = opened.style(context.text)
    return Table(tuple(head), tuple(body), style, opened.line, opened.attributes.get("continued", ""))


def _rows(opened: PageElement, context: ElementContext) -> Iterator[tuple[PageElement, ElementContext]]:
    """Yield each row with its context, whose name is that of the part of the table."""
    opened.expect_no_text()
    is_part = context.name in _ROW_PARENTS
    for child in opened.element:
        if child.tag == "tr":
            yield opened.reading.open(child), context
        elif child.tag in _ROW_PARENTS and not is_part:
            part = opened.reading.open(child)
            language = part.language(context.language)
            yield from _rows(part, replace(context, name=part.tag, language=language))
        else:
            known = ("tr",) if is_part else (*_ROW_PARENTS, "tr")
            opened.report_child(child, known)


def _read_row(opened: PageElement, context: ElementContext) -> TableRow:
    opened.expect_no_text()
    context = replace(context, language=opened.language(context.language))
    cells = []
    for child in opened.element:
        if child.tag in _CELLS:
            cells.append(_read_cell(opened.reading.open(child), context))
        else:
            opened.report_child(child, _CELLS)
    return TableRow(tuple(cells), opened.line)


def _read_cell(opened: PageElement, context: ElementContext) -> TableCell:
    header = opened.tag == "th"
    if not header:
        natural = NATURAL["td"]
    elif context.name == "thead":
        natural = COLUMN
    else:
        natural = LABEL
    style = opened.style(context.text, natural)
    language = opened.language(context.language)
    continued = opened.attributes.get("continued")
    cell = TableCell((), style, opened.line, header, _span(opened), language, continued)
    flow = read_flow(opened, _context_in(cell))
    blocks, style = with_free_space_in_cell(flow, style)
    return replace(cell, blocks=blocks, style=style)


def _context_in(cell: TableCell) -> ElementContext:
    """Return the context of the content of a cell."""
    name = "th" if cell.header else "td"
    return ElementContext(name, IN_BOX, without_box(cell.style), cell.line, cell.language)


def _span(opened: PageElement) -> int:
    """Return the number of columns that a cell spans; 1 for an invalid number, which is reported."""
    written = opened.attributes.get("colspan", "1")
    if written.isascii() and written.isdigit() and 1 <= int(written) <= MOST_SPANNED:
        return int(written)
    opened.report(problem("colspan-invalid", value=written, limit=MOST_SPANNED))
    return 1
