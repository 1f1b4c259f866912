"""Texts of summaries: dumps of tables."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.lines_to_blocks import dump_text
from ucap_reports.importers.parsed_summary import ParsedCell, ParsedRow, ParsedSummary
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, shortened
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_PARAGRAPHS

_LINE_END = re.compile("\r\n|\r|\n")
_PAGE_BREAK = "\f"
_COLON = re.compile(r"(?P<label>[^:\uff1a]{2,200})[:\uff1a](?P<rest>.*)")
_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[^a-z\s])")
_Line = tuple[str, int]
"""A text and the number of its line."""


class _DumpRow(Struct):
    """A row as it is written: the label, its line, the cells with their first lines, and its page."""

    label: str
    line: int
    cells: list[_Line]
    page: int = 0

    @property
    def text(self) -> str:
        """The text of its only cell; empty if it has several."""
        return self.cells[0][0] if len(self.cells) == 1 else ""


_Rows = tuple[list[_DumpRow], list[list[_Line]]]
"""The rows of a text, and the groups of other lines."""


def parse_text_summary(source: Source, labels: Labels) -> ParsedSummary:
    """Return the summary in a text, with a warning for each sentence that a page break cuts.

    Raises ProblemsFound for a text with more lines than a summary can have.
    """
    lines = [(line, number) for number, line in enumerate(_LINE_END.split(source.text), 1)]
    if sum(1 for line, _ in lines if line.strip()) > MAX_PARAGRAPHS:
        large = problem("import-too-large", Location(source.path), form="lines", limit=MAX_PARAGRAPHS)
        raise ProblemsFound([large])
    rows, groups = _pages(lines, labels)
    problems = tuple(_cut_sentences(rows, source.path))

    def cell(text: str, line: int) -> ParsedCell:
        return ParsedCell(dump_text(text), Location(source.path, line))

    parsed_rows = []
    for row in rows:
        cells = tuple(cell(text, line) for text, line in row.cells)
        parsed_rows.append(ParsedRow(cell(row.label, row.line), cells))
    around = (tuple(cell(*line) for line in group) for group in groups)
    return ParsedSummary(source.path, tuple(parsed_rows), tuple(around), problems=problems)


def _pages(lines: Sequence[_Line], labels: Labels) -> _Rows:
    """Return the rows of a dump, and the groups of other lines: rows begin with a label; the lines after it, up to an
    empty one, belong to them.
    """
    rows: list[_DumpRow] = []
    groups: list[list[_Line]] = []
    page = 1
    is_in_row = False
    """Whether the next line belongs to the last row if it does not begin another one."""
    last = ""
    for line, number in lines:
        if _PAGE_BREAK in line:
            page += 1
        text = line.replace(_PAGE_BREAK, "").rstrip()
        row = _row(text, number, page, labels) if text else None
        if not text:
            if last:  # an empty line may be the end of a page
                page += 1
            is_in_row = False
        elif row is not None:
            rows.append(row)
            is_in_row = labels.takes_lines(row.label, is_empty=not any(cell for cell, _ in row.cells))
        elif is_in_row:
            before, first = rows[-1].cells[-1]
            rows[-1].cells[-1] = (_joined(before, text.strip()), first)
        else:
            if not last or not groups:
                groups.append([])
            groups[-1].append((text.strip(), number))
        last = text
    return rows, groups


def _row(text: str, line: int, page: int, labels: Labels) -> _DumpRow | None:
    """Return the row that begins in a line: with a tab after its label, or with a colon after one that is known."""
    match = _COLON.match(text)
    if "\t" in text.strip():
        label, *cells = text.split("\t")
    elif match and labels.find(match["label"]):
        label = match["label"]
        cells = [match["rest"]]
    else:
        return None
    return _DumpRow(label.strip(), line, [(cell.strip(), line) for cell in cells], page)


def _joined(before: str, text: str) -> str:
    """Return a cell with another of its lines: in the same sentence, or in a new paragraph."""
    if not before:
        return text
    is_same_sentence = text[:1].islower() and not _END.search(before)
    return f"{before} {text}" if is_same_sentence else f"{before}\n{text}"


def _cut_sentences(rows: Sequence[_DumpRow], path: str) -> Iterator[Problem]:
    """Yield a warning for each sentence that a page break cuts. Its words stay in the rows that the source prints."""
    for before, after in pairwise(rows):
        start = _plain(before.text)
        end = _plain(after.text)
        if before.page == after.page or before.label == after.label:  # the same label: one text
            continue
        if not start or _END.search(start) or not end[:1].islower():
            continue
        cut = _SENTENCE.split(start)[-1]
        labels = {"label": _plain(before.label), "next_label": _plain(after.label)}
        yield problem("import-sentence", Location(path, after.line), text=shortened(cut, 40), **labels)


def _plain(cell: str) -> str:
    return re.sub(r"<[^<>]*>", "", cell).strip()
