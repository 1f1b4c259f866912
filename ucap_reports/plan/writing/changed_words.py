"""The changes of a document in a plan file: only the items, fields and words that were changed are written.

A document shows a value in another way than the file writes it: without markup, or with other quotes. So the file gets
the differences between what the document showed and what it shows now.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.field_descriptions import FieldType, KnownFields
from ucap_reports.plan.numbers_and_amounts import read_money
from ucap_reports.plan.plan_changes import ItemPair, paired_items, shown_value
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    as_list,
    as_written,
    edited_plan,
    item_changes,
    value_at,
)
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.storage.decoding import Source
from ucap_reports.text.markdown import BULLETS, DASHES, parse_rich_text
from ucap_reports.text.rich_text import ARROW, RichText
from ucap_reports.text.text_comparison import PartKind, compared_words

_LIST_LINE = LazyPattern(
    rf"""
    ^ [ \t]*
    (?: (?: (?: [-*+] | [0-9]{{1,9}}[.)] ) [ \t]+ )+        # a mark, after those of items that begin with this one
        (?: {ARROW} [ \t]* )?
    | [{ARROW}{BULLETS}{DASHES}] [ \t]*
    )
    """,
    re.MULTILINE | re.VERBOSE,
)
"""The start of a line with a list item: its indentation, and its mark."""
_ITEM_NUMBER = LazyPattern(r"[0-9]+")
_NUMBER = "#"
"""The sign for the number of an item in its mark."""
_CONTEXT = 20
"""The number of characters before or after changed words by which their place in a text is found."""
_LEAST_LENGTH = 3
"""The number of characters that a place must have: fewer may be anywhere."""


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
    if after is None:
        yield ValueChange("remove", loc)
        return
    if isinstance(value, dict) and isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            part = value.get(name, ABSENT)
            yield from _value_changes(part, (*loc, name), before.get(name), after.get(name), known)
        return
    if isinstance(before, list) and isinstance(after, list) and before and after:
        items = as_list(value)
        shown = _shown_items(items, before)
        if shown is not None:
            yield from _item_changes(items, shown, loc, before, after, known)
            return
    wanted = after
    if isinstance(value, str) and not _becomes_words(after, loc, known):
        text = _with_changed_words(value, before, after)
        field = known.at(loc)
        is_rich = field is not None and field.is_rich
        if text is not None and not (is_rich and _is_misread(value, text, before, after)):
            wanted = text
    yield ValueChange("set", loc, _as_written(wanted, loc, known))


def _shown_items(items: Sequence[Any], before: Sequence[Any]) -> list[int] | None:
    """Return the indices of the items of a list in the file that the items of a document show: all, or those that are
    not empty. None if the document shows another number of items.
    """
    if len(items) == len(before):
        return list(range(len(items)))
    with_content = [index for index, item in enumerate(items) if not _is_empty(item)]
    return with_content if len(with_content) == len(before) else None


def _becomes_words(after: Any, loc: Loc, known: KnownFields) -> bool:
    """Return whether a value is words about a date or an amount, which are printed as written.

    They do not fit among the words of the file, which may have another notation: "February 2019 (planned)" is not
    "2019 (planned)-02".
    """
    field = known.at(loc)
    if field is None or not isinstance(after, str):
        return False
    if field.type is FieldType.MONEY:
        return read_money(after, currencies()).text is not None
    return field.type is FieldType.DATE


def _is_empty(item: Any) -> bool:
    """Return whether an item of a list, such as a row of a table, has no value that a document shows."""
    if isinstance(item, dict):
        return all(map(_is_empty, item.values()))
    if isinstance(item, list):
        return all(map(_is_empty, item))
    return is_unknown(item)


def _item_changes(  # noqa: PLR0917 - the list in the file, what the document showed, and what it shows now
    items: Sequence[Any],
    shown: Sequence[int],
    loc: Loc,
    before: Sequence[Any],
    after: Sequence[Any],
    known: KnownFields,
) -> Iterator[ValueChange]:
    """Yield the changes of a list: of items, then removals, moves and insertions.

    `shown` are the indices of the items that the document shows. Each of the others stays behind the item above it.
    """
    pairs: list[ItemPair] = []
    for pair in paired_items(before, after, shown_value):
        if pair.old is None:
            pairs.append(pair)
        else:
            pairs.append(replace(pair, old=shown[pair.old]))
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            item_loc = (*loc, pair.old)
            yield from _value_changes(items[pair.old], item_loc, pair.before, pair.after, known)
    hidden = set(range(len(items))) - set(shown)
    for index in sorted(hidden):
        indices = [pair.old for pair in pairs]
        position = indices.index(index - 1) + 1 if index else 0
        item = items[index]
        pairs.insert(position, ItemPair(index, index, item, item, moved=False))
    for change in item_changes(loc, pairs):
        if change.op == "insert":
            yield replace(change, value=_as_written(change.value, change.loc, known))
        else:
            yield change


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
    if isinstance(before, str) != isinstance(after, str):
        return None
    if isinstance(before, str) and text.strip() == before.strip():
        return None  # the document shows it as the file writes it, so it is replaced as a whole
    shown_before, shown_after = _with_list_marks_of(text, shown_value(before), shown_value(after))
    for replacement in _replacements(shown_before, shown_after):
        context = _context_in(text, replacement)
        if context is None:
            return None
        lead, trail = context
        text = text.replace(f"{lead}{replacement.old}{trail}", f"{lead}{replacement.new}{trail}")
    return text


def _is_misread(text: str, edited: str, before: Any, after: Any) -> bool:
    """Return whether the document shows all of a rich text of the file, but the edited one means something else: new
    lines may be another list than those around them, whose marks the file mixes.
    """
    rich_text = _parsed(text)
    return rich_text is not None and rich_text == _parsed(before) and _parsed(edited) != _parsed(after)


def _parsed(text: Any) -> RichText | None:
    """Return the blocks of a rich text; None if it is not valid."""
    written = text if isinstance(text, str) else shown_value(text)
    try:
        return parse_rich_text(written)
    except ProblemsFound:
        return None


def _with_list_marks_of(text: str, before: str, after: str) -> tuple[str, str]:
    """Return what a document showed and what it shows, with the marks of list items as a text of the file has them,
    such as `→` where the document has `- →`: items with other marks would be another list.

    They stay as they are if the text has another number of items, or marks that differ where those of the document are
    the same.
    """
    written_marks = _list_marks(text)
    shown_marks = _list_marks(before)
    if len(written_marks) != len(shown_marks):
        return before, after
    if any(mark.count(_NUMBER) > 1 for mark in written_marks):  # a list that begins with another one
        return before, after
    written_by_shown: dict[str, str] = {}
    for shown, written in zip(shown_marks, written_marks, strict=True):
        is_numbered_alike = shown.count(_NUMBER) == written.count(_NUMBER)
        if written_by_shown.setdefault(shown, written) != written or not is_numbered_alike:
            return before, after

    def with_written_mark(line: re.Match[str]) -> str:
        mark = written_by_shown.get(_without_number(line), line[0])
        number = _ITEM_NUMBER.search(line[0])
        digits = number[0] if number else ""
        return mark.replace(_NUMBER, digits)

    return _LIST_LINE.sub(with_written_mark, before), _LIST_LINE.sub(with_written_mark, after)


def _list_marks(text: str) -> list[str]:
    """Return the marks of the list items in a text, with a sign instead of each number."""
    return [_without_number(line) for line in _LIST_LINE.finditer(text)]


def _without_number(line: re.Match[str]) -> str:
    return _ITEM_NUMBER.sub(_NUMBER, line[0])


def _context_in(text: str, replacement: "_Replacement") -> tuple[str, str] | None:
    """Return the words before and after a change by which its only place in a text of the file is found; None if there
    is no such place.

    They are as many of the words before it as the file has, or else of those after it: the file may have other markup
    there, such as another marker of a list.
    """
    lead = replacement.lead
    trail = replacement.trail
    contexts = [(lead[start:], "") for start in range(len(lead) + 1)]
    contexts += [("", trail[:end]) for end in range(len(trail), 0, -1)]
    for before, after in contexts:
        passage = f"{before}{replacement.old}{after}"
        if len(passage.strip()) >= _LEAST_LENGTH and text.count(passage) == 1:
            return before, after
    return None


class _Replacement(Struct):
    """Words that others replace, one of which may be empty, with the end of the unchanged words before them and the
    start of those after them.
    """

    lead: str
    old: str = ""
    new: str = ""
    trail: str = ""


def _replacements(before: str, after: str) -> list[_Replacement]:
    """Return the changes of a text in order."""
    replacements: list[_Replacement] = []
    lead = ""
    is_change = False
    for part in compared_words(before, after):
        if part.kind is PartKind.SAME:
            if replacements:
                replacements[-1].trail = part.text[:_CONTEXT]
            lead = part.text[-_CONTEXT:]
            is_change = False
            continue
        if not is_change:
            replacements.append(_Replacement(lead))
            is_change = True
        if part.kind is PartKind.OLD:
            replacements[-1].old += part.text
        else:
            replacements[-1].new += part.text
    return replacements
