"""Tables of plans on a page: each is a section of its own, with a heading, and as wide as the text. Their styles, the
widths that their columns need, and the size of their text, which is smaller in tables that are too wide.

Templates print a table where they print any value, such as in a cell of the fact table. There is never a table in a
cell: the section is taken out of what is around it, which continues below the section.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import edges, estimated_width
from ucap_reports.page.inline_elements import rich_block
from ucap_reports.page.page_elements import ElementContext, Reading, natural_style, without_box
from ucap_reports.page.page_tree import (
    LOWEST_HEADING,
    Block,
    ColumnNeed,
    Content,
    Division,
    Items,
    Table,
    TableCell,
    TableRow,
    TextBlock,
    all_blocks,
)
from ucap_reports.template.lengths_colours_and_paper_sizes import Length, Sides
from ucap_reports.template.theme_and_line_spacing import DrawnRule, Style, Theme
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


# Styles, widths and the size of the text

HEADING = "heading-2"
"""The style of the headings of tables."""
HEAD, CELL, TOTAL, TABLE = "data-column", "data-cell", "data-total", "data-table"
"""The styles of tables of plans, which a theme may have."""
_ROOM_FOR_ESTIMATES = 1.15
"""The factor by which words may be wider than they are estimated."""
_THIN = Length(0.5)
_LEAST_SIZE = Length(6)
"""The size of the text below which no table is set smaller."""
_LEAST_FOR_WORDS = 0.85
"""The factor below which no table is set smaller for the sake of words, which can be hyphenated."""
_PART_OF_WORD = 6
"""The width of a column of words as multiples of the size of its text, if numbers in other columns need the rest."""
_MOST_WANTED = Length.mm(90)
"""A column is not wider for the sake of a text that needs more on one line."""


class DataStyles(Struct, frozen=True):
    """The styles of a table of a plan and of its cells."""

    table: Style
    head: Style
    cell: Style
    total: Style


def data_styles(theme: Theme, text: Style) -> DataStyles:
    """Return the theme's own styles of tables of plans, or else those of the fact table; `text` is the style around."""
    styles = theme.styles
    cell = _cell_style(theme, text)
    head = styles.get(HEAD) or styles.get("column") or replace(cell, name=HEAD, bold=True)
    total = styles.get(TOTAL) or replace(cell, name=TOTAL, bold=True)
    table = styles.get(TABLE)
    if table is None:
        natural = natural_style(theme, "table", text)
        table = replace(natural, name=TABLE, space_after=Length(1.5 * cell.leading))
    return DataStyles(
        replace(table, width=None),
        replace(head, width=None, height=None),
        replace(cell, width=None, height=None),
        replace(total, width=None, height=None),
    )


def fitted_data_styles(table: DataTable, styles: DataStyles, available: float) -> DataStyles:
    """Return the styles with smaller text and padding if the columns of a table would break words or numbers.

    Words may be hyphenated, so that text is made only a little smaller for them. Numbers, amounts and dates are not
    broken as long as the smallest text can be read.
    """
    needs = column_needs(table, styles)
    narrowest = sum([need.narrowest for need in needs])
    if narrowest <= available:
        return styles
    factor = max(available / narrowest, _LEAST_FOR_WORDS)
    least = sum([need.least for need in needs])
    if least * factor > available:
        least_factor = min(_LEAST_SIZE / styles.cell.size, 1)
        factor = max(available / least, least_factor)
    return replace(
        styles,
        head=_smaller(styles.head, factor),
        cell=_smaller(styles.cell, factor),
        total=_smaller(styles.total, factor),
    )


def _smaller(style: Style, factor: float) -> Style:
    """Return a style with smaller text, and with padding that gets smaller faster, so that it has room for the text.

    Its name is its own, since Word files define the styles of a theme by their names.
    """
    padding = Sides(*[Length(side * factor**3) for side in style.padding])
    size = Length(style.size * factor)
    return replace(
        style,
        name=f"{style.name}-{size * 10:.0f}",
        size=size,
        leading=Length(style.leading * factor),
        letter_spacing=Length(style.letter_spacing * factor),
        padding=padding,
    )


def heading_style(theme: Theme) -> Style:
    """Return the style of the headings of tables: the theme's own below the title, or one between title and text."""
    own = theme.styles.get(HEADING)
    if own is not None:
        return own
    body = theme.style("body")
    title = theme.styles.get("title", body)
    return replace(
        without_box(body),
        name=HEADING,
        bold=True,
        size=Length(1.25 * body.size),
        leading=Length(1.25 * body.leading),
        colour=title.colour,
        space_before=body.leading,
        space_after=Length(0.4 * body.leading),
    )


def _cell_style(theme: Theme, text: Style) -> Style:
    """Return the theme's style of the cells of tables, or that of the text around with padding and a thin rule."""
    own = theme.styles.get(CELL) or theme.styles.get("cell")
    if own is not None:
        return own
    beside = Length.mm(2)
    above = Length.mm(1.2)
    padding = Sides(above, beside, above, beside)
    rule = DrawnRule(_THIN, text.colour, None)
    return replace(without_box(text), name=CELL, padding=padding, rule_below=rule)


def column_needs(table: DataTable, styles: DataStyles) -> tuple[ColumnNeed, ...]:
    """Return what each column of a table needs."""
    needs = []
    for index, head in enumerate(table.columns):
        cells = [(row[index], styles.cell) for row in table.rows]
        if table.totals:
            cells.append((table.totals[index], styles.total))
        is_undivided = table.names[index] in table.undivided
        needs.append(_need(head, cells, styles, is_undivided=is_undivided))
    return tuple(needs)


def _need(
    head: RichText, cells: Sequence[tuple[RichText, Style]], styles: DataStyles, *, is_undivided: bool
) -> ColumnNeed:
    """Return the widths that a column needs; each value of an undivided one is on one line."""
    least = narrowest = wanted = 0.0
    for content, style in ((head, styles.head), *cells):
        edge = edges(style)
        around = edge.left + edge.right
        for paragraph in content.paragraphs():
            is_one_word = paragraph.figure or (is_undivided and content is not head)
            words = [paragraph.text] if is_one_word else paragraph.text.split()
            word_widths = [estimated_width(word, style) * _ROOM_FOR_ESTIMATES + around for word in words]
            line_width = estimated_width(paragraph.text, style) * _ROOM_FOR_ESTIMATES + around
            longest = max([*word_widths, around])
            undivided = longest
            is_value = is_one_word and content is not head
            if not is_value:
                undivided = min(longest, _PART_OF_WORD * style.size + around)
            least = max(least, undivided)
            narrowest = max(narrowest, longest)
            wanted = max(wanted, min(line_width, _MOST_WANTED), narrowest)
    return ColumnNeed(least, narrowest, wanted)
