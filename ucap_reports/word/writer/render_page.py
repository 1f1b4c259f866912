"""From the page of a summary, in a pack without a Word template, to a Word file."""

from collections.abc import Mapping

from ucap_reports.page.page_tree import PageTree
from ucap_reports.page.plan_page import PlanPage, page_in_scale
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.summary.summary import Summary
from ucap_reports.word.file.edition_recorder import EditionRecorder
from ucap_reports.word.writer.write_word import write_word


def render_page(
    page: PlanPage, recorder: EditionRecorder | None = None
) -> tuple[bytes, Mapping[str, float], tuple[Problem, ...]]:
    """Return the Word file of a page, the widths of its pictures in points by their fields, and its warnings.

    Raises ProblemsFound with all blocks that are too wide, or else with a character that a Word file cannot contain.
    """
    page.raise_width_problems()
    marked = None if recorder is None else _marked_tree(recorder.marked, page)
    try:
        content, widths = write_word(page.tree, page.summary, page.pack, recorder=recorder, marked=marked)
    except ValueError as error:
        raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None
    return content, widths, page.warnings


def _marked_tree(marked: Summary, page: PlanPage) -> PageTree | None:
    """Return the page of a summary with marks, in the scale of its page; None if the template cannot print marks."""
    try:
        return page_in_scale(marked, page.pack, page.summary.scale).tree
    except ProblemsFound:
        return None
