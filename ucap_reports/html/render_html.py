"""From a summary and a pack to a web page: fill the page template, read the page, write it as HTML."""

from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.html.web_page import write_web_page
from ucap_reports.page.checked_page import checked_page
from ucap_reports.problems import raise_found
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


def render_html(summary: Summary, pack: Pack) -> Document:
    """Return the summary as a web page: one HTML file that needs no other file and no script.

    Args:
        summary: The summary. The page links to its `versions`.
        pack: The template pack, whose page template is filled, and whose `summary.css` is in the page if it has one.

    Raises:
        ProblemsFound: With all errors of the page template and of the style sheet.
    """
    scaled = pack.scaled(summary.scale)
    checked = checked_page(summary, scaled)
    own, problems = pack_style_sheet(scaled)
    raise_found(problems)
    page, widths = write_web_page(checked.tree, summary, scaled, own)
    return Document(summary.id, Format.HTML, page.encode(), pictures=widths, warnings=checked.warnings)
