"""Edits of a translation: passages with new words, as an edited document shows them."""

from functools import reduce
from operator import getitem
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.comparison.plan_changes import ChangeKind, shown_value, value_changes
from ucap_reports.plan.field_values import read_goal
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.translation.matching import Merged
from ucap_reports.plan.translation.po_file import PoFile
from ucap_reports.plan.translation.write_translation import merged_translation
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of


def edited_translation(plan: Plan, tree: Tree, po: PoFile, loc: Loc, values: tuple[Any, Any]) -> Merged:
    """The entries of a translation with the words of the field at `loc` changed as between the two values.

    Only passages can change: what a document adds, removes or moves is not in a translation, and is left as it is.
    """
    before, after = values
    entries = {each.field: each for each in merged_translation(plan, tree, [*po.entries, *po.obsolete]).entries}
    for change in value_changes({loc: before}, {loc: after}):
        entry = entries.get(change.field)
        if entry is not None and change.kind in {ChangeKind.CHANGED, ChangeKind.RENAMED}:
            text = shown_value(reduce(getitem, loc_of(change.field)[len(loc) :], after))
            wording = read_goal(text).wording if loc == ("sdgs",) else text
            entries[change.field] = replace(entry, text=wording or entry.text, fuzzy=False, previous="")
    return Merged(tuple(entries.values()), po.obsolete)
