"""Table cells in a template: statements about cells, and tables whose columns depend on the summary."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.tag_lexer import Scope
from ucap_reports.word.compile.tag_marks import CLOSING, DIRECTIVES, Snippet, TagMark, property_snippet, snippet
from ucap_reports.word.compile.theme_styles import END
from ucap_reports.word.file.effective_styles import THEME_PREFIX
from ucap_reports.word.file.word_xml import (
    CELL,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    ROW,
    TABLE,
    own,
    properties_of,
    properties_xml,
    qualified,
    remove,
    twips,
    value_at,
    whole,
)
from ucap_reports.word.render import table_grid
from ucap_reports.word.render.rich_text_runs import ValuePlace

CELL_FORMAT = qualified("w:tcPr")
_CONTAINERS = tuple(qualified(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent"))
"""Elements that must end with a paragraph."""


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
            hint, tag = "move it into the cell", mark.tag.written
            problems.append(problem("tag-misplaced", mark.location, hint=hint, tag=tag, element="table cell"))
        else:
            directives[mark] = cell
        paragraph = next(mark.element.iterancestors(PARAGRAPH))
        remove(mark.element)
        if all(child.tag == PARAGRAPH_FORMAT for child in paragraph) and paragraph.getnext() is not None:
            remove(paragraph)
    return directives


def follow(directives: Mapping[TagMark, etree._Element]) -> Iterator[Snippet]:
    """Yield the source of the statements about cells, except for their spans, which `lay_out_tables` yields."""
    for mark, cell in directives.items():
        properties = properties_of(cell, "w:tcPr")
        match mark.statement:
            case "cellbg":
                fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{{{{\n{mark.argument} }}}}"/>'
                yield property_snippet(properties, "shd", fill, mark)
            case "vm":
                merged = "{%\nif loop.first %}restart{% else %}continue{% endif %}"
                yield property_snippet(properties, "vMerge", f'<w:vMerge w:val="{merged}"/>', mark)
                yield from _only_first(mark, properties.addnext, cell.append)
            case "hm":
                yield from _only_first(mark, cell.addprevious, cell.addnext)
            case _:
                pass


def _only_first(mark: TagMark, before: Callable[..., None], after: Callable[..., None]) -> Iterator[Snippet]:
    """Source around the content that only the first turn of the loop writes."""
    yield snippet(before, "{%\nif loop.first %}", mark)
    yield snippet(after, "{%\nendif %}", mark)


def cell_columns(row: etree._Element) -> Iterator[tuple[etree._Element, int, int]]:
    """Yield the cells of a row, each with its first column of the grid and the number of its columns."""
    column = 0
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
    """Grid marks in each table whose columns depend on the summary; `table_grid.resolve` replaces them.

    The tags are still in cells of their own, which are columns of the template. `repeated` are the cells that are
    repeated by example, with the columns of each of them, `gaps` those that are empty, so that there is a gap between
    the repetitions in a loop. Rows of the tables `by_example` have widths of their own.
    """
    depths: Counter[etree._Element] = Counter()
    for mark in marks:
        if mark.tag.scope is Scope.CELL and (cell := next(mark.element.iterancestors(CELL), None)) is not None:
            depths[cell] += (mark.statement == "for") - (mark.statement == CLOSING["for"])
    spans = {
        cell: (_span(mark, number), mark)
        for number, (mark, cell) in enumerate(directives.items())
        if mark.statement in ("colspan", "hm")
    }
    for table in dict.fromkeys(next(cell.iterancestors(TABLE), None) for cell in (*depths, *spans, *repeated)):
        if table is not None:
            yield from _lay_out(table, depths, spans, repeated, gaps, is_by_example=table in by_example)


def gap_cells(root: etree._Element, names: Mapping[str, str]) -> set[etree._Element]:
    """Return the cells that only keep others apart: they have an empty paragraph in the style for ends and gaps.

    `names` are the names of the styles by identifier.
    """
    ends = {identifier for identifier, name in names.items() if name == f"{THEME_PREFIX}{END}"}
    gaps: set[etree._Element] = set()
    for cell in root.iter(CELL):
        paragraphs = [child for child in cell if child.tag != CELL_FORMAT]
        is_end = len(paragraphs) == 1 and value_at(paragraphs[0], "w:pPr/w:pStyle") in ends
        if is_end and all(child.tag == PARAGRAPH_FORMAT for child in paragraphs[0]):
            gaps.add(cell)
    return gaps


def _span(mark: TagMark, number: int) -> str:
    """Return the mark of a cell with a span; the span is the argument of the statement."""
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
    """Yield the marks of a table. A cell in a loop, a repeated one, or one with a span of its own has no fixed width.

    `depths` are 1 for the cell of a tag that opens a loop, -1 for one that closes it.
    """
    grid = properties_of(table, "w:tblGrid")
    widths = [twips(column.get(qualified("w:w"))) for column in grid]
    del grid[:]
    yield snippet(grid.append, table_grid.grid_mark(table_grid.TABLE, sum(widths), int(is_by_example)))
    for row in own(table, ROW):
        yield snippet(partial(row.insert, 0), table_grid.grid_mark(table_grid.ROW))
        depth = 0
        for cell, start, span in list(cell_columns(row)):
            depth += depths[cell]
            is_between = depth > 0 and cell in gaps
            if is_between:
                yield snippet(cell.addprevious, "{%\nif not loop.last %}")
                yield snippet(cell.addnext, "{%\nendif %}")
            is_open = (depth and not is_between) or cell in spans or cell in repeated
            width = 0 if is_open else sum(widths[start : start + span])
            properties = properties_of(cell, "w:tcPr")
            etree.strip_elements(properties, qualified("w:gridSpan"))
            if cell in spans:
                source, mark = spans[cell]
            elif cell in repeated:
                source, mark = table_grid.grid_mark(table_grid.CELL, 0, 0, f"{{{{\n{repeated[cell]} }}}}"), None
            else:
                source, mark = table_grid.grid_mark(table_grid.CELL, width, 0, span), None
            yield property_snippet(properties, "tcW", source, mark)
    yield snippet(table.append, table_grid.grid_mark(table_grid.TABLE_END))


def _own_span(cell: etree._Element) -> int:
    columns = whole(value_at(cell, "w:tcPr/w:gridSpan"), 1)
    return columns if 1 <= columns <= table_grid.MOST_COLUMNS else 1


def close_containers(
    root: etree._Element, whole: Mapping[TagMark, ValuePlace], emptied: Mapping[etree._Element, str]
) -> Iterator[Snippet]:
    """Marks at the ends of cells and other containers that could be left without a paragraph.

    `emptied` are the properties of paragraphs that may disappear, by their container.
    """
    by_node = {mark.element: value.paragraph or {} for mark, value in whole.items()}
    for container in list(root.iter(*_CONTAINERS)):
        nodes = list(container.iterchildren(etree.ProcessingInstruction))
        if nodes:
            known = [by_node[node] for node in nodes if node in by_node]
            properties = emptied.get(container, "") or properties_xml("w:pPr", known[-1] if known else {})
            paragraph = f"<w:p>{properties}</w:p>" if properties else "<w:p/>"
            yield snippet(container.append, table_grid.grid_mark(table_grid.PARAGRAPH_MARK, paragraph))
