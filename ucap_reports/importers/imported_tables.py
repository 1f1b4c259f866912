"""Tables as drafts of plans: one plan for each row, or for each group of rows.

In the order of this file: the grid of cells, whatever program wrote it; the header, whose columns name fields by their
labels or by the map for `--columns`; the drafts; and tables of one plan, with labels in a column.

Which row is the header is decided by `header_of`; about which city a column is, by `_columns`; which rows are left out,
by `table_drafts`; and which rows are one plan, by `_groups`.
"""

import csv
import io
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.column_map_file import IGNORE, NO_MAP, CellSearch, ColumnMap, Use, names_cities, target_of
from ucap_reports.importers.contact_parts import split_office
from ucap_reports.importers.draft_and_kept_comments import Draft, aside_problem, on_one_line
from ucap_reports.importers.imported_cells import Filler
from ucap_reports.importers.label_recognition import ID, Labels, folded_label
from ucap_reports.importers.parsed_cells_and_lists import Leftover, ParsedCell, ParsedRow, ParsedSummary, dump_text
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.field_descriptions import CITIES, NAME
from ucap_reports.plan.plan_ids import id_of_names
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, Problem, ProblemsFound, Suggestions, did_you_mean, problem, raise_found
from ucap_reports.storage.project_folder import PLAN_ENDING
from ucap_reports.storage.reading_limits import MAX_CELLS, MAX_COLUMNS, MAX_IMPORT_CHARACTERS, MAX_ROWS
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import Paragraph, RichText, Run

# The grid of cells

Row = Sequence[ParsedCell | None]
"""Cells beside each other, None for an empty one."""

_NOTE = LazyPattern(
    r"""
    \A \s* (?: [*\u2020\u2021\u00b9\u00b2\u00b3] | \d+[.)] )    # the mark of a note
    | : (?: \s | \Z ) | \uff1a                                # "Source: …"
    | \u3002
    | https?://
    """,
    re.VERBOSE,
)
"""What no name of a city has."""
_FEWEST_WORDS_OF_SENTENCE = 3
"""A text with a point at the end may be a name with fewer words, such as "Washington D.C."."""


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
            if cell.merged is not None:
                first_row, first_column = cell.merged
                is_first_part = self.rows[first_row] is row and column == first_column
                if not is_first_part:
                    continue
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


def _is_wide(row: Row, cell: ParsedCell) -> bool:
    """Return whether a cell is over several columns of its row."""
    if cell.merged is None:
        return False
    parts = [other for other in row if other is not None and other.merged == cell.merged]
    return len(parts) > 1


_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 30
"""How many lines decide on the delimiter."""
_SAMPLE_CHARACTERS = 4_000_000
"""How many characters of these lines are read, however long the lines are."""
_SAMPLE_HEADERS = 10
"""How many rows may be the header by which delimiters are compared."""


def delimited_grid(text: str, path: str, is_header: Callable[[str], bool], problems: list[Problem]) -> CellGrid:
    """Return the table of a text file with delimiters; `problems` gets the warnings about cells with errors.

    Raises ProblemsFound if the file cannot be read as a table.
    """
    rows: list[tuple[ParsedCell | None, ...]] = []
    cell_count = 0
    column_names = [f"column {number}" for number in range(1, MAX_COLUMNS + 1)]
    for line, row in _rows(text, _delimiter(text, is_header), path):
        if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise too_large(path)
        cells: list[ParsedCell | None] = [None] * len(row)
        for index, value in enumerate(map(str.strip, row)):
            if not value:
                continue
            cell_count += 1
            if cell_count > MAX_CELLS:
                raise ProblemsFound([problem("import-too-large", Location(path), form="cells", limit=MAX_CELLS)])
            location = Location(path, line, place=column_names[index])
            if is_cell_error(value):
                problems.append(problem("import-formula", location, form="cell", value=value))
            else:
                cells[index] = text_cell(value, location)
        rows.append(tuple(cells))
    width = max(map(len, rows), default=0)
    padded_rows = [row + (None,) * (width - len(row)) for row in rows]
    return CellGrid(path, "", tuple(padded_rows))


def text_cell(text: str, location: Location, number: float | None = None, link: str | None = None) -> ParsedCell | None:
    """Return a cell of text with inline HTML and typed lists, None without words; `link` is the address that it links
    to.
    """
    content = dump_text(text)
    address = explicit_address(link) if link else None
    if address is not None:
        content = _linked(content, address)
    return ParsedCell(content, location, number) if content else None


def _linked(content: RichText, address: str) -> RichText:
    """Return a text of one paragraph as a link to an address; other texts as they are."""
    match content.blocks:
        case (Paragraph(inlines),):
            linked = []
            for inline in inlines:
                linked.append(replace(inline, link=address) if isinstance(inline, Run) else inline)
            return RichText((Paragraph(tuple(linked)),))
        case _:
            return content


def too_large(path: str) -> ProblemsFound:
    """Return what a table with too many rows or columns raises."""
    size = problem("import-too-large", Location(path), form="table", rows=MAX_ROWS, columns=MAX_COLUMNS)
    return ProblemsFound([size])


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
    lines = text[:_SAMPLE_CHARACTERS].splitlines()
    sample = "\n".join(lines[:_SAMPLE])

    def headers_and_columns(delimiter: str) -> tuple[int, int]:
        """Return the most headers in one row, and the most columns, if a delimiter divides the lines."""
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        header_count = 0
        for row in rows[:_SAMPLE_HEADERS]:
            if len(row) > 1:
                header_count = max(header_count, sum(map(is_header, row[:MAX_COLUMNS])))
        column_count = max(map(len, rows), default=0)
        return header_count, column_count

    return max(_DELIMITERS, key=headers_and_columns)


_ERROR_NAMES = (
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
_ERROR = re.compile(rf"#(?:{'|'.join(map(re.escape, _ERROR_NAMES.split()))})|Err:[0-9]{{3}}|#{{3,}}")
"""An error of Excel, one of LibreOffice, or a number that was too wide for its column, which Excel writes to text files
as it shows it."""


_ERROR_STARTS = ("#", "Err:")


def is_cell_error(text: str) -> bool:
    """Return whether the text of a cell is an error of a spreadsheet program."""
    bare = text.strip()
    return bare.startswith(_ERROR_STARTS) and _ERROR.fullmatch(bare) is not None


# The header

_MAX_HEADER_ROWS = 25
"""The maximum number of rows above the header."""


_MergedCell = tuple[int, int]
"""The row and the column of the first part of a merged cell."""


class TableColumn(Struct, frozen=True):
    """A column: its index, its header with its location, and the uses of its cells."""

    index: int
    header: str
    location: Location
    uses: tuple[Use, ...]

    @property
    def names_cities(self) -> bool:
        """Whether the column has the names of cities."""
        return any(names_cities(use.field) for use in self.uses)


class Header(Struct, frozen=True):
    """The header of a table: its first and last row from 0, and its columns."""

    top: int
    last: int
    columns: tuple[TableColumn, ...]


def header_of(grid: CellGrid, labels: Labels, column_map: ColumnMap) -> Header | None:
    """Return the header of a table; None where no row names the cities, names plans that the table may change, or has a
    header of the map.

    It is the row with the most known headers. A header over several columns counts once, so that the row of their own
    headers, below it, has more.
    """
    known_count = 0
    header_row = 0
    for index, row in enumerate(grid.rows[:_MAX_HEADER_ROWS]):
        fields = _fields_of_headers(row, labels, column_map)
        names_known_plans = bool(labels.cities_of_plans) and ID in fields
        is_header = column_map is not NO_MAP or names_known_plans or any(map(names_cities, fields))
        if is_header and len(fields) > known_count:
            known_count = len(fields)
            header_row = index
    if not known_count:
        return None
    row_above = grid.rows[header_row - 1] if header_row else ()
    columns = _columns(grid, grid.rows[header_row], row_above, labels, column_map)
    return Header(header_row, _last_row(grid, header_row, columns), columns)


def _fields_of_headers(row: Row, labels: Labels, column_map: ColumnMap) -> list[str]:
    """Return the fields that the headers in a row name; a merged one counts once, in each of its rows."""
    merged_headers: set[_MergedCell] = set()
    fields = []
    for cell in row:
        if cell is None or cell.merged in merged_headers:
            continue
        if cell.merged is not None:
            merged_headers.add(cell.merged)
        field = target_of_header(cell.text, labels, column_map)
        if field is not None:
            fields.append(field)
    return fields


def likely_header(grid: CellGrid) -> Header | None:
    """Return what may be the header of a table in which no row names the cities: the first row with the most words.

    None of its columns has a field. None for tables that have no row with at least two cells of words.
    """
    word_count = 1
    header_row = None
    for index, row in enumerate(grid.rows[:_MAX_HEADER_ROWS]):
        words = [cell for cell in grid.own_cells(row) if cell.number is None]
        if len(words) > word_count:
            word_count = len(words)
            header_row = index
    if header_row is None:
        return None
    columns = []
    for index, cell in enumerate(grid.rows[header_row]):
        if cell is not None:
            columns.append(TableColumn(index, cell.text, cell.location, ()))
    return Header(header_row, header_row, tuple(columns))


def _columns(grid: CellGrid, header: Row, above: Row, labels: Labels, column_map: ColumnMap) -> tuple[TableColumn, ...]:
    """Return the columns. Fields of cities are about one city after the other if they come several times, unless each
    header has the number of its city in brackets. Below merged headers, they are about the city of theirs.
    """
    uses_by_column: list[tuple[Use, ...]] = []
    columns_of_field: dict[str, list[int]] = {}
    """The indexes of the columns with each field."""
    for index, cell in enumerate(header):
        uses = _uses_of_header(cell.text, labels, column_map) if cell else ()
        uses_by_column.append(uses)
        for name in dict.fromkeys(use.field for use in uses):
            columns_of_field.setdefault(name, []).append(index)
    city_by_column = _cities_of_merged_headers(uses_by_column, above, labels)
    for indexes in columns_of_field.values():
        city_by_column |= _cities_in_brackets(header, indexes, labels)
    paths = _paths_in_cities(columns_of_field, city_by_column, labels)
    columns = []
    for index, (cell, uses) in enumerate(zip(header, uses_by_column, strict=True)):
        own_uses = []
        for use in uses:
            path = paths.get((index, use.field), use.field)
            own_uses.append(use.model_copy(update={"field": path}))
        text = cell.text if cell else ""
        location = cell.location if cell else Location(grid.path)
        columns.append(TableColumn(index, text, location, tuple(own_uses)))
    return tuple(columns)


def _paths_in_cities(
    columns_of_field: Mapping[str, Sequence[int]], city_by_column: Mapping[int, int], labels: Labels
) -> dict[tuple[int, str], str]:
    """Return the paths of columns with a fact of one city, such as `cities[1].country`, by the column and the field.

    A column whose header does not say its city is about the city of its number among those with the same field. One
    that is the only one has no path: its cells are about all cities.
    """
    paths: dict[tuple[int, str], str] = {}
    for field, indexes in columns_of_field.items():
        if not labels.known.is_of_city(field):
            continue
        for number, index in enumerate(indexes):
            if index in city_by_column or len(indexes) > 1:
                city = city_by_column.get(index, number)
                paths[index, field] = f"{CITIES}[{city}].{labels.name_in_city(field)}"
    return paths


def _cities_in_brackets(header: Row, indexes: Iterable[int], labels: Labels) -> dict[int, int]:
    """Return the index of the city of each of the columns with one field, if their headers have different numbers of
    cities in brackets; none otherwise.
    """
    city_by_column: dict[int, int] = {}
    for index in indexes:
        cell = header[index]
        city = None if cell is None else labels.city_in_brackets(cell.text)
        if city is None:
            return {}
        city_by_column[index] = city
    has_different_cities = len(set(city_by_column.values())) == len(city_by_column)
    return city_by_column if has_different_cities and len(city_by_column) > 1 else {}


def _cities_of_merged_headers(uses_by_column: Sequence[Sequence[Use]], above: Row, labels: Labels) -> dict[int, int]:
    """Return the index of the city of each column below a merged header; none if the headers tell no city from another.

    It is that of the first column of names below the header. Where no header has one, they are about one city after the
    other; otherwise those without one are about all cities. Headers over other facts of the plan do not count.

    `above` is the row above the header; empty if there is none.
    """
    columns_below = _columns_below_merged_headers(above)
    columns_of_names = []
    for index, uses in enumerate(uses_by_column):
        if any(names_cities(use.field) for use in uses):
            columns_of_names.append(index)
    headers_of_cities: list[_MergedCell] = []
    """The merged headers with names or facts of cities below them."""
    city_by_header: dict[_MergedCell, int] = {}
    for header, columns in columns_below.items():
        named_cities = [city for city, column in enumerate(columns_of_names) if column in columns]
        if named_cities:
            city_by_header[header] = named_cities[0]
        if named_cities or any(_is_about_city(uses_by_column[column], labels) for column in columns):
            headers_of_cities.append(header)
    if len(headers_of_cities) <= 1:
        return {}
    if not city_by_header:  # the names are elsewhere, as in a column with several
        city_by_header = {header: city for city, header in enumerate(headers_of_cities)}
    city_by_column: dict[int, int] = {}
    for header, city in city_by_header.items():
        for column in columns_below[header]:
            city_by_column[column] = city
    return city_by_column


def _columns_below_merged_headers(above: Row) -> dict[_MergedCell, list[int]]:
    """Return the columns below each cell of the row above the header that is over several columns."""
    columns_below: dict[_MergedCell, list[int]] = {}
    for index, cell in enumerate(above):
        if cell is not None and cell.merged is not None and _is_wide(above, cell):
            columns_below.setdefault(cell.merged, []).append(index)
    return columns_below


def _is_about_city(uses: Sequence[Use], labels: Labels) -> bool:
    """Return whether a column has a fact of cities."""
    return any(labels.known.is_of_city(use.field) for use in uses)


def _last_row(grid: CellGrid, top: int, columns: Sequence[TableColumn]) -> int:
    """Return the last row of the header: cells that name fields may be merged over several rows."""
    columns_with_field = [column.index for column in columns if column.uses]
    last = top
    for number, row in enumerate(grid.rows):
        for index in columns_with_field:
            cell = row[index]
            if cell and cell.merged and cell.merged[0] <= top:
                last = max(last, number)
    return last


def target_of_header(text: str, labels: Labels, column_map: ColumnMap = NO_MAP) -> str | None:
    """Return the field that a header names, with the number of the city if it has one; None for other headers."""
    uses = _uses_of_header(text, labels, column_map)
    return uses[0].field if uses else None


def _uses_of_header(header: str, labels: Labels, column_map: ColumnMap) -> tuple[Use, ...]:
    """Return the uses of the column with this header: those of the map, or else the field that the header names."""
    uses = _uses_in_map(header, column_map)
    if uses:
        return uses
    field = target_of(header.strip(), labels.known) or labels.target(header)
    return (Use(field=field),) if field else ()


def _uses_in_map(header: str, column_map: ColumnMap) -> tuple[Use, ...]:
    """Return what the map says about a column; one that only selects rows is ignored otherwise."""
    label = folded_label(header)
    for name, uses in column_map.columns.items():
        if folded_label(name) == label:
            return tuple(map(_with_name_of_cities, uses))
    for name in (*column_map.only, *column_map.without):
        if folded_label(name) == label:
            return (Use(field=IGNORE),)
    return ()


def _with_name_of_cities(use: Use) -> Use:
    """Return a use whose field is the name of a city if the map calls it by the list of cities."""
    return use.model_copy(update={"field": NAME}) if use.field == CITIES else use


# The drafts

_LEFTOVER_PLACE = 50
"""Characters of the place that is written beside a text without a field."""


def table_drafts(grid: CellGrid, labels: Labels, column_map: ColumnMap, problems: list[Problem]) -> list[Draft]:
    """Return a draft for each plan of a table; `problems` gets the warnings about the table.

    Raises ProblemsFound where it has no header.
    """
    header = header_of(grid, labels, column_map)
    if header is None:
        raise ProblemsFound([problem("import-no-header", Location(grid.path, place=grid.name or None))])
    _refuse_missing(header.columns, column_map, grid)
    possible_rows: dict[int, Row] = {}
    rows_without_plan: dict[int, Row] = {}
    first_row: Row | None = None
    """The first row of the plan that the next row may continue."""
    for number, row in _rows_below(header, grid):
        if _is_heading(grid, row) or _is_note(grid, row) or _is_total(row, header, labels):
            if _is_selected(row, row, header, column_map):
                rows_without_plan[number] = row
            continue
        if first_row is None or not _continues_plan(row, header.columns):
            first_row = row
        # If the first row of a plan is left out, so are its others: they would be read as rows of the plan above.
        is_plan_selected = _is_selected(first_row, first_row, header, column_map)
        if is_plan_selected and _is_selected(row, first_row, header, column_map):
            possible_rows[number] = row
    plans: dict[int, Draft] = {}
    """The plans by their first rows."""
    rows_of_plans: list[Row] = []
    search = CellSearch()
    # Names before other facts of cities: how many cities there are decides how a fact of several is split.
    names_first = sorted(header.columns, key=lambda column: not column.names_cities)
    for group in _groups(possible_rows, header.columns, search):
        draft = _draft(grid.path, list(group.values()), names_first, column_map, labels, search)
        if draft.has_cities():
            plans[min(group)] = draft
            rows_of_plans += group.values()
        else:
            rows_without_plan |= group
    drafts = list(plans.values())
    unknown_columns = list(_unknown_columns(header.columns, rows_of_plans))
    problems += unknown_columns
    unknown_plans = _unknown_plans(rows_without_plan, header.columns, labels, search)
    similar_plans = Suggestions(labels.cities_of_plans)
    _keep_rows_without_plan(rows_without_plan, plans, unknown_plans, similar_plans, grid, problems)
    headers_in_use = {column.location for column in header.columns if column.uses}
    reported_headers = {warning.location for warning in unknown_columns}
    _keep_above(header, grid, headers_in_use | reported_headers, drafts, labels, problems)
    return drafts


def _rows_below(header: Header, grid: CellGrid) -> Iterator[tuple[int, Row]]:
    """Yield the rows below the header with their indexes, without empty ones."""
    for number, row in enumerate(grid.rows):
        if number > header.last and grid.own_cells(row):
            yield number, row


def _is_selected(row: Row, first_row: Row, header: Header, column_map: ColumnMap) -> bool:
    """Return whether the map selects the row. For its empty cells, those in the first row of its plan decide."""
    if not column_map.only and not column_map.without:
        return True
    texts_by_header: dict[str, set[str]] = defaultdict(set)  # several columns may have the same header
    for column in header.columns:
        text = _cell_text(row, column) or _cell_text(first_row, column)
        texts_by_header[folded_label(column.header)].add(text)
    for name, wanted in column_map.only.items():
        if texts_by_header[folded_label(name)].isdisjoint(wanted):
            return False
    for name, unwanted in column_map.without.items():
        if not texts_by_header[folded_label(name)].isdisjoint(unwanted):
            return False
    return True


def _cell_text(row: Row, column: TableColumn) -> str:
    cell = row[column.index]
    return cell.text if cell else ""


def _is_heading(grid: CellGrid, row: Row) -> bool:
    """Return whether a row has nothing but one cell over several columns, such as the name of a region."""
    cells = grid.own_cells(row)
    return len(cells) == 1 and _is_wide(row, cells[0])


def _is_note(grid: CellGrid, row: Row) -> bool:
    """Return whether a row has nothing but one text that is no name, such as "Source: Statistical Office" below a
    table.
    """
    cells = grid.own_cells(row)
    if len(cells) != 1:
        return False
    text = cells[0].text
    is_sentence = text.rstrip().endswith(".") and len(text.split()) >= _FEWEST_WORDS_OF_SENTENCE
    return is_sentence or _NOTE.search(text) is not None


def _is_total(row: Row, header: Header, labels: Labels) -> bool:
    """Return whether a row adds the others up: the columns of names have no other words."""
    texts = [_cell_text(row, column) for column in header.columns if column.names_cities]
    names = [text for text in texts if text]
    return bool(names) and all(map(labels.is_total, names))


def _unknown_plans(
    rows: Mapping[int, Row], columns: Sequence[TableColumn], labels: Labels, search: CellSearch
) -> Mapping[int, str]:
    """Return the ids in those rows of an update that no plan has; the rows of a new table may have any ids."""
    unknown_plans: dict[int, str] = {}
    if not labels.cities_of_plans:
        return unknown_plans
    for number, row in rows.items():
        plan = _row_id(row, columns, search)
        if plan and id_of_names([plan]) not in labels.cities_of_plans:
            unknown_plans[number] = plan
    return unknown_plans


def _keep_rows_without_plan(  # noqa: PLR0917 - the rows and plans of a table, and what is said about them
    rows: Mapping[int, Row],
    plans: Mapping[int, Draft],
    unknown_plans: Mapping[int, str],
    similar_plans: Suggestions,
    grid: CellGrid,
    problems: list[Problem],
) -> None:
    """Keep each row without a plan in the plan above it, or else in the first one; `problems` gets the warnings."""
    first_rows = sorted(plans)
    for number, row in sorted(rows.items()):
        kept = grid.kept(row, "\n")
        if number in unknown_plans:
            plan = unknown_plans[number]
            hint = similar_plans.hint(plan)
            problems.append(problem("import-row", kept.location, form="plan", hint=hint, name=plan))
        else:
            words = " ".join(grid.kept(row, "; ").text.split())
            problems.append(problem("import-row", kept.location, form="cities", text=words))
        if first_rows:
            plans_above = bisect(first_rows, number)
            last_above = max(plans_above - 1, 0)
            plans[first_rows[last_above]].leftovers.append(kept)


def _keep_above(  # noqa: PLR0917 - the table, what its columns mean, and where its words go
    header: Header,
    grid: CellGrid,
    known_headers: Container[Location],
    drafts: Sequence[Draft],
    labels: Labels,
    problems: list[Problem],
) -> None:
    """Keep what is above the table, and headers and notes without a field, in each plan; `problems` gets the warnings.

    `known_headers` are those with a field, and those that are reported already. Raises ProblemsFound if the plans would
    have too much text in total.
    """
    characters = 0
    for number, row in enumerate(grid.rows[: header.last + 1]):
        is_row_above = number == header.top - 1
        for cell in grid.own_cells(row):
            leftovers: list[Leftover] = []
            if cell.note:
                note = Leftover("note", cell.note, cell.location)
                leftovers.append(note)
                problems.append(aside_problem(note))
            is_city_number = is_row_above and _is_wide(row, cell) and _is_city_label(cell.text, labels)
            if cell.location not in known_headers and not is_city_number:
                text = cell.content.text
                leftovers.append(Leftover("", text, cell.location))
                problems.append(problem("import-unplaced", cell.location, form="above", text=on_one_line(text)))
            for leftover in leftovers:
                characters += len(leftover.text) + _LEFTOVER_PLACE
            if characters * len(drafts) > MAX_IMPORT_CHARACTERS:
                large = problem("import-too-large", Location(grid.path), form="above", plans=len(drafts))
                raise ProblemsFound([large])
            for draft in drafts:
                draft.leftovers += leftovers


def _is_city_label(text: str, labels: Labels) -> bool:
    """Return whether a text is a label such as "City 1", whose number the columns below it have."""
    target = target_of_header(text, labels)
    return target is not None and names_cities(target)


def _refuse_missing(columns: Sequence[TableColumn], column_map: ColumnMap, grid: CellGrid) -> None:
    """Raise ProblemsFound where the map names a column that the table does not have."""
    headers = {folded_label(column.header): column.header for column in columns}
    known = [header for header in headers.values() if header]
    missing = []
    for name in dict.fromkeys((*column_map.only, *column_map.without, *column_map.columns)):
        if folded_label(name) not in headers:
            hint = did_you_mean(name, known)
            missing.append(problem("column-missing", Location(grid.path), name=name, hint=hint))
    raise_found(missing)


def _groups(rows: Mapping[int, Row], columns: Sequence[TableColumn], search: CellSearch) -> Iterable[dict[int, Row]]:
    """Return the rows of each plan: those that name the same plan, or that share a merged cell of a field of the plan.

    A row whose cell for the name of a plan is empty belongs to the one above it; one whose cell has no name, such as a
    hyphen, is a plan of its own.
    """
    groups: dict[object, dict[int, Row]] = {}
    has_ids = any(map(_names_plans, columns))
    shared_columns = [column.index for column in columns if _has_shared_field(column)]
    key: object = None
    for number, row in rows.items():
        own_key = number  # of a row that shares its plan with no other
        if not has_ids:
            key = _merged_cell(row, shared_columns) or own_key
        elif not _continues_plan(row, columns):
            key = _row_id(row, columns, search) or own_key
        groups.setdefault(key, {})[number] = row
    return groups.values()


def _has_shared_field(column: TableColumn) -> bool:
    """Return whether a column has a field that all cities of a plan share."""
    return any(use.is_shared for use in column.uses)


def _merged_cell(row: Row, indexes: Iterable[int]) -> _MergedCell | None:
    """Return the first merged cell in some columns of a row."""
    for index in indexes:
        cell = row[index]
        if cell is not None and cell.merged:
            return cell.merged
    return None


def _continues_plan(row: Row, columns: Iterable[TableColumn]) -> bool:
    """Return whether a row belongs to the plan of the row above it: its cell for the name of a plan is empty."""
    columns_of_ids = [column.index for column in columns if _names_plans(column)]
    return bool(columns_of_ids) and all(row[index] is None for index in columns_of_ids)


def _names_plans(column: TableColumn) -> bool:
    return any(use.field == ID for use in column.uses)


def _row_id(row: Row, columns: Iterable[TableColumn], search: CellSearch) -> str:
    """Return the first name of a plan in a row, without the ending of its file; empty if there is none."""
    for column in columns:
        cell = row[column.index]
        if cell is None or is_unknown(cell.text):
            continue
        for use in column.uses:
            if use.field == ID:
                for part in use.values_in(cell, search):
                    return _plan_name(part)
    return ""


def _plan_name(cell: ParsedCell) -> str:
    return cell.text.removesuffix(PLAN_ENDING)


def _draft(  # noqa: PLR0917 - the table, what its columns mean, and the search in its cells
    path: str,
    rows: Sequence[Row],
    columns: Sequence[TableColumn],
    column_map: ColumnMap,
    labels: Labels,
    search: CellSearch,
) -> Draft:
    """Return the plan of a group of rows; the columns with names of cities are the first ones."""
    draft = Draft(path, known=labels.known)
    if len(rows) == 1:  # of several rows, each is about a city, which it must name
        _put_cities_of_plan(draft, rows[0], columns, labels, search)
    filler = Filler(draft, separator=column_map.separator)
    placed: set[_MergedCell] = set()
    """The merged cells of shared fields that are in the plan."""
    noted: set[Location] = set()
    for index, row in enumerate(rows):
        city = index if len(rows) > 1 else None
        for column in columns:
            cell = row[column.index]
            if cell is None or cell.merged in placed:
                continue
            if cell.merged is not None and all(use.is_shared or use.field == IGNORE for use in column.uses):
                placed.add(cell.merged)
            if cell.note and cell.location not in noted:
                noted.add(cell.location)
                draft.keep_aside(Leftover("note", cell.note, cell.location))
            if not is_unknown(cell.text):
                _fill(column, cell, city, filler, draft, search)
    split_office(draft)
    return draft


def _put_cities_of_plan(
    draft: Draft, row: Row, columns: Sequence[TableColumn], labels: Labels, search: CellSearch
) -> None:
    """Put the names of the cities of the plan that a row names, if it is about an existing plan and names no city."""
    plan = _row_id(row, columns, search)
    if not plan:
        return
    for column in columns:
        if column.names_cities and not is_unknown(_cell_text(row, column)):
            return
    names = labels.cities_of_plans.get(id_of_names([plan]), ())
    for index, name in enumerate(names):
        draft.put((CITIES, index, NAME), name, Location(draft.path))


def _fill(  # noqa: PLR0917 - as above
    column: TableColumn, cell: ParsedCell, city: int | None, filler: Filler, draft: Draft, search: CellSearch
) -> None:
    """Put a cell into the fields of its column; keep it if something in it has no field, unless the map ignores it."""
    is_complete = False
    for use in column.uses:
        parts = use.values_in(cell, search)
        if parts and not use.is_part:
            is_complete = True
        for part in parts:
            if use.field == ID:
                draft.id = draft.id or id_of_names([_plan_name(part)])
            elif use.field != IGNORE:
                filler.put(use.field, part, city, label=column.header)
    if not column.uses:  # the warning about the column reports it
        draft.leftovers.append(Leftover(column.header, cell.content.text, cell.location))
    elif not is_complete and all(use.field != IGNORE for use in column.uses):
        draft.keep(column.header, cell.content.text, cell.location)


def _unknown_columns(columns: Iterable[TableColumn], rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield a warning for each column without a field that has content."""
    for column in columns:
        if column.uses:
            continue
        filled = _first_filled(row[column.index] for row in rows)
        if filled is None:
            continue
        if column.header:
            yield problem("import-column", column.location, form="unknown", header=column.header)
        else:
            yield problem("import-column", filled.location, form="no-header", text=on_one_line(filled.text))


def _first_filled(cells: Iterable[ParsedCell | None]) -> ParsedCell | None:
    """Return the first cell that says something."""
    for cell in cells:
        if cell is not None and not is_unknown(cell.text):
            return cell
    return None


# A table of one plan

_MIN_LABELS = 3


def parse_label_column(grid: CellGrid, labels: Labels) -> ParsedSummary | None:
    """Return the summary in a table whose first column has labels; None for other tables."""
    fields = set()
    for row in grid.rows:
        if row and row[0] is not None:
            fields.add(labels.field_of_row(row[0].text))
    fields.discard(None)
    if NAME not in fields or len(fields) < _MIN_LABELS:
        return None
    rows: list[ParsedRow] = []
    around: list[tuple[ParsedCell, ...]] = []
    asides: list[Leftover] = []
    for row in grid.rows:
        own = grid.own_cells(row)
        asides += [Leftover("note", cell.note, cell.location) for cell in own if cell.note]
        label = row[0]
        cells = tuple(cell for cell in own if cell is not label)
        if label is not None and (cells or labels.field_of_row(label.text)):
            rows.append(ParsedRow(label, cells))
        elif own:
            around.append(tuple(own))
    return ParsedSummary(grid.path, tuple(rows), tuple(around), asides=tuple(asides))
