"""From a summary and a pack to a PDF: fill the page template, read the page, draw the document."""

from msgspec.structs import replace

from ucap_reports.page.plan_page import PlanPage, plan_page
from ucap_reports.pdf.layout.draw_document import draw_document
from ucap_reports.summary.document import Attachment, Document
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


def render_pdf(
    summary: Summary, pack: Pack, plan: Attachment | None = None, *, page: PlanPage | None = None
) -> Document:
    """The summary as a PDF, with its number of pages.

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
