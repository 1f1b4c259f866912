"""Renders a summary as PDF: fills the page template, reads the page, draws the document."""

from ucap_reports.pdf.layout.draw_document import draw_document
from ucap_reports.pdf.template.fill_page import fill_page
from ucap_reports.pdf.template.read_page import read_page
from ucap_reports.summary.document import Document
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


def render_pdf(summary: Summary, pack: Pack) -> Document:
    """The summary in the pack's page template, as a document in PDF/UA-1 and PDF/A-2a with its number of pages.

    Raises ProblemsFound with all problems of the template or, if it has none, with those of the layout.
    """
    return draw_document(read_page(fill_page(pack.page_template, summary), pack), summary, pack)
