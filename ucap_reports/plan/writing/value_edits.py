"""Edits of single values in a plan file: every byte outside the changed value stays as it is.

A value is replaced where it is written, a new field is inserted where the canonical order has it, and an item of a list
is inserted, removed or moved as complete lines. Comments, the order of fields, the style of other values and mistakes
elsewhere are not touched. Where a value cannot be changed alone (it is inside brackets that must grow to several lines,
for example), its field is written again in canonical style, with its comments.

Each result is parsed again before it is returned: it has exactly the wanted values, and all comments outside what was
removed (`_is_as_wanted`).

The ways of writing a change are tried in the order of `edited_plan`, the most precise one first. Where the lines
and columns of a file are, and the rules about comments and empty lines beside a field, are in `_Layout`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import FIGURES, Field, FieldType, KnownFields
from ucap_reports.plan.plan_changes import ItemPair, paired_items, shown_value
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.writing.plan_file import (
    WIDTH,
    Entries,
    PlainValue,
    PlanEntry,
    PlanFileContent,
    comments_of,
    entry_lines,
    field_order,
    plain_entry,
    read_document,
    scalar_on_one_line,
    write_document,
    written_scalar,
)
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.yaml_parsing import comments_and_dashes, parse_tolerantly
from ucap_reports.source.yaml_tree import (
    BYTE_ORDER_MARK,
    Key,
    Loc,
    Tree,
    WrittenDecimal,
    WrittenInteger,
    YamlNode,
    field_name,
    mapped,
    plain_value,
)
from ucap_reports.storage.decoding import Source, locate, unprintable
from ucap_reports.storage.reading_limits import MAX_YAML_DEPTH

ABSENT = object()
"""The value at a place where a plan has none."""
MAX_NAME_CHARACTERS = 1000
"""Characters of the name of a field; YAML allows 1,024 before a colon (YAML 1.2.2, 7.4.2), with quotes and escapes."""
_NUMBER = object()
"""What tells a number from the text with its digits, in comparisons."""
_SAFE_INTEGER = 2**53
"""Larger integers are not exact in JavaScript (ECMA-262, Number.MAX_SAFE_INTEGER)."""
_NOT_READ = frozenset({"yaml-key", "yaml-duplicate-key"})
"""The errors about fields of a file that its values do not have."""
_COMMENT_LINE = re.compile(r"[ \t]*#")
_LINE_END = re.compile(r"\r\n|\r|\n")


class ValueChange(Struct, frozen=True):
    """A change of the value at `loc`.

    `set` gives it a new value; None removes it. `insert` makes `value` the item `loc` of its list, before the item that
    was there. `remove` takes an item out of its list, or removes a field. `move` makes the item the one at index
    `value` of its list.
    """

    op: Literal["set", "insert", "remove", "move"]
    loc: Loc
    value: Any = None


class _Refused(Exception):  # noqa: N818 - no error: another way to write the value is tried next
    """Raised where a value cannot be changed alone."""


def edited_plan(source: Source, change: ValueChange, known: KnownFields = BUILT_IN) -> Source:
    """Return the plan file with one change; a new field has the place of its description among the `known` ones.

    Raises ProblemsFound if the file cannot be edited by field: it is not valid YAML, has aliases, or has no such list
    or item; or if the new value cannot be written in a file.
    """
    _refuse_unwritable(source.path, change.loc, change.value)
    tree = parse_tolerantly(source)
    obstacles = editing_obstacles(tree)
    if obstacles:
        raise ProblemsFound(obstacles)
    _check_place(tree.value, change, tree.location)
    if _removes(change) and value_at(tree.value, change.loc) is ABSENT:
        return source
    change = _on_existing_parent(tree.value, change)
    wanted = changed_values(tree.value, change)
    if same_values(tree.value, wanted):
        return source
    ways: tuple[Callable[[], str], ...] = (
        lambda: _edited_in_place(tree, change, known),
        lambda: _quoted_in_place(tree, change),
        lambda: _rewritten_brackets(tree, change.loc, wanted),
        lambda: _rewritten_field(tree, change.loc[:1], wanted),
        lambda: _rewritten_plan(tree, wanted),
    )
    for way in ways:
        try:
            text = way()
        except _Refused:
            continue
        edited = Source(source.path, text)
        if _is_as_wanted(tree, edited, change, wanted):
            return edited
    raise ProblemsFound([problem("plan-not-editable", Location(source.path), form="structure")])


def values_of_new_file(path: str, changes: Iterable[ValueChange]) -> dict[str, Any]:
    """Return the values that changes give to a file without any, such as settings that are not written yet.

    Raises ProblemsFound as `edited_plan` does.
    """
    values: dict[str, Any] = {}
    for change in changes:
        _check_place(values, change, lambda loc: Location(path, field=field_name(loc)))
        values = changed_values(values, change)
    return values


def plan_file_text(path: str, values: Mapping[str, Any]) -> str:
    """Return the text of a new file with these values, in the given order; `path` is that of problems.

    Raises ProblemsFound if one of them has a character or a name that no file can contain.
    """
    _refuse_unwritable(path, (), dict(values))
    entries = tuple(_entry(key, value) for key, value in values.items())
    return write_document(PlanFileContent((), Entries(entries)))


def editing_obstacles(tree: Tree) -> tuple[Problem, ...]:
    """Return why no value of a plan file can be changed alone: the errors of invalid YAML, or one problem; or none."""
    location = Location(tree.source.path)
    if not tree.is_valid_yaml:
        return tuple(tree.problems)
    if not isinstance(tree.value, dict):
        return (problem("plan-not-editable", location, form="structure"),)
    if any(_is_alias(tree, node) for node in _nodes(tree.root)):
        return (problem("plan-not-editable", location, form="aliases"),)
    return ()


def _nodes(node: YamlNode) -> Iterator[YamlNode]:
    """Yield all nodes inside of a node."""
    for child in node.children.values():
        yield child
        yield from _nodes(child)


def _is_alias(tree: Tree, node: YamlNode) -> bool:
    """Return whether a node is written as an alias, such as `*name`; a missing value is none."""
    return tree.source.text.startswith("*", node.start) and node.end > node.start


def value_at(values: Any, loc: Loc) -> Any:
    """Return the value at a place, or ABSENT. A single value is also the first item of a list."""
    for step in loc:
        if isinstance(values, dict):
            if step not in values:
                return ABSENT
            values = values[step]
        elif isinstance(step, int):
            items = as_list(values)
            if not 0 <= step < len(items):
                return ABSENT
            values = items[step]
        else:
            return ABSENT
    return values


def as_list(value: Any) -> list[Any]:
    """Return the items that a plan means by a value in the place of a list: a single value is one item."""
    if isinstance(value, list):
        return value
    return [] if value is ABSENT or is_unknown(value) else [value]


def as_written(field: Field | None, value: Any) -> Any:
    """Return a value as a person would write it in the file: digits as the value of a number or a goal are a number."""
    is_figure = field is not None and field.type in FIGURES | {FieldType.GOALS}
    if not is_figure or not isinstance(value, str) or not value.strip():
        return value
    unquoted = plain_value(value.strip())
    return unquoted if isinstance(unquoted, WrittenInteger | WrittenDecimal) else value


def json_value(value: Any) -> Any:
    """Return a value of a plan file as JSON: a number such as 13.0, which JavaScript would write with other characters,
    is the text that was written.
    """
    return mapped(value, _json_leaf)


def _json_leaf(value: Any) -> Any:
    """Return a value without values in it as JSON: a number only if JavaScript writes it with the same characters."""
    if isinstance(value, str):
        return value.strip("\n")
    if isinstance(value, WrittenInteger):
        is_same_in_javascript = str(int(value)) == value.text and abs(value) < _SAFE_INTEGER
        return int(value) if is_same_in_javascript else value.text
    if isinstance(value, WrittenDecimal):
        has_exponent = "e" in value.text
        is_same_in_javascript = repr(float(value)) == value.text and not value.is_integer() and not has_exponent
        return float(value) if is_same_in_javascript else value.text
    return value


def changed_values(values: Any, change: ValueChange) -> Any:
    """Return the values of a plan after a change; unchanged parts are shared with the old ones."""
    if _removes(change) and value_at(values, change.loc) is ABSENT:
        return values
    return _changed(values, change.loc, change)


def _removes(change: ValueChange) -> bool:
    return change.op == "remove" or (change.op == "set" and change.value is None)


def _changed(values: Any, loc: Loc, change: ValueChange) -> Any:
    """Return values after a change, whose place is `loc` in them."""
    step = loc[0]
    inner = loc[1:]
    if isinstance(step, int):
        items = list(as_list(values))
        if inner:
            items[step] = _changed(items[step], inner, change)
        elif change.op == "set":
            items[step] = change.value
        elif change.op == "insert":
            items.insert(step, change.value)
        else:
            item = items.pop(step)
            if change.op == "move":
                items.insert(change.value, item)
        return items
    fields = dict(values) if isinstance(values, dict) else {}
    if inner:
        fields[step] = _changed(fields.get(step), inner, change)
    elif change.op == "set" and change.value is not None:
        fields[step] = change.value
    else:
        fields.pop(step, None)
    return fields


def _check_place(values: Any, change: ValueChange, location_of: Callable[[Loc], Location]) -> None:
    """Raise ProblemsFound if a plan cannot have the place: an index beyond its list, a name in a list, or too deep; or
    if its value there is a text where the change needs a mapping, which would replace the text.
    """
    loc = change.loc
    op = change.op
    if not loc or len(loc) > MAX_YAML_DEPTH:
        raise _no_such_place(change)
    if op in {"insert", "move"} and isinstance(loc[-1], str):
        raise _no_such_place(change)
    value: Any = values
    for depth, step in enumerate(loc):
        is_last = depth == len(loc) - 1
        if isinstance(step, str):
            if isinstance(value, list):
                raise _no_such_place(change)
            is_single_value = not isinstance(value, dict) and not is_unknown(value)
            if is_single_value and not _removes(change):
                raise ProblemsFound([problem("plan-not-editable", location_of(loc[:depth]), form="structure")])
            value = value.get(step) if isinstance(value, dict) else None
            continue
        if isinstance(value, dict):
            raise _no_such_place(change)
        items = as_list(value)
        if is_last and op == "insert":
            items = [*items, None]  # an item may also be inserted after the last one
        if not 0 <= step < len(items):
            raise _no_such_place(change)
        if is_last and op == "move" and not _is_index(change.value, items):
            raise _no_such_place(change)
        value = items[step]


def _is_index(value: Any, items: Sequence[Any]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(items)


def _on_existing_parent(values: Any, change: ValueChange) -> ValueChange:
    """Return a change that needs no new list or mapping around its place: they are part of its value.

    In a plan without a contact, a change that sets `contact.email` becomes one that sets `contact`.
    """
    parent: Any = values
    for depth, step in enumerate(change.loc):
        parent_loc = change.loc[:depth]
        if isinstance(step, str) and not isinstance(parent, dict):  # an unknown value becomes a mapping
            return _with_parent(change, parent_loc, None)
        if isinstance(step, int) and not isinstance(parent, list):  # a single value becomes a list
            return _with_parent(change, parent_loc, as_list(parent))
        is_last = depth == len(change.loc) - 1
        if is_last:  # its parent exists
            break
        if isinstance(step, str) and step not in parent:  # a new list or mapping
            return _with_parent(change, (*parent_loc, step), None)
        parent = parent[step]
    return change


def _with_parent(change: ValueChange, parent_loc: Loc, parent: Any) -> ValueChange:
    """Return a change that sets the value at `parent_loc` to `parent` with the change in it; None for no value yet."""
    inner = change.loc[len(parent_loc) :]
    return ValueChange("set", parent_loc, _changed(parent, inner, replace(change, loc=inner)))


def _no_such_place(change: ValueChange) -> ProblemsFound:
    return ProblemsFound([problem("plan-place-unknown", field=field_name(change.loc))])


def _refuse_unwritable(path: str, loc: Loc, value: Any) -> None:
    """Raise ProblemsFound if a value has a character, in a text or in the name of a field, that no file can contain; or
    if the name of a field is longer than YAML allows before a colon.
    """
    location = Location(path)
    if any(unprintable(text) for text in _texts_in(value)):
        raise ProblemsFound([problem("plan-not-editable", location, form="characters")])
    names = [step for step in loc if isinstance(step, str)]
    names += _names_in(value)
    if any(len(name) > MAX_NAME_CHARACTERS for name in names):
        limit = f"{MAX_NAME_CHARACTERS:,}"
        raise ProblemsFound([problem("plan-not-editable", location, form="name", limit=limit)])


def _names_in(value: Any) -> Iterator[str]:
    """Yield the names of all fields in a value."""
    if isinstance(value, dict):
        yield from map(str, value)
        for inner in value.values():
            yield from _names_in(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _names_in(item)


def _texts_in(value: Any) -> Iterator[str]:
    """Yield the texts of a value, and the names of all fields in it."""
    if isinstance(value, dict):
        yield from map(str, value)
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, str):
        yield value


# The ways of writing a change, each less precise than the one before


def _edited_in_place(tree: Tree, change: ValueChange, known: KnownFields) -> str:
    """Return the text with the change made in the lines of its value alone. Raises _Refused if that is impossible."""
    layout = _Layout(tree)
    if change.op == "set" and change.value is not None:
        return _set_in_place(layout, change, known)
    if change.op == "insert":
        return layout.with_item(change.loc, change.value)
    if change.op == "move":
        return layout.with_moved_item(change.loc, change.value)
    if isinstance(change.loc[-1], int):
        return layout.without_item(change.loc)
    return layout.without_field(change.loc)


def _quoted_in_place(tree: Tree, change: ValueChange) -> str:
    """Return the text with a new text on one line, in quotes: a comment below it could become part of a block."""
    if change.op != "set" or not isinstance(change.value, str):
        raise _Refused
    quoted = scalar_on_one_line(change.value.strip("\n"))
    return _Layout(tree).with_value(change.loc, PlainValue(quoted))


def _set_in_place(layout: "_Layout", change: ValueChange, known: KnownFields) -> str:
    """Return the text with a new value; of lists and mappings, only the parts that differ are written again."""
    loc = change.loc
    value = change.value
    node = layout.node(loc)
    if node is None:
        return layout.with_field(loc, value, known)
    old = node.value
    changes: list[ValueChange] = []
    if isinstance(old, dict) and isinstance(value, dict) and old and value:
        for key in {**old, **value}:
            changes.append(ValueChange("set", (*loc, key), value.get(key)))
    elif isinstance(old, list) and isinstance(value, list) and old and value:
        pairs = paired_items(old, value, shown_value)
        # What changes inside of items comes first, as long as each has its old index.
        for pair in pairs:
            if pair.old is not None and pair.new is not None:
                changes.append(ValueChange("set", (*loc, pair.old), pair.after))
        changes += item_changes(loc, pairs)
    else:  # a single value, or an empty list or mapping on either side
        return layout.with_value(loc, value)
    source = layout.tree.source
    for part in changes:
        try:
            source = edited_plan(source, part, known)
        except ProblemsFound:  # a file with some of the changes may be impossible, such as too large
            raise _Refused from None
    return source.text


def item_changes(loc: Loc, pairs: Sequence[ItemPair]) -> Iterator[ValueChange]:
    """Yield the changes that make the list at `loc` have the new items of `pairs`, without those inside of items:
    removals from its end to its beginning, then moves and insertions.
    """
    removed: list[int] = []
    kept: list[int] = []
    for pair in pairs:
        if pair.old is not None and pair.new is None:
            removed.append(pair.old)
        elif pair.old is not None:
            kept.append(pair.old)
    for index in sorted(removed, reverse=True):
        yield ValueChange("remove", (*loc, index))
    present: list[int | None] = [*sorted(kept)]
    """What the list has after the changes so far: the indices that its items had before, None for new ones."""
    wanted = [pair for pair in pairs if pair.new is not None]
    for index, pair in enumerate(wanted):
        # The items before `index` are the wanted ones already.
        if pair.old is None:
            yield ValueChange("insert", (*loc, index), pair.after)
            present.insert(index, None)
        elif present[index] != pair.old:
            position = present.index(pair.old)
            yield ValueChange("move", (*loc, position), index)
            present.insert(index, present.pop(position))


def _rewritten_brackets(tree: Tree, loc: Loc, wanted: Any) -> str:
    """Return the text with the outermost brackets around the place written again. Raises _Refused without brackets."""
    layout = _Layout(tree)
    for depth in range(len(loc)):
        parent_loc = loc[:depth]
        if layout.is_in_brackets(parent_loc):
            return layout.with_brackets(parent_loc, value_at(wanted, parent_loc))
    raise _Refused


def _rewritten_field(tree: Tree, loc: Loc, wanted: Any) -> str:
    """Return the text with the complete field of the plan written again in canonical style, with its comments."""
    layout = _Layout(tree)
    node = layout.node(loc)
    value = value_at(wanted, loc)
    if node is None or value is ABSENT:
        raise _Refused
    old_entry = next(entry for entry in read_document(tree).body.entries if entry.key == loc[0])
    entry = _with_comments(_entry(None, value), old_entry, value, node.value)
    return layout.with_entry(loc, replace(entry, key=str(loc[0]), comments_before=()))


def _rewritten_plan(tree: Tree, wanted: Any) -> str:
    """Return the text of the complete plan in canonical style, with its comments; those that have no place any more are
    at its beginning.
    """
    document = read_document(tree)
    old_plan = PlanEntry(None, document.body)
    plan = _with_comments(_entry(None, wanted), old_plan, wanted, tree.value)
    assert isinstance(plan.content, Entries)  # noqa: S101 - a mapping
    # Which comments have lost their place is known from the text without them.
    text_without_lost = write_document(replace(document, body=plan.content))
    kept = comments_of(parse_tolerantly(Source(tree.source.path, text_without_lost)))
    head = (*document.head, *_other_comments(tree, kept))
    text = write_document(replace(document, head=head, body=plan.content))
    return _with_line_ends_of(tree, text)


def _other_comments(tree: Tree, kept: Sequence[str]) -> list[str]:
    """Return the comments of a file, in its order, that are not among those that are kept."""
    unmatched = Counter(kept)
    others = []
    comments, _ = comments_and_dashes(tree.source.text)
    for _, comment in comments:
        if unmatched[comment]:
            unmatched[comment] -= 1
        else:
            others.append(comment)
    return others


def _with_line_ends_of(tree: Tree, text: str) -> str:
    """Return the text with the line ends of a plan file, and its byte order mark if it has one."""
    mark = BYTE_ORDER_MARK if tree.source.text.startswith(BYTE_ORDER_MARK) else ""
    return mark + text.replace("\n", _line_end_of(tree.source.text))


def _line_end_of(text: str) -> str:
    """Return the first line end in a text."""
    end = _LINE_END.search(text)
    return end[0] if end else "\n"


def _with_comments(entry: PlanEntry, old: PlanEntry, value: Any, old_value: Any) -> PlanEntry:
    """Return the entry of a value with the comments of the old one and, as far as both have them, of those in it."""
    content = entry.content
    if isinstance(content, Entries) and isinstance(old.content, Entries):
        inner_entries = list(content.entries)
        if isinstance(value, list) and isinstance(old_value, list):
            inner_entries = _items_with_comments(content, old.content, value, old_value)
        elif isinstance(value, dict) and isinstance(old_value, dict):
            inner_entries = _fields_with_comments(content, old.content, value, old_value)
        content = replace(content, entries=tuple(inner_entries), closing=old.content.closing)
    return replace(entry, content=content, comments_before=old.comments_before, comment_after=old.comment_after)


def _items_with_comments(content: Entries, old: Entries, items: list[Any], old_items: list[Any]) -> list[PlanEntry]:
    """Return the entries of the items of a list, each with the comments of the old item that it was."""
    entries = list(content.entries)
    for pair in paired_items(old_items, items, shown_value):
        if pair.old is None or pair.new is None:
            continue
        entry = entries[pair.new]
        old_entry = old.entries[pair.old]
        entries[pair.new] = _with_comments(entry, old_entry, pair.after, pair.before)
    return entries


def _fields_with_comments(
    content: Entries, old: Entries, fields: Mapping[Any, Any], old_fields: Mapping[Any, Any]
) -> list[PlanEntry]:
    """Return the entries of the fields of a mapping, each with the comments of the old field of the same name."""
    old_entries = {entry.key: entry for entry in old.entries}
    entries = []
    for entry in content.entries:
        old_entry = old_entries.get(entry.key)
        if old_entry is None:
            entries.append(entry)
        else:
            entries.append(_with_comments(entry, old_entry, fields.get(entry.key), old_fields.get(entry.key)))
    return entries


# Verification of the result


def _is_as_wanted(tree: Tree, edited: Source, change: ValueChange, wanted: Any) -> bool:
    """Return whether the edited file has the wanted values and lost no comment but those of what was removed, and no
    field that could not be read.
    """
    try:
        after = parse_tolerantly(edited)
    except ProblemsFound:
        return False
    if not after.is_valid_yaml or not same_values(after.value, wanted):
        return False
    if len(after.problems) > len(tree.problems):
        return False
    # Counted, since several comments or errors may have the same text.
    lost_comments = Counter(comments_of(tree)) - Counter(comments_of(after))
    errors_before = Counter(message for _, message in _fields_not_read(tree))
    errors_after = Counter(message for _, message in _fields_not_read(after))
    lost_fields = errors_before - errors_after
    if not lost_comments and not lost_fields:
        return True
    # Only what is in the lines of the changed value, or directly above them, may be lost with it.
    layout = _Layout(tree)
    if change.op not in {"set", "remove"} or layout.node(change.loc) is None:
        return False
    start, end = layout.comments_range(change.loc)
    comments_of_value = Counter(comment for offset, comment in layout.comments if start <= offset < end)
    first_line = locate(tree.source, start).line or 0
    last_line = locate(tree.source, end - 1).line or 0
    fields_of_value = Counter(message for line, message in _fields_not_read(tree) if first_line <= line <= last_line)
    has_lost_other_comments = bool(lost_comments - comments_of_value)
    has_lost_other_fields = bool(lost_fields - fields_of_value)
    return not has_lost_other_comments and not has_lost_other_fields


def _fields_not_read(tree: Tree) -> list[tuple[int, str]]:
    """Return the fields that the values of a file do not have: the line of each, and what is wrong with it."""
    fields = []
    for error in tree.problems:
        if error.code in _NOT_READ and error.location.line is not None:
            fields.append((error.location.line, error.message))
    return fields


def same_values(values: Any, others: Any) -> bool:
    """Return whether two values of plan files are the same. A number is another value than the text with its digits."""
    return bool(_comparable(values) == _comparable(others))


def _comparable(value: Any) -> Any:
    """Return a value to compare: a field without a value is no field, a text has no line ends at its edges."""
    if isinstance(value, dict):
        return {key: _comparable(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    if isinstance(value, str):
        return _LINE_END.sub("\n", value).strip("\n")
    if isinstance(value, bool) or value is None:
        return value
    return (_NUMBER, getattr(value, "text", str(value)))  # a number is another value than its text


# Where the parts of a file are


class _Layout:
    """The lines and columns of the fields and items of a plan file."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.text = tree.source.text
        self.comments, self._dashes = comments_and_dashes(self.text)
        self._line_end = _line_end_of(self.text)
        self._first_line = 1 if self.text.startswith(BYTE_ORDER_MARK) else 0
        """Where the first line begins."""

    def node(self, loc: Loc) -> YamlNode | None:
        """Return the value at a place, or None if the file has none there."""
        node = self.tree.root
        for step in loc:
            if step not in node.children:
                return None
            node = node.children[step]
        return node

    def is_in_brackets(self, loc: Loc) -> bool:
        """Return whether the value is a list or mapping in brackets."""
        node = self.node(loc)
        return node is not None and self._has_brackets(node)

    def _has_brackets(self, node: YamlNode) -> bool:
        return isinstance(node.value, list | dict) and self.text.startswith(("[", "{"), node.start)

    def is_inside_brackets(self, loc: Loc) -> bool:
        """Return whether a list or mapping around the place is in brackets."""
        return any(self.is_in_brackets(loc[:depth]) for depth in range(len(loc)))

    def with_value(self, loc: Loc, value: Any) -> str:
        """Return the text with another value at a place that has one."""
        node = self.node(loc)
        if node is None:
            raise _Refused
        if self.is_inside_brackets(loc):
            return self.text[: node.start] + _in_brackets(value) + self.text[node.end :]
        key = loc[-1] if isinstance(loc[-1], str) else None
        return self.with_entry(loc, _entry(key, value))

    def with_brackets(self, loc: Loc, value: Any) -> str:
        """Return the text with another list or mapping in brackets, on one line. Raises _Refused if it is too long."""
        node = self.node(loc)
        if node is None:
            raise _Refused
        written = _in_brackets(value)
        if self._column(node.start) + len(written) > WIDTH:
            raise _Refused
        return self.text[: node.start] + written + self.text[node.end :]

    def with_entry(self, loc: Loc, entry: PlanEntry) -> str:
        """Return the text with the field or item at `loc` written again; the comments above it stay."""
        start = self._entry_start(loc)
        end = self._content_end(loc)
        line_end = self._line_end_after(end)
        comment = self._comment_between(end, line_end) or self._header_comment(loc)
        lines = self._rendered(replace(entry, comment_after=comment), self._column(start))
        after_indentation = lines.lstrip(" ")  # the first line is already indented
        return self.text[:start] + after_indentation + self.text[line_end:]

    def with_field(self, loc: Loc, value: Any, known: KnownFields) -> str:
        """Return the text with a field that its mapping does not have, after the nearest one in canonical order."""
        parent = self.node(loc[:-1])
        if parent is None or not isinstance(parent.value, dict) or not parent.children:
            raise _Refused
        if self.is_inside_brackets(loc):
            raise _Refused
        siblings = sorted(parent.keys, key=lambda name: parent.keys[name])  # as they follow each other in the file
        column = self._column(parent.keys[siblings[0]])
        lines = self._rendered(_entry(str(loc[-1]), value), column)
        gap = ""
        if len(loc) == 1 and self._has_gaps(siblings):
            gap = self._line_end
        order = field_order(loc[:-1], known)
        rank = _rank(order, loc[-1])
        preceding = [name for name in siblings if _rank(order, name) <= rank]
        if preceding:
            # The sort is stable: of several fields of one rank, such as unknown ones, the last one in the file is last.
            in_canonical_order = sorted(preceding, key=lambda name: _rank(order, name))
            return self._inserted_after((*loc[:-1], in_canonical_order[-1]), gap + lines)
        following = min(siblings, key=lambda name: _rank(order, name))
        start = parent.keys[following]
        if self._shares_line(start):  # the first field of an item, on the line of its dash
            indentation = " " * column
            return self.text[:start] + lines.lstrip(" ") + self._line_end + indentation + self.text[start:]
        start = self._comments_start(start)
        return self.text[:start] + lines + self._line_end + gap + self.text[start:]

    def with_item(self, loc: Loc, value: Any) -> str:
        """Return the text with a new item of a list that has items."""
        self._check_dashes(loc[:-1])
        index = int(loc[-1])
        column = self._column(self._entry_start((*loc[:-1], 0)))
        lines = self._rendered(_entry(None, value), column)
        if index:
            return self._inserted_after((*loc[:-1], index - 1), lines)
        start = self._entry_start(loc)
        if self._shares_line(start):
            raise _Refused
        start = self._comments_start(start)
        return self.text[:start] + lines + self._line_end + self.text[start:]

    def without_item(self, loc: Loc) -> str:
        """Return the text without an item of a list; the list stays, with `[]` if it has no items any more."""
        self._check_dashes(loc[:-1])
        if len(self._parent(loc).children) == 1:
            return self.with_value(loc[:-1], [])
        start, end = self.lines_of(loc)
        return self._without(start, end)

    def with_moved_item(self, loc: Loc, index: int) -> str:
        """Return the text with an item of a list, and the comments about it, at another place of the list."""
        old = int(loc[-1])
        if old == index:
            return self.text
        self._check_dashes(loc[:-1])
        start, end = self.lines_of(loc)
        target_start, target_end = self.lines_of((*loc[:-1], index))
        # Two neighbouring parts of the file change places: the moved item, and the items that it passes.
        if index < old:
            before = self.text[:target_start]
            new_first = self.text[start:end]
            new_second = self.text[target_start:start]
            after = self.text[end:]
        else:
            before = self.text[:start]
            new_first = self.text[end:target_end]
            new_second = self.text[start:end]
            after = self.text[target_end:]
        if not new_first.endswith(("\n", "\r")):  # it was the end of a file without a last line end
            new_first += self._line_end
            new_second = new_second.rstrip("\r\n")
        return before + new_first + new_second + after

    def without_field(self, loc: Loc) -> str:
        """Return the text without the value of a field.

        The field itself stays, without a value, if a comment is beside it or if it is the first of an item.
        """
        node = self.node(loc)
        if node is None:
            return self.text
        if self.is_inside_brackets(loc):
            raise _Refused
        end = self._content_end(loc)
        line_start = self._line_start(self._entry_start(loc))
        line_end = self._line_end_after(end)
        shares_line = self._shares_line(self._entry_start(loc))
        comment = self._comment_between(end, line_end) or self._header_comment(loc)
        siblings = self._parent(loc).keys
        if shares_line or comment or len(siblings) == 1:
            return self.with_entry(loc, PlanEntry(str(loc[-1]), PlainValue("")))
        end = self._after_line(line_end)
        if len(loc) == 1:
            return self._without(*self._with_gap(line_start, end))
        return self._without(line_start, end)

    def _with_gap(self, start: int, end: int) -> tuple[int, int]:
        """Return the lines of a field of the plan with the empty lines that separate it from the field before it.

        Of the first field, these are the lines that separate it from the next one.
        """
        if start == self._comments_start(min(self.tree.root.keys.values())):
            while _is_blank_line(self.text, end):
                end = self._after_line(self._line_end_after(end))
            return start, end
        while start > self._first_line:
            line_before = self._line_before(start)
            if not _is_blank_line(self.text, line_before):
                break
            start = line_before
        return start, end

    def _without(self, start: int, end: int) -> str:
        """Return the text without a part; a file whose end goes has a line end there if it had one before."""
        before = self.text[:start]
        after = self.text[end:]
        if after.strip():
            return before + after
        before = before.rstrip("\r\n")
        if self.text.endswith(("\n", "\r")):
            before += self._line_end
        return before

    def lines_of(self, loc: Loc) -> tuple[int, int]:
        """Return where the lines of a field or item begin, with the comments directly above it, and where they end."""
        start = self._entry_start(loc)
        if self._shares_line(start):
            raise _Refused
        return self._comments_start(start), self._after_line(self._line_end_after(self._content_end(loc)))

    def comments_range(self, loc: Loc) -> tuple[int, int]:
        """Return the part of the file in which comments are about a field or item, as exactly as can be said."""
        try:
            return self.lines_of(loc)
        except _Refused:  # it is not at the start of its line
            parent = self._parent(loc)
            node = parent.children[loc[-1]]
            return parent.keys.get(loc[-1], node.start), node.end

    def _check_dashes(self, loc: Loc) -> None:
        """Raise _Refused for any other value than a list that is written with dashes."""
        node = self.node(loc)
        if node is None or not isinstance(node.value, list) or not node.children:
            raise _Refused
        if self.is_in_brackets(loc) or self.is_inside_brackets(loc):
            raise _Refused

    def _parent(self, loc: Loc) -> YamlNode:
        parent = self.node(loc[:-1])
        if parent is None:
            raise _Refused
        return parent

    def _entry_start(self, loc: Loc) -> int:
        """Return the offset of a field's name, or of an item's dash."""
        parent = self._parent(loc)
        step = loc[-1]
        if step in parent.keys:
            return parent.keys[step]
        # Up to the item there are the dashes of the items before it, of lists in them, and its own. Those of the list
        # itself are in the column of the first one, and the last of them is that of the item.
        start = parent.children[step].start
        dashes = [dash for dash in self._dashes if parent.start <= dash <= start]
        if not dashes:
            raise _Refused
        column = self._column(dashes[0])
        dashes_of_list = [dash for dash in dashes if self._column(dash) == column]
        return dashes_of_list[-1]

    def _content_end(self, loc: Loc) -> int:
        """Return the offset after the last visible character of a value, without the comments behind it."""
        node = self.node(loc)
        if node is None:
            raise _Refused
        end = self._node_end(node)
        is_empty = node.start == node.end
        if is_empty and end <= self._entry_start(loc):
            raise _Refused
        return end

    def _node_end(self, node: YamlNode) -> int:
        """Return the offset after the last visible character of a node."""
        if self._has_brackets(node):
            return node.end
        if node.children:
            inner_nodes = [*node.children.values(), *node.ignored]
            return max(self._node_end(inner) for inner in inner_nodes)
        written = self.text[node.start : node.end]
        return node.start + len(written.rstrip())

    def _header_comment(self, loc: Loc) -> str:
        """Return the comment beside the name of a field whose value is on the lines below, or in a block."""
        node = self.node(loc)
        if node is None:
            return ""
        start = self._entry_start(loc)
        first_end = self._line_end_after(start)
        if first_end >= self._content_end(loc):
            return ""
        is_block = node.children or self.text.startswith(("|", ">"), node.start)
        return self._comment_between(start, first_end) if is_block else ""

    def _comment_between(self, start: int, end: int) -> str:
        """Return the first comment in a part of the file, or an empty text."""
        for offset, comment in self.comments:
            if start <= offset < end:
                return comment
        return ""

    def _comments_start(self, start: int) -> int:
        """Return where the comment lines directly above a line begin, or the line itself.

        Comments at the start of the file are about the file.
        """
        line = self._line_start(start)
        first_comment = line
        while first_comment > self._first_line:
            line_above = self._line_before(first_comment)
            if not _COMMENT_LINE.match(self.text, line_above):
                return first_comment
            first_comment = line_above
        return line  # all lines above it are comments, or there are none

    def _has_gaps(self, names: Sequence[Key]) -> bool:
        """Return whether empty lines separate the fields of the plan, given their names in the order of the file; of a
        single field, this is assumed.
        """
        if len(names) == 1:
            return True
        for name in names[:-1]:
            line_end = self._line_end_after(self._content_end((name,)))
            if _is_blank_line(self.text, self._after_line(line_end)):
                return True
        return False

    def _inserted_after(self, loc: Loc, lines: str) -> str:
        """Return the text with lines after those of a field or item."""
        end = self._line_end_after(self._content_end(loc))
        return self.text[:end] + self._line_end + lines + self.text[end:]

    def _rendered(self, entry: PlanEntry, column: int) -> str:
        return "\n".join(entry_lines(entry, " " * column)).replace("\n", self._line_end)

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    def _shares_line(self, offset: int) -> bool:
        """Return whether there is something else before an offset in its line."""
        return bool(self.text[self._line_start(offset) : offset].strip())

    def _line_start(self, offset: int) -> int:
        """Return where the line of an offset starts."""
        line_end = max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset))
        return self._first_line if line_end < 0 else line_end + 1

    def _line_before(self, line: int) -> int:
        """Return where the line above the one that starts at `line`, which is not the first, starts."""
        line_end = line - 2 if self.text.endswith("\r\n", 0, line) else line - 1
        return self._line_start(line_end)

    def _line_end_after(self, offset: int) -> int:
        """Return where the line of an offset ends, before its line end."""
        end = _LINE_END.search(self.text, offset)
        return end.start() if end else len(self.text)

    def _after_line(self, line_end: int) -> int:
        """Return where the line after a line end starts."""
        end = _LINE_END.match(self.text, line_end)
        return end.end() if end else line_end


def _entry(key: str | None, value: Any) -> PlanEntry:
    """Return the entry for a value; numbers keep the text that they were written as."""
    return plain_entry(key, mapped(value, _leaf))


def _leaf(value: Any) -> Any:
    if isinstance(value, int | float):
        return written_scalar(value)
    return value.strip("\n") if isinstance(value, str) else value


def _in_brackets(value: Any) -> str:
    """Return a value as it is written inside brackets. Raises _Refused for a text of several lines."""
    if isinstance(value, list):
        items = ", ".join(_in_brackets(item) for item in value)
        return f"[{items}]"
    if isinstance(value, dict):
        fields: list[str] = []
        for key, inner in value.items():
            name = scalar_on_one_line(key, flow=True)
            fields.append(f"{name}: {_in_brackets(inner)}")
        return "{" + ", ".join(fields) + "}"
    leaf = _leaf(value)
    if isinstance(leaf, PlainValue):
        return leaf.written
    if leaf is None:
        return "null"
    if "\n" in leaf:
        raise _Refused
    return scalar_on_one_line(leaf, flow=True)


def _rank(order: Sequence[str], name: Key) -> int:
    return order.index(str(name)) if name in order else len(order)


def _is_blank_line(text: str, start: int) -> bool:
    end = _LINE_END.search(text, start)
    return end is not None and not text[start : end.start()].strip()
