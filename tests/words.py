"""The words of a summary, a Word file and a web page, in reading order."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree, html

from ucap_reports.summary.summary_model import Summary

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
INLINE = {"a", "b", "bdi", "em", "span", "strong", "sub", "sup", "u", "wbr"}
SPACES = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": "\u00ad"}


def summary_words(summary: Summary) -> list[str]:
    """The words of the summary in reading order, without page headers and footers."""
    return " ".join(summary_texts(summary)).split()


def summary_texts(summary: Summary) -> Iterator[str]:
    """The texts of the summary in the order of the form."""
    yield summary.title
    yield summary.column_label.text
    yield from summary.columns
    for row in summary.rows:
        yield row.label.text
        yield from (cell.text for cell in row.cells)
    for picture in summary.all_pictures:
        yield from (picture.caption.text, picture.credit.text)
    contact = summary.contact
    yield from (contact.lead, contact.office, contact.email, contact.phone, contact.website, contact.address)
    yield from (label.text for label in summary.programme_label)


def docx_words(docx: bytes) -> list[str]:
    """The words in the body of a Word file, including tables, without list markers."""
    return " ".join(docx_paragraphs(docx)).split()


def docx_paragraphs(docx: bytes) -> list[str]:
    """The text of each paragraph in the body of a Word file; those of a shape follow the one that it is in."""
    with zipfile.ZipFile(BytesIO(docx)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    return [_paragraph_text(paragraph) for paragraph in body.iter(f"{W}p")]


def _paragraph_text(paragraph: etree._Element) -> str:
    runs = (run for run in paragraph.iter(f"{W}r") if next(run.iterancestors(f"{W}p")) is paragraph)
    pieces = (child for run in runs for child in run)
    return "".join(SPACES.get(str(piece.tag)) or (piece.text or "" if piece.tag == f"{W}t" else "") for piece in pieces)


def html_words(page: bytes) -> list[str]:
    """The words in the main part of a web page, without its header and footer."""
    (main,) = html.fromstring(page.decode()).iter("main")
    return "".join(_html_texts(main)).split()


def _html_texts(element: etree._Element) -> Iterator[str]:
    """The texts between the edges of blocks."""
    yield "\n" if element.tag not in INLINE else ""
    yield element.text or ""
    for child in element:
        yield from _html_texts(child)
        yield child.tail or ""
    yield "\n" if element.tag not in INLINE else ""
