"""Edits of a plan file from what a document shows: the value before and after, as the document shows them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ucap_reports.plan.comparison.plan_changes import paired_items, shown_value
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.writing.value_edits import ABSENT, ValueChange, as_list, as_written, edited_plan, value_at
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import Source
from ucap_reports.text.text_comparison import Mark, marked_words


def edited_source(source: Source, loc: Loc, before: Any, after: Any, known: KnownFields = BUILT_IN) -> Source:
    """Return the plan file with the value at `loc` changed as from `before` to `after`; None means no value.

    `before` is the value as a document shows it; the file may write it in another way. Only the items, fields and words
    that differ between `before` and `after` change; all others stay as they are written, with their comments.

    Raises ProblemsFound if the file cannot be edited; see `edited_plan`.
    """
    value = value_at(parse_tolerantly(source).value, loc)
    for change in _value_changes(value, loc, before, after, known):
        source = edited_plan(source, change, known)
    return source


def _value_changes(value: Any, loc: Loc, before: Any, after: Any, known: KnownFields) -> Iterator[ValueChange]:
    """Yield the changes of the value in the file, each in the file with those before it."""
    if before == after or (value is ABSENT and after is None):
        return
    items = as_list(value)
    if after is None:
        yield ValueChange("remove", loc)
    elif isinstance(before, list) and isinstance(after, list) and len(items) == len(before) and before and after:
        yield from _item_changes(items, loc, before, after, known)
    elif isinstance(value, dict) and isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            part = value.get(name, ABSENT)
            yield from _value_changes(part, (*loc, name), before.get(name), after.get(name), known)
    else:
        wanted = _with_changed_words(value, before, after) if isinstance(value, str) else None
        yield ValueChange("set", loc, _as_written(after if wanted is None else wanted, loc, known))


def _item_changes(
    items: Sequence[Any], loc: Loc, before: Sequence[Any], after: Sequence[Any], known: KnownFields
) -> Iterator[ValueChange]:
    """Yield the changes of a list: of items, then removals from its end to its beginning, then moves and insertions."""
    pairs = paired_items(before, after, shown_value)
    kept: list[int] = []
    removed: list[int] = []
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            kept.append(pair.old)
            yield from _value_changes(items[pair.old], (*loc, pair.old), pair.before, pair.after, known)
        elif pair.old is not None:
            removed.append(pair.old)
    for index in sorted(removed, reverse=True):
        yield ValueChange("remove", (*loc, index))
    present: list[int | None] = [*sorted(kept)]
    """What the list has after the removals: the places that its items had before, None for new ones."""
    for index, pair in enumerate(pair for pair in pairs if pair.new is not None):
        if pair.old is None:
            yield ValueChange("insert", (*loc, index), _as_written(pair.after, (*loc, index), known))
            present.insert(index, None)
        elif present[index] != pair.old:
            position = present.index(pair.old)
            yield ValueChange("move", (*loc, position), index)
            present.insert(index, present.pop(position))


def _as_written(value: Any, loc: Loc, known: KnownFields) -> Any:
    """Return a new value as a person would write it in the file."""
    if isinstance(value, Mapping):
        return {name: _as_written(part, (*loc, name), known) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_written(part, (*loc, index), known) for index, part in enumerate(value)]
    return as_written(known.at(loc), value)


def _with_changed_words(text: str, before: Any, after: Any) -> str | None:
    """Return a text of the file with the words changed; None if all of it is replaced.

    If it has other words than `before`, each change is made at the only place that it can mean.
    """
    if isinstance(before, str) is not isinstance(after, str):
        return None
    if isinstance(before, str) and text.strip() == before.strip():
        return None
    parts = marked_words(shown_value(before), shown_value(after))
    for index, part in enumerate(parts):
        if part.mark is Mark.SAME:
            continue
        lead = parts[index - 1].text[-20:] if index and parts[index - 1].mark is Mark.SAME else ""
        if part.mark is Mark.OLD:
            following = parts[index + 1] if index + 1 < len(parts) else None
            new = following.text if following is not None and following.mark is Mark.NEW else ""
            old = f"{lead}{part.text}"
            if text.count(old) != 1:
                return None
            text = text.replace(old, f"{lead}{new}")
        elif not (index and parts[index - 1].mark is Mark.OLD):
            if not lead.strip() or text.count(lead) != 1:
                return None
            text = text.replace(lead, f"{lead}{part.text}")
    return text
