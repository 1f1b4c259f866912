"""From a summary and a pack to a page tree that a writer can write, and the warnings about its look."""

from msgspec import Struct

from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.page_tree import PageTree
from ucap_reports.page.read_page import read_page
from ucap_reports.page.text_contrast import contrast_warnings
from ucap_reports.page.width_check import width_problems
from ucap_reports.problems import Problem, raise_found
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


class CheckedPage(Struct, frozen=True):
    """A page without errors, and the warnings about it."""

    tree: PageTree
    warnings: tuple[Problem, ...]


def checked_page(summary: Summary, pack: Pack) -> CheckedPage:
    """Return the page of a summary in the scale of the pack.

    Raises ProblemsFound with all errors of the page template, or else with those of the page.
    """
    tree = read_page(fill_page(pack.page_template, summary), pack)
    raise_found(width_problems(tree, pack))
    return CheckedPage(tree, contrast_warnings(tree, pack))
