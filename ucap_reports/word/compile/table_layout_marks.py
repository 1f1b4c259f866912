"""The layout of tables that depend on the summary: statements about cells (`colspan`, `hm`, `vm`, `cellbg`), and the
marks of grids, rows and cells, which `render/table_grid.py` resolves in the filled document.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.word_tags import (
    CLOSING_OF,
    DIRECTIVES,
    Scope,
    Snippet,
    TagMark,
    property_snippet,
    snippet,
)
from ucap_reports.word.file.word_styles import END, THEME_PREFIX
from ucap_reports.word.file.word_xml import (
    CELL,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    ROW,
    TABLE,
    own,
    properties_of,
    qualified,
    remove,
    twips,
    value_at,
    whole,
)
from ucap_reports.word.render import table_grid

_CELL_FORMAT = qualified("w:tcPr")
_USUAL_TABLE_WIDTH = 9_000
"""The width in twips of a table that has no widths: office programs fit it to its content."""


def take_directives(marks: Sequence[TagMark], problems: list[Problem]) -> dict[TagMark, etree._Element]:
    """Remove the statements about cells from the tree and return them with their cells; one outside of cells goes to
    `problems`.
    """
    directives: dict[TagMark, etree._Element] = {}
    for mark in marks:
        if mark.statement not in DIRECTIVES:
            continue
        cell = next(mark.element.iterancestors(CELL), None)
        if cell is None:
            hint = "move it into the cell"
            written = mark.tag.written
            problems.append(problem("tag-misplaced", mark.location, hint=hint, tag=written, element="table cell"))
        else:
            directives[mark] = cell
        paragraph = next(mark.element.iterancestors(PARAGRAPH))
        remove(mark.element)
        if all(child.tag == PARAGRAPH_FORMAT for child in paragraph) and paragraph.getnext() is not None:
            remove(paragraph)
    return directives


def directive_snippets(directives: Mapping[TagMark, etree._Element]) -> Iterator[Snippet]:
    """Yield the source of the statements about cells, except for their spans, which `lay_out_tables` yields."""
    for number, (mark, cell) in enumerate(directives.items()):  # the number leads to its locations in messages
        properties = properties_of(cell, "w:tcPr")
        match mark.statement:
            case "cellbg":
                background = table_grid.grid_mark(table_grid.BACKGROUND, number, f"{{{{\n{mark.argument} }}}}")
                yield property_snippet(properties, "shd", background, mark)
            case "vm":
                merged = "{%\nif loop.first %}restart{% else %}continue{% endif %}"
                yield property_snippet(properties, "vMerge", f'<w:vMerge w:val="{merged}"/>', mark)
                yield from _only_first(mark, properties.addnext, cell.append)
            case "hm":
                yield from _only_first(mark, cell.addprevious, cell.addnext)
            case _:
                pass


def _only_first(mark: TagMark, before: Callable[..., None], after: Callable[..., None]) -> Iterator[Snippet]:
    """Yield the source around the content of a cell that only the first turn of the loop writes."""
    yield snippet(before, "{%\nif loop.first %}", mark)
    yield snippet(after, "{%\nendif %}", mark)


def cell_columns(row: etree._Element) -> Iterator[tuple[etree._Element, int, int]]:
    """Yield the cells of a row, each with its first column of the grid and the number of its columns."""
    column = _skipped(row)
    for cell in row.iterchildren(CELL):
        span = _own_span(cell)
        yield cell, column, span
        column += span


def lay_out_tables(
    marks: Sequence[TagMark],
    directives: Mapping[TagMark, etree._Element],
    repeated: Mapping[etree._Element, str],
    gaps: AbstractSet[etree._Element],
    by_example: AbstractSet[etree._Element],
) -> Iterator[Snippet]:
    """Yield the grid marks of each table whose columns depend on the summary; `table_grid.resolve` replaces them.

    The tags are still in cells of their own, which are columns of the template. `repeated` are the cells that are
    repeated by example, with the source of their marks, `gaps` those that are empty, so that there is a gap between
    the repetitions in a loop. Rows of the tables `by_example` have widths of their own.
    """
    depths: Counter[etree._Element] = Counter()
    for mark in marks:
        cell = next(mark.element.iterancestors(CELL), None)
        if mark.tag.scope is not Scope.CELL or cell is None:
            continue
        depths.setdefault(cell, 0)  # a table with another statement between cells needs marks, too
        if mark.statement == "for":
            depths[cell] += 1
        elif mark.statement == CLOSING_OF["for"]:
            depths[cell] -= 1
    spans: dict[etree._Element, tuple[str, TagMark]] = {}
    for number, (mark, cell) in enumerate(directives.items()):  # the number leads to its locations in messages
        if mark.statement in ("colspan", "hm"):
            spans[cell] = (_span_mark(mark, number), mark)
    tables: dict[etree._Element, None] = {}  # each once, in this order
    for cell in (*depths, *spans, *repeated):
        table = next(cell.iterancestors(TABLE), None)
        if table is not None:
            tables[table] = None
    for table in tables:
        yield from _lay_out(table, depths, spans, repeated, gaps, is_by_example=table in by_example)


def gap_cells(root: etree._Element, names: Mapping[str, str]) -> set[etree._Element]:
    """Return the cells that only keep others apart: they have an empty paragraph in the style for ends and gaps.

    `names` are the names of the styles by identifier.
    """
    ends = {identifier for identifier, name in names.items() if name == f"{THEME_PREFIX}{END}"}
    gaps: set[etree._Element] = set()
    for cell in root.iter(CELL):
        paragraphs = [child for child in cell if child.tag != _CELL_FORMAT]
        is_end = len(paragraphs) == 1 and value_at(paragraphs[0], "w:pPr/w:pStyle") in ends
        if is_end and all(child.tag == PARAGRAPH_FORMAT for child in paragraphs[0]):
            gaps.add(cell)
    return gaps


def _span_mark(mark: TagMark, number: int) -> str:
    """Return the grid mark of a cell whose span is computed: by the argument of `colspan`, or the turns of the loop of
    `hm`. `number` is that of the statement.
    """
    argument = mark.argument if mark.statement == "colspan" else "loop.length"
    return table_grid.grid_mark(table_grid.CELL, 0, number, f"{{{{\n{argument} }}}}")


def _lay_out(
    table: etree._Element,
    depths: Counter[etree._Element],
    spans: Mapping[etree._Element, tuple[str, TagMark]],
    repeated: Mapping[etree._Element, str],
    gaps: AbstractSet[etree._Element],
    *,
    is_by_example: bool,
) -> Iterator[Snippet]:
    """Yield the marks of the columns of a table.

    A cell in a loop, a repeated one, or one with a span of its own has no fixed width; a gap between the turns of a
    loop has.
    `depths` are 1 for the cell of a tag that opens a loop, -1 for one that closes it.
    """
    grid = properties_of(table, "w:tblGrid")
    widths = _column_widths(table, grid)
    del grid[:]
    yield snippet(grid.append, table_grid.grid_mark(table_grid.GRID, sum(widths), int(is_by_example)))
    for row in own(table, ROW):
        depth = 0
        skipped = _skipped(row)
        if skipped:
            properties = properties_of(row, "w:trPr")
            etree.strip_elements(properties, qualified("w:gridBefore"), qualified("w:wBefore"))
            mark_of_columns = table_grid.grid_mark(table_grid.SKIPPED, sum(widths[:skipped]), 0, skipped)
            yield snippet(partial(properties.insert, 0), mark_of_columns)
        for cell, start, span in list(cell_columns(row)):  # read first: the marks change the row and its spans
            depth += depths[cell]
            is_between = depth > 0 and cell in gaps
            if is_between:
                yield snippet(cell.addprevious, "{%\nif not loop.last %}")
                yield snippet(cell.addnext, "{%\nendif %}")
            properties = properties_of(cell, "w:tcPr")
            etree.strip_elements(properties, qualified("w:gridSpan"))
            mark = None
            if cell in spans:
                source, mark = spans[cell]
            elif cell in repeated:
                source = repeated[cell]
            else:
                is_in_loop = depth != 0 and not is_between
                width = 0 if is_in_loop else sum(widths[start : start + span])
                source = table_grid.grid_mark(table_grid.CELL, width, 0, span)
            yield property_snippet(properties, "tcW", source, mark)


def _column_widths(table: etree._Element, grid: etree._Element) -> list[int]:
    """Return the widths of the columns of a table in twips. A column without a width in the grid has that of its cells,
    as in Word.
    """
    widths = [twips(column.get(qualified("w:w"))) for column in grid]
    cells: list[tuple[etree._Element, int, int]] = []
    for row in own(table, ROW):
        cells += cell_columns(row)
    column_count = max((start + span for _, start, span in cells), default=0)
    widths += [0] * (column_count - len(widths))
    # Cells of few columns first: the width of a wider cell is then divided among the columns that are still unknown.
    for cell, start, span in sorted(cells, key=lambda cell_and_columns: cell_and_columns[2]):
        unknown = [column for column in range(start, start + span) if not widths[column]]
        is_length = value_at(cell, "w:tcPr/w:tcW", "w:type") == "dxa"
        available = twips(value_at(cell, "w:tcPr/w:tcW", "w:w")) - sum(widths[start : start + span])
        if is_length and available > 0:
            for column in unknown:
                widths[column] = available // len(unknown)
    if any(widths):
        return widths
    return [_USUAL_TABLE_WIDTH // len(widths) for _ in widths]


def table_marks(root: etree._Element) -> Iterator[Snippet]:
    """Yield marks around each table that depends on the summary, and in its rows: Word calls one without rows damaged,
    which is therefore left out.
    """
    for table in list(root.iter(TABLE)):
        if next(table.iter(etree.ProcessingInstruction), None) is None:
            continue
        yield snippet(table.addprevious, table_grid.grid_mark(table_grid.TABLE))
        yield snippet(table.addnext, table_grid.grid_mark(table_grid.TABLE_END))
        for row in own(table, ROW):
            yield snippet(partial(row.insert, 0), table_grid.grid_mark(table_grid.ROW))


def _own_span(cell: etree._Element) -> int:
    columns = whole(value_at(cell, "w:tcPr/w:gridSpan"), 1)
    return columns if 1 <= columns <= table_grid.MOST_COLUMNS else 1


def _skipped(row: etree._Element) -> int:
    """Return the number of columns before the first cell of a row."""
    columns = whole(value_at(row, "w:trPr/w:gridBefore"))
    return columns if 0 <= columns <= table_grid.MOST_COLUMNS else 0
