"""From a summary and a pack to a PDF: fill the page template, read the page, draw the document."""

from msgspec.structs import replace

from ucap_reports.page.fill_page import fill_page
from ucap_reports.page.read_page import read_page
from ucap_reports.page.text_contrast import contrast_warnings
from ucap_reports.pdf.layout.draw_document import draw_document
from ucap_reports.summary.document import Attachment, Document
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


def render_pdf(summary: Summary, pack: Pack, plan: Attachment | None = None) -> Document:
    """The summary as a PDF, with its number of pages.

    Args:
        summary: The summary.
        pack: The template pack, whose page template is filled.
        plan: The plan's file. A PDF with it conforms to PDF/UA-2, WTPDF and PDF/A-4f, others to PDF/UA-1 and PDF/A-2a.

    Raises:
        ProblemsFound: With all errors of the page template, or else with the text that cannot be printed.
    """
    pack = pack.scaled(summary.scale)
    tree = read_page(fill_page(pack.page_template, summary), pack)
    document = draw_document(tree, summary, pack, plan)
    return replace(document, warnings=(*document.warnings, *contrast_warnings(tree, pack)))
