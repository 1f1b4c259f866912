"""Word summaries: those of this product, and others that have a column of labels."""

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.imported_form import PLACE_STEP, Aside, Form, FormCell, FormRow
from ucap_reports.importers.lines_to_blocks import TextLine, rich_text, without_lead
from ucap_reports.importers.word_package import WORD, WordPackage, value
from ucap_reports.importers.word_paragraphs import DELETED, Paragraphs
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.pack import NAMES_FIELD
from ucap_reports.text.rich_text import Paragraph, RichText, Run
from ucap_reports.word.file.word_measures import whole

_LABELLED = re.compile(r"(?P<label>[^:\uff1a\t]{2,200})(?:[:\uff1a]\s*|\t+|$)")
_FEWEST_ROWS = 2
EMBEDDED = "embedded document"
MAX_DEPTH = 8
"""How deep tables and content controls may be nested."""


class _WordCell(Struct, frozen=True):
    """A cell of a row: its lines, how many columns it covers, and whether it continues the cell above."""

    lines: tuple[TextLine, ...]
    span: int
    continues: bool
    place: str


def word_form(content: bytes, path: str, labels: Labels) -> Form:
    """The form that a Word file shows; raises ProblemsFound where it cannot be read."""
    package = WordPackage(content, path)
    properties = package.properties
    reader = _WordReader(package, path, labels, exact=properties.exact_dates)
    reader.read()
    if properties.exact_dates and not reader.has_printed_labels():
        reader = _WordReader(package, path, labels, exact=False)
        reader.read()
    margins = tuple(cell for name in package.margins() for cell in reader.margin(name))
    return Form(
        path,
        tuple(reader.rows),
        tuple(tuple(group) for group in reader.groups),
        margins,
        tuple(reader.asides),
        tuple(dict.fromkeys(reader.problems)),
        exact=reader.exact,
        language=properties.language,
        updated=properties.updated if reader.exact else None,
        author=properties.author if reader.exact else None,
        pack=package.identity.pack if reader.exact else "",
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
        self._continues = False

    def read(self) -> None:
        """Read the body: tables with labels, labelled paragraphs, and groups of other lines."""
        body = self._package.document.find(f"{WORD}body")
        for place, block in enumerate([] if body is None else _blocks(body), 1):
            where = PLACE_STEP.join(("body", f"paragraph {place}"))
            if block.tag == f"{WORD}tbl":
                self._table(block)
            elif block.tag == f"{WORD}p":
                self._text_line(self._line(block, self._paragraphs, where), where)
            else:
                self._aside(EMBEDDED, "", where)

    def margin(self, name: str) -> Iterator[FormCell]:
        """The lines of a header or footer."""
        root = self._package.part(name)
        place = name.removeprefix("word/").removesuffix(".xml")
        paragraphs = Paragraphs(self._package, part=name, exact=False)
        for block in [] if root is None else _paragraphs_in(root):
            cell = self._cell([self._line(block, paragraphs, place)], place)
            if cell.text:
                yield cell

    def has_printed_labels(self) -> bool:
        """Whether the first row has the label that a pack prints for the cities."""
        first = self.rows[0].label.text if self.rows else ""
        return any(self._labels.printed(pack).get(first) == NAMES_FIELD for pack in self._labels.packs)

    def _location(self, place: str) -> Location:
        return Location(self._path, place=place)

    def _cell(self, lines: Sequence[TextLine], place: str) -> FormCell:
        return FormCell(rich_text(lines, exact=self.exact), self._location(place))

    def _line(self, block: etree._Element, paragraphs: Paragraphs, place: str) -> TextLine:
        """A paragraph as a line; what is beside its text, and formatting that is lost, is collected."""
        line = paragraphs.line(block)
        for beside in paragraphs.beside():
            self._aside(beside.name, beside.text, place)
        for changed in paragraphs.changed():
            self._lost_formatting(changed, place)
        return line

    def _aside(self, name: str, text: str, place: str) -> None:
        self.asides.append(Aside(name, text, self._location(place)))

    def _lost_formatting(self, changed: Problem, place: str) -> None:
        if not self.exact:
            self.problems.append(changed.at(self._location(place)))

    def _text_line(self, line: TextLine, where: str) -> None:
        """A line outside a fact table: the beginning of a row, more of one, or a line of its own.

        A row ends at an empty line.
        """
        cell = self._cell([line], where)
        if not cell.text:
            self._open = self._open and not self.rows[-1].cells
            self._continues = False
            return
        begun = self._begun(cell) if line.level is None else None
        if begun is not None:
            self.rows.append(begun)
            self._open = self._labels.takes_lines(begun.label.text, is_empty=not begun.cells)
        elif self._open and not self._is_programme_label(cell):
            last = self.rows[-1]
            self.rows[-1] = replace(last, cells=(*last.cells[:-1], _more(last.cells[-1:], cell)))
        elif self._continues and not self.exact:
            self.groups[-1].append(cell)
        else:
            self.groups.append([cell])
            self._open = False
        self._continues = begun is None and not self._open

    def _begun(self, cell: FormCell) -> FormRow | None:
        """The row that begins with a line: in a file of this product only the contact has a label outside the table."""
        found = _LABELLED.match(cell.content.text.split("\n", maxsplit=1)[0])
        field = self._labels.named(found["label"]) if found else None
        if found is None or field is None or (self.exact and field != "contact.office"):
            return None
        if not found[0].rstrip().endswith((":", "\uff1a", "\t")) and field != "contact.office":
            return None
        rest = _without(cell.content, found.end())
        label = FormCell(RichText.plain(found["label"].strip()), cell.location)
        return FormRow(label, (FormCell(rest, cell.location),) if rest else ())

    def _is_programme_label(self, cell: FormCell) -> bool:
        said = (label.text for pack in self._labels.packs for label in pack.settings.programme_label.values())
        return cell.text in said

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        rows = list(self._table_rows(table, self._tables))
        self._end_group()
        known = [self._labels.find(self._text(row[0])) for row in rows if len(row) > 1]
        is_fact_table = NAMES_FIELD in known or sum(field is not None for field in known) >= _FEWEST_ROWS
        width = max((sum(cell.span for cell in row) for row in rows), default=0)
        for row in rows:
            if is_fact_table and len(row) > 1:
                self._row(row, width)
            else:
                self._text_cells(row)

    def _end_group(self) -> None:
        self._open = self._continues = False

    def _text_cells(self, row: Sequence[_WordCell]) -> None:
        """Cells without labels: lines of text, which end with their cell."""
        for cell in row:
            for place, line in enumerate(cell.lines, 1):
                self._text_line(line, f"{cell.place}{PLACE_STEP}paragraph {place}")
            self._end_group()

    def _row(self, row: Sequence[_WordCell], width: int) -> None:
        """A row of a fact table; one without a label continues the row before."""
        label = self._cell(row[0].lines, row[0].place)
        cells = [self._cell(cell.lines, cell.place) for cell in row[1:] if not cell.continues]
        filled = [cell for cell in cells if cell.text]
        spanned = len(row) == 2 and row[1].span == width - row[0].span and width > 2  # noqa: PLR2004 - label, one cell
        if (row[0].continues or not label.text) and self.rows:
            last = self.rows[-1]
            if len(filled) == 1 and len(last.cells) == 1:
                self.rows[-1] = replace(last, cells=(_more(last.cells, filled[0]),))
            else:
                self.rows[-1] = replace(last, cells=(*last.cells, *filled))
        elif label.text or filled:
            self.rows.append(FormRow(label, tuple(cells), spanned))

    def _table_rows(self, table: etree._Element, number: int) -> Iterator[list[_WordCell]]:
        for place, row in enumerate(_within(table, {f"{WORD}tr"}), 1):
            cells = []
            for cell_place, cell in enumerate(_within(row, {f"{WORD}tc"}), 1):
                where = PLACE_STEP.join(("body", f"table {number}", f"row {place}", f"cell {cell_place}"))
                cells.append(self._table_cell(cell, where))
            if cells:
                yield cells

    def _table_cell(self, cell: etree._Element, place: str) -> _WordCell:
        properties = cell.find(f"{WORD}tcPr")
        merged = None if properties is None else properties.find(f"{WORD}vMerge")
        for block in _blocks(cell):
            if block.tag == f"{WORD}tbl":
                self._lost_formatting(problem("import-formatting", form="table"), place)
            elif block.tag == f"{WORD}altChunk":
                self._aside(EMBEDDED, "", place)
        return _WordCell(
            tuple(self._line(each, self._paragraphs, place) for each in _paragraphs_in(cell)),
            max(1, whole(value(properties, "gridSpan"), 1)),
            merged is not None and merged.get(f"{WORD}val", "continue") == "continue",
            place,
        )

    def _text(self, cell: _WordCell) -> str:
        return self._cell(cell.lines, cell.place).text


def _more(before: Sequence[FormCell], cell: FormCell) -> FormCell:
    """A cell with the blocks of another one after its own."""
    if not before:
        return cell
    return replace(before[0], content=RichText((*before[0].content.blocks, *cell.content.blocks)))


def _without(rich: RichText, count: int) -> RichText:
    """The rich text without the first characters of its first paragraph."""
    match rich.blocks:
        case (Paragraph(inlines), *others):
            rest = without_lead(inlines, count)
            return RichText(
                (Paragraph(rest), *others) if any(isinstance(each, Run) for each in rest) else tuple(others)
            )
        case _:
            return rich


def _blocks(holder: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body or a cell, those in content controls too."""
    return _within(holder, {f"{WORD}p", f"{WORD}tbl", f"{WORD}altChunk"})


def _within(holder: etree._Element, tags: set[str], depth: int = 0) -> Iterator[etree._Element]:
    """The elements with these tags in an element, those in content controls too."""
    for child in holder:
        if child.tag in tags:
            yield child
        elif child.tag not in DELETED and depth < MAX_DEPTH:
            yield from _within(child, tags, depth + 1)


def _paragraphs_in(cell: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The paragraphs of a cell; those of tables in it follow each other."""
    for block in _blocks(cell):
        if block.tag == f"{WORD}p":
            yield block
        elif block.tag == f"{WORD}tbl" and depth < MAX_DEPTH:
            for inner in _within(block, {f"{WORD}tc"}):
                yield from _paragraphs_in(inner, depth + 1)
