"""From a summary or a book and a pack to a web page: fill the page template, read the page, write it as HTML."""

from collections.abc import Mapping

from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.html.web_page import write_web_page
from ucap_reports.page.plan_page import PlanPage, plan_page
from ucap_reports.page.read_book import NO_PAGES, BookPages, book_tree
from ucap_reports.problems import raise_found
from ucap_reports.summary.book import BookContent
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


def render_html(summary: Summary, pack: Pack, *, page: PlanPage | None = None) -> Document:
    """Return the summary as a web page: one HTML file that needs no other file and no script.

    Args:
        summary: The summary. The page links to its `versions`.
        pack: The template pack, whose page template is filled, and whose `summary.css` is in the page if it has one.
        page: The page of the summary in this pack, if another format needed it before.

    Raises:
        ProblemsFound: With all errors of the page template and of the style sheet.
    """
    page = page or plan_page(summary, pack)
    page.raise_width_problems()
    own, problems = pack_style_sheet(page.pack)
    raise_found(problems)
    markup, widths = write_web_page(page.tree, summary, page.pack, own)
    return Document(summary.id, Format.HTML, markup, pictures=widths, warnings=page.warnings)


def render_book_html(content: BookContent, pack: Pack, plan_pages: Mapping[str, str] = NO_PAGES) -> Document:
    """Return a book as one web page with links from its contents.

    Args:
        content: The book.
        pack: The pack of books (`Pack.for_book`), whose page template is filled.
        plan_pages: The titles of plans that have pages of their own beside this one, by their ids.

    Raises:
        ProblemsFound: With the errors of the page template.
    """
    tree = book_tree(BookPages(content, pack), plan_pages)
    page, widths = write_web_page(tree, content.summary, pack)
    return Document(content.summary.id, Format.HTML, page, pictures=widths)
