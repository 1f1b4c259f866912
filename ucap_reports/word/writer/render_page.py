"""From a summary and a pack without a Word template to a Word file: fill the page template, read the page, write it."""

from collections.abc import Mapping

from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.page_tree import PageTree
from ucap_reports.page.read_page import read_page
from ucap_reports.page.width_check import width_problems
from ucap_reports.problems import ProblemsFound, problem, raise_found
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.word.file.edition_recorder import EditionRecorder
from ucap_reports.word.writer.write_word import write_word


def render_page(
    summary: Summary, pack: Pack, recorder: EditionRecorder | None = None
) -> tuple[bytes, Mapping[str, float]]:
    """Return the Word file of a summary, and the widths of its pictures in points by their fields.

    Raises ProblemsFound with all errors of the page template, or else with those of its page.
    """
    tree = read_page(fill_page(pack.page_template, summary), pack)
    raise_found(width_problems(tree, pack))
    try:
        if recorder is None:
            return write_word(tree, summary, pack)
        return write_word(tree, summary, pack, recorder=recorder, marked=_marked_tree(recorder.marked, pack))
    except ValueError as error:
        raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None


def _marked_tree(marked: Summary, pack: Pack) -> PageTree | None:
    """Return the page of a summary with marks; None if the page template cannot print marked values."""
    try:
        return read_page(fill_page(pack.page_template, marked), pack)
    except ProblemsFound:
        return None
