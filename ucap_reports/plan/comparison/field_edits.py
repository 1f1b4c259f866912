"""Edits of single values in a plan file, which keep the comments and the style of everything else."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.comparison.list_changes import paired_items
from ucap_reports.plan.comparison.plan_changes import shown_value
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.writing.comment_reading import read_document
from ucap_reports.plan.writing.file_content import Content, Entries, PlanEntry, PlanFileContent, TextValue
from ucap_reports.plan.writing.yaml_writing import plain_entry, write_document
from ucap_reports.source.yaml_tree import Loc, Tree
from ucap_reports.text.word_changes import Mark, marked_words

_LINE = re.compile(r"^(?!#|[ \t]*$).*\n?", re.MULTILINE)
"""A line of a field; the empty lines and comments after its last one belong to the next field."""


def edited_text(tree: Tree, loc: Loc, before: Any, after: Any, fields: KnownFields = BUILT_IN) -> str:
    """The text of the file with the value at `loc` changed as from `before` to `after`; None means no value.

    `before` is the value as a document shows it; the file may write it in another way. Unchanged parts are kept as they
    are written, with their comments.
    """
    text, name = tree.source.text, str(loc[0])
    known = {entry.key: entry for entry in read_document(tree).body.entries}
    starts = sorted(tree.root.keys.items(), key=lambda item: item[1])
    if name not in known:
        return _with_new_field(text, dict(starts), PlanEntry(name, _new(loc[1:], after)), fields)
    start = tree.root.keys[name]
    end = next((place for _, place in starts if place > start), len(text))
    segment = text[start:end]
    tail = segment[max(line.end() for line in _LINE.finditer(segment)) :]
    if after is None and len(loc) == 1:
        return text[:start] + tail.lstrip("\n") + text[end:]
    content = _changed(known[name].content, loc[1:], before, after)
    written = _written(replace(known[name], content=content, leading=()))
    return text[:start] + written + tail + text[end:]


def _new(loc: Loc, value: Any) -> Content:
    """The content of a field that has only the value at `loc`."""
    if not loc:
        return plain_entry(None, value).content
    return Entries((PlanEntry(str(loc[0]), _new(loc[1:], value)),))


def _changed(content: Content, loc: Loc, before: Any, after: Any) -> Content:
    """The content with the value at `loc` in it changed."""
    if not loc:
        return _merged(content, before, after)
    if not isinstance(content, Entries):  # such as N/A
        return _new(loc, after)
    step, inner, entries = loc[0], loc[1:], list(content.entries)
    keys = [place if content.is_list else each.key for place, each in enumerate(entries)]
    if step not in keys:
        entries.append(PlanEntry(str(step), _new(inner, after)))
    elif after is None and not inner:
        del entries[keys.index(step)]
    else:
        place = keys.index(step)
        entries[place] = replace(entries[place], content=_changed(entries[place].content, inner, before, after))
    return replace(content, entries=tuple(entries))


def _written(entry: PlanEntry) -> str:
    return write_document(PlanFileContent((), Entries((entry,))))


def _with_new_field(text: str, starts: Mapping[Any, int], entry: PlanEntry, fields: KnownFields) -> str:
    """The text with a field that it did not have, before the field that follows it in canonical order."""
    names = [field.name for field in fields.inside()]
    later = names[names.index(entry.key) + 1 :] if entry.key in names else []
    place = next((starts[name] for name in later if name in starts), None)
    if place is None:
        return f"{text.rstrip()}\n\n{_written(entry)}"
    return f"{text[:place]}{_written(entry)}\n{text[place:]}"


def _merged(content: Content, before: Any, after: Any) -> Content:
    """The content with the changes from `before` to `after`."""
    if before == after:
        return content
    match content, before, after:
        case Entries(is_list=True), list(), list() if len(content.entries) == len(before):
            pairs = (pair for pair in paired_items(before, after, shown_value) if pair.new is not None)
            items = [
                plain_entry(None, pair.after)
                if pair.old is None
                else _with(content.entries[pair.old], pair.before, pair.after)
                for pair in pairs
            ]
            return replace(content, entries=tuple(items))
        case Entries(is_list=False), dict(), dict() if before.keys() <= {entry.key for entry in content.entries}:
            return replace(content, entries=tuple(_fields(content, before, after)))
        case TextValue(text), _, _:
            return _text_with(text, before, after)
        case _:
            return plain_entry(None, after).content


def _fields(content: Entries, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[PlanEntry]:
    """The fields of an entry after the changes, new ones last."""
    for each in content.entries:
        key = each.key or ""
        if key in after:
            yield _with(each, before.get(key), after[key])
        elif key not in before:
            yield each
    known = {each.key for each in content.entries}
    yield from (plain_entry(key, value) for key, value in after.items() if key not in known)


def _with(entry: PlanEntry, before: Any, after: Any) -> PlanEntry:
    return replace(entry, content=_merged(entry.content, before, after))


def _text_with(text: str, before: Any, after: Any) -> Content:
    """The text with the words changed; if it has other words than `before`, only words that it has exactly once."""
    is_written = isinstance(before, str) and text.strip() == before.strip()
    is_other = isinstance(before, str) is not isinstance(after, str)
    changed = None if is_written or is_other else _with_words(text, shown_value(before), shown_value(after))
    return plain_entry(None, after).content if changed is None else TextValue(changed)


def _with_words(text: str, before: str, after: str) -> str | None:
    """The text with each change of words made at the one place that it can mean; None if there is no such place."""
    parts = marked_words(before, after)
    for place, part in enumerate(parts):
        if part.mark is Mark.SAME:
            continue
        lead = parts[place - 1].text[-20:] if place and parts[place - 1].mark is Mark.SAME else ""
        if part.mark is Mark.OLD:
            following = parts[place + 1] if place + 1 < len(parts) else None
            new = following.text if following is not None and following.mark is Mark.NEW else ""
            old = f"{lead}{part.text}"
            if text.count(old) != 1:
                return None
            text = text.replace(old, f"{lead}{new}")
        elif not (place and parts[place - 1].mark is Mark.OLD):
            if not lead.strip() or text.count(lead) != 1:
                return None
            text = text.replace(lead, f"{lead}{part.text}")
    return text
