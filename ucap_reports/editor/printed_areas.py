"""Pages of PDFs for the browser: their pictures, and where they print each field, so that a click on a row leads to it.

The name of a picture is a digest, so that only changed pages are sent again. The words of a field are searched in the
text of the pages, letter by letter and without white space, case and marks: packs may set text in capitals, and lines,
bullets and repeated headers are between the words.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from msgspec import Struct

from ucap_reports.plan.fields import CITIES, NAME, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.summary.summary import Summary

RATIOS = (1.0, 1.5, 2.0, 3.0)
"""The supported ratios of screen pixels to CSS pixels."""
CSS_PIXELS = 96 / 72
"""A point in CSS pixels."""
COMPRESSION = 1
"""Of PNG, 0 to 9. Higher levels take twice as long and do not make pages of text smaller."""
_PADDING = 4.0
"""CSS pixels around the words."""


class PagePicture(Struct, frozen=True):
    """A page of a PDF as a PNG, which keeps colours exactly: `width` and `height` are in CSS pixels, `name` is a digest
    of the content.
    """

    name: str
    width: float
    height: float
    content: bytes


@lru_cache(maxsize=16)
def pictures(pdf: bytes, ratio: float) -> tuple[PagePicture, ...]:
    """A picture of each page, with `ratio` screen pixels for each CSS pixel. Not safe in threads."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(_picture(page, ratio) for page in document)


def _picture(page: Any, ratio: float) -> PagePicture:
    file = BytesIO()
    page.render(scale=ratio * CSS_PIXELS).to_pil().save(file, "PNG", compress_level=COMPRESSION)
    content = file.getvalue()
    width, height = page.get_width() * CSS_PIXELS, page.get_height() * CSS_PIXELS
    return PagePicture(sha256(content).hexdigest()[:32], width, height, content)


class PrintedArea(Struct, frozen=True):
    """The area of a field on a page, counted from 0: left, top, width and height in CSS pixels."""

    page: int
    box: tuple[float, float, float, float]
    field: str
    label: str


class _Letter(Struct, frozen=True):
    """A letter of a page: its edges in CSS pixels from the left and the top."""

    character: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def printed_areas(pdf: bytes, summary: Summary) -> list[PrintedArea]:
    """Return the area of each field on each page that prints it. Not safe in threads."""
    with pdfium.PdfDocument(pdf) as document:
        letters: list[_Letter] = []
        for number, page in enumerate(document):
            letters += _letters(page, number)
    text = "".join(letter.character for letter in letters)
    position = 0
    letters_of_fields: dict[tuple[int, str], list[_Letter]] = {}
    labels: dict[str, str] = {}
    for field, label, words in _printed_words(summary):
        wanted = _plain(words)
        start = text.find(wanted, position) if wanted else -1
        if start < 0 and wanted:
            start = text.find(wanted)
        if start < 0:
            continue
        position = start + len(wanted)
        labels[field] = label
        for letter in letters[start:position]:
            letters_of_fields.setdefault((letter.page, field), []).append(letter)
    return [_area(page, field, labels[field], own) for (page, field), own in letters_of_fields.items()]


def _area(page: int, field: str, label: str, letters: Sequence[_Letter]) -> PrintedArea:
    left = min(letter.left for letter in letters) - _PADDING
    top = min(letter.top for letter in letters) - _PADDING
    right = max(letter.right for letter in letters) + _PADDING
    bottom = max(letter.bottom for letter in letters) + _PADDING
    box = (round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1))
    return PrintedArea(page, box, field, label)


def _printed_words(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """Yield each field with its label and the words of a paragraph of it, in the order in which pages print them."""
    for index, name in enumerate(summary.columns):
        yield f"{CITIES}[{index}].{NAME}", name, name
    for row in summary.rows:
        label = row.label.text.removesuffix(":")
        for cell, fields in zip(row.cells, row.fields, strict=False):
            paragraphs = [paragraph.text for paragraph in cell.paragraphs()]
            for index, words in enumerate(paragraphs):
                if fields:
                    yield fields[index] if len(fields) == len(paragraphs) else fields[0], label, words
    contact = BUILT_IN.of_type(FieldType.CONTACT)
    for field in BUILT_IN.inside(contact.path):
        yield contact.path, contact.name, getattr(summary.contact, field.name)


def _letters(page: Any, number: int) -> Iterator[_Letter]:
    """Yield the letters and digits of a page, in lower case."""
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        characters = _plain(chr(code)) if code else ""
        if not characters:
            continue
        left, bottom, right, top = (edge * CSS_PIXELS for edge in text.get_charbox(index, loose=True))
        for character in characters:
            yield _Letter(character, number, left, height * CSS_PIXELS - top, right, height * CSS_PIXELS - bottom)


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
