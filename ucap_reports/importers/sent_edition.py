"""The sent edition: what a Word file printed when it was built, recorded in its properties.

A reply is compared with it, whatever has happened to the plan since. It is in custom properties, because these survive
LibreOffice as docx, odt, doc and rtf, unlike other parts of the file. A file that is read may come from a stranger: its
size is limited when it is unpacked, and only fields that a document can print count.
"""

import re
import zlib
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec
from deflate import zlib_compress
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.paragraph_identity import DocumentParagraph, paired_paragraphs, paragraphs_of
from ucap_reports.importers.parsed_summary import DEEPEST, TextLine
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.plan.fields import CITIES, NAME, QUANTITIES, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.source.yaml_tree import loc_of
from ucap_reports.storage.reading_limits import MAX_SENT_BYTES, MAX_SENT_ITEMS, MAX_SENT_PIECES
from ucap_reports.summary.formats import Formats
from ucap_reports.summary.summary import BETWEEN, CityFacts, Row, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.marked_text import Marks, joined, marked_text, with_marks
from ucap_reports.text.markup import Piece
from ucap_reports.text.rich_text import Break, DataTable, Inline, Marker, Paragraph, RichText, Run, Script
from ucap_reports.word.file.document_properties import with_properties
from ucap_reports.word.file.package_parts import IDENTITY
from ucap_reports.word.file.word_xml import read_finished
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

PROPERTY = "ucap-sent-"
"""The beginning of the names of the properties, before their numbers."""
PIECE = 250
"""Characters of a property: Word cuts texts at 255."""
_LEVEL = 9
_TEXT = re.compile(rb"<w:t(?: [^<>]*)?>([^<]*)")

_BEGIN, _END = "\U000e0001", "\U000e007f"
"""Tag characters, which have neither a width nor a direction."""
_VALUE_END = _BEGIN + _END
_MARK = re.compile(f"{_BEGIN}([\U000e0030-\U000e0039]*){_END}")
_DIGITS = {ord(digit): 0xE0000 + ord(digit) for digit in "0123456789"}
_PLAIN_DIGITS = {tag: digit for digit, tag in _DIGITS.items()}
_CONTACT = BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)
TOTAL = "total of "
"""The beginning of what marks the total of a column, which is no field."""


class FieldOccurrence(NamedTuple):
    """A field at one of the places where a document prints it; `number` counts these places from 0."""

    field: str
    number: int


class SentRun(Struct, frozen=True, omit_defaults=True):
    """A piece of text, or a line break if it has none."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    script: Script = Script.NORMAL
    link: str | None = None


class SentSpan(Struct, frozen=True, array_like=True):
    """The part of a paragraph that is text of a field; `number` is that of its `FieldOccurrence`."""

    start: int
    end: int
    field: str
    number: int


class SentParagraph(Struct, frozen=True, omit_defaults=True):
    """A paragraph with the fields in it; see `DocumentParagraph` and `TextLine`."""

    runs: tuple[SentRun, ...] = ()
    holder: str = ""
    style: str | None = None
    level: int | None = None
    marker: str = Marker.BULLET.name
    start: int = 1
    list_key: str = ""
    under: int | None = None
    is_in_margin: bool = False
    is_beside: bool = False
    fields: tuple[SentSpan, ...] = ()


class PrintedSpan(Struct, frozen=True):
    """The part of a paragraph that is text of a field."""

    start: int
    end: int
    occurrence: FieldOccurrence


class SentEdition(Struct, frozen=True, dict=True):
    """What a document printed: its paragraphs with their fields.

    `revisions` are the dates and authors of tracked changes that were in the file when it was sent.
    """

    pack: str
    language: str
    formats: Formats
    paragraphs: tuple[SentParagraph, ...]
    revisions: tuple[tuple[str, str], ...] = ()

    @cached_property
    def document(self) -> Sequence[DocumentParagraph]:
        """The paragraphs as those of a file that is read."""
        return [_read_paragraph(paragraph) for paragraph in self.paragraphs]

    def spans(self, paths: Collection[str]) -> Sequence[tuple[PrintedSpan, ...]]:
        """Return the fields in each paragraph; only those whose paths are among `paths`."""
        spans = []
        for paragraph, read in zip(self.paragraphs, self.document, strict=True):
            spans.append(tuple(_valid_spans(paragraph.fields, len(read.text), paths)))
        return spans


NO_EDITION = SentEdition("", "", Formats(), ())
"""The edition of a file that printed nothing."""


class SummaryRecorder:
    """Records a summary, which a Word file prints, as its sent edition."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._marks = FieldMarks(in_text=False)

    def marked(self, *, in_text: bool) -> Summary:
        """Return the summary with marks around its values; see `EditionRecorder`."""
        self._marks = FieldMarks(in_text=in_text)
        return self._marks.marked(self._summary)

    def properties(self, parts: Mapping[str, bytes], main: str, marked: bytes) -> Mapping[str, str]:
        """Return the properties with the sent edition; see `EditionRecorder`."""
        package = WordPackage.of_parts({**parts, main: marked}, main)
        paragraphs, spans = self._unmarked(paragraphs_of(package, package.texts()))
        if not _is_same(parts[main], marked):  # the template has decided by marks in text
            built = WordPackage.of_parts(parts, main)
            printed = paragraphs_of(built, built.texts())
            spans = _spans_of_equal_paragraphs(paragraphs, spans, printed)
            paragraphs = printed
        sent = [_sent_paragraph(*pair) for pair in zip(paragraphs, spans, strict=True)]
        summary = self._summary
        return edition_properties(SentEdition(summary.metadata.pack, summary.language, summary.formats, tuple(sent)))

    def _unmarked(
        self, marked: Iterable[DocumentParagraph]
    ) -> tuple[list[DocumentParagraph], list[tuple[PrintedSpan, ...]]]:
        """Return the paragraphs without marks, and the fields in each."""
        paragraphs, spans = [], []
        for paragraph in marked:
            text, spans_of_paragraph = self._marks.spans(paragraph.text)
            if text != paragraph.text:
                pieces = [_without_marks(piece) for piece in paragraph.line.pieces]
                line = replace(paragraph.line, pieces=tuple(pieces))
                paragraph = replace(paragraph, line=line, text=text)  # noqa: PLW2901 - the same one, unmarked
            paragraphs.append(paragraph)
            spans.append(spans_of_paragraph)
        return paragraphs, spans


def _spans_of_equal_paragraphs(
    marked: Sequence[DocumentParagraph], spans: Sequence[tuple[PrintedSpan, ...]], printed: Sequence[DocumentParagraph]
) -> list[tuple[PrintedSpan, ...]]:
    """Return the fields in each printed paragraph: those of its marked paragraph if that has the same text."""
    marked_indexes = paired_paragraphs(marked, printed)
    printed_spans: list[tuple[PrintedSpan, ...]] = []
    for index, paragraph in enumerate(printed):
        marked_index = marked_indexes.get(index)
        if marked_index is not None and marked[marked_index].text == paragraph.text:
            printed_spans.append(spans[marked_index])
        else:
            printed_spans.append(())
    return printed_spans


def edition_properties(edition: SentEdition) -> Mapping[str, str]:
    """Return the properties that contain an edition, by name."""
    packed = b64encode(bytes(zlib_compress(msgspec.json.encode(edition), _LEVEL))).decode()
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    return {f"{PROPERTY}{number}": piece for number, piece in enumerate(pieces)}


def with_edition(content: bytes, edition: SentEdition) -> bytes:
    """Return a document of the product with another sent edition."""
    package = read_package(content)
    root = read_finished(package[IDENTITY])
    for element in list(root):
        if element.get("name", "").startswith(PROPERTY):
            root.remove(element)
    package[IDENTITY] = with_properties(root, edition_properties(edition))
    return write_package(compressed(name, part) for name, part in package.items())


def read_edition(properties: Mapping[str, str]) -> SentEdition | None:
    """Return the edition in the properties of a file; None if there is none, or it is damaged or too large."""
    pieces: list[str] = []
    while f"{PROPERTY}{len(pieces)}" in properties:
        pieces.append(properties[f"{PROPERTY}{len(pieces)}"])
    if not pieces or len(pieces) > MAX_SENT_PIECES:
        return None
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(b64decode("".join(pieces), validate=True), MAX_SENT_BYTES)
        if not unpacking.eof:
            return None
        return msgspec.json.decode(content, type=SentEdition)
    except (Error, zlib.error, ValueError, RecursionError):
        return None


def sent_spans(edition: SentEdition, pack: Pack) -> Sequence[tuple[PrintedSpan, ...]]:
    """Return the fields in each paragraph of an edition that documents of the pack can print."""
    return edition.spans(_printable_paths(pack))


def _printable_paths(pack: Pack) -> frozenset[str]:
    """Return the paths of the fields that documents of a pack can print, and of rows that print several of them."""
    paths = {f"{CITIES}.{NAME}", *_TITLES.values(), *(field.path for field in _CONTACT)}
    paths |= {f"{CITIES}.{name}" for name in _CITY_TEXTS.values()}
    for field in pack.fields.all:
        if field.type is FieldType.PICTURES or (field.type is FieldType.PICTURE and not field.is_private):
            paths |= {f"{field.path}.{name}" for name in _PICTURE_TEXTS.values()}
    printed = {rule.field for rule in pack.settings.rows}
    paths |= {row.path for key, row in pack.fields.rows.items() if key in printed or not row.is_private}
    columns = []
    for field in pack.fields.custom:
        for column in field.columns:
            columns.append(column.path)
    paths |= {*columns, *(f"{TOTAL}{path}" for path in columns)}
    return frozenset(paths)


def without_marks(text: str) -> str:
    """Return a text without marks."""
    return _MARK.sub("", text)


class _MarkedRichText(RichText, frozen=True):
    """Rich text whose plain text has the marks of its runs, too."""

    @property
    def text(self) -> str:
        """The words without list markers, one line per paragraph."""
        return joined("\n", [_marked_words(paragraph) for paragraph in self.paragraphs()])


class FieldMarks:
    """Marks the values of a summary: in their texts (`in_text`), or as marked texts, which are equal to their texts.

    Composed texts, such as the facts of a group of cities, have no marks.
    """

    def __init__(self, *, in_text: bool) -> None:
        self._in_text = in_text
        self._paragraphs: list[tuple[str, int]] = []
        self._occurrences: dict[str, tuple[int, int]] = {}

    def marked(self, summary: Summary) -> Summary:
        """Return the summary with all its values marked."""
        rows = tuple(map(self._row, summary.rows))
        columns = summary.columns
        cities = summary.cities
        city_labels = [row.label.text for row in rows if row.is_city]
        has_city_columns = any(not row.shared for row in rows) or len(columns) == len(cities)
        if city_labels:  # the cities are below each other
            names: Sequence[str] = city_labels
        elif has_city_columns:
            columns = tuple(self._text(f"{CITIES}[{index}].{NAME}", name) for index, name in enumerate(columns))
            names = columns
        else:
            names = columns
        has_name_for_each = len(names) == len(cities)
        title = joined(BETWEEN, names)
        plain = without_marks(title)
        contact = summary.contact
        parts = {field.name: self._text(field.path, getattr(contact, field.name)) for field in _CONTACT}
        if has_name_for_each:
            cities = tuple(self._city(index, city) for index, city in enumerate(cities))
        return replace(
            summary,
            rows=rows,
            columns=columns,
            names=title if plain == summary.names else summary.names,
            all_names=title if plain == summary.all_names else summary.all_names,
            cities=cities,
            pictures=tuple(map(self._picture, summary.pictures)),
            contact=replace(contact, **parts),
            **{attribute: self._text(name, getattr(summary, attribute)) for attribute, name in _TITLES.items()},
        )

    def spans(self, text: str) -> tuple[str, tuple[PrintedSpan, ...]]:
        """Return the next text of a document without its marks, and the values in it."""
        if _BEGIN not in text:
            return text, ()
        plain = ""
        spans: list[PrintedSpan] = []
        opened = ""
        parts = _MARK.split(text)  # pieces of text, and the digits of the mark after each but the last
        pieces = parts[::2]
        digits_after = [*parts[1::2], None]
        for piece, digits in zip(pieces, digits_after, strict=True):
            if opened and digits == "":  # the end of the value, which has no digits
                field, paragraph = self._paragraphs[int(opened.translate(_PLAIN_DIGITS))]
                occurrence = self._occurrence(field, paragraph)
                spans.append(PrintedSpan(len(plain), len(plain) + len(piece), occurrence))
            plain += piece
            opened = digits or ""
        return plain, tuple(spans)

    def _occurrence(self, field: str, paragraph: int) -> FieldOccurrence:
        """Return where a paragraph of a value is printed; a value is printed again if its `paragraph` is not after the
        last.
        """
        if field in self._occurrences:
            number, last_paragraph = self._occurrences[field]
            if paragraph <= last_paragraph:
                number += 1
        else:
            number = 0
        self._occurrences[field] = number, paragraph
        return FieldOccurrence(field, number)

    def _mark(self, field: str, paragraph: int = 0) -> str:
        self._paragraphs.append((field, paragraph))
        return f"{_BEGIN}{str(len(self._paragraphs) - 1).translate(_DIGITS)}{_END}"

    def _text(self, field: str, text: str) -> str:
        """Return the text between its marks; an empty text stays empty, because templates test for that."""
        if not text:
            return ""
        return self._marked(text, ((0, self._mark(field)), (len(text), _VALUE_END)))

    def _rich(self, fields: Sequence[str], rich: RichText) -> RichText:
        """Return the rich text with its paragraphs marked; with several fields, each must have one paragraph."""
        if isinstance(rich, DataTable):
            return self._table(fields, rich)
        count = len(list(rich.paragraphs()))
        if len(fields) == 1:
            marked_paragraphs = [(fields[0], index) for index in range(count)]
        elif len(fields) == count:
            marked_paragraphs = [(field, 0) for field in fields]
        else:
            return rich
        marks = iter([self._mark(*marked_paragraph) for marked_paragraph in marked_paragraphs])

        def marked(paragraph: Paragraph) -> Paragraph:
            return replace(paragraph, inlines=self._between(next(marks), paragraph.inlines))

        blocks = rich.with_paragraphs(marked).blocks
        return RichText(blocks) if self._in_text else _MarkedRichText(blocks)

    def _between(self, begin: str, inlines: Sequence[Inline]) -> tuple[Inline, ...]:
        """Return inlines with marks in the first and the last run; unmarked without a run, which has no text."""
        runs = [index for index, inline in enumerate(inlines) if isinstance(inline, Run)]
        if not runs:
            return tuple(inlines)
        marked = list(inlines)
        for index, inline in enumerate(inlines):
            if isinstance(inline, Run) and index in (runs[0], runs[-1]):
                start = ((0, begin),) if index == runs[0] else ()
                end = ((len(inline.text), _VALUE_END),) if index == runs[-1] else ()
                marked[index] = replace(inline, text=self._marked(inline.text, (*start, *end)))
        return tuple(marked)

    def _marked(self, text: str, marks: Marks) -> str:
        marked = marked_text(text, marks)
        return with_marks(marked) if self._in_text else marked

    def _table(self, fields: Sequence[str], table: DataTable) -> DataTable:
        """Return the table of a field with the cells of its rows marked, and its totals, which follow from these.

        A table of several fields stays as it is.
        """
        if len(fields) != 1:
            return table
        rows = []
        for index, cells in enumerate(table.rows):
            named = zip(table.names, cells, strict=True)
            rows.append(tuple(self._rich([f"{fields[0]}[{index}].{name}"], cell) for name, cell in named))
        totals = [
            self._rich([f"{TOTAL}{fields[0]}.{name}"], cell)
            for name, cell in zip(table.names, table.totals, strict=False)
        ]
        return replace(table, rows=tuple(rows), totals=tuple(totals))

    def _row(self, row: Row) -> Row:
        cells = tuple(self._rich(fields, cell) for cell, fields in zip(row.cells, row.fields, strict=False))
        label = row.label
        if row.is_city:
            label = self._rich([f"{CITIES}[{row.key.rpartition('.')[2]}].{NAME}"], label)
        return replace(row, cells=cells, label=label)

    def _city(self, index: int, city: CityFacts) -> CityFacts:
        texts = {}
        for attribute, name in _CITY_TEXTS.items():
            texts[attribute] = self._text(f"{CITIES}[{index}].{name}", getattr(city, attribute))
        return replace(city, picture=self._picture(city.picture), **texts)

    def _picture(self, picture: PictureFacts) -> PictureFacts:
        texts = {}
        for attribute, name in _PICTURE_TEXTS.items():
            texts[attribute] = self._rich([f"{picture.field}.{name}"], getattr(picture, attribute))
        return replace(picture, **texts)


def _read_paragraph(sent: SentParagraph) -> DocumentParagraph:
    pieces: list[Piece] = []
    for run in sent.runs:
        if run.text:
            pieces.append(Run(run.text, run.bold, run.italic, run.underline, run.script, run.link))
        else:
            pieces.append(Break())
    text = "".join(piece.text if isinstance(piece, Run) else "\n" for piece in pieces)
    level = None if sent.level is None else min(max(sent.level, 0), DEEPEST)
    under = None if sent.under is None else min(max(sent.under, 0), DEEPEST)
    marker = Marker.__members__.get(sent.marker, Marker.BULLET)
    line = TextLine(tuple(pieces), level, marker, sent.start, sent.list_key, under)
    is_beside = sent.is_beside or sent.is_in_margin
    return DocumentParagraph(line, text, sent.holder, (sent.style, level), not sent.is_in_margin, is_beside)


def _valid_spans(fields: Iterable[SentSpan], length: int, paths: Collection[str]) -> Iterable[PrintedSpan]:
    """Yield the spans that follow each other inside a text, and whose fields a document can print."""
    end = 0
    for span in fields:
        loc = loc_of(span.field)
        path = ".".join(step for step in loc if isinstance(step, str))
        is_long = any(isinstance(step, int) and step >= MAX_SENT_ITEMS for step in loc)
        if path in paths and not is_long and end <= span.start <= span.end <= length and span.number >= 0:
            end = span.end
            yield PrintedSpan(span.start, span.end, FieldOccurrence(span.field, span.number))


def _marked_words(paragraph: Paragraph) -> str:
    return joined("", [inline.text if isinstance(inline, Run) else "\n" for inline in paragraph.inlines])


def _is_same(part: bytes, marked: bytes) -> bool:
    """Return whether parts have the same words but for the marks."""
    return without_marks(marked.decode()) == part.decode() or _words(part) == without_marks(_words(marked))


def _words(part: bytes) -> str:
    """Return the words of a part that the product has written, as XML."""
    return b"".join(_TEXT.findall(part)).decode()


def _sent_paragraph(paragraph: DocumentParagraph, spans: Iterable[PrintedSpan]) -> SentParagraph:
    line, (style, _) = paragraph.line, paragraph.style
    fields = [SentSpan(span.start, span.end, *span.occurrence) for span in spans]
    return SentParagraph(
        tuple(_sent_runs(line.pieces)),
        paragraph.holder,
        style,
        line.level,
        line.marker.name,
        line.start,
        line.list_key,
        line.under,
        not paragraph.is_in_body,
        paragraph.is_beside,
        tuple(fields),
    )


def _sent_runs(pieces: Iterable[Piece]) -> Iterable[SentRun]:
    """Return the pieces of a paragraph; those in one style as one."""
    runs: list[SentRun] = []
    for piece in pieces:
        if not isinstance(piece, Run):
            runs.append(SentRun())
        elif piece.text:
            run = SentRun(piece.text, piece.bold, piece.italic, piece.underline, piece.script, piece.link)
            if runs and runs[-1].text and replace(runs[-1], text=run.text) == run:
                run = replace(run, text=runs.pop().text + run.text)
            runs.append(run)
    return runs


def _without_marks(piece: Piece) -> Piece:
    if not isinstance(piece, Run):
        return piece
    text = without_marks(piece.text)
    return piece if text == piece.text else replace(piece, text=text)


def _template_texts(owner: str, *types: FieldType) -> dict[str, str]:
    """Return the attributes with texts that templates print, with the names of their fields, which are of these
    types.
    """
    texts = {}
    for field in BUILT_IN.inside(owner):
        if field.template_text and field.type in types:
            texts[field.template_text] = field.name
    return texts


_TITLES = _template_texts("", FieldType.TITLE, FieldType.LINE)
_CITY_TEXTS = _template_texts(
    CITIES, FieldType.NAMES, FieldType.LINE, FieldType.LINES, FieldType.COUNTRIES, *QUANTITIES
)
_PICTURE_TEXTS = _template_texts(BUILT_IN.of_type(FieldType.PICTURES).path, FieldType.TEXT)
