"""Texts of summaries: dumps of tables, web pages about pairings, and lists of partners."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from msgspec import Struct

from ucap_reports.importers.field_labels import CITY_FIELDS, Labels
from ucap_reports.importers.imported_form import Form, FormCell, FormRow
from ucap_reports.importers.lines_to_blocks import dump_text
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.vocabulary import find_country
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.decoding import Source

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
_FACTS = frozenset({"population", "area_km2", "mayor", "region", "country"})
_THEMES = {"topics", "themes"}
_TEXTS = {"period", "focus", "challenges", "objectives", "activities", "results"}
"""Fields to which all lines below their label belong, up to the next label."""


class _DumpRow(Struct):
    """A row as it is written: the label, the cells, its first line and its page."""

    label: str
    cells: list[str]
    line: int
    page: int


def text_form(source: Source, labels: Labels) -> Form:
    """The form that a text shows, with a warning for each sentence that a page break had cut."""
    if (found := pairing_form(source, labels)) is not None:
        return found
    rows, groups = _pages(source, labels)
    problems = tuple(_rejoined(rows, source.path))

    cell = partial(_cell, source.path)
    form = (FormRow(cell(row.label, row.line), tuple(cell(text, row.line) for text in row.cells)) for row in rows)
    around = (tuple(cell(text, line) for text, line in group) for group in groups)
    return Form(source.path, tuple(form), tuple(around), problems=problems)


def _cell(path: str, text: str, line: int) -> FormCell:
    return FormCell(dump_text(text), Location(path, line))


def _pages(source: Source, labels: Labels) -> tuple[list[_DumpRow], list[list[tuple[str, int]]]]:
    """The rows of a dump, and the groups of other lines: rows begin with a label; the lines after it, up to an empty
    one, belong to them.
    """
    rows: list[_DumpRow] = []
    groups: list[list[tuple[str, int]]] = []
    page, last, is_open = 1, "", False
    for number, line in enumerate(_LINE_END.split(source.text), 1):
        page += _PAGE_BREAK in line
        text = line.replace(_PAGE_BREAK, "").rstrip()
        if not text:
            page += bool(last)
            is_open = False
        elif (row := _row(text, number, page, labels)) is not None:
            rows.append(row)
            is_open = labels.takes_lines(row.label, is_empty=not any(row.cells))
        elif is_open:
            rows[-1].cells[-1] = _joined(rows[-1].cells[-1], text.strip())
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


class _PageLine(Struct, frozen=True):
    """A line with its number, and whether empty lines are around it."""

    text: str
    number: int
    is_alone: bool = False


_Rows = dict[str, list[_PageLine]]
"""The lines of each field: those of cities have one for each city."""


def pairing_form(source: Source, labels: Labels) -> Form | None:
    """The form of a page about a pairing or of a list of partners; None for any other text."""
    lines = list(_lines(source.text))
    rows, read = _partners(lines) or _pairing(lines, labels)
    if not rows:
        return None

    cell, form = partial(_cell, source.path), []
    for name, values in rows.items():
        cells = [(each.text, each.number) for each in values]
        if name not in CITY_FIELDS:
            cells = [("\n".join(text for text, _ in cells), values[0].number)]
        form.append(FormRow(cell(name, values[0].number), tuple(cell(*each) for each in cells)))
    around = tuple((cell(line.text, line.number),) for line in lines if line.number not in read)
    return Form(source.path, tuple(form), around)


def _lines(text: str) -> Iterator[_PageLine]:
    written = ["", *map(str.strip, _LINE_END.split(text)), ""]
    for number, line in enumerate(written):
        if line:
            yield _PageLine(line, number, not (written[number - 1] or written[number + 1]))


def _partners(lines: Sequence[_PageLine]) -> tuple[_Rows, set[int]] | None:
    """The rows of a list of partners, and the numbers of its lines, which follow each other and end with a country
    after a bar.
    """
    parts = [(line.number, *line.text.rpartition(_BAR)[::2]) for line in lines if _BAR in line.text]
    found = [(number, name.strip(), country.strip()) for number, name, country in parts if find_country(country)]
    if not _FEWEST <= len(found) <= MAX_CITIES or found[-1][0] - found[0][0] != len(found) - 1:
        return None
    names = [_PageLine(name, number) for number, name, _ in found]
    countries = [_PageLine(country, number) for number, _, country in found]
    return {"name": names, "country": countries}, {number for number, _, _ in found}


def _pairing(lines: Sequence[_PageLine], labels: Labels) -> tuple[_Rows, set[int]]:
    """The rows of a page with facts below labels that are repeated for each city, after the names of the cities, and
    the numbers of their lines and labels; no rows for other texts.
    """
    fields = [labels.named(line.text) if line.is_alone else None for line in lines]
    counts = Counter(each for each in fields if each in _FACTS)
    cities = max(counts.values(), default=0)
    facts = {name for name, count in counts.items() if count == cities}
    first = next((place for place, each in enumerate(fields) if each in facts), 0)
    names = [line for line in lines[:first] if line.is_alone][:cities]
    rows: _Rows = {"name": names}
    read = {line.number for line in names}
    for place, name in enumerate(fields[first:], first):
        is_theme = name in _THEMES and not _THEMES & rows.keys()
        if name is None or not (name in facts or name in _TEXTS or is_theme):
            continue
        end = next((each for each in range(place + 1, len(lines)) if fields[each] is not None), len(lines))
        below = lines[place + 1 : end if name in _TEXTS else min(end, place + 2)]
        if below:
            rows.setdefault(name, []).extend(below)
            read |= {line.number for line in (lines[place], *below)}
    for name in _THEMES & rows.keys():
        parts = _RUN_TOGETHER.split(rows[name][0].text)
        rows["themes"] = [_PageLine(part, rows[name][0].number) for part in parts]
    rows.pop("topics", None)
    is_complete = all(len(rows.get(each, ())) == cities for each in {*facts, "name"})
    return (rows, read) if is_complete and _FEWEST <= cities <= MAX_CITIES else ({}, set())
