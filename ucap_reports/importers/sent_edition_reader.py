"""The sent edition: what a Word file printed when it was built, recorded in its properties.

A reply is compared with it, whatever has happened to the plan since. It is in custom properties, because these survive
LibreOffice as docx, odt, doc and rtf, unlike other parts of the file. Built files record their markup
(`RecordedMarkup`), whose paragraphs are read when a reply is reviewed. Forms, annotated copies, and files of older
versions record the paragraphs themselves (`SentEdition`).

A file that is read may come from a stranger: its size is limited when it is unpacked, its markup is read as that of any
Word file, and only fields that a document can print count.
"""

import zlib
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from deflate import zlib_compress
from msgspec import Meta, Struct
from msgspec.structs import replace

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.plan.field_descriptions import CITIES, NAME, QUANTITIES, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.reading_limits import (
    MAX_SENT_BYTES,
    MAX_SENT_ITEMS,
    MAX_SENT_PATH,
    MAX_SENT_PIECES,
    MAX_SENT_VALUES,
)
from ucap_reports.summary.number_and_date_formats import Formats
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import plain_text
from ucap_reports.text.markdown import Piece
from ucap_reports.text.rich_text import Break, Marker, Run, Script
from ucap_reports.word.file.document_properties import with_properties
from ucap_reports.word.file.office_package import IDENTITY, compressed, read_package, write_package
from ucap_reports.word.file.word_xml import read_finished

if TYPE_CHECKING:  # not imported at run time: a build reads no Word file
    from ucap_reports.importers.paragraph_identity import DocumentParagraph

PROPERTY = "ucap-sent-"
"""The beginning of the names of the properties, before their numbers."""
PIECE = 250
"""Characters of a property: Word cuts texts at 255."""
_LEVEL = 1
"""The level of libdeflate: level 9 takes twice as long and saves 5 %."""
CONTACT_FIELDS = BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)
_INDEX = RarePattern(r"\[([0-9]{1,9})\]")
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
    def document(self) -> "Sequence[DocumentParagraph]":
        """The paragraphs as those of a file that is read."""
        return [_read_paragraph(paragraph) for paragraph in self.paragraphs]

    def spans(self, places: Collection[str]) -> Sequence[tuple[PrintedSpan, ...]]:
        """Return the fields in each paragraph; only those at these places, such as `cities[].name`."""
        spans = []
        for paragraph, read in zip(self.paragraphs, self.document, strict=True):
            spans.append(tuple(_valid_spans(paragraph.fields, len(read.text), places)))
        return spans


class MarkedField(NamedTuple):
    """The field that a mark is for, and the number of the paragraph in its value."""

    path: Annotated[str, Meta(max_length=MAX_SENT_PATH)]
    paragraph: int


class RecordedMarkup(Struct, frozen=True):
    """What a Word file records when it is built: its parts with text, with marks beside the values in the main part.

    A value begins with a mark whose digits are the index of its field in `fields`, and ends with a mark without digits.
    Beside the parts with text, `parts` has those that are needed to read paragraphs: links, lists, and the names of
    styles.
    """

    pack: str
    language: str
    formats: Formats
    parts: Mapping[str, bytes]
    fields: tuple[MarkedField, ...]

    def edition(self) -> SentEdition:
        """Return the paragraphs with their fields. Raises ProblemsFound as for a Word file that is damaged."""
        from ucap_reports.importers.paragraph_identity import paragraphs_of  # noqa: PLC0415 - as above
        from ucap_reports.importers.word_package import WordPackage  # noqa: PLC0415 - as above

        package = WordPackage(self.parts, "")
        marks = _MarkReader(self.fields)
        paragraphs = []
        for paragraph in paragraphs_of(package, package.texts()):
            paragraphs.append(_sent_paragraph(paragraph, marks))
        return SentEdition(self.pack, self.language, self.formats, tuple(paragraphs))


NO_EDITION = SentEdition("", "", Formats(), ())
"""The edition of a file that printed nothing."""


def edition_properties(edition: SentEdition | RecordedMarkup) -> Mapping[str, str]:
    """Return the properties that contain an edition, by name."""
    if isinstance(edition, RecordedMarkup):
        content = msgspec.msgpack.encode(edition, enc_hook=plain_text)
    else:
        content = msgspec.json.encode(edition, enc_hook=plain_text)
    packed = b64encode(bytes(zlib_compress(content, _LEVEL))).decode()
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
        if content.startswith(b"{"):  # as MessagePack with the fields of a struct never does
            edition = msgspec.json.decode(content, type=SentEdition)
        else:
            edition = msgspec.msgpack.decode(content, type=RecordedMarkup).edition()
    except (Error, zlib.error, ValueError, RecursionError, ProblemsFound):
        return None
    values = sum(len(paragraph.fields) for paragraph in edition.paragraphs)
    return edition if values <= MAX_SENT_VALUES else None


def sent_spans(edition: SentEdition, pack: Pack) -> Sequence[tuple[PrintedSpan, ...]]:
    """Return the fields in each paragraph of an edition that documents of the pack can print."""
    return edition.spans(_printable_places(pack))


def _printable_places(pack: Pack) -> frozenset[str]:
    """Return the places of the fields that documents of a pack can print, and of rows that print several of them, with
    `[]` after each list that has their items, as in `cities[].name`.
    """
    paths = {f"{CITIES}.{NAME}", *TITLES.values(), *(field.path for field in CONTACT_FIELDS)}
    paths |= {f"{CITIES}.{name}" for name in CITY_TEXTS.values()}
    lists = {CITIES}
    for field in pack.fields.all:
        if field.type is FieldType.PICTURES or (field.type is FieldType.PICTURE and not field.is_private):
            paths |= {f"{field.path}.{name}" for name in PICTURE_TEXTS.values()}
        if field.type is FieldType.PICTURES:
            lists.add(field.path)
    printed = {rule.field for rule in pack.settings.rows}
    paths |= {row.path for key, row in pack.fields.rows.items() if key in printed or not row.is_private}
    places = set()
    for table in pack.fields.custom:
        for column in table.columns:
            name = column.path.removeprefix(f"{table.path}.")
            table_place = _place(table.path, lists)
            places |= {f"{table_place}[].{name}", f"{TOTAL}{table_place}.{name}"}
    places |= {_place(path, lists) for path in paths}
    return frozenset(places)


def _place(path: str, lists: Collection[str]) -> str:
    """Return the place of a field, with `[]` after each of these lists that it is in."""
    owner, dot, name = path.rpartition(".")
    if not dot:
        return path
    items = "[]" if owner in lists else ""
    return f"{_place(owner, lists)}{items}.{name}"


def _read_paragraph(sent: SentParagraph) -> "DocumentParagraph":
    from ucap_reports.importers.paragraph_identity import DocumentParagraph  # noqa: PLC0415 - as above
    from ucap_reports.importers.parsed_summary import DEEPEST, TextLine  # noqa: PLC0415 - as above

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


def _valid_spans(fields: Iterable[SentSpan], length: int, places: Collection[str]) -> Iterable[PrintedSpan]:
    """Yield the spans that follow each other inside a text, and whose fields a document can print."""
    end = 0
    for span in fields:
        place = _INDEX.sub("[]", span.field)
        is_long = any(int(index) >= MAX_SENT_ITEMS for index in _INDEX.findall(span.field))
        if place in places and not is_long and end <= span.start <= span.end <= length and span.number >= 0:
            end = span.end
            yield PrintedSpan(span.start, span.end, FieldOccurrence(span.field, span.number))


def _template_texts(owner: str, *types: FieldType) -> dict[str, str]:
    """Return the attributes with texts that templates print, with the names of their fields, which are of these
    types.
    """
    texts = {}
    for field in BUILT_IN.inside(owner):
        if field.template_text and field.type in types:
            texts[field.template_text] = field.name
    return texts


TITLES = _template_texts("", FieldType.TITLE, FieldType.LINE)
CITY_TEXTS = _template_texts(CITIES, FieldType.NAMES, FieldType.LINE, FieldType.LINES, FieldType.COUNTRIES, *QUANTITIES)
PICTURE_TEXTS = _template_texts(BUILT_IN.of_type(FieldType.PICTURES).path, FieldType.TEXT)


# The marks in recorded markup

MARK_START = "\u206a"
MARK_END = "\u206b"
MARK_DIGITS = "\u206c\u206d\u206e\u206f"
"""Deprecated format characters, which no text needs, and which have no width and no direction (Unicode, 23.3). They are
below U+FFFF, so that a marked text does not need four bytes a character.
"""
_MAX_DIGITS = 16
_MARK = RarePattern(f"{MARK_START}([{MARK_DIGITS}]{{0,{_MAX_DIGITS}}}){MARK_END}")
_NUMBER = str.maketrans(MARK_DIGITS, "0123")


class _MarkReader:
    """Reads the marks of a document in the order of its paragraphs."""

    def __init__(self, fields: Sequence[MarkedField]) -> None:
        self._fields = fields
        self._occurrences: dict[str, tuple[int, int]] = {}
        """How often each value was printed before, and the number of its last paragraph."""

    def spans(self, text: str) -> tuple[SentSpan, ...]:
        """Return the values in the text of the next paragraph, with their places in the text without marks."""
        spans: list[SentSpan] = []
        opened: MarkedField | None = None
        """The field of the mark before the value, if one has begun."""
        start = 0
        length_of_marks = 0
        for mark in _MARK.finditer(text):
            offset = mark.start() - length_of_marks  # in the text without marks
            length_of_marks += len(mark[0])
            digits = mark[1]
            if opened is not None and not digits:
                spans.append(SentSpan(start, offset, opened.path, self._occurrence(opened)))
            opened = self._field(digits) if digits else None
            start = offset
        return tuple(spans)

    def _field(self, digits: str) -> MarkedField | None:
        """Return the field of a mark, which a document from a stranger may not have."""
        index = int(digits.translate(_NUMBER), len(MARK_DIGITS))
        return self._fields[index] if index < len(self._fields) else None

    def _occurrence(self, marked: MarkedField) -> int:
        """Return how often the value of a field was printed before this paragraph of it; it is printed again if its
        paragraph is not after the last.
        """
        number, last_paragraph = self._occurrences.get(marked.path, (0, -1))
        if marked.paragraph <= last_paragraph:
            number += 1
        self._occurrences[marked.path] = number, marked.paragraph
        return number


def _sent_paragraph(paragraph: "DocumentParagraph", marks: _MarkReader) -> SentParagraph:
    """Return a paragraph of recorded markup: without marks, with the fields that they say."""
    line = paragraph.line
    pieces = line.pieces
    fields: tuple[SentSpan, ...] = ()
    if MARK_START in paragraph.text:
        fields = marks.spans(paragraph.text)
        pieces = tuple([_without_marks(piece) for piece in pieces])
    return SentParagraph(
        runs=tuple(_sent_runs(pieces)),
        holder=paragraph.holder,
        style=paragraph.style[0],
        level=line.level,
        marker=line.marker.name,
        start=line.start,
        list_key=line.list_key,
        under=line.under,
        is_in_margin=not paragraph.is_in_body,
        is_beside=paragraph.is_beside,
        fields=fields,
    )


def _sent_runs(pieces: Iterable[Piece]) -> list[SentRun]:
    """Return the pieces of a paragraph; those in one style as one."""
    runs: list[SentRun] = []
    printed = [piece for piece in pieces if not isinstance(piece, Run) or piece.text]
    for style, group in groupby(printed, _style):
        if style is None:
            runs += [SentRun() for _ in group]
        else:
            runs.append(replace(style, text="".join([piece.text for piece in group if isinstance(piece, Run)])))
    return runs


def _style(piece: Piece) -> SentRun | None:
    """Return the style of a piece as a run without text; None for a line break."""
    if not isinstance(piece, Run):
        return None
    return SentRun("", piece.bold, piece.italic, piece.underline, piece.script, piece.link)


def _without_marks(piece: Piece) -> Piece:
    if not isinstance(piece, Run) or MARK_START not in piece.text:
        return piece
    return replace(piece, text=_MARK.sub("", piece.text))
