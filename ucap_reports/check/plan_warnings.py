"""What is likely wrong with a plan although it is valid: warnings, found in the plan and its pack alone."""

from ucap_reports.check.city_facts import city_warnings
from ucap_reports.check.completeness import completeness_warnings
from ucap_reports.check.cut_texts import cut_text_warnings
from ucap_reports.check.duplicate_items import list_warnings
from ucap_reports.check.stray_markup import markup_warnings
from ucap_reports.check.yaml_misreadings import misreading_warnings
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.validation import in_file_order
from ucap_reports.problems import Problem
from ucap_reports.source.tree import Tree
from ucap_reports.template.pack import Pack


def plan_warnings(plan: Plan, tree: Tree, pack: Pack) -> tuple[Problem, ...]:
    """All warnings about a plan that `pack` is to print, in the order of its file, whose `tree` it was read from."""
    found = [
        *city_warnings(plan, tree),
        *list_warnings(plan, tree),
        *cut_text_warnings(plan, tree),
        *misreading_warnings(tree),
        *markup_warnings(plan, tree),
        *completeness_warnings(plan, tree, pack),
    ]
    return tuple(in_file_order(found))
