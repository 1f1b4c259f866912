"""The choice of the scale of a summary's text."""

import re
from itertools import accumulate
from unicodedata import east_asian_width

from ucap_reports.summary.summary import PICTURES_IN_ROW, Row
from ucap_reports.summary.table_orientation import FactTable
from ucap_reports.template.pack import Pack
from ucap_reports.template.scales import Scale
from ucap_reports.text.rich_text import RichText

MOST_LINES = 26
"""Lines of generous text in the table of one page; the space around each row counts as one."""
TABLE_WIDTH = 57
"""Narrow characters in a line of generous text across all columns."""
LABEL_WIDTH = 19
PICTURE_LINES = 12
"""The height of a row of pictures with their captions."""
MOST_COLUMNS = 3
"""The number of columns with room for generous text."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
"""The characters that can be wide."""


def scale_of(table: FactTable, pack: Pack, pictures: int) -> Scale:
    """The pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice != "auto":
        return Scale(choice)
    if len(table.columns) > MOST_COLUMNS or any(row.is_city for row in table.rows):
        return Scale.COMPACT
    of_pictures = PICTURE_LINES * -(-pictures // PICTURES_IN_ROW)
    heights = accumulate(map(_lines, table.rows), initial=of_pictures)
    return Scale.COMPACT if any(height > MOST_LINES for height in heights) else Scale.GENEROUS


def _lines(row: Row) -> int:
    """The estimated height of a row in lines."""
    width = TABLE_WIDTH // len(row.cells)
    return 1 + max(_wrapped(row.label, LABEL_WIDTH), *(_wrapped(cell, width) for cell in row.cells))


def _wrapped(text: RichText, width: int) -> int:
    return sum(1 + _width(paragraph.text) // width for paragraph in text.paragraphs())


def _width(text: str) -> int:
    """The width in narrow characters."""
    return len(text) + sum(east_asian_width(character) in "FW" for character in _NOT_ASCII.findall(text))
