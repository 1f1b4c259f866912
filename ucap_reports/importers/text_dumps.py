"""Text dumps of published summaries: labels and cells between tabs, inline HTML, footers in between."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct, field

from ucap_reports.importers.dump_html import dump_text
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.importers.pairing_pages import pairing_form
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.decoding import Source

_PAGE_BREAK = "\f"
_COLON = re.compile(r"(?P<label>[^:\uff1a]{2,200})[:\uff1a](?P<rest>.*)")
_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[^a-z\s])")


class _DumpRow(Struct):
    """A row as it is written: the label, the cells, its first line and its page."""

    label: str
    cells: list[str]
    line: int
    page: int


class _Pages(Struct):
    """The rows of a dump, and the groups of other lines."""

    rows: list[_DumpRow] = field(default_factory=list)
    groups: list[list[tuple[str, int]]] = field(default_factory=list)


def text_form(source: Source, labels: Labels) -> Form:
    """The form that a dump shows, with a warning for each sentence that a page break had cut."""
    if (found := pairing_form(source, labels)) is not None:
        return found
    pages = _pages(source, labels)
    problems = tuple(_rejoined(pages.rows, source.path))

    def cell(text: str, line: int) -> FormCell:
        return FormCell(dump_text(text), Location(source.path, line))

    rows = (FormRow(cell(row.label, row.line), tuple(cell(text, row.line) for text in row.cells)) for row in pages.rows)
    around = tuple(tuple(cell(text, line) for text, line in group) for group in pages.groups)
    return Form(source.path, tuple(rows), around, problems=problems)


def _pages(source: Source, labels: Labels) -> _Pages:
    """Rows begin with a label; the lines after it, up to an empty one, belong to them."""
    pages = _Pages()
    page, last, is_open = 1, "", False
    for number, line in enumerate(source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        page += _PAGE_BREAK in line
        text = line.replace(_PAGE_BREAK, "")
        if not text.strip():
            page += bool(last.strip())
            is_open = False
        elif (row := _row(text, number, page, labels)) is not None:
            pages.rows.append(row)
            is_open = labels.takes_lines(row.label, is_empty=not any(row.cells))
        elif is_open:
            pages.rows[-1].cells[-1] = _joined(pages.rows[-1].cells[-1], text.strip())
        elif last.strip() and pages.groups:
            pages.groups[-1].append((text.strip(), number))
        else:
            pages.groups.append([(text.strip(), number)])
        last = text
    return pages


def _row(text: str, line: int, page: int, labels: Labels) -> _DumpRow | None:
    """The row that begins in a line: with a tab after its label, or with a colon after one that is known."""
    if "\t" in text.strip():
        label, *cells = text.rstrip().split("\t")
        return _DumpRow(label.strip(), [cell.strip() for cell in cells], line, page)
    match = _COLON.match(text)
    if match and labels.named(match["label"]):
        return _DumpRow(match["label"].strip(), [match["rest"].strip()], line, page)
    return None


def _joined(before: str, text: str) -> str:
    """A cell with another of its lines: in the same sentence, or in a new paragraph."""
    continues = text[:1].islower() and not _END.search(before)
    return f"{before}{' ' if continues else chr(10)}{text}" if before else text


def _rejoined(rows: Sequence[_DumpRow], path: str) -> Iterator[Problem]:
    """Move the beginning of each sentence that a page break has cut to the row with its end."""
    for before, after in pairwise(rows):
        if before.page == after.page or len(before.cells) != 1 or len(after.cells) != 1:
            continue
        end, start = _plain(before.cells[0]), _plain(after.cells[0])
        *complete, cut = _SENTENCE.split(end)
        is_cut = complete and start[:1].islower() and before.cells[0].endswith(cut)
        if _END.search(end) or not is_cut:
            continue
        before.cells[0] = before.cells[0].removesuffix(cut).rstrip()
        after.cells[0] = _with_lead(after.cells[0], cut)
        yield problem("import-sentence", Location(path, after.line), text=cut[:40], label=_plain(after.label))


def _plain(cell: str) -> str:
    return re.sub(r"<[^<>]*>", "", cell).strip()


def _with_lead(cell: str, lead: str) -> str:
    """The cell with the beginning of its first sentence, after its first tags."""
    tags = re.match(r"(?:\s*<[^<>]*>)*\s*", cell)
    end = tags.end() if tags else 0
    return f"{cell[:end]}{lead} {cell[end:]}"
