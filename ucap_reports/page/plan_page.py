"""The page of a summary in a pack, filled and read once for all formats."""

from functools import cached_property

from msgspec import Struct

from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.page_tree import PageTree
from ucap_reports.page.read_page import read_page
from ucap_reports.page.text_contrast import contrast_warnings
from ucap_reports.page.width_check import width_problems
from ucap_reports.problems import Problem, raise_found
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


class PlanPage(Struct, frozen=True, dict=True):
    """The page tree of a summary, in the pack with the styles of its scale, and what is wrong with its look."""

    summary: Summary
    pack: Pack
    tree: PageTree

    @cached_property
    def width_problems(self) -> tuple[Problem, ...]:
        """The errors about blocks that are wider than their place."""
        return width_problems(self.tree, self.pack)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings about colours."""
        return contrast_warnings(self.tree, self.pack)

    def raise_width_problems(self) -> None:
        """Raise ProblemsFound if there are blocks that are wider than their place."""
        raise_found(self.width_problems)


def plan_page(summary: Summary, pack: Pack) -> PlanPage:
    """Return the page of a summary in the page template of a pack.

    Raises ProblemsFound with all errors of the page template.
    """
    scaled = pack.scaled(summary.scale)
    return PlanPage(summary, scaled, read_page(fill_page(scaled.page_template, summary), scaled))
