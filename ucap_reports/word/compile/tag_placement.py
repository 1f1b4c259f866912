"""Tag placement: tags replace the row, the cell or the paragraph that their prefix names.

A paragraph that contains only statements is replaced too, with or without the prefix `p`. Statements about cells, and
tables whose columns depend on the summary, are here too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.word_tags import (
    CLOSING_OF,
    DIRECTIVES,
    Block,
    Scope,
    Snippet,
    TagMark,
    WordTag,
    WordTagKind,
    property_snippet,
    snippet,
)
from ucap_reports.word.file.word_styles import END, THEME_PREFIX, Gaps
from ucap_reports.word.file.word_xml import (
    BOOKMARKS,
    CELL,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    ROW,
    RUN,
    RUN_FORMAT,
    TABLE,
    TEXT,
    bare,
    children_xml,
    own,
    properties_of,
    properties_xml,
    qualified,
    remove,
    to_text,
    twips,
    value_at,
    whole,
)
from ucap_reports.word.render import table_grid
from ucap_reports.word.render.rich_text_runs import ValuePlace

_NAMES = {Scope.PARAGRAPH: "paragraph", Scope.CELL: "table cell", Scope.ROW: "table row"}
"""The names in messages of the elements that tags replace."""
_SECTION = f"{PARAGRAPH_FORMAT}/{qualified('w:sectPr')}"
Marks = Mapping[Any, TagMark]
"""The marks of a part by their nodes; lxml has no public name for their class."""
_FOOTNOTE = qualified("w:footnoteReference")
_VISIBLE = (_FOOTNOTE, *(qualified(f"w:{name}") for name in ("drawing", "pict", "object", "sym")))


def join_paragraphs(marks: Iterable[TagMark]) -> None:
    """Join the paragraphs at whose ends `{%-` and `-%}` are with the paragraph before or after them."""
    for mark in marks:
        paragraph = mark.element.getparent()
        if paragraph is None or paragraph.tag != PARAGRAPH or mark.tag.scope is not Scope.TEXT:
            continue
        before, after = paragraph.getprevious(), paragraph.getnext()
        is_last = mark.element.getnext() is None
        if mark.tag.joins_after and is_last and after is not None and after.tag == PARAGRAPH:
            _move_content(after, paragraph)
        is_first = all(sibling.tag == PARAGRAPH_FORMAT for sibling in mark.element.itersiblings(preceding=True))
        if mark.tag.joins_before and is_first and before is not None and before.tag == PARAGRAPH:
            _move_content(paragraph, before)


def place_tags(
    marks: Sequence[TagMark], blocks: Sequence[Block], gaps_in: Callable[[str | None], Gaps], problems: list[Problem]
) -> dict[TagMark, ValuePlace]:
    """Put every mark in the place of the element that it replaces, and return the places of the values that are whole
    paragraphs; `gaps_in` returns the spaces in a paragraph of the style with an identifier.

    Tags outside of their element, and those that would remove other content, go to `problems`.
    """
    by_node = {mark.element: mark for mark in marks}
    value_places: dict[TagMark, ValuePlace] = {}
    for element, replacing in _replaced(by_node, blocks, problems).items():
        lost = _other_content(element, replacing, by_node)
        if lost:
            scope = Scope(etree.QName(element).localname)  # the prefix of a tag is the name of its element
            name = _NAMES[scope]
            tag = replacing[0].tag.written
            problems.append(problem("tag-swallows", replacing[0].location, tag=tag, element=name, lost=lost))
            continue
        properties = children_xml(element.find(PARAGRAPH_FORMAT))
        gaps = gaps_in(value_at(element, "w:pPr/w:pStyle"))
        for mark in replacing:
            if mark.tag.kind is WordTagKind.PRINT:
                is_text = mark.tag.scope is Scope.TEXT
                before = _spaces_before(mark) if is_text else ""
                value_places[mark] = ValuePlace(mark.run_properties, properties, gaps, is_text, before)
        # Only the tags and the bookmarks stay, where the element was.
        nodes = {mark.element for mark in replacing}
        for node in list(element.iter(etree.ProcessingInstruction, *BOOKMARKS)):
            if node in nodes or node.tag in BOOKMARKS:
                element.addprevious(node)
        if element.tag == PARAGRAPH and _ends_section(element):  # the section needs its last paragraph
            for child in [node for node in element if node.tag != PARAGRAPH_FORMAT]:
                element.remove(child)
        else:
            remove(element)
    return value_places


def _replaced(marks: Marks, blocks: Sequence[Block], problems: list[Problem]) -> dict[etree._Element, list[TagMark]]:
    """Return the elements that are replaced, in document order, with the marks that replace them."""
    bare_paragraphs = _bare_paragraphs(marks, blocks)
    replaced: dict[etree._Element, list[TagMark]] = {}
    for mark in marks.values():
        scope = mark.tag.scope
        if scope is Scope.RUN:
            continue
        if scope is Scope.TEXT:
            paragraph = next(mark.element.iterancestors(PARAGRAPH))
            if paragraph in bare_paragraphs or is_whole_paragraph(mark, paragraph, marks):
                replaced.setdefault(paragraph, []).append(mark)
            continue
        if mark.tag.kind is WordTagKind.PRINT and scope in (Scope.CELL, Scope.ROW):
            problems.append(problem("tag-misplaced", mark.location, form="value", tag=mark.tag.written))
            continue
        element = next(mark.element.iterancestors(qualified(f"w:{scope}")), None)
        if element is None:
            problems.append(problem("tag-misplaced", mark.location, tag=mark.tag.written, element=_NAMES[scope]))
        else:
            replaced.setdefault(element, []).append(mark)
    return replaced


def is_whole_paragraph(mark: TagMark, paragraph: etree._Element, marks: Marks) -> bool:
    """Return whether a paragraph is the value of a tag alone, which is then printed as paragraphs of its own."""
    if mark.tag.scope is not Scope.TEXT or mark.tag.kind is not WordTagKind.PRINT or _ends_section(paragraph):
        return False
    return _only_marks(paragraph, marks) == [mark]


def _bare_paragraphs(marks: Marks, blocks: Sequence[Block]) -> set[etree._Element]:
    """Return the paragraphs of statements and comments whose blocks are completely in such paragraphs."""
    paragraphs = {mark: next(mark.element.iterancestors(PARAGRAPH)) for mark in marks.values()}
    bare_paragraphs: set[etree._Element] = set()
    for paragraph in dict.fromkeys(paragraphs.values()):
        own_marks = _only_marks(paragraph, marks)
        if own_marks and all(_prints_nothing(mark.tag) for mark in own_marks):
            bare_paragraphs.add(paragraph)
    # A block that has a statement among words keeps the paragraphs of its other statements. Another block may have a
    # statement in one of these paragraphs, so that it keeps its own as well: repeat until no paragraph is added.
    while True:
        kept: set[etree._Element] = set()
        for block in blocks:
            in_line = [mark for mark in block if mark.tag.scope in (Scope.TEXT, Scope.RUN)]
            if any(paragraphs[mark] not in bare_paragraphs for mark in in_line):
                kept.update(paragraphs[mark] for mark in block)
        if bare_paragraphs.isdisjoint(kept):
            return bare_paragraphs
        bare_paragraphs -= kept


def _prints_nothing(tag: WordTag) -> bool:
    """Return whether a tag is a statement or a comment without a prefix."""
    return tag.kind is not WordTagKind.PRINT and tag.scope is Scope.TEXT


def _ends_section(paragraph: etree._Element) -> bool:
    return paragraph.find(_SECTION) is not None


def _only_marks(paragraph: etree._Element, marks: Marks) -> list[TagMark]:
    """Return the marks of a paragraph that contains only marks, spaces and bookmarks; none for other paragraphs."""
    own_marks: list[TagMark] = []
    for child in paragraph:
        if child in marks:
            own_marks.append(marks[child])
        elif child.tag not in (PARAGRAPH_FORMAT, *BOOKMARKS) and not _is_blank_run(child):
            return []
    return own_marks


def _is_blank_run(element: etree._Element) -> bool:
    return element.tag == RUN and all(
        child.tag == RUN_FORMAT or (child.tag == TEXT and not (child.text or "").strip()) for child in element
    )


def _spaces_before(mark: TagMark) -> str:
    """Return the XML of the runs before a value that is alone in its paragraph: they have only spaces."""
    spaces = ""
    for run in mark.element.itersiblings(RUN, preceding=True):  # the nearest first
        if any(child.text for child in run):
            spaces = bare(to_text(run)) + spaces
    return spaces


def _other_content(replaced: etree._Element, replacing: Sequence[TagMark], marks: Marks) -> str:
    """Return the content of an element that would be lost with it, as text."""
    lost: list[str] = []
    for element in replaced.iter():
        if element in marks:
            mark = marks[element]
            if mark not in replacing:
                lost.append(mark.tag.written)
        elif element.tag == TEXT:
            lost.append((element.text or "").strip())
        elif element.tag in _VISIBLE:
            lost.append("a footnote" if element.tag == _FOOTNOTE else "a picture")
    return " ".join(text for text in lost if text)


def _move_content(source: etree._Element, target: etree._Element) -> None:
    """Move the content of a paragraph to the end of another one, and remove the paragraph."""
    target.extend([child for child in source if child.tag != PARAGRAPH_FORMAT])
    remove(source)


# Statements about cells, and tables whose columns depend on the summary
CELL_FORMAT = qualified("w:tcPr")
_USUAL_TABLE_WIDTH = 9_000
"""The width in twips of a table that has no widths: office programs fit it to its content."""
_CONTROL_CONTENT = qualified("w:sdtContent")
_CONTAINERS = (
    _CONTROL_CONTENT,
    *(qualified(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent")),
)
"""Elements that must end with a paragraph, among them content controls around paragraphs."""


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
        paragraphs = [child for child in cell if child.tag != CELL_FORMAT]
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


def close_containers(
    root: etree._Element, value_places: Mapping[TagMark, ValuePlace], emptied: Mapping[etree._Element, str]
) -> Iterator[Snippet]:
    """Yield marks at the ends of cells and other containers that could be left without a paragraph.

    The added paragraph has the properties of one that may disappear (`emptied`, by container, as XML), or of the last
    value in the container that is a whole paragraph (`value_places`).
    """
    by_node = {mark.element: place.paragraph or {} for mark, place in value_places.items()}
    for container in list(root.iter(*_CONTAINERS)):
        nodes = list(container.iterchildren(etree.ProcessingInstruction))
        if nodes and not _is_in_line(container):
            properties = emptied.get(container, "")
            values = [by_node[node] for node in nodes if node in by_node]
            if not properties and values:
                properties = properties_xml("w:pPr", values[-1])
            paragraph = f"<w:p>{properties}</w:p>" if properties else "<w:p/>"
            # Bookmarks may be after the last paragraph.
            last = next(child for child in reversed(container) if child.tag not in BOOKMARKS)
            yield snippet(last.addnext, table_grid.grid_mark(table_grid.PARAGRAPH_MARK, paragraph))


def _is_in_line(container: etree._Element) -> bool:
    """Return whether a container is a content control around a part of a line."""
    if container.tag != _CONTROL_CONTENT:
        return False
    for around in container.iterancestors(PARAGRAPH, *_CONTAINERS):
        if around.tag != _CONTROL_CONTENT:
            return around.tag == PARAGRAPH
    return False
