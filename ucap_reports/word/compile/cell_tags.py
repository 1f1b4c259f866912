"""Table cells in a template: the statements about them, and tables whose columns only a summary decides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Problem
from ucap_reports.word.compile.docxtpl_tags import Scope, WordTagKind
from ucap_reports.word.compile.jinja_source import Snippet
from ucap_reports.word.compile.statement_blocks import CLOSING, DIRECTIVES
from ucap_reports.word.compile.tag_marks import TagMark, node
from ucap_reports.word.compile.tag_placement import Whole
from ucap_reports.word.file.word_measures import twips, whole
from ucap_reports.word.file.word_xml import (
    CELL_PROPERTIES,
    PARAGRAPH_PROPERTIES,
    in_order,
    insert,
    new,
    properties_of,
    qualified,
)
from ucap_reports.word.render.table_grid import (
    BEGIN,
    CELL,
    END,
    MOST_COLUMNS,
    PARAGRAPH,
    ROW,
    TABLE,
    TABLE_END,
    grid_mark,
)

_TABLE, _GRID, _ROW, _CELL, _PARAGRAPH = (qualified(f"w:{name}") for name in ("tbl", "tblGrid", "tr", "tc", "p"))
_PROPERTIES = qualified("w:tcPr")
_HOLDERS = tuple(qualified(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent"))
"""Elements that must not end without a paragraph."""


class Directive(Struct, frozen=True, eq=False):
    """A statement about a cell, taken out of its text."""

    cell: etree._Element
    mark: TagMark

    @property
    def argument(self) -> str:
        """What follows the statement's keyword."""
        return self.mark.tag.content[len(self.mark.tag.keyword) :].strip()


def take_directives(marks: Sequence[TagMark], problems: list[Problem]) -> list[Directive]:
    """The statements about cells taken out of the tree; one that stands in no cell goes to `problems`."""
    directives: list[Directive] = []
    for each in marks:
        if each.tag.kind is not WordTagKind.STATEMENT or each.tag.keyword not in DIRECTIVES:
            continue
        cell = next(each.node.iterancestors(_CELL), None)
        if cell is None:
            message = f'"{each.tag.written}" is about a table cell and stands in none'
            problems.append(Problem.error("tag-misplaced", message, "move it into the cell", each.location))
        else:
            directives.append(Directive(cell, each))
        _take_out(each.node)
    return directives


def _take_out(mark_node: etree._Element) -> None:
    """Remove a mark, and its paragraph where nothing else is in it and another one follows."""
    paragraph = next(mark_node.iterancestors(_PARAGRAPH))
    parent = mark_node.getparent()
    if parent is not None:
        parent.remove(mark_node)
    cell = paragraph.getparent()
    emptied = all(child.tag == qualified("w:pPr") for child in paragraph)
    if emptied and cell is not None and paragraph.getnext() is not None:
        cell.remove(paragraph)


def follow(directives: Sequence[Directive]) -> Iterator[Snippet]:
    """What the statements about cells come to, except for their spans, which `lay_out_tables` writes."""
    for directive in directives:
        cell, properties = directive.cell, properties_of(directive.cell, "w:tcPr")
        match directive.mark.tag.keyword:
            case "cellbg":
                fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{{{{\n{directive.argument} }}}}"/>'
                shade = node("")
                insert(properties, shade, "shd", CELL_PROPERTIES)
                yield Snippet(shade, fill, directive.mark)
            case "vm":
                merged = "{%\nif loop.first %}restart{% else %}continue{% endif %}"
                vertical = node("")
                insert(properties, vertical, "vMerge", CELL_PROPERTIES)
                yield Snippet(vertical, f'<w:vMerge w:val="{merged}"/>', directive.mark)
                yield from _only_first(directive, properties.addnext, cell.append)
            case "hm":
                yield from _only_first(directive, cell.addprevious, cell.addnext)
            case _:
                pass


def _only_first(directive: Directive, before: Callable[..., None], after: Callable[..., None]) -> Iterator[Snippet]:
    """Snippets around what only the first turn of the loop is to write."""
    first, last = node(""), node("")
    before(first)
    after(last)
    yield Snippet(first, "{%\nif loop.first %}", directive.mark)
    yield Snippet(last, "{%\nendif %}", directive.mark)


def first_columns(marks: Sequence[TagMark]) -> dict[etree._Element, int]:
    """The column of the grid in which each cell begins, in rows from which tags are yet to take cells with them."""
    columns: dict[etree._Element, int] = {}
    holders = (next(each.node.iterancestors(_ROW), None) for each in marks if each.tag.scope is Scope.CELL)
    for row in dict.fromkeys(holders):
        column = 0
        for cell in () if row is None else row.iterchildren(_CELL):
            columns[cell] = column
            column += _own_span(cell)
    return columns


def lay_out_tables(
    marks: Sequence[TagMark], directives: Sequence[Directive], columns: Mapping[etree._Element, int]
) -> Iterator[Snippet]:
    """Marks in each table whose columns are known only when it is filled in, for `grid.resolve` to work with.

    `columns` are those in which cells began before any was taken out of their row.
    """
    spans = {each.cell: n for n, each in enumerate(directives) if each.mark.tag.keyword in ("colspan", "hm")}
    changing = [*(each.node for each in marks if each.tag.scope is Scope.CELL), *spans]
    tables = dict.fromkeys(next(element.iterancestors(_TABLE), None) for element in changing)
    statements = (each for each in marks if each.tag.scope is Scope.CELL and each.tag.kind is WordTagKind.STATEMENT)
    openings = {each.node: _step(each) for each in statements}
    for table in tables:
        if table is not None:
            written = {cell: _span(directives[n], n) for cell, n in spans.items()}
            yield from _lay_out(table, openings, written, columns)


def _step(each: TagMark) -> int:
    """1 for a statement that opens a block, -1 for one that closes one."""
    return (each.tag.keyword in CLOSING) - (each.tag.keyword in CLOSING.values())


def _lay_out(
    table: etree._Element,
    openings: Mapping[etree._Element, int],
    spans: Mapping[etree._Element, tuple[str, TagMark]],
    columns: Mapping[etree._Element, int],
) -> Iterator[Snippet]:
    grid = table.find(_GRID)
    if grid is None:
        grid = new("w:tblGrid")
        table.insert(1, grid)
    widths = [twips(column.get(qualified("w:w"))) for column in grid]
    for column in list(grid):
        grid.remove(column)
    yield _noted(grid.append, grid_mark(TABLE, sum(widths)))
    for row in list(table.iter(_ROW)):
        if next(row.iterancestors(_TABLE)) is table:
            yield _noted(partial(row.insert, 0), grid_mark(ROW))
            yield from _lay_out_row(row, widths, openings, spans, columns)
    yield _noted(table.append, grid_mark(TABLE_END))


def _lay_out_row(
    row: etree._Element,
    widths: Sequence[int],
    openings: Mapping[etree._Element, int],
    spans: Mapping[etree._Element, tuple[str, TagMark]],
    columns: Mapping[etree._Element, int],
) -> Iterator[Snippet]:
    depth = column = 0
    for child in list(row):
        depth += openings.get(child, 0)
        if child.tag != _CELL:
            continue
        span = _own_span(child)
        column = columns.get(child, column)
        width = 0 if depth or child in spans else sum(widths[column : column + span])
        column += span
        place, properties = node(""), properties_of(child, "w:tcPr")
        for name in ("gridSpan", "tcW"):
            insert(properties, place, name, CELL_PROPERTIES)
        source, tag = spans.get(child, (grid_mark(CELL, width, 0, span), None))
        yield Snippet(place, source, tag)


def _own_span(cell: etree._Element) -> int:
    span = cell.find(f"{_PROPERTIES}/{qualified('w:gridSpan')}")
    columns = 1 if span is None else whole(span.get(qualified("w:val")), 1)
    return columns if 1 <= columns <= MOST_COLUMNS else 1


def _span(directive: Directive, number: int) -> tuple[str, TagMark]:
    """The mark of a cell with the span that its statement says, and the statement's own."""
    argument = directive.argument if directive.mark.tag.keyword == "colspan" else "loop.length"
    return f"{BEGIN}{CELL}0:{number}:{{{{\n{argument} }}}}{END}", directive.mark


def _noted(place: Callable[[etree._Element], None], source: str) -> Snippet:
    noted = node("")
    place(noted)
    return Snippet(noted, source)


def close_holders(root: etree._Element, whole: Mapping[TagMark, Whole]) -> Iterator[Snippet]:
    """Marks at the ends of cells and the like in which values or statements could leave no paragraph at all."""
    by_node = {each.node: properties for each, properties in whole.items()}
    for holder in list(root.iter(*_HOLDERS)):
        nodes = list(holder.iterchildren(etree.ProcessingInstruction))
        if nodes:
            known = [by_node[each].paragraph_properties for each in nodes if each in by_node]
            properties = in_order(dict(known[-1]), PARAGRAPH_PROPERTIES) if known else ""
            paragraph = f"<w:p><w:pPr>{properties}</w:pPr></w:p>" if properties else "<w:p/>"
            yield _noted(holder.append, grid_mark(PARAGRAPH, paragraph))
