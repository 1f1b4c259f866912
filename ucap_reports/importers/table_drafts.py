"""Tables become drafts: one plan a row, or one plan a group of rows."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.cell_grids import CellGrid, GridCell, Row
from ucap_reports.importers.cell_values import Filler, says_unknown
from ucap_reports.importers.city_sharing import CityColumns
from ucap_reports.importers.column_headers import TableColumn, columns_of, header_row
from ucap_reports.importers.column_map import IGNORE, ColumnMap, FieldTarget, Use, target_of, values_of
from ucap_reports.importers.contact_splitting import split_office
from ucap_reports.importers.field_labels import CITY_FIELDS, ID, Labels, folded_label
from ucap_reports.importers.finish_plan import id_of
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.importers.total_rows import is_total
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean
from ucap_reports.template.pack import NAMES_FIELD
from ucap_reports.text.rich_text import RichText

_FEWEST_LABELS = 3


class _Group(Struct):
    """The rows of one plan."""

    key: object
    rows: list[Row] = field(default_factory=list)


def label_column_form(grid: CellGrid, labels: Labels) -> Form | None:
    """The form that a table shows whose first column holds labels; None where it holds something else."""
    known = [labels.find(row[0].cell.text) for row in grid.rows if row and row[0] is not None]
    if NAMES_FIELD not in known or len({name for name in known if name}) < _FEWEST_LABELS:
        return None
    rows = []
    around: list[tuple[FormCell, ...]] = []
    for row in grid.rows:
        filled = _own_cells(row, grid)
        if row and row[0] is not None and len(filled) > 1:
            cells = [each.cell for each in filled[1:]]
            wide = filled[1].merged is not None and len(cells) == 1
            rows.append(FormRow(row[0].cell, tuple(cells), wide))
        elif filled:
            around.append(tuple(each.cell for each in filled))
    return Form(grid.path, tuple(rows), tuple(around))


def _own_cells(row: Row, grid: CellGrid) -> list[GridCell]:
    """The cells of a row without those that only repeat the merged cell that they are part of."""
    return [
        cell
        for place, cell in enumerate(row)
        if cell and (cell.merged is None or (grid.rows[cell.merged[0]] is row and cell.merged[1] == place))
    ]


def _is_heading(row: Row, grid: CellGrid) -> bool:
    """Whether a row is one cell over several columns."""
    own = _own_cells(row, grid)
    return len(own) == 1 and sum(cell is not None and cell.merged == own[0].merged for cell in row) > 1


def table_drafts(grid: CellGrid, labels: Labels, given: ColumnMap | None) -> tuple[list[Draft], list[Problem]]:
    """A draft for each plan of a table, and warnings about its columns; raises ProblemsFound where it has no header."""
    top = header_row(grid, labels, given)
    if top is None:
        hint = "name the columns in its first row as the fields are named, or write a map for --columns"
        message, where = "no row names the cities and other fields", Location(grid.path, place=grid.name or None)
        raise ProblemsFound([Problem.error("import-no-header", message, hint, where)])
    columns = columns_of(grid, top, labels, given)
    _refuse_missing(columns, given, grid)
    last = _last_of_header(grid, top, columns)
    filled = [row for row in grid.rows[last + 1 :] if _own_cells(row, grid) and _is_meant(row, columns, given)]
    places = [column.place for column in columns if _names_cities(column)]
    rows: list[Row] = []
    besides: list[Row] = []
    for row in filled:
        (besides if _is_heading(row, grid) or is_total(row, places) else rows).append(row)
    problems = list(_unplaced_columns(columns, rows))
    groups = _groups(rows, columns)
    drafts = [_draft(group, columns, given) for group in groups]
    without: list[Sequence[Row]] = [[row] for row in besides]
    without += [group.rows for group, draft in zip(groups, drafts, strict=True) if not draft.fields.get("cities")]
    problems += [_without_cities(each, grid) for each in without]
    problems += [
        Problem.warning("import-aside", f'the note "{cell.note}" is not taken', None, cell.cell.location)
        for row in grid.rows[: last + 1]
        for cell in row
        if cell is not None and cell.note
    ]
    for cell in _cells_above(grid, top, last):
        problems.append(_above(cell))
        for draft in drafts:
            draft.leave("", cell.content.text, cell.location, told=True)
    return [draft for draft in drafts if draft.fields.get("cities")], problems


def _last_of_header(grid: CellGrid, top: int, columns: Sequence[TableColumn]) -> int:
    """The last row of the header: cells that name fields may be merged over more than one."""
    last = top
    while last + 1 < len(grid.rows) and any(
        column.uses and (cell := grid.rows[last + 1][column.place]) and cell.merged and cell.merged[0] <= top
        for column in columns
    ):
        last += 1
    return last


def _cells_above(grid: CellGrid, top: int, last: int) -> Iterator[FormCell]:
    """What stands above the rows of plans in no header, but for merged headers that tell the columns of one city from
    those of another.
    """
    for number, row in enumerate(grid.rows[: last + 1]):
        own = _own_cells(row, grid)
        is_header = number == top or (number == top - 1 and len(own) > 1 and all(cell.merged for cell in own))
        yield from (cell.cell for cell in own if not is_header)


def _without_cities(rows: Sequence[Row], grid: CellGrid) -> Problem:
    """A warning for rows that are about no plan, with all that they say."""
    cells = [cell for row in rows for cell in _own_cells(row, grid)]
    said = "; ".join(" ".join(text.split()) for cell in cells for text in (cell.cell.text, cell.note) if text)
    return Problem.warning(
        "import-row",
        f'this row names no city, and makes no plan: "{said}"',
        "name the cities, or remove the row",
        cells[0].cell.location,
    )


def _refuse_missing(columns: Sequence[TableColumn], given: ColumnMap | None, grid: CellGrid) -> None:
    """Raises ProblemsFound where the map names a column that the table does not have."""
    headers = {folded_label(column.header): column.header for column in columns}
    named = [] if given is None else dict.fromkeys((*given.only, *given.without, *given.columns))
    problems = [
        Problem.error("column-missing", f'the table has no column "{name}"', hint, Location(grid.path))
        for name in named
        if folded_label(name) not in headers
        for hint in [did_you_mean(name, [text for text in headers.values() if text]) or "write it as the table does"]
    ]
    if problems:
        raise ProblemsFound(problems)


def _above(cell: FormCell) -> Problem:
    hint = "it is kept as a comment at the end of each plan; if it is about the plans, write it where it belongs"
    return Problem.warning("import-unplaced", f'"{cell.text}" stands above the table', hint, cell.location)


def _is_meant(row: Row, columns: Sequence[TableColumn], given: ColumnMap | None) -> bool:
    """Whether the map takes the row."""
    if given is None:
        return True
    texts = {folded_label(column.header): _cell_text(row, column) for column in columns}
    wanted = all(texts[folded_label(header)] in known for header, known in given.only.items())
    return wanted and not any(texts[folded_label(header)] in known for header, known in given.without.items())


def _cell_text(row: Row, column: TableColumn) -> str:
    cell = row[column.place]
    return cell.cell.text if cell else ""


def _unplaced_columns(columns: Sequence[TableColumn], rows: Sequence[Row]) -> Iterator[Problem]:
    for column in columns:
        filled = next((cell for row in rows if (cell := row[column.place]) is not None), None)
        if column.uses or filled is None:
            continue
        hint = "its contents are kept as comments in the plans; a map for --columns can name its field"
        message = f'no field is called "{column.header}"'
        where = column.location
        if not column.header:
            hint = "its contents are kept as comments in the plans; give it a header"
            message, where = f'"{filled.cell.text}" stands in a column without a header', filled.cell.location
        yield Problem.warning("import-column", message, hint, where)


def _groups(rows: Sequence[Row], columns: Sequence[TableColumn]) -> list[_Group]:
    """The rows of each plan: those that name the same plan, or that a merged cell of a shared field holds together."""
    groups: list[_Group] = []
    keys = [column.place for column in columns if any(use.field == ID for use in column.uses)]
    shared = [column.place for column in columns if any(target_of(use.field) in _shared(use) for use in column.uses)]
    for row in rows:
        key = _key(row, keys, shared)
        found = next((group for group in groups if keys and group.key == key and key is not None), None)
        if found is not None:
            found.rows.append(row)
        elif groups and ((keys and key is None) or (not keys and key is not None and key == groups[-1].key)):
            groups[-1].rows.append(row)
        else:
            groups.append(_Group(key, [row]))
    return groups


def _shared(use: Use) -> set[FieldTarget | None]:
    """The target of a use, where it is of a field that all cities share."""
    target = target_of(use.field)
    is_shared = target is not None and target.city is None and target.field not in (*CITY_FIELDS, NAMES_FIELD, ID)
    return {target} if is_shared else set()


def _key(row: Row, keys: Sequence[int], shared: Sequence[int]) -> object:
    if keys:
        cell = row[keys[0]]
        return cell.cell.text if cell else None
    merged = [cell.merged for place in shared if (cell := row[place]) is not None and cell.merged is not None]
    return merged[0] if merged else None


def _draft(group: _Group, columns: Sequence[TableColumn], given: ColumnMap | None) -> Draft:
    """The plan of a group of rows."""
    first = next(cell for cell in group.rows[0] if cell is not None)
    draft = Draft(first.cell.location.path or "")
    filler = Filler(draft, separator=given.separator if given else None)
    shared = CityColumns(filler, _countries(group, columns))
    seen: set[tuple[int, int]] = set()
    for number, row in enumerate(group.rows):
        for column in sorted(columns, key=lambda column: not _names_cities(column)):
            cell = row[column.place]
            if cell is not None and cell.note:
                draft.set_aside("note", cell.note, cell.cell.location)
            if cell is None or says_unknown(cell.cell.text):
                continue
            is_about_all = column.uses and all(_shared(use) or use.field == ID for use in column.uses)
            if cell.merged is not None and is_about_all:
                if cell.merged in seen:
                    continue
                seen.add(cell.merged)
            _fill(column, cell.cell, number if len(group.rows) > 1 else None, filler, shared)
    _prune(draft)
    split_office(draft)
    return draft


def _names_cities(column: TableColumn) -> bool:
    """Whether a column has the cities' names, which come first: the number of cities follows from them."""
    return any(use.field == NAMES_FIELD or use.field.endswith(".name") for use in column.uses)


def _prune(draft: Draft) -> None:
    """Take out cities that turned out to have nothing, not even a name."""
    if "cities" in draft.fields:
        draft.fields["cities"] = [city for city in draft.fields["cities"] if city]


def _countries(group: _Group, columns: Sequence[TableColumn]) -> str:
    """What the first row of a plan says of countries, without saying of which city."""
    texts = [
        _cell_text(group.rows[0], column) for column in columns if any(use.field == "country" for use in column.uses)
    ]
    return texts[0] if len(texts) == 1 else ""


def _fill(column: TableColumn, cell: FormCell, row: int | None, filler: Filler, shared: CityColumns) -> None:
    """Put a cell where its column goes; what of it goes nowhere is a remark, unless the map says to ignore it."""
    is_left = not column.uses
    for use in column.uses:
        target = target_of(use.field)
        if use.field == IGNORE or target is None:
            continue
        parts = [cell]
        if use.is_partial or use.figure:
            values = list(values_of(use, cell.content.text))
            parts = [replace(cell, content=RichText.plain(value), number=None) for value in values]
            is_left = is_left or use.find is not None or not values
        for part in parts:
            _put(target, part, row, filler, shared)
    if is_left and all(use.field != IGNORE for use in column.uses):
        filler.draft.leave(column.header, cell.content.text, cell.location, told=not column.uses)


def _put(target: FieldTarget, cell: FormCell, row: int | None, filler: Filler, shared: CityColumns) -> None:
    if target.field == ID:
        filler.draft.id = filler.draft.id or id_of([cell.text.removesuffix(".yaml")])
    elif target.city is not None:
        filler.fill(("cities", target.city, target.field), cell)
    elif target.field == NAMES_FIELD or target.field in CITY_FIELDS:
        shared.put("name" if target.field == NAMES_FIELD else target.field, cell, row)
    else:
        filler.fill(tuple(target.field.split(".")), cell)
