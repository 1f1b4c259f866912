"""The PO file of a plan: its text, with the comments in the plan, and its edits."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.comparison.plan_changes import ChangeKind, shown_value, value_changes
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.fields import FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.translation.matching import merged_translation
from ucap_reports.plan.translation.passages import Passage, passages
from ucap_reports.plan.translation.po_file import PoContext, PoFile, po_text
from ucap_reports.plan.writing.comment_reading import SCHEMA_MARK, Entries, PlanEntry, read_document
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of

GOALS = BUILT_IN.of_type(FieldType.GOALS).name


def translation_text(plan: Plan, tree: Tree, merged: PoFile, language: str) -> str:
    """Return the text of the PO file with these entries. The same plan and the same entries give the same text."""
    return po_text(language, merged, passage_contexts(plan, tree))


def edited_translation(plan: Plan, tree: Tree, po: PoFile, loc: Loc, values: tuple[Any, Any]) -> PoFile:
    """Return the entries of a translation with the words of the field at `loc` changed as between the two values.

    Only passages can change: what a document adds, removes or moves is not in a translation, and is left as it is.
    """
    before, after = values
    entries = {entry.field: entry for entry in merged_translation(plan, tree, po).entries}
    for change in value_changes({loc: before}, {loc: after}):
        entry = entries.get(change.field)
        if entry is None or change.kind not in {ChangeKind.CHANGED, ChangeKind.RENAMED}:
            continue
        value = after
        for step in loc_of(change.field)[len(loc) :]:
            value = value[step]
        text = shown_value(value)
        wording = read_goal(text).wording if loc == (GOALS,) else text
        entries[change.field] = replace(entry, text=wording or entry.text, fuzzy=False, previous="")
    return replace(po, entries=tuple(entries.values()))


def passage_contexts(plan: Plan, tree: Tree) -> Mapping[str, PoContext]:
    """Return the comments and the place of each passage by its field."""
    comments = dict(_comments(read_document(tree).body, ()))
    contexts = {}
    for passage in passages(plan, tree):
        where = tree.location(passage.loc)
        contexts[passage.field] = PoContext(tuple(_of(passage, comments)), f"{where.path}:{where.line}")
    return contexts


def _of(passage: Passage, comments: dict[Loc, tuple[str, ...]]) -> Iterator[str]:
    """Yield the comments of a passage, and those of the entries around it that no passage before it had."""
    for end in range(1, len(passage.loc) + 1):
        yield from comments.pop(passage.loc[:end], ())


def _comments(content: Entries, loc: Loc) -> Iterator[tuple[Loc, tuple[str, ...]]]:
    """Yield the comments of all entries without their signs, by place."""
    for number, entry in enumerate(content.entries):
        entry_loc = (*loc, number if entry.key is None else entry.key)
        yield entry_loc, tuple(_lines(entry))
        if isinstance(entry.content, Entries):
            yield from _comments(entry.content, entry_loc)


def _lines(entry: PlanEntry) -> Iterator[str]:
    for comment in (*entry.comments_before, entry.comment_after):
        if comment and not comment.startswith(SCHEMA_MARK):
            yield comment.lstrip("#").strip()
