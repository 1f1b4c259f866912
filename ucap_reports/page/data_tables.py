"""Tables of plans on a page: each is a section of its own, with a heading, and as wide as the text.

Templates print a table where they print any value, such as in a cell of the fact table. There is never a table in a
cell: the section is taken out of what is around it, which continues below the section.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.data_table_text_size_and_widths import (
    column_needs,
    data_styles,
    fitted_data_styles,
    heading_style,
)
from ucap_reports.page.inline_elements import rich_block
from ucap_reports.page.page_elements import ElementContext, Reading, without_box
from ucap_reports.page.page_tree import (
    LOWEST_HEADING,
    Block,
    Content,
    Division,
    Items,
    Table,
    TableCell,
    TableRow,
    TextBlock,
    all_blocks,
)
from ucap_reports.template.theme import Style, Theme
from ucap_reports.text.rich_text import DataTable, RichText, Run


def read_data_table(reading: Reading, value: DataTable, context: ElementContext) -> Table:
    """Return a table of a plan that a template prints."""
    reading.has_data_tables = True
    natural = data_styles(reading.theme, context.text)
    styles = fitted_data_styles(value, natural, reading.theme.text_width)
    head = _row(reading, value.columns, styles.head, context, headers=len(value.columns))
    body = [_row(reading, cells, styles.cell, context) for cells in value.rows]
    if value.totals:
        body.append(_row(reading, value.totals, styles.total, context, headers=1))
    needs = column_needs(value, styles)
    return Table(
        (head,),
        tuple(body),
        styles.table,
        context.line,
        title=value.title,
        needs=needs,
        scale=styles.cell.size / natural.cell.size,
    )


def _row(
    reading: Reading, cells: Sequence[RichText], style: Style, context: ElementContext, *, headers: int = 0
) -> TableRow:
    """Return a row whose first cells are headers."""
    inner = replace(context, name="td", text=without_box(style), list_level=0)
    form = Run("", language=context.language)
    row = []
    for index, content in enumerate(cells):
        blocks = tuple([rich_block(reading, block, inner, form) for block in content.blocks])
        is_header = index < headers
        row.append(TableCell(blocks, style, context.line, is_header, language=context.language))
    return TableRow(tuple(row), context.line)


def with_sections(blocks: Iterable[Block], theme: Theme) -> Iterator[Block]:
    """Yield the blocks of a page; tables of plans are sections between them.

    The heading of a section is below the last heading before, as the rows around it are.
    """
    sections = _Sections(theme)
    for block in blocks:
        yield from sections.around(block)


def _has_table(block: Block) -> bool:
    """Return whether a table of a plan is in a block, or the block is one."""
    return next(_data_tables([block]), None) is not None


def _has_table_alone(cell: TableCell) -> bool:
    """Return whether a cell has tables of plans and nothing beside them."""
    return bool(cell.blocks) and all(isinstance(block, Table) and block.is_data for block in cell.blocks)


def _data_tables(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the tables of plans in blocks, at any depth."""
    for block in all_blocks(blocks):
        if isinstance(block, Table) and block.is_data:
            yield block


class _Sections(Struct):
    """Takes tables of plans out of blocks; `heading_level` is that of the last heading of the template."""

    theme: Theme
    heading_level: int = 0

    def around(self, block: Block) -> Iterator[Block]:
        """Yield a block, divided where it has tables, with these between its parts."""
        if not _has_table(block):
            self._remember([block])
            yield block
            return
        match block:
            case Table() if block.is_data:
                yield block
            case Table():
                yield from self._between_rows(block)
            case Division() if block.count or block.style.layout == "stack":
                yield from self._between_blocks(block)
            case Division() | Items():
                self._remember([block])
                without_tables, tables = self._without(block)
                yield without_tables
                yield from tables
            case _:
                yield block

    def _remember(self, blocks: Iterable[Block]) -> None:
        """Note the level of the last heading in the blocks."""
        for part in all_blocks(blocks):
            if isinstance(part, TextBlock) and part.level:
                self.heading_level = part.level

    def _between_rows(self, table: Table) -> Iterator[Block]:
        """Yield a table that continues below the sections that some of its rows are."""
        rows: list[TableRow] = []
        is_first = True
        head = []
        for row in table.head:
            for cell in row.cells:
                yield from _data_tables(cell.blocks)
                self._remember(cell.blocks)
            head.append(self._without_tables_in_cells(row))
        table = replace(table, head=tuple(head))
        for row in table.body:
            sections = list(self._of_row(row))
            for cell in row.cells:
                self._remember(cell.blocks)
            remaining = self._rest_of_row(row) if sections else row
            if remaining is not None:
                rows.append(remaining)
            if not sections:
                continue
            if rows or is_first:
                yield _part(table, rows, has_head=is_first)
            yield from sections
            rows = []
            is_first = False
        if rows or is_first:
            yield _part(table, rows, has_head=is_first)

    def _of_row(self, row: TableRow) -> Iterator[Block]:
        """Yield the tables in the cells of a row, each below a heading with the text of the header cell before it."""
        header: TableCell | None = None
        for cell in row.cells:
            if cell.header:
                header = cell
            tables = list(_data_tables(cell.blocks))
            if tables and header is not None:
                yield self._heading(header)
                header = None
            yield from tables

    def _heading(self, header: TableCell) -> TextBlock:
        """Return a heading with the text of a header cell."""
        content: Content = ()
        for block in header.blocks:
            if isinstance(block, TextBlock):
                content += block.content
        level = min(self.heading_level + 1, LOWEST_HEADING)
        return TextBlock(content, heading_style(self.theme), header.line, level, header.language, is_row=True)

    def _rest_of_row(self, row: TableRow) -> TableRow | None:
        """Return a row without its tables, and without the header cells that are their headings; None if nothing but
        headers is in it.
        """
        cells = list(self._without_tables_in_cells(row).cells)
        if not any(cell.blocks for cell in cells if not cell.header):
            return None
        header: int | None = None
        has_only_tables = False
        for index, cell in enumerate((*row.cells, None)):
            if cell is not None and not cell.header:
                has_only_tables = has_only_tables and _has_table_alone(cell)
                continue
            if header is not None and has_only_tables and index > header + 1:
                cells[header] = replace(cells[header], blocks=())
            header = index
            has_only_tables = True
        return replace(row, cells=tuple(cells))

    def _without_tables_in_cells(self, row: TableRow) -> TableRow:
        cells = [replace(cell, blocks=self._without_tables(cell.blocks)) for cell in row.cells]
        return replace(row, cells=tuple(cells))

    def _between_blocks(self, division: Division) -> Iterator[Block]:
        """Yield a box or text in columns that continues below its tables; a heading stays with its table."""
        before: list[Block] = []
        for block in division.blocks:
            if not _has_table(block):
                self._remember([block])
                before.append(block)
                continue
            for part in self.around(block):
                if not (isinstance(part, Table) and part.is_data):
                    before.append(part)
                    continue
                end = len(before)
                while end and _is_heading(before[end - 1]):
                    end -= 1
                if end:
                    yield replace(division, blocks=tuple(before[:end]))
                yield from before[end:]
                before = []
                yield part
        if before:
            yield replace(division, blocks=tuple(before))

    def _without(self, block: Division | Items) -> tuple[Block, list[Block]]:
        """Return blocks beside each other, or a list, without their tables, and the tables."""
        tables = list(_data_tables([block]))
        if isinstance(block, Division):
            return replace(block, blocks=self._without_tables(block.blocks)), tables
        items = [self._without_tables(item) for item in block.items]
        return replace(block, items=tuple(filter(None, items))), tables

    def _without_tables(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        kept: list[Block] = []
        for block in blocks:
            if isinstance(block, Table) and block.is_data:
                continue
            if isinstance(block, Division | Items):
                kept.append(self._without(block)[0])
            else:
                kept.append(block)
        return tuple(kept)


def _is_heading(block: Block) -> bool:
    return isinstance(block, TextBlock) and block.level > 0


def _part(table: Table, rows: Sequence[TableRow], *, has_head: bool = False) -> Table:
    """Return a part of a table with these rows; below a section, only rows with a cell for each column need a head."""
    needs_head = has_head or any(map(_has_cell_for_each_column, rows))
    head = table.head if needs_head else ()
    return replace(table, head=head, body=tuple(rows))


def _has_cell_for_each_column(row: TableRow) -> bool:
    """Return whether a row has more than a label and a cell, none of which spans columns."""
    return len(row.cells) > 2 and all(cell.span == 1 for cell in row.cells)  # noqa: PLR2004 - as explained
