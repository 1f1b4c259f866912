"""Word summaries: ours, and others that have a column of labels."""

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.field_labels import CITY_FIELDS, Labels
from ucap_reports.importers.imported_form import PLACE_STEP, Aside, Form, FormCell, FormRow
from ucap_reports.importers.lines_to_blocks import TextLine, rich_text, without_lead
from ucap_reports.importers.word_package import WORD, WordPackage, value
from ucap_reports.importers.word_paragraphs import Paragraphs
from ucap_reports.problems import Location, Problem
from ucap_reports.template.pack import NAMES_FIELD
from ucap_reports.text.rich_text import Paragraph, RichText, Run
from ucap_reports.word.file.word_measures import whole

_LABELLED = re.compile(r"(?P<label>[^:\t]{2,90})(?:\s*:\s*|\t+)(?=\S|$)")
_FEWEST_ROWS = 2
EMBEDDED = "embedded document"
MAX_DEPTH = 8
"""How deep tables and content controls may stand in each other."""


class _WordCell(Struct, frozen=True):
    """A cell as it stands in its row: its lines, how many columns it takes, and whether it goes on from above."""

    lines: tuple[TextLine, ...]
    span: int
    goes_on: bool
    place: str


def word_form(content: bytes, path: str, labels: Labels) -> Form:
    """The form that a Word file shows; raises ProblemsFound where it cannot be read."""
    package = WordPackage(content, path)
    properties = package.properties
    reader = _WordReader(package, path, labels, exact=properties.exact_dates)
    reader.read()
    if properties.exact_dates and not reader.has_known_labels():
        reader = _WordReader(package, path, labels, exact=False)
        reader.read()
    margins = tuple(cell for name in package.margins() for cell in _margin(package, name, path))
    return Form(
        path,
        tuple(reader.rows),
        tuple(tuple(group) for group in reader.groups),
        margins,
        tuple(reader.asides),
        tuple(reader.problems),
        exact=reader.exact,
        language=properties.language,
        updated=properties.updated if reader.exact else None,
        author=properties.author if reader.exact else None,
    )


class _WordReader:
    """Collects the rows and the other lines of a document."""

    def __init__(self, package: WordPackage, path: str, labels: Labels, *, exact: bool) -> None:
        self.rows: list[FormRow] = []
        self.groups: list[list[FormCell]] = []
        self.asides: list[Aside] = []
        self.problems: list[Problem] = []
        self.exact = exact
        self._package = package
        self._path = path
        self._labels = labels
        self._paragraphs = Paragraphs(package, part=package.main, exact=exact)
        self._tables = 0
        self._open = False
        self._goes_on = False

    def read(self) -> None:
        """Read the body: tables with labels, and labelled paragraphs where they come instead."""
        body = self._package.document.find(f"{WORD}body")
        for place, block in enumerate([] if body is None else _blocks(body), 1):
            if block.tag == f"{WORD}tbl":
                self._table(block)
            elif block.tag == f"{WORD}p":
                self._paragraph(block, place)
            else:
                self._aside(EMBEDDED, "", PLACE_STEP.join(("body", f"paragraph {place}")))

    def has_known_labels(self) -> bool:
        """Whether there are rows with labels that a pack prints."""
        printed = {text for pack in self._labels.packs for text in self._labels.printed(pack)}
        return any(row.label.text in printed for row in self.rows)

    def _location(self, place: str) -> Location:
        return Location(self._path, place=place)

    def _cell(self, lines: Sequence[TextLine], place: str) -> FormCell:
        return FormCell(rich_text(lines, exact=self.exact), self._location(place))

    def _line(self, paragraph: etree._Element, place: str) -> TextLine:
        """A paragraph as a line; what stands beside its text, and what is not taken as it stands, is noted."""
        line = self._paragraphs.line(paragraph)
        for beside in self._paragraphs.beside():
            self._aside(beside.name, beside.text, place)
        for what in self._paragraphs.changed():
            self._change(what, place)
        return line

    def _aside(self, name: str, text: str, place: str) -> None:
        if not self.exact:
            self.asides.append(Aside(name, text, self._location(place)))

    def _change(self, what: str, place: str) -> None:
        found = Problem.warning("import-formatting", what, "compare it with the file", self._location(place))
        if not self.exact and found not in self.problems:
            self.problems.append(found)

    def _paragraph(self, paragraph: etree._Element, place: int) -> None:
        """A paragraph of the body: the beginning of a row, more of one, or a line of its own."""
        where = PLACE_STEP.join(("body", f"paragraph {place}"))
        line = self._line(paragraph, where)
        cell = self._cell([line], where)
        goes_on, self._goes_on = self._goes_on, bool(cell.text)
        if not cell.text:
            return
        found = _LABELLED.match(cell.content.text.split("\n", maxsplit=1)[0])
        if line.level is None and found and self._labels.find(found["label"]) and not self._tables:
            self._open = True
            rest = _without(cell.content, found.end())
            label = FormCell(RichText.plain(found["label"].strip()), cell.location)
            self.rows.append(FormRow(label, (FormCell(rest, cell.location),) if rest else ()))
        elif self._open:
            last = self.rows[-1]
            self.rows[-1] = replace(last, cells=(*last.cells[:-1], _more(last.cells[-1:], cell)))
        elif goes_on and not self.exact and self._tables:
            self.groups[-1].append(cell)
        else:
            self.groups.append([cell])

    def _table(self, table: etree._Element) -> None:
        self._open = self._goes_on = False
        rows = list(self._table_rows(table, self._tables + 1))
        self._tables += 1
        known = [self._labels.find(self._text(row[0])) for row in rows if len(row) > 1]
        heads = rows[0][1:] if rows else []
        turned = known[:1] == [NAMES_FIELD] and all(
            self._labels.find(self._text(cell)) in CITY_FIELDS for cell in heads
        )
        if sum(field is not None for field in known) < min(_FEWEST_ROWS, len(rows)) and not turned:
            self.groups += [group for row in rows for cell in row if (group := list(self._lines(cell)))]
            return
        width = max(sum(cell.span for cell in row) for row in rows)
        for row in rows:
            self._row(row, width)

    def _row(self, row: Sequence[_WordCell], width: int) -> None:
        """A row of a fact table; without a label of its own it goes on with the row before."""
        label = self._cell(row[0].lines, row[0].place)
        cells = [self._cell(cell.lines, cell.place) for cell in row[1:] if not cell.goes_on]
        spanned = len(row) == 2 and row[1].span == width - row[0].span and width > 2  # noqa: PLR2004 - label, one cell
        if len(row) == 1:
            self.groups.append(list(self._lines(row[0])))
        elif (row[0].goes_on or not label.text) and self.rows:
            last = self.rows[-1]
            filled = [cell for cell in cells if cell.text]
            if len(filled) == 1 and len(last.cells) == 1:
                self.rows[-1] = replace(last, cells=(_more(last.cells, filled[0]),))
            else:
                self.rows[-1] = replace(last, cells=(*last.cells, *filled))
        elif label.text or any(cell.text for cell in cells):
            self.rows.append(FormRow(label, tuple(cells), spanned))

    def _table_rows(self, table: etree._Element, number: int) -> Iterator[list[_WordCell]]:
        for place, row in enumerate(_within(table, f"{WORD}tr"), 1):
            cells = []
            for cell_place, cell in enumerate(_within(row, f"{WORD}tc"), 1):
                where = PLACE_STEP.join(("body", f"table {number}", f"row {place}", f"cell {cell_place}"))
                cells.append(self._table_cell(cell, where))
            if cells:
                yield cells

    def _table_cell(self, cell: etree._Element, place: str) -> _WordCell:
        properties = cell.find(f"{WORD}tcPr")
        merged = None if properties is None else properties.find(f"{WORD}vMerge")
        for block in _blocks(cell):
            if block.tag == f"{WORD}tbl":
                self._change("a table in a cell is taken as paragraphs", place)
            elif block.tag == f"{WORD}altChunk":
                self._aside(EMBEDDED, "", place)
        return _WordCell(
            tuple(self._line(each, place) for each in _paragraphs_in(cell)),
            max(1, whole(value(properties, "gridSpan"), 1)),
            merged is not None and merged.get(f"{WORD}val", "continue") == "continue",
            place,
        )

    def _text(self, cell: _WordCell) -> str:
        return self._cell(cell.lines, cell.place).text

    def _lines(self, cell: _WordCell) -> Iterator[FormCell]:
        for place, line in enumerate(cell.lines, 1):
            found = self._cell([line], f"{cell.place}{PLACE_STEP}paragraph {place}")
            if found.text:
                yield found


def _more(before: Sequence[FormCell], cell: FormCell) -> FormCell:
    """A cell with the blocks of another one after its own."""
    if not before:
        return cell
    return replace(before[0], content=RichText((*before[0].content.blocks, *cell.content.blocks)))


def _without(rich: RichText, count: int) -> RichText:
    """Rich text without the first characters of its first paragraph."""
    match rich.blocks:
        case (Paragraph(inlines), *others):
            rest = without_lead(inlines, count)
            return RichText(
                (Paragraph(rest), *others) if any(isinstance(each, Run) for each in rest) else tuple(others)
            )
        case _:
            return rich


def _blocks(holder: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body or a cell, those in content controls too."""
    for child in holder:
        if child.tag in {f"{WORD}p", f"{WORD}tbl", f"{WORD}altChunk"}:
            yield child
        elif child.tag in {f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}customXml", f"{WORD}ins"} and depth < MAX_DEPTH:
            yield from _blocks(child, depth + 1)


def _within(holder: etree._Element, tag: str, depth: int = 0) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, those in content controls too."""
    for child in holder:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}customXml", f"{WORD}ins"} and depth < MAX_DEPTH:
            yield from _within(child, tag, depth + 1)


def _paragraphs_in(cell: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The paragraphs of a cell; those of tables in it follow each other."""
    for block in _blocks(cell):
        if block.tag == f"{WORD}p":
            yield block
        elif block.tag == f"{WORD}tbl" and depth < MAX_DEPTH:
            for row in _within(block, f"{WORD}tr"):
                for inner in _within(row, f"{WORD}tc"):
                    yield from _paragraphs_in(inner, depth + 1)


def _margin(package: WordPackage, name: str, path: str) -> Iterator[FormCell]:
    """The lines of a header or footer."""
    root = package.part(name)
    if root is None:
        return
    reader = Paragraphs(package, part=name, exact=False)
    kind = name.removeprefix("word/").removesuffix(".xml")
    for paragraph in root.iter(f"{WORD}p"):
        cell = FormCell(rich_text([reader.line(paragraph)]), Location(path, place=kind))
        if cell.text:
            yield cell
