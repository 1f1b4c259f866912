"""Tries web templates with summaries: finds all their problems, and the pages that they make."""

from collections.abc import Iterator, Sequence

from ucap_reports.html.web_page import attempt_web_page
from ucap_reports.html.web_template import DOCTYPE, attempt_fill, web_template
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary import Summary
from ucap_reports.template.markup.branch_trial import Problems, branch_problems
from ucap_reports.template.markup.compile_markup import prepared_branches
from ucap_reports.template.markup.markup_tags import tag_problems
from ucap_reports.template.markup.prepared_template import PreparedTemplate
from ucap_reports.template.pack import Pack, PackFile


def try_web_branches(pack: Pack, summaries: Sequence[Summary]) -> Iterator[Problem]:
    """The problems in the branches of a valid web template, including branches that no sample summary takes."""
    template = web_template(pack)

    def problems(branch: PreparedTemplate, summary: Summary) -> Problems:
        page, of_tags = attempt_fill(template, summary, branch)
        return of_tags, attempt_web_page(page, summary, pack)[1]

    return branch_problems(prepared_branches(template, DOCTYPE), problems, summaries)


def read_web_tags(template: PackFile) -> tuple[Problem, ...]:
    """The problems of each tag of a web template, read without a summary."""
    return tag_problems(template, Summary, DOCTYPE)


def try_web_page(pack: Pack, summary: Summary) -> tuple[tuple[Problem, ...], str]:
    """The problems of the template with a summary, and the page, which is empty if the template could not be filled."""
    try:
        filled, problems = attempt_fill(web_template(pack), summary)
    except ProblemsFound as found:
        return found.problems, ""
    if not filled.text.strip() and problems:
        return problems, ""
    page, others = attempt_web_page(filled, summary, pack)
    return (*problems, *others), page
