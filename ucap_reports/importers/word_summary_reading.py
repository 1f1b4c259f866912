"""The rows, tables and lines of Word summaries: of those of this product, and of others that have a column of labels.

Which fields they fill is decided in `imported_summaries`.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import chain

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.draft_and_kept_comments import on_one_line
from ucap_reports.importers.label_recognition import OFFICE, Labels, folded_label
from ucap_reports.importers.parsed_cells_and_lists import (
    PLACE_STEP,
    Leftover,
    ParsedCell,
    ParsedRow,
    ParsedSummary,
    ParsedTable,
    TextLine,
    rich_text,
    with_spaces,
)
from ucap_reports.importers.word_package import WORD, WordPackage, value
from ucap_reports.importers.word_paragraphs import BESIDE, Paragraphs, paragraphs_in
from ucap_reports.plan.field_descriptions import NAME, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import Location, problem
from ucap_reports.text.markdown import Piece, paragraph, split_at, without_lead
from ucap_reports.text.rich_text import Break, Paragraph, RichText, Run
from ucap_reports.word.compile.hidden_text_and_accepted_changes import remove_deleted

_LABELLED = re.compile(r"(?P<label>[^:\uff1a\t]{2,200})(?:[:\uff1a]\s*|\t+|$)")
_FEWEST_ROWS = 2
_HEADING = "heading"
_CONTENTS = "toc "
"""The beginning of the names of the styles for entries of tables of contents."""
_NO_OUTLINE = "9"
"""The outline level of body text (ECMA-376 §17.3.1.20)."""
_UPDATED = BUILT_IN.of_type(FieldType.DAY).key
_EMBEDDED = "embedded document"
_HOLDERS = (f"{WORD}body", f"{WORD}tc", *BESIDE)
"""Elements with paragraphs."""


class _Continued(Enum):
    """What a line continues, if it begins no row."""

    ROW = "the last row"
    GROUP = "the last group"
    NOTHING = "neither"


class _WordCell(Struct, frozen=True):
    """A cell of a row: its lines, and whether it continues the cell above."""

    lines: tuple[TextLine, ...]
    continues: bool
    location: Location


def parse_word_summary(package: WordPackage, labels: Labels) -> ParsedSummary:
    """Return the summary in a Word file. Raises ProblemsFound if one of its parts is damaged."""
    remove_deleted(package.document)
    package.leave_out_second_language()
    package.leave_out_placeholders()
    reader = _WordReader(package, labels)
    reader.read()
    margins: list[ParsedCell] = []
    for name in package.margins():
        margins += reader.margin(name)
    return ParsedSummary(
        package.path,
        rows=tuple(reader.rows),
        around=tuple(tuple(group) for group in reader.groups),
        margins=tuple(margins),
        asides=tuple(reader.paragraphs.asides),
        problems=tuple(dict.fromkeys(reader.paragraphs.problems)),
        properties=package.properties,
        tables=tuple(reader.tables),
        kept=tuple(reader.kept),
    )


class _WordReader:
    """Collects the rows and the other lines of a document."""

    def __init__(self, package: WordPackage, labels: Labels) -> None:
        self.rows: list[ParsedRow] = []
        self.groups: list[list[ParsedCell]] = []
        self.kept: list[Leftover] = []
        self.tables: list[ParsedTable] = []
        self._exact = package.properties.exact
        self._printed = set[str]()
        for pack in labels.packs:
            if pack.name == package.properties.pack:
                self._printed.update(labels.printed(pack))
        self.paragraphs = Paragraphs(package, exact=self._exact)
        self._package = package
        self._labels = labels
        self._tables = 0
        self._open = _Continued.NOTHING
        self._is_below_figures = False
        """Whether the last block was a table with texts beside figures, after which Word needs an empty paragraph."""
        self._first_cells: tuple[ParsedCell, ...] = ()
        """The cells beside the label of the last row that began with a line."""
        self._lines: list[TextLine] = []
        """The lines below them, which are to be put into the row."""
        self._lines_end = Location()

    def read(self) -> None:
        """Read the body: tables with labels, labelled paragraphs, and groups of other lines."""
        body = self._package.document.find(f"{WORD}body")
        if body is None:
            return
        for number, block in enumerate(_blocks(body), 1):
            location = self._place("body", f"paragraph {number}")
            if block.tag == f"{WORD}tbl":
                self._table(block)
            elif block.tag == f"{WORD}p":
                line = self._line(block, location)
                if self._is_in_contents(block):  # the tabs in it are before the numbers of pages
                    line = replace(line, pieces=tuple(map(with_spaces, line.pieces)))
                self._text_line(line, location, is_heading=self._is_heading(block))
            else:
                self.paragraphs.asides.append(Leftover(_EMBEDDED, "", location))
        self._finish_row()

    def margin(self, name: str) -> Iterator[ParsedCell]:
        """Yield the lines of a header or footer; the date of the content is a row."""
        location = self._place(name.removeprefix("word/").removesuffix(".xml"))
        for block in paragraphs_in(self._package.archive.xml(name)):
            line = self.paragraphs.line(block, location, name)
            cell = self._cell([line], location)
            begun = self._begun(line, cell)
            if begun is not None and self._labels.find(begun.label.text) == _UPDATED:
                self.rows.append(begun)
            elif cell.text:
                yield cell

    def _place(self, *steps: str) -> Location:
        return Location(self._package.path, place=PLACE_STEP.join(steps))

    def _cell(self, lines: Sequence[TextLine], location: Location) -> ParsedCell:
        return ParsedCell(rich_text(lines, exact=self._exact), location)

    def _line(self, block: etree._Element, location: Location) -> TextLine:
        return self.paragraphs.line(block, location, self._package.main)

    def _is_heading(self, block: etree._Element) -> bool:
        """Return whether a paragraph is a heading: by its style or its outline level."""
        if self._exact:
            return False
        if self._style_name(block).startswith(_HEADING):
            return True
        style = value(block.find(f"{WORD}pPr"), "pStyle") or ""
        for holder in (block, *self._package.styles.chain(style)):
            level = value(holder.find(f"{WORD}pPr"), "outlineLvl")
            if level is not None:
                return level != _NO_OUTLINE
        return False

    def _is_in_contents(self, block: etree._Element) -> bool:
        """Return whether a paragraph is an entry of a table of contents."""
        return self._style_name(block).startswith(_CONTENTS)

    def _style_name(self, block: etree._Element) -> str:
        """Return the name of the style of a paragraph in small letters."""
        style = value(block.find(f"{WORD}pPr"), "pStyle") or ""
        return self._package.styles.names.get(style, "").lower()

    def _text_line(self, line: TextLine, location: Location, *, is_heading: bool = False) -> None:
        """Read a paragraph outside a fact table; its lines with the label of a field are read alone."""
        for part in self._labelled_parts(line, location):
            self._line_alone(part, location, is_heading=is_heading)

    def _labelled_parts(self, line: TextLine, location: Location) -> Sequence[TextLine]:
        """Return the parts of a paragraph that begin with the label of a field after a line break, and the part before
        them.
        """
        if self._exact or line.level is not None:
            return [line]
        parts: list[list[Piece]] = []
        for pieces in split_at(line.pieces, (Break,)):
            part = replace(line, pieces=tuple(pieces))
            if not parts or self._begun(part, self._cell([part], location)) is not None:
                parts.append(pieces)
            else:
                parts[-1] += [Break(), *pieces]
        return [replace(line, pieces=tuple(pieces)) for pieces in parts]

    def _line_alone(self, line: TextLine, location: Location, *, is_heading: bool = False) -> None:
        """Read a line outside a fact table: the beginning of a row, more of one, or a line of its own.

        A row ends at an empty line, and at a heading, also at one that names no field.
        """
        cell = self._cell([line], location)
        if not cell.text:
            self._empty_line()
            return
        self._is_below_figures = False
        if not self._exact and _is_bold_label(line, cell):
            is_heading = True
        cell = replace(cell, is_heading=is_heading)
        begun: ParsedRow | None = None
        if line.level is None:
            begun = self._begun(line, cell, is_heading=is_heading)
        if begun is not None:
            self._begin_row(begun)
        elif self._open is _Continued.ROW and not is_heading and not self._is_programme_label(cell):
            self._lines.append(line)
            self._lines_end = location
        else:
            self._line_of_its_own(cell)

    def _empty_line(self) -> None:
        """End the last row or group; not a row that has only its label so far, because its value follows."""
        if self._is_below_figures:
            return
        has_label_alone = self._open is _Continued.ROW and not self._lines and not self.rows[-1].cells
        self._finish_row()
        if not has_label_alone:
            self._open = _Continued.NOTHING

    def _begin_row(self, row: ParsedRow) -> None:
        """Begin a row with a line; the next lines belong to it if its field can have them."""
        self._finish_row()
        self.rows.append(row)
        self._first_cells = row.cells
        takes_lines = self._labels.takes_lines(row.label.text, is_empty=not row.cells)
        has_several_cells = len(row.cells) > 1
        self._open = _Continued.ROW if takes_lines and not has_several_cells else _Continued.NOTHING

    def _line_of_its_own(self, cell: ParsedCell) -> None:
        """Put a line into the last group, or into a new one. In files of the product, each line is a group."""
        self._finish_row()
        if self._open is _Continued.GROUP and not self._exact and not cell.is_heading:
            self.groups[-1].append(cell)
        else:
            self.groups.append([cell])
            self._open = _Continued.GROUP

    def _is_programme_label(self, cell: ParsedCell) -> bool:
        return folded_label(cell.text) in self._labels.programme_labels

    def _finish_row(self) -> None:
        """Put the lines below the label of the last row into the row, if there are any."""
        if self._lines:
            below = self._cell(self._lines, self._lines_end)
            value_cell = _more(self._first_cells, below)
            self.rows[-1] = replace(self.rows[-1], cells=(value_cell,))
            self._lines = []

    def _begun(self, line: TextLine, cell: ParsedCell, *, is_heading: bool = False) -> ParsedRow | None:
        """Return the row that begins with a line, which is also given as a cell; None if it begins none.

        It begins with a label that the pack of the file prints or with that of the contact, or else with any known
        label that has a colon or a tab after it, or is a heading. In a file built by `ucap`, only the former are
        labels, and that of the names is none: outside of a table, these are in one line.
        """
        tabbed_row = None if self._exact else self._tabbed_row(line, cell.location)
        if tabbed_row is not None:
            return tabbed_row
        first_line = cell.content.text.split("\n", maxsplit=1)[0]
        labelled = _LABELLED.match(first_line)
        if labelled is None:
            return None
        field = self._labels.field_of_row(labelled["label"])
        if field is None or (self._exact and field == NAME):
            return None
        is_of_pack = field == OFFICE.key or cell.text in self._printed
        has_colon = labelled[0].rstrip().endswith((":", "\uff1a"))
        looks_like_label = is_heading or has_colon
        if not is_of_pack and (self._exact or not looks_like_label):
            return None
        label = ParsedCell(RichText.plain(labelled["label"].strip()), cell.location)
        value_content = _without(cell.content, labelled.end())
        if not value_content:
            return ParsedRow(label, ())
        return ParsedRow(label, (ParsedCell(value_content, cell.location),))

    def _tabbed_row(self, line: TextLine, location: Location) -> ParsedRow | None:
        """Return the row of a line with tabs between its label and its cells; None for any other line."""
        label_pieces, *parts = _parts_between_tabs(line.pieces)
        if not parts:
            return None
        label = self._cell([replace(line, pieces=tuple(label_pieces))], location)
        if self._labels.field_of_row(label.text) is None:
            return None
        cells = [self._cell([replace(line, pieces=tuple(pieces))], location) for pieces in parts]
        filled = [cell for cell in cells if cell.text]  # several tabs may stand for one
        words = RichText.plain(label.text.rstrip(":\uff1a ").strip())
        return ParsedRow(ParsedCell(words, location), tuple(filled))

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        rows = list(self._table_rows(table))
        if self._open is _Continued.ROW and all(self._is_beside_figure(row) for row in rows):
            self._texts_beside_figures(rows)
            return
        self._finish_row()
        self._open = _Continued.NOTHING
        if self._data_table(rows):
            return
        rows_with_values = [row for row in rows if len(row) > 1]
        known = self._known_fields(rows_with_values)
        is_of_summary = bool(known) or bool(self._package.identity.pack) or self._has_labels(rows)
        if rows_with_values and not is_of_summary:
            self._keep_table(rows)
            return
        fewest = 1 if self.tables else _FEWEST_ROWS  # the fact table continues below a section
        is_fact_table = NAME in known or len(known) >= fewest
        for row in rows:
            if is_fact_table and len(row) > 1:
                self._row(row)
            else:
                self._cells_as_lines(row)

    def _texts_beside_figures(self, rows: Sequence[Sequence[_WordCell]]) -> None:
        """Read the texts of a table with figures, which continue the last row."""
        for row in rows:
            text_cell = row[-1]
            for line in text_cell.lines:
                self._text_line(line, text_cell.location)
        self._is_below_figures = True

    def _known_fields(self, rows: Sequence[Sequence[_WordCell]]) -> Sequence[str]:
        """Return the fields of the rows whose labels are known."""
        fields: list[str] = []
        for label_cell, *_ in rows:
            label = self._cell(label_cell.lines, label_cell.location).text
            field = self._labels.field_of_row(label)
            if field is not None:
                fields.append(field)
        return fields

    def _cells_as_lines(self, row: Sequence[_WordCell]) -> None:
        """Read a row of a table that only places texts on the page: each cell has lines of its own."""
        for cell in row:
            for number, line in enumerate(cell.lines, 1):
                location = self._place(cell.location.place or "", f"paragraph {number}")
                self._text_line(line, location)
            self._finish_row()
            self._open = _Continued.NOTHING

    def _is_beside_figure(self, row: Sequence[_WordCell]) -> bool:
        """Return whether a row has a text beside a cell without one, such as the field of colour of a goal."""
        texts = [self._cell(cell.lines, cell.location).text for cell in row]
        return len(texts) > 1 and bool(texts[-1]) and not any(texts[:-1])

    def _has_labels(self, rows: Sequence[Sequence[_WordCell]]) -> bool:
        """Return whether a line in a table begins a row, as in a table that only places texts on the page."""
        for cell in chain.from_iterable(rows):
            for line in cell.lines:
                if self._begun(line, self._cell([line], cell.location)) is not None:
                    return True
        return False

    def _keep_table(self, rows: Sequence[Sequence[_WordCell]]) -> None:
        """Keep a table that belongs to no field row by row, with one warning."""
        texts: list[str] = []
        for row in rows:
            cells = [self._cell(cell.lines, cell.location).text for cell in row]
            text = " | ".join(filter(None, cells))
            if text:
                texts.append(text)
                self.kept.append(Leftover("", text, row[0].location))
        if texts:
            location = self._place("body", f"table {self._tables}")
            self.paragraphs.problems.append(
                problem("import-table", location, rows=len(texts), text=on_one_line(texts[0]))
            )

    def _data_table(self, rows: Sequence[Sequence[_WordCell]]) -> bool:
        """Read a table of a field, with its title above it; False for any other table."""
        if len(rows) < _FEWEST_ROWS:
            return False
        parsed_rows: list[tuple[ParsedCell, ...]] = []
        for row in rows:
            parsed_rows.append(tuple([self._cell(cell.lines, cell.location) for cell in row]))
        headings, *body = parsed_rows
        title = self._last_line()
        table_columns = self._labels.table_columns([cell.text for cell in headings], title)
        if table_columns is None:
            return False
        field, columns = table_columns
        if self._labels.find(title) == field.key:
            self._remove_last_line()
        if field.totals and body and self._labels.is_total(body[-1][0].text):
            body.pop()
        self.tables.append(ParsedTable(field.key, columns, headings, tuple(body)))
        return True

    def _last_line(self) -> str:
        """Return the text of the last line before a table: a label without a value, or a line of its own."""
        if self._last_is_row():
            return self.rows[-1].label.text
        return self.groups[-1][-1].text if self.groups else ""

    def _remove_last_line(self) -> None:
        if self._last_is_row():
            self.rows.pop()
            return
        self.groups[-1].pop()
        if not self.groups[-1]:
            self.groups.pop()

    def _last_is_row(self) -> bool:
        return bool(self.rows) and not self.rows[-1].cells

    def _row(self, row: Sequence[_WordCell]) -> None:
        """Read a row of a fact table; one without a label continues the row before."""
        for cell in row:
            if cell.continues:  # Word does not show its text
                text = self._cell(cell.lines, cell.location).content.text
                if text:
                    self.paragraphs.asides.append(Leftover("cell below a merged cell", text, cell.location))
        label_cell, *value_cells = row
        label = self._cell(label_cell.lines, label_cell.location)
        cells = [self._cell(cell.lines, cell.location) for cell in value_cells if not cell.continues]
        filled = [cell for cell in cells if cell.text]
        continues_row = label_cell.continues or not label.text
        if continues_row and self.rows:
            last_row = self.rows[-1]
            if len(filled) == 1 and len(last_row.cells) == 1:
                joined: tuple[ParsedCell, ...] = (_more(last_row.cells, filled[0]),)
            else:
                joined = (*last_row.cells, *filled)
            self.rows[-1] = replace(last_row, cells=joined)
        elif label.text or filled:
            self.rows.append(ParsedRow(label, tuple(cells)))

    def _table_rows(self, table: etree._Element) -> Iterator[list[_WordCell]]:
        """Yield the cells of each row of a table that has any."""
        for number, row in enumerate(_within(table, [f"{WORD}tbl"], "tr"), 1):
            cells = []
            for column, cell in enumerate(_within(row, [f"{WORD}tr"], "tc"), 1):
                location = self._place("body", f"table {self._tables}", f"row {number}", f"cell {column}")
                cells.append(self._table_cell(cell, location))
            if cells:
                yield cells

    def _table_cell(self, cell: etree._Element, location: Location) -> _WordCell:
        properties = cell.find(f"{WORD}tcPr")
        for block in _blocks(cell):
            if block.tag == f"{WORD}tbl":
                self.paragraphs.lose("table", location)
            elif block.tag == f"{WORD}altChunk":
                self.paragraphs.asides.append(Leftover(_EMBEDDED, "", location))
        lines = tuple(self._line(paragraph, location) for paragraph in paragraphs_in(cell))
        continues = value(properties, "vMerge") in {"", "continue"}
        return _WordCell(lines, continues, location)


def _is_bold_label(line: TextLine, cell: ParsedCell) -> bool:
    """Return whether a line is bold and ends with a colon, as headings do that have no style."""
    if line.level is not None or not cell.text.endswith((":", "\uff1a")):
        return False
    runs = [piece for piece in line.pieces if isinstance(piece, Run) and piece.text.strip()]
    return all(run.bold for run in runs)


def _more(before: Sequence[ParsedCell], cell: ParsedCell) -> ParsedCell:
    """Return a cell with the blocks of another one after its own."""
    if not before:
        return cell
    first = before[0]
    content = RichText((*first.content.blocks, *cell.content.blocks))
    return replace(first, content=content)


def _parts_between_tabs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces before, between and after the tabs of the first line."""
    parts: list[list[Piece]] = [[]]
    is_first_line = True
    for piece in pieces:
        if isinstance(piece, Break):
            is_first_line = False
        if not isinstance(piece, Run) or not is_first_line:
            parts[-1].append(piece)
            continue
        first, *others = piece.text.split("\t")
        parts[-1].append(replace(piece, text=first))
        parts += [[replace(piece, text=text)] for text in others]
    return parts


def _without(rich: RichText, count: int) -> RichText:
    """Return the rich text without the first characters of its first paragraph."""
    match rich.blocks:
        case (Paragraph(inlines), *others):
            words = paragraph(without_lead(inlines, count))
            if words is None:
                return RichText(tuple(others))
            return RichText((words, *others))
        case _:
            return rich


def _blocks(holder: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables of a body or a cell, those in content controls too."""
    return _within(holder, _HOLDERS, "p", "tbl", "altChunk")


def _within(holder: etree._Element, holders: Sequence[str], *names: str) -> Iterator[etree._Element]:
    """Yield the elements with these names in an element, without those in other holders inside it."""
    for element in holder.iter(*(f"{WORD}{name}" for name in names)):
        if next(element.iterancestors(*holders), None) is holder:
            yield element
