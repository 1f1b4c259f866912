"""From a summary and a pack to a web page: fill the template, check it, write the page."""

from ucap_reports.html.web_page import attempt_web_page
from ucap_reports.html.web_template import attempt_fill, web_template
from ucap_reports.problems import raise_found
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack


def render_html(summary: Summary, pack: Pack) -> Document:
    """The summary as a web page: one HTML file that needs no other file and no script.

    Args:
        summary: The summary. The page links to its `versions`.
        pack: The template pack, whose `summary.html` is filled if it has one, or else the shipped template.

    Raises:
        ProblemsFound: With all errors of the template.
    """
    filled, problems = attempt_fill(web_template(pack), summary)
    raise_found(problems)
    page, found = attempt_web_page(filled, summary, pack)
    raise_found(found)
    pictures = {each.field: float(each.image.width) for each in filled.pictures.values()}
    return Document(summary.id, Format.HTML, page.encode(), pictures=pictures)
