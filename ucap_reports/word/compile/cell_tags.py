"""Table cells in a template: statements about cells, and tables whose columns depend on the summary."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.jinja_source import Snippet, property_snippet, snippet
from ucap_reports.word.compile.statement_blocks import CLOSING, DIRECTIVES
from ucap_reports.word.compile.tag_lexer import Scope
from ucap_reports.word.compile.tag_marks import TagMark
from ucap_reports.word.file.element_names import CELL, NAMESPACES, PARAGRAPH, PARAGRAPH_FORMAT, ROW, TABLE, qualified
from ucap_reports.word.file.word_measures import twips, whole
from ucap_reports.word.file.word_xml import new, properties_of, properties_xml, remove, value_at
from ucap_reports.word.render import table_grid
from ucap_reports.word.render.rich_text_runs import ValuePlace

_CONTAINERS = tuple(qualified(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent"))
"""Elements that must end with a paragraph."""


class Directive(Struct, frozen=True, eq=False):
    """A statement about a cell."""

    cell: etree._Element
    mark: TagMark

    @property
    def argument(self) -> str:
        """The text after the keyword."""
        return self.mark.tag.content[len(self.mark.statement) :].strip()


def take_directives(marks: Sequence[TagMark], problems: list[Problem]) -> list[Directive]:
    """Remove the statements about cells from the tree and return them; one outside of cells goes to `problems`."""
    directives: list[Directive] = []
    for mark in marks:
        if mark.statement not in DIRECTIVES:
            continue
        cell = next(mark.node.iterancestors(CELL), None)
        if cell is None:
            hint = "move it into the cell"
            problems.append(
                problem("tag-misplaced", mark.location, hint=hint, tag=mark.tag.written, element="table cell")
            )
        else:
            directives.append(Directive(cell, mark))
        paragraph = next(mark.node.iterancestors(PARAGRAPH))
        remove(mark.node)
        if all(child.tag == PARAGRAPH_FORMAT for child in paragraph) and paragraph.getnext() is not None:
            remove(paragraph)
    return directives


def follow(directives: Sequence[Directive]) -> Iterator[Snippet]:
    """The source of the statements about cells, except for their spans, which `lay_out_tables` yields."""
    for directive in directives:
        cell, properties = directive.cell, properties_of(directive.cell, "w:tcPr")
        match directive.mark.statement:
            case "cellbg":
                fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{{{{\n{directive.argument} }}}}"/>'
                yield property_snippet(properties, "shd", fill, directive.mark)
            case "vm":
                merged = "{%\nif loop.first %}restart{% else %}continue{% endif %}"
                yield property_snippet(properties, "vMerge", f'<w:vMerge w:val="{merged}"/>', directive.mark)
                yield from _only_first(directive, properties.addnext, cell.append)
            case "hm":
                yield from _only_first(directive, cell.addprevious, cell.addnext)
            case _:
                pass


def _only_first(directive: Directive, before: Callable[..., None], after: Callable[..., None]) -> Iterator[Snippet]:
    """Source around the content that only the first turn of the loop writes."""
    yield snippet(before, "{%\nif loop.first %}", directive.mark)
    yield snippet(after, "{%\nendif %}", directive.mark)


def first_columns(marks: Sequence[TagMark]) -> dict[etree._Element, int]:
    """The grid column in which each cell begins, in rows with cell tags that are not placed yet."""
    columns: dict[etree._Element, int] = {}
    rows = (next(mark.node.iterancestors(ROW), None) for mark in marks if mark.tag.scope is Scope.CELL)
    for row in dict.fromkeys(rows):
        columns |= {} if row is None else {cell: column for cell, column, _ in cell_columns(row)}
    return columns


def cell_columns(row: etree._Element) -> Iterator[tuple[etree._Element, int, int]]:
    """The cells of a row, each with its first column of the grid and the number of its columns."""
    column = 0
    for cell in row.iterchildren(CELL):
        span = _own_span(cell)
        yield cell, column, span
        column += span


def lay_out_tables(
    marks: Sequence[TagMark], directives: Sequence[Directive], columns: Mapping[etree._Element, int]
) -> Iterator[Snippet]:
    """Grid marks in each table whose columns depend on the summary; `table_grid.resolve` replaces them.

    `columns` are those of `first_columns`, before tags were placed.
    """
    cell_marks = [mark for mark in marks if mark.tag.scope is Scope.CELL]
    spans = {
        each.cell: (_span(each, number), each.mark)
        for number, each in enumerate(directives)
        if each.mark.statement in ("colspan", "hm")
    }
    changing = [*(mark.node for mark in cell_marks), *spans]
    depths = {m.node: (m.statement == "for") - (m.statement == CLOSING["for"]) for m in cell_marks if m.statement}
    for table in dict.fromkeys(next(element.iterancestors(TABLE), None) for element in changing):
        if table is not None:
            yield from _lay_out(table, _CellLayout(depths, spans, columns))


def _span(directive: Directive, number: int) -> str:
    """The mark of a cell with a span; the span is the argument of the statement."""
    argument = directive.argument if directive.mark.statement == "colspan" else "loop.length"
    return f"{table_grid.BEGIN}{table_grid.CELL}0:{number}:{{{{\n{argument} }}}}{table_grid.END}"


class _CellLayout(Struct, frozen=True):
    """The widths and spans of the cells of a row."""

    depths: Mapping[etree._Element, int]
    """The statements: 1 for one that opens a loop, -1 for one that closes it."""
    spans: Mapping[etree._Element, tuple[str, TagMark]]
    columns: Mapping[etree._Element, int]

    def lay_out(self, row: etree._Element, widths: Sequence[int]) -> Iterator[Snippet]:
        """The marks of the cells. A cell in a loop or with a span of its own has no fixed width."""
        depth = column = 0
        for child in list(row):
            depth += self.depths.get(child, 0)
            if child.tag != CELL:
                continue
            span = _own_span(child)
            column = self.columns.get(child, column)
            width = 0 if depth or child in self.spans else sum(widths[column : column + span])
            column += span
            properties = properties_of(child, "w:tcPr")
            for old in properties.findall("w:gridSpan", NAMESPACES):
                properties.remove(old)
            source, mark = self.spans.get(child, (table_grid.grid_mark(table_grid.CELL, width, 0, span), None))
            yield property_snippet(properties, "tcW", source, mark)


def _lay_out(table: etree._Element, cells: _CellLayout) -> Iterator[Snippet]:
    grid = table.find("w:tblGrid", NAMESPACES)
    if grid is None:
        grid = new("w:tblGrid")
        table.insert(1, grid)
    widths = [twips(column.get(qualified("w:w"))) for column in grid]
    for column in list(grid):
        grid.remove(column)
    yield snippet(grid.append, table_grid.grid_mark(table_grid.TABLE, sum(widths)))
    for row in list(table.iter(ROW)):
        if next(row.iterancestors(TABLE)) is table:
            yield snippet(partial(row.insert, 0), table_grid.grid_mark(table_grid.ROW))
            yield from cells.lay_out(row, widths)
    yield snippet(table.append, table_grid.grid_mark(table_grid.TABLE_END))


def _own_span(cell: etree._Element) -> int:
    columns = whole(value_at(cell, "w:tcPr/w:gridSpan"), 1)
    return columns if 1 <= columns <= table_grid.MOST_COLUMNS else 1


def close_containers(root: etree._Element, whole: Mapping[TagMark, ValuePlace]) -> Iterator[Snippet]:
    """Marks at the ends of cells and other containers that could be left without a paragraph."""
    by_node = {mark.node: value.paragraph or {} for mark, value in whole.items()}
    for container in list(root.iter(*_CONTAINERS)):
        nodes = list(container.iterchildren(etree.ProcessingInstruction))
        if nodes:
            known = [by_node[each] for each in nodes if each in by_node]
            properties = properties_xml("w:pPr", known[-1] if known else {})
            paragraph = f"<w:p>{properties}</w:p>" if properties else "<w:p/>"
            yield snippet(container.append, table_grid.grid_mark(table_grid.PARAGRAPH_MARK, paragraph))
