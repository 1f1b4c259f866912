"""The fields of a plan in the Word file that was built from it, and in edited editions of that file."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.cell_values import Filler
from ucap_reports.importers.document_paragraphs import DocumentParagraph, paired_paragraphs
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.field_marks import TOTAL, PrintedSpan, Printing
from ucap_reports.importers.lines_to_blocks import TextLine, rich_text
from ucap_reports.importers.parsed_summary import ParsedCell
from ucap_reports.importers.plan_draft import Draft
from ucap_reports.importers.sent_edition import SentEdition, sent_spans
from ucap_reports.plan.dates import dates_meant
from ucap_reports.plan.fields import FIGURES, NAME, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.money import without_empty_decimals
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location
from ucap_reports.source.yaml_tree import Loc, field_name, loc_of
from ucap_reports.template.pack import Pack
from ucap_reports.text.rich_text import RichText, Run
from ucap_reports.text.typed_text import Piece

_NO_TEXT = RichText()
_CELL_HOLDER = re.compile(r"(.*)/tr\[([0-9]+)\]/tc\[([0-9]+)\]")
"""The path of a cell: those of its table, its row and its place in the row."""
CONTACT = BUILT_IN.of_type(FieldType.CONTACT).path
Part = Printing | str
"""A part of a paragraph: a field, or other words."""


class PrintedParagraph(Struct, frozen=True):
    """A paragraph of a document, with the texts of fields in it, in order."""

    paragraph: DocumentParagraph
    spans: tuple[PrintedSpan, ...] = ()

    @property
    def value(self) -> Printing | None:
        """The field, if the complete paragraph is its text."""
        is_one = len(self.spans) == 1 and (self.spans[0].start, self.spans[0].end) == (0, len(self.paragraph.text))
        return self.spans[0].printing if is_one else None

    def edited(self, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """The paragraph after an edit; None if words around the fields have changed, or may be part of a field."""
        if paragraph.text == self.paragraph.text:
            return PrintedParagraph(paragraph, self.spans)
        if self.value is None and not paragraph.text.strip():  # all of it was deleted
            return PrintedParagraph(paragraph)
        alone = [each for span in self.spans if (each := self._edited_in(span, paragraph)) is not None]
        if alone:
            return alone[0] if len(alone) == 1 else None
        if not self.spans:
            return None
        places = _places_between([self.paragraph.text[start:end] for start, end in self._gaps()], paragraph.text)
        if places is None:
            return None
        spans = zip(places, self.spans, strict=True)
        return PrintedParagraph(paragraph, tuple(PrintedSpan(*place, span.printing) for place, span in spans))

    def _edited_in(self, changed: PrintedSpan, paragraph: DocumentParagraph) -> "PrintedParagraph | None":
        """The paragraph after an edit of one field; None if other words differ."""
        before, after = self.paragraph.text[: changed.start], self.paragraph.text[changed.end :]
        rest = paragraph.text.removeprefix(before)
        if before + rest != paragraph.text or not rest.endswith(after):
            return None
        grown = len(paragraph.text) - len(self.paragraph.text)
        spans = (
            replace(each, start=each.start + grown * (each.start >= changed.end), end=each.end + grown)
            if each.end > changed.start
            else each
            for each in self.spans
        )
        return PrintedParagraph(paragraph, tuple(spans))

    def lines(self) -> Sequence[tuple[Printing, TextLine]]:
        """The text of each field."""
        return [(span.printing, self.paragraph.part(span.start, span.end)) for span in self.spans]

    def parts(self) -> tuple[Part, ...]:
        """The fields and the other words in order; without those that are empty."""
        spans = [(span.start, span.end, span.printing) for span in self.spans]
        places = sorted([*spans, *((*gap, None) for gap in self._gaps())], key=lambda place: place[:2])
        return tuple(
            printing or f"{text}{_links(self.paragraph.part(start, end).pieces)}"
            for start, end, printing in places
            if (text := self.paragraph.text[start:end].strip())
        )

    def _gaps(self) -> Sequence[tuple[int, int]]:
        """Where the texts before, between and after the fields are."""
        edges = [0, *(edge for span in self.spans for edge in (span.start, span.end)), len(self.paragraph.text)]
        return list(zip(edges[::2], edges[1::2], strict=True))


def _places_between(gaps: Sequence[str], text: str) -> list[tuple[int, int]] | None:
    """Return where the texts between two or more gaps start and end.

    Return None if the text does not consist of gaps and texts between them, or does so in several ways: then the gaps
    are at other places if they are looked for from the right. A pattern with a group for each text would take time
    that grows with a power of the length.
    """
    first, *inner, last = gaps
    start, end = len(first), len(text) - len(last)
    if start > end or not text.startswith(first) or not text.endswith(last):
        return None
    from_left: list[int] = []
    offset = start
    for gap in inner:
        offset = text.find(gap, offset, end)
        if offset < 0:
            return None
        from_left.append(offset)
        offset += len(gap)
    from_right: list[int] = []
    offset = end
    for gap in reversed(inner):
        offset = text.rfind(gap, start, offset)
        from_right.append(offset)
    if from_left != from_right[::-1]:
        return None
    starts = [start]
    for offset, gap in zip(from_left, inner, strict=True):
        starts.append(offset + len(gap))
    return list(zip(starts, [*from_left, end], strict=True))


class DocumentState(Struct, frozen=True):
    """The content of a document: the values of a plan, by the text of a field that they are read from and by place, the
    texts of fields, the paragraphs, and the texts beside these. Texts have their links at their end.

    Consecutive paragraphs of one field are one. The texts beside them are as built where they follow from the fields.
    """

    read: Mapping[Printing, Mapping[Loc, Any]]
    values: Mapping[Loc, Any]
    texts: Mapping[Printing, str]
    paragraphs: tuple[tuple[Part, ...], ...]
    beside: tuple[str, ...]

    def parts(self) -> Counter[Any]:
        """The paragraphs, and the fields with their texts, each with its number."""
        return Counter([*self.paragraphs, *self.texts.items()])

    def words(self) -> list[str]:
        """All words, those of each paragraph of a field in a line of their own."""
        texts = (self._text(part) for parts in self.paragraphs for part in parts)
        return [line for text in texts for line in text.split("\n") if line]

    def lines(self, without: Container[Part] = ()) -> list[str]:
        """The words of each paragraph; without some fields."""
        found = ([self._text(each) for each in parts if each not in without] for parts in self.paragraphs)
        return [*filter(str.strip, map(" ".join, found))]

    def _text(self, part: Part) -> str:
        return part if isinstance(part, str) else self.texts.get(part, "")


class PrintedDocument:
    """A document as it was built from a plan, with the field of each text."""

    def __init__(self, edition: SentEdition, pack: Pack, path: str) -> None:
        self.pack = pack
        self._path = path
        self._unknown = Labels((pack,)).unknown
        self._fields = pack.fields
        self._formats = edition.formats
        own = edition.document
        paragraphs = zip(own, sent_spans(edition, pack), strict=True)
        self._paragraphs = [PrintedParagraph(*pair) for pair in paragraphs if not pair[0].is_beside]
        self._built = _texts(self._paragraphs)
        self._beside = tuple(_beside(own))
        self._known = {printing: self._values(printing[0], text) for printing, text in self._built.items()}
        self.state = self.state_of(own)

    def state_of(self, paragraphs: Sequence[DocumentParagraph]) -> DocumentState:
        """The content of an edited edition of the document. If a value is printed twice, the edited text counts."""
        edited = self._edited([each for each in paragraphs if not each.is_beside])
        texts = _texts(known for known, _ in edited)
        read, values = {}, dict[Loc, Any]()
        for printing in {**self._known, **texts}:
            known = self._known.get(printing, {})
            found = read[printing] = self._values(printing[0], texts.get(printing, _NO_TEXT))
            for loc in {**known, **found}:
                if loc not in values or found.get(loc) != known.get(loc):
                    values[loc] = found.get(loc)
        values = self._with_tables(values)
        texts = {printing: text for printing, text in texts.items() if not self._follows(printing, text)}
        follows = {self._following(line, texts): line for line in self._beside}
        return DocumentState(
            read,
            {loc: each for loc, each in values.items() if each is not None},
            {printing: self._shown(printing, each) for printing, each in texts.items() if each},
            tuple(_joined(found.parts() for _, found in edited)),
            tuple(follows.get(line, line) for line in _beside(paragraphs)),
        )

    def _with_tables(self, values: Mapping[Loc, Any]) -> dict[Loc, Any]:
        """Return the values with each table as a list of its rows; without rows that have no value."""
        tables: dict[Loc, dict[int, dict[str, Any]]] = {}
        others = {}
        for loc, value in values.items():
            match loc:
                case (str(table), int(row), str(column)) if self._is_column(loc):
                    cells = tables.setdefault((table,), {}).setdefault(row, {})
                    if value is not None:
                        cells[column] = value
                case _:
                    others[loc] = value
        for loc, rows in tables.items():
            others[loc] = [rows[row] for row in sorted(rows) if rows[row]] or None
        return others

    def _follows(self, printing: Printing, text: RichText) -> bool:
        """Whether a text is a total as it was built, which follows from the cells above it."""
        return printing[0].startswith(TOTAL) and text == self._built.get(printing)

    def _shown(self, printing: Printing, text: RichText) -> str:
        """The words of a text with its links; a number in a table has the decimals of the others in its column."""
        shown = without_empty_decimals(text.text) if self._is_cell_with_figure(printing[0]) else text.text
        return f"{shown}{_links(text.runs())}"

    def _is_cell_with_figure(self, field: str) -> bool:
        column = self._fields.at(loc_of(field))
        return column is not None and column.is_column and column.type in FIGURES

    def _is_column(self, loc: Loc) -> bool:
        column = self._fields.at(loc)
        return column is not None and column.is_column

    def _following(self, line: str, texts: Mapping[Printing, RichText]) -> str:
        """A line beside the text, such as a header with the names of the cities, with the present texts of fields."""
        for printing, built in self._built.items():
            if self._is_column(loc_of(printing[0])):
                continue
            if built.text and (now := texts.get(printing, built).text) != built.text:
                line = line.replace(built.text, now)
        return line

    def _values(self, field: str, text: RichText) -> Mapping[Loc, Any]:
        """The values in a text of a field, by place, since `topics` contains goals and partnerships."""
        loc, here = loc_of(field), Location(self._path)
        known = self._fields.at(loc)
        if not text or text.text in self._unknown or field.startswith(TOTAL):
            return {}
        if self._is_cell_with_figure(field):
            text = RichText.plain(without_empty_decimals(text.text))
        if known is not None and known.owner == CONTACT:
            return {loc: text.text}
        if known is not None and known.type is FieldType.DATE:
            day = next(iter(dates_meant(text.text)), None)
            return {loc: day.isoformat() if day and self._formats.date(day) == text.text else text.text}
        draft = Draft(self._path, exact=True, known=self._fields)
        filler = Filler(draft)
        if known is not None and known.type is FieldType.TOPICS:
            # What is not a goal is a partnership, also a translated or a misspelt one.
            loc = (self._fields.of_type(FieldType.AGENDA).name,)
        if known is not None and known.type is FieldType.PLACE:
            # Whether Georgia is a region depends on the name of the city.
            name = (*loc[:-1], NAME)
            filler.fill(name, ParsedCell(self._built.get((field_name(name), 0), _NO_TEXT), here))
            draft.places.clear()
        filler.fill(loc, ParsedCell(text, here))
        return {each: draft.get(each) for each in draft.places}

    def _edited(self, paragraphs: Sequence[DocumentParagraph]) -> Sequence[tuple[PrintedParagraph, PrintedParagraph]]:
        """Each paragraph with the texts of fields in it: with those that count, and with those that are found in it.

        If the other words of a paragraph were edited, its fields keep their built texts.
        """
        # A field is where its cell is; a label is where its words are, or a moved row would be a change of two fields.
        built = [each.paragraph if each.spans else replace(each.paragraph, holder="") for each in self._paragraphs]
        pairs = paired_paragraphs(built, paragraphs)
        found: list[tuple[PrintedParagraph, PrintedParagraph]] = []
        for place, paragraph in enumerate(paragraphs):
            known = self._paragraphs[pairs[place]] if place in pairs else None
            edited = None if known is None else known.edited(paragraph)
            if known is None:
                after = [place + 1] if place + 1 in pairs else []
                below = (self._paragraphs[pairs[each]].edited(paragraphs[each]) for each in after)
                known = edited = _inserted(paragraph, [*(each for each, _ in found[-1:]), *filter(None, below)])
            found.append((edited or known, edited or PrintedParagraph(paragraph)))
        built_of = {place: self._paragraphs[pair] for place, pair in pairs.items()}
        for rows in self._table_rows(paragraphs, built_of):
            for place, printed in rows.items():
                found[place] = printed, printed
        return found

    def _table_rows(
        self, paragraphs: Sequence[DocumentParagraph], built_of: Mapping[int, PrintedParagraph]
    ) -> Iterator[Mapping[int, PrintedParagraph]]:
        """Yield the paragraphs of each table of the plan, by their places, with their cells in the present rows.

        Rows that were added or removed change the numbers of the rows below them.
        """
        tables: dict[str, _EditedTable] = {}
        for place, paragraph in enumerate(paragraphs):
            match = _CELL_HOLDER.fullmatch(paragraph.holder)
            if match:
                table = tables.setdefault(match[1], _EditedTable(self._unknown))
                table.add(place, paragraph, int(match[2]), int(match[3]))
                for span in built_of[place].spans if place in built_of else ():
                    if self._is_column(loc_of(span.printing[0])):
                        table.recognise(place, span.printing)
        for table in tables.values():
            yield table.rows({place for place, built in built_of.items() if built.paragraph.text.strip()})


class _EditedTable:
    """A table of an edited document, which may be a table of the plan."""

    def __init__(self, unknown: Container[str]) -> None:
        self._unknown = unknown
        self._paragraphs: dict[int, DocumentParagraph] = {}
        self._rows: dict[int, dict[int, int]] = {}
        """The cells of the paragraphs in each row, by the places of the paragraphs in the document."""
        self._tables: set[Printing] = set()
        self._columns: dict[int, set[str]] = {}
        self._known_rows: set[int] = set()

    def add(self, place: int, paragraph: DocumentParagraph, row: int, cell: int) -> None:
        """Add the paragraph at a place in the document."""
        self._paragraphs[place] = paragraph
        self._rows.setdefault(row, {})[place] = cell

    def recognise(self, place: int, printing: Printing) -> None:
        """Note that the paragraph at a place was built as a cell of a table of the plan."""
        field, number = printing
        table, _, column = loc_of(field)
        for row, cells in self._rows.items():
            if place in cells:
                self._tables.add((str(table), number))
                self._columns.setdefault(cells[place], set()).add(str(column))
                self._known_rows.add(row)

    def rows(self, known: Container[int]) -> Mapping[int, PrintedParagraph]:
        """Return the paragraphs in the rows of the plan with their fields, by their places; none if this is no table of
        the plan, or has other columns.

        `known` are the paragraphs that the document had when it was built. A row with none of them is new; one that has
        some, but no cell of the plan, has labels or totals.
        """
        if len(self._tables) != 1 or any(len(names) > 1 for names in self._columns.values()):
            return {}
        ((table, number),) = self._tables
        found: dict[int, PrintedParagraph] = {}
        index = 0
        for row, cells in sorted(self._rows.items()):
            written = [place for place in cells if not self._is_empty(place)]
            is_new = row not in self._known_rows and not any(place in known for place in written)
            if not (row in self._known_rows or is_new):
                continue
            for place in cells:
                if place not in written:
                    empty = self._paragraphs[place]
                    found[place] = PrintedParagraph(replace(empty, line=replace(empty.line, pieces=()), text=""))
            if not written:
                continue
            for place in written:
                if cells[place] not in self._columns:
                    return {}
                (column,) = self._columns[cells[place]]
                text = self._paragraphs[place].text
                span = PrintedSpan(0, len(text), (f"{table}[{index}].{column}", number))
                found[place] = PrintedParagraph(self._paragraphs[place], (span,))
            index += 1
        return found

    def _is_empty(self, place: int) -> bool:
        """Return whether a cell has no value: documents print a dash or "N/A" then."""
        text = self._paragraphs[place].text.strip()
        return is_unknown(text) or text in self._unknown


def _joined(paragraphs: Iterable[tuple[Part, ...]]) -> Iterator[tuple[Part, ...]]:
    """The paragraphs that have words; those of one field that follow each other as one."""
    for parts, alike in groupby(filter(None, paragraphs)):
        yield from [parts] if len(parts) == 1 and isinstance(parts[0], tuple) else alike


def _beside(paragraphs: Sequence[DocumentParagraph]) -> Iterator[str]:
    """The texts of the second language in order, and those of margins and notes, whose number programs change."""
    beside = [each for each in paragraphs if each.is_beside and each.text.strip()]
    texts = [(f"{' '.join(each.text.split())}{_links(each.line.pieces)}", each.is_in_body) for each in beside]
    yield from (text for text, is_in_body in texts if is_in_body)
    yield from sorted({text for text, is_in_body in texts if not is_in_body})


def _links(pieces: Iterable[Piece]) -> str:
    """The targets of the links in a text, as a review shows them."""
    links = dict.fromkeys(each.link for each in pieces if isinstance(each, Run) and each.link)
    return "".join(f" <{each}>" for each in links)


def _inserted(paragraph: DocumentParagraph, beside: Sequence[PrintedParagraph]) -> PrintedParagraph:
    """A new paragraph as text of the field beside it in the same cell; one in the same style has precedence."""
    alike = [each for each in beside if each.value and each.paragraph.holder == paragraph.holder]
    alike.sort(key=lambda each: each.paragraph.style != paragraph.style)
    spans = (PrintedSpan(0, len(paragraph.text), each.value) for each in alike[:1] if each.value)
    return PrintedParagraph(paragraph, tuple(spans))


def _texts(paragraphs: Iterable[PrintedParagraph]) -> Mapping[Printing, RichText]:
    """The text of each field at each place where it is printed."""
    lines: dict[Printing, list[TextLine]] = {}
    for paragraph in paragraphs:
        for printing, line in paragraph.lines():
            lines.setdefault(printing, []).append(line)
    return {printing: rich_text(each) for printing, each in lines.items()}
