"""What is likely wrong with a plan although it is valid: warnings, found in the plan and its pack alone."""

from ucap_reports.check.cities import city_cautions
from ucap_reports.check.completeness import completeness_cautions
from ucap_reports.check.lists import list_cautions
from ucap_reports.check.marks import mark_cautions
from ucap_reports.check.texts import text_cautions
from ucap_reports.check.writing import writing_cautions
from ucap_reports.pack import Pack
from ucap_reports.plan import Plan
from ucap_reports.problems import Problem
from ucap_reports.source import Tree
from ucap_reports.validation import in_file_order

__all__ = ["cautions"]


def cautions(plan: Plan, tree: Tree, pack: Pack) -> tuple[Problem, ...]:
    """All warnings about a plan that `pack` is to print, in the order of its file, whose `tree` it was read from."""
    found = [
        *city_cautions(plan, tree),
        *list_cautions(plan, tree),
        *text_cautions(plan, tree),
        *writing_cautions(tree),
        *mark_cautions(plan, tree),
        *completeness_cautions(plan, tree, pack),
    ]
    return tuple(in_file_order(found))
