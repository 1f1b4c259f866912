"""Values of plans as the plain text that people edit, and what they wrote as values: answers in forms (`form_text`,
`form_value`), and changed cells of workbooks with plans (`plan_value`).

A field of a form has plain text: a list has a line for each item, with an indent for its further lines, an activity is
"May 2017: text", with lines that begin with a hyphen for its details, a focus is "Theme: text", and a row of a table
has bars between its columns. What is still the same as in the plan is kept as it is written there.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import chain
from textwrap import dedent
from typing import Any, NamedTuple

from msgspec.structs import replace

from ucap_reports.importers.draft_and_kept_comments import Draft
from ucap_reports.importers.imported_cells import Filler, listed_goals
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell, dump_text, without_typed_markers
from ucap_reports.importers.separators_of_names_and_lists import joined_countries
from ucap_reports.importers.workbook_reading import is_month, shown_text
from ucap_reports.importers.workbook_sheets_and_cells import (
    ITEM_INDENT,
    ITEM_START,
    comparable_text,
    item_text,
    plan_cell,
    scalar_text,
)
from ucap_reports.plan.countries_goals_and_partnerships import GOALS
from ucap_reports.plan.custom_field_values import choice_key
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.field_descriptions import DAYS, LISTS, RICH, Field, FieldType, KnownFields
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.plan.writing.value_edits import ABSENT, as_list, as_written
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run

COLUMN_END = "|"
"""What is between the columns of a row of a table."""
_SIGNS = "-*\u2013\u2014\u2022\u00b7\u25aa\u25e6\u2192"
"""What people type before the items of a list. The hyphen is first, since it would be a range within `[…]`."""
_DETAIL_LINE = re.compile(rf"\s+|[{_SIGNS}]\s")
"""What begins a line with a detail of the entry above it."""
_INDENT = "  "
"""What begins a further line of an item."""
_LIST_MARKER = re.compile(rf"\s*(?:[{_SIGNS}]\s+)?")
_LISTED_LINE = re.compile(rf"\s|(?:[{_SIGNS}]|\d{{1,9}}[.)])\s")
"""The start of a line that is, or belongs to, an item of a list."""
_HEAD_AND_TEXT = re.compile(r"([^:\uff1a\n]{1,80})(?:: |\uff1a)(.+)", re.DOTALL)
_DIGIT = re.compile(r"\d")
_COUNTRY_END = re.compile("[;\uff1b\u061b\n\uff0c\u3001]|[,\u060c]\\s")
"""What is between countries, also in Chinese and Arabic."""
_LINE_SEPARATOR = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
"""Line ends in the text of other programs, of which a plan file has only the line feed."""


def form_text(field: Field, value: Any, labels: Mapping[str, str] | None = None) -> str:
    """Return a value as a form shows it; `labels` are those of the choices of the field."""
    if value is None or value is ABSENT:
        return ""
    if field.type in (FieldType.FOCUS, FieldType.ACTIVITIES) and isinstance(value, list):
        return "\n".join(_entry_text(field, entry) for entry in value)
    if field.type is FieldType.TABLE and isinstance(value, list):
        return "\n".join(_row_text(field, row) for row in value)
    if field.type is FieldType.LIST:
        return "\n".join(_list_item(field, item) for item in as_list(value))
    if isinstance(value, list):
        return "\n".join(_item_text(field, item) for item in value)
    if field.type is FieldType.CHOICE and labels:
        return labels.get(str(value), str(value))
    return _item_text(field, value)


def form_value(field: Field, text: str, before: Any, known: KnownFields) -> Any:
    """Return an answer as the value of a field; None for an empty one.

    `before` is the value that the plan has now; entries and items that are still the same are kept as they are written.
    """
    if not text.strip():
        return None
    if field.type in LISTS:
        text = _without_markers(field, text, before)
    match field.type:
        case FieldType.GOALS:
            return _goals_in(field, text, before, known)
        case FieldType.CHOICE:
            return choice_key(field, text.strip())
        case FieldType.FOCUS | FieldType.ACTIVITIES:
            return _entries_in(field, text, before, known)
        case FieldType.TABLE:
            return _rows_in(field, text, before, known)
        case FieldType.LIST:
            return _items_in(field, text, before)
        case FieldType.COUNTRIES:
            names = [name.strip() for name in _COUNTRY_END.split(text)]
            return plan_value(field, "\n".join(joined_countries(names)), "", before)
        case type_ if type_ in RICH:
            return _rich_text_in(text, before)
        case _:
            return plan_value(field, text, "", before)


def plan_value(field: Field, content: Any, number_format: str, before: Any) -> Any:
    """Return the content of a cell as the value of a field; None for an empty cell.

    `before` is the value that the plan has now. Items of a list that are still the same are written as before.
    """
    if comparable_text(content) == "":
        return None
    text = _LINE_SEPARATOR.sub("\n", shown_text(content, number_format)).strip("\n")
    if field.type is FieldType.DATE and isinstance(content, datetime) and is_month(content, number_format):
        return f"{content:%Y-%m}"
    if field.type in DAYS:
        days = dates_meant(text.strip())
        return days[0].isoformat() if len(days) == 1 else text.strip()
    if field.type is FieldType.CHOICE:
        return choice_key(field, text.strip())
    if field.type in LISTS:
        return _list_in_cell(field, text, before)
    return as_written(field, text)


def loses_markup(field: Field, before: Any, after: Any) -> bool:
    """Return whether a changed value had bold text, links or other markup that an answer in plain text cannot have."""
    if field.type not in RICH:
        return False
    lost = _marked_runs(before) - _marked_runs(after)
    return bool(lost)


def has_markup(value: Any) -> bool:
    """Return whether a value has bold text, links or other markup."""
    return bool(_marked_runs(value))


def _marked_runs(value: Any) -> Counter[Run]:
    """Return the runs with markup in the texts of a value, with how often each is there."""
    marked: Counter[Run] = Counter()
    for text in _texts_in(value):
        with suppress(ProblemsFound):
            rich = parse_rich_text(text)
            for run in rich.runs():
                if run.bold or run.italic or run.underline or run.link:
                    marked[run] += 1
    return marked


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)


# Values as text


def _item_text(field: Field, value: Any) -> str:
    text = scalar_text(value) or ""
    if field.type not in RICH:
        return text.strip()
    with suppress(ProblemsFound):
        return "\n".join(_rich_text_lines(parse_rich_text(text).blocks))
    return text.strip()


def _list_item(field: Field, item: Any) -> str:
    """Return an item of a list; its further paragraphs, and the lists in it, are lines with an indent."""
    return _item_text(field, item).replace("\n", f"\n{_INDENT}")


def _rich_text_lines(blocks: Sequence[Paragraph | ItemList], indent: str = "") -> Iterator[str]:
    """Yield the paragraphs and items of rich text as lines."""
    for block in blocks:
        if not isinstance(block, ItemList):
            for line in block.text.split("\n"):
                yield f"{indent}{line}"
            continue
        for number, item in enumerate(block.items, block.start):
            marker = f"{number}. " if block.marker is Marker.NUMBER else "- "
            lines = list(_rich_text_lines(item.blocks))
            first_line = lines[0] if lines else ""
            yield f"{indent}{marker}{first_line}".rstrip()
            for line in lines[1:]:
                yield f"{indent}{_INDENT}{line}"


def _entry_text(field: Field, entry: Any) -> str:
    """Return an activity or a focus as a line, and its details as lines below it, however a file orders them."""
    if not isinstance(entry, dict):
        return _one_line(entry)
    head_field, body_field, *other_fields = BUILT_IN.inside(field.path)
    head = _one_line(entry.get(head_field.name))
    body = _one_line(entry.get(body_field.name))
    first_line = head or body
    if head and body:
        first_line = f"{head}: {body}"
    lines = [first_line]
    for other in other_fields:
        for detail in as_list(entry.get(other.name)):
            lines.append(_detail_line(_one_line(detail)))
    return "\n".join(lines)


def _detail_line(detail: str) -> str:
    """Return the line of a detail, below the entry that it belongs to."""
    return f"{_INDENT}- {detail}"


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


def _without_markers(field: Field, text: str, before: Any) -> str:
    """Return the lines of a list without the signs or numbers before its items, unless its value has them."""
    unmarked = without_typed_markers(text, form_text(field, before))
    if field.type is FieldType.GOALS:
        have_numbers = all(_DIGIT.search(line) for line in unmarked.split("\n"))
        if not have_numbers:  # "1. No Poverty": the numbers were those of the goals
            return text
    return unmarked


def _markdown(text: str, numbers: Collection[int] = ()) -> str:
    """Return plain text as Markdown: a paragraph for each line, and lists from their markers, also from these
    numbers.
    """
    rich = dump_text(text, is_stripped=False, numbers=numbers)
    return rich_text_source(rich) or " ".join(text.split())


def _rich_text_in(text: str, before: Any) -> str:
    """Return plain text as Markdown, as `_markdown` does. Paragraphs, lists and items of lists that are still the same
    as in the plan stay as they are there, with their markup.
    """
    old: Sequence[Paragraph | ItemList] = ()
    if isinstance(before, str):
        with suppress(ProblemsFound):
            old = parse_rich_text(before).blocks
    rich = RichText(tuple(_with_old_blocks(text, old)))
    return rich_text_source(rich) or _markdown(text, _numbers_of_items(old))


def _numbers_of_items(blocks: Iterable[Paragraph | ItemList]) -> Collection[int]:
    """Return the numbers up to the highest one of an item in a numbered list."""
    return range(1, _highest_number(blocks) + 1)


def _highest_number(blocks: Iterable[Paragraph | ItemList]) -> int:
    """Return the highest number of an item, also in lists in lists; 0 if there is no numbered list."""
    highest = 0
    for block in blocks:
        if not isinstance(block, ItemList):
            continue
        if block.marker is Marker.NUMBER:
            highest = max(highest, block.start + len(block.items) - 1)
        for item in block.items:
            highest = max(highest, _highest_number(item.blocks))
    return highest


class _ShownBlock(NamedTuple):
    """A paragraph or list of a plan with the lines by which a form shows it, and the lines beside these."""

    block: Paragraph | ItemList
    lines: list[str]
    beside: list[str]


def _with_old_blocks(text: str, old: Sequence[Paragraph | ItemList]) -> Iterator[Paragraph | ItemList]:
    """Yield the blocks of plain text, with those of the plan where the text still has their lines."""
    unused = _shown_blocks(old)
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    changed_lines: list[str] = []
    index = 0
    while index < len(lines):
        same = _same_block(unused, lines, index)
        if same is None:
            changed_lines.append(lines[index])
            index += 1
            continue
        yield from _with_old_items(changed_lines, old)
        changed_lines = []
        yield same.block
        unused.remove(same)
        index += len(same.lines)
    yield from _with_old_items(changed_lines, old)


def _shown_blocks(blocks: Sequence[Paragraph | ItemList]) -> list[_ShownBlock]:
    """Return blocks with the lines by which a form shows them."""
    lines_of_blocks = [list(_rich_text_lines([block])) for block in blocks]
    lines = list(chain.from_iterable(lines_of_blocks))
    shown_blocks: list[_ShownBlock] = []
    start = 0
    for block, lines_of_block in zip(blocks, lines_of_blocks, strict=True):
        end = start + len(lines_of_block)
        shown_blocks.append(_ShownBlock(block, lines_of_block, _lines_beside(lines, start, end)))
        start = end
    return shown_blocks


def _lines_beside(lines: Sequence[str], start: int, end: int) -> list[str]:
    """Return the line before some lines and the one after them, where there is one."""
    line_before = lines[start - 1 : start] if start else []
    line_after = lines[end : end + 1]
    return [*line_before, *line_after]


def _same_block(unused: Sequence[_ShownBlock], lines: Sequence[str], start: int) -> _ShownBlock | None:
    """Return the block whose lines an answer has from `start` on, if no line beside them belongs to the same list: a
    line was beside the block before, too, or is in no list.
    """
    for shown in unused:
        end = start + len(shown.lines)
        if lines[start:end] != shown.lines:
            continue
        if isinstance(shown.block, Paragraph) or not _goes_on(shown, _lines_beside(lines, start, end)):
            return shown
    return None


def _goes_on(shown: _ShownBlock, lines_beside: Sequence[str]) -> bool:
    """Return whether a list has more items in an answer than in the plan: lines beside it that were not there."""
    for line in lines_beside:
        if line not in shown.beside and _LISTED_LINE.match(line):
            return True
    return False


def _with_old_items(lines: Sequence[str], old: Sequence[Paragraph | ItemList]) -> Iterator[Paragraph | ItemList]:
    """Yield the blocks of lines of plain text, with the items of the plan that are still the same."""
    old_items: list[ListItem] = []
    for block in old:
        if isinstance(block, ItemList):
            old_items += block.items
    unused = _Unused(old_items, _shown_item)
    rich = dump_text("\n".join(lines), is_stripped=False, numbers=_numbers_of_items(old))
    for block in rich.blocks:
        if isinstance(block, ItemList):
            items = [unused.take(_shown_item(item), item) for item in block.items]
            yield replace(block, items=tuple(items))
        else:
            yield block


class _Unused:
    """The items of a plan by how a form shows them, each of which is used once: two may be shown in the same way."""

    def __init__(self, items: Iterable[Any], show: Callable[[Any], str]) -> None:
        self._items: dict[str, list[Any]] = {}
        for item in items:
            self._items.setdefault(show(item), []).append(item)

    def take(self, shown: str, default: Any = None) -> Any:
        """Return the first item that is shown so and was not taken yet; else the default."""
        same = self._items.get(shown)
        return same.pop(0) if same else default


def _shown_item(item: ListItem) -> str:
    return "\n".join(_rich_text_lines(item.blocks))


def _goals_in(field: Field, text: str, before: Any, known: KnownFields) -> list[Any]:
    """Return goals from "SDG 11", "11", "Goal 11: …" or "SDG 3, 4 and 9"; known ones as they were written.

    A partnership among them stays there, where checks refuse it, so that it is not lost unnoticed.
    """
    unused = _Unused(as_list(before), partial(_item_text, field))
    known_goals: dict[tuple[int, str], Any] = {}
    for item in as_list(before):
        known_goals.setdefault(_goal_key(item), item)
    goals: list[Any] = []
    for line in text.split("\n"):
        same = unused.take(line.strip())
        if same is not None:
            goals.append(same)
            continue
        for item in _imported_goals(field, line, known):
            key = _goal_key(item)
            number, wording = key
            if key in known_goals:
                goals.append(known_goals[key])
            elif number and not wording:
                goals.append(f"SDG {number}")
            else:
                goals.append(item)
    return _without_duplicates(goals)


def _imported_goals(field: Field, line: str, known: KnownFields) -> list[Any]:
    """Return the goals in a line, followed by the partnerships in it.

    They are what an import of a file with this line as the cell of the field puts into a plan.
    """
    imported = Draft("", known=known)
    cell = ParsedCell(RichText.plain(line), Location())
    Filler(imported).fill((field.name,), cell)
    agenda = known.of_type(FieldType.AGENDA)
    goals = as_list(imported.get((field.name,)))
    partnerships = as_list(imported.get((agenda.name,)))
    return goals + partnerships


def _without_duplicates(items: Sequence[Any]) -> list[Any]:
    once: list[Any] = []
    for item in items:
        if item not in once:
            once.append(item)
    return once


def _goal_key(item: Any) -> tuple[int, str]:
    """Return what is the same of equal goals: the number, and the wording if it is not the official title.

    An item that is no goal has the number 0, and its text as the wording.
    """
    try:
        goal = read_goal(item)
    except ValueError:
        return 0, str(item)
    wording = (goal.wording or "").strip()
    official_title = GOALS[goal.number]
    if wording.casefold().rstrip(".") == official_title.casefold():
        wording = ""
    return goal.number, wording


def _items_in(field: Field, text: str, before: Any) -> list[Any]:
    """Return the items of a list; those that are still the same as they are written.

    A line that is indented more than the first line of the item above it belongs to that item.
    """
    groups: list[list[str]] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if groups and _indent_of(line) > _indent_of(groups[-1][0]):
            groups[-1].append(line)
        else:
            groups.append([line])
    unused = _Unused(as_list(before), partial(_list_item, field))
    items: list[Any] = []
    for lines in groups:
        same = unused.take("\n".join(lines))
        if same is not None:
            items.append(same)
            continue
        first_line = _without_marker(lines[0])
        other_lines = dedent("\n".join(lines[1:]))
        items.append(_markdown(f"{first_line}\n{other_lines}".rstrip()))
    return items


def _without_marker(line: str) -> str:
    """Return the line of an item without the sign before it."""
    return _LIST_MARKER.sub("", line, count=1)


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())


def _entries_in(field: Field, text: str, before: Any, known: KnownFields) -> Any:
    """Return the entries of a field, or one text if its lines are not entries; those that are still the same as they
    are written.
    """
    lines_of_entries = _lines_of_entries(_without_markers(field, text, before))
    have_all_heads = all(_HEAD_AND_TEXT.fullmatch(lines[0]) for lines in lines_of_entries)
    is_text = field.type is FieldType.FOCUS and not have_all_heads
    if isinstance(before, str) or is_text:
        return _rich_text_in(text, before)
    unused = _Unused(as_list(before), partial(_entry_text, field))
    entries: list[Any] = []
    for lines in lines_of_entries:
        first, *details = lines
        shown_lines = [first, *map(_detail_line, details)]
        same = unused.take("\n".join(shown_lines))
        if same is not None:
            entries.append(same)
        else:
            entries.append(_new_entry(field, lines, known))
    return entries


def _lines_of_entries(text: str) -> list[list[str]]:
    """Return the lines of each entry: the first one, and those of its details without their signs."""
    lines_of_entries: list[list[str]] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        if lines_of_entries and _DETAIL_LINE.match(line):
            lines_of_entries[-1].append(_without_marker(line))
        else:
            lines_of_entries.append([line.strip()])
    return lines_of_entries


def _new_entry(field: Field, lines: Sequence[str], known: KnownFields) -> dict[str, Any]:
    """Return the entry that these lines make: its head, such as a date, its text, and its details."""
    head_field, body_field, *other_fields = known.inside(field.path)
    is_focus = field.type is FieldType.FOCUS
    first, *details = lines
    if is_focus:  # it has no details
        first, details = " ".join(lines), []
    entry: dict[str, Any] = {}
    body = first
    head = _HEAD_AND_TEXT.fullmatch(first)
    if head is not None and (is_focus or _DIGIT.search(head[1])):
        entry[head_field.name] = head[1].rstrip()
        body = head[2].lstrip()
    entry[body_field.name] = _markdown(body)
    if details and other_fields:
        entry[other_fields[0].name] = [_markdown(line) for line in details]
    return entry


def _rows_in(field: Field, text: str, before: Any, known: KnownFields) -> list[Any]:
    """Return the rows of a table; those that are still the same as they are written."""
    unused = _Unused(as_list(before), partial(_row_text, field))
    rows: list[Any] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        same = unused.take(line.rstrip())
        if same is not None:
            rows.append(same)
        else:
            rows.append(_new_row(field, line, known))
    return rows


def _new_row(field: Field, line: str, known: KnownFields) -> dict[str, Any]:
    """Return the row of a table that a line makes; the last column gets what has further bars."""
    is_from_spreadsheet = "\t" in line and COLUMN_END not in line
    column_end = "\t" if is_from_spreadsheet else COLUMN_END
    cells = line.split(column_end, len(field.columns) - 1)
    row: dict[str, Any] = {}
    for column, cell in zip(field.columns, cells, strict=False):
        if cell.strip():
            row[column.name] = form_value(column, cell.strip(), None, known)
    return row


# Cells of workbooks as values


def _list_in_cell(field: Field, text: str, before: Any) -> Any:
    """Return the list in a cell; its items that are in the list of the plan as they are written there."""
    unused = _Unused(as_list(before), lambda item: item_text(field, item) or "")
    values: list[Any] = []
    for item in _items_in_cell(field, text, before):
        same = unused.take(item)
        if same is not None:
            values.append(same)
        else:
            values.append(as_written(field, item))
    was_single_value = before is not None and not isinstance(before, list)
    is_of_each_city = bool(field.plural) or field.type is FieldType.NAMES
    if len(values) == 1 and (was_single_value or is_of_each_city):
        return values[0]  # plan files have a single value without a list here
    return values


def _items_in_cell(field: Field, text: str, before: Any) -> list[str]:
    """Return the items of a list in a cell: what begins with a hyphen in lists of rich text, else a line for each."""
    lines = [line.rstrip() for line in text.split("\n")]
    if field.type in RICH and any(line.startswith(ITEM_START) for line in lines):
        return _hyphened_items(lines)
    if field.type is FieldType.GOALS:  # numbers are those of the goals, not of the lines
        goals: list[str] = []
        for line in _lines_with_words(lines):
            goals += _separate_goals(line)
        return goals
    unmarked = without_typed_markers(text, plan_cell(field, before).text)
    return _lines_with_words(unmarked.split("\n"))


def _lines_with_words(lines: Iterable[str]) -> list[str]:
    """Return the lines without white space around them and without empty ones."""
    return [line.strip() for line in lines if line.strip()]


def _hyphened_items(lines: Iterable[str]) -> list[str]:
    """Return the items that begin with hyphens; further lines of an item have an indent."""
    items: list[list[str]] = []
    for line in lines:
        if line.startswith(ITEM_START) or not items:
            items.append([line.removeprefix(ITEM_START)])
        else:
            items[-1].append(line.removeprefix(ITEM_INDENT))
    texts = ["\n".join(item).strip("\n") for item in items]
    return [text for text in texts if text]


def _separate_goals(item: str) -> list[str]:
    """Return the goals on one line of a cell; a goal alone stays as it is written."""
    goals = listed_goals(item)
    return goals if len(goals) > 1 else [item]
