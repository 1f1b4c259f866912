"""Tries web templates with summaries: finds all their problems, and the pages that they make."""

from ucap_reports.html.web_page import attempt_web_page
from ucap_reports.html.web_template import DOCTYPE, attempt_fill, web_template
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.summary.summary import Summary
from ucap_reports.template.markup.markup_tags import tag_problems
from ucap_reports.template.pack import Pack, PackFile


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
