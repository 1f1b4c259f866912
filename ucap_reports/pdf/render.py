"""A summary and a pack to a PDF: the way through this room."""

from ucap_reports.document import Document
from ucap_reports.pack import Pack
from ucap_reports.pdf.draw import draw
from ucap_reports.pdf.fill import fill
from ucap_reports.pdf.page import read_page
from ucap_reports.summary import Summary


def render_pdf(summary: Summary, pack: Pack) -> Document:
    """The summary in the pack's page template, as a document of PDF/UA-1 and PDF/A-2a with its pages counted.

    Raises ProblemsFound with all that is wrong with the template, or else with what cannot be printed.
    """
    return draw(read_page(fill(pack.page_template, summary), pack), summary, pack)
