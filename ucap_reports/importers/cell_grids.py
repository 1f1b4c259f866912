"""Tables as grids of cells, whatever program wrote them, and the errors that such programs show instead of values."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.lines_to_blocks import dump_text
from ucap_reports.importers.parsed_summary import Leftover, ParsedCell
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import Paragraph, RichText, Run

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets read them
"""What a spreadsheet program may take for the start of a formula (OWASP, CSV injection)."""
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 30
"""How many lines decide on the delimiter."""
_SAMPLE_CHARACTERS = 4_000_000
"""How many characters of these lines do."""

Row = Sequence[ParsedCell | None]
"""Cells beside each other, None for an empty one."""

_NAMES = (
    "REF! VALUE! DIV/0! NAME? NULL! NUM! N/A SPILL! CALC! FIELD! BLOCKED! BUSY! CONNECT! PYTHON! UNKNOWN! GETTING_DATA "
    "BEZUG! WERT! ZAHL! NV ÜBERLAUF! KALK! FELD! "
    "VALEUR! NOM? NOMBRE! NUL! PROPAGATION! "
    "¡REF! ¡VALOR! ¡DIV/0! ¿NOMBRE? ¡NULO! ¡NUM! ¡NÚM! ¡DESBORDAMIENTO! "
    "VALOR! NOME? NULO! NÚM! DESPEJAR! N/D "
    "RIF! VALORE! NULLO! ESPANSIONE! "
    "VERW! WAARDE! NAAM? LEEG! GETAL! DEEL/0! N/B "
    "ADR! ARG! NAZWA? ZERO! LICZBA! DZIEL/0! N/D! "
    "REFERENS! VÄRDEFEL! NAMN? SKÄRNING! OGILTIGT! DIVISION/0! SAKNAS! "
    "ССЫЛКА! ЗНАЧ! ИМЯ? ПУСТО! ЧИСЛО! ДЕЛ/0! Н/Д"  # noqa: RUF001 - Russian words
)
"""The errors of Excel in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish and Russian,
without the number sign that they begin with. Other languages have the English ones, as in Chinese and Japanese."""
_ERROR = re.compile(rf"#(?:{'|'.join(map(re.escape, _NAMES.split()))})|Err:[0-9]{{3}}|#{{3,}}")
"""An error of Excel, one of LibreOffice, or a number that was too wide for its column, which Excel writes to text files
as it shows it."""


class CellGrid(Struct, frozen=True):
    """A table: its name, and its rows, all of one length, with None for an empty cell."""

    path: str
    name: str
    rows: tuple[tuple[ParsedCell | None, ...], ...]

    def own_cells(self, row: Row) -> list[ParsedCell]:
        """Return the cells of a row without those that only repeat the merged cell that they are part of."""
        cells = []
        for column, cell in enumerate(row):
            if cell is None:
                continue
            if cell.merged is None or (self.rows[cell.merged[0]] is row and cell.merged[1] == column):
                cells.append(cell)
        return cells

    def kept(self, row: Row, between: str) -> Leftover:
        """Return the words and notes of a row that has no plan."""
        cells = self.own_cells(row)
        texts = []
        for cell in cells:
            for text in (cell.content.text, cell.note):
                if text:
                    texts.append(text)
        return Leftover("", between.join(texts), cells[0].location)


def is_wide(row: Row, cell: ParsedCell) -> bool:
    """Return whether a cell is over several columns of its row."""
    return cell.merged is not None and sum(other is not None and other.merged == cell.merged for other in row) > 1


def text_cell(text: str, location: Location, number: float | None = None, link: str | None = None) -> ParsedCell | None:
    """Return a cell of text with inline HTML and typed lists, None without words; `link` is the address that it links
    to.
    """
    content = dump_text(text)
    match content.blocks:
        case (Paragraph(inlines),) if address := explicit_address(link or ""):
            linked = (replace(inline, link=address) if isinstance(inline, Run) else inline for inline in inlines)
            content = RichText((Paragraph(tuple(linked)),))
        case _:
            pass
    return ParsedCell(content, location, number) if content else None


def delimited_grid(text: str, path: str, is_header: Callable[[str], bool], problems: list[Problem]) -> CellGrid:
    """Return the table of a text file with delimiters; `problems` gets the warnings about cells with errors.

    Raises ProblemsFound if the file cannot be read as a table.
    """
    rows: list[tuple[ParsedCell | None, ...]] = []
    filled = 0
    for line, row in _rows(text, _delimiter(text, is_header), path):
        if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise too_large(path)
        cells: list[ParsedCell | None] = [None] * len(row)
        for index, value in enumerate(map(str.strip, row)):
            if not value:
                continue
            filled += 1
            if filled > MAX_CELLS:
                raise ProblemsFound([problem("import-too-large", Location(path), form="cells", limit=MAX_CELLS)])
            location = Location(path, line, place=f"column {index + 1}")
            if is_cell_error(value):
                problems.append(problem("import-formula", location, form="cell", value=value))
            else:
                cells[index] = text_cell(value, location)
        rows.append(tuple(cells))
    return CellGrid(path, "", tuple(zip(*zip_longest(*rows), strict=True)))


def too_large(path: str) -> ProblemsFound:
    """Return what a table with too many rows or columns raises."""
    size = problem("import-too-large", Location(path), form="table", rows=MAX_ROWS, columns=MAX_COLUMNS)
    return ProblemsFound([size])


def is_cell_error(text: str) -> bool:
    """Return whether the text of a cell is an error of a spreadsheet program."""
    return _ERROR.fullmatch(text.strip()) is not None


def _rows(text: str, delimiter: str, path: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the lines that they begin in. Raises ProblemsFound for a wrong quotation mark."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        form = "quotation-mark" if "end of data" in str(error) else "table"
        raise ProblemsFound([problem("import-damaged", Location(path, line), form=form, reason=error)]) from None


def _delimiter(text: str, is_header: Callable[[str], bool]) -> str:
    """Return the delimiter under which the first lines have the most headers in one row, then the most columns."""
    sample = "\n".join(text[:_SAMPLE_CHARACTERS].splitlines()[:_SAMPLE])

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        known = max((sum(map(is_header, row[:MAX_COLUMNS])) for row in rows[:10] if len(row) > 1), default=0)
        return known, max((len(row) for row in rows), default=0)

    return max(_DELIMITERS, key=worth)
