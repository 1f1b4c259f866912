"""What only a filled-in document shows: its tables' columns, the cells left empty, the numbers of its pictures.

The compiled template leaves marks in its text, between two characters that XML cannot hold and no value therefore has.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from msgspec import Struct, field

BEGIN, END = "\x01", "\x02"
TABLE, ROW, CELL, TABLE_END, PARAGRAPH, NUMBER, DIRECTION = "trcepnd"
"""The kinds of marks: a table and its width, a row, a cell and its width, span and tag, a table's end, a paragraph that
stands where nothing else does, a number that no other picture has, and what only a right-to-left document has.
"""
PICTURES = 1_000
"""How many numbers each part has for its pictures, so that no two of a document have the same."""
MOST_COLUMNS = 63
"""As many columns as Word's tables can have."""
_MARKS = re.compile(f"{BEGIN}([^{END}]*){END}")
_PARAGRAPH_ENDS = ("</w:p>", "<w:p/>")


class SpanError(Exception):
    """A cell's span is no number of columns; `tag` is the number of the tag that says it."""

    def __init__(self, span: str, tag: int) -> None:
        self.tag = tag
        super().__init__(f'"{span}" is no number of columns')


class _PlacedCell(Struct, frozen=True):
    """A cell's place in the text, its width in twips (0 where it shares what is left), and its columns."""

    place: int
    width: int
    span: int


class _GridTable(Struct, frozen=True):
    """A table's place in the text, its width in twips, and the cells of its rows."""

    place: int
    width: int
    rows: list[list[_PlacedCell]] = field(default_factory=list)


def grid_mark(kind: str, *values: object) -> str:
    """A mark as the compiled template has it."""
    return f"{BEGIN}{kind}{':'.join(str(value) for value in values)}{END}"


def resolve(text: str, number: int = 0, *, right_to_left: bool = False) -> str:
    """The text with each mark replaced by what it stands for; its pictures count on from `number`. Raises SpanError."""
    pieces = _MARKS.split(text)
    tables: list[_GridTable] = []
    for place in range(1, len(pieces), 2):
        content = pieces[place]
        kind, content, pieces[place] = content[0], content[1:], ""
        if kind == CELL:
            tables[-1].rows[-1].append(_cell(place, content))
        elif kind == ROW:
            tables[-1].rows.append([])
        elif kind == PARAGRAPH:
            pieces[place] = "" if pieces[place - 1].endswith(_PARAGRAPH_ENDS) else content
        elif kind == TABLE:
            tables.append(_GridTable(place, int(content)))
        elif kind == TABLE_END:
            _lay_out(tables.pop(), pieces)
        elif kind == DIRECTION:
            pieces[place] = content if right_to_left else ""
        elif kind == NUMBER:
            number += 1
            pieces[place] = str(number)
    return "".join(pieces)


def _cell(place: int, content: str) -> _PlacedCell:
    width, tag, span = content.split(":", 2)
    if not (span.isascii() and span.isdigit() and 1 <= int(span) <= MOST_COLUMNS):
        raise SpanError(span, int(tag))
    return _PlacedCell(place, int(width), int(span))


def _lay_out(table: _GridTable, pieces: list[str]) -> None:
    """Write the table's columns, and each cell's width and span, into their places."""
    columns = grid_widths(table.width, [[(cell.width, cell.span) for cell in row] for row in table.rows])
    pieces[table.place] = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    edges = [0, *accumulate(columns)]
    for row in table.rows:
        first = 0
        for cell in row:
            last = min(first + cell.span, len(columns))
            span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
            width = edges[last] - edges[first]
            pieces[cell.place] = f'<w:tcW w:w="{width}" w:type="{"dxa" if width else "auto"}"/>{span}'
            first = last


def grid_widths(width: int, rows: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    """The columns of a table as wide as `width`, whose rows have cells of a width (0: what is left) and a span.

    The row with the most columns decides: its cells keep the width they have, the others share the rest evenly.
    """
    deciding = max(rows, key=lambda row: (sum(span for _, span in row), len(row)), default=())
    wanted = [own / span for own, span in deciding for _ in range(span)]
    if not wanted:
        return [width]
    sharing = wanted.count(0)
    rest = width - sum(wanted)
    if sharing == 0:
        shares = [own * width / sum(wanted) for own in wanted]
    elif rest > 0:
        shares = [own or rest / sharing for own in wanted]
    else:
        shares = [width / len(wanted)] * len(wanted)
    edges = [round(edge) for edge in accumulate(shares, initial=0.0)]
    return [right - left for left, right in pairwise(edges)]
