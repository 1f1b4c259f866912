"""The fields of a plan in the Word file that was built from it, and in edited editions of that file.

`PrintedDocument` is the file as it was built; its `state_of` reads an edited edition as a `DocumentState`. It pairs the
paragraphs of both. Which words of an edited paragraph belong to which field is decided by `PrintedParagraph.edited`,
and for new paragraphs by `_inserted`. Rows of tables may be added, removed and moved, so the cells of tables are read
by their place in the edited table, see `_EditedTable`. Which of several edited texts of one field counts is decided by
`PrintedDocument._read`.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.draft_and_kept_comments import Draft
from ucap_reports.importers.imported_cells import Filler
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.paragraph_identity import DocumentParagraph, paired_paragraphs
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell, TextLine, rich_text
from ucap_reports.importers.sent_edition import TOTAL, FieldOccurrence, PrintedSpan, SentEdition, sent_spans
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.field_descriptions import FIGURES, NAME, Field, FieldType
from ucap_reports.plan.numbers_and_amounts import SQUARE_KILOMETRES, without_empty_decimals
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location
from ucap_reports.source.yaml_tree import Loc, field_name, loc_of
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.template.pack import Pack
from ucap_reports.text.links import link_address
from ucap_reports.text.markdown import Piece
from ucap_reports.text.rich_text import RichText, Run

_NO_TEXT = RichText()
_CONTACT = BUILT_IN.of_type(FieldType.CONTACT).path
Part = FieldOccurrence | str
"""A part of a paragraph: a field, or other words."""


# A paragraph, and the fields in it before and after an edit


class PrintedParagraph(Struct, frozen=True):
    """A paragraph of a document, with the texts of fields in it, in order."""

    paragraph: DocumentParagraph
    spans: tuple[PrintedSpan, ...] = ()

    @property
    def value(self) -> FieldOccurrence | None:
        """The field, if the complete paragraph is its text."""
        if len(self.spans) != 1:
            return None
        span = self.spans[0]
        is_complete = span.start == 0 and span.end == len(self.paragraph.text)
        return span.occurrence if is_complete else None

    def edited(self, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """Return the paragraph after an edit; None if words around the fields have changed, or may be part of a
        field.
        """
        if paragraph.text == self.paragraph.text:
            return PrintedParagraph(paragraph, self.spans)
        # If all of it was deleted, its fields were. A field that is the complete paragraph stays in it with an empty
        # text, so that a paragraph that was written beside it belongs to the field.
        if self.value is None and not paragraph.text.strip():
            return PrintedParagraph(paragraph)
        if not self.spans:
            return None
        readings = []  # each with an edit of one field, which explains the whole text
        for span in self.spans:
            reading = self._with_edit_of(span, paragraph)
            if reading is not None:
                readings.append(reading)
        if not readings:
            return self._with_edits_of_all(paragraph)
        if len(readings) > 1:  # it is not clear which field was edited
            return None
        return readings[0]

    def _with_edits_of_all(self, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """Return the paragraph after edits of several fields; None if the words around them differ."""
        words_around = [self.paragraph.text[start:end] for start, end in self._gaps()]
        offsets = _offsets_between(words_around, paragraph.text)
        if offsets is None:
            return None
        spans = []
        for (start, end), span in zip(offsets, self.spans, strict=True):
            spans.append(PrintedSpan(start, end, span.occurrence))
        return PrintedParagraph(paragraph, tuple(spans))

    def _with_edit_of(self, changed: PrintedSpan, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """Return the paragraph after an edit of one field; None if other words differ."""
        before = self.paragraph.text[: changed.start]
        after = self.paragraph.text[changed.end :]
        if not paragraph.text.startswith(before):
            return None
        following = paragraph.text.removeprefix(before)
        if not following.endswith(after):
            return None
        added = len(paragraph.text) - len(self.paragraph.text)
        spans = []
        for span in self.spans:
            if span.end <= changed.start:  # before the edit
                spans.append(span)
            elif span.start >= changed.end:  # after it
                spans.append(replace(span, start=span.start + added, end=span.end + added))
            else:  # the edited field
                spans.append(replace(span, end=span.end + added))
        return PrintedParagraph(paragraph, tuple(spans))

    def lines(self) -> Sequence[tuple[FieldOccurrence, TextLine]]:
        """Return the text of each field."""
        return [(span.occurrence, self.paragraph.part(span.start, span.end)) for span in self.spans]

    def parts(self) -> tuple[Part, ...]:
        """Return the fields and the other words in order; without those that are empty."""
        parts: list[Part] = []
        for (start, end), span in zip_longest(self._gaps(), self.spans):  # the last gap has no field after it
            words = self.paragraph.text[start:end].strip()
            if words:
                links = _links(self.paragraph.part(start, end).pieces)
                parts.append(f"{words}{links}")
            if span is not None and self.paragraph.text[span.start : span.end].strip():
                parts.append(span.occurrence)
        return tuple(parts)

    def _gaps(self) -> Sequence[tuple[int, int]]:
        """Return where the words before the first field, between the fields, and after the last one are."""
        gaps = []
        start = 0
        for span in self.spans:
            gaps.append((start, span.start))
            start = span.end
        gaps.append((start, len(self.paragraph.text)))
        return gaps


def _offsets_between(gaps: Sequence[str], text: str) -> list[tuple[int, int]] | None:
    """Return where the fields of a paragraph with this text start and end. `gaps` are the words before the first field,
    between the fields, and after the last one.

    Return None if the text does not have these words in this order, or if it has them in several ways: then a search
    from the right finds other offsets. A pattern with a group for each field would take time that grows with a power of
    the length.
    """
    first, *inner, last = gaps
    start = len(first)
    end = len(text) - len(last)
    if start > end or not text.startswith(first) or not text.endswith(last):
        return None
    leftmost: list[int] = []
    """Where each of the inner words is, if it is as far left as possible."""
    offset = start
    for gap in inner:
        offset = text.find(gap, offset, end)
        if offset < 0:
            return None
        leftmost.append(offset)
        offset += len(gap)
    rightmost: list[int] = []
    """Where they are, if each is as far right as possible: the last one first."""
    offset = end
    for gap in reversed(inner):
        offset = text.rfind(gap, start, offset)
        rightmost.append(offset)
    rightmost.reverse()
    if leftmost != rightmost:
        return None
    starts_of_fields = [start]
    for offset, gap in zip(leftmost, inner, strict=True):
        starts_of_fields.append(offset + len(gap))
    ends_of_fields = [*leftmost, end]
    return list(zip(starts_of_fields, ends_of_fields, strict=True))


class EditedParagraph(NamedTuple):
    """A paragraph of an edited edition: with the texts of fields that count, and with those that are in it now.

    If the other words of a paragraph were edited, its fields keep their built texts: these count.
    """

    counted: PrintedParagraph
    present: PrintedParagraph


# A document as it was built, and its content in an edited edition


class DocumentState(Struct, frozen=True):
    """The content of a document: the values of a plan, the texts that they were read from, and the other lines."""

    read: Mapping[FieldOccurrence, Mapping[Loc, Any]]
    """The values that were read from each occurrence of a field, by their places in the plan."""
    values: Mapping[Loc, Any]
    """The value at each place; of a field that is printed several times, the one that was edited last."""
    texts: Mapping[FieldOccurrence, str]
    """The text of each occurrence of a field, with its links at its end."""
    paragraphs: tuple[tuple[Part, ...], ...]
    """The parts of each paragraph; consecutive paragraphs of one field are one."""
    beside: tuple[str, ...]
    """The lines in margins, notes and the second language. One that differs from the built line only by the new texts
    of fields, such as a header with the name of a city, is given as it was built.
    """

    def field_lines(self) -> list[str]:
        """Return all words; those of each paragraph of a field in a line of their own."""
        lines: list[str] = []
        for parts in self.paragraphs:
            for part in parts:
                lines += [line for line in self._text(part).split("\n") if line]
        return lines

    def paragraph_lines(self, without: Container[Part] = ()) -> list[str]:
        """Return the words of each paragraph in a line; without some fields."""
        lines = []
        for parts in self.paragraphs:
            line = " ".join([self._text(part) for part in parts if part not in without])
            if line.strip():
                lines.append(line)
        return lines

    def _text(self, part: Part) -> str:
        return part if isinstance(part, str) else self.texts.get(part, "")


class PrintedDocument:
    """A document as it was built from a plan, with the field of each text."""

    def __init__(self, edition: SentEdition, pack: Pack, path: str) -> None:
        self.pack = pack
        self._path = path
        self._unknown_texts = Labels((pack,)).unknown
        self._fields = pack.fields
        self._formats = edition.formats
        self._words = words_of(pack, edition.formats.document, edition.formats.wanted)
        built_paragraphs = edition.document
        self._paragraphs = []
        for paragraph, spans in zip(built_paragraphs, sent_spans(edition, pack), strict=True):
            if not paragraph.is_beside:
                self._paragraphs.append(PrintedParagraph(paragraph, spans))
        self._built_addresses = frozenset(_addresses(built_paragraphs))
        self._built_texts = _texts(self._paragraphs)
        self._built_lines_beside = tuple(_lines_beside(built_paragraphs))
        self._built_values = {}
        for occurrence, text in self._built_texts.items():
            self._built_values[occurrence] = self._values(occurrence.field, text)
        self.state = self.state_of(built_paragraphs)

    def state_of(self, paragraphs: Sequence[DocumentParagraph]) -> DocumentState:
        """Return the content of an edited edition of the document.

        If a value is printed twice, the edited text counts; if both are edited, the last one.
        """
        paragraphs = [_with_links_to_addresses(paragraph, self._built_addresses) for paragraph in paragraphs]
        edited_paragraphs = self._edited_paragraphs([paragraph for paragraph in paragraphs if not paragraph.is_beside])
        texts_with_totals = _texts(edited.counted for edited in edited_paragraphs)
        read, values = self._read(texts_with_totals)
        values_with_tables = self._with_tables(values)
        texts: dict[FieldOccurrence, RichText] = {}
        for occurrence, text in texts_with_totals.items():
            is_unedited = text == self._built_texts.get(occurrence)
            if occurrence.field.startswith(TOTAL) and is_unedited:  # it follows from the cells above it
                continue
            texts[occurrence] = text
        parts_of_paragraphs = [edited.present.parts() for edited in edited_paragraphs]
        built_line_of = self._built_lines_by_present_texts(texts)
        return DocumentState(
            read=read,
            values={loc: value for loc, value in values_with_tables.items() if value is not None},
            texts={occurrence: self._shown(occurrence, text) for occurrence, text in texts.items() if text},
            paragraphs=tuple(_joined(parts_of_paragraphs)),
            beside=tuple(built_line_of.get(line, line) for line in _lines_beside(paragraphs)),
        )

    def _read(
        self, texts: Mapping[FieldOccurrence, RichText]
    ) -> tuple[Mapping[FieldOccurrence, Mapping[Loc, Any]], Mapping[Loc, Any]]:
        """Return the values in each text, and the value at each place; None for one that was deleted.

        Of several texts with a value for the same place, the last one that was edited counts, or else the first one.
        """
        read: dict[FieldOccurrence, Mapping[Loc, Any]] = {}
        values: dict[Loc, Any] = {}
        all_occurrences = dict.fromkeys((*self._built_values, *texts))
        for occurrence in all_occurrences:
            built_values = self._built_values.get(occurrence, {})
            present_values = self._values(occurrence.field, texts.get(occurrence, _NO_TEXT))
            read[occurrence] = present_values
            for loc in dict.fromkeys((*built_values, *present_values)):
                is_edited = present_values.get(loc) != built_values.get(loc)
                if is_edited or loc not in values:
                    values[loc] = present_values.get(loc)
        return read, values

    def _with_tables(self, values: Mapping[Loc, Any]) -> dict[Loc, Any]:
        """Return the values with each table as a list of its rows; without rows that have no value."""
        cells_of_rows: dict[str, dict[int, dict[str, Any]]] = {}
        """The cells of each table: `cells_of_rows[table][row][column]`."""
        with_tables = {}
        for loc, value in values.items():
            match loc:
                case (str(table), int(row), str(column)) if self._is_column(loc):
                    cells = cells_of_rows.setdefault(table, {}).setdefault(row, {})
                    if value is not None:
                        cells[column] = value
                case _:
                    with_tables[loc] = value
        for table, rows in cells_of_rows.items():
            rows_with_values = [rows[index] for index in sorted(rows) if rows[index]]
            table_loc: Loc = (table,)
            with_tables[table_loc] = rows_with_values or None  # a table without rows is no value
        return with_tables

    def _shown(self, occurrence: FieldOccurrence, text: RichText) -> str:
        """Return the words of a text with its links; a number as a document shows it that is built from it."""
        words = self._as_printed(occurrence.field, text.text)
        return f"{words}{_links(text.runs())}"

    def _as_printed(self, field: str, text: str) -> str:
        """Return a number in a table with the decimals of the others in its column, and an area without the unit that
        is in its label; other texts as they are.
        """
        if self._is_cell_with_figure(field):
            return without_empty_decimals(text)
        if self._is_area_below_unit(field):
            return text.removesuffix(SQUARE_KILOMETRES).rstrip()
        return text

    def _is_area_below_unit(self, field: str) -> bool:
        known = self._fields.at(loc_of(field))
        return known is not None and known.type is FieldType.AREA and self._words.has_unit_in_label(known.key)

    def _is_cell_with_figure(self, field: str) -> bool:
        column = self._fields.at(loc_of(field))
        return column is not None and column.is_column and column.type in FIGURES

    def _is_column(self, loc: Loc) -> bool:
        column = self._fields.at(loc)
        return column is not None and column.is_column

    def _built_lines_by_present_texts(self, texts: Mapping[FieldOccurrence, RichText]) -> Mapping[str, str]:
        """Return the lines that the document was built with in margins, notes and the second language. The key of each
        is the line with the present texts of fields: a header "Hanoi" has the key "Ha Noi" after an edit of the name.
        """
        present_texts: dict[str, str] = {}
        for occurrence, built in self._built_texts.items():
            present = texts.get(occurrence, built).text
            if built.text and present != built.text and not self._is_column(loc_of(occurrence.field)):
                present_texts.setdefault(built.text, present)
        if not present_texts:
            return {}
        longest_first = sorted(present_texts, key=len, reverse=True)
        # All are replaced in one pass, since two names may have been swapped.
        pattern = re.compile("|".join(map(re.escape, longest_first)))
        built_line_of = {}
        for built_line in self._built_lines_beside:
            present_line = pattern.sub(lambda match: present_texts[match[0]], built_line)
            built_line_of[present_line] = built_line
        return built_line_of

    def _values(self, field: str, text: RichText) -> Mapping[Loc, Any]:
        """Return the values in a text of a field, by place, since `topics` contains goals and partnerships."""
        if not text or text.text in self._unknown_texts or field.startswith(TOTAL):
            return {}
        printed = self._as_printed(field, text.text)
        if printed != text.text:
            text = RichText.plain(printed)
        loc = loc_of(field)
        known = self._fields.at(loc)
        if known is not None and known.owner == _CONTACT:
            return {loc: text.text}
        if known is not None and known.type is FieldType.DATE:
            return {loc: self._date(text.text)}
        return self._imported_values(loc, known, text)

    def _date(self, text: str) -> str:
        """Return a date as plan files have it; the text itself if it is not as the document prints dates."""
        days = dates_meant(text)
        if days and self._formats.date(days[0]) == text:
            return days[0].isoformat()
        return text

    def _imported_values(self, loc: Loc, known: Field | None, text: RichText) -> Mapping[Loc, Any]:
        """Return the values that an import reads from a text of the field at `loc`."""
        location = Location(self._path)
        draft = Draft(self._path, exact=True, known=self._fields)
        filler = Filler(draft)
        if known is not None and known.type is FieldType.TOPICS:
            # What is not a goal is a partnership, also a translated or a misspelt one.
            loc = (self._fields.of_type(FieldType.AGENDA).name,)
        if known is not None and known.type is FieldType.PLACE:
            # Whether Georgia is a region depends on the name of the city.
            name_loc = (*loc[:-1], NAME)
            name_in_table = FieldOccurrence(field_name(name_loc), 0)
            name = self._built_texts.get(name_in_table, _NO_TEXT)
            filler.fill(name_loc, ParsedCell(name, location))
            draft.locations.clear()  # the name is not a value of this text
        filler.fill(loc, ParsedCell(text, location))
        return {filled: draft.get(filled) for filled in draft.locations}

    def _edited_paragraphs(self, paragraphs: Sequence[DocumentParagraph]) -> Sequence[EditedParagraph]:
        """Return the fields in each paragraph of an edited edition. The first rule that applies to it decides:

        1. A cell in a table of the plan has the field of its row and column.
        2. A new paragraph belongs to the field above or below it, as do several that follow each other.
        3. All others have the fields of the built paragraph that they are paired with.
        """
        built_of = self._paired_with(paragraphs)
        cell_of = self._table_cells(paragraphs, built_of)
        edited_of = {index: built.edited(paragraphs[index]) for index, built in built_of.items()}
        below_of: dict[int, PrintedParagraph | None] = {}
        """For each paragraph, the next one below it that is not new: several new ones may follow each other."""
        below: PrintedParagraph | None = None
        for index in reversed(range(len(paragraphs))):
            below_of[index] = below
            if index in edited_of:
                below = edited_of[index]
        results: list[EditedParagraph] = []
        for index, paragraph in enumerate(paragraphs):
            if index in cell_of:
                cell = cell_of[index]
                results.append(EditedParagraph(counted=cell, present=cell))
                continue
            if index not in built_of:
                above = results[-1].counted if results else None
                neighbours = [printed for printed in (above, below_of[index]) if printed is not None]
                inserted = _inserted(paragraph, neighbours)
                results.append(EditedParagraph(counted=inserted, present=inserted))
                continue
            edited = edited_of[index]
            if edited is not None:
                results.append(EditedParagraph(counted=edited, present=edited))
            else:  # words around its fields were edited
                results.append(EditedParagraph(counted=built_of[index], present=PrintedParagraph(paragraph)))
        return results

    def _paired_with(self, paragraphs: Sequence[DocumentParagraph]) -> Mapping[int, PrintedParagraph]:
        """Return the built paragraphs of those of an edited edition, by index, without new ones."""
        # A label is paired by its words alone, without its cell: otherwise a moved row would be read as edits of the
        # values of two fields.
        built_paragraphs = []
        for printed in self._paragraphs:
            is_label = not printed.spans
            built_paragraphs.append(replace(printed.paragraph, holder="") if is_label else printed.paragraph)
        pairs = paired_paragraphs(built_paragraphs, paragraphs)
        return {index: self._paragraphs[built_index] for index, built_index in pairs.items()}

    def _table_cells(
        self, paragraphs: Sequence[DocumentParagraph], built_of: Mapping[int, PrintedParagraph]
    ) -> Mapping[int, PrintedParagraph]:
        """Return the paragraphs in cells of tables of the plan, by index, each with the field of its cell now."""
        built_spans = {index: printed.spans for index, printed in built_of.items()}
        had_text = {index for index, printed in built_of.items() if printed.paragraph.text.strip()}
        spans = _spans_of_cells(paragraphs, built_spans, had_text, self._is_column, self._unknown_texts)
        cells = {}
        for index, span in spans.items():
            paragraph = paragraphs[index]
            if span is None:  # the cell is empty, or says that the value is unknown
                empty_line = replace(paragraph.line, pieces=())
                cells[index] = PrintedParagraph(replace(paragraph, line=empty_line, text=""))
            else:
                cells[index] = PrintedParagraph(paragraph, (span,))
        return cells


# Texts and links of paragraphs


def _links(pieces: Iterable[Piece]) -> str:
    """Return the targets of the links in a text, as a review shows them."""
    links = dict.fromkeys(piece.link for piece in pieces if isinstance(piece, Run) and piece.link)
    return "".join(f" <{link}>" for link in links)


def _addresses(paragraphs: Iterable[DocumentParagraph]) -> Iterator[str]:
    """Yield the links whose text is their address."""
    for paragraph in paragraphs:
        for link, pieces in groupby(paragraph.line.pieces, _link_of):
            if link is not None and link_address(_text_of(pieces)) == link:
                yield link


def _link_of(piece: Piece) -> str | None:
    return piece.link if isinstance(piece, Run) else None


def _text_of(pieces: Iterable[Piece]) -> str:
    return "".join([piece.text for piece in pieces if isinstance(piece, Run)])


def _with_links_to_addresses(paragraph: DocumentParagraph, built_addresses: Container[str]) -> DocumentParagraph:
    """Return a paragraph in which each address that was written in the place of another one is a link to itself:
    programs change the text of a link, but not where it leads.
    """
    pieces: list[Piece] = []
    is_changed = False
    for link, group in groupby(paragraph.line.pieces, _link_of):
        linked_pieces = list(group)
        address = None
        if link is not None and link in built_addresses:
            address = link_address(_text_of(linked_pieces))
        if address is None or address == link:
            pieces += linked_pieces
            continue
        for piece in linked_pieces:
            pieces.append(replace(piece, link=address) if isinstance(piece, Run) else piece)
        is_changed = True
    if not is_changed:
        return paragraph
    line = replace(paragraph.line, pieces=tuple(pieces))
    return replace(paragraph, line=line)


def _texts(paragraphs: Iterable[PrintedParagraph]) -> Mapping[FieldOccurrence, RichText]:
    """Return the text of each field at each place where it is printed."""
    lines: dict[FieldOccurrence, list[TextLine]] = {}
    for paragraph in paragraphs:
        for occurrence, line in paragraph.lines():
            lines.setdefault(occurrence, []).append(line)
    return {occurrence: rich_text(lines_of_field) for occurrence, lines_of_field in lines.items()}


def _lines_beside(paragraphs: Sequence[DocumentParagraph]) -> Iterator[str]:
    """Yield the texts of the second language in order, then those of margins and notes, sorted and each once, since
    programs repeat and drop them.
    """
    in_margins = set()
    for paragraph in paragraphs:
        if not paragraph.is_beside or not paragraph.text.strip():
            continue
        words = " ".join(paragraph.text.split())
        text = f"{words}{_links(paragraph.line.pieces)}"
        if paragraph.is_in_body:
            yield text
        else:
            in_margins.add(text)
    yield from sorted(in_margins)


def _joined(paragraphs: Iterable[tuple[Part, ...]]) -> Iterator[tuple[Part, ...]]:
    """Yield the paragraphs that have words; those of one field that follow each other as one."""
    with_words = [parts for parts in paragraphs if parts]
    for parts, equal_paragraphs in groupby(with_words):
        is_field = len(parts) == 1 and isinstance(parts[0], FieldOccurrence)
        if is_field:
            yield parts
        else:
            yield from equal_paragraphs


def _inserted(paragraph: DocumentParagraph, neighbours: Sequence[PrintedParagraph]) -> PrintedParagraph:
    """Return a new paragraph as text of the field above or below it in the same cell. A field in the same style has
    precedence, and then the first one.
    """
    in_same_cell: list[FieldOccurrence] = []
    in_same_style: list[FieldOccurrence] = []
    for printed in neighbours:
        field = printed.value
        if field is None or printed.paragraph.holder != paragraph.holder:
            continue
        in_same_cell.append(field)
        if printed.paragraph.style == paragraph.style:
            in_same_style.append(field)
    fields = in_same_style or in_same_cell
    if not fields:
        return PrintedParagraph(paragraph)
    span = PrintedSpan(0, len(paragraph.text), fields[0])
    return PrintedParagraph(paragraph, (span,))


# Rows of tables that were added, removed or moved

_CELL_HOLDER = re.compile(r"(.*)/tr\[([0-9]+)\]/tc\[([0-9]+)\]")
"""The path of a cell, such as "…/tbl[1]/tr[2]/tc[3]": that of its table, its row, and its number in the row."""


def _spans_of_cells(
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
        row = int(match[2])
        cell = int(match[3])
        table.add(index, paragraph, row, cell)
        for span in built_spans.get(index, ()):
            if is_column(loc_of(span.occurrence.field)):
                table.recognise(row, cell, span.occurrence)
    cells: dict[int, PrintedSpan | None] = {}
    for table in tables.values():
        cells |= table.cells(had_text)
    return cells


class _EditedTable:
    """A table of an edited document, which may be a table of the plan."""

    def __init__(self, unknown: Container[str]) -> None:
        self._unknown_texts = unknown
        self._paragraphs: dict[int, DocumentParagraph] = {}
        self._rows: dict[int, dict[int, int]] = {}
        """For each row, the indices of its paragraphs in the document, each with the number of its cell."""
        self._tables: set[tuple[str, int]] = set()
        """The fields of which this is a table, each with the number of its occurrence."""
        self._columns: dict[int, set[str]] = {}
        """For each number of a cell, the columns of the plan whose values were built there: one, unless cells differ
        by row.
        """
        self._known_rows: set[int] = set()
        """The rows that were built as rows of the plan."""

    def add(self, index: int, paragraph: DocumentParagraph, row: int, cell: int) -> None:
        """Add the paragraph with an index in the document."""
        self._paragraphs[index] = paragraph
        self._rows.setdefault(row, {})[index] = cell

    def recognise(self, row: int, cell: int, occurrence: FieldOccurrence) -> None:
        """Note that a cell was built as one of a table of the plan."""
        table, _, column = loc_of(occurrence.field)
        self._tables.add((str(table), occurrence.number))
        self._columns.setdefault(cell, set()).add(str(column))
        self._known_rows.add(row)

    def cells(self, had_text: Container[int]) -> Mapping[int, PrintedSpan | None]:
        """Return the values in the rows of the plan by the indices of their paragraphs; None for an empty cell.

        There are no values if this is no table of the plan, or has other columns than when it was built.

        A row with none of the paragraphs that `had_text` is new; one that has some, but no cell of the plan, has labels
        or totals.
        """
        column_of = self._column_of_cells()
        if len(self._tables) != 1 or column_of is None:
            return {}
        [(table, number)] = self._tables
        values: dict[int, PrintedSpan | None] = {}
        plan_row = 0
        for row, cell_of in self._rows.items():  # in the order of the document
            with_value = [index for index in cell_of if not self._is_empty(index)]
            is_new = not any(index in had_text for index in with_value)
            is_of_plan = row in self._known_rows or is_new
            if not is_of_plan:
                continue
            for index, cell in cell_of.items():
                if index not in with_value:
                    values[index] = None
                    continue
                if cell not in column_of:  # a column was added
                    return {}
                occurrence = FieldOccurrence(f"{table}[{plan_row}].{column_of[cell]}", number)
                values[index] = PrintedSpan(0, len(self._paragraphs[index].text), occurrence)
            if with_value:  # the plan has no empty rows
                plan_row += 1
        return values

    def _column_of_cells(self) -> Mapping[int, str] | None:
        """Return the column of the plan by the number of the cell; None if a column was moved or removed, so that a
        number has cells of several columns.
        """
        column_of: dict[int, str] = {}
        for cell, columns in self._columns.items():
            if len(columns) > 1:
                return None
            (column,) = columns
            column_of[cell] = column
        return column_of

    def _is_empty(self, index: int) -> bool:
        """Return whether a cell has no value: documents print a dash or "N/A" then."""
        text = self._paragraphs[index].text.strip()
        return is_unknown(text) or text in self._unknown_texts
