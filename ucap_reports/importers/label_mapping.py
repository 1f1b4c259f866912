"""Which field each label and column of an imported file goes into, and proposals that a person must confirm."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ucap_reports.importers.cell_grids import Row
from ucap_reports.importers.field_labels import Labels, folded_label
from ucap_reports.importers.parsed_summary import ParsedSummary
from ucap_reports.importers.plan_draft import on_one_line
from ucap_reports.importers.table_columns import IGNORE, Header, proposed_target
from ucap_reports.plan.fields import CITIES, NAME
from ucap_reports.plan.unknown_values import is_unknown

_LABELLED = re.compile(r"(?P<label>[^:\uff1a\t]{2,80})[:\uff1a\t]\s*(?P<rest>\S.*)?")
_PAIR = re.compile(r"[^\n]{2,60}?\s[-\u2013\u2014\u2194]\s[^\n]{2,60}")
"""A title with two cities."""


class MappedLabel(Struct, frozen=True):
    """A label or column header (`source`), its field, and the first value that the file has for it.

    Only a `certain` field is filled; others are proposals. `field` is None if there is no proposal either.
    """

    source: str
    field: str | None
    sample: str
    certain: bool


def columns_mapping(header: Header, rows: Iterable[Row], labels: Labels) -> Iterator[MappedLabel]:
    """Yield the mapping of the columns of a table that have a header and content."""
    kept = list(rows)
    for column in header.columns:
        cells = (row[column.place] for row in kept)
        sample = next((cell.text for cell in cells if cell is not None and not is_unknown(cell.text)), "")
        if not column.header or not sample:
            continue
        fields = [use.field for use in column.uses if use.field != IGNORE]
        if column.uses:
            yield MappedLabel(column.header, fields[0] if fields else IGNORE, on_one_line(sample), certain=True)
        else:
            yield MappedLabel(column.header, proposed_target(column.header, labels), on_one_line(sample), certain=False)


def mapped_labels(summary: ParsedSummary, labels: Labels) -> Iterator[MappedLabel]:
    """Yield the mapping of the labels of a document: of its rows, of lines with a label, and of a title with cities."""
    has_cities = False
    for row in summary.rows:
        label = row.label.text.rstrip(":\uff1a ")
        if not label:
            continue
        field = labels.find(label)
        has_cities = has_cities or field == NAME
        sample = on_one_line("; ".join(cell.text for cell in row.cells if cell.text))
        yield MappedLabel(label, field or labels.proposal(label), sample, certain=field is not None)
    lines = [line for group in summary.around for line in group]
    for index, line in enumerate(lines):
        match = _LABELLED.fullmatch(line.text)
        if match is not None and folded_label(match["label"]):
            label = match["label"].strip()
            yield MappedLabel(label, labels.proposal(label), on_one_line(match["rest"] or ""), certain=False)
        elif index == 0 and not has_cities and _PAIR.fullmatch(line.text):
            yield MappedLabel(line.text, CITIES, on_one_line(line.text), certain=False)
