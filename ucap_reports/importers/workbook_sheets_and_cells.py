"""The sheets of workbooks with plans, and of the tables of `ucap list`: one for the plans, and one for each list of
entries, with their columns, and with values of plans as cells (`plan_cell`).

Each value of a plan has a cell. The column `plan` has the id of the plan, `number` the place of an entry in its list,
so that rows can be sorted and filtered. A cell has the text of a value as it is in the plan file: rich text as
Markdown, a list with a line for each item. Only figures are numbers and only complete days are dates.

Here is no library for workbooks, so that `ucap list` need not load one.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct

from ucap_reports.plan.custom_field_values import AMOUNT_PARTS
from ucap_reports.plan.field_descriptions import DAYS, ENTRIES, FIGURES, LISTS, RICH, Field, FieldType, KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.value_edits import ABSENT, value_at
from ucap_reports.source.yaml_tree import Loc, WrittenDecimal, WrittenInteger
from ucap_reports.storage.reading_limits import MAX_CELL_CHARACTERS

PLANS = "Plans"
READ_ME = "Read me"
RECORD = "ucap record"
"""The sheet with the digests, which spreadsheet programs do not show."""
RECORD_MARK = "ucap workbook 1"
PLAN = "plan"
NUMBER = "number"
HEAD_ROWS = 2
FIRST_ROW = HEAD_ROWS + 1
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets read them
"""What a spreadsheet program may take for the start of a formula (OWASP, CSV injection)."""
_MAX_TITLE = 31
"""Characters of the title of a sheet, as in Excel."""


class PlanCell(Struct, frozen=True):
    """The content of a cell. `is_exact` is whether it has everything that the plan has."""

    value: str | int | float | date | None = None
    number_format: str = ""
    is_exact: bool = True

    @property
    def text(self) -> str:
        """The content in the form in which cells are compared."""
        return comparable_text(self.value)

    @property
    def digest(self) -> str:
        """The digest of the content, by which a change of the cell is noticed."""
        digest = text_digest(self.text)
        return digest if self.is_exact else f"{_INEXACT_MARK}{digest}"


_EMPTY_CELL = PlanCell()
_UNREADABLE_CELL = PlanCell("…", is_exact=False)
"""The cell of a value that is not what its field can have, such as a mapping in the place of a text."""


class SheetColumn(Struct, frozen=True):
    """A column: the field of its cells, and where its values are in the mapping that a row is about."""

    name: str
    """The name in row 1, such as `population` or `contact.email`."""
    field: Field
    loc: tuple[str, ...]


class PlanSheet(Struct, frozen=True):
    """A sheet: with a row for each plan, or for each entry of the list `owner`."""

    title: str
    owner: Field | None
    columns: tuple[SheetColumn, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns that say which row it is."""
        return (PLAN,) if self.owner is None else (PLAN, NUMBER)

    def loc_of(self, index: int, column: SheetColumn) -> Loc:
        """Return the place of a cell's value in its plan; `index` is that of the entry, from 0."""
        if self.owner is None:
            return column.loc
        return (self.owner.name, index, *column.loc)

    def rows(self, values: Any) -> list[Mapping[str, PlanCell]]:
        """Return the cells of a plan's rows by the names of their columns."""
        if self.owner is None:
            return [self.cells(values)]
        entries = value_at(values, (self.owner.name,))
        if not isinstance(entries, list):  # such as one text instead of entries, which is a cell of the plan
            return []
        return [self.cells(entry) for entry in entries]

    def cells(self, entry: Any) -> Mapping[str, PlanCell]:
        """Return the cells of one plan or entry."""
        return {column.name: self._cell(column, entry) for column in self.columns}

    def _cell(self, column: SheetColumn, entry: Any) -> PlanCell:
        value = value_at(entry, column.loc)
        if self.owner is None and column.field.type in ENTRIES and not isinstance(value, str):
            return _EMPTY_CELL  # the entries are in a sheet of their own
        if isinstance(entry, str) and column.field.type is FieldType.ENTRY_TEXT:
            value = entry  # a text alone is an entry without a date
        return plan_cell(column.field, value)


def plan_sheets(known: KnownFields) -> tuple[PlanSheet, ...]:
    """Return the sheets for plans with these fields."""
    columns: list[SheetColumn] = []
    lists: list[Field] = []
    for field in known.inside():
        if field.type in ENTRIES:
            lists.append(field)
        if field.type not in ENTRIES or field.is_rich:
            columns += _columns(field, known)
    sheets = [PlanSheet(PLANS, None, tuple(columns))]
    titles = {PLANS.casefold(), READ_ME.casefold(), RECORD.casefold()}
    for field in lists:
        inner: list[SheetColumn] = []
        for part in known.inside(field.path):
            is_ambiguous = part.name in (PLAN, NUMBER)
            prefix = f"{field.name}." if is_ambiguous else ""
            inner += _columns(part, known, prefix=prefix)
        title = _title(field, titles)
        titles.add(title.casefold())
        sheets.append(PlanSheet(title, field, tuple(inner)))
    return tuple(sheets)


def joint_fields(known: Sequence[KnownFields]) -> KnownFields:
    """Return the fields of plans of different packs together, each after the one that it follows in its pack."""
    fields: list[Field] = []
    for one in known:
        position = 0
        paths = [field.path for field in fields]
        for field in one.fields:
            if field.path in paths:
                position = paths.index(field.path) + 1
            else:
                fields.insert(position, field)
                paths.insert(position, field.path)
                position += 1
    return KnownFields(tuple(fields), BUILT_IN.others)


def _columns(field: Field, known: KnownFields, loc: tuple[str, ...] = (), prefix: str = "") -> Iterator[SheetColumn]:
    """Yield the column of a field, or those of the fields in it; `prefix` is what their names begin with."""
    name = f"{prefix}{field.name}"
    column_loc = (*loc, field.name)
    parts = known.inside(field.path)
    if not parts or field.type in ENTRIES:
        yield SheetColumn(name, field, column_loc)
        return
    for part in parts:
        yield from _columns(part, known, column_loc, f"{name}.")


def _title(field: Field, taken: set[str]) -> str:
    """Return the title of the sheet of a list, which no other sheet has."""
    title = field.name.replace("_", " ").capitalize()[:_MAX_TITLE]
    number = 1
    while title.casefold() in taken:
        number += 1
        title = f"{title[: _MAX_TITLE - 3]} {number}"
    return title


# Values of plans as cells

ITEM_START = "- "
"""What begins an item of a list of rich texts, as in Markdown."""
ITEM_INDENT = "  "
LINE_END = re.compile(r"\r\n|\r|\n")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that XML cannot have, which openpyxl refuses."""
_FIRST_DAY = date(1900, 3, 1)
"""Earlier days are different ones in Excel, which takes 1900 for a leap year."""
_DAY_FORMAT = "yyyy-mm-dd"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
MAX_DIGITS = 15
"""Digits of a number that spreadsheet programs keep."""


def plan_cell(field: Field, value: Any) -> PlanCell:
    """Return a value of a plan file as a cell."""
    if value is ABSENT or value is None:
        return _EMPTY_CELL
    if isinstance(value, list):
        return _list_cell(field, value)
    text = scalar_text(value)
    if text is None:
        return _UNREADABLE_CELL
    is_number = isinstance(value, WrittenInteger | WrittenDecimal)
    if is_number and field.type in FIGURES and _is_exact_number(text):
        return _number_cell(value, text)
    if field.type in DAYS and _ISO_DAY.fullmatch(text):
        return _day_cell(text)
    return _text_cell(text)


def _list_cell(field: Field, items: Sequence[Any]) -> PlanCell:
    """Return a list as a cell with a line for each item; further lines of rich items are indented."""
    lines: list[str] = []
    for item in items:
        line = item_text(field, item)
        if line is None or field.type not in LISTS:
            return _UNREADABLE_CELL
        if field.type in RICH:
            line = ITEM_START + line.replace("\n", f"\n{ITEM_INDENT}")
        lines.append(line)
    return _text_cell("\n".join(lines))


def _number_cell(value: Any, text: str) -> PlanCell:
    """Return a number as a cell that shows the decimals with which it is written in the plan."""
    _, _, decimals = text.partition(".")
    if not decimals:
        return PlanCell(int(value), "#,##0")
    zeros = "0" * len(decimals)
    return PlanCell(float(value), f"#,##0.{zeros}")


def _day_cell(text: str) -> PlanCell:
    """Return a day as a cell; one that spreadsheets do not have, and what is no day, as text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:  # `ucap check` reports it
        return _text_cell(text)
    return PlanCell(day, _DAY_FORMAT) if day >= _FIRST_DAY else _text_cell(text)


def _is_exact_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return _PLAIN_NUMBER.fullmatch(text) is not None and digits <= MAX_DIGITS


def _text_cell(text: str) -> PlanCell:
    """Return a cell of text; what a cell cannot have is cut off or replaced."""
    text = LINE_END.sub("\n", text).strip("\n")
    shown = _ILLEGAL.sub("\ufffd", text)
    if len(shown) > MAX_CELL_CHARACTERS:
        return PlanCell(f"{shown[: MAX_CELL_CHARACTERS - 1]}…", is_exact=False)
    return PlanCell(shown, is_exact=shown == text)


def item_text(field: Field, item: Any) -> str | None:
    """Return an item of a list as text, with line ends only if it is rich text; None for lists and mappings."""
    text = scalar_text(item)
    if text is None:
        return None
    text = LINE_END.sub("\n", text).strip("\n")
    return text if field.type in RICH else " ".join(text.split("\n"))


def scalar_text(value: Any) -> str | None:
    """Return a single value as text, as it is written in the plan file; None for lists and mappings.

    An amount with its currency is one text.
    """
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case dict() if value.keys() == set(AMOUNT_PARTS):
            parts = [scalar_text(value[name]) for name in AMOUNT_PARTS]
            return None if None in parts else " ".join(part for part in parts if part)
        case dict() | list():
            return None
        case None:
            return ""
        case _:
            return str(getattr(value, "text", value))


# The content of cells as text that can be compared

ESCAPED_UNDERSCORE = "x005F_"
"""What openpyxl takes out of all texts: the escape of an underscore."""
_DIGEST_BYTES = 9
_EMPTY_DIGEST = "-"
_INEXACT_MARK = "!"


def comparable_text(value: Any) -> str:
    """Return the content of a cell as text that is the same after any program has saved the workbook."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return format(value, f".{MAX_DIGITS}g")
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return LINE_END.sub("\n", str(value)).replace(ESCAPED_UNDERSCORE, "").strip()


def text_digest(text: str) -> str:
    """Return the digest of the content of a cell."""
    if not text:
        return _EMPTY_DIGEST
    digest = sha256(text.encode(errors="surrogatepass")).digest()
    return urlsafe_b64encode(digest[:_DIGEST_BYTES]).decode()


def exact_digest(digest: str) -> str:
    """Return the digest without the mark of a cell that does not have everything."""
    return digest.removeprefix(_INEXACT_MARK)


def words_digest(read_me: Mapping[tuple[int, int], str], labels: Iterable[str]) -> str:
    """Return the digest of what a workbook has beside the values of plans: the texts of the sheet that explains it, by
    row and column, and the labels of its columns.
    """
    lines = [f"{row} {column} {text}" for (row, column), text in sorted(read_me.items()) if text]
    return text_digest("\n".join((*lines, *labels)))


def is_inexact(digest: str) -> bool:
    """Return whether a digest is that of a cell without everything that the plan has."""
    return digest.startswith(_INEXACT_MARK)
