"""Tables as drafts: one plan for each row, or for each group of rows."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ucap_reports.importers.cell_grids import CellGrid, Row, is_wide
from ucap_reports.importers.cell_values import Filler
from ucap_reports.importers.contact_splitting import split_office
from ucap_reports.importers.field_labels import ID, Labels, folded_label, word_lists
from ucap_reports.importers.parsed_summary import Leftover, ParsedCell, ParsedRow, ParsedSummary
from ucap_reports.importers.plan_draft import Draft, id_of, on_one_line
from ucap_reports.importers.table_columns import (
    IGNORE,
    CellSearch,
    ColumnMap,
    Header,
    TableColumn,
    header_of,
    keep_above,
)
from ucap_reports.plan.fields import NAME
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem, raise_found

_FEWEST_LABELS = 3


def parse_label_column(grid: CellGrid, labels: Labels) -> ParsedSummary | None:
    """Return the summary in a table whose first column has labels; None for other tables."""
    known = [labels.find(row[0].text) for row in grid.rows if row and row[0] is not None]
    if NAME not in known or len({name for name in known if name}) < _FEWEST_LABELS:
        return None
    rows: list[ParsedRow] = []
    around: list[tuple[ParsedCell, ...]] = []
    asides: list[Leftover] = []
    for row in grid.rows:
        own = grid.own_cells(row)
        asides += [Leftover("note", cell.note, cell.location) for cell in own if cell.note]
        cells = tuple(cell for cell in own if cell is not row[0])
        if row[0] is not None and (cells or labels.find(row[0].text)):
            rows.append(ParsedRow(row[0], cells))
        elif own:
            around.append(tuple(own))
    return ParsedSummary(grid.path, tuple(rows), tuple(around), asides=tuple(asides))


def table_drafts(grid: CellGrid, labels: Labels, given: ColumnMap, problems: list[Problem]) -> list[Draft]:
    """Return a draft for each plan of a table; `problems` gets the warnings about the table.

    Raises ProblemsFound where it has no header.
    """
    header = header_of(grid, labels, given)
    if header is None:
        raise ProblemsFound([problem("import-no-header", Location(grid.path, place=grid.name or None))])
    _refuse_missing(header.columns, given, grid)
    rows: dict[int, Row] = {}
    others: dict[int, Row] = {}
    for number, row in enumerate(grid.rows):
        own = grid.own_cells(row)
        if number > header.last and own and _is_selected(row, header, given):
            is_heading = len(own) == 1 and is_wide(row, own[0])
            (others if is_heading or _is_total(row, header) else rows)[number] = row
    plans: dict[int, Draft] = {}
    search = CellSearch()
    for group in _groups(rows, header.columns):
        draft = _draft(grid.path, list(group.values()), header.columns, given, labels, search)
        if draft.has_cities():
            plans[min(group)] = draft
        else:
            others |= group
    unknown = list(_unknown_columns(header.columns, [row for number, row in rows.items() if number not in others]))
    problems += unknown
    firsts = sorted(plans)
    for number, other in sorted(others.items()):
        kept, shown = grid.kept(other, "\n"), grid.kept(other, "; ")
        problems.append(problem("import-row", kept.location, text=" ".join(shown.text.split())))
        if firsts:
            plans[firsts[max(bisect(firsts, number) - 1, 0)]].leftovers.append(kept)
    used = {column.location for column in header.columns if column.uses}
    used |= {warning.location for warning in unknown}
    problems += keep_above(header, grid, used, list(plans.values()), labels)
    return list(plans.values())


def _refuse_missing(columns: Sequence[TableColumn], given: ColumnMap, grid: CellGrid) -> None:
    """Raises ProblemsFound where the map names a column that the table does not have."""
    headers = {folded_label(column.header): column.header for column in columns}
    known = [header for header in headers.values() if header]
    missing = []
    for name in dict.fromkeys((*given.only, *given.without, *given.columns)):
        if folded_label(name) not in headers:
            hint = did_you_mean(name, known)
            missing.append(problem("column-missing", Location(grid.path), name=name, hint=hint))
    raise_found(missing)


def _is_selected(row: Row, header: Header, given: ColumnMap) -> bool:
    """Return whether the map selects the row."""
    texts = {folded_label(column.header): _cell_text(row, column) for column in header.columns}
    wanted = all(texts[folded_label(name)] in known for name, known in given.only.items())
    return wanted and not any(texts[folded_label(name)] in known for name, known in given.without.items())


def _cell_text(row: Row, column: TableColumn) -> str:
    cell = row[column.index]
    return cell.text if cell else ""


def _is_total(row: Row, header: Header) -> bool:
    """Return whether a row adds the others up: the columns of names have no other words."""
    names = {folded_label(_cell_text(row, column)) for column in header.columns if column.names_cities} - {""}
    return bool(names) and names <= word_lists().totals


def _groups(rows: Mapping[int, Row], columns: Sequence[TableColumn]) -> Iterable[dict[int, Row]]:
    """Return the rows of each plan: those that name the same plan, or that share a merged cell of a field of the plan.
    A row without a name of a plan belongs to the one above it.
    """
    groups: dict[object, dict[int, Row]] = {}
    ids = [column.index for column in columns if any(use.field == ID for use in column.uses)]
    shared = [column.index for column in columns if any(use.is_shared for use in column.uses)]
    key: object = None
    for number, row in rows.items():
        if ids:
            cell = row[ids[0]]
            key = cell.text if cell else key
        else:
            key = next((cell.merged for index in shared if (cell := row[index]) and cell.merged), number)
        groups.setdefault(key, {})[number] = row
    return groups.values()


def _draft(  # noqa: PLR0917 - the table, what its columns mean, and the search in its cells
    path: str,
    rows: Sequence[Row],
    columns: Sequence[TableColumn],
    given: ColumnMap,
    labels: Labels,
    search: CellSearch,
) -> Draft:
    """Return the plan of a group of rows."""
    draft = Draft(path, known=labels.known)
    fields = Filler(draft, separator=given.separator)
    seen: set[tuple[int, int]] = set()
    for city, row in enumerate(rows):
        for column in sorted(columns, key=lambda column: not column.names_cities):
            cell = row[column.index]
            if cell is None or cell.merged in seen:
                continue
            if cell.merged is not None and all(use.is_shared or use.field == IGNORE for use in column.uses):
                seen.add(cell.merged)
            if cell.note:
                draft.keep_aside(Leftover("note", cell.note, cell.location))
            if not is_unknown(cell.text):
                _fill(column, cell, city if len(rows) > 1 else None, fields, draft, search)
    split_office(draft)
    return draft


def _fill(  # noqa: PLR0917 - as above
    column: TableColumn, cell: ParsedCell, city: int | None, fields: Filler, draft: Draft, search: CellSearch
) -> None:
    """Put a cell into the fields of its column; keep what of it has no field, unless the map ignores it."""
    is_left = False
    for use in column.uses:
        parts = use.values_in(cell, search)
        is_left = is_left or use.is_part or not parts
        for part in parts:
            if use.field == ID:
                draft.id = draft.id or id_of([part.text.removesuffix(".yaml")])
            elif use.field != IGNORE:
                fields.put(use.field, part, city)
    if not column.uses:  # the warning about the column reports it
        draft.leftovers.append(Leftover(column.header, cell.content.text, cell.location))
    elif is_left and all(use.field != IGNORE for use in column.uses):
        draft.keep(column.header, cell.content.text, cell.location)


def _unknown_columns(columns: Iterable[TableColumn], rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield a warning for each column without a field that has content."""
    for column in columns:
        cells = (row[column.index] for row in rows)
        filled = next((cell for cell in cells if cell and not is_unknown(cell.text)), None)
        if filled is None or column.uses:
            continue
        if column.header:
            yield problem("import-column", column.location, form="unknown", header=column.header)
        else:
            yield problem("import-column", filled.location, form="no-header", text=on_one_line(filled.text))
