"""The header of a table: which row it is, and the field of each column."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.importers.cell_grids import CellGrid, GridCell, Row, is_wide
from ucap_reports.importers.column_map import IGNORE, ColumnMap, FieldTarget, Use, target_of
from ucap_reports.importers.field_labels import CITY_FIELDS, MAX_LABEL, Labels, folded_label
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.problems import Location

_SEARCHED = 25
"""How many rows may be above the header."""
_NUMBERS = {str(number): number - 1 for number in range(1, MAX_CITIES + 1)} | {"a": 0, "b": 1}
"""How headers count cities."""
_PARTNER = "partner"
"""What headers count, beside cities."""


class TableColumn(Struct, frozen=True):
    """A column: its place from 0, its header with its location, and what becomes of its cells."""

    place: int
    header: str
    location: Location
    uses: tuple[Use, ...]

    @property
    def names_cities(self) -> bool:
        """Whether the column has the names of cities."""
        return any(use.target.field == "name" for use in self.uses)


class Header(Struct, frozen=True):
    """The header of a table: its first and last row from 0, and its columns."""

    top: int
    last: int
    columns: tuple[TableColumn, ...]


def header_of(grid: CellGrid, labels: Labels, given: ColumnMap | None) -> Header | None:
    """The header of a table; None where no row names the cities.

    It is the row with the most known headers. A header over several columns counts once, so that the row of their own
    headers, below it, has more.
    """
    most, top = 0, 0
    for place, row in enumerate(grid.rows[:_SEARCHED]):
        cells = {cell.merged or column: cell for column, cell in enumerate(row) if cell}
        targets = [target_of_header(cell.cell.text, labels, given) for cell in cells.values()]
        known = [target for target in targets if target is not None]
        if len(known) > most and (given is not None or any(target.field == "name" for target in known)):
            most, top = len(known), place
    if not most:
        return None
    header = [_header_cell(grid, top, place, labels, given) for place in range(len(grid.rows[top]))]
    columns = _columns(grid, header, grid.rows[top - 1] if top else (), labels, given)
    return Header(top, _last_row(grid, top, columns), columns)


def _header_cell(grid: CellGrid, top: int, place: int, labels: Labels, given: ColumnMap | None) -> GridCell | None:
    """The header of a column: its cell in the header row or, where that is empty, a cell above that names a field."""
    if (own := grid.rows[top][place]) is not None:
        return own
    above = [cell for row in grid.rows[:top] if (cell := row[place]) and not is_wide(row, cell)]
    return next((cell for cell in reversed(above) if target_of_header(cell.cell.text, labels, given)), None)


def _last_row(grid: CellGrid, top: int, columns: Sequence[TableColumn]) -> int:
    """The last row of the header: cells that name fields may be merged over several rows."""
    last = top
    while last + 1 < len(grid.rows) and any(
        column.uses and (cell := grid.rows[last + 1][column.place]) and cell.merged and cell.merged[0] <= top
        for column in columns
    ):
        last += 1
    return last


def _columns(
    grid: CellGrid, header: Row, above: Row, labels: Labels, given: ColumnMap | None
) -> tuple[TableColumn, ...]:
    """The columns. Fields of cities that come several times, or below merged headers, are about one city after the
    other.
    """
    found = [target_of_header(cell.cell.text, labels, given) if cell else None for cell in header]
    counts = Counter(filter(None, found))
    blocks, seen = _blocks(above), Counter[FieldTarget]()
    columns = []
    for place, (cell, target) in enumerate(zip(header, found, strict=True)):
        text = cell.cell.text if cell else ""
        written = target.field if target else ""
        if target and target.city is not None:
            written = f"cities[{target.city}].{written}"
        elif target and target.field in CITY_FIELDS and counts[target] > 1:
            written = f"cities[{blocks.get(place, seen[target])}].{written}"
            seen[target] += 1
        uses = _given(text, given) or ((Use(field=written),) if written else ())
        columns.append(TableColumn(place, text, cell.cell.location if cell else Location(grid.path), uses))
    return tuple(columns)


def _blocks(above: Row) -> dict[int, int]:
    """For each column under a merged header its number among those."""
    origins = [cell.merged if cell and is_wide(above, cell) else None for cell in above]
    order = list(dict.fromkeys(filter(None, origins)))
    return {place: order.index(origin) for place, origin in enumerate(origins) if origin} if len(order) > 1 else {}


def _given(header: str, given: ColumnMap | None) -> tuple[Use, ...]:
    """What the map says about a column; one that only selects rows is ignored otherwise."""
    if given is None:
        return ()
    key = folded_label(header)
    known = dict.fromkeys((*given.only, *given.without), (Use(field=IGNORE),)) | given.columns
    return next((uses for name, uses in known.items() if folded_label(name) == key), ())


def target_of_header(text: str, labels: Labels, given: ColumnMap | None) -> FieldTarget | None:
    """The field that a header names, and the number of the city in it."""
    if uses := _given(text, given):
        return uses[0].target
    if (direct := target_of(text.strip())) is not None:
        return direct
    if (field := labels.named(text)) is not None:
        return FieldTarget(field)
    words = folded_label(text).removesuffix(" km2").split() if len(text) <= MAX_LABEL else []
    for place in (len(words) - 1, 0, *range(1, len(words) - 1)) if words else ():
        before = words[place - 1] if place else ""
        is_counted = before == _PARTNER or labels.named(before) == "name"
        if words[place] not in _NUMBERS or not (is_counted or place in {0, len(words) - 1}):
            continue
        others = words[:place] + words[place + 1 :]
        field = labels.find(" ".join(others))
        if field is None and is_counted:
            del others[place - 1]
            field = labels.find(" ".join(others)) if others else "name"
        if field:
            return FieldTarget(field, _NUMBERS[words[place]] if field in CITY_FIELDS else None)
    field = labels.find(text)
    return FieldTarget(field) if field else None
