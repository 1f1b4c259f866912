"""From a summary and a pack to a web page: fill the page template, read the page, write it as HTML."""

from ucap_reports.html.pack_style_sheet import pack_style_sheet
from ucap_reports.html.web_page import write_web_page
from ucap_reports.page.plan_page import PlanPage, plan_page
from ucap_reports.problems import raise_found
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
