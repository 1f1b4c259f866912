"""Texts of summaries: dumps of tables, web pages about pairings, and lists of partners."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.importers.lines_to_blocks import dump_text
from ucap_reports.plan.fields import NAME, RICH, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, shortened
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.reading_limits import MAX_PARAGRAPHS

_LINE_END = re.compile("\r\n|\r|\n")
_PAGE_BREAK = "\f"
_COLON = re.compile(r"(?P<label>[^:\uff1a]{2,200})[:\uff1a](?P<rest>.*)")
_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[^a-z\s])")
_BAR = "|"
_FEWEST = 2
"""The smallest number of cities of a pairing, and of lines of a list of partners."""
_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
"""Between two topics without a space: "Circular economyUrban mobility"."""
_FACTS = frozenset(field.key for field in BUILT_IN.rows.values() if field.is_of_city)
_TEXTS = {
    field.key
    for field in BUILT_IN.rows.values()
    if field.type in RICH or (field.type in (FieldType.LINE, FieldType.THEMES) and not field.is_of_city)
}
"""Fields to which all lines below their label belong, up to the next label."""
_COUNTRY, _THEMES = (BUILT_IN.of_type(type_).key for type_ in (FieldType.COUNTRIES, FieldType.THEMES))
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


def text_form(source: Source, labels: Labels) -> Form:
    """The form that a text shows, with a warning for each sentence that a page break cuts.

    Raises ProblemsFound for a text with more lines than a summary can have.
    """
    lines = [(line, number) for number, line in enumerate(_LINE_END.split(source.text), 1)]
    if sum(1 for line, _ in lines if line.strip()) > MAX_PARAGRAPHS:
        large = problem("import-too-large", Location(source.path), form="lines", limit=MAX_PARAGRAPHS)
        raise ProblemsFound([large])
    rows, groups = _partners(lines) or _pairing(lines, labels) or _pages(lines, labels)
    problems = tuple(_cut_sentences(rows, source.path))

    def cell(text: str, line: int) -> FormCell:
        return FormCell(dump_text(text), Location(source.path, line))

    form = (FormRow(cell(row.label, row.line), tuple(cell(*each) for each in row.cells)) for row in rows)
    around = (tuple(cell(*line) for line in group) for group in groups)
    return Form(source.path, tuple(form), tuple(around), problems=problems)


def _pages(lines: Sequence[_Line], labels: Labels) -> _Rows:
    """The rows of a dump, and the groups of other lines: rows begin with a label; the lines after it, up to an empty
    one, belong to them.
    """
    rows: list[_DumpRow] = []
    groups: list[list[_Line]] = []
    page, last, is_open = 1, "", False
    for line, number in lines:
        page += _PAGE_BREAK in line
        text = line.replace(_PAGE_BREAK, "").rstrip()
        if not text:
            page += bool(last)
            is_open = False
        elif (row := _row(text, number, page, labels)) is not None:
            rows.append(row)
            is_open = labels.takes_lines(row.label, is_empty=not any(cell for cell, _ in row.cells))
        elif is_open:
            before, first = rows[-1].cells[-1]
            rows[-1].cells[-1] = (_joined(before, text.strip()), first)
        else:
            if not last or not groups:
                groups.append([])
            groups[-1].append((text.strip(), number))
        last = text
    return rows, groups


def _row(text: str, line: int, page: int, labels: Labels) -> _DumpRow | None:
    """The row that begins in a line: with a tab after its label, or with a colon after one that is known."""
    if "\t" in text.strip():
        label, *cells = text.split("\t")
    elif (match := _COLON.match(text)) and labels.named(match["label"]):
        label, cells = match["label"], [match["rest"]]
    else:
        return None
    return _DumpRow(label.strip(), line, [(cell.strip(), line) for cell in cells], page)


def _joined(before: str, text: str) -> str:
    """A cell with another of its lines: in the same sentence, or in a new paragraph."""
    continues = text[:1].islower() and not _END.search(before)
    return f"{before}{' ' if continues else chr(10)}{text}" if before else text


def _cut_sentences(rows: Sequence[_DumpRow], path: str) -> Iterator[Problem]:
    """Yield a warning for each sentence that a page break cuts. Its words stay in the rows that the source prints."""
    for before, after in pairwise(rows):
        start, end = _plain(before.text), _plain(after.text)
        if before.page == after.page or before.label == after.label:  # the same label: one text
            continue
        if not start or _END.search(start) or not end[:1].islower():
            continue
        cut = _SENTENCE.split(start)[-1]
        labels = {"label": _plain(before.label), "next_label": _plain(after.label)}
        yield problem("import-sentence", Location(path, after.line), text=shortened(cut, 40), **labels)


def _plain(cell: str) -> str:
    return re.sub(r"<[^<>]*>", "", cell).strip()


def _partners(lines: Sequence[_Line]) -> _Rows | None:
    """The rows of a list of partners, whose lines follow each other and end with a country after a bar."""
    parts = {number: line.rpartition(_BAR) for line, number in lines}
    numbers = [number for number, (_, bar, country) in parts.items() if bar and find_country(country)]
    if not _FEWEST <= len(numbers) <= MAX_CITIES or numbers[-1] - numbers[0] != len(numbers) - 1:
        return None
    cells = {NAME: [(parts[each][0].strip(), each) for each in numbers]}
    cells[_COUNTRY] = [(parts[each][2].strip(), each) for each in numbers]
    return [_DumpRow(name, numbers[0], found) for name, found in cells.items()], _others(lines, {*numbers})


def _others(lines: Sequence[_Line], read: set[int]) -> list[list[_Line]]:
    """The lines that were not read, each alone."""
    return [[(text, number)] for line, number in lines if (text := line.strip()) and number not in read]


def _pairing(written: Sequence[_Line], labels: Labels) -> _Rows | None:
    """The rows of a page with facts below labels that are repeated for each city, after the names of the cities; None
    for other texts. Names and labels have an empty line before and after them.
    """
    texts = ["", *(line.strip() for line, _ in written), ""]
    lines = [(text, number) for number, text in enumerate(texts) if text]
    alone = {number for _, number in lines if not (texts[number - 1] or texts[number + 1])}
    fields = [labels.named(text) if number in alone else None for text, number in lines]
    counts = Counter(each for each in fields if each in _FACTS)
    cities = max(counts.values(), default=0)
    facts = {name for name, count in counts.items() if count == cities}
    first = next((place for place, each in enumerate(fields) if each in facts), 0)
    found = {NAME: [line for line in lines[:first] if line[1] in alone][:cities]}
    read = {number for _, number in found[NAME]}
    for place, name in enumerate(fields[first:], first):
        end = next((each for each in range(place + 1, len(lines)) if fields[each] is not None), len(lines))
        below = lines[place + 1 : end if name in _TEXTS else min(end, place + 2)]
        if name is not None and name in facts | _TEXTS and below:
            found.setdefault(name, []).extend(below)
            read |= {number for _, number in (lines[place], *below)}
    is_complete = all(len(found.get(each, ())) == cities for each in {*facts, NAME})
    if not (is_complete and _FEWEST <= cities <= MAX_CITIES):
        return None
    for name in found.keys() & _TEXTS:
        text = "\n".join(text for text, _ in found[name])
        found[name] = [(_RUN_TOGETHER.sub("\n", text) if name == _THEMES else text, found[name][0][1])]
    return [_DumpRow(name, values[0][1], values) for name, values in found.items()], _others(lines, read)
