"""From a summary and a pack without a Word template to a Word file: fill the page template, read the page, write it."""

from collections.abc import Mapping

from ucap_reports.page.checked_page import checked_page
from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.page_tree import PageTree
from ucap_reports.page.read_page import read_page
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.word.file.edition_recorder import EditionRecorder
from ucap_reports.word.writer.write_word import write_word


def render_page(
    summary: Summary, pack: Pack, recorder: EditionRecorder | None = None
) -> tuple[bytes, Mapping[str, float], tuple[Problem, ...]]:
    """Return the Word file of a summary, the widths of its pictures in points by their fields, and its warnings.

    Raises ProblemsFound with all errors of the page template, or else with those of its page.
    """
    checked = checked_page(summary, pack)
    marked = None if recorder is None else _marked_tree(recorder.marked, pack)
    try:
        content, widths = write_word(checked.tree, summary, pack, recorder=recorder, marked=marked)
    except ValueError as error:
        raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None
    return content, widths, checked.warnings


def _marked_tree(marked: Summary, pack: Pack) -> PageTree | None:
    """Return the page of a summary with marks; None if the page template cannot print marked values."""
    try:
        return read_page(fill_page(pack.page_template, marked), pack)
    except ProblemsFound:
        return None
