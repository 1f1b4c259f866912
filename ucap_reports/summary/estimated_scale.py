"""The size of the text of a summary as its length suggests it, before a page is measured (`page/fitted_scale`)."""

from math import ceil

from ucap_reports.patterns.wide_characters import width_in_characters
from ucap_reports.summary.fact_table_and_values import FactTable
from ucap_reports.summary.summary_model import Row
from ucap_reports.template.pack import Pack
from ucap_reports.template.picture_sizes_and_rows import PICTURES_IN_ROW
from ucap_reports.template.theme import MAX_GENEROUS_COLUMNS, Scale
from ucap_reports.text.rich_text import RichText

_MAX_LINES = 26
"""Lines of generous text in the table of one page; the space around each row counts as one."""
_TABLE_WIDTH = 57
"""Narrow characters in a line of generous text across all columns."""
_LABEL_WIDTH = 19
"""Narrow characters in a line of a label."""
_PICTURE_LINES = 12
"""The height of a row of pictures with their captions, in lines."""


def estimated_scale(table: FactTable, pack: Pack, picture_count: int) -> Scale:
    """Return the pack's scale or, if it has no preference, the generous one for a table that fits on one page in it.

    This estimate depends on the text alone, so that all formats have the same scale.
    """
    choice = pack.settings.scale
    if choice != "auto":
        return Scale(choice)
    if len(table.columns) > MAX_GENEROUS_COLUMNS or any(row.is_city for row in table.rows):
        return Scale.COMPACT
    height = _PICTURE_LINES * ceil(picture_count / PICTURES_IN_ROW)
    # The longest rows are at the end in most packs, so that few rows of a long table need to be measured.
    for row in reversed(table.rows):
        if height > _MAX_LINES:
            break
        height += _height_in_lines(row)
    return Scale.COMPACT if height > _MAX_LINES else Scale.GENEROUS


def _height_in_lines(row: Row) -> int:
    """Return the estimated height of a row in lines."""
    width = _TABLE_WIDTH // len(row.cells)
    cell_heights = [_wrapped(cell, width) for cell in row.cells]
    return 1 + max(_wrapped(row.label, _LABEL_WIDTH), *cell_heights)


def _wrapped(text: RichText, width: int) -> int:
    """Return the number of lines of a text, in each of which that many narrow characters have space."""
    return sum([1 + width_in_characters(paragraph.text) // width for paragraph in text.paragraphs()])
