"""Tables of plans in edited Word files: the value in each cell, in the rows that the tables have now.

Rows that were added or removed change the numbers of the rows below them.
"""

import re
from collections.abc import Callable, Container, Mapping, Sequence

from ucap_reports.importers.paragraph_identity import DocumentParagraph
from ucap_reports.importers.sent_edition import FieldOccurrence, PrintedSpan
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.source.yaml_tree import Loc, loc_of

_CELL_HOLDER = re.compile(r"(.*)/tr\[([0-9]+)\]/tc\[([0-9]+)\]")
"""The path of a cell: those of its table, its row and its place in the row."""


def table_cells(
    paragraphs: Sequence[DocumentParagraph],
    built_spans: Mapping[int, Sequence[PrintedSpan]],
    had_text: Container[int],
    is_column: Callable[[Loc], bool],
    unknown: Container[str],
) -> Mapping[int, PrintedSpan | None]:
    """Return the value of the paragraph in each cell of the tables of a plan; None for a cell that is empty now.

    Args:
        paragraphs: Those of the edited file; the keys of the results and of `built_spans` are their indices.
        built_spans: The fields in each paragraph that the document had when it was built.
        had_text: The paragraphs that the document had, with text, when it was built.
        is_column: Whether a place in a plan is a cell of a table.
        unknown: Texts that are printed in cells without a value.
    """
    tables: dict[str, _EditedTable] = {}
    for index, paragraph in enumerate(paragraphs):
        match = _CELL_HOLDER.fullmatch(paragraph.holder)
        if match is None:
            continue
        table = tables.setdefault(match[1], _EditedTable(unknown))
        table.add(index, paragraph, int(match[2]), int(match[3]))
        for span in built_spans.get(index, ()):
            if is_column(loc_of(span.occurrence.field)):
                table.recognise(index, span.occurrence)
    cells: dict[int, PrintedSpan | None] = {}
    for table in tables.values():
        cells |= table.cells(had_text)
    return cells


class _EditedTable:
    """A table of an edited document, which may be a table of the plan."""

    def __init__(self, unknown: Container[str]) -> None:
        self._unknown = unknown
        self._paragraphs: dict[int, DocumentParagraph] = {}
        self._rows: dict[int, dict[int, int]] = {}
        """The cells of the paragraphs in each row, by the indices of the paragraphs in the document."""
        self._tables: set[tuple[str, int]] = set()
        """The fields of which this is a table, each with the number of its occurrence."""
        self._columns: dict[int, set[str]] = {}
        self._known_rows: set[int] = set()

    def add(self, index: int, paragraph: DocumentParagraph, row: int, cell: int) -> None:
        """Add the paragraph with an index in the document."""
        self._paragraphs[index] = paragraph
        self._rows.setdefault(row, {})[index] = cell

    def recognise(self, index: int, occurrence: FieldOccurrence) -> None:
        """Note that the paragraph with this index was built as a cell of a table of the plan."""
        table, _, column = loc_of(occurrence.field)
        for row, cells in self._rows.items():
            if index in cells:
                self._tables.add((str(table), occurrence.number))
                self._columns.setdefault(cells[index], set()).add(str(column))
                self._known_rows.add(row)

    def cells(self, had_text: Container[int]) -> Mapping[int, PrintedSpan | None]:
        """Return the values in the rows of the plan by the indices of their paragraphs; None for an empty cell.

        There are none if this is no table of the plan, or has other columns.

        A row with none of the paragraphs that `had_text` is new; one that has some, but no cell of the plan, has labels
        or totals.
        """
        if len(self._tables) != 1 or any(len(names) > 1 for names in self._columns.values()):
            return {}
        ((table, number),) = self._tables
        values: dict[int, PrintedSpan | None] = {}
        plan_row = 0
        for row, cells in sorted(self._rows.items()):
            written = [index for index in cells if not self._is_empty(index)]
            is_new = row not in self._known_rows and not any(index in had_text for index in written)
            if not (row in self._known_rows or is_new):
                continue
            for index in cells:
                if index not in written:
                    values[index] = None
            if not written:
                continue
            for index in written:
                if cells[index] not in self._columns:
                    return {}
                (column,) = self._columns[cells[index]]
                occurrence = FieldOccurrence(f"{table}[{plan_row}].{column}", number)
                values[index] = PrintedSpan(0, len(self._paragraphs[index].text), occurrence)
            plan_row += 1
        return values

    def _is_empty(self, index: int) -> bool:
        """Return whether a cell has no value: documents print a dash or "N/A" then."""
        text = self._paragraphs[index].text.strip()
        return is_unknown(text) or text in self._unknown
