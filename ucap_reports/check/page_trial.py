"""Tries page templates with summaries: finds their problems, and those of the documents in all formats."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ucap_reports.html.web_page import write_web_page
from ucap_reports.page.fill_page import attempt_fill
from ucap_reports.page.page_tree import ImageBlock, PageTree, all_blocks
from ucap_reports.page.plan_page import PlanPage
from ucap_reports.page.read_page import attempt_page
from ucap_reports.pdf.file.picture_objects import picture_object
from ucap_reports.pdf.layout.draw_document import draw_document
from ucap_reports.pictures.picture_quality import quality_warnings
from ucap_reports.problems import Location, Problem, ProblemsFound, reported
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.tag_check import DeclaredFacts
from ucap_reports.template.markup.markup_tags import tag_problems
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.word.writer.render_page import render_page


class PageTrial(NamedTuple):
    """The problems of a page template with a summary, and the page tree, or None if it could not be filled."""

    problems: tuple[Problem, ...]
    tree: PageTree | None


def try_page(pack: Pack, summary: Summary) -> PageTrial:
    """Fill the page template with a summary, and read the page.

    If there is no other problem, the PDF, the web page and, for packs without a Word template, the Word file are made.
    """
    pack = pack.scaled(summary.scale)
    try:
        page, tag_problems = attempt_fill(pack.page_template, summary)
    except ProblemsFound as found:
        return PageTrial(found.problems, None)
    if not page.text and tag_problems:
        return PageTrial(tag_problems, None)
    tree, all_problems = attempt_page(page, pack)
    problems = [each for each in all_problems if not _is_of_sample(each, pack)]
    if not tag_problems and not problems:
        with reported(problems.extend):
            plan_page = PlanPage(summary, pack, tree)
            draw_document(plan_page)
            write_web_page(tree, summary, pack)
            if pack.word_template is None:
                _ = render_page(plan_page)
    return PageTrial((*tag_problems, *problems, *_picture_warnings(tree, pack.page_template.path)), tree)


def read_page_tags(template: PackFile, facts: Mapping[type, DeclaredFacts] | None = None) -> tuple[Problem, ...]:
    """Return the problems of each tag of a page template, read without a summary; for `facts` see `read_tags`."""
    return tag_problems(template, Summary, facts)


def _is_of_sample(found: Problem, pack: Pack) -> bool:
    """Whether a missing picture is one whose name contains a value of the sample summary."""
    return found.code == "image-missing" and str(found.details["name"]).encode() not in pack.page_template.content


def _picture_warnings(tree: PageTree, path: str) -> Iterator[Problem]:
    """Yield a warning for each picture with few pixels for its size, or with many bytes."""
    for image in all_blocks((*tree.headers, *tree.footers, *tree.body)):
        if isinstance(image, ImageBlock):
            drawn = picture_object(image.picture)
            size = len(drawn.content) + len(drawn.mask)
            pixels = None if image.picture.is_drawn else image.picture.width
            yield from quality_warnings(image.name, pixels, image.width, size, Location(path, image.line))
