"""The scale of the text of a document, estimated from the length of the text before the page is laid out.

`page/fitted_scale` corrects it when the page is measured.
"""

import re
from math import ceil
from unicodedata import east_asian_width

from ucap_reports.summary.fact_table import FactTable
from ucap_reports.summary.summary_model import MAX_GENEROUS_COLUMNS, PICTURES_IN_ROW, Row
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Scale
from ucap_reports.text.rich_text import RichText

_MAX_LINES = 26
"""Lines of generous text in the table of one page; the space around each row counts as one."""
_TABLE_WIDTH = 57
"""Narrow characters in a line of generous text across all columns."""
_LABEL_WIDTH = 19
_PICTURE_LINES = 12
"""The height of a row of pictures with their captions."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
"""The characters that can be wide."""


def estimated_scale(table: FactTable, pack: Pack, pictures: int) -> Scale:
    """Return the pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice != "auto":
        return Scale(choice)
    if len(table.columns) > MAX_GENEROUS_COLUMNS or any(row.is_city for row in table.rows):
        return Scale.COMPACT
    height = _PICTURE_LINES * ceil(pictures / PICTURES_IN_ROW)
    for row in reversed(table.rows):  # the longest ones are at the end in most packs
        height += _lines(row)
        if height > _MAX_LINES:  # not all rows of a long table need to be measured
            return Scale.COMPACT
    return Scale.COMPACT if height > _MAX_LINES else Scale.GENEROUS


def _lines(row: Row) -> int:
    """Return the estimated height of a row in lines."""
    width = _TABLE_WIDTH // len(row.cells)
    return 1 + max(_wrapped(row.label, _LABEL_WIDTH), *(_wrapped(cell, width) for cell in row.cells))


def _wrapped(text: RichText, width: int) -> int:
    """Return the number of lines of a text, in each of which that many narrow characters have space."""
    return sum(1 + width_in_characters(paragraph.text) // width for paragraph in text.paragraphs())


def width_in_characters(text: str) -> int:
    """Return the number of narrow characters that are as wide as the text; a Chinese one is as wide as two."""
    if text.isascii():  # most texts have no wide character
        return len(text)
    return len(text) + sum(east_asian_width(character) in "FW" for character in _NOT_ASCII.findall(text))
