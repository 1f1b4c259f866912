"""From a summary or a book and a pack to a PDF: fill the page template, read its pages, draw the document."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ucap_reports.page.fitted_scale import PlanPage, plan_page
from ucap_reports.pdf.layout.draw_document_and_margins import draw_document
from ucap_reports.summary.document_formats import Attachment, Document
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack

if TYPE_CHECKING:  # not imported at run time: most PDFs are of one plan
    from ucap_reports.summary.compose_book import BookContent


def render_pdf(
    summary: Summary, pack: Pack, plan: Attachment | None = None, *, page: PlanPage | None = None
) -> Document:
    """Return the summary as a PDF, with its number of pages.

    Args:
        summary: The summary.
        pack: The template pack, whose page template is filled.
        plan: The plan's file. A PDF with it conforms to PDF/UA-2, WTPDF and PDF/A-4f, others to PDF/UA-1 and PDF/A-2a.
        page: The page of the summary in this pack, if another format needed it before.

    Raises:
        ProblemsFound: With all errors of the page template, or else with the text that cannot be printed.
    """
    page = page or plan_page(summary, pack)
    document = draw_document(page, plan)
    return replace(document, warnings=(*document.warnings, *page.warnings))


def render_book_pdf(content: "BookContent", pack: Pack, plans: Sequence[Attachment] = ()) -> Document:
    """Return a book as a PDF, with its number of pages.

    Args:
        content: The book.
        pack: The pack of books (`Pack.for_book`), whose page template is filled.
        plans: The plan files. A PDF with them conforms to PDF/UA-2, WTPDF and PDF/A-4f, others to PDF/UA-1 and
            PDF/A-2a.

    Raises:
        ProblemsFound: With the errors of the page template, or else with the text that cannot be printed.
    """
    from ucap_reports.page.read_book import BookPages  # noqa: PLC0415 - most PDFs are of one plan
    from ucap_reports.pdf.layout.draw_book import draw_book  # noqa: PLC0415 - as above

    return draw_book(BookPages(content, pack), plans)
