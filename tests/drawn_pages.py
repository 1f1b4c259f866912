"""Documents drawn from small page templates, with styles of their own."""

from collections.abc import Mapping
from typing import Any

from tests.pages import PATH, SETTINGS, SUMMARY
from tests.pdf_pages import page_texts
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.summary.document_formats_and_pdf_standards import Document
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings

NO_PAGE: Mapping[str, str] = {}
RED, GREEN = Colour("FF0000"), Colour("00FF00")
WIDTH, HEIGHT, MARGIN = Length.mm(210), Length.mm(297), Length.mm(20)
LINES = int((HEIGHT - 2 * MARGIN) / 12)
"""Lines of text on a page."""


def page_pack(template: str, page: Mapping[str, str] = NO_PAGE, **styles: Any) -> Pack:
    theme: Any = SETTINGS["theme"]
    theme = theme | {"styles": theme["styles"] | styles, "page": theme["page"] | {**page}}
    return Pack(
        PackSettings.model_validate(SETTINGS | {"theme": theme}), {PAGE_TEMPLATE: PackFile(PATH, template.encode())}, {}
    )


def drawn(body: str, **styles: Any) -> Document:
    return render_pdf(SUMMARY, page_pack(f"<document>{body}</document>", **styles))


def pages_of(body: str, **styles: Any) -> list[list[str]]:
    """The words of each page."""
    return [" ".join(texts).split() for texts in page_texts(drawn(body, **styles).content)]


def words(number: int, name: str = "w") -> list[str]:
    return [f"{name}{place}" for place in range(number)]


def lines(number: int, name: str = "w") -> str:
    """Paragraphs of one word each."""
    return "".join(f"<p>{word}</p>" for word in words(number, name))


SIDE = {"layout": "columns", "gap": "5 mm"}
BAND = {"background": "#FF0000"}
LINE = {"width": "2 pt", "colour": "#FF0000"}
