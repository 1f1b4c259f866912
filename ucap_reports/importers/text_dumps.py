"""Text dumps of published summaries: labels and cells between tabs, inline HTML, footers in between."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct, field

from ucap_reports.importers.dump_html import dump_text
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.problems import Location, Problem
from ucap_reports.storage.decoding import Source

_PAGE_BREAK = "\f"
_COLON = re.compile(r"\s*(?P<label>[^:]{2,80}):\s+(?P<rest>\S.*)")
_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[^a-z\s])")
_CONTINUED = re.compile(r"\s*\((?:continued|cont\.?|ctd\.?)\)\s*:?\s*$", re.IGNORECASE)


class _DumpRow(Struct):
    """A row as it is written: the label, the cells, its first line and the page it stands on."""

    label: str
    cells: list[str]
    line: int
    page: int


class _Pages(Struct):
    """The rows of a dump, and the groups of lines that are in none."""

    rows: list[_DumpRow] = field(default_factory=list)
    groups: list[list[tuple[str, int]]] = field(default_factory=list)


def text_form(source: Source, labels: Labels) -> tuple[Form, list[Problem]]:
    """The form that a dump shows, with a warning for each sentence that a page break had cut."""
    pages = _pages(source, labels)
    problems = list(_mend(pages.rows, source.path))
    rows = tuple(_row(row, source.path) for row in pages.rows)
    around = tuple(tuple(_cell(text, line, source.path) for text, line in group) for group in pages.groups)
    return Form(source.path, rows, around), problems


def _pages(source: Source, labels: Labels) -> _Pages:
    """Rows begin with a label and a tab; lines after a row, down to an empty one, go on with it."""
    pages = _Pages()
    page, last, open_row = 1, "", False
    for number, line in enumerate(source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if _PAGE_BREAK in line:
            page += 1
        text = line.replace(_PAGE_BREAK, "")
        if not text.strip():
            page += bool(last.strip())
            open_row = False
        elif (row := _begun(text, number, page, labels)) is not None:
            pages.rows.append(row)
            open_row = True
        elif open_row:
            pages.rows[-1].cells[-1] = _joined(pages.rows[-1].cells[-1], text.strip())
        elif last.strip() and pages.groups:
            pages.groups[-1].append((text.strip(), number))
        else:
            pages.groups.append([(text.strip(), number)])
        last = text
    return pages


def _begun(text: str, line: int, page: int, labels: Labels) -> _DumpRow | None:
    """The row that begins in a line, if one does."""
    if "\t" in text.strip():
        label, *cells = text.strip("\n").split("\t")
        while cells and not cells[-1].strip():
            del cells[-1]
        return _DumpRow(_CONTINUED.sub("", label.strip()), [cell.strip() for cell in cells] or [""], line, page)
    match = _COLON.match(text)
    if match and labels.find(match["label"]):
        return _DumpRow(match["label"].strip(), [match["rest"].strip()], line, page)
    return None


def _joined(before: str, text: str) -> str:
    """A cell with one more of its lines: the sentence goes on, or a new paragraph begins."""
    goes_on = text[:1].islower() and not _END.search(before)
    return f"{before}{' ' if goes_on else chr(10)}{text}" if before else text


def _mend(rows: Sequence[_DumpRow], path: str) -> Iterator[Problem]:
    """Put together what a page break has torn: rows that go on, and sentences whose end stands in the next row."""
    for before, after in pairwise(rows):
        if before.page == after.page or len(before.cells) != 1 or len(after.cells) != 1:
            continue
        end, start = _plain(before.cells[0]), _plain(after.cells[0])
        if _END.search(end) or not start[:1].islower():
            continue
        *whole, cut = _SENTENCE.split(end)
        if not whole:
            continue
        before.cells[0] = before.cells[0].rstrip()[: -len(cut)].rstrip()
        after.cells[0] = _with_lead(after.cells[0], cut)
        message = f'a page break had cut a sentence: "{cut[:40]}…" now begins "{_plain(after.label)}"'
        hint = "compare the two rows with the file"
        yield Problem.warning("import-sentence", message, hint, Location(path, after.line))


def _plain(cell: str) -> str:
    return re.sub(r"<[^<>]*>", "", cell).strip()


def _with_lead(cell: str, lead: str) -> str:
    """The cell with the beginning of its first sentence, behind the tags that it begins with."""
    tags = re.match(r"(?:\s*<[^<>]*>)*\s*", cell)
    end = tags.end() if tags else 0
    return f"{cell[:end]}{lead} {cell[end:]}"


def _row(row: _DumpRow, path: str) -> FormRow:
    cells = tuple(_cell(text, row.line, path) for text in row.cells)
    return FormRow(_cell(row.label, row.line, path), cells)


def _cell(text: str, line: int, path: str) -> FormCell:
    return FormCell(dump_text(text), Location(path, line))
