"""The columns of a table: the header that names their fields, or a map file for headers that do not.

A map may have regular expressions that are searched in the cells. It may come from a stranger, and some patterns take
years for a short text. So they are searched with the library `regex`, which stops when the time is over. They are in
the syntax of Python's `re`, without what `regex` adds to it: recursion needs much memory.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from time import process_time
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BeforeValidator, Field, field_validator

from ucap_reports.importers.cell_grids import CellGrid, Row, is_wide
from ucap_reports.importers.field_labels import ID, MAX_LABEL, Labels, folded_label, without_brackets
from ucap_reports.importers.parsed_summary import Leftover, ParsedCell
from ucap_reports.importers.plan_draft import Draft, aside_problem, on_one_line
from ucap_reports.plan.fields import CITIES, NAME
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.validation import Strict, refusal, validate
from ucap_reports.problems import Location, Problem, ProblemsFound, did_you_mean, problem, raise_found, shortened
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_IMPORT_CHARACTERS
from ucap_reports.text.rich_text import RichText

if TYPE_CHECKING:
    import regex

IGNORE = "ignore"
_LEFTOVER_PLACE = 50
"""Characters of the place that is written beside a text without a field."""
WHOLE = "(?s).+"
_CITY = re.compile(r"cities\[(\d{1,2})\]\.(\w+)")
_SEARCHED = 25
"""The maximum number of rows above the header."""
_NUMBERS = {str(number): number - 1 for number in range(1, MAX_CITIES + 1)} | {"a": 0, "b": 1}
"""The ordinals of cities in headers, and their indexes."""

LONGEST = 500
"""Characters of a pattern."""
MOST_SECONDS = 5.0
"""The processor time of all searches of an import; a usual one takes some microseconds."""
_NO_TIME = 0.001


def target_of(text: str, known: KnownFields = BUILT_IN) -> str | None:
    """Return the field that a text such as `themes`, `contact.email` or `cities[1].country` names; None for other
    texts.

    A field of cities without a number, such as `country`, is about all cities in its cell.
    """
    match = _CITY.fullmatch(text)
    if match:
        path = f"{CITIES}.{match[2]}"
        return text if known.of_path(path) is not None and int(match[1]) < MAX_CITIES else None
    if text == CITIES:
        return NAME
    field = known.of_key(text)
    return text if field in (*known.importable, *known.others) else None


def names_cities(field: str) -> bool:
    """Return whether a field has the names of cities."""
    return field == NAME or field.endswith(f"].{NAME}")


class CellSearch:
    """Searches in the cells of a file, which together take at most `seconds`; by default, `MOST_SECONDS`."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = MOST_SECONDS if seconds is None else seconds

    def texts(self, pattern: str, cell: ParsedCell) -> list[str]:
        """Return each text that a valid pattern finds in a cell: its first group, or else all of it.

        Raises ProblemsFound if the time is over.
        """
        compiled = _compiled(pattern)
        began = process_time()
        try:
            matches = list(compiled.finditer(cell.content.text, timeout=max(self._seconds, _NO_TIME)))
        except TimeoutError:
            raise ProblemsFound([problem("pattern-slow", cell.location, pattern=shortened(pattern))]) from None
        self._seconds -= process_time() - began
        group = 1 if compiled.groups else 0
        return [match[group] or "" for match in matches]


class Use(Strict):
    """The use of a column: its field and, if only part of a cell is used, how it is found."""

    field: str
    find: str = WHOLE
    """A regular expression: its first group, or else all that it finds, is the value."""
    values: dict[str, str] = Field(default_factory=dict)
    """The value for each text of the cell; other texts have no value."""
    figure: bool = False
    """Whether the value is a number whose thousands are to be grouped by commas."""

    @field_validator("find")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        wrong = None if pattern == WHOLE else pattern_problem(pattern)
        if wrong is not None:
            raise refusal(wrong)
        return pattern

    @property
    def is_shared(self) -> bool:
        """Whether it is of a field that all cities share."""
        is_of_city = BUILT_IN.is_of_city(self.field) or self.field.startswith((f"{CITIES}[", f"{CITIES}."))
        return not is_of_city and self.field not in (ID, IGNORE)

    @property
    def is_part(self) -> bool:
        """Whether it is of a part of the cells."""
        return self.find != WHOLE

    def values_in(self, cell: ParsedCell, search: CellSearch) -> list[ParsedCell]:
        """Return the values that it takes from a cell, each as a cell. Raises ProblemsFound if the search takes too
        long.
        """
        if not (self.is_part or self.values or self.figure):
            return [cell]
        texts = search.texts(self.find, cell) if self.is_part else [cell.content.text]
        values = filter(None, map(self._value, texts))
        return [replace(cell, content=RichText.plain(value), number=None) for value in values]

    def _value(self, text: str) -> str:
        written = text.strip()
        value = self.values.get(written, "") if self.values else written
        return _figure(value) if self.figure else value


def _as_uses(value: Any) -> Any:
    """Return one use, or the name of a field alone, as a list of uses."""
    return [{"field": use} if isinstance(use, str) else use for use in _as_list(value)]


_Uses = Annotated[tuple[Use, ...], BeforeValidator(_as_uses)]


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class ColumnMap(Strict):
    """The content of a map file: the columns by their headers, the rows to import, and the separator of values."""

    columns: dict[str, _Uses]
    only: dict[str, _Texts] = Field(default_factory=dict)
    """Only rows whose cells have one of these texts."""
    without: dict[str, _Texts] = Field(default_factory=dict)
    """Only rows whose cells have none of these texts."""
    separator: str | None = None

    @property
    def labels(self) -> dict[str, str]:
        """The labels of columns, rows and lines whose complete values go into one field, with their fields."""
        labels = {}
        for label, uses in self.columns.items():
            if len(uses) == 1 and not (uses[0].is_part or uses[0].values or uses[0].figure):
                labels[label] = uses[0].field
        return labels


NO_MAP = ColumnMap(columns={})


def read_columns(source: Source, known: KnownFields = BUILT_IN) -> ColumnMap:
    """Return the map in a file, for these fields. Raises ProblemsFound with all its problems."""
    tree = parse(source)
    columns = validate(ColumnMap, tree)
    problems: list[Problem] = []
    for header, uses in columns.columns.items():
        for index, use in enumerate(uses):
            if use.field != IGNORE and target_of(use.field, known) is None:
                where = tree.location(("columns", header, index, "field"))
                problems.append(problem("field-unknown", where, name=use.field, hint=_target_hint(use.field, known)))
    raise_found(problems)
    return columns


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


def header_of(grid: CellGrid, labels: Labels, given: ColumnMap) -> Header | None:
    """Return the header of a table; None where no row names the cities.

    It is the row with the most known headers. A header over several columns counts once, so that the row of their own
    headers, below it, has more.
    """
    known_count = 0
    header_row = 0
    for index, row in enumerate(grid.rows[:_SEARCHED]):
        # Cells that are merged with each other have the same `merged`, so that one of them is left.
        cells = {cell.merged or column: cell for column, cell in enumerate(row) if cell}
        targets = [target_of_header(cell.text, labels, given) for cell in cells.values()]
        known = [target for target in targets if target is not None]
        is_header = given is not NO_MAP or any(map(names_cities, known))
        if is_header and len(known) > known_count:
            known_count = len(known)
            header_row = index
    if not known_count:
        return None
    row_above = grid.rows[header_row - 1] if header_row else ()
    columns = _columns(grid, grid.rows[header_row], row_above, labels, given)
    return Header(header_row, _last_row(grid, header_row, columns), columns)


def target_of_header(text: str, labels: Labels, given: ColumnMap = NO_MAP) -> str | None:
    """Return the field that a header names, with the number of the city if it has one; None for other headers."""
    uses = _given(text, given)
    if uses:
        return uses[0].field
    return target_of(text.strip(), labels.known) or _target(text, labels, labels.find)


def proposed_target(text: str, labels: Labels) -> str | None:
    """Return the field that a header may mean, which a person must confirm."""
    return _target(text, labels, labels.proposal)


def keep_above(
    header: Header, grid: CellGrid, used: Container[Location], plans: Sequence[Draft], labels: Labels
) -> Iterator[Problem]:
    """Keep what is above the table, and headers and notes without a field, in each plan; yield the warnings.

    Raises ProblemsFound if the plans would have too much text in total.
    """
    characters = 0
    for number, row in enumerate(grid.rows[: header.last + 1]):
        for cell in grid.own_cells(row):
            leftovers = [Leftover("note", cell.note, cell.location)] if cell.note else []
            yield from map(aside_problem, leftovers)
            is_over_columns = number == header.top - 1 and is_wide(row, cell)
            target = target_of_header(cell.text, labels) if is_over_columns else None
            is_city_number = target is not None and names_cities(target)  # "City 1", which is not lost
            if cell.location not in used and not is_city_number:
                text = cell.content.text
                yield problem("import-unplaced", cell.location, form="above", text=on_one_line(text))
                leftovers.append(Leftover("", text, cell.location))
            characters += sum(len(leftover.text) + _LEFTOVER_PLACE for leftover in leftovers)
            if characters * len(plans) > MAX_IMPORT_CHARACTERS:
                large = problem("import-too-large", Location(grid.path), form="above", plans=len(plans))
                raise ProblemsFound([large])
            for draft in plans:
                draft.leftovers += leftovers


def pattern_problem(pattern: str) -> Problem | None:
    """Return what is wrong with a pattern; None for a valid one."""
    if len(pattern) > LONGEST:
        return problem("pattern-invalid", reason=f"it has more than {LONGEST} characters")
    try:
        re.compile(pattern)
        _compiled(pattern)
    except (ValueError, OverflowError, RecursionError, re.error) as error:
        return problem("pattern-invalid", reason=error)
    return None


def _compiled(pattern: str) -> "regex.Pattern[str]":
    import regex  # noqa: PLC0415 - few maps have patterns

    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(str(error)) from None


def _figure(text: str) -> str:
    """Return a figure with its thousands grouped by commas, and its decimals unchanged."""
    whole, point, decimals = re.sub(r"[\s,'\u2019\u00a0\u202f]", "", text).partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole.isdecimal() else text


def _target_hint(name: str, known: KnownFields) -> str:
    """Return the field that a map may mean instead of an unknown one."""
    names = [field.key for field in (*known.importable, *known.others)]
    names += [f"{CITIES}[0].{field.name}" for field in known.inside(CITIES)]
    return did_you_mean(name, [*names, IGNORE]) or "write a field of the plan, such as themes or cities[0].name"


def _columns(grid: CellGrid, header: Row, above: Row, labels: Labels, given: ColumnMap) -> tuple[TableColumn, ...]:
    """Return the columns. Fields of cities that come several times, or below merged headers, are about one city after
    the other.
    """
    targets = [target_of_header(cell.text, labels, given) if cell else None for cell in header]
    counts = Counter(targets)
    seen: Counter[str] = Counter()
    numbers_by_column = _numbers_of_merged_headers(above)
    columns = []
    for index, (cell, target) in enumerate(zip(header, targets, strict=True)):
        text = cell.text if cell else ""
        field = target
        if target is not None and labels.known.is_of_city(target) and counts[target] > 1:
            city_index = numbers_by_column.get(index, seen[target])
            field = f"{CITIES}[{city_index}].{_name_of(target, labels)}"
            seen[target] += 1
        uses = _given(text, given)
        if field and not uses:
            uses = (Use(field=field),)
        columns.append(TableColumn(index, text, cell.location if cell else Location(grid.path), uses))
    return tuple(columns)


def _numbers_of_merged_headers(above: Row) -> dict[int, int]:
    """Return the number of the merged header over each column, from 0; none if there is only one such header."""
    merged_headers = [cell.merged if cell and is_wide(above, cell) else None for cell in above]
    order = list(dict.fromkeys(filter(None, merged_headers)))
    if len(order) <= 1:  # it does not tell one city from another
        return {}
    return {column: order.index(merged) for column, merged in enumerate(merged_headers) if merged}


def _name_of(key: str, labels: Labels) -> str:
    """Return the name of a field in its city."""
    field = labels.known.of_key(key)
    return key if field is None else field.name


def _given(header: str, given: ColumnMap) -> tuple[Use, ...]:
    """Return what the map says about a column; one that only selects rows is ignored otherwise."""
    label = folded_label(header)
    ignored: tuple[Use, ...] = (Use(field=IGNORE),)
    uses_by_name = dict.fromkeys((*given.only, *given.without), ignored) | given.columns
    for name, uses in uses_by_name.items():
        if folded_label(name) == label:
            return uses
    return ()


def _last_row(grid: CellGrid, top: int, columns: Sequence[TableColumn]) -> int:
    """Return the last row of the header: cells that name fields may be merged over several rows."""
    headers = [column.index for column in columns if column.uses]
    last = top
    for number, row in enumerate(grid.rows):
        for index in headers:
            cell = row[index]
            if cell and cell.merged and cell.merged[0] <= top:
                last = max(last, number)
    return last


def _target(text: str, labels: Labels, find: Callable[[str], str | None]) -> str | None:
    """Return the field that a header names, as `find` reads labels; a label that is known is never read otherwise."""
    field = labels.find(text)
    if field:
        return field
    words: list[str] = []
    if len(text) <= MAX_LABEL:
        words = folded_label(without_brackets(text)).removesuffix(" km2").split()
    for index, number in enumerate(words):
        if number not in _NUMBERS:
            continue
        before = words[:index]
        after = words[index + 1 :]
        others: list[str] = []
        if not before or not after:  # "1 country", "country 1"
            others = before + after
        elif find(" ".join(before)) == NAME:  # "City 1 country"
            others = after
        field = find(" ".join(others)) if others else None
        if field and labels.known.is_of_city(field):
            return f"{CITIES}[{_NUMBERS[number]}].{_name_of(field, labels)}"
        if field:
            return field
    return find(text)
