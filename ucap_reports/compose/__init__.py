"""Plan and pack become a summary: all wording, order, number formats and folding of columns, once for both formats."""

from ucap_reports.compose.cells import COLUMN_CELLS, SHARED_CELLS
from ucap_reports.compose.composing import compose_summary

__all__ = ["COLUMN_CELLS", "SHARED_CELLS", "compose_summary"]
