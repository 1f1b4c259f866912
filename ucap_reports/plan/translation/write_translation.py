"""The PO file of a plan: each passage with its comments in the plan, and the translations that are known."""

from collections.abc import Iterable, Iterator, Mapping

from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.translation.matching import Merged, merge
from ucap_reports.plan.translation.passages import Passage, passages
from ucap_reports.plan.translation.po_entry import PoEntry
from ucap_reports.plan.translation.po_file import PoContext, po_text
from ucap_reports.plan.writing.comment_reading import SCHEMA_MARK, read_document
from ucap_reports.plan.writing.file_content import Entries, PlanEntry
from ucap_reports.source.yaml_tree import Loc, Tree


def merged_translation(plan: Plan, tree: Tree, known: Iterable[PoEntry] = ()) -> Merged:
    """An entry for each passage of the plan, with the translations that are known."""
    return merge(passages(plan, tree), known)


def translation_text(plan: Plan, tree: Tree, merged: Merged, language: str) -> str:
    """The text of the PO file with these entries. The same plan and the same entries give the same text."""
    contexts = passage_contexts(plan, tree)
    return po_text(language, ((each, contexts[each.field]) for each in merged.entries), merged.obsolete)


def passage_contexts(plan: Plan, tree: Tree) -> Mapping[str, PoContext]:
    """The comments and the place of each passage by its field."""
    comments = dict(_comments(read_document(tree).body, ()))
    return {each.field: PoContext(tuple(_of(each, comments)), _place(each, tree)) for each in passages(plan, tree)}


def _of(passage: Passage, comments: dict[Loc, tuple[str, ...]]) -> Iterator[str]:
    """The comments of a passage, and those of the entries around it that no passage before it had."""
    for end in range(1, len(passage.loc) + 1):
        yield from comments.pop(passage.loc[:end], ())


def _place(passage: Passage, tree: Tree) -> str:
    where = tree.location(passage.loc)
    return f"{where.path}:{where.line}"


def _comments(content: Entries, loc: Loc) -> Iterator[tuple[Loc, tuple[str, ...]]]:
    """The comments of all entries without their signs, by place."""
    for number, entry in enumerate(content.entries):
        place = (*loc, number if entry.key is None else entry.key)
        yield place, tuple(_lines(entry))
        if isinstance(entry.content, Entries):
            yield from _comments(entry.content, place)


def _lines(entry: PlanEntry) -> Iterator[str]:
    for comment in (*entry.leading, entry.trailing):
        if comment and not comment.startswith(SCHEMA_MARK):
            yield comment.lstrip("#").strip()
