"""From a book and a pack to a web page: fill the page template, read its pages, write them as HTML."""

from collections.abc import Mapping

from ucap_reports.html.web_page import write_web_page
from ucap_reports.page.read_book import NO_PAGES, BookPages, book_tree
from ucap_reports.summary.book import BookContent
from ucap_reports.summary.document import Document, Format
from ucap_reports.template.pack import Pack


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
