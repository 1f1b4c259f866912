"""Where the pages of a PDF print each field, so that a click on a printed row leads to its field in the editor.

The words of a field are searched in the text of the pages, letter by letter and without white space, case and marks:
packs may set text in capitals, and lines, bullets and repeated headers are between the words.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import CITIES, NAME, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.summary.summary_model import Summary

CSS_PIXELS = 96 / 72
"""A point in CSS pixels."""
_PADDING = 4.0
"""CSS pixels around the words."""


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
    text = "".join(letter.character for letter in letters)  # one character for each letter
    letters_of_fields: dict[tuple[int, str], list[_Letter]] = {}
    """The letters of each field on each page."""
    labels: dict[str, str] = {}
    end = 0  # of the words that were found last
    for field, label, words in _printed_words(summary):
        wanted = _plain(words)
        if not wanted:
            continue
        start = text.find(wanted, end)
        if start < 0:  # the page prints it before the field above it
            start = text.find(wanted)
        if start < 0:
            continue
        end = start + len(wanted)
        labels[field] = label
        for letter in letters[start:end]:
            letters_of_fields.setdefault((letter.page, field), []).append(letter)
    areas = []
    for (page_number, field), letters_of_field in letters_of_fields.items():
        areas.append(_area(page_number, field, labels[field], letters_of_field))
    return areas


def _area(page: int, field: str, label: str, letters: Sequence[_Letter]) -> PrintedArea:
    """Return the box around the letters of a field on a page, with a padding."""
    left = min(letter.left for letter in letters) - _PADDING
    top = min(letter.top for letter in letters) - _PADDING
    right = max(letter.right for letter in letters) + _PADDING
    bottom = max(letter.bottom for letter in letters) + _PADDING
    width = right - left
    height = bottom - top
    box = (round(left, 1), round(top, 1), round(width, 1), round(height, 1))
    text = str(label)  # without the language that it may be tagged with
    return PrintedArea(page, box, field, text)


def _printed_words(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """Yield each field with its label and the words of a paragraph of it, in the order in which pages print them."""
    for index, name in enumerate(summary.columns):
        yield f"{CITIES}[{index}].{NAME}", name, name
    for row in summary.rows:
        label = row.label.text.removesuffix(":")
        for cell, fields in zip(row.cells, row.fields, strict=False):
            if not fields:
                continue
            paragraphs = [paragraph.text for paragraph in cell.paragraphs()]
            has_own_fields = len(fields) == len(paragraphs)
            for index, words in enumerate(paragraphs):
                field = fields[index] if has_own_fields else fields[0]
                yield field, label, words
    contact = BUILT_IN.of_type(FieldType.CONTACT)
    for line in BUILT_IN.inside(contact.path):
        yield contact.path, contact.name, getattr(summary.contact, line.name)


def _letters(page: Any, number: int) -> Iterator[_Letter]:
    """Yield the letters and digits of a page, in lower case: of a ligature or "ß", each of its letters."""
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text, index)
        characters = _plain(chr(code)) if code else ""
        if not characters:
            continue
        # In points from the left and the bottom of the page.
        left, bottom, right, top = text.get_charbox(index, loose=True)
        letter = _Letter(
            "",
            number,
            left=left * CSS_PIXELS,
            top=(height - top) * CSS_PIXELS,
            right=right * CSS_PIXELS,
            bottom=(height - bottom) * CSS_PIXELS,
        )
        for character in characters:
            yield replace(letter, character=character)


def _plain(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())
