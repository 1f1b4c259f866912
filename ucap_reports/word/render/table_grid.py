"""Marks of a compiled template that are replaced when it is filled in: columns of tables, backgrounds of cells, numbers
of pictures.

A mark is between two equal characters that XML cannot represent, so that no value contains them, and the XML split at
them has text and marks by turns. The XML is in pieces: the values, and the XML of the template between them, whose
pieces are the same in all documents and therefore divided at their marks only once.

`resolve` replaces the marks: `_ResolvedPart.replace_marks` decides by what. The widths of columns are decided by
`_grid_widths`, and for tables by example by `_row_edges`.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from msgspec import Struct, field

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.template.jinja.rendering_state import SourceLocations

_AROUND = "\x01"
"""The character at both ends of a mark. After the first one are the kind of the mark, a letter, and its content."""
TABLE = "t"
"""The beginning of a table."""
TABLE_END = "e"
GRID = "g"
"""The columns of a table, if they depend on the summary. Content: its width, and 1 for a table by example."""
ROW = "r"
"""The beginning of a row."""
CELL = "c"
"""The properties of a cell. Content: its width (0 for a share of the rest), the number of its tag, and its span."""
SKIPPED = "s"
"""The columns that a row skips before its first cell. Content: that of a cell."""
WIDE_CELL = "w"
"""The properties of a cell that spans the columns of the summary."""
BACKGROUND = "b"
"""The background of a cell. Content: the number of its tag, and the colour."""
PARAGRAPH_MARK = "p"
"""A paragraph, which is the content, if none is before the mark."""
NUMBER = "n"
"""The number of a picture."""
DIRECTION = "d"
"""XML, which is the content, that only right-to-left documents have."""
DRAFT = "f"
"""XML, which is the content, that only drafts have; without content, the watermark."""
PICTURES = 1_000
"""The number of picture numbers for each part, so that no number is used twice."""
MOST_COLUMNS = 63
"""The maximum number of columns of a table in Word."""
_SPANS = {str(columns): columns for columns in range(1, MOST_COLUMNS + 1)}
"""The valid spans, as they are written in the mark of a cell."""
_COLOUR = LazyPattern("#?([0-9A-Fa-f]{6})|auto|")
"""A background as templates write it; an empty one and `auto` are none."""
_SET_LATER = b""
"""In the place of a mark that is replaced at the end of its table."""
_PARAGRAPH_ENDS = (b"</w:p>", b"<w:p/>")
_EMPTY_ROW = LazyPattern(rb"<w:tr\b[^<>]*>(?:(?!<w:tc\b|</?w:tr\b)<[^<>]*>[^<]*)*</w:tr>")
_EMPTY_TABLE = LazyPattern(rb"<w:tbl\b[^<>]*>(?:(?!<w:tr\b|</?w:tbl\b)<[^<>]*>[^<]*)*</w:tbl>")
"""Rows without cells and tables without rows, which Word calls damaged; conditions and loops may leave them."""


_CellShape = tuple[int, int]
"""The width of a cell in twips (0 for a share of the remaining width), and its columns."""

_RowShape = tuple[_CellShape, ...]
"""The shapes of the cells of a row."""


class _Grid(Struct, frozen=True):
    """The columns of a table: their place in the text, and the width of the table in twips.

    In a table by example, each row has its own widths, and the columns begin and end where the cells of any row do.
    """

    index: int
    width: int
    is_by_example: bool


_GridMark = tuple[str, bytes, _CellShape | None, bytes]
"""The kind of a mark, its content, its shape if it is that of a cell (or of skipped columns) and valid, and the XML
after it.
"""


class _MarkedTable(Struct):
    """A table: its place in the text, its columns if they depend on the summary, and its rows.

    The rows have the places of their cells and their shapes, if there are columns.
    """

    index: int
    grid: _Grid | None = None
    rows: list[list[tuple[int, _CellShape]]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    """The places of the columns that rows skip, which are among their cells."""


class _GridLayout(Struct, frozen=True):
    """The columns of a table, and the properties of the cells in rows of each shape, as XML."""

    columns: bytes
    cells: Mapping[_RowShape, Sequence[bytes]]


def grid_mark(kind: str, *values: object) -> str:
    """Return a mark of that kind."""
    return f"{_AROUND}{kind}{':'.join(str(value) for value in values)}{_AROUND}"


def resolve(
    pieces: Iterable[str],
    number: int,
    tags: Sequence[SourceLocations],
    *,
    columns: int,
    right_to_left: bool,
    watermark: str,
    sample_words: Container[str] = frozenset(),
) -> bytes:
    """Return the XML in pieces with each mark replaced, without rows that have no cells and tables that have no rows.

    The numbers of pictures follow `number`. `tags` are the statements about cells, and `columns` the number of those of
    the summary. Drafts have a `watermark`, as XML. In a trial, `sample_words` are not refused as colours.
    Raises ProblemsFound (`span-invalid`, `background-invalid`).
    """
    part = _ResolvedPart(
        number, tags, columns=columns, right_to_left=right_to_left, watermark=watermark, sample_words=sample_words
    )
    written = part.written
    unfinished = ""  # a piece that ends in a mark, which has a value
    for piece in pieces:
        complete = f"{unfinished}{piece}" if unfinished else piece
        unfinished = ""
        if _AROUND not in complete:
            if complete:
                written.append(complete.encode())
            continue
        divided = _divided(complete)
        if divided is None:
            unfinished = complete
            continue
        first, marks = divided
        if first:
            written.append(first)
        part.replace_marks(marks)
    return part.content()


class _ResolvedPart:
    """The XML of a part, as far as its marks have been replaced; see `resolve`."""

    def __init__(
        self,
        number: int,
        tags: Sequence[SourceLocations],
        *,
        columns: int,
        right_to_left: bool,
        watermark: str,
        sample_words: Container[str],
    ) -> None:
        self.written: list[bytes] = []
        self._tables: list[_MarkedTable] = []
        """The tables around the next mark, the inner ones last."""
        self._has_empty_rows = False
        """Known where cells have marks: only loops and conditions over cells leave rows without cells."""
        self._number = number
        self._tags = tags
        self._columns = columns
        self._right_to_left = right_to_left
        self._watermark = watermark
        self._sample_words = sample_words

    def replace_marks(self, marks: Iterable[_GridMark]) -> None:
        """Write what replaces each mark, and the XML after it."""
        written = self.written
        for kind, content, shape, xml in marks:
            if kind == PARAGRAPH_MARK:
                if not written[-1].endswith(_PARAGRAPH_ENDS):
                    written.append(content)
            elif kind == CELL:
                if shape is None:
                    raise ProblemsFound([_invalid_span(content, self._tags)])
                self._tables[-1].rows[-1].append((len(written), shape))  # as `_add_cell`, for most cells
                written.append(_SET_LATER)
            elif kind == ROW:
                self._tables[-1].rows.append([])
            elif kind == SKIPPED and shape is not None:  # never None: no tag computes how many columns are skipped
                self._tables[-1].skipped.append(len(written))
                self._add_cell(shape)
            elif kind == WIDE_CELL:
                self._add_cell((0, self._columns))
            elif kind == TABLE:
                self._tables.append(_MarkedTable(len(written)))
            elif kind == GRID:
                width, is_by_example = content.split(b":")
                self._tables[-1].grid = _Grid(len(written), int(width), is_by_example == b"1")
                written.append(_SET_LATER)
            elif kind == TABLE_END:
                self._end_table(self._tables.pop())
            elif kind == DIRECTION:
                if self._right_to_left:
                    written.append(content)
            elif kind == DRAFT:
                if self._watermark:
                    written.append(content or self._watermark.encode())
            elif kind == NUMBER:
                self._number += 1
                written.append(b"%d" % self._number)
            elif kind == BACKGROUND:
                written.append(_background(content, self._tags, self._sample_words))
            if xml:
                written.append(xml)

    def _add_cell(self, shape: _CellShape) -> None:
        """Add a cell of that shape to the last row; its properties are written at the end of its table."""
        self._tables[-1].rows[-1].append((len(self.written), shape))
        self.written.append(_SET_LATER)

    def _end_table(self, table: _MarkedTable) -> None:
        """Write the columns of a table, and the properties of its cells; remove a table without rows."""
        if not table.rows:
            del self.written[table.index :]
        elif table.grid is not None:
            _set_columns(table.grid, table.rows, self.written)
            for index in table.skipped:
                self.written[index] = _skipped_columns(self.written[index])
            if table.skipped or [] in table.rows:
                self._has_empty_rows = True

    def content(self) -> bytes:
        """Return the XML without rows that have no cells and tables that have no rows."""
        resolved = b"".join(self.written)
        if self._has_empty_rows:
            resolved = _EMPTY_ROW.sub(b"", resolved)
            resolved = _EMPTY_TABLE.sub(b"", resolved)
        return resolved


@kept_values(512)
def _divided(piece: str) -> tuple[bytes, Sequence[_GridMark]] | None:
    """Return the XML before the first mark of a piece, and its marks; None if the last mark has no end."""
    first, *parts = piece.split(_AROUND)  # marks and XML by turns
    if len(parts) % 2:
        return None
    marks: list[_GridMark] = []
    for mark, xml in zip(parts[::2], parts[1::2], strict=True):
        kind = mark[0]
        content = mark[1:]
        shape = _cell_shape(content) if kind in (CELL, SKIPPED) else None
        marks.append((kind, content.encode(), shape, xml.encode()))
    return first.encode(), marks


def _cell_shape(content: str) -> _CellShape | None:
    """Return the shape in the mark of a cell; None for an invalid span."""
    width, _, span = content.split(":", 2)
    columns = _SPANS.get(span.lstrip("0"))
    return None if columns is None else (int(width), columns)


def _invalid_span(content: bytes, tags: Sequence[SourceLocations]) -> Problem:
    _, tag, span = content.decode().split(":", 2)
    return tags[int(tag)].placed(1, problem("span-invalid", span=span))


def _background(content: bytes, tags: Sequence[SourceLocations], sample_words: Container[str]) -> bytes:
    """Return the background of a cell, whose colour a tag prints. Any other text would damage the file."""
    tag, colour = content.decode().split(":", 1)
    if colour in sample_words:
        return b""
    written = _COLOUR.fullmatch(colour)
    if written is None:
        raise ProblemsFound([tags[int(tag)].placed(1, problem("background-invalid", colour=colour))])
    if written[1] is None:
        return b""
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{written[1].upper()}"/>'.encode()


def _set_columns(grid: _Grid, rows: Sequence[Sequence[tuple[int, _CellShape]]], pieces: list[bytes]) -> None:
    """Replace the marks of a table in `pieces` by its columns, and those of its cells by their widths and spans."""
    row_shapes: list[_RowShape] = []
    for row in rows:
        row_shapes.append(tuple([shape for _, shape in row]))
    different_shapes = tuple(dict.fromkeys(row_shapes))  # most rows have the shape of another one
    layout = _grid_layout(grid.width, different_shapes, is_by_example=grid.is_by_example)
    pieces[grid.index] = layout.columns
    for row, row_shape in zip(rows, row_shapes, strict=True):
        for (index, _), cell_properties in zip(row, layout.cells[row_shape], strict=True):
            pieces[index] = cell_properties


@lru_cache(maxsize=64)
def _grid_layout(width: int, shapes: Sequence[_RowShape], *, is_by_example: bool) -> _GridLayout:
    """Return the layout of a table with rows of these shapes. Most documents of a template have the same."""
    if is_by_example:
        return _layout_by_example(width, shapes)
    return _usual_layout(width, shapes)


def _usual_layout(width: int, shapes: Sequence[_RowShape]) -> _GridLayout:
    """Return the layout of a table whose rows have the columns of its widest row."""
    columns = _grid_widths(width, shapes)
    edges = [0, *accumulate(columns)]
    cells: dict[_RowShape, list[bytes]] = {}
    for shape in shapes:
        cells[shape] = []
        first = 0
        for _, span in shape:
            last = min(first + span, len(columns))
            cells[shape].append(_cell_properties(edges[last] - edges[first], span))
            first = last
    return _GridLayout(_grid_columns(columns), cells)


def _layout_by_example(width: int, shapes: Sequence[_RowShape]) -> _GridLayout:
    """Return the layout of a table each of whose rows has its own widths: a column begins where a cell of any row
    does.
    """
    edges_by_shape = {shape: _row_edges(width, shape) for shape in shapes}
    edges = sorted({0}.union(*edges_by_shape.values()))
    if len(edges) == 1:
        edges.append(width)
    numbers = {edge: number for number, edge in enumerate(edges)}
    cells: dict[_RowShape, list[bytes]] = {}
    for shape, row_edges in edges_by_shape.items():
        cells[shape] = []
        for start, end in pairwise([0, *row_edges]):
            cells[shape].append(_cell_properties(end - start, numbers[end] - numbers[start]))
    columns = [end - start for start, end in pairwise(edges)]
    return _GridLayout(_grid_columns(columns), cells)


def _grid_columns(widths: Sequence[int]) -> bytes:
    return "".join([f'<w:gridCol w:w="{width}"/>' for width in widths]).encode()


def _cell_properties(width: int, span: int) -> bytes:
    unit = "dxa" if width else "auto"
    merged = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tcW w:w="{width}" w:type="{unit}"/>{merged}'.encode()


def _skipped_columns(cell_properties: bytes) -> bytes:
    """Return the properties of a row that skips the columns of a cell with these properties."""
    width, _, span = cell_properties.partition(b"<w:gridSpan")
    before = b"<w:gridBefore" + span if span else b'<w:gridBefore w:val="1"/>'
    return before + width.replace(b"<w:tcW", b"<w:wBefore")


def _row_edges(width: int, row: _RowShape) -> list[int]:
    """Return the right edge of each cell: those without a width share the rest of the table's width."""
    shares = sum([span for own, span in row if own == 0])
    shared_width = width - sum([own for own, _ in row])
    if shares and shared_width <= 0:  # nothing is left to share: all cells are equally wide
        widths = [width / len(row) for _ in row]
    else:
        widths = [own or span * shared_width / shares for own, span in row]
    return [round(edge) for edge in accumulate(widths)]


def _grid_widths(width: int, rows: Sequence[_RowShape]) -> list[int]:
    """Return the widths of a table's columns; its rows have cells with a width (0 for a share of the rest) and a span.

    The row with the most columns decides: its cells keep their widths, and those without share the rest evenly.
    """
    deciding = max(rows, key=_number_of_columns, default=())
    wanted = []
    for own, span in deciding:
        for _ in range(span):
            wanted.append(own / span)
    if not wanted:
        return [width]
    sharing = wanted.count(0)
    shared_width = width - sum(wanted)
    if sharing == 0:
        shares = [own * width / sum(wanted) for own in wanted]
    elif shared_width > 0:
        shares = [own or shared_width / sharing for own in wanted]
    else:
        shares = [width / len(wanted)] * len(wanted)
    edges = [round(edge) for edge in accumulate(shares, initial=0.0)]
    return [end - start for start, end in pairwise(edges)]


def _number_of_columns(row: _RowShape) -> tuple[int, int]:
    """Return the number of columns of a row, and then the number of its cells, to compare rows with as many columns."""
    columns = sum([span for _, span in row])
    return columns, len(row)
