"""Values of plans as cells of workbooks, and cells as values of plans.

A cell has the text of a value as it is in the plan file: rich text as Markdown, a list with a line for each item. Only
figures are numbers and only complete days are dates in the workbook.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ucap_reports.importers.cell_values import choice_key, listed_goals
from ucap_reports.importers.spreadsheets import shown_text
from ucap_reports.plan.custom_values import AMOUNT_PARTS
from ucap_reports.plan.fields import DAYS, FIGURES, LISTS, RICH, Field, FieldType
from ucap_reports.plan.writing.value_edits import ABSENT, as_list, as_written
from ucap_reports.source.scalars import WrittenDecimal, WrittenInteger
from ucap_reports.storage.reading_limits import MAX_CELL_CHARACTERS

ITEM = "- "
"""What begins an item of a list of rich texts, as in Markdown."""
_INDENT = "  "
_FIRST_DAY = date(1900, 3, 1)
"""Earlier days are different ones in Excel, which takes 1900 for a leap year."""
_DAY_FORMAT = "yyyy-mm-dd"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MAX_DIGITS = 15
"""Digits of a number that spreadsheet programs keep."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPED = "x005F_"
"""What openpyxl takes out of all texts: the escape of an underscore."""
_DIGEST_BYTES = 9
_EMPTY = "-"
_INEXACT = "!"


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
        return text_digest(self.text) if self.is_exact else f"{_INEXACT}{text_digest(self.text)}"


EMPTY_CELL = PlanCell()


def comparable_text(value: Any) -> str:
    """Return the content of a cell as text that is the same after any program has saved the workbook."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return format(value, f".{_MAX_DIGITS}g")
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return _LINE_END.sub("\n", str(value)).replace(_ESCAPED, "").strip()


def text_digest(text: str) -> str:
    """Return the digest of the content of a cell."""
    if not text:
        return _EMPTY
    return urlsafe_b64encode(sha256(text.encode(errors="surrogatepass")).digest()[:_DIGEST_BYTES]).decode()


def is_inexact(digest: str) -> bool:
    """Return whether a digest is that of a cell without everything that the plan has."""
    return digest.startswith(_INEXACT)


def exact_digest(digest: str) -> str:
    """Return the digest without the mark of a cell that does not have everything."""
    return digest.removeprefix(_INEXACT)


# Values as cells


def plan_cell(field: Field, value: Any) -> PlanCell:
    """Return a value of a plan file as a cell."""
    if value is ABSENT or value is None:
        return EMPTY_CELL
    if isinstance(value, list):
        lines: list[str] = []
        for item in value:
            item_text = _item_text(field, item)
            if item_text is None or field.type not in LISTS:
                return PlanCell("…", is_exact=False)
            if field.type in RICH:
                item_text = ITEM + item_text.replace("\n", f"\n{_INDENT}")
            lines.append(item_text)
        return _text_cell("\n".join(lines))
    text = scalar_text(value)
    if text is None:
        return PlanCell("…", is_exact=False)
    if isinstance(value, WrittenInteger | WrittenDecimal) and field.type in FIGURES and _is_exact_number(text):
        decimals = text.partition(".")[2]
        number_format = f"#,##0.{'0' * len(decimals)}" if decimals else "#,##0"
        return PlanCell(float(value) if decimals else int(value), number_format)
    if field.type in DAYS and _ISO_DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:  # no day, which `ucap check` reports
            return _text_cell(text)
        if day >= _FIRST_DAY:
            return PlanCell(day, _DAY_FORMAT)
    return _text_cell(text)


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


def _item_text(field: Field, item: Any) -> str | None:
    """Return an item of a list as text, with line ends only if it is rich text; None for lists and mappings."""
    text = scalar_text(item)
    if text is None:
        return None
    text = _LINE_END.sub("\n", text).strip("\n")
    return text if field.type in RICH else " ".join(text.split("\n"))


def _is_exact_number(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return _PLAIN_NUMBER.fullmatch(text) is not None and digits <= _MAX_DIGITS


def _text_cell(text: str) -> PlanCell:
    """Return a cell of text; what a cell cannot have is cut off or replaced."""
    text = _LINE_END.sub("\n", text).strip("\n")
    shown = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    if len(shown) > MAX_CELL_CHARACTERS:
        return PlanCell(f"{shown[: MAX_CELL_CHARACTERS - 1]}…", is_exact=False)
    return PlanCell(shown, is_exact=shown == text)


# Cells as values


def plan_value(field: Field, content: Any, number_format: str, before: Any) -> Any:
    """Return the content of a cell as the value of a field; None for an empty cell.

    `before` is the value that the plan has now. Items of a list that are still the same are written as before.
    """
    if comparable_text(content) == "":
        return None
    text = _LINE_END.sub("\n", shown_text(content, number_format)).strip("\n")
    if field.type is FieldType.CHOICE:
        return choice_key(field, text.strip())
    if field.type not in LISTS:
        return as_written(field, text)
    items = _items(field, text)
    if field.type is FieldType.GOALS:
        goals = []
        for item in items:
            goals += _separate_goals(item)
        items = goals
    old = as_list(before)
    values = _with_old_values(field, items, old)
    is_written_alone = before is not None and not isinstance(before, list)
    is_of_each_city = bool(field.plural) or field.type is FieldType.NAMES
    return values[0] if len(values) == 1 and (is_written_alone or is_of_each_city) else values


def _separate_goals(item: str) -> list[str]:
    """Return the goals on one line of a cell; a goal alone stays as it is written."""
    goals = listed_goals(item)
    return goals if len(goals) > 1 else [item]


def _items(field: Field, text: str) -> list[str]:
    """Return the items of a list in a cell: a line for each, or what begins with a hyphen."""
    lines = [line.rstrip() for line in text.split("\n")]
    if field.type not in RICH or not any(line.startswith(ITEM) for line in lines):
        return [line.strip() for line in lines if line.strip()]
    items: list[list[str]] = []
    for line in lines:
        if line.startswith(ITEM) or not items:
            items.append([line.removeprefix(ITEM)])
        else:
            items[-1].append(line.removeprefix(_INDENT))
    return [text for item in items if (text := "\n".join(item).strip("\n"))]


def _with_old_values(field: Field, items: Sequence[str], old: Sequence[Any]) -> list[Any]:
    """Return the items as a plan file has them: those that are in the old list as they are written there."""
    known: dict[str, list[Any]] = {}
    for item in old:
        known.setdefault(_item_text(field, item) or "", []).append(item)
    values: list[Any] = []
    for text in items:
        same = known.get(text)
        values.append(same.pop(0) if same else as_written(field, text))
    return values
