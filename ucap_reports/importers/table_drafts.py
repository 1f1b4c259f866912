"""Tables as drafts: one plan for each row, or for each group of rows."""

from bisect import bisect
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.importers.cell_grids import CellGrid, Row, is_wide
from ucap_reports.importers.cell_values import Filler
from ucap_reports.importers.column_headers import Header, TableColumn, header_of, target_of_header
from ucap_reports.importers.column_map import IGNORE, ColumnMap, Use, values_of
from ucap_reports.importers.contact_splitting import split_office
from ucap_reports.importers.field_labels import CITY_FIELDS, ID, Labels, folded_label, word_lists
from ucap_reports.importers.finish_plan import id_of
from ucap_reports.importers.imported_form import Aside, Form, FormCell, FormRow
from ucap_reports.importers.plan_draft import Draft, Leftover, shortened
from ucap_reports.importers.shared_cells import CityColumns
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem
from ucap_reports.text.rich_text import RichText

_FEWEST_LABELS = 3


class _Group(Struct):
    """The rows of one plan, by their number."""

    key: object
    rows: dict[int, Row] = field(default_factory=dict)


def label_column_form(grid: CellGrid, labels: Labels) -> Form | None:
    """The form of a table whose first column has labels; None for other tables."""
    known = [labels.find(row[0].cell.text) for row in grid.rows if row and row[0] is not None]
    if "name" not in known or len({name for name in known if name}) < _FEWEST_LABELS:
        return None
    rows: list[FormRow] = []
    around: list[tuple[FormCell, ...]] = []
    asides: list[Aside] = []
    for row in grid.rows:
        own = grid.own_cells(row)
        asides += [Aside("note", cell.note, cell.cell.location) for cell in own if cell.note]
        beside = [cell for cell in own if cell is not row[0]]
        cells = tuple(cell.cell for cell in beside)
        if row[0] is not None and (cells or labels.find(row[0].cell.text)):
            rows.append(FormRow(row[0].cell, cells, spanned=len(cells) == 1 and is_wide(row, beside[0])))
        elif own:
            around.append(tuple(each.cell for each in own))
    return Form(grid.path, tuple(rows), tuple(around), asides=tuple(asides))


def table_drafts(grid: CellGrid, labels: Labels, given: ColumnMap | None) -> tuple[list[Draft], list[Problem]]:
    """A draft for each plan of a table, and warnings about the table; raises ProblemsFound where it has no header."""
    header = header_of(grid, labels, given)
    if header is None:
        raise ProblemsFound([problem("import-no-header", Location(grid.path, place=grid.name or None))])
    _refuse_missing(header.columns, given, grid)
    rows: dict[int, Row] = {}
    others: dict[int, Row] = {}
    for number, row in enumerate(grid.rows):
        if number > header.last and grid.own_cells(row) and _is_selected(row, header, given):
            (others if _is_heading(row, grid) or _is_total(row, header) else rows)[number] = row
    plans: dict[int, Draft] = {}
    for group in _groups(rows, header.columns):
        draft = _draft(group, header.columns, given)
        if draft.has_cities():
            plans[min(group.rows)] = draft
        else:
            others |= group.rows
    unknown = list(_unknown_columns(header.columns, [row for number, row in rows.items() if number not in others]))
    problems = list(unknown)
    firsts = sorted(plans)
    for number, other in sorted(others.items()):
        nearest = firsts[max(bisect(firsts, number) - 1, 0)] if firsts else None
        problems.append(_keep_row(other, grid, None if nearest is None else plans[nearest]))
    used = {column.location for column in header.columns if column.uses} | {each.location for each in unknown}
    problems += _keep_above(header, grid, used, list(plans.values()), labels)
    return list(plans.values()), problems


def _is_heading(row: Row, grid: CellGrid) -> bool:
    """Whether a row is one cell over several columns."""
    own = grid.own_cells(row)
    return len(own) == 1 and is_wide(row, own[0])


def _is_total(row: Row, header: Header) -> bool:
    """Whether a row adds the others up: its first words say so, and no column of names has a city."""
    totals = word_lists().totals
    first = next((words for cell in row if cell and (words := _without_numbers(cell.cell.text))), None)
    names = (_without_numbers(_cell_text(row, column)) for column in header.columns if column.names_cities)
    return first in totals and all(words in totals or not words for words in names)


def _without_numbers(text: str) -> str:
    """The words of a text without the numbers beside them, as in "Total: 12"."""
    return " ".join(word for word in folded_label(text).split() if not word.isdecimal())


def _keep_row(row: Row, grid: CellGrid, draft: Draft | None) -> Problem:
    """Keep a row that names no city as a comment in a plan; return the warning about it."""
    cells = grid.own_cells(row)
    texts = [text for cell in cells for text in (cell.cell.content.text, cell.note) if text]
    where = cells[0].cell.location
    if draft is not None:
        draft.leftovers.append(Leftover("", "\n".join(texts), where))
    return problem("import-row", where, text="; ".join(" ".join(text.split()) for text in texts))


def _keep_above(
    header: Header, grid: CellGrid, used: Container[Location], plans: Sequence[Draft], labels: Labels
) -> Iterator[Problem]:
    """Keep what is above the table, and headers and notes without a field, in each plan; yield the warnings."""
    for number, row in enumerate(grid.rows[: header.last + 1]):
        for cell in grid.own_cells(row):
            text, where = cell.cell.content.text, cell.cell.location
            leftovers = []
            if cell.note:
                yield problem("import-aside", where, form="words", name="note", text=shortened(cell.note))
                leftovers.append(Leftover("note", cell.note, where))
            named = target_of_header(text, labels, None) if number == header.top - 1 and is_wide(row, cell) else None
            is_city = named is not None and named.field == "name"
            if where not in used and not is_city:
                yield problem("import-unplaced", where, form="above", text=shortened(text))
                leftovers.append(Leftover("", text, where))
            for draft in plans:
                draft.leftovers += leftovers


def _refuse_missing(columns: Sequence[TableColumn], given: ColumnMap | None, grid: CellGrid) -> None:
    """Raises ProblemsFound where the map names a column that the table does not have."""
    headers = {folded_label(column.header): column.header for column in columns}
    named = [] if given is None else dict.fromkeys((*given.only, *given.without, *given.columns))
    known = [text for text in headers.values() if text]
    problems = [
        problem("column-missing", Location(grid.path), name=name, hint=did_you_mean(name, known))
        for name in named
        if folded_label(name) not in headers
    ]
    if problems:
        raise ProblemsFound(problems)


def _is_selected(row: Row, header: Header, given: ColumnMap | None) -> bool:
    """Whether the map selects the row."""
    if given is None:
        return True
    texts = {folded_label(column.header): _cell_text(row, column) for column in header.columns}
    wanted = all(texts[folded_label(name)] in known for name, known in given.only.items())
    return wanted and not any(texts[folded_label(name)] in known for name, known in given.without.items())


def _cell_text(row: Row, column: TableColumn) -> str:
    cell = row[column.place]
    return cell.cell.text if cell else ""


def _unknown_columns(columns: Iterable[TableColumn], rows: Sequence[Row]) -> Iterator[Problem]:
    """A warning for each column without a field that has content."""
    for column in columns:
        cells = (row[column.place] for row in rows)
        filled = next((cell for cell in cells if cell and not is_unknown(cell.cell.text)), None)
        if filled is None or column.uses:
            continue
        if column.header:
            yield problem("import-column", column.location, form="unknown", header=column.header)
        else:
            text = shortened(filled.cell.text)
            yield problem("import-column", filled.cell.location, form="no-header", text=text)


def _groups(rows: Mapping[int, Row], columns: Sequence[TableColumn]) -> list[_Group]:
    """The rows of each plan: those that name the same plan, or that share a merged cell of a field of the plan."""
    groups: list[_Group] = []
    by_id: dict[object, _Group] = {}
    ids = [column.place for column in columns if any(use.field == ID for use in column.uses)]
    shared = [column.place for column in columns if any(_is_shared(use) for use in column.uses)]
    for number, row in rows.items():
        key = _key(row, ids, shared)
        found = by_id.get(key) if ids and key is not None else None
        if found is None and groups and ((ids and key is None) or (not ids and key and key == groups[-1].key)):
            found = groups[-1]
        if found is None:
            groups.append(found := _Group(key))
            by_id[key] = found
        found.rows[number] = row
    return groups


def _is_shared(use: Use) -> bool:
    """Whether a use is of a field that all cities share."""
    return use.target.city is None and use.target.field not in (*CITY_FIELDS, ID, IGNORE)


def _key(row: Row, ids: Sequence[int], shared: Sequence[int]) -> object:
    if ids:
        cell = row[ids[0]]
        return cell.cell.text if cell else None
    merged = [cell.merged for place in shared if (cell := row[place]) is not None and cell.merged is not None]
    return merged[0] if merged else None


def _draft(group: _Group, columns: Sequence[TableColumn], given: ColumnMap | None) -> Draft:
    """The plan of a group of rows."""
    first = next(iter(group.rows.values()))
    draft = Draft(next(cell.cell.location.path or "" for cell in first if cell))
    filler = Filler(draft, separator=given.separator if given else None)
    countries = [_cell_text(first, column) for column in columns if any(use.field == "country" for use in column.uses)]
    fields = CityColumns(filler, countries[0] if len(countries) == 1 else "")
    seen: set[tuple[int, int]] = set()
    for city, row in enumerate(group.rows.values()):
        for column in sorted(columns, key=lambda column: not column.names_cities):
            cell = row[column.place]
            if cell is None or cell.merged in seen:
                continue
            if cell.merged is not None and all(_is_shared(use) or use.field == IGNORE for use in column.uses):
                seen.add(cell.merged)
            if cell.note:
                draft.keep_aside("note", cell.note, cell.cell.location)
            if not is_unknown(cell.cell.text):
                _fill(column, cell.cell, city if len(group.rows) > 1 else None, fields, draft)
    split_office(draft)
    return draft


def _fill(column: TableColumn, cell: FormCell, city: int | None, fields: CityColumns, draft: Draft) -> None:
    """Put a cell into the fields of its column; keep what of it has no field, unless the map ignores it."""
    is_left = False
    for use in column.uses:
        parts = [cell]
        if use.find is not None or use.values is not None or use.figure:
            values = list(values_of(use, cell.content.text))
            parts = [replace(cell, content=RichText.plain(value), number=None) for value in values]
            is_left = is_left or use.find is not None or not values
        for part in parts:
            if use.field == ID:
                draft.id = draft.id or id_of([part.text.removesuffix(".yaml")])
            elif use.field != IGNORE:
                target = use.target
                fields.put(target.field, part, city if target.city is None else target.city)
    if not column.uses:  # the warning about the column reports it
        draft.leftovers.append(Leftover(column.header, cell.content.text, cell.location))
    elif is_left and all(use.field != IGNORE for use in column.uses):
        draft.keep(column.header, cell.content.text, cell.location)
