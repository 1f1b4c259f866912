"""The header of a table: which row it is, and what each of its columns is about."""

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from ucap_reports.importers.cell_grids import CellGrid, GridCell
from ucap_reports.importers.column_map import IGNORE, ColumnMap, FieldTarget, Use, target_of
from ucap_reports.importers.field_labels import CITY_FIELDS, Labels, folded_label, without_unit
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.problems import Location
from ucap_reports.template.pack import NAMES_FIELD

_SEARCHED = 25
"""How many rows may stand above the header."""
_NUMBERED = re.compile(
    r"(?:(?P<first>\d{1,2})\s*[.):]?\s+)?(?P<name>.*?)[\s_(\[-]*(?:\b(?:city|partner|column)\s*)?[#\s]*(?P<last>\d{1,2}|[AB])[)\]]?",
    re.IGNORECASE | re.DOTALL,
)
_FIRST_NUMBERED = re.compile(
    r"(?:city\s*)?(?P<number>\d{1,2}|[AB])\b[\s:.,_\u2013-]+(?P<name>\D.*)", re.IGNORECASE | re.DOTALL
)
_CITY_WORD = re.compile(r"city|partner", re.IGNORECASE)


class TableColumn(Struct, frozen=True):
    """A column: its place from 0, its header, where that stands, and what becomes of its cells."""

    place: int
    header: str
    location: Location
    uses: tuple[Use, ...]


def header_row(grid: CellGrid, labels: Labels, given: ColumnMap | None) -> int | None:
    """The row of which most cells are known as headers; None where no row names the cities. A header over several
    columns is one cell, so that the row of their own headers, below it, has more of them.
    """
    best: tuple[int, int] | None = None
    for place, row in enumerate(grid.rows[:_SEARCHED]):
        cells = [
            cell for column, cell in enumerate(row) if cell and (not column or not _goes_on(cell, row[column - 1]))
        ]
        found = [target_of_header(cell.cell.text, labels, given) for cell in cells]
        known = [target for target in found if target is not None]
        cities = any(target.field in {NAMES_FIELD, "name"} for target in known) or (given is not None and known)
        if cities and (best is None or len(known) > best[0]):
            best = len(known), place
    return None if best is None else best[1]


def _goes_on(cell: GridCell, before: GridCell | None) -> bool:
    """Whether a cell is one with the cell before it in its row."""
    return cell.merged is not None and before is not None and before.merged == cell.merged


def columns_of(grid: CellGrid, top: int, labels: Labels, given: ColumnMap | None) -> list[TableColumn]:
    """What each column is about. Headers of cities that come several times are about one city after the other."""
    header = grid.rows[top]
    above = grid.rows[top - 1] if top else ()
    found = [target_of_header(cell.cell.text, labels, given) if cell else None for cell in header]
    sides = _sides(found, above)
    columns = []
    for place, cell in enumerate(header):
        text = cell.cell.text if cell else ""
        location = cell.cell.location if cell else Location(grid.path)
        if given is not None and (uses := _given(text, given)):
            columns.append(TableColumn(place, text, location, uses))
        else:
            target = sides[place]
            columns.append(TableColumn(place, text, location, (Use(field=_written(target)),) if target else ()))
    return columns


def _given(header: str, given: ColumnMap) -> tuple[Use, ...]:
    """What the map says of a column; one by which it only chooses rows has no use of its own."""
    key = folded_label(header)
    known = dict.fromkeys((*given.only, *given.without), (Use(field=IGNORE),)) | given.columns
    return next((uses for name, uses in known.items() if folded_label(name) == key), ())


def _written(target: FieldTarget) -> str:
    name = "name" if target.field == NAMES_FIELD else target.field
    return target.field if target.city is None else f"cities[{target.city}].{name}"


def target_of_header(text: str, labels: Labels, given: ColumnMap | None) -> FieldTarget | None:
    """The field that a header names, and the number of the city that it says."""
    if given is not None and (uses := _given(text, given)):
        return target_of(uses[0].field) or FieldTarget("")
    if (direct := target_of(text.strip())) is not None:
        return direct
    bare = without_unit(text)
    for pattern, group in ((_NUMBERED, "last"), (_FIRST_NUMBERED, "number")):
        match = pattern.fullmatch(bare)
        if match:
            name = match["name"] or ("city" if _CITY_WORD.search(text) else "")
            field = labels.find(name)
            number = _number(match[group])
            if field and (field in CITY_FIELDS or field == NAMES_FIELD) and 0 <= number < MAX_CITIES:
                return FieldTarget(field, number)
            if field and field not in {*CITY_FIELDS, NAMES_FIELD}:
                return FieldTarget(field)
    field = labels.find(text)
    return FieldTarget(field) if field else None


def _number(text: str) -> int:
    """Cities are counted from 1, or called A and B."""
    return int(text) - 1 if text.isdecimal() else ord(text.upper()) - ord("A")


def _sides(found: Sequence[FieldTarget | None], above: Sequence[GridCell | None]) -> list[FieldTarget | None]:
    """The targets, those of cities numbered where their field comes several times, or where a merged header above
    holds the columns of each city together.
    """
    blocks = _blocks(above, len(found))
    counts = Counter(target.field for target in found if target and _is_of_city(target))
    seen: Counter[str] = Counter()
    sides: list[FieldTarget | None] = []
    for place, target in enumerate(found):
        if target is None or not _is_of_city(target) or counts[target.field] == 1:
            sides.append(target)
            continue
        side = blocks.get(place, seen[target.field])
        seen[target.field] += 1
        sides.append(FieldTarget(target.field, side))
    return sides


def _is_of_city(target: FieldTarget) -> bool:
    return target.city is None and (target.field in CITY_FIELDS or target.field == NAMES_FIELD)


def _blocks(above: Sequence[GridCell | None], width: int) -> dict[int, int]:
    """For each column under a merged header its number among those."""
    origins = [cell.merged if cell else None for cell in above[:width]]
    order = list(dict.fromkeys(origin for origin in origins if origin is not None and origins.count(origin) > 1))
    return (
        {place: order.index(origin) for place, origin in enumerate(origins) if origin in order}
        if len(order) > 1
        else {}
    )
