"""Values of plans as text in the fields of forms, and answers in forms as values of plans.

A field of a form has plain text: a list has a line for each item, an activity is "May 2017: text", with lines that
begin with a hyphen for its details, a focus is "Theme: text", and a row of a table has bars between its columns.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ucap_reports.importers.cell_values import Filler, choice_key
from ucap_reports.importers.lines_to_blocks import dump_text
from ucap_reports.importers.parsed_summary import ParsedCell
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.importers.workbook_cells import plan_value, scalar_text
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.fields import DAYS, LISTS, RICH, Field, FieldType
from ucap_reports.plan.known_fields import KnownFields
from ucap_reports.plan.vocabulary import GOALS
from ucap_reports.plan.writing.markdown_source import rich_text_source
from ucap_reports.plan.writing.value_edits import ABSENT, as_list
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.text.markup import parse_rich_text
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, RichText

MULTILINE = LISTS | RICH | {FieldType.ADDRESS, FieldType.NAMES}
"""The types whose fields have several lines."""
COLUMN_END = "|"
"""What is between the columns of a row of a table."""
_POINT = re.compile(r"\s+|[-\u2013\u2022]\s")
"""What begins a line with a detail of the entry above it."""
_MARKER = re.compile(r"\s*(?:[-\u2013\u2022]\s+)?")
_HEAD = re.compile(r"([^:\n]{1,80}): (.+)", re.DOTALL)
_DIGIT = re.compile(r"\d")


def form_text(field: Field, value: Any, labels: Mapping[str, str] | None = None) -> str:
    """Return a value as a form shows it; `labels` are those of the choices of the field."""
    if value is None or value is ABSENT:
        return ""
    if field.type in (FieldType.FOCUS, FieldType.ACTIVITIES) and isinstance(value, list):
        return "\n".join(_entry_text(entry) for entry in value)
    if field.type is FieldType.TABLE and isinstance(value, list):
        return "\n".join(_row_text(field, row) for row in value)
    if isinstance(value, list):
        return "\n".join(_plain(field, item) for item in value)
    if field.type is FieldType.CHOICE and labels:
        return labels.get(str(value), str(value))
    return _plain(field, value)


def form_value(field: Field, text: str, before: Any, known: KnownFields) -> Any:
    """Return an answer as the value of a field; None for an empty one.

    `before` is the value that the plan has now; entries and items that are still the same are kept as they are written.
    """
    if not text.strip():
        return None
    match field.type:
        case FieldType.GOALS:
            return _goals(field, text, before, known)
        case FieldType.CHOICE:
            return choice_key(field, text.strip())
        case FieldType.FOCUS | FieldType.ACTIVITIES:
            return _entries(field, text, before, known)
        case FieldType.TABLE:
            return _table(field, text, before, known)
        case FieldType.LIST:
            old = {_plain(field, item): item for item in as_list(before)}
            lines = [_MARKER.sub("", line, count=1) for line in text.split("\n") if line.strip()]
            return [old.get(line, _source(line)) for line in lines]
        case type_ if type_ in DAYS:
            days = dates_meant(text.strip())
            return days[0].isoformat() if len(days) == 1 else text.strip()
        case FieldType.COUNTRIES:
            return plan_value(field, "\n".join(re.split(r",\s|;|\n", text)), "", before)
        case type_ if type_ in RICH:
            return _source(text)
        case _:
            return plan_value(field, text, "", before)


def loses_markup(field: Field, before: Any, after: Any) -> bool:
    """Return whether a changed value had bold text, links or other markup that an answer in plain text cannot have."""
    if field.type not in RICH:
        return False
    kept = as_list(after)
    for item in as_list(before):
        if item not in kept and any(_has_markup(text) for text in _texts(item)):
            return True
    return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _has_markup(text: str) -> bool:
    with suppress(ProblemsFound):
        rich = parse_rich_text(text)
        return any(run.bold or run.italic or run.underline or run.link for run in rich.runs())
    return False


# Values as text


def _plain(field: Field, value: Any) -> str:
    text = scalar_text(value) or ""
    if field.type not in RICH:
        return text.strip()
    with suppress(ProblemsFound):
        return "\n".join(_lines(parse_rich_text(text).blocks))
    return text.strip()


def _lines(blocks: Sequence[Paragraph | ItemList], indent: str = "") -> Iterator[str]:
    """Yield the paragraphs and items of rich text as lines."""
    for block in blocks:
        if not isinstance(block, ItemList):
            yield f"{indent}{block.text}"
            continue
        for number, item in enumerate(block.items, block.start):
            marker = f"{number}. " if block.marker is Marker.NUMBER else "- "
            first, *others = _lines(item.blocks)
            yield f"{indent}{marker}{first}"
            yield from (f"{indent}  {line}" for line in others)


def _entry_text(entry: Any) -> str:
    """Return an activity or a focus as a line, and its details as lines below it."""
    if not isinstance(entry, dict):
        return _one_line(entry)
    head, body, details = "", "", list[str]()
    for value in entry.values():
        if isinstance(value, list):
            details = [f"  - {_one_line(item)}" for item in value]
        elif not head and len(entry) > 1 and value is next(iter(entry.values())):
            head = _one_line(value)
        else:
            body = _one_line(value)
    return "\n".join([f"{head}: {body}" if head and body else head or body, *details])


def _one_line(value: Any) -> str:
    text = scalar_text(value) or ""
    with suppress(ProblemsFound):
        text = parse_rich_text(text).text
    return " ".join(text.split())


def _row_text(table: Field, row: Any) -> str:
    """Return a row of a table as a line."""
    cells = []
    for column in table.columns:
        value = row.get(column.name) if isinstance(row, dict) else None
        cells.append(" ".join(form_text(column, value).split()))
    return f" {COLUMN_END} ".join(cells).rstrip()


# Answers as values


def _source(text: str) -> str:
    """Return plain text as Markdown: a paragraph for each line, and lists from their markers."""
    rich = dump_text(text)
    return rich_text_source(rich) or " ".join(text.split())


def _goals(field: Field, text: str, before: Any, known: KnownFields) -> list[Any]:
    """Return goals from "SDG 11", "11", "Goal 11: …" or "SDG 3, 4 and 9"; known ones as they were written."""
    draft = Draft("", known=known)
    Filler(draft).fill((field.name,), ParsedCell(RichText.plain(text), Location()))
    old: dict[tuple[int, str], Any] = {}
    for item in as_list(before):
        old.setdefault(_goal_key(item), item)
    goals = []
    for item in as_list(draft.get((field.name,))):
        number, wording = key = _goal_key(item)
        goals.append(old.get(key, f"SDG {number}" if number and not wording else item))
    return goals


def _goal_key(item: Any) -> tuple[int, str]:
    """Return the number of a goal and its own wording; 0 for what is no goal."""
    try:
        goal = read_goal(item)
    except ValueError:
        return 0, str(item)
    wording = (goal.wording or "").strip()
    is_official = wording.casefold().rstrip(".") == GOALS[goal.number].casefold()
    return goal.number, "" if is_official else wording


def _entries(field: Field, text: str, before: Any, known: KnownFields) -> Any:
    """Return the entries of a field, or one text if its lines are not entries."""
    groups: list[list[str]] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if groups and _POINT.match(line):
            groups[-1].append(_MARKER.sub("", line, count=1))
        else:
            groups.append([line.strip()])
    head_field, body_field, *other_fields = _parts(field, known)
    is_focus = field.type is FieldType.FOCUS
    heads = [_HEAD.fullmatch(group[0]) for group in groups]
    if isinstance(before, str) or (is_focus and not all(heads)):
        return _source(text)
    old = {_entry_text(entry): entry for entry in as_list(before)}
    entries: list[Any] = []
    for group, head in zip(groups, heads, strict=True):
        shown = "\n".join([group[0], *(f"  - {line}" for line in group[1:])])
        if shown in old:
            entries.append(old[shown])
            continue
        if is_focus and len(group) > 1:  # a focus has no details
            group = [" ".join(group)]  # noqa: PLW2901 - the same entry
            head = _HEAD.fullmatch(group[0])  # noqa: PLW2901 - as above
        entry: dict[str, Any] = {}
        body = group[0]
        if head is not None and (is_focus or _DIGIT.search(head[1])):
            entry[head_field.name], body = head[1], head[2]
        entry[body_field.name] = _source(body)
        if len(group) > 1 and other_fields:
            entry[other_fields[0].name] = [_source(line) for line in group[1:]]
        entries.append(entry)
    return entries


def _table(field: Field, text: str, before: Any, known: KnownFields) -> list[Any]:
    """Return the rows of a table; those that are still the same as they are written."""
    old = {_row_text(field, row): row for row in as_list(before)}
    rows: list[Any] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if line.rstrip() in old:
            rows.append(old[line.rstrip()])
            continue
        row: dict[str, Any] = {}
        cells = line.split(COLUMN_END, len(field.columns) - 1)
        for column, cell in zip(field.columns, cells, strict=False):
            if cell.strip():
                row[column.name] = form_value(column, cell.strip(), None, known)
        rows.append(row)
    return rows


def _parts(field: Field, known: KnownFields) -> Sequence[Field]:
    """Return the fields of an entry: what is before its colon, its text, and its details."""
    return known.inside(field.path)
