"""The choice of the scale of a summary's text."""

from unicodedata import east_asian_width

from ucap_reports.summary.summary import PICTURES_IN_ROW, Row
from ucap_reports.summary.table_orientation import FactTable
from ucap_reports.template.pack import Pack, ScaleChoice
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


def scale_of(table: FactTable, pack: Pack, pictures: int = 0) -> Scale:
    """The pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice is not ScaleChoice.AUTO:
        return Scale(choice.value)
    is_turned = any(row.is_city for row in table.rows)
    lines = sum(_lines(row) for row in table.rows) + PICTURE_LINES * -(-pictures // PICTURES_IN_ROW)
    if is_turned or len(table.columns) > MOST_COLUMNS or lines > MOST_LINES:
        return Scale.COMPACT
    return Scale.GENEROUS


def _lines(row: Row) -> int:
    """The estimated height of a row in lines."""
    width = TABLE_WIDTH // len(row.cells)
    return 1 + max(_wrapped(row.label, LABEL_WIDTH), *(_wrapped(cell, width) for cell in row.cells))


def _wrapped(text: RichText, width: int) -> int:
    return sum(1 + _width(paragraph.text) // width for paragraph in text.paragraphs())


def _width(text: str) -> int:
    """The width in narrow characters."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "FW" else 1 for character in text)
