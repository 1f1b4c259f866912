"""The PDF renderer: a summary and a pack become a tagged PDF/UA-1 and PDF/A-2a document."""

from ucap_reports.pdf.render import render_pdf

__all__ = ["render_pdf"]
