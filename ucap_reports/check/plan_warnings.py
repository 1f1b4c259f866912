"""Warnings and infos about a plan that need only the plan and its pack."""

from collections.abc import Iterable

from ucap_reports.check.completeness import completeness_warnings
from ucap_reports.check.text_warnings import (
    cut_text_warnings,
    markup_warnings,
    misreading_warnings,
    questionable_values,
    rich_texts,
    written_texts,
)
from ucap_reports.check.title_texts import plan_title_warnings
from ucap_reports.check.value_warnings import amount_warnings, city_warnings, list_warnings, total_warnings
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.validation import in_file_order
from ucap_reports.problems import Problem, Severity
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.template.pack import Pack


def plan_warnings(
    plan: Plan | None,
    tree: Tree,
    pack: Pack | None,
    errors: Iterable[Problem] = (),
    fields: KnownFields = BUILT_IN,
) -> tuple[Problem, ...]:
    """Return all warnings and infos about a plan, in the order of its file.

    Args:
        plan: the plan, or its valid part if it has errors; None if it has no valid fields.
        tree: the file of the plan.
        pack: the pack that prints the plan; None if it has errors.
        errors: the errors of the plan; fields with errors have no warnings.
        fields: the fields that the plan may have.
    """
    written = tuple(written_texts(tree))
    problems = list(misreading_warnings(written, tree, fields))
    if plan is not None:
        texts = tuple(rich_texts(plan, fields))
        problems += city_warnings(plan, tree)
        problems += list_warnings(plan, tree)
        problems += questionable_values(written, tree)
        problems += cut_text_warnings(plan, texts, tree)
        problems += markup_warnings(written, texts, tree)
        problems += amount_warnings(plan, tree, fields)
        problems += total_warnings(plan, tree, fields)
        if pack is not None:
            problems += completeness_warnings(plan, tree, pack, fields)
            problems += plan_title_warnings(plan, tree, pack)
    invalid = {(error.location.path, error.location.field) for error in errors}
    broken_lines = {error.location.line for error in tree.problems}
    warnings = []
    for warning in in_file_order(problems):
        where = warning.location
        is_of_error = (where.path, where.field) in invalid or where.line in broken_lines
        # What is missing may be in the lines that could not be read.
        may_be_lost = bool(tree.lost) and warning.severity is Severity.INFO
        if not is_of_error and not may_be_lost:
            warnings.append(warning)
    return tuple(warnings)
