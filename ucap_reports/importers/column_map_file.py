"""The map for `--columns`: a file that says which fields the columns of a table are.

A map may have regular expressions that are searched in the cells. It may come from a stranger, and some patterns take
years for a short text. So they are searched with the library `regex`, which stops when the time is over. They are in
the syntax of Python's `re`, without what `regex` adds to it: recursion needs much memory.
"""

import re
from decimal import Decimal
from time import process_time
from typing import TYPE_CHECKING, Annotated, Any

from msgspec.structs import replace
from pydantic import BeforeValidator, Field, field_validator

from ucap_reports.importers.label_recognition import ID
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell
from ucap_reports.plan.field_descriptions import CITIES, NAME, KnownFields
from ucap_reports.plan.plan_model import BUILT_IN, MAX_CITIES
from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem, raise_found, shortened
from ucap_reports.source.model_validation import Strict, refusal, validate
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.text.rich_text import RichText

if TYPE_CHECKING:
    import regex

IGNORE = "ignore"
"""The field of columns that are not imported."""
_WHOLE = "(?s).+"
"""The pattern of a use that takes complete cells."""
_CITY = re.compile(r"cities\[(\d{1,2})\]\.(\w+)")
_MAX_PATTERN = 500
"""Characters of a pattern."""
MAX_SECONDS = 5.0
"""The processor time of all searches of an import; a usual one takes some microseconds."""
_WHOLE_NUMBER = re.compile(
    r"""
      [0-9]{1,3} (?: [\s,'\u2019] [0-9]{3} )+  # 62,529 or 62 529, but not 62,5: that is a decimal comma
    | [0-9]+
    """,
    re.VERBOSE,
)
"""The part of a figure before its decimal point."""


class CellSearch:
    """Searches in the cells of a file, which together take at most `seconds`; by default, `MAX_SECONDS`."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = MAX_SECONDS if seconds is None else seconds

    def texts(self, pattern: str, cell: ParsedCell) -> list[str]:
        """Return each text that a valid pattern finds in a cell: its first group, or else all of it.

        Raises ProblemsFound if the time is over.
        """
        compiled = _compiled(pattern)
        slow = problem("pattern-slow", cell.location, pattern=shortened(pattern))
        if self._seconds <= 0:
            raise ProblemsFound([slow])
        began = process_time()
        try:
            matches = list(compiled.finditer(cell.content.text, timeout=self._seconds))
        except TimeoutError:
            self._seconds = 0
            raise ProblemsFound([slow]) from None
        self._seconds -= process_time() - began
        group = 1 if compiled.groups else 0
        return [match[group] or "" for match in matches]


class Use(Strict):
    """The use of a column: its field and, if only part of a cell is used, how it is found."""

    field: str
    find: str = _WHOLE
    """A regular expression: its first group, or else all that it finds, is the value."""
    values: dict[str, str] = Field(default_factory=dict)
    """The value for each text of the cell; other texts have no value."""
    figure: bool = False
    """Whether the value is a number whose thousands are to be grouped by commas."""

    @field_validator("find")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        if pattern == _WHOLE:
            return pattern
        invalid = _pattern_problem(pattern)
        if invalid is not None:
            raise refusal(invalid)
        return pattern

    @property
    def is_shared(self) -> bool:
        """Whether it is of a field that all cities share."""
        is_of_city = BUILT_IN.is_of_city(self.field) or self.field.startswith((f"{CITIES}[", f"{CITIES}."))
        return not is_of_city and self.field not in (ID, IGNORE)

    @property
    def is_part(self) -> bool:
        """Whether it is of a part of the cells."""
        return self.find != _WHOLE

    @property
    def takes_all(self) -> bool:
        """Whether the value is the complete cell as it is."""
        return not (self.is_part or self.values or self.figure)

    def values_in(self, cell: ParsedCell, search: CellSearch) -> list[ParsedCell]:
        """Return the values that it takes from a cell, each as a cell. Raises ProblemsFound if the search takes too
        long.
        """
        if self.takes_all:
            return [cell]
        texts = [cell.content.text]
        if self.is_part:
            texts = search.texts(self.find, cell)
        cells = []
        for text in texts:
            value = self._value(text)
            if value:
                cells.append(replace(cell, content=RichText.plain(value), number=None))
        return cells

    def _value(self, text: str) -> str:
        """Return the value for a text of a cell; empty if the map has no value for it."""
        value = text.strip()
        if self.values:
            value = self.values.get(value, "")
        if self.figure:
            value = _figure(value)
        return value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _as_uses(value: Any) -> Any:
    """Return one use, or the name of a field alone, as a list of uses."""
    uses = []
    for use in _as_list(value):
        uses.append({"field": use} if isinstance(use, str) else use)
    return uses


_Uses = Annotated[tuple[Use, ...], BeforeValidator(_as_uses)]
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
            if len(uses) == 1 and uses[0].takes_all:
                labels[label] = uses[0].field
        return labels


NO_MAP = ColumnMap(columns={})


def read_columns(source: Source, known: KnownFields = BUILT_IN) -> ColumnMap:
    """Return the map in a file, for these fields. Raises ProblemsFound with all its problems."""
    tree = parse(source)
    if _is_without_columns(tree.value):
        hint = "write `columns:` above the headers, and indent them by two spaces"
        raise ProblemsFound([problem("field-missing", tree.location(()), name="columns", hint=hint)])
    column_map = validate(ColumnMap, tree)
    problems: list[Problem] = []
    for header, uses in column_map.columns.items():
        for index, use in enumerate(uses):
            if use.field != IGNORE and target_of(use.field, known) is None:
                location = tree.location(("columns", header, index, "field"))
                hint = _target_hint(use.field, known)
                problems.append(problem("field-unknown", location, name=use.field, hint=hint))
    raise_found(problems)
    return column_map


def _is_without_columns(value: Any) -> bool:
    """Return whether a file has headers with their fields at its top, where `columns` belongs, as `Topics: themes`."""
    if not isinstance(value, dict) or not value:
        return False
    has_part_of_map = any(name in value for name in ColumnMap.model_fields)
    if has_part_of_map:
        return False
    for use in value.values():
        is_other_mapping = isinstance(use, dict) and "field" not in use
        if is_other_mapping:
            return False
    return True


def target_of(text: str, known: KnownFields = BUILT_IN) -> str | None:
    """Return the field that a text such as `themes`, `contact.email` or `cities[1].country` names; None for other
    texts.

    A field of cities without a number, such as `country`, is about all cities in its cell.
    """
    if text == CITIES:
        return NAME
    of_city = _CITY.fullmatch(text)
    if of_city:
        index = int(of_city[1])
        is_known = index < MAX_CITIES and known.of_path(f"{CITIES}.{of_city[2]}") is not None
    else:
        is_known = known.of_key(text) in (*known.importable, *known.others)
    return text if is_known else None


def names_cities(field: str) -> bool:
    """Return whether a field has the names of cities."""
    return field == NAME or field.endswith(f"].{NAME}")


def _pattern_problem(pattern: str) -> Problem | None:
    """Return what is wrong with a pattern; None for a valid one."""
    if len(pattern) > _MAX_PATTERN:
        return problem("pattern-invalid", reason=f"it has more than {_MAX_PATTERN} characters")
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
    """Return a figure with its thousands grouped by commas, and its decimals unchanged; other texts as they are."""
    whole, point, decimals = text.strip().partition(".")
    if _WHOLE_NUMBER.fullmatch(whole) is None:
        return text
    digits = re.sub("[^0-9]", "", whole)
    grouped = f"{Decimal(digits):,}"  # not of an integer, since Python reads no more than 4300 digits as one
    return f"{grouped}{point}{decimals}"


def _target_hint(name: str, known: KnownFields) -> str:
    """Return the field that a map may mean instead of an unknown one."""
    names = []
    for field in (*known.importable, *known.others):
        names.append(field.key)
    for field in known.inside(CITIES):
        names.append(f"{CITIES}[0].{field.name}")
    names.append(IGNORE)
    return did_you_mean(name, names) or "write a field of the plan, such as themes or cities[0].name"
